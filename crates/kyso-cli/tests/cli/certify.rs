//! `kyso certify`: from a request to a file that waits for its signatures, its number and its record.

mod storm;
pub(crate) mod unreadable;

use std::process::Command;

use kyso_testpdfs::{file, stream};
use serde_json::Value;

use kyso_tests::folder::Outcome;
use kyso_tests::ward::{AGENCY, Ward, copies, request, today};

/// A citizen's number, which is whole in the lời chứng and in the register alone.
const ID: &str = "001185000001";
/// A signature at the one-stop desk.
fn signature() -> String {
    request("CK", "one-person-one-stop", "Giấy ủy quyền", 3)
        + "is-transaction = true\nauthority = \"nop-nhan-ho-so\"\n\
           [receiver]\nsalutation = \"ba\"\nname = \"Lê Thị Mẫu\"\n\
           [[parties]]\nsalutation = \"ba\"\nname = \"Trần Thị Mẫu\"\n"
        + &format!("id = {{ kind = \"the-can-cuoc\", number = \"{ID}\" }}\n")
}

/// A copy, which names nobody on its page.
pub(crate) fn copy() -> String {
    copies(2, "Giấy ủy quyền", 3)
}

/// An office with a register, an agency's file and a request.
struct Office(Ward);

impl Office {
    fn new(request: &str) -> Self {
        let ward = Ward::new();
        ward.write("agency.toml", AGENCY);
        ward.write("request.toml", request);
        ward.run("register init --archive so").demand(0);
        Self(ward)
    }

    fn certify(&self, more: &str) -> Outcome {
        let line = "certify request.toml --agency agency.toml --archive so --by Mẫu --allow-draft -o ket.pdf";
        self.0.run(&format!("{line} {more}"))
    }

    fn register(&self, arguments: &str) -> Value {
        let told = self.0.run(&format!("register {arguments} --archive so --format json")).demand(0);
        serde_json::from_str(&told.stdout).unwrap()
    }

    fn entries(&self) -> Vec<Value> {
        self.register("list")["entries"].as_array().unwrap().clone()
    }

    /// No number was given out, or all are explained.
    #[track_caller]
    fn demand_numbers(&self, count: usize) {
        assert_eq!(self.entries().len(), count);
        assert_eq!(self.register("audit")["audit"]["problems"], serde_json::json!([]));
    }

    fn record(&self) -> Value {
        serde_json::from_slice(&self.0.read("ket.json")).unwrap()
    }

    fn text(&self, name: &str) -> String {
        let output = Command::new("pdftotext").args(["-layout"]).arg(self.0.path(name)).arg("-").output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    }

    /// Field names with the page of each.
    fn fields(&self) -> Vec<(String, u64)> {
        let inspect = self.0.run("inspect --format json ket.pdf").demand(0);
        let json: Value = serde_json::from_str(&inspect.stdout).unwrap();
        let field = |field: &Value| (field["name"].as_str().unwrap().to_owned(), field["page"].as_u64().unwrap());
        json["fields"].as_array().unwrap().iter().map(field).collect()
    }

    /// Page and rectangle of the QR symbol, which is this document's own.
    fn code(&self) -> Option<(u64, Vec<f64>)> {
        let told = self.0.run("verify --format json --qr always ket.pdf").stdout;
        let json: Value = serde_json::from_str(&told).unwrap();
        let codes = json[0]["qr"].as_array().cloned().unwrap_or_default();
        assert!(codes.len() <= 1, "{codes:?}");
        codes.first().map(|code| {
            assert_eq!(code["belongs_to"], "this-document", "{code}");
            let numbers = code["rectangle"].as_array().unwrap().iter().map(|one| one.as_f64().unwrap()).collect();
            (code["page"].as_u64().unwrap(), numbers)
        })
    }

