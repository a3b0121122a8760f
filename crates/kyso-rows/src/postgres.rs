//! PostgreSQL: each work a transaction of its own (READ COMMITTED), on a pool. The server syncs several commits at once by
//! itself.
//!
//! Every connection says whose rows it's about (`kyso.agency`), and the policies of all tables show it no others.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::str::FromStr as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::error::Error;
use crate::schema::Kind;
use crate::transaction::Open;
use crate::writer::Written;
use crate::{Doing, Flaw, Row, Transaction, Value, rights, values};

/// How many connections a process has at most: for one agency, and for all that share a pool.
const CONNECTIONS: u32 = 16;
const SHARED_CONNECTIONS: u32 = 32;
/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// The server's time in microseconds, also within a transaction.
pub(crate) const NOW: &str = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) AS now";

/// Connections that several agencies share in one process: each work says anew whose rows it's about. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Pools(Arc<Mutex<HashMap<(String, &'static str), PgPool>>>);

/// A server, asked for the rows of one agency.
#[derive(Debug, Clone)]
pub(crate) struct Postgres<K: Kind> {
    pool: PgPool,
    /// Whose rows, where the pool is shared: a connection of it doesn't know by itself.
    of_shared: Option<Arc<str>>,
    reading: bool,
    written: Arc<Mutex<Written>>,
    kind: PhantomData<K>,
}

impl<K: Kind> Postgres<K> {
    pub(crate) async fn connect(url: &str, agency: &str, reading: bool) -> Result<Self, K::Error> {
        Self::checked(Self::pooled(url, agency, reading).await?, None, reading).await
    }

    /// To read alone, whatever the schema is and whatever the role may do.
    pub(crate) async fn connect_as_it_is(url: &str, agency: &str) -> Result<Self, K::Error> {
        Ok(Self::of(Self::pooled(url, agency, true).await?, None, true))
    }

    async fn pooled(url: &str, agency: &str, reading: bool) -> Result<PgPool, K::Error> {
        demand_agency(agency)?;
        let options = settings(url, K::SCHEMA.name, reading)?.options([("kyso.agency", agency)]);
        let pool = PgPoolOptions::new().acquire_timeout(PATIENCE).max_connections(CONNECTIONS);
        Ok(pool.connect_with(options).await.map_err(failed)?)
    }

    fn of(pool: PgPool, of_shared: Option<Arc<str>>, reading: bool) -> Self {
        Self { pool, of_shared, reading, written: Arc::default(), kind: PhantomData }
    }

    /// The same, to be written to, by connections that other agencies use too.
    pub(crate) async fn connect_in(pools: &Pools, url: &str, agency: &str) -> Result<Self, K::Error> {
        demand_agency(agency)?;
        let options = settings(url, K::SCHEMA.name, false)?;
        let pool = PgPoolOptions::new().acquire_timeout(PATIENCE).max_connections(SHARED_CONNECTIONS);
        let pool = {
            let mut pools = pools.0.lock().unwrap_or_else(PoisonError::into_inner);
            let shared = pools.entry((url.to_owned(), K::SCHEMA.name));
            shared.or_insert_with(|| pool.connect_lazy_with(options)).clone()
        };
        Self::checked(pool, Some(agency.into()), false).await
    }

    async fn checked(pool: PgPool, of_shared: Option<Arc<str>>, reading: bool) -> Result<Self, K::Error> {
        let opened = Self::of(pool, of_shared, reading);
        opened.demand_durable().await?;
        opened.demand_schema().await?;
        rights::demand_narrow(&opened).await?;
        Ok(opened)
    }

    /// Runs the migrations, as the schema's owner.
    pub(crate) async fn lay_out(url: &str) -> Result<(), K::Error> {
        let mut owner = options(url, K::SCHEMA.name)?.connect().await.map_err(failed)?;
        let done = K::SCHEMA.postgres_steps().run(&mut owner).await;
        let _ = owner.close().await;
        Ok(done.map_err(Error::database)?)
    }

    /// Refuses a server that may forget what it has acknowledged, or can't hold every letter.
    async fn demand_durable(&self) -> Result<(), K::Error> {
        let sql = "SELECT current_setting('synchronous_commit') AS commits, current_setting('fsync') AS fsync, \
                   current_setting('server_encoding') AS encoding";
        let row = self.rows(sql, values![]).await?;
        let row = row.first().ok_or_else(|| Error::Internal("no row of settings".into()))?;
        let wrong = |what: &str| Err(Error::Setting(format!("PostgreSQL: {what}")).into());
        if !matches!(row.text("commits")?.as_str(), "on" | "remote_apply") {
            return wrong("synchronous_commit must be on");
        }
        if row.text("fsync")? != "on" {
            return wrong("fsync must be on: a power cut would take away what was acknowledged");
        }
        if row.text("encoding")? != "UTF8" {
            return wrong("the database's encoding must be UTF8");
        }
        Ok(())
    }

