//! Papers as they're brought to a ward, from taking them in to the check of the sealed result: old versions, pages of a
//! phone's size, pages that the statement shares, fields that are there, and what is no PDF.

use kyso_testpdfs::{file, stream};
use serde_json::Value;

use crate::certify::scan;
use kyso_tests::folder::Outcome;
use kyso_tests::picture::Picture;
use kyso_tests::ward::{AGENCY, BLUE, RED, Ward, copies, ring};

const LEADER: &str = "--p12 leader.p12 --pass-file pass.txt --image ky.png --image-width-mm 28";
const SEAL: &str = "--p12 seal.p12 --pass-file pass.txt --trust root.pem --roster roster.toml";
const FONTS: &str = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Courier >> >>";

/// An office, and the pictures of its leader's signature and its seal.
struct Office(Ward);

impl Office {
    fn new() -> Self {
        let ward = Ward::new();
        ward.write("agency.toml", AGENCY).write("request.toml", copies(1, "Giấy tờ", 1));
        ward.write("ky.png", ring(BLUE)).write("dau.png", ring(RED));
        ward.run("register init --archive so").demand(0);
        Self(ward)
    }

    fn certify(&self, more: &str) -> Outcome {
        let line = "certify request.toml --agency agency.toml --archive so --by Mẫu --allow-draft -o ket.pdf --force";
        self.0.run(&format!("{line} --document giay.pdf {more}"))
    }

    fn numbers(&self) -> usize {
        let told = self.0.run("register list --archive so --format json").demand(0).stdout;
        let told: Value = serde_json::from_str(&told).unwrap();
        told["entries"].as_array().unwrap().len()
    }

    /// Signed in this field, and sealed: `dong.pdf`.
    fn finish(&self, field: &str) {
        self.0.run(&format!("sign ket.pdf -o ky.pdf --force --field {field} {LEADER}")).demand(0);
        self.0.run(&format!("seal ky.pdf -o dong.pdf --force --image dau.png --image-width-mm 36 {SEAL}")).demand(0);
        self.0.run("verify --trust root.pem --roster roster.toml dong.pdf").demand(0);
    }

    /// How the rows of the check of the finished file came out.
    fn row(&self, id: &str) -> (String, String) {
        let told = self.0.run("check --format json --seal-width-mm 36 --trust root.pem --roster roster.toml dong.pdf");
        let json: Value = serde_json::from_str(&told.stdout).unwrap();
        let rows = json["files"][0]["rows"].as_array().unwrap();
        let row = rows.iter().find(|row| row["id"] == id).unwrap();
        (row["status"].as_str().unwrap().to_owned(), row["message"]["vi"].as_str().unwrap().to_owned())
    }

    #[track_caller]
    fn demand_row(&self, id: &str, status: &str) {
        let (found, message) = self.row(id);
        assert_eq!(found, status, "{id}: {message}");
    }

    fn fields(&self, name: &str) -> Vec<String> {
        let inspect = self.0.run(&format!("inspect --format json {name}")).demand(0);
        let json: Value = serde_json::from_str(&inspect.stdout).unwrap();
        json["fields"].as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect()
    }
}

/// A file of one page.
fn page(page: &str, content: &str, catalog: &str, more: &[&[u8]]) -> Vec<u8> {
    let catalog = format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>");
    let page = format!("<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << {FONTS} >> {page} >>");
    let content = stream("", content.as_bytes());
    let mut objects: Vec<&[u8]> =
        vec![catalog.as_bytes(), b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page.as_bytes(), &content];
    objects.extend_from_slice(more);
    file(objects)
}

const A4: &str = "/MediaBox [0 0 595.276 841.89]";

/// A citizen's letter as a typewriter has it, on the upper half of the page: eleven points, narrow margins.
fn letter() -> String {
    let mut content = String::from("0 g BT /F 9 Tf 200 815 Td (CONG HOA XA HOI CHU NGHIA VIET NAM) Tj ET\n");
    for row in 0..18 {
        content += &format!(
            "BT /F 11 Tf 40 {} Td (Toi lam don nay de nghi xac nhan viec nhu sau, dong {row}) Tj ET\n",
            790 - row * 16
        );
    }
    content
}

