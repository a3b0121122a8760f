//! X.509 certificate validation at the current time (EN 319 102-1, 5.2.6): a path to an anchor, key usage, revocation,
//! freshness, strength, validity.

use jiff::Timestamp;

use super::evidence::Evidence;
use super::freshness::FreshUntil;
use super::paths;
use super::policy::{CertificateKind, Freshness, Policy};
use super::report::SubIndication;
use super::revocation::{Inquiry, State, Status};
use super::strength::Strength;
use super::trouble::{Bound, Trouble};
use super::verdict::Verdict;
use crate::asn1::oid;
use crate::code::Code;
use crate::crypto::chain::{PathError, PathProblem, Purpose};
use crate::pki::Certificate;
use crate::pki::revocation::RevocationEvidence;

/// The validation of one certificate.
#[derive(Debug, Clone, Default)]
pub(super) struct Checked {
    /// The path to an anchor, both included; empty where there is none.
    pub(super) path: Vec<Certificate>,
    /// The status of each certificate of the path but the anchor.
    pub(super) statuses: Vec<Status>,
    /// The open questions that a proof of existence may settle.
    pub(super) troubles: Vec<Trouble>,
}

/// The policy and all that may be relied on.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) policy: &'a Policy,
    pub(super) evidence: &'a Evidence,
}

impl<'a> Context<'a> {
    /// The algorithms' constraints at a time.
    pub(super) fn strength(self, time: Timestamp) -> Strength<'a> {
        Strength { constraints: &self.policy.constraints, time }
    }

    /// Asks about revocation, with algorithms judged so, and of the evidence that there is what `admits` lets through.
    pub(super) fn inquiry(
        self,
        strength: Strength<'a>,
        admits: &'a dyn Fn(&RevocationEvidence) -> bool,
    ) -> Inquiry<'a> {
        let Self { policy, evidence } = self;
        Inquiry { evidence, policy, strength: Some(strength), admits, presumes_responders: false }
    }
}

/// Judges a signer's or a time-stamping authority's certificate at the policy's time. Of several paths, the first that
/// leaves nothing open is taken, else the first.
pub(super) fn check(
    certificate: &Certificate,
    kind: CertificateKind,
    context: Context<'_>,
    verdict: &mut Verdict,
) -> Checked {
    usage(certificate, kind, verdict);
    let paths = match paths::of(certificate, purpose(certificate, kind), context.evidence) {
        Ok(paths) => paths,
        Err(error) => {
            no_path(&error, verdict);
            // Without a path there's still the certificate itself to speak of.
            let mut troubles = Vec::new();
            troubles.extend(bounds(certificate, 0, None, context));
            return Checked { troubles, ..Checked::default() };
        }
    };
    let mut checked: Vec<Checked> = Vec::new();
    for path in paths.iter() {
        let one = along(path.clone(), kind, context);
        if one.troubles.is_empty() {
            checked.clear();
            checked.push(one);
            break;
        }
        checked.push(one);
    }
    let checked = checked.into_iter().next().unwrap_or_default();
    remarks(&checked, context.policy.time, verdict);
    checked
}

/// What a path must be for: OpenSSL says less well than [`usage`] what is wrong with the certificate itself.
pub(super) fn purpose(certificate: &Certificate, kind: CertificateKind) -> Purpose {
    if kind == CertificateKind::TimeStamping && is_time_stamping(certificate) {
        Purpose::TimeStamping
    } else {
        Purpose::Any
    }
}

/// RFC 3161, 2.3: extendedKeyUsage is there, critical, and names time-stamping alone.
fn is_time_stamping(certificate: &Certificate) -> bool {
    let names_it_alone = certificate.extended_key_usage().is_some_and(|usages| usages == [oid::TIME_STAMPING]);
    names_it_alone && certificate.is_extended_key_usage_critical()
}

fn usage(certificate: &Certificate, kind: CertificateKind, verdict: &mut Verdict) {
    let why = SubIndication::ChainConstraintsFailure;
    if certificate.key_usage().is_some_and(|usage| !usage.digital_signature && !usage.non_repudiation) {
        verdict.open(why, Code::CertificateKeyUsage, None);
    }
    if kind == CertificateKind::TimeStamping && !is_time_stamping(certificate) {
        let usages = certificate.extended_key_usage().unwrap_or_default().join(", ");
        verdict.open(why, Code::TimestampKeyUsage, Some(usages));
    }
}

/// One path at the policy's time.
fn along(path: Vec<Certificate>, kind: CertificateKind, context: Context<'_>) -> Checked {
    let strength = context.strength(context.policy.time);
    let inquiry = context.inquiry(strength, &|_| true);
    let (mut statuses, mut troubles) = (Vec::new(), Vec::new());
    if let [anchor] = path.as_slice() {
        troubles.extend(bounds(anchor, 0, None, context));
    }
    for (depth, (certificate, issuer)) in path.iter().zip(path.iter().skip(1)).enumerate() {
        let kind = if depth == 0 { kind } else { kind.above() };
        let status = inquiry.status(certificate, issuer, kind);
        troubles.extend(bounds(certificate, depth, Some(&status), context));
        let within = |one: &RevocationEvidence| !one.is_delegated || context.policy.time <= one.signer.not_after();
        let is_out = status.item().is_some_and(|item| item.is_out_of_bounds(context.policy.time));
        let others = is_out.then(|| context.inquiry(strength, &within).status(certificate, issuer, kind));
        troubles.extend(left_open(certificate, depth == 0, &status, others.as_ref(), context));
        statuses.push(status);
    }
    troubles.extend(strength.of_path(&path).into_iter().map(Trouble::Weak));
    Checked { path, statuses, troubles }
}

