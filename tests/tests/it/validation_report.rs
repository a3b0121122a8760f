//! The report of ETSI TS 119 102-2, held against the standard's structure by the judge that knows it.

use std::process::Command;

use jiff::Timestamp;
use kyso::{BaselineLevel, Role};
use kyso_testpki::{Profile, World};
use kyso_tests::attacks::base;
use kyso_tests::connected::{self, Connected};
use kyso_tests::judges::{python, root};
use kyso_tests::{keys, shapes, signing, tool};

fn judged(report: &[u8]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.xml");
    std::fs::write(&file, report).unwrap();
    let said =
        Command::new(python()).arg(root().join("tests/judges/validation_report.py")).arg(&file).output().unwrap();
    (said.status.success(), String::from_utf8_lossy(&said.stdout).into_owned())
}

/// Verified by the command, in a form that is asked for.
fn reported(format: &str, at: Timestamp, root_der: &[u8], files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    std::fs::write(folder.path().join("root.der"), root_der).unwrap();
    let mut command = tool::kyso();
    command.current_dir(folder.path()).args(["verify", "--format", format, "--trust", "root.der", "--at"]);
    command.arg(at.to_string()).args(files.iter().map(|(name, _)| name)).output().unwrap().stdout
}

/// Sealed under a leader's signature at B-LTA: certificates, CRLs, OCSP answers and tokens are objects of the report.
#[test]
fn long_term_evidence_becomes_validation_objects() {
    let world = World::start("2026-03-02T03:00:00Z".parse().unwrap()).unwrap();
    let connected = Connected::to(&world);
    let leader = world.issue(Profile::leader()).unwrap();
    let signed = connected::sign(&world, &connected, &base::unsigned(), &leader, Role::Leader, BaselineLevel::Lta);
    world.travel_to("2026-03-02T04:00:00Z".parse().unwrap());
    let report = reported("xml", world.now(), &world.root.der().unwrap(), &[("lta.pdf", signed)]);
    let (good, said) = judged(&report);
    assert!(good, "{said}");
    let report = String::from_utf8(report).unwrap();
    let kinds = ["certificate", "CRL", "OCSPResponse", "timestamp", "signedData"];
    for kind in kinds.map(|kind| format!("<ObjectType>urn:etsi:019102:validationObject:{kind}</ObjectType>")) {
        assert!(report.contains(&kind), "{kind}");
    }
    for text in ["total-passed", "<POEObject VOReference=\"T-", "<DocTimeStamp", "<POEProvisioning>", "<TrustAnchor"] {
        assert!(report.contains(text), "{text}");
    }
}

/// A leader's signature; the same with a byte changed; a file without a signature; and no PDF.
#[test]
fn every_kind_of_report_has_the_standards_structure() {
    let signer = keys::signer(&keys::LEADER);
    let signed = signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &signer);
    let mut changed = signed.clone();
    let at = changed.windows(5).position(|window| window == b"0.2 g").unwrap();
    changed[at] ^= 1;
    let files = [("signed.pdf", signed), ("changed.pdf", changed), ("plain.pdf", shapes::plain()), ("no.pdf", vec![1])];
    let stdout = reported("xml", *keys::NOW, &keys::PKI.root_der().unwrap(), &files);
    let (good, said) = judged(&stdout);
    assert!(good, "{said}");
    // The judge isn't blind.
    let report = String::from_utf8(stdout).unwrap();
    for (from, to) in [
        ("<HashOnly>false</HashOnly>", ""),
        (":total-passed", ":fine"),
        ("id=\"S-1-1\"", "id=\"S-1-2\""),
        ("<ValidationTimeInfo>", "<ValidationTimeInfo><Strange/>"),
    ] {
        assert!(report.contains(from), "{from}");
        assert!(!judged(report.replacen(from, to, 1).as_bytes()).0, "{from}");
    }
}
