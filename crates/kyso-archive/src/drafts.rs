//! Results that wait for their signatures: nobody has signed them, so they're no artifacts, and have rows of their own.

use std::str::FromStr as _;

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::archive::{Archive, blocking};
use crate::claims::{Claimed, Idempotency};
use crate::error::Error;
use crate::objects::sha256_of;

/// A prepared result that is kept, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// UUIDv7: ids sort by time.
    pub id: Uuid,
    /// SHA-256 of the bytes, lower-case hex.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
    /// On whose word it was kept.
    pub actor: String,
    /// What was answered to whoever asked for it: JSON.
    pub answer: String,
    /// The time of keeping.
    pub created: Timestamp,
}

/// What a key stands for where a result is prepared under it.
#[derive(Debug)]
pub enum DraftClaim {
    /// The request was done before: this was kept.
    Kept(Draft),
    /// The caller's turn to keep a draft under the key. Other callers with the key wait until the value is dropped.
    Open(Claimed),
}

impl Archive {
    /// Asks what an idempotency key stands for, as [`claim`](Self::claim) does for what is signed.
    ///
    /// # Errors
    /// [`Error::KeyReused`] where the key was used for another request.
    pub async fn claim_draft(&self, idempotency: Idempotency) -> Result<DraftClaim, Error> {
        let claimed = self.claims.claim(idempotency).await;
        Ok(match self.database.drafted(&claimed.idempotency).await? {
            Some(draft) => DraftClaim::Kept(draft),
            None => DraftClaim::Open(claimed),
        })
    }

    /// Keeps a prepared result and what is answered about it, for whoever claimed its key. When this returns, a power cut
    /// takes nothing away.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Database`]: then nothing is acknowledged and no row is written.
    pub async fn keep_draft(
        &self,
        pdf: Vec<u8>,
        answer: String,
        created: Timestamp,
        claimed: Claimed,
    ) -> Result<Draft, Error> {
        let bytes = pdf.len().try_into().map_err(|_| Error::Internal("length".into()))?;
        let actor = claimed.idempotency.actor.clone();
        let draft = Draft { id: Uuid::now_v7(), sha256: sha256_of(&pdf), bytes, actor, answer, created };
        let (objects, name) = (self.objects.clone(), draft.sha256.clone());
        blocking(move || objects.put(&name, &pdf)).await?;
        self.database.insert_draft(&draft, &claimed.idempotency).await?;
        Ok(draft)
    }

    /// What is known of a prepared result.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn draft(&self, id: Uuid) -> Result<Option<Draft>, Error> {
        self.database.draft("id", &id.to_string()).await
    }

    /// The newest prepared result whose bytes have this SHA-256 (lower-case hex).
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn draft_by_sha256(&self, sha256: &str) -> Result<Option<Draft>, Error> {
        self.database.draft("sha256", sha256).await
    }

    /// The prepared results that were kept before this second.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn drafts_before(&self, time: Timestamp) -> Result<Vec<Draft>, Error> {
        let rows = sqlx::query("SELECT * FROM draft WHERE substr(created, 1, 19) < ? ORDER BY id")
            .bind(time.strftime("%Y-%m-%dT%H:%M:%S").to_string())
            .fetch_all(&self.database.readers)
            .await
            .map_err(Error::database)?;
        rows.iter().map(draft).collect()
    }

    /// Removes a prepared result: its bytes, where nothing else that is kept has the same, and then its row. Its idempotency
    /// key stands for nothing after that.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Database`]: what is left is removed by the next call.
    pub async fn remove_draft(&self, draft: &Draft) -> Result<(), Error> {
        let others: i64 = sqlx::query_scalar(
            "SELECT (SELECT count(*) FROM draft WHERE sha256 = ?1 AND id <> ?2) \
             + (SELECT count(*) FROM artifact WHERE sha256 = ?1)",
        )
        .bind(&draft.sha256)
        .bind(draft.id.to_string())
        .fetch_one(&self.database.writer)
        .await
        .map_err(Error::database)?;
        if others == 0 {
            let (objects, name) = (self.objects.clone(), draft.sha256.clone());
            blocking(move || objects.remove(&name)).await?;
        }
        sqlx::query("DELETE FROM draft WHERE id = ?")
            .bind(draft.id.to_string())
            .execute(&self.database.writer)
            .await
            .map_err(Error::database)?;
        Ok(())
    }

    /// The prepared result's bytes, hashed again.
    ///
    /// # Errors
    /// [`Error::Damaged`] and [`Error::Missing`] where the store no longer has what was kept.
    pub async fn draft_bytes(&self, draft: &Draft) -> Result<Vec<u8>, Error> {
        let (objects, sha256) = (self.objects.clone(), draft.sha256.clone());
        blocking(move || objects.get(&sha256)).await
    }
}

