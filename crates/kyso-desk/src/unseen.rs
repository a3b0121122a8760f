//! Why there's no picture of a page, in words.

use kyso::Language;
use kyso_view::Error;

/// Why there's no picture of a page, as the end of a sentence.
pub fn why_unseen(error: &Error, language: Language) -> String {
    match (language, error) {
        (Language::English, _) => error.to_string(),
        (Language::Vietnamese, Error::Unreadable) => "bộ dựng hình không đọc được tệp này".to_owned(),
        (Language::Vietnamese, Error::Locked) => {
            "mật khẩu không mở được tệp, hoặc kiểu mã hóa chưa được hỗ trợ".to_owned()
        }
        (Language::Vietnamese, Error::NoPage { page, pages }) => {
            format!("không có trang {page}, tài liệu có {pages} trang")
        }
        (Language::Vietnamese, Error::TooManyPixels { pixels }) => format!("trang quá lớn ({pixels} điểm ảnh)"),
        (Language::Vietnamese, Error::TooLarge { bytes }) => format!("tệp quá lớn ({bytes} byte)"),
        (Language::Vietnamese, Error::Resolution) => "độ phân giải phải từ 10 đến 1200 dpi".to_owned(),
        (Language::Vietnamese, Error::Incomplete) => "có ảnh hoặc phông chữ không giải mã được".to_owned(),
        (Language::Vietnamese, Error::TooMuchWork) => "cần nhiều thời gian xử lý hơn mức cho phép".to_owned(),
        (Language::Vietnamese, Error::TimedOut) => "chờ quá lâu, máy quá bận".to_owned(),
        (Language::Vietnamese, Error::Died) => {
            "bộ dựng hình không xử lý được, hoặc cần nhiều bộ nhớ hơn mức cho phép".to_owned()
        }
        (Language::Vietnamese, Error::Apart(cause)) => format!("không chạy được tiến trình dựng hình ({cause})"),
        (Language::Vietnamese, Error::NotSetUp) => {
            "chương trình này không được thiết lập để dựng hình trang".to_owned()
        }
        (Language::Vietnamese, Error::Picture(cause)) => format!("không ghi được hình ({cause})"),
        // The error may grow.
        (Language::Vietnamese, other) => other.to_string(),
    }
}
