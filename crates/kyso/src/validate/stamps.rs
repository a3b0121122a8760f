//! A row of time-stamps, each of which covers the one before it, with no document around them: what an evidence record is made
//! of (RFC 4998, 5.3). Judged newest first, by the blocks that judge the time-stamps of a file: the last at the current time,
//! each other at the time of the one that follows it.
//!
//! What a token brings along (certificates, CRLs, OCSP answers) is proven to be as old as the next token. Evidence that comes
//! from elsewhere is proven by nothing: it counts as long as its own signature can be relied on now.

use jiff::Timestamp;
use serde::Serialize;

use super::certificate::{self, Context};
use super::describe;
use super::evidence::Evidence;
use super::freshness::FreshUntil;
use super::holdings;
use super::paths;
use super::poe::{Objects, Proofs, id};
use super::policy::{CertificateKind, Freshness, Policy};
use super::report::{Finding, Indication, Severity, SignerReport, SubIndication, TimestampKind};
use super::revocation::{Inquiry, Item, State};
use super::signature::Evaluation;
use super::strength::Weakness;
use super::timestamp;
use super::trouble::{Bound, Trouble};
use super::verdict::Verdict;
use crate::cms::{SignerInfo, TstInfo};
use crate::code::Code;
use crate::crypto::DigestAlgorithm;
use crate::pki::revocation::RevocationEvidence;
use crate::pki::{Certificate, Material};
use crate::tsp::TimeStampToken;

/// A token, and the digest that it has to be over.
#[derive(Debug, Clone, Copy)]
pub struct StampOver<'a> {
    /// The token.
    pub token: &'a TimeStampToken,
    /// The digest algorithm of `imprint`.
    pub digest: DigestAlgorithm,
    /// What the token has to state as its message imprint.
    pub imprint: &'a [u8],
}

/// The verdict on one token of the row.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StampReport<F = Finding> {
    /// The time that the token states.
    pub time: Timestamp,
    /// The time at which the token had to be good still: that of the next one; of the last, the current time.
    pub good_at: Timestamp,
    /// Whose token it is, where the certificate was found.
    pub authority: Option<SignerReport>,
    /// Whether the token was good at that time.
    pub indication: Indication,
    /// The reason where it wasn't.
    pub sub_indication: Option<SubIndication>,
    /// All that was noticed, errors first.
    pub findings: Vec<F>,
}

impl<F> StampReport<F> {
    /// A copy of the report with each finding converted.
    pub fn map<G>(self, change: impl FnMut(F) -> G) -> StampReport<G> {
        let Self { time, good_at, authority, indication, sub_indication, findings } = self;
        let findings = findings.into_iter().map(change).collect();
        StampReport { time, good_at, authority, indication, sub_indication, findings }
    }
}

