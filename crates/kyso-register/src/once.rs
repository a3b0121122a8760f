//! A number is given out once for ever, whichever register gives it out. What an earlier version gave out twice is settled
//! before anything else is: of each such number all but one are void or cancelled.

use kyso_certification::number::CertificationNumber;

use crate::database::{Ask, OfRegister, Statement, Transaction, values, year};
use crate::entry::EntryId;
use crate::error::Error;
use crate::refusal::Refusal;

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
pub(crate) async fn twice(from: &mut impl Ask<OfRegister>) -> Result<Vec<Twice>, Error> {
    let sql = "SELECT later.register AS register, later.year AS year, later.ordinal AS ordinal, later.book AS book, \
            later.symbol AS symbol, other.register AS other \
         FROM number_twice CROSS JOIN entry AS later CROSS JOIN entry AS other \
         WHERE later.register = number_twice.register AND later.year = number_twice.year \
         AND later.ordinal = number_twice.ordinal \
         AND other.register <> later.register AND other.year = later.year AND other.ordinal = later.ordinal \
         AND replace(replace(upper(other.symbol), 'đ', 'D'), 'Đ', 'D') = \
            replace(replace(upper(later.symbol), 'đ', 'D'), 'Đ', 'D') \
         AND NOT EXISTS (SELECT 1 FROM event WHERE event.year = later.year AND event.ordinal = later.ordinal \
            AND event.register = later.register AND event.what IN ('void', 'cancelled')) \
         AND NOT EXISTS (SELECT 1 FROM event WHERE event.year = later.year AND event.ordinal = later.ordinal \
            AND event.register = other.register AND event.what IN ('void', 'cancelled')) \
         ORDER BY later.register, later.year, later.ordinal, other.register";
    let rows = from.rows(sql, values![]).await?;
    let mut found = Vec::new();
    for row in &rows {
        let (year, ordinal) = (year(row)?, row.ordinal("ordinal")?);
        let number = CertificationNumber { symbol: row.text("symbol")?, year, ordinal, book: row.ordinal("book")? };
        let later = EntryId { register: row.text("register")?, year, ordinal };
        found.push(Twice { number, later, other: row.text("other")? });
    }
    Ok(found)
}

/// Refuses to go on while a number stands for two entries.
pub(crate) async fn demand(transaction: &mut Transaction) -> Result<(), Error> {
    let twice = twice(transaction).await?;
    let Some(first) = twice.first() else { return Ok(()) };
    let registers = [first.later.register.clone(), first.other.clone()];
    let count = twice.len();
    Err(Refusal::Twice { numbers: twice.into_iter().take(10).map(|one| one.number).collect(), registers, count }.into())
}

/// Refuses to issue a result under a number that stands for another one too.
pub(crate) async fn demand_alone(transaction: &mut Transaction, id: &EntryId) -> Result<(), Error> {
    let is_it = |one: &Twice| {
        (one.later.year, one.later.ordinal) == (id.year, id.ordinal)
            && (one.later.register == id.register || one.other == id.register)
    };
    match twice(transaction).await?.into_iter().find(is_it) {
        None => Ok(()),
        Some(one) => {
            let registers = [one.later.register, one.other];
            Err(Refusal::Twice { numbers: vec![one.number], registers, count: 1 }.into())
        }
    }
}

/// The number of a result, by its file.
const OF_FILE: Statement = Statement {
    sqlite: "SELECT entry.symbol AS symbol, entry.year AS year, entry.ordinal AS ordinal, entry.book AS book \
         FROM event JOIN entry ON entry.register = event.register AND entry.year = event.year \
            AND entry.ordinal = event.ordinal \
         WHERE event.what = 'issued' AND json_extract(event.detail, '$.sha256') = $1 ORDER BY event.id LIMIT 1",
    postgres: "SELECT entry.symbol AS symbol, entry.year AS year, entry.ordinal AS ordinal, entry.book AS book \
         FROM event JOIN entry ON entry.register = event.register AND entry.year = event.year \
            AND entry.ordinal = event.ordinal \
         WHERE event.what = 'issued' AND (CAST(event.detail AS json) ->> 'sha256') = $1 ORDER BY event.id LIMIT 1",
};

/// Refuses to issue a file that another number has, be that one cancelled: a result has one number.
pub(crate) async fn demand_unissued(
    transaction: &mut Transaction,
    number: &CertificationNumber,
    sha256: &str,
) -> Result<(), Error> {
    let row = transaction.row(OF_FILE.of(transaction.is_shared()), values![sha256]).await?;
    let Some(row) = row else { return Ok(()) };
    let (symbol, year) = (row.text("symbol")?, year(&row)?);
    let other = CertificationNumber { symbol, year, ordinal: row.ordinal("ordinal")?, book: row.ordinal("book")? };
    Err(Refusal::FileIssued { number: number.clone(), other }.into())
}

/// A symbol as people read it: in capitals, with a plain D for Đ. The databases note numbers under it, and have the same function.
fn as_read(symbol: &str) -> String {
    symbol.to_ascii_uppercase().replace(['đ', 'Đ'], "D")
}

/// Refuses a number that was given out before, be it by a register that has another code now.
pub(crate) async fn demand_free(transaction: &mut Transaction, number: &CertificationNumber) -> Result<(), Error> {
    let sql = "SELECT register FROM number WHERE name = $1 AND year = $2 AND ordinal = $3";
    let values = values![as_read(&number.symbol), i64::from(number.year), number.ordinal];
    match transaction.row(sql, values).await? {
        None => Ok(()),
        Some(row) => Err(Refusal::Taken { number: number.clone(), register: row.text("register")? }.into()),
    }
}
