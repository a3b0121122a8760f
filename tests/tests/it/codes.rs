//! QR symbols that `kyso verify` sees on the pages of signed files, and whose they are.

use std::fs;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kyso::{Document, Role};
use kyso_certification::code::LookupCode;
use kyso_certification::number::CertificationNumber;
use kyso_certification::stamp::QrStamp;
use kyso_tests::appended::statement;
use kyso_tests::corners::Corner as QrPlace;
use kyso_tests::ink_scans::{self, Scan};
use kyso_tests::shapes::writer::{file, stream};
use kyso_tests::ward;
use kyso_tests::{keys, shapes, signing, tool};
use kyso_view::{Apart, Care, Error, Pages};
use serde_json::Value;
use tempfile::TempDir;

use super::views::endless;

fn stamped(bytes: &[u8], place: QrPlace) -> Vec<u8> {
    let stamp = QrStamp {
        base: "https://tracuu.example.gov.vn".into(),
        code: LookupCode::from_random(*b"sample bits!"),
        issuer: "H61.12.3".into(),
        number: CertificationNumber { symbol: "SCT/CK,ĐC".into(), year: 2026, ordinal: 7, book: 1 },
        place: place.of(bytes),
    };
    let tail = kyso_certification::stamp_qr(&Document::parse(bytes).unwrap(), &stamp).unwrap().tail;
    [bytes, &tail.bytes].concat()
}

/// What the command says of a file.
struct Said {
    code: i32,
    json: Value,
    text: String,
}

/// A folder with a file, and whom to trust.
fn folder(bytes: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("a.pdf"), bytes).unwrap();
    fs::write(path("root.pem"), keys::PKI.root_pem().unwrap()).unwrap();
    fs::write(path("copies.toml"), ward::roster(&[(&keys::SEAL, "copy")])).unwrap();
    folder
}