impl crate::database::Database {
    async fn insert_draft(&self, draft: &Draft, idempotency: &Idempotency) -> Result<(), Error> {
        let bytes = i64::try_from(draft.bytes).map_err(|error| Error::Internal(error.to_string()))?;
        sqlx::query(
            "INSERT INTO draft (id, sha256, bytes, actor, key, request, answer, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(draft.id.to_string())
        .bind(&draft.sha256)
        .bind(bytes)
        .bind(&draft.actor)
        .bind(&idempotency.key)
        .bind(&idempotency.request)
        .bind(&draft.answer)
        .bind(draft.created.to_string())
        .execute(&self.writer)
        .await.map_err(Error::database)?;
        Ok(())
    }

    /// What was prepared for the request under this key, if it was done.
    async fn drafted(&self, idempotency: &Idempotency) -> Result<Option<Draft>, Error> {
        let Some(row) = self.draft_row(idempotency).await? else {
            // Under this key something was signed, which is another request.
            return if self.done(idempotency).await?.is_some() { Err(Error::KeyReused) } else { Ok(None) };
        };
        if row.try_get::<String, _>("request").map_err(Error::database)? != idempotency.request {
            return Err(Error::KeyReused);
        }
        draft(&row).map(Some)
    }

    /// The row of a result that was prepared under this key, whatever the request.
    pub(crate) async fn draft_row(&self, idempotency: &Idempotency) -> Result<Option<SqliteRow>, Error> {
        sqlx::query("SELECT * FROM draft WHERE actor = ? AND key = ?")
            .bind(&idempotency.actor)
            .bind(&idempotency.key)
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::database)
    }

    async fn draft(&self, column: &'static str, value: &str) -> Result<Option<Draft>, Error> {
        let query = match column {
            "id" => "SELECT * FROM draft WHERE id = ?",
            _ => "SELECT * FROM draft WHERE sha256 = ? ORDER BY id DESC LIMIT 1",
        };
        let row = sqlx::query(query).bind(value).fetch_optional(&self.readers).await.map_err(Error::database)?;
        row.as_ref().map(draft).transpose()
    }
}

fn draft(row: &SqliteRow) -> Result<Draft, Error> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(Error::database);
    let broken = |column: &str| Error::Internal(format!("a draft's {column} can't be read"));
    Ok(Draft {
        id: Uuid::from_str(&text("id")?).map_err(|_| broken("id"))?,
        sha256: text("sha256")?,
        bytes: row.try_get::<i64, _>("bytes").map_err(Error::database)?.try_into().map_err(|_| broken("bytes"))?,
        actor: text("actor")?,
        answer: text("answer")?,
        created: text("created")?.parse().map_err(|_| broken("created"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Claim;

    fn request(key: &str, request: char) -> Idempotency {
        Idempotency { actor: "văn thư".into(), key: key.into(), request: request.to_string().repeat(64) }
    }

    async fn keep(archive: &Archive, idempotency: Idempotency) -> Draft {
        let DraftClaim::Open(claimed) = archive.claim_draft(idempotency).await.unwrap() else { unreachable!() };
        let created = Timestamp::from_second(1_800_000_000).unwrap();
        archive.keep_draft(b"%PDF-1.7".to_vec(), "{}".into(), created, claimed).await.unwrap()
    }

    #[tokio::test]
    async fn a_key_gives_the_same_draft_again_and_no_other_request_its_own() {
        let directory = tempfile::tempdir().unwrap();
        let archive = Archive::open(directory.path()).await.unwrap();
        let kept = keep(&archive, request("k", 'a')).await;
        archive.close().await;

        let archive = Archive::open(directory.path()).await.unwrap();
        let again = archive.claim_draft(request("k", 'a')).await.unwrap();
        assert!(matches!(again, DraftClaim::Kept(draft) if draft == kept));
        assert!(matches!(archive.claim_draft(request("k", 'b')).await, Err(Error::KeyReused)));
        assert!(
            matches!(archive.claim(request("k", 'a')).await, Err(Error::KeyReused)),
            "what is signed is another request"
        );
        assert!(matches!(archive.claim(request("other", 'a')).await, Ok(Claim::Open(_))));
        assert_eq!(archive.draft(kept.id).await.unwrap().as_ref(), Some(&kept));
        assert_eq!(archive.draft_by_sha256(&kept.sha256).await.unwrap().as_ref(), Some(&kept));
        assert_eq!(archive.draft_bytes(&kept).await.unwrap(), b"%PDF-1.7");
        assert_eq!(archive.count().await.unwrap(), 0, "a draft is no artifact");
    }

    #[tokio::test]
    async fn a_removed_draft_leaves_neither_bytes_nor_key() {
        let directory = tempfile::tempdir().unwrap();
        let archive = Archive::open(directory.path()).await.unwrap();
        let (one, same) = (keep(&archive, request("1", 'a')).await, keep(&archive, request("2", 'a')).await);
        assert_eq!(archive.drafts_before(one.created).await.unwrap(), []);
        let later = Timestamp::from_second(1_800_000_001).unwrap();
        assert_eq!(archive.drafts_before(later).await.unwrap(), [one.clone(), same.clone()]);

        archive.remove_draft(&one).await.unwrap();
        assert_eq!(archive.draft(one.id).await.unwrap(), None);
        assert_eq!(archive.draft_bytes(&same).await.unwrap(), b"%PDF-1.7", "another draft has the same bytes");
        archive.remove_draft(&same).await.unwrap();
        assert!(matches!(archive.draft_bytes(&same).await, Err(Error::Missing { .. })));
        archive.remove_draft(&same).await.unwrap();
        assert!(matches!(archive.claim_draft(request("1", 'b')).await.unwrap(), DraftClaim::Open(_)));
    }
}
