//! Making the rows again from the store: after the database was lost, or where an older copy of it was put back.
//!
//! ```text
//! manifests      -> events, records, artifacts, versions, reports, metadata, links, requests, callers, heads
//! entry bundles  -> leaves, in the order that was published
//! partial bundles, notes that were kept -> earlier checkpoints, and what witnesses have signed
//! checkpoint     -> its row, last: until then the archive doesn't open
//! ```
//!
//! What isn't in the store doesn't come back: who read what, drafts' rows, requests that were claimed or refused and never done.

use std::path::Path;

use crate::archive::{Archive, DATABASE, SOLE, blocking, identity_in, introduce, lock};
use crate::database::{Database, values};
use crate::error::Error;
use crate::finding::{self, Facts};
use crate::identity::{self, Identity, Keys};
use crate::log::{Checkpoint, VerifierKey};
use crate::manifest::{Manifest, Of, RECORDS, Read};
use crate::moving::retired;
use crate::sequencing::CHECKPOINT;
use crate::store::{Store, sync_directory};
use crate::stored_log::{self, Tiles};

mod checkpoints;
mod grown;
mod leaves;
mod rows;

pub(crate) use rows::write as write_rows;

/// The database while it's made.
pub(crate) const UNFINISHED: &str = "archive.rebuilt.sqlite3";
/// How many manifests share a transaction.
const AT_ONCE: usize = 128;

/// How rows are made again.
#[derive(Debug, Clone, Default)]
pub struct Rebuilding {
    /// What is missing in the store is given up.
    pub give_up: bool,
    /// The keys of witnesses: what they have signed is known by these alone.
    pub witnesses: Vec<VerifierKey>,
    /// Checkpoints of the log that were kept elsewhere, with what witnesses have signed of them: the second store's, the anchor's.
    pub notes: Vec<Vec<u8>>,
}

/// What came of making rows again.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Rebuilt {
    /// Whether the database is in place. It isn't where something is missing and nobody said that it's given up.
    pub done: bool,
    /// Events that came from manifests and weren't in the database.
    pub events: u64,
    /// Versions of documents among them.
    pub versions: u64,
    /// Revisions of metadata among them.
    pub revisions: u64,
    /// Leaves of the published log.
    pub leaves: u64,
    /// Checkpoints before the newest that weren't in the database.
    pub checkpoints: u64,
    /// What witnesses have signed, and wasn't in the database.
    pub cosignatures: u64,
    /// Manifests that can't be believed, each with the reason.
    pub damaged: Vec<(String, String)>,
    /// Positions in the log whose manifest isn't there: what happened then is lost, that it happened isn't.
    pub lost: Vec<u64>,
    /// The same, with what the log says of each.
    pub lost_manifests: Vec<LostManifest>,
    /// Parts that versions are made of, and files of stamps, that aren't in the store or aren't what was kept.
    pub missing: Vec<String>,
    /// Objects in the store that no manifest speaks of: a request that is repeated finds its own among them.
    pub unlisted: Vec<String>,
    /// Documents of which something was there though they were destroyed: it was erased again.
    pub destroyed: Vec<uuid::Uuid>,
}

/// An event whose manifest isn't in the store. Its name isn't known: the log has of an event no more than this.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LostManifest {
    /// The event's position in the log.
    pub position: u64,
    /// Its kind, e.g. `version.added`.
    pub kind: String,
    /// When it happened.
    pub at: jiff::Timestamp,
    /// Where manifests of its kind lie, e.g. `log/record/**.json`.
    pub place: &'static str,
}

impl Rebuilt {
    /// Whether the store had everything that the log says was kept.
    pub fn is_whole(&self) -> bool {
        self.damaged.is_empty() && self.lost.is_empty() && self.missing.is_empty()
    }
}

