//! Rows of the tables, as values; and the chain of events.

use jiff::Timestamp;
use jiff::civil::Date;
use kyso::crypto::DigestAlgorithm;
use kyso_certification::number::CertificationNumber;

use crate::Stamp;
use crate::database::{self, Ask, OfRegister, Transaction, values, year};
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

impl Stored {
    pub(crate) fn read(row: &database::Row) -> Result<Self, Error> {
        let is_of_entry = row.maybe_number("ordinal")?.is_some();
        Ok(Self {
            id: row.number("id")?,
            register: row.text("register")?,
            year: year(row)?,
            ordinal: is_of_entry.then(|| row.ordinal("ordinal")).transpose()?,
            what: row.text("what")?,
            at: row.text("at")?,
            actor: row.text("actor")?,
            detail: row.text("detail")?,
            chain: row.text("chain")?,
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

    /// Writes it as it is.
    pub(crate) async fn write(&self, transaction: &mut Transaction) -> Result<(), Error> {
        let sql = "INSERT INTO event (id, register, year, ordinal, what, at, actor, detail, chain) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let Self { id, register, year, ordinal, what, at, actor, detail, chain } = self;
        let values = values![*id, register, i64::from(*year), ordinal.map(i64::from), what, at, actor, detail, chain];
        transaction.run(sql, values).await.map(|_| ())
    }

    /// SHA-256 over the chain before and everything that the event says.
    pub(crate) fn chained(&self, before: &str) -> Result<String, Error> {
        let Self { id, register, year, ordinal, what, at, actor, detail, chain: _ } = self;
        let all = (before, id, register, year, ordinal, what, at, actor, detail);
        Ok(DigestAlgorithm::Sha256.hex(&serde_json::to_vec(&all).map_err(Error::internal)?))
    }
}

/// The number of the last event, and the chain's end; 0 before the first.
pub(crate) async fn last(from: &mut impl Ask<OfRegister>) -> Result<(i64, String), Error> {
    let last = from.row("SELECT id, chain FROM event ORDER BY id DESC LIMIT 1", values![]).await?;
    last.map_or_else(|| Ok((0, BEGINNING.to_owned())), |row| Ok((row.number("id")?, row.text("chain")?)))
}

/// Writes a book's row.
pub(crate) async fn write_book(
    transaction: &mut Transaction,
    register: &str,
    year: i16,
    book: u32,
    first: u32,
) -> Result<(), Error> {
    let sql = "INSERT INTO book (register, year, book, first) VALUES ($1, $2, $3, $4)";
    transaction.run(sql, values![register, i64::from(year), book, first]).await.map(|_| ())
}

/// Writes an event at the end of the chain.
pub(crate) async fn append(
    transaction: &mut Transaction,
    about: About<'_>,
    stamp: &Stamp,
    what: What,
) -> Result<Event, Error> {
    let (last, before) = last(transaction).await?;
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
    stored.write(transaction).await?;
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
    pub(crate) fn read(row: &database::Row) -> Result<Self, Error> {
        let number = CertificationNumber {
            symbol: row.text("symbol")?,
            year: year(row)?,
            ordinal: row.ordinal("ordinal")?,
            book: row.ordinal("book")?,
        };
        let date = row.text("date")?;
        let date = date.parse().map_err(|_| Error::Damaged(format!("{number}: date")))?;
        let (register, request) = (row.text("register")?, row.text("request")?);
        Ok(Self { register, number, date, request, digest: row.text("digest")?, content: row.text("content")? })
    }

    /// Writes it as it is.
    pub(crate) async fn write(&self, transaction: &mut Transaction) -> Result<(), Error> {
        let sql = "INSERT INTO entry (register, year, ordinal, book, symbol, date, request, digest, content) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let CertificationNumber { symbol, year, ordinal, book } = &self.number;
        let values = values![
            &self.register,
            i64::from(*year),
            *ordinal,
            *book,
            symbol,
            self.date.to_string(),
            &self.request,
            &self.digest,
            &self.content
        ];
        transaction.run(sql, values).await.map(|_| ())
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
pub(crate) async fn find(from: &mut impl Ask<OfRegister>, id: &EntryId) -> Result<Option<Entry>, Error> {
    let sql = "SELECT * FROM entry WHERE register = $1 AND year = $2 AND ordinal = $3";
    let row = from.row(sql, values![&id.register, i64::from(id.year), id.ordinal]).await?;
    let Some(row) = row else { return Ok(None) };
    complete(from, Fixed::read(&row)?).await.map(Some)
}

/// The entry that a request key stands for, and the digest of what was asked.
pub(crate) async fn find_request(
    from: &mut impl Ask<OfRegister>,
    request: &str,
) -> Result<Option<(Entry, String)>, Error> {
    let row = from.row("SELECT * FROM entry WHERE request = $1", values![request]).await?;
    let Some(row) = row else { return Ok(None) };
    let fixed = Fixed::read(&row)?;
    let digest = fixed.digest.clone();
    Ok(Some((complete(from, fixed).await?, digest)))
}

async fn complete(from: &mut impl Ask<OfRegister>, fixed: Fixed) -> Result<Entry, Error> {
    let id = fixed.id();
    let sql = "SELECT * FROM event WHERE register = $1 AND year = $2 AND ordinal = $3 ORDER BY id";
    let rows = from.rows(sql, values![&id.register, i64::from(id.year), id.ordinal]).await?;
    let history = rows.iter().map(|row| Stored::read(row)?.event()).collect::<Result<Vec<_>, _>>()?;
    fixed.entry(history)
}

/// The event that closed a register's year, if it was closed.
pub(crate) async fn closed(from: &mut impl Ask<OfRegister>, register: &str, year: i16) -> Result<Option<Event>, Error> {
    let sql = "SELECT * FROM event WHERE register = $1 AND year = $2 AND what = 'closed'";
    let row = from.row(sql, values![register, i64::from(year)]).await?;
    row.map(|row| Stored::read(&row)?.event()).transpose()
}
