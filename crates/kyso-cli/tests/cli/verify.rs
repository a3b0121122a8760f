//! `kyso verify`: exit codes and the contract's JSON.

use kyso_testpki::{KeyType, Profile, TestPki};
use serde_json::Value;

use kyso_tests::ward::{Ward, in_hours};

const TRUST: &str = "--trust root.pem --roster roster.toml";

fn sealed() -> Ward {
    let ward = Ward::new();
    ward.sign("ket-qua.pdf", "da-ky.pdf");
    ward.seal("da-ky.pdf", "da-dong-dau.pdf");
    ward
}

/// Changes one byte of the page's first content stream.
fn spoil(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = bytes.windows(6).position(|window| window == b"stream").unwrap() + 40;
    bytes[at] ^= 1;
    bytes
}

#[test]
fn each_verdict_has_its_exit_code() {
    let ward = sealed();
    ward.write("hong.pdf", spoil(&ward.read("da-dong-dau.pdf")));
    ward.write("khong-phai.pdf", "không phải PDF");
    let verify = |files: &str| ward.run(&format!("verify {TRUST} {files}"));
    verify("da-dong-dau.pdf").demand(0).told("✔ da-dong-dau.pdf: HỢP LỆ. Có đủ chữ ký");
    verify("da-ky.pdf").demand(0).told("chờ cơ quan đóng dấu số");
    verify("hong.pdf").demand(1).told("✘ hong.pdf: KHÔNG HỢP LỆ").told("Tài liệu đã bị thay đổi");
    ward.run("verify da-dong-dau.pdf").demand(2).told("? da-dong-dau.pdf: CHƯA ĐỦ CƠ SỞ KẾT LUẬN");
    verify("ket-qua.pdf").demand(3).told("CHƯA ĐƯỢC KÝ SỐ");
    verify("khong-phai.pdf").demand(4).told("KHÔNG ĐỌC ĐƯỢC");
    verify("khong-co.pdf").demand(4).told("không có tệp hoặc thư mục này");
}

/// Wherever a result is cut, the first line says so, and nothing is called certain that the lost part may have settled.
#[test]
fn a_file_that_was_cut_off_is_told_in_every_format() {
    let ward = sealed();
    let whole = ward.read("da-dong-dau.pdf");
    let (paper, signed) = (ward.read("ket-qua.pdf").len(), ward.read("da-ky.pdf").len());
    let cases = [
        // Of the paper itself, and of the update that the leader's signature is.
        (paper - 20, 2),
        (paper + 400, 2),
        (paper + (signed - paper) / 2, 2),
        // The leader's signature is there, and the seal's is not.
        (signed + 400, 1),
        (signed + (whole.len() - signed) / 2, 1),
    ];
    for (length, exit) in cases {
        ward.write("cut.pdf", &whole[..length]);
        let vietnamese = ward.run(&format!("verify {TRUST} cut.pdf")).demand(exit);
        let first = vietnamese.stdout.lines().next().unwrap().to_owned();
        assert!(first.contains("TỆP BỊ CẮT CỤT") && first.contains("hãy lấy lại tệp đầy đủ"), "{length}: {first}");
        for wrong in ["Chắc chắn: tệp này không có chữ ký", "Chắc chắn: tài liệu đã bị sửa"] {
            assert!(!vietnamese.stdout.contains(wrong), "{length}: {}", vietnamese.stdout);
        }
        ward.run(&format!("verify {TRUST} --lang en cut.pdf")).demand(exit).told("THE FILE IS CUT OFF");
        ward.run(&format!("verify {TRUST} --format html cut.pdf")).demand(exit).told("TỆP BỊ CẮT CỤT");
        let json = ward.run(&format!("verify {TRUST} --format json cut.pdf")).demand(exit).stdout;
        let report: Value = serde_json::from_str(&json).unwrap();
        let codes = report[0]["findings"].as_array().unwrap().iter().filter_map(|finding| finding["code"].as_str());
        let is_told = |code: &str| ["document.cut-off", "document.unfinished-update"].contains(&code);
        assert!(codes.clone().any(is_told), "{length}: {report:#}");
    }
    // What was signed reaches beyond the end: that fails, and the cut is said. A file that is whole isn't called cut.
    let short = &signed_at_once(&ward)[..];
    let end = short.windows(9).rposition(|window| window == b"startxref").unwrap();
    ward.write("cut.pdf", &short[..end]);
    let cut = ward.run(&format!("verify {TRUST} cut.pdf")).demand(1);
    assert!(cut.stdout.lines().next().unwrap().contains("TỆP BỊ CẮT CỤT"), "{}", cut.stdout);
    for file in ["ket-qua.pdf", "da-ky.pdf", "da-dong-dau.pdf"] {
        let told = ward.run(&format!("verify {TRUST} {file}"));
        assert!(!told.stdout.contains("CẮT CỤT"), "{file}: {}", told.stdout);
    }
    // Where not even the pages are left, there's nothing to judge.
    ward.write("cut.pdf", &whole[..paper / 2]);
    ward.run(&format!("verify {TRUST} cut.pdf")).demand(4).told("cắt cụt").told("hãy lấy lại tệp đầy đủ");
    // Readers open a file that lacks nothing but the mark at its end; whether it was signed isn't known.
    let paper = ward.read("ket-qua.pdf");
    let mark = paper.windows(5).rposition(|window| window == b"%%EOF").unwrap();
    ward.write("cut.pdf", &paper[..mark]);
    ward.run(&format!("verify {TRUST} cut.pdf")).demand(2).told("TỆP BỊ CẮT CỤT");
}

