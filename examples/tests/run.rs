//! Every example is run, as a reader would run it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test panics where something is wrong")]

use std::collections::BTreeSet;
use std::ops::Deref;
use std::path::Path;
use std::process::{Command, Output};

use jiff::Timestamp;
use kyso_testpki::{Identity, KeyType, Profile, TestPki, World, path};
use kyso_tests::folder::Folder;
use kyso_tests::service::Running;
use kyso_tests::{service, shapes};

const PASSWORD: &str = "mật khẩu";

/// A folder with a PDF, keys and a root.
struct Desk {
    folder: Folder,
    leader: Identity,
    seal: Identity,
}

impl Deref for Desk {
    type Target = Folder;

    fn deref(&self) -> &Folder {
        &self.folder
    }
}

impl Desk {
    fn new() -> Self {
        let pki = TestPki::new(Timestamp::now()).unwrap();
        let [leader, seal] =
            [Profile::leader(), Profile::seal()].map(|profile| pki.issue(profile.key(KeyType::P256)).unwrap());
        Self::with(leader, seal, &pki.root_pem().unwrap())
    }

    fn with(leader: Identity, seal: Identity, root: &str) -> Self {
        let desk = Self { folder: Folder::new(), leader, seal };
        desk.write("in.pdf", shapes::plain()).write("root.pem", root);
        desk.write("leader.p12", desk.leader.pkcs12(PASSWORD).unwrap());
        desk.write("seal.p12", desk.seal.pkcs12(PASSWORD).unwrap());
        desk
    }

    /// Runs an example in the folder.
    fn example(&self, example: &str, arguments: &[&str]) -> Output {
        let this = std::env::current_exe().unwrap();
        let examples = this.parent().and_then(Path::parent).unwrap().join("examples");
        Command::new(examples.join(example)).args(arguments).current_dir(self.folder.path("")).output().unwrap()
    }

