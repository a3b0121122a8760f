//! Inputs that once made a fuzz target panic or take too long, and no longer do.

use std::path::Path;
use std::time::{Duration, Instant};

use kyso_tests::fuzz::TARGETS;

/// The longest that one may take, on a slow machine without optimisation.
const LONGEST: Duration = Duration::from_secs(5);

#[test]
fn regressions_stay_fixed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions");
    let mut replayed = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() || name == "README.md" {
            continue;
        }
        let (target, _) = name.rsplit_once('-').expect("TARGET-HASH");
        let target = TARGETS.iter().find(|known| known.name == target).expect("a target");
        let bytes = std::fs::read(&path).unwrap();
        // The first run makes what all runs share.
        (target.run)(b"");
        let started = Instant::now();
        (target.run)(&bytes);
        assert!(started.elapsed() < LONGEST, "{name} took {:?}", started.elapsed());
        replayed += 1;
    }
    assert!(replayed > 0, "no regressions in {}", folder.display());
}

/// Each target in `fuzz/` is one of ours, and none is missing.
#[test]
fn every_target_is_in_cargo_fuzz() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/fuzz_targets");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<String> = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let mut targets = TARGETS.map(|target| target.name.to_owned());
    files.sort_unstable();
    targets.sort_unstable();
    assert_eq!(files, targets);
}
