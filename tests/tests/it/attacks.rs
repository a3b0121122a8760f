//! Every attack is flagged, with the finding that names it; no honest file is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use kyso::validate::{Coverage, SignatureType};
use kyso::{Code, Error, Indication, Report, Severity, SignatureReport};
use kyso_tests::attacks::{self, Case, Expected};
use kyso_tests::signing;

use crate::attack_table;

/// What tests and users call flagged: the file can't be read, has no signature, or one of its signatures isn't what it
/// was when it was made.
fn is_flagged(answer: &Result<Report, Error>) -> bool {
    let flagged = |row: &SignatureReport| {
        row.indication == Indication::TotalFailed
            || !row.modifications_allowed
            || matches!(row.coverage, Coverage::Invalid | Coverage::Partial)
            || !(row.digest_ok && row.signature_ok)
    };
    answer.as_ref().map_or(true, |report| {
        report.signatures.is_empty() || report.is_flawed() || report.signatures.iter().any(flagged)
    })
}

/// Exit code 0 of `kyso verify`.
fn is_clean(answer: &Result<Report, Error>) -> bool {
    let passed = |row: &SignatureReport| row.indication == Indication::TotalPassed && row.modifications_allowed;
    let clean =
        |report: &Report| !report.is_flawed() && !report.signatures.is_empty() && report.signatures.iter().all(passed);
    answer.as_ref().is_ok_and(clean)
}

/// What was found wrong, but for the finding that only says that something was.
fn codes(report: &Report) -> Vec<&'static str> {
    let of_signatures = report.signatures.iter().flat_map(|row| &row.findings);
    let wrong = of_signatures.chain(&report.findings).filter(|finding| finding.severity != Severity::Info);
    wrong.map(|finding| finding.code.name()).filter(|&code| code != "modifications.not-allowed").collect()
}

/// The errors among them; and whether no signature is left.
fn errors(report: &Report) -> Vec<&'static str> {
    let of_signatures = report.signatures.iter().flat_map(|row| &row.findings);
    let errors = of_signatures.chain(&report.findings).filter(|finding| finding.severity == Severity::Error);
    let codes = errors.map(|finding| finding.code.name()).filter(|&code| code != "modifications.not-allowed");
    codes.chain(report.signatures.is_empty().then_some("unsigned")).collect()
}

/// What is wrong with the answer; `None` where nothing is.
fn fault(case: &Case, answer: &Result<Report, Error>) -> Option<String> {
    match case.expected {
        Expected::Flagged(_) if !is_flagged(answer) => Some("isn't flagged".into()),
        Expected::Flagged(_) if is_clean(answer) => Some("is flagged, but the exit code would be 0".into()),
        Expected::Flagged([]) => None,
        Expected::Flagged(wanted) => {
            let codes = answer.as_ref().map(codes).unwrap_or_default();
            let named = codes.iter().any(|code| wanted.iter().any(|prefix| code.starts_with(prefix)));
            (!named).then(|| format!("is flagged, but by none of {wanted:?}"))
        }
        Expected::Honest(level) => {
            let Ok(report) = answer else { return Some("is honest, but gives an error".into()) };
            // Tokens of document time-stamps are another test's.
            let signatures = || report.signatures.iter().filter(|row| row.kind == SignatureType::Signature);
            let mut wrong = Vec::new();
            if signatures().any(|row| row.indication != Indication::TotalPassed || !row.modifications_allowed) {
                wrong.push("is honest, but flagged".to_owned());
            }
            match signatures().next() {
                Some(first) if first.modifications == level => {}
                first => {
                    wrong.push(format!("should have level {level:?}, has {:?}", first.map(|row| row.modifications)))
                }
            }
            (!wrong.is_empty()).then(|| wrong.join("; "))
        }
    }
}

