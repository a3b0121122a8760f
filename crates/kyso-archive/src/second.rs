//! The second store: a copy of the documents, of the log and of the time-stamps in another place, from which damage is mended.
//!
//! It's a directory of the same layout, on another disk or on another machine's, or a bucket: objects are put there once and never
//! replaced.
//! What is copied was held against its record before, and is read again afterwards.

use std::path::{Path, PathBuf};

use kyso_connect::s3::{Destroyer, Store as S3};

use crate::archive::{Archive, blocking};
use crate::clock::now;
use crate::database::values;
use crate::destruction::execute::NEVER;
use crate::error::Error;
use crate::identity;
use crate::log::{Bundle, Checkpoint, Edge, Tile};
use crate::mending::Faulty;
use crate::parts::whole_part;
use crate::private;
use crate::read::{version, versions};
use crate::record::{Record, VersionAdded};
use crate::sequencing::{CHECKPOINT, StoredTiles};
use crate::signed_files::{LogFile, SignedLog, signed_edge};
use crate::store::Store;

/// How many objects are looked up at once.
const AT_ONCE: u32 = 100;

/// Where a second store is.
#[derive(Debug, Clone)]
pub enum Second {
    /// In this directory, on another medium.
    Directory(PathBuf),
    /// In a bucket.
    Bucket(Box<SecondBucket>),
}

/// A second store in a bucket, below a prefix of its own.
#[derive(Debug, Clone)]
pub struct SecondBucket {
    /// Where objects are put once and read.
    pub store: S3,
    /// The same place, with who may put a whole object over a damaged one; none where this process may not.
    pub repair: Option<S3>,
    /// The same place, with who puts and lifts legal holds; none where `store` does.
    pub hold: Option<S3>,
}

impl From<S3> for SecondBucket {
    fn from(store: S3) -> Self {
        Self { store, repair: None, hold: None }
    }
}

impl SecondBucket {
    fn opened(&self) -> Store {
        // It has no drafts.
        let drafts = Destroyer::new(self.store.clone());
        Store::bucket(self.store.clone(), drafts).with_others(self.repair.as_ref(), self.hold.as_ref())
    }
}

impl Second {
    /// The checkpoint of the log that is published there, as it lies there; none where there's none.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::File`].
    pub async fn checkpoint(&self) -> Result<Option<Vec<u8>>, Error> {
        let store = self.to_read();
        blocking(move || store.get(CHECKPOINT)).await
    }

    /// The store, to be looked at alone.
    pub(crate) fn to_read(&self) -> Store {
        match self {
            Self::Directory(directory) => Store::open_to_read(directory),
            Self::Bucket(bucket) => bucket.opened(),
        }
    }
}

/// What was copied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Copied {
    /// How many parts of documents.
    pub objects: u64,
    /// How many bytes of them.
    pub bytes: u64,
    /// How many parts weren't copied: they aren't what was kept, or something else lies there that no credential of this process may
    /// replace.
    pub left_out: u64,
    /// How many leaves the log has there now.
    pub leaves: u64,
    /// How many files of time-stamps: the evidence of what is copied.
    pub stamps: u64,
    /// Whether everything that is whole is there now; otherwise the next call goes on.
    pub is_complete: bool,
}

/// What came of copying a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CameOf {
    /// It's whole in the second store.
    Copied,
    /// It isn't what was kept here.
    NotWhole,
    /// Something else is there, and nobody here may replace it.
    Refused,
}

impl Archive {
    /// The archive with this second store: [`with_second`](Self::with_second), or [`with_second_bucket`](Self::with_second_bucket).
    ///
    /// # Errors
    /// Those of the two.
    pub async fn with_second_at(self, second: &Second) -> Result<Self, Error> {
        match second {
            Second::Directory(directory) => self.with_second(directory).await,
            Second::Bucket(bucket) => self.with_second_bucket(bucket).await,
        }
    }

    /// The archive with a second store that has copies of this archive already: for whoever erases there. None is begun, and nothing is
    /// forgotten of what was copied: an empty directory is a wrong one.
    ///
    /// # Errors
    /// [`Error::SecondMissing`] where nothing of an archive is there; those of [`with_second_at`](Self::with_second_at).
    pub async fn with_second_that_is_there(self, second: &Second) -> Result<Self, Error> {
        let store = second.to_read();
        let at = PathBuf::from(store.shown());
        match blocking(move || store.has(identity::OBJECT)).await? {
            true => self.with_second_at(second).await,
            false => Err(Error::SecondMissing(at)),
        }
    }

