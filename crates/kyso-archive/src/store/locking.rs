//! An S3 store's own locks on what is kept: legal holds, which follow the archive's, and whatever else keeps a version from being
//! deleted.

use jiff::Timestamp;
use kyso_connect::s3;

use super::Store;
use super::erasing::below;
use crate::error::Error;

/// What keeps a version from being deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    /// A legal hold.
    Held,
    /// A retention, until then.
    Until(Timestamp),
}

impl Store {
    /// Puts a legal hold on every version of every object of the request of this name, or lifts it; how many versions that are. None where
    /// the store has no object lock: a directory, or a bucket without it.
    ///
    /// # Errors
    /// [`Error::Store`] where the store doesn't answer, or the credential may not.
    pub(crate) fn hold_all_of(&self, name: &str, on: bool) -> Result<Option<u64>, Error> {
        let Self::Bucket(bucket) = self else { return Ok(None) };
        if !bucket.has_lock()? {
            return Ok(None);
        }
        let mut versions: u64 = 0;
        for begin in below(name) {
            versions += bucket.hold_below(&begin, on)?;
        }
        Ok(Some(versions))
    }

    /// Whether versions may be locked here, as far as the credential may know.
    ///
    /// # Errors
    /// [`Error::Store`] where the store doesn't answer.
    pub(crate) fn may_lock(&self) -> Result<bool, Error> {
        let Self::Bucket(bucket) = self else { return Ok(false) };
        match bucket.has_lock() {
            Err(Error::Store(s3::Error::Refused { .. })) => Ok(false),
            known => known,
        }
    }

    /// What keeps a version of an object of the request of this name from being deleted at this time, as far as the credential may know.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub(crate) fn locked(&self, name: &str, now: Timestamp) -> Result<Option<Lock>, Error> {
        let Self::Bucket(bucket) = self else { return Ok(None) };
        for begin in below(name) {
            if let Some(lock) = bucket.locked_below(&begin, now)? {
                return Ok(Some(lock));
            }
        }
        Ok(None)
    }

    /// Whether it's an S3 store.
    pub(crate) fn is_bucket(&self) -> bool {
        matches!(self, Self::Bucket(_))
    }
}
