//! Whether an archive is whole: everything that can be computed again is computed again and held against what is there.
//!
//! ```text
//! database   SQLite's own check, schema, every row against the record of its event, every record against its commitment
//! log        leaves against events; tiles, bundles and checkpoints against leaves; checkpoints that were kept elsewhere
//! objects    every part and every version against the digests of its record
//! files      what lies in the store and has no row
//! second     what was copied to the second store, where that is given
//! ```
//!
//! An audit reads alone, needs no private key, goes on after the first problem, and can look at an archive that doesn't open. It
//! sees the rows as they were when it began, whatever is written meanwhile.

mod cosignatures;
mod destructions;
mod differing;
mod entities;
mod events;
mod files;
mod finding;
mod index;
mod listing;
mod log;
mod manifests;
mod objects;
mod opening;
mod rows;
mod second;
mod stored;
mod told;

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use uuid::Uuid;

pub use finding::{Fault, Finding, Subject};
pub use opening::Auditor;

use crate::access;
use crate::archive::{Archive, blocking, identity_in};
use crate::database::{Row, Transaction, Value, values};
use crate::destruction::rows::Founded;
use crate::error::Error;
use crate::identity;
use crate::sequencing::CHECKPOINT;
use crate::stamping::{Evidenced, STAMPS, StampFault, StampFile, StampProblem, leaves_of};
use crate::store::Store;
use finding::Findings;

/// How many rows are in memory at once.
const PAGE: u32 = 500;
/// How often progress is told: once in so many steps.
const STEPS: u64 = 64;

/// How far an audit has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is looked at.
    pub stage: Stage,
    /// Done, of `total`: rows, leaves, bytes or files, by the stage.
    pub done: u64,
    /// All of it, as far as it's known.
    pub total: u64,
}

/// The parts of an audit, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Rows of the database; counted in rows.
    Rows,
    /// The log; counted in leaves.
    Log,
    /// The documents; counted in bytes.
    Objects,
    /// What lies in the store; counted in directories.
    Files,
    /// The second store; counted in copies.
    Second,
}

/// What was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// Artifacts.
    pub artifacts: u64,
    /// Versions of them.
    pub versions: u64,
    /// Events.
    pub events: u64,
    /// Leaves of the log.
    pub leaves: u64,
    /// Events that have no place in the log yet.
    pub pending: u64,
    /// Checkpoints that were signed.
    pub checkpoints: u64,
    /// Files of tiles and bundles.
    pub tiles: u64,
    /// Prepared results that wait for their signatures.
    pub drafts: u64,
    /// Bytes of documents that were hashed.
    pub bytes: u64,
    /// Documents that were destroyed.
    pub destroyed: u64,
    /// Parts of documents that are whole in the second store.
    pub copies: u64,
}

/// What an audit found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Audit {
    /// The archive's id.
    pub id: Uuid,
    /// The name of its log.
    pub origin: String,
    /// The key that checkpoints were held against.
    pub log_key: String,
    /// What was looked at.
    pub counts: Counts,
    /// What is wrong, at most 10,000 of it.
    pub problems: Vec<Finding>,
    /// How many more problems there are than are listed.
    pub more: u64,
    /// What is worth knowing and isn't wrong: what a crash leaves, what waits.
    pub notes: Vec<Finding>,
    /// Tables of which this audit knows no rule.
    pub unchecked: Vec<String>,
    /// The newest checkpoint whose signature and root hold, as a signed note: kept elsewhere, it shows later that nothing was
    /// put back.
    pub checkpoint: Option<String>,
}

impl Audit {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.problems.is_empty()
    }
}

impl Archive {
    /// Looks at everything. `since`: checkpoints of the log that were kept elsewhere, as signed notes.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::File`], [`Error::Store`] where it can't be gone on with, or where a server wasn't reached
    /// ([`Error::is_unreachable`]): what can't be read then may be whole. What is wrong with the archive is no error, but a
    /// [`Finding`].
    pub async fn audit(&self, since: &[Vec<u8>], progress: impl Fn(Progress) + Send + Sync) -> Result<Audit, Error> {
        Auditor::of(self)?.audit(since, progress).await
    }

