//! Reading `kyso.toml`, and saying what is wrong with it.

use std::collections::{HashMap, HashSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use kyso::{BaselineLevel, Constraints};
use serde::Deserialize;

use super::fault::{ConfigError, Fault};
use super::second::SecondConfig;
use super::stores::{StoresConfig, WrittenArchive};
use super::{AgencyConfig, AuthorityConfig, Config, KeyConfig, NetworkConfig, OfficeConfig, TokenConfig};
use crate::token;

const DEFAULT_PORT: u16 = 8484;
const DEFAULT_UPLOAD_LIMIT_MB: usize = 100;
const DEFAULT_DRAFTS_KEPT_DAYS: u16 = 30;
const MEGABYTE: usize = 1_000_000;

/// The file as it's written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    listen: Option<SocketAddr>,
    data_dir: Option<PathBuf>,
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
    network: Option<NetworkConfig>,
    #[serde(default)]
    archive: WrittenArchive,
    certification: Option<WrittenOffice>,
    #[serde(default, rename = "agency")]
    agencies: Vec<WrittenAgency>,
}

/// One of several agencies: its name, and the file of what is its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAgency {
    name: String,
    config: PathBuf,
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
    /// Reads the configuration, and that of each agency where it names several.
    ///
    /// # Errors
    /// [`ConfigError`] names the file and the entry.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        Self::parse(file, &text_of(file)?)
    }

    /// Reads the configuration from its text; paths in it are relative to the directory of `file`.
    ///
    /// # Errors
    /// [`ConfigError`] names the file and the entry.
    pub fn parse(file: &Path, text: &str) -> Result<Self, ConfigError> {
        let written = Written::parse(file, text)?;
        let error = |entry: &str, fault| ConfigError { file: file.to_owned(), entry: entry.to_owned(), fault };
        let upload_limit_mb = written.upload_limit_mb.unwrap_or(DEFAULT_UPLOAD_LIMIT_MB);
        let mut config = Self {
            listen: written.listen.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT))),
            upload_limit: upload_limit_mb.saturating_mul(MEGABYTE),
            request_timeout: Duration::from_secs(written.request_timeout_seconds.unwrap_or(120)),
            shutdown_grace: Duration::from_secs(written.shutdown_grace_seconds.unwrap_or(30)),
            agencies: Vec::new(),
            drawing: None,
        };
        if !(1..=2_000).contains(&upload_limit_mb) {
            return Err(error("upload_limit_mb", Fault::Invalid("1..2000")));
        }
        if !(1..=3_600).contains(&config.request_timeout.as_secs()) {
            return Err(error("request_timeout_seconds", Fault::Invalid("1..3600")));
        }
        if written.agencies.is_empty() {
            config.agencies.push(written.agency(file, None, None)?);
            return Ok(config);
        }
        if let Some(entry) = written.of_an_agency() {
            return Err(error(entry, Fault::OfAnAgency));
        }
        let directory = file.parent().unwrap_or(Path::new(""));
        let shared = written.archive.stores(directory).map_err(|(entry, fault)| error(&entry, fault))?;
        let second = written.archive.second(directory).map_err(|(entry, fault)| error(&entry, fault))?;
        let shared = (shared.map(StoresConfig::shared), second);
        for agency in &written.agencies {
            let at = |fault| error(&entry_of("agency", &agency.name, "name"), fault);
            if !is_name(&agency.name) {
                return Err(at(Fault::Invalid("a-z 0-9 -, 1..64")));
            }
            let own = directory.join(&agency.config);
            let read = Written::parse(&own, &text_of(&own)?)?;
            if let Some(entry) = read.of_the_service() {
                return Err(ConfigError { file: own, entry: entry.into(), fault: Fault::OfTheService });
            }
            config.agencies.push(read.agency(&own, Some(&agency.name), Some(&shared))?);
        }
        config.demand_apart(file)?;
        Ok(config)
    }

    /// Refuses agencies that share what keeps them apart: a name, a directory, a register, rows, or a caller.
    fn demand_apart(&self, file: &Path) -> Result<(), ConfigError> {
        let (mut names, mut places, mut secrets) = (HashSet::new(), HashSet::new(), HashMap::new());
        for agency in &self.agencies {
            let name = agency.name.as_deref().unwrap_or_default();
            let at =
                |file: &Path, entry: &str, fault| ConfigError { file: file.to_owned(), entry: entry.into(), fault };
            if !names.insert(name) {
                return Err(at(file, &entry_of("agency", name, "name"), Fault::Duplicate));
            }
            let register = agency.office.as_ref().map(|office| office.register.clone());
            let own =
                [Some(("data_dir", agency.data_dir.clone())), register.map(|path| ("certification: register", path))];
            for (entry, place) in own.into_iter().flatten() {
                if !places.insert((entry, place)) {
                    return Err(at(&agency.file, entry, Fault::OfAnother));
                }
            }
            if let Some(stores) = &agency.stores
                && !places.insert(("rows", PathBuf::from(format!("{} {}", stores.database, stores.agency))))
            {
                return Err(at(&agency.file, "archive: agency", Fault::OfAnother));
            }
            for token in &agency.tokens {
                if secrets.insert(token.sha256.to_ascii_lowercase(), name).is_some_and(|whose| whose != name) {
                    return Err(at(&agency.file, &entry_of("token", &token.name, "sha256"), Fault::OfAnother));
                }
            }
        }
        Ok(())
    }

    /// The agency of this name; without a name, the only one.
    ///
    /// # Errors
    /// [`ConfigError`] where there is none of this name, or several and no name.
    pub fn agency(&self, name: Option<&str>) -> Result<&AgencyConfig, ConfigError> {
        let first = self.agencies.first().map(|agency| agency.file.clone()).unwrap_or_default();
        match (self.agencies.as_slice(), name) {
            ([only], None) => Ok(only),
            (agencies, Some(name)) if agencies.iter().any(|agency| agency.name.is_some()) => {
                let named = agencies.iter().find(|agency| agency.name.as_deref() == Some(name));
                let fault = Fault::NoAgency(name.to_owned());
                named.ok_or(ConfigError { file: first, entry: String::new(), fault })
            }
            (_, Some(_)) => Err(ConfigError { file: first, entry: String::new(), fault: Fault::OneAgency }),
            (agencies, None) => {
                let names = agencies.iter().filter_map(|agency| agency.name.clone()).collect();
                Err(ConfigError { file: first, entry: String::new(), fault: Fault::SeveralAgencies(names) })
            }
        }
    }
}

