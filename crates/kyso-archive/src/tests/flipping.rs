//! Random bits of the database turned over: it doesn't open, or the audit finds it, or nothing that is read is another.

use super::ward::{found, small};
use crate::Archive;

/// How many bits are turned, where `ARCHIVE_FLIPS` doesn't say.
const FLIPS: u64 = 300;

/// Numbers that follow from where they begin (Knuth, MMIX).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

#[tokio::test]
async fn a_random_bit_of_the_database_gives_no_wrong_answer() {
    let ward = small().await;
    let directory = ward.copy();
    let path = directory.path().join("archive.sqlite3");
    let whole = std::fs::read(&path).unwrap();
    let flips = std::env::var("ARCHIVE_FLIPS").ok().map_or(FLIPS, |flips| flips.parse().unwrap());
    let mut numbers = Numbers(std::env::var("ARCHIVE_SEED").ok().map_or(20_261_130, |seed| seed.parse().unwrap()));
    let (mut refused, mut named, mut same, mut wrong) = (0, 0, 0, Vec::new());
    for _ in 0..flips {
        // Where nothing is written, nothing can be changed.
        let byte = loop {
            let byte = usize::try_from(numbers.below(whole.len() as u64)).unwrap();
            if whole[byte.saturating_sub(8)..(byte + 8).min(whole.len())].iter().any(|near| *near != 0) {
                break byte;
            }
        };
        let bit = numbers.below(8);
        let mut bytes = whole.clone();
        bytes[byte] ^= 1 << bit;
        for journal in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(directory.path().join(format!("archive.sqlite3{journal}")));
        }
        std::fs::write(&path, bytes).unwrap();
        let audit = match Archive::open_to_audit(directory.path(), None).await {
            Ok(auditor) => {
                let audit = auditor.audit(&[], |_| {}).await;
                auditor.close().await;
                audit.ok()
            }
            Err(_) => None,
        };
        let is_whole = audit.as_ref().is_some_and(crate::Audit::is_whole);
        match &audit {
            None => refused += 1,
            Some(audit) if audit.is_whole() => same += 1,
            Some(_) => named += 1,
        }
        let Ok(archive) = Archive::open_to_read(directory.path()).await else { continue };
        let answers = ward.answers.again(&archive).await;
        archive.close().await;
        let differing = ward.answers.wrong(&answers, is_whole);
        if !differing.is_empty() {
            wrong.push(format!("byte {byte}, bit {bit}: {:?}: {differing:?}", audit.as_ref().map(found)));
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert_eq!(refused + named + same, flips);
    assert!(named > same, "{refused} didn't open, {named} were named, {same} changed nothing");
    println!("{refused} didn't open, {named} were named, {same} changed nothing");
}
