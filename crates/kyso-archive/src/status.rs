//! How the archive stands: figures for whoever looks after it, on one screen and for a monitoring system. Nothing in it says
//! anything of a person.

use std::collections::BTreeMap;
use std::time::Instant;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use uuid::Uuid;

use crate::anchors::AnchorStatus;
use crate::archive::{Archive, blocking};
use crate::clock::{ClockStatus, timestamp};
use crate::database::{Row, values};
use crate::destruction::execute::NEVER;
use crate::error::Error;
use crate::jobs::JobReport;
use crate::lasting::LastingStatus;
use crate::moving::retired;
use crate::retention::{COUNTED, day};

/// After so long a claim that nobody finished is shown as void, in microseconds: thirty days.
const VOID: i64 = 30 * 24 * 60 * 60 * 1_000_000;

/// How the archive stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// When it was looked at.
    pub at: Timestamp,
    /// The archive's id.
    pub id: Uuid,
    /// The name of its log.
    pub origin: String,
    /// The format of what is kept.
    pub format: u32,
    /// When it was made.
    pub created: Timestamp,
    /// Where it moved to, in words; none while it's at work here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<String>,
    /// The clock beside what was written.
    pub clock: ClockStatus,
    /// The log.
    pub log: LogStatus,
    /// How far places outside have come with the log's checkpoints.
    pub anchors: Vec<AnchorStatus>,
    /// What is kept.
    pub kept: Kept,
    /// What documents have inside to last by themselves, and by when that is to be renewed.
    pub lasting: LastingStatus,
    /// Requests that were begun and aren't finished.
    pub claims: Claims,
    /// Results that wait for their signatures.
    pub drafts: Drafts,
    /// What is to be done beside requests, those first that wait for a person.
    pub jobs: Vec<JobReport>,
    /// When objects were last seen whole, by store and by what was seen.
    pub copies: Vec<Copies>,
    /// The newest head of the register that the log has.
    pub register: Option<RegisterStatus>,
    /// Why that head can't be told: its row isn't what the log has. The register isn't gone on with then; none where it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register_fault: Option<String>,
    /// The newest evidence record's time-stamp; none before the first.
    pub stamp: Option<StampStatus>,
    /// Room in the archive's file system; none where the store doesn't tell.
    pub space: Option<Space>,
    /// Holds, destructions, and what may be destroyed by now.
    pub retention: RetentionStatus,
}

/// Holds, destructions, and what may be destroyed by now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RetentionStatus {
    /// Legal holds that aren't released.
    pub holds: u64,
    /// Documents whose time is over, whatever holds them.
    pub due: u64,
    /// Lists of destruction that wait for another person's approval.
    pub proposed: u64,
    /// Lists that were approved and wait for their decision.
    pub approved: u64,
    /// Destructions that have their decision and weren't begun.
    pub decided: u64,
    /// Destructions that were begun and aren't at their end: they have to be gone on with.
    pub begun: u64,
    /// Documents that were destroyed.
    pub destroyed: u64,
}

/// The log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogStatus {
    /// How many events have a place in it.
    pub size: u64,
    /// How many of them the newest checkpoint covers.
    pub signed: u64,
    /// When that checkpoint was signed.
    pub signed_at: Option<Timestamp>,
    /// How many events wait for their place.
    pub pending: u64,
    /// The time of the oldest of them.
    pub pending_since: Option<Timestamp>,
    /// How many events have a place that no checkpoint covers yet.
    pub unsigned: u64,
    /// The time of the oldest of them.
    pub unsigned_since: Option<Timestamp>,
    /// Why what is published of the log can't be gone on from; none where it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// What is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Documents.
    pub artifacts: u64,
    /// Those of them that no search finds: their rows of the index are gone.
    pub unindexed: u64,
    /// Rows of the index that are about no document that is kept.
    pub astray: u64,
    /// Their versions.
    pub versions: u64,
    /// The parts of all versions, in bytes: each newest version is all parts of its document.
    pub bytes: u64,
    /// Documents by the kind of certification; none where it's no result of one.
    pub by_kind: Vec<Tally>,
    /// Documents by the level of their newest version; none where nothing holds.
    pub by_level: Vec<Tally>,
}

/// Documents of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Which.
    pub name: Option<String>,
    /// How many documents.
    pub artifacts: u64,
    /// Their newest versions, in bytes.
    pub bytes: u64,
}