    /// Opens an agency's archive to look at it, beside whoever is at work in it and whatever is wrong with it. A role and a credential
    /// that read alone are enough, and the archive's keys aren't read. `key` as with [`open_to_audit`](Self::open_to_audit).
    ///
    /// # Errors
    /// [`Error::Setting`], [`Error::Database`] where the database can't be read; [`Error::Damaged`] where nothing says which archive
    /// it is.
    pub async fn open_grown_to_audit(
        grown: &crate::Grown,
        key: Option<crate::log::VerifierKey>,
    ) -> Result<Auditor, Error> {
        Auditor::open_grown(grown, key).await
    }

    /// Opens the archive in a directory to look at it, whatever is wrong with it. `key` is the log's public key as the auditor has
    /// it; without one, the archive's own word is taken.
    ///
    /// # Errors
    /// [`Error::Absent`] where there's no archive; [`Error::DatabaseMissing`], [`Error::Database`], [`Error::File`] where it can't
    /// be read; [`Error::Damaged`] where nothing says which archive it is.
    pub async fn open_to_audit(
        directory: &std::path::Path,
        key: Option<crate::log::VerifierKey>,
    ) -> Result<Auditor, Error> {
        Auditor::open(directory, key).await
    }
}

impl Auditor {
    /// Looks at everything, as [`Archive::audit`] does.
    ///
    /// # Errors
    /// As [`Archive::audit`].
    pub async fn audit(&self, since: &[Vec<u8>], progress: impl Fn(Progress) + Send + Sync) -> Result<Audit, Error> {
        // Before the rows: what is published is never ahead of them.
        let shown = self.published().await;
        let shown = match shown {
            Err(error) if error.is_unreachable() => return Err(error),
            shown => shown,
        };
        let reading = self.database.reading().await?;
        let mut run = Run {
            of: self,
            reading: Some(reading),
            findings: self.found.clone(),
            counts: Counts::default(),
            newest: None,
            leaves: 0,
            timed: 0,
            latest: i64::MIN,
            founded: Vec::new(),
            destroyed_names: Vec::new(),
            destroyed: HashMap::new(),
            erased: HashSet::new(),
            gone_records: HashSet::new(),
            told: (Stage::Rows, 0, 0),
            progress: &progress,
        };
        run.database().await?;
        run.log(shown, since).await?;
        run.cosignatures().await;
        // What follows reads rows that are written once: the journal needn't wait for it.
        if let Some(mut reading) = run.reading.take() {
            reading.run("COMMIT", values![]).await?;
            // A file's connection goes on, with the pages that it has in memory.
            run.reading = (!self.database.is_shared()).then_some(reading);
        }
        run.objects().await?;
        run.files().await?;
        run.second().await?;
        let store = self.store.clone();
        for path in blocking(move || store.earlier_signed()).await? {
            let why = "a signed file of the earlier format that no row knows".to_owned();
            run.findings.problem(Fault::ObjectUnknown, Subject::file(path), Some(why));
        }
        run.missing_manifests().await?;
        run.certificates().await?;
        let mut bad_stamps = HashSet::new();
        match self.stamps().await {
            Ok(problems) => {
                let events = run.events_of_stamps().await;
                for problem in problems {
                    let is_events = events.get(&problem.stamp).is_some_and(|event| run.findings.is_bad(event));
                    bad_stamps.insert(problem.stamp);
                    if is_events || run.is_gone_by_decision(&problem) || run.is_told(&problem) {
                        continue;
                    }
                    let subject = Subject::row("stamp", problem.stamp.to_string());
                    run.findings.problem(Fault::RowChanged, subject, Some(problem.detail));
                }
            }
            Err(error) => {
                run.findings.problem(Fault::TableUnreadable, Subject::table("stamp"), Some(error.to_string()));
            }
        }
        match self.stamp_files().await {
            Ok(files) => files.into_iter().for_each(|file| match file {
                // A crash leaves it so, and it's written the next time.
                StampFile::Missing(path) => run.findings.note(Fault::StampMissing, Subject::file(path), None),
                // Its rows were told, and it's they that the file is held against.
                StampFile::Changed(path) if leaves_of(&path).is_some_and(|stamp| bad_stamps.contains(&stamp)) => {}
                StampFile::Changed(path) => run.findings.problem(Fault::StampChanged, Subject::file(path), None),
                StampFile::Unknown(path) => run.findings.problem(Fault::FileUnknown, Subject::file(path), None),
            }),
            Err(error) => {
                run.findings.problem(Fault::FileUnreadable, Subject::file(STAMPS), Some(error.to_string()));
            }
        }
        match access::changed_days(&self.database, &self.agency).await {
            Ok(days) => days.into_iter().for_each(|day| {
                let why = "the day's readings aren't those that the log has the head of";
                run.findings.problem(Fault::RowChanged, Subject::row("access_head", day), Some(why.to_owned()));
            }),
            Err(error) => {
                run.findings.problem(Fault::RowChanged, Subject::row("access_head", ""), Some(error.to_string()));
            }
        }
        if run.findings.problems.iter().any(|problem| problem.code.is_unread()) {
            self.demand_reached().await?;
        }
        let Run { findings, counts, newest, reading, .. } = run;
        if let Some(reading) = reading {
            reading.close().await;
        }
        let unchecked = self.unchecked_tables().await.unwrap_or_default();
        let Findings { problems, notes, more, .. } = findings;
        let key = self.key.to_string();
        let (id, origin) = (self.identity.id, self.identity.origin.clone());
        Ok(Audit { id, origin, log_key: key, counts, problems, more, notes, unchecked, checkpoint: newest })
    }

