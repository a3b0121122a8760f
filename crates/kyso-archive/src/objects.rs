//! The object store: files named by the SHA-256 of their bytes, written once.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use kyso::crypto::DigestAlgorithm;

use crate::error::Error;
use crate::private;

/// The two directories of the store, on one file system.
#[derive(Debug, Clone)]
pub(crate) struct Objects {
    objects: PathBuf,
    temporary: PathBuf,
}

impl Objects {
    /// Makes the directories where they are missing, and clears away what a crash left half-written.
    pub(crate) fn open(directory: &Path) -> Result<Self, Error> {
        let store = Self { objects: directory.join("objects"), temporary: directory.join("tmp") };
        private::make_directory(&store.objects).map_err(Error::file(&store.objects))?;
        private::make_directory(&store.temporary).map_err(Error::file(&store.temporary))?;
        sync_directory(directory)?;
        store.sweep()?;
        Ok(store)
    }

    /// Removes half-written files. Whatever lies under `objects` is whole, and stays.
    fn sweep(&self) -> Result<(), Error> {
        for entry in fs::read_dir(&self.temporary).map_err(Error::file(&self.temporary))? {
            let path = entry.map_err(Error::file(&self.temporary))?.path();
            fs::remove_file(&path).map_err(Error::file(&path))?;
            tracing::info!("a half-written file was removed");
        }
        Ok(())
    }

    /// Where the object lies: 256 directories, so that none grows too large to list.
    fn path(&self, sha256: &str) -> PathBuf {
        self.objects.join(sha256.get(..2).unwrap_or_default()).join(sha256)
    }

    /// Keeps the bytes under `sha256`, their hash. When this returns they are on the disk, and stay after a power cut.
    pub(crate) fn put(&self, sha256: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.path(sha256);
        let shard = path.parent().unwrap_or(&self.objects);
        match private::make_new_directory(shard) {
            Ok(()) => sync_directory(&self.objects)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::file(shard)(error)),
        }

        let in_temporary = Error::file(&self.temporary);
        let mut temporary = tempfile::NamedTempFile::new_in(&self.temporary).map_err(in_temporary)?;
        self.write(temporary.as_file_mut(), bytes).map_err(Error::file(temporary.path()))?;
        match temporary.persist_noclobber(&path) {
            Ok(_) => {}
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => self.already_there(sha256, &path)?,
            Err(error) => return Err(Error::file(&path)(error.error)),
        }
        sync_directory(shard)
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> std::io::Result<()> {
        file.write_all(bytes)?;
        let mut permissions = file.metadata()?.permissions();
        permissions.set_readonly(true);
        file.set_permissions(permissions)?;
        file.sync_all()
    }

    /// The object was written before, perhaps by a process that crashed before it was synced.
    fn already_there(&self, sha256: &str, path: &Path) -> Result<(), Error> {
        self.get(sha256)?;
        File::open(path).and_then(|file| file.sync_all()).map_err(Error::file(path))
    }

    /// Takes the bytes kept under `sha256` away. Where they aren't there any more, nothing happens.
    pub(crate) fn remove(&self, sha256: &str) -> Result<(), Error> {
        let path = self.path(sha256);
        match fs::remove_file(&path) {
            Ok(()) => sync_directory(path.parent().unwrap_or(&self.objects)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Error::file(&path)(error)),
        }
    }

    /// The bytes kept under `sha256`, hashed again.
    pub(crate) fn get(&self, sha256: &str) -> Result<Vec<u8>, Error> {
        let path = self.path(sha256);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(Error::Missing { sha256: sha256.to_owned() });
            }
            Err(error) => return Err(Error::file(&path)(error)),
        };
        let found = sha256_of(&bytes);
        if found == sha256 { Ok(bytes) } else { Err(Error::Damaged { sha256: sha256.to_owned(), found }) }
    }

    /// Whether the directories are there and can be written to.
    pub(crate) fn check(&self) -> Result<(), Error> {
        fs::read_dir(&self.objects).map_err(Error::file(&self.objects))?;
        let mut probe = tempfile::NamedTempFile::new_in(&self.temporary).map_err(Error::file(&self.temporary))?;
        probe.write_all(b"kyso").map_err(Error::file(probe.path()))
    }
}

/// SHA-256 in lower-case hex.
pub(crate) fn sha256_of(bytes: &[u8]) -> String {
    DigestAlgorithm::Sha256.hex(bytes)
}

/// Makes the names in a directory last.
pub(crate) fn sync_directory(path: &Path) -> Result<(), Error> {
    File::open(path).and_then(|directory| directory.sync_all()).map_err(Error::file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Objects) {
        let directory = tempfile::tempdir().unwrap();
        let objects = Objects::open(directory.path()).unwrap();
        (directory, objects)
    }

    fn overwrite(path: &Path, bytes: &[u8]) {
        fs::remove_file(path).unwrap();
        fs::write(path, bytes).unwrap();
    }

    #[test]
    fn what_was_put_comes_back_and_nothing_is_left_beside_it() {
        let (_directory, objects) = store();
        let name = sha256_of(b"one");
        objects.put(&name, b"one").unwrap();
        objects.put(&name, b"one").unwrap();
        assert_eq!(objects.get(&name).unwrap(), b"one");
        assert_eq!(fs::read_dir(&objects.temporary).unwrap().count(), 0);
        assert!(fs::metadata(objects.path(&name)).unwrap().permissions().readonly());
    }

    #[test]
    fn a_damaged_object_is_neither_handed_out_nor_overwritten() {
        let (_directory, objects) = store();
        let name = sha256_of(b"one");
        objects.put(&name, b"one").unwrap();
        overwrite(&objects.path(&name), b"two");
        assert!(matches!(objects.get(&name), Err(Error::Damaged { .. })));
        assert!(matches!(objects.put(&name, b"one"), Err(Error::Damaged { .. })));
        assert_eq!(fs::read(objects.path(&name)).unwrap(), b"two");
    }

    #[test]
    fn a_missing_object_is_named() {
        let (_directory, objects) = store();
        assert!(
            matches!(objects.get(&sha256_of(b"none")), Err(Error::Missing { sha256 }) if sha256 == sha256_of(b"none"))
        );
    }

    #[test]
    fn what_a_crash_left_half_written_is_swept_and_objects_stay() {
        let (directory, objects) = store();
        objects.put(&sha256_of(b"one"), b"one").unwrap();
        fs::write(objects.temporary.join("half"), b"o").unwrap();
        let again = Objects::open(directory.path()).unwrap();
        assert_eq!(fs::read_dir(&again.temporary).unwrap().count(), 0);
        assert_eq!(again.get(&sha256_of(b"one")).unwrap(), b"one");
    }

    #[test]
    fn a_store_that_is_gone_fails_its_check() {
        let (_directory, objects) = store();
        objects.check().unwrap();
        fs::remove_dir_all(&objects.temporary).unwrap();
        assert!(objects.check().is_err());
    }
}
