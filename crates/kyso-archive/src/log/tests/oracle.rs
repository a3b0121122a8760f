//! Roots, proofs and tiles held against another maker's: every size up to 1,100, and random ones up to 1,000,000.

use std::collections::HashMap;

use tlog_tiles::{HashReader as _, stored_hash_index};

use super::*;

/// The other maker's store of hashes.
struct Stored(Vec<tlog_tiles::Hash>);

impl tlog_tiles::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| self.0[usize::try_from(*index).unwrap()]).collect())
    }
}

impl Stored {
    fn push(&mut self, index: u64, leaf: Hash) {
        let new = tlog_tiles::stored_hashes_for_record_hash(index, theirs(&leaf), self).unwrap();
        self.0.extend(new);
    }
}

fn theirs(hash: &Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(*hash.as_bytes())
}

fn ours(hashes: &[tlog_tiles::Hash]) -> Vec<Hash> {
    hashes.iter().map(|hash| Hash::new(hash.0)).collect()
}

fn of_size(size: u64) -> (MemoryTree, Stored) {
    let (mut tree, mut stored) = (MemoryTree::new(), Stored(Vec::new()));
    for index in 0..size {
        stored.push(index, leaf(index));
        tree.push(leaf(index));
    }
    (tree, stored)
}

#[test]
fn hashes_are_the_others() {
    assert_eq!(theirs(&Hash::leaf(b"entry")), tlog_tiles::record_hash(b"entry"));
    assert_eq!(theirs(&Hash::empty()), tlog_tiles::EMPTY_HASH);
    assert_eq!(theirs(&Hash::node(&leaf(0), &leaf(1))), tlog_tiles::node_hash(theirs(&leaf(0)), theirs(&leaf(1))));
    assert_eq!(leaf(3).to_string(), theirs(&leaf(3)).to_string());
}

/// Every proof of one size with one other size or leaf, both ways.
fn inclusion_agrees(tree: &MemoryTree, stored: &Stored, index: u64, size: u64) {
    let path = inclusion(index, size, tree).unwrap();
    let other = tlog_tiles::prove_record(size, index, stored).unwrap();
    assert_eq!(path, ours(&other), "leaf {index} of {size}");
    let root = root(size, tree).unwrap();
    assert!(check_inclusion(index, size, &leaf(index), &path, &root), "leaf {index} of {size}");
}

fn consistency_agrees(tree: &MemoryTree, stored: &Stored, from: u64, to: u64) {
    let proof = consistency(from, to, tree).unwrap();
    let other = tlog_tiles::prove_tree(to, from, stored).unwrap();
    assert_eq!(proof, ours(&other), "{from} to {to}");
    let (old, new) = (root(from, tree).unwrap(), root(to, tree).unwrap());
    assert!(check_consistency(from, to, &old, &new, &proof), "{from} to {to}");
}

#[test]
fn every_size_up_to_1100_agrees() {
    let (mut tree, mut stored, mut numbers) = (MemoryTree::new(), Stored(Vec::new()), Numbers(7));
    assert_eq!(tree.root(), Hash::empty());
    let mut edge = Edge::new();
    for size in 1..=1100 {
        stored.push(size - 1, leaf(size - 1));
        tree.push(leaf(size - 1));
        let root = tlog_tiles::tree_hash(size, &stored).unwrap();
        assert_eq!((tree.size(), theirs(&tree.root())), (size, root));
        assert_eq!(edge.grow(&[leaf(size - 1)]).unwrap().root, tree.root(), "{size}");
        // Small trees whole, larger ones by their ends, by what lies at powers of two, and by some more.
        let some = |bound: u64, numbers: &mut Numbers| -> Vec<u64> {
            let near = [0, 1, 2, 255, 256, 257, 511, 512, 513, 1023, 1024, bound / 2];
            let near = near.into_iter().chain([bound - 1, bound.saturating_sub(2)]);
            near.filter(|at| *at < bound).chain((0..4).map(|_| numbers.below(bound))).collect()
        };
        let leaves = if size <= 70 { (0..size).collect() } else { some(size, &mut numbers) };
        for index in leaves {
            inclusion_agrees(&tree, &stored, index, size);
            consistency_agrees(&tree, &stored, index + 1, size);
        }
    }
}

