//! Giving out numbers.

use jiff::civil::Date;
use kyso_certification::number::CertificationNumber;
use serde::{Deserialize, Serialize};

use crate::database::{Transaction, values};
use crate::definitions::Definition;
use crate::entry::{Entry, EntryId, Row, State, text};
use crate::error::Error;
use crate::event::What;
use crate::once;
use crate::refusal::Refusal;
use crate::store::{About, Fixed, append, closed, content_digest, find, find_request, write_book};
use crate::{Register, Stamp};

/// A request for a number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allotment {
    /// The register: its code or any of its symbols. The symbol that is written follows from the date.
    pub register: String,
    /// The date of certification; none for today.
    #[serde(default)]
    pub date: Option<Date>,
    /// The caller's key: asked again, the same number comes back. One key a result, e.g. "H61.12-251103-0042/1".
    pub request: String,
    /// What the book says.
    pub row: Row,
    /// The date may lie in an earlier year.
    #[serde(default)]
    pub other_year: bool,
    /// The date may be earlier than the newest entry's.
    #[serde(default)]
    pub out_of_order: bool,
}

/// A number given out. It's on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allotted {
    /// The entry. Its date may be an earlier one than that asked for, where it's known: the document must bear this one.
    pub entry: Entry,
    /// Whether the number had been allotted to this request before.
    pub known: bool,
}

impl Register {
    /// Gives out the next number of a register. When this returns, a power cut takes nothing away; whatever happens to
    /// the caller then, [`pending`](Self::pending) names the number, and the same request gives it again.
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no: nothing was given out.
    pub async fn allot(&self, request: &Allotment, stamp: &Stamp) -> Result<Allotted, Error> {
        let mut allotted = self.allot_all(std::slice::from_ref(request), stamp).await?;
        allotted.pop().ok_or_else(|| Error::internal("no number"))
    }

    /// Gives out several numbers in one transaction, in this order: all or none.
    ///
    /// # Errors
    /// As [`Self::allot`].
    pub async fn allot_all(&self, requests: &[Allotment], stamp: &Stamp) -> Result<Vec<Allotted>, Error> {
        text("by", &stamp.by, 200)?;
        let (register, requests, stamp) = (self.clone(), requests.to_vec(), stamp.clone());
        self.write(move |transaction| {
            Box::pin(async move {
                register.define_in(transaction, &stamp).await?;
                once::demand(transaction).await?;
                let mut allotted = Vec::with_capacity(requests.len());
                for request in &requests {
                    allotted.push(register.allot_in(transaction, request, &stamp).await?);
                }
                Ok(allotted)
            })
        })
        .await
    }

    async fn allot_in(
        &self,
        transaction: &mut Transaction,
        request: &Allotment,
        stamp: &Stamp,
    ) -> Result<Allotted, Error> {
        let definition = self.definitions.register(&request.register)?;
        let content = serde_json::to_string(&request.row).map_err(Error::internal)?;
        let digest = content_digest(&definition.code, &content);
        text("request", &request.request, 200)?;
        if let Some((entry, before)) = find_request(transaction, &request.request).await? {
            let (key, number) = (request.request.clone(), entry.number.clone());
            return match entry.state {
                _ if before != digest => Err(Refusal::RequestReused { request: key, number }.into()),
                State::Void => Err(Refusal::RequestVoid { request: key, number }.into()),
                _ => Ok(Allotted { entry, known: true }),
            };
        }
        request.row.check(definition.columns)?;
        let date = request.date.unwrap_or(stamp.today());
        check_date(transaction, definition, date, request, stamp).await?;
        let symbol = definition
            .symbol_on(date)
            .ok_or_else(|| Refusal::NoSymbol { register: definition.code.clone(), date })?
            .symbol
            .clone();
        let amended = match &request.row.link {
            Some(link) => Some((self.linked(transaction, &link.number).await?, link.how)),
            None => None,
        };

        let (register, year) = (definition.code.as_str(), date.year());
        let ordinal = next_ordinal(transaction, register, year).await?;
        let newest = newest_book(transaction, register, year).await?;
        // A book of an earlier year was asked for by its date, and confirmed so.
        self.demand_clock(transaction, stamp, newest == 0 && year == stamp.today().year()).await?;
        let book = match newest {
            0 => open_book(transaction, register, year, 1, ordinal, stamp).await?,
            book => book,
        };
        let number = CertificationNumber { symbol, year, ordinal, book };
        once::demand_free(transaction, &number).await?;
        let fixed = Fixed {
            register: register.to_owned(),
            number: number.clone(),
            date,
            request: request.request.clone(),
            digest: digest.clone(),
            content,
        };
        fixed.write(transaction).await?;
        let id = fixed.id();
        let what = What::Allotted { number: number.clone(), date, request: request.request.clone(), digest };
        let event = append(transaction, About::from(&id), stamp, what).await?;
        if let Some((amended, how)) = amended {
            append(transaction, About::from(&amended), stamp, What::Linked { how, number: number.clone() }).await?;
        }
        let entry = Entry {
            register: id.register,
            number,
            date,
            request: request.request.clone(),
            row: request.row.clone(),
            state: State::Allotted,
            history: vec![event],
        };
        Ok(Allotted { entry, known: false })
    }

