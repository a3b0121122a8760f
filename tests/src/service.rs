//! A service to be started: its keys, its configuration and its callers.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use jiff::Timestamp;
use kyso_testpki::{Identity, KeyType, Profile, TestPki};
use serde_json::{Value, json};

use crate::http::{Answer, Request};
use crate::{samples, tool, ward};

const PASSWORD: &str = "mật khẩu";

/// The secrets of those who may ask.
#[derive(Debug)]
pub struct Callers {
    /// May sign with every leader's key.
    pub leader: String,
    /// May sign, but is given no key.
    pub deputy: String,
    /// May seal.
    pub clerk: String,
    /// May read and verify.
    pub reader: String,
}

/// `kyso serve` as a process.
#[derive(Debug)]
pub struct Running {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    log: PathBuf,
}

impl Running {
    /// Starts it with the directory's `kyso.toml`, and waits until it says where it listens.
    pub fn start(directory: &Path) -> Self {
        Self::start_with(directory, &[])
    }

    /// The same, with these variables in its environment.
    pub fn start_with(directory: &Path, variables: &[(&str, &str)]) -> Self {
        let mut command = tool::kyso();
        command.envs(variables.iter().copied()).args(["serve", "--config"]).arg(directory.join("kyso.toml"));
        let log = directory.join("log");
        command.stdout(Stdio::piped()).stderr(std::fs::File::create(&log).unwrap());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").and_then(|address| address.parse().ok());
        let Some(address) = address else {
            child.kill().unwrap();
            panic!("no address in {line:?}\n{}", std::fs::read_to_string(&log).unwrap());
        };
        Self { child, address, log }
    }

    /// SIGKILL: no destructor runs, nothing is flushed.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; the exit code and the log.
    pub fn terminate(mut self) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let code = self.child.wait().unwrap().code();
        (code, std::fs::read_to_string(&self.log).unwrap())
    }

    /// What it answers a reader.
    pub fn get(&self, callers: &Callers, path: &str) -> Answer {
        request("GET", path, &callers.reader).send(self.address)
    }
}

/// Writes `kyso.toml` and all that it names: a leader's key `chu-tich` with the image `chu-ky`, the seal's key
/// `con-dau` with the image `dau`; uploads of up to 1 MB, a free port.
pub fn write(directory: &Path) -> Callers {
    let callers = write_config(directory, "");
    make_archive(&directory.join("data"));
    callers
}

/// The same without an archive, for callers whose secrets end so.
pub fn write_config(directory: &Path, tag: &str) -> Callers {
    let pki = TestPki::new(Timestamp::now()).unwrap();
    let leader = pki.issue(Profile::leader().key(KeyType::P256)).unwrap();
    let seal = pki.issue(Profile::seal().key(KeyType::P256)).unwrap();
    write_keys(directory, &leader, &seal, &pki.root_pem().unwrap());
    let write = |name: &str, bytes: &[u8]| std::fs::write(directory.join(name), bytes).unwrap();
    write("signature.png", &samples::signature());
    write("seal.png", &samples::seal());

    let mut config = String::from(CONFIG);
    let mut caller = |name: &str, role: &str, more: &str| {
        let secret = format!("kyso_{role}_{}{tag}", name.len());
        let sha256: String = openssl::sha::sha256(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        config.push_str(&format!("[[token]]\nname = '{name}'\nrole = '{role}'\nsha256 = '{sha256}'\n{more}\n"));
        secret
    };
    let callers = Callers {
        leader: caller("Nguyễn Văn Mẫu", "leader", ""),
        deputy: caller("Trần Thị Mẫu", "leader", "keys = []"),
        clerk: caller("văn thư", "clerk", "keys = ['con-dau']"),
        reader: caller("tra cứu", "reader", ""),
    };
    write("kyso.toml", config.as_bytes());
    callers
}

/// Makes a new archive, as an operator does once.
pub fn make_archive(directory: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { kyso_archive::Archive::init(directory, None).await.unwrap().close().await });
}

/// Writes the keys of a leader and of an agency, their root and the roster that names both.
pub fn write_keys(directory: &Path, leader: &Identity, seal: &Identity, root: &str) {
    let write = |name: &str, bytes: &[u8]| std::fs::write(directory.join(name), bytes).unwrap();
    write("leader.p12", &leader.pkcs12(PASSWORD).unwrap());
    write("leader.pass", format!("{PASSWORD}\n").as_bytes());
    write("seal.key", seal.key_pem(None).unwrap().as_bytes());
    write("seal.pem", seal.certificate_pem().unwrap().as_bytes());
    write("chain.pem", seal.chain_pem().unwrap().as_bytes());
    write("root.pem", root.as_bytes());
    write("roster.toml", ward::roster(&[(leader, "leader"), (seal, "seal")]).as_bytes());
}

/// A request by the bearer of this token.
pub fn request(method: &'static str, path: &str, token: &str) -> Request {
    Request::new(method, path).header("Authorization", format!("Bearer {token}"))
}

/// A form with a PDF and parameters.
pub fn form(path: &str, token: &str, pdf: &[u8], parameters: &str) -> Request {
    let parts = [("file", Some("kết quả.pdf"), pdf), ("parameters", None, parameters.as_bytes())];
    request("POST", path, token).form(&parts)
}

/// The leader's invisible signature on this PDF.
pub fn sign(callers: &Callers, pdf: &[u8]) -> Request {
    form("/api/v1/sign", &callers.leader, pdf, r#"{"key": "chu-tich"}"#)
}

/// The secret of an officer, who certifies and issues.
pub const OFFICER: &str = "kyso_officer";

/// What a configuration says beside the rest where the service certifies: a register in `so`, which is to be made, the agency
/// in `agency.toml`, an officer.
pub fn office() -> String {
    let sha256: String = openssl::sha::sha256(OFFICER.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "\n[certification]\nregister = 'so'\nagency = 'agency.toml'\n\
         [[token]]\nname = 'người tiếp nhận'\nrole = 'officer'\nsha256 = '{sha256}'\n"
    )
}

/// A request for certified copies, of today.
pub fn certification(dossier: &str) -> Value {
    let today = ward::today();
    json!({
        "kind": "BS", "variant": "standard", "date": today, "received": format!("{today} 00:00"), "copies": 2,
        "dossier-code": dossier,
        "place": { "name": "Trung tâm Phục vụ hành chính công xã Bình Minh, tỉnh Mẫu" },
        "certifier": {
            "name": "Nguyễn Văn Mẫu", "office": "chairman", "title": "Chủ tịch",
            "agency": "Ủy ban nhân dân xã Bình Minh, tỉnh Mẫu", "signature-lines": ["CHỦ TỊCH"],
        },
        "document": { "title": "Giấy ủy quyền", "pages": 1 },
        "requesters": [{ "name": "Trần Thị Mẫu" }],
    })
}

/// The officer's form for a certification of this document.
pub fn certify(request: &Value, document: &[u8], parameters: &str) -> Request {
    let text = request.to_string();
    let parts = [
        ("request", None, text.as_bytes()),
        ("document", Some("giay.pdf"), document),
        ("parameters", None, parameters.as_bytes()),
    ];
    self::request("POST", "/api/v1/certify", OFFICER).form(&parts)
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
