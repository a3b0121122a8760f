//! The rows of documents: what is answered by them has to be what was kept. What isn't is told until it's that again.

use uuid::Uuid;

use super::Scrubbed;
use crate::archive::Archive;
use crate::clock::now;
use crate::database::values;
use crate::error::Error;

impl Archive {
    /// Looks again at the documents whose rows were told of: somebody may have put them back.
    pub(super) async fn scrub_told(&self, done: &mut Scrubbed) -> Result<(), Error> {
        for artifact in self.told_rows().await? {
            let mut whole = Vec::new();
            let looked = self.scrub_one(&artifact, done, &mut whole).await;
            self.seen_whole(whole).await?;
            if looked? {
                tracing::info!(artifact, "the rows of a kept document are whole again");
                self.rows_are_whole(&artifact).await?;
            }
        }
        // The limit is for those whose turn it is.
        (done.objects, done.bytes) = (0, 0);
        Ok(())
    }

    /// Lets an artifact wait for the next round.
    pub(super) async fn pass_over(&self, artifact: &str) -> Result<(), Error> {
        let sql = "UPDATE copy SET seen = $3 WHERE agency = $1 AND store = 'first' \
                   AND object IN (SELECT object FROM version WHERE agency = $1 AND artifact = $2)";
        let values = values![&self.agency, artifact, now()];
        self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await?;
        Ok(())
    }

    /// Everything that is answered of an artifact by rows has to be what was kept. Rows that follow from records are put in again first.
    pub(super) async fn demand_kept(&self, id: Uuid, done: &mut Scrubbed) -> Result<(), Error> {
        match self.demand_answers(id).await {
            Err(Error::Damaged(why)) => {
                if done.rows_mended {
                    return Err(Error::Damaged(why));
                }
                done.rows_mended = true;
                done.repaired.extend(self.mend_rows().await?);
                self.demand_answers(id).await
            }
            held => held,
        }
    }

    async fn demand_answers(&self, id: Uuid) -> Result<(), Error> {
        let gone = |what| Error::Damaged(format!("artifact {id}: it has rows of {what} without an event"));
        let artifact = self.artifact(id).await?.ok_or_else(|| gone("versions"))?;
        self.report(&artifact).await?;
        self.links(id).await?;
        // Before them: another may be written meanwhile.
        let sql = "SELECT count(*) AS n FROM metadata WHERE agency = $1 AND artifact = $2";
        let row = self.database.row(sql, values![&self.agency, id.to_string()]).await?;
        let rows = row.map_or(Ok(0), |row| row.count("n"))?;
        match u64::try_from(self.revisions(id).await?.len()).is_ok_and(|revisions| revisions >= rows) {
            true => Ok(()),
            false => Err(gone("metadata")),
        }
    }
}
