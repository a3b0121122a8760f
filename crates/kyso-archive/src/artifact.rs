//! What is known of a kept document.

use jiff::Timestamp;
use kyso::{Report, Role};
use serde::Serialize;
use uuid::Uuid;

/// A kept document, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// UUIDv7: ids sort by time.
    pub id: Uuid,
    /// SHA-256 of the bytes, lower-case hex.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
    /// The capacity of the newest signature in it.
    pub role: Role,
    /// On whose word it was kept.
    pub actor: String,
    /// The name that the file came with.
    pub file_name: Option<String>,
    /// The time of keeping.
    pub created: Timestamp,
}

/// What a caller says of a document that it wants kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// The capacity of the newest signature in it.
    pub role: Role,
    /// On whose word it's kept: the name of a token, a command.
    pub actor: String,
    /// The name that the file came with.
    pub file_name: Option<String>,
    /// The time it's kept at.
    pub created: Timestamp,
}

/// One file's verification report as the contract of `kyso verify --format json` has it, but for the messages: those are
/// of a language, and whoever shows the report words them by code and detail.
#[derive(Debug, Clone, Serialize)]
pub struct FileReport<'a> {
    /// The file's name.
    pub file: Option<&'a str>,
    /// What verification says.
    #[serde(flatten)]
    pub report: &'a Report,
    /// Why the file can't be read; always null here, for there is a report.
    pub error: Option<&'a str>,
}

impl<'a> FileReport<'a> {
    /// The report on the file of this name.
    pub fn new(file: Option<&'a str>, report: &'a Report) -> Self {
        Self { file, report, error: None }
    }
}
