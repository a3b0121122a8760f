//! The one error, by who is at fault.

use std::fmt;

use super::outside::{Failed, Joined, Tried};
use super::{Parameter, Reason, Service, What};
use crate::code::Code;

/// The one error of the library. A bad signature is no error: it's a verdict in the
/// [`Report`](crate::validate::report::Report).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes given are not what they should be (a PDF, a certificate, an image, a CMS).
    #[error("{what}: {reason}{}", At(*.offset))]
    Input {
        /// What was being read.
        what: What,
        /// Byte offset from the start of the bytes given, where one is known.
        offset: Option<u64>,
        /// What is wrong, and what to do.
        reason: Reason,
    },
    /// A parameter of the call is missing, contradictory or out of range.
    #[error("{name}: {reason}")]
    Parameters {
        /// Which parameter.
        name: Parameter,
        /// What is wrong, and what to do.
        reason: Reason,
    },
    /// A rule forbids it: a document that allows no further signature, a seal without a leader's signature under
    /// it, an expired certificate, an encrypted file. Nothing was written.
    #[error("{reason}")]
    Refused {
        /// The code of the violated rule, e.g. `seal.no-leader-signature`.
        rule: Code,
        /// What is refused, why (with the article or clause), and what to do.
        reason: Reason,
    },
    /// The signature doesn't fit in the space left for it in /Contents.
    #[error(
        "the signature needs {needed} bytes but {reserved} were reserved in /Contents; prepare again with at least {needed}"
    )]
    HoleTooSmall {
        /// Bytes that were reserved.
        reserved: usize,
        /// Bytes that the signature needs.
        needed: usize,
    },
    /// The key would not sign: wrong password, wrong key for the certificate, a token that refuses.
    #[error("signing key: {reason}")]
    Signer {
        /// What is wrong, and what to do. Never holds a secret.
        reason: Reason,
    },
    /// A service outside of this process failed: it didn't answer, or not what was asked. Nothing was written.
    #[error("{service}: {}", Joined(.tried))]
    Outside {
        /// What was asked.
        service: Service,
        /// Every attempt, in order.
        tried: Vec<Tried>,
    },
    /// A bound on work or memory was reached.
    #[error("{budget} is limited to {limit}{}; the file is hostile or needs a larger budget", At(*.offset))]
    Budget {
        /// Which bound, e.g. `nesting depth`.
        budget: &'static str,
        /// The budget's limit.
        limit: u64,
        /// Where in the bytes, if known.
        offset: Option<u64>,
    },
    /// A defect of this library.
    #[error("internal error, please report it: {0}")]
    Internal(String),
}

impl Error {
    /// The bytes named by `what` are wrong at `offset`.
    pub fn input(what: impl Into<What>, offset: impl Into<Option<u64>>, reason: impl Into<Reason>) -> Self {
        Self::Input { what: what.into(), offset: offset.into(), reason: reason.into() }
    }

    /// The parameter `name` is wrong.
    pub fn parameters(name: Parameter, reason: impl Into<Reason>) -> Self {
        Self::Parameters { name, reason: reason.into() }
    }

    /// The rule `rule` says no.
    pub fn refused(rule: Code, reason: impl Into<Reason>) -> Self {
        Self::Refused { rule, reason: reason.into() }
    }

    /// A service answered, but not what was asked.
    pub fn outside(service: Service, why: impl Into<Failed>) -> Self {
        Self::Outside { service, tried: vec![Tried::answer(why)] }
    }

    /// The key says no.
    pub fn signer(reason: impl Into<Reason>) -> Self {
        Self::Signer { reason: reason.into() }
    }
}

impl From<kyso_pdf::Error> for Error {
    fn from(error: kyso_pdf::Error) -> Self {
        match error {
            kyso_pdf::Error::Input { what, offset, reason } => {
                Self::Input { what: What::Pdf(what), offset, reason: reason.into() }
            }
            kyso_pdf::Error::Parameters { name, reason } => {
                Self::Parameters { name: name.into(), reason: reason.into() }
            }
            kyso_pdf::Error::Refused { rule, reason } => Self::Refused { rule: rule.into(), reason: reason.into() },
            kyso_pdf::Error::HoleTooSmall { reserved, needed } => Self::HoleTooSmall { reserved, needed },
            kyso_pdf::Error::Budget { budget, limit, offset } => Self::Budget { budget, limit, offset },
            kyso_pdf::Error::Internal(message) => Self::Internal(message),
        }
    }
}

struct At(Option<u64>);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(offset) => write!(f, " (at byte {offset})"),
            None => Ok(()),
        }
    }
}
