//! What goes with a document: what it was made from, what was prepared for it, its copies wherever they lie; and what doesn't come back with
//! a package.

use jiff::civil::date;
use kyso::VerifiedArtifact;
use kyso_certification::retention::End;
use kyso_tests::{keys, signing};

use super::{
    LONG_AGO, begun, certified, decided, demand_gone, erasing, name_of, objects, obstacles, paper, told, told_of_one,
};
use crate::audit::Fault;
use crate::tests::{Place, archive, for_each_pair, kept, open, opened, request, verified};
use crate::{Archive, Artifact, Beside, Draft, DraftBegun, Error, Link, Obstacle, Rebuilding, Second};

for_each_pair!(
    what_a_document_was_made_from_goes_with_it,
    what_was_prepared_and_issued_holds_nothing,
    those_that_may_go_are_listed_without_the_others,
    a_package_brings_nothing_back,
);

/// What a leader signed, kept without a word; and the same sealed, which is the result.
async fn made(archive: &Archive, key: &str, ordinal: u32) -> (Artifact, Artifact) {
    let file = verified(key);
    let claim = open(archive, &request(&format!("{key} signed"), 'a')).await;
    let signed = archive.keep(claim, &file, Beside::default()).await.unwrap();
    let sealed = signing::seal(file.bytes(), &signing::plain_seal(), &keys::signer(&keys::SEAL));
    let sealed = VerifiedArtifact::verify(sealed, &signing::policy()).unwrap();
    let claim = open(archive, &request(&format!("{key} sealed"), 'b')).await;
    let beside = Beside { answer: None, metadata: Some(told(ordinal, "CK", LONG_AGO)) };
    (signed, archive.keep(claim, &sealed, beside).await.unwrap())
}

async fn what_a_document_was_made_from_goes_with_it(place: Place) {
    let archive = begun(&place).await;
    let (signed, result) = made(&archive, "one", 7).await;
    let alone = kept(&archive, "alone").await;
    let links = archive.links(result.id).await.unwrap();
    let [link] = links.as_slice() else { panic!("{links:?}") };
    assert_eq!((link.artifact, &link.link), (result.id, &Link::MadeFrom { other: signed.id }));
    assert_eq!(archive.links(alone.id).await.unwrap(), []);

    // It's kept as long as the result; what nothing was made from, for ever.
    let keeping = archive.keeping(signed.id).await.unwrap();
    assert_eq!((keeping.kind, keeping.class.as_str()), (None, "signatures"));
    assert_eq!(keeping.end, End::On(date(2022, 1, 15)));
    assert_eq!(archive.keeping(alone.id).await.unwrap().end, End::Never);
    let due = archive.due_for_destruction(date(2026, 12, 1), None, 10).await.unwrap();
    let mut due: Vec<_> = due.into_iter().map(|keeping| keeping.artifact).collect();
    due.sort();
    let mut both = [signed.id, result.id];
    both.sort();
    assert_eq!(due, both);
    let tally = archive.retention_tally(date(2026, 12, 1)).await.unwrap();
    let of = |class: &str| tally.iter().find(|tally| tally.class == class).map(|tally| (tally.artifacts, tally.due));
    assert_eq!((of("signatures"), of("permanent")), (Some((2, 2)), Some((1, 0))), "{tally:?}");

    // A hold on one keeps both.
    let hold = archive.place_hold(signed.id, "Lê Mẫu", "thanh tra", None).await.unwrap();
    let refused = obstacles(archive.propose_destruction(&[result.id], "Lê Văn Thư").await);
    assert_eq!(refused, [(signed.id, Obstacle::Held(hold))]);
    let (listable, kept_off) = archive.listable(&[result.id], 10).await.unwrap();
    assert_eq!((listable, kept_off), (vec![], vec![(result.id, Obstacle::Held(hold))]));
    archive.release_hold(hold, "Lê Mẫu", "xong", None).await.unwrap();

    let number = decided(&archive, &[result.id]).await;
    let done = archive.execute_destruction(number, "Lê Văn Thư", &erasing(&place), paper).await.unwrap();
    let named: Vec<_> = done.destruction.items.iter().map(|item| (item.artifact, item.sha256.clone())).collect();
    let expected = [(result.id, vec![result.sha256.clone()]), (signed.id, vec![signed.sha256.clone()])];
    assert_eq!(named, expected, "the certificate names both");
    for artifact in [&signed, &result] {
        demand_gone(&archive, artifact, number).await;
        assert_eq!(objects(&archive, artifact.id).await, 0);
    }
    archive.bytes(&alone).await.unwrap();
    // The same file sealed anew would bring it back: there's nothing left to seal.
    assert_eq!(archive.by_sha256(&signed.sha256).await.unwrap(), []);
}

