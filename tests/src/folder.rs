//! A folder in which the `kyso` command is run, which goes away after the test.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::tool;

/// A folder of a test's own.
#[derive(Debug)]
pub struct Folder(TempDir);

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Folder {
    /// An empty one.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// Where a file of it lies; itself by an empty name.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.path(name), content).unwrap();
        self
    }

    /// Reads a file.
    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Names of the files that are there, sorted.
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>();
        names.sort();
        names
    }

    /// Runs `kyso` here; the arguments are split at blanks.
    pub fn run(&self, arguments: &str) -> Outcome {
        self.run_with(&arguments.split_whitespace().collect::<Vec<_>>())
    }

    /// Runs `kyso` here.
    pub fn run_with(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(kyso_in(self.0.path()).args(arguments))
    }
}

/// The folder's own place of trusted roots.
pub const TRUST_STORE: &str = "ca-goc";

/// The command, in a folder, with nothing of the caller's colour or log, and with the folder's own trusted roots.
pub fn kyso_in(folder: &Path) -> Command {
    let mut command = tool::kyso();
    command.current_dir(folder).env_remove("NO_COLOR").env_remove("RUST_LOG");
    command.env("KYSO_TRUST_STORE", folder.join(TRUST_STORE));
    command
}

/// How a command ended and what it said.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code; none after a signal.
    pub code: Option<i32>,
    /// The command's standard output.
    pub stdout: String,
    /// The command's standard error.
    pub stderr: String,
}

impl Outcome {
    /// Runs it to its end, which is no panic.
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        assert!(!stderr.contains("panicked") && !stderr.contains("RUST_BACKTRACE"), "{stderr}");
        Self { code: output.status.code(), stdout, stderr }
    }

    /// Demands an exit code, and shows what was said where it's another.
    #[track_caller]
    pub fn demand(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Demands that the person was told this.
    #[track_caller]
    pub fn told(self, text: &str) -> Self {
        assert!(
            self.stderr.contains(text) || self.stdout.contains(text),
            "{text} is not in:\n{}{}",
            self.stdout,
            self.stderr
        );
        self
    }
}
