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

/// Step 4 of a document that is known to be the prepared one ([`steps::embed`](crate::steps::embed)).
pub(crate) fn embed(prepared: PreparedDocument, value: &SignatureValue) -> Result<SignedDocument, Error> {
    if prepared.level > BaselineLevel::B {
        return Err(Error::parameters(Parameter::Level, Reason::PreparedForTimeStamp(prepared.level)));
    }
    let cms = prepared.to_be_signed.assemble(value)?;
    prepared.fill(&cms)
}

/// Likewise, at PAdES-B-T ([`steps::embed_with_time_stamp`](crate::steps::embed_with_time_stamp)).
pub(crate) fn embed_with_time_stamp(
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
