//! Time-stamp validation (EN 319 102-1, 5.4; RFC 3161; RFC 5816), of the tokens in signatures and of document time-stamps:
//! what a token says, of which bytes, whether it's intact, and whether its authority may be believed.

use jiff::{SignedDuration, Timestamp};

use super::certificate::{self, Context};
use super::cryptography::{self, Content};
use super::freshness::{FreshUntil, later};
use super::past::{self, Open, Settled, Unsettled};
use super::poe::{Proofs, id};
use super::policy::{CertificateKind, Freshness};
use super::report::{Finding, Indication, Severity, SignatureReport, SignatureType, SubIndication, TimestampKind};
use super::revocation::State;
use super::signature::Evaluation;
use super::trouble::Trouble;
use super::verdict::Verdict;
use super::{acceptance, signing_certificate};
use crate::asn1::oid;
use crate::cms::{SignedData, SignerInfo, TstInfo};
use crate::code::Code;
use crate::crypto::{DigestAlgorithm, SignatureScheme};
use crate::pki::Certificate;

const CLAUSE: &str = "EN 319 102-1 5.4";

/// Checks one token at the current time. `imprint` gives the digest of what it should be about.
pub(super) fn check(
    kind: TimestampKind,
    signed_data: &SignedData,
    signer: &SignerInfo,
    imprint: &mut dyn FnMut(DigestAlgorithm) -> Option<Vec<u8>>,
    context: Context<'_>,
    verdict: &mut Verdict,
) -> Evaluation {
    let content = signed_data.content.as_deref().unwrap_or_default();
    let info = info(signed_data, content, verdict);
    let imprint_ok = info.as_ref().is_some_and(|info| imprint_holds(info, kind, imprint, verdict));
    let known = context.evidence.certificates().iter().chain(context.evidence.anchors());
    let candidates = signing_certificate::candidates(signed_data, known);
    let certificate = signing_certificate::identify(signer, &candidates, verdict);
    let own = cryptography::check(signer, Content::Inside(content), certificate.as_ref(), &mut |_| None, verdict);
    attributes(signer, signed_data, verdict);
    let mut evaluation = Evaluation {
        digest_algorithm: info.as_ref().and_then(|info| info.digest),
        signature_algorithm: signer.scheme().ok().flatten().map(SignatureScheme::algorithm),
        value: id(&signer.signature),
        octets: signer.signature.clone(),
        ..Evaluation::nothing(super::report::Level::Other)
    };
    evaluation.cryptography.digest_ok = imprint_ok;
    evaluation.cryptography.signature_ok = own.signature_ok && own.digest_ok;
    if let Some(certificate) = &certificate {
        evaluation.checked = certificate::check(certificate, CertificateKind::TimeStamping, context, verdict);
        if let Some(info) = &info {
            of_its_time(info, certificate, &mut evaluation, context, verdict);
        }
    }
    let strength = context.strength(context.policy.time);
    let mut weaknesses = strength.of_signature(signer, certificate.as_ref());
    let imprint_digest = info.as_ref().and_then(|info| info.digest);
    weaknesses.extend(imprint_digest.and_then(|digest| strength.digest(digest, None, evaluation.value)));
    weaknesses.dedup();
    evaluation.checked.troubles.extend(weaknesses.into_iter().map(Trouble::Weak));
    if let Some(info) = &info {
        constraints(info, context, verdict);
    }
    evaluation.certificate = certificate;
    evaluation.info = info;
    evaluation
}

fn info(signed_data: &SignedData, content: &[u8], verdict: &mut Verdict) -> Option<TstInfo> {
    let mut unreadable = |detail| verdict.failed(SubIndication::FormatFailure, Code::TimestampUnreadable, Some(detail));
    if signed_data.content_type != oid::TST_INFO {
        unreadable(signed_data.content_type.clone());
        return None;
    }
    match TstInfo::parse(content) {
        Ok(info) => Some(info),
        Err(error) => {
            unreadable(error.to_string());
            None
        }
    }
}

fn imprint_holds(
    info: &TstInfo,
    kind: TimestampKind,
    imprint: &mut dyn FnMut(DigestAlgorithm) -> Option<Vec<u8>>,
    verdict: &mut Verdict,
) -> bool {
    verdict.note(Code::TimestampTime, Some(info.time.to_string()));
    let Some(algorithm) = info.digest else {
        verdict.open(SubIndication::CryptoConstraintsFailureNoPoe, Code::AlgorithmUnknown.by(CLAUSE), None);
        return false;
    };
    let matches = imprint(algorithm).is_some_and(|digest| digest == info.imprint);
    if !matches {
        // A token may be taken from another file; a document time-stamp's own file is what changed.
        let code = if kind == TimestampKind::Document {
            Code::DigestMismatch.by(CLAUSE)
        } else {
            Code::TimestampImprint.into()
        };
        verdict.failed(SubIndication::HashFailure, code, None);
    }
    matches
}

/// RFC 3161, 2.4.2 and RFC 5816: signed attributes with a reference to the authority's certificate.
fn attributes(signer: &SignerInfo, signed_data: &SignedData, verdict: &mut Verdict) {
    let references = signer.signed_attributes.as_ref().map(|signed| signed.signing_certificate());
    if !matches!(references, Some(Ok(references)) if !references.is_empty()) {
        verdict.open(SubIndication::SigConstraintsFailure, Code::TimestampNoReference, None);
    }
    if let Some(attributes) = &signer.signed_attributes {
        acceptance::content_type(attributes, signed_data, verdict);
    }
}

