//! A register that is moved from its file into PostgreSQL: every event with what it entered, in the order of the chain, as it is.
//!
//! What was cut off goes on where it ended. The file is closed to whoever writes before the other one is opened, so that no number
//! is given out by both.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::database::{Ask, Database, OfRegister, Row, STEPS, Transaction, values, year};
use crate::entry::EntryId;
use crate::error::Error;
use crate::event::What;
use crate::grown::{Grown, LOCK, Place, begin};
use crate::head::Head;
use crate::kept::{self, Kept};
use crate::private;
use crate::store::{BEGINNING, Fixed, Stored};
use crate::{Register, store};

/// The file that says so beside a register that was moved: nothing is written there any more.
const MARK: &str = "register.moved";
/// As many events in a transaction.
const PAGE: i64 = 500;

/// A register that was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// How many events it has, there as here.
    pub events: u64,
    /// How many of them were carried over by this call.
    pub carried: u64,
    /// The end of the chain, of both.
    pub head: Head,
}

/// Who is told how many events of how many are there. Called often, from another thread.
pub type MoveWatch = Arc<dyn Fn(u64, u64) + Send + Sync>;

impl Register {
    /// Moves the register of a directory into PostgreSQL, as an agency's (see [`open_grown`](Self::open_grown)): events, entries,
    /// books, numbers, definitions, the chain unchanged. It's audited before and after, and both heads are the same. From
    /// then on the directory's register is only read ([`Error::Moved`]), also by processes that have it open. Cut off, it's called
    /// again; called after it's done, it changes nothing.
    ///
    /// # Errors
    /// [`Error::Unsound`] where an audit finds something, here or there; [`Error::OtherRegister`] where the agency has another
    /// register there; those of [`open`](Self::open) and of [`open_grown`](Self::open_grown).
    pub async fn move_up(directory: &Path, grown: &Grown, watch: MoveWatch) -> Result<Moved, Error> {
        if !Self::is_in(directory) {
            return Err(Error::Absent(directory.to_owned()));
        }
        let (directory, grown, runtime) = (directory.to_owned(), grown.clone(), Handle::current());
        // On a thread of its own: whoever waits holds nothing of it, and may be a task.
        let moved = tokio::task::spawn_blocking(move || {
            runtime.block_on(async {
                // Also where it says that it was moved: whether it was, wholly, is seen then.
                let from = Self { moved: None, ..Self::open_file(&directory).await? };
                let moved = from.moved_up(&directory, &grown, &*watch).await;
                from.close().await;
                moved
            })
        });
        moved.await.map_err(Error::internal)?
    }

    async fn moved_up(&self, directory: &Path, grown: &Grown, watch: &Watch) -> Result<Moved, Error> {
        demand_sound(self).await?;
        let into = grown.connected().await?;
        let moving = Moving { from: self.clone(), into: into.clone(), agency: grown.agency.clone() };
        // Most of it, while others go on entering numbers here.
        let carried = moving.carry(watch).await?;
        let (head, last) = moving.close(directory, watch).await?;
        into.close().await;
        let events = head.events.unwrap_or_default();
        watch(events, events);
        Ok(Moved { events, carried: carried.saturating_add(last), head })
    }
}

type Watch = dyn Fn(u64, u64) + Send + Sync;

/// The mark's path where it's there.
pub(crate) fn mark_in(directory: &Path) -> PathBuf {
    directory.join(MARK)
}

/// Marks a register as moved, durably.
fn mark(directory: &Path, agency: &str) -> Result<(), Error> {
    let path = mark_in(directory);
    let written = private::file(&path).and_then(|mut file| {
        file.set_len(0)?;
        writeln!(file, "{agency}")?;
        file.sync_all()
    });
    written.map_err(Error::file(&path))?;
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(Error::file(directory))
}

