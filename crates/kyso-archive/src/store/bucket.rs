//! Objects in an S3 store: `If-None-Match` gives a name once, `If-Match` replaces the checkpoint, and what isn't known is never
//! taken for absent.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use kyso::crypto::DigestAlgorithm;
use kyso_connect::s3::{self, Destroyer, Options, Replaced};

use super::{Lock, Mark, Put, Puts};
use crate::edges::reach;
use crate::error::Error;

/// How often a write is tried whose answer isn't known. It's create-only: tried again, it does no harm.
const TRIES: u32 = 4;
/// The pause after the first try; it doubles with each.
const PAUSE: Duration = Duration::from_millis(250);
/// How often a draft's versions are listed until there are none.
const ROUNDS: u32 = 10;

/// A bucket, and where drafts lie.
#[derive(Debug)]
pub(crate) struct Bucket {
    store: s3::Store,
    drafts: Destroyer,
    /// Who may put a whole object over a damaged one.
    repair: Option<s3::Store>,
    /// Who puts and lifts legal holds, where it's somebody else.
    hold: Option<s3::Store>,
    puts: Mutex<Puts>,
}

impl Bucket {
    pub(super) fn new(store: s3::Store, drafts: Destroyer) -> Self {
        Self { store, drafts, repair: None, hold: None, puts: Mutex::default() }
    }

    /// The same, with who may put a whole object over a damaged one, and who puts legal holds; those that it has stay otherwise.
    pub(super) fn with_others(&self, repair: Option<&s3::Store>, hold: Option<&s3::Store>) -> Self {
        Self {
            store: self.store.clone(),
            drafts: self.drafts.clone(),
            repair: repair.or(self.repair.as_ref()).cloned(),
            hold: hold.or(self.hold.as_ref()).cloned(),
            puts: Mutex::default(),
        }
    }

    /// Whether names of another store could be names of this one, or of its drafts.
    pub(super) fn is_nested_with(&self, other: &s3::Store) -> bool {
        [&self.store, self.drafts.store()].iter().any(|own| own.place().is_nested_with(other.place()))
    }

    /// The only objects that are deleted lie where that is allowed.
    fn of(&self, place: &str) -> &s3::Store {
        if place.starts_with("d/") { self.drafts.store() } else { &self.store }
    }

    pub(super) fn put_new(&self, place: &str, bytes: &[u8]) -> Result<Put, Error> {
        let begun = Instant::now();
        let put = self.put_until_known(place, bytes);
        if place.starts_with("o/") && !place.ends_with(".json") {
            reach("object.named")?;
        }
        self.puts.lock().unwrap_or_else(PoisonError::into_inner).add(&put, begun.elapsed());
        put
    }

