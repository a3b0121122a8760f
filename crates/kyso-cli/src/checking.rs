//! What `check` says of files: a text for people, JSON, and pictures of the pages with boxes on them.

mod json;
mod picture;
mod text;

use kyso_certification::form::CheckReport;

use crate::exit::Exit;

pub(crate) use json::write as write_json;
pub(crate) use picture::{Pictures, write as write_pictures};
pub(crate) use text::{write as write_text, write_headline};

/// One file, checked or unreadable.
#[derive(Debug)]
pub(crate) struct Checked {
    /// The file as named by the user.
    pub(crate) file: String,
    /// What was found, or why nothing can be.
    pub(crate) outcome: Result<CheckReport, String>,
}

impl Checked {
    pub(crate) fn exit(&self) -> Exit {
        match &self.outcome {
            Ok(report) if report.holds() => Exit::Done,
            Ok(_) => Exit::Failed,
            Err(_) => Exit::Unreadable,
        }
    }
}
