//! The documents: every part and every version, read and hashed again; and prepared results.

use uuid::Uuid;

use super::finding::{Fault, Subject};
use super::{PAGE, Progress, Run, Stage, next_key, next_pair};
use crate::archive::blocking;
use crate::database::values;
use crate::drafts;
use crate::error::Error;
use crate::parts::{Condition, conditions};
use crate::read::version;
use crate::record::{Record, VersionAdded, sha256};
use crate::several::each;
use crate::store;

/// Versions with their records, those of an artifact together.
const VERSIONS: &str = "SELECT v.artifact, v.ordinal, v.object, v.start, v.length, v.sha256, v.bytes, e.id, e.kind, e.at, \
     e.commitment, r.salt, r.body FROM version v JOIN event e ON e.agency = v.agency AND e.id = v.event \
     JOIN record r ON r.agency = v.agency AND r.event = v.event \
     WHERE v.agency = $1 AND (v.artifact, v.ordinal) > ($2, $3) ORDER BY v.artifact, v.ordinal LIMIT $4";

const DRAFTS: &str = "SELECT * FROM draft WHERE agency = $1 AND id > $2 ORDER BY id LIMIT $3";

impl<P: Fn(Progress) + Send + Sync> Run<'_, P> {
    /// Looks at the documents.
    pub(super) async fn objects(&mut self) -> Result<(), Error> {
        let parts = self
            .number("version", "SELECT CAST(coalesce(sum(length), 0) AS BIGINT) AS n FROM version WHERE agency = $1")
            .await;
        let drafts = self
            .number("draft", "SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) AS n FROM draft WHERE agency = $1")
            .await;
        self.begin(Stage::Objects, parts.saturating_add(drafts));
        let (mut after, mut begun) = ((String::new(), -1), Vec::new());
        loop {
            // By their versions: of an artifact whose own row is gone, the documents are looked at too.
            let rows = self.page("version", VERSIONS, values![&self.of.agency, &after.0, after.1, PAGE]).await;
            let next = next_pair(&rows, "ordinal", &after);
            let mut whole: Vec<Vec<Record<VersionAdded>>> = Vec::new();
            // What isn't as its record says was told with its row, and its digests say nothing.
            for record in rows.iter().filter_map(|row| version(row).ok()) {
                if begun.first().is_some_and(|first: &Record<VersionAdded>| first.of.artifact != record.of.artifact) {
                    whole.push(std::mem::take(&mut begun));
                }
                begun.push(record);
            }
            let Some(next) = next else {
                whole.push(begun);
                self.documents(whole).await?;
                break;
            };
            after = next;
            self.documents(whole).await?;
        }
        self.drafts().await
    }

    /// Every part of artifacts, by the records of all their versions.
    async fn documents(&mut self, artifacts: Vec<Vec<Record<VersionAdded>>>) -> Result<(), Error> {
        let store = self.of.store.clone();
        let looked = each(artifacts, move |records| {
            let mut bytes = 0;
            let found = conditions(&store, &records, |count| bytes += count);
            (bytes, found.into_iter().zip(records).collect::<Vec<_>>())
        });
        for (read, found) in looked.await? {
            self.counts.bytes += read;
            self.step(read);
            for ((object, condition), Record { of, .. }) in found {
                let subject = Subject::object(&object, &of.artifact.to_string(), of.version);
                match condition {
                    Condition::Whole => {}
                    Condition::Missing => self.findings.problem(Fault::ObjectMissing, subject, None),
                    Condition::Hidden => self.findings.problem(Fault::ObjectHidden, subject, None),
                    Condition::Damaged => self.findings.problem(Fault::ObjectDamaged, subject, None),
                    Condition::Unreadable(why) => self.findings.problem(Fault::ObjectUnreadable, subject, Some(why)),
                }
            }
        }
        Ok(())
    }

    /// Every prepared result: its seal and its bytes.
    async fn drafts(&mut self) -> Result<(), Error> {
        let mut after = vec![String::new()];
        loop {
            let rows = self.page("draft", DRAFTS, values![&self.of.agency, after.concat(), PAGE]).await;
            for row in &rows {
                self.counts.drafts += 1;
                let id = row.text("id").unwrap_or_default();
                match drafts::read(row) {
                    Ok((draft, _)) => self.draft(draft.id, draft.sha256, draft.bytes).await?,
                    Err(error) => self.judged("draft", &id, Err(error)),
                }
            }
            match next_key(&rows, &["id"], &after) {
                Some(next) => after = next,
                None => return Ok(()),
            }
        }
    }

    async fn draft(&mut self, id: Uuid, digest: String, length: u64) -> Result<(), Error> {
        let (store, object) = (self.of.store.clone(), store::draft(&id.to_string()));
        let subject = Subject::file(store::place(&object));
        let bytes = blocking(move || store.get(&object)).await;
        self.step(length);
        match bytes {
            Err(error) => self.findings.problem(Fault::FileUnreadable, subject, Some(error.to_string())),
            Ok(Some(bytes)) => {
                self.counts.bytes += length;
                if sha256(&bytes) != digest {
                    self.findings.problem(Fault::DraftDamaged, subject, None);
                }
            }
            Ok(None) => {
                // It may have been removed since its row was read.
                let sql = "SELECT id FROM draft WHERE agency = $1 AND id = $2";
                let again = self.page("draft", sql, values![&self.of.agency, id.to_string()]).await;
                if !again.is_empty() {
                    self.findings.problem(Fault::DraftMissing, subject, None);
                }
            }
        }
        Ok(())
    }
}
