//! Results that wait for their signatures: nobody has signed them, so they're no artifacts, and have rows of their own.

use jiff::Timestamp;
use kyso::crypto::same;
use uuid::Uuid;

use crate::archive::{Archive, blocking};
use crate::clock::timestamp;
use crate::database::{Row, Value, values};
use crate::edges::reach;
use crate::error::Error;
use crate::record::sha256;
use crate::request::{Name, Request};
use crate::store;
use crate::turns::Turn;

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

/// What a request stands for where a result is prepared.
#[derive(Debug)]
pub enum DraftBegun {
    /// The request was done before: this was kept.
    Kept(Draft),
    /// The caller's turn to keep a draft. Other callers with the same request wait until the value is dropped.
    Open(Preparing),
}

/// The right to keep a draft for a request. Only [`Archive::begin_draft`] makes it.
#[derive(Debug)]
pub struct Preparing {
    name: Name,
    digest: String,
    _turn: Turn,
}

impl Archive {
    /// Begins a request for a result that waits for its signatures, as [`begin`](Self::begin) does for what is signed. No claim is
    /// written: nothing that is made twice here is a signature.
    ///
    /// # Errors
    /// [`Error::KeyReused`] where the key was used for another request; [`Error::Clock`], [`Error::Full`], [`Error::ReadOnly`].
    pub async fn begin_draft(&self, request: &Request) -> Result<DraftBegun, Error> {
        let name = self.naming()?.name(request, 0)?;
        let turn = self.turns.turn(format!("request {}", name.as_str())).await;
        if let Some((draft, digest)) = self.drafted(&name).await? {
            return if digest == request.digest { Ok(DraftBegun::Kept(draft)) } else { Err(Error::KeyReused) };
        }
        if self.is_claimed(&name).await? {
            // Under this key something is signed, which is another request.
            return Err(Error::KeyReused);
        }
        self.demand_ready().await?;
        Ok(DraftBegun::Open(Preparing { name, digest: request.digest.clone(), _turn: turn }))
    }

    /// Keeps a prepared result and what is answered about it. When this returns, a power cut takes nothing away.
    ///
    /// # Errors
    /// [`Error::Raced`] where another process was quicker; [`Error::File`], [`Error::Database`]: then nothing is acknowledged and
    /// no row is written.
    pub async fn keep_draft(
        &self,
        preparing: Preparing,
        pdf: Vec<u8>,
        actor: &str,
        answer: String,
        created: Timestamp,
    ) -> Result<Draft, Error> {
        let bytes = u64::try_from(pdf.len()).map_err(Error::internal)?;
        let created = timestamp(created.as_microsecond())?;
        let draft = Draft { id: Uuid::now_v7(), sha256: sha256(&pdf), bytes, actor: actor.to_owned(), answer, created };
        let (store, object) = (self.store.clone(), store::draft(&draft.id.to_string()));
        blocking(move || store.put(&object, &pdf)).await?;
        reach("draft.durable")?;
        let Preparing { name, digest, _turn } = preparing;
        let values = draft.row(&self.agency, name.as_str(), &digest)?;
        let agency = self.agency.clone();
        let done = self.database.write(move |transaction| {
            Box::pin(async move {
                transaction.lock(&agency, name.as_str()).await?;
                // Another process may have begun to sign under the key meanwhile.
                let claimed = "SELECT state FROM request WHERE agency = $1 AND name = $2 AND state <> 'refused'";
                if transaction.row(claimed, values![&agency, name.as_str()]).await?.is_some() {
                    return Err(Error::Raced);
                }
                transaction.run(INSERT, values).await
            })
        });
        done.await?;
        Ok(draft)
    }

    /// What is known of a prepared result.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the row isn't the one that was written; [`Error::Database`].
    pub async fn draft(&self, id: Uuid) -> Result<Option<Draft>, Error> {
        let sql = "SELECT * FROM draft WHERE agency = $1 AND id = $2";
        let row = self.database.row(sql, values![&self.agency, id.to_string()]).await?;
        Ok(row.as_ref().map(read).transpose()?.map(|(draft, _)| draft))
    }

