//! Stamps as files of the store, so that evidence is there without the database.
//!
//! ```text
//! stamp/000017.tsr        the token as it came (RFC 3161)
//! stamp/000017.2.tsr      its form 2: with the certificates, CRLs and OCSP answers about its authority
//! stamp/1234.note         the checkpoint of the log at 1,234 entries, which a stamp covers
//! stamp/000017.leaves     what it covers, in the order of the hashes: a line each of hash (hex), kind, object and ordinal
//! ```
//!
//! They're written after the rows, and whatever is missing the next time. The record of a stamp's event has the digest of its token,
//! and its leaves have to make the root that was stamped.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use kyso::TimeStampToken;
use kyso::crypto::hex;

use super::rows::{EvidenceStamped, Leaf, Stored, digest_named, how_named, tree};
use super::{Evidenced, Stamped};
use crate::archive::{Archive, blocking};
use crate::database::values;
use crate::error::Error;
use crate::manifest::unhexed;
use crate::mending::{Faulty, Mended};
use crate::record::{self, sha256};
use crate::store::Store;

/// Where stamps lie in the store.
pub(crate) const STAMPS: &str = "stamp";

/// The file of a form of a stamp's token.
fn token_file(number: u32, form: u32) -> String {
    match form {
        0 => format!("{STAMPS}/{number:06}.tsr"),
        form => format!("{STAMPS}/{number:06}.{form}.tsr"),
    }
}

/// The file of a checkpoint that a stamp covers.
fn note_file(size: u64) -> String {
    format!("{STAMPS}/{size}.note")
}

/// The file of a stamp's leaves.
fn leaves_file(number: u32) -> String {
    format!("{STAMPS}/{number:06}.leaves")
}

/// Which stamp's leaves a file has.
pub(crate) fn leaves_of(path: &str) -> Option<u32> {
    let number = path.strip_prefix(STAMPS)?.strip_prefix('/')?.strip_suffix(".leaves")?.parse().ok()?;
    (leaves_file(number) == path).then_some(number)
}

/// Which form of which stamp's token a file is.
fn form_of(path: &str) -> Option<(u32, u32)> {
    let name = path.strip_prefix(STAMPS)?.strip_prefix('/')?.strip_suffix(".tsr")?;
    let (number, form) = name.split_once('.').unwrap_or((name, "0"));
    let (number, form) = (number.parse().ok()?, form.parse().ok()?);
    (token_file(number, form) == path).then_some((number, form))
}

/// Leaves as their file has them.
fn written(leaves: &[Leaf]) -> String {
    leaves.iter().fold(String::new(), |mut text, leaf| {
        // Writing to a string fails nowhere.
        let _ = writeln!(text, "{} {} {} {}", hex(&leaf.hash), leaf.kind, leaf.object, leaf.ordinal);
        text
    })
}

/// The leaves of a file; none where it isn't one.
fn read_leaves(text: &[u8]) -> Option<Vec<Leaf>> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('\n')?;
    let leaf = |line: &str| {
        let mut parts = line.split(' ');
        let (hash, kind, object) = (unhexed(parts.next()?)?, parts.next()?.to_owned(), parts.next()?.to_owned());
        let leaf = Leaf { hash, kind, object, ordinal: parts.next()?.parse().ok()? };
        parts.next().is_none().then_some(leaf)
    };
    text.split('\n').map(leaf).collect()
}

/// What a file has.
#[derive(Debug, Clone, Copy)]
enum Content {
    /// A form of a stamp's token.
    Form(u32, u32),
    /// A stamp's leaves.
    Leaves(u32),
    /// The checkpoint of this size.
    Note(u64),
}

/// A stamp's file that isn't what the rows say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StampFile {
    /// It isn't there.
    Missing(String),
    /// It has other bytes.
    Changed(String),
    /// No stamp has it.
    Unknown(String),
}

