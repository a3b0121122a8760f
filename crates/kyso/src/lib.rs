//! Digital signature and digital seal on certification results, as PAdES; and their verification.
//!
//! This library does no I/O: no network, no disk, no clock, no async. Bytes come in, bytes go out; time, trust
//! anchors and evidence are arguments.
//!
//! ```text
//!       SignatureParameters   Signer (key, token, remote)   Policy (time, anchors, roster)
//!                |              |                             |
//!   PDF bytes ---+--- sign() ---+-----------------------------+----> the tail to append
//!   PDF bytes ---+--- seal() ---+---- demands a leader's signature by the policy ----> the tail to append
//!   PDF bytes ------- verify() -------------------------------+----> Report
//! ```
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use kyso::{Document, Policy, PrivateKeySigner, SignatureParameters, SigningOptions};
//!
//! let pdf = std::fs::read("result.pdf")?;
//! let now = "2026-11-23T08:00:00+07:00".parse()?;
//! let leader = PrivateKeySigner::from_pkcs12(&std::fs::read("leader.p12")?, "secret")?;
//! let parameters = SignatureParameters::leader(now);
//! let signed = kyso::sign(&Document::parse(&pdf)?, &leader, &parameters, &SigningOptions::default())?;
//! let report = kyso::verify(&signed.tail.after(&pdf), &Policy::at(now))?;
//! assert!(report.signatures[0].signature_ok);
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

pub mod appearance;
pub mod asn1;
pub mod cms;
mod code;
pub mod crypto;
pub mod dangerous;
pub mod error;
mod extend;
mod finding;
mod judge;
mod language;
mod level;
pub mod local_time;
mod own_output;
pub mod pki;
mod role;
mod sign;
pub mod steps;
pub mod tsp;
pub mod validate;
mod verbs;

// What callers use by name. Each name has this one home or one room above, never both.
pub use code::{Cited, Code};
pub use error::by_fault::Error;
pub use extend::{ExtendParameters, Extended, FetchRequest, Fetcher, Gathered, Goal, Outside, Serves};
pub use finding::{Finding, Severity};
pub use language::{Bilingual, Language, both};
pub use level::BaselineLevel;
pub use own_output::{demand_signable, demand_valid_output};
pub use role::{
    CERTIFIER_FIELD, LeaderSignature, RECEIVER_FIELD, Role, SEAL_FIELD, is_kept, is_kept_for, kept_field, name_to_keep,
};
pub use sign::embed::SignedDocument;
pub use sign::parameters::{DocMdp, FieldChoice, Lock, Place, Seal, SealParameters, Signatory, SignatureParameters};
pub use sign::reserve::{FieldToReserve, reserve};
pub use sign::signer::{PrivateKeySigner, SignatureValue, Signer};
pub use sign::to_be_signed::ToBeSigned;
pub use tsp::time_stamper::TimeStamper;
pub use tsp::token::TimeStampToken;
pub use validate::artifact::VerifiedArtifact;
pub use validate::policy::{Anchors, Constraints, Policy, RevocationRule, Roster, RosterEntry};
pub use validate::report::{Indication, Report, SignatureReport, SubIndication};
pub use verbs::SigningOptions;

/// A moment, as every parameter and report here has it: the library has no clock. It's jiff's type, so that a program needs no
/// second dependency to say [`Timestamp::now()`].
pub use jiff::Timestamp;
// Names of kyso-pdf that stand in signatures here: who signs and verifies needs no second crate.
pub use kyso_pdf::geometry::Rectangle;
pub use kyso_pdf::material::{MAX_EVIDENCE, Material};
pub use kyso_pdf::{Document, Password, Tail};

use appearance::Block;
use kyso_pdf as pdf;
use kyso_pdf::material;
use sign::signer::SigningKey;
use validate::witness::{self, Trust};