    /// Signed by all of whom a field waits, sealed, verified.
    fn finish(&self, fields: &[&str]) {
        let key = |who: &str| format!("--p12 {who}.p12 --pass-file pass.txt");
        let mut last = "ket.pdf".to_owned();
        for field in fields {
            let next = format!("{field}.pdf");
            let (command, who) = if *field == "ConDau" { ("seal", "seal") } else { ("sign", "leader") };
            self.0
                .run(&format!("{command} {last} -o {next} --force {} --trust root.pem --field {field}", key(who)))
                .demand(0);
            last = next;
        }
        self.0.run(&format!("verify --trust root.pem --roster roster.toml {last}")).demand(0);
        self.0.run(&format!("verify --strict --trust root.pem --roster roster.toml {last}")).demand(0);
    }
}

/// A scanned A4 page in colour, of as few pixels as will do: dark lines down to this part of its height, white below.
pub(crate) fn scan(part: f64) -> Vec<u8> {
    let (columns, rows) = (210_usize, 297_usize);
    let is_dark = |x: usize, y: usize| (35..190).contains(&x) && y > 20 && (y as f64) < 297.0 * part && y % 8 < 3;
    let pixels = (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y)));
    let pixels: Vec<u8> = pixels.flat_map(|(x, y)| [if is_dark(x, y) { 0x30 } else { 0xfd }; 3]).collect();
    let image = format!(
        "/Type /XObject /Subtype /Image /Width {columns} /Height {rows} /ColorSpace /DeviceRGB /BitsPerComponent 8"
    );
    let objects: [&[u8]; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.28 841.89] /Contents 4 0 R \
          /Resources << /XObject << /I 5 0 R >> >> >>",
        &stream("", b"q 595.28 0 0 841.89 0 0 cm /I Do Q"),
        &stream(&image, &pixels),
    ];
    file(objects)
}

/// The number was given out for a day: the paper bears that day too.
#[test]
fn a_request_with_another_date_is_not_the_one_that_has_the_number() {
    let office = Office::new(&signature());
    office.certify("").demand(0);
    let request = String::from_utf8(office.0.read("request.toml")).unwrap();
    let before = today().parse::<jiff::civil::Date>().unwrap().yesterday().unwrap();
    let corrected = request.replace(&today(), &before.to_string());
    assert_ne!(request, corrected);
    office.0.write("request.toml", corrected);
    let told = office.certify("--other-year --out-of-order --force").demand(5);
    assert!(told.stderr.contains("01, quyển số 01/"), "{}", told.stderr);
    office.demand_numbers(1);
}

#[test]
fn a_statement_alone_has_its_number_everywhere() {
    let office = Office::new(&signature());
    let told = office.certify("").demand(0).told("Đã soạn xong, chờ ký").told("NguoiTiepNhan (trang 1)");
    assert!(told.stdout.contains("Lệ phí: 10.000 đồng") && told.stderr.contains("bản nháp"), "{}", told.stderr);
    office.demand_numbers(1);
    let entry = office.entries().remove(0);
    let book = entry["number"]["text"].as_str().map_or_else(|| told.stdout.clone(), str::to_owned);
    let year = &today()[..4];
    let number = format!("01, quyển số 01/{year}-SCT/CK,ĐC");
    assert!(told.stdout.contains(&number) && book.contains(&number), "{book}");
    assert_eq!(entry["state"], "rendered");
    let record = office.record();
    assert_eq!(
        (&record["CodeNumber"], &record["CodeNotation"], &record["ResultCode"], &record["Origin"]),
        (&"01".into(), &"SCT/CK,ĐC".into(), &"H61.12-261129-0042-KQ(1)".into(), &"born_digital".into()),
        "{record}"
    );
    assert_eq!(
        (&record["ProcedureCode"], &record["Fee"], &record["PageAmount"]),
        (&"2.000884".into(), &10_000.into(), &1.into())
    );
    let text = office.text("ket.pdf");
    assert!(text.contains("01") && text.contains(&format!("01/{year}-SCT/CK,ĐC")) && text.contains(ID), "{text}");
    let file = office.0.read("ket.pdf");
    let has = |text: &str| file.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("<kyso:CertNumber>01</kyso:CertNumber>") && has("<kyso:RegisterSymbol>SCT/CK,ĐC<"), "its XMP");
    assert_eq!(
        office.fields(),
        [("NguoiTiepNhan", 1), ("NguoiChungThuc", 1), ("ConDau", 1)].map(|(name, page)| (name.to_owned(), page))
    );
    // Whole in the lời chứng alone; the register shows it to those who ask for it.
    let json = String::from_utf8(office.0.read("ket.json")).unwrap();
    for place in [&json, &told.stdout, &told.stderr] {
        assert!(!place.contains(ID) && !place.contains(&ID[..9]), "{place}");
    }
    assert!(!has(ID) && json.contains("*********001"), "{json}");
    assert!(office.0.run("register show 1 --register CK --full --archive so").demand(0).stdout.contains(ID));
    let (page, rectangle) = office.code().unwrap();
    assert!(page == 1 && rectangle[0] < 60.0 && rectangle[1] < 80.0, "{rectangle:?}");
    office.finish(&["NguoiTiepNhan", "NguoiChungThuc", "ConDau"]);
}