/// The exit code and what is said in one format.
fn run(folder: &TempDir, format: &str, rest: &[&str]) -> (i32, String) {
    let at = keys::NOW.to_string();
    let mut command = tool::kyso();
    command.current_dir(folder.path()).args(["verify", "--trust", "root.pem", "--at", &at, "--format", format]);
    let output = command.args(rest).arg("a.pdf").output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

fn verify(bytes: &[u8], rest: &[&str]) -> Said {
    let folder = folder(bytes);
    let run = |format: &str| run(&folder, format, rest);
    let ((code, json), (_, text), (_, html)) = (run("json"), run("text"), run("html"));
    let json: Value = serde_json::from_str::<Value>(&json).unwrap()[0].clone();
    for finding in json["findings"].as_array().unwrap() {
        let message = finding["message"].as_str().unwrap();
        assert!(text.contains(message), "{text}");
        assert!(html.replace("&#39;", "'").contains(message), "{html}");
    }
    Said { code, json, text }
}

impl Said {
    fn belongs(&self) -> Vec<&str> {
        self.json["qr"].as_array().unwrap().iter().map(|code| code["belongs_to"].as_str().unwrap()).collect()
    }

    fn findings(&self) -> Vec<(&str, &str)> {
        let findings = self.json["findings"].as_array().unwrap().iter();
        findings.map(|row| (row["severity"].as_str().unwrap(), row["code"].as_str().unwrap())).collect()
    }
}

#[test]
fn a_documents_own_symbol_is_told_with_its_revision() {
    for (bytes, page) in [(shapes::plain(), 1), (statement(2), 2)] {
        let sealed = signing::signed_and_sealed(&stamped(&bytes, QrPlace::UpperLeft(page)));
        let said = verify(&sealed, &[]);
        assert_eq!((said.code, said.belongs()), (0, vec!["this-document"]), "{}", said.text);
        let code = &said.json["qr"][0];
        assert_eq!(
            (&code["page"], &code["revision"], &code["number"]),
            (&page.into(), &1.into(), &"CKDC-7-1-2026".into())
        );
        assert!(said.findings().contains(&("info", "qr.this-document")), "{}", said.json);
        // It's where it was put: in the upper left corner, about 20 mm wide.
        let side = |index: usize| code["rectangle"][index].as_f64().unwrap();
        assert!(side(0) < 40.0 && side(1) > 700.0 && (40.0..80.0).contains(&side(2)), "{code}");
        let never = verify(&sealed, &["--qr", "never"]);
        assert_eq!((never.code, never.belongs().len()), (0, 0));
    }
}

#[test]
fn another_documents_symbol_is_loud() {
    // The same page as a file of its own: what lay beneath the symbol isn't in it.
    let genuine = stamped(&statement(1), QrPlace::UpperLeft(1));
    let forged = signing::signed_and_sealed(&shapes::qpdf(&genuine, &[]));
    let said = verify(&forged, &[]);
    assert_eq!((said.code, said.belongs()), (2, vec!["another-document"]), "{}", said.text);
    assert!(said.findings().contains(&("error", "qr.another-document")));
    assert!(said.text.contains("CHƯA ĐỦ CƠ SỞ KẾT LUẬN") && said.text.contains("KHÁC"), "{}", said.text);
    let english = verify(&forged, &["--lang", "en"]);
    assert!(english.text.contains("ANOTHER document's"), "{}", english.text);
    assert_eq!(verify(&forged, &["--qr", "never"]).code, 0);

    // On a copy, whose signer the roster names as such, the original's symbol is where it should be.
    let copied =
        signing::sign(&shapes::qpdf(&genuine, &[]), &signing::parameters(Role::Copy), &keys::signer(&keys::SEAL));
    assert_eq!(verify(&copied, &[]).code, 2, "nobody says that it's a copy");
    let said = verify(&copied, &["--roster", "copies.toml"]);
    assert_eq!((said.code, said.belongs()), (0, vec!["another-document"]), "{}", said.text);
    assert!(said.findings().contains(&("warning", "qr.another-document")), "{}", said.json);
    // And on a copy that has a symbol of its own.
    let both = stamped(&shapes::qpdf(&genuine, &[]), QrPlace::LowerLeft(1));
    let said = verify(&signing::signed_and_sealed(&both), &[]);
    let mut belongs = said.belongs();
    belongs.sort_unstable();
    assert_eq!((said.code, belongs), (0, vec!["another-document", "this-document"]), "{}", said.text);
}

/// What `kyso check` says of the symbols.
fn row(bytes: &[u8], rest: &[&str]) -> String {
    let (folder, at) = (folder(bytes), keys::NOW.to_string());
    let mut command = tool::kyso();
    command.current_dir(folder.path()).args(["check", "--trust", "root.pem", "--at", &at, "--format", "json"]);
    let output = command.args(rest).arg("a.pdf").output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = json["files"][0]["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["id"] == "qr.matches").unwrap_or_else(|| panic!("{rows:#?}"));
    row["status"].as_str().unwrap().to_owned()
}

/// A copy carries the symbol of what was copied: one rule for who verifies and who checks.
#[test]
fn check_says_of_symbols_what_verify_says() {
    let genuine = stamped(&statement(1), QrPlace::UpperLeft(1));
    let paper = shapes::qpdf(&genuine, &[]);
    let sealed = |bytes: &[u8]| signing::signed_and_sealed(bytes);
    let copied = signing::sign(&paper, &signing::parameters(Role::Copy), &keys::signer(&keys::SEAL));
    let both = sealed(&stamped(&paper, QrPlace::LowerLeft(1)));
    let roster = &["--roster", "copies.toml"][..];
    for (what, bytes, rest, code, status) in [
        ("its own", &sealed(&genuine), &[][..], 0, "pass"),
        ("another's, and its own", &both, &[][..], 0, "pass"),
        ("another's on a copy", &copied, roster, 0, "not-applicable"),
        ("another's, and nobody says that it's a copy", &copied, &[][..], 2, "fail"),
        ("another's", &sealed(&paper), &[][..], 2, "fail"),
    ] {
        assert_eq!((verify(bytes, rest).code, row(bytes, rest).as_str()), (code, status), "{what}");
    }
}

/// A document that was changed isn't told that its own symbol is another's.
#[test]
fn a_changed_document_is_told_to_be_changed() {
    let genuine = stamped(&statement(1), QrPlace::UpperLeft(1));
    let sealed = signing::signed_and_sealed(&genuine);
    // In the comment behind the header, in a stream.
    for at in [12, sealed.windows(6).position(|window| window == b"stream").unwrap() + 40] {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        let folder = folder(&changed);
        let (code, json) = run(&folder, "json", &[]);
        let json: Value = serde_json::from_str(&json).unwrap();
        let findings = json[0]["findings"].as_array().unwrap().iter();
        let told: Vec<&str> = findings.filter_map(|finding| finding["code"].as_str()).collect();
        assert!(code == 1 && !told.contains(&"qr.another-document"), "{at}: {told:?}");
        let (_, text) = run(&folder, "text", &[]);
        assert!(!text.contains("của một tài liệu KHÁC"), "{text}");
    }
    let mut changed = sealed;
    changed[12] ^= 1;
    let said = verify(&changed, &[]);
    assert_eq!((said.code, said.belongs()), (1, vec!["unknown"]), "{}", said.text);
    assert!(said.findings().contains(&("warning", "qr.changed-document")), "{}", said.json);
    assert!(said.text.contains("Tài liệu đã bị thay đổi sau khi ký, nên không đối chiếu được mã QR"), "{}", said.text);
    assert_eq!(row(&changed, &[]), "fail");
}

/// A symbol cut out of a genuine result's picture, and pasted as a picture; with a JPEG's artefacts, turned, small.
#[test]
fn a_pasted_picture_of_a_symbol_is_noticed() {
    let genuine = Pages::open(stamped(&statement(1), QrPlace::UpperLeft(1)), None).unwrap();
    for (dpi, size, turned) in [(300.0, 80.0, false), (150.0, 70.0, true), (200.0, 48.0, false)] {
        let cut = kyso::Rectangle { x: 4.0, y: 842.0 - 95.0, width: 81.0, height: 81.0 };
        let picture = genuine.part(1, dpi, cut).unwrap();
        let mut rgb = picture.rgb().to_vec();
        if turned {
            rgb = rgb.chunks(3).rev().flatten().copied().collect();
        }
        let scan = Scan { width: picture.width(), height: picture.height(), rgb };
        let forged = ink_scans::page([595.0, 842.0], &scan, [300.0, 400.0, size, size]);
        let said = verify(&signing::signed_and_sealed(&forged), &["--qr", "always"]);
        assert_eq!((said.code, said.belongs()), (2, vec!["another-document"]), "{dpi} dpi, {size} pt: {}", said.text);
    }
}

#[test]
fn strange_symbols_are_listed_and_mean_nothing() {
    let modules = qrcode();
    let said = verify(
        &signing::signed_and_sealed(&ink_scans::page([595.0, 842.0], &modules, [100.0, 100.0, 90.0, 90.0])),
        &[],
    );
    assert_eq!((said.code, said.belongs()), (0, vec!["unknown"]), "{}", said.text);
    assert_eq!(said.json["qr"][0]["text"], "rqrr");
    assert!(!said.findings().iter().any(|(_, code)| code.starts_with("qr.")));
}

/// A symbol of version 1 that says `rqrr`.
const ROWS: [&str; 21] = [
    "111111100010001111111",
    "100000101110001000001",
    "101110100101101011101",
    "101110100000101011101",
    "101110101101101011101",
    "100000100111001000001",
    "111111101010101111111",
    "000000000010000000000",
    "101010100000100010010",
    "100110000001010101001",
    "010110110111011101111",
    "110001001111110110011",
    "001011101001011101001",
    "000000001110001001001",
    "111111100110100010011",
    "100000100110001000010",
    "101110101000101011011",
    "101110100101010101010",
    "101110101101011100001",
    "100000100011110111010",
    "111111101001011100111",
];

/// The symbol with eight pixels a module.
fn qrcode() -> Scan {
    let side = (21 + 8) * 8;
    let dark = |x: u32, y: u32| {
        let module = |pixel: u32| (pixel / 8).checked_sub(4).map(|index| index as usize);
        let row = module(y).and_then(|row| ROWS.get(row));
        module(x).and_then(|column| row?.as_bytes().get(column)).is_some_and(|module| *module == b'1')
    };
    let pixels = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
    Scan { width: side, height: side, rgb: pixels.flat_map(|(x, y)| [if dark(x, y) { 0 } else { 255 }; 3]).collect() }
}

#[test]
fn unsigned_files_are_looked_at_on_request() {
    let bytes = stamped(&shapes::plain(), QrPlace::UpperLeft(1));
    let said = verify(&bytes, &[]);
    assert_eq!((said.code, said.belongs().len()), (3, 0));
    let said = verify(&bytes, &["--qr", "always"]);
    assert_eq!((said.code, said.belongs()), (3, vec!["this-document"]));
}

/// The renderer's trouble is told in the first line, and is never the verdict's.
#[test]
fn a_page_that_cannot_be_drawn_is_told_first_and_changes_no_verdict() {
    let folder = folder(&signing::signed_and_sealed(&endless()));
    let (code, text) = run(&folder, "text", &[]);
    let first = text.lines().next().unwrap();
    assert!(code == 0 && first.contains("HỢP LỆ. Chưa xem được mã QR ở trang 1."), "{text}");
    assert!(text.contains("Không hiển thị được trang 1"), "{text}");
}

/// So large that no resolution at which pages are drawn gives a picture of it.
fn enormous() -> Vec<u8> {
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 14400 14400] /UserUnit 75 /Contents 4 0 R >>";
    let boxes = (0..100).map(|number| format!("{} 100 5 5 re f ", number * 10)).collect::<String>();
    file(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        page.as_bytes().to_vec(),
        stream("", boxes.as_bytes()),
    ])
}

#[test]
fn what_was_not_seen_is_said_in_every_format_and_counts_where_it_was_asked_for() {
    let file = folder(&signing::signed_and_sealed(&enormous()));
    for (rest, code) in [(&[][..], 0), (&["--qr", "always"], 2), (&["--qr", "never"], 0)] {
        let said = |format: &str| {
            let (ended, said) = run(&file, format, rest);
            assert_eq!(ended, code, "{rest:?}: {said}");
            said
        };
        let is_told = rest != ["--qr", "never"];
        let line = said("text").lines().next().unwrap().to_owned();
        assert_eq!(line.contains("Chưa xem được mã QR ở trang 1."), is_told, "{line}");
        assert_eq!(line.contains("CHƯA ĐỦ CƠ SỞ"), code == 2, "{line}");
        assert_eq!(said("html").contains("<p>Chưa xem được mã QR ở trang 1.</p>"), is_told);
        assert_eq!(said("xml").contains("urn:kyso:constraint:qr.not-seen"), is_told);
        let json: Value = serde_json::from_str(&said("json")).unwrap();
        assert_eq!(json[0]["qr_not_seen"], if is_told { serde_json::json!([1]) } else { serde_json::json!([]) });
        let codes = json[0]["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap());
        assert_eq!(codes.filter(|code| *code == "qr.not-seen").count(), usize::from(is_told));
    }
    let english = run(&file, "text", &["--lang", "en"]).1;
    assert!(english.lines().next().unwrap().contains("QR codes on page 1 weren't looked at."), "{english}");
    // Without a signature there's nothing to lower.
    assert_eq!(run(&folder(&enormous()), "text", &["--qr", "always"]).0, 3);
}

/// Pages that each have a symbol drawn by boxes.
fn symbols(count: usize) -> Vec<u8> {
    let dark =
        |row: &'static str| row.bytes().enumerate().filter(|(_, module)| *module == b'1').map(|(column, _)| column);
    let module = |(row, column): (usize, usize)| format!("{} {} 4 4 re ", 100 + column * 4, 500 - row * 4);
    let modules = ROWS.iter().enumerate().flat_map(|(row, modules)| dark(modules).map(move |column| (row, column)));
    let symbol = modules.map(module).chain(["f".to_owned()]).collect::<String>();
    let kids = (0..count).map(|page| format!("{} 0 R ", page + 4)).collect::<String>();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {count} >>").into_bytes(),
        stream("", symbol.as_bytes()),
    ];
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R >>";
    objects.extend((0..count).map(|_| page.as_bytes().to_vec()));
    file(&objects)
}

#[test]
fn pages_that_are_too_many_are_said_not_to_be_seen() {
    let said = verify(&signing::signed_and_sealed(&symbols(10)), &[]);
    let pages = said.json["qr"].as_array().unwrap().iter().map(|code| code["page"].as_u64().unwrap());
    assert_eq!(pages.collect::<Vec<_>>(), [1, 10, 2, 3, 4, 5], "{}", said.text);
    assert_eq!((said.code, &said.json["qr_not_seen"]), (0, &serde_json::json!([6, 7, 8, 9])));
    assert!(said.text.lines().next().unwrap().contains("Chưa xem được mã QR ở trang 6–9."), "{}", said.text);
    assert!(said.findings().contains(&("warning", "qr.not-seen")), "{}", said.json);
    let (code, json) = run(&folder(&signing::signed_and_sealed(&symbols(10))), "json", &["--qr", "always"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, json[0]["qr"].as_array().unwrap().len()), (0, 10), "{json}");
    assert_eq!(json[0]["qr_not_seen"], serde_json::json!([]));
    // As many as are looked at, and pages of text beside them.
    assert_eq!(verify(&signing::signed_and_sealed(&symbols(6)), &[]).json["qr_not_seen"], serde_json::json!([]));
}

#[test]
fn another_documents_symbol_is_found_on_whatever_page() {
    for page in 1..=3 {
        let genuine = stamped(&statement(3), QrPlace::UpperLeft(page));
        let said = verify(&signing::signed_and_sealed(&shapes::qpdf(&genuine, &[])), &[]);
        assert_eq!((said.code, said.belongs()), (2, vec!["another-document"]), "page {page}: {}", said.text);
    }
}

/// Threads that keep the processors busy until they're dropped.
struct Busy(Arc<AtomicBool>);

impl Busy {
    fn with(threads: usize) -> Self {
        let busy = Self(Arc::new(AtomicBool::new(true)));
        for _ in 0..threads {
            let goes_on = Arc::clone(&busy.0);
            std::thread::spawn(move || {
                while goes_on.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        busy
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// What is found is the file's, and not the hour's.
#[test]
fn a_busy_machine_gives_the_same_answer() {
    let genuine = stamped(&statement(1), QrPlace::UpperLeft(1));
    let files = [
        folder(&signing::signed_and_sealed(&shapes::qpdf(&genuine, &[]))),
        folder(&signing::signed_and_sealed(&large_picture_before_a_symbol(2_950))),
    ];
    let alone: Vec<_> = files.iter().map(|file| run(file, "json", &[])).collect();
    assert_eq!((alone[0].0, alone[1].0), (2, 0));
    assert!(alone[1].1.contains("rqrr"), "{}", alone[1].1);
    let _busy = Busy::with(8);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            for (file, alone) in files.iter().zip(&alone) {
                scope.spawn(move || assert_eq!(run(file, "json", &[]), *alone));
            }
        }
    });
}

/// A page with text and a few lines isn't drawn at all.
#[test]
fn a_cheap_look_spares_the_drawing() {
    let look = |bytes: &[u8]| {
        let document = Document::parse(bytes).unwrap();
        document.page(1).unwrap().may_show_code(&document)
    };
    assert!(!look(&shapes::plain()) && !look(&statement(1)));
    assert!(look(&stamped(&shapes::plain(), QrPlace::UpperLeft(1))));
    assert!(look(&ink_scans::page([595.0, 842.0], &qrcode(), [0.0, 0.0, 50.0, 50.0])));
    let seen = signing::sign(&shapes::plain(), &signing::leader_parameters(), &keys::signer(&keys::LEADER));
    assert!(look(&seen), "a signature's picture");
    assert!(look(&endless()));
}

/// A page with this content; its objects begin with number 5.
fn page_with(content: &str, resources: &str, objects: &[Vec<u8>]) -> Vec<u8> {
    let font = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>";
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << {font} {resources} >> >>"
    );
    let text = "BT /F 12 Tf 60 700 Td (Hello) Tj ET";
    let whole = [
        vec![
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            page.into_bytes(),
            stream("", format!("{text}\n{content}").as_bytes()),
        ],
        objects.to_vec(),
    ];
    file(whole.concat())
}

/// The places of a symbol's dark modules, each written by `draw`.
fn modules(draw: impl Fn(usize, usize) -> String) -> String {
    let mut content = String::new();
    for (row, modules) in ROWS.iter().enumerate() {
        let dark = modules.bytes().enumerate().filter(|(_, module)| *module == b'1');
        dark.for_each(|(column, _)| content += &draw(100 + column * 4, 500 - row * 4));
    }
    content
}

/// However a symbol is drawn that is read where the page is drawn, the cheap look finds that there may be one.
#[test]
fn a_cheap_look_misses_no_way_to_draw_a_symbol() {
    let side = ROWS.len();
    let pixels: Vec<u8> = ROWS.iter().flat_map(|row| row.bytes().map(|module| (b'1' - module) * 255)).collect();
    let picture = |entries: &str, pixels: &[u8]| {
        stream(&format!("/Type /XObject {entries} /BitsPerComponent 8 /ColorSpace /DeviceGray"), pixels)
    };
    let whole = format!("/Width {side} /Height {side}");
    let inverted: Vec<u8> = pixels.iter().map(|pixel| 255 - pixel).collect();
    let row_of_pixels = |row: usize| {
        let name = format!("/R{row} {} 0 R", row + 5);
        let pixels = &pixels[row * side..(row + 1) * side];
        (name, picture(&format!("/Subtype /Image /Width {side} /Height 1"), pixels))
    };
    let (names, rows): (Vec<_>, Vec<_>) = (0..side).map(row_of_pixels).unzip();
    let draw_rows: String =
        (0..side).map(|row| format!("q {} 0 0 4 100 {} cm /R{row} Do Q ", side * 4, 500 - row * 4)).collect();
    let inline = |begin: &str| {
        let hexadecimal: String = pixels.iter().map(|pixel| format!("{pixel:02x}")).collect();
        format!("q 100 0 0 100 60 400 cm {begin}/W {side}/H {side}/BPC 8/CS/G/F/AHx ID {hexadecimal}> EI Q")
    };
    let form = |entries: &str, content: &str| {
        stream(&format!("/Type /XObject /Subtype /Form /BBox [0 0 595 842] {entries}"), content.as_bytes())
    };
    let mask = [
        b"<< /Type /ExtGState /SMask << /S /Luminosity /G 6 0 R >> >>".to_vec(),
        form(
            "/Group << /S /Transparency /CS /DeviceGray >> /Resources << /XObject << /X 7 0 R >> >>",
            "q 100 0 0 100 60 400 cm /X Do Q",
        ),
        picture(&format!("/Subtype /Image {whole}"), &inverted),
    ];
    let one = |entries: &str| [picture(&format!("/Subtype /Image {entries}"), b"\0")];
    let placed = |x: usize, y: usize| format!("q 4 0 0 4 {x} {y} cm /X Do Q ");
    let dashes: String = (0..side).map(|row| format!("100 {} m 184 {} l S ", 502 - row * 4, 502 - row * 4)).collect();
    let outline =
        modules(|x, y| format!("{x} {y} l {} {y} l {} {} l {x} {} l {x} {y} l 0 0 l ", x + 4, x + 4, y + 4, y + 4));
    let (objects, ext) = ("/XObject << /X 5 0 R >>", "/ExtGState << /G 5 0 R >>");
    let ways = [
        ("boxes", page_with(&modules(|x, y| format!("{x} {y} 4 4 re f ")), "", &[])),
        ("boxes before a comment", page_with(&modules(|x, y| format!("{x} {y} 4 4 re%\nf ")), "", &[])),
        ("boxes in one path", page_with(&format!("{} f", modules(|x, y| format!("{x} {y} 4 4 re "))), "", &[])),
        (
            "open shapes",
            page_with(
                &modules(|x, y| format!("{x} {y} m {} {y} l {} {} l {x} {} l f ", x + 4, x + 4, y + 4, y + 4)),
                "",
                &[],
            ),
        ),
        ("one shape", page_with(&format!("0 0 m {outline} f*"), "", &[])),
        (
            "lines",
            page_with(&format!("4 w {}", modules(|x, y| format!("{x} {} m {} {} l S ", y + 2, x + 4, y + 2))), "", &[]),
        ),
        ("dashed lines", page_with(&format!("4 w [4 4] 0 d {dashes}"), "", &[])),
        ("lines dashed by gs", page_with(&format!("4 w /G gs {dashes}"), ext, &[b"<< /D [[4 4] 0] >>".to_vec()])),
        (
            "clipped",
            page_with(&format!("{} W n 0 0 595 842 re f", modules(|x, y| format!("{x} {y} 4 4 re "))), "", &[]),
        ),
        (
            "a form drawn again and again",
            page_with(&modules(|x, y| format!("q 1 0 0 1 {x} {y} cm /X Do Q ")), objects, &[form("", "0 0 4 4 re f")]),
        ),
        ("a pixel drawn again and again", page_with(&modules(placed), objects, &one("/Width 1 /Height 1"))),
        ("a row of pixels at a time", page_with(&draw_rows, &format!("/XObject << {} >>", names.join(" ")), &rows)),
        ("a picture", page_with(&placed(60, 400), objects, &[picture(&format!("/Subtype /Image {whole}"), &pixels)])),
        (
            "a picture that is one by a reference",
            page_with(
                &placed(60, 400),
                objects,
                &[picture(&format!("/Subtype 6 0 R {whole}"), &pixels), b"/Image".to_vec()],
            ),
        ),
        (
            "a picture whose size is a reference",
            page_with(
                &placed(60, 400),
                objects,
                &[picture("/Subtype /Image /Width 6 0 R /Height 6 0 R", &pixels), side.to_string().into_bytes()],
            ),
        ),
        (
            "a pixel with a mask",
            page_with(
                &placed(60, 400),
                objects,
                &[
                    one("/Width 1 /Height 1 /SMask 6 0 R").concat(),
                    picture(&format!("/Subtype /Image {whole}"), &inverted),
                ],
            ),
        ),
        ("an inline picture", page_with(&inline("BI "), "", &[])),
        ("an inline picture without a blank", page_with(&inline("BI"), "", &[])),
        ("a soft mask", page_with("/G gs 0 g 0 0 595 842 re f", ext, &mask)),
        (
            "a font of content",
            page_with(
                "/G gs BT (a) Tj ET",
                ext,
                &[b"<< /Font [6 0 R 12] >>".to_vec(), b"<< /Type /Font /Subtype /Type3 >>".to_vec()],
            ),
        ),
    ];
    for (way, file) in ways {
        let document = Document::parse(&file).unwrap();
        assert!(document.page(1).unwrap().may_show_code(&document), "{way}");
    }
}

/// A page of text, rules and small pictures isn't drawn, whatever the resources hold that other pages show.
#[test]
fn a_cheap_look_spares_pages_of_text() {
    let table: String = (0..12).map(|row| format!("60 {} 400 20 re S ", 600 - row * 20)).collect();
    let bullet = [stream(
        "/Type /XObject /Subtype /Image /Width 8 /Height 8 /BitsPerComponent 8 /ColorSpace /DeviceGray",
        &[0; 64],
    )];
    let objects = "/XObject << /X 5 0 R >>";
    let pages = [
        page_with("", "", &[]),
        page_with(&"BT /F 12 Tf 60 600 Td (Hello re f re f re f) Tj ET\n".repeat(500), "", &[]),
        page_with(&table, "", &[]),
        page_with(
            "/G gs [] 0 d 60 600 m 200 600 l S [1 2] 0 d 60 500 m 200 500 l S",
            "/ExtGState << /G << /SMask /None /ca 1 >> >>",
            &[],
        ),
        page_with("q 8 0 0 8 60 600 cm /X Do Q", objects, &bullet),
        page_with(
            "",
            "/Pattern << /P << /PatternType 2 >> >> /XObject << /X 5 0 R >>",
            &[stream("/Subtype /Image /Width 99 /Height 99", b"")],
        ),
    ];
    for (at, file) in pages.iter().enumerate() {
        let document = Document::parse(file).unwrap();
        assert!(!document.page(1).unwrap().may_show_code(&document), "{at}");
    }
}

/// A picture of so many pixels on a page, and a QR symbol on the page behind it.
fn large_picture_before_a_symbol(side: usize) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    let row = vec![0xee; side * 3];
    (0..side).for_each(|_| encoder.write_all(&row).unwrap());
    let picture = format!(
        "/Type /XObject /Subtype /Image /Width {side} /Height {side} /ColorSpace /DeviceRGB /BitsPerComponent 8 \
         /Filter /FlateDecode"
    );
    let page = |content: u32, resources: &str| {
        let resources = format!("/Resources << {resources} >>");
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R {resources} >>")
            .into_bytes()
    };
    let symbol = modules(|x, y| format!("{x} {y} 4 4 re ")) + "f";
    file(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>".to_vec(),
        page(5, "/XObject << /P 7 0 R >>"),
        page(6, ""),
        stream("", b"q 595 0 0 842 0 0 cm /P Do Q"),
        stream("", symbol.as_bytes()),
        stream(&picture, &encoder.finish().unwrap()),
    ])
}

