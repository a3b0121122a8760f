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
pub mod cms;
pub mod code;
pub mod crypto;
pub mod dangerous;
pub mod error;
pub mod extend;
pub mod finding;
mod judge;
pub mod language;
pub mod level;
mod own_output;
pub mod pki;
pub mod role;
pub mod sign;
pub mod time;
pub mod tsp;
pub mod validate;

pub use appearance::Appearance;
pub use appearance::block::Block;
pub use code::Code;
pub use error::Error;
pub use extend::{ExtendParameters, Extended, FetchRequest, Fetcher, Gathered, Outside};
pub use kyso_pdf as pdf;
pub use kyso_pdf::material;
pub use language::Language;
pub use level::BaselineLevel;
pub use material::Material;
pub use own_output::{demand_signable, demand_valid_output};
pub use pdf::{Document, Password, Tail};
pub use role::Role;
pub use sign::embed::SignedDocument;
pub use sign::parameters::{DocMdp, Lock, Place, SignatureParameters};
pub use sign::reserve::{FieldToReserve, reserve};
pub use sign::signer::{PrivateKeySigner, SignatureValue, Signer};
pub use tsp::{TimeStampToken, TimeStamper};
pub use validate::artifact::VerifiedArtifact;
pub use validate::policy::{Constraints, Policy, RevocationRule, Roster, RosterEntry};
pub use validate::report::{Finding, Indication, Report, SignatureReport, SubIndication};

use sign::seal::Basis;
use validate::witness::Trust;

/// Signs a document with a key that answers at once. For one that answers later, walk the steps of [`sign`](mod@sign).
/// What could never verify, signed or sealed, is refused before the key is used: with rule `sign.flawed-file`,
/// `sign.annotations-overlap` or `sign.would-not-verify`.
///
/// # Errors
/// [`Error::Refused`] where the document or the certificate says no, with rule `seal.no-witness` where a seal is asked
/// for, which [`seal`] makes; [`Error::Parameters`], [`Error::Input`], [`Error::Signer`]. Nothing is changed then.
pub fn sign(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    signer: &dyn Signer,
) -> Result<SignedDocument, Error> {
    sign::run(document, parameters, signer, Basis::None, None, own_output::rehearse)
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
    demand_leading(parameters, signer, roster)?;
    sign(document, parameters, signer)
}

/// Puts the agency's seal on a document that a leader has validly signed
/// (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d). The leader's certificate leads to an anchor of the policy, and
/// stands in its roster where it has one; where the policy has a roster and no anchors, the roster alone says whose the
/// certificate is. The ways round are in [`dangerous`].
///
/// # Errors
/// [`Error::Refused`] with rule `seal.no-trust` where the policy has neither, `seal.no-leader-signature` where there is no such signature, `seal.not-in-roster` where
/// the policy's roster doesn't name the certificate for the seal, `seal.person-certificate` where no roster says
/// otherwise and it names a person; those of [`sign()`].
pub fn seal(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    signer: &dyn Signer,
    policy: &Policy,
) -> Result<SignedDocument, Error> {
    let witness = witness(document, signer, policy, Trust::Demanded)?;
    sign::seal::seal(document, parameters, signer, Basis::Leader(&witness), None, own_output::rehearse)
}

/// As [`sign_by_roster`], at any level: from PAdES-B-T on a time-stamp is got, from PAdES-B-LT on the evidence that the
/// signature's validation needs, and for PAdES-B-LTA a document time-stamp over it. All of it or nothing: a signature
/// that didn't get its time-stamp or its evidence isn't given out.
///
/// # Errors
/// [`Error::Outside`] where a service failed, [`Error::Refused`] with rule `extend.no-path` where the signer's or an
/// authority's certificate leads to no anchor of the policy and `extend.revoked` where one is revoked,
/// [`Error::Parameters`] where the level needs what `outside` doesn't have; those of [`sign_by_roster`].
pub fn sign_with(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    signer: &dyn Signer,
    policy: &Policy,
    outside: &Outside<'_>,
) -> Result<SignedDocument, Error> {
    demand_leading(parameters, signer, &policy.roster)?;
    at_level(document, parameters, policy, outside, |stamper| {
        sign::run(document, parameters, signer, Basis::None, stamper, own_output::rehearse)
    })
}

/// As [`seal`], at any level; see [`sign_with`]. Evidence about the leader's signature that the file lacks is fetched
/// before it's judged.
///
/// # Errors
/// Those of [`seal`] and of [`sign_with`].
pub fn seal_with(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    signer: &dyn Signer,
    policy: &Policy,
    outside: &Outside<'_>,
) -> Result<SignedDocument, Error> {
    seal_trusting(document, parameters, signer, (policy, Trust::Demanded), outside)
}