/// An agency's name, which is also its name in the database and in the store's paths.
fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=64).contains(&name.len()) && name.bytes().all(is_plain)
}

fn text_of(file: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(file).map_err(|error| ConfigError {
        file: file.to_owned(),
        entry: String::new(),
        fault: Fault::unreadable(file, &error),
    })
}

impl Written {
    fn parse(file: &Path, text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|malformed| {
            // Without the lines of the text: a secret may stand there where it doesn't belong.
            let before = malformed.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let entry = name_before(before).map(|name| format!(" ({name})")).unwrap_or_default();
            let fault = Fault::Malformed(format!("line {line}{entry}: {}", malformed.message()));
            ConfigError { file: file.to_owned(), entry: String::new(), fault }
        })
    }

    /// The first entry that is an agency's own, where several agencies are named.
    fn of_an_agency(&self) -> Option<&'static str> {
        let given = [
            (self.data_dir.is_some(), "data_dir"),
            (!self.trust.is_empty(), "trust"),
            (self.roster.is_some(), "roster"),
            (self.dangerous_seal_untrusted, "dangerous_seal_untrusted"),
            (self.policy.is_some(), "policy"),
            (!self.keys.is_empty(), "key"),
            (!self.tokens.is_empty(), "token"),
            (self.level.is_some(), "level"),
            (!self.authorities.is_empty(), "tsa"),
            (self.tsa_policy.is_some(), "tsa_policy"),
            (self.network.is_some(), "network"),
            (self.certification.is_some(), "certification"),
            (self.archive.names_a_second_directory(), "archive: second"),
            (self.archive.anchor.is_some(), "archive: anchor"),
            (self.archive.time_stamp_lines.is_some(), "archive: time_stamp_lines"),
            (!self.archive.witnesses.is_empty(), "archive: witness"),
            (self.archive.names_an_agency(), "archive: agency"),
        ];
        given.into_iter().find_map(|(is_given, entry)| is_given.then_some(entry))
    }

    /// The first entry that is the whole service's.
    fn of_the_service(&self) -> Option<&'static str> {
        let given = [
            (self.listen.is_some(), "listen"),
            (self.upload_limit_mb.is_some(), "upload_limit_mb"),
            (self.request_timeout_seconds.is_some(), "request_timeout_seconds"),
            (self.shutdown_grace_seconds.is_some(), "shutdown_grace_seconds"),
            (!self.agencies.is_empty(), "agency"),
        ];
        given.into_iter().find_map(|(is_given, entry)| is_given.then_some(entry))
    }

    /// What the file says of one agency. `shared` are the stores that agencies without their own lie in, and the second one.
    fn agency(
        self,
        file: &Path,
        name: Option<&str>,
        shared: Option<&(Option<StoresConfig>, Option<SecondConfig>)>,
    ) -> Result<AgencyConfig, ConfigError> {
        let error = |entry: String, fault| ConfigError { file: file.to_owned(), entry, fault };
        let directory = file.parent().unwrap_or(Path::new("")).to_owned();
        let stores = self.archive.stores(&directory).map_err(|(entry, fault)| error(entry, fault))?;
        let stores = stores.or_else(|| Some(shared?.0.as_ref()?.of(name?)));
        let second = self.archive.second(&directory).map_err(|(entry, fault)| error(entry, fault))?;
        let second = second.or_else(|| shared?.1.as_ref()?.of(name?));
        let data_dir = self.data_dir.ok_or_else(|| error(String::new(), Fault::Missing("data_dir")))?;
        let mut agency = AgencyConfig {
            file: file.to_owned(),
            name: name.map(str::to_owned),
            data_dir: directory.join(data_dir),
            stores,
            trust: self.trust.iter().map(|path| directory.join(path)).collect(),
            roster: self.roster.map(|path| directory.join(path)),
            dangerous_seal_untrusted: self.dangerous_seal_untrusted,
            policy: self.policy.map(|name| match Constraints::built_in_names().any(|known| known == name) {
                true => name.into(),
                false => directory.join(name),
            }),
            keys: self.keys,
            tokens: self.tokens,
            level: self.level.unwrap_or(BaselineLevel::B),
            authorities: self.authorities,
            time_stamp_policy: self.tsa_policy,
            network: self.network.unwrap_or_default(),
            second,
            time_stamp_lines: self.archive.time_stamp_lines.unwrap_or(1),
            anchor: self.archive.anchor.map(|anchor| directory.join(anchor)),
            witnesses: self.archive.witnesses,
            office: match self.certification {
                Some(office) => Some(office.whole(&directory).map_err(|(entry, fault)| error(entry, fault))?),
                None => None,
            },
        };
        for key in &mut agency.keys {
            key.resolve(&directory);
        }
        agency.authorities.iter_mut().for_each(|authority| authority.resolve(&directory));
        agency.network.resolve(&directory);
        agency.check().map_err(|(entry, fault)| error(entry, fault))?;
        Ok(agency)
    }
}

