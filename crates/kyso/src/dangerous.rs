//! Every way round a rule of sealing, each by a name that can be looked for. Whoever calls one of these answers for what
//! the rule would have kept out: a person sees the agency's seal and takes the document for the agency's word.

use crate::error::Error;
use crate::extend::Outside;
use crate::pdf::Document;
use crate::sign::embed::SignedDocument;
use crate::sign::parameters::SignatureParameters;
use crate::sign::seal::Basis;
use crate::sign::signer::Signer;
use crate::validate::policy::Policy;
use crate::validate::witness::Trust;
use crate::{at_level, own_output, seal_trusting, sign};

/// Seals a document whatever lies under the seal, for papers that the agency makes itself. Goes round the rule that the
/// seal follows a valid leader's signature (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d): nothing of the document's
/// signatures is looked at.
///
/// # Errors
/// Those of [`sign()`](crate::sign()); [`Error::Parameters`] where the role isn't the seal's.
pub fn seal_unsigned(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    signer: &dyn Signer,
) -> Result<SignedDocument, Error> {
    sign::seal::seal(document, parameters, signer, Basis::Waived, None, own_output::rehearse)
}

/// As [`seal_unsigned`], at any level; see [`sign_with`](crate::sign_with).
///
/// # Errors
/// Those of [`seal_unsigned`] and of [`sign_with`](crate::sign_with).
pub fn seal_unsigned_with(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    signer: &dyn Signer,
    policy: &Policy,
    outside: &Outside<'_>,
) -> Result<SignedDocument, Error> {
    at_level(document, parameters, policy, outside, |stamper| {
        sign::seal::seal(document, parameters, signer, Basis::Waived, stamper, own_output::rehearse)
    })
}

/// Seals a document over a leader's signature whose certificate may lead to no trusted one. Goes round the rule that
/// somebody whom the agency trusts says whose the certificate is: whoever makes a certificate with a leader's name gets
/// the seal. The signature is intact, nothing that it doesn't allow came after it, and its certificate is in its time; a
/// roster of the policy still holds.
///
/// # Errors
/// Those of [`seal`](crate::seal()) but `seal.no-trust`.
pub fn seal_untrusted(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    signer: &dyn Signer,
    policy: &Policy,
) -> Result<SignedDocument, Error> {
    seal_untrusted_with(document, parameters, signer, policy, &Outside::default())
}

/// As [`seal_untrusted`], at any level; see [`seal_with`](crate::seal_with).
///
/// # Errors
/// Those of [`seal_untrusted`] and of [`seal_with`](crate::seal_with).
pub fn seal_untrusted_with(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    signer: &dyn Signer,
    policy: &Policy,
    outside: &Outside<'_>,
) -> Result<SignedDocument, Error> {
    seal_trusting(document, parameters, signer, (policy, Trust::Waived), outside)
}
