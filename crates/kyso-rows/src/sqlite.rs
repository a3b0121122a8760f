//! SQLite: write-ahead log, `synchronous = FULL`, one connection that writes and several that read.

use std::path::Path;
use std::sync::Arc;

use sqlx::ConnectOptions as _;
use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

use crate::error::Error;
use crate::looking::Looking;
use crate::place::Place;
use crate::schema::Kind;
use crate::writer::{Writer, Written};
use crate::{Doing, Flaw, How, Row, Transaction, Value, values, written};

/// How many may read at once.
const READERS: u32 = 4;
/// Pages that whoever looks at everything has in memory, in KiB (negative, for SQLite): the upper pages of all trees of a large file, which
/// would be read again for each row.
const CACHE: &str = "PRAGMA cache_size = -65536";

/// The file.
#[derive(Debug, Clone)]
pub(crate) struct Sqlite<K: Kind> {
    /// None where the file is only read.
    writer: Option<Writer<K>>,
    /// None where the file is only read, for SQLite may have to be told how.
    looking: Option<Looking<K>>,
    readers: SqlitePool,
    place: Arc<Place>,
}

impl<K: Kind> Sqlite<K> {
    pub(crate) async fn create(path: &Path) -> Result<Self, K::Error> {
        // SQLite gives the journal the mode of the database.
        make(path).map_err(Error::file(path))?;
        Self::connect(path).await
    }

    pub(crate) async fn open(path: &Path) -> Result<Self, K::Error> {
        if !path.is_file() {
            return Err(Error::Missing(path.to_owned()).into());
        }
        Self::connect(path).await
    }

    /// An empty one in memory, with the newest schema.
    pub(crate) async fn model() -> Result<Transaction<K>, K::Error> {
        let mut model = options::<K>(Path::new(":memory:")).connect().await.map_err(Error::database)?;
        K::SCHEMA.sqlite_steps().run(&mut model).await.map_err(Error::database)?;
        Ok(Transaction::of_sqlite(model))
    }

    async fn connect(path: &Path) -> Result<Self, K::Error> {
        let options = options::<K>(path)
            .create_if_missing(false)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let mut first = options.clone().connect().await.map_err(Error::database).map(Transaction::<K>::of_sqlite)?;
        demand_recorded(&mut first).await?;
        K::SCHEMA.sqlite_steps().run(first.sqlite()?).await.map_err(|error| unfit::<K>(error))?;
        let writer = written::open::<K>(path).map_err(Error::of_sqlite)?;
        first.close().await;
        let place = Arc::new(Place::written(path)?);
        let writer = Writer::start(Transaction::of_writing(writer), Arc::clone(&place))?;
        let readers = readers::<K>().connect_lazy_with(options.read_only(true));
        let looking = Some(Looking::at(path, READERS));
        Ok(Self { writer: Some(writer), looking, readers, place })
    }

    pub(crate) async fn open_as_it_is(path: &Path) -> Result<Self, K::Error> {
        Self::open_sealed(path, is_fixed(path)).await
    }

    pub(crate) async fn open_sealed(path: &Path, is_fixed: bool) -> Result<Self, K::Error> {
        if !path.is_file() {
            return Err(Error::Missing(path.to_owned()).into());
        }
        let options = options::<K>(path).create_if_missing(false).read_only(true).immutable(is_fixed);
        let readers = readers::<K>().connect_with(options).await.map_err(Error::database)?;
        Ok(Self { writer: None, looking: None, readers, place: Arc::new(Place::read(path)?) })
    }

    /// What became of the file while it was open.
    pub(crate) fn fault(&self) -> Option<Error> {
        self.place.fault()
    }

    pub(crate) fn is_written(&self) -> bool {
        self.writer.is_some()
    }

    pub(crate) async fn open_to_read(path: &Path) -> Result<Self, K::Error> {
        let opened = Self::open_as_it_is(path).await?;
        let newest = K::SCHEMA.newest();
        let sql = "SELECT max(version) AS version FROM _sqlx_migrations WHERE success = 1";
        let found = opened.rows(sql, values![]).await?;
        match found.first().map(|row| row.maybe_number("version")).transpose()?.flatten() {
            Some(version) if version == newest => Ok(opened),
            version => Err(Error::Schema { found: version.unwrap_or_default(), wanted: newest }.into()),
        }
    }