/// Refuses to write into a register that was moved.
pub(crate) fn demand_here(mark: &Path) -> Result<(), Error> {
    match mark.symlink_metadata() {
        Ok(_) => Err(Error::Moved(mark.parent().unwrap_or(mark).to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::file(mark)(error)),
    }
}

async fn demand_sound(register: &Register) -> Result<(), Error> {
    match register.audit().await?.problems.len() {
        0 => Ok(()),
        problems => Err(Error::Unsound { problems }),
    }
}

/// A move on its way.
#[derive(Debug, Clone)]
struct Moving {
    from: Register,
    into: Database,
    agency: String,
}

/// An event, and what was entered with it.
struct Carried {
    event: Stored,
    with: With,
}

enum With {
    Nothing,
    Entry(Box<Fixed>),
    Book { register: String, year: i16, book: u32, first: u32 },
    Definitions(Kept),
}

impl Moving {
    /// Carries over what is here when it begins and isn't there yet; how many events. What is entered meanwhile is left to the next
    /// call: whoever enters numbers faster than they're carried would keep this one from ending.
    async fn carry(&self, watch: &Watch) -> Result<u64, Error> {
        let from = &mut self.from.database.clone();
        if Place::of(&mut self.into.clone()).await? == Place::Begun {
            return Ok(0);
        }
        self.twice(from).await?;
        let begun_at = self.common(from).await?;
        let (mut last, all) = (begun_at, store::last(from).await?.0);
        loop {
            let sql = "SELECT * FROM event WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3";
            let rows = from.rows(sql, values![last, all, PAGE]).await?;
            let mut page = Vec::with_capacity(rows.len());
            for row in &rows {
                page.push(read(from, Stored::read(row)?).await?);
            }
            let Some(end) = page.last().map(|carried| carried.event.id) else { break };
            let (agency, before) = (self.agency.clone(), last);
            let written = self.into.write(move |transaction| {
                Box::pin(async move {
                    transaction.lock(&agency, LOCK).await?;
                    // Another process that moves it too was quicker.
                    if store::last(transaction).await?.0 != before || Place::of(transaction).await? == Place::Begun {
                        return Ok(false);
                    }
                    for carried in &page {
                        carried.write(transaction).await?;
                    }
                    Ok(true)
                })
            });
            last = if written.await? { end } else { self.common(from).await? };
            watch(u64::try_from(last).unwrap_or_default(), u64::try_from(all).unwrap_or_default());
        }
        Ok(u64::try_from(last.saturating_sub(begun_at)).unwrap_or_default())
    }

    /// Numbers that an early version gave out a second time: the tables there are told before their entries come.
    async fn twice(&self, from: &mut impl Ask<OfRegister>) -> Result<(), Error> {
        let rows = from.rows("SELECT register, year, ordinal FROM number_twice", values![]).await?;
        let mut twice = Vec::new();
        for row in &rows {
            twice.push((row.text("register")?, year(row)?, row.ordinal("ordinal")?));
        }
        let agency = self.agency.clone();
        let written = self.into.write(move |transaction| {
            Box::pin(async move {
                transaction.lock(&agency, LOCK).await?;
                if Place::of(transaction).await? == Place::Begun {
                    return Ok(());
                }
                for (register, year, ordinal) in twice {
                    let sql =
                        "INSERT INTO number_twice (register, year, ordinal) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
                    transaction.run(sql, values![register, i64::from(year), ordinal]).await?;
                }
                Ok(())
            })
        });
        written.await
    }

    /// The last event that is there, which is the same here; 0 where there's none.
    async fn common(&self, from: &mut impl Ask<OfRegister>) -> Result<i64, Error> {
        let (id, chain) = store::last(&mut self.into.clone()).await?;
        if chain_at(from, id).await?.as_ref() == Some(&chain) { Ok(id) } else { Err(self.other()) }
    }

    fn other(&self) -> Error {
        Error::OtherRegister { agency: self.agency.clone() }
    }

    /// Carries over the rest while nobody writes here, audits what came of it, closes the register here and opens the other
    /// one. Its head, and how many events came.
    async fn close(&self, directory: &Path, watch: &Watch) -> Result<(Head, u64), Error> {
        let (locked, is_locked) = oneshot::channel();
        let (release, released) = oneshot::channel::<()>();
        let from = self.from.database.clone();
        // A transaction that holds the file's lock until it's released, and enters nothing.
        let lock = tokio::spawn(async move {
            let held = from.write(move |_| {
                Box::pin(async move {
                    let _ = locked.send(());
                    let _ = released.await;
                    Ok(())
                })
            });
            held.await
        });
        let closed = match is_locked.await {
            Ok(()) => self.close_alone(directory, watch).await,
            Err(_) => Err(Error::internal("the register's file wasn't locked")),
        };
        drop(release);
        lock.await.map_err(Error::internal)??;
        closed
    }

    async fn close_alone(&self, directory: &Path, watch: &Watch) -> Result<(Head, u64), Error> {
        let carried = self.carry(watch).await?;
        let (id, chain) = store::last(&mut self.from.database.clone()).await?;
        if chain_at(&mut self.into.clone(), id).await?.as_ref() != Some(&chain) {
            return Err(self.other());
        }
        let head = self.from.head().await?;
        if Place::of(&mut self.into.clone()).await? != Place::Begun {
            demand_sound(&self.there()).await?;
        }
        mark(directory, &self.agency)?;
        self.begin().await?;
        Ok((head, carried))
    }

    /// The register there.
    fn there(&self) -> Register {
        Register { agency: self.agency.clone(), database: self.into.clone(), ..self.from.clone() }
    }

    async fn begin(&self) -> Result<(), Error> {
        let agency = self.agency.clone();
        let begun = self.into.write(move |transaction| {
            Box::pin(async move {
                transaction.lock(&agency, LOCK).await?;
                if Place::of(transaction).await? != Place::Begun {
                    begin(transaction).await?;
                }
                Ok(())
            })
        });
        begun.await
    }
}

/// The chain's end after this event; nothing where there's no such event.
pub(crate) async fn chain_at(from: &mut impl Ask<OfRegister>, id: i64) -> Result<Option<String>, Error> {
    if id == 0 {
        return Ok(Some(BEGINNING.to_owned()));
    }
    let row = from.row("SELECT chain FROM event WHERE id = $1", values![id]).await?;
    row.map(|row| row.text("chain")).transpose()
}

/// An event with what was entered with it.
async fn read(from: &mut impl Ask<OfRegister>, event: Stored) -> Result<Carried, Error> {
    let damaged = |what: &str| Error::Damaged(format!("event {}: {what}", event.id));
    let with = match (event.event()?.what, event.entry()) {
        (What::Allotted { .. }, Some(EntryId { register, year, ordinal })) => {
            let sql = "SELECT * FROM entry WHERE register = $1 AND year = $2 AND ordinal = $3";
            let row = from.row(sql, values![register, i64::from(year), ordinal]).await?;
            With::Entry(Box::new(Fixed::read(&row.ok_or_else(|| damaged("its entry"))?)?))
        }
        (What::Book { book, first }, _) => {
            With::Book { register: event.register.clone(), year: event.year, book, first }
        }
        (What::Defined { version, .. }, _) => {
            let kept = kept::versions(from).await?.into_iter().find(|kept| kept.version == version);
            With::Definitions(kept.ok_or_else(|| damaged("its definitions"))?)
        }
        _ => With::Nothing,
    };
    Ok(Carried { event, with })
}

/// Copies a register into an empty file's database.
pub(crate) async fn copy_all(from: &mut Transaction, into: &Database) -> Result<(), Error> {
    let twice = from.rows("SELECT register, year, ordinal FROM number_twice", values![]).await?;
    if twice.is_empty() {
        return copy_events(from, into).await;
    }
    // A file's own rules are against what an early version did, and they're as old as its rows. They wait until the rows are there.
    let twice = twice.iter().map(|row| Ok((row.text("register")?, year(row)?, row.ordinal("ordinal")?)));
    let twice = twice.collect::<Result<Vec<_>, Error>>()?;
    let numbers = from.rows("SELECT name, year, ordinal, register FROM number", values![]).await?;
    let number = |row: &Row| Ok((row.text("name")?, year(row)?, row.ordinal("ordinal")?, row.text("register")?));
    let numbers = numbers.iter().map(number).collect::<Result<Vec<_>, Error>>()?;
    let written = into.write(move |transaction| {
        Box::pin(async move {
            for (drop, _) in OF_NUMBERS {
                transaction.run(drop, values![]).await?;
            }
            for (register, year, ordinal) in twice {
                let sql = "INSERT INTO number_twice (register, year, ordinal) VALUES ($1, $2, $3)";
                transaction.run(sql, values![register, i64::from(year), ordinal]).await?;
            }
            for (name, year, ordinal, register) in numbers {
                let sql = "INSERT INTO number (name, year, ordinal, register) VALUES ($1, $2, $3, $4)";
                transaction.run(sql, values![name, i64::from(year), ordinal, register]).await?;
            }
            Ok(())
        })
    });
    written.await?;
    copy_events(from, into).await?;
    let written = into.write(move |transaction| {
        Box::pin(async move {
            for (_, begin) in OF_NUMBERS {
                transaction.run(as_made(begin)?, values![]).await?;
            }
            Ok(())
        })
    });
    written.await
}

/// The rules of a file by which a number is given out once: how each is put aside, and how it begins where it's made.
const OF_NUMBERS: [(&str, &str); 3] = [
    ("DROP TRIGGER number_twice_is_never_added", "CREATE TRIGGER number_twice_is_never_added "),
    ("DROP TRIGGER a_number_is_given_out_once", "CREATE TRIGGER a_number_is_given_out_once "),
    ("DROP TRIGGER a_number_that_is_given_out_is_kept", "CREATE TRIGGER a_number_that_is_given_out_is_kept "),
];

/// A rule's text, letter by letter as the schema's steps make it last.
fn as_made(begin: &str) -> Result<&'static str, Error> {
    let made = STEPS.iter().rev().find_map(|step| {
        let text = step.sql.get(step.sql.find(begin)?..)?;
        text.get(..text.find("END;")?.checked_add("END".len())?)
    });
    made.ok_or_else(|| Error::internal(format!("no step has {begin}")))
}

