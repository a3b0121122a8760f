//! Records as an archive makes them: of days of all sizes, renewed in time, renewed too late.

use kyso::crypto::DigestAlgorithm;
use kyso::{Indication, Material};
use kyso_archive::evidence::{
    BuildError, DataObject, EvidenceRecord, Stamp, StepKind, group_hash, hash_tree_leaf, time_stamp_leaf, verify,
};
use kyso_testpki::{Addresses, OcspResponder, Profile, Reason, Tsa};

use crate::decades::{Decades, Life, SHA256, SHA512, completed, hashes, in_2046, objects, stamp, time, token};
use crate::{demand, judged};

#[test]
fn days_of_every_size_hold_in_2046_after_two_renewals_by_time_stamp_and_one_by_hash_tree() {
    for (count, last) in [(1, SHA512), (2, SHA512), (5, DigestAlgorithm::Sha3_512), (200, SHA512)] {
        let life = Life::of(count, last);
        let policy = life.world.policy(in_2046());
        for object in life.objects.iter().step_by(count.div_ceil(5)) {
            let record = life.record(object, 4).to_der();
            assert_eq!(EvidenceRecord::parse(&record).unwrap().to_der(), record);
            let (report, wrong) = judged(&record, DataObject::One(object), &policy);
            assert_eq!(report.indication, Indication::TotalPassed, "{count}: {wrong:?}");
            assert_eq!(report.proven_since, Some(time("2026-03-02")));
            let kinds = report.steps.iter().map(|step| step.kind).collect::<Vec<_>>();
            let renewal = StepKind::TimeStampRenewal;
            assert_eq!(kinds, [StepKind::First, renewal, renewal, StepKind::HashTreeRenewal]);
            let good_at = report.steps.iter().map(|step| step.good_at).collect::<Vec<_>>();
            let expected = [time("2030-01-02"), time("2035-01-02"), time("2040-01-02"), in_2046()];
            assert_eq!(good_at, expected.map(Some));
            assert_eq!(report.steps[3].digest_algorithm, Some(last));
            demand(&record, b"another file", &policy, Indication::TotalFailed, "evidence.other-object");
        }
    }
}

/// Before a renewal is due a record of one stamp is as good as its token.
#[test]
fn each_stage_holds_while_its_newest_token_does_and_is_open_afterwards() {
    let life = Life::of(5, SHA512);
    let object = &life.objects[3];
    for (stamps, good, open) in
        [(1, "2030-12-01", "2031-06-01"), (2, "2035-12-01", "2037-01-01"), (3, "2040-06-01", "2042-01-01")]
    {
        let record = life.record(object, stamps).to_der();
        let (report, wrong) = judged(&record, DataObject::One(object), &life.world.policy(time(good)));
        assert_eq!(report.indication, Indication::TotalPassed, "{stamps}: {wrong:?}");
        // A newer record may be had: that isn't a failure yet.
        demand(&record, object, &life.world.policy(time(open)), Indication::Indeterminate, "certificate.expired");
    }
}

#[test]
fn an_algorithm_that_ended_before_the_next_chain_began_proves_nothing() {
    let life = Life::of(2, SHA512);
    let object = &life.objects[0];
    let record = life.record(object, 4).to_der();
    let (report, wrong) = judged(&record, DataObject::One(object), &life.world.policy_until(in_2046(), "2041-01-01"));
    assert_eq!(report.indication, Indication::TotalPassed, "{wrong:?}");
    let weak = report.steps[0].findings.iter().any(|finding| finding.code.name() == "algorithm.weak-since");
    assert!(weak, "that it's weak by now is told");
    demand(
        &record,
        object,
        &life.world.policy_until(in_2046(), "2039-01-01"),
        Indication::TotalFailed,
        "evidence.algorithm-ended",
    );
    // Without the new chain it's weak now, and nobody says that it ended too early.
    let open = life.record(object, 3).to_der();
    let mut policy = life.world.policy_until(in_2046(), "2040-02-01");
    policy.time = time("2040-06-01");
    demand(&open, object, &policy, Indication::Indeterminate, "algorithm.weak");
}

