//! What goes wrong, told in both languages, with the exit code that follows from it.

use std::io;
use std::path::Path;

use kyso::error::Service;
use kyso::{Bilingual, Error, Language, both};

use crate::exit::Exit;
use crate::input::Fault;
use crate::terms::words;
use crate::text::plain;

/// Why the command can't do what it was asked: the thing, what is wrong with it, what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    text: Bilingual,
}

impl Failure {
    pub(crate) fn new(exit: Exit, vietnamese: impl Into<String>, english: impl Into<String>) -> Self {
        Self { exit, text: Bilingual::new(vietnamese, english) }
    }

    /// What is said in each language.
    pub(crate) fn worded(exit: Exit, message: impl Fn(Language) -> String) -> Self {
        Self { exit, text: Bilingual::each(message) }
    }

    /// The command line, or a file that it names, is wrong.
    pub(crate) fn usage(vietnamese: impl Into<String>, english: impl Into<String>) -> Self {
        Self::new(Exit::Usage, vietnamese, english)
    }

    /// A file can't be read.
    pub(crate) fn reading(exit: Exit, path: &Path, error: &io::Error) -> Self {
        let file = plain(&path.display().to_string());
        Self::new(
            exit,
            format!("Không đọc được tệp {file}: {}.", cause(error, Language::Vietnamese)),
            format!("Can't read {file}: {}.", cause(error, Language::English)),
        )
    }

    /// A file can't be written.
    pub(crate) fn writing(path: &Path, error: &io::Error) -> Self {
        let file = plain(&path.display().to_string());
        // A wrong path is the caller's fault; a full disk is not.
        let exit = match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied | io::ErrorKind::NotADirectory => Exit::Usage,
            _ => Exit::Outside,
        };
        Self::new(
            exit,
            format!("Không ghi được tệp {file}: {}.", cause(error, Language::Vietnamese)),
            format!("Can't write {file}: {}.", cause(error, Language::English)),
        )
    }

    /// The library's error about `path`.
    pub(crate) fn library(path: &Path, error: &Error) -> Self {
        let file = plain(&path.display().to_string());
        let advice = match error {
            Error::Outside { service: Service::TimeStamp, .. } => both(
                " Chưa có tệp nào được ghi; hãy thử lại sau, hoặc thêm một --tsa khác.",
                " Nothing was written; try again later, or add another --tsa.",
            ),
            Error::Outside { .. } => {
                both(" Chưa có tệp nào được ghi; hãy thử lại sau.", " Nothing was written; try again later.")
            }
            _ => both("", ""),
        };
        Self::worded(Exit::of_error(error), |language| {
            format!("{file}: {}{}", describe(error, language), advice.in_language(language))
        })
    }

    /// The library's error about a file that the command line names beside the document: always a usage error.
    pub(crate) fn usage_of(path: &Path, error: &Error) -> Self {
        Self { exit: Exit::Usage, ..Self::library(path, error) }
    }

    /// Puts a text before the failure's, to say where the failure happened.
    pub(crate) fn after(mut self, vietnamese: &str, english: &str) -> Self {
        self.text.vi.insert_str(0, vietnamese);
        self.text.en.insert_str(0, english);
        self
    }

    /// Puts a text behind the failure's: what helps further.
    pub(crate) fn and(mut self, more: &Bilingual) -> Self {
        self.text.vi.push_str(&more.vi);
        self.text.en.push_str(&more.en);
        self
    }

    pub(crate) fn in_language(&self, language: Language) -> &str {
        self.text.in_language(language)
    }
}

/// The library's error in words for a person.
pub(crate) fn describe(error: &Error, language: Language) -> String {
    plain(&words(language).error(error))
}

/// An I/O error in words.
pub(crate) fn cause(error: &io::Error, language: Language) -> String {
    if let Some(fault) = Fault::of(error) {
        return fault.text().in_language(language).to_owned();
    }
    let vietnamese = match error.kind() {
        io::ErrorKind::NotFound => "không có tệp hoặc thư mục này",
        io::ErrorKind::PermissionDenied => "không có quyền",
        io::ErrorKind::IsADirectory => "đây là thư mục, không phải tệp",
        io::ErrorKind::NotADirectory => "một phần của đường dẫn không phải là thư mục",
        io::ErrorKind::AlreadyExists => "đã có tệp này",
        io::ErrorKind::StorageFull => "hết chỗ trên ổ đĩa",
        io::ErrorKind::InvalidData => "nội dung không phải văn bản UTF-8",
        io::ErrorKind::AddrInUse => "địa chỉ đang được dùng",
        _ if language == Language::Vietnamese && error.raw_os_error().is_some() => {
            return format!("lỗi của hệ điều hành [{error}]");
        }
        _ => return error.to_string(),
    };
    match language {
        Language::Vietnamese => vietnamese.to_owned(),
        Language::English => match error.kind() {
            io::ErrorKind::NotFound => "no such file or directory".to_owned(),
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            io::ErrorKind::IsADirectory => "it's a directory and no file".to_owned(),
            io::ErrorKind::NotADirectory => "a part of the path is no directory".to_owned(),
            io::ErrorKind::StorageFull => "the disk is full".to_owned(),
            io::ErrorKind::InvalidData => "it isn't UTF-8 text".to_owned(),
            _ => error.to_string(),
        },
    }
}
