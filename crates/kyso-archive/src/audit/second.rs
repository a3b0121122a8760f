//! The second store: everything that is there, looked at again. What isn't copied yet is no fault; what is there and isn't what was kept
//! is, and so is what was copied and isn't there.

use std::collections::HashSet;

use super::finding::{Fault, Subject};
use super::{PAGE, Progress, Run, Stage, next_key};
use crate::archive::blocking;
use crate::database::{Row, values};
use crate::error::Error;
use crate::identity;
use crate::mending::Faulty;
use crate::parts::{Condition, whole_part};
use crate::read::{version, versions};
use crate::sequencing::CHECKPOINT;
use crate::stamping::{STAMPS, StampFile};
use crate::store::{Store, place};
use crate::stored_log::{self, Tiles};

impl<P: Fn(Progress) + Send + Sync> Run<'_, P> {
    /// Looks at the second store, where there's one.
    pub(super) async fn second(&mut self) -> Result<(), Error> {
        let Some(store) = self.of.second.clone() else { return Ok(()) };
        let copied = self
            .number(
                "copy",
                "SELECT count(*) AS n FROM copy WHERE agency = $1 AND store = 'second' AND state <> 'missing'",
            )
            .await;
        let all = self.number("version", "SELECT count(*) AS n FROM version WHERE agency = $1").await;
        self.begin(Stage::Second, all);
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

    /// Every part that is there is what was kept, whether or not a row says that it was copied; and what was copied is there.
    async fn copied_parts(&mut self, store: &Store) -> Result<(), Error> {
        let mut after = vec![String::new()];
        loop {
            let sql = versions!("v.object > $2 ORDER BY v.object LIMIT $3");
            let rows = self.page("version", sql, values![&self.of.agency, after.concat(), PAGE]).await;
            let copied = self.copied_between(&after.concat(), &rows).await;
            for row in &rows {
                // What is wrong with a row, or was destroyed, was told.
                let Ok(record) = version(row) else { continue };
                let (in_store, of, object) = (store.clone(), record.of.clone(), record.of.object.clone());
                let looked = move || {
                    Ok(match whole_part(&in_store, &of) {
                        Ok(Some(_)) => Condition::Whole,
                        _ if in_store.is_hidden(&of.object)? => Condition::Hidden,
                        Ok(None) if in_store.has(&of.object)? => Condition::Damaged,
                        Ok(None) => Condition::Missing,
                        Err(error) => Condition::Unreadable(error.to_string()),
                    })
                };
                let path = place(&object);
                match blocking(looked).await.unwrap_or_else(|error| Condition::Unreadable(error.to_string())) {
                    Condition::Whole => self.counts.copies += 1,
                    // It's copied the next time.
                    Condition::Missing if !copied.contains(&object) => {}
                    Condition::Missing | Condition::Hidden => {
                        self.copy_fault(store, Fault::CopyMissing, &path, None)?;
                    }
                    Condition::Damaged => self.copy_fault(store, Fault::CopyDamaged, &path, None)?,
                    Condition::Unreadable(why) => self.copy_fault(store, Fault::CopyUnreadable, &path, Some(why))?,
                }
                self.step(1);
            }
            match next_key(&rows, &["object"], &after) {
                Some(next) => after = next,
                None => return Ok(()),
            }
        }
    }

    /// Which of the parts behind one, up to the last of these rows, were copied once and not asked for anew since.
    async fn copied_between(&mut self, after: &str, rows: &[Row]) -> HashSet<String> {
        let last = rows.last().and_then(|row| row.text("object").ok()).unwrap_or_default();
        let sql = "SELECT object FROM copy WHERE agency = $1 AND store = 'second' AND state <> 'missing' \
                   AND object > $2 AND object <= $3";
        let copied = self.page("copy", sql, values![&self.of.agency, after, last]).await;
        copied.iter().filter_map(|row| row.text("object").ok()).collect()
    }

    /// The log there is a beginning of this one, and all its tiles and bundles are what was signed.
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
        match archive.look_at_second_log(store, &checkpoint).await {
            Ok(Some(faulty)) => {
                for Faulty { path, state } in faulty {
                    let fault = if state == "missing" { Fault::CopyMissing } else { Fault::CopyDamaged };
                    self.copy_fault(store, fault, &path, None)?;
                }
                return Ok(());
            }
            // What is wrong with the log here was told: the log there is held against itself.
            Ok(None) | Err(Error::Damaged(_)) => {}
            Err(error) => return self.copy_fault(store, Fault::CopyUnreadable, "log", Some(error.to_string())),
        }
        let in_store = store.clone();
        match blocking(move || stored_log::read(&in_store, &checkpoint, Tiles::Demanded, |_, _| Ok(()))).await {
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
