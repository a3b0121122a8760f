//! What belongs to an archive and isn't the archive's own: its register. Numbers come into the archive's log when something is said of
//! them, so the log alone doesn't say which of two backups has more of them.

use std::path::{Path, PathBuf};
use std::pin::Pin;

use serde::{Deserialize, Serialize};

/// An answer of what lies beside an archive.
pub type AskedBeside<'a, T> = Pin<Box<dyn Future<Output = Result<T, Box<dyn std::error::Error + Send + Sync>>> + 'a>>;

/// What lies beside an archive and is backed up with it.
pub trait BesideArchive {
    /// Whether the register has been where a backup's is. It's asked before anything is copied.
    fn register_since<'a>(&'a self, then: &'a BesideHead) -> AskedBeside<'a, RegisterNow>;

    /// Takes files that belong to the same moment, into this directory, which is the place's temporary one.
    fn take<'a>(&'a self, temporary: &'a Path) -> AskedBeside<'a, BesideTaken>;
}

/// How far a register is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BesideHead {
    /// How many events it has.
    pub events: u64,
    /// The end of their chain.
    pub chain: String,
}

/// A register, beside one that a backup has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegisterNow {
    /// It's the same, or has gone on from it.
    GoneOn,
    /// It has never been there: it was put back to an earlier state, or is another one.
    Otherwise {
        /// How many events it has.
        events: u64,
    },
}

/// What was taken beside an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BesideTaken {
    /// Files, each with its name in the snapshot. They're moved from where they are.
    pub files: Vec<(PathBuf, String)>,
    /// How far the register is that is among them.
    pub register: Option<BesideHead>,
}
