//! Evidence of a revocation that wasn't relied on, and why: data, so that each language can tell it.

use std::fmt;

use jiff::Timestamp;

use crate::pki::revocation::{EvidenceDefect, EvidenceKind, Refused, RevocationEvidence};

/// One piece of evidence that wasn't relied on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) kind: EvidenceKind,
    /// Of one that can be read.
    pub(crate) this_update: Option<Timestamp>,
    pub(crate) why: Why,
}

/// Why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// It's wrong by itself.
    Defect(EvidenceDefect),
    /// It's well made, and doesn't count.
    Unreliable(Unreliable),
}

/// Why well-made evidence doesn't count (EN 319 102-1, 5.2.6.4; RFC 6960, 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreliable {
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

impl Refusal {
    /// What is wrong by itself.
    pub(super) fn by_itself(refused: &Refused) -> Self {
        Self { kind: refused.kind, this_update: None, why: Why::Defect(refused.defect.clone()) }
    }

    /// What doesn't count.
    pub(super) fn of(evidence: &RevocationEvidence, why: Unreliable) -> Self {
        Self { kind: evidence.kind, this_update: Some(evidence.this_update), why: Why::Unreliable(why) }
    }
}

/// In English, without a full stop.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            EvidenceKind::Crl => "CRL",
            EvidenceKind::Ocsp => "OCSP",
        })?;
        if let Some(this_update) = self.this_update {
            write!(f, " ({this_update})")?;
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
