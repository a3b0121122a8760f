//! Scrubbing in an S3 store, and second stores of either kind for either: what is damaged is mended by who may, and told otherwise.

use kyso_connect::s3::{Destroyer, Store as S3};
use tempfile::TempDir;

use super::grown::Place;
use super::kept;
use super::ward::found;
use crate::database::values;
use crate::{Archive, Artifact, Error, SecondBucket};

const ALL: u64 = u64::MAX;

async fn filled(archive: &Archive) -> Vec<Artifact> {
    let mut all = Vec::new();
    for name in ["a", "b", "c"] {
        all.push(kept(archive, name).await);
    }
    archive.sequence().await.unwrap();
    while archive.write_manifests(100).await.unwrap() > 0 {}
    all
}

async fn events(archive: &Archive, kind: &str) -> usize {
    let sql = "SELECT id FROM event WHERE agency = $1 AND kind = $2";
    archive.database.rows(sql, values![&archive.agency, kind]).await.unwrap().len()
}

/// Where the first part of an artifact lies.
async fn object(archive: &Archive, artifact: &Artifact) -> String {
    crate::store::place(&archive.versions_of(artifact.id).await.unwrap()[0].of.object)
}

fn delete_all(store: &S3, name: &str) {
    let owner = Destroyer::new(store.clone());
    for version in store.list_versions(name, None, 100).unwrap().versions {
        if version.name == name {
            owner.delete(name, &version.version).unwrap();
        }
    }
}

/// PostgreSQL and S3, with a second store in a directory.
async fn with_files() -> (Place, TempDir, Archive, Vec<Artifact>) {
    let (place, second) = (Place::with_versions(), tempfile::tempdir().unwrap());
    let archive = Archive::init_grown(&place.grown, None).await.unwrap();
    let archive = archive.with_second(&second.path().join("copy")).await.unwrap();
    let all = filled(&archive).await;
    let copied = archive.copy_to_second(ALL).await.unwrap();
    assert_eq!((copied.objects, copied.leaves, copied.is_complete), (3, 3, true));
    (place, second, archive, all)
}

