//! /ByteRange (ISO 32000-2, 12.8.1): what a signature covers.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// The two stretches of a file that a signature covers: all but its own /Contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByteRange {
    /// Before /Contents, in bytes from the start of the file.
    pub before: Range<u64>,
    /// After /Contents.
    pub after: Range<u64>,
}

impl ByteRange {
    /// The covered bytes of a file, in order.
    pub fn slices<'b>(&self, bytes: &'b [u8]) -> Option<[&'b [u8]; 2]> {
        let slice = |range: &Range<u64>| {
            let start = usize::try_from(range.start).ok()?;
            let end = usize::try_from(range.end).ok()?;
            bytes.get(start..end)
        };
        Some([slice(&self.before)?, slice(&self.after)?])
    }
}
