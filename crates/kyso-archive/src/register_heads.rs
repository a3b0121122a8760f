//! Heads of the register in the log: a register that was cut, or put back from a backup, gives numbers out again, and this is what
//! shows it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::archive::Archive;
use crate::clock::timestamp;
use crate::database::{Row, values};
use crate::error::Error;
use crate::record::{self, Event, Record, Told};

/// How many heads are read at once.
const MOST_HEADS: u32 = 1000;

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
        let number = i64::try_from(events).map_err(Error::internal)?;
        let of = RegisterMoved { events, chain, definitions_sha256: definitions };
        let (event, record) = Event::now(&self.clock, None, of)?;
        let agency = self.agency.clone();
        let done = self.database.write(move |transaction| {
            Box::pin(async move {
                event.write(transaction, &agency).await?;
                let sql = "INSERT INTO register_head (agency, event, events, head) VALUES ($1, $2, $3, $4)";
                let values = values![&agency, event.id.to_string(), number, &record.of.chain];
                transaction.run(sql, values).await
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
        let sql = "SELECT h.events, h.head, e.id, e.kind, e.at, e.commitment, r.salt, r.body FROM register_head h \
                   JOIN event e ON e.agency = h.agency AND e.id = h.event \
                   JOIN record r ON r.agency = h.agency AND r.event = h.event \
                   WHERE h.agency = $1 ORDER BY h.events DESC, e.at DESC LIMIT $2";
        self.database.rows(sql, values![&self.agency, most]).await?.iter().map(logged).collect()
    }
}

fn logged(row: &Row) -> Result<LoggedHead, Error> {
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
}
