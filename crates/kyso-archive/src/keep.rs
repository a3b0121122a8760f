//! Keeping what a request made: the object under the request's name, and then one transaction with everything else.

use std::sync::Arc;

use kyso::validate::SignatureType;
use kyso::{Indication, Report, SignatureReport, VerifiedArtifact};
use kyso_certification::metadata::Metadata;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::archive::{Archive, blocking};
use crate::artifact::{Artifact, FileReport};
use crate::begin::Claim;
use crate::database::{Transaction, values};
use crate::edges::reach;
use crate::error::Error;
use crate::finding::{self, Facts};
use crate::links::StatusChanged;
use crate::made_from::revisions;
use crate::metadata::{MetadataRevised, Revision};
use crate::read;
use crate::record::{Came, Event, Record, VersionAdded, sha256, sha512};
use crate::request::Name;
use crate::retention;
use crate::store::Put;

/// What else is kept with a document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Beside {
    /// What else is answered to whoever asked, and to whoever asks again: JSON.
    pub answer: Option<String>,
    /// What is said of the document (Nghị định 30/2020/NĐ-CP, Phụ lục VI).
    pub metadata: Option<Metadata>,
}

impl Archive {
    /// Keeps what the request made. When this returns, a power cut takes nothing away.
    ///
    /// # Errors
    /// [`Error::Raced`] where somebody else's result lies under the name: begun again, the request finds it. [`Error::File`],
    /// [`Error::Database`]: then nothing is acknowledged; the request, repeated, finds what was put.
    pub async fn keep(&self, mut claim: Claim, file: &VerifiedArtifact, beside: Beside) -> Result<Artifact, Error> {
        let object = claim.name.part(0);
        // The file is written while the claim is: only its name waits for the claim.
        let (store, bytes) = (self.store.clone(), file.clone());
        let preparing = blocking(move || Ok((store.prepare(bytes.bytes())?, Digests::of(bytes.bytes()))));
        let (prepared, settled) = tokio::join!(preparing, claim.settled());
        settled?;
        if beside != Beside::default() {
            self.tell_beside(&claim, &beside).await?;
        }
        let ((prepared, digests), store, name) = (prepared?, self.store.clone(), object.clone());
        reach("object.whole")?;
        let put = blocking(move || store.publish(prepared, &name)).await?;
        let version = if let Put::Created(version) = put {
            version
        } else {
            let (store, name, ours) = (self.store.clone(), object.clone(), file.clone());
            let same = blocking(move || {
                let is_ours = store.get(&name)?.as_deref() == Some(ours.bytes());
                if is_ours { store.sync(&name).map(Some) } else { Ok(None) }
            });
            same.await?.ok_or(Error::Raced)?
        };
        reach("object.durable")?;
        self.commit(claim, file, Stored { digests, version }, beside, None).await
    }

    /// Keeps what lies in the store under the claim's name already ([`made_before`](Self::made_before)), verified as if it had
    /// just been made. Its maker may have died before its own sync, so it's synced first.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Database`].
    pub async fn adopt(&self, mut claim: Claim, file: &VerifiedArtifact, beside: Beside) -> Result<Artifact, Error> {
        claim.settled().await?;
        let (store, object, bytes) = (self.store.clone(), claim.name.part(0), file.clone());
        let stored =
            blocking(move || Ok(Stored { version: store.sync(&object)?, digests: Digests::of(bytes.bytes()) })).await?;
        tracing::warn!(artifact = %claim.name.artifact(), "a signed file without a row was taken up");
        self.commit(claim, file, stored, beside, Some(Came::Recovered)).await
    }

