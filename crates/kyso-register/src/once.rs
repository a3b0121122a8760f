//! A number is given out once for ever, whichever register gives it out. What an earlier version gave out twice is settled
//! before anything else is: of each such number all but one are void or cancelled.

use kyso_certification::number::CertificationNumber;
use sqlx::SqliteConnection;

use crate::entry::EntryId;
use crate::error::Error;
use crate::refusal::Refusal;
use crate::store::Columns as _;

/// A number that two entries have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Twice {
    /// The number of the one that was given out later.
    pub(crate) number: CertificationNumber,
    /// The one that was given out later.
    pub(crate) later: EntryId,
    /// The code of the other one's register.
    pub(crate) other: String,
}

/// The numbers that stand for two entries, neither of which is void or cancelled. The joins are crossed so that SQLite begins
/// with the table that's mostly empty.
pub(crate) async fn twice(connection: &mut SqliteConnection) -> Result<Vec<Twice>, Error> {
    let rows = sqlx::query(
        "SELECT later.register AS register, later.year AS year, later.ordinal AS ordinal, later.book AS book, \
            later.symbol AS symbol, other.register AS other \
         FROM number_twice CROSS JOIN entry AS later ON later.register = number_twice.register \
            AND later.year = number_twice.year AND later.ordinal = number_twice.ordinal \
         CROSS JOIN entry AS other ON other.register <> later.register AND other.year = later.year \
            AND other.ordinal = later.ordinal \
            AND replace(replace(upper(other.symbol), 'đ', 'D'), 'Đ', 'D') = \
                replace(replace(upper(later.symbol), 'đ', 'D'), 'Đ', 'D') \
         WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.year = later.year AND event.ordinal = later.ordinal \
            AND event.register = later.register AND event.what IN ('void', 'cancelled')) \
         AND NOT EXISTS (SELECT 1 FROM event WHERE event.year = later.year AND event.ordinal = later.ordinal \
            AND event.register = other.register AND event.what IN ('void', 'cancelled')) \
         ORDER BY later.register, later.year, later.ordinal, other.register",
    )
    .fetch_all(connection)
    .await
    .map_err(Error::database)?;
    let mut found = Vec::new();
    for row in &rows {
        let (year, ordinal) = (row.value("year")?, row.value("ordinal")?);
        let number = CertificationNumber { symbol: row.value("symbol")?, year, ordinal, book: row.value("book")? };
        let later = EntryId { register: row.value("register")?, year, ordinal };
        found.push(Twice { number, later, other: row.value("other")? });
    }
    Ok(found)
}

/// Refuses to go on while a number stands for two entries.
pub(crate) async fn demand(connection: &mut SqliteConnection) -> Result<(), Error> {
    let twice = twice(connection).await?;
    let Some(first) = twice.first() else { return Ok(()) };
    let registers = [first.later.register.clone(), first.other.clone()];
    let count = twice.len();
    Err(Refusal::Twice { numbers: twice.into_iter().take(10).map(|one| one.number).collect(), registers, count }.into())
}

/// Refuses to issue a result under a number that stands for another one too.
pub(crate) async fn demand_alone(connection: &mut SqliteConnection, id: &EntryId) -> Result<(), Error> {
    let is_it = |one: &Twice| {
        (one.later.year, one.later.ordinal) == (id.year, id.ordinal)
            && (one.later.register == id.register || one.other == id.register)
    };
    match twice(connection).await?.into_iter().find(is_it) {
        None => Ok(()),
        Some(one) => {
            let registers = [one.later.register, one.other];
            Err(Refusal::Twice { numbers: vec![one.number], registers, count: 1 }.into())
        }
    }
}

/// Refuses to issue a file that another number has, be that one cancelled: a result has one number.
pub(crate) async fn demand_unissued(
    connection: &mut SqliteConnection,
    number: &CertificationNumber,
    sha256: &str,
) -> Result<(), Error> {
    let row = sqlx::query(
        "SELECT entry.symbol AS symbol, entry.year AS year, entry.ordinal AS ordinal, entry.book AS book \
         FROM event JOIN entry ON entry.register = event.register AND entry.year = event.year \
            AND entry.ordinal = event.ordinal \
         WHERE event.what = 'issued' AND json_extract(event.detail, '$.sha256') = ? ORDER BY event.id LIMIT 1",
    )
    .bind(sha256)
    .fetch_optional(connection)
    .await
    .map_err(Error::database)?;
    let Some(row) = row else { return Ok(()) };
    let (symbol, year) = (row.value("symbol")?, row.value("year")?);
    let other = CertificationNumber { symbol, year, ordinal: row.value("ordinal")?, book: row.value("book")? };
    Err(Refusal::FileIssued { number: number.clone(), other }.into())
}

/// Refuses a number that was given out before, be it by a register that has another code now.
pub(crate) async fn demand_free(connection: &mut SqliteConnection, number: &CertificationNumber) -> Result<(), Error> {
    let register: Option<String> = sqlx::query_scalar(
        "SELECT register FROM number WHERE name = replace(replace(upper(?), 'đ', 'D'), 'Đ', 'D') AND year = ? \
         AND ordinal = ?",
    )
    .bind(&number.symbol)
    .bind(number.year)
    .bind(number.ordinal)
    .fetch_optional(connection)
    .await
    .map_err(Error::database)?;
    match register {
        None => Ok(()),
        Some(register) => Err(Refusal::Taken { number: number.clone(), register }.into()),
    }
}
