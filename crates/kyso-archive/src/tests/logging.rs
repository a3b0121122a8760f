//! The log: what is kept has its place, the place is proved, and an archive that was put back is noticed.

use crate::log::{FileDigests, Trust, check};

use super::{Place, archive, for_each_pair, kept, opened};
use crate::{Archive, Error};

for_each_pair!(a_receipt_proves_that_a_version_stands_in_the_log, the_log_goes_on_after_a_restart);

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to)
        } else {
            std::fs::copy(entry.path(), to).map(|_| ()).unwrap()
        }
    }
}

async fn a_receipt_proves_that_a_version_stands_in_the_log(place: Place) {
    let archive = place.archive().await;
    let first = kept(&archive, "x").await;
    assert_eq!(archive.receipt(&first).await.unwrap(), None, "no checkpoint covers it yet");
    for name in ["y", "z", "w"] {
        archive.sequence().await.unwrap();
        kept(&archive, name).await;
    }
    assert_eq!(archive.sequence().await.unwrap(), 4);
    assert_eq!(archive.sequence().await.unwrap(), 4, "nothing is new");
    let receipt = archive.receipt(&first).await.unwrap().expect("it's covered");
    let receipt = receipt.to_string();
    let trust = Trust::new(&[archive.log_key().unwrap()], &[], 0).unwrap();
    let file = FileDigests::of(&archive.bytes(&first).await.unwrap());
    check(&file, receipt.as_bytes(), &trust).unwrap();
    let other = FileDigests::of(b"another file");
    assert!(check(&other, receipt.as_bytes(), &trust).is_err());
}

async fn the_log_goes_on_after_a_restart(place: Place) {
    let archive = place.archive().await;
    for name in ["x", "y"] {
        kept(&archive, name).await;
    }
    archive.sequence().await.unwrap();
    archive.close().await;
    let archive = place.opened().await;
    kept(&archive, "z").await;
    assert_eq!(archive.sequence().await.unwrap(), 3);
}

#[tokio::test]
async fn a_database_that_was_put_back_isnt_opened() {
    let (directory, archive) = archive().await;
    kept(&archive, "x").await;
    archive.sequence().await.unwrap();
    archive.close().await;
    let before = tempfile::tempdir().unwrap();
    copy(directory.path(), before.path());

    let archive = opened(&directory).await;
    kept(&archive, "y").await;
    archive.sequence().await.unwrap();
    archive.close().await;
    std::fs::copy(before.path().join("archive.sqlite3"), directory.path().join("archive.sqlite3")).unwrap();
    let refused = Archive::open(directory.path()).await.unwrap_err();
    assert!(matches!(refused, Error::RolledBack { here: 1, there: 2, .. }), "{refused}");
}

#[tokio::test]
async fn another_archives_database_or_store_isnt_opened() {
    let (directory, one) = archive().await;
    one.close().await;
    let (other, archive) = archive().await;
    archive.close().await;
    std::fs::copy(other.path().join("archive.sqlite3"), directory.path().join("archive.sqlite3")).unwrap();
    let refused = Archive::open(directory.path()).await.unwrap_err();
    assert!(matches!(refused, Error::OtherArchive { .. }), "{refused}");
}

/// A process that was killed between the places and the signature.
#[tokio::test]
async fn places_that_nobody_signed_are_told_and_signed_by_the_next_who_writes() {
    let (_directory, archive) = archive().await;
    kept(&archive, "one").await;
    archive.sequence().await.unwrap();
    assert!(!archive.has_pending().await.unwrap());
    kept(&archive, "two").await;
    let agency = archive.agency.clone();
    let placed = archive
        .database
        .write(move |transaction| Box::pin(async move { crate::sequencing::place_all(transaction, &agency).await }));
    placed.await.unwrap();
    let log = archive.status(jiff::Timestamp::now()).await.unwrap().log;
    assert_eq!((log.size, log.signed, log.pending), (2, 1, 0));
    assert!(log.unsigned_since.is_some() && archive.has_pending().await.unwrap());
    archive.sequence().await.unwrap();
    let log = archive.status(jiff::Timestamp::now()).await.unwrap().log;
    assert_eq!((log.size, log.signed, log.unsigned_since), (2, 2, None));
    assert!(!archive.has_pending().await.unwrap());
}
