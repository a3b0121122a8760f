//! Checkpoints outside: what decides whether the archive was put back to an earlier state, where database and store were put back
//! together.
//!
//! ```text
//! file       a file on a medium of its own, which only ever goes up
//! witnesses  who remembers the newest checkpoint that it has seen, and signs those that continue it
//! ```
//!
//! Each is held against the database when the archive is opened, and told of each checkpoint that was published. Where one of them
//! has a checkpoint that this archive's key has signed and its log doesn't have, nothing is written any more.

mod file;
mod witnesses;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::Notify;

pub use witnesses::Witness;

use crate::archive::Archive;
use crate::clock::{now, timestamp};
use crate::database::{Row, values};
use crate::error::Error;
use crate::log::{Note, NoteSignature};

/// The name of the file among the places outside.
const FILE: &str = "";

/// The places outside, and what they said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Anchors {
    file: Option<PathBuf>,
    witnesses: Arc<[Witness]>,
    /// What showed that the archive was put back.
    ahead: Arc<OnceLock<Ahead>>,
    /// A checkpoint was published that the file may not have.
    for_file: Arc<Notify>,
    /// The same, for witnesses.
    for_witnesses: Arc<Notify>,
}

/// A checkpoint that the log doesn't have, and should.
#[derive(Debug, Clone)]
struct Ahead {
    here: u64,
    there: u64,
    place: String,
}

/// How far a place outside has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnchorStatus {
    /// The name of the witness's key; none for the file.
    pub witness: Option<String>,
    /// The size of the newest checkpoint there.
    pub size: u64,
    /// When it came to be there.
    pub at: Timestamp,
}

impl Anchors {
    /// A checkpoint was published.
    pub(crate) fn wake(&self) {
        self.for_file.notify_one();
        self.for_witnesses.notify_one();
    }
}

impl Archive {
    /// Refuses to go on with an archive that was put back, as a place outside has shown.
    ///
    /// # Errors
    /// [`Error::RolledBack`].
    pub fn demand_not_overtaken(&self) -> Result<(), Error> {
        let Some(Ahead { here, there, place }) = self.anchors.ahead.get() else { return Ok(()) };
        Err(Error::RolledBack { here: *here, there: *there, place: place.clone() })
    }

    /// Remembers what an error says of a checkpoint that the database should have: from then on nothing is written.
    pub(crate) fn remembered(&self, error: Error) -> Error {
        if let Error::RolledBack { here, there, place } = &error {
            let _ = self.anchors.ahead.set(Ahead { here: *here, there: *there, place: place.clone() });
            tracing::error!(%error, "nothing is written any more");
        }
        error
    }

    /// Whether there's a file outside that checkpoints are written to.
    pub fn has_anchor(&self) -> bool {
        self.anchors.file.is_some()
    }

    /// Waits until a checkpoint is published that the file may not have.
    pub async fn anchor_woken(&self) {
        self.anchors.for_file.notified().await;
    }

    /// Waits until a checkpoint is published that witnesses may not have.
    pub async fn witnesses_woken(&self) {
        self.anchors.for_witnesses.notified().await;
    }

    /// How far the places outside have come, by their names.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn anchor_status(&self) -> Result<Vec<AnchorStatus>, Error> {
        let sql = "SELECT name, size, at FROM anchor WHERE agency = $1 ORDER BY name";
        let read = |row: &Row| {
            let name = row.text("name")?;
            let witness = (name != FILE).then_some(name);
            Ok(AnchorStatus { witness, size: row.count("size")?, at: timestamp(row.number("at")?)? })
        };
        self.database.rows(sql, values![&self.agency]).await?.iter().map(read).collect()
    }

    /// Writes down how far a place outside has come.
    async fn anchored(&self, name: &str, size: u64) -> Result<(), Error> {
        let size = i64::try_from(size).map_err(Error::internal)?;
        let values = values![&self.agency, name, size, now()];
        let sql = "INSERT INTO anchor (agency, name, size, at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (agency, name) DO UPDATE SET size = excluded.size, at = excluded.at";
        self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await?;
        Ok(())
    }

    /// A checkpoint of this size with what witnesses have signed of it.
    pub(crate) async fn cosigned(&self, note: &Note, size: u64) -> Result<Note, Error> {
        let size = i64::try_from(size).map_err(Error::internal)?;
        let sql = "SELECT line FROM cosignature WHERE agency = $1 AND size = $2 ORDER BY key";
        let mut note = note.clone();
        for row in self.database.rows(sql, values![&self.agency, size]).await? {
            let line = NoteSignature::parse(&row.text("line")?);
            let line = line.ok_or_else(|| Error::Damaged(format!("a cosignature of checkpoint {size} isn't one")))?;
            note.add(line).map_err(Error::internal)?;
        }
        Ok(note)
    }

    /// A checkpoint's note without what others have signed of it: as its row has it.
    pub(crate) fn own_part(&self, note: &Note) -> Result<Note, Error> {
        let key = self.log_key()?;
        let mut own = Note::new(note.text().to_owned()).map_err(Error::internal)?;
        let is_own = |line: &&NoteSignature| line.name() == key.name() && line.id() == key.id();
        for line in note.signatures().iter().filter(is_own) {
            own.add(line.clone()).map_err(Error::internal)?;
        }
        Ok(own)
    }
}