    /// Refuses a schema of other steps than this program's, or whose steps were others.
    async fn demand_schema(&self) -> Result<(), K::Error> {
        self.schema_fault().await?.map_or(Ok(()), |fault| Err(fault.into()))
    }

    async fn schema_fault(&self) -> Result<Option<Error>, K::Error> {
        let migrations = K::SCHEMA.postgres_steps();
        let newest = migrations.iter().map(|step| step.version).max().unwrap_or_default();
        let sql =
            "SELECT count(*) AS n FROM pg_class WHERE oid = to_regclass($1) AND has_table_privilege(oid, 'SELECT')";
        let steps = format!("{}._sqlx_migrations", K::SCHEMA.name);
        if self.rows(sql, values![steps]).await?.first().map_or(Ok(0), |row| row.number("n"))? == 0 {
            return Ok(Some(Error::Schema { found: 0, wanted: newest }));
        }
        let sql = "SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version";
        let rows = self.rows(sql, values![]).await?;
        let found = rows.last().map_or(Ok(0), |row| row.number("version"))?;
        if found != newest || rows.len() != migrations.iter().count() {
            return Ok(Some(Error::Schema { found, wanted: newest }));
        }
        for (step, row) in migrations.iter().zip(&rows) {
            if row.number("version")? != step.version || row.bytes("checksum")? != *step.checksum {
                return Ok(Some(Error::SchemaChanged(vec![format!("step {} was another", step.version)])));
            }
        }
        Ok(None)
    }

    pub(crate) async fn rows(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row<K>>, K::Error> {
        let mut connection = self.pool.acquire().await.map_err(failed)?;
        if let Some(agency) = &self.of_shared {
            // Until the next work says its own: none goes without.
            let said = sqlx::query("SELECT set_config('kyso.agency', $1, false)").bind(agency.as_ref());
            said.execute(&mut *connection).await.map_err(failed)?;
        }
        let rows = bound(sql, values).fetch_all(&mut *connection).await.map_err(failed)?;
        Ok(rows.into_iter().map(Row::of_postgres).collect())
    }

    /// The work goes on whatever becomes of who waits for it, as with the other database.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl for<'t> FnOnce(&'t mut Transaction<K>) -> Doing<'t, T, K::Error> + Send + 'static,
    ) -> Result<T, K::Error> {
        if self.reading {
            return Err(Error::ReadOnly.into());
        }
        let (pool, of_shared) = (self.pool.clone(), self.of_shared.clone());
        let done = tokio::spawn(async move {
            let mut transaction = pool.begin().await.map_err(failed)?;
            say_whose(&mut transaction, of_shared.as_deref()).await?;
            let mut transaction = Transaction::of_postgres(transaction);
            // Dropped without a commit, after an error or a panic, nothing of it stays.
            let outcome = work(&mut transaction).await?;
            if let Open::Postgres(transaction) = transaction.open {
                transaction.commit().await.map_err(failed)?;
            }
            Ok(outcome)
        });
        let begun = Instant::now();
        let done = done.await.map_err(|_| K::Error::from(Error::Internal("a work on the database panicked".into())))?;
        self.written.lock().unwrap_or_else(PoisonError::into_inner).add(1, begun.elapsed(), done.is_err());
        done
    }

    pub(crate) fn is_written(&self) -> bool {
        !self.reading
    }

