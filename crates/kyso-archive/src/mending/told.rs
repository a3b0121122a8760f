//! What came of mending files that follow from rows: events of the log, and a list of what is damaged still.

use serde::{Deserialize, Serialize};

use crate::archive::{Archive, blocking};
use crate::clock::now;
use crate::database::values;
use crate::destruction::execute::NEVER;
use crate::error::Error;
use crate::mending::manifests::is_manifest_of;
use crate::record::{Event, Told, sha256};
use crate::second::SEEN;
use crate::stamping::STAMPS;

/// How many files an event is about at most.
const AT_ONCE: usize = 500;

/// Files weren't what follows from the rows, and were written again.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct FilesRepaired {
    files: Vec<Repaired>,
}

impl Told for FilesRepaired {
    const KIND: &'static str = "files.repaired";
}

/// Files aren't what was signed or committed to, and weren't written again.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct FilesDamaged {
    files: Vec<Faulty>,
}

impl Told for FilesDamaged {
    const KIND: &'static str = "files.damaged";
}

/// A file that was written again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Repaired {
    /// Its path in the store.
    pub(crate) path: String,
    /// What it was: `damaged` or `missing`.
    pub(crate) state: String,
    /// SHA-256 of what was written.
    pub(crate) sha256: String,
}

/// A file that isn't what it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Faulty {
    /// Its path in the store.
    pub(crate) path: String,
    /// `damaged` or `missing`.
    pub(crate) state: String,
}

/// What came of holding files against what they follow from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mended {
    /// Those that were written again.
    pub(crate) repaired: Vec<Repaired>,
    /// Those that weren't: nothing gives them, or nobody here may.
    pub(crate) damaged: Vec<Faulty>,
    /// Those among them of which there's a whole copy that no credential of this process may put in place.
    pub(crate) refused: Vec<String>,
}

impl Mended {
    /// A file was written again, with this in it.
    pub(crate) fn repaired(&mut self, path: &str, state: &str, bytes: &[u8]) {
        self.repaired.push(Repaired { path: path.to_owned(), state: state.to_owned(), sha256: sha256(bytes) });
    }

    pub(crate) fn damaged(&mut self, path: &str, state: &str) {
        self.damaged.push(Faulty { path: path.to_owned(), state: state.to_owned() });
    }

    pub(super) fn add(&mut self, other: Self) {
        self.repaired.extend(other.repaired);
        self.damaged.extend(other.damaged);
        self.refused.extend(other.refused);
    }

    fn is_empty(&self) -> bool {
        self.repaired.is_empty() && self.damaged.is_empty()
    }
}

impl Archive {
    /// Writes down what was mended, and what is damaged: the latter once, until it's mended.
    pub(crate) async fn tell_mended(&self, mended: &Mended) -> Result<(), Error> {
        if mended.is_empty() {
            return Ok(());
        }
        for Repaired { path, state, .. } in &mended.repaired {
            tracing::warn!(path, state, "a file that follows from what is kept was written again");
        }
        for Faulty { path, state } in &mended.damaged {
            tracing::error!(path, state, "a file that follows from what is kept isn't mended");
        }
        let mut events = Vec::new();
        for files in mended.repaired.chunks(AT_ONCE) {
            events.push(Event::now(&self.clock, None, FilesRepaired { files: files.to_vec() })?.0);
        }
        let mut new = Vec::new();
        for faulty in &mended.damaged {
            let sql = "SELECT state FROM copy WHERE agency = $1 AND object = $2 AND store = 'first'";
            let known = self.database.row(sql, values![&self.agency, &faulty.path]).await?;
            let is_known = known.map(|row| row.text("state")).transpose()?.is_some_and(|state| state != "whole");
            new.extend((!is_known).then(|| faulty.clone()));
        }
        for files in new.chunks(AT_ONCE) {
            events.push(Event::now(&self.clock, None, FilesDamaged { files: files.to_vec() })?.0);
        }
        let (agency, mended) = (self.agency.clone(), mended.clone());
        let written = self.database.write(move |transaction| {
            Box::pin(async move {
                for event in &events {
                    event.write(transaction, &agency).await?;
                }
                for Repaired { path, .. } in &mended.repaired {
                    transaction.run(WHOLE, values![&agency, path, NEVER]).await?;
                }
                for Faulty { path, state } in &mended.damaged {
                    transaction.run(SEEN, values![&agency, path, "first", now(), state]).await?;
                }
                Ok(())
            })
        });
        written.await?;
        self.woken.notify_one();
        Ok(())
    }

    /// Takes from the list of what is damaged those files that somebody has put back. `log`: what of the log is damaged still.
    pub(crate) async fn forget_mended(&self, log: &Mended) -> Result<(), Error> {
        let sql = "SELECT object FROM copy WHERE agency = $1 AND store = 'first' AND state <> 'whole' \
                   AND object LIKE '%/%' ORDER BY object";
        let mut whole = Vec::new();
        for row in self.database.rows(sql, values![&self.agency]).await? {
            let path = row.text("object")?;
            let is_whole = match path.ends_with(".json") {
                true => {
                    let (store, name) = (self.store.clone(), path.clone());
                    let bytes = blocking(move || store.get(&name)).await?;
                    match bytes {
                        Some(bytes) => is_manifest_of(self, &path, &bytes).await?,
                        None => false,
                    }
                }
                // Time-stamps' files are held by themselves.
                false if path.starts_with(STAMPS) => continue,
                false => !log.damaged.iter().any(|faulty| faulty.path == path),
            };
            whole.extend(is_whole.then_some(path));
        }
        if whole.is_empty() {
            return Ok(());
        }
        let agency = self.agency.clone();
        let written = self.database.write(move |transaction| {
            Box::pin(async move {
                for path in &whole {
                    transaction.run(WHOLE, values![&agency, path, NEVER]).await?;
                }
                Ok(())
            })
        });
        written.await
    }
}

/// Takes a file from the list of what is damaged. It isn't looked for as documents are.
const WHOLE: &str = "UPDATE copy SET state = 'whole', seen = $3 WHERE agency = $1 AND object = $2 AND store = 'first'";
