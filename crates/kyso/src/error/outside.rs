//! What lies outside of this process and didn't answer as it should: time-stamping authorities, OCSP, CRLs.

use std::fmt;

/// A kind of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Service {
    /// A time-stamping authority (RFC 3161).
    TimeStamp,
    /// An OCSP responder (RFC 6960).
    Ocsp,
    /// Where a CRL is published (RFC 5280, 5).
    Crl,
    /// Where an issuer's certificate is published (RFC 5280, 4.2.2.1: caIssuers).
    Issuer,
    /// Whatever tells of a revocation: OCSP or CRL.
    Revocation,
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TimeStamp => "time-stamping authority",
            Self::Ocsp => "OCSP responder",
            Self::Crl => "certificate revocation list",
            Self::Issuer => "issuer's certificate",
            Self::Revocation => "revocation status",
        })
    }
}

/// One attempt, and why it came to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Where; empty where the address isn't known to whoever found the fault.
    pub url: String,
    /// What went wrong and what to do, in Vietnamese.
    pub vietnamese: String,
    /// The same in English.
    pub english: String,
}

impl Tried {
    /// A fault found in an answer, by whoever doesn't know where it came from.
    pub fn answer(vietnamese: impl Into<String>, english: impl Into<String>) -> Self {
        Self { url: String::new(), vietnamese: vietnamese.into(), english: english.into() }
    }
}

/// `; `-joined attempts, in English.
pub(super) struct List<'a>(pub(super) &'a [Tried]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, tried) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            let at = if tried.url.is_empty() { String::new() } else { format!("{}: ", tried.url) };
            write!(f, "{separator}{at}{}", tried.english)?;
        }
        Ok(())
    }
}
