//! `[archive]` of `kyso.toml`: where rows and objects are kept where they aren't in `data_dir`, in PostgreSQL and in an S3 store.

use std::path::{Path, PathBuf};

use kyso_archive::{Erasing, Grown, Location, Second};
use kyso_connect::s3::Destroyer;
use kyso_rows::Pools;
use serde::Deserialize;

use super::fault::{ConfigError, Fault};
use super::s3::{Bucket, Faulty, S3Config, WrittenS3};
use super::second::SecondConfig;
use super::{AgencyConfig, WitnessConfig};

/// The agency of an installation that serves one.
const SOLE: &str = "ward";

/// `[archive]` as it's written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenArchive {
    agency: Option<String>,
    database: Option<String>,
    destroy_database: Option<String>,
    store: Option<String>,
    drafts: Option<String>,
    #[serde(default)]
    s3: WrittenS3,
    second: Option<String>,
    #[serde(default)]
    second_s3: WrittenS3,
    pub(super) time_stamp_lines: Option<usize>,
    pub(super) anchor: Option<PathBuf>,
    #[serde(default, rename = "witness")]
    pub(super) witnesses: Vec<WitnessConfig>,
}

/// An archive in PostgreSQL and an S3 store.
#[derive(Debug, Clone)]
pub struct StoresConfig {
    /// Whose rows, of a-z, 0-9 and -.
    pub agency: String,
    /// `postgres://role@host/database`. The password stands in libpq's environment or password file.
    pub database: String,
    /// The same database, as the role that may destroy; the service never asks it.
    pub destroy_database: Option<String>,
    /// Where objects are kept.
    pub store: Bucket,
    /// Where drafts lie, which are deleted after a time: a bucket or a prefix without retention.
    pub drafts: Bucket,
    /// How both are asked.
    pub s3: S3Config,
    /// The credential that deletes drafts; `credentials` where there is none.
    pub drafts_credentials: Option<PathBuf>,
    /// Connections to the database that several agencies share.
    pub pools: Option<Pools>,
}

impl WrittenArchive {
    /// Whether it says of whom the rows are.
    pub(super) fn names_an_agency(&self) -> bool {
        self.agency.is_some()
    }

    /// Whether it names a directory of a second store, which is one agency's own.
    pub(super) fn names_a_second_directory(&self) -> bool {
        self.second.as_ref().is_some_and(|second| !second.starts_with("s3://"))
    }

    /// The second store, where there's one.
    pub(super) fn second(&self, directory: &Path) -> Faulty<Option<SecondConfig>> {
        SecondConfig::read(self.second.as_deref(), &self.second_s3, directory)
    }

    /// The stores, where there are others than the directory.
    pub(super) fn stores(&self, directory: &Path) -> Faulty<Option<StoresConfig>> {
        let at = |entry: &str, fault| Err((format!("archive: {entry}"), fault));
        let (database, store) = match (&self.database, &self.store) {
            (None, None) if self.agency.is_some() => return at("agency", Fault::Missing("database, store")),
            (None, None) if self.drafts.is_some() => return at("drafts", Fault::Missing("database, store")),
            (None, None) if self.s3 != WrittenS3::default() => return at("s3", Fault::Missing("database, store")),
            (None, None) if self.destroy_database.is_some() => {
                return at("destroy_database", Fault::Missing("database, store"));
            }
            (None, None) => return Ok(None),
            (None, Some(_)) => return at("database", Fault::Missing("database")),
            (Some(_), None) => return at("store", Fault::Missing("store")),
            (Some(database), Some(store)) => (database.clone(), Bucket::of_entry("store", store)?),
        };
        let is_url = |url: &str| ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
        if !is_url(&database) {
            return at("database", Fault::Invalid("postgres://role@host/database"));
        }
        if self.destroy_database.as_deref().is_some_and(|url| !is_url(url)) {
            return at("destroy_database", Fault::Invalid("postgres://role@host/database"));
        }
        let drafts = self.drafts.as_ref();
        let drafts =
            drafts.ok_or_else(|| ("archive: drafts".to_owned(), Fault::Missing("drafts = \"s3://bucket/prefix\"")))?;
        let drafts = Bucket::of_entry("drafts", drafts)?;
        if drafts == store {
            return at("drafts", Fault::Invalid("a bucket or a prefix of its own"));
        }
        let file = |path: &Option<PathBuf>| path.as_ref().map(|path| directory.join(path));
        Ok(Some(StoresConfig {
            agency: self.agency.clone().unwrap_or_else(|| SOLE.to_owned()),
            database,
            destroy_database: self.destroy_database.clone(),
            store,
            drafts,
            s3: self.s3.resolved("archive.s3", directory),
            drafts_credentials: file(&self.s3.drafts_credentials),
            pools: None,
        }))
    }
}

impl StoresConfig {
    /// The same stores, whose connections several agencies share.
    pub(super) fn shared(self) -> Self {
        Self { pools: Some(Pools::default()), ..self }
    }

