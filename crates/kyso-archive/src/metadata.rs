//! What is said of an artifact (Nghị định 30/2020/NĐ-CP, Phụ lục VI): a correction is a revision, and says who approved it.

use jiff::Timestamp;
use kyso::crypto::same;
use kyso_certification::metadata::Metadata;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::archive::Archive;
use crate::artifact::Artifact;
use crate::begin::Claim;
use crate::clock::timestamp;
use crate::correcting;
use crate::database::{Row, Transaction, values};
use crate::destruction::written;
use crate::error::Error;
use crate::finding;
use crate::record::{self, Event, Record, Told, sha256};
use crate::said::NotSaid;

/// Metadata came to be kept, or was corrected.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct MetadataRevised {
    pub(crate) artifact: Uuid,
    pub(crate) revision: u32,
    pub(crate) metadata_sha256: String,
    /// On whose word.
    pub(crate) actor: String,
    /// Who approved a correction (QCVN 12:2026, Q5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) approved_by: Option<String>,
    /// Why they were corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// The request that they came with, where it made no version of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) answers: Option<Answers>,
}

/// What a request was answered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answers {
    /// The request's name.
    pub(crate) request: String,
    /// SHA-256 over everything that its answer depends on.
    pub(crate) request_digest: String,
    /// SHA-256 of what else was answered.
    pub(crate) answer_sha256: Option<String>,
}

impl MetadataRevised {
    /// What this revision of an artifact's metadata says on somebody's word.
    pub(crate) fn by(actor: &str, artifact: Uuid, revision: u32) -> Self {
        let (actor, metadata_sha256) = (actor.to_owned(), String::new());
        Self { artifact, revision, metadata_sha256, actor, approved_by: None, reason: None, answers: None }
    }
}

impl Told for MetadataRevised {
    const KIND: &'static str = "metadata.revised";
}

/// A revision that is to be written.
pub(crate) struct Revision {
    record: Record<MetadataRevised>,
    event: Event,
    body: String,
    found_by: finding::Facts,
}

impl Revision {
    /// The revision that this record is about; `report` is the newest one on the artifact.
    pub(crate) fn new(
        archive: &Archive,
        of: MetadataRevised,
        metadata: &Metadata,
        report: &str,
    ) -> Result<Self, Error> {
        let body = serde_json::to_string(metadata).map_err(Error::internal)?;
        let of = MetadataRevised { metadata_sha256: sha256(body.as_bytes()), ..of };
        let (event, record) = Event::now(&archive.clock, Some(of.artifact), of)?;
        let found_by = finding::Facts::of(&finding::signers(report), Some(metadata));
        Ok(Self { record, event, body, found_by })
    }

    pub(crate) async fn write(&self, transaction: &mut Transaction, agency: &str) -> Result<(), Error> {
        let (of, id) = (&self.record.of, self.record.of.artifact.to_string());
        self.event.write(transaction, agency).await?;
        let sql = "INSERT INTO metadata (agency, artifact, revision, body, event) VALUES ($1, $2, $3, $4, $5)";
        let values = values![agency, &id, of.revision, &self.body, self.event.id.to_string()];
        transaction.run(sql, values).await?;
        self.found_by.write(transaction, agency, &id).await
    }
}

/// A revision of an artifact's metadata.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// Which revision, from 0.
    pub revision: u32,
    /// What is said.
    pub metadata: Metadata,
    /// On whose word.
    pub actor: String,
    /// Who approved it, where it's a correction.
    pub approved_by: Option<String>,
    /// Why, where it's a correction.
    pub reason: Option<String>,
    /// When it was said.
    pub at: Timestamp,
}

/// Metadata that take the place of others.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// The revision that they follow; none where nothing is said yet. Where somebody else was faster, nothing is written.
    pub after: Option<u32>,
    /// What is said from now on.
    pub metadata: Metadata,
    /// Why.
    pub reason: String,
    /// On whose word.
    pub by: String,
    /// Who approved it (QCVN 12:2026, Q5).
    pub approved_by: Option<String>,
}

fn damaged(id: Uuid) -> Error {
    Error::Damaged(format!("the metadata of artifact {id} were changed"))
}

/// What a row of an artifact's metadata says, held against its record. Beside what [`record::read`] asks for, the row has `revision` and
/// `metadata`.
fn revision_by(id: Uuid, row: &Row) -> Result<Described, Error> {
    let record: Record<MetadataRevised> = record::read(row)?;
    let (of, body, revision) = (record.of, row.text("metadata")?, row.ordinal("revision")?);
    let is_its_own = of.artifact == id
        && of.revision == revision
        && same(of.metadata_sha256.as_bytes(), sha256(body.as_bytes()).as_bytes());
    if !is_its_own {
        return Err(damaged(id));
    }
    let metadata = serde_json::from_str(&body).map_err(|_| damaged(id))?;
    let MetadataRevised { actor, approved_by, reason, .. } = of;
    Ok(Described { revision, metadata, actor, approved_by, reason, at: timestamp(row.number("at")?)? })
}

