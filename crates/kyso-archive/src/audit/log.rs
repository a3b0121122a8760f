//! The log: leaves in a row without gaps, tiles and bundles octet by octet against the leaves, every checkpoint's signature and
//! root, and the checkpoints that were kept elsewhere.
//!
//! The tree is built again as it grew, from one signed size to the next. A few thousand hashes are in memory, whatever its size.

use std::collections::VecDeque;

use super::finding::{Fault, Subject};
use super::listing::absent;
use super::{PAGE, Progress, Run, Stage};
use crate::archive::blocking;
use crate::clock::{Confirmed, TOLERANCE, written};
use crate::database::{Row, values};
use crate::error::Error;
use crate::log::{Bundle, Checkpoint, Edge, Entry, Hash, Note, Tile};
use crate::record::Told as _;
use crate::sequencing::{CHECKPOINT, entry};

/// Leaves of a full tile.
const FULL: u64 = 256;
/// Leaves that are read at once: full tiles of them.
const LEAVES: u64 = 4 * FULL;
/// Where checkpoints stand in the database.
const TABLE: &str = "checkpoint";

/// A checkpoint that the log is held against.
struct Anchor {
    place: String,
    checkpoint: Checkpoint,
}

/// The tree, as far as it was built again.
#[derive(Default)]
struct Growing {
    edge: Edge,
    /// Hashes of the leaves behind those, which were read with them: most checkpoints are a few leaves apart.
    ahead: VecDeque<Hash>,
    /// Behind these a leaf's hash can't be had.
    is_cut: bool,
    /// Hashes of the leaves since the last full bundle.
    bundle: Vec<Hash>,
    /// The partial tiles of the size that it has now.
    partial: Vec<(Tile, Vec<u8>)>,
    /// The size for which partial tiles were looked at last.
    looked: u64,
    /// A hash is missing, and what comes after can't be computed.
    is_broken: bool,
}

/// What a file of the log is to have.
enum Wanted {
    Tile(Tile, Vec<u8>),
    Bundle(Bundle, Vec<Hash>),
}

