//! The store alone gives back every row: the same answers under the same keys, the same receipts.

use super::storing::{busy, copy, files, flip, keep, put, seen, settle};
use super::{archive, opened};
use crate::database::values;
use crate::{Archive, Beside, Caller, Error, Rebuilding};

/// What is missing is given up.
fn giving_up() -> Rebuilding {
    Rebuilding { give_up: true, ..Rebuilding::default() }
}

fn without_database(directory: &std::path::Path) {
    for journal in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(directory.join(format!("archive.sqlite3{journal}")));
    }
}

#[tokio::test]
async fn a_lost_database_is_made_again_from_the_store() {
    let (directory, archive) = busy().await;
    let before = seen(&archive).await;
    archive.close().await;
    without_database(directory.path());
    assert!(matches!(Archive::open(directory.path()).await, Err(Error::DatabaseMissing(_))));

    let rebuilt = Archive::rebuild(directory.path(), &Rebuilding::default()).await.unwrap();
    assert!(rebuilt.done && rebuilt.is_whole(), "{rebuilt:?}");
    assert_eq!((rebuilt.events, rebuilt.versions, rebuilt.revisions, rebuilt.leaves), (8, 3, 3, 8));
    assert_eq!(rebuilt.unlisted, [""; 0]);
    let archive = opened(&directory).await;
    assert_eq!(seen(&archive).await, before);
    let caller = Caller { name: "again".into(), secret: "1".repeat(64) };
    assert_eq!(archive.principals(&[caller]).await.unwrap(), ["renamed"], "a caller keeps his id");
    // It goes on, and nothing is written twice.
    keep(&archive, "new", 'a', Beside::default()).await;
    assert_eq!(archive.sequence().await.unwrap(), 10);
    settle(&archive).await;
    archive.close().await;
    assert!(
        matches!(Archive::rebuild(directory.path(), &Rebuilding::default()).await, Err(Error::Exists(_))),
        "there's one"
    );
}

#[tokio::test]
async fn manifests_are_written_once_and_may_be_written_again() {
    let (directory, archive) = busy().await;
    let before = files(directory.path());
    assert_eq!(archive.write_manifests(100).await.unwrap(), 0);
    // As after a crash between the object and the outbox.
    let again = "INSERT INTO outbox (agency, event) SELECT agency, id FROM event";
    archive
        .database
        .write(move |transaction| Box::pin(async move { transaction.run(again, Vec::new()).await }))
        .await
        .unwrap();
    assert_eq!(archive.write_manifests(100).await.unwrap(), 8);
    let manifests = |files: &[String]| files.iter().filter(|file| file.ends_with(".json")).count();
    let after = files(directory.path());
    assert_eq!(manifests(&after), manifests(&before));
    assert_eq!(manifests(&after), 8 + 1, "one for each event, and the archive's own");
}

#[tokio::test]
async fn another_manifest_under_the_name_is_never_replaced() {
    let (directory, archive) = archive().await;
    let kept = keep(&archive, "x", 'a', Beside::default()).await;
    let part = files(directory.path()).into_iter().find(|file| file.ends_with(".0")).unwrap();
    std::fs::write(directory.path().join(format!("{part}.json")), b"{}").unwrap();
    assert!(matches!(archive.write_manifests(10).await, Err(Error::Damaged(_))), "{kept:?}");
}