#[test]
fn a_renewal_after_the_certificates_end_comes_too_late() {
    let world = Decades::new();
    let object = b"a file".to_vec();
    let first = world.authority("TSA 1", 2025, 2031);
    let first = stamp(&world, &first, SHA256, vec![SHA256.digest(&object)], ["2026-03-02", "2030-12-30"]);
    let mut record = EvidenceRecord::first(&first, &[SHA256.digest(&object)]).unwrap();
    let second = world.authority("TSA 2", 2030, 2048);
    let leaves = vec![time_stamp_leaf(SHA256, first.token())];
    let second = stamp(&world, &second, SHA256, leaves, ["2031-01-05", "2031-01-06"]);
    record.renew_by_time_stamp(&second).unwrap();
    let policy = world.policy(in_2046());
    demand(&record.to_der(), &object, &policy, Indication::TotalFailed, "evidence.renewed-too-late");
}

#[test]
fn an_authority_revoked_before_the_renewal_proves_nothing_and_one_revoked_afterwards_does() {
    for (revoked, holds) in [("2029-06-01", false), ("2030-06-01", true)] {
        let world = Decades::new();
        let object = b"a file".to_vec();
        let tsa = world.authority("TSA 1", 2025, 2031);
        world.register.revoke(&tsa.identity, time(revoked), Some(Reason::KeyCompromise));
        // What the archive had gathered by the renewal doesn't say so in either case.
        let first = stamp(&world, &tsa, SHA256, vec![SHA256.digest(&object)], ["2026-03-02", "2029-05-31"]);
        let later = world.authority("TSA 2", 2029, 2048);
        let leaves = vec![time_stamp_leaf(SHA256, first.token())];
        let second = stamp(&world, &later, SHA256, leaves, ["2030-01-02", "2030-01-03"]);
        let mut record = EvidenceRecord::first(&first, &[SHA256.digest(&object)]).unwrap();
        record.renew_by_time_stamp(&second).unwrap();
        let mut policy = world.policy(in_2046());
        policy.material.merge(world.published("2030-07-01"));
        match holds {
            true => {
                let (report, wrong) = judged(&record.to_der(), DataObject::One(&object), &policy);
                assert_eq!(report.indication, Indication::TotalPassed, "{wrong:?}");
            }
            false => {
                demand(&record.to_der(), &object, &policy, Indication::TotalFailed, "evidence.renewed-too-late");
                demand(&record.to_der(), &object, &policy, Indication::TotalFailed, "revocation.revoked");
            }
        }
    }
}

/// The newest authority's status is asked for now.
#[test]
fn the_newest_authority_may_not_be_revoked_now() {
    let world = Decades::new();
    let object = b"a file".to_vec();
    let tsa = world.authority("TSA 1", 2025, 2050);
    let first = stamp(&world, &tsa, SHA256, vec![SHA256.digest(&object)], ["2026-03-02", "2026-03-03"]);
    let record = EvidenceRecord::first(&first, &[SHA256.digest(&object)]).unwrap().to_der();
    let mut policy = world.policy(in_2046());
    let (report, wrong) = judged(&record, DataObject::One(&object), &policy);
    assert_eq!(report.indication, Indication::TotalPassed, "{wrong:?}");
    world.register.revoke(&tsa.identity, time("2040-01-01"), Some(Reason::KeyCompromise));
    policy.material.merge(world.published("2046-03-01"));
    demand(&record, &object, &policy, Indication::Indeterminate, "revocation.revoked");
}

/// Material may come from elsewhere as long as it can be relied on by itself; without any, nothing is known.
#[test]
fn evidence_of_revocations_counts_where_it_is_proven_or_reliable_still() {
    let world = Decades::new();
    let object = b"a file".to_vec();
    let bare = |tsa: &Tsa, leaf: Vec<u8>, day: &str| {
        Stamp::new(SHA256, vec![leaf.clone()], token(tsa, SHA256, &leaf, day)).unwrap()
    };
    let first = bare(&world.authority("TSA 1", 2025, 2031), SHA256.digest(&object), "2026-03-02");
    let second = world.authority("TSA 2", 2029, 2048);
    let second = bare(&second, time_stamp_leaf(SHA256, first.token()), "2030-01-02");
    let mut record = EvidenceRecord::first(&first, &[SHA256.digest(&object)]).unwrap();
    record.renew_by_time_stamp(&second).unwrap();
    let record = record.to_der();

    let mut policy = world.policy(in_2046());
    demand(&record, &object, &policy, Indication::Indeterminate, "revocation.not-checked");
    // Too old by the time of the renewal.
    policy.material = world.published("2026-03-03");
    policy.material.merge(world.published("2046-03-01"));
    demand(&record, &object, &policy, Indication::Indeterminate, "revocation.stale");
    policy.material.merge(world.published("2029-12-31"));
    let (report, wrong) = judged(&record, DataObject::One(&object), &policy);
    assert_eq!(report.indication, Indication::TotalPassed, "{wrong:?}");
    // From here on anybody may have made the list of 2029: nothing proves that it is of then.
    policy.time = time("2061-01-01");
    let (report, wrong) = judged(&record, DataObject::One(&object), &policy);
    assert_eq!(report.steps[0].indication, Indication::Indeterminate);
    assert!(wrong.contains(&"revocation.issuer-expired"), "{wrong:?}");
}

