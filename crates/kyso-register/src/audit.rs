//! The proof that nothing is missing: every ordinal from 1 on is there, and each is explained.

use std::collections::{BTreeMap, BTreeSet};

use kyso::Language;
use kyso_certification::number::CertificationNumber;
use serde::Serialize;
use sqlx::SqliteConnection;

use crate::Register;
use crate::entry::{EntryId, Event, Row, State, Totals, What};
use crate::error::Error;
use crate::store::{BEGINNING, Columns as _, Fixed, Stored, content_digest};

/// What an audit found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// How many events there are.
    pub events: u64,
    /// The chain's end: it changes with every event. Written down outside (a signed book), it shows later whether the
    /// events up to then are still the same.
    pub head: String,
    /// Each register's years.
    pub years: Vec<YearAudit>,
    /// What is wrong; empty where all is well.
    pub problems: Vec<Problem>,
}

/// A register's year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct YearAudit {
    /// The register's code.
    pub register: String,
    /// The year.
    pub year: i16,
    /// The numbers are 1 to `totals.allotted`.
    pub totals: Totals,
    /// Whether the year was closed.
    pub closed: bool,
}

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Problem {
    /// SQLite finds the file damaged.
    File {
        /// SQLite's message.
        detail: String,
    },
    /// Numbers are missing.
    Gap {
        /// Where the next one was expected.
        expected: EntryId,
        /// The ordinal that comes instead.
        found: u32,
    },
    /// An entry has no event, or events that contradict each other.
    Unexplained {
        /// The entry.
        id: EntryId,
    },
    /// An entry isn't what was allotted.
    Altered {
        /// The entry.
        id: EntryId,
    },
    /// An event was altered, put in, or taken out.
    Chain {
        /// The event's number.
        event: i64,
    },
    /// An event speaks of an entry that isn't there, or can't be read.
    Event {
        /// The event's number.
        event: i64,
    },
    /// A book doesn't begin where the one before ends.
    Book {
        /// The register's code.
        register: String,
        /// The year.
        year: i16,
        /// The book.
        book: u32,
    },
    /// The closing's totals aren't those of its entries.
    Totals {
        /// The register's code.
        register: String,
        /// The year.
        year: i16,
    },
}

impl Problem {
    /// The problem for a person.
    pub fn text(&self, language: Language) -> String {
        let place = |id: &EntryId| format!("{} {}/{}", id.register, id.ordinal, id.year);
        match (self, language) {
            (Self::File { detail }, Language::Vietnamese) => format!("tệp dữ liệu bị hỏng: {detail}"),
            (Self::File { detail }, Language::English) => format!("the file is damaged: {detail}"),
            (Self::Gap { expected, found }, Language::Vietnamese) => {
                format!("thiếu số {}; sau đó là số {found}", place(expected))
            }
            (Self::Gap { expected, found }, Language::English) => {
                format!("number {} is missing; {found} follows", place(expected))
            }
            (Self::Unexplained { id }, Language::Vietnamese) => format!("số {} không có diễn biến hợp lệ", place(id)),
            (Self::Unexplained { id }, Language::English) => format!("number {} isn't explained", place(id)),
            (Self::Altered { id }, Language::Vietnamese) => format!("số {} đã bị sửa sau khi cấp", place(id)),
            (Self::Altered { id }, Language::English) => format!("number {} was altered after allotment", place(id)),
            (Self::Chain { event }, Language::Vietnamese) => {
                format!("sự kiện {event}: chuỗi nhật ký không khớp, có sự kiện bị sửa, thêm hoặc bớt")
            }
            (Self::Chain { event }, Language::English) => {
                format!("event {event}: the chain is broken; an event was altered, put in or taken out")
            }
            (Self::Event { event }, Language::Vietnamese) => format!("sự kiện {event}: nội dung không hợp lệ"),
            (Self::Event { event }, Language::English) => format!("event {event}: its content is wrong"),
            (Self::Book { register, year, book }, Language::Vietnamese) => {
                format!("sổ {register} quyển {book:02}/{year}: không nối tiếp quyển trước")
            }
            (Self::Book { register, year, book }, Language::English) => {
                format!("register {register}, book {book:02}/{year}: doesn't follow the book before")
            }
            (Self::Totals { register, year }, Language::Vietnamese) => {
                format!("sổ {register} năm {year}: số liệu khóa sổ không khớp với các số trong sổ")
            }
            (Self::Totals { register, year }, Language::English) => {
                format!("register {register} of {year}: the closing's totals aren't those of its entries")
            }
        }
    }
}

