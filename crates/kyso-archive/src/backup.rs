//! Backups: a directory on another medium that an archive is copied to, again and again, and can be restored from.
//!
//! ```text
//! DEST/o, d, log, archive.json    as in the archive, create-only: a second backup copies what is new
//! DEST/snapshots/TIME/            the databases and the checkpoint as they were at that time
//! DEST/lists/TIME.json            every file of that backup, with its length and its SHA-256
//! DEST/lists/TIME.note            what signs the list; it's written last: without it there's no backup
//! DEST/tmp/                       half-written
//! ```
//!
//! The database's snapshot comes first. Objects exist before the rows that name them, so the snapshot names nothing that isn't there to
//! be copied; what came after it is left to the next backup, so that a backup is the archive of one moment. Keys are in no backup.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Error;
use crate::log::{KeyUse, Note, SignerKey, VerifierKey};
use crate::private;
use crate::record::sha256;
use crate::store::sync_directory;

mod beside;
pub(crate) mod copying;
pub(crate) mod course;
mod destroyed;
mod last;
mod prune;
mod take;
mod unsigned;
mod wanted;

pub use beside::{AskedBeside, BesideArchive, BesideHead, BesideTaken, RegisterNow};
pub use last::LastBackup;
pub use take::{BackedUp, BackingUp};

/// What a list and the text that signs it begin with.
const VERSION: &str = "kyso.backup/v1";
/// Where lists are.
pub(crate) const LISTS: &str = "lists";
/// Where snapshots are.
pub(crate) const SNAPSHOTS: &str = "snapshots";
/// What a snapshot's checkpoint is called.
pub(crate) const SNAPSHOT_CHECKPOINT: &str = "checkpoint";
/// The most bytes of a list that is read: some four million files.
const LARGEST_LIST: u64 = 1 << 30;

/// How far a backup or a restoration has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Copying {
    /// Files that are done.
    pub done: u64,
    /// Files that there are.
    pub total: u64,
}

/// Who is told how far it has come. Called often, from another thread.
pub type Watch = Arc<dyn Fn(Copying) + Send + Sync>;

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listed {
    /// Its path in the backup, with `/` between directories.
    pub(crate) path: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// Everything that a backup consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// `kyso.backup/v1`.
    pub(crate) v: String,
    /// The archive's id.
    pub(crate) archive: Uuid,
    /// The log's name.
    pub(crate) origin: String,
    /// When the snapshot was made.
    pub(crate) made: Timestamp,
    /// On whose word.
    pub(crate) by: String,
    /// The version of the program.
    pub(crate) program: String,
    /// The checkpoint of the snapshot; none where nothing had happened.
    pub(crate) checkpoint: Option<String>,
    pub(crate) artifacts: u64,
    pub(crate) versions: u64,
    pub(crate) events: u64,
    /// How far the register of the same moment is; none where there was none, and in lists of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) register: Option<BesideHead>,
    /// What the archive should have had and hadn't, or not as it was kept.
    pub(crate) damaged: Vec<String>,
    pub(crate) files: Vec<Listed>,
}

impl List {
    /// How many entries the log of its checkpoint has.
    pub(crate) fn log_size(&self) -> u64 {
        let size = |note: &str| note.lines().nth(1)?.parse().ok();
        self.checkpoint.as_deref().and_then(size).unwrap_or_default()
    }

    /// How much it has: of two backups of one course of an archive the later one has more in one of these, and less in none. Events wait
    /// for their places in the log, and numbers of the register come into it when something is said of them.
    fn progress(&self) -> (u64, u64, u64) {
        (self.log_size(), self.events, self.register.as_ref().map_or(0, |register| register.events))
    }
}

/// A backup that can be restored, by its list.
#[derive(Debug)]
pub(crate) struct Backup {
    pub(crate) name: String,
    /// SHA-256 of the list's bytes.
    pub(crate) digest: String,
    pub(crate) list: List,
}

/// A directory that backups are put into, held for one process.
#[derive(Debug)]
pub struct BackupPlace {
    pub(crate) directory: PathBuf,
    _lock: File,
}

