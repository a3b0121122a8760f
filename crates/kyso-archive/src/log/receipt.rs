//! A proof that one record is in the log, in a file of its own ([C2SP tlog-proof]): `NAME.tlog-proof`.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! extra base64(salt ‖ record)
//! index 73894
//! hashes from the leaf's sibling up, a line each
//!
//! the signed checkpoint, as it is
//! ```
//!
//! [C2SP tlog-proof]: https://c2sp.org/tlog-proof

use std::fmt;

use super::{Hash, Note, base64, commitment, decimal, from_base64};

/// The most octets of a receipt.
pub const MAX_RECEIPT: usize = 256 << 10;
/// The most hashes of a path: the height of the largest tree.
const HIGHEST: usize = 63;

const VERSION: &str = "c2sp.org/tlog-proof@v1\n";

/// A receipt as it's read; [`check`](super::check()) says whether it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What the commitment is salted with.
    pub salt: [u8; 32],
    /// The record's exact octets: JSON.
    pub record: Vec<u8>,
    /// Number of the leaf, from 0.
    pub index: u64,
    /// From the leaf's sibling up.
    pub path: Vec<Hash>,
    /// The checkpoint with its signatures.
    pub checkpoint: Note,
}

impl Receipt {
    /// Reads a receipt: what [`fmt::Display`] writes, and nothing else. `None` where it isn't one, or is longer than
    /// [`MAX_RECEIPT`].
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MAX_RECEIPT {
            return None;
        }
        let text = std::str::from_utf8(bytes).ok()?;
        let (extra, rest) = text.strip_prefix(VERSION)?.strip_prefix("extra ")?.split_once('\n')?;
        let (index, mut rest) = rest.strip_prefix("index ")?.split_once('\n')?;
        let mut path = Vec::new();
        let note = loop {
            let (line, after) = rest.split_once('\n')?;
            if line.is_empty() {
                break after;
            }
            if path.len() == HIGHEST {
                return None;
            }
            path.push(Hash::from_base64(line)?);
            rest = after;
        };
        let extra = from_base64(extra)?;
        let (salt, record) = extra.split_first_chunk()?;
        Some(Self {
            salt: *salt,
            record: record.to_vec(),
            index: decimal(index)?,
            path,
            checkpoint: Note::parse(note.as_bytes()).ok()?,
        })
    }

    /// The commitment to the record.
    pub fn commitment(&self) -> Hash {
        commitment(&self.salt, &self.record)
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extra: Vec<u8> = self.salt.iter().chain(&self.record).copied().collect();
        write!(f, "{VERSION}extra {}\nindex {}\n", base64(&extra), self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}
