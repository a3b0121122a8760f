//! Beginning a request: its claim is durable before anything is made under its name.
//!
//! ```text
//! no row                                -> claimed   T1
//! claimed, the same content             -> claimed   T1; what lies in the store under the name is adopted
//! refused, the same content             -> claimed   T1
//! refused, other content                -> the key's next generation, a name of its own
//! claimed or done, other content        -> KeyReused
//! done                                  -> the answer
//! ```
//!
//! A generation that has a next one is over, whatever comes back: nothing is claimed, made or answered under it any more.

use kyso::crypto::same;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::archive::{Archive, blocking};
use crate::artifact::{Artifact, Meta};
use crate::database::{Row, Transaction, values};
use crate::edges::reach;
use crate::error::Error;
use crate::keep::Beside;
use crate::request::{Name, Request};
use crate::seen::Seen;
use crate::turns::Turn;

/// How long a claim keeps other processes away, in microseconds: half a minute, and whoever is at work renews it. Nothing depends on it
/// but work done in vain.
pub(crate) const LEASE: i64 = 30 * 1_000_000;
/// How often the row of a twin in another process is looked at.
const LOOK: std::time::Duration = std::time::Duration::from_millis(50);
/// How often a key may be refused and come back with other content.
const GENERATIONS: u32 = 1000;
/// In how many generations of a key that no row knows an object is looked for: a database that was put back doesn't know that the first ones
/// were refused. A store elsewhere takes some milliseconds for each.
const LOOKED_FOR: u32 = 16;
const LOOKED_FOR_ELSEWHERE: u32 = 3;

/// What a request has come to.
#[derive(Debug)]
pub enum Begun {
    /// It was done before.
    Done {
        /// What was kept.
        artifact: Box<Artifact>,
        /// What else was answered: JSON.
        answer: Option<String>,
    },
    /// The caller's turn. Other callers with the same request wait until the claim is dropped.
    Open(Claim),
}

/// The right to do a request. Only [`Archive::begin`] makes it.
#[derive(Debug)]
pub struct Claim {
    pub(crate) name: Name,
    pub(crate) digest: String,
    pub(crate) meta: Meta,
    /// The name of the key's next generation. Where it's there, this one is over.
    pub(crate) next: Option<Name>,
    /// Whether nothing can lie under the name: no other process makes anything here, and nothing was there when its turn began.
    is_new: bool,
    /// The names of the key's earlier generations, each of which was refused.
    refused: Vec<String>,
    /// None once it's settled.
    first: Option<oneshot::Receiver<Result<First, Error>>>,
    /// Where other processes look at the lease.
    _renewal: Option<Renewal>,
    _turn: Option<Turn>,
}

/// Renews a claim's lease until it's dropped.
#[derive(Debug)]
struct Renewal(tokio::task::JoinHandle<()>);

impl Drop for Renewal {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What is told with a claim, for whoever has to finish the request.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct About {
    meta: Meta,
    #[serde(default)]
    beside: Beside,
    /// The names of the key's earlier generations: the manifest has them, so that a repeated request finds its own without the
    /// database.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    refused: Vec<String>,
}

/// What became of the claim's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    /// It's there and durable.
    Claimed,
    /// Somebody else was before us.
    Taken,
}

impl Claim {
    /// Waits until the claim is durable. Before that, nothing may come to lie under the name.
    pub(crate) async fn settled(&mut self) -> Result<(), Error> {
        match self.first.take() {
            None => Ok(()),
            Some(first) => match first.await.map_err(Error::internal)?? {
                First::Claimed => Ok(()),
                First::Taken => Err(Error::Raced),
            },
        }
    }
}

/// The state of a name that stands for a draft: no request for a document has it.
const DRAFTED: &str = "drafted";

/// What a key stands for.
enum Current {
    /// A name to claim, and its generation.
    Open(Name, u32),
    /// The same, where nothing lies under the name.
    New(Name),
    /// The name of what was done.
    Done(Name),
}

/// The row of a request.
struct Found {
    state: String,
    digest: String,
    node: Option<String>,
    lease: i64,
    /// What was made, where it's done.
    artifact: Option<Uuid>,
}

