//! What is whole is found whole, whoever is at work meanwhile; what was put back or written anew isn't.

use super::ward::{audited, audited_since, copy, fill, fill_half, found, large, metadata, small, tamper};
use super::{Place, archive, for_each_pair, kept, opened};
use crate::{Archive, Progress, Stage};

for_each_pair!(an_empty_archive_is_whole, what_has_something_of_everything_is_whole, it_looks_beside_whoever_writes,);

#[tokio::test]
async fn what_is_whole_is_found_whole() {
    for ward in [small().await, large().await] {
        let audit = audited(ward.path()).await;
        assert_eq!(found(&audit), []);
        assert!(audit.is_whole());
        assert_eq!(audit.notes, []);
        assert_eq!(audit.unchecked, [""; 0]);
        assert_eq!((audit.counts.artifacts, audit.counts.versions, audit.counts.drafts), (5, 5, 1));
        assert_eq!(audit.counts.leaves + 1, audit.counts.events);
        assert_eq!(audit.counts.pending, 1);
        let published = std::fs::read_to_string(ward.path().join("log/checkpoint")).unwrap();
        assert_eq!(audit.checkpoint, Some(published));
        let since = [ward.checkpoint.clone(), audit.checkpoint.unwrap().into_bytes()];
        assert!(audited_since(ward.path(), &since).await.is_whole());
    }
}

async fn an_empty_archive_is_whole(place: Place) {
    let archive = place.archive().await;
    assert_eq!(found(&archive.audit(&[], |_| {}).await.unwrap()), []);
    archive.close().await;
    assert_eq!(found(&place.audited(&[]).await), []);
}

async fn what_has_something_of_everything_is_whole(place: Place) {
    let archive = place.archive().await;
    fill_half(&archive).await;
    let since = archive.store.get(crate::sequencing::CHECKPOINT).unwrap().unwrap();
    fill(&archive, 260).await;
    while archive.write_manifests(100).await.unwrap() > 0 {}
    archive.scrub(u64::MAX).await.unwrap();
    archive.close().await;
    let audit = place.audited(&[since]).await;
    assert_eq!(found(&audit), []);
    assert_eq!((audit.notes, audit.unchecked), (Vec::new(), Vec::<String>::new()));
    assert_eq!((audit.counts.artifacts, audit.counts.versions, audit.counts.drafts), (5, 5, 1));
    assert_eq!((audit.counts.leaves + 1, audit.counts.pending), (audit.counts.events, 1));
}

#[tokio::test]
async fn it_tells_how_far_it_is() {
    let told = std::sync::Mutex::new(Vec::new());
    let auditor = Archive::open_to_audit(small().await.path(), None).await.unwrap();
    auditor.audit(&[], |progress| told.lock().unwrap().push(progress)).await.unwrap();
    let told = told.into_inner().unwrap();
    for stage in [Stage::Rows, Stage::Log, Stage::Objects, Stage::Files] {
        let of: Vec<&Progress> = told.iter().filter(|progress| progress.stage == stage).collect();
        assert!(of.is_sorted_by_key(|progress| progress.done), "{stage:?}");
        let last = of.last().unwrap();
        assert!(last.total > 0 && last.done <= last.total, "{last:?}");
    }
}

#[tokio::test]
async fn no_private_key_is_needed_and_another_public_one_is_told() {
    let directory = small().await.copy();
    std::fs::remove_dir_all(directory.path().join("keys")).unwrap();
    assert!(audited(directory.path()).await.is_whole());

    let (_other, another) = archive().await;
    let key = another.log_key().unwrap();
    let auditor = Archive::open_to_audit(directory.path(), Some(key)).await.unwrap();
    let audit = auditor.audit(&[], |_| {}).await.unwrap();
    assert!(found(&audit).contains(&("key.other", "archive ward".into())));
    assert!(found(&audit).iter().any(|(code, _)| *code == "checkpoint.forged"));
}

async fn it_looks_beside_whoever_writes(place: Place) {
    let archive = place.archive().await;
    kept(&archive, "x").await;
    let writing = {
        let archive = archive.clone();
        tokio::spawn(async move {
            for number in 0..60_u32 {
                let artifact = kept(&archive, &number.to_string()).await;
                archive.revise(artifact.id, &metadata(number, "Ủy quyền"), "văn thư", None).await.unwrap();
                archive.sequence().await.unwrap();
            }
        })
    };
    let mut looked = 0;
    while !writing.is_finished() || looked == 0 {
        let audit = place.audited(&[]).await;
        assert_eq!(found(&audit), [], "after {looked}");
        looked += 1;
    }
    writing.await.unwrap();
    assert!(archive.audit(&[], |_| {}).await.unwrap().is_whole());
}

#[tokio::test]
async fn a_database_that_was_put_back_is_told() {
    let ward = small().await;
    let directory = ward.copy();
    std::fs::write(directory.path().join("archive.sqlite3"), &ward.earlier).unwrap();
    let audit = audited(directory.path()).await;
    assert_eq!(found(&audit)[0].0, "log.rolled-back", "{:?}", found(&audit));
    assert!(found(&audit)[0].1.starts_with("log/checkpoint "), "{:?}", found(&audit));

    // With the checkpoint put back too, only one that was kept elsewhere tells.
    std::fs::write(directory.path().join("log/checkpoint"), &ward.checkpoint).unwrap();
    let kept = std::fs::read(ward.path().join("log/checkpoint")).unwrap();
    let audit = audited_since(directory.path(), &[kept]).await;
    assert!(found(&audit).iter().any(|(code, what)| *code == "log.rolled-back" && what.starts_with("since 1 ")));
}

