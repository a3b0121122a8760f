//! A hold that was released before its document was destroyed stands in the way of nothing that has the document as it was under the
//! hold; one that nobody released does.

use std::path::Path;
use std::sync::Arc;

use kyso_connect::s3::Destroyer;

use super::again::{backed_up, demand_clean, destroyed, restored, settle, ward};
use super::{LONG_AGO, certified, decided, demand_gone, paper, told, told_of_one};
use crate::moving::tables::{LEFT, TABLES};
use crate::tests::grown::{self as servers, Place};
use crate::tests::opened;
use crate::tests::ward::{copy, files, found};
use crate::{Archive, Artifact, Erasing, Error, Rebuilding, Restoring, Uuid};

/// What lies in the archive's directory as its database.
const DATABASE: &str = "archive.sqlite3";

/// Holds one document twice and the other once.
async fn held(archive: &Archive, old: &Artifact, other: &Artifact) -> (Vec<Uuid>, Uuid) {
    let mut holds = Vec::new();
    for ground in ["thanh tra", "khiếu nại"] {
        holds.push(archive.place_hold(old.id, "Lê Mẫu", ground, None).await.unwrap());
    }
    (holds, archive.place_hold(other.id, "Lê Mẫu", "tòa án", None).await.unwrap())
}

/// Releases the holds and destroys the document, which is held once more in between.
async fn let_go(archive: &Archive, holds: &[Uuid], old: &Artifact) -> u32 {
    let late = archive.place_hold(old.id, "Lê Mẫu", "muộn", None).await.unwrap();
    for hold in holds.iter().chain([&late]) {
        archive.release_hold(*hold, "Lê Mẫu", "xong", None).await.unwrap();
    }
    destroyed(archive, old).await
}