/// Requests that were begun and aren't finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claims {
    /// How many.
    pub open: u64,
    /// When the oldest of them was begun.
    pub oldest: Option<Timestamp>,
    /// How many of them nobody is at work on any more: who repeats them finishes them.
    pub left: u64,
    /// How many of them are older than thirty days.
    pub void: u64,
}

/// Results that wait for their signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drafts {
    /// How many.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
    /// When the oldest was kept.
    pub oldest: Option<Timestamp>,
}

/// Objects in a store that were seen so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Copies {
    /// `first` or `second`.
    pub store: String,
    /// `whole`, `damaged` or `missing`.
    pub state: String,
    /// How many.
    pub objects: u64,
    /// When the one was seen that was seen longest ago.
    pub oldest: Timestamp,
}

/// The newest head of the register that the log has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterStatus {
    /// How many events of the register it's about.
    pub events: u64,
    /// When it was written down.
    pub at: Timestamp,
}

/// The newest time-stamp over what is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StampStatus {
    /// The time that it states.
    pub at: Timestamp,
    /// How many time-stamps there are.
    pub count: u64,
}

/// Room in a file system, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Space {
    /// Free.
    pub free: u64,
    /// Of so many.
    pub total: u64,
    /// As many must stay free: below that nothing is begun.
    pub reserve: u64,
}

/// What this process has written since it opened the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Transactions of the database.
    pub transactions: u64,
    /// Writings that shared them.
    pub writings: u64,
    /// Transactions that failed.
    pub failed_transactions: u64,
    /// How long the transactions took, in microseconds.
    pub transaction_microseconds: u64,
    /// Objects that were created.
    pub objects: u64,
    /// Objects whose name was taken.
    pub objects_taken: u64,
    /// Objects that couldn't be created.
    pub objects_failed: u64,
    /// How long the creations took, in microseconds.
    pub object_microseconds: u64,
}

/// Figures about so many versions are told again, for so many times as long as they took.
const MANY: u64 = 50_000;
const SHARE: u32 = 100;

/// How many documents there are, how many of them have no row of the index, and how many rows that has.
const INDEX: &str = "SELECT count(*) AS n, (SELECT count(*) FROM finding f WHERE f.agency = $1) AS found, \
     count(CASE WHEN NOT EXISTS (SELECT 1 FROM finding f WHERE f.agency = a.agency AND f.artifact = a.id) THEN 1 END) AS lacking \
     FROM artifact a WHERE a.agency = $1 AND NOT EXISTS \
     (SELECT 1 FROM destroyed d WHERE d.agency = a.agency AND d.artifact = a.id)";

/// Figures about everything that is kept.
#[derive(Debug, Clone)]
pub(crate) struct Totals {
    kept: Kept,
    /// How many documents' time is over, and on which day.
    due: u64,
    day: Date,
    copies: Vec<Copies>,
}

impl Archive {
    /// How the archive stands at this time.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`], [`Error::File`].
    pub async fn status(&self, now: Timestamp) -> Result<Status, Error> {
        let store = self.store.clone();
        let Totals { kept, due, copies, .. } = self.totals(day(now)).await?;
        let lasting = self.lasting_status(now).await?;
        let (register, register_fault) = match self.register_head().await {
            Ok(logged) => (logged.map(|logged| RegisterStatus { events: logged.head.events, at: logged.at }), None),
            // Nobody goes on by it, and an audit names the row.
            Err(Error::Damaged(why)) => (None, Some(why)),
            Err(error) => return Err(error),
        };
        Ok(Status {
            at: now,
            id: self.id(),
            origin: self.origin().to_owned(),
            format: self.identity.format,
            created: self.identity.created,
            moved_to: match self.store.directory() {
                Some(directory) => blocking(move || retired::read(&directory)).await?.map(|retired| retired.to),
                None => None,
            },
            clock: self.clock_status(now).await?,
            log: self.log_status().await?,
            anchors: self.anchor_status().await?,
            kept,
            lasting,
            claims: self.claims(now.as_microsecond()).await?,
            drafts: self.draft_status().await?,
            jobs: self.jobs(now).await?,
            copies,
            register,
            register_fault,
            stamp: self.stamp_status().await?,
            space: blocking(move || store.space()).await?,
            retention: self.retention_status(due).await?,
        })
    }

    /// What this process has written since it opened the archive.
    pub fn work(&self) -> Work {
        let (written, puts) = (self.database.written(), self.store.puts());
        Work {
            transactions: written.groups,
            writings: written.works,
            failed_transactions: written.failed,
            transaction_microseconds: written.microseconds,
            objects: puts.created,
            objects_taken: puts.taken,
            objects_failed: puts.failed,
            object_microseconds: puts.microseconds,
        }
    }

