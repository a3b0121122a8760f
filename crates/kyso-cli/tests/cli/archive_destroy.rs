//! `kyso archive retention`, `hold` and `destroy`: what an officer types, and what comes of it.

use kyso_archive::{Archive, Artifact, Begun, Beside, Meta, Request};
use kyso_tests::folder::{Folder, Outcome, kyso_in as kyso};
use kyso_tests::{shapes, signing};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// What is said of a document of this kind, certified on this day.
pub(crate) fn told(kind: &str, day: &str, ordinal: u32) -> Value {
    json!({
        "DocCode": "H61.12_CK_000128_V1",
        "FileCode": { "OrganId": "H61.12", "FileCatalog": 2020, "FileNotation": "CK-11" },
        "ResultCode": "H61.12-200103-0042-KQ(1)",
        "DossierCode": "H61.12-200103-0042",
        "ProcedureCode": "2.000884",
        "TypeName": "Giấy ủy quyền",
        "CodeNumber": ordinal.to_string(),
        "CodeNotation": "SCT/CK,ĐC",
        "IssuedDate": day,
        "OrganName": "Ủy ban nhân dân xã Bình Minh",
        "Subject": "Ủy quyền",
        "SignerInfo": { "Position": "Chủ tịch", "FullName": "Nguyễn Văn Mẫu" },
        "Maintenance": "02 năm",
        "Rights": "Hạn chế",
        "CertKind": kind,
        "CertNumber": { "symbol": "SCT/CK,ĐC", "year": 2020, "ordinal": ordinal, "book": 1 },
        "Requesters": [{ "FullName": "Trần Thị Hằng", "IdKind": "Căn cước", "IdNumber": "•••••••••001" }],
        "Certifier": { "FullName": "Nguyễn Văn Mẫu", "Title": "Chủ tịch", "Power": "" },
        "Place": "xã Bình Minh",
        "Fee": 10000,
    })
}

/// An archive in `kho` with these documents.
pub(crate) fn ward(documents: &[Value]) -> (Folder, Vec<Artifact>) {
    let folder = Folder::new();
    let kept = Runtime::new().unwrap().block_on(async {
        let archive = Archive::create(&folder.path("kho")).await.unwrap();
        let mut kept = Vec::new();
        for (at, told) in documents.iter().enumerate() {
            let meta = Meta { role: kyso::Role::Seal, actor: "văn thư".into(), file_name: None };
            let request = Request::unkeyed("văn thư").unwrap();
            let Begun::Open(claim) = archive.begin(&request, &meta).await.unwrap() else { panic!("it's new") };
            let metadata = serde_json::from_value(told.clone()).unwrap();
            let beside = Beside { answer: None, metadata: Some(metadata) };
            kept.push(archive.keep(claim, &signing::verified(&shapes::named(&at.to_string())), beside).await.unwrap());
        }
        archive.close().await;
        kept
    });
    (folder, kept)
}

/// The day in Vietnam.
fn today() -> jiff::civil::Date {
    kyso::local_time::VIETNAM.to_datetime(jiff::Timestamp::now()).date()
}

pub(crate) fn run(folder: &Folder, arguments: &[&str]) -> Outcome {
    let mut command = kyso(&folder.path(""));
    command.env("KYSO_OFFICER", "Lê Thị Mẫu").env("KYSO_ARCHIVE", "kho");
    Outcome::of(command.arg("archive").args(arguments))
}

