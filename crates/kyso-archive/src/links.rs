//! How artifacts belong together and what became of them: one takes another's place, corrects it, or is cancelled by a decision
//! (Thông tư 01/2020/TT-BTP, Điều 7). Nothing is edited in place: each is an event.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::archive::Archive;
use crate::clock::timestamp;
use crate::correcting;
use crate::database::{Row, Transaction, values};
use crate::destruction::written;
use crate::error::Error;
use crate::holds::LOCK;
use crate::record::{self, Event, Record, Told};
use crate::said::NotSaid;

/// What became of an artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "link")]
#[non_exhaustive]
pub enum Link {
    /// It takes another's place.
    Replaces {
        /// The other.
        other: Uuid,
    },
    /// It corrects another, which stays in force but for what is corrected.
    Corrects {
        /// The other.
        other: Uuid,
    },
    /// It was made from another: sealed over what a leader signed, copied.
    MadeFrom {
        /// The other.
        other: Uuid,
    },
    /// A decision cancelled it.
    Cancelled {
        /// The decision's number.
        decision: String,
        /// The decision's date.
        date: Date,
    },
}

impl Link {
    /// The other artifact, where it's about two.
    pub fn other(&self) -> Option<Uuid> {
        match self {
            Self::Replaces { other } | Self::Corrects { other } | Self::MadeFrom { other } => Some(*other),
            Self::Cancelled { .. } => None,
        }
    }

    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Replaces { .. } => "replaces",
            Self::Corrects { .. } => "corrects",
            Self::MadeFrom { .. } => "made-from",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}

/// A link as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The artifact that it's about.
    pub artifact: Uuid,
    /// What became of it.
    pub link: Link,
    /// On whose word.
    pub actor: String,
    /// When it was said.
    pub at: Timestamp,
}

/// How an artifact stands by its links, from the mildest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Standing {
    /// Nothing was said against it.
    InForce,
    /// Another one corrects it; the rest of it is in force.
    Corrected,
    /// Another one has its place.
    Replaced,
    /// A decision cancelled it.
    Cancelled,
}

impl Standing {
    /// How an artifact with these links stands: what weighs most counts.
    pub fn of(id: Uuid, links: &[Linked]) -> Self {
        let weight = |linked: &Linked| match &linked.link {
            Link::Cancelled { .. } if linked.artifact == id => Self::Cancelled,
            Link::Replaces { other } if *other == id => Self::Replaced,
            Link::Corrects { other } if *other == id => Self::Corrected,
            _ => Self::InForce,
        };
        links.iter().map(weight).max().unwrap_or(Self::InForce)
    }

