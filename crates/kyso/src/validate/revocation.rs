//! Revocation checking (EN 319 102-1, 5.2.6.4, 4; RFC 5280, 6.3; RFC 6960, 3.2): what all the evidence together says of one
//! certificate.
//!
//! The newest evidence that is known to speak of the certificate counts. A revocation that isn't a hold is for good, so it
//! counts wherever it stands; a hold counts unless newer evidence says that it ended, and where a revocation for good came
//! of one, it counts from the hold on.

use jiff::Timestamp;

use super::evidence::Evidence;
use super::freshness::{FreshUntil, later};
use super::policy::{CertificateKind, Freshness, Policy, RevocationRule};
use super::refusal::{Refusal, Unreliable};
use super::strength::{Strength, Weakness};
use crate::pki::Certificate;
use crate::pki::revocation::{RevocationEvidence, RevocationReason, RevocationStatus};

/// How far responders are followed that themselves need evidence.
const MAX_RESPONDERS: usize = 3;

/// The revocation status.
#[derive(Debug, Clone)]
pub(super) enum State {
    /// No evidence, and none is published or needed.
    NotPublished,
    /// No evidence, and some is needed.
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
    /// The earlier end of freshness: the evidence's own, or that of the evidence on its signer.
    pub(super) fresh: FreshUntil,
    /// The weaknesses of this evidence, and of the evidence about its signer.
    pub(super) weaknesses: Vec<Weakness>,
}

impl Item {
    /// Whether a delegate signed it who has come to the end of its validity by `now`. Of evidence that the policy takes at any
    /// age that isn't asked.
    pub(super) fn is_out_of_bounds(&self, now: Timestamp) -> bool {
        let Self { evidence, fresh, .. } = self;
        evidence.is_delegated && *fresh != FreshUntil::Always && now > evidence.signer.not_after()
    }

    /// Whether the evidence is fresh at a time. For a time-stamping certificate, evidence that the policy takes at any
    /// age counts until its nextUpdate.
    pub(super) fn speaks_of(&self, time: Timestamp, kind: CertificateKind, policy: &Policy) -> bool {
        let is_of_any_age = self.fresh == FreshUntil::Always && kind == CertificateKind::TimeStamping;
        let fresh = if is_of_any_age { FreshUntil::of(&self.evidence, Freshness::NextUpdate) } else { self.fresh };
        fresh.holds_at(time, policy.constraints.time.clock_tolerance)
    }
}

/// One certificate's status, with the evidence that wasn't taken and why.
#[derive(Debug, Clone)]
pub(super) struct Status {
    pub(super) state: State,
    pub(super) refused: Vec<Refusal>,
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
    /// The time by which algorithms are judged; `None`: of each piece of evidence, the time when it was made.
    pub(super) strength: Option<Strength<'a>>,
    /// Which evidence there is, at the time that it's asked about.
    pub(super) admits: &'a dyn Fn(&RevocationEvidence) -> bool,
    /// Whether delegated responders are taken to be good: whoever collects evidence asks about them apart.
    pub(super) presumes_responders: bool,
}

