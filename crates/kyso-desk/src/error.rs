//! Why a use case can't be done, as data.

use jiff::civil::Date;
use kyso::validate::NotVerified;
use kyso_certification::check::Finding;
use kyso_certification::metadata::Flaw;
use kyso_certification::number::CertificationNumber;

/// Which of the files and values that a use case is given an error is about. What it's called, the front knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileRole {
    /// The request for a certification.
    Request,
    /// The dossier's code in the request.
    DossierCode,
    /// The document that is certified, copied, signed or checked.
    Document,
    /// The record (metadata) of a result.
    Record,
    /// The record of the result that replaces another.
    Replacement,
}

/// Whose signature a finished result lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// The authorised person's.
    Leader,
    /// The agency's seal.
    Seal,
    /// Of whoever signs in the field of this name, which is there and empty.
    Field(String),
}

/// Why a use case can't be done. Nothing was written, but where the variant says so. Exhaustive on purpose: each front has
/// to tell each.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The library's answer about a file.
    #[error("{error}")]
    Library {
        /// Which file.
        file: FileRole,
        /// The library's error.
        error: Box<kyso::Error>,
    },
    /// The library's answer about a signature that was to be made.
    #[error(transparent)]
    Signing(kyso::Error),
    /// A value that was given isn't of its form.
    #[error("{error}")]
    Value {
        /// The file that gave the value.
        file: FileRole,
        /// The library's error.
        error: Box<kyso::Error>,
    },
    /// The law forbids this certification: everything that speaks against the request, refusals first.
    #[error("the request is refused: {}", .0.iter().filter(|finding| finding.is_refusal()).map(|finding| finding.rule.name()).collect::<Vec<_>>().join(", "))]
    Request(Vec<Finding>),
    /// The request names no dossier (Nghị định 45/2020/NĐ-CP, Điều 14 khoản 3 điểm d).
    #[error("the request has no dossier code")]
    NoDossierCode,
    /// Certifications of this kind have no register on this date.
    #[error("kind {kind} has no register for {date}")]
    NoRegister {
        /// The kind's code.
        kind: String,
        /// The date of certification.
        date: Date,
    },
    /// The result has its number already, and the request had other contents then.
    #[error("result {result} has number {number} with other contents")]
    ResultTaken {
        /// The result's code.
        result: String,
        /// The entry's number.
        number: CertificationNumber,
    },
    /// Numbers of this request were voided again and again.
    #[error("numbers of this request were voided {attempts} times")]
    VoidedTooOften {
        /// How often.
        attempts: u32,
    },
    /// A page that something is to be put onto can't be shown, so nobody knows where it's blank.
    #[error("page {page} can't be shown: {error}")]
    NotShown {
        /// The page, from 1.
        page: usize,
        /// Why.
        error: kyso_view::Error,
    },
    /// A page that something is to be put onto can't be drawn whole: what the renderer leaves out isn't blank.
    #[error("page {page} can't be drawn whole")]
    NotWhole {
        /// The page, from 1.
        page: usize,
    },
    /// The place for the text of the agency's signature, on page 1, isn't blank.
    #[error("the upper right corner of page 1 isn't blank")]
    NoRoom,
    /// An extract (trích sao) says which pages it's of, and nobody did.
    #[error("an extract needs its pages")]
    PagesNeeded,
    /// Only an extract is of some pages: other copies are of the whole.
    #[error("only an extract is of some pages")]
    PagesOfWhole,
    /// A scan is less than the decree asks for (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục IV).
    #[error("the scan isn't good enough: {}", .0.iter().map(|miss| miss.code.name()).collect::<Vec<_>>().join(", "))]
    LowQuality(Vec<kyso_certification::scan::Miss>),
    /// A record lacks what the law asks for (Nghị định 30/2020/NĐ-CP, Phụ lục VI).
    #[error("the record isn't whole: {}", .flaws.iter().map(|flaw| flaw.field).collect::<Vec<_>>().join(", "))]
    RecordNotWhole {
        /// Whose record: the request's, where it's in the making.
        file: FileRole,
        /// All that it lacks.
        flaws: Vec<Flaw>,
    },
    /// The record is another result's.
    #[error("the record of another result: {field} is {found} instead of {wanted}")]
    OtherRecord {
        /// Which record.
        file: FileRole,
        /// The field that differs.
        field: &'static str,
        /// What the record has.
        found: String,
        /// What the result has.
        wanted: String,
    },
    /// A finished file isn't signed validly.
    #[error(transparent)]
    NotVerified(NotVerified),
    /// A finished file lacks a signature (Nghị định 30/2020/NĐ-CP, Điều 5 khoản 1).
    #[error("a signature is missing: {0:?}")]
    Unfinished(Missing),
    /// A finished file isn't what sealing makes: no seal in it holds, or what lies under the seal is refused so.
    #[error("no seal that holds lies over a leader's signature that holds{}", .0.as_ref().map(|error| format!(": {error}")).unwrap_or_default())]
    NotSealed(Option<kyso::Error>),
    /// The register's answer.
    #[error(transparent)]
    Register(#[from] kyso_register::Error),
    /// The archive's answer.
    #[error(transparent)]
    Archive(#[from] kyso_archive::Error),
    /// The system gives no random bytes.
    #[error("no random bytes: {0}")]
    Random(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// The library's answer about this file.
    pub(crate) fn of(file: FileRole) -> impl Fn(kyso::Error) -> Self + Copy {
        move |error| Self::Library { file, error: Box::new(error) }
    }

    /// The library's answer about a value in this file.
    pub(crate) fn value(file: FileRole) -> impl Fn(kyso::Error) -> Self + Copy {
        move |error| Self::Value { file, error: Box::new(error) }
    }
}
