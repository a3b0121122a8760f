//! What is to be done beside requests: jobs in the database, so that none is lost with the process that had it.
//!
//! ```text
//! waiting -> claimed (a lease) -> done: idle, or waiting until it's due again
//!               |  \-> failed: waiting, a while longer each time; stuck after many tries
//!               \----> its process died: the lease ends, and whoever comes next has it
//! ```
//!
//! So every job may run twice, and is written so that this does no harm. Time is an argument.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::archive::Archive;
use crate::clock::timestamp;
use crate::database::{Row, Transaction, values};
use crate::edges;
use crate::error::Error;

const MINUTE: i64 = 60 * 1_000_000;
/// How long a claim keeps other processes away, in microseconds. Where several share the archive, what a process that died was at work on
/// waits for so long.
const LEASE: i64 = MINUTE;
/// The same for the log, which receipts wait for where a process died in it. Its places are given under a lock of their own.
const LEASE_OF_LOG: i64 = MINUTE / 6;
/// How long is waited after the first failure; twice as long after each further one.
const FIRST_PAUSE: i64 = MINUTE;
/// The longest that is waited.
const LONGEST_PAUSE: i64 = 6 * 60 * MINUTE;
/// The longest that is waited for a witness that is down: an hour.
const WITNESS_PAUSE: i64 = 60 * MINUTE;
/// After so many tries a job waits for a person.
const MOST_TRIES: u32 = 20;
/// As much is kept of an error.
const LONGEST_ERROR: usize = 1000;

/// A kind of job. One more is a line here, and an arm where jobs are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JobKind {
    /// Events get their places in the log, and the log is published.
    Sequence,
    /// Signed files without a row are taken up.
    Recover,
    /// A file that recovery can't take up: a person has to look at it.
    Unkept,
    /// Drafts that nobody waits for any more are removed.
    Drafts,
    /// The register's head goes to the log.
    RegisterHead,
    /// The heads of the access log's days go to the log.
    AccessHead,
    /// What is known of each document comes to lie beside it in the store.
    Manifests,
    /// What is kept is read again and mended.
    Scrub,
    /// What is kept is copied to the second store.
    Copy,
    /// Everything that is new is time-stamped, and evidence renewed before it weakens.
    Evidence,
    /// Documents get what they need inside to last by themselves, and it's renewed before it weakens.
    Lasting,
    /// The newest checkpoint is written to the file outside.
    Anchor,
    /// A witness, by the name of its key, signs the newest checkpoint.
    Witness,
}

impl JobKind {
    /// Its name in the database, in metrics and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sequence => "sequence",
            Self::Recover => "recover",
            Self::Unkept => "unkept",
            Self::Drafts => "drafts",
            Self::RegisterHead => "register-head",
            Self::AccessHead => "access-head",
            Self::Manifests => "manifests",
            Self::Scrub => "scrub",
            Self::Copy => "copy",
            Self::Evidence => "evidence",
            Self::Lasting => "lasting",
            Self::Anchor => "anchor",
            Self::Witness => "witness",
        }
    }

    /// How long a claim keeps other processes away, in microseconds.
    fn lease(self) -> i64 {
        let own = if self == Self::Sequence { LEASE_OF_LOG } else { LEASE };
        // A test shortens the leases of requests (`ARCHIVE_LEASE`), and those of jobs with them. Otherwise this is the job's own.
        own.min(2 * edges::lease())
    }

    /// How often whoever does such a job says that it's at work still.
    pub fn renewal(self) -> Duration {
        Duration::from_micros(self.lease().unsigned_abs() / 5)
    }

    /// Receipts wait for the log: it's tried each minute, for as long as it takes. What lies outside comes back by itself.
    fn gives_up(self) -> bool {
        !matches!(self, Self::Sequence | Self::Anchor | Self::Witness)
    }

    /// How long is waited after so many tries that failed, in microseconds.
    fn pause(self, tries: u32) -> i64 {
        let longest = match self {
            Self::Sequence | Self::Anchor => FIRST_PAUSE,
            Self::Witness => WITNESS_PAUSE,
            _ => LONGEST_PAUSE,
        };
        let doublings = tries.saturating_sub(1).min(30);
        FIRST_PAUSE.saturating_mul(1_i64 << doublings).min(longest)
    }
}