/// Signs a document, with a key that answers at once. For one that answers later there are [`steps`].
/// The agency's seal is made by [`seal()`] alone: its parameters are of another type.
///
/// A document that could never verify, signed or sealed, is refused before the key is used: with rule `sign.flawed-file`,
/// `sign.annotations-overlap` or `sign.would-not-verify`.
///
/// Where the policy has a roster, a leader's key stands in it as a leader's at the claimed time: whoever signs KT., TL. or
/// TUQ. does so with a power that has its dates (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.7b). An empty roster
/// names nobody and refuses nobody, and others than the leader aren't asked for.
///
/// From PAdES-B-T on a time-stamp is got, from PAdES-B-LT on the evidence that the signature's validation needs, and for
/// PAdES-B-LTA a document time-stamp over it ([EN 319 142-1], 6.3). All of it or nothing: a signature that didn't get its
/// time-stamp or its evidence isn't given out.
///
/// # Errors
/// [`Error::Refused`] where the document or the certificate says no, with rule `sign.not-in-roster` where the roster does,
/// `seal.no-witness` where the field, the place or the certificate is the seal's, `page.unreadable` where something is to be seen
/// on a page of which a part can't be read,
/// `extend.no-path` where the signer's or an authority's certificate leads to no anchor of the policy and `extend.revoked`
/// where one is revoked; [`Error::Outside`] where a service failed; [`Error::Parameters`], also where the level needs what
/// the options don't have; [`Error::Input`], [`Error::Signer`]. Nothing is changed then.
///
/// # Examples
/// ```no_run
/// # fn example(document: &kyso::Document<'_>, key: &dyn kyso::Signer, now: kyso::Timestamp,
/// #     policy: &kyso::Policy, authority: &dyn kyso::TimeStamper) -> Result<(), kyso::Error> {
/// use kyso::{BaselineLevel, Outside, SignatureParameters, SigningOptions};
///
/// let parameters = SignatureParameters::leader(now).reason("Chứng thực chữ ký");
/// let signed = kyso::sign(document, key, &parameters, &SigningOptions::default())?;
///
/// // With a time-stamp, by an agency with a roster.
/// let options = SigningOptions::by(policy).outside(Outside::default().time_stamper(authority));
/// let stamped = kyso::sign(document, key, &parameters.level(BaselineLevel::T), &options)?;
/// # Ok(())
/// # }
/// ```
///
/// [EN 319 142-1]: https://www.etsi.org/deliver/etsi_en/319100_319199/31914201/
pub fn sign(
    document: &Document<'_>,
    signer: &dyn Signer,
    parameters: &SignatureParameters,
    options: &SigningOptions<'_>,
) -> Result<SignedDocument, Error> {
    verbs::demand_signing(parameters, SigningKey::of(signer), options)?;
    verbs::make(document, signer, parameters.of_any(), None, options)
}

/// Puts the agency's seal on a document that a leader has validly signed
/// (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d). The leader's certificate leads to an anchor of the policy, and
/// stands in its roster where it has one. The ways round are in [`dangerous`]. Levels are as for [`sign()`]; evidence about
/// the leader's signature that the file lacks is fetched before the signature is judged.
///
/// # Errors
/// [`Error::Refused`] with rule `seal.no-trust` where the policy has no anchor, `seal.no-leader-signature` where there is no
/// such signature, `seal.empty-field` where somebody whom the result's form demands hasn't signed in the field that is there
/// for it, `seal.filled-in` where something else came after a signature than signatures and long-term evidence,
/// `seal.stranger` where another one's leads to nobody who is trusted, `seal.not-in-roster` where the
/// policy's roster doesn't name the certificate for the seal, `seal.person-certificate` where no roster says otherwise and
/// it names a person; those of [`sign()`].
///
/// # Examples
/// ```no_run
/// # fn example(signed: &kyso::Document<'_>, key: &dyn kyso::Signer, now: kyso::Timestamp)
/// #     -> Result<(), Box<dyn std::error::Error>> {
/// use kyso::{Outside, Policy, Role, RosterEntry, SignatureParameters};
///
/// let mut policy = Policy::at(now);
/// policy.anchors.add(&std::fs::read("root.pem")?)?;
/// let leader = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
/// policy.roster.certificates.push(RosterEntry::new(leader, Role::Leader));
/// let sealed = kyso::seal(signed, key, &SignatureParameters::seal(now), &policy, &Outside::default())?;
/// # Ok(())
/// # }
/// ```
pub fn seal(
    document: &Document<'_>,
    signer: &dyn Signer,
    parameters: &SealParameters,
    policy: &Policy,
    outside: &Outside<'_>,
) -> Result<SignedDocument, Error> {
    verbs::seal(document, signer, parameters, policy, outside, Trust::Anchors)
}

