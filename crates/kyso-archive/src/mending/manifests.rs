//! Manifests in the store against their events, and written again by rows where they aren't what they should be.

use kyso::crypto::same;
use serde_json::{Map, Value as Json};

use super::told::{Mended, Repaired};
use crate::archive::{Archive, blocking};
use crate::database::{Row, Value, values};
use crate::error::Error;
use crate::manifest::{Manifest, Read, other};
use crate::metadata::MetadataRevised;
use crate::record::{self, Record, Told as _, VersionAdded, sha256};
use crate::store::{Store, place};

/// How many events are looked up at once.
const AT_ONCE: usize = 200;

/// Events whose manifest has to be there, in their order: of a document, and of none.
const OF_DOCUMENT: &str = "SELECT e.id, e.kind, e.at, e.node, e.artifact, e.commitment, r.salt, r.body, a.request \
     FROM event e JOIN record r ON r.agency = e.agency AND r.event = e.id \
     LEFT JOIN artifact a ON a.agency = e.agency AND a.id = e.artifact \
     WHERE e.agency = $1 AND e.artifact = $2 AND e.id > $3 \
     AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.agency = e.agency AND b.event = e.id) \
     AND NOT EXISTS (SELECT 1 FROM destroyed d WHERE d.agency = e.agency AND d.artifact = e.artifact) \
     ORDER BY e.id LIMIT 200";
const OF_NONE: &str = "SELECT e.id, e.kind, e.at, e.node, e.artifact, e.commitment, r.salt, r.body, NULL AS request \
     FROM event e JOIN record r ON r.agency = e.agency AND r.event = e.id \
     WHERE e.agency = $1 AND e.artifact IS NULL AND e.id > $2 \
     AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.agency = e.agency AND b.event = e.id) \
     ORDER BY e.id LIMIT 200";

/// What a manifest has to be of.
struct Wanted {
    event: String,
    /// The name of its object.
    name: String,
    node: String,
    artifact: Option<String>,
    commitment: Vec<u8>,
}

impl Archive {
    /// Holds the manifests of a document's events against these, and writes those again that aren't there or aren't theirs.
    pub(crate) async fn mend_manifests_of(&self, artifact: &str) -> Result<Mended, Error> {
        let mended = self.mend_manifests(OF_DOCUMENT, |after| values![&self.agency, artifact, after]).await?;
        self.tell_mended(&mended).await?;
        Ok(mended)
    }

    /// The same for events that are about no document.
    pub(crate) async fn mend_other_manifests(&self) -> Result<Mended, Error> {
        let mended = self.mend_manifests(OF_NONE, |after| values![&self.agency, after]).await?;
        self.tell_mended(&mended).await?;
        Ok(mended)
    }

    async fn mend_manifests(&self, sql: &'static str, values: impl Fn(&str) -> Vec<Value>) -> Result<Mended, Error> {
        let (mut mended, mut after) = (Mended::default(), String::new());
        loop {
            let rows = self.database.rows(sql, values(&after)).await?;
            let Some(last) = rows.last() else { return Ok(mended) };
            after = last.text("id")?;
            let is_last = rows.len() < AT_ONCE;
            // What is wrong with a row, an audit says: it says of no manifest what it should be.
            let wanted: Vec<Wanted> = rows.iter().filter_map(|row| wanted(row).ok()).collect();
            let store = self.store.clone();
            let faulty = blocking(move || {
                let mut faulty = Vec::new();
                for wanted in wanted {
                    if let Some(state) = fault(&store, &wanted)? {
                        faulty.push((wanted, state));
                    }
                }
                Ok(faulty)
            });
            for (wanted, state) in faulty.await? {
                self.mend_manifest(&wanted, state, &mut mended).await?;
            }
            if is_last {
                return Ok(mended);
            }
        }
    }