fn seal_trusting(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    signer: &dyn Signer,
    (policy, trust): (&Policy, Trust),
    outside: &Outside<'_>,
) -> Result<SignedDocument, Error> {
    trust.demand(policy)?;
    let mut policy = policy.clone();
    if let Some(fetcher) = outside.fetcher {
        // What couldn't be had is missing, and the verdict says so.
        policy.material.merge(gather(document, &policy, fetcher)?.material);
    }
    let witness = witness(document, signer, &policy, trust)?;
    let basis = Basis::Leader(&witness);
    at_level(document, parameters, &policy, outside, |stamper| {
        sign::seal::seal(document, parameters, signer, basis, stamper, own_output::rehearse)
    })
}

/// Appends the pages of a paper to a document that nobody has signed, as new pages behind its last; the document's own
/// bytes stay as they are. Tags come along, what is inherited is written out, annotations and outlines of the paper stay
/// behind. A lời chứng goes onto a scanned or a born-digital document so.
///
/// # Errors
/// [`Error::Refused`] with rule `append.signed` where the document has a signature or is certified, `append.xfa` where it
/// is an XFA form, `document.cut-off`, `document.unfinished-update`, `document.unlisted-objects`, `document.wrong-row`,
/// `document.permissions`, and `page.unreadable` where part of a page can't be read; [`Error::Input`] where its pages can't
/// be found.
pub fn append(document: &Document<'_>, pages: &Document<'_>) -> Result<Tail, Error> {
    Ok(pdf::append_pages(document, pages)?)
}

/// Puts a part of a paper, or a picture, onto page `page` (from 1) of a document that nobody has signed, at a rectangle
/// in points as seen. Whether the room is blank is the caller's affair.
///
/// # Errors
/// Those of [`append()`]; [`Error::Parameters`] where there's no such page, or the rectangle isn't on it.
pub fn overlay(
    document: &Document<'_>,
    page: usize,
    rectangle: appearance::geometry::Rectangle,
    block: Block<'_, '_>,
) -> Result<Tail, Error> {
    appearance::block::put(document, page, rectangle, block)
}

/// Appends what every signature of a file lacks for a level, whoever signed it: `to` is a [`BaselineLevel`], or says more
/// ([`ExtendParameters`]). A file that has it already is left as it
/// is: the tail is empty then.
///
/// # Errors
/// [`Error::Refused`] with rule `extend.broken` where a signature doesn't hold: nothing makes that last; with rule
/// `extend.no-signature`, `extend.no-path`, `extend.revoked` or `extend.expired`; [`Error::Outside`] where a service failed;
/// [`Error::Parameters`] where the level needs what `outside` doesn't have.
pub fn extend<'g>(
    document: &Document<'_>,
    to: impl Into<ExtendParameters<'g>>,
    policy: &Policy,
    outside: &Outside<'_>,
) -> Result<Extended, Error> {
    let ExtendParameters { goal, vri } = to.into();
    let before = validate::Validator::new(document, policy).report()?;
    validate::witness::demand_intact(&before)?;
    let sources = sources(document, policy, outside);
    let extended = extend::Task { goal, time: policy.time, vri, sources: &sources }.run(document)?;
    let after = match extended.tail.bytes.is_empty() {
        true => None,
        false => Some(report_after(document, &extended.to_bytes(document.bytes()), policy, outside)?),
    };
    let after = after.as_ref().unwrap_or(&before);
    match goal {
        extend::Goal::Every(level) => validate::attained::demand_level(after, level, None)?,
        extend::Goal::One(level, field) => validate::attained::demand_level(after, level, Some(field))?,
        extend::Goal::Renewal => validate::attained::demand_time_stamp(after)?,
    }
    validate::attained::demand_kept(&before, after)?;
    Ok(extended)
}

/// Appends evidence about the newest document time-stamp and a new one over it: before the authority's certificate
/// expires or an algorithm grows weak, and again before the new one does.
///
/// # Errors
/// [`Error::Refused`] with rule `renew.nothing` where there's no document time-stamp; those of [`extend()`].
pub fn renew(document: &Document<'_>, policy: &Policy, outside: &Outside<'_>) -> Result<Extended, Error> {
    extend(document, ExtendParameters { goal: extend::Goal::Renewal, vri: false }, policy, outside)
}

/// Fetches what the validation of a file's signatures lacks, as far as it can be had; nothing is written. What comes goes
/// into the policy's material, and [`verify`] judges with it.
///
/// # Errors
/// [`Error::Input`] and [`Error::Budget`] where the file can't be read, and whatever `fetcher` has to say but
/// [`Error::Outside`]: what didn't come is among the failures.
pub fn gather(document: &Document<'_>, policy: &Policy, fetcher: &dyn Fetcher) -> Result<Gathered, Error> {
    // Judged at the policy's time, as by the validation that it's for.
    extend::gather::gather(document, judge(policy, &Outside::default()), policy.time, fetcher)
}

