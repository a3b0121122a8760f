//! Records that somebody changed: none of them passes.

use kyso::asn1::{self, tag};
use kyso::pki::algorithm::write_digest;
use kyso::{Indication, Policy};
use kyso_archive::evidence::{DataObject, EvidenceRecord, MAX_RECORD, Stamp, time_stamp_leaf, verify};
use kyso_testpki::{Ess, TsaFault};
use proptest::prelude::*;

use crate::decades::{Decades, Life, SHA256, SHA512, hashes, in_2046, objects, stamp, time};
use crate::parts::Parts;
use crate::{demand, judged};

struct Case {
    life: Life,
    record: Vec<u8>,
    policy: Policy,
}

impl Case {
    fn new() -> Self {
        let life = Life::of(5, SHA512);
        let record = life.record(&life.objects[2], 4).to_der();
        let policy = life.world.policy(in_2046());
        Self { life, record, policy }
    }

    fn object(&self) -> &[u8] {
        &self.life.objects[2]
    }

    fn failed(&self, code: &str, change: impl FnOnce(&mut Parts)) {
        self.found(Indication::TotalFailed, code, change);
    }

    fn found(&self, indication: Indication, code: &str, change: impl FnOnce(&mut Parts)) {
        let mut parts = Parts::of(&self.record);
        assert_eq!(parts.der(), self.record, "taken apart and put together it's the same");
        change(&mut parts);
        demand(&parts.der(), self.object(), &self.policy, indication, code);
    }
}

/// A record without optional parts that nobody asked for is changed in one thing each.
#[test]
fn every_change_of_a_records_parts_is_told() {
    let case = Case::new();
    let other = {
        let world = &case.life.world;
        let tsa = world.authority("TSA 9", 2025, 2031);
        let objects = objects("another day", 5);
        stamp(world, &tsa, SHA256, hashes(SHA256, &objects), ["2026-03-03", "2029-12-31"])
    };
    let flip = |hash: &mut Vec<u8>| hash[7] ^= 1;

    // The four of the design.
    case.failed("evidence.broken-path", |parts| flip(&mut parts.chains[0][0].lists[1][0]));
    case.failed("signature.mismatch", |parts| {
        let end = parts.chains[1][0].token.len() - 1;
        parts.chains[1][0].token[end] ^= 1;
    });
    case.failed("evidence.other-predecessor", |parts| parts.chains[0][0].token = other.token().to_vec());
    case.failed("evidence.other-predecessor", |parts| {
        // Over the object alone, without the sequence so far.
        let leaf = SHA512.digest(&case.life.objects[2]);
        let tsa = case.life.world.authority("TSA 4", 2039, 2051);
        let alone = stamp(&case.life.world, &tsa, SHA512, vec![leaf], ["2040-01-02", "2040-01-03"]);
        parts.chains[1][0].lists.clear();
        parts.chains[1][0].token = alone.token().to_vec();
    });

    // Twenty more.
    case.failed("evidence.other-object", |parts| {
        let own = SHA256.digest(&case.life.objects[2]);
        parts.chains[0][0].lists[0].iter_mut().filter(|hash| **hash == own).for_each(flip);
    });
    case.failed("evidence.broken-path", |parts| drop(parts.chains[0][0].lists.pop()));
    case.failed("evidence.broken-path", |parts| parts.chains[0][0].lists.push(vec![vec![7; 32]]));
    case.failed("evidence.broken-path", |parts| parts.chains[0][0].lists[0].push(vec![7; 32]));
    case.failed("evidence.broken-path", |parts| parts.chains[0][0].lists[1][0].truncate(31));
    case.failed("evidence.other-object", |parts| parts.chains[0][0].lists.clear());
    case.failed("evidence.other-object", |parts| parts.chains[0][0].lists.reverse());
    case.failed("evidence.other-object", |parts| drop(parts.chains.remove(0)));
    case.failed("evidence.other-predecessor", |parts| drop(parts.chains[0].remove(1)));
    case.failed("evidence.other-predecessor", |parts| drop(parts.chains[0].pop()));
    case.failed("evidence.other-predecessor", |parts| parts.chains[0].swap(1, 2));
    case.failed("timestamp.order", |parts| parts.chains[0].swap(1, 2));
    case.failed("evidence.other-object", |parts| parts.chains.reverse());
    case.failed("evidence.other-predecessor", |parts| {
        let again = parts.chains[0][1].clone();
        parts.chains[0].insert(2, again);
    });
    case.failed("evidence.other-predecessor", |parts| {
        // Two chains where one was: the second begins as no renewal by hash tree does.
        let split = parts.chains[0].split_off(1);
        parts.chains.insert(1, split);
    });
    case.failed("evidence.several-algorithms", |parts| {
        let late = parts.chains.pop().unwrap();
        parts.chains[0].extend(late);
    });
    case.failed("evidence.algorithm-unlisted", |parts| drop(parts.algorithms.pop()));
    case.failed("evidence.broken-path", |parts| {
        // A tree by another algorithm than the token's imprint.
        let stated = write_digest(SHA512);
        parts.chains[0].iter_mut().for_each(|stamp| stamp.algorithm = Some(stated[2..].to_vec()));
    });
    case.found(Indication::Indeterminate, "evidence.algorithm-unknown", |parts| {
        let stated = asn1::object_identifier("1.2.3.4");
        parts.chains[1][0].algorithm = Some(stated);
    });
    case.found(Indication::Indeterminate, "evidence.unsupported", |parts| {
        let information = [asn1::object_identifier("1.2.3.4"), asn1::null()].concat();
        parts.optional.push(asn1::tlv(tag::context(1), &information));
    });
    case.failed("evidence.unreadable", |parts| parts.version = 2);
    case.failed("evidence.unreadable", |parts| parts.algorithms.clear());
    case.failed("evidence.unreadable", |parts| parts.chains.clear());
    case.failed("evidence.unreadable", |parts| parts.chains[0].clear());
    case.failed("evidence.unreadable", |parts| parts.chains[0][0].lists[0].clear());
    case.failed("evidence.unreadable", |parts| parts.optional.push(asn1::null()));
    case.failed("evidence.token", |parts| {
        parts.chains[0][1].token = asn1::sequence(&[asn1::object_identifier("1.2.840.113549.1.7.1")]);
    });
}