async fn prepared(archive: &Archive, key: &str, ordinal: u32) -> Draft {
    let DraftBegun::Open(preparing) = archive.begin_draft(&request(key, 'e')).await.unwrap() else { panic!("{key}") };
    let answer = serde_json::json!({ "record": told(ordinal, "CK", LONG_AGO) }).to_string();
    let (pdf, now) = (b"%PDF-1.7 prepared".to_vec(), jiff::Timestamp::now());
    archive.keep_draft(preparing, pdf, "văn thư", answer, now).await.unwrap()
}

async fn what_was_prepared_and_issued_holds_nothing(place: Place) {
    let archive = begun(&place).await;
    let old = certified(&archive, "old", told(7, "CK", LONG_AGO)).await;
    let issued = prepared(&archive, "seven", 7).await;
    let waiting = prepared(&archive, "eight", 8).await;
    let refused = obstacles(archive.propose_destruction(&[old.id], "Lê Văn Thư").await);
    assert_eq!(refused, [(old.id, Obstacle::Drafted(waiting.id))], "the other result of the dossier waits");
    // It's issued too.
    let other = certified(&archive, "other", told(8, "CK", date(2990, 11, 3))).await;
    let number = decided(&archive, &[old.id]).await;
    archive.execute_destruction(number, "Lê Văn Thư", &erasing(&place), paper).await.unwrap();
    assert!(archive.draft(issued.id).await.unwrap().is_none(), "it had what the document had");
    assert_eq!(archive.draft(waiting.id).await.unwrap().as_ref(), Some(&waiting));
    archive.bytes(&other).await.unwrap();
}

async fn those_that_may_go_are_listed_without_the_others(place: Place) {
    let archive = begun(&place).await;
    let mut ids = Vec::new();
    for (ordinal, key) in (1..).zip(["a", "b", "c", "d"]) {
        ids.push(certified(&archive, key, told(ordinal, "CK", LONG_AGO)).await.id);
    }
    let [held, free, corrected, last] = ids[..] else { panic!("{ids:?}") };
    let hold = archive.place_hold(held, "Lê Mẫu", "thanh tra", None).await.unwrap();
    archive.link(corrected, Link::Corrects { other: held }, "văn thư").await.unwrap();
    let (listable, kept_off) = archive.listable(&ids, 100).await.unwrap();
    assert_eq!(listable, [free, last]);
    assert_eq!(kept_off, [(held, Obstacle::Held(hold)), (corrected, Obstacle::Linked(held))]);
    // However many can't go: the list is filled with those that can.
    assert_eq!(archive.listable(&ids, 1).await.unwrap().0, [free]);
    archive.propose_destruction(&listable, "Lê Văn Thư").await.unwrap();
}

async fn a_package_brings_nothing_back(place: Place) {
    let archive = begun(&place).await;
    let old = certified(&archive, "old", told_of_one(7, LONG_AGO)).await;
    archive.sequence().await.unwrap();
    while archive.write_manifests(100).await.unwrap() > 0 {}
    let package = archive.package(old.id).await.unwrap();
    let number = decided(&archive, &[old.id]).await;
    archive.execute_destruction(number, "Lê Văn Thư", &erasing(&place), paper).await.unwrap();
    let refused = archive.import(&package.files, "lưu trữ", &signing::policy()).await;
    assert!(matches!(&refused, Err(Error::Destroyed(of)) if of.destruction == number), "{refused:?}");
    demand_gone(&archive, &old, number).await;
    assert_eq!(archive.count().await.unwrap(), 0);
    // In another archive it's a document like any other.
    let (_directory, other) = crate::tests::archive().await;
    other.import(&package.files, "lưu trữ", &signing::policy()).await.unwrap();
}

