//! Versions deleted for good: what a credential other than the service's may do.

use super::ask::{Ask, DOCUMENT, refusal};
use super::{Error, Store};

/// A store, asked by who may delete.
#[derive(Debug, Clone)]
pub struct Destroyer(Store);

impl Destroyer {
    /// A store whose keys are those of the destroying credential: never the ones that the service writes with.
    pub fn new(store: Store) -> Self {
        Self(store)
    }

    /// What it deletes in.
    pub fn store(&self) -> &Store {
        &self.0
    }

    /// Deletes one version of an object, or one delete marker, for good. A version that isn't there is as good as deleted.
    /// There is no way to delete without a version: that would leave a marker, and free the name.
    ///
    /// # Errors
    /// [`Error`]: [`Error::Refused`] with 403 under a retention or a legal hold.
    pub fn delete(&self, name: &str, version: &str) -> Result<(), Error> {
        if version.is_empty() {
            return Err(Error::Setting("a version is deleted by its id".into()));
        }
        let query = [("versionId", version)];
        let answer = self.0.ask(&Ask {
            method: "DELETE",
            name: Some(name),
            query: &query,
            limit: DOCUMENT,
            ..Ask::default()
        })?;
        match answer.status {
            200 | 204 => Ok(()),
            404 if super::ask::is_absent(&answer) => Ok(()),
            _ => Err(refusal(&answer)),
        }
    }
}
