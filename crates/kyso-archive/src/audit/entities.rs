//! Rows against the records of their events: versions with their reports, metadata, principals, requests.

use super::finding::{Fault, Subject};
use super::{PAGE, Progress, Run, next_key, next_pair};
use crate::clock::timestamp;
use crate::database::{Row, values};
use crate::error::Error;
use crate::metadata::{Answers, MetadataRevised};
use crate::principal::principal;
use crate::read;
use crate::record::{self, Came, Record, VersionAdded, demand_committed, sha256};

const VERSIONS: &str = "SELECT v.artifact, v.ordinal, v.object, v.start, v.length, v.sha256, v.bytes, v.level, v.created, v.store_version, \
     e.id, e.kind, e.at, e.commitment, r.event AS record, r.salt, r.body, a.id AS line, a.request, a.created AS began, \
     p.body AS report, t.class, t.text, t.ends, q.state, q.artifact AS made FROM version v \
     LEFT JOIN event e ON e.agency = v.agency AND e.id = v.event \
     LEFT JOIN record r ON r.agency = v.agency AND r.event = v.event \
     LEFT JOIN artifact a ON a.agency = v.agency AND a.id = v.artifact \
     LEFT JOIN report p ON p.agency = v.agency AND p.artifact = v.artifact AND p.ordinal = v.ordinal \
     LEFT JOIN retention t ON t.agency = v.agency AND t.artifact = v.artifact \
     LEFT JOIN request q ON q.agency = a.agency AND q.name = a.request \
     WHERE v.agency = $1 AND (v.artifact, v.ordinal) > ($2, $3) ORDER BY v.artifact, v.ordinal LIMIT $4";

const METADATA: &str = "SELECT m.artifact, m.revision, m.body AS metadata, a.id AS line, \
     e.id, e.kind, e.at, e.commitment, r.event AS record, r.salt, r.body FROM metadata m \
     LEFT JOIN artifact a ON a.agency = m.agency AND a.id = m.artifact \
     LEFT JOIN event e ON e.agency = m.agency AND e.id = m.event \
     LEFT JOIN record r ON r.agency = m.agency AND r.event = m.event \
     WHERE m.agency = $1 AND (m.artifact, m.revision) > ($2, $3) ORDER BY m.artifact, m.revision LIMIT $4";

const PRINCIPALS: &str = "SELECT p.secret, p.name, p.id AS principal, p.since, e.id, e.kind, e.at, e.commitment, r.salt, r.body \
     FROM principal p LEFT JOIN event e ON e.agency = p.agency AND e.id = p.event \
     LEFT JOIN record r ON r.agency = p.agency AND r.event = p.event \
     WHERE p.agency = $1 AND p.secret > $2 ORDER BY p.secret LIMIT $3";

const REQUESTS: &str = "SELECT q.name, q.digest, q.state, q.artifact, q.answer, v.artifact AS line, \
     e.id, e.kind, e.at, e.commitment, r.event AS record, r.salt, r.body FROM request q \
     LEFT JOIN version v ON v.agency = q.agency AND v.artifact = q.artifact AND v.ordinal = 0 \
     LEFT JOIN event e ON e.agency = v.agency AND e.id = v.event \
     LEFT JOIN record r ON r.agency = v.agency AND r.event = v.event \
     WHERE q.agency = $1 AND q.name > $2 ORDER BY q.name LIMIT $3";

/// Whether a row names an event of which nothing is there: then it's the row that was changed.
fn names_nothing(row: &Row) -> Result<bool, Error> {
    Ok(row.maybe_text("id")?.is_none() && row.maybe_text("record")?.is_none())
}

/// The line of parts that a page goes on with.
#[derive(Default)]
struct Line {
    artifact: String,
    next: u32,
    end: u64,
}