#[test]
fn sizes_up_to_a_million_agree() {
    let (tree, mut numbers) = ((0..1_000_000).map(leaf).collect::<MemoryTree>(), Numbers(11));
    // The other maker's numbering of hashes, answered from this tree: what it asks for, and how it joins that, is its own.
    struct Renumbered<'t>(&'t MemoryTree);
    impl tlog_tiles::HashReader for Renumbered<'_> {
        fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
            let node = |index: &u64| {
                let (level, index) = tlog_tiles::split_stored_hash_index(*index);
                theirs(&self.0.hashes(&[Node { level, index }]).unwrap()[0])
            };
            Ok(indexes.iter().map(node).collect())
        }
    }
    let stored = Renumbered(&tree);
    assert!(stored.read_hashes(&[stored_hash_index(3, 5)]).is_ok());
    for round in 0..400 {
        let size = if round == 0 { 1_000_000 } else { 1 + numbers.below(1_000_000) };
        let (index, from) = (numbers.below(size), 1 + numbers.below(size));
        let made = root(size, &tree).unwrap();
        assert_eq!(theirs(&made), tlog_tiles::tree_hash(size, &stored).unwrap(), "{size}");
        let path = inclusion(index, size, &tree).unwrap();
        assert_eq!(path, ours(&tlog_tiles::prove_record(size, index, &stored).unwrap()), "{index} of {size}");
        assert!(check_inclusion(index, size, &leaf(index), &path, &made), "{index} of {size}");
        let proof = consistency(from, size, &tree).unwrap();
        assert_eq!(proof, ours(&tlog_tiles::prove_tree(size, from, &stored).unwrap()), "{from} to {size}");
        let old = root(from, &tree).unwrap();
        assert!(check_consistency(from, size, &old, &made, &proof), "{from} to {size}");
    }
}

#[test]
fn tiles_agree() {
    let (tree, stored) = of_size(70_000);
    let mut numbers = Numbers(13);
    let mut sizes = vec![(0, 1), (0, 255), (0, 256), (255, 257), (256, 512), (65_535, 65_536), (0, 70_000), (5, 5)];
    sizes.extend((0..40).map(|_| {
        let to = numbers.below(70_001);
        (numbers.below(to + 1), to)
    }));
    for (from, to) in sizes {
        let made: HashMap<_, _> = Tile::grown(from, to)
            .map(|tile| ((tile.level(), tile.index(), u32::from(tile.width())), tile.read(&tree).unwrap()))
            .collect();
        let others = tlog_tiles::Tile::new_tiles(8, from, to);
        assert_eq!(made.len(), others.len(), "{from} to {to}");
        for other in others {
            let place = (other.level(), other.level_index(), other.width());
            assert_eq!(made[&place], other.read_data(&stored).unwrap(), "{place:?}");
        }
    }
}

