//! Where objects lie: bytes under names, created once, never replaced.
//!
//! ```text
//! o/ab/NAME.0, NAME.1 …   parts: put end to end, a version
//! o/ab/NAME.0.json …      what is known of each, so that the store can be read without the database
//! d/ab/NAME               drafts, the only objects that are removed
//! o/ab/NAME.m0.json …     what is said of the document, revision by revision
//! log/…                   the log's tiles and its checkpoint
//! log/record/ab/ID.json   what is known of every other event
//! archive.json            whose store it is
//! quarantine/NAME.0.0     damaged objects that were replaced
//! destroyed/N.json, .pdf  what was destroyed, by which decision, and the certificate of it
//! ```

mod bucket;
mod erasing;
mod files;
mod locking;
mod opened;
mod space;
mod walk;

use std::path::Path;
use std::sync::Arc;

use kyso_connect::s3;

use bucket::Bucket;
use files::Files;
pub(crate) use files::Puts;
pub(crate) use files::sync_directory;
pub(crate) use locking::Lock;
pub(crate) use walk::{Named, Walk};

use crate::error::Error;
use crate::status::Space;

/// Where damaged objects are kept.
const QUARANTINE: &str = "quarantine";

/// What came of a create-only put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Put {
    /// The object is there, durable, and these are its bytes. With what the store calls this version of it, where it has a
    /// name for it.
    Created(Option<String>),
    /// The name was taken: what lies there may have other bytes.
    Exists,
}

/// What an object that changes is known by, where several may replace it: it's replaced only where it's still so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark(String);

/// An object without a name.
#[derive(Debug)]
pub(crate) enum Prepared {
    /// A file that is durable already.
    File(files::Prepared),
    /// Nothing lies in an S3 store before it has its name.
    Bytes(Vec<u8>),
}

/// A place for objects. Cheap to clone. Calls block: they belong on threads that may wait.
#[derive(Debug, Clone)]
pub(crate) enum Store {
    /// Files of one local file system, which one process writes.
    Files(Arc<Files>),
    /// An S3 store, for several processes at once.
    Bucket(Arc<Bucket>),
}

impl Store {
    /// Makes the directories, each of them durable.
    pub(crate) fn make(directory: &Path) -> Result<Self, Error> {
        Files::make(directory).map(|files| Self::Files(Arc::new(files)))
    }

    /// Opens what [`make`](Self::make) made, and clears away what a crash left half-written. Nobody else may be at work in it.
    pub(crate) fn open(directory: &Path) -> Result<Self, Error> {
        Files::open(directory).map(|files| Self::Files(Arc::new(files)))
    }

    /// Opens it to be read, beside whoever writes.
    pub(crate) fn open_to_read(directory: &Path) -> Self {
        Self::Files(Arc::new(Files::at(directory)))
    }

    /// An S3 store, and the place of drafts with the credential that deletes there.
    pub(crate) fn bucket(store: s3::Store, drafts: s3::Destroyer) -> Self {
        Self::Bucket(Arc::new(Bucket::new(store, drafts)))
    }

    /// Signed files of the earlier layout that have no name in this one: no row knows them.
    pub(crate) fn earlier_signed(&self) -> Result<Vec<String>, Error> {
        match self {
            Self::Files(files) => files.earlier_signed(),
            Self::Bucket(_) => Ok(Vec::new()),
        }
    }

    /// The directory that it is, where it's one.
    pub(crate) fn directory(&self) -> Option<std::path::PathBuf> {
        match self {
            Self::Files(files) => Some(files.directory()),
            Self::Bucket(_) => None,
        }
    }

    /// Refuses to begin what mightn't find room to end.
    pub(crate) fn demand_space(&self) -> Result<(), Error> {
        match self {
            Self::Files(files) => files.demand_space(),
            // How much room there is, an S3 store doesn't say.
            Self::Bucket(_) => Ok(()),
        }
    }

    /// Makes an object ready that has no name yet: as durable as it can be without one.
    pub(crate) fn prepare(&self, bytes: &[u8]) -> Result<Prepared, Error> {
        match self {
            Self::Files(files) => files.prepare(bytes).map(Prepared::File),
            Self::Bucket(_) => Ok(Prepared::Bytes(bytes.to_vec())),
        }
    }