    /// The same stores, for one agency of several: its own rows, and its own prefix below each.
    pub(super) fn of(&self, agency: &str) -> Self {
        Self { agency: agency.to_owned(), store: self.store.of(agency), drafts: self.drafts.of(agency), ..self.clone() }
    }

    /// Opens what it names: credentials and CAs. Nobody is asked anything.
    fn grown(&self, directory: &Path) -> Faulty<Grown> {
        let keys = self.s3.own_keys()?;
        let deleting = match &self.drafts_credentials {
            Some(file) => self.s3.keys("drafts_credentials", Some(file))?,
            None => keys.clone(),
        };
        Ok(Grown {
            agency: self.agency.clone(),
            database: self.database.clone(),
            store: self.s3.store("store", &self.store, keys)?,
            drafts: Destroyer::new(self.s3.store("drafts", &self.drafts, deleting)?),
            repair: self.s3.repairing("store", &self.store)?,
            hold: self.s3.holding("store", &self.store)?,
            directory: directory.to_owned(),
            pools: self.pools.clone(),
        })
    }
}

impl AgencyConfig {
    /// Where the register is, where `[archive]` names a database: its rows are there, its definitions in its directory.
    pub fn register(&self) -> Option<kyso_register::Grown> {
        let stores = self.stores.as_ref()?;
        let directory = self.office.as_ref().map_or(&self.data_dir, |office| &office.register);
        Some(kyso_register::Grown {
            agency: stores.agency.clone(),
            database: stores.database.clone(),
            directory: directory.clone(),
            pools: stores.pools.clone(),
        })
    }

    /// Where the archive is: `data_dir`, or the stores that `[archive]` names.
    ///
    /// # Errors
    /// [`ConfigError`] where a credential or a CA can't be read.
    pub fn location(&self) -> Result<Location, ConfigError> {
        let Some(stores) = &self.stores else { return Ok(Location::Directory(self.data_dir.clone())) };
        Ok(Location::Grown(Box::new(self.told(stores.grown(&self.data_dir))?)))
    }

    /// Where the archive is, asked as the role that may destroy where `[archive] destroy_database` names one: for the commands that destroy,
    /// or destroy again. The service never asks it.
    ///
    /// # Errors
    /// As [`location`](Self::location).
    pub fn location_to_destroy(&self) -> Result<Location, ConfigError> {
        let url = self.stores.as_ref().and_then(|stores| stores.destroy_database.clone());
        Ok(match (self.location()?, url) {
            (Location::Grown(grown), Some(database)) => Location::Grown(Box::new(Grown { database, ..*grown })),
            (location, _) => location,
        })
    }

    /// Where what is kept is kept a second time, where it is.
    ///
    /// # Errors
    /// As [`location`](Self::location).
    pub fn second_store(&self) -> Result<Option<Second>, ConfigError> {
        self.told(self.second.as_ref().map(SecondConfig::second).transpose())
    }

    /// What deletes in the stores what a decision destroys. Only the command that does so asks for it: the service never has these
    /// credentials, and needn't be able to read them.
    ///
    /// # Errors
    /// As [`location`](Self::location).
    pub fn erasing(&self) -> Result<Erasing, ConfigError> {
        let first = self.stores.as_ref().map(|stores| stores.s3.destroying("store", &stores.store)).transpose();
        let second = self.second.as_ref().map(SecondConfig::destroying).transpose();
        Ok(Erasing { first: self.told(first)?.flatten(), second: self.told(second)?.flatten() })
    }

