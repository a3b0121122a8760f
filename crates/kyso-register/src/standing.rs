//! Whether the register still has what a head is about, by one look: what a service asks before each number. The whole proof is
//! [`Register::audit_since`].

use crate::Register;
use crate::database::values;
use crate::error::Error;
use crate::head::Head;
use crate::store::BEGINNING;

/// What became of what a head is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The chain goes on from the head.
    Whole {
        /// How many events came after it.
        since: u64,
    },
    /// The register ends before the head: it was cut, or put back from a backup.
    Behind {
        /// How many events the register has.
        events: u64,
    },
    /// The register has another chain: it was put back and went on otherwise, or is another register.
    Other {
        /// How many events the register has.
        events: u64,
    },
}

impl Register {
    /// Holds the register against a head that says how many events it's about.
    ///
    /// # Errors
    /// [`Error::Database`]; [`Error::Damaged`] where the head says no count.
    pub async fn standing(&self, head: &Head) -> Result<Standing, Error> {
        let wanted = head.events.ok_or_else(|| Error::Damaged("a head without a count of events".into()))?;
        let at = i64::try_from(wanted).map_err(Error::internal)?;
        // One statement, and so of one moment.
        let sql = "SELECT coalesce(max(id), 0) AS last, (SELECT chain FROM event WHERE id = $1) AS chain FROM event";
        let row = self.database.row(sql, values![at]).await?.ok_or_else(|| Error::internal("no row of events"))?;
        let (events, chain) = (row.count("last")?, row.maybe_text("chain")?);
        if wanted > events {
            return Ok(Standing::Behind { events });
        }
        let chain = match chain {
            Some(chain) => chain,
            None if wanted == 0 => BEGINNING.to_owned(),
            None => return Ok(Standing::Other { events }),
        };
        Ok(if chain == head.chain { Standing::Whole { since: events - wanted } } else { Standing::Other { events } })
    }

    /// SHA-256 of the definitions in use, lower-case hex; none before the first are.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn definitions_sha256(&self) -> Result<Option<String>, Error> {
        let row = self.database.row("SELECT sha256 FROM definition ORDER BY version DESC LIMIT 1", values![]).await?;
        row.map(|row| row.text("sha256")).transpose()
    }
}