#[test]
fn a_statement_follows_the_citizens_document() {
    let office = Office::new(&signature());
    let document = office.0.read("ket-qua.pdf");
    let told = office.certify("--document ket-qua.pdf --lang en").demand(0).told("Prepared, to be signed");
    assert!(told.stdout.contains("Field: NguoiChungThuc (page 2)") && told.stdout.contains("Fee: "), "{}", told.stdout);
    assert!(office.0.read("ket.pdf").starts_with(&document), "the citizen's bytes stay");
    assert_eq!((&office.record()["Origin"], &office.record()["PageAmount"]), (&"born_digital".into(), &2.into()));
    assert_eq!(office.code().unwrap().0, 2);
    office.finish(&["NguoiTiepNhan", "NguoiChungThuc", "ConDau"]);
    let inspect: Value =
        serde_json::from_str(&office.0.run("inspect --format json ConDau.pdf").demand(0).stdout).unwrap();
    // The citizen's paper says nothing of a certification; the page behind it does.
    let told = inspect["certifications"].as_array().unwrap();
    assert_eq!((told.len(), &told[0]["page"]), (1, &2.into()), "{told:?}");
    assert_eq!(told[0]["properties"]["ResultCode"], "H61.12-261129-0042-KQ(1)");
    office.0.run("inspect --lang en ConDau.pdf").demand(0).told("Metadata of a certification (XMP), page 2");

    office.certify("--document ket-qua.pdf").demand(64).told("--force");
    office.certify("--document ket-qua.pdf --force --qr first-page").demand(0);
    let (page, rectangle) = office.code().unwrap();
    assert!(page == 1 && rectangle[0] < 60.0 && rectangle[1] > 700.0, "{rectangle:?}");
    office.certify("--document ket-qua.pdf --force --qr none").demand(0);
    assert_eq!((office.code(), &office.record()["LookupCode"]), (None, &Value::Null));
    // All that was one request: one number.
    office.demand_numbers(1);
}

#[test]
fn a_scan_has_its_code_on_page_1() {
    let office = Office::new(&signature());
    office.0.write("quet.pdf", scan(0.9));
    office.certify("--document quet.pdf").demand(0);
    assert_eq!(office.record()["Origin"], "scanned");
    let (page, rectangle) = office.code().unwrap();
    assert!(page == 1 && rectangle[0] < 60.0 && rectangle[1] > 700.0, "{rectangle:?}");
    office.certify("--document quet.pdf --qr statement --force").demand(0);
    assert_eq!(office.code().unwrap().0, 2);
    office.demand_numbers(1);
}

