//! Reading `kyso.toml`, and saying what is wrong with it.

use std::collections::HashSet;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use kyso::{BaselineLevel, Bilingual, Constraints, Language};
use kyso_words::system;
use serde::Deserialize;

use super::{AuthorityConfig, Config, KeyConfig, NetworkConfig, OfficeConfig, TokenConfig};
use crate::terms::words;
use crate::token;

const DEFAULT_PORT: u16 = 8484;
const DEFAULT_UPLOAD_LIMIT_MB: usize = 100;
const DEFAULT_DRAFTS_KEPT_DAYS: u16 = 30;
const MEGABYTE: usize = 1_000_000;

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

/// The file as it's written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    listen: Option<SocketAddr>,
    data_dir: PathBuf,
    upload_limit_mb: Option<usize>,
    request_timeout_seconds: Option<u64>,
    shutdown_grace_seconds: Option<u64>,
    #[serde(default)]
    trust: Vec<PathBuf>,
    roster: Option<PathBuf>,
    #[serde(default)]
    dangerous_seal_untrusted: bool,
    policy: Option<String>,
    #[serde(default, rename = "key")]
    keys: Vec<KeyConfig>,
    #[serde(default, rename = "token")]
    tokens: Vec<TokenConfig>,
    level: Option<BaselineLevel>,
    #[serde(default, rename = "tsa")]
    authorities: Vec<AuthorityConfig>,
    tsa_policy: Option<String>,
    #[serde(default)]
    network: NetworkConfig,
    certification: Option<WrittenOffice>,
}

/// `[certification]` as it's written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOffice {
    register: Option<PathBuf>,
    agency: Option<PathBuf>,
    templates: Option<PathBuf>,
    drafts_kept_days: Option<u16>,
}

impl WrittenOffice {
    /// With both that it needs.
    fn whole(self, directory: &Path) -> Result<OfficeConfig, (String, Fault)> {
        let missing = |name: &'static str| (format!("certification: {name}"), Fault::Missing(name));
        let drafts_kept_days = self.drafts_kept_days.unwrap_or(DEFAULT_DRAFTS_KEPT_DAYS);
        if !(1..=3_650).contains(&drafts_kept_days) {
            return Err(("certification: drafts_kept_days".into(), Fault::Invalid("1..3650")));
        }
        Ok(OfficeConfig {
            register: directory.join(self.register.ok_or_else(|| missing("register"))?),
            agency: directory.join(self.agency.ok_or_else(|| missing("agency"))?),
            templates: self.templates.map(|templates| directory.join(templates)),
            drafts_kept_days,
        })
    }
}

