//! What anybody may see of the log: its checkpoint, and its tiles (C2SP tlog-tiles). Nothing in it says anything of a person.

use crate::archive::{Archive, blocking};
use crate::error::Error;
use crate::sequencing::CHECKPOINT;
use crate::signed_files::{LogFile, SignedLog};

impl Archive {
    /// The newest checkpoint that was published, with its signatures. None while the log is empty.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Damaged`] where it isn't the archive's own.
    pub async fn checkpoint(&self) -> Result<Option<String>, Error> {
        let store = self.store.clone();
        let Some(bytes) = blocking(move || store.get(CHECKPOINT)).await? else { return Ok(None) };
        let (_, note) = self.own_checkpoint(&bytes, "the store")?;
        Ok(Some(note.to_string()))
    }

    /// The tile or the bundle of entries of this path, e.g. `tile/0/x001/234` or `tile/entries/000.p/7`, held against the newest
    /// checkpoint. None where the path isn't one, where there's no such tile, and where no checkpoint covers it yet.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Damaged`], [`Error::Missing`] where what was signed isn't there. Then the log's files are mended at once.
    pub async fn tile(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let Some(file) = LogFile::from_path(path) else { return Ok(None) };
        let Some((checkpoint, _)) = self.last_checkpoint().await? else { return Ok(None) };
        let store = self.store.clone();
        let read = blocking(move || SignedLog::read(&store, &checkpoint)?.file(file)).await;
        if matches!(read, Err(Error::Damaged(_) | Error::Missing(_))) {
            self.suspect_log();
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{archive, kept};

    #[tokio::test]
    async fn a_checkpoint_and_its_tiles_are_shown_and_nothing_else() {
        let (directory, archive) = archive().await;
        assert_eq!(archive.checkpoint().await.unwrap(), None);
        for name in ["x", "y"] {
            kept(&archive, name).await;
        }
        archive.sequence().await.unwrap();
        let checkpoint = archive.checkpoint().await.unwrap().unwrap();
        assert!(checkpoint.starts_with(&format!("{}\n2\n", archive.origin())), "{checkpoint}");
        assert_eq!(archive.tile("tile/0/000.p/2").await.unwrap().unwrap().len(), 64);
        assert!(archive.tile("tile/entries/000.p/2").await.unwrap().unwrap().starts_with(&[0]));
        for path in [
            "tile/0/000",
            "tile/1/000.p/1",
            "tile/0/000.p/1",
            "tile/0/0",
            "tile/entries/000",
            "checkpoint",
            "",
            "/etc/passwd",
            "tile/0/../../../archive.json",
            "../archive.json",
            "tile/0/000.p/2/",
            "tile/0/000.p/02",
            "tile/0/000.p/256",
        ] {
            assert_eq!(archive.tile(path).await.unwrap(), None, "{path}");
        }
        let tile = directory.path().join("log/tile/0/000.p/2");
        std::fs::remove_file(&tile).unwrap();
        std::fs::write(&tile, b"short").unwrap();
        assert!(matches!(archive.tile("tile/0/000.p/2").await, Err(Error::Damaged(_))));
        std::fs::write(directory.path().join("log/checkpoint"), b"forged").unwrap();
        assert!(matches!(archive.checkpoint().await, Err(Error::Damaged(_))));
    }
}