    async fn one(&self, sql: &'static str) -> Result<Row, Error> {
        let row = self.database.row(sql, values![&self.agency]).await?;
        row.ok_or_else(|| Error::Internal("a count has no row".into()))
    }

    async fn log_status(&self) -> Result<LogStatus, Error> {
        let waiting = self.one("SELECT count(*) AS n, min(at) AS at FROM leaf_pending WHERE agency = $1").await?;
        let sql = "SELECT size, at FROM checkpoint WHERE agency = $1 ORDER BY size DESC LIMIT 1";
        let signed = self.database.row(sql, values![&self.agency]).await?;
        let (size, covered) = (self.leaves().await?, signed.as_ref().map_or(Ok(0), |row| row.count("size"))?);
        Ok(LogStatus {
            size,
            signed: covered,
            unsigned: size.saturating_sub(covered),
            unsigned_since: self.unsigned_since().await?.map(timestamp).transpose()?,
            fault: match self.demand_not_rolled_back().await {
                Err(error @ (Error::Damaged(_) | Error::RolledBack { .. })) => Some(error.to_string()),
                // A store that doesn't answer is told by whoever needs it.
                _ => None,
            },
            signed_at: signed.map(|row| timestamp(row.number("at")?)).transpose()?,
            pending: waiting.count("n")?,
            pending_since: time(&waiting, "at")?,
        })
    }

    /// What every row is looked at for. Where these are many, what was found is told again for a while: figures are asked for every
    /// few seconds, and are about decades.
    async fn totals(&self, today: Date) -> Result<Totals, Error> {
        // Whoever asks meanwhile waits for the same figures.
        let mut known = self.totals.lock().await;
        if let Some((until, totals)) = &*known
            && Instant::now() < *until
            && totals.day == today
        {
            return Ok(totals.clone());
        }
        let begun = Instant::now();
        let (kept, due) = self.counted(today).await?;
        let totals = Totals { kept, due, day: today, copies: self.copies().await? };
        let until = begun + begun.elapsed() * SHARE;
        *known = (totals.kept.versions >= MANY).then(|| (until, totals.clone()));
        Ok(totals)
    }

    /// What is kept, and how many documents of it are over by their time on this day.
    async fn counted(&self, today: Date) -> Result<(Kept, u64), Error> {
        let (mut kept, mut due) = (Kept::default(), 0);
        // In one statement: a row that is gone and one that is too many hide each other in a difference, and others write meanwhile.
        let index = self.one(INDEX).await?;
        let (all, rows) = (index.count("n")?, index.count("found")?);
        kept.unindexed = index.count("lacking")?;
        kept.astray = rows.saturating_add(kept.unindexed).saturating_sub(all);
        let (mut by_kind, mut by_level) = (BTreeMap::new(), BTreeMap::new());
        for row in self.database.rows(COUNTED, values![&self.agency]).await? {
            let (artifacts, bytes) = (row.count("n")?, row.count("bytes")?);
            kept.artifacts += artifacts;
            kept.versions += row.count("versions")?;
            kept.bytes += bytes;
            for (tallies, column) in [(&mut by_kind, "kind"), (&mut by_level, "level")] {
                let name = row.maybe_text(column)?;
                let tally = tallies.entry(name.clone()).or_insert(Tally { name, artifacts: 0, bytes: 0 });
                tally.artifacts += artifacts;
                tally.bytes += bytes;
            }
            if self.judged_count(&row)?.1.is_over(today) {
                due += artifacts;
            }
        }
        (kept.by_kind, kept.by_level) = (by_kind.into_values().collect(), by_level.into_values().collect());
        Ok((kept, due))
    }

    async fn claims(&self, now: i64) -> Result<Claims, Error> {
        let sql = "SELECT count(*) AS n, min(claimed) AS oldest, \
                   CAST(coalesce(sum(CASE WHEN lease < $2 THEN 1 ELSE 0 END), 0) AS BIGINT) AS left_over, \
                   CAST(coalesce(sum(CASE WHEN claimed < $3 THEN 1 ELSE 0 END), 0) AS BIGINT) AS void \
                   FROM request WHERE agency = $1 AND state = 'claimed'";
        let row = self.database.row(sql, values![&self.agency, now, now.saturating_sub(VOID)]).await?;
        let row = row.ok_or_else(|| Error::Internal("a count has no row".into()))?;
        Ok(Claims {
            open: row.count("n")?,
            oldest: time(&row, "oldest")?,
            left: row.count("left_over")?,
            void: row.count("void")?,
        })
    }

