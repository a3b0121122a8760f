//! What `verify` says of files: a text and a page for people, the contract's JSON, and the standard's XML.

mod html;
mod json;
mod markup;
#[cfg(test)]
mod samples;
mod text;
mod words;
mod xml;

use jiff::Timestamp;
use kyso::{Constraints, Language};
use kyso_desk::codes::Codes;
use kyso_words::{Report, Worded};

pub(crate) use html::write as write_html;
pub(crate) use json::write as write_json;
pub(crate) use text::{Style, write as write_text, write_verdict};
pub(crate) use xml::write as write_xml;

use crate::exit::Exit;
use crate::terms::words;

/// What the files were judged by, and the language to say it in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Basis<'p> {
    pub(crate) time: Timestamp,
    pub(crate) constraints: &'p Constraints,
    pub(crate) language: Language,
}

/// One file, judged or unreadable.
#[derive(Debug)]
pub(crate) struct FileReport {
    /// The file as named by the user.
    pub(crate) file: String,
    /// What was found in it.
    pub(crate) outcome: Result<Report, Unreadable>,
    /// What was seen on its pages.
    pub(crate) codes: Codes,
    /// The findings about the codes, in words.
    seen: Vec<Worded>,
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
    /// What is said in this language of the file of this name.
    pub(crate) fn new(file: String, outcome: Result<Report, Unreadable>, codes: Codes, language: Language) -> Self {
        let seen = codes.findings.iter().map(|finding| words(language).qr(finding)).collect();
        Self { file, outcome, codes, seen }
    }

    /// What the first line says of pages that weren't seen.
    fn not_seen(&self, language: Language) -> Option<String> {
        words(language).pages_not_seen(&self.codes.unseen)
    }

    pub(crate) fn exit(&self) -> Exit {
        match self.outcome.as_ref().map_or(Exit::Unreadable, Exit::of_report) {
            // The signatures hold, but a page leads its reader elsewhere, or may: a person has to look.
            Exit::Done if self.codes.leave_open() => Exit::Indeterminate,
            exit => exit,
        }
    }

    /// What concerns the file and no one signature.
    pub(crate) fn findings(&self) -> impl Iterator<Item = &Worded> {
        self.outcome.iter().flat_map(|report| &report.findings).chain(&self.seen)
    }
}
