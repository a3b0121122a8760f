//! Leaves in the order that was published, and the checkpoint over them.

use kyso::crypto::hex;
use uuid::{Builder, Uuid};

use super::LostManifest;
use crate::archive::{Archive, blocking};
use crate::clock::now;
use crate::database::{Row, Transaction, values};
use crate::destruction::lifted::{self, Entries, NOBODY};
use crate::destruction::told::Begun;
use crate::error::Error;
use crate::log::{Checkpoint, Entry};
use crate::metadata::MetadataRevised;
use crate::record::{Told as _, VersionAdded};
use crate::stored_log::{self, Tiles};

/// How many leaves share a transaction.
const AT_ONCE: usize = 1024;

impl Archive {
    /// Holds every leaf's row, and the event that it's of, against the published log.
    ///
    /// # Errors
    /// [`Error::Damaged`], which names the leaf.
    pub(crate) async fn demand_leaves(&self) -> Result<(), Error> {
        let Some((checkpoint, _)) = self.published().await? else { return Ok(()) };
        let sql = "SELECT l.hash, e.commitment FROM leaf l JOIN event e ON e.agency = l.agency AND e.id = l.event \
                   WHERE l.agency = $1 AND l.position = $2";
        for (position, entry) in self.published_entries(&checkpoint).await? {
            let place = i64::try_from(position).map_err(Error::internal)?;
            let row = self.database.row(sql, values![&self.agency, place]).await?;
            let has = |row: Row| -> Result<bool, Error> {
                Ok(row.bytes("hash")? == entry.leaf().as_bytes()
                    && row.bytes("commitment")? == entry.commitment().as_bytes())
            };
            if !row.map_or(Ok(false), has)? {
                return Err(Error::Damaged(format!("leaf {position} of the log isn't its event's")));
            }
        }
        Ok(())
    }

    /// The positions of the published log whose event the database doesn't have.
    pub(super) async fn lost_of(&self, checkpoint: &Checkpoint) -> Result<Vec<LostManifest>, Error> {
        let mut lost = Vec::new();
        // What was destroyed by decision isn't lost.
        let erased = crate::destruction::erased_commitments(&self.database, &self.agency).await?;
        for (position, entry) in self.published_entries(checkpoint).await? {
            if self.event_of(&entry).await?.is_none() && !erased.contains(&hex(entry.commitment().as_bytes())) {
                let place = match entry.kind() {
                    VersionAdded::KIND => "o/**/*.N.json",
                    MetadataRevised::KIND => "o/**/*.mN.json",
                    _ => "log/record/**.json",
                };
                lost.push(LostManifest { position, kind: entry.kind().to_owned(), at: entry.time(), place });
            }
        }
        Ok(lost)
    }

    /// Brings back what the log says of holds on documents that were destroyed, before they're destroyed again.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the log isn't what was signed, or a destruction isn't what its records say; [`Error::Database`].
    pub(super) async fn holds_from_store(&self, checkpoint: &Checkpoint) -> Result<(), Error> {
        let mut begun = Vec::new();
        for number in crate::destruction::rows::numbers(&self.database, &self.agency).await? {
            let sql = "SELECT e.commitment FROM destruction_step s JOIN event e ON e.agency = s.agency AND e.id = s.event \
                       WHERE s.agency = $1 AND s.destruction = $2 AND s.step = 'begun' AND EXISTS (SELECT 1 FROM destruction_item i \
                       WHERE i.agency = s.agency AND i.destruction = s.destruction AND NOT EXISTS (SELECT 1 FROM destroyed d \
                       WHERE d.agency = i.agency AND d.artifact = i.artifact))";
            let Some(row) = self.database.row(sql, values![&self.agency, number]).await? else { continue };
            begun.extend(self.founded(number).await?.begun.map(|of| (hex_of(&row), of)));
        }
        if begun.is_empty() {
            return Ok(());
        }
        let entries: Entries = (self.published_entries(checkpoint).await?.into_iter())
            .map(|(_, entry)| (hex(entry.commitment().as_bytes()), entry))
            .collect();
        // A manifest alone is nobody's word: what isn't in the log that was signed lifts no hold.
        let mut logged = Vec::with_capacity(begun.len());
        for (commitment, of) in begun {
            if entries.get(&commitment?).is_some_and(|entry| entry.kind() == Begun::KIND) {
                logged.push(of);
            }
        }
        let agency = self.agency.clone();
        let written = self.database.write(move |transaction| {
            Box::pin(async move {
                for begun in &logged {
                    lifted::write(transaction, &agency, begun, &entries).await?;
                }
                Ok(())
            })
        });
        written.await
    }