impl Found {
    fn read(row: &Row) -> Result<Self, Error> {
        let (state, digest) = (row.text("state")?, row.text("digest")?);
        let artifact = row.maybe_text("artifact")?.and_then(|id| Uuid::try_parse(&id).ok());
        Ok(Self { state, digest, node: row.maybe_text("node")?, lease: row.number("lease")?, artifact })
    }
}

impl Archive {
    /// Begins a request: waits for whoever is at work on the same, and claims it. `meta` is what is told of the file that it makes,
    /// should somebody else have to finish it.
    ///
    /// # Errors
    /// [`Error::KeyReused`] where the key was used for another request; [`Error::Clock`], [`Error::Full`], [`Error::ReadOnly`]
    /// where nothing may be begun now; [`Error::Damaged`].
    pub async fn begin(&self, request: &Request, meta: &Meta) -> Result<Begun, Error> {
        // Whoever is refused because of another content doesn't wait for its twin, but for the key.
        let subject = self.naming()?.name(request, 0)?;
        let turn = self.turns.turn(format!("request {}", subject.as_str())).await;
        let (name, generation, is_new) = match &request.key {
            // Nobody comes again without a key.
            None => (self.naming()?.name(request, 0)?, 0, true),
            Some(_) => match self.settled_elsewhere(request).await? {
                Current::Open(name, generation) => (name, generation, false),
                Current::New(name) => (name, 0, true),
                Current::Done(name) => {
                    let (artifact, answer) = self.answered(&name).await?;
                    return Ok(Begun::Done { artifact: Box::new(artifact), answer });
                }
            },
        };
        self.demand_ready().await?;
        let keyed = request.key.is_some();
        let next = if keyed { Some(self.naming()?.name(request, generation + 1)?) } else { None };
        let naming = self.naming()?;
        let refused = (0..generation).map(|earlier| Ok(naming.name(request, earlier)?.as_str().to_owned()));
        let refused = refused.collect::<Result<Vec<_>, Error>>()?;
        let first = Some(self.claim(request, &name, next.as_ref(), generation, meta, &refused)?);
        let digest = request.digest.clone();
        let (meta, _renewal) = (meta.clone(), self.renewal(&name));
        let is_new = is_new && (!keyed || !self.is_shared());
        Ok(Begun::Open(Claim { name, digest, meta, next, is_new, refused, first, _renewal, _turn: Some(turn) }))
    }

    /// What says to other processes that this one is still at work.
    fn renewal(&self, name: &Name) -> Option<Renewal> {
        if !self.database.is_shared() {
            return None;
        }
        let pause = std::time::Duration::from_micros(self.lease.unsigned_abs() / 3);
        let (database, agency, name) = (self.database.clone(), self.agency.clone(), name.clone());
        let (node, lease) = (self.clock.node().to_owned(), self.lease);
        Some(Renewal(tokio::spawn(async move {
            loop {
                tokio::time::sleep(pause).await;
                let (agency, name, node) = (agency.clone(), name.clone(), node.clone());
                let renewed = database.write(move |transaction| {
                    Box::pin(async move {
                        let until = transaction.now().await?.saturating_add(lease);
                        let sql = "UPDATE request SET lease = $4 \
                                   WHERE agency = $1 AND name = $2 AND node = $3 AND state = 'claimed'";
                        transaction.run(sql, values![agency, name.as_str(), node, until]).await
                    })
                });
                if let Err(error) = renewed.await {
                    tracing::warn!(%error, "a claim's lease can't be renewed");
                }
            }
        })))
    }

