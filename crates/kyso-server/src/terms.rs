//! How the service names what its operator sets, by the entries of its configuration, and what its callers send, by the
//! parameters of a request.

use kyso::error::Setting;
use kyso::{Bilingual, Language, both};
use kyso_words::{Hint, Terms, Words};

/// The library's findings and errors in words, in the service's terms.
pub(crate) fn words(language: Language) -> Words<'static> {
    Words::new(language, &Service)
}

/// The service's terms.
#[derive(Debug, Clone, Copy)]
struct Service;

impl Terms for Service {
    fn hint(&self, hint: Hint) -> Bilingual<&'static str> {
        match hint {
            Hint::Trust => both(" (mục trust trong cấu hình của dịch vụ)", " (trust in the service's configuration)"),
            Hint::Roster => {
                both(" (mục roster trong cấu hình của dịch vụ)", " (roster in the service's configuration)")
            }
            Hint::Policy => {
                both(" (mục policy trong cấu hình của dịch vụ)", " (policy in the service's configuration)")
            }
            Hint::Level => both(" (tham số level)", " (parameter level)"),
            Hint::Place => both(" (tham số page, rect)", " (parameters page, rect)"),
            Hint::Field => both(" (tham số field)", " (parameter field)"),
            Hint::NewField => both(" (tham số new_field)", " (parameter new_field)"),
            Hint::WithoutField => both("tham số field", "the parameter field"),
            Hint::WithoutDigest => both("tham số digest", "the parameter digest"),
            Hint::WithoutCertification => both("chữ ký chứng nhận", "certification"),
            Hint::TimeStampers => {
                both(" (mục tsa trong cấu hình của dịch vụ)", " (tsa in the service's configuration)")
            }
            Hint::SealOwnDocument => {
                both(" Dịch vụ này chỉ đóng dấu lên văn bản đã ký.", " This service seals signed documents only.")
            }
            Hint::SealAnyway => both(
                " Nếu tự chịu trách nhiệm: mục dangerous_seal_untrusted trong cấu hình đóng dấu trên chữ ký chưa biết của ai.",
                " On the operator's own responsibility: dangerous_seal_untrusted in the configuration seals over a signature \
                 of unknown origin.",
            ),
            Hint::WhereWrong => {
                both(" (POST /api/v1/verify cho biết lỗi ở đâu)", " (POST /api/v1/verify tells what is wrong)")
            }
            Hint::VerifyMore => both(
                " POST /api/v1/verify cho biết thêm về tệp đang có, và",
                " POST /api/v1/verify tells more of the file as it is, and",
            ),
            Hint::Sealing => both(" (POST /api/v1/seal)", " (POST /api/v1/seal)"),
            Hint::ExtendFirst => both("Hãy bổ sung lên mức PAdES-B-LTA trước.", "Extend it to PAdES-B-LTA first."),
            Hint::Drafts => both(" (tham số allow_draft = true)", " (parameter allow_draft = true)"),
            Hint::NewTemplate => both(
                ": thêm mẫu vào thư mục templates trong cấu hình của dịch vụ",
                ": add one to the directory templates of the service's configuration",
            ),
            Hint::Calendar => {
                both(" trong thư mục templates của cấu hình", " in the directory templates of the configuration")
            }
            Hint::SeeVerification => both("; xem POST /api/v1/verify", "; see POST /api/v1/verify"),
            Hint::AlsoVerification => both(", xem POST /api/v1/verify", ", see POST /api/v1/verify"),
            Hint::OtherYear => {
                both("; nếu đúng vậy: tham số other_year = true", "; if that is meant: parameter other_year = true")
            }
            Hint::OutOfOrder => {
                both("; nếu đúng vậy: tham số out_of_order = true", "; if that is meant: parameter out_of_order = true")
            }
            Hint::Clock => both(
                "; nếu đồng hồ đúng: tham số confirm_clock = true (ghi vào nhật ký của sổ)",
                "; if it's right: parameter confirm_clock = true (it's noted in the register)",
            ),
            Hint::NewRegister => both("tạo sổ trước", "make one first"),
            Hint::Audit => both("kiểm tra sổ", "run an audit"),
            // Nothing that a caller could send, or an operator set.
            Hint::Password
            | Hint::AnyColour
            | Hint::ValidationTime
            | Hint::NewPage
            | Hint::Certification
            | Hint::StrictChanges
            | Hint::Online
            | Hint::Extend
            | Hint::ExtendToLt
            | Hint::ExtendToLta
            | Hint::SealOverStranger
            | Hint::LookCloser
            | Hint::LookAtMore
            | Hint::SealWidth
            | Hint::BeforeYearEnd
            | Hint::Closing
            | Hint::Cancelling
            | Hint::Identity => both("", ""),
        }
    }

    fn setting(&self, setting: &Setting) -> Bilingual {
        let (vietnamese, english) = match setting {
            Setting::Proxy => ("mục proxy trong [network]", "proxy in [network]"),
            Setting::ProxyLogin => {
                ("mục proxy_user và pass_file trong [network]", "proxy_user and pass_file in [network]")
            }
            Setting::TlsRoots => ("mục tls_ca trong [network]", "tls_ca in [network]"),
            Setting::Timeout => ("mục timeout_seconds trong [network]", "timeout_seconds in [network]"),
            Setting::TimeStampers => ("mục [[tsa]]", "[[tsa]]"),
            Setting::TimeStamperLogin => ("mục user, cert trong [[tsa]]", "user and cert in [[tsa]]"),
            Setting::TimeStamperPassword => ("mục user và pass_file trong [[tsa]]", "user and pass_file in [[tsa]]"),
            Setting::Address(address) => {
                return Bilingual::new(
                    format!("mục allow = [\"{address}\"] trong [network]"),
                    format!("allow = [\"{address}\"] in [network]"),
                );
            }
        };
        Bilingual::new(vietnamese, english)
    }
}

#[cfg(test)]
mod tests {
    use kyso::Code;

    use super::*;

    #[test]
    fn no_text_names_an_option_of_the_command() {
        for language in [Language::Vietnamese, Language::English] {
            for code in Code::ALL {
                for text in [words(language).message(*code, None), words(language).refusal(*code)] {
                    assert!(!text.contains("--") && !text.contains("kyso "), "{code}: {text}");
                }
            }
        }
    }
}
