//! Manifests: what the database knows of an event, as an object in the store beside what the event is about. With them the store
//! can be read, and every row made again, without the database.
//!
//! ```text
//! NAME.0.json              version.added: record and salt, report, the requests that it answers
//! NAME.m0.json             metadata.revised: record and salt, the metadata, the request that it answers
//! log/record/ab/ID.json    any other event: record and salt
//! ```
//!
//! They're written after the fact: the outbox names the events whose manifest isn't there yet.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kyso::crypto::{hex, same};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::access::AccessHead;
use crate::archive::{Archive, blocking};
use crate::database::{Ask, OfArchive, Row, Transaction, values};
use crate::destruction::told::Happening;
use crate::edges::reach;
use crate::error::Error;
use crate::holds::{HoldPlaced, HoldReleased};
use crate::links::StatusChanged;
use crate::metadata::MetadataRevised;
use crate::principal::PrincipalKnown;
use crate::record::{Came, Record, Told, VERSION as RECORD, VersionAdded, sha256};
use crate::register_heads::RegisterMoved;
use crate::store::{Put, Store};

/// What each manifest begins with.
const VERSION: &str = "kyso.manifest/v1";
/// How many are written at once.
const AT_ONCE: usize = 8;
/// Where manifests of events lie that neither add a version nor say something of a document.
pub(crate) const RECORDS: &str = "log/record";

/// What is known of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// `kyso.manifest/v1`.
    v: String,
    /// The process that wrote the event.
    pub(crate) node: String,
    /// The artifact that the event is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) artifact: Option<Uuid>,
    /// The record's salt, in hex.
    salt: String,
    /// The record's exact bytes, in base64.
    record: String,
    /// The verification report of a version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) report: Option<String>,
    /// The metadata of a revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) metadata: Option<String>,
    /// The requests that were answered with it, and the refused ones under the same keys before them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) requests: Vec<RequestFacts>,
}

/// The row of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestFacts {
    pub(crate) name: String,
    pub(crate) principal: String,
    pub(crate) generation: u32,
    pub(crate) digest: String,
    pub(crate) claimed: i64,
    /// What it was answered with; none where it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) artifact: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) answer: Option<String>,
    /// The seal of a request that was answered by an archive of an earlier format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seal: Option<String>,
}

/// What an event's record says, as far as the tables have columns for it.
#[derive(Debug)]
pub(crate) enum Of {
    Version(Box<Record<VersionAdded>>),
    Metadata(Box<Record<MetadataRevised>>),
    Principal(Box<PrincipalKnown>),
    Register(RegisterMoved),
    Access(AccessHead),
    Status(Box<StatusChanged>),
    Hold(Box<HoldPlaced>),
    Release(Box<HoldReleased>),
    Destruction(Box<Happening>),
    /// A kind of which only the record is kept.
    Other,
}

/// A manifest that was read and held against itself.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) manifest: Manifest,
    pub(crate) id: Uuid,
    pub(crate) kind: String,
    pub(crate) at: i64,
    pub(crate) salt: Vec<u8>,
    pub(crate) body: Vec<u8>,
    pub(crate) commitment: [u8; 32],
    pub(crate) of: Of,
}

impl Manifest {
    /// Reads a manifest, and holds what stands in it against its own record; why it can't be believed, otherwise. Whether the log has
    /// the record is for the caller to see.
    pub(crate) fn read(bytes: &[u8]) -> Result<Read, String> {
        let told = Self::read_alone(bytes)?;
        told.demand_consistent()?;
        Ok(told)
    }

    /// Reads a manifest for its record, whatever stands beside it.
    pub(crate) fn read_alone(bytes: &[u8]) -> Result<Read, String> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| format!("it can't be read: {error}"))?;
        if manifest.v != VERSION {
            return Err(format!("it's of the format {}", manifest.v));
        }
        let salt = unhexed(&manifest.salt).ok_or("its salt isn't one")?;
        let body = STANDARD.decode(&manifest.record).map_err(|_| "its record isn't base64")?;
        let commitment = crate::record::commitment(&salt, &body).map_err(|error| error.to_string())?;
        let record: Record<Map<String, Json>> = of(&body)?;
        let at: jiff::Timestamp = record.at.parse().map_err(|_| "its time is none")?;
        let at = at.as_microsecond();
        if record.v != RECORD || crate::clock::written(at).ok().as_ref() != Some(&record.at) {
            return Err("its record isn't one of this format".into());
        }
        let of = match record.kind.as_str() {
            VersionAdded::KIND => Of::Version(Box::new(of(&body)?)),
            MetadataRevised::KIND => Of::Metadata(Box::new(of(&body)?)),
            PrincipalKnown::KIND => Of::Principal(Box::new(of::<PrincipalKnown>(&body)?.of)),
            RegisterMoved::KIND => Of::Register(of::<RegisterMoved>(&body)?.of),
            AccessHead::KIND => Of::Access(of::<AccessHead>(&body)?.of),
            StatusChanged::KIND => Of::Status(Box::new(of::<StatusChanged>(&body)?.of)),
            HoldPlaced::KIND => Of::Hold(Box::new(of::<HoldPlaced>(&body)?.of)),
            HoldReleased::KIND => Of::Release(Box::new(of::<HoldReleased>(&body)?.of)),
            kind => match Happening::read(kind, &body) {
                Some(told) => {
                    Of::Destruction(Box::new(told.map_err(|error| format!("its record can't be read: {error}"))?))
                }
                None => Of::Other,
            },
        };
        Ok(Read { manifest, id: record.id, kind: record.kind, at, salt, body, commitment, of })
    }
}

