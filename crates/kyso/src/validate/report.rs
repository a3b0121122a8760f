//! The report of a verifier on a file. The serialised form is a contract: fields are added, never changed.

mod made;

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::code::Code;
use crate::crypto::{DigestAlgorithm, SignatureAlgorithm};
use crate::role::Role;

pub(crate) use crate::finding::{Finding, Severity};

/// Everything that was found in one file. `F` is a [`Finding`], or one that its reader's language was added to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report<F = Finding> {
    /// SHA-256 of the whole file, lower-case hex.
    pub sha256: String,
    /// Length of the file in bytes.
    pub bytes: u64,
    /// How many revisions the file has.
    pub revisions: usize,
    /// Whether the file is encrypted.
    pub encrypted: bool,
    /// Every signature, in the order of the revisions.
    pub signatures: Vec<SignatureReport<F>>,
    /// Findings about the file and no one signature, e.g. a recovered cross-reference table.
    pub findings: Vec<F>,
}

impl<F: AsRef<Finding>> Report<F> {
    /// Whether something is wrong with the file itself, whatever its signatures say: it's never a valid one then.
    pub fn is_flawed(&self) -> bool {
        self.findings.iter().any(|finding| finding.as_ref().severity == Severity::Error)
    }

    /// Whether the end of the file is missing, and with it perhaps signatures: by what was found of the file, or because
    /// what was signed reaches beyond it.
    pub fn is_cut_off(&self) -> bool {
        let is_said =
            |finding: &F| matches!(finding.as_ref().code, Code::DocumentCutOff | Code::DocumentUnfinishedUpdate);
        let reaches_beyond = |one: &SignatureReport<F>| match *one.byte_range.as_slice() {
            [_, _, at, length] => {
                let end = at.checked_add(length).and_then(|end| u64::try_from(end).ok());
                end.is_some_and(|end| end > self.bytes)
            }
            _ => false,
        };
        self.findings.iter().any(is_said) || self.signatures.iter().any(reaches_beyond)
    }

    /// The first signature that keeps the whole from being passed because it can't be decided. A document time-stamp that
    /// can't be relied on gives no proof of existence (EN 319 102-1, 5.6.3.4): what passes without that proof passes, so it
    /// counts only where nothing but time-stamps is there.
    pub fn undecided(&self) -> Option<&SignatureReport<F>> {
        let has_signature = self.signatures.iter().any(|one| one.kind == SignatureType::Signature);
        let counts = |one: &&SignatureReport<F>| !has_signature || one.kind == SignatureType::Signature;
        self.signatures.iter().filter(counts).find(|one| one.indication == Indication::Indeterminate)
    }
}

/// The report on one signature.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SignatureReport<F = Finding> {
    /// Fully qualified field name; `None` for a signature dictionary that no field reaches.
    pub field: Option<String>,
    /// Signature or document time-stamp.
    #[serde(rename = "type")]
    pub kind: SignatureType,
    /// /SubFilter as written.
    pub subfilter: Option<String>,
    /// In which capacity it was made.
    pub role: Role,
    /// How the role is known.
    pub role_source: RoleSource,
    /// Who made it, by the signing certificate.
    pub signer: Option<SignerReport>,
    /// The signer's claim: /M, or the signing-time attribute. RFC 3339 with the offset as claimed.
    pub claimed_time: Option<String>,
    /// The earliest time at which the signature provably existed.
    pub best_signature_time: Option<Timestamp>,
    /// The level that the bytes satisfy.
    pub level: Level,
    /// Digest over the document.
    pub digest_algorithm: Option<DigestAlgorithm>,
    /// Scheme of the signature value.
    pub signature_algorithm: Option<SignatureAlgorithm>,
    /// /ByteRange as written.
    pub byte_range: Vec<i64>,
    /// The coverage of the byte range.
    pub coverage: Coverage,
    /// Whether the digest over the byte range is the one that was signed. Cryptography alone.
    pub digest_ok: bool,
    /// Whether the signature value verifies with the signing certificate's key. Cryptography alone.
    pub signature_ok: bool,
    /// The changes by later revisions.
    pub modifications: Modifications,
    /// Whether those changes are signatures and long-term evidence alone, as a strict policy asks
    /// ([`ChangeRule::Strict`](super::ChangeRule::Strict)), or dates and metadata that were renewed.
    #[serde(skip)]
    pub only_signatures_later: bool,
    /// This signature and all others allow those changes.
    pub modifications_allowed: bool,
    /// The DocMDP permission that this signature sets, if it does.
    pub docmdp: Option<i64>,
    /// The verdict (EN 319 102-1, 5.1.3).
    pub indication: Indication,
    /// Why not passed.
    pub sub_indication: Option<SubIndication>,
    /// All that was noticed, errors first.
    pub findings: Vec<F>,
    /// Which validation process gave the verdict.
    pub process: Process,
    /// The signer's certificate and those above it up to the anchor; empty where no path was found.
    pub chain: Vec<CertificateReport>,
    /// The time-stamp tokens inside the signature; of a document time-stamp, itself.
    pub timestamps: Vec<TimestampReport<F>>,
    /// The findings that keep the bytes from the next level.
    pub missing: Vec<F>,
    /// The digest over the byte range; empty where there is none.
    #[serde(skip)]
    pub document_digest: Vec<u8>,
    /// The signature value; empty where it can't be read.
    #[serde(skip)]
    pub signature_value: Vec<u8>,
}