    pub(crate) async fn rows(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row<K>>, K::Error> {
        let rows = bound(sql, values).fetch_all(&self.readers).await.map_err(Error::database)?;
        Ok(rows.into_iter().map(Row::of_sqlite).collect())
    }

    pub(crate) async fn reading(&self) -> Result<Transaction<K>, K::Error> {
        let mut transaction = self.looking().await?;
        transaction.run("BEGIN", values![]).await?;
        // The first look fixes what is seen.
        transaction.rows("SELECT count(*) AS n FROM sqlite_schema", values![]).await?;
        Ok(transaction)
    }

    /// A connection of its own for whoever looks at everything.
    async fn looking(&self) -> Result<Transaction<K>, K::Error> {
        let connection = self.readers.acquire().await.map_err(Error::database)?.detach();
        let mut looking = Transaction::<K>::of_sqlite(connection);
        looking.rows(CACHE, values![]).await?;
        Ok(looking)
    }

    pub(crate) async fn look<T: Send + 'static>(
        &self,
        work: impl for<'t> FnOnce(&'t mut Transaction<K>) -> Doing<'t, T, K::Error> + Send + 'static,
    ) -> Result<T, K::Error> {
        if let Some(looking) = &self.looking {
            return looking.look(work).await;
        }
        let mut transaction = self.reading().await?;
        let found = work(&mut transaction).await;
        transaction.close().await;
        found
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl for<'t> FnOnce(&'t mut Transaction<K>) -> Doing<'t, T, K::Error> + Send + 'static,
    ) -> Result<T, K::Error> {
        self.writer.as_ref().ok_or(K::Error::from(Error::ReadOnly))?.write(work).await
    }

    /// The schema of the file, held against that of an empty one with the same migrations.
    pub(crate) async fn flaws(&self) -> Result<Vec<Flaw>, K::Error> {
        let sql = "SELECT type, name, coalesce(sql, '') AS sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY name";
        let mut model = Self::model().await?;
        let wanted = described(&model.rows(sql, values![]).await?)?;
        model.close().await;
        let found = described(&self.rows(sql, values![]).await?)?;
        let flaw = |kind: &str, name: &str, how| Flaw { kind: kind.to_owned(), name: name.to_owned(), how };
        let is_known = self.is_of_these_steps().await?;
        let steps = (!is_known).then(|| flaw("the list of", "migrations", How::Changed));
        let missing = wanted.iter().filter(|item| !found.contains(item)).map(|(kind, name, _)| {
            let is_there = found.iter().any(|(_, other, _)| other == name);
            flaw(kind, name, if is_there { How::Changed } else { How::Missing })
        });
        let added = found.iter().filter(|(_, name, _)| !wanted.iter().any(|(_, other, _)| other == name));
        let added = added.map(|(kind, name, _)| flaw(kind, name, How::Added));
        Ok(steps.into_iter().chain(missing).chain(added).collect())
    }

    pub(crate) async fn is_of_these_steps(&self) -> Result<bool, K::Error> {
        let sql = "SELECT version, checksum FROM _sqlx_migrations WHERE success = 1 ORDER BY version";
        let applied = self.rows(sql, values![]).await?;
        let applied: Vec<(i64, Vec<u8>)> = applied
            .iter()
            .map(|row| Ok((row.number("version")?, row.bytes("checksum")?)))
            .collect::<Result<_, K::Error>>()?;
        let steps = K::SCHEMA.sqlite_steps();
        let known: Vec<(i64, Vec<u8>)> = steps.iter().map(|step| (step.version, step.checksum.to_vec())).collect();
        Ok(applied == known)
    }

    pub(crate) async fn integrity_problems(&self) -> Result<Vec<String>, K::Error> {
        let mut looking = self.looking().await?;
        let rows = looking.rows("PRAGMA integrity_check(100)", values![]).await;
        looking.close().await;
        let rows = rows?;
        let said: Vec<String> = rows.iter().map(|row| row.text("integrity_check")).collect::<Result<_, _>>()?;
        Ok(if said == ["ok"] { Vec::new() } else { said })
    }

    /// The rows that a statement gives to whoever opens the file now: a connection that was open before may go on by what it
    /// remembers of a file that was overwritten.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the file isn't the one that was opened, or none of SQLite's; [`Error::Database`].
    pub(crate) async fn fresh_rows(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row<K>>, K::Error> {
        let place = Arc::clone(&self.place);
        let looked = tokio::task::spawn_blocking(move || place.fault()).await;
        if let Some(fault) = looked.map_err(|error| Error::Internal(error.to_string()))? {
            return Err(fault.into());
        }
        let mut fresh = options::<K>(self.place.path())
            .create_if_missing(false)
            .read_only(true)
            .connect()
            .await
            .map_err(Error::database)
            .map(Transaction::of_sqlite)?;
        let rows = fresh.rows(sql, values).await;
        fresh.close().await;
        rows
    }

    /// What was written so far.
    pub(crate) fn written(&self) -> Written {
        self.writer.as_ref().map(Writer::written).unwrap_or_default()
    }

    pub(crate) async fn snapshot(&self, path: &Path) -> Result<(), K::Error> {
        let text = path.to_str().ok_or_else(|| Error::Internal("a path that isn't UTF-8".into()))?;
        bound("VACUUM INTO $1", values![text]).execute(&self.readers).await.map_err(Error::database)?;
        let synced = std::fs::File::open(path).and_then(|file| file.sync_all());
        Ok(synced.map_err(Error::file(path))?)
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        if let Some(looking) = &self.looking {
            looking.close(READERS).await;
        }
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
    }
}

