//! The register's papers: a month's book and the year's closing, as spreadsheets, programs and people see them.

use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use kyso_register::export::pdf::{self, Paper};
use kyso_register::export::{self, Extract, Period};
use kyso_register::{
    Allotment, Cancellation, Certifier, Definition, Entry, Head, How, Languages, Link, Person, Quantity, Register, Row,
    Stamp, What,
};
use kyso_tests::picture::Picture;
use kyso_tests::{golden, judges};

const DPI: u32 = 70;
const TOLERANCE: f64 = 0.002;
const LONG_NAME: &str = "Công Tằng Tôn Nữ Hoàng Thị Minh Nguyệt Khánh Huyền";
const LONG_TITLE: &str = "Hợp đồng chuyển nhượng quyền sử dụng đất, quyền sở hữu nhà ở và tài sản khác gắn liền với đất tại \
                          thửa đất số 123, tờ bản đồ số 45, thôn Bình Minh, xã Bình Minh";

fn stamp(day: Date, minute: i8) -> Stamp {
    let at = format!("{day}T09:{minute:02}:00+07:00").parse::<Timestamp>().unwrap();
    Stamp { by: "Lê Thị Mẫu".into(), at }
}

fn person(name: &str, number: u64) -> Person {
    Person { name: name.into(), id_kind: Some("CCCD".into()), id_number: Some(format!("{number:012}")) }
}

fn row(index: u32) -> Row {
    const NAMES: [&str; 4] = ["Nguyễn Văn Mẫu", "Trần Thị Mẫu", LONG_NAME, "Đỗ Ước Mẫu"];
    const TITLES: [&str; 4] = ["Giấy ủy quyền", "Sơ yếu lý lịch", LONG_TITLE, "Giấy xác nhận tình trạng hôn nhân"];
    let at = |list: [&str; 4]| list[index as usize % 4].to_owned();
    Row {
        requesters: vec![person(&at(NAMES), 1_085_012_345 + u64::from(index))],
        document: at(TITLES),
        certifier: Certifier { name: "Trần Văn Mẫu".into(), title: "Phó Chủ tịch".into() },
        quantity: Quantity { copies: index % 5 + 1, papers: 1, pages: index % 3 + 1 },
        languages: Some(Languages { from: "Anh".into(), into: "Việt".into() }),
        fee: Some(10_000),
        dossier: Some(format!("H61.12-260305-{index:04}")),
        ..Row::default()
    }
}

struct Office {
    directory: tempfile::TempDir,
    register: Register,
    runtime: tokio::runtime::Runtime,
}

