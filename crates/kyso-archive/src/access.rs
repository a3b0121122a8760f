//! Who read what: a row a reading, and each day's head in the log (QCVN 12:2026/BCA, process log).
//!
//! The head of a day (UTC) is SHA-256 over its rows in the order of their times, each as a JSON array and a line feed:
//! `["2026-11-30T02:15:00.000001Z","node","principal","artifact","pdf"]`.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use kyso::crypto::{DigestAlgorithm, hex};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::archive::Archive;
use crate::clock::{timestamp, written};
use crate::database::{Database, Row, Transaction, values};
use crate::error::Error;
use crate::record::{self, Event, Record, Told};

/// How many rows are hashed at once.
const AT_ONCE: u32 = 1000;
/// A day is over once nobody can be at work on a reading of it any more.
const SETTLED: SignedDuration = SignedDuration::from_hours(1);

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reading {
    /// The document.
    Pdf,
    /// Its verification report.
    Report,
    /// What is said of it.
    Metadata,
    /// The receipt of a version, which holds the record.
    Receipt,
}

impl Reading {
    /// Its name in the rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Report => "report",
            Self::Metadata => "metadata",
            Self::Receipt => "receipt",
        }
    }
}

/// The head of a day's readings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AccessHead {
    /// The day (UTC), ISO 8601.
    pub(crate) day: String,
    /// How many readings it had.
    count: u64,
    /// SHA-256 over their rows, lower-case hex.
    sha256: String,
}

impl Told for AccessHead {
    const KIND: &'static str = "access.head";
}

impl Archive {
    /// Writes down that somebody read something. It's durable when this returns, and shares its commit with whatever else is
    /// written then.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn accessed(&self, principal: &str, artifact: Uuid, what: Reading) -> Result<(), Error> {
        let sql = "INSERT INTO access (agency, at, node, principal, artifact, what) VALUES ($1, $2, $3, $4, $5, $6)";
        let (at, node) = (self.clock.next(), self.clock.node());
        let values = values![&self.agency, at, node, principal, artifact.to_string(), what.name()];
        self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await?;
        Ok(())
    }

    /// Puts the heads of the days that are over into the log; how many.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn log_access_heads(&self, now: Timestamp) -> Result<usize, Error> {
        let _turn = self.turn("access heads").await;
        let today = day_of(now.checked_sub(SETTLED).unwrap_or(now));
        let mut heads = 0;
        while let Some(day) = self.next_access_day().await?.filter(|day| *day < today) {
            let head = self.access_head(day).await?;
            let (event, record) = Event::now(&self.clock, None, head)?;
            let agency = self.agency.clone();
            let done = self.database.write(move |transaction| {
                Box::pin(async move {
                    event.write(transaction, &agency).await?;
                    record.of.write(transaction, &agency, event.id).await
                })
            });
            done.await?;
            heads += 1;
        }
        if heads > 0 {
            self.woken.notify_one();
        }
        Ok(heads)
    }

    /// The days whose readings aren't those that the log has the head of.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a head's own record was changed; [`Error::Database`].
    pub async fn changed_access_days(&self) -> Result<Vec<String>, Error> {
        changed_days(&self.database, &self.agency).await
    }

    /// The first day with readings that has no head yet: behind the newest head that the log has, whatever the rows of heads say. Where
    /// that head's row is gone, it's put in again.
    async fn next_access_day(&self) -> Result<Option<Date>, Error> {
        let sql = "SELECT min(at) AS at FROM access WHERE agency = $1 AND at >= $2";
        let first = |row: Option<Row>| Ok::<_, Error>(row.map(|row| row.maybe_number("at")).transpose()?.flatten());
        // Without a reading there's no head either: the newest isn't looked for through all events.
        if first(self.database.row(sql, values![&self.agency, 0_i64]).await?)?.is_none() {
            return Ok(None);
        }
        let until = match self.newest_access_head().await? {
            Some(head) => head.until()?,
            None => 0,
        };
        let next = first(self.database.row(sql, values![&self.agency, until]).await?)?;
        next.map(|at| Ok(day_of(timestamp(at)?))).transpose()
    }

    /// The newest head that an event of the log says.
    async fn newest_access_head(&self) -> Result<Option<AccessHead>, Error> {
        let sql = "SELECT e.id, e.kind, e.at, e.commitment, r.event AS record, r.salt, r.body, \
                   (SELECT max(h.day) FROM access_head h WHERE h.agency = e.agency AND h.event = e.id) AS told FROM event e \
                   LEFT JOIN record r ON r.agency = e.agency AND r.event = e.id \
                   WHERE e.agency = $1 AND e.kind = 'access.head' ORDER BY e.at DESC LIMIT 1";
        let Some(row) = self.database.row(sql, values![&self.agency]).await? else { return Ok(None) };
        if row.maybe_text("record")?.is_none() {
            return Err(Error::Damaged(format!("event {}: its record is gone", row.text("id")?)));
        }
        let head: Record<AccessHead> = record::read(&row)?;
        if row.maybe_text("told")?.is_none() {
            self.mend_rows().await?;
        }
        Ok(Some(head.of))
    }

    async fn access_head(&self, day: Date) -> Result<AccessHead, Error> {
        head_of(&self.database, &self.agency, day).await
    }
}

