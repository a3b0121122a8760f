//! What the check says: rows.

use serde::Serialize;

use kyso::appearance::geometry::Rectangle;
use kyso::language::{Bilingual, Language};

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
    #[serde(serialize_with = "as_numbers")]
    pub rectangle: Rectangle,
}

fn as_numbers<S: serde::Serializer>(rectangle: &Rectangle, serializer: S) -> Result<S::Ok, S::Error> {
    let rounded = |value: f64| (value * 100.0).round() / 100.0;
    [rectangle.x, rectangle.y, rectangle.width, rectangle.height].map(rounded).serialize(serializer)
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

/// What a row asks: its name, its group, its article.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule(pub(super) &'static str, pub(super) Group, pub(super) &'static str);

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

    fn row(self, status: Status, vi: impl Into<String>, en: impl Into<String>) -> Row {
        let Self(id, group, article) = self;
        let [title_vi, title_en] = title(id);
        let title = Bilingual::new(title_vi, title_en);
        let message = Bilingual::new(vi, en);
        Row { id, group, article, title, status, message, page: None, boxes: Vec::new() }
    }
}

/// What a row asks about, in Vietnamese and in English.
fn title(id: &str) -> [&'static str; 2] {
    match id {
        "file.version" => ["Phiên bản PDF", "PDF version"],
        "page.size" => ["Khổ giấy", "Paper"],
        "page.margins" => ["Lề", "Margins"],
        "page.numbers" => ["Số trang", "Page numbers"],
        "text.typeface" => ["Phông chữ", "Typeface"],
        "text.embedded" => ["Nhúng phông chữ", "Embedded fonts"],
        "text.unicode" => ["Bảng mã", "Character set"],
        "text.size" => ["Cỡ chữ", "Size of type"],
        "heading.type" => ["Quốc hiệu, Tiêu ngữ", "National name and motto"],
        "signer.title" => ["Chức vụ", "Title"],
        "signer.name" => ["Họ tên", "Name"],
        "signer.identity" => ["Đúng người ký", "The signer's own name"],
        "signature.image" => ["Hình chữ ký", "Picture of the signature"],
        "signature.transparent" => ["Nền hình chữ ký", "Background of the signature"],
        "signature.colour" => ["Màu chữ ký", "Colour of the signature"],
        "signature.place" => ["Vị trí chữ ký", "Place of the signature"],
        "seal.image" => ["Hình con dấu", "Picture of the seal"],
        "seal.transparent" => ["Nền hình con dấu", "Background of the seal"],
        "seal.colour" => ["Màu con dấu", "Colour of the seal"],
        "seal.size" => ["Kích thước con dấu", "Size of the seal"],
        "seal.overlap" => ["Vị trí con dấu", "Place of the seal"],
        "seal.above" => ["Thứ tự vẽ", "Order of drawing"],
        "signing.order" => ["Thứ tự ký", "Order of signing"],
        "signing.roles" => ["Vai trò", "Roles"],
        "signing.valid" => ["Hiệu lực chữ ký", "Validity"],
        "signing.fields" => ["Chỗ ký đã chừa", "Places kept for signatures"],
        "signing.lock" => ["Khóa tài liệu", "Lock"],
        "copy.content" => ["Nội dung chữ ký số", "What the signature says"],
        "copy.place" => ["Vị trí chữ ký số", "Place of the signature"],
        "copy.type" => ["Kiểu chữ", "Type"],
        "copy.time" => ["Thời gian ký", "Signing time"],
        "copy.no-image" => ["Không có hình", "No picture"],
        "scan.quality" => ["Bản số hóa", "Scan"],
        "number.matches" => ["Số chứng thực", "Certification number"],
        "qr.matches" => ["Mã QR", "QR code"],
        "qr.clear" => ["Chỗ đặt mã QR", "Place of the QR code"],
        _ => ["", ""],
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
