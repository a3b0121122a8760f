//! Objects held against their rows before they go anywhere: a name of an S3 store is given once, and what is put there stays.

use std::collections::HashSet;

use super::objects;
use crate::archive::{Archive, blocking};
use crate::database::values;
use crate::destruction::{self, statement};
use crate::drafts;
use crate::error::Error;
use crate::mending::is_manifest_of;
use crate::read::{version, versions};
use crate::record::sha256;
use crate::signed_files::{LogFile, SignedLog};
use crate::stamping::{STAMPS, StampFile};

/// What was brought, and what it's held against.
pub(super) struct Checking {
    /// Nobody writes any more: all of it is brought.
    is_all: bool,
    log: Option<SignedLog>,
    /// What a destruction erases doesn't come, though it may lie here still.
    erased: destruction::Erased,
    brought: HashSet<String>,
}

impl Checking {
    /// Over an archive's store. The files of time-stamps are looked at here, all of them.
    pub(super) async fn of(archive: &Archive, is_all: bool) -> Result<Self, Error> {
        let log = match archive.last_checkpoint().await? {
            None => None,
            Some((checkpoint, _)) => {
                let store = archive.store.clone();
                Some(blocking(move || SignedLog::read(&store, &checkpoint)).await?)
            }
        };
        for file in archive.stamp_files_of(&archive.store).await? {
            if let StampFile::Changed(path) = file {
                return Err(changed(&path));
            }
        }
        Ok(Self { is_all, log, erased: archive.erased().await?, brought: HashSet::new() })
    }

    pub(super) fn is_all(&self) -> bool {
        self.is_all
    }

    /// How many objects were brought.
    pub(super) fn brought(&self) -> u64 {
        u64::try_from(self.brought.len()).unwrap_or(u64::MAX)
    }

    /// Those that weren't brought and aren't erased.
    pub(super) fn left_of(&self, names: Vec<String>) -> Vec<String> {
        names.into_iter().filter(|name| !self.brought.contains(name) && !self.erased.has(name)).collect()
    }

    /// What destructions erase.
    pub(super) fn erased(&self) -> &destruction::Erased {
        &self.erased
    }

    pub(super) fn came(&mut self, names: impl Iterator<Item = String>) {
        self.brought.extend(names);
    }

    /// Reads objects. Those of which no row speaks yet are left for later where somebody writes.
    ///
    /// # Errors
    /// [`Error::Damaged`] where one isn't what its row says, [`Error::Missing`] where one has gone; they name it.
    pub(super) async fn read(&self, archive: &Archive, names: &[String]) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let (store, own) = (archive.store.clone(), names.to_vec());
        let read = blocking(move || objects::read_all(&store, &own)).await?;
        let mut whole = Vec::with_capacity(read.len());
        for (name, bytes) in names.iter().zip(read) {
            let Some(bytes) = bytes else { return Err(Error::Missing(name.clone())) };
            if self.may_go(archive, name, &bytes).await? {
                whole.push((name.clone(), bytes));
            }
        }
        Ok(whole)
    }

    async fn may_go(&self, archive: &Archive, path: &str, bytes: &[u8]) -> Result<bool, Error> {
        let (first, name) = (path.split('/').next().unwrap_or_default(), path.rsplit('/').next().unwrap_or_default());
        match first {
            "o" | "log" if name.ends_with(".json") => match is_manifest_of(archive, path, bytes).await? {
                true => Ok(true),
                false => Err(changed(path)),
            },
            "o" => {
                let sql = versions!("v.object = $2");
                let Some(row) = archive.database.row(sql, values![&archive.agency, name]).await? else {
                    // Its request isn't done: recovery takes it up wherever the archive is then.
                    return Ok(self.is_all);
                };
                if sha256(bytes) == version(&row)?.of.part_sha256 { Ok(true) } else { Err(changed(path)) }
            }
            "d" => {
                let sql = "SELECT * FROM draft WHERE agency = $1 AND id = $2";
                match archive.database.row(sql, values![&archive.agency, name]).await? {
                    Some(row) if drafts::read(&row)?.0.sha256 != sha256(bytes) => Err(changed(path)),
                    _ => Ok(true),
                }
            }
            "log" => self.is_signed(path, bytes).await,
            statement::DIRECTORY => self.is_of_destruction(archive, path, bytes).await,
            // The stamps were looked at, and of what is in quarantine nothing says what it was.
            STAMPS | "quarantine" => Ok(true),
            _ => Err(Error::Internal(format!("{path} is no object"))),
        }
    }

    /// Whether it's what the records say of a destruction: its statement, or its certificate. Whoever puts the certificate tells of it
    /// afterwards.
    async fn is_of_destruction(&self, archive: &Archive, path: &str, bytes: &[u8]) -> Result<bool, Error> {
        let (number, is_certificate) = statement::of_object(path).ok_or_else(|| changed(path))?;
        let founded = match archive.founded(number).await {
            Err(Error::NotDestroyed(_)) => return Err(changed(path)),
            founded => founded?,
        };
        if founded.begun.is_none() {
            return Err(changed(path));
        }
        let is_its_own = match (is_certificate, founded.destruction.certificate) {
            (false, _) => archive.statement(number).await? == bytes,
            (true, Some(certificate)) => certificate.sha256 == sha256(bytes),
            (true, None) => return Ok(self.is_all),
        };
        if is_its_own { Ok(true) } else { Err(changed(path)) }
    }

    /// Whether a file of the log is of what was signed. One of a later size comes with its checkpoint.
    async fn is_signed(&self, path: &str, bytes: &[u8]) -> Result<bool, Error> {
        let file = path.strip_prefix("log/").and_then(LogFile::from_path);
        let (Some(log), Some(file)) = (self.log.clone(), file) else { return Ok(false) };
        let signed = blocking(move || log.file(file)).await?;
        match signed {
            Some(signed) if signed == bytes => Ok(true),
            Some(_) => Err(changed(path)),
            None => Ok(false),
        }
    }
}

fn changed(path: &str) -> Error {
    Error::Damaged(format!("{path} isn't what was kept, and isn't moved"))
}
