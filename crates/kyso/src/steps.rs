//! Signing in steps, for a key that answers later: on a token, at a remote service, on a phone.
//!
//! 1. [`prepare`], or [`prepare_seal`]: the document with room for a signature. The rules of [`sign`](crate::sign()) and
//!    [`seal`](crate::seal()) hold here, before the key is used.
//! 2. The key signs [`to_be_signed`](PreparedDocument::to_be_signed), here or elsewhere, now or later.
//! 3. [`embed`], or [`embed_with_time_stamp`]: the value, checked, goes into the room.
//!
//! Evidence for the levels beyond PAdES-B-T is appended afterwards, by [`extend`](crate::extend()).

pub use crate::sign::embed::{embed, embed_with_time_stamp};
pub use crate::sign::prepare::PreparedDocument;
pub use crate::sign::signer::SigningKey;

use crate::code::Code;
use crate::crypto::{DigestAlgorithm, hex};
use crate::error::Error;
use crate::pdf::Document;
use crate::role::LeaderSignature;
use crate::sign::parameters::{SealParameters, SignatureParameters};
use crate::verbs::{self, SigningOptions};

/// Prepares a document for a signature, as [`sign`](crate::sign()) does. From PAdES-B-T on, room is kept for what the options'
/// time-stamper gives, or the parameters say how much.
///
/// # Errors
/// Those of [`sign`](crate::sign()) but what services and the key cause.
///
/// # Examples
/// ```no_run
/// # fn example(bytes: &[u8], certificates: &[kyso::pki::Certificate], now: jiff::Timestamp, policy: &kyso::Policy,
/// #     ask: impl Fn(&[u8]) -> Vec<u8>) -> Result<(), kyso::Error> {
/// use kyso::crypto::SignatureAlgorithm;
/// use kyso::steps::{SigningKey, embed, prepare};
/// use kyso::{Document, SignatureParameters, SignatureValue, SigningOptions};
///
/// let key = SigningKey::new(certificates, SignatureAlgorithm::Ecdsa);
/// let parameters = SignatureParameters::leader(now);
/// let prepared = prepare(&Document::parse(bytes)?, key, &parameters, &SigningOptions::by(policy))?;
/// // It may be stored until the key has answered.
/// let value = SignatureValue(ask(&prepared.to_be_signed().digest));
/// let signed = embed(prepared, &value)?.tail.after(bytes);
/// # Ok(())
/// # }
/// ```
pub fn prepare(
    document: &Document<'_>,
    key: SigningKey<'_>,
    parameters: &SignatureParameters,
    options: &SigningOptions<'_>,
) -> Result<PreparedDocument, Error> {
    verbs::demand_signing(parameters, key, options)?;
    verbs::prepare(document, key, parameters.of_any(), None, options.outside.time_stamper)
}

/// Prepares a document for the agency's seal, as [`seal`](crate::seal()) does. `leader` is what
/// [`leader_signature`](crate::leader_signature) found in this document for the key's certificate; with a picture and no place
/// of its own the seal lies over that signature. Of the options, the time-stamper says how much room its time-stamp needs.
///
/// # Errors
/// [`Error::Refused`] with rule `seal.no-witness` where the leader's signature was found in another document, whatever its
/// length, or for another certificate; those of [`prepare`] but `sign.not-in-roster`.
///
/// # Examples
/// ```no_run
/// # fn example(bytes: &[u8], certificates: &[kyso::pki::Certificate], now: jiff::Timestamp, policy: &kyso::Policy,
/// #     ask: impl Fn(&[u8]) -> Vec<u8>) -> Result<(), kyso::Error> {
/// use kyso::crypto::SignatureAlgorithm;
/// use kyso::steps::{SigningKey, embed, prepare_seal};
/// use kyso::{Document, SignatureParameters, SignatureValue, SigningOptions};
///
/// let document = Document::parse(bytes)?;
/// let key = SigningKey::new(certificates, SignatureAlgorithm::Ecdsa);
/// let leader = kyso::leader_signature(&document, &certificates[0], policy)?;
/// let parameters = SignatureParameters::seal(now);
/// let prepared = prepare_seal(&document, key, &parameters, &leader, &SigningOptions::by(policy))?;
/// let value = SignatureValue(ask(&prepared.to_be_signed().digest));
/// let sealed = embed(prepared, &value)?.tail.after(bytes);
/// # Ok(())
/// # }
/// ```
pub fn prepare_seal(
    document: &Document<'_>,
    key: SigningKey<'_>,
    parameters: &SealParameters,
    leader: &LeaderSignature,
    options: &SigningOptions<'_>,
) -> Result<PreparedDocument, Error> {
    let refused = |message: &'static str| Err(Error::refused(Code::SealNoWitness, message));
    if hex(&key.certificate()?.fingerprint()) != leader.certificate_sha256() {
        return refused("the leader's signature was found for another certificate");
    }
    if hex(&DigestAlgorithm::Sha256.digest(document.bytes())) != leader.document_sha256() {
        return refused("the leader's signature was found in another document");
    }
    verbs::prepare(document, key, parameters.of_any(), Some(leader), options.outside.time_stamper)
}
