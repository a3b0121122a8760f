//! What is wrong with a configuration, and how a person is told.

use std::fmt;
use std::path::{Path, PathBuf};

use kyso::{Bilingual, Language};
use kyso_words::system;

use crate::terms::words;

/// What is wrong with the configuration: which file, which entry in it, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The configuration file.
    pub file: PathBuf,
    /// The entry, e.g. `key "chu-tich": pass_file`; empty where the file as a whole is meant.
    pub entry: String,
    /// Why.
    pub fault: Fault,
}

/// Why an entry of the configuration is no good.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// A file can't be read.
    Unreadable {
        /// Which.
        file: PathBuf,
        /// What the system says.
        cause: Bilingual,
    },
    /// The file isn't TOML of the expected form.
    Malformed(String),
    /// One of these keys is needed.
    Missing(&'static str),
    /// Two keys exclude each other.
    Both(&'static str, &'static str),
    /// A name is used twice.
    Duplicate,
    /// A name that nothing bears.
    Unknown(String),
    /// A value that is out of range or not of its form.
    Invalid(&'static str),
    /// The environment variable isn't set, or isn't text.
    NoVariable(String),
    /// The library refuses what the file holds.
    Refused {
        /// Which file.
        file: PathBuf,
        /// What the library says.
        error: Box<kyso::Error>,
    },
    /// A token names a key that isn't for its role.
    WrongRole(String),
    /// There is no register of certification numbers in the directory.
    NoRegister(PathBuf),
    /// A token may certify, and nothing says where the register and the agency are.
    NoOffice,
    /// An entry of one agency stands where several are named.
    OfAnAgency,
    /// An entry of the whole service stands in an agency's file.
    OfTheService,
    /// Another agency has it already.
    OfAnother,
    /// There is no agency of this name.
    NoAgency(String),
    /// An agency is named, and the configuration serves one that has no name.
    OneAgency,
    /// The configuration serves these agencies, and none of them is named.
    SeveralAgencies(Vec<String>),
    /// There is a key for the seal, and nobody is trusted: neither an anchor nor a certificate of a roster.
    NobodyTrusted,
}

impl Fault {
    /// The system doesn't let a file or directory be read.
    pub(crate) fn unreadable(file: &Path, error: &std::io::Error) -> Self {
        Self::Unreadable { file: file.to_owned(), cause: system(error) }
    }

    /// For a person.
    pub fn text(&self, language: Language) -> String {
        let vietnamese = language == Language::Vietnamese;
        match self {
            Self::Unreadable { file, cause } if vietnamese => format!("không đọc được {}: {}", file.display(), cause.vi),
            Self::Unreadable { file, cause } => format!("{} can't be read: {}", file.display(), cause.en),
            Self::Malformed(message) if vietnamese => format!("sai cú pháp hoặc sai tên mục [{message}]"),
            Self::Malformed(message) => format!("malformed, or an unknown name: {message}"),
            Self::Missing(what) if vietnamese => format!("thiếu {what}"),
            Self::Missing(what) => format!("{what} is missing"),
            Self::Both(one, other) if vietnamese => format!("chỉ được chọn một trong hai: {one} hoặc {other}"),
            Self::Both(one, other) => format!("give {one} or {other}, not both"),
            Self::Duplicate if vietnamese => "tên này đã được dùng".to_owned(),
            Self::Duplicate => "the name is used twice".to_owned(),
            Self::Unknown(name) if vietnamese => format!("không có khóa nào tên là \"{name}\""),
            Self::Unknown(name) => format!("there is no key \"{name}\""),
            Self::Invalid(rule) if vietnamese => format!("giá trị không hợp lệ, phải là: {rule}"),
            Self::Invalid(rule) => format!("not a valid value, must be: {rule}"),
            Self::NoVariable(name) if vietnamese => format!("biến môi trường {name} chưa được đặt"),
            Self::NoVariable(name) => format!("the environment variable {name} is not set"),
            Self::Refused { file, error } if vietnamese => {
                let why = words(language).error(error);
                format!("không dùng được {}: {}", file.display(), why.trim_end_matches('.'))
            }
            Self::Refused { file, error } => {
                let why = words(language).error(error);
                format!("{} can't be used: {}", file.display(), why.trim_end_matches('.'))
            }
            Self::WrongRole(name) if vietnamese => format!("vai trò của mã truy cập không được dùng khóa \"{name}\""),
            Self::WrongRole(name) => format!("the token's role may not use the key \"{name}\""),
            Self::NoRegister(directory) if vietnamese => {
                format!("thư mục {} chưa có sổ chứng thực; hãy tạo bằng kyso register init", directory.display())
            }
            Self::NoRegister(directory) => {
                format!("{} holds no register; make one with kyso register init", directory.display())
            }
            Self::NoOffice if vietnamese => {
                "mã truy cập này được chứng thực, nhưng thiếu mục [certification]: register (sổ chứng thực) và agency (tệp cơ quan)"
                    .to_owned()
            }
            Self::NoOffice => {
                "the token may certify, and [certification] is missing: register (the directory) and agency (the file)".to_owned()
            }
            Self::OfAnAgency if vietnamese => "mục này của từng cơ quan; hãy ghi vào tệp của cơ quan đó".to_owned(),
            Self::OfAnAgency => "the entry is an agency's own; write it into that agency's file".to_owned(),
            Self::OfTheService if vietnamese => "mục này của cả dịch vụ; hãy ghi vào tệp chung".to_owned(),
            Self::OfTheService => "the entry is the whole service's; write it into the file that names the agencies".to_owned(),
            Self::OfAnother if vietnamese => "cơ quan khác đã dùng; mỗi cơ quan phải có riêng".to_owned(),
            Self::OfAnother => "another agency has it already; each agency needs its own".to_owned(),
            Self::NoAgency(name) if vietnamese => format!("không có cơ quan nào tên là \"{name}\""),
            Self::NoAgency(name) => format!("there is no agency \"{name}\""),
            Self::OneAgency if vietnamese => "tệp này chỉ có một cơ quan, không có tên; hãy bỏ --agency".to_owned(),
            Self::OneAgency => "the file has one agency, without a name; leave out --agency".to_owned(),
            Self::SeveralAgencies(names) if vietnamese => {
                format!("tệp này có nhiều cơ quan; hãy chọn một (--agency; với sổ: --of-agency): {}", names.join(" | "))
            }
            Self::SeveralAgencies(names) => {
                format!("the file has several agencies; choose one (--agency; of a register: --of-agency): {}", names.join(" | "))
            }
            Self::NobodyTrusted if vietnamese => "có khóa con dấu mà chưa cho biết tin ai: hãy cho chứng thư gốc (trust) \
                hoặc danh sách chứng thư số của cơ quan (roster); nếu tự chịu trách nhiệm đóng dấu trên chữ ký của bất kỳ \
                ai: dangerous_seal_untrusted = true"
                .to_owned(),
            Self::NobodyTrusted => "there is a key for the seal, and nobody is trusted: give root certificates (trust) or \
                the agency's roster (roster); to seal over anybody's signature on your own responsibility: \
                dangerous_seal_untrusted = true"
                .to_owned(),
        }
    }
}

impl ConfigError {
    /// For a person: the file, the entry, and what is wrong with it.
    pub fn text(&self, language: Language) -> String {
        let colon = if self.entry.is_empty() { "" } else { ": " };
        format!("{}: {}{colon}{}", self.file.display(), self.entry, self.fault.text(language))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::English))
    }
}

impl std::error::Error for ConfigError {}