/// What a proof shows, it shows for nothing else.
#[test]
fn other_leaves_roots_sizes_and_paths_are_refused() {
    let tree: MemoryTree = (0..1100).map(leaf).collect();
    for size in [1, 2, 3, 5, 8, 13, 100, 256, 257, 1000] {
        let made = root(size, &tree).unwrap();
        for index in [0, size / 3, size / 2, size - 1] {
            let path = inclusion(index, size, &tree).unwrap();
            let holds =
                |index, size, leaf: Hash, path: &[Hash], root: &Hash| check_inclusion(index, size, &leaf, path, root);
            assert!(holds(index, size, leaf(index), &path, &made));
            assert!(!holds(index, size, leaf(index + 1), &path, &made));
            assert!(!holds(index, size, leaf(index), &path, &leaf(0)) || size == 1);
            assert!(!holds(size, size, leaf(index), &path, &made));
            assert!(!holds(index + 1, size, leaf(index), &path, &made));
            assert!(!holds(index, 2 * size + 1, leaf(index), &path, &made));
            let longer: Vec<Hash> = path.iter().copied().chain([leaf(9)]).collect();
            assert!(!holds(index, size, leaf(index), &longer, &made));
            for at in 0..path.len() {
                let mut other = path.clone();
                other[at] = leaf(77);
                assert!(!holds(index, size, leaf(index), &other, &made));
                assert!(!holds(index, size, leaf(index), &path[..at], &made));
            }
        }
        for to in [size + 1, size + 7, 1100] {
            let (proof, new) = (consistency(size, to, &tree).unwrap(), root(to, &tree).unwrap());
            assert!(check_consistency(size, to, &made, &new, &proof));
            assert!(!check_consistency(to, size, &new, &made, &proof));
            assert!(!check_consistency(size, to, &new, &made, &proof));
            assert!(!check_consistency(size, to, &leaf(1), &new, &proof));
            assert!(!check_consistency(size, to, &made, &leaf(1), &proof));
            for at in 0..proof.len() {
                let mut other = proof.clone();
                other[at] = leaf(77);
                assert!(!check_consistency(size, to, &made, &new, &other), "{size} to {to}, hash {at}");
                assert!(!check_consistency(size, to, &made, &new, &proof[..at]));
            }
        }
    }
}

/// A log that has put another leaf in the place of one can't show that it continues what it signed before.
#[test]
fn a_forked_log_is_found() {
    let honest: MemoryTree = (0..300).map(leaf).collect();
    for forked_at in [0, 100, 199] {
        let forked: MemoryTree = (0..300).map(|index| leaf(if index == forked_at { 9_999 } else { index })).collect();
        let (old, new) = (root(200, &honest).unwrap(), root(300, &forked).unwrap());
        let proof = consistency(200, 300, &forked).unwrap();
        assert!(check_consistency(200, 300, &root(200, &forked).unwrap(), &new, &proof));
        assert!(!check_consistency(200, 300, &old, &new, &proof));
        assert!(!check_consistency(200, 300, &old, &new, &consistency(200, 300, &honest).unwrap()));
    }
}

#[test]
fn what_no_tree_has_is_refused() {
    let tree: MemoryTree = (0..10).map(leaf).collect();
    assert_eq!(inclusion(10, 10, &tree), Err(TreeError::Beyond));
    assert_eq!(consistency(11, 10, &tree), Err(TreeError::Beyond));
    assert_eq!(root(MAX_SIZE + 1, &tree), Err(TreeError::Beyond));
    assert!(matches!(root(11, &tree), Err(TreeError::Reader(_))));
    assert_eq!(consistency(0, 10, &tree).unwrap(), []);
    assert!(check_consistency(0, 10, &Hash::empty(), &tree.root(), &[]));
    assert!(!check_consistency(0, 10, &leaf(0), &tree.root(), &[]));
    assert!(!check_consistency(0, 0, &leaf(0), &leaf(0), &[]));
    assert!(!check_consistency(u64::MAX - 1, u64::MAX, &leaf(0), &leaf(0), &[leaf(0); 80]));
    assert!(!check_inclusion(u64::MAX - 1, u64::MAX, &leaf(0), &[leaf(0); 80], &leaf(0)));
    /// Gives less than it's asked for.
    struct Short;
    impl HashReader for Short {
        type Error = ();
        fn hashes(&self, _: &[Node]) -> Result<Vec<Hash>, ()> {
            Ok(vec![leaf(0)])
        }
    }
    assert_eq!(root(7, &Short), Err(TreeError::Short { wanted: 3, given: 1 }));
    let places: Vec<Vec<Node>> =
        vec![nodes_for_root(7).unwrap(), nodes_for_inclusion(3, 7).unwrap(), nodes_for_consistency(3, 7).unwrap()];
    let node = |level, index| Node { level, index };
    assert_eq!(places[0], [node(2, 0), node(1, 2), node(0, 6)]);
    assert_eq!(places[1], [node(0, 2), node(1, 0), node(1, 2), node(0, 6)]);
    assert_eq!(places[2], [node(0, 2), node(0, 3), node(1, 0), node(1, 2), node(0, 6)]);
}
