//! A ward that grows: its archive moves to PostgreSQL and S3, whole, once, wherever it's cut off.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::TempDir;

use super::grown::Place;
use super::storing::{busy, keep, occupy, seen};
use super::ward::{Answers, flip, found, large, small};
use crate::{Archive, Audit, Beside, Error, Migrated, Migrating, MoveWatch, Rebuilding};

fn unwatched() -> MoveWatch {
    Arc::new(|_| {})
}

async fn migrate(directory: &Path, to: &Place) -> Result<Migrated, Error> {
    Archive::migrate(directory, &to.grown, Migrating { by: "quản trị".into(), ..Migrating::default() }, unwatched())
        .await
}

async fn audited(place: &Place) -> Audit {
    let auditor = Archive::open_grown_to_audit(&place.reading(), None).await.unwrap();
    let audit = auditor.audit(&[], |_| {}).await.unwrap();
    auditor.close().await;
    audit
}

/// What an audit says, without the checkpoint: the event of the move has a salt and a time of its own.
fn said(audit: Audit) -> String {
    format!("{:?} {:?} {:?} {:?}", audit.id, audit.counts, audit.problems, audit.notes)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moved_is_what_was_there_and_goes_on() {
    let (directory, archive) = busy().await;
    let before = seen(&archive).await;
    archive.close().await;
    let note = std::fs::read(directory.path().join("log/checkpoint")).unwrap();
    let place = Place::with_versions();
    let moved = migrate(directory.path(), &place).await.unwrap();
    assert!(moved.done && !moved.was_done && !moved.is_in_use, "{moved:?}");
    assert_eq!((moved.artifacts, moved.log_size, moved.problems.len()), (3, 8, 0));
    let archive = Archive::open_grown(&place.grown).await.unwrap();
    assert_eq!(seen(&archive).await, before, "every key is answered as before");
    assert_eq!(archive.sequence().await.unwrap(), 9, "that it moved is an entry of the log");
    let sql = "SELECT store_version FROM version WHERE agency = $1 AND store_version IS NULL";
    assert!(archive.database.rows(sql, crate::database::values![&archive.agency]).await.unwrap().is_empty());
    keep(&archive, "new", 'a', Beside::default()).await;
    archive.sequence().await.unwrap();
    assert_eq!(found(&archive.audit(&[note], |_| {}).await.unwrap()), []);

    // The directory only reads: one log, one signer.
    let refused = Archive::open(directory.path()).await.unwrap_err();
    assert!(matches!(&refused, Error::Retired { to, .. } if to.contains(&place.grown.agency)), "{refused}");
    let refused = Archive::create(directory.path()).await.unwrap_err();
    assert!(matches!(refused, Error::Retired { .. }), "{refused}");
    let refused = Archive::reconcile(directory.path(), &Rebuilding::default()).await.unwrap_err();
    assert!(matches!(refused, Error::Retired { .. }), "{refused}");
    let old = Archive::open_to_read(directory.path()).await.unwrap();
    assert_eq!(old.count().await.unwrap(), 3);
    old.close().await;
    assert!(super::ward::audited(directory.path()).await.is_whole());
    // Once more, it changes nothing; and it goes nowhere else.
    let leaves = archive.leaves().await.unwrap();
    let again = migrate(directory.path(), &place).await.unwrap();
    assert!(again.done && again.was_done, "{again:?}");
    assert_eq!(archive.leaves().await.unwrap(), leaves);
    let refused = migrate(directory.path(), &Place::new()).await.unwrap_err();
    assert!(matches!(refused, Error::Retired { .. }), "{refused}");
    archive.close().await;
}

/// Killed at one point after another of one move, and then done.
async fn killed(directory: &TempDir, place: &Place) -> u64 {
    let mut kills = 0;
    for limit in 1_u64.. {
        let calls = Arc::new(AtomicU64::new(0));
        let (path, grown) = (directory.path().to_owned(), place.grown.clone());
        // A runtime of its own, which ends with all that is at work in it.
        let attempt = std::thread::spawn(move || {
            let watch: MoveWatch =
                Arc::new(move |moving| assert!(calls.fetch_add(1, Ordering::SeqCst) + 1 < limit, "killed: {moving:?}"));
            let how = Migrating { by: "a".into(), ..Migrating::default() };
            tokio::runtime::Runtime::new().unwrap().block_on(Archive::migrate(&path, &grown, how, watch))
        });
        match tokio::task::spawn_blocking(move || attempt.join()).await.unwrap() {
            Ok(Ok(moved)) => {
                assert!(moved.done, "{moved:?}");
                return kills;
            }
            // A work on a thread of its own, or on the move's.
            Ok(Err(Error::Internal(_))) | Err(_) => kills += 1,
            Ok(Err(error)) => panic!("{error}"),
        }
        let opened = Archive::open_grown(&place.grown).await;
        if let Ok(archive) = opened {
            assert!(
                matches!(Archive::open(directory.path()).await, Err(Error::Retired { .. })),
                "never two that write"
            );
            archive.close().await;
        }
    }
    kills
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_thats_killed_at_any_point_is_gone_on_with() {
    let ward = small().await;
    let (whole, directory) = (Place::new(), ward.copy());
    assert!(migrate(directory.path(), &whole).await.unwrap().done);
    let expected = said(audited(&whole).await);
    let (place, directory) = (Place::new(), ward.copy());
    let archive = super::opened(&directory).await;
    archive.sequence().await.unwrap();
    let before = Answers::of(&archive).await;
    archive.close().await;
    let kills = killed(&directory, &place).await;
    assert!(kills >= 50, "{kills} kills");
    assert_eq!(said(audited(&place).await), expected);
    let archive = Archive::open_grown(&place.grown).await.unwrap();
    let answers = before.again(&archive).await;
    assert_eq!(before.wrong(&answers, true), [""; 0]);
    archive.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_of_more_than_a_tile_moves_too() {
    let ward = large().await;
    let (place, directory) = (Place::new(), ward.copy());
    let moved = migrate(directory.path(), &place).await.unwrap();
    assert!(moved.done && moved.log_size > 256, "{moved:?}");
    assert_eq!(found(&audited(&place).await), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_service_at_work_has_written_comes_first_and_the_rest_once_its_stopped() {
    let (directory, archive) = busy().await;
    let place = Place::new();
    let first = migrate(directory.path(), &place).await.unwrap();
    assert!(first.is_in_use && !first.done, "{first:?}");
    assert!(matches!(Archive::open_grown(&place.grown).await, Err(Error::DatabaseMissing(_))));
    // It goes on, as before: a draft that goes, a request that is open, a new document.
    let [draft] = archive.drafts_before(kyso::Timestamp::MAX).await.unwrap().try_into().unwrap();
    archive.remove_draft(&draft).await.unwrap();
    let mut claim = super::open(&archive, &super::request("open", '1')).await;
    claim.settled().await.unwrap();
    keep(&archive, "later", '2', Beside::default()).await;
    drop(claim);
    assert!(migrate(directory.path(), &place).await.unwrap().is_in_use);
    let before = seen(&archive).await;
    archive.close().await;
    assert!(migrate(directory.path(), &place).await.unwrap().done);
    let archive = Archive::open_grown(&place.grown).await.unwrap();
    assert_eq!(seen(&archive).await, before);
    assert_eq!(
        (archive.count().await.unwrap(), archive.drafts_before(kyso::Timestamp::MAX).await.unwrap().len()),
        (4, 0)
    );
    assert_eq!(found(&audited(&place).await), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_isnt_whole_doesnt_move() {
    let ward = small().await;
    for (below, is_refused) in [("o", true), ("log/tile/entries", true), ("", false)] {
        let (place, directory) = (Place::new(), ward.copy());
        if !below.is_empty() {
            let files = super::ward::files(directory.path(), below);
            flip(&files[0], 40, 3);
        }
        let moved = migrate(directory.path(), &place).await;
        let is_done = matches!(&moved, Ok(moved) if moved.done);
        assert_eq!(is_done, !is_refused, "{below}: {moved:?}");
        if is_refused {
            assert!(matches!(Archive::open_grown(&place.grown).await, Err(Error::DatabaseMissing(_))), "{below}");
            Archive::open_to_read(directory.path()).await.unwrap().close().await;
            assert!(!directory.path().join("RETIRED").exists());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn anothers_place_isnt_moved_into() {
    let (directory, archive) = busy().await;
    archive.close().await;
    let place = Place::new();
    let another = Archive::init_grown(&place.grown, None).await.unwrap();
    occupy(&another).await;
    let refused = migrate(directory.path(), &place).await.unwrap_err();
    assert!(matches!(refused, Error::NotEmpty(_) | Error::OtherArchive { .. }), "{refused}");
    Archive::open(directory.path()).await.unwrap().close().await;
    another.close().await;
}

/// What belongs to an archive moves with it, or it doesn't move.
#[tokio::test(flavor = "multi_thread")]
async fn what_moves_beside_it_comes_before_it_is_retired() {
    let (directory, archive) = busy().await;
    archive.close().await;
    let place = Place::new();
    let failing = Migrating {
        by: "a".into(),
        beside: Some(Box::new(|| Box::pin(async { Err("no register".into()) }))),
        ..Migrating::default()
    };
    let refused = Archive::migrate(directory.path(), &place.grown, failing, unwatched()).await.unwrap_err();
    assert!(refused.to_string().contains("no register"), "{refused}");
    assert!(matches!(Archive::open_grown(&place.grown).await, Err(Error::DatabaseMissing(_))));
    Archive::open(directory.path()).await.unwrap().close().await;
    let came = Arc::new(AtomicU64::new(0));
    let counted = came.clone();
    let beside: crate::MovedBeside = Box::new(move || {
        Box::pin(async move {
            counted.fetch_add(1, Ordering::SeqCst);
            Ok(())
        })
    });
    let how = Migrating { by: "a".into(), beside: Some(beside), ..Migrating::default() };
    assert!(Archive::migrate(directory.path(), &place.grown, how, unwatched()).await.unwrap().done);
    assert_eq!(came.load(Ordering::SeqCst), 1);
}

/// What is kept between the objects and the rows is there too, though a service is at work.
#[tokio::test(flavor = "multi_thread")]
async fn a_move_beside_a_service_that_keeps_on_writing_goes_through() {
    let (directory, archive) = busy().await;
    let place = Place::new();
    for round in 0..3 {
        let (runtime, writing) = (tokio::runtime::Handle::current(), archive.clone());
        let came = AtomicU64::new(0);
        let watch: MoveWatch = Arc::new(move |moving| {
            // Once objects were brought, and once rows were.
            if moving.done > 0 && moving.done == moving.total && came.fetch_add(1, Ordering::SeqCst) < 2 {
                let (writing, runtime) = (writing.clone(), runtime.clone());
                let keeping = async move {
                    super::kept(&writing, &format!("{round} {:?}", moving.stage)).await;
                    writing.sequence().await.unwrap();
                    writing.write_manifests(100).await.unwrap();
                };
                std::thread::spawn(move || runtime.block_on(keeping)).join().unwrap();
            }
        });
        let how = Migrating { by: "a".into(), ..Migrating::default() };
        let moved = Archive::migrate(directory.path(), &place.grown, how, watch).await.unwrap();
        assert!(moved.is_in_use && !moved.done, "{moved:?}");
    }
    let count = archive.count().await.unwrap();
    assert!(count >= 6, "{count} documents");
    archive.close().await;
    assert!(migrate(directory.path(), &place).await.unwrap().done);
    assert_eq!(found(&audited(&place).await), []);
    let archive = Archive::open_grown(&place.grown).await.unwrap();
    assert_eq!(archive.count().await.unwrap(), count);
}

/// A name of an S3 store is given once: what isn't what was kept never gets it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_damaged_is_named_and_spoils_no_place() {
    let (directory, archive) = busy().await;
    archive.close().await;
    let names = super::storing::files(directory.path());
    let one = |begin: &str, end: &str| {
        names
            .iter()
            .find(|name| name.starts_with(begin) && name.ends_with(end))
            .unwrap_or_else(|| panic!("{end}"))
            .clone()
    };
    let place = Place::new();
    let faulty = [
        one("o/", ".0"),
        one("o/", ".0.json"),
        one("o/", ".m1.json"),
        one("log/record/", ".json"),
        one("log/tile/entries/", "/8"),
        one("d/", ""),
    ];
    for name in &faulty {
        let path = directory.path().join(name);
        flip(&path, 5, 3);
        let refused = migrate(directory.path(), &place).await.unwrap_err();
        let is_named = refused.to_string().contains(name.rsplit('/').next().unwrap());
        assert!(matches!(refused, Error::Damaged(_)) && is_named, "{name}: {refused}");
        assert!(!place.names("").contains(name), "{name}");
        flip(&path, 5, 3);
    }
    assert!(migrate(directory.path(), &place).await.unwrap().done);
    assert_eq!(found(&audited(&place).await), []);
}