#[test]
fn a_list_is_approved_decided_and_carried_out() {
    let (ward, kept) = ward(&[told("CK", "05/01/2020", 7), told("GD", "05/01/2990", 8)]);
    let (old, young) = (kept[0].id.to_string(), kept[1].id.to_string());
    run(&ward, &["retention"]).demand(0).told("Chữ ký, chữ ký người dịch: 02 năm: 1 văn bản, 1 hết thời hạn");
    let due = run(&ward, &["retention", "--due", "--class", "signatures"]).demand(0);
    assert!(due.stdout.contains(&format!("{old} CK ngày 05/01/2020, hết hạn 05/01/2022")), "{}", due.stdout);
    assert!(!due.stdout.contains(&young));
    let ahead = run(&ward, &["retention", "--due", "--on", "3010-01-06"]).demand(0);
    assert!(ahead.stdout.contains(&young), "{}", ahead.stdout);
    run(&ward, &["retention", "--due", "--class", "x"]).demand(64).told("signatures");

    run(&ward, &["destroy", "propose", &young]).demand(5).told("chưa hết thời hạn lưu trữ (đến hết ngày 05/01/3010)");
    let hold = run(&ward, &["hold", "place", &old, "--ground", "thanh tra", "--decision", "3/QĐ-TTr"]).demand(0);
    let hold = hold.stdout.lines().last().unwrap().rsplit(' ').next().unwrap().to_owned();
    run(&ward, &["hold", "list"]).demand(0).told("thanh tra, 3/QĐ-TTr");
    run(&ward, &["destroy", "propose", "--due"]).demand(5).told(&format!("có lệnh giữ {hold}"));
    run(&ward, &["hold", "release", &hold, "--ground", "xong"]).demand(0);
    run(&ward, &["hold", "release", &hold, "--ground", "xong"]).demand(64);
    run(&ward, &["hold", "list"]).demand(0).told("Không có lệnh giữ nào.");

    run(&ward, &["destroy", "propose", "--due"]).demand(0).told("Đợt tiêu hủy 1: 1 văn bản, chờ người khác phê duyệt");
    run(&ward, &["destroy", "execute", "1", "--decision", "12/QĐ"]).demand(5).told("chờ người khác phê duyệt");
    let today = today().to_string();
    run(&ward, &["destroy", "approve", "1"]).demand(5).told("phải do người khác phê duyệt");
    run(&ward, &["destroy", "decide", "1", "--decision", "12/QĐ", "--date", &today]).demand(5);
    run(&ward, &["destroy", "approve", "1", "--by", "Nguyễn Văn Mẫu", "--note", "đã thẩm định"]).demand(0);
    for other in ["2999-01-05", "2024-01-05"] {
        run(&ward, &["destroy", "decide", "1", "--decision", "12/QĐ", "--date", other]).demand(64);
    }
    run(&ward, &["destroy", "decide", "1", "--decision", "12/QĐ", "--date", &today]).demand(0);
    run(&ward, &["status"]).demand(0).told("1 chờ thực hiện");
    run(&ward, &["destroy", "execute", "1", "--decision", "13/QĐ"]).demand(5).told("Số quyết định không khớp");
    run(&ward, &["destroy", "certificate", "1", "-o", "a.pdf"]).demand(5);
    run(&ward, &["destroy", "execute", "2", "--decision", "12/QĐ"]).demand(64);
    const EXECUTE: [&str; 6] = ["destroy", "execute", "1", "--decision", "12/QĐ", "--no-second"];
    run(&ward, &EXECUTE[..5]).demand(64).told("--no-second");
    std::fs::create_dir(ward.path("trong")).unwrap();
    run(&ward, &[&EXECUTE[..5], &["--second", "trong"][..]].concat()).demand(6).told("không có bản sao thứ hai");
    assert_eq!(std::fs::read_dir(ward.path("trong")).unwrap().count(), 0, "nothing is begun there");
    let done = run(&ward, &[&EXECUTE[..], &["--office", "UBND xã Bình Minh"][..]].concat()).demand(0);
    done.told("Đợt tiêu hủy 1: 1 văn bản, đã tiêu hủy");

    let until = self::today().checked_add(jiff::Span::new().days(90)).unwrap();
    let [decided, backups] = [self::today(), until].map(kyso::local_time::day);
    let shown = run(&ward, &["destroy", "show", "1"]).demand(0);
    for part in
        ["Lập danh mục: Lê Thị Mẫu", "Phê duyệt: Nguyễn Văn Mẫu", "(đã thẩm định)", "số 07, quyển", backups.as_str()]
    {
        assert!(shown.stdout.contains(part), "{part}: {}", shown.stdout);
    }
    let shown: Value = serde_json::from_str(&run(&ward, &["destroy", "show", "1", "--format", "json"]).stdout).unwrap();
    assert_eq!(shown["destruction"]["state"], "executed");
    assert_eq!(shown["destruction"]["decision"]["backups"], until.to_string());
    run(&ward, &["destroy", "list", "--lang", "en"]).demand(0).told("Destruction 1: 1 documents, carried out");
    run(&ward, &["export", &old, "-o", "goi"]).demand(5).told("đã tiêu hủy theo quyết định số 12/QĐ");
    run(&ward, &["destroy", "propose", &old]).demand(5).told("đã tiêu hủy ở đợt 1");
    run(&ward, &["destroy", "propose", "--due"]).demand(5).told("Danh mục trống");
    run(&ward, &["status", "--lang", "en"]).demand(0).told("1 destroyed");
    run(&ward, &["audit"]).demand(0);
    run(&ward, &EXECUTE).demand(0);

    run(&ward, &["destroy", "certificate", "1", "-o", "a.pdf"]).demand(0);
    let pdf = ward.read("a.pdf");
    let certificate = shown["destruction"]["certificate"]["sha256"].as_str().unwrap().to_owned();
    assert_eq!(kyso::crypto::DigestAlgorithm::Sha256.hex(&pdf), certificate);
    let text = kyso_tests::appended::text(&pdf, "");
    for part in
        ["GIẤY CHỨNG NHẬN TIÊU HỦY", "12/QĐ", decided.as_str(), "UBND xã Bình Minh", "Nguyễn Văn Mẫu", "Lê Thị Mẫu"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("Hằng"), "no person whose document it was: {text}");
    let commitment = shown["destruction"]["commitments"][0][0].as_str().unwrap();
    for group in [&commitment[..16], &commitment[48..], &kept[0].sha256[..16]] {
        assert!(text.contains(group), "{group}: {text}");
    }
}

