//! What the rows ask: one entry a rule.

use std::fmt;

use serde::{Serialize, Serializer};

use super::row::{Group, Row, Status};
use kyso::{Bilingual, both};

/// `Variant = "name", group, "article", "title in Vietnamese", "title in English"`.
macro_rules! rules {
    ($($rule:ident = $name:literal, $group:ident, $article:literal, $vi:literal, $en:literal;)+) => {
        /// What a row asks, by the stable name that reports have as `id`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Rule {
            $(#[doc = concat!("`", $name, "`")] $rule,)+
        }

        impl Rule {
            /// The rule's name, e.g. `seal.overlap`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$rule => $name,)+
                }
            }

            /// The rule's group, article or annex of the law, and title.
            const fn asks(self) -> (Group, &'static str, Bilingual<&'static str>) {
                match self {
                    $(Self::$rule => (Group::$group, $article, both($vi, $en)),)+
                }
            }
        }
    };
}

rules! {
    FileVersion = "file.version", Paper, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2",
        "Phiên bản PDF", "PDF version";
    PageSize = "page.size", Paper, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục I",
        "Khổ giấy", "Paper";
    PageMargins = "page.margins", Paper, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục I",
        "Lề", "Margins";
    PageNumbers = "page.numbers", Paper, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục I",
        "Số trang", "Page numbers";
    TextTypeface = "text.typeface", Type, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục I",
        "Phông chữ", "Typeface";
    TextEmbedded = "text.embedded", Type, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục I",
        "Nhúng phông chữ", "Embedded fonts";
    TextUnicode = "text.unicode", Type, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục I",
        "Bảng mã", "Character set";
    TextSize = "text.size", Type, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục I",
        "Cỡ chữ", "Size of type";
    HeadingType = "heading.type", Type, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.1",
        "Quốc hiệu, Tiêu ngữ", "National name and motto";
    SignerTitle = "signer.title", Signature, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.7",
        "Chức vụ", "Title";
    SignerName = "signer.name", Signature, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.7",
        "Họ tên", "Name";
    SignerIdentity = "signer.identity", Signature, "NĐ 30/2020/NĐ-CP, Điều 13.7; TT 15/2025/TT-BKHCN, Điều 6.4b",
        "Đúng người ký", "The signer's own name";
    SignatureImage = "signature.image", Signature, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.7d",
        "Hình chữ ký", "Picture of the signature";
    SignatureTransparent = "signature.transparent", Signature, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.7d",
        "Nền hình chữ ký", "Background of the signature";
    SignatureColour = "signature.colour", Signature, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.7d",
        "Màu chữ ký", "Colour of the signature";
    SignaturePlace = "signature.place", Signature, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.7d",
        "Vị trí chữ ký", "Place of the signature";
    SealImage = "seal.image", Seal, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8a",
        "Hình con dấu", "Picture of the seal";
    SealTransparent = "seal.transparent", Seal, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8a",
        "Nền hình con dấu", "Background of the seal";
    SealColour = "seal.colour", Seal, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8a",
        "Màu con dấu", "Colour of the seal";
    SealSize = "seal.size", Seal, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8a",
        "Kích thước con dấu", "Size of the seal";
    SealOverlap = "seal.overlap", Seal, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8a",
        "Vị trí con dấu", "Place of the seal";
    SealAbove = "seal.above", Seal, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8a",
        "Thứ tự vẽ", "Order of drawing";
    CopyPlace = "copy.place", Copy, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.3",
        "Vị trí chữ ký số", "Place of the signature";
    CopyType = "copy.type", Copy, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.3",
        "Kiểu chữ", "Type";
    CopyContent = "copy.content", Copy, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.3",
        "Nội dung chữ ký số", "What the signature says";
    CopyTime = "copy.time", Copy, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.3",
        "Thời gian ký", "Signing time";
    CopyNoImage = "copy.no-image", Copy, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.3",
        "Không có hình", "No picture";
    SigningOrder = "signing.order", Signing, "NĐ 30/2020/NĐ-CP, Điều 5.1; Điều 32.2d",
        "Thứ tự ký", "Order of signing";
    SigningRoles = "signing.roles", Signing, "NĐ 30/2020/NĐ-CP, Điều 13.7; Điều 32",
        "Vai trò", "Roles";
    SigningValid = "signing.valid", Signing, "TT 15/2025/TT-BKHCN, Điều 6",
        "Hiệu lực chữ ký", "Validity";
    SigningFields = "signing.fields", Signing, "NĐ 23/2015/NĐ-CP, Điều 12; TT 01/2020/TT-BTP, Điều 20",
        "Chỗ ký đã chừa", "Places kept for signatures";
    SigningLock = "signing.lock", Signing, "NĐ 30/2020/NĐ-CP, Điều 5.1",
        "Khóa tài liệu", "Lock";
    NumberMatches = "number.matches", Rest, "NĐ 23/2015/NĐ-CP, Điều 13.2",
        "Số chứng thực", "Certification number";
    ScanQuality = "scan.quality", Rest, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2",
        "Bản số hóa", "Scan";
    QrMatches = "qr.matches", Rest, "TCVN 7322:2009; TT 01/2023/TT-VPCP, Điều 8.2",
        "Mã QR", "QR code";
    QrClear = "qr.clear", Rest, "NĐ 23/2015/NĐ-CP, Điều 12; TCVN 7322:2009",
        "Chỗ đặt mã QR", "Place of the QR code";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// What a row says no more of.
pub(super) const NOTHING: Bilingual<&str> = both("", "");

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

    /// Pass or fail with what was found, which goes on with `right` or with `wrong`.
    pub(super) fn demand(self, holds: bool, found: Bilingual, right: Bilingual<&str>, wrong: Bilingual<&str>) -> Row {
        let more = if holds { right } else { wrong };
        self.judge(holds, found.vi + more.vi, found.en + more.en)
    }

    fn row(self, status: Status, vi: impl Into<String>, en: impl Into<String>) -> Row {
        let (group, article, title) = self.asks();
        let message = Bilingual::new(vi, en);
        Row { id: self, group, article, title, status, message, page: None, boxes: Vec::new() }
    }
}
