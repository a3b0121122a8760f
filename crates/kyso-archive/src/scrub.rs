//! Scrubbing: every document is read again and again, the one that wasn't seen for longest first. What is damaged is mended from the
//! second store, or from an earlier version that an S3 store keeps under the name, and either is an event of the log. Manifests are
//! looked at with their documents, and the log's files at the end of a round: they follow from rows, and are written again by them.

mod rows;
mod second;

use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::archive::{Archive, blocking};
use crate::clock::now;
use crate::database::{Transaction, values};
use crate::destruction::execute::NEVER;
use crate::error::Error;
use crate::jobs::JobKind;
use crate::mending::Mended;
use crate::parts::{Condition, conditions, whole_part};
use crate::record::{Event, Told, VersionAdded};
use crate::second::SEEN;
use crate::store::Store;

/// How many objects are looked up at once.
const AT_ONCE: u32 = 50;
/// How often it's looked for rows that are gone, in microseconds.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// A part of a document isn't what was kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct ObjectDamaged {
    artifact: Uuid,
    version: u32,
    object: String,
    /// `damaged` or `missing`.
    state: String,
}

impl Told for ObjectDamaged {
    const KIND: &'static str = "object.damaged";
}

/// A part of a document was put back from the second store.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct ObjectRepaired {
    artifact: Uuid,
    version: u32,
    object: String,
    /// SHA-256 of what was put back.
    part_sha256: String,
}

impl Told for ObjectRepaired {
    const KIND: &'static str = "object.repaired";
}

/// What a scrub has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scrubbed {
    /// How many parts of documents were read.
    pub objects: u64,
    /// How many bytes, in both stores.
    pub bytes: u64,
    /// Parts, files of the log and manifests that were damaged or missing, and are whole again.
    pub repaired: Vec<String>,
    /// Those that are damaged or missing, and that nothing gives back: somebody has to act.
    pub damaged: Vec<String>,
    /// Those among them of which there is a whole copy, and which no credential of this process may put in place.
    pub refused: Vec<String>,
    /// Artifacts whose rows were changed, so that nothing says what their bytes should be: an audit names the rows.
    pub changed_rows: Vec<String>,
    /// Parts, files of the log and of time-stamps that were damaged or missing in the second store, and were copied again.
    pub copied: Vec<String>,
    /// Those that are damaged or missing there still: no credential of this process may put the whole one in place, or nothing gives it.
    pub uncopied: Vec<String>,
    /// What the second store still had of documents that were destroyed, and was erased there; in a bucket, where the service may not
    /// delete, it's left, and somebody has to carry the destruction out again.
    pub destroyed: Vec<String>,
    /// Whether every document was seen since this began.
    pub is_complete: bool,
    /// Whether rows that follow from records were put in again by now.
    rows_mended: bool,
}

impl Scrubbed {
    fn add_files(&mut self, mended: Mended) {
        self.repaired.extend(mended.repaired.into_iter().map(|repaired| repaired.path));
        self.damaged.extend(mended.damaged.into_iter().map(|faulty| faulty.path));
        self.refused.extend(mended.refused);
    }
}

/// A part of a document, a file of the log or a manifest that isn't what it should be, and that nothing gave back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Damage {
    /// Its name in the store.
    pub object: String,
    /// `damaged` or `missing`.
    pub state: String,
}

