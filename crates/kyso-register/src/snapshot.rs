//! A copy of the register as it is at one moment, beside whoever writes numbers into it: what a backup has of it. It's a file whichever
//! database it's from, and moves up again as any register does ([`Register::move_up`]).

use std::path::Path;

use crate::Register;
use crate::database::{Database, values};
use crate::error::Error;
use crate::head::{Head, head_of};
use crate::moving;

impl Register {
    /// Copies the whole register, as it is now, into a new file, and syncs it. From a server's database it's the agency's rows of one moment
    /// that come, event by event. The end of the chain that the copy has.
    ///
    /// # Errors
    /// [`Error::File`] where the file is there, isn't named in UTF-8, or can't be written; [`Error::Damaged`] where the rows of a server
    /// aren't a register's; [`Error::Database`].
    pub async fn snapshot(&self, path: &Path) -> Result<Head, Error> {
        let named = |kind: std::io::ErrorKind| Error::file(path)(kind.into());
        if path.symlink_metadata().is_ok() {
            return Err(named(std::io::ErrorKind::AlreadyExists));
        }
        if path.to_str().is_none() {
            return Err(named(std::io::ErrorKind::InvalidFilename));
        }
        if !self.database.is_shared() {
            self.database.snapshot(path).await?;
            return head_in(path).await;
        }
        let above = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let scratch = tempfile::tempdir_in(above).map_err(Error::file(above))?;
        let copy = Database::create(&scratch.path().join("register.sqlite3")).await?;
        let filled = self.fill(&copy, path).await;
        copy.close().await;
        filled?;
        head_in(path).await
    }

    async fn fill(&self, copy: &Database, path: &Path) -> Result<(), Error> {
        // One moment for all tables, whatever is entered meanwhile.
        let mut reading = self.database.reading().await?;
        moving::copy_all(&mut reading, copy).await?;
        reading.run("COMMIT", values![]).await?;
        copy.snapshot(path).await
    }
}

/// The end of the chain in a copy.
async fn head_in(path: &Path) -> Result<Head, Error> {
    let mut copy = Database::open_to_read(path).await?;
    let head = head_of(&mut copy).await;
    copy.close().await;
    head
}
