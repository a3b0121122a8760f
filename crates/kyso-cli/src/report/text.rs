//! The text for people: one verdict line a file, then each signature with its reasons and what to do
//! (Thông tư 15/2025/TT-BKHCN, Điều 6 khoản 4: valid or not in Vietnamese; CA, signer, times, integrity, validity).

mod evidence;
mod signature;

use std::io::{self, Write};

use kyso::{Language, Severity};
use kyso_words as words;
use kyso_words::{Report, Worded};

use super::FileReport;
use super::plainly::Plainly;
use super::words::{Mark, Words};
use crate::exit::Exit;
use crate::text::{choose, masked, plain};

/// Width of the column of labels, in characters.
const LABELS: usize = 24;

/// In which language, and with or without colour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) language: Language,
    pub(crate) colour: bool,
}

/// Writes the reports, and what they come to where there are several.
pub(crate) fn write(reports: &[FileReport], style: Style, sink: &mut impl Write) -> io::Result<()> {
    for (index, report) in reports.iter().enumerate() {
        if index > 0 {
            writeln!(sink)?;
        }
        style.file(report, sink)?;
        report.evidence.iter().try_for_each(|evidence| style.evidence(evidence, sink))?;
    }
    if reports.len() > 1 {
        writeln!(sink)?;
        style.summary(reports, sink)?;
    }
    Ok(())
}

/// Writes the verdict alone.
pub(crate) fn write_verdict(report: &FileReport, style: Style, sink: &mut impl Write) -> io::Result<()> {
    style.verdict(report, sink).map(|_| ())
}

impl Style {
    fn words(self) -> Words {
        Words(self.language)
    }

