//! The processes that take time into account: signatures with time and with long-term validation material
//! (EN 319 102-1, 5.5.4), and with long-term availability and integrity of that material (5.6.3.4).
//!
//! What the validation at the current time left open is settled one by one. What 5.5.4 doesn't settle by the signature
//! time-stamps, 5.6.2.4 may by what document time-stamps prove.

use jiff::{SignedDuration, Timestamp};

use super::certificate::Context;
use super::freshness::later;
use super::past::{self, Open, Unsettled};
use super::poe::Proofs;
use super::policy::CertificateKind;
use super::report::{Process, SubIndication, TimestampKind};
use super::revocation::State;
use super::signature::Evaluation;
use super::timestamp::{self, Worth};
use super::trouble::{Bound, Trouble};
use super::verdict::Verdict;
use crate::cms::TstInfo;
use crate::code::Code;
use crate::pki::Certificate;

const PAST: &str = "EN 319 102-1 5.6.2.4";

/// The outcome of the processes.
pub(super) struct Outcome {
    /// Which of them gave the verdict.
    pub(super) process: Process,
    /// The earliest time that a valid time-stamp proves.
    pub(super) best: Option<Timestamp>,
    /// The worth of each token inside the signature.
    pub(super) worth: Vec<Worth>,
}

/// Concludes on a signature. `covers`: what the document time-stamps over it say that hold, and whose proofs are in
/// `proofs`.
pub(super) fn conclude(
    evaluation: &Evaluation,
    covers: &[&TstInfo],
    claimed: Option<Timestamp>,
    proofs: &mut Proofs,
    context: Context<'_>,
    verdict: &mut Verdict,
) -> Outcome {
    let worth: Vec<Worth> = evaluation
        .tokens
        .iter()
        .map(|token| timestamp::worth(&token.evaluation, &token.verdict, proofs, context))
        .collect();
    let holding = |kind: TimestampKind| {
        let tokens = evaluation.tokens.iter().zip(&worth).filter(move |(token, _)| token.kind == kind);
        tokens
            .filter(|(_, worth)| worth.holds())
            .filter_map(|(token, worth)| Some((token.evaluation.info.as_ref()?, worth)))
    };
    let infos = |kind| holding(kind).map(|(info, _)| info).collect::<Vec<_>>();
    let (contents, signatures) = (infos(TimestampKind::Content), infos(TimestampKind::Signature));
    // 5.5.4, 3: what the signature time-stamps prove that pass at the current time.
    let now_valid = holding(TimestampKind::Signature).filter(|(_, worth)| **worth == Worth::Now);
    let by_signature = now_valid.map(|(info, _)| info.time).min();
    // 5.6.3.4, 6: what all of them prove.
    signatures.iter().for_each(|info| proofs.add_one(evaluation.value, info.time));
    let best = proofs.proven(evaluation.value);
    let created_after = contents.iter().map(|info| info.time).max();

    tell_tokens(evaluation, &worth, verdict);
    let times = Times { best, by_signature, created_after, is_covered: !covers.is_empty() };
    let process = settle(evaluation, times, proofs, context, verdict);
    order(&contents, &signatures, covers, context, verdict);
    delay(evaluation, claimed, best, context, verdict);
    contradict(claimed, best, context, verdict);
    tell_time(best, verdict);
    Outcome { process, best, worth }
}

/// The known bounds of a signature's time.
#[derive(Clone, Copy)]
struct Times {
    best: Option<Timestamp>,
    by_signature: Option<Timestamp>,
    created_after: Option<Timestamp>,
    is_covered: bool,
}