/// The file as if it were of an older version.
fn of_version(mut pdf: Vec<u8>, version: &[u8; 8]) -> Vec<u8> {
    pdf[..8].copy_from_slice(version);
    pdf
}

/// A citizen's form in which something that it requires is empty: told before a number is given out, and before the seal.
#[test]
fn a_form_with_an_empty_required_field_is_told_when_it_is_taken_in() {
    let office = Office::new();
    let form = |value: &str| {
        let field = format!(
            "<< /Type /Annot /Subtype /Widget /FT /Tx /Ff 2 /T (nghe-nghiep) /F 4 /Rect [60 300 260 320] /P 3 0 R \
             /DA (/F 10 Tf 0 g) {value} >>"
        );
        let form = format!("/AcroForm << /Fields [5 0 R] /DR << {FONTS} >> /DA (/F 10 Tf 0 g) >>");
        page(&format!("{A4} /Annots [5 0 R]"), &letter(), &form, &[field.as_bytes()])
    };
    office.0.write("giay.pdf", form(""));
    let told = office.certify("").demand(0).stderr;
    assert!(told.contains("trường bắt buộc chưa điền (nghe-nghiep)"), "{told}");
    office.0.run(&format!("sign ket.pdf -o ky.pdf --field NguoiChungThuc {LEADER}")).demand(0);
    let told = office.0.run(&format!("seal ky.pdf -o dong.pdf {SEAL}")).demand(0).stderr;
    assert!(told.contains("trường bắt buộc chưa điền (nghe-nghiep)"), "{told}");
}

/// Of PDF 1.3, as Ghostscript and old scanners write it: whatever kyso appends raises the version.
#[test]
fn an_old_version_is_raised() {
    let office = Office::new();
    office.0.write("giay.pdf", of_version(page(A4, &letter(), "", &[]), b"%PDF-1.3"));
    for way in ["", "--on-last-page"] {
        office.certify(way).demand(0);
        office.finish("NguoiChungThuc");
        office.demand_row("file.version", "pass");
    }
    // A scan of that version is copied; so is what an extract begins with.
    let key = "--p12 seal.p12 --pass-file pass.txt --agency Mẫu";
    office.0.write("quet.pdf", of_version(scan(0.4), b"%PDF-1.3"));
    let told = office.0.run(&format!("copy quet.pdf -o dong.pdf --form sao-y --force {key}")).demand(5);
    assert!(!told.stderr.contains("phiên bản"), "{}", told.stderr);
    office.0.run(&format!("copy quet.pdf -o dong.pdf --form sao-y --allow-low-quality --force {key}")).demand(0);
    office.demand_row("file.version", "pass");
    // Readers open a file whose header names none.
    for header in [b"%PDF-x.y", b"%PDF-a\n\n", b"%PDF-1\n\n"] {
        office.0.write("giay.pdf", of_version(page(A4, &letter(), "", &[]), header));
        office.certify("").demand(0);
        office.finish("NguoiChungThuc");
        office.demand_row("file.version", "pass");
    }
    // A newer one stays as it is.
    office.0.write("giay.pdf", of_version(page(A4, &letter(), "", &[]), b"%PDF-1.4"));
    office.certify("").demand(0);
    assert!(!String::from_utf8_lossy(&office.0.read("ket.pdf")).contains("/Version"));
}

/// A page of 437 by 619 millimetres, which a picture fills that knows no size: a point for each pixel.
fn phone(more: &str) -> Vec<u8> {
    phone_of(more, "q 1240 0 0 1754 0 0 cm /I Do Q")
}

