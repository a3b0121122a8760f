//! An archive that has destroyed something goes where any other goes: by a move, by a backup; and nothing of what was destroyed comes along.

use std::path::Path;
use std::sync::Arc;

use kyso_connect::s3::Destroyer;
use tempfile::TempDir;

use super::again::{backed_up, demand_clean, destroyed, settle, ward};
use super::{LONG_AGO, certified, decided, demand_gone, name_of, objects, paper, told, told_of_one};
use crate::tests::grown::Place;
use crate::tests::ward::found;
use crate::{
    Archive, Artifact, DestructionState, Erasing, Error, Grown, Migrated, Migrating, MoveWatch, Restoration, Restoring,
};

fn unwatched() -> MoveWatch {
    Arc::new(|_| {})
}

async fn migrate(directory: &Path, to: &Grown, how: Migrating) -> Result<Migrated, Error> {
    Archive::migrate(directory, to, Migrating { by: "quản trị".into(), ..how }, unwatched()).await
}

fn erasing(place: &Place) -> Erasing {
    Erasing { first: Some(Destroyer::new(place.grown.store.clone())), second: None }
}

async fn restore_grown(from: &Path, to: &Grown, name: Option<String>, keys: &Path) -> Result<Restoration, Error> {
    let policy = kyso::Policy::at(jiff::Timestamp::now());
    let how = Restoring { by: "Lê Mẫu".into(), name, keys: Some(keys.join("keys")), policy };
    Archive::restore_grown(from, to, &how, Arc::new(|_| {})).await
}

/// The archive of a place has one document as destroyed and the other one, and is whole.
async fn demand_there(place: &Place, old: &Artifact, number: u32, other: &Artifact) {
    let archive = Archive::open_grown(&place.grown).await.unwrap();
    demand_gone(&archive, old, number).await;
    assert_eq!(archive.destruction(number).await.unwrap().state, DestructionState::Executed);
    assert_eq!(archive.destruction_certificate(number).await.unwrap()[..5], *b"%PDF-");
    archive.bytes(other).await.unwrap();
    let name = name_of(&archive, old.id).await;
    assert_eq!(archive.store.left_of(&name).unwrap(), [""; 0]);
    settle(&archive).await;
    archive.close().await;
    let auditor = Archive::open_grown_to_audit(&place.reading(), None).await.unwrap();
    let audit = auditor.audit(&[], |_| {}).await.unwrap();
    auditor.close().await;
    assert_eq!(found(&audit), [], "{audit:?}");
    assert_eq!(audit.counts.destroyed, 1);
}