impl Archive {
    /// Makes the database again of a directory that has store and keys and no database. It's put in place when it's whole; where the
    /// store isn't, only if `how` says that what is missing is given up. Cut off, it's begun anew.
    ///
    /// # Errors
    /// [`Error::Exists`] where there's a database; [`Error::Missing`] where the store doesn't say whose it is; [`Error::KeyMissing`],
    /// [`Error::InUse`], [`Error::Unfinished`]; [`Error::Damaged`] where the log isn't what was signed; [`Error::File`], [`Error::Database`].
    pub async fn rebuild(directory: &Path, how: &Rebuilding) -> Result<Rebuilt, Error> {
        crate::restore::demand_done(directory)?;
        let path = directory.to_owned();
        let (lock, store, keys, identity) = blocking(move || {
            if !path.join(identity::OBJECT).exists() {
                return Err(Error::Absent(path));
            }
            let lock = lock(&path)?;
            retired::demand_active(&path)?;
            if path.join(DATABASE).exists() {
                return Err(Error::Exists(path.join(DATABASE)));
            }
            remove_unfinished(&path)?;
            let store = Store::open(&path)?;
            let object = store.get(identity::OBJECT)?.ok_or_else(|| Error::Missing(identity::OBJECT.into()))?;
            let identity: Identity = serde_json::from_slice(&object)
                .map_err(|_| Error::Damaged(format!("{} can't be read", identity::OBJECT)))?;
            if identity.format != identity::FORMAT {
                return Err(Error::Schema { found: identity.format.into(), wanted: identity::FORMAT.into() });
            }
            let keys = Keys::open(&path)?;
            // The store says which key signs its log; the archive's own keys say whether that is true.
            identity.demand_own(&keys)?;
            Ok((lock, store, keys, identity))
        })
        .await?;
        let unfinished = directory.join(UNFINISHED);
        let database = Database::create(&unfinished).await?;
        let identity = introduce(&database, SOLE, identity).await?;
        let archive = Self::put_together(SOLE, identity, store, database, Some(keys), Some(lock)).await?;
        let rebuilt = archive.refill(how).await;
        // The lock stays until the database has its name.
        archive.database.close().await;
        let (rebuilt, path) = (rebuilt?, directory.to_owned());
        let place = rebuilt.done;
        blocking(move || {
            if !place {
                return remove_unfinished(&path);
            }
            let (from, to) = (path.join(UNFINISHED), path.join(DATABASE));
            std::fs::File::open(&from).and_then(|file| file.sync_all()).map_err(Error::file(&from))?;
            std::fs::rename(&from, &to).map_err(Error::file(&to))?;
            sync_directory(&path)
        })
        .await?;
        drop(archive);
        Ok(rebuilt)
    }

    /// Adds to a database that is behind its store what the store has. Where the store isn't whole, the archive stays closed unless
    /// `how` says that what is missing is given up. Cut off, it's called again.
    ///
    /// # Errors
    /// As [`rebuild`](Self::rebuild); [`Error::Absent`], [`Error::DatabaseMissing`], [`Error::SchemaChanged`],
    /// [`Error::OtherArchive`]; [`Error::Damaged`] where database and store say different things of the same.
    pub async fn reconcile(directory: &Path, how: &Rebuilding) -> Result<Rebuilt, Error> {
        if !Self::is_in(directory) {
            return Err(Error::Absent(directory.to_owned()));
        }
        crate::restore::demand_done(directory)?;
        let path = directory.to_owned();
        let (lock, store, keys) = blocking(move || {
            let lock = lock(&path)?;
            retired::demand_active(&path)?;
            Ok((lock, Store::open(&path)?, Keys::open(&path)?))
        })
        .await?;
        let database = Database::open(&directory.join(DATABASE)).await?;
        let problems = database.schema_problems().await?;
        if !problems.is_empty() {
            return Err(Error::SchemaChanged(problems));
        }
        let missing = || Error::DatabaseMissing(directory.join(DATABASE));
        let identity = identity_in(&database, SOLE).await?.ok_or_else(missing)?;
        if store.get(identity::OBJECT)?.as_deref() != Some(&identity.written()?) {
            return Err(Error::OtherArchive { database: identity.id.to_string(), store: String::new() });
        }
        identity.demand_own(&keys)?;
        let archive = Self::put_together(SOLE, identity, store, database, Some(keys), Some(lock)).await?;
        let rebuilt = archive.refill(how).await;
        archive.close().await;
        rebuilt
    }

    /// Adds what the store has and the database hasn't.
    async fn refill(&self, how: &Rebuilding) -> Result<Rebuilt, Error> {
        let mut rebuilt = Rebuilt::default();
        let checkpoint = self.published().await?;
        self.events_from_store(&mut rebuilt).await?;
        if let Some((checkpoint, _)) = &checkpoint {
            self.holds_from_store(checkpoint).await?;
        }
        self.mend_rows().await?;
        // What was destroyed since the database's state, or is still in the store, doesn't come back.
        rebuilt.destroyed = self.destroy_again().await?;
        if let Some((checkpoint, _)) = &checkpoint {
            rebuilt.leaves = checkpoint.size();
            rebuilt.lost_manifests = self.lost_of(checkpoint).await?;
            rebuilt.lost = rebuilt.lost_manifests.iter().map(|lost| lost.position).collect();
        }
        rebuilt.missing.extend(self.stamps_from_store().await?);
        rebuilt.unlisted.extend(self.unlisted_stamps(&rebuilt.missing).await?);
        if !rebuilt.is_whole() && !how.give_up {
            return Ok(rebuilt);
        }
        if let Some((checkpoint, note)) = checkpoint {
            self.leaves_from_store(&checkpoint).await?;
            self.findings_again().await?;
            let back = self.signed_before(&checkpoint, &note, &how.notes, &how.witnesses).await?;
            (rebuilt.checkpoints, rebuilt.cosignatures) = (back.checkpoints, back.cosignatures);
            self.checkpoint_from_store(&checkpoint, note).await?;
        } else {
            self.findings_again().await?;
        }
        rebuilt.done = true;
        Ok(rebuilt)
    }

