//! The hashes of the log's leaves by rows, which are believed where they give the root that was signed.

use std::collections::BTreeMap;

use crate::archive::{Archive, blocking};
use crate::database::values;
use crate::error::Error;
use crate::log::{
    Checkpoint, Edge, Hash, HashReader, Node, Tile, TileHashes, TileReader as _, inclusion, nodes_for_inclusion,
    root_by_inclusion,
};
use crate::sequencing::{StoredTiles, entry};
use crate::store::Store;

/// How many leaves are read at once: full tiles of them.
pub(super) const AT_ONCE: u64 = 4096;

/// How the hashes of leaves are had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaves {
    /// By their rows.
    Rows,
    /// By their events, where these are there.
    Events,
    /// By their rows and their events'; where these disagree, or one is missing, the tiles of a log of this size say which of them was
    /// logged.
    Judged(u64),
}

impl Archive {
    /// How the leaves are had that give the root of a checkpoint, with the right edge of their tree; none where nothing gives it.
    pub(super) async fn proved_leaves(&self, checkpoint: &Checkpoint) -> Result<Option<(Leaves, Edge)>, Error> {
        for how in [Leaves::Rows, Leaves::Events, Leaves::Judged(checkpoint.size())] {
            if let Some(edge) = self.tree_of(0, checkpoint.size(), how).await?
                && edge.root() == *checkpoint.root()
            {
                return Ok(Some((how, edge)));
            }
        }
        Ok(None)
    }

    /// The right edge of the tree of these leaves; none where one can't be had.
    async fn tree_of(&self, first: u64, end: u64, how: Leaves) -> Result<Option<Edge>, Error> {
        let (mut edge, mut from) = (Edge::new(), first);
        while from < end {
            let until = (from - from % AT_ONCE).saturating_add(AT_ONCE).min(end);
            let Some(hashes) = self.leaf_hashes(from, until, how).await? else { return Ok(None) };
            edge.grow(&hashes).ok_or_else(|| Error::Internal("the log is full".into()))?;
            from = until;
        }
        Ok(Some(edge))
    }

    /// The hashes of leaves; none where one can't be had.
    pub(super) async fn leaf_hashes(&self, first: u64, end: u64, how: Leaves) -> Result<Option<Vec<Hash>>, Error> {
        match how {
            Leaves::Rows => self.hashes_of_rows(first, end).await,
            Leaves::Events => self.judged_hashes(first, end, None).await,
            Leaves::Judged(size) => self.judged_hashes(first, end, Some(size)).await,
        }
    }

    async fn hashes_of_rows(&self, first: u64, end: u64) -> Result<Option<Vec<Hash>>, Error> {
        let sql =
            "SELECT position, hash FROM leaf WHERE agency = $1 AND position >= $2 AND position < $3 ORDER BY position";
        let rows = self.database.rows(sql, values![&self.agency, number(first)?, number(end)?]).await?;
        let mut hashes = Vec::with_capacity(rows.len());
        for (position, row) in (first..).zip(&rows) {
            match Hash::from_slice(&row.bytes("hash")?) {
                Some(hash) if row.count("position")? == position => hashes.push(hash),
                _ => return Ok(None),
            }
        }
        let is_all = u64::try_from(hashes.len()).is_ok_and(|count| count == end - first);
        Ok(is_all.then_some(hashes))
    }