#[test]
fn copies_name_who_asked_in_the_register_alone() {
    let office = Office::new(&copy());
    office.0.write("quet.pdf", scan(0.9));
    // Three pages of the original: 2000 + 2000 + 1000, twice.
    office.certify("--document quet.pdf").demand(0).told("Lệ phí: 10.000 đồng").told("-SCT/BS");
    let record = office.record();
    assert_eq!(record["Requesters"], serde_json::json!([{ "FullName": "Trần Thị Mẫu" }]));
    assert_eq!((&record["ProcedureCode"], &record["Origin"]), (&"2.000815".into(), &"scanned".into()));
    assert!(!office.text("ket.pdf").contains("Trần Thị Mẫu"));
    let row = &office.entries()[0]["row"];
    assert_eq!(
        (&row["requesters"][0]["name"], &row["quantity"]["copies"]),
        (&"Trần Thị Mẫu".into(), &2.into()),
        "{row}"
    );
    office.finish(&["NguoiChungThuc", "ConDau"]);

    // Whoever showed a paper is named with it; nobody at all is refused.
    let id = format!("id = {{ kind = \"the-can-cuoc\", number = \"{ID}\" }}\n");
    office.0.write("request.toml", copy() + &id);
    office.certify("--document quet.pdf --force --result 2").demand(0);
    assert_eq!(office.record()["Requesters"][0]["IdNumber"], "*********001");
    office.0.write("request.toml", copy().split("[[requesters]]").next().unwrap());
    office.certify("--document quet.pdf --force").demand(5).told("Thiếu requesters");
    office.0.write("request.toml", copy().replace("\"BS\"", "\"BSĐT\""));
    office.certify("--document quet.pdf --force --result 3").demand(0).told("-SCT/BS");
    office.demand_numbers(3);
}

#[test]
fn what_is_refused_takes_no_number() {
    let office = Office::new(&signature());
    let draft = "certify request.toml --agency agency.toml --archive so --by Mẫu -o ket.pdf";
    office.0.run(draft).demand(5).told("--allow-draft");
    office.0.run(&format!("{draft} --lang en")).demand(5).told("is a draft");
    let refused = |request: String, code: i32, what: &str| {
        office.0.write("request.toml", request);
        let told = office.certify("").demand(code).told(what);
        assert!(!told.stderr.contains(ID) && !told.stderr.contains("1185000001"), "{}", told.stderr);
        office.demand_numbers(0);
    };
    let without = |line: &str| signature().lines().filter(|one| !one.starts_with(line)).collect::<Vec<_>>().join("\n");
    refused(without("dossier-code"), 5, "dossier-code");
    refused(signature().replace("-0042", ""), 64, "dossier-code");
    refused("related-to-certifier = true\n".to_owned() + &signature(), 5, "người thân");
    refused(without("[receiver]"), 64, "dòng 24");
    refused(signature().replace("Lê Thị Mẫu", " "), 5, "receiver.name");
    refused(signature().replace("CK\"", "XX\""), 5, "XX");
    refused(signature().replace("\"Chủ tịch\"", "\"Chánh án\""), 5, "certifier.title");
    refused(signature().replace(ID, "00118500000"), 5, "12 chữ số");
    refused(signature().replace(&format!("\"{ID}\""), "1185000001"), 64, "trong dấu ngoặc kép");
    refused(signature().replace("date = \"2", "date = \"3"), 5, "");
    refused("không phải TOML".to_owned(), 64, "request.toml");

    office.0.write("request.toml", signature());
    office.0.write("agency.toml", AGENCY.replace("H61.12", "61"));
    office.certify("").demand(64).told("dòng 4");
    office.0.write("agency.toml", AGENCY);
    office.certify("--result 0").demand(64);
    office.certify("--document nowhere.pdf").demand(4);
    office.0.write("hong.pdf", "không phải PDF");
    office.certify("--document hong.pdf").demand(4);
    office.0.sign("ket-qua.pdf", "ky.pdf");
    office.certify("--document ky.pdf").demand(5).told("đã");
    office.certify("--document ky.pdf --lang en").demand(5).told("sign");
    office.certify("--record nowhere/ket.json").demand(64).told("nowhere");
    office.certify("--record ket.pdf").demand(64).told("--record");
    office.0.run(&draft.replace("ket.pdf", "nowhere/ket.pdf --allow-draft")).demand(64).told("nowhere");
    office.demand_numbers(0);
    assert!(!office.0.files().contains(&"ket.pdf".to_owned()));
    office.certify("").demand(0);
    office.demand_numbers(1);
}

