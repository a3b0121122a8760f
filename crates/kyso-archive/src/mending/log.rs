//! The log's files in a store against the leaves that they follow from. Nothing is written unless the leaves give the root that was
//! signed.

use std::collections::VecDeque;

use super::leaves::{AT_ONCE, Leaves};
use super::told::{Faulty, Mended, Repaired};
use crate::archive::{Archive, blocking};
use crate::database::values;
use crate::error::Error;
use crate::log::{Bundle, Checkpoint, Edge, Hash, Tile};
use crate::record::sha256;
use crate::sequencing::CHECKPOINT;
use crate::signed_files::{LogFile, signed_edge};
use crate::store::Store;

/// How many files are looked at together.
const FILES: usize = 200;
/// How many checkpoints are looked up at once.
const CHECKPOINTS: usize = 1000;

/// A file that the log has to have: its hashes, and of a tile so its bytes.
struct Wanted {
    file: LogFile,
    hashes: Vec<Hash>,
}

/// Whose files are held.
struct Files {
    store: Store,
    /// Where a bundle is taken from whose rows aren't what was logged.
    other: Option<Store>,
    /// Whether those are written again that aren't what was signed.
    is_mended: bool,
}

/// The tree, as far as it has grown again.
#[derive(Default)]
struct Growing {
    edge: Edge,
    /// Hashes that were read and are behind it.
    ahead: VecDeque<Hash>,
    /// Leaves since the last full bundle.
    bundle: Vec<Hash>,
    /// The partial tiles of the size that it has now.
    partial: Vec<(Tile, Vec<Hash>)>,
    /// The size for which partial tiles were asked for last.
    asked: u64,
}

impl Archive {
    /// Holds all files of the log against its newest checkpoint, and writes those again that aren't what was signed. With the right
    /// edge of the tree; none where nothing gives the root. The caller has the log's turn.
    pub(crate) async fn mend_log(&self, checkpoint: &Checkpoint) -> Result<(Mended, Option<Edge>), Error> {
        self.suspicion.take();
        let proved = self.proved_leaves(checkpoint).await?;
        let (mended, edge) = match proved {
            Some((leaves, edge)) => {
                let from = Files { store: self.store.clone(), other: self.second.clone(), is_mended: true };
                let held = self.held(checkpoint.size(), true, leaves, &from).await?;
                (held, Some(edge))
            }
            None => {
                let (store, of) = (self.store.clone(), checkpoint.clone());
                let edge = blocking(move || signed_edge(&store, &of)).await?;
                let mut mended = Mended::default();
                // Where the tiles give the root, it's the rows that don't: an audit names them.
                if let Some(tile) = Tile::edge(checkpoint.size()).next().filter(|_| edge.is_none()) {
                    mended.damaged(&LogFile::Tile(tile).place(), "damaged");
                }
                (mended, edge)
            }
        };
        self.suspicion.looked(edge.is_none());
        self.tell_mended(&mended).await?;
        Ok((mended, edge))
    }

    /// The same in a second store, as far as the log was copied there. Partial files of earlier sizes aren't looked at there: nothing
    /// says which of them were copied.
    pub(crate) async fn hold_second_log(&self, second: &Store) -> Result<Mended, Error> {
        let there = second.clone();
        let Some(note) = blocking(move || there.get(CHECKPOINT)).await? else { return Ok(Mended::default()) };
        let (checkpoint, _) = self.own_checkpoint(&note, "the second store")?;
        let (leaves, _) = self.proved_leaves(&checkpoint).await?.ok_or_else(unproved)?;
        let from = Files { store: second.clone(), other: Some(self.store.clone()), is_mended: true };
        self.held(checkpoint.size(), false, leaves, &from).await
    }

    /// The files of the log in a second store that aren't what was signed at the checkpoint there. Nothing is written; none where nothing
    /// here gives the root.
    pub(crate) async fn look_at_second_log(
        &self,
        second: &Store,
        checkpoint: &Checkpoint,
    ) -> Result<Option<Vec<Faulty>>, Error> {
        let Some((leaves, _)) = self.proved_leaves(checkpoint).await? else { return Ok(None) };
        let from = Files { store: second.clone(), other: None, is_mended: false };
        Ok(Some(self.held(checkpoint.size(), false, leaves, &from).await?.damaged))
    }