    /// What of the stamps' files isn't as the rows have it.
    async fn stamp_files(&self) -> Result<Vec<StampFile>, Error> {
        self.of_rows().await?.stamp_files_of(&self.store).await
    }

    /// What is wrong with the stored evidence. Its tokens are judged where a policy is given, which an audit has none of.
    async fn stamps(&self) -> Result<Vec<StampProblem>, Error> {
        self.of_rows().await?.check_stamps(None).await
    }

    /// The archive as its rows have it, whatever is wrong with them.
    pub(super) async fn of_rows(&self) -> Result<Archive, Error> {
        let (identity, store) = (self.identity.clone(), self.store.clone());
        Archive::put_together(&self.agency, identity, store, self.database.clone(), None, None).await
    }

    async fn published(&self) -> Result<Option<Vec<u8>>, Error> {
        let store = self.store.clone();
        blocking(move || store.get(CHECKPOINT)).await
    }

    /// Refuses where a store or the database isn't reached: of what can't be read then, nobody knows whether it's whole.
    async fn demand_reached(&self) -> Result<(), Error> {
        let stores: Vec<Store> = std::iter::once(&self.store).chain(&self.second).cloned().collect();
        let asked = blocking(move || stores.iter().try_for_each(|store| store.get(identity::OBJECT).map(drop))).await;
        let asked = match asked {
            Ok(()) => identity_in(&self.database, &self.agency).await.map(drop),
            failed => failed,
        };
        // What was reached and is wrong was told.
        asked.or_else(|error| if error.is_unreachable() { Err(error) } else { Ok(()) })
    }

    /// Tables of the schema that no rule here is about.
    async fn unchecked_tables(&self) -> Result<Vec<String>, Error> {
        let sql = if self.database.is_shared() { opening::TABLES.postgres } else { opening::TABLES.sqlite };
        let names: Vec<String> =
            self.database.rows(sql, values![]).await?.iter().map(|row| row.text("name")).collect::<Result<_, _>>()?;
        Ok(names.into_iter().filter(|name| !rows::KNOWN.contains(&name.as_str())).collect())
    }
}

/// An audit that is going on.
struct Run<'a, P> {
    of: &'a Auditor,
    /// The rows of one moment, as long as that is needed; then those of a file as they are.
    reading: Option<Transaction>,
    findings: Findings,
    counts: Counts,
    newest: Option<String>,
    /// How many leaves the log had when this began.
    leaves: u64,
    /// How many leaves' times were looked at, and the latest of them since the clock was last confirmed.
    timed: u64,
    latest: i64,
    /// Destructions that are what their records say.
    founded: Vec<Founded>,
    /// Documents that they have destroyed, by which of them, and whether it's at its end. With what follows, some hundred bytes of memory
    /// for each record that was erased.
    destroyed: HashMap<String, (u32, bool)>,
    /// What their objects' names begin with, and whose they were.
    destroyed_names: Vec<(String, String)>,
    /// The commitments (hex) to the records that they have erased.
    erased: HashSet<String>,
    /// The events of those records, as far as they were met.
    gone_records: HashSet<String>,
    told: (Stage, u64, u64),
    progress: &'a P,
}

