//! Digests over what signatures cover. All begin with the file's first byte, so what they share is hashed once.

use std::collections::HashMap;

use crate::crypto::{DigestAlgorithm, Hasher};
use crate::pdf::ByteRange;

/// Honest signatures share all but what was added with each; a file with several digest algorithms is read once for each.
const PASSES: usize = 4;
/// Bytes beyond that.
const SPARE: usize = 64 << 20;

/// The most bytes that are hashed of a file.
fn most(bytes: &[u8]) -> usize {
    bytes.len().saturating_mul(PASSES).saturating_add(SPARE)
}

/// The bytes of a file, and how far they have been hashed.
pub(crate) struct Digests<'a> {
    bytes: &'a [u8],
    /// Bytes that may still be hashed, and whether more were asked for.
    left: usize,
    is_exhausted: bool,
    begun: HashMap<DigestAlgorithm, (usize, Hasher)>,
}

impl<'a> Digests<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, left: most(bytes), is_exhausted: false, begun: HashMap::new() }
    }

    /// The bound, where it was hit: what was asked for beyond it has no digest.
    pub(crate) fn exhausted(&self) -> Option<(&'static str, usize)> {
        self.is_exhausted.then(|| ("bytes hashed", most(self.bytes)))
    }

    /// The digest of a byte range, which must start at 0 and lie within the file; `None` where it doesn't. Asked in the
    /// order of the revisions, the whole file is read once an algorithm.
    pub(crate) fn over(&mut self, algorithm: DigestAlgorithm, range: &ByteRange) -> Option<Vec<u8>> {
        let [before, after] = range.slices(self.bytes)?;
        if range.before.start != 0 {
            return None;
        }
        let mut hasher = self.up_to(algorithm, before.len())?;
        self.spend(after.len())?;
        hasher.update(after);
        Some(hasher.finish())
    }

    /// The digest of the whole file.
    pub(crate) fn whole(&mut self, algorithm: DigestAlgorithm) -> Vec<u8> {
        // One pass more, whatever was spent: every report names the file by it.
        self.left = self.left.saturating_add(self.bytes.len());
        self.up_to(algorithm, self.bytes.len()).map_or_else(|| algorithm.digest(self.bytes), Hasher::finish)
    }

    fn spend(&mut self, bytes: usize) -> Option<()> {
        match self.left.checked_sub(bytes) {
            Some(left) => self.left = left,
            None => self.is_exhausted = true,
        }
        (!self.is_exhausted).then_some(())
    }

    fn up_to(&mut self, algorithm: DigestAlgorithm, end: usize) -> Option<Hasher> {
        let (start, mut hasher) = match self.begun.get(&algorithm) {
            Some((done, hasher)) if *done <= end => (*done, hasher.clone()),
            _ => (0, algorithm.hasher()),
        };
        self.spend(end.saturating_sub(start))?;
        hasher.update(self.bytes.get(start..end).unwrap_or_default());
        self.begun.insert(algorithm, (end, hasher.clone()));
        Some(hasher)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::cast_possible_truncation, reason = "numbers of a test are small")]

    use super::*;

    #[test]
    fn what_is_shared_is_the_same_as_what_is_hashed_alone() {
        let bytes: Vec<u8> = (0..=255).collect();
        let mut digests = Digests::new(&bytes);
        for algorithm in [DigestAlgorithm::Sha256, DigestAlgorithm::Sha1] {
            for (end, start) in [(10, 20), (100, 120), (100, 130), (50, 60), (0, 1)] {
                let range = ByteRange { before: 0..end, after: start..200 };
                let alone = [&bytes[..end as usize], &bytes[start as usize..200]].concat();
                assert_eq!(digests.over(algorithm, &range), Some(algorithm.digest(&alone)));
            }
            assert_eq!(digests.whole(algorithm), algorithm.digest(&bytes));
        }
        let beyond = ByteRange { before: 0..10, after: 20..257 };
        assert_eq!(digests.over(DigestAlgorithm::Sha256, &beyond), None);
    }
}
