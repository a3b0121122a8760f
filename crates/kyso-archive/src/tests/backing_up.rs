//! A backup is the archive of one moment, taken beside the service; what is restored from it is proved, and what isn't what was copied is
//! refused by name.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use kyso_tests::signing;
use tempfile::TempDir;

use super::storing::{busy, files, flip, keep, put, seen, settle};
use crate::{Archive, BackedUp, BackingUp, BackupPlace, Beside, Error, Rebuilding, Restoration, Restoring, Watch};

fn unwatched() -> Watch {
    Arc::new(|_| {})
}

async fn back_up(archive: &Archive, destination: &Path) -> BackedUp {
    let how = BackingUp { by: "văn thư".into(), ..BackingUp::default() };
    try_to_back_up(archive, destination, how).await.unwrap()
}

async fn try_to_back_up(archive: &Archive, destination: &Path, how: BackingUp) -> Result<BackedUp, Error> {
    let place = BackupPlace::open(destination)?;
    archive.back_up(&place, how, unwatched()).await
}

fn with_keys(archive: &Path) -> Restoring {
    Restoring { by: "quản trị".into(), name: None, keys: Some(archive.join("keys")), policy: signing::policy() }
}

async fn restore(source: &Path, directory: &Path, how: &Restoring) -> Result<Restoration, Error> {
    Archive::restore(source, directory, how, unwatched()).await
}

/// An archive that is at work, and one backup of it.
async fn backed_up() -> (TempDir, Archive, TempDir, BackedUp) {
    let (directory, archive) = busy().await;
    let destination = tempfile::tempdir().unwrap();
    // As the command does: beside the service, which goes on.
    let beside = Archive::open_to_back_up(directory.path()).await.unwrap();
    let taken = back_up(&beside, destination.path()).await;
    beside.close().await;
    (directory, archive, destination, taken)
}

#[tokio::test]
async fn what_is_restored_is_what_was_backed_up() {
    let (directory, archive, destination, taken) = backed_up().await;
    assert_eq!((taken.artifacts, taken.versions, taken.log_size), (3, 3, 8));
    assert_eq!(taken.damaged, [""; 0]);
    let copied = files(destination.path());
    assert!(
        !copied.iter().any(|file| file.contains("key") || file.ends_with(".pem")),
        "keys are in no backup: {copied:?}"
    );
    // What comes later is left to the next backup.
    let before = seen(&archive).await;
    keep(&archive, "later", 'a', Beside::default()).await;
    archive.sequence().await.unwrap();
    settle(&archive).await;

    let target = tempfile::tempdir().unwrap();
    let restored = restore(destination.path(), target.path(), &with_keys(directory.path())).await.unwrap();
    assert!(restored.whole, "{restored:?}");
    assert_eq!((restored.artifacts, restored.opened, restored.passed, restored.failed), (3, 3, 3, 0));
    assert_eq!((restored.files, restored.log_size, restored.described), (taken.files, 8, 1));
    assert!(restored.started <= restored.ended && restored.by == "quản trị" && restored.made_by == "văn thư");
    let again = Archive::open(target.path()).await.unwrap();
    assert_eq!(seen(&again).await, before);
    assert_eq!(again.leaves().await.unwrap(), 9, "that it was restored is an entry of the log");
    again.close().await;
    // The restored archive can lose its database too.
    std::fs::remove_file(target.path().join("archive.sqlite3")).unwrap();
    assert!(Archive::rebuild(target.path(), &Rebuilding::default()).await.unwrap().done);
}

#[tokio::test]
async fn a_second_backup_copies_what_is_new() {
    let (_directory, archive, destination, first) = backed_up().await;
    let second = back_up(&archive, destination.path()).await;
    // The snapshot and its checkpoint.
    assert_eq!((second.copied, second.files), (2, first.files));
    keep(&archive, "new", 'a', Beside::default()).await;
    let third = back_up(&archive, destination.path()).await;
    assert_eq!(third.copied, 3, "the new part; neither its manifest nor its leaf was there");
    let full = BackingUp { full: true, keep: NonZeroUsize::new(1), ..BackingUp::default() };
    let fourth = try_to_back_up(&archive, destination.path(), full).await.unwrap();
    assert_eq!((fourth.removed, fourth.files), (3, third.files));
    assert_eq!(std::fs::read_dir(destination.path().join("snapshots")).unwrap().count(), 1);
}

