//! Each edge of the archive's state machines (`kyso_archive::edges`): the service dies or fails there, as a process, with either
//! pair of stores. What was answered is there; what is repeated is answered once and to the byte; the audit is content.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test panics where something is wrong"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use kyso_tests::http::{Answer, Request};
use kyso_tests::judges::root;
use kyso_tests::province::Province;
use kyso_tests::service::{self, Callers, Running, certification, certify, form, request, sign};
use kyso_tests::{shapes, tool, ward};

/// The edges that a request under a key reaches by itself.
const OF_REQUESTS: [&str; 7] =
    ["claim.begun", "claim.durable", "object.whole", "object.named", "object.durable", "rows.written", "rows.durable"];
/// Those that jobs reach afterwards.
const OF_JOBS: [&str; 5] = ["log.placed", "log.tiled", "log.signed", "log.shown", "manifest.written"];
const OF_OTHERS: [&str; 2] = ["draft.durable", "refusal.durable"];

/// What a client asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sign,
    Unkeyed,
    Seal,
    Certify,
    Refused,
}

struct Ward<'a> {
    directory: &'a Path,
    callers: Callers,
    signed: Vec<u8>,
    /// Every signed answer so far, by what it was for.
    answered: BTreeMap<String, Answer>,
}

impl<'a> Ward<'a> {
    fn new(directory: &'a Path, archive: &str) -> Self {
        let callers = service::write_config(directory, "");
        std::fs::write(directory.join("agency.toml"), ward::AGENCY).unwrap();
        let file = directory.join("kyso.toml");
        let config = std::fs::read_to_string(&file).unwrap() + &service::office() + archive;
        std::fs::write(&file, config).unwrap();
        let ward = Self { directory, callers, signed: Vec::new(), answered: BTreeMap::new() };
        ward.kyso(&["register", "init", "--archive", "kyso.toml"]);
        ward.kyso(&["archive", "init", "--archive", "kyso.toml"]);
        let service = Running::start(directory);
        let signed = sign(&ward.callers, &shapes::plain()).send(service.address).body;
        assert_eq!(service.terminate().0, Some(0));
        Self { signed, ..ward }
    }

    fn kyso(&self, arguments: &[&str]) {
        let output = tool::kyso().current_dir(self.directory).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }

