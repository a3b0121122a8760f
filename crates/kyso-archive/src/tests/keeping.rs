//! A request makes one artifact, whatever happens in between.

use std::collections::HashSet;
use std::time::Duration;

use kyso::{Policy, Timestamp, VerifiedArtifact};

use super::{Place, archive, for_each_pair, kept, meta, open, request, verified};
use crate::{Archive, Begun, Beside, Error, Recovered, Request};

for_each_pair!(
    a_key_stands_for_one_request,
    what_was_answered_is_kept_with_the_key,
    a_refused_key_may_come_back_with_other_content,
    an_answered_key_isnt_taken_back_by_what_was_refused_before,
    nothing_is_kept_under_a_generation_that_is_over,
    a_work_that_fails_or_panics_takes_nobody_elses_with_it,
    a_request_that_was_dropped_is_gone_on_with_and_takes_no_other_content,
    of_racing_requests_one_works_and_the_others_get_its_answer,
    a_repeated_request_adopts_what_was_made_before,
    whoever_signs_again_all_the_same_is_refused_by_what_lies_there,
    recovery_takes_up_what_nobody_asks_for_again,
    recovery_keeps_nothing_that_doesnt_verify,
    a_renamed_token_and_a_changed_secret_keep_their_keys,
    a_renamed_token_whose_secret_is_changed_later_keeps_its_keys,
    what_was_refused_first_is_found_again_where_the_rows_are_lost,
    a_subject_is_worked_on_by_one_at_a_time,
);

pub(super) fn policy() -> Policy {
    Policy::at(Timestamp::now())
}

async fn a_key_stands_for_one_request(place: Place) {
    let archive = place.archive().await;
    let claim = open(&archive, &request("k", 'a')).await;
    let kept = archive.keep(claim, &verified("x"), Beside::default()).await.unwrap();

    let again = archive.begin(&request("k", 'a'), &meta()).await.unwrap();
    assert!(matches!(again, Begun::Done { artifact, answer: None } if *artifact == kept));
    assert!(matches!(archive.begin(&request("k", 'b'), &meta()).await, Err(Error::KeyReused)));
    let other = Request { principal: "another".into(), ..request("k", 'b') };
    assert!(matches!(archive.begin(&other, &meta()).await.unwrap(), Begun::Open(_)));
}

