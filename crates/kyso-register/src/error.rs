//! Why the register fails, in both languages: it's clerks who read it.

use std::path::{Path, PathBuf};

use kyso::Language;
use kyso_words::{Hint, Words, system};

use crate::refusal::Refusal;

/// The one error of the register.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A rule says no; nothing was written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no register in the directory.
    #[error("{} holds no register; make one first, or name the right directory", .0.display())]
    Absent(PathBuf),
    /// The file of registers and symbols is wrong.
    #[error("{}{}: {message}", path.display(), line.map(|line| format!(" line {line}")).unwrap_or_default())]
    Definitions {
        /// The file.
        path: PathBuf,
        /// The line, from 1, where it's known.
        line: Option<usize>,
        /// The key, and what is wrong with it.
        message: String,
    },
    /// What stands in the register can't be read: someone changed the file, or the disk is broken.
    #[error("the register is damaged: {0}; run an audit, and restore it from a backup")]
    Damaged(String),
    /// The file system says no.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// What was written last lies in a journal beside the database, and can't be read where nothing can be written.
    #[error(
        "{} holds what was entered last, and it can't be read where nothing can be written; copy all of register.sqlite3* to a \
         folder that can be written to, and look at the copy",
        .0.display()
    )]
    Journal(PathBuf),
    /// Another version made it, and nothing can be written there to bring it up to this one.
    #[error(
        "{} was made by another version of this program, and nothing can be written there to bring it up to date; copy all of \
         register.sqlite3* to a folder that can be written to, and look at the copy with the newest version",
        .0.display()
    )]
    OtherVersion(PathBuf),
    /// The database says no.
    #[error("database: {0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A paper can't be typeset.
    #[error(transparent)]
    Typeset(#[from] kyso::Error),
    /// A defect of this library.
    #[error("internal error, please report it: {0}")]
    Internal(String),
}

impl Error {
    pub(crate) fn database(error: impl Into<sqlx::Error>) -> Self {
        Self::Database(Box::new(error.into()))
    }

    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        |source| Self::File { path: path.to_owned(), source }
    }

    pub(crate) fn internal(error: impl std::fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }

    /// The error for a person. What the database says stays in its own words, in brackets.
    pub fn text(&self, words: Words<'_>) -> String {
        match (self, words.language()) {
            (Self::Refused(refusal), _) => refusal.text(words),
            (Self::Absent(path), Language::Vietnamese) => format!(
                "Thư mục {} chưa có sổ chứng thực; hãy {}, hoặc chọn đúng thư mục.",
                path.display(),
                words.hint(Hint::NewRegister)
            ),
            (Self::Definitions { path, line, message }, Language::Vietnamese) => {
                let line = line.map(|line| format!(" dòng {line}")).unwrap_or_default();
                format!("Tệp khai báo sổ {}{line} không đúng: {message}.", path.display())
            }
            (Self::Damaged(what), Language::Vietnamese) => {
                let audit = words.hint(Hint::Audit);
                format!("Dữ liệu sổ bị hỏng ({what}); hãy {audit} và khôi phục từ bản sao lưu.")
            }
            (Self::File { path, source }, Language::Vietnamese) => {
                format!("Không đọc hoặc ghi được {}: {}.", path.display(), system(source).vi)
            }
            (Self::Journal(path), Language::Vietnamese) => format!(
                "{} còn giữ những gì ghi sau cùng, mà nơi chỉ đọc thì không đọc được tệp này; hãy chép tất cả các tệp \
                 register.sqlite3* sang thư mục ghi được rồi xem bản chép.",
                path.display()
            ),
            (Self::OtherVersion(path), Language::Vietnamese) => format!(
                "{} do phiên bản khác của chương trình tạo, mà nơi chỉ đọc thì không nâng cấp được; hãy chép tất cả các tệp \
                 register.sqlite3* sang thư mục ghi được rồi xem bản chép bằng phiên bản mới nhất.",
                path.display()
            ),
            (Self::File { path, source }, Language::English) => {
                format!("{} can't be read or written: {}.", path.display(), system(source).en)
            }
            (Self::Database(error), Language::Vietnamese) => format!(
                "Cơ sở dữ liệu của sổ báo lỗi [{error}]; hãy xem ổ đĩa còn chỗ và còn quyền ghi không, rồi {}; nếu dữ liệu bị \
                 hỏng thì khôi phục từ bản sao lưu.",
                words.hint(Hint::Audit)
            ),
            (Self::Database(error), Language::English) => format!(
                "The register's database says no [{error}]; see whether the disk has room and may be written, then {}; where \
                 it's damaged, restore it from a backup.",
                words.hint(Hint::Audit)
            ),
            (Self::Typeset(error), _) => words.error(error),
            (other, _) => format!("{other}."),
        }
    }
}
