//! The tree and its entries as files that never change ([C2SP tlog-tiles] 0.1.0): tiles of up to 256 hashes, bundles of up to
//! 256 entries.
//!
//! [C2SP tlog-tiles]: https://c2sp.org/tlog-tiles

use std::collections::BTreeMap;
use std::fmt;

use super::tree::{HashReader, MAX_SIZE, Node, TreeError};
use super::{Hash, decimal};

/// Levels of the tree that a tile spans.
const HEIGHT: u32 = 8;
/// Hashes of a full tile, entries of a full bundle.
pub(super) const FULL: u16 = 1 << HEIGHT;
/// The levels that tiles of a tree of up to [`MAX_SIZE`] leaves have.
pub(super) const LEVELS: u8 = 8;

/// A tile by its place: `width` hashes of complete subtrees of 256^level leaves, side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    level: u8,
    index: u64,
    width: u16,
}

impl Tile {
    /// The tile of a place; `None` where there's no such tile: of more than 256 hashes or none, beyond [`MAX_SIZE`].
    pub fn new(level: u8, index: u64, width: u16) -> Option<Self> {
        let tile = Self { level, index, width };
        let is_wide = (1..=FULL).contains(&width);
        let last = index.checked_mul(FULL.into())?.checked_add(u64::from(width).checked_sub(1)?)?;
        let node = Node { level: level.checked_mul(8)?, index: last };
        (is_wide && level < LEVELS && node.end()? <= MAX_SIZE).then_some(tile)
    }

    /// 0 for the tile of leaves, one more for each 256-fold.
    pub fn level(self) -> u8 {
        self.level
    }

    /// Number within the level, from 0.
    pub fn index(self) -> u64 {
        self.index
    }

    /// Hashes in it, 1 to 256.
    pub fn width(self) -> u16 {
        self.width
    }

    /// Whether it has all its 256 hashes, and so stays for good.
    pub fn is_full(self) -> bool {
        self.width == FULL
    }

    /// Octets of its file.
    pub fn length(self) -> usize {
        usize::from(self.width) * Hash::LENGTH
    }

    /// Its path under the log's prefix: `tile/0/x001/x234/067`, `tile/1/000.p/17`.
    pub fn path(self) -> String {
        format!("tile/{}/{}", self.level, Numbered(self.index, self.width))
    }

    /// The tile whose path this is; no other path is read for it.
    pub fn from_path(path: &str) -> Option<Self> {
        let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let (index, width) = numbered(rest)?;
        Self::new(u8::try_from(decimal(level)?).ok()?, index, width)
    }

    /// The tile in which a node's hash is found, or computed from up to 128 others, in the tree of `size` leaves; `None` where that tree hasn't the node.
    pub fn of_node(node: Node, size: u64) -> Option<Self> {
        if node.end()? > size || size > MAX_SIZE {
            return None;
        }
        let (level, first) = in_tiles(node)?;
        let (index, there) = (first >> HEIGHT, size >> (HEIGHT * u32::from(level)));
        Self::new(level, index, width_at(index, there)?)
    }

    /// All tiles of the tree of `size` leaves.
    pub fn of_tree(size: u64) -> impl Iterator<Item = Self> {
        Self::grown(0, size)
    }

    /// The tiles that a tree has anew when it grows from one size to another, level by level and from left to right: full ones,
    /// and the partial ones of the new size. They're about (to − from) / 255, and at most 8 more.
    pub fn grown(from: u64, to: u64) -> impl Iterator<Item = Self> {
        (0..LEVELS).flat_map(move |level| grown_at(level, from, to))
    }

    /// The partial tiles at the right edge of the tree of `size` leaves, from the lowest: what the tree grows on from. At most 8.
    pub fn edge(size: u64) -> impl Iterator<Item = Self> {
        (0..LEVELS).filter_map(move |level| {
            let there = size >> (HEIGHT * u32::from(level));
            Self::new(level, there >> HEIGHT, width_at(there >> HEIGHT, there)?)
        })
    }

    /// The nodes whose hashes it has, in order.
    pub fn nodes(self) -> impl Iterator<Item = Node> {
        let (level, first) = (self.level * 8, self.index << HEIGHT);
        (0..u64::from(self.width)).map(move |at| Node { level, index: first + at })
    }

