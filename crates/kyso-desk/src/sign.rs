//! Signing and sealing with a key that answers at once: the one place where the library's verbs are called.

use kyso::{
    Document, Outside, Policy, SealParameters, SignatureParameters, SignedDocument, Signer, SigningOptions, dangerous,
};

/// Which rule of sealing is gone round, on the responsibility of whoever asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waived {
    /// That a leader's signature lies under the seal.
    Signature,
    /// That the leader's certificate leads to somebody who is trusted.
    Trust,
}

/// By what is signed: the rules, and the services that the level needs.
#[derive(Clone, Copy)]
pub struct By<'a> {
    /// Whom the agency trusts and has in its roster.
    pub policy: &'a Policy,
    /// Time-stamping authorities, and where evidence comes from.
    pub outside: &'a Outside<'a>,
}

/// Signs a document: a leader, or the agency on copies and attachments.
///
/// # Errors
/// Those of [`kyso::sign()`].
pub fn sign(
    document: &Document<'_>,
    key: &dyn Signer,
    parameters: &SignatureParameters,
    by: By<'_>,
) -> Result<SignedDocument, kyso::Error> {
    kyso::sign(document, key, parameters, &SigningOptions::by(by.policy).outside(*by.outside))
}

/// Puts the agency's seal on a document that a leader has signed. An agency without trusted roots goes by its roster alone.
///
/// # Errors
/// Those of [`kyso::seal()`], and where a rule is waived of its way round in [`kyso::dangerous`].
pub fn seal(
    document: &Document<'_>,
    key: &dyn Signer,
    parameters: &SealParameters,
    by: By<'_>,
    waived: Option<Waived>,
) -> Result<SignedDocument, kyso::Error> {
    match waived {
        None if by.policy.anchors.is_empty() => {
            dangerous::seal_by_roster(document, key, parameters, by.policy, by.outside)
        }
        None => kyso::seal(document, key, parameters, by.policy, by.outside),
        Some(Waived::Trust) => dangerous::seal_untrusted(document, key, parameters, by.policy, by.outside),
        Some(Waived::Signature) => {
            let options = SigningOptions::by(by.policy).outside(*by.outside);
            dangerous::seal_unsigned(document, key, parameters, &options)
        }
    }
}
