//! The record that lies beside a result: completed with the finished file, told of what became of it.

use std::path::{Path, PathBuf};

use serde_json::Value;

use kyso_tests::folder::{Folder, Outcome, kyso_in as kyso};

/// A demo's directory, with a second result: `thu.json`, and `thu-dau.pdf` signed and sealed.
struct Demo(Folder);

impl Demo {
    fn new() -> Self {
        let demo = Self(Folder::new());
        demo.0.run("demo").demand(0);
        let (key, trust) = ("--pass-file mat-khau.txt --p12", "--trust ca-goc.pem --roster danh-sach.toml");
        demo.run(
            "certify yeu-cau-2.toml --document giay-uy-quyen.pdf --agency co-quan.toml --archive luu-tru --by Mẫu \
             --allow-draft --sample -o thu.pdf",
        )
        .demand(0);
        let receiver = "tiep-nhan.p12 --role other --field NguoiTiepNhan";
        demo.run(&format!("sign thu.pdf -o thu-nhan.pdf {key} {receiver}")).demand(0);
        demo.run(&format!("sign thu-nhan.pdf -o thu-ky.pdf {key} lanh-dao.p12 --field NguoiChungThuc")).demand(0);
        demo.run(&format!("seal thu-ky.pdf -o thu-dau.pdf {key} con-dau.p12 {trust}")).demand(0);
        demo
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path("kyso-demo").join(name)
    }

    fn run(&self, arguments: &str) -> Outcome {
        Outcome::of(kyso(&self.path("")).args(arguments.split_whitespace()))
    }

    fn register(&self, arguments: &str) -> Outcome {
        self.run(&format!("register {arguments} --register CK --archive luu-tru --by Mẫu"))
    }

    fn show(&self, number: &str) -> Outcome {
        self.run(&format!("register show {number} --register CK --archive luu-tru"))
    }

    fn issue(&self, record: &str) -> Outcome {
        let file = "--file thu-dau.pdf --trust ca-goc.pem --roster danh-sach.toml";
        self.register(&format!("issue 2 {file} --record {record}"))
    }
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_record_is_completed_with_its_own_result_alone() {
    let demo = Demo::new();
    let before = read(&demo.path("thu.json"));
    assert_eq!((&before["File"], &before["Signatures"]), (&Value::Null, &Value::Null));
    demo.issue("ket-qua.json").demand(5).told("dữ liệu đặc tả của kết quả khác: CertNumber là 01,");

    let altered = |key: &str, value: Value| {
        let mut record = before.clone();
        record[key] = value;
        std::fs::write(demo.path("sai.json"), record.to_string()).unwrap();
        demo.issue("sai.json")
    };
    let other = read(&demo.path("ket-qua.json"));
    altered("LookupCode", other["LookupCode"].clone()).demand(5).told("kết quả khác: LookupCode");
    altered("DossierCode", other["DossierCode"].clone()).demand(5).told("kết quả khác: DossierCode");
    altered("OrganName", "".into()).demand(5).told("OrganName phải có");
    altered("Colour", 7.into()).demand(64).told("sai.json: không phải dữ liệu đặc tả");
    demo.issue("khong-co.json").demand(64).told("khong-co.json");
    demo.show("2").demand(0).told("đã lập văn bản");

    demo.issue("thu.json").demand(0);
    let after = read(&demo.path("thu.json"));
    let sealed = std::fs::read(demo.path("thu-dau.pdf")).unwrap();
    assert_eq!(after["File"]["Bytes"], sealed.len());
    let roles = after["Signatures"].as_array().unwrap().iter().map(|one| one["Role"].as_str().unwrap());
    assert_eq!(roles.collect::<Vec<_>>(), ["other", "leader", "seal"]);
    assert_eq!(after["LookupCode"], before["LookupCode"]);
    // Said again, nothing changes.
    demo.issue("thu.json").demand(0);
    assert_eq!(read(&demo.path("thu.json")), after);
    assert!(std::fs::read_dir(demo.path("")).unwrap().all(|entry| {
        let name = entry.unwrap().file_name();
        !name.to_string_lossy().ends_with(".tmp")
    }));
}

#[test]
fn a_record_is_told_of_a_cancellation_and_of_a_replacement() {
    let demo = Demo::new();
    demo.issue("thu.json").demand(0);
    let today = jiff::tz::offset(7).to_datetime(jiff::Timestamp::now()).date();
    let decision = format!("--decision 15/QĐ-UBND --decision-date {today}");
    demo.register(&format!("cancel 2 {decision} --record ket-qua.json")).demand(5).told("kết quả khác: CertNumber");
    demo.show("2").demand(0).told("đã chứng thực");
    demo.register(&format!("cancel 2 {decision} --record thu.json")).demand(0);
    let status = read(&demo.path("thu.json"))["Status"].clone();
    assert_eq!(status, serde_json::json!({"state": "cancelled", "decision": "15/QĐ-UBND", "date": today}));

    let number = read(&demo.path("ket-qua.json"))["CertNumber"].clone();
    let second = format!("02, quyển số 01/{}-SCT/CK,ĐC", number["year"]);
    let replaced = |by: &str, record: &str| {
        let line =
            format!("register cancel 1 --register CK --archive luu-tru --by Mẫu {decision} --record ket-qua.json");
        let more = ["--replaced-by", by, "--replacement-record", record];
        Outcome::of(kyso(&demo.path("")).args(line.split_whitespace()).args(more))
    };
    replaced(&second, "ket-qua.json").demand(5).told("ket-qua.json: dữ liệu đặc tả của kết quả khác");
    replaced(&second, "thu.json").demand(0);
    let (first, second) = (read(&demo.path("ket-qua.json")), read(&demo.path("thu.json")));
    assert_eq!(first["Status"], serde_json::json!({"state": "replaced", "by": second["ResultCode"]}));
}