/// Settles what is open, or says that it stays so. Gives the process that did.
fn settle(
    evaluation: &Evaluation,
    times: Times,
    proofs: &Proofs,
    context: Context<'_>,
    verdict: &mut Verdict,
) -> Process {
    let mut open: Vec<&Trouble> = evaluation.checked.troubles.iter().collect();
    open.sort_by_key(|trouble| trouble.rank());
    let Some(certificate) = evaluation.certificate.as_ref().filter(|_| evaluation.cryptography.is_intact()) else {
        open.iter().for_each(|trouble| trouble.tell(verdict));
        return Process::Basic;
    };
    if let Some(after) = times.created_after
        && too_late(&open, after, certificate, verdict)
    {
        return Process::Basic;
    }
    let tolerance = context.policy.constraints.time.clock_tolerance;
    if let Some(best) = times.best
        && later(best, tolerance) < certificate.not_before()
    {
        verdict.failed(SubIndication::NotYetValid, Code::TimeBeforeCertificate, Some(best.to_string()));
        return Process::Time;
    }
    let with_time = WithTime { evaluation, certificate, best: times.by_signature, tolerance };
    let process = if times.by_signature.is_some() { Process::Time } else { Process::Basic };
    if open.iter().all(|trouble| with_time.settles(trouble).is_ok()) {
        open.iter().for_each(|trouble| trouble.tell_settled(verdict));
        return process;
    }
    if !times.is_covered {
        with_time.tell(&open, verdict);
        return process;
    }
    let (value, troubles) = (evaluation.value, evaluation.checked.troubles.as_slice());
    let signature = Open { certificate, kind: CertificateKind::Signer, value, troubles };
    match past::signature(signature, proofs, context) {
        Ok(_) => open.iter().for_each(|trouble| trouble.tell_settled(verdict)),
        Err(why) => tell_unsettled(&why, &open, times.best, verdict),
    }
    Process::LongTerm
}

/// What signature time-stamps that pass at the current time settle (5.5.4, 4 to 9).
struct WithTime<'a> {
    evaluation: &'a Evaluation,
    certificate: &'a Certificate,
    best: Option<Timestamp>,
    tolerance: SignedDuration,
}

impl WithTime<'_> {
    /// Whether the trouble is settled by a proof of existence; `Err` with the subindication where the proof changes it.
    fn settles(&self, trouble: &Trouble) -> Result<(), Option<SubIndication>> {
        let best = self.best.ok_or(None)?;
        let settled = match trouble {
            Trouble::Revoked { at, .. } | Trouble::OnHold { at, .. } => {
                if *at > best && best > self.certificate.not_after() {
                    return Err(Some(SubIndication::OutOfBoundsNotRevoked));
                }
                *at > best
            }
            // 5.2.6.4, note 8: whether the evidence reaches to that time is another trouble's affair; that there's none is
            // this one's too.
            Trouble::OutOfBounds { bound: Bound::Expired, .. } => {
                best <= self.certificate.not_after() && self.is_revocation_known()
            }
            Trouble::Stale { fresh, .. } => fresh.holds_at(best, self.tolerance),
            Trouble::Weak(weakness) => weakness.object == self.evaluation.value && weakness.is_mended_by(best),
            Trouble::EvidenceOutOfBounds { instead: Some(fresh), .. } => fresh.holds_at(best, self.tolerance),
            Trouble::OutOfBounds { .. } | Trouble::Missing { .. } | Trouble::EvidenceOutOfBounds { .. } => false,
        };
        settled.then_some(()).ok_or(None)
    }

    fn is_revocation_known(&self) -> bool {
        let status = self.evaluation.checked.statuses.first();
        status.is_none_or(|status| !matches!(status.state, State::Missing))
    }

    fn tell(&self, open: &[&Trouble], verdict: &mut Verdict) {
        for trouble in open {
            match self.settles(trouble) {
                Ok(()) => trouble.tell_settled(verdict),
                Err(None) => trouble.tell(verdict),
                Err(Some(why)) => trouble.tell_as(why, verdict),
            }
        }
    }
}

/// 5.3.4, 4 and 6: a content time-stamp proves that the signature was made after the revocation, the certificate's end or
/// the algorithm's.
fn too_late(open: &[&Trouble], after: Timestamp, certificate: &Certificate, verdict: &mut Verdict) -> bool {
    let detail = || Some(after.to_string());
    for trouble in open {
        match trouble {
            Trouble::Revoked { is_signer: true, at, .. } if after > *at => {
                trouble.tell(verdict);
                verdict.failed(SubIndication::Revoked, Code::TimeAfterRevocation, detail());
                return true;
            }
            Trouble::OutOfBounds { bound: Bound::Expired, .. } if after > certificate.not_after() => {
                trouble.tell(verdict);
                verdict.failed(SubIndication::Expired, Code::TimeAfterCertificate, detail());
                return true;
            }
            Trouble::Weak(weakness) if weakness.until.is_some_and(|until| after >= until) => {
                trouble.tell_as(SubIndication::CryptoConstraintsFailure, verdict);
                return true;
            }
            _ => {}
        }
    }
    false
}

