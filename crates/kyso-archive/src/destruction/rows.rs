//! Destructions, read: rows against the records of their events.

use jiff::Timestamp;
use uuid::Uuid;

use super::told::{Begun, Happening};
use super::{Act, Certificate, Destruction, DestructionState, NotDestroyed, Tombstone, who};
use crate::archive::Archive;
use crate::clock::timestamp;
use crate::database::{Database, Row, values};
use crate::error::Error;
use crate::record::demand_committed;

const LISTS: &str = "SELECT d.who, d.event, e.id, e.kind, e.at, e.commitment, r.salt, r.body FROM destruction d \
     JOIN event e ON e.agency = d.agency AND e.id = d.event JOIN record r ON r.agency = d.agency AND r.event = d.event \
     WHERE d.agency = $1 AND d.number = $2";

const STEPS: &str = "SELECT s.step, s.who, s.decision, s.event, e.id, e.kind, e.at, e.commitment, r.salt, r.body FROM destruction_step s \
     JOIN event e ON e.agency = s.agency AND e.id = s.event JOIN record r ON r.agency = s.agency AND r.event = s.event \
     WHERE s.agency = $1 AND s.destruction = $2 ORDER BY e.at";

const ITEMS: &str =
    "SELECT artifact, ends FROM destruction_item WHERE agency = $1 AND destruction = $2 ORDER BY artifact";

const ROWS: &str = "SELECT (SELECT count(*) FROM destruction_step WHERE agency = $1 AND destruction = $2) AS steps, \
     (SELECT count(*) FROM destruction WHERE agency = $1 AND number = $2) AS lists";

/// A destruction, and what was erased by it.
#[derive(Debug, Clone)]
pub(crate) struct Founded {
    pub(crate) destruction: Destruction,
    pub(crate) begun: Option<Begun>,
}

/// The numbers of all destructions.
pub(crate) async fn numbers(database: &Database, agency: &str) -> Result<Vec<u32>, Error> {
    let sql = "SELECT number FROM destruction WHERE agency = $1 ORDER BY number";
    database.rows(sql, values![agency]).await?.iter().map(|row| row.ordinal("number")).collect()
}

/// The numbers of destructions that were begun.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn begun(database: &Database, agency: &str) -> Result<Vec<u32>, Error> {
    let sql = "SELECT destruction FROM destruction_step WHERE agency = $1 AND step = 'begun' ORDER BY destruction";
    database.rows(sql, values![agency]).await?.iter().map(|row| row.ordinal("destruction")).collect()
}

/// What an event's record says, held against the row that it's of.
fn happening(row: &Row, number: u32) -> Result<(Happening, Timestamp), Error> {
    let damaged = |what: &str| Error::Damaged(format!("destruction {number}: {what}"));
    demand_committed(row)?;
    let told = Happening::read(&row.text("kind")?, &row.bytes("body")?);
    let told = told.ok_or_else(|| damaged("an event of another kind"))?;
    let told = told.map_err(|error| damaged(&format!("a record can't be read: {error}")))?;
    let is_its_own = told.number() == number && who(told.by()) == row.text("who")?;
    if is_its_own {
        Ok((told, timestamp(row.number("at")?)?))
    } else {
        Err(damaged("a row isn't what its record says"))
    }
}

/// Reads a destruction; none where there's none of this number.
///
/// # Errors
/// [`Error::Damaged`] where a row isn't what its record says, a step lacks the one before, or one person proposed and approved.
pub(crate) async fn read(database: &Database, agency: &str, number: u32) -> Result<Option<Founded>, Error> {
    let damaged = |what: &str| Error::Damaged(format!("destruction {number}: {what}"));
    let count = database.row(ROWS, values![agency, number]).await?;
    let count = count.ok_or_else(|| Error::Internal("counts have no row".into()))?;
    if count.count("lists")? == 0 {
        return if count.count("steps")? == 0 { Ok(None) } else { Err(damaged("steps without a list")) };
    }
    let row = database.row(LISTS, values![agency, number]).await?;
    let row = row.ok_or_else(|| damaged("its list has no record"))?;
    let (Happening::Proposed(list), at) = happening(&row, number)? else { return Err(damaged("its list isn't one")) };
    let mut items: Vec<(String, String)> =
        list.items.iter().map(|item| (item.artifact.to_string(), item.ends.to_string())).collect();
    items.sort();
    let rows = database.rows(ITEMS, values![agency, number]).await?;
    let rows =
        rows.iter().map(|row| Ok((row.text("artifact")?, row.text("ends")?))).collect::<Result<Vec<_>, Error>>()?;
    if rows != items {
        return Err(damaged("its documents aren't those of its list"));
    }
    let mut founded = Founded {
        destruction: Destruction {
            number,
            state: DestructionState::Proposed,
            proposed: Act { by: list.by, at, note: None },
            approved: None,
            rejected: None,
            decided: None,
            decision: None,
            begun: None,
            executed: None,
            certificate: None,
            items: list.items,
            commitments: Vec::new(),
        },
        begun: None,
    };
    let steps = database.rows(STEPS, values![agency, number]).await?;
    if u64::try_from(steps.len()).is_ok_and(|steps| count.count("steps").is_ok_and(|all| all != steps)) {
        return Err(damaged("a step has no record"));
    }
    for row in &steps {
        let (told, at) = happening(row, number)?;
        if told.step() != Some(row.text("step")?.as_str()) || told.decision() != row.maybe_text("decision")?.as_deref()
        {
            return Err(damaged("a step isn't what its record says"));
        }
        founded.take(told, at).map_err(damaged)?;
    }
    Ok(Some(founded))
}

