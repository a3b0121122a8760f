//! Validation-time sliding (EN 319 102-1, 5.6.2.2): the latest time at which a whole path was known to hold, by evidence
//! that provably existed by then.

use jiff::Timestamp;

use super::certificate::Context;
use super::freshness::later;
use super::poe::{Proofs, id};
use super::policy::CertificateKind;
use super::revocation::State;
use super::strength::Weakness;
use crate::pki::Certificate;
use crate::pki::revocation::RevocationEvidence;

/// NO_POE: of whose certificate nothing is proven that suffices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoPoe {
    pub(super) subject: String,
}

/// The control time of a path, of which `proofs` are known. Of the evidence on the first certificate only what `admits`
/// is used.
///
/// Evidence that isn't fresh at the control time moves it to the last time at which it was fresh, not back to its issuance
/// as 5.6.2.2.4, 2) c) has it: between the two the checker of 5.2.5 passes by its own words, and moving further back would
/// rule out all evidence below a CA that was issued after the CA's CRL.
pub(super) fn control_time(
    path: &[Certificate],
    kind: CertificateKind,
    proofs: &Proofs,
    context: Context<'_>,
    admits: &dyn Fn(&RevocationEvidence) -> bool,
) -> Result<Timestamp, NoPoe> {
    let mut control = context.policy.time;
    for (depth, (certificate, issuer)) in path.iter().zip(path.iter().skip(1)).enumerate().rev() {
        let (kind, limited) = if depth == 0 { (kind, Some(admits)) } else { (kind.above(), None) };
        control = step(certificate, issuer, Step { kind, proofs, context, admits: limited }, control)?;
    }
    Ok(control)
}

#[derive(Clone, Copy)]
struct Step<'a> {
    kind: CertificateKind,
    proofs: &'a Proofs,
    context: Context<'a>,
    admits: Option<&'a dyn Fn(&RevocationEvidence) -> bool>,
}

fn step(
    certificate: &Certificate,
    issuer: &Certificate,
    step: Step<'_>,
    control: Timestamp,
) -> Result<Timestamp, NoPoe> {
    let no_poe = || NoPoe { subject: certificate.identity().subject.clone() };
    let Step { proofs, context, .. } = step;
    if proofs.of(id(certificate.der())) > control {
        return Err(no_poe());
    }
    let existed = |der: &[u8]| proofs.of(id(der)) <= control;
    let admits = |evidence: &RevocationEvidence| {
        // Evidence with a delegated signer takes that signer's certificate with it.
        evidence.this_update <= control
            && existed(&evidence.der)
            && evidence.base.as_deref().is_none_or(existed)
            && (!evidence.is_delegated || existed(evidence.signer.der()))
            && step.admits.is_none_or(|admits| admits(evidence))
    };
    let strength = context.strength(control);
    let inquiry = context.inquiry(strength, &admits);
    let tolerance = context.policy.constraints.time.clock_tolerance;
    let status = inquiry.status(certificate, issuer, step.kind);
    let mut slid = match &status.state {
        State::NotPublished => control,
        State::Missing => return Err(no_poe()),
        State::Revoked { at, .. } | State::OnHold { at, .. } => control.min(*at),
        State::Good(item) => item.fresh.end(control, tolerance),
    };
    let of_evidence = status.item().map(|item| item.weaknesses.clone()).unwrap_or_default();
    for weakness in strength.of_certificate(certificate, issuer).into_iter().chain(of_evidence) {
        slid = slid.min(last_reliable(&weakness).ok_or_else(no_poe)?);
    }
    Ok(slid)
}

/// The last time at which it was reliable.
fn last_reliable(weakness: &Weakness) -> Option<Timestamp> {
    let until = weakness.until?;
    Some(later(until, jiff::SignedDuration::from_nanos(-1)))
}
