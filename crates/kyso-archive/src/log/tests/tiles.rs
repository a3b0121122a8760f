use std::cell::Cell;
use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

fn places(tiles: impl Iterator<Item = Tile>) -> Vec<String> {
    tiles.map(Tile::path).collect()
}

/// The example of C2SP tlog-tiles, Partial Tiles.
#[test]
fn a_tree_of_70000_leaves_has_the_tiles_of_the_specification() {
    let tiles: Vec<Tile> = Tile::of_tree(70_000).collect();
    let full = |level| tiles.iter().filter(|tile| tile.level() == level && tile.is_full()).count();
    assert_eq!((full(0), full(1), full(2)), (273, 1, 0));
    let partial = tiles.iter().filter(|tile| !tile.is_full());
    assert_eq!(places(partial.copied()), ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
    assert_eq!(places(Tile::edge(70_000)), ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
    assert_eq!(places(Tile::of_tree(256)), ["tile/0/000", "tile/1/000.p/1"]);
    assert_eq!(places(Tile::grown(256, 257)), ["tile/0/001.p/1"]);
    assert_eq!(places(Tile::grown(511, 512)), ["tile/0/001", "tile/1/000.p/2"]);
    assert_eq!(places(Tile::of_tree(0)), [] as [&str; 0]);
    // Asked for more than anybody has, it begins all the same.
    assert_eq!(Tile::grown(0, u64::MAX).take(3).count(), 3);
}

#[test]
fn paths_are_those_of_the_specification_and_read_one_way() {
    assert_eq!(Tile::new(0, 1_234_067, 256).unwrap().path(), "tile/0/x001/x234/067");
    assert_eq!(Bundle::new(1_234_067, 9).unwrap().path(), "tile/entries/x001/x234/067.p/9");
    for wrong in [
        "tile/0/x001/x234/67",
        "tile/00/067",
        "tile/0/67",
        "tile/0/x000/067",
        "tile/0/067.p/0",
        "tile/0/067.p/256",
        "tile/0/067.p/01",
        "tile/0/067.p/",
        "tile/0/001/067",
        "tile/0/x067",
        "tile/0/067/",
        "tile/8/000",
        "tile/-1/000",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/0/x001/x234/x067/x000/x000/x000/x000/x000/x000/000",
        "tile/entries/001",
        "",
    ] {
        assert_eq!(Tile::from_path(wrong), None, "{wrong}");
    }
    assert_eq!(Bundle::from_path("tile/0/001"), None);
    assert_eq!((Tile::new(0, 0, 0), Tile::new(0, 0, 257), Tile::new(8, 0, 1)), (None, None, None));
    assert_eq!(Tile::new(0, u64::MAX, 1), None);
    assert_eq!(Tile::new(7, 128, 1), None);
}

/// Files of tiles, and how many were read.
#[derive(Default)]
struct Files(HashMap<Tile, Vec<u8>>, Cell<usize>);

impl TileReader for Files {
    type Error = Tile;

    fn tile(&self, tile: Tile) -> Result<Vec<u8>, Tile> {
        self.1.set(self.1.get() + 1);
        self.0.get(&tile).cloned().ok_or(tile)
    }
}

/// In steps of every kind, a tree grows to the same tiles and roots as one that is made at once; proofs come out of its tiles.
#[test]
fn a_tree_grows_by_its_edge_alone() {
    let (mut tree, mut files, mut edge, mut numbers) = (MemoryTree::new(), Files::default(), Edge::new(), Numbers(3));
    let mut step = 0;
    while tree.size() < 140_000 {
        step += 1;
        let from = tree.size();
        let by = [0, 1, 2, 255, 256, 257, numbers.below(300), numbers.below(9_000)][step % 8];
        let leaves: Vec<Hash> = (from..from + by).map(leaf).collect();
        leaves.iter().for_each(|leaf| tree.push(*leaf));
        // After every other step the edge is read from files, as after a start.
        if step % 2 == 0 {
            files.1.set(0);
            edge = Edge::read(from, &files).unwrap();
            assert!(files.1.get() <= 3, "{} tiles read", files.1.get());
        }
        let grown = edge.grow(&leaves).unwrap();
        assert_eq!((edge.size(), edge.root(), grown.root), (tree.size(), tree.root(), tree.root()));
        let expected: HashMap<_, _> =
            Tile::grown(from, from + by).map(|tile| (tile, tile.read(&tree).unwrap())).collect();
        assert_eq!(grown.tiles.len(), expected.len());
        assert_eq!(grown.tiles.iter().cloned().collect::<HashMap<_, _>>(), expected, "{from} and {by}");
        files.0.extend(grown.tiles);
    }
    let size = tree.size();
    let hashes = TileHashes::new(&files, size);
    assert_eq!(root(size, &hashes).unwrap(), tree.root());
    for _ in 0..200 {
        let (index, from) = (numbers.below(size), numbers.below(size));
        assert_eq!(inclusion(index, size, &hashes).unwrap(), inclusion(index, size, &tree).unwrap());
        assert_eq!(consistency(from, size, &hashes).unwrap(), consistency(from, size, &tree).unwrap());
        files.1.set(0);
        inclusion(index, size, &hashes).unwrap();
        assert!(files.1.get() <= 6, "{} tiles read", files.1.get());
    }
}

#[test]
fn the_full_tile_stands_in_for_a_partial_one() {
    let tree: MemoryTree = (0..600).map(leaf).collect();
    struct Full<'t>(&'t MemoryTree);
    impl TileReader for Full<'_> {
        type Error = TreeError<Node>;
        fn tile(&self, tile: Tile) -> Result<Vec<u8>, TreeError<Node>> {
            Tile::new(tile.level(), tile.index(), 256).unwrap().read(self.0).or_else(|_| tile.read(self.0))
        }
    }
    let hashes = TileHashes::new(Full(&tree), 300);
    assert_eq!(root(300, &hashes).unwrap(), root(300, &tree).unwrap());
    assert_eq!(Edge::read(300, &Full(&tree)).unwrap().root(), root(300, &tree).unwrap());
}

