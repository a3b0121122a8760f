//! The archive: its directory, its database, its store and its keys, as one.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64};
use std::time::Instant;

use kyso::crypto::hex;
use kyso_certification::retention::Rules;
use tokio::sync::Notify;

use crate::anchors::Anchors;
use crate::clock::{Clock, floor, now};
use crate::database::{Database, Row, values};
use crate::earlier;
use crate::edges;
use crate::error::Error;
use crate::identity::{self, FORMAT, Identity, Keys};
use crate::mending::Suspicion;
use crate::moving::retired;
use crate::private;
use crate::register_heads;
use crate::request::{Naming, random};
use crate::restore;
use crate::retention;
use crate::seen::Seen;
use crate::status::Totals;
use crate::store::{Store, sync_directory};
use crate::turns::{Turn, Turns};

/// The agency of an installation that serves one.
pub(crate) const SOLE: &str = "ward";
/// The database's name.
pub(crate) const DATABASE: &str = "archive.sqlite3";

/// An agency's archive. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Archive {
    pub(crate) agency: String,
    pub(crate) identity: Arc<Identity>,
    pub(crate) store: Store,
    /// A copy of it elsewhere.
    pub(crate) second: Option<Store>,
    pub(crate) database: Database,
    /// None where it's only read.
    pub(crate) keys: Option<Keys>,
    pub(crate) clock: Clock,
    pub(crate) turns: Turns,
    /// How long a claim keeps other processes away, in microseconds.
    pub(crate) lease: i64,
    /// When this process opened it, in microseconds.
    pub(crate) opened: i64,
    /// Something waits for its place in the log.
    pub(crate) woken: Arc<Notify>,
    /// Whether the log's files are held to be what was signed.
    pub(crate) suspicion: Suspicion,
    /// Checkpoints outside.
    pub(crate) anchors: Anchors,
    /// How far the log was seen to have come.
    pub(crate) seen: Seen,
    /// How long documents are kept.
    pub(crate) rules: Arc<Rules>,
    /// Figures about many rows, and until when they're told again.
    pub(crate) totals: Arc<tokio::sync::Mutex<Option<(Instant, Totals)>>>,
    /// How many events the newest head of the register was about that this process has read.
    pub(crate) heads_floor: Arc<AtomicU64>,
    /// When rows that follow from records were last looked for, in microseconds.
    pub(crate) rows_held: Arc<AtomicI64>,
    _lock: Option<Arc<[File; 2]>>,
}

impl Archive {
    /// Whether there's an archive in the directory, of this format or an earlier one.
    pub fn is_in(directory: &Path) -> bool {
        [DATABASE, identity::OBJECT, "o", earlier::DATABASE].iter().any(|name| directory.join(name).exists())
    }

    /// Makes an archive in a directory that has none. Where making one was cut off, it's made whole. `origin` is the name of its log.
    ///
    /// # Errors
    /// [`Error::Exists`] where there's one; [`Error::InUse`], [`Error::NotLocal`], [`Error::File`], [`Error::Database`].
    pub async fn init(directory: &Path, origin: Option<String>) -> Result<Self, Error> {
        if let Some(origin) = &origin {
            identity::demand_origin(origin)?;
        }
        let path = directory.to_owned();
        let (lock, store, keys) = blocking(move || {
            private::make_directory(&path).map_err(Error::file(&path))?;
            let path = path.canonicalize().map_err(Error::file(&path))?;
            path.ancestors().skip(1).try_for_each(|above| sync_directory(above).or_else(not_mine))?;
            let lock = lock(&path)?;
            // Its object is written last: from then on it's an archive.
            if path.join(identity::OBJECT).exists() || path.join(earlier::DATABASE).exists() {
                return Err(Error::Exists(path));
            }
            Ok((lock, Store::make(&path)?, Keys::make(&path)?))
        })
        .await?;
        let database = Database::create(&directory.join(DATABASE)).await?;
        let identity = match identity_in(&database, SOLE).await? {
            Some(identity) => identity,
            None => introduce(&database, SOLE, Identity::new(origin, &keys)?).await?,
        };
        let (object, in_store) = (identity.written()?, store.clone());
        blocking(move || in_store.put(identity::OBJECT, &object)).await?;
        Self::assembled(SOLE, identity, store, database, Some(keys), Some(lock)).await
    }

    /// Opens the archive in the directory. One of an earlier format is taken over.
    ///
    /// # Errors
    /// [`Error::Absent`] where there's none; [`Error::InUse`] where another process has it open; [`Error::Retired`] where it moved
    /// elsewhere; [`Error::DatabaseMissing`],
    /// [`Error::OtherArchive`], [`Error::SchemaChanged`], [`Error::RolledBack`] where it isn't what it was; [`Error::File`],
    /// [`Error::Database`].
    pub async fn open(directory: &Path) -> Result<Self, Error> {
        if !Self::is_in(directory) {
            return Err(Error::Absent(directory.to_owned()));
        }
        restore::demand_done(directory)?;
        let path = directory.to_owned();
        let lock = blocking(move || {
            let lock = lock(&path)?;
            // Under the lock: whoever moves an archive has it.
            retired::demand_active(&path)?;
            Ok(lock)
        })
        .await?;
        if earlier::is_to_be_taken_over(directory) {
            earlier::take_over(directory).await?;
        }
        let path = directory.to_owned();
        let (store, keys) = blocking(move || Ok((Store::open(&path)?, Keys::open(&path)?))).await?;
        let database = Database::open(&directory.join(DATABASE)).await?;
        Self::checked(SOLE, &directory.join(DATABASE), store, database, Some(keys), Some(lock)).await
    }