/// The right to do a job. Only [`Archive::claim_job`] makes it.
#[derive(Debug)]
pub struct Job {
    kind: JobKind,
    subject: String,
    /// Which try it is since the job was last done, from 1.
    tries: u32,
    asked: i64,
    lease: i64,
}

impl Job {
    /// Its kind.
    pub fn kind(&self) -> JobKind {
        self.kind
    }

    /// What it's about; empty where there's one job of its kind.
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

/// What is known of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobReport {
    /// The name of its kind ([`JobKind::name`]).
    pub kind: String,
    /// What it's about; empty where there's one job of its kind.
    pub subject: String,
    /// How it stands.
    pub state: JobState,
    /// When it's done next; none where nobody asks for it, and where it waits for a person.
    pub due: Option<Timestamp>,
    /// How often it was tried since it was last done.
    pub tries: u32,
    /// Why the last try failed.
    pub error: Option<String>,
    /// When it was last done.
    pub done: Option<Timestamp>,
}

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// It's to be done.
    Waiting,
    /// Somebody is at work on it.
    Running,
    /// Nobody asks for it.
    Idle,
    /// It failed too often: a person has to look.
    Stuck,
}

impl Archive {
    /// Asks for a job by this time, or earlier where that was asked for before. One that failed keeps its pause; one that is stuck
    /// stays so.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn want_job(&self, kind: JobKind, subject: &str, due: Timestamp) -> Result<(), Error> {
        let (agency, subject, due) = (self.agency.clone(), subject.to_owned(), due.as_microsecond());
        let wanted = self
            .database
            .write(move |transaction| Box::pin(async move { want(transaction, &agency, kind, &subject, due).await }));
        wanted.await
    }

    /// The right to the job of this kind that is due longest. None where none is, or others are at work on them. `woken`: the
    /// kind's one job is asked for at once.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn claim_job(&self, kind: JobKind, now: Timestamp, woken: bool) -> Result<Option<Job>, Error> {
        let (agency, node, now) = (self.agency.clone(), self.clock.node().to_owned(), now.as_microsecond());
        let claimed = self.database.write(move |transaction| {
            Box::pin(async move {
                if woken {
                    want(transaction, &agency, kind, "", now).await?;
                }
                claim(transaction, &agency, &node, kind, now).await
            })
        });
        claimed.await
    }

    /// The time that jobs and their leases go by: the database's where several processes share it, for their clocks differ.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn time(&self) -> Result<Timestamp, Error> {
        timestamp(self.database.now().await?)
    }

    /// Says that whoever has the job is at work still.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn renew_job(&self, job: &mut Job, now: Timestamp) -> Result<bool, Error> {
        let lease = now.as_microsecond().saturating_add(job.kind.lease());
        let sql = "UPDATE job SET lease = $5 \
                   WHERE agency = $1 AND kind = $2 AND subject = $3 AND holder = $4 AND lease = $6";
        let values = values![&self.agency, job.kind.name(), &job.subject, self.clock.node(), lease, job.lease];
        let is_ours =
            self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await }));
        let is_ours = is_ours.await? == 1;
        if is_ours {
            job.lease = lease;
        }
        Ok(is_ours)
    }

    /// The job is done; it's done again at `next`, or once it's asked for. What was asked for meanwhile is due at once. Whether the
    /// job was the caller's still.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn job_done(&self, job: Job, now: Timestamp, next: Option<Timestamp>) -> Result<bool, Error> {
        let (state, due) = match next {
            Some(next) => ("waiting", next.as_microsecond()),
            None => ("idle", now.as_microsecond()),
        };
        let sql = "UPDATE job SET lease = 0, tries = 0, error = NULL, done = $5, \
                   state = CASE WHEN asked = $6 THEN $7 ELSE 'waiting' END, due = CASE WHEN asked = $6 THEN $8 ELSE CAST($5 AS BIGINT) END \
                   WHERE agency = $1 AND kind = $2 AND subject = $3 AND holder = $4 AND lease = $9";
        let Job { kind, subject, asked, lease, .. } = job;
        let now = now.as_microsecond();
        let values = values![&self.agency, kind.name(), subject, self.clock.node(), now, asked, state, due, lease];
        let done = self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await }));
        Ok(done.await? == 1)
    }

    /// The job failed: it's tried again after a while, or waits for a person. Whether the job was the caller's still.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn job_failed(&self, job: Job, now: Timestamp, error: &str) -> Result<bool, Error> {
        let Job { kind, subject, tries, lease, .. } = job;
        let state = if kind.gives_up() && tries >= MOST_TRIES { "stuck" } else { "waiting" };
        let due = now.as_microsecond().saturating_add(kind.pause(tries));
        let error: String = error.chars().take(LONGEST_ERROR).collect();
        let sql = "UPDATE job SET lease = 0, state = $5, due = $6, error = $7 \
                   WHERE agency = $1 AND kind = $2 AND subject = $3 AND holder = $4 AND lease = $8";
        let values = values![&self.agency, kind.name(), subject, self.clock.node(), state, due, error, lease];
        let failed =
            self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await }));
        Ok(failed.await? == 1)
    }

    /// Puts down what only a person can do, as a job that is stuck.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn tell_of(&self, kind: JobKind, subject: &str, error: &str, now: Timestamp) -> Result<(), Error> {
        let error: String = error.chars().take(LONGEST_ERROR).collect();
        let sql = "INSERT INTO job (agency, kind, subject, state, due, asked, lease, holder, tries, error) \
                   VALUES ($1, $2, $3, 'stuck', $4, 1, 0, '', 0, $5) \
                   ON CONFLICT (agency, kind, subject) DO UPDATE SET state = 'stuck', error = excluded.error";
        let values = values![&self.agency, kind.name(), subject, now.as_microsecond(), error];
        self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await?;
        Ok(())
    }

    /// The archive was opened by a service: what is stuck or waits after a failure is tried again at once, for somebody may have looked.
    /// A process that has the archive to itself takes over what another one was at work on; where several share it, that may be at work
    /// still, and its leases run out by themselves. What was told of the rows of documents ([`tell_of`](Self::tell_of)) stays told until a
    /// scrub finds them whole.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn begin_jobs(&self, now: Timestamp) -> Result<(), Error> {
        let (agency, node, now) = (self.agency.clone(), self.clock.node().to_owned(), now.as_microsecond());
        let (unkept, scrub, is_shared) = (JobKind::Unkept.name(), JobKind::Scrub.name(), self.is_shared());
        let freed = self.database.write(move |transaction| {
            Box::pin(async move {
                if !is_shared {
                    let sql = "UPDATE job SET lease = 0 WHERE agency = $1 AND holder <> $2 AND lease <> 0";
                    transaction.run(sql, values![&agency, &node]).await?;
                }
                let sql = "UPDATE job SET state = 'waiting', tries = 0, due = $2 WHERE agency = $1 AND state = 'stuck' \
                           AND kind <> $3 AND NOT (kind = $4 AND subject <> '')";
                transaction.run(sql, values![&agency, now, unkept, scrub]).await?;
                let sql = "UPDATE job SET due = $2 WHERE agency = $1 AND state = 'waiting' AND tries > 0 AND due > $2 \
                           AND lease = 0";
                transaction.run(sql, values![&agency, now]).await?;
                // Recovery tells of them again where they're there still. No scrub is one document's: such a one was a notice once.
                let sql = "UPDATE job SET state = 'idle' WHERE agency = $1 AND ((state = 'stuck' AND kind = $2) \
                           OR (state = 'waiting' AND kind = $3 AND subject <> ''))";
                transaction.run(sql, values![&agency, unkept, scrub]).await
            })
        });
        freed.await?;
        Ok(())
    }

    /// The documents whose rows a scrub has told of, and that it hasn't found whole since; at most a thousand.
    pub(crate) async fn told_rows(&self) -> Result<Vec<String>, Error> {
        let sql = "SELECT subject FROM job WHERE agency = $1 AND kind = $2 AND state = 'stuck' AND subject <> '' \
                   ORDER BY subject LIMIT 1000";
        let rows = self.database.rows(sql, values![&self.agency, JobKind::Scrub.name()]).await?;
        rows.iter().map(|row| row.text("subject")).collect()
    }

    /// Takes back what was told of a document's rows: they're whole again, or it was destroyed.
    pub(crate) async fn rows_are_whole(&self, artifact: &str) -> Result<(), Error> {
        let sql = "UPDATE job SET state = 'idle', tries = 0, error = NULL, done = $4 \
                   WHERE agency = $1 AND kind = $2 AND subject = $3 AND state = 'stuck'";
        let values = values![&self.agency, JobKind::Scrub.name(), artifact, crate::clock::now()];
        self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await?;
        Ok(())
    }

    /// When the next job of this kind is due; none where none waits.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn next_due(&self, kind: JobKind) -> Result<Option<Timestamp>, Error> {
        let sql = "SELECT min(due) AS due FROM job WHERE agency = $1 AND kind = $2 AND state = 'waiting'";
        let row = self.database.row(sql, values![&self.agency, kind.name()]).await?;
        row.map(|row| row.maybe_number("due")).transpose()?.flatten().map(timestamp).transpose()
    }

    /// Every job, those that are stuck first.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn jobs(&self, now: Timestamp) -> Result<Vec<JobReport>, Error> {
        let sql = "SELECT kind, subject, state, due, lease, tries, error, done FROM job WHERE agency = $1 \
                   ORDER BY CASE state WHEN 'stuck' THEN 0 ELSE 1 END, kind, subject LIMIT 1000";
        let rows = self.database.rows(sql, values![&self.agency]).await?;
        rows.iter().map(|row| report(row, now.as_microsecond())).collect()
    }
}