/// A signed paper without the ends of earlier revisions: where its own is cut off, the objects are found by scanning, and the
/// signature among them.
fn signed_at_once(ward: &Ward) -> Vec<u8> {
    let mut bytes = ward.read("da-ky.pdf");
    let paper = ward.read("ket-qua.pdf").len();
    for (word, other) in [(b"%%EOF".as_slice(), b"%%END".as_slice()), (b"startxref", b"startxxxx")] {
        while let Some(at) = bytes[..paper].windows(word.len()).position(|window| window == word) {
            bytes[at..at + word.len()].copy_from_slice(other);
        }
    }
    bytes
}

#[test]
fn a_page_and_the_standards_report_hold_every_file() {
    let ward = sealed();
    ward.write("hong.pdf", spoil(&ward.read("da-dong-dau.pdf")));
    ward.write("khong-phai.pdf", "không phải PDF");
    let files = "da-dong-dau.pdf hong.pdf ket-qua.pdf khong-phai.pdf";
    let page = ward.run(&format!("verify {TRUST} --format html {files}")).demand(4).stdout;
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"vi\">") && page.ends_with("</html>\n"));
    for words in
        ["HỢP LỆ", "KHÔNG HỢP LỆ", "CHƯA ĐƯỢC KÝ SỐ", "KHÔNG ĐỌC ĐƯỢC", "digest.mismatch", "class=\"timeline\""]
    {
        assert!(page.contains(words), "{words}");
    }
    ward.run(&format!("verify {TRUST} --lang en --format html da-ky.pdf"))
        .demand(0)
        .told("the agency&#39;s seal is awaited");
    let xml = ward.run(&format!("verify {TRUST} --format xml {files}")).demand(4).stdout;
    let uris =
        ["mainindication:total-passed", "subindication:HASH_FAILURE", "NO_SIGNATURE_FOUND", "UNREADABLE_DOCUMENT"];
    for uri in uris {
        assert!(xml.contains(uri), "{uri}");
    }
    ward.run("verify --format pdf da-ky.pdf").demand(64);
}

#[test]
fn a_policy_decides() {
    let ward = sealed();
    let default = kyso::Constraints::built_in_text("default").unwrap();
    ward.write("dau-thoi-gian.toml", default.replace("\"optional\"", "\"required\""));
    ward.write("sai.toml", default.replace("\"optional\"", "\"maybe\""));
    ward.run(&format!("verify {TRUST} --policy default da-dong-dau.pdf")).demand(0).told("HỢP LỆ");
    // What can't be known is named, and what the agency's list doesn't say.
    ward.run(&format!("verify {TRUST} --policy vn-agency da-dong-dau.pdf"))
        .demand(0)
        .told("Chữ ký không có dấu thời gian hợp lệ")
        .told("Chứng thư số không ghi địa chỉ CRL hay OCSP")
        .told("danh sách chứng thư số");
    ward.write(
        "luon.toml",
        kyso::Constraints::built_in_text("vn-agency").unwrap().replace("where-published", "always"),
    );
    ward.run(&format!("verify {TRUST} --policy luon.toml da-dong-dau.pdf")).demand(2).told("TRY_LATER");
    let required = ward.run(&format!("verify {TRUST} --policy dau-thoi-gian.toml da-dong-dau.pdf"));
    required.demand(2).told("SIG_CONSTRAINTS_FAILURE").told("đòi hỏi dấu thời gian");
    ward.run("verify --policy sai.toml da-ky.pdf").demand(64).told("dòng ").told("`required`");
    ward.run("verify --policy khong-co da-ky.pdf").demand(64);
}