impl Read {
    /// What stands beside the record is what the record has the digest of.
    fn demand_consistent(&self) -> Result<(), String> {
        let has = |text: Option<&String>, digest: &str, what: &str| match text {
            Some(text) if same(sha256(text.as_bytes()).as_bytes(), digest.as_bytes()) => Ok(()),
            Some(_) => Err(format!("its {what} was changed")),
            None => Err(format!("it has no {what}")),
        };
        let answers = |name: &str, digest: &str, answer: Option<&String>, artifact: Uuid| {
            let request = self.manifest.requests.iter().find(|request| request.name == name);
            let request = request.ok_or_else(|| "it has no request".to_owned())?;
            let answered = request.answer.as_deref().map(|answer| sha256(answer.as_bytes()));
            let is_its_own =
                request.digest == digest && answered.as_ref() == answer && request.artifact == Some(artifact);
            if is_its_own { Ok(()) } else { Err("its request was changed".to_owned()) }
        };
        match &self.of {
            Of::Version(record) => {
                has(self.manifest.report.as_ref(), &record.of.report_sha256, "report")?;
                let of = &record.of;
                // What came from an archive of an earlier format may have been asked for by nobody, or by many.
                if of.version > 0 || of.came == Some(Came::Earlier) {
                    return Ok(());
                }
                answers(&of.request, &of.request_digest, of.answer_sha256.as_ref(), of.artifact)
            }
            Of::Metadata(record) => {
                has(self.manifest.metadata.as_ref(), &record.of.metadata_sha256, "metadata")?;
                let Some(of) = &record.of.answers else { return Ok(()) };
                answers(&of.request, &of.request_digest, of.answer_sha256.as_ref(), record.of.artifact)
            }
            _ => Ok(()),
        }
    }

    /// The name that its object must have; metadata need the name of the artifact's first request.
    pub(crate) fn object(&self, first: Option<&str>) -> Option<String> {
        match &self.of {
            Of::Version(record) => Some(format!("{}.json", record.of.object)),
            Of::Metadata(record) => Some(format!("{}.m{}.json", first?, record.of.revision)),
            _ => Some(other(&self.id.to_string())),
        }
    }
}

fn of<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<Record<T>, String> {
    serde_json::from_slice(body).map_err(|error| format!("its record can't be read: {error}"))
}

/// The object of an event that neither adds a version nor says something of a document. Ids of one time begin alike: the directory
/// is named after the end.
pub(crate) fn other(id: &str) -> String {
    format!("{RECORDS}/{}/{id}.json", id.get(id.len().saturating_sub(2)..).unwrap_or_default())
}

