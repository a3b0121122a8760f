//! What is kept is found again, and what was changed isn't handed out.

use std::path::Path;

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::{Place, archive, for_each_pair, kept, opened, verified};
use crate::{Archive, Error};

for_each_pair!(what_is_kept_is_found_again_after_a_restart);

pub(super) async fn raw(directory: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(directory.join("archive.sqlite3"));
    SqliteConnection::connect_with(&options).await.unwrap()
}

/// Takes every trigger of a table away, as whoever owns the file can, and puts them back.
pub(crate) async fn without_triggers(directory: &Path, sql: &'static str) {
    let mut raw = raw(directory).await;
    let triggers: Vec<(String, String)> =
        sqlx::query_as("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetch_all(&mut raw).await.unwrap();
    for (name, _) in &triggers {
        sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER {name}"))).execute(&mut raw).await.unwrap();
    }
    assert_eq!(sqlx::query(sql).execute(&mut raw).await.unwrap().rows_affected(), 1, "{sql}");
    for (_, sql) in triggers {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut raw).await.unwrap();
    }
    raw.close().await.unwrap();
}

async fn what_is_kept_is_found_again_after_a_restart(place: Place) {
    let archive = place.archive().await;
    let file = verified("x");
    let artifact = kept(&archive, "x").await;
    archive.close().await;

    let archive = place.opened().await;
    assert_eq!(archive.artifact(artifact.id).await.unwrap().unwrap(), artifact);
    assert_eq!(archive.versions(artifact.id).await.unwrap(), std::slice::from_ref(&artifact));
    assert_eq!(archive.by_sha256(&artifact.sha256).await.unwrap(), std::slice::from_ref(&artifact));
    assert_eq!(archive.bytes(&artifact).await.unwrap().len(), file.bytes().len());
    let report: serde_json::Value = serde_json::from_str(&archive.report(&artifact).await.unwrap()).unwrap();
    assert_eq!(report.pointer("/file").unwrap(), "kết quả.pdf");
    assert_eq!(report.pointer("/signatures/0/indication").unwrap(), "INDETERMINATE");
}

#[tokio::test]
async fn an_archive_is_read_beside_whoever_writes() {
    let (directory, archive) = archive().await;
    let artifact = kept(&archive, "x").await;
    let reading = Archive::open_to_read(directory.path()).await.unwrap();
    assert_eq!(reading.artifact(artifact.id).await.unwrap().unwrap(), artifact);
    let refused = reading.begin(&crate::Request::unkeyed("a").unwrap(), &super::meta()).await;
    assert!(matches!(refused, Err(Error::ReadOnly)), "{refused:?}");
    let claim = super::open(&archive, &super::request("k", 'a')).await;
    let refused = reading.keep(claim, &verified("y"), crate::Beside::default()).await;
    assert!(matches!(refused, Err(Error::ReadOnly)), "{refused:?}");
}

#[tokio::test]
async fn reading_needs_no_private_key() {
    let (directory, archive) = archive().await;
    let (artifact, key) = (kept(&archive, "x").await, archive.log_key().unwrap());
    archive.sequence().await.unwrap();
    archive.close().await;
    std::fs::remove_dir_all(directory.path().join("keys")).unwrap();
    let reading = Archive::open_to_read(directory.path()).await.unwrap();
    assert_eq!(reading.log_key().unwrap(), key);
    assert!(reading.receipt(&artifact).await.unwrap().is_some());
    assert!(matches!(Archive::open(directory.path()).await, Err(Error::KeyMissing(_))));
}

#[tokio::test]
async fn another_logs_private_key_is_refused() {
    let (directory, archive) = archive().await;
    archive.close().await;
    let (other, another) = super::archive().await;
    another.close().await;
    std::fs::copy(other.path().join("keys/log.pem"), directory.path().join("keys/log.pem")).unwrap();
    let refused = Archive::open(directory.path()).await.unwrap_err();
    assert!(matches!(refused, Error::Damaged(_)), "{refused}");
}

