//! Copies that are whole or aren't there: written to a file without its name, hashed on the way, synced, named, and read again.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::Path;

use kyso::crypto::{DigestAlgorithm, hex};
use tempfile::NamedTempFile;

use crate::error::Error;
use crate::private;
use crate::record::sha256;
use crate::store::Store;

/// How much is read at once.
const PIECE: usize = 1 << 20;

/// Length and SHA-256 of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// Reads a file from end to end, piece by piece.
fn pieces(path: &Path, mut each: impl FnMut(&[u8]) -> Result<(), Error>) -> Result<Content, Error> {
    let mut file = File::open(path).map_err(Error::file(path))?;
    let (mut hasher, mut bytes, mut piece) = (DigestAlgorithm::Sha256.hasher(), 0_u64, vec![0; PIECE]);
    loop {
        let length = match file.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(Error::file(path)(error)),
        };
        let own = piece.get(..length).unwrap_or_default();
        hasher.update(own);
        each(own)?;
        bytes = bytes.saturating_add(u64::try_from(length).map_err(Error::internal)?);
    }
    Ok(Content { bytes, sha256: hex(&hasher.finish()) })
}

/// Length and SHA-256 of a file.
pub(crate) fn content(path: &Path) -> Result<Content, Error> {
    pieces(path, |_| Ok(()))
}

/// Length and SHA-256 of what lies at a place of a store; none where nothing does.
pub(crate) fn content_in(store: &Store, place: &str) -> Result<Option<Content>, Error> {
    if store.directory().is_some() {
        return store.location(place).map(|path| content(&path)).transpose();
    }
    Ok(store.get(place)?.map(|bytes| of(&bytes)))
}

/// Length and SHA-256 of bytes.
pub(crate) fn of(bytes: &[u8]) -> Content {
    Content { bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX), sha256: sha256(bytes) }
}

/// Copies what lies at a place of a store, as [`copy`] does; none where nothing does.
pub(crate) fn copy_from(
    store: &Store,
    place: &str,
    temporary: &Path,
    to: &Path,
    holds: impl FnOnce(&Content) -> Result<(), Error>,
) -> Result<Option<Content>, Error> {
    if store.directory().is_some() {
        let Some(from) = store.location(place) else { return Ok(None) };
        return copy(&from, temporary, to, holds).map(Some);
    }
    let Some(bytes) = store.get(place)? else { return Ok(None) };
    let content = of(&bytes);
    holds(&content)?;
    write_new(temporary, to, &bytes)?;
    Ok(Some(content))
}

/// Copies what lies at a place of a store over a file that is damaged; none where nothing does.
pub(crate) fn replace_from(
    store: &Store,
    place: &str,
    temporary: &Path,
    to: &Path,
    holds: impl FnOnce(&Content) -> Result<(), Error>,
) -> Result<Option<Content>, Error> {
    let mut draft = NamedTempFile::new_in(temporary).map_err(Error::file(temporary))?;
    let content = if store.directory().is_some() {
        let Some(from) = store.location(place) else { return Ok(None) };
        pieces(&from, |piece| draft.write_all(piece).map_err(Error::file(to)))?
    } else {
        let Some(bytes) = store.get(place)? else { return Ok(None) };
        draft.write_all(&bytes).map_err(Error::file(to))?;
        of(&bytes)
    };
    holds(&content)?;
    draft.as_file().sync_all().map_err(Error::file(to))?;
    draft.persist(to).map_err(|error| Error::file(to)(error.error))?;
    Ok(Some(content))
}

/// Copies a file to a name that is free, for its owner alone, if it has the content that `holds` wants; what it has. The copy is durable once
/// its directory is synced.
pub(crate) fn copy(
    from: &Path,
    temporary: &Path,
    to: &Path,
    holds: impl FnOnce(&Content) -> Result<(), Error>,
) -> Result<Content, Error> {
    let mut draft = NamedTempFile::new_in(temporary).map_err(Error::file(temporary))?;
    let content = pieces(from, |piece| draft.write_all(piece).map_err(Error::file(to)))?;
    holds(&content)?;
    named(draft, to)?;
    Ok(content)
}

/// Writes a file under a name that is free.
pub(crate) fn write_new(temporary: &Path, to: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut draft = NamedTempFile::new_in(temporary).map_err(Error::file(temporary))?;
    draft.write_all(bytes).map_err(Error::file(to))?;
    named(draft, to)
}

/// Syncs a file and gives it its name.
fn named(draft: NamedTempFile, to: &Path) -> Result<(), Error> {
    draft.as_file().sync_all().map_err(Error::file(to))?;
    if let Some(above) = to.parent() {
        private::make_directory(above).map_err(Error::file(above))?;
    }
    draft.persist_noclobber(to).map(drop).map_err(|error| Error::file(to)(error.error))
}
