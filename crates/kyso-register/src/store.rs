//! Rows of the tables, as values; and the chain of events.

use jiff::Timestamp;
use jiff::civil::Date;
use kyso::crypto::DigestAlgorithm;
use kyso_certification::number::CertificationNumber;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Decode, Row as _, Sqlite, SqliteConnection, Type};

use crate::Stamp;
use crate::entry::{Entry, EntryId, Row, State};
use crate::error::Error;
use crate::event::{Event, What};

/// The chain before the first event.
pub(crate) const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What an event is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) register: &'a str,
    pub(crate) year: i16,
    /// None: the register's year as a whole.
    pub(crate) ordinal: Option<u32>,
}

impl<'a> From<&'a EntryId> for About<'a> {
    fn from(id: &'a EntryId) -> Self {
        Self { register: &id.register, year: id.year, ordinal: Some(id.ordinal) }
    }
}

/// An event as it's stored.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) id: i64,
    pub(crate) register: String,
    pub(crate) year: i16,
    pub(crate) ordinal: Option<u32>,
    what: String,
    at: String,
    actor: String,
    detail: String,
    pub(crate) chain: String,
}

/// The columns of a row.
pub(crate) trait Columns {
    fn value<'r, T: Decode<'r, Sqlite> + Type<Sqlite>>(
        &'r self,
        index: impl ColumnIndex<SqliteRow>,
    ) -> Result<T, Error>;
}

impl Columns for SqliteRow {
    fn value<'r, T: Decode<'r, Sqlite> + Type<Sqlite>>(&'r self, index: impl ColumnIndex<Self>) -> Result<T, Error> {
        self.try_get(index).map_err(Error::database)
    }
}

impl Stored {
    pub(crate) fn read(row: &SqliteRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.value("id")?,
            register: row.value("register")?,
            year: row.value("year")?,
            ordinal: row.value("ordinal")?,
            what: row.value("what")?,
            at: row.value("at")?,
            actor: row.value("actor")?,
            detail: row.value("detail")?,
            chain: row.value("chain")?,
        })
    }

    /// The time that it bears.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        self.at.parse().ok()
    }

    /// The entry that it's about.
    pub(crate) fn entry(&self) -> Option<EntryId> {
        let ordinal = self.ordinal?;
        Some(EntryId { register: self.register.clone(), year: self.year, ordinal })
    }

    /// The event, if it says what it's filed under.
    pub(crate) fn event(&self) -> Result<Event, Error> {
        let damaged = |what: &str| Error::Damaged(format!("event {}: {what}", self.id));
        let what: What = serde_json::from_str(&self.detail).map_err(|_| damaged("detail"))?;
        if what.name() != self.what {
            return Err(damaged("what"));
        }
        let at = self.at.parse().map_err(|_| damaged("at"))?;
        Ok(Event { at, by: self.actor.clone(), what })
    }

    /// SHA-256 over the chain before and everything that the event says.
    pub(crate) fn chained(&self, before: &str) -> Result<String, Error> {
        let Self { id, register, year, ordinal, what, at, actor, detail, chain: _ } = self;
        let all = (before, id, register, year, ordinal, what, at, actor, detail);
        Ok(DigestAlgorithm::Sha256.hex(&serde_json::to_vec(&all).map_err(Error::internal)?))
    }
}