#[tokio::test]
async fn a_database_that_was_put_back_is_brought_up_to_its_store() {
    let (directory, archive) = busy().await;
    archive.close().await;
    let before = tempfile::tempdir().unwrap();
    copy(directory.path(), before.path());
    let archive = opened(&directory).await;
    let kept = keep(&archive, "later", 'a', Beside::default()).await;
    archive.sequence().await.unwrap();
    settle(&archive).await;
    let waiting = keep(&archive, "waiting", 'a', Beside::default()).await;
    settle(&archive).await;
    let seen_before = seen(&archive).await;
    archive.close().await;

    std::fs::copy(before.path().join("archive.sqlite3"), directory.path().join("archive.sqlite3")).unwrap();
    assert!(matches!(Archive::open(directory.path()).await, Err(Error::RolledBack { .. })));
    let rebuilt = Archive::reconcile(directory.path(), &Rebuilding::default()).await.unwrap();
    assert!(rebuilt.done && rebuilt.is_whole(), "{rebuilt:?}");
    assert_eq!(rebuilt.events, 2);
    let archive = opened(&directory).await;
    assert_eq!(seen(&archive).await, seen_before);
    for artifact in [kept, waiting] {
        assert_eq!(archive.artifact(artifact.id).await.unwrap(), Some(artifact));
    }
    assert_eq!(archive.sequence().await.unwrap(), 10, "what had no place yet gets its own");
    archive.close().await;
    let again = Archive::reconcile(directory.path(), &Rebuilding::default()).await.unwrap();
    assert_eq!((again.done, again.events), (true, 0));
}

#[tokio::test]
async fn what_was_changed_or_is_missing_in_the_store_is_named_and_not_made_up() {
    let (directory, archive) = busy().await;
    archive.close().await;
    without_database(directory.path());
    let names = files(directory.path());
    let first = |ending: &str| names.iter().find(|name| name.starts_with("o/") && name.ends_with(ending)).unwrap();
    let path = |name: &str| directory.path().join(name);

    let manifest = path(first(".0.json"));
    let whole = std::fs::read(&manifest).unwrap();
    let text = String::from_utf8(whole.clone()).unwrap();
    for changed in [
        text.replacen("kết quả.pdf", "ket qua.pdf", 1),
        text.replacen("\"digest\":\"", "\"digest\":\"0", 1),
        text.replacen("\"salt\":\"", "\"salt\":\"00", 1),
        "{".into(),
    ] {
        put(&manifest, changed.as_bytes());
        let rebuilt = Archive::rebuild(directory.path(), &Rebuilding::default()).await.unwrap();
        assert!(!rebuilt.done && !rebuilt.is_whole(), "{rebuilt:?}");
        assert_eq!(rebuilt.lost.len(), 1, "{rebuilt:?}");
        assert!(!path("archive.sqlite3").exists() && !path("archive.rebuilt.sqlite3").exists());
    }
    put(&manifest, &whole);

    let part = path(first(".0"));
    let bytes = std::fs::read(&part).unwrap();
    std::fs::remove_file(&part).unwrap();
    let rebuilt = Archive::rebuild(directory.path(), &Rebuilding::default()).await.unwrap();
    assert_eq!((rebuilt.done, rebuilt.missing.len()), (false, 1), "{rebuilt:?}");
    std::fs::write(&part, bytes).unwrap();

    std::fs::remove_file(&manifest).unwrap();
    let rebuilt = Archive::rebuild(directory.path(), &Rebuilding::default()).await.unwrap();
    assert_eq!((rebuilt.done, rebuilt.lost.len(), rebuilt.unlisted.len()), (false, 1, 1), "{rebuilt:?}");
    // Given up, the archive opens: that something happened then is still in the log.
    let rebuilt = Archive::rebuild(directory.path(), &giving_up()).await.unwrap();
    assert!(rebuilt.done && !rebuilt.is_whole());
    let archive = opened(&directory).await;
    assert_eq!(archive.count().await.unwrap(), 2);
    assert_eq!(archive.sequence().await.unwrap(), 8);
}

#[tokio::test]
async fn a_log_that_was_changed_is_refused() {
    let (directory, archive) = busy().await;
    archive.close().await;
    without_database(directory.path());
    for name in ["log/tile/entries/000.p/8", "log/checkpoint", "log/tile/0/000.p/8"] {
        let path = directory.path().join(name);
        let whole = std::fs::read(&path).unwrap();
        flip(&path);
        let refused = Archive::rebuild(directory.path(), &giving_up()).await;
        assert!(matches!(refused, Err(Error::Damaged(_))), "{name}: {refused:?}");
        put(&path, &whole);
    }
    // Tiles follow from the entries.
    std::fs::remove_file(directory.path().join("log/tile/0/000.p/8")).unwrap();
    assert!(Archive::rebuild(directory.path(), &Rebuilding::default()).await.unwrap().done);
    assert!(directory.path().join("log/tile/0/000.p/8").exists());
}

