//! A backup of either pair of stores is restored into either; a lost or late database of PostgreSQL is made again from its store.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use kyso_tests::signing;
use sqlx::postgres::PgConnection;

use super::grown::{self as servers, run};
use super::storing::{files, flip, keep, occupy, seen, settle};
use super::ward::found;
use super::{Place, for_each_pair};
use crate::{Archive, BackedUp, BackingUp, BackupPlace, Beside, Error, Rebuilding, Restoration, Restoring, Watch};

for_each_pair!(a_backup_is_restored_into_either_pair, what_is_backed_up_beside_whoever_writes_is_of_one_moment);

fn unwatched() -> Watch {
    Arc::new(|_| {})
}

async fn back_up(place: &Place, destination: &Path, how: BackingUp) -> Result<BackedUp, Error> {
    // As the command does: beside whoever is at work, by who reads alone and has the keys.
    let archive = match place {
        Place::Files(directory) => Archive::open_to_back_up(directory.path()).await?,
        Place::Grown(place) => {
            let reading = crate::Grown { directory: place.grown.directory.clone(), ..place.reading() };
            Archive::open_grown_to_back_up(&reading).await?
        }
    };
    let taken = archive.back_up(&BackupPlace::open(destination)?, how, unwatched()).await;
    archive.close().await;
    taken
}

fn with_keys(keys: &Path) -> Restoring {
    Restoring { by: "quản trị".into(), name: None, keys: Some(keys.to_owned()), policy: signing::policy() }
}

async fn restore_grown(source: &Path, to: &servers::Place, keys: &Path) -> Result<Restoration, Error> {
    Archive::restore_grown(source, &to.grown, &with_keys(keys), unwatched()).await
}

async fn a_backup_is_restored_into_either_pair(place: Place) {
    let archive = place.archive().await;
    occupy(&archive).await;
    let destination = tempfile::tempdir().unwrap();
    let taken = back_up(&place, destination.path(), BackingUp::default()).await.unwrap();
    assert_eq!((taken.artifacts, taken.versions, taken.log_size), (3, 3, 8));
    assert_eq!(taken.damaged, [""; 0]);
    assert!(!files(destination.path()).iter().any(|file| file.contains("key") || file.ends_with(".pem")));
    let before = seen(&archive).await;
    keep(&archive, "later", 'a', Beside::default()).await;

    let directory = tempfile::tempdir().unwrap();
    let restored =
        Archive::restore(destination.path(), directory.path(), &with_keys(&place.keys()), unwatched()).await.unwrap();
    let into = servers::Place::new();
    let other = restore_grown(destination.path(), &into, &place.keys()).await.unwrap();
    for restored in [&restored, &other] {
        assert!(restored.whole, "{restored:?}");
        assert_eq!((restored.artifacts, restored.opened, restored.passed, restored.failed), (3, 3, 3, 0));
        assert_eq!((restored.files, restored.log_size, restored.described), (taken.files, 8, 1));
    }
    for again in [Archive::open(directory.path()).await.unwrap(), Archive::open_grown(&into.grown).await.unwrap()] {
        assert_eq!(seen(&again).await, before);
        assert_eq!(again.leaves().await.unwrap(), 9, "that it was restored is an entry of the log");
        assert_eq!(found(&again.audit(&[], |_| {}).await.unwrap()), []);
        keep(&again, "it goes on", 'b', Beside::default()).await;
        assert_eq!(again.sequence().await.unwrap(), 10);
        again.close().await;
    }
    let refused = restore_grown(destination.path(), &into, &place.keys()).await.unwrap_err();
    assert!(matches!(refused, Error::Exists(_)), "{refused}");
}

async fn what_is_backed_up_beside_whoever_writes_is_of_one_moment(place: Place) {
    let archive = place.archive().await;
    let writing = {
        let archive = archive.clone();
        tokio::spawn(async move {
            for number in 0..60_u32 {
                keep(&archive, &number.to_string(), 'a', Beside::default()).await;
                archive.sequence().await.unwrap();
                settle(&archive).await;
            }
        })
    };
    let destination = tempfile::tempdir().unwrap();
    let mut taken = Vec::new();
    while !writing.is_finished() || taken.is_empty() {
        taken.push(back_up(&place, destination.path(), BackingUp::default()).await.unwrap());
    }
    writing.await.unwrap();
    for taken in [taken.first().unwrap(), taken.last().unwrap()] {
        assert_eq!(taken.damaged, [""; 0]);
        let directory = tempfile::tempdir().unwrap();
        let how = Restoring { name: Some(taken.name.clone()), ..with_keys(&place.keys()) };
        let restored = Archive::restore(destination.path(), directory.path(), &how, unwatched()).await.unwrap();
        assert!(restored.whole && restored.artifacts == taken.artifacts, "{restored:?}");
        let archive = Archive::open(directory.path()).await.unwrap();
        assert_eq!(found(&archive.audit(&[], |_| {}).await.unwrap()), []);
        archive.close().await;
    }
}