/// Whether validation by `policy` would rely on an answer about a signer's certificate, at the policy's time: what a
/// [`Fetcher`] is asked to look for, for whoever fetches evidence apart from signing. Certificates are in DER.
///
/// # Errors
/// [`Error::Input`] where one of the certificates can't be read.
pub fn serves<'p>(
    policy: &'p Policy,
    certificate: &[u8],
    issuer: &[u8],
) -> Result<impl Fn(&Material) -> Result<(), error::Failed> + use<'p>, Error> {
    let (certificate, issuer) = (pki::Certificate::parse(certificate)?, pki::Certificate::parse(issuer)?);
    let judge = judge(policy, &Outside::default());
    let (kind, used_at) = (judge::CertificateKind::Signer, policy.time);
    Ok(move |answer: &Material| {
        let question = judge::Question { certificate: &certificate, issuer: &issuer, kind, used_at };
        judge.answer(question, answer).map_err(|unfit| unfit.why)
    })
}

/// Verifies every signature of a file. The same bytes and the same policy give the same report.
///
/// # Errors
/// [`Error::Input`] where the bytes are no PDF, [`Error::Refused`] where the policy's password doesn't open them,
/// [`Error::Budget`] where a bound is reached. A bad signature is a verdict in the report, not an error.
pub fn verify(bytes: &[u8], policy: &Policy) -> Result<Report, Error> {
    validate::verify(bytes, policy)
}

/// Validation by the policy, as it's asked about single answers.
fn judge<'j>(policy: &Policy, outside: &Outside<'j>) -> Box<dyn judge::Judge + 'j> {
    let (outside, start) = (*outside, policy.time);
    Box::new(validate::by_policy::ByPolicy::new(policy, move || outside.now(start)))
}

fn sources<'s>(document: &Document<'_>, policy: &Policy, outside: &Outside<'s>) -> extend::Sources<'s> {
    extend::Sources::new(document, (judge(policy, outside), &policy.material), outside)
}

/// Has a signature made, time-stamped where its level needs that, and appends what it needs beyond. What is given out has
/// that level by the policy.
fn at_level(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    policy: &Policy,
    outside: &Outside<'_>,
    make: impl FnOnce(Option<&dyn TimeStamper>) -> Result<SignedDocument, Error>,
) -> Result<SignedDocument, Error> {
    let level = parameters.level;
    if level == BaselineLevel::B {
        return make(None);
    }
    let sources = sources(document, policy, outside);
    let mut signed = match sources.stamper(level) {
        Some(stamper) => make(Some(&stamper))?,
        None => make(None)?,
    };
    let mut bytes = signed.to_bytes(document.bytes());
    if level > BaselineLevel::T {
        let goal = extend::Goal::One(level, &signed.field);
        let task = extend::Task { goal, time: policy.time, vri: parameters.vri, sources: &sources };
        let extended = task.run(&document.earlier(&bytes)?)?;
        bytes.extend(&extended.tail.bytes);
        signed.tail.bytes.extend(extended.tail.bytes);
    }
    let report = report_after(document, &bytes, policy, outside)?;
    validate::attained::demand_level(&report, level, Some(&signed.field))?;
    Ok(signed)
}

/// What validation says of `bytes`, which begin with the document's, by the policy at the time that it has become.
fn report_after(
    document: &Document<'_>,
    bytes: &[u8],
    policy: &Policy,
    outside: &Outside<'_>,
) -> Result<Report, Error> {
    let policy = Policy { time: outside.now(policy.time), ..policy.clone() };
    validate::Validator::new(&document.earlier(bytes)?, &policy).report()
}

fn demand_leading(parameters: &SignatureParameters, signer: &dyn Signer, roster: &Roster) -> Result<(), Error> {
    if parameters.role == Role::Leader {
        let certificate = signer.certificates().first().ok_or_else(|| Error::signer("the key has no certificate"))?;
        let certificate = pki::Certificate::parse(certificate)?;
        validate::witness::demand_leading(roster, &certificate, parameters.claimed_time)?;
    }
    Ok(())
}

fn witness(
    document: &Document<'_>,
    signer: &dyn Signer,
    policy: &Policy,
    trust: Trust,
) -> Result<role::LeaderSignature, Error> {
    trust.demand(policy)?;
    let report = validate::Validator::new(document, policy).report()?;
    let certificate = signer.certificates().first().ok_or_else(|| Error::signer("the key has no certificate"))?;
    let certificate = pki::Certificate::parse(certificate)?;
    validate::witness::demand_sealing(&policy.roster, &certificate, policy.time)?;
    let has_certifier = document.signature_fields()?.iter().any(|field| field.name == role::CERTIFIER_FIELD);
    let certifier = has_certifier.then_some(role::CERTIFIER_FIELD);
    validate::witness::leader_signature(&report, policy, &certificate, trust, certifier)
}