/// Without digestAlgorithm the token's own counts (RFC 4998, 4.1), and cryptoInfos help nobody here.
#[test]
fn what_may_be_left_out_or_added_changes_nothing() {
    let case = Case::new();
    let mut parts = Parts::of(&case.record);
    parts.optional.push(asn1::tlv(tag::context(0), &asn1::sequence(&[asn1::object_identifier("1.2.3.4")])));
    let (report, wrong) = judged(&parts.der(), DataObject::One(case.object()), &case.policy);
    assert_eq!(report.indication, Indication::TotalPassed, "{wrong:?}");
    let mut parts = Parts::of(&case.life.record(case.object(), 1).to_der());
    parts.chains[0][0].algorithm = None;
    let policy = case.life.world.policy(time("2030-01-01"));
    let (report, wrong) = judged(&parts.der(), DataObject::One(case.object()), &policy);
    assert_eq!(report.indication, Indication::TotalPassed, "{wrong:?}");
    assert_eq!(report.steps[0].digest_algorithm, Some(SHA256));
}

#[test]
fn a_token_that_lies_proves_nothing() {
    let world = Decades::new();
    let object = b"a file".to_vec();
    let tsa = world.authority("TSA 1", 2025, 2050);
    let request = kyso::tsp::TimeStampRequest::new(SHA256, &SHA256.digest(&object)).to_der();
    let made = |fault: TsaFault| {
        let answer = tsa.answer(&request, time("2026-03-02"), Some(&fault)).unwrap();
        let token = kyso::tsp::read_response(&answer).unwrap();
        token.with_material(&world.published("2026-03-03")).unwrap().der().to_vec()
    };
    let future = made(TsaFault::GenTime(time("2047-01-01")));
    let before = made(TsaFault::GenTime(time("2024-01-01")));
    let of_another = made(TsaFault::Ess(Ess::Wrong));
    for (token, code) in
        [(future, "timestamp.future"), (before, "timestamp.outside-certificate"), (of_another, "ess.mismatch")]
    {
        let stamp = Stamp::new(SHA256, vec![SHA256.digest(&object)], token).unwrap();
        let record = EvidenceRecord::first(&stamp, &[SHA256.digest(&object)]).unwrap().to_der();
        demand(&record, &object, &world.policy(in_2046()), Indication::Indeterminate, code);
    }
    let stamp = Stamp::new(SHA256, vec![SHA256.digest(&object)], made(TsaFault::BadSignature)).unwrap();
    let record = EvidenceRecord::first(&stamp, &[SHA256.digest(&object)]).unwrap().to_der();
    demand(&record, &object, &world.policy(in_2046()), Indication::TotalFailed, "signature.mismatch");
}

