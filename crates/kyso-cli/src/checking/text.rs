//! The check for people: one line a row, grouped, what fails with its colour, the article at the end.

use std::io::{self, Write};

use kyso_certification::form::{CheckReport, Group, Profile, Row, Status};

use super::Checked;
use crate::context::Context;
use crate::text::{choose, masked, plain};

/// Writes the reports.
pub(crate) fn write(files: &[Checked], context: &Context, sink: &mut dyn Write) -> io::Result<()> {
    for (index, checked) in files.iter().enumerate() {
        if index > 0 {
            writeln!(sink)?;
        }
        let file = plain(&checked.file);
        match &checked.outcome {
            Ok(report) => write_report(&file, report, context, sink)?,
            Err(error) => writeln!(sink, "{} {file}: {}", mark(Status::Fail, context), plain(error))?,
        }
    }
    Ok(())
}

/// Writes how many rows are wrong, right, not judged.
pub(crate) fn write_headline(
    file: &str,
    report: &CheckReport,
    context: &Context,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let count = |wanted: Status| report.rows.iter().filter(|row| row.status == wanted).count();
    let (wrong, right, rest) = (count(Status::Fail), count(Status::Pass), count(Status::NotApplicable));
    let overall = if report.holds() { Status::Pass } else { Status::Fail };
    let profile = match report.profile {
        Profile::Issued => context.say("kết quả", "result"),
        Profile::Copy => context.say("bản sao điện tử", "electronic copy"),
        Profile::Attachment => context.say("phụ lục ở tệp riêng", "separate attachment"),
    };
    let summary = choose(
        context.language,
        "điểm chưa đúng, {right} đúng, {rest} không xét",
        "wrong, {right} right, {rest} not applicable",
    )
    .replace("{right}", &right.to_string())
    .replace("{rest}", &rest.to_string());
    writeln!(sink, "{} {file} ({profile}): {wrong} {summary}.", mark(overall, context))
}

fn write_report(file: &str, report: &CheckReport, context: &Context, sink: &mut dyn Write) -> io::Result<()> {
    write_headline(file, report, context, sink)?;
    let mut group: Option<Group> = None;
    for (number, row) in (1..).zip(&report.rows) {
        if group != Some(row.group) {
            writeln!(sink, "\n  {}", row.group.name(context.language))?;
            group = Some(row.group);
        }
        write_row(number, row, context, sink)?;
    }
    Ok(())
}

fn write_row(number: usize, row: &Row, context: &Context, sink: &mut dyn Write) -> io::Result<()> {
    let page = match row.page {
        Some(page) if row.status == Status::Fail => format!(" ({} {page})", context.say("trang", "page")),
        _ => String::new(),
    };
    let title = row.title.in_language(context.language);
    let message = masked(row.message.in_language(context.language));
    writeln!(sink, "   {} {number:2}. {title}: {message}{page}. [{}]", mark(row.status, context), row.article)
}

fn mark(status: Status, context: &Context) -> &'static str {
    match (status, context.colour()) {
        (Status::Pass, true) => "\u{1b}[32m✓\u{1b}[0m",
        (Status::Pass, false) => "✓",
        (Status::Fail, true) => "\u{1b}[31m✗\u{1b}[0m",
        (Status::Fail, false) => "✗",
        (Status::NotApplicable, _) => "–",
    }
}