    fn asked(&self, kind: Kind, key: &str) -> Request {
        let keyed = |request: Request| request.header("Idempotency-Key", key);
        match kind {
            Kind::Sign => keyed(sign(&self.callers, &shapes::plain())),
            Kind::Unkeyed => sign(&self.callers, &shapes::plain()),
            Kind::Seal => keyed(form("/api/v1/seal", &self.callers.clerk, &self.signed, r#"{"key": "con-dau"}"#)),
            Kind::Certify => {
                let number =
                    key.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 10_000;
                let asked = certification(&format!("H61.12-261129-{number:04}"));
                keyed(certify(&asked, &shapes::plain(), r#"{"allow_draft": true}"#))
            }
            Kind::Refused => keyed(form("/api/v1/sign", &self.callers.leader, b"no PDF", r#"{"key": "chu-tich"}"#)),
        }
    }

    /// Waits until the recovery job was done since then.
    fn recovered(&self, service: &Running, since: Instant) {
        let over = since + Duration::from_secs(90);
        loop {
            let figures = service.get(&self.callers, "/metrics");
            let figures = String::from_utf8(figures.body).unwrap();
            let done =
                figures.lines().find_map(|line| line.strip_prefix("kyso_job_done_age_seconds{kind=\"recover\"} "));
            if done.is_some_and(|age| age.parse::<f64>().unwrap() < since.elapsed().as_secs_f64()) {
                return;
            }
            assert!(Instant::now() < over, "nothing was recovered: {figures}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What a request is answered in the end: whoever died in it keeps others away until its lease is over.
    fn in_time(&self, service: &Running, asked: &Request) -> Answer {
        let over = Instant::now() + Duration::from_secs(120);
        loop {
            let answer = asked.send(service.address);
            if answer.status != 503 || Instant::now() > over {
                return answer;
            }
        }
    }

    /// The edge is met in the midst of a request, or of the jobs after it; then everything goes on as if nothing had been.
    fn meets(&mut self, edge: &str, what: &str, kind: Kind) {
        let at = format!("{edge} {what} {kind:?}");
        let key = at.replace([' ', '.'], "-");
        let service =
            Running::start_with(self.directory, &[("ARCHIVE_EDGE", &format!("{edge}={what}")), ("ARCHIVE_LEASE", "1")]);
        let first = self.asked(kind, &key).try_send(service.address);
        let is_of_jobs = OF_JOBS.contains(&edge);
        if is_of_jobs {
            // The job comes by itself, within a minute.
            let over = Instant::now() + Duration::from_secs(90);
            while what == "abort" && Request::new("GET", "/healthz").try_send(service.address).is_some() {
                assert!(Instant::now() < over, "{at}: the edge wasn't reached");
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        match &first {
            None => assert_eq!(what, "abort", "{at}: no answer"),
            Some(answer) if is_of_jobs => assert_eq!(answer.status, 201, "{at}: {answer:?}"),
            Some(answer) if kind == Kind::Refused => assert!(answer.status >= 400, "{at}: {answer:?}"),
            Some(answer) => assert_eq!((what, answer.status), ("error", 500), "{at}: the edge wasn't met: {answer:?}"),
        }
        service.kill();

        if kind == Kind::Unkeyed {
            // Its lease is over when the next one starts, and looks.
            std::thread::sleep(Duration::from_millis(1_500));
        }
        let started = Instant::now();
        let service = Running::start(self.directory);
        if kind == Kind::Unkeyed {
            // Nobody repeats it: what it left is taken up by the service itself, before the next one meets an edge.
            self.recovered(&service, started);
        }
        let asked = if kind == Kind::Refused { Kind::Sign } else { kind };
        if kind != Kind::Unkeyed {
            let again = self.in_time(&service, &self.asked(asked, &key));
            assert_eq!(again.status, 201, "{at}: {again:?}");
            if let Some(first) = first.filter(|first| first.status == 201) {
                assert_eq!(again.body, first.body, "{at}: a second one was made");
            }
            let third = self.asked(asked, &key).send(service.address);
            assert!(third.status == 201 && third.body == again.body, "{at}: a second one was made: {third:?}");
            if kind != Kind::Certify {
                self.answered.insert(at.clone(), again);
            }
        }
        assert_eq!(service.terminate().0, Some(0), "{at}");
    }

    /// Everything that was answered is there, once; so is what lies in the store.
    fn is_whole(&self) {
        let service = Running::start(self.directory);
        let mut seen = BTreeSet::new();
        for (at, answer) in &self.answered {
            let location = answer.header("location").unwrap();
            let kept = request("GET", location, &self.callers.reader).send(service.address);
            assert!(kept.status == 200 && kept.body == answer.body, "{at}: {kept:?}");
            assert!(seen.insert(answer.body.clone()), "{at}: another request's answer");
            let receipt =
                request("GET", &format!("{location}/receipt"), &self.callers.reader).header("Prefer", "wait=5");
            assert!((0..20).any(|_| receipt.send(service.address).status == 200), "{at}: no receipt");
        }
        assert_eq!(service.terminate().0, Some(0));
        self.kyso(&["archive", "audit", "--archive", "kyso.toml"]);
    }
}

fn every_edge(directory: &Path, archive: &str) {
    let mut ward = Ward::new(directory, archive);
    for what in ["abort", "error"] {
        for edge in OF_REQUESTS {
            for kind in [Kind::Sign, Kind::Unkeyed, Kind::Seal] {
                ward.meets(edge, what, kind);
            }
        }
        for edge in OF_JOBS {
            ward.meets(edge, what, Kind::Sign);
        }
        ward.meets("draft.durable", what, Kind::Certify);
        ward.meets("refusal.durable", what, Kind::Refused);
    }
    ward.is_whole();
}

#[test]
fn with_a_directory() {
    let directory = tempfile::tempdir().unwrap();
    // A file of the configuration can't name nothing: the archive is data_dir's.
    every_edge(directory.path(), "");
}

#[test]
fn with_postgresql_and_s3() {
    let (province, directory) = (Province::new(), tempfile::tempdir().unwrap());
    let archive = province.archive(directory.path(), None);
    every_edge(directory.path(), &archive);
}

/// An edge that is new stands in a list above.
#[test]
fn every_edge_is_met() {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![root().join("crates/kyso-archive/src")];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        let edges = text.split("reach(\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        reached.extend(edges);
    }
    let known: BTreeSet<_> = OF_REQUESTS.into_iter().chain(OF_JOBS).chain(OF_OTHERS).map(str::to_owned).collect();
    assert_eq!(reached, known);
}