    /// Opens the archive in the directory to read it alone, beside whoever has it open: nothing is written, nothing is made, no private
    /// key is read.
    ///
    /// # Errors
    /// As [`open`](Self::open), without [`Error::InUse`]; [`Error::Schema`] where it's of an earlier format.
    pub async fn open_to_read(directory: &Path) -> Result<Self, Error> {
        Self::opened_to_read(directory, None).await
    }

    /// Opens the archive in the directory to back it up, beside whoever has it open: nothing of it is written. The log's private key
    /// is read, for it signs the backup's list.
    ///
    /// # Errors
    /// As [`open_to_read`](Self::open_to_read); [`Error::KeyMissing`]; [`Error::Retired`] where it moved elsewhere: its backup would pass
    /// for a new one.
    pub async fn open_to_back_up(directory: &Path) -> Result<Self, Error> {
        if !Self::is_in(directory) {
            return Err(Error::Absent(directory.to_owned()));
        }
        retired::demand_active(directory)?;
        Self::opened_to_read(directory, Some(Keys::open(directory)?)).await
    }

    /// Opens the archive in the directory to say how it stands: as [`open_to_read`](Self::open_to_read), also where the published log isn't
    /// the database's. Nothing that it answers otherwise is to be relied on.
    ///
    /// # Errors
    /// As [`open_to_read`](Self::open_to_read), without those of the published log.
    pub async fn open_to_look(directory: &Path) -> Result<Self, Error> {
        if !Self::is_in(directory) {
            return Err(Error::Absent(directory.to_owned()));
        }
        restore::demand_done(directory)?;
        let (path, store) = (directory.join(DATABASE), Store::open_to_read(directory));
        let database = Database::open_to_read(&path).await?;
        Self::as_it_stands(SOLE, &path, store, database, None, None).await
    }

    async fn opened_to_read(directory: &Path, keys: Option<Keys>) -> Result<Self, Error> {
        if !Self::is_in(directory) {
            return Err(Error::Absent(directory.to_owned()));
        }
        restore::demand_done(directory)?;
        let database = Database::open_to_read(&directory.join(DATABASE)).await?;
        Self::checked(SOLE, &directory.join(DATABASE), Store::open_to_read(directory), database, keys, None).await
    }

    /// Opens the archive in the directory, or makes it.
    ///
    /// # Errors
    /// Those of [`open`](Self::open) and of [`init`](Self::init).
    pub async fn create(directory: &Path) -> Result<Self, Error> {
        if Self::is_in(directory) { Self::open(directory).await } else { Self::init(directory, None).await }
    }

    /// Holds the database against its schema, against the store and against the published log before anything is done with it.
    pub(crate) async fn checked(
        agency: &str,
        shown: &Path,
        store: Store,
        database: Database,
        keys: Option<Keys>,
        lock: Option<[File; 2]>,
    ) -> Result<Self, Error> {
        let archive = Self::as_it_stands(agency, shown, store, database, keys, lock).await?;
        archive.demand_not_rolled_back().await?;
        archive.demand_seen().await?;
        Ok(archive)
    }

    /// Holds the database against its schema and against the store.
    pub(crate) async fn as_it_stands(
        agency: &str,
        shown: &Path,
        store: Store,
        database: Database,
        keys: Option<Keys>,
        lock: Option<[File; 2]>,
    ) -> Result<Self, Error> {
        let problems = database.schema_problems().await?;
        if !problems.is_empty() {
            return Err(Error::SchemaChanged(problems));
        }
        let Some(identity) = identity_in(&database, agency).await? else {
            return Err(Error::DatabaseMissing(shown.to_owned()));
        };
        let in_store = store.clone();
        let written = blocking(move || in_store.get(identity::OBJECT)).await?;
        let of_store = written.and_then(|bytes| serde_json::from_slice::<Identity>(&bytes).ok());
        if of_store.as_ref() != Some(&identity) {
            let store = of_store.map(|store| store.id.to_string()).unwrap_or_default();
            return Err(Error::OtherArchive { database: identity.id.to_string(), store });
        }
        if let Some(keys) = &keys {
            identity.demand_own(keys)?;
        }
        Self::put_together(agency, identity, store, database, keys, lock).await
    }