/// One part overwritten, one deleted with its versions, one hidden.
async fn damage(place: &Place, archive: &Archive, all: &[Artifact]) -> [String; 3] {
    let [damaged, missing, hidden] =
        [object(archive, &all[0]).await, object(archive, &all[1]).await, object(archive, &all[2]).await];
    place.flip(&damaged, 1000, 5);
    delete_all(&place.grown.store, &missing);
    place.delete(&hidden);
    [damaged, missing, hidden]
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_in_a_bucket_is_mended_by_who_may_and_logged() {
    let (place, _second, archive, all) = with_files().await;
    let good = archive.bytes(&all[0]).await.unwrap();
    let [damaged, ..] = damage(&place, &archive, &all).await;
    let archive = archive.with_repair(place.grown.store.clone());
    let scrubbed = archive.scrub(ALL).await.unwrap();
    assert_eq!((scrubbed.repaired.len(), scrubbed.damaged.len(), scrubbed.is_complete), (3, 0, true), "{scrubbed:?}");
    assert_eq!((events(&archive, "object.damaged").await, events(&archive, "object.repaired").await), (3, 3));
    assert_eq!(place.grown.store.get(&damaged, None, None).unwrap().unwrap().content, good);
    assert_eq!(place.names("quarantine/").len(), 1, "what was damaged is kept");
    assert_eq!(archive.damaged().await.unwrap(), []);
    archive.sequence().await.unwrap();
    let audit = archive.audit(&[], |_| {}).await.unwrap();
    assert_eq!(found(&audit), []);
    assert!(audit.notes.iter().any(|note| note.code.code() == "object.versions"), "{:?}", audit.notes);
    assert!(archive.scrub(ALL).await.unwrap().repaired.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_replaced_is_told_and_read_from_the_copy() {
    let (place, _second, archive, all) = with_files().await;
    let good = archive.bytes(&all[0]).await.unwrap();
    let [damaged, ..] = damage(&place, &archive, &all).await;
    for round in 0..2 {
        let scrubbed = archive.scrub(ALL).await.unwrap();
        // Where nothing is read under the name, it's a put like any other.
        assert_eq!(scrubbed.repaired.len(), if round == 0 { 2 } else { 0 }, "{scrubbed:?}");
        assert_eq!((scrubbed.damaged.len(), &scrubbed.refused), (1, &scrubbed.damaged));
        assert!(damaged.ends_with(&scrubbed.damaged[0]));
        assert_eq!(archive.bytes(&all[0]).await.unwrap(), good, "the copy is read");
    }
    assert_eq!((events(&archive, "object.damaged").await, events(&archive, "object.repaired").await), (3, 2));
    assert_eq!(archive.damaged().await.unwrap().len(), 1);
    let archive = archive.with_repair(place.grown.store.clone());
    assert_eq!(archive.scrub(ALL).await.unwrap().repaired.len(), 1);
    assert_eq!(events(&archive, "object.damaged").await, 3);
}

/// A bucket that keeps versions has the whole one still.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_second_store_an_earlier_version_is_put_back() {
    let place = Place::with_versions();
    let archive = Archive::init_grown(&place.grown, None).await.unwrap().with_repair(place.grown.store.clone());
    let all = filled(&archive).await;
    damage(&place, &archive, &all).await;
    assert!(matches!(archive.bytes(&all[0]).await, Err(Error::Damaged(_))));
    let scrubbed = archive.scrub(ALL).await.unwrap();
    // Of the one whose versions were deleted, there's nothing.
    assert_eq!((scrubbed.repaired.len(), scrubbed.damaged.len(), scrubbed.refused.len()), (2, 1, 0), "{scrubbed:?}");
    assert!(matches!(archive.bytes(&all[1]).await, Err(Error::Missing(_))));
    archive.bytes(&all[0]).await.unwrap();
    archive.bytes(&all[2]).await.unwrap();
}

/// A second store in a bucket, for an archive in a directory.
#[tokio::test(flavor = "multi_thread")]
async fn a_directory_has_its_copy_in_a_bucket() {
    let (directory, archive) = super::archive().await;
    let copy = Place::with_versions();
    let (store, repair) = (copy.grown.store.clone(), Some(copy.grown.store.clone()));
    let bucket = SecondBucket { repair, ..store.clone().into() };
    let archive = archive.with_second_bucket(&bucket).await.unwrap();
    let all = filled(&archive).await;
    assert_eq!(archive.copy_to_second(ALL).await.unwrap().objects, 3);
    let there = object(&archive, &all[0]).await;
    let here = directory.path().join(&there);
    let good = std::fs::read(&here).unwrap();
    assert_eq!(store.get(&there, None, None).unwrap().unwrap().content, good);
    super::ward::flip(&here, 1000, 5);
    assert_eq!(archive.bytes(&all[0]).await.unwrap(), good);
    assert_eq!(archive.scrub(ALL).await.unwrap().repaired.len(), 1);
    assert_eq!(std::fs::read(&here).unwrap(), good);
    // And the other way round.
    copy.flip(&there, 1000, 5);
    assert_eq!(archive.scrub(ALL).await.unwrap().copied.len(), 1);
    assert_eq!(store.get(&there, None, None).unwrap().unwrap().content, good);

    let (_other, another) = super::archive().await;
    let refused = another.with_second_bucket(&store.clone().into()).await.unwrap_err();
    assert!(matches!(refused, Error::OtherArchive { .. }), "{refused}");
    let archive = archive.with_second_bucket(&store.clone().into()).await.unwrap();
    copy.flip(&there, 1000, 5);
    let scrubbed = archive.scrub(ALL).await.unwrap();
    assert_eq!((scrubbed.copied.len(), scrubbed.damaged.len(), scrubbed.is_complete), (0, 0, true), "{scrubbed:?}");
}

/// What is damaged in the second store, and nobody here may mend, is told by the status and by an audit until it's mended.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_may_not_be_replaced_is_told() {
    let (directory, archive) = super::archive().await;
    let copy = Place::with_versions();
    let store = copy.grown.store.clone();
    let archive = archive.with_second_bucket(&store.clone().into()).await.unwrap();
    let all = filled(&archive).await;
    archive.copy_to_second(ALL).await.unwrap();
    let [part, tile] = [object(&archive, &all[0]).await, "log/tile/0/000.p/3".to_owned()];
    let damaged = async |archive: &Archive| {
        let copies = archive.status(jiff::Timestamp::now()).await.unwrap().copies;
        let damaged = copies.iter().find(|copies| (&*copies.store, &*copies.state) == ("second", "damaged"));
        damaged.map_or(0, |copies| copies.objects)
    };
    let named = |audit: &crate::Audit| {
        let problems = audit.problems.iter().filter(|problem| problem.code.code() == "copy.damaged");
        problems.map(|problem| problem.subject.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(damaged(&archive).await, 0);
    copy.flip(&part, 1000, 5);
    copy.flip(&tile, 20, 3);
    for _ in 0..2 {
        let scrubbed = archive.scrub(ALL).await.unwrap();
        assert_eq!((scrubbed.copied.len(), scrubbed.uncopied.len()), (0, 2), "{scrubbed:?}");
        assert_eq!(damaged(&archive).await, 2);
    }
    archive.copy_to_second(ALL).await.unwrap_err();
    assert_eq!(damaged(&archive).await, 2);
    // Whatever the rows say, as after they were made again.
    super::tamper(directory.path(), "DELETE FROM copy").await;
    let told = named(&archive.audit(&[], |_| {}).await.unwrap());
    assert!(
        told.len() == 2
            && told.iter().any(|path| path.ends_with(&part))
            && told.iter().any(|path| path.ends_with(&tile))
    );
    archive.copy_to_second(ALL).await.unwrap_err();
    archive.scrub(ALL).await.unwrap();
    assert_eq!(damaged(&archive).await, 2);

    let archive =
        archive.with_second_bucket(&SecondBucket { repair: Some(store.clone()), ..store.into() }).await.unwrap();
    assert_eq!(archive.scrub(ALL).await.unwrap().copied.len(), 2);
    assert_eq!(damaged(&archive).await, 0);
    assert_eq!(named(&archive.audit(&[], |_| {}).await.unwrap()), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_has_its_copy_in_another() {
    let (place, copy) = (Place::with_versions(), Place::new());
    let archive = Archive::init_grown(&place.grown, None).await.unwrap();
    let refused = archive.clone().with_second_bucket(&place.grown.store.clone().into()).await.unwrap_err();
    assert!(matches!(refused, Error::Nested(..)), "{refused}");
    let archive = archive.with_second_bucket(&copy.grown.store.clone().into()).await.unwrap();
    let archive = archive.with_repair(place.grown.store.clone());
    let all = filled(&archive).await;
    assert_eq!(archive.copy_to_second(ALL).await.unwrap().objects, 3);
    damage(&place, &archive, &all).await;
    assert_eq!(archive.scrub(ALL).await.unwrap().repaired.len(), 3);
    archive.sequence().await.unwrap();
    assert!(archive.copy_to_second(ALL).await.unwrap().is_complete);
    assert_eq!(found(&archive.audit(&[], |_| {}).await.unwrap()), []);
}
