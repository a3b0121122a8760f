//! Confirming the clock, where it's behind what was written.
//!
//! A confirmation counts by its place in the log: all events before it are in the log when it's written, and their times hold
//! nobody up any more. In the order of the log a time goes back at a confirmation alone, and an audit asks for that.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Floor, now, timestamp, written};
use crate::archive::Archive;
use crate::database::{Database, Row, Transaction, Value, values};
use crate::error::Error;
use crate::record::{Event, Told};
use crate::sequencing::place_all;

/// Leases of what is at work now end within this time, in microseconds; later ones were given by a clock that was ahead.
const LONGEST_LEASE: i64 = 60 * 60 * 1_000_000;

/// Somebody says that the clock is right, though it's behind what was written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Confirmed {
    /// What the clock said: RFC 3339, UTC.
    pub(crate) clock: String,
    /// The newest event before.
    pub(crate) newest: String,
    /// The newest time-stamp before, where one was later than the clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) time_stamp: Option<String>,
    /// Who says so.
    pub(crate) actor: String,
}

impl Told for Confirmed {
    const KIND: &'static str = "clock.confirmed";
}

/// The clock was confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockConfirmed {
    /// What the clock said.
    pub clock: Timestamp,
    /// The newest event before, which was of a later time.
    pub newest: Timestamp,
}

/// The clock beside what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClockStatus {
    /// The newest event since the clock was last confirmed.
    pub newest_event: Option<Timestamp>,
    /// The time of the newest time-stamp since then.
    pub newest_time_stamp: Option<Timestamp>,
    /// Whether the clock is more than five minutes behind one of these: nothing is signed then.
    pub is_behind: bool,
}

/// Where the last confirmation stands in the log; -1 where there's none.
const LAST: &str = "SELECT coalesce(max(l.position), -1) AS position FROM event c \
     JOIN leaf l ON l.agency = c.agency AND l.event = c.id WHERE c.agency = $1 AND c.kind = 'clock.confirmed'";
/// The newest event that doesn't stand before that place. Walks back over as many as a clock that was ahead has left.
const NEWEST: &str = "SELECT e.at FROM event e WHERE e.agency = $1 AND NOT EXISTS (SELECT 1 FROM leaf l \
     WHERE l.agency = e.agency AND l.event = e.id AND l.position < $2) ORDER BY e.at DESC LIMIT 1";
/// The time of the newest time-stamp whose event doesn't stand before that place.
const STAMPED: &str = "SELECT max(s.time) AS at FROM stamp s WHERE s.agency = $1 AND NOT EXISTS (SELECT 1 FROM leaf l \
     WHERE l.agency = s.agency AND l.event = s.event AND l.position < $2)";

fn number(row: Option<Row>, column: &str) -> Result<Option<i64>, Error> {
    Ok(row.map(|row| row.maybe_number(column)).transpose()?.flatten())
}

fn since(agency: &str, position: Option<i64>) -> Vec<Value> {
    values![agency, position.unwrap_or(-1)]
}

/// From when on events may be.
pub(crate) async fn floor(database: &Database, agency: &str) -> Result<Floor, Error> {
    let last = number(database.row(LAST, values![agency]).await?, "position")?;
    let event = number(database.row(NEWEST, since(agency, last)).await?, "at")?;
    let time_stamp = number(database.row(STAMPED, since(agency, last)).await?, "at")?;
    Ok(of(last, event, time_stamp))
}

/// The same, as a transaction sees it.
pub(crate) async fn floor_in(transaction: &mut Transaction, agency: &str) -> Result<Floor, Error> {
    let last = number(transaction.row(LAST, values![agency]).await?, "position")?;
    let event = number(transaction.row(NEWEST, since(agency, last)).await?, "at")?;
    let time_stamp = number(transaction.row(STAMPED, since(agency, last)).await?, "at")?;
    Ok(of(last, event, time_stamp))
}

fn of(last: Option<i64>, event: Option<i64>, time_stamp: Option<i64>) -> Floor {
    Floor {
        confirmed: last.unwrap_or(-1),
        event: event.unwrap_or_default(),
        time_stamp: time_stamp.unwrap_or_default(),
    }
}

