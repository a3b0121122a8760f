//! Every way round a rule, each by a name that can be looked for. Whoever calls one of these answers for what the rule would
//! have kept out: a person sees the agency's seal and takes the document for the agency's word.

use crate::error::Error;
use crate::extend::Outside;
use crate::pdf::Document;
use crate::role::LeaderSignature;
use crate::sign::embed::SignedDocument;
use crate::sign::parameters::{SealParameters, SignatureParameters};
use crate::sign::prepare;
use crate::sign::signer::Signer;
use crate::steps::{PreparedDocument, SigningKey};
use crate::validate::Validator;
use crate::validate::artifact::VerifiedArtifact;
use crate::validate::policy::Policy;
use crate::validate::witness::{self, Trust};
use crate::verbs::{self, SigningOptions};

/// Seals a document over the signature of a leader whom the policy's roster alone vouches for. Goes round the rule that the
/// certificate leads to an anchor: no certification authority says whose the certificate is, or that it wasn't revoked. Every
/// other signature's certificate leads to an anchor of the policy or stands in its roster too.
///
/// # Errors
/// Those of [`seal`](crate::seal()), with rule `seal.no-trust` where the roster is empty.
///
/// # Examples
/// ```no_run
/// # fn example(signed: &kyso::Document<'_>, key: &dyn kyso::Signer, now: kyso::Timestamp) -> Result<(), kyso::Error> {
/// use kyso::{Outside, Policy, Role, RosterEntry, SignatureParameters, dangerous};
///
/// let mut policy = Policy::at(now);
/// let leader = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
/// policy.roster.certificates.push(RosterEntry::new(leader, Role::Leader));
/// let parameters = SignatureParameters::seal(now);
/// let sealed = dangerous::seal_by_roster(signed, key, &parameters, &policy, &Outside::default())?;
/// # Ok(())
/// # }
/// ```
pub fn seal_by_roster(
    document: &Document<'_>,
    signer: &dyn Signer,
    parameters: &SealParameters,
    policy: &Policy,
    outside: &Outside<'_>,
) -> Result<SignedDocument, Error> {
    verbs::seal(document, signer, parameters, policy, outside, Trust::Roster)
}

/// Finds the leader's signature under the agency's seal in a finished document where the policy's roster alone vouches for
/// both. Goes round the rule that the certificates lead to an anchor, as [`seal_by_roster`] does.
///
/// # Errors
/// Those of [`leader_under_seal`](crate::leader_under_seal), with rule `seal.no-trust` where the roster is empty.
///
/// # Examples
/// ```no_run
/// # fn example(finished: &kyso::VerifiedArtifact, policy: &kyso::Policy) -> Result<(), kyso::Error> {
/// let is_sealed = kyso::dangerous::leader_under_seal_by_roster(finished, policy)?.is_some();
/// # Ok(())
/// # }
/// ```
pub fn leader_under_seal_by_roster(
    finished: &VerifiedArtifact,
    policy: &Policy,
) -> Result<Option<LeaderSignature>, Error> {
    verbs::under_seal(finished, policy, Trust::Roster)
}

/// Seals a document over a leader's signature whose certificate may lead to no trusted one. Goes round the rule that
/// somebody whom the agency trusts says whose the certificate is: whoever makes a certificate with a leader's name gets
/// the seal. The signature is intact, nothing that it doesn't allow came after it, and its certificate is in its time; a
/// roster of the policy still holds.
///
/// # Errors
/// Those of [`seal`](crate::seal()) but `seal.no-trust` and `seal.stranger`.
///
/// # Examples
/// ```no_run
/// # fn example(signed: &kyso::Document<'_>, key: &dyn kyso::Signer, now: kyso::Timestamp) -> Result<(), kyso::Error> {
/// use kyso::{Outside, Policy, SignatureParameters, dangerous};
///
/// let parameters = SignatureParameters::seal(now);
/// let sealed = dangerous::seal_untrusted(signed, key, &parameters, &Policy::at(now), &Outside::default())?;
/// # Ok(())
/// # }
/// ```
pub fn seal_untrusted(
    document: &Document<'_>,
    signer: &dyn Signer,
    parameters: &SealParameters,
    policy: &Policy,
    outside: &Outside<'_>,
) -> Result<SignedDocument, Error> {
    verbs::seal(document, signer, parameters, policy, outside, Trust::Waived)
}

/// Seals a document whatever lies under the seal, for papers that the agency makes itself. Goes round the rule that the
/// seal follows a valid leader's signature (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d): whose the document's
/// signatures are isn't judged; that nothing was filled in after one of them is. A signature that the form demands isn't missing all the same: no paper of the agency's own has a field for it.
///
/// # Errors
/// Those of [`sign()`](crate::sign()) but `sign.not-in-roster`; `seal.empty-field`, `seal.filled-in`.
///
/// # Examples
/// ```no_run
/// # fn example(document: &kyso::Document<'_>, key: &dyn kyso::Signer, now: kyso::Timestamp) -> Result<(), kyso::Error> {
/// use kyso::{SignatureParameters, SigningOptions, dangerous};
///
/// let parameters = SignatureParameters::seal(now);
/// let sealed = dangerous::seal_unsigned(document, key, &parameters, &SigningOptions::default())?;
/// # Ok(())
/// # }
/// ```
pub fn seal_unsigned(
    document: &Document<'_>,
    signer: &dyn Signer,
    parameters: &SealParameters,
    options: &SigningOptions<'_>,
) -> Result<SignedDocument, Error> {
    verbs::demand_filled(document)?;
    let policy = options.policy_at(parameters.of_any().claimed_time);
    witness::demand_unfilled(&Validator::new(document, &policy).report()?)?;
    verbs::make(document, signer, parameters.of_any(), None, options)
}

/// Prepares a document for a signature that may never verify. Goes round the rule that validation judges a draft before the
/// key is used (`sign.would-not-verify`): for files that verifiers are tested with.
///
/// # Errors
/// Those of [`prepare`](crate::steps::prepare) but `sign.flawed-file`, `sign.annotations-overlap`, `sign.would-not-verify` and
/// `sign.not-in-roster`.
///
/// # Examples
/// ```no_run
/// # fn example(flawed: &kyso::Document<'_>, key: &dyn kyso::Signer, now: kyso::Timestamp) -> Result<(), kyso::Error> {
/// use kyso::steps::{SigningKey, embed};
/// use kyso::{SignatureParameters, dangerous};
///
/// let prepared = dangerous::prepare_unjudged(flawed, SigningKey::of(key), &SignatureParameters::leader(now))?;
/// let value = key.sign(prepared.to_be_signed())?;
/// let signed = embed(flawed, prepared, &value)?;
/// # Ok(())
/// # }
/// ```
pub fn prepare_unjudged(
    document: &Document<'_>,
    key: SigningKey<'_>,
    parameters: &SignatureParameters,
) -> Result<PreparedDocument, Error> {
    parameters.demand_no_seal()?;
    prepare::prepare(document, key, parameters.of_any(), None, None, |_| Ok(()))
}