impl Office {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        // Months lie between the days of a test.
        let register = runtime.block_on(Register::create(directory.path())).unwrap().with_clock_confirmed();
        Self { directory, register, runtime }
    }

    fn allot(&self, name: &str, key: &str, day: Date, row: Row) -> Entry {
        let request = Allotment { register: name.into(), request: key.into(), row, ..Allotment::default() };
        self.runtime.block_on(self.register.allot(&request, &stamp(day, 1))).unwrap().entry
    }

    fn issue(&self, entry: &Entry) {
        let sha256 = kyso::crypto::DigestAlgorithm::Sha256.hex(entry.number.to_string().as_bytes());
        self.runtime.block_on(self.register.issue_unseen(&entry.id(), &sha256, &stamp(entry.date, 2))).unwrap();
    }

    fn void(&self, entry: &Entry, reason: &str) {
        self.runtime.block_on(self.register.void(&entry.id(), reason, &stamp(entry.date, 3))).unwrap();
    }

    /// A month of signatures: long names, a void, a cancelled one and what replaces it, a note, a second book, a formula.
    fn month() -> Self {
        let office = Self::new();
        for index in 1..=40 {
            let day = date(2026, 3, i8::try_from(2 + index / 3).unwrap());
            let mut row = row(index);
            match index {
                4 => row.requesters.push(person("Trần Thị Mẫu", 1_085_099_999)),
                9 => row.note = Some("Chứng thực ngoài trụ sở: 09 giờ 15 phút, thôn Bình Minh".into()),
                11 => row.requesters[0].name = "=HYPERLINK(\"http://mau.example\";\"Mẫu\")".into(),
                12 => row.link = Some(Link { how: How::Replaces, number: office.entry("CK/5").number }),
                _ => {}
            }
            let entry = office.allot("CK", &format!("CK/{index}"), day, row);
            match index {
                7 => office.void(&entry, "Người yêu cầu rút hồ sơ"),
                _ => office.issue(&entry),
            }
            if index == 12 {
                let cancellation =
                    Cancellation { decision: "15/QĐ-UBND".into(), date: day, replaced_by: Some(entry.number.clone()) };
                let (id, stamp) = (office.entry("CK/5").id(), stamp(day, 4));
                office.runtime.block_on(office.register.cancel(&id, &cancellation, &stamp)).unwrap();
            }
            if index == 30 {
                office.runtime.block_on(office.register.next_book("CK", 2026, &stamp(day, 5))).unwrap();
            }
        }
        office
    }

    fn entry(&self, key: &str) -> Entry {
        self.runtime.block_on(self.register.by_request(key)).unwrap().unwrap()
    }

    fn extract<T>(&self, name: &str, period: Period, full: bool, work: impl FnOnce(&Extract<'_>) -> T) -> T {
        let definition = self.register.definitions().register(name).unwrap();
        let mut entries = self.runtime.block_on(self.register.list(&period.filter(definition))).unwrap();
        // Entered by a digest, they shall look as if their files had been verified.
        for event in entries.iter_mut().flat_map(|entry| &mut entry.history) {
            if let What::Issued { unchecked, .. } = &mut event.what {
                *unchecked = None;
            }
        }
        work(&Extract { register: definition, period, entries: &entries, full })
    }
}

const MARCH: Period = Period::Month { year: 2026, month: 3 };

fn paper() -> Paper {
    Paper {
        superior: Some("Ủy ban nhân dân xã Bình Minh".into()),
        agency: "Trung tâm Phục vụ hành chính công".into(),
        locality: "Bình Minh".into(),
        date: date(2026, 4, 1),
        created: "2026-04-01T02:00:00Z".parse().unwrap(),
        certifier: Certifier { name: "Trần Văn Mẫu".into(), title: "Phó Chủ tịch".into() },
        seal_mm: Some(36.0),
        head: None,
    }
}

fn looks_as_it_did(pdf: &[u8], name: &str, pages: &[usize]) {
    for page in pages {
        let (is, path) = (Picture::of(pdf, *page, DPI), golden::path(&format!("register/{name}-{page}.png")));
        if golden::renewing() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            is.write(&path);
            continue;
        }
        let difference = is.difference(&Picture::read(&path));
        if difference > TOLERANCE {
            let seen = std::env::temp_dir().join(format!("kyso-{name}-{page}.png"));
            is.write(&seen);
            panic!("{name} page {page}: {:.2} % of the pixels differ; see {}", difference * 100.0, seen.display());
        }
    }
}

fn tool(program: &str, arguments: &[&str], file: &Path) -> String {
    let done = Command::new(program).args(arguments).arg(file).arg("-").output().expect(program);
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

fn text_of(pdf: &[u8]) -> String {
    let file = tempfile::Builder::new().suffix(".pdf").tempfile().unwrap();
    std::fs::write(file.path(), pdf).unwrap();
    tool("pdftotext", &["-layout"], file.path())
}

/// Every cell as Python's own reader of CSV takes it.
fn read_by_python(csv: &[u8]) -> Vec<Vec<String>> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), csv).unwrap();
    let script = "import csv, json, sys\n\
                  with open(sys.argv[1], encoding='utf-8-sig', newline='') as f:\n    \
                  print(json.dumps(list(csv.reader(f, strict=True))))";
    let done = Command::new("python3").args(["-c", script]).arg(file.path()).output().expect("python3");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

