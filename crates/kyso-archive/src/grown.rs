//! An archive of several processes: rows in PostgreSQL, objects in an S3 store, the keys in a directory of each.
//!
//! Nothing is locked from start to end and nobody leads: what two processes do at once is decided by the create-only put and by
//! the row's state, as it is between one process and its own earlier life.

use std::path::PathBuf;

use kyso_connect::s3::{Checked, Destroyer, Store as S3};

use kyso_rows::Pools;

use crate::archive::{Archive, blocking, identity_in, introduce};
use crate::database::Database;
use crate::error::Error;
use crate::identity::{self, Identity, Keys};
use crate::retention::rules_in;
use crate::store::Store;

/// Where the parts of such an archive are.
#[derive(Clone)]
pub struct Grown {
    /// Whose rows: of a-z, 0-9 and -.
    pub agency: String,
    /// `postgres://role@host/database`, with `sslmode` and `sslrootcert` where needed. The password stands in libpq's
    /// environment or password file rather than here.
    pub database: String,
    /// Where objects are put once and read.
    pub store: S3,
    /// Where drafts lie, with the credential that deletes them: a bucket or a prefix without retention.
    pub drafts: Destroyer,
    /// The same place as `store`, with the credential that may put a whole object over a damaged one; none where this process may
    /// not.
    pub repair: Option<S3>,
    /// The same place, with the credential that puts and lifts legal holds; `store` does where there's none.
    pub hold: Option<S3>,
    /// The directory that `keys/` is in, the same keys for all processes, and the rules of retention, where they're own ones.
    pub directory: PathBuf,
    /// Connections to the database that agencies of this process share; each has its own where there are none.
    pub pools: Option<Pools>,
}

impl std::fmt::Debug for Grown {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The URL may have a password.
        let Self { agency, store, directory, .. } = self;
        formatter
            .debug_struct("Grown")
            .field("agency", agency)
            .field("store", store)
            .field("directory", directory)
            .finish_non_exhaustive()
    }
}

impl Grown {
    /// The rows, to be written to.
    pub(crate) async fn connected(&self) -> Result<Database, Error> {
        match &self.pools {
            None => Database::connect(&self.database, &self.agency).await,
            Some(pools) => Database::connect_in(pools, &self.database, &self.agency).await,
        }
    }

    pub(crate) fn store(&self) -> Store {
        let store = Store::bucket(self.store.clone(), self.drafts.clone());
        store.with_others(self.repair.as_ref(), self.hold.as_ref())
    }

    /// What stands for the place: whose, in which database, in which store.
    pub(crate) fn named(&self) -> String {
        format!("{} in {} and {}", self.agency, self.shown().display(), self.store().shown())
    }

    /// What stands for the database in messages: the URL without who and how.
    pub(crate) fn shown(&self) -> PathBuf {
        let after = self.database.rsplit_once('@').map_or("", |(_, after)| after);
        PathBuf::from(format!("postgres://{}", after.split('?').next().unwrap_or_default()))
    }
}

/// What a store of objects was found to do.
#[derive(Debug, Clone)]
pub struct StoreCheck {
    /// Where it is, for messages.
    pub place: String,
    /// What it does and doesn't.
    pub checked: Checked,
}

impl Grown {
    /// Tries whether both stores do what is relied on ([`S3::check`]): it takes seconds to minutes.
    ///
    /// # Errors
    /// [`Error::Store`] where one doesn't answer.
    pub async fn check_stores(&self) -> Result<Vec<StoreCheck>, Error> {
        let stores = [self.store.clone(), self.drafts.store().clone()];
        blocking(move || {
            let check = |store: &S3| {
                let checked = store.check(S3::RACES)?;
                Ok(StoreCheck { place: store.place().shown(), checked })
            };
            stores.iter().map(check).collect()
        })
        .await
    }
}

impl Archive {
    /// Brings the database to the newest schema, as its owner: `url` is the owner's, which the service doesn't have. Run again,
    /// it changes nothing.
    ///
    /// # Errors
    /// [`Error::Setting`], [`Error::Database`].
    pub async fn lay_out(url: &str) -> Result<(), Error> {
        Database::lay_out(url).await
    }