/// Checks the token's time against the authority's validity, the present, and the evidence on the authority.
fn of_its_time(
    info: &TstInfo,
    certificate: &Certificate,
    evaluation: &mut Evaluation,
    context: Context<'_>,
    verdict: &mut Verdict,
) {
    let detail = || Some(info.time.to_string());
    let constraints = &context.policy.constraints;
    let tolerance = constraints.time.clock_tolerance;
    if !certificate.is_valid_at(info.time) {
        verdict.open(SubIndication::OutOfBoundsNoPoe, Code::TimestampOutsideCertificate, detail());
    }
    if info.time > later(context.policy.time, tolerance) {
        verdict.open(SubIndication::TimestampOrderFailure, Code::TimestampFuture, detail());
    }
    // A policy that takes evidence of any age still wants some that speaks of the time of stamping.
    for (certificate, status) in evaluation.checked.path.iter().zip(&evaluation.checked.statuses) {
        let State::Good(item) = &status.state else { continue };
        let is_of_any_age = item.fresh == FreshUntil::Always;
        if is_of_any_age && !item.speaks_of(info.time, CertificateKind::TimeStamping, context.policy) {
            let subject = certificate.identity().subject.clone();
            let fresh = FreshUntil::of(&item.evidence, Freshness::NextUpdate);
            let until = item.evidence.next_update.unwrap_or(item.evidence.this_update);
            evaluation.checked.troubles.push(Trouble::Stale { subject, fresh, until });
        }
    }
}

/// The policy's constraints on time-stamps (SIG_CONSTRAINTS_FAILURE, 5.2.8), and a critical extension that isn't understood.
fn constraints(info: &TstInfo, context: Context<'_>, verdict: &mut Verdict) {
    let asked = &context.policy.constraints.time;
    let why = SubIndication::SigConstraintsFailure;
    if let Some(extension) = &info.not_understood {
        verdict.open(why, Code::TimestampExtension, Some(extension.clone()));
    }
    if !asked.time_stamp_policies.is_empty() && !asked.time_stamp_policies.contains(&info.policy) {
        verdict.open(why, Code::TimestampPolicy, Some(info.policy.clone()));
    }
    if let (Some(most), Some(stated)) = (asked.time_stamp_accuracy, info.accuracy)
        && stated > most
    {
        verdict.open(why, Code::TimestampAccuracy, Some(format!("{stated:#}")));
    }
}

/// The worth of a token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Worth {
    /// The time-stamp passes at the current time.
    Now,
    /// The time-stamp passed at a time in the past (5.6.2.4).
    Past(Settled),
    /// The time-stamp proves nothing; with the missing proofs, if only proofs are missing.
    Nothing(Option<Unsettled>),
}

impl Worth {
    /// Whether the time-stamp proves a time.
    pub(super) fn holds(&self) -> bool {
        !matches!(self, Self::Nothing(_))
    }
}

/// What a checked token is worth with what newer time-stamps prove (5.6.3.4, 5).
///
/// Where 5) c) doesn't list TRY_LATER the past validation is tried all the same: its step 5) is about just that.
pub(super) fn worth(evaluation: &Evaluation, verdict: &Verdict, proofs: &Proofs, context: Context<'_>) -> Worth {
    let Some(certificate) = evaluation.certificate.as_ref().filter(|_| verdict.is_passed()) else {
        return Worth::Nothing(None);
    };
    if evaluation.checked.troubles.is_empty() {
        return Worth::Now;
    }
    if proofs.proven(evaluation.value).is_none() {
        return Worth::Nothing(None);
    }
    let open = Open {
        certificate,
        kind: CertificateKind::TimeStamping,
        value: evaluation.value,
        troubles: &evaluation.checked.troubles,
    };
    match past::signature(open, proofs, context) {
        Ok(settled) => Worth::Past(settled),
        Err(unsettled) => Worth::Nothing(Some(unsettled)),
    }
}

/// By how much the times of two tokens may be the wrong way round (RFC 3161, 2.4.2).
pub(super) fn slack(one: &TstInfo, other: &TstInfo, tolerance: SignedDuration) -> SignedDuration {
    let accuracy = |info: &TstInfo| info.accuracy.unwrap_or(SignedDuration::ZERO);
    accuracy(one).saturating_add(accuracy(other)).max(tolerance)
}

/// Whether `earlier` may have been made before `later`.
pub(super) fn in_order(earlier: &TstInfo, after: &TstInfo, tolerance: SignedDuration) -> bool {
    earlier.time <= later(after.time, slack(earlier, after, tolerance))
}

/// The time that a token states, for whoever has checked it.
pub(super) fn time(evaluation: &Evaluation) -> Option<Timestamp> {
    evaluation.info.as_ref().map(|info| info.time)
}

/// The document time-stamps that can't be decided beside signatures: the verdicts on those don't rest on them.
pub(super) fn without_proof(signatures: &[SignatureReport]) -> Vec<Finding> {
    let is_stamp = |one: &&SignatureReport| one.kind == SignatureType::DocumentTimestamp;
    if signatures.iter().all(|one| is_stamp(&one)) {
        return Vec::new();
    }
    let open = signatures.iter().filter(is_stamp).filter(|one| one.indication == Indication::Indeterminate);
    open.map(|one| Finding::new(Severity::Warning, Code::TimestampNoProof, one.field.clone())).collect()
}