fn material_of_root(world: &Decades) -> Material {
    let mut material = world.published("2030-01-03");
    material.crls.truncate(1);
    material
}

/// An OCSP answer in a token is as good as a CRL, its responder's certificate being in it.
#[test]
fn ocsp_answers_in_tokens_count() {
    let world = Decades::new();
    let object = b"a file".to_vec();
    let responder = Profile::ocsp_responder().valid(time("2025-01-01"), time("2031-06-01"));
    let responder = OcspResponder::new(&world.ca, &world.register, world.ca.issue(&responder).unwrap());
    let authority = |from: &str, to: &str| {
        let addresses = Addresses { ocsp: Some("http://tsa.invalid/ocsp".to_owned()), ..Addresses::default() };
        Tsa::new(world.ca.issue(&Profile::tsa().valid(time(from), time(to)).addresses(addresses)).unwrap())
    };
    let first = authority("2025-01-01", "2031-01-01");
    let bare = token(&first, SHA256, &SHA256.digest(&object), "2026-03-02");
    let record = |asked: &str| {
        let mut material = world.published(asked);
        // The CA's own list doesn't help where the authority's certificate names OCSP alone.
        material.crls.truncate(1);
        material.ocsp_responses.push(responder.about(&first.identity, time(asked), None).unwrap());
        let leaf = vec![SHA256.digest(&object)];
        let day = Stamp::new(SHA256, leaf.clone(), completed(&bare, &material)).unwrap();
        // An authority of which nothing is published: a later list of the same CA would speak of the first too.
        let second = Tsa::new(world.ca.issue(&Profile::tsa().valid(time("2029-01-01"), time("2048-01-01"))).unwrap());
        let leaves = vec![time_stamp_leaf(SHA256, day.token())];
        let bare = token(&second, SHA256, &leaves[0], "2030-01-02");
        let second = Stamp::new(SHA256, leaves, completed(&bare, &material_of_root(&world))).unwrap();
        let mut record = EvidenceRecord::first(&day, &leaf).unwrap();
        record.renew_by_time_stamp(&second).unwrap();
        record.to_der()
    };
    let policy = world.policy(in_2046());
    let (report, wrong) = judged(&record("2030-01-01"), DataObject::One(&object), &policy);
    assert_eq!(report.indication, Indication::TotalPassed, "{wrong:?}");
    demand(&record("2028-01-01"), &object, &policy, Indication::Indeterminate, "revocation.stale");
}

#[test]
fn a_group_is_proven_as_a_whole() {
    let world = Decades::new();
    let group = objects("a dossier", 3);
    let own = hashes(SHA256, &group);
    let mut leaves = hashes(SHA256, &objects("others", 6));
    leaves.push(group_hash(SHA256, &own).unwrap());
    let first = world.authority("TSA 1", 2025, 2031);
    let first = stamp(&world, &first, SHA256, leaves, ["2026-03-02", "2029-12-31"]);
    let mut record = EvidenceRecord::first(&first, &own).unwrap();
    let own = hashes(SHA512, &group);
    let leaf = hash_tree_leaf(SHA512, &own, &record).unwrap();
    let second = world.authority("TSA 2", 2029, 2048);
    let second = stamp(&world, &second, SHA512, vec![leaf, SHA512.digest(b"x")], ["2030-01-02", "2030-01-03"]);
    record.renew_by_hash_tree(&second, &own).unwrap();
    let (record, policy) = (record.to_der(), world.policy(in_2046()));
    let all = group.iter().map(Vec::as_slice).collect::<Vec<_>>();
    let (report, wrong) = judged(&record, DataObject::Group(&all), &policy);
    assert_eq!(report.indication, Indication::TotalPassed, "{wrong:?}");
    let reversed = all.iter().rev().copied().collect::<Vec<_>>();
    assert_eq!(verify(&record, DataObject::Group(&reversed), &policy).indication, Indication::TotalPassed);
    let more = [all.as_slice(), &[b"one more"]].concat();
    for wrong in [&all[..2], more.as_slice(), &[]] {
        let report = verify(&record, DataObject::Group(wrong), &policy);
        assert_eq!(report.indication, Indication::TotalFailed, "{} objects", wrong.len());
    }
}