#[test]
fn damaged_and_missing_tiles_are_told() {
    let tree: MemoryTree = (0..300).map(leaf).collect();
    let mut files = Files(Tile::of_tree(300).map(|tile| (tile, tile.read(&tree).unwrap())).collect(), Cell::new(0));
    let partial = Tile::new(0, 1, 44).unwrap();
    files.0.get_mut(&partial).unwrap().pop();
    assert_eq!(Edge::read(300, &files), Err(TileError::Damaged(partial)));
    assert_eq!(root(300, &TileHashes::new(&files, 300)), Err(TreeError::Reader(TileError::Damaged(partial))));
    files.0.remove(&partial);
    assert_eq!(Edge::read(300, &files), Err(TileError::Reader(partial)));
    let beyond = Node { level: 8, index: 1 };
    assert_eq!(TileHashes::new(&files, 300).hashes(&[beyond]), Err(TileError::Beyond(beyond)));
    let nowhere = Node { level: 200, index: u64::MAX };
    assert_eq!(TileHashes::new(&files, 300).hashes(&[nowhere]), Err(TileError::Beyond(nowhere)));
    // Of the right length and with other octets, the root is another.
    let mut changed = partial.read(&tree).unwrap();
    changed[100] ^= 1;
    files.0.insert(partial, changed);
    assert_ne!(Edge::read(300, &files).unwrap().root(), tree.root());
}

#[test]
fn a_tree_never_grows_beyond_its_bound() {
    struct Zeroes;
    impl TileReader for Zeroes {
        type Error = ();
        fn tile(&self, tile: Tile) -> Result<Vec<u8>, ()> {
            Ok(vec![0; tile.length()])
        }
    }
    let mut edge = Edge::read(MAX_SIZE - 1, &Zeroes).unwrap();
    let before = edge.clone();
    assert_eq!(edge.grow(&[leaf(0), leaf(1)]), None);
    assert_eq!(edge, before);
    assert!(edge.grow(&[leaf(0)]).is_some());
    assert_eq!(edge.size(), MAX_SIZE);
    assert_eq!(Tile::edge(MAX_SIZE).count(), 8);
}

#[test]
fn bundles_hold_entries_of_every_length_that_two_octets_say() {
    let bundle = Bundle::new(2, 3).unwrap();
    let (longest, longer) = (vec![7; 65_535], vec![7; 65_536]);
    let file = bundle.write(&[&b"one"[..], b"", &longest]).unwrap();
    assert_eq!(file[..7], [0, 3, b'o', b'n', b'e', 0, 0]);
    assert_eq!(bundle.parse(&file).unwrap(), [&b"one"[..], b"", &longest]);
    assert_eq!((bundle.first(), bundle.path()), (512, "tile/entries/002.p/3".to_owned()));
    assert_eq!(bundle.write(&[&b"one"[..], b"", &longer]), None);
    assert_eq!(bundle.write(&[b"one"]), None);
    assert_eq!(bundle.parse(&file[..file.len() - 1]), None);
    assert_eq!(bundle.parse(&[&file[..], b"\0"].concat()), None);
    assert_eq!(Bundle::new(2, 2).unwrap().parse(&file), None);
    let grown: Vec<String> = Bundle::grown(255, 513).map(Bundle::path).collect();
    assert_eq!(grown, ["tile/entries/000", "tile/entries/001", "tile/entries/002.p/1"]);
}

proptest! {
    #[test]
    fn what_is_written_is_read(level in 0_u8..9, index: u64, width in 0_u16..300) {
        if let Some(tile) = Tile::new(level, index >> (8 * u32::from(level) + 8).min(63), width) {
            prop_assert_eq!(Tile::from_path(&tile.path()), Some(tile));
        }
        if let Some(bundle) = Bundle::new(index, width) {
            prop_assert_eq!(Bundle::from_path(&bundle.path()), Some(bundle));
        }
    }

    #[test]
    fn any_path_and_any_bundle_is_read_as_it_would_be_written(path in "tile/([0-9]{1,2}|entries)/(x[0-9]{3}/){0,7}[0-9]{3}(\\.p/[0-9]{1,4})?", file: Vec<u8>, width in 1_u16..257) {
        if let Some(tile) = Tile::from_path(&path) {
            prop_assert_eq!(tile.path(), path.clone());
        }
        if let Some(bundle) = Bundle::from_path(&path) {
            prop_assert_eq!(bundle.path(), path);
        }
        let bundle = Bundle::new(0, width).unwrap();
        if let Some(entries) = bundle.parse(&file) {
            prop_assert_eq!(bundle.write(&entries), Some(file));
        }
    }

    #[test]
    fn any_node_and_size_is_answered(level: u8, index: u64, size: u64) {
        let node = Node { level, index };
        let _ = (node.first_leaf(), node.end(), Tile::of_node(node, size), nodes_for_root(size));
        let _ = (nodes_for_inclusion(index, size), nodes_for_consistency(index, size));
        let _ = root_by_inclusion(index, size, &leaf(0), &[leaf(1); 70]);
        let _ = check_consistency(index, size, &leaf(0), &leaf(1), &[leaf(1); 70]);
    }
}