    /// The newest prepared result whose bytes have this SHA-256 (lower-case hex).
    ///
    /// # Errors
    /// As [`draft`](Self::draft).
    pub async fn draft_by_sha256(&self, sha256: &str) -> Result<Option<Draft>, Error> {
        let sql = "SELECT * FROM draft WHERE agency = $1 AND sha256 = $2 ORDER BY created DESC, id DESC LIMIT 1";
        let row = self.database.row(sql, values![&self.agency, sha256]).await?;
        Ok(row.as_ref().map(read).transpose()?.map(|(draft, _)| draft))
    }

    /// The prepared results that were kept before this time.
    ///
    /// # Errors
    /// As [`draft`](Self::draft).
    pub async fn drafts_before(&self, time: Timestamp) -> Result<Vec<Draft>, Error> {
        let sql = "SELECT * FROM draft WHERE agency = $1 AND created < $2 ORDER BY created, id";
        let rows = self.database.rows(sql, values![&self.agency, time.as_microsecond()]).await?;
        rows.iter().map(|row| Ok(read(row)?.0)).collect()
    }

    /// Removes a prepared result: its bytes, and then its row. Its idempotency key stands for nothing after that.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Database`]: what is left is removed by the next call.
    pub async fn remove_draft(&self, draft: &Draft) -> Result<(), Error> {
        let (store, object) = (self.store.clone(), draft.id.to_string());
        blocking(move || store.remove_draft(&object)).await?;
        let values = values![&self.agency, draft.id.to_string()];
        let sql = "DELETE FROM draft WHERE agency = $1 AND id = $2";
        self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await?;
        Ok(())
    }

    /// The prepared result's bytes, hashed again.
    ///
    /// # Errors
    /// [`Error::Damaged`] and [`Error::Missing`] where the store no longer has what was kept.
    pub async fn draft_bytes(&self, draft: &Draft) -> Result<Vec<u8>, Error> {
        let (store, draft) = (self.store.clone(), draft.clone());
        blocking(move || {
            let object = store::draft(&draft.id.to_string());
            let bytes = store.get(&object)?.ok_or_else(|| Error::Missing(object.clone()))?;
            match sha256(&bytes) == draft.sha256 {
                true => Ok(bytes),
                false => Err(Error::Damaged(format!("{object}: its bytes were changed"))),
            }
        })
        .await
    }

    /// What was prepared for the request of this name, and the request's digest.
    pub(crate) async fn drafted(&self, name: &Name) -> Result<Option<(Draft, String)>, Error> {
        let sql = "SELECT * FROM draft WHERE agency = $1 AND request = $2";
        let row = self.database.row(sql, values![&self.agency, name.as_str()]).await?;
        row.as_ref().map(read).transpose()
    }
}

/// Writes a draft's row.
pub(crate) const INSERT: &str = "INSERT INTO draft (agency, id, request, digest, sha256, bytes, actor, answer, created, seal) \
                                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

impl Draft {
    /// The values of its row ([`INSERT`]).
    pub(crate) fn row(&self, agency: &str, request: &str, digest: &str) -> Result<Vec<Value>, Error> {
        Ok(values![
            agency,
            self.id.to_string(),
            request,
            digest,
            &self.sha256,
            i64::try_from(self.bytes).map_err(Error::internal)?,
            &self.actor,
            &self.answer,
            self.created.as_microsecond(),
            sealed(self, request, digest)?,
        ])
    }
}

