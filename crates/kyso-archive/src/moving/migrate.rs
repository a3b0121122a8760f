//! A ward that grows: its archive moves from a directory to PostgreSQL and an S3 store.
//!
//! ```text
//! beside the service    objects, and rows that are written once: as often as one likes
//! the service stopped   the log is signed to its end; the rest of both; rows held against rows, everything looked at as an audit does
//! RETIRED               from here on the directory only reads
//! the place's own row   from here on the place is the archive, and signs the one log
//! ```
//!
//! Cut off at any point, it's called again, and goes on. Done, it changes nothing.

use std::collections::HashSet;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::checked::Checking;
use super::objects;
use super::retired::{self, Retired};
use super::{Filling, FillingTold};
use crate::archive::{Archive, blocking};
use crate::audit::Finding;
use crate::database::{Transaction, values};
use crate::destruction::Erasing;
use crate::error::Error;
use crate::grown::Grown;
use crate::identity::Keys;
use crate::record::Told;
use crate::restore;
use crate::store::Store;

/// How far a move has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moving {
    /// What is brought.
    pub stage: MoveStage,
    /// Done, of `total`.
    pub done: u64,
    /// All of it.
    pub total: u64,
}

/// The parts of a move, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MoveStage {
    /// Objects; counted one by one.
    Objects,
    /// Rows; counted one by one.
    Rows,
    /// Everything is looked at where it's now; counted in parts of an audit.
    Audit,
    /// The place becomes the archive; counted in steps.
    Change,
}

/// Who is told how far a move has come. Called often, from another thread.
pub type MoveWatch = Arc<dyn Fn(Moving) + Send + Sync>;

/// Something that moves with an archive, after its rows and before it's retired.
pub type Beside =
    Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = Result<(), Box<dyn std::error::Error + Send + Sync>>>>>>;

/// How an archive moves.
#[derive(Default)]
pub struct Migrating {
    /// On whose word.
    pub by: String,
    /// What belongs to the archive and is no part of it: its register. It's called once everything else is there and nobody writes,
    /// and again where the move was cut off after it.
    pub beside: Option<Beside>,
    /// What deletes in the place's store: asked for where something had come of a document that was destroyed before the service was
    /// stopped.
    pub erasing: Erasing,
}

impl std::fmt::Debug for Migrating {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Migrating").field("by", &self.by).finish_non_exhaustive()
    }
}

/// What a move came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Migrated {
    /// The archive's id.
    pub id: Uuid,
    /// The name of its log.
    pub origin: String,
    /// The place that it moves to.
    pub to: String,
    /// Whether the place is the archive now, and the directory only reads. It isn't where another program is at work in the
    /// directory, and where something is wrong.
    pub done: bool,
    /// Whether that was so before.
    pub was_done: bool,
    /// Whether another program is at work in the directory: what it has written so far is there, and the rest comes once it's
    /// stopped.
    pub is_in_use: bool,
    /// Objects that were looked at.
    pub objects: u64,
    /// Rows that were looked at.
    pub rows: u64,
    /// Documents.
    pub artifacts: u64,
    /// Entries of the log at the last checkpoint that the directory signed.
    pub log_size: u64,
    /// What is wrong with what came: then nothing was changed.
    pub problems: Vec<Finding>,
}

/// The archive moved here.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct MovedHere {
    by: String,
    to: String,
    /// The size of the log when the directory signed it last.
    log_size: u64,
    artifacts: u64,
    objects: u64,
    rows: u64,
}

impl Told for MovedHere {
    const KIND: &'static str = "migrated";
}

/// Tells of steps, one by one.
struct Teller {
    watch: MoveWatch,
    stage: MoveStage,
    done: AtomicU64,
    total: u64,
}

impl Teller {
    fn of(watch: &MoveWatch, stage: MoveStage, total: u64) -> Self {
        watch(Moving { stage, done: 0, total });
        Self { watch: watch.clone(), stage, done: AtomicU64::new(0), total }
    }

    fn step(&self, count: u64) {
        let done = self.done.fetch_add(count, Ordering::Relaxed).saturating_add(count);
        (self.watch)(Moving { stage: self.stage, done, total: self.total.max(done) });
    }
}

