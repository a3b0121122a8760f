//! What a verifier is given beside the bytes: anchors, a time, rules. Nothing is looked up.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::pdf::Password;
use crate::role::Role;

/// Everything that a verdict depends on beside the file.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The time to judge at (EN 319 102-1: the current time).
    pub time: Timestamp,
    /// DER certificates that are trusted.
    pub anchors: Vec<Vec<u8>>,
    /// DER certificates that may help to build a path, trusted for nothing.
    pub certificates: Vec<Vec<u8>>,
    /// Whose certificate has which role.
    pub roster: Roster,
    /// What must be known of a revocation.
    pub revocation: RevocationRule,
    /// What may come after a signature that says nothing about it.
    pub changes: ChangeRule,
    /// The file's password, where it has one.
    pub password: Option<Password>,
}

impl Policy {
    /// The default rules at a time, with no anchor and no roster.
    pub fn at(time: Timestamp) -> Self {
        Self {
            time,
            anchors: Vec::new(),
            certificates: Vec::new(),
            roster: Roster::default(),
            revocation: RevocationRule::default(),
            changes: ChangeRule::default(),
            password: None,
        }
    }
}

/// What must be known of a revocation before a signature passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RevocationRule {
    /// Evidence is needed for each certificate whose issuer publishes it (a CRL distribution point, an OCSP
    /// address); a certificate that names neither passes with a warning.
    #[default]
    WherePublished,
    /// Evidence is needed for every certificate but the anchor.
    Always,
}

/// What may come after a signature without the signature being left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChangeRule {
    /// What DocMDP says; where it says nothing, as the field's practice has it: further signatures, form filling,
    /// comments that cover nothing.
    #[default]
    Practice,
    /// Long-term evidence alone, whatever DocMDP would allow.
    Strict,
}

/// The agency's list of certificates: who is leader, who holds the seal (Nghị định 30/2020/NĐ-CP, Điều 32).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// One entry a certificate.
    #[serde(default, rename = "certificate")]
    pub certificates: Vec<RosterEntry>,
}

/// One certificate of the roster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterEntry {
    /// SHA-256 of the DER certificate, hex, colons and spaces allowed, case ignored.
    pub sha256: String,
    /// The role.
    pub role: Role,
    /// Chức vụ.
    #[serde(default)]
    pub title: Option<String>,
    /// Thẩm quyền: none, TM., Q., KT., TL., TUQ. (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.7b).
    #[serde(default)]
    pub power: Option<String>,
    /// The agency.
    #[serde(default)]
    pub agency: Option<String>,
    /// From when the role is held, RFC 3339.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// Until when, RFC 3339.
    #[serde(default)]
    pub until: Option<Timestamp>,
}
