//! Receipts: the proof that a version stands in the log, for whoever has the file and the log's key.

use crate::archive::Archive;
use crate::artifact::Artifact;
use crate::database::values;
use crate::error::Error;
use crate::log::Receipt;
use crate::read::{version, versions};
use crate::sequencing::entry;

impl Archive {
    /// The receipt of a version, by the newest checkpoint that a witness has signed, with what witnesses have signed of it; else by the
    /// newest. None until one covers it, which is within a second or so.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the archive isn't whole; [`Error::Database`], [`Error::File`].
    pub async fn receipt(&self, artifact: &Artifact) -> Result<Option<Receipt>, Error> {
        self.receipt_by(artifact, false).await
    }

    /// The receipt of a version by the first checkpoint that covers it: it stays the same however the log grows.
    pub(crate) async fn first_receipt(&self, artifact: &Artifact) -> Result<Option<Receipt>, Error> {
        self.receipt_by(artifact, true).await
    }

    async fn receipt_by(&self, artifact: &Artifact, first: bool) -> Result<Option<Receipt>, Error> {
        let one = versions!("v.artifact = $2 AND v.ordinal = $3");
        let row = self.database.row(one, values![&self.agency, artifact.id.to_string(), artifact.version]).await?;
        let row = row.ok_or_else(|| Error::Missing(artifact.id.to_string()))?;
        let record = version(&row)?;
        let (salt, body) = (row.bytes("salt")?, row.bytes("body")?);
        let salt = salt.try_into().map_err(|_| Error::Damaged("a salt isn't one".into()))?;
        let sql = "SELECT position FROM leaf WHERE agency = $1 AND event = $2";
        let Some(leaf) = self.database.row(sql, values![&self.agency, record.id.to_string()]).await? else {
            return Ok(None);
        };
        let index = leaf.count("position")?;
        let Some((last, newest)) = self.last_checkpoint().await? else { return Ok(None) };
        if index >= last.size() {
            return Ok(None);
        }
        let (checkpoint, note) = match first {
            true => self.first_checkpoint_over(index).await?.unwrap_or((last, newest)),
            false => self.cosigned_over(index).await?.unwrap_or((last, newest)),
        };
        let size = checkpoint.size();
        let path = self.path_to_root(index, entry(&row)?.leaf(), &checkpoint).await?;
        let checkpoint = if first { note } else { self.cosigned(&note, size).await? };
        Ok(Some(Receipt { salt, record: body, index, path, checkpoint }))
    }
}