impl Register {
    /// Reads everything again, as it is at one moment: every ordinal from 1 on is there and explained by events that may
    /// follow each other, entries are what was allotted, the chain of events is whole, books follow each other, and
    /// closings count right.
    ///
    /// # Errors
    /// [`Error::Database`] where the file can't be read at all. What is wrong with it is no error: it's in the audit.
    pub async fn audit(&self) -> Result<Audit, Error> {
        let mut transaction = self.readers.begin().await.map_err(Error::database)?;
        let mut auditor = Auditor { head: BEGINNING.to_owned(), ..Auditor::default() };
        auditor.file(&mut transaction).await?;
        auditor.entries(&mut transaction).await?;
        auditor.events(&mut transaction).await?;
        auditor.books(&mut transaction).await?;
        transaction.rollback().await.map_err(Error::database)?;
        Ok(auditor.done())
    }
}

/// What is kept of an entry while the events pass by.
struct Seen {
    number: CertificationNumber,
    date: jiff::civil::Date,
    request: String,
    digest: String,
    /// Only the columns that are counted.
    row: Row,
    state: Option<State>,
    broken: bool,
}

#[derive(Default)]
struct Auditor {
    problems: Vec<Problem>,
    entries: BTreeMap<EntryId, Seen>,
    /// Where each book begins, as the events say.
    opened: BTreeMap<(String, i16), Vec<u32>>,
    closed: BTreeMap<(String, i16), Totals>,
    events: u64,
    head: String,
}

impl Auditor {
    async fn file(&mut self, connection: &mut SqliteConnection) -> Result<(), Error> {
        for row in
            sqlx::query("PRAGMA integrity_check(20)").fetch_all(&mut *connection).await.map_err(Error::database)?
        {
            let detail: String = row.value(0)?;
            if detail != "ok" {
                self.problems.push(Problem::File { detail });
            }
        }
        for row in sqlx::query("PRAGMA foreign_key_check").fetch_all(connection).await.map_err(Error::database)? {
            let table: String = row.value(0)?;
            self.problems.push(Problem::File { detail: format!("{table}: a row refers to one that isn't there") });
        }
        Ok(())
    }

    async fn entries(&mut self, connection: &mut SqliteConnection) -> Result<(), Error> {
        let rows = sqlx::query("SELECT * FROM entry ORDER BY register, year, ordinal")
            .fetch_all(connection)
            .await
            .map_err(Error::database)?;
        let mut expected = EntryId { register: String::new(), year: 0, ordinal: 1 };
        for row in &rows {
            let Ok(fixed) = Fixed::read(row) else {
                let id = EntryId {
                    register: row.value("register")?,
                    year: row.value("year")?,
                    ordinal: row.value("ordinal")?,
                };
                self.problems.push(Problem::Altered { id });
                continue;
            };
            let id = fixed.id();
            if (&id.register, id.year) != (&expected.register, expected.year) {
                expected = EntryId { ordinal: 1, ..id.clone() };
            }
            if id.ordinal != expected.ordinal {
                self.problems.push(Problem::Gap { expected: expected.clone(), found: id.ordinal });
            }
            expected.ordinal = id.ordinal.saturating_add(1);
            let digest = content_digest(&fixed.register, &fixed.content);
            let row = match fixed.row() {
                Ok(row) if digest == fixed.digest => Row { quantity: row.quantity, fee: row.fee, ..Row::default() },
                _ => {
                    self.problems.push(Problem::Altered { id: id.clone() });
                    Row::default()
                }
            };
            let Fixed { number, date, request, digest, .. } = fixed;
            self.entries.insert(id, Seen { number, date, request, digest, row, state: None, broken: false });
        }
        Ok(())
    }

    async fn events(&mut self, connection: &mut SqliteConnection) -> Result<(), Error> {
        /// As many at a time: the log of many years is long.
        const PAGE: usize = 5000;
        let mut last = 0;
        loop {
            let rows = sqlx::query("SELECT * FROM event WHERE id > ? ORDER BY id LIMIT 5000")
                .bind(last)
                .fetch_all(&mut *connection)
                .await
                .map_err(Error::database)?;
            for row in &rows {
                let stored = Stored::read(row)?;
                if stored.id != last + 1 || stored.chained(&self.head)? != stored.chain {
                    self.problems.push(Problem::Chain { event: stored.id });
                }
                self.head.clone_from(&stored.chain);
                last = stored.id;
                self.events += 1;
                self.event(stored);
            }
            if rows.len() < PAGE {
                return Ok(());
            }
        }
    }

