//! What was destroyed: each document by a list, another person's approval and a decision, with nothing left of it; and the certificates.

use std::collections::HashMap;

use uuid::Uuid;

use super::finding::{Fault, Subject};
use super::{PAGE, Progress, Run, next_key};
use crate::archive::blocking;
use crate::database::{Row, values};
use crate::destruction::rows::{Founded, numbers, read};
use crate::destruction::statement::{self, DIRECTORY, Statement};
use crate::error::Error;
use crate::holds::{HoldPlaced, HoldReleased};
use crate::record::{self, Record, Told as _, sha256};

/// Rows of documents that were destroyed, which should have gone with them.
const LEFT: &[(&str, &str)] = &[
    (
        "record",
        "SELECT r.event AS key, d.artifact FROM destroyed d JOIN event e ON e.agency = d.agency AND e.artifact = d.artifact \
         JOIN record r ON r.agency = e.agency AND r.event = e.id WHERE d.agency = $1 LIMIT 1000",
    ),
    (
        "report",
        "SELECT p.artifact AS key, d.artifact FROM destroyed d JOIN report p ON p.agency = d.agency AND p.artifact = d.artifact \
         WHERE d.agency = $1 LIMIT 1000",
    ),
    (
        "metadata",
        "SELECT m.artifact AS key, d.artifact FROM destroyed d JOIN metadata m ON m.agency = d.agency AND m.artifact = d.artifact \
         WHERE d.agency = $1 LIMIT 1000",
    ),
    (
        "finding",
        "SELECT f.artifact AS key, d.artifact FROM destroyed d JOIN finding f ON f.agency = d.agency AND f.artifact = d.artifact \
         WHERE d.agency = $1 LIMIT 1000",
    ),
    (
        "request",
        "SELECT q.name AS key, d.artifact FROM destroyed d JOIN request q ON q.agency = d.agency AND q.artifact = d.artifact \
         WHERE d.agency = $1 AND (q.about <> '{}' OR q.answer IS NOT NULL) LIMIT 1000",
    ),
];

const HOLDS: &str = "SELECT h.event AS key, h.artifact, e.id, e.kind, e.at, e.commitment, r.salt, r.body FROM hold h \
     JOIN event e ON e.agency = h.agency AND e.id = h.event JOIN record r ON r.agency = h.agency AND r.event = h.event \
     WHERE h.agency = $1 AND h.event > $2 ORDER BY h.event LIMIT $3";

const RELEASES: &str = "SELECT h.hold AS key, e.id, e.kind, e.at, e.commitment, r.salt, r.body FROM hold_release h \
     JOIN event e ON e.agency = h.agency AND e.id = h.event JOIN record r ON r.agency = h.agency AND r.event = h.event \
     WHERE h.agency = $1 AND h.hold > $2 ORDER BY h.hold LIMIT $3";

/// Holds of documents that were destroyed, whose records went with them: what is left says that each was released.
const GONE_HOLDS: &str = "SELECT h.event AS key, h.artifact, p.kind AS placed, x.event AS lifted, o.kind AS released FROM hold h \
     JOIN destroyed d ON d.agency = h.agency AND d.artifact = h.artifact \
     LEFT JOIN event p ON p.agency = h.agency AND p.id = h.event AND p.artifact = h.artifact \
     LEFT JOIN hold_release x ON x.agency = h.agency AND x.hold = h.event \
     LEFT JOIN event o ON o.agency = x.agency AND o.id = x.event AND o.artifact = h.artifact \
     WHERE h.agency = $1 AND h.event > $2 ORDER BY h.event LIMIT $3";

/// Holds that were placed on documents that were destroyed, and have no row.
const LOST_HOLDS: &str = "SELECT e.id AS key FROM event e JOIN destroyed d ON d.agency = e.agency AND d.artifact = e.artifact \
     WHERE e.agency = $1 AND e.kind = 'hold.placed' \
     AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.agency = e.agency AND h.event = e.id) ORDER BY e.id LIMIT 1000";