impl Founded {
    /// Goes on by a step, if it follows.
    fn take(&mut self, told: Happening, at: Timestamp) -> Result<(), &'static str> {
        use DestructionState::{Approved, Begun, Decided, Executed, Proposed, Rejected};
        let to = &mut self.destruction;
        let act = |note: Option<String>| Some(Act { by: told.by().to_owned(), at, note });
        to.state = match (&told, to.state) {
            (Happening::Approved(of), Proposed) => {
                if who(&of.by) == who(&to.proposed.by) {
                    return Err("one person proposed and approved it");
                }
                to.approved = act(of.note.clone());
                Approved
            }
            (Happening::Rejected(of), Proposed | Approved | Decided) => {
                to.rejected = act(Some(of.reason.clone()));
                Rejected
            }
            (Happening::Decided(of), Approved) => {
                to.decided = act(None);
                to.decision = Some(of.decision.clone());
                Decided
            }
            (Happening::Begun(of), Decided) => {
                let (mut own, mut listed): (Vec<_>, Vec<_>) = (
                    of.items.iter().map(|item| item.artifact).collect(),
                    to.items.iter().map(|item| item.artifact).collect(),
                );
                own.sort();
                listed.sort();
                if own != listed {
                    return Err("other documents were erased than were listed");
                }
                if super::told::latest_end(&to.items).is_some_and(|end| crate::retention::day(at) <= end) {
                    return Err("a document was erased before its time");
                }
                let of_item = |id: Uuid| of.items.iter().find(|item| item.artifact == id);
                let hex =
                    |item: &super::told::Erased| item.events.iter().map(|event| event.commitment.clone()).collect();
                to.commitments =
                    to.items.iter().map(|item| of_item(item.artifact).map(hex).unwrap_or_default()).collect();
                to.begun = act(None);
                Begun
            }
            (Happening::Executed(of), Begun) => {
                to.executed = act(None);
                to.certificate =
                    Some(Certificate { sha256: of.certificate_sha256.clone(), bytes: of.certificate_bytes });
                Executed
            }
            _ => return Err("a step lacks the one before it"),
        };
        if let Happening::Begun(of) = told {
            self.begun = Some(of);
        }
        Ok(())
    }
}

impl Archive {
    /// A destruction.
    ///
    /// # Errors
    /// [`Error::NotDestroyed`] where there's none of this number; [`Error::Damaged`] where its rows aren't what its records say;
    /// [`Error::Database`].
    pub async fn destruction(&self, number: u32) -> Result<Destruction, Error> {
        Ok(self.founded(number).await?.destruction)
    }

    pub(crate) async fn founded(&self, number: u32) -> Result<Founded, Error> {
        read(&self.database, &self.agency, number).await?.ok_or_else(|| NotDestroyed::Unknown(number).into())
    }

    /// All destructions, the first one first.
    ///
    /// # Errors
    /// As [`destruction`](Self::destruction).
    pub async fn destructions(&self) -> Result<Vec<Destruction>, Error> {
        let mut all = Vec::new();
        for number in numbers(&self.database, &self.agency).await? {
            all.push(self.destruction(number).await?);
        }
        Ok(all)
    }

    /// What is left of a document that was destroyed; none where it wasn't. It's told by the records of its destruction: a row that
    /// somebody wrote is damage, and no answer.
    ///
    /// # Errors
    /// [`Error::Damaged`] where no destruction with a decision has the document; [`Error::Database`].
    pub async fn tombstone(&self, id: Uuid) -> Result<Option<Tombstone>, Error> {
        let sql = "SELECT destruction FROM destroyed WHERE agency = $1 AND artifact = $2";
        let Some(row) = self.database.row(sql, values![&self.agency, id.to_string()]).await? else { return Ok(None) };
        let number = row.ordinal("destruction")?;
        let unfounded = || Error::Damaged(format!("artifact {id}: destruction {number} has no decision on it"));
        let founded = read(&self.database, &self.agency, number).await?.ok_or_else(unfounded)?;
        let is_its_own = founded.begun.is_some_and(|begun| begun.items.iter().any(|item| item.artifact == id));
        match (founded.destruction.decision, founded.destruction.begun) {
            (Some(decision), Some(begun)) if is_its_own => {
                Ok(Some(Tombstone { artifact: id, destruction: number, decision: decision.number, at: begun.at }))
            }
            _ => Err(unfounded()),
        }
    }

    /// Refuses a document that was destroyed: asked where it isn't found, for what is found wasn't.
    pub(crate) async fn demand_not_destroyed(&self, id: Uuid) -> Result<(), Error> {
        match self.tombstone(id).await? {
            Some(tombstone) => Err(Error::Destroyed(Box::new(tombstone))),
            None => Ok(()),
        }
    }
}
