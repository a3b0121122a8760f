//! Real servers to test stores against: an S3 store (SeaweedFS) and PostgreSQL, throwaway, on loopback. Each ends with the
//! test process, however that ends. Where the program is missing, the test fails and says what to run.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::judges::root;

/// A server of `tests/judges`, which runs until this is dropped, or until the process ends.
#[derive(Debug)]
struct Server {
    script: &'static str,
    more: &'static [&'static str],
    /// Ends the server when its standard input ends.
    keeper: Child,
    /// The script deletes it too, for what is static isn't dropped.
    folder: TempDir,
    url: String,
}

impl Server {
    fn start(script: &'static str, more: &'static [&'static str]) -> Self {
        let folder = tempfile::Builder::new().prefix("kyso-server-").tempdir().expect("a temporary folder");
        // PostgreSQL's own user has to enter it.
        #[cfg(unix)]
        std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o711)).unwrap();
        let mut command = Command::new(path(script));
        command.arg("serve").arg(folder.path()).args(more);
        let mut keeper = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("bash");
        let mut line = String::new();
        BufReader::new(keeper.stdout.as_mut().expect("its output")).read_line(&mut line).expect("its output");
        let url = line.trim().to_owned();
        if url.is_empty() {
            let _ = keeper.wait();
            panic!(
                "tests/judges/{script} didn't start: run tests/judges/packages and tests/judges/install (tests/run does)"
            );
        }
        Self { script, more, keeper, folder, url }
    }

    fn again(&self, what: &str, more: &[&str]) {
        let mut command = Command::new(path(self.script));
        command.arg(what).arg(self.folder.path()).args(more);
        let output = command.stdin(Stdio::null()).output().expect("bash");
        assert!(output.status.success(), "{} {what}: {}", self.script, String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

fn path(script: &str) -> PathBuf {
    root().join("tests/judges").join(script)
}

/// An S3 store.
#[derive(Debug)]
pub struct S3(Server);

impl S3 {
    /// The access key that may do everything, and its secret.
    pub const KEYS: (&str, &str) = ("test", "testtest");
    /// The access key that may read and list alone.
    pub const READER: (&str, &str) = ("reader", "readerreader");

    /// The one of this test process, for buckets of one's own.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<S3> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// One of one's own, to be killed.
    pub fn start() -> Self {
        Self(Server::start("s3", &[]))
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// SIGKILL: nothing is flushed.
    pub fn kill(&self) {
        self.0.again("kill", &[]);
    }

    /// Starts it anew after it was killed, at the same address, with what it had.
    pub fn start_again(&self) {
        self.0.again("start", self.0.more);
    }
}

/// A PostgreSQL.
#[derive(Debug)]
pub struct Postgres(Server);

impl Postgres {
    /// The one of this test process, which doesn't wait for the disk: for databases of one's own.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(|| Self(Server::start("postgres", &[])))
    }

    /// One of one's own, whose commits are durable when they return, to be killed.
    pub fn durable() -> Self {
        Self(Server::start("postgres", &["--fsync"]))
    }

    /// `postgres://postgres@127.0.0.1:port/postgres`: the superuser, and the database in which others are made.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// The URL of another user or database.
    pub fn url_of(&self, user: &str, database: &str) -> String {
        let host = self.0.url.split(['@', '/']).nth(3).expect("a host");
        format!("postgres://{user}@{host}/{database}")
    }

    /// SIGKILL to all of its processes: nothing is flushed.
    pub fn kill(&self) {
        self.0.again("kill", &[]);
    }

    /// Starts it anew after it was killed, at the same address, with what it had.
    pub fn start_again(&self) {
        self.0.again("start", self.0.more);
    }
}
