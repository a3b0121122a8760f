//! Every name in an S3 store, page by page, with what else lies under it: earlier versions, and delete markers, which a list of
//! objects doesn't show.

use std::collections::BTreeMap;
use std::sync::Arc;

use kyso_connect::s3;

use super::bucket::Bucket;
use crate::error::Error;

/// How many versions are asked for at once.
const PAGE: u16 = 1000;

/// A name of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// Where it lies, with `/` between directories.
    pub(crate) place: String,
    /// How many versions have bytes.
    pub(crate) versions: u32,
    /// Whether a delete marker is the newest version: then nothing is read under the name, and it could be given again.
    pub(crate) is_hidden: bool,
}

/// A way through all names that begin alike. A page's worth of them is in memory.
#[derive(Debug)]
pub(crate) struct Walk {
    bucket: Arc<Bucket>,
    prefix: String,
    next: Option<s3::Mark>,
    /// The last name of the page before: the next one may have more versions of it.
    held: Option<Named>,
    is_over: bool,
}

impl Walk {
    pub(super) fn new(bucket: Arc<Bucket>, prefix: &str) -> Self {
        Self { bucket, prefix: prefix.to_owned(), next: None, held: None, is_over: false }
    }

    /// The next names; none behind the last. The store's calls block.
    pub(crate) fn page(&mut self) -> Result<Vec<Named>, Error> {
        while !self.is_over {
            let page = self.bucket.versions(&self.prefix, self.next.as_ref(), PAGE)?;
            self.next = page.next;
            self.is_over = self.next.is_none();
            let mut names: BTreeMap<String, Named> = BTreeMap::new();
            let last = page.versions.iter().map(|version| version.name.clone()).max();
            if let Some(held) = self.held.take() {
                names.insert(held.place.clone(), held);
            }
            for version in page.versions {
                let s3::Version { name, is_latest, content, .. } = version;
                let named = Named { place: name.clone(), versions: 0, is_hidden: false };
                let named = names.entry(name).or_insert(named);
                match content {
                    Some(_) => named.versions = named.versions.saturating_add(1),
                    None if is_latest => named.is_hidden = true,
                    None => {}
                }
            }
            if !self.is_over {
                self.held = last.and_then(|last| names.remove(&last));
            }
            if !names.is_empty() {
                return Ok(names.into_values().collect());
            }
        }
        Ok(self.held.take().into_iter().collect())
    }
}
