//! What was destroyed doesn't come back: not with a database that is made again, not with an older one, not with a backup; and what was
//! tampered with is named.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use tempfile::TempDir;

use super::{LONG_AGO, certified, decided, demand_gone, files_with, name_of, objects, paper, told, told_of_one};
use crate::destruction::told::{Decided, Happening};
use crate::record::Event;
use crate::tests::ward::{audited, copy, files, found, tamper};
use crate::tests::{archive, meta, opened, request};
use crate::{
    Archive, Artifact, BackingUp, BackupPlace, Decision, DestructionState, Erasing, Error, NotDestroyed, Rebuilding,
    Restoration, Restoring,
};

/// An archive with a document that may be destroyed and one that stays, everything in the store.
pub(super) async fn ward() -> (TempDir, Archive, Artifact, Artifact) {
    let (directory, archive) = archive().await;
    let old = certified(&archive, "old", told_of_one(7, LONG_AGO)).await;
    let other = certified(&archive, "other", told(8, "GD", LONG_AGO)).await;
    settle(&archive).await;
    (directory, archive, old, other)
}

/// Everything has its place in the log and its manifest.
pub(super) async fn settle(archive: &Archive) {
    archive.sequence().await.unwrap();
    while archive.write_manifests(100).await.unwrap() > 0 {}
}

pub(super) async fn destroyed(archive: &Archive, of: &Artifact) -> u32 {
    let number = decided(archive, &[of.id]).await;
    archive.execute_destruction(number, "Lê Văn Thư", &Erasing::default(), paper).await.unwrap();
    settle(archive).await;
    number
}

/// A decision as it stands in an archive that is older than this test.
async fn decided_once(archive: &Archive, number: u32, decision: Decision) {
    let of = Decided { destruction: number, by: "Lê Văn Thư".into(), decision };
    let (event, record) = Event::now(&archive.clock, None, of).unwrap();
    let agency = archive.agency.clone();
    let done = archive.database.write(move |transaction| {
        Box::pin(async move {
            event.write(transaction, &agency).await?;
            Happening::Decided(record.of).write(transaction, &agency, event.id).await
        })
    });
    done.await.unwrap();
}

pub(super) async fn demand_clean(directory: &Path) {
    let audit = audited(directory).await;
    assert_eq!(found(&audit), [], "{audit:?}");
}

#[tokio::test]
async fn a_database_made_again_has_it_as_destroyed() {
    let (directory, archive, old, other) = ward().await;
    let number = destroyed(&archive, &old).await;
    archive.close().await;
    std::fs::remove_file(directory.path().join("archive.sqlite3")).unwrap();
    let rebuilt = Archive::rebuild(directory.path(), &Rebuilding::default()).await.unwrap();
    assert!(rebuilt.done && rebuilt.is_whole(), "what was destroyed isn't lost: {rebuilt:?}");
    assert!(rebuilt.destroyed.is_empty());

    let archive = opened(&directory).await;
    demand_gone(&archive, &old, number).await;
    assert_eq!(archive.destruction(number).await.unwrap().state, DestructionState::Executed);
    archive.bytes(&other).await.unwrap();
    let again = archive.begin(&request("old", 'a'), &meta()).await;
    assert!(matches!(again, Err(Error::Destroyed(_))), "nothing is signed again: {again:?}");
    settle(&archive).await;
    archive.close().await;
    demand_clean(directory.path()).await;
}

