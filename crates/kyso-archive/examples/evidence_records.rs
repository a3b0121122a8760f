//! Writes evidence records for an outside judge (`tests/judges/evidence`): of days of 1, 2, 5 and 200 objects and of a group, of
//! all three kinds, and the same changed so that they must be refused.
//!
//! ```sh
//! cargo run -p kyso-archive --example evidence_records -- DIR
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "it writes cases for a test, or fails"
)]
#![allow(dead_code, reason = "the tests use more of what is shared with them")]

#[path = "../tests/evidence/decades.rs"]
mod decades;
#[path = "../tests/evidence/parts.rs"]
mod parts;

use std::fs;
use std::path::{Path, PathBuf};

use decades::{Decades, Life, SHA256, SHA512, hashes, objects, stamp};
use kyso_archive::evidence::{EvidenceRecord, group_hash, hash_tree_leaf, time_stamp_leaf};
use parts::Parts;

struct Cases(PathBuf);

impl Cases {
    fn write(&self, name: &str, record: &[u8], object: &[&[u8]], expect: &str) {
        let path = |ending: &str| self.0.join(format!("{name}.{ending}"));
        fs::write(path("er"), record).expect("a record");
        fs::write(path("expect"), expect).expect("what is expected");
        if let [one] = object {
            fs::write(path("object"), one).expect("an object");
            return;
        }
        for (index, one) in object.iter().enumerate() {
            fs::write(path(&format!("object.{index}")), one).expect("an object");
        }
    }

    fn accept(&self, name: &str, record: &[u8], object: &[&[u8]]) {
        self.write(name, record, object, "accept");
    }

    fn refuse(&self, name: &str, record: &[u8], object: &[u8], change: impl FnOnce(&mut Parts)) {
        let mut parts = Parts::of(record);
        change(&mut parts);
        self.write(name, &parts.der(), &[object], "refuse");
    }
}

fn main() {
    let directory = std::env::args().nth(1).expect("usage: evidence_records DIR");
    let cases = Cases(Path::new(&directory).to_owned());
    for count in [1, 2, 5, 200] {
        let life = Life::of(count, SHA512);
        for (index, object) in life.objects.iter().enumerate().step_by(count.div_ceil(5)) {
            for stamps in 1..=4 {
                let record = life.record(object, stamps).to_der();
                cases.accept(&format!("day-{count}-object-{index}-stamps-{stamps}"), &record, &[object]);
            }
        }
    }
    changed(&cases);
    group(&cases);
    predecessor_alone(&cases);
}

fn changed(cases: &Cases) {
    let life = Life::of(5, SHA512);
    let object = &life.objects[2];
    let (first, second) = (life.record(object, 1).to_der(), life.record(object, 2).to_der());
    let whole = life.record(object, 4).to_der();
    let other = Life::of(5, SHA512);
    for (name, record) in [("first", &first), ("second", &second), ("whole", &whole)] {
        cases.write(&format!("{name}-of-another"), record, &[b"another object"], "refuse");
        cases.refuse(&format!("{name}-sibling"), record, object, |parts| parts.chains[0][0].lists[1][0][7] ^= 1);
        cases.refuse(&format!("{name}-token"), record, object, |parts| {
            let token = &mut parts.chains.last_mut().unwrap().last_mut().unwrap().token;
            *token.last_mut().unwrap() ^= 1;
        });
        cases.refuse(&format!("{name}-shorter-path"), record, object, |parts| drop(parts.chains[0][0].lists.pop()));
    }
    for (name, record) in [("second", &second), ("whole", &whole)] {
        cases.refuse(&format!("{name}-covers-another-day"), record, object, |parts| {
            parts.chains[0][0].token = other.day.token().to_vec();
            parts.chains[0][0].lists.clone_from(&Parts::of(&other.record(object, 1).to_der()).chains[0][0].lists);
            // The same objects under another token: the day holds, and the renewal is of another.
        });
    }
    cases.refuse("renewal-left-out", &whole, object, |parts| drop(parts.chains[0].remove(1)));
    cases.refuse("chain-left-out", &whole, object, |parts| drop(parts.chains.remove(0)));
    cases.refuse("without-the-sequence", &whole, object, |parts| {
        let tsa = life.world.authority("TSA 4", 2039, 2051);
        let days = ["2040-01-02", "2040-01-03"];
        let alone = stamp(&life.world, &tsa, SHA512, vec![SHA512.digest(object)], days);
        parts.chains[1][0].lists.clear();
        parts.chains[1][0].token = alone.token().to_vec();
    });
}

fn group(cases: &Cases) {
    let world = Decades::new();
    let group = objects("a dossier", 3);
    let own = hashes(SHA256, &group);
    let mut leaves = hashes(SHA256, &objects("others", 6));
    leaves.extend(group_hash(SHA256, &own));
    let first = world.authority("TSA 1", 2025, 2031);
    let first = stamp(&world, &first, SHA256, leaves, ["2026-03-02", "2029-12-31"]);
    let mut record = EvidenceRecord::first(&first, &own).expect("a record");
    let all = group.iter().map(Vec::as_slice).collect::<Vec<_>>();
    cases.accept("group-1", &record.to_der(), &all);
    cases.write("group-without-one", &record.to_der(), &all[..2], "refuse");
    let second = world.authority("TSA 2", 2029, 2048);
    let leaves = vec![time_stamp_leaf(SHA256, first.token()), SHA256.digest(b"another")];
    let renewed = stamp(&world, &second, SHA256, leaves, ["2030-01-02", "2030-01-03"]);
    record.renew_by_time_stamp(&renewed).expect("a renewal");
    cases.accept("group-2", &record.to_der(), &all);
    let own = hashes(SHA512, &group);
    let leaf = hash_tree_leaf(SHA512, &own, &record).expect("a leaf");
    let renewed = stamp(&world, &second, SHA512, vec![leaf, SHA512.digest(b"x")], ["2035-01-02", "2035-01-03"]);
    record.renew_by_hash_tree(&renewed, &own).expect("a renewal");
    cases.accept("group-3", &record.to_der(), &all);
}

/// RFC 4998, 5.2, has a renewal cover the token before it; the judge wants all before it in the chain.
fn predecessor_alone(cases: &Cases) {
    let (world, object) = (Decades::new(), b"a file".to_vec());
    let first = world.authority("TSA 1", 2025, 2031);
    let first = stamp(&world, &first, SHA256, vec![SHA256.digest(&object)], ["2026-03-02", "2029-12-31"]);
    let mut record = EvidenceRecord::first(&first, &[SHA256.digest(&object)]).expect("a record");
    let second = world.authority("TSA 2", 2029, 2036);
    let leaves = vec![time_stamp_leaf(SHA256, first.token())];
    let second = stamp(&world, &second, SHA256, leaves, ["2030-01-02", "2034-12-31"]);
    record.renew_by_time_stamp(&second).expect("a renewal");
    let third = world.authority("TSA 3", 2034, 2048);
    let leaves = vec![time_stamp_leaf(SHA256, second.token()), SHA256.digest(b"another")];
    let third = stamp(&world, &third, SHA256, leaves, ["2035-01-02", "2035-01-03"]);
    record.renew_by_time_stamp(&third).expect("a renewal");
    cases.write("predecessor-alone", &record.to_der(), &[&object], "accept-objects");
}
