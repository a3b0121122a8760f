//! Two services with one archive in PostgreSQL and S3, under load, while services and servers are killed: everything acknowledged is
//! there, whole, once, in the log; nothing is there that nobody asked for.
//!
//! A few rounds by default; `KYSO_ROUNDS` says how many.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test panics where something is wrong"
)]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kyso_tests::http::Answer;
use kyso_tests::province::Province;
use kyso_tests::service::{self, Callers, Running, request, sign};
use kyso_tests::{shapes, tool};
use serde_json::Value;

/// How many ask at once.
const CLIENTS: usize = 4;
/// How often one request is tried: a minute and more.
const TRIES: usize = 900;
/// How many acknowledged requests a round waits for before it kills, and after.
const BETWEEN: usize = 6;

type Answers = Mutex<BTreeMap<String, (String, Vec<u8>)>>;

/// Asks until it's answered, one service and then the other.
fn asked(callers: &Callers, addresses: &Mutex<[SocketAddr; 2]>, key: &str, first: usize) -> Answer {
    let request = sign(callers, &shapes::plain()).header("Idempotency-Key", key);
    let mut last = None;
    for turn in 0..TRIES {
        let address = addresses.lock().unwrap()[(first + turn) % 2];
        match request.try_send(address) {
            Some(answer) if answer.status == 201 => return answer,
            Some(answer) => {
                let is_transient = answer.status >= 500 || matches!(answer.status, 409 | 429);
                assert!(is_transient, "{key}: {answer:?}");
                last = Some(answer);
            }
            None => {}
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{key} wasn't answered: {last:?}");
}

/// Keeps asking until it's over; each key is a client's own.
fn client(callers: &Callers, addresses: &Mutex<[SocketAddr; 2]>, number: usize, over: &AtomicBool, answers: &Answers) {
    for turn in 0.. {
        if over.load(Ordering::SeqCst) {
            return;
        }
        let key = format!("client-{number}-{turn}");
        let answer = asked(callers, addresses, &key, number + turn);
        let location = answer.header("location").unwrap().to_owned();
        answers.lock().unwrap().insert(key, (location, answer.body));
    }
}

/// Waits until so many more requests are answered.
fn wait_for_more(answers: &Answers, workers: &[std::thread::ScopedJoinHandle<'_, ()>]) {
    let wanted = answers.lock().unwrap().len() + BETWEEN;
    while answers.lock().unwrap().len() < wanted {
        assert!(!workers.iter().any(|worker| worker.is_finished()), "a client gave up");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn whatever_is_killed_everything_acknowledged_is_there_once() {
    let rounds: usize = std::env::var("KYSO_ROUNDS").map_or(6, |rounds| rounds.parse().unwrap());
    let province = Province::new();
    let directories = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let first = directories[0].path();
    let callers = service::write_config(first, "");
    let file = first.join("kyso.toml");
    let config = std::fs::read_to_string(&file).unwrap() + &province.archive(first, Some("binh-minh"));
    std::fs::write(&file, config).unwrap();
    let init = tool::kyso().current_dir(first).args(["archive", "init", "--archive", "kyso.toml"]).output().unwrap();
    assert!(init.status.success(), "{init:?}");
    let mut copy = std::process::Command::new("cp");
    assert!(copy.arg("-a").arg(first.join(".")).arg(directories[1].path()).status().unwrap().success());

    let mut services = directories.each_ref().map(|directory| Some(Running::start(directory.path())));
    let addresses = Mutex::new(services.each_ref().map(|service| service.as_ref().unwrap().address));
    let (answers, over): (Answers, _) = (Mutex::default(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let ends = Ends(&over);
        let (callers, addresses, answers, over) = (&callers, &addresses, &answers, &over);
        let workers: Vec<_> =
            (0..CLIENTS).map(|number| scope.spawn(move || client(callers, addresses, number, over, answers))).collect();
        for round in 0..rounds {
            wait_for_more(answers, &workers);
            match round % 3 {
                0 | 1 => {
                    let which = round % 2;
                    services[which].take().unwrap().kill();
                    if round % 3 == 1 {
                        province.postgres.kill();
                        province.postgres.start_again();
                    }
                    // What the dead one had claimed is anybody's after its lease, which isn't waited for here.
                    let sql = "UPDATE request SET lease = 0 WHERE state = 'claimed'";
                    province.sql_in("kyso", sql);
                    let again = Running::start(directories[which].path());
                    addresses.lock().unwrap()[which] = again.address;
                    services[which] = Some(again);
                }
                _ => {
                    province.s3.kill();
                    province.s3.start_again();
                }
            }
        }
        wait_for_more(answers, &workers);
        drop(ends);
        // Claims whose answers were lost.
        while workers.iter().any(|worker| !worker.is_finished()) {
            province.sql_in("kyso", "UPDATE request SET lease = 0 WHERE state = 'claimed'");
            std::thread::sleep(Duration::from_millis(500));
        }
    });
    let answers = answers.into_inner().unwrap();
    assert!(answers.len() >= BETWEEN * (rounds + 1), "{} answers", answers.len());

    // Asked again, each is answered as before, by whichever service.
    for (number, (key, (location, body))) in answers.iter().enumerate() {
        let again = asked(&callers, &addresses, key, number);
        assert_eq!((again.header("location"), &again.body), (Some(location.as_str()), body), "{key}");
        let service = services[number % 2].as_ref().unwrap();
        assert_eq!(service.get(&callers, location).body, *body, "{key}");
        let receipt = request("GET", &format!("{location}/receipt"), &callers.reader).header("Prefer", "wait=10");
        // Whoever died may have been at the log.
        let has_receipt = |_| receipt.try_send(service.address).is_some_and(|answer| answer.status == 200);
        assert!((0..30).any(has_receipt), "{key}: no receipt came");
    }
    for service in services {
        let (code, log) = service.unwrap().terminate();
        assert_eq!(code, Some(0), "{log}");
    }
    // Whole, once, in the log, and nothing else.
    let audit = tool::kyso()
        .current_dir(first)
        .args(["archive", "audit", "--archive", "kyso.toml", "--format", "json"])
        .output()
        .unwrap();
    let said: Value = serde_json::from_slice(&audit.stdout).unwrap_or_else(|error| panic!("{error}: {audit:?}"));
    assert_eq!(said["whole"], true, "{said:#}");
    let counts = &said["audit"]["counts"];
    let kept = u64::try_from(answers.len()).unwrap();
    assert_eq!(
        (&counts["artifacts"], &counts["versions"], &counts["pending"]),
        (&kept.into(), &kept.into(), &0.into())
    );
    let orphans: Vec<&Value> =
        said["audit"]["notes"].as_array().unwrap().iter().filter(|note| note["code"] != "tile.unsigned").collect();
    assert!(orphans.is_empty(), "{orphans:?}");
    let parts = province.sql_in("kyso", "SELECT count(*) FROM version WHERE agency = 'binh-minh'");
    assert_eq!(parts.trim(), kept.to_string());
}

/// Says that it's over, however that comes: clients don't go on after a failure.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
