//! Scrubbing and the second store: what is damaged is mended and logged, and read from the copy until then.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::ward::{audited, files, flip, found, tamper};
use super::{archive, kept};
use crate::{Archive, Artifact, Error};

const ALL: u64 = u64::MAX;

async fn with_copy() -> (TempDir, TempDir, Archive, Vec<Artifact>) {
    let (directory, archive) = archive().await;
    let second = tempfile::tempdir().unwrap();
    let archive = archive.with_second(&second.path().join("copy")).await.unwrap();
    let mut all = Vec::new();
    for name in ["a", "b", "c"] {
        all.push(kept(&archive, name).await);
    }
    archive.sequence().await.unwrap();
    let copied = archive.copy_to_second(ALL).await.unwrap();
    assert_eq!((copied.objects, copied.left_out, copied.leaves, copied.is_complete), (3, 0, 3, true));
    (directory, second, archive, all)
}

async fn events(archive: &Archive, kind: &str) -> usize {
    let sql = "SELECT id FROM event WHERE kind = $1";
    archive.database.rows(sql, crate::database::values![kind]).await.unwrap().len()
}

async fn path_of(archive: &Archive, directory: &Path, artifact: &Artifact) -> PathBuf {
    let versions = archive.versions_of(artifact.id).await.unwrap();
    directory.join(crate::store::place(&versions[0].of.object))
}

#[tokio::test]
async fn a_copy_is_whole_by_itself_and_goes_on() {
    let (directory, second, archive, _) = with_copy().await;
    let copy = second.path().join("copy");
    let alike = |below: &str| {
        let own = files(directory.path(), below);
        own.iter().all(|path| {
            let there = copy.join(path.strip_prefix(directory.path()).unwrap());
            std::fs::read(path).unwrap() == std::fs::read(there).unwrap()
        })
    };
    assert!(alike("o") && alike("log"));
    assert_eq!(
        std::fs::read(directory.path().join("archive.json")).unwrap(),
        std::fs::read(copy.join("archive.json")).unwrap()
    );
    assert_eq!(archive.copy_to_second(ALL).await.unwrap().objects, 0, "nothing is new");
    kept(&archive, "d").await;
    kept(&archive, "e").await;
    archive.sequence().await.unwrap();
    let copied = archive.copy_to_second(1).await.unwrap();
    assert_eq!((copied.objects, copied.is_complete), (1, false), "it's limited");
    let copied = archive.copy_to_second(ALL).await.unwrap();
    assert_eq!((copied.objects, copied.leaves, copied.is_complete), (1, 5, true));
}

#[tokio::test]
async fn another_archives_copy_and_one_that_is_ahead_are_refused() {
    let (directory, second, archive, _) = with_copy().await;
    let (_other, another) = super::archive().await;
    let refused = another.with_second(&second.path().join("copy")).await.unwrap_err();
    assert!(matches!(refused, Error::OtherArchive { .. }), "{refused}");

    archive.close().await;
    let before = std::fs::read(directory.path().join("archive.sqlite3")).unwrap();
    let shown = std::fs::read(directory.path().join("log/checkpoint")).unwrap();
    let archive = super::opened(&directory).await.with_second(&second.path().join("copy")).await.unwrap();
    kept(&archive, "d").await;
    archive.sequence().await.unwrap();
    archive.copy_to_second(ALL).await.unwrap();
    archive.close().await;
    std::fs::write(directory.path().join("archive.sqlite3"), before).unwrap();
    std::fs::write(directory.path().join("log/checkpoint"), shown).unwrap();
    let refused = super::opened(&directory).await.with_second(&second.path().join("copy")).await.unwrap_err();
    assert!(matches!(refused, Error::RolledBack { here: 3, there: 4, .. }), "{refused}");
}

