//! Whom a certificate names: a person or an organisation, as far as its names say.

use super::Name;

const COMMON_NAME: &str = "2.5.4.3";
const SURNAME: &str = "2.5.4.4";
const SERIAL_NUMBER: &str = "2.5.4.5";
const ORGANISATION: &str = "2.5.4.10";
const ORGANISATIONAL_UNIT: &str = "2.5.4.11";
const TITLE: &str = "2.5.4.12";
const GIVEN_NAME: &str = "2.5.4.42";
const ORGANISATION_IDENTIFIER: &str = "2.5.4.97";
const USER_ID: &str = "0.9.2342.19200300.100.1.1";
const EMAIL_ADDRESS: &str = "1.2.840.113549.1.9.1";

/// How Vietnamese authorities mark the UID of a person (citizen card, older card, passport, social insurance).
const PERSON_IDS: &[&str] = &["CCCD:", "CMND:", "HC:", "BHXH:", "PID:"];
/// And of an organisation (tax code, budget code).
const ORGANISATION_IDS: &[&str] = &["MST:", "MNS:", "VATVN-", "NTRVN-"];
/// How the names of Vietnamese agencies begin, in capitals.
const AGENCY_WORDS: &[&str] = &[
    "ỦY BAN",
    "UỶ BAN",
    "UBND",
    "HỘI ĐỒNG",
    "HĐND",
    "SỞ ",
    "BỘ ",
    "CỤC ",
    "CHI CỤC",
    "TỔNG CỤC",
    "VỤ ",
    "BAN ",
    "VĂN PHÒNG",
    "PHÒNG ",
    "TRUNG TÂM",
    "VIỆN ",
    "TRƯỜNG ",
    "BỆNH VIỆN",
    "CÔNG TY",
    "CÔNG AN",
    "TÒA ÁN",
    "TOÀ ÁN",
    "NGÂN HÀNG",
    "KHO BẠC",
    "BẢO HIỂM",
    "THANH TRA",
    "HỢP TÁC XÃ",
    "DOANH NGHIỆP",
    "TỔNG CÔNG TY",
    "TẬP ĐOÀN",
];

/// The subject of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// The whole name, RFC 4514.
    pub subject: String,
    /// CN.
    pub common_name: Option<String>,
    /// O.
    pub organisation: Option<String>,
    /// OU, in the order of the certificate.
    pub organisational_units: Vec<String>,
    /// title (2.5.4.12): chức vụ.
    pub title: Option<String>,
    /// Person or organisation: a hint, never a proof (a roster of certificates decides).
    pub kind: IdentityKind,
}

/// Whether the names are a person's or an organisation's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityKind {
    /// A natural person.
    Person,
    /// An organisation.
    Organisation,
    /// The names don't say.
    Unknown,
}

impl Identity {
    pub(super) fn new(subject: &Name, states_a_seal: bool) -> Self {
        let first = |oid| subject.values(oid).next().map(str::to_owned);
        let (common_name, organisation) = (first(COMMON_NAME), first(ORGANISATION));
        let is_agency = common_name.as_ref().is_some_and(|name| {
            organisation.as_ref() == Some(name) || begins_with_any(&name.to_uppercase(), AGENCY_WORDS)
        });
        let ids =
            |marks| [USER_ID, SERIAL_NUMBER].iter().any(|oid| subject.values(oid).any(|id| begins_with_any(id, marks)));
        let has = |oid| subject.values(oid).next().is_some();
        let kind = if states_a_seal {
            IdentityKind::Organisation
        } else if ids(PERSON_IDS) || has(GIVEN_NAME) || has(SURNAME) {
            IdentityKind::Person
        } else if ids(ORGANISATION_IDS) || is_agency {
            IdentityKind::Organisation
        } else if has(TITLE) || has(EMAIL_ADDRESS) {
            IdentityKind::Person
        } else if has(ORGANISATION_IDENTIFIER) {
            IdentityKind::Organisation
        } else {
            IdentityKind::Unknown
        };
        Self {
            subject: subject.to_string(),
            common_name,
            organisation,
            organisational_units: subject.values(ORGANISATIONAL_UNIT).map(str::to_owned).collect(),
            title: first(TITLE),
            kind,
        }
    }
}

fn begins_with_any(text: &str, marks: &[&str]) -> bool {
    marks.iter().any(|mark| text.starts_with(mark))
}
