//! Step 1: the tail with an empty /Contents, its byte range, and the digest of what it covers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::field;
use super::parameters::{Lock, Parameters, SealParameters, SignatureParameters};
use super::permission;
use crate::code::Code;
use crate::crypto::{DigestAlgorithm, hex};
use crate::error::Error;
use crate::level::BaselineLevel;
use crate::local_time::VIETNAM;
use crate::pdf::{ByteRange, Document, FieldLock, Hole, HoleText, SignatureField, Tail, Update, text_string};
use crate::role::LeaderSignature;

/// What a signature dictionary begins with (EN 319 142-1, 6.3).
const HEAD: &str = "/Type /Sig\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.CAdES.detached";

/// A document with room for a signature. A process may store it and go on later: with the original bytes it's all that
/// [`embed`](super::embed::embed) needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PreparedDocument {
    /// What is appended, /Contents filled with zeros.
    pub tail: Tail,
    /// What the signature covers.
    pub byte_range: ByteRange,
    /// The signature field's fully qualified name.
    pub field: String,
    /// The digest's algorithm.
    pub digest_algorithm: DigestAlgorithm,
    /// The digest over the byte range.
    pub digest: Vec<u8>,
    /// Bytes that the CMS may have.
    pub reserved: usize,
    /// The level that it was prepared for: from PAdES-B-T on, no signature goes in without a time-stamp.
    #[serde(default = "without_time_stamp")]
    pub level: BaselineLevel,
    /// SHA-256 of the one certificate that may sign it, lower-case hex, where it was prepared for the seal.
    #[serde(default)]
    pub certificate_sha256: Option<String>,
}

/// Appends a signature field (or takes the empty one of that name) and a signature dictionary whose /Contents has room
/// for `reserved` bytes, and hashes what is covered: the one pass over the whole document.
///
/// # Errors
/// [`Error::Refused`] where the document may not be signed (again), with rule `seal.no-witness` where the field or the
/// place is a seal's; [`Error::Parameters`] where a parameter doesn't fit the document, [`Error::Input`] where the document can't be read.
pub fn prepare(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    digest_algorithm: DigestAlgorithm,
    reserved: usize,
) -> Result<PreparedDocument, Error> {
    parameters.demand_no_seal()?;
    prepare_any(document, &parameters.of_any(), digest_algorithm, reserved, None)
}

/// As [`prepare`], for the agency's seal. `witness` is what [`leader_signature`](crate::leader_signature) found in this
/// document; with a picture and no place of its own the seal lies over that signature. Only the certificate that the
/// witness is for can sign what is prepared.
///
/// # Errors
/// [`Error::Refused`] with rule `seal.no-witness` where the witness is of another document, whatever its length; those of
/// [`prepare`].
pub fn prepare_seal(
    document: &Document<'_>,
    parameters: &SealParameters,
    digest_algorithm: DigestAlgorithm,
    reserved: usize,
    witness: &LeaderSignature,
) -> Result<PreparedDocument, Error> {
    if hex(&DigestAlgorithm::Sha256.digest(document.bytes())) != witness.document_sha256() {
        return Err(Error::refused(Code::SealNoWitness, "the leader's signature was found in another document"));
    }
    let prepared = prepare_any(document, &parameters.of_any(), digest_algorithm, reserved, Some(witness))?;
    Ok(PreparedDocument { certificate_sha256: Some(witness.certificate_sha256().to_owned()), ..prepared })
}

/// As [`prepare`], whoever signs; a `witness` is of this document.
pub(super) fn prepare_any(
    document: &Document<'_>,
    parameters: &Parameters,
    digest_algorithm: DigestAlgorithm,
    reserved: usize,
    witness: Option<&LeaderSignature>,
) -> Result<PreparedDocument, Error> {
    let mut update = Update::new(document);
    let fields = SignatureField::all(document)?;
    permission::demand(document, &fields, parameters.lock)?;
    let signature = update.reserve();
    let target = field::place(document, &fields, &mut update, parameters, signature, witness)?;
    if let Lock::Certify(_) = parameters.lock {
        field::enter_permissions(document, &mut update, signature)?;
    }
    let rest = entries(document, parameters, target.lock.as_ref())?;
    let hole = HoleText::new(document, HEAD, reserved, &rest).write(update, signature)?;
    let mut hasher = digest_algorithm.hasher();
    for covered in hole.covered(document.bytes())? {
        hasher.update(covered);
    }
    let digest = hasher.finish();
    let Hole { tail, byte_range, reserved } = hole;
    let level = parameters.level;
    Ok(PreparedDocument {
        tail,
        byte_range,
        field: target.name,
        digest_algorithm,
        digest,
        reserved,
        level,
        certificate_sha256: None,
    })
}

fn without_time_stamp() -> BaselineLevel {
    BaselineLevel::B
}

/// The entries of the signature dictionary behind /Contents.
fn entries(document: &Document<'_>, parameters: &Parameters, lock: Option<&FieldLock>) -> Result<Vec<u8>, Error> {
    let mut text = format!("/M ({})\n", pdf_date(parameters.claimed_time)).into_bytes();
    for (key, value) in [
        ("Name", &parameters.name),
        ("Reason", &parameters.reason),
        ("Location", &parameters.location),
        ("ContactInfo", &parameters.contact_info),
    ] {
        if let Some(value) = value {
            text.extend_from_slice(format!("/{key} ").as_bytes());
            text.extend(crate::pdf::object_text(&text_string(value))?);
            text.push(b'\n');
        }
    }
    text.extend(permission::references(document, parameters.lock, lock)?);
    Ok(text)
}

/// A date (ISO 32000-2, 7.9.4) in Vietnam's time.
pub(crate) fn pdf_date(time: Timestamp) -> String {
    let local = VIETNAM.to_datetime(time);
    format!(
        "D:{:04}{:02}{:02}{:02}{:02}{:02}+07'00'",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    )
}
