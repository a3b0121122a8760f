//! Giving events their places in the log, and publishing what follows: tiles, entries, a signed checkpoint.
//!
//! Requests never wait for the log: their transaction says that an event has no place yet, and this comes after it.
//!
//! ```text
//! 1. waiting events -> leaves        one transaction: positions are durable before anything shows them
//! 2. leaves -> tiles and bundles     create-only: done again, the bytes are the same
//! 3. checkpoint -> its row           before it's shown: a log signs one root for a size
//! 4. checkpoint -> the store         replaced, upwards only
//! ```
//!
//! A crash between any two is harmless: what was done is done again, with the same bytes.

use kyso::Timestamp;

use crate::archive::{Archive, blocking};
use crate::clock::{now, timestamp};
use crate::database::{Row, Transaction, values};
use crate::edges::reach;
use crate::error::Error;
use crate::log::{Bundle, Checkpoint, Edge, Entry, Hash, Note, SignerKey, Tile, TileHashes, TileReader, VerifierKey};
use crate::mending::Mended;
use crate::seen::{SIGNED, size};
use crate::signed_files::signed_edge;
use crate::store::Store;

/// How many events get their places in one transaction.
const AT_ONCE: u32 = 5000;
/// How often a checkpoint is shown where others show theirs at the same time.
const TRIES: u32 = 16;
/// The published checkpoint.
pub(crate) const CHECKPOINT: &str = "log/checkpoint";

/// The tiles as the store has them.
#[derive(Debug, Clone)]
pub(crate) struct StoredTiles(pub(crate) Store);

impl TileReader for StoredTiles {
    type Error = Error;

    fn tile(&self, tile: Tile) -> Result<Vec<u8>, Error> {
        let read = |tile: Tile| self.0.get(&format!("log/{}", tile.path()));
        if let Some(bytes) = read(tile)? {
            return Ok(bytes);
        }
        // Once a tile is full, its partial forerunners may be gone.
        let full = Tile::new(tile.level(), tile.index(), 256).map(read).transpose()?.flatten();
        full.ok_or_else(|| Error::Missing(format!("log/{}", tile.path())))
    }
}

/// The entry of an event's leaf.
pub(crate) fn entry(row: &Row) -> Result<Entry, Error> {
    let id = row.text("id")?;
    let damaged = || Error::Damaged(format!("event {id} has no entry of the log"));
    let commitment = Hash::from_slice(&row.bytes("commitment")?).ok_or_else(damaged)?;
    Entry::new(&row.text("kind")?, timestamp(row.number("at")?)?, commitment).map_err(|_| damaged())
}

impl Archive {
    /// Whether other processes may have it open too.
    pub fn is_shared(&self) -> bool {
        self.database.is_shared()
    }

    /// Whether events wait for their places in the log, or have places that no checkpoint covers.
    ///
    /// # Errors
    /// [`Error::RolledBack`] where the database was put back meanwhile; [`Error::Database`].
    pub async fn has_pending(&self) -> Result<bool, Error> {
        self.demand_seen().await?;
        let sql = "SELECT event FROM leaf_pending WHERE agency = $1 LIMIT 1";
        if self.database.row(sql, values![&self.agency]).await?.is_some() {
            return Ok(true);
        }
        let signed = self.database.row(SIGNED, values![&self.agency]).await?;
        Ok(self.leaves().await? > size(signed.as_ref())?)
    }

