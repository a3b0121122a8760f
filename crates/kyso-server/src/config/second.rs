//! `[archive] second`: where what is kept is kept a second time, in a directory or in an S3 store.

use std::path::{Path, PathBuf};

use kyso_archive::{Second, SecondBucket};
use kyso_connect::s3::Destroyer;

use super::fault::Fault;
use super::s3::{Bucket, Faulty, S3Config, WrittenS3};

/// Where what is kept is kept a second time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondConfig {
    /// A directory on another medium.
    Directory(PathBuf),
    /// A bucket of an S3 store, as `[archive.second_s3]` says how it's asked.
    Bucket(Box<(Bucket, S3Config)>),
}

impl SecondConfig {
    /// What `second` and `[archive.second_s3]` name, where they name something.
    pub(super) fn read(second: Option<&str>, s3: &WrittenS3, directory: &Path) -> Faulty<Option<Self>> {
        let of_table = |entry: &str, fault| Err((format!("archive.second_s3{entry}"), fault));
        let is_bucket = second.is_some_and(|second| second.starts_with("s3://"));
        if !is_bucket && *s3 != WrittenS3::default() {
            return of_table("", Fault::Missing("second = \"s3://bucket/prefix\""));
        }
        let Some(second) = second else { return Ok(None) };
        if !is_bucket {
            return Ok(Some(Self::Directory(directory.join(second))));
        }
        if *s3 == WrittenS3::default() {
            return of_table("", Fault::Missing("[archive.second_s3]"));
        }
        if s3.drafts_credentials.is_some() {
            return of_table(": drafts_credentials", Fault::Invalid("[archive.s3]"));
        }
        let bucket = Bucket::of_entry("second", second)?;
        Ok(Some(Self::Bucket(Box::new((bucket, s3.resolved("archive.second_s3", directory))))))
    }

    /// The same, for one agency of several; none where it's a directory, which is one agency's own.
    pub(super) fn of(&self, agency: &str) -> Option<Self> {
        match self {
            Self::Directory(_) => None,
            Self::Bucket(of) => {
                let (bucket, s3) = of.as_ref();
                Some(Self::Bucket(Box::new((bucket.of(agency), s3.clone()))))
            }
        }
    }

    /// Opens what it names: credentials and CAs. Nobody is asked anything.
    pub(super) fn second(&self) -> Faulty<Second> {
        match self {
            Self::Directory(directory) => Ok(Second::Directory(directory.clone())),
            Self::Bucket(of) => {
                let (bucket, s3) = of.as_ref();
                let store = s3.store("second", bucket, s3.own_keys()?)?;
                let (repair, hold) = (s3.repairing("second", bucket)?, s3.holding("second", bucket)?);
                Ok(Second::Bucket(Box::new(SecondBucket { store, repair, hold })))
            }
        }
    }

    /// Who deletes there what a decision destroys; none where it's a directory, or where nobody is named.
    pub(super) fn destroying(&self) -> Faulty<Option<Destroyer>> {
        match self {
            Self::Directory(_) => Ok(None),
            Self::Bucket(of) => of.1.destroying("second", &of.0),
        }
    }
}