/// A directory's archive with one document that was destroyed, another one, and a list that was rejected.
async fn that_has_destroyed() -> (TempDir, Archive, Artifact, u32, Artifact) {
    let (directory, archive, old, other) = ward().await;
    let list = archive.propose_destruction(&[old.id], "Lê Văn Thư").await.unwrap();
    archive.approve_destruction(list, "Nguyễn Chủ Tịch", None).await.unwrap();
    archive.reject_destruction(list, "Nguyễn Chủ Tịch", "chưa").await.unwrap();
    let number = destroyed(&archive, &old).await;
    (directory, archive, old, number, other)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_moves_and_goes_on_from_backups() {
    let (directory, archive, old, number, other) = that_has_destroyed().await;
    archive.close().await;
    let place = Place::new();
    let refused = migrate(directory.path(), &place.grown, Migrating::default()).await.unwrap_err();
    assert!(matches!(&refused, Error::Setting(why) if why.contains("destroy_database")), "{refused}");
    // Cut off after everything came, it's gone on with.
    let failing = Migrating { beside: Some(Box::new(|| Box::pin(async { Err("no".into()) }))), ..Migrating::default() };
    migrate(directory.path(), &place.destroying(), failing).await.unwrap_err();
    let moved = migrate(directory.path(), &place.destroying(), Migrating::default()).await.unwrap();
    assert!(moved.done && moved.problems.is_empty(), "{moved:?}");
    demand_there(&place, &old, number, &other).await;

    let medium = tempfile::tempdir().unwrap();
    let reading = Grown { directory: place.grown.directory.clone(), ..place.reading() };
    let archive = Archive::open_grown_to_back_up(&reading).await.unwrap();
    backed_up(&archive, medium.path()).await;
    archive.close().await;
    let into = Place::with_versions();
    let restored = restore_grown(medium.path(), &into.destroying(), None, place.keys().path()).await.unwrap();
    assert!(restored.whole && restored.destroyed.is_empty(), "{restored:?}");
    demand_there(&into, &old, number, &other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directorys_backup_comes_into_a_place() {
    let (directory, archive, old, number, other) = that_has_destroyed().await;
    let medium = tempfile::tempdir().unwrap();
    backed_up(&archive, medium.path()).await;
    archive.close().await;
    let into = Place::new();
    let refused = restore_grown(medium.path(), &into.grown, None, directory.path()).await.unwrap_err();
    assert!(matches!(&refused, Error::Setting(_)), "{refused}");
    let restored = restore_grown(medium.path(), &into.destroying(), None, directory.path()).await.unwrap();
    assert!(restored.whole, "{restored:?}");
    demand_there(&into, &old, number, &other).await;
}

/// What is destroyed between a move beside the service and the last one: something of it came, and goes again.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_destroyed_while_it_moves_doesnt_stay_where_it_goes() {
    let (directory, archive, old, other) = ward().await;
    let place = Place::with_versions();
    assert!(migrate(directory.path(), &place.destroying(), Migrating::default()).await.unwrap().is_in_use);
    let number = destroyed(&archive, &old).await;
    let name = name_of(&archive, old.id).await;
    assert!(migrate(directory.path(), &place.destroying(), Migrating::default()).await.unwrap().is_in_use);
    archive.close().await;
    assert!(place.names("o/").iter().any(|object| object.contains(&name)), "it came before it was destroyed");
    let refused = migrate(directory.path(), &place.destroying(), Migrating::default()).await.unwrap_err();
    assert!(matches!(refused, Error::Setting(_)), "{refused}");
    let how = Migrating { erasing: erasing(&place), ..Migrating::default() };
    assert!(migrate(directory.path(), &place.destroying(), how).await.unwrap().done);
    demand_there(&place, &old, number, &other).await;
    let store = &place.grown.store;
    let versions = store.list_versions("o/", None, 1000).unwrap().versions;
    assert!(!versions.iter().any(|version| version.name.contains(&name)), "no version of it either");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_from_before_brings_nothing_of_it_into_a_place() {
    let (directory, archive, old, other) = ward().await;
    let medium = tempfile::tempdir().unwrap();
    let before = backed_up(&archive, medium.path()).await;
    let number = destroyed(&archive, &old).await;
    let name = name_of(&archive, old.id).await;
    backed_up(&archive, medium.path()).await;
    archive.close().await;
    let into = Place::with_versions();
    let again = async |to: &Grown| restore_grown(medium.path(), to, Some(before.name.clone()), directory.path()).await;
    let refused = again(&into.grown).await.unwrap_err();
    assert!(matches!(refused, Error::Setting(_)), "{refused}");
    let restored = again(&into.destroying()).await.unwrap();
    assert!(restored.whole, "{restored:?}");
    assert_eq!(restored.destroyed, [old.id]);
    assert_eq!(restored.files, before.files - 3, "the document, its manifest, its metadata");
    let versions = into.grown.store.list_versions("o/", None, 1000).unwrap().versions;
    assert!(!versions.iter().any(|version| version.name.contains(&name)), "it was never there");
    demand_there(&into, &old, number, &other).await;

    // What lies there all the same is told.
    let into = Place::new();
    let object = format!("o/{}/{name}.0", &name[..2]);
    into.grown.store.put_new(&object, b"%PDF-1.7", &kyso_connect::s3::Options::default()).unwrap();
    let restored = again(&into.destroying()).await.unwrap();
    assert!(!restored.whole && restored.damaged.iter().any(|(path, _)| *path == object), "{restored:?}");
}

/// A restoration that was killed after everything was destroyed again tells the same when it's run again.
#[tokio::test(flavor = "multi_thread")]
async fn a_restoration_that_was_cut_off_tells_what_it_destroyed() {
    let (directory, archive, old, _) = ward().await;
    let (medium, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let before = backed_up(&archive, medium.path()).await;
    destroyed(&archive, &old).await;
    backed_up(&archive, medium.path()).await;
    archive.close().await;
    let policy = kyso::Policy::at(jiff::Timestamp::now());
    let keys = Some(directory.path().join("keys"));
    let how = Restoring { by: "Lê Mẫu".into(), name: Some(before.name), keys, policy };
    // A drill ends as one that was killed before its last step.
    let first = Archive::drill(medium.path(), to.path(), &how, Arc::new(|_| {})).await.unwrap();
    assert!(first.whole && first.destroyed == [old.id], "{first:?}");
    let again = Archive::restore(medium.path(), to.path(), &how, Arc::new(|_| {})).await.unwrap();
    assert!(again.whole, "{again:?}");
    assert_eq!((again.destroyed, again.files), (first.destroyed, first.files));
    demand_clean(to.path()).await;
}

/// Killed after the objects went and before anything else was written, with the database lost: what was destroyed isn't counted as lost.
#[tokio::test(flavor = "multi_thread")]
async fn that_it_was_begun_is_in_the_log_before_an_object_goes() {
    let (directory, archive, old, other) = ward().await;
    let number = decided(&archive, &[old.id]).await;
    let failing = |_: &crate::Destruction| Err(Error::internal("no paper"));
    let cut = archive.execute_destruction(number, "Lê Văn Thư", &Erasing::default(), failing).await;
    assert!(cut.is_err(), "{cut:?}");
    assert_eq!(objects(&archive, old.id).await, 0);
    archive.close().await;
    std::fs::remove_file(directory.path().join("archive.sqlite3")).unwrap();
    let rebuilt = Archive::rebuild(directory.path(), &crate::Rebuilding::default()).await.unwrap();
    assert!(rebuilt.done && rebuilt.is_whole(), "{rebuilt:?}");
    let archive = crate::tests::opened(&directory).await;
    demand_gone(&archive, &old, number).await;
    archive.bytes(&other).await.unwrap();
    archive.execute_destruction(number, "Khác", &Erasing::default(), paper).await.unwrap();
    settle(&archive).await;
    archive.close().await;
    demand_clean(directory.path()).await;
}

/// Another document of the same person goes on being told.
#[tokio::test(flavor = "multi_thread")]
async fn what_moves_is_all_but_what_was_destroyed() {
    let (directory, archive, old, number, other) = that_has_destroyed().await;
    let young = certified(&archive, "young", told(9, "GD", LONG_AGO)).await;
    let of_one = certified(&archive, "of one", told_of_one(10, LONG_AGO)).await;
    settle(&archive).await;
    archive.close().await;
    let place = Place::new();
    let moved = migrate(directory.path(), &place.destroying(), Migrating::default()).await.unwrap();
    assert!(moved.done && moved.artifacts == 3, "{moved:?}");
    demand_there(&place, &old, number, &other).await;
    let archive = Archive::open_grown(&place.grown).await.unwrap();
    for kept in [&young, &of_one] {
        archive.bytes(kept).await.unwrap();
        assert!(archive.metadata(kept.id).await.unwrap().is_some());
    }
    archive.close().await;
}