pub(crate) fn unhexed(text: &str) -> Option<Vec<u8>> {
    let pairs = (0..text.len()).step_by(2);
    pairs.map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

impl Archive {
    /// Writes the manifests of events that have none yet, `limit` at most, and notes that they're there; how many. Cut off at any point,
    /// it's called again.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a row isn't what was kept, or another manifest lies under the name; [`Error::File`],
    /// [`Error::Database`].
    pub async fn write_manifests(&self, limit: u32) -> Result<u64, Error> {
        let agency = self.agency.clone();
        let looked = self.database.look(move |from| Box::pin(async move { waiting(from, &agency, limit).await }));
        let (events, objects) = looked.await?;
        let store = self.store.clone();
        let about: BTreeSet<Uuid> = objects.iter().filter_map(|(_, manifest)| manifest.artifact).collect();
        blocking(move || put_all(&store, &objects)).await?;
        reach("manifest.written")?;
        for artifact in about {
            self.hold_what_came(artifact).await?;
        }
        let (agency, written) = (self.agency.clone(), u64::try_from(events.len()).map_err(Error::internal)?);
        if written > 0 {
            let done = self
                .database
                .write(move |transaction| Box::pin(async move { crossed_off(transaction, &agency, &events).await }));
            done.await?;
        }
        Ok(written)
    }

    /// The manifest of an event and the name of its object.
    pub(crate) async fn manifest(&self, event: &str) -> Result<Option<(String, Manifest)>, Error> {
        manifest_of(&mut self.database.clone(), &self.agency, event).await
    }

    /// All requests that were answered with an artifact, and the refused ones before them, without their answers.
    pub(crate) async fn requests_without_answers(&self, artifact: Uuid) -> Result<Vec<RequestFacts>, Error> {
        let (mut from, mut all) = (self.database.clone(), Vec::<RequestFacts>::new());
        for request in requests_of(&mut from, &self.agency, artifact).await? {
            for facts in request_facts(&mut from, &self.agency, &request.name).await? {
                if !all.iter().any(|known| known.name == facts.name) {
                    all.push(RequestFacts { answer: None, seal: None, ..facts });
                }
            }
        }
        Ok(all)
    }
}

/// The events whose manifest isn't written yet, `limit` at most, and the manifests with the names of their objects.
async fn waiting(
    from: &mut impl Ask<OfArchive>,
    agency: &str,
    limit: u32,
) -> Result<(Vec<String>, Vec<(String, Manifest)>), Error> {
    let sql = "SELECT event FROM outbox WHERE agency = $1 ORDER BY event LIMIT $2";
    let rows = from.rows(sql, values![agency, limit]).await?;
    let events = rows.iter().map(|row| row.text("event")).collect::<Result<Vec<_>, _>>()?;
    let mut objects = Vec::new();
    for event in &events {
        // A record that was destroyed has no manifest any more.
        objects.extend(manifest_of(from, agency, event).await?);
    }
    Ok((events, objects))
}

/// The name and the manifest of an event that has its record.
pub(crate) async fn manifest_of(
    from: &mut impl Ask<OfArchive>,
    agency: &str,
    event: &str,
) -> Result<Option<(String, Manifest)>, Error> {
    let sql = "SELECT e.id, e.kind, e.at, e.node, e.artifact, e.commitment, r.salt, r.body FROM event e \
               JOIN record r ON r.agency = e.agency AND r.event = e.id WHERE e.agency = $1 AND e.id = $2";
    let Some(row) = from.row(sql, values![agency, event]).await? else { return Ok(None) };
    crate::record::demand_committed(&row)?;
    let damaged = |what: &str| Error::Damaged(format!("event {event}: {what}"));
    let artifact = row.maybe_text("artifact")?.map(|id| Uuid::try_parse(&id)).transpose();
    let mut manifest = Manifest {
        v: VERSION.to_owned(),
        node: row.text("node")?,
        artifact: artifact.map_err(|_| damaged("its artifact's id is none"))?,
        salt: hex(&row.bytes("salt")?),
        record: STANDARD.encode(row.bytes("body")?),
        report: None,
        metadata: None,
        requests: Vec::new(),
    };
    let object = match row.text("kind")?.as_str() {
        VersionAdded::KIND => {
            let Record { of, .. } = crate::record::read::<VersionAdded>(&row)?;
            let sql = "SELECT body FROM report WHERE agency = $1 AND artifact = $2 AND ordinal = $3";
            let report = from.row(sql, values![agency, of.artifact.to_string(), of.version]).await?;
            manifest.report = report.map(|row| row.text("body")).transpose()?;
            manifest.requests = match of.came {
                Some(Came::Earlier) => requests_of(from, agency, of.artifact).await?,
                _ if of.version == 0 => request_facts(from, agency, &of.request).await?,
                _ => Vec::new(),
            };
            format!("{}.json", of.object)
        }
        MetadataRevised::KIND => {
            let Record { of, .. } = crate::record::read::<MetadataRevised>(&row)?;
            let id = of.artifact.to_string();
            let sql = "SELECT m.body, a.request FROM metadata m JOIN artifact a ON a.agency = m.agency AND a.id = m.artifact \
                       WHERE m.agency = $1 AND m.artifact = $2 AND m.revision = $3";
            let metadata = from.row(sql, values![agency, &id, of.revision]).await?;
            let metadata = metadata.ok_or_else(|| damaged("its metadata are missing"))?;
            manifest.metadata = Some(metadata.text("body")?);
            if let Some(answers) = &of.answers {
                manifest.requests = request_facts(from, agency, &answers.request).await?;
            }
            format!("{}.m{}.json", metadata.text("request")?, of.revision)
        }
        _ => other(event),
    };
    // What is written is what can be read again: a row that was changed is found here, not when it's needed.
    let bytes = serde_json::to_vec(&manifest).map_err(Error::internal)?;
    Manifest::read(&bytes).map_err(|why| damaged(&why))?;
    Ok(Some((object, manifest)))
}

/// A request that is done, and the refused ones before it under its key.
async fn request_facts(from: &mut impl Ask<OfArchive>, agency: &str, name: &str) -> Result<Vec<RequestFacts>, Error> {
    let sql = "SELECT name, principal, generation, digest, about, claimed, state, artifact, answer FROM request \
               WHERE agency = $1 AND name = $2";
    let Some(row) = from.row(sql, values![agency, name]).await? else { return Ok(Vec::new()) };
    let about: Json = serde_json::from_str(&row.text("about")?).unwrap_or_default();
    let earlier = about.get("refused").and_then(Json::as_array).cloned().unwrap_or_default();
    let mut facts = vec![request_of(&row)?];
    for name in earlier.iter().filter_map(Json::as_str) {
        if let Some(row) = from.row(sql, values![agency, name]).await? {
            facts.push(request_of(&row)?);
        }
    }
    Ok(facts)
}

/// All requests that were answered with an artifact.
async fn requests_of(from: &mut impl Ask<OfArchive>, agency: &str, artifact: Uuid) -> Result<Vec<RequestFacts>, Error> {
    let sql = "SELECT name, principal, generation, digest, claimed, state, artifact, answer, about FROM request \
               WHERE agency = $1 AND artifact = $2 ORDER BY name";
    let rows = from.rows(sql, values![agency, artifact.to_string()]).await?;
    rows.iter().map(request_of).collect()
}

/// The seal in what is told with a request.
fn seal_in(about: &str) -> Option<String> {
    let about: serde_json::Value = serde_json::from_str(about).ok()?;
    about.get("seal")?.as_str().map(str::to_owned)
}

fn request_of(row: &Row) -> Result<RequestFacts, Error> {
    let artifact = match row.text("state")?.as_str() {
        "done" => row.maybe_text("artifact")?,
        _ => None,
    };
    let name = row.text("name")?;
    let artifact = artifact.map(|id| Uuid::try_parse(&id)).transpose();
    Ok(RequestFacts {
        principal: row.text("principal")?,
        generation: row.ordinal("generation")?,
        digest: row.text("digest")?,
        claimed: row.number("claimed")?,
        artifact: artifact.map_err(|_| Error::Damaged(format!("request {name}: its artifact's id is none")))?,
        answer: row.maybe_text("answer")?,
        seal: seal_in(&row.text("about")?),
        name,
    })
}

/// Creates manifests, several at a time: a file system syncs what several ask for together, and a store answers several at once.
fn put_all(store: &Store, objects: &[(String, Manifest)]) -> Result<(), Error> {
    let each = objects.len().div_ceil(AT_ONCE).max(1);
    std::thread::scope(|scope| {
        let write = |own: &[(String, Manifest)]| own.iter().try_for_each(|(name, manifest)| put(store, name, manifest));
        let writers: Vec<_> = objects.chunks(each).map(|own| scope.spawn(move || write(own))).collect();
        let done = writers.into_iter().map(|writer| {
            writer.join().unwrap_or_else(|_| Err(Error::Internal("a manifest's writer panicked".into())))
        });
        // All of them have come to their end when this is left, whatever one of them met.
        done.collect::<Vec<_>>().into_iter().collect()
    })
}

/// Creates a manifest. One that was written before, of the same event with the same bytes, may name other requests: some came since.
fn put(store: &Store, name: &str, manifest: &Manifest) -> Result<(), Error> {
    let bytes = serde_json::to_vec(manifest).map_err(Error::internal)?;
    match store.publish(store.prepare(&bytes)?, name)? {
        Put::Created(_) => Ok(()),
        Put::Exists => {
            let there = store.get(name)?.ok_or_else(|| Error::Missing(name.to_owned()))?;
            let there = Manifest::read(&there).map_err(|why| Error::Damaged(format!("{name}: {why}")))?.manifest;
            let requests: BTreeSet<&str> = there.requests.iter().map(|request| request.name.as_str()).collect();
            let requests = manifest.requests.iter().filter(|own| requests.contains(own.name.as_str())).cloned();
            if (Manifest { requests: requests.collect(), ..manifest.clone() }) == there {
                store.sync(name).map(|_| ())
            } else {
                Err(Error::Damaged(format!("{name} is there, of another event")))
            }
        }
    }
}

async fn crossed_off(transaction: &mut Transaction, agency: &str, events: &[String]) -> Result<(), Error> {
    for event in events {
        transaction.run("DELETE FROM outbox WHERE agency = $1 AND event = $2", values![agency, event]).await?;
    }
    Ok(())
}