    /// Gives every waiting event its place and publishes the log as it is then. How many leaves it has.
    ///
    /// # Errors
    /// [`Error::RolledBack`] where what is published is ahead of the database; [`Error::Damaged`] where neither tiles nor leaves are
    /// what was signed; [`Error::Database`], [`Error::File`]: what is left is done the next time.
    pub async fn sequence(&self) -> Result<u64, Error> {
        self.demand_not_overtaken()?;
        let _turn = self.turns.turn("log".into()).await;
        // Before anything has its place: what a database that was put back gives out, another event has had.
        self.demand_seen().await?;
        let agency = self.agency.clone();
        loop {
            let agency = agency.clone();
            let moved =
                self.database.write(move |transaction| Box::pin(async move { place(transaction, &agency).await }));
            if moved.await? < u64::from(AT_ONCE) {
                break;
            }
        }
        reach("log.placed")?;
        // In this order: what another process shows was signed before, and what it signed had its places before.
        let store = self.store.clone();
        let shown = blocking(move || store.get(CHECKPOINT)).await?;
        let last = self.last_checkpoint().await?;
        let size = self.leaves().await?;
        let signed = last.as_ref().map_or(0, |(checkpoint, _)| checkpoint.size());
        if let Some((checkpoint, _)) = &last {
            self.demand_behind(shown.as_deref(), checkpoint).map_err(|error| self.remembered(error))?;
        }
        // Of the first one a crash leaves no file.
        let is_first = signed == 0 || self.is_first_checkpoint().await?;
        let edge = self.edge(last.as_ref().map(|(checkpoint, _)| checkpoint)).await?;
        if size > signed {
            let note = self.grown(edge, size).await?;
            reach("log.signed")?;
            self.publish(&note).await?;
            reach("log.shown")?;
        } else if let Some((checkpoint, note)) = last
            && shown.as_deref() != Some(self.cosigned(&note, checkpoint.size()).await?.to_string().as_bytes())
        {
            // Whoever signed it, or had it signed by a witness, may have died before it was shown.
            self.publish(&note).await?;
        }
        if shown.is_none() && signed > 0 && !is_first {
            self.tell_put_back().await?;
        }
        Ok(size)
    }

    /// The published checkpoint was gone while this was at work, and is there again: of what was signed here, nothing else than the newest
    /// could lie there.
    async fn tell_put_back(&self) -> Result<(), Error> {
        let store = self.store.clone();
        let Some(shown) = blocking(move || store.get(CHECKPOINT)).await? else { return Ok(()) };
        let mut mended = Mended::default();
        mended.repaired(CHECKPOINT, "missing", &shown);
        self.tell_mended(&mended).await
    }

    /// How many events have a place in the log.
    pub(crate) async fn leaves(&self) -> Result<u64, Error> {
        let sql = "SELECT coalesce(max(position) + 1, 0) AS size FROM leaf WHERE agency = $1";
        self.database.row(sql, values![&self.agency]).await?.map_or(Ok(0), |row| row.count("size"))
    }

    /// The newest checkpoint that was signed.
    pub(crate) async fn last_checkpoint(&self) -> Result<Option<(Checkpoint, Note)>, Error> {
        let sql = "SELECT note FROM checkpoint WHERE agency = $1 ORDER BY size DESC LIMIT 1";
        let row = self.database.row(sql, values![&self.agency]).await?;
        row.map(|row| self.own_checkpoint(&row.bytes("note")?, "the database")).transpose()
    }

    /// The first checkpoint that covers the leaf at this position.
    pub(crate) async fn first_checkpoint_over(&self, position: u64) -> Result<Option<(Checkpoint, Note)>, Error> {
        let position = i64::try_from(position).map_err(Error::internal)?;
        let sql = "SELECT note FROM checkpoint WHERE agency = $1 AND size > $2 ORDER BY size LIMIT 1";
        let row = self.database.row(sql, values![&self.agency, position]).await?;
        row.map(|row| self.own_checkpoint(&row.bytes("note")?, "the database")).transpose()
    }

    /// The newest checkpoint over the leaf at this position that a witness has signed.
    pub(crate) async fn cosigned_over(&self, position: u64) -> Result<Option<(Checkpoint, Note)>, Error> {
        let position = i64::try_from(position).map_err(Error::internal)?;
        let sql = "SELECT c.note FROM cosignature s JOIN checkpoint c ON c.agency = s.agency AND c.size = s.size \
                   WHERE s.agency = $1 AND s.size > $2 ORDER BY s.size DESC LIMIT 1";
        let row = self.database.row(sql, values![&self.agency, position]).await?;
        row.map(|row| self.own_checkpoint(&row.bytes("note")?, "the database")).transpose()
    }

    /// A checkpoint of this log, with its own signature.
    pub(crate) fn own_checkpoint(&self, note: &[u8], place: &str) -> Result<(Checkpoint, Note), Error> {
        let damaged = |why: &str| Error::Damaged(format!("the checkpoint in {place} {why}"));
        let note = Note::parse(note).map_err(|_| damaged("isn't one"))?;
        note.verify(&[self.log_key()?]).map_err(|_| damaged("isn't signed by the archive's key"))?;
        let checkpoint: Checkpoint = note.text().parse().map_err(|_| damaged("isn't one"))?;
        match checkpoint.origin() == self.origin() {
            true => Ok((checkpoint, note)),
            false => Err(damaged("is another log's")),
        }
    }

