//! The main road: sign, seal, verify, read back.

use kyso_tests::http::Request;
use kyso_tests::service::{form, request, sign};
use kyso_tests::shapes::plain;

use crate::world::World;

const VISIBLE: &str = r#"{"key": "chu-tich", "page": 1, "rect": [300, 100, 200, 100], "image": "chu-ky",
                          "reason": "Phê duyệt", "location": "Hà Nội"}"#;
const SEAL: &str = r#"{"key": "con-dau", "image": "dau"}"#;

fn sha256(bytes: &[u8]) -> String {
    openssl::sha::sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_leader_signs_a_clerk_seals_and_anyone_reads_and_verifies() {
    let mut world = World::new();
    let signed = world.send(&form("/api/v1/sign", &world.callers.leader, &plain(), VISIBLE));
    assert_eq!(signed.status, 201, "{}", String::from_utf8_lossy(&signed.body));
    assert!(signed.body.starts_with(&plain()));

    let sealed = world.send(&form("/api/v1/seal", &world.callers.clerk, &signed.body, SEAL));
    assert_eq!(sealed.status, 201, "{}", String::from_utf8_lossy(&sealed.body));
    assert!(sealed.body.starts_with(&signed.body));
    assert_eq!(sealed.header("etag").unwrap(), format!("\"{}\"", sha256(&sealed.body)));

    let report = world
        .send(&request("POST", "/api/v1/verify", &world.callers.reader).body("application/pdf", sealed.body.clone()));
    let report = report.json();
    let roles: Vec<_> = report["signatures"].as_array().unwrap().iter().map(|s| s["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["leader", "seal"]);
    for signature in report["signatures"].as_array().unwrap() {
        assert_eq!(signature["indication"], "TOTAL-PASSED", "{report:#}");
    }

    let location = sealed.header("location").unwrap();
    assert_eq!(location, format!("/api/v1/artifacts/{}", sealed.header("kyso-artifact").unwrap()));
    let kept = world.get(location);
    assert_eq!((kept.status, &kept.body), (200, &sealed.body));
    assert!(kept.header("content-disposition").unwrap().ends_with("filename*=UTF-8''k%E1%BA%BFt%20qu%E1%BA%A3.pdf"));

    let kept_report = world.get(&format!("{location}/report"));
    assert_eq!(kept_report.json()["file"], "kết quả.pdf");
    assert_eq!(kept_report.json()["sha256"], sha256(&sealed.body));
    assert_eq!(kept_report.json()["signatures"], report["signatures"]);

    assert_eq!(world.objects().len(), 2);
    assert_eq!(world.kept(), 2);
}

#[test]
fn a_description_comes_in_place_of_the_pdf_where_it_is_preferred() {
    let world = World::new();
    let answer = world.send(&sign(&world.callers, &plain()).header("Accept", "application/json"));
    assert_eq!(answer.status, 201);
    let description = answer.json();
    assert_eq!(description["links"]["self"], answer.header("location").unwrap());
    assert_eq!(description["role"], "leader");
    let pdf = world.get(description["links"]["self"].as_str().unwrap());
    assert_eq!(description["sha256"], sha256(&pdf.body));
    let again = request("GET", description["links"]["self"].as_str().unwrap(), &world.callers.reader);
    assert_eq!(world.send(&again.header("Accept", "application/json")).json(), description);
    assert_eq!(world.get(description["links"]["report"].as_str().unwrap()).status, 200);
}

#[test]
fn a_seal_needs_a_leaders_signature_under_it() {
    let mut world = World::new();
    let refused = world.send(&form("/api/v1/seal", &world.callers.clerk, &plain(), SEAL));
    assert_eq!(refused.status, 422);
    assert_eq!(refused.json()["code"], "seal.no-leader-signature");
    world.assert_empty();
}

#[test]
fn a_spoilt_document_is_not_signed_over() {
    let mut world = World::new();
    let mut spoilt = world.send(&sign(&world.callers, &plain())).body;
    spoilt[20] ^= 1;
    let refused = world.send(&form("/api/v1/sign", &world.callers.leader, &spoilt, r#"{"key": "chu-tich"}"#));
    assert_eq!(refused.status, 422, "{}", String::from_utf8_lossy(&refused.body));
    assert_eq!(world.kept(), 1);
}

#[test]
fn what_can_not_be_done_names_the_parameter() {
    let mut world = World::new();
    for (parameters, code, field) in [
        (r#"{"key": "none"}"#, "key.unknown", "key"),
        (r#"{"key": "chu-tich", "image": "none"}"#, "parameter.invalid", "image"),
        (r#"{"key": "chu-tich", "page": 1, "rect": [1, 1, 9, 9]}"#, "parameter.invalid", "image"),
        (r#"{"key": "chu-tich", "page": 9, "rect": [1, 1, 200, 100], "image": "chu-ky"}"#, "parameter.invalid", "page"),
        (r#"{"key": "chu-tich", "anchor": "GIÁM ĐỐC", "image": "chu-ky"}"#, "parameter.invalid", "anchor"),
        (r#"{"key": "chu-tich", "field": "Leader"}"#, "parameter.invalid", "field"),
        (r#"{"key": "chu-tich", "new_field": "a.b"}"#, "parameter.invalid", "field"),
        (r#"{"key": "chu-tich", "colour": "red"}"#, "parameter.invalid", "colour"),
        (r#"{"key": "chu-tich""#, "parameter.invalid", "parameters"),
    ] {
        let answer = world.send(&form("/api/v1/sign", &world.callers.leader, &plain(), parameters));
        let problem = answer.json();
        assert_eq!(
            (answer.status, &problem["code"], &problem["field"]),
            (422, &code.into(), &field.into()),
            "{problem}"
        );
    }
    world.assert_empty();
}

#[test]
fn what_is_wrong_is_told_without_english() {
    let world = World::new();
    let told = |pdf: &[u8], parameters: &str| {
        let asked = form("/api/v1/sign", &world.callers.leader, pdf, parameters).header("Accept-Language", "vi");
        world.send(&asked).json()["detail"].as_str().unwrap().to_owned()
    };
    let name = told(&plain(), r#"{"key": "chu-tich", "new_field": "a.b"}"#);
    assert_eq!(name, "Tên trường mới không được để trống và không được có dấu chấm.");
    let unknown = told(&plain(), r#"{"key": "chu-tich", "field": "Leader"}"#);
    let new = "Muốn tạo trường mới thì nói rõ (tham số new_field).";
    assert_eq!(unknown, format!("Tài liệu không có trường chữ ký Leader, cũng không có trường trống nào. {new}"));
    let unreadable = told(b"hello", r#"{"key": "chu-tich"}"#);
    assert!(unreadable.starts_with("Tệp là văn bản thường, không phải PDF: "), "{unreadable}");
}

#[test]
fn findings_come_in_the_callers_language() {
    let world = World::new();
    let signed = world.send(&sign(&world.callers, &plain())).body;
    let verify = |language: &str| {
        let bare =
            Request::new("POST", "/api/v1/verify").header("Authorization", format!("Bearer {}", world.callers.reader));
        world.send(&bare.header("Accept-Language", language).form(&[("file", Some("a.pdf"), &signed)])).json()
    };
    let (vietnamese, english) = (verify("vi"), verify("en"));
    assert_eq!(vietnamese["file"], "a.pdf");
    let findings = |report: &serde_json::Value| report["signatures"][0]["findings"].as_array().unwrap().clone();
    for (one, other) in findings(&vietnamese).iter().zip(&findings(&english)) {
        assert_eq!(one["code"], other["code"]);
        assert_ne!(one["message"], other["message"]);
    }
}

#[test]
fn a_damaged_object_is_not_handed_out() {
    let world = World::new();
    let location = world.send(&sign(&world.callers, &plain())).header("location").unwrap().to_owned();
    let name = world.objects().remove(0);
    let path = world.path(&format!("data/o/{}/{name}", &name[..2]));
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100] ^= 1;
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, bytes).unwrap();
    let answer = world.get(&location);
    assert_eq!((answer.status, answer.json()["code"].clone()), (500, "archive.damaged".into()));
}
