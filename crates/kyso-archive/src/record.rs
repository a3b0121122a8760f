//! Records: what an event says, as the exact bytes that its commitment is about.
//!
//! A record is JSON and is never written a second time. The log has its commitment alone, `SHA-256("kyso.record/v1\n" ‖ salt ‖
//! record)`: without the salt nothing of it can be guessed, and with salt and record erased nothing links the leaf to anybody.

use kyso::Role;
use kyso::crypto::{DigestAlgorithm, same};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::clock::{Clock, written};
use crate::database::{Row, Transaction, values};
use crate::error::Error;
use crate::log;
use crate::request::random;
use crate::retention::Retained;

/// What each record begins with.
pub(crate) const VERSION: &str = "kyso.record/v1";

/// A record with what every event has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record<T> {
    /// `kyso.record/v1`.
    pub(crate) v: String,
    /// The kind of event.
    pub(crate) kind: String,
    /// RFC 3339, UTC, six decimals.
    pub(crate) at: String,
    /// The event's id.
    pub(crate) id: Uuid,
    /// What the kind says.
    #[serde(flatten)]
    pub(crate) of: T,
}

/// What an event is about, by its kind.
pub(crate) trait Told: Serialize + DeserializeOwned {
    /// The kind, as the log has it.
    const KIND: &'static str;
}

/// A version of a document came to be kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct VersionAdded {
    /// The artifact's id.
    pub(crate) artifact: Uuid,
    /// Which version of it, from 0.
    pub(crate) version: u32,
    /// The request's name.
    pub(crate) request: String,
    /// SHA-256 over everything that the request's answer depends on.
    pub(crate) request_digest: String,
    /// The name of the version's part in the store.
    pub(crate) object: String,
    /// Where the part begins in the file, in bytes.
    pub(crate) start: u64,
    /// The part's length in bytes.
    pub(crate) length: u64,
    /// SHA-256 of the part.
    pub(crate) part_sha256: String,
    /// The whole file's length in bytes.
    pub(crate) bytes: u64,
    /// SHA-256 of the whole file.
    pub(crate) sha256: String,
    /// SHA-512 of the whole file.
    pub(crate) sha512: String,
    /// The capacity of the newest signature.
    pub(crate) role: Role,
    /// The level of the newest signature.
    pub(crate) level: Option<String>,
    /// On whose word.
    pub(crate) actor: String,
    /// The name that the file came with.
    pub(crate) file_name: Option<String>,
    /// SHA-256 of the verification report, as it's kept.
    pub(crate) report_sha256: String,
    /// SHA-256 of what else was answered.
    pub(crate) answer_sha256: Option<String>,
    /// How it came to be kept, where not by a request that was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) came: Option<Came>,
    /// When it was kept, where that was before this event: RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kept_at: Option<String>,
    /// How long it's kept, where a rule spoke of its kind when its first version was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) retention: Option<Retained>,
}

impl Told for VersionAdded {
    const KIND: &'static str = "version.added";
}

/// How a version came to be kept, otherwise than by a request that went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Came {
    /// The file was in the store, and whoever put it there died before its row: found by a repeated request, or by recovery.
    Recovered,
    /// From an archive of an earlier format.
    Earlier,
    /// A further version of what is kept: long-term evidence, a renewal.
    Renewed,
}

/// An event that is to be written.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) id: Uuid,
    kind: &'static str,
    at: i64,
    node: String,
    artifact: Option<Uuid>,
    salt: Zeroizing<Vec<u8>>,
    body: Vec<u8>,
}

impl Event {
    /// An event that happens now, and its record.
    pub(crate) fn now<T: Told>(clock: &Clock, artifact: Option<Uuid>, of: T) -> Result<(Self, Record<T>), Error> {
        Self::at(clock.next(), clock, artifact, of)
    }

