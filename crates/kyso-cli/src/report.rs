//! What `verify` says of files: the contract's JSON, and a text for people.

mod json;
mod text;

use kyso::language::Language;
use kyso::validate::report::Report;

pub(crate) use json::write as write_json;
pub(crate) use text::{Style, write as write_text};

use crate::exit::Exit;

/// One file, judged or unreadable.
#[derive(Debug)]
pub(crate) struct FileReport {
    /// As it was named.
    pub(crate) file: String,
    /// What was found in it.
    pub(crate) outcome: Result<Report, Unreadable>,
}

/// A file in which there is nothing to judge.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// SHA-256 in lower-case hex, where it could be opened at all.
    pub(crate) sha256: Option<String>,
    pub(crate) bytes: u64,
    /// Why, for a person.
    pub(crate) error: String,
}

impl FileReport {
    pub(crate) fn exit(&self) -> Exit {
        self.outcome.as_ref().map_or(Exit::Unreadable, Exit::of_report)
    }

    /// Puts the findings into a language.
    pub(crate) fn localise(&mut self, language: Language) {
        let Ok(report) = &mut self.outcome else { return };
        *report = report.clone().in_language(language);
    }
}
