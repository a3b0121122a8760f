//! The report of ETSI TS 119 102-2, held against the standard's structure by the judge that knows it.

use std::process::Command;

use kyso::role::Role;
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

/// A leader's signature; the same with a byte changed; a file without a signature; and no PDF.
#[test]
fn every_kind_of_report_has_the_standards_structure() {
    let folder = tempfile::tempdir().unwrap();
    let signer = keys::signer(&keys::LEADER);
    let signed = signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &signer);
    let mut changed = signed.clone();
    let at = changed.windows(5).position(|window| window == b"0.2 g").unwrap();
    changed[at] ^= 1;
    let files = [("signed.pdf", signed), ("changed.pdf", changed), ("plain.pdf", shapes::plain()), ("no.pdf", vec![1])];
    for (name, bytes) in &files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    std::fs::write(folder.path().join("root.pem"), keys::PKI.root_pem().unwrap()).unwrap();
    let done = tool::kyso()
        .current_dir(folder.path())
        .args(["verify", "--format", "xml", "--trust", "root.pem", "--at", &keys::NOW.to_string()])
        .args(files.iter().map(|(name, _)| name))
        .output()
        .unwrap();
    let (good, said) = judged(&done.stdout);
    assert!(good, "{said}");
    // The judge isn't blind.
    let report = String::from_utf8(done.stdout).unwrap();
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
