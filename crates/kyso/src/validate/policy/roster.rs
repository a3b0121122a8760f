//! The agency's list of its certificates.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::crypto::hex;
use crate::pki::Certificate;
use crate::role::Role;

/// The agency's list of certificates: who is leader, who holds the seal (Nghị định 30/2020/NĐ-CP, Điều 32).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Roster {
    /// One entry a certificate.
    #[serde(default, rename = "certificate")]
    pub certificates: Vec<RosterEntry>,
}

/// One certificate of the roster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RosterEntry {
    /// SHA-256 of the DER certificate, hex, colons and spaces allowed, case ignored.
    pub sha256: String,
    /// The role.
    pub role: Role,
    /// Whose it is, for those who read the roster.
    #[serde(default)]
    pub name: Option<String>,
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

impl Roster {
    /// The entry that names a certificate: the first that's in force at `time`, or else the first.
    pub fn entry(&self, certificate: &Certificate, time: Timestamp) -> Option<&RosterEntry> {
        let entries = self.entries(certificate);
        entries.iter().find(|entry| entry.is_in_force(time)).or(entries.first()).copied()
    }

    /// Whether an entry that's in force at `time` gives a certificate this role.
    pub fn gives(&self, role: Role, certificate: &Certificate, time: Timestamp) -> bool {
        self.entries(certificate).iter().any(|entry| entry.role == role && entry.is_in_force(time))
    }

    /// Whether the roster has an entry, in force or not, of the certificate with this SHA-256 (lower-case hex).
    pub(crate) fn lists(&self, sha256: &str) -> bool {
        self.certificates.iter().any(|entry| entry.names(sha256))
    }

    /// As [`gives`](Self::gives), of the certificate with this SHA-256 (lower-case hex).
    pub(crate) fn gives_by(&self, role: Role, sha256: &str, time: Timestamp) -> bool {
        let mut entries = self.certificates.iter().filter(|entry| entry.names(sha256));
        entries.any(|entry| entry.role == role && entry.is_in_force(time))
    }

    fn entries(&self, certificate: &Certificate) -> Vec<&RosterEntry> {
        let sha256 = hex(&certificate.fingerprint());
        self.certificates.iter().filter(|entry| entry.names(&sha256)).collect()
    }
}

impl RosterEntry {
    /// The role of the certificate with this SHA-256 (hex), at any time.
    pub fn new(sha256: impl Into<String>, role: Role) -> Self {
        Self {
            sha256: sha256.into(),
            role,
            name: None,
            title: None,
            power: None,
            agency: None,
            from: None,
            until: None,
        }
    }

    /// Whether the role is held at `time`, both ends included.
    pub fn is_in_force(&self, time: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= time) && self.until.is_none_or(|until| time <= until)
    }

    fn names(&self, sha256: &str) -> bool {
        let digits = self.sha256.chars().filter(char::is_ascii_alphanumeric).map(|digit| digit.to_ascii_lowercase());
        digits.eq(sha256.chars())
    }
}
