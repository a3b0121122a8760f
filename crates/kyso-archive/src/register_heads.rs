//! Heads of the register in the log: a register that was cut, or put back from a backup, gives numbers out again, and this is what
//! shows it.

use std::sync::atomic::Ordering;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::archive::Archive;
use crate::clock::timestamp;
use crate::database::{Row, Transaction, values};
use crate::error::Error;
use crate::record::{self, Event, Record, Told};

/// How many heads are read at once.
const MOST_HEADS: u32 = 1000;
/// No head was read yet.
pub(crate) const UNKNOWN: u64 = u64::MAX;

/// A head of the register, as the log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterHead {
    /// How many events of the register it's about.
    pub events: u64,
    /// SHA-256 over them, lower-case hex.
    pub chain: String,
    /// SHA-256 of the register's definitions; none before the first are in use.
    pub definitions: Option<String>,
}

/// A head that the log has, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedHead {
    /// The head.
    pub head: RegisterHead,
    /// When it was written down.
    pub at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RegisterMoved {
    pub(crate) events: u64,
    pub(crate) chain: String,
    definitions_sha256: Option<String>,
}

impl Told for RegisterMoved {
    const KIND: &'static str = "register.head";
}

impl Archive {
    /// Writes the register's head into the log where it isn't the newest one there. Whether it was written. Whoever calls this has
    /// held the register against the newest head.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn log_register_head(&self, head: &RegisterHead) -> Result<bool, Error> {
        let _turn = self.turn("register head").await;
        if self.register_head().await?.is_some_and(|newest| newest.head == *head) {
            return Ok(false);
        }
        let RegisterHead { events, chain, definitions } = head.clone();
        let of = RegisterMoved { events, chain, definitions_sha256: definitions };
        let (event, record) = Event::now(&self.clock, None, of)?;
        let agency = self.agency.clone();
        let done = self.database.write(move |transaction| {
            Box::pin(async move {
                event.write(transaction, &agency).await?;
                record.of.write(transaction, &agency, event.id).await
            })
        });
        done.await?;
        self.woken.notify_one();
        Ok(true)
    }

    /// The newest head of the register that was written down.
    ///
    /// # Errors
    /// [`Error::Damaged`] where it isn't what was written; [`Error::Database`].
    pub async fn register_head(&self) -> Result<Option<LoggedHead>, Error> {
        Ok(self.register_heads_up_to(1).await?.pop())
    }

    /// The newest heads of the register that were written down, a thousand at most, the newest first.
    ///
    /// # Errors
    /// As [`register_head`](Self::register_head).
    pub async fn register_heads(&self) -> Result<Vec<LoggedHead>, Error> {
        self.register_heads_up_to(MOST_HEADS).await
    }

    async fn register_heads_up_to(&self, most: u32) -> Result<Vec<LoggedHead>, Error> {
        let sql = "SELECT h.event, h.events, h.head, e.id, e.kind, e.at, e.commitment, r.event AS record, r.salt, r.body \
                   FROM register_head h LEFT JOIN event e ON e.agency = h.agency AND e.id = h.event \
                   LEFT JOIN record r ON r.agency = h.agency AND r.event = h.event \
                   WHERE h.agency = $1 ORDER BY h.events DESC, e.at DESC LIMIT $2";
        // Before the rows: another request of this process may write a newer one.
        let known = self.heads_floor.load(Ordering::Relaxed);
        let floor = if known == UNKNOWN { self.newest_of_events().await? } else { known };
        let rows = self.database.rows(sql, values![&self.agency, most]).await?;
        let heads = rows.iter().map(logged).collect::<Result<Vec<_>, _>>()?;
        let newest = heads.first().map_or(0, |newest| newest.head.events);
        if newest < floor {
            let why =
                format!("the log has a head of the register at {floor} events, and the newest row is at {newest}");
            return Err(Error::Damaged(why));
        }
        if known == UNKNOWN {
            self.heads_floor.store(newest, Ordering::Relaxed);
        } else {
            self.heads_floor.fetch_max(newest, Ordering::Relaxed);
        }
        Ok(heads)
    }

    /// How many events the newest head is about that an event of the log says; none: 0. A head that has no row gets it again: without, the
    /// register that it refuses would be taken.
    async fn newest_of_events(&self) -> Result<u64, Error> {
        let sql = "SELECT e.id, e.kind, e.at, e.commitment, r.event AS record, r.salt, r.body, h.event, h.events, h.head \
                   FROM event e LEFT JOIN record r ON r.agency = e.agency AND r.event = e.id \
                   LEFT JOIN register_head h ON h.agency = e.agency AND h.event = e.id \
                   WHERE e.agency = $1 AND e.kind = 'register.head' ORDER BY e.id DESC LIMIT 1";
        let Some(row) = self.database.row(sql, values![&self.agency]).await? else { return Ok(0) };
        if row.maybe_text("event")?.is_none() {
            if !self.database.is_written() {
                return Err(Error::Damaged(format!(
                    "event {}: its row of the register's head is gone",
                    row.text("id")?
                )));
            }
            self.mend_rows().await?;
            return record::read::<RegisterMoved>(&row).map(|record| record.of.events);
        }
        logged(&row).map(|logged| logged.head.events)
    }
}

