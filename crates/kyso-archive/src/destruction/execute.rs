//! Carrying a destruction out. Cut off at any point after it was begun, it's called again and ends.

use uuid::Uuid;

use super::told::{Begun, Erased, ErasedEvent, Executed as Told, Happening};
use super::{Destruction, DestructionState, Erasing, NotDestroyed, Obstacle, differing, statement, written};
use crate::archive::{Archive, blocking};
use crate::database::{Transaction, values};
use crate::error::Error;
use crate::holds::{self, LOCK};
use crate::record::{Event, sha256};
use crate::store::Lock;

/// When an object is seen again that was erased: never. (1 January 9999, in microseconds.)
pub(crate) const NEVER: i64 = 253_370_764_800_000_000;
/// How many manifests are written at once.
const AT_ONCE: u32 = 256;
/// The largest certificate.
const LARGEST: usize = 64 << 20;

/// What a destruction came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executed {
    /// As it stands now.
    pub destruction: Destruction,
    /// Objects that were erased by this call, in all stores.
    pub objects: u64,
    /// Whether it was done before, and this call looked for what was left alone.
    pub again: bool,
}

impl Archive {
    /// Carries a destruction out that has its decision, or goes on with one that was cut off. Called again after its end, it erases what has
    /// come to lie in a store since. `certificate` makes the certificate's PDF, once everything is erased.
    ///
    /// # Errors
    /// [`Error::NotDestroyed`] where there's no decision, a document is held by now or isn't due, or the second store isn't at hand;
    /// nothing is erased then. [`Error::Setting`] where an S3 store, the second one too, is asked without its destroying credential, or
    /// PostgreSQL by a role that may not destroy; those of
    /// `certificate`; [`Error::Store`], [`Error::File`], [`Error::Database`]: called again, it goes on.
    pub async fn execute_destruction(
        &self,
        number: u32,
        by: &str,
        erasing: &Erasing,
        certificate: impl FnOnce(&Destruction) -> Result<Vec<u8>, Error> + Send,
    ) -> Result<Executed, Error> {
        let by = written(by, "name")?;
        let _turn = self.turns.turn("destruction".into()).await;
        let state = self.destruction(number).await?.state;
        if !matches!(state, DestructionState::Decided | DestructionState::Begun | DestructionState::Executed) {
            return Err(NotDestroyed::State { number, state }.into());
        }
        self.demand_second(number).await?;
        let (first, second, with) = (self.store.clone(), self.second.clone(), erasing.clone());
        blocking(move || {
            first.demand_erasable(with.first.as_ref())?;
            second.map_or(Ok(()), |second| second.demand_erasable(with.second.as_ref()))
        })
        .await?;
        self.demand_no_earlier()?;
        self.demand_destroyer().await?;
        if state == DestructionState::Decided {
            let begun = self.begin_destruction(number, &by).await;
            self.unless_overtaken(begun, number, state).await?;
        } else {
            self.erase_rows_again(number).await?;
        }
        // Whoever makes the rows again from the store has to find that it was begun: the log and the store have it before the first
        // object goes.
        self.sequence().await?;
        while self.write_manifests(AT_ONCE).await? > 0 {}
        let objects = self.erase_objects(number, erasing).await?;
        if state != DestructionState::Executed {
            let ended = self.end_destruction(number, &by, objects, certificate).await;
            self.unless_overtaken(ended, number, DestructionState::Begun).await?;
        }
        let again = state == DestructionState::Executed;
        Ok(Executed { destruction: self.destruction(number).await?, objects, again })
    }

    /// What came of a step; where another process was quicker with it, how the destruction stands now.
    pub(crate) async fn unless_overtaken(
        &self,
        done: Result<(), Error>,
        number: u32,
        was: DestructionState,
    ) -> Result<(), Error> {
        match done {
            // What the other one has destroyed is in the way of this one.
            Err(error @ (Error::Raced | Error::NotDestroyed(NotDestroyed::Items(_)))) => {
                match self.destruction(number).await?.state {
                    state if state == was => Err(error),
                    state => Err(NotDestroyed::State { number, state }.into()),
                }
            }
            done => done,
        }
    }

