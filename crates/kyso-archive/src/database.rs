//! The rows, in SQLite.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{Row, SqlSafeStr, SqliteConnection};
use uuid::Uuid;

use crate::artifact::Artifact;
use crate::claims::{Claimed, Idempotency};
use crate::error::Error;
use crate::private;

/// How long a statement waits for another's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How many may read at once.
const READERS: u32 = 4;

/// One connection writes, so that writers queue here and never meet in the file; others read beside it.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
}

impl Database {
    /// Opens or makes the file and brings it to the newest schema.
    pub(crate) async fn open(path: &Path) -> Result<Self, Error> {
        // SQLite gives the journal the mode of the database.
        private::file(path).map_err(Error::file(path))?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true);
        let pool = || SqlitePoolOptions::new().acquire_timeout(BUSY_TIMEOUT);
        let writer = pool().max_connections(1).connect_with(options.clone()).await.map_err(Error::database)?;
        migrations().run(&writer).await.map_err(Error::database)?;
        let readers =
            pool().max_connections(READERS).connect_with(options.read_only(true)).await.map_err(Error::database)?;
        Ok(Self { writer, readers })
    }

    /// Writes the artifact and, in the same transaction, which request it answers. Bytes that are kept already stay
    /// the artifact that they are: that one is returned.
    pub(crate) async fn insert(
        &self,
        artifact: &Artifact,
        report: &str,
        claimed: Option<&Claimed>,
    ) -> Result<Artifact, Error> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(Error::database)?;
        let kept = match select_by_sha256(&mut transaction, &artifact.sha256).await? {
            Some(kept) => kept,
            None => {
                insert_artifact(&mut transaction, artifact, report).await?;
                artifact.clone()
            }
        };
        if let Some(claimed) = claimed {
            insert_idempotency(&mut transaction, claimed, kept.id, artifact.created).await?;
        }
        transaction.commit().await.map_err(Error::database)?;
        Ok(kept)
    }

    /// What was kept for the request under this key, and what else was answered, if it was done.
    pub(crate) async fn done(&self, idempotency: &Idempotency) -> Result<Option<(Artifact, Option<String>)>, Error> {
        let row = sqlx::query(
            "SELECT artifact.*, idempotency.request AS request, idempotency.answer AS answer FROM idempotency \
             JOIN artifact ON artifact.id = idempotency.artifact_id \
             WHERE idempotency.actor = ? AND idempotency.key = ?",
        )
        .bind(&idempotency.actor)
        .bind(&idempotency.key)
        .fetch_optional(&self.readers)
        .await
        .map_err(Error::database)?;
        let Some(row) = row else {
            // Under this key a result was prepared, which is another request.
            return if self.draft_row(idempotency).await?.is_some() { Err(Error::KeyReused) } else { Ok(None) };
        };
        if row.try_get::<String, _>("request").map_err(Error::database)? != idempotency.request {
            return Err(Error::KeyReused);
        }
        Ok(Some((artifact(&row)?, row.try_get("answer").map_err(Error::database)?)))
    }

    pub(crate) async fn by_id(&self, id: Uuid) -> Result<Option<Artifact>, Error> {
        let row = sqlx::query("SELECT * FROM artifact WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::database)?;
        row.as_ref().map(artifact).transpose()
    }

    pub(crate) async fn by_sha256(&self, sha256: &str) -> Result<Option<Artifact>, Error> {
        select_by_sha256(&mut *self.readers.acquire().await.map_err(Error::database)?, sha256).await
    }

    pub(crate) async fn count(&self) -> Result<u64, Error> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM artifact")
            .fetch_one(&self.readers)
            .await
            .map_err(Error::database)?;
        u64::try_from(count).map_err(|error| Error::Internal(error.to_string()))
    }

    pub(crate) async fn report(&self, id: Uuid) -> Result<Option<String>, Error> {
        sqlx::query_scalar("SELECT report FROM artifact WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::database)
    }

    /// Checks that the database can be read and written to.
    pub(crate) async fn check(&self) -> Result<(), Error> {
        sqlx::query("SELECT id FROM artifact ORDER BY id DESC LIMIT 1")
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::database)?;
        let transaction = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(Error::database)?;
        transaction.rollback().await.map_err(Error::database)
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

async fn select_by_sha256(connection: &mut SqliteConnection, sha256: &str) -> Result<Option<Artifact>, Error> {
    let row = sqlx::query("SELECT * FROM artifact WHERE sha256 = ?")
        .bind(sha256)
        .fetch_optional(connection)
        .await
        .map_err(Error::database)?;
    row.as_ref().map(artifact).transpose()
}

async fn insert_artifact(connection: &mut SqliteConnection, artifact: &Artifact, report: &str) -> Result<(), Error> {
    let bytes = i64::try_from(artifact.bytes).map_err(|error| Error::Internal(error.to_string()))?;
    let role = serde_json::to_value(artifact.role).map_err(|error| Error::Internal(error.to_string()))?;
    let role = role.as_str().unwrap_or_default();
    sqlx::query(
        "INSERT INTO artifact (id, sha256, bytes, role, actor, file_name, created, report) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(artifact.id.to_string())
    .bind(&artifact.sha256)
    .bind(bytes)
    .bind(role)
    .bind(&artifact.actor)
    .bind(&artifact.file_name)
    .bind(artifact.created.to_string())
    .bind(report)
    .execute(connection)
    .await
    .map_err(Error::database)?;
    Ok(())
}

async fn insert_idempotency(
    connection: &mut SqliteConnection,
    Claimed { idempotency, answer, .. }: &Claimed,
    artifact: Uuid,
    created: Timestamp,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO idempotency (actor, key, request, artifact_id, created, answer) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(&idempotency.actor)
    .bind(&idempotency.key)
    .bind(&idempotency.request)
    .bind(artifact.to_string())
    .bind(created.to_string())
    .bind(answer)
    .execute(connection)
    .await
    .map_err(Error::database)?;
    Ok(())
}

fn artifact(row: &SqliteRow) -> Result<Artifact, Error> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(Error::database);
    let broken = |column: &str| Error::Internal(format!("an artifact's {column} can't be read"));
    Ok(Artifact {
        id: Uuid::from_str(&text("id")?).map_err(|_| broken("id"))?,
        sha256: text("sha256")?,
        bytes: row.try_get::<i64, _>("bytes").map_err(Error::database)?.try_into().map_err(|_| broken("bytes"))?,
        role: serde_json::from_value(text("role")?.into()).map_err(|_| broken("role"))?,
        actor: text("actor")?,
        file_name: row.try_get("file_name").map_err(Error::database)?,
        created: text("created")?.parse().map_err(|_| broken("created"))?,
    })
}

fn migrations() -> Migrator {
    let step = |version, name: &'static str, sql: &'static str| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(vec![
        step(1, "artifacts", include_str!("../migrations/0001_artifacts.sql")),
        step(2, "drafts", include_str!("../migrations/0002_drafts.sql")),
        step(3, "removed drafts", include_str!("../migrations/0003_removed_drafts.sql")),
        step(4, "answers", include_str!("../migrations/0004_answers.sql")),
    ])
}
