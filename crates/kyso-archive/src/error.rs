//! Why the archive says no.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use uuid::Uuid;

use crate::destruction::{NotDestroyed, Tombstone};
use crate::said::NotSaid;

/// By what it's seen that a backup isn't of an archive's past: the archive has fewer of these, or others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPast {
    /// Entries of the log.
    Log,
    /// Events, of which the newest wait for their places in the log.
    Events,
    /// Events of the register.
    Register,
}

impl std::fmt::Display for NotPast {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Log => "entries of the log",
            Self::Events => "events",
            Self::Register => "events of the register",
        })
    }
}

/// The one error of the archive.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The idempotency key was used before, for another request.
    #[error("the idempotency key was used before, for another request")]
    KeyReused,
    /// What lies under the request's name in the store isn't what this request makes: nothing is written over it. A person has
    /// to look.
    #[error("object {0} isn't this request's: it was made from another document")]
    Conflict(String),
    /// Another process finished the request meanwhile; asked again, it's answered.
    #[error("another process is at work on the request")]
    Raced,
    /// Another program has kept the database's lock for longer than is waited. Nothing was done.
    #[error("another program has kept the database locked")]
    Locked,
    /// The bytes in the store or in the database aren't those that were kept: a broken disk or a changed file. They aren't
    /// handed out.
    #[error("the archive is damaged: {0}")]
    Damaged(String),
    /// A row speaks of an object that isn't in the store.
    #[error("object {0} is missing from the store; restore it from a copy")]
    Missing(String),
    /// There's no document of this id, and there never was one.
    #[error("there's no artifact {0}")]
    Unknown(Uuid),
    /// Another process is at work in the directory.
    #[error("{} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// There's no archive in the directory: none is made by itself, for a lost one would pass for an empty one.
    #[error("{} has no archive", .0.display())]
    Absent(PathBuf),
    /// The archive moved elsewhere, and goes on there: what is left here is only read.
    #[error("the archive of {} moved to {to}, and is only read here", path.display())]
    Retired {
        /// Where it was.
        path: PathBuf,
        /// Where it went.
        to: String,
    },
    /// There's an archive in the directory already.
    #[error("{} has an archive already", .0.display())]
    Exists(PathBuf),
    /// A second copy, or a restored archive, would lie in what it's a copy of.
    #[error("{} and {} lie in one another", .0.display(), .1.display())]
    Nested(PathBuf, PathBuf),
    /// The log's name isn't one: it's empty, or has a blank, a plus sign or a control character.
    #[error("{0:?} can't be the name of a log")]
    Origin(String),
    /// The objects are there, and their database isn't.
    #[error("{} is missing, and what it's about is there: restore it from a backup", .0.display())]
    DatabaseMissing(PathBuf),
    /// A key of the archive is missing.
    #[error("{} is missing: restore it from where it was kept apart", .0.display())]
    KeyMissing(PathBuf),
    /// The store is another archive's than the database.
    #[error("the database is of archive {database} and the store of archive {store}")]
    OtherArchive {
        /// The id in the database.
        database: String,
        /// The id in the store; empty where it says none.
        store: String,
    },
    /// The database's schema isn't the one that this program knows.
    #[error("the database has schema {found}, and {wanted} is wanted")]
    Schema {
        /// The newest step that the file has.
        found: i64,
        /// The newest step of this program.
        wanted: i64,
    },
    /// Tables or triggers of the database were changed.
    #[error("the database's schema was changed: {}", .0.join("; "))]
    SchemaChanged(Vec<String>),
    /// The archive's log is behind, or otherwise than, a checkpoint of it that was kept elsewhere: an older copy was put back.
    #[error("the archive was put back to an earlier state: it has {here} log entries, and {place} has {there}")]
    RolledBack {
        /// How many entries the database has.
        here: u64,
        /// How many entries the checkpoint is about.
        there: u64,
        /// Where the checkpoint was found.
        place: String,
    },
    /// A witness doesn't sign the log's checkpoint.
    #[error("the witness {name}: {why}")]
    Witness {
        /// The name of its key.
        name: String,
        /// Why not.
        why: String,
    },
    /// The directory of the file that checkpoints are written to isn't there: its medium isn't.
    #[error("the directory of {} isn't there: is the medium mounted?", .0.display())]
    AnchorMissing(PathBuf),
    /// The system's clock is behind what the archive has written: what is signed now would bear a wrong time.
    #[error("the clock says {now}, and the archive's newest event is of {newest}")]
    Clock {
        /// What the clock says.
        now: Timestamp,
        /// The time of the newest event.
        newest: Timestamp,
    },
    /// The clock isn't confirmed: a time-stamp of an authority is of a later time.
    #[error("the clock says {now}, and a time-stamp is of {time_stamp}")]
    TimeStampAhead {
        /// What the clock says.
        now: Timestamp,
        /// The time of the newest time-stamp.
        time_stamp: Timestamp,
    },
    /// Events wait for their places in the log: it can't be written.
    #[error("the log can't be written: an event of {since} waits for its place in it")]
    LogBehind {
        /// The time of the event that waits longest.
        since: Timestamp,
    },
    /// There's too little free space to begin what must be finished.
    #[error("{} has {free} bytes free, and {reserve} are kept in reserve", path.display())]
    Full {
        /// Where.
        path: PathBuf,
        /// Free bytes.
        free: u64,
        /// How many must stay free.
        reserve: u64,
    },
    /// Write-ahead logs and links don't hold over network file systems.
    #[error("{} isn't on a local disk, but on {kind}", path.display())]
    NotLocal {
        /// The directory.
        path: PathBuf,
        /// The kind of file system.
        kind: &'static str,
    },
    /// A file of a backup isn't what was copied: nothing is restored from it.
    #[error("the backup's file {} {what}", path.display())]
    Backup {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A list of a place can't be read, and is newer than every one that can: what was destroyed may be known by it alone. Nothing is restored
    /// from there, and nothing is backed up there.
    #[error("{what}, and it's newer than {readable}, the newest backup there that can be read")]
    NewestBackup {
        /// The list.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
        /// The name of the newest one that can be read.
        readable: String,
    },
    /// The newest backup in a place is of a state that the archive never had: the archive was put back to an earlier one, or has gone on
    /// from one. Nothing is copied there.
    #[error(
        "the newest backup in {}, {backup}, isn't of this archive's past: it has {there} {by}, and the archive {here}",
        path.display()
    )]
    NotItsPast {
        /// The place.
        path: PathBuf,
        /// The backup's name.
        backup: String,
        /// By what that's seen.
        by: NotPast,
        /// How many of these the archive has.
        here: u64,
        /// How many the backup has.
        there: u64,
    },
    /// A package isn't whole, or what is in it can't be kept.
    #[error("the package: {0}")]
    Package(String),
    /// Something is restored into an empty place alone.
    #[error("{} isn't empty", .0.display())]
    NotEmpty(PathBuf),
    /// Documents were copied to a second store that isn't there: its medium may not be mounted.
    #[error("{} isn't the second store that documents were copied to: is its medium mounted?", .0.display())]
    SecondMissing(PathBuf),
    /// A restoration was cut off: until it's gone on with, there's no archive.
    #[error("{} was restored in part: restore it again from the same backup", .0.display())]
    Unfinished(PathBuf),
    /// Nothing is written any more: the archive was opened to be read, or the disk failed under it.
    #[error("the archive can only be read")]
    ReadOnly,
    /// The file system says no.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The store of objects says no, or its answer isn't known.
    #[error("the store: {0}")]
    Store(#[from] kyso_connect::s3::Error),
    /// A setting that can't be used, or a server that isn't fit.
    #[error("{0}")]
    Setting(String),
    /// The database's role may do more than what is kept can bear: whoever has it could change what was written once.
    #[error("the database's role may do more than it needs: {}", .0.join("; "))]
    TooPowerful(Vec<String>),
    /// The database says no.
    #[error("database: {0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No time-stamp came that may be relied on, or what it needs to last didn't.
    #[error("{0}")]
    TimeStamp(#[source] Box<kyso::Error>),
    /// Nobody is trusted to stamp: what is stamped then proves nothing.
    #[error("no root is trusted for time-stamps")]
    NoTrust,
    /// A hash tree by this algorithm can't be made or renewed any more.
    #[error("{} isn't relied on for hash trees at this time", .0.name())]
    Algorithm(kyso::crypto::DigestAlgorithm),
    /// The document was destroyed by a decision: what is left of it says when and by which.
    #[error("artifact {} was destroyed by decision {}", .0.artifact, .0.decision)]
    Destroyed(Box<Tombstone>),
    /// Something can't be destroyed, or not now.
    #[error(transparent)]
    NotDestroyed(#[from] NotDestroyed),
    /// Something can't be said of a document.
    #[error(transparent)]
    NotSaid(#[from] NotSaid),
    /// A defect of this library.
    #[error("internal error, please report it: {0}")]
    Internal(String),
}

impl Error {
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        |source| Self::File { path: path.to_owned(), source }
    }

    pub(crate) fn internal(error: impl std::fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }

    /// A defect of what stands above the archive, where it shows while something is kept.
    pub fn defect(error: impl std::fmt::Display) -> Self {
        Self::internal(error)
    }

    /// Whether there's no room on the disk: what was begun can be tried again once there is.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Full { .. } => true,
            Self::File { source, .. } => {
                matches!(source.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
            }
            Self::Database(error) => error.downcast_ref::<kyso_rows::Error>().is_some_and(kyso_rows::Error::is_full),
            _ => false,
        }
    }

    /// Whether the database or the store of objects isn't reached: they're servers elsewhere, and may answer later. What was begun
    /// may be done, and is found when it's asked for again.
    pub fn is_unreachable(&self) -> bool {
        match self {
            Self::Store(error) => matches!(error, kyso_connect::s3::Error::Unknown(_)),
            Self::Database(error) => {
                error.downcast_ref::<kyso_rows::Error>().is_some_and(kyso_rows::Error::is_unreachable)
            }
            _ => false,
        }
    }

    /// The same error for somebody else who waited for the same commit.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::ReadOnly => Self::ReadOnly,
            Self::Raced => Self::Raced,
            Self::Locked => Self::Locked,
            Self::Damaged(what) => Self::Damaged(what.clone()),
            error if error.is_full() => {
                Self::File { path: PathBuf::new(), source: std::io::ErrorKind::StorageFull.into() }
            }
            error => Self::Database(error.to_string().into()),
        }
    }
}

impl From<kyso_rows::Error> for Error {
    fn from(error: kyso_rows::Error) -> Self {
        use kyso_rows::Error as Rows;
        match error {
            Rows::Raced => Self::Raced,
            Rows::Damaged(what) => Self::Damaged(what),
            Rows::Missing(path) => Self::DatabaseMissing(path),
            Rows::Schema { found, wanted } => Self::Schema { found, wanted },
            Rows::SchemaChanged(problems) => Self::SchemaChanged(problems),
            Rows::ReadOnly => Self::ReadOnly,
            Rows::File { path, source } => Self::File { path, source },
            Rows::Setting(what) => Self::Setting(what),
            Rows::TooPowerful(more) => Self::TooPowerful(more),
            Rows::Internal(what) => Self::Internal(what),
            error if error.is_locked() => Self::Locked,
            error if error.is_read_only() => Self::ReadOnly,
            error if error.is_corrupt() => Self::Damaged(format!("the database: {error}")),
            error => Self::Database(Box::new(error)),
        }
    }
}
