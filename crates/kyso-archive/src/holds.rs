//! Legal holds: while one isn't released, its document is on no list of destruction and isn't destroyed. Nothing is edited: a release is
//! an event of its own.

mod in_stores;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::archive::Archive;
use crate::clock::timestamp;
use crate::database::{Row, Transaction, values};
use crate::destruction::erased_commitments;
use crate::destruction::{NotDestroyed, written};
use crate::error::Error;
use crate::record::{self, Event, Record, Told};

pub use in_stores::{StoreHold, StoreHoldOutcome};

/// What keeps holds, lists and destructions from each other's way ([`Transaction::lock`]).
pub(crate) const LOCK: &str = "retention";

/// A document mustn't be destroyed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct HoldPlaced {
    pub(crate) artifact: Uuid,
    pub(crate) by: String,
    /// Why.
    pub(crate) ground: String,
    /// The number of the decision, where there's one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) decision: Option<String>,
}

/// A hold is over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct HoldReleased {
    pub(crate) artifact: Uuid,
    /// The event that placed it.
    pub(crate) hold: Uuid,
    pub(crate) by: String,
    pub(crate) ground: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) decision: Option<String>,
}

impl Told for HoldPlaced {
    const KIND: &'static str = "hold.placed";
}

impl Told for HoldReleased {
    const KIND: &'static str = "hold.released";
}

/// Who placed or released a hold, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Grounds {
    /// On whose word.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub ground: String,
    /// The number of the decision, where there's one.
    pub decision: Option<String>,
}

/// A legal hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hold {
    /// The hold's id.
    pub id: Uuid,
    /// The document that it's on.
    pub artifact: Uuid,
    /// Who placed it.
    pub placed: Grounds,
    /// Who released it; none while it holds.
    pub released: Option<Grounds>,
}

impl HoldPlaced {
    /// Writes the row that follows from it.
    pub(crate) async fn write(&self, transaction: &mut Transaction, agency: &str, event: Uuid) -> Result<(), Error> {
        let sql = "INSERT INTO hold (agency, event, artifact) VALUES ($1, $2, $3)";
        transaction.run(sql, values![agency, event.to_string(), self.artifact.to_string()]).await.map(|_| ())
    }
}

impl HoldReleased {
    /// Writes the row that follows from it.
    pub(crate) async fn write(&self, transaction: &mut Transaction, agency: &str, event: Uuid) -> Result<(), Error> {
        let sql = "INSERT INTO hold_release (agency, hold, event) VALUES ($1, $2, $3)";
        transaction.run(sql, values![agency, self.hold.to_string(), event.to_string()]).await.map(|_| ())
    }
}

/// The open hold of a document, as a transaction sees it. A row alone neither hides a hold nor lifts one: what was placed is an event, and
/// it's over by an event that released it. Whether these say what their rows say, [`Archive::open_hold`] reads.
pub(crate) const OPEN: &str = "SELECT h.event FROM (SELECT event FROM hold WHERE agency = $1 AND artifact = $2 \
     UNION SELECT id FROM event WHERE agency = $1 AND artifact = $2 AND kind = 'hold.placed') AS h WHERE NOT EXISTS \
     (SELECT 1 FROM hold_release r JOIN event e ON e.agency = r.agency AND e.id = r.event WHERE r.agency = $1 AND r.hold = h.event \
     AND e.kind = 'hold.released' AND e.artifact = $2) ORDER BY h.event LIMIT 1";

/// Every hold of documents that are there; a row without its record has none of the record's columns.
const ALL: &str = "SELECT h.event AS hold, h.artifact AS held, r.event AS known, e.id, e.kind, e.at, e.commitment, r.salt, r.body, \
     x.event AS released \
     FROM hold h LEFT JOIN event e ON e.agency = h.agency AND e.id = h.event \
     LEFT JOIN record r ON r.agency = e.agency AND r.event = e.id \
     LEFT JOIN hold_release x ON x.agency = h.agency AND x.hold = h.event \
     WHERE h.agency = $1 AND (CAST($2 AS TEXT) IS NULL OR h.artifact = $2) AND NOT EXISTS \
     (SELECT 1 FROM destroyed d WHERE d.agency = h.agency AND d.artifact = h.artifact) ORDER BY h.event";

/// Holds that were placed and have no row.
const LOST: &str = "SELECT e.id, e.commitment FROM event e WHERE e.agency = $1 AND (CAST($2 AS TEXT) IS NULL OR e.artifact = $2) \
     AND e.kind = 'hold.placed' AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.agency = e.agency AND h.event = e.id) AND NOT EXISTS \
     (SELECT 1 FROM destroyed d WHERE d.agency = e.agency AND d.artifact = e.artifact) ORDER BY e.id";

impl Archive {
    /// Holds a document: until the hold is released it's on no list of destruction. The hold's id.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there's no such document; [`Error::Destroyed`]; [`Error::NotDestroyed`] where name, ground or
    /// decision can't be used; [`Error::Database`].
    pub async fn place_hold(&self, id: Uuid, by: &str, ground: &str, decision: Option<&str>) -> Result<Uuid, Error> {
        let (by, ground) = (written(by, "name")?, written(ground, "ground")?);
        let decision = decision.map(|number| written(number, "decision")).transpose()?;
        if self.artifact(id).await?.is_none() {
            return Err(Error::Unknown(id));
        }
        let of = HoldPlaced { artifact: id, by, ground, decision };
        let (event, Record { of, .. }) = Event::now(&self.clock, Some(id), of)?;
        let (agency, hold) = (self.agency.clone(), event.id);
        let done = self.database.write(move |transaction| {
            Box::pin(async move {
                transaction.lock(&agency, LOCK).await?;
                event.write(transaction, &agency).await?;
                of.write(transaction, &agency, event.id).await
            })
        });
        // It may have been destroyed since it was looked at.
        self.told_if_destroyed(id, done.await).await?;
        self.woken.notify_one();
        Ok(hold)
    }