impl AccessHead {
    /// The first microsecond after its day.
    fn until(&self) -> Result<i64, Error> {
        let day = self.day.parse().map_err(|_| Error::Damaged(format!("{} is no day of readings", self.day)))?;
        Ok(bounds(day)?.1)
    }

    /// Writes the row that follows from it.
    pub(crate) async fn write(&self, transaction: &mut Transaction, agency: &str, event: Uuid) -> Result<(), Error> {
        let sql = "INSERT INTO access_head (agency, day, until, event) VALUES ($1, $2, $3, $4)";
        let values = values![agency, &self.day, self.until()?, event.to_string()];
        transaction.run(sql, values).await.map(|_| ())
    }

    /// Whether its day has a row already, which another head's may be.
    pub(crate) async fn has_row(&self, transaction: &mut Transaction, agency: &str) -> Result<bool, Error> {
        let sql = "SELECT day FROM access_head WHERE agency = $1 AND day = $2";
        Ok(transaction.row(sql, values![agency, &self.day]).await?.is_some())
    }
}

/// A row as it's hashed.
fn line(row: &Row) -> Result<Vec<u8>, Error> {
    let at = written(row.number("at")?)?;
    let all = (at, row.text("node")?, row.text("principal")?, row.text("artifact")?, row.text("what")?);
    let mut line = serde_json::to_vec(&all).map_err(Error::internal)?;
    line.push(b'\n');
    Ok(line)
}

fn day_of(time: Timestamp) -> Date {
    Offset::UTC.to_datetime(time).date()
}

/// The first microsecond of a day, and the first after it.
fn bounds(day: Date) -> Result<(i64, i64), Error> {
    let begin = |day: Date| Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).map(|time| time.as_microsecond());
    let next = day.tomorrow().map_err(Error::internal)?;
    Ok((begin(day).map_err(Error::internal)?, begin(next).map_err(Error::internal)?))
}

/// The days whose readings aren't those that the log has a head of, whether or not that has its row.
pub(crate) async fn changed_days(database: &Database, agency: &str) -> Result<Vec<String>, Error> {
    let sql = "SELECT e.id, e.kind, e.at, e.commitment, r.salt, r.body FROM event e \
               JOIN record r ON r.agency = e.agency AND r.event = e.id \
               WHERE e.agency = $1 AND e.kind = 'access.head' ORDER BY e.at";
    let mut changed = BTreeSet::new();
    for row in database.rows(sql, values![agency]).await? {
        let head: AccessHead = record::read::<AccessHead>(&row)?.of;
        let is_same = match head.day.parse::<Date>() {
            Ok(date) => head == head_of(database, agency, date).await?,
            Err(_) => false,
        };
        if !is_same {
            changed.insert(head.day);
        }
    }
    Ok(changed.into_iter().collect())
}

/// Holds the row of a head against its record: columns `key` and `until` beside those of the event.
pub(crate) fn demand_its_own(row: &Row) -> Result<(), Error> {
    let (day, record): (String, Record<AccessHead>) = (row.text("key")?, record::read(row)?);
    let until = day.parse().ok().map(bounds).transpose()?.map(|(_, until)| until);
    match record.of.day == day && until == Some(row.number("until")?) {
        true => Ok(()),
        false => Err(Error::Damaged("it isn't what its record says".into())),
    }
}