    /// The entry that a new one amends, corrects or replaces: it was issued.
    async fn linked(&self, transaction: &mut Transaction, number: &CertificationNumber) -> Result<EntryId, Error> {
        let id = self.definitions.id(number)?;
        let entry = find(transaction, &id).await?.ok_or_else(|| Refusal::NoEntry(id.clone()))?;
        match entry.state {
            State::Issued | State::Cancelled => Ok(id),
            state => Err(Refusal::State { number: entry.number, state }.into()),
        }
    }
}

/// A register runs in order, day by day, and begins anew each year.
async fn check_date(
    transaction: &mut Transaction,
    definition: &Definition,
    date: Date,
    request: &Allotment,
    stamp: &Stamp,
) -> Result<(), Error> {
    let (register, year, today) = (definition.code.as_str(), date.year(), stamp.today());
    if date > today {
        return Err(Refusal::Future { date, today }.into());
    }
    if year != today.year() && !request.other_year {
        return Err(Refusal::OtherYear { date, today }.into());
    }
    if closed(transaction, register, year).await?.is_some() {
        return Err(Refusal::Closed { register: register.to_owned(), year }.into());
    }
    let sql = "SELECT max(date) AS newest FROM entry WHERE register = $1 AND year = $2";
    let newest = transaction.row(sql, values![register, i64::from(year)]).await?;
    let Some(newest) = newest.map(|row| row.maybe_text("newest")).transpose()?.flatten() else { return Ok(()) };
    let newest: Date = newest.parse().map_err(|_| Error::Damaged(format!("{register} {year}: date")))?;
    if date < newest && !request.out_of_order {
        return Err(Refusal::OutOfOrder { date, newest }.into());
    }
    Ok(())
}

pub(super) async fn next_ordinal(transaction: &mut Transaction, register: &str, year: i16) -> Result<u32, Error> {
    let sql = "SELECT coalesce(max(ordinal), 0) AS last FROM entry WHERE register = $1 AND year = $2";
    let row = transaction.row(sql, values![register, i64::from(year)]).await?;
    let last = row.map_or(Ok(0), |row| row.ordinal("last"))?;
    last.checked_add(1).ok_or_else(|| Error::internal("too many numbers"))
}

/// The newest book of a year; 0 where it has none yet.
pub(super) async fn newest_book(transaction: &mut Transaction, register: &str, year: i16) -> Result<u32, Error> {
    let sql = "SELECT coalesce(max(book), 0) AS book FROM book WHERE register = $1 AND year = $2";
    let row = transaction.row(sql, values![register, i64::from(year)]).await?;
    row.map_or(Ok(0), |row| row.ordinal("book"))
}

pub(super) async fn open_book(
    transaction: &mut Transaction,
    register: &str,
    year: i16,
    book: u32,
    first: u32,
    stamp: &Stamp,
) -> Result<u32, Error> {
    write_book(transaction, register, year, book, first).await?;
    append(transaction, About { register, year, ordinal: None }, stamp, What::Book { book, first }).await?;
    Ok(book)
}
