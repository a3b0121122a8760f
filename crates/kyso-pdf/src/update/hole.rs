//! The hole that a signature or a time-stamp goes into (ISO 32000-2, 12.8.1): a dictionary whose /Contents is blank, the
//! byte range around it, and the filling.

use super::incremental::{Tail, Update, Value};
use crate::error::Error;
use crate::file::document::Document;
use crate::signature::byte_range::ByteRange;
use lopdf::ObjectId;

/// The text of a signature dictionary, and where its blanks are.
pub struct HoleText {
    text: Vec<u8>,
    /// Where the second number of /ByteRange goes.
    byte_range: usize,
    /// Where the string of /Contents begins.
    contents: usize,
    reserved: usize,
}

/// A tail with a hole.
pub struct Hole {
    /// What is appended, /Contents filled with zeros.
    pub tail: Tail,
    /// All but /Contents.
    pub byte_range: ByteRange,
    /// Bytes that may go in.
    pub reserved: usize,
}

impl HoleText {
    /// A dictionary that begins with `head`, has room for `reserved` bytes, and ends with the entries of `rest`.
    pub fn new(document: &Document<'_>, head: &str, reserved: usize, rest: &[u8]) -> Self {
        let mut text = format!("<<\n{head}\n/ByteRange [0 ").into_bytes();
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
        text.extend_from_slice(rest);
        text.extend_from_slice(b">>");
        Self { text, byte_range, contents, reserved }
    }

    /// Writes the update with this dictionary as object `id`, and its byte range.
    ///
    /// # Errors
    /// [`Error::Internal`] where the update lost this dictionary; [`Error::Input`] where the file before it can't be read.
    pub fn write(self, mut update: Update<'_, '_>, id: ObjectId) -> Result<Hole, Error> {
        update.set(id, Value::Text(self.text));
        let finished = update.finished()?;
        let mut tail = finished.tail;
        let Some(at) = finished.values.get(&id).copied() else {
            return Err(Error::Internal("the update lacks its own signature dictionary".into()));
        };
        let start = tail.start;
        let total = start + tail.bytes.len() as u64;
        let hole = at + self.contents..at + self.contents + 2 * self.reserved + 2;
        let byte_range = ByteRange { before: 0..start + hole.start as u64, after: start + hole.end as u64..total };
        let numbers = format!(
            "{} {} {}]",
            byte_range.before.end,
            byte_range.after.start,
            byte_range.after.end - byte_range.after.start
        );
        let place = at + self.byte_range;
        tail.bytes
            .get_mut(place..place + numbers.len())
            .ok_or_else(|| Error::Internal("the byte range has no place".into()))?
            .copy_from_slice(numbers.as_bytes());
        Ok(Hole { tail, byte_range, reserved: self.reserved })
    }
}

impl Hole {
    /// The covered bytes behind `original`, in order, `original` first.
    ///
    /// # Errors
    /// [`Error::Internal`] where the byte range doesn't fit the tail.
    pub fn covered<'b>(&'b self, original: &'b [u8]) -> Result<[&'b [u8]; 3], Error> {
        let within = |at: u64| at.checked_sub(self.tail.start).and_then(|at| usize::try_from(at).ok());
        let before = within(self.byte_range.before.end).and_then(|end| self.tail.bytes.get(..end));
        let after = within(self.byte_range.after.start).and_then(|start| self.tail.bytes.get(start..));
        match (before, after) {
            (Some(before), Some(after)) => Ok([original, before, after]),
            _ => Err(Error::Internal("the byte range doesn't fit the tail".into())),
        }
    }

    /// Writes `contents` into the hole.
    ///
    /// # Errors
    /// [`Error::HoleTooSmall`] where it doesn't fit; [`Error::Parameters`] where the hole, which may have been stored
    /// meanwhile, isn't in the tail.
    pub fn fill(self, contents: &[u8]) -> Result<Tail, Error> {
        let Self { mut tail, byte_range, reserved } = self;
        if contents.len() > reserved {
            return Err(Error::HoleTooSmall { reserved, needed: contents.len() });
        }
        // Behind the `<` of the string.
        let start =
            byte_range.before.end.checked_sub(tail.start).and_then(|hole| usize::try_from(hole).ok()?.checked_add(1));
        let place = start
            .and_then(|start| tail.bytes.get_mut(start..start.checked_add(2 * contents.len())?))
            .ok_or_else(|| Error::parameters("prepared", "its byte range doesn't fit its bytes"))?;
        for (digits, byte) in place.chunks_exact_mut(2).zip(contents) {
            digits.copy_from_slice(&[hex_digit(byte >> 4), hex_digit(byte & 15)]);
        }
        Ok(tail)
    }
}

fn hex_digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + value - 10 }
}