    /// Its file's octets, by a reader of the tree's hashes. For a tree that grows there's [`Edge`](super::Edge), which computes
    /// nothing twice.
    ///
    /// # Errors
    /// What the reader says.
    pub fn read<R: HashReader>(self, reader: &R) -> Result<Vec<u8>, TreeError<R::Error>> {
        let nodes: Vec<Node> = self.nodes().collect();
        let hashes = reader.hashes(&nodes).map_err(TreeError::Reader)?;
        if hashes.len() != nodes.len() {
            return Err(TreeError::Short { wanted: nodes.len(), given: hashes.len() });
        }
        Ok(octets(&hashes))
    }

    /// The hashes in its file; `None` where the file has another length than the tile.
    pub fn parse(self, file: &[u8]) -> Option<Vec<Hash>> {
        if file.len() != self.length() {
            return None;
        }
        file.chunks_exact(Hash::LENGTH).map(Hash::from_slice).collect()
    }
}

/// Hashes put end to end: a tile's file.
pub(super) fn octets(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// In which level of tiles a node lies, and the first of that level's hashes below it.
fn in_tiles(node: Node) -> Option<(u8, u64)> {
    let below = u32::from(node.level) % HEIGHT;
    // The index of a node of a tree has room for this: its end was computed.
    Some((node.level / 8, node.index.checked_mul(1 << below)?))
}

/// Width of tile `index` of a level of which `there` hashes are there; `None` where it has none.
fn width_at(index: u64, there: u64) -> Option<u16> {
    let width = there.checked_sub(index.checked_mul(FULL.into())?)?.min(FULL.into());
    u16::try_from(width).ok().filter(|width| *width > 0)
}

/// The tiles and bundles of a level that are new from one size to another.
fn grown_at(level: u8, from: u64, to: u64) -> impl Iterator<Item = Tile> {
    let (had, there) = (from >> (HEIGHT * u32::from(level)), to.min(MAX_SIZE) >> (HEIGHT * u32::from(level)));
    let tiles = if had < there { had >> HEIGHT..there.div_ceil(FULL.into()) } else { 0..0 };
    tiles.filter_map(move |index| Tile::new(level, index, width_at(index, there)?))
}

/// A bundle of entries by its place: those of the leaves of the tile of level 0 with the same number and width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bundle {
    index: u64,
    width: u16,
}

impl Bundle {
    /// The bundle of a place; `None` where there's no such bundle.
    pub fn new(index: u64, width: u16) -> Option<Self> {
        Tile::new(0, index, width).map(|tile| Self { index: tile.index, width: tile.width })
    }

    /// Number of the bundle, from 0.
    pub fn index(self) -> u64 {
        self.index
    }

    /// Entries in it, 1 to 256.
    pub fn width(self) -> u16 {
        self.width
    }

    /// Index of its first entry in the log.
    pub fn first(self) -> u64 {
        self.index << HEIGHT
    }

    /// Its path under the log's prefix: `tile/entries/x001/x234/067`, `tile/entries/000.p/17`.
    pub fn path(self) -> String {
        format!("tile/entries/{}", Numbered(self.index, self.width))
    }

    /// The bundle whose path this is; no other path is read for it.
    pub fn from_path(path: &str) -> Option<Self> {
        let (index, width) = numbered(path.strip_prefix("tile/entries/")?)?;
        Self::new(index, width)
    }

    /// The bundles that a log has anew when it grows from one size to another, from left to right.
    pub fn grown(from: u64, to: u64) -> impl Iterator<Item = Self> {
        grown_at(0, from, to).map(|tile| Self { index: tile.index, width: tile.width })
    }

    /// Its file: each entry after its length, two octets, the higher one first. `None` where there are more or fewer entries than
    /// its width, or one has more than 65,535 octets.
    pub fn write<E: AsRef<[u8]>>(self, entries: &[E]) -> Option<Vec<u8>> {
        if entries.len() != usize::from(self.width) {
            return None;
        }
        let mut file = Vec::new();
        for entry in entries {
            let entry = entry.as_ref();
            file.extend(u16::try_from(entry.len()).ok()?.to_be_bytes());
            file.extend(entry);
        }
        Some(file)
    }