    /// Makes an agency's archive, in a database that was laid out and in a store that has none of it. Where making one was cut
    /// off, it's made whole. `origin` is the name of its log.
    ///
    /// # Errors
    /// [`Error::Exists`] where there's one; those of [`open_grown`](Self::open_grown).
    pub async fn init_grown(grown: &Grown, origin: Option<String>) -> Result<Self, Error> {
        let database = grown.connected().await?;
        demand_schema(&database).await?;
        let (store, in_store) = (grown.store(), grown.store());
        let is_there = blocking(move || {
            in_store.check()?;
            in_store.has(identity::OBJECT)
        });
        if is_there.await? {
            return Err(Error::Exists(PathBuf::from(store.shown())));
        }
        let directory = grown.directory.clone();
        let keys = blocking(move || Keys::make(&directory)).await?;
        let identity = match identity_in(&database, &grown.agency).await? {
            Some(identity) => identity,
            None => introduce(&database, &grown.agency, Identity::new(origin, &keys)?).await?,
        };
        let (object, in_store) = (identity.written()?, store.clone());
        blocking(move || in_store.put(identity::OBJECT, &object)).await?;
        let archive = Self::assembled(&grown.agency, identity, store, database, Some(keys), None).await?;
        Ok(archive.with_retention_rules(rules_in(Some(&grown.directory))?))
    }

    /// Opens an agency's archive, beside other processes that have it open. The store is tried first: one that replaces objects
    /// isn't written to.
    ///
    /// # Errors
    /// [`Error::Setting`], [`Error::TooPowerful`], [`Error::Schema`], [`Error::SchemaChanged`] where the database isn't fit;
    /// [`Error::DatabaseMissing`], [`Error::OtherArchive`], [`Error::RolledBack`], [`Error::KeyMissing`] where it isn't what it
    /// was; [`Error::Store`], [`Error::Database`].
    pub async fn open_grown(grown: &Grown) -> Result<Self, Error> {
        let store = grown.store();
        let in_store = store.clone();
        blocking(move || in_store.check()).await?;
        let directory = grown.directory.clone();
        let keys = blocking(move || Keys::open(&directory)).await?;
        let database = grown.connected().await?;
        let archive = Self::checked(&grown.agency, &grown.shown(), store, database, Some(keys), None).await?;
        Ok(archive.with_retention_rules(rules_in(Some(&grown.directory))?))
    }

    /// Opens an agency's archive to back it up, by a role and a credential that read alone. The log's private key is read, for it
    /// signs the backup's list.
    ///
    /// # Errors
    /// As [`open_grown`](Self::open_grown).
    pub async fn open_grown_to_back_up(grown: &Grown) -> Result<Self, Error> {
        let directory = grown.directory.clone();
        let keys = blocking(move || Keys::open(&directory)).await?;
        let database = Database::connect_to_read(&grown.database, &grown.agency).await?;
        Self::checked(&grown.agency, &grown.shown(), grown.store(), database, Some(keys), None).await
    }

    /// Opens an agency's archive to say how it stands, whatever is published of its log: as [`open_to_look`](Self::open_to_look).
    ///
    /// # Errors
    /// As [`open_grown_to_read`](Self::open_grown_to_read), without those of the published log.
    pub async fn open_grown_to_look(grown: &Grown) -> Result<Self, Error> {
        let database = Database::connect_to_read(&grown.database, &grown.agency).await?;
        let archive = Self::as_it_stands(&grown.agency, &grown.shown(), grown.store(), database, None, None).await?;
        Ok(archive.with_retention_rules(rules_in(Some(&grown.directory))?))
    }

    /// Opens an agency's archive to read it alone, by a role and a credential that can't write, without the keys.
    ///
    /// # Errors
    /// As [`open_grown`](Self::open_grown).
    pub async fn open_grown_to_read(grown: &Grown) -> Result<Self, Error> {
        let database = Database::connect_to_read(&grown.database, &grown.agency).await?;
        let archive = Self::checked(&grown.agency, &grown.shown(), grown.store(), database, None, None).await?;
        Ok(archive.with_retention_rules(rules_in(Some(&grown.directory))?))
    }
}

async fn demand_schema(database: &Database) -> Result<(), Error> {
    let problems = database.schema_problems().await?;
    if problems.is_empty() { Ok(()) } else { Err(Error::SchemaChanged(problems)) }
}
