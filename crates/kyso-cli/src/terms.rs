//! How the command names what its users can give: by its options and its subcommands.

use kyso::error::Setting;
use kyso::{Bilingual, Language};
use kyso_words::{Hint, Terms, Words};

/// The library's findings and errors in words, in the command's terms.
pub(crate) fn words(language: Language) -> Words<'static> {
    Words::new(language, &Command)
}

/// The command's terms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Command;

impl Terms for Command {
    fn hint(&self, hint: Hint) -> [&'static str; 2] {
        let both = |text| [text, text];
        match hint {
            Hint::Trust => both(" (--trust)"),
            Hint::Roster => both(" (--roster)"),
            Hint::Policy => both(" (--policy)"),
            Hint::Password => both(" (--password)"),
            Hint::Level => both(" (--level)"),
            Hint::Place => both(" (--page, --rect)"),
            Hint::NewField => both(" (--field)"),
            Hint::AnyColour => both(" (--allow-colour)"),
            Hint::ValidationTime => [" hoặc --at", ", or --at"],
            Hint::NewPage => [" (bỏ --on-last-page)", " (leave out --on-last-page)"],
            Hint::Certification => both(" (--certify)"),
            Hint::WithoutCertification => both("--certify"),
            Hint::WithoutField => both("--field"),
            Hint::WithoutDigest => both("--digest"),
            Hint::StrictChanges => both("--strict"),
            Hint::Online => both(" (kyso verify --online)"),
            Hint::Extend => both(" (kyso extend)"),
            Hint::ExtendToLt => both(" (kyso extend --to lt)"),
            Hint::ExtendToLta => both(" (kyso extend --to lta)"),
            Hint::ExtendFirst => ["Hãy dùng kyso extend --to lta trước.", "Use kyso extend --to lta first."],
            Hint::Sealing => both(" (kyso seal)"),
            Hint::Verification => both("kyso verify"),
            Hint::SealWidth => [", hoặc cho --seal-width-mm", ", or give --seal-width-mm"],
            Hint::WhereWrong => [" (kyso verify cho biết lỗi ở đâu)", " (kyso verify tells what is wrong)"],
            Hint::VerifyMore => {
                [" kyso verify cho biết thêm về tệp đang có, và", " kyso verify tells more of the file as it is, and"]
            }
            Hint::SealOwnDocument => [
                " Văn bản do chính cơ quan sao hoặc lập: kyso seal --allow-unsigned.",
                " For a document of the agency's own: kyso seal --allow-unsigned.",
            ],
            Hint::SealAnyway => [
                " Nếu tự chịu trách nhiệm: --allow-untrusted đóng dấu trên chữ ký chưa biết của ai, --allow-unsigned đóng \
                 dấu mà không xem chữ ký nào.",
                " On your own responsibility: --allow-untrusted seals over a signature of unknown origin, --allow-unsigned \
                 without looking at any signature.",
            ],
            Hint::SealOverStranger => {
                ["; nếu tự chịu trách nhiệm: --allow-untrusted", "; on your own responsibility: --allow-untrusted"]
            }
            Hint::TimeStampers => both(" (--tsa)"),
            Hint::LookCloser => [
                " Muốn xem kỹ hơn, với nhiều bộ nhớ và thời gian xử lý hơn: --qr always.",
                " To look with more memory and processor time: --qr always.",
            ],
            Hint::LookAtMore => [" Muốn xem nhiều trang hơn: --qr always.", " To look at more: --qr always."],
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