    async fn judged_hashes(&self, first: u64, end: u64, size: Option<u64>) -> Result<Option<Vec<Hash>>, Error> {
        let sql = "SELECT l.position, l.hash, e.id, e.kind, e.at, e.commitment FROM leaf l \
                   LEFT JOIN event e ON e.agency = l.agency AND e.id = l.event \
                   WHERE l.agency = $1 AND l.position >= $2 AND l.position < $3 ORDER BY l.position";
        let rows = self.database.rows(sql, values![&self.agency, number(first)?, number(end)?]).await?;
        let mut rows = rows.iter().peekable();
        let (mut told, mut doubtful) = (Vec::new(), Vec::new());
        for position in first..end {
            let row = rows.next_if(|row| row.count("position").is_ok_and(|own| own == position));
            let leaf = row.and_then(|row| Hash::from_slice(&row.bytes("hash").ok()?));
            let own = row.and_then(|row| entry(row).ok()).map(|entry| entry.leaf());
            if leaf.is_none() || leaf != own {
                doubtful.push(position);
            }
            told.push((position, leaf, own));
        }
        let Some(size) = size else {
            return Ok(told.into_iter().map(|(_, leaf, own)| own.or(leaf)).collect());
        };
        let stores: Vec<Store> = std::iter::once(self.store.clone()).chain(self.second.clone()).collect();
        let tiled = blocking(move || Ok(tiled(&stores, &doubtful, size))).await?;
        let judged = told.into_iter().map(|(position, leaf, own)| {
            let Some(tiled) = tiled.get(&position) else { return leaf };
            let is_told = |hash: &&Hash| leaf == Some(**hash) || own == Some(**hash);
            tiled.iter().find(is_told).or(tiled.first()).copied().or(leaf).or(own)
        });
        Ok(judged.collect())
    }

    /// The path from a leaf to the root of a checkpoint, by tiles, or by rows where tiles don't give the root.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the leaf isn't in the tree that was signed, or nothing says so any more; [`Error::Database`].
    pub(crate) async fn path_to_root(
        &self,
        index: u64,
        leaf: Hash,
        checkpoint: &Checkpoint,
    ) -> Result<Vec<Hash>, Error> {
        let size = checkpoint.size();
        let leads = |path: &[Hash]| root_by_inclusion(index, size, &leaf, path).as_ref() == Some(checkpoint.root());
        let tiles = TileHashes::new(StoredTiles(self.store.clone()), size);
        if let Ok(path) = blocking(move || Ok(inclusion(index, size, &tiles))).await?
            && leads(&path)
        {
            return Ok(path);
        }
        let damaged = || Error::Damaged(format!("the log doesn't have leaf {index} as it was signed"));
        let mut nodes = BTreeMap::new();
        for node in nodes_for_inclusion(index, size).ok_or_else(damaged)? {
            let (first, end) = (node.first_leaf().ok_or_else(damaged)?, node.end().ok_or_else(damaged)?);
            let edge = self.tree_of(first, end, Leaves::Rows).await?.ok_or_else(damaged)?;
            nodes.insert(node, edge.root());
        }
        let path = inclusion(index, size, &Known(nodes)).map_err(|_| damaged())?;
        if !leads(&path) {
            return Err(damaged());
        }
        // The leaf is what was signed: so it's the tiles that aren't.
        self.suspect_log();
        Ok(path)
    }
}

/// Hashes that were computed.
struct Known(BTreeMap<Node, Hash>);

impl HashReader for Known {
    type Error = Node;

    fn hashes(&self, nodes: &[Node]) -> Result<Vec<Hash>, Node> {
        nodes.iter().map(|node| self.0.get(node).copied().ok_or(*node)).collect()
    }
}

/// What the tiles of stores have for leaves of a log of this size, the first store's first.
fn tiled(stores: &[Store], positions: &[u64], size: u64) -> BTreeMap<u64, Vec<Hash>> {
    let mut found: BTreeMap<u64, Vec<Hash>> = BTreeMap::new();
    for position in positions {
        let hashes = found.entry(*position).or_default();
        let Some(tile) = Tile::of_node(Node { level: 0, index: *position }, size) else { continue };
        for store in stores {
            // One that can't be read says nothing.
            let Ok(bytes) = StoredTiles(store.clone()).tile(tile) else { continue };
            let at = usize::try_from(position % 256).unwrap_or_default() * Hash::LENGTH;
            hashes.extend(bytes.get(at..at + Hash::LENGTH).and_then(Hash::from_slice));
        }
    }
    found
}

fn number(count: u64) -> Result<i64, Error> {
    i64::try_from(count).map_err(Error::internal)
}
