//! What a verdict may rest on beside the policy's anchors: the certificates and the revocation evidence of the file, of
//! every CMS in it, and of the policy. Trusted for nothing; read once a report.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::policy::Policy;
use super::poe::{Id, id};
use crate::pki::revocation::{Archive, Found};
use crate::pki::{Certificate, Material};

/// Most certificates that are held: ten times what a file with every signature time-stamped needs.
const MAX_CERTIFICATES: usize = 2048;
/// Most CRLs and OCSP answers, each.
const MAX_ANSWERS: usize = 2048;
/// Most questions for the status of a certificate; each goes over all evidence.
const MAX_QUESTIONS: usize = 4096;

/// All of it.
pub(super) struct Evidence {
    anchors: Vec<Certificate>,
    certificates: Vec<Certificate>,
    archive: Archive,
    answers: RefCell<HashMap<(Id, Id), Rc<Found>>>,
    questions: Cell<usize>,
    exhausted: RefCell<Vec<(&'static str, usize)>>,
}

impl Evidence {
    /// What the policy and the file bring; what is given first is kept where a bound is hit.
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
        let read = |ders: &[Vec<u8>]| -> Vec<Certificate> {
            let mut seen = HashSet::new();
            let unseen = ders.iter().filter(|der| seen.insert(der.as_slice()));
            unseen.filter_map(|der| Certificate::parse(der).ok()).collect()
        };
        Self {
            anchors: read(&policy.anchors),
            certificates: read(&material.certificates),
            archive: Archive::new(&material),
            answers: RefCell::default(),
            questions: Cell::new(0),
            exhausted: RefCell::new(exhausted),
        }
    }

    /// What is trusted.
    pub(super) fn anchors(&self) -> &[Certificate] {
        &self.anchors
    }

    /// What may lead to it.
    pub(super) fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Whether this is one of the anchors.
    pub(super) fn is_anchor(&self, certificate: &Certificate) -> bool {
        self.anchors.iter().any(|anchor| anchor.der() == certificate.der())
    }

    /// All that speaks of a certificate, by its issuer's word.
    pub(super) fn of(&self, certificate: &Certificate, issuer: &Certificate) -> Rc<Found> {
        let key = (id(certificate.der()), id(issuer.der()));
        if let Some(known) = self.answers.borrow().get(&key) {
            return Rc::clone(known);
        }
        let found = if self.questions.get() < MAX_QUESTIONS {
            self.questions.set(self.questions.get() + 1);
            Rc::new(self.archive.of(certificate, issuer))
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