    /// Grows the tree again up to a size, and holds every file of it in a store against what it has to be: at every size that was
    /// signed, or at the last alone.
    async fn held(&self, size: u64, at_all_sizes: bool, leaves: Leaves, of: &Files) -> Result<Mended, Error> {
        let (mut tree, mut wanted, mut mended) = (Growing::default(), Vec::new(), Mended::default());
        while tree.edge.size() < size {
            let stops = if at_all_sizes { self.signed_sizes(tree.edge.size(), size).await? } else { vec![size] };
            for stop in stops {
                while tree.edge.size() < stop {
                    wanted.extend(self.grow(&mut tree, stop, size, leaves).await?);
                }
                wanted.extend(tree.partial_files(stop)?);
                if wanted.len() >= FILES {
                    mended.add(self.hold(std::mem::take(&mut wanted), of).await?);
                }
            }
        }
        mended.add(self.hold(wanted, of).await?);
        Ok(mended)
    }

    /// The sizes that were signed, from behind one up to another, which is the last.
    async fn signed_sizes(&self, after: u64, until: u64) -> Result<Vec<u64>, Error> {
        let number = |count: u64| i64::try_from(count).map_err(Error::internal);
        let sql = "SELECT size FROM checkpoint WHERE agency = $1 AND size > $2 AND size <= $3 ORDER BY size LIMIT 1000";
        let rows = self.database.rows(sql, values![&self.agency, number(after)?, number(until)?]).await?;
        let mut sizes = rows.iter().map(|row| row.count("size")).collect::<Result<Vec<_>, _>>()?;
        if sizes.len() < CHECKPOINTS && sizes.last() != Some(&until) {
            sizes.push(until);
        }
        Ok(sizes)
    }

    /// Grows the tree by some leaves, and says which files are full then.
    async fn grow(&self, tree: &mut Growing, stop: u64, size: u64, leaves: Leaves) -> Result<Vec<Wanted>, Error> {
        let first = tree.edge.size();
        if tree.ahead.is_empty() {
            let until = (first - first % AT_ONCE).saturating_add(AT_ONCE).min(size);
            // They were there when they were proved.
            tree.ahead = self.leaf_hashes(first, until, leaves).await?.ok_or(Error::Raced)?.into();
        }
        let count = usize::try_from(stop - first).map_err(Error::internal)?.min(tree.ahead.len());
        let hashes: Vec<Hash> = tree.ahead.drain(..count).collect();
        tree.grown(first, &hashes)
    }