    /// An event of this time, in microseconds, and its record.
    pub(crate) fn at<T: Told>(
        at: i64,
        clock: &Clock,
        artifact: Option<Uuid>,
        of: T,
    ) -> Result<(Self, Record<T>), Error> {
        let id = Uuid::now_v7();
        let record = Record { v: VERSION.to_owned(), kind: T::KIND.to_owned(), at: written(at)?, id, of };
        let body = serde_json::to_vec(&record).map_err(Error::internal)?;
        let node = clock.node().to_owned();
        Ok((Self { id, kind: T::KIND, at, node, artifact, salt: random::<32>()?, body }, record))
    }

    /// The time, in microseconds.
    pub(crate) fn time(&self) -> i64 {
        self.at
    }

    /// Writes the event, its record, and that it waits for its place in the log and for its manifest in the store.
    pub(crate) async fn write(&self, transaction: &mut Transaction, agency: &str) -> Result<(), Error> {
        let id = self.id.to_string();
        let commitment = commitment(&self.salt, &self.body)?;
        let artifact = self.artifact.map(|artifact| artifact.to_string());
        let event =
            "INSERT INTO event (agency, id, kind, at, node, artifact, commitment) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let of_event = values![agency, &id, self.kind, self.at, &self.node, artifact, &commitment[..]];
        transaction.run(event, of_event).await?;
        let record = "INSERT INTO record (agency, event, salt, body) VALUES ($1, $2, $3, $4)";
        transaction.run(record, values![agency, &id, self.salt.as_slice(), self.body.as_slice()]).await?;
        let pending = "INSERT INTO leaf_pending (agency, at, event) VALUES ($1, $2, $3)";
        transaction.run(pending, values![agency, self.at, &id]).await?;
        let outbox = "INSERT INTO outbox (agency, event) VALUES ($1, $2) ON CONFLICT (agency, event) DO NOTHING";
        transaction.run(outbox, values![agency, &id]).await?;
        Ok(())
    }
}

/// The record of an event, held against its commitment. The row has the columns `id`, `kind`, `at`, `commitment`, `salt` and
/// `body` of [`EVENT`].
pub(crate) fn read<T: Told>(row: &Row) -> Result<Record<T>, Error> {
    let (id, body) = (row.text("id")?, row.bytes("body")?);
    let damaged = |what: &str| Error::Damaged(format!("event {id}: {what}"));
    demand_committed(row)?;
    let record: Record<T> = serde_json::from_slice(&body).map_err(|_| damaged("its record can't be read"))?;
    let is_its_own = record.v == VERSION
        && record.kind == T::KIND
        && record.kind == row.text("kind")?
        && record.id.to_string() == id
        && record.at == written(row.number("at")?)?;
    if is_its_own { Ok(record) } else { Err(damaged("its record is another event's")) }
}

/// The id of the event of a row.
pub(crate) fn id(row: &Row) -> Result<Uuid, Error> {
    let id = row.text("id")?;
    id.parse().map_err(|_| Error::Damaged(format!("event {id}: its id is none")))
}

/// Holds a record against the commitment that the event and the log have.
pub(crate) fn demand_committed(row: &Row) -> Result<(), Error> {
    let (salt, body, expected) = (row.bytes("salt")?, row.bytes("body")?, row.bytes("commitment")?);
    if same(&commitment(&salt, &body)?, &expected) {
        return Ok(());
    }
    Err(Error::Damaged(format!("event {}: its record was changed", row.text("id")?)))
}

/// The commitment to a record, as the log has it.
pub(crate) fn commitment(salt: &[u8], body: &[u8]) -> Result<[u8; 32], Error> {
    let salt = salt.try_into().map_err(|_| Error::Damaged("a record's salt isn't one".into()))?;
    Ok(*log::commitment(salt, body).as_bytes())
}

/// SHA-256 in lower-case hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    DigestAlgorithm::Sha256.hex(bytes)
}

/// SHA-512 in lower-case hex.
pub(crate) fn sha512(bytes: &[u8]) -> String {
    DigestAlgorithm::Sha512.hex(bytes)
}