#[test]
fn a_month_for_spreadsheets() {
    let office = Office::month();
    let masked = office.extract("CK", MARCH, false, export::csv);
    golden::same_text("register/march.csv", std::str::from_utf8(&masked).unwrap());
    assert!(masked.starts_with(b"\xef\xbb\xbf"), "Excel needs the byte order mark");

    let table = read_by_python(&office.extract("CK", MARCH, true, export::csv));
    assert_eq!(table.len(), 41);
    assert!(table.iter().all(|row| row.len() == table[0].len()));
    assert_eq!(table[3][3], "Đỗ Ước Mẫu");
    assert_eq!(table[4][4], "CCCD 001085012349; CCCD 001085099999");
    assert_eq!(table[11][3], "'=HYPERLINK(\"http://mau.example\";\"Mẫu\")");
    let formula = |cell: &String| cell.starts_with(['=', '+', '-', '@']);
    assert!(!table.iter().flatten().any(formula));
    let masked = read_by_python(&masked);
    assert_eq!(masked[1][4], "CCCD *********346");
}

#[test]
fn a_month_for_programs() {
    let office = Office::month();
    let json = office.extract("CK", MARCH, false, export::json).unwrap();
    // The first days show all there is: a cancelled one, a void, what was said of several.
    let days = office.extract("CK", MARCH, false, |extract| {
        export::json(&Extract { entries: &extract.entries[3..7], ..*extract }).unwrap()
    });
    golden::same_text("register/days.json", std::str::from_utf8(&days).unwrap());
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!((&json["format"], &json["version"]), (&"kyso-register-book".into(), &1.into()));
    let text = json.to_string();
    assert!(!text.contains("001085012346"), "an identity number in a masked export");
    let full = office.extract("CK", MARCH, true, export::json).unwrap();
    assert!(String::from_utf8(full).unwrap().contains("001085012346"));
}

#[test]
fn a_months_book_to_be_signed() {
    let office = Office::month();
    let typeset = office.extract("CK", MARCH, true, |extract| pdf::book(extract, &paper())).unwrap();
    let text = text_of(&typeset.pdf);
    for words in
        ["SỔ CHỨNG THỰC CHỮ KÝ, ĐIỂM CHỈ", "01/2026-SCT/CK,ĐC; 02/2026-SCT/CK,ĐC", "Tháng 3 năm 2026", "Nguyễn Văn Mẫu"]
    {
        assert!(text.contains(words), "{words} is not in:\n{text}");
    }
    assert!(text.contains("001085012349"));
    let pages = text.matches('\u{c}').count();
    assert!(pages >= 3, "{pages} pages");
    let places = typeset.places.iter().map(|place| (place.name.as_str(), place.page)).collect::<Vec<_>>();
    assert_eq!(places, [(pdf::CERTIFIER, pages), (pdf::SEAL, pages)]);
    looks_as_it_did(&typeset.pdf, "march", &[1, 2, pages]);
    assert_eq!(judges::pdfa("2b", &[&typeset.pdf]), [Vec::<String>::new()]);
    // The same book is the same file.
    assert_eq!(office.extract("CK", MARCH, true, |extract| pdf::book(extract, &paper())).unwrap(), typeset);
}

#[test]
fn a_book_to_look_at_masks_identity_numbers_and_has_no_place_to_sign() {
    let office = Office::month();
    let typeset = office.extract("CK", MARCH, false, |extract| pdf::book(extract, &paper())).unwrap();
    let text = text_of(&typeset.pdf);
    assert!(text.contains("*********349") && !text.contains("001085012349"));
    assert!(text.contains("không dùng để ký và đóng dấu"));
    assert_eq!(typeset.places, []);
}

#[test]
fn an_empty_month_and_letters_that_the_font_lacks() {
    let office = Office::new();
    let typeset = office.extract("BS", MARCH, true, |extract| pdf::book(extract, &paper())).unwrap();
    assert!(text_of(&typeset.pdf).contains("Tháng 3 năm 2026 không có số nào được cấp."));
    let mut strange = row(1);
    strange.document = "Văn bằng 學位 𝕏".into();
    office.issue(&office.allot("CKND", "a", date(2026, 3, 5), strange));
    let typeset = office.extract("CKND", MARCH, true, |extract| pdf::book(extract, &paper())).unwrap();
    let text = text_of(&typeset.pdf);
    assert!(text.contains("Văn bằng ??") && text.contains("Anh sang"), "{text}");
    looks_as_it_did(&typeset.pdf, "translations", &[1]);
}

