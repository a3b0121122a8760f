//! A medium's backups are of one course of an archive: what was put back to an earlier state, or has gone on from one, isn't backed up
//! over them, whatever the clock says; and what was damaged on the medium is copied again.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use kyso_tests::signing;
use tempfile::TempDir;

use super::storing::{busy, files, flip, keep, settle};
use super::ward::copy;
use crate::{
    Archive, AskedBeside, BackedUp, BackingUp, BackupPlace, Beside, BesideArchive, BesideHead, BesideTaken, Error,
    Migrating, NotPast, RegisterNow, Restoration, Restoring,
};

async fn try_to_back_up(archive: &Archive, medium: &Path, how: BackingUp) -> Result<BackedUp, Error> {
    archive.back_up(&BackupPlace::open(medium)?, how, Arc::new(|_| {})).await
}

async fn back_up(archive: &Archive, medium: &Path) -> BackedUp {
    try_to_back_up(archive, medium, BackingUp::default()).await.unwrap()
}

async fn restore(medium: &Path, to: &Path, name: Option<String>, keys: &Path) -> Restoration {
    let how = Restoring { by: "a".into(), name, keys: Some(keys.join("keys")), policy: signing::policy() };
    Archive::restore(medium, to, &how, Arc::new(|_| {})).await.unwrap()
}

/// One more document, in the log and in the store.
async fn goes_on(archive: &Archive, key: &str) {
    keep(archive, key, 'a', Beside::default()).await;
    archive.sequence().await.unwrap();
    settle(archive).await;
}

fn names(medium: &Path) -> Vec<String> {
    let mut names: Vec<String> = files(&medium.join("lists"))
        .into_iter()
        .filter_map(|name| Some(name.strip_suffix(".note")?.to_owned()))
        .collect();
    names.sort();
    names
}

/// An archive, a copy of it as it was once, and a medium with a backup of before and one of later.
async fn two_courses() -> (TempDir, Archive, TempDir, TempDir, BackedUp) {
    let (directory, archive) = busy().await;
    let medium = tempfile::tempdir().unwrap();
    let first = back_up(&archive, medium.path()).await;
    archive.close().await;
    let earlier = tempfile::tempdir().unwrap();
    copy(directory.path(), earlier.path());
    let archive = super::opened(&directory).await;
    goes_on(&archive, "later").await;
    back_up(&archive, medium.path()).await;
    (directory, archive, earlier, medium, first)
}

#[tokio::test]
async fn an_archive_that_was_put_back_isnt_backed_up_over_newer_backups() {
    let (_directory, archive, earlier, medium, first) = two_courses().await;
    let before = files(medium.path());
    let keep_one = || BackingUp { keep: NonZeroUsize::new(1), ..BackingUp::default() };
    let old = Archive::open(earlier.path()).await.unwrap();
    let refused = try_to_back_up(&old, medium.path(), keep_one()).await.unwrap_err();
    assert!(
        matches!(&refused, Error::NotItsPast { here: 8, there: 9, backup, .. } if *backup != first.name),
        "{refused}"
    );
    // As large, and larger: it has another log all the same.
    for key in ["other", "another"] {
        goes_on(&old, key).await;
        let refused = try_to_back_up(&old, medium.path(), keep_one()).await.unwrap_err();
        assert!(matches!(refused, Error::NotItsPast { .. }), "{refused}");
    }
    assert_eq!(files(medium.path()), before, "nothing was copied, and nothing removed");
    // Elsewhere it may.
    back_up(&old, tempfile::tempdir().unwrap().path()).await;
    old.close().await;
    goes_on(&archive, "on").await;
    assert_eq!(try_to_back_up(&archive, medium.path(), keep_one()).await.unwrap().removed, 2);
}

