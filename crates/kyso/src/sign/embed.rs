//! Step 4: the signature value into the hole, checked first.

use super::prepare::PreparedDocument;
use super::signer::SignatureValue;
use super::to_be_signed::ToBeSigned;
use crate::code::Code;
use crate::crypto::hex;
use crate::error::{Error, Parameter, Reason};
use crate::level::BaselineLevel;
use crate::pdf::{ByteRange, Hole, Tail};
use crate::tsp::{self, TimeStamper};

/// What signing appends to a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedDocument {
    /// The bytes to append to the original, which stays as it is.
    pub tail: Tail,
    /// The signature field's fully qualified name.
    pub field: String,
    /// What the signature covers.
    pub byte_range: ByteRange,
}

/// Checks `value` against the certificate, wraps it into a `SignedData` and writes that into the hole.
///
/// # Errors
/// [`Error::Signer`] when the value doesn't verify: nothing wrong is ever embedded. [`Error::HoleTooSmall`] when the CMS
/// doesn't fit. [`Error::Refused`] with rule `seal.no-witness` where a seal was prepared for another certificate.
/// [`Error::Parameters`] when `to_be_signed` belongs to another document, or the document was prepared for a
/// level that needs a time-stamp: then it's [`embed_with_time_stamp`] that can embed.
pub fn embed(
    prepared: PreparedDocument,
    to_be_signed: &ToBeSigned,
    value: &SignatureValue,
) -> Result<SignedDocument, Error> {
    if prepared.level > BaselineLevel::B {
        return Err(Error::parameters(Parameter::Level, Reason::PreparedForTimeStamp(prepared.level)));
    }
    demand_same(&prepared, to_be_signed)?;
    let cms = to_be_signed.assemble(value)?;
    fill(prepared, &cms)
}

/// As [`embed`], with a time-stamp over the signature value as unsigned attribute (EN 319 122-1, 5.3): PAdES-B-T.
///
/// # Errors
/// Those of [`embed`]; [`Error::Outside`] where no time-stamp came, or the one that came doesn't hold. Nothing is
/// embedded then. [`Error::Refused`] with rule `certificate.expired` or `certificate.not-yet-valid` where the stamped
/// time isn't within the signing certificate's.
pub fn embed_with_time_stamp(
    prepared: PreparedDocument,
    to_be_signed: &ToBeSigned,
    value: &SignatureValue,
    time_stamper: &dyn TimeStamper,
) -> Result<SignedDocument, Error> {
    demand_same(&prepared, to_be_signed)?;
    // Nobody is asked to stamp what isn't a signature.
    to_be_signed.verify(value)?;
    let digest = time_stamper.digest();
    let token = tsp::stamp(time_stamper, digest, &digest.digest(&value.0))?;
    super::demand_in_time(to_be_signed.certificate()?, token.info().time)?;
    let cms = to_be_signed.assemble_with_time_stamp(value, token.der())?;
    fill(prepared, &cms)
}

/// Refuses attributes over another document, and a certificate that the seal wasn't prepared for.
fn demand_same(prepared: &PreparedDocument, to_be_signed: &ToBeSigned) -> Result<(), Error> {
    if to_be_signed.document_digest()? != prepared.digest {
        return Err(Error::parameters(Parameter::ToBeSigned, "was made for another document"));
    }
    if let Some(sha256) = &prepared.certificate_sha256
        && hex(&to_be_signed.certificate()?.fingerprint()) != *sha256
    {
        return Err(Error::refused(Code::SealNoWitness, "the seal was prepared for another certificate"));
    }
    Ok(())
}

/// The document with `cms` in its hole.
pub(super) fn fill(prepared: PreparedDocument, cms: &[u8]) -> Result<SignedDocument, Error> {
    let PreparedDocument { tail, byte_range, field, reserved, .. } = prepared;
    let tail = Hole { tail, byte_range: byte_range.clone(), reserved }.fill(cms)?;
    Ok(SignedDocument { tail, field, byte_range })
}
