//! An artifact is a line of versions, each a prefix of the next.

use kyso::{Policy, Timestamp, VerifiedArtifact};
use kyso_tests::signing;

use super::grown::run;
use super::reading::raw;
use super::{Place, archive, for_each_pair, kept, meta, opened, verified};
use crate::{Error, Link, Meta, Sought};

for_each_pair!(
    an_artifact_counts_as_its_newest_version_and_is_found_where_it_was,
    what_was_kept_before_there_were_counts_is_counted,
);

/// The file with one more signature.
fn signed_again(bytes: &[u8]) -> VerifiedArtifact {
    let signed = signing::verified(bytes);
    assert!(signed.bytes().starts_with(bytes));
    signed
}

fn renewal() -> Meta {
    Meta { actor: "gia hạn".into(), ..meta() }
}

#[tokio::test]
async fn each_version_is_had_by_itself_and_begins_the_next() {
    let (directory, archive) = archive().await;
    let first = kept(&archive, "x").await;
    let longer = signed_again(&archive.bytes(&first).await.unwrap());
    let second = archive.add_version(first.id, &longer, &renewal()).await.unwrap();
    let longest = signed_again(longer.bytes());
    let third = archive.add_version(first.id, &longest, &renewal()).await.unwrap();
    assert_eq!((second.version, third.version, second.id), (1, 2, first.id));
    archive.close().await;

    let archive = opened(&directory).await;
    assert_eq!(archive.versions(first.id).await.unwrap(), [first.clone(), second.clone(), third.clone()]);
    assert_eq!(archive.artifact(first.id).await.unwrap().unwrap(), third);
    assert_eq!(archive.bytes(&first).await.unwrap(), verified_bytes(&longer, &first.bytes));
    assert_eq!(archive.bytes(&second).await.unwrap(), longer.bytes());
    assert_eq!(archive.bytes(&third).await.unwrap(), longest.bytes());
    assert_eq!(archive.by_sha256(&second.sha256).await.unwrap(), std::slice::from_ref(&second));
    assert!(archive.report(&second).await.unwrap().contains(&second.sha256));
    assert_eq!(archive.sequence().await.unwrap(), 3);
    for version in [&first, &second, &third] {
        assert!(archive.receipt(version).await.unwrap().is_some());
    }
}

async fn an_artifact_counts_as_its_newest_version_and_is_found_where_it_was(place: Place) {
    let archive = place.archive().await;
    let (first, other) = (kept(&archive, "x").await, kept(&archive, "y").await);
    let longer = signed_again(&archive.bytes(&first).await.unwrap());
    let second = archive.add_version(first.id, &longer, &renewal()).await.unwrap();
    let kept = archive.status(Timestamp::now()).await.unwrap().kept;
    assert_eq!((kept.artifacts, kept.versions, kept.bytes), (2, 3, second.bytes + other.bytes));
    assert_eq!(kept.by_kind.iter().map(|tally| (tally.artifacts, tally.bytes)).collect::<Vec<_>>(), [(2, kept.bytes)]);
    assert_eq!(kept.by_level.iter().map(|tally| tally.artifacts).sum::<u64>(), 2);
    let found = archive.find(&Sought::default()).await.unwrap();
    assert_eq!(found, [other, second], "the newest first, by when they were described");
    assert!(place.audited(&[]).await.is_whole());
}

/// The part of a migration's step that begins and ends so.
fn part<'t>(step: &'t str, begin: &str, end: &str) -> &'t str {
    let from = step.find(begin).unwrap();
    &step[from..from + step[from..].find(end).unwrap() + end.len()]
}

