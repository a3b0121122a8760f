//! The right edge of a tree: all that it takes to append to it. At most 8 partial tiles, whatever the tree's size.

use super::tile::{FULL, LEVELS, TileError, TileReader, octets, read_tile};
use super::tree::MAX_SIZE;
use super::{Hash, Tile};

/// The hashes of the partial tiles of a tree, level by level: what a root is computed from, and where the tree grows on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

/// What a tree has anew after leaves were appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Growth {
    /// The new tiles with their files, full ones and the partial ones of the new size: what [`Tile::grown`] lists. A full tile
    /// stands before those above it that have its hash.
    pub tiles: Vec<(Tile, Vec<u8>)>,
    /// The root of the new tree.
    pub root: Hash,
}

impl Default for Edge {
    fn default() -> Self {
        Self { size: 0, levels: vec![Vec::new(); LEVELS.into()] }
    }
}

impl Edge {
    /// Of the tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Of the tree of `size` leaves, from the tiles of [`Tile::edge`]. Hold its root against a signed one before building on it.
    ///
    /// # Errors
    /// What the reader says; [`TileError::Damaged`] where a file has another length.
    pub fn read<R: TileReader>(size: u64, tiles: &R) -> Result<Self, TileError<R::Error>> {
        let mut edge = Self { size, ..Self::default() };
        for tile in Tile::edge(size) {
            let hashes = read_tile(tile, tiles)?;
            if let Some(level) = edge.levels.get_mut(usize::from(tile.level())) {
                *level = hashes;
            }
        }
        Ok(edge)
    }

    /// Number of leaves of the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of a level that no full tile has; none of a level that no tree has.
    pub fn level(&self, level: u8) -> &[Hash] {
        self.levels.get(usize::from(level)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The tree's root.
    pub fn root(&self) -> Hash {
        // All leaves that no full tile covers stand in the lowest, and so on up: the root joins them from the right.
        let parts = self.levels.iter().filter(|level| !level.is_empty());
        let mut root = None;
        for level in parts {
            root = Some(over_with(level, root));
        }
        root.unwrap_or_else(Hash::empty)
    }

    /// Appends leaves by their hashes, and gives the new tiles and the new root. The work is in proportion to the number of
    /// leaves, and at most 8 × 256 hashes beside. `None`, and nothing is changed, where the tree would be larger than
    /// [`MAX_SIZE`].
    pub fn grow(&mut self, leaves: &[Hash]) -> Option<Growth> {
        let size = self.size.checked_add(u64::try_from(leaves.len()).ok()?).filter(|size| *size <= MAX_SIZE)?;
        let mut tiles = Vec::new();
        let mut risen = leaves.to_vec();
        for (level, hashes) in (0_u8..).zip(&mut self.levels) {
            if risen.is_empty() {
                break;
            }
            // The first tile is the one that was partial.
            let mut index = (self.size >> (8 * u32::from(level))) / u64::from(FULL);
            hashes.append(&mut risen);
            let full = hashes.chunks_exact(FULL.into());
            let rest = full.remainder().to_vec();
            for own in full {
                tiles.push((Tile::new(level, index, FULL)?, octets(own)));
                risen.push(Hash::over(own));
                index += 1;
            }
            if let Some(tile) = u16::try_from(rest.len()).ok().and_then(|width| Tile::new(level, index, width)) {
                tiles.push((tile, octets(&rest)));
            }
            *hashes = rest;
        }
        self.size = size;
        Some(Growth { tiles, root: self.root() })
    }
}

/// The root over a row of hashes with something smaller at their right.
fn over_with(hashes: &[Hash], right: Option<Hash>) -> Hash {
    let mut root = right;
    let mut rest = hashes;
    // The complete subtrees of the row, the smallest first.
    while let Some(size) = (!rest.is_empty()).then(|| 1_usize << rest.len().trailing_zeros()) {
        let (before, last) = rest.split_at_checked(rest.len().saturating_sub(size)).unwrap_or((&[], rest));
        let peak = Hash::over(last);
        root = Some(root.map_or(peak, |right| Hash::node(&peak, &right)));
        rest = before;
    }
    root.unwrap_or_else(Hash::empty)
}