/// Carries over the first events alone, as a move that is killed then.
#[cfg(test)]
pub(crate) async fn carry_part(from: &Register, grown: &Grown, events: u64) -> Result<(), Error> {
    let into = grown.connected().await?;
    let moving = Moving { from: from.clone(), into: into.clone(), agency: grown.agency.clone() };
    moving.twice(&mut from.database.clone()).await?;
    let sql = "SELECT * FROM event WHERE id <= $1 ORDER BY id";
    for row in from.database.rows(sql, values![i64::try_from(events).unwrap_or_default()]).await? {
        let carried = read(&mut from.database.clone(), Stored::read(&row)?).await?;
        into.write(move |transaction| Box::pin(async move { carried.write(transaction).await })).await?;
    }
    Ok(())
}

/// Copies every event with what was entered with it into an empty file's database. The chain is held against itself.
async fn copy_events(from: &mut Transaction, into: &Database) -> Result<(), Error> {
    let (mut last, mut chain) = (0, BEGINNING.to_owned());
    loop {
        let rows = from.rows("SELECT * FROM event WHERE id > $1 ORDER BY id LIMIT $2", values![last, PAGE]).await?;
        let mut page = Vec::with_capacity(rows.len());
        for row in &rows {
            let carried = read(from, Stored::read(row)?).await?;
            if carried.event.chained(&chain)? != carried.event.chain {
                return Err(Error::Damaged(format!("event {}: chain", carried.event.id)));
            }
            chain.clone_from(&carried.event.chain);
            page.push(carried);
        }
        let Some(end) = page.last().map(|carried| carried.event.id) else { return Ok(()) };
        last = end;
        let written = into.write(move |transaction| {
            Box::pin(async move {
                for carried in &page {
                    carried.write(transaction).await?;
                }
                Ok(())
            })
        });
        written.await?;
    }
}

impl Carried {
    async fn write(&self, transaction: &mut Transaction) -> Result<(), Error> {
        match &self.with {
            With::Nothing => {}
            With::Entry(fixed) => fixed.write(transaction).await?,
            With::Book { register, year, book, first } => {
                store::write_book(transaction, register, *year, *book, *first).await?;
            }
            With::Definitions(kept) => kept.write(transaction).await?,
        }
        self.event.write(transaction).await
    }
}
