//! The second store: what was copied there, looked at again. What isn't copied yet is no fault; what was copied and isn't what was kept is.

use super::finding::{Fault, Subject};
use super::{PAGE, Progress, Run, Stage, next_key};
use crate::archive::blocking;
use crate::database::values;
use crate::error::Error;
use crate::identity;
use crate::parts::whole_part;
use crate::read::{version, versions};
use crate::second::demand_root;
use crate::sequencing::CHECKPOINT;
use crate::stamping::{STAMPS, StampFile};
use crate::store::{Store, place};

impl<P: Fn(Progress) + Send + Sync> Run<'_, P> {
    /// Looks at the second store, where there's one.
    pub(super) async fn second(&mut self) -> Result<(), Error> {
        let Some(store) = self.of.second.clone() else { return Ok(()) };
        let copied = self
            .number("copy", "SELECT count(*) AS n FROM copy WHERE agency = $1 AND store = 'second' AND state = 'whole'")
            .await;
        self.begin(Stage::Second, copied);
        let (in_store, own) = (store.clone(), self.of.identity.written()?);
        match blocking(move || in_store.get(identity::OBJECT)).await {
            Ok(Some(there)) if there == own => {}
            Ok(Some(_)) => {
                let why = "it's another archive's".to_owned();
                return self.copy_fault(&store, Fault::CopyDamaged, identity::OBJECT, Some(why));
            }
            // Nothing was copied to a store that isn't made yet; and one that is gone says so once.
            Ok(None) if copied == 0 => return Ok(()),
            Ok(None) => return self.copy_fault(&store, Fault::CopyMissing, identity::OBJECT, None),
            Err(error) => {
                return self.copy_fault(&store, Fault::CopyUnreadable, identity::OBJECT, Some(error.to_string()));
            }
        }
        self.destroyed_copies(&store).await?;
        self.copied_parts(&store).await?;
        self.copied_log(&store).await?;
        self.copied_stamps(&store).await
    }

    /// Nothing is there of what was destroyed.
    async fn destroyed_copies(&mut self, store: &Store) -> Result<(), Error> {
        for (name, artifact) in std::mem::take(&mut self.destroyed_names) {
            let in_store = store.clone();
            match blocking(move || in_store.left_of(&name)).await {
                Ok(left) => {
                    for path in left {
                        self.left(Subject::file(shown(store, &path)), &artifact);
                    }
                }
                Err(error) => return self.copy_fault(store, Fault::CopyUnreadable, "o", Some(error.to_string())),
            }
        }
        Ok(())
    }

    async fn copied_parts(&mut self, store: &Store) -> Result<(), Error> {
        let mut after = vec![String::new()];
        loop {
            let sql = versions!(
                "v.object > $2 AND EXISTS (SELECT 1 FROM copy c WHERE c.agency = v.agency AND c.object = v.object \
                 AND c.store = 'second' AND c.state = 'whole') ORDER BY v.object LIMIT $3"
            );
            let rows = self.page("version", sql, values![&self.of.agency, after.concat(), PAGE]).await;
            for row in &rows {
                // What is wrong with a row, or was destroyed, was told.
                let Ok(record) = version(row) else { continue };
                let (in_store, of, object) = (store.clone(), record.of.clone(), record.of.object.clone());
                let read = blocking(move || Ok((whole_part(&in_store, &of), in_store.has(&of.object)))).await?;
                let path = place(&object);
                match read {
                    (Ok(Some(_)), _) => self.counts.copies += 1,
                    (Ok(None), Ok(false)) => self.copy_fault(store, Fault::CopyMissing, &path, None)?,
                    (Ok(None), _) => self.copy_fault(store, Fault::CopyDamaged, &path, None)?,
                    (Err(error), _) => self.copy_fault(store, Fault::CopyUnreadable, &path, Some(error.to_string()))?,
                }
                self.step(1);
            }
            match next_key(&rows, &["object"], &after) {
                Some(next) => after = next,
                None => return Ok(()),
            }
        }
    }

    /// The log there is a beginning of this one, and its tiles give its root.
    async fn copied_log(&mut self, store: &Store) -> Result<(), Error> {
        let in_store = store.clone();
        let note = match blocking(move || in_store.get(CHECKPOINT)).await {
            Ok(Some(note)) => note,
            Ok(None) => return Ok(()),
            Err(error) => return self.copy_fault(store, Fault::CopyUnreadable, CHECKPOINT, Some(error.to_string())),
        };
        let archive = self.of.of_rows().await?;
        let (checkpoint, _) = match archive.own_checkpoint(&note, &store.shown()) {
            Ok(read) => read,
            Err(error) => return self.copy_fault(store, Fault::CopyDamaged, CHECKPOINT, Some(error.to_string())),
        };
        match archive.demand_known(&note, &store.shown()).await {
            Ok(()) => {}
            Err(error @ Error::RolledBack { .. }) => {
                let subject = Subject::Checkpoint { size: Some(checkpoint.size()), place: shown(store, CHECKPOINT) };
                self.findings.problem(Fault::LogRolledBack, subject, Some(error.to_string()));
                return Ok(());
            }
            // What is wrong with the log here, the audit of the log says.
            Err(_) => {}
        }
        let in_store = store.clone();
        match blocking(move || demand_root(&in_store, &checkpoint)).await {
            Ok(()) => Ok(()),
            Err(error) => self.copy_fault(store, Fault::CopyDamaged, "log", Some(error.to_string())),
        }
    }

    async fn copied_stamps(&mut self, store: &Store) -> Result<(), Error> {
        let found = match self.of.of_rows().await?.stamp_files_of(store).await {
            Ok(found) => found,
            Err(error) => return self.copy_fault(store, Fault::CopyUnreadable, STAMPS, Some(error.to_string())),
        };
        for file in found {
            match file {
                // It's copied the next time.
                StampFile::Missing(path) => {
                    self.findings.note(Fault::StampMissing, Subject::file(shown(store, &path)), None);
                }
                StampFile::Changed(path) => self.copy_fault(store, Fault::CopyDamaged, &path, None)?,
                StampFile::Unknown(path) => {
                    self.findings.note(Fault::FileUnknown, Subject::file(shown(store, &path)), None);
                }
            }
        }
        Ok(())
    }

    fn copy_fault(&mut self, store: &Store, fault: Fault, path: &str, why: Option<String>) -> Result<(), Error> {
        self.findings.problem(fault, Subject::file(shown(store, path)), why);
        Ok(())
    }
}

/// A file of the second store, apart from the one of this name here.
fn shown(store: &Store, path: &str) -> String {
    format!("{}: {path}", store.shown())
}