impl Archive {
    /// The clock beside what was written, as it was at this time.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn clock_status(&self, now: Timestamp) -> Result<ClockStatus, Error> {
        let floor = floor(&self.database, &self.agency).await?;
        let some = |at: i64| (at > 0).then(|| timestamp(at)).transpose();
        Ok(ClockStatus {
            newest_event: some(floor.event)?,
            newest_time_stamp: some(floor.time_stamp)?,
            is_behind: floor.is_ahead_of(now.as_microsecond()),
        })
    }

    /// Confirms that the clock is right though it's behind what was written: from here on events have its time. None where it isn't
    /// behind, and nothing is written then. `despite_time_stamp`: also where a time-stamp of an authority is of a later time, which
    /// a clock that is right can hardly be behind.
    ///
    /// What a clock that was ahead has put off is due again: jobs, leases, the order in which objects are read.
    ///
    /// # Errors
    /// [`Error::TimeStampAhead`] where a time-stamp says otherwise; [`Error::ReadOnly`]; [`Error::Database`].
    pub async fn confirm_clock(&self, by: &str, despite_time_stamp: bool) -> Result<Option<ClockConfirmed>, Error> {
        self.naming()?;
        let (agency, clock, actor) = (self.agency.clone(), self.clock.clone(), by.to_owned());
        let confirmed = self.database.write(move |transaction| {
            Box::pin(async move {
                transaction.lock(&agency, "log").await?;
                // What happened before stands before it in the log.
                place_all(transaction, &agency).await?;
                let (floor, now) = (floor_in(transaction, &agency).await?, now());
                if !floor.is_ahead_of(now) {
                    return Ok(None);
                }
                let is_stamped_later = Floor { event: 0, ..floor }.is_ahead_of(now);
                let time_stamp = timestamp(floor.time_stamp)?;
                if is_stamped_later && !despite_time_stamp {
                    return Err(Error::TimeStampAhead { now: timestamp(now)?, time_stamp });
                }
                let of = Confirmed {
                    clock: written(now)?,
                    newest: written(floor.newest())?,
                    time_stamp: is_stamped_later.then(|| time_stamp.to_string()),
                    actor,
                };
                let (event, _) = Event::at(now, &clock, None, of)?;
                event.write(transaction, &agency).await?;
                place_all(transaction, &agency).await?;
                bring_forward(transaction, &agency, now).await?;
                let confirmed = ClockConfirmed { clock: timestamp(now)?, newest: timestamp(floor.newest())? };
                Ok(Some((confirmed, floor_in(transaction, &agency).await?)))
            })
        });
        let Some((confirmed, floor)) = confirmed.await? else { return Ok(None) };
        self.clock.learn(floor);
        self.woken.notify_one();
        Ok(Some(confirmed))
    }

    /// Looks, once in a while, what other processes have written.
    pub(crate) async fn demand_right_clock(&self) -> Result<(), Error> {
        if self.database.is_shared() && self.clock.is_to_look() {
            self.clock.learn(floor(&self.database, &self.agency).await?);
            self.clock.go_by(self.database.now().await?);
        }
        self.clock.demand_right()
    }
}

