//! The register for people and machines: a book's pages, the year's closing.

mod columns;
mod csv;
mod json;
pub mod pdf;

use jiff::civil::Date;

pub use csv::csv;
pub use json::{EntryView, book as json};

use crate::definitions::Definition;
use crate::entry::{Entry, Totals};
use crate::reading::Filter;

/// Entries of one register over some time, the lowest ordinal first.
#[derive(Debug, Clone, Copy)]
pub struct Extract<'a> {
    /// The register.
    pub register: &'a Definition,
    /// The time.
    pub period: Period,
    /// The entries.
    pub entries: &'a [Entry],
    /// Identity numbers in full, as the book that is signed needs them; else their last three characters alone.
    pub full: bool,
}

/// How much time an extract covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// A month, which is printed and bound (Điều 13 khoản 3).
    Month {
        /// The year.
        year: i16,
        /// 1 to 12.
        month: i8,
    },
    /// A year.
    Year(i16),
}

impl Period {
    /// The year.
    pub fn year(self) -> i16 {
        match self {
            Self::Month { year, .. } | Self::Year(year) => year,
        }
    }

    /// The entries of a register in this time.
    pub fn filter(self, register: &Definition) -> Filter {
        let month = match self {
            Self::Month { month, .. } => Some(month),
            Self::Year(_) => None,
        };
        Filter { register: Some(register.code.clone()), year: Some(self.year()), month, pending: false }
    }

    /// E.g. "2026-03", "2026".
    pub fn name(self) -> String {
        match self {
            Self::Month { year, month } => format!("{year:04}-{month:02}"),
            Self::Year(year) => format!("{year:04}"),
        }
    }
}

impl Extract<'_> {
    /// What the entries come to.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        let mut books = std::collections::BTreeSet::new();
        for entry in self.entries {
            totals.add(entry.state, &entry.row);
            books.insert(entry.number.book);
        }
        totals.books = u32::try_from(books.len()).unwrap_or(u32::MAX);
        totals
    }

    /// The books that the entries stand in, as they are written, e.g. "01/2026-SCT/BS".
    pub fn books(&self) -> Vec<String> {
        let mut books: Vec<String> = Vec::new();
        for entry in self.entries {
            let book = entry.number.book_text();
            if !books.contains(&book) {
                books.push(book);
            }
        }
        books
    }
}

/// Of an identity number the last three characters, where it isn't wanted in full.
pub fn identity(number: &str, full: bool) -> String {
    if full {
        return number.to_owned();
    }
    let hidden = number.chars().count().saturating_sub(3);
    number.chars().enumerate().map(|(index, c)| if index < hidden { '*' } else { c }).collect()
}

fn day(date: Date) -> String {
    date.strftime("%d/%m/%Y").to_string()
}