async fn what_was_answered_is_kept_with_the_key(place: Place) {
    let archive = place.archive().await;
    for (key, told) in [("1", r#"{"a":1}"#), ("2", r#"{"a":2}"#)] {
        let claim = open(&archive, &request(key, 'a')).await;
        let beside = Beside { answer: Some(told.into()), ..Beside::default() };
        archive.keep(claim, &verified("x"), beside).await.unwrap();
    }
    // What was told with the claim has a place of its own by now: nothing of it stays in two.
    let rows = archive.database.rows("SELECT about FROM request", Vec::new()).await.unwrap();
    let about: Vec<String> = rows.iter().map(|row| row.text("about").unwrap()).collect();
    assert!(about.len() == 2 && about.iter().all(|about| about.contains(r#""answer":null"#)), "{about:?}");
    archive.close().await;
    let archive = place.opened().await;
    for (key, told) in [("1", r#"{"a":1}"#), ("2", r#"{"a":2}"#)] {
        let again = archive.begin(&request(key, 'a'), &meta()).await.unwrap();
        assert!(matches!(&again, Begun::Done { answer: Some(answer), .. } if answer == told), "{again:?}");
    }
}

async fn a_refused_key_may_come_back_with_other_content(place: Place) {
    let archive = place.archive().await;
    for digest in ['a', 'b', 'c'] {
        let claim = open(&archive, &request("k", digest)).await;
        archive.refuse(claim).await.unwrap();
    }
    let claim = open(&archive, &request("k", 'b')).await;
    let kept = archive.keep(claim, &verified("x"), Beside::default()).await.unwrap();
    let again = archive.begin(&request("k", 'b'), &meta()).await.unwrap();
    assert!(matches!(again, Begun::Done { artifact, .. } if *artifact == kept));
    assert!(matches!(archive.begin(&request("k", 'd'), &meta()).await, Err(Error::KeyReused)));
}

async fn an_answered_key_isnt_taken_back_by_what_was_refused_before(place: Place) {
    let archive = place.archive().await;
    let claim = open(&archive, &request("k", 'a')).await;
    archive.refuse(claim).await.unwrap();
    let claim = open(&archive, &request("k", 'b')).await;
    let kept = archive.keep(claim, &verified("x"), Beside::default()).await.unwrap();
    assert!(matches!(archive.begin(&request("k", 'a'), &meta()).await, Err(Error::KeyReused)));
    let again = archive.begin(&request("k", 'b'), &meta()).await.unwrap();
    assert!(matches!(again, Begun::Done { artifact, .. } if *artifact == kept));
}

/// Two processes that share a database: the one that was slow finds the key gone on.
async fn nothing_is_kept_under_a_generation_that_is_over(place: Place) {
    let archive = place.archive().await;
    let claim = open(&archive, &request("k", 'a')).await;
    archive.refuse(claim).await.unwrap();
    let other = archive.with_other_turns();
    let mut slow = open(&other, &request("k", 'a')).await;
    slow.settled().await.unwrap();
    let sql = "UPDATE request SET state = 'refused' WHERE agency = $1";
    let values = crate::database::values![&archive.agency];
    archive.database.write(move |t| Box::pin(async move { t.run(sql, values).await })).await.unwrap();
    let claim = open(&archive, &request("k", 'b')).await;
    let kept = archive.keep(claim, &verified("x"), Beside::default()).await.unwrap();
    let late = other.keep(slow, &verified("y"), Beside::default()).await;
    assert!(matches!(late, Err(Error::Raced)), "{late:?}");
    let again = archive.begin(&request("k", 'b'), &meta()).await.unwrap();
    assert!(matches!(again, Begun::Done { artifact, .. } if *artifact == kept));
}

async fn a_work_that_fails_or_panics_takes_nobody_elses_with_it(place: Place) {
    let archive = place.archive().await;
    let work = |sql: &'static str| {
        let values = crate::database::values![&archive.agency];
        archive.database.write(move |transaction| {
            Box::pin(async move {
                assert!(!sql.is_empty(), "panics");
                transaction.run(sql, values).await
            })
        })
    };
    let insert = "INSERT INTO job (agency, kind, subject, state, due, asked, lease, holder, tries) VALUES ($1, 'a', 'a', 'waiting', 0, 0, 0, '', 0)";
    let (nonsense, panic, done) = tokio::join!(work("INSERT INTO nothing VALUES ($1)"), work(""), work(insert));
    assert!(nonsense.is_err() && panic.is_err(), "{nonsense:?} {panic:?}");
    assert_eq!(done.unwrap(), 1);
    assert!(archive.database.row("SELECT 1 AS one FROM job WHERE kind = 'a'", Vec::new()).await.unwrap().is_some());
    kept(&archive, "x").await;
}

async fn a_request_that_was_dropped_is_gone_on_with_and_takes_no_other_content(place: Place) {
    let archive = place.archive().await;
    for _ in 0..2 {
        let mut claim = open(&archive, &request("k", 'a')).await;
        claim.settled().await.unwrap();
    }
    assert!(matches!(archive.begin(&request("k", 'b'), &meta()).await, Err(Error::KeyReused)));
}

async fn of_racing_requests_one_works_and_the_others_get_its_answer(place: Place) {
    let archive = place.archive().await;
    let racers = (0..8_u8).map(|n| {
        let archive = archive.clone();
        tokio::spawn(async move {
            match archive.begin(&request("k", 'a'), &meta()).await.unwrap() {
                Begun::Done { artifact, .. } => (artifact.id, 0),
                Begun::Open(claim) => {
                    let kept = archive.keep(claim, &verified(&n.to_string()), Beside::default()).await.unwrap();
                    (kept.id, 1)
                }
            }
        })
    });
    let (mut ids, mut worked) = (HashSet::new(), 0);
    for racer in racers.collect::<Vec<_>>() {
        let (id, one) = racer.await.unwrap();
        ids.insert(id);
        worked += one;
    }
    assert_eq!((ids.len(), worked), (1, 1));
}

/// The leases of all claims are over.
pub(super) async fn expire(archive: &Archive) {
    let (sql, values) = (
        "UPDATE request SET lease = 0 WHERE agency = $1 AND state = 'claimed'",
        crate::database::values![&archive.agency],
    );
    archive
        .database
        .write(move |transaction| Box::pin(async move { transaction.run(sql, values).await }))
        .await
        .unwrap();
}

/// Puts what a request makes under its name and goes away, as whoever dies between the object and its row does.
pub(super) async fn put_and_die(archive: &Archive, request: &Request, file: &VerifiedArtifact) {
    let mut claim = open(archive, request).await;
    claim.settled().await.unwrap();
    archive.store.put(&claim.name.part(0), file.bytes()).unwrap();
}

async fn a_repeated_request_adopts_what_was_made_before(place: Place) {
    let archive = place.archive().await;
    let made = verified("x");
    put_and_die(&archive, &request("k", 'a'), &made).await;

    let claim = open(&archive, &request("k", 'a')).await;
    let found = archive.made_before(&claim).await.unwrap().expect("it lies under the request's name");
    assert_eq!(found, made.bytes());
    let file = VerifiedArtifact::verify(found, &policy()).unwrap();
    let kept = archive.adopt(claim, &file, Beside::default()).await.unwrap();
    assert_eq!(archive.bytes(&kept).await.unwrap(), made.bytes());
    assert_eq!(archive.count().await.unwrap(), 1);
}

async fn whoever_signs_again_all_the_same_is_refused_by_what_lies_there(place: Place) {
    let archive = place.archive().await;
    put_and_die(&archive, &request("k", 'a'), &verified("x")).await;
    let claim = open(&archive, &request("k", 'a')).await;
    let raced = archive.keep(claim, &verified("y"), Beside::default()).await;
    assert!(matches!(raced, Err(Error::Raced)), "{raced:?}");
    assert_eq!(archive.count().await.unwrap(), 0);
}

async fn recovery_takes_up_what_nobody_asks_for_again(place: Place) {
    let archive = place.archive().await;
    let (keyed, unkeyed) = (verified("keyed"), verified("unkeyed"));
    put_and_die(&archive, &request("k", 'a'), &keyed).await;
    put_and_die(&archive, &Request::unkeyed("văn thư").unwrap(), &unkeyed).await;
    drop(open(&archive, &request("open", 'a')).await);
    assert_eq!(archive.recover(&policy()).await.unwrap(), Recovered::default(), "these are at work still");
    if archive.database.is_shared() {
        // Another process doesn't know who died.
        let other = place.opened().await;
        assert_eq!(other.recover(&policy()).await.unwrap(), Recovered::default());
        expire(&archive).await;
    }
    archive.close().await;

    let archive = place.opened().await;
    assert_eq!(archive.recover(&policy()).await.unwrap(), Recovered { kept: 2, open: 1, stuck: Vec::new() });
    assert_eq!(archive.recover(&policy()).await.unwrap(), Recovered { kept: 0, open: 1, stuck: Vec::new() });
    for file in [&keyed, &unkeyed] {
        let [kept] = archive.by_sha256(file.sha256()).await.unwrap().try_into().unwrap();
        assert_eq!(archive.bytes(&kept).await.unwrap(), file.bytes());
        assert_eq!((kept.actor.as_str(), kept.file_name.as_deref()), ("văn thư", Some("kết quả.pdf")));
    }
    assert!(matches!(archive.begin(&request("k", 'a'), &meta()).await.unwrap(), Begun::Done { .. }));
}

async fn recovery_keeps_nothing_that_doesnt_verify(place: Place) {
    let archive = place.archive().await;
    let mut claim = open(&archive, &request("k", 'a')).await;
    claim.settled().await.unwrap();
    archive.store.put(&claim.name.part(0), b"%PDF-1.7 half").unwrap();
    drop(claim);
    expire(&archive).await;
    archive.close().await;
    let archive = place.opened().await;
    let recovered = archive.recover(&policy()).await.unwrap();
    assert_eq!((recovered.kept, recovered.stuck.len()), (0, 1), "{recovered:?}");
}

/// The name and what lies under it outlast the database: whoever asks again gets the same.
#[tokio::test]
async fn after_the_loss_of_the_database_a_repeated_request_gets_the_same() {
    let (directory, archive) = archive().await;
    let claim = open(&archive, &request("k", 'a')).await;
    let first = archive.keep(claim, &verified("x"), Beside::default()).await.unwrap();
    archive.close().await;
    for file in ["archive.sqlite3", "archive.sqlite3-wal", "archive.sqlite3-shm", "archive.json"] {
        let _ = std::fs::remove_file(directory.path().join(file));
    }
    assert!(matches!(Archive::open(directory.path()).await, Err(Error::DatabaseMissing(_))));

    // As somebody does who makes a new one over it all the same.
    let archive = Archive::init(directory.path(), None).await.unwrap();
    let claim = open(&archive, &request("k", 'a')).await;
    let found = archive.made_before(&claim).await.unwrap().unwrap();
    let file = VerifiedArtifact::verify(found, &policy()).unwrap();
    let again = archive.adopt(claim, &file, Beside::default()).await.unwrap();
    assert_eq!((again.id, again.sha256), (first.id, first.sha256));
}

async fn a_renamed_token_and_a_changed_secret_keep_their_keys(place: Place) {
    let archive = place.archive().await;
    let caller = |name: &str, secret: char| crate::Caller { name: name.into(), secret: secret.to_string().repeat(64) };
    let ids = archive.principals(&[caller("a", '1'), caller("b", '2')]).await.unwrap();
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(archive.principals(&[caller("c", '1'), caller("b", '2')]).await.unwrap(), ["a", "b"], "renamed");
    assert_eq!(archive.principals(&[caller("c", '1'), caller("b", '3')]).await.unwrap(), ["a", "b"], "a new secret");
    let swapped = archive.principals(&[caller("a", '4'), caller("c", '1')]).await.unwrap();
    assert_eq!(swapped.last().unwrap(), "a");
    assert!(
        swapped.first().unwrap().starts_with("a/"),
        "another person under an old name has keys of his own: {swapped:?}"
    );
}

async fn a_renamed_token_whose_secret_is_changed_later_keeps_its_keys(place: Place) {
    let archive = place.archive().await;
    let caller = |(name, secret): &(&str, &str)| crate::Caller { name: (*name).into(), secret: secret.repeat(64) };
    let told = async |callers: &[(&str, &str)]| {
        archive.principals(&callers.iter().map(caller).collect::<Vec<_>>()).await.unwrap()
    };
    assert_eq!(told(&[("a", "1"), ("b", "2")]).await, ["a", "b"]);
    assert_eq!(told(&[("c", "1"), ("b", "2")]).await, ["a", "b"], "renamed");
    assert_eq!(told(&[("c", "3"), ("b", "2")]).await, ["a", "b"], "and another secret");
    assert_eq!(told(&[("b", "3"), ("c", "2")]).await, ["a", "b"], "names exchanged");
    assert_eq!(told(&[("b", "4"), ("c", "2")]).await, ["a", "b"], "and another secret");
    assert_eq!(told(&[("b", "4"), ("c", "5")]).await, ["a", "b"], "of the other too");
    assert_eq!(told(&[("c", "4"), ("b", "5")]).await, ["a", "b"], "back again");
    assert_eq!(told(&[("c", "6"), ("b", "7")]).await, ["a", "b"], "and both with other secrets");
    let rows = archive.database.rows("SELECT count(*) AS n FROM principal", Vec::new()).await.unwrap();
    let known = rows.first().unwrap().number("n").unwrap();
    assert_eq!(told(&[("c", "6"), ("b", "7")]).await, ["a", "b"]);
    let rows = archive.database.rows("SELECT count(*) AS n FROM principal", Vec::new()).await.unwrap();
    assert_eq!(rows.first().unwrap().number("n").unwrap(), known, "a start that changes nothing writes nothing");
    archive.sequence().await.unwrap();
    let audit = archive.audit(&[], |_| {}).await.unwrap();
    assert!(audit.is_whole(), "{audit:?}");
}

/// A database that was put back doesn't know that the key was refused: what was made after that lies in the store.
async fn what_was_refused_first_is_found_again_where_the_rows_are_lost(place: Place) {
    let archive = place.archive().await;
    for refused in ['a', 'b'] {
        let claim = open(&archive, &request("k", refused)).await;
        archive.refuse(claim).await.unwrap();
    }
    // What its row would say is lost: the object alone is there.
    let mut claim = open(&archive, &request("k", 'c')).await;
    claim.settled().await.unwrap();
    let (file, earlier) = (verified("x"), Request { principal: "put back".into(), ..request("k", 'c') });
    let made = archive.naming().unwrap().name(&earlier, 2).unwrap();
    archive.store.put(&made.part(0), file.bytes()).unwrap();
    drop(claim);

    let claim = open(&archive, &earlier).await;
    assert_eq!(claim.name, made);
    let found = archive.made_before(&claim).await.unwrap().unwrap();
    let kept =
        archive.adopt(claim, &VerifiedArtifact::verify(found, &policy()).unwrap(), Beside::default()).await.unwrap();
    assert_eq!((kept.id, kept.sha256.as_str()), (made.artifact(), file.sha256()));
    let again = archive.begin(&earlier, &meta()).await.unwrap();
    assert!(matches!(again, Begun::Done { artifact, .. } if artifact.id == kept.id));
    let other = Request { digest: "d".repeat(64), ..earlier };
    assert!(matches!(archive.begin(&other, &meta()).await, Err(Error::KeyReused)));
}

async fn a_subject_is_worked_on_by_one_at_a_time(place: Place) {
    let archive = place.archive().await;
    let turn = archive.turn("a").await;
    drop((archive.turn("b").await, open(&archive, &request("a", 'a')).await));
    let patience = Duration::from_millis(20);
    assert!(tokio::time::timeout(patience, archive.turn("a")).await.is_err(), "two had their turn at once");
    drop(turn);
    drop(archive.turn("a").await);
}

#[tokio::test]
async fn two_processes_do_not_share_a_directory_whatever_happens_to_the_lock_file() {
    let (directory, archive) = archive().await;
    assert!(matches!(Archive::open(directory.path()).await, Err(Error::InUse(_))));
    std::fs::remove_file(directory.path().join("lock")).unwrap();
    assert!(matches!(Archive::open(directory.path()).await, Err(Error::InUse(_))));
    kept(&archive, "x").await;
}

#[tokio::test]
async fn a_broken_store_fails_its_checks() {
    let (directory, archive) = archive().await;
    archive.check_database().await.unwrap();
    archive.check_objects().await.unwrap();
    std::fs::remove_dir_all(directory.path().join("o")).unwrap();
    assert!(archive.check_objects().await.is_err());
}

#[tokio::test]
async fn a_lost_archive_isnt_made_anew_by_itself() {
    let directory = tempfile::tempdir().unwrap();
    assert!(matches!(Archive::open(directory.path()).await, Err(Error::Absent(_))));
    Archive::init(directory.path(), None).await.unwrap().close().await;
    assert!(matches!(Archive::init(directory.path(), None).await, Err(Error::Exists(_))));
    std::fs::remove_file(directory.path().join("keys/naming.key")).unwrap();
    assert!(matches!(Archive::open(directory.path()).await, Err(Error::KeyMissing(_))));
}
