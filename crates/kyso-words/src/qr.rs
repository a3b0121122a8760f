//! QR codes on a document's pages, and pages that weren't looked at for them.

use kyso::{Bilingual, Code, Finding, Language, Severity};
use kyso_view::Error;

use crate::{Entry, Hint, Worded, Words, entry};

/// Groups of page numbers that are written out.
const MOST_RANGES: usize = 8;

pub(super) const THIS_DOCUMENT: Entry = entry(
    "Mã QR trên trang là của chính tài liệu này",
    "A QR code on the pages is this document's own",
    "Tra cứu mã đó cho biết về chính tài liệu này.",
    "Looking it up tells about this document.",
);
pub(super) const ANOTHER_DOCUMENT: Entry = entry(
    "Mã QR trên trang là của một tài liệu khác",
    "A QR code on the pages is another document's",
    "Tra cứu mã đó không cho biết gì về tài liệu đang xem; hãy hỏi cơ quan đã cấp.",
    "Looking it up tells nothing about this document; ask the agency that issued it.",
);
pub(super) const CHANGED_DOCUMENT: Entry = entry(
    "Tài liệu đã bị thay đổi nên không đối chiếu được mã QR trên trang",
    "The document was changed, so a QR code on the pages can't be compared with it",
    "Mã QR nhận ra tài liệu theo nội dung tệp; hãy lấy lại tệp gốc.",
    "The code knows a document by the file's bytes: get the original file again.",
);
pub(super) const NOT_SEEN: Entry = entry(
    "Có trang chưa được xem",
    "Pages weren't looked at",
    "Trên đó có thể có mã QR.",
    "There may be QR codes on them.",
);

/// What is found of QR codes on a document's pages, in no language. Pages count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QrFinding {
    /// A code that was put onto this very document.
    ThisDocument {
        /// The page that it's on.
        page: usize,
        /// Onto which revision it was put.
        revision: usize,
        /// What the code says.
        text: String,
        /// The certification number in it.
        number: String,
        /// Who issued that.
        issuer: String,
    },
    /// A code of another document.
    AnotherDocument {
        /// The page that it's on.
        page: usize,
        /// What the code says.
        text: String,
        /// The certification number in it.
        number: String,
        /// Who issued that.
        issuer: String,
        /// Whether the page is a copy of the other document; else the symbol stands where this document's own would.
        is_copied: bool,
    },
    /// A code in a document whose bytes were changed since somebody signed it: whose it is can't be known.
    ChangedDocument {
        /// The page that it's on.
        page: usize,
        /// What the code says.
        text: String,
        /// The certification number in it.
        number: String,
        /// Who issued that.
        issuer: String,
    },
    /// A page that can't be shown.
    NotShown {
        /// Which.
        page: usize,
        /// Why.
        error: Error,
        /// More memory and time would help.
        look_closer: bool,
    },
    /// A page that was looked at, with something on it that can't be shown.
    PartlyShown {
        /// Which.
        page: usize,
        /// Why.
        error: Error,
    },
    /// Pages that weren't drawn because there are too many.
    LeftOut {
        /// Which.
        pages: Vec<usize>,
        /// How many of a file are drawn.
        drawn: usize,
        /// More could be drawn.
        look_at_more: bool,
    },
}

impl QrFinding {
    /// How bad it is for whoever takes the document for what its pages lead to.
    pub fn severity(&self) -> Severity {
        match self {
            Self::ThisDocument { .. } => Severity::Info,
            Self::AnotherDocument { is_copied: false, .. } => Severity::Error,
            Self::ChangedDocument { .. }
            | Self::AnotherDocument { .. }
            | Self::NotShown { .. }
            | Self::PartlyShown { .. }
            | Self::LeftOut { .. } => Severity::Warning,
        }
    }
}

