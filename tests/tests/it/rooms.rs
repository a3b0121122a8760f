//! Nothing that `kyso certify` puts onto a citizen's page covers anything: thirty papers and more, seen by poppler and MuPDF
//! before and after.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use kyso::Document;
use kyso_certification::code::LookupCode;
use kyso_certification::number::CertificationNumber;
use kyso_certification::stamp::QrStamp;
use kyso_tests::citizen_papers::{self, Code, Ground, Paper};
use kyso_tests::corners::{Corner, LOOKUP};
use kyso_tests::folder::Folder;
use kyso_tests::picture::Picture;
use kyso_tests::ward::{self, AGENCY};

const DPI: u32 = 100;
/// By how much two renderings of one colour may differ.
const SHADE: u8 = 2;

/// An office, in a directory of its own.
struct Office(Folder);

impl Office {
    fn new() -> Self {
        let folder = Folder::new();
        folder.write("agency.toml", AGENCY).write("request.toml", ward::copies(1, "Giấy tờ", 1));
        folder.run("register init --archive so").demand(0);
        Self(folder)
    }

    fn run(&self, line: &str) -> (i32, String) {
        let outcome = self.0.run(line);
        (outcome.code.unwrap(), outcome.stdout + &outcome.stderr)
    }

    /// How a row of the check of the result came out.
    fn row(&self, id: &str) -> String {
        let told = self.run("check --format json ket.pdf").1;
        let json = told.get(told.find('{').unwrap()..).unwrap();
        let json: serde_json::Value = serde_json::Deserializer::from_str(json).into_iter().next().unwrap().unwrap();
        let rows = json["files"][0]["rows"].as_array().unwrap();
        let row = rows.iter().find(|row| row["id"] == id).unwrap();
        row["status"].as_str().unwrap().to_owned()
    }

    fn certify(&self, more: &str) -> (i32, String) {
        let line = "certify request.toml --agency agency.toml --archive so --by Mẫu --allow-draft -o ket.pdf --force";
        self.run(&format!("{line} --document giay.pdf {more}"))
    }
}

/// The page as poppler and MuPDF draw it.
fn seen(folder: &Path, name: &str) -> [Picture; 2] {
    let pdf = fs::read(folder.join(name)).unwrap();
    [Picture::of_page(&pdf, DPI), Picture::by_mupdf(&pdf, DPI)]
}

/// How many pixels changed that showed content.
fn covered(paper: &Paper, before: &Picture, after: &Picture) -> usize {
    assert_eq!((before.width, before.height), (after.width, after.height), "{}", paper.name);
    let mm = 25.4 / f64::from(DPI);
    let is_colour =
        |pixel: &[u8], colour: [u8; 3]| pixel.iter().zip(colour).all(|(one, two)| one.abs_diff(two) <= SHADE);
    let pairs = before.pixels.chunks_exact(3).zip(after.pixels.chunks_exact(3)).enumerate();
    let changed = pairs.filter(|(_, (before, after))| before != after);
    let is_content = |at: usize, was: &[u8]| {
        let (column, row) = (at as u32 % before.width, at as u32 / before.width);
        let is_printed = |print: &citizen_papers::Print| {
            print((f64::from(column) + 0.5) * mm, (f64::from(row) + 0.5) * mm).is_some()
        };
        match &paper.ground {
            Ground::Colour(colour) => !is_colour(was, *colour),
            Ground::Blank(print) => is_printed(print),
            Ground::Both(colour, print) => !is_colour(was, *colour) || is_printed(print),
        }
    };
    changed.filter(|(at, (was, _))| is_content(*at, was)).count()
}

/// One paper certified, on a new page and on its own, with what is wrong with it.
fn faults(office: &Office, paper: &Paper) -> Vec<String> {
    office.0.write("giay.pdf", &paper.pdf);
    let before = seen(&office.0.path(""), "giay.pdf");
    let mut faults = Vec::new();
    for way in ["--qr first-page", "--on-last-page"] {
        let mut fault = |what: String| faults.push(format!("{} {way}: {what}", paper.name));
        let (code, said) = office.certify(way);
        let wants_room = way.contains("last");
        if wants_room && !paper.has_room {
            // A page larger than A4 is refused as such: the statement would be printed too small.
            if code != 5 || !said.contains("chỉ còn trống") && !said.contains("lớn hơn A4") {
                fault(format!("exit {code}, and there's no room: {said}"));
            }
            continue;
        }
        if code != 0 {
            fault(format!("exit {code}: {said}"));
            continue;
        }
        let after = seen(&office.0.path(""), "ket.pdf");
        keep(paper, way, &before[0], &after[0]);
        for (renderer, before, after) in [("poppler", &before[0], &after[0]), ("MuPDF", &before[1], &after[1])] {
            match covered(paper, before, after) {
                0 => {}
                pixels => fault(format!("{pixels} pixels of content changed, by {renderer}")),
            }
        }
        if way == "--qr first-page" {
            let is_told = said.contains("  Mã QR: ");
            // Poppler knows no UserUnit, and draws such a page too small.
            let is_read = after.iter().any(|seen| seen.qr().is_some_and(|text| text.contains("BINHMINH")));
            let found = match (is_read, is_told) {
                (true, false) => Code::Corner,
                (true, true) => Code::Page,
                (false, _) => Code::Away,
            };
            if found != paper.code || is_told != (paper.code != Code::Corner) {
                fault(format!("the code is at {found:?}, not at {:?}: {said}", paper.code));
            }
            let clear = office.row("qr.clear");
            if clear != "pass" {
                fault(format!("qr.clear: {clear}"));
            }
        }
    }
    faults
}