    /// What is wrong with an entry, with the file that has it.
    fn told<T>(&self, result: Faulty<T>) -> Result<T, ConfigError> {
        result.map_err(|(entry, fault)| ConfigError { file: self.file.clone(), entry, fault })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    const STORES: &str = "[archive]\ndatabase = 'postgres://kyso_app@db/kyso'\nstore = 's3://b/p'\ndrafts = 's3://d'\n";

    fn parse(text: &str) -> Result<Config, String> {
        let config = Config::parse(Path::new("/etc/kyso/kyso.toml"), &format!("data_dir = 'data'\n{text}"));
        config.map_err(|error| error.to_string())
    }

    #[test]
    fn stores_are_read() {
        let config =
            parse(&format!("{STORES}agency = 'binh-minh'\n[archive.s3]\ncredentials = 'c'\nrepair_credentials = 'r'\nstyle = 'virtual-host'"))
                .unwrap();
        let stores = config.agency(None).unwrap().stores.clone().unwrap();
        assert_eq!(stores.store, Bucket { name: "b".into(), prefix: "p/".into() });
        assert_eq!(stores.drafts, Bucket { name: "d".into(), prefix: String::new() });
        assert_eq!(stores.s3.endpoint, "https://s3.us-east-1.amazonaws.com");
        assert_eq!(stores.s3.credentials.as_deref(), Some(Path::new("/etc/kyso/c")));
        assert_eq!(stores.s3.repair_credentials.as_deref(), Some(Path::new("/etc/kyso/r")));
        assert!(stores.s3.is_virtual_host && stores.agency == "binh-minh");
        assert_eq!(parse(STORES).unwrap().agency(None).unwrap().stores.as_ref().unwrap().agency, "ward");
        let located = parse("").unwrap().agency(None).unwrap().location().unwrap();
        assert!(matches!(located, Location::Directory(directory) if directory == Path::new("/etc/kyso/data")));
    }

    #[test]
    fn each_fault_names_the_entry() {
        for (text, expected) in [
            ("[archive]\nstore = 's3://b'", "archive: database: database is missing"),
            ("[archive]\ndatabase = 'postgres://x'", "archive: store: store is missing"),
            ("[archive]\nagency = 'a'", "archive: agency: database, store is missing"),
            ("[archive]\ndestroy_database = 'postgres://x'", "archive: destroy_database: database, store is missing"),
            ("[archive]\ndrafts = 's3://d'", "archive: drafts: database, store is missing"),
            ("[archive.s3]\nregion = 'x'", "archive: s3: database, store is missing"),
            ("[archive]\ndatabase = 'mysql://x'\nstore = 's3://b'", "archive: database: not a valid value"),
            ("[archive]\ndatabase = 'postgres://x'\nstore = 'b'", "archive: store: not a valid value"),
            ("[archive]\ndatabase = 'postgres://x'\nstore = 's3://b'", "archive: drafts"),
            (
                "[archive]\ndatabase = 'postgres://x'\nstore = 's3://b'\ndrafts = 's3://b/'",
                "a bucket or a prefix of its own",
            ),
            ("[archive]\nsecond = 's3://b'", "archive.second_s3: [archive.second_s3] is missing"),
            ("[archive]\nsecond = 's3://'\n[archive.second_s3]\nregion = 'x'", "archive: second: not a valid value"),
            ("[archive]\nsecond = '/mnt'\n[archive.second_s3]\nregion = 'x'", "archive.second_s3: second = "),
            ("[archive.second_s3]\nregion = 'x'", "archive.second_s3: second = "),
            (
                "[archive]\nsecond = 's3://b'\n[archive.second_s3]\ndrafts_credentials = 'd'",
                "archive.second_s3: drafts_credentials",
            ),
            ("[archive]\nbucket = 'b'", "unknown field `bucket`"),
            ("[archive.s3]\nstyle = 'host'", "unknown variant `host`"),
        ] {
            let message = parse(text).unwrap_err();
            assert!(message.contains(expected), "{message}\nlacks {expected}");
        }
    }

    #[test]
    fn what_a_credential_lacks_is_told_without_it() {
        let text = format!("{STORES}[archive.s3]\ncredentials = 'none'");
        let refused = parse(&text).unwrap().agency(None).unwrap().location().unwrap_err().to_string();
        assert!(refused.contains("archive.s3: credentials") && refused.contains("/etc/kyso/none"), "{refused}");
    }

    #[test]
    fn a_second_store_is_a_directory_or_a_bucket() {
        let second = |text: &str| parse(text).unwrap().agency(None).unwrap().second.clone();
        assert_eq!(second(""), None);
        assert_eq!(second("[archive]\nsecond = 'copy'"), Some(SecondConfig::Directory("/etc/kyso/copy".into())));
        let text =
            "[archive]\nsecond = 's3://b/p'\n[archive.second_s3]\nendpoint = 'http://e'\ndestroy_credentials = 'd'";
        let Some(SecondConfig::Bucket(of)) = second(text) else { panic!("a bucket") };
        assert_eq!((of.0.name.as_str(), of.0.prefix.as_str(), of.1.endpoint.as_str()), ("b", "p/", "http://e"));
        assert_eq!(of.1.destroy_credentials.as_deref(), Some(Path::new("/etc/kyso/d")));
    }

    /// Whoever serves needn't be able to read what destroys.
    #[test]
    fn what_destroys_is_read_by_who_asks_for_it_alone() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("kyso.toml");
        let keys = directory.path().join("c");
        std::fs::write(&keys, "aws_access_key_id = A\naws_secret_access_key = S\n").unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&keys, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let of = |more: &str| {
            let stores = STORES.replace("s3://b/", "s3://bucket/").replace("s3://d'", "s3://drafts'");
            let text = format!("data_dir = 'data'\n{stores}[archive.s3]\ncredentials = 'c'\n{more}");
            Config::parse(&file, &text).unwrap().agency(None).unwrap().clone()
        };
        let named = of("destroy_credentials = 'none'");
        assert!(matches!(named.location().unwrap(), Location::Grown(_)));
        let refused = named.erasing().unwrap_err().to_string();
        assert!(refused.contains("archive.s3: destroy_credentials") && refused.contains("none"), "{refused}");
        assert!(of("").erasing().unwrap().first.is_none());
        assert!(of("destroy_credentials = 'c'").erasing().unwrap().first.is_some());
    }
}