    /// Writes the leaves that the database doesn't have. An entry without an event becomes one of which nothing is known.
    pub(super) async fn leaves_from_store(&self, checkpoint: &Checkpoint) -> Result<(), Error> {
        let entries = self.published_entries(checkpoint).await?;
        for entries in entries.chunks(AT_ONCE) {
            let mut leaves = Vec::with_capacity(entries.len());
            for (position, entry) in entries {
                let position = i64::try_from(*position).map_err(Error::internal)?;
                leaves.push((position, self.event_of(entry).await?, entry.clone()));
            }
            let agency = self.agency.clone();
            let written = self.database.write(move |transaction| {
                Box::pin(async move {
                    for (position, event, entry) in &leaves {
                        write_leaf(transaction, &agency, *position, event.as_deref(), entry).await?;
                    }
                    Ok(())
                })
            });
            written.await?;
        }
        Ok(())
    }

    /// Writes the row of the published checkpoint: from here on the archive opens.
    pub(super) async fn checkpoint_from_store(&self, checkpoint: &Checkpoint, note: Vec<u8>) -> Result<(), Error> {
        let size = i64::try_from(checkpoint.size()).map_err(Error::internal)?;
        let sql = "SELECT note FROM checkpoint WHERE agency = $1 AND size = $2";
        if let Some(row) = self.database.row(sql, values![&self.agency, size]).await? {
            return match self.own_checkpoint(&row.bytes("note")?, "the database")?.0 == *checkpoint {
                true => Ok(()),
                false => Err(Error::Damaged("database and store have different checkpoints of one size".into())),
            };
        }
        // What witnesses have signed isn't part of the row.
        let note = self.own_part(&self.own_checkpoint(&note, "the store")?.1)?.to_string().into_bytes();
        let values = values![&self.agency, size, note, now()];
        let sql = "INSERT INTO checkpoint (agency, size, note, at) VALUES ($1, $2, $3, $4)";
        self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await?;
        Ok(())
    }

    /// The entries that were published, held against tiles and root: some 200 bytes each in memory.
    pub(super) async fn published_entries(&self, checkpoint: &Checkpoint) -> Result<Vec<(u64, Entry)>, Error> {
        let (store, checkpoint) = (self.store.clone(), checkpoint.clone());
        blocking(move || {
            let mut entries = Vec::new();
            stored_log::read(&store, &checkpoint, Tiles::Completed, |position, entry| {
                entries.push((position, entry.clone()));
                Ok(())
            })?;
            Ok(entries)
        })
        .await
    }

    /// The event whose leaf an entry is.
    async fn event_of(&self, entry: &Entry) -> Result<Option<String>, Error> {
        let sql = "SELECT id, kind, commitment FROM event WHERE agency = $1 AND at = $2";
        let at = entry.time().as_microsecond();
        for row in self.database.rows(sql, values![&self.agency, at]).await? {
            if row.text("kind")? == entry.kind() && row.bytes("commitment")? == entry.commitment().as_bytes() {
                return row.text("id").map(Some);
            }
        }
        Ok(None)
    }
}

/// The commitment of an event's row, in hex.
fn hex_of(row: &Row) -> Result<String, Error> {
    Ok(hex(&row.bytes("commitment")?))
}

async fn write_leaf(
    transaction: &mut Transaction,
    agency: &str,
    position: i64,
    event: Option<&str>,
    entry: &Entry,
) -> Result<(), Error> {
    let leaf = entry.leaf();
    let sql = "SELECT hash FROM leaf WHERE agency = $1 AND position = $2";
    if let Some(row) = transaction.row(sql, values![agency, position]).await? {
        return match row.bytes("hash")? == leaf.as_bytes() {
            true => Ok(()),
            false => Err(Error::Damaged(format!("leaf {position}: database and store have different ones"))),
        };
    }
    let at = entry.time().as_microsecond();
    let event = match event {
        Some(event) => event.to_owned(),
        None => {
            let id = id_of_lost(entry).to_string();
            // Without a record: what was said is lost, and every reader of records passes it over.
            let sql = "INSERT INTO event (agency, id, kind, at, node, commitment) VALUES ($1, $2, $3, $4, $5, $6)";
            let commitment = entry.commitment().as_bytes();
            transaction.run(sql, values![agency, &id, entry.kind(), at, NOBODY, &commitment[..]]).await?;
            id
        }
    };
    let sql = "INSERT INTO leaf (agency, position, event, hash) VALUES ($1, $2, $3, $4)";
    transaction.run(sql, values![agency, position, &event, &leaf.as_bytes()[..]]).await?;
    let sql = "DELETE FROM leaf_pending WHERE agency = $1 AND at = $2 AND event = $3";
    transaction.run(sql, values![agency, at, &event]).await?;
    Ok(())
}

/// The id of an event of which nothing but its leaf is left: UUIDv8 (RFC 9562, 5.8) of the leaf's hash.
fn id_of_lost(entry: &Entry) -> Uuid {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(entry.leaf().as_bytes()).for_each(|(byte, of_leaf)| *byte = *of_leaf);
    Builder::from_custom_bytes(bytes).into_uuid()
}