/// The head of a day's readings.
async fn head_of(database: &Database, agency: &str, day: Date) -> Result<AccessHead, Error> {
    let (mut from, until) = bounds(day)?;
    let (mut hasher, mut count) = (DigestAlgorithm::Sha256.hasher(), 0_u64);
    // Times are each reading's own within a process; another's of the very same time is told apart by its node.
    let sql = "SELECT at, node, principal, artifact, what FROM access \
               WHERE agency = $1 AND (at > $2 OR (at = $2 AND node > $3)) AND at < $4 ORDER BY at, node LIMIT $5";
    let mut node = String::new();
    loop {
        let rows = database.rows(sql, values![agency, from, &node, until, AT_ONCE]).await?;
        for row in &rows {
            hasher.update(&line(row)?);
            count += 1;
        }
        let Some(last) = rows.last() else { break };
        (from, node) = (last.number("at")?, last.text("node")?);
    }
    Ok(AccessHead { day: day.to_string(), count, sha256: hex(&hasher.finish()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::archive;

    #[tokio::test]
    async fn a_days_readings_have_a_head_in_the_log() {
        let (_directory, archive) = archive().await;
        let (paper, other) = (Uuid::now_v7(), Uuid::now_v7());
        for (principal, artifact, what) in
            [("a", paper, Reading::Pdf), ("b", paper, Reading::Report), ("a", other, Reading::Pdf)]
        {
            archive.accessed(principal, artifact, what).await.unwrap();
        }
        let now = Timestamp::now();
        assert_eq!(archive.log_access_heads(now).await.unwrap(), 0, "the day isn't over");
        let tomorrow = now + SignedDuration::from_hours(25);
        assert_eq!(archive.log_access_heads(tomorrow).await.unwrap(), 1);
        assert_eq!(archive.log_access_heads(tomorrow).await.unwrap(), 0, "once a day");
        assert_eq!(archive.sequence().await.unwrap(), 1, "the head is a leaf");
        assert_eq!(archive.changed_access_days().await.unwrap(), Vec::<String>::new());
        let head = archive.access_head(day_of(now)).await.unwrap();
        assert_eq!(head.count, 3);
    }

    #[tokio::test]
    async fn a_head_without_its_row_is_no_days_second_head() {
        let (directory, archive) = archive().await;
        archive.accessed("a", Uuid::now_v7(), Reading::Pdf).await.unwrap();
        let tomorrow = Timestamp::now() + SignedDuration::from_hours(25);
        archive.log_access_heads(tomorrow).await.unwrap();
        archive.sequence().await.unwrap();
        crate::tests::without_triggers(directory.path(), "UPDATE access SET principal = 'b'").await;
        crate::tests::without_triggers(directory.path(), "DELETE FROM access_head").await;
        let day = day_of(Timestamp::now()).to_string();
        assert_eq!(archive.changed_access_days().await.unwrap(), [&*day], "the head is the log's");
        let of = |audit: &crate::Audit| {
            let problems = audit.problems.iter().map(|problem| problem.subject.to_string());
            problems.filter(|subject| subject.contains("access_head")).count()
        };
        assert_eq!(of(&crate::tests::audited(directory.path()).await), 2, "the row that is gone, and the reading");

        assert_eq!(archive.log_access_heads(tomorrow).await.unwrap(), 0, "the day has its head");
        let sql = "SELECT count(*) AS n FROM access_head";
        let row = archive.database.row(sql, values![]).await.unwrap().unwrap();
        assert_eq!(row.number("n").unwrap(), 1, "its row is put in again");
        assert_eq!(archive.changed_access_days().await.unwrap(), [&*day]);
        archive.sequence().await.unwrap();
        while archive.write_manifests(100).await.unwrap() > 0 {}
        archive.close().await;
        std::fs::remove_file(directory.path().join("archive.sqlite3")).unwrap();
        let rebuilt = Archive::rebuild(directory.path(), &crate::Rebuilding::default()).await.unwrap();
        assert!(rebuilt.done && rebuilt.is_whole(), "{rebuilt:?}");
    }

    #[tokio::test]
    async fn a_reading_that_is_put_in_or_taken_out_later_shows() {
        let (directory, archive) = archive().await;
        archive.accessed("a", Uuid::now_v7(), Reading::Pdf).await.unwrap();
        let tomorrow = Timestamp::now() + SignedDuration::from_hours(25);
        archive.log_access_heads(tomorrow).await.unwrap();
        let sql = "INSERT INTO access SELECT agency, at - 1, node, 'b', artifact, what FROM access";
        crate::tests::without_triggers(directory.path(), sql).await;
        let [day] = archive.changed_access_days().await.unwrap().try_into().unwrap();
        assert_eq!(day, day_of(Timestamp::now()).to_string());
    }

    #[tokio::test]
    async fn a_reading_is_never_changed() {
        let (_directory, archive) = archive().await;
        archive.accessed("a", Uuid::now_v7(), Reading::Pdf).await.unwrap();
        for sql in
            ["UPDATE access SET principal = 'b'", "DELETE FROM access", "REPLACE INTO access SELECT * FROM access"]
        {
            let changed = archive
                .database
                .write(move |transaction| Box::pin(async move { transaction.run(sql, values![]).await }))
                .await;
            assert!(changed.is_err(), "{sql}");
        }
    }
}
