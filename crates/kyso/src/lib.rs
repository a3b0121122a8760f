//! Digital signature and digital seal on certification results, as PAdES; and their verification.
//!
//! This library does no I/O: no network, no disk, no clock, no async. Bytes come in, bytes go out; time, trust
//! anchors and evidence are arguments.
//!
//! ```text
//!                 SignatureParameters   Signer (key, token, remote)
//!                          |              |
//!   PDF bytes ---> sign() / seal() -------+----> the tail to append
//!   PDF bytes ---> verify() <--- Policy (time, anchors, roster)  ----> Report
//! ```
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use kyso::{Document, Policy, PrivateKeySigner, SignatureParameters};
//!
//! let pdf = std::fs::read("result.pdf")?;
//! let now = "2026-11-23T08:00:00+07:00".parse()?;
//! let leader = PrivateKeySigner::from_pkcs12(&std::fs::read("leader.p12")?, "secret")?;
//! let signed = kyso::sign(&Document::parse(&pdf)?, &SignatureParameters::leader(now), &leader)?.to_bytes(&pdf);
//! let report = kyso::verify(&signed, &Policy::at(now))?;
//! assert!(report.signatures[0].signature_ok);
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

pub mod appearance;
pub mod asn1;
pub mod certification;
pub mod cms;
pub mod crypto;
pub mod error;
pub mod extend;
pub mod language;
pub mod level;
pub mod material;
pub mod pdf;
pub mod pki;
pub mod role;
pub mod sign;
pub mod tsp;
pub mod validate;

pub use appearance::Appearance;
pub use error::Error;
pub use extend::{FetchRequest, Fetcher, Outside};
pub use language::Language;
pub use level::BaselineLevel;
pub use material::Material;
pub use pdf::{Document, Password};
pub use role::Role;
pub use sign::embed::SignedDocument;
pub use sign::parameters::{DocMdp, Lock, Place, SignatureParameters};
pub use sign::reserve::{FieldToReserve, reserve};
pub use sign::signer::{PrivateKeySigner, SignatureValue, Signer};
pub use tsp::{TimeStampToken, TimeStamper};
pub use validate::policy::{Constraints, Policy, RevocationRule, Roster, RosterEntry};
pub use validate::report::{Finding, Indication, Report, SignatureReport, SubIndication};

/// Signs a document with a key that answers at once. For one that answers later, walk the steps of [`sign`](mod@sign).
///
/// # Errors
/// [`Error::Refused`] where the document or the certificate says no, [`Error::Parameters`], [`Error::Input`],
/// [`Error::Signer`]. Nothing is changed then.
pub fn sign(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    signer: &dyn Signer,
) -> Result<SignedDocument, Error> {
    sign::run(document, parameters, signer, None)
}

/// As [`sign()`], for a key that the agency's roster names as a leader's at the claimed time: whoever signs KT., TL. or
/// TUQ. does so with a power that has its dates (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.7b). An empty roster
/// names nobody and refuses nobody, and other roles than the leader's aren't asked for.
///
/// # Errors
/// [`Error::Refused`] with rule `sign.not-in-roster`; those of [`sign()`].
pub fn sign_by_roster(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    signer: &dyn Signer,
    roster: &Roster,
) -> Result<SignedDocument, Error> {
    if parameters.role == Role::Leader {
        let certificate = signer.certificates().first().ok_or_else(|| Error::signer("the key has no certificate"))?;
        let certificate = pki::Certificate::parse(certificate)?;
        validate::witness::demand_leading(roster, &certificate, parameters.claimed_time)?;
    }
    sign(document, parameters, signer)
}

/// Puts the agency's seal on a document that a leader has validly signed
/// (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).
///
/// # Errors
/// [`Error::Refused`] with rule `seal.no-leader-signature` where there is no such signature, `seal.not-in-roster` where
/// the policy's roster doesn't name the certificate for the seal, `seal.person-certificate` where no roster says
/// otherwise and it names a person; those of [`sign()`].
pub fn seal(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    signer: &dyn Signer,
    policy: &Policy,
) -> Result<SignedDocument, Error> {
    let report = validate::Validator::new(document, policy).report()?;
    let certificate = signer.certificates().first().ok_or_else(|| Error::signer("the key has no certificate"))?;
    let certificate = pki::Certificate::parse(certificate)?;
    validate::witness::demand_sealing(&policy.roster, &certificate, policy.time)?;
    let witness = validate::witness::leader_signature(&report, policy, &certificate)?;
    sign::seal::seal(document, parameters, signer, &witness)
}

/// Puts the agency's seal on a document whatever lies under it: the explicit way round the rule of [`seal`], for copies
/// that the agency makes itself.
///
/// # Errors
/// Those of [`sign()`].
pub fn seal_unsigned(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    signer: &dyn Signer,
) -> Result<SignedDocument, Error> {
    sign::seal::demand_role(parameters)?;
    sign::run(document, parameters, signer, None)
}

/// Verifies every signature of a file. The same bytes and the same policy give the same report.
///
/// # Errors
/// [`Error::Input`] where the bytes are no PDF, [`Error::Refused`] where the policy's password doesn't open them,
/// [`Error::Budget`] where a bound is reached. A bad signature is a verdict in the report, not an error.
pub fn verify(bytes: &[u8], policy: &Policy) -> Result<Report, Error> {
    validate::verify(bytes, policy)
}