    pub(crate) async fn assembled(
        agency: &str,
        identity: Identity,
        store: Store,
        database: Database,
        keys: Option<Keys>,
        lock: Option<[File; 2]>,
    ) -> Result<Self, Error> {
        if let Some(keys) = &keys {
            identity.demand_own(keys)?;
        }
        let archive = Self::put_together(agency, identity, store, database, keys, lock).await?;
        archive.demand_not_rolled_back().await?;
        archive.demand_seen().await?;
        Ok(archive)
    }

    /// An archive whose database may be behind its store.
    pub(crate) async fn put_together(
        agency: &str,
        identity: Identity,
        store: Store,
        database: Database,
        keys: Option<Keys>,
        lock: Option<[File; 2]>,
    ) -> Result<Self, Error> {
        let floor = floor(&database, agency).await?;
        let clock = Clock::after(floor, hex(&random::<8>()?));
        if database.is_shared() {
            clock.go_by(database.now().await?);
        }
        let rules = Arc::new(retention::rules_in(store.directory().as_deref())?);
        Ok(Self {
            agency: agency.to_owned(),
            identity: Arc::new(identity),
            store,
            second: None,
            database,
            keys,
            clock,
            turns: Turns::default(),
            lease: edges::lease(),
            opened: now(),
            woken: Arc::default(),
            suspicion: Suspicion::default(),
            anchors: Anchors::default(),
            seen: Seen::default(),
            rules,
            totals: Arc::default(),
            heads_floor: Arc::new(AtomicU64::new(register_heads::UNKNOWN)),
            rows_held: Arc::default(),
            _lock: lock.map(Arc::new),
        })
    }

    /// Waits until no other request of this process is at work on the subject, whatever its key.
    pub async fn turn(&self, subject: &str) -> Turn {
        self.turns.turn(format!("subject {subject}")).await
    }

    /// The archive as another process has it, whose requests wait for nobody's here.
    #[cfg(test)]
    pub(crate) fn with_other_turns(&self) -> Self {
        Self { turns: Turns::default(), ..self.clone() }
    }

    /// The name of its log, as checkpoints have it.
    pub fn origin(&self) -> &str {
        &self.identity.origin
    }

    /// What names requests, where the archive may be written to.
    pub(crate) fn naming(&self) -> Result<&Naming, Error> {
        self.keys.as_ref().filter(|_| self.database.is_written()).map(|keys| &keys.naming).ok_or(Error::ReadOnly)
    }

    /// When the archive was made.
    pub fn created(&self) -> jiff::Timestamp {
        self.identity.created
    }

    /// The archive's id.
    pub fn id(&self) -> uuid::Uuid {
        self.identity.id
    }

    /// Lets go of the database: what is left of its journal goes into its file.
    pub async fn close(self) {
        self.database.close().await;
    }
}

/// A directory that others own needn't be synced by us, and mayn't even be opened.
fn not_mine(error: Error) -> Result<(), Error> {
    match &error {
        Error::File { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => Ok(()),
        _ => Err(error),
    }
}

/// The directory's own lock, and that of the file that earlier versions lock: nobody takes the first away by deleting a file.
pub(crate) fn lock(directory: &Path) -> Result<[File; 2], Error> {
    let locked = |file: File| match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::InUse(directory.to_owned())),
        Err(std::fs::TryLockError::Error(error)) => Err(Error::file(directory)(error)),
    };
    let itself = locked(File::open(directory).map_err(Error::file(directory))?)?;
    let path = directory.join("lock");
    Ok([itself, locked(private::file(&path).map_err(Error::file(&path))?)?])
}

/// The row of an archive's identity.
pub(crate) async fn identity_in(database: &Database, agency: &str) -> Result<Option<Identity>, Error> {
    let sql = "SELECT id, origin, log_key, naming, format, created FROM archive WHERE agency = $1";
    let read = |row: &Row| {
        let identity = Identity {
            id: row.text("id")?.parse().map_err(|_| Error::Damaged("the archive's id is none".into()))?,
            origin: row.text("origin")?,
            log_key: row.text("log_key")?,
            naming: row.text("naming")?,
            format: row.ordinal("format")?,
            created: crate::clock::timestamp(row.number("created")?)?,
        };
        match identity.format {
            FORMAT => Ok(identity),
            found => Err(Error::Schema { found: found.into(), wanted: FORMAT.into() }),
        }
    };
    database.row(sql, values![agency]).await?.as_ref().map(read).transpose()
}

/// Writes the row of a new archive.
pub(crate) async fn introduce(database: &Database, agency: &str, identity: Identity) -> Result<Identity, Error> {
    // As the row has it, in microseconds.
    let created = identity.created.as_microsecond();
    let identity = Identity { created: crate::clock::timestamp(created)?, ..identity };
    let Identity { id, origin, log_key, naming, format, .. } = &identity;
    let values = values![agency, id.to_string(), origin, log_key, *format, created, naming];
    let sql = "INSERT INTO archive (agency, id, origin, log_key, format, created, naming) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await?;
    Ok(identity)
}

/// File work, away from the threads that answer.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::internal(error)),
    }
}
