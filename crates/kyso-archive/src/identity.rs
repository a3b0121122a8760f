//! Which archive it is: its id and the origin of its log, in the database and in the store; and its keys, which are backed up apart
//! from both.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use kyso::crypto::{Ed25519Key, hex};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::log::{Checkpoint, Hash, KeyUse, SignerKey, VerifierKey};
use crate::private;
use crate::request::{Naming, random};
use crate::store::sync_directory;

/// The format of what is kept, which this program writes.
pub(crate) const FORMAT: u32 = 1;
/// The object that says whose store it is.
pub(crate) const OBJECT: &str = "archive.json";

/// Which archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Identity {
    /// UUIDv7.
    pub(crate) id: Uuid,
    /// The log's name, as its checkpoints have it.
    pub(crate) origin: String,
    /// The key that checks the log's checkpoints: whoever reads the archive needs no private key.
    pub(crate) log_key: String,
    /// What shows whether a naming key is this archive's: by another one, every request would be new.
    pub(crate) naming: String,
    /// The format of what is kept.
    pub(crate) format: u32,
    /// When it was made.
    pub(crate) created: Timestamp,
}

/// Refuses a name that no log and no key can have.
pub(crate) fn demand_origin(origin: &str) -> Result<(), Error> {
    let wrong = || Error::Origin(origin.to_owned());
    Checkpoint::new(origin, 0, Hash::empty()).map_err(|_| wrong())?;
    VerifierKey::new(origin, KeyUse::Note, [0; 32]).map(|_| ()).map_err(|_| wrong())
}

impl Identity {
    pub(crate) fn new(origin: Option<String>, keys: &Keys) -> Result<Self, Error> {
        let id = Uuid::now_v7();
        let origin = origin.unwrap_or_else(|| format!("kyso/{id}"));
        let log_key = keys.signer(&origin)?.verifier().to_string();
        let naming = keys.naming.check();
        Ok(Self { id, origin, log_key, naming, format: FORMAT, created: Timestamp::now() })
    }

    /// Refuses keys of another archive.
    pub(crate) fn demand_own(&self, keys: &Keys) -> Result<(), Error> {
        if keys.signer(&self.origin)?.verifier() != &self.log_key()? {
            return Err(Error::Damaged("the private key of the log isn't this archive's".into()));
        }
        match keys.naming.check() == self.naming {
            true => Ok(()),
            false => Err(Error::Damaged("the naming key isn't this archive's".into())),
        }
    }

    /// The key that checks the log's checkpoints.
    pub(crate) fn log_key(&self) -> Result<VerifierKey, Error> {
        let key: Result<VerifierKey, _> = self.log_key.parse();
        key.map_err(|_| Error::Damaged("the archive's log key isn't one".into()))
    }

    /// As the store has it.
    pub(crate) fn written(&self) -> Result<Vec<u8>, Error> {
        serde_json::to_vec_pretty(self).map_err(Error::internal)
    }
}

/// The keys of an archive.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    /// Names requests.
    pub(crate) naming: Naming,
    /// Signs the log's checkpoints.
    pub(crate) log: std::sync::Arc<Ed25519Key>,
}

impl Keys {
    /// Makes the keys that aren't there yet.
    pub(crate) fn make(directory: &Path) -> Result<Self, Error> {
        let above = directory.join("keys");
        private::make_directory(&above).map_err(Error::file(&above))?;
        let naming = naming(directory);
        if !naming.exists() {
            write(&naming, Zeroizing::new(hex(&random::<{ Naming::LENGTH }>()?)).as_bytes())?;
        }
        let log = log(directory);
        if !log.exists() {
            let key = Ed25519Key::generate().map_err(Error::internal)?;
            write(&log, &key.to_pem().map_err(Error::internal)?)?;
        }
        sync_directory(&above)?;
        sync_directory(directory)?;
        Self::open(directory)
    }

    /// What signs checkpoints of the log of this name.
    pub(crate) fn signer(&self, origin: &str) -> Result<SignerKey, Error> {
        SignerKey::new(origin, KeyUse::Note, self.log.as_ref().clone()).map_err(Error::internal)
    }

    pub(crate) fn open(directory: &Path) -> Result<Self, Error> {
        Self::open_in(&directory.join("keys"))
    }

    /// Those in a directory of keys.
    pub(crate) fn open_in(keys: &Path) -> Result<Self, Error> {
        let path = keys.join("naming.key");
        let text = read(&path)?;
        let wrong = |path: &Path| Error::Damaged(format!("{} is no key", path.display()));
        let bytes = unhexed(text.trim()).filter(|key| key.len() == Naming::LENGTH).ok_or_else(|| wrong(&path))?;
        let path = keys.join("log.pem");
        let key = Ed25519Key::read(read(&path)?.as_bytes(), None).map_err(|_| wrong(&path))?;
        Ok(Self { naming: Naming::new(bytes), log: std::sync::Arc::new(key) })
    }
}

fn naming(directory: &Path) -> PathBuf {
    directory.join("keys/naming.key")
}

fn log(directory: &Path) -> PathBuf {
    directory.join("keys/log.pem")
}

/// Writes a key that appears only when it's whole.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let above = path.parent().unwrap_or(path);
    let mut file = tempfile::NamedTempFile::new_in(above).map_err(Error::file(above))?;
    file.write_all(bytes).map_err(Error::file(path))?;
    file.as_file().sync_all().map_err(Error::file(path))?;
    file.persist_noclobber(path).map_err(|error| Error::file(path)(error.error))?;
    Ok(())
}

fn read(path: &Path) -> Result<Zeroizing<String>, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Error::KeyMissing(path.to_owned())),
        Err(error) => Err(Error::file(path)(error)),
    }
}

fn unhexed(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() / 2));
    for index in (0..text.len()).step_by(2) {
        bytes.push(u8::from_str_radix(text.get(index..index + 2)?, 16).ok()?);
    }
    Some(bytes)
}