/// Finds the leader's signature over which an agency's certificate may seal a document by the rule of [`seal()`]: what
/// [`prepare_seal`](steps::prepare_seal) needs where the agency's key answers later. Evidence is the policy's and
/// the file's; what else validation may need is [`gather()`]ed first.
///
/// # Errors
/// Those of [`seal()`] that speak of the leader's signature and of the certificate.
///
/// # Examples
/// ```no_run
/// # fn example(document: &kyso::Document<'_>, agency: &kyso::pki::Certificate, policy: &kyso::Policy)
/// #     -> Result<(), kyso::Error> {
/// let leader = kyso::leader_signature(document, agency, policy)?;
/// println!("the seal lies over the signature in field {}", leader.field());
/// # Ok(())
/// # }
/// ```
pub fn leader_signature(
    document: &Document<'_>,
    certificate: &pki::Certificate,
    policy: &Policy,
) -> Result<LeaderSignature, Error> {
    verbs::witness(document, certificate, policy, Trust::Anchors)
}

/// The signature fields of a result in which its form demands a signature and that are still empty, by name and in the form's
/// order: of whoever certifies, of the officer who received the request, of translators, parties and witnesses. While there is
/// one, nobody seals and no register enters the result.
///
/// # Errors
/// [`Error::Input`] where the form can't be read.
///
/// # Examples
/// ```no_run
/// # fn example(result: &kyso::Document<'_>) -> Result<(), kyso::Error> {
/// for field in kyso::missing_signatures(result)? {
///     println!("nobody has signed in {field}");
/// }
/// # Ok(())
/// # }
/// ```
pub fn missing_signatures(document: &Document<'_>) -> Result<Vec<String>, Error> {
    verbs::missing_signatures(document)
}

/// Refuses a document in which something else came after a signature than signatures and long-term evidence, by the report
/// on it: what sealing refuses, whoever is trusted, and what no register enters.
///
/// # Errors
/// [`Error::Refused`] with rule `seal.filled-in`.
///
/// # Examples
/// ```no_run
/// # fn example(result: &[u8], policy: &kyso::Policy) -> Result<(), kyso::Error> {
/// kyso::demand_unfilled(&kyso::verify(result, policy)?)?;
/// # Ok(())
/// # }
/// ```
pub fn demand_unfilled(report: &Report) -> Result<(), Error> {
    witness::demand_unfilled(report)
}

/// Finds the leader's signature under the agency's seal in a finished document, by the rule of [`seal()`]: what a register
/// asks for that enters the document as issued. The newest seal that is TOTAL-PASSED counts, with a roster one whose certificate
/// stands there for the seal; `None` where there is none. Evidence is the policy's and the file's.
///
/// # Errors
/// Those of [`seal()`] that speak of the leader's signature, of strangers and of trust.
///
/// # Examples
/// ```no_run
/// # fn example(finished: &kyso::VerifiedArtifact, policy: &kyso::Policy) -> Result<(), kyso::Error> {
/// match kyso::leader_under_seal(finished, policy)? {
///     Some(leader) => println!("sealed over the signature in field {}", leader.field()),
///     None => println!("no seal that holds"),
/// }
/// # Ok(())
/// # }
/// ```
pub fn leader_under_seal(finished: &VerifiedArtifact, policy: &Policy) -> Result<Option<LeaderSignature>, Error> {
    verbs::under_seal(finished, policy, Trust::Anchors)
}

/// Appends the pages of a paper to a document that nobody has signed, as new pages behind its last; the document's own
/// bytes stay as they are. Tags come along, what is inherited is written out, annotations and outlines of the paper stay
/// behind. A lời chứng goes onto a scanned or a born-digital document so.
///
/// # Errors
/// [`Error::Refused`] with rule `append.signed` where the document has a signature or is certified, `append.xfa` where it
/// is an XFA form, `document.cut-off`, `document.unfinished-update`, `document.unlisted-objects`, `document.wrong-row`,
/// `document.page-tree`, `document.permissions`, and `page.unreadable` where a page can't be read whole; [`Error::Input`] where its pages can't
/// be found.
///
/// # Examples
/// ```no_run
/// # fn example(scan: &kyso::Document<'_>, statement: &kyso::Document<'_>) -> Result<(), kyso::Error> {
/// let with_statement = kyso::append(scan, statement)?.after(scan.bytes());
/// # Ok(())
/// # }
/// ```
pub fn append(document: &Document<'_>, pages: &Document<'_>) -> Result<Tail, Error> {
    Ok(pdf::append_pages(document, pages)?)
}