    /// The published checkpoint, with its signature checked, and its bytes.
    pub(super) async fn published(&self) -> Result<Option<(Checkpoint, Vec<u8>)>, Error> {
        let store = self.store.clone();
        let Some(note) = blocking(move || store.get(CHECKPOINT)).await? else { return Ok(None) };
        let (checkpoint, _) = self.own_checkpoint(&note, "the store")?;
        Ok(Some((checkpoint, note)))
    }

    /// Every manifest's rows.
    async fn events_from_store(&self, rebuilt: &mut Rebuilt) -> Result<(), Error> {
        let store = self.store.clone();
        let (objects, records) = blocking(move || Ok((store.objects()?, store.under(RECORDS)?))).await?;
        let (mut names, mut parts): (Vec<String>, Vec<String>) =
            objects.into_iter().partition(|name| name.ends_with(".json"));
        names.extend(records);
        // Versions come before what is said of them: NAME.0.json before NAME.m0.json.
        names.sort();
        let mut spoken_of = std::collections::HashSet::new();
        let mut protocol = Vec::new();
        for names in names.chunks(AT_ONCE) {
            let read = self.manifests_of(names.to_vec(), rebuilt).await?;
            for told in &read {
                if let Of::Version(record) = &told.of {
                    spoken_of.insert(record.of.object.clone());
                }
            }
            let (of_holds, others) = read.into_iter().partition::<Vec<_>, _>(rows::is_of_protocol);
            protocol.extend(of_holds);
            self.write_read(others, rebuilt).await?;
        }
        // Holds and destructions by their order in time: each step follows the one before.
        protocol.sort_by_key(|told| told.at);
        self.write_read(protocol, rebuilt).await?;
        parts.retain(|part| !spoken_of.remove(part));
        // What is left of the names in manifests has no part.
        rebuilt.missing = spoken_of.into_iter().collect();
        rebuilt.missing.sort();
        parts.sort();
        rebuilt.unlisted = self.unknown_of(parts).await?;
        Ok(())
    }

    /// Writes the rows of manifests.
    async fn write_read(&self, read: Vec<Read>, rebuilt: &mut Rebuilt) -> Result<(), Error> {
        let agency = self.agency.clone();
        let written = self
            .database
            .write(move |transaction| Box::pin(async move { rows::write(transaction, &agency, &read).await }));
        let written = written.await?;
        rebuilt.events += written.events;
        rebuilt.versions += written.versions;
        rebuilt.revisions += written.revisions;
        Ok(())
    }

    /// Reads manifests; what can't be believed is listed.
    async fn manifests_of(&self, names: Vec<String>, rebuilt: &mut Rebuilt) -> Result<Vec<Read>, Error> {
        let store = self.store.clone();
        let read = blocking(move || {
            let mut read = Vec::with_capacity(names.len());
            for name in names {
                let bytes = store.get(&name)?.ok_or_else(|| Error::Missing(name.clone()))?;
                let told = Manifest::read(&bytes).and_then(|told| {
                    // Metadata lie under the name of the artifact's first request, which isn't in them.
                    let first = name.split_once('.').map(|(first, _)| first);
                    if told.object(first).as_ref() == Some(&name) {
                        Ok(told)
                    } else {
                        Err("it's another event's".to_owned())
                    }
                });
                read.push((name, told));
            }
            Ok(read)
        });
        let mut believed = Vec::new();
        for (name, told) in read.await? {
            match told {
                Ok(told) => believed.push(told),
                Err(why) => rebuilt.damaged.push((name, why)),
            }
        }
        Ok(believed)
    }

