//! What the check says: rows.

use serde::Serialize;

use super::Rule;
use kyso::{Bilingual, Language, Rectangle, both};

/// By which rows a document is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// A result that a leader signed and the agency sealed.
    Issued,
    /// An electronic copy: sao y, sao lục, trích sao.
    Copy,
    /// An attachment in a file of its own.
    Attachment,
}

/// How a row came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// As the law wants it.
    Pass,
    /// Not as the law wants it.
    Fail,
    /// The rule doesn't apply to this document, or can't be measured in it.
    NotApplicable,
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// File, paper, margins.
    Paper,
    /// Type.
    Type,
    /// The signer's title and name, and his signature.
    Signature,
    /// The agency's seal.
    Seal,
    /// The text that stands for the agency's signature on copies and attachments.
    Copy,
    /// Who signed, in which order, and what is locked.
    Signing,
    /// Numbers, codes, scans.
    Rest,
}

impl Group {
    /// The group's heading.
    pub fn name(self, language: Language) -> &'static str {
        match self {
            Self::Paper => both("Tệp và trang giấy", "File and paper"),
            Self::Type => both("Kiểu chữ", "Type"),
            Self::Signature => both("Chức vụ, họ tên và chữ ký", "Title, name and signature"),
            Self::Seal => both("Con dấu", "Seal"),
            Self::Copy => {
                both("Chữ ký số của cơ quan trên bản sao, phụ lục", "The agency's signature on a copy or attachment")
            }
            Self::Signing => both("Người ký và thứ tự ký", "Who signed, in which order"),
            Self::Rest => both("Số, mã và bản số hóa", "Number, code and scan"),
        }
        .in_language(language)
    }
}

/// A place on a page that a row is about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Marked {
    /// What lies there: signature, seal, title, name, line, picture, page, number, qr.
    pub what: &'static str,
    /// The page, from 1.
    pub page: usize,
    /// In points from the lower left of the page, as seen.
    #[serde(serialize_with = "to_hundredths")]
    pub rectangle: Rectangle,
}

fn to_hundredths<S: serde::Serializer>(rectangle: &Rectangle, serializer: S) -> Result<S::Ok, S::Error> {
    rectangle.rounded(100.0).serialize(serializer)
}

/// One row: what the law asks, and whether it's so.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The rule that the row judges.
    pub id: Rule,
    /// The group that the row stands in.
    pub group: Group,
    /// The law, its article or annex.
    pub article: &'static str,
    /// The rule's title, in a few words.
    pub title: Bilingual<&'static str>,
    /// The result of the row.
    pub status: Status,
    /// What was found, and what to do where it isn't right.
    pub message: Bilingual,
    /// The page that it's about, from 1, where it's about one.
    pub page: Option<usize>,
    /// The places that it's about.
    pub boxes: Vec<Marked>,
}

impl Row {
    /// The places that it's about.
    pub(super) fn at(mut self, boxes: impl IntoIterator<Item = Marked>) -> Self {
        self.boxes.extend(boxes);
        self.page = self.boxes.first().map(|marked| marked.page);
        if self.boxes.iter().any(|marked| Some(marked.page) != self.page) {
            self.page = None;
        }
        self
    }
}

/// All that was checked of one file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckReport {
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    /// By which rows it was judged.
    pub profile: Profile,
    /// How many pages it has.
    pub pages: usize,
    /// The rows, in the order of their groups.
    pub rows: Vec<Row>,
}

impl CheckReport {
    /// Whether no row failed.
    pub fn holds(&self) -> bool {
        self.rows.iter().all(|row| row.status != Status::Fail)
    }

    /// The row of a rule.
    pub fn row(&self, rule: Rule) -> Option<&Row> {
        self.rows.iter().find(|row| row.id == rule)
    }
}

/// A number with one decimal, as Vietnamese writes it.
pub(super) fn comma(value: f64) -> String {
    point(value).replace('.', ",")
}

/// A number with one decimal, as English writes it.
pub(super) fn point(value: f64) -> String {
    // Minus nothing is nothing.
    format!("{:.1}", (value * 10.0).round() / 10.0 + 0.0)
}