impl Archive {
    /// Writes the files of stamps that aren't in the store; how many.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a file has other bytes, or a row isn't what was written; [`Error::File`], [`Error::Database`].
    pub async fn write_stamps(&self) -> Result<u64, Error> {
        self.write_stamps_to(&self.store).await
    }

    /// Writes the files of stamps that aren't in this store, by the rows; how many.
    ///
    /// # Errors
    /// As [`write_stamps`](Self::write_stamps).
    pub(crate) async fn write_stamps_to(&self, to: &Store) -> Result<u64, Error> {
        let store = to.clone();
        let there: BTreeSet<String> = blocking(move || store.under(STAMPS)).await?.into_iter().collect();
        let mut files = 0;
        for (path, content) in self.stamp_files().await?.into_iter().filter(|(path, _)| !there.contains(path)) {
            let Some(bytes) = self.stamp_file(content).await? else { continue };
            let store = to.clone();
            blocking(move || store.put(&path, &bytes)).await?;
            files += 1;
        }
        Ok(files)
    }

    /// Puts the files of stamps back that are in the second store and have other bytes, by the rows; which, and which not: no credential
    /// of this process may replace them.
    pub(crate) async fn mend_stamps_of(&self, second: &Store) -> Result<(Vec<String>, Vec<String>), Error> {
        let (mut mended, mut left) = (Vec::new(), Vec::new());
        let files: BTreeMap<String, Content> = self.stamp_files().await?.into_iter().collect();
        for file in self.stamp_files_of(second).await? {
            let StampFile::Changed(path) = file else { continue };
            let bytes = match files.get(&path) {
                Some(content) => self.stamp_file(*content).await?,
                None => None,
            };
            let Some(bytes) = bytes else { continue };
            let (store, name) = (second.clone(), path.clone());
            match blocking(move || store.put_back(&name, &bytes)).await {
                Ok(()) => mended.push(path),
                Err(Error::Setting(why)) => {
                    tracing::error!(path, why, "a time-stamp's file isn't mended");
                    left.push(path);
                }
                Err(error) => return Err(error),
            }
        }
        let faulty = |path: &String| Faulty { path: path.clone(), state: "damaged".into() };
        self.seen_in_second("stamp/%", &left.iter().map(faulty).collect::<Vec<_>>()).await?;
        Ok((mended, left))
    }

    /// Writes the files of stamps again that are missing here or have other bytes, where the rows are what was stamped and the file isn't:
    /// of two that both could be it, an audit tells.
    pub(crate) async fn mend_stamps(&self) -> Result<Mended, Error> {
        let mut mended = Mended::default();
        let files: BTreeMap<String, Content> = self.stamp_files().await?.into_iter().collect();
        for file in self.stamp_files_of(&self.store).await? {
            let (path, state) = match file {
                StampFile::Missing(path) => (path, "missing"),
                StampFile::Changed(path) => (path, "damaged"),
                StampFile::Unknown(_) => continue,
            };
            let Some(content) = files.get(&path).copied() else { continue };
            let bytes = match self.stamped_bytes(content, &path).await {
                Ok(bytes) => bytes,
                Err(Error::Damaged(_) | Error::Missing(_)) => None,
                Err(error) => return Err(error),
            };
            let Some(bytes) = bytes else {
                mended.damaged(&path, state);
                continue;
            };
            let (store, name, new) = (self.store.clone(), path.clone(), bytes.clone());
            let is_missing = state == "missing";
            let put = blocking(
                move || if is_missing { store.put(&name, &new).map(drop) } else { store.put_back(&name, &new) },
            );
            match put.await {
                Ok(()) => mended.repaired(&path, state, &bytes),
                Err(Error::Setting(why)) => {
                    tracing::error!(path, why, "a time-stamp's file isn't mended");
                    mended.damaged(&path, state);
                    mended.refused.push(path);
                }
                // Another process is at it too.
                Err(Error::Raced) => {}
                Err(error) => return Err(error),
            }
        }
        self.tell_mended(&mended).await?;
        Ok(mended)
    }