#[test]
fn strict_takes_the_agencys_own_seal_and_nothing_else() {
    let ward = sealed();
    for trust in [TRUST, "--trust root.pem"] {
        ward.run(&format!("verify {trust} --strict da-ky.pdf da-dong-dau.pdf")).demand(0);
    }
    ward.issue("la.p12", Profile::leader().name("Trần Văn Lạ").key(KeyType::P256));
    ward.run("sign da-ky.pdf -o la.pdf --p12 la.p12 --pass-file pass.txt --role other").demand(0);
    ward.run(&format!("verify {TRUST} la.pdf")).demand(0);
    for trust in [TRUST, "--trust root.pem"] {
        let refused = ward.run(&format!("verify {trust} --strict la.pdf")).demand(1);
        refused.told("có một chữ ký không thuộc quy trình của cơ quan");
    }
}

#[test]
fn white_space_behind_the_end_is_a_note() {
    let ward = sealed();
    for end in ["\n", "\r\n\r\n", " \t\0"] {
        ward.write("cuoi.pdf", [ward.read("da-dong-dau.pdf"), end.into()].concat());
        ward.run(&format!("verify {TRUST} cuoi.pdf")).demand(0).told("Cuối tệp có thêm khoảng trắng");
        ward.write("ky.pdf", [ward.read("da-ky.pdf"), end.into()].concat());
        ward.run("seal ky.pdf -o dau.pdf --p12 seal.p12 --pass-file pass.txt --trust root.pem --force").demand(0);
        ward.run(&format!("verify {TRUST} dau.pdf")).demand(0);
        assert!(ward.read("dau.pdf").starts_with(&ward.read("ky.pdf")));
    }
    ward.write("cuoi.pdf", [ward.read("da-dong-dau.pdf"), b"\nx".to_vec()].concat());
    ward.run(&format!("verify {TRUST} cuoi.pdf")).demand(1);
}

/// The file with these digits at the start of its last signature, and zeros behind.
fn with_contents(bytes: &[u8], digits: &str) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let start = bytes.windows(11).rposition(|window| window == b"/Contents <").unwrap() + 11;
    let end = start + bytes[start..].iter().position(|&byte| byte == b'>').unwrap();
    let width = end - start;
    bytes[start..end].copy_from_slice(format!("{digits:0<width$}").as_bytes());
    bytes
}

#[test]
fn what_passes_for_a_signature_and_is_none_is_not_valid_and_not_unsigned() {
    let ward = sealed();
    for (digits, code, words) in [
        ("3082", "signature.unreadable", "không giải mã được"),
        ("00", "signature.unfinished", "việc ký chưa hoàn tất"),
    ] {
        ward.write("mot.pdf", with_contents(&ward.read("da-ky.pdf"), digits));
        ward.run(&format!("verify {TRUST} mot.pdf")).demand(1).told("KHÔNG HỢP LỆ").told(words);
        let json: Value = serde_json::from_str(&ward.run("verify --format json mot.pdf").demand(1).stdout).unwrap();
        assert!(json[0]["signatures"].as_array().unwrap().is_empty());
        let finding = &json[0]["findings"][0];
        assert_eq!((&finding["severity"], &finding["code"]), (&"error".into(), &code.into()));
        assert!(finding["object"].is_u64() && finding["page"] == 1, "{finding}");

        // Behind a valid one: the valid one doesn't stand for the file.
        ward.write("hai.pdf", with_contents(&ward.read("da-dong-dau.pdf"), digits));
        ward.run(&format!("verify {TRUST} hai.pdf")).demand(1).told(words).told("không phải là chữ ký");
        let json: Value = serde_json::from_str(&ward.run("verify --format json hai.pdf").demand(1).stdout).unwrap();
        let [leader] = json[0]["signatures"].as_array().unwrap().as_slice() else { panic!("{json}") };
        assert_eq!((&leader["modifications"], &leader["modifications_allowed"]), (&"other".into(), &false.into()));
        ward.run("seal mot.pdf -o x.pdf --p12 seal.p12 --pass-file pass.txt").demand(5).told("Từ chối đóng dấu");
    }
}