impl<P: Fn(Progress) + Send + Sync> Run<'_, P> {
    /// Looks at every destruction, before anything that may be missing because of one.
    pub(super) async fn destructions(&mut self) {
        let unreadable = |run: &mut Self, error: Error| {
            run.findings.problem(Fault::TableUnreadable, Subject::table("destruction"), Some(error.to_string()));
        };
        let all = match numbers(&self.of.database, &self.of.agency).await {
            Ok(all) => all,
            Err(error) => return unreadable(self, error),
        };
        for number in all {
            match read(&self.of.database, &self.of.agency, number).await {
                Ok(founded) => self.founded.extend(founded),
                Err(Error::Damaged(why)) => {
                    let subject = Subject::row("destruction", number.to_string());
                    self.findings.problem(Fault::DestructionUnfounded, subject, Some(why));
                }
                Err(error) => unreadable(self, error),
            }
        }
        for founded in &self.founded {
            let is_done = founded.destruction.executed.is_some();
            let begun = founded.begun.iter().flat_map(|begun| &begun.items);
            for item in begun {
                self.destroyed_names.push((item.name.clone(), item.artifact.to_string()));
                self.destroyed.insert(item.artifact.to_string(), (founded.destruction.number, is_done));
                self.erased.extend(item.events.iter().map(|event| event.commitment.clone()));
            }
        }
    }

    /// Looks at what stands in the tables of what was destroyed, and of holds.
    pub(super) async fn destroyed_rows(&mut self) {
        let mut seen = std::collections::HashSet::new();
        let mut after = vec![String::new()];
        loop {
            let sql = "SELECT artifact, destruction FROM destroyed WHERE agency = $1 AND artifact > $2 ORDER BY artifact LIMIT $3";
            let rows = self.page("destroyed", sql, values![&self.of.agency, after.concat(), PAGE]).await;
            for row in &rows {
                let id = row.text("artifact").unwrap_or_default();
                let by = self.destroyed.get(&id).map(|(number, _)| *number);
                self.counts.destroyed += 1;
                if by.is_none() || row.ordinal("destruction").ok() != by {
                    let why = "no destruction with a decision has it".to_owned();
                    self.findings.problem(Fault::DestructionUnfounded, Subject::row("destroyed", &*id), Some(why));
                }
                seen.insert(id);
            }
            match next_key(&rows, &["artifact"], &after) {
                Some(next) => after = next,
                None => break,
            }
        }
        let lost: Vec<String> = self.destroyed.keys().filter(|id| !seen.contains(*id)).cloned().collect();
        for id in lost {
            self.findings.problem(Fault::RowMissing, Subject::row("destroyed", id), None);
        }
        for (table, sql) in LEFT {
            let agency = self.of.agency.clone();
            for row in self.page(table, sql, values![agency]).await {
                let key = row.text("key").unwrap_or_default();
                let artifact = row.text("artifact").unwrap_or_default();
                self.left(Subject::row(table, key), &artifact);
            }
        }
        self.holds().await;
    }

    /// Something that is left of a document that was destroyed; a note while that goes on.
    pub(super) fn left(&mut self, subject: Subject, artifact: &str) {
        match self.destroyed.get(artifact) {
            Some((number, false)) => {
                let detail = Some(format!("destruction {number} isn't at its end"));
                self.findings.note(Fault::DestroyedLeft, subject, detail);
            }
            Some((number, true)) => {
                let detail = Some(format!("of what destruction {number} has destroyed"));
                self.findings.problem(Fault::DestroyedLeft, subject, detail);
            }
            None => self.findings.problem(Fault::DestructionUnfounded, subject, None),
        }
    }

    async fn holds(&mut self) {
        let check = |row: &Row| -> Result<bool, Error> {
            let Record { of, .. } = record::read::<HoldPlaced>(row)?;
            Ok(of.artifact.to_string() == row.text("artifact")?)
        };
        self.each_hold("hold", HOLDS, check).await;
        let check = |row: &Row| -> Result<bool, Error> {
            let Record { of, .. } = record::read::<HoldReleased>(row)?;
            Ok(of.hold.to_string() == row.text("key")?)
        };
        self.each_hold("hold_release", RELEASES, check).await;
        self.gone_holds().await;
    }

    /// A document that was held when it was destroyed: its holds and their releases are events that were erased with it, of their kinds.
    async fn gone_holds(&mut self) {
        let begun = self.founded.iter().filter_map(|founded| founded.begun.as_ref()).flat_map(|begun| &begun.items);
        let erased: HashMap<String, String> = begun
            .flat_map(|item| item.events.iter().map(|event| (event.id.to_string(), item.artifact.to_string())))
            .collect();
        let mut after = vec![String::new()];
        loop {
            let rows = self.page("hold", GONE_HOLDS, values![&self.of.agency, after.concat(), PAGE]).await;
            for row in &rows {
                let (hold, artifact) = (row.text("key").unwrap_or_default(), row.text("artifact").unwrap_or_default());
                let is = |column: &str, kind: &str| row.maybe_text(column).is_ok_and(|of| of.as_deref() == Some(kind));
                let is_erased = |event: &str| erased.get(event) == Some(&artifact);
                let release = row.maybe_text("lifted").ok().flatten();
                let why = if !is("placed", HoldPlaced::KIND) || !is_erased(&hold) {
                    "it isn't an event of the document that was destroyed"
                } else if !is("released", HoldReleased::KIND) || !release.is_some_and(|event| is_erased(&event)) {
                    "its document was destroyed and no event released it"
                } else {
                    continue;
                };
                self.findings.problem(Fault::DestructionUnfounded, Subject::row("hold", hold), Some(why.into()));
            }
            match next_key(&rows, &["key"], &after) {
                Some(next) => after = next,
                None => break,
            }
        }
        for row in self.page("hold", LOST_HOLDS, values![&self.of.agency]).await {
            let hold = row.text("key").unwrap_or_default();
            self.findings.problem(Fault::RowMissing, Subject::row("hold", hold), None);
        }
    }

    async fn each_hold(
        &mut self,
        table: &'static str,
        sql: &'static str,
        is_its_own: impl Fn(&Row) -> Result<bool, Error>,
    ) {
        let mut after = vec![String::new()];
        loop {
            let rows = self.page(table, sql, values![&self.of.agency, after.concat(), PAGE]).await;
            for row in &rows {
                let outcome = match is_its_own(row) {
                    Ok(true) => Ok(()),
                    Ok(false) => Err(Error::Damaged("it isn't what its record says".into())),
                    Err(error) => Err(error),
                };
                self.judged(table, &row.text("key").unwrap_or_default(), outcome);
            }
            match next_key(&rows, &["key"], &after) {
                Some(next) => after = next,
                None => return,
            }
        }
    }

    /// Looks at the certificates and statements in the store.
    pub(super) async fn certificates(&mut self) -> Result<(), Error> {
        let founded = std::mem::take(&mut self.founded);
        for Founded { destruction, begun } in &founded {
            let number = destruction.number;
            if begun.is_none() {
                continue;
            }
            let (store, is_done) = (self.of.store.clone(), destruction.executed.is_some());
            let read = blocking(move || {
                Ok((store.get(&statement::object(number))?, store.get(&statement::certificate(number))?))
            });
            let (statement, certificate) = match read.await {
                Ok(read) => read,
                Err(error) => {
                    let subject = Subject::file(format!("{DIRECTORY}/{number}"));
                    self.findings.problem(Fault::FileUnreadable, subject, Some(error.to_string()));
                    continue;
                }
            };
            let path = Subject::file(statement::object(number));
            match statement.map(|bytes| Statement::read(&bytes)) {
                Some(Ok((of, _))) if of == number => {}
                Some(Ok(_)) => self.findings.problem(Fault::CertificateChanged, path, None),
                Some(Err(why)) => self.findings.problem(Fault::CertificateChanged, path, Some(why)),
                None if is_done => self.findings.problem(Fault::CertificateMissing, path, None),
                None => self.findings.note(Fault::CertificateMissing, path, None),
            }
            let path = Subject::file(statement::certificate(number));
            match (&destruction.certificate, certificate) {
                (Some(of), Some(bytes)) if sha256(&bytes) == of.sha256 => {}
                (Some(_), Some(_)) => self.findings.problem(Fault::CertificateChanged, path, None),
                (Some(_), None) => self.findings.problem(Fault::CertificateMissing, path, None),
                (None, _) => {}
            }
        }
        let known: Vec<u32> =
            founded.iter().filter(|one| one.begun.is_some()).map(|one| one.destruction.number).collect();
        for (name, is_directory) in self.names(DIRECTORY).await {
            let path = format!("{DIRECTORY}/{name}");
            let is_known = statement::of_object(&path).is_some_and(|(number, _)| known.contains(&number));
            if is_directory || !is_known {
                self.findings.problem(Fault::FileUnknown, Subject::file(path), None);
            }
        }
        Ok(())
    }

    /// Whether an object that evidence is about was destroyed by decision.
    pub(super) fn is_destroyed(&self, artifact: &Uuid) -> bool {
        self.destroyed.contains_key(&artifact.to_string())
    }
}
