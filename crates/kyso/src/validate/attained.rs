//! Whether finished bytes have the level that was asked for, by the policy that they were made by.
//!
//! Only what a level stands on is asked about: the certificate, its revocation, algorithms and time. What else is said of a
//! signature has other rules.

use super::report::{Finding, Indication, Level, Report, Severity, SignatureReport, SignatureType};
use crate::code::Code;
use crate::error::{Error, Failed, Reason, Service, Tried, Unfounded};
use crate::level::BaselineLevel;

/// Demands that signatures have a level and hold at it: the one in `field`, or all.
///
/// At PAdES-B-T, which brings no evidence, it's the time-stamp that was judged before it was taken, and nothing is asked of
/// the signer's certificate.
///
/// # Errors
/// [`Error::Outside`] where a time-stamp or evidence doesn't serve, [`Error::Refused`] with rule `extend.not-attained` where
/// it's another thing.
pub(crate) fn demand_level(report: &Report, level: BaselineLevel, field: Option<&str>) -> Result<(), Error> {
    let is_asked = |one: &&SignatureReport| {
        one.kind == SignatureType::Signature
            && one.field.is_some()
            && (field.is_none() || one.field.as_deref() == field)
    };
    for signature in report.signatures.iter().filter(is_asked) {
        if level > BaselineLevel::T {
            demand_founded(signature)?;
        }
        demand_reached(signature, level)?;
    }
    if level == BaselineLevel::Lta { demand_time_stamp(report) } else { Ok(()) }
}

/// Demands that the newest document time-stamp holds.
fn demand_time_stamp(report: &Report) -> Result<(), Error> {
    let newest = report.signatures.iter().rev().find(|one| one.kind == SignatureType::DocumentTimestamp);
    newest.map_or(Ok(()), demand_founded)
}

/// Demands that what passed before passes still.
///
/// # Errors
/// As [`demand_level`].
pub(crate) fn demand_kept(before: &Report, after: &Report) -> Result<(), Error> {
    let passed = |field: &Option<String>| {
        let is_same = |one: &&SignatureReport| one.field.is_some() && one.field == *field;
        before.signatures.iter().find(is_same).is_some_and(|one| one.indication == Indication::TotalPassed)
    };
    let lost = |one: &&SignatureReport| passed(&one.field) && one.indication != Indication::TotalPassed;
    match after.signatures.iter().find(lost) {
        Some(one) => demand_founded(one).and_then(|()| Err(not_attained(one, &errors(one).collect::<Vec<_>>()))),
        None => Ok(()),
    }
}

fn errors(signature: &SignatureReport) -> impl Iterator<Item = &Finding> {
    signature.findings.iter().filter(|finding| finding.severity == Severity::Error)
}

/// Demands that nothing is wrong with certificates, evidence and time-stamps under the signature.
fn demand_founded(signature: &SignatureReport) -> Result<(), Error> {
    let wrong: Vec<&Finding> = errors(signature).filter(|finding| foundation(finding.code).is_some()).collect();
    let Some(first) = wrong.first() else { return Ok(()) };
    let is_of_authority = signature.kind == SignatureType::DocumentTimestamp;
    match foundation(first.code) {
        _ if is_of_authority => Err(outside(Service::TimeStamp, signature, &wrong)),
        Some(Foundation::Service(service)) => Err(outside(service, signature, &wrong)),
        Some(Foundation::Own) | None => Err(not_attained(signature, &wrong)),
    }
}

/// The evidence that a level rests on, by who has to put it right.
enum Foundation {
    /// A service outside.
    Service(Service),
    /// The signature and its certificates.
    Own,
}

