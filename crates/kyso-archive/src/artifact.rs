//! What is known of a kept document.

use jiff::Timestamp;
use kyso::{Report, Role};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A version of a kept document, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// The document's id, the same for all of its versions.
    pub id: Uuid,
    /// Which version, from 0. Each is a prefix of the next.
    pub version: u32,
    /// SHA-256 of the whole version, lower-case hex.
    pub sha256: String,
    /// SHA-512 of the whole version, lower-case hex.
    pub sha512: String,
    /// Length of the whole version in bytes.
    pub bytes: u64,
    /// The capacity of the newest signature in it.
    pub role: Role,
    /// The level that the newest signature satisfies, e.g. `PAdES-B-LT`.
    pub level: Option<String>,
    /// On whose word it was kept.
    pub actor: String,
    /// The name that the file came with.
    pub file_name: Option<String>,
    /// The time of keeping.
    pub created: Timestamp,
}

/// What a caller says of a document that it wants kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// The capacity of the newest signature in it.
    pub role: Role,
    /// On whose word it's kept: the name of a token, a command.
    pub actor: String,
    /// The name that the file came with.
    pub file_name: Option<String>,
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