async fn want(
    transaction: &mut Transaction,
    agency: &str,
    kind: JobKind,
    subject: &str,
    due: i64,
) -> Result<(), Error> {
    let sql = "INSERT INTO job (agency, kind, subject, state, due, asked, lease, holder, tries) \
               VALUES ($1, $2, $3, 'waiting', $4, 1, 0, '', 0) \
               ON CONFLICT (agency, kind, subject) DO UPDATE SET asked = job.asked + 1, \
               state = CASE job.state WHEN 'idle' THEN 'waiting' ELSE job.state END, \
               due = CASE WHEN job.state = 'idle' OR (job.tries = 0 AND excluded.due < job.due) \
               THEN excluded.due ELSE job.due END";
    transaction.run(sql, values![agency, kind.name(), subject, due]).await?;
    Ok(())
}

async fn claim(
    transaction: &mut Transaction,
    agency: &str,
    node: &str,
    kind: JobKind,
    now: i64,
) -> Result<Option<Job>, Error> {
    // One claims at a time: what two find due at once, one gets.
    transaction.lock(agency, "jobs").await?;
    if kind.gives_up() {
        // Whoever had it died in it each time.
        let sql = "UPDATE job SET state = 'stuck', lease = 0, error = coalesce(error, 'the process ended in it') \
                   WHERE agency = $1 AND kind = $2 AND state = 'waiting' AND lease <= $3 AND tries >= $4";
        transaction.run(sql, values![agency, kind.name(), now, MOST_TRIES]).await?;
    }
    let lease = now.saturating_add(kind.lease());
    // PostgreSQL adds FOR UPDATE SKIP LOCKED to the inner statement.
    let sql = "UPDATE job SET lease = $4, holder = $5, tries = tries + 1 \
               WHERE agency = $1 AND kind = $2 AND subject = (SELECT subject FROM job \
               WHERE agency = $1 AND kind = $2 AND state = 'waiting' AND due <= $3 AND lease <= $3 \
               ORDER BY due, subject LIMIT 1) RETURNING subject, tries, asked";
    let row = transaction.row(sql, values![agency, kind.name(), now, lease, node]).await?;
    let job = |row: Row| {
        let (subject, tries, asked) = (row.text("subject")?, row.ordinal("tries")?, row.number("asked")?);
        Ok(Job { kind, subject, tries, asked, lease })
    };
    row.map(job).transpose()
}

