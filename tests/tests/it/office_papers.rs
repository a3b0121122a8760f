//! Fifty papers from the request to the sealed result, on a new page and on their own, and copied: seen by poppler and MuPDF
//! before and after. Nothing is covered, nothing is lost, and the check finds no fault of the agency's.

use std::fs;
use std::path::Path;
use std::sync::Mutex;

use kyso_tests::citizen_papers::Ground;
use kyso_tests::office_papers::{self, Sheet};
use kyso_tests::picture::Picture;
use kyso_tests::ward::{AGENCY, BLUE, RED, Ward, copies, ring};
use serde_json::Value;

const DPI: u32 = 100;
/// By how much two renderings of one colour may differ.
const SHADE: u8 = 2;
const SIGN: &str = "--p12 leader.p12 --pass-file pass.txt --image ky.png --image-width-mm 28 --field NguoiChungThuc";
const SEAL: &str = "--p12 seal.p12 --pass-file pass.txt --trust root.pem --roster roster.toml";
/// Rows that a result may fail for what the paper is, not for what was put there.
const OF_THE_PAPER: [&str; 1] = ["scan.quality"];

struct Office(Ward);

impl Office {
    fn new() -> Self {
        let ward = Ward::new();
        ward.write("agency.toml", AGENCY).write("request.toml", copies(1, "Giấy tờ", 1));
        ward.write("ky.png", ring(BLUE)).write("dau.png", ring(RED));
        ward.run("register init --archive so").demand(0);
        Self(ward)
    }

    fn run(&self, line: &str) -> (i32, String) {
        let outcome = self.0.run(line);
        (outcome.code.unwrap(), outcome.stdout + &outcome.stderr)
    }

    /// The page as poppler and MuPDF draw it.
    fn seen(&self, name: &str) -> [Picture; 2] {
        let pdf = fs::read(self.0.path(name)).unwrap();
        [Picture::of_page(&pdf, DPI), Picture::by_mupdf(&pdf, DPI)]
    }

    /// The rows that fail, of a sealed result or a copy.
    fn failed(&self, name: &str) -> Vec<String> {
        let told =
            self.0.run(&format!("check --format json --seal-width-mm 36 --trust root.pem --roster roster.toml {name}"));
        let json: Value = serde_json::from_str(&told.stdout).unwrap();
        let rows = json["files"][0]["rows"].as_array().unwrap();
        let failed = rows.iter().filter(|row| row["status"] == "fail");
        let worded = failed.map(|row| (row["id"].as_str().unwrap(), row["message"]["en"].as_str().unwrap()));
        worded.filter(|(id, _)| !OF_THE_PAPER.contains(id)).map(|(id, text)| format!("{id}: {text}")).collect()
    }
}

/// How many pixels changed that showed content.
fn covered(sheet: &Sheet, before: &Picture, after: &Picture) -> usize {
    if (before.width, before.height) != (after.width, after.height) {
        return usize::MAX;
    }
    let mm = 25.4 / f64::from(DPI);
    let is_colour =
        |pixel: &[u8], colour: [u8; 3]| pixel.iter().zip(colour).all(|(one, two)| one.abs_diff(two) <= SHADE);
    let is_content = |at: usize, was: &[u8]| {
        let (column, row) = (at as u32 % before.width, at as u32 / before.width);
        match &sheet.ground {
            Ground::Colour(colour) => !is_colour(was, *colour),
            Ground::Blank(print) | Ground::Both(_, print) => {
                print((f64::from(column) + 0.5) * mm, (f64::from(row) + 0.5) * mm).is_some()
            }
        }
    };
    let pairs = before.pixels.chunks_exact(3).zip(after.pixels.chunks_exact(3)).enumerate();
    pairs.filter(|(at, (was, is))| was != is && is_content(*at, was)).count()
}

/// One paper through all of it, with what is wrong.
fn faults(office: &Office, sheet: &Sheet) -> Vec<String> {
    office.0.write("giay.pdf", &sheet.pdf);
    let before = office.seen("giay.pdf");
    let mut faults = Vec::new();
    let certify = "certify request.toml --agency agency.toml --archive so --by Mẫu --allow-draft -o ket.pdf --force";
    let ways = ["--qr first-page", "--on-last-page", "copy"];
    for way in ways {
        let mut fault = |what: String| faults.push(format!("{} {way}: {what}", sheet.name));
        let (code, said) = match way {
            "copy" => office.run(
                "copy giay.pdf -o dong.pdf --force --form sao-y --agency Mẫu --allow-low-quality --p12 seal.p12 --pass-file \
                 pass.txt"
            ),
            way => office.run(&format!("{certify} --document giay.pdf {way}")),
        };
        let is_refused = match way {
            "copy" => code == 5 && said.contains("không có chỗ trống"),
            "--on-last-page" => {
                let says_why = said.contains("chỉ còn trống") || said.contains("lớn hơn A4");
                code == 5 && sheet.has_room != Some(true) && says_why
            }
            _ => false,
        };
        if is_refused {
            continue;
        }
        if code != 0 || way == "--on-last-page" && sheet.has_room == Some(false) {
            fault(format!("exit {code}: {said}"));
            continue;
        }
        if way != "copy" {
            let (code, said) = office.run(&format!("sign ket.pdf -o ky.pdf --force {SIGN}"));
            if code != 0 {
                fault(format!("sign: exit {code}: {said}"));
                continue;
            }
            let seal = format!("seal ky.pdf -o dong.pdf --force --image dau.png --image-width-mm 36 {SEAL}");
            let (code, said) = office.run(&seal);
            if code != 0 {
                fault(format!("seal: exit {code}: {said}"));
                continue;
            }
        }
        let (code, said) = office.run("verify --trust root.pem --roster roster.toml dong.pdf");
        if code != 0 {
            fault(format!("verify: exit {code}: {said}"));
        }
        for row in office.failed("dong.pdf") {
            fault(row);
        }
        let after = office.seen("dong.pdf");
        keep(sheet, way, &before[0], &after[0]);
        if sheet.is_fitted {
            continue;
        }
        for (renderer, before, after) in [("poppler", &before[0], &after[0]), ("MuPDF", &before[1], &after[1])] {
            match covered(sheet, before, after) {
                0 => {}
                pixels => fault(format!("{pixels} pixels of content changed, by {renderer}")),
            }
        }
    }
    faults
}

/// Before and after, for whoever wants to look: in the directory that KYSO_PICTURES names.
fn keep(sheet: &Sheet, way: &str, before: &Picture, after: &Picture) {
    let Some(folder) = std::env::var_os("KYSO_PICTURES") else { return };
    let name = |when: &str| Path::new(&folder).join(format!("{}{}-{when}.png", sheet.name, way.replace(' ', "")));
    before.write(&name("before"));
    after.write(&name("after"));
}

#[test]
fn fifty_papers_are_certified_signed_sealed_and_copied() {
    let sheets = Mutex::new(office_papers::all());
    let count = sheets.lock().unwrap().len();
    let faults = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let office = Office::new();
                loop {
                    let Some(sheet) = sheets.lock().unwrap().pop() else { break };
                    let found = self::faults(&office, &sheet);
                    faults.lock().unwrap().extend(found);
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty() && count >= 50, "{count} papers:\n{}", faults.join("\n"));
}