/// Before and after side by side, for whoever wants to look: in the directory that KYSO_PICTURES names.
fn keep(paper: &Paper, way: &str, before: &Picture, after: &Picture) {
    let Some(folder) = std::env::var_os("KYSO_PICTURES") else { return };
    let width = before.width as usize * 3;
    let rows = before.pixels.chunks_exact(width).zip(after.pixels.chunks_exact(width));
    let pixels = rows.flat_map(|(before, after)| [before, after].concat()).collect();
    let both = Picture { width: before.width * 2, height: before.height, pixels };
    both.write(&Path::new(&folder).join(format!("{}{}.png", paper.name, way.replace(' ', ""))));
}

#[test]
fn nothing_on_a_citizens_page_is_covered() {
    let papers = Mutex::new(citizen_papers::all());
    let count = papers.lock().unwrap().len();
    let faults = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let office = Office::new();
                loop {
                    let Some(paper) = papers.lock().unwrap().pop() else { break };
                    let found = self::faults(&office, &paper);
                    faults.lock().unwrap().extend(found);
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty() && count >= 30, "{count} papers:\n{}", faults.join("\n"));
}

/// Pages of several papers in one file.
fn joined(papers: &[&Paper]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("qpdf");
    command.args(["--empty", "--pages"]);
    for (number, paper) in papers.iter().enumerate() {
        let file = folder.path().join(format!("{number}.pdf"));
        fs::write(&file, &paper.pdf).unwrap();
        command.arg(file);
    }
    let out = folder.path().join("out.pdf");
    assert!(command.arg("--").arg(&out).status().expect("qpdf must be installed").success());
    fs::read(out).unwrap()
}

#[test]
fn a_code_goes_to_the_next_page_that_has_room_or_to_the_statement() {
    let papers = citizen_papers::all();
    let [full, blank] =
        ["scan-full", "scan-corner"].map(|name| papers.iter().find(|paper| paper.name == name).unwrap());
    let office = Office::new();
    for (pages, page) in [(vec![full, blank], 2), (vec![full, full, blank], 3), (vec![full, full], 3)] {
        office.0.write("giay.pdf", joined(&pages));
        let (code, said) = office.certify("");
        assert!(code == 0 && said.contains(&format!("Mã QR: trang {page}, ")), "{page}: {said}");
        let seen = Picture::of(&office.0.read("ket.pdf"), page, DPI).qr();
        assert!(seen.is_some_and(|text| text.contains("BINHMINH")), "{page}: {said}");
        assert_eq!((office.row("qr.clear"), office.row("qr.matches")), ("pass".into(), "pass".into()), "{page}");
        let (_, told) = office.run("verify --qr auto --format json ket.pdf");
        assert!(told.contains("\"findings\""), "{told}");
    }
}

/// As results were made before: the white field over a letterhead, over pale print, over an annotation without an appearance.
#[test]
fn a_code_over_content_fails_the_check() {
    let papers = citizen_papers::all();
    let office = Office::new();
    for (name, right) in [
        ("letterhead", "fail"),
        ("scan-letterhead", "fail"),
        ("scan-pale", "fail"),
        ("ink", "fail"),
        ("blank-corner", "pass"),
        ("scan-corner", "pass"),
    ] {
        let paper = papers.iter().find(|paper| paper.name == name).unwrap();
        let stamp = QrStamp {
            base: LOOKUP.into(),
            code: LookupCode::from_random(*b"sample bits!"),
            issuer: "H61.12".into(),
            number: CertificationNumber { symbol: "SCT/BS".into(), year: 2026, ordinal: 7, book: 1 },
            place: Corner::UpperLeft(1).of(&paper.pdf),
        };
        let stamped = kyso_certification::stamp_qr(&Document::parse(&paper.pdf).unwrap(), &stamp).unwrap();
        office.0.write("ket.pdf", [paper.pdf.as_slice(), &stamped.tail.bytes].concat());
        assert_eq!((office.row("qr.matches").as_str(), office.row("qr.clear").as_str()), ("pass", right), "{name}");
    }
}
