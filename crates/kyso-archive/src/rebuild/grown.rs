//! The same for an archive that has grown: into an agency's place of which the database was lost or is behind its store.

use super::{Rebuilding, Rebuilt};
use crate::archive::{Archive, blocking};
use crate::error::Error;
use crate::grown::Grown;
use crate::identity::{self, Identity, Keys};
use crate::moving::Filling;

impl Archive {
    /// Makes the rows again of an agency whose store is there and whose database was laid out anew. Whose it is, it says last, and
    /// where the store isn't whole only if `how` says that what is missing is given up. Cut off, it's called again.
    ///
    /// # Errors
    /// [`Error::Exists`] where the database has the archive's row; [`Error::Missing`] where the store doesn't say whose it is; those of
    /// [`rebuild`](Self::rebuild) and of [`open_grown`](Self::open_grown).
    pub async fn rebuild_grown(grown: &Grown, how: &Rebuilding) -> Result<Rebuilt, Error> {
        let filling = filling(grown).await?;
        if filling.is_open {
            return Err(Error::Exists(grown.shown()));
        }
        let rebuilt = filling.archive.refill(how).await?;
        let archive = if rebuilt.done { filling.open().await? } else { filling.archive };
        archive.close().await;
        Ok(rebuilt)
    }

    /// Adds to an agency's rows that are behind their store what the store has. Where the store isn't whole, the archive stays closed
    /// unless `how` says that what is missing is given up. Cut off, it's called again.
    ///
    /// # Errors
    /// As [`rebuild_grown`](Self::rebuild_grown); [`Error::DatabaseMissing`] where the database hasn't the archive's row.
    pub async fn reconcile_grown(grown: &Grown, how: &Rebuilding) -> Result<Rebuilt, Error> {
        let filling = filling(grown).await?;
        if !filling.is_open {
            return Err(Error::DatabaseMissing(grown.shown()));
        }
        let rebuilt = filling.archive.refill(how).await;
        filling.archive.close().await;
        rebuilt
    }
}

/// The place, by what its store says of itself and the keys confirm.
async fn filling(grown: &Grown) -> Result<Filling, Error> {
    let (store, directory) = (grown.store(), grown.directory.clone());
    let known = blocking(move || {
        let object = store.get(identity::OBJECT)?.ok_or_else(|| Error::Missing(identity::OBJECT.into()))?;
        let identity: Identity = serde_json::from_slice(&object)
            .map_err(|_| Error::Damaged(format!("{} can't be read", identity::OBJECT)))?;
        if identity.format != identity::FORMAT {
            return Err(Error::Schema { found: identity.format.into(), wanted: identity::FORMAT.into() });
        }
        Ok((identity, Keys::open(&directory)?))
    });
    let (identity, keys) = known.await?;
    Filling::of(grown, &identity, keys).await
}
