//! Answers that are kept: those of this run in memory, failures included, so that one signing asks for each once; and, in
//! a directory where one is given, those with a next update until it.
//!
//! A file holds an answer's bytes and nothing else. What it is and how long it's good for is read from them again by
//! whoever would read a fresh answer, so that a damaged, foreign or forged file is only as good as no file.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use kyso::crypto::{DigestAlgorithm, hex};
use kyso::error::connection::Fault;

/// Files and bytes that a directory may hold; the oldest go first.
const FILES: usize = 2000;
const BYTES: u64 = 512 << 20;
/// In memory, for one run.
const RUN_BYTES: usize = 256 << 20;
const SUFFIX: &str = "kyso-cache";

/// Where an answer is kept: a digest of what was asked of whom.
pub(crate) type Key = [u8; 32];

/// How long an answer may be used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// Within this run.
    Run,
    /// Until its next update.
    Until(Timestamp),
    /// As long after it was got.
    For(Duration),
}

/// Answers that are kept.
#[derive(Debug, Default)]
pub struct Cache {
    directory: Option<PathBuf>,
    run: Mutex<Run>,
}

#[derive(Debug, Default)]
struct Run {
    answers: HashMap<Key, Got>,
    bytes: usize,
}

/// What was got in this run: whether it serves depends on for what.
#[derive(Debug, Clone)]
struct Got {
    answer: Result<Vec<u8>, Fault>,
    /// Whether the answer was fetched in this run, not read from the directory.
    is_fresh: bool,
}

impl Cache {
    /// For one run, in memory.
    pub fn new() -> Self {
        Self::default()
    }

    /// In a directory, which is made where it's missing.
    ///
    /// # Errors
    /// Where it can't be made.
    pub fn in_directory(directory: impl Into<PathBuf>) -> io::Result<Self> {
        let directory = directory.into();
        fs::create_dir_all(&directory)?;
        Ok(Self { directory: Some(directory), run: Mutex::default() })
    }

    /// A new run over the same directory.
    #[must_use]
    pub fn next_run(&self) -> Self {
        Self { directory: self.directory.clone(), run: Mutex::default() }
    }

    /// What is kept under `key`, else what `ask` gets. Either way `read` has found it good; what isn't, or isn't any longer,
    /// is asked for anew once a run, and never kept in the directory.
    ///
    /// # Errors
    /// Those of `ask`, the same ones for the rest of the run, and of `read`.
    pub(crate) fn get(
        &self,
        key: Key,
        now: Timestamp,
        read: impl Fn(&[u8]) -> Result<Lasting, Fault>,
        ask: impl FnOnce() -> Result<Vec<u8>, Fault>,
    ) -> Result<Vec<u8>, Fault> {
        let known = self.run().answers.get(&key).cloned();
        if let Some(Got { answer, is_fresh }) = known {
            let judged = answer.and_then(|answer| read(&answer).map(|_| answer));
            if judged.is_ok() || is_fresh {
                self.drop_refused(key, &judged);
                return judged;
            }
        }
        if let Some(answer) = self.kept(key, now, &read) {
            self.remember(key, Got { answer: Ok(answer.clone()), is_fresh: false });
            return Ok(answer);
        }
        let answer = ask();
        self.remember(key, Got { answer: answer.clone(), is_fresh: true });
        let answer = answer?;
        let lasting = read(&answer)?;
        self.keep(key, now, &answer, lasting);
        Ok(answer)
    }

    /// Forgets what came under `key` in this run, so that it's asked for once more.
    pub(crate) fn forget(&self, key: Key) {
        let mut run = self.run();
        if let Some(Got { answer: Ok(answer), .. }) = run.answers.remove(&key) {
            run.bytes = run.bytes.saturating_sub(answer.len());
        }
    }

    fn remember(&self, key: Key, got: Got) {
        let mut run = self.run();
        let size = got.answer.as_ref().map_or(0, Vec::len);
        if run.bytes.saturating_add(size) <= RUN_BYTES {
            run.bytes += size;
            run.answers.insert(key, got);
        }
    }

    /// What served once and doesn't any longer isn't kept for other runs.
    fn drop_refused(&self, key: Key, judged: &Result<Vec<u8>, Fault>) {
        if let (Err(_), Some(directory)) = (judged, &self.directory) {
            let _ = fs::remove_file(path(directory, key));
        }
    }

    fn keep(&self, key: Key, now: Timestamp, answer: &[u8], lasting: Lasting) {
        let lasts = match lasting {
            Lasting::Run => false,
            Lasting::Until(until) => until > now,
            Lasting::For(_) => true,
        };
        if let (true, Some(directory)) = (lasts, &self.directory)
            && let Err(error) = store(directory, key, answer)
        {
            // A full disk doesn't keep anyone from signing.
            tracing::warn!(%error, "the cache can't be written");
        }
    }

    fn kept(&self, key: Key, now: Timestamp, read: impl Fn(&[u8]) -> Result<Lasting, Fault>) -> Option<Vec<u8>> {
        let path = path(self.directory.as_deref()?, key);
        let (bytes, written) = load(&path).ok()?;
        let age = SystemTime::now().duration_since(written).unwrap_or_default();
        let is_good = match read(&bytes) {
            Ok(Lasting::Until(until)) => until > now,
            Ok(Lasting::For(time)) => age < time,
            Ok(Lasting::Run) | Err(_) => false,
        };
        if is_good {
            return Some(bytes);
        }
        let _ = fs::remove_file(&path);
        None
    }

    fn run(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The key of an answer to `request` from `url`.
pub(crate) fn key(kind: &str, url: &str, request: &[u8]) -> Key {
    let mut asked = Vec::with_capacity(kind.len() + url.len() + request.len() + 2);
    for part in [kind.as_bytes(), b"\0", url.as_bytes(), b"\0", request] {
        asked.extend_from_slice(part);
    }
    let mut key = [0; 32];
    key.iter_mut().zip(DigestAlgorithm::Sha256.digest(&asked)).for_each(|(to, from)| *to = from);
    key
}

fn path(directory: &Path, key: Key) -> PathBuf {
    directory.join(format!("{}.{SUFFIX}", hex(&key)))
}

fn load(path: &Path) -> io::Result<(Vec<u8>, SystemTime)> {
    let file = fs::File::open(path)?;
    let metadata = file.metadata()?;
    let mut bytes = Vec::new();
    file.take(BYTES).read_to_end(&mut bytes)?;
    Ok((bytes, metadata.modified()?))
}

/// Whole or not at all: several processes may share a directory.
fn store(directory: &Path, key: Key, bytes: &[u8]) -> io::Result<()> {
    make_room(directory, bytes.len() as u64)?;
    let mut file = tempfile::Builder::new().prefix(".kyso-").tempfile_in(directory)?;
    file.write_all(bytes)?;
    file.persist(path(directory, key)).map_err(|error| error.error)?;
    Ok(())
}

fn make_room(directory: &Path, size: u64) -> io::Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let is_ours = entry.path().extension().is_some_and(|extension| extension == SUFFIX);
        if let (true, Ok(metadata)) = (is_ours, entry.metadata()) {
            files.push((metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH), metadata.len(), entry.path()));
        }
    }
    let (mut count, mut bytes) = (files.len(), files.iter().map(|(_, length, _)| length).sum::<u64>());
    files.sort();
    for (_, length, path) in files {
        if count < FILES && bytes.saturating_add(size) <= BYTES {
            break;
        }
        fs::remove_file(path)?;
        (count, bytes) = (count - 1, bytes.saturating_sub(length));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