#[tokio::test]
async fn half_destroyed_and_the_database_lost_it_is_destroyed_again() {
    let (directory, archive, old, other) = ward().await;
    let number = decided(&archive, &[old.id]).await;
    archive.begin_destruction(number, "Lê Văn Thư").await.unwrap();
    settle(&archive).await;
    assert!(objects(&archive, old.id).await > 0, "nothing was erased in the store");
    archive.close().await;
    std::fs::remove_file(directory.path().join("archive.sqlite3")).unwrap();
    let rebuilt = Archive::rebuild(directory.path(), &Rebuilding::default()).await.unwrap();
    assert_eq!(rebuilt.destroyed, [old.id]);
    let archive = opened(&directory).await;
    demand_gone(&archive, &old, number).await;
    assert_eq!(objects(&archive, old.id).await, 0);
    archive.bytes(&other).await.unwrap();
    archive.execute_destruction(number, "Khác", &Erasing::default(), paper).await.unwrap();
    settle(&archive).await;
    archive.close().await;
    demand_clean(directory.path()).await;
    assert_eq!(files_with(directory.path(), "Qxzwv"), Vec::<String>::new());
}

#[tokio::test]
async fn an_older_database_is_brought_up_to_it() {
    let (directory, archive, old, other) = ward().await;
    archive.close().await;
    let before = std::fs::read(directory.path().join("archive.sqlite3")).unwrap();
    let archive = opened(&directory).await;
    let number = destroyed(&archive, &old).await;
    archive.close().await;
    std::fs::write(directory.path().join("archive.sqlite3"), before).unwrap();
    assert!(matches!(Archive::open(directory.path()).await, Err(Error::RolledBack { .. })));
    let rebuilt = Archive::reconcile(directory.path(), &Rebuilding::default()).await.unwrap();
    assert!(rebuilt.done, "{rebuilt:?}");
    assert_eq!(rebuilt.destroyed, [old.id], "it's told");
    let archive = opened(&directory).await;
    demand_gone(&archive, &old, number).await;
    archive.bytes(&other).await.unwrap();
    archive.close().await;
    demand_clean(directory.path()).await;
    assert_eq!(files_with(directory.path(), "Qxzwv"), Vec::<String>::new());
}

pub(super) async fn backed_up(archive: &Archive, to: &Path) -> crate::BackedUp {
    let place = BackupPlace::open(to).unwrap();
    let how = BackingUp { by: "Lê Mẫu".into(), ..BackingUp::default() };
    archive.back_up(&place, how, Arc::new(|_| {})).await.unwrap()
}

pub(super) async fn restored(from: &Path, to: &Path, name: Option<String>, keys: &Path) -> Restoration {
    let policy = kyso::Policy::at(jiff::Timestamp::now());
    let how = Restoring { by: "Lê Mẫu".into(), name, keys: Some(keys.join("keys")), policy };
    Archive::restore(from, to, &how, Arc::new(|_| {})).await.unwrap()
}

