//! The log's files as a store has them, each held against the root that was signed.
//!
//! ```text
//! a full tile         its root stands in the tile above it, and so on up
//! the last tiles      together they give the tree's root, which a checkpoint has
//! a bundle            its entries' hashes are those of the tile of level 0 with its number
//! an earlier file     it's how the one of today begins
//! ```

use crate::error::Error;
use crate::log::{Bundle, Checkpoint, Edge, Entry, Hash, Node, Tile, TileError, TileReader as _};
use crate::sequencing::StoredTiles;
use crate::store::Store;

/// Leaves of a full tile, as a power of two.
const HEIGHT: u32 = 8;

/// A tile, or a bundle of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFile {
    Tile(Tile),
    Bundle(Bundle),
}

impl LogFile {
    /// The file whose path under the log's prefix this is.
    pub(crate) fn from_path(path: &str) -> Option<Self> {
        Tile::from_path(path).map(Self::Tile).or_else(|| Bundle::from_path(path).map(Self::Bundle))
    }

    /// Its place in the store.
    pub(crate) fn place(self) -> String {
        match self {
            Self::Tile(tile) => format!("log/{}", tile.path()),
            Self::Bundle(bundle) => format!("log/{}", bundle.path()),
        }
    }

    /// The full one that a partial one grows into.
    pub(crate) fn full(self) -> Option<Self> {
        match self {
            Self::Tile(tile) if tile.is_full() => None,
            Self::Tile(tile) => Tile::new(tile.level(), tile.index(), 256).map(Self::Tile),
            Self::Bundle(bundle) if bundle.width() == 256 => None,
            Self::Bundle(bundle) => Bundle::new(bundle.index(), 256).map(Self::Bundle),
        }
    }

    /// How many leaves a log has that has it; none where no log has.
    fn size(self) -> Option<u64> {
        match self {
            Self::Tile(tile) => tile.nodes().last().and_then(Node::end),
            Self::Bundle(bundle) => bundle.first().checked_add(bundle.width().into()),
        }
    }

    /// Level and number of the tile that it's held against.
    fn tile(self) -> (u8, u64) {
        match self {
            Self::Tile(tile) => (tile.level(), tile.index()),
            Self::Bundle(bundle) => (0, bundle.index()),
        }
    }

    /// The hashes that a file of this name has; none where it isn't one.
    pub(crate) fn hashes(self, file: &[u8]) -> Option<Vec<Hash>> {
        match self {
            Self::Tile(tile) => tile.parse(file),
            Self::Bundle(bundle) => {
                let leaf = |entry: &&[u8]| Entry::parse(entry).is_ok().then(|| Hash::leaf(entry));
                bundle.parse(file)?.iter().map(leaf).collect()
            }
        }
    }
}

/// The right edge of the tree at a checkpoint, as the store's tiles give it; none where that isn't what was signed.
///
/// # Errors
/// Those of the store that don't say what lies there.
pub(crate) fn signed_edge(store: &Store, checkpoint: &Checkpoint) -> Result<Option<Edge>, Error> {
    match Edge::read(checkpoint.size(), &StoredTiles(store.clone())) {
        Ok(edge) if edge.root() == *checkpoint.root() => Ok(Some(edge)),
        Ok(_) | Err(TileError::Beyond(_) | TileError::Damaged(_)) => Ok(None),
        Err(TileError::Reader(Error::Missing(_) | Error::Damaged(_))) => Ok(None),
        Err(TileError::Reader(error)) => Err(error),
    }
}

/// A store's log at a checkpoint.
#[derive(Debug, Clone)]
pub(crate) struct SignedLog {
    store: Store,
    size: u64,
    edge: Edge,
}

impl SignedLog {
    /// The log in a store. Calls block.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the last tiles don't give the root; those of the store.
    pub(crate) fn read(store: &Store, checkpoint: &Checkpoint) -> Result<Self, Error> {
        let edge = signed_edge(store, checkpoint)?;
        let damaged =
            || Error::Damaged(format!("{}: the log's tiles don't have the root that was signed", store.shown()));
        Ok(Self { store: store.clone(), size: checkpoint.size(), edge: edge.ok_or_else(damaged)? })
    }

    /// A file's bytes, where it's there; none too where no checkpoint covers it.
    ///
    /// # Errors
    /// [`Error::Damaged`] where it isn't what was signed, or can't be held against that; [`Error::Missing`] where the log has to
    /// have it; those of the store.
    pub(crate) fn file(&self, file: LogFile) -> Result<Option<Vec<u8>>, Error> {
        if file.size().is_none_or(|size| size > self.size) {
            return Ok(None);
        }
        let place = file.place();
        let Some(bytes) = self.store.get(&place)? else {
            return if self.has_to_have(file) { Err(Error::Missing(place)) } else { Ok(None) };
        };
        let (level, index) = file.tile();
        let signed = self.hashes(level, index)?;
        match file.hashes(&bytes).is_some_and(|own| signed.starts_with(&own)) {
            true => Ok(Some(bytes)),
            false => Err(Error::Damaged(format!("{place}: its bytes were changed"))),
        }
    }

    /// Whether it's one of the log as it's signed, and no partial one of an earlier size.
    fn has_to_have(&self, file: LogFile) -> bool {
        let (level, index) = file.tile();
        let today = self.today(level, index);
        match file {
            LogFile::Tile(tile) => today == Some(tile),
            LogFile::Bundle(bundle) => today.is_some_and(|today| usize::from(bundle.width()) == today.nodes().count()),
        }
    }

    /// The tile of this level and number, of the width that it has.
    fn today(&self, level: u8, index: u64) -> Option<Tile> {
        let node = Node { level: level.checked_mul(8)?, index: index.checked_mul(1 << HEIGHT)? };
        Tile::of_node(node, self.size)
    }

    /// The hashes of a tile, as they were signed.
    fn hashes(&self, level: u8, index: u64) -> Result<Vec<Hash>, Error> {
        let beyond = || Error::Internal(format!("the log has no tile {index} of level {level}"));
        let tile = self.today(level, index).ok_or_else(beyond)?;
        if !tile.is_full() {
            return Ok(self.edge.level(level).to_vec());
        }
        let above = self.hashes(level + 1, index >> HEIGHT)?;
        let hashes = tile.parse(&StoredTiles(self.store.clone()).tile(tile)?);
        let at = usize::try_from(index % (1 << HEIGHT)).map_err(Error::internal)?;
        hashes
            .filter(|hashes| above.get(at) == Some(&Hash::over(hashes)))
            .ok_or_else(|| Error::Damaged(format!("log/{}: its bytes were changed", tile.path())))
    }
}