impl BackupPlace {
    /// Opens or makes the directory, and clears away what an earlier process left half-written.
    ///
    /// # Errors
    /// [`Error::Exists`] where there's an archive in it, or the keys of one; [`Error::InUse`] where another process has it; [`Error::File`].
    pub fn open(directory: &Path) -> Result<Self, Error> {
        // An archive has a database right in it, and its keys; a backup has neither, and isn't put beside them.
        if ["archive.sqlite3", "kyso.sqlite3", "keys", "naming.key", "log.pem"]
            .iter()
            .any(|name| directory.join(name).exists())
        {
            return Err(Error::Exists(directory.to_owned()));
        }
        for name in ["", LISTS, SNAPSHOTS, "tmp"] {
            let path = directory.join(name);
            private::make_directory(&path).map_err(Error::file(&path))?;
        }
        let directory = directory.canonicalize().map_err(Error::file(directory))?;
        let path = directory.join("tmp/lock");
        let lock = private::file(&path).map_err(Error::file(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Err(Error::InUse(directory)),
            Err(std::fs::TryLockError::Error(error)) => return Err(Error::file(&path)(error)),
        }
        let place = Self { directory, _lock: lock };
        place.sweep()?;
        Ok(place)
    }

    /// Where files may be made that are to go into the next backup: on the same file system, cleared by the next process.
    pub fn temporary(&self) -> PathBuf {
        self.directory.join("tmp")
    }

    fn sweep(&self) -> Result<(), Error> {
        let temporary = self.temporary();
        for entry in std::fs::read_dir(&temporary).map_err(Error::file(&temporary))? {
            let entry = entry.map_err(Error::file(&temporary))?;
            let path = entry.path();
            if entry.file_name() == "lock" {
                continue;
            }
            let removed = match entry.file_type().map_err(Error::file(&path))?.is_dir() {
                true => std::fs::remove_dir_all(&path),
                false => std::fs::remove_file(&path),
            };
            removed.map_err(Error::file(&path))?;
        }
        Ok(())
    }

    /// Writes a list, and then what signs it. When this returns, there's a backup.
    pub(crate) fn sign(&self, name: &str, list: &List, signer: &SignerKey) -> Result<(), Error> {
        let bytes = serde_json::to_vec_pretty(list).map_err(Error::internal)?;
        let mut note = Note::new(signed_text(list, name, &sha256(&bytes))).map_err(Error::internal)?;
        let signature = signer.sign(note.text(), 0).map_err(Error::internal)?;
        note.add(signature).map_err(Error::internal)?;
        let lists = self.directory.join(LISTS);
        for (ending, bytes) in [("json", bytes), ("note", note.to_string().into_bytes())] {
            copying::write_new(&self.temporary(), &lists.join(format!("{name}.{ending}")), &bytes)?;
            sync_directory(&lists)?;
        }
        Ok(())
    }
}

/// The names of the backups in a directory, sorted.
fn names(directory: &Path) -> Result<Vec<String>, Error> {
    let lists = directory.join(LISTS);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&lists).map_err(|error| missing_or(&lists, error))? {
        let name = entry.map_err(Error::file(&lists))?.file_name();
        names.extend(name.to_str().and_then(|name| name.strip_suffix(".note")).map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

/// Whether a backup may be called so.
fn is_name(name: &str) -> bool {
    let is_at = |(at, letter): (usize, u8)| match at {
        8 => letter == b'T',
        15 => letter == b'.',
        22 => letter == b'Z',
        _ => letter.is_ascii_digit(),
    };
    name.len() == 23 && name.bytes().enumerate().all(is_at)
}

/// Reads the list of a backup, and holds it against its signature by a log's key. Whose log that is stands in what is signed.
pub(crate) fn read(directory: &Path, name: &str, public: &[u8; 32]) -> Result<Backup, Error> {
    let path = |ending: &str| directory.join(LISTS).join(format!("{name}.{ending}"));
    let (list_path, note_path) = (path("json"), path("note"));
    let wrong = |path: &Path, what: &str| Error::Backup { path: path.to_owned(), what: what.to_owned() };
    let read = |path: &Path| {
        let length = std::fs::metadata(path).map_err(|error| missing_or(path, error))?.len();
        if length > LARGEST_LIST {
            return Err(wrong(path, "is too large for a list"));
        }
        std::fs::read(path).map_err(|error| missing_or(path, error))
    };
    let (bytes, note) = (read(&list_path)?, read(&note_path)?);
    let note = Note::parse(&note).map_err(|_| wrong(&note_path, "isn't a signed note"))?;
    let list: List = serde_json::from_slice(&bytes).map_err(|_| wrong(&list_path, "can't be read"))?;
    let unsigned = || wrong(&note_path, "isn't signed by the archive's key");
    let key = VerifierKey::new(&key_name(&list.origin), KeyUse::Note, *public).map_err(|_| unsigned())?;
    note.verify(&[key]).map_err(|_| unsigned())?;
    let digest = sha256(&bytes);
    if note.text() != signed_text(&list, name, &digest) {
        return Err(wrong(&list_path, "isn't the list that was signed"));
    }
    if list.v != VERSION {
        return Err(wrong(&list_path, "is of another format"));
    }
    Ok(Backup { name: name.to_owned(), digest, list })
}

/// What the signature of a backup is about: no checkpoint of any log begins so.
fn signed_text(list: &List, name: &str, digest: &str) -> String {
    format!("{VERSION}\n{}\n{}\n{name}\n{digest}\n", list.origin, list.archive)
}

/// The key that signs an archive's backups: its log's, under a name of its own.
pub(crate) fn key_name(origin: &str) -> String {
    format!("{origin}/backup")
}

/// A file of a backup that can't be read.
pub(crate) fn missing_or(path: &Path, error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::NotFound => Error::Backup { path: path.to_owned(), what: "is missing".to_owned() },
        _ => Error::file(path)(error),
    }
}

/// The name of a backup of this time: names sort as times do.
fn name_of(time: Timestamp) -> String {
    time.strftime("%Y%m%dT%H%M%S.%6fZ").to_string()
}