impl Words<'_> {
    /// What a look at the pages for QR codes found, with its message.
    pub fn qr(self, finding: &QrFinding) -> Worded {
        let (code, page, detail, message) = match finding {
            QrFinding::ThisDocument { page, revision, text, number, issuer } => {
                let message = Bilingual::new(
                    format!(
                        "Mã QR ở trang {page} là của chính tài liệu này (đặt lên phiên bản {revision}; số {number}, {issuer})."
                    ),
                    format!(
                        "The QR code on page {page} is this document's own (put onto revision {revision}; number {number}, {issuer})."
                    ),
                );
                (Code::QrThisDocument, Some(*page), Some(text), message)
            }
            QrFinding::AnotherDocument { page, text, number, issuer, is_copied: true } => {
                let message = Bilingual::new(
                    format!(
                        "Mã QR ở trang {page} là của một tài liệu khác (số {number}, {issuer}), như khi trang này là bản \
                         sao của tài liệu đó: tra cứu mã này không cho biết gì về tài liệu đang xem."
                    ),
                    format!(
                        "The QR code on page {page} is another document's (number {number}, {issuer}), as where the page is \
                         a copy of it: looking it up tells nothing about this document."
                    ),
                );
                (Code::QrAnotherDocument, Some(*page), Some(text), message)
            }
            QrFinding::AnotherDocument { page, text, number, issuer, is_copied: false } => {
                let message = Bilingual::new(
                    format!(
                        "Mã QR ở trang {page} là của một tài liệu KHÁC (số {number}, {issuer}), không phải của tài liệu \
                         này: có thể mã đã bị chép từ một kết quả thật. Đừng tin kết quả tra cứu bằng mã này; hãy hỏi cơ \
                         quan đã cấp."
                    ),
                    format!(
                        "The QR code on page {page} is ANOTHER document's (number {number}, {issuer}), not this one's: it \
                         may have been copied from a genuine result. Don't trust what looking it up says; ask the agency \
                         that issued it."
                    ),
                );
                (Code::QrAnotherDocument, Some(*page), Some(text), message)
            }
            QrFinding::ChangedDocument { page, text, number, issuer } => {
                let message = Bilingual::new(
                    format!(
                        "Tài liệu đã bị thay đổi sau khi ký, nên không đối chiếu được mã QR ở trang {page} (số {number}, \
                         {issuer}) với tài liệu; hãy lấy lại tệp gốc."
                    ),
                    format!(
                        "The document was changed after signing, so the QR code on page {page} (number {number}, {issuer}) \
                         can't be compared with it: get the original file again."
                    ),
                );
                (Code::QrChangedDocument, Some(*page), Some(text), message)
            }
            QrFinding::NotShown { page, error, look_closer } => {
                let (why, advice) = (not_shown(error), self.advice(*look_closer, Hint::LookCloser));
                let message = Bilingual::new(
                    format!(
                        "Không hiển thị được trang {page} ({}), nên chưa biết trên trang có mã QR hay không; kết luận về \
                         chữ ký không xét đến điều này.{advice}",
                        why.vi
                    ),
                    format!(
                        "Page {page} can't be shown ({}), so whether it has a QR code isn't known; the verdict on \
                         signatures isn't touched by this.{advice}",
                        why.en
                    ),
                );
                (Code::QrNotSeen, Some(*page), None, message)
            }
            QrFinding::PartlyShown { page, error } => {
                let why = not_shown(error);
                let message = Bilingual::new(
                    format!(
                        "Chỉ xem được một phần trang {page} ({}), nên phần còn lại có thể còn mã QR; hãy mở tệp bằng một \
                         trình xem khác hoặc in ra để xem trang này. Kết luận về chữ ký không xét đến điều này.",
                        why.vi
                    ),
                    format!(
                        "Only a part of page {page} was looked at ({}), so there may be another QR code on it: look at the \
                         page in another viewer or in print. The verdict on signatures isn't touched by this.",
                        why.en
                    ),
                );
                (Code::QrNotSeen, Some(*page), None, message)
            }
            QrFinding::LeftOut { pages, drawn, look_at_more } => {
                let (pages, advice) = (ranges(pages), self.advice(*look_at_more, Hint::LookAtMore));
                let message = Bilingual::new(
                    format!(
                        "Chưa xem trang {pages}: trên đó có thể có mã QR, mà chỉ xem {drawn} trang của mỗi tệp.{advice}"
                    ),
                    format!(
                        "Pages {pages} weren't looked at: there may be QR codes on them, and only {drawn} pages of a file \
                         are.{advice}"
                    ),
                );
                (Code::QrNotSeen, None, None, message)
            }
        };
        let (severity, detail) = (finding.severity(), detail.cloned());
        let finding = Finding::new(severity, code, detail).on_page(page);
        Worded { finding, message: message.in_language(self.language).to_owned() }
    }

    /// What a verdict's first line says of pages that weren't seen.
    pub fn pages_not_seen(self, pages: &[usize]) -> Option<String> {
        let numbers = ranges(pages);
        (!pages.is_empty()).then(|| match self.language {
            Language::Vietnamese => format!("Chưa xem được mã QR ở trang {numbers}."),
            Language::English => format!("QR codes on page {numbers} weren't looked at."),
        })
    }

    fn advice(self, helps: bool, hint: Hint) -> &'static str {
        if helps { self.hint(hint) } else { "" }
    }
}