fn phone_of(more: &str, content: &str) -> Vec<u8> {
    let (columns, rows) = (210_usize, 297_usize);
    let is_dark = |x: usize, y: usize| (35..190).contains(&x) && (20..120).contains(&y) && y % 8 < 3;
    let pixels = (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y)));
    let pixels: Vec<u8> = pixels.flat_map(|(x, y)| [if is_dark(x, y) { 0x30 } else { 0xfd }; 3]).collect();
    let image = format!(
        "/Type /XObject /Subtype /Image /Width {columns} /Height {rows} /ColorSpace /DeviceRGB /BitsPerComponent 8"
    );
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1240 1754] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> {more} >>"
    );
    let objects: [&[u8]; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page.as_bytes(),
        &stream("", content.as_bytes()),
        &stream(&image, &pixels),
    ];
    file(objects)
}

#[test]
fn a_phones_page_becomes_a4() {
    let office = Office::new();
    for (more, before_dpi) in [("", 48), ("/Rotate 90", 48), ("/UserUnit 2", 24)] {
        let paper = phone(more);
        office.0.write("giay.pdf", &paper);
        for way in ["--on-last-page", ""] {
            let rotated_away = way == "--on-last-page" && more.contains("Rotate");
            if rotated_away {
                continue;
            }
            office.certify(way).demand(0).told("thu về A4");
            let result = office.0.read("ket.pdf");
            assert!(result.starts_with(&paper), "the paper's own bytes stay as they are");
            // The upper half shows the same, but for the QR code's corner.
            let (before, after) = (Picture::of_page(&paper, before_dpi), Picture::of_page(&result, 100));
            if more != "/UserUnit 2" {
                assert!(before.width.abs_diff(after.width) <= 1 && before.height.abs_diff(after.height) <= 1, "{more}");
                let dark = |picture: &Picture| {
                    let rows = picture.pixels.chunks_exact(picture.width as usize * 3).take(450).skip(60);
                    rows.flat_map(|row| row.chunks_exact(3).skip(150)).filter(|pixel| pixel[0] < 0x80).count() as f64
                };
                let (was, is) = (dark(&before), dark(&after));
                assert!((was - is).abs() < 0.02 * was, "{more} {way}: {was} {is}");
            }
            office.finish("NguoiChungThuc");
            office.demand_row("page.size", "pass");
            office.demand_row("seal.size", "pass");
            office.demand_row("signer.title", "pass");
            office.demand_row("text.size", "pass");
        }
    }
    // A copy too; and its text is ten points on A4.
    office.0.write("giay.pdf", phone(""));
    let key = "--p12 seal.p12 --pass-file pass.txt --agency Mẫu";
    office
        .0
        .run(&format!("copy giay.pdf -o dong.pdf --force --form sao-y --allow-low-quality {key}"))
        .demand(0)
        .told("thu về A4");
    office.demand_row("copy.type", "pass");
    office.demand_row("page.size", "pass");
}

/// What restores a state that nothing saved moves nothing when the page is scaled. Most viewers pass over it; poppler shows nothing
/// of what follows until it's mended.
#[test]
fn a_phones_page_that_restores_too_much_becomes_a4_too() {
    let office = Office::new();
    let plain = phone("");
    let restoring = phone_of("", "Q Q 0.5 0 0 0.5 0 0 cm Q Q q 2480 0 0 3508 0 0 cm /I Do Q Q Q");
    let ending = phone_of("", "q 1240 0 0 1754 0 0 cm /I Do Q Q Q");
    let open = phone_of("", "q 0.5 0 0 0.5 0 0 cm q 2480 0 0 3508 0 0 cm /I Do 0 0 0.1 0.1 re W n");
    let seen = |pdf: &[u8], dpi: u32| [Picture::of_page(pdf, dpi), Picture::by_mupdf(pdf, dpi)];
    let taken_in = |paper: &[u8]| {
        office.0.write("giay.pdf", paper);
        office.certify("--qr none").demand(0).told("thu về A4");
        seen(&office.0.read("ket.pdf"), 100)
    };
    let (before, after) = (seen(&plain, 48), taken_in(&plain));
    for (paper, is_shown_by_poppler) in [(restoring, false), (ending, true), (open, true)] {
        let [by_poppler, by_mupdf] = seen(&paper, 48);
        assert_eq!(by_poppler.difference(&before[0]) < 0.001, is_shown_by_poppler);
        assert!(by_mupdf.difference(&before[1]) < 0.001);
        for (is, wanted) in taken_in(&paper).iter().zip(&after) {
            assert!(is.difference(wanted) < 0.001);
        }
    }
}

