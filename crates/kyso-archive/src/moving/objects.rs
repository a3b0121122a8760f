//! Objects from one store into another: create-only, and never taken for there because something lies under the name.

use crate::destruction::statement;
use crate::error::Error;
use crate::record::sha256;
use crate::sequencing::CHECKPOINT;
use crate::store::{Prepared, Put, Store};

/// How many are on their way at once.
pub(super) const AT_ONCE: usize = 8;
/// What lies in an archive's store beside its identity and its drafts.
const DIRECTORIES: [&str; 5] = ["o", "log", "stamp", "quarantine", statement::DIRECTORY];

/// The names of everything that doesn't change, as places in the store.
pub(super) fn names(from: &Store) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for directory in DIRECTORIES {
        names.extend(from.under(directory)?);
    }
    names.retain(|name| name != CHECKPOINT);
    Ok(names)
}

/// Reads objects, all at once; none of one that isn't there.
pub(super) fn read_all(from: &Store, names: &[String]) -> Result<Vec<Option<Vec<u8>>>, Error> {
    std::thread::scope(|scope| {
        let reading: Vec<_> = names.iter().map(|name| scope.spawn(move || from.get(name))).collect();
        let read =
            reading.into_iter().map(|one| one.join().map_err(|_| Error::Internal("a reader panicked".into()))?);
        read.collect()
    })
}

/// Brings objects, some at once; `told` hears of each.
pub(super) fn bring<T: Sync>(
    all: &[T],
    bring: &(impl Fn(&T) -> Result<(), Error> + Sync),
    told: &(impl Fn() + Sync),
) -> Result<(), Error> {
    for some in all.chunks(AT_ONCE) {
        std::thread::scope(|scope| {
            let coming: Vec<_> = some.iter().map(|one| scope.spawn(move || bring(one))).collect();
            coming.into_iter().try_for_each(|one| one.join().map_err(|_| Error::Internal("a copy panicked".into()))?)
        })?;
        some.iter().for_each(|_| told());
    }
    Ok(())
}

/// Creates an object; what lies under the name must have the very same bytes.
pub(super) fn put(to: &Store, name: &str, bytes: Vec<u8>) -> Result<(), Error> {
    let (length, digest) = (bytes.len(), sha256(&bytes));
    let prepared = match to {
        Store::Files(_) => to.prepare(&bytes)?,
        Store::Bucket(_) => Prepared::Bytes(bytes),
    };
    match to.publish(prepared, name)? {
        // An S3 store has held the bytes against their digest.
        Put::Created(_) => Ok(()),
        Put::Exists => match to.get(name)? {
            Some(there) if there.len() == length && sha256(&there) == digest => to.sync(name).map(|_| ()),
            _ => Err(Error::Damaged(format!("{}: {name} is there with other bytes", to.shown()))),
        },
    }
}