#[tokio::test]
async fn damage_is_mended_from_the_copy_and_logged() {
    let (directory, _second, archive, all) = with_copy().await;
    let (damaged, missing) =
        (path_of(&archive, directory.path(), &all[0]).await, path_of(&archive, directory.path(), &all[1]).await);
    let good = std::fs::read(&damaged).unwrap();
    flip(&damaged, 1000, 5);
    std::fs::remove_file(&missing).unwrap();
    let scrubbed = archive.scrub(ALL).await.unwrap();
    assert_eq!((scrubbed.objects, scrubbed.repaired.len(), scrubbed.is_complete), (3, 2, true));
    assert_eq!(scrubbed.damaged, [""; 0]);
    assert_eq!(std::fs::read(&damaged).unwrap(), good);
    assert!(missing.exists());
    assert_eq!((events(&archive, "object.damaged").await, events(&archive, "object.repaired").await), (2, 2));
    assert_eq!(files(directory.path(), "quarantine").len(), 1, "what was damaged is kept");
    assert_eq!(archive.damaged().await.unwrap(), []);
    archive.sequence().await.unwrap();
    assert_eq!(found(&audited(directory.path()).await), []);
    assert!(archive.scrub(ALL).await.unwrap().repaired.is_empty());
}

#[tokio::test]
async fn damage_without_a_copy_is_told_once_and_stays_told() {
    let (directory, archive) = archive().await;
    let artifact = kept(&archive, "x").await;
    let path = path_of(&archive, directory.path(), &artifact).await;
    flip(&path, 1000, 5);
    for _ in 0..3 {
        let scrubbed = archive.scrub(ALL).await.unwrap();
        assert_eq!((scrubbed.repaired.len(), scrubbed.damaged.len()), (0, 1));
    }
    assert_eq!(events(&archive, "object.damaged").await, 1);
    let known = archive.damaged().await.unwrap();
    assert_eq!(known.iter().map(|damage| damage.state.as_str()).collect::<Vec<_>>(), ["damaged"]);
    // A person puts it back.
    flip(&path, 1000, 5);
    assert!(archive.scrub(ALL).await.unwrap().damaged.is_empty());
    assert_eq!(archive.damaged().await.unwrap(), []);
}

#[tokio::test]
async fn what_is_damaged_is_read_from_the_copy_and_remembered() {
    let (directory, second, archive, all) = with_copy().await;
    let good = archive.bytes(&all[0]).await.unwrap();
    let path = path_of(&archive, directory.path(), &all[0]).await;
    flip(&path, 1000, 5);
    assert_eq!(archive.bytes(&all[0]).await.unwrap(), good);
    assert_eq!(archive.damaged().await.unwrap().len(), 1);
    assert_eq!(events(&archive, "object.damaged").await, 1);
    assert_eq!(archive.scrub(ALL).await.unwrap().repaired.len(), 1);
    assert_eq!((events(&archive, "object.damaged").await, events(&archive, "object.repaired").await), (1, 1));

    // Where both are damaged, nothing is handed out and nothing is put in place of anything.
    flip(&path, 1000, 5);
    flip(&path_of(&archive, &second.path().join("copy"), &all[0]).await, 1000, 5);
    assert!(matches!(archive.bytes(&all[0]).await, Err(Error::Damaged(_))));
    let scrubbed = archive.scrub(ALL).await.unwrap();
    assert_eq!((scrubbed.repaired.len(), scrubbed.damaged.len()), (0, 1));
}

#[tokio::test]
async fn a_damaged_copy_is_made_again() {
    let (_directory, second, archive, all) = with_copy().await;
    let copy = second.path().join("copy");
    let path = path_of(&archive, &copy, &all[2]).await;
    flip(&path, 1000, 5);
    let scrubbed = archive.scrub(ALL).await.unwrap();
    assert_eq!((scrubbed.copied.len(), scrubbed.damaged.len(), scrubbed.repaired.len()), (1, 0, 0));
    assert_eq!(files(&copy, "quarantine").len(), 1);
    assert_eq!(std::fs::read(&path).unwrap(), archive.bytes(&all[2]).await.unwrap());
}

#[tokio::test]
async fn the_longest_unseen_comes_first() {
    let (_directory, archive) = archive().await;
    for name in ["a", "b", "c"] {
        kept(&archive, name).await;
    }
    let mut rounds = 0;
    while !archive.scrub(1).await.unwrap().is_complete {
        rounds += 1;
        assert!(rounds < 10, "it doesn't come round");
        let seen = "SELECT object FROM copy WHERE store = 'first' AND seen > 0";
        if archive.database.rows(seen, Vec::new()).await.unwrap().len() == 3 {
            break;
        }
    }
    assert!(archive.oldest_seen().await.unwrap().is_some());
}