/// A validation process of [EN 319 102-1].
///
/// [EN 319 102-1]: https://www.etsi.org/deliver/etsi_en/319100_319199/31910201/
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Process {
    /// For basic signatures, at the current time (5.3).
    Basic,
    /// For signatures with time and with long-term validation material (5.5).
    Time,
    /// For signatures with long-term availability and integrity of that material (5.6).
    LongTerm,
}

/// A certificate of a chain.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CertificateReport {
    /// The subject's name.
    pub subject: String,
    /// SHA-256 of the certificate, lower-case hex.
    pub fingerprint: String,
    /// Start of its validity.
    pub not_before: Timestamp,
    /// End of its validity.
    pub not_after: Timestamp,
    /// Whether the policy trusts it as it stands.
    pub is_anchor: bool,
    /// The certificate's revocation status; `None` for a trust anchor.
    pub revocation: Option<RevocationReport>,
    /// The certificate itself; empty for one beyond 64 KiB, which a hostile file would have us hold once a signature.
    #[serde(skip)]
    pub der: Vec<u8>,
}

/// The revocation status of a certificate, and the evidence for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RevocationReport {
    /// The status.
    pub status: RevocationState,
    /// The kind of evidence that decided.
    pub source: Option<EvidenceSource>,
    /// The evidence's thisUpdate.
    pub this_update: Option<Timestamp>,
    /// By when there is newer information.
    pub next_update: Option<Timestamp>,
    /// The time of signing.
    pub produced_at: Option<Timestamp>,
    /// Who signed it.
    pub signer: Option<String>,
    /// Since when the certificate is revoked or on hold.
    pub revoked_at: Option<Timestamp>,
    /// Why, as RFC 5280, 5.3.1 names it.
    pub reason: Option<&'static str>,
    /// The evidence that decided: a CRL or an OCSP answer in DER. One CRL may speak of every signature: it's shared.
    #[serde(skip)]
    pub evidence: Option<Arc<[u8]>>,
}

/// A revocation status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevocationState {
    /// Not revoked.
    Good,
    /// Revoked.
    Revoked,
    /// On hold: it may come back.
    OnHold,
    /// The certificate names nowhere to ask.
    NotPublished,
    /// Evidence is published, but isn't at hand.
    Missing,
}

/// A kind of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceSource {
    /// A certificate revocation list.
    Crl,
    /// An answer of an OCSP responder.
    Ocsp,
}

/// The subject of a time-stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TimestampKind {
    /// The signature value: the signature is older.
    Signature,
    /// The signed document: the signature is newer.
    Content,
    /// All that the file was: everything in it is older.
    Document,
}

/// The report on one time-stamp token.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TimestampReport<F = Finding> {
    /// The subject of the time-stamp.
    #[serde(rename = "type")]
    pub kind: TimestampKind,
    /// The time that it states; `None` where it can't be read.
    pub time: Option<Timestamp>,
    /// The time-stamping policy's OID.
    pub policy: Option<String>,
    /// The time-stamping authority.
    pub tsa: Option<SignerReport>,
    /// The time-stamp's messageImprint is of the bytes that it should cover.
    pub imprint_ok: bool,
    /// Whether the time-stamp's own signature verifies. Cryptography alone.
    pub signature_ok: bool,
    /// Digest of the message imprint.
    pub digest_algorithm: Option<DigestAlgorithm>,
    /// Scheme of its signature value.
    pub signature_algorithm: Option<SignatureAlgorithm>,
    /// The verdict on the token.
    pub indication: Indication,
    /// Why not passed.
    pub sub_indication: Option<SubIndication>,
    /// Which validation process gave the verdict.
    pub process: Process,
    /// The authority's certificate and those above it up to the anchor.
    pub chain: Vec<CertificateReport>,
    /// The token itself.
    #[serde(skip)]
    pub token: Vec<u8>,
    /// All that was noticed, errors first.
    pub findings: Vec<F>,
}

