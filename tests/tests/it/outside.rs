//! Signatures that last, seen from outside: pyHanko and pdfsig on our files, we on pyHanko's; and services that are down,
//! slow or lying.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use kyso::crypto::SignatureAlgorithm;
use kyso::validate::{Level, SignatureType};
use kyso::{BaselineLevel, Document, Indication, Material, Role};
use kyso_pdf::{Dss, SignatureField};
use kyso_testpki::{CrlProfile, Ess, Fault, Identity, KeyType, Profile, Server, TsaFault, World, path};
use kyso_tests::attacks::base;
use kyso_tests::connected::{self, Connected};
use kyso_tests::folder::Folder;
use kyso_tests::{judges, keys};
use serde_json::{Value, json};

const LEVELS: [(&str, BaselineLevel, Level); 4] = [
    ("b", BaselineLevel::B, Level::B),
    ("t", BaselineLevel::T, Level::T),
    ("lt", BaselineLevel::Lt, Level::Lt),
    ("lta", BaselineLevel::Lta, Level::Lta),
];

/// Now: pyHanko looks at the machine's clock. The leader's certificate ends in a month, the authority's in five years.
fn world() -> World {
    World::start(*keys::NOW - SignedDuration::from_mins(5)).unwrap()
}

fn leader(world: &World, key: KeyType) -> Identity {
    let validity = (*keys::NOW - SignedDuration::from_hours(240), *keys::NOW + SignedDuration::from_hours(720));
    world.issue(Profile::leader().key(key).valid(validity.0, validity.1)).unwrap()
}

/// Everything that is known of the leader and the authorities, as of the world's time.
fn evidence(world: &World, leader: &Identity) -> Material {
    let list = |register| CrlProfile::full(register, world.now());
    Material {
        certificates: Vec::new(),
        crls: vec![
            world.root.crl(&list(&world.root_register)).unwrap(),
            world.tsa_ca.crl(&list(&world.tsa_register)).unwrap(),
        ],
        ocsp_responses: vec![world.responder.about(leader, world.now(), None).unwrap()],
    }
}

/// Writes a file, and says where it lies.
fn put(folder: &Folder, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    folder.write(name, bytes).path(name)
}

fn python(folder: &Folder, script: &str, manifest: &Value) -> Output {
    let manifest = put(folder, "manifest.json", manifest.to_string());
    let script = judges::root().join("tests/judges").join(script);
    Command::new(judges::python()).arg(script).arg(manifest).output().unwrap()
}

/// pyHanko's AdES validation of these files: name, file, time, level.
fn pyhanko(folder: &Folder, world: &World, material: &Material, cases: &[(String, PathBuf, Timestamp, &str)]) -> Value {
    let write = |kind: &str, ders: &[Vec<u8>]| -> Vec<PathBuf> {
        ders.iter().enumerate().map(|(number, der)| put(folder, &format!("{kind}-{number}.der"), der)).collect()
    };
    let (lists, answers) = (write("crl", &material.crls), write("ocsp", &material.ocsp_responses));
    let cases: Vec<Value> = cases
        .iter()
        .map(|(name, file, at, level)| {
            // What lasts brings its own evidence.
            let is_bare = matches!(*level, "b" | "t");
            let given = |files: &[PathBuf]| if is_bare { files.to_vec() } else { Vec::new() };
            json!({ "name": name, "file": file, "at": at.to_string(), "level": level,
                    "crls": given(&lists), "ocsp_responses": given(&answers) })
        })
        .collect();
    let root = put(folder, "root.pem", world.root.pem().unwrap());
    let said = python(folder, "long_term.py", &json!({ "root": root, "cases": cases }));
    serde_json::from_slice(&said.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&said.stderr)))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn pyhanko_and_pdfsig_find_our_files_good_at_every_level() {
    let folder = Folder::new();
    for key in [KeyType::Rsa(2048), KeyType::P256, KeyType::P384, KeyType::Ed25519] {
        let world = world();
        let leader = leader(&world, key);
        let connected = Connected::to(&world);
        let mut cases = Vec::new();
        for (name, level, _) in LEVELS {
            let bytes = connected::sign(&world, &connected, &base::unsigned(), &leader, Role::Leader, level);
            let file = put(&folder, &format!("{name}.pdf"), &bytes);
            cases.push((format!("{key:?} B-{name}"), file.clone(), *keys::NOW, name));
            if key == KeyType::Ed25519 {
                // Poppler's cryptography knows no Edwards curve.
                continue;
            }
            let pdfsig = text(&Command::new("pdfsig").arg("-nocert").arg(&file).output().unwrap().stdout);
            let signatures = SignatureField::all(&Document::parse(&bytes).unwrap()).unwrap().len();
            assert!(pdfsig.matches("Signature is Valid.").count() >= 1, "{name}: {pdfsig}");
            assert!(!pdfsig.contains("Invalid") && !pdfsig.contains("Mismatch"), "{name} of {signatures}: {pdfsig}");
        }
        let expired = *keys::NOW + SignedDuration::from_hours(24 * 60);
        cases.push((format!("{key:?} B-lta, expired"), folder.path("lta.pdf"), expired, "lta-later"));
        let said = pyhanko(&folder, &world, &evidence(&world, &leader), &cases);
        let judged = said["cases"].as_array().unwrap();
        assert_eq!(judged.len(), cases.len());
        for case in judged {
            let [signature] = case["signatures"].as_array().unwrap().as_slice() else { panic!("{case:#}") };
            assert_eq!(signature["indication"], "PASSED", "{case:#}");
        }
        // The same judge doesn't pass everything: without evidence, and after the certificate's end.
        let later = vec![("expired".to_owned(), folder.path("t.pdf"), expired, "t")];
        let said = pyhanko(&folder, &world, &Material::default(), &later);
        assert_ne!(said["cases"][0]["signatures"][0]["indication"], "PASSED", "{said:#}");
    }
}