    /// What was written so far, by this process.
    pub(crate) fn written(&self) -> Written {
        *self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn look<T: Send + 'static>(
        &self,
        work: impl for<'t> FnOnce(&'t mut Transaction<K>) -> Doing<'t, T, K::Error> + Send + 'static,
    ) -> Result<T, K::Error> {
        let mut transaction = self.seeing().await?;
        let found = work(&mut transaction).await;
        transaction.close().await;
        found
    }

    /// A transaction that sees the rows as they're at its first statement.
    async fn seeing(&self) -> Result<Transaction<K>, K::Error> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let mut transaction = self.pool.begin_with(begin).await.map_err(failed)?;
        say_whose(&mut transaction, self.of_shared.as_deref()).await?;
        Ok(Transaction::of_postgres(transaction))
    }

    /// A transaction that sees the rows as they're now, whatever is written meanwhile.
    pub(crate) async fn reading(&self) -> Result<Transaction<K>, K::Error> {
        let mut transaction = self.seeing().await?;
        // Who looks at everything looks elsewhere in between, and some statements are about all of it.
        transaction.run("SET LOCAL idle_in_transaction_session_timeout = '15min'", values![]).await?;
        transaction.run("SET LOCAL statement_timeout = '1h'", values![]).await?;
        // The first look fixes what is seen.
        transaction.rows(NOW, values![]).await?;
        Ok(transaction)
    }

    pub(crate) async fn schema_problems(&self) -> Result<Vec<String>, K::Error> {
        // Whoever opened it as it is is told here.
        let fault = self.schema_fault().await?.map(|fault| fault.to_string());
        let flaws = self.flaws().await?;
        Ok(fault.into_iter().chain(flaws.iter().map(Flaw::to_string)).collect())
    }

    pub(crate) async fn flaws(&self) -> Result<Vec<Flaw>, K::Error> {
        rights::flaws(self).await
    }

    /// A shared pool stays open for the others, and goes with the last of them.
    pub(crate) async fn close(&self) {
        if self.of_shared.is_none() {
            self.pool.close().await;
        }
    }
}

fn demand_agency(agency: &str) -> Result<(), Error> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if agency.is_empty() || agency.len() > 64 || !agency.bytes().all(is_plain) {
        return Err(Error::Setting("an agency's name in the database is of a-z, 0-9 and -".into()));
    }
    Ok(())
}

/// Says whose rows a transaction is about, where its connection doesn't.
async fn say_whose(
    transaction: &mut sqlx::Transaction<'static, sqlx::Postgres>,
    of_shared: Option<&str>,
) -> Result<(), Error> {
    if let Some(agency) = of_shared {
        let said = sqlx::query("SELECT set_config('kyso.agency', $1, true)").bind(agency);
        said.execute(&mut **transaction).await.map_err(failed)?;
    }
    Ok(())
}

/// What each connection is told, whatever the server or the role has.
fn settings(url: &str, schema: &str, reading: bool) -> Result<PgConnectOptions, Error> {
    Ok(options(url, schema)?.options([
        // An answer means durable.
        ("synchronous_commit", "on"),
        ("default_transaction_isolation", "read committed"),
        ("default_transaction_read_only", if reading { "on" } else { "off" }),
        // Who died in the middle of a transaction keeps nobody waiting.
        ("idle_in_transaction_session_timeout", "60s"),
        ("lock_timeout", "20s"),
        ("statement_timeout", "60s"),
    ]))
}

/// Where and as whom. What the URL doesn't say comes from libpq's environment (`PGPASSWORD`, `PGPASSFILE` …). Another machine
/// is spoken to under TLS alone, and shows its name's certificate.
fn options(url: &str, schema: &str) -> Result<PgConnectOptions, Error> {
    let setting = |what: &str| Error::Setting(format!("the database's URL: {what}"));
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(setting("not postgres://…"));
    }
    // The error may quote the URL, and with it a password.
    let options = PgConnectOptions::from_str(url).map_err(|_| setting("can't be read"))?;
    let host = options.get_host();
    let is_here = options.get_socket().is_some()
        || host.starts_with('/')
        || matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]");
    let options = match options.get_ssl_mode() {
        _ if is_here => options,
        PgSslMode::Prefer => options.ssl_mode(PgSslMode::VerifyFull),
        PgSslMode::VerifyFull | PgSslMode::VerifyCa => options,
        PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Require => {
            return Err(setting("another machine needs sslmode=verify-full"));
        }
    };
    Ok(options.application_name("kyso").options([("search_path", schema)]))
}

/// What an error of the server means: another transaction was in the way, or wrote the same row first.
pub(crate) fn failed(error: sqlx::Error) -> Error {
    const SERIALIZATION_FAILURE: &str = "40001";
    const DEADLOCK: &str = "40P01";
    const UNIQUE_VIOLATION: &str = "23505";
    let code = error.as_database_error().and_then(|error| error.code().map(|code| code.into_owned()));
    match code.as_deref() {
        Some(SERIALIZATION_FAILURE | DEADLOCK | UNIQUE_VIOLATION) => Error::Raced,
        _ => Error::database(error),
    }
}

pub(crate) fn bound(
    sql: &'static str,
    values: Vec<Value>,
) -> sqlx::query::Query<'static, sqlx::Postgres, sqlx::postgres::PgArguments> {
    values.into_iter().fold(sqlx::query(sql), |query, value| match value {
        Value::Number(number) => query.bind(number),
        Value::Text(text) => query.bind(text),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}