fn summary(answer: &Result<Report, Error>) -> String {
    let report = match answer {
        Ok(report) => report,
        Err(error) => return format!("error: {error}"),
    };
    let rows = report.signatures.iter().map(|row| {
        let findings: Vec<String> = row
            .findings
            .iter()
            .filter(|finding| !matches!(finding.code, Code::TimeNotProven | Code::RevocationNotPublished))
            .map(|finding| match &finding.detail {
                Some(detail) => format!("{} ({detail})", finding.code),
                None => finding.code.to_string(),
            })
            .collect();
        format!(
            "{}: {:?}, {:?}{}, {:?}, digest {}, signature {}; {}",
            row.field.as_deref().unwrap_or("(no field)"),
            row.indication,
            row.modifications,
            if row.modifications_allowed { "" } else { " not allowed" },
            row.coverage,
            row.digest_ok,
            row.signature_ok,
            findings.join(", ")
        )
    });
    rows.collect::<Vec<_>>().join("\n      ")
}

/// Writes every file and a table for them where `ATTACKS_OUT` says.
fn write_out(cases: &[Case]) {
    let Some(folder) = std::env::var_os("ATTACKS_OUT").map(PathBuf::from) else { return };
    let columns =
        "path\tgroup\tcls\tn_signatures\tn_doc_timestamps\tcrypto\tcoverage_bad\tlater_changes\tverdict\tpassword";
    let mut table = format!("{columns}\n");
    for case in cases {
        let path = format!("{}/{}.pdf", case.family, case.name);
        std::fs::create_dir_all(folder.join(case.family)).unwrap();
        std::fs::write(folder.join(&path), &case.bytes).unwrap();
        let verdict = if matches!(case.expected, Expected::Flagged(_)) { "not-clean" } else { "clean-ok" };
        table.push_str(&format!("{path}\t{}\t\t\t\t\t\t\t{verdict}\t\n", case.family));
    }
    std::fs::write(folder.join("expected.tsv"), table).unwrap();
}

#[test]
fn attacks_are_flagged_and_honest_files_are_not() {
    let (cases, mut policy) = (attacks::all(), signing::policy());
    // The time-stamps in them are of the machine's clock, which runs while the files are made.
    policy.time += jiff::SignedDuration::from_hours(1);
    write_out(&cases);
    let (mut faults, mut answered) = (Vec::new(), Vec::new());
    for case in &cases {
        match catch_unwind(AssertUnwindSafe(|| kyso::verify(&case.bytes, &policy))) {
            Err(_) => faults.push(format!("{}/{}: panicked", case.family, case.name)),
            Ok(answer) => {
                answered.push((case, answer.as_ref().map_or(vec!["unreadable"], errors)));
                let summary = || format!("\n      {}", summary(&answer));
                let found = fault(case, &answer);
                faults.extend(found.map(|fault| format!("{}/{}: {fault}{}", case.family, case.name, summary())));
            }
        }
    }
    println!("{} files of {} families", cases.len(), families(&cases).len());
    assert!(faults.is_empty(), "{} of {} files:\n  {}", faults.len(), cases.len(), faults.join("\n  "));
    attack_table::is_documented(&answered);
}

/// At least two attacks and an honest twin in each family; no name twice.
#[test]
fn each_family_has_attacks_and_twins() {
    let cases = attacks::all();
    for family in families(&cases) {
        let of_it: Vec<&Case> = cases.iter().filter(|case| case.family == family).collect();
        let honest = of_it.iter().filter(|case| matches!(case.expected, Expected::Honest(_))).count();
        assert!(honest >= 1, "{family} has no honest twin");
        assert!(of_it.len() - honest >= 2 || family == "honest", "{family} has fewer than two attacks");
        let names: std::collections::BTreeSet<&str> = of_it.iter().map(|case| &*case.name).collect();
        assert_eq!(names.len(), of_it.len(), "{family}: a name stands twice");
    }
}

fn families(cases: &[Case]) -> std::collections::BTreeSet<&'static str> {
    cases.iter().map(|case| case.family).collect()
}