    /// What a file has to have by rows that are what was stamped; none where they aren't, or the file could be it as well.
    async fn stamped_bytes(&self, content: Content, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let (store, name) = (self.store.clone(), path.to_owned());
        let there = blocking(move || store.get(&name)).await.unwrap_or_default();
        let Some(bytes) = self.stamp_file(content).await? else { return Ok(None) };
        let read = |der: &[u8]| TimeStampToken::parse(der).ok().filter(|token| token.der() == der);
        let is_right = match content {
            // Held against the record of the stamp's event.
            Content::Form(_, 0) => true,
            Content::Form(number, _) => {
                let own = read(&self.stamp_row(number).await?.token);
                let is_own = |der: &[u8]| own.as_ref().zip(read(der)).is_some_and(|(own, read)| is_same(own, &read));
                is_own(&bytes) && !there.as_deref().is_some_and(is_own)
            }
            Content::Leaves(number) => {
                let (stamped, _, leaves) = self.whole_stamp(number, 0).await?;
                // Which object a leaf is of is in no root.
                let is_own = |text: &[u8]| {
                    let leaves = read_leaves(text);
                    let made = leaves.and_then(|mut leaves| tree(stamped.of.digest, &mut leaves).ok());
                    made.is_some_and(|tree| tree.root() == stamped.root.as_slice())
                };
                leaves.is_sorted() && !there.as_deref().is_some_and(is_own)
            }
            Content::Note(_) => self.own_checkpoint(&bytes, path).is_ok(),
        };
        Ok(is_right.then_some(bytes))
    }

    /// The files that the rows ask for.
    async fn stamp_files(&self) -> Result<Vec<(String, Content)>, Error> {
        let mut files = Vec::new();
        for number in self.stamp_numbers().await? {
            files.push((token_file(number, 0), Content::Form(number, 0)));
            files.push((leaves_file(number), Content::Leaves(number)));
        }
        let sql = "SELECT stamp, form FROM stamp_material WHERE agency = $1 ORDER BY stamp, form";
        for row in self.database.rows(sql, values![&self.agency]).await? {
            let (number, form) = (row.ordinal("stamp")?, row.ordinal("form")?);
            files.push((token_file(number, form), Content::Form(number, form)));
        }
        let sql = "SELECT DISTINCT object FROM stamp_leaf WHERE agency = $1 AND kind = 'checkpoint' ORDER BY object";
        for row in self.database.rows(sql, values![&self.agency]).await? {
            let none = |_| Error::Damaged("a stamp is of a checkpoint of no size".into());
            let size: u64 = row.text("object")?.parse().map_err(none)?;
            files.push((note_file(size), Content::Note(size)));
        }
        Ok(files)
    }

    /// What such a file has; none where its row has gone.
    async fn stamp_file(&self, content: Content) -> Result<Option<Vec<u8>>, Error> {
        match content {
            Content::Form(number, form) => self.token_of(&self.stamp_row(number).await?, form).await.map(Some),
            Content::Leaves(number) => Ok(Some(written(&self.leaves_of(number).await?).into_bytes())),
            Content::Note(size) => self.evidenced(&Evidenced::Checkpoint(size)).await,
        }
    }

    /// Holds the files in a store against the rows.
    pub(crate) async fn stamp_files_of(&self, of: &Store) -> Result<Vec<StampFile>, Error> {
        let store = of.clone();
        let mut there: BTreeSet<String> = blocking(move || store.under(STAMPS)).await?.into_iter().collect();
        let mut found = Vec::new();
        for (path, content) in self.stamp_files().await? {
            if !there.remove(&path) {
                found.push(StampFile::Missing(path));
                continue;
            }
            let (store, name) = (of.clone(), path.clone());
            let bytes = blocking(move || store.get(&name)).await?;
            match self.stamp_file(content).await {
                Ok(own) if own.is_none() || bytes == own => {}
                Ok(_) => found.push(StampFile::Changed(path)),
                // The check of the rows says so.
                Err(Error::Damaged(_)) => {}
                Err(error) => return Err(error),
            }
        }
        found.extend(there.into_iter().map(StampFile::Unknown));
        Ok(found)
    }