/// The same of the newest row, which has in `told` how many events speak of revisions.
pub(crate) fn described(id: Uuid, row: &Row) -> Result<Described, Error> {
    let described = revision_by(id, row)?;
    // Each revision is an event's: an older one isn't handed out as the newest.
    match row.count("told")? == u64::from(described.revision) + 1 {
        true => Ok(described),
        false => Err(damaged(id)),
    }
}

impl Archive {
    /// What is said of an artifact: the newest revision.
    ///
    /// # Errors
    /// [`Error::Damaged`] where it isn't what was kept; [`Error::Database`].
    pub async fn metadata(&self, id: Uuid) -> Result<Option<Described>, Error> {
        let sql = "SELECT m.revision, m.body AS metadata, e.id, e.kind, e.at, e.commitment, r.salt, r.body, \
                   (SELECT count(*) FROM event n WHERE n.agency = m.agency AND n.artifact = m.artifact \
                   AND n.kind = 'metadata.revised') AS told FROM metadata m JOIN event e ON e.agency = m.agency AND e.id = m.event \
                   JOIN record r ON r.agency = m.agency AND r.event = m.event \
                   WHERE m.agency = $1 AND m.artifact = $2 ORDER BY m.revision DESC LIMIT 1";
        let values = values![&self.agency, id.to_string()];
        let mut row = self.database.row(sql, values.clone()).await?;
        if row.is_none() {
            self.demand_not_destroyed(id).await?;
        }
        if row.is_none() && self.is_told_of(id, MetadataRevised::KIND).await? {
            // They may have come to be kept since.
            row = Some(self.database.row(sql, values).await?.ok_or_else(|| damaged(id))?);
        }
        row.as_ref().map(|row| described(id, row)).transpose()
    }

    /// Everything that was ever said of an artifact, the first revision first.
    ///
    /// # Errors
    /// [`Error::Damaged`] where one isn't what was kept, or is missing; [`Error::Database`].
    pub async fn revisions(&self, id: Uuid) -> Result<Vec<Described>, Error> {
        let Some(newest) = self.metadata(id).await? else { return Ok(Vec::new()) };
        let sql = "SELECT m.revision, m.body AS metadata, e.id, e.kind, e.at, e.commitment, r.salt, r.body \
                   FROM metadata m JOIN event e ON e.agency = m.agency AND e.id = m.event \
                   JOIN record r ON r.agency = m.agency AND r.event = m.event \
                   WHERE m.agency = $1 AND m.artifact = $2 AND m.revision <= $3 ORDER BY m.revision";
        let rows = self.database.rows(sql, values![&self.agency, id.to_string(), newest.revision]).await?;
        let revisions = rows.iter().map(|row| revision_by(id, row)).collect::<Result<Vec<_>, _>>()?;
        match (0..=newest.revision).eq(revisions.iter().map(|one| one.revision)) {
            true => Ok(revisions),
            false => Err(damaged(id)),
        }
    }

    /// Corrects what is said of an artifact: a revision, beside the earlier ones. The same again changes nothing, and gives the revision
    /// that says it.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there's no such artifact; [`Error::NotSaid`] where another revision came first, the metadata aren't what
    /// the law asks for, would give the document another number or another file, make it due at once, or a text can't be used; [`Error::Destroyed`], [`Error::Damaged`],
    /// [`Error::Database`].
    pub async fn correct(&self, id: Uuid, correction: &Correction) -> Result<Described, Error> {
        let Correction { after, metadata, reason, by, approved_by } = correction;
        let text = |text: &str, what| {
            let text = correcting::plain(text).ok_or(NotSaid::Text(what))?;
            written(&text, what).map_err(|_| NotSaid::Text(what))
        };
        let approved_by = approved_by.as_deref().map(|name| text(name, "approved_by")).transpose()?;
        let (by, reason) = (text(by, "by")?, text(reason, "reason")?);
        let _turn = self.turns.turn(format!("metadata {id}")).await;
        let Some(artifact) = self.artifact(id).await? else { return Err(Error::Unknown(id)) };
        let newest = self.metadata(id).await?;
        let next = after.map_or(0, |after| after.saturating_add(1));
        let newest_is = newest.as_ref().map(|newest| newest.revision);
        match newest {
            // It was said before, and its answer was lost.
            Some(newest) if newest.revision == next && newest.metadata == *metadata => return Ok(newest),
            _ if newest_is != *after => {
                // Somebody may have said something else since.
                let said = self.revisions(id).await?.into_iter().find(|one| one.revision == next);
                let is_the_same = |one: &Described| {
                    one.metadata == *metadata
                        && (&one.actor, one.reason.as_ref()) == (&by, Some(&reason))
                        && one.approved_by == approved_by
                };
                return said.filter(is_the_same).ok_or_else(|| NotSaid::Meanwhile { newest: newest_is }.into());
            }
            Some(newest) if newest.metadata == *metadata => return Ok(newest),
            Some(newest) if newest.metadata.cert_number != metadata.cert_number => return Err(NotSaid::Number.into()),
            newest => {
                // What the finished file has said stays said.
                let newest = newest.map(|newest| newest.metadata);
                let flaws = metadata.flaws(newest.as_ref().is_some_and(|newest| newest.file.is_some()));
                if !flaws.is_empty() {
                    return Err(NotSaid::Flaws(flaws).into());
                }
                self.demand_correct(&artifact, newest.as_ref(), metadata).await?;
            }
        }
        let of = MetadataRevised { approved_by, reason: Some(reason), ..MetadataRevised::by(&by, id, next) };
        self.write_revision(&artifact, of, metadata).await
    }