fn report(row: &Row, now: i64) -> Result<JobReport, Error> {
    let state = match row.text("state")?.as_str() {
        "stuck" => JobState::Stuck,
        _ if row.number("lease")? > now => JobState::Running,
        "waiting" => JobState::Waiting,
        _ => JobState::Idle,
    };
    let due = match state {
        JobState::Waiting | JobState::Running => Some(timestamp(row.number("due")?)?),
        JobState::Idle | JobState::Stuck => None,
    };
    Ok(JobReport {
        kind: row.text("kind")?,
        subject: row.text("subject")?,
        state,
        due,
        tries: row.ordinal("tries")?,
        error: row.maybe_text("error")?,
        done: row.maybe_number("done")?.map(timestamp).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::tests::{archive, opened};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    async fn claimed(archive: &Archive, kind: JobKind, now: Timestamp) -> Job {
        archive.claim_job(kind, now, false).await.unwrap().expect("a job that is due")
    }

    async fn the_job(archive: &Archive, now: Timestamp) -> JobReport {
        let [job] = archive.jobs(now).await.unwrap().try_into().unwrap();
        job
    }

    #[tokio::test]
    async fn a_job_is_done_by_one_when_its_due() {
        let (_directory, archive) = archive().await;
        assert!(archive.claim_job(JobKind::Drafts, at(0), false).await.unwrap().is_none(), "nobody asked");
        archive.want_job(JobKind::Drafts, "", at(10)).await.unwrap();
        archive.want_job(JobKind::Drafts, "", at(20)).await.unwrap();
        assert!(archive.claim_job(JobKind::Drafts, at(9), false).await.unwrap().is_none(), "it isn't due");
        assert!(archive.claim_job(JobKind::Recover, at(10), false).await.unwrap().is_none(), "it's of another kind");
        let job = claimed(&archive, JobKind::Drafts, at(10)).await;
        assert_eq!(the_job(&archive, at(10)).await.state, JobState::Running);
        assert!(archive.claim_job(JobKind::Drafts, at(10), true).await.unwrap().is_none(), "somebody has it");
        assert!(archive.job_done(job, at(11), Some(at(99))).await.unwrap());
        let told = the_job(&archive, at(11)).await;
        assert_eq!(
            (told.state, told.done, told.due),
            (JobState::Waiting, Some(at(11)), Some(at(11))),
            "asked meanwhile"
        );
        let job = claimed(&archive, JobKind::Drafts, at(11)).await;
        assert!(archive.job_done(job, at(12), Some(at(99))).await.unwrap());
        assert_eq!(archive.next_due(JobKind::Drafts).await.unwrap(), Some(at(99)));
        let job = claimed(&archive, JobKind::Drafts, at(99)).await;
        assert!(archive.job_done(job, at(100), None).await.unwrap());
        let told = the_job(&archive, at(100)).await;
        assert_eq!((told.state, told.due), (JobState::Idle, None));
        assert!(archive.claim_job(JobKind::Drafts, at(100_000), false).await.unwrap().is_none());
        assert!(archive.claim_job(JobKind::Drafts, at(100_000), true).await.unwrap().is_some(), "woken");
    }

    #[tokio::test]
    async fn a_job_that_fails_waits_longer_each_time_and_is_stuck_in_the_end() {
        let (_directory, archive) = archive().await;
        archive.want_job(JobKind::Recover, "", at(0)).await.unwrap();
        let (mut now, mut pauses) = (at(0), Vec::new());
        for _ in 0..MOST_TRIES {
            let job = claimed(&archive, JobKind::Recover, now).await;
            assert!(archive.job_failed(job, now, "the disk is full").await.unwrap());
            archive.want_job(JobKind::Recover, "", now).await.unwrap();
            let told = the_job(&archive, now).await;
            assert_eq!(told.error.as_deref(), Some("the disk is full"));
            let Some(due) = told.due else { break };
            assert!(
                archive.claim_job(JobKind::Recover, now, true).await.unwrap().is_none(),
                "asking shortens no pause"
            );
            pauses.push(due.duration_since(now).as_secs() / 60);
            now = due;
        }
        let begin: Vec<i64> = pauses.iter().copied().take(10).collect();
        assert_eq!(begin, [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]);
        assert_eq!((pauses.len(), pauses.last()), (19, Some(&360)));
        let told = the_job(&archive, now).await;
        assert_eq!((told.state, told.tries, told.due), (JobState::Stuck, MOST_TRIES, None));
        let later = now + SignedDuration::from_hours(1000);
        assert!(archive.claim_job(JobKind::Recover, later, true).await.unwrap().is_none(), "a person has to look");
        archive.begin_jobs(later).await.unwrap();
        let job = claimed(&archive, JobKind::Recover, later).await;
        assert!(archive.job_done(job, later, None).await.unwrap());
        let told = the_job(&archive, later).await;
        assert_eq!((told.state, told.tries, told.error), (JobState::Idle, 0, None));
    }

    #[tokio::test]
    async fn the_log_is_tried_each_minute_for_as_long_as_it_takes() {
        let (_directory, archive) = archive().await;
        archive.want_job(JobKind::Sequence, "", at(0)).await.unwrap();
        for minute in 0..50 {
            let job = claimed(&archive, JobKind::Sequence, at(60 * minute)).await;
            archive.job_failed(job, at(60 * minute), "the disk is full").await.unwrap();
        }
        assert_eq!(the_job(&archive, at(3000)).await.state, JobState::Waiting);
    }

    #[tokio::test]
    async fn whoever_dies_in_a_job_loses_nothing() {
        let (directory, archive) = archive().await;
        archive.want_job(JobKind::Recover, "", at(0)).await.unwrap();
        let late = claimed(&archive, JobKind::Recover, at(0)).await;
        assert!(archive.claim_job(JobKind::Recover, at(59), false).await.unwrap().is_none());
        let next = claimed(&archive, JobKind::Recover, at(60)).await;
        assert!(!archive.job_done(late, at(61), None).await.unwrap(), "it was taken over");
        assert_eq!(the_job(&archive, at(61)).await.state, JobState::Running);
        let mut next = next;
        assert!(archive.renew_job(&mut next, at(100)).await.unwrap());
        assert!(archive.claim_job(JobKind::Recover, at(150), false).await.unwrap().is_none(), "it's at work still");
        archive.close().await;
        drop(next);

        // A process that has the archive to itself needn't wait for the lease.
        let archive = opened(&directory).await;
        archive.begin_jobs(at(701)).await.unwrap();
        let job = claimed(&archive, JobKind::Recover, at(701)).await;
        assert!(archive.job_done(job, at(702), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_job_that_kills_its_process_each_time_is_stuck_too() {
        let (_directory, archive) = archive().await;
        archive.want_job(JobKind::Recover, "", at(0)).await.unwrap();
        for try_ in 0..i64::from(MOST_TRIES) {
            drop(claimed(&archive, JobKind::Recover, at(300 * try_)).await);
        }
        assert!(archive.claim_job(JobKind::Recover, at(300_000), false).await.unwrap().is_none());
        let told = the_job(&archive, at(300_000)).await;
        assert_eq!((told.state, told.error.as_deref()), (JobState::Stuck, Some("the process ended in it")));
    }

    #[tokio::test]
    async fn what_only_a_person_can_do_is_shown_first() {
        let (_directory, archive) = archive().await;
        archive.want_job(JobKind::Drafts, "", at(0)).await.unwrap();
        archive.tell_of(JobKind::Unkept, "o/ab", "it doesn't verify", at(0)).await.unwrap();
        archive.tell_of(JobKind::Unkept, "o/ab", "it doesn't verify", at(0)).await.unwrap();
        let jobs = archive.jobs(at(1)).await.unwrap();
        let [first, _] = jobs.as_slice() else { panic!("{jobs:?}") };
        assert_eq!((first.kind.as_str(), first.subject.as_str(), first.state), ("unkept", "o/ab", JobState::Stuck));
    }
}
