//! What the check says: rows.

use serde::Serialize;

use kyso::{Bilingual, Language, Rectangle};

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
    /// It isn't about this document, or can't be measured in it.
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
    /// Its heading.
    pub fn name(self, language: Language) -> &'static str {
        let [vietnamese, english] = match self {
            Self::Paper => ["Tệp và trang giấy", "File and paper"],
            Self::Type => ["Kiểu chữ", "Type"],
            Self::Signature => ["Chức vụ, họ tên và chữ ký", "Title, name and signature"],
            Self::Seal => ["Con dấu", "Seal"],
            Self::Copy => {
                ["Chữ ký số của cơ quan trên bản sao, phụ lục", "The agency's signature on a copy or attachment"]
            }
            Self::Signing => ["Người ký và thứ tự ký", "Who signed, in which order"],
            Self::Rest => ["Số, mã và bản số hóa", "Number, code and scan"],
        };
        match language {
            Language::Vietnamese => vietnamese,
            Language::English => english,
        }
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
    /// A stable name, e.g. `seal.overlap`.
    pub id: &'static str,
    /// What it's about.
    pub group: Group,
    /// The law, its article or annex.
    pub article: &'static str,
    /// What it asks about, in a few words.
    pub title: Bilingual,
    /// How it came out.
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

/// What a row asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// The row's name.
    pub(super) id: &'static str,
    pub(super) group: Group,
    /// The law, its article or annex.
    pub(super) article: &'static str,
    /// What it asks about, in Vietnamese and in English.
    pub(super) title: [&'static str; 2],
}

/// What a row says no more of.
pub(super) const NOTHING: [&str; 2] = ["", ""];

impl Rule {
    pub(super) fn pass(self, vi: impl Into<String>, en: impl Into<String>) -> Row {
        self.row(Status::Pass, vi, en)
    }

    pub(super) fn fail(self, vi: impl Into<String>, en: impl Into<String>) -> Row {
        self.row(Status::Fail, vi, en)
    }

    pub(super) fn skip(self, vi: impl Into<String>, en: impl Into<String>) -> Row {
        self.row(Status::NotApplicable, vi, en)
    }

    /// Pass or fail.
    pub(super) fn judge(self, holds: bool, vi: impl Into<String>, en: impl Into<String>) -> Row {
        self.row(if holds { Status::Pass } else { Status::Fail }, vi, en)
    }

    /// Pass or fail with what was found, which goes on with `right` or with `wrong`; each in Vietnamese and in English.
    pub(super) fn demand(self, holds: bool, [vi, en]: [String; 2], right: [&str; 2], wrong: [&str; 2]) -> Row {
        let [more_vi, more_en] = if holds { right } else { wrong };
        self.judge(holds, vi + more_vi, en + more_en)
    }

    fn row(self, status: Status, vi: impl Into<String>, en: impl Into<String>) -> Row {
        let Self { id, group, article, title: [title_vi, title_en] } = self;
        let title = Bilingual::new(title_vi, title_en);
        let message = Bilingual::new(vi, en);
        Row { id, group, article, title, status, message, page: None, boxes: Vec::new() }
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

    /// The row of a name.
    pub fn row(&self, id: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.id == id)
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
