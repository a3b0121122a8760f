//! A ward that grows, as its operator does it: by the command, with the service that is at work and then stopped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test panics where something is wrong"
)]

use std::path::Path;
use std::process::Output;

use kyso_tests::http::Answer;
use kyso_tests::province::Province;
use kyso_tests::service::{self, Callers, Running, sign};
use kyso_tests::{shapes, tool};

fn kyso(directory: &Path, arguments: &[&str]) -> Output {
    tool::kyso().current_dir(directory).env("KYSO_OFFICER", "Lê Thị Mẫu").args(arguments).output().unwrap()
}

/// What a command prints, where it ends so.
fn said(directory: &Path, arguments: &[&str], code: i32) -> String {
    let output = kyso(directory, arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

fn signed(callers: &Callers, service: &Running, key: &str) -> Answer {
    let answer = sign(callers, &shapes::plain()).header("Idempotency-Key", key).send(service.address);
    assert_eq!(answer.status, 201, "{answer:?}");
    answer
}

/// An archive that moved is read where it was, and whatever would write says where it is now.
fn read_alone(directory: &Path, answers: &[(String, Answer)]) {
    let with = |arguments: &[&str]| [&["archive"][..], arguments, &["--archive", "data"]].concat().join("\n");
    let said = |arguments: &[&str], code| {
        let arguments = with(arguments);
        said(directory, &arguments.split('\n').collect::<Vec<_>>(), code)
    };
    let id = answers[0].1.header("location").unwrap().rsplit('/').next().unwrap().to_owned();
    let found = said(&["find", "--sha256", &kyso::crypto::DigestAlgorithm::Sha256.hex(&answers[0].1.body)], 0);
    assert!(found.contains(&id), "{found}");
    assert_eq!(said(&["find"], 0).lines().count(), answers.len());
    said(&["fetch", &id, "-o", "fetched.pdf"], 0);
    assert_eq!(std::fs::read(directory.join("fetched.pdf")).unwrap(), answers[0].1.body);
    std::fs::remove_file(directory.join("fetched.pdf")).unwrap();
    assert!(
        said(&["fetch", "0198c0f0-0000-7000-8000-000000000000", "-o", "none.pdf"], 64).contains("không có văn bản")
    );
    let status = kyso(directory, &["archive", "status", "--archive", "data"]);
    assert!(String::from_utf8_lossy(&status.stdout).contains("đã chuyển sang nơi khác"), "{status:?}");
    for arguments in [&["retention"][..], &["hold", "list"], &["destroy", "list"], &["clock"]] {
        said(arguments, 0);
    }
    for arguments in [
        &["init"][..],
        &["rebuild"],
        &["reconcile"],
        &["clock", "--confirm"],
        &["export", &id, "-o", "goi"],
        &["hold", "place", &id, "--ground", "thanh tra"],
        &["hold", "apply"],
        &["destroy", "propose", &id],
        &["destroy", "execute", "1", "--decision", "12/QĐ"],
    ] {
        let output = with(arguments);
        let output = kyso(directory, &output.split('\n').collect::<Vec<_>>());
        let told = String::from_utf8(output.stderr).unwrap();
        let is_there = arguments[0] == "init" && told.contains("đã có kho lưu trữ");
        assert!(
            !output.status.success() && (is_there || told.contains("binh-minh in postgres://")),
            "{arguments:?}: {told}"
        );
    }
}

/// A register in PostgreSQL is in the backup of its archive, and comes back into PostgreSQL, or into a file.
#[test]
fn a_register_in_postgresql_is_in_the_backup() {
    let (province, directory) = (Province::new(), tempfile::tempdir().unwrap());
    let directory = directory.path();
    service::write_config(directory, "");
    let file = directory.join("kyso.toml");
    let config = std::fs::read_to_string(&file).unwrap() + &province.archive(directory, Some("binh-minh"));
    std::fs::write(&file, &config).unwrap();
    std::fs::write(directory.join("agency.toml"), kyso_tests::ward::AGENCY).unwrap();
    std::fs::write(&file, config.clone() + &service::office()).unwrap();
    let place = ["--archive", "kyso.toml"];
    let with = |arguments: &[&'static str]| [arguments, &place].concat();
    said(directory, &with(&["archive", "init"]), 0);
    said(directory, &with(&["register", "init"]), 0);
    let service = Running::start(directory);
    for (key, dossier) in [("one", "H61.12-261129-0042"), ("two", "H61.12-261129-0043")] {
        let asked = service::certify(&service::certification(dossier), &shapes::plain(), r#"{"allow_draft": true}"#);
        let prepared = asked.header("Idempotency-Key", key).send(service.address);
        assert_eq!(prepared.status, 201, "{prepared:?}");
    }
    // Beside the service.
    said(directory, &[&with(&["archive", "backup"])[..], &["sao-luu"]].concat(), 0);
    let (code, log) = service.terminate();
    assert_eq!(code, Some(0), "{log}");
    let head = |archive: &str| {
        let head = kyso(directory, &["register", "head", "--archive", archive, "--format", "json"]);
        let json: serde_json::Value = serde_json::from_slice(&head.stdout).unwrap();
        json["head"].clone()
    };
    let before = head("kyso.toml");
    assert!(!before.is_null(), "{before}");

    // Into a directory, it's a file.
    let from = ["--trust", "root.pem", "--keys", "data/keys", "sao-luu"];
    said(directory, &[&["archive", "restore", "--archive", "kho"][..], &from].concat(), 0);
    assert_eq!(head("kho"), before);
    said(directory, &["register", "audit", "--archive", "kho"], 0);
    // Into another agency's place, it's in PostgreSQL; a service goes on from it.
    let other = directory.join("other");
    std::fs::create_dir(&other).unwrap();
    for entry in std::fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), other.join(entry.file_name())).unwrap();
        }
    }
    std::fs::create_dir(other.join("data")).unwrap();
    std::fs::create_dir(other.join("so")).unwrap();
    let config = std::fs::read_to_string(other.join("kyso.toml")).unwrap().replace("binh-minh", "noi-khac");
    std::fs::write(other.join("kyso.toml"), config).unwrap();
    let restore = [&["archive", "restore", "--archive", "other/kyso.toml"][..], &from].concat();
    let restored = said(directory, &restore, 0);
    assert!(restored.contains("Sổ chứng thực đã trở lại cơ sở dữ liệu"), "{restored}");
    assert_eq!(head("other/kyso.toml"), before);
    said(directory, &["register", "audit", "--archive", "other/kyso.toml"], 0);
    assert_eq!(kyso(directory, &restore).status.code(), Some(64), "there's an archive, and its register moved");
    let service = Running::start(&other);
    let asked =
        service::certify(&service::certification("H61.12-261129-0044"), &shapes::plain(), r#"{"allow_draft": true}"#);
    let prepared = asked.header("Idempotency-Key", "three").send(service.address);
    assert_eq!(prepared.status, 201, "{prepared:?}");
    assert!(prepared.json()["number"].as_str().unwrap().starts_with("03"), "{}", prepared.json());
    assert_eq!(service.terminate().0, Some(0));
}

#[test]
fn a_ward_moves_up_and_comes_back() {
    let (province, directory) = (Province::new(), tempfile::tempdir().unwrap());
    let directory = directory.path();
    let callers = service::write(directory);
    // The same service with other stores, in a directory beside it: `data/keys` comes with the move.
    let grown = directory.join("grown");
    std::fs::create_dir(&grown).unwrap();
    for entry in std::fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), grown.join(entry.file_name())).unwrap();
        }
    }
    std::fs::create_dir(grown.join("data")).unwrap();
    let file = grown.join("kyso.toml");
    let config = std::fs::read_to_string(&file).unwrap() + &province.archive(&grown, Some("binh-minh"));
    std::fs::write(&file, config).unwrap();

    let service = Running::start(directory);
    let mut answers: Vec<(String, Answer)> =
        ["one", "two"].iter().map(|key| ((*key).to_owned(), signed(&callers, &service, key))).collect();
    let migrate = ["archive", "migrate", "--archive", "data", "--to", "grown/kyso.toml"];
    let beside = said(directory, &migrate, 1);
    assert!(beside.contains("dừng dịch vụ"), "{beside}");
    answers.push(("three".into(), signed(&callers, &service, "three")));
    service.terminate();

    let moved = said(directory, &migrate, 0);
    assert!(moved.contains("3 văn bản") && moved.contains("chỉ đọc"), "{moved}");
    let again = said(directory, &migrate, 0);
    assert!(again.contains("không thay đổi gì"), "{again}");
    // The old directory is read, and not served.
    assert!(said(directory, &["archive", "audit", "--archive", "data"], 0).contains("nguyên vẹn"));
    read_alone(directory, &answers);
    let refused = kyso(directory, &["serve", "--config", "kyso.toml"]);
    assert!(!refused.status.success(), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("binh-minh"), "{refused:?}");

    let service = Running::start(&grown);
    for (key, before) in &answers {
        let after = signed(&callers, &service, key);
        assert_eq!((after.header("location"), &after.body), (before.header("location"), &before.body), "{key}");
        assert_eq!(service.get(&callers, before.header("location").unwrap()).body, before.body);
    }
    answers.push(("four".into(), signed(&callers, &service, "four")));
    let place = ["--archive", "grown/kyso.toml"];
    let with = |arguments: &[&'static str]| [arguments, &place].concat();
    assert!(said(directory, &with(&["archive", "audit"]), 0).contains("nguyên vẹn"));

    // A backup of it, beside the service, comes into a directory; and into a place of another name.
    let backed_up = said(directory, &[&with(&["archive", "backup"])[..], &["sao-luu"]].concat(), 0);
    assert!(backed_up.contains("4 văn bản"), "{backed_up}");
    let with_root = ["--trust", "root.pem", "--keys", "grown/data/keys", "sao-luu"];
    said(directory, &[&["archive", "restore", "--archive", "kho"][..], &with_root].concat(), 0);
    assert!(said(directory, &["archive", "audit", "--archive", "kho"], 0).contains("nguyên vẹn"));
    let other = std::fs::read_to_string(&file).unwrap().replace("binh-minh", "mot-noi-khac");
    std::fs::write(grown.join("other.toml"), other.replace("'data'", "'other'")).unwrap();
    std::fs::create_dir(grown.join("other")).unwrap();
    said(directory, &[&["archive", "restore", "--archive", "grown/other.toml"][..], &with_root].concat(), 0);
    assert!(said(directory, &["archive", "audit", "--archive", "grown/other.toml"], 0).contains("nguyên vẹn"));
    said(directory, &[&["archive", "drill"][..], &with_root].concat(), 0);
    assert_eq!(kyso(directory, &with(&["archive", "rebuild"])).status.code(), Some(64), "there's a database");
    let (code, log) = service.terminate();
    assert_eq!(code, Some(0), "{log}");
    assert!(said(directory, &with(&["archive", "reconcile"]), 0).contains("mở được"));
}
