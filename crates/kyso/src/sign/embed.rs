//! Step 4: the signature value into the hole, checked first.

use std::io::{self, Write};

use super::prepare::PreparedDocument;
use super::signer::SignatureValue;
use super::to_be_signed::ToBeSigned;
use crate::error::Error;
use crate::pdf::{ByteRange, Tail};

/// What signing appends to a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedDocument {
    /// The bytes to append to the original, which stays as it is.
    pub tail: Tail,
    /// The signature field's fully qualified name.
    pub field: String,
    /// What the signature covers.
    pub byte_range: ByteRange,
}

impl SignedDocument {
    /// Writes the whole signed document: `original`, then the tail.
    ///
    /// # Errors
    /// Those of `sink`; [`io::ErrorKind::InvalidInput`] when `original` isn't as long as the document that was signed.
    pub fn write_to(&self, original: &[u8], sink: &mut impl Write) -> io::Result<()> {
        if original.len() as u64 != self.tail.start {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "these are not the bytes that were signed"));
        }
        sink.write_all(original)?;
        sink.write_all(&self.tail.bytes)
    }

    /// The whole signed document in memory.
    pub fn to_bytes(&self, original: &[u8]) -> Vec<u8> {
        [original, &self.tail.bytes].concat()
    }
}

/// Checks `value` against the certificate, wraps it into a `SignedData` and writes that into the hole.
///
/// # Errors
/// [`Error::Signer`] when the value doesn't verify: nothing wrong is ever embedded. [`Error::HoleTooSmall`] when the CMS
/// doesn't fit. [`Error::Parameters`] when `to_be_signed` belongs to another document.
pub fn embed(
    prepared: PreparedDocument,
    to_be_signed: &ToBeSigned,
    value: &SignatureValue,
) -> Result<SignedDocument, Error> {
    if to_be_signed.document_digest()? != prepared.digest {
        return Err(Error::parameters("to_be_signed", "was made for another document"));
    }
    let cms = to_be_signed.assemble(value)?;
    let PreparedDocument { mut tail, byte_range, field, reserved, .. } = prepared;
    if cms.len() > reserved {
        return Err(Error::HoleTooSmall { reserved, needed: cms.len() });
    }
    let hole = usize::try_from(byte_range.before.end - tail.start).unwrap_or(usize::MAX).saturating_add(1);
    let place = tail
        .bytes
        .get_mut(hole..hole.saturating_add(2 * cms.len()))
        .ok_or_else(|| Error::parameters("prepared", "its byte range doesn't fit its bytes"))?;
    for (digits, byte) in place.chunks_exact_mut(2).zip(&cms) {
        digits.copy_from_slice(&[hex_digit(byte >> 4), hex_digit(byte & 15)]);
    }
    Ok(SignedDocument { tail, field, byte_range })
}

fn hex_digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + value - 10 }
}