    /// Holds files of a store against what they have to be.
    async fn hold(&self, wanted: Vec<Wanted>, of: &Files) -> Result<Mended, Error> {
        if wanted.is_empty() {
            return Ok(Mended::default());
        }
        let Files { store, other, is_mended } = of;
        let in_store = store.clone();
        let faulty = blocking(move || {
            let mut faulty = Vec::new();
            for wanted in wanted {
                if let Some(state) = fault(&in_store, &wanted)? {
                    faulty.push((wanted, state));
                }
            }
            Ok(faulty)
        });
        let mut mended = Mended::default();
        for (wanted, state) in faulty.await? {
            let place = wanted.file.place();
            if !is_mended {
                mended.damaged(&place, state);
                continue;
            }
            let Some(bytes) = self.made_again(&wanted, other.as_ref()).await? else {
                mended.damaged(&place, state);
                continue;
            };
            let (in_store, path, sha256) = (store.clone(), place.clone(), sha256(&bytes));
            let put = blocking(move || match in_store.put_back(&path, &bytes) {
                // Another process is at it too.
                Ok(()) | Err(Error::Raced) => Ok(in_store.get(&path)?.as_deref() == Some(bytes.as_slice())),
                Err(error) => Err(error),
            });
            match put.await {
                Ok(true) => mended.repaired.push(Repaired { path: place, state: state.to_owned(), sha256 }),
                Ok(false) => mended.damaged(&place, state),
                // Told, and left to who may: the other files have their turn.
                Err(Error::Setting(why)) => {
                    tracing::error!(place, why, "a file of the log is damaged and isn't mended");
                    mended.damaged(&place, state);
                    mended.refused.push(place);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(mended)
    }

    /// The bytes that a file has to have; none where nothing gives them.
    async fn made_again(&self, wanted: &Wanted, other: Option<&Store>) -> Result<Option<Vec<u8>>, Error> {
        let bundle = match wanted.file {
            LogFile::Tile(_) => return Ok(Some(octets(&wanted.hashes))),
            LogFile::Bundle(bundle) => bundle,
        };
        match self.entries(bundle.first(), bundle.first() + u64::from(bundle.width())).await {
            Ok(entries) => {
                let entries: Vec<&[u8]> = entries.iter().map(|(entry, _)| entry.as_bytes()).collect();
                let bytes = bundle.write(&entries);
                if bytes.as_deref().and_then(|bytes| wanted.file.hashes(bytes)).as_ref() == Some(&wanted.hashes) {
                    return Ok(bytes);
                }
            }
            // Its events aren't what was logged.
            Err(Error::Damaged(_)) => {}
            Err(error) => return Err(error),
        }
        let Some(other) = other.cloned() else { return Ok(None) };
        let (file, hashes) = (wanted.file, wanted.hashes.clone());
        blocking(move || {
            let copy = other.get(&file.place()).ok().flatten();
            Ok(copy.filter(|copy| file.hashes(copy).as_ref() == Some(&hashes)))
        })
        .await
    }
}

impl Growing {
    /// Grows by these leaves, which begin at `first`; what is full then.
    fn grown(&mut self, first: u64, hashes: &[Hash]) -> Result<Vec<Wanted>, Error> {
        let full = || Error::Internal("the log is full".into());
        let growth = self.edge.grow(hashes).ok_or_else(full)?;
        let mut wanted = Vec::new();
        for (tile, bytes) in growth.tiles {
            self.partial.retain(|(other, _)| other.level() != tile.level());
            let hashes = tile.parse(&bytes).ok_or_else(full)?;
            match tile.is_full() {
                true => wanted.push(Wanted { file: LogFile::Tile(tile), hashes }),
                false => self.partial.push((tile, hashes)),
            }
        }
        self.bundle.extend(hashes);
        let mut index = first / 256;
        while let Some((own, rest)) = self.bundle.split_at_checked(256) {
            let file = LogFile::Bundle(Bundle::new(index, 256).ok_or_else(full)?);
            wanted.push(Wanted { file, hashes: own.to_vec() });
            self.bundle = rest.to_vec();
            index += 1;
        }
        Ok(wanted)
    }

    /// The partial tiles and the partial bundle that were written when it had this size.
    fn partial_files(&mut self, size: u64) -> Result<Vec<Wanted>, Error> {
        let mut wanted = Vec::new();
        for tile in Tile::grown(self.asked, size).filter(|tile| !tile.is_full()) {
            if let Some((_, hashes)) = self.partial.iter().find(|(own, _)| *own == tile) {
                wanted.push(Wanted { file: LogFile::Tile(tile), hashes: hashes.clone() });
            }
        }
        self.asked = size;
        let width = u16::try_from(self.bundle.len()).map_err(Error::internal)?;
        if let Some(bundle) = Bundle::new(size / 256, width) {
            wanted.push(Wanted { file: LogFile::Bundle(bundle), hashes: self.bundle.clone() });
        }
        Ok(wanted)
    }
}

/// What is the matter with a file, where something is.
fn fault(store: &Store, wanted: &Wanted) -> Result<Option<&'static str>, Error> {
    match store.get(&wanted.file.place()) {
        Ok(Some(bytes)) if wanted.file.hashes(&bytes).as_ref() == Some(&wanted.hashes) => Ok(None),
        Ok(Some(_)) => Ok(Some("damaged")),
        // Once one is full, its partial forerunners may go.
        Ok(None) => match wanted.file.full() {
            Some(full) if store.has(&full.place())? => Ok(None),
            _ => Ok(Some("missing")),
        },
        // A delete marker, or what isn't a file.
        Err(Error::Damaged(_)) if store.is_hidden(&wanted.file.place())? => Ok(Some("missing")),
        Err(Error::Damaged(_)) => Ok(Some("damaged")),
        Err(error) => Err(error),
    }
}

/// Hashes put end to end: a tile's file.
fn octets(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

fn unproved() -> Error {
    Error::Damaged("neither the rows of the log's leaves nor its tiles give the root that was signed".into())
}