impl Archive {
    /// Moves the archive in a directory to an agency's place in PostgreSQL and an S3 store, which was laid out and has nothing of the
    /// agency. What a program that is at work in the directory has written is brought while it's at work; once it's stopped, the
    /// rest, and the directory is retired. The keys are copied to the place's directory, where they aren't there.
    ///
    /// # Errors
    /// [`Error::Absent`], [`Error::Retired`] where it moved elsewhere; [`Error::OtherArchive`], [`Error::Exists`] where the place is
    /// another archive's, or this one's without its having moved there; [`Error::Damaged`], [`Error::Missing`] where what is there
    /// isn't what came; [`Error::Setting`] where something was destroyed, and the place's role or credential may not destroy; those of
    /// [`open_grown`](Self::open_grown). Called again, it goes on.
    pub async fn migrate(directory: &Path, to: &Grown, how: Migrating, watch: MoveWatch) -> Result<Migrated, Error> {
        if !Self::is_in(directory) {
            return Err(Error::Absent(directory.to_owned()));
        }
        restore::demand_done(directory)?;
        let place = to.named();
        let before = retired::read(directory)?;
        if let Some(Retired { to, .. }) = before.as_ref().filter(|before| before.to != place) {
            return Err(Error::Retired { path: directory.to_owned(), to: to.clone() });
        }
        let (source, is_ours) = match before {
            Some(_) => (Self::open_to_read(directory).await?, true),
            None => match Self::open(directory).await {
                Err(Error::InUse(_)) => (Self::open_to_read(directory).await?, false),
                opened => (opened?, true),
            },
        };
        let moved = source.moved(directory, to, how, before, is_ours, watch).await;
        source.close().await;
        moved
    }

    async fn moved(
        &self,
        directory: &Path,
        to: &Grown,
        how: Migrating,
        before: Option<Retired>,
        is_ours: bool,
        watch: MoveWatch,
    ) -> Result<Migrated, Error> {
        let (from, keys_in) = (directory.join("keys"), to.directory.clone());
        let keys = blocking(move || {
            restore::take_keys(&from, &keys_in)?;
            Keys::open(&keys_in)
        });
        let filling = Filling::of(to, &self.identity, keys.await?).await?;
        if filling.is_open && before.is_none() {
            return Err(Error::Exists(to.shown()));
        }
        if is_ours && before.is_none() {
            // To the end: nothing waits for its place in the log or in the store.
            self.sequence().await?;
            while self.write_manifests(256).await? > 0 {}
        }
        let last = self.last_checkpoint().await?;
        let mut moved = Migrated {
            id: self.identity.id,
            origin: self.identity.origin.clone(),
            to: to.named(),
            done: false,
            was_done: false,
            is_in_use: !is_ours,
            objects: 0,
            rows: 0,
            artifacts: self.count().await?,
            log_size: last.as_ref().map_or(0, |(checkpoint, _)| checkpoint.size()),
            problems: Vec::new(),
        };
        if filling.is_open {
            // It goes on there: what is here is only read any more.
            moved.was_done = true;
        } else {
            let mut checking = Checking::of(self, is_ours).await?;
            let to = &filling.archive.store;
            self.bring_objects(to, &mut checking, &watch).await?;
            let mut reading = self.database.reading().await?;
            // A service that is at work has gone on meanwhile: what the rows of this moment speak of is there too.
            self.bring_objects(to, &mut checking, &watch).await?;
            moved.objects = checking.brought();
            let sums = self.bring_rows(&filling, &mut reading, is_ours, &watch).await?;
            reading.run("COMMIT", values![]).await?;
            moved.rows = sums.iter().map(|(_, sum)| sum.rows).sum();
            if !is_ours {
                filling.archive.close().await;
                return Ok(moved);
            }
            let (erased, store) = (checking.erased().clone(), to.clone());
            blocking(move || erased.erase_in(&store, how.erasing.first.as_ref())).await?;
            filling.archive.findings_again().await?;
            filling.demand_same(&sums).await?;
            let note = last.as_ref().map(|(_, note)| note);
            filling.publish(note).await?;
            let since: Vec<Vec<u8>> = note.iter().map(|note| note.to_string().into_bytes()).collect();
            let teller = Teller::of(&watch, MoveStage::Audit, 0);
            let audit = filling.archive.audit(&since, |_| teller.step(1)).await?;
            if !audit.is_whole() {
                moved.problems = audit.problems;
                filling.archive.close().await;
                return Ok(moved);
            }
        }
        let steps = Teller::of(&watch, MoveStage::Change, 4);
        if let Some(beside) = how.beside {
            beside().await.map_err(|error| Error::Setting(error.to_string()))?;
        }
        steps.step(1);
        if before.is_none() {
            let checkpoint = last.as_ref().map(|(_, note)| note.to_string());
            let retired = Retired { archive: moved.id, to: moved.to.clone(), checkpoint, at: Timestamp::now() };
            let at = directory.to_owned();
            blocking(move || retired::write(&at, &retired)).await?;
        }
        steps.step(1);
        let archive = filling.open().await?;
        steps.step(1);
        let told = archive.tell_of_move(&moved, how.by).await;
        archive.close().await;
        told?;
        steps.step(1);
        moved.done = true;
        Ok(moved)
    }

