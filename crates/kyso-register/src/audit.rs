//! The proof that nothing is missing: every ordinal from 1 on is there, and each is explained.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use kyso_certification::number::CertificationNumber;
use serde::Serialize;

use crate::database::{Transaction, values, year};
use crate::entry::{EntryId, Row, State, Totals};
use crate::error::Error;
use crate::event::{Event, Unchecked, What};
use crate::head::Head;
use crate::once::{self, Twice};
use crate::problem::Problem;
use crate::schema::Differences;
use crate::since::{Compared, Trail};
use crate::store::{BEGINNING, Fixed, Stored, content_digest};
use crate::{Register, clock, kept, schema};

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
    /// A table or a column isn't there, or not as it was, and what the register holds can't be read: only the schema was looked at,
    /// and all else here says nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
    /// The heads that were written down, held against the chain.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub since: Vec<Compared>,
    /// Entries of which a check of the finished file was gone round: told, and not wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unchecked: Vec<UncheckedEntry>,
}

impl Audit {
    /// The schema's problems alone.
    fn unread(schema: Differences) -> Self {
        let head = BEGINNING.to_owned();
        let (years, since, unchecked) = (Vec::new(), Vec::new(), Vec::new());
        Self { events: 0, head, years, problems: schema.problems, unread: true, since, unchecked }
    }

    /// Whether nothing is wrong, and everything is as it was when the heads were written down.
    pub fn is_whole(&self) -> bool {
        self.problems.is_empty() && self.since.iter().all(|compared| compared.difference.is_none())
    }
}

/// An entry of which a check of the finished file was gone round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UncheckedEntry {
    /// The entry's number.
    pub number: CertificationNumber,
    /// The check.
    pub unchecked: Unchecked,
    /// Who did so.
    pub by: String,
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

impl Register {
    /// Reads everything again, as it is at one moment: every ordinal from 1 on is there and explained by events that may
    /// follow each other, entries are what was allotted, the chain of events is whole, books follow each other, and
    /// closings count right, and the database has the rules that this version makes. What follows from an event that was altered
    /// isn't told beside it.
    ///
    /// # Errors
    /// [`Error::Database`] where the file can't be read at all. What is wrong with it is no error: it's in the audit.
    pub async fn audit(&self) -> Result<Audit, Error> {
        self.audit_since(&[]).await
    }

    /// As [`audit`](Self::audit), and tells of each head that was written down what became of the events up to it since: cut
    /// off, changed, or put back to an earlier state. Heads that still hold narrow down where others differ.
    ///
    /// # Errors
    /// As [`audit`](Self::audit).
    pub async fn audit_since(&self, heads: &[Head]) -> Result<Audit, Error> {
        let mut reading = self.database.reading().await?;
        let trail = Trail::of(heads);
        let (head, made) = (BEGINNING.to_owned(), BEGINNING.to_owned());
        let mut auditor = Auditor { head, made, trail, ..Auditor::default() };
        let read = match schema::differences(&self.database, &mut reading).await {
            Ok(schema) if schema.is_unreadable => Ok((schema, None)),
            Ok(schema) => {
                let read = auditor.read(&mut reading, &schema).await;
                Ok((schema, Some(read)))
            }
            Err(error) => Err(error),
        };
        reading.close().await;
        match read? {
            (schema, None) => Ok(Audit::unread(schema)),
            (schema, Some(Err(Error::Database(_)))) if schema.has_changed_table() => Ok(Audit::unread(schema)),
            (_, Some(read)) => read.map(|()| auditor.done()),
        }
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
    /// It was told that the entry was altered.
    is_altered: bool,
    /// One of its events was altered, which was told.
    is_in_doubt: bool,
}

#[derive(Default)]
struct Auditor {
    problems: Vec<Problem>,
    entries: BTreeMap<EntryId, Seen>,
    /// Where each book begins, as the events say.
    opened: BTreeMap<(String, i16), Vec<u32>>,
    closed: BTreeMap<(String, i16), Totals>,
    /// The digest of each version of the definitions, as the events say.
    defined: Vec<String>,
    unchecked: Vec<UncheckedEntry>,
    /// The latest time since somebody answered for the clock.
    latest: Option<Timestamp>,
    events: u64,
    head: String,
    /// The chain up to the last event as it would be if the event's own chain hadn't been touched.
    made: String,
    /// Years of which an event was altered, which was told: what is counted from events says nothing more.
    in_doubt: BTreeSet<(String, i16)>,
    /// Years of which an entry was altered, which was told: sums would only say so again.
    uncounted: BTreeSet<(String, i16)>,
    /// Entries that can't be read, which was told.
    unreadable: BTreeSet<EntryId>,
    trail: Trail,
}

impl Auditor {
    async fn read(&mut self, reading: &mut Transaction, schema: &Differences) -> Result<(), Error> {
        self.file(reading).await?;
        self.problems.extend(schema.problems.iter().cloned());
        self.entries(reading).await?;
        self.events(reading).await?;
        self.books(reading).await?;
        self.numbers(reading).await?;
        self.definitions(reading).await
    }