#[tokio::test]
async fn what_was_restored_from_the_newest_backup_goes_on_there_and_from_another_it_doesnt() {
    let (directory, archive, _earlier, medium, first) = two_courses().await;
    archive.close().await;
    let to = tempfile::tempdir().unwrap();
    restore(medium.path(), &to.path().join("newest"), None, directory.path()).await;
    let archive = Archive::open(&to.path().join("newest")).await.unwrap();
    back_up(&archive, medium.path()).await;
    goes_on(&archive, "on").await;
    let last = back_up(&archive, medium.path()).await;
    let restored = restore(medium.path(), &to.path().join("last"), None, directory.path()).await;
    assert!(restored.whole && restored.backup == last.name, "{restored:?}");

    restore(medium.path(), &to.path().join("first"), Some(first.name), directory.path()).await;
    let archive = Archive::open(&to.path().join("first")).await.unwrap();
    for key in ["a", "b", "c", "d"] {
        goes_on(&archive, key).await;
    }
    let refused = try_to_back_up(&archive, medium.path(), BackingUp::default()).await.unwrap_err();
    assert!(matches!(refused, Error::NotItsPast { .. }), "{refused}");
}

/// Gives a backup another name, signed as the archive signs it: as if it had been made by a clock that went wrong.
fn rename(archive: &Archive, medium: &Path, from: &str, to: &str) {
    let place = BackupPlace::open(medium).unwrap();
    let keys = archive.keys.as_ref().unwrap();
    let mut list = crate::backup::read(medium, from, keys.log.public()).unwrap().list;
    for file in &mut list.files {
        file.path = file.path.replace(&format!("snapshots/{from}/"), &format!("snapshots/{to}/"));
    }
    std::fs::rename(medium.join("snapshots").join(from), medium.join("snapshots").join(to)).unwrap();
    for ending in ["json", "note"] {
        std::fs::remove_file(medium.join("lists").join(format!("{from}.{ending}"))).unwrap();
    }
    let signer = keys.signer(&crate::backup::key_name(archive.origin())).unwrap();
    place.sign(to, &list, &signer).unwrap();
}

#[tokio::test]
async fn backups_are_in_the_order_of_what_they_have() {
    let (directory, archive, _earlier, medium, first) = two_courses().await;
    let ahead = "29990101T000000.000000Z";
    rename(&archive, medium.path(), &first.name, ahead);
    let to = tempfile::tempdir().unwrap();
    let restored = restore(medium.path(), &to.path().join("a"), None, directory.path()).await;
    assert_eq!((restored.artifacts, restored.log_size), (4, 9), "the newest one by its log");
    // The clock is behind: what is made now stays, whatever the others are called.
    let keep = |count| BackingUp { keep: NonZeroUsize::new(count), ..BackingUp::default() };
    let made = try_to_back_up(&archive, medium.path(), keep(2)).await.unwrap();
    assert_eq!(made.removed, 1);
    assert!(!names(medium.path()).contains(&ahead.to_owned()), "it has the least");
    rename(&archive, medium.path(), &made.name, ahead);
    let made = try_to_back_up(&archive, medium.path(), keep(1)).await.unwrap();
    assert_eq!(names(medium.path()), [made.name], "as much as the others, and an earlier name");
}

/// A register: the ends of its chain, event by event.
#[derive(Clone)]
struct Register(&'static [&'static str]);

impl BesideArchive for Register {
    fn register_since<'a>(&'a self, then: &'a BesideHead) -> AskedBeside<'a, RegisterNow> {
        let at = usize::try_from(then.events).unwrap().checked_sub(1).and_then(|at| self.0.get(at));
        Box::pin(std::future::ready(Ok(match at {
            Some(chain) if *chain == then.chain => RegisterNow::GoneOn,
            _ => RegisterNow::Otherwise { events: u64::try_from(self.0.len()).unwrap() },
        })))
    }

    fn take<'a>(&'a self, _: &'a Path) -> AskedBeside<'a, BesideTaken> {
        let (events, chain) = (u64::try_from(self.0.len()).unwrap(), self.0.last().unwrap().to_string());
        Box::pin(std::future::ready(Ok(BesideTaken {
            files: Vec::new(),
            register: Some(BesideHead { events, chain }),
        })))
    }
}