    /// Makes the rows of stamps again whose events are there and whose rows aren't. What can't be had is named.
    pub(crate) async fn stamps_from_store(&self) -> Result<Vec<String>, Error> {
        let sql = "SELECT e.id, e.kind, e.at, e.commitment, r.salt, r.body FROM event e \
                   JOIN record r ON r.agency = e.agency AND r.event = e.id WHERE e.agency = $1 AND e.kind = 'evidence.stamped' \
                   AND NOT EXISTS (SELECT 1 FROM stamp s WHERE s.agency = e.agency AND s.event = e.id) ORDER BY e.at, e.id";
        let mut missing = Vec::new();
        for row in self.database.rows(sql, values![&self.agency]).await? {
            let told = record::read::<EvidenceStamped>(&row)?.of;
            let (store, number) = (self.store.clone(), told.stamp);
            let files = move || Ok((store.get(&token_file(number, 0))?, store.get(&leaves_file(number))?));
            let (token, leaves) = blocking(files).await?;
            let token = token.filter(|token| sha256(token) == told.token_sha256);
            let leaves = leaves.and_then(|leaves| read_leaves(&leaves));
            let Some(token) = token else {
                missing.push(token_file(number, 0));
                continue;
            };
            let stored = leaves.and_then(|leaves| Some((stored(&told, token, &leaves)?, leaves)));
            let Some((stored, leaves)) = stored else {
                missing.push(leaves_file(number));
                continue;
            };
            let (agency, event, made) = (self.agency.clone(), row.text("id")?, row.number("at")?);
            let written = self.database.write(move |transaction| {
                Box::pin(async move { stored.write(&leaves, transaction, &agency, made, &event).await })
            });
            written.await?;
        }
        self.forms_from_store(&mut missing).await?;
        self.notes_from_store(&mut missing).await?;
        Ok(missing)
    }

    /// The tokens and leaves in the store of stamps that no event speaks of: the manifest of theirs isn't there. `missing`: files of
    /// stamps that have one.
    pub(crate) async fn unlisted_stamps(&self, missing: &[String]) -> Result<Vec<String>, Error> {
        let stamp = |path: &str| path.split_once('.').map(|(stamp, _)| stamp.to_owned());
        let mut known: BTreeSet<String> = missing.iter().filter_map(|path| stamp(path)).collect();
        known.extend(self.stamp_numbers().await?.into_iter().filter_map(|number| stamp(&token_file(number, 0))));
        let store = self.store.clone();
        let mut there = blocking(move || store.under(STAMPS)).await?;
        there.retain(|path| !path.ends_with(".note") && stamp(path).is_none_or(|stamp| !known.contains(&stamp)));
        Ok(there)
    }

    /// The checkpoints that stamps cover, each of which has to be signed by the log's key.
    async fn notes_from_store(&self, missing: &mut Vec<String>) -> Result<(), Error> {
        let store = self.store.clone();
        for path in blocking(move || store.under(STAMPS)).await? {
            let size = path.strip_prefix(STAMPS).and_then(|name| name.strip_prefix('/')?.strip_suffix(".note"));
            let Some(size) = size.and_then(|size| size.parse::<u64>().ok()) else { continue };
            if self.evidenced(&Evidenced::Checkpoint(size)).await?.is_some() {
                continue;
            }
            let (store, name) = (self.store.clone(), path.clone());
            let note = blocking(move || store.get(&name)).await?.unwrap_or_default();
            if !self.own_checkpoint(&note, &path).is_ok_and(|(checkpoint, _)| checkpoint.size() == size) {
                missing.push(path);
                continue;
            }
            let size = i64::try_from(size).map_err(Error::internal)?;
            let values = values![&self.agency, size, note, crate::clock::now()];
            let sql = "INSERT INTO checkpoint (agency, size, note, at) VALUES ($1, $2, $3, $4)";
            self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await?;
        }
        Ok(())
    }

