//! What a document was made from: a file that is kept already and that the new one only adds to, as a seal adds to what a leader signed.
//!
//! Both say the same of the same person. So they're linked when the second is kept, whoever keeps it, by the bytes alone; what has no kind of
//! its own has the class and the end of what was made from it, and both go by one list.

use std::collections::HashSet;

use kyso::crypto::{DigestAlgorithm, hex};
use uuid::Uuid;

use crate::archive::Archive;
use crate::database::values;
use crate::error::Error;
use crate::finding;
use crate::links::Link;
use crate::read;
use crate::record::{Record, VersionAdded};

/// What each revision of a PDF ends with.
const END: &[u8] = b"%%EOF";
/// So many of a file's newest revisions are looked at.
const REVISIONS: usize = 64;
/// So many documents that were made from one another are looked at.
const MOST: usize = 256;

impl Archive {
    /// The documents whose bytes a file begins with, and goes on from: those of its newest revision that is kept, by its [`revisions`].
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub(crate) async fn earlier_of(&self, digests: &[String]) -> Result<Vec<Uuid>, Error> {
        let listed = serde_json::to_string(digests).map_err(Error::internal)?;
        let known =
            self.database.rows(finding::OF_VERSIONS.of(self.is_shared()), values![&self.agency, listed]).await?;
        let known = known.iter().map(|row| row.text("sha256")).collect::<Result<HashSet<_>, _>>()?;
        for digest in digests.iter().rev().filter(|digest| known.contains(*digest)) {
            let known = match self.by_sha256(digest).await {
                Ok(known) => known,
                // Nothing new waits for an old row to be mended: an audit names it.
                Err(Error::Damaged(why)) => {
                    tracing::error!(why, "what a file was made from isn't what was kept: they aren't linked");
                    continue;
                }
                Err(error) => return Err(error),
            };
            if !known.is_empty() {
                return Ok(known.into_iter().map(|artifact| artifact.id).collect());
            }
        }
        Ok(Vec::new())
    }

    /// The documents that were made from this one or that it was made from, and so on; without itself.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub(crate) async fn made_with(&self, id: Uuid) -> Result<Vec<Uuid>, Error> {
        let (mut seen, mut waiting, mut found) = (HashSet::from([id]), vec![id], Vec::new());
        while let Some(next) = waiting.pop() {
            for linked in self.links(next).await? {
                let Link::MadeFrom { other } = linked.link else { continue };
                for one in [linked.artifact, other] {
                    if seen.len() < MOST && seen.insert(one) {
                        found.push(one);
                        waiting.push(one);
                    }
                }
            }
        }
        Ok(found)
    }

    /// The record of a document's first version; none where it was destroyed.
    pub(crate) async fn first_of(&self, id: Uuid) -> Result<Option<Record<VersionAdded>>, Error> {
        match self.versions_of(id).await {
            Ok(versions) => Ok(versions.into_iter().next()),
            Err(Error::Destroyed(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The documents of a list, and with each those without a kind of their own that it was made from, or that were made from the same.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub(crate) async fn with_intermediates(&self, ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
        let mut all = ids.to_vec();
        let mut seen: HashSet<Uuid> = ids.iter().copied().collect();
        for id in ids {
            for other in self.made_with(*id).await? {
                if seen.contains(&other) {
                    continue;
                }
                let Some(first) = self.first_of(other).await? else { continue };
                if !self.has_kind(&first).await? {
                    seen.insert(other);
                    all.push(other);
                }
            }
        }
        Ok(all)
    }

    /// Whether it has a class of its own: a kind that is told, or that was fixed when it was kept.
    pub(crate) async fn has_kind(&self, first: &Record<VersionAdded>) -> Result<bool, Error> {
        Ok(first.of.retention.is_some() || self.metadata(read::artifact(first)?.id).await?.is_some())
    }
}

/// SHA-256 (lower-case hex) of what the file may have been before: each beginning of it that ends as a PDF does, the shortest first.
pub(crate) fn revisions(bytes: &[u8]) -> Vec<String> {
    let ends: Vec<usize> = memchr::memmem::find_iter(bytes, END).map(|at| at + END.len()).collect();
    let mut hasher = DigestAlgorithm::Sha256.hasher();
    let (mut digests, mut done) = (Vec::new(), 0);
    for end in ends.iter().skip(ends.len().saturating_sub(REVISIONS)) {
        // The end of the line belongs to it or not, as its writer liked.
        let after = bytes.get(*end..).unwrap_or_default();
        let lines: &[usize] = match after {
            [b'\r', b'\n', ..] => &[0, 1, 2],
            [b'\r' | b'\n', ..] => &[0, 1],
            _ => &[0],
        };
        for end in lines.iter().map(|more| end + more).filter(|end| *end < bytes.len()) {
            hasher.update(bytes.get(done..end).unwrap_or_default());
            done = end;
            digests.push(hex(&hasher.clone().finish()));
        }
    }
    digests
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sha256;

    #[test]
    fn each_beginning_that_ends_as_a_file_is_meant() {
        let file = b"%PDF-1.7 one\n%%EOF\r\ntwo\n%%EOF\nthree%%EOF";
        let expected: Vec<String> = [18, 19, 20, 29, 30].iter().map(|end| sha256(&file[..*end])).collect();
        assert_eq!(revisions(file), expected);
        assert_eq!(revisions(b"%PDF-1.7 %%EOF"), Vec::<String>::new(), "the whole file is no beginning of itself");
    }
}