/// A quick look has little memory: what needs more isn't seen, and the next page is.
#[test]
fn a_page_that_takes_too_much_memory_leaves_the_next_one_to_be_seen() {
    let file = large_picture_before_a_symbol(5_000);
    let seen = Apart::program(tool::path(), &["draw-pages"]).codes(&file, None, &[1, 2], Care::Quick);
    assert_eq!(seen[0].codes, Err(Error::Died));
    assert_eq!(seen[1].codes.as_ref().unwrap().len(), 1, "{seen:?}");
    let seen = Apart::program(tool::path(), &["draw-pages"]).codes(&file, None, &[1, 2], Care::Thorough);
    assert!(seen[0].codes.as_ref().unwrap().is_empty() && seen[1].codes.as_ref().unwrap().len() == 1, "{seen:?}");
}

/// As large as a scan of an A4 page in colour at 300 dpi.
#[test]
fn an_ordinary_scan_is_looked_at_quickly() {
    let seen = Apart::program(tool::path(), &["draw-pages"]).codes(
        &large_picture_before_a_symbol(2_950),
        None,
        &[1, 2],
        Care::Quick,
    );
    assert_eq!(seen[0].codes, Ok(Vec::new()));
}

/// The exit code where a look was asked for, how many codes were read, and the pages that weren't looked at wholly.
fn asked(bytes: &[u8]) -> (i32, usize, Value) {
    let (code, json) = run(&folder(&signing::signed_and_sealed(bytes)), "json", &["--qr", "always"]);
    let json: Value = serde_json::from_str::<Value>(&json).unwrap()[0].clone();
    (code, json["qr"].as_array().unwrap().len(), json["qr_not_seen"].clone())
}

