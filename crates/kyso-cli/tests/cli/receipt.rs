//! `kyso verify --receipt`: a file held against a receipt of an archive's log.

use kyso::crypto::{DigestAlgorithm, Ed25519Key};
use kyso_archive::log::{Checkpoint, Entry, Hash, KeyUse, MemoryTree, Note, Receipt, SignerKey, commitment, inclusion};
use kyso_tests::ward::Ward;
use serde_json::Value;

const ORIGIN: &str = "luu-tru.example/phuong-1";
const AT: &str = "2026-11-29T08:15:30.123456Z";
const TRUST: &str = "--trust root.pem --roster roster.toml";

fn key(name: &str, usage: KeyUse, seed: u8) -> SignerKey {
    SignerKey::new(name, usage, Ed25519Key::from_seed(&[seed; 32]).unwrap()).unwrap()
}

fn log() -> SignerKey {
    key(ORIGIN, KeyUse::Note, 1)
}

fn witness(number: u8) -> SignerKey {
    key(&format!("nhan-chung.example/{number}"), KeyUse::Cosignature, 10 + number)
}

/// A receipt for a file, as entry 70 of 300, signed by these.
fn receipt(file: &[u8], keys: &[SignerKey]) -> String {
    let (sha256, sha512) = (DigestAlgorithm::Sha256.hex(file), DigestAlgorithm::Sha512.hex(file));
    let bytes = file.len();
    let record =
        format!(r#"{{"kind":"version.added","at":"{AT}","sha256":"{sha256}","sha512":"{sha512}","bytes":{bytes}}}"#);
    let salt = [7; 32];
    let entry = Entry::new("version.added", AT.parse().unwrap(), commitment(&salt, record.as_bytes())).unwrap();
    let leaf = |at: u64| if at == 70 { entry.leaf() } else { Hash::leaf(&at.to_be_bytes()) };
    let tree: MemoryTree = (0..300).map(leaf).collect();
    let mut checkpoint = Note::new(Checkpoint::new(ORIGIN, 300, tree.root()).unwrap().to_string()).unwrap();
    for key in keys {
        checkpoint.add(key.sign(checkpoint.text(), 1_795_000_000).unwrap()).unwrap();
    }
    let path = inclusion(70, 300, &tree).unwrap();
    Receipt { salt, record: record.into_bytes(), index: 70, path, checkpoint }.to_string()
}

/// A sealed result with a receipt that the log and two witnesses have signed, and the keys in files.
fn archived() -> Ward {
    let ward = Ward::new();
    ward.sign("ket-qua.pdf", "da-ky.pdf");
    ward.seal("da-ky.pdf", "da-dong-dau.pdf");
    let sealed = ward.read("da-dong-dau.pdf");
    ward.write("bien-nhan.tlog-proof", receipt(&sealed, &[log(), witness(1), witness(2)]));
    ward.write("nhat-ky.key", format!("{}\n", log().verifier()));
    for number in 1..=3 {
        ward.write(&format!("nhan-chung-{number}.key"), witness(number).verifier().to_string());
    }
    ward
}

const RECEIPT: &str = "--receipt bien-nhan.tlog-proof --log-key nhat-ky.key";

#[test]
fn a_receipt_that_holds_is_part_of_the_report() {
    let ward = archived();
    let verify = |rest: &str| ward.run(&format!("verify {TRUST} {RECEIPT} {rest} da-dong-dau.pdf"));
    let outcome = verify("").demand(0).told("✔ da-dong-dau.pdf: HỢP LỆ.").told("Biên nhận đúng");
    outcome
        .told("nhật ký luu-tru.example/phuong-1, mục 70 trong 300 mục, lúc 29/11/2026 15:15:30 +07:00")
        .told("nhân chứng: không có");
    let witnesses = "--witness nhan-chung-1.key --witness nhan-chung-2.key";
    verify(&format!("--lang en {witnesses}"))
        .demand(0)
        .told("The receipt holds")
        .told("witnesses: nhan-chung.example/1 (");
    verify(&format!("{witnesses} --witness nhan-chung-3.key --quorum 2")).demand(0);
    verify("--format html").demand(0).told("receipt.holds");
    // The key as text does too.
    let typed = log().verifier().to_string();
    let typed = format!("verify {TRUST} --receipt bien-nhan.tlog-proof --log-key {typed} da-dong-dau.pdf");
    ward.run(&typed).demand(0).told("Biên nhận đúng");
    let json: Value = serde_json::from_str(&verify(&format!("--format json {witnesses}")).demand(0).stdout).unwrap();
    let told = &json[0]["receipt"];
    assert_eq!((&told["holds"], &told["code"]), (&Value::Bool(true), &"receipt.holds".into()));
    assert_eq!((&told["log"], &told["index"], &told["size"]), (&ORIGIN.into(), &70.into(), &300.into()));
    assert_eq!(told["at"], AT);
    assert_eq!(told["witnesses"][1]["name"], "nhan-chung.example/2");
    assert!(told["witnesses"][1]["at"].as_str().unwrap().starts_with("2026-11-"));
    let codes = json[0]["findings"].as_array().unwrap().iter().map(|finding| &finding["code"]);
    assert!(codes.into_iter().any(|code| code == "receipt.holds"));
    // Without a receipt nothing is said of one.
    let plain = ward.run(&format!("verify {TRUST} --format json da-dong-dau.pdf")).demand(0);
    assert!(!plain.stdout.contains("receipt"));
}

#[test]
fn a_receipt_that_fails_ends_with_1_and_says_why() {
    let ward = archived();
    let sealed = ward.read("da-dong-dau.pdf");
    let good = receipt(&sealed, &[log(), witness(1)]);
    let stranger = key(ORIGIN, KeyUse::Note, 99);
    let cases = [
        ("da-dong-dau.pdf", "not one".to_owned(), "", "receipt.unreadable"),
        ("da-dong-dau.pdf", "a".repeat((256 << 10) + 1), "", "receipt.unreadable"),
        ("da-ky.pdf", good.clone(), "", "receipt.other-file"),
        ("da-dong-dau.pdf", good.replacen("index 70", "index 71", 1), "", "receipt.not-in-log"),
        ("da-dong-dau.pdf", receipt(&sealed, &[stranger]), "", "receipt.unknown-log"),
        ("da-dong-dau.pdf", good.replacen("\n300\n", "\n299\n", 1), "", "receipt.signature"),
        ("da-dong-dau.pdf", good.clone(), "--witness nhan-chung-2.key", "receipt.witnesses"),
        ("da-dong-dau.pdf", good.clone(), "--witness nhan-chung-1.key --witness nhan-chung-2.key", "receipt.witnesses"),
    ];
    for (number, (file, text, more, code)) in cases.into_iter().enumerate() {
        ward.write("xau.tlog-proof", text);
        let verify = |format: &str| {
            let receipt = "--receipt xau.tlog-proof --log-key nhat-ky.key";
            ward.run(&format!("verify {TRUST} {receipt} {more} --format {format} {file}")).demand(1)
        };
        let json: Value = serde_json::from_str(&verify("json").stdout).unwrap();
        let told = &json[0]["receipt"];
        assert_eq!((&told["holds"], &told["code"]), (&Value::Bool(false), &code.into()), "{number}");
        // Signatures are judged for themselves.
        assert!(json[0]["signatures"].as_array().unwrap().iter().all(|one| one["indication"] == "TOTAL-PASSED"));
        let first = verify("text").stdout.lines().next().unwrap().to_owned();
        assert!(first.starts_with(&format!("✘ {file}: BIÊN NHẬN KHÔNG ĐÚNG; CHỮ KÝ: HỢP LỆ.")), "{first}");
        assert!(first.contains(told["message"].as_str().unwrap()), "{first}");
        verify("html").told("BIÊN NHẬN KHÔNG ĐÚNG").told(code);
    }
    // The last character before the padding of the log's own signature.
    let at = good.find("\u{2014} luu-tru").unwrap() + 80;
    let mut forged = good.clone();
    let other = if &good[at..=at] == "A" { "B" } else { "A" };
    forged.replace_range(at..=at, other);
    ward.write("gia.tlog-proof", forged);
    let outcome = ward.run(&format!("verify {TRUST} --receipt gia.tlog-proof --log-key nhat-ky.key da-dong-dau.pdf"));
    outcome.demand(1).told("Chữ ký trên biên nhận không đúng (luu-tru.example/phuong-1)");
}

/// In the order of docs/exit-codes.md: 4, 1, 2, 3, 0.
#[test]
fn the_worse_of_receipt_and_file_decides() {
    let ward = archived();
    let plain = ward.read("ket-qua.pdf");
    ward.write("cua-to-khai.tlog-proof", receipt(&plain, &[log()]));
    ward.write("khong-phai.pdf", "không phải PDF");
    let verify =
        |receipt: &str, rest: &str| ward.run(&format!("verify --receipt {receipt} --log-key nhat-ky.key {rest}"));
    verify("cua-to-khai.tlog-proof", "ket-qua.pdf").demand(3).told("CHƯA ĐƯỢC KÝ SỐ").told("Biên nhận đúng");
    verify("bien-nhan.tlog-proof", "ket-qua.pdf").demand(1).told("BIÊN NHẬN KHÔNG ĐÚNG; CHỮ KÝ: CHƯA ĐƯỢC KÝ SỐ");
    verify("bien-nhan.tlog-proof", "da-dong-dau.pdf").demand(2).told("CHƯA ĐỦ CƠ SỞ KẾT LUẬN").told("Biên nhận đúng");
    verify("cua-to-khai.tlog-proof", "da-dong-dau.pdf").demand(1).told("BIÊN NHẬN KHÔNG ĐÚNG; CHỮ KÝ: CHƯA ĐỦ");
    verify("bien-nhan.tlog-proof", "khong-phai.pdf").demand(4).told("KHÔNG ĐỌC ĐƯỢC").told("của một tệp khác");
    verify("bien-nhan.tlog-proof", "khong-co.pdf").demand(4).told("không có tệp hoặc thư mục này");
}

#[test]
fn wrong_usage_is_64() {
    let ward = archived();
    let refused = |rest: &str| ward.run(&format!("verify {rest}")).demand(64);
    refused(&format!("{RECEIPT} da-dong-dau.pdf da-ky.pdf")).told("hãy nêu đúng một tệp PDF");
    refused("--receipt bien-nhan.tlog-proof da-dong-dau.pdf").told("--log-key");
    refused("--log-key nhat-ky.key da-dong-dau.pdf").told("--receipt");
    refused("--witness nhan-chung-1.key da-dong-dau.pdf").told("--receipt");
    refused(&format!("{RECEIPT} --quorum 1 da-dong-dau.pdf")).told("--witness");
    refused(&format!("{RECEIPT} --witness nhan-chung-1.key --quorum 2 da-dong-dau.pdf")).told("--quorum 2");
    refused(&format!("{RECEIPT} --witness nhat-ky.key da-dong-dau.pdf")).told("dùng cho việc khác");
    refused(&format!("{RECEIPT} --witness nhan-chung-1.key --witness nhan-chung-1.key da-dong-dau.pdf"))
        .told("hai lần");
    refused("--receipt khong-co.tlog-proof --log-key nhat-ky.key da-dong-dau.pdf").told("khong-co.tlog-proof");
    refused("--receipt bien-nhan.tlog-proof --log-key khong-co.key da-dong-dau.pdf").told("tên+mã+base64");
    let slip = log().verifier().to_string().replacen("phuong-1", "phuong-2", 1);
    refused(&format!("--receipt bien-nhan.tlog-proof --log-key {slip} da-dong-dau.pdf"))
        .told("mã không phải của khóa này");
    refused(&format!("--lang en {RECEIPT} da-dong-dau.pdf da-ky.pdf")).told("name exactly one PDF");
}