impl RegisterMoved {
    /// Writes the row that follows from it.
    pub(crate) async fn write(&self, transaction: &mut Transaction, agency: &str, event: Uuid) -> Result<(), Error> {
        let sql = "INSERT INTO register_head (agency, event, events, head) VALUES ($1, $2, $3, $4)";
        let events = i64::try_from(self.events).map_err(Error::internal)?;
        transaction.run(sql, values![agency, event.to_string(), events, &self.chain]).await.map(|_| ())
    }
}

/// A head by its row, held against its record.
pub(crate) fn logged(row: &Row) -> Result<LoggedHead, Error> {
    if row.maybe_text("record")?.is_none() || row.maybe_text("id")?.is_none() {
        return Err(Error::Damaged("a row of the register's head has no event with a record".into()));
    }
    let record: Record<RegisterMoved> = record::read(row)?;
    let RegisterMoved { events, chain, definitions_sha256 } = record.of;
    if events != row.count("events")? || chain != row.text("head")? {
        return Err(Error::Damaged(format!("event {}: its row of the register's head was changed", record.id)));
    }
    let head = RegisterHead { events, chain, definitions: definitions_sha256 };
    Ok(LoggedHead { head, at: timestamp(row.number("at")?)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{archive, without_triggers};

    fn head(events: u64) -> RegisterHead {
        RegisterHead { events, chain: format!("{events:064x}"), definitions: None }
    }

    #[tokio::test]
    async fn a_head_goes_to_the_log_once_and_the_newest_is_found() {
        let (directory, archive) = archive().await;
        assert_eq!(archive.register_head().await.unwrap(), None);
        for events in [1, 2, 9, 10] {
            assert!(archive.log_register_head(&head(events)).await.unwrap());
            assert!(!archive.log_register_head(&head(events)).await.unwrap(), "it didn't move");
        }
        assert_eq!(archive.sequence().await.unwrap(), 4);
        assert_eq!(archive.register_head().await.unwrap().unwrap().head, head(10));
        let heads = archive.register_heads().await.unwrap();
        assert_eq!(heads.into_iter().map(|logged| logged.head.events).collect::<Vec<_>>(), [10, 9, 2, 1]);

        without_triggers(directory.path(), "UPDATE register_head SET head = replace(head, 'a', 'b') WHERE events = 10")
            .await;
        assert!(matches!(archive.register_head().await, Err(Error::Damaged(_))));
    }

    #[tokio::test]
    async fn a_head_without_its_row_is_never_passed_over() {
        let (directory, archive) = archive().await;
        for events in [1, 2] {
            archive.log_register_head(&head(events)).await.unwrap();
        }
        for sql in [
            "DELETE FROM register_head",
            "DELETE FROM register_head WHERE events = 2",
            "UPDATE register_head SET events = 0 WHERE events = 2",
            "UPDATE register_head SET event = 'x' WHERE events = 2",
        ] {
            let copy = tempfile::tempdir().unwrap();
            crate::tests::copy(directory.path(), copy.path());
            let reading = Archive::open_to_read(copy.path()).await.unwrap();
            assert_eq!(reading.register_head().await.unwrap().unwrap().head, head(2));
            crate::tests::tamper(copy.path(), sql).await;
            let seen = reading.register_head().await;
            assert!(matches!(seen, Err(Error::Damaged(_))), "while it's open: {sql}: {seen:?}");
            reading.close().await;

            let reading = Archive::open_to_read(copy.path()).await.unwrap();
            let seen = reading.register_head().await;
            assert!(matches!(seen, Err(Error::Damaged(_))), "{sql}: {seen:?}");
            reading.close().await;
            let audit = crate::tests::audited(copy.path()).await;
            assert!(!audit.is_whole(), "{sql}");

            // A row that is gone is put in again; one that was changed can't be.
            let writing = Archive::open(copy.path()).await.unwrap();
            let seen = writing.register_head().await;
            match sql.contains("events = 0") {
                false => assert_eq!(seen.unwrap().unwrap().head, head(2), "{sql}"),
                true => assert!(matches!(seen, Err(Error::Damaged(_))), "{sql}: {seen:?}"),
            }
            writing.close().await;
            if sql.starts_with("DELETE") {
                let audit = crate::tests::audited(copy.path()).await;
                assert!(audit.is_whole(), "{sql}: {:?}", audit.problems);
            }
        }
    }
}