#[tokio::test]
async fn a_log_that_was_written_anew_is_told() {
    let (directory, archive) = archive().await;
    kept(&archive, "x").await;
    archive.sequence().await.unwrap();
    archive.close().await;
    let other = tempfile::tempdir().unwrap();
    copy(directory.path(), other.path());
    let mut notes = Vec::new();
    for directory in [&directory, &other] {
        let archive = opened(directory).await;
        kept(&archive, "y").await;
        archive.sequence().await.unwrap();
        archive.close().await;
        notes.push(std::fs::read(directory.path().join("log/checkpoint")).unwrap());
    }
    assert!(audited_since(directory.path(), &notes[..1]).await.is_whole());
    let audit = audited_since(directory.path(), &notes[1..]).await;
    assert_eq!(found(&audit), [("log.forked", "since 1 2".into())]);
}

#[tokio::test]
async fn what_is_behind_a_gap_of_the_log_hides_nothing_before_it() {
    let (directory, archive) = archive().await;
    kept(&archive, "x").await;
    archive.sequence().await.unwrap();
    archive.close().await;
    let other = tempfile::tempdir().unwrap();
    copy(directory.path(), other.path());
    let mut notes = Vec::new();
    for directory in [&directory, &other] {
        let archive = opened(directory).await;
        for name in ["y", "z", "w"] {
            kept(&archive, name).await;
            archive.sequence().await.unwrap();
            notes.push(std::fs::read(directory.path().join("log/checkpoint")).unwrap());
        }
        archive.close().await;
    }
    // The fourth leaf, its event and each tile that has it: nothing says what its hash was.
    let last = "(SELECT event FROM leaf WHERE position = 3)";
    assert_eq!(tamper(directory.path(), &format!("DELETE FROM event WHERE id = {last}")).await, 1);
    assert_eq!(tamper(directory.path(), "DELETE FROM leaf WHERE position = 3").await, 1);
    std::fs::remove_dir_all(directory.path().join("log/tile/0")).unwrap();
    let audit = audited_since(directory.path(), &notes[3..4]).await;
    let found = found(&audit);
    assert!(found.contains(&("log.forked", "since 1 2".into())), "{found:?}");
    assert!(found.contains(&("tile.missing", "log/tile/0/000.p/3".into())), "{found:?}");
}

#[tokio::test]
async fn what_isnt_a_checkpoint_of_this_log_is_told() {
    let (_directory, another) = archive().await;
    kept(&another, "x").await;
    another.sequence().await.unwrap();
    let note = another.last_checkpoint().await.unwrap().unwrap().1.to_string().into_bytes();
    let since = [note, b"no note".to_vec()];
    let audit = audited_since(small().await.path(), &since).await;
    assert_eq!(found(&audit), [("checkpoint.forged", "since 1".into()), ("checkpoint.forged", "since 2".into())]);
}

#[tokio::test]
async fn an_exchanged_database_or_store_is_told() {
    let (other, another) = archive().await;
    kept(&another, "x").await;
    another.sequence().await.unwrap();
    another.close().await;
    let directory = small().await.copy();
    std::fs::copy(other.path().join("archive.sqlite3"), directory.path().join("archive.sqlite3")).unwrap();
    let audit = audited(directory.path()).await;
    assert_eq!(found(&audit)[0], ("archive.other", "archive.json".into()));
    assert!(found(&audit).contains(&("checkpoint.forged", "log/checkpoint".into())));

    let directory = small().await.copy();
    std::fs::remove_dir_all(directory.path().join("o")).unwrap();
    copy(&other.path().join("o"), &directory.path().join("o"));
    let audit = audited(directory.path()).await;
    let of = |code: &str| found(&audit).iter().filter(|(found, _)| *found == code).count();
    assert_eq!((of("object.missing"), of("object.unknown"), audit.problems.len()), (5, 1, 6), "{:?}", found(&audit));
}

#[tokio::test]
async fn what_a_crash_leaves_is_noted_and_isnt_wrong() {
    let directory = small().await.copy();
    // A checkpoint that wasn't published yet: the one before is.
    let archive = opened(&directory).await;
    let before = std::fs::read(directory.path().join("log/checkpoint")).unwrap();
    archive.sequence().await.unwrap();
    std::fs::write(directory.path().join("log/checkpoint"), before).unwrap();
    // An object without a row, of a claimed request; the bytes of a draft without a row.
    let claim = super::open(&archive, &super::request("crashed", 'f')).await;
    archive.store.put(&claim.name.part(0), b"%PDF-1.7").unwrap();
    archive.store.put(&crate::store::draft(&uuid::Uuid::now_v7().to_string()), b"%PDF-1.7").unwrap();
    drop(claim);
    archive.close().await;
    std::fs::write(directory.path().join("notes.txt"), "x").unwrap();
    let audit = audited(directory.path()).await;
    assert_eq!(found(&audit), []);
    let notes: Vec<&str> = audit.notes.iter().map(|note| note.code.code()).collect();
    assert_eq!(notes, ["file.unknown", "object.unfinished", "draft.unknown"]);
}

#[tokio::test]
async fn dropped_triggers_are_told() {
    let directory = small().await.copy();
    tamper(directory.path(), "DROP TABLE job").await;
    let audit = audited(directory.path()).await;
    assert!(
        found(&audit).iter().any(|(code, what)| *code == "schema.changed" && what.contains("table job is missing"))
    );
}
