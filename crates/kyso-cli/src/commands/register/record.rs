//! The record that lies beside a result: completed when the result is finished, changed when it's cancelled or replaced.

use std::io::Write as _;
use std::path::Path;

use jiff::Timestamp;
use kyso::pdf::Document;
use kyso::validate::report::{Report, SignatureReport};
use kyso_certification::metadata::{FileFacts, Flaw, Metadata, SignatureFacts, Status};
use kyso_certification::number::CertificationNumber;
use kyso_certification::qr::QrPayload;
use kyso_certification::stamp::QrMatch;
use kyso_register::{Cancellation, Entry};

use super::defect;
use crate::commands::check;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::output::Output;
use crate::text::plain;

/// Larger than any record.
const LIMIT: u64 = 1 << 20;

/// Reads a record.
pub(crate) fn read(path: &Path) -> Result<Metadata, Failure> {
    let text = input::small_text(path, LIMIT)?;
    serde_json::from_str(&text).map_err(|error| {
        let (name, error) = (plain(&path.display().to_string()), plain(&error.to_string()));
        Failure::usage(
            format!("{name}: không phải dữ liệu đặc tả của kết quả chứng thực: {error}."),
            format!("{name}: no record of a certification result: {error}."),
        )
    })
}

/// Replaces a record: the old one stays until the new one is whole.
pub(crate) fn write(output: &Output, record: &Metadata) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(record).map_err(defect)?;
    output.write(|sink| writeln!(sink, "{json}"))
}

/// Adds what only the finished file has: its digest, its signatures. Refuses the record of another result, and one that
/// still lacks something.
pub(crate) fn finish(
    record: &mut Metadata,
    path: &Path,
    entry: &Entry,
    (pdf, report): (&[u8], &Report),
    context: &Context,
) -> Result<(), Failure> {
    let document = Document::parse(pdf).map_err(|error| Failure::library(path, &error.into()))?;
    demand_same(record, path, entry)?;
    demand_same_code(record, path, &document, context)?;
    record.page_amount = document.page_count().ok().and_then(|pages| u16::try_from(pages).ok());
    record.file =
        Some(FileFacts { sha256: report.sha256.clone(), bytes: report.bytes, pdf_version: document.version() });
    record.signatures = report.signatures.iter().map(signature).collect();
    if record.status == Status::Prepared {
        record.status = Status::Valid;
    }
    demand_whole(path, record, true)
}

/// What became of a result: cancelled by a decision, or replaced by the result that `other` is the record of.
pub(crate) fn cancel(
    record: &mut Metadata,
    path: &Path,
    cancellation: &Cancellation,
    other: Option<&Metadata>,
) -> Result<(), Failure> {
    record.status = match other {
        Some(other) => Status::Replaced { by: other.result_code.clone() },
        None => Status::Cancelled { decision: cancellation.decision.clone(), date: cancellation.date },
    };
    demand_whole(path, record, false)
}

/// Refuses the record of a result with another number.
pub(crate) fn demand_number(record: &Metadata, path: &Path, number: &CertificationNumber) -> Result<(), Failure> {
    if record.cert_number == *number {
        return Ok(());
    }
    Err(another(path, "CertNumber", &record.cert_number.to_string(), &number.to_string()))
}

/// Refuses the record of another result than the entry's.
pub(crate) fn demand_same(record: &Metadata, path: &Path, entry: &Entry) -> Result<(), Failure> {
    demand_number(record, path, &entry.number)?;
    match &entry.row.dossier {
        Some(dossier) if *dossier != record.dossier_code.to_string() => {
            Err(another(path, "DossierCode", &record.dossier_code.to_string(), dossier))
        }
        _ => Ok(()),
    }
}

/// Refuses a record whose look-up code isn't the one in the QR symbol that was put onto this very document.
fn demand_same_code(record: &Metadata, path: &Path, document: &Document<'_>, context: &Context) -> Result<(), Failure> {
    let Some(code) = &record.lookup_code else { return Ok(()) };
    let wrong = |error| Failure::library(path, &error);
    let seen = check::codes(document, None, context).map_err(wrong)?.unwrap_or_default();
    let payloads = seen.iter().filter_map(|seen| seen.text.parse::<QrPayload>().ok());
    for payload in payloads.filter(|payload| QrMatch::of(document, payload) != QrMatch::OtherDocument) {
        if payload.code() != code {
            return Err(another(path, "LookupCode", &code.grouped(), &payload.code().grouped()));
        }
    }
    Ok(())
}

fn another(path: &Path, field: &str, found: &str, wanted: &str) -> Failure {
    let name = plain(&path.display().to_string());
    let (found, wanted) = (plain(found), plain(wanted));
    Failure::new(
        Exit::Refused,
        format!("{name}: dữ liệu đặc tả của kết quả khác: {field} là {found}, phải là {wanted}."),
        format!("{name}: the record of another result: {field} is {found} instead of {wanted}."),
    )
}

/// Refuses a record that lacks what the law asks for, naming every field.
pub(crate) fn demand_whole(path: &Path, record: &Metadata, is_finished: bool) -> Result<(), Failure> {
    let flaws = record.flaws(is_finished);
    if flaws.is_empty() {
        return Ok(());
    }
    let name = plain(&path.display().to_string());
    let list = |told: fn(&Flaw) -> &str| {
        flaws.iter().map(|flaw| format!("{} {}", flaw.field, told(flaw))).collect::<Vec<_>>().join("; ")
    };
    Err(Failure::new(
        Exit::Refused,
        format!(
            "{name}: dữ liệu đặc tả chưa đủ (Nghị định 30/2020/NĐ-CP, Phụ lục VI): {}.",
            list(|flaw| &flaw.vietnamese)
        ),
        format!(
            "{name}: the metadata isn't whole (Nghị định 30/2020/NĐ-CP, Phụ lục VI): {}.",
            list(|flaw| &flaw.english)
        ),
    ))
}

fn signature(report: &SignatureReport) -> SignatureFacts {
    // The names that the report itself is written with.
    let named = |value: Result<serde_json::Value, serde_json::Error>| {
        value.ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let stamped: Option<Timestamp> = report.timestamps.iter().filter_map(|stamp| stamp.time).min();
    SignatureFacts {
        role: report.role,
        field: report.field.clone().unwrap_or_default(),
        certificate: report.signer.as_ref().map(|signer| signer.fingerprint.clone()),
        signing_time: report.claimed_time.clone(),
        time_stamp: stamped.map(|time| time.to_string()),
        level: named(serde_json::to_value(report.level)),
        indication: named(serde_json::to_value(report.indication)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_record_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ket-qua.json");
        std::fs::write(&path, "{\"DocCode\": 7}").unwrap();
        let failure = read(&path).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.in_language(kyso::Language::English).contains("ket-qua.json: no record"));
    }
}