/// By an algorithm that isn't known here, such as one of after this was written, nothing is decided.
#[test]
fn a_token_by_an_unknown_algorithm_is_left_open() {
    let life = Life::of(1, SHA512);
    let object = &life.objects[0];
    let policy = life.world.policy(time("2030-01-01"));
    let mut parts = Parts::of(&life.record(object, 1).to_der());
    let token = &mut parts.chains[0][0].token;
    // ecdsa-with-SHA512 in the one SignerInfo, which comes last.
    let known = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04];
    let at = token.windows(known.len()).rposition(|window| window == known).unwrap();
    token[at + 9] = 0x7e;
    demand(&parts.der(), object, &policy, Indication::Indeterminate, "algorithm.unknown");
}

/// A later stamp that states an earlier time contradicts itself.
#[test]
fn a_renewal_from_before_its_predecessor_fails() {
    let world = Decades::new();
    let object = b"a file".to_vec();
    let tsa = world.authority("TSA 1", 2025, 2050);
    let first = stamp(&world, &tsa, SHA256, vec![SHA256.digest(&object)], ["2030-03-02", "2030-03-03"]);
    let leaf = time_stamp_leaf(SHA256, first.token());
    let second = stamp(&world, &tsa, SHA256, vec![leaf], ["2029-03-02", "2030-03-03"]);
    let mut record = EvidenceRecord::first(&first, &[SHA256.digest(&object)]).unwrap();
    record.renew_by_time_stamp(&second).unwrap();
    demand(&record.to_der(), &object, &world.policy(in_2046()), Indication::TotalFailed, "timestamp.order");
}

/// One bit anywhere in what a later token covers, or in the way to it: none is left without being told.
#[test]
fn no_flipped_bit_before_the_newest_token_passes() {
    let case = Case::new();
    let newest = Parts::of(&case.record).chains[1][0].token.clone();
    let end = case.record.windows(newest.len()).position(|window| window == newest).unwrap();
    assert!(end > 4000, "there's much before it: {end}");
    for at in (0..end).step_by(13).chain(0..64) {
        let mut changed = case.record.clone();
        changed[at] ^= 1 << (at % 8);
        let report = verify(&changed, DataObject::One(case.object()), &case.policy);
        assert_ne!(report.indication, Indication::TotalPassed, "bit {} of byte {at}", at % 8);
    }
    for length in (0..case.record.len()).step_by(97) {
        let cut = &case.record[..length];
        assert_eq!(verify(cut, DataObject::One(case.object()), &case.policy).indication, Indication::TotalFailed);
    }
}

#[test]
fn only_der_within_its_bounds_is_a_record() {
    let case = Case::new();
    let unreadable = |bytes: &[u8]| {
        demand(bytes, case.object(), &case.policy, Indication::TotalFailed, "evidence.unreadable");
    };
    unreadable(&[case.record.as_slice(), &[0]].concat());
    // Indefinite and overlong lengths are BER.
    let contents = &case.record[4..];
    assert_eq!(case.record[..2], [0x30, 0x82], "a SEQUENCE with two octets of length");
    unreadable(&[&[0x30, 0x80], contents, &[0, 0]].concat());
    unreadable(&[&[0x30, 0x83, 0], &case.record[2..4], contents].concat());
    unreadable(&vec![0; MAX_RECORD + 1]);
    unreadable(b"");
    unreadable(b"%PDF-1.7");
    let mut parts = Parts::of(&case.record);
    let one = parts.chains[0][0].clone();
    parts.chains[0] = vec![one; 65];
    unreadable(&parts.der());
    let mut parts = Parts::of(&case.record);
    parts.chains[0][0].lists = vec![vec![vec![1; 32]]; 65];
    unreadable(&parts.der());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic_or_pass(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let report = verify(&bytes, DataObject::One(b"x"), &Policy::at(in_2046()));
        prop_assert_eq!(report.indication, Indication::TotalFailed);
    }

    /// Shapes that get further: sequences in sequences.
    #[test]
    fn no_nested_elements_panic_or_pass(
        parts in proptest::collection::vec((prop::sample::select(vec![0x02_u8, 0x04, 0x06, 0x30, 0x31, 0xa0, 0xa1, 0xa2]),
            proptest::collection::vec(any::<u8>(), 0..12)), 0..12),
        depth in 1..6_usize,
    ) {
        let mut bytes = parts.iter().map(|(tag, contents)| asn1::tlv(*tag, contents)).collect::<Vec<_>>().concat();
        for _ in 0..depth {
            bytes = asn1::sequence(&[asn1::unsigned(1), asn1::sequence(&[write_digest(SHA256)]), asn1::sequence(&[bytes])]);
        }
        let report = verify(&bytes, DataObject::One(b"x"), &Policy::at(in_2046()));
        prop_assert_ne!(report.indication, Indication::TotalPassed);
    }
}