/// A place of PostgreSQL and S3 with an archive in it.
async fn busy() -> (Place, Archive) {
    let place = Place::Grown(Box::new(servers::Place::with_versions()));
    let archive = place.archive().await;
    occupy(&archive).await;
    (place, archive)
}

fn inner(place: &Place) -> &servers::Place {
    let Place::Grown(place) = place else { unreachable!() };
    place
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_backup_copies_what_is_new_and_what_is_damaged_is_named() {
    let (place, archive) = busy().await;
    let destination = tempfile::tempdir().unwrap();
    let first = back_up(&place, destination.path(), BackingUp::default()).await.unwrap();
    let second = back_up(&place, destination.path(), BackingUp::default()).await.unwrap();
    // The snapshot and its checkpoint.
    assert_eq!((second.copied, second.files), (2, first.files));
    let new = keep(&archive, "new", 'a', Beside::default()).await;
    let [part] = archive.versions_of(new.id).await.unwrap().try_into().unwrap();
    let object = crate::store::place(&part.of.object);
    let good = inner(&place).grown.store.get(&object, None, None).unwrap().unwrap().content;
    inner(&place).flip(&object, 1000, 5);
    let third = back_up(&place, destination.path(), BackingUp::default()).await.unwrap();
    assert_eq!(third.damaged, std::slice::from_ref(&object));
    inner(&place).overwrite(&object, &good);
    let full = BackingUp { full: true, keep: NonZeroUsize::new(1), ..BackingUp::default() };
    let fourth = back_up(&place, destination.path(), full).await.unwrap();
    assert_eq!((fourth.damaged.len(), fourth.removed, fourth.artifacts), (0, 3, 4));
    assert!(!destination.path().join("tmp").read_dir().unwrap().any(|file| { file.unwrap().file_name() != "lock" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_changed_in_a_backup_comes_nowhere() {
    let (place, archive) = busy().await;
    archive.close().await;
    let destination = tempfile::tempdir().unwrap();
    back_up(&place, destination.path(), BackingUp::default()).await.unwrap();
    for name in files(destination.path()).iter().filter(|name| !name.starts_with("tmp/")) {
        let path = destination.path().join(name);
        let whole = std::fs::read(&path).unwrap();
        flip(&path);
        let into = servers::Place::new();
        let refused = restore_grown(destination.path(), &into, &place.keys()).await.unwrap_err();
        assert!(
            matches!(&refused, Error::Backup { path, .. } if path.ends_with(name) || name.ends_with(".note") || name.ends_with(".json")),
            "{name}: {refused}"
        );
        // Where it isn't even known whose backup it is, the keys stay where they were.
        let opened = Archive::open_grown(&into.grown).await;
        assert!(matches!(opened, Err(Error::DatabaseMissing(_) | Error::KeyMissing(_))), "{name}");
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, whole).unwrap();
    }
}

/// Whose place is taken, or begun by another, isn't filled.
#[tokio::test(flavor = "multi_thread")]
async fn anothers_place_isnt_restored_into() {
    let (place, archive) = busy().await;
    let destination = tempfile::tempdir().unwrap();
    back_up(&place, destination.path(), BackingUp::default()).await.unwrap();
    let (other, another) = busy().await;
    let refused = restore_grown(destination.path(), inner(&other), &place.keys()).await.unwrap_err();
    assert!(matches!(refused, Error::NotEmpty(_) | Error::OtherArchive { .. }), "{refused}");
    // Rows that another attempt left.
    let into = servers::Place::new();
    let mut app = PgConnection::connect_as(&into).await;
    run(
        &mut app,
        &format!("INSERT INTO report (agency, artifact, ordinal, body) VALUES ('{}', 'x', 0, 'y')", into.grown.agency),
    )
    .await
    .unwrap();
    let refused = restore_grown(destination.path(), &into, &place.keys()).await.unwrap_err();
    assert!(matches!(&refused, Error::Damaged(what) if what.contains("table report")), "{refused}");
    assert!(matches!(Archive::open_grown(&into.grown).await, Err(Error::DatabaseMissing(_))));
    archive.close().await;
    another.close().await;
}

/// A connection of the service's role, about the rows of a place.
trait ConnectAs {
    async fn connect_as(place: &servers::Place) -> PgConnection;
}

impl ConnectAs for PgConnection {
    async fn connect_as(place: &servers::Place) -> PgConnection {
        let mut app = <PgConnection as sqlx::Connection>::connect(&place.grown.database).await.unwrap();
        run(&mut app, &format!("SET kyso.agency = '{}'", place.grown.agency)).await.unwrap();
        app
    }
}

const TABLES: [&str; 18] = [
    "archive",
    "retention",
    "principal",
    "artifact",
    "version",
    "report",
    "metadata",
    "link",
    "event",
    "record",
    "leaf",
    "checkpoint",
    "finding",
    "request",
    "leaf_pending",
    "outbox",
    "draft",
    "copy",
];

/// Deletes rows as the schema's owner can.
async fn emptied(place: &servers::Place, which: impl Fn(&str) -> Option<String>) {
    let mut owner = place.owner().await;
    for table in TABLES {
        let Some(which) = which(table) else { continue };
        run(&mut owner, "BEGIN").await.unwrap();
        run(&mut owner, &format!("ALTER TABLE {table} DISABLE TRIGGER USER")).await.unwrap();
        let sql = format!("DELETE FROM {table} WHERE agency = '{}' AND ({which})", place.grown.agency);
        run(&mut owner, &sql).await.unwrap();
        run(&mut owner, &format!("ALTER TABLE {table} ENABLE TRIGGER USER")).await.unwrap();
        run(&mut owner, "COMMIT").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_database_is_made_again_from_the_store() {
    let (place, archive) = busy().await;
    let before = seen(&archive).await;
    archive.close().await;
    let place = inner(&place);
    assert!(matches!(Archive::rebuild_grown(&place.grown, &Rebuilding::default()).await, Err(Error::Exists(_))));
    emptied(place, |_| Some("true".into())).await;
    assert!(matches!(Archive::open_grown(&place.grown).await, Err(Error::DatabaseMissing(_))));
    assert!(matches!(
        Archive::reconcile_grown(&place.grown, &Rebuilding::default()).await,
        Err(Error::DatabaseMissing(_))
    ));

    let rebuilt = Archive::rebuild_grown(&place.grown, &Rebuilding::default()).await.unwrap();
    assert!(rebuilt.done && rebuilt.is_whole(), "{rebuilt:?}");
    assert_eq!((rebuilt.events, rebuilt.versions, rebuilt.revisions, rebuilt.leaves), (8, 3, 3, 8));
    let archive = Archive::open_grown(&place.grown).await.unwrap();
    assert_eq!(seen(&archive).await, before);
    assert_eq!(found(&archive.audit(&[], |_| {}).await.unwrap()), []);
    keep(&archive, "new", 'a', Beside::default()).await;
    assert_eq!(archive.sequence().await.unwrap(), 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_behind_is_reconciled_with_the_store() {
    let (place, archive) = busy().await;
    let before = seen(&archive).await;
    archive.close().await;
    let place = inner(&place);
    let later =
        "(SELECT id FROM event e WHERE NOT EXISTS (SELECT 1 FROM leaf l WHERE l.event = e.id AND l.position < 4))";
    let added = format!("(SELECT artifact FROM event WHERE kind = 'version.added' AND id IN {later})");
    emptied(place, |table| {
        let which = match table {
            "archive" | "copy" => return None,
            "finding" | "report" | "retention" => format!("artifact IN {added}"),
            "request" => format!("artifact IS NULL OR artifact IN {added}"),
            "artifact" => format!("id IN {added}"),
            "leaf" | "event" | "draft" => return None,
            "checkpoint" => "size > 4".into(),
            _ => format!("event IN {later}"),
        };
        Some(which)
    })
    .await;
    emptied(place, |table| (table == "event").then(|| format!("id IN {later}"))).await;
    emptied(place, |table| (table == "leaf").then(|| "position > 3".to_owned())).await;
    let refused = Archive::open_grown(&place.grown).await.unwrap_err();
    assert!(matches!(refused, Error::RolledBack { .. }), "{refused}");
    let reconciled = Archive::reconcile_grown(&place.grown, &Rebuilding::default()).await.unwrap();
    assert!(reconciled.done && reconciled.is_whole(), "{reconciled:?}");
    let archive = Archive::open_grown(&place.grown).await.unwrap();
    assert_eq!(seen(&archive).await, before);
    assert_eq!(found(&archive.audit(&[], |_| {}).await.unwrap()), []);
}

/// Where the store has lost a manifest, nothing is opened unless that is given up.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_store_has_lost_keeps_it_closed() {
    let (place, archive) = busy().await;
    archive.close().await;
    let place = inner(&place);
    emptied(place, |_| Some("true".into())).await;
    let manifest = place.names("log/record/").pop().unwrap();
    let owner = kyso_connect::s3::Destroyer::new(place.grown.store.clone());
    for version in place.grown.store.list_versions(&manifest, None, 10).unwrap().versions {
        owner.delete(&manifest, &version.version).unwrap();
    }
    let rebuilt = Archive::rebuild_grown(&place.grown, &Rebuilding::default()).await.unwrap();
    assert!(!rebuilt.done && rebuilt.lost.len() == 1, "{rebuilt:?}");
    assert!(matches!(Archive::open_grown(&place.grown).await, Err(Error::DatabaseMissing(_))));
    let given_up = Rebuilding { give_up: true, ..Rebuilding::default() };
    assert!(Archive::rebuild_grown(&place.grown, &given_up).await.unwrap().done);
    Archive::open_grown(&place.grown).await.unwrap().close().await;
}
