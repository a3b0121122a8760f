//! The leader's signature under which the seal may lie (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).

use jiff::Timestamp;

use super::policy::{Policy, Roster};
use super::report::{Coverage, Indication, Report, RoleSource, SignatureReport, SignatureType, SignerKind};
use crate::error::Error;
use crate::language::Language;
use crate::role::{LeaderSignature, Role};

/// The newest valid signature of a leader in the document that `report` is of.
///
/// With anchors in the policy it must be TOTAL-PASSED; with a roster its certificate must be there as leader. Without
/// either it must be intact, made with a certificate in its time that isn't an organisation's nor the sealing one.
///
/// # Errors
/// [`Error::Refused`] naming what the best candidate lacks.
pub(crate) fn leader_signature(
    report: &Report,
    policy: &Policy,
    sealing_certificate: Option<&str>,
) -> Result<LeaderSignature, Error> {
    let mut reason = "the document has no signature yet".to_owned();
    for signature in report.signatures.iter().rev().filter(|signature| signature.kind == SignatureType::Signature) {
        let Some(field) = &signature.field else { continue };
        match objection(signature, policy, sealing_certificate) {
            None => return Ok(LeaderSignature::witnessed(field.clone(), report.bytes)),
            Some(why) => reason = format!("the signature in field {field} {why}"),
        }
    }
    Err(Error::refused(
        "seal.no-leader-signature",
        format!(
            "the seal lies on a valid leader's signature only (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d): \
             {reason}. Have the leader sign first"
        ),
    ))
}

/// Refuses a certificate that the roster doesn't name for the seal; an empty roster names nobody and refuses nobody.
///
/// # Errors
/// [`Error::Refused`].
pub(crate) fn demand_sealing(roster: &Roster, fingerprint: Option<&str>, time: Timestamp) -> Result<(), Error> {
    let named = roster.certificates.is_empty()
        || roster.certificates.iter().any(|entry| {
            entry.role == Role::Seal
                && fingerprint.is_some_and(|fingerprint| super::role::plain(&entry.sha256) == fingerprint)
                && entry.from.is_none_or(|from| from <= time)
                && entry.until.is_none_or(|until| time <= until)
        });
    if named {
        return Ok(());
    }
    Err(Error::refused("seal.not-in-roster", "the roster doesn't name this certificate for the seal at this time"))
}

/// Why this isn't a valid leader's signature; `None` where it is.
fn objection(signature: &SignatureReport, policy: &Policy, sealing_certificate: Option<&str>) -> Option<String> {
    let covered = matches!(signature.coverage, Coverage::WholeFile | Coverage::WholeRevision);
    if !(signature.digest_ok && signature.signature_ok && covered) {
        return Some("is broken".into());
    }
    if !signature.modifications_allowed {
        return Some("was followed by changes that it doesn't allow".into());
    }
    let Some(signer) = &signature.signer else { return Some("names no certificate".into()) };
    if sealing_certificate.is_some_and(|sealing| sealing.eq_ignore_ascii_case(&signer.fingerprint)) {
        return Some("was made with the sealing certificate itself".into());
    }
    if policy.roster.certificates.is_empty() {
        if signer.kind == SignerKind::Organisation || signature.role == Role::Seal {
            return Some("was made with an organisation's certificate".into());
        }
    } else if signature.role != Role::Leader || signature.role_source != RoleSource::Roster {
        return Some("isn't by a leader that the roster names".into());
    } else if signature.findings.iter().any(|finding| finding.code == "role.outside-dates") {
        return Some("was made outside the dates of the leader's power".into());
    }
    if policy.time < signer.not_before || policy.time > signer.not_after {
        return Some("was made with a certificate that isn't in its time".into());
    }
    let passed = match signature.indication {
        Indication::TotalPassed => true,
        Indication::TotalFailed => false,
        Indication::Indeterminate => policy.anchors.is_empty(),
    };
    if passed {
        return None;
    }
    let findings: Vec<String> = signature
        .findings
        .iter()
        .filter(|finding| finding.severity == super::report::Severity::Error)
        .map(|finding| super::messages::message(finding.code, finding.detail.as_deref(), Language::English))
        .collect();
    Some(format!("doesn't pass: {}", findings.join(" ")))
}
