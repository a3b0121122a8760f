//! Several processes at one archive.

use std::collections::HashSet;
use std::time::Duration;

use kyso::VerifiedArtifact;
use kyso_tests::servers::{Postgres, S3};

use super::grown::{Place, laid_out};
use super::keeping::{expire, policy, put_and_die};
use super::tampering_grown::unheld;
use super::{kept, meta, open, request, verified};
use crate::{Archive, Artifact, Begun, Beside, Error, JobKind, Request};

async fn two(place: &Place) -> [Archive; 2] {
    let one = Archive::init_grown(&place.grown, None).await.unwrap();
    [one, Archive::open_grown(&place.grown).await.unwrap()]
}

/// What a front does: again, as long as another one is at it.
async fn asked(archive: &Archive, request: &Request, file: &VerifiedArtifact) -> Result<(Artifact, bool), Error> {
    loop {
        match archive.begin(request, &meta()).await? {
            Begun::Done { artifact, .. } => return Ok((*artifact, false)),
            Begun::Open(claim) => {
                let made = archive.made_before(&claim).await?;
                let kept = match made {
                    Some(bytes) => {
                        let file = VerifiedArtifact::verify(bytes, &policy()).unwrap();
                        archive.adopt(claim, &file, Beside::default()).await
                    }
                    None => archive.keep(claim, file, Beside::default()).await,
                };
                match kept {
                    Err(Error::Raced) => {}
                    kept => return kept.map(|artifact| (artifact, true)),
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_race_one_key_keep_one_artifact_and_one_object() {
    let place = Place::new();
    let archives = two(&place).await;
    let files = [verified("one"), verified("other")];
    for round in 0..50 {
        let request = request(&format!("race {round}"), 'a');
        let [(first, one), (second, other)] = {
            let (one, other) =
                tokio::join!(asked(&archives[0], &request, &files[0]), asked(&archives[1], &request, &files[1]));
            [one.unwrap(), other.unwrap()]
        };
        assert_eq!(first, second, "round {round}");
        assert!(one != other, "round {round}: one keeps, the other is answered");
    }
    for archive in &archives {
        assert_eq!((archive.count().await.unwrap(), archive.store.objects().unwrap().len()), (50, 50));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_left_between_object_and_row_the_other_adopts_after_the_lease() {
    let place = Place::new();
    let [one, other] = two(&place).await;
    let made = verified("x");
    put_and_die(&one, &request("k", 'a'), &made).await;
    drop(one);
    let waiting = {
        let other = other.clone();
        tokio::spawn(async move { asked(&other, &request("k", 'a'), &verified("y")).await })
    };
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waiting.is_finished(), "the one that claimed it may be at work");
    expire(&other).await;
    let (kept, _) = waiting.await.unwrap().unwrap();
    assert_eq!(other.bytes(&kept).await.unwrap(), made.bytes());
    assert_eq!((other.count().await.unwrap(), other.store.objects().unwrap().len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_twin_is_answered_as_soon_as_the_other_is_done() {
    let place = Place::new();
    let [one, other] = two(&place).await;
    let mut claim = open(&one, &request("k", 'a')).await;
    claim.settled().await.unwrap();
    let waiting = tokio::spawn(async move { other.begin(&request("k", 'a'), &meta()).await });
    let kept = one.keep(claim, &verified("x"), Beside::default()).await.unwrap();
    let answered = waiting.await.unwrap().unwrap();
    assert!(matches!(answered, Begun::Done { artifact, .. } if *artifact == kept));
}

/// Whoever gives the key to other content and whoever still keeps under the old one: never both.
#[tokio::test(flavor = "multi_thread")]
async fn a_generation_ends_once() {
    let place = Place::new();
    let [one, other] = two(&place).await;
    let (first, second) = (verified("first"), verified("second"));
    for round in 0..20 {
        let key = format!("key {round}");
        let mut slow = open(&one, &request(&key, 'a')).await;
        slow.settled().await.unwrap();
        let name = slow.name.clone();
        let refused = other.begin_again(&name).await.unwrap().unwrap().0;
        other.refuse(refused).await.unwrap();
        let late = one.keep(slow, &first, Beside::default());
        let next = async {
            let Begun::Open(claim) = other.begin(&request(&key, 'b'), &meta()).await? else { unreachable!() };
            other.keep(claim, &second, Beside::default()).await
        };
        let (late, next) = tokio::join!(late, next);
        assert!(late.is_ok() != next.is_ok(), "round {round}: {late:?} {next:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_write_one_log() {
    let place = Place::new();
    let archives = two(&place).await;
    let file = verified("x");
    let workers = (0..4).map(|worker| {
        let (archive, file) = (archives[worker % 2].clone(), file.clone());
        tokio::spawn(async move {
            for _ in 0..10 {
                let claim = open(&archive, &Request::unkeyed("a").unwrap()).await;
                archive.keep(claim, &file, Beside::default()).await.unwrap();
                archive.sequence().await.unwrap();
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    let [one, other] = archives;
    assert_eq!((one.sequence().await.unwrap(), other.sequence().await.unwrap()), (40, 40));
    let rows =
        one.database.rows("SELECT size, note FROM checkpoint WHERE agency = $1", crate::database::values![&one.agency]);
    let sizes: Vec<i64> = rows.await.unwrap().iter().map(|row| row.number("size").unwrap()).collect();
    assert_eq!(sizes.iter().collect::<HashSet<_>>().len(), sizes.len());
    let (last, note) = one.last_checkpoint().await.unwrap().unwrap();
    assert_eq!(last.size(), 40);
    let shown = one.store.get(crate::sequencing::CHECKPOINT).unwrap().unwrap();
    assert_eq!(shown, note.to_string().into_bytes());
    one.demand_not_rolled_back().await.unwrap();
}

/// A server that is put back to an earlier state answers on. Who has seen more writes nothing any more, and says why.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_put_back_while_its_asked_is_noticed() {
    for notices in ["the next signature", "the next event", "the look every few seconds", "the health check"] {
        let place = Place::new();
        let [one, other] = two(&place).await;
        for name in ["x", "y"] {
            kept(&one, name).await;
            one.sequence().await.unwrap();
        }
        assert!(!other.has_pending().await.unwrap());
        other.check_past().await.unwrap();
        let mut owner = place.owner().await;
        let newest = "DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)";
        assert_eq!(unheld(&mut owner, "checkpoint", &[newest]).await, 1);
        for archive in [&one, &other] {
            let seen = match notices {
                "the next signature" => {
                    let claim = open(archive, &request("k", 'a')).await;
                    archive.keep(claim, &verified("z"), Beside::default()).await.map(drop)
                }
                "the next event" => archive.sequence().await.map(drop),
                "the health check" => archive.check_past().await,
                _ => archive.has_pending().await.map(drop),
            };
            assert!(matches!(seen, Err(Error::RolledBack { .. })), "{notices}: {seen:?}");
            assert!(matches!(archive.demand_not_overtaken(), Err(Error::RolledBack { .. })), "{notices}");
            assert!(matches!(archive.begin(&request("l", 'a'), &meta()).await, Err(Error::RolledBack { .. })));
        }
        assert_eq!(one.store.objects().unwrap().len(), 2, "{notices}: nothing was signed");
    }
}

/// Each job is done by one at a time, whichever process it's in; one whose process is gone, by the other after its lease.
#[tokio::test(flavor = "multi_thread")]
async fn two_share_their_jobs() {
    let place = Place::new();
    let archives = two(&place).await;
    let now = kyso::Timestamp::from_second(1_800_000_000).unwrap();
    for number in 0..40 {
        archives[0].want_job(JobKind::Unkept, &format!("{number:02}"), now).await.unwrap();
    }
    let workers = (0..6).map(|worker| {
        let archive = archives[worker % 2].clone();
        tokio::spawn(async move {
            let mut done = Vec::new();
            while let Some(job) = archive.claim_job(JobKind::Unkept, now, false).await.unwrap() {
                done.push(job.subject().to_owned());
                assert!(archive.job_done(job, now, None).await.unwrap());
            }
            done
        })
    });
    let mut done = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        done.extend(worker.await.unwrap());
    }
    done.sort();
    assert_eq!(done, (0..40).map(|number| format!("{number:02}")).collect::<Vec<_>>(), "each once");

    let [one, other] = archives;
    one.want_job(JobKind::Scrub, "", now).await.unwrap();
    let late = one.claim_job(JobKind::Scrub, now, false).await.unwrap().unwrap();
    let soon = now + jiff::SignedDuration::from_secs(30);
    assert!(other.claim_job(JobKind::Scrub, soon, true).await.unwrap().is_none(), "somebody has it");
    let later = now + jiff::SignedDuration::from_secs(600);
    let mut taken = other.claim_job(JobKind::Scrub, later, false).await.unwrap().expect("its lease is over");
    assert!(!one.job_failed(late, later, "late").await.unwrap(), "it was taken over");
    assert!(other.renew_job(&mut taken, later).await.unwrap());
    assert!(other.job_done(taken, later, None).await.unwrap());
    assert!(one.claim_job(JobKind::Scrub, later, false).await.unwrap().is_none(), "it's done");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_is_made_once_and_opened_with_its_own_keys_alone() {
    let place = Place::new();
    assert!(matches!(Archive::open_grown(&place.grown).await, Err(Error::KeyMissing(_))));
    let archive = Archive::init_grown(&place.grown, None).await.unwrap();
    assert!(matches!(Archive::init_grown(&place.grown, None).await, Err(Error::Exists(_))));
    kept(&archive, "x").await;
    archive.sequence().await.unwrap();
    std::fs::remove_file(place.keys().path().join("keys/log.pem")).unwrap();
    assert!(matches!(Archive::open_grown(&place.grown).await, Err(Error::KeyMissing(_))));
    let other = Place::new();
    Archive::init_grown(&other.grown, None).await.unwrap();
    let mixed = crate::Grown { store: place.grown.store.clone(), ..other.grown.clone() };
    assert!(matches!(Archive::open_grown(&mixed).await, Err(Error::OtherArchive { .. })));
    let lost = crate::Grown { agency: "nobody".into(), ..other.grown.clone() };
    assert!(matches!(Archive::open_grown(&lost).await, Err(Error::DatabaseMissing(_))));
}

/// Keeps with several workers until told, each key again until it's answered; then asks every key again.
async fn under_load<S: Send + 'static>(place: &Place, trouble: impl FnOnce() -> S + Send + 'static) {
    let archives = two(place).await;
    let file = verified("x");
    let over = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let workers = (0..6).map(|worker| {
        let (archive, file, over) = (archives[worker % 2].clone(), file.clone(), over.clone());
        tokio::spawn(async move {
            let (mut answers, mut failures) = (Vec::new(), 0);
            for round in 0.. {
                if over.load(std::sync::atomic::Ordering::SeqCst) {
                    break;
                }
                let request = request(&format!("{worker} {round}"), 'a');
                let answer = loop {
                    match asked(&archive, &request, &file).await {
                        Ok((artifact, _)) => break artifact,
                        Err(Error::Database(_) | Error::Store(_)) => failures += 1,
                        Err(error) => panic!("{error}"),
                    }
                    assert!(failures < 5000);
                    tokio::time::sleep(Duration::from_millis(50)).await;
                };
                answers.push((request, answer));
            }
            (answers, failures)
        })
    });
    let workers: Vec<_> = workers.collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let _server = tokio::task::spawn_blocking(trouble).await.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    over.store(true, std::sync::atomic::Ordering::SeqCst);
    let (mut answers, mut failures) = (Vec::new(), 0);
    for worker in workers {
        let (own, failed) = worker.await.unwrap();
        answers.extend(own);
        failures += failed;
    }
    assert!(answers.len() > 20, "{failures} failures, {} answers", answers.len());
    for (request, answer) in &answers {
        for archive in &archives {
            let again = archive.begin(request, &meta()).await.unwrap();
            assert!(matches!(again, Begun::Done { artifact, .. } if *artifact == *answer));
        }
        assert_eq!(archives[0].bytes(answer).await.unwrap(), file.bytes());
    }
    let kept = archives[0].count().await.unwrap();
    assert_eq!((kept, archives[0].store.objects().unwrap().len()), (answers.len() as u64, answers.len()));
    assert_eq!(archives[1].sequence().await.unwrap(), kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_database_dies() {
    let (postgres, s3) = (Postgres::durable(), S3::shared());
    laid_out(&postgres);
    let place = Place::of(&postgres, s3);
    under_load(&place, move || {
        postgres.kill();
        std::thread::sleep(Duration::from_millis(500));
        postgres.start_again();
        postgres
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_store_dies() {
    let (postgres, s3) = (Postgres::durable(), S3::start());
    laid_out(&postgres);
    let place = Place::of(&postgres, &s3);
    under_load(&place, move || {
        s3.kill();
        std::thread::sleep(Duration::from_millis(500));
        s3.start_again();
        s3
    })
    .await;
    drop(postgres);
}

/// One that starts leaves the others the jobs that they're at.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_starts_takes_no_job_from_another() {
    let place = Place::new();
    let [one, other] = two(&place).await;
    let now = one.time().await.unwrap();
    let mut job = one.claim_job(JobKind::Scrub, now, true).await.unwrap().expect("the job");
    other.begin_jobs(now).await.unwrap();
    assert!(other.claim_job(JobKind::Scrub, now, true).await.unwrap().is_none(), "it was taken away");
    assert!(one.renew_job(&mut job, now).await.unwrap() && one.job_done(job, now, None).await.unwrap());
}
