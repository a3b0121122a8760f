//! What a verifier is given beside the bytes: anchors, a time, evidence, constraints. Nothing is fetched.

mod anchors;
mod constraints;
mod reliability;
mod roster;

use jiff::Timestamp;

pub use self::anchors::Anchors;
pub use self::constraints::{
    AnnotationOverlap, ChangeRule, Consequence, Constraints, Demand, Freshness, RevocationConstraints, RevocationRule,
    RoleConstraints, RoleKnowledge, SignatureConstraints, TimeConstraints,
};
pub use self::reliability::Reliability;
pub use self::roster::{Roster, RosterEntry};
pub use crate::judge::CertificateKind;
use crate::pdf::Password;
use crate::pki::Material;

/// Everything that a verdict depends on beside the file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Policy {
    /// The time to judge at (EN 319 102-1: the current time).
    pub time: Timestamp,
    /// Whose certificates are trusted.
    pub anchors: Anchors,
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
            anchors: Anchors::default(),
            material: Material::default(),
            roster: Roster::default(),
            constraints: Constraints::default(),
            password: None,
        }
    }
}

#[cfg(test)]
mod tests;
