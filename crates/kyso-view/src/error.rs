//! Why there is no picture of a page.

use std::fmt;

use kyso::language::Language;
use serde::{Deserialize, Serialize};

/// Why there is no picture of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Error {
    /// The bytes aren't a PDF that the renderer can read.
    Unreadable,
    /// The file is encrypted, and the password doesn't open it, or its encryption isn't known to the renderer.
    Locked,
    /// The document has no page of this number.
    NoPage {
        /// The number asked for, from 1.
        page: usize,
        /// How many there are.
        pages: usize,
    },
    /// The picture would have more pixels than it may.
    TooManyPixels {
        /// How many it would have.
        pixels: u64,
    },
    /// The file is larger than a file that is drawn may be.
    TooLarge {
        /// Its bytes.
        bytes: u64,
    },
    /// Not a resolution at which pages are drawn.
    Resolution,
    /// A picture on the page can't be decoded, or a font can't be read: what else is there can be seen, and not all.
    Incomplete,
    /// It needs more processor time than it gets, however long one waits.
    TooMuchWork,
    /// Nothing came of it within the time that it was waited for: the machine is too busy.
    TimedOut,
    /// The process apart ended without an answer: the renderer failed on this page, or it reached its limits.
    Died,
    /// The process apart couldn't be started, or what it said can't be understood.
    Apart(String),
    /// The program that was asked draws no pages.
    NotSetUp,
    /// The pixels can't be made a file.
    Picture(String),
}

impl Error {
    /// In words for a person, as the end of a sentence.
    pub fn in_language(&self, language: Language) -> String {
        match language {
            Language::English => self.to_string(),
            Language::Vietnamese => match self {
                Self::Unreadable => "bộ dựng hình không đọc được tệp này".to_owned(),
                Self::Locked => "mật khẩu không mở được tệp, hoặc kiểu mã hóa chưa được hỗ trợ".to_owned(),
                Self::NoPage { page, pages } => format!("không có trang {page}, tài liệu có {pages} trang"),
                Self::TooManyPixels { pixels } => format!("trang quá lớn ({pixels} điểm ảnh)"),
                Self::TooLarge { bytes } => format!("tệp quá lớn ({bytes} byte)"),
                Self::Resolution => "độ phân giải phải từ 10 đến 1200 dpi".to_owned(),
                Self::Incomplete => "có ảnh hoặc phông chữ không giải mã được".to_owned(),
                Self::TooMuchWork => "cần nhiều thời gian xử lý hơn mức cho phép".to_owned(),
                Self::TimedOut => "chờ quá lâu, máy quá bận".to_owned(),
                Self::Died => "bộ dựng hình không xử lý được, hoặc cần nhiều bộ nhớ hơn mức cho phép".to_owned(),
                Self::Apart(cause) => format!("không chạy được tiến trình dựng hình ({cause})"),
                Self::NotSetUp => "chương trình này không được thiết lập để dựng hình trang".to_owned(),
                Self::Picture(cause) => format!("không ghi được hình ({cause})"),
            },
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => write!(f, "the renderer can't read the file"),
            Self::Locked => write!(f, "the password doesn't open the file, or its encryption isn't supported"),
            Self::NoPage { page, pages } => write!(f, "there is no page {page}, the document has {pages}"),
            Self::TooManyPixels { pixels } => write!(f, "the page is too large ({pixels} pixels)"),
            Self::TooLarge { bytes } => write!(f, "the file is too large ({bytes} bytes)"),
            Self::Resolution => write!(f, "the resolution must be 10 to 1200 dpi"),
            Self::Incomplete => write!(f, "a picture or a font on it can't be decoded"),
            Self::TooMuchWork => write!(f, "it needs more processor time than it gets"),
            Self::TimedOut => write!(f, "it was waited for too long, the machine is too busy"),
            Self::Died => write!(f, "the renderer can't cope with it, or needs more memory than it gets"),
            Self::Apart(cause) => write!(f, "the drawing process can't be run ({cause})"),
            Self::NotSetUp => write!(f, "nothing is set up here that draws pages"),
            Self::Picture(cause) => write!(f, "the picture can't be written ({cause})"),
        }
    }
}

impl std::error::Error for Error {}
