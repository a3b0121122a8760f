//! What a strict policy takes after a signature: the signatures of the agency's own course of business, and evidence.

use kyso::validate::{ChangeRule, SignatureType};
use kyso::{BaselineLevel, Code, Indication, Policy, Report, Role};
use kyso_testpki::{Identity, KeyType, Profile, World};
use kyso_tests::attacks::base::{self, number::CHECKBOX, number::METADATA};
use kyso_tests::attacks::writer::Update;
use kyso_tests::connected::{self, Connected};
use kyso_tests::shapes::writer::{Layout, Objects, append};
use kyso_tests::{keys, shapes, signing};

fn strict(mut policy: Policy) -> Policy {
    policy.constraints.signature.changes = ChangeRule::Strict;
    policy
}

/// By certificates alone, without a roster.
fn without_roster() -> Policy {
    let mut policy = Policy::at(*keys::NOW);
    policy.anchors.add(&keys::PKI.root_der().unwrap()).unwrap();
    policy
}

fn judged(bytes: &[u8], policy: Policy) -> Report {
    kyso::verify(bytes, &strict(policy)).unwrap()
}

#[track_caller]
fn assert_expected(bytes: &[u8], policy: Policy) {
    let report = judged(bytes, policy);
    for one in &report.signatures {
        assert_eq!(one.indication, Indication::TotalPassed, "{one:#?}");
        assert!(one.modifications_allowed);
    }
    assert!(!report.is_flawed());
}

/// The first signature isn't passed, and this code says why.
#[track_caller]
fn assert_not_expected(bytes: &[u8], policy: Policy, code: Code) {
    let report = judged(bytes, policy);
    let first = &report.signatures[0];
    assert!(!first.modifications_allowed, "{report:#?}");
    assert_eq!(first.indication, Indication::Indeterminate);
    assert!(report.signatures.iter().flat_map(|one| &one.findings).any(|finding| finding.code == code), "{report:#?}");
}

fn signed(bytes: &[u8], identity: &Identity, role: Role) -> Vec<u8> {
    signing::sign(bytes, &signing::parameters(role), &keys::signer(identity))
}

fn issued(profile: Profile) -> Identity {
    keys::PKI.issue(profile.key(KeyType::P256)).unwrap()
}

/// A seal that leaves the document open, over whatever is there.
fn sealed_openly(bytes: &[u8], identity: &Identity) -> Vec<u8> {
    signing::sign_unjudged(bytes, &signing::parameters(Role::Other), &keys::signer(identity))
}

/// With an empty field.
fn reserved(bytes: &[u8], name: &str) -> Vec<u8> {
    let document = kyso::Document::parse(bytes).unwrap();
    let place = kyso::Place::Rectangle { page: 1, rectangle: signing::LEADER_AT };
    kyso::reserve(&document, &[kyso::FieldToReserve::new(name, place)]).unwrap().after(bytes)
}

fn with_officer() -> Policy {
    let mut policy = signing::policy();
    policy.roster.certificates.push(signing::entry(&keys::OFFICER, Role::Other));
    policy
}

#[test]
fn the_course_of_a_result_is_expected() {
    let plain = shapes::plain();
    let leader = signed(&plain, &keys::LEADER, Role::Leader);
    let sealed = signing::seal(&leader, &signing::plain_seal(), &keys::signer(&keys::SEAL));
    let receiver = signing::parameters(Role::Other).field(kyso::RECEIVER_FIELD);
    let kept = reserved(&plain, kyso::RECEIVER_FIELD);
    let officer = signing::sign(&kept, &receiver, &keys::signer(&keys::OFFICER));
    let all = signing::signed_and_sealed(&officer);
    for file in [&leader, &sealed, &officer, &all] {
        assert_expected(file, with_officer());
        assert_expected(file, without_roster());
    }
    assert_expected(&signed(&plain, &keys::SEAL, Role::Copy), without_roster());
}

/// A document of another agency that one's own has copied, signatures and all.
#[test]
fn a_copy_of_a_signed_document_is_expected_by_the_roster() {
    let sealed = sealed_openly(&signed(&shapes::plain(), &keys::LEADER, Role::Leader), &keys::SEAL);
    let copying = issued(Profile::seal().name("UBND PHƯỜNG SAO"));
    let copied = signed(&sealed, &copying, Role::Copy);
    let mut policy = signing::policy();
    assert_not_expected(&copied, policy.clone(), Code::SignatureNotExpected);
    policy.roster.certificates.push(signing::entry(&copying, Role::Copy));
    assert_expected(&copied, policy);
}