    /// Says something else of an artifact: a revision, beside the earlier ones. The same again changes nothing.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there's no such artifact; [`Error::Database`].
    pub async fn revise(
        &self,
        id: Uuid,
        metadata: &Metadata,
        actor: &str,
        approved_by: Option<String>,
    ) -> Result<(), Error> {
        let _turn = self.turns.turn(format!("metadata {id}")).await;
        let Some(artifact) = self.artifact(id).await? else { return Err(Error::Unknown(id)) };
        let newest = self.metadata(id).await?;
        if newest.as_ref().is_some_and(|newest| newest.metadata == *metadata) {
            return Ok(());
        }
        let next = newest.map_or(0, |newest| newest.revision + 1);
        let of = MetadataRevised { approved_by, ..MetadataRevised::by(actor, id, next) };
        self.write_revision(&artifact, of, metadata).await.map(|_| ())
    }

    async fn write_revision(
        &self,
        artifact: &Artifact,
        of: MetadataRevised,
        metadata: &Metadata,
    ) -> Result<Described, Error> {
        let revision = Revision::new(self, of, metadata, &self.report(artifact).await?)?;
        let MetadataRevised { revision: which, actor, approved_by, reason, .. } = revision.record.of.clone();
        let (at, metadata) = (timestamp(revision.event.time())?, metadata.clone());
        let (agency, id) = (self.agency.clone(), artifact.id);
        let done = self.database.write(move |transaction| {
            Box::pin(async move {
                // Another process may have said something meanwhile.
                let sql = "SELECT count(*) AS n FROM metadata WHERE agency = $1 AND artifact = $2";
                transaction.lock(&agency, &format!("metadata {id}")).await?;
                let there = transaction.row(sql, values![&agency, id.to_string()]).await?;
                let there = there.map(|row| row.count("n")).transpose()?.unwrap_or_default();
                if there != u64::from(which) {
                    return Err(Error::Raced);
                }
                revision.write(transaction, &agency).await
            })
        });
        self.told_if_destroyed(id, done.await).await?;
        self.woken.notify_one();
        Ok(Described { revision: which, metadata, actor, approved_by, reason, at })
    }

    /// Answers a request with an artifact that is kept already, the very bytes that the request came with, and keeps what is said of
    /// it. Nothing is kept twice.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn describe(
        &self,
        mut claim: Claim,
        artifact: &Artifact,
        metadata: &Metadata,
        answer: Option<String>,
    ) -> Result<Artifact, Error> {
        claim.settled().await?;
        let _turn = self.turns.turn(format!("metadata {}", artifact.id)).await;
        let next = self.metadata(artifact.id).await?.map_or(0, |newest| newest.revision + 1);
        let answers = Answers {
            request: claim.name.as_str().to_owned(),
            request_digest: claim.digest.clone(),
            answer_sha256: answer.as_deref().map(|answer| sha256(answer.as_bytes())),
        };
        let of =
            MetadataRevised { answers: Some(answers), ..MetadataRevised::by(&claim.meta.actor, artifact.id, next) };
        let revision = Revision::new(self, of, metadata, &self.report(artifact).await?)?;
        let (agency, name, id) = (self.agency.clone(), claim.name.clone(), artifact.id.to_string());
        let done = self.database.write(move |transaction| {
            Box::pin(async move {
                let sql = "UPDATE request SET state = 'done', artifact = $3, answer = $4 \
                           WHERE agency = $1 AND name = $2 AND state <> 'done'";
                if transaction.run(sql, values![&agency, name.as_str(), &id, answer]).await? == 1 {
                    revision.write(transaction, &agency).await?;
                }
                Ok(())
            })
        });
        done.await?;
        self.woken.notify_one();
        Ok(self.answered(&claim.name).await?.0)
    }

    /// Whether an artifact's metadata came with this request, which was answered so.
    pub(crate) async fn is_answer(&self, id: Uuid, answers: &Answers) -> Result<bool, Error> {
        let sql = "SELECT e.id, e.kind, e.at, e.commitment, r.salt, r.body \
                   FROM metadata m JOIN event e ON e.agency = m.agency AND e.id = m.event \
                   JOIN record r ON r.agency = m.agency AND r.event = m.event WHERE m.agency = $1 AND m.artifact = $2";
        for row in self.database.rows(sql, values![&self.agency, id.to_string()]).await? {
            let record: Record<MetadataRevised> = record::read(&row)?;
            if record.of.artifact == id && record.of.answers.as_ref() == Some(answers) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
