//! Signing in steps, for a key that answers later: on a token, at a remote service, on a phone.
//!
//! 1. [`prepare`], or [`prepare_seal`]: the document with room for a signature. The rules of [`sign`](crate::sign()) and
//!    [`seal`](crate::seal()) hold here, before the key is used.
//! 2. The key signs [`to_be_signed`](PreparedDocument::to_be_signed), here or elsewhere, now or later.
//! 3. [`embed`], or [`embed_with_time_stamp`]: the value, checked, goes into the room.
//!
//! Evidence for the levels beyond PAdES-B-T is appended afterwards, by [`extend`](crate::extend()).

pub use crate::sign::prepare::PreparedDocument;
pub use crate::sign::signer::SigningKey;

use crate::code::Code;
use crate::crypto::{DigestAlgorithm, hex};
use crate::error::{Error, Reason};
use crate::extend::Outside;
use crate::level::BaselineLevel;
use crate::pdf::{Document, SignatureField};
use crate::role::LeaderSignature;
use crate::sign::embed::{self, SignedDocument};
use crate::sign::parameters::{SealParameters, SignatureParameters};
use crate::sign::prepare::no_time_stamper;
use crate::sign::signer::SignatureValue;
use crate::validate::attained;
use crate::validate::policy::Policy;
use crate::verbs::{self, SigningOptions};

/// Prepares a document for a signature, as [`sign`](crate::sign()) does. From PAdES-B-T on, room is kept for what the options'
/// time-stamper gives, or the parameters say how much.
///
/// # Errors
/// Those of [`sign`](crate::sign()) but what services and the key cause.
///
/// # Examples
/// ```no_run
/// # fn example(bytes: &[u8], certificates: &[kyso::pki::Certificate], now: kyso::Timestamp, policy: &kyso::Policy,
/// #     ask: impl Fn(&[u8]) -> Vec<u8>) -> Result<(), kyso::Error> {
/// use kyso::crypto::SignatureAlgorithm;
/// use kyso::steps::{SigningKey, embed, prepare};
/// use kyso::{Document, SignatureParameters, SignatureValue, SigningOptions};
///
/// let key = SigningKey::new(certificates, SignatureAlgorithm::Ecdsa);
/// let parameters = SignatureParameters::leader(now);
/// let document = Document::parse(bytes)?;
/// let prepared = prepare(&document, key, &parameters, &SigningOptions::by(policy))?;
/// // It may be stored until the key has answered.
/// let value = SignatureValue(ask(&prepared.to_be_signed().digest));
/// let signed = embed(&document, prepared, &value)?.tail.after(bytes);
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
/// # fn example(bytes: &[u8], certificates: &[kyso::pki::Certificate], now: kyso::Timestamp, policy: &kyso::Policy,
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
/// let sealed = embed(&document, prepared, &value)?.tail.after(bytes);
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

/// Checks `value` against the certificate and puts it into the document that was prepared: this document, and this update of
/// it, byte for byte as they were when the message for the key was made.
///
/// # Errors
/// [`Error::Refused`] with rule `sign.changed-meanwhile` where the document isn't the one that was prepared, or its update or
/// its field's name was changed since; [`Error::Signer`] where the value doesn't verify: nothing wrong is ever embedded.
/// [`Error::HoleTooSmall`] where the CMS doesn't fit. [`Error::Parameters`] where the document was prepared for a level that
/// needs a time-stamp: then it's [`embed_with_time_stamp`] that can embed.
///
/// # Examples
/// See [`prepare`] and [`prepare_seal`].
pub fn embed(
    document: &Document<'_>,
    prepared: PreparedDocument,
    value: &SignatureValue,
) -> Result<SignedDocument, Error> {
    demand_unchanged(document, &prepared)?;
    embed::embed(prepared, value)
}

/// As [`embed`], with a time-stamp over the signature value as unsigned attribute ([EN 319 122-1], 5.3): PAdES-B-T.
///
/// The policy, whose time is the present, judges each time-stamp before it counts, and the signature with it afterwards.
///
/// # Errors
/// Those of [`embed`]; [`Error::Outside`] where no time-stamp came, or none that validation by the policy would rely on. Nothing
/// is embedded then. [`Error::Parameters`] where no time-stamper is given. [`Error::Refused`] with rule `certificate.expired` or `certificate.not-yet-valid` where the stamped
/// time isn't within the signing certificate's.
///
/// # Examples
/// ```no_run
/// # fn example(document: &kyso::Document<'_>, prepared: kyso::steps::PreparedDocument, value: &kyso::SignatureValue,
/// #     policy: &kyso::Policy, authority: &dyn kyso::TimeStamper) -> Result<(), kyso::Error> {
/// let outside = kyso::Outside::default().time_stamper(authority);
/// let signed = kyso::steps::embed_with_time_stamp(document, prepared, value, policy, &outside)?;
/// # Ok(())
/// # }
/// ```
///
/// [EN 319 122-1]: https://www.etsi.org/deliver/etsi_en/319100_319199/31912201/
pub fn embed_with_time_stamp(
    document: &Document<'_>,
    prepared: PreparedDocument,
    value: &SignatureValue,
    policy: &Policy,
    outside: &Outside<'_>,
) -> Result<SignedDocument, Error> {
    demand_unchanged(document, &prepared)?;
    let sources = verbs::sources(document, policy, outside);
    let stamper = sources.stamper(BaselineLevel::T).ok_or_else(|| no_time_stamper(BaselineLevel::T))?;
    let signed = embed::embed_with_time_stamp(prepared, value, &stamper)?;
    let report = verbs::report_after(document, &signed.tail.after(document.bytes()), policy, outside)?;
    attained::demand_level(&report, BaselineLevel::T, Some(&signed.field))?;
    Ok(signed)
}

/// Hashes what the signature will cover once more, and finds the field: a store may have given back something else.
fn demand_unchanged(document: &Document<'_>, prepared: &PreparedDocument) -> Result<(), Error> {
    let to_be_signed = prepared.to_be_signed();
    let mut hasher = to_be_signed.digest_algorithm.hasher();
    for covered in prepared.covered(document.bytes())? {
        hasher.update(covered);
    }
    let is_field = |field: &SignatureField| field.name == prepared.field() && field.value.is_some();
    let is_same = hasher.finish() == to_be_signed.document_digest()? && {
        let whole = prepared.tail().after(document.bytes());
        SignatureField::all(&document.earlier(&whole)?)?.iter().any(is_field)
            && !SignatureField::all(document)?.iter().any(is_field)
    };
    match is_same {
        true => Ok(()),
        false => {
            let field = prepared.field().to_owned();
            Err(Error::refused(Code::SignChangedMeanwhile, Reason::ChangedMeanwhile { field }))
        }
    }
}