/// The document has gone with its holds; the other one's is told, and can be released.
async fn demand_lifted(archive: &Archive, old: &Artifact, number: u32, hold: Uuid) {
    demand_gone(archive, old, number).await;
    let holds = archive.holds(None).await.unwrap();
    assert_eq!(holds.iter().map(|hold| hold.id).collect::<Vec<_>>(), [hold]);
    assert_eq!(archive.status(jiff::Timestamp::now()).await.unwrap().retention.holds, 1);
    archive.release_hold(hold, "Lê Mẫu", "xong", None).await.unwrap();
    settle(archive).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_taken_under_a_hold_is_restored() {
    let (directory, archive, old, other) = ward().await;
    let (medium, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (holds, hold) = held(&archive, &old, &other).await;
    settle(&archive).await;
    let before = backed_up(&archive, medium.path()).await;
    let number = let_go(&archive, &holds, &old).await;
    backed_up(&archive, medium.path()).await;
    archive.close().await;

    let at = to.path().join("a");
    let restoration = restored(medium.path(), &at, Some(before.name.clone()), directory.path()).await;
    assert!(restoration.whole && restoration.destroyed == [old.id], "{restoration:?}");
    let archive = Archive::open(&at).await.unwrap();
    demand_lifted(&archive, &old, number, hold).await;
    archive.close().await;
    demand_clean(&at).await;

    let policy = kyso::Policy::at(jiff::Timestamp::now());
    let keys = Some(directory.path().join("keys"));
    let how = Restoring { by: "Lê Mẫu".into(), name: Some(before.name), keys, policy };
    let drilled = Archive::drill(medium.path(), &to.path().join("b"), &how, Arc::new(|_| {})).await.unwrap();
    assert!(drilled.whole, "{drilled:?}");
    let into = Place::new();
    let restoration = Archive::restore_grown(medium.path(), &into.destroying(), &how, Arc::new(|_| {})).await.unwrap();
    assert!(restoration.whole && restoration.destroyed == [old.id], "{restoration:?}");
    let archive = Archive::open_grown(&into.grown).await.unwrap();
    demand_lifted(&archive, &old, number, hold).await;
    archive.close().await;
    let auditor = Archive::open_grown_to_audit(&into.reading(), None).await.unwrap();
    let audit = auditor.audit(&[], |_| {}).await.unwrap();
    auditor.close().await;
    assert_eq!(found(&audit), [], "{audit:?}");
}

#[tokio::test]
async fn a_database_from_under_a_hold_is_brought_up_to_its_store() {
    let (directory, archive, old, other) = ward().await;
    let (holds, hold) = held(&archive, &old, &other).await;
    settle(&archive).await;
    archive.close().await;
    let before = std::fs::read(directory.path().join(DATABASE)).unwrap();
    let archive = opened(&directory).await;
    let number = let_go(&archive, &holds, &old).await;
    archive.close().await;
    std::fs::write(directory.path().join(DATABASE), before).unwrap();
    let rebuilt = Archive::reconcile(directory.path(), &Rebuilding::default()).await.unwrap();
    assert!(rebuilt.done && rebuilt.destroyed == [old.id], "{rebuilt:?}");
    let archive = opened(&directory).await;
    demand_lifted(&archive, &old, number, hold).await;
    archive.close().await;
    demand_clean(directory.path()).await;
}

#[tokio::test]
async fn holds_are_listed_and_released_after_the_database_was_made_again() {
    let (directory, archive, old, other) = ward().await;
    let (holds, hold) = held(&archive, &old, &other).await;
    let number = let_go(&archive, &holds, &old).await;
    settle(&archive).await;
    archive.close().await;
    std::fs::remove_file(directory.path().join(DATABASE)).unwrap();
    let rebuilt = Archive::rebuild(directory.path(), &Rebuilding::default()).await.unwrap();
    assert!(rebuilt.done && rebuilt.is_whole(), "{rebuilt:?}");
    let archive = opened(&directory).await;
    demand_lifted(&archive, &old, number, hold).await;
    archive.close().await;
    demand_clean(directory.path()).await;
}

/// A database that was made again when events of destroyed documents came back without their document.
#[tokio::test]
async fn an_event_of_which_the_log_alone_is_left_is_no_lost_hold() {
    let (directory, archive, old, other) = ward().await;
    let (holds, hold) = held(&archive, &old, &other).await;
    let number = let_go(&archive, &holds, &old).await;
    settle(&archive).await;
    archive.close().await;
    let without = |table: &str| format!("DELETE FROM {table} WHERE artifact = '{}'", old.id);
    let of_nobody = format!("UPDATE event SET artifact = NULL WHERE artifact = '{}'", old.id);
    for sql in [without("hold"), of_nobody] {
        assert!(crate::tests::ward::tamper(directory.path(), &sql).await > 0);
    }
    let archive = opened(&directory).await;
    demand_lifted(&archive, &old, number, hold).await;
    archive.close().await;
    // A hold that no decision has erased is lost all the same.
    let lost = format!("DELETE FROM hold WHERE event = '{hold}'");
    crate::tests::ward::tamper(directory.path(), &lost).await;
    let archive = opened(&directory).await;
    let refused = archive.holds(None).await.unwrap_err();
    assert!(matches!(&refused, Error::Damaged(why) if why.contains(&hold.to_string())), "{refused}");
}

fn manifests(directory: &Path) -> Vec<String> {
    let relative = |path: std::path::PathBuf| path.strip_prefix(directory).unwrap().to_str().unwrap().to_owned();
    files(directory, "log/record").into_iter().map(relative).collect()
}

/// A destruction that the log doesn't have lifts no hold, though its manifests lie in the store.
#[tokio::test]
async fn a_destruction_that_isnt_in_the_log_lifts_no_hold() {
    let (directory, archive, old, other) = ward().await;
    let (holds, _) = held(&archive, &old, &other).await;
    settle(&archive).await;
    archive.close().await;
    // The same archive goes on elsewhere, where the document is released and destroyed.
    let elsewhere = tempfile::tempdir().unwrap();
    copy(directory.path(), elsewhere.path());
    let archive = Archive::open(elsewhere.path()).await.unwrap();
    let_go(&archive, &holds, &old).await;
    archive.close().await;
    for name in manifests(elsewhere.path()) {
        let to = directory.path().join(&name);
        if !to.exists() {
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(elsewhere.path().join(&name), to).unwrap();
        }
    }
    let refused = Archive::reconcile(directory.path(), &Rebuilding::default()).await.unwrap_err();
    assert!(refused.to_string().contains("held"), "{refused}");
    std::fs::remove_file(directory.path().join(DATABASE)).unwrap();
    let refused = Archive::rebuild(directory.path(), &Rebuilding::default()).await.unwrap_err();
    assert!(refused.to_string().contains("held"), "{refused}");
}

/// As if PostgreSQL had been laid out anew.
async fn emptied(place: &Place) {
    let mut owner = place.owner().await;
    for table in TABLES.iter().map(|table| table.name).chain(LEFT) {
        let delete = format!("DELETE FROM {table} WHERE agency = '{}'", place.grown.agency);
        let off = format!("ALTER TABLE {table} DISABLE TRIGGER USER");
        let on = format!("ALTER TABLE {table} ENABLE TRIGGER USER");
        for sql in ["BEGIN", &off, &delete, &on, "COMMIT"] {
            servers::run(&mut owner, sql).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_made_again_in_postgresql_have_the_releases() {
    let place = Place::new();
    Archive::init_grown(&place.grown, None).await.unwrap().close().await;
    let archive = Archive::open_grown(&place.destroying()).await.unwrap();
    let old = certified(&archive, "old", told_of_one(7, LONG_AGO)).await;
    let other = certified(&archive, "other", told(8, "GD", LONG_AGO)).await;
    let (holds, hold) = held(&archive, &old, &other).await;
    for hold in holds {
        archive.release_hold(hold, "Lê Mẫu", "xong", None).await.unwrap();
    }
    let number = decided(&archive, &[old.id]).await;
    let erasing = Erasing { first: Some(Destroyer::new(place.grown.store.clone())), second: None };
    archive.execute_destruction(number, "Lê Văn Thư", &erasing, paper).await.unwrap();
    settle(&archive).await;
    archive.close().await;
    emptied(&place).await;
    let rebuilt = Archive::rebuild_grown(&place.destroying(), &Rebuilding::default()).await.unwrap();
    assert!(rebuilt.done && rebuilt.is_whole(), "{rebuilt:?}");
    let archive = Archive::open_grown(&place.grown).await.unwrap();
    demand_lifted(&archive, &old, number, hold).await;
    archive.close().await;
    let auditor = Archive::open_grown_to_audit(&place.reading(), None).await.unwrap();
    let audit = auditor.audit(&[], |_| {}).await.unwrap();
    auditor.close().await;
    assert_eq!(found(&audit), [], "{audit:?}");
}
