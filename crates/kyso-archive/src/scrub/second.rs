//! The copies of parts in the second store.

use super::Scrubbed;
use crate::archive::{Archive, blocking};
use crate::database::values;
use crate::error::Error;
use crate::parts::whole_part;
use crate::record::{Record, VersionAdded};
use crate::second::CameOf;

impl Archive {
    /// Looks at the copy of a part that is whole here, and makes it again where it isn't what was kept.
    pub(super) async fn scrub_second(&self, record: &Record<VersionAdded>, done: &mut Scrubbed) -> Result<(), Error> {
        let Some(second) = &self.second else { return Ok(()) };
        if self.copy_state(record, done).await?.is_none_or(|state| state == "whole") {
            return Ok(());
        }
        tracing::warn!(object = record.of.object, "the second store's copy is damaged");
        match self.copy_part(second, record).await? {
            CameOf::Copied => done.copied.push(record.of.object.clone()),
            CameOf::Refused => done.uncopied.push(record.of.object.clone()),
            CameOf::NotWhole => {}
        }
        Ok(())
    }

    /// Looks at the copy of a part that isn't whole here, from which nothing was put back.
    pub(super) async fn look_at_second(&self, record: &Record<VersionAdded>, done: &mut Scrubbed) -> Result<(), Error> {
        if let Some(state) = self.copy_state(record, done).await?.filter(|state| *state != "whole") {
            self.seen(&record.of.object, "second", state).await?;
            done.uncopied.push(record.of.object.clone());
        }
        Ok(())
    }

    /// What the copy of a part is: `whole`, which is written down, `damaged` or `missing`; none where there's no second store, or it
    /// wasn't copied yet.
    async fn copy_state(
        &self,
        record: &Record<VersionAdded>,
        done: &mut Scrubbed,
    ) -> Result<Option<&'static str>, Error> {
        let Some(second) = &self.second else { return Ok(None) };
        let sql = "SELECT state FROM copy WHERE agency = $1 AND object = $2 AND store = 'second'";
        if self.database.row(sql, values![&self.agency, &record.of.object]).await?.is_none() {
            return Ok(None);
        }
        let (store, of) = (second.clone(), record.of.clone());
        let state = blocking(move || {
            Ok(match whole_part(&store, &of) {
                Ok(Some(_)) => "whole",
                _ if store.has(&of.object).is_ok_and(|is_there| !is_there) => "missing",
                _ => "damaged",
            })
        });
        let state = state.await?;
        done.bytes += record.of.length;
        if state == "whole" {
            self.seen(&record.of.object, "second", "whole").await?;
        }
        Ok(Some(state))
    }
}
