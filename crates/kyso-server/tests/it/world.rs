//! A running service with a throwaway PKI, in a directory of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use kyso_server::{Config, Server};
use kyso_tests::http::{Answer, Request};
use kyso_tests::service::{self, Callers};
use tokio::sync::oneshot;

use crate::contract;

/// A running service, and what its callers know.
pub(crate) struct World {
    pub(crate) directory: tempfile::TempDir,
    pub(crate) callers: Callers,
    running: Option<Running>,
}

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl World {
    /// With uploads of up to 1 MB.
    pub(crate) fn new() -> Self {
        Self::with(|config| config)
    }

    /// With a configuration that was changed so.
    pub(crate) fn with(change: impl Fn(String) -> String) -> Self {
        Self::prepared(|_| {}, change)
    }

    /// With files of one's own, and a configuration that was changed so.
    pub(crate) fn prepared(prepare: impl FnOnce(&Path), change: impl Fn(String) -> String) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let callers = service::write(directory.path());
        prepare(directory.path());
        let config = directory.path().join("kyso.toml");
        std::fs::write(&config, change(std::fs::read_to_string(&config).unwrap())).unwrap();
        let mut world = Self { directory, callers, running: None };
        world.start();
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.running.as_ref().unwrap().address
    }

    pub(crate) fn start(&mut self) {
        let config = Config::load(&self.path("kyso.toml")).unwrap();
        let (ready, address) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let server = Server::bind(&config).await.unwrap();
                ready.send(server.address()).unwrap();
                server.run(async { stopped.await.unwrap() }).await.unwrap();
            });
        });
        let address = address.recv().expect("the service starts");
        self.running = Some(Running { address, stop, thread });
    }

    /// Asks the service to stop, and returns what waits for its end.
    pub(crate) fn stop(&mut self) -> JoinHandle<()> {
        let Running { stop, thread, .. } = self.running.take().unwrap();
        stop.send(()).unwrap();
        thread
    }

    /// Sends it and holds both, request and answer, against the description.
    pub(crate) fn send(&self, request: &Request) -> Answer {
        let answer = request.send(self.address());
        contract::hold(request.method, &request.path, &answer);
        contract::hold_request(request, &answer);
        answer
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(&service::request("GET", path, &self.callers.reader))
    }

    /// Names of the kept objects.
    pub(crate) fn objects(&self) -> Vec<String> {
        self.names("data/o")
    }

    /// Names of the kept drafts.
    pub(crate) fn drafts(&self) -> Vec<String> {
        self.names("data/d")
    }

    fn names(&self, place: &str) -> Vec<String> {
        let shards = entries(&self.path(place));
        let mut names: Vec<_> = shards.iter().flat_map(|shard| entries(shard)).collect();
        names.sort();
        names.iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect()
    }

    /// How many artifacts are kept. Restarts the service: one process has the archive to itself.
    pub(crate) fn kept(&mut self) -> u64 {
        if self.running.is_some() {
            self.stop().join().unwrap();
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let count = runtime.block_on(async {
            let archive = kyso_archive::Archive::open(&self.path("data")).await.unwrap();
            let count = archive.count().await.unwrap();
            archive.close().await;
            count
        });
        drop(runtime);
        self.start();
        count
    }

    /// Nothing was kept, and nothing half-written lies about.
    pub(crate) fn assert_empty(&mut self) {
        // Jobs write meanwhile.
        self.stop().join().unwrap();
        assert_eq!(entries(&self.path("data/tmp")), Vec::<PathBuf>::new());
        assert_eq!((self.objects(), self.drafts()), (Vec::<String>::new(), Vec::<String>::new()));
        assert_eq!(self.kept(), 0);
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if self.running.is_some() {
            // A panic in the service has failed the test already.
            let _ = self.stop().join();
        }
    }
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect()
}
