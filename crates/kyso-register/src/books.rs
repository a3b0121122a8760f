//! Books (quyển) and the year's end (khóa sổ).

use jiff::civil::Date;

use crate::allot::{newest_book, next_ordinal, open_book};
use crate::database::{Transaction, values};
use crate::entry::{Totals, text};
use crate::error::Error;
use crate::event::{Event, What};
use crate::once;
use crate::reading::{Filter, list};
use crate::refusal::Refusal;
use crate::store::{About, append, closed};
use crate::{Register, Stamp};

/// A book of a register's year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// The register's code.
    pub register: String,
    /// The year.
    pub year: i16,
    /// The book, from 1.
    pub book: u32,
    /// The ordinal that it begins with.
    pub first: u32,
}

/// A register's year that was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// The register's code.
    pub register: String,
    /// The year.
    pub year: i16,
    /// The year's totals at closing.
    pub totals: Totals,
    /// The closing: by whom, when.
    pub event: Event,
}

impl Register {
    /// Opens the next book of a register within the year: the numbers run on.
    ///
    /// # Errors
    /// [`Error::Refused`] where the newest book is still empty, or the year closed.
    pub async fn next_book(&self, register: &str, year: i16, stamp: &Stamp) -> Result<Book, Error> {
        text("by", &stamp.by, 200)?;
        let register = self.definitions.register(register)?.code.clone();
        let (this, stamp) = (self.clone(), stamp.clone());
        self.write(move |transaction| {
            Box::pin(async move { this.next_book_in(transaction, register, year, &stamp).await })
        })
        .await
    }

    async fn next_book_in(
        &self,
        transaction: &mut Transaction,
        register: String,
        year: i16,
        stamp: &Stamp,
    ) -> Result<Book, Error> {
        self.define_in(transaction, stamp).await?;
        once::demand(transaction).await?;
        if closed(transaction, &register, year).await?.is_some() {
            return Err(Refusal::Closed { register, year }.into());
        }
        self.demand_clock(transaction, stamp, false).await?;
        let first = next_ordinal(transaction, &register, year).await?;
        let book = newest_book(transaction, &register, year).await?;
        let sql = "SELECT count(*) AS n FROM book WHERE register = $1 AND year = $2 AND book = $3 AND first < $4";
        let used = transaction.row(sql, values![&register, i64::from(year), book, first]).await?;
        if used.map_or(Ok(0), |row| row.number("n"))? == 0 {
            return Err(Refusal::EmptyBook { register, year, book }.into());
        }
        let book = open_book(transaction, &register, year, book.saturating_add(1), first, stamp).await?;
        Ok(Book { register, year, book, first })
    }

    /// Closes a year in all registers: from then on nothing is allotted, voided or changed in it, but a cancelling
    /// decision is still noted. Said of a closed year, nothing happens. It's for 31 December and later, or, where an
    /// office ends within the year, `early`.
    ///
    /// # Errors
    /// [`Error::Refused`] while entries are pending, or the year isn't over.
    pub async fn close_year(&self, year: i16, early: bool, stamp: &Stamp) -> Result<Vec<Closing>, Error> {
        text("by", &stamp.by, 200)?;
        let today = stamp.today();
        let over = Date::new(year, 12, 31).is_ok_and(|last| last <= today);
        if year > today.year() || (!early && !over) {
            return Err(Refusal::YearNotOver { year, today }.into());
        }
        let (this, stamp) = (self.clone(), stamp.clone());
        self.write(move |transaction| Box::pin(async move { this.close_year_in(transaction, year, &stamp).await }))
            .await
    }

    async fn close_year_in(
        &self,
        transaction: &mut Transaction,
        year: i16,
        stamp: &Stamp,
    ) -> Result<Vec<Closing>, Error> {
        // Before anything is entered: what is would speak for the clock.
        self.demand_clock(transaction, stamp, true).await?;
        self.define_in(transaction, stamp).await?;
        once::demand(transaction).await?;
        let (mut closings, mut pending) = (Vec::new(), Vec::new());
        for definition in self.definitions.all() {
            let register = definition.code.clone();
            if let Some(event) = closed(transaction, &register, year).await? {
                closings.extend(closing(register, year, event));
                continue;
            }
            let filter = Filter { register: Some(register.clone()), year: Some(year), ..Filter::default() };
            let mut totals = Totals { books: newest_book(transaction, &register, year).await?, ..Totals::default() };
            for entry in list(transaction, &filter).await? {
                totals.add(entry.state, &entry.row);
                if entry.state.is_pending() {
                    pending.push(entry.number);
                }
            }
            if pending.is_empty() {
                let about = About { register: &register, year, ordinal: None };
                let event = append(transaction, about, stamp, What::Closed(totals)).await?;
                closings.extend(closing(register, year, event));
            }
        }
        if !pending.is_empty() {
            let count = pending.len();
            pending.truncate(10);
            return Err(Refusal::Pending { year, numbers: pending, count }.into());
        }
        Ok(closings)
    }

    /// The closings of a year, in the order of the registers.
    ///
    /// # Errors
    /// [`Refusal::NotClosed`] where a register's year is still open.
    pub async fn closings(&self, year: i16) -> Result<Vec<Closing>, Error> {
        let mut closings = Vec::new();
        for definition in self.definitions.all() {
            let event =
                closed(&mut self.database.clone(), &definition.code, year).await?.ok_or(Refusal::NotClosed { year })?;
            closings.extend(closing(definition.code.clone(), year, event));
        }
        Ok(closings)
    }
}

fn closing(register: String, year: i16, event: Event) -> Option<Closing> {
    let What::Closed(totals) = event.what else { return None };
    Some(Closing { register, year, totals, event })
}
