//! Proofs of existence (EN 319 102-1, 5.6.2.3): since when an object is known to have been there. Objects are known by
//! the SHA-256 of their bytes: certificates, CRLs and OCSP answers by their DER, signatures and time-stamps by their
//! signature value.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::holdings;
use crate::cms::SignedData;
use crate::crypto::DigestAlgorithm;
use crate::pki::{Material, OcspResponse};

/// An object, by its SHA-256.
pub(super) type Id = [u8; 32];

/// The name of an object.
pub(super) fn id(bytes: &[u8]) -> Id {
    let digest = DigestAlgorithm::Sha256.digest(bytes);
    digest.try_into().unwrap_or([0; 32])
}

/// Objects that one time-stamp covers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Objects(HashSet<Id>);

impl Objects {
    /// One object.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.insert(id(bytes));
    }

    /// A DSS's.
    pub(super) fn add_material(&mut self, material: &Material) {
        let all = material.certificates.iter().chain(&material.crls).chain(&material.ocsp_responses);
        all.for_each(|der| self.add(der));
        // A responder's certificate stands inside its answer.
        let answers = material.ocsp_responses.iter().filter_map(|der| OcspResponse::parse(der).ok());
        answers.for_each(|answer| answer.certificates().iter().for_each(|der| self.add(der)));
    }

    /// All that a CMS holds: its signature values, certificates and evidence, and those of the tokens inside.
    pub(super) fn add_cms(&mut self, signed_data: &SignedData) {
        self.add_material(&holdings::of(signed_data));
        for signed_data in holdings::with_tokens(signed_data) {
            signed_data.signers.iter().for_each(|signer| self.add(&signer.signature));
        }
    }
}

/// Since when objects are known to exist. Grows by what validated time-stamps cover, newest time-stamp first, so that no
/// proof rests on itself.
#[derive(Debug, Clone)]
pub(super) struct Proofs {
    now: Timestamp,
    earliest: HashMap<Id, Timestamp>,
}

impl Proofs {
    /// Everything that's at hand is there now (EN 319 102-1, 5.6.3.4, 2).
    pub(super) fn at(now: Timestamp) -> Self {
        Self { now, earliest: HashMap::new() }
    }

    /// The objects were there at `time`.
    pub(super) fn add(&mut self, objects: &Objects, time: Timestamp) {
        objects.0.iter().for_each(|object| self.add_one(*object, time));
    }

    /// The object was there at `time`.
    pub(super) fn add_one(&mut self, object: Id, time: Timestamp) {
        let earliest = self.earliest.entry(object).or_insert(time);
        *earliest = time.min(*earliest);
    }

    /// The earliest time at which the object is known to have been there: now, where nothing proves more.
    pub(super) fn of(&self, object: Id) -> Timestamp {
        self.proven(object).map_or(self.now, |time| time.min(self.now))
    }

    /// The earliest time that a time-stamp proves, where one does.
    pub(super) fn proven(&self, object: Id) -> Option<Timestamp> {
        self.earliest.get(&object).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_earliest_proof_counts_and_a_later_one_takes_nothing_away() {
        let mut proofs = Proofs::at(time("2046-01-01T00:00:00Z"));
        let mut objects = Objects::default();
        objects.add(b"signature value");
        proofs.add(&objects, time("2036-01-01T00:00:00Z"));
        proofs.add(&objects, time("2026-01-01T00:00:00Z"));
        proofs.add(&objects, time("2031-01-01T00:00:00Z"));
        assert_eq!(proofs.of(id(b"signature value")), time("2026-01-01T00:00:00Z"));
        assert_eq!(proofs.proven(id(b"another")), None);
        assert_eq!(proofs.of(id(b"another")), time("2046-01-01T00:00:00Z"));
    }

    #[test]
    fn a_time_stamp_from_the_future_proves_no_more_than_now() {
        let mut proofs = Proofs::at(time("2026-01-01T00:00:00Z"));
        proofs.add_one(id(b"x"), time("2031-01-01T00:00:00Z"));
        assert_eq!(proofs.of(id(b"x")), time("2026-01-01T00:00:00Z"));
    }
}
