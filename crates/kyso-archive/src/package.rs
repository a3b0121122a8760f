//! Packages: a document with everything that is known of it, as other archives take it, and taken in again. A BagIt bag (RFC 8493) whose payload is
//! one folder by E-ARK CSIP.
//!
//! ```text
//! ID/bagit.txt, bag-info.txt, manifest-*.txt, tagmanifest-*.txt
//! ID/data/ID/METS.xml
//! ID/data/ID/documentation/README.txt, schemas/fields.xsd
//! ID/data/ID/metadata/descriptive/dc.xml, fields.xml
//! ID/data/ID/metadata/preservation/premis.xml
//! ID/data/ID/representations/rep1/METS.xml
//! ID/data/ID/representations/rep1/data/0.pdf …              each version, whole
//! ID/data/ID/representations/rep1/metadata/other/           manifests, reports, receipts, metadata as they are kept
//! ```
//!
//! The same document, as long as nothing happens to it, gives the same bytes: times come from records.

use jiff::Timestamp;
use kyso::{Policy, VerifiedArtifact};
use kyso_certification::metadata::Metadata;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::archive::Archive;
use crate::artifact::{Artifact, Meta};
use crate::begin::Begun;
use crate::clock::timestamp;
use crate::database::values;
use crate::error::Error;
use crate::keep::Beside;
use crate::manifest::{Manifest, Of};
use crate::record::{Record, Told, VersionAdded};
use crate::request::Request;

mod bag;
mod content;
mod mets;
mod xml;

use bag::Files;
use content::Happened;

/// Who asks for what comes in packages.
const IMPORTER: &str = "kyso.import";
/// Where the versions and what belongs to them lie.
const DATA: &str = "representations/rep1/data";
const OTHER: &str = "representations/rep1/metadata/other";
/// What says how a package is read, and the schema of its fields.
const README: &str = include_str!("package/texts/README.txt");
const FIELDS: &str = include_str!("package/texts/fields.xsd");

/// A document's package: every file by its path, which begins with the document's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// The document's id.
    pub id: Uuid,
    /// SHA-256 by which the whole package is known, lower-case hex.
    pub digest: String,
    /// Its files, without the directory of its own that they go in.
    pub files: std::collections::BTreeMap<String, Vec<u8>>,
}

/// Documents left the archive.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Exported {
    by: String,
    artifacts: Vec<ExportedOne>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct ExportedOne {
    artifact: Uuid,
    package_sha256: String,
}

impl Told for Exported {
    const KIND: &'static str = "exported";
}

/// A document came from another archive's package.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Imported {
    by: String,
    artifact: Uuid,
    package_sha256: String,
    /// Its id there.
    was: Uuid,
    sha256: String,
}

impl Told for Imported {
    const KIND: &'static str = "imported";
}