impl Config {
    /// Reads the configuration.
    ///
    /// # Errors
    /// [`ConfigError`] names the file and the entry.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(file).map_err(|error| ConfigError {
            file: file.to_owned(),
            entry: String::new(),
            fault: Fault::unreadable(file, &error),
        })?;
        Self::parse(file, &text)
    }

    /// Reads the configuration from its text; paths in it are relative to the directory of `file`.
    ///
    /// # Errors
    /// [`ConfigError`] names the file and the entry.
    pub fn parse(file: &Path, text: &str) -> Result<Self, ConfigError> {
        let error = |entry: String, fault| ConfigError { file: file.to_owned(), entry, fault };
        let written: Written = toml::from_str(text).map_err(|malformed| {
            // Without the lines of the text: a secret may stand there where it doesn't belong.
            let before = malformed.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let entry = name_before(before).map(|name| format!(" ({name})")).unwrap_or_default();
            error(String::new(), Fault::Malformed(format!("line {line}{entry}: {}", malformed.message())))
        })?;
        let directory = file.parent().unwrap_or(Path::new("")).to_owned();
        let upload_limit_mb = written.upload_limit_mb.unwrap_or(DEFAULT_UPLOAD_LIMIT_MB);
        let mut config = Self {
            file: file.to_owned(),
            listen: written.listen.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT))),
            data_dir: directory.join(written.data_dir),
            upload_limit: upload_limit_mb.saturating_mul(MEGABYTE),
            request_timeout: Duration::from_secs(written.request_timeout_seconds.unwrap_or(120)),
            shutdown_grace: Duration::from_secs(written.shutdown_grace_seconds.unwrap_or(30)),
            trust: written.trust.iter().map(|path| directory.join(path)).collect(),
            roster: written.roster.map(|path| directory.join(path)),
            dangerous_seal_untrusted: written.dangerous_seal_untrusted,
            policy: written.policy.map(|name| match Constraints::built_in_names().any(|known| known == name) {
                true => name.into(),
                false => directory.join(name),
            }),
            keys: written.keys,
            tokens: written.tokens,
            level: written.level.unwrap_or(BaselineLevel::B),
            authorities: written.authorities,
            time_stamp_policy: written.tsa_policy,
            network: written.network,
            office: match written.certification {
                Some(office) => Some(office.whole(&directory).map_err(|(entry, fault)| error(entry, fault))?),
                None => None,
            },
            drawing: None,
        };
        if !(1..=2_000).contains(&upload_limit_mb) {
            return Err(error("upload_limit_mb".into(), Fault::Invalid("1..2000")));
        }
        if !(1..=3_600).contains(&config.request_timeout.as_secs()) {
            return Err(error("request_timeout_seconds".into(), Fault::Invalid("1..3600")));
        }
        for key in &mut config.keys {
            key.resolve(&directory);
        }
        config.authorities.iter_mut().for_each(|authority| authority.resolve(&directory));
        config.network.resolve(&directory);
        config.check().map_err(|(entry, fault)| error(entry, fault))?;
        Ok(config)
    }

    fn check(&self) -> Result<(), (String, Fault)> {
        self.check_outside()?;
        if self.dangerous_seal_untrusted && (!self.trust.is_empty() || self.roster.is_some()) {
            let fault = Fault::Both("trust, roster", "dangerous_seal_untrusted");
            return Err(("dangerous_seal_untrusted".into(), fault));
        }
        let mut names = HashSet::new();
        for key in &self.keys {
            let at = |entry: &str| entry_of("key", &key.name, entry);
            key.check().map_err(|(entry, fault)| (at(&entry), fault))?;
            if !names.insert(&key.name) {
                return Err((at("name"), Fault::Duplicate));
            }
        }
        let mut names = HashSet::new();
        for token in &self.tokens {
            let at = |entry: &str| entry_of("token", &token.name, entry);
            if token::parse_sha256(&token.sha256).is_none() {
                return Err((at("sha256"), Fault::Invalid("64 hex")));
            }
            if token.name.is_empty() {
                return Err((at("name"), Fault::Missing("name")));
            }
            if !names.insert(&token.name) {
                return Err((at("name"), Fault::Duplicate));
            }
            if token.role.may_certify() && self.office.is_none() {
                return Err((at("role"), Fault::NoOffice));
            }
            for name in token.keys.iter().flatten() {
                match self.keys.iter().find(|key| key.name == *name) {
                    None => return Err((at("keys"), Fault::Unknown(name.clone()))),
                    Some(key) if !token.role.may_use(key.role) => {
                        return Err((at("keys"), Fault::WrongRole(name.clone())));
                    }
                    Some(_) => {}
                }
            }
        }
        Ok(())
    }
}

pub(crate) fn entry_of(table: &str, name: &str, entry: &str) -> String {
    format!("{table} \"{name}\": {entry}")
}

impl KeyConfig {
    fn resolve(&mut self, directory: &Path) {
        let files = [&mut self.p12, &mut self.key, &mut self.cert, &mut self.chain, &mut self.pass_file];
        for file in files.into_iter().flatten().chain(self.images.iter_mut().map(|image| &mut image.file)) {
            *file = directory.join(&*file);
        }
    }

    fn check(&self) -> Result<(), (String, Fault)> {
        let fault = |entry: &str, fault| Err((entry.to_owned(), fault));
        if self.name.is_empty() {
            return fault("name", Fault::Missing("name"));
        }
        match (&self.p12, &self.key) {
            (None, None) => return fault("p12", Fault::Missing("p12 | key + cert")),
            (Some(_), Some(_)) => return fault("p12", Fault::Both("p12", "key")),
            (Some(_), None) if self.cert.is_some() || self.chain.is_some() => {
                return fault("cert", Fault::Both("p12", "cert, chain"));
            }
            (None, Some(_)) if self.cert.is_none() => return fault("cert", Fault::Missing("cert")),
            _ => {}
        }
        if self.pass_file.is_some() && self.pass_env.is_some() {
            return fault("pass_file", Fault::Both("pass_file", "pass_env"));
        }
        let mut names = HashSet::new();
        for image in &self.images {
            let at = |entry: &str| entry_of("image", &image.name, entry);
            if !names.insert(&image.name) {
                return Err((at("name"), Fault::Duplicate));
            }
        }
        Ok(())
    }
}

