//! The steps before a destruction is carried out: a list, another person's approval, a decision.

use jiff::civil::Date;
use uuid::Uuid;

use super::obstacles::LISTED;
use super::told::{Approved, Decided, Happening, Proposed, Rejected};
use super::{Decision, DestructionState, MOST_ITEMS, NotDestroyed, Obstacle, who, written};
use crate::archive::Archive;
use crate::database::values;
use crate::error::Error;
use crate::holds::{self, LOCK};
use crate::record::{Event, Told};
use crate::retention::{day, day_of};

impl Archive {
    /// The day in Vietnam, by the clock that leases go by.
    pub(crate) async fn today(&self) -> Result<Date, Error> {
        day_of(self.database.now().await?)
    }

    /// Those of these documents, in their order and `most` at most, that may be on one list, and what keeps others off it that were looked
    /// at. What belongs to one that is kept off is kept off with it.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn listable(&self, ids: &[Uuid], most: usize) -> Result<(Vec<Uuid>, Vec<(Uuid, Obstacle)>), Error> {
        let today = self.today().await?;
        let (mut left, mut chosen, mut kept_off) = (ids.iter().copied(), Vec::new(), Vec::new());
        loop {
            let room = most.min(MOST_ITEMS).saturating_sub(chosen.len());
            chosen.extend(left.by_ref().take(room));
            let all = self.with_intermediates(&chosen).await?;
            let (_, obstacles) = self.items(&all, None, today).await?;
            if obstacles.is_empty() {
                return Ok((chosen, kept_off));
            }
            let before = chosen.len();
            chosen.retain(|id| obstacles.iter().all(|(other, _)| other != id));
            if chosen.len() == before {
                // What only comes along is kept off: so is what it comes along with.
                let mut held = Vec::new();
                for (other, why) in &obstacles {
                    for id in self.made_with(*other).await? {
                        held.push((id, why.clone()));
                    }
                }
                chosen.retain(|id| held.iter().all(|(other, _)| other != id));
                kept_off.extend(held.into_iter().filter(|(id, _)| ids.contains(id)));
                if chosen.len() == before {
                    return Ok((chosen, kept_off));
                }
            } else {
                kept_off.extend(obstacles.into_iter().filter(|(id, _)| ids.contains(id)));
            }
        }
    }

    /// Puts documents on a new list of destruction; its number. Nothing is put on it where one of them can't be. What they were made from,
    /// and has no kind of its own, goes with them and is on the list too.
    ///
    /// # Errors
    /// [`Error::NotDestroyed`] where a document's time isn't over, a hold is on it, it's on another list, belongs to a document that isn't
    /// on this one, or a result of its dossier waits for its signatures; where the list is empty or too long;
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn propose_destruction(&self, ids: &[Uuid], by: &str) -> Result<u32, Error> {
        let by = written(by, "name")?;
        if ids.is_empty() {
            return Err(NotDestroyed::Empty.into());
        }
        if ids.len() > MOST_ITEMS {
            return Err(NotDestroyed::TooMany(ids.len()).into());
        }
        let ids = self.with_intermediates(ids).await?;
        let (items, obstacles) = self.items(&ids, None, self.today().await?).await?;
        if !obstacles.is_empty() {
            return Err(NotDestroyed::Items(obstacles).into());
        }
        // Numbers follow each other without a gap: the next one is taken in the transaction, or this is tried again.
        loop {
            let sql = "SELECT coalesce(max(number), 0) + 1 AS next FROM destruction WHERE agency = $1";
            let row = self.database.row(sql, values![&self.agency]).await?;
            let number = row.ok_or_else(|| Error::Internal("a number has no row".into()))?.ordinal("next")?;
            let of = Proposed { destruction: number, by: by.clone(), items: items.clone() };
            let (event, record) = Event::now(&self.clock, None, of)?;
            let agency = self.agency.clone();
            let done = self.database.write(move |transaction| {
                Box::pin(async move {
                    transaction.lock(&agency, LOCK).await?;
                    let sql = "SELECT number FROM destruction WHERE agency = $1 AND number = $2";
                    if transaction.row(sql, values![&agency, number]).await?.is_some() {
                        return Ok(false);
                    }
                    let mut obstacles = Vec::new();
                    for item in &record.of.items {
                        let id = item.artifact;
                        if let Some(row) = transaction.row(LISTED, values![&agency, id.to_string()]).await? {
                            obstacles.push((id, Obstacle::Listed(row.ordinal("destruction")?)));
                        } else if let Some(row) = transaction.row(holds::OPEN, values![&agency, id.to_string()]).await?
                        {
                            obstacles.push((id, Obstacle::Held(row.text("event")?.parse().map_err(Error::internal)?)));
                        }
                    }
                    if !obstacles.is_empty() {
                        return Err(NotDestroyed::Items(obstacles).into());
                    }
                    event.write(transaction, &agency).await?;
                    Happening::Proposed(record.of).write(transaction, &agency, event.id).await?;
                    Ok(true)
                })
            });
            if done.await? {
                self.woken.notify_one();
                return Ok(number);
            }
        }
    }

    /// Approves a list: another person than the one who proposed it.
    ///
    /// # Errors
    /// [`Error::NotDestroyed`] where it's the same person, or where the list doesn't wait for approval; [`Error::Damaged`],
    /// [`Error::Database`].
    pub async fn approve_destruction(&self, number: u32, by: &str, note: Option<&str>) -> Result<(), Error> {
        let by = written(by, "name")?;
        let note = note.map(|note| written(note, "note")).transpose()?;
        let of = self.at(number, DestructionState::Proposed).await?;
        if who(&of.proposed.by) == who(&by) {
            return Err(NotDestroyed::SamePerson(by).into());
        }
        self.take_step(Approved { destruction: number, by, note }, Happening::Approved, &[]).await
    }

    /// Says no to a list, or takes it back: nothing comes of it, and its documents may be on others.
    ///
    /// # Errors
    /// [`Error::NotDestroyed`] where it was begun already; [`Error::Damaged`], [`Error::Database`].
    pub async fn reject_destruction(&self, number: u32, by: &str, reason: &str) -> Result<(), Error> {
        use DestructionState::{Approved, Decided, Proposed};
        let (by, reason) = (written(by, "name")?, written(reason, "reason")?);
        let state = self.destruction(number).await?.state;
        if !matches!(state, Proposed | Approved | Decided) {
            return Err(NotDestroyed::State { number, state }.into());
        }
        self.take_step(Rejected { destruction: number, by, reason }, Happening::Rejected, &["begun", "rejected"]).await
    }

    /// Writes the decision down that a list was approved by.
    ///
    /// # Errors
    /// [`Error::NotDestroyed`] where the list wasn't approved, the number can't be used, or a date can't be: the decision's lies in the
    /// future or before the list, or backups are gone before it; [`Error::Damaged`], [`Error::Database`].
    pub async fn decide_destruction(&self, number: u32, by: &str, decision: &Decision) -> Result<(), Error> {
        let by = written(by, "name")?;
        let decision = Decision { number: written(&decision.number, "decision")?, ..decision.clone() };
        if decision.date > self.today().await? {
            return Err(NotDestroyed::Date(decision.date).into());
        }
        if decision.backups < decision.date {
            return Err(NotDestroyed::Date(decision.backups).into());
        }
        // A decision is about a list that is there.
        if decision.date < day(self.at(number, DestructionState::Approved).await?.proposed.at) {
            return Err(NotDestroyed::Date(decision.date).into());
        }
        self.take_step(Decided { destruction: number, by, decision }, Happening::Decided, &["decided", "rejected"])
            .await
    }

    /// A destruction that is at this step.
    async fn at(&self, number: u32, wanted: DestructionState) -> Result<super::Destruction, Error> {
        let destruction = self.destruction(number).await?;
        match destruction.state {
            state if state == wanted => Ok(destruction),
            state => Err(NotDestroyed::State { number, state }.into()),
        }
    }

    /// Writes a step, unless one of these was written meanwhile.
    async fn take_step<T: Told + Clone + Send + 'static>(
        &self,
        of: T,
        as_one: fn(T) -> Happening,
        unless: &'static [&'static str],
    ) -> Result<(), Error> {
        let (event, record) = Event::now(&self.clock, None, of)?;
        let agency = self.agency.clone();
        let done = self.database.write(move |transaction| {
            Box::pin(async move {
                transaction.lock(&agency, LOCK).await?;
                let told = as_one(record.of);
                for step in unless.iter().copied().chain(told.step()) {
                    let sql = "SELECT step FROM destruction_step WHERE agency = $1 AND destruction = $2 AND step = $3";
                    if transaction.row(sql, values![&agency, told.number(), step]).await?.is_some() {
                        return Err(Error::Raced);
                    }
                }
                event.write(transaction, &agency).await?;
                told.write(transaction, &agency, event.id).await
            })
        });
        done.await?;
        self.woken.notify_one();
        Ok(())
    }
}