impl Archive {
    /// Reads documents that weren't seen for longest, about `limit` bytes of them, and mends what can be mended. Called again and
    /// again, it comes round: `limit` bytes a second are the rate.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::File`] where it can't be gone on with; [`Error::ReadOnly`].
    pub async fn scrub(&self, limit: u64) -> Result<Scrubbed, Error> {
        let _turn = self.turns.turn("scrub".into()).await;
        let begun = now();
        self.enrol().await?;
        let mut done = Scrubbed::default();
        if begun.saturating_sub(self.rows_held.load(Ordering::Relaxed)) > DAY {
            done.repaired.extend(self.mend_rows().await?);
            done.add_files(self.mend_stamps().await?);
            self.rows_held.store(begun, Ordering::Relaxed);
            done.rows_mended = true;
            self.scrub_told(&mut done).await?;
        }
        let told = self.told_rows().await?;
        loop {
            let sql = "SELECT v.artifact FROM copy c JOIN version v ON v.agency = c.agency AND v.object = c.object \
                       WHERE c.agency = $1 AND c.store = 'first' AND c.seen < $2 ORDER BY c.seen LIMIT $3";
            let rows = self.database.rows(sql, values![&self.agency, begun, AT_ONCE]).await?;
            if rows.is_empty() {
                if let Some(second) = &self.second {
                    let (mended, left) = self.mend_stamps_of(second).await?;
                    done.copied.extend(mended);
                    done.uncopied.extend(left);
                    done.destroyed.extend(self.erase_copies_of_destroyed(second).await?);
                }
                self.scrub_files(&mut done).await?;
                done.is_complete = true;
                return Ok(done);
            }
            let mut artifacts: Vec<String> = Vec::new();
            for row in &rows {
                let artifact = row.text("artifact")?;
                if !artifacts.contains(&artifact) {
                    artifacts.push(artifact);
                }
            }
            // What was whole is written down together: a commit for each object would be most of the work.
            let mut whole = Vec::new();
            for artifact in artifacts {
                if done.bytes >= limit && done.objects > 0 {
                    self.seen_whole(whole).await?;
                    return Ok(done);
                }
                match self.scrub_one(&artifact, &mut done, &mut whole).await {
                    Ok(true) if told.contains(&artifact) => self.rows_are_whole(&artifact).await?,
                    Ok(_) => {}
                    Err(error) => {
                        self.seen_whole(whole).await?;
                        return Err(error);
                    }
                }
            }
            self.seen_whole(whole).await?;
        }
    }

    /// Reads an artifact, and tells of its rows where they aren't what was kept. Whether they are.
    async fn scrub_one(&self, artifact: &str, done: &mut Scrubbed, whole: &mut Vec<String>) -> Result<bool, Error> {
        match self.scrub_artifact(artifact, done, whole).await {
            // Its rows aren't what was kept, so they don't say what its bytes should be. The others have their turn.
            Err(Error::Damaged(why)) => {
                tracing::error!(artifact, why, "the rows of a kept document aren't what was kept");
                self.pass_over(artifact).await?;
                // Shown until its rows are found whole.
                self.tell_of(JobKind::Scrub, artifact, &why, crate::clock::timestamp(now())?).await?;
                done.changed_rows.push(artifact.to_owned());
                Ok(false)
            }
            // It was destroyed since it was looked up.
            Err(Error::Destroyed(_)) | Ok(()) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Looks in the second store for what was destroyed: it may have been away, or unknown, when that was done.
    async fn erase_copies_of_destroyed(&self, second: &Store) -> Result<Vec<String>, Error> {
        let sql = "SELECT a.request FROM destroyed d JOIN artifact a ON a.agency = d.agency AND a.id = d.artifact \
                   WHERE d.agency = $1 ORDER BY d.artifact";
        let rows = self.database.rows(sql, values![&self.agency]).await?;
        let names = rows.iter().map(|row| row.text("request")).collect::<Result<Vec<_>, _>>()?;
        let second = second.clone();
        blocking(move || {
            let mut found = Vec::new();
            for name in names {
                let left = second.left_of(&name)?;
                if left.is_empty() {
                    continue;
                }
                if second.is_bucket() {
                    tracing::error!(
                        ?left,
                        "the second store has what was destroyed: run kyso archive destroy execute again"
                    );
                } else {
                    tracing::warn!(?left, "the second store had what was destroyed: it's erased");
                    second.erase_all_of(&name, None)?;
                }
                found.extend(left);
            }
            Ok(found)
        })
        .await
    }

    /// What is known to be damaged or missing, at most 1,000 of it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn damaged(&self) -> Result<Vec<Damage>, Error> {
        let sql = "SELECT object, state FROM copy WHERE agency = $1 AND store = 'first' AND state <> 'whole' ORDER BY object LIMIT 1000";
        let rows = self.database.rows(sql, values![&self.agency]).await?;
        rows.iter().map(|row| Ok(Damage { object: row.text("object")?, state: row.text("state")? })).collect()
    }

    /// When the document that wasn't seen for longest was seen, in microseconds since 1970; none before the first scrub.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn oldest_seen(&self) -> Result<Option<jiff::Timestamp>, Error> {
        let sql = "SELECT min(seen) AS seen FROM copy WHERE agency = $1 AND store = 'first' AND seen < $2";
        let seen = self
            .database
            .row(sql, values![&self.agency, NEVER])
            .await?
            .map(|row| row.maybe_number("seen"))
            .transpose()?;
        seen.flatten().filter(|seen| *seen > 0).map(crate::clock::timestamp).transpose()
    }