#[test]
fn evidence_is_expected() {
    let world = World::start(*keys::NOW).unwrap();
    let connected = Connected::to(&world);
    let [leader, seal] = [Profile::leader(), Profile::seal()].map(|one| world.issue(one.key(KeyType::P256)).unwrap());
    for level in [BaselineLevel::Lt, BaselineLevel::Lta] {
        let signed = connected::sign(&world, &connected, &shapes::plain(), &leader, Role::Leader, level);
        let sealed = connected::sign(&world, &connected, &signed, &seal, Role::Seal, level);
        for file in [&signed, &sealed] {
            let report = judged(file, connected::policy(&world));
            assert!(report.signatures.iter().all(|one| one.indication == Indication::TotalPassed), "{report:#?}");
        }
        let stamps = judged(&sealed, connected::policy(&world)).signatures;
        let stamps = stamps.iter().filter(|one| one.kind == SignatureType::DocumentTimestamp).count();
        assert_eq!(stamps, if level == BaselineLevel::Lta { 2 } else { 0 });
    }
}

#[test]
fn a_strangers_signature_is_not() {
    let leader = signed(&shapes::plain(), &keys::LEADER, Role::Leader);
    // Trusted as a certificate, and in no roster; by another agency; a person without an office.
    let other_agency = issued(Profile::seal().name("UBND PHƯỜNG KHÁC"));
    let other_leader =
        issued(Profile { unit: Some("UBND PHƯỜNG KHÁC".into()), ..Profile::leader().name("Trần Văn Lạ") });
    let citizen = issued(Profile::leader().name("Phạm Thị Dân").title(None));
    for stranger in [&other_agency, &other_leader, &citizen, &*keys::OFFICER] {
        let file = sealed_openly(&leader, stranger);
        for policy in [signing::policy(), without_roster()] {
            assert_not_expected(&file, policy.clone(), Code::SignatureNotExpected);
            let practice = kyso::verify(&file, &policy).unwrap();
            assert!(practice.signatures.iter().all(|one| one.modifications_allowed), "practice has them");
        }
    }
    // The agency's own seal before and after it mends nothing.
    let sealed = sealed_openly(&leader, &keys::SEAL);
    assert_expected(&sealed, signing::policy());
    assert_not_expected(&sealed_openly(&sealed, &citizen), signing::policy(), Code::SignatureNotExpected);
    assert_not_expected(
        &sealed_openly(&sealed_openly(&leader, &citizen), &keys::SEAL),
        signing::policy(),
        Code::SignatureNotExpected,
    );
}

#[test]
fn the_wrong_order_is_not() {
    let sealed_first = sealed_openly(&shapes::plain(), &keys::SEAL);
    let then_leader = signed(&sealed_first, &keys::LEADER, Role::Leader);
    assert_not_expected(&then_leader, signing::policy(), Code::SignatureNotExpected);
    let twice =
        sealed_openly(&sealed_openly(&signed(&shapes::plain(), &keys::LEADER, Role::Leader), &keys::SEAL), &keys::SEAL);
    assert_not_expected(&twice, signing::policy(), Code::SignatureNotExpected);
    // A seal over the officer's signature alone lies over no leader's.
    let no_leader = sealed_openly(&signed(&shapes::plain(), &keys::OFFICER, Role::Other), &keys::SEAL);
    assert_not_expected(&no_leader, with_officer(), Code::SignatureNotExpected);
    // Outside the roster's dates.
    let mut policy = signing::policy();
    for entry in policy.roster.certificates.iter_mut().filter(|entry| entry.role == Role::Seal) {
        entry.until = Some(*keys::NOW - jiff::SignedDuration::from_hours(24));
    }
    let file = sealed_openly(&signed(&shapes::plain(), &keys::LEADER, Role::Leader), &keys::SEAL);
    assert_not_expected(&file, policy, Code::SignatureNotExpected);
}

#[test]
fn whatever_else_is_changed_is_not() {
    let signed_form = base::signed();
    let filled = Update::new().object(CHECKBOX, base::checkbox("Yes")).onto(signed_form);
    assert_not_expected(&filled, signing::policy(), Code::DocmdpViolated);
    // Also where the agency seals it.
    assert_not_expected(&sealed_openly(&filled, &keys::SEAL), signing::policy(), Code::DocmdpViolated);
    // Programs renew metadata with whatever else they write, evidence too: that is upkeep.
    let renewed = Update::new().object(METADATA, base::metadata("2030-01-01T00:00:00Z")).onto(signed_form);
    assert_expected(&renewed, signing::policy());
    assert_expected(&sealed_openly(&renewed, &keys::SEAL), signing::policy());
    let leader = signed(&shapes::plain(), &keys::LEADER, Role::Leader);
    let reserved = reserved(&leader, "Trống");
    assert_not_expected(&reserved, signing::policy(), Code::DocmdpViolated);
    let annotated = append(
        &leader,
        &Objects::from([(3, base::body(&leader, 3)), (90, b"<< /Type /Catalog >>".to_vec())]),
        &Layout::default(),
    );
    assert_expected(&annotated, signing::policy());
}
