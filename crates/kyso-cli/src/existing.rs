//! What a file is by its first bytes: `--force` puts a file only in the place of one of its own kind, so that no slip of a
//! name costs a key, a roster or a password.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use kyso::{Bilingual, both};

/// How much of a file is looked at.
const BEGIN: u64 = 1024;
const PEM: &[u8] = b"-----BEGIN ";
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A kind of file: what the command makes, then what it knows besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Pdf,
    Png,
    /// The record of a certification result.
    Record,
    /// A book of the register, or its closing, as JSON.
    BookJson,
    /// A book of the register as CSV.
    BookCsv,
    /// Nothing is lost with it.
    Empty,
    /// A register or an archive.
    Database,
    /// A key, certificates or a signature: PKCS#12, DER, PEM.
    Key,
    /// A text of any other kind: a roster, an agency's file, a configuration, a password.
    Text,
    Unknown,
}

impl Kind {
    /// What is there.
    pub(crate) fn of_file(path: &Path) -> io::Result<Self> {
        let mut begin = Vec::new();
        File::open(path)?.take(BEGIN).read_to_end(&mut begin)?;
        Ok(Self::of(&begin))
    }

    fn of(begin: &[u8]) -> Self {
        let text = begin.strip_prefix(BYTE_ORDER_MARK).unwrap_or(begin).trim_ascii_start();
        let json = text.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
        let is_json = |key: &[u8]| json.is_some_and(|json| json.starts_with(key));
        match begin {
            [] => Self::Empty,
            _ if begin.starts_with(b"%PDF-") => Self::Pdf,
            _ if begin.starts_with(b"\x89PNG\r\n\x1a\n") => Self::Png,
            _ if begin.starts_with(b"SQLite format 3\0") => Self::Database,
            // A SEQUENCE with a length of several bytes, or without one.
            [0x30, 0x80..=0x84, ..] => Self::Key,
            _ if begin.windows(PEM.len()).any(|window| window == PEM) => Self::Key,
            _ if is_json(b"\"DocCode\"") => Self::Record,
            _ if is_json(b"\"format\": \"kyso-register-") => Self::BookJson,
            _ if text.starts_with("Số chứng thực,".as_bytes()) => Self::BookCsv,
            _ if is_text(begin) => Self::Text,
            _ => Self::Unknown,
        }
    }

    /// In the middle of a sentence.
    pub(crate) fn text(self) -> Bilingual<&'static str> {
        match self {
            Self::Pdf => both("tệp PDF", "a PDF"),
            Self::Png => both("ảnh PNG", "a PNG picture"),
            Self::Record => both("dữ liệu đặc tả của kết quả (JSON)", "a result's record (JSON)"),
            Self::BookJson => both("sổ chứng thực xuất ra JSON", "a book of the register as JSON"),
            Self::BookCsv => both("sổ chứng thực xuất ra CSV", "a book of the register as CSV"),
            Self::Empty => both("tệp rỗng", "an empty file"),
            Self::Database => {
                both("một cơ sở dữ liệu (sổ chứng thực hoặc kho lưu trữ)", "a database (a register or an archive)")
            }
            Self::Key => both("khóa hoặc chứng thư số", "a key or certificates"),
            Self::Text => {
                both("tệp văn bản (danh sách, cấu hình, mật khẩu…)", "a text (a roster, a configuration, a password …)")
            }
            Self::Unknown => both("tệp thuộc loại khác", "a file of another kind"),
        }
    }
}

/// Whether it's UTF-8 without control characters; a letter at the end may be cut in two.
fn is_text(begin: &[u8]) -> bool {
    let text = match std::str::from_utf8(begin) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(begin.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.chars().any(|c| c.is_control() && !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        let cases: &[(&[u8], Kind)] = &[
            (b"", Kind::Empty),
            (b"%PDF-1.7\n", Kind::Pdf),
            (b"\n%PDF-1.7\n", Kind::Text),
            (b"\x89PNG\r\n\x1a\n\0\0", Kind::Png),
            (b"SQLite format 3\0\x10", Kind::Database),
            (b"\x30\x82\x0c\xc6\x02\x01\x03", Kind::Key),
            (b"\x30\x80\x02\x01\x03", Kind::Key),
            (b"-----BEGIN CERTIFICATE-----\nMII", Kind::Key),
            (b"Bag Attributes\n  friendlyName: x\n-----BEGIN PRIVATE KEY-----\n", Kind::Key),
            (b"{\n  \"DocCode\": \"H61.12\"", Kind::Record),
            (b"{\n  \"kind\": \"CK\"", Kind::Text),
            (b"{\n  \"format\": \"kyso-register-book\",", Kind::BookJson),
            (b"{\n  \"format\": \"kyso-register-closing\",", Kind::BookJson),
            ("\u{feff}Số chứng thực,Quyển số".as_bytes(), Kind::BookCsv),
            ("Tên,Số chứng thực".as_bytes(), Kind::Text),
            (b"[[certificate]]\nsha256 = \"ab\"", Kind::Text),
            ("mật khẩu 1\n".as_bytes(), Kind::Text),
            (&"mật".as_bytes()[..3], Kind::Text),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", Kind::Unknown),
            (b"PK\x03\x04", Kind::Unknown),
        ];
        for (begin, kind) in cases {
            assert_eq!(Kind::of(begin), *kind, "{}", String::from_utf8_lossy(begin));
        }
    }
}