/// A page with a symbol of boxes, and a picture with such entries and data beside it.
fn beside_a_picture(entries: &str, data: &[u8]) -> Vec<u8> {
    let content = format!("{} f q 90 0 0 90 300 400 cm /X Do Q", modules(|x, y| format!("{x} {y} 4 4 re ")));
    let picture = stream(&format!("/Type /XObject /Subtype /Image {entries}"), data);
    page_with(&content, "/XObject << /X 5 0 R >>", &[picture])
}

/// Other viewers show what there is of it, each as much as it can.
#[test]
fn a_picture_that_cannot_be_decoded_to_its_end_is_said_not_to_be_seen() {
    let symbol = qrcode();
    let size = format!("/Width {} /Height {} /BitsPerComponent 8 /ColorSpace /DeviceRGB", symbol.width, symbol.height);
    let jpeg = symbol.jpeg(150, 90);
    let zlib = |data: &[u8]| {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    };
    let cut = |data: &[u8], part: usize| data[..data.len() - data.len() / part].to_vec();
    let (ended, junk) = ([cut(&jpeg, 4), vec![0xff, 0xd9]].concat(), [b"\r\n", jpeg.as_slice()].concat());
    let (dct, both, flate) = ("/Filter /DCTDecode", "/Filter [/FlateDecode /DCTDecode]", "/Filter /FlateDecode");
    for (what, filter, data, is_whole) in [
        ("a JPEG", dct, jpeg.clone(), true),
        ("a compressed JPEG", both, zlib(&jpeg), true),
        ("rows", flate, zlib(&symbol.rgb), true),
        ("no JPEG", dct, b"no JPEG".to_vec(), false),
        ("a JPEG without its first half", dct, jpeg[jpeg.len() / 2..].to_vec(), false),
        ("a JPEG behind an empty line", dct, junk, false),
        ("a JPEG without its end", dct, cut(&jpeg, 3), false),
        ("a JPEG without its last bytes", dct, jpeg[..jpeg.len() - 2].to_vec(), false),
        ("a JPEG that ends too soon", dct, ended.clone(), false),
        ("a compressed JPEG that ends too soon", both, zlib(&ended), false),
        ("too few rows", flate, zlib(&cut(&symbol.rgb, 3)), false),
        ("no data", flate, Vec::new(), false),
        ("a filter that there isn't", "/Filter /Nonsense", symbol.rgb.clone(), false),
        ("no fax", "/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 232 >>", Vec::new(), false),
        ("no JBIG2", "/Filter /JBIG2Decode", b"no JBIG2".to_vec(), false),
        ("no JPEG 2000", "/Filter /JPXDecode", b"no JPX".to_vec(), false),
    ] {
        let (code, read, unseen) = asked(&beside_a_picture(&format!("{size} {filter}"), &data));
        let expected = if is_whole { serde_json::json!([]) } else { serde_json::json!([1]) };
        assert_eq!((code, unseen), (if is_whole { 0 } else { 2 }, expected), "{what}");
        // What can be read is read all the same.
        assert!(read >= 1, "{what}");
    }
    let said = verify(&signing::signed_and_sealed(&beside_a_picture(&format!("{size} {dct}"), b"no JPEG")), &[]);
    let first = said.text.lines().next().unwrap();
    assert!(said.code == 0 && first.contains("Chưa xem được mã QR ở trang 1."), "{}", said.text);
    assert!(said.text.contains("Chỉ xem được một phần trang 1"), "{}", said.text);
}