impl<P: Fn(Progress) + Send + Sync> Run<'_, P> {
    /// Looks at the log. `shown`: what was published before the rows were read.
    pub(super) async fn log(&mut self, shown: Result<Option<Vec<u8>>, Error>, since: &[Vec<u8>]) -> Result<(), Error> {
        let leaves = "SELECT coalesce(max(position) + 1, 0) AS n FROM leaf WHERE agency = $1";
        self.leaves = self.number("leaf", leaves).await;
        self.counts.leaves = self.leaves;
        self.begin(Stage::Log, self.leaves);
        let mut anchors = Vec::new();
        for (number, note) in (1..).zip(since) {
            anchors.extend(self.anchor(note, &format!("since {number}")));
        }
        // Whether nothing lies where it's published; what can't be read isn't absent.
        let mut is_shown = true;
        let shown = match shown {
            Ok(shown) => {
                is_shown = shown.is_some();
                shown
            }
            Err(error) => {
                let store = self.of.store.clone();
                let fault = blocking(move || Ok(absent(&store, CHECKPOINT, Fault::FileUnreadable))).await?;
                self.findings.problem(fault, Subject::file(CHECKPOINT), Some(error.to_string()));
                None
            }
        };
        let published = shown.as_deref().and_then(|note| self.anchor(note, CHECKPOINT));
        let size = published.as_ref().map(|published| published.checkpoint.size());
        anchors.extend(published);
        // The largest is taken first, from the end.
        anchors.sort_by_key(|anchor| std::cmp::Reverse(anchor.checkpoint.size()));
        let mut tree = Growing::default();
        let (mut newest, mut before) = (None, None);
        let (mut after, mut at) = (-1, 0);
        loop {
            let sql = "SELECT size, note FROM checkpoint WHERE agency = $1 AND size > $2 ORDER BY size LIMIT $3";
            let rows = self.page(TABLE, sql, values![&self.of.agency, after, PAGE]).await;
            for row in &rows {
                let Ok(size) = row.count("size") else { continue };
                self.counts.checkpoints += 1;
                (before, newest) = (newest, Some(size));
                self.passed(&mut tree, &mut anchors, size).await?;
                self.checkpoint(row, size, &mut tree).await?;
                at = size;
            }
            match rows.last().map(|row| row.number("size")) {
                Some(Ok(last)) if last > after && rows.len() >= PAGE as usize => after = last,
                _ => break,
            }
        }
        self.passed(&mut tree, &mut anchors, self.leaves.max(at)).await?;
        // Of leaves that no checkpoint covers yet there may be no tiles.
        let ahead = u64::try_from(tree.ahead.len()).map_err(Error::internal)?;
        self.step(ahead);
        let mut from = tree.edge.size().saturating_add(ahead);
        while !tree.is_broken && from < self.leaves {
            let end = from.saturating_add(LEAVES).min(self.leaves);
            self.leaves(from, end).await?;
            self.step(end - from);
            from = end;
        }
        for Anchor { place, checkpoint } in anchors {
            let (here, there) = (self.leaves, checkpoint.size());
            let detail = Some(format!("the log has {here} leaves here, and {there} there"));
            self.findings.problem(Fault::LogRolledBack, Subject::Checkpoint { size: Some(there), place }, detail);
        }
        self.shown(is_shown, size, newest, before).await
    }

    /// A checkpoint that was kept elsewhere, or is published; none, and a finding, where it isn't one of this log.
    fn anchor(&mut self, note: &[u8], place: &str) -> Option<Anchor> {
        match self.signed(note) {
            Ok((checkpoint, _)) => Some(Anchor { place: place.to_owned(), checkpoint }),
            Err(why) => {
                let subject = Subject::Checkpoint { size: None, place: place.to_owned() };
                self.findings.problem(Fault::CheckpointForged, subject, Some(why.to_owned()));
                None
            }
        }
    }

    /// The checkpoint of a note that the log's key has signed.
    fn signed(&self, note: &[u8]) -> Result<(Checkpoint, Note), &'static str> {
        let note = Note::parse(note).map_err(|_| "it isn't a signed note")?;
        note.verify(std::slice::from_ref(&self.of.key)).map_err(|_| "it isn't signed by the log's key")?;
        let checkpoint: Checkpoint = note.text().parse().map_err(|_| "it isn't a checkpoint")?;
        match checkpoint.origin() == self.of.key.name() {
            true => Ok((checkpoint, note)),
            false => Err("it's another log's"),
        }
    }

    /// Looks at the anchors up to a size.
    async fn passed(&mut self, tree: &mut Growing, anchors: &mut Vec<Anchor>, size: u64) -> Result<(), Error> {
        while let Some(Anchor { place, checkpoint }) = anchors.pop_if(|anchor| anchor.checkpoint.size() <= size) {
            self.grow(tree, checkpoint.size()).await?;
            if tree.is_broken || tree.edge.root() == *checkpoint.root() {
                continue;
            }
            let subject = Subject::Checkpoint { size: Some(checkpoint.size()), place };
            self.findings.problem(Fault::LogForked, subject, None);
        }
        Ok(())
    }

    /// Looks at a checkpoint that was signed here, and at what was written for its size.
    async fn checkpoint(&mut self, row: &Row, size: u64, tree: &mut Growing) -> Result<(), Error> {
        let subject = Subject::Checkpoint { size: Some(size), place: TABLE.to_owned() };
        self.grow(tree, size).await?;
        if !tree.is_broken {
            self.look_at_edge(tree, size).await?;
        }
        let note = match row.bytes("note") {
            Ok(note) => note,
            Err(error) => {
                self.findings.problem(Fault::CheckpointForged, subject, Some(error.to_string()));
                return Ok(());
            }
        };
        match self.signed(&note) {
            Err(why) => self.findings.problem(Fault::CheckpointForged, subject, Some(why.to_owned())),
            Ok((checkpoint, _)) if checkpoint.size() != size => {
                let detail = format!("its row says {size}, and it says {}", checkpoint.size());
                self.findings.problem(Fault::CheckpointForged, subject, Some(detail));
            }
            Ok((checkpoint, note)) => {
                if !tree.is_broken && tree.edge.root() == *checkpoint.root() {
                    self.newest = Some(note.to_string());
                } else if !tree.is_broken {
                    self.findings.problem(Fault::CheckpointWrong, subject, None);
                }
            }
        }
        Ok(())
    }

    /// Looks at the published checkpoint's place among those that were signed.
    async fn shown(
        &mut self,
        is_shown: bool,
        size: Option<u64>,
        newest: Option<u64>,
        before: Option<u64>,
    ) -> Result<(), Error> {
        let subject = Subject::Checkpoint { size, place: CHECKPOINT.to_owned() };
        match (size, newest) {
            (Some(size), Some(newest)) if size < newest && Some(size) != before => {
                // A service that is at work has gone on meanwhile.
                let again = self.of.published().await.ok().flatten();
                let again = again.and_then(|note| self.signed(&note).ok()).map(|(checkpoint, _)| checkpoint.size());
                if again.is_none_or(|again| again < newest) {
                    let detail = Some(format!("the newest one that was signed has {newest} leaves"));
                    self.findings.problem(Fault::CheckpointBehind, subject, detail);
                }
            }
            (Some(size), newest) if newest != Some(size) && newest.is_none_or(|newest| newest < size) => {
                let sql = "SELECT size AS n FROM checkpoint WHERE agency = $1 ORDER BY size DESC LIMIT 1";
                if self.number(TABLE, sql).await < size && size <= self.leaves {
                    let missing = Subject::row(TABLE, size.to_string());
                    self.findings.problem(Fault::RowMissing, missing, Some("it's published".to_owned()));
                }
            }
            (None, Some(_)) if !is_shown => self.findings.problem(Fault::CheckpointMissing, subject, None),
            _ => {}
        }
        Ok(())
    }

    /// Grows the tree to a size, and looks at what becomes full.
    async fn grow(&mut self, tree: &mut Growing, size: u64) -> Result<(), Error> {
        while !tree.is_broken && tree.edge.size() < size {
            let first = tree.edge.size();
            let end = (first - first % FULL + LEAVES).min(size);
            let Some(hashes) = self.next(tree, first, end).await? else {
                tree.is_broken = true;
                return Ok(());
            };
            self.step(end - first);
            let growth = tree.edge.grow(&hashes).ok_or_else(|| Error::Internal("the log is full".into()))?;
            let mut wanted = Vec::new();
            for (tile, bytes) in growth.tiles {
                tree.partial.retain(|(other, _)| other.level() != tile.level());
                match tile.is_full() {
                    true => wanted.push(Wanted::Tile(tile, bytes)),
                    false => tree.partial.push((tile, bytes)),
                }
            }
            tree.bundle.extend(hashes);
            let mut index = first / FULL;
            while let Some((full, rest)) = tree.bundle.split_at_checked(256) {
                let bundle = Bundle::new(index, 256).ok_or_else(|| Error::Internal("the log is full".into()))?;
                wanted.push(Wanted::Bundle(bundle, full.to_vec()));
                tree.bundle = rest.to_vec();
                index += 1;
            }
            self.look_at(wanted).await?;
        }
        Ok(())
    }

    /// Looks at the partial tiles and the partial bundle of a size that was signed.
    async fn look_at_edge(&mut self, tree: &mut Growing, size: u64) -> Result<(), Error> {
        let mut wanted = Vec::new();
        for grown in Tile::grown(tree.looked, size).filter(|tile| !tile.is_full()) {
            if let Some((_, bytes)) = tree.partial.iter().find(|(tile, _)| *tile == grown) {
                wanted.push(Wanted::Tile(grown, bytes.clone()));
            }
        }
        let width = u16::try_from(tree.bundle.len()).map_err(Error::internal)?;
        if let Some(bundle) = Bundle::new(size / FULL, width) {
            wanted.push(Wanted::Bundle(bundle, tree.bundle.clone()));
        }
        tree.looked = size;
        self.look_at(wanted).await
    }

    /// The hashes of the next leaves; none where one can't be had.
    async fn next(&mut self, tree: &mut Growing, first: u64, end: u64) -> Result<Option<Vec<Hash>>, Error> {
        let count = usize::try_from(end - first).map_err(Error::internal)?;
        let ahead = u64::try_from(tree.ahead.len()).map_err(Error::internal)?;
        if tree.ahead.len() < count && !tree.is_cut {
            let until = (first - first % FULL + LEAVES).min(self.leaves).max(end);
            let hashes = self.leaves(first + ahead, until).await?;
            tree.is_cut = u64::try_from(hashes.len()).ok() != Some(until - first - ahead);
            tree.ahead.extend(hashes);
        }
        Ok((tree.ahead.len() >= count).then(|| tree.ahead.drain(..count).collect()))
    }

    /// The hashes of leaves, up to the first that can't be had. Where a leaf and its event disagree, the tile says which of them was
    /// logged.
    async fn leaves(&mut self, first: u64, end: u64) -> Result<Vec<Hash>, Error> {
        let sql = "SELECT l.position, l.hash, e.id, e.kind, e.at, e.commitment FROM leaf l \
                   LEFT JOIN event e ON e.agency = l.agency AND e.id = l.event \
                   WHERE l.agency = $1 AND l.position >= $2 AND l.position < $3 ORDER BY l.position";
        let number = |count: u64| i64::try_from(count).map_err(Error::internal);
        let rows = self.page("leaf", sql, values![&self.of.agency, number(first)?, number(end)?]).await;
        self.times(&rows);
        let mut rows = rows.iter().peekable();
        let mut hashes = Vec::new();
        let mut missing: Option<(u64, u64)> = None;
        for position in first..end {
            let row = rows.next_if(|row| row.count("position").is_ok_and(|own| own == position));
            let leaf = row.and_then(|row| Hash::from_slice(&row.bytes("hash").ok()?));
            let own = row.and_then(|row| entry(row).ok()).map(|entry| entry.leaf());
            let hash = match (leaf, own) {
                (Some(leaf), Some(own)) if leaf == own => Some(leaf),
                (None, None) => self.tiled(position).await?,
                (leaf, own) => {
                    let tiled = self.tiled(position).await?;
                    let tiled = tiled.filter(|tiled| leaf == Some(*tiled) || own == Some(*tiled));
                    tiled.or(leaf).or(own)
                }
            };
            if row.is_none() {
                let from = missing.map_or(position, |(from, _)| from);
                missing = Some((from, position));
            }
            if let Some((from, to)) = missing.filter(|_| row.is_some() || position + 1 == end || hash.is_none()) {
                self.findings.problem(Fault::LeafMissing, Subject::Leaves { first: from, last: to }, None);
                missing = None;
            }
            let Some(hash) = hash else { break };
            hashes.push(hash);
        }
        Ok(hashes)
    }

    /// In the order of the log, times go back by no more than several writers do, but where somebody has confirmed the clock.
    fn times(&mut self, rows: &[Row]) {
        for row in rows {
            let (Ok(position), Ok(at), Ok(kind)) = (row.count("position"), row.number("at"), row.text("kind")) else {
                continue;
            };
            if position < self.timed {
                continue;
            }
            self.timed = position + 1;
            // One that was changed or taken away is told for itself.
            let leaf = row.bytes("hash").unwrap_or_default();
            if !entry(row).is_ok_and(|entry| entry.leaf().as_bytes() == leaf.as_slice()) {
                continue;
            }
            if kind == Confirmed::KIND {
                self.latest = at;
                continue;
            }
            if at.saturating_add(TOLERANCE) < self.latest {
                let detail = written(self.latest).unwrap_or_default();
                let detail = Some(format!("an event before it is of {detail}, and nobody confirmed the clock"));
                let event = row.text("id").unwrap_or_default();
                self.findings.problem(Fault::EventBackdated, Subject::row("event", event), detail);
            }
            self.latest = self.latest.max(at);
        }
    }

    /// The hash that the tiles have for a leaf.
    async fn tiled(&self, position: u64) -> Result<Option<Hash>, Error> {
        let (store, at) = (self.of.store.clone(), position % FULL);
        blocking(move || {
            for width in (at + 1..=FULL).rev() {
                let tile = u16::try_from(width).ok().and_then(|width| Tile::new(0, position / FULL, width));
                let Some(tile) = tile else { continue };
                // One that can't be read is told where it's looked at.
                let Ok(Some(bytes)) = store.get(&format!("log/{}", tile.path())) else { continue };
                let hashes = tile.parse(&bytes).unwrap_or_default();
                return Ok(usize::try_from(at).ok().and_then(|at| hashes.get(at).copied()));
            }
            Ok(None)
        })
        .await
    }

    /// Holds files of the log against what they're to have.
    async fn look_at(&mut self, wanted: Vec<Wanted>) -> Result<(), Error> {
        let store = self.of.store.clone();
        self.counts.tiles += u64::try_from(wanted.len()).map_err(Error::internal)?;
        let found = blocking(move || {
            let mut found = Vec::new();
            for wanted in wanted {
                let (path, full, missing, changed) = match &wanted {
                    Wanted::Tile(tile, _) => {
                        let full = Tile::new(tile.level(), tile.index(), 256).filter(|_| !tile.is_full());
                        (tile.path(), full.map(Tile::path), Fault::TileMissing, Fault::TileChanged)
                    }
                    Wanted::Bundle(bundle, _) => {
                        let full = Bundle::new(bundle.index(), 256).filter(|_| bundle.width() < 256);
                        (bundle.path(), full.map(Bundle::path), Fault::BundleMissing, Fault::BundleChanged)
                    }
                };
                let path = format!("log/{path}");
                let fault = match (store.get(&path), &wanted) {
                    // Once a tile is full, its partial forerunners may go.
                    (Ok(None), _) => match full {
                        Some(full) if store.has(&format!("log/{full}")).unwrap_or(false) => continue,
                        _ => absent(&store, &path, missing),
                    },
                    (Err(_), _) => absent(&store, &path, Fault::FileUnreadable),
                    (Ok(Some(bytes)), Wanted::Tile(_, own)) if bytes == *own => continue,
                    (Ok(Some(bytes)), Wanted::Bundle(bundle, leaves)) if has_leaves(*bundle, &bytes, leaves) => {
                        continue;
                    }
                    (Ok(Some(_)), _) => changed,
                };
                found.push((fault, path));
            }
            Ok(found)
        });
        for (fault, path) in found.await? {
            self.findings.problem(fault, Subject::file(path), None);
        }
        Ok(())
    }
}

/// Whether a bundle's file has exactly the entries of these leaves.
fn has_leaves(bundle: Bundle, file: &[u8], leaves: &[Hash]) -> bool {
    let Some(entries) = bundle.parse(file) else { return false };
    entries.len() == leaves.len()
        && entries.iter().zip(leaves).all(|(entry, leaf)| Entry::parse(entry).is_ok() && Hash::leaf(entry) == *leaf)
}
