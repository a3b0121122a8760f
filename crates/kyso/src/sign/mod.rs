//! How a PDF gets signed, in the order of the steps:
//!
//! 1. [`prepare`]: the document with room for a signature, and the digest of what it covers. For the seal, with a witness
//!    that a valid leader's signature lies under it.
//! 2. [`to_be_signed`]: the signed attributes and their digest.
//! 3. [`signer`]: a key signs them, here or elsewhere, now or later.
//! 4. [`embed`]: the value, checked, goes into the room.

pub(crate) mod embed;
pub(crate) mod field;
pub(crate) mod parameters;
pub(crate) mod permission;
pub(crate) mod place;
pub(crate) mod prepare;
pub(crate) mod reserve;
pub(crate) mod signer;
pub(crate) mod to_be_signed;

pub use embed::{embed, embed_with_time_stamp};
pub use prepare::{PreparedDocument, prepare, prepare_seal};
pub use to_be_signed::ToBeSigned;

use jiff::Timestamp;

use self::embed::SignedDocument;
use self::parameters::Parameters;
use self::signer::Signer;

use crate::code::Code;
use crate::error::{Error, Parameter, Reason};
use crate::level::BaselineLevel;
use crate::pdf::{Document, SignatureField};
use crate::pki::Certificate;
use crate::role::LeaderSignature;
use crate::tsp::TimeStamper;

/// What is asked of a document before the key is used: it's given with zeros for the signature value.
pub(crate) type Rehearse = fn(&Document<'_>, &SignedDocument) -> Result<(), Error>;

/// The four steps for a signer that answers at once; between the second and the third, `rehearse` may refuse. From
/// PAdES-B-T on the signature value is time-stamped; what lies beyond PAdES-B-T is appended later, by `extend`. Whether a
/// seal may be made is the caller's to have seen: `witness` gives it its place.
///
/// # Errors
/// Those of the steps.
pub(crate) fn run(
    document: &Document<'_>,
    parameters: Parameters,
    signer: &dyn Signer,
    witness: Option<&LeaderSignature>,
    time_stamper: Option<&dyn TimeStamper>,
    rehearse: Rehearse,
) -> Result<SignedDocument, Error> {
    let time_stamper = match (parameters.level, time_stamper) {
        (BaselineLevel::B, _) => None,
        (_, Some(time_stamper)) => Some(time_stamper),
        (level, None) => {
            return Err(Error::parameters(Parameter::Level, Reason::NoTimeStamper(Some(level))));
        }
    };
    let certificates = signer.certificates();
    let certificate = own_certificate(signer)?;
    demand_in_time(certificate, parameters.claimed_time)?;
    let digest = match parameters.digest {
        Some(digest) => digest,
        None => ToBeSigned::default_digest(certificate, signer.algorithm())?,
    };
    let reserved = match parameters.reserved {
        Some(reserved) => reserved,
        None => {
            let room = time_stamper.map_or(0, TimeStamper::room);
            ToBeSigned::size(digest, signer.algorithm(), certificates)?.saturating_add(room)
        }
    };
    let name = parameters.name.clone().or_else(|| certificate.identity().common_name.clone());
    let named = Parameters { name, ..parameters };
    let prepared = prepare::prepare_any(document, &named, digest, reserved, witness)?;
    let to_be_signed = ToBeSigned::new(&prepared.digest, digest, signer.algorithm(), certificates)?;
    let draft = embed::fill(prepared.clone(), &to_be_signed.draft()?)?;
    if document.recovered().is_some() {
        demand_reached(document, &draft)?;
    }
    rehearse(document, &draft)?;
    let value = signer.sign(&to_be_signed)?;
    match time_stamper {
        Some(time_stamper) => embed_with_time_stamp(prepared, &to_be_signed, &value, time_stamper),
        None => embed(prepared, &to_be_signed, &value),
    }
}

/// The certificate of the signer's own key.
///
/// # Errors
/// [`Error::Signer`] where it has none.
pub(crate) fn own_certificate(signer: &dyn Signer) -> Result<&Certificate, Error> {
    signer.certificates().first().ok_or_else(|| Error::signer("the key has no certificate"))
}

/// A file that had to be mended may be so broken that readers run on from its last object into what is appended: nothing
/// is signed then that no reader finds.
fn demand_reached(document: &Document<'_>, signed: &SignedDocument) -> Result<(), Error> {
    let whole = signed.tail.after(document.bytes());
    let reached = document
        .earlier(&whole)
        .and_then(|after| SignatureField::all(&after))
        .is_ok_and(|fields| fields.iter().any(|field| field.name == signed.field && field.value.is_some()));
    if reached {
        return Ok(());
    }
    Err(Error::refused(
        Code::DocumentCutOff,
        "the file is so damaged that a signature appended to it isn't found; get the whole file again",
    ))
}

/// Nobody signs with a certificate that isn't in its time (Thông tư 15/2025/TT-BKHCN, Điều 5 khoản 1 điểm a).
fn demand_in_time(certificate: &Certificate, time: Timestamp) -> Result<(), Error> {
    if time < certificate.not_before() {
        let message = format!("the signing certificate isn't valid before {}", certificate.not_before());
        return Err(Error::refused(Code::CertificateNotYetValid, message));
    }
    if time > certificate.not_after() {
        let message =
            format!("the signing certificate expired at {}; renew it before signing", certificate.not_after());
        return Err(Error::refused(Code::CertificateExpired, message));
    }
    Ok(())
}
