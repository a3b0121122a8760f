//! How the command names what its users can give: by its options and its subcommands.

use kyso::error::Setting;
use kyso::{Bilingual, Language, both};
use kyso_words::{Hint, Terms, Words};

/// The library's findings and errors in words, in the command's terms.
pub(crate) fn words(language: Language) -> Words<'static> {
    Words::new(language, &Command)
}

/// The command's terms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Command;

impl Terms for Command {
    fn hint(&self, hint: Hint) -> Bilingual<&'static str> {
        let same = |text| both(text, text);
        match hint {
            Hint::Trust => same(" (--trust)"),
            Hint::Roster => same(" (--roster)"),
            Hint::Policy => same(" (--policy)"),
            Hint::Password => same(" (--password)"),
            Hint::Level => same(" (--level)"),
            Hint::Place => same(" (--page, --rect)"),
            Hint::Field => same(" (--field)"),
            Hint::Identity => {
                both(" (--requester \"họ tên;CCCD 001085012345\")", " (--requester \"name;CCCD 001085012345\")")
            }
            Hint::NewField => same(" (--new-field)"),
            Hint::AnyColour => same(" (--allow-colour)"),
            Hint::ValidationTime => both(" hoặc --at", ", or --at"),
            Hint::NewPage => both(" (bỏ --on-last-page)", " (leave out --on-last-page)"),
            Hint::Certification => same(" (--certify)"),
            Hint::WithoutCertification => same("--certify"),
            Hint::WithoutField => same("--field"),
            Hint::WithoutDigest => same("--digest"),
            Hint::StrictChanges => same("--strict"),
            Hint::Online => same(" (kyso verify --online)"),
            Hint::Extend => same(" (kyso extend)"),
            Hint::ExtendToLt => same(" (kyso extend --to lt)"),
            Hint::ExtendToLta => same(" (kyso extend --to lta)"),
            Hint::ExtendFirst => both("Hãy dùng kyso extend --to lta trước.", "Use kyso extend --to lta first."),
            Hint::Sealing => same(" (kyso seal)"),
            Hint::WhereWrong => both(" (kyso verify cho biết lỗi ở đâu)", " (kyso verify tells what is wrong)"),
            Hint::VerifyMore => both(
                " kyso verify cho biết thêm về tệp đang có, và",
                " kyso verify tells more of the file as it is, and",
            ),
            Hint::SealOwnDocument => both(
                " Văn bản do chính cơ quan sao hoặc lập: kyso seal --allow-unsigned.",
                " For a document of the agency's own: kyso seal --allow-unsigned.",
            ),
            Hint::SealAnyway => both(
                " Nếu tự chịu trách nhiệm: --allow-untrusted đóng dấu trên chữ ký chưa biết của ai, --allow-unsigned đóng \
                 dấu mà không xem chữ ký nào.",
                " On your own responsibility: --allow-untrusted seals over a signature of unknown origin, --allow-unsigned \
                 without looking at any signature.",
            ),
            Hint::SealOverStranger => {
                both("; nếu tự chịu trách nhiệm: --allow-untrusted", "; on your own responsibility: --allow-untrusted")
            }
            Hint::TimeStampers => same(" (--tsa)"),
            Hint::LookCloser => both(
                " Muốn xem kỹ hơn, với nhiều bộ nhớ và thời gian xử lý hơn: --qr always.",
                " To look with more memory and processor time: --qr always.",
            ),
            Hint::Drafts => same(" (--allow-draft)"),
            Hint::NewTemplate => both(": thêm mẫu bằng --templates", ": add one with --templates"),
            Hint::Calendar => same(" (--templates)"),
            Hint::SealWidth => both(", hoặc cho --seal-width-mm", ", or give --seal-width-mm"),
            Hint::SeeVerification => both("; xem kyso verify", "; see kyso verify"),
            Hint::AlsoVerification => both(", xem kyso verify", ", see kyso verify"),
            Hint::NewRegister => both("chạy kyso register init", "make one first"),
            Hint::Audit => both("chạy kyso register audit", "run an audit"),
            Hint::OtherYear => both("; nếu đúng vậy, hãy thêm --other-year", "; if it's meant, add --other-year"),
            Hint::OutOfOrder => both("; nếu đúng vậy, hãy thêm --out-of-order", "; if it's meant, add --out-of-order"),
            Hint::Clock => both(
                "; nếu đồng hồ đúng, hãy thêm --confirm-clock (ghi vào nhật ký của sổ)",
                "; if it's right, add --confirm-clock (it's noted in the register)",
            ),
            Hint::BeforeYearEnd => {
                both("; khóa sổ sớm thì thêm --before-year-end", "; to close early add --before-year-end")
            }
            Hint::Closing => both("; hãy chạy kyso register close --year {}", "; run kyso register close --year {}"),
            Hint::Cancelling => same(": kyso register cancel"),
            Hint::LookAtMore => both(" Muốn xem nhiều trang hơn: --qr always.", " To look at more: --qr always."),
        }
    }

    fn setting(&self, setting: &Setting) -> Bilingual {
        let (vietnamese, english) = match setting {
            Setting::Proxy => ("--proxy", "--proxy"),
            Setting::ProxyLogin => ("KYSO_PROXY", "KYSO_PROXY"),
            Setting::TlsRoots => ("--tls-ca", "--tls-ca"),
            Setting::Timeout => ("--timeout", "--timeout"),
            Setting::TimeStampers => ("--tsa", "--tsa"),
            Setting::TimeStamperLogin => ("--tsa-user, --tsa-cert", "--tsa-user and --tsa-cert"),
            Setting::TimeStamperPassword => ("--tsa-user và --tsa-pass-file", "--tsa-user and --tsa-pass-file"),
            Setting::Address(address) => {
                let option = format!("--allow-address {address}");
                return Bilingual::new(option.clone(), option);
            }
        };
        Bilingual::new(vietnamese, english)
    }
}
