//! Why a signature field isn't seen.

use crate::language::Bilingual;

/// Why what a signature field shows isn't seen once, whole, on screen and in print (ISO 32000-2, 12.5.2, 12.5.3, 8.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unseen {
    /// Its rectangle has no area.
    NoArea,
    /// The field has several widgets: it would be seen several times.
    SeveralWidgets,
    /// Its object is no widget annotation.
    NoWidget,
    /// No page lists its widget among its annotations.
    NotListed,
    /// Several pages list its widget among their annotations.
    SeveralPages,
    /// It isn't wholly on the visible part of its page (the crop box).
    OffPage,
    /// Its annotation flags hide it on screen.
    Hidden,
    /// Its annotation flags keep it from being printed.
    NotPrinted,
    /// Its annotation flags keep it from being scaled, or turned, with its page: it's drawn elsewhere.
    NotWithPage,
    /// It belongs to a layer (optional content) that isn't shown, on screen or in print.
    Layer,
    /// The form tells viewers to draw all fields themselves (/NeedAppearances), and for a signature they draw nothing.
    NeedAppearances,
    /// Annotations that are drawn later hide a part of it.
    Covered {
        /// How much, in percent.
        percent: u8,
    },
}

impl Unseen {
    /// What is wrong, without a capital and without a full stop.
    pub fn told(self) -> Bilingual {
        let (vi, en) = match self {
            Self::NoArea => ("trường không có diện tích", "the field has no area"),
            Self::SeveralWidgets => ("trường hiện ở nhiều chỗ", "the field has several widgets"),
            Self::NoWidget => (
                "đối tượng của trường không phải chú thích dạng trường (Widget)",
                "the field's object is no widget annotation",
            ),
            Self::NotListed => (
                "không trang nào liệt kê trường trong các chú thích của mình (/Annots)",
                "no page lists it among its annotations (/Annots)",
            ),
            Self::SeveralPages => (
                "nhiều trang cùng liệt kê trường trong các chú thích của mình (/Annots)",
                "several pages list it among their annotations (/Annots)",
            ),
            Self::OffPage => (
                "chỗ của nó nằm ngoài phần nhìn thấy của trang (CropBox)",
                "its place isn't wholly on the visible part of the page (CropBox)",
            ),
            Self::Hidden => ("trường bị ẩn (/F)", "the field is hidden (/F)"),
            Self::NotPrinted => ("trường không được in (/F)", "the field isn't printed (/F)"),
            Self::NotWithPage => (
                "trường không phóng to, thu nhỏ hoặc không xoay cùng trang (/F)",
                "the field isn't scaled or turned with its page (/F)",
            ),
            Self::Layer => (
                "trường thuộc một lớp không hiển thị hoặc không được in (/OC)",
                "the field belongs to a layer that isn't shown or isn't printed (/OC)",
            ),
            Self::NeedAppearances => (
                "biểu mẫu yêu cầu phần mềm xem tự vẽ các trường (NeedAppearances), nên chữ ký không được vẽ",
                "the form tells viewers to draw its fields themselves (NeedAppearances), which draws no signature",
            ),
            Self::Covered { percent } => {
                return Bilingual::new(
                    format!("chú thích khác che {percent} % hình"),
                    format!("other annotations hide {percent} % of it"),
                );
            }
        };
        Bilingual::new(vi, en)
    }
}
