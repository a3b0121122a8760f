//! That a leaf is in a tree, and that a tree continues another one: made as [RFC 6962, 2.1.1 and 2.1.2], checked as
//! [RFC 9162, 2.1.3.2 and 2.1.4.2].
//!
//! [RFC 6962, 2.1.1 and 2.1.2]: https://www.rfc-editor.org/rfc/rfc6962#section-2.1.1
//! [RFC 9162, 2.1.3.2 and 2.1.4.2]: https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3.2

use std::ops::Range;
use std::slice::from_ref;

use super::Hash;
use super::tree::{HashReader, MAX_SIZE, Node, TreeError, hashes_of, needs};

/// The root of the tree of the first `size` leaves.
///
/// # Errors
/// [`TreeError::Beyond`] where no tree is that large, and what the reader says.
pub fn root<R: HashReader>(size: u64, reader: &R) -> Result<Hash, TreeError<R::Error>> {
    if size > MAX_SIZE {
        return Err(TreeError::Beyond);
    }
    Ok(hashes_of(from_ref(&(0..size)), reader)?.first().copied().unwrap_or_else(Hash::empty))
}

/// The path from leaf `index` to the root of the tree of the first `size` leaves: from the leaf's sibling up.
///
/// # Errors
/// [`TreeError::Beyond`] where the tree has no such leaf, and what the reader says.
pub fn inclusion<R: HashReader>(index: u64, size: u64, reader: &R) -> Result<Vec<Hash>, TreeError<R::Error>> {
    hashes_of(&inclusion_ranges(index, size).ok_or(TreeError::Beyond)?, reader)
}

/// The proof that the first `from` leaves of the tree of `to` leaves are the tree of `from` leaves. It's empty where either both
/// are one size or `from` is 0: nothing needs to be shown then.
///
/// # Errors
/// [`TreeError::Beyond`] where `from` is larger than `to`, and what the reader says.
pub fn consistency<R: HashReader>(from: u64, to: u64, reader: &R) -> Result<Vec<Hash>, TreeError<R::Error>> {
    hashes_of(&consistency_ranges(from, to).ok_or(TreeError::Beyond)?, reader)
}

/// What [`root()`] asks its reader for; `None` where no tree is that large. Whoever has to wait for hashes, a tile at a time,
/// fetches them first.
pub fn nodes_for_root(size: u64) -> Option<Vec<Node>> {
    (size <= MAX_SIZE).then(|| needs(from_ref(&(0..size))))
}

/// What [`inclusion()`] asks its reader for; `None` where the tree has no such leaf.
pub fn nodes_for_inclusion(index: u64, size: u64) -> Option<Vec<Node>> {
    Some(needs(&inclusion_ranges(index, size)?))
}

/// What [`consistency()`] asks its reader for; `None` where `from` is larger than `to`.
pub fn nodes_for_consistency(from: u64, to: u64) -> Option<Vec<Node>> {
    Some(needs(&consistency_ranges(from, to)?))
}

/// PATH(index, D[0:size]) of RFC 6962, 2.1.1, as ranges of leaves.
fn inclusion_ranges(index: u64, size: u64) -> Option<Vec<Range<u64>>> {
    if index >= size || size > MAX_SIZE {
        return None;
    }
    let (mut start, mut end, mut ranges) = (0, size, Vec::new());
    while end - start > 1 {
        let split = start + split(end - start);
        if index < split {
            ranges.push(split..end);
            end = split;
        } else {
            ranges.push(start..split);
            start = split;
        }
    }
    ranges.reverse();
    Some(ranges)
}

/// PROOF(from, D[0:to]) of RFC 6962, 2.1.2, as ranges of leaves.
fn consistency_ranges(from: u64, to: u64) -> Option<Vec<Range<u64>>> {
    if from > to || to > MAX_SIZE {
        return None;
    }
    let (mut start, mut end, mut ranges) = (0, to, Vec::new());
    if from == 0 || from == to {
        return Some(ranges);
    }
    // Down to the subtree whose right edge is the old tree's.
    while end != from {
        let split = start + split(end - start);
        if from <= split {
            ranges.push(split..end);
            end = split;
        } else {
            ranges.push(start..split);
            start = split;
        }
    }
    // The old root itself is known to whoever checks.
    if start > 0 {
        ranges.push(start..end);
    }
    ranges.reverse();
    Some(ranges)
}

/// The largest power of two below `count`, which is at least 2.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// The root to which a path leads from leaf `index` of a tree of `size` leaves; `None` where a path in such a tree has another
/// length.
pub fn root_by_inclusion(index: u64, size: u64, leaf: &Hash, path: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    // RFC 9162, 2.1.3.2: fn, sn and r.
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in path {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            hash = Hash::node(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = Hash::node(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(hash)
}

/// Whether `path` shows that the leaf is number `index` of the tree of `size` leaves with this root.
pub fn check_inclusion(index: u64, size: u64, leaf: &Hash, path: &[Hash], root: &Hash) -> bool {
    root_by_inclusion(index, size, leaf, path).as_ref() == Some(root)
}

/// Whether `proof` shows that the tree of `to` leaves begins with the tree of `from` leaves. Every tree begins with the empty
/// one, by an empty proof.
pub fn check_consistency(from: u64, to: u64, from_root: &Hash, to_root: &Hash, proof: &[Hash]) -> bool {
    if from > to {
        return false;
    }
    if from == to {
        return proof.is_empty() && from_root == to_root && (from > 0 || *from_root == Hash::empty());
    }
    if from == 0 {
        return proof.is_empty() && *from_root == Hash::empty();
    }
    // RFC 9162, 2.1.4.2. The old root begins the path itself where the old tree is one complete subtree.
    let mut path = proof.iter();
    let first = if from.is_power_of_two() { Some(from_root) } else { path.next() };
    let Some(first) = first else { return false };
    let (mut at, mut last) = (from - 1, to - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut old, mut new) = (*first, *first);
    for hash in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old = Hash::node(hash, &old);
            new = Hash::node(hash, &new);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            new = Hash::node(&new, hash);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && old == *from_root && new == *to_root
}
