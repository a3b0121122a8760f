//! Looking things up.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::Register;
use crate::database::{Ask, OfRegister, Statement, values};
use crate::entry::{Entry, EntryId};
use crate::error::Error;
use crate::event::Event;
use crate::store::{Fixed, Stored, find, find_request};

/// Which entries are wanted; all of them by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The register's code.
    pub register: Option<String>,
    /// The year.
    pub year: Option<i16>,
    /// The month of the date of certification, 1 to 12; with a year. Another number is no filter.
    pub month: Option<i8>,
    /// Only those that are neither issued nor void.
    pub pending: bool,
}

impl Register {
    /// The entry of this place.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn entry(&self, id: &EntryId) -> Result<Option<Entry>, Error> {
        find(&mut self.database.clone(), id).await
    }

    /// The entry that a request key stands for.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn by_request(&self, request: &str) -> Result<Option<Entry>, Error> {
        Ok(find_request(&mut self.database.clone(), request).await?.map(|(entry, _)| entry))
    }

    /// The entries whose finished file has this SHA-256 (lower-case hex): whether a document's certification still holds
    /// is asked here, beside its signatures. There is one at most, unless someone entered a file twice.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn by_sha256(&self, sha256: &str) -> Result<Vec<Entry>, Error> {
        let rows = self.database.rows(OF_FILE.of(self.database.is_shared()), values![sha256]).await?;
        let mut entries = Vec::new();
        for row in &rows {
            let Stored { register, year, ordinal, .. } = Stored::read(row)?;
            let Some(ordinal) = ordinal else { continue };
            entries.extend(find(&mut self.database.clone(), &EntryId { register, year, ordinal }).await?);
        }
        Ok(entries)
    }

    /// Entries in the order of registers, years and ordinals, as they were at one moment.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn list(&self, filter: &Filter) -> Result<Vec<Entry>, Error> {
        let mut reading = self.database.reading().await?;
        let entries = list(&mut reading, filter).await;
        reading.close().await;
        entries
    }

    /// Entries that are neither issued nor void: someone is at work on them, or died at it. Each is finished under its
    /// request key, or voided.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn pending(&self) -> Result<Vec<Entry>, Error> {
        self.list(&Filter { pending: true, ..Filter::default() }).await
    }
}

/// The events that issued a file.
const OF_FILE: Statement = Statement {
    sqlite: "SELECT * FROM event WHERE what = 'issued' AND json_extract(detail, '$.sha256') = $1 ORDER BY id",
    postgres: "SELECT * FROM event WHERE what = 'issued' AND (CAST(detail AS json) ->> 'sha256') = $1 ORDER BY id",
};

/// The conditions of a filter; each is void where its parameter is null, and the last where it's zero.
macro_rules! wanted {
    ($select:literal, $order:literal) => {
        concat!(
            $select,
            " WHERE ($1 IS NULL OR entry.register = $1) AND ($2 IS NULL OR entry.year = $2) \
             AND ($3 IS NULL OR entry.date BETWEEN $3 AND $4) \
             AND ($5 = 0 OR NOT EXISTS (SELECT 1 FROM event AS done WHERE done.register = entry.register \
                AND done.year = entry.year AND done.ordinal = entry.ordinal AND done.what IN ('issued', 'void'))) ",
            $order
        )
    };
}

pub(super) async fn list(from: &mut impl Ask<OfRegister>, filter: &Filter) -> Result<Vec<Entry>, Error> {
    let first = filter.year.zip(filter.month).and_then(|(year, month)| Date::new(year, month, 1).ok());
    let days = first.map(|first| (first.to_string(), first.last_of_month().to_string()));
    let (from_day, to_day) = days.unzip();
    let year = filter.year.map(i64::from);
    let values = values![filter.register.clone(), year, from_day, to_day, i64::from(filter.pending)];
    let sql = wanted!("SELECT entry.* FROM entry", "ORDER BY entry.register, entry.year, entry.ordinal");
    let entries = from.rows(sql, values.clone()).await?;
    let sql = wanted!(
        "SELECT event.* FROM entry JOIN event ON event.register = entry.register AND event.year = entry.year \
         AND event.ordinal = entry.ordinal",
        "ORDER BY event.id"
    );
    let events = from.rows(sql, values).await?;
    let mut histories: HashMap<EntryId, Vec<Event>> = HashMap::new();
    for row in &events {
        let stored = Stored::read(row)?;
        let event = stored.event()?;
        if let Some(ordinal) = stored.ordinal {
            let id = EntryId { register: stored.register, year: stored.year, ordinal };
            histories.entry(id).or_default().push(event);
        }
    }
    let mut list = Vec::with_capacity(entries.len());
    for row in &entries {
        let fixed = Fixed::read(row)?;
        let history = histories.remove(&fixed.id()).unwrap_or_default();
        list.push(fixed.entry(history)?);
    }
    Ok(list)
}
