//! Signing and sealing with a key that answers at once: the one place where the library's verbs are called.

use kyso::error::{Parameter, Reason};
use kyso::{
    Document, FieldChoice, Outside, Place, Policy, SealParameters, SignatureParameters, SignedDocument, Signer,
    SigningOptions, VerifiedArtifact, dangerous,
};
use kyso_archive::{Archive, Artifact, Claim, Idempotency, Meta};

use crate::dangerous::Waived;
use crate::error::Error;

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
/// Those of [`kyso::sign()`]; [`kyso::Error::Parameters`] where the document keeps empty fields for those who sign it, and
/// neither a field nor a place is named: a signature beside these fields is seen nowhere, and nobody misses it there.
pub fn sign(
    document: &Document<'_>,
    key: &dyn Signer,
    parameters: &SignatureParameters,
    by: By<'_>,
) -> Result<SignedDocument, kyso::Error> {
    if parameters.field == FieldChoice::Any && parameters.place == Place::Field {
        let fields = kyso::missing_signatures(document)?;
        if !fields.is_empty() {
            return Err(kyso::Error::parameters(Parameter::Field, Reason::FieldsWait { fields }));
        }
    }
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

/// What a key is asked for.
#[derive(Debug)]
pub enum Asked {
    /// A signature.
    Signature(SignatureParameters),
    /// The agency's seal, and which of its rules is gone round.
    Seal(SealParameters, Option<Waived>),
}

/// Signs or seals a document, and verifies what came of it by the same rules.
///
/// # Errors
/// [`Error::Signing`]; [`Error::NotVerified`] where verification forbids to keep it.
pub fn verified(
    document: &Document<'_>,
    key: &dyn Signer,
    asked: &Asked,
    by: By<'_>,
) -> Result<VerifiedArtifact, Error> {
    let signed = match asked {
        Asked::Signature(parameters) => sign(document, key, parameters, by),
        Asked::Seal(parameters, waived) => seal(document, key, parameters, by, *waived),
    };
    let signed = signed.map_err(Error::Signing)?;
    VerifiedArtifact::verify(signed.tail.after(document.bytes()), by.policy).map_err(Error::NotVerified)
}

/// A signed file that is to be kept.
#[derive(Debug)]
pub struct Signed {
    /// The file, verified ([`verified`]).
    pub file: VerifiedArtifact,
    /// What the archive is told of it.
    pub meta: Meta,
}

/// A signed file that is kept.
#[derive(Debug)]
pub struct Kept {
    /// What the archive knows of it.
    pub artifact: Artifact,
    /// The file, where it was just made.
    pub file: Option<VerifiedArtifact>,
}

/// Keeps what `signing` makes, once a key: where it was made under this key before, that is the answer, and `signing` isn't
/// begun.
///
/// # Errors
/// [`Error::Archive`] where the key was used for another request, or the file can't be kept; and those of `signing`.
pub async fn once<E: From<Error>>(
    archive: &Archive,
    key: Option<Idempotency>,
    signing: impl Future<Output = Result<Signed, E>>,
) -> Result<Kept, E> {
    let claimed = match key {
        None => None,
        Some(key) => match archive.claim(key).await.map_err(Error::from)? {
            Claim::Kept { artifact, .. } => return Ok(Kept { artifact, file: None }),
            Claim::Open(claimed) => Some(claimed),
        },
    };
    let Signed { file, meta } = signing.await?;
    let artifact = archive.keep(&file, meta, claimed).await.map_err(Error::from)?.artifact;
    Ok(Kept { artifact, file: Some(file) })
}