/// Judges a row of tokens, oldest first, each of which covers the whole of the one before it. Pure: the policy's time is the
/// current time, its anchors and material are what may be relied on beside what the tokens bring.
///
/// The findings beside the reports are about all of them: bounds that were hit.
pub fn judge_stamps(stamps: &[StampOver<'_>], policy: &Policy) -> (Vec<StampReport>, Vec<Finding>) {
    let mut brought = Material::default();
    stamps.iter().for_each(|stamp| brought.merge(holdings::of(stamp.token.signed_data())));
    let evidence = Evidence::new(policy, brought);
    let context = Context { policy, evidence: &evidence };
    let mut proofs = Proofs::at(policy.time);
    let held: Vec<Objects> = stamps.iter().map(held).collect();
    let mut reports = Vec::with_capacity(stamps.len());
    let mut next: Option<&TstInfo> = None;
    for (index, stamp) in stamps.iter().enumerate().rev() {
        let report = one(*stamp, next, &proofs, context);
        next = Some(stamp.token.info());
        if report.indication == Indication::TotalPassed {
            held.iter().take(index).for_each(|earlier| proofs.add(earlier, report.time));
        }
        reports.push(report);
    }
    reports.reverse();
    let exhausted = evidence.exhausted().into_iter();
    let bounds = exhausted
        .map(|(what, most)| Finding::new(Severity::Warning, Code::BudgetReached, Some(format!("{what}: {most}"))));
    (reports, bounds.collect())
}

/// What a token holds, which the next one proves.
fn held(stamp: &StampOver<'_>) -> Objects {
    let mut objects = Objects::default();
    objects.add_cms(stamp.token.signed_data());
    objects
}

fn one(stamp: StampOver<'_>, next: Option<&TstInfo>, proofs: &Proofs, context: Context<'_>) -> StampReport {
    let info = stamp.token.info();
    let good_at = next.map_or(context.policy.time, |next| next.time);
    let mut verdict = Verdict::new();
    let mut authority = None;
    if let [signer] = stamp.token.signed_data().signers.as_slice() {
        let mut imprint = |digest| (digest == stamp.digest).then(|| stamp.imprint.to_vec());
        let (kind, signed_data) = (TimestampKind::Signature, stamp.token.signed_data());
        let found = timestamp::check(kind, signed_data, signer, &mut imprint, context, &mut verdict);
        match next {
            Some(next) => {
                let tolerance = context.policy.constraints.time.clock_tolerance;
                if !timestamp::in_order(info, next, tolerance) {
                    let detail = Some(format!("{} > {}", info.time, next.time));
                    verdict.failed(SubIndication::TimestampOrderFailure, Code::TimestampOrder, detail);
                }
                in_the_past(&found, signer, info, Past { time: good_at, proofs, context }, &mut verdict);
            }
            None => found.checked.troubles.iter().for_each(|trouble| trouble.tell(&mut verdict)),
        }
        if !found.cryptography.is_intact() {
            verdict.demand_not_passed();
        }
        authority = found.certificate.as_ref().map(|certificate| describe::signer(certificate, None));
    } else {
        verdict.failed(SubIndication::FormatFailure, Code::CmsSeveralSigners, None);
    }
    let (indication, sub_indication, findings) = verdict.conclude();
    StampReport { time: info.time, good_at, authority, indication, sub_indication, findings }
}

/// A time, and what is known of it now.
#[derive(Clone, Copy)]
struct Past<'a> {
    time: Timestamp,
    proofs: &'a Proofs,
    context: Context<'a>,
}

/// What was wrong at the time of the next token.
#[derive(Default)]
struct Wrong {
    /// For certain: whoever made the next token came too late.
    then: Vec<Trouble>,
    /// What nothing proves any more.
    unproven: Vec<Trouble>,
}

impl Wrong {
    fn is_nothing(&self) -> bool {
        self.then.is_empty() && self.unproven.is_empty()
    }
}

/// Says whether a token that is intact was good when the next one was made.
fn in_the_past(found: &Evaluation, signer: &SignerInfo, info: &TstInfo, past: Past<'_>, verdict: &mut Verdict) {
    let Some(certificate) = &found.certificate else { return };
    // That there is no path is said already.
    let purpose = certificate::purpose(certificate, CertificateKind::TimeStamping);
    let Ok(paths) = paths::of(certificate, purpose, past.context.evidence) else { return };
    let mut tried: Vec<Wrong> = Vec::new();
    for path in paths.iter() {
        tried.push(past.along(path));
        if tried.last().is_some_and(Wrong::is_nothing) {
            tried = vec![Wrong::default()];
            break;
        }
    }
    let mut wrong = tried.into_iter().next().unwrap_or_default();
    let strength = past.context.strength(past.time);
    let mut own = strength.of_signature(signer, Some(certificate));
    own.extend(info.digest.and_then(|digest| strength.digest(digest, None, found.value)));
    own.dedup();
    wrong.then.extend(own.into_iter().map(Trouble::Weak));
    if wrong.is_nothing() {
        // What has come about since then is good to know.
        found.checked.troubles.iter().for_each(|trouble| trouble.tell_settled(verdict));
    }
    let detail = || Some(past.time.to_string());
    for trouble in &wrong.then {
        trouble.tell(verdict);
    }
    if wrong.then.iter().any(|trouble| matches!(trouble, Trouble::Weak(_))) {
        verdict.failed(SubIndication::CryptoConstraintsFailure, Code::EvidenceAlgorithmEnded, detail());
    }
    if wrong.then.iter().any(|trouble| !matches!(trouble, Trouble::Weak(_))) {
        verdict.failed(SubIndication::NoPoe, Code::EvidenceRenewedTooLate, detail());
    }
    wrong.unproven.iter().for_each(|trouble| trouble.tell(verdict));
}

