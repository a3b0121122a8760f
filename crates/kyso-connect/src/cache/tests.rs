use std::cell::Cell;

use super::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn later(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

/// Answers are `until:SECONDS`; anything else is none.
fn read(bytes: &[u8]) -> Result<Lasting, Fault> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    match text.strip_prefix("until:").map(str::parse) {
        Some(Ok(seconds)) => Ok(Lasting::Until(later(seconds))),
        _ if text == "run" => Ok(Lasting::Run),
        _ => Err(Fault::Status(500)),
    }
}

struct Asked(Cell<usize>);

impl Asked {
    fn get(&self, cache: &Cache, now: Timestamp, answer: &str) -> Result<Vec<u8>, Fault> {
        cache.get(key("test", "http://x/", b"request"), now, read, || {
            self.0.set(self.0.get() + 1);
            Ok(answer.into())
        })
    }
}

#[test]
fn each_answer_is_asked_for_once_a_run() {
    let (cache, asked) = (Cache::new(), Asked(Cell::new(0)));
    for _ in 0..3 {
        assert_eq!(asked.get(&cache, NOW, "run").unwrap(), b"run");
    }
    assert_eq!(asked.0.get(), 1);
    asked.get(&cache.next_run(), NOW, "run").unwrap();
    assert_eq!(asked.0.get(), 2);
}

#[test]
fn a_failure_is_met_once_a_run_too() {
    let (cache, asked) = (Cache::new(), Asked(Cell::new(0)));
    for _ in 0..3 {
        assert!(asked.get(&cache, NOW, "nonsense").is_err());
    }
    assert_eq!(asked.0.get(), 1);
}

#[test]
fn a_directory_keeps_answers_until_their_next_update() {
    let directory = tempfile::tempdir().unwrap();
    let (cache, asked) = (Cache::in_directory(directory.path().join("new/one")).unwrap(), Asked(Cell::new(0)));
    asked.get(&cache, NOW, "until:100").unwrap();
    assert_eq!(asked.get(&cache.next_run(), later(99), "until:900").unwrap(), b"until:100");
    assert_eq!(asked.0.get(), 1);
    assert_eq!(asked.get(&cache.next_run(), later(100), "until:900").unwrap(), b"until:900");
    assert_eq!(asked.0.get(), 2);
}

#[test]
fn what_has_no_next_update_or_is_past_it_isnt_kept() {
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::in_directory(directory.path()).unwrap();
    for answer in ["run", "until:0", "until:-5"] {
        Asked(Cell::new(0)).get(&cache.next_run(), NOW, answer).unwrap();
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn damage_is_no_more_than_a_miss() {
    let directory = tempfile::tempdir().unwrap();
    let (cache, asked) = (Cache::in_directory(directory.path()).unwrap(), Asked(Cell::new(0)));
    asked.get(&cache, NOW, "until:100").unwrap();
    let file = fs::read_dir(directory.path()).unwrap().next().unwrap().unwrap().path();
    for damage in [b"".as_slice(), b"until:", b"\xff\xfe", b"until:99999999999999999999"] {
        fs::write(&file, damage).unwrap();
        assert_eq!(asked.get(&cache.next_run(), NOW, "until:100").unwrap(), b"until:100");
    }
    assert_eq!(asked.0.get(), 5);
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert_eq!(asked.get(&cache.next_run(), NOW, "until:100").unwrap(), b"until:100");
}

#[test]
fn a_directory_that_is_gone_keeps_nobody_from_working() {
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::in_directory(directory.path().join("x")).unwrap();
    fs::remove_dir_all(directory.path().join("x")).unwrap();
    assert!(Asked(Cell::new(0)).get(&cache, NOW, "until:100").is_ok());
}

#[test]
fn the_oldest_go_where_there_is_no_room() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("README"), "not ours").unwrap();
    for (index, length) in [(0, 200_u64 << 20), (1, 200 << 20), (2, 100 << 20)] {
        let file = fs::File::create(directory.path().join(format!("{index}.{SUFFIX}"))).unwrap();
        file.set_len(length).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(index)).unwrap();
    }
    make_room(directory.path(), 12 << 20).unwrap();
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 4);
    make_room(directory.path(), 13 << 20).unwrap();
    assert!(!directory.path().join(format!("0.{SUFFIX}")).exists());
    assert!(directory.path().join(format!("1.{SUFFIX}")).exists() && directory.path().join("README").exists());
}

#[test]
fn a_key_tells_its_parts_apart() {
    assert_ne!(key("a", "b", b"c"), key("a", "bc", b""));
    assert_ne!(key("a", "b", b"c"), key("b", "b", b"c"));
}
