//! The contract's JSON: one array, one object a file.

use std::io::{self, Write};

use kyso::SignatureReport;
use kyso_desk::codes::CodeReport;
use kyso_words::Worded;
use serde::Serialize;

use super::FileReport;

#[derive(Serialize)]
struct File<'a> {
    file: &'a str,
    sha256: Option<&'a str>,
    bytes: u64,
    revisions: usize,
    encrypted: bool,
    error: Option<&'a str>,
    signatures: &'a [SignatureReport<Worded>],
    findings: Vec<&'a Worded>,
    qr: &'a [CodeReport],
    qr_not_seen: &'a [usize],
}

impl<'a> From<&'a FileReport> for File<'a> {
    fn from(report: &'a FileReport) -> Self {
        match &report.outcome {
            Ok(outcome) => Self {
                file: &report.file,
                sha256: Some(&outcome.sha256),
                bytes: outcome.bytes,
                revisions: outcome.revisions,
                encrypted: outcome.encrypted,
                error: None,
                signatures: &outcome.signatures,
                findings: report.findings().collect(),
                qr: &report.codes.codes,
                qr_not_seen: &report.codes.unseen,
            },
            Err(unreadable) => Self {
                file: &report.file,
                sha256: unreadable.sha256.as_deref(),
                bytes: unreadable.bytes,
                revisions: 0,
                encrypted: false,
                error: Some(&unreadable.error),
                signatures: &[],
                findings: Vec::new(),
                qr: &[],
                qr_not_seen: &[],
            },
        }
    }
}

/// Writes the reports as one array.
pub(crate) fn write(reports: &[FileReport], sink: &mut impl Write) -> io::Result<()> {
    let files = reports.iter().map(File::from).collect::<Vec<_>>();
    serde_json::to_writer_pretty(&mut *sink, &files)?;
    writeln!(sink)
}