    /// Gives a prepared object its name, if it's free. Durable when this returns.
    pub(crate) fn publish(&self, prepared: Prepared, name: &str) -> Result<Put, Error> {
        match (self, prepared) {
            (Self::Files(files), Prepared::File(file)) => files.publish(file, &place(name)),
            (Self::Files(files), Prepared::Bytes(bytes)) => files.publish(files.prepare(&bytes)?, &place(name)),
            (Self::Bucket(bucket), Prepared::Bytes(bytes)) => bucket.put_new(&place(name), &bytes),
            (Self::Bucket(_), Prepared::File(_)) => Err(Error::Internal("an object of another store".into())),
        }
    }

    /// Creates an object. Where the name is taken by the very same bytes, nothing is amiss.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        match self.publish(self.prepare(bytes)?, name)? {
            Put::Created(_) => Ok(()),
            Put::Exists if self.get(name)?.as_deref() == Some(bytes) => self.sync(name).map(|_| ()),
            Put::Exists => Err(Error::Damaged(format!("{} is there with other bytes", place(name)))),
        }
    }

    /// The object's bytes, where it's there.
    pub(crate) fn get(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.get_marked(name)?.map(|(bytes, _)| bytes))
    }

    /// The object's bytes, and what it's replaced by.
    pub(crate) fn get_marked(&self, name: &str) -> Result<Option<(Vec<u8>, Mark)>, Error> {
        match self {
            Self::Files(files) => Ok(files.get(&place(name))?.map(|bytes| (bytes, Mark(String::new())))),
            Self::Bucket(bucket) => bucket.get(&place(name)),
        }
    }

    /// Hands the object's bytes over piece by piece; how many they are, where it's there.
    pub(crate) fn stream(&self, name: &str, mut take: impl FnMut(&[u8])) -> Result<Option<u64>, Error> {
        match self {
            Self::Files(files) => files.stream(&place(name), &mut take),
            Self::Bucket(bucket) => {
                let Some((bytes, _)) = bucket.get(&place(name))? else { return Ok(None) };
                take(&bytes);
                u64::try_from(bytes.len()).map(Some).map_err(Error::internal)
            }
        }
    }

    /// The names in a directory of the store (`o`, `o/ab`, `log/tile` …), sorted, and whether each is a directory.
    pub(crate) fn names_in(&self, directory: &str) -> Result<Vec<(String, bool)>, Error> {
        match self {
            Self::Files(files) => files.names_in(directory),
            Self::Bucket(bucket) => bucket.names_in(directory),
        }
    }

    /// A way through all names of an S3 store that begin so: `o/`, `d/`, all of them. None where the store is a directory.
    pub(crate) fn walk(&self, prefix: &str) -> Option<Walk> {
        match self {
            Self::Files(_) => None,
            Self::Bucket(bucket) => Some(Walk::new(bucket.clone(), prefix)),
        }
    }

    /// Whether an object was deleted so that its versions are still there and a delete marker hides them.
    pub(crate) fn is_hidden(&self, name: &str) -> Result<bool, Error> {
        match self {
            Self::Files(_) => Ok(false),
            Self::Bucket(bucket) => bucket.is_hidden(&place(name)),
        }
    }

    /// The same store, with who may put a whole object over a damaged one, and who puts legal holds, where that needs credentials of
    /// their own.
    pub(crate) fn with_others(&self, repair: Option<&s3::Store>, hold: Option<&s3::Store>) -> Self {
        match self {
            Self::Files(_) => self.clone(),
            Self::Bucket(bucket) => Self::Bucket(Arc::new(bucket.with_others(repair, hold))),
        }
    }

    /// Whether it and another S3 store, or its drafts and that one, lie in one another.
    pub(crate) fn is_nested_with(&self, other: &s3::Store) -> bool {
        match self {
            Self::Files(_) => false,
            Self::Bucket(bucket) => bucket.is_nested_with(other),
        }
    }

    /// Bytes with this SHA-256 that an earlier version under the name has; none where a store keeps no versions.
    pub(crate) fn earlier(&self, name: &str, sha256: &str) -> Result<Option<Vec<u8>>, Error> {
        match self {
            Self::Files(_) => Ok(None),
            Self::Bucket(bucket) => bucket.earlier(&place(name), sha256),
        }
    }

    /// Puts a whole object where none is, or in the place of a damaged one, which is kept in `quarantine/`.
    ///
    /// # Errors
    /// [`Error::Setting`] where an S3 store's object would be replaced and no credential may.
    pub(crate) fn put_back(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        match self {
            Self::Files(files) => {
                if files.has(&place(name))? {
                    files.set_aside(&place(name), QUARANTINE)?;
                }
                self.put(name, bytes)
            }
            Self::Bucket(bucket) => bucket.put_back(&place(name), bytes, QUARANTINE),
        }
    }

    /// Whether there's an object of this name.
    pub(crate) fn has(&self, name: &str) -> Result<bool, Error> {
        match self {
            Self::Files(files) => files.has(&place(name)),
            Self::Bucket(bucket) => bucket.has(&place(name)),
        }
    }

    /// Makes an object durable that somebody else wrote and may have died before its sync. What the store calls this version
    /// of it.
    pub(crate) fn sync(&self, name: &str) -> Result<Option<String>, Error> {
        match self {
            Self::Files(files) => files.sync(&place(name)).map(|()| None),
            Self::Bucket(bucket) => bucket.version(&place(name)),
        }
    }

    /// What the store calls the version of an object that is read; none where it has no name for it.
    pub(crate) fn version(&self, name: &str) -> Result<Option<String>, Error> {
        match self {
            Self::Files(_) => Ok(None),
            Self::Bucket(bucket) => bucket.version(&place(name)),
        }
    }

    /// Replaces the one object that changes, the published checkpoint, where it has this mark or, without one, isn't there.
    /// Whether it was so.
    pub(crate) fn replace(&self, name: &str, bytes: &[u8], mark: Option<&Mark>) -> Result<bool, Error> {
        match self {
            // Nobody else writes here.
            Self::Files(files) => files.replace(&place(name), bytes).map(|()| true),
            Self::Bucket(bucket) => bucket.replace(&place(name), bytes, mark),
        }
    }

    /// Takes a draft away. Where it isn't there any more, nothing happens.
    pub(crate) fn remove_draft(&self, name: &str) -> Result<(), Error> {
        let place = place(&draft(name));
        match self {
            Self::Files(files) => files.remove(&place),
            Self::Bucket(bucket) => bucket.remove(&place),
        }
    }

    /// Gives a file that lies in the directory already, under an earlier layout, the object's name too.
    pub(crate) fn link(&self, path: &Path, name: &str) -> Result<(), Error> {
        match self {
            Self::Files(files) => files.link(path, &place(name)),
            Self::Bucket(_) => Err(Error::Internal("an S3 store has no earlier layout".into())),
        }
    }

    /// The names of all objects that are parts or speak of parts, in no order.
    pub(crate) fn objects(&self) -> Result<Vec<String>, Error> {
        match self {
            Self::Files(files) => files.objects(),
            Self::Bucket(bucket) => bucket.objects(),
        }
    }

    /// The names of all files below a directory of the store, without the directories' own; none where it isn't there.
    pub(crate) fn under(&self, directory: &str) -> Result<Vec<String>, Error> {
        match self {
            Self::Files(files) => files.under(directory),
            Self::Bucket(bucket) => bucket.under(directory),
        }
    }

    /// The file that a path of the store leads to; none where there's no regular file.
    pub(crate) fn location(&self, place: &str) -> Option<std::path::PathBuf> {
        match self {
            Self::Files(files) => files.location(place),
            Self::Bucket(_) => None,
        }
    }

    /// The room in its file system; none where the store doesn't say how much it has, as an S3 store.
    pub(crate) fn space(&self) -> Result<Option<Space>, Error> {
        match self {
            Self::Files(files) => files.space().map(Some),
            Self::Bucket(_) => Ok(None),
        }
    }

    /// What was created since it was opened.
    pub(crate) fn puts(&self) -> Puts {
        match self {
            Self::Files(files) => files.puts(),
            Self::Bucket(bucket) => bucket.puts(),
        }
    }

    /// Whether it can be read and written to, for real: a few kilobytes, synced.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self {
            Self::Files(files) => files.check(),
            Self::Bucket(bucket) => bucket.check(),
        }
    }

    /// Where it is, for messages.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Files(files) => files.shown(),
            Self::Bucket(bucket) => bucket.shown(),
        }
    }
}

/// What a damaged object is called where it's kept: one of a document by its own name, any other by its path.
fn aside(place: &str) -> String {
    let of_document = place.strip_prefix("o/").and_then(|below| below.split_once('/'));
    of_document.map_or_else(|| place.replace('/', "."), |(_, name)| name.to_owned())
}

/// What a draft is called.
pub(crate) fn draft(name: &str) -> String {
    format!("draft/{name}")
}

/// Where an object of this name lies, with `/` between directories.
pub(crate) fn place(name: &str) -> String {
    let shard = |name: &str| name.get(..2).unwrap_or_default().to_owned();
    match name.split_once('/') {
        Some(("draft", draft)) => format!("d/{}/{draft}", shard(draft)),
        Some(_) => name.to_owned(),
        None if name == "archive.json" => name.to_owned(),
        None => format!("o/{}/{name}", shard(name)),
    }
}