#[tokio::test]
async fn rows_are_written_once_whatever_the_statement() {
    let (directory, archive) = archive().await;
    kept(&archive, "x").await;
    archive.sequence().await.unwrap();
    archive.close().await;
    let mut raw = raw(directory.path()).await;
    for table in ["archive", "artifact", "version", "report", "event", "record", "leaf", "checkpoint"] {
        for statement in [
            format!("UPDATE {table} SET agency = 'x'"),
            format!("DELETE FROM {table}"),
            format!("REPLACE INTO {table} SELECT * FROM {table}"),
            format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}"),
            format!("INSERT OR IGNORE INTO {table} SELECT * FROM {table}"),
            format!("UPDATE OR REPLACE {table} SET agency = 'x'"),
        ] {
            let refused = sqlx::query(sqlx::AssertSqlSafe(statement.clone())).execute(&mut raw).await.unwrap_err();
            assert!(refused.to_string().contains("written once"), "{statement}: {refused}");
        }
    }
    for statement in [
        "DELETE FROM request",
        "UPDATE request SET state = 'claimed', artifact = NULL",
        "REPLACE INTO request SELECT * FROM request",
    ] {
        let refused = sqlx::query(statement).execute(&mut raw).await.unwrap_err();
        assert!(refused.to_string().contains("request"), "{statement}: {refused}");
    }
}

#[tokio::test]
async fn a_changed_row_is_never_handed_out() {
    for sql in [
        "UPDATE version SET sha256 = replace(sha256, substr(sha256, 1, 1), 'z')",
        "UPDATE version SET bytes = bytes + 1",
        "UPDATE version SET ordinal = 1",
        "UPDATE version SET object = 'x'",
        "UPDATE record SET body = CAST(replace(CAST(body AS TEXT), 'văn thư', 'văn thu') AS BLOB)",
        "UPDATE record SET salt = zeroblob(32)",
        "UPDATE event SET commitment = zeroblob(32)",
        "UPDATE event SET kind = 'exported'",
        "UPDATE event SET at = at + 1",
    ] {
        let (directory, archive) = archive().await;
        let artifact = kept(&archive, "x").await;
        archive.close().await;
        without_triggers(directory.path(), sql).await;
        let archive = opened(&directory).await;
        let read = archive.artifact(artifact.id).await;
        assert!(matches!(read, Err(Error::Damaged(_))), "{sql}: {read:?}");
        assert!(archive.bytes(&artifact).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn a_changed_report_is_never_handed_out() {
    let (directory, archive) = archive().await;
    let artifact = kept(&archive, "x").await;
    archive.close().await;
    without_triggers(directory.path(), "UPDATE report SET body = replace(body, 'INDETERMINATE', 'TOTAL-PASSED')").await;
    let archive = opened(&directory).await;
    assert!(matches!(archive.report(&artifact).await, Err(Error::Damaged(_))));
}

#[tokio::test]
async fn a_damaged_or_missing_object_is_named() {
    let (directory, archive) = archive().await;
    let artifact = kept(&archive, "x").await;
    let name = archive.store.objects().unwrap().remove(0);
    let path = directory.path().join("o").join(&name[..2]).join(&name);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(archive.bytes(&artifact).await, Err(Error::Missing(missing)) if missing == name));
    let mut flipped = bytes.clone();
    flipped[100] ^= 1;
    std::fs::write(&path, flipped).unwrap();
    assert!(matches!(archive.bytes(&artifact).await, Err(Error::Damaged(what)) if what.contains(&name)));
}

#[tokio::test]
async fn an_archive_whose_triggers_were_dropped_isnt_opened() {
    let (directory, archive) = archive().await;
    archive.close().await;
    let mut raw = raw(directory.path()).await;
    sqlx::query("DROP TRIGGER version_is_written_once").execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
    let refused = Archive::open(directory.path()).await.unwrap_err();
    assert!(
        matches!(&refused, Error::SchemaChanged(what) if what == &["trigger version_is_written_once is missing"]),
        "{refused}"
    );
}

#[tokio::test]
async fn an_older_revision_or_nothing_is_never_handed_out_for_the_newest() {
    for sql in [
        "DELETE FROM metadata WHERE revision = 1",
        "DELETE FROM metadata",
        "UPDATE metadata SET artifact = 'x' WHERE revision = 1",
        "DELETE FROM version",
    ] {
        let (directory, archive) = archive().await;
        let artifact = kept(&archive, "x").await;
        assert!(archive.metadata(artifact.id).await.unwrap().is_none());
        for subject in ["Ủy quyền", "Ủy quyền nhận tiền"] {
            archive.revise(artifact.id, &super::ward::metadata(1, subject), "văn thư", None).await.unwrap();
        }
        archive.close().await;
        super::ward::tamper(directory.path(), sql).await;
        let archive = opened(&directory).await;
        let read = archive.metadata(artifact.id).await.map(|_| ());
        let read = if sql.contains("version") { archive.artifact(artifact.id).await.map(|_| ()) } else { read };
        assert!(matches!(read, Err(Error::Damaged(_))), "{sql}: {read:?}");
        if sql.contains("version") {
            assert!(matches!(archive.bytes(&artifact).await, Err(Error::Damaged(_))), "{sql}");
        }
    }
}