    /// Releases a hold; the document that it was on.
    ///
    /// # Errors
    /// [`Error::NotDestroyed`] where there's no open hold of this id, or where name, ground or decision can't be used;
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn release_hold(
        &self,
        hold: Uuid,
        by: &str,
        ground: &str,
        decision: Option<&str>,
    ) -> Result<Uuid, Error> {
        let (by, ground) = (written(by, "name")?, written(ground, "ground")?);
        let decision = decision.map(|number| written(number, "decision")).transpose()?;
        let all = self.holds(None).await?;
        let open = all.iter().find(|one| one.id == hold && one.released.is_none());
        let artifact = open.ok_or(NotDestroyed::NoHold(hold))?.artifact;
        let of = HoldReleased { artifact, hold, by, ground, decision };
        let (event, Record { of, .. }) = Event::now(&self.clock, Some(artifact), of)?;
        let agency = self.agency.clone();
        let done = self.database.write(move |transaction| {
            Box::pin(async move {
                transaction.lock(&agency, LOCK).await?;
                let sql = "SELECT event FROM hold_release WHERE agency = $1 AND hold = $2";
                if transaction.row(sql, values![&agency, hold.to_string()]).await?.is_some() {
                    return Err(NotDestroyed::NoHold(hold).into());
                }
                event.write(transaction, &agency).await?;
                of.write(transaction, &agency, event.id).await
            })
        });
        done.await?;
        self.woken.notify_one();
        Ok(artifact)
    }

    /// Holds, of one document or of all, the oldest first. Those of documents that were destroyed went with them.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a row isn't what its record says; [`Error::Database`].
    pub async fn holds(&self, of: Option<Uuid>) -> Result<Vec<Hold>, Error> {
        let of_whom = of.map(|id| id.to_string());
        self.demand_rows(of_whom.clone()).await?;
        let rows = self.database.rows(ALL, values![&self.agency, of_whom]).await?;
        let mut holds = Vec::with_capacity(rows.len());
        for row in &rows {
            if row.maybe_text("known")?.is_none() {
                return Err(Error::Damaged(format!("hold {}: its record is gone", row.text("hold")?)));
            }
            let Record { id, of, .. } = record::read::<HoldPlaced>(row)?;
            if of.artifact.to_string() != row.text("held")? {
                return Err(Error::Damaged(format!("hold {id}: its row was changed")));
            }
            let at = timestamp(row.number("at")?)?;
            let placed = Grounds { by: of.by, at, ground: of.ground, decision: of.decision };
            let released = match row.maybe_text("released")? {
                Some(event) => Some(self.released(id, of.artifact, &event).await?),
                None => None,
            };
            holds.push(Hold { id, artifact: of.artifact, placed, released });
        }
        Ok(holds)
    }

    /// Refuses where a hold was placed and has no row. Rows that were made again from the store don't say of which document an event
    /// was whose record is gone: where it was erased by decision, the hold went with its document.
    async fn demand_rows(&self, of: Option<String>) -> Result<(), Error> {
        let lost = self.database.rows(LOST, values![&self.agency, of]).await?;
        if lost.is_empty() {
            return Ok(());
        }
        let erased = erased_commitments(&self.database, &self.agency).await?;
        for row in lost {
            if !erased.contains(&kyso::crypto::hex(&row.bytes("commitment")?)) {
                return Err(Error::Damaged(format!("hold {}: its row is gone", row.text("id")?)));
            }
        }
        Ok(())
    }

    /// A hold that keeps a document, by the records.
    ///
    /// # Errors
    /// As [`holds`](Self::holds).
    pub(crate) async fn open_hold(&self, of: Uuid) -> Result<Option<Uuid>, Error> {
        Ok(self.holds(Some(of)).await?.into_iter().find(|hold| hold.released.is_none()).map(|hold| hold.id))
    }

    async fn released(&self, hold: Uuid, artifact: Uuid, event: &str) -> Result<Grounds, Error> {
        let sql = "SELECT e.id, e.kind, e.at, e.commitment, r.salt, r.body FROM event e \
                   JOIN record r ON r.agency = e.agency AND r.event = e.id WHERE e.agency = $1 AND e.id = $2";
        let damaged = || Error::Damaged(format!("hold {hold}: its release isn't an event's"));
        let row: Row = self.database.row(sql, values![&self.agency, event]).await?.ok_or_else(damaged)?;
        let Record { of, .. } = record::read::<HoldReleased>(&row)?;
        let at = timestamp(row.number("at")?)?;
        match of.hold == hold && of.artifact == artifact {
            true => Ok(Grounds { by: of.by, at, ground: of.ground, decision: of.decision }),
            false => Err(damaged()),
        }
    }

    /// What came of writing about a document, said as it is where the document was destroyed meanwhile.
    pub(crate) async fn told_if_destroyed<T>(&self, id: Uuid, outcome: Result<T, Error>) -> Result<T, Error> {
        if outcome.is_err() {
            self.demand_not_destroyed(id).await?;
        }
        outcome
    }
}