#[tokio::test]
async fn a_draft_that_was_removed_goes_with_the_last_backup_that_has_it() {
    let (_directory, archive, destination, _) = backed_up().await;
    let drafts = || files(destination.path()).iter().filter(|file| file.starts_with("d/")).count();
    let [draft] = archive.drafts_before(kyso::Timestamp::MAX).await.unwrap().try_into().unwrap();
    archive.remove_draft(&draft).await.unwrap();
    back_up(&archive, destination.path()).await;
    assert_eq!(drafts(), 1, "the first backup has it");
    let how = BackingUp { keep: NonZeroUsize::new(1), ..BackingUp::default() };
    try_to_back_up(&archive, destination.path(), how).await.unwrap();
    assert_eq!(drafts(), 0);
}

#[tokio::test]
async fn whatever_is_changed_in_a_backup_is_refused_by_name() {
    let (directory, _archive, destination, _) = backed_up().await;
    let how = with_keys(directory.path());
    let restored = async || restore(destination.path(), &tempfile::tempdir().unwrap().path().join("x"), &how).await;
    for name in files(destination.path()).iter().filter(|name| !name.starts_with("tmp/")) {
        let path = destination.path().join(name);
        let whole = std::fs::read(&path).unwrap();
        for missing in [false, true] {
            if missing {
                std::fs::remove_file(&path).unwrap();
            } else {
                flip(&path);
            }
            match restored().await {
                Err(Error::Backup { path: named, .. }) => {
                    // Without its note there's no backup at all.
                    let is_named = named == path || name.starts_with("lists/");
                    assert!(is_named, "{name} was changed, and {} is named", named.display());
                }
                other => panic!("{name} was changed: {other:?}"),
            }
            let _ = std::fs::remove_file(&path);
            std::fs::write(&path, &whole).unwrap();
        }
    }
    restored().await.unwrap();
}

#[tokio::test]
async fn a_list_that_somebody_else_signed_is_refused() {
    let (_directory, _archive, destination, _) = backed_up().await;
    let (other, _other_archive) = super::archive().await;
    let target = tempfile::tempdir().unwrap();
    let refused = restore(destination.path(), target.path(), &with_keys(other.path())).await;
    assert!(matches!(refused, Err(Error::Backup { .. })), "{refused:?}");
}

#[tokio::test]
async fn nothing_is_restored_over_something() {
    let (directory, _archive, destination, _) = backed_up().await;
    let how = with_keys(directory.path());
    let target = tempfile::tempdir().unwrap();
    std::fs::write(target.path().join("mine"), b"x").unwrap();
    assert!(matches!(restore(destination.path(), target.path(), &how).await, Err(Error::NotEmpty(_))));
    assert!(matches!(restore(destination.path(), directory.path(), &how).await, Err(Error::InUse(_))));
    let without = Restoring { keys: None, ..how };
    let target = tempfile::tempdir().unwrap();
    assert!(matches!(restore(destination.path(), target.path(), &without).await, Err(Error::KeyMissing(_))));
}

/// As a restoration that was killed: the marker and some of the files are there. No archive opens, and the same again goes on.
#[tokio::test]
async fn a_restoration_that_was_cut_off_is_gone_on_with() {
    let (directory, archive, destination, _) = backed_up().await;
    let how = with_keys(directory.path());
    let whole = tempfile::tempdir().unwrap();
    restore(destination.path(), whole.path(), &how).await.unwrap();
    let list = files(&destination.path().join("lists")).into_iter().find(|file| file.ends_with(".json")).unwrap();
    let digest = crate::record::sha256(&std::fs::read(destination.path().join("lists").join(list)).unwrap());

    let target = tempfile::tempdir().unwrap();
    let copied = files(destination.path());
    for name in copied.iter().filter(|name| name.starts_with("o/")).take(3) {
        let to = target.path().join(name);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(destination.path().join(name), to).unwrap();
    }
    let marker = target.path().join("restoring.json");
    std::fs::write(&marker, format!("{{\"list_sha256\":\"{digest}\"}}")).unwrap();
    assert!(matches!(Archive::open(target.path()).await, Err(Error::Unfinished(_))));
    assert!(matches!(Archive::open_to_read(target.path()).await, Err(Error::Unfinished(_))));
    restore(destination.path(), target.path(), &how).await.unwrap();
    assert!(!marker.exists());
    let again = Archive::open(target.path()).await.unwrap();
    assert_eq!(seen(&again).await, seen(&archive).await);

    // Cut off after it was told: it's told once.
    let leaves = again.leaves().await.unwrap();
    again.close().await;
    std::fs::write(&marker, format!("{{\"list_sha256\":\"{digest}\"}}")).unwrap();
    assert!(restore(destination.path(), target.path(), &how).await.unwrap().whole);
    let again = Archive::open(target.path()).await.unwrap();
    assert_eq!(again.leaves().await.unwrap(), leaves);

    // One of another backup, and one with a changed file, aren't gone on with.
    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("restoring.json"), br#"{"list_sha256":"00"}"#).unwrap();
    assert!(matches!(restore(destination.path(), other.path(), &how).await, Err(Error::NotEmpty(_))));
}