    /// The public half of the key that signs the log's checkpoints.
    ///
    /// # Errors
    /// [`Error::Damaged`] where what stands in its place is no key.
    pub fn log_key(&self) -> Result<VerifierKey, Error> {
        self.identity.log_key()
    }

    fn signer(&self) -> Result<SignerKey, Error> {
        self.keys.as_ref().ok_or(Error::ReadOnly)?.signer(self.origin())
    }

    /// Where the tree grows on from: the right edge of what was signed last. Where the tiles aren't that, the log's files are held
    /// against the rows, and written again.
    async fn edge(&self, last: Option<&Checkpoint>) -> Result<Edge, Error> {
        let Some(last) = last else { return Ok(Edge::new()) };
        let (store, of) = (self.store.clone(), last.clone());
        if !self.suspicion.take()
            && let Some(edge) = blocking(move || signed_edge(&store, &of)).await?
        {
            self.suspicion.is_sound();
            return Ok(edge);
        }
        let (_, edge) = self.mend_log(last).await?;
        edge.ok_or_else(|| Error::Damaged("neither the log's tiles nor its rows have the root that was signed".into()))
    }

    /// Writes the tiles and bundles that the log has anew, and signs its new checkpoint.
    async fn grown(&self, mut edge: Edge, size: u64) -> Result<Note, Error> {
        let from = edge.size();
        // Bundles begin at a multiple of 256: the entries of a partial one are written again with the new ones.
        let first = from - from % 256;
        let entries = self.entries(first, size).await?;
        let new = usize::try_from(from - first).map_err(Error::internal)?;
        let hashes: Vec<Hash> = entries.iter().skip(new).map(|(_, hash)| *hash).collect();
        let growth = edge.grow(&hashes).ok_or_else(|| Error::Internal("the log is full".into()))?;
        let checkpoint = Checkpoint::new(self.origin(), size, growth.root).map_err(Error::internal)?;
        let store = self.store.clone();
        blocking(move || {
            for (tile, bytes) in &growth.tiles {
                put_unsigned(&store, &format!("log/{}", tile.path()), bytes)?;
            }
            for bundle in Bundle::grown(from, size) {
                let at = usize::try_from(bundle.first() - first).map_err(Error::internal)?;
                let own = entries.get(at..at + usize::from(bundle.width())).unwrap_or_default();
                let own: Vec<&[u8]> = own.iter().map(|(entry, _)| entry.as_bytes()).collect();
                let bytes = bundle.write(&own).ok_or_else(|| Error::Internal("a bundle can't be written".into()))?;
                put_unsigned(&store, &format!("log/{}", bundle.path()), &bytes)?;
            }
            Ok(())
        })
        .await?;
        reach("log.tiled")?;
        let signer = self.signer()?;
        let mut note = Note::new(checkpoint.to_string()).map_err(Error::internal)?;
        let signed = signer.sign(note.text(), 0).map_err(Error::internal)?;
        note.add(signed).map_err(Error::internal)?;
        let size = i64::try_from(size).map_err(Error::internal)?;
        let (agency, bytes) = (self.agency.clone(), note.to_string().into_bytes());
        let newest = self.database.write(move |transaction| {
            Box::pin(async move {
                transaction.lock(&agency, "log").await?;
                // Another process may have signed one of this size or a later one meanwhile: then that is the newest.
                let sql = "SELECT note FROM checkpoint WHERE agency = $1 AND size >= $2 ORDER BY size DESC LIMIT 1";
                if let Some(newest) = transaction.row(sql, values![&agency, size]).await? {
                    return Ok(Some(newest.bytes("note")?));
                }
                let sql = "INSERT INTO checkpoint (agency, size, note, at) VALUES ($1, $2, $3, $4)";
                transaction.run(sql, values![&agency, size, bytes, now()]).await?;
                Ok(None)
            })
        });
        let newest = newest.await?;
        // What is signed now is seen: also by whoever asks before the next event.
        self.demand_seen().await?;
        match newest {
            None => Ok(note),
            Some(newest) => Ok(self.own_checkpoint(&newest, "the database")?.1),
        }
    }