    /// Its name, e.g. `in-force`.
    pub fn name(self) -> &'static str {
        match self {
            Self::InForce => "in-force",
            Self::Corrected => "corrected",
            Self::Replaced => "replaced",
            Self::Cancelled => "cancelled",
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StatusChanged {
    pub(crate) artifact: Uuid,
    #[serde(flatten)]
    pub(crate) link: Link,
    actor: String,
}

impl StatusChanged {
    /// What became of an artifact, on somebody's word.
    pub(crate) fn said(artifact: Uuid, link: Link, actor: &str) -> Self {
        Self { artifact, link, actor: actor.to_owned() }
    }

    /// The artifact was made from another.
    pub(crate) fn made_from(artifact: Uuid, other: Uuid, actor: &str) -> Self {
        Self::said(artifact, Link::MadeFrom { other }, actor)
    }

    /// Writes the row that follows from it.
    pub(crate) async fn write(&self, transaction: &mut Transaction, agency: &str, event: Uuid) -> Result<(), Error> {
        let sql = "INSERT INTO link (agency, event, artifact, kind, other) VALUES ($1, $2, $3, $4, $5)";
        let other = self.link.other().map(|other| other.to_string());
        let values = values![agency, event.to_string(), self.artifact.to_string(), self.link.kind(), other];
        transaction.run(sql, values).await.map(|_| ())
    }
}

impl Told for StatusChanged {
    const KIND: &'static str = "status.changed";
}

/// The links of an artifact by their rows and by its own events: neither is believed without the other. A link of another one to it has its
/// event there. What an event of a destroyed document said went with it.
const LINKS: &str = "SELECT l.event AS link_row, l.artifact, l.kind AS link, l.other, e.id, e.kind, e.at, e.commitment, \
     r.event AS record, r.salt, r.body, d.artifact AS destroyed FROM \
     (SELECT event FROM link WHERE agency = $1 AND artifact = $2 UNION SELECT event FROM link WHERE agency = $1 AND other = $2 \
     UNION SELECT id FROM event WHERE agency = $1 AND artifact = $2 AND kind = 'status.changed') AS k \
     LEFT JOIN link l ON l.agency = $1 AND l.event = k.event \
     LEFT JOIN event e ON e.agency = $1 AND e.id = k.event \
     LEFT JOIN record r ON r.agency = $1 AND r.event = k.event \
     LEFT JOIN destroyed d ON d.agency = $1 AND d.artifact = coalesce(e.artifact, l.artifact) \
     ORDER BY e.at, k.event";

impl Archive {
    /// Says what became of an artifact; the link as it's kept. The same said again changes nothing, whoever says it.
    ///
    /// # Errors
    /// [`Error::Unknown`] where one of the artifacts isn't there; [`Error::Destroyed`]; [`Error::NotSaid`] where the link can't be: an
    /// artifact with itself, two that take each other's place, a decision without a number or of a day to come;
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn link(&self, id: Uuid, link: Link, actor: &str) -> Result<Linked, Error> {
        let _turn = self.turns.turn(format!("artifact {id}")).await;
        let link = self.demand_possible(id, link).await?;
        let said = |links: Vec<Linked>| links.into_iter().find(|one| one.artifact == id && one.link == link);
        if let Some(linked) = said(self.links(id).await?) {
            return Ok(linked);
        }
        let of = StatusChanged::said(id, link.clone(), actor);
        let (event, Record { of, .. }) = Event::now(&self.clock, Some(id), of)?;
        let linked = Linked { artifact: id, link: link.clone(), actor: of.actor.clone(), at: timestamp(event.time())? };
        let agency = self.agency.clone();
        let done = self.database.write(move |transaction| {
            Box::pin(async move {
                // Of two that belong together none is destroyed alone, and another process may say the same just now.
                transaction.lock(&agency, LOCK).await?;
                let rows = transaction.rows(LINKS, values![&agency, id.to_string()]).await?;
                let links = all_linked(id, &rows)?;
                if let Some(linked) = links.into_iter().find(|one| one.artifact == id && one.link == link) {
                    return Ok(linked);
                }
                // Under the lock: of two that are said of each other at the same time, the second sees the first.
                if let Some(other) = link.other() {
                    demand_no_circle(transaction, &agency, id, other, link.kind()).await?;
                }
                event.write(transaction, &agency).await?;
                of.write(transaction, &agency, event.id).await?;
                Ok(linked)
            })
        });
        // It may have been destroyed since it was looked at.
        let linked = self.told_if_destroyed(id, done.await).await?;
        self.woken.notify_one();
        Ok(linked)
    }

    /// The links of an artifact, its own and those of others to it, oldest first.
    ///
    /// # Errors
    /// [`Error::Damaged`] where its events say other links than there are rows of, or the other way round; [`Error::Database`].
    pub async fn links(&self, id: Uuid) -> Result<Vec<Linked>, Error> {
        all_linked(id, &self.database.rows(LINKS, values![&self.agency, id.to_string()]).await?)
    }

    /// A link as it's written down, where there can be such a one.
    async fn demand_possible(&self, id: Uuid, link: Link) -> Result<Link, Error> {
        for known in std::iter::once(id).chain(link.other()) {
            if self.artifact(known).await?.is_none() {
                return Err(Error::Unknown(known));
            }
        }
        match link {
            Link::Cancelled { decision, date } => {
                if date > self.today().await? {
                    return Err(NotSaid::Date(date).into());
                }
                // In one form of its letters: the same decision is said once.
                let decision = correcting::plain(&decision).ok_or(NotSaid::Text("decision"))?;
                let decision = written(&decision, "decision").map_err(|_| NotSaid::Text("decision"))?;
                Ok(Link::Cancelled { decision, date })
            }
            other => Ok(other),
        }
    }
}

/// Refuses a link of a kind by which an artifact would come to stand behind itself. The caller has the lock of links.
async fn demand_no_circle(
    transaction: &mut Transaction,
    agency: &str,
    id: Uuid,
    other: Uuid,
    kind: &str,
) -> Result<(), Error> {
    let (mut waiting, mut seen) = (vec![other], HashSet::new());
    while let Some(next) = waiting.pop() {
        if next == id {
            return Err(NotSaid::Circle(other).into());
        }
        if seen.insert(next) {
            let rows = transaction.rows(LINKS, values![agency, next.to_string()]).await?;
            let links = all_linked(next, &rows)?;
            let further = links.iter().filter(|one| one.artifact == next && one.link.kind() == kind);
            waiting.extend(further.filter_map(|one| one.link.other()));
        }
    }
    Ok(())
}

/// The links of rows and events ([`LINKS`]), each held against the other.
fn all_linked(id: Uuid, rows: &[Row]) -> Result<Vec<Linked>, Error> {
    let damaged = |what: &str| Error::Damaged(format!("artifact {id}: {what}"));
    let mut links = Vec::with_capacity(rows.len());
    for row in rows {
        if row.maybe_text("record")?.is_none() && row.maybe_text("destroyed")?.is_some() {
            continue;
        }
        if row.maybe_text("link_row")?.is_none() {
            return Err(damaged("an event says a link that has no row"));
        }
        if row.maybe_text("id")?.is_none() || row.maybe_text("record")?.is_none() {
            return Err(damaged("a link has a row, and no event with a record"));
        }
        links.push(linked_by(id, row)?);
    }
    Ok(links)
}

/// A link by its row, held against its record.
pub(crate) fn linked_by(id: Uuid, row: &Row) -> Result<Linked, Error> {
    let record: Record<StatusChanged> = record::read(row)?;
    let of = record.of;
    let is_its_own = of.artifact.to_string() == row.text("artifact")?
        && of.link.kind() == row.text("link")?
        && of.link.other().map(|other| other.to_string()) == row.maybe_text("other")?;
    match is_its_own {
        true => Ok(Linked { artifact: of.artifact, link: of.link, actor: of.actor, at: timestamp(row.number("at")?)? }),
        false => Err(Error::Damaged(format!("a link of artifact {id} was changed"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_weighs_most_counts_and_only_against_whom_it_is_said() {
        let [id, other] = [Uuid::from_u128(1), Uuid::from_u128(2)];
        let by = |artifact, link| Linked { artifact, link, actor: "x".into(), at: Timestamp::UNIX_EPOCH };
        let cancelled = || Link::Cancelled { decision: "1".into(), date: jiff::civil::date(2026, 11, 30) };
        let mut links = vec![by(id, Link::Replaces { other }), by(id, Link::Corrects { other })];
        assert_eq!(Standing::of(id, &links), Standing::InForce);
        links = vec![by(other, cancelled()), by(other, Link::MadeFrom { other: id })];
        assert_eq!((Standing::of(id, &links), Standing::of(other, &links)), (Standing::InForce, Standing::Cancelled));
        for (link, expected) in [
            (by(other, Link::Corrects { other: id }), "corrected"),
            (by(other, Link::Replaces { other: id }), "replaced"),
            (by(id, cancelled()), "cancelled"),
        ] {
            links.insert(0, link);
            assert_eq!(Standing::of(id, &links).name(), expected);
        }
    }
}