    async fn draft_status(&self) -> Result<Drafts, Error> {
        let sql = "SELECT count(*) AS n, CAST(coalesce(sum(bytes), 0) AS BIGINT) AS bytes, min(created) AS oldest \
                   FROM draft WHERE agency = $1";
        let row = self.one(sql).await?;
        Ok(Drafts { count: row.count("n")?, bytes: row.count("bytes")?, oldest: time(&row, "oldest")? })
    }

    async fn stamp_status(&self) -> Result<Option<StampStatus>, Error> {
        let row = self.one("SELECT count(*) AS n, max(time) AS at FROM stamp WHERE agency = $1").await?;
        let count = row.count("n")?;
        Ok(time(&row, "at")?.map(|at| StampStatus { at, count }))
    }

    async fn retention_status(&self, due: u64) -> Result<RetentionStatus, Error> {
        let sql = "SELECT (SELECT count(*) FROM destroyed WHERE agency = $1) AS destroyed, \
                   (SELECT count(*) FROM hold h WHERE h.agency = $1 AND NOT EXISTS \
                   (SELECT 1 FROM hold_release r JOIN event e ON e.agency = r.agency AND e.id = r.event WHERE r.agency = h.agency \
                   AND r.hold = h.event AND e.kind = 'hold.released' AND e.artifact = h.artifact) AND NOT EXISTS \
                   (SELECT 1 FROM destroyed d WHERE d.agency = h.agency AND d.artifact = h.artifact)) AS holds";
        let counts = self.one(sql).await?;
        // How far each list has come is told by its last step.
        let sql = "SELECT last, count(*) AS n FROM (SELECT CAST(max(CASE s.step WHEN 'rejected' THEN 5 WHEN 'executed' THEN 5 \
                   WHEN 'begun' THEN 3 WHEN 'decided' THEN 2 WHEN 'approved' THEN 1 ELSE 0 END) AS BIGINT) AS last FROM destruction d LEFT JOIN destruction_step s \
                   ON s.agency = d.agency AND s.destruction = d.number WHERE d.agency = $1 GROUP BY d.number) AS lists GROUP BY last";
        let mut lists = [0_u64; 4];
        for row in self.database.rows(sql, values![&self.agency]).await? {
            let at = usize::try_from(row.count("last")?).map_err(Error::internal)?;
            if let Some(count) = lists.get_mut(at) {
                *count = row.count("n")?;
            }
        }
        let [proposed, approved, decided, begun] = lists;
        let (holds, destroyed) = (counts.count("holds")?, counts.count("destroyed")?);
        Ok(RetentionStatus { holds, due, proposed, approved, decided, begun, destroyed })
    }

    async fn copies(&self) -> Result<Vec<Copies>, Error> {
        // One look through the index, in its order; which states there are is the schema's.
        let sql = "SELECT store, count(CASE WHEN state = 'whole' THEN 1 END) AS whole, \
                   min(CASE WHEN state = 'whole' THEN seen END) AS whole_seen, \
                   count(CASE WHEN state = 'damaged' THEN 1 END) AS damaged, \
                   min(CASE WHEN state = 'damaged' THEN seen END) AS damaged_seen, \
                   count(CASE WHEN state = 'missing' THEN 1 END) AS missing, \
                   min(CASE WHEN state = 'missing' THEN seen END) AS missing_seen \
                   FROM copy WHERE agency = $1 AND seen < $2 GROUP BY store ORDER BY store";
        let mut copies = Vec::new();
        for row in self.database.rows(sql, values![&self.agency, NEVER]).await? {
            for (state, seen) in [("damaged", "damaged_seen"), ("missing", "missing_seen"), ("whole", "whole_seen")] {
                if let Some(oldest) = time(&row, seen)? {
                    copies.push(Copies {
                        store: row.text("store")?,
                        state: state.into(),
                        objects: row.count(state)?,
                        oldest,
                    });
                }
            }
        }
        Ok(copies)
    }
}