/// An archive with a copy of a document elsewhere.
async fn copied() -> (tempfile::TempDir, tempfile::TempDir, Archive, Artifact) {
    let ((directory, archive), medium) = (archive().await, tempfile::tempdir().unwrap());
    let archive = archive.with_second(&medium.path().join("copy")).await.unwrap();
    let old = certified(&archive, "old", told(7, "CK", LONG_AGO)).await;
    archive.sequence().await.unwrap();
    while archive.write_manifests(100).await.unwrap() > 0 {}
    archive.copy_to_second(u64::MAX).await.unwrap();
    (directory, medium, archive, old)
}

#[tokio::test]
async fn an_empty_directory_is_no_second_store_to_erase_in() {
    let (directory, medium, archive, _) = copied().await;
    archive.close().await;
    let empty = tempfile::tempdir().unwrap();
    for wrong in [empty.path().to_owned(), empty.path().join("none")] {
        let archive = opened(&directory).await;
        let refused = archive.with_second_that_is_there(&Second::Directory(wrong.clone())).await;
        assert!(matches!(&refused, Err(Error::SecondMissing(_))), "{refused:?}");
        drop(refused);
        assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0);
    }
    // What was copied isn't forgotten.
    let archive = opened(&directory).await;
    assert!(archive.knows_of_second().await.unwrap());
    let archive = archive.with_second_that_is_there(&Second::Directory(medium.path().join("copy"))).await.unwrap();
    assert!(archive.has_second());
    archive.close().await;
    // A database that was made again doesn't know.
    std::fs::remove_file(directory.path().join("archive.sqlite3")).unwrap();
    assert!(Archive::rebuild(directory.path(), &Rebuilding::default()).await.unwrap().done);
    assert!(!opened(&directory).await.knows_of_second().await.unwrap());
}

#[tokio::test]
async fn what_a_second_store_still_has_is_found_and_erased() {
    let (directory, medium, archive, old) = copied().await;
    let name = name_of(&archive, old.id).await;
    let copy = medium.path().join("copy").join("o").join(&name[..2]).join(format!("{name}.0"));
    let bytes = std::fs::read(&copy).unwrap();
    let number = decided(&archive, &[old.id]).await;
    archive.execute_destruction(number, "Lê Văn Thư", &super::Erasing::default(), paper).await.unwrap();
    archive.sequence().await.unwrap();
    while archive.write_manifests(100).await.unwrap() > 0 {}
    archive.copy_to_second(u64::MAX).await.unwrap();
    assert!(!copy.exists());
    // As if the store had been away.
    std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
    std::fs::write(&copy, &bytes).unwrap();
    archive.close().await;
    let second = Second::Directory(medium.path().join("copy"));
    let left = async || {
        let auditor = Archive::open_to_audit(directory.path(), None).await.unwrap().with_second(&second);
        let audit = auditor.audit(&[], |_| {}).await.unwrap();
        auditor.close().await;
        audit.problems.iter().filter(|found| found.code == Fault::DestroyedLeft).count()
    };
    assert_eq!(left().await, 1);
    let archive = opened(&directory).await.with_second_at(&second).await.unwrap();
    let scrubbed = archive.scrub(u64::MAX).await.unwrap();
    assert!(scrubbed.is_complete && scrubbed.destroyed.len() == 1, "{scrubbed:?}");
    assert!(!copy.exists());
    archive.close().await;
    assert_eq!(left().await, 0);
}

/// A second store on a new medium has everything copied anew that is there: what was destroyed is missing nowhere.
#[tokio::test]
async fn a_new_medium_misses_nothing_that_was_destroyed() {
    let Ok(medium) = tempfile::tempdir_in("/dev/shm") else { return };
    let (directory, _old_medium, archive, old) = copied().await;
    if crate::private::are_of_one_file_system(directory.path(), medium.path()) {
        return;
    }
    let number = decided(&archive, &[old.id]).await;
    archive.execute_destruction(number, "Lê Văn Thư", &super::Erasing::default(), paper).await.unwrap();
    let young = certified(&archive, "young", told(8, "GD", LONG_AGO)).await;
    archive.copy_to_second(u64::MAX).await.unwrap();
    archive.close().await;
    let archive = opened(&directory).await.with_second(medium.path()).await.unwrap();
    archive.sequence().await.unwrap();
    assert!(archive.copy_to_second(u64::MAX).await.unwrap().is_complete);
    let status = archive.status(jiff::Timestamp::now()).await.unwrap();
    assert!(status.copies.iter().all(|copies| copies.state == "whole"), "{:?}", status.copies);
    archive.bytes(&young).await.unwrap();
}
