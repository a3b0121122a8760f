//! Whether finished bytes have the level that was asked for, by the policy that they were made by.
//!
//! Only what a level stands on is asked about: the certificate, its revocation, algorithms and time. What else is said of a
//! signature has other rules.

use super::messages;
use super::report::{Finding, Indication, Level, Report, Severity, SignatureReport, SignatureType};
use crate::error::{Error, Reason, Service, Tried};
use crate::language::Language;
use crate::level::BaselineLevel;

/// What findings about a level's foundations begin with, and who has to put it right.
const FOUNDATIONS: [(&str, Option<Service>); 8] = [
    ("timestamp.", Some(Service::TimeStamp)),
    ("revocation.", Some(Service::Revocation)),
    ("time.", None),
    ("certificate.", None),
    ("chain.", None),
    ("algorithm.", None),
    ("key.", None),
    ("past.", None),
];

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
///
/// # Errors
/// [`Error::Outside`].
pub(crate) fn demand_time_stamp(report: &Report) -> Result<(), Error> {
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

/// Nothing is wrong with what the signature stands on.
fn demand_founded(signature: &SignatureReport) -> Result<(), Error> {
    let foundation = |finding: &Finding| FOUNDATIONS.iter().find(|(start, _)| finding.code.starts_with(start));
    let wrong: Vec<&Finding> = errors(signature).filter(|finding| foundation(finding).is_some()).collect();
    let Some(first) = wrong.first() else { return Ok(()) };
    let is_of_authority = signature.kind == SignatureType::DocumentTimestamp;
    match foundation(first).and_then(|(_, service)| *service) {
        _ if is_of_authority => Err(outside(Service::TimeStamp, signature, &wrong)),
        Some(service) => Err(outside(service, signature, &wrong)),
        None => Err(not_attained(signature, &wrong)),
    }
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

/// Whose it is, and what is said of it.
fn told(signature: &SignatureReport, findings: &[&Finding], language: Language) -> String {
    let whose = signature.signer.as_ref().map(|signer| signer.subject.as_str()).unwrap_or_default();
    let field = signature.field.as_deref().unwrap_or_default();
    let texts = findings.iter().map(|finding| messages::message(finding.code, finding.detail.as_deref(), language));
    let texts = texts.collect::<Vec<_>>().join(" ");
    format!("{field} ({whose}): {}", texts.trim_end_matches('.'))
}

fn outside(service: Service, signature: &SignatureReport, findings: &[&Finding]) -> Error {
    let [vietnamese, english] =
        [Language::Vietnamese, Language::English].map(|language| told(signature, findings, language));
    Error::Outside { service, tried: vec![Tried::answer(vietnamese, english)] }
}

fn not_attained(signature: &SignatureReport, findings: &[&Finding]) -> Error {
    let [vietnamese, english] =
        [Language::Vietnamese, Language::English].map(|language| told(signature, findings, language));
    Error::refused("extend.not-attained", Reason::told(vietnamese, english))
}