/// The questions that the evidence about one certificate leaves open at the policy's time. `others`: what the evidence says
/// alone whose signers are in their validity still.
pub(super) fn left_open(
    certificate: &Certificate,
    is_signer: bool,
    status: &Status,
    others: Option<&Status>,
    context: Context<'_>,
) -> Vec<Trouble> {
    let now = context.policy.time;
    let tolerance = context.policy.constraints.time.clock_tolerance;
    let subject = certificate.identity().subject.clone();
    let mut troubles = Vec::new();
    match &status.state {
        State::NotPublished => {}
        State::Missing => troubles.push(Trouble::Missing { subject }),
        State::Revoked { at, .. } | State::OnHold { at, .. } if *at > now => {}
        State::Revoked { at, reason, .. } => {
            troubles.push(Trouble::Revoked { subject, is_signer, at: *at, reason: *reason });
        }
        State::OnHold { at, item } => {
            troubles.push(Trouble::OnHold { subject, at: *at, next_update: item.evidence.next_update });
        }
        State::Good(item) if !item.fresh.holds_at(now, tolerance) => {
            let until = item.evidence.next_update.unwrap_or(item.evidence.this_update);
            troubles.push(Trouble::Stale { subject, fresh: item.fresh, until });
        }
        State::Good(_) => {}
    }
    if let Some(item) = status.item() {
        troubles.extend(item.weaknesses.iter().cloned().map(Trouble::Weak));
        if item.is_out_of_bounds(now) {
            let signer = &item.evidence.signer;
            let (subject, limit) = (signer.identity().subject.clone(), signer.not_after());
            // Only where both say that the certificate is good does the one stand in for the other.
            let instead = match (&status.state, others.map(|others| &others.state)) {
                (State::Good(_), Some(State::Good(other))) if other.weaknesses.is_empty() => Some(other.fresh),
                _ => None,
            };
            if !instead.is_some_and(|fresh| fresh.holds_at(now, tolerance)) {
                troubles.push(Trouble::EvidenceOutOfBounds { subject, limit, instead });
            }
        }
    }
    troubles
}

/// OUT_OF_BOUNDS_NO_POE, or OUT_OF_BOUNDS_NOT_REVOKED where evidence is fresh at the certificate's end or from afterwards:
/// then it wasn't revoked as long as it was valid (5.2.6.4, 7).
fn bounds(certificate: &Certificate, depth: usize, status: Option<&Status>, context: Context<'_>) -> Option<Trouble> {
    let now = context.policy.time;
    if certificate.is_valid_at(now) {
        return None;
    }
    let (bound, limit) = match (now < certificate.not_before(), depth) {
        (true, _) => (Bound::NotYetValid, certificate.not_before()),
        (false, 0) => (Bound::Expired, certificate.not_after()),
        (false, _) => (Bound::CaExpired, certificate.not_after()),
    };
    let tolerance = context.policy.constraints.time.clock_tolerance;
    let is_known = |state: &State| match state {
        // However old the policy lets evidence be: here it's asked what it speaks of.
        State::Good(item) => {
            FreshUntil::of(&item.evidence, Freshness::NextUpdate).holds_at(certificate.not_after(), tolerance)
        }
        _ => false,
    };
    let known_not_revoked = bound == Bound::Expired && status.is_some_and(|status| is_known(&status.state));
    Some(Trouble::OutOfBounds { bound, limit, known_not_revoked })
}

/// What decides nothing: an expired anchor, nothing published, evidence that wasn't taken.
fn remarks(checked: &Checked, now: Timestamp, verdict: &mut Verdict) {
    if let [.., anchor] = checked.path.as_slice()
        && !anchor.is_valid_at(now)
    {
        // RFC 5280, 6.1.1: an anchor is trusted for being one, whatever its dates.
        verdict.warn(Code::ChainAnchorExpired, Some(anchor.identity().subject.clone()));
    }
    for (certificate, status) in checked.path.iter().zip(&checked.statuses) {
        let subject = &certificate.identity().subject;
        if matches!(status.state, State::NotPublished) {
            verdict.warn(Code::RevocationNotPublished, Some(subject.clone()));
        }
        for why in &status.refused {
            verdict.warn(Code::RevocationRefused, Some(format!("{subject}: {why}")));
        }
    }
}

fn no_path(error: &PathError, verdict: &mut Verdict) {
    let general = SubIndication::CertificateChainGeneralFailure;
    let (why, code, detail) = match &error.problem {
        PathProblem::NoIssuer => (SubIndication::NoCertificateChainFound, Code::ChainNone, None),
        PathProblem::UntrustedRoot => (SubIndication::NoCertificateChainFound, Code::ChainUntrustedRoot, None),
        PathProblem::BadSignature => (general, Code::ChainBadSignature, None),
        PathProblem::NotAnIssuer => (general, Code::ChainNotAnIssuer, None),
        PathProblem::Constraint(text) => (general, Code::ChainConstraint, Some(text.clone())),
        PathProblem::Unavailable(name) => {
            let code = Code::AlgorithmUnavailable.by("EN 319 102-1 5.2.6");
            verdict.open(general, code, Some(name.clone()));
            return;
        }
        PathProblem::Unreadable => (general, Code::ChainUnreadable, None),
        // OpenSSL isn't asked about times.
        PathProblem::Expired | PathProblem::NotYetValid => (general, Code::ChainOther, None),
        PathProblem::Other(text) => (general, Code::ChainOther, Some(text.clone())),
    };
    verdict.open(why, code, detail);
}
