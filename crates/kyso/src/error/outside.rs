//! Services outside of this process that didn't answer as they should: time-stamping authorities, OCSP, CRLs.

use std::fmt;

use jiff::Timestamp;

use super::connection;
use super::evidence::Refusal;
use super::{Error, Reason};
use crate::finding::Finding;
use crate::local_time::in_vietnam;

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
    /// No answer came, or none that could be read.
    Connection(Box<connection::Fault>),
    /// No authority is named.
    NoAuthority,
    /// The certificate names no place to ask.
    NoPlace,
    /// The answer is larger than what a file may hold, in bytes.
    TooLarge(usize),
    /// The answer is larger than the room that is left in the file, in bytes.
    NoRoom(usize),
    /// A time-stamp isn't what was asked for.
    TimeStamp(TimeStampFault),
    /// The evidence is about another certificate, or by another issuer.
    OtherCertificate,
    /// The certificate that was found isn't the issuer's.
    OtherIssuer,
    /// What signs the answer was revoked then.
    Revoked(Timestamp),
    /// Nothing more was found.
    Exhausted(Box<Error>),
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
    /// Whether the same service may answer otherwise in a moment, by its own word.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::TimeStamp(TimeStampFault::NotGranted { is_passing, .. }) => *is_passing,
            Self::Error(error) => matches!(
                &**error,
                Error::Input { reason: Reason::ResponderRefuses(status), .. }
                    if matches!(status, ResponderStatus::TryLater | ResponderStatus::InternalError)
            ),
            _ => false,
        }
    }
}

/// Why a responder gives no answer: OCSPResponseStatus ([RFC 6960, 4.2.1]).
///
/// [RFC 6960, 4.2.1]: https://www.rfc-editor.org/rfc/rfc6960#section-4.2.1
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponderStatus {
    /// malformedRequest (1).
    MalformedRequest,
    /// internalError (2).
    InternalError,
    /// tryLater (3).
    TryLater,
    /// sigRequired (5): it answers signed requests alone.
    SignatureRequired,
    /// unauthorized (6): it isn't asked about such certificates, or doesn't answer the one who asks.
    Unauthorised,
    /// A number that the standard doesn't give out.
    Other(u32),
}

impl ResponderStatus {
    /// By its number.
    pub(crate) fn of(code: u32) -> Self {
        match code {
            1 => Self::MalformedRequest,
            2 => Self::InternalError,
            3 => Self::TryLater,
            5 => Self::SignatureRequired,
            6 => Self::Unauthorised,
            other => Self::Other(other),
        }
    }
}

/// The standard's name.
impl fmt::Display for ResponderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MalformedRequest => "malformedRequest",
            Self::InternalError => "internalError",
            Self::TryLater => "tryLater",
            Self::SignatureRequired => "sigRequired",
            Self::Unauthorised => "unauthorized",
            Self::Other(code) => return write!(f, "status {code}"),
        })
    }
}

impl From<connection::Fault> for Failed {
    fn from(fault: connection::Fault) -> Self {
        match fault {
            connection::Fault::Answer(why) => why,
            other => Self::Connection(Box::new(other)),
        }
    }
}

impl From<TimeStampFault> for Failed {
    fn from(fault: TimeStampFault) -> Self {
        Self::TimeStamp(fault)
    }
}

/// Why a time-stamp isn't what was asked for ([RFC 3161], 2.2 and 2.4).
///
/// [RFC 3161]: https://www.rfc-editor.org/rfc/rfc3161#section-2.2
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeStampFault {
    /// The answer isn't a TimeStampResp; in English, why not.
    Unreadable(String),
    /// The authority gives none.
    NotGranted {
        /// Its status, failure and words.
        said: String,
        /// By these, it may give one in a moment: timeNotAvailable, systemFailure, waiting.
        is_passing: bool,
    },
    /// The token's messageImprint is of other data.
    OtherImprint,
    /// The token doesn't repeat the nonce of the request.
    OtherNonce,
    /// The token's policy is this one, not the one of the request.
    OtherPolicy(String),
    /// The token has an unknown critical extension.
    Extension,
    /// The token has no signer, or several.
    Signers,
    /// The signer's certificate isn't with it, or isn't the one that it names.
    NoCertificate,
    /// The signer's certificate isn't for time-stamping alone.
    OtherPurpose,
    /// The token's genTime is this time, outside the validity of the TSA's certificate.
    OutsideCertificate(Timestamp),
    /// The token's signature doesn't verify.
    Signature,
    /// The token's genTime is this time, too far from this machine's clock.
    FarFromClock(Timestamp),
    /// The token's genTime isn't the present time.
    NotPresent {
        /// The token's genTime.
        time: Timestamp,
        /// How far it is from this machine's clock.
        minutes: i64,
        /// The token's genTime is before that clock's time, not after it.
        is_behind: bool,
    },
    /// The token's genTime is before that of a time-stamp that it would be over.
    BeforeAnother {
        /// The token's genTime.
        time: Timestamp,
        /// The other's.
        other: Timestamp,
    },
}

