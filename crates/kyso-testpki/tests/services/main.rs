//! OpenSSL as outside judge of the time-stamps, OCSP answers and CRLs: right ones pass, wrong ones don't.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test panics where something is wrong"
)]

mod authorities;
mod crls;
mod ocsp;
mod server;
mod time_stamps;

use std::path::PathBuf;
use std::process::{Command, Output};

use jiff::Timestamp;
use tempfile::TempDir;

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-03-02T03:00:00Z")
}

/// A folder of files for the command.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    fn openssl(&self, arguments: &[&str]) -> Output {
        Command::new("openssl").args(arguments).current_dir(self.0.path()).output().unwrap()
    }

    /// Does it, or says why it can't.
    fn run(&self, arguments: &[&str]) -> Output {
        let output = self.openssl(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }
}
