//! Evidence of a revocation that isn't relied on, and why.

use std::fmt;

use jiff::Timestamp;

use crate::local_time::in_vietnam;

/// A kind of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EvidenceKind {
    /// A CRL.
    Crl,
    /// An OCSP answer.
    Ocsp,
}

/// Why a piece of evidence says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvidenceDefect {
    /// The evidence can't be parsed, or isn't an answer.
    Unreadable(String),
    /// The evidence's signature doesn't verify with the key that the evidence names.
    BadSignature,
    /// The certificate of whoever signed it isn't known.
    NoIssuer,
    /// Whoever signed it may not: no extended key usage OCSPSigning, not issued by the certificate's own issuer, or a
    /// CRL's issuer without key usage cRLSign.
    NotAuthorised,
    /// An indirect CRL: not supported.
    Indirect,
    /// The evidence's scope excludes this certificate (issuingDistributionPoint).
    OutOfScope,
    /// A delta CRL, and the CRL that it adds to isn't there.
    DeltaWithoutBase,
    /// The evidence holds forbidden or unsupported values; in English, which.
    Malformed(String),
}

impl fmt::Display for EvidenceDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => write!(f, "can't be read ({why})"),
            Self::BadSignature => f.write_str("its signature isn't by the key that it names"),
            Self::NoIssuer => f.write_str("the certificate of whoever signed it isn't known"),
            Self::NotAuthorised => f.write_str("whoever signed it has no right to"),
            Self::Indirect => f.write_str("an indirect CRL, which isn't supported"),
            Self::OutOfScope => f.write_str("it doesn't cover this certificate"),
            Self::DeltaWithoutBase => f.write_str("a delta CRL without the CRL that it adds to"),
            Self::Malformed(why) => write!(f, "malformed ({why})"),
        }
    }
}

/// One piece of evidence that wasn't relied on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The kind of evidence: CRL or OCSP response.
    pub kind: EvidenceKind,
    /// The evidence's thisUpdate, where the evidence can be read.
    pub this_update: Option<Timestamp>,
    /// Why.
    pub why: Why,
}

/// Why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The evidence is defective whatever it's used for.
    Defect(EvidenceDefect),
    /// The evidence is well-formed, but validation doesn't rely on it.
    Unreliable(Unreliable),
}

/// Why well-made evidence doesn't count ([EN 319 102-1], 5.2.6.4; [RFC 6960, 3.2]).
///
/// [EN 319 102-1]: https://www.etsi.org/deliver/etsi_en/319100_319199/31910201/
/// [RFC 6960, 3.2]: https://www.rfc-editor.org/rfc/rfc6960#section-3.2
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreliable {
    /// Whoever signed it speaks of its own certificate.
    OfItself,
    /// OCSP's status unknown.
    UnknownCertificate,
    /// thisUpdate or producedAt lies ahead.
    FromTheFuture,
    /// Issued before its signer's certificate was valid, or after.
    OutsideValidity,
    /// The certificate had expired by then, and its issuer keeps nothing on the expired.
    Silent,
    /// Responders that need evidence themselves, one after another.
    TooManyResponders,
    /// A delegated responder, and nothing is known of its own certificate's revocation.
    ResponderNotKnown,
    /// A delegated responder whose certificate was revoked.
    ResponderRevoked,
}

/// In English, without a full stop.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            EvidenceKind::Crl => "CRL",
            EvidenceKind::Ocsp => "OCSP",
        })?;
        if let Some(this_update) = self.this_update {
            write!(f, " ({})", in_vietnam(this_update))?;
        }
        write!(f, ": {}", self.why)
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Defect(defect) => defect.fmt(f),
            Self::Unreliable(unreliable) => f.write_str(match unreliable {
                Unreliable::OfItself => "its signer speaks of itself",
                Unreliable::UnknownCertificate => "the responder doesn't know the certificate",
                Unreliable::FromTheFuture => "it's from the future",
                Unreliable::OutsideValidity => "it was issued outside of its signer's validity",
                Unreliable::Silent => "it says nothing of certificates that have expired by then",
                Unreliable::TooManyResponders => "its responder's responder's responder would have to be asked",
                Unreliable::ResponderNotKnown => "whether its responder was revoked isn't known",
                Unreliable::ResponderRevoked => "its responder was revoked",
            }),
        }
    }
}