/// A damaged archive is backed up as far as it's whole, and the backup says so; a copy that was whole stays.
#[tokio::test]
async fn damage_in_the_archive_doesnt_spread_into_the_backup() {
    let (directory, archive, destination, _) = backed_up().await;
    let kept = keep(&archive, "new", 'a', Beside::default()).await;
    let parts: Vec<String> = files(directory.path()).into_iter().filter(|name| name.ends_with(".0")).collect();
    let is_new = |name: &&String| !destination.path().join(name.as_str()).exists();
    let (new, old) = (parts.iter().find(is_new).unwrap(), parts.iter().find(|name| !is_new(name)).unwrap());
    for name in [new, old] {
        put(&directory.path().join(name), b"%PDF-1.7 something else");
    }
    let taken = back_up(&archive, destination.path()).await;
    assert_eq!(taken.damaged, [new.as_str()]);
    let target = tempfile::tempdir().unwrap();
    let restored = restore(destination.path(), target.path(), &with_keys(directory.path())).await.unwrap();
    assert!(!restored.whole && restored.opened == 3, "{restored:?}");
    assert!(restored.damaged.iter().any(|(what, _)| *what == kept.id.to_string()), "{restored:?}");
}

#[tokio::test]
async fn a_backup_that_was_changed_isnt_built_on() {
    let (directory, archive, destination, _) = backed_up().await;
    let part = files(destination.path()).into_iter().find(|name| name.ends_with(".0")).unwrap();
    flip(&destination.path().join(&part));
    // Nobody has what was copied.
    flip(&directory.path().join(&part));
    let full = BackingUp { full: true, ..BackingUp::default() };
    let refused = try_to_back_up(&archive, destination.path(), full).await.unwrap_err();
    assert!(matches!(&refused, Error::Backup { path, .. } if path.ends_with(&part)), "{refused}");
}

#[tokio::test]
async fn a_place_with_something_else_is_refused() {
    let (directory, archive, destination, _) = backed_up().await;
    assert!(matches!(BackupPlace::open(directory.path()), Err(Error::Exists(_))));
    // A directory that the keys were copied to is to stay apart from every backup.
    assert!(matches!(BackupPlace::open(&directory.path().join("keys")), Err(Error::Exists(_))));
    let (_other_directory, other) = super::archive().await;
    let refused = try_to_back_up(&other, destination.path(), BackingUp::default()).await;
    assert!(matches!(refused, Err(Error::OtherArchive { .. })), "{refused:?}");
    let _held = BackupPlace::open(destination.path()).unwrap();
    assert!(matches!(try_to_back_up(&archive, destination.path(), BackingUp::default()).await, Err(Error::InUse(_))));
}

/// What a process that was killed has left half-written isn't taken for a copy.
#[tokio::test]
async fn a_backup_that_was_cut_off_is_none_until_its_taken_again() {
    let (directory, archive) = busy().await;
    let destination = tempfile::tempdir().unwrap();
    drop(BackupPlace::open(destination.path()).unwrap());
    std::fs::write(destination.path().join("tmp/half"), b"%PDF").unwrap();
    let target = tempfile::tempdir().unwrap();
    let how = with_keys(directory.path());
    assert!(matches!(restore(destination.path(), target.path(), &how).await, Err(Error::Backup { .. })));
    back_up(&archive, destination.path()).await;
    assert!(!destination.path().join("tmp/half").exists());
    restore(destination.path(), target.path(), &how).await.unwrap();
}

#[tokio::test]
async fn an_exercise_leaves_no_event() {
    let (directory, archive, destination, taken) = backed_up().await;
    let scratch = tempfile::tempdir().unwrap();
    let how = with_keys(directory.path());
    let drilled = Archive::drill(destination.path(), scratch.path(), &how, unwatched()).await.unwrap();
    assert!(drilled.whole && drilled.list_sha256 == taken.list_sha256);
    assert!(matches!(Archive::open(scratch.path()).await, Err(Error::Unfinished(_))), "it's thrown away");
    assert_eq!(archive.leaves().await.unwrap(), 8);
}
