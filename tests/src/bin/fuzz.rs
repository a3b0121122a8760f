//! Runs the fuzz targets on broken copies of their seeds, with a stable toolchain:
//! `fuzz [--target NAME] [--executions N] [--seconds LIMIT] [--seed S]`, both bounds for each target.
//! `fuzz --write-seeds` only writes the seeds to `fuzz/corpus`, for cargo-fuzz.
//!
//! A seed always makes the same changes; the keys in the seeds are new in every process. The first input that panics,
//! or takes more than 3 s, is kept in `tests/regressions`, and the exit status is 1.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a tool of tests panics where something is wrong"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::exit;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use kyso::crypto::DigestAlgorithm;
use kyso_tests::fuzz::{TARGETS, Target, seeds};
use kyso_tests::mutations::Mutator;

/// The longest that one execution may take.
const LONGEST: Duration = Duration::from_secs(3);
/// As on the service's threads: an input that recurses too deep for them must be found here.
const STACK: usize = 2 << 20;
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

struct Arguments {
    target: Option<String>,
    executions: u64,
    seconds: u64,
    seed: u64,
}

fn main() {
    let mut arguments = Arguments { target: None, executions: 10_000, seconds: 60, seed: 1 };
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        if name == "--write-seeds" {
            return seeds::write(&Path::new(ROOT).join("fuzz/corpus")).unwrap();
        }
        let value = given.next().unwrap_or_else(|| panic!("{name} needs a value"));
        let number = || value.parse().unwrap_or_else(|_| panic!("{name} needs a number"));
        match &*name {
            "--target" => arguments.target = Some(value),
            "--executions" => arguments.executions = number(),
            "--seconds" => arguments.seconds = number(),
            "--seed" => arguments.seed = number(),
            other => panic!("unknown argument {other}"),
        }
    }
    let chosen = |target: &&Target| arguments.target.as_deref().is_none_or(|name| name == target.name);
    let targets: Vec<&Target> = TARGETS.iter().filter(chosen).collect();
    assert!(!targets.is_empty(), "no such target");
    for target in targets {
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK);
            thread.spawn_scoped(scope, || run(target, &arguments)).unwrap().join().unwrap();
        });
    }
}

/// What runs now: the watchdog makes its input again if it doesn't come back.
static RUNNING: Mutex<Option<(u64, Instant)>> = Mutex::new(None);

fn run(target: &Target, arguments: &Arguments) {
    let seeds = (target.seeds)();
    // The first execution makes keys and digests that the others share.
    (target.run)(&seeds[0]);
    let input = |number: u64| mutant(target, &seeds, arguments.seed, number);
    let (started, mut slowest, mut number) = (Instant::now(), (Duration::ZERO, 0), 0);
    std::thread::scope(|scope| {
        let watchdog = scope.spawn(|| watch(target, &input));
        while number < arguments.executions && started.elapsed().as_secs() < arguments.seconds {
            let bytes = input(number);
            let began = Instant::now();
            *RUNNING.lock().unwrap() = Some((number, began));
            let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(&bytes)));
            let took = began.elapsed();
            if outcome.is_err() {
                keep(target, &bytes, number, "panicked");
            }
            if took > LONGEST {
                keep(target, &bytes, number, &format!("took {took:?}"));
            }
            slowest = slowest.max((took, number));
            number += 1;
        }
        *RUNNING.lock().unwrap() = None;
        watchdog.thread().unpark();
    });
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{:<12} {number:>9} executions {seconds:>6.1} s {:>8.0}/s, slowest {:.1?} (number {} of seed {})",
        target.name,
        f64::from(u32::try_from(number).unwrap_or(u32::MAX)) / seconds,
        slowest.0,
        slowest.1,
        arguments.seed
    );
}

/// The input with this number.
fn mutant(target: &Target, seeds: &[Vec<u8>], seed: u64, number: u64) -> Vec<u8> {
    let mut mutator = Mutator::new(seed.rotate_left(40).wrapping_add(number + 1));
    let (one, other) = (mutator.below(seeds.len()), mutator.below(seeds.len()));
    mutator.mutate_as(target.format, &seeds[one], &seeds[other])
}

/// Ends the process where an execution doesn't end, until none is running.
fn watch(target: &Target, input: &dyn Fn(u64) -> Vec<u8>) {
    loop {
        std::thread::park_timeout(Duration::from_millis(200));
        let running = *RUNNING.lock().unwrap();
        match running {
            Some((number, began)) if began.elapsed() > 4 * LONGEST => {
                keep(target, &input(number), number, "doesn't end")
            }
            Some(_) => {}
            None => return,
        }
    }
}

fn keep(target: &Target, bytes: &[u8], number: u64, fault: &str) -> ! {
    let digest = DigestAlgorithm::Sha256.digest(bytes);
    let hash: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let folder = Path::new(ROOT).join("tests/regressions");
    let path = folder.join(format!("{}-{hash}", target.name));
    std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, bytes)).unwrap();
    eprintln!("{}, execution {number}: {fault}; kept in {}", target.name, path.display());
    exit(1)
}