    /// The entries of leaves from `first` up to `end`, each with its hash, held against the leaf's row.
    pub(crate) async fn entries(&self, first: u64, end: u64) -> Result<Vec<(String, Hash)>, Error> {
        let sql = "SELECT l.position, l.hash, e.id, e.kind, e.at, e.commitment FROM leaf l \
                   JOIN event e ON e.agency = l.agency AND e.id = l.event \
                   WHERE l.agency = $1 AND l.position >= $2 AND l.position < $3 ORDER BY l.position";
        let number = |count: u64| i64::try_from(count).map_err(Error::internal);
        let rows = self.database.rows(sql, values![&self.agency, number(first)?, number(end)?]).await?;
        let mut entries = Vec::with_capacity(rows.len());
        for (position, row) in (first..).zip(&rows) {
            let (entry, hash) = (entry(row)?, row.bytes("hash")?);
            let leaf = entry.leaf();
            if row.count("position")? != position || hash != leaf.as_bytes() {
                return Err(Error::Damaged(format!("leaf {position} of the log isn't its event's")));
            }
            entries.push((entry.to_string(), leaf));
        }
        match u64::try_from(entries.len()).is_ok_and(|count| count == end - first) {
            true => Ok(entries),
            false => Err(Error::Damaged("leaves of the log are missing".into())),
        }
    }

    /// Shows a checkpoint with what witnesses have signed of it, unless a later one is shown: others may be at it too.
    pub(crate) async fn publish(&self, note: &Note) -> Result<(), Error> {
        let (checkpoint, _) = self.own_checkpoint(note.to_string().as_bytes(), "the database")?;
        let bytes = self.cosigned(note, checkpoint.size()).await?.to_string().into_bytes();
        for _ in 0..TRIES {
            let store = self.store.clone();
            let shown = blocking(move || store.get_marked(CHECKPOINT)).await?;
            let shown_size = match &shown {
                Some((shown, _)) => self.own_checkpoint(shown, "the store")?.0.size(),
                None => 0,
            };
            if shown_size > checkpoint.size() || shown.as_ref().is_some_and(|(shown, _)| *shown == bytes) {
                return Ok(());
            }
            let (store, bytes) = (self.store.clone(), bytes.clone());
            let mark = shown.map(|(_, mark)| mark);
            if blocking(move || store.replace(CHECKPOINT, &bytes, mark.as_ref())).await? {
                self.anchors.wake();
                return Ok(());
            }
        }
        // Whoever was quicker so often has shown a later one, or the next turn does.
        Err(Error::Raced)
    }

    /// Refuses an archive whose database is behind what was published, or says something else than was published: an older copy was
    /// put back, or another one.
    pub(crate) async fn demand_not_rolled_back(&self) -> Result<(), Error> {
        let store = self.store.clone();
        let shown = blocking(move || store.get(CHECKPOINT)).await?;
        let last = self.last_checkpoint().await?;
        match (shown, last) {
            (None, None) => Ok(()),
            // Nothing but a crash before the first one was shown leaves this.
            (None, Some((last, _))) if last.size() <= u64::from(AT_ONCE) && self.is_first_checkpoint().await? => Ok(()),
            (None, Some(_)) => Err(Error::Damaged(format!("{CHECKPOINT} is missing from the store"))),
            (Some(shown), None) => {
                let (shown, _) = self.own_checkpoint(&shown, "the store")?;
                Err(Error::RolledBack { here: 0, there: shown.size(), place: CHECKPOINT.to_owned() })
            }
            (Some(shown), Some((last, _))) => {
                self.demand_behind(Some(&shown), &last)?;
                self.demand_known(&shown, CHECKPOINT).await
            }
        }
    }

    /// Whether only one checkpoint was ever signed.
    async fn is_first_checkpoint(&self) -> Result<bool, Error> {
        let sql = "SELECT count(*) AS n FROM checkpoint WHERE agency = $1";
        Ok(self.database.row(sql, values![&self.agency]).await?.map_or(Ok(0), |row| row.count("n"))? == 1)
    }

    /// Refuses a published checkpoint that is ahead of the newest one that was signed here.
    fn demand_behind(&self, shown: Option<&[u8]>, last: &Checkpoint) -> Result<(), Error> {
        let Some(shown) = shown else { return Ok(()) };
        let (shown, _) = self.own_checkpoint(shown, "the store")?;
        if shown.size() > last.size() {
            let (here, there) = (last.size(), shown.size());
            return Err(Error::RolledBack { here, there, place: CHECKPOINT.to_owned() });
        }
        Ok(())
    }

