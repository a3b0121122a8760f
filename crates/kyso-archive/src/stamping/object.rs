//! The bytes and the hashes of what is covered, each held against what the archive knows of it.

use kyso::crypto::DigestAlgorithm;
use uuid::Uuid;

use super::Evidenced;
use super::rows::Leaf;
use crate::archive::Archive;
use crate::database::{Row, values};
use crate::error::Error;
use crate::log;
use crate::read::{artifact, version, versions};
use crate::record::{self, Record, VersionAdded};

pub(super) const VERSION: &str = "version";
pub(super) const RECORD: &str = "record";
pub(super) const CHECKPOINT: &str = "checkpoint";
pub(super) const TOKEN: &str = "token";

impl Evidenced {
    /// Kind, object and ordinal, as leaves have them.
    pub(super) fn key(&self) -> (&'static str, String, u32) {
        match self {
            Self::Version { artifact, version } => (VERSION, artifact.to_string(), *version),
            Self::Record(event) => (RECORD, event.to_string(), 0),
            Self::Checkpoint(size) => (CHECKPOINT, size.to_string(), 0),
        }
    }

    /// What a leaf is of; `None` for a token, or for what can't be.
    pub(super) fn of(kind: &str, object: &str, ordinal: u32) -> Option<Self> {
        match (kind, ordinal) {
            (VERSION, version) => Some(Self::Version { artifact: object.parse().ok()?, version }),
            (RECORD, 0) => Some(Self::Record(object.parse().ok()?)),
            (CHECKPOINT, 0) => Some(Self::Checkpoint(object.parse().ok()?)),
            _ => None,
        }
    }

    /// The leaf of a first stamp.
    pub(super) fn leaf(&self, hash: Vec<u8>) -> Leaf {
        let (kind, object, ordinal) = self.key();
        Leaf { hash, kind: kind.to_owned(), object, ordinal }
    }
}

/// The bytes that the commitment to a record is the SHA-256 of. The row has what [`record::demand_committed`] asks for.
pub(super) fn salted(row: &Row) -> Result<Vec<u8>, Error> {
    record::demand_committed(row)?;
    let (salt, body) = (row.bytes("salt")?, row.bytes("body")?);
    Ok(log::committed(&salt, &body))
}

/// The digest of a version that its record states, where it states one by this algorithm.
fn stated(of: &VersionAdded, digest: DigestAlgorithm) -> Result<Option<Vec<u8>>, Error> {
    let text = match digest {
        DigestAlgorithm::Sha256 => &of.sha256,
        DigestAlgorithm::Sha512 => &of.sha512,
        _ => return Ok(None),
    };
    let damaged = || Error::Damaged(format!("version {} of artifact {}: a digest is none", of.version, of.artifact));
    let pairs = text.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    let hash = pairs.collect::<Option<Vec<u8>>>().ok_or_else(damaged)?;
    if hash.len() == digest.digest(&[]).len() { Ok(Some(hash)) } else { Err(damaged()) }
}

impl Archive {
    /// A version's hash: as its record states it, else of the bytes in the store.
    pub(super) async fn hash_of_version(
        &self,
        record: &Record<VersionAdded>,
        digest: DigestAlgorithm,
    ) -> Result<Vec<u8>, Error> {
        match stated(&record.of, digest)? {
            Some(hash) => Ok(hash),
            None => Ok(digest.digest(&self.bytes(&artifact(record)?).await?)),
        }
    }

    /// The hash of an object; `None` where it isn't there any more.
    pub(super) async fn hash_of(&self, of: &Evidenced, digest: DigestAlgorithm) -> Result<Option<Vec<u8>>, Error> {
        if let Evidenced::Version { artifact, version } = of {
            return match self.version_record(*artifact, *version).await? {
                Some(record) => self.hash_of_version(&record, digest).await.map(Some),
                None => Ok(None),
            };
        }
        Ok(self.evidenced(of).await?.map(|bytes| digest.digest(&bytes)))
    }

    async fn version_record(&self, id: Uuid, ordinal: u32) -> Result<Option<Record<VersionAdded>>, Error> {
        let one = versions!("v.artifact = $2 AND v.ordinal = $3");
        let row = self.database.row(one, values![&self.agency, id.to_string(), ordinal]).await?;
        row.as_ref().map(version).transpose()
    }

    /// The bytes that an evidence record is about; `None` where there are none.
    ///
    /// # Errors
    /// [`Error::Damaged`] and [`Error::Missing`] where they aren't what was kept; [`Error::Database`], [`Error::File`].
    pub async fn evidenced(&self, of: &Evidenced) -> Result<Option<Vec<u8>>, Error> {
        match of {
            Evidenced::Version { artifact: id, version } => match self.version_record(*id, *version).await? {
                Some(record) => self.bytes(&artifact(&record)?).await.map(Some),
                None => Ok(None),
            },
            Evidenced::Record(event) => {
                let sql = "SELECT e.id, e.kind, e.at, e.commitment, r.salt, r.body FROM event e \
                           JOIN record r ON r.agency = e.agency AND r.event = e.id WHERE e.agency = $1 AND e.id = $2";
                let row = self.database.row(sql, values![&self.agency, event.to_string()]).await?;
                row.as_ref().map(salted).transpose()
            }
            Evidenced::Checkpoint(size) => {
                let size = i64::try_from(*size).map_err(Error::internal)?;
                let sql = "SELECT note FROM checkpoint WHERE agency = $1 AND size = $2";
                let row = self.database.row(sql, values![&self.agency, size]).await?;
                row.map(|row| row.bytes("note")).transpose()
            }
        }
    }
}
