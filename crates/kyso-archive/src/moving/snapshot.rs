//! The rows of an archive as they are at one moment, in a file: a backup is of the same form whichever pair of stores it's of, and
//! is restored into either.

use std::path::{Path, PathBuf};

use super::rows::{Into, carry};
use super::tables::TABLES;
use crate::archive::{Archive, SOLE, introduce};
use crate::database::{Database, values};
use crate::error::Error;

impl Archive {
    /// Writes a copy of the whole database as it is now to a new file, synced.
    pub(crate) async fn snapshot(&self, path: &Path) -> Result<(), Error> {
        if !self.database.is_shared() {
            return self.database.snapshot(path).await;
        }
        let filling = beside(path, "");
        let database = Database::create(&filling).await?;
        let filled = self.fill_snapshot(&database, path).await;
        database.close().await;
        for journal in ["", "-wal", "-shm", "-journal"] {
            let path = beside(path, journal);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Error::file(&path)(error)),
                _ => {}
            }
        }
        filled
    }

    async fn fill_snapshot(&self, database: &Database, path: &Path) -> Result<(), Error> {
        introduce(database, SOLE, self.identity.as_ref().clone()).await?;
        // One moment for all tables, whatever is written meanwhile.
        let mut reading = self.database.reading().await?;
        let into = Into { database, agency: SOLE, store: None };
        for table in TABLES {
            carry(table, &mut reading, &self.agency, &into, |_| {}).await?;
        }
        reading.run("COMMIT", values![]).await?;
        let identity = self.identity.as_ref().clone();
        let copy = Self::put_together(SOLE, identity, self.store.clone(), database.clone(), None, None).await?;
        copy.findings_again().await?;
        database.snapshot(path).await
    }
}

/// The file that is filled, before it's copied without its journal.
fn beside(path: &Path, journal: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".filling{journal}"));
    PathBuf::from(name)
}
