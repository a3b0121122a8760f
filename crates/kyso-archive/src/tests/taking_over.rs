//! An archive of the earlier format goes on as one of this format.

use std::path::Path;

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tempfile::TempDir;

use super::{meta, opened, verified};
use crate::record::sha256;
use crate::{Archive, Begun, DraftBegun, Error, Request};

/// The schema of that format's last version.
const SCHEMA: &str = "
    CREATE TABLE artifact (id TEXT PRIMARY KEY NOT NULL, sha256 TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL, role TEXT NOT NULL,
        actor TEXT NOT NULL, file_name TEXT, created TEXT NOT NULL, report TEXT NOT NULL) STRICT;
    CREATE TABLE idempotency (actor TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, artifact_id TEXT NOT NULL,
        created TEXT NOT NULL, answer TEXT, PRIMARY KEY (actor, key)) STRICT, WITHOUT ROWID;
    CREATE TABLE draft (id TEXT PRIMARY KEY NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, actor TEXT NOT NULL, key TEXT,
        request TEXT, answer TEXT NOT NULL, created TEXT NOT NULL, UNIQUE (actor, key)) STRICT;";
const IDS: [&str; 2] = ["019acf10-0000-7000-8000-000000000001", "019acf10-0000-7000-8000-000000000002"];
const DRAFT: &str = "019acf10-0000-7000-8000-000000000003";

fn put(directory: &Path, bytes: &[u8]) -> String {
    let name = sha256(bytes);
    let shard = directory.join("objects").join(&name[..2]);
    std::fs::create_dir_all(&shard).unwrap();
    std::fs::write(shard.join(&name), bytes).unwrap();
    name
}

/// Two artifacts, the first under two keys, and a draft.
async fn earlier() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new().filename(directory.path().join("kyso.sqlite3")).create_if_missing(true);
    let mut raw = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql(SCHEMA).execute(&mut raw).await.unwrap();
    for (id, name) in IDS.iter().zip(["x", "y"]) {
        let file = verified(name);
        let digest = put(directory.path(), file.bytes());
        let report = crate::keep::report_json(Some("kết quả.pdf"), file.report()).unwrap();
        sqlx::query("INSERT INTO artifact VALUES ($1, $2, $3, 'seal', 'văn thư', 'kết quả.pdf', '2026-03-02T03:00:00.123456789Z', $4)")
            .bind(id)
            .bind(digest)
            .bind(i64::try_from(file.bytes().len()).unwrap())
            .bind(report)
            .execute(&mut raw)
            .await
            .unwrap();
    }
    for key in ["k", "l"] {
        sqlx::query("INSERT INTO idempotency VALUES ('văn thư', $1, $2, $3, '2026-03-02T03:00:00Z', '{\"a\":1}')")
            .bind(key)
            .bind("a".repeat(64))
            .bind(IDS[0])
            .execute(&mut raw)
            .await
            .unwrap();
    }
    let draft = put(directory.path(), b"%PDF-1.7");
    sqlx::query("INSERT INTO draft VALUES ($1, $2, 8, 'văn thư', 'd', $3, '{}', '2026-03-02T03:00:00Z')")
        .bind(DRAFT)
        .bind(draft)
        .bind("b".repeat(64))
        .execute(&mut raw)
        .await
        .unwrap();
    raw.close().await.unwrap();
    directory
}

async fn demand_all(archive: &Archive) {
    assert_eq!(archive.count().await.unwrap(), 2);
    for (id, name) in IDS.iter().zip(["x", "y"]) {
        let artifact = archive.artifact(id.parse().unwrap()).await.unwrap().expect("it's there under its id");
        assert_eq!(archive.bytes(&artifact).await.unwrap().len(), verified(name).bytes().len());
        assert_eq!(artifact.created.to_string(), "2026-03-02T03:00:00.123456789Z");
        assert_eq!(artifact.file_name.as_deref(), Some("kết quả.pdf"));
        assert!(archive.report(&artifact).await.unwrap().contains(&artifact.sha256));
    }
    for key in ["k", "l"] {
        let again = archive.begin(&Request::keyed("văn thư", key, "a".repeat(64)), &meta()).await.unwrap();
        let Begun::Done { artifact, answer } = again else { panic!("{key} is forgotten") };
        assert_eq!((artifact.id.to_string().as_str(), answer.as_deref()), (IDS[0], Some("{\"a\":1}")));
        let other = archive.begin(&Request::keyed("văn thư", key, "c".repeat(64)), &meta()).await;
        assert!(matches!(other, Err(Error::KeyReused)));
    }
    let again = archive.begin_draft(&Request::keyed("văn thư", "d", "b".repeat(64))).await.unwrap();
    let DraftBegun::Kept(draft) = again else { panic!("the draft is forgotten") };
    assert_eq!(
        (draft.id.to_string().as_str(), archive.draft_bytes(&draft).await.unwrap().as_slice()),
        (DRAFT, &b"%PDF-1.7"[..])
    );
}

#[tokio::test]
async fn everything_is_there_and_keys_stand_for_what_they_stood_for() {
    let directory = earlier().await;
    let archive = opened(&directory).await;
    demand_all(&archive).await;
    assert_eq!(archive.sequence().await.unwrap(), 2);
    archive.close().await;
    let archive = opened(&directory).await;
    demand_all(&archive).await;
    assert!(directory.path().join("kyso.sqlite3").exists(), "nothing of the old archive is removed");
}

/// As a crash at the very end leaves it, and one in the middle.
#[tokio::test]
async fn what_was_cut_off_goes_on() {
    let directory = earlier().await;
    opened(&directory).await.close().await;
    std::fs::remove_file(directory.path().join("archive.json")).unwrap();
    let archive = opened(&directory).await;
    demand_all(&archive).await;
    archive.close().await;

    let directory = earlier().await;
    let second = directory.path().join("objects");
    let away = directory.path().join("away");
    std::fs::rename(&second, &away).unwrap();
    let refused = Archive::open(directory.path()).await;
    assert!(refused.is_err(), "{refused:?}");
    std::fs::rename(&away, &second).unwrap();
    demand_all(&opened(&directory).await).await;
}

#[tokio::test]
async fn a_damaged_object_is_named_and_nothing_is_taken_over_silently() {
    let directory = earlier().await;
    let shard = std::fs::read_dir(directory.path().join("objects")).unwrap().next().unwrap().unwrap().path();
    let object = std::fs::read_dir(shard).unwrap().next().unwrap().unwrap().path();
    std::fs::write(object, b"other").unwrap();
    let refused = Archive::open(directory.path()).await;
    assert!(matches!(refused, Err(Error::Damaged(_))), "{refused:?}");
}