#[test]
fn of_all_that_is_due_those_are_listed_that_may_go() {
    let (ward, kept) = ward(&[told("CK", "05/01/2020", 7), told("CK", "05/01/2020", 8)]);
    let held = kept[0].id.to_string();
    run(&ward, &["hold", "place", &held, "--ground", "thanh tra"]).demand(0);
    let listed = run(&ward, &["destroy", "propose", "--due"]).demand(0);
    let listed = listed.told("Đợt tiêu hủy 1: 1 văn bản").told("Để ngoài danh mục 1 văn bản hết thời hạn:");
    assert!(listed.stdout.contains(&format!("{held}: có lệnh giữ")), "{}", listed.stdout);
    let shown = run(&ward, &["destroy", "show", "1"]).demand(0);
    assert!(shown.stdout.contains(&kept[1].id.to_string()) && !shown.stdout.contains(&held), "{}", shown.stdout);
}

#[test]
fn a_rejected_list_ends_and_its_documents_are_free() {
    let (ward, kept) = ward(&[told("CKND", "05/01/2020", 7)]);
    let old = kept[0].id.to_string();
    run(&ward, &["destroy", "propose", &old]).demand(0);
    run(&ward, &["destroy", "propose", &old]).demand(5).told("đã ở đợt tiêu hủy 1");
    run(&ward, &["destroy", "reject", "1", "--reason", "còn dùng", "--by", "Khác"])
        .demand(0)
        .told("không được phê duyệt");
    run(&ward, &["destroy", "approve", "1", "--by", "Khác"]).demand(5);
    run(&ward, &["destroy", "propose", &old]).demand(0).told("Đợt tiêu hủy 2");
    run(&ward, &["destroy", "approve", "3", "--by", "Khác"]).demand(64).told("Không có đợt tiêu hủy 3");
    run(&ward, &["destroy", "propose"]).demand(64);
    run(&ward, &["hold", "place", &old, "--ground", " "]).demand(64).told("Lý do giữ");
}
