//! The ways round the rules of sealing, by a name that can be looked for, as in [`kyso::dangerous`]. Whoever takes one answers
//! for what the rule would have kept out.

use kyso::VerifiedArtifact;

use crate::error::Error;
use crate::issue;
use crate::sign::By;

/// Which rule of sealing is gone round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waived {
    /// The rule that a leader's signature lies under the seal ([`kyso::dangerous::seal_unsigned`]).
    Signature,
    /// The rule that the leader's certificate leads to a trust anchor ([`kyso::dangerous::seal_untrusted`]).
    Trust,
}

/// Verifies a finished file whoever signed it: whoever makes certificates with the names of a leader and of an agency passes.
/// What is entered in a register by it is entered with [`Unchecked::Trust`](kyso_register::Unchecked::Trust).
///
/// # Errors
/// Those of [`issue::verify`] but [`Error::NotSealed`], which there is where something was filled in after a signature
/// (`seal.filled-in`).
pub fn verify_untrusted(bytes: Vec<u8>, by: By<'_>) -> Result<VerifiedArtifact, Error> {
    issue::verify_complete(bytes, by.policy)
}