    async fn mend_manifest(&self, wanted: &Wanted, state: &str, mended: &mut Mended) -> Result<(), Error> {
        let path = place(&wanted.name);
        let manifest = match self.manifest(&wanted.event).await {
            Ok(Some((name, manifest))) if name == wanted.name => manifest,
            // It was destroyed since.
            Ok(None) => return Ok(()),
            Ok(Some(_)) | Err(Error::Damaged(_)) => {
                mended.damaged(&path, state);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let bytes = serde_json::to_vec(&manifest).map_err(Error::internal)?;
        let (store, name, sha256) = (self.store.clone(), wanted.name.clone(), sha256(&bytes));
        let put = blocking(move || match store.put_back(&name, &bytes) {
            // Another process is at it too.
            Ok(()) | Err(Error::Raced) => Ok(store.get(&name)?.as_deref() == Some(bytes.as_slice())),
            Err(error) => Err(error),
        });
        match put.await {
            Ok(true) => mended.repaired.push(Repaired { path, state: state.to_owned(), sha256 }),
            Ok(false) => mended.damaged(&path, state),
            // Told, and left to who may.
            Err(Error::Setting(why)) => {
                tracing::error!(path, why, "a manifest is damaged and isn't mended");
                mended.damaged(&path, state);
                mended.refused.push(path);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// The manifest that an event has to have, by its row and its record.
fn wanted(row: &Row) -> Result<Wanted, Error> {
    record::demand_committed(row)?;
    let (event, kind) = (row.text("id")?, row.text("kind")?);
    let told: Option<Record<Map<String, Json>>> = serde_json::from_slice(&row.bytes("body")?).ok();
    if !told.is_some_and(|told| told.kind == kind && told.id.to_string() == event) {
        return Err(Error::Damaged(format!("event {event}: its record is another event's")));
    }
    let name = match kind.as_str() {
        VersionAdded::KIND => format!("{}.json", record::read::<VersionAdded>(row)?.of.object),
        MetadataRevised::KIND => {
            let first = row.maybe_text("request")?;
            let first = first.ok_or_else(|| Error::Damaged(format!("event {event}: its artifact is missing")))?;
            format!("{first}.m{}.json", record::read::<MetadataRevised>(row)?.of.revision)
        }
        _ => other(&event),
    };
    Ok(Wanted {
        event,
        name,
        node: row.text("node")?,
        artifact: row.maybe_text("artifact")?,
        commitment: row.bytes("commitment")?,
    })
}

/// What is the matter with a manifest, where something is.
fn fault(store: &Store, wanted: &Wanted) -> Result<Option<&'static str>, Error> {
    match store.get(&wanted.name) {
        Ok(Some(bytes)) => {
            let is_its_own = Manifest::read(&bytes).is_ok_and(|told| {
                lies_at(&told, &wanted.name)
                    && is_of(&told, &wanted.node, wanted.artifact.as_deref(), &wanted.commitment)
            });
            Ok((!is_its_own).then_some("damaged"))
        }
        Ok(None) => Ok(Some("missing")),
        Err(Error::Damaged(_)) if store.is_hidden(&wanted.name)? => Ok(Some("missing")),
        Err(Error::Damaged(_)) => Ok(Some("damaged")),
        Err(error) => Err(error),
    }
}

/// Whether an object of this name is where a manifest has to lie.
fn lies_at(told: &Read, name: &str) -> bool {
    // Metadata lie under the name of the artifact's first request, which isn't in them.
    let first = name.split_once('.').map(|(first, _)| first);
    told.object(first).as_deref() == Some(name)
}

/// Whether a manifest says of its event what the event's row says.
fn is_of(told: &Read, node: &str, artifact: Option<&str>, commitment: &[u8]) -> bool {
    told.manifest.node == node
        && told.manifest.artifact.map(|artifact| artifact.to_string()).as_deref() == artifact
        && same(&told.commitment, commitment)
}

/// Whether bytes that lie at this path of the store are the manifest that an event has there.
pub(crate) async fn is_manifest_of(archive: &Archive, path: &str, bytes: &[u8]) -> Result<bool, Error> {
    let Ok(told) = Manifest::read(bytes) else { return Ok(false) };
    let name = if path.starts_with("o/") { path.rsplit('/').next().unwrap_or(path) } else { path };
    let sql = "SELECT node, artifact, commitment FROM event WHERE agency = $1 AND id = $2";
    let Some(row) = archive.database.row(sql, values![&archive.agency, told.id.to_string()]).await? else {
        return Ok(false);
    };
    let artifact = row.maybe_text("artifact")?;
    Ok(lies_at(&told, name) && is_of(&told, &row.text("node")?, artifact.as_deref(), &row.bytes("commitment")?))
}
