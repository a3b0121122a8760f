//! The file outside: the newest published checkpoint, on a medium that isn't put back with the archive. It goes up alone.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::{Anchors, FILE};
use crate::archive::{Archive, blocking};
use crate::error::Error;
use crate::log::MAX_NOTE;
use crate::sequencing::CHECKPOINT;
use crate::store::sync_directory;

impl Archive {
    /// Holds the archive against the checkpoint in this file, and writes each that is published from then on there
    /// ([`write_anchor`](Self::write_anchor)). Where the file's directory isn't there, the medium isn't: that is told, and no
    /// directory is made in its place.
    ///
    /// # Errors
    /// [`Error::RolledBack`] where the file is ahead of the database, or of another tree; [`Error::Damaged`] where it isn't a
    /// checkpoint of this archive; [`Error::Nested`] where it lies in the archive; [`Error::File`], [`Error::Database`].
    pub async fn with_anchor(mut self, path: &Path) -> Result<Self, Error> {
        if let (Some(own), Some(above)) = (self.store.directory(), path.parent()) {
            let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
            if real(above).starts_with(real(&own)) {
                return Err(Error::Nested(own, path.to_owned()));
            }
        }
        let file = path.to_owned();
        match blocking(move || read(&file)).await? {
            Some(note) => self.demand_known(&note, &path.display().to_string()).await?,
            None if is_there(path) => {}
            None => {
                tracing::warn!(path = %path.display(), "the anchor's directory isn't there: is the medium mounted?")
            }
        }
        self.anchors = Anchors { file: Some(path.to_owned()), ..self.anchors };
        Ok(self)
    }

    /// Writes the newest published checkpoint to the file outside, unless it's there. Whether it was written.
    ///
    /// # Errors
    /// [`Error::RolledBack`] where the file is ahead of the database, after which nothing is written any more;
    /// [`Error::AnchorMissing`] where the file's directory isn't there; [`Error::Damaged`], [`Error::File`], [`Error::Database`].
    pub async fn write_anchor(&self) -> Result<bool, Error> {
        let Some(path) = self.anchors.file.clone() else { return Ok(false) };
        self.demand_not_overtaken()?;
        let store = self.store.clone();
        let Some(published) = blocking(move || store.get(CHECKPOINT)).await? else { return Ok(false) };
        let (checkpoint, _) = self.own_checkpoint(&published, "the store")?;
        let file = path.clone();
        let kept = blocking(move || if is_there(&file) { read(&file) } else { Err(Error::AnchorMissing(file)) });
        let kept = kept.await?;
        if kept.as_ref() == Some(&published) {
            return Ok(false);
        }
        if let Some(kept) = kept {
            let place = path.display().to_string();
            self.demand_known(&kept, &place).await.map_err(|error| self.remembered(error))?;
            // Another process may have gone on meanwhile.
            if self.own_checkpoint(&kept, &place)?.0.size() > checkpoint.size() {
                return Ok(false);
            }
        }
        blocking(move || replace(&path, &published)).await?;
        self.anchored(FILE, checkpoint.size()).await?;
        Ok(true)
    }
}

/// Whether the file's directory is there.
fn is_there(path: &Path) -> bool {
    path.parent().is_some_and(Path::is_dir)
}

/// The file, where it's there.
fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::file(path)(error)),
    };
    let (mut note, most) = (Vec::new(), u64::try_from(MAX_NOTE).map_err(Error::internal)?);
    // One octet more than any note has: it's refused as one, not cut.
    file.take(most + 1).read_to_end(&mut note).map_err(Error::file(path))?;
    Ok(Some(note))
}

/// Puts a whole file in the place of what is there.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let above = path.parent().map_or_else(PathBuf::new, Path::to_owned);
    let mut file = tempfile::NamedTempFile::new_in(&above).map_err(Error::file(&above))?;
    file.write_all(bytes).map_err(Error::file(path))?;
    file.as_file().sync_all().map_err(Error::file(path))?;
    let temporary = file.into_temp_path();
    fs::rename(&temporary, path).map_err(Error::file(path))?;
    sync_directory(&above)
}
