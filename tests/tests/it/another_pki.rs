//! Against a PKI that isn't ours: Certomancer issues the certificates and answers as TSA, OCSP responder and list of
//! revocations, in its own dialect (OCSP times with fractions, CRLs dated by GeneralizedTime, no GET for OCSP).

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use kyso::validate::{Level, SignatureType};
use kyso::{BaselineLevel, Document, Indication, Outside, Policy, PrivateKeySigner, Signatory, SignatureParameters};
use kyso_connect::{Authority, Cache, Client, Fetching, Guard, Settings, TimeStamping};
use kyso_tests::attacks::base;
use kyso_tests::{judges, keys};
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::x509::X509;
use tempfile::TempDir;

/// The running services; they stop when this is dropped.
struct Certomancer {
    folder: TempDir,
    service: Child,
    url: String,
}

impl Drop for Certomancer {
    fn drop(&mut self) {
        let _ = self.service.kill();
        let _ = self.service.wait();
    }
}

impl Certomancer {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("keys")).unwrap();
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        for name in ["root", "issuing", "tsa", "ocsp", "leader", "seal", "revoked"] {
            let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
            let path = folder.path().join("keys").join(format!("{name}.pem"));
            fs::write(path, key.private_key_to_pem_pkcs8().unwrap()).unwrap();
        }
        fs::copy(judges::root().join("tests/judges/certomancer.yml"), folder.path().join("certomancer.yml")).unwrap();
        // Free until another process takes it in this moment.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let url = format!("http://127.0.0.1:{port}");
        let summoned = certomancer(&folder, &url).args(["mass-summon", "ward", "out", "--flat"]).output().unwrap();
        assert!(summoned.status.success(), "{}", String::from_utf8_lossy(&summoned.stderr));
        let service = certomancer(&folder, &url)
            .args(["animate", "--port", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let started = Self { folder, service, url };
        let since = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(since.elapsed() < Duration::from_secs(60), "certomancer doesn't answer");
            sleep(Duration::from_millis(100));
        }
        started
    }

    fn certificate(&self, name: &str) -> Vec<u8> {
        let pem = fs::read(self.folder.path().join("out").join(format!("{name}.cert.pem"))).unwrap();
        X509::from_pem(&pem).unwrap().to_der().unwrap()
    }

    fn signer(&self, name: &str) -> PrivateKeySigner {
        let read = |path: PathBuf| fs::read_to_string(self.folder.path().join(path)).unwrap();
        let key = read(PathBuf::from("keys").join(format!("{name}.pem")));
        let out = PathBuf::from("out");
        let certificate = read(out.join(format!("{name}.cert.pem")));
        let chain = certificate + &read(out.join("issuing.cert.pem"));
        PrivateKeySigner::from_pem(key.as_bytes(), None, chain.as_bytes()).unwrap()
    }
}

fn certomancer(folder: &TempDir, url: &str) -> Command {
    let program = judges::python().with_file_name("certomancer");
    assert!(program.exists(), "certomancer isn't installed: run tests/judges/install once (tests/run does)");
    let mut command = Command::new(program);
    command.current_dir(folder.path()).args(["--config", "certomancer.yml", "--service-url-prefix", url]);
    command
}

#[test]
fn signed_and_sealed_at_lta_with_another_pki() {
    let pki = Certomancer::start();
    let guard = Guard::allowing(["127.0.0.1".parse().unwrap()]);
    let client = Client::new(Settings::new(guard)).unwrap();
    let authority = Authority::new(&format!("{}/ward/tsa/tsa", pki.url), &client).unwrap();
    let stamping = TimeStamping::new(vec![authority]).timeout(Duration::from_secs(30));
    let fetching = Fetching::new(client, Cache::new()).timeout(Duration::from_secs(30));
    let outside = Outside::default().time_stamper(&stamping).fetcher(&fetching);
    // Its services look at the machine's clock, which goes on while they answer.
    let policy = |after: SignedDuration| {
        let mut policy = Policy::at(*keys::NOW + after);
        policy.anchors.add(&pki.certificate("root")).unwrap();
        policy
    };
    let soon = SignedDuration::from_mins(3);

    let bytes = base::unsigned();
    let level = BaselineLevel::Lta;
    let parameters = SignatureParameters::leader(*keys::NOW).level(level);
    let document = Document::parse(&bytes).unwrap();
    let leader = kyso::sign(
        &document,
        &pki.signer("leader"),
        &parameters,
        &kyso::SigningOptions::by(&policy(soon)).outside(outside),
    )
    .unwrap();
    let signed = leader.tail.after(&bytes);
    let parameters = SignatureParameters::seal(*keys::NOW).level(level);
    let document = Document::parse(&signed).unwrap();
    let seal = kyso::dangerous::seal_unsigned(
        &document,
        &pki.signer("seal"),
        &parameters,
        &kyso::SigningOptions::by(&policy(soon)).outside(outside),
    )
    .unwrap();
    let sealed = seal.tail.after(&signed);

    let ten_years = SignedDuration::from_hours(24 * 3653);
    for after in [soon, ten_years] {
        let report = kyso::verify(&sealed, &policy(after)).unwrap();
        let signatures: Vec<_> = report.signatures.iter().filter(|one| one.kind == SignatureType::Signature).collect();
        assert_eq!(signatures.len(), 2);
        for signature in signatures {
            assert_eq!(signature.indication, Indication::TotalPassed, "{after:?}: {signature:#?}");
            assert_eq!(signature.level, Level::Lta);
            assert!(signature.modifications_allowed);
        }
    }

    let parameters = SignatureParameters::of(Signatory::Other, *keys::NOW).level(level);
    let document = Document::parse(&bytes).unwrap();
    let error = kyso::sign(
        &document,
        &pki.signer("revoked"),
        &parameters,
        &kyso::SigningOptions::by(&policy(soon)).outside(outside),
    )
    .unwrap_err();
    assert!(error.to_string().contains("revoked"), "{error}");
}