    fn event(&mut self, stored: Stored) {
        let Ok(Event { what, .. }) = stored.event() else {
            self.problems.push(Problem::Event { event: stored.id });
            return;
        };
        let Some(ordinal) = stored.ordinal else {
            self.year_event(stored.id, stored.register, stored.year, &what);
            return;
        };
        let id = EntryId { register: stored.register, year: stored.year, ordinal };
        let is_closed = self.closed.contains_key(&(id.register.clone(), id.year));
        let Some(seen) = self.entries.get_mut(&id) else {
            self.problems.push(Problem::Event { event: stored.id });
            return;
        };
        if let What::Allotted { number, date, request, digest } = &what {
            let same = (number, date, request, digest) == (&seen.number, &seen.date, &seen.request, &seen.digest);
            if !same {
                self.problems.push(Problem::Altered { id: id.clone() });
            }
        }
        let late = is_closed && !matches!(what, What::Cancelled(_) | What::Linked { .. });
        match State::after(seen.state, &what) {
            Some(state) if !late => seen.state = Some(state),
            _ => seen.broken = true,
        }
    }

    fn year_event(&mut self, event: i64, register: String, year: i16, what: &What) {
        match what {
            What::Book { book, first } => {
                let books = self.opened.entry((register, year)).or_default();
                books.push(*first);
                if u32::try_from(books.len()).ok() != Some(*book) {
                    self.problems.push(Problem::Event { event });
                }
            }
            What::Closed(totals) => {
                if self.totals(&register, year) != *totals {
                    self.problems.push(Problem::Totals { register: register.clone(), year });
                }
                self.closed.insert((register, year), *totals);
            }
            _ => self.problems.push(Problem::Event { event }),
        }
    }

    /// Of the events up to here.
    fn totals(&self, register: &str, year: i16) -> Totals {
        let id = |ordinal| EntryId { register: register.to_owned(), year, ordinal };
        let books = self.opened.get(&(register.to_owned(), year)).map_or(0, Vec::len);
        let mut totals = Totals { books: u32::try_from(books).unwrap_or(u32::MAX), ..Totals::default() };
        for seen in self.entries.range(id(0)..=id(u32::MAX)).map(|(_, seen)| seen) {
            if let Some(state) = seen.state {
                totals.add(state, &seen.row);
            }
        }
        totals
    }

    /// The table of books says what the events say, and each entry stands in the book that was open.
    async fn books(&mut self, connection: &mut SqliteConnection) -> Result<(), Error> {
        let mut table: BTreeMap<(String, i16), Vec<u32>> = BTreeMap::new();
        for row in sqlx::query("SELECT * FROM book ORDER BY register, year, book")
            .fetch_all(connection)
            .await
            .map_err(Error::database)?
        {
            let (register, year, book): (String, i16, u32) =
                (row.value("register")?, row.value("year")?, row.value("book")?);
            let books = table.entry((register.clone(), year)).or_default();
            books.push(row.value("first")?);
            if u32::try_from(books.len()).ok() != Some(book)
                || !books.is_sorted_by(|one, next| one < next)
                || books.first() != Some(&1)
            {
                self.problems.push(Problem::Book { register, year, book });
            }
        }
        if table != self.opened {
            for (register, year) in table.keys().chain(self.opened.keys()) {
                let key = (register.clone(), *year);
                if table.get(&key) != self.opened.get(&key) {
                    let problem = Problem::Book { register: register.clone(), year: *year, book: 0 };
                    if !self.problems.contains(&problem) {
                        self.problems.push(problem);
                    }
                }
            }
        }
        for (id, seen) in &self.entries {
            let books = table.get(&(id.register.clone(), id.year)).map(Vec::as_slice).unwrap_or_default();
            let open = books.iter().filter(|first| **first <= id.ordinal).count();
            if u32::try_from(open).ok() != Some(seen.number.book) {
                self.problems.push(Problem::Altered { id: id.clone() });
            }
        }
        Ok(())
    }

    fn done(mut self) -> Audit {
        let mut years: BTreeSet<(String, i16)> = self.closed.keys().cloned().collect();
        for (id, seen) in &self.entries {
            years.insert((id.register.clone(), id.year));
            if seen.broken || seen.state.is_none() {
                self.problems.push(Problem::Unexplained { id: id.clone() });
            }
        }
        let year = |(register, year): (String, i16)| YearAudit {
            totals: self.totals(&register, year),
            closed: self.closed.contains_key(&(register.clone(), year)),
            register,
            year,
        };
        let years = years.into_iter().map(year).collect();
        Audit { events: self.events, head: self.head, years, problems: self.problems }
    }
}
