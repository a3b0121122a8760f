//! What making a signature last asks of validation: whether it would rely on an answer, or on a time-stamp. The questions
//! stand here, below `extend`, which asks them, and `validate`, which answers them: neither knows the other, and there are
//! no second rules.

use jiff::Timestamp;

use crate::cms::TstInfo;
use crate::error::{Error, Failed};
use crate::material::Material;
use crate::pki::Certificate;
use crate::pki::revocation::{Archive, RevocationEvidence, RevocationReason};
use crate::tsp::TimeStampToken;

/// Which of the certificates of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateKind {
    /// The signer's.
    Signer,
    /// A certification authority's, or an OCSP responder's.
    Authority,
    /// A time-stamping authority's.
    TimeStamping,
}

impl CertificateKind {
    /// The kind of certificate that stands above one, or answers for it: a time-stamping authority's chain is of its kind.
    pub(crate) fn above(self) -> Self {
        match self {
            Self::TimeStamping => Self::TimeStamping,
            Self::Signer | Self::Authority => Self::Authority,
        }
    }
}

/// Which certificate's revocation is asked about, and for when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'q> {
    pub(crate) certificate: &'q Certificate,
    pub(crate) issuer: &'q Certificate,
    pub(crate) kind: CertificateKind,
    /// The time of use, as far as that's proven.
    pub(crate) used_at: Timestamp,
}

/// The statement of the evidence at hand.
#[derive(Debug, Clone)]
pub(crate) enum Known {
    /// No evidence, and none is needed.
    NotNeeded,
    /// The certificate wasn't revoked at the time of use. The status of the evidence's own signer is judged apart.
    Good(Box<RevocationEvidence>),
    /// The certificate was revoked or on hold at the time of use.
    Revoked { at: Timestamp, reason: Option<RevocationReason> },
    /// No evidence that validation would rely on.
    Missing {
        /// The evidence that was refused, and why.
        refused: Vec<Failed>,
        /// Whether there is evidence in effect that says nothing of a certificate that has expired by then.
        is_silent: bool,
    },
}

/// Why an answer wouldn't be relied on.
#[derive(Debug, Clone)]
pub(crate) struct Unfit {
    pub(crate) why: Box<Failed>,
    /// The evidence has no other fault than being silent about certificates that have expired by its time.
    pub(crate) is_silent: bool,
}

/// Validation by a policy, asked while evidence is still being collected.
pub(crate) trait Judge {
    /// The trust anchors.
    fn anchors(&self) -> &[Certificate];

    /// All that is known so far.
    fn archive(&self) -> &Archive;

    /// Takes in more of it.
    fn learn(&mut self, material: &Material);

    /// Takes it for proven that this was there at a time.
    fn prove(&mut self, material: &Material, time: Timestamp);

    /// Takes no account of an answer from now on.
    fn ban(&mut self, answer: &[u8], why: Failed);

    /// The known revocation status of a certificate. The certificate of whoever answers for its issuer is presumed to be good.
    fn status(&self, question: Question<'_>) -> Known;

    /// Whether a new answer would be relied on, with all that is known.
    fn answer(&self, question: Question<'_>, answer: &Material) -> Result<(), Unfit>;

    /// Whether a new time-stamp over those of a file would pass. Without `lasting`, whether its authority was revoked may be
    /// unknown, and where the policy trusts nobody its issuer is taken as it is.
    ///
    /// # Errors
    /// [`Error::Outside`] with all that is wrong.
    fn token(&self, token: &TimeStampToken, lasting: bool, over: &[TstInfo]) -> Result<(), Error>;

    /// The error of [`token`](Self::token) for an authority whose evidence can't be had.
    fn without_evidence(&self, token: &TimeStampToken, why: &Error) -> Error;
}
