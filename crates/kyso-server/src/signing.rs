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
        Self::from(&error)
    }
}

impl From<&kyso_archive::Error> for Problem {
    fn from(error: &kyso_archive::Error) -> Self {
        use kyso_archive::Error;
        match error {
            Error::KeyReused => return Self::idempotency_key_reused(),
            Error::Raced => return Self::busy(),
            Error::Locked => {
                tracing::error!("another program keeps the archive's database locked");
                return Self::busy();
            }
            Error::Destroyed(tombstone) => return Self::artifact_destroyed(tombstone),
            Error::Unknown(_) => return Self::artifact_not_found(),
            Error::NotSaid(why) => return crate::said::refused(why),
            Error::Clock { now, newest } => {
                tracing::error!(%error, "the clock is behind");
                return Self::clock_behind(Bilingual::new(
                    format!(
                        "Đồng hồ chỉ {now}, còn kho lưu trữ đã ghi lúc {newest}. Hãy báo người quản trị chỉnh đồng \
                         hồ, hoặc nếu đồng hồ đúng: kyso archive clock --archive DIR --confirm --by TÊN"
                    ),
                    format!(
                        "The clock says {now}, and the archive has written at {newest}. Tell the operator to set the clock, or \
                         where it's right: kyso archive clock --archive DIR --confirm --by NAME"
                    ),
                ));
            }
            _ => tracing::error!(%error, "the archive failed"),
        }
        match error {
            error if error.is_full() => Self::archive_full(),
            error if error.is_unreachable() => Self::archive_unavailable(),
            Error::ReadOnly | Error::Retired { .. } => Self::archive_read_only(),
            Error::RolledBack { here, there, .. } => Self::archive_rolled_back(*here, *there),
            Error::Damaged(_) | Error::Missing(_) => Self::archive_damaged(),
            _ => Self::internal(),
        }
    }
}
