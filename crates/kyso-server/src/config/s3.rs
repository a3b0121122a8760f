//! `[archive.s3]` and `[archive.second_s3]` of `kyso.toml`: how an S3 store is asked, and by which credentials.

use std::path::{Path, PathBuf};

use kyso_connect::s3::{Destroyer, Keys, Place, Store, Style};
use kyso_connect::{Clock, Guard, Settings};
use serde::Deserialize;

use super::fault::Fault;
use crate::keys::{read, refused};

const REGION: &str = "us-east-1";

/// What is wrong, and with which entry.
pub(super) type Faulty<T> = Result<T, (String, Fault)>;

/// Such a table as it's written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenS3 {
    endpoint: Option<String>,
    region: Option<String>,
    #[serde(default)]
    style: WrittenStyle,
    credentials: Option<PathBuf>,
    pub(super) drafts_credentials: Option<PathBuf>,
    repair_credentials: Option<PathBuf>,
    hold_credentials: Option<PathBuf>,
    destroy_credentials: Option<PathBuf>,
    #[serde(default)]
    ca: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WrittenStyle {
    #[default]
    Path,
    VirtualHost,
}

impl WrittenS3 {
    /// The table of this name, whose files are relative to the directory.
    pub(super) fn resolved(&self, table: &'static str, directory: &Path) -> S3Config {
        let region = self.region.clone().unwrap_or_else(|| REGION.to_owned());
        let file = |path: &Option<PathBuf>| path.as_ref().map(|path| directory.join(path));
        S3Config {
            table,
            endpoint: self.endpoint.clone().unwrap_or_else(|| format!("https://s3.{region}.amazonaws.com")),
            region,
            is_virtual_host: matches!(self.style, WrittenStyle::VirtualHost),
            credentials: file(&self.credentials),
            repair_credentials: file(&self.repair_credentials),
            hold_credentials: file(&self.hold_credentials),
            destroy_credentials: file(&self.destroy_credentials),
            tls_ca: self.ca.iter().map(|path| directory.join(path)).collect(),
        }
    }
}

/// How an S3 store is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Config {
    /// The table that says so, for messages.
    table: &'static str,
    /// The URL of the store, without a path.
    pub endpoint: String,
    /// The region that requests are signed for.
    pub region: String,
    /// Whether the bucket stands in the host's name rather than in the path.
    pub is_virtual_host: bool,
    /// The credential that puts and reads; the environment's (`AWS_ACCESS_KEY_ID` …) where there is none.
    pub credentials: Option<PathBuf>,
    /// The credential that may put a whole object over a damaged one; what is damaged is told and stays where there is none.
    pub repair_credentials: Option<PathBuf>,
    /// The credential that puts and lifts legal holds, where the bucket has object lock; `credentials` where there is none.
    pub hold_credentials: Option<PathBuf>,
    /// The credential that deletes what a decision destroys. The service doesn't read it.
    pub destroy_credentials: Option<PathBuf>,
    /// CAs whose servers are trusted beside the system's.
    pub tls_ca: Vec<PathBuf>,
}

impl S3Config {
    /// The store that an entry of `[archive]` names, with these keys. Nobody is asked anything.
    pub(super) fn store(&self, entry: &str, bucket: &Bucket, keys: Keys) -> Faulty<Store> {
        let mut settings = Settings::new(Guard::default());
        for file in &self.tls_ca {
            let at = || format!("{}: ca", self.table);
            let bytes = read(file).map_err(|fault| (at(), fault))?;
            let roots = kyso::crypto::certificates(&bytes).map_err(|error| (at(), refused(file, error)))?;
            settings.tls_roots.extend(roots);
        }
        let at = |error: kyso_connect::s3::Error| (format!("archive: {entry}"), Fault::Malformed(error.to_string()));
        let style = if self.is_virtual_host { Style::VirtualHost } else { Style::Path };
        let place = Place::new(&self.endpoint, &self.region, &bucket.name, &bucket.prefix, style).map_err(at)?;
        Store::new(place, keys, Clock::default(), &settings, Store::TIMEOUT).map_err(at)
    }

    /// The keys in the file of an entry; the environment's where there is none.
    pub(super) fn keys(&self, entry: &str, file: Option<&Path>) -> Faulty<Keys> {
        let keys = match file {
            Some(file) => Keys::read(file),
            None => Keys::from_variables(|name| std::env::var(name).ok()),
        };
        keys.map_err(|fault| (format!("{}: {entry}", self.table), Fault::Malformed(fault.to_string())))
    }

    /// Who puts and reads.
    pub(super) fn own_keys(&self) -> Faulty<Keys> {
        self.keys("credentials", self.credentials.as_deref())
    }

    /// The same store for who may put a whole object over a damaged one, where somebody may.
    pub(super) fn repairing(&self, entry: &str, bucket: &Bucket) -> Faulty<Option<Store>> {
        let Some(file) = &self.repair_credentials else { return Ok(None) };
        self.store(entry, bucket, self.keys("repair_credentials", Some(file))?).map(Some)
    }

    /// The same store for who puts and lifts legal holds, where that is somebody else.
    pub(super) fn holding(&self, entry: &str, bucket: &Bucket) -> Faulty<Option<Store>> {
        let Some(file) = &self.hold_credentials else { return Ok(None) };
        self.store(entry, bucket, self.keys("hold_credentials", Some(file))?).map(Some)
    }

    /// The same store for who deletes what a decision destroys, where somebody does.
    pub(super) fn destroying(&self, entry: &str, bucket: &Bucket) -> Faulty<Option<Destroyer>> {
        let Some(file) = &self.destroy_credentials else { return Ok(None) };
        self.store(entry, bucket, self.keys("destroy_credentials", Some(file))?)
            .map(|store| Some(Destroyer::new(store)))
    }
}

/// A bucket, and what all names in it begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// The bucket's name.
    pub name: String,
    /// Empty, or ending with a slash.
    pub prefix: String,
}

impl Bucket {
    /// `s3://bucket` or `s3://bucket/prefix`.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let (name, prefix) = match url.strip_prefix("s3://")?.split_once('/') {
            None => (url.strip_prefix("s3://")?, ""),
            Some((name, prefix)) => (name, prefix.trim_end_matches('/')),
        };
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        (!name.is_empty()).then(|| Self { name: name.to_owned(), prefix })
    }

    /// What an entry of `[archive]` names.
    pub(super) fn of_entry(entry: &str, url: &str) -> Faulty<Self> {
        Self::parse(url).ok_or_else(|| (format!("archive: {entry}"), Fault::Invalid("s3://bucket/prefix")))
    }

    /// Below it, for one agency of several.
    pub(super) fn of(&self, agency: &str) -> Self {
        Self { name: self.name.clone(), prefix: format!("{}{agency}/", self.prefix) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_read_from_its_url() {
        for (url, prefix) in [("s3://b", ""), ("s3://b/", ""), ("s3://b/p", "p/"), ("s3://b/p/q/", "p/q/")] {
            assert_eq!(Bucket::parse(url), Some(Bucket { name: "b".into(), prefix: prefix.into() }), "{url}");
        }
        for url in ["b", "s3:/b", "s3://", "s3:///p", "https://b"] {
            assert_eq!(Bucket::parse(url), None, "{url}");
        }
    }
}
