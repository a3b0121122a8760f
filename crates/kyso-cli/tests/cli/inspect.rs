//! `kyso inspect`: what lies in a file.

use serde_json::Value;

use kyso_tests::ward::Ward;

#[test]
fn revisions_fields_ranges_and_certificates_are_shown() {
    let ward = Ward::new();
    ward.sign("ket-qua.pdf", "da-ky.pdf");
    ward.seal("da-ky.pdf", "da-dong-dau.pdf");
    let outcome = ward.run("inspect --format json da-dong-dau.pdf").demand(0);
    let json: Value = serde_json::from_str(&outcome.stdout).unwrap();
    // The first ends with the line end that the update begins with.
    let lengths =
        [ward.read("ket-qua.pdf").len() + 1, ward.read("da-ky.pdf").len(), ward.read("da-dong-dau.pdf").len()];
    assert_eq!(json["revisions"], serde_json::json!(lengths));
    let signature = &json["fields"][0]["signature"];
    assert_eq!(signature["revision"], 2);
    assert_eq!(signature["byte_range"][1], signature["contents"][0]);
    assert_eq!(signature["byte_range"][2], signature["contents"][1]);
    let certificates = signature["certificates"].as_array().unwrap();
    assert!(certificates.iter().any(|c| c["sha256"] == ward.leader.fingerprint() && c["kind"] == "person"));
    assert!(certificates.iter().any(|c| c["ca"] == true));

    let text = ward.run("inspect da-dong-dau.pdf").demand(0);
    for part in ["Các phiên bản", "Các trường chữ ký", "ByteRange: 0 ", "DocMDP: 1", &ward.seal.fingerprint()]
    {
        assert!(text.stdout.contains(part), "{part} is not in:\n{}", text.stdout);
    }
    ward.run("inspect --lang en da-dong-dau.pdf").demand(0).told("Signature fields");
}

#[test]
fn what_is_no_pdf_ends_with_4() {
    let ward = Ward::new();
    ward.run("inspect root.pem").demand(4).told("root.pem");
    ward.run("inspect khong-co.pdf").demand(4).told("khong-co.pdf");
    ward.run("inspect ket-qua.pdf").demand(0).told("không có");
}