impl<P: Fn(Progress) + Send + Sync> Run<'_, P> {
    /// Whether the event that a row names is there, with a record that its commitment is about. Where it isn't, whoever looked at
    /// the events has said so.
    pub(super) fn has_its_record(&self, row: &Row) -> Result<bool, Error> {
        let is_there = row.maybe_text("record")?.is_some() && demand_committed(row).is_ok();
        Ok(row.maybe_text("id")?.is_some_and(|event| is_there && !self.findings.is_bad(&event)))
    }

    /// Looks at every version, its line and its report.
    pub(super) async fn versions(&mut self) {
        let (mut after, mut line) = ((String::new(), -1), Line::default());
        loop {
            let values = values![&self.of.agency, &after.0, after.1, PAGE];
            let rows = self.page("version", VERSIONS, values).await;
            for row in &rows {
                self.counts.versions += 1;
                let (artifact, ordinal) =
                    (row.text("artifact").unwrap_or_default(), row.number("ordinal").unwrap_or_default());
                let outcome = self.version(row, &artifact, &mut line).await;
                self.judged("version", &format!("{artifact}/{ordinal}"), outcome);
                self.step(1);
            }
            match next_pair(&rows, "ordinal", &after) {
                Some(next) => after = next,
                None => return,
            }
        }
    }

    async fn version(&mut self, row: &Row, artifact: &str, line: &mut Line) -> Result<(), Error> {
        let (ordinal, start) = (row.ordinal("ordinal")?, row.count("start")?);
        if line.artifact != artifact {
            *line = Line { artifact: artifact.to_owned(), next: 0, end: 0 };
            self.counts.artifacts += 1;
        }
        if line.next < ordinal {
            let missing = Subject::row("version", format!("{artifact}/{}", line.next));
            self.findings.problem(Fault::RowMissing, missing, None);
        } else if start != line.end {
            return Err(Error::Damaged("its part doesn't begin where the one before ends".into()));
        }
        (line.next, line.end) = (ordinal.saturating_add(1), row.count("bytes")?);
        if row.maybe_text("line")?.is_none() {
            self.findings.problem(Fault::RowMissing, Subject::row("artifact", artifact), None);
        }
        if names_nothing(row)? {
            return Err(Error::Damaged("it names an event that isn't there".into()));
        }
        if !self.has_its_record(row)? {
            self.findings.mark(artifact);
            return Ok(());
        }
        let Record { at, of, .. } = read::version(row)?;
        let kept = of.kept_at.as_ref().unwrap_or(&at).parse::<jiff::Timestamp>().map_err(Error::internal)?;
        let created = timestamp(row.number("created")?)?;
        // Files of a directory have no versions of the store's own.
        if self.of.store.directory().is_some() && row.maybe_text("store_version")?.is_some() {
            return Err(Error::Damaged("it names a version of a store that has none".into()));
        }
        let is_as_told = created.as_microsecond() == kept.as_microsecond() && row.maybe_text("level")? == of.level;
        if !is_as_told {
            return Err(Error::Damaged("its level or its time isn't its record's".into()));
        }
        let key = format!("{artifact}/{ordinal}");
        match row.maybe_text("report")? {
            None => self.findings.problem(Fault::RowMissing, Subject::row("report", key), None),
            Some(report) if sha256(report.as_bytes()) == of.report_sha256 => {}
            Some(_) => self.findings.problem(Fault::RowChanged, Subject::row("report", key), None),
        }
        if ordinal == 0 {
            self.line(row, artifact, &of, created.as_microsecond()).await?;
        }
        Ok(())
    }

    /// The artifact's own row, and that of the request that made it.
    async fn line(&mut self, row: &Row, artifact: &str, of: &VersionAdded, created: i64) -> Result<(), Error> {
        if row.maybe_text("line")?.is_some() && (row.text("request")? != of.request || row.number("began")? != created)
        {
            self.findings.problem(Fault::RowChanged, Subject::row("artifact", artifact), None);
        }
        let fixed = match row.maybe_text("class")? {
            Some(class) => Some((class, row.text("text")?, row.maybe_text("ends")?)),
            None => None,
        };
        let told = of
            .retention
            .as_ref()
            .map(|told| (told.class.clone(), told.text.clone(), told.until.map(|day| day.to_string())));
        match (fixed, told) {
            (fixed, told) if fixed == told => {}
            (None, _) => self.findings.problem(Fault::RowMissing, Subject::row("retention", artifact), None),
            (Some(_), _) => self.findings.problem(Fault::RowChanged, Subject::row("retention", artifact), None),
        }
        let subject = Subject::row("request", &*of.request);
        match self.request_of(row, of).await? {
            // What an earlier archive kept without a key has none.
            None if of.came == Some(Came::Earlier) => {}
            None => self.findings.problem(Fault::RowMissing, subject, None),
            Some((state, made)) if state == "done" && made.as_deref() == Some(artifact) => {}
            Some(_) => {
                let detail = format!("it made artifact {artifact}");
                self.findings.problem(Fault::RowChanged, subject, Some(detail));
            }
        }
        Ok(())
    }

    /// How far the request that made a version has come, and what it made.
    async fn request_of(&mut self, row: &Row, of: &VersionAdded) -> Result<Option<(String, Option<String>)>, Error> {
        if row.maybe_text("request")?.as_ref() == Some(&of.request) {
            return row.maybe_text("state")?.map(|state| Ok((state, row.maybe_text("made")?))).transpose();
        }
        // The artifact's row isn't what was written, and names another one.
        let sql = "SELECT state, artifact AS made FROM request WHERE agency = $1 AND name = $2";
        let found = self.page("request", sql, values![&self.of.agency, &of.request]).await;
        found.first().map(|row| Ok((row.text("state")?, row.maybe_text("made")?))).transpose()
    }

    /// Looks at what is said of artifacts.
    pub(super) async fn metadata(&mut self) {
        let (mut after, mut line) = ((String::new(), -1), Line::default());
        loop {
            let values = values![&self.of.agency, &after.0, after.1, PAGE];
            let rows = self.page("metadata", METADATA, values).await;
            for row in &rows {
                let (artifact, revision) =
                    (row.text("artifact").unwrap_or_default(), row.number("revision").unwrap_or_default());
                let outcome = self.revision(row, &artifact, &mut line);
                self.judged("metadata", &format!("{artifact}/{revision}"), outcome);
            }
            match next_pair(&rows, "revision", &after) {
                Some(next) => after = next,
                None => return,
            }
        }
    }

    fn revision(&mut self, row: &Row, artifact: &str, line: &mut Line) -> Result<(), Error> {
        let revision = row.ordinal("revision")?;
        if line.artifact != artifact {
            *line = Line { artifact: artifact.to_owned(), ..Line::default() };
        }
        if line.next < revision {
            let missing = Subject::row("metadata", format!("{artifact}/{}", line.next));
            self.findings.problem(Fault::RowMissing, missing, None);
        }
        line.next = revision.saturating_add(1);
        if row.maybe_text("line")?.is_none() {
            self.findings.problem(Fault::RowMissing, Subject::row("artifact", artifact), None);
        }
        if names_nothing(row)? {
            return Err(Error::Damaged("it names an event that isn't there".into()));
        }
        if !self.has_its_record(row)? {
            return Ok(());
        }
        let Record { of, .. } = record::read::<MetadataRevised>(row)?;
        let is_its_own = of.artifact.to_string() == artifact
            && of.revision == revision
            && of.metadata_sha256 == sha256(row.text("metadata")?.as_bytes());
        if is_its_own { Ok(()) } else { Err(Error::Damaged("it isn't what its record says".into())) }
    }

    /// Looks at who callers are.
    pub(super) async fn principals(&mut self) {
        let mut after = vec![String::new()];
        loop {
            let values = values![&self.of.agency, after.concat(), PAGE];
            let rows = self.page("principal", PRINCIPALS, values).await;
            for row in &rows {
                let key = row.text("principal").unwrap_or_default();
                self.judged("principal", &key, principal(row).map(|_| ()));
            }
            match next_key(&rows, &["secret"], &after) {
                Some(next) => after = next,
                None => return,
            }
        }
    }

    /// Looks at every request.
    pub(super) async fn requests(&mut self) {
        let mut after = vec![String::new()];
        loop {
            let values = values![&self.of.agency, after.concat(), PAGE];
            let rows = self.page("request", REQUESTS, values).await;
            for row in &rows {
                let name = row.text("name").unwrap_or_default();
                let outcome = self.request(row, &name).await;
                self.judged("request", &name, outcome);
            }
            match next_key(&rows, &["name"], &after) {
                Some(next) => after = next,
                None => return,
            }
        }
    }

    async fn request(&mut self, row: &Row, name: &str) -> Result<(), Error> {
        crate::request::Name::of_row(name.to_owned())?;
        if row.text("state")? != "done" {
            return Ok(());
        }
        let id = row.text("artifact")?;
        if row.maybe_text("line")?.is_none() && self.destroyed.contains_key(&id) {
            // A database that was made again doesn't have its versions.
            return Ok(());
        }
        if row.maybe_text("line")?.is_none() {
            let detail = Some(format!("request {name}"));
            self.findings.problem(Fault::RowMissing, Subject::row("version", format!("{id}/0")), detail);
            return Ok(());
        }
        if !self.has_its_record(row)? {
            return Ok(());
        }
        let Record { of, .. } = record::read::<VersionAdded>(row)?;
        let answers = Answers {
            request: name.to_owned(),
            request_digest: row.text("digest")?,
            answer_sha256: row.maybe_text("answer")?.map(|answer| sha256(answer.as_bytes())),
        };
        let is_its_own = of.request == answers.request
            && of.request_digest == answers.request_digest
            && of.answer_sha256 == answers.answer_sha256;
        if is_its_own || of.came == Some(Came::Earlier) {
            return Ok(());
        }
        let sql = "SELECT e.id, e.kind, e.at, e.commitment, r.salt, r.body \
                   FROM metadata m JOIN event e ON e.agency = m.agency AND e.id = m.event \
                   JOIN record r ON r.agency = m.agency AND r.event = m.event WHERE m.agency = $1 AND m.artifact = $2";
        for row in self.page("metadata", sql, values![&self.of.agency, &id]).await {
            let came_with = record::read::<MetadataRevised>(&row).is_ok_and(|record| {
                record.of.artifact.to_string() == id && record.of.answers.as_ref() == Some(&answers)
            });
            if came_with {
                return Ok(());
            }
        }
        Err(Error::Damaged("no record says that it was answered so".into()))
    }
}
