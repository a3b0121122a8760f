//! Past signature validation (EN 319 102-1, 5.6.2.4) and past certificate validation (5.6.2.1): whether proofs of
//! existence settle what the validation at the current time left open, of a signer's signature and of a time-stamp's alike.

use std::rc::Rc;

use jiff::Timestamp;

use super::certificate::{self, Context};
use super::freshness::later;
use super::paths;
use super::poe::{Id, Proofs, id};
use super::policy::CertificateKind;
use super::revocation::State;
use super::sliding::{self, NoPoe};
use super::trouble::{Bound, Trouble};
use crate::pki::Certificate;
use crate::pki::revocation::RevocationEvidence;

/// A signature that cryptography confirms, and what is open about it.
#[derive(Clone, Copy)]
pub(super) struct Open<'a> {
    pub(super) certificate: &'a Certificate,
    pub(super) kind: CertificateKind,
    /// The identifier of the signature value.
    pub(super) value: Id,
    pub(super) troubles: &'a [Trouble],
}

/// Past validation passed: the signature existed at a time when its certificate was known to be good.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settled {
    /// The path that held.
    pub(super) path: Vec<Certificate>,
    /// The last time at which that path is known to have held.
    pub(super) control_time: Timestamp,
}

/// The reason why past validation doesn't pass.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Unsettled {
    /// FAILED/NOT_YET_VALID: it existed before its certificate.
    NotYetValid,
    /// OUT_OF_BOUNDS_NOT_REVOKED: revoked only later, but the proof is from after the certificate's end.
    ProvenTooLate,
    /// REVOCATION_OUT_OF_BOUNDS_NO_POE: nothing proves that the evidence's signer was valid when the evidence was at hand.
    EvidenceOutOfBounds,
    /// The open question stays open: for one certificate of the path no evidence suffices.
    NoPoe { subject: String },
    /// The open question stays open: the proof is from after the last time at which the path was known to hold.
    NotProvenBy { control_time: Timestamp },
    /// The open question stays open: the proof is from after the algorithm's or the certificate's end.
    Open,
}

/// Whether `proofs` settle it.
pub(super) fn signature(open: Open<'_>, proofs: &Proofs, context: Context<'_>) -> Result<Settled, Unsettled> {
    let best = proofs.of(open.value);
    let tolerance = context.policy.constraints.time.clock_tolerance;
    if later(best, tolerance) < open.certificate.not_before() {
        return Err(Unsettled::NotYetValid);
    }
    let proven = |evidence: &RevocationEvidence| issuer_is_proven(evidence, proofs, context);
    let has_proven_evidence = has_evidence(open, &proven, context);
    // Where some evidence has such a proof only that is used, else all (step 1).
    let admits = |evidence: &RevocationEvidence| !has_proven_evidence || proven(evidence);
    let settled = certificate(open, proofs, context, &admits)?;
    if best > settled.control_time {
        return Err(Unsettled::NotProvenBy { control_time: settled.control_time });
    }
    for trouble in open.troubles {
        match trouble {
            Trouble::Stale { fresh, .. } if !fresh.holds_at(best, tolerance) => return Err(Unsettled::Open),
            // The sliding has found evidence for each certificate, and moved the control time to where it's fresh.
            Trouble::Missing { .. } | Trouble::Stale { .. } | Trouble::EvidenceOutOfBounds { .. } => {}
            Trouble::Revoked { .. } | Trouble::OnHold { .. } if best > open.certificate.not_after() => {
                return Err(Unsettled::ProvenTooLate);
            }
            Trouble::Revoked { .. } | Trouble::OnHold { .. } => {}
            Trouble::OutOfBounds { bound: Bound::NotYetValid, .. } => return Err(Unsettled::Open),
            Trouble::OutOfBounds { .. } if best > open.certificate.not_after() => return Err(Unsettled::Open),
            Trouble::OutOfBounds { .. } => {}
            Trouble::Weak(weakness) if !weakness.is_mended_by(proofs.of(weakness.object)) => {
                return Err(Unsettled::Open);
            }
            Trouble::Weak(_) => {}
        }
    }
    if has_proven_evidence || !needs_evidence(open, context) {
        Ok(settled)
    } else {
        Err(Unsettled::EvidenceOutOfBounds)
    }
}

/// Past certificate validation: the first path that held at some time, and until when it's known to have held.
fn certificate(
    open: Open<'_>,
    proofs: &Proofs,
    context: Context<'_>,
    admits: &dyn Fn(&RevocationEvidence) -> bool,
) -> Result<Settled, Unsettled> {
    let mut status = Unsettled::Open;
    for path in prospective(open, context).iter().filter(|path| have_common_time(path)) {
        match sliding::control_time(path, open.kind, proofs, context, admits) {
            Ok(control_time) => return Ok(Settled { path: path.clone(), control_time }),
            Err(NoPoe { subject }) => status = Unsettled::NoPoe { subject },
        }
    }
    Err(status)
}

fn prospective(open: Open<'_>, context: Context<'_>) -> Rc<[Vec<Certificate>]> {
    let purpose = certificate::purpose(open.certificate, open.kind);
    // That there is none is said where the certificate is judged at the current time.
    paths::of(open.certificate, purpose, context.evidence).unwrap_or_else(|_| Rc::from([]))
}

/// The shell model: all certificates but the anchor were valid at one time.
fn have_common_time(path: &[Certificate]) -> bool {
    let judged = || path.iter().take(path.len().saturating_sub(1));
    let start = judged().map(Certificate::not_before).max();
    let end = judged().map(Certificate::not_after).min();
    start.zip(end).is_none_or(|(start, end)| start <= end)
}

/// Whether evidence on the certificate itself comes from an issuer with such a proof of existence.
fn has_evidence(open: Open<'_>, proven: &dyn Fn(&RevocationEvidence) -> bool, context: Context<'_>) -> bool {
    let has_some = |state: State| !matches!(state, State::Missing | State::NotPublished);
    prospective(open, context).iter().any(|path| state(path, open.kind, proven, context).is_some_and(has_some))
}

fn needs_evidence(open: Open<'_>, context: Context<'_>) -> bool {
    prospective(open, context)
        .iter()
        .any(|path| !matches!(state(path, open.kind, &|_| true, context), None | Some(State::NotPublished)))
}

fn state(
    path: &[Certificate],
    kind: CertificateKind,
    admits: &dyn Fn(&RevocationEvidence) -> bool,
    context: Context<'_>,
) -> Option<State> {
    let [certificate, issuer, ..] = path else { return None };
    let strength = context.strength(context.policy.time);
    let inquiry = context.inquiry(strength, admits);
    Some(inquiry.status(certificate, issuer, kind).state)
}

/// Whether the certificate of whoever signed the evidence provably existed within its own validity; an anchor's dates
/// aren't judged.
fn issuer_is_proven(evidence: &RevocationEvidence, proofs: &Proofs, context: Context<'_>) -> bool {
    let signer = &evidence.signer;
    context.evidence.is_anchor(signer) || proofs.of(id(signer.der())) <= signer.not_after()
}