/// The agency's pages are A4; a paper of another size keeps it, is told when it's taken in, and doesn't fail the check.
#[test]
fn a_paper_of_another_size_is_told_and_keeps_it() {
    let office = Office::new();
    let text = "0 g BT /F 12 Tf 90 500 Td (Don xin xac nhan) Tj ET";
    for (paper, told) in [
        (page("/MediaBox [0 0 612 792]", text, "", &[]), "không phải khổ A4 (216 × 279 mm)"),
        (page("/MediaBox [0 0 419.53 595.28]", text, "", &[]), "không phải khổ A4 (148 × 210 mm)"),
        (page("/MediaBox [0 0 841.89 1190.55]", text, "", &[]), "lớn hơn A4"),
    ] {
        office.0.write("giay.pdf", &paper);
        office.certify("").demand(0).told(told.split(" (").next().unwrap());
        office.finish("NguoiChungThuc");
        let (status, message) = office.row("page.size");
        assert!(
            status == "pass" && message.contains("Trang cơ quan lập khổ A4") && message.contains("Trang 1"),
            "{message}"
        );
        let key = "--p12 seal.p12 --pass-file pass.txt --agency Mẫu";
        office.0.run(&format!("copy giay.pdf -o dong.pdf --force --form sao-y --allow-covering {key}")).demand(0);
        office.demand_row("page.size", "not-applicable");
    }
    // On the paper's own page there's nothing of the agency's that has a size.
    office.0.write("giay.pdf", page("/MediaBox [0 0 612 792]", "0 g BT /F 12 Tf 90 740 Td (Don) Tj ET", "", &[]));
    office.certify("--on-last-page").demand(0).told("không phải khổ A4");
    office.finish("NguoiChungThuc");
    office.demand_row("page.size", "not-applicable");
    // A4 is told nothing of, and passes.
    office.0.write("giay.pdf", page(A4, text, "", &[]));
    let quiet = office.certify("").demand(0);
    assert!(!quiet.stderr.contains("khổ A4"), "{}", quiet.stderr);
    office.finish("NguoiChungThuc");
    office.demand_row("page.size", "pass");
    // A page that the agency makes is A4.
    office.0.write("giay.pdf", page("/MediaBox [0 0 612 792]", text, "", &[]));
    office.0.run(&format!("sign giay.pdf -o ky.pdf --force --page 1 --rect 300,100,200,100 {LEADER}")).demand(0);
    office.0.run(&format!("seal ky.pdf -o dong.pdf --force --image dau.png --image-width-mm 36 {SEAL}")).demand(0);
    office.demand_row("page.size", "fail");
}

