//! Whether a store does what an archive relies on. Some stores pass over a condition that they don't know, or aren't atomic
//! where two write at once: nothing is to be kept in these.

use std::sync::Barrier;
use std::thread;

use kyso::crypto::hex;

use super::{DefaultRetention, Error, Options, Put, Range, Replaced, Store, Versioning, strange};

/// Writers of one race.
const WRITERS: usize = 16;
/// Objects of checks have names that begin so.
const PROBES: &str = "probe/";

/// What a store was found to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What it doesn't do that is relied on.
    pub failures: Vec<Failure>,
    /// Whether it keeps versions.
    pub versioning: Versioning,
    /// Whether it has object lock; and what it gives to new versions by itself.
    pub object_lock: Option<Option<DefaultRetention>>,
}

impl Checked {
    /// Whether it does everything that is relied on. Versions and object lock are the operator's to ask for.
    pub fn is_fit(&self) -> bool {
        self.failures.is_empty()
    }

    /// Whether what is deleted or replaced there can be had again.
    pub fn keeps_versions(&self) -> bool {
        self.versioning == Versioning::Enabled
    }
}

/// What a store doesn't do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What is relied on.
    pub demand: Demand,
    /// What came instead.
    pub what: String,
}

/// What is relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Demand {
    /// A name is given once.
    CreateOnly,
    /// Of sixteen that write at once one wins, and its bytes lie there.
    Race,
    /// An object is replaced only where it's the one that is known.
    Replace,
    /// Bytes that don't match their SHA-256 aren't stored.
    Checksum,
    /// What was written is read and listed at once, whole and in part.
    ReadAfterWrite,
}

impl Store {
    /// The short check for every start: one name, written twice; the second try must be refused. The object stays, and serves
    /// the next time too.
    ///
    /// # Errors
    /// [`Error`] where the store doesn't answer.
    pub fn is_create_only(&self) -> Result<bool, Error> {
        let name = format!("{PROBES}create-only");
        let options = Options::default();
        self.put_new(&name, b"first", &options)?;
        let second = self.put_new(&name, b"second", &options)?;
        let there = self.get(&name, None, None)?;
        Ok(second == Put::Exists && there.is_some_and(|object| object.content == b"first"))
    }

    /// As many races show what there is to be seen.
    pub const RACES: u16 = 20;

    /// The whole check, with so many races ([`Store::RACES`]). It takes seconds to minutes, by how a store lets the losers of
    /// a race wait, and leaves some small objects under `probe/`: one a race, and three.
    ///
    /// # Errors
    /// [`Error`] where the store doesn't answer, or refuses altogether.
    pub fn check(&self, races: u16) -> Result<Checked, Error> {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).map_err(|error| Error::Setting(error.to_string()))?;
        let under = format!("{PROBES}{}/", hex(&bytes));
        let mut failures = Vec::new();
        failures.extend(self.creates_only(&format!("{under}once"))?);
        failures.extend(self.reads(&under)?);
        failures.extend(self.replaces(&format!("{under}once"))?);
        failures.extend(self.looks_at_digests(&format!("{under}digest"))?);
        for race in 0..races {
            failures.extend(self.race(&format!("{under}race-{race}"))?);
        }
        Ok(Checked { failures, versioning: self.versioning()?, object_lock: self.object_lock()? })
    }

    fn creates_only(&self, name: &str) -> Result<Option<Failure>, Error> {
        let first = self.put_new(name, b"first", &Options::default())?;
        let again = self.put_new(name, b"second", &Options::default())?;
        let there = self.content(name)?;
        let holds = matches!(first, Put::Created(_)) && again == Put::Exists && there.as_deref() == Some(b"first");
        Ok(failure(holds, Demand::CreateOnly, || format!("first {first:?}, then {again:?}, and there lies {there:?}")))
    }

    fn reads(&self, under: &str) -> Result<Option<Failure>, Error> {
        let name = format!("{under}read");
        let content: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        self.put_new(&name, &content, &Options::default())?;
        let whole = self.content(&name)?;
        let part = self.get(&name, Some(Range { first: 99_990, length: 100 }), None)?.map(|object| object.content);
        let page = self.list(&name, None, 10)?;
        let is_listed = page.objects.iter().any(|listed| listed.name == name && listed.length == 100_000);
        let holds = whole.as_deref() == Some(&content) && part.as_deref() == content.get(99_990..) && is_listed;
        let (read, of_part) = (whole.map(|bytes| bytes.len()), part.map(|bytes| bytes.len()));
        let told = || format!("of 100000 bytes came {read:?}, of the last ten {of_part:?}; listed: {is_listed}");
        Ok(failure(holds, Demand::ReadAfterWrite, told))
    }

    fn replaces(&self, name: &str) -> Result<Option<Failure>, Error> {
        let etag = self.head(name, None)?.ok_or_else(|| strange("no object, just after it was written"))?.etag;
        let right = self.put_if_match(name, b"third", &etag)?;
        let wrong = self.put_if_match(name, b"fourth", &etag)?;
        let none = self.put_if_match(&format!("{name}-none"), b"fifth", &etag)?;
        let (there, other) = (self.content(name)?, self.content(&format!("{name}-none"))?);
        let holds = matches!(right, Replaced::Done(_))
            && (wrong, none) == (Replaced::Changed, Replaced::Changed)
            && there.as_deref() == Some(b"third")
            && other.is_none();
        Ok(failure(holds, Demand::Replace, || format!("by its ETag {right:?}, and there lies {there:?}")))
    }

    fn looks_at_digests(&self, name: &str) -> Result<Option<Failure>, Error> {
        let put = self.put_new_as(name, b"content", &[7; 32], &Options::default());
        let there = self.content(name)?;
        if let Err(Error::Unknown(_)) = put {
            put?;
            return Ok(None);
        }
        let holds = matches!(put, Err(Error::Refused { status: 400, .. })) && there.is_none();
        Ok(failure(holds, Demand::Checksum, || format!("with a wrong SHA-256 {put:?}, and there lies {there:?}")))
    }

    fn race(&self, name: &str) -> Result<Option<Failure>, Error> {
        let start = Barrier::new(WRITERS);
        let write = |writer: usize| {
            start.wait();
            self.put_new(name, format!("writer {writer}").as_bytes(), &Options::default())
        };
        let outcomes: Result<Vec<Put>, Error> = thread::scope(|scope| {
            let write = &write;
            let writers: Vec<_> = (0..WRITERS).map(|writer| scope.spawn(move || write(writer))).collect();
            let joined = writers.into_iter().map(|writer| writer.join().map_err(|_| strange("a writer that ended")));
            joined.map(|outcome| outcome.and_then(|put| put)).collect()
        });
        let outcomes = outcomes?;
        let winners: Vec<usize> =
            outcomes.iter().enumerate().filter(|(_, put)| **put != Put::Exists).map(|(writer, _)| writer).collect();
        let there = self.content(name)?;
        let holds = match winners.as_slice() {
            [winner] => there.as_deref() == Some(format!("writer {winner}").as_bytes()),
            _ => false,
        };
        Ok(failure(holds, Demand::Race, || format!("{name}: writers {winners:?} won, and there lies {there:?}")))
    }

    fn content(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.get(name, None, None)?.map(|object| object.content))
    }
}

fn failure(holds: bool, demand: Demand, what: impl FnOnce() -> String) -> Option<Failure> {
    (!holds).then(|| Failure { demand, what: what() })
}