    /// Whether what is asked of the database goes by a role that may take rows away. The service's may not; a file knows no roles.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn may_destroy(&self) -> Result<bool, Error> {
        if !self.database.is_shared() {
            return Ok(true);
        }
        Ok(self.database.row(differing::MAY_DESTROY, values![]).await?.is_some())
    }

    /// Refuses a service whose role may destroy: what it can't do, nobody can who has taken it over.
    ///
    /// # Errors
    /// [`Error::TooPowerful`]; [`Error::Database`].
    pub async fn demand_no_destroyer(&self) -> Result<(), Error> {
        match self.database.is_shared() && self.may_destroy().await? {
            true => Err(Error::TooPowerful(vec!["EXECUTE of kyso_destroy".into()])),
            false => Ok(()),
        }
    }

    /// Refuses a role that couldn't take rows away, before anything is begun.
    pub(crate) async fn demand_destroyer(&self) -> Result<(), Error> {
        let why = "the database's role may not destroy anything: name kyso_destroyer's in [archive] destroy_database";
        if self.may_destroy().await? { Ok(()) } else { Err(Error::Setting(why.into())) }
    }

    /// Nobody erases in a database that is kept as it was.
    fn demand_no_earlier(&self) -> Result<(), Error> {
        let earlier = self.store.directory().map(|directory| directory.join(crate::earlier::DATABASE));
        match earlier.filter(|path| path.exists()) {
            Some(path) => Err(NotDestroyed::Earlier(path).into()),
            None => Ok(()),
        }
    }

    /// Copies that can't be erased mustn't be forgotten.
    async fn demand_second(&self, number: u32) -> Result<(), Error> {
        let sql = "SELECT c.object FROM copy c JOIN version v ON v.agency = c.agency AND v.object = c.object \
                   JOIN destruction_item i ON i.agency = v.agency AND i.artifact = v.artifact \
                   WHERE i.agency = $1 AND i.destruction = $2 AND c.store = 'second' AND c.seen < $3 LIMIT 1";
        let copied = self.database.row(sql, values![&self.agency, number, NEVER]).await?;
        match copied.is_some() && self.second.is_none() {
            true => Err(NotDestroyed::SecondStore.into()),
            false => Ok(()),
        }
    }

    /// Looks at every document again and erases what the database says of it, in one transaction.
    pub(crate) async fn begin_destruction(&self, number: u32, by: &str) -> Result<(), Error> {
        let destruction = self.destruction(number).await?;
        let ids: Vec<Uuid> = destruction.items.iter().map(|item| item.artifact).collect();
        let (_, obstacles) = self.items(&ids, Some(number), self.today().await?).await?;
        if !obstacles.is_empty() {
            return Err(NotDestroyed::Items(obstacles).into());
        }
        self.demand_unlocked(&destruction).await?;
        self.remove_prepared(&ids).await?;
        // What is written of a document after its objects were erased would stay: its manifests come first.
        while self.write_manifests(AT_ONCE).await? > 0 {}
        let mut items = Vec::with_capacity(ids.len());
        for id in &ids {
            items.push(self.to_be_erased(*id).await?);
        }
        let begun = Begun { destruction: number, by: by.to_owned(), items };
        let (event, record) = Event::now(&self.clock, None, begun)?;
        let agency = self.agency.clone();
        let done = self.database.write(move |transaction| {
            Box::pin(async move {
                transaction.lock(&agency, LOCK).await?;
                if transaction.is_shared() {
                    transaction.rows(differing::ALONE, values![]).await?;
                }
                let told = Happening::Begun(record.of.clone());
                let sql = "SELECT step FROM destruction_step WHERE agency = $1 AND destruction = $2 \
                           AND step IN ('begun', 'rejected')";
                if transaction.row(sql, values![&agency, number]).await?.is_some() {
                    return Err(Error::Raced);
                }
                for item in &record.of.items {
                    demand_unchanged(transaction, &agency, item).await?;
                }
                event.write(transaction, &agency).await?;
                told.write(transaction, &agency, event.id).await?;
                erase_rows(transaction, &agency, &record.of).await
            })
        });
        done.await?;
        self.woken.notify_one();
        Ok(())
    }

    /// Refuses what an S3 store wouldn't delete, before anything is begun that couldn't be ended.
    async fn demand_unlocked(&self, destruction: &Destruction) -> Result<(), Error> {
        let mut names = Vec::with_capacity(destruction.items.len());
        for item in &destruction.items {
            let sql = "SELECT request FROM artifact WHERE agency = $1 AND id = $2";
            let row = self.database.row(sql, values![&self.agency, item.artifact.to_string()]).await?;
            let name = row.ok_or_else(|| Error::Missing(item.artifact.to_string()))?.text("request")?;
            names.push((item.artifact, name));
        }
        let now = crate::clock::timestamp(self.database.now().await?)?;
        let (first, second) = (self.store.clone(), self.second.clone());
        let locked = blocking(move || {
            let mut locked = Vec::new();
            for store in [Some(first), second].into_iter().flatten() {
                if !store.may_lock()? {
                    continue;
                }
                for (artifact, name) in &names {
                    match store.locked(name, now)? {
                        None => {}
                        Some(Lock::Held) => locked.push((*artifact, Obstacle::Locked(None))),
                        Some(Lock::Until(until)) => locked.push((*artifact, Obstacle::Locked(Some(until)))),
                    }
                }
            }
            Ok(locked)
        })
        .await?;
        if locked.is_empty() { Ok(()) } else { Err(NotDestroyed::Items(locked).into()) }
    }

    /// What is to be erased of a document, as the database has it now.
    async fn to_be_erased(&self, id: Uuid) -> Result<Erased, Error> {
        let sql = "SELECT request FROM artifact WHERE agency = $1 AND id = $2";
        let row = self.database.row(sql, values![&self.agency, id.to_string()]).await?;
        let name = row.ok_or_else(|| Error::Missing(id.to_string()))?.text("request")?;
        let sql = "SELECT id, commitment FROM event WHERE agency = $1 AND artifact = $2 ORDER BY at, id";
        let mut events = Vec::new();
        for row in self.database.rows(sql, values![&self.agency, id.to_string()]).await? {
            let event = row.text("id")?.parse().map_err(|_| Error::Damaged("an event's id is none".into()))?;
            events.push(ErasedEvent { id: event, commitment: kyso::crypto::hex(&row.bytes("commitment")?) });
        }
        Ok(Erased { artifact: id, name, events, requests: self.requests_without_answers(id).await? })
    }

    /// Erases the rows once more of a destruction that was begun: a database that was made again, or put back, has some.
    pub(super) async fn erase_rows_again(&self, number: u32) -> Result<u64, Error> {
        let founded = self.founded(number).await?;
        let begun = founded.begun.ok_or(NotDestroyed::State { number, state: founded.destruction.state })?;
        let agency = self.agency.clone();
        let done = self.database.write(move |transaction| {
            Box::pin(async move {
                transaction.lock(&agency, LOCK).await?;
                erase_rows(transaction, &agency, &begun).await
            })
        });
        done.await
    }

    /// Writes the destruction's statement into the stores.
    async fn put_statement(&self, number: u32) -> Result<(), Error> {
        let (first, second, statement) = (self.store.clone(), self.second.clone(), self.statement(number).await?);
        blocking(move || {
            let mut stores = [Some(first), second].into_iter().flatten();
            stores.try_for_each(|store| store.put(&statement::object(number), &statement))
        })
        .await
    }

    /// Writes the destruction's statement into the stores, and erases everything of its documents there; how many objects that were.
    pub(crate) async fn erase_objects(&self, number: u32, erasing: &Erasing) -> Result<u64, Error> {
        let founded = self.founded(number).await?;
        let begun = founded.begun.ok_or(NotDestroyed::State { number, state: founded.destruction.state })?;
        self.put_statement(number).await?;
        let (first, second, erasing) = (self.store.clone(), self.second.clone(), erasing.clone());
        blocking(move || {
            let mut erased = 0;
            for (store, destroyer) in [(Some(first), erasing.first.as_ref()), (second, erasing.second.as_ref())] {
                let Some(store) = store else { continue };
                for item in &begun.items {
                    erased += store.erase_all_of(&item.name, destroyer)?;
                    for event in &item.events {
                        erased += u64::from(store.erase(&crate::manifest::other(&event.id.to_string()), destroyer)?);
                    }
                }
            }
            Ok(erased)
        })
        .await
    }

    /// Puts the certificate into the stores and says that it's done.
    pub(crate) async fn end_destruction(
        &self,
        number: u32,
        by: &str,
        objects: u64,
        certificate: impl FnOnce(&Destruction) -> Result<Vec<u8>, Error> + Send,
    ) -> Result<(), Error> {
        let destruction = self.destruction(number).await?;
        let (store, object) = (self.store.clone(), statement::certificate(number));
        let there = blocking(move || store.get(&object)).await?;
        let pdf = match there {
            // Whoever put it died before it was told.
            Some(pdf) => pdf,
            None => certificate(&destruction)?,
        };
        if !pdf.starts_with(b"%PDF-") || pdf.len() > LARGEST {
            return Err(Error::Internal("a certificate of destruction that is no PDF".into()));
        }
        let (certificate_sha256, length) = (sha256(&pdf), u64::try_from(pdf.len()).map_err(Error::internal)?);
        let (first, second) = (self.store.clone(), self.second.clone());
        blocking(move || {
            for store in [Some(first), second].into_iter().flatten() {
                store.put(&statement::certificate(number), &pdf)?;
            }
            Ok(())
        })
        .await?;
        let of =
            Told { destruction: number, by: by.to_owned(), certificate_sha256, certificate_bytes: length, objects };
        let (event, record) = Event::now(&self.clock, None, of)?;
        let agency = self.agency.clone();
        let done = self.database.write(move |transaction| {
            Box::pin(async move {
                transaction.lock(&agency, LOCK).await?;
                let sql =
                    "SELECT step FROM destruction_step WHERE agency = $1 AND destruction = $2 AND step = 'executed'";
                if transaction.row(sql, values![&agency, number]).await?.is_some() {
                    return Err(Error::Raced);
                }
                event.write(transaction, &agency).await?;
                Happening::Executed(record.of).write(transaction, &agency, event.id).await
            })
        });
        done.await?;
        self.woken.notify_one();
        Ok(())
    }
}

