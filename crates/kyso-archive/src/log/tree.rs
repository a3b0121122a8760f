//! Which hashes of a tree a root or a proof is made of, and where they're read from.
//!
//! Only complete subtrees have a hash that never changes: 2^level leaves that begin at a multiple of 2^level. All others are
//! computed from those, at most 63 for each.

use std::ops::Range;
use std::slice::from_ref;

use super::Hash;
use super::hash::folded;

/// The most leaves that a tree has: sizes and indexes fit into 63 bits, as databases and other programs hold them.
pub const MAX_SIZE: u64 = (1 << 63) - 1;

/// The place of a complete subtree: leaves `index * 2^level` to `(index + 1) * 2^level`, the end not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Height over the leaves; 0 is a leaf.
    pub level: u8,
    /// Number within the level, from 0.
    pub index: u64,
}

impl Node {
    /// The first leaf of the subtree; `None` where no tree has it.
    pub fn first_leaf(self) -> Option<u64> {
        self.index.checked_mul(1_u64.checked_shl(self.level.into())?)
    }

    /// The leaf behind the subtree's last: the size from which a tree has this node; `None` where no tree has it.
    pub fn end(self) -> Option<u64> {
        let end = self.index.checked_add(1)?.checked_mul(1_u64.checked_shl(self.level.into())?)?;
        (end <= MAX_SIZE).then_some(end)
    }
}

/// Reads the hashes of complete subtrees: from tiles, from a database, from memory.
pub trait HashReader {
    /// Why they can't be read.
    type Error;

    /// The hashes of these nodes, in their order and as many. Whoever asks, asks once for all that is needed.
    ///
    /// # Errors
    /// Where one of them can't be had.
    fn hashes(&self, nodes: &[Node]) -> Result<Vec<Hash>, Self::Error>;
}

impl<R: HashReader + ?Sized> HashReader for &R {
    type Error = R::Error;

    fn hashes(&self, nodes: &[Node]) -> Result<Vec<Hash>, Self::Error> {
        (**self).hashes(nodes)
    }
}

/// Why a root or a proof can't be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TreeError<E> {
    /// There's no such leaf or size: beyond the tree, or beyond [`MAX_SIZE`].
    #[error("there's no such leaf or size in the tree")]
    Beyond,
    /// The reader gave another number of hashes than it was asked for.
    #[error("the reader of hashes gave {given} of {wanted}")]
    Short {
        /// Hashes that were asked for.
        wanted: usize,
        /// Hashes that came.
        given: usize,
    },
    /// The reader says no.
    #[error("{0}")]
    Reader(E),
}

/// The complete subtrees into which a range of leaves falls, left to right. It begins where its largest one may begin, as the
/// ranges of roots and proofs do.
fn complete(range: &Range<u64>) -> impl Iterator<Item = Node> + use<> {
    let Range { mut start, end } = *range;
    std::iter::from_fn(move || {
        let left = end.checked_sub(start).filter(|left| *left > 0)?;
        let level = left.ilog2();
        let node = Node { level: u8::try_from(level).unwrap_or(u8::MAX), index: start >> level };
        start += 1 << level;
        Some(node)
    })
}

/// The nodes that the hashes of these ranges are computed from.
pub(super) fn needs(ranges: &[Range<u64>]) -> Vec<Node> {
    ranges.iter().flat_map(complete).collect()
}

/// The hashes of ranges of leaves, with one question to the reader.
pub(super) fn hashes_of<R: HashReader>(ranges: &[Range<u64>], reader: &R) -> Result<Vec<Hash>, TreeError<R::Error>> {
    let nodes = needs(ranges);
    let hashes = reader.hashes(&nodes).map_err(TreeError::Reader)?;
    if hashes.len() != nodes.len() {
        return Err(TreeError::Short { wanted: nodes.len(), given: hashes.len() });
    }
    let mut rest = hashes.as_slice();
    let fold = |range: &Range<u64>| {
        let (own, others) = rest.split_at_checked(complete(range).count()).unwrap_or((rest, &[]));
        rest = others;
        folded(own)
    };
    Ok(ranges.iter().map(fold).collect())
}

/// A tree in memory, with the hash of every complete subtree: about 64 octets a leaf.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    levels: Vec<Vec<Hash>>,
}

impl MemoryTree {
    /// A tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let Some(hashes) = self.levels.get_mut(level) else { return };
            hashes.push(hash);
            match hashes.as_slice() {
                [.., left, right] if hashes.len().is_multiple_of(2) => hash = Hash::node(left, right),
                _ => return,
            }
        }
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// The root over all leaves.
    pub fn root(&self) -> Hash {
        // Every node that the root needs is there.
        hashes_of(from_ref(&(0..self.size())), self)
            .ok()
            .and_then(|hashes| hashes.first().copied())
            .unwrap_or_else(Hash::empty)
    }
}

impl FromIterator<Hash> for MemoryTree {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Self {
        let mut tree = Self::new();
        for leaf in leaves {
            tree.push(leaf);
        }
        tree
    }
}

/// The error is the node that the tree doesn't have.
impl HashReader for MemoryTree {
    type Error = Node;

    fn hashes(&self, nodes: &[Node]) -> Result<Vec<Hash>, Node> {
        let hash = |node: &Node| {
            let index = usize::try_from(node.index).ok()?;
            self.levels.get(usize::from(node.level))?.get(index).copied()
        };
        nodes.iter().map(|node| hash(node).ok_or(*node)).collect()
    }
}