#[test]
fn we_find_pyhankos_files_good_at_every_level() {
    for (key, algorithm) in [
        (KeyType::Rsa(2048), SignatureAlgorithm::RsaPkcs1v15),
        (KeyType::Rsa(2048), SignatureAlgorithm::RsaPss),
        (KeyType::P384, SignatureAlgorithm::Ecdsa),
        (KeyType::Ed25519, SignatureAlgorithm::Ed25519),
    ] {
        signed_by_pyhanko(key, algorithm);
    }
}

fn signed_by_pyhanko(key: KeyType, algorithm: SignatureAlgorithm) {
    let folder = Folder::new();
    let world = world();
    world.travel_to(*keys::NOW);
    let leader = leader(&world, key);
    let input = put(&folder, "in.pdf", base::unsigned());
    let cases: Vec<Value> = LEVELS
        .iter()
        .map(|(name, ..)| json!({ "in": input, "out": folder.path(&format!("{name}.pdf")), "level": name }))
        .collect();
    let manifest = json!({
        "root": put(&folder, "root.pem", world.root.pem().unwrap()),
        "key": put(&folder, "key.pem", leader.key_pem(None).unwrap()),
        "cert": put(&folder, "cert.pem", leader.certificate_pem().unwrap()),
        "chain": put(&folder, "chain.pem", leader.chain_pem().unwrap()),
        "tsa": world.server.url(path::TSA),
        "prefer_pss": algorithm == SignatureAlgorithm::RsaPss,
        "cases": cases,
    });
    let said = python(&folder, "pyhanko_signs.py", &manifest);
    assert!(said.status.success(), "{}", text(&said.stderr));

    world.travel_to(*keys::NOW + SignedDuration::from_mins(10));
    let expired = *keys::NOW + SignedDuration::from_hours(24 * 60);
    for (name, level, reported) in LEVELS {
        let bytes = folder.read(&format!("{name}.pdf"));
        let mut policy = connected::policy(&world);
        if level < BaselineLevel::Lt {
            policy.material = evidence(&world, &leader);
        }
        let report = kyso::verify(&bytes, &policy).unwrap();
        let signature = report.signatures.iter().find(|one| one.kind == SignatureType::Signature).unwrap();
        assert_eq!(signature.indication, Indication::TotalPassed, "{name}: {signature:#?}");
        assert_eq!((signature.level, signature.signature_algorithm), (reported, Some(algorithm)), "{name}");
        // It says which evidence is for which signature; that it does changes nothing.
        let dss = Dss::read(&Document::parse(&bytes).unwrap()).unwrap();
        assert_eq!(dss.is_some_and(|dss| !dss.vri.is_empty()), level >= BaselineLevel::Lt, "{name}");
        assert!(signature.modifications_allowed, "{name}");
        if level == BaselineLevel::Lta {
            policy.time = expired;
            let report = kyso::verify(&bytes, &policy).unwrap();
            assert_eq!(report.signatures[0].indication, Indication::TotalPassed, "{:#?}", report.signatures[0]);
        }
    }
}

/// `kyso sign --level LEVEL` by the command, with the world's services. The exit code, what it said, the output.
fn sign_by_command(folder: &Folder, world: &World, level: &str, tsa: &str) -> (i32, String, bool) {
    let leader = leader(world, KeyType::P256);
    folder.write("in.pdf", base::unsigned()).write("pass", keys::PASSWORD);
    folder.write("leader.p12", leader.pkcs12(keys::PASSWORD).unwrap()).write("root.pem", world.root.pem().unwrap());
    let out = folder.path("out.pdf");
    let _ = std::fs::remove_file(&out);
    let done = folder.run(&format!(
        "sign in.pdf -o out.pdf --level {level} --tsa {tsa} --timeout 1 --p12 leader.p12 --pass-file pass \
         --trust root.pem --allow-address 127.0.0.1 --lang en"
    ));
    (done.code.unwrap(), done.stderr + &done.stdout, out.exists())
}

