//! The log as the store has it, read from end to end: entries, tiles and root held against a signed checkpoint.

use std::collections::HashSet;

use crate::error::Error;
use crate::log::{Bundle, Checkpoint, Edge, Entry, Hash, Tile, TileReader as _};
use crate::sequencing::StoredTiles;
use crate::store::Store;

/// What is done with tiles, which follow from the entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tiles {
    /// They must be there.
    Demanded,
    /// Those that aren't there are written.
    Completed,
}

/// Gives every entry of the log at a checkpoint with its position, first to last, and then holds their root against the
/// checkpoint's. Memory is in proportion to one bundle.
pub(crate) fn read(
    store: &Store,
    checkpoint: &Checkpoint,
    tiles: Tiles,
    mut each: impl FnMut(u64, &Entry) -> Result<(), Error>,
) -> Result<(), Error> {
    let size = checkpoint.size();
    let last: HashSet<Tile> = Tile::edge(size).collect();
    let mut edge = Edge::new();
    for bundle in Bundle::grown(0, size) {
        let damaged = || Error::Damaged(format!("log/{} isn't a bundle of the log's entries", bundle.path()));
        let (file, of) = bundle_file(store, bundle)?;
        let entries = of.parse(&file).ok_or_else(damaged)?;
        let mut hashes = Vec::with_capacity(usize::from(bundle.width()));
        for (position, bytes) in (bundle.first()..).zip(entries.iter().take(bundle.width().into())) {
            each(position, &Entry::parse(bytes).map_err(|_| damaged())?)?;
            hashes.push(Hash::leaf(bytes));
        }
        let growth = edge.grow(&hashes).ok_or_else(damaged)?;
        for (tile, bytes) in growth.tiles.iter().filter(|(tile, _)| tile.is_full() || last.contains(tile)) {
            let there = StoredTiles(store.clone()).tile(*tile);
            match there {
                Ok(there) if there.get(..bytes.len()) == Some(bytes.as_slice()) => {}
                Err(Error::Missing(_)) if tiles == Tiles::Completed => {
                    store.put(&format!("log/{}", tile.path()), bytes)?;
                }
                Ok(_) => {
                    return Err(Error::Damaged(format!("log/{} doesn't follow from the log's entries", tile.path())));
                }
                Err(error) => return Err(error),
            }
        }
    }
    if edge.size() == size && edge.root() == *checkpoint.root() {
        return Ok(());
    }
    Err(Error::Damaged("the log's entries don't have the root that was signed".into()))
}

/// A bundle's file, or the full one's that it grew into.
fn bundle_file(store: &Store, bundle: Bundle) -> Result<(Vec<u8>, Bundle), Error> {
    if let Some(file) = store.get(&format!("log/{}", bundle.path()))? {
        return Ok((file, bundle));
    }
    let missing = || Error::Missing(format!("log/{}", bundle.path()));
    let full = Bundle::new(bundle.index(), 256).ok_or_else(missing)?;
    Ok((store.get(&format!("log/{}", full.path()))?.ok_or_else(missing)?, full))
}