/// Operational rows that a clock ahead has given a time to come.
async fn bring_forward(transaction: &mut Transaction, agency: &str, now: i64) -> Result<(), Error> {
    let ends = now.saturating_add(LONGEST_LEASE);
    let sql = "UPDATE job SET due = $2 WHERE agency = $1 AND state = 'waiting' AND due > $2";
    transaction.run(sql, values![agency, now]).await?;
    let sql = "UPDATE job SET lease = 0 WHERE agency = $1 AND lease > $2";
    transaction.run(sql, values![agency, ends]).await?;
    let sql = "UPDATE request SET lease = $2 WHERE agency = $1 AND state = 'claimed' AND lease > $3";
    transaction.run(sql, values![agency, now, ends]).await?;
    let sql = "UPDATE copy SET seen = $2 WHERE agency = $1 AND seen > $2";
    transaction.run(sql, values![agency, now]).await?;
    let sql = "UPDATE lasting SET again = $2 WHERE agency = $1 AND again > $2";
    transaction.run(sql, values![agency, now]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::clock::TOLERANCE;
    use crate::tests::{Place, for_each_pair, kept, meta};
    use crate::{Begun, JobKind, Request};

    const YEARS: SignedDuration = SignedDuration::from_hours(9 * 365 * 24);

    /// As a clock that is years ahead leaves it.
    async fn ahead(archive: &Archive) -> i64 {
        let far = now() + i64::try_from(YEARS.as_micros()).unwrap();
        archive.clock.learn(Floor { event: far, ..floor(&archive.database, &archive.agency).await.unwrap() });
        kept_whatever_the_clock(archive, far).await;
        far
    }

    /// An event of a time to come.
    async fn kept_whatever_the_clock(archive: &Archive, least: i64) {
        assert!(archive.clock.next() > least);
        let head = crate::RegisterHead {
            events: u64::try_from(least % 1_000_003).unwrap(),
            chain: "ab".repeat(32),
            definitions: None,
        };
        archive.log_register_head(&head).await.unwrap();
    }

    for_each_pair!(
        whoever_is_behind_signs_nothing_until_the_clock_is_confirmed,
        what_a_clock_ahead_has_put_off_is_due_again,
        a_second_confirmation_counts_too,
    );

    async fn whoever_is_behind_signs_nothing_until_the_clock_is_confirmed(place: Place) {
        let archive = place.archive().await;
        kept(&archive, "x").await;
        let far = ahead(&archive).await;
        archive.close().await;

        let archive = place.opened().await;
        let request = Request::unkeyed("văn thư").unwrap();
        let refused = archive.begin(&request, &meta()).await.unwrap_err();
        let Error::Clock { newest, .. } = refused else { panic!("{refused:?}") };
        assert!(newest.as_microsecond() > far);
        assert!(archive.check_clock().await.is_err());
        let status = archive.clock_status(Timestamp::now()).await.unwrap();
        assert!(status.is_behind && status.newest_event == Some(newest));

        let before = Timestamp::now();
        let confirmed = archive.confirm_clock("Trần Văn B", false).await.unwrap().unwrap();
        assert_eq!(confirmed.newest, newest);
        assert!(confirmed.clock >= before - SignedDuration::from_micros(1) && confirmed.clock <= Timestamp::now());
        archive.check_clock().await.unwrap();
        kept(&archive, "y").await;
        archive.sequence().await.unwrap();
        assert_eq!(archive.confirm_clock("Trần Văn B", false).await.unwrap(), None, "it isn't behind any more");
        let status = archive.clock_status(Timestamp::now()).await.unwrap();
        assert!(!status.is_behind && status.newest_event.unwrap() < newest);
        archive.close().await;

        // It's remembered.
        let archive = place.opened().await;
        archive.check_clock().await.unwrap();
        kept(&archive, "z").await;
        let sql = "SELECT body FROM record r JOIN event e ON e.agency = r.agency AND e.id = r.event \
                   WHERE e.agency = $1 AND e.kind = 'clock.confirmed'";
        let rows = archive.database.rows(sql, values![&archive.agency]).await.unwrap();
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        let says: serde_json::Value = serde_json::from_slice(&row.bytes("body").unwrap()).unwrap();
        assert_eq!((says["actor"].as_str(), says["clock"].as_str()), (Some("Trần Văn B"), says["at"].as_str()));
        assert_eq!(says["newest"].as_str().unwrap(), written(newest.as_microsecond()).unwrap());
    }

    async fn what_a_clock_ahead_has_put_off_is_due_again(place: Place) {
        let archive = place.archive().await;
        let far = ahead(&archive).await;
        let late = timestamp(far).unwrap();
        archive.want_job(JobKind::Scrub, "", late).await.unwrap();
        archive.want_job(JobKind::Drafts, "", late).await.unwrap();
        let held = archive.claim_job(JobKind::Drafts, late, false).await.unwrap().unwrap();
        drop(held);
        let request = Request::keyed("a", "k", "0".repeat(64));
        // Its lease is of the clock that was ahead.
        archive.confirm_clock("B", false).await.unwrap().unwrap();
        let Begun::Open(mut claim) = archive.begin(&request, &meta()).await.unwrap() else { unreachable!() };
        claim.settled().await.unwrap();
        let (agency, lease) = (archive.agency.clone(), far + TOLERANCE);
        let sql = "UPDATE request SET lease = $2 WHERE agency = $1";
        archive
            .database
            .write(move |transaction| Box::pin(async move { transaction.run(sql, values![&agency, lease]).await }))
            .await
            .unwrap();
        kept_whatever_the_clock_again(&archive, far).await;
        archive.confirm_clock("B", false).await.unwrap().unwrap();
        let soon = Timestamp::now() + SignedDuration::from_mins(1);
        for kind in [JobKind::Scrub, JobKind::Drafts] {
            assert!(archive.claim_job(kind, soon, false).await.unwrap().is_some(), "{kind:?}");
        }
        let later = Timestamp::now() + SignedDuration::from_mins(1);
        assert_eq!(archive.status(later).await.unwrap().claims.left, 1);
    }

    async fn kept_whatever_the_clock_again(archive: &Archive, far: i64) {
        let floor = floor(&archive.database, &archive.agency).await.unwrap();
        archive.clock.learn(Floor { event: far + 7_000_000, ..floor });
        kept_whatever_the_clock(archive, far + 7_000_000).await;
    }

    async fn a_second_confirmation_counts_too(place: Place) {
        let archive = place.archive().await;
        let far = ahead(&archive).await;
        archive.confirm_clock("B", false).await.unwrap().unwrap();
        kept(&archive, "x").await;
        // Ahead again, less far than the first time.
        kept_whatever_the_clock_again(&archive, far / 2 + now() / 2).await;
        archive.close().await;
        let archive = place.opened().await;
        assert!(archive.check_clock().await.is_err());
        let confirmed = archive.confirm_clock("C", false).await.unwrap().unwrap();
        assert!(confirmed.newest.as_microsecond() < far);
        kept(&archive, "y").await;
        archive.sequence().await.unwrap();
    }

    #[tokio::test]
    async fn times_that_go_back_are_told_unless_the_clock_was_confirmed() {
        let (directory, archive) = crate::tests::archive().await;
        kept(&archive, "x").await;
        ahead(&archive).await;
        archive.confirm_clock("B", false).await.unwrap().unwrap();
        kept(&archive, "y").await;
        archive.sequence().await.unwrap();
        let whole = archive.audit(&[], |_| {}).await.unwrap();
        assert_eq!(whole.problems, []);

        // Written by a program that doesn't look.
        let far = ahead(&archive).await;
        archive.sequence().await.unwrap();
        archive.clock.learn(Floor { confirmed: far, event: now(), time_stamp: 0 });
        kept_whatever_the_clock(&archive, 5).await;
        archive.sequence().await.unwrap();
        let audit = archive.audit(&[], |_| {}).await.unwrap();
        let [problem] = audit.problems.as_slice() else { panic!("{audit:?}") };
        assert_eq!(problem.code.code(), "event.backdated");
        archive.close().await;
        // And it's behind still.
        assert!(crate::tests::opened(&directory).await.check_clock().await.is_err());
    }

    #[tokio::test]
    async fn nothing_is_confirmed_where_nothing_is_behind_or_nothing_is_written() {
        let (directory, archive) = crate::tests::archive().await;
        kept(&archive, "x").await;
        assert_eq!(archive.confirm_clock("B", true).await.unwrap(), None);
        ahead(&archive).await;
        let reading = Archive::open_to_read(directory.path()).await.unwrap();
        assert!(matches!(reading.confirm_clock("B", false).await, Err(Error::ReadOnly)));
        assert!(reading.status(Timestamp::now()).await.unwrap().clock.is_behind);
    }

    #[tokio::test]
    async fn another_process_sees_the_confirmation() {
        let place = crate::tests::grown::Place::new();
        let one = Archive::init_grown(&place.grown, None).await.unwrap();
        ahead(&one).await;
        let other = Archive::open_grown(&place.grown).await.unwrap();
        assert!(other.check_clock().await.is_err());
        one.confirm_clock("B", false).await.unwrap().unwrap();
        other.check_clock().await.unwrap();
        kept(&other, "x").await;
    }
}