impl Past<'_> {
    fn along(self, path: &[Certificate]) -> Wrong {
        let mut wrong = Wrong::default();
        if let [anchor] = path {
            wrong.then.extend(self.bounds(anchor, 0));
        }
        for (depth, (certificate, issuer)) in path.iter().zip(path.iter().skip(1)).enumerate() {
            wrong.then.extend(self.bounds(certificate, depth));
            let at = |time| self.context.strength(time).of_certificate(certificate, issuer);
            match at(self.time) {
                weak if weak.is_empty() => {
                    let proven = self.proofs.of(id(certificate.der()));
                    wrong.unproven.extend(at(proven).into_iter().map(Trouble::Weak));
                }
                weak => wrong.then.extend(weak.into_iter().map(Trouble::Weak)),
            }
            self.revocation(certificate, issuer, depth == 0, &mut wrong);
        }
        wrong
    }

    fn bounds(self, certificate: &Certificate, depth: usize) -> Option<Trouble> {
        let (bound, limit) = match (self.time < certificate.not_before(), depth) {
            (true, _) => (Bound::NotYetValid, certificate.not_before()),
            (false, 0) => (Bound::Expired, certificate.not_after()),
            (false, _) => (Bound::CaExpired, certificate.not_after()),
        };
        let is_out = !certificate.is_valid_at(self.time);
        is_out.then_some(Trouble::OutOfBounds { bound, limit, known_not_revoked: false })
    }

    /// A revocation counts whatever says so, and whenever it was said; that there was none is believed only of evidence whose
    /// signature can be relied on.
    fn revocation(self, certificate: &Certificate, issuer: &Certificate, is_signer: bool, wrong: &mut Wrong) {
        let subject = certificate.identity().subject.clone();
        let ask = |admits: &dyn Fn(&RevocationEvidence) -> bool| {
            let Context { policy, evidence } = self.context;
            let inquiry = Inquiry { evidence, policy, strength: None, admits, presumes_responders: false };
            inquiry.status(certificate, issuer, CertificateKind::TimeStamping)
        };
        let all = ask(&|_| true);
        match &all.state {
            State::Revoked { at, reason, .. } if *at <= self.time => {
                wrong.then.push(Trouble::Revoked { subject, is_signer, at: *at, reason: *reason });
                return;
            }
            State::OnHold { at, item } if *at <= self.time => {
                let next_update = item.evidence.next_update;
                wrong.unproven.push(Trouble::OnHold { subject, at: *at, next_update });
                return;
            }
            _ => {}
        }
        let reliable = ask(&|evidence| self.doubts(evidence, issuer).is_empty());
        match reliable.state {
            State::NotPublished | State::Revoked { .. } | State::OnHold { .. } => {}
            State::Good(item) => wrong.unproven.extend(self.stale(subject, &item)),
            State::Missing => {
                let doubts = all.item().map(|item| self.doubts(&item.evidence, issuer)).unwrap_or_default();
                let is_none = doubts.is_empty();
                wrong.unproven.extend(doubts);
                wrong.unproven.extend(is_none.then_some(Trouble::Missing { subject }));
            }
        }
    }

    /// Why nobody can tell any more whether evidence is genuine.
    fn doubts(self, evidence: &RevocationEvidence, issuer: &Certificate) -> Vec<Trouble> {
        let signer = &evidence.signer;
        let existed = self.proofs.of(id(&evidence.der));
        let strength = self.context.strength(existed);
        let mut weak: Vec<Weakness> = strength.of_evidence(evidence);
        if evidence.is_delegated {
            let signers_own = self.proofs.of(id(signer.der()));
            weak.extend(self.context.strength(signers_own).of_certificate(signer, evidence.issuer_of_signer(issuer)));
        }
        let mut doubts: Vec<Trouble> = weak.into_iter().map(Trouble::Weak).collect();
        if existed > signer.not_after() && !self.context.evidence.is_anchor(signer) {
            let (subject, limit) = (signer.identity().subject.clone(), signer.not_after());
            doubts.push(Trouble::EvidenceOutOfBounds { subject, limit, instead: None });
        }
        doubts
    }

    /// Evidence that the policy takes at any age still has to reach to the next token.
    fn stale(self, subject: String, item: &Item) -> Option<Trouble> {
        let tolerance = self.context.policy.constraints.time.clock_tolerance;
        let fresh = match item.fresh {
            FreshUntil::Always => FreshUntil::of(&item.evidence, Freshness::NextUpdate),
            fresh => fresh,
        };
        let until = item.evidence.next_update.unwrap_or(item.evidence.this_update);
        (!fresh.holds_at(self.time, tolerance)).then_some(Trouble::Stale { subject, fresh, until })
    }
}