/// Refuses a document of which something was said since it was looked at, or that somebody holds.
async fn demand_unchanged(transaction: &mut Transaction, agency: &str, item: &Erased) -> Result<(), Error> {
    let id = item.artifact.to_string();
    if let Some(row) = transaction.row(holds::OPEN, values![agency, &id]).await? {
        let hold = row.text("event")?.parse().map_err(Error::internal)?;
        return Err(NotDestroyed::Items(vec![(item.artifact, Obstacle::Held(hold))]).into());
    }
    let sql = "SELECT count(*) AS n, (SELECT count(*) FROM outbox b JOIN event o ON o.agency = b.agency AND o.id = b.event \
               WHERE b.agency = $1 AND o.artifact = $2) AS waiting FROM event WHERE agency = $1 AND artifact = $2";
    let row = transaction.row(sql, values![agency, &id]).await?;
    let row = row.ok_or_else(|| Error::Internal("a count has no row".into()))?;
    let is_same = u64::try_from(item.events.len()).is_ok_and(|known| row.count("n").is_ok_and(|now| now == known));
    if is_same && row.count("waiting")? == 0 { Ok(()) } else { Err(Error::Raced) }
}

/// SQLite's triggers let these rows go with their document alone.
const ROWS: [&str; 4] = [
    "DELETE FROM report WHERE agency = $1 AND artifact = $2",
    "DELETE FROM metadata WHERE agency = $1 AND artifact = $2",
    "DELETE FROM record WHERE agency = $1 AND event IN (SELECT id FROM event WHERE agency = $1 AND artifact = $2)",
    "UPDATE request SET about = '{}', answer = NULL WHERE agency = $1 AND artifact = $2 AND (about <> '{}' OR answer IS NOT NULL)",
];

