//! The certificate's path at a time, key usage and revocation (EN 319 102-1, 5.2.6).

use super::policy::{Policy, RevocationRule};
use super::report::SubIndication;
use super::verdict::Verdict;
use crate::crypto::chain::{self, PathError, PathProblem};
use crate::pki::Certificate;

const CLAUSE: &str = "EN 319 102-1 5.2.6";

/// Judges the signer's certificate at the policy's time. Gives its path to an anchor, both included; `None` where there
/// is none.
pub(super) fn check(
    certificate: &Certificate,
    untrusted: &[Vec<u8>],
    policy: &Policy,
    verdict: &mut Verdict,
) -> Option<Vec<Certificate>> {
    let path = match path(certificate, untrusted, policy) {
        Ok(path) => Some(path),
        Err(error) => {
            no_path(&error, verdict);
            None
        }
    };
    // Without a path there's still the certificate itself to speak of.
    let alone = [certificate.clone()];
    let judged = match path.as_deref() {
        Some([path @ .., _anchor]) if !path.is_empty() => path,
        _ => &alone,
    };
    validity(judged, policy, verdict);
    if let Some([.., anchor]) = path.as_deref()
        && !anchor.is_valid_at(policy.time)
    {
        // RFC 5280, 6.1.1: an anchor is trusted for being one, whatever its dates.
        verdict.warn("chain.anchor-expired", "RFC 5280 6.1.1", Some(anchor.identity().subject.clone()));
    }
    if certificate.key_usage().is_some_and(|usage| !usage.digital_signature && !usage.non_repudiation) {
        verdict.open(SubIndication::ChainConstraintsFailure, "certificate.key-usage", "EN 319 102-1 5.2.6.4", None);
    }
    // A certificate that is itself an anchor is trusted as it stands: nobody's list speaks of it.
    if let Some([path @ .., _anchor]) = path.as_deref() {
        path.iter().for_each(|certificate| revocation(certificate, policy, verdict));
    }
    path
}

/// The path at the policy's time, or, where none is in its time, at any: what is out of time is said one by one.
fn path(certificate: &Certificate, untrusted: &[Vec<u8>], policy: &Policy) -> Result<Vec<Certificate>, PathError> {
    let build = |time| chain::build(certificate.der(), untrusted, &policy.anchors, time);
    let ders = match build(Some(policy.time.as_second())) {
        Err(PathError { problem: PathProblem::Expired | PathProblem::NotYetValid, .. }) => build(None)?,
        other => other?,
    };
    let unreadable = |_| PathError { problem: PathProblem::Unreadable, depth: 0 };
    ders.iter().map(|der| Certificate::parse(der)).collect::<Result<_, _>>().map_err(unreadable)
}

fn no_path(error: &PathError, verdict: &mut Verdict) {
    let general = SubIndication::CertificateChainGeneralFailure;
    let (why, code, detail) = match &error.problem {
        PathProblem::NoIssuer => (SubIndication::NoCertificateChainFound, "chain.none", None),
        PathProblem::UntrustedRoot => (SubIndication::NoCertificateChainFound, "chain.untrusted-root", None),
        PathProblem::BadSignature => (general, "chain.bad-signature", None),
        PathProblem::NotAnIssuer => (general, "chain.not-an-issuer", None),
        PathProblem::Constraint(text) => (general, "chain.constraint", Some(text.clone())),
        PathProblem::Unreadable => (general, "chain.unreadable", None),
        // OpenSSL tells of times only where it finds them wrong with and without looking at them.
        PathProblem::Expired | PathProblem::NotYetValid => (general, "chain.other", None),
        PathProblem::Other(text) => (general, "chain.other", Some(text.clone())),
    };
    verdict.open(why, code, CLAUSE, detail);
}

/// OUT_OF_BOUNDS_NO_POE: no proof of existence says that the signature is older (EN 319 102-1, 5.2.6.4 and table 6).
fn validity(path: &[Certificate], policy: &Policy, verdict: &mut Verdict) {
    for (depth, certificate) in path.iter().enumerate() {
        if certificate.is_valid_at(policy.time) {
            continue;
        }
        let (code, limit) = match (policy.time < certificate.not_before(), depth) {
            (true, _) => ("certificate.not-yet-valid", certificate.not_before()),
            (false, 0) => ("certificate.expired", certificate.not_after()),
            (false, _) => ("certificate.ca-expired", certificate.not_after()),
        };
        verdict.open(SubIndication::OutOfBoundsNoPoe, code, CLAUSE, Some(limit.to_string()));
    }
}

/// No revocation evidence is read yet, so none is there: TRY_LATER where it should be (EN 319 102-1, 5.2.5).
fn revocation(certificate: &Certificate, policy: &Policy, verdict: &mut Verdict) {
    let clause = "EN 319 102-1 5.2.5";
    let subject = Some(certificate.identity().subject.clone());
    let is_published = !certificate.crl_distribution_points().is_empty() || !certificate.ocsp_responders().is_empty();
    if is_published || policy.constraints.revocation.rule == RevocationRule::Always {
        verdict.open(SubIndication::TryLater, "revocation.not-checked", clause, subject);
    } else {
        verdict.warn("revocation.not-published", clause, subject);
    }
}