    /// What SQLite says of its file. A server looks at the sums of its pages by itself, and refuses rows that refer to none.
    async fn file(&mut self, reading: &mut Transaction) -> Result<(), Error> {
        if reading.is_shared() {
            return Ok(());
        }
        for row in reading.rows("PRAGMA integrity_check(20)", values![]).await? {
            let detail = row.text("integrity_check")?;
            if detail != "ok" {
                self.problems.push(Problem::File { detail });
            }
        }
        for row in reading.rows("PRAGMA foreign_key_check", values![]).await? {
            let table = row.text("table")?;
            self.problems.push(Problem::File { detail: format!("{table}: a row refers to one that isn't there") });
        }
        Ok(())
    }

    async fn entries(&mut self, reading: &mut Transaction) -> Result<(), Error> {
        let rows = reading.rows("SELECT * FROM entry ORDER BY register, year, ordinal", values![]).await?;
        let mut expected = EntryId { register: String::new(), year: 0, ordinal: 1 };
        for row in &rows {
            let Ok(fixed) = Fixed::read(row) else {
                let id =
                    EntryId { register: row.text("register")?, year: year(row)?, ordinal: row.ordinal("ordinal")? };
                self.problems.push(Problem::Altered { id: id.clone() });
                self.uncounted.insert((id.register.clone(), id.year));
                self.unreadable.insert(id);
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
            let (row, is_altered) = match fixed.row() {
                Ok(row) if digest == fixed.digest => {
                    (Row { quantity: row.quantity, fee: row.fee, ..Row::default() }, false)
                }
                _ => (Row::default(), true),
            };
            if is_altered {
                self.uncounted.insert((id.register.clone(), id.year));
                self.problems.push(Problem::Altered { id: id.clone() });
            }
            let Fixed { number, date, request, digest, .. } = fixed;
            let (state, broken, is_in_doubt) = (None, false, false);
            let seen = Seen { number, date, request, digest, row, state, broken, is_altered, is_in_doubt };
            self.entries.insert(id, seen);
        }
        Ok(())
    }

    async fn events(&mut self, reading: &mut Transaction) -> Result<(), Error> {
        /// As many at a time: the log of many years is long.
        const PAGE: usize = 5000;
        let mut last = 0;
        loop {
            let sql = "SELECT * FROM event WHERE id > $1 ORDER BY id LIMIT 5000";
            let rows = reading.rows(sql, values![last]).await?;
            for row in &rows {
                let stored = Stored::read(row)?;
                self.events += 1;
                let made = stored.chained(&self.head)?;
                // After an event whose chain was touched the next one still speaks of the chain as it was.
                let is_chained = made == stored.chain || stored.chained(&self.made)? == stored.chain;
                let runs_on = stored.id == last + 1;
                if !runs_on || !is_chained {
                    self.problems.push(Problem::Chain { event: stored.id });
                    self.trail.breaks(self.events, stored.id);
                }
                self.made = if is_chained { stored.chain.clone() } else { made };
                self.head.clone_from(&stored.chain);
                last = stored.id;
                self.trail.pass(self.events, &stored.chain, stored.time().unwrap_or_default(), stored.entry());
                // Where one was taken out before it, it may itself be as it was.
                if runs_on && !is_chained { self.altered(stored) } else { self.event(stored) }
            }
            if rows.len() < PAGE {
                return Ok(());
            }
        }
    }

    /// An event that was altered, which was told: it's followed as far as it can be read, and nothing more is told of it.
    fn altered(&mut self, stored: Stored) {
        self.in_doubt.insert((stored.register.clone(), stored.year));
        let event = stored.event();
        let Some(id) = stored.entry() else {
            if let Ok(Event { what, .. }) = event {
                self.year_event(stored.id, stored.register, stored.year, &what);
            }
            return;
        };
        if let Some(seen) = self.entries.get_mut(&id) {
            seen.is_in_doubt = true;
            if let Ok(Event { what, .. }) = event {
                seen.state = State::after(seen.state, &what).or(seen.state);
            }
        }
    }

    fn event(&mut self, stored: Stored) {
        let Ok(Event { at, what, by }) = stored.event() else {
            self.problems.push(Problem::Event { event: stored.id });
            return;
        };
        self.time(stored.id, at, &what);
        let Some(id) = stored.entry() else {
            self.year_event(stored.id, stored.register, stored.year, &what);
            return;
        };
        let is_closed = self.closed.contains_key(&(id.register.clone(), id.year));
        let Some(seen) = self.entries.get_mut(&id) else {
            if !self.unreadable.contains(&id) {
                self.problems.push(Problem::Event { event: stored.id });
            }
            return;
        };
        if let What::Allotted { number, date, request, digest } = &what {
            let same = (number, date, request, digest) == (&seen.number, &seen.date, &seen.request, &seen.digest);
            if !same && !seen.is_altered {
                seen.is_altered = true;
                self.problems.push(Problem::Altered { id: id.clone() });
            }
        }
        if let What::Issued { unchecked: Some(unchecked), .. } = &what {
            self.unchecked.push(UncheckedEntry { number: seen.number.clone(), unchecked: *unchecked, by });
        }
        let late = is_closed && !matches!(what, What::Cancelled(_) | What::Linked { .. });
        match State::after(seen.state, &what) {
            Some(state) if !late => seen.state = Some(state),
            _ => seen.broken = true,
        }
    }

    /// No time runs back, but where somebody answered for the clock.
    fn time(&mut self, event: i64, at: Timestamp, what: &What) {
        if matches!(what, What::Confirmed { .. }) {
            self.latest = Some(at);
            return;
        }
        if let Some(before) = self.latest.filter(|latest| clock::runs_back(at, *latest)) {
            self.problems.push(Problem::Time { event, at, before });
        }
        self.latest = self.latest.max(Some(at));
    }

    fn year_event(&mut self, event: i64, register: String, year: i16, what: &What) {
        let is_in_doubt = self.in_doubt.contains(&(register.clone(), year));
        match what {
            What::Book { book, first } => {
                let books = self.opened.entry((register, year)).or_default();
                books.push(*first);
                if u32::try_from(books.len()).ok() != Some(*book) && !is_in_doubt {
                    self.problems.push(Problem::Event { event });
                }
            }
            What::Closed(totals) => {
                let is_counted = !is_in_doubt && !self.uncounted.contains(&(register.clone(), year));
                if is_counted && self.totals(&register, year) != *totals {
                    self.problems.push(Problem::Totals { register: register.clone(), year });
                }
                self.closed.insert((register, year), *totals);
            }
            What::Defined { version, sha256 } => {
                self.defined.push(sha256.clone());
                if u32::try_from(self.defined.len()).ok() != Some(*version) && !is_in_doubt {
                    self.problems.push(Problem::Event { event });
                }
            }
            What::Confirmed { .. } => {}
            _ if is_in_doubt => {}
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
    async fn books(&mut self, reading: &mut Transaction) -> Result<(), Error> {
        let mut table: BTreeMap<(String, i16), Vec<u32>> = BTreeMap::new();
        for row in reading.rows("SELECT * FROM book ORDER BY register, year, book", values![]).await? {
            let (register, year, book) = (row.text("register")?, year(&row)?, row.ordinal("book")?);
            let books = table.entry((register.clone(), year)).or_default();
            books.push(row.ordinal("first")?);
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
                if table.get(&key) != self.opened.get(&key) && !self.in_doubt.contains(&key) {
                    let problem = Problem::Book { register: register.clone(), year: *year, book: 0 };
                    if !self.problems.contains(&problem) {
                        self.problems.push(problem);
                    }
                }
            }
        }
        for (id, seen) in &mut self.entries {
            let books = table.get(&(id.register.clone(), id.year)).map(Vec::as_slice).unwrap_or_default();
            let open = books.iter().filter(|first| **first <= id.ordinal).count();
            if u32::try_from(open).ok() != Some(seen.number.book) && !seen.is_altered {
                seen.is_altered = true;
                self.problems.push(Problem::Altered { id: id.clone() });
            }
        }
        Ok(())
    }

    /// Every number that was given out has its entry, and every entry its number; none has two.
    async fn numbers(&mut self, reading: &mut Transaction) -> Result<(), Error> {
        for Twice { number, later, other } in once::twice(reading).await? {
            self.problems.push(Problem::Twice { number, registers: [other, later.register] });
        }
        let sql = "WITH given AS (SELECT register, year, ordinal, symbol, \
                replace(replace(upper(symbol), 'đ', 'D'), 'Đ', 'D') AS name FROM entry) \
             SELECT number.name AS symbol, number.year AS year, number.ordinal AS ordinal, number.register AS register FROM number \
             LEFT JOIN given ON given.register = number.register AND given.year = number.year \
                AND given.ordinal = number.ordinal AND given.name = number.name WHERE given.register IS NULL \
             UNION ALL \
             SELECT given.symbol, given.year, given.ordinal, given.register FROM given \
             LEFT JOIN number ON number.name = given.name AND number.year = given.year AND number.ordinal = given.ordinal \
             LEFT JOIN number_twice ON number_twice.register = given.register AND number_twice.year = given.year \
                AND number_twice.ordinal = given.ordinal \
             WHERE number.name IS NULL OR (number.register <> given.register AND number_twice.register IS NULL)";
        for row in &reading.rows(sql, values![]).await? {
            let (symbol, year, ordinal) = (row.text("symbol")?, year(row)?, row.ordinal("ordinal")?);
            let id = EntryId { register: row.text("register")?, year, ordinal };
            if !self.entries.get(&id).is_some_and(|seen| seen.is_altered) {
                self.problems.push(Problem::Number { symbol, year, ordinal });
            }
        }
        Ok(())
    }

    /// The kept versions of the definitions are those that the events speak of.
    async fn definitions(&mut self, reading: &mut Transaction) -> Result<(), Error> {
        let kept = kept::versions(reading).await?;
        // Events about the whole register have no register's code.
        let is_in_doubt = self.in_doubt.iter().any(|(register, _)| register.is_empty());
        let mut version = 0_u32;
        let mut told = self.defined.iter();
        for one in &kept {
            version = version.saturating_add(1);
            let is_told = told.next() == Some(&one.sha256) || is_in_doubt;
            if one.version != version || !one.is_whole() || !is_told {
                self.problems.push(Problem::Definitions { version: one.version });
            }
        }
        if told.next().is_some() && !is_in_doubt {
            self.problems.push(Problem::Definitions { version: version.saturating_add(1) });
        }
        Ok(())
    }

    fn done(mut self) -> Audit {
        let mut years: BTreeSet<(String, i16)> = self.closed.keys().cloned().collect();
        for (id, seen) in &self.entries {
            years.insert((id.register.clone(), id.year));
            if (seen.broken || seen.state.is_none()) && !seen.is_in_doubt {
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
        let since = self.trail.compared(|id| self.entries.get(id).map(|seen| seen.number.clone()));
        let Self { events, head, problems, unchecked, .. } = self;
        Audit { events, head, years, problems, unread: false, since, unchecked }
    }
}