/// An older checkpoint that was kept elsewhere is known by the tree, though the database has the newest alone.
#[tokio::test]
async fn an_older_checkpoint_is_still_known_after_the_loss_of_the_database() {
    let (directory, archive) = archive().await;
    keep(&archive, "x", 'a', Beside::default()).await;
    archive.sequence().await.unwrap();
    let older = std::fs::read(directory.path().join("log/checkpoint")).unwrap();
    keep(&archive, "y", 'a', Beside::default()).await;
    archive.sequence().await.unwrap();
    settle(&archive).await;
    archive.close().await;
    without_database(directory.path());
    Archive::rebuild(directory.path(), &Rebuilding::default()).await.unwrap();
    let archive = opened(&directory).await;
    archive.demand_known(&older, "elsewhere").await.unwrap();
}

/// Every checkpoint that was signed, byte for byte, and so every receipt by the first that covers a version.
#[tokio::test]
async fn earlier_checkpoints_come_back_as_they_were_signed() {
    let (directory, archive) = archive().await;
    let mut kept = Vec::new();
    for key in ["x", "y", "z"] {
        kept.push(keep(&archive, key, 'a', Beside::default()).await);
        archive.sequence().await.unwrap();
    }
    settle(&archive).await;
    archive.sequence().await.unwrap();
    let signed = |archive: Archive| async move {
        let sql = "SELECT size, note FROM checkpoint WHERE agency = $1 ORDER BY size";
        let rows = archive.database.rows(sql, values![&archive.agency]).await.unwrap();
        let notes: Vec<_> = rows.iter().map(|row| (row.number("size").unwrap(), row.bytes("note").unwrap())).collect();
        (notes, archive)
    };
    let (before, archive) = signed(archive).await;
    assert!(before.len() >= 3, "{before:?}");
    let mut receipts = Vec::new();
    for artifact in &kept {
        receipts.push(archive.first_receipt(artifact).await.unwrap().unwrap());
    }
    archive.close().await;
    without_database(directory.path());
    let rebuilt = Archive::rebuild(directory.path(), &Rebuilding::default()).await.unwrap();
    assert_eq!(rebuilt.checkpoints, u64::try_from(before.len()).unwrap() - 1);
    let (after, archive) = signed(opened(&directory).await).await;
    assert_eq!(after, before);
    for (artifact, before) in kept.iter().zip(receipts) {
        assert_eq!(archive.first_receipt(artifact).await.unwrap().unwrap(), before);
    }
    assert_eq!(super::ward::found(&archive.audit(&[], |_| {}).await.unwrap()), []);
    archive.close().await;
    // Another one of that size, signed by the same key, was of another log.
    without_database(directory.path());
    let other = String::from_utf8(before[0].1.clone()).unwrap();
    let forked = {
        let archive =
            Archive::rebuild(directory.path(), &Rebuilding::default()).await.map(|_| opened(&directory)).unwrap().await;
        let checkpoint =
            crate::log::Checkpoint::new(archive.origin(), 1, crate::log::Hash::leaf(b"another")).unwrap().to_string();
        let signer = archive.keys.as_ref().unwrap().signer(archive.origin()).unwrap();
        let mut note = crate::log::Note::new(checkpoint).unwrap();
        note.add(signer.sign(note.text(), 0).unwrap()).unwrap();
        archive.close().await;
        note.to_string().into_bytes()
    };
    assert_ne!(forked, other.into_bytes());
    without_database(directory.path());
    let how = Rebuilding { notes: vec![forked], ..Rebuilding::default() };
    let refused = Archive::rebuild(directory.path(), &how).await.unwrap_err();
    assert!(matches!(&refused, Error::Damaged(why) if why.contains("1 entries")), "{refused}");
}