    /// The entries in its file; `None` where it isn't exactly this bundle's.
    pub fn parse(self, file: &[u8]) -> Option<Vec<&[u8]>> {
        let (mut entries, mut rest) = (Vec::with_capacity(self.width.into()), file);
        for _ in 0..self.width {
            let (length, after) = rest.split_first_chunk()?;
            let (entry, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
            entries.push(entry);
            rest = after;
        }
        rest.is_empty().then_some(entries)
    }
}

/// Number and width as paths have them: groups of three digits, all but the last with an `x`; `.p/` and the width of what isn't
/// full.
struct Numbered(u64, u16);

impl fmt::Display for Numbered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups = vec![self.0 % 1000];
        let mut rest = self.0 / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for (left, group) in groups.iter().enumerate().rev() {
            match left {
                0 => write!(f, "{group:03}")?,
                _ => write!(f, "x{group:03}/")?,
            }
        }
        if self.1 == FULL { Ok(()) } else { write!(f, ".p/{}", self.1) }
    }
}

/// Number and width of a path that [`Numbered`] writes.
fn numbered(text: &str) -> Option<(u64, u16)> {
    let (number, width) = match text.split_once(".p/") {
        Some((number, width)) => (number, u16::try_from(decimal(width)?).ok().filter(|width| *width < FULL)?),
        None => (text, FULL),
    };
    let mut index = 0_u64;
    for group in number.split('/') {
        let digits = group.strip_prefix('x').unwrap_or(group);
        if digits.len() != 3 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    // Only the one way to write it is read.
    (Numbered(index, width).to_string() == text).then_some((index, width))
}

/// Reads the files of tiles.
pub trait TileReader {
    /// Why they can't be read.
    type Error;

    /// The octets of a tile's file. Where the tile is partial, the full one's may be given instead: it begins alike.
    ///
    /// # Errors
    /// Where it can't be had.
    fn tile(&self, tile: Tile) -> Result<Vec<u8>, Self::Error>;
}

impl<R: TileReader + ?Sized> TileReader for &R {
    type Error = R::Error;

    fn tile(&self, tile: Tile) -> Result<Vec<u8>, Self::Error> {
        (**self).tile(tile)
    }
}

/// Why a hash can't be read from tiles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TileError<E> {
    /// A tree of this size hasn't the node.
    #[error("a tree of this size has no node {} of level {}", .0.index, .0.level)]
    Beyond(Node),
    /// The file hasn't the length that the tile has.
    #[error("{} has not {} bytes", .0.path(), .0.length())]
    Damaged(Tile),
    /// The reader says no.
    #[error("{0}")]
    Reader(E),
}

/// The hashes of a tree of known size, read from its tiles; each tile once a question. Tiles say nothing of themselves: hold the
/// root that comes out against a signed one, or check the proof.
#[derive(Debug, Clone, Copy)]
pub struct TileHashes<R> {
    tiles: R,
    size: u64,
}

impl<R: TileReader> TileHashes<R> {
    /// Over the tiles of the tree of `size` leaves.
    pub fn new(tiles: R, size: u64) -> Self {
        Self { tiles, size }
    }
}

/// The hashes in a tile's file, or in the full tile's that was given instead.
pub(super) fn read_tile<R: TileReader>(tile: Tile, reader: &R) -> Result<Vec<Hash>, TileError<R::Error>> {
    let file = reader.tile(tile).map_err(TileError::Reader)?;
    let is_instead = file.len() == usize::from(FULL) * Hash::LENGTH;
    let own = if is_instead { file.get(..tile.length()) } else { Some(file.as_slice()) };
    own.and_then(|own| tile.parse(own)).ok_or(TileError::Damaged(tile))
}

impl<R: TileReader> HashReader for TileHashes<R> {
    type Error = TileError<R::Error>;

    fn hashes(&self, nodes: &[Node]) -> Result<Vec<Hash>, Self::Error> {
        let mut read = BTreeMap::new();
        let mut hashes = Vec::with_capacity(nodes.len());
        for node in nodes {
            let tile = Tile::of_node(*node, self.size).ok_or(TileError::Beyond(*node))?;
            let tiled = match read.entry(tile) {
                std::collections::btree_map::Entry::Occupied(there) => there.into_mut(),
                std::collections::btree_map::Entry::Vacant(free) => free.insert(read_tile(tile, &self.tiles)?),
            };
            let (_, first) = in_tiles(*node).ok_or(TileError::Beyond(*node))?;
            let count = 1_usize << (u32::from(node.level) % HEIGHT);
            let first = usize::try_from(first % u64::from(FULL)).map_err(|_| TileError::Beyond(*node))?;
            let below = tiled.get(first..first + count).ok_or(TileError::Damaged(tile))?;
            hashes.push(Hash::over(below));
        }
        Ok(hashes)
    }
}