/// A draft and its request's digest, held against the row's seal.
pub(crate) fn read(row: &Row) -> Result<(Draft, String), Error> {
    let id = row.text("id")?;
    let damaged = || Error::Damaged(format!("draft {id}: its row was changed"));
    let draft = Draft {
        id: Uuid::try_parse(&id).map_err(|_| damaged())?,
        sha256: row.text("sha256")?,
        bytes: row.count("bytes")?,
        actor: row.text("actor")?,
        answer: row.text("answer")?,
        created: timestamp(row.number("created")?)?,
    };
    let digest = row.text("digest")?;
    match same(sealed(&draft, &row.text("request")?, &digest)?.as_bytes(), row.text("seal")?.as_bytes()) {
        true => Ok((draft, digest)),
        false => Err(damaged()),
    }
}

/// SHA-256 over everything that a draft's row says: a draft has no record, so this finds what a broken disk did to it.
fn sealed(draft: &Draft, request: &str, digest: &str) -> Result<String, Error> {
    let Draft { id, sha256: of_bytes, bytes, actor, answer, created } = draft;
    let all = (id, request, digest, of_bytes, bytes, actor, answer, created.as_microsecond());
    Ok(sha256(&serde_json::to_vec(&all).map_err(Error::internal)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{Place, for_each_pair, meta};
    use crate::{Begun, Request};

    for_each_pair!(
        a_key_gives_the_same_draft_again_and_no_other_request_its_own,
        a_removed_draft_leaves_neither_bytes_nor_key,
    );

    fn request(key: &str, digest: char) -> Request {
        Request::keyed("văn thư", key, digest.to_string().repeat(64))
    }

    async fn keep(archive: &Archive, request: Request) -> Draft {
        let DraftBegun::Open(preparing) = archive.begin_draft(&request).await.unwrap() else { unreachable!() };
        let created = Timestamp::from_second(1_800_000_000).unwrap();
        archive.keep_draft(preparing, b"%PDF-1.7".to_vec(), "văn thư", "{}".into(), created).await.unwrap()
    }

    async fn a_key_gives_the_same_draft_again_and_no_other_request_its_own(place: Place) {
        let archive = place.archive().await;
        let kept = keep(&archive, request("k", 'a')).await;
        archive.close().await;

        let archive = place.opened().await;
        let again = archive.begin_draft(&request("k", 'a')).await.unwrap();
        assert!(matches!(again, DraftBegun::Kept(draft) if draft == kept));
        assert!(matches!(archive.begin_draft(&request("k", 'b')).await, Err(Error::KeyReused)));
        assert!(
            matches!(archive.begin(&request("k", 'a'), &meta()).await, Err(Error::KeyReused)),
            "what is signed is another request"
        );
        assert!(matches!(archive.begin(&request("other", 'a'), &meta()).await, Ok(Begun::Open(_))));
        assert_eq!(archive.draft(kept.id).await.unwrap().as_ref(), Some(&kept));
        assert_eq!(archive.draft_by_sha256(&kept.sha256).await.unwrap().as_ref(), Some(&kept));
        assert_eq!(archive.draft_bytes(&kept).await.unwrap(), b"%PDF-1.7");
        assert_eq!(archive.count().await.unwrap(), 0, "a draft is no artifact");
    }

    async fn a_removed_draft_leaves_neither_bytes_nor_key(place: Place) {
        let archive = place.archive().await;
        let (one, same) = (keep(&archive, request("1", 'a')).await, keep(&archive, request("2", 'a')).await);
        assert_eq!(archive.drafts_before(one.created).await.unwrap(), []);
        let later = Timestamp::from_second(1_800_000_001).unwrap();
        assert_eq!(archive.drafts_before(later).await.unwrap(), [one.clone(), same.clone()]);

        archive.remove_draft(&one).await.unwrap();
        assert_eq!(archive.draft(one.id).await.unwrap(), None);
        assert_eq!(archive.draft_bytes(&same).await.unwrap(), b"%PDF-1.7", "another draft has the same bytes");
        archive.remove_draft(&same).await.unwrap();
        assert!(matches!(archive.draft_bytes(&same).await, Err(Error::Missing(_))));
        archive.remove_draft(&same).await.unwrap();
        assert!(matches!(archive.begin_draft(&request("1", 'b')).await.unwrap(), DraftBegun::Open(_)));
    }
}