/// Erases what the database says of the documents; how many rows. The database refuses what wasn't decided, isn't due, or is held.
async fn erase_rows(transaction: &mut Transaction, agency: &str, begun: &Begun) -> Result<u64, Error> {
    let is_shared = transaction.is_shared();
    let mut erased = 0;
    for item in &begun.items {
        let id = item.artifact.to_string();
        if is_shared {
            let row = transaction.row(differing::DESTROY, values![i64::from(begun.destruction), &id]).await?;
            erased += row.map_or(Ok(0), |row| row.count("n"))?;
        } else {
            transaction.run(differing::SAY, values![agency, &id, begun.destruction]).await?;
            for sql in ROWS {
                erased += transaction.run(sql, values![agency, &id]).await?;
            }
        }
        for request in item.requests.iter().filter(|request| request.artifact.is_none()) {
            let sql = "UPDATE request SET about = '{}' WHERE agency = $1 AND name = $2 AND state = 'refused' AND about <> '{}'";
            erased += transaction.run(sql, values![agency, &request.name]).await?;
        }
        crate::finding::forget(transaction, agency, &id).await?;
        let sql = "UPDATE copy SET seen = $3, state = 'whole' WHERE agency = $1 \
                   AND object IN (SELECT object FROM version WHERE agency = $1 AND artifact = $2)";
        transaction.run(sql, values![agency, &id, NEVER]).await?;
    }
    // The words of rows that are gone stay in the index until it's merged.
    crate::finding::merge_words(transaction).await?;
    Ok(erased)
}
