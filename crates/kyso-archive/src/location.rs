//! Where an archive is, whichever pair keeps it: a directory of this machine, or a database and an object store of several.

use std::path::{Path, PathBuf};

use crate::archive::Archive;
use crate::audit::Auditor;
use crate::backup::Watch;
use crate::error::Error;
use crate::grown::Grown;
use crate::log::VerifierKey;
use crate::rebuild::{Rebuilding, Rebuilt};
use crate::restore::{Restoration, Restoring};

/// Where an archive is.
#[derive(Debug, Clone)]
pub enum Location {
    /// Rows and objects in this directory.
    Directory(PathBuf),
    /// Rows in PostgreSQL, objects in an S3 store.
    Grown(Box<Grown>),
}

impl Location {
    /// The directory: all of the archive, or its keys alone.
    pub fn directory(&self) -> &Path {
        match self {
            Self::Directory(directory) => directory,
            Self::Grown(grown) => &grown.directory,
        }
    }

    /// For messages.
    pub fn shown(&self) -> String {
        match self {
            Self::Directory(directory) => directory.display().to_string(),
            Self::Grown(grown) => format!("{} ({})", grown.shown().display(), grown.agency),
        }
    }
}

impl Archive {
    /// Makes the archive there: [`init`](Self::init), or [`init_grown`](Self::init_grown).
    ///
    /// # Errors
    /// Those of the two.
    pub async fn init_at(location: &Location, origin: Option<String>) -> Result<Self, Error> {
        match location {
            Location::Directory(directory) => Self::init(directory, origin).await,
            Location::Grown(grown) => Self::init_grown(grown, origin).await,
        }
    }

    /// Opens the archive there: [`open`](Self::open), or [`open_grown`](Self::open_grown).
    ///
    /// # Errors
    /// Those of the two.
    pub async fn open_at(location: &Location) -> Result<Self, Error> {
        match location {
            Location::Directory(directory) => Self::open(directory).await,
            Location::Grown(grown) => Self::open_grown(grown).await,
        }
    }

    /// Opens the archive there to read it alone: [`open_to_read`](Self::open_to_read), or
    /// [`open_grown_to_read`](Self::open_grown_to_read).
    ///
    /// # Errors
    /// Those of the two.
    pub async fn open_to_read_at(location: &Location) -> Result<Self, Error> {
        match location {
            Location::Directory(directory) => Self::open_to_read(directory).await,
            Location::Grown(grown) => Self::open_grown_to_read(grown).await,
        }
    }

    /// Opens the archive there to say how it stands, whatever is published of its log: [`open_to_look`](Self::open_to_look), or
    /// [`open_grown_to_look`](Self::open_grown_to_look).
    ///
    /// # Errors
    /// Those of the two.
    pub async fn open_to_look_at(location: &Location) -> Result<Self, Error> {
        match location {
            Location::Directory(directory) => Self::open_to_look(directory).await,
            Location::Grown(grown) => Self::open_grown_to_look(grown).await,
        }
    }

    /// Opens the archive there to look at it, whatever is wrong with it: [`open_to_audit`](Self::open_to_audit), or
    /// [`open_grown_to_audit`](Self::open_grown_to_audit).
    ///
    /// # Errors
    /// Those of the two.
    pub async fn open_to_audit_at(location: &Location, key: Option<VerifierKey>) -> Result<Auditor, Error> {
        match location {
            Location::Directory(directory) => Self::open_to_audit(directory, key).await,
            Location::Grown(grown) => Self::open_grown_to_audit(grown, key).await,
        }
    }

    /// Opens the archive there to back it up: [`open_to_back_up`](Self::open_to_back_up), or
    /// [`open_grown_to_back_up`](Self::open_grown_to_back_up).
    ///
    /// # Errors
    /// Those of the two.
    pub async fn open_to_back_up_at(location: &Location) -> Result<Self, Error> {
        match location {
            Location::Directory(directory) => Self::open_to_back_up(directory).await,
            Location::Grown(grown) => Self::open_grown_to_back_up(grown).await,
        }
    }

    /// Restores a backup there, of whichever pair it is: [`restore`](Self::restore), or [`restore_grown`](Self::restore_grown).
    ///
    /// # Errors
    /// Those of the two.
    pub async fn restore_at(
        source: &Path,
        location: &Location,
        how: &Restoring,
        watch: Watch,
    ) -> Result<Restoration, Error> {
        match location {
            Location::Directory(directory) => Self::restore(source, directory, how, watch).await,
            Location::Grown(grown) => Self::restore_grown(source, grown, how, watch).await,
        }
    }

    /// Makes the rows of the archive there again: [`rebuild`](Self::rebuild), or [`rebuild_grown`](Self::rebuild_grown).
    ///
    /// # Errors
    /// Those of the two.
    pub async fn rebuild_at(location: &Location, how: &Rebuilding) -> Result<Rebuilt, Error> {
        match location {
            Location::Directory(directory) => Self::rebuild(directory, how).await,
            Location::Grown(grown) => Self::rebuild_grown(grown, how).await,
        }
    }

    /// Brings the rows of the archive there up to its store: [`reconcile`](Self::reconcile), or
    /// [`reconcile_grown`](Self::reconcile_grown).
    ///
    /// # Errors
    /// Those of the two.
    pub async fn reconcile_at(location: &Location, how: &Rebuilding) -> Result<Rebuilt, Error> {
        match location {
            Location::Directory(directory) => Self::reconcile(directory, how).await,
            Location::Grown(grown) => Self::reconcile_grown(grown, how).await,
        }
    }
}