/// Writes an event at the end of the chain.
pub(crate) async fn append(
    connection: &mut SqliteConnection,
    about: About<'_>,
    stamp: &Stamp,
    what: What,
) -> Result<Event, Error> {
    let last = sqlx::query("SELECT id, chain FROM event ORDER BY id DESC LIMIT 1")
        .fetch_optional(&mut *connection)
        .await
        .map_err(Error::database)?;
    let (last, before) = match last {
        Some(row) => (row.value::<i64>("id")?, row.value::<String>("chain")?),
        None => (0, BEGINNING.to_owned()),
    };
    let mut stored = Stored {
        id: last + 1,
        register: about.register.to_owned(),
        year: about.year,
        ordinal: about.ordinal,
        what: what.name().to_owned(),
        at: stamp.at.to_string(),
        actor: stamp.by.clone(),
        detail: serde_json::to_string(&what).map_err(Error::internal)?,
        chain: String::new(),
    };
    stored.chain = stored.chained(&before)?;
    sqlx::query(
        "INSERT INTO event (id, register, year, ordinal, what, at, actor, detail, chain) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(stored.id)
    .bind(&stored.register)
    .bind(stored.year)
    .bind(stored.ordinal)
    .bind(&stored.what)
    .bind(&stored.at)
    .bind(&stored.actor)
    .bind(&stored.detail)
    .bind(&stored.chain)
    .execute(connection)
    .await
    .map_err(Error::database)?;
    Ok(Event { at: stamp.at, by: stamp.by.clone(), what })
}

/// An entry's fixed part, as it's stored.
#[derive(Debug)]
pub(crate) struct Fixed {
    pub(crate) register: String,
    pub(crate) number: CertificationNumber,
    pub(crate) date: Date,
    pub(crate) request: String,
    pub(crate) digest: String,
    pub(crate) content: String,
}

impl Fixed {
    pub(crate) fn read(row: &SqliteRow) -> Result<Self, Error> {
        let number = CertificationNumber {
            symbol: row.value("symbol")?,
            year: row.value("year")?,
            ordinal: row.value("ordinal")?,
            book: row.value("book")?,
        };
        let date: String = row.value("date")?;
        let date = date.parse().map_err(|_| Error::Damaged(format!("{number}: date")))?;
        let (register, request) = (row.value("register")?, row.value("request")?);
        Ok(Self { register, number, date, request, digest: row.value("digest")?, content: row.value("content")? })
    }

    pub(crate) fn id(&self) -> EntryId {
        EntryId { register: self.register.clone(), year: self.number.year, ordinal: self.number.ordinal }
    }

    pub(crate) fn row(&self) -> Result<Row, Error> {
        serde_json::from_str(&self.content).map_err(|_| Error::Damaged(format!("{}: content", self.number)))
    }

    /// The entry, with everything that happened to it.
    pub(crate) fn entry(self, history: Vec<Event>) -> Result<Entry, Error> {
        let row = self.row()?;
        let mut state = None;
        for event in &history {
            state = State::after(state, &event.what);
            if state.is_none() {
                break;
            }
        }
        let state =
            state.ok_or_else(|| Error::Damaged(format!("{}: its events contradict each other", self.number)))?;
        let Self { register, number, date, request, .. } = self;
        Ok(Entry { register, number, date, request, row, state, history })
    }
}

/// SHA-256 over the register and the row's JSON: what a request key stands for.
pub(crate) fn content_digest(register: &str, content: &str) -> String {
    DigestAlgorithm::Sha256.hex(format!("{register}\n{content}").as_bytes())
}

/// The entry of this place.
pub(crate) async fn find(connection: &mut SqliteConnection, id: &EntryId) -> Result<Option<Entry>, Error> {
    let row = sqlx::query("SELECT * FROM entry WHERE register = ? AND year = ? AND ordinal = ?")
        .bind(&id.register)
        .bind(id.year)
        .bind(id.ordinal)
        .fetch_optional(&mut *connection)
        .await
        .map_err(Error::database)?;
    let Some(row) = row else { return Ok(None) };
    complete(connection, Fixed::read(&row)?).await.map(Some)
}

/// The entry that a request key stands for, and the digest of what was asked.
pub(crate) async fn find_request(
    connection: &mut SqliteConnection,
    request: &str,
) -> Result<Option<(Entry, String)>, Error> {
    let row = sqlx::query("SELECT * FROM entry WHERE request = ?")
        .bind(request)
        .fetch_optional(&mut *connection)
        .await
        .map_err(Error::database)?;
    let Some(row) = row else { return Ok(None) };
    let fixed = Fixed::read(&row)?;
    let digest = fixed.digest.clone();
    Ok(Some((complete(connection, fixed).await?, digest)))
}

async fn complete(connection: &mut SqliteConnection, fixed: Fixed) -> Result<Entry, Error> {
    let id = fixed.id();
    let rows = sqlx::query("SELECT * FROM event WHERE register = ? AND year = ? AND ordinal = ? ORDER BY id")
        .bind(&id.register)
        .bind(id.year)
        .bind(id.ordinal)
        .fetch_all(connection)
        .await
        .map_err(Error::database)?;
    let history = rows.iter().map(|row| Stored::read(row)?.event()).collect::<Result<Vec<_>, _>>()?;
    fixed.entry(history)
}

/// The event that closed a register's year, if it was closed.
pub(crate) async fn closed(
    connection: &mut SqliteConnection,
    register: &str,
    year: i16,
) -> Result<Option<Event>, Error> {
    let row = sqlx::query("SELECT * FROM event WHERE register = ? AND year = ? AND what = 'closed'")
        .bind(register)
        .bind(year)
        .fetch_optional(connection)
        .await
        .map_err(Error::database)?;
    row.map(|row| Stored::read(&row)?.event()).transpose()
}
