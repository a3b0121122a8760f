//! Rows that follow from records, put in again where they're gone: links, heads of the register and of the access log. The database's
//! own triggers let a row that isn't there be written, and none be changed: one that was changed is named by an audit, and comes back
//! with a backup.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::AccessHead;
use crate::archive::Archive;
use crate::database::{Row, Transaction, values};
use crate::error::Error;
use crate::links::StatusChanged;
use crate::record::{self, Event, Told};
use crate::register_heads::RegisterMoved;

/// How many are looked up at once.
const AT_ONCE: u32 = 200;

/// Rows were gone and were put in again.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct RowsRepaired {
    rows: Vec<Lost>,
}

impl Told for RowsRepaired {
    const KIND: &'static str = "rows.repaired";
}

/// A row that was gone.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Lost {
    /// The table.
    table: String,
    /// The event whose record says it.
    event: Uuid,
}

/// Events that have no row, with their records.
const LOST: &str = "SELECT e.id, e.kind, e.at, e.commitment, r.salt, r.body FROM event e \
     JOIN record r ON r.agency = e.agency AND r.event = e.id WHERE e.agency = $1 AND e.id > $2 AND ((e.kind = 'status.changed' \
     AND NOT EXISTS (SELECT 1 FROM link k WHERE k.agency = e.agency AND k.event = e.id)) OR (e.kind = 'register.head' \
     AND NOT EXISTS (SELECT 1 FROM register_head h WHERE h.agency = e.agency AND h.event = e.id)) OR (e.kind = 'access.head' \
     AND NOT EXISTS (SELECT 1 FROM access_head h WHERE h.agency = e.agency AND h.event = e.id))) ORDER BY e.id LIMIT $3";

impl Archive {
    /// Puts rows in again that an event's record tells of and that are gone; which. An event of the log names them.
    ///
    /// # Errors
    /// [`Error::ReadOnly`], [`Error::Database`].
    pub async fn mend_rows(&self) -> Result<Vec<String>, Error> {
        let (mut after, mut mended) = (String::new(), Vec::new());
        loop {
            let rows = self.database.rows(LOST, values![&self.agency, &after, AT_ONCE]).await?;
            let Some(last) = rows.last() else { return Ok(mended) };
            after = last.text("id")?;
            let mut told = Vec::new();
            for row in &rows {
                match read(row) {
                    Ok(one) => told.push(one),
                    Err(Error::Damaged(why)) => {
                        tracing::error!(why, "a row is gone, and its record doesn't give it back")
                    }
                    Err(error) => return Err(error),
                }
            }
            if told.is_empty() {
                continue;
            }
            let (agency, clock) = (self.agency.clone(), self.clock.clone());
            let written = self.database.write(move |transaction| {
                Box::pin(async move {
                    // Another process may be at it too.
                    transaction.lock(&agency, "rows").await?;
                    let mut lost = Vec::new();
                    for (id, of) in &told {
                        if !of.is_there(transaction, &agency, *id).await? {
                            of.write(transaction, &agency, *id).await?;
                            lost.push(Lost { table: of.table().into(), event: *id });
                        }
                    }
                    if !lost.is_empty() {
                        let (event, _) = Event::now(&clock, None, RowsRepaired { rows: lost.clone() })?;
                        event.write(transaction, &agency).await?;
                    }
                    Ok(lost)
                })
            });
            for Lost { table, event } in written.await? {
                tracing::warn!(table, %event, "a row that was gone was put in again");
                mended.push(format!("{table} {event}"));
            }
            self.woken.notify_one();
        }
    }
}

/// What an event tells of.
enum Of {
    Status(StatusChanged),
    Register(RegisterMoved),
    Access(AccessHead),
}

impl Of {
    fn table(&self) -> &'static str {
        match self {
            Self::Status(_) => "link",
            Self::Register(_) => "register_head",
            Self::Access(_) => "access_head",
        }
    }

    /// Whether its row is there, or one that is in its place.
    async fn is_there(&self, transaction: &mut Transaction, agency: &str, event: Uuid) -> Result<bool, Error> {
        let sql = match self {
            Self::Status(_) => "SELECT event FROM link WHERE agency = $1 AND event = $2",
            Self::Register(_) => "SELECT event FROM register_head WHERE agency = $1 AND event = $2",
            Self::Access(of) => return of.has_row(transaction, agency).await,
        };
        Ok(transaction.row(sql, values![agency, event.to_string()]).await?.is_some())
    }

    async fn write(&self, transaction: &mut Transaction, agency: &str, event: Uuid) -> Result<(), Error> {
        match self {
            Self::Status(of) => of.write(transaction, agency, event).await,
            Self::Register(of) => of.write(transaction, agency, event).await,
            Self::Access(of) => of.write(transaction, agency, event).await,
        }
    }
}

fn read(row: &Row) -> Result<(Uuid, Of), Error> {
    Ok(match row.text("kind")?.as_str() {
        StatusChanged::KIND => {
            let record = record::read(row)?;
            (record.id, Of::Status(record.of))
        }
        RegisterMoved::KIND => {
            let record = record::read(row)?;
            (record.id, Of::Register(record.of))
        }
        _ => {
            let record = record::read(row)?;
            (record.id, Of::Access(record.of))
        }
    })
}