#[test]
fn the_worst_of_several_files_decides() {
    let ward = sealed();
    ward.write("hong.pdf", spoil(&ward.read("da-ky.pdf")));
    let verify = |files: &str| ward.run(&format!("verify {TRUST} {files}"));
    verify("da-ky.pdf ket-qua.pdf").demand(3).told("2 tệp: 1 hợp lệ, 1 chưa được ký số.");
    verify("hong.pdf ket-qua.pdf da-ky.pdf").demand(1);
    verify("hong.pdf khong-co.pdf da-ky.pdf").demand(4);
}

#[test]
fn bytes_behind_the_last_signature_are_told_apart() {
    let ward = sealed();
    let mut longer = ward.read("da-dong-dau.pdf");
    longer.extend_from_slice(b"\nthem vao");
    ward.write("dai-hon.pdf", longer);
    let outcome = ward.run(&format!("verify {TRUST} dai-hon.pdf")).demand(1);
    outcome.told("Nội dung đã ký số chưa bị thay đổi. Tuy nhiên, tài liệu đã có những thay đổi");
}

#[test]
fn the_json_is_the_contract() {
    let ward = sealed();
    ward.write("khong-phai.pdf", "không phải PDF");
    let files = "da-dong-dau.pdf ket-qua.pdf khong-phai.pdf khong-co.pdf";
    let outcome = ward.run(&format!("verify --format json {TRUST} {files}")).demand(4);
    let json: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let expected = [
        "bytes",
        "encrypted",
        "error",
        "file",
        "findings",
        "qr",
        "qr_not_seen",
        "revisions",
        "sha256",
        "signatures",
        "summary",
        "trust",
    ];
    assert_eq!(json.as_array().unwrap().len(), 4);
    for file in json.as_array().unwrap() {
        assert_eq!(keys(file), expected);
    }
    let sealed = &json[0];
    assert_eq!((&sealed["file"], &sealed["error"]), (&"da-dong-dau.pdf".into(), &Value::Null));
    assert_eq!(sealed["revisions"], 3);
    assert_eq!(sealed["bytes"], ward.read("da-dong-dau.pdf").len());
    let signatures = sealed["signatures"].as_array().unwrap();
    let (leader, seal) = (&signatures[0], &signatures[1]);
    for signature in [leader, seal] {
        for key in [
            "field",
            "type",
            "subfilter",
            "role",
            "role_source",
            "signer",
            "claimed_time",
            "best_signature_time",
            "level",
            "digest_algorithm",
            "signature_algorithm",
            "byte_range",
            "coverage",
            "digest_ok",
            "signature_ok",
            "modifications",
            "modifications_allowed",
            "docmdp",
            "indication",
            "sub_indication",
            "findings",
        ] {
            assert!(signature.get(key).is_some(), "{key} is missing");
        }
        for key in ["subject", "common_name", "organisation", "title", "serial", "kind"] {
            assert!(signature["signer"].get(key).is_some(), "signer.{key} is missing");
        }
        assert_eq!(signature["type"], "signature");
        assert_eq!(signature["subfilter"], "ETSI.CAdES.detached");
        assert_eq!(signature["role_source"], "roster");
        assert_eq!(signature["level"], "PAdES-B-B");
        assert_eq!(
            (&signature["digest_algorithm"], &signature["signature_algorithm"]),
            (&"SHA-256".into(), &"ECDSA".into())
        );
        assert_eq!((&signature["digest_ok"], &signature["signature_ok"]), (&true.into(), &true.into()));
        assert_eq!(signature["indication"], "TOTAL-PASSED");
        assert_eq!(signature["sub_indication"], Value::Null);
    }
    assert_eq!((&leader["role"], &leader["signer"]["kind"]), (&"leader".into(), &"person".into()));
    assert_eq!((&leader["coverage"], &leader["modifications"]), (&"whole-revision".into(), &"form-fill".into()));
    assert_eq!((&leader["docmdp"], &seal["docmdp"]), (&Value::Null, &1.into()));
    assert_eq!((&seal["role"], &seal["signer"]["kind"]), (&"seal".into(), &"organisation".into()));
    assert_eq!((&seal["coverage"], &seal["modifications"]), (&"whole-file".into(), &"none".into()));
    assert_eq!(seal["signer"]["title"], Value::Null);
    let findings = leader["findings"].as_array().unwrap();
    assert!(!findings.is_empty());
    for key in ["severity", "code", "clause", "message"] {
        assert!(findings[0].get(key).is_some(), "{key} is missing");
    }
    assert_eq!(json[1]["signatures"], Value::Array(Vec::new()));
    assert!(json[2]["error"].is_string() && json[2]["sha256"].is_string());
    assert!(json[3]["error"].is_string() && json[3]["sha256"].is_null());
}

