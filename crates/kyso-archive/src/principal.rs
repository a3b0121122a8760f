//! Who a caller is: an id that stays when a token is renamed or its secret changed, for idempotency keys belong to it.

use serde::{Deserialize, Serialize};

use crate::archive::Archive;
use crate::clock::now;
use crate::database::{Row, values};
use crate::error::Error;
use crate::record::{self, Event, Record, Told, sha256};

/// A caller as the configuration has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The token's name.
    pub name: String,
    /// SHA-256 of the token's secret, lower-case hex.
    pub secret: String,
}

/// A caller's secret was seen for the first time, or under another name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PrincipalKnown {
    /// SHA-256 of the token's secret. Where a known secret came under another name, of that name and the time too: the row stands for the
    /// name alone.
    pub(crate) secret: String,
    /// The token's name, then.
    pub(crate) name: String,
    /// The caller's id.
    pub(crate) principal: String,
}

impl Told for PrincipalKnown {
    const KIND: &'static str = "principal.known";
}

/// A principal with its event and its record; what follows says which.
macro_rules! principals {
    ($which:literal) => {
        concat!(
            "SELECT p.secret, p.name, p.id AS principal, p.since, e.id, e.kind, e.at, e.commitment, r.salt, r.body \
             FROM principal p LEFT JOIN event e ON e.agency = p.agency AND e.id = p.event \
             LEFT JOIN record r ON r.agency = p.agency AND r.event = p.event WHERE p.agency = $1 AND ",
            $which
        )
    };
}

/// The id of a row of principals, held against its record.
pub(crate) fn principal(row: &Row) -> Result<String, Error> {
    let Record { of, .. } = record::read::<PrincipalKnown>(row)?;
    let is_its_own = of.secret == row.text("secret")?
        && of.name == row.text("name")?
        && of.principal == row.text("principal")?
        && row.number("since")? == row.number("at")?;
    match is_its_own {
        true => Ok(of.principal),
        false => Err(Error::Damaged(format!("principal {}: its row was changed", of.principal))),
    }
}

impl Archive {
    /// The ids of these callers, in their order. A secret that was seen before keeps its id, whatever its token is called now. A new
    /// secret under a name that no other of the callers came to have by renaming is that name's new secret, and takes its id.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a row isn't the one that was kept; [`Error::Database`].
    pub async fn principals(&self, callers: &[Caller]) -> Result<Vec<String>, Error> {
        let mut known = Vec::new();
        for caller in callers {
            let sql = principals!("p.secret = $2");
            let row = self.database.row(sql, values![&self.agency, &caller.secret]).await?;
            known.push(row.as_ref().map(principal).transpose()?);
        }
        let mut ids: Vec<String> = Vec::new();
        for (caller, id) in callers.iter().zip(&known) {
            let id = match id {
                Some(id) => id.clone(),
                None => {
                    let id = self.new_principal(caller, &known, &ids).await?;
                    self.remember(caller, &id).await?;
                    id
                }
            };
            ids.push(id);
        }
        for (caller, id) in callers.iter().zip(&ids) {
            // Under its newest name: a changed secret is known by that.
            if self.newest_of_name(&caller.name).await?.as_ref() != Some(id) {
                let secret = sha256(format!("{}\n{}\n{}", caller.secret, caller.name, now()).as_bytes());
                self.remember(&Caller { secret, ..caller.clone() }, id).await?;
            }
        }
        Ok(ids)
    }

    /// Who came to be known under a name last.
    async fn newest_of_name(&self, name: &str) -> Result<Option<String>, Error> {
        let sql = principals!("p.name = $2 ORDER BY p.since DESC LIMIT 1");
        let row = self.database.row(sql, values![&self.agency, name]).await?;
        row.as_ref().map(principal).transpose()
    }

    async fn new_principal(
        &self,
        caller: &Caller,
        known: &[Option<String>],
        given: &[String],
    ) -> Result<String, Error> {
        let is_held = |id: &String| known.iter().flatten().any(|held| held == id) || given.contains(id);
        let of_name = self.newest_of_name(&caller.name).await?.unwrap_or_else(|| caller.name.clone());
        if !is_held(&of_name) {
            return Ok(of_name);
        }
        Ok(format!("{}/{}", caller.name, caller.secret.get(..16).unwrap_or_default()))
    }

    async fn remember(&self, caller: &Caller, id: &str) -> Result<(), Error> {
        let (secret, name) = (caller.secret.clone(), caller.name.clone());
        let of = PrincipalKnown { secret, name, principal: id.to_owned() };
        let (event, Record { of, .. }) = Event::now(&self.clock, None, of)?;
        let agency = self.agency.clone();
        let done = self.database.write(move |transaction| {
            Box::pin(async move {
                event.write(transaction, &agency).await?;
                let sql =
                    "INSERT INTO principal (agency, secret, name, id, since, event) VALUES ($1, $2, $3, $4, $5, $6)";
                let values = values![&agency, of.secret, of.name, of.principal, event.time(), event.id.to_string()];
                transaction.run(sql, values).await
            })
        });
        done.await?;
        self.woken.notify_one();
        Ok(())
    }
}
