//! What was entered round a check says so wherever it's shown.

use super::*;
use crate::export::{Extract, Period, csv, json};

for_each_database!(who_went_round_a_check_is_told, a_file_is_issued_under_one_number,);

async fn who_went_round_a_check_is_told(place: Place) {
    let register = place.register().await;
    let verified_one = issued(&register, "CK", "a").await;
    let (unseen, untrusted) =
        (allot(&register, &request("CK", "b")).await.id(), allot(&register, &request("CK", "c")).await.id());
    let unseen = register.issue_unseen(&unseen, &"a".repeat(64), &today()).await.unwrap();
    let untrusted = register.issue_unchecked(&untrusted, &verified("c"), Unchecked::Trust, &today()).await.unwrap();
    assert_eq!(
        [&verified_one, &unseen, &untrusted].map(Entry::unchecked),
        [None, Some(Unchecked::File), Some(Unchecked::Trust)]
    );

    let audit = sound(&register).await;
    assert!(audit.is_whole());
    let told = audit.unchecked.iter().map(|one| (one.number.ordinal, one.unchecked, one.by.as_str()));
    assert_eq!(told.collect::<Vec<_>>(), [(2, Unchecked::File, "Lê Thị Mẫu"), (3, Unchecked::Trust, "Lê Thị Mẫu")]);

    let entries = register.list(&Filter::default()).await.unwrap();
    let definition = register.definitions().register("CK").unwrap();
    let extract = Extract { register: definition, period: Period::Year(2026), entries: &entries, full: false };
    let csv = String::from_utf8(csv(&extract)).unwrap();
    let lines = csv.lines().collect::<Vec<_>>();
    assert!(!lines[1].contains("KHÔNG KIỂM TRA"), "{}", lines[1]);
    assert!(lines[2].contains("KHÔNG KIỂM TRA TỆP") && lines[3].contains("KHÔNG KIỂM TRA CHỮ KÝ LÀ CỦA AI"), "{csv}");
    let json: serde_json::Value = serde_json::from_slice(&json(&extract).unwrap()).unwrap();
    let unchecked = json["entries"].as_array().unwrap().iter().map(|entry| entry["unchecked"].clone());
    assert_eq!(unchecked.collect::<Vec<_>>(), [serde_json::Value::Null, "file".into(), "trust".into()]);
    // Said again of the same file, nothing happens.
    assert_eq!(register.issue_unseen(&unseen.id(), &"a".repeat(64), &today()).await.unwrap(), unseen);
}

/// Events of earlier versions don't say how a file was checked.
#[test]
fn an_older_event_is_read() {
    let what: What = serde_json::from_str(r#"{"what":"issued","sha256":"aa"}"#).unwrap();
    assert_eq!(what, What::Issued { sha256: "aa".into(), unchecked: None });
    assert_eq!(serde_json::to_string(&what).unwrap(), r#"{"what":"issued","sha256":"aa"}"#);
}

#[cfg(unix)]
#[tokio::test]
async fn the_registers_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let outer = tempfile::tempdir().unwrap();
    let directory = outer.path().join("so/chung-thuc");
    let register = Register::create(&directory).await.unwrap().with_clock_confirmed();
    allot(&register, &request("CK", "a")).await;
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&outer.path().join("so")), mode(&directory)), (0o700, 0o700));
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&directory).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(mode(&entry.path()), 0o600, "{entry:?}");
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["register.lock", "register.sqlite3", "register.sqlite3-shm", "register.sqlite3-wal"]);
}

/// A result has one number, whoever looked at the file, and whatever became of it.
async fn a_file_is_issued_under_one_number(place: Place) {
    let register = place.register().await;
    let first = issued(&register, "CK", "a").await;
    let file = verified("a");
    for name in ["CK", "BS"] {
        let other = allot(&register, &request(name, name)).await;
        let taken = Refusal::FileIssued { number: other.number.clone(), other: first.number.clone() };
        assert_eq!(taken.rule().name(), "register.file-issued");
        assert_eq!(refusal(register.issue(&other.id(), &file, &today()).await), taken);
        assert_eq!(refusal(register.issue_unchecked(&other.id(), &file, Unchecked::Trust, &today()).await), taken);
        assert_eq!(refusal(register.issue_unseen(&other.id(), file.sha256(), &today()).await), taken);
    }
    let decision = Cancellation { decision: "1/QĐ".into(), date: date(2026, 3, 5), replaced_by: None };
    register.cancel(&first.id(), &decision, &today()).await.unwrap();
    let other = register.by_request("BS").await.unwrap().unwrap();
    let refused = refusal(register.issue(&other.id(), &file, &today()).await);
    assert!(matches!(refused, Refusal::FileIssued { .. }), "{refused:?}");
    register.issue(&other.id(), &verified("b"), &today()).await.unwrap();
    sound(&register).await;
}
