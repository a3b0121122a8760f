//! A running service with a throwaway PKI, in a directory of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use jiff::Timestamp;
use kyso_server::{Config, NewToken, Server};
use kyso_testpki::{Identity, KeyType, Profile, TestPki};
use kyso_tests::http::{Answer, Request};
use kyso_tests::{samples, shapes};
use tokio::sync::oneshot;

use crate::contract;

const PASSWORD: &str = "mật khẩu";

/// A running service, and what its callers know.
pub(crate) struct World {
    pub(crate) directory: tempfile::TempDir,
    pub(crate) leader: String,
    pub(crate) deputy: String,
    pub(crate) clerk: String,
    pub(crate) reader: String,
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
        let directory = tempfile::tempdir().unwrap();
        let pki = TestPki::new(Timestamp::now()).unwrap();
        let write = |name: &str, bytes: &[u8]| std::fs::write(directory.path().join(name), bytes).unwrap();
        let leader = pki.issue(Profile::leader().key(KeyType::P256)).unwrap();
        let seal = pki.issue(Profile::seal().key(KeyType::P256)).unwrap();
        write("leader.p12", &leader.pkcs12(PASSWORD).unwrap());
        write("leader.pass", format!("{PASSWORD}\n").as_bytes());
        write("seal.key", seal.key_pem(None).unwrap().as_bytes());
        write("seal.pem", seal.certificate_pem().unwrap().as_bytes());
        write("chain.pem", seal.chain_pem().unwrap().as_bytes());
        write("root.pem", pki.root_pem().unwrap().as_bytes());
        write("roster.toml", roster(&[(&leader, "leader"), (&seal, "seal")]).as_bytes());
        write("signature.png", &samples::signature());
        write("seal.png", &samples::seal());

        let mut config = String::from(CONFIG);
        let mut token = |name: &str, role: &str, more: &str| {
            let new = NewToken::generate().unwrap();
            config
                .push_str(&format!("[[token]]\nname = '{name}'\nrole = '{role}'\nsha256 = '{}'\n{more}\n", new.sha256));
            new.secret.to_string()
        };
        let (leader, deputy) = (token("chủ tịch", "leader", ""), token("phó chủ tịch", "leader", "keys = []"));
        let (clerk, reader) = (token("văn thư", "clerk", "keys = ['con-dau']"), token("tra cứu", "reader", ""));
        write("kyso.toml", config.as_bytes());
        let mut world = Self { directory, leader, deputy, clerk, reader, running: None };
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

    /// Sends it and holds the answer against the description.
    pub(crate) fn send(&self, request: &Request) -> Answer {
        let answer = request.send(self.address());
        contract::hold(request.method, &request.path, &answer);
        answer
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(&request("GET", path, &self.reader))
    }

    /// Names of the kept objects.
    pub(crate) fn objects(&self) -> Vec<String> {
        let shards = entries(&self.path("data/objects"));
        let mut names: Vec<_> = shards.iter().flat_map(|shard| entries(shard)).collect();
        names.sort();
        names.iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect()
    }

    /// Rows in a table.
    pub(crate) fn rows(&self, table: &'static str) -> i64 {
        let statement = match table {
            "artifact" => "SELECT count(*) FROM artifact",
            "idempotency" => "SELECT count(*) FROM idempotency",
            _ => unreachable!(),
        };
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.path("data/kyso.sqlite3"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
            let count = sqlx::query_scalar(statement).fetch_one(&pool).await.unwrap();
            pool.close().await;
            count
        })
    }

    /// Nothing was kept, and nothing half-written lies about.
    pub(crate) fn assert_empty(&self) {
        assert_eq!(self.objects(), Vec::<String>::new());
        assert_eq!(entries(&self.path("data/tmp")), Vec::<PathBuf>::new());
        assert_eq!((self.rows("artifact"), self.rows("idempotency")), (0, 0));
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

fn roster(entries: &[(&Identity, &str)]) -> String {
    let entry = |(identity, role): &(&Identity, &str)| {
        format!("[[certificate]]\nsha256 = '{}'\nrole = '{role}'\n", identity.fingerprint())
    };
    entries.iter().map(entry).collect()
}

/// A request by the bearer of this token.
pub(crate) fn request(method: &'static str, path: &str, token: &str) -> Request {
    Request::new(method, path).header("Authorization", format!("Bearer {token}"))
}

/// A PDF with one page.
pub(crate) fn pdf() -> Vec<u8> {
    shapes::plain()
}

/// A form with a PDF and parameters.
pub(crate) fn form(path: &str, token: &str, pdf: &[u8], parameters: &str) -> Request {
    let parts = [("file", Some("kết quả.pdf"), pdf), ("parameters", None, parameters.as_bytes())];
    request("POST", path, token).form(&parts)
}

/// The leader's invisible signature on a plain PDF.
pub(crate) fn sign(world: &World) -> Request {
    form("/api/v1/sign", &world.leader, &pdf(), r#"{"key": "chu-tich"}"#)
}

const CONFIG: &str = "
listen = '127.0.0.1:0'
data_dir = 'data'
upload_limit_mb = 1
request_timeout_seconds = 20
shutdown_grace_seconds = 10
trust = ['root.pem']
roster = 'roster.toml'

[[key]]
name = 'chu-tich'
role = 'leader'
p12 = 'leader.p12'
pass_file = 'leader.pass'
[[key.image]]
name = 'chu-ky'
file = 'signature.png'
width_mm = 40

[[key]]
name = 'con-dau'
role = 'seal'
key = 'seal.key'
cert = 'seal.pem'
chain = 'chain.pem'
[[key.image]]
name = 'dau'
file = 'seal.png'
width_mm = 36

";