/// Puts a section of a paper, or a picture, onto page `page` (from 1) of a document that nobody has signed, at a rectangle
/// in points as seen. The caller must know that the place is blank.
///
/// # Errors
/// Those of [`append()`]; [`Error::Parameters`] where there's no such page, or the rectangle isn't on it.
///
/// # Examples
/// ```no_run
/// # fn example(document: &kyso::Document<'_>, picture: &kyso::appearance::InkImage) -> Result<(), kyso::Error> {
/// use kyso::Rectangle;
/// use kyso::appearance::Block;
///
/// let place = Rectangle { x: 72.0, y: 72.0, width: 113.4, height: 56.7 };
/// let stamped = kyso::overlay(document, 1, place, Block::Picture(picture))?.after(document.bytes());
/// # Ok(())
/// # }
/// ```
pub fn overlay(
    document: &Document<'_>,
    page: usize,
    rectangle: Rectangle,
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
///
/// # Examples
/// ```no_run
/// # fn example(document: &kyso::Document<'_>, policy: &kyso::Policy, outside: &kyso::Outside<'_>)
/// #     -> Result<(), kyso::Error> {
/// let extended = kyso::extend(document, kyso::BaselineLevel::Lta, policy, outside)?;
/// let lasting = extended.tail.after(document.bytes());
/// # Ok(())
/// # }
/// ```
pub fn extend<'g>(
    document: &Document<'_>,
    to: impl Into<ExtendParameters<'g>>,
    policy: &Policy,
    outside: &Outside<'_>,
) -> Result<Extended, Error> {
    let ExtendParameters { goal, vri } = to.into();
    let before = validate::Validator::new(document, policy).report()?;
    witness::demand_intact(&before)?;
    let sources = verbs::sources(document, policy, outside);
    let extended = extend::Task { goal, time: policy.time, vri, is_new: false, sources: &sources }.run(document)?;
    let after = match extended.tail.bytes.is_empty() {
        true => None,
        false => Some(verbs::report_after(document, &extended.tail.after(document.bytes()), policy, outside)?),
    };
    let after = after.as_ref().unwrap_or(&before);
    match goal {
        Goal::Every(_) | Goal::Renewal => validate::attained::demand_level(after, goal.level(), None)?,
        Goal::One(level, field) => validate::attained::demand_level(after, level, Some(field))?,
    }
    validate::attained::demand_kept(&before, after)?;
    Ok(extended)
}

/// Appends evidence about the newest document time-stamp and a new one over it: before the authority's certificate
/// expires or an algorithm grows weak, and again before the new one does. What a signature lacks for PAdES-B-LTA, as one does
/// that was put on after the last document time-stamp, is fetched as by [`extend()`].
///
/// # Errors
/// [`Error::Refused`] with rule `renew.nothing` where there's no document time-stamp; those of [`extend()`].
///
/// # Examples
/// ```no_run
/// # fn example(document: &kyso::Document<'_>, policy: &kyso::Policy, outside: &kyso::Outside<'_>)
/// #     -> Result<(), kyso::Error> {
/// let renewed = kyso::renew(document, policy, outside)?.tail.after(document.bytes());
/// # Ok(())
/// # }
/// ```
pub fn renew(document: &Document<'_>, policy: &Policy, outside: &Outside<'_>) -> Result<Extended, Error> {
    extend(document, ExtendParameters::to(Goal::Renewal), policy, outside)
}

/// The newest document time-stamp of a file, where it has one that can be read. Nothing of it is checked: it's for who has to know
/// by when it's to be renewed.
///
/// # Errors
/// [`Error::Input`] where the file's fields can't be read.
pub fn newest_document_time_stamp(document: &Document<'_>) -> Result<Option<TimeStampToken>, Error> {
    extend::newest_time_stamp(document)
}

/// Fetches what the validation of a file's signatures lacks, as far as it can be had; nothing is written. What comes goes
/// into the policy's material, and [`verify`] judges with it.
///
/// # Errors
/// [`Error::Input`] and [`Error::Budget`] where the file can't be read, and whatever `fetcher` has to say but
/// [`Error::Outside`]: what didn't come is among the failures.
///
/// # Examples
/// ```no_run
/// # fn example(pdf: &[u8], mut policy: kyso::Policy, fetcher: &dyn kyso::Fetcher) -> Result<(), kyso::Error> {
/// let gathered = kyso::gather(&kyso::Document::parse(pdf)?, &policy, fetcher)?;
/// policy.material.merge(gathered.material);
/// let report = kyso::verify(pdf, &policy)?;
/// # Ok(())
/// # }
/// ```
pub fn gather(document: &Document<'_>, policy: &Policy, fetcher: &dyn Fetcher) -> Result<Gathered, Error> {
    verbs::gather(document, policy, fetcher)
}

