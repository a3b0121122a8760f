//! Document time-stamps that can't be relied on, beside signatures that can.

use jiff::SignedDuration;
use kyso::validate::SignatureType;
use kyso::{Code, Indication, Report, Severity};
use kyso_testpki::{Digest, Profile, Tsa, World};
use kyso_tests::folder::Folder;
use kyso_tests::lasting::Lasting;
use kyso_tests::{keys, signing};

/// An authority of a PKI that nobody here trusts.
fn strange_authority() -> Tsa {
    World::start(*keys::NOW).unwrap().tsa(Profile::tsa()).unwrap()
}

fn three_signatures() -> Lasting {
    Lasting::signed(&keys::OFFICER, *keys::NOW).sign(&keys::LEADER, *keys::NOW).sign(&keys::SEAL, *keys::NOW)
}

fn verify(bytes: &[u8]) -> Report {
    kyso::verify(bytes, &signing::policy()).unwrap()
}

/// The command's exit code, and what it says.
fn command(bytes: &[u8]) -> (Option<i32>, String) {
    let folder = Folder::new();
    folder.write("a.pdf", bytes).write("root.pem", keys::PKI.root_pem().unwrap());
    let outcome = folder.run(&format!("verify --trust root.pem --at {} --lang en a.pdf", *keys::NOW));
    (outcome.code, outcome.stdout)
}

#[test]
fn signatures_that_pass_without_it_pass() {
    let file = three_signatures().document_time_stamp(&strange_authority(), *keys::NOW).bytes;
    let report = verify(&file);
    let of = |kind| report.signatures.iter().filter(move |one| one.kind == kind).map(|one| one.indication);
    assert!(of(SignatureType::Signature).all(|one| one == Indication::TotalPassed), "{report:#?}");
    assert_eq!(of(SignatureType::DocumentTimestamp).collect::<Vec<_>>(), [Indication::Indeterminate]);
    assert!(report.undecided().is_none());
    let told = report.findings.iter().find(|finding| finding.code == Code::TimestampNoProof);
    assert_eq!(told.map(|finding| finding.severity), Some(Severity::Warning));
    let (code, text) = command(&file);
    assert!(code == Some(0) && text.starts_with("✔ a.pdf: VALID"), "{text}");
    assert!(text.contains("It proves nothing of time"), "{text}");
}

#[test]
fn a_time_stamp_that_is_trusted_is_no_matter() {
    let world = World::start(*keys::NOW).unwrap();
    let file = three_signatures().document_time_stamp(&world.tsa(Profile::tsa()).unwrap(), *keys::NOW).bytes;
    let mut policy = signing::policy();
    policy.anchors.add(&world.root.der().unwrap()).unwrap();
    let report = kyso::verify(&file, &policy).unwrap();
    let is_told = |code: Code| report.findings.iter().any(|finding| finding.code == code);
    // Its status isn't known here; where it is, nothing is said.
    let open = report.signatures.iter().any(|one| one.indication == Indication::Indeterminate);
    assert_eq!(is_told(Code::TimestampNoProof), open, "{report:#?}");
}

#[test]
fn a_broken_time_stamp_is_still_broken() {
    let authority = strange_authority();
    let file = three_signatures().document_time_stamp_with(|_| {
        authority.token(Digest::Sha256, &Digest::Sha256.of(b"something else").unwrap(), *keys::NOW).unwrap()
    });
    let (code, text) = command(&file.bytes);
    assert_eq!(code, Some(1), "{text}");
}

#[test]
fn what_needs_the_proof_stays_undecided() {
    let file = three_signatures().document_time_stamp(&strange_authority(), *keys::NOW).bytes;
    let mut policy = signing::policy();
    policy.time += SignedDuration::from_hours(24 * 365 * 4);
    let report = kyso::verify(&file, &policy).unwrap();
    assert!(report.undecided().is_some(), "{report:#?}");
}
