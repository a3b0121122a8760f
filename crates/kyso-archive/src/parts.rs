//! The bytes of an artifact's versions against the digests of their records: each part is read once, whatever the number of
//! versions, and a fraction of a megabyte of it is in memory.

use kyso::crypto::{DigestAlgorithm, hex};

use crate::error::Error;
use crate::record::{Record, VersionAdded};
use crate::store::Store;

/// What a part of a document has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    /// It's what was kept, and makes the version that it was kept with.
    Whole,
    /// It isn't there.
    Missing,
    /// It was deleted from an S3 store that keeps versions: a delete marker hides it.
    Hidden,
    /// It has other bytes.
    Damaged,
    /// It can't be read.
    Unreadable(String),
}

/// Reads every part of an artifact, in the order of its versions. The store's calls block.
pub(crate) fn conditions(
    store: &Store,
    versions: &[Record<VersionAdded>],
    mut read: impl FnMut(u64),
) -> Vec<(String, Condition)> {
    let mut whole = Some((DigestAlgorithm::Sha256.hasher(), DigestAlgorithm::Sha512.hasher(), 0_u64));
    let mut found = Vec::with_capacity(versions.len());
    for Record { of, .. } in versions {
        let mut part = DigestAlgorithm::Sha256.hasher();
        // Of a version whose earlier parts nobody knows, only its own part is judged.
        if whole.as_ref().is_some_and(|(.., before)| *before != of.start) {
            whole = None;
        }
        let length = store.stream(&of.object, |piece| {
            part.update(piece);
            if let Some((sha256, sha512, length)) = &mut whole {
                sha256.update(piece);
                sha512.update(piece);
                *length = length.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            }
            read(u64::try_from(piece.len()).unwrap_or_default());
        });
        let condition = match length {
            Ok(None) | Err(_) if store.is_hidden(&of.object).unwrap_or(false) => Condition::Hidden,
            Ok(None) => Condition::Missing,
            Err(error) => Condition::Unreadable(error.to_string()),
            Ok(Some(length)) if length != of.length || hex(&part.finish()) != of.part_sha256 => Condition::Damaged,
            Ok(Some(_)) => match &whole {
                // Of a version whose earlier part is damaged, no more can be said than that this part is what it was.
                None => Condition::Whole,
                Some((sha256, sha512, length)) => {
                    let is_whole = *length == of.bytes
                        && hex(&sha256.clone().finish()) == of.sha256
                        && hex(&sha512.clone().finish()) == of.sha512;
                    if is_whole { Condition::Whole } else { Condition::Damaged }
                }
            },
        };
        if condition != Condition::Whole {
            whole = None;
        }
        found.push((of.object.clone(), condition));
    }
    found
}

/// The bytes of a part where a store has them whole.
pub(crate) fn whole_part(store: &Store, of: &VersionAdded) -> Result<Option<Vec<u8>>, Error> {
    let bytes = store.get(&of.object)?;
    Ok(bytes.filter(|bytes| crate::record::sha256(bytes) == of.part_sha256))
}
