//! What a file is that isn't a PDF, by its first bytes: so that whoever chose it learns what he chose.

use memchr::memmem;

/// A format that is handed in where a PDF is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherFormat {
    /// No byte at all.
    Empty,
    /// A web page: often the log-in page in place of what was to be downloaded.
    Html,
    /// Word, Excel, PowerPoint or OpenDocument.
    Office,
    /// A picture: JPEG, PNG, TIFF, HEIC, WebP, GIF, BMP.
    Picture,
    /// A ZIP archive, or RAR, or 7z.
    Archive,
    /// A mail, or a signed container without a PDF's form (PKCS#7).
    Message,
    /// Text.
    Text,
    /// Something else, or a PDF without its beginning.
    Unknown,
}

/// How many bytes tell text from other data.
const SAMPLE: usize = 1024;
/// How much of a ZIP archive is searched for the names of an office program's parts.
const ZIP_SEARCHED: usize = 64 << 10;

impl OtherFormat {
    /// By the first bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        let head: Vec<u8> = text.iter().take(SAMPLE).map(u8::to_ascii_lowercase).collect();
        let begins = |magic: &[&[u8]]| magic.iter().any(|magic| bytes.starts_with(magic));
        let brand = bytes.get(4..12).unwrap_or_default();
        if bytes.trim_ascii().is_empty() {
            return Self::Empty;
        }
        if begins(&[b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"GIF8", b"BM"])
            || brand.starts_with(b"ftyp")
            || bytes.starts_with(b"RIFF") && bytes.get(8..).is_some_and(|rest| rest.starts_with(b"WEBP"))
        {
            return Self::Picture;
        }
        if begins(&[b"\xd0\xcf\x11\xe0", b"{\\rtf"]) {
            return Self::Office;
        }
        if bytes.starts_with(b"PK") {
            let searched = bytes.get(..bytes.len().min(ZIP_SEARCHED)).unwrap_or_default();
            let parts: [&[u8]; 5] =
                [b"[Content_Types].xml", b"word/", b"xl/", b"ppt/", b"application/vnd.oasis.opendocument"];
            let is_office = parts.into_iter().any(|part| memmem::find(searched, part).is_some());
            return if is_office { Self::Office } else { Self::Archive };
        }
        if begins(&[b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"]) {
            return Self::Archive;
        }
        let has = |word: &[u8]| memmem::find(&head, word).is_some();
        if head.starts_with(b"<") && (has(b"<html") || has(b"<!doctype html") || has(b"<body") || has(b"<head")) {
            return Self::Html;
        }
        if begins(&[b"-----BEGIN", b"MIME-Version:", b"From:", b"Received:", b"Return-Path:"])
            || bytes.starts_with(b"\x30\x82") && memmem::find(bytes, b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02").is_some()
        {
            return Self::Message;
        }
        let sample = bytes.get(..bytes.len().min(SAMPLE)).unwrap_or_default();
        let is_text = !sample.iter().any(|byte| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c));
        if is_text { Self::Text } else { Self::Unknown }
    }
}

impl std::fmt::Display for OtherFormat {
    /// As the object of "it's": for developers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty",
            Self::Html => "a web page (HTML)",
            Self::Office => "an office document (Word, Excel, OpenDocument)",
            Self::Picture => "a picture",
            Self::Archive => "an archive (ZIP, RAR, 7z)",
            Self::Message => "a mail or a signed container (PKCS#7)",
            Self::Text => "text",
            Self::Unknown => "of an unknown format",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_is_known_by_its_beginning() {
        let cases: [(&[u8], OtherFormat); 16] = [
            (b"", OtherFormat::Empty),
            (b" \r\n", OtherFormat::Empty),
            ("<html><body>Phiên đăng nhập hết hạn</body></html>".as_bytes(), OtherFormat::Html),
            (b"\xef\xbb\xbf\n<!DOCTYPE HTML PUBLIC \"-//W3C//DTD\">", OtherFormat::Html),
            (b"PK\x03\x04\x14\0\x06\0[Content_Types].xml", OtherFormat::Office),
            (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.text", OtherFormat::Office),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OtherFormat::Office),
            (b"{\\rtf1\\ansi", OtherFormat::Office),
            (b"PK\x03\x04\x14\0giay-to.pdf", OtherFormat::Archive),
            (b"Rar!\x1a\x07", OtherFormat::Archive),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", OtherFormat::Picture),
            (b"\x89PNG\r\n\x1a\n", OtherFormat::Picture),
            (b"\0\0\0\x18ftypheic", OtherFormat::Picture),
            (b"-----BEGIN PKCS7-----", OtherFormat::Message),
            ("Kính gửi".as_bytes(), OtherFormat::Text),
            (b"\x01\x02\x03", OtherFormat::Unknown),
        ];
        for (bytes, wanted) in cases {
            assert_eq!(OtherFormat::of(bytes), wanted, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