    /// Writes everything about the file in one transaction.
    async fn commit(
        &self,
        claim: Claim,
        file: &VerifiedArtifact,
        stored: Stored,
        beside: Beside,
        came: Option<Came>,
    ) -> Result<Artifact, Error> {
        let earlier = self.earlier_of(&stored.digests.revisions).await?;
        let rows = Rows::new(self, &claim, file, stored, beside, came)?.made_from(self, &earlier)?;
        let artifact = read::artifact(&rows.record)?;
        let rows = Arc::new(rows);
        let name = claim.name.clone();
        let done = self.database.write(move |transaction| Box::pin(async move { rows.write(transaction).await })).await;
        match done? {
            true => {
                reach("rows.durable")?;
                self.woken.notify_one();
                Ok(artifact)
            }
            // Somebody else was quicker with the very same object: that answer is everybody's.
            false => match self.answered(&name).await {
                Ok((artifact, _)) => Ok(artifact),
                // The key has gone on to other content: nobody is answered with this.
                Err(_) => Err(Error::Raced),
            },
        }
    }
}

/// What the store and its bytes have to say of an object.
struct Stored {
    digests: Digests,
    /// What the store calls this version of it.
    version: Option<String>,
}

/// Digests of a file, made where its bytes are at hand and nothing else waits.
struct Digests {
    sha512: String,
    /// Of what it may have been before ([`revisions`]).
    revisions: Vec<String>,
}

impl Digests {
    fn of(bytes: &[u8]) -> Self {
        Self { sha512: sha512(bytes), revisions: revisions(bytes) }
    }
}

/// The rows of a first version.
struct Rows {
    agency: String,
    name: Name,
    next: Option<Name>,
    record: Record<VersionAdded>,
    event: Event,
    report: String,
    /// What is still told of the request, where more was told before.
    about: Option<String>,
    answer: Option<String>,
    metadata: Option<Revision>,
    /// What it was made from.
    made_from: Vec<(Event, StatusChanged)>,
    /// What it's found by where nothing is said of it.
    found_by: Facts,
    created: i64,
    store_version: Option<String>,
}

impl Rows {
    fn new(
        archive: &Archive,
        claim: &Claim,
        file: &VerifiedArtifact,
        stored: Stored,
        beside: Beside,
        came: Option<Came>,
    ) -> Result<Self, Error> {
        let Claim { name, next, digest, meta, .. } = claim;
        let Stored { digests: Digests { sha512, .. }, version: store_version } = stored;
        let about = if beside == Beside::default() { None } else { Some(Archive::about_done(claim)?) };
        let report = report_json(meta.file_name.as_deref(), file.report())?;
        let bytes = u64::try_from(file.bytes().len()).map_err(Error::internal)?;
        let of = VersionAdded {
            artifact: name.artifact(),
            version: 0,
            request: name.as_str().to_owned(),
            request_digest: digest.clone(),
            object: name.part(0),
            start: 0,
            length: bytes,
            part_sha256: file.sha256().to_owned(),
            bytes,
            sha256: file.sha256().to_owned(),
            sha512,
            role: meta.role,
            level: level(file.report()),
            actor: meta.actor.clone(),
            file_name: meta.file_name.clone(),
            report_sha256: sha256(report.as_bytes()),
            answer_sha256: beside.answer.as_deref().map(|answer| sha256(answer.as_bytes())),
            came,
            kept_at: None,
            retention: beside.metadata.as_ref().and_then(|metadata| {
                retention::fixed(archive.retention_rules(), &metadata.cert_kind, metadata.issued_date)
            }),
        };
        let (event, record) = Event::now(&archive.clock, Some(of.artifact), of)?;
        let metadata = match &beside.metadata {
            Some(metadata) => {
                let of = MetadataRevised::by(&meta.actor, record.of.artifact, 0);
                Some(Revision::new(archive, of, metadata, &report)?)
            }
            None => None,
        };
        let (agency, name, next) = (archive.agency.clone(), name.clone(), next.clone());
        let created = event.time();
        let found_by = Facts::of(&finding::signers(&report), None);
        let answer = beside.answer;
        Ok(Self {
            agency,
            name,
            next,
            record,
            event,
            report,
            about,
            answer,
            metadata,
            made_from: Vec::new(),
            found_by,
            created,
            store_version,
        })
    }

