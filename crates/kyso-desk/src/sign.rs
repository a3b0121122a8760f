//! Signing and sealing with a key that answers at once: the one place where the library's verbs are called.

use kyso::error::{Parameter, Reason};
use kyso::{
    Document, FieldChoice, Outside, Place, Policy, SealParameters, SignatureParameters, SignedDocument, Signer,
    SigningOptions, VerifiedArtifact, dangerous,
};
use kyso_archive::{Archive, Artifact, Begun, Beside, Meta, Request};

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

/// How often a request is begun anew because others were quicker.
const MOST_TRIES: u32 = 5;

/// A signed file that is kept.
#[derive(Debug)]
pub struct Kept {
    /// What the archive knows of it.
    pub artifact: Artifact,
    /// The file, where it was just made.
    pub file: Option<VerifiedArtifact>,
}

/// Verifies what lies in the archive under a request's name, and was made from this document, as if it had just been made.
///
/// # Errors
/// [`Error::Archive`] where it was made from another document; [`Error::NotVerified`].
pub fn adopted(found: Vec<u8>, document: &[u8], policy: &Policy) -> Result<VerifiedArtifact, Error> {
    if found.len() <= document.len() || !found.starts_with(document) {
        return Err(kyso_archive::Error::KeyReused.into());
    }
    VerifiedArtifact::verify(found, policy).map_err(Error::NotVerified)
}

/// Keeps what `signing` makes, once a request: where it was made before, that is the answer, and `signing` isn't begun. What was
/// made by somebody who died before it was answered is taken up, once `adopting` has verified it ([`adopted`]).
///
/// # Errors
/// [`Error::Archive`] where the request's key was used for another one, or the file can't be kept; and those of `signing` and
/// `adopting`.
pub async fn once<E: From<Error>, F: Future<Output = Result<VerifiedArtifact, E>>>(
    archive: &Archive,
    request: &Request,
    meta: &Meta,
    signing: impl Future<Output = Result<VerifiedArtifact, E>>,
    adopting: impl Fn(Vec<u8>) -> F,
) -> Result<Kept, E> {
    let wrong = |error: kyso_archive::Error| E::from(Error::from(error));
    let (mut signing, mut tries) = (Some(signing), 0);
    loop {
        let claim = match archive.begin(request, meta).await.map_err(wrong)? {
            Begun::Done { artifact, .. } => return Ok(Kept { artifact: *artifact, file: None }),
            Begun::Open(claim) => claim,
        };
        if let Some(found) = archive.made_before(&claim).await.map_err(wrong)? {
            let file = adopting(found).await?;
            match archive.adopt(claim, &file, Beside::default()).await {
                Ok(artifact) => return Ok(Kept { artifact, file: Some(file) }),
                // Recovery was quicker, or another process: the request is done, or soon is.
                Err(kyso_archive::Error::Raced) if tries < MOST_TRIES => tries += 1,
                Err(error) => return Err(wrong(error)),
            }
            continue;
        }
        let Some(signing) = signing.take() else { return Err(wrong(kyso_archive::Error::Raced)) };
        let file = match signing.await {
            Ok(file) => file,
            Err(error) => {
                // Where it can't be noted, the key would go on to stand for this content: then the caller is told of that, and asks again.
                archive.refuse(claim).await.map_err(wrong)?;
                return Err(error);
            }
        };
        match archive.keep(claim, &file, Beside::default()).await {
            Ok(artifact) => return Ok(Kept { artifact, file: Some(file) }),
            // Somebody else's result lies there: what was made here is forgotten, and nobody has seen it.
            Err(kyso_archive::Error::Raced) => {}
            Err(error) => return Err(wrong(error)),
        }
    }
}
