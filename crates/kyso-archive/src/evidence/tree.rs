//! Hash trees (RFC 4998, 4.2) and their reduction to one object (4.3).
//!
//! Trees are binary: the RFC lets a node have any number of children, but readers differ in how they compute such nodes. Leaves
//! are sorted as bytes; two neighbours are sorted, put together and hashed; one that is left over goes up as it is.

use kyso::crypto::DigestAlgorithm;

/// Most lists of a reduced hash tree: a binary tree of this height has more leaves than there are files.
pub(super) const MAX_LISTS: usize = 64;

/// A hash tree over the hashes of data objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HashTree {
    digest: DigestAlgorithm,
    /// The leaves, then each floor above them; the last is the root alone.
    floors: Vec<Vec<Vec<u8>>>,
}

impl HashTree {
    /// Builds the tree over these leaves, each a digest by `digest`, in any order; of equal ones one counts. `None` where there
    /// is no leaf, or one is of another length than the others.
    pub fn new(digest: DigestAlgorithm, mut leaves: Vec<Vec<u8>>) -> Option<Self> {
        leaves.sort_unstable();
        leaves.dedup();
        let length = leaves.first()?.len();
        if length == 0 || leaves.iter().any(|leaf| leaf.len() != length) {
            return None;
        }
        let mut floors = vec![leaves];
        while let Some(below) = floors.last().filter(|below| below.len() > 1) {
            let above = below.chunks(2).map(|pair| node(digest, pair.to_vec())).collect();
            floors.push(above);
        }
        Some(Self { digest, floors })
    }

    /// The digest algorithm of the leaves and the nodes.
    pub fn digest(&self) -> DigestAlgorithm {
        self.digest
    }

    /// The leaves, sorted as bytes, each once.
    pub fn leaves(&self) -> &[Vec<u8>] {
        self.floors.first().map_or(&[], Vec::as_slice)
    }

    /// The root: what a time-stamp is asked for.
    pub fn root(&self) -> &[u8] {
        self.floors.last().and_then(|top| top.first()).map_or(&[], Vec::as_slice)
    }

    /// What shows that a leaf is in the tree; `None` where it isn't.
    pub fn reduced(&self, leaf: &[u8]) -> Option<ReducedHashTree> {
        let mut siblings = self.siblings(leaf)?.into_iter();
        let mut first = vec![leaf.to_vec()];
        // Own hash and sibling are of one list.
        first.extend(siblings.next().flatten());
        first.sort_unstable();
        let lists = std::iter::once(first).chain(siblings.flatten().map(|sibling| vec![sibling]));
        Some(ReducedHashTree { lists: lists.collect() })
    }

    /// What shows that a group of objects is in the tree, by the hash of each; `None` where it isn't ([`group_hash`]).
    pub fn reduced_to_group(&self, hashes: &[Vec<u8>]) -> Option<ReducedHashTree> {
        if let [only] = hashes {
            return self.reduced(only);
        }
        let siblings = self.siblings(&group_hash(self.digest, hashes)?)?;
        let mut first = hashes.to_vec();
        first.sort_unstable();
        let lists = std::iter::once(first).chain(siblings.into_iter().flatten().map(|sibling| vec![sibling]));
        Some(ReducedHashTree { lists: lists.collect() })
    }

    /// On each floor but the top, the sibling of what stands over a leaf; `None` where that has none.
    fn siblings(&self, leaf: &[u8]) -> Option<Vec<Option<Vec<u8>>>> {
        let mut index = self.leaves().binary_search_by(|known| known.as_slice().cmp(leaf)).ok()?;
        let mut siblings = Vec::new();
        for floor in self.floors.iter().take(self.floors.len().saturating_sub(1)) {
            siblings.push(floor.get(index ^ 1).cloned());
            index /= 2;
        }
        Some(siblings)
    }
}

/// The hash of a group of data objects, by the hash of each: of several their sorted hashes, hashed; of one its own (RFC 4998,
/// 4.2.1). `None` of none.
pub fn group_hash(digest: DigestAlgorithm, hashes: &[Vec<u8>]) -> Option<Vec<u8>> {
    (!hashes.is_empty()).then(|| node(digest, hashes.to_vec()))
}

/// Hashes sorted as bytes, put together and hashed; a lone one as it is.
fn node(digest: DigestAlgorithm, mut hashes: Vec<Vec<u8>>) -> Vec<u8> {
    hashes.sort_unstable();
    match hashes.as_slice() {
        [only] => only.clone(),
        several => digest.digest(&several.concat()),
    }
}

