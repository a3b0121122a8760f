//! `kyso serve` as a process: what survives when it's killed, how it stops, what it writes into its log.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test panics where something is wrong"
)]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kyso_certification::number::CertificationNumber;
use kyso_tests::corners::Corner;
use kyso_tests::http::Answer;
use kyso_tests::service::{self, Running, request, sign};
use kyso_tests::ward;
use kyso_tests::{shapes, tool};

/// The same codes and findings as the command's, drawn by the service's own process apart.
#[test]
fn a_verification_looks_for_qr_codes() {
    let directory = tempfile::tempdir().unwrap();
    let callers = service::write(directory.path());
    let service = Running::start(directory.path());
    let plain = shapes::plain();
    let stamp = kyso_certification::stamp::QrStamp {
        base: "https://tracuu.example.gov.vn".into(),
        code: kyso_certification::code::LookupCode::from_random(*b"sample bits!"),
        issuer: "H61.12.3".into(),
        number: CertificationNumber { symbol: "SCT/CK,ĐC".into(), year: 2026, ordinal: 7, book: 1 },
        place: Corner::UpperLeft(1).of(&plain),
    };
    let tail = kyso_certification::stamp_qr(&kyso::Document::parse(&plain).unwrap(), &stamp).unwrap().tail;
    let own = [plain.as_slice(), &tail.bytes].concat();
    for (pdf, whose, severity) in
        [(own.clone(), "this-document", "info"), (shapes::qpdf(&own, &[]), "another-document", "error")]
    {
        let signed = sign(&callers, &pdf).send(service.address);
        assert_eq!(signed.status, 201, "{signed:?}");
        let answer = request("POST", "/api/v1/verify", &callers.reader)
            .header("Accept-Language", "en")
            .body("application/pdf", signed.body.clone())
            .send(service.address);
        let report = answer.json();
        assert_eq!((answer.status, &report["qr"][0]["belongs_to"]), (200, &whose.into()), "{report}");
        assert_eq!(report["qr_not_seen"], serde_json::json!([]));
        let finding = report["findings"].as_array().unwrap().iter().find(|one| one["page"] == 1).unwrap();
        assert_eq!(finding["severity"], severity, "{finding}");
        std::fs::write(directory.path().join("a.pdf"), &signed.body).unwrap();
        let mut command = tool::kyso();
        command.current_dir(directory.path()).args(["verify", "--lang", "en", "--format", "json", "a.pdf"]);
        let said: serde_json::Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
        for field in ["qr", "qr_not_seen"] {
            assert_eq!(said[0][field], report[field]);
        }
        assert!(said[0]["findings"].as_array().unwrap().contains(finding), "{}", said[0]["findings"]);
    }
    service.kill();
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let directory = tempfile::tempdir().unwrap();
    let callers = service::write(directory.path());
    let mut acknowledged: Vec<(String, Answer)> = Vec::new();
    for round in 0..5 {
        let service = Running::start(directory.path());
        for (key, answer) in &acknowledged {
            let location = answer.header("location").unwrap();
            let kept = service.get(&callers, location);
            assert_eq!((kept.status, &kept.body), (200, &answer.body));
            assert_eq!(service.get(&callers, &format!("{location}/report")).status, 200);
            let again = sign(&callers, &shapes::plain()).header("Idempotency-Key", key).send(service.address);
            assert_eq!((again.status, &again.body), (201, &answer.body), "a second signature was made");
        }
        let key = format!("round {round}");
        let answer = sign(&callers, &shapes::plain()).header("Idempotency-Key", &key).send(service.address);
        service.kill();
        assert_eq!(answer.status, 201, "{answer:?}");
        acknowledged.push((key, answer));
    }
}

#[test]
fn a_kill_amid_the_work_leaves_nothing_half_done() {
    let directory = tempfile::tempdir().unwrap();
    let callers = service::write(directory.path());
    let mut acknowledged: Vec<(String, Answer)> = Vec::new();
    for round in 0..6_u64 {
        let service = Running::start(directory.path());
        let address = service.address;
        let killed = AtomicBool::new(false);
        let answers = std::thread::scope(|scope| {
            let work = |worker: usize| {
                let (callers, killed) = (&callers, &killed);
                move || {
                    let mut answers = Vec::new();
                    for number in 0.. {
                        let key = format!("{round}/{worker}/{number}");
                        let request = sign(callers, &shapes::plain()).header("Idempotency-Key", &key);
                        match request.try_send(address) {
                            Some(answer) => answers.push((key, answer)),
                            None => break,
                        }
                        if killed.load(Ordering::Relaxed) {
                            break;
                        }
                    }
                    answers
                }
            };
            let workers: Vec<_> = (0..4).map(|worker| scope.spawn(work(worker))).collect();
            std::thread::sleep(Duration::from_millis(150 + 37 * round));
            service.kill();
            killed.store(true, Ordering::Relaxed);
            workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
        });
        acknowledged.extend(answers);
    }
    assert!(acknowledged.len() > 6, "only {} signatures were made", acknowledged.len());

    let half_written = || -> BTreeSet<OsString> {
        let entries = std::fs::read_dir(directory.path().join("data/tmp")).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect()
    };
    let before = half_written();
    let service = Running::start(directory.path());
    // Jobs write meanwhile, under names of their own.
    assert!(half_written().is_disjoint(&before), "half-written files are left: {before:?}");
    for (key, answer) in &acknowledged {
        assert_eq!(answer.status, 201, "{key}: {answer:?}");
        let kept = service.get(&callers, answer.header("location").unwrap());
        assert_eq!((kept.status, &kept.body), (200, &answer.body), "{key}");
    }
    assert_eq!(service.terminate().0, Some(0));
    // What was never acknowledged is whole too, and has its row.
    let mut audit = tool::kyso();
    let audit = audit.current_dir(directory.path()).args(["archive", "audit", "--archive", "data"]).output().unwrap();
    assert!(audit.status.success(), "{audit:?}");
}

