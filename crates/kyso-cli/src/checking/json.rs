//! The check's JSON: fields are added, never changed, within a version.

use std::io::{self, Write};

use kyso_certification::form::CheckReport;
use serde::Serialize;

use super::Checked;
use crate::exit::Exit;

/// Of the form below.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct All<'a> {
    version: u32,
    files: Vec<File<'a>>,
}

#[derive(Serialize)]
struct File<'a> {
    file: &'a str,
    error: Option<&'a str>,
    holds: bool,
    #[serde(flatten)]
    report: Option<&'a CheckReport>,
}

/// Writes the reports as one object.
pub(crate) fn write(files: &[Checked], sink: &mut dyn Write) -> io::Result<()> {
    let files = files.iter().map(|checked| File {
        file: &checked.file,
        error: checked.outcome.as_ref().err().map(String::as_str),
        holds: checked.exit() == Exit::Done,
        report: checked.outcome.as_ref().ok(),
    });
    serde_json::to_writer_pretty(&mut *sink, &All { version: VERSION, files: files.collect() })?;
    writeln!(sink)
}