/// Opens a file, or makes it: nobody but its owner may read it. What is kept is about people.
fn make(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(|_| ())
}

/// Why a file can't be brought to the newest schema.
fn unfit<K: Kind>(error: MigrateError) -> Error {
    match error {
        // A newer program has made it.
        MigrateError::VersionMissing(found) => Error::Schema { found, wanted: K::SCHEMA.newest() },
        MigrateError::VersionMismatch(step) => Error::SchemaChanged(vec![format!("step {step} was another")]),
        error => Error::database(error),
    }
}

fn options<K: Kind>(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).busy_timeout(K::SCHEMA.patience).foreign_keys(true)
}

/// Whether a file lies where nobody can write, and has no journal.
fn is_fixed(path: &Path) -> bool {
    let mut journal = path.as_os_str().to_owned();
    journal.push("-wal");
    let above = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // On a medium that can't be written to, SQLite can't make the index of its journal; where there's no journal, nobody needs one.
    rustix::fs::access(above, rustix::fs::Access::WRITE_OK).is_err() && !Path::new(&journal).exists()
}

/// Refuses a file with tables whose list of steps is lost: to make them again would fail half way.
async fn demand_recorded<K: Kind>(writer: &mut Transaction<K>) -> Result<(), K::Error> {
    const STEPS: &str = "_sqlx_migrations";
    let sql = "SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
               AND name <> '_sqlx_migrations'";
    if writer.row(sql, values![]).await?.map_or(Ok(0), |row| row.number("n"))? == 0 {
        return Ok(());
    }
    let sql = "SELECT count(*) AS n FROM pragma_table_info('_sqlx_migrations') WHERE name IN ('version', 'success', 'checksum')";
    let mut is_there = writer.row(sql, values![]).await?.map_or(Ok(0), |row| row.number("n"))? == 3;
    if is_there {
        let sql = "SELECT count(*) AS n FROM _sqlx_migrations";
        is_there = writer.row(sql, values![]).await?.map_or(Ok(0), |row| row.number("n"))? > 0;
    }
    if is_there { Ok(()) } else { Err(Error::Damaged(format!("table {STEPS}")).into()) }
}

fn readers<K: Kind>() -> SqlitePoolOptions {
    // A connection to a file needs no question whether it's still there: that is what `Place` looks at.
    SqlitePoolOptions::new().acquire_timeout(K::SCHEMA.patience).max_connections(READERS).test_before_acquire(false)
}

fn described<K: Kind>(rows: &[Row<K>]) -> Result<Vec<(String, String, String)>, K::Error> {
    rows.iter().map(|row| Ok((row.text("type")?, row.text("name")?, row.text("sql")?))).collect()
}

pub(crate) fn bound(
    sql: &'static str,
    values: Vec<Value>,
) -> sqlx::query::Query<'static, sqlx::Sqlite, sqlx::sqlite::SqliteArguments> {
    values.into_iter().fold(sqlx::query(sql), |query, value| match value {
        Value::Number(number) => query.bind(number),
        Value::Text(text) => query.bind(text),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}