    fn say(self, vietnamese: &'static str, english: &'static str) -> &'static str {
        choose(self.language, vietnamese, english)
    }

    fn mark(self, mark: Mark) -> &'static str {
        match (mark, self.colour) {
            (Mark::Good, true) => "\u{1b}[32m✔\u{1b}[0m",
            (Mark::Good, false) => "✔",
            (Mark::Bad, true) => "\u{1b}[31m✘\u{1b}[0m",
            (Mark::Bad, false) => "✘",
            (Mark::Open, true) => "\u{1b}[33m?\u{1b}[0m",
            (Mark::Open, false) => "?",
        }
    }

    /// One line; and the report, where there is one.
    fn verdict<'f>(self, file: &'f FileReport, sink: &mut impl Write) -> io::Result<Option<&'f Report>> {
        let exit = file.of_signatures();
        let mark = Mark::of_file(file.exit());
        write!(sink, "{} {}: {}.", self.mark(mark), plain(&file.file), file.verdict(self.language))?;
        if file.is_receipt_wrong() {
            // The receipt's finding may stand far below.
            let message = file.receipt.as_ref().map(|receipt| masked(receipt.message()));
            write!(sink, " {}", message.unwrap_or_default())?;
        }
        let report = match &file.outcome {
            Ok(report) => report,
            Err(unreadable) => return writeln!(sink, " {}", plain(&unreadable.error)).map(|()| None),
        };
        if let Some(cut_off) = file.cut_off(self.language) {
            write!(sink, " {cut_off}")?;
        }
        if let Some(unseen) = file.not_seen(self.language) {
            write!(sink, " {unseen}")?;
        }
        let complete = self.words().completeness(report);
        let told = file.plainly.as_ref().map(|plainly| self.plainly(plainly));
        // What can't be decided begins with what is certain; elsewhere the verdict says it, and the next line why.
        let (first, second) = match (exit, &told) {
            (Exit::Indeterminate, Some((certain, uncertain))) => (Some(certain.as_str()), uncertain.clone()),
            (Exit::Failed, Some((certain, _))) => (None, Some(certain.clone())),
            (_, Some((certain, uncertain))) => (
                complete,
                Some([Some(certain.clone()), uncertain.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ")),
            ),
            (Exit::Failed, None) => (None, None),
            (_, None) => (complete, None),
        };
        match first {
            Some(sentence) => writeln!(sink, " {sentence}")?,
            None => writeln!(sink)?,
        }
        if let Some(second) = second {
            writeln!(sink, "  {second}")?;
        }
        Ok(Some(report))
    }

    /// What is certain; and what isn't, with the command that gets further.
    fn plainly(self, plainly: &Plainly) -> (String, Option<String>) {
        let certain = format!("{}: {}.", self.say("Chắc chắn", "Certain"), plainly.certain);
        let uncertain = plainly.uncertain.as_ref().map(|uncertain| {
            let next = match &plainly.next {
                Some(command) => format!(" {}: {command}", self.say("Xem tiếp", "To get further")),
                None => String::new(),
            };
            format!("{}: {uncertain}.{next}", self.say("Chưa chắc", "Not certain"))
        });
        (certain, uncertain)
    }

    fn file(self, file: &FileReport, sink: &mut impl Write) -> io::Result<()> {
        let Some(report) = self.verdict(file, sink)? else { return Ok(()) };
        self.field(sink, "SHA-256", "SHA-256", &report.sha256)?;
        let size = match self.language {
            Language::Vietnamese => format!("{} byte, {} phiên bản", report.bytes, report.revisions),
            Language::English => format!("{} bytes, {} revisions", report.bytes, report.revisions),
        };
        self.field(sink, "Kích thước", "Size", &size)?;
        if report.encrypted {
            self.field(sink, "Mã hóa", "Encryption", self.say("tệp có mã hóa", "the file is encrypted"))?;
        }
        for (index, root) in file.rests_on(self.language).enumerate() {
            let label = if index == 0 { ("CA gốc được tin", "Trusted root") } else { ("", "") };
            self.field(sink, label.0, label.1, &root)?;
        }
        self.findings(file.findings(), sink)?;
        for (number, signature) in (1..).zip(&report.signatures) {
            writeln!(sink)?;
            self.signature(number, signature, sink)?;
        }
        Ok(())
    }

    fn findings<'f>(self, findings: impl IntoIterator<Item = &'f Worded>, sink: &mut impl Write) -> io::Result<()> {
        for finding in findings {
            let clause = match finding.clause {
                "" => String::new(),
                clause => format!(" [{clause}]"),
            };
            let mark = match finding.severity {
                Severity::Error => self.mark(Mark::Bad),
                Severity::Warning => "!",
                Severity::Info => "-",
            };
            let severity = words::severity(finding.severity, self.language);
            writeln!(sink, "     {mark} {severity}: {}{clause}", masked(&finding.message))?;
        }
        Ok(())
    }

    fn field(
        self,
        sink: &mut impl Write,
        vietnamese: &'static str,
        english: &'static str,
        value: &str,
    ) -> io::Result<()> {
        let label = match self.say(vietnamese, english) {
            "" => String::new(),
            label => format!("{label}:"),
        };
        let gap = LABELS.saturating_sub(label.chars().count()).max(1);
        writeln!(sink, "     {label}{:gap$}{value}", "")
    }

    fn summary(self, reports: &[FileReport], sink: &mut impl Write) -> io::Result<()> {
        let exits = reports.iter().map(FileReport::exit).collect::<Vec<_>>();
        let count = |wanted: Exit| exits.iter().filter(|exit| **exit == wanted).count();
        let parts = [Exit::Done, Exit::Failed, Exit::Indeterminate, Exit::Unsigned, Exit::Unreadable]
            .into_iter()
            .filter(|exit| count(*exit) > 0)
            .map(|exit| format!("{} {}", count(exit), self.words().verdict(exit).to_lowercase()))
            .collect::<Vec<_>>();
        let files = self.say("tệp", "files");
        writeln!(sink, "{} {files}: {}.", reports.len(), parts.join(", "))
    }
}

#[cfg(test)]
mod tests;