/// A time of a row, where there is one.
fn time(row: &Row, column: &str) -> Result<Option<Timestamp>, Error> {
    row.maybe_number(column)?.map(timestamp).transpose()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::tests::{archive, kept, meta, opened};
    use crate::{Begun, JobKind, Request};

    #[tokio::test]
    async fn figures_follow_what_happens() {
        let (directory, archive) = archive().await;
        let empty = archive.status(Timestamp::now()).await.unwrap();
        assert_eq!((empty.kept.artifacts, empty.log.size, empty.log.signed_at), (0, 0, None));
        assert_eq!((empty.claims.open, empty.drafts.count, empty.register), (0, 0, None));

        let (one, two) = (kept(&archive, "x").await, kept(&archive, "y").await);
        archive.sequence().await.unwrap();
        kept(&archive, "z").await;
        let Begun::Open(claim) = archive.begin(&Request::keyed("a", "k", "0".repeat(64)), &meta()).await.unwrap()
        else {
            unreachable!()
        };
        archive.refuse(claim).await.unwrap();
        let Begun::Open(mut claim) =
            archive.begin(&Request::keyed("a", "open", "0".repeat(64)), &meta()).await.unwrap()
        else {
            unreachable!()
        };
        claim.settled().await.unwrap();
        let now = Timestamp::now();
        archive.want_job(JobKind::Drafts, "", now).await.unwrap();
        let status = archive.status(now).await.unwrap();
        assert_eq!((status.kept.artifacts, status.kept.versions), (3, 3));
        assert_eq!((status.log.size, status.log.signed, status.log.pending), (2, 2, 1));
        assert!(status.log.signed_at.is_some() && status.log.pending_since.is_some());
        let [level] = status.kept.by_level.as_slice() else { panic!("{status:?}") };
        assert_eq!((&level.name, level.artifacts, level.bytes), (&one.level, 3, status.kept.bytes));
        assert!(level.bytes > one.bytes + two.bytes);
        let [kind] = status.kept.by_kind.as_slice() else { panic!("{status:?}") };
        assert_eq!((&kind.name, kind.artifacts), (&None, 3));
        assert_eq!((status.claims.open, status.claims.left, status.claims.void), (1, 0, 0));
        let later = archive.status(now + SignedDuration::from_hours(24 * 31)).await.unwrap();
        assert_eq!((later.claims.open, later.claims.left, later.claims.void), (1, 1, 1));
        assert_eq!(status.jobs.len(), 1);
        assert!(status.space.is_some_and(|space| space.free > 0 && space.free <= space.total));
        let work = archive.work();
        assert!(work.transactions > 0 && work.writings >= work.transactions && work.objects >= 3, "{work:?}");
        drop(claim);

        // Beside whoever writes, too.
        let reading = Archive::open_to_read(directory.path()).await.unwrap();
        let beside = reading.status(now).await.unwrap();
        assert_eq!((beside.kept, beside.jobs), (status.kept, status.jobs));
        reading.close().await;
        archive.close().await;
        opened(&directory).await;
    }

    #[tokio::test]
    async fn a_row_of_the_index_that_is_gone_isnt_hidden_by_one_too_many() {
        let (directory, archive) = archive().await;
        let one = kept(&archive, "x").await;
        kept(&archive, "y").await;
        let index = async |archive: &Archive| {
            let kept = archive.status(Timestamp::now()).await.unwrap().kept;
            (kept.unindexed, kept.astray)
        };
        assert_eq!(index(&archive).await, (0, 0));
        let stray = format!("UPDATE finding SET artifact = '{}' WHERE artifact = '{}'", Uuid::now_v7(), one.id);
        crate::tests::tamper(directory.path(), &stray).await;
        assert_eq!(index(&archive).await, (1, 1));
        archive.sequence().await.unwrap();
        while archive.write_manifests(100).await.unwrap() > 0 {}
        archive.close().await;
        Archive::reconcile(directory.path(), &crate::Rebuilding::default()).await.unwrap();
        assert_eq!(index(&opened(&directory).await).await, (0, 0));
    }

    #[tokio::test]
    async fn a_head_of_the_register_that_was_changed_is_told() {
        let (directory, archive) = archive().await;
        let head = crate::RegisterHead { events: 1, chain: "a".repeat(64), definitions: None };
        archive.log_register_head(&head).await.unwrap();
        assert_eq!(archive.status(Timestamp::now()).await.unwrap().register_fault, None);
        crate::tests::tamper(directory.path(), "UPDATE register_head SET head = replace(head, 'a', 'b')").await;
        let status = archive.status(Timestamp::now()).await.unwrap();
        assert!(status.register.is_none() && status.register_fault.is_some());
    }
}
