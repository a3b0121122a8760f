//! Hashes of a Merkle tree ([RFC 6962, 2.1]): SHA-256, with leaves and nodes told apart by their first octet.
//!
//! [RFC 6962, 2.1]: https://www.rfc-editor.org/rfc/rfc6962#section-2.1

use std::fmt;

use kyso::crypto::sha256;

use super::{base64, from_base64};

/// A hash of the tree: of a leaf, of a subtree, or of the whole.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// Octets of a hash.
    pub const LENGTH: usize = 32;

    /// The hash that these octets are.
    pub const fn new(octets: [u8; 32]) -> Self {
        Self(octets)
    }

    /// A leaf's: `SHA-256(0x00 ‖ entry)`.
    pub fn leaf(entry: &[u8]) -> Self {
        Self(sha256(&[&[0], entry]))
    }

    /// Of the node above two subtrees: `SHA-256(0x01 ‖ left ‖ right)`.
    pub fn node(left: &Self, right: &Self) -> Self {
        Self(sha256(&[&[1], &left.0, &right.0]))
    }

    /// The root of the tree without leaves: SHA-256 of nothing.
    pub fn empty() -> Self {
        Self(sha256(&[]))
    }

    /// The octets.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 32 octets; `None` where there are more or fewer.
    pub fn from_slice(octets: &[u8]) -> Option<Self> {
        octets.try_into().ok().map(Self)
    }

    /// Reads what [`fmt::Display`] writes: 44 characters of base64, and no other text for the same octets.
    pub fn from_base64(text: &str) -> Option<Self> {
        if text.len() != 44 {
            return None;
        }
        Self::from_slice(&from_base64(text)?)
    }

    /// Root of the subtree over `hashes`, left to right, split at the largest power of two below their number; the empty tree's
    /// where there's none.
    pub fn over(hashes: &[Self]) -> Self {
        let mut peaks = Peaks::default();
        for hash in hashes {
            peaks.push(*hash);
        }
        peaks.root()
    }
}

/// Standard base64, as checkpoints and proofs have it.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// Roots of the complete subtrees that a row of hashes falls into, the largest first: a number in binary, with a hash for
/// each one.
#[derive(Debug, Clone, Default)]
struct Peaks {
    count: u64,
    hashes: Vec<Hash>,
}

impl Peaks {
    fn push(&mut self, hash: Hash) {
        let mut hash = hash;
        // As carrying goes in an addition of one.
        for _ in 0..self.count.trailing_ones() {
            if let Some(left) = self.hashes.pop() {
                hash = Hash::node(&left, &hash);
            }
        }
        self.hashes.push(hash);
        self.count += 1;
    }

    fn root(&self) -> Hash {
        folded(&self.hashes)
    }
}

/// Root over complete subtrees that stand from left to right, each larger than the one after it.
pub(super) fn folded(peaks: &[Hash]) -> Hash {
    let root = peaks.iter().rev().copied().reduce(|right, left| Hash::node(&left, &right));
    root.unwrap_or_else(Hash::empty)
}
