//! The contract's JSON: one array, one object a file.

use std::io::{self, Write};

use jiff::Timestamp;
use kyso::SignatureReport;
use kyso_desk::codes::CodeReport;
use kyso_words::Worded;
use serde::Serialize;

use super::plainly::Plainly;
use super::{Evidence, FileReport};
use crate::receipt::ReceiptReport;
use crate::trust::store::Word;

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
    summary: Option<&'a Plainly>,
    trust: Trust<'a>,
    /// Where a receipt was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<&'a ReceiptReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<&'a Evidence>,
}

/// By which roots it was judged.
#[derive(Serialize)]
struct Trust<'a> {
    /// `none`, `given` on the command line, or `kept` by the user.
    roots: Option<&'static str>,
    /// Those that are kept and to which certificates led.
    used: Vec<Root<'a>>,
}

#[derive(Serialize)]
struct Root<'a> {
    sha256: &'a str,
    subject: &'a str,
    since: Timestamp,
    word: Word,
}

impl<'a> Trust<'a> {
    fn of(report: &'a FileReport) -> Self {
        let used = report.kept.iter().map(|kept| Root {
            sha256: &kept.sha256,
            subject: &kept.certificate.identity().subject,
            since: kept.since,
            word: kept.word,
        });
        Self { roots: report.source, used: used.collect() }
    }
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
                summary: report.plainly.as_ref(),
                trust: Trust::of(report),
                receipt: report.receipt.as_ref(),
                evidence: report.evidence.as_ref(),
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
                summary: None,
                trust: Trust::of(report),
                receipt: report.receipt.as_ref(),
                evidence: report.evidence.as_ref(),
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