    /// What a request's key stands for, once no other process is at work on it: its lease may be over, or the request done.
    async fn settled_elsewhere(&self, request: &Request) -> Result<Current, Error> {
        loop {
            let current = self.current(request).await?;
            let (Current::Open(name, _) | Current::New(name)) = &current else { return Ok(current) };
            if !self.database.is_shared() {
                return Ok(current);
            }
            let Some(found) = self.found(name).await? else { return Ok(current) };
            // What this process claimed itself, nobody is at work on any more: it's our turn.
            let is_ours = found.node.as_deref() == Some(self.clock.node());
            if found.state != "claimed" || is_ours || found.lease < self.database.now().await? {
                return Ok(current);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// The newest generation of a request's key, and what may be done under it.
    async fn current(&self, request: &Request) -> Result<Current, Error> {
        let mut newest: Option<(Name, u32, Found)> = None;
        let mut next = Some(0);
        while let Some(generation) = next {
            let name = self.naming()?.name(request, generation)?;
            next = (generation < GENERATIONS).then_some(generation + 1);
            match (self.found(&name).await?, newest) {
                (Some(found), _) if found.state == DRAFTED => return Err(Error::KeyReused),
                (Some(found), _) => newest = Some((name, generation, found)),
                (None, None) if generation == 0 => match self.made_under(request).await? {
                    None => return Ok(Current::New(name)),
                    Some(0) => return Ok(Current::Open(name, generation)),
                    Some(later) => (newest, next) = (None, Some(later)),
                },
                (None, None) => return Ok(Current::Open(name, generation)),
                (None, Some((current, of_current, found))) => {
                    let is_the_same = found.digest == request.digest;
                    if let Some(id) = &found.artifact {
                        // Whatever it comes back with: what was made under it isn't made again.
                        self.demand_not_destroyed(*id).await?;
                    }
                    return match (found.state.as_str(), is_the_same) {
                        ("done", true) => Ok(Current::Done(current)),
                        ("refused", false) => Ok(Current::Open(name, generation)),
                        // The key has gone on, and the row of that was lost.
                        (_, true) if self.is_made(&name).await? => Err(Error::KeyReused),
                        (_, true) => Ok(Current::Open(current, of_current)),
                        (_, false) => Err(Error::KeyReused),
                    };
                }
            }
        }
        Err(Error::KeyReused)
    }

    /// Whether an object lies under a name.
    async fn is_made(&self, name: &Name) -> Result<bool, Error> {
        let (store, object) = (self.store.clone(), name.part(0));
        blocking(move || store.has(&object)).await
    }

    /// The generation of a key that no row knows under which an object lies all the same; none where there's none.
    async fn made_under(&self, request: &Request) -> Result<Option<u32>, Error> {
        let most = if self.store.directory().is_some() { LOOKED_FOR } else { LOOKED_FOR_ELSEWHERE };
        let (store, naming) = (self.store.clone(), self.naming()?);
        let names = (0..=most).map(|later| Ok((later, naming.name(request, later)?.part(0))));
        let names = names.collect::<Result<Vec<_>, Error>>()?;
        let look = move || {
            for (later, object) in names {
                if store.has(&object)? {
                    return Ok(Some(later));
                }
            }
            Ok(None)
        };
        blocking(look).await
    }

    /// Refuses to begin what mightn't be finished, or would bear a wrong time.
    pub(crate) async fn demand_ready(&self) -> Result<(), Error> {
        self.demand_not_overtaken()?;
        self.demand_right_clock().await?;
        self.database.demand_same()?;
        self.store.demand_space()
    }

    /// What was made under the claim by somebody who died before its row: it's the request's answer, if it holds.
    ///
    /// # Errors
    /// [`Error::File`].
    pub async fn made_before(&self, claim: &Claim) -> Result<Option<Vec<u8>>, Error> {
        if claim.is_new { Ok(None) } else { self.object_of(claim).await }
    }

    /// The object that lies under a claim's name.
    pub(crate) async fn object_of(&self, claim: &Claim) -> Result<Option<Vec<u8>>, Error> {
        let (store, object) = (self.store.clone(), claim.name.part(0));
        blocking(move || store.get(&object)).await
    }

    /// Notes that the request was refused: the key may come back with other content.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn refuse(&self, mut claim: Claim) -> Result<(), Error> {
        claim.settled().await?;
        let (agency, name) = (self.agency.clone(), claim.name.clone());
        self.database
            .write(move |transaction| {
                Box::pin(async move {
                    let sql =
                        "UPDATE request SET state = 'refused' WHERE agency = $1 AND name = $2 AND state = 'claimed'";
                    transaction.run(sql, values![&agency, name.as_str()]).await
                })
            })
            .await?;
        reach("refusal.durable")
    }

    /// Takes up a request that was claimed before, and what was told with it. None where it's done meanwhile.
    pub(crate) async fn begin_again(&self, name: &Name) -> Result<Option<(Claim, Beside)>, Error> {
        let sql = "SELECT digest, about FROM request WHERE agency = $1 AND name = $2 AND state = 'claimed'";
        let Some(row) = self.database.row(sql, values![&self.agency, name.as_str()]).await? else { return Ok(None) };
        let damaged = |_| Error::Damaged(format!("request {}: what was told of it can't be read", name.as_str()));
        let About { meta, beside, refused } = serde_json::from_str(&row.text("about")?).map_err(damaged)?;
        let digest = row.text("digest")?;
        Ok(Some((
            Claim {
                name: name.clone(),
                digest,
                meta,
                next: None,
                is_new: false,
                refused,
                first: None,
                _renewal: None,
                _turn: None,
            },
            beside,
        )))
    }

    /// Writes down what else is to be kept, before the object comes to lie under the name: whoever finishes the request keeps it too.
    pub(crate) async fn tell_beside(&self, claim: &Claim, beside: &Beside) -> Result<(), Error> {
        let about = About { meta: claim.meta.clone(), beside: beside.clone(), refused: claim.refused.clone() };
        let about = serde_json::to_string(&about).map_err(Error::internal)?;
        let values = values![&self.agency, claim.name.as_str(), about];
        let sql = "UPDATE request SET about = $3 WHERE agency = $1 AND name = $2 AND state = 'claimed'";
        self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await?;
        Ok(())
    }

    /// What stays written down of a claim that is done: what was to be kept is kept, in rows that can be held against their records.
    pub(crate) fn about_done(claim: &Claim) -> Result<String, Error> {
        let about = About { meta: claim.meta.clone(), beside: Beside::default(), refused: claim.refused.clone() };
        serde_json::to_string(&about).map_err(Error::internal)
    }

    /// Whether a request has this name and wasn't refused.
    pub(crate) async fn is_claimed(&self, name: &Name) -> Result<bool, Error> {
        Ok(self.found(name).await?.is_some_and(|found| found.state != "refused" && found.state != DRAFTED))
    }

    /// The row of a request; that of a draft, as one in the state [`DRAFTED`], where the name is a draft's.
    async fn found(&self, name: &Name) -> Result<Option<Found>, Error> {
        let sql = "SELECT state, digest, node, lease, artifact FROM request WHERE agency = $1 AND name = $2 UNION ALL \
                   SELECT 'drafted', digest, NULL, 0, NULL FROM draft WHERE agency = $1 AND request = $2";
        let row = self.database.row(sql, values![&self.agency, name.as_str()]).await?;
        row.as_ref().map(Found::read).transpose()
    }

    /// The artifact of a request that is done, and what else was answered, held against the record.
    pub(crate) async fn answered(&self, name: &Name) -> Result<(Artifact, Option<String>), Error> {
        let sql = "SELECT artifact, answer, digest, about FROM request WHERE agency = $1 AND name = $2";
        let row = self.database.row(sql, values![&self.agency, name.as_str()]).await?;
        let damaged = || Error::Damaged(format!("request {}: its answer isn't the one that was kept", name.as_str()));
        let row = row.ok_or_else(damaged)?;
        let id = row.maybe_text("artifact")?.and_then(|id| Uuid::try_parse(&id).ok()).ok_or_else(damaged)?;
        self.demand_not_destroyed(id).await?;
        let answer = row.maybe_text("answer")?;
        let digest = row.text("digest")?;
        let sealed = self.naming()?.sealed(name, &digest, &id.to_string(), answer.as_deref());
        let is_sealed = same(sealed.as_bytes(), row.text("about")?.as_bytes());
        let given = self.answer_of(id, name, &digest, answer.as_deref(), is_sealed).await?;
        Ok((given.ok_or_else(damaged)?, answer))
    }

    /// Writes the claim while the caller goes on.
    fn claim(
        &self,
        request: &Request,
        name: &Name,
        next: Option<&Name>,
        generation: u32,
        meta: &Meta,
        refused: &[String],
    ) -> Result<oneshot::Receiver<Result<First, Error>>, Error> {
        let about = About { meta: meta.clone(), beside: Beside::default(), refused: refused.to_vec() };
        let about = serde_json::to_string(&about).map_err(Error::internal)?;
        let before = match generation {
            0 => None,
            later => Some(self.naming()?.name(request, later - 1)?),
        };
        let row = Claiming {
            agency: self.agency.clone(),
            name: name.clone(),
            next: next.cloned(),
            before,
            principal: request.principal.clone(),
            generation,
            digest: request.digest.clone(),
            about,
            node: self.clock.node().to_owned(),
            lease: self.lease,
            seen: self.seen.clone(),
        };
        let (tell, told) = oneshot::channel();
        let (own, database) = (self.clone(), self.database.clone());
        tokio::spawn(async move {
            let outcome = async {
                reach("claim.begun")?;
                let first = database.write(move |transaction| Box::pin(async move { row.write(transaction).await }));
                let first = first.await.map_err(|error| own.remembered(error))?;
                reach("claim.durable")?;
                Ok(first)
            };
            let outcome = outcome.await;
            // Who doesn't wait any more has been cut off: the claim stays, and whoever repeats the request takes it up.
            let _ = tell.send(outcome);
        });
        Ok(told)
    }
}

/// The row of a claim.
struct Claiming {
    agency: String,
    name: Name,
    next: Option<Name>,
    before: Option<Name>,
    principal: String,
    generation: u32,
    digest: String,
    about: String,
    node: String,
    /// In microseconds.
    lease: i64,
    seen: Seen,
}

impl Claiming {
    async fn write(&self, transaction: &mut Transaction) -> Result<First, Error> {
        // Whoever is about the generation before or this one waits until this has been decided, and the other way round.
        if let Some(before) = &self.before {
            transaction.lock(&self.agency, before.as_str()).await?;
        }
        transaction.lock(&self.agency, self.name.as_str()).await?;
        if transaction.is_shared() {
            // A server that was put back has forgotten what was signed under the name; a file can't be without showing it.
            self.seen.demand_in(transaction, &self.agency).await?;
        }
        let sql = "SELECT state, digest, node, lease, artifact FROM request WHERE agency = $1 AND name = $2";
        let found = transaction.row(sql, values![&self.agency, self.name.as_str()]).await?;
        let now = transaction.now().await?;
        let lease = now.saturating_add(self.lease);
        if let Some(next) = &self.next
            && transaction.row(sql, values![&self.agency, next.as_str()]).await?.is_some()
        {
            return Ok(First::Taken);
        }
        let Some(found) = found.as_ref().map(Found::read).transpose()? else {
            if let Some(before) = &self.before {
                // The generation before may have gone on meanwhile. Where no row knows it, an object lies under this one.
                let row = transaction.row(sql, values![&self.agency, before.as_str()]).await?;
                let before = row.as_ref().map(Found::read).transpose()?;
                if before.is_some_and(|before| before.state != "refused" || before.digest == self.digest) {
                    return Ok(First::Taken);
                }
            }
            let drafted = "SELECT id FROM draft WHERE agency = $1 AND request = $2";
            if transaction.row(drafted, values![&self.agency, self.name.as_str()]).await?.is_some() {
                return Ok(First::Taken);
            }
            let made = "SELECT id FROM artifact WHERE agency = $1 AND request = $2";
            if let Some(made) = transaction.row(made, values![&self.agency, self.name.as_str()]).await? {
                let id = made.text("id")?;
                return Err(Error::Damaged(format!("artifact {id}: the row of the request that made it is gone")));
            }
            let sql = "INSERT INTO request (agency, name, principal, generation, digest, about, state, lease, node, claimed) \
                       VALUES ($1, $2, $3, $4, $5, $6, 'claimed', $7, $8, $9)";
            let values = values![
                &self.agency,
                self.name.as_str(),
                &self.principal,
                self.generation,
                &self.digest,
                &self.about,
                lease,
                &self.node,
                now
            ];
            transaction.run(sql, values).await?;
            return Ok(First::Claimed);
        };
        let is_anothers = found.node.as_deref() != Some(self.node.as_str()) && transaction.is_shared();
        let is_at_work = found.state == "claimed" && is_anothers && found.lease >= now;
        if found.state == "done" || found.digest != self.digest || is_at_work {
            return Ok(First::Taken);
        }
        let sql = "UPDATE request SET state = 'claimed', about = $3, lease = $4, node = $5 \
                   WHERE agency = $1 AND name = $2 AND state <> 'done'";
        let values = values![&self.agency, self.name.as_str(), &self.about, lease, &self.node];
        transaction.run(sql, values).await?;
        Ok(First::Claimed)
    }
}