impl AgencyConfig {
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
    use kyso::Language;

    use super::*;
    use crate::config::{KeyRole, TokenRole};

    const HEAD: &str = "data_dir = 'data'\n";
    const KEY: &str = "[[key]]\nname = 'a'\nrole = 'leader'\np12 = 'a.p12'\n";

    const IMAGE: &str = "[[key.image]]\nname = 'i'\nfile = 'i.png'\nwidth_mm = 40\n";

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(Path::new("/etc/kyso/kyso.toml"), text)
    }

    fn sole(text: &str) -> AgencyConfig {
        parse(text).unwrap().agency(None).unwrap().clone()
    }

    fn token(more: &str) -> String {
        format!("[[token]]\nname = 't'\nsha256 = '{}'\n{more}\n", "ab".repeat(32))
    }

    #[test]
    fn defaults_are_loopback_and_a_hundred_megabytes() {
        let config = parse(HEAD).unwrap();
        assert!(config.listen.ip().is_loopback());
        assert_eq!(config.upload_limit, 100_000_000);
        assert_eq!(config.agency(None).unwrap().data_dir, Path::new("/etc/kyso/data"));
    }

    #[test]
    fn a_whole_configuration_is_read() {
        let text = format!(
            "{HEAD}listen = '127.0.0.1:0'\ntrust = ['root.pem']\nroster = '/r.toml'\npolicy = 'p.toml'\n{KEY}pass_env = 'P'\n\
             {IMAGE}{}",
            token("role = 'leader'\nkeys = ['a']")
        );
        let config = sole(&text);
        let key = config.keys.first().unwrap();
        assert_eq!(key.role, KeyRole::Leader);
        assert_eq!(key.images.first().unwrap().file, Path::new("/etc/kyso/i.png"));
        assert_eq!(config.roster.unwrap(), Path::new("/r.toml"));
        assert_eq!(config.policy.unwrap(), Path::new("/etc/kyso/p.toml"));
        assert_eq!(sole("data_dir = 'd'\npolicy = 'vn-agency'").policy.unwrap(), Path::new("vn-agency"));
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

    /// A configuration of several agencies: its own text, and each one's.
    fn several(own: &str, agencies: &[(&str, &str)]) -> Result<Config, String> {
        let directory = tempfile::tempdir().unwrap();
        let mut text = own.to_owned();
        for (index, (name, config)) in agencies.iter().enumerate() {
            std::fs::create_dir_all(directory.path().join(format!("{index}"))).unwrap();
            std::fs::write(directory.path().join(format!("{index}/a.toml")), config).unwrap();
            text.push_str(&format!("\n[[agency]]\nname = '{name}'\nconfig = '{index}/a.toml'\n"));
        }
        Config::parse(&directory.path().join("kyso.toml"), &text).map_err(|error| error.to_string())
    }

    #[test]
    fn several_agencies_are_read_and_lie_apart() {
        let stores = "[archive]\ndatabase = 'postgres://kyso_app@db/kyso'\nstore = 's3://b'\ndrafts = 's3://d/x'\n";
        let config = several(stores, &[("a", HEAD), ("b-2", HEAD)]).unwrap();
        let of = |name| config.agency(Some(name)).unwrap().clone();
        let stores = of("b-2").stores.unwrap();
        assert_eq!(
            (stores.agency.as_str(), stores.store.prefix.as_str(), stores.drafts.prefix.as_str()),
            ("b-2", "b-2/", "x/b-2/")
        );
        assert_ne!(of("a").data_dir, of("b-2").data_dir);
        let told = |name| config.agency(name).unwrap_err().text(Language::English);
        assert!(told(None).ends_with("(--agency; of a register: --of-agency): a | b-2"), "{}", told(None));
        assert!(told(Some("c")).ends_with("there is no agency \"c\""), "{}", told(Some("c")));
        let one = parse(HEAD).unwrap();
        assert!(one.agency(Some("a")).unwrap_err().to_string().ends_with("leave out --agency"));
        assert!(several("", &[("a", HEAD), ("b", HEAD)]).unwrap().agency(Some("a")).unwrap().stores.is_none());
    }

    #[test]
    fn agencies_share_nothing_that_keeps_them_apart() {
        let tokened = |secret: char| {
            format!("{HEAD}[[token]]\nname = 't'\nrole = 'reader'\nsha256 = '{}'", secret.to_string().repeat(64))
        };
        let absolute = "data_dir = '/var/kyso'\n";
        let own = "[archive]\nagency = 'x'\ndatabase = 'postgres://db/k'\nstore = 's3://b'\ndrafts = 's3://d'\n";
        let rows = format!("{HEAD}{own}");
        let office = format!("{HEAD}[certification]\nregister = '/so'\nagency = 'a.toml'\n");
        for (agencies, expected) in [
            ([("a", HEAD), ("a", HEAD)], "agency \"a\": name: the name is used twice"),
            ([("a", HEAD), ("B", HEAD)], "agency \"B\": name: not a valid value"),
            ([("a", HEAD), ("b", "")], "data_dir is missing"),
            ([("a", absolute), ("b", absolute)], "data_dir: another agency has it"),
            ([("a", office.as_str()), ("b", &office)], "certification: register: another agency has it"),
            ([("a", rows.as_str()), ("b", &rows)], "archive: agency: another agency has it"),
            ([("a", tokened('a').as_str()), ("b", &tokened('A'))], "token \"t\": sha256: another agency has it"),
            (
                [("a", "data_dir = 'd'\nlisten = '127.0.0.1:1'"), ("b", HEAD)],
                "listen: the entry is the whole service's",
            ),
        ] {
            let message = several("", &agencies).unwrap_err();
            assert!(message.contains(expected), "{message}\nlacks {expected}");
        }
        assert!(several("", &[("a", &tokened('a')), ("b", &tokened('b'))]).is_ok());
        for own in
            ["data_dir = 'd'", "trust = ['r']", "level = 'PAdES-B-B'", "[network]", "[archive]\nsecond = 's'", KEY]
        {
            let message = several(own, &[("a", HEAD)]).unwrap_err();
            assert!(message.contains("the entry is an agency's own"), "{own}: {message}");
        }
        let missing = Config::parse(Path::new("/etc/kyso/kyso.toml"), "[[agency]]\nname = 'a'\nconfig = 'none.toml'");
        assert!(missing.unwrap_err().to_string().starts_with("/etc/kyso/none.toml: "));
    }
}
