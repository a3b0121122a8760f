//! The baseline level that the bytes satisfy (EN 319 142-1, 6.3), whoever made them and whatever the trust: a time-stamp
//! that fits, all the material that a validation needs, a document time-stamp over that material. And what the next level
//! lacks.

use super::report::{Finding, Level, Severity, TimestampKind};
use super::signature::Evaluation;
use crate::pki::revocation::{Archive, RevocationEvidence, RevocationStatus};
use crate::pki::{Certificate, Material};

const CLAUSE: &str = "EN 319 142-1 6.3";
/// Longest chain that is followed.
const MAX_LENGTH: usize = 12;
/// How far responders are followed that themselves need evidence.
const MAX_RESPONDERS: usize = 3;

/// What a file holds for validations, as of one revision.
pub(super) struct Held {
    archive: Archive,
    has_dss: bool,
}

impl Held {
    /// `dss`: what its document security store holds, where it has one; `enclosed`: what its signatures enclose.
    pub(super) fn new(dss: Option<Material>, enclosed: Material) -> Self {
        let has_dss = dss.is_some();
        let mut material = dss.unwrap_or_default();
        material.merge(enclosed);
        Self { archive: Archive::new(&material), has_dss }
    }

    /// What a validation of this certificate would miss: the chain up to a root or an anchor, and evidence on each
    /// certificate whose issuer publishes it.
    fn lacks(&self, certificate: &Certificate, anchors: &[Certificate], lacks: &mut Vec<Finding>) {
        let mut one = certificate.clone();
        for _ in 0..MAX_LENGTH {
            if one.is_self_issued() || anchors.iter().any(|anchor| anchor.der() == one.der()) {
                return;
            }
            let all = self.archive.certificates().iter().chain(anchors);
            let issued = |issuer: &&Certificate| one.names_as_issuer(issuer) && one.is_signed_by(issuer) == Ok(true);
            let Some(issuer) = all.clone().find(issued).cloned() else {
                add("missing.certificate", one.issuer().to_string(), lacks);
                return;
            };
            if !self.has_evidence(&one, &issuer, 0) {
                add("missing.revocation", one.identity().subject.clone(), lacks);
            }
            one = issuer;
        }
    }

    fn has_evidence(&self, certificate: &Certificate, issuer: &Certificate, depth: usize) -> bool {
        let is_published =
            !certificate.crl_distribution_points().is_empty() || !certificate.ocsp_responders().is_empty();
        let is_whole = |evidence: &RevocationEvidence| {
            let needs_more = evidence.is_delegated && !evidence.no_check;
            evidence.status != RevocationStatus::Unknown
                && (!needs_more || (depth < MAX_RESPONDERS && self.has_evidence(&evidence.signer, issuer, depth + 1)))
        };
        !is_published || self.archive.of(certificate, issuer).evidence.iter().any(is_whole)
    }
}

/// What the bytes satisfy, and what they lack for the next level.
pub(super) struct Reached {
    pub(super) level: Level,
    pub(super) missing: Vec<Finding>,
}

/// `whole`: what the file holds now; `stamped`: what each intact document time-stamp over the signature covers.
pub(super) fn reached(evaluation: &Evaluation, whole: &Held, stamped: &[&Held], anchors: &[Certificate]) -> Reached {
    let mut missing = Vec::new();
    let Some(certificate) = evaluation.certificate.as_ref().filter(|_| evaluation.level == Level::B) else {
        return Reached { level: evaluation.level, missing };
    };
    let tokens = evaluation.tokens.iter().filter(|token| token.kind == TimestampKind::Signature);
    let fitting: Vec<&Evaluation> =
        tokens.map(|token| &token.evaluation).filter(|token| token.cryptography.is_intact()).collect();
    if fitting.is_empty() && stamped.is_empty() {
        add("missing.time-stamp", String::new(), &mut missing);
        return Reached { level: Level::B, missing };
    }
    let authorities = fitting.iter().filter_map(|token| token.certificate.as_ref());
    let certificates: Vec<&Certificate> = std::iter::once(certificate).chain(authorities).collect();
    let lacks = |held: &Held| {
        let mut lacks = Vec::new();
        if !held.has_dss {
            add("missing.dss", String::new(), &mut lacks);
        }
        certificates.iter().for_each(|certificate| held.lacks(certificate, anchors, &mut lacks));
        lacks
    };
    if stamped.iter().any(|held| lacks(held).is_empty()) {
        return Reached { level: Level::Lta, missing };
    }
    missing = lacks(whole);
    if !missing.is_empty() {
        return Reached { level: Level::T, missing };
    }
    add("missing.document-time-stamp", String::new(), &mut missing);
    Reached { level: Level::Lt, missing }
}

fn add(code: &'static str, detail: String, to: &mut Vec<Finding>) {
    let finding = Finding::new(Severity::Info, code, CLAUSE, Some(detail).filter(|detail| !detail.is_empty()));
    if !to.contains(&finding) {
        to.push(finding);
    }
}