#[tokio::test]
async fn a_changed_row_doesnt_stop_the_others() {
    let (directory, _second, archive, all) = with_copy().await;
    archive.scrub(ALL).await.unwrap();
    let sql = format!("UPDATE version SET bytes = bytes + 1 WHERE artifact = '{}'", all[0].id);
    tamper(directory.path(), &sql).await;
    let path = path_of(&archive, directory.path(), &all[1]).await;
    flip(&path, 1000, 5);
    let scrubbed = archive.scrub(ALL).await.unwrap();
    assert_eq!((scrubbed.changed_rows, scrubbed.repaired.len()), (vec![all[0].id.to_string()], 1));
    assert!(scrubbed.is_complete);
    kept(&archive, "d").await;
    let copied = archive.copy_to_second(ALL).await.unwrap();
    assert_eq!((copied.objects, copied.is_complete), (1, true));
}

#[tokio::test]
async fn a_second_store_that_isnt_mounted_is_missed_and_a_new_medium_gets_everything() {
    let (directory, second, archive, all) = with_copy().await;
    archive.close().await;
    let copy = second.path().join("copy");
    std::fs::rename(&copy, second.path().join("unmounted")).unwrap();
    for is_there in [false, true] {
        if is_there {
            // The directory that a medium is mounted at.
            std::fs::create_dir(&copy).unwrap();
        }
        let missed = super::opened(&directory).await.with_second(&copy).await.unwrap_err();
        assert!(matches!(&missed, Error::SecondMissing(at) if *at == copy), "{missed}");
        assert!(!is_there || std::fs::read_dir(&copy).unwrap().next().is_none(), "something was written there");
    }
    // Memory is another file system.
    let medium = tempfile::tempdir_in("/dev/shm").unwrap();
    let archive = super::opened(&directory).await.with_second(&medium.path().join("copy")).await.unwrap_err();
    assert!(matches!(archive, Error::SecondMissing(_)), "a directory that isn't there isn't made again");
    let archive = super::opened(&directory).await.with_second(medium.path()).await.unwrap();
    let copied = archive.copy_to_second(ALL).await.unwrap();
    assert_eq!((copied.objects, copied.is_complete), (all.len() as u64, true));
    assert_eq!(archive.copy_to_second(ALL).await.unwrap().objects, 0);
}

#[tokio::test]
async fn a_link_or_a_pipe_isnt_a_document() {
    let (directory, archive) = archive().await;
    let (linked, piped) = (kept(&archive, "linked").await, kept(&archive, "piped").await);
    archive.sequence().await.unwrap();
    let path = path_of(&archive, directory.path(), &linked).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("document");
    std::fs::rename(&path, &target).unwrap();
    std::os::unix::fs::symlink(&target, &path).unwrap();
    let path = path_of(&archive, directory.path(), &piped).await;
    std::fs::remove_file(&path).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    for artifact in [&linked, &piped] {
        let read = archive.bytes(artifact).await;
        assert!(matches!(&read, Err(Error::Damaged(why)) if why.ends_with("isn't a file")), "{read:?}");
    }
    let told = found(&audited(directory.path()).await);
    assert_eq!(told.iter().filter(|(code, _)| *code == "object.unreadable").count(), 2, "{told:?}");
    assert_eq!(archive.scrub(ALL).await.unwrap().damaged.len(), 2);
}

/// What the second store has of the log is read from end to end, and each file that isn't what was signed is named.
#[tokio::test]
async fn an_audit_reads_all_of_the_second_stores_log() {
    let (_directory, second, archive, _) = with_copy().await;
    for events in 1..=300 {
        let head = crate::RegisterHead { events, chain: format!("{events:064x}"), definitions: None };
        archive.log_register_head(&head).await.unwrap();
    }
    archive.sequence().await.unwrap();
    archive.copy_to_second(ALL).await.unwrap();
    let copy = second.path().join("copy");
    let named = |audit: &crate::Audit| {
        let problems = audit.problems.iter().map(|problem| (problem.code.code(), problem.subject.to_string()));
        problems.filter(|(code, _)| code.starts_with("copy.")).collect::<Vec<_>>()
    };
    assert_eq!(named(&archive.audit(&[], |_| {}).await.unwrap()), []);
    for path in [
        "log/tile/0/000",
        "log/tile/entries/000",
        "log/tile/0/001.p/47",
        "log/tile/entries/001.p/47",
        "log/tile/1/000.p/1",
    ] {
        let whole = std::fs::read(copy.join(path)).unwrap();
        for (is_flipped, code) in [(true, "copy.damaged"), (false, "copy.missing")] {
            match is_flipped {
                true => flip(&copy.join(path), 20, 3),
                false => std::fs::remove_file(copy.join(path)).unwrap(),
            }
            let [(told, subject)] = named(&archive.audit(&[], |_| {}).await.unwrap()).try_into().unwrap();
            assert!(told == code && subject.contains(path), "{path}: {told} {subject}");
            let _ = std::fs::remove_file(copy.join(path));
            std::fs::write(copy.join(path), &whole).unwrap();
        }
    }
    assert_eq!(named(&archive.audit(&[], |_| {}).await.unwrap()), []);
}

