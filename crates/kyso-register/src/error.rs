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
    /// The agency has no register in the database.
    #[error("the database has no register of {agency}; make one first, or name the right agency")]
    AbsentIn {
        /// The agency's name in the database.
        agency: String,
    },
    /// The directory's register was moved into a database: its file is only read from then on.
    #[error("the register of {} was moved into another database, and nothing is entered here any more", .0.display())]
    Moved(PathBuf),
    /// The agency's register is being moved into the database, and isn't there wholly.
    #[error("the register of {agency} was moved in part; move it on from the same directory")]
    HalfMoved {
        /// The agency's name in the database.
        agency: String,
    },
    /// The agency has another register in the database than the one that was to be moved there.
    #[error("the database has another register of {agency}; nothing was moved")]
    OtherRegister {
        /// The agency's name in the database.
        agency: String,
    },
    /// An audit finds something wrong with a register that was to be moved.
    #[error("an audit finds {problems} problems; the register isn't moved")]
    Unsound {
        /// How many.
        problems: usize,
    },
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
    /// The database's server isn't fit to keep a register, or its role, its schema or its address isn't.
    #[error("the register's database isn't fit: {0}")]
    Unfit(String),
    /// A paper can't be typeset.
    #[error(transparent)]
    Typeset(#[from] kyso::Error),
    /// A defect of this library.
    #[error("internal error, please report it: {0}")]
    Internal(String),
}

impl Error {
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        |source| Self::File { path: path.to_owned(), source }
    }

    pub(crate) fn internal(error: impl std::fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }

    /// Whether it says that nothing can be written where the register lies.
    pub(crate) fn is_sealed(&self) -> bool {
        match self {
            Self::File { source, .. } => {
                matches!(source.kind(), std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem)
            }
            Self::Database(error) => error.downcast_ref::<kyso_rows::Error>().is_some_and(kyso_rows::Error::is_sealed),
            _ => false,
        }
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
            (Self::AbsentIn { agency }, Language::Vietnamese) => format!(
                "Cơ sở dữ liệu chưa có sổ chứng thực của đơn vị {agency}; hãy {}, hoặc ghi đúng tên đơn vị.",
                words.hint(Hint::NewRegister)
            ),
            (Self::Moved(path), Language::Vietnamese) => format!(
                "Sổ trong thư mục {} đã chuyển sang cơ sở dữ liệu khác: ở đây chỉ xem được, không ghi thêm.",
                path.display()
            ),
            (Self::HalfMoved { agency }, Language::Vietnamese) => format!(
                "Sổ của đơn vị {agency} mới chuyển sang cơ sở dữ liệu được một phần; hãy chuyển tiếp từ thư mục cũ."
            ),
            (Self::OtherRegister { agency }, Language::Vietnamese) => {
                format!("Cơ sở dữ liệu đã có sổ khác của đơn vị {agency}: chưa chuyển gì.")
            }
            (Self::Unsound { problems }, Language::Vietnamese) => {
                let audit = words.hint(Hint::Audit);
                format!("Kiểm tra sổ thấy {problems} chỗ sai nên không chuyển; hãy {audit} để xem.")
            }
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
            (Self::Unfit(why), Language::Vietnamese) => {
                format!("Cơ sở dữ liệu của sổ chưa dùng được [{why}]; hãy báo người quản trị hệ thống.")
            }
            (Self::Typeset(error), _) => words.error(error),
            (other, _) => format!("{other}."),
        }
    }
}

impl From<kyso_rows::Error> for Error {
    fn from(error: kyso_rows::Error) -> Self {
        use kyso_rows::Error as Rows;
        match error {
            Rows::Damaged(what) => Self::Damaged(what),
            Rows::Missing(path) => Self::Absent(path),
            Rows::File { path, source } => Self::File { path, source },
            error @ (Rows::Schema { .. } | Rows::SchemaChanged(_) | Rows::Setting(_) | Rows::TooPowerful(_)) => {
                Self::Unfit(error.to_string())
            }
            Rows::Internal(what) => Self::Internal(what),
            error => Self::Database(Box::new(error)),
        }
    }
}
