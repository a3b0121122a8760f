//! `kyso verify`: every signature of files; offline, unless it's told to fetch what is missing.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use kyso::crypto::{DigestAlgorithm, hex};
use kyso::validate::ChangeRule;
use kyso::{Document, Language, Password, Policy, Report};
use kyso_archive::evidence::MAX_RECORD;
use kyso_connect::Fetching;
use kyso_desk::codes::{Codes, Look, When};

use super::draw_pages;
use crate::arguments::ReportFormat;
use crate::context::{Context, tell};
use crate::exit::Exit;
use crate::failure::{Failure, cause, describe};
use crate::outside::NetworkArguments;
use crate::receipt::{Receipt, ReceiptArguments};
use crate::report::{
    Basis, Evidence, FileReport, Ground, Style, Unreadable, write_html, write_json, write_text, write_xml,
};
use crate::terms::words;
use crate::text::quoted;
use crate::trust::{Roots, TrustArguments, Trusted};
use crate::values::time;
use crate::{input, progress};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    trust: TrustArguments,
    #[arg(long, value_name = "RFC3339", value_parser = time)]
    at: Option<Timestamp>,
    #[arg(long, value_name = "P")]
    password: Option<Password>,
    #[arg(long)]
    strict: bool,
    #[arg(long)]
    online: bool,
    #[arg(long, value_enum, value_name = "auto|always|never", default_value = "auto")]
    qr: QrArgument,
    #[command(flatten)]
    receipt: ReceiptArguments,
    #[command(flatten)]
    network: NetworkArguments,
    /// An evidence record (RFC 4998) of the one file.
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
    #[arg(long, value_enum, value_name = "text|json|xml|html", default_value = "text")]
    format: ReportFormat,
}

/// When pages are looked at for QR symbols.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum QrArgument {
    Auto,
    Always,
    Never,
}

impl From<QrArgument> for When {
    fn from(when: QrArgument) -> Self {
        match when {
            QrArgument::Auto => Self::Auto,
            QrArgument::Always => Self::Always,
            QrArgument::Never => Self::Never,
        }
    }
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let Trusted { mut policy, roots } = arguments.trust.trusted(arguments.at.unwrap_or(context.now))?;
    policy.password.clone_from(&arguments.password);
    if arguments.strict {
        policy.constraints.signature.changes = ChangeRule::Strict;
    }
    let fetching = match arguments.online {
        true => Some(arguments.network.fetching(context)?),
        false => None,
    };
    let receipt = arguments.receipt.given(&arguments.files)?;
    let record = record(arguments)?;
    let judging = Judging {
        arguments,
        policy: &policy,
        roots: &roots,
        fetching: fetching.as_ref(),
        receipt: receipt.as_ref(),
        record: record.as_deref(),
        context,
    };
    let reports = judging.all();
    let basis = Basis { time: policy.time, constraints: &policy.constraints, language: context.language };
    context.print(|mut sink| match arguments.format {
        ReportFormat::Json => write_json(&reports, &mut sink),
        ReportFormat::Text => {
            write_text(&reports, Style { language: context.language, colour: context.colour() }, &mut sink)
        }
        ReportFormat::Xml => write_xml(&reports, basis, &mut sink),
        ReportFormat::Html => write_html(&reports, basis, &mut sink),
    })?;
    Ok(Exit::worst(reports.iter().flat_map(FileReport::exits)))
}

/// The bytes of the evidence record, which is of one file.
fn record(arguments: &Arguments) -> Result<Option<Vec<u8>>, Failure> {
    let Some(path) = &arguments.evidence else { return Ok(None) };
    if arguments.files.len() != 1 {
        return Err(Failure::usage(
            "Hồ sơ bằng chứng là của một tệp: --evidence đi với đúng một tệp PDF.",
            "An evidence record is of one file: --evidence goes with exactly one PDF.",
        ));
    }
    input::small(path, MAX_RECORD as u64).map(Some)
}

