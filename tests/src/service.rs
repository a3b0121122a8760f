//! A service to be started: its keys, its configuration and its callers.

use std::path::Path;

use jiff::Timestamp;
use kyso_testpki::{Identity, KeyType, Profile, TestPki};

use crate::http::Request;
use crate::samples;

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

/// Writes `kyso.toml` and all that it names: a leader's key `chu-tich` with the image `chu-ky`, the seal's key
/// `con-dau` with the image `dau`; uploads of up to 1 MB, a free port.
pub fn write(directory: &Path) -> Callers {
    let pki = TestPki::new(Timestamp::now()).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(directory.join(name), bytes).unwrap();
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
    let mut caller = |name: &str, role: &str, more: &str| {
        let secret = format!("kyso_{role}_{}", name.len());
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

fn roster(entries: &[(&Identity, &str)]) -> String {
    let entry = |(identity, role): &(&Identity, &str)| {
        format!("[[certificate]]\nsha256 = '{}'\nrole = '{role}'\n", identity.fingerprint())
    };
    entries.iter().map(entry).collect()
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
