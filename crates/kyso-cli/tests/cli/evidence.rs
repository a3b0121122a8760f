//! `kyso verify --evidence`: a record held against one PDF, beside its signatures.

use kyso::Timestamp;
use kyso::crypto::DigestAlgorithm;
use kyso::tsp::{TimeStampRequest, read_response};
use kyso_archive::evidence::{EvidenceRecord, HashTree, Stamp, time_stamp_leaf};
use kyso_testpki::{Profile, TestPki, Tsa};
use kyso_tests::ward::{Ward, in_hours};
use serde_json::Value;

const SHA256: DigestAlgorithm = DigestAlgorithm::Sha256;

/// A ward with a signed result, the PKI of two authorities and a record of the result.
struct Case {
    ward: Ward,
    authorities: [Tsa; 2],
    /// When the file is stamped first: an hour ago.
    stamped: Timestamp,
}

impl Case {
    fn new() -> Self {
        let ward = Ward::new();
        ward.sign("ket-qua.pdf", "da-ky.pdf");
        ward.seal("da-ky.pdf", "da-dong-dau.pdf");
        let stamped = Timestamp::from_second(in_hours(-1).as_second()).unwrap();
        let pki = TestPki::stranger(stamped).unwrap();
        let authority = |years: i64| {
            let valid = (later(stamped, -1), later(stamped, years));
            Tsa::new(pki.issue(Profile::tsa().valid(valid.0, valid.1)).unwrap())
        };
        let authorities = [authority(5), authority(9)];
        ward.write("tsa-root.pem", pki.root_pem().unwrap());
        Self { ward, authorities, stamped }
    }

    /// The record of a file, stamped and renewed after so many years, if it is.
    fn record(&self, file: &str, renewed: Option<i64>) -> Vec<u8> {
        let hash = SHA256.digest(&self.ward.read(file));
        let leaves = vec![hash.clone(), SHA256.digest(b"another file of the day")];
        let day = stamp(&self.authorities[0], leaves, self.stamped);
        let mut record = EvidenceRecord::first(&day, &[hash]).unwrap();
        if let Some(renewed) = renewed {
            let leaves = vec![time_stamp_leaf(SHA256, day.token())];
            let renewal = stamp(&self.authorities[1], leaves, later(self.stamped, renewed));
            record.renew_by_time_stamp(&renewal).unwrap();
        }
        record.to_der()
    }
}

fn later(time: Timestamp, years: i64) -> Timestamp {
    time.checked_add(jiff::Span::new().hours(years * 8766)).unwrap()
}

fn stamp(tsa: &Tsa, leaves: Vec<Vec<u8>>, time: Timestamp) -> Stamp {
    let tree = HashTree::new(SHA256, leaves.clone()).unwrap();
    let answer = tsa.answer(&TimeStampRequest::new(SHA256, tree.root()).to_der(), time, None).unwrap();
    Stamp::new(SHA256, leaves, read_response(&answer).unwrap().der().to_vec()).unwrap()
}

const TRUST: &str = "--trust root.pem --trust tsa-root.pem --roster roster.toml --qr never";

#[test]
fn a_record_is_judged_beside_the_signatures_and_the_worse_gives_the_exit_code() {
    let case = Case::new();
    let ward = &case.ward;
    ward.write("ket-qua.er", case.record("da-dong-dau.pdf", None));
    let good = ward.run(&format!("verify {TRUST} --evidence ket-qua.er da-dong-dau.pdf")).demand(0);
    let good = good.told("✔ Bằng chứng lưu trữ ket-qua.er: HỢP LỆ").told("Tệp đã có, nguyên vẹn như vậy, từ");
    good.told("dấu thời gian đầu tiên").told("SHA-256");
    let english = format!("--lang en verify {TRUST} --evidence ket-qua.er da-dong-dau.pdf");
    ward.run(&english).demand(0).told("✔ Evidence record ket-qua.er: VALID. The file was there, as it is, by");

    // Of another file, of no file, with a flipped byte: the signatures hold, and that isn't enough.
    ward.run(&format!("verify {TRUST} --evidence ket-qua.er da-ky.pdf")).demand(1).told("là của tệp khác");
    ward.write("khong-phai.er", "không phải hồ sơ");
    let none = ward.run(&format!("verify {TRUST} --evidence khong-phai.er da-dong-dau.pdf")).demand(1);
    none.told("✘ Bằng chứng lưu trữ khong-phai.er: KHÔNG HỢP LỆ").told("Không đọc được hồ sơ bằng chứng");
    let mut flipped = case.record("da-dong-dau.pdf", None);
    *flipped.last_mut().unwrap() ^= 1;
    ward.write("hong.er", flipped);
    ward.run(&format!("verify {TRUST} --evidence hong.er da-dong-dau.pdf")).demand(1).told("✔ da-dong-dau.pdf: HỢP LỆ");

    // The authority's root isn't trusted; the record is fine for all that is known.
    let untrusted = "verify --trust root.pem --roster roster.toml --qr never --evidence ket-qua.er da-dong-dau.pdf";
    ward.run(untrusted).demand(2).told("? Bằng chứng lưu trữ ket-qua.er: CHƯA ĐỦ CƠ SỞ KẾT LUẬN");

    // A file without signatures stays one, and one that isn't a PDF too.
    ward.write("chua-ky.er", case.record("ket-qua.pdf", None));
    ward.run(&format!("verify {TRUST} --evidence chua-ky.er ket-qua.pdf")).demand(3).told("✔ Bằng chứng lưu trữ");
    ward.run(&format!("verify {TRUST} --evidence chua-ky.er khong-co.pdf")).demand(4);
}