#[test]
fn a_request_keeps_its_number() {
    let office = Office::new(&signature());
    let number = |told: Outcome| {
        let line = told.stdout.lines().find(|line| line.contains("Số chứng thực")).unwrap().to_owned();
        line.split(": ").nth(1).unwrap().to_owned()
    };
    let first = number(office.certify("").demand(0));
    office.certify("").demand(64).told("--force");
    assert_eq!(number(office.certify("--force").demand(0)), first);
    // A result of a dossier is one thing: another is another result.
    office.0.write("request.toml", signature().replace("Giấy ủy quyền", "Giấy ủy quyền số 2"));
    office.certify("--force").demand(5).told("kyso register void");
    let second = number(office.certify("--force --result 2").demand(0));
    assert_ne!(second, first);
    // A voided number is never used again; the same request gets another.
    office
        .0
        .run_with(&["register", "void", &second, "--reason", "Ghi sai", "--by", "Mẫu", "--archive", "so"])
        .demand(0);
    let third = number(office.certify("--force --result 2").demand(0));
    assert!(third.starts_with("03, "), "{third}");
    assert_eq!(number(office.certify("--force --result 2").demand(0)), third);
    office.demand_numbers(3);
    // Corrected after its number was voided, a request gets another too.
    office.0.run_with(&["register", "void", &third, "--reason", "Ghi sai", "--by", "Mẫu", "--archive", "so"]).demand(0);
    office.0.write("request.toml", signature().replace("Giấy ủy quyền", "Giấy ủy quyền số 3"));
    let fourth = number(office.certify("--force --result 2").demand(0));
    assert!(fourth.starts_with("04, "), "{fourth}");
    // What was handed out isn't prepared again.
    let sha256 = "a".repeat(64);
    office
        .0
        .run(&format!("register issue 4 --register CK --sha256 {sha256} --allow-unverified --by Mẫu --archive so"))
        .demand(0);
    office.certify("--force --result 2").demand(5);
    office.demand_numbers(4);
}

#[test]
fn a_statement_stands_on_the_last_page_where_it_is_blank() {
    let office = Office::new(&copy());
    office.0.write("nua.pdf", scan(0.5));
    office.0.write("day.pdf", scan(0.95));
    office.certify("--on-last-page").demand(64);
    office.certify("--document day.pdf --on-last-page").demand(5).told("chỉ còn trống");
    office.certify("--document day.pdf --on-last-page --lang en").demand(5).told(" mm blank: append it");
    office.demand_numbers(0);
    office.certify("--document nua.pdf --on-last-page --qr statement").demand(0).told("NguoiChungThuc (trang 1)");
    assert!(office.text("ket.pdf").contains("Chứng thực bản sao đúng với bản chính"));
    assert_eq!(office.record()["PageAmount"], 1);
    let (page, rectangle) = office.code().unwrap();
    assert!(page == 1 && rectangle[1] < 421.0 && rectangle[0] > 60.0, "{rectangle:?}");
    office.certify("--document nua.pdf --on-last-page --force").demand(0);
    assert!(office.code().unwrap().1[1] > 700.0, "a scan's own place");
    office.demand_numbers(1);
    office.finish(&["NguoiChungThuc", "ConDau"]);
    let told = office.0.run("inspect ConDau.pdf").demand(0).told("Mã kết quả: H61.12-261129-0042-KQ(1)");
    assert!(
        told.stdout.contains("(XMP), trang 1") && told.stdout.contains("Số chứng thực: 01, 01/"),
        "{}",
        told.stdout
    );
    // A page that has letters at its end has no room either.
    office.0.write("request.toml", signature());
    office
        .certify("--document ket-qua.pdf --on-last-page --force --result 2")
        .demand(0)
        .told("NguoiTiepNhan (trang 1)");
    office.finish(&["NguoiTiepNhan", "NguoiChungThuc", "ConDau"]);
}
