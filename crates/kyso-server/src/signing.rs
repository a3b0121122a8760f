//! One signature: the library's work, and its errors in a caller's terms.

use jiff::Timestamp;
use kyso::validate::NotVerified;
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
    let make = |outside: &Outside<'_>| {
        verified(&document, &*key.signer, &asked, By { policy: &policy, outside }).map_err(Problem::from)
    };
    service.services.at(level, make)
}

impl From<kyso::Error> for Problem {
    fn from(error: kyso::Error) -> Self {
        use kyso::Error;
        let told = Bilingual::each(|language| words(language).error(&error));
        match error {
            Error::Input { .. } | Error::Budget { .. } => Self::file_unreadable(told),
            // Its name is the field of the answer.
            Error::Parameters { name, ref reason } => Self::parameter(
                name.name(),
                Bilingual::each(|language| {
                    words(language).reason(reason).unwrap_or_else(|| words(language).error(&error))
                }),
            ),
            Error::Refused { rule, .. } => Self::refused(rule.name(), told),
            Error::Signer { .. } => {
                tracing::error!(%error, "the key would not sign");
                Self::key_failed()
            }
            Error::Outside { service, .. } => {
                tracing::error!(%error, "a service outside failed");
                match service {
                    kyso::error::Service::TimeStamp => Self::no_time_stamp(told),
                    _ => Self::no_evidence(told),
                }
            }
            Error::HoleTooSmall { .. } | Error::Internal(_) => {
                tracing::error!(%error, "the library failed");
                Self::internal()
            }
        }
    }
}

impl From<NotVerified> for Problem {
    fn from(error: NotVerified) -> Self {
        match error {
            NotVerified::Refused(refusal) => {
                let why = |language| words(language).not_kept(&refusal);
                Self::not_kept(Bilingual::new(
                    format!("Văn bản không được lưu: {}.", why(Language::Vietnamese)),
                    format!("Not archived: {}.", why(Language::English)),
                ))
            }
            NotVerified::Document(error) => error.into(),
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
