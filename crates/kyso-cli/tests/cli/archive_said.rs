//! `kyso archive describe`, `link`, `correct` and `find`: what an archivist types, and what comes of it.

use serde_json::Value;

use crate::archive_destroy::{run, told, ward};

const NOBODYS: &str = "0198c0f0-0000-7000-8000-000000000000";

#[test]
fn what_became_of_a_document_is_written_down_and_shown() {
    let (ward, kept) = ward(&[told("CK", "05/01/2020", 7), told("CK", "06/01/2020", 8)]);
    let (old, new) = (kept[0].id.to_string(), kept[1].id.to_string());
    let shown = run(&ward, &["describe", &old]).demand(0);
    for part in
        ["Tình trạng: còn hiệu lực", "Phiên bản 0: PAdES-B-B", &kept[0].sha256, "CK số 07", "Lần ghi 0: văn thư"]
    {
        assert!(shown.stdout.contains(part), "{part}: {}", shown.stdout);
    }
    for _ in 0..2 {
        run(&ward, &["link", &new, "--replaces", &old]).demand(0).told(&format!("thay thế {old} (Lê Thị Mẫu, "));
    }
    run(&ward, &["describe", &old]).demand(0).told("Tình trạng: đã được thay thế");
    run(&ward, &["describe", &old, "--lang", "en"]).demand(0).told(&format!("replaced by {new}"));
    let cancelled = ["link", &new, "--cancelled-by", "12/QĐ-UBND", "--date", "2026-11-30"];
    run(&ward, &cancelled).demand(0).told("hủy bỏ theo quyết định 12/QĐ-UBND ngày 30/11/2026");
    let json: Value =
        serde_json::from_str(&run(&ward, &["describe", &new, "--format", "json"]).demand(0).stdout).unwrap();
    assert_eq!((&json["status"], &json["links"][1]["link"]["decision"]), (&"cancelled".into(), &"12/QĐ-UBND".into()));
    assert_eq!(json["links"].as_array().unwrap().len(), 2, "the same said again changes nothing: {json}");
    run(&ward, &["audit"]).demand(0);

    run(&ward, &["link", &old, "--replaces", &new]).demand(5).told("đã thay thế, đính chính hay làm từ văn bản này");
    run(&ward, &["link", &old, "--corrects", &old, "--lang", "en"]).demand(5).told("is this one");
    run(&ward, &["link", &old, "--cancelled-by", "1", "--date", "2999-01-01"]).demand(64);
    run(&ward, &["link", &old, "--cancelled-by", " ", "--date", "2026-01-01"]).demand(64);
    for wrong in [
        &["link", &old][..],
        &["link", &old, "--cancelled-by", "1"],
        &["link", &old, "--replaces", &new, "--date", "2026-01-01"],
        &["link", &old, "--replaces", &new, "--corrects", &new],
        &["link", &old, "--made-from", NOBODYS],
        &["link", NOBODYS, "--made-from", &old],
        &["describe", NOBODYS],
        &["export", NOBODYS, "-o", "goi"],
    ] {
        run(&ward, wrong).demand(64);
    }
    run(&ward, &["export", NOBODYS, "-o", "goi"]).demand(64).told(&format!("Kho không có văn bản {NOBODYS}."));
    assert!(!ward.path("goi").exists());
}

#[test]
fn metadata_are_corrected_and_found_by() {
    let (ward, kept) = ward(&[told("CK", "05/01/2020", 7), told("CK", "06/01/2020", 8)]);
    let id = kept[0].id.to_string();
    let json: Value =
        serde_json::from_str(&run(&ward, &["describe", &id, "--format", "json"]).demand(0).stdout).unwrap();
    let mut metadata = json["revisions"][0]["metadata"].clone();
    metadata["Subject"] = "Ủy quyền nhận lương hưu".into();
    ward.write("moi.json", metadata.to_string());
    let correct =
        |more: &[&str]| run(&ward, &[&["correct", &id, "--metadata", "moi.json", "--reason", "thiếu"], more].concat());
    correct(&[]).demand(5).told("--after 0");
    for _ in 0..2 {
        correct(&["--after", "0", "--approved-by", "Lê Mẫu"]).demand(0).told("Lần ghi 1: Lê Thị Mẫu");
    }
    run(&ward, &["describe", &id]).demand(0).told("phê duyệt: Lê Mẫu; lý do: thiếu");
    run(&ward, &["find", "luong huu"]).demand(0).told(&id);
    let first = run(&ward, &["find", "--book", "1/2020-SCT/CK,ĐC", "--signer", "nguyen mau"]).demand(0);
    // The corrected one stands where it stood.
    let ids: Vec<&str> = first.stdout.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(ids, [kept[1].id.to_string(), id.clone()]);
    let further = run(&ward, &["find", "--after", ids[0]]).demand(0);
    assert!(further.stdout.starts_with(&id) && further.stdout.lines().count() == 1, "{}", further.stdout);
    run(&ward, &["find", "--undescribed"]).demand(0).told("Không tìm thấy văn bản nào.");
    run(&ward, &["find", "--after", NOBODYS]).demand(64);
    run(&ward, &["find", "--sha256", &kept[0].sha256, "--after", &id]).demand(64);
    metadata["CertNumber"]["ordinal"] = 9.into();
    ward.write("moi.json", metadata.to_string());
    correct(&["--after", "1"]).demand(5).told("không sửa được ở đây");
    ward.write("moi.json", "{}");
    correct(&["--after", "1"]).demand(64).told("không phải dữ liệu đặc tả");
    run(&ward, &["audit"]).demand(0);
}