/// What can't be scaled without losing something, or has a size of its own, stays; nothing is put there that would be
/// printed too small.
#[test]
fn a_large_page_that_stays_takes_no_statement() {
    let office = Office::new();
    let link = "/Annots [<< /Type /Annot /Subtype /Link /Rect [100 100 200 200] /Border [0 0 0] \
                /A << /S /URI /URI (https://a.example) >> >>]";
    let a3 = page("/MediaBox [0 0 841.89 1190.55]", "0 g BT /F 12 Tf 80 1100 Td (Ban do) Tj ET", "", &[]);
    for paper in [phone(link), a3] {
        office.0.write("giay.pdf", paper);
        let numbers = office.numbers();
        let told = office.certify("--on-last-page").demand(5).told("lớn hơn A4").told("--on-last-page");
        assert!(!told.stderr.contains("thu về A4"));
        assert_eq!(office.numbers(), numbers, "no number is given out");
        office.certify("").demand(0);
        office.finish("NguoiChungThuc");
        office.demand_row("seal.size", "pass");
    }
    // A text in the corner is as large as printed on A4.
    let key = "--p12 seal.p12 --pass-file pass.txt --agency Mẫu";
    office.0.run(&format!("copy giay.pdf -o dong.pdf --form sao-y --force {key}")).demand(0);
    office.demand_row("copy.type", "pass");
    office.demand_row("copy.place", "pass");
    // A seal of its real size is too small there, and the check says so.
    let place = "--page 1 --rect 300,300,200,100";
    office.0.run(&format!("sign giay.pdf -o ky.pdf --force {place} {LEADER}")).demand(0).told("lớn hơn A4");
    office.0.run(&format!("seal ky.pdf -o dong.pdf --force --image dau.png --image-width-mm 36 {SEAL}")).demand(0);
    office.demand_row("seal.size", "fail");
}

/// On a page of the citizen's, only what the agency put there is judged.
#[test]
fn a_citizens_type_and_margins_are_his_own() {
    let office = Office::new();
    office.0.write("giay.pdf", page(A4, &letter(), "", &[]));
    office.certify("--on-last-page").demand(0);
    office.finish("NguoiChungThuc");
    for id in ["text.typeface", "text.embedded", "text.unicode", "text.size", "signer.title", "signer.name"] {
        office.demand_row(id, "pass");
    }
    for id in ["heading.type", "page.margins", "page.numbers"] {
        office.demand_row(id, "not-applicable");
    }
    // On a page of the agency's own, as without the result's metadata and revisions, all is.
    office.0.write("giay.pdf", page(A4, &(letter() + "BT /F 11 Tf 40 300 Td (LOI CHUNG) Tj ET"), "", &[]));
    office.0.run(&format!("sign giay.pdf -o ky.pdf --force --page 1 --rect 300,100,200,100 {LEADER}")).demand(0);
    office.0.run(&format!("seal ky.pdf -o dong.pdf --force --image dau.png --image-width-mm 36 {SEAL}")).demand(0);
    office.demand_row("text.typeface", "fail");
    office.demand_row("text.size", "fail");
}

#[test]
fn fields_of_the_paper_are_told_and_ours_give_way() {
    let office = Office::new();
    office.0.write(
        "giay.pdf",
        page(
            &format!("{A4} /Annots [5 0 R]"),
            &letter(),
            "/AcroForm << /Fields [5 0 R] >>",
            &[b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Ben A) /Rect [320 60 540 160] /F 4 /P 3 0 R >>"],
        ),
    );
    office.certify("").demand(0).told("có sẵn ô chữ ký").told("Ben A");
    office.finish("NguoiChungThuc");
    office.demand_row("signing.fields", "pass");
    assert!(office.row("signing.fields").1.contains("Ben A"));

    // A result that waits for its signatures, taken for a paper: its names are taken.
    office.certify("").demand(0);
    office.0.write("giay.pdf", office.0.read("ket.pdf"));
    office.certify("--result 2").demand(0).told("NguoiChungThuc-2");
    let fields = office.fields("ket.pdf");
    assert!(["NguoiChungThuc-2", "ConDau-2"].iter().all(|name| fields.iter().any(|field| field == name)), "{fields:?}");
    // Whoever signs in the paper's field isn't the leader of this result.
    office.0.run(&format!("sign ket.pdf -o ky.pdf --force --field NguoiChungThuc {LEADER}")).demand(0);
    let seal = format!("seal ky.pdf -o dong.pdf --force --image dau.png --image-width-mm 36 {SEAL}");
    office.0.run(&seal).demand(5).told("NguoiChungThuc-2");
    office.finish("NguoiChungThuc-2");
    for id in ["signing.fields", "signing.order", "seal.overlap"] {
        office.demand_row(id, "pass");
    }
}

