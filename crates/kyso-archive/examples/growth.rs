//! Fills an archive of SQLite and files by the library's own calls, and measures how long it takes to find, fetch and prove what is
//! in it. `tests/judges/growth` runs it at several sizes and draws what comes out.
//!
//! ```sh
//! cargo run --release -p kyso-archive --example growth -- fill DIR COUNT
//! cargo run --release -p kyso-archive --example growth -- rows DIR COUNT
//! cargo run --release -p kyso-archive --example growth -- measure DIR SAMPLES
//! cargo run --release -p kyso-archive --example growth -- scrub DIR SECONDS
//! cargo run --release -p kyso-archive --example growth -- audit DIR
//! ```
//!
//! Each document is signed and verified, and no two are the same; each is kept with metadata of its own: a dossier, a number, a date,
//! a kind, the requester's name. The same number of document gives the same metadata, so that `measure` knows what to look for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement fails where something is wrong"
)]

#[path = "../tests/growth/documents.rs"]
mod documents;
#[path = "../tests/growth/measure.rs"]
mod measure;
#[path = "../tests/growth/rows.rs"]
mod rows;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use kyso::Role;
use kyso_archive::{Archive, Begun, Beside, Meta, Request};
use tokio::task::JoinSet;

use documents::{Signing, metadata};

/// How many documents are under way at once.
const AT_ONCE: usize = 96;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["fill", directory, count] => fill(Path::new(directory), count.parse().expect("a count")).await,
        ["measure", directory, samples] => {
            measure::measure(Path::new(directory), samples.parse().expect("a count")).await;
        }
        ["rows", directory, count] => rows::write(Path::new(directory), count.parse().expect("a count")).await,
        ["scrub", directory, seconds] => {
            measure::scrub(Path::new(directory), seconds.parse().expect("seconds")).await;
        }
        ["audit", directory] => measure::audit(Path::new(directory)).await,
        _ => panic!(
            "usage: growth fill|rows DIR COUNT | growth measure DIR SAMPLES | growth scrub DIR SECONDS | growth audit DIR"
        ),
    }
}

/// Keeps documents until there are `count`.
async fn fill(directory: &Path, count: u64) {
    let archive = Archive::create(directory).await.unwrap();
    let from = archive.count().await.unwrap();
    let (signing, next) = (Arc::new(Signing::new()), Arc::new(AtomicU64::new(from)));
    let begun = Instant::now();
    let mut workers = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (archive, signing, next) = (archive.clone(), Arc::clone(&signing), Arc::clone(&next));
        workers.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return;
                }
                keep(&archive, &signing, number).await;
            }
        });
    }
    let mut told = Instant::now();
    while workers.join_next_with(&archive, &mut told, &next).await {}
    let leaves = archive.sequence().await.unwrap();
    let (work, took) = (archive.work(), begun.elapsed().as_secs_f64());
    println!(
        "{}",
        serde_json::json!({
            "from": from, "count": archive.count().await.unwrap(), "leaves": leaves, "seconds": took,
            "transactions": work.transactions, "writings": work.writings,
        })
    );
    archive.close().await;
}

/// Signs, verifies and keeps the document of this number, as the service does: begun under a key, then kept.
async fn keep(archive: &Archive, signing: &Arc<Signing>, number: u64) {
    let signed = Arc::clone(signing);
    let file = tokio::task::spawn_blocking(move || signed.document(number)).await.unwrap();
    let request = Request::keyed("growth", format!("growth-{number}"), format!("{number:064x}"));
    let meta = Meta { role: Role::Seal, actor: "văn thư".into(), file_name: Some(format!("{number}.pdf")) };
    let Begun::Open(claim) = archive.begin(&request, &meta).await.unwrap() else { panic!("kept before: {number}") };
    let beside = Beside { answer: None, metadata: Some(metadata(number)) };
    archive.keep(claim, &file, beside).await.unwrap();
}

/// What is done beside keeping: the log grows, and progress is told.
trait Beneath {
    async fn join_next_with(&mut self, archive: &Archive, told: &mut Instant, next: &AtomicU64) -> bool;
}

impl Beneath for JoinSet<()> {
    async fn join_next_with(&mut self, archive: &Archive, told: &mut Instant, next: &AtomicU64) -> bool {
        tokio::select! {
            ended = self.join_next() => match ended {
                Some(ended) => ended.map(|()| true).unwrap(),
                None => false,
            },
            () = tokio::time::sleep(std::time::Duration::from_secs(2)) => {
                archive.sequence().await.unwrap();
                if told.elapsed().as_secs() >= 20 {
                    eprintln!("{} kept", next.load(Ordering::Relaxed));
                    *told = Instant::now();
                }
                true
            }
        }
    }
}