/// A mask that can't be decoded hides what others show, or shows what they hide; so does content.
#[test]
fn masks_and_content_that_cannot_be_decoded_are_said_not_to_be_seen() {
    let size = "/Subtype /Image /Width 8 /Height 8 /BitsPerComponent 8 /ColorSpace /DeviceGray";
    let picture = stream(&format!("/Type /XObject {size} /SMask 6 0 R"), &[0; 64]);
    let mask = |filter: &str, data: &[u8]| stream(&format!("/Type /XObject {size} {filter}"), data);
    let form =
        |filter: &str| stream(&format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] {filter}"), b"0 0 5 5 re f");
    for (what, drawn, is_whole) in [
        ("a mask", vec![picture.clone(), mask("", &[255; 64])], true),
        ("no mask", vec![picture.clone(), mask("/Filter /DCTDecode", b"none")], false),
        ("half a mask", vec![picture, mask("", &[255; 32])], false),
        ("a form", vec![form("")], true),
        ("a form that is a picture", vec![form("/Filter /DCTDecode")], false),
    ] {
        let page = page_with("q 90 0 0 90 60 400 cm /X Do Q", "/XObject << /X 5 0 R >>", &drawn);
        let (code, _, unseen) = asked(&page);
        let expected = if is_whole { serde_json::json!([]) } else { serde_json::json!([1]) };
        assert_eq!((code, unseen), (if is_whole { 0 } else { 2 }, expected), "{what}");
    }
}