/// A time-stamp with no document around it: over the root of a hash tree, for an archive (RFC 4998). It's one that validation by
/// `policy` would let pass; with a fetcher, only where evidence that its authority wasn't revoked can be had.
///
/// # Errors
/// [`Error::Outside`] where no authority gave one that serves, [`Error::Parameters`] where nobody is there to stamp, or for a
/// digest that isn't used for that.
///
/// # Examples
/// ```no_run
/// # fn example(root: &[u8], policy: &kyso::Policy, outside: &kyso::Outside<'_>) -> Result<(), kyso::Error> {
/// let token = kyso::time_stamp(kyso::crypto::DigestAlgorithm::Sha256, root, policy, outside)?;
/// println!("{}", token.info().time);
/// # Ok(())
/// # }
/// ```
pub fn time_stamp(
    digest: crypto::DigestAlgorithm,
    imprint: &[u8],
    policy: &Policy,
    outside: &Outside<'_>,
) -> Result<TimeStampToken, Error> {
    verbs::time_stamp(digest, imprint, policy, outside)
}

/// The certificates, CRLs and OCSP answers by which a time-stamp with no document around it is found good now: what has to go into
/// it ([`TimeStampToken::with_material`]) before another one covers it.
///
/// # Errors
/// [`Error::Refused`] with rule `extend.no-path`, `extend.revoked` or `extend.expired`, [`Error::Outside`] where something didn't
/// come, [`Error::Parameters`] where nothing can be fetched and something is missing.
///
/// # Examples
/// ```no_run
/// # fn example(token: &kyso::TimeStampToken, policy: &kyso::Policy, outside: &kyso::Outside<'_>) -> Result<(), kyso::Error> {
/// let complete = token.with_material(&kyso::evidence_about(token, policy, outside)?)?;
/// # Ok(())
/// # }
/// ```
pub fn evidence_about(token: &TimeStampToken, policy: &Policy, outside: &Outside<'_>) -> Result<Material, Error> {
    verbs::evidence_about(token, policy, outside)
}

/// Whether validation by `policy` would rely on an answer about a signer's certificate, at the policy's time: the test that a
/// [`Fetcher`] is given, for callers that fetch evidence apart from signing.
///
/// # Examples
/// ```no_run
/// # fn example(policy: &kyso::Policy, leader: &kyso::pki::Certificate, issuer: &kyso::pki::Certificate, crl: Vec<u8>) {
/// let serves = kyso::serves(policy, leader, issuer);
/// match serves(&kyso::Material { crls: vec![crl], ..kyso::Material::default() }) {
///     Ok(()) => println!("validation relies on this CRL"),
///     Err(why) => println!("validation doesn't rely on this CRL: {why:?}"),
/// }
/// # }
/// ```
pub fn serves<'p>(
    policy: &'p Policy,
    certificate: &'p pki::Certificate,
    issuer: &'p pki::Certificate,
) -> impl Fn(&Material) -> Result<(), error::Failed> + use<'p> {
    let judge = verbs::judge(policy, &Outside::default());
    let (kind, used_at) = (judge::CertificateKind::Signer, policy.time);
    move |answer: &Material| {
        let question = judge::Question { certificate, issuer, kind, used_at };
        judge.answer(question, answer).map_err(|unfit| *unfit.why)
    }
}

/// Verifies every signature of a file. The same bytes and the same policy give the same report.
///
/// # Errors
/// [`Error::Input`] where the bytes are no PDF, [`Error::Refused`] where the policy's password doesn't open them,
/// [`Error::Budget`] where a bound is reached. A bad signature is a verdict in the report, not an error.
///
/// # Examples
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut policy = kyso::Policy::at("2026-11-23T08:00:00+07:00".parse()?);
/// policy.anchors.add(&std::fs::read("root.pem")?)?;
/// let report = kyso::verify(&std::fs::read("result.pdf")?, &policy)?;
/// for signature in &report.signatures {
///     println!("{:?}: {:?}", signature.field, signature.indication);
/// }
/// # Ok(())
/// # }
/// ```
pub fn verify(bytes: &[u8], policy: &Policy) -> Result<Report, Error> {
    validate::verify(bytes, policy)
}
