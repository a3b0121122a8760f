//! What destructions erase, by the objects' names: whoever brings objects somewhere asks first, so that what would have to be erased
//! there doesn't come.

use std::collections::HashSet;

use kyso_connect::s3::Destroyer;

use super::rows;
use super::told::Begun;
use crate::archive::Archive;
use crate::error::Error;
use crate::manifest::{RECORDS, other};
use crate::store::Store;

/// The objects of documents that were destroyed, in whichever store.
#[derive(Debug, Clone, Default)]
pub(crate) struct Erased {
    /// What parts and manifests begin with.
    names: HashSet<String>,
    /// The events whose manifests lie among the log's.
    events: HashSet<String>,
}

impl Erased {
    /// Adds what a destruction erases.
    pub(crate) fn add(&mut self, begun: &Begun) {
        for item in &begun.items {
            self.names.insert(item.name.clone());
            self.events.extend(item.events.iter().map(|event| event.id.to_string()));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether an object is of a destroyed document, by its place in a store; damaged ones that were put aside, too.
    pub(crate) fn has(&self, path: &str) -> bool {
        let Some((directory, name)) = path.rsplit_once('/') else { return false };
        let mut parts = name.split('.');
        let is_event = |id: Option<&str>| id.is_some_and(|id| self.events.contains(id));
        match directory.split('/').next() {
            // log.record.ab.ID.json.0
            Some("quarantine") if name.starts_with("log.record.") => is_event(parts.nth(3)),
            Some("o" | "quarantine") => parts.next().is_some_and(|first| self.names.contains(first)),
            Some("log") if directory.starts_with(RECORDS) => is_event(parts.next()),
            _ => false,
        }
    }

    /// What is read of them in a store.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::File`].
    pub(crate) fn left_in(&self, store: &Store) -> Result<Vec<String>, Error> {
        let mut left = Vec::new();
        for name in &self.names {
            left.extend(store.left_of(name)?);
        }
        for event in &self.events {
            let path = other(event);
            if store.has(&path)? {
                left.push(path);
            }
        }
        left.sort();
        Ok(left)
    }

    /// Takes what is left of them out of a store; nothing is asked of the credential where nothing is.
    ///
    /// # Errors
    /// [`Error::Setting`] where an S3 store is asked without its destroying credential; [`Error::Store`], [`Error::File`].
    pub(crate) fn erase_in(&self, store: &Store, destroyer: Option<&Destroyer>) -> Result<(), Error> {
        if self.left_in(store)?.is_empty() {
            return Ok(());
        }
        for name in &self.names {
            store.erase_all_of(name, destroyer)?;
        }
        for event in &self.events {
            store.erase(&other(event), destroyer)?;
        }
        Ok(())
    }
}

impl Archive {
    /// What the destructions erase that were begun here.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a destruction isn't what its records say; [`Error::Database`].
    pub(crate) async fn erased(&self) -> Result<Erased, Error> {
        let mut erased = Erased::default();
        for number in rows::numbers(&self.database, &self.agency).await? {
            if let Some(begun) = self.founded(number).await?.begun {
                erased.add(&begun);
            }
        }
        Ok(erased)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::destruction::told::{Erased as Item, ErasedEvent};

    #[test]
    fn only_what_is_of_a_destroyed_document_is_meant() {
        let (event, name) = (uuid::Uuid::now_v7(), "ab".repeat(32));
        let events = vec![ErasedEvent { id: event, commitment: String::new() }];
        let items = vec![Item { artifact: uuid::Uuid::now_v7(), name: name.clone(), events, requests: Vec::new() }];
        let mut erased = Erased::default();
        assert!(erased.is_empty());
        erased.add(&Begun { destruction: 1, by: "a".into(), items });
        let manifest = other(&event.to_string());
        let aside = format!("quarantine/{}.0", manifest.replace('/', "."));
        let of_it = [&*format!("o/ab/{name}.0"), &format!("o/ab/{name}.m1.json"), &format!("quarantine/{name}.0.1")];
        for path in of_it.into_iter().chain([&*manifest, &aside]) {
            assert!(erased.has(path), "{path}");
        }
        let other_event = other(&uuid::Uuid::now_v7().to_string());
        for path in
            [&*format!("o/ab/{name}x.0"), &format!("d/ab/{name}"), "log/checkpoint", "destroyed/1.json", &other_event]
        {
            assert!(!erased.has(path), "{path}");
        }
    }
}
