//! What goes wrong, told in both languages, with the exit code that follows from it.

use std::io;
use std::path::Path;

use kyso::error::Service;
use kyso::{Bilingual, Error, Language, both};
use kyso_words::system;

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
        Self::new(
            exit_of_writing(error),
            format!("Không ghi được tệp {file}: {}.", cause(error, Language::Vietnamese)),
            format!("Can't write {file}: {}.", cause(error, Language::English)),
        )
    }

    /// The standard output can't be written.
    pub(crate) fn printing(error: &io::Error) -> Self {
        Self::new(
            Exit::Outside,
            format!("Không ghi được ra đầu ra chuẩn: {}.", cause(error, Language::Vietnamese)),
            format!("Can't write to the standard output: {}.", cause(error, Language::English)),
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
    match Fault::of(error) {
        Some(fault) => fault.text().in_language(language).to_owned(),
        None => system(error).into_language(language),
    }
}

/// Whose fault it is that a file can't be made or written: a wrong path is the caller's, a full disk is not.
pub(crate) fn exit_of_writing(error: &io::Error) -> Exit {
    match error.kind() {
        io::ErrorKind::NotFound
        | io::ErrorKind::PermissionDenied
        | io::ErrorKind::AlreadyExists
        | io::ErrorKind::IsADirectory
        | io::ErrorKind::NotADirectory
        | io::ErrorKind::InvalidFilename
        | io::ErrorKind::ReadOnlyFilesystem => Exit::Usage,
        _ => Exit::Outside,
    }
}