/// By what files are judged.
#[derive(Clone, Copy)]
struct Judging<'j> {
    arguments: &'j Arguments,
    policy: &'j Policy,
    roots: &'j Roots,
    fetching: Option<&'j Fetching>,
    receipt: Option<&'j Receipt>,
    record: Option<&'j [u8]>,
    context: &'j Context,
}

impl Judging<'_> {
    fn all(self) -> Vec<FileReport> {
        let files = &self.arguments.files;
        let sizes =
            files.iter().map(|file| fs::metadata(file).map_or(0, |metadata| metadata.len())).collect::<Vec<_>>();
        let bar = progress::over(&sizes);
        let mut reports = Vec::new();
        for (file, size) in files.iter().zip(sizes) {
            bar.set_message(crate::text::plain(&file.display().to_string()));
            reports.push(self.one(file));
            bar.inc(size);
        }
        bar.finish_and_clear();
        reports
    }

    /// Judges one file. One that can't be read is a report too: the others still get theirs.
    fn one(self, file: &Path) -> FileReport {
        let Self { arguments, policy, fetching, context, .. } = self;
        let (mut codes, mut receipt, mut evidence) = (Codes::default(), None, None);
        let outcome = match input::open(file).inspect(|bytes| evidence = self.evidence(bytes)) {
            Err(error) => Err(Unreadable { sha256: None, bytes: 0, error: cause(&error, context.language) }),
            Ok(bytes) => {
                receipt = self.receipt.map(|receipt| receipt.judge(&bytes, context.language));
                verdict(&bytes, policy, fetching, context)
                    .inspect(|report| {
                        let password = policy.password.as_ref().map(Password::as_str);
                        let apart = draw_pages::apart();
                        let look = Look { apart: apart.as_ref().map_err(Clone::clone), when: arguments.qr.into() };
                        codes = Codes::of(&bytes, password, report, &look);
                    })
                    .map(|report| words(context.language).report(report))
                    .map_err(|error| Unreadable {
                        sha256: Some(hex(&DigestAlgorithm::Sha256.digest(&bytes))),
                        bytes: bytes.len() as u64,
                        error: describe(&error, context.language),
                    })
            }
        };
        let again = |option: &str| self.again(option, file);
        let ground =
            Ground { roots: self.roots, language: context.language, is_online: fetching.is_some(), again: &again };
        let report = FileReport::new(file.display().to_string(), outcome, codes, context.language).receipt(receipt);
        let mut report = report.plainly(ground);
        report.evidence = evidence;
        report
    }

    /// The verdict of the evidence record on these bytes, where one was given.
    fn evidence(self, bytes: &[u8]) -> Option<Evidence> {
        let (path, record) = self.arguments.evidence.as_deref().zip(self.record)?;
        Some(Evidence::of(path, record, bytes, self.policy, self.context.language))
    }

    /// The command that judges this file once more, with an option: as it can be copied. A password isn't repeated.
    fn again(self, option: &str, file: &Path) -> String {
        let mut command = format!("kyso verify {option}");
        let mut add = |word: &str| command.push_str(&format!(" {word}"));
        for (option, path) in self.arguments.trust.typed() {
            add(option);
            add(&quoted(path));
        }
        if let Some(record) = &self.arguments.evidence {
            add("--evidence");
            add(&quoted(record));
        }
        if self.arguments.strict {
            add("--strict");
        }
        if self.context.language == Language::English {
            add("--lang en");
        }
        add(&quoted(file));
        command
    }
}

/// The report, with the help of what `fetching` brings. What can't be brought is told, and missing in the report too.
fn verdict(
    bytes: &[u8],
    policy: &Policy,
    fetching: Option<&Fetching>,
    context: &Context,
) -> Result<Report, kyso::Error> {
    let Some(fetching) = fetching else { return kyso::verify(bytes, policy) };
    let document = Document::parse_with_password(bytes, policy.password.as_ref().map(Password::as_str))?;
    fetching.next_document();
    let gathered = kyso::gather(&document, policy, fetching)?;
    for failure in &gathered.failures {
        tell(format_args!("⚠ {}", describe(failure, context.language)));
    }
    let mut policy = policy.clone();
    policy.material.merge(gathered.material);
    kyso::verify(bytes, &policy)
}
