//! What lies in an S3 store, name by name: as with files, and with what a list of objects doesn't show: delete markers, and versions
//! that were put over others.

use super::files::is_shard;
use super::finding::{Fault, Subject};
use super::{Progress, Run, Stage};
use crate::archive::blocking;
use crate::database::values;
use crate::error::Error;
use crate::is_own_name;
use crate::manifest::RECORDS;
use crate::sequencing::CHECKPOINT;
use crate::store::{Named, Store};

/// Where the check of each start writes its one name.
const PROBES: &str = "probe";

impl<P: Fn(Progress) + Send + Sync> Run<'_, P> {
    /// Looks at every name in the store, and at those of drafts, which lie in a place of their own.
    pub(super) async fn listed(&mut self) -> Result<(), Error> {
        // As many as there should be: a document and its manifest, the manifests of other events, drafts.
        let expected = self.counts.versions + self.counts.events + self.counts.tiles + self.counts.drafts;
        self.begin(Stage::Files, expected.max(1));
        for prefix in ["", "d/"] {
            let mut walk = self.of.store.walk(prefix);
            while let Some(mut going) = walk.take() {
                let (page, going) = blocking(move || Ok((going.page(), going))).await?;
                let page = match page {
                    Ok(page) => page,
                    Err(error) => {
                        self.findings.problem(Fault::FileUnreadable, Subject::file(prefix), Some(error.to_string()));
                        break;
                    }
                };
                if page.is_empty() {
                    break;
                }
                let (mut stored, mut drafts) = (Vec::new(), Vec::new());
                for named in page {
                    self.named(named, &mut stored, &mut drafts).await?;
                    self.step(1);
                }
                self.stored(stored).await?;
                self.draft_files(drafts).await?;
                walk = Some(going);
            }
        }
        self.step(expected.max(1));
        Ok(())
    }

    /// Looks at a name. Parts and manifests, and drafts, are put with those that are looked at together: their names, and where they lie.
    async fn named(
        &mut self,
        Named { place, versions, is_hidden }: Named,
        stored: &mut Vec<(String, String)>,
        drafts: &mut Vec<(String, String)>,
    ) -> Result<(), Error> {
        let mut names = place.splitn(3, '/');
        let (first, second, third) = (names.next().unwrap_or_default(), names.next(), names.next());
        if is_hidden {
            return self.hidden(place.clone(), third).await;
        }
        // The checkpoint is replaced by every later one.
        if versions > 1 && place != CHECKPOINT && first != "d" {
            let detail = Some(format!("{versions} versions"));
            self.findings.note(Fault::ObjectVersions, Subject::file(&*place), detail);
        }
        match (first, second, third) {
            ("o", Some(shard), Some(name)) if is_shard(shard) && name.starts_with(shard) && !name.contains('/') => {
                stored.push((name.to_owned(), place));
                Ok(())
            }
            ("d", Some(shard), Some(name)) if is_shard(shard) && name.starts_with(shard) && !name.contains('/') => {
                drafts.push((name.to_owned(), place));
                Ok(())
            }
            ("o" | "d", ..) => {
                self.findings.problem(Fault::FileUnknown, Subject::file(place), None);
                Ok(())
            }
            ("log", Some(_), _) if place.starts_with(RECORDS) => {
                stored.push((place.clone(), place));
                Ok(())
            }
            // The checkpoint was looked at with the log.
            ("log", Some(_), _) if place == CHECKPOINT => Ok(()),
            ("log", Some(_), _) => self.log_file(place).await,
            _ => {
                if first != PROBES && !is_own_name(first) {
                    self.findings.note(Fault::FileUnknown, Subject::file(place), None);
                }
                Ok(())
            }
        }
    }

    /// A name whose object was deleted. That of a document's part was told with its row; a draft's may be gone.
    async fn hidden(&mut self, place: String, object: Option<&str>) -> Result<(), Error> {
        if place.starts_with("d/") {
            return Ok(());
        }
        let sql = "SELECT object FROM version WHERE agency = $1 AND object = $2";
        let object = object.unwrap_or_default();
        if place.starts_with("o/") && !self.page("version", sql, values![&self.of.agency, object]).await.is_empty() {
            return Ok(());
        }
        self.findings.problem(Fault::ObjectHidden, Subject::file(place), None);
        Ok(())
    }
}

/// What is said of a name that isn't found where it should be: an S3 store may only hide it.
pub(super) fn absent(store: &Store, name: &str, otherwise: Fault) -> Fault {
    if store.is_hidden(name).unwrap_or(false) { Fault::ObjectHidden } else { otherwise }
}