    #[track_caller]
    fn demand(&self, example: &str, arguments: &[&str]) -> String {
        let output = self.example(example, arguments);
        assert!(output.status.success(), "{example}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    fn refuse(&self, example: &str, arguments: &[&str], why: &str) {
        let output = self.example(example, arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(why), "{example}: {told}");
    }
}

/// The table of README.md has a row for each example, and no other.
#[test]
fn the_table_has_every_example() {
    let rows = include_str!("../README.md").lines().filter_map(|line| line.strip_prefix("| [`")?.split_once('`'));
    let rows: BTreeSet<String> = rows.map(|(file, _)| file.to_owned()).collect();
    let files = std::fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    let files = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    assert_eq!(rows, files.filter(|name| name.ends_with(".rs")).collect());
}

/// The signer's certificate and those above it.
fn certificates(identity: &Identity) -> String {
    identity.certificate_pem().unwrap() + &identity.chain_pem().unwrap()
}

#[test]
fn a_leader_signs_the_agency_seals_and_anyone_verifies() {
    let desk = Desk::new();
    desk.refuse("verify", &["in.pdf", "root.pem"], "not every signature is valid");
    desk.refuse("seal", &["in.pdf", "seal.p12", PASSWORD, "root.pem", "x.pdf"], "SealNoLeaderSignature");
    desk.demand("sign", &["in.pdf", "leader.p12", PASSWORD, "signed.pdf"]);
    desk.demand("seal", &["signed.pdf", "seal.p12", PASSWORD, "root.pem", "sealed.pdf"]);
    let told = desk.demand("verify", &["sealed.pdf", "root.pem"]);
    assert_eq!(told.matches("TotalPassed").count(), 2, "{told}");
    assert!(!desk.path("x.pdf").exists());
}

/// The way that README shows.
#[test]
fn the_whole_way_in_one_program() {
    let desk = Desk::new();
    desk.write("root.der", kyso::pki::Certificate::read_all(&desk.read("root.pem")).unwrap()[0].der());
    let ask = |root, output| ["in.pdf", "leader.p12", "seal.p12", PASSWORD, root, output];
    for root in ["root.pem", "root.der"] {
        let told = desk.demand("sign_seal_verify", &ask(root, "sealed.pdf"));
        assert_eq!(told.matches("TotalPassed").count(), 2, "{told}");
        desk.demand("verify", &["sealed.pdf", "root.pem"]);
    }
    // A root that isn't one isn't passed over.
    desk.write("half.pem", &desk.read("root.pem")[..200]);
    desk.refuse("sign_seal_verify", &ask("half.pem", "x.pdf"), "Certificate");
    desk.refuse("sign_seal_verify", &ask("in.pdf", "x.pdf"), "Certificate");
    let stranger = TestPki::new(Timestamp::now()).unwrap().root_pem().unwrap();
    desk.write("stranger.pem", stranger);
    desk.refuse("sign_seal_verify", &ask("stranger.pem", "x.pdf"), "SealNoLeaderSignature");
    assert!(!desk.path("x.pdf").exists());
}

#[test]
fn a_program_gives_numbers() {
    let desk = Desk::new();
    desk.demand("sign", &["in.pdf", "leader.p12", PASSWORD, "signed.pdf"]);
    desk.demand("seal", &["signed.pdf", "seal.p12", PASSWORD, "root.pem", "sealed.pdf"]);
    let enter = |request, finished| desk.demand("register", &["so", request, "in.pdf", finished, "root.pem"]);
    assert!(enter("H61.12-1/1", "sealed.pdf").starts_with("01, quyển số 01/"));
    assert!(enter("H61.12-1/1", "sealed.pdf").starts_with("01, "), "asked again it's the same number");
    assert!(enter("H61.12-2/1", "in.pdf").contains("void"), "what isn't signed isn't issued");
    desk.refuse("register", &["so", "H61.12-3/1", "in.pdf", "sealed.pdf", "root.pem"], "FileIssued");
    desk.demand("seal", &["signed.pdf", "seal.p12", PASSWORD, "root.pem", "another.pdf"]);
    assert!(enter("H61.12-3/1", "another.pdf").contains("\nissued\n"));
}

#[test]
fn a_seal_is_made_in_two_phases() {
    let desk = Desk::new();
    desk.write("seal.pem", certificates(&desk.seal));
    desk.write("seal.key", desk.seal.key_pem(None).unwrap());
    let prepare = |pdf| ["prepare", pdf, "seal.pem", "root.pem", "state.json", "to-sign.bin"];
    desk.refuse("two_phase_seal", &prepare("in.pdf"), "SealNoLeaderSignature");
    desk.demand("sign", &["in.pdf", "leader.p12", PASSWORD, "signed.pdf"]);
    desk.demand("two_phase_seal", &prepare("signed.pdf"));
    let openssl = Command::new("openssl")
        .args(["dgst", "-sha256", "-sign", "seal.key", "-out", "value.bin", "to-sign.bin"])
        .current_dir(desk.folder.path(""))
        .status();
    assert!(openssl.unwrap().success());
    desk.write("wrong.bin", b"no signature");
    desk.refuse("two_phase_seal", &["finish", "signed.pdf", "state.json", "wrong.bin", "x.pdf"], "");
    desk.demand("two_phase_seal", &["finish", "signed.pdf", "state.json", "value.bin", "sealed.pdf"]);
    let told = desk.demand("verify", &["sealed.pdf", "root.pem"]);
    assert_eq!(told.matches("TotalPassed").count(), 2, "{told}");
}

#[test]
fn another_program_holds_the_key() {
    let desk = Desk::new();
    desk.write("leader.pem", certificates(&desk.leader));
    desk.write("leader.key", desk.leader.key_pem(None).unwrap());
    desk.write("seal.key", desk.seal.key_pem(None).unwrap());
    let signing = |key, output| ["in.pdf", "leader.pem", output, "openssl", "dgst", "-sha256", "-sign", key];
    desk.refuse("remote_signer", &signing("seal.key", "x.pdf"), "");
    assert!(!desk.path("x.pdf").exists(), "another key's signature came out");
    desk.demand("remote_signer", &signing("leader.key", "signed.pdf"));
    desk.demand("verify", &["signed.pdf", "root.pem"]);
}

#[test]
fn a_signed_file_is_made_to_last() {
    let world = World::start(Timestamp::now()).unwrap();
    let [leader, seal] =
        [Profile::leader(), Profile::seal()].map(|profile| world.issue(profile.key(KeyType::P256)).unwrap());
    let desk = Desk::with(leader, seal, &world.root.pem().unwrap());
    desk.demand("sign", &["in.pdf", "leader.p12", PASSWORD, "signed.pdf"]);
    desk.demand("extend", &["signed.pdf", "root.pem", &world.server.url(path::TSA), "lasting.pdf"]);
    let told = desk.demand("verify", &["lasting.pdf", "root.pem"]);
    assert!(told.contains("Lta, TotalPassed"), "{told}");
}

#[test]
fn a_request_becomes_a_result() {
    let desk = Desk::new();
    desk.write("request.toml", include_bytes!("../request.toml"));
    desk.write("agency.toml", include_bytes!("../agency.toml"));
    let told = desk.demand("certify", &["request.toml", "agency.toml", "7", "01/2026-SCT/CK,ĐC", "result.pdf"]);
    assert!(told.contains("07, quyển số 01/2026-SCT/CK,ĐC"), "{told}");
    assert!(desk.read("result.pdf").starts_with(b"%PDF"));
    desk.refuse("certify", &["request.toml", "agency.toml", "7", "no book", "x.pdf"], "no book");
}

#[test]
fn a_portal_has_a_file_signed_once() {
    let folder = Folder::new();
    let callers = service::write(&folder.path(""));
    let service = Running::start(&folder.path(""));
    let base = format!("http://{}", service.address);
    let desk = Desk::new();
    let ask = |token, output| [base.as_str(), token, "chu-tich", "in.pdf", output, "ho-so-2026-000123"];
    let first = desk.example("service_client", &ask(&callers.leader, "first.pdf"));
    let again = desk.example("service_client", &ask(&callers.leader, "again.pdf"));
    let reader = desk.example("service_client", &ask(&callers.reader, "x.pdf"));
    service.kill();
    assert!(first.status.success() && again.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    assert_eq!(desk.read("first.pdf"), desk.read("again.pdf"));
    let told = String::from_utf8_lossy(&reader.stderr);
    assert!(!reader.status.success() && told.contains("403"), "{told}");
}
