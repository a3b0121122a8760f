//! The hole that a signature or a time-stamp goes into (ISO 32000-2, 12.8.1): a dictionary whose /Contents is blank, the
//! byte range around it, and the filling.

use super::incremental::{Tail, Update, Value};
use crate::error::{Error, Parameter};
use crate::file::document::Document;
use crate::signature::byte_range::ByteRange;
use lopdf::ObjectId;
use serde::{Deserialize, Serialize};
use std::ops::Range;

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    /// [`Error::HoleTooSmall`] where `contents` doesn't fit; those of [`digits`](Self::digits).
    pub fn fill(self, contents: &[u8]) -> Result<Tail, Error> {
        if contents.len() > self.reserved {
            return Err(Error::HoleTooSmall { reserved: self.reserved, needed: contents.len() });
        }
        let digits = self.digits()?;
        let mut tail = self.tail;
        let place = tail.bytes.get_mut(digits).ok_or_else(|| Error::Internal("the hole isn't in its tail".into()))?;
        for (digits, byte) in place.chunks_exact_mut(2).zip(contents) {
            digits.copy_from_slice(&[hex_digit(byte >> 4), hex_digit(byte & 15)]);
        }
        Ok(tail)
    }

    /// Where the digits of /Contents are in the tail: all of them zeros, between the two parts of the byte range, which covers
    /// the rest of the file.
    ///
    /// # Errors
    /// [`Error::Parameters`] where the hole, which may have been stored meanwhile, isn't so.
    pub fn digits(&self) -> Result<Range<usize>, Error> {
        let Self { tail, byte_range, reserved } = self;
        let within = |at: u64| usize::try_from(at.checked_sub(tail.start)?).ok();
        let string = within(byte_range.before.end).zip(within(byte_range.after.start));
        let is_blank = |&(start, end): &(usize, usize)| match tail.bytes.get(start..end) {
            Some([b'<', digits @ .., b'>']) => {
                Some(digits.len()) == reserved.checked_mul(2) && digits.iter().all(|&digit| digit == b'0')
            }
            _ => false,
        };
        let is_whole = byte_range.before.start == 0 && within(byte_range.after.end) == Some(tail.bytes.len());
        match string.filter(is_blank) {
            Some((start, end)) if is_whole => Ok(start + 1..end - 1),
            _ => Err(Error::parameters(Parameter::Prepared, "its byte range doesn't fit its bytes")),
        }
    }
}

fn hex_digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + value - 10 }
}