impl Inquiry<'_> {
    /// The status of `certificate`, issued by `issuer`.
    pub(super) fn status(self, certificate: &Certificate, issuer: &Certificate, kind: CertificateKind) -> Status {
        self.of(certificate, issuer, kind, 0)
    }

    fn of(self, certificate: &Certificate, issuer: &Certificate, kind: CertificateKind, depth: usize) -> Status {
        let found = self.evidence.of(certificate, issuer);
        let mut refused: Vec<Refusal> = found.refused.iter().map(Refusal::by_itself).collect();
        let mut items = Vec::new();
        for evidence in found.evidence.iter().filter(|evidence| (self.admits)(evidence)) {
            match self.item(evidence, certificate, issuer, kind, depth) {
                Ok(item) => items.push(item),
                Err(why) => refused.push(Refusal::of(evidence, why)),
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
    ) -> Result<Item, Unreliable> {
        let signer = &evidence.signer;
        if signer.der() == certificate.der() {
            return Err(Unreliable::OfItself);
        }
        if evidence.status == RevocationStatus::Unknown {
            return Err(Unreliable::UnknownCertificate);
        }
        let tolerance = self.policy.constraints.time.clock_tolerance;
        if evidence.this_update.max(evidence.produced_at) > later(self.policy.time, tolerance) {
            return Err(Unreliable::FromTheFuture);
        }
        // EN 319 102-1, 5.2.6.4, 4: issued while its issuer's certificate was valid; an anchor's dates aren't judged.
        if !signer.is_valid_at(evidence.produced_at) && !self.evidence.is_anchor(signer) {
            return Err(Unreliable::OutsideValidity);
        }
        if !evidence.speaks_of(certificate) {
            return Err(Unreliable::Silent);
        }
        let mut fresh = FreshUntil::of(evidence, self.policy.constraints.freshness(kind));
        let as_made = Strength { constraints: &self.policy.constraints, time: evidence.produced_at };
        let strength = self.strength.unwrap_or(as_made);
        let mut weaknesses = strength.of_evidence(evidence);
        if evidence.is_delegated && !evidence.no_check && !self.presumes_responders {
            if depth == MAX_RESPONDERS {
                return Err(Unreliable::TooManyResponders);
            }
            let kind = kind.above();
            match self.of(signer, evidence.issuer_of_signer(issuer), kind, depth + 1).state {
                State::NotPublished => {}
                State::Good(item) => {
                    fresh = fresh.min(item.fresh);
                    weaknesses.extend(item.weaknesses);
                }
                State::Missing => return Err(Unreliable::ResponderNotKnown),
                State::Revoked { .. } | State::OnHold { .. } => return Err(Unreliable::ResponderRevoked),
            }
        }
        if evidence.is_delegated {
            weaknesses.extend(strength.of_certificate(signer, evidence.issuer_of_signer(issuer)));
        }
        Ok(Item { evidence: evidence.clone(), fresh, weaknesses })
    }

    fn conclude(self, certificate: &Certificate, items: Vec<Item>) -> State {
        // Of two lists of one second, the one that is numbered higher came later; a weak one replaces no strong one.
        let is_replaced = |item: &Item| {
            let replaces = |other: &Item| {
                (other.weaknesses.is_empty() || !item.weaknesses.is_empty())
                    && item.evidence.is_replaced_by(&other.evidence)
            };
            items.iter().any(replaces)
        };
        let standing: Vec<&Item> = items.iter().filter(|item| !is_replaced(item)).collect();
        // Evidence that rests on weak algorithms counts where there is no other.
        let newest = |item: &&Item| {
            let evidence = &item.evidence;
            (item.weaknesses.is_empty(), evidence.this_update, evidence.produced_at, !is_good(item))
        };
        let revoked = items.iter().filter_map(|item| match item.evidence.status {
            RevocationStatus::Revoked { reason: Some(RevocationReason::CertificateHold), .. } => None,
            RevocationStatus::Revoked { at, reason } => Some((at, reason, item)),
            _ => None,
        });
        if let Some((at, reason, item)) =
            revoked.min_by_key(|(at, _, item)| (*at, item.is_out_of_bounds(self.policy.time)))
        {
            let ended = standing.iter().filter(|item| is_good(item)).map(newest).max();
            let holds = standing.iter().filter(|item| Some(newest(item)) > ended);
            let since = holds.filter_map(|item| match item.evidence.status {
                RevocationStatus::Revoked { at, .. } => Some(at),
                _ => None,
            });
            return State::Revoked { at: since.fold(at, Timestamp::min), reason, item: item.clone() };
        }
        match standing.into_iter().max_by_key(newest).cloned() {
            Some(item) => match item.evidence.status {
                RevocationStatus::Revoked { at, .. } => State::OnHold { at, item },
                _ => State::Good(item),
            },
            None if self.is_needed(certificate) => State::Missing,
            None => State::NotPublished,
        }
    }

    fn is_needed(self, certificate: &Certificate) -> bool {
        certificate.publishes_revocation() || self.policy.constraints.revocation.rule == RevocationRule::Always
    }
}

fn is_good(item: &Item) -> bool {
    item.evidence.status == RevocationStatus::Good
}
