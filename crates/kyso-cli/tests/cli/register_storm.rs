//! Ten thousand numbers by sixteen processes at once, killed at random moments: no number twice, no gap unexplained.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kyso_tests::tool;
use serde_json::Value;

const WORKERS: usize = 16;
const NUMBERS: usize = 10_000;
/// How often someone is killed, whoever it is.
const KILLS: usize = 60;
const SIGKILL: i32 = 9;

/// Small and good enough for moments.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn command(directory: &Path) -> Command {
    let mut command = tool::kyso();
    command.env("KYSO_ARCHIVE", directory).env("KYSO_OFFICER", "Lê Thị Mẫu").arg("register");
    command
}

fn run(directory: &Path, arguments: &[&str]) -> String {
    let done = command(directory).args(arguments).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

fn request(key: &str) -> String {
    serde_json::json!({
        "register": "SCT/CK,ĐC",
        "request": key,
        "date": "2026-03-05",
        "other_year": true,
        "row": {
            "requesters": [{ "name": "Nguyễn Văn Mẫu", "id_kind": "CCCD", "id_number": "001085012345" }],
            "document": "Giấy ủy quyền",
            "certifier": { "name": "Trần Văn Mẫu", "title": "Phó Chủ tịch" },
            "quantity": { "papers": 1 },
        },
    })
    .to_string()
}

/// A counter's system. One kind asks again under the same keys after a crash; the other has forgotten them.
struct Worker {
    index: usize,
    group: usize,
    forgets: bool,
    todo: VecDeque<String>,
    restarts: usize,
    /// Request -> ordinal, as the process said.
    told: HashMap<String, u64>,
}

impl Worker {
    /// Runs one process until it's done or killed.
    fn go(&mut self, directory: &Path, running: &Mutex<Option<Child>>, done: &AtomicUsize) {
        let group = self.group.to_string();
        let mut child = command(directory)
            .args(["allot", "--batch", "-", "--group", &group, "--format", "json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        *running.lock().unwrap() = Some(child);
        let lines = self.todo.iter().map(|key| request(key) + "\n").collect::<Vec<_>>();
        // The pipe breaks when the process is killed.
        let feeder = std::thread::spawn(move || lines.iter().try_for_each(|line| stdin.write_all(line.as_bytes())));
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            // A killed process may leave half a line; then nobody was told.
            let Ok(entry) = serde_json::from_str::<Value>(&line) else { break };
            let (key, ordinal) = (entry["request"].as_str().unwrap(), entry["number"]["ordinal"].as_u64().unwrap());
            assert_eq!(self.todo.pop_front().as_deref(), Some(key), "answers come in the order of the requests");
            assert_eq!(self.told.insert(key.to_owned(), ordinal), None);
            done.fetch_add(1, Ordering::Relaxed);
        }
        let mut child = running.lock().unwrap().take().unwrap();
        let status = child.wait().unwrap();
        let _ = feeder.join().unwrap();
        // The killer may come between the last line and the end of the process: killed, and all was told.
        let ended_well = status.success() && self.todo.is_empty();
        assert!(ended_well || status.signal() == Some(SIGKILL), "worker {}: {status}", self.index);
        self.restarts += 1;
        if self.forgets {
            let restarts = self.restarts;
            for key in self.todo.iter_mut().take(self.group) {
                *key = format!("{key}/{restarts}");
            }
        }
    }
}

#[test]
fn ten_thousand_numbers_survive_sixteen_workers_and_kill_9() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    run(directory, &["init"]);
    let seed: u64 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().subsec_nanos().into();
    println!("seed {seed}");
    let (started, done, stop) = (Instant::now(), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let children: Vec<Arc<Mutex<Option<Child>>>> = (0..WORKERS).map(|_| Arc::default()).collect();

    let workers = (0..WORKERS).map(|index| {
        let (running, done, directory) = (Arc::clone(&children[index]), Arc::clone(&done), directory.to_owned());
        std::thread::spawn(move || {
            let keys = (0..NUMBERS / WORKERS).map(|number| format!("{index}-{number}"));
            let mut worker = Worker {
                index,
                // A quarter syncs the disk for every number, as counters do; the rest in groups.
                group: if index % 4 == 0 { 1 } else { 5 + index },
                forgets: index % 2 == 1,
                todo: keys.collect(),
                restarts: 0,
                told: HashMap::new(),
            };
            while !worker.todo.is_empty() {
                worker.go(&directory, &running, &done);
            }
            worker
        })
    });
    let workers = workers.collect::<Vec<_>>();

    let killer = {
        let (children, done, stop) = (children.clone(), Arc::clone(&done), Arc::clone(&stop));
        std::thread::spawn(move || {
            let (mut chance, mut kills) = (Chance(seed), 0);
            // Spread over the whole run: each kill waits for its share of the numbers, then for a moment.
            while kills < KILLS && !stop.load(Ordering::Relaxed) {
                if done.load(Ordering::Relaxed) < kills * NUMBERS / KILLS {
                    std::thread::sleep(Duration::from_millis(1));
                    continue;
                }
                std::thread::sleep(Duration::from_micros(chance.below(20_000)));
                let victim = &children[usize::try_from(chance.below(WORKERS as u64)).unwrap()];
                if let Some(child) = victim.lock().unwrap().as_mut() {
                    // SIGKILL, where there are signals.
                    child.kill().unwrap();
                    kills += 1;
                }
            }
            kills
        })
    };
    // Meanwhile, the office opens new books.
    for book in 2..=3 {
        while done.load(Ordering::Relaxed) < NUMBERS * (book - 1) / 4 {
            std::thread::sleep(Duration::from_millis(5));
        }
        run(directory, &["next-book", "--register", "CK", "--year", "2026"]);
    }
    let workers = workers.into_iter().map(|worker| worker.join().unwrap()).collect::<Vec<_>>();
    stop.store(true, Ordering::Relaxed);
    let kills = killer.join().unwrap();
    let restarts = workers.iter().map(|worker| worker.restarts - 1).sum::<usize>();
    println!("{NUMBERS} numbers, {kills} kills, {restarts} restarts, {:?}", started.elapsed());
    assert!(kills >= KILLS / 2 && restarts > 0, "{kills} kills, {restarts} restarts");

    // No number twice.
    let mut told = BTreeMap::new();
    for (key, ordinal) in workers.into_iter().flat_map(|worker| worker.told) {
        assert_eq!(told.insert(ordinal, key), None, "number {ordinal} was given out twice");
    }
    assert_eq!(told.len(), NUMBERS);

    // Whatever was allotted and not told is pending: found, and voided with a reason.
    let pending: Value = serde_json::from_str(&run(directory, &["pending", "--format", "json"])).unwrap();
    let pending = pending["entries"].as_array().unwrap();
    let known = told.values().collect::<HashSet<_>>();
    let mut lost = Vec::new();
    for entry in pending {
        let (key, ordinal) = (entry["request"].as_str().unwrap(), entry["number"]["ordinal"].as_u64().unwrap());
        if known.contains(&key.to_owned()) {
            assert_eq!(told[&ordinal], key);
        } else {
            lost.push((ordinal, key));
        }
    }
    println!("{} numbers were lost by their processes", lost.len());
    for (ordinal, key) in &lost {
        run(directory, &["void", "--request", key, "--reason", "Tiến trình bị dừng"]);
        assert_eq!(told.insert(*ordinal, (*key).to_owned()), None);
    }
    let ordinals = told.keys().copied().collect::<Vec<_>>();
    assert_eq!(ordinals, (1..=ordinals.len() as u64).collect::<Vec<_>>(), "a gap that nothing explains");

    let audit: Value = serde_json::from_str(&run(directory, &["audit", "--format", "json"])).unwrap();
    let totals = &audit["audit"]["years"][0]["totals"];
    assert_eq!(totals["allotted"], ordinals.len());
    assert_eq!(totals["void"], lost.len());
    assert_eq!(totals["pending"], NUMBERS);
    assert_eq!(totals["books"], 3);
    assert_eq!(audit["audit"]["problems"], serde_json::json!([]));
}