/// The hashes that lead from an object to the root: `reducedHashtree` (RFC 4998, 3.1).
///
/// The first list has the object's own hash, or those of its whole group; each further list joins what was computed of the one
/// before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReducedHashTree {
    pub(super) lists: Vec<Vec<Vec<u8>>>,
}

impl ReducedHashTree {
    /// The lists, the object's own first.
    pub fn lists(&self) -> &[Vec<Vec<u8>>] {
        &self.lists
    }

    /// Whether the first list is about what has these hashes: it has the hash of one object, and of a group all and no other.
    pub(super) fn begins_with(&self, hashes: &[Vec<u8>]) -> bool {
        let Some(first) = self.lists.first() else { return false };
        match hashes {
            [] => false,
            [only] => first.contains(only),
            several => {
                let sorted = |hashes: &[Vec<u8>]| {
                    let mut hashes = hashes.to_vec();
                    hashes.sort_unstable();
                    hashes
                };
                sorted(first) == sorted(several)
            }
        }
    }

    /// The root that the lists lead to (RFC 4998, 4.3). `None` where a list is empty, or a hash is of another length than the
    /// algorithm's.
    pub fn root(&self, digest: DigestAlgorithm) -> Option<Vec<u8>> {
        let length = digest.digest(&[]).len();
        let mut lists = self.lists.iter();
        let fits = |list: &[Vec<u8>]| !list.is_empty() && list.iter().all(|hash| hash.len() == length);
        let first = lists.next().filter(|first| fits(first))?;
        let mut hash = node(digest, first.clone());
        for list in lists {
            if !fits(list) {
                return None;
            }
            let mut joined = list.clone();
            joined.push(hash);
            hash = node(digest, joined);
        }
        Some(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA256: DigestAlgorithm = DigestAlgorithm::Sha256;

    fn leaves(count: usize) -> Vec<Vec<u8>> {
        (0..count).map(|number| SHA256.digest(number.to_string().as_bytes())).collect()
    }

    #[test]
    fn every_leaf_of_trees_of_all_sizes_leads_to_the_root() {
        for count in (1..=33).chain([200, 255, 256, 257]) {
            let tree = HashTree::new(SHA256, leaves(count)).unwrap();
            assert_eq!(tree.leaves().len(), count);
            for leaf in leaves(count) {
                let reduced = tree.reduced(&leaf).unwrap();
                assert!(reduced.begins_with(std::slice::from_ref(&leaf)));
                assert_eq!(reduced.root(SHA256).as_deref(), Some(tree.root()), "of {count}");
                assert!(reduced.lists().len() <= 10);
            }
            assert_eq!(tree.reduced(&SHA256.digest(b"another")), None);
        }
    }

    /// By hand, as RFC 4998, 4.2.1 has it.
    #[test]
    fn nodes_are_sorted_pairs_and_the_last_of_an_odd_floor_goes_up_as_it_is() {
        let mut sorted = leaves(3);
        sorted.sort();
        let [a, b, c] = [&sorted[0], &sorted[1], &sorted[2]];
        let below = SHA256.digest(&[a.clone(), b.clone()].concat());
        let mut top = [below, c.clone()];
        top.sort();
        assert_eq!(HashTree::new(SHA256, leaves(3)).unwrap().root(), SHA256.digest(&top.concat()));
        assert_eq!(HashTree::new(SHA256, vec![a.clone()]).unwrap().root(), a);
        assert_eq!(HashTree::new(SHA256, vec![a.clone(), a.clone()]).unwrap().root(), a, "one object kept twice");
    }

    #[test]
    fn a_group_is_whole_or_not_in_the_tree() {
        let group = leaves(4);
        let mut all: Vec<Vec<u8>> = (100..105_u8).map(|number| SHA256.digest(&[number])).collect();
        all.push(group_hash(SHA256, &group).unwrap());
        let tree = HashTree::new(SHA256, all).unwrap();
        let reduced = tree.reduced_to_group(&group).unwrap();
        assert_eq!(reduced.root(SHA256).as_deref(), Some(tree.root()));
        assert!(reduced.begins_with(&group));
        assert!(!reduced.begins_with(&group[..3]) && !reduced.begins_with(&leaves(5)));
        assert_eq!(tree.reduced_to_group(&group[..3]), None);
    }

    #[test]
    fn what_is_no_tree_has_no_root() {
        assert_eq!(HashTree::new(SHA256, Vec::new()), None);
        assert_eq!(HashTree::new(SHA256, vec![vec![1; 32], vec![1; 31]]), None);
        for lists in [vec![], vec![vec![]], vec![vec![vec![1; 31]]], vec![vec![vec![1; 32]], vec![]]] {
            assert_eq!(ReducedHashTree { lists }.root(SHA256), None);
        }
    }
}