/// Phones read them, so they lead a reader as others do.
#[test]
fn light_symbols_on_dark_ground_are_read() {
    let light = format!("0 g 80 400 124 124 re f 1 g {} f", modules(|x, y| format!("{x} {y} 4 4 re ")));
    let said = verify(&signing::signed_and_sealed(&page_with(&light, "", &[])), &[]);
    assert_eq!((said.code, said.json["qr"][0]["text"].as_str()), (0, Some("rqrr")), "{}", said.text);
    // Both on one page.
    let both = format!("{light} 0 g {} f", modules(|x, y| format!("{} {y} 4 4 re ", x + 200)));
    assert_eq!(asked(&page_with(&both, "", &[])), (0, 2, serde_json::json!([])));
}

/// The reader of codes tries each three finder patterns.
#[test]
fn a_page_strewn_with_finder_patterns_is_too_much_work() {
    let finder = |x: usize, y: usize| {
        let (right, upper) = (x + 2, y + 2);
        format!("{x} {y} 14 14 re {right} {upper} 10 10 re f* {} {} 6 6 re f ", x + 4, y + 4)
    };
    let strewn = |count: usize| {
        let places = (0..count).map(|number| (20 + number % 20 * 28, 20 + number / 20 * 28));
        page_with(&places.map(|(x, y)| finder(x, y)).collect::<String>(), "", &[])
    };
    let seen =
        |file: &[u8], care| Apart::program(tool::path(), &["draw-pages"]).codes(file, None, &[1], care)[0].clone();
    for care in [Care::Quick, Care::Thorough] {
        assert_eq!(seen(&strewn(500), care).codes, Err(Error::TooMuchWork));
        assert_eq!(seen(&strewn(6), care).codes, Ok(Vec::new()));
    }
}