#[tokio::test]
async fn of_one_size_of_the_log_the_register_says_which_backup_is_newer() {
    let (directory, archive) = busy().await;
    let medium = tempfile::tempdir().unwrap();
    let keep_one = || NonZeroUsize::new(1);
    let with = |register: Register, keep| BackingUp { keep, beside: Some(Box::new(register)), ..BackingUp::default() };
    try_to_back_up(&archive, medium.path(), with(Register(&["a"]), None)).await.unwrap();
    let newest = try_to_back_up(&archive, medium.path(), with(Register(&["a", "b"]), None)).await.unwrap();
    let before = files(medium.path());
    // Put back, another one that is as long, another one that is longer, and none.
    for (register, events) in [
        (Some(Register(&["a"])), 1),
        (Some(Register(&["a", "c"])), 2),
        (Some(Register(&["a", "c", "d"])), 3),
        (None, 0),
    ] {
        let beside = register.map(|register| -> Box<dyn BesideArchive> { Box::new(register) });
        let how = BackingUp { keep: keep_one(), beside, ..BackingUp::default() };
        let refused = try_to_back_up(&archive, medium.path(), how).await.unwrap_err();
        let is_told =
            matches!(refused, Error::NotItsPast { by: NotPast::Register, there: 2, here, .. } if here == events);
        assert!(is_told, "{refused}");
    }
    assert_eq!(files(medium.path()), before, "nothing was copied, and nothing removed");
    // By a clock that is behind: what has more stays the newest.
    rename(&archive, medium.path(), &newest.name, "20000101T000000.000000Z");
    let to = tempfile::tempdir().unwrap();
    let restored = restore(medium.path(), &to.path().join("a"), None, directory.path()).await;
    assert_eq!(restored.backup, "20000101T000000.000000Z");
    let taken = try_to_back_up(&archive, medium.path(), with(Register(&["a", "b", "c"]), keep_one())).await.unwrap();
    assert_eq!((taken.removed, names(medium.path())), (2, vec![taken.name]));
}

