//! Further versions of an artifact: what long-term evidence and renewals append. Each earlier version is a prefix of the later one,
//! for a version is the parts up to its own put end to end.

use kyso::VerifiedArtifact;
use uuid::Uuid;

use crate::archive::{Archive, blocking};
use crate::artifact::{Artifact, Meta};
use crate::database::{Transaction, values};
use crate::error::Error;
use crate::finding;
use crate::keep::{level, report_json, write_version};
use crate::read;
use crate::record::{Came, Event, Record, VersionAdded, sha256, sha512};
use crate::request::Name;
use crate::store::Put;

impl Archive {
    /// Keeps a further version of an artifact: a file that begins with the newest one. When this returns, a power cut takes nothing
    /// away.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the file doesn't begin with the newest version; [`Error::Raced`] where another one was made meanwhile
    /// ([`next_version`](Self::next_version)); [`Error::File`], [`Error::Database`].
    pub async fn add_version(&self, id: Uuid, file: &VerifiedArtifact, meta: &Meta) -> Result<Artifact, Error> {
        let _turn = self.turns.turn(format!("artifact {id}")).await;
        self.demand_ready().await?;
        let next = self.next(id).await?;
        let (store, object, whole, start) = (self.store.clone(), next.object.clone(), file.clone(), next.start);
        let expected = next.sha256.clone();
        let (part, sha512, store_version) = blocking(move || {
            let bytes = whole.bytes();
            let start = usize::try_from(start).map_err(Error::internal)?;
            let (before, part) = bytes.split_at_checked(start).ok_or_else(|| Error::Conflict(object.clone()))?;
            if part.is_empty() || sha256(before) != expected {
                return Err(Error::Conflict(object));
            }
            let version = match store.publish(store.prepare(part)?, &object)? {
                Put::Created(version) => version,
                Put::Exists if store.get(&object)?.as_deref() == Some(part) => store.sync(&object)?,
                Put::Exists => return Err(Error::Raced),
            };
            Ok((sha256(part), sha512(bytes), version))
        })
        .await?;
        let report = report_json(meta.file_name.as_deref(), file.report())?;
        let bytes = u64::try_from(file.bytes().len()).map_err(Error::internal)?;
        let of = VersionAdded {
            artifact: id,
            version: next.version,
            request: next.request.as_str().to_owned(),
            request_digest: next.request_digest,
            object: next.object,
            start: next.start,
            length: bytes - next.start,
            part_sha256: part,
            bytes,
            sha256: file.sha256().to_owned(),
            sha512,
            role: meta.role,
            level: level(file.report()),
            actor: meta.actor.clone(),
            file_name: meta.file_name.clone(),
            report_sha256: sha256(report.as_bytes()),
            answer_sha256: None,
            came: Some(Came::Renewed),
            kept_at: None,
            retention: None,
        };
        let (event, record) = Event::now(&self.clock, Some(id), of)?;
        let artifact = read::artifact(&record)?;
        let rows = Rows { agency: self.agency.clone(), event, record, report, store_version };
        self.database.write(move |transaction| Box::pin(async move { rows.write(transaction).await })).await?;
        self.woken.notify_one();
        Ok(artifact)
    }

    /// The file of the next version, where somebody put its part and died before its row.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there's no such artifact; [`Error::Damaged`], [`Error::File`].
    pub async fn next_version(&self, id: Uuid) -> Result<Option<Vec<u8>>, Error> {
        let next = self.next(id).await?;
        let store = self.store.clone();
        let Some(part) = blocking(move || store.get(&next.object)).await? else { return Ok(None) };
        let newest = self.artifact(id).await?.ok_or(Error::Unknown(id))?;
        let mut bytes = self.bytes(&newest).await?;
        bytes.extend_from_slice(&part);
        Ok(Some(bytes))
    }

    async fn next(&self, id: Uuid) -> Result<Next, Error> {
        let versions = self.versions_of(id).await?;
        let newest = versions.last().ok_or(Error::Unknown(id))?;
        let request = Name::of_row(newest.of.request.clone())?;
        let version = newest.of.version.checked_add(1).ok_or_else(|| Error::internal("too many versions"))?;
        Ok(Next {
            version,
            object: request.part(version),
            request,
            request_digest: newest.of.request_digest.clone(),
            start: newest.of.bytes,
            sha256: newest.of.sha256.clone(),
        })
    }
}

/// What the next version of an artifact is.
struct Next {
    version: u32,
    object: String,
    request: Name,
    request_digest: String,
    /// Where its part begins, in bytes.
    start: u64,
    /// Of the version before.
    sha256: String,
}

struct Rows {
    agency: String,
    event: Event,
    record: Record<VersionAdded>,
    report: String,
    store_version: Option<String>,
}

impl Rows {
    async fn write(&self, transaction: &mut Transaction) -> Result<(), Error> {
        let (agency, of) = (&self.agency, &self.record.of);
        let stored = self.store_version.clone();
        write_version(transaction, agency, &self.record, self.event.time(), stored).await?;
        finding::count(transaction, agency, of).await?;
        let sql = "INSERT INTO report (agency, artifact, ordinal, body) VALUES ($1, $2, $3, $4)";
        transaction.run(sql, values![agency, of.artifact.to_string(), of.version, &self.report]).await?;
        self.event.write(transaction, agency).await?;
        Ok(())
    }
}
