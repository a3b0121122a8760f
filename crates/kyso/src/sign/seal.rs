//! The agency's seal (dấu của cơ quan): the same steps, other parameters, and a witness that a valid leader's signature
//! lies under it (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).

use super::embed::SignedDocument;
use super::parameters::SignatureParameters;
use super::signer::Signer;
use super::{Rehearse, run};
use crate::error::Error;
use crate::pdf::Document;
use crate::role::{LeaderSignature, Role};
use crate::tsp::TimeStamper;

/// Seals `document`, in which `witness` was found.
///
/// # Errors
/// [`Error::Parameters`] when the witness speaks of another document or the role isn't the seal's; those of signing.
pub(crate) fn seal(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    signer: &dyn Signer,
    witness: &LeaderSignature,
    time_stamper: Option<&dyn TimeStamper>,
    rehearse: Rehearse,
) -> Result<SignedDocument, Error> {
    if witness.document_length() != document.bytes().len() as u64 {
        return Err(Error::parameters("witness", "the leader's signature was found in another document"));
    }
    demand_role(parameters)?;
    run(document, parameters, signer, Some(witness), time_stamper, rehearse)
}

/// Refuses parameters of another role.
pub(crate) fn demand_role(parameters: &SignatureParameters) -> Result<(), Error> {
    match parameters.role {
        Role::Seal => Ok(()),
        _ => Err(Error::parameters("role", "sealing needs the role of the seal")),
    }
}
