//! How long it takes to open the archive, and to find, fetch and prove documents picked by chance.

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use kyso::Timestamp;
use kyso_archive::{Archive, Progress, Sought, Stage};
use serde_json::{Value, json};

use crate::documents::{metadata, mixed, name};

/// Measures `samples` of each kind, and prints a line of JSON: percentiles in milliseconds.
pub(crate) async fn measure(directory: &Path, samples: u64) {
    let begun = Instant::now();
    let archive = Archive::open(directory).await.unwrap();
    let opening = begun.elapsed();
    let count = archive.count().await.unwrap();
    let picked = |salt: u64, sample: u64| mixed(mixed(salt) ^ sample) % count;
    let mut told = serde_json::Map::new();

    let mut by_dossier = Times::default();
    let mut artifacts = Vec::new();
    for sample in 0..samples {
        let sought =
            Sought { dossier: Some(metadata(picked(1, sample)).dossier_code.to_string()), ..Sought::default() };
        let found = by_dossier.of(archive.find(&sought)).await.unwrap();
        by_dossier.found += found.len();
        artifacts.push(found.into_iter().next().expect("what was kept is found"));
    }
    told.insert("dossier".into(), by_dossier.told());

    let (mut by_id, mut by_digest, mut fetched, mut proven) =
        (Times::default(), Times::default(), Times::default(), Times::default());
    for artifact in &artifacts {
        let found = by_id.of(archive.artifact(artifact.id)).await.unwrap();
        assert_eq!(found.as_ref(), Some(artifact));
        by_id.found += 1;
        by_digest.found += by_digest.of(archive.by_sha256(&artifact.sha256)).await.unwrap().len();
        let bytes = fetched.of(archive.bytes(artifact)).await.unwrap();
        assert_eq!(bytes.len() as u64, artifact.bytes);
        fetched.found += 1;
        assert!(proven.of(archive.receipt(artifact)).await.unwrap().is_some(), "it's in the log");
        proven.found += 1;
    }
    for (what, times) in [("id", by_id), ("digest", by_digest), ("fetch", fetched), ("receipt", proven)] {
        told.insert(what.into(), times.told());
    }

    let mut by_number = Times::default();
    for sample in 0..samples {
        let number = metadata(picked(2, sample)).cert_number;
        let sought = Sought {
            ordinal: Some(number.ordinal),
            year: Some(number.year),
            symbol: Some(number.symbol),
            ..Sought::default()
        };
        by_number.found += by_number.of(archive.find(&sought)).await.unwrap().len();
    }
    told.insert("number".into(), by_number.told());

    let mut by_name = Times::default();
    for sample in 0..samples {
        let sought = Sought { words: Some(name(picked(3, sample))), ..Sought::default() };
        by_name.found += by_name.of(archive.find(&sought)).await.unwrap().len();
    }
    told.insert("name".into(), by_name.told());

    let mut of_day = Times::default();
    for sample in 0..samples.min(100) {
        let about = metadata(picked(4, sample));
        let sought = Sought {
            from: Some(about.issued_date),
            to: Some(about.issued_date),
            kind: Some(about.cert_kind),
            ..Sought::default()
        };
        of_day.found += of_day.of(archive.find(&sought)).await.unwrap().len();
    }
    told.insert("day and kind".into(), of_day.told());

    let mut by_word = Times::default();
    for word in ["nguyen", "Thị", "hương", "nguyễn văn", "mau"].iter().cycle().take(25) {
        let sought = Sought { words: Some((*word).into()), ..Sought::default() };
        by_word.found += by_word.of(archive.find(&sought)).await.unwrap().len();
    }
    told.insert("common word".into(), by_word.told());

    let mut status = Times::default();
    for _ in 0..3 {
        status.of(archive.status(Timestamp::now())).await.unwrap();
        status.found += 1;
    }
    told.insert("status".into(), status.told());
    println!("{}", json!({ "count": count, "open_ms": milliseconds(opening), "what": told }));
    archive.close().await;
}

/// Reads documents again as the scrubbing job does, for about so many seconds, and prints how many a second.
pub(crate) async fn scrub(directory: &Path, seconds: u64) {
    let archive = Archive::open(directory).await.unwrap();
    let (begun, mut objects, mut bytes, mut turns, mut is_complete) = (Instant::now(), 0, 0, Vec::new(), false);
    // Nothing is known to be seen before the first turn: enrolling is a cost of its own.
    let first = archive.scrub(1).await.unwrap();
    let enrolled = begun.elapsed();
    assert!(first.damaged.is_empty() && first.changed_rows.is_empty());
    let begun = Instant::now();
    while !is_complete && begun.elapsed() < Duration::from_secs(seconds) {
        let turn = Instant::now();
        let done = archive.scrub(300_000).await.unwrap();
        assert!(done.damaged.is_empty() && done.changed_rows.is_empty(), "{done:?}");
        (objects, bytes, is_complete) = (objects + done.objects, bytes + done.bytes, done.is_complete);
        turns.push(milliseconds(turn.elapsed()));
    }
    let took = begun.elapsed().as_secs_f64();
    println!(
        "{}",
        json!({ "first_ms": milliseconds(enrolled), "objects": objects, "bytes": bytes, "seconds": took, "turns": turns.len() })
    );
    archive.close().await;
}

/// Audits the archive, and prints how long each part of that took. What waits for its manifest is no finding here.
pub(crate) async fn audit(directory: &Path) {
    let (begun, told) = (Instant::now(), Mutex::new(Vec::<(Stage, f64)>::new()));
    let auditor = Archive::open_to_audit(directory, None).await.unwrap();
    let audit = auditor.audit(&[], |Progress { stage, .. }| {
        let mut told = told.lock().unwrap();
        if told.last().is_none_or(|(last, _)| *last != stage) {
            told.push((stage, begun.elapsed().as_secs_f64()));
        }
    });
    let audit = audit.await.unwrap();
    auditor.close().await;
    let begins: Vec<Value> =
        told.into_inner().unwrap().iter().map(|(stage, at)| json!([format!("{stage:?}"), at])).collect();
    println!(
        "{}",
        json!({
            "seconds": begun.elapsed().as_secs_f64(), "begins": begins, "counts": audit.counts, "more": audit.more,
            "problems": audit.problems.iter().take(5).collect::<Vec<_>>(), "notes": audit.notes.len(),
        })
    );
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// How long each took, and how much was found.
#[derive(Default)]
struct Times {
    times: Vec<Duration>,
    found: usize,
}

impl Times {
    async fn of<T>(&mut self, work: impl Future<Output = T>) -> T {
        let begun = Instant::now();
        let done = work.await;
        self.times.push(begun.elapsed());
        done
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "figures of a benchmark"
    )]
    fn told(mut self) -> Value {
        self.times.sort();
        let at = |share: f64| {
            let index = (self.times.len() as f64 * share).ceil() as usize;
            self.times.get(index.max(1) - 1).copied().map_or(0.0, milliseconds)
        };
        json!({
            "samples": self.times.len(), "found": self.found as f64 / self.times.len().max(1) as f64,
            "p50": at(0.5), "p99": at(0.99), "most": at(1.0),
        })
    }
}
