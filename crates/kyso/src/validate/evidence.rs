//! What a verdict may rest on beside the policy's anchors: the certificates and the revocation evidence of the file, of
//! every CMS in it, and of the policy. Trusted for nothing; read once a report.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::poe::{Id, id};
use super::policy::{Anchors, Policy};
use crate::crypto::chain::{PathError, PathProblem, Purpose};
use crate::pki::revocation::{Archive, Found};
use crate::pki::{Certificate, Material};

/// Most certificates that are held: ten times what a file with every signature time-stamped needs.
const MAX_CERTIFICATES: usize = 2048;
/// Most CRLs and OCSP answers, each.
const MAX_ANSWERS: usize = 2048;
/// Most questions for the status of a certificate; each goes over all evidence.
const MAX_QUESTIONS: usize = 4096;

/// Most certificates whose paths are searched for.
const MAX_PATHS: usize = 1024;
/// Most signatures of certificates that are checked on the way.
const MAX_SIGNED: usize = 300;

/// The ways from a certificate to an anchor, or why there is none.
pub(super) type Paths = Result<Rc<[Vec<Certificate>]>, PathError>;

/// The evidence at hand: anchors, certificates, revocation evidence.
#[derive(Clone)]
pub(super) struct Evidence {
    anchors: Anchors,
    certificates: Vec<Certificate>,
    archive: Archive,
    answers: RefCell<HashMap<(Id, Id), Rc<Found>>>,
    questions: Cell<usize>,
    paths: RefCell<HashMap<(Id, Purpose), Paths>>,
    signed: RefCell<HashMap<(Id, Id), bool>>,
    exhausted: RefCell<Vec<(&'static str, usize)>>,
}

impl Evidence {
    /// The material of the policy and of the file, in this order: the first is kept where a bound is hit.
    pub(super) fn new(policy: &Policy, brought: Material) -> Self {
        let mut material = policy.material.clone();
        material.merge(brought);
        let mut exhausted = Vec::new();
        let mut cut = |list: &mut Vec<Vec<u8>>, most: usize, what: &'static str| {
            if list.len() > most {
                list.truncate(most);
                exhausted.push((what, most));
            }
        };
        cut(&mut material.certificates, MAX_CERTIFICATES, "certificates");
        cut(&mut material.crls, MAX_ANSWERS, "CRLs");
        cut(&mut material.ocsp_responses, MAX_ANSWERS, "OCSP responses");
        Self {
            anchors: policy.anchors.clone(),
            certificates: read(&material.certificates),
            archive: Archive::new(&material),
            answers: RefCell::default(),
            questions: Cell::new(0),
            paths: RefCell::default(),
            signed: RefCell::default(),
            exhausted: RefCell::new(exhausted),
        }
    }

    /// Evidence with more material added. Paths that weren't found before are searched for again.
    pub(super) fn with(&self, material: &Material) -> Self {
        let Self { anchors, mut certificates, mut archive, signed, exhausted, .. } = self.clone();
        certificates.extend(read(&material.certificates));
        archive.add(material);
        let (answers, questions, paths) = (RefCell::default(), Cell::new(0), RefCell::default());
        Self { anchors, certificates, archive, answers, questions, paths, signed, exhausted }
    }

    /// The material that isn't trusted by itself.
    pub(super) fn archive(&self) -> &Archive {
        &self.archive
    }

    /// The anchors.
    pub(super) fn anchors(&self) -> &[Certificate] {
        self.anchors.certificates()
    }

    /// The certificates that may lead to an anchor.
    pub(super) fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Whether the certificate is a trust anchor.
    pub(super) fn is_anchor(&self, certificate: &Certificate) -> bool {
        self.anchors().contains(certificate)
    }

    /// The paths to an anchor, as `find` finds them, searched for once.
    pub(super) fn paths(
        &self,
        certificate: &Certificate,
        purpose: Purpose,
        find: impl FnOnce() -> Result<Vec<Vec<Certificate>>, PathError>,
    ) -> Paths {
        let key = (id(certificate.der()), purpose);
        if let Some(known) = self.paths.borrow().get(&key) {
            return known.clone();
        }
        let found = if self.paths.borrow().len() < MAX_PATHS {
            find().map(Rc::from)
        } else {
            self.exhaust("certificates that paths are looked for", MAX_PATHS);
            let problem = PathProblem::Other(format!("more than {MAX_PATHS} certificates to look for"));
            Err(PathError { problem, depth: 0 })
        };
        self.paths.borrow_mut().insert(key, found.clone());
        found
    }

    /// Whether a certificate is signed by another: asked of OpenSSL once.
    pub(super) fn is_signed_by(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let key = (id(certificate.der()), id(issuer.der()));
        if let Some(known) = self.signed.borrow().get(&key) {
            return *known;
        }
        if self.signed.borrow().len() >= MAX_SIGNED {
            self.exhaust("signatures of certificates", MAX_SIGNED);
            return false;
        }
        let is_signed = certificate.is_signed_by(issuer) == Ok(true);
        self.signed.borrow_mut().insert(key, is_signed);
        is_signed
    }

    /// All that speaks of a certificate, by its issuer's word.
    pub(super) fn of(&self, certificate: &Certificate, issuer: &Certificate) -> Rc<Found> {
        let key = (id(certificate.der()), id(issuer.der()));
        if let Some(known) = self.answers.borrow().get(&key) {
            return Rc::clone(known);
        }
        let found = if self.questions.get() < MAX_QUESTIONS {
            self.questions.set(self.questions.get() + 1);
            Rc::new(self.archive.of_anchored(certificate, issuer, self.anchors()))
        } else {
            self.exhaust("revocation look-ups", MAX_QUESTIONS);
            Rc::default()
        };
        self.answers.borrow_mut().insert(key, Rc::clone(&found));
        found
    }

    /// Notes that a bound was hit: what lay beyond it counts as missing.
    pub(super) fn exhaust(&self, what: &'static str, most: usize) {
        let mut exhausted = self.exhausted.borrow_mut();
        if !exhausted.iter().any(|(known, _)| *known == what) {
            exhausted.push((what, most));
        }
    }

    /// The bounds that were hit.
    pub(super) fn exhausted(&self) -> Vec<(&'static str, usize)> {
        self.exhausted.borrow().clone()
    }
}

/// Parses certificates; skips duplicates and those that can't be parsed.
fn read(ders: &[Vec<u8>]) -> Vec<Certificate> {
    let mut seen = HashSet::new();
    let unseen = ders.iter().filter(|der| seen.insert(der.as_slice()));
    unseen.filter_map(|der| Certificate::parse(der).ok()).collect()
}
