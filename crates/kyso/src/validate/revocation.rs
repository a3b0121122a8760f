//! Revocation checking (EN 319 102-1, 5.2.6.4, 4; RFC 5280, 6.3; RFC 6960, 3.2): what all the evidence together says of one
//! certificate.
//!
//! The newest evidence that is known to speak of the certificate counts. A revocation that isn't a hold is for good, so it
//! counts wherever it stands; a hold counts unless newer evidence says that it ended.

use jiff::Timestamp;

use super::evidence::Evidence;
use super::freshness::{FreshUntil, later};
use super::policy::{CertificateKind, Policy, RevocationRule};
use super::strength::{Strength, Weakness};
use crate::pki::Certificate;
use crate::pki::revocation::{EvidenceKind, RevocationEvidence, RevocationReason, RevocationStatus};

/// How far responders are followed that themselves need evidence.
const MAX_RESPONDERS: usize = 3;

/// What is known.
#[derive(Debug, Clone)]
pub(super) enum State {
    /// Nothing, and nothing is published or asked for.
    NotPublished,
    /// Nothing, and something should be.
    Missing,
    /// Not revoked.
    Good(Item),
    /// Revoked for good.
    Revoked { at: Timestamp, reason: Option<RevocationReason>, item: Item },
    /// On hold.
    OnHold { at: Timestamp, item: Item },
}

/// The evidence that decided.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) evidence: RevocationEvidence,
    /// Its own freshness, and that of the evidence on its signer.
    pub(super) fresh: FreshUntil,
    /// What is weak about it, and about the evidence on its signer.
    pub(super) weaknesses: Vec<Weakness>,
}

/// One certificate's status, with the evidence that wasn't taken and why.
#[derive(Debug, Clone)]
pub(super) struct Status {
    pub(super) state: State,
    pub(super) refused: Vec<String>,
}

impl Status {
    /// The evidence that decided, where there is some.
    pub(super) fn item(&self) -> Option<&Item> {
        match &self.state {
            State::NotPublished | State::Missing => None,
            State::Good(item) | State::Revoked { item, .. } | State::OnHold { item, .. } => Some(item),
        }
    }
}

/// Who asks, and what evidence may be used.
#[derive(Clone, Copy)]
pub(super) struct Inquiry<'a> {
    pub(super) evidence: &'a Evidence,
    pub(super) policy: &'a Policy,
    /// The time by which algorithms are judged.
    pub(super) strength: Strength<'a>,
    /// Which evidence there is, at the time that it's asked about.
    pub(super) admits: &'a dyn Fn(&RevocationEvidence) -> bool,
}

impl Inquiry<'_> {
    /// What is known of `certificate`, issued by `issuer`.
    pub(super) fn status(self, certificate: &Certificate, issuer: &Certificate, kind: CertificateKind) -> Status {
        self.of(certificate, issuer, kind, 0)
    }

    fn of(self, certificate: &Certificate, issuer: &Certificate, kind: CertificateKind, depth: usize) -> Status {
        let found = self.evidence.of(certificate, issuer);
        let mut refused: Vec<String> =
            found.refused.iter().map(|one| format!("{}: {}", kind_name(one.kind), one.defect)).collect();
        let mut items = Vec::new();
        for evidence in found.evidence.iter().filter(|evidence| (self.admits)(evidence)) {
            match self.item(evidence, certificate, issuer, kind, depth) {
                Ok(item) => items.push(item),
                Err(why) => refused.push(format!("{} ({}): {why}", kind_name(evidence.kind), evidence.this_update)),
            }
        }
        refused.dedup();
        Status { state: self.conclude(certificate, items), refused }
    }

    /// Evidence that may be relied on for this certificate, or why not.
    fn item(
        self,
        evidence: &RevocationEvidence,
        certificate: &Certificate,
        issuer: &Certificate,
        kind: CertificateKind,
        depth: usize,
    ) -> Result<Item, &'static str> {
        let signer = &evidence.signer;
        if signer.der() == certificate.der() {
            return Err("its signer speaks of itself");
        }
        if evidence.status == RevocationStatus::Unknown {
            return Err("the responder doesn't know the certificate");
        }
        let tolerance = self.policy.constraints.time.clock_tolerance;
        if evidence.this_update.max(evidence.produced_at) > later(self.policy.time, tolerance) {
            return Err("it's from the future");
        }
        // EN 319 102-1, 5.2.6.4, 4: issued while its issuer's certificate was valid; an anchor's dates aren't judged.
        if !signer.is_valid_at(evidence.produced_at) && !self.evidence.is_anchor(signer) {
            return Err("it was issued outside of its signer's validity");
        }
        if !evidence.speaks_of(certificate) {
            return Err("it says nothing of certificates that have expired by then");
        }
        let mut fresh = FreshUntil::of(evidence, self.policy.constraints.freshness(kind));
        let mut weaknesses = self.strength.of_evidence(evidence);
        if evidence.is_delegated && !evidence.no_check {
            if depth == MAX_RESPONDERS {
                return Err("its responder's responder's responder would have to be asked");
            }
            let kind = above(kind);
            match self.of(signer, issuer, kind, depth + 1).state {
                State::NotPublished => {}
                State::Good(item) => {
                    fresh = fresh.min(item.fresh);
                    weaknesses.extend(item.weaknesses);
                }
                State::Missing => return Err("whether its responder was revoked isn't known"),
                State::Revoked { .. } | State::OnHold { .. } => return Err("its responder was revoked"),
            }
        }
        if evidence.is_delegated {
            weaknesses.extend(self.strength.of_certificate(signer, issuer));
        }
        Ok(Item { evidence: evidence.clone(), fresh, weaknesses })
    }

    fn conclude(self, certificate: &Certificate, items: Vec<Item>) -> State {
        let revoked = items.iter().filter_map(|item| match item.evidence.status {
            RevocationStatus::Revoked { reason: Some(RevocationReason::CertificateHold), .. } => None,
            RevocationStatus::Revoked { at, reason } => Some((at, reason, item)),
            _ => None,
        });
        if let Some((at, reason, item)) = revoked.min_by_key(|(at, ..)| *at) {
            return State::Revoked { at, reason, item: item.clone() };
        }
        // What rests on weak algorithms counts where there's nothing else.
        let newest = |item: &Item| {
            let evidence = &item.evidence;
            (item.weaknesses.is_empty(), evidence.this_update, evidence.produced_at, !is_good(item))
        };
        match items.into_iter().max_by_key(newest) {
            Some(item) => match item.evidence.status {
                RevocationStatus::Revoked { at, .. } => State::OnHold { at, item },
                _ => State::Good(item),
            },
            None if self.is_needed(certificate) => State::Missing,
            None => State::NotPublished,
        }
    }

    fn is_needed(self, certificate: &Certificate) -> bool {
        let is_published =
            !certificate.crl_distribution_points().is_empty() || !certificate.ocsp_responders().is_empty();
        is_published || self.policy.constraints.revocation.rule == RevocationRule::Always
    }
}

/// The kind of certificate that stands above one, or answers for it: a time-stamping authority's chain is of its kind.
pub(super) fn above(kind: CertificateKind) -> CertificateKind {
    match kind {
        CertificateKind::TimeStamping => CertificateKind::TimeStamping,
        CertificateKind::Signer | CertificateKind::Authority => CertificateKind::Authority,
    }
}

fn is_good(item: &Item) -> bool {
    item.evidence.status == RevocationStatus::Good
}

fn kind_name(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Crl => "CRL",
        EvidenceKind::Ocsp => "OCSP",
    }
}