/// Where first and second are damaged alike, the second is told of too.
#[tokio::test]
async fn both_damaged_are_both_told() {
    let (directory, second, archive, all) = with_copy().await;
    flip(&path_of(&archive, directory.path(), &all[0]).await, 1000, 5);
    flip(&path_of(&archive, &second.path().join("copy"), &all[0]).await, 1000, 5);
    let scrubbed = archive.scrub(ALL).await.unwrap();
    assert_eq!((scrubbed.damaged.len(), scrubbed.uncopied.len()), (1, 1));
    let bad = archive.status(jiff::Timestamp::now()).await.unwrap().copies;
    let bad: Vec<_> = bad.iter().filter(|copy| copy.state != "whole").map(|copy| &*copy.store).collect();
    assert_eq!(bad, ["first", "second"]);
}

/// What rows say no document is answered by is told until they're whole again, whoever starts meanwhile.
#[tokio::test]
async fn rows_that_are_gone_are_told_until_they_are_back() {
    let (directory, _second, archive, all) = with_copy().await;
    let (id, link) = (all[0].id, crate::Link::Replaces { other: all[1].id });
    archive.link(id, link, "a").await.unwrap();
    let told = async |archive: &Archive| {
        let jobs = archive.status(jiff::Timestamp::now()).await.unwrap().jobs;
        let stuck = jobs.into_iter().filter(|job| job.state == crate::JobState::Stuck);
        stuck.map(|job| (job.kind, job.subject)).collect::<Vec<_>>()
    };
    archive.scrub(ALL).await.unwrap();
    assert_eq!(told(&archive).await, []);

    // A row that a record gives back comes back.
    tamper(directory.path(), "DELETE FROM link").await;
    assert_eq!(archive.scrub(ALL).await.unwrap().repaired.len(), 1);
    assert_eq!((told(&archive).await.len(), archive.links(id).await.unwrap().len()), (0, 1));

    for (sql, back) in [
        (
            "CREATE TABLE kept AS SELECT * FROM event WHERE kind = 'status.changed'; DELETE FROM event WHERE kind = 'status.changed'",
            "INSERT INTO event SELECT * FROM kept; DROP TABLE kept",
        ),
        (
            "CREATE TABLE kept AS SELECT * FROM report; UPDATE report SET body = body || ' '",
            "DELETE FROM report; INSERT INTO report SELECT * FROM kept; DROP TABLE kept",
        ),
        (
            "CREATE TABLE kept AS SELECT * FROM event WHERE kind = 'version.added'; DELETE FROM event WHERE kind = 'version.added'",
            "INSERT INTO event SELECT * FROM kept; DROP TABLE kept",
        ),
    ] {
        tamper(directory.path(), sql).await;
        archive.scrub(ALL).await.unwrap();
        let known = told(&archive).await;
        assert!(known.contains(&("scrub".into(), id.to_string())), "{sql}: {known:?}");
        // A service that starts.
        archive.begin_jobs(jiff::Timestamp::now()).await.unwrap();
        assert_eq!(told(&archive).await, known, "{sql}");
        let job = archive.claim_job(crate::JobKind::Scrub, jiff::Timestamp::now(), false).await.unwrap();
        assert!(job.is_none(), "{sql}: a notice is no job");
        tamper(directory.path(), back).await;
        archive.scrub(ALL).await.unwrap();
        assert_eq!(told(&archive).await, [], "{sql}");
    }
}
