//! Services outside of this process that didn't answer as they should: time-stamping authorities, OCSP, CRLs.

use std::fmt;

use super::Error;
use super::evidence::Refusal;
use crate::finding::Finding;
use crate::language::Bilingual;

/// A kind of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// A time-stamping authority (RFC 3161).
    TimeStamp,
    /// An OCSP responder (RFC 6960).
    Ocsp,
    /// Where a CRL is published (RFC 5280, 5).
    Crl,
    /// Where an issuer's certificate is published (RFC 5280, 4.2.2.1: caIssuers).
    Issuer,
    /// A source of revocation status: OCSP or CRL.
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
    /// What went wrong.
    pub why: Failed,
}

impl Tried {
    /// A fault found in an answer, by whoever doesn't know where it came from.
    pub fn answer(why: impl Into<Failed>) -> Self {
        Self { url: String::new(), why: why.into() }
    }
}

/// Why an attempt came to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failed {
    /// Worded in both languages where it's found. Neither text ends in a full stop.
    Told(Bilingual),
    /// Worded where it's found, around the name of a setting that may mend it.
    Setting(Box<Advice>),
    /// Validation wouldn't rely on it: what it finds.
    Found(Vec<Finding>),
    /// A finished signature isn't founded on it as its level demands.
    Signature(Unfounded),
    /// A piece of evidence isn't relied on.
    Evidence(Refusal),
    /// Evidence about a time-stamping authority's certificate can't be had.
    NoEvidence {
        /// The certificate's subject.
        authority: String,
        /// Why not.
        why: Box<Error>,
    },
    /// No answer about a certificate serves.
    NoAnswer {
        /// The certificate's subject.
        subject: String,
        /// Why each answer doesn't; empty where none speaks of it.
        refused: Vec<Failed>,
    },
    /// An answer's signer is a responder about whose own certificate nothing serves.
    Responder {
        /// The responder's subject.
        responder: String,
        /// What was tried.
        tried: Vec<Tried>,
    },
    /// The library says of an answer that it's wrong.
    Error(Box<Error>),
}

impl Failed {
    /// Two texts around the name of a setting that may mend it.
    pub fn setting(before: Bilingual, setting: Setting, after: Bilingual) -> Self {
        Self::Setting(Box::new(Advice { before, setting, after }))
    }
}

impl From<Bilingual> for Failed {
    fn from(told: Bilingual) -> Self {
        Self::Told(told)
    }
}

/// A signature that isn't founded as the level demands, and what says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfounded {
    /// Its field.
    pub field: String,
    /// Its signer's subject.
    pub signer: String,
    /// The findings of validation, or what the bytes lack.
    pub findings: Vec<Finding>,
}

/// A fault, and the setting that may mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The text before the setting's name.
    pub before: Bilingual,
    /// The setting.
    pub setting: Setting,
    /// The text after it.
    pub after: Bilingual,
}

/// A setting of the program that decides whether a service outside answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// The proxy.
    Proxy,
    /// The name and the password at the proxy.
    ProxyLogin,
    /// Trusted roots of TLS.
    TlsRoots,
    /// How long an answer may take.
    Timeout,
    /// The addresses of time-stamping authorities.
    TimeStampers,
    /// The name and the certificate at a time-stamping authority.
    TimeStamperLogin,
    /// The name and the password at a time-stamping authority.
    TimeStamperPassword,
    /// An address in a private network that may be reached.
    Address(String),
}

/// For developers, in English.
impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Proxy => "the proxy",
            Self::ProxyLogin => "the proxy's login",
            Self::TlsRoots => "the roots of TLS",
            Self::Timeout => "the time limit",
            Self::TimeStampers => "the time-stamping authorities",
            Self::TimeStamperLogin => "the authority's login",
            Self::TimeStamperPassword => "the authority's name and password",
            Self::Address(address) => return write!(f, "the allowed address {address}"),
        })
    }
}

/// For developers, in English; findings are named by their codes.
impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Told(told) => f.write_str(&told.en),
            Self::Setting(advice) => write!(f, "{}{}{}", advice.before.en, advice.setting, advice.after.en),
            Self::Found(findings) => Joined(findings).fmt(f),
            Self::Signature(unfounded) => unfounded.fmt(f),
            Self::Evidence(refusal) => refusal.fmt(f),
            Self::NoEvidence { authority, why } => {
                write!(f, "no evidence about the authority's certificate, {authority}, serves: {why}")
            }
            Self::NoAnswer { subject, refused } => match refused.as_slice() {
                [] => write!(f, "no answer about {subject} serves: none speaks of it"),
                refused => write!(f, "no answer about {subject} serves: {}", Joined(refused)),
            },
            Self::Responder { responder, tried } => write!(
                f,
                "the answer is signed by {responder}, and no evidence about that certificate serves ({})",
                Joined(tried)
            ),
            Self::Error(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for Unfounded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.field, self.signer, Joined(&self.findings))
    }
}

/// `; `-joined.
pub(super) struct Joined<'a, T>(pub(super) &'a [T]);

impl<T: fmt::Display> fmt::Display for Joined<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, one) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{one}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.url.is_empty() {
            write!(f, "{}: ", self.url)?;
        }
        self.why.fmt(f)
    }
}
