//! Checkpoints that were signed before the newest, and what witnesses have signed.
//!
//! Each publication left its partial bundle of entries, so the store knows the sizes, but for multiples of 256. The archive's own
//! signature is the same each time (Ed25519, RFC 8032): signed again, the note is the one that was signed then. What others have
//! signed can't be made again: it comes from the notes that are at hand.

use std::collections::BTreeMap;

use crate::archive::{Archive, blocking};
use crate::clock::now;
use crate::database::{Transaction, values};
use crate::error::Error;
use crate::log::{Bundle, Checkpoint, Edge, Hash, Note, NoteSignature, VerifierKey};

/// Where partial bundles lie.
const BUNDLES: &str = "log/tile/entries";
/// How many rows share a transaction.
const AT_ONCE: usize = 512;

/// How many rows came back.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CameBack {
    pub(super) checkpoints: u64,
    pub(super) cosignatures: u64,
}

impl Archive {
    /// Writes the rows of checkpoints before the newest, and of what `witnesses` have signed in the notes that are at hand: the published
    /// one, and `kept` ones, which were kept elsewhere. A note that isn't of this log is passed over.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a checkpoint that was signed has another root than the log; [`Error::Database`], [`Error::File`].
    pub(super) async fn signed_before(
        &self,
        newest: &Checkpoint,
        published: &[u8],
        kept: &[Vec<u8>],
        witnesses: &[VerifierKey],
    ) -> Result<CameBack, Error> {
        let own = |note: &Vec<u8>| self.own_checkpoint(note, "a note that was kept").ok();
        let mut notes: Vec<(Checkpoint, Note)> = kept.iter().filter_map(own).collect();
        notes.retain(|(checkpoint, _)| checkpoint.size() <= newest.size());
        notes.push(self.own_checkpoint(published, "the store")?);
        let sizes = self.published_sizes(newest.size()).await?;
        let sizes = sizes.into_iter().chain(notes.iter().map(|(checkpoint, _)| checkpoint.size()));
        let roots = self.roots_of(newest, sizes.collect()).await?;
        for (checkpoint, _) in &notes {
            if roots.get(&checkpoint.size()) != Some(checkpoint.root()) {
                let size = checkpoint.size();
                return Err(Error::Damaged(format!(
                    "a checkpoint of {size} entries was signed that the log doesn't have"
                )));
            }
        }
        let mut back = CameBack::default();
        let earlier: Vec<(u64, Hash)> = roots.into_iter().filter(|(size, _)| *size < newest.size()).collect();
        for earlier in earlier.chunks(AT_ONCE) {
            let mut rows = Vec::with_capacity(earlier.len());
            for (size, root) in earlier {
                let checkpoint = Checkpoint::new(self.origin(), *size, *root).map_err(Error::internal)?;
                rows.push((i64::try_from(*size).map_err(Error::internal)?, self.signed_again(&checkpoint)?));
            }
            let agency = self.agency.clone();
            let written = self.database.write(move |transaction| {
                Box::pin(async move {
                    let mut count = 0;
                    for (size, note) in rows {
                        count += u64::from(write_checkpoint(transaction, &agency, size, note).await?);
                    }
                    Ok(count)
                })
            });
            back.checkpoints += written.await?;
        }
        for (checkpoint, note) in &notes {
            for witness in witnesses {
                if let Some(line) = signed_by(witness, note)? {
                    back.cosignatures += u64::from(self.keep_line(witness, checkpoint.size(), &line).await?);
                }
            }
        }
        Ok(back)
    }

    /// The sizes that were published and that the store knows, below `size`.
    async fn published_sizes(&self, size: u64) -> Result<Vec<u64>, Error> {
        let store = self.store.clone();
        let names = blocking(move || store.under(BUNDLES)).await?;
        let end = |name: &String| {
            let bundle = Bundle::from_path(name.strip_prefix("log/")?).filter(|bundle| bundle.width() < 256)?;
            bundle.first().checked_add(u64::from(bundle.width()))
        };
        Ok(names.iter().filter_map(end).filter(|end| *end < size).collect())
    }