    /// Whether it's known that the archive had a second store: something was copied to one once. A database that was made again from its
    /// store doesn't know.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn knows_of_second(&self) -> Result<bool, Error> {
        let sql = "SELECT object FROM copy WHERE agency = $1 AND store = 'second' LIMIT 1";
        Ok(self.database.row(sql, values![&self.agency]).await?.is_some())
    }

    /// The archive with a second store in this directory, which is made where there's none. An empty one on another file system takes
    /// the place of one that was lost: everything is copied anew.
    ///
    /// # Errors
    /// [`Error::SecondMissing`] where documents were copied to a store that isn't there, as when its medium isn't mounted;
    /// [`Error::OtherArchive`] where the directory is another archive's; [`Error::RolledBack`] where the log there is ahead of this
    /// one; [`Error::Nested`], [`Error::File`].
    pub async fn with_second(self, directory: &Path) -> Result<Self, Error> {
        let path = directory.to_owned();
        if let Some(own) = self.store.directory() {
            private::demand_apart(&own, directory)?;
        }
        let is_read = self.keys.is_none();
        if !is_read && !directory.join(identity::OBJECT).exists() {
            self.begin_anew(directory).await?;
        }
        let made = blocking(move || {
            if is_read {
                return Ok(Store::open_to_read(&path));
            }
            private::make_directory(&path).map_err(Error::file(&path))?;
            Store::make(&path)
        });
        let store = made.await?;
        self.with_second_in(store).await
    }

    /// The archive with a second store in a bucket.
    ///
    /// # Errors
    /// As [`with_second`](Self::with_second); [`Error::Store`], [`Error::Setting`] where the store isn't fit.
    pub async fn with_second_bucket(self, bucket: &SecondBucket) -> Result<Self, Error> {
        let second = bucket.opened();
        if self.store.is_nested_with(&bucket.store) {
            return Err(Error::Nested(self.store.shown().into(), second.shown().into()));
        }
        if self.keys.is_some() {
            let checked = second.clone();
            let is_new = blocking(move || {
                checked.check()?;
                Ok(!checked.has(identity::OBJECT)?)
            });
            if is_new.await? && self.copied().await? > 0 {
                self.copy_anew().await?;
            }
        }
        self.with_second_in(second).await
    }

    /// The archive with who may put a whole object over a damaged one in its own store, where that is an S3 store: a credential that
    /// the service's isn't. Without one, such damage is told and not mended.
    pub fn with_repair(mut self, repair: S3) -> Self {
        self.store = self.store.with_others(Some(&repair), None);
        self
    }

    async fn with_second_in(mut self, store: Store) -> Result<Self, Error> {
        let (object, is_read, in_store) = (self.identity.written()?, self.keys.is_none(), store.clone());
        let written = blocking(move || {
            if !is_read && !in_store.has(identity::OBJECT)? {
                in_store.put(identity::OBJECT, &object)?;
            }
            in_store.get(identity::OBJECT)
        })
        .await?;
        let of_store = written.and_then(|bytes| serde_json::from_slice::<identity::Identity>(&bytes).ok());
        if of_store.as_ref() != Some(self.identity.as_ref()) {
            let there = of_store.map(|store| store.id.to_string()).unwrap_or_default();
            return Err(Error::OtherArchive { database: self.identity.id.to_string(), store: there });
        }
        let in_store = store.clone();
        if let Some(note) = blocking(move || in_store.get(CHECKPOINT)).await? {
            self.demand_known(&note, &format!("{}/{CHECKPOINT}", store.shown())).await?;
        }
        self.second = Some(store);
        Ok(self)
    }

    /// Forgets what was copied to a second store that isn't there any more, where the directory is another medium's.
    async fn begin_anew(&self, directory: &Path) -> Result<(), Error> {
        if self.copied().await? == 0 {
            return Ok(());
        }
        let own = self.store.directory();
        if !directory.is_dir() || own.is_some_and(|own| private::are_of_one_file_system(&own, directory)) {
            return Err(Error::SecondMissing(directory.to_owned()));
        }
        self.copy_anew().await
    }

    /// How many parts the second store has, as far as is known.
    async fn copied(&self) -> Result<i64, Error> {
        let sql = "SELECT count(*) AS n FROM copy WHERE agency = $1 AND store = 'second' AND state = 'whole' AND object NOT LIKE '%/%'";
        self.database.row(sql, values![&self.agency]).await?.map_or(Ok(0), |row| row.number("n"))
    }

    async fn copy_anew(&self) -> Result<(), Error> {
        tracing::warn!("the second store is a new one: everything is copied to it anew");
        let agency = self.agency.clone();
        // What was destroyed is missing in no store.
        let sql = "UPDATE copy SET state = 'missing', seen = $2 WHERE agency = $1 AND store = 'second' AND seen < $3";
        let values = values![agency, now(), NEVER];
        let work = self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await }));
        work.await.map(|_| ())
    }

    /// Whether it has a second store.
    pub fn has_second(&self) -> bool {
        self.second.is_some()
    }

    /// Copies to the second store what isn't there yet, about `limit` bytes of documents at most, the log as it's signed, and the time-stamps. A
    /// part that isn't what was kept isn't copied: [`scrub`](Self::scrub) finds it.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Database`], [`Error::Damaged`]: what is left is copied the next time. [`Error::ReadOnly`] where
    /// there's no second store.
    pub async fn copy_to_second(&self, limit: u64) -> Result<Copied, Error> {
        let second = self.second.clone().ok_or(Error::ReadOnly)?;
        let _turn = self.turns.turn("second".into()).await;
        let mut copied = Copied::default();
        let mut after = String::new();
        loop {
            let sql = versions!(
                "v.object > $2 AND NOT EXISTS (SELECT 1 FROM copy c WHERE c.agency = v.agency AND c.object = v.object \
                 AND c.store = 'second' AND c.state = 'whole') ORDER BY v.object LIMIT $3"
            );
            let rows = self.database.rows(sql, values![&self.agency, &after, AT_ONCE]).await?;
            for row in &rows {
                after = row.text("object")?;
                // What is wrong with a row, an audit says.
                let Ok(record) = version(row) else {
                    copied.left_out += 1;
                    continue;
                };
                if copied.bytes >= limit {
                    return Ok(copied);
                }
                if self.copy_part(&second, &record).await? == CameOf::Copied {
                    copied.objects += 1;
                    copied.bytes += record.of.length;
                } else {
                    copied.left_out += 1;
                }
            }
            if rows.len() < AT_ONCE as usize {
                break;
            }
        }
        copied.leaves = self.copy_log(second.clone()).await?;
        copied.stamps = self.write_stamps_to(&second).await?;
        copied.is_complete = true;
        Ok(copied)
    }

    /// Copies a part, and writes down what the second store has of it then.
    pub(crate) async fn copy_part(&self, second: &Store, record: &Record<VersionAdded>) -> Result<CameOf, Error> {
        let (first, second, of) = (self.store.clone(), second.clone(), record.of.clone());
        let is_bucket = second.is_bucket();
        let came = blocking(move || {
            let Ok(Some(bytes)) = whole_part(&first, &of) else { return Ok(CameOf::NotWhole) };
            let is_there = || whole_part(&second, &of).is_ok_and(|part| part.is_some());
            if !is_there() {
                match second.put_back(&of.object, &bytes) {
                    Ok(()) => {}
                    // Told, and left to who may: the other objects have their turn.
                    Err(Error::Setting(why)) => {
                        tracing::error!(object = of.object, why, "the second store's copy is damaged and isn't mended");
                        return Ok(CameOf::Refused);
                    }
                    Err(error) => return Err(error),
                }
            }
            match is_there() {
                true => Ok(CameOf::Copied),
                false => Err(Error::Damaged(format!("object {}: its copy isn't what was written", of.object))),
            }
        });
        let came = came.await?;
        match came {
            CameOf::Copied => {
                self.seen(&record.of.object, "second", "whole").await?;
                if is_bucket {
                    self.hold_what_came(record.of.artifact).await?;
                }
            }
            CameOf::Refused => self.seen(&record.of.object, "second", "damaged").await?,
            CameOf::NotWhole => {}
        }
        Ok(came)
    }

    /// Writes down what of the second store's files below this path is damaged still, and that the others are whole.
    pub(crate) async fn seen_in_second(&self, below: &'static str, damaged: &[Faulty]) -> Result<(), Error> {
        let sql = "SELECT count(*) AS n FROM copy WHERE agency = $1 AND store = 'second' AND state <> 'whole' AND object LIKE $2";
        let known = self.database.row(sql, values![&self.agency, below]).await?;
        if damaged.is_empty() && known.map_or(Ok(0), |row| row.count("n"))? == 0 {
            return Ok(());
        }
        let (agency, damaged) = (self.agency.clone(), damaged.to_vec());
        let written = self.database.write(move |transaction| {
            Box::pin(async move {
                // They aren't looked for as documents are.
                let sql = "UPDATE copy SET state = 'whole', seen = $3 WHERE agency = $1 AND store = 'second' \
                           AND state <> 'whole' AND object LIKE $2";
                transaction.run(sql, values![&agency, below, NEVER]).await?;
                for Faulty { path, state } in &damaged {
                    transaction.run(SEEN, values![&agency, path, "second", now(), state]).await?;
                }
                Ok(())
            })
        });
        written.await
    }

    /// Writes down what an object was seen as.
    pub(crate) async fn seen(&self, object: &str, store: &str, state: &str) -> Result<(), Error> {
        let values = values![&self.agency, object, store, now(), state];
        self.database.write(move |transaction| Box::pin(async move { transaction.run(SEEN, values).await })).await?;
        Ok(())
    }

    /// Copies the log up to its newest checkpoint; how many leaves that has.
    async fn copy_log(&self, second: Store) -> Result<u64, Error> {
        let Some((checkpoint, note)) = self.last_checkpoint().await? else { return Ok(0) };
        let (first, there) = (self.store.clone(), second.clone());
        let shown = blocking(move || there.get(CHECKPOINT)).await?;
        let from = match shown {
            None => 0,
            Some(shown) => {
                self.demand_known(&shown, CHECKPOINT).await?;
                self.own_checkpoint(&shown, "the second store")?.0.size()
            }
        };
        let size = checkpoint.size();
        if from > 0 {
            self.mend_edge_of(&second).await?;
        }
        let copied = blocking(move || {
            let signed = SignedLog::read(&first, &checkpoint)?;
            let tiles = Tile::grown(from, size).map(LogFile::Tile);
            for file in tiles.chain(Bundle::grown(from, size).map(LogFile::Bundle)) {
                let path = file.place();
                let bytes = signed.file(file)?.ok_or_else(|| Error::Missing(path.clone()))?;
                match second.put(&path, &bytes) {
                    // It came in an attempt that was cut off, and was changed since.
                    Err(Error::Damaged(_)) => second.put_back(&path, &bytes)?,
                    put => put?,
                }
            }
            demand_root(&second, &checkpoint)?;
            if from < size {
                let mark = second.get_marked(CHECKPOINT)?.map(|(_, mark)| mark);
                if !second.replace(CHECKPOINT, note.to_string().as_bytes(), mark.as_ref())? {
                    return Err(Error::Raced);
                }
            }
            Ok(size)
        });
        let copied = copied.await;
        if matches!(copied, Err(Error::Damaged(_) | Error::Missing(_))) {
            // Nothing is copied that isn't what was signed; what is wrong here is mended first.
            self.suspect_log();
        }
        copied
    }

    /// Holds the right edge of the log in the second store against the checkpoint there. Where it isn't what was signed, all of the
    /// log's files there are looked at, and written again.
    async fn mend_edge_of(&self, second: &Store) -> Result<(), Error> {
        let there = second.clone();
        let Some(note) = blocking(move || there.get(CHECKPOINT)).await? else { return Ok(()) };
        let (checkpoint, _) = self.own_checkpoint(&note, "the second store")?;
        let there = second.clone();
        if blocking(move || signed_edge(&there, &checkpoint)).await?.is_none() {
            self.mend_second_log(second).await?;
        }
        Ok(())
    }

    /// Writes the log's files in the second store again that aren't what was signed; which, and which not.
    pub(crate) async fn mend_second_log(&self, second: &Store) -> Result<(Vec<String>, Vec<String>), Error> {
        let held = self.hold_second_log(second).await?;
        for repaired in &held.repaired {
            tracing::warn!(path = repaired.path, state = repaired.state, "the second store's copy is made again");
        }
        for faulty in &held.damaged {
            tracing::error!(path = faulty.path, state = faulty.state, "the second store's copy isn't mended");
        }
        self.seen_in_second("log/%", &held.damaged).await?;
        let repaired = held.repaired.into_iter().map(|repaired| repaired.path).collect();
        Ok((repaired, held.damaged.into_iter().map(|faulty| faulty.path).collect()))
    }
}

/// Writes down when an object was seen, and as what.
pub(crate) const SEEN: &str = "INSERT INTO copy (agency, object, store, seen, state) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (agency, object, store) DO UPDATE SET seen = excluded.seen, state = excluded.state";

/// The tiles of a store have to give the root that was signed.
fn demand_root(store: &Store, checkpoint: &Checkpoint) -> Result<(), Error> {
    let tiles = StoredTiles(store.clone());
    let edge = Edge::read(checkpoint.size(), &tiles).map_err(|error| Error::Damaged(error.to_string()))?;
    match edge.root() == *checkpoint.root() {
        true => Ok(()),
        false => Err(Error::Damaged("the copied tiles don't have the root that was signed".into())),
    }
}
