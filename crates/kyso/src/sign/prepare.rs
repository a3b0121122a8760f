//! Step 1: the tail with an empty /Contents, its byte range, and the digest of what it covers.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

use super::field::{self, Target};
use super::parameters::{Lock, SignatureParameters};
use super::permission;
use crate::crypto::DigestAlgorithm;
use crate::error::Error;
use crate::pdf::{ByteRange, Document, Tail, Update, Value, text_string};
use crate::role::LeaderSignature;

/// A document with room for a signature. A process may store it and go on later: with the original bytes it's all that
/// [`embed`](super::embed::embed) needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// Appends a signature field (or takes the empty one of that name) and a signature dictionary whose /Contents has room
/// for `reserved` bytes, and hashes what is covered: the one pass over the whole document.
///
/// # Errors
/// [`Error::Refused`] where the document may not be signed (again), [`Error::Parameters`] where a parameter doesn't fit
/// the document, [`Error::Input`] where the document can't be read.
pub fn prepare(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    digest_algorithm: DigestAlgorithm,
    reserved: usize,
    witness: Option<&LeaderSignature>,
) -> Result<PreparedDocument, Error> {
    let mut update = Update::new(document);
    let fields = document.signature_fields()?;
    permission::demand(document, &fields, parameters.lock)?;
    let signature = update.reserve();
    let target = field::place(document, &fields, &mut update, parameters, signature, witness)?;
    if let Lock::Certify(_) = parameters.lock {
        field::enter_permissions(document, &mut update, signature)?;
    }
    let dictionary = Dictionary::new(document, parameters, &target, reserved)?;
    update.set(signature, Value::Text(dictionary.text.clone()));
    let finished = update.finish()?;

    let mut tail = finished.tail;
    let at = finished.values.get(&signature).copied().unwrap_or_default();
    let start = tail.start;
    let total = start + tail.bytes.len() as u64;
    let hole = at + dictionary.contents..at + dictionary.contents + 2 * reserved + 2;
    let byte_range = ByteRange { before: 0..start + hole.start as u64, after: start + hole.end as u64..total };
    let numbers = format!(
        "{} {} {}]",
        byte_range.before.end,
        byte_range.after.start,
        byte_range.after.end - byte_range.after.start
    );
    let place = at + dictionary.byte_range;
    tail.bytes
        .get_mut(place..place + numbers.len())
        .ok_or_else(|| Error::Internal("the byte range has no place".into()))?
        .copy_from_slice(numbers.as_bytes());

    let mut hasher = digest_algorithm.hasher();
    hasher.update(document.bytes());
    hasher.update(tail.bytes.get(..hole.start).unwrap_or_default());
    hasher.update(tail.bytes.get(hole.end..).unwrap_or_default());
    let digest = hasher.finish();
    Ok(PreparedDocument { tail, byte_range, field: target.name, digest_algorithm, digest, reserved })
}

/// The text of a signature dictionary, and where its blanks are.
struct Dictionary {
    text: Vec<u8>,
    /// Where the second number of /ByteRange goes.
    byte_range: usize,
    /// Where the string of /Contents begins.
    contents: usize,
}

impl Dictionary {
    fn new(
        document: &Document<'_>,
        parameters: &SignatureParameters,
        target: &Target,
        reserved: usize,
    ) -> Result<Self, Error> {
        let mut text =
            b"<<\n/Type /Sig\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.CAdES.detached\n/ByteRange [0 ".to_vec();
        let byte_range = text.len();
        // Three numbers, none larger than the file will be.
        let largest = document.bytes().len() as u64 + reserved as u64 * 2 + (1 << 32);
        let width = largest.to_string().len() * 3 + 3;
        text.push(b']');
        text.resize(byte_range + width, b' ');
        text.extend_from_slice(b"\n/Contents ");
        let contents = text.len();
        text.push(b'<');
        text.resize(text.len() + 2 * reserved, b'0');
        text.extend_from_slice(b">\n");
        let claimed = format!("/M ({})\n", pdf_date(parameters.claimed_time));
        text.extend_from_slice(claimed.as_bytes());
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
        text.extend(permission::references(document, parameters.lock, target.lock.as_ref())?);
        text.extend_from_slice(b">>");
        Ok(Self { text, byte_range, contents })
    }
}

/// A date (ISO 32000-2, 7.9.4) in Vietnam's time, which has been UTC+7 all year since 1975.
pub(crate) fn pdf_date(time: Timestamp) -> String {
    let local = Offset::constant(7).to_datetime(time);
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