/// Which of a level's foundations a finding is about.
fn foundation(code: Code) -> Option<Foundation> {
    Some(match code {
        Code::TimestampUnreadable
        | Code::TimestampType
        | Code::TimestampTime
        | Code::TimestampImprint
        | Code::TimestampNoReference
        | Code::TimestampKeyUsage
        | Code::TimestampOutsideCertificate
        | Code::TimestampFuture
        | Code::TimestampExtension
        | Code::TimestampPolicy
        | Code::TimestampAccuracy
        | Code::TimestampOrder
        | Code::TimestampDelay
        | Code::TimestampOfAnother
        | Code::TimestampNotValid
        | Code::TimestampRequired
        | Code::TimestampWanted => Foundation::Service(Service::TimeStamp),
        Code::RevocationNotChecked
        | Code::RevocationNotPublished
        | Code::RevocationRevoked
        | Code::RevocationCaRevoked
        | Code::RevocationOnHold
        | Code::RevocationLater
        | Code::RevocationStale
        | Code::RevocationIssuerExpired
        | Code::RevocationRefused => Foundation::Service(Service::Revocation),
        Code::AlgorithmDigestMisnamed
        | Code::AlgorithmUnknown
        | Code::AlgorithmUnavailable
        | Code::AlgorithmMalformed
        | Code::AlgorithmWeak
        | Code::KeyWeak
        | Code::ChainNone
        | Code::ChainUntrustedRoot
        | Code::ChainBadSignature
        | Code::ChainNotAnIssuer
        | Code::ChainConstraint
        | Code::ChainUnreadable
        | Code::ChainOther
        | Code::ChainAnchorExpired
        | Code::CertificateExpired
        | Code::CertificateNotYetValid
        | Code::CertificateClaimedTime
        | Code::CertificateCaExpired
        | Code::CertificateKeyUsage
        | Code::CertificateExpiredSince
        | Code::AlgorithmWeakSince
        | Code::TimeNotProven
        | Code::TimeProven
        | Code::TimeBeforeCertificate
        | Code::TimeAfterRevocation
        | Code::TimeAfterCertificate
        | Code::TimeClaimedLater
        | Code::PastHeldUntil
        | Code::PastNoPoe
        | Code::PastProvenTooLate
        | Code::PastIssuerNotProven => Foundation::Own,
        _ => return None,
    })
}

/// The bytes have the level, and where it needs a time-stamp, one of those inside or above holds.
fn demand_reached(signature: &SignatureReport, level: BaselineLevel) -> Result<(), Error> {
    let reached = match signature.level {
        Level::B => BaselineLevel::B,
        Level::T => BaselineLevel::T,
        Level::Lt => BaselineLevel::Lt,
        Level::Lta => BaselineLevel::Lta,
        // No baseline signature: it has no such level, and lasts all the same.
        Level::Pkcs7 | Level::Other => level,
    };
    if level > BaselineLevel::T && signature.best_signature_time.is_none() {
        let stamps = signature.timestamps.iter().flat_map(|stamp| &stamp.findings);
        let wrong: Vec<&Finding> = stamps.filter(|finding| finding.severity == Severity::Error).collect();
        let wrong = if wrong.is_empty() { signature.missing.iter().collect() } else { wrong };
        return Err(outside(Service::TimeStamp, signature, &wrong));
    }
    if reached < level {
        return Err(not_attained(signature, &signature.missing.iter().collect::<Vec<_>>()));
    }
    Ok(())
}

fn outside(service: Service, signature: &SignatureReport, findings: &[&Finding]) -> Error {
    Error::Outside { service, tried: vec![Tried::answer(Failed::Signature(unfounded(signature, findings)))] }
}

fn not_attained(signature: &SignatureReport, findings: &[&Finding]) -> Error {
    Error::refused(Code::ExtendNotAttained, Reason::NotAttained(unfounded(signature, findings)))
}

fn unfounded(signature: &SignatureReport, findings: &[&Finding]) -> Unfounded {
    Unfounded {
        field: signature.field.clone().unwrap_or_default(),
        signer: signature.signer.as_ref().map(|signer| signer.subject.clone()).unwrap_or_default(),
        findings: findings.iter().copied().cloned().collect(),
    }
}