    /// At the end of a round: the log's files, in both stores, and the manifests that are beside no document.
    async fn scrub_files(&self, done: &mut Scrubbed) -> Result<(), Error> {
        let mut log = Mended::default();
        if let Some((checkpoint, _)) = self.last_checkpoint().await? {
            let _turn = self.turns.turn("log".into()).await;
            log = self.mend_log(&checkpoint).await?.0;
        }
        if let Some(second) = &self.second {
            match self.mend_second_log(second).await {
                Ok((copied, left)) => {
                    done.copied.extend(copied);
                    done.uncopied.extend(left);
                }
                // What is wrong with the log here was told above, or an audit says it.
                Err(Error::Damaged(why)) => tracing::error!(why, "the second store's log can't be looked at"),
                Err(error) => return Err(error),
            }
        }
        self.forget_mended(&log).await?;
        done.add_files(log);
        done.add_files(self.mend_other_manifests().await?);
        Ok(())
    }

    /// Objects that were never seen come first.
    async fn enrol(&self) -> Result<(), Error> {
        let count = |row: Option<crate::database::Row>| row.map_or(Ok(0), |row| row.count("n"));
        let sql = "SELECT count(*) AS n FROM version WHERE agency = $1";
        let kept = count(self.database.row(sql, values![&self.agency]).await?)?;
        // Files beside the documents are here only while they're damaged.
        let sql = "SELECT count(*) AS n FROM copy WHERE agency = $1 AND store = 'first' AND object NOT LIKE '%/%'";
        if count(self.database.row(sql, values![&self.agency]).await?)? >= kept {
            return Ok(());
        }
        let sql = "INSERT INTO copy (agency, object, store, seen, state) \
                   SELECT v.agency, v.object, 'first', CASE WHEN d.artifact IS NULL THEN 0 ELSE $2 END, 'whole' FROM version v \
                   LEFT JOIN destroyed d ON d.agency = v.agency AND d.artifact = v.artifact WHERE v.agency = $1 \
                   AND NOT EXISTS (SELECT 1 FROM copy c WHERE c.agency = v.agency AND c.object = v.object AND c.store = 'first')";
        let values = values![&self.agency, NEVER];
        self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await?;
        Ok(())
    }

    /// Writes down that these objects of the store were seen and whole.
    async fn seen_whole(&self, objects: Vec<String>) -> Result<(), Error> {
        if objects.is_empty() {
            return Ok(());
        }
        let agency = self.agency.clone();
        let done = self.database.write(move |transaction| {
            Box::pin(async move {
                for object in &objects {
                    transaction.run(SEEN, values![&agency, object, "first", now(), "whole"]).await?;
                }
                Ok(())
            })
        });
        done.await
    }

    /// Reads an artifact's parts. Those that are whole are added to `whole`, for the caller to write down.
    async fn scrub_artifact(&self, artifact: &str, done: &mut Scrubbed, whole: &mut Vec<String>) -> Result<(), Error> {
        let id = Uuid::try_parse(artifact).map_err(|_| Error::Damaged(format!("{artifact} is no artifact's id")))?;
        // Before the records: another version may come to be kept meanwhile.
        let sql = "SELECT count(*) AS n FROM version WHERE agency = $1 AND artifact = $2";
        let row = self.database.row(sql, values![&self.agency, artifact]).await?;
        let rows = row.map_or(Ok(0), |row| row.count("n"))?;
        let records = self.versions_of(id).await?;
        if records.is_empty() || u64::try_from(records.len()).is_ok_and(|count| count < rows) {
            return Err(Error::Damaged(format!("artifact {id}: it has rows of versions without an event")));
        }
        let store = self.store.clone();
        let (bytes, found) = blocking(move || {
            let mut bytes = 0;
            let found = conditions(&store, &records, |count| bytes += count);
            Ok((bytes, found.into_iter().zip(records).collect::<Vec<_>>()))
        })
        .await?;
        done.bytes += bytes;
        for ((object, condition), record) in found {
            done.objects += 1;
            let state = match condition {
                Condition::Whole => {
                    whole.push(object);
                    self.scrub_second(&record, done).await?;
                    continue;
                }
                Condition::Missing | Condition::Hidden => "missing",
                Condition::Damaged | Condition::Unreadable(_) => "damaged",
            };
            self.found_damaged(&record.of, state).await?;
            match self.repair(&record.of).await? {
                Outcome::Done => done.repaired.push(object),
                Outcome::NoCopy => {
                    self.look_at_second(&record, done).await?;
                    done.damaged.push(object);
                }
                Outcome::Refused => {
                    self.look_at_second(&record, done).await?;
                    done.refused.push(object.clone());
                    done.damaged.push(object);
                }
            }
        }
        done.add_files(self.mend_manifests_of(artifact).await?);
        self.demand_kept(id, done).await
    }