/// The name of the entry whose value begins where `before` ends: what stands before its equals sign, if it's a bare key of TOML.
fn name_before(before: &str) -> Option<&str> {
    let name = before.lines().next_back()?.trim_end().strip_suffix('=')?.trim();
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    (!name.is_empty() && name.chars().all(is_bare)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{KeyRole, TokenRole};

    const HEAD: &str = "data_dir = 'data'\n";
    const KEY: &str = "[[key]]\nname = 'a'\nrole = 'leader'\np12 = 'a.p12'\n";

    const IMAGE: &str = "[[key.image]]\nname = 'i'\nfile = 'i.png'\nwidth_mm = 40\n";

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(Path::new("/etc/kyso/kyso.toml"), text)
    }

    fn token(more: &str) -> String {
        format!("[[token]]\nname = 't'\nsha256 = '{}'\n{more}\n", "ab".repeat(32))
    }

    #[test]
    fn defaults_are_loopback_and_a_hundred_megabytes() {
        let config = parse(HEAD).unwrap();
        assert!(config.listen.ip().is_loopback());
        assert_eq!(config.upload_limit, 100_000_000);
        assert_eq!(config.data_dir, Path::new("/etc/kyso/data"));
    }

    #[test]
    fn a_whole_configuration_is_read() {
        let text = format!(
            "{HEAD}listen = '127.0.0.1:0'\ntrust = ['root.pem']\nroster = '/r.toml'\npolicy = 'p.toml'\n{KEY}pass_env = 'P'\n\
             {IMAGE}{}",
            token("role = 'leader'\nkeys = ['a']")
        );
        let config = parse(&text).unwrap();
        let key = config.keys.first().unwrap();
        assert_eq!(key.role, KeyRole::Leader);
        assert_eq!(key.images.first().unwrap().file, Path::new("/etc/kyso/i.png"));
        assert_eq!(config.roster.unwrap(), Path::new("/r.toml"));
        assert_eq!(config.policy.unwrap(), Path::new("/etc/kyso/p.toml"));
        assert_eq!(parse("data_dir = 'd'\npolicy = 'vn-agency'").unwrap().policy.unwrap(), Path::new("vn-agency"));
        assert_eq!(config.tokens.first().unwrap().role, TokenRole::Leader);
    }

    #[test]
    fn each_fault_names_the_file_and_the_entry() {
        let cases = [
            (format!("{HEAD}colour = 1"), "unknown field `colour`"),
            ("listen = 'x'".into(), "listen"),
            (format!("{HEAD}upload_limit_mb = 0"), "upload_limit_mb: not a valid value"),
            (format!("{HEAD}{KEY}{KEY}"), "key \"a\": name: the name is used twice"),
            (format!("{HEAD}{KEY}key = 'k'"), "key \"a\": p12: give p12 or key, not both"),
            (format!("{HEAD}{KEY}password = 'secret'"), "unknown field `password`"),
            (format!("{HEAD}{KEY}pass_env = 'A'\npass_file = 'b'"), "pass_file or pass_env"),
            (format!("{HEAD}[[key]]\nname = 'a'\nrole = 'seal'"), "p12 | key + cert is missing"),
            (format!("{HEAD}[certification]\nregister = 'so'"), "certification: agency: agency is missing"),
            (format!("{HEAD}[certification]\nagency = 'a.toml'"), "certification: register: register is missing"),
            (format!("{HEAD}[certification]\nsymbol = 'x'"), "unknown field `symbol`"),
            (
                format!("{HEAD}[certification]\ndrafts_kept_days = 0"),
                "certification: drafts_kept_days: not a valid value",
            ),
            (format!("{HEAD}{}", token("role = 'officer'")), "token \"t\": role: the token may certify"),
            (format!("{HEAD}[[key]]\nname = 'a'\nrole = 'seal'\nkey = 'k'"), "cert is missing"),
            (format!("{HEAD}{KEY}{IMAGE}{IMAGE}"), "image \"i\": name"),
            (format!("{HEAD}{}", token("role = 'king'")), "unknown variant `king`"),
            (format!("{HEAD}{}", token("role = 'clerk'\nkeys = ['b']")), "there is no key \"b\""),
            (format!("{HEAD}{KEY}{}", token("role = 'clerk'\nkeys = ['a']")), "may not use the key \"a\""),
            (format!("{HEAD}{0}{0}", token("role = 'clerk'")), "token \"t\": name: the name is used twice"),
            (format!("{HEAD}[[token]]\nname = 't'\nrole = 'clerk'\nsha256 = 'ab'"), "token \"t\": sha256"),
            (format!("{HEAD}dangerous_seal_untrusted = true\ntrust = ['r.pem']"), "give trust, roster or"),
            (format!("{HEAD}dangerous_seal_untrusted = true\nroster = 'r.toml'"), "not both"),
        ];
        for (text, expected) in cases {
            let message = parse(&text).unwrap_err().to_string();
            assert!(message.starts_with("/etc/kyso/kyso.toml: "), "{message}");
            assert!(message.contains(expected), "{message}\nlacks {expected}");
        }
    }

    #[test]
    fn people_are_told_in_their_language() {
        let error = parse(&format!("{HEAD}{KEY}{KEY}")).unwrap_err();
        assert!(error.text(Language::Vietnamese).ends_with("tên này đã được dùng"));
    }
}