/// Nothing stands in the folder beside what was put there.
fn leftovers(folder: &Folder) -> Vec<String> {
    let known = ["in.pdf", "leader.p12", "pass", "root.pem", "manifest.json"];
    folder.files().into_iter().filter(|name| !known.contains(&name.as_str())).collect()
}

#[test]
fn a_time_stamping_authority_that_fails_leaves_nothing() {
    let folder = Folder::new();
    let world = world();
    world.travel_to(Timestamp::now());
    let tsa = world.server.url(path::TSA);
    let (code, said, exists) = sign_by_command(&folder, &world, "t", &tsa);
    assert_eq!((code, exists), (0, true), "{said}");
    std::fs::remove_file(folder.path("out.pdf")).unwrap();

    let ages_ago = *keys::NOW - SignedDuration::from_hours(24 * 365);
    for (fault, hint) in [
        (Fault::HangUp, ""),
        (Fault::Slow(Duration::from_secs(4)), "time"),
        (Fault::Drip(Duration::from_millis(100)), "time"),
        (Fault::Status(500), "500"),
        (Fault::Html, ""),
        (Fault::Huge(64 << 20), ""),
        (Fault::Cut, ""),
        (Fault::Bytes(b"junk".to_vec()), ""),
        (Fault::Redirect("file:///etc/hostname".into()), ""),
        (Fault::Tsa(TsaFault::WrongImprint), "imprint"),
        (Fault::Tsa(TsaFault::WrongNonce), "nonce"),
        (Fault::Tsa(TsaFault::NoNonce), "nonce"),
        (Fault::Tsa(TsaFault::Rejection(14)), ""),
        (Fault::Tsa(TsaFault::NoToken), ""),
        (Fault::Tsa(TsaFault::GenTime(ages_ago)), ""),
        (Fault::Tsa(TsaFault::BadSignature), "signature"),
        (Fault::Tsa(TsaFault::NoCertificates), "certificate"),
        (Fault::Tsa(TsaFault::Ess(Ess::Missing)), ""),
        (Fault::Tsa(TsaFault::Ess(Ess::Wrong)), ""),
    ] {
        world.server.fault(path::TSA, Some(fault.clone()));
        let started = Instant::now();
        let (code, said, exists) = sign_by_command(&folder, &world, "t", &tsa);
        assert_eq!(code, 6, "{fault:?}: {said}");
        assert!(!exists && leftovers(&folder).is_empty(), "{fault:?}: {:?}", leftovers(&folder));
        assert!(said.contains(&tsa) && said.to_lowercase().contains(hint), "{fault:?}: {said}");
        assert!(started.elapsed() < Duration::from_secs(30), "{fault:?}: {:?}", started.elapsed());
    }
    world.server.fault(path::TSA, None);
    let nowhere = Server::nowhere("/tsa").unwrap();
    let (code, said, exists) = sign_by_command(&folder, &world, "t", &nowhere);
    assert!(code == 6 && !exists && said.contains(&nowhere), "{said}");

    world.install_tsa(Profile::tsa().extended_key_usage(vec!["1.3.6.1.5.5.7.3.4"], true)).unwrap();
    let (code, said, exists) = sign_by_command(&folder, &world, "t", &tsa);
    assert!(code == 6 && !exists, "{said}");
    let expired = (ages_ago, *keys::NOW - SignedDuration::from_hours(24));
    world.install_tsa(Profile::tsa().valid(expired.0, expired.1)).unwrap();
    let (code, said, exists) = sign_by_command(&folder, &world, "t", &tsa);
    assert!(code == 6 && !exists, "{said}");
}

#[test]
fn evidence_that_cannot_be_had_leaves_nothing() {
    let folder = Folder::new();
    let world = world();
    world.travel_to(Timestamp::now());
    let tsa = world.server.url(path::TSA);
    let (code, said, exists) = sign_by_command(&folder, &world, "lta", &tsa);
    assert_eq!((code, exists), (0, true), "{said}");
    std::fs::remove_file(folder.path("out.pdf")).unwrap();
    world.server.fault(path::ROOT_CRL, Some(Fault::Status(503)));
    for level in ["lt", "lta"] {
        let (code, said, exists) = sign_by_command(&folder, &world, level, &tsa);
        assert_eq!(code, 6, "{level}: {said}");
        assert!(!exists && leftovers(&folder).is_empty() && said.contains(&world.server.url(path::ROOT_CRL)), "{said}");
    }
    // OCSP is down: the list says it as well.
    world.server.fault(path::ROOT_CRL, None);
    world.server.fault(path::OCSP, Some(Fault::HangUp));
    let (code, said, exists) = sign_by_command(&folder, &world, "lt", &tsa);
    assert_eq!((code, exists), (0, true), "{said}");
}
