//! One signature: the library's work, and its errors in a caller's terms.

use jiff::Timestamp;
use kyso::validate::{NotVerified, Refusal};
use kyso::{Bilingual, Language, Outside, VerifiedArtifact};
use kyso_desk::sign::{By, verified};

use crate::keys::Key;
use crate::parameters::SigningRequest;
use crate::problem::{Problem, Result};
use crate::service::Service;
use crate::terms::words;

/// Signs or seals the PDF with the key, as the key's role has it, and verifies the result. Nothing is kept yet.
pub(crate) fn sign(service: &Service, key: &Key, pdf: &[u8], request: &SigningRequest) -> Result<VerifiedArtifact> {
    let now = Timestamp::now();
    let level = service.services.level(request.level)?;
    let (asked, policy) = (request.asked(key, level, now, service.waived())?, service.policy(now));
    let document = kyso::Document::parse(pdf).map_err(kyso::Error::from)?;
    if document.is_cut_off() {
        return Err(Problem::file_truncated());
    }
    let make = |outside: &Outside<'_>| verified(&document, &*key.signer, &asked, By { policy: &policy, outside });
    Ok(service.services.at(level, make)?)
}

impl From<kyso::Error> for Problem {
    fn from(error: kyso::Error) -> Self {
        use kyso::Error;
        match error {
            Error::Input { .. } | Error::Budget { .. } => Self::file_unreadable(Bilingual::new(
                format!("Không đọc được tệp như PDF: {error}."),
                format!("{error}."),
            )),
            Error::Parameters { name, ref reason } => {
                let text = |language| words(language).reason(reason).unwrap_or_else(|| format!("{reason}."));
                Self::parameter(name.name(), Bilingual::new(text(Language::Vietnamese), text(Language::English)))
            }
            Error::Refused { rule, reason } => {
                let text = |language| match words(language).reason(&reason) {
                    Some(why) => format!("{} {why}", words(language).refusal(rule)),
                    None => words(language).refusal(rule),
                };
                Self::refused(rule.name(), Bilingual::new(text(Language::Vietnamese), text(Language::English)))
            }
            Error::Signer { .. } => {
                tracing::error!(%error, "the key would not sign");
                Self::key_failed()
            }
            Error::Outside { service, .. } => {
                tracing::error!(%error, "a service outside failed");
                let text = |language| words(language).error(&error);
                let detail = Bilingual::new(text(Language::Vietnamese), text(Language::English));
                match service {
                    kyso::error::Service::TimeStamp => Self::no_time_stamp(detail),
                    _ => Self::no_evidence(detail),
                }
            }
            _ => {
                tracing::error!(%error, "the library failed");
                Self::internal()
            }
        }
    }
}

impl From<NotVerified> for Problem {
    fn from(error: NotVerified) -> Self {
        match error {
            NotVerified::Refused(refusal) => Self::not_kept(refusal_text(&refusal)),
            NotVerified::Document(error) => error.into(),
            _ => {
                tracing::error!(%error, "the document could not be judged");
                Self::internal()
            }
        }
    }
}

impl From<kyso_archive::Error> for Problem {
    fn from(error: kyso_archive::Error) -> Self {
        use kyso_archive::Error;
        match error {
            Error::KeyReused => Self::idempotency_key_reused(),
            _ => {
                tracing::error!(%error, "the archive failed");
                Self::internal()
            }
        }
    }
}

fn refusal_text(refusal: &Refusal) -> Bilingual {
    let name = |field: &Option<String>| field.clone().unwrap_or_else(|| "?".to_owned());
    let vietnamese = match refusal {
        Refusal::Unsigned => "Văn bản không có chữ ký.".to_owned(),
        Refusal::Failed { field, reason } => {
            format!("Chữ ký {} không hợp lệ (TOTAL-FAILED, {reason}); văn bản không được lưu.", name(field))
        }
        Refusal::Changed { field } => {
            format!("Văn bản bị thay đổi sau chữ ký {} mà chữ ký không cho phép; văn bản không được lưu.", name(field))
        }
        Refusal::Flawed { code, detail } => {
            let why = words(Language::Vietnamese).message(*code, Some(detail));
            format!("Tệp có lỗi; văn bản không được lưu. {why}")
        }
        _ => "Văn bản không được lưu.".to_owned(),
    };
    Bilingual::new(vietnamese, format!("Not archived: {refusal}."))
}