    /// The log's roots at these sizes, from its entries, which are held against the newest.
    async fn roots_of(&self, newest: &Checkpoint, mut sizes: Vec<u64>) -> Result<BTreeMap<u64, Hash>, Error> {
        sizes.sort_unstable();
        sizes.dedup();
        let entries = self.published_entries(newest).await?;
        let (mut edge, mut roots, mut from) = (Edge::new(), BTreeMap::new(), 0);
        for size in sizes {
            let end = usize::try_from(size).map_err(Error::internal)?;
            let grown =
                entries.get(from..end).ok_or_else(|| Error::Damaged(format!("the log has no {size} entries")))?;
            let leaves: Vec<Hash> = grown.iter().map(|(_, entry)| entry.leaf()).collect();
            let growth = edge.grow(&leaves).ok_or_else(|| Error::Internal("the log is full".into()))?;
            roots.insert(size, growth.root);
            from = end;
        }
        Ok(roots)
    }

    /// A checkpoint with the archive's own signature.
    fn signed_again(&self, checkpoint: &Checkpoint) -> Result<Vec<u8>, Error> {
        let signer = self.keys.as_ref().ok_or(Error::ReadOnly)?.signer(self.origin())?;
        let mut note = Note::new(checkpoint.to_string()).map_err(Error::internal)?;
        let signed = signer.sign(note.text(), 0).map_err(Error::internal)?;
        note.add(signed).map_err(Error::internal)?;
        Ok(note.to_string().into_bytes())
    }

    /// Writes what a witness has signed of the checkpoint of this size; whether it wasn't there.
    async fn keep_line(&self, witness: &VerifierKey, size: u64, line: &NoteSignature) -> Result<bool, Error> {
        let size = i64::try_from(size).map_err(Error::internal)?;
        let (agency, key, line) = (self.agency.clone(), witness.to_string(), line.to_string());
        let kept = self.database.write(move |transaction| {
            Box::pin(async move {
                let sql = "SELECT size FROM cosignature WHERE agency = $1 AND size = $2 AND key = $3";
                if transaction.row(sql, values![&agency, size, &key]).await?.is_some() {
                    return Ok(false);
                }
                let sql = "INSERT INTO cosignature (agency, size, key, line, at) VALUES ($1, $2, $3, $4, $5)";
                transaction.run(sql, values![&agency, size, &key, line, now()]).await.map(|_| true)
            })
        });
        kept.await
    }
}

/// Writes a checkpoint's row; whether it wasn't there.
async fn write_checkpoint(
    transaction: &mut Transaction,
    agency: &str,
    size: i64,
    note: Vec<u8>,
) -> Result<bool, Error> {
    let sql = "SELECT size FROM checkpoint WHERE agency = $1 AND size = $2";
    if transaction.row(sql, values![agency, size]).await?.is_some() {
        return Ok(false);
    }
    let sql = "INSERT INTO checkpoint (agency, size, note, at) VALUES ($1, $2, $3, $4)";
    transaction.run(sql, values![agency, size, note, now()]).await.map(|_| true)
}

/// The line of a note that is by this key and holds.
fn signed_by(witness: &VerifierKey, note: &Note) -> Result<Option<NoteSignature>, Error> {
    let by_it = |line: &&NoteSignature| line.name() == witness.name() && line.id() == witness.id();
    let Some(line) = note.signatures().iter().find(by_it) else { return Ok(None) };
    let mut alone = Note::new(note.text().to_owned()).map_err(Error::internal)?;
    alone.add(line.clone()).map_err(Error::internal)?;
    Ok(alone.verify(std::slice::from_ref(witness)).is_ok().then(|| line.clone()))
}
