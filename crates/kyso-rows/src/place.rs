//! Where a file of SQLite's lies while it's open: whether it's still the one that was opened, and its journal too.

use std::fs::{File, Metadata};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::Error;

/// What each file of SQLite begins with (<https://sqlite.org/fileformat.html>, 1.3).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// As much of its header as is looked at, in bytes.
const HEADER: usize = 32;

/// A file's device and number.
type Which = (u64, u64);

/// The file that was opened, and its journal.
#[derive(Debug)]
pub(crate) struct Place {
    path: PathBuf,
    file: Which,
    journal: PathBuf,
    /// None where it isn't written to.
    journal_file: Option<Which>,
    /// The same file, to read its beginning. It's opened once, and closed after all connections: POSIX takes all locks of a process
    /// on a file away with the first descriptor that it closes (<https://sqlite.org/howtocorrupt.html>, 2.2), and without its
    /// lock another program takes SQLite's journal away.
    held: Option<File>,
    /// The length that it was seen with last. A VACUUM makes it shorter; then its header says so first.
    length: AtomicU64,
}

impl Place {
    /// Of a file that is written to. Its journal is there.
    pub(crate) fn written(path: &Path) -> Result<Self, Error> {
        let mut place = Self::read(path)?;
        place.journal_file = Some(which(&place.journal)?);
        place.held = Some(File::open(path).map_err(Error::file(path))?);
        Ok(place)
    }

    /// Of a file that is only read.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let mut journal = path.as_os_str().to_owned();
        journal.push("-wal");
        let (path, file) = (path.to_owned(), which(path)?);
        Ok(Self { path, file, journal: journal.into(), journal_file: None, held: None, length: AtomicU64::new(0) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What became of the file or its journal while it was open, where what is written comes to nobody's eyes: another file, or none,
    /// lies there; the file was overwritten or cut off.
    pub(crate) fn fault(&self) -> Option<Error> {
        let how = self.became()?;
        Some(Error::Damaged(format!("{} {how} while it was open", self.path.display())))
    }

    fn became(&self) -> Option<&'static str> {
        let differs = |path: &Path, opened: Which| which(path).map_or(true, |found| found != opened);
        if differs(&self.path, self.file) {
            return Some("was replaced");
        }
        if self.journal_file.is_some_and(|journal| differs(&self.journal, journal)) {
            return Some("lost its journal");
        }
        let held = self.held.as_ref()?;
        let mut header = [0; HEADER];
        if held.read_exact_at(&mut header, 0).is_err() || !header.starts_with(MAGIC) {
            return Some("was overwritten");
        }
        let length = held.metadata().map_or(0, |found| found.len());
        // Only where it's shorter: while SQLite makes a file longer, its header may be ahead of it.
        if length < self.length.load(Ordering::Relaxed) && length < said(&header) {
            return Some("was cut off");
        }
        self.length.store(length, Ordering::Relaxed);
        None
    }
}

fn which(path: &Path) -> Result<Which, Error> {
    let of = |found: Metadata| (found.dev(), found.ino());
    std::fs::metadata(path).map(of).map_err(Error::file(path))
}

/// The length in bytes that a header says: the size of a page (at 16; 1 for 65,536) times how many there are (at 28).
fn said(header: &[u8; HEADER]) -> u64 {
    let number = |at: std::ops::Range<usize>| {
        header.get(at).into_iter().flatten().fold(0u64, |number, byte| number << 8 | u64::from(*byte))
    };
    let size = match number(16..18) {
        1 => 65_536,
        size => size,
    };
    size.saturating_mul(number(28..32))
}
