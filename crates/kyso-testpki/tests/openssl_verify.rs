//! OpenSSL as outside judge of the test PKI.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test panics where something is wrong")]

use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use kyso_testpki::{Identity, KeyType, KeyUsage, Profile, TestPki};

fn now() -> Timestamp {
    "2026-03-02T03:00:00Z".parse().unwrap()
}

fn verifies(pki: &TestPki, identity: &Identity, at: Timestamp) -> bool {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let run = |arguments: &[&Path]| {
        Command::new("openssl")
            .args(["verify", "-x509_strict", "-purpose", "smimesign", "-attime", &at.as_second().to_string()])
            .arg("-CAfile")
            .args(arguments)
            .output()
            .unwrap()
    };
    let root = write("root.pem", pki.root_pem().unwrap());
    let chain = write("chain.pem", identity.chain_pem().unwrap());
    let leaf = write("leaf.pem", identity.certificate_pem().unwrap());
    run(&[&root, Path::new("-untrusted"), &chain, &leaf]).status.success()
}

#[test]
fn every_key_type_has_a_path_to_the_root() {
    let pki = TestPki::new(now()).unwrap();
    for key in KeyType::ALL {
        assert!(verifies(&pki, &pki.issue(Profile::leader().key(key)).unwrap(), now()), "{key:?}");
        assert!(verifies(&pki, &pki.issue(Profile::seal().key(key)).unwrap(), now()), "{key:?}");
    }
}

#[test]
fn what_is_wrong_is_wrong() {
    let pki = TestPki::new(now()).unwrap();
    let ec = || Profile::leader().key(KeyType::P256);
    let at = |time: &str| time.parse::<Timestamp>().unwrap();
    let expired = pki.issue(ec().valid(at("2024-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"))).unwrap();
    assert!(!verifies(&pki, &expired, now()));
    assert!(verifies(&pki, &expired, at("2025-01-01T00:00:00Z")));
    let future = pki.issue(ec().valid(at("2027-01-01T00:00:00Z"), at("2028-01-01T00:00:00Z"))).unwrap();
    assert!(!verifies(&pki, &future, now()));
    assert!(!verifies(&pki, &pki.issue(ec().key_usage(KeyUsage::Encipherment)).unwrap(), now()));
    assert!(!verifies(&pki, &TestPki::stranger(now()).unwrap().issue(ec()).unwrap(), now()));
    assert!(!verifies(&pki, &TestPki::new(now()).unwrap().issue(ec()).unwrap(), now()), "same names, other keys");
}

#[test]
fn revocation_pointers_are_read_back() {
    let pki = TestPki::new(now()).unwrap();
    let long = format!("http://127.0.0.1:1/{}.crl", "x".repeat(300));
    let profile = Profile::seal().key(KeyType::P256).crl(&long).ocsp("http://127.0.0.1:1/ocsp");
    let identity = pki.issue(profile).unwrap();
    let text = String::from_utf8(identity.certificate.to_text().unwrap()).unwrap();
    assert!(text.contains(&format!("URI:{long}")), "{text}");
    assert!(text.contains("OCSP - URI:http://127.0.0.1:1/ocsp"), "{text}");
    assert!(verifies(&pki, &identity, now()));
}

#[test]
fn keys_open_with_their_password_only() {
    let identity = TestPki::new(now()).unwrap().issue(Profile::seal().key(KeyType::Ed25519)).unwrap();
    let p12 = openssl::pkcs12::Pkcs12::from_der(&identity.pkcs12("mật khẩu").unwrap()).unwrap();
    assert!(p12.parse2("sai").is_err());
    let opened = p12.parse2("mật khẩu").unwrap();
    assert!(opened.pkey.unwrap().public_eq(&identity.key));
    assert_eq!(opened.ca.unwrap().len(), 1);
    let pem = identity.key_pem(Some("bí mật")).unwrap();
    assert!(pem.contains("ENCRYPTED"));
    assert!(openssl::pkey::PKey::private_key_from_pem_passphrase(pem.as_bytes(), "sai".as_bytes()).is_err());
    assert!(openssl::pkey::PKey::private_key_from_pem(identity.key_pem(None).unwrap().as_bytes()).is_ok());
}

#[test]
fn the_names_have_the_shapes_of_the_field() {
    let pki = TestPki::new(now()).unwrap();
    let names = |identity: &Identity| {
        let entries = identity.certificate.subject_name().entries();
        entries.map(|entry| entry.object().nid().short_name().unwrap()).collect::<Vec<_>>().join(",")
    };
    let leader = pki.issue(Profile::leader().key(KeyType::P256)).unwrap();
    let seal = pki.issue(Profile::seal().key(KeyType::P256)).unwrap();
    assert_eq!(names(&leader), "C,L,O,OU,title,CN");
    assert_eq!(names(&seal), "C,L,O,CN");
    assert_eq!(leader.fingerprint().len(), 64);
}