/// Killed between a number and its file, between the file and the register, or wherever: whoever asks again gets the number
/// that the request has, and one that was answered the same answer.
#[test]
fn a_kill_amid_certifying_neither_loses_nor_doubles_a_number() {
    let directory = tempfile::tempdir().unwrap();
    service::write(directory.path());
    std::fs::write(directory.path().join("agency.toml"), ward::AGENCY).unwrap();
    let config = directory.path().join("kyso.toml");
    std::fs::write(&config, std::fs::read_to_string(&config).unwrap() + &service::office()).unwrap();
    let register = |arguments: &str| {
        let mut command = tool::kyso();
        command.current_dir(directory.path()).args(arguments.split(' ')).args(["--archive", "so"]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    register("register init");
    let ask = |dossier: &str, address: SocketAddr| {
        let request = service::certify(&service::certification(dossier), &shapes::plain(), r#"{"allow_draft": true}"#);
        request.header("Idempotency-Key", dossier).try_send(address)
    };
    let mut asked: Vec<(String, Option<Answer>)> = Vec::new();
    for round in 0..4_u64 {
        let service = Running::start(directory.path());
        let address = service.address;
        let answers = std::thread::scope(|scope| {
            let work = |worker: usize| {
                let ask = &ask;
                move || {
                    let mut answers = Vec::new();
                    for number in 0..100 {
                        let dossier = format!("H61.12-261129-{round}{worker}{number:02}");
                        let answer = ask(&dossier, address);
                        let is_over = answer.is_none();
                        answers.push((dossier, answer));
                        if is_over {
                            break;
                        }
                    }
                    answers
                }
            };
            let workers: Vec<_> = (0..3).map(|worker| scope.spawn(work(worker))).collect();
            std::thread::sleep(Duration::from_millis(900 + 170 * round));
            service.kill();
            workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
        });
        asked.extend(answers);
    }
    let answered = asked.iter().filter(|(_, answer)| answer.is_some()).count();
    assert!(answered > 4, "only {answered} were certified");

    let service = Running::start(directory.path());
    let mut numbers = BTreeSet::new();
    for (dossier, before) in &asked {
        let answer = ask(dossier, service.address).unwrap();
        assert_eq!(answer.status, 201, "{dossier}: {answer:?}");
        if let Some(before) = before {
            assert_eq!(answer.body, before.body, "{dossier}");
        }
        assert!(numbers.insert(answer.json()["number"].to_string()), "{dossier}: a number was given out twice");
    }
    let list: serde_json::Value = serde_json::from_str(&register("register list --format json")).unwrap();
    let entries = list["entries"].as_array().unwrap();
    assert_eq!(entries.len(), asked.len(), "a number was lost");
    assert!(entries.iter().all(|entry| entry["state"] == "rendered"), "{list}");
    register("register audit");
    service.kill();
}

#[test]
fn it_stops_when_it_is_asked_to_and_its_log_names_nobody() {
    let directory = tempfile::tempdir().unwrap();
    let callers = service::write(directory.path());
    let service = Running::start(directory.path());
    let answer = sign(&callers, &shapes::plain()).header("Idempotency-Key", "hồ sơ của dân").send(service.address);
    assert_eq!(answer.status, 400);
    let answer = sign(&callers, &shapes::plain()).header("Idempotency-Key", "secret-key-1").send(service.address);
    assert_eq!(answer.status, 201);
    service::form("/api/v1/sign", &callers.clerk, &shapes::plain(), "{}").send(service.address);
    request("GET", "/api/v1/artifacts/Nguyen-Van-A", &callers.reader).send(service.address);
    request("GET", "/api/v1/artifacts/x", "no such secret").send(service.address);
    let (code, log) = service.terminate();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("\"status\":201") && log.contains("stopped"), "{log}");
    let caller =
        |secret: &str| openssl::sha::sha256(secret.as_bytes()).iter().map(|b| format!("{b:02x}")).collect::<String>();
    assert!(log.contains(&caller(&callers.leader)[..8]), "the caller's pseudonym is missing: {log}");
    for secret in [&callers.leader, &callers.clerk, &callers.reader, "no such secret", "secret-key-1", "mật khẩu"] {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
    for name in ["Nguyễn", "Nguyen", "Mẫu", "văn thư", "kết quả"] {
        assert!(!log.contains(name), "{name} is in the log: {log}");
    }
}

#[test]
fn a_configuration_that_is_wrong_is_told_in_vietnamese_first() {
    let directory = tempfile::tempdir().unwrap();
    service::write(directory.path());
    let path = directory.path().join("kyso.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("pass_file = 'leader.pass'", "pass_file = 'none'")).unwrap();
    for (language, expected) in [("vi", "không đọc được"), ("en", "can't be read")] {
        let output = tool::kyso().args(["--lang", language, "serve", "--config"]).arg(&path).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(64), "{told}");
        assert!(told.contains("key \"chu-tich\": pass_file") && told.contains(expected), "{told}");
    }
}
