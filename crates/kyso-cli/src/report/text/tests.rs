//! Golden reports: tests/golden/*.txt. `UPDATE_GOLDEN=1 cargo test` rewrites them; read the difference.

use kyso::validate::{Coverage, Modifications};
use kyso::{Code, Indication, SubIndication};

use super::*;
use crate::report::samples::{self, Sample, file, finding, leader, long_term, others, seal};

fn golden(name: &str, samples: Vec<Sample>) {
    for (language, suffix) in [(Language::Vietnamese, "vi"), (Language::English, "en")] {
        let reports: Vec<FileReport> = samples.iter().map(|sample| sample.in_language(language)).collect();
        let mut text = Vec::new();
        write(&reports, Style { language, colour: false }, &mut text).unwrap();
        samples::golden(&format!("{name}.{suffix}.txt"), &String::from_utf8(text).unwrap());
    }
}

#[test]
fn long_term_evidence_and_what_is_missing() {
    golden("long-term", vec![long_term()]);
}

#[test]
fn signed_and_sealed() {
    golden("sealed", vec![file("ket-qua.pdf", vec![leader(), seal()])]);
}

#[test]
fn awaiting_the_seal() {
    let mut signature = leader();
    (signature.coverage, signature.modifications) = (Coverage::WholeFile, Modifications::None);
    let mut file = file("ket-qua.pdf", vec![signature]);
    let awaiting = finding(Severity::Info, Code::RoleAwaitingSeal, "Nghị định 30/2020/NĐ-CP, Điều 5", None);
    file.outcome.as_mut().unwrap().findings.push(awaiting);
    golden("awaiting-seal", vec![file]);
}

#[test]
fn changed_after_signing() {
    let mut failed = leader();
    failed.digest_ok = false;
    failed.modifications = Modifications::None;
    failed.indication = Indication::TotalFailed;
    failed.sub_indication = Some(SubIndication::HashFailure);
    failed.findings = vec![finding(Severity::Error, Code::DigestMismatch, "EN 319 102-1, 5.2.7", None)];
    let mut changed = leader();
    changed.modifications = Modifications::Other;
    changed.modifications_allowed = false;
    changed.findings = vec![
        finding(Severity::Error, Code::ModificationsOther, "ISO 32000-2, 12.8.2.2", Some("7 0")),
        finding(Severity::Warning, Code::CoverageLaterBytes, "EN 319 142-1, 5.4", None),
    ];
    golden("changed", vec![file("hash.pdf", vec![failed]), file("shadow.pdf", vec![changed])]);
}

#[test]
fn undecided_unsigned_unreadable() {
    golden("others", others());
}

#[test]
fn times_before_and_after_the_certificate() {
    let at = |time: &str| {
        let mut one = leader();
        one.claimed_time = Some(time.into());
        one
    };
    let mut proven = leader();
    proven.best_signature_time = Some("2026-03-02T03:00:09Z".parse().unwrap());
    let early = at("2025-12-31T10:00:00+07:00");
    let late = at("2029-01-01T10:00:00+07:00");
    golden("times", vec![file("times.pdf", vec![early, late, proven])]);
}

#[test]
fn colour_only_when_asked_for() {
    let mut text = Vec::new();
    write(
        &[file("a.pdf", vec![seal()]).in_language(Language::Vietnamese)],
        Style { language: Language::Vietnamese, colour: true },
        &mut text,
    )
    .unwrap();
    assert!(String::from_utf8(text).unwrap().starts_with("\u{1b}[32m✔\u{1b}[0m a.pdf: HỢP LỆ."));
}
