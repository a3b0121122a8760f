//! The record that lies beside a result: completed when the result is finished, changed when it's cancelled or replaced.

use jiff::Timestamp;
use kyso::{Document, SignatureReport};
use kyso_certification::embedded_metadata::EmbeddedMetadata;
use kyso_certification::metadata::{FileFacts, Metadata, SignatureFacts, Status};
use kyso_certification::number::CertificationNumber;
use kyso_certification::qr::{CompactNumber, QrPayload};
use kyso_certification::stamp::QrMatch;
use kyso_register::{Cancellation, Entry};

use crate::check::{self, Viewer};
use crate::error::{Error, FileRole};
use crate::issue::Finished;

/// Adds what only the finished file has: its digest, its signatures. Refuses the record of another result, and one that
/// still lacks something.
///
/// # Errors
/// [`Error::OtherRecord`], [`Error::RecordNotWhole`]; [`Error::Library`] where the file can't be read.
pub(crate) fn finish(record: &mut Metadata, finished: &Finished<'_>) -> Result<(), Error> {
    let Finished { file, password, entry, viewer, .. } = finished;
    let report = file.report();
    let document = Document::parse_with_password(file.bytes(), *password);
    let document = document.map_err(|error| Error::of(FileRole::Record)(error.into()))?;
    demand_same(record, entry)?;
    demand_same_code(record, &document, *password, viewer)?;
    record.page_amount = document.page_count().ok().and_then(|pages| u16::try_from(pages).ok());
    record.file =
        Some(FileFacts { sha256: report.sha256.clone(), bytes: report.bytes, pdf_version: document.version() });
    record.signatures = report.signatures.iter().map(signature).collect();
    if record.status == Status::Prepared {
        record.status = Status::Valid;
    }
    demand_whole(FileRole::Record, record, true)
}

/// What became of a result: cancelled by a decision, or replaced by the result that `other` is the record of.
///
/// # Errors
/// [`Error::RecordNotWhole`].
pub fn cancel(record: &mut Metadata, cancellation: &Cancellation, other: Option<&Metadata>) -> Result<(), Error> {
    record.status = match other {
        Some(other) => Status::Replaced { by: other.result_code.clone() },
        None => Status::Cancelled { decision: cancellation.decision.clone(), date: cancellation.date },
    };
    demand_whole(FileRole::Record, record, false)
}

/// Refuses the record of a result with another number.
pub(crate) fn demand_number(record: &Metadata, file: FileRole, number: &CertificationNumber) -> Result<(), Error> {
    if record.cert_number == *number {
        return Ok(());
    }
    Err(another(file, "CertNumber", &record.cert_number.to_string(), &number.to_string()))
}

/// Refuses the record of another result than the entry's.
pub(crate) fn demand_same(record: &Metadata, entry: &Entry) -> Result<(), Error> {
    demand_number(record, FileRole::Record, &entry.number)?;
    match &entry.row.dossier {
        Some(dossier) if *dossier != record.dossier_code.to_string() => {
            Err(another(FileRole::Record, "DossierCode", &record.dossier_code.to_string(), dossier))
        }
        _ => Ok(()),
    }
}

/// Refuses a record whose look-up code isn't the one in the QR symbol that was put onto this very document.
fn demand_same_code(
    record: &Metadata,
    document: &Document<'_>,
    password: Option<&str>,
    viewer: &Viewer<'_>,
) -> Result<(), Error> {
    let Some(code) = &record.lookup_code else { return Ok(()) };
    let seen = check::codes(document, password, viewer).map_err(Error::of(FileRole::Record))?.unwrap_or_default();
    let payloads = seen.iter().filter_map(|seen| seen.text.parse::<QrPayload>().ok());
    for payload in payloads.filter(|payload| QrMatch::of(document, payload) != QrMatch::OtherDocument) {
        if payload.code() != code {
            return Err(another(FileRole::Record, "LookupCode", &code.grouped(), &payload.code().grouped()));
        }
    }
    Ok(())
}

/// Refuses a finished file that says another number than the entry's, and not this one too: in its metadata, else in the QR
/// symbols that were put onto this very document. A file that begins otherwise than it was prepared is the register's to refuse.
///
/// # Errors
/// [`Error::OtherRecord`]; [`Error::Library`] where the file can't be read.
pub(crate) fn demand_own_number(finished: &Finished<'_>) -> Result<(), Error> {
    let Finished { file, password, entry, viewer, .. } = finished;
    if entry.prepared().is_some_and(|prepared| !prepared.begins(file.bytes())) {
        return Ok(());
    }
    let wrong = Error::of(FileRole::Document);
    let document = Document::parse_with_password(file.bytes(), *password).map_err(|error| wrong(error.into()))?;
    let said = EmbeddedMetadata::of(&document).map_err(Error::of(FileRole::Document))?;
    let said = said.iter().filter_map(EmbeddedMetadata::number).collect::<Vec<_>>();
    if let Some(other) = said.last() {
        return match said.contains(&entry.number) {
            true => Ok(()),
            false => Err(another(FileRole::Document, "CertNumber", &other.to_string(), &entry.number.to_string())),
        };
    }
    let seen = check::codes(&document, *password, viewer).map_err(Error::of(FileRole::Document))?.unwrap_or_default();
    let payloads = seen.iter().filter_map(|seen| seen.text.parse::<QrPayload>().ok());
    let own = payloads.filter(|payload| QrMatch::of(&document, payload) != QrMatch::OtherDocument).collect::<Vec<_>>();
    let wanted = CompactNumber::from(&entry.number);
    match own.last() {
        Some(other) if !own.iter().any(|payload| *payload.number() == wanted) => {
            Err(another(FileRole::Document, "CertNumber", &other.number().to_string(), &wanted.to_string()))
        }
        _ => Ok(()),
    }
}

fn another(file: FileRole, field: &'static str, found: &str, wanted: &str) -> Error {
    Error::OtherRecord { file, field, found: found.to_owned(), wanted: wanted.to_owned() }
}

/// Refuses a record that lacks what the law asks for, naming every field.
pub(crate) fn demand_whole(file: FileRole, record: &Metadata, is_finished: bool) -> Result<(), Error> {
    match record.flaws(is_finished) {
        flaws if flaws.is_empty() => Ok(()),
        flaws => Err(Error::RecordNotWhole { file, flaws }),
    }
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
