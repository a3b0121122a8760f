//! Legal holds of the S3 stores' own, which follow the archive's: where a bucket has object lock, nobody deletes what is held, whatever
//! credential they have.
//!
//! The archive's hold is an event and counts by itself. The store's is put after it, and lifted after the last one is released; what
//! couldn't be told to a store is told again by [`Archive::hold_all_in_stores`].

use uuid::Uuid;

use super::OPEN;
use crate::archive::{Archive, blocking};
use crate::database::values;
use crate::error::Error;
use crate::store::Store;

/// What came of telling a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreHold {
    /// The store, for messages.
    pub place: String,
    /// Whether the document is held.
    pub on: bool,
    /// What the store did.
    pub outcome: StoreHoldOutcome,
}

/// What a store did with a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreHoldOutcome {
    /// So many versions of objects are held now, or aren't any more.
    Done(u64),
    /// The bucket has no object lock: the archive alone holds the document.
    NoLock,
    /// The store refused, or didn't answer: the archive alone holds the document, or the store still does.
    Failed(String),
}

impl Archive {
    /// Has the S3 stores hold a document where the archive does, and lift their holds where it doesn't: every version of its parts and
    /// manifests, in the store and in the second one. An entry for each store that is a bucket. Called again, it changes nothing.
    ///
    /// # Errors
    /// [`Error::Missing`] where there's no such document; [`Error::Database`]. What a store answers is no error.
    pub async fn hold_in_stores(&self, artifact: Uuid) -> Result<Vec<StoreHold>, Error> {
        let stores: Vec<Store> = self.stores().into_iter().filter(Store::is_bucket).collect();
        if stores.is_empty() {
            return Ok(Vec::new());
        }
        let sql = "SELECT request FROM artifact WHERE agency = $1 AND id = $2";
        let row = self.database.row(sql, values![&self.agency, artifact.to_string()]).await?;
        let name = row.ok_or_else(|| Error::Missing(artifact.to_string()))?.text("request")?;
        let mut on = self.is_held(artifact).await?;
        loop {
            let (stores, name) = (stores.clone(), name.clone());
            let told = blocking(move || Ok(stores.iter().map(|store| told(store, &name, on)).collect())).await?;
            // Somebody may have placed or released one meanwhile, and told the stores before this did.
            let after = self.is_held(artifact).await?;
            if after == on {
                return Ok(told);
            }
            on = after;
        }
    }

    /// The same for every document on which a hold was ever placed: after a store refused or didn't answer, or after the archive came
    /// into another bucket.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn hold_all_in_stores(&self) -> Result<Vec<(Uuid, StoreHold)>, Error> {
        let sql = "SELECT DISTINCT artifact FROM hold WHERE agency = $1 ORDER BY artifact";
        let mut all = Vec::new();
        for row in self.database.rows(sql, values![&self.agency]).await? {
            let id = row.text("artifact")?;
            let id = id.parse().map_err(|_| Error::Damaged(format!("{id} is no artifact's id")))?;
            all.extend(self.hold_in_stores(id).await?.into_iter().map(|told| (id, told)));
        }
        Ok(all)
    }

    /// Has the stores hold what came to lie there of a document that is held. What they answer is logged: the archive holds it.
    pub(crate) async fn hold_what_came(&self, artifact: Uuid) -> Result<(), Error> {
        if !self.stores().iter().any(Store::is_bucket) || !self.is_held(artifact).await? {
            return Ok(());
        }
        for StoreHold { place, outcome, .. } in self.hold_in_stores(artifact).await? {
            if let StoreHoldOutcome::Failed(why) = outcome {
                tracing::warn!(%artifact, place, why, "the store doesn't hold what the archive holds");
            }
        }
        Ok(())
    }

    async fn is_held(&self, artifact: Uuid) -> Result<bool, Error> {
        Ok(self.database.row(OPEN, values![&self.agency, artifact.to_string()]).await?.is_some())
    }

    /// The store, and the second one.
    fn stores(&self) -> Vec<Store> {
        [Some(self.store.clone()), self.second.clone()].into_iter().flatten().collect()
    }
}

fn told(store: &Store, name: &str, on: bool) -> StoreHold {
    let outcome = match store.hold_all_of(name, on) {
        Ok(Some(versions)) => StoreHoldOutcome::Done(versions),
        Ok(None) => StoreHoldOutcome::NoLock,
        Err(error) => StoreHoldOutcome::Failed(error.to_string()),
    };
    StoreHold { place: store.shown(), on, outcome }
}
