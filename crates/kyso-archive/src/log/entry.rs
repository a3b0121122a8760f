//! What a leaf of this log says: that something of a kind happened at a time, and a commitment to the record of it. No name,
//! number or digest stands in it, and without the salt nothing can be guessed; once salt and record are erased, nothing can be
//! linked to it either.
//!
//! ```text
//! kyso.log/v1
//! version.added
//! 2026-11-29T08:15:30.123456Z
//! base64 of SHA-256("kyso.record/v1" ‖ 0x0A ‖ salt ‖ record)
//! ```

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use kyso::crypto::sha256;

use super::Hash;

/// The first line: another one is another format, and isn't read.
const VERSION: &str = "kyso.log/v1";
/// What a commitment begins with.
const RECORD: &[u8] = b"kyso.record/v1\n";
/// The most octets of a kind.
const LONGEST_KIND: usize = 64;

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    kind: String,
    time: Timestamp,
    commitment: Hash,
}

/// Why something isn't an entry of this log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryFault {
    /// It isn't four lines, or begins with another version.
    #[error("it isn't an entry of this log")]
    Form,
    /// The kind isn't lower-case words with dots between them, or is longer than 64 octets.
    #[error("the kind of an entry is lower-case words with dots between them")]
    Kind,
    /// The time isn't UTC in whole microseconds, of the years 0 to 9999.
    #[error("the time of an entry is UTC in whole microseconds")]
    Time,
}

/// The bytes that the commitment to a record is the SHA-256 of: what an evidence record of it is about.
pub fn committed(salt: &[u8], record: &[u8]) -> Vec<u8> {
    [RECORD, salt, record].concat()
}

/// The commitment to a record's exact octets: `SHA-256("kyso.record/v1" ‖ 0x0A ‖ salt ‖ record)`.
pub fn commitment(salt: &[u8; 32], record: &[u8]) -> Hash {
    Hash::new(sha256(&[RECORD, salt, record]))
}

/// A time as entries and records have it: RFC 3339 in UTC, with six decimals and `Z`; `None` for one with nanoseconds or of a year
/// that hasn't four digits.
pub fn time_text(time: Timestamp) -> Option<String> {
    let text = format!("{time:.6}");
    (text.len() == 27 && time.subsec_nanosecond() % 1000 == 0).then_some(text)
}

/// The time that [`time_text`] wrote.
pub(super) fn time_of(text: &str) -> Option<Timestamp> {
    let time = text.parse().ok()?;
    (time_text(time)? == text).then_some(time)
}

/// Whether it's a kind: words of lower-case letters, digits and hyphens that begin with a letter, and dots between them.
pub(super) fn is_kind(kind: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word.bytes().all(|octet| matches!(octet, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    };
    kind.len() <= LONGEST_KIND && kind.split('.').all(is_word)
}

impl Entry {
    /// That something of a kind happened at a time, with the [`commitment`] to its record.
    ///
    /// # Errors
    /// [`EntryFault::Kind`], [`EntryFault::Time`].
    pub fn new(kind: &str, time: Timestamp, commitment: Hash) -> Result<Self, EntryFault> {
        if !is_kind(kind) {
            return Err(EntryFault::Kind);
        }
        time_text(time).ok_or(EntryFault::Time)?;
        Ok(Self { kind: kind.to_owned(), time, commitment })
    }

    /// What happened, e.g. `version.added`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// When.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// The commitment to the record.
    pub fn commitment(&self) -> &Hash {
        &self.commitment
    }

    /// The leaf's hash.
    pub fn leaf(&self) -> Hash {
        Hash::leaf(self.to_string().as_bytes())
    }

    /// Reads an entry out of a bundle: what [`fmt::Display`] writes, and nothing else.
    ///
    /// # Errors
    /// [`EntryFault`].
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryFault> {
        std::str::from_utf8(bytes).map_err(|_| EntryFault::Form)?.parse()
    }
}

/// The four lines, each with its newline.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{VERSION}\n{}\n{:.6}\n{}", self.kind, self.time, self.commitment)
    }
}

impl FromStr for Entry {
    type Err = EntryFault;

    fn from_str(text: &str) -> Result<Self, EntryFault> {
        let lines: Vec<&str> = text.strip_suffix('\n').ok_or(EntryFault::Form)?.split('\n').collect();
        let [VERSION, kind, time, commitment] = lines.as_slice() else { return Err(EntryFault::Form) };
        let commitment = Hash::from_base64(commitment).ok_or(EntryFault::Form)?;
        Self::new(kind, time_of(time).ok_or(EntryFault::Time)?, commitment)
    }
}