/// In English, without a capital and without a full stop.
impl fmt::Display for TimeStampFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable(why) => return write!(f, "the answer isn't a TimeStampResp of RFC 3161: {why}"),
            Self::NotGranted { said, .. } => return write!(f, "the authority refuses to stamp: {said}"),
            Self::OtherImprint => "the token is over other data (its message imprint isn't what was sent)",
            Self::OtherNonce => {
                "the token doesn't repeat the nonce that was sent: it may be an old answer played again"
            }
            Self::OtherPolicy(policy) => {
                return write!(f, "the token is under policy {policy}, not the one that was asked for");
            }
            Self::Extension => "the token has a critical extension that isn't understood",
            Self::Signers => "the token must have exactly one signer",
            Self::NoCertificate => {
                "the token doesn't bring its authority's certificate, or its signing-certificate attribute names another"
            }
            Self::OtherPurpose => {
                "the authority's certificate isn't for time-stamping alone (extendedKeyUsage timeStamping, critical)"
            }
            Self::OutsideCertificate(time) => {
                let time = in_vietnam(*time);
                return write!(f, "its time, {time}, isn't within the validity of the authority's certificate");
            }
            Self::Signature => "the token's signature doesn't hold",
            Self::FarFromClock(time) => {
                let time = in_vietnam(*time);
                return write!(f, "its time, {time}, is too far from this machine's clock: check the clock");
            }
            Self::NotPresent { time, minutes, is_behind } => {
                let (time, where_) = (in_vietnam(*time), if *is_behind { "behind" } else { "ahead of" });
                return write!(
                    f,
                    "its time, {time}, is {minutes} minutes {where_} this machine's clock: check the clock, or take another \
                     authority"
                );
            }
            Self::BeforeAnother { time, other } => {
                let (time, other) = (in_vietnam(*time), in_vietnam(*other));
                return write!(
                    f,
                    "its time, {time}, is before {other}, the time of a time-stamp that the file has already: take another \
                     authority"
                );
            }
        })
    }
}

/// A signature that isn't founded as the level demands, and what says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfounded {
    /// The name of the signature's field.
    pub field: String,
    /// The subject of the signer's certificate.
    pub signer: String,
    /// The findings of validation, or what the bytes lack.
    pub findings: Vec<Finding>,
}

/// What whoever runs the program may set so that a service outside answers.
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
            Self::Connection(fault) => fault.fmt(f),
            Self::NoAuthority => write!(f, "no authority is named ({})", Setting::TimeStampers),
            Self::NoPlace => f.write_str("the certificate names no address"),
            Self::TooLarge(limit) => {
                write!(f, "the answer is larger than the limit of {limit} bytes that a file may hold")
            }
            Self::NoRoom(room) => write!(
                f,
                "the answer is larger than the {room} bytes that are left for evidence in the file; take a time-stamping \
                 authority with OCSP or a smaller CRL ({})",
                Setting::TimeStampers
            ),
            Self::TimeStamp(fault) => fault.fmt(f),
            Self::OtherCertificate => f.write_str("speaks of another certificate, or is another issuer's"),
            Self::OtherIssuer => f.write_str("the certificate there isn't the issuer's"),
            Self::Revoked(at) => write!(f, "it was revoked at {}", in_vietnam(*at)),
            Self::Exhausted(error) => error.fmt(f),
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
