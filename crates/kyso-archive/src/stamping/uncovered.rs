//! What no stamp covers yet.

use kyso::crypto::DigestAlgorithm;

use super::object::salted;
use super::rows::Leaf;
use super::{Evidenced, LeftOut, LeftOutWhy};
use crate::archive::Archive;
use crate::database::{Row, values};
use crate::error::Error;
use crate::read::{version, versions};

/// Most versions of one stamp, and most records.
pub(super) const MOST: u32 = 20_000;

/// What a stamp is to cover.
#[derive(Debug, Default)]
pub(super) struct Uncovered {
    pub(super) leaves: Vec<Leaf>,
    pub(super) left_out: Vec<LeftOut>,
    /// Whether something else than traces of stamping is among it.
    pub(super) is_news: bool,
    pub(super) is_more: bool,
}

impl Uncovered {
    fn add(&mut self, object: Evidenced, hash: Result<Vec<u8>, Error>) -> Result<(), Error> {
        match hash {
            Ok(hash) => self.leaves.push(object.leaf(hash)),
            // One that was changed mayn't keep the others from being stamped.
            Err(error @ (Error::Damaged(_) | Error::Missing(_))) => {
                tracing::error!(%error, ?object, "not stamped");
                self.left_out.push(LeftOut { object, why: LeftOutWhy::Changed(error.to_string()) });
            }
            Err(other) => return Err(other),
        }
        Ok(())
    }

    fn count(&mut self, rows: &[Row]) {
        self.is_more |= u32::try_from(rows.len()).is_ok_and(|found| found == MOST);
    }
}

impl Archive {
    /// Of a line of stamps: new versions, new records, the newest checkpoint, tokens that were completed: at most [`MOST`] of the first two.
    pub(super) async fn uncovered(&self, digest: DigestAlgorithm, line: u32) -> Result<Uncovered, Error> {
        let mut found = Uncovered::default();
        let rows = self
            .database
            .rows(
                versions!(
                    "NOT EXISTS (SELECT 1 FROM stamp_leaf l JOIN stamp s ON s.agency = l.agency AND s.number = l.stamp \
                     WHERE l.agency = v.agency AND l.kind = 'version' AND l.object = v.artifact AND l.ordinal = v.ordinal \
                     AND s.line = $3) ORDER BY v.created, v.artifact, v.ordinal LIMIT $2"
                ),
                values![&self.agency, MOST, line],
            )
            .await?;
        found.count(&rows);
        for row in &rows {
            let damaged = |_| Error::Damaged("an artifact's id is none".into());
            let artifact = row.text("artifact")?.parse().map_err(damaged)?;
            let object = Evidenced::Version { artifact, version: row.ordinal("ordinal")? };
            let hash = match version(row) {
                Ok(record) => self.hash_of_version(&record, digest).await,
                Err(error) => Err(error),
            };
            found.add(object, hash)?;
        }
        let sql = "SELECT e.id, e.kind, e.at, e.commitment, r.salt, r.body FROM event e \
                   JOIN record r ON r.agency = e.agency AND r.event = e.id WHERE e.agency = $1 \
                   AND NOT EXISTS (SELECT 1 FROM stamp_leaf l JOIN stamp s ON s.agency = l.agency AND s.number = l.stamp \
                   WHERE l.agency = e.agency AND l.kind = 'record' AND l.object = e.id AND l.ordinal = 0 AND s.line = $3) \
                   ORDER BY e.at, e.id LIMIT $2";
        let records = self.database.rows(sql, values![&self.agency, MOST, line]).await?;
        found.count(&records);
        found.is_news = !rows.is_empty();
        for row in &records {
            found.is_news |= !row.text("kind")?.starts_with("evidence.");
            let event = row.text("id")?.parse().map_err(|_| Error::Damaged("an event's id is none".into()))?;
            found.add(Evidenced::Record(event), salted(row).map(|bytes| digest.digest(&bytes)))?;
        }
        if let Some((checkpoint, note)) = self.last_checkpoint().await? {
            let object = Evidenced::Checkpoint(checkpoint.size());
            if self.first_stamp_of(&object, line).await?.is_none() {
                found.add(object, Ok(digest.digest(note.to_string().as_bytes())))?;
            }
        }
        let sql = "SELECT m.stamp, m.form, m.token FROM stamp_material m WHERE m.agency = $1 \
                   AND NOT EXISTS (SELECT 1 FROM stamp_leaf l JOIN stamp s ON s.agency = l.agency AND s.number = l.stamp \
                   WHERE l.agency = m.agency AND l.kind = 'token' AND l.object = CAST(m.stamp AS TEXT) AND l.ordinal = m.form \
                   AND s.line = $3) ORDER BY m.stamp, m.form LIMIT $2";
        for row in self.database.rows(sql, values![&self.agency, MOST, line]).await? {
            let hash = digest.digest(&row.bytes("token")?);
            found.leaves.push(Leaf::token(hash, row.ordinal("stamp")?, row.ordinal("form")?));
        }
        Ok(found)
    }

    /// The number of a line's first stamp over an object.
    pub(super) async fn first_stamp_of(&self, object: &Evidenced, line: u32) -> Result<Option<u32>, Error> {
        let (kind, object, ordinal) = object.key();
        let sql = "SELECT min(l.stamp) AS stamp FROM stamp_leaf l JOIN stamp s ON s.agency = l.agency AND s.number = l.stamp \
                   WHERE l.agency = $1 AND l.kind = $2 AND l.object = $3 AND l.ordinal = $4 AND s.how = 'first' AND s.line = $5";
        let row = self.database.row(sql, values![&self.agency, kind, object, ordinal, line]).await?;
        let number = row.map(|row| row.maybe_number("stamp")).transpose()?.flatten();
        number.map(|number| u32::try_from(number).map_err(Error::internal)).transpose()
    }
}