#[test]
fn renewals_are_judged_at_the_time_that_is_asked_for() {
    let case = Case::new();
    let ward = &case.ward;
    ward.write("kip.er", case.record("da-dong-dau.pdf", Some(4)));
    ward.write("muon.er", case.record("da-dong-dau.pdf", Some(6)));
    ward.write("cu.er", case.record("da-dong-dau.pdf", None));
    let evidence = |record: &str| -> Value {
        let at = later(case.stamped, 8);
        let options = format!("{TRUST} --at {at} --format json --evidence {record}");
        let out = ward.run(&format!("verify {options} da-dong-dau.pdf")).stdout;
        serde_json::from_str::<Value>(&out).unwrap()[0]["evidence"].clone()
    };
    let good = evidence("kip.er");
    assert_eq!((&good["indication"], &good["file"]), (&"TOTAL-PASSED".into(), &"kip.er".into()));
    assert_eq!(good["proven_since"], case.stamped.to_string());
    assert_eq!(good["steps"][0]["kind"], "first");
    assert_eq!(good["steps"][0]["good_at"], later(case.stamped, 4).to_string());
    assert_eq!(good["steps"][1]["kind"], "time-stamp-renewal");
    assert_eq!(good["findings"][0]["code"], "evidence.proven");
    let late = evidence("muon.er");
    assert_eq!((&late["indication"], &late["proven_since"]), (&"TOTAL-FAILED".into(), &Value::Null));
    let codes = late["steps"][0]["findings"].as_array().unwrap().iter().map(|one| one["code"].clone());
    assert!(codes.collect::<Vec<_>>().contains(&"evidence.renewed-too-late".into()), "{late}");
    assert_eq!(evidence("cu.er")["indication"], "INDETERMINATE");
}

#[test]
fn the_page_shows_the_record_and_a_report_without_one_has_none() {
    let case = Case::new();
    let ward = &case.ward;
    ward.write("ket-qua.er", case.record("da-dong-dau.pdf", None));
    let html = format!("verify {TRUST} --format html --evidence ket-qua.er da-dong-dau.pdf");
    ward.run(&html).demand(0).told("<h3>Bằng chứng lưu trữ ket-qua.er: HỢP LỆ").told("evidence.proven");
    ward.run(&format!("verify {TRUST} --format xml --evidence ket-qua.er da-ky.pdf")).demand(1);
    let without = ward.run(&format!("verify {TRUST} --format json da-dong-dau.pdf")).demand(0);
    assert_eq!(serde_json::from_str::<Value>(&without.stdout).unwrap()[0].get("evidence"), None);
}

#[test]
fn a_record_is_of_exactly_one_file_and_has_to_be_there() {
    let case = Case::new();
    let ward = &case.ward;
    ward.write("ket-qua.er", case.record("da-dong-dau.pdf", None));
    let two = ward.run(&format!("verify {TRUST} --evidence ket-qua.er da-dong-dau.pdf da-ky.pdf")).demand(64);
    two.told("đúng một tệp PDF");
    ward.run(&format!("verify {TRUST} --evidence khong-co.er da-dong-dau.pdf")).demand(64);
}
