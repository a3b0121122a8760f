//! Manifests in the store: each held against itself and against the event that it's of, and each event's looked for.

use super::finding::{Fault, Subject};
use super::listing::absent;
use super::{PAGE, Progress, Run, next_key};
use crate::database::{Row, values};
use crate::error::Error;
use crate::manifest::{RECORDS, other};
use crate::metadata::MetadataRevised;
use crate::record::{self, Told as _, VersionAdded};
use crate::several::each;
use crate::store::place;

/// Events whose manifest has to be there: those that wait for it, and those of what was destroyed, aren't among them.
const EVENTS: &str = "SELECT e.id, e.kind, e.at, e.commitment, e.artifact, r.salt, r.body, a.request FROM event e \
     JOIN record r ON r.agency = e.agency AND r.event = e.id \
     LEFT JOIN artifact a ON a.agency = e.agency AND a.id = e.artifact \
     WHERE e.agency = $1 AND e.id > $2 \
     AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.agency = e.agency AND b.event = e.id) \
     AND NOT EXISTS (SELECT 1 FROM destroyed d WHERE d.agency = e.agency AND d.artifact = e.artifact) \
     ORDER BY e.id LIMIT $3";

impl<P: Fn(Progress) + Send + Sync> Run<'_, P> {
    /// Every event has its manifest, but for those that wait for it.
    pub(super) async fn missing_manifests(&mut self) -> Result<(), Error> {
        let mut after = vec![String::new()];
        loop {
            let rows = self.page("event", EVENTS, values![&self.of.agency, after.concat(), PAGE]).await;
            // What is wrong with a row was told.
            let is_right = |row: &&Row| row.text("id").is_ok_and(|id| !self.findings.is_bad(&id));
            let names: Vec<String> = rows.iter().filter(is_right).filter_map(|row| named(row).ok()).collect();
            let store = self.of.store.clone();
            let missing = each(names, move |name| {
                let fault = match store.has(&name) {
                    Ok(true) => return None,
                    Ok(false) => Fault::ManifestMissing,
                    Err(_) => Fault::FileUnreadable,
                };
                Some((absent(&store, &name, fault), name))
            });
            for (fault, name) in missing.await?.into_iter().flatten() {
                self.findings.problem(fault, Subject::file(place(&name)), Some("a manifest".to_owned()));
            }
            match next_key(&rows, &["id"], &after) {
                Some(next) => after = next,
                None => return Ok(()),
            }
        }
    }

    /// Whether something under this name is an event's manifest that was changed, or belongs to nothing.
    pub(super) async fn fault_of(&mut self, object: &str) -> Fault {
        let agency = self.of.agency.clone();
        let name = object.strip_suffix(".json").unwrap_or(object);
        let (table, sql, values) = if object.starts_with(RECORDS) {
            let id = name.rsplit('/').next().unwrap_or_default();
            if other(id) != object {
                return Fault::ObjectUnknown;
            }
            ("event", "SELECT id FROM event WHERE agency = $1 AND id = $2", values![agency, id])
        } else if let Some((first, revision)) = name.split_once(".m") {
            let Ok(revision) = revision.parse::<u32>() else { return Fault::ObjectUnknown };
            let sql = "SELECT m.artifact FROM artifact a JOIN metadata m ON m.agency = a.agency AND m.artifact = a.id \
                       WHERE a.agency = $1 AND a.request = $2 AND m.revision = $3";
            ("metadata", sql, values![agency, first, revision])
        } else {
            ("version", "SELECT artifact FROM version WHERE agency = $1 AND object = $2", values![agency, name])
        };
        match self.page(table, sql, values).await.is_empty() {
            true => Fault::ObjectUnknown,
            false => Fault::ManifestChanged,
        }
    }
}

/// The name of the manifest that an event has to have.
fn named(row: &Row) -> Result<String, Error> {
    let id = row.text("id")?;
    Ok(match row.text("kind")?.as_str() {
        VersionAdded::KIND => format!("{}.json", record::read::<VersionAdded>(row)?.of.object),
        MetadataRevised::KIND => {
            let first = row.maybe_text("request")?;
            let first = first.ok_or_else(|| Error::Damaged("its artifact is missing".into()))?;
            format!("{first}.m{}.json", record::read::<MetadataRevised>(row)?.of.revision)
        }
        _ => other(&id),
    })
}