impl Archive {
    /// The ids of the documents that were kept from one time up to another, the oldest first.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn kept_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Uuid>, Error> {
        let sql = "SELECT a.id FROM artifact a WHERE a.agency = $1 AND a.created >= $2 AND a.created < $3 AND NOT EXISTS \
                   (SELECT 1 FROM destroyed d WHERE d.agency = a.agency AND d.artifact = a.id) ORDER BY a.created, a.id";
        let values = values![&self.agency, from.as_microsecond(), to.as_microsecond()];
        let id = |text: String| text.parse().map_err(|_| Error::Damaged(format!("{text} is no artifact")));
        self.database.rows(sql, values).await?.iter().map(|row| id(row.text("id")?)).collect()
    }

    /// A document's package.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there's no such document; [`Error::Damaged`] where it isn't what was kept; [`Error::Database`],
    /// [`Error::File`].
    pub async fn package(&self, id: Uuid) -> Result<Package, Error> {
        let versions = self.versions_of(id).await?;
        let Some(newest) = versions.last() else { return Err(Error::Unknown(id)) };
        let described = self.metadata(id).await?;
        let metadata = described.map(|described| serde_json::to_value(described.metadata)).transpose();
        let metadata = metadata.map_err(Error::internal)?;
        let events = self.events_of(id).await?;
        let created = events.last().map(|event| event.at.clone()).unwrap_or_default();
        let mut files = Files::new();
        for record in &versions {
            self.put_version(record, &mut files).await?;
        }
        let name = id.to_string();
        let mut put = |path: &str, bytes: Vec<u8>| files.insert(path.to_owned(), bytes);
        put("metadata/descriptive/dc.xml", content::dublin_core(&name, newest, metadata.as_ref()));
        if let Some(metadata) = &metadata {
            put("metadata/descriptive/fields.xml", content::fields(metadata));
            put(&format!("{OTHER}/metadata.json"), serde_json::to_vec_pretty(metadata).map_err(Error::internal)?);
        }
        put("metadata/preservation/premis.xml", content::premis(&versions, &events));
        put("documentation/README.txt", README.as_bytes().to_vec());
        put("schemas/fields.xsd", FIELDS.as_bytes().to_vec());
        let represented = mets::representation(&created, &files);
        files.insert("representations/rep1/METS.xml".to_owned(), represented);
        let mets = mets::package(&name, &created, &files);
        files.insert("METS.xml".to_owned(), mets);
        let payload = files.into_iter().map(|(path, bytes)| (format!("data/{name}/{path}"), bytes)).collect();
        let info = [
            ("Source-Organization", self.origin().to_owned()),
            ("External-Identifier", format!("urn:uuid:{name}")),
            ("Bagging-Date", created.get(..10).unwrap_or_default().to_owned()),
        ];
        let files = bag::make(payload, &info);
        let digest = bag::check(&files).map_err(Error::Internal)?;
        Ok(Package { id, digest, files })
    }

    /// Writes down that packages leave the archive: called before they do.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::File`].
    pub async fn exported(&self, packages: &[(Uuid, String)], by: &str) -> Result<(), Error> {
        let one =
            |(artifact, digest): &(Uuid, String)| ExportedOne { artifact: *artifact, package_sha256: digest.clone() };
        self.tell(None, Exported { by: by.to_owned(), artifacts: packages.iter().map(one).collect() }).await
    }

    /// Keeps the document of a package, its newest version, and what is said of it. The same package a second time gives the same document. What
    /// it was verified as there isn't believed: it's verified here.
    ///
    /// # Errors
    /// [`Error::Package`] where the package isn't whole, or what is in it can't be kept; [`Error::Destroyed`] where the document was
    /// destroyed here; those of [`begin`](Self::begin) and of
    /// [`keep`](Self::keep).
    pub async fn import(&self, files: &Files, by: &str, policy: &Policy) -> Result<Artifact, Error> {
        let digest = bag::check(files).map_err(Error::Package)?;
        let Contents { record, metadata, pdf } = contents(files).map_err(Error::Package)?;
        let policy = policy.clone();
        let verified = tokio::task::spawn_blocking(move || VerifiedArtifact::verify(pdf, &policy));
        let file = verified.await.map_err(Error::internal)?.map_err(|error| Error::Package(error.to_string()))?;
        // What was destroyed here doesn't come back, by its id or by its bytes.
        self.demand_not_destroyed(record.of.artifact).await?;
        for destroyed in self.destroyed_with(file.sha256()).await? {
            self.demand_not_destroyed(destroyed).await?;
        }
        // The package's word is taken for the file's name alone, and of that for no directory.
        let newest = crate::keep::newest(file.report()).map(|signature| signature.role);
        let role = newest.unwrap_or(record.of.role);
        let file_name = record.of.file_name.as_deref().and_then(base_name);
        let meta = Meta { role, actor: by.to_owned(), file_name };
        let request = Request::keyed(IMPORTER, &digest, &digest);
        let claim = match self.begin(&request, &meta).await? {
            Begun::Done { artifact, .. } => {
                // Whoever kept it may have died before it was told.
                let was = record.of.artifact;
                self.tell_imported(by, &artifact, digest, was).await?;
                return Ok(*artifact);
            }
            Begun::Open(claim) => claim,
        };
        let beside = Beside { answer: None, metadata };
        let kept = match self.made_before(&claim).await? {
            Some(there) if there == file.bytes() => self.adopt(claim, &file, beside).await?,
            Some(_) => return Err(Error::Conflict(claim.name.part(0))),
            None => self.keep(claim, &file, beside).await?,
        };
        self.tell_imported(by, &kept, digest, record.of.artifact).await?;
        Ok(kept)
    }

    /// The documents that were destroyed and of which a version had this SHA-256.
    async fn destroyed_with(&self, sha256: &str) -> Result<Vec<Uuid>, Error> {
        let sql = "SELECT v.artifact FROM version v JOIN destroyed d ON d.agency = v.agency AND d.artifact = v.artifact \
                   WHERE v.agency = $1 AND v.sha256 = $2";
        let id = |text: String| text.parse().map_err(|_| Error::Damaged(format!("{text} is no artifact")));
        self.database
            .rows(sql, values![&self.agency, sha256])
            .await?
            .iter()
            .map(|row| id(row.text("artifact")?))
            .collect()
    }

    /// Tells the log once that a document came in a package.
    async fn tell_imported(&self, by: &str, kept: &Artifact, digest: String, was: Uuid) -> Result<(), Error> {
        let sql = "SELECT id FROM event WHERE agency = $1 AND artifact = $2 AND kind = $3 LIMIT 1";
        if self.database.row(sql, values![&self.agency, kept.id.to_string(), Imported::KIND]).await?.is_some() {
            return Ok(());
        }
        let (by, sha256) = (by.to_owned(), kept.sha256.clone());
        self.tell(Some(kept.id), Imported { by, artifact: kept.id, package_sha256: digest, was, sha256 }).await
    }

    /// A version and what belongs to it.
    async fn put_version(&self, record: &Record<VersionAdded>, files: &mut Files) -> Result<(), Error> {
        let artifact = crate::read::artifact(record)?;
        let version = artifact.version;
        files.insert(format!("{DATA}/{version}.pdf"), self.bytes(&artifact).await?);
        files.insert(format!("{OTHER}/report-{version}.json"), self.report(&artifact).await?.into_bytes());
        if let Some((_, mut manifest)) = self.manifest(&record.id.to_string()).await? {
            // Who asked for it under which key is the archive's own business.
            manifest.requests.clear();
            files.insert(
                format!("{OTHER}/manifest-{version}.json"),
                serde_json::to_vec(&manifest).map_err(Error::internal)?,
            );
        }
        if let Some(receipt) = self.first_receipt(&artifact).await? {
            files.insert(format!("{OTHER}/receipt-{version}.tlog-proof"), receipt.to_string().into_bytes());
        }
        Ok(())
    }

    /// What happened to a document.
    async fn events_of(&self, id: Uuid) -> Result<Vec<Happened>, Error> {
        let sql = "SELECT e.id, e.kind, e.at, e.commitment, r.salt, r.body FROM event e \
                   JOIN record r ON r.agency = e.agency AND r.event = e.id \
                   WHERE e.agency = $1 AND e.artifact = $2 ORDER BY e.at, e.id";
        let rows = self.database.rows(sql, values![&self.agency, id.to_string()]).await?;
        let mut events = Vec::with_capacity(rows.len());
        for row in &rows {
            crate::record::demand_committed(row)?;
            let record: Json = serde_json::from_slice(&row.bytes("body")?).unwrap_or_default();
            let actor = record.get("actor").and_then(Json::as_str).map(str::to_owned);
            let at = crate::clock::written(timestamp(row.number("at")?)?.as_microsecond())?;
            events.push(Happened { id: row.text("id")?, kind: row.text("kind")?, at, actor });
        }
        Ok(events)
    }
}