    pub(super) fn puts(&self) -> Puts {
        *self.puts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_until_known(&self, place: &str, bytes: &[u8]) -> Result<Put, Error> {
        let sha256 = DigestAlgorithm::Sha256.hex(bytes);
        let metadata = [("kyso-sha256", sha256.as_str())];
        let options = Options { media_type: Some(media_type(place)), metadata: &metadata, ..Options::default() };
        let mut pause = PAUSE;
        for _ in 1..TRIES {
            match self.of(place).put_new(place, bytes, &options) {
                Err(s3::Error::Unknown(fault)) => {
                    tracing::warn!(place, %fault, "a write whose answer isn't known is tried again");
                    std::thread::sleep(pause);
                    pause *= 2;
                }
                known => return known.map(Put::from).map_err(Error::from),
            }
        }
        Ok(self.of(place).put_new(place, bytes, &options).map(Put::from)?)
    }

    pub(super) fn get(&self, place: &str) -> Result<Option<(Vec<u8>, Mark)>, Error> {
        let object = self.of(place).get(place, None, None).map_err(|error| told(place, error))?;
        Ok(object.map(|object| (object.content, Mark(object.head.etag))))
    }

    pub(super) fn has(&self, place: &str) -> Result<bool, Error> {
        Ok(self.of(place).head(place, None).map_err(|error| told(place, error))?.is_some())
    }

    /// What the store calls the version that is read under this name: what lies there is durable since it was acknowledged, or
    /// it wouldn't be read.
    pub(super) fn version(&self, place: &str) -> Result<Option<String>, Error> {
        let head = self.of(place).head(place, None).map_err(|error| told(place, error))?;
        Ok(head.ok_or_else(|| Error::Missing(place.to_owned()))?.version)
    }

    /// Replaces what has this mark, or puts the first. Whether that was so.
    pub(super) fn replace(&self, place: &str, bytes: &[u8], mark: Option<&Mark>) -> Result<bool, Error> {
        match mark {
            None => Ok(matches!(self.put_new(place, bytes)?, Put::Created(_))),
            Some(Mark(etag)) => Ok(matches!(self.of(place).put_if_match(place, bytes, etag)?, Replaced::Done(_))),
        }
    }

    /// Deletes every version of a draft.
    pub(super) fn remove(&self, place: &str) -> Result<(), Error> {
        for _ in 0..ROUNDS {
            let page = self.drafts.store().list_versions(place, None, 100)?;
            let own: Vec<_> = page.versions.iter().filter(|version| version.name == place).collect();
            if own.is_empty() {
                return Ok(());
            }
            for version in own {
                self.drafts.delete(place, &version.version)?;
            }
        }
        Err(Error::Setting(format!("{}: what is deleted there stays", self.drafts.store().place().shown())))
    }

    /// A page of versions and delete markers of the names that begin so.
    pub(super) fn versions(&self, prefix: &str, next: Option<&s3::Mark>, most: u16) -> Result<s3::Versions, Error> {
        Ok(self.of(prefix).list_versions(prefix, next, most)?)
    }

    /// Whether a delete marker is what lies newest under a name.
    pub(super) fn is_hidden(&self, place: &str) -> Result<bool, Error> {
        match self.of(place).head(place, None) {
            Ok(Some(_)) => return Ok(false),
            Err(s3::Error::Hidden) => return Ok(true),
            // Not every store says so; the list of versions does.
            Ok(None) => {}
            Err(error) => return Err(error.into()),
        }
        let page = self.versions(place, None, 100)?;
        let is_marker = |version: &s3::Version| version.is_latest && version.content.is_none();
        Ok(page.versions.iter().any(|version| version.name == place && is_marker(version)))
    }

    /// The bytes of an earlier version under a name that have this SHA-256: what is read under it was put over them.
    pub(super) fn earlier(&self, place: &str, sha256: &str) -> Result<Option<Vec<u8>>, Error> {
        let page = self.versions(place, None, 1000)?;
        for version in page.versions.iter().filter(|version| version.name == place && version.content.is_some()) {
            let object = self.of(place).get(place, None, Some(&version.version))?;
            if let Some(object) = object.filter(|object| DigestAlgorithm::Sha256.hex(&object.content) == sha256) {
                return Ok(Some(object.content));
            }
        }
        Ok(None)
    }

    /// Puts a whole object where none is, or over a damaged one, whose bytes are kept below `aside`. The former is a create-only
    /// put like any other; the latter needs a credential of its own.
    pub(super) fn put_back(&self, place: &str, bytes: &[u8], aside: &str) -> Result<(), Error> {
        let head = match self.of(place).head(place, None) {
            Err(s3::Error::Hidden) => None,
            head => head.map_err(|error| told(place, error))?,
        };
        let Some(head) = head else {
            return match self.put_new(place, bytes)? {
                Put::Created(_) => Ok(()),
                Put::Exists => Err(Error::Raced),
            };
        };
        let Some(repair) = &self.repair else {
            let shown = self.shown();
            return Err(Error::Setting(format!("{shown}: the service's credential replaces no object: {place}")));
        };
        if let Some((damaged, _)) = self.get(place)? {
            self.set_aside(place, &damaged, aside)?;
        }
        match repair.put_if_match(place, bytes, &head.etag)? {
            Replaced::Done(_) => Ok(()),
            Replaced::Changed => Err(Error::Raced),
        }
    }

    /// Keeps bytes under a name below a directory that is free, or has them already.
    fn set_aside(&self, place: &str, bytes: &[u8], below: &str) -> Result<(), Error> {
        let name = super::aside(place);
        for number in 0..u32::MAX {
            let aside = format!("{below}/{name}.{number}");
            match self.put_new(&aside, bytes)? {
                Put::Created(_) => return Ok(()),
                Put::Exists if self.get(&aside)?.is_some_and(|(there, _)| there == bytes) => return Ok(()),
                Put::Exists => {}
            }
        }
        Err(Error::Internal(format!("{below} is full")))
    }

    /// Whether versions can be locked here.
    pub(super) fn has_lock(&self) -> Result<bool, Error> {
        match self.hold.as_ref().unwrap_or(&self.store).object_lock() {
            // A store that doesn't know of locks at all.
            Err(s3::Error::Refused { status: 405 | 501, .. }) => Ok(false),
            known => Ok(known?.is_some()),
        }
    }

    /// Puts a legal hold on every version of the objects whose names begin so, or lifts it; how many.
    pub(super) fn hold_below(&self, begin: &str, on: bool) -> Result<u64, Error> {
        let holder = self.hold.as_ref().unwrap_or(&self.store);
        let mut count = 0;
        // What the store says of a version depends on what the credential may know: each is told anew.
        self.each_version(begin, |name, version| {
            holder.hold(name, version, on)?;
            count += 1;
            Ok(false)
        })?;
        Ok(count)
    }

    /// What keeps a version of the objects whose names begin so from being deleted.
    pub(super) fn locked_below(&self, begin: &str, now: Timestamp) -> Result<Option<Lock>, Error> {
        let mut lock = None;
        self.each_version(begin, |name, version| {
            let head = self.store.head(name, Some(version))?;
            lock = head.and_then(|head| match head.retention {
                _ if head.hold => Some(Lock::Held),
                Some(retention) if retention.until > now => Some(Lock::Until(retention.until)),
                _ => None,
            });
            Ok(lock.is_some())
        })?;
        Ok(lock)
    }

    /// Goes through the versions that have bytes, until one of them is the last that is asked for.
    fn each_version(
        &self,
        begin: &str,
        mut is_last: impl FnMut(&str, &str) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        let mut next = None;
        loop {
            let page = self.versions(begin, next.as_ref(), 1000)?;
            for version in page.versions.iter().filter(|version| version.content.is_some()) {
                if is_last(&version.name, &version.version)? {
                    return Ok(());
                }
            }
            next = page.next;
            if next.is_none() {
                return Ok(());
            }
        }
    }

    /// The credential that deletes in this very place.
    pub(super) fn destroying<'d>(&self, destroyer: Option<&'d Destroyer>) -> Result<&'d Destroyer, Error> {
        let shown = self.shown();
        let destroyer = destroyer
            .ok_or_else(|| Error::Setting(format!("{shown}: the credential that may delete there wasn't given")))?;
        match destroyer.store().place().shown() == shown {
            true => Ok(destroyer),
            false => {
                Err(Error::Setting(format!("{shown}: the credential is for {}", destroyer.store().place().shown())))
            }
        }
    }

    /// Deletes every version of an object, and every marker. Whether there was one.
    pub(super) fn erase(&self, place: &str, destroyer: Option<&Destroyer>) -> Result<bool, Error> {
        Ok(self.erase_versions(place, self.destroying(destroyer)?, |name| name == place)? > 0)
    }

    /// Deletes every version of the objects whose names begin so; how many objects.
    pub(super) fn erase_below(&self, begin: &str, destroyer: Option<&Destroyer>) -> Result<u64, Error> {
        self.erase_versions(begin, self.destroying(destroyer)?, |_| true)
    }

    fn erase_versions(
        &self,
        begin: &str,
        destroyer: &Destroyer,
        is_meant: impl Fn(&str) -> bool,
    ) -> Result<u64, Error> {
        let (mut names, mut rounds) = (std::collections::BTreeSet::new(), 0);
        loop {
            let page = destroyer.store().list_versions(begin, None, 1000)?;
            let own: Vec<_> = page.versions.iter().filter(|version| is_meant(&version.name)).collect();
            if own.is_empty() {
                return u64::try_from(names.len()).map_err(Error::internal);
            }
            let before = names.len();
            for version in own {
                destroyer.delete(&version.name, &version.version)?;
                names.insert(version.name.clone());
            }
            // The same ones again and again: the store doesn't delete.
            rounds = if names.len() == before { rounds + 1 } else { 0 };
            if rounds > ROUNDS {
                return Err(Error::Setting(format!("{}: what is deleted there stays", self.shown())));
            }
        }
    }

    pub(super) fn objects(&self) -> Result<Vec<String>, Error> {
        let whole = self.under("o")?;
        Ok(whole.iter().map(|name| name.rsplit('/').next().unwrap_or_default().to_owned()).collect())
    }

    /// The names of all objects below a directory, sorted.
    pub(super) fn under(&self, directory: &str) -> Result<Vec<String>, Error> {
        let below = format!("{directory}/");
        let (mut names, mut next) = (Vec::new(), None);
        loop {
            let page = self.of(&below).list(&below, next.as_deref(), 1000)?;
            names.extend(page.objects.into_iter().map(|listed| listed.name));
            next = page.next;
            if next.is_none() {
                names.sort();
                return Ok(names);
            }
        }
    }

    /// The names right in a directory, sorted, and whether each is one of a directory.
    pub(super) fn names_in(&self, directory: &str) -> Result<Vec<(String, bool)>, Error> {
        let mut names = BTreeMap::new();
        for name in self.under(directory)? {
            let below = name.get(directory.len() + 1..).unwrap_or_default();
            match below.split_once('/') {
                Some((above, _)) => names.insert(above.to_owned(), true),
                None => names.insert(below.to_owned(), false),
            };
        }
        Ok(names.into_iter().collect())
    }

    /// Whether it answers, and gives a name once.
    pub(super) fn check(&self) -> Result<(), Error> {
        for store in [&self.store, self.drafts.store()] {
            if !store.is_create_only()? {
                let place = store.place().shown();
                return Err(Error::Setting(format!(
                    "{place}: this store replaces objects that it was told not to replace"
                )));
            }
        }
        Ok(())
    }

    /// For messages.
    pub(super) fn shown(&self) -> String {
        self.store.place().shown()
    }
}

impl From<s3::Put> for Put {
    fn from(put: s3::Put) -> Self {
        match put {
            s3::Put::Created(stored) => Self::Created(stored.version),
            s3::Put::Exists => Self::Exists,
        }
    }
}

/// A delete marker in place of an object isn't an object's absence.
fn told(place: &str, error: s3::Error) -> Error {
    match error {
        s3::Error::Hidden => Error::Damaged(format!("{place} was deleted from the store: a delete marker hides it")),
        error => Error::Store(error),
    }
}

fn media_type(place: &str) -> &'static str {
    match place {
        _ if place.ends_with(".json") => "application/json",
        _ if place.starts_with("o/") || place.starts_with("d/") => "application/pdf",
        _ if place == "log/checkpoint" => "text/plain",
        _ => "application/octet-stream",
    }
}
