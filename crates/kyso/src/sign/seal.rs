//! The agency's seal (dấu của cơ quan): the same steps, other parameters, and a witness that a valid leader's signature
//! lies under it (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).

use super::embed::SignedDocument;
use super::parameters::SignatureParameters;
use super::signer::Signer;
use super::{Rehearse, run};
use crate::code::Code;
use crate::error::{Error, Parameter};
use crate::pdf::Document;
use crate::role::{LeaderSignature, Role};
use crate::tsp::TimeStamper;

/// What a signature rests on: only sealing needs something.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Basis<'w> {
    /// Nothing. No seal is made so.
    None,
    /// The leader's signature that validation found in the document.
    Leader(&'w LeaderSignature),
    /// The caller went round the rule, by a function of `dangerous`.
    Waived,
}

impl<'w> Basis<'w> {
    pub(crate) fn witness(self) -> Option<&'w LeaderSignature> {
        match self {
            Self::Leader(witness) => Some(witness),
            Self::None | Self::Waived => None,
        }
    }

    /// Refuses a seal that rests on nothing, and a witness that speaks of another document.
    ///
    /// # Errors
    /// [`Error::Refused`] with rule `seal.no-witness`, [`Error::Parameters`].
    pub(crate) fn demand(self, document: &Document<'_>, role: Role) -> Result<(), Error> {
        match self {
            Self::None if role == Role::Seal => Err(Error::refused(
                Code::SealNoWitness,
                "a seal needs proof that a valid leader's signature lies under it: seal with `kyso::seal` or \
                 `kyso::seal_with`",
            )),
            Self::Leader(witness) if witness.document_length() != document.bytes().len() as u64 => {
                Err(Error::parameters(Parameter::Witness, "the leader's signature was found in another document"))
            }
            Self::None | Self::Leader(_) | Self::Waived => Ok(()),
        }
    }
}

/// Seals `document` on a basis.
///
/// # Errors
/// [`Error::Parameters`] where the role isn't the seal's; those of [`Basis::demand`] and of signing.
pub(crate) fn seal(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    signer: &dyn Signer,
    basis: Basis<'_>,
    time_stamper: Option<&dyn TimeStamper>,
    rehearse: Rehearse,
) -> Result<SignedDocument, Error> {
    demand_role(parameters)?;
    run(document, parameters, signer, basis, time_stamper, rehearse)
}

/// Refuses parameters of another role.
fn demand_role(parameters: &SignatureParameters) -> Result<(), Error> {
    match parameters.role {
        Role::Seal => Ok(()),
        _ => Err(Error::parameters(Parameter::Role, "sealing needs the role of the seal")),
    }
}