/// A file's name without directories and control characters.
fn base_name(name: &str) -> Option<String> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|letter| !letter.is_control()).take(200).collect();
    (!name.is_empty()).then_some(name)
}

/// What is taken from a package.
struct Contents {
    record: Box<Record<VersionAdded>>,
    metadata: Option<Metadata>,
    pdf: Vec<u8>,
}

/// Finds the newest version of the one document in a package, by the record that it came with.
fn contents(files: &Files) -> Result<Contents, String> {
    let mut newest: Option<(u32, String, Box<Record<VersionAdded>>)> = None;
    for (path, bytes) in files {
        let Some((folder, name)) = path.split_once(&format!("/{OTHER}/manifest-")) else { continue };
        let version: u32 = name
            .strip_suffix(".json")
            .and_then(|name| name.parse().ok())
            .ok_or_else(|| format!("{path}: no version"))?;
        let Of::Version(record) = Manifest::read_alone(bytes).map_err(|why| format!("{path}: {why}"))?.of else {
            return Err(format!("{path}: it isn't a version's"));
        };
        if record.of.version != version || newest.as_ref().is_some_and(|(_, other, _)| other != folder) {
            return Err(format!("{path}: it's another document's"));
        }
        if newest.as_ref().is_none_or(|(other, ..)| *other < version) {
            newest = Some((version, folder.to_owned(), record));
        }
    }
    let (version, folder, record) = newest.ok_or("it has no document of an archive like this one")?;
    let path = format!("{folder}/{DATA}/{version}.pdf");
    let pdf = files.get(&path).ok_or_else(|| format!("{path} is missing"))?.clone();
    if crate::record::sha256(&pdf) != record.of.sha256 || crate::record::sha512(&pdf) != record.of.sha512 {
        return Err(format!("{path} isn't what its record says"));
    }
    let metadata = files.get(&format!("{folder}/{OTHER}/metadata.json"));
    let metadata = metadata.map(|bytes| serde_json::from_slice(bytes)).transpose();
    Ok(Contents { record, metadata: metadata.map_err(|error| format!("its metadata can't be read: {error}"))?, pdf })
}