#[test]
fn what_is_no_pdf_is_named() {
    let office = Office::new();
    let cases: [(&[u8], &str, &str); 7] = [
        ("<html><body>Phiên đăng nhập hết hạn</body></html>".as_bytes(), "trang web", "log in"),
        (b"PK\x03\x04\x14\0\x06\0\x08\0[Content_Types].xml word/document.xml", "Word", "export it as PDF"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01", "ảnh", "print it to a PDF"),
        (b"PK\x03\x04\x14\0\0\0\x08\0giay.pdf", "giải nén", "unpack it"),
        (b"", "rỗng", "copy it again"),
        ("Kính gửi ủy ban".as_bytes(), "văn bản thường", "plain text"),
        (b"\x01\x02\x03\xff", "không phải PDF", "its beginning is missing"),
    ];
    let key = "--p12 leader.p12 --pass-file pass.txt";
    for (bytes, vietnamese, english) in cases {
        office.0.write("giay.pdf", bytes);
        office.certify("").demand(4).told(vietnamese);
        for command in ["verify", "check", "inspect"] {
            let told = office.0.run(&format!("{command} giay.pdf"));
            assert!(told.code != Some(0), "{command}");
            told.told(vietnamese);
        }
        office.0.run(&format!("sign giay.pdf -o x.pdf {key} --lang en")).demand(4).told(english);
        office.0.run(&format!("copy giay.pdf -o x.pdf --form sao-y --agency Mẫu {key}")).demand(4).told(vietnamese);
    }
    assert_eq!(office.numbers(), 0);
}

/// One rule for whoever certifies, copies and signs.
#[test]
fn what_the_pages_do_not_show_is_told() {
    let office = Office::new();
    let key = "--p12 seal.p12 --pass-file pass.txt";
    let sign = "--p12 leader.p12 --pass-file pass.txt";
    let attached = stream("/Type /EmbeddedFile", b"x");
    let file = b"<< /Type /Filespec /F (bang-diem.xlsx) /UF (bang-diem.xlsx) /EF << /F 5 0 R >> >>".as_slice();
    let names = "/Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> >>";
    let portfolio = format!("{names} /Collection << /Type /Collection /View /D >>");
    let script = "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>";
    // Of each: what a paper that's certified or copied comes to, and what is told; signing always goes on.
    for (catalog, code, refused, told) in [
        (names.to_owned(), 0, "bang-diem.xlsx", "bang-diem.xlsx"),
        (portfolio, 5, "portfolio", "portfolio"),
        (script.to_owned(), 0, "tự chạy", "tự chạy"),
        ("/AcroForm << /Fields [] /XFA [] >>".to_owned(), 5, "XFA", "XFA"),
    ] {
        office.0.write("giay.pdf", page(A4, &letter(), &catalog, &[&attached, file]));
        let numbers = office.numbers();
        office.certify("").demand(code).told(refused);
        if code != 0 {
            assert_eq!(office.numbers(), numbers, "no number is given out");
        }
        let copy = format!("copy giay.pdf -o x.pdf --force --form sao-y --agency Mẫu {key}");
        office.0.run(&copy).demand(code).told(refused);
        office.0.run(&format!("sign giay.pdf -o x.pdf --force {sign}")).demand(0).told(told);
    }
    // A paper that says nothing beyond its pages brings no word.
    office.0.write("giay.pdf", page(A4, &letter(), "", &[]));
    let quiet = office.0.run(&format!("sign giay.pdf -o x.pdf --force {sign}")).demand(0);
    assert!(!quiet.stderr.contains('⚠'), "{}", quiet.stderr);
}

/// What is cut off is told as such, not blamed for its quality.
#[test]
fn a_scan_that_is_cut_off_is_said_to_be() {
    let office = Office::new();
    let whole = scan(0.4);
    let at = whole.windows(5).rposition(|window| window == b"xref\n").unwrap();
    let cut = whole[..at].to_vec();
    office.0.write("giay.pdf", cut);
    let key = "--p12 seal.p12 --pass-file pass.txt --agency Mẫu";
    let told = office.0.run(&format!("copy giay.pdf -o x.pdf --form sao-y {key}"));
    assert!(told.code == Some(5) || told.code == Some(4), "{}", told.stderr);
    assert!(!told.stderr.contains("dpi"), "{}", told.stderr);
}

/// A drawing of a CAD program: twenty megabytes of content.
#[test]
fn a_drawing_of_twenty_megabytes_is_taken() {
    let office = Office::new();
    let mut content = letter();
    while content.len() < 20 << 20 {
        content += "100.125 200.250 m 100.375 200.500 l 101.125 201.250 l n\n";
    }
    office.0.write("giay.pdf", page(A4, &content, "", &[]));
    office.certify("").demand(0);
    let key = "--p12 seal.p12 --pass-file pass.txt --agency Mẫu";
    office.0.run(&format!("copy giay.pdf -o x.pdf --form trich-sao --pages 1 --allow-covering {key}")).demand(0);
    office.0.run("verify --trust root.pem x.pdf").demand(0);
}

/// The text of a copy that `sign` makes lies over nothing either.
#[test]
fn a_copys_text_made_by_sign_looks_for_its_place() {
    let office = Office::new();
    let key = "--p12 seal.p12 --pass-file pass.txt --copy sao-y --agency Mẫu";
    office.0.write("giay.pdf", page(A4, "0 g 250 600 340 240 re f", "", &[]));
    office.0.run(&format!("sign giay.pdf -o x.pdf {key}")).demand(5).told("--rect");
    office.0.run(&format!("sign giay.pdf -o x.pdf {key} --page 1 --rect 40,40,200,60")).demand(0);
    office.0.write("giay.pdf", page(A4, "0 g 100 500 300 20 re f", "", &[]));
    office.0.run(&format!("sign giay.pdf -o dong.pdf --force {key}")).demand(0);
    office.demand_row("copy.place", "pass");
    let key = "--p12 seal.p12 --pass-file pass.txt --attachment 12/QĐ-UBND";
    office.0.write("giay.pdf", page(A4, "0 g 250 600 340 240 re f", "", &[]));
    office.0.run(&format!("sign giay.pdf -o x.pdf --force {key}")).demand(5);
}

#[test]
fn an_anchor_is_seen_and_its_hint_belongs_to_it() {
    let office = Office::new();
    let block = |mode: u8| {
        format!(
            "0 g BT /F 13 Tf {mode} Tr 330 500 Td (CHU TICH) Tj ET BT /F 11 Tf 300 484 Td (\\(Ky, ghi ro ho, ten\\)) Tj ET \
             BT /F 13 Tf 320 340 Td (Nguyen Van Mau) Tj ET"
        )
    };
    let sign = |office: &Office| {
        let arguments = format!("sign giay.pdf -o ky.pdf --force {LEADER} --anchor");
        let mut arguments: Vec<&str> = arguments.split_whitespace().collect();
        arguments.push("CHU TICH");
        office.0.run_with(&arguments)
    };
    office.0.write("giay.pdf", page(A4, &block(0), "", &[]));
    let told = sign(&office).demand(0);
    assert!(!told.stderr.contains("dòng"), "{}", told.stderr);
    let json = office.0.run("inspect --format json ky.pdf").demand(0).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    let place: Vec<f64> =
        json["fields"][0]["rectangle"].as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect();
    assert!(place[1] + place[3] <= 484.0 && place[1] > 350.0, "between the hint and the name: {place:?}");
    // The last of several is taken, and that is said; an invisible one is none.
    office.0.write("giay.pdf", page(A4, &(block(0) + " BT /F 13 Tf 330 700 Td (CHU TICH) Tj ET"), "", &[]));
    sign(&office).demand(0).told("2 dòng");
    office.0.write("giay.pdf", page(A4, &block(3), "", &[]));
    sign(&office).demand(64).told("chữ ẩn");
}