    /// Those parts that no row speaks of either.
    async fn unknown_of(&self, parts: Vec<String>) -> Result<Vec<String>, Error> {
        let mut unknown = Vec::new();
        for part in parts {
            let sql = "SELECT ordinal FROM version WHERE agency = $1 AND object = $2";
            if self.database.row(sql, values![&self.agency, &part]).await?.is_none() {
                unknown.push(part);
            }
        }
        Ok(unknown)
    }

    /// What artifacts are found by, made again in the order in which it was made: what was described last is found first. Rows that are
    /// about nothing that is kept go.
    pub(crate) async fn findings_again(&self) -> Result<(), Error> {
        self.forget_strays().await?;
        let mut after = (i64::MIN, String::new());
        loop {
            let rows = self.database.rows(LAST_DESCRIBED, values![&self.agency, after.0, &after.1]).await?;
            let ids = rows.iter().map(|row| row.text("id")).collect::<Result<Vec<_>, _>>()?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = (last.number("at")?, last.text("node")?);
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                let artifact =
                    uuid::Uuid::try_parse(&id).map_err(|_| Error::Damaged(format!("{id} is no artifact")))?;
                let report =
                    "SELECT body FROM report WHERE agency = $1 AND artifact = $2 ORDER BY ordinal DESC LIMIT 1";
                let report = self.database.row(report, values![&self.agency, &id]).await?;
                let report = report.map(|row| row.text("body")).transpose()?.unwrap_or_default();
                let metadata = self.metadata(artifact).await?.map(|described| described.metadata);
                found.push((id, Facts::of(&finding::signers(&report), metadata.as_ref())));
            }
            let agency = self.agency.clone();
            let written = self.database.write(move |transaction| {
                Box::pin(async move {
                    for (id, facts) in &found {
                        facts.write(transaction, &agency, id).await?;
                    }
                    Ok(())
                })
            });
            written.await?;
        }
    }

    async fn forget_strays(&self) -> Result<(), Error> {
        loop {
            let rows = self.database.rows(STRAYS, values![&self.agency]).await?;
            let strays = rows.iter().map(|row| row.text("artifact")).collect::<Result<Vec<_>, _>>()?;
            if strays.is_empty() {
                return Ok(());
            }
            let agency = self.agency.clone();
            let forgotten = self.database.write(move |transaction| {
                Box::pin(async move {
                    for artifact in &strays {
                        finding::forget(transaction, &agency, artifact).await?;
                    }
                    Ok(())
                })
            });
            forgotten.await?;
        }
    }

    /// Reads the published log once more and says nothing: for whoever wants to know that it's what was signed.
    pub(crate) async fn demand_published_log(&self) -> Result<(), Error> {
        let Some((checkpoint, _)) = self.published().await? else { return Ok(()) };
        let store = self.store.clone();
        blocking(move || stored_log::read(&store, &checkpoint, Tiles::Demanded, |_, _| Ok(()))).await
    }
}

/// Rows of the index that are about nothing that is kept.
const STRAYS: &str = "SELECT f.artifact FROM finding f WHERE f.agency = $1 AND (NOT EXISTS \
     (SELECT 1 FROM artifact a WHERE a.agency = f.agency AND a.id = f.artifact) OR EXISTS \
     (SELECT 1 FROM destroyed d WHERE d.agency = f.agency AND d.artifact = f.artifact)) LIMIT 128";

/// The event that described an artifact last: the one that it was kept with, or the newest that something was said by.
const LAST_DESCRIBED: &str = "SELECT e.artifact AS id, e.at, e.node FROM event e \
     JOIN artifact a ON a.agency = e.agency AND a.id = e.artifact WHERE e.agency = $1 AND (e.at, e.node) > ($2, $3) \
     AND (e.kind = 'metadata.revised' OR (e.kind = 'version.added' AND EXISTS (SELECT 1 FROM version v \
     WHERE v.agency = e.agency AND v.artifact = e.artifact AND v.ordinal = 0 AND v.event = e.id))) \
     AND NOT EXISTS (SELECT 1 FROM event n WHERE n.agency = e.agency AND n.artifact = e.artifact \
     AND n.kind = 'metadata.revised' AND (n.at, n.node) > (e.at, e.node)) \
     AND NOT EXISTS (SELECT 1 FROM destroyed d WHERE d.agency = e.agency AND d.artifact = e.artifact) ORDER BY e.at, e.node LIMIT 128";

/// Removes what an attempt that was cut off has left.
fn remove_unfinished(directory: &Path) -> Result<(), Error> {
    for journal in ["", "-wal", "-shm", "-journal"] {
        let path = directory.join(format!("{UNFINISHED}{journal}"));
        match std::fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(Error::file(&path)(error)),
        }
    }
    Ok(())
}