/// What keeps something from being put onto a page of which the renderer can't draw everything.
pub fn not_whole(page: usize) -> Bilingual {
    Bilingual::new(
        format!("Bộ dựng hình không vẽ được hết trang {page}"),
        format!("the renderer can't draw all of page {page}, so it may not be blank; print it to PDF anew"),
    )
}

/// Why there's no picture of a page, as the end of a sentence; the English is the error's own text.
pub fn not_shown(error: &Error) -> Bilingual {
    let vietnamese = match error {
        Error::Unreadable => "bộ dựng hình không đọc được tệp này".to_owned(),
        Error::Locked => "mật khẩu không mở được tệp, hoặc kiểu mã hóa chưa được hỗ trợ".to_owned(),
        Error::NoPage { page, pages } => format!("không có trang {page}, tài liệu có {pages} trang"),
        Error::TooManyPixels { pixels } => format!("trang quá lớn ({pixels} điểm ảnh)"),
        Error::TooLarge { bytes } => format!("tệp quá lớn ({bytes} byte)"),
        Error::Resolution => "độ phân giải phải từ 10 đến 1200 dpi".to_owned(),
        Error::Incomplete => "có ảnh, phông chữ hoặc nội dung khác không giải mã được đến hết".to_owned(),
        Error::SeenElsewhere => "có nội dung chỉ hiện khi in hoặc chỉ hiện trong một số trình xem".to_owned(),
        Error::TooMuchWork => "cần nhiều công xử lý hơn mức cho phép".to_owned(),
        Error::TimedOut => "chờ quá lâu, máy quá bận".to_owned(),
        Error::Died => "bộ dựng hình không xử lý được, hoặc cần nhiều bộ nhớ hơn mức cho phép".to_owned(),
        Error::Apart(cause) => format!("không chạy được tiến trình dựng hình ({cause})"),
        Error::NotSetUp => "chương trình này không được thiết lập để dựng hình trang".to_owned(),
        Error::Picture(cause) => format!("không ghi được hình ({cause})"),
        // The error may grow.
        other => other.to_string(),
    };
    Bilingual::new(vietnamese, error.to_string())
}

/// Page numbers, those that follow each other put together: `2, 5–9`.
fn ranges(pages: &[usize]) -> String {
    let mut pages = pages.to_vec();
    pages.sort_unstable();
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for page in pages {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == page => *last = page,
            _ => ranges.push((page, page)),
        }
    }
    let more = if ranges.len() > MOST_RANGES { ", …" } else { "" };
    let text = |(first, last): &(usize, usize)| match first == last {
        true => first.to_string(),
        false => format!("{first}–{last}"),
    };
    ranges.iter().take(MOST_RANGES).map(text).collect::<Vec<_>>().join(", ") + more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_follow_each_other_are_put_together() {
        for (pages, worded) in [(vec![3], "3"), (vec![9, 2, 5, 6, 7], "2, 5–7, 9"), (vec![1, 2], "1–2")] {
            assert_eq!(ranges(&pages), worded);
        }
        assert_eq!(ranges(&(1..50).step_by(2).collect::<Vec<_>>()), "1, 3, 5, 7, 9, 11, 13, 15, …");
    }

    #[test]
    fn pages_that_were_not_seen_are_told() {
        let worded = |language, pages: &[usize]| Words::neutral(language).pages_not_seen(pages);
        assert_eq!(worded(Language::Vietnamese, &[4]).as_deref(), Some("Chưa xem được mã QR ở trang 4."));
        assert_eq!(worded(Language::English, &[]), None);
    }
}