/// 5.5.4, 4) e): content time-stamps before signature time-stamps before document time-stamps.
fn order(
    contents: &[&TstInfo],
    signatures: &[&TstInfo],
    documents: &[&TstInfo],
    context: Context<'_>,
    verdict: &mut Verdict,
) {
    let tolerance = context.policy.constraints.time.clock_tolerance;
    let pairs = |before: &[&TstInfo], after: &[&TstInfo]| {
        let wrong = |one: &&TstInfo| after.iter().find(|other| !timestamp::in_order(one, other, tolerance)).copied();
        before.iter().find_map(|one| wrong(one).map(|other| format!("{} > {}", one.time, other.time)))
    };
    let wrong = pairs(contents, signatures).or(pairs(contents, documents)).or(pairs(signatures, documents));
    if let Some(detail) = wrong {
        verdict.open(SubIndication::TimestampOrderFailure, Code::TimestampOrder, Some(detail));
    }
}

/// 5.5.4, 5: the time-stamp came as soon after the claimed time as the policy asks.
fn delay(
    evaluation: &Evaluation,
    claimed: Option<Timestamp>,
    best: Option<Timestamp>,
    context: Context<'_>,
    verdict: &mut Verdict,
) {
    let is_stamped = evaluation.tokens.iter().any(|token| token.kind == TimestampKind::Signature);
    let (Some(most), Some(best)) = (context.policy.constraints.time.time_stamp_delay.filter(|_| is_stamped), best)
    else {
        return;
    };
    let tolerance = context.policy.constraints.time.clock_tolerance;
    if claimed.is_none_or(|claimed| later(later(claimed, most), tolerance) < best) {
        let why = SubIndication::SigConstraintsFailure;
        verdict.open(why, Code::TimestampDelay, claimed.map(|claimed| format!("{claimed}, {best}")));
    }
}

/// A claimed time that is later than the proven one is wrong: a clock, or the hours of a time zone counted twice. Nothing
/// rests on it, and a person who reads it should know.
fn contradict(claimed: Option<Timestamp>, best: Option<Timestamp>, context: Context<'_>, verdict: &mut Verdict) {
    let tolerance = context.policy.constraints.time.clock_tolerance;
    if let (Some(claimed), Some(best)) = (claimed, best)
        && claimed > later(best, tolerance)
    {
        verdict.warn(Code::TimeClaimedLater, Some(format!("{claimed} > {best}")));
    }
}

/// The tokens that prove nothing, each with why: the signature may pass without them.
fn tell_tokens(evaluation: &Evaluation, worth: &[Worth], verdict: &mut Verdict) {
    for (token, _) in evaluation.tokens.iter().zip(worth).filter(|(_, worth)| !worth.holds()) {
        let time = timestamp::time(&token.evaluation).map(|time| time.to_string());
        let is_of_another = token.evaluation.info.is_some() && !token.evaluation.cryptography.digest_ok;
        let code = if is_of_another { Code::TimestampOfAnother } else { Code::TimestampNotValid };
        verdict.warn(code, time);
    }
}

fn tell_time(best: Option<Timestamp>, verdict: &mut Verdict) {
    match best {
        Some(best) => verdict.note(Code::TimeProven, Some(best.to_string())),
        None => verdict.note(Code::TimeNotProven, None),
    }
}

/// The questions that stay open after the past validation, and why.
pub(super) fn tell_unsettled(why: &Unsettled, open: &[&Trouble], best: Option<Timestamp>, verdict: &mut Verdict) {
    let all = |verdict: &mut Verdict| open.iter().for_each(|trouble| trouble.tell(verdict));
    let proof = || best.map(|best| best.to_string());
    match why {
        Unsettled::NotYetValid => {
            verdict.failed(SubIndication::NotYetValid, Code::TimeBeforeCertificate.by(PAST), proof());
        }
        Unsettled::ProvenTooLate => {
            let is_revocation = |trouble: &Trouble| matches!(trouble, Trouble::Revoked { .. } | Trouble::OnHold { .. });
            for trouble in open {
                match is_revocation(trouble) {
                    true => trouble.tell_as(SubIndication::OutOfBoundsNotRevoked, verdict),
                    false => trouble.tell(verdict),
                }
            }
        }
        Unsettled::EvidenceOutOfBounds => {
            open.iter().for_each(|trouble| trouble.tell_settled(verdict));
            verdict.open(SubIndication::RevocationOutOfBoundsNoPoe, Code::PastIssuerNotProven, None);
        }
        Unsettled::NoPoe { subject } => {
            all(verdict);
            verdict.warn(Code::PastNoPoe, Some(subject.clone()));
        }
        Unsettled::NotProvenBy { control_time } => {
            all(verdict);
            verdict.warn(Code::PastProvenTooLate, Some(control_time.to_string()));
        }
        Unsettled::Open => all(verdict),
    }
}
