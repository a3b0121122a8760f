//! Peak memory of signing and verifying, each in a process of its own over a memory map.
//!
//! `memory` makes a small and a large file and prints a table; `memory CASE FILE` is one of its processes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement panics where something is wrong")]

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use kyso_benches::{document, hash, map, sign, signed, signer, verify};
use kyso_tests::{keys, signing};

const SIZES: [(&str, usize); 2] = [("100 KB", 100 << 10), ("100 MB", 100 << 20)];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [case, file] => one(case, Path::new(file)),
        [] => all(),
        _ => panic!("usage: memory [CASE FILE]"),
    }
}

/// Runs a case and prints peak and mapped memory in KiB.
fn one(case: &str, file: &Path) {
    let root = std::fs::read(file.with_extension("root")).unwrap();
    let bytes = map::map(file);
    match case {
        "nothing" => {}
        "hash" => drop(hash(&bytes)),
        "sign" => {
            let tail = sign(&bytes, &signing::leader_parameters(), &signer());
            std::io::sink().write_all(&tail).unwrap();
        }
        "verify" => {
            let mut policy = signing::policy();
            policy.anchors = kyso::Anchors::read(&root).unwrap();
            policy.roster.certificates.clear();
            verify(&bytes, &policy);
        }
        _ => panic!("{case}: no such case"),
    }
    println!("{} {}", status("VmHWM"), status("RssFile"));
}

fn all() {
    let folder = tempfile::tempdir().unwrap();
    println!("{:<8} {:<8} {:>12} {:>12} {:>14}", "file", "case", "peak MB", "mapped MB", "beyond map MB");
    for (name, size) in SIZES {
        let (plain, with_signature) = (folder.path().join("plain.pdf"), folder.path().join("signed.pdf"));
        let bytes = document(size);
        std::fs::write(&plain, &bytes).unwrap();
        std::fs::write(&with_signature, signed(&bytes)).unwrap();
        for file in [&plain, &with_signature] {
            std::fs::write(file.with_extension("root"), keys::PKI.root_der().unwrap()).unwrap();
        }
        for (case, file) in [("nothing", &plain), ("hash", &plain), ("sign", &plain), ("verify", &with_signature)] {
            let said = Command::new(std::env::current_exe().unwrap()).arg(case).arg(file).output().unwrap();
            assert!(said.status.success(), "{case}: {}", String::from_utf8_lossy(&said.stderr));
            let text = String::from_utf8(said.stdout).unwrap();
            let numbers: Vec<f64> = text.split_whitespace().map(|number| number.parse::<f64>().unwrap()).collect();
            let [peak, mapped] = numbers[..] else { panic!("{text}") };
            let mb = |kib: f64| kib / 1024.0;
            println!("{name:<8} {case:<8} {:>12.1} {:>12.1} {:>14.1}", mb(peak), mb(mapped), mb(peak - mapped));
        }
    }
}

/// A line of /proc/self/status, in KiB.
fn status(key: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = text.lines().find(|line| line.starts_with(key)).expect("the line");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}
