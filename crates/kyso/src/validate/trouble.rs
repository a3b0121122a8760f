//! What the validation at the current time leaves open and a proof of existence may settle (EN 319 102-1, 5.5.4 and
//! 5.6.2.4). All of them are kept: a signature passes when each is settled by the rule for its kind.

use jiff::Timestamp;

use super::freshness::FreshUntil;
use super::report::SubIndication;
use super::strength::Weakness;
use super::verdict::Verdict;
use crate::code::Code;
use crate::pki::revocation::RevocationReason;

/// An open question about one certificate of the path or one algorithm.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Trouble {
    /// The signer's own certificate, or one above it, is revoked.
    Revoked { subject: String, is_signer: bool, at: Timestamp, reason: Option<RevocationReason> },
    /// On hold: it may come back.
    OnHold { subject: String, at: Timestamp, next_update: Option<Timestamp> },
    /// Out of its validity.
    OutOfBounds { bound: Bound, limit: Timestamp, known_not_revoked: bool },
    /// No evidence where there should be some.
    Missing { subject: String },
    /// The newest evidence is too old.
    Stale { subject: String, fresh: FreshUntil, until: Timestamp },
    /// Whoever signed the evidence is out of their validity by now. `instead`: until when other evidence is fresh whose signer
    /// isn't.
    EvidenceOutOfBounds { subject: String, limit: Timestamp, instead: Option<FreshUntil> },
    /// An algorithm or a key is too weak by now.
    Weak(Weakness),
}

/// Which end of whose validity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// Before the start.
    NotYetValid,
    /// After the signer's end.
    Expired,
    /// After the end of a certificate above it.
    CaExpired,
}

impl Trouble {
    /// The sub-indication where nothing settles it (table 6).
    pub(super) fn sub_indication(&self) -> SubIndication {
        match self {
            Self::Revoked { is_signer: true, .. } => SubIndication::RevokedNoPoe,
            Self::Revoked { is_signer: false, .. } => SubIndication::RevokedCaNoPoe,
            Self::OnHold { .. } | Self::Missing { .. } | Self::Stale { .. } => SubIndication::TryLater,
            Self::OutOfBounds { known_not_revoked: true, .. } => SubIndication::OutOfBoundsNotRevoked,
            Self::OutOfBounds { .. } => SubIndication::OutOfBoundsNoPoe,
            Self::EvidenceOutOfBounds { .. } => SubIndication::RevocationOutOfBoundsNoPoe,
            // No time up to which it was reliable: no proof helps.
            Self::Weak(Weakness { until: None, .. }) => SubIndication::CryptoConstraintsFailure,
            Self::Weak(_) => SubIndication::CryptoConstraintsFailureNoPoe,
        }
    }

    /// Which is named first where there are several.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Revoked { is_signer: true, .. } => 0,
            Self::OnHold { .. } => 1,
            Self::Revoked { is_signer: false, .. } => 2,
            Self::OutOfBounds { .. } => 3,
            Self::Missing { .. } | Self::Stale { .. } => 4,
            Self::Weak(_) => 5,
            Self::EvidenceOutOfBounds { .. } => 6,
        }
    }

    /// Says that it stands.
    pub(super) fn tell(&self, verdict: &mut Verdict) {
        self.tell_as(self.sub_indication(), verdict);
    }

    /// Says that it stands, with another meaning.
    pub(super) fn tell_as(&self, why: SubIndication, verdict: &mut Verdict) {
        verdict.open(why, self.code(), Some(self.detail()));
    }

    /// Says that it's so, but that the signature is provably older.
    pub(super) fn tell_settled(&self, verdict: &mut Verdict) {
        let code = match self {
            Self::Revoked { .. } | Self::OnHold { .. } => Code::RevocationLater,
            Self::OutOfBounds { .. } => Code::CertificateExpiredSince,
            Self::Weak(_) => Code::AlgorithmWeakSince,
            // Evidence that was fresh when the signature was made is as it should be.
            Self::Missing { .. } | Self::Stale { .. } | Self::EvidenceOutOfBounds { .. } => return,
        };
        verdict.note(code, Some(self.detail()));
    }

    fn code(&self) -> Code {
        match self {
            Self::Revoked { is_signer: true, .. } => Code::RevocationRevoked,
            Self::Revoked { is_signer: false, .. } => Code::RevocationCaRevoked,
            Self::OnHold { .. } => Code::RevocationOnHold,
            Self::OutOfBounds { bound, .. } => match bound {
                Bound::NotYetValid => Code::CertificateNotYetValid,
                Bound::Expired => Code::CertificateExpired,
                Bound::CaExpired => Code::CertificateCaExpired,
            },
            Self::Missing { .. } => Code::RevocationNotChecked,
            Self::Stale { .. } => Code::RevocationStale,
            Self::EvidenceOutOfBounds { .. } => Code::RevocationIssuerExpired,
            Self::Weak(weakness) => weakness.code,
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Revoked { subject, at, reason, .. } => {
                let reason = reason.map_or_else(String::new, |reason| format!(", {}", reason.name()));
                format!("{subject}, {at}{reason}")
            }
            Self::OnHold { subject, at, next_update: Some(next) } => format!("{subject}, {at}; {next}"),
            Self::OnHold { subject, at, next_update: None } => format!("{subject}, {at}"),
            Self::OutOfBounds { limit, .. } => limit.to_string(),
            Self::Missing { subject } => subject.clone(),
            Self::Stale { subject, until, .. } => format!("{subject}, {until}"),
            Self::EvidenceOutOfBounds { subject, limit, .. } => format!("{subject}, {limit}"),
            Self::Weak(weakness) => weakness.detail.clone(),
        }
    }
}
