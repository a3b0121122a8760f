//! Why the archive says no.

use std::path::{Path, PathBuf};

/// The one error of the archive.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The idempotency key was used before, for another request.
    #[error("the idempotency key was used before, for another request")]
    KeyReused,
    /// The bytes in the store are not those that were kept: a broken disk or a changed file. They are not handed out.
    #[error("object {sha256} is damaged: its bytes hash to {found}; restore it from a backup")]
    Damaged {
        /// The object's name: the SHA-256 of what was kept.
        sha256: String,
        /// The SHA-256 of what is there now.
        found: String,
    },
    /// A row speaks of an object that isn't in the store.
    #[error("object {sha256} is missing from the store; restore it from a backup")]
    Missing {
        /// The object's name.
        sha256: String,
    },
    /// Another process is at work in the directory.
    #[error("{} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// The file system says no.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The database says no.
    #[error("database: {0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A defect of this library.
    #[error("internal error, please report it: {0}")]
    Internal(String),
}

impl Error {
    pub(crate) fn database(error: impl Into<sqlx::Error>) -> Self {
        Self::Database(Box::new(error.into()))
    }

    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        |source| Self::File { path: path.to_owned(), source }
    }
}
