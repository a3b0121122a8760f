//! What a policy asks of algorithms, levels and time-stamps.

use super::{Make, SHA256, World, made, signed_by, with_cms};
use crate::common::assert_verdict;
use kyso::crypto::{DigestAlgorithm, SignatureScheme};
use kyso::validate::Demand;
use kyso::{BaselineLevel, Constraints, Indication, SubIndication};
use kyso_testpki::{KeyType, Profile};

#[test]
fn weak_algorithms_and_keys() {
    let world = World::new();
    let leader = world.leader();
    let why = Some(SubIndication::CryptoConstraintsFailureNoPoe);
    let sha1 = Make { digest: DigestAlgorithm::Sha1, ..Make::right(&leader) };
    let signature = world.only(&made(&sha1));
    assert_verdict(&signature, Indication::Indeterminate, why, "algorithm.weak");
    assert!(signature.digest_ok && signature.signature_ok);
    let short = world.pki.issue(Profile::leader().key(KeyType::Rsa(1024))).unwrap();
    let scheme = SignatureScheme::RsaPkcs1v15(SHA256);
    let pdf = with_cms(&leader, "ETSI.CAdES.detached", |covered| Make { scheme, ..Make::right(&short) }.cms(covered));
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "key.weak");
}

#[test]
fn what_was_weak_later_was_good_before() {
    let mut world = World::new();
    let leader = world.leader();
    let pdf = made(&Make { digest: DigestAlgorithm::Sha1, ..Make::right(&leader) });
    let text = Constraints::built_in_text("default").unwrap();
    let with_end = |end: &str| Constraints::from_toml(&text.replace("\"2014-01-01\"", end)).unwrap();
    world.policy.constraints = with_end("2026-03-02T03:00:01Z");
    assert_verdict(&world.only(&pdf), Indication::TotalPassed, None, "");
    world.policy.constraints = with_end("2026-03-02T03:00:00Z");
    let why = Some(SubIndication::CryptoConstraintsFailureNoPoe);
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "algorithm.weak");
}

#[test]
fn the_level_and_the_time_stamp_that_a_policy_asks_for() {
    let mut world = World::new();
    let leader = world.leader();
    let pdf = signed_by(&leader);
    let pkcs7 = with_cms(&leader, "adbe.pkcs7.detached", |covered| Make::right(&leader).cms(covered));
    let why = Some(SubIndication::SigConstraintsFailure);
    world.policy.constraints.signature.minimum_level = Some(BaselineLevel::B);
    assert_verdict(&world.only(&pdf), Indication::TotalPassed, None, "");
    assert_verdict(&world.only(&pkcs7), Indication::Indeterminate, why, "level.too-low");
    world.policy.constraints.signature.minimum_level = Some(BaselineLevel::T);
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "level.too-low");
    world.policy.constraints.signature.minimum_level = None;
    world.policy.constraints.signature.time_stamp = Demand::Wanted;
    assert_verdict(&world.only(&pdf), Indication::TotalPassed, None, "timestamp.wanted");
    world.policy.constraints.signature.time_stamp = Demand::Required;
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "timestamp.required");
}