    /// The completed forms of tokens, each of which has to be the token with more beside it.
    async fn forms_from_store(&self, missing: &mut Vec<String>) -> Result<(), Error> {
        let store = self.store.clone();
        for path in blocking(move || store.under(STAMPS)).await? {
            let Some((number, form)) = form_of(&path).filter(|(_, form)| *form > 0) else { continue };
            let sql = "SELECT form FROM stamp_material WHERE agency = $1 AND stamp = $2 AND form = $3";
            if self.database.row(sql, values![&self.agency, number, form]).await?.is_some() {
                continue;
            }
            let (store, name) = (self.store.clone(), path.clone());
            let bytes = blocking(move || store.get(&name)).await?.unwrap_or_default();
            let own = match self.stamp_row(number).await {
                Ok(stored) => TimeStampToken::parse(&stored.token).ok(),
                // The manifest of its stamp is lost, or its token is: it's told of with the files that nobody knows.
                Err(Error::Damaged(_)) => continue,
                Err(error) => return Err(error),
            };
            let read = TimeStampToken::parse(&bytes).ok().filter(|token| token.der() == bytes);
            if !own.zip(read).is_some_and(|(own, read)| is_same(&own, &read)) {
                missing.push(path);
                continue;
            }
            let values = values![&self.agency, number, form, bytes, crate::clock::now()];
            let sql = "INSERT INTO stamp_material (agency, stamp, form, token, made) VALUES ($1, $2, $3, $4, $5)";
            self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await?;
        }
        Ok(())
    }
}

/// Whether two are one token, whatever stands beside it.
pub(super) fn is_same(one: &TimeStampToken, other: &TimeStampToken) -> bool {
    let (one, other) = (one.signed_data(), other.signed_data());
    one.content == other.content && one.signers == other.signers
}

/// The row of a stamp, by the record of its event and its files; none where these don't belong together.
fn stored(told: &EvidenceStamped, token: Vec<u8>, leaves: &[Leaf]) -> Option<Stored> {
    let digest = digest_named(&told.algorithm)?;
    let root = tree(digest, &mut leaves.to_vec()).ok()?.root().to_vec();
    let of = Stamped {
        number: told.stamp,
        how: how_named(&told.how)?,
        line: told.line,
        digest,
        time: told.time.parse().ok()?,
        authority: told.authority.clone(),
        expires: told.expires.parse().ok()?,
        leaves: told.leaves,
    };
    let is_its_own =
        hex(&root) == told.root && u64::try_from(leaves.len()).ok() == Some(told.leaves) && leaves.is_sorted();
    is_its_own.then_some(Stored { of, root, token })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_are_read_as_they_are_written_and_nothing_else() {
        let leaves = [Leaf::token(vec![1; 32], 7, 2), Leaf::tokens(vec![2; 32], &[1, 7], 0)];
        let text = written(&leaves);
        assert_eq!(text.lines().nth(1), Some(&*format!("{} token 1,7 0", "02".repeat(32))));
        assert_eq!(read_leaves(text.as_bytes()).as_deref(), Some(&leaves[..]));
        for wrong in ["", "\n", "01 token 7", "01 token 7\n", "01 token 7 0 0\n", "0x token 7 0\n", "01 token 7 -1\n"] {
            assert_eq!(read_leaves(wrong.as_bytes()), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_files_name_is_its_forms() {
        for (number, form) in [(1, 0), (17, 2), (1_234_567, 0)] {
            assert_eq!(form_of(&token_file(number, form)), Some((number, form)));
        }
        for other in ["stamp/17.tsr", "stamp/000017.0.tsr", "stamp/000017.leaves", "stamp/.tsr", "x/000017.tsr"] {
            assert_eq!(form_of(other), None, "{other}");
        }
    }
}