    /// Writes down that a part isn't what was kept: an event the first time, until it's mended.
    pub(crate) async fn found_damaged(&self, of: &VersionAdded, state: &str) -> Result<(), Error> {
        tracing::error!(object = of.object, state, "a part of a kept document isn't what was kept");
        let told = ObjectDamaged {
            artifact: of.artifact,
            version: of.version,
            object: of.object.clone(),
            state: state.to_owned(),
        };
        let (event, _) = Event::now(&self.clock, Some(of.artifact), told)?;
        let (agency, object, state) = (self.agency.clone(), of.object.clone(), state.to_owned());
        let done = self.database.write(move |transaction| {
            Box::pin(async move {
                let sql = "SELECT state FROM copy WHERE agency = $1 AND object = $2 AND store = 'first'";
                let known = transaction.row(sql, values![&agency, &object]).await?;
                let is_known = known.map(|row| row.text("state")).transpose()?.is_some_and(|state| state != "whole");
                if !is_known {
                    event.write(transaction, &agency).await?;
                }
                transaction.run(SEEN, values![&agency, &object, "first", now(), state]).await
            })
        });
        done.await?;
        self.woken.notify_one();
        Ok(())
    }

    /// Puts a part back from the second store, or from what an S3 store keeps under the name, where that is whole.
    async fn repair(&self, of: &VersionAdded) -> Result<Outcome, Error> {
        let (store, second, part) = (self.store.clone(), self.second.clone(), of.clone());
        match blocking(move || mend(&store, second.as_ref(), &part)).await? {
            Outcome::Done => {}
            Outcome::Refused => {
                let why = "a whole copy is there, and putting it in place needs the repair credential";
                tracing::error!(object = of.object, why, "a part of a kept document isn't mended");
                return Ok(Outcome::Refused);
            }
            Outcome::NoCopy => return Ok(Outcome::NoCopy),
        }
        let told = ObjectRepaired {
            artifact: of.artifact,
            version: of.version,
            object: of.object.clone(),
            part_sha256: of.part_sha256.clone(),
        };
        let (event, _) = Event::now(&self.clock, Some(of.artifact), told)?;
        let (agency, object) = (self.agency.clone(), of.object.clone());
        let done = self.database.write(move |transaction: &mut Transaction| {
            Box::pin(async move {
                event.write(transaction, &agency).await?;
                transaction.run(SEEN, values![&agency, &object, "first", now(), "whole"]).await
            })
        });
        done.await?;
        tracing::warn!(object = of.object, "a part of a kept document was put back from a copy");
        self.woken.notify_one();
        Ok(Outcome::Done)
    }
}

/// What came of mending a part.
enum Outcome {
    /// It's whole again.
    Done,
    /// No copy of it is whole, or the part itself is: then it's something else that doesn't fit.
    NoCopy,
    /// There's a copy, and nobody here may put it in place.
    Refused,
}

/// Puts a part in the place of a damaged or missing one. What was damaged is kept in quarantine.
fn mend(store: &Store, second: Option<&Store>, of: &VersionAdded) -> Result<Outcome, Error> {
    if whole_part(store, of).is_ok_and(|part| part.is_some()) {
        return Ok(Outcome::NoCopy);
    }
    let copy = second.and_then(|second| whole_part(second, of).ok().flatten());
    let copy = copy.or_else(|| store.earlier(&of.object, &of.part_sha256).ok().flatten());
    let Some(bytes) = copy else { return Ok(Outcome::NoCopy) };
    match store.put_back(&of.object, &bytes) {
        Ok(()) => {}
        Err(Error::Setting(_)) => return Ok(Outcome::Refused),
        Err(error) => return Err(error),
    }
    match whole_part(store, of)? {
        Some(_) => Ok(Outcome::Done),
        None => Ok(Outcome::NoCopy),
    }
}