#[tokio::test]
async fn a_backup_from_before_is_restored_without_it() {
    let (directory, archive, old, other) = ward().await;
    let (medium, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let before = backed_up(&archive, medium.path()).await;
    let number = destroyed(&archive, &old).await;
    backed_up(&archive, medium.path()).await;
    archive.close().await;

    let restoration = restored(medium.path(), &to.path().join("a"), Some(before.name), directory.path()).await;
    assert_eq!(restoration.destroyed, [old.id], "it's told");
    assert!(restoration.whole, "{restoration:?}");
    let archive = Archive::open(&to.path().join("a")).await.unwrap();
    demand_gone(&archive, &old, number).await;
    assert_eq!(archive.destruction(number).await.unwrap().state, DestructionState::Executed);
    assert_eq!(archive.destruction_certificate(number).await.unwrap()[..5], *b"%PDF-");
    archive.bytes(&other).await.unwrap();
    let again = archive.begin(&request("old", 'a'), &meta()).await;
    assert!(matches!(again, Err(Error::Destroyed(_))), "{again:?}");
    settle(&archive).await;
    archive.close().await;
    demand_clean(&to.path().join("a")).await;
    assert_eq!(files_with(&to.path().join("a"), "Qxzwv"), Vec::<String>::new());

    // The newest one has nothing of it.
    let restoration = restored(medium.path(), &to.path().join("b"), None, directory.path()).await;
    assert!(restoration.destroyed.is_empty() && restoration.whole, "{restoration:?}");
    demand_clean(&to.path().join("b")).await;
}

#[tokio::test]
async fn what_was_destroyed_leaves_the_medium_by_its_day() {
    let (directory, archive, old, _) = ward().await;
    let (medium, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let before = backed_up(&archive, medium.path()).await;
    let name = name_of(&archive, old.id).await;
    let has = || files(medium.path(), "").iter().any(|path| path.display().to_string().contains(&name));
    let number = archive.propose_destruction(&[old.id], "Lê Văn Thư").await.unwrap();
    archive.approve_destruction(number, "Nguyễn Chủ Tịch", None).await.unwrap();
    let later = Decision { backups: date(2999, 1, 1), ..super::decision() };
    archive.decide_destruction(number, "Lê Văn Thư", &later).await.unwrap();
    archive.execute_destruction(number, "Lê Văn Thư", &Erasing::default(), paper).await.unwrap();
    settle(&archive).await;
    let taken = backed_up(&archive, medium.path()).await;
    assert_eq!((taken.removed, taken.damaged.len()), (0, 0));
    assert!(has(), "until the day it may be restored");
    let restoration = restored(medium.path(), &to.path().join("a"), Some(before.name), directory.path()).await;
    assert_eq!(restoration.destroyed, [old.id]);

    // The oldest goes for another reason: no backup names the files any more.
    let place = BackupPlace::open(medium.path()).unwrap();
    let keep = std::num::NonZeroUsize::new(1);
    let how = BackingUp { by: "Lê Mẫu".into(), keep, ..BackingUp::default() };
    assert_eq!(archive.back_up(&place, how, Arc::new(|_| {})).await.unwrap().removed, 2);
    drop(place);
    assert!(!has());

    // By the day, the backups that were made before go by themselves.
    let (other, medium) = (certified(&archive, "x", told_of_one(9, LONG_AGO)).await, tempfile::tempdir().unwrap());
    settle(&archive).await;
    backed_up(&archive, medium.path()).await;
    let number = archive.propose_destruction(&[other.id], "Lê Văn Thư").await.unwrap();
    archive.approve_destruction(number, "Nguyễn Chủ Tịch", None).await.unwrap();
    let soon = Decision { date: date(2024, 1, 5), backups: date(2024, 2, 5), ..super::decision() };
    let refused = archive.decide_destruction(number, "Lê Văn Thư", &soon).await;
    assert!(matches!(refused, Err(Error::NotDestroyed(NotDestroyed::Date(_)))), "older than its list: {refused:?}");
    decided_once(&archive, number, soon).await;
    archive.execute_destruction(number, "Lê Văn Thư", &Erasing::default(), paper).await.unwrap();
    settle(&archive).await;
    assert_eq!(backed_up(&archive, medium.path()).await.removed, 1, "5 February is over");
    let name = name_of(&archive, other.id).await;
    assert!(files(medium.path(), "").iter().all(|path| !path.display().to_string().contains(&name)));
    assert_eq!(files_with(medium.path(), "Qxzwv"), Vec::<String>::new());
    archive.close().await;
    let restoration = restored(medium.path(), &to.path().join("c"), None, directory.path()).await;
    assert!(restoration.whole, "{restoration:?}");
}

#[tokio::test]
async fn what_is_gone_without_a_decision_is_named() {
    let (directory, archive, old, other) = ward().await;
    let number = destroyed(&archive, &old).await;
    assert_eq!(number, 1);
    let name = name_of(&archive, old.id).await;
    let others = name_of(&archive, other.id).await;
    archive.close().await;
    demand_clean(directory.path()).await;
    let id = other.id.to_string();
    let gone = format!("INSERT INTO destroyed SELECT agency, '{id}', 1 FROM archive");
    let erased = format!("DELETE FROM record WHERE event IN (SELECT id FROM event WHERE artifact = '{id}')");
    let by_one = "UPDATE destruction_step SET who = (SELECT who FROM destruction) WHERE step = 'approved'";
    let number = "UPDATE destruction_step SET decision = '99/QĐ' WHERE step = 'decided'";
    let undecided = "DELETE FROM destruction_step WHERE step = 'decided'";
    for (sql, code, subject) in [
        (gone.as_str(), "destruction.unfounded", format!("destroyed {id}")),
        (erased.as_str(), "row.missing", "record ".into()),
        (by_one, "destruction.unfounded", "destruction 1".into()),
        (number, "destruction.unfounded", "destruction 1".into()),
        (undecided, "destruction.unfounded", "destruction 1".into()),
        ("DELETE FROM destruction", "destruction.unfounded", "destruction_step".into()),
        ("DELETE FROM destroyed", "row.missing", "destroyed ".into()),
        ("UPDATE destruction_item SET ends = '2021-01-01'", "destruction.unfounded", "destruction 1".into()),
        ("UPDATE retention SET ends = '2020-01-01'", "row.changed", "retention ".into()),
        ("DELETE FROM retention", "row.missing", "retention ".into()),
    ] {
        let copied = tempfile::tempdir().unwrap();
        copy(directory.path(), copied.path());
        assert!(tamper(copied.path(), sql).await > 0, "{sql}");
        let audit = audited(copied.path()).await;
        let is_named = |(found, what): &(&str, String)| *found == code && what.starts_with(subject.trim());
        let named = found(&audit);
        let is_item = subject == "destruction_step";
        assert!(is_item && !named.is_empty() || named.iter().any(is_named), "{sql}: {named:?}");
    }
    // In the store: something is left, or a certificate isn't what it was.
    let part = |name: &str| format!("o/{}/{name}.0", &name[..2]);
    for (change, code) in [
        (("write", part(&name)), "destroyed.left"),
        (("remove", part(&others)), "object.missing"),
        (("write", "destroyed/1.pdf".into()), "certificate.changed"),
        (("remove", "destroyed/1.pdf".into()), "certificate.missing"),
        (("remove", "destroyed/1.json".into()), "certificate.missing"),
        (("write", "destroyed/1.json".into()), "certificate.changed"),
        (("write", "destroyed/2.pdf".into()), "file.unknown"),
    ] {
        let copied = tempfile::tempdir().unwrap();
        copy(directory.path(), copied.path());
        let (what, path) = change;
        let at = copied.path().join(&path);
        let _ = std::fs::remove_file(&at);
        if what == "write" {
            std::fs::write(&at, b"{}").unwrap();
        }
        let audit = audited(copied.path()).await;
        assert!(found(&audit).iter().any(|(found, _)| *found == code), "{path}: {:?}", found(&audit));
    }
}

#[tokio::test]
async fn a_destruction_that_is_going_on_is_no_fault() {
    let (directory, archive, old, _) = ward().await;
    let number = decided(&archive, &[old.id]).await;
    archive.begin_destruction(number, "Lê Văn Thư").await.unwrap();
    settle(&archive).await;
    archive.close().await;
    let audit = audited(directory.path()).await;
    assert_eq!(found(&audit), [], "{audit:?}");
    let notes: Vec<&str> = audit.notes.iter().map(|note| note.code.code()).collect();
    assert!(notes.contains(&"destroyed.left"), "{notes:?}");
    // Its evidence says more than it can show, and that is no fault either.
    let archive = opened(&directory).await;
    assert!(matches!(archive.bytes(&old).await, Err(Error::Destroyed(_))));
}

/// Takes the statements of destructions out of a backup's list, as an earlier version would have signed it.
fn without_statements(archive: &Archive, medium: &Path, name: &str) {
    let place = BackupPlace::open(medium).unwrap();
    let keys = archive.keys.as_ref().unwrap();
    let mut list = crate::backup::read(medium, name, keys.log.public()).unwrap().list;
    list.files.retain(|file| !file.path.starts_with("destroyed/"));
    for ending in ["json", "note"] {
        std::fs::remove_file(medium.join("lists").join(format!("{name}.{ending}"))).unwrap();
    }
    let signer = keys.signer(&crate::backup::key_name(archive.origin())).unwrap();
    place.sign(name, &list, &signer).unwrap();
}

/// Whoever carries a destruction out is killed right after it was begun, and a backup is taken then.
#[tokio::test]
async fn a_backup_from_before_is_restored_without_what_was_only_begun() {
    let (directory, archive, old, other) = ward().await;
    let (medium, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let before = backed_up(&archive, medium.path()).await;
    let number = decided(&archive, &[old.id]).await;
    archive.begin_destruction(number, "Lê Văn Thư").await.unwrap();
    let newest = backed_up(&archive, medium.path()).await;
    assert_eq!(newest.damaged, [""; 0]);
    let statement = medium.path().join(format!("destroyed/{number}.json"));
    assert_eq!(std::fs::read(&statement).unwrap(), archive.statement(number).await.unwrap());
    for with_statement in [true, false] {
        if !with_statement {
            without_statements(&archive, medium.path(), &newest.name);
        }
        let to = to.path().join(with_statement.to_string());
        let restoration = restored(medium.path(), &to, Some(before.name.clone()), directory.path()).await;
        assert_eq!(restoration.destroyed, [old.id], "it's told");
        assert!(restoration.whole, "{restoration:?}");
        let again = Archive::open(&to).await.unwrap();
        demand_gone(&again, &old, number).await;
        assert_eq!(objects(&again, old.id).await, 0);
        again.bytes(&other).await.unwrap();
        again.execute_destruction(number, "Lê Văn Thư", &Erasing::default(), paper).await.unwrap();
        settle(&again).await;
        again.close().await;
        demand_clean(&to).await;
    }
    // Carried out to its end, it's the same statement.
    archive.execute_destruction(number, "Lê Văn Thư", &Erasing::default(), paper).await.unwrap();
    settle(&archive).await;
    let full = BackingUp { by: "Lê Mẫu".into(), full: true, ..BackingUp::default() };
    let place = BackupPlace::open(medium.path()).unwrap();
    let taken = archive.back_up(&place, full, Arc::new(|_| {})).await.unwrap();
    assert_eq!((taken.damaged, taken.mended), (Vec::new(), Vec::new()));
}

/// A list that can't be read may name what was destroyed: it stays with it, until the day that the decision names.
#[tokio::test]
async fn what_an_unreadable_backup_may_have_goes_by_its_day() {
    let (_directory, archive, old, _) = ward().await;
    let (other, medium) = (certified(&archive, "x", told_of_one(9, LONG_AGO)).await, tempfile::tempdir().unwrap());
    settle(&archive).await;
    let before = backed_up(&archive, medium.path()).await;
    let (name, others) = (name_of(&archive, old.id).await, name_of(&archive, other.id).await);
    let has = |name: &str| files(medium.path(), "").iter().any(|path| path.display().to_string().contains(name));
    destroyed(&archive, &old).await;
    backed_up(&archive, medium.path()).await;
    crate::tests::storing::flip(&medium.path().join(format!("lists/{}.json", before.name)));
    let taken = backed_up(&archive, medium.path()).await;
    assert_eq!((taken.removed, taken.unreadable), (0, vec![before.name]));
    assert!(has(&name), "until the day it stays");

    let number = archive.propose_destruction(&[other.id], "Lê Văn Thư").await.unwrap();
    archive.approve_destruction(number, "Nguyễn Chủ Tịch", None).await.unwrap();
    let soon = Decision { date: date(2024, 1, 5), backups: date(2024, 2, 5), ..super::decision() };
    decided_once(&archive, number, soon).await;
    archive.execute_destruction(number, "Lê Văn Thư", &Erasing::default(), paper).await.unwrap();
    settle(&archive).await;
    assert_eq!(backed_up(&archive, medium.path()).await.removed, 3, "5 February is over");
    assert!(!has(&name) && !has(&others));
}
