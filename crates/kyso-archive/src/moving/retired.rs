//! The mark of an archive that moved: from then on it only reads. One log has one signer.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::backup::copying;
use crate::error::Error;
use crate::store::sync_directory;

/// Its name, right in the archive's directory.
pub(crate) const MARKER: &str = "RETIRED";

/// Where an archive went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Retired {
    /// The archive's id.
    pub(crate) archive: Uuid,
    /// The place that it moved to, in words.
    pub(crate) to: String,
    /// The last checkpoint that was signed here; none where nothing had happened.
    pub(crate) checkpoint: Option<String>,
    pub(crate) at: Timestamp,
}

/// What the mark says, where there is one. One that can't be read is an error: whoever made it meant that nothing is written.
pub(crate) fn read(directory: &Path) -> Result<Option<Retired>, Error> {
    let path = path(directory);
    match std::fs::read(&path) {
        Ok(bytes) => {
            let wrong = || Error::Damaged(format!("{} can't be read", path.display()));
            serde_json::from_slice(&bytes).map(Some).map_err(|_| wrong())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file(&path)(error)),
    }
}

/// Writes it, durable when this returns.
pub(super) fn write(directory: &Path, retired: &Retired) -> Result<(), Error> {
    let bytes = serde_json::to_vec_pretty(retired).map_err(Error::internal)?;
    copying::write_new(&directory.join("tmp"), &path(directory), &bytes)?;
    sync_directory(directory)
}

/// Refuses an archive that moved elsewhere.
pub(crate) fn demand_active(directory: &Path) -> Result<(), Error> {
    match read(directory)? {
        None => Ok(()),
        Some(retired) => Err(Error::Retired { path: directory.to_owned(), to: retired.to }),
    }
}

fn path(directory: &Path) -> PathBuf {
    directory.join(MARKER)
}
