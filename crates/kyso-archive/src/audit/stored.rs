//! What was listed in the store, held against the rows: parts of documents, manifests, drafts, some hundreds at once.

use std::collections::{HashMap, HashSet};

use kyso::crypto::same;
use uuid::Uuid;

use super::differing::{COMMITMENTS, DRAFTS, PARTS, REQUESTS};
use super::finding::{Fault, Subject};
use super::{PAGE, Progress, Run};
use crate::database::{Row, Statement, values};
use crate::error::Error;
use crate::manifest::Manifest;
use crate::request::Name;
use crate::several::each;

/// A manifest that was read, and what's needed of it.
struct Listed {
    object: String,
    path: String,
    id: String,
    node: String,
    artifact: Option<Uuid>,
    commitment: [u8; 32],
    /// Whether it lies where it has to.
    is_in_place: bool,
}

/// Why a manifest isn't one.
enum Unread {
    /// The store doesn't hand it out.
    Unreadable(String),
    /// What lies there can't be believed.
    Unknown(String),
}

impl<P: Fn(Progress) + Send + Sync> Run<'_, P> {
    /// Looks at objects by their names in the store and where they lie: manifests (`.json`) and parts.
    pub(super) async fn stored(&mut self, found: Vec<(String, String)>) -> Result<(), Error> {
        for some in found.chunks(PAGE as usize) {
            let (mut manifests, mut parts) = (Vec::new(), Vec::new());
            for (name, path) in some {
                // What is known of a part lies beside it.
                match name.ends_with(".json") {
                    true => manifests.push((name.clone(), path.clone())),
                    false => parts.push((name.as_str(), path.as_str())),
                }
            }
            self.parts(parts).await?;
            self.manifests(manifests).await?;
        }
        Ok(())
    }

    /// The rows of a statement about some keys, by their keys.
    async fn by_key(
        &mut self,
        table: &'static str,
        sql: Statement,
        keys: &HashSet<&str>,
    ) -> Result<HashMap<String, Row>, Error> {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let keys = serde_json::to_string(keys).map_err(Error::internal)?;
        let rows = self.page(table, sql.of(self.of.database.is_shared()), values![&self.of.agency, keys]).await;
        // A key that can't be read is of a row that isn't the one that was asked for.
        Ok(rows.into_iter().filter_map(|row| Some((row.text("key").ok()?, row))).collect())
    }

    async fn parts(&mut self, parts: Vec<(&str, &str)>) -> Result<(), Error> {
        let mut named = Vec::new();
        for (part, path) in parts {
            let name = part.split_once('.').and_then(|(name, ordinal)| {
                let number: u32 = ordinal.parse().ok()?;
                (number.to_string() == ordinal).then(|| Name::of_row(name.to_owned()).ok()).flatten()
            });
            match name {
                Some(name) => named.push((name, part, path)),
                None => self.findings.problem(Fault::ObjectUnknown, Subject::file(path), None),
            }
        }
        // A part of a later version is named after the request of the first. The requests are looked at first: once one is done, its
        // version is there.
        let names = named.iter().map(|(name, ..)| name.as_str()).collect();
        let requests = self.by_key("request", REQUESTS, &names).await?;
        let objects = named.iter().map(|(_, part, _)| *part).collect();
        let versions = self.by_key("version", PARTS, &objects).await?;
        for (name, part, path) in named {
            let subject = Subject::file(path);
            if let Some(row) = versions.get(part) {
                let artifact = row.text("artifact").unwrap_or_default();
                if self.destroyed.contains_key(&artifact) {
                    self.left(subject, &artifact);
                }
                continue;
            }
            match requests.get(name.as_str()).and_then(|row| row.text("state").ok()).as_deref() {
                Some("done") if part == name.part(0) => {
                    let detail = Some("its request is done, and no version has it".to_owned());
                    self.findings.problem(Fault::ObjectUnknown, subject, detail);
                }
                Some(state) => {
                    let detail = Some(format!("its request is {state}"));
                    self.findings.note(Fault::ObjectUnfinished, subject, detail);
                }
                None => self.findings.problem(Fault::ObjectUnknown, subject, None),
            }
        }
        Ok(())
    }

    /// Manifests, each held against itself and against the event that it's of.
    async fn manifests(&mut self, manifests: Vec<(String, String)>) -> Result<(), Error> {
        let store = self.of.store.clone();
        let read = each(manifests, move |(object, path)| {
            let read = match store.get(&object) {
                Ok(Some(bytes)) => Manifest::read(&bytes).map_err(Unread::Unknown),
                Ok(None) => Err(Unread::Unknown("it has gone".to_owned())),
                Err(error) => Err(Unread::Unreadable(error.to_string())),
            };
            let told = match read {
                Ok(told) => told,
                Err(why) => return Err((object, path, why)),
            };
            // Metadata lie under the name of the artifact's first request, which isn't in them.
            let first = object.split_once('.').map(|(first, _)| first);
            let is_in_place = told.object(first).as_ref() == Some(&object);
            let (id, node, commitment) = (told.id.to_string(), told.manifest.node, told.commitment);
            Ok(Listed { object, path, id, node, artifact: told.manifest.artifact, commitment, is_in_place })
        });
        let mut listed = Vec::new();
        for read in read.await? {
            match read {
                Ok(manifest) => listed.push(manifest),
                Err((_, path, Unread::Unreadable(why))) => {
                    self.findings.problem(Fault::FileUnreadable, Subject::file(path), Some(why));
                }
                Err((object, path, Unread::Unknown(why))) => {
                    let fault = self.fault_of(&object).await;
                    self.findings.problem(fault, Subject::file(path), Some(why));
                }
            }
        }
        // An event is there before its manifest.
        let ids = listed.iter().map(|manifest| manifest.id.as_str()).collect();
        let events = self.by_key("event", COMMITMENTS, &ids).await?;
        for manifest in listed {
            let subject = Subject::file(&manifest.path);
            if let Some(artifact) = manifest.artifact.filter(|artifact| self.is_destroyed(artifact)) {
                self.left(subject, &artifact.to_string());
                continue;
            }
            if let Some((fault, why)) = self.differs(&manifest, events.get(&manifest.id)).await {
                self.findings.problem(fault, subject, Some(why.to_owned()));
            }
        }
        Ok(())
    }

    /// What is the matter with a manifest beside the row of its event, where something is.
    async fn differs(&mut self, manifest: &Listed, event: Option<&Row>) -> Option<(Fault, &'static str)> {
        let nobodys = "no event of the archive has this manifest";
        let committed = event.and_then(|row| row.bytes("commitment").ok()).unwrap_or_default();
        let is_its_own = manifest.is_in_place && same(&committed, &manifest.commitment);
        // A row that was changed is told for itself.
        let Some(row) = event.filter(|_| !self.findings.is_bad(&manifest.id)) else {
            return (!is_its_own).then_some((Fault::ObjectUnknown, nobodys));
        };
        if !is_its_own {
            return Some((self.fault_of(&manifest.object).await, nobodys));
        }
        let says = manifest.artifact.map(|artifact| artifact.to_string());
        let is_the_same = row.text("node").is_ok_and(|node| node == manifest.node)
            && row.maybe_text("artifact").is_ok_and(|artifact| artifact == says);
        let why = "it says something else of its event than the event's row";
        (!is_the_same).then_some((Fault::ManifestChanged, why))
    }

    /// Looks at drafts by their names in the store and where they lie.
    pub(super) async fn draft_files(&mut self, found: Vec<(String, String)>) -> Result<(), Error> {
        for some in found.chunks(PAGE as usize) {
            let names = some.iter().map(|(name, _)| name.as_str()).filter(|name| Uuid::try_parse(name).is_ok());
            let rows = self.by_key("draft", DRAFTS, &names.collect()).await?;
            for (name, path) in some {
                if Uuid::try_parse(name).is_err() {
                    self.findings.problem(Fault::FileUnknown, Subject::file(path), None);
                } else if !rows.contains_key(name) {
                    self.findings.note(Fault::DraftUnknown, Subject::file(path), None);
                }
            }
        }
        Ok(())
    }
}