    /// Refuses a checkpoint that was kept elsewhere and isn't among those that were signed here.
    pub(crate) async fn demand_known(&self, note: &[u8], place: &str) -> Result<(), Error> {
        let (kept, _) = self.own_checkpoint(note, place)?;
        let here = self.leaves().await?;
        let rolled_back = || Error::RolledBack { here, there: kept.size(), place: place.to_owned() };
        let size = i64::try_from(kept.size()).map_err(Error::internal)?;
        let sql = "SELECT note FROM checkpoint WHERE agency = $1 AND size = $2";
        let Some(row) = self.database.row(sql, values![&self.agency, size]).await? else {
            // A database that was made again from the store may lack some; the tree has had every root.
            let Some((last, _)) = self.last_checkpoint().await? else { return Err(rolled_back()) };
            if kept.size() > last.size() {
                return Err(rolled_back());
            }
            let (size, tiles) = (kept.size(), TileHashes::new(StoredTiles(self.store.clone()), last.size()));
            let root = move || crate::log::root(size, &tiles).map_err(|error| Error::Damaged(error.to_string()));
            return if blocking(root).await? == *kept.root() { Ok(()) } else { Err(rolled_back()) };
        };
        let (own, _) = self.own_checkpoint(&row.bytes("note")?, "the database")?;
        if own == kept { Ok(()) } else { Err(rolled_back()) }
    }

    /// Waits until something waits for its place in the log.
    pub async fn woken(&self) {
        self.woken.notified().await;
    }

    /// The time of the newest event.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn newest_event(&self) -> Result<Option<Timestamp>, Error> {
        let sql = "SELECT max(at) AS at FROM event WHERE agency = $1";
        let at = self.database.row(sql, values![&self.agency]).await?.map(|row| row.maybe_number("at")).transpose()?;
        at.flatten().map(timestamp).transpose()
    }
}

/// Creates a file of the log for a size that isn't signed yet. A process that died before the signature left the very same bytes; what
/// else lies there was damaged since, and goes to quarantine: the rows have just been held against each other.
fn put_unsigned(store: &Store, path: &str, bytes: &[u8]) -> Result<(), Error> {
    match store.put(path, bytes) {
        Err(Error::Damaged(why)) => {
            tracing::warn!(why, "a file of the log was damaged before its size was signed, and is written again");
            store.put_back(path, bytes)
        }
        put => put,
    }
}

/// Moves all waiting events to the end of the log. The caller has the lock of the log.
pub(crate) async fn place_all(transaction: &mut Transaction, agency: &str) -> Result<(), Error> {
    while place(transaction, agency).await? == u64::from(AT_ONCE) {}
    Ok(())
}

/// Moves waiting events to the end of the log; how many.
async fn place(transaction: &mut Transaction, agency: &str) -> Result<u64, Error> {
    // One process at a time: positions follow each other.
    transaction.lock(agency, "log").await?;
    let sql = "SELECT p.at, e.id, e.kind, e.commitment FROM leaf_pending p JOIN event e ON e.agency = p.agency AND e.id = p.event \
               WHERE p.agency = $1 ORDER BY p.at, p.event LIMIT $2";
    let waiting = transaction.rows(sql, values![agency, AT_ONCE]).await?;
    let sql = "SELECT coalesce(max(position) + 1, 0) AS size FROM leaf WHERE agency = $1";
    let mut position = transaction.row(sql, values![agency]).await?.map_or(Ok(0), |row| row.number("size"))?;
    for row in &waiting {
        let (id, at, leaf) = (row.text("id")?, row.number("at")?, entry(row)?.leaf());
        let sql = "INSERT INTO leaf (agency, position, event, hash) VALUES ($1, $2, $3, $4)";
        transaction.run(sql, values![agency, position, &id, &leaf.as_bytes()[..]]).await?;
        let sql = "DELETE FROM leaf_pending WHERE agency = $1 AND at = $2 AND event = $3";
        transaction.run(sql, values![agency, at, &id]).await?;
        position += 1;
    }
    u64::try_from(waiting.len()).map_err(Error::internal)
}