async fn what_was_kept_before_there_were_counts_is_counted(place: Place) {
    let archive = place.archive().await;
    let first = kept(&archive, "x").await;
    kept(&archive, "y").await;
    let longer = signed_again(&archive.bytes(&first).await.unwrap());
    archive.add_version(first.id, &longer, &renewal()).await.unwrap();
    let counted = archive.status(Timestamp::now()).await.unwrap().kept;
    archive.close().await;
    let nothing = "UPDATE finding SET level = NULL, bytes = 0, versions = 0, kept = 0";
    match &place {
        Place::Files(directory) => {
            let mut raw = raw(directory.path()).await;
            let step = include_str!("../../migrations/sqlite/0010_counts.sql");
            for sql in [nothing, part(step, "UPDATE finding", ";")] {
                assert_eq!(sqlx::query(sql).execute(&mut raw).await.unwrap().rows_affected(), 2);
            }
        }
        Place::Grown(place) => {
            let mut owner = place.owner().await;
            let own = format!("{nothing} WHERE agency = '{}'", place.grown.agency);
            assert_eq!(run(&mut owner, &own).await.unwrap(), 2);
            // The owner is about no agency when the step is run.
            run(&mut owner, "RESET kyso.agency").await.unwrap();
            run(&mut owner, part(include_str!("../../migrations/postgres/0010_counts.sql"), "DO $$", "END $$;"))
                .await
                .unwrap();
        }
    }
    let archive = place.opened().await;
    assert_eq!(archive.status(Timestamp::now()).await.unwrap().kept, counted);
    assert!(place.audited(&[]).await.is_whole());
}

fn verified_bytes(longer: &VerifiedArtifact, length: &u64) -> Vec<u8> {
    longer.bytes()[..usize::try_from(*length).unwrap()].to_vec()
}

#[tokio::test]
async fn what_doesnt_begin_with_the_newest_version_is_no_next_one() {
    let (_directory, archive) = archive().await;
    let first = kept(&archive, "x").await;
    for other in [
        verified("y"),
        VerifiedArtifact::verify(archive.bytes(&first).await.unwrap(), &Policy::at(Timestamp::now())).unwrap(),
    ] {
        let refused = archive.add_version(first.id, &other, &renewal()).await;
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    }
    assert_eq!(archive.versions(first.id).await.unwrap().len(), 1);
    let absent = archive.add_version(uuid::Uuid::now_v7(), &verified("y"), &renewal()).await;
    assert!(matches!(absent, Err(Error::Unknown(_))));
}

#[tokio::test]
async fn a_version_whose_maker_died_is_taken_up() {
    let (_directory, archive) = archive().await;
    let first = kept(&archive, "x").await;
    assert_eq!(archive.next_version(first.id).await.unwrap(), None);
    let bytes = archive.bytes(&first).await.unwrap();
    let longer = signed_again(&bytes);
    let object = archive.store.objects().unwrap().pop().unwrap().replace(".0", ".1");
    archive.store.put(&object, &longer.bytes()[bytes.len()..]).unwrap();

    let other = signed_again(signed_again(&bytes).bytes());
    let raced = archive.add_version(first.id, &other, &renewal()).await;
    assert!(matches!(raced, Err(Error::Raced)), "{raced:?}");
    let found = archive.next_version(first.id).await.unwrap().unwrap();
    assert_eq!(found, longer.bytes());
    let second = archive.add_version(first.id, &longer, &renewal()).await.unwrap();
    assert_eq!((second.version, second.sha256.as_str()), (1, longer.sha256()));
}

#[tokio::test]
async fn what_became_of_an_artifact_is_an_event_and_said_once() {
    let (_directory, archive) = archive().await;
    let (old, new) = (kept(&archive, "x").await, kept(&archive, "y").await);
    let cancelled = Link::Cancelled { decision: "12/QĐ-UBND".into(), date: "2026-11-30".parse().unwrap() };
    for _ in 0..2 {
        archive.link(new.id, Link::Replaces { other: old.id }, "văn thư").await.unwrap();
        archive.link(old.id, cancelled.clone(), "văn thư").await.unwrap();
    }
    let links = archive.links(old.id).await.unwrap();
    assert_eq!(
        links.iter().map(|linked| linked.link.clone()).collect::<Vec<_>>(),
        [Link::Replaces { other: old.id }, cancelled]
    );
    assert_eq!(archive.links(new.id).await.unwrap().len(), 1);
    assert_eq!(archive.sequence().await.unwrap(), 4);
    let absent = archive.link(new.id, Link::Corrects { other: uuid::Uuid::now_v7() }, "văn thư").await;
    assert!(matches!(absent, Err(Error::Unknown(_))));
}