    /// The same rows, with what says that the file goes on from these.
    fn made_from(mut self, archive: &Archive, earlier: &[Uuid]) -> Result<Self, Error> {
        let id = self.record.of.artifact;
        for other in earlier.iter().filter(|other| **other != id) {
            let of = StatusChanged::made_from(id, *other, &self.record.of.actor);
            let (event, record) = Event::now(&archive.clock, Some(id), of)?;
            self.made_from.push((event, record.of));
        }
        Ok(self)
    }

    /// Whether this was the request's first result.
    async fn write(&self, transaction: &mut Transaction) -> Result<bool, Error> {
        let (agency, of, id) = (&self.agency, &self.record.of, self.record.of.artifact.to_string());
        // Nobody begins the next generation meanwhile.
        transaction.lock(agency, self.name.as_str()).await?;
        // A generation that has a next one is over.
        let sql = "UPDATE request SET state = 'done', artifact = $3, answer = $4, about = coalesce($7, about) \
                   WHERE agency = $1 AND name = $2 AND digest = $5 AND state <> 'done' \
                   AND NOT EXISTS (SELECT 1 FROM request later WHERE later.agency = $1 AND later.name = $6)";
        let answer = self.answer.clone();
        let next = self.next.as_ref().map(|next| next.as_str().to_owned());
        let values = values![agency, self.name.as_str(), &id, answer, &of.request_digest, next, self.about.clone()];
        let changed = transaction.run(sql, values).await?;
        if changed != 1 {
            return Ok(false);
        }
        let sql = "INSERT INTO artifact (agency, id, request, created) VALUES ($1, $2, $3, $4)";
        transaction.run(sql, values![agency, &id, self.name.as_str(), self.created]).await?;
        write_version(transaction, agency, &self.record, self.created, self.store_version.clone()).await?;
        let sql = "INSERT INTO report (agency, artifact, ordinal, body) VALUES ($1, $2, 0, $3)";
        transaction.run(sql, values![agency, &id, &self.report]).await?;
        self.event.write(transaction, agency).await?;
        match &self.metadata {
            Some(metadata) => metadata.write(transaction, agency).await?,
            None => self.found_by.write(transaction, agency, &id).await?,
        }
        for (event, of) in &self.made_from {
            event.write(transaction, agency).await?;
            of.write(transaction, agency, event.id).await?;
        }
        reach("rows.written")?;
        Ok(true)
    }
}

/// Writes the row of a version.
pub(crate) async fn write_version(
    transaction: &mut Transaction,
    agency: &str,
    Record { id, of, .. }: &Record<VersionAdded>,
    created: i64,
    store_version: Option<String>,
) -> Result<(), Error> {
    let number = |count: u64| i64::try_from(count).map_err(Error::internal);
    let sql = "INSERT INTO version (agency, artifact, ordinal, object, start, length, sha256, bytes, level, created, event, \
               store_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let values = values![
        agency,
        of.artifact.to_string(),
        of.version,
        &of.object,
        number(of.start)?,
        number(of.length)?,
        &of.sha256,
        number(of.bytes)?,
        of.level.clone(),
        created,
        id.to_string(),
        store_version,
    ];
    transaction.run(sql, values).await?;
    match &of.retention {
        Some(retention) if of.version == 0 => retention.write(transaction, agency, &of.artifact.to_string()).await,
        _ => Ok(()),
    }
}

/// The report as it's kept.
pub(crate) fn report_json(file: Option<&str>, report: &Report) -> Result<String, Error> {
    serde_json::to_string(&FileReport::new(file, report)).map_err(Error::internal)
}

/// The newest signature that isn't a document time-stamp.
pub(crate) fn newest(report: &Report) -> Option<&SignatureReport> {
    report.signatures.iter().rev().find(|one| one.kind == SignatureType::Signature)
}

/// The level of the newest signature, where it holds as far as anybody knows. A document time-stamp isn't one: it's what a level
/// rests on.
pub(crate) fn level(report: &Report) -> Option<String> {
    let newest = newest(report).filter(|newest| newest.indication != Indication::TotalFailed)?;
    serde_json::to_value(newest.level).ok()?.as_str().map(str::to_owned)
}
