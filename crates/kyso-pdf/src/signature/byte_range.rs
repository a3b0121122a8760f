//! /ByteRange (ISO 32000-2, 12.8.1): what a signature covers.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// The two stretches of a file that a signature covers: all but its own /Contents ([ISO 32000-2], 12.8.1, table 255:
/// /ByteRange).
///
/// ```text
/// %PDF-1.7 ... /ByteRange [0 a b c] /Contents <3082...00> ... %%EOF
/// |<---------- a bytes --------------------->|           |<- c ->|
/// 0                                          a           b     b+c
/// ```
///
/// [ISO 32000-2]: https://pdfa.org/resource/iso-32000-2/
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