/// Where roots aren't trusted, or are another's, nothing is known of the authority.
#[test]
fn without_the_right_roots_it_cannot_be_decided() {
    let life = Life::of(1, SHA512);
    let record = life.record(&life.objects[0], 4).to_der();
    let nobody = kyso::Policy::at(in_2046());
    let stranger = Decades::of("KHÁC").policy(in_2046());
    for policy in [nobody, stranger] {
        let (report, _) = judged(&record, DataObject::One(&life.objects[0]), &policy);
        assert_eq!(report.indication, Indication::Indeterminate);
    }
}

#[test]
fn what_does_not_fit_together_makes_no_record() {
    let life = Life::of(5, SHA512);
    let object = &life.objects[0];
    let hash = |digest: DigestAlgorithm| vec![digest.digest(object)];
    let leaves = hashes(SHA256, &life.objects);
    let stored = life.day.token().to_vec();
    let stamp = |digest, leaves, token| Stamp::new(digest, leaves, token).map(|_| ());
    assert_eq!(stamp(SHA256, leaves[1..].to_vec(), stored.clone()), Err(BuildError::OtherRoot));
    assert_eq!(stamp(SHA256, Vec::new(), stored.clone()), Err(BuildError::Leaves));
    assert_eq!(stamp(SHA512, leaves.clone(), stored.clone()), Err(BuildError::Leaves));
    let weak = DigestAlgorithm::Sha1;
    assert_eq!(stamp(weak, leaves.clone(), stored.clone()), Err(BuildError::Algorithm(weak)));
    assert!(matches!(stamp(SHA256, leaves, stored[1..].to_vec()), Err(BuildError::Unreadable(_))));
    assert_eq!(EvidenceRecord::first(&life.day, &[SHA256.digest(b"x")]).err(), Some(BuildError::NotALeaf));
    let mut record = life.record(object, 1);
    let before = record.clone();
    assert_eq!(record.renew_by_time_stamp(&life.third), Err(BuildError::NotALeaf));
    assert_eq!(record.renew_by_time_stamp(&life.fourth), Err(BuildError::OtherAlgorithm));
    assert_eq!(record.renew_by_hash_tree(&life.fourth, &hash(SHA512)), Err(BuildError::NotALeaf));
    assert_eq!(record, before);
    let mut record = life.record(object, 3);
    assert_eq!(record.renew_by_hash_tree(&life.fourth, &hash(SHA256)), Err(BuildError::NotALeaf));
    assert_eq!(record.renew_by_hash_tree(&life.fourth, &hash(SHA512)), Ok(()));
}

/// Completing a token changes neither what it says nor its signature.
#[test]
fn a_completed_token_is_the_same_token_with_more_beside_it() {
    let world = Decades::new();
    let tsa = world.authority("TSA 1", 2025, 2031);
    let bare = token(&tsa, SHA256, &SHA256.digest(b"x"), "2026-03-02");
    let mut material = world.published("2026-03-03");
    material.ocsp_responses.push(kyso::asn1::sequence(&[kyso::asn1::tlv(kyso::asn1::tag::ENUMERATED, &[1])]));
    let whole = completed(&bare, &material);
    let read = |der: &[u8]| kyso::TimeStampToken::parse(der).unwrap();
    assert_eq!(read(&whole).info(), read(&bare).info());
    assert_eq!(read(&whole).signed_data().signers, read(&bare).signed_data().signers);
    let held = read(&whole).signed_data().material();
    assert_eq!((held.crls.len(), held.ocsp_responses.len()), (2, 1));
    assert!(material.certificates.iter().all(|certificate| held.certificates.contains(certificate)));
    assert_eq!(completed(&whole, &material), whole, "once is enough");
    assert_eq!(completed(&bare, &Material::default()), bare, "nothing is changed where nothing is added");
}
