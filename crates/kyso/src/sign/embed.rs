//! Step 4: the signature value into the hole, checked first.

use super::prepare::{PreparedDocument, demand_in_time};
use super::signer::SignatureValue;
use crate::error::{Error, Parameter, Reason};
use crate::level::BaselineLevel;
use crate::pdf::{ByteRange, Tail};
use crate::tsp::{self, TimeStamper};

/// The update that signs a document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedDocument {
    /// The bytes to append to the original, which stays as it is.
    pub tail: Tail,
    /// The signature field's fully qualified name.
    pub field: String,
    /// The bytes that the signature covers.
    pub byte_range: ByteRange,
}

/// Checks `value` against the certificate, wraps it into a `SignedData` and writes that into the hole.
///
/// # Errors
/// [`Error::Signer`] when the value doesn't verify: nothing wrong is ever embedded. [`Error::HoleTooSmall`] when the CMS
/// doesn't fit. [`Error::Parameters`] when the document was prepared for a level that needs a time-stamp: then it's
/// [`embed_with_time_stamp`] that can embed.
pub fn embed(prepared: PreparedDocument, value: &SignatureValue) -> Result<SignedDocument, Error> {
    if prepared.level > BaselineLevel::B {
        return Err(Error::parameters(Parameter::Level, Reason::PreparedForTimeStamp(prepared.level)));
    }
    let cms = prepared.to_be_signed.assemble(value)?;
    prepared.fill(&cms)
}

/// As [`embed`], with a time-stamp over the signature value as unsigned attribute (EN 319 122-1, 5.3): PAdES-B-T.
///
/// # Errors
/// Those of [`embed`]; [`Error::Outside`] where no time-stamp came, or the one that came doesn't hold. Nothing is
/// embedded then. [`Error::Refused`] with rule `certificate.expired` or `certificate.not-yet-valid` where the stamped
/// time isn't within the signing certificate's.
pub fn embed_with_time_stamp(
    prepared: PreparedDocument,
    value: &SignatureValue,
    time_stamper: &dyn TimeStamper,
) -> Result<SignedDocument, Error> {
    let to_be_signed = &prepared.to_be_signed;
    // Nobody is asked to stamp what isn't a signature.
    to_be_signed.verify(value)?;
    let digest = time_stamper.digest();
    let token = tsp::stamp(time_stamper, digest, &digest.digest(&value.0))?;
    demand_in_time(to_be_signed.certificate()?, token.info().time)?;
    let cms = to_be_signed.assemble_with_time_stamp(value, token.der())?;
    prepared.fill(&cms)
}
