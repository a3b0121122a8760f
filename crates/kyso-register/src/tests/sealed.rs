//! A copy that lies where nothing can be written is read as it is.

use std::collections::BTreeMap;
use std::fs;

use super::tampering::{raw, run};
use super::*;

/// The names and contents of a directory's files.
fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

/// Files of a register, copied.
fn copy(directory: &Path, names: &[&str]) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in names {
        fs::copy(directory.join(name), copy.path().join(name)).unwrap();
    }
    copy
}

#[tokio::test]
async fn a_sealed_copy_is_read_and_nothing_is_made_beside_it() {
    let (directory, register) = new().await;
    let entry = issued(&register, "CK", "a").await;
    let head = register.head().await.unwrap();
    register.close().await;
    let copy = copy(directory.path(), &["register.sqlite3"]);
    let before = files(copy.path());
    let sealed = Register::open_sealed(copy.path()).await.unwrap();
    let audit = sealed.audit_since(std::slice::from_ref(&head)).await.unwrap();
    assert!(audit.is_whole() && audit.since[0].since == Some(0), "{audit:?}");
    assert_eq!(sealed.entry(&entry.id()).await.unwrap(), Some(entry));
    assert_eq!(sealed.head().await.unwrap(), head);
    sealed.allot(&request("CK", "b"), &today()).await.expect_err("nothing is written");
    sealed.close().await;
    assert_eq!(files(copy.path()), before);
    // Where one may write, looking is opening.
    Register::open_to_read(copy.path()).await.unwrap().close().await;
    assert!(files(copy.path()).contains_key("register.lock"));
    assert!(matches!(Register::open_to_read(&copy.path().join("x")).await, Err(Error::Absent(_))));
}

#[tokio::test]
async fn a_sealed_copy_hides_nothing_that_was_changed() {
    let (directory, register) = new().await;
    issued(&register, "CK", "a").await;
    register.close().await;
    let mut connection = raw(directory.path()).await;
    run(&mut connection, "DROP TRIGGER event_is_never_changed; UPDATE event SET actor = 'x' WHERE id = 3")
        .await
        .unwrap();
    connection.close().await.unwrap();
    let sealed = Register::open_sealed(directory.path()).await.unwrap();
    let problems = sealed.audit().await.unwrap().problems;
    assert!(matches!(problems[..], [Problem::Schema { .. }, Problem::Chain { event: 3 }]), "{problems:?}");
}

/// What was written last may lie in the journal alone.
#[tokio::test]
async fn a_journal_that_cannot_be_read_is_said() {
    let (directory, register) = new().await;
    issued(&register, "CK", "a").await;
    let names = ["register.sqlite3", "register.sqlite3-wal", "register.sqlite3-shm"];
    // With its index it's read.
    let whole = copy(directory.path(), &names);
    let sealed = Register::open_sealed(whole.path()).await.unwrap();
    assert_eq!(sealed.head().await.unwrap(), register.head().await.unwrap());
    assert!(sealed.audit().await.unwrap().is_whole());
    let half = copy(directory.path(), &names[..2]);
    let Err(error @ Error::Journal(_)) = Register::open_sealed(half.path()).await else { panic!("read without") };
    assert!(error.to_string().contains("register.sqlite3-wal"), "{error}");
    // An empty one holds nothing.
    register.close().await;
    let closed = copy(directory.path(), &names[..1]);
    fs::write(closed.path().join(names[1]), "").unwrap();
    assert!(Register::open_sealed(closed.path()).await.unwrap().audit().await.unwrap().is_whole());
    fs::write(closed.path().join("register.sqlite3-journal"), "x").unwrap();
    assert!(matches!(Register::open_sealed(closed.path()).await, Err(Error::Journal(_))));
}

#[tokio::test]
async fn a_sealed_register_of_another_version_is_not_guessed_at() {
    for sql in [
        "DELETE FROM _sqlx_migrations WHERE version = 3",
        "INSERT INTO _sqlx_migrations SELECT 99, description, installed_on, success, checksum, execution_time \
         FROM _sqlx_migrations WHERE version = 3",
        "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1",
    ] {
        let (directory, register) = new().await;
        register.close().await;
        let mut connection = raw(directory.path()).await;
        run(&mut connection, sql).await.unwrap();
        connection.close().await.unwrap();
        assert!(matches!(Register::open_sealed(directory.path()).await, Err(Error::OtherVersion(_))), "{sql}");
    }
}
