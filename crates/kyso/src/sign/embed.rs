//! Step 4: the signature value into the hole, checked first.

use std::io::{self, Write};

use super::prepare::PreparedDocument;
use super::signer::SignatureValue;
use super::to_be_signed::ToBeSigned;
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

impl SignedDocument {
    /// Writes the whole signed document: `original`, then the tail.
    ///
    /// # Errors
    /// Those of `sink`; [`io::ErrorKind::InvalidInput`] when `original` isn't as long as the document that was signed.
    pub fn write_to(&self, original: &[u8], sink: &mut impl Write) -> io::Result<()> {
        if original.len() as u64 != self.tail.start {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "these are not the bytes that were signed"));
        }
        sink.write_all(original)?;
        sink.write_all(&self.tail.bytes)
    }

    /// The whole signed document in memory.
    pub fn to_bytes(&self, original: &[u8]) -> Vec<u8> {
        [original, &self.tail.bytes].concat()
    }
}

/// Checks `value` against the certificate, wraps it into a `SignedData` and writes that into the hole.
///
/// # Errors
/// [`Error::Signer`] when the value doesn't verify: nothing wrong is ever embedded. [`Error::HoleTooSmall`] when the CMS
/// doesn't fit. [`Error::Parameters`] when `to_be_signed` belongs to another document, or the document was prepared for a
/// level that needs a time-stamp: then it's [`embed_with_time_stamp`] that can embed.
pub fn embed(
    prepared: PreparedDocument,
    to_be_signed: &ToBeSigned,
    value: &SignatureValue,
) -> Result<SignedDocument, Error> {
    if prepared.level > BaselineLevel::B {
        return Err(Error::parameters(Parameter::Level, Reason::PreparedForTimeStamp(prepared.level)));
    }
    demand_same_document(&prepared, to_be_signed)?;
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
    demand_same_document(&prepared, to_be_signed)?;
    // Nobody is asked to stamp what isn't a signature.
    to_be_signed.verify(value)?;
    let digest = time_stamper.digest();
    let token = tsp::stamp(time_stamper, digest, &digest.digest(&value.0))?;
    super::demand_in_time(&to_be_signed.certificate()?, token.info().time)?;
    let cms = to_be_signed.assemble_with_time_stamp(value, token.der())?;
    fill(prepared, &cms)
}

fn demand_same_document(prepared: &PreparedDocument, to_be_signed: &ToBeSigned) -> Result<(), Error> {
    if to_be_signed.document_digest()? == prepared.digest {
        return Ok(());
    }
    Err(Error::parameters(Parameter::ToBeSigned, "was made for another document"))
}

/// The document with `cms` in its hole.
pub(super) fn fill(prepared: PreparedDocument, cms: &[u8]) -> Result<SignedDocument, Error> {
    let PreparedDocument { tail, byte_range, field, reserved, .. } = prepared;
    let tail = Hole { tail, byte_range: byte_range.clone(), reserved }.fill(cms)?;
    Ok(SignedDocument { tail, field, byte_range })
}
