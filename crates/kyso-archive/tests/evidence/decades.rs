//! The days of an archive that the authorities of three decades stamp.

use kyso::crypto::DigestAlgorithm;
use kyso::tsp::{TimeStampRequest, read_response};
use kyso::{Material, TimeStampToken, Timestamp};
use kyso_archive::evidence::{EvidenceRecord, Stamp, hash_tree_leaf, time_stamp_leaf, time_stamps_leaf};
use kyso_testpki::Tsa;
pub(crate) use kyso_tests::decades::{Decades, time};

pub(crate) const SHA256: DigestAlgorithm = DigestAlgorithm::Sha256;
pub(crate) const SHA512: DigestAlgorithm = DigestAlgorithm::Sha512;

/// The time of checking.
pub(crate) fn in_2046() -> Timestamp {
    time("2046-03-02")
}

/// The objects of a day.
pub(crate) fn objects(day: &str, count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|number| format!("document {number} of {day}").into_bytes()).collect()
}

pub(crate) fn hashes(digest: DigestAlgorithm, objects: &[Vec<u8>]) -> Vec<Vec<u8>> {
    objects.iter().map(|object| digest.digest(object)).collect()
}

/// A token over the root of a tree.
pub(crate) fn token(tsa: &Tsa, digest: DigestAlgorithm, root: &[u8], day: &str) -> Vec<u8> {
    let answer = tsa.answer(&TimeStampRequest::new(digest, root).to_der(), time(day), None).unwrap();
    read_response(&answer).unwrap().der().to_vec()
}

/// The token with what was published on a day: as an archive completes it before it's renewed.
pub(crate) fn completed(token: &[u8], material: &Material) -> Vec<u8> {
    TimeStampToken::parse(token).unwrap().with_material(material).unwrap().der().to_vec()
}

/// A stamp of a day's leaves, with what was published on `completed_on`.
pub(crate) fn stamp(
    world: &Decades,
    tsa: &Tsa,
    digest: DigestAlgorithm,
    leaves: Vec<Vec<u8>>,
    [day, completed_on]: [&str; 2],
) -> Stamp {
    let tree = kyso_archive::evidence::HashTree::new(digest, leaves.clone()).unwrap();
    let token = completed(&token(tsa, digest, tree.root(), day), &world.published(completed_on));
    Stamp::new(digest, leaves, token).unwrap()
}

/// The life of one day's objects: stamped in 2026, renewed by time-stamp in 2030 and 2035, by hash tree in 2040.
pub(crate) struct Life {
    pub(crate) world: Decades,
    pub(crate) objects: Vec<Vec<u8>>,
    pub(crate) day: Stamp,
    pub(crate) second: Stamp,
    pub(crate) third: Stamp,
    pub(crate) fourth: Stamp,
    pub(crate) last: DigestAlgorithm,
}

impl Life {
    pub(crate) fn of(count: usize, last: DigestAlgorithm) -> Self {
        let world = Decades::new();
        let objects = objects("2026-03-02", count);
        let first = world.authority("TSA 1", 2025, 2031);
        let day = stamp(&world, &first, SHA256, hashes(SHA256, &objects), ["2026-03-02", "2029-12-31"]);
        // One token renews those of several days.
        let with_others = |leaf: Vec<u8>| vec![leaf, SHA256.digest(b"token of another day"), SHA256.digest(b"a third")];
        let leaves = with_others(time_stamp_leaf(SHA256, day.token()));
        let second = world.authority("TSA 2", 2029, 2036);
        let second = stamp(&world, &second, SHA256, leaves, ["2030-01-02", "2034-12-31"]);
        let renewed = |renewals: &[&Stamp]| {
            let mut record = EvidenceRecord::first(&day, &[SHA256.digest(&objects[0])]).unwrap();
            renewals.iter().for_each(|renewal| record.renew_by_time_stamp(renewal).unwrap());
            record
        };
        // Its own token with all before it.
        let leaves = with_others(time_stamps_leaf(SHA256, &renewed(&[&second])).unwrap());
        let third = world.authority("TSA 3", 2034, 2041);
        let third = stamp(&world, &third, SHA256, leaves, ["2035-01-02", "2039-12-31"]);
        let leaves = objects.iter().map(|object| {
            let mut record = EvidenceRecord::first(&day, &[SHA256.digest(object)]).unwrap();
            record.renew_by_time_stamp(&second).unwrap();
            record.renew_by_time_stamp(&third).unwrap();
            hash_tree_leaf(last, &[last.digest(object)], &record).unwrap()
        });
        let fourth = world.authority("TSA 4", 2039, 2051);
        let fourth = stamp(&world, &fourth, last, leaves.collect(), ["2040-01-02", "2040-01-03"]);
        Self { world, objects, day, second, third, fourth, last }
    }

    /// The record of an object after so many of the four stamps.
    pub(crate) fn record(&self, object: &[u8], stamps: usize) -> EvidenceRecord {
        let mut record = EvidenceRecord::first(&self.day, &[SHA256.digest(object)]).unwrap();
        for renewal in [&self.second, &self.third].into_iter().take(stamps.saturating_sub(1)) {
            record.renew_by_time_stamp(renewal).unwrap();
        }
        if stamps == 4 {
            record.renew_by_hash_tree(&self.fourth, &[self.last.digest(object)]).unwrap();
        }
        record
    }
}
