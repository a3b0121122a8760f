//! The baseline level that the bytes satisfy (EN 319 142-1, 6.3), whoever made them and whatever the trust: a time-stamp
//! that fits, all the material that a validation needs, a document time-stamp over that material. And what the next level
//! lacks.

use std::cell::Cell;

use super::report::{Finding, Level, Severity, TimestampKind};
use super::signature::Evaluation;
use crate::code::Code;
use crate::pki::revocation::{Archive, RevocationEvidence, RevocationStatus};
use crate::pki::{Certificate, Material};

/// Most certificates that are gone through for one chain.
const MAX_CERTIFICATES: usize = 64;
/// Most signatures of certificates that are checked.
const MAX_CHECKS: usize = 500;
/// How far responders are followed that themselves need evidence.
const MAX_RESPONDERS: usize = 3;

/// The validation material of a file, as of one revision.
pub(super) struct Held {
    archive: Archive,
    has_dss: bool,
    /// Signatures of certificates that may still be checked.
    checks: Cell<usize>,
}

impl Held {
    /// Of an earlier revision. `dss`: what its document security store holds, where it has one; `enclosed`: what its
    /// signatures enclose.
    pub(super) fn earlier(&self, dss: Option<Material>, enclosed: Material) -> Self {
        let has_dss = dss.is_some();
        let mut material = dss.unwrap_or_default();
        material.merge(enclosed);
        Self { archive: Archive::sharing(&material, &self.archive), has_dss, checks: Cell::new(MAX_CHECKS) }
    }

    /// Whether the DSS holds this CRL.
    pub(super) fn has_crl(&self, der: &[u8]) -> bool {
        self.archive.crl(der).is_some()
    }

    /// `material`: of both.
    pub(super) fn of(has_dss: bool, material: &Material) -> Self {
        Self { archive: Archive::new(material), has_dss, checks: Cell::new(MAX_CHECKS) }
    }

    /// Whether one certificate is signed by another. Beyond a bound on verified signatures the answer is no.
    fn is_issued(&self, one: &Certificate, issuer: &Certificate) -> bool {
        one.names_as_issuer(issuer)
            && self.checks.replace(self.checks.get().saturating_sub(1)) > 0
            && one.is_signed_by(issuer) == Ok(true)
    }

    /// The evidence that a validation of this certificate would miss: a chain up to a root or an anchor, and evidence on each
    /// certificate whose issuer publishes it. Of several chains, as cross-certificates make them, one that lacks nothing
    /// counts, else the first.
    fn lacks(&self, one: &Certificate, anchors: &[Certificate], seen: &mut Vec<Certificate>) -> Vec<Finding> {
        let mut lacks = Vec::new();
        if one.is_self_issued() || anchors.iter().any(|anchor| anchor.der() == one.der()) {
            return lacks;
        }
        let mut first = None;
        if seen.len() < MAX_CERTIFICATES && !seen.contains(one) {
            seen.push(one.clone());
            let all = anchors.iter().chain(self.archive.certificates());
            for issuer in all.filter(|issuer| self.is_issued(one, issuer)) {
                let mut lacks = Vec::new();
                if !self.has_evidence(one, issuer, anchors, 0) {
                    add(Code::MissingRevocation, one.identity().subject.clone(), &mut lacks);
                }
                lacks.extend(self.lacks(issuer, anchors, seen));
                if lacks.is_empty() {
                    return lacks;
                }
                first = first.or(Some(lacks));
            }
        }
        first.unwrap_or_else(|| {
            add(Code::MissingCertificate, one.issuer().to_string(), &mut lacks);
            lacks
        })
    }

    fn has_evidence(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        anchors: &[Certificate],
        depth: usize,
    ) -> bool {
        let is_whole = |evidence: &RevocationEvidence| {
            let needs_more = evidence.is_delegated && !evidence.no_check;
            let issuer = evidence.issuer_of_signer(issuer);
            evidence.status != RevocationStatus::Unknown
                && evidence.speaks_of(certificate)
                && (!needs_more
                    || (depth < MAX_RESPONDERS && self.has_evidence(&evidence.signer, issuer, anchors, depth + 1)))
        };
        !certificate.publishes_revocation()
            || self.archive.of_anchored(certificate, issuer, anchors).evidence.iter().any(is_whole)
    }
}

/// The PAdES level reached, and what the next one still needs.
pub(super) struct Reached {
    pub(super) level: Level,
    pub(super) missing: Vec<Finding>,
}

/// A document time-stamp over the signature that is intact.
pub(super) struct Over<'a> {
    /// The evidence that the time-stamp covers; `None` where it wasn't read.
    pub(super) held: Option<&'a Held>,
    pub(super) authority: Option<&'a Certificate>,
}

/// `whole`: what the file holds now; `over`: the document time-stamps, the newest first.
pub(super) fn reached(evaluation: &Evaluation, whole: &Held, over: &[Over<'_>], anchors: &[Certificate]) -> Reached {
    let mut missing = Vec::new();
    let Some(certificate) = evaluation.certificate.as_ref().filter(|_| evaluation.level == Level::B) else {
        return Reached { level: evaluation.level, missing };
    };
    let tokens = evaluation.tokens.iter().filter(|token| token.kind == TimestampKind::Signature);
    let fitting: Vec<&Evaluation> =
        tokens.map(|token| &token.evaluation).filter(|token| token.cryptography.is_intact()).collect();
    if fitting.is_empty() && over.is_empty() {
        add(Code::MissingTimeStamp, String::new(), &mut missing);
        return Reached { level: Level::B, missing };
    }
    let mut authorities: Vec<&Certificate> = fitting.iter().filter_map(|token| token.certificate.as_ref()).collect();
    // Without a time-stamp inside the signature it's the oldest one over it that shows when it was made.
    let oldest = over.last().filter(|_| fitting.is_empty()).and_then(|oldest| oldest.authority);
    let lacks = |held: &Held, authorities: &[&Certificate]| {
        let mut lacks = Vec::new();
        if !held.has_dss {
            add(Code::MissingDss, String::new(), &mut lacks);
        }
        for certificate in std::iter::once(&certificate).chain(authorities) {
            for lack in held.lacks(certificate, anchors, &mut Vec::new()) {
                if !lacks.contains(&lack) {
                    lacks.push(lack);
                }
            }
        }
        lacks
    };
    // The oldest one itself, where it stands over all evidence about the signer, is both.
    let last = over.len().saturating_sub(1);
    for (index, held) in over.iter().enumerate().filter_map(|(index, one)| Some((index, one.held?))) {
        let oldest = oldest.filter(|_| index < last);
        let authorities: Vec<&Certificate> = authorities.iter().copied().chain(oldest).collect();
        if lacks(held, &authorities).is_empty() {
            return Reached { level: Level::Lta, missing };
        }
    }
    authorities.extend(oldest);
    missing = lacks(whole, &authorities);
    if !missing.is_empty() {
        return Reached { level: Level::T, missing };
    }
    add(Code::MissingDocumentTimeStamp, String::new(), &mut missing);
    Reached { level: Level::Lt, missing }
}

fn add(code: Code, detail: String, to: &mut Vec<Finding>) {
    let finding = Finding::new(Severity::Info, code, Some(detail).filter(|detail| !detail.is_empty()));
    if !to.contains(&finding) {
        to.push(finding);
    }
}
