//! A log's size and root, as the text of a signed note ([C2SP tlog-checkpoint] 1.0.0).
//!
//! ```text
//! origin
//! size in decimal
//! root in base64
//! ```
//!
//! [C2SP tlog-checkpoint]: https://c2sp.org/tlog-checkpoint

use std::fmt;
use std::str::FromStr;

use super::tree::MAX_SIZE;
use super::{Hash, decimal};

/// The most octets of an origin: as cosigners by ML-DSA take it.
const LONGEST_ORIGIN: usize = 255;

/// What a log says of itself at a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
}

/// The text isn't a checkpoint's. Extension lines, which nobody audits, aren't read either: this log has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it isn't a checkpoint: an origin, a size and a root, in three lines")]
pub struct CheckpointFault;

impl Checkpoint {
    /// What a log of this origin says at this size.
    ///
    /// # Errors
    /// [`CheckpointFault`] where the origin is empty, longer than 255 octets or has a control character, or the size is beyond
    /// [`MAX_SIZE`].
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, CheckpointFault> {
        let is_origin = !origin.is_empty()
            && origin.len() <= LONGEST_ORIGIN
            && !origin.contains(|letter: char| letter.is_control());
        if !is_origin || size > MAX_SIZE {
            return Err(CheckpointFault);
        }
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// Whose log it is.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Leaves of the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root of the tree.
    pub fn root(&self) -> &Hash {
        &self.root
    }
}

/// The text that is signed: three lines.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)
    }
}

/// Reads a note's text: what [`fmt::Display`] writes, and nothing else.
impl FromStr for Checkpoint {
    type Err = CheckpointFault;

    fn from_str(text: &str) -> Result<Self, CheckpointFault> {
        let read = || {
            let (origin, rest) = text.split_once('\n')?;
            let (size, rest) = rest.split_once('\n')?;
            let root = Hash::from_base64(rest.strip_suffix('\n')?)?;
            Self::new(origin, decimal(size)?, root).ok()
        };
        read().ok_or(CheckpointFault)
    }
}
