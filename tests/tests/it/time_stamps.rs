//! Document time-stamps that can't be relied on, beside signatures that can.

use jiff::{SignedDuration, Timestamp};
use kyso::validate::SignatureType;
use kyso::{Code, Indication, Report, Severity, SubIndication};
use kyso_testpki::{Digest, KeyType, Profile, Tsa, World};
use kyso_tests::folder::Folder;
use kyso_tests::lasting::Lasting;
use kyso_tests::{keys, signing};

/// An authority of a PKI that nobody here trusts.
fn strange_authority() -> Tsa {
    World::start(*keys::NOW).unwrap().tsa(Profile::tsa()).unwrap()
}

fn three_signatures() -> Lasting {
    let third = keys::leader(KeyType::P256);
    Lasting::signed(&keys::OFFICER, *keys::NOW).sign(&keys::LEADER, *keys::NOW).sign(&third, *keys::NOW)
}

fn verify(bytes: &[u8]) -> Report {
    kyso::verify(bytes, &signing::policy()).unwrap()
}

/// The command's exit code, and what it says.
fn command(bytes: &[u8]) -> (Option<i32>, String) {
    command_at(bytes, *keys::NOW)
}

fn command_at(bytes: &[u8], time: Timestamp) -> (Option<i32>, String) {
    let folder = Folder::new();
    folder.write("a.pdf", bytes).write("root.pem", keys::PKI.root_pem().unwrap());
    let outcome = folder.run(&format!("verify --trust root.pem --at {time} --lang en a.pdf"));
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
    // It's said at once, not only far below.
    let first = text.lines().take(2).collect::<String>();
    assert!(first.contains("a document time-stamp can't be relied on"), "{text}");
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

/// The signature's own certificate decides: while it's in its time the signature passes without the time-stamp; once it's over
/// the time-stamp would have to prove that the signature was there before (EN 319 102-1, 5.6.2.2), and can't.
#[test]
fn a_certificate_that_is_over_needs_the_proof() {
    let day = SignedDuration::from_hours(24);
    let (before, after) = (*keys::NOW - day * 30, *keys::NOW + day * 30);
    let leader = keys::PKI.issue(Profile::leader().key(KeyType::P256).valid(before, after)).unwrap();
    let file = Lasting::signed(&leader, *keys::NOW).document_time_stamp(&strange_authority(), *keys::NOW).bytes;
    let at = |time: Timestamp| {
        let mut policy = signing::policy();
        policy.time = time;
        kyso::verify(&file, &policy).unwrap()
    };
    let of = |report: &Report, kind| {
        let one = report.signatures.iter().find(|one| one.kind == kind).unwrap();
        (one.indication, one.sub_indication)
    };
    let (in_time, over) = (after - day, after + day);
    let report = at(in_time);
    assert_eq!(of(&report, SignatureType::Signature), (Indication::TotalPassed, None));
    assert_eq!(of(&report, SignatureType::DocumentTimestamp).0, Indication::Indeterminate);
    assert!(report.undecided().is_none());
    let report = at(over);
    let no_proof = (Indication::Indeterminate, Some(SubIndication::OutOfBoundsNoPoe));
    assert_eq!(of(&report, SignatureType::Signature), no_proof);
    assert_eq!(of(&report, SignatureType::DocumentTimestamp).0, Indication::Indeterminate);
    assert!(report.undecided().is_some());
    let told = report.findings.iter().any(|finding| finding.code == Code::TimestampNoProof);
    assert!(told, "{:?}", report.findings);
    assert_eq!(command_at(&file, in_time).0, Some(0));
    let (code, text) = command_at(&file, over);
    let first = text.lines().take(2).collect::<String>();
    assert!(code == Some(2) && first.starts_with("? a.pdf") && first.contains("Not certain"), "{text}");
}
