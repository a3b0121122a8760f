//! What a verifier is given beside the bytes: anchors, a time, evidence, constraints. Nothing is looked up.

mod constraints;
mod reliability;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::constraints::{
    AnnotationOverlap, ChangeRule, Consequence, Constraints, Demand, Freshness, RevocationConstraints, RevocationRule,
    RoleConstraints, RoleKnowledge, SignatureConstraints, TimeConstraints,
};
pub use self::reliability::Reliability;
pub use crate::judge::CertificateKind;
use crate::pdf::Password;
use crate::pki::Material;
use crate::role::Role;

/// Everything that a verdict depends on beside the file.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The time to judge at (EN 319 102-1: the current time).
    pub time: Timestamp,
    /// DER certificates that are trusted.
    pub anchors: Vec<Vec<u8>>,
    /// What helps beside what the file holds, trusted for nothing: certificates for a path, evidence of revocations.
    pub material: Material,
    /// Whose certificate has which role.
    pub roster: Roster,
    /// What is asked.
    pub constraints: Constraints,
    /// The file's password, where it has one.
    pub password: Option<Password>,
}

impl Policy {
    /// The default constraints at a time, with no anchor and no roster.
    pub fn at(time: Timestamp) -> Self {
        Self {
            time,
            anchors: Vec::new(),
            material: Material::default(),
            roster: Roster::default(),
            constraints: Constraints::default(),
            password: None,
        }
    }
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

#[cfg(test)]
mod tests;