    /// Brings objects that weren't brought yet: those that don't change, and, where nobody writes here any more, drafts.
    async fn bring_objects(&self, to: &Store, checking: &mut Checking, watch: &MoveWatch) -> Result<(), Error> {
        let (from, into, all) = (self.store.clone(), to.clone(), checking.is_all());
        let names = blocking(move || {
            let mut names = objects::names(&from)?;
            if all {
                let drafts = from.under("d")?;
                let own: HashSet<&String> = drafts.iter().collect();
                for gone in into.under("d")?.iter().filter(|place| !own.contains(place)) {
                    into.remove_draft(gone.rsplit('/').next().unwrap_or_default())?;
                }
                names.extend(drafts);
            }
            Ok(names)
        });
        let names = checking.left_of(names.await?);
        if names.is_empty() {
            return Ok(());
        }
        let teller = Teller::of(watch, MoveStage::Objects, u64::try_from(names.len()).map_err(Error::internal)?);
        for some in names.chunks(objects::AT_ONCE) {
            let whole = checking.read(self, some).await?;
            let into = to.clone();
            let brought = blocking(move || {
                objects::bring(
                    &whole,
                    &|(name, bytes): &(String, Vec<u8>)| objects::put(&into, name, bytes.clone()),
                    &|| {},
                )?;
                Ok(whole.into_iter().map(|(name, _)| name))
            });
            checking.came(brought.await?);
            some.iter().for_each(|_| teller.step(1));
        }
        Ok(())
    }

    async fn bring_rows(
        &self,
        filling: &Filling,
        reading: &mut Transaction,
        all: bool,
        watch: &MoveWatch,
    ) -> Result<FillingTold, Error> {
        let sql = "SELECT count(*) * 4 AS n FROM event WHERE agency = $1";
        let about = self.database.row(sql, values![&self.agency]).await?.map_or(Ok(0), |row| row.count("n"))?;
        let teller = Teller::of(watch, MoveStage::Rows, about);
        filling.rows(reading, &self.agency, all, |rows| teller.step(rows)).await
    }

    /// Writes down that it moved here, once.
    async fn tell_of_move(&self, moved: &Migrated, by: String) -> Result<(), Error> {
        let sql = "SELECT e.id FROM event e LEFT JOIN leaf l ON l.agency = e.agency AND l.event = e.id \
                   WHERE e.agency = $1 AND e.kind = $2 AND (l.position IS NULL OR l.position >= $3) LIMIT 1";
        let size = i64::try_from(moved.log_size).map_err(Error::internal)?;
        if self.database.row(sql, values![&self.agency, MovedHere::KIND, size]).await?.is_some() {
            return Ok(());
        }
        let of = MovedHere {
            by,
            to: moved.to.clone(),
            log_size: moved.log_size,
            artifacts: moved.artifacts,
            objects: moved.objects,
            rows: moved.rows,
        };
        self.tell(None, of).await
    }
}
