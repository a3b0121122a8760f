//! Taking objects away for good: what only a destruction does. An S3 store asks for the destroying credential, which the service
//! hasn't got; every version goes, not what is read alone.

use kyso_connect::s3::Destroyer;

use super::{QUARANTINE, Store, aside, place};
use crate::error::Error;

impl Store {
    /// Takes away everything of the request of this name: parts, manifests, damaged parts that were put aside. How many objects
    /// that were. Nothing is amiss where nothing is there.
    ///
    /// # Errors
    /// [`Error::Setting`] where an S3 store is asked without its destroying credential, or with another store's;
    /// [`Error::Store`] under a retention of the store's own; [`Error::File`].
    pub(crate) fn erase_all_of(&self, name: &str, destroyer: Option<&Destroyer>) -> Result<u64, Error> {
        let mut erased = 0;
        for below in below(name) {
            erased += match self {
                Self::Files(files) => files.erase_below(&below)?,
                Self::Bucket(bucket) => bucket.erase_below(&below, destroyer)?,
            };
        }
        Ok(erased)
    }

    /// What is read of the request of this name, by where it lies.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::File`].
    pub(crate) fn left_of(&self, name: &str) -> Result<Vec<String>, Error> {
        let mut left = Vec::new();
        for below in below(name) {
            let Some((directory, prefix)) = below.rsplit_once('/') else { continue };
            let names = self.names_in(directory)?.into_iter().map(|(name, _)| name);
            left.extend(names.filter(|name| name.starts_with(prefix)).map(|name| format!("{directory}/{name}")));
        }
        Ok(left)
    }

    /// Takes one object away. Whether it was there.
    ///
    /// # Errors
    /// As [`erase_all_of`](Self::erase_all_of).
    pub(crate) fn erase(&self, name: &str, destroyer: Option<&Destroyer>) -> Result<bool, Error> {
        if name.starts_with(crate::manifest::RECORDS) {
            // A damaged one that was put aside says the same.
            let below = format!("{QUARANTINE}/{}.", aside(name));
            match self {
                Self::Files(files) => files.erase_below(&below)?,
                Self::Bucket(bucket) => bucket.erase_below(&below, destroyer)?,
            };
        }
        match self {
            Self::Files(files) => files.erase(&place(name)),
            Self::Bucket(bucket) => bucket.erase(&place(name), destroyer),
        }
    }

    /// Refuses what couldn't erase anything here, before anything is begun.
    ///
    /// # Errors
    /// As [`erase_all_of`](Self::erase_all_of).
    pub(crate) fn demand_erasable(&self, destroyer: Option<&Destroyer>) -> Result<(), Error> {
        match self {
            Self::Files(files) => files.demand_space(),
            Self::Bucket(bucket) => bucket.destroying(destroyer).map(|_| ()),
        }
    }
}

/// What the objects of a request begin with, where they lie.
pub(super) fn below(name: &str) -> [String; 2] {
    [place(&format!("{name}.")), format!("{QUARANTINE}/{name}.")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_requests_own_objects_are_meant() {
        let name = "ab".repeat(32);
        let [parts, aside] = below(&name);
        assert_eq!(parts, format!("o/ab/{name}."));
        assert_eq!(aside, format!("quarantine/{name}."));
    }
}