impl<P: Fn(Progress) + Send + Sync> Run<'_, P> {
    /// Whether what a stamp covers isn't there because it was destroyed by decision: its hash and its place in the tree stay.
    fn is_gone_by_decision(&self, problem: &StampProblem) -> bool {
        match &problem.fault {
            StampFault::Gone(Evidenced::Version { artifact, .. }) => self.is_destroyed(artifact),
            StampFault::Gone(Evidenced::Record(event)) => self.gone_records.contains(&event.to_string()),
            _ => false,
        }
    }

    /// Whether it follows from something that was told: the object isn't what was kept, or its row or record isn't.
    fn is_told(&self, problem: &StampProblem) -> bool {
        let (StampFault::OtherObject(object) | StampFault::Gone(object)) = &problem.fault else { return false };
        match object {
            Evidenced::Version { artifact, .. } => {
                let artifact = artifact.to_string();
                self.findings.is_bad(&artifact) || self.findings.has_bad_object(&artifact)
            }
            Evidenced::Record(event) => self.findings.is_bad(&event.to_string()),
            Evidenced::Checkpoint(size) => self.findings.has_bad_checkpoint(*size),
        }
    }

    /// By a stamp's number: the event that tells of it.
    async fn events_of_stamps(&mut self) -> HashMap<u32, String> {
        let sql = "SELECT number, event FROM stamp WHERE agency = $1";
        let rows = self.page("stamp", sql, values![&self.of.agency]).await;
        rows.iter().filter_map(|row| Some((row.ordinal("number").ok()?, row.text("event").ok()?))).collect()
    }

    fn begin(&mut self, stage: Stage, total: u64) {
        self.told = (stage, 0, total);
        (self.progress)(Progress { stage, done: 0, total });
    }

    fn step(&mut self, count: u64) {
        let (stage, before, total) = self.told;
        let done = before.saturating_add(count);
        self.told.1 = done;
        // Total and done are counted apart: a live archive has grown meanwhile.
        if stage == Stage::Objects || done / STEPS != before / STEPS || done >= total {
            (self.progress)(Progress { stage, done: done.min(total), total });
        }
    }

    /// A page of a table; none, and a finding, where it can't be read.
    async fn page(&mut self, table: &'static str, sql: &'static str, values: Vec<Value>) -> Vec<Row> {
        let rows = match &mut self.reading {
            Some(reading) => reading.rows(sql, values).await,
            None => self.of.database.rows(sql, values).await,
        };
        match rows {
            Ok(rows) => rows,
            Err(error) => {
                self.findings.problem(Fault::TableUnreadable, Subject::table(table), Some(error.to_string()));
                Vec::new()
            }
        }
    }

    /// A number that the database gives; zero, and a finding, where it can't be read.
    async fn number(&mut self, table: &'static str, sql: &'static str) -> u64 {
        let agency = self.of.agency.clone();
        let rows = self.page(table, sql, values![agency]).await;
        rows.first().and_then(|row| row.count("n").ok()).unwrap_or_default()
    }

    /// Notes what came of looking at a row: an error is a finding about it.
    fn judged(&mut self, table: &'static str, key: &str, outcome: Result<(), Error>) {
        if let Err(error) = outcome {
            self.findings.problem(Fault::RowChanged, Subject::row(table, key), Some(error.to_string()));
        }
    }
}

/// The key after which the next page begins; none behind the last one, or where keys don't rise: a damaged index would lead round
/// and round.
fn next_key(rows: &[Row], columns: &[&str], after: &[String]) -> Option<Vec<String>> {
    if rows.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) {
        return None;
    }
    let last = rows.last()?;
    let next: Option<Vec<String>> = columns.iter().map(|column| last.text(column).ok()).collect();
    next.filter(|next| next.as_slice() > after)
}

/// As [`next_key`], for a text and a number.
fn next_pair(rows: &[Row], column: &str, after: &(String, i64)) -> Option<(String, i64)> {
    if rows.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) {
        return None;
    }
    let last = rows.last()?;
    let next = (last.text("artifact").ok()?, last.number(column).ok()?);
    (next > *after).then_some(next)
}