/// Whose certificate signed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SignerReport {
    /// The subject's name, RFC 4514 order as in the certificate, e.g. `CN=…,O=…,C=VN`.
    pub subject: String,
    /// CN.
    pub common_name: Option<String>,
    /// O.
    pub organisation: Option<String>,
    /// title (2.5.4.12), or the roster's.
    pub title: Option<String>,
    /// Serial number, lower-case hex.
    pub serial: String,
    /// A person's or an organisation's certificate, as far as its names say.
    pub kind: SignerKind,
    /// The issuer's name: the certification authority.
    pub issuer: String,
    /// Start of the certificate's validity.
    pub not_before: Timestamp,
    /// End of the certificate's validity.
    pub not_after: Timestamp,
    /// SHA-256 of the certificate, lower-case hex: what a roster names.
    pub fingerprint: String,
    /// OU, in the order of the certificate.
    #[serde(skip)]
    pub units: Vec<String>,
}

/// Kind of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum SignatureType {
    /// Made with a signer's key.
    #[serde(rename = "signature")]
    Signature,
    /// A document time-stamp (ETSI.RFC3161).
    #[serde(rename = "document-timestamp")]
    DocumentTimestamp,
}

/// How a role is known. The serialised form has three words for it: `roster`, `certificate`, `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RoleSource {
    /// The roster names the certificate, for the time of the signature.
    Roster,
    /// The roster names the certificate, for other times.
    #[serde(rename = "roster")]
    RosterOutsideDates,
    /// A hint from the certificate's names: weak.
    Certificate,
    /// Not known, though the roster alone is to say it.
    #[serde(rename = "none")]
    NotInRoster,
    /// Not known.
    None,
}

impl RoleSource {
    /// Whether the roster names the certificate, at whatever time.
    pub fn is_roster(self) -> bool {
        matches!(self, Self::Roster | Self::RosterOutsideDates)
    }
}

/// Whom a certificate names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SignerKind {
    /// A natural person.
    Person,
    /// An organisation.
    Organisation,
    /// The names don't say.
    Unknown,
}

/// The level found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Level {
    /// PAdES-B-B.
    #[serde(rename = "PAdES-B-B")]
    B,
    /// PAdES-B-T.
    #[serde(rename = "PAdES-B-T")]
    T,
    /// PAdES-B-LT.
    #[serde(rename = "PAdES-B-LT")]
    Lt,
    /// PAdES-B-LTA.
    #[serde(rename = "PAdES-B-LTA")]
    Lta,
    /// adbe.pkcs7.*.
    #[serde(rename = "PKCS7")]
    Pkcs7,
    /// Anything else.
    #[serde(rename = "other")]
    Other,
}

/// The coverage of a byte range. Exhaustive on purpose, as all enums of a report: whoever words it has to name each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coverage {
    /// All of the file but its own /Contents.
    WholeFile,
    /// All of the file up to the end of a revision, but its own /Contents.
    WholeRevision,
    /// From the start, but not to the end of a revision.
    Partial,
    /// Not a byte range that any signature may have.
    Invalid,
}

/// The changes by later revisions, from least to most. Exhaustive on purpose, as [`Coverage`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Modifications {
    /// Nothing.
    None,
    /// Long-term evidence: DSS, document time-stamps.
    Lta,
    /// Form fields and further signatures.
    FormFill,
    /// Annotations.
    Annotations,
    /// Anything else, or what can't be explained.
    Other,
}

/// The main verdict ([EN 319 102-1], 5.1.3).
///
/// [EN 319 102-1]: https://www.etsi.org/deliver/etsi_en/319100_319199/31910201/
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Indication {
    /// All checks hold.
    #[serde(rename = "TOTAL-PASSED")]
    TotalPassed,
    /// The evidence doesn't suffice for a verdict.
    #[serde(rename = "INDETERMINATE")]
    Indeterminate,
    /// Cryptography, format or a revocation says no.
    #[serde(rename = "TOTAL-FAILED")]
    TotalFailed,
}

/// The reason beside the verdict ([EN 319 102-1], tables 5 and 6).
///
/// [EN 319 102-1]: https://www.etsi.org/deliver/etsi_en/319100_319199/31910201/
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs, reason = "EN 319 102-1, tables 5 and 6, say what each one is")]
pub enum SubIndication {
    FormatFailure,
    HashFailure,
    SigCryptoFailure,
    Revoked,
    Expired,
    NotYetValid,
    SigConstraintsFailure,
    ChainConstraintsFailure,
    CertificateChainGeneralFailure,
    CryptoConstraintsFailure,
    PolicyProcessingError,
    SignaturePolicyNotAvailable,
    TimestampOrderFailure,
    NoSigningCertificateFound,
    NoCertificateChainFound,
    RevokedNoPoe,
    RevokedCaNoPoe,
    OutOfBoundsNoPoe,
    OutOfBoundsNotRevoked,
    RevocationOutOfBoundsNoPoe,
    CryptoConstraintsFailureNoPoe,
    NoPoe,
    TryLater,
    SignedDataNotFound,
    Custom,
}

impl fmt::Display for SubIndication {
    /// The name as EN 319 102-1 spells it, e.g. `HASH_FAILURE`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