#[test]
fn the_years_closing_to_be_signed() {
    let office = Office::month();
    let eve = date(2026, 12, 31);
    office.issue(&office.allot("BS", "BS/1", eve, row(1)));
    office.issue(&office.allot("GD", "GD/1", eve, row(2)));
    let closings = office.runtime.block_on(office.register.close_year(2026, false, &stamp(eve, 9))).unwrap();
    let paper = Paper { date: eve, created: "2026-12-31T09:00:00Z".parse().unwrap(), ..paper() };
    let typeset = pdf::closing(&closings, office.register.definitions(), &paper).unwrap();
    let text = text_of(&typeset.pdf);
    let flowing = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["BẢN KHÓA SỔ CHỨNG THỰC", "Năm 2026", "SCT/GD", "410.000", "đã cấp tổng cộng 42 số"]
    {
        assert!(flowing.contains(words), "{words} is not in:\n{text}");
    }
    assert!(!text.contains("SCT/HĐ,GD"), "a symbol that had ended before the year");
    assert!(!text.contains("SCTĐT/BS") && text.contains("SCT/CKND"), "a register that the office does without");
    assert_eq!(text.matches('\u{c}').count(), 1, "one page holds it");
    assert_eq!(typeset.places.len(), 2);
    assert_eq!(judges::pdfa("2b", &[&typeset.pdf]), [Vec::<String>::new()]);
    looks_as_it_did(&typeset.pdf, "closing", &[1]);
}

#[test]
fn a_file_that_nobody_looked_at_is_told_in_the_book() {
    let office = Office::new();
    office.issue(&office.allot("CK", "a", date(2026, 3, 5), row(1)));
    let told = |entries: &[Entry]| {
        let register = office.register.definitions().register("CK").unwrap();
        let extract = Extract { register, period: MARCH, entries, full: true };
        let text = text_of(&pdf::book(&extract, &paper()).unwrap().pdf);
        text.split_whitespace().collect::<Vec<_>>().join(" ").contains("KHÔNG")
    };
    let mut entries = office.runtime.block_on(office.register.list(&MARCH.filter(&definition(&office)))).unwrap();
    assert!(told(&entries));
    for event in &mut entries[0].history {
        if let What::Issued { unchecked, .. } = &mut event.what {
            *unchecked = None;
        }
    }
    assert!(!told(&entries));
}

fn definition(office: &Office) -> Definition {
    office.register.definitions().register("CK").unwrap().clone()
}

/// The head is signed with the month's book: read off the paper, it's held against the register.
#[test]
fn a_printed_book_bears_the_registers_head() {
    let office = Office::month();
    let head = office.runtime.block_on(office.register.head()).unwrap();
    let paper = Paper { head: Some(head.clone()), ..paper() };
    let book = office.extract("CK", MARCH, true, |extract| pdf::book(extract, &paper)).unwrap();
    let text = text_of(&book.pdf);
    let at = text.find("Đầu sổ khi in:").expect("the head is on the paper");
    let written = text[at..].split("\n\n").next().unwrap();
    assert_eq!(written.parse::<Head>(), Ok(head.clone()), "{written}");
    let audit = office.runtime.block_on(office.register.audit_since(&[written.parse().unwrap()])).unwrap();
    assert!(audit.is_whole());
    assert_eq!(judges::pdfa("2b", &[&book.pdf]), [Vec::<String>::new()]);
}

#[test]
fn an_archive_beside_it_is_no_hindrance() {
    let office = Office::new();
    let directory = office.directory.path();
    let archive = office.runtime.block_on(kyso_archive::Archive::init(directory, None)).unwrap();
    let other = office.runtime.block_on(Register::open(directory)).unwrap();
    let day = date(2026, 3, 5);
    let request = Allotment { register: "BS".into(), request: "a".into(), row: row(1), ..Allotment::default() };
    let first = office.runtime.block_on(other.allot(&request, &stamp(day, 0))).unwrap().entry;
    assert_eq!((first.number.ordinal, office.allot("BS", "b", day, row(2)).number.ordinal), (1, 2));
    office.runtime.block_on(archive.close());
}