#[tokio::test]
async fn of_one_size_of_the_log_events_say_which_backup_is_newer() {
    let (directory, archive) = busy().await;
    let medium = tempfile::tempdir().unwrap();
    back_up(&archive, medium.path()).await;
    archive.close().await;
    let earlier = tempfile::tempdir().unwrap();
    copy(directory.path(), earlier.path());
    let archive = super::opened(&directory).await;
    // It waits for its place in the log.
    keep(&archive, "later", 'a', Beside::default()).await;
    let newest = back_up(&archive, medium.path()).await;
    rename(&archive, medium.path(), &newest.name, "20000101T000000.000000Z");
    let old = Archive::open(earlier.path()).await.unwrap();
    let refused = try_to_back_up(&old, medium.path(), BackingUp::default()).await.unwrap_err();
    assert!(matches!(refused, Error::NotItsPast { by: NotPast::Events, .. }), "{refused}");
    back_up(&archive, medium.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retired_directory_isnt_backed_up() {
    let (directory, archive) = busy().await;
    let medium = tempfile::tempdir().unwrap();
    back_up(&archive, medium.path()).await;
    archive.close().await;
    let place = super::grown::Place::new();
    let how = Migrating { by: "a".into(), ..Migrating::default() };
    assert!(Archive::migrate(directory.path(), &place.grown, how, Arc::new(|_| {})).await.unwrap().done);
    let refused = Archive::open_to_back_up(directory.path()).await.unwrap_err();
    assert!(matches!(refused, Error::Retired { .. }), "{refused}");
    // Where it went, it goes on on the same medium.
    let archive = Archive::open_grown(&place.grown).await.unwrap();
    assert_eq!(back_up(&archive, medium.path()).await.log_size, 9);
}

#[tokio::test]
async fn what_is_damaged_on_the_medium_is_copied_again_from_what_is_whole() {
    let (directory, archive) = busy().await;
    let medium = tempfile::tempdir().unwrap();
    back_up(&archive, medium.path()).await;
    let full = || BackingUp { full: true, ..BackingUp::default() };
    let copied: Vec<String> = files(medium.path())
        .into_iter()
        .filter(|name| name.starts_with("o/") || name.starts_with("log/") || name == "archive.json")
        .collect();
    for name in &copied {
        flip(&medium.path().join(name));
        if name == "archive.json" {
            let refused = try_to_back_up(&archive, medium.path(), full()).await.unwrap_err();
            assert!(matches!(refused, Error::OtherArchive { .. }), "{refused}");
            flip(&medium.path().join(name));
            continue;
        }
        let taken = try_to_back_up(&archive, medium.path(), full()).await.unwrap();
        assert_eq!(taken.mended, std::slice::from_ref(name));
        assert_eq!(taken.damaged, [""; 0]);
    }
    let (part, manifest) =
        (copied.iter().find(|name| name.ends_with(".0")), copied.iter().find(|name| name.ends_with(".0.json")));
    let (part, manifest) = (part.unwrap(), manifest.unwrap());
    // Of another length, it's seen without being read.
    std::fs::write(medium.path().join(part), b"%PDF").unwrap();
    assert_eq!(back_up(&archive, medium.path()).await.mended, std::slice::from_ref(part));
    let to = tempfile::tempdir().unwrap();
    assert!(restore(medium.path(), &to.path().join("a"), None, directory.path()).await.whole);
    // Where the archive hasn't got it either, nothing is built on it.
    for name in [part, manifest] {
        flip(&medium.path().join(name));
        flip(&directory.path().join(name));
        let refused = try_to_back_up(&archive, medium.path(), full()).await.unwrap_err();
        assert!(matches!(&refused, Error::Backup { path, .. } if path.ends_with(name)), "{refused}");
        flip(&medium.path().join(name));
        flip(&directory.path().join(name));
    }
}

/// Makes a list unreadable: a bad byte, or the list is gone.
fn spoil(medium: &Path, name: &str, is_gone: bool) {
    let list = medium.join("lists").join(format!("{name}.json"));
    if is_gone { std::fs::remove_file(list).unwrap() } else { flip(&list) }
}

#[tokio::test]
async fn an_old_list_that_cant_be_read_stops_nothing() {
    for is_gone in [false, true] {
        let (directory, archive, _earlier, medium, first) = two_courses().await;
        let second = names(medium.path()).pop().unwrap();
        spoil(medium.path(), &first.name, is_gone);
        let (to, keys) = (tempfile::tempdir().unwrap(), directory.path());
        let restored = restore(medium.path(), &to.path().join("a"), None, keys).await;
        assert_eq!((&restored.backup, restored.whole), (&second, true));
        assert_eq!(restored.unreadable, std::slice::from_ref(&first.name), "it's told");
        let restored = restore(medium.path(), &to.path().join("b"), Some(second.clone()), keys).await;
        assert_eq!(restored.unreadable, std::slice::from_ref(&first.name));
        let how = |name| Restoring { by: "a".into(), name, keys: Some(keys.join("keys")), policy: signing::policy() };
        let scratch = to.path().join("c");
        assert!(Archive::drill(medium.path(), &scratch, &how(None), Arc::new(|_| {})).await.unwrap().whole);
        let refused = how(Some(first.name.clone()));
        let refused = Archive::restore(medium.path(), &to.path().join("d"), &refused, Arc::new(|_| {})).await;
        assert!(matches!(refused, Err(Error::Backup { .. })), "{refused:?}");

        // A draft that it may have stays with it, and both go first.
        let drafts = || files(medium.path()).iter().filter(|file| file.starts_with("d/")).count();
        let [draft] = archive.drafts_before(kyso::Timestamp::MAX).await.unwrap().try_into().unwrap();
        archive.remove_draft(&draft).await.unwrap();
        let keep = |count| BackingUp { keep: NonZeroUsize::new(count), full: true, ..BackingUp::default() };
        let third = try_to_back_up(&archive, medium.path(), keep(3)).await.unwrap();
        assert_eq!((third.removed, third.unreadable.as_slice()), (0, std::slice::from_ref(&first.name)));
        let fourth = try_to_back_up(&archive, medium.path(), keep(3)).await.unwrap();
        assert_eq!((fourth.removed, drafts()), (1, 1), "the second backup has the draft");
        assert_eq!(names(medium.path()), [second, third.name, fourth.name.clone()]);
        let fifth = try_to_back_up(&archive, medium.path(), keep(1)).await.unwrap();
        assert_eq!((fifth.removed, drafts(), fifth.unreadable.len()), (3, 0, 0));
    }
}

#[tokio::test]
async fn drafts_stay_while_a_list_cant_be_read_that_may_name_them() {
    let (_directory, archive, _earlier, medium, first) = two_courses().await;
    let drafts = || files(medium.path()).iter().filter(|file| file.starts_with("d/")).count();
    let [draft] = archive.drafts_before(kyso::Timestamp::MAX).await.unwrap().try_into().unwrap();
    archive.remove_draft(&draft).await.unwrap();
    let second = names(medium.path()).pop().unwrap();
    let third = back_up(&archive, medium.path()).await;
    spoil(medium.path(), &second, false);
    spoil(medium.path(), &first.name, false);
    let keep = |count| BackingUp { keep: NonZeroUsize::new(count), ..BackingUp::default() };
    let fourth = try_to_back_up(&archive, medium.path(), keep(3)).await.unwrap();
    assert_eq!((fourth.removed, drafts()), (1, 1));
    assert_eq!(names(medium.path()), [second, third.name, fourth.name]);
    assert_eq!(try_to_back_up(&archive, medium.path(), keep(2)).await.unwrap().removed, 2);
    assert_eq!(drafts(), 0);
}

/// What was destroyed may be known by it alone.
#[tokio::test]
async fn a_list_that_cant_be_read_and_may_be_the_newest_stops_everything() {
    let (directory, archive, _earlier, medium, first) = two_courses().await;
    let second = names(medium.path()).pop().unwrap();
    spoil(medium.path(), &second, false);
    let before = files(medium.path());
    let to = tempfile::tempdir().unwrap();
    for name in [None, Some(first.name.clone())] {
        let keys = Some(directory.path().join("keys"));
        let how = Restoring { by: "a".into(), name, keys, policy: signing::policy() };
        let refused = Archive::restore(medium.path(), &to.path().join("a"), &how, Arc::new(|_| {})).await;
        let Err(Error::NewestBackup { path, readable, .. }) = refused else { panic!("{refused:?}") };
        assert_eq!((readable, path.file_stem()), (first.name.clone(), Some(second.as_ref())));
    }
    let keep = BackingUp { keep: NonZeroUsize::new(1), ..BackingUp::default() };
    let refused = try_to_back_up(&archive, medium.path(), keep).await;
    assert!(matches!(refused, Err(Error::NewestBackup { .. })), "{refused:?}");
    assert_eq!(files(medium.path()), before, "nothing was copied, and nothing removed");
    // As the error says.
    for ending in ["json", "note"] {
        std::fs::remove_file(medium.path().join("lists").join(format!("{second}.{ending}"))).unwrap();
    }
    let taken = back_up(&archive, medium.path()).await;
    assert_eq!((taken.unsigned, names(medium.path())), (1, vec![first.name, taken.name]));
}

/// Killed after the snapshot has its name, after the list has, or while an old backup was removed.
#[tokio::test]
async fn what_is_left_of_backups_that_were_cut_off_goes() {
    let (directory, archive, _earlier, medium, first) = two_courses().await;
    let at = |path: String| medium.path().join(path);
    let (snapshot, both, ahead) = ("20200101T000000.000000Z", "20200102T000000.000000Z", "29990101T000000.000000Z");
    for name in [snapshot, both, ahead, "mine"] {
        std::fs::create_dir(at(format!("snapshots/{name}"))).unwrap();
        std::fs::copy(directory.path().join("archive.sqlite3"), at(format!("snapshots/{name}/archive.sqlite3")))
            .unwrap();
    }
    std::fs::write(at(format!("lists/{both}.json")), b"{}").unwrap();
    std::fs::remove_file(at(format!("lists/{}.note", first.name))).unwrap();
    let second = names(medium.path()).pop().unwrap();
    let taken = back_up(&archive, medium.path()).await;
    assert_eq!((taken.unsigned, taken.removed), (3, 0));
    let listed = |directory: &str| {
        let entries = std::fs::read_dir(at(directory.to_owned())).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(listed("snapshots"), [second.as_str(), &taken.name, ahead, "mine"]);
    assert_eq!(listed("lists").len(), 4);
    assert_eq!(back_up(&archive, medium.path()).await.unsigned, 0);
}