/// What is on paper and not on the screen may be a code.
#[test]
fn what_is_seen_in_print_only_is_said_not_to_be_seen() {
    let layers = |usage: &str| {
        let automatic = "/AS [<< /Event /Print /Category [/Print] /OCGs [6 0 R] >>]";
        let catalog = format!("/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] {automatic} >> >>");
        (catalog, format!("<< /Type /OCG /Name (x) /Usage << /Print << /PrintState /{usage} >> >> >>"))
    };
    let symbol = format!("{} f", modules(|x, y| format!("{x} {y} 4 4 re ")));
    let page = |(catalog, layer): (String, String), page: &str, content: &str| {
        let form = stream("/Type /XObject /Subtype /Form /BBox [0 0 595 842] /OC 6 0 R", symbol.as_bytes());
        let stamp = "<< /Type /Annot /Subtype /Stamp /Rect [90 400 200 510] /AP << /N 8 0 R >>";
        let resources = "/Resources << /XObject << /X 5 0 R >> /Properties << /L 6 0 R >> >>";
        let shown = "/Type /XObject /Subtype /Form /BBox [90 400 200 510]";
        file(&[
            format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>").into_bytes(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R {resources} {page} >>")
                .into_bytes(),
            stream("", content.as_bytes()),
            form,
            layer.into_bytes(),
            format!("{stamp} /F 36 >>").into_bytes(),
            stream(shown, symbol.as_bytes()),
            format!("{stamp} /F 4 >>").into_bytes(),
            format!("{stamp} /F 32 >>").into_bytes(),
        ])
    };
    for (what, bytes, read, is_told) in [
        ("an annotation", page(layers("OFF"), "/Annots [7 0 R]", ""), 0, true),
        ("an annotation that is seen", page(layers("OFF"), "/Annots [9 0 R]", ""), 1, false),
        ("an annotation that nobody sees", page(layers("OFF"), "/Annots [10 0 R]", ""), 0, false),
        ("a form of a layer", page(layers("ON"), "", "/X Do"), 0, true),
        ("content of a layer", page(layers("ON"), "", &format!("/OC /L BDC {symbol} EMC")), 0, true),
        ("a layer that nobody sees", page(layers("OFF"), "", "/X Do"), 0, false),
        ("a layer that isn't used", page(layers("ON"), "", ""), 0, false),
    ] {
        let expected = if is_told { serde_json::json!([1]) } else { serde_json::json!([]) };
        let seen = Apart::program(tool::path(), &["draw-pages"]).codes(&bytes, None, &[1], Care::Thorough);
        assert_eq!(seen[0].codes.as_ref().map(Vec::len), Ok(read), "{what}");
        assert_eq!(seen[0].missed, is_told.then_some(Error::SeenElsewhere), "{what}");
        let (_, json) = run(&folder(&bytes), "json", &["--qr", "always"]);
        let json: Value = serde_json::from_str::<Value>(&json).unwrap()[0].clone();
        assert_eq!(json["qr_not_seen"], expected, "{what}");
    }
}