#[test]
fn findings_are_told_in_the_language_asked_for() {
    let ward = sealed();
    let message = |lang: &str| {
        let outcome = ward.run(&format!("verify --lang {lang} --format json da-dong-dau.pdf")).demand(2);
        let json: Value = serde_json::from_str(&outcome.stdout).unwrap();
        let findings = json[0]["signatures"][0]["findings"].as_array().unwrap().clone();
        findings.iter().find(|finding| finding["severity"] == "error").unwrap()["message"].as_str().unwrap().to_owned()
    };
    assert!(message("vi").contains("Chứng thư số không tin cậy") || message("vi").contains("Đường dẫn chứng thực"));
    assert!(message("en").contains("trusted"), "{}", message("en"));
}

#[test]
fn the_time_can_be_set_and_the_anchors_may_lie_in_a_directory() {
    let ward = sealed();
    std::fs::create_dir(ward.path("tin-cay")).unwrap();
    ward.write("tin-cay/goc.der", ward.pki.root_der().unwrap());
    ward.run("verify --trust tin-cay da-dong-dau.pdf").demand(0);
    let later = in_hours(4 * 365 * 24);
    let outcome = ward.run(&format!("verify --trust tin-cay --at {later} da-dong-dau.pdf")).demand(2);
    outcome.told("OUT_OF_BOUNDS_NO_POE").told("Chứng thư số đã hết hạn sử dụng");
    ward.write("la.pem", TestPki::stranger(in_hours(0)).unwrap().root_pem().unwrap());
    ward.run("verify --trust la.pem da-dong-dau.pdf").demand(2).told("NO_CERTIFICATE_CHAIN_FOUND");
    ward.run("verify --trust khong-co da-dong-dau.pdf").demand(64).told("Không đọc được tệp khong-co");
    ward.run("verify --trust ket-qua.pdf da-dong-dau.pdf").demand(64).told("Không tìm thấy chứng thư số nào");
    ward.run("verify --roster root.pem da-dong-dau.pdf").demand(64).told("Danh sách chứng thư số root.pem sai");
}

#[test]
fn names_from_outside_cannot_steer_the_terminal() {
    let ward = Ward::new();
    let profile = Profile::leader().key(KeyType::P256).name("A\u{202e}B UID=CCCD:001085012345");
    ward.issue("la.p12", profile);
    ward.run("sign ket-qua.pdf -o la.pdf --p12 la.p12 --pass-file pass.txt").demand(0);
    let outcome = ward.run("verify --trust root.pem la.pdf").demand(0);
    assert!(!outcome.stdout.contains('\u{202e}') && !outcome.stdout.contains("001085012345"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("\\u{202e}") && outcome.stdout.contains("CCCD:*********345"));
}

#[test]
fn a_reader_who_goes_away_is_no_failure() {
    let ward = sealed();
    let command = "\"$0\" verify --trust root.pem da-dong-dau.pdf | head -c 1 >/dev/null; exit ${PIPESTATUS[0]}";
    let status = std::process::Command::new("bash")
        .args(["-c", command, env!("CARGO_BIN_EXE_kyso")])
        .current_dir(ward.path("."))
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(0));
}
