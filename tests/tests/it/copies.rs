//! Electronic copies: scans that are good enough, and extracts that hold these pages and nothing else.

use kyso::error::Parameter;
use kyso::{Code, Document, Error, Indication, Role};
use kyso_certification::scan::{Examined, Weight, examine};
use kyso_certification::text::{FormOfCopy, copy_lines};
use kyso_pdf::SignatureField;
use kyso_pdf::extract::Extract;
use kyso_pdf::scan::Origin;
use kyso_tests::appended::{complaints, is_read_by_poppler, statement, tagged, text};
use kyso_tests::picture::Picture;
use kyso_tests::scans::Scan;
use kyso_tests::seen::changes;
use kyso_tests::shapes::writer::{Layout, Objects, append, stream, write};
use kyso_tests::shapes::{self, USER};
use kyso_tests::{golden, keys, signing};

const DPI: u32 = 50;

fn examined(bytes: &[u8]) -> Examined {
    examine(&Document::parse(bytes).unwrap()).unwrap()
}

fn extracted(bytes: &[u8], pages: &[usize]) -> Extract {
    kyso_certification::extract(&Document::parse(bytes).unwrap(), pages).unwrap()
}

fn losses(extract: &Extract) -> Vec<&'static str> {
    extract.losses.iter().map(|loss| Code::from(loss.what).name()).collect()
}

#[test]
fn scans_are_measured() {
    let good = Scan::GOOD;
    let rotated = Scan { page: "/Rotate 90", ..good };
    let icc = Scan { colours: "/ColorSpace [/ICCBased 7 0 R] /BitsPerComponent 8", ..good };
    let indexed = Scan { colours: "/ColorSpace [/Indexed /DeviceRGB 255 <00>] /BitsPerComponent 8", bits: 8, ..good };
    let hidden = Scan { around: ("", "BT 3 Tr /F 9 Tf 50 50 Td (hidden) Tj ET"), ..good };
    for scan in [good, rotated, icc, indexed, hidden, Scan { version: "1.4", ..good }] {
        let found = examined(&scan.pdf());
        assert_eq!(found.origin(), Origin::Scanned, "{scan:?}");
        assert!(found.misses.is_empty(), "{scan:?}: {:?}", found.misses);
        assert!((found.pages[0].dpi.unwrap() - 300.0).abs() < 0.5, "{:?}", found.pages);
    }
    for (scan, code, weight, measured) in [
        (Scan { dpi: 150.0, ..good }, "scan.resolution", Weight::Error, "150 dpi"),
        (Scan { dpi: 200.0, ..good }, "scan.resolution-for-archives", Weight::Warning, "200 dpi"),
        (
            Scan { colours: "/ColorSpace /DeviceGray /BitsPerComponent 8", bits: 8, ..good },
            "scan.colour",
            Weight::Error,
            "DeviceGray",
        ),
        (
            Scan { colours: "/ColorSpace [/ICCBased 8 0 R] /BitsPerComponent 8", bits: 8, ..good },
            "scan.colour",
            Weight::Error,
            "DeviceGray",
        ),
        (
            Scan { colours: "/ColorSpace /DeviceGray /BitsPerComponent 1", bits: 1, ..good },
            "scan.colour",
            Weight::Error,
            "1 bit",
        ),
        (
            Scan { colours: "/ImageMask true /BitsPerComponent 1", bits: 1, ..good },
            "scan.colour",
            Weight::Error,
            "1 bit",
        ),
        (Scan { mm: (215.9, 279.4), ..good }, "scan.page-size", Weight::Error, "216 × 279 mm"),
        (Scan { mm: (148.0, 210.0), ..good }, "scan.page-size", Weight::Warning, "148 × 210 mm"),
        (Scan { version: "1.3", ..good }, "scan.pdf-version", Weight::Error, "PDF 1.3"),
    ] {
        let found = examined(&scan.pdf());
        assert_eq!(found.misses.len(), 1, "{scan:?}: {:?}", found.misses);
        let miss = &found.misses[0];
        assert_eq!((miss.code.name(), miss.weight), (code, weight), "{scan:?}");
        assert!(miss.measured.starts_with(&measured[..3]), "{scan:?}: {}", miss.measured);
        assert_eq!(found.is_good_enough(), weight == Weight::Warning, "{scan:?}");
    }
}

#[test]
fn what_a_program_made_is_no_scan() {
    for bytes in [statement(2), tagged("text", "Nums"), shapes::plain()] {
        let found = examined(&bytes);
        assert_eq!(found.origin(), Origin::BornDigital);
        assert!(found.misses.is_empty() && found.is_good_enough());
    }
    // A scan with a statement behind it is a scan still.
    let scan = Scan::GOOD.pdf();
    let document = Document::parse(&scan).unwrap();
    let tail = kyso::append(&document, &Document::parse(&statement(1)).unwrap()).unwrap();
    let found = examined(&[scan.as_slice(), &tail.bytes].concat());
    let origins: Vec<Origin> = found.pages.iter().map(|page| page.origin).collect();
    assert_eq!(origins, [Origin::Scanned, Origin::BornDigital]);
}

/// An extract is clean, whatever it was taken from, and its pages are what they were.
fn judge(before: &[u8], password: &str, pages: &[usize], extract: &Extract, name: &str) {
    let pdf = &extract.pdf;
    let complaints = complaints(pdf, "");
    assert!(complaints.is_empty(), "{name}: {complaints}");
    let document = Document::parse(pdf).unwrap();
    assert!(!document.is_encrypted() && document.recovered().is_none(), "{name}");
    assert_eq!(document.page_count().unwrap(), pages.len(), "{name}");
    if password.is_empty() && !is_read_by_poppler(before) {
        return;
    }
    let texts: Vec<String> = text(before, password).split_inclusive('\u{c}').map(str::to_owned).collect();
    let expected: String = pages.iter().map(|page| texts[page - 1].as_str()).collect();
    assert_eq!(text(pdf, ""), expected, "{name}");
    for (number, page) in (1..).zip(pages) {
        let pictures = [Picture::of_opened(before, *page, DPI, password), Picture::of(pdf, number, DPI)];
        assert!(pictures[0] == pictures[1], "{name}: page {page} looks different");
    }
}

#[test]
fn every_shape_is_extracted_from() {
    for shape in shapes::all() {
        let document = Document::parse(&shape.bytes).unwrap();
        let pages: Vec<usize> = (1..=document.page_count().unwrap()).rev().collect();
        let extract = kyso_certification::extract(&document, &pages);
        // A value that viewers draw by themselves.
        if shape.name == "acroform-text-field" {
            assert!(matches!(extract, Err(Error::Refused { rule: Code::PageLosesAnnotation, .. })), "{extract:?}");
            continue;
        }
        let extract = extract.unwrap_or_else(|error| panic!("{}: {error}", shape.name));
        judge(&shape.bytes, "", &pages, &extract, shape.name);
    }
    let paper = statement(4);
    for pages in [&[1][..], &[4, 2], &[3, 1, 2]] {
        judge(&paper, "", pages, &extracted(&paper, pages), "statement");
    }
    let scan = Scan::GOOD.pdf();
    judge(&scan, "", &[1], &extracted(&scan, &[1]), "scan");
}

#[test]
fn encrypted_documents_are_extracted_from() {
    for file in shapes::encrypted(USER) {
        let document = Document::parse_with_password(&file.bytes, Some(USER)).unwrap();
        judge(&file.bytes, USER, &[1], &kyso_certification::extract(&document, &[1]).unwrap(), &file.name);
    }
    let bytes = shapes::encrypt(&shapes::plain(), ["", "author"], &["256", "--extract=n"], "disable");
    let refused = kyso_certification::extract(&Document::parse(&bytes).unwrap(), &[1]).unwrap_err();
    assert!(matches!(refused, Error::Refused { rule: Code::DocumentPermissions, .. }), "{refused}");
    kyso_certification::extract(&Document::parse_with_password(&bytes, Some("author")).unwrap(), &[1]).unwrap();
}

#[test]
fn nothing_of_other_pages_is_in_an_extract() {
    let mut objects: Objects = [
        (
            1,
            "<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(s) 20 0 R] >> >> /Outlines 21 0 R \
             /OpenAction [4 0 R /Fit] /PageLabels << /Nums [0 << /P (SECRET) >>] >> >>",
        ),
        (
            2,
            "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /Resources << /XObject << /A 7 0 R /B 8 0 R >> \
             /Font << /F 9 0 R /G 10 0 R >> >> /MediaBox [0 0 595 842] >>",
        ),
        (3, "<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Annots [11 0 R 12 0 R 13 0 R 14 0 R] /PieceInfo << /X 20 0 R >> >>"),
        (4, "<< /Type /Page /Parent 2 0 R /Contents 6 0 R >>"),
        (9, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"),
        (10, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Name /SECRET >>"),
        (11, "<< /Type /Annot /Subtype /Link /Rect [9 9 99 99] /Dest [4 0 R /Fit] >>"),
        (12, "<< /Type /Annot /Subtype /Link /Rect [9 9 99 99] /A << /S /URI /URI (https://example.vn) >> /P 3 0 R >>"),
        (13, "<< /Type /Annot /Subtype /Watermark /Rect [9 9 29 29] /Contents (a note) /IRT 11 0 R >>"),
        (14, "<< /Type /Annot /Subtype /Stamp /Rect [300 300 400 350] /AP << /N 15 0 R >> /Popup 16 0 R >>"),
        (16, "<< /Type /Annot /Subtype /Popup /Rect [9 9 29 29] /Parent 14 0 R /Contents (SECRET) >>"),
        (20, "<< /Type /Filespec /F (SECRET) >>"),
        (21, "<< /Type /Outlines /First 22 0 R /Last 22 0 R >>"),
        (22, "<< /Title (SECRET) /Parent 21 0 R /Dest [4 0 R /Fit] >>"),
    ]
    .map(|(number, body): (u32, &str)| (number, body.as_bytes().to_vec()))
    .into();
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 100 50]";
    objects.insert(5, stream("", b"q BT /F 12 Tf 99 700 Td (the first page) Tj ET /A Do"));
    objects.insert(6, stream("", b"BT /G 12 Tf 99 700 Td (SECRET) Tj ET /B Do"));
    objects.insert(7, stream(form, b"0 0 1 rg 0 0 50 50 re f"));
    objects.insert(8, stream(form, b"% SECRET"));
    objects.insert(15, stream("/BBox [0 0 10 10] /Matrix [0 1 -1 0 0 0]", b"1 0 0 rg 0 0 10 5 re f"));
    let bytes = write(&objects, &Layout::default());
    let extract = extracted(&bytes, &[1]);
    let mut whole = extract.clone();
    whole.losses.clear();
    judge(&bytes, "", &[1], &whole, "secrets");
    let plain = shapes::qpdf(&extract.pdf, &["--qdf", "--object-streams=disable"]);
    assert!(!plain.windows(6).any(|window| window == b"SECRET"), "{}", String::from_utf8_lossy(&plain));
    assert_eq!(losses(&extract), ["extract.annotation", "extract.link"]);
    let links = Document::parse(&extract.pdf).unwrap().page(1).unwrap();
    assert_eq!(links.dictionary.get(b"Annots").unwrap().as_array().unwrap().len(), 1);
    let back = extracted(&bytes, &[2]);
    assert!(text(&back.pdf, "").contains("SECRET") && back.losses.is_empty());
}

/// What a page draws: its name, its content, further objects by number.
type Way<'w> = (&'w str, &'w str, &'w [(u32, Vec<u8>)]);

/// Content that lacks a name in its own resources has it from the page: in whatever the page shows.
#[test]
fn nothing_that_a_page_shows_is_gone_from_an_extract() {
    let form = |entries: &str, content: &str| {
        stream(&format!("/Type /XObject /Subtype /Form /BBox [0 0 595 842] {entries}"), content.as_bytes())
    };
    let stamp = "<< /Type /Annot /Subtype /Stamp /Rect [100 400 300 500] /F 4 /AP << /N 7 0 R >> >>";
    let pattern = "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9 /Resources << >>";
    let font = "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97 \
                /Widths [9] /Encoding << /Differences [97 /a] >> /CharProcs << /a 8 0 R >> >>";
    let own = |entries: &str| format!("/Resources << {entries} >>");
    let ways: [Way<'_>; 11] = [
        ("a form without resources", "/A Do", &[(7, form("", "/B Do"))]),
        ("a form with empty resources", "/A Do", &[(7, form(&own(""), "/B Do"))]),
        ("a form whose resources are null", "/A Do", &[(7, form("/Resources null", "/B Do"))]),
        ("a form that has the name, but null", "/A Do", &[(7, form(&own("/XObject << /B null >>"), "/B Do"))]),
        ("a form that has the name in another category", "/A Do", &[(7, form(&own("/Font << /B 9 0 R >>"), "/B Do"))]),
        (
            "a form within a form",
            "/A Do",
            &[(7, form(&own("/XObject << /C 8 0 R >>"), "/C Do")), (8, form("", "/B Do"))],
        ),
        ("an appearance without resources", "", &[(6, stamp.into()), (7, form("", "/B Do"))]),
        ("an appearance with empty resources", "", &[(6, stamp.into()), (7, form(&own(""), "/B Do"))]),
        ("a pattern", "/Pattern cs /P scn 9 9 99 99 re f", &[(7, stream(pattern, b"/B Do"))]),
        ("a font of content", "BT /T 9 Tf (a) Tj ET", &[(7, font.into()), (8, stream("", b"9 0 d0 /B Do"))]),
        (
            "a soft mask",
            "/G gs 9 9 99 99 re f",
            &[
                (7, "<< /SMask << /S /Luminosity /G 8 0 R >> >>".into()),
                (8, form("/Group << /S /Transparency >>", "/B Do")),
            ],
        ),
    ];
    for (way, content, changed) in ways {
        let names = "/XObject << /A 7 0 R /B 10 0 R /Z 11 0 R >> /Pattern << /P 7 0 R >> /Font << /T 7 0 R >> \
                     /ExtGState << /G 7 0 R >>";
        let mut objects: Objects = [
            (1, "<< /Type /Catalog /Pages 2 0 R >>".to_owned()),
            (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>".to_owned()),
            (3, format!("<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Annots [6 0 R] {} >>", own(names))),
            (9, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned()),
        ]
        .map(|(number, body)| (number, body.into_bytes()))
        .into();
        objects.insert(5, stream("", content.as_bytes()));
        objects.insert(10, form("", "% SEEN"));
        objects.insert(11, form("", "% SECRET"));
        objects.extend(changed.iter().cloned());
        let plain = shapes::qpdf(&extracted(&write(&objects, &Layout::default()), &[1]).pdf, &["--qdf"]);
        let has = |word: &[u8]| plain.windows(word.len()).any(|window| window == word);
        assert!(has(b"SEEN") && !has(b"SECRET"), "{way}");
    }
}

/// A page with these annotations (objects from 10 on), an appearance of 100 by 50 points (8), one that is turned (9), and
/// these entries of the catalog.
fn annotated(annotations: &[&str], catalog: &str) -> Vec<u8> {
    let list: Vec<String> = (10..).zip(annotations).map(|(number, _)| format!("{number} 0 R")).collect();
    let mut objects: Objects = [
        (1, format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>")),
        (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>".to_owned()),
        (3, format!("<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << >> /Annots [{}] >>", list.join(" "))),
        (6, "<< /Type /OCG /Name (layer) >>".to_owned()),
    ]
    .map(|(number, body)| (number, body.into_bytes()))
    .into();
    objects.insert(5, stream("", b"0.8 g 60 700 400 40 re f"));
    let form = "/Type /XObject /Subtype /Form /Resources << >>";
    objects
        .insert(8, stream(&format!("{form} /BBox [0 0 100 50]"), b"1 0 0 rg 0 0 50 50 re f 0 0 1 rg 50 0 50 25 re f"));
    let turned = format!("{form} /BBox [10 10 60 110] /Matrix [0 2 -2 0 30 40]");
    objects.insert(9, stream(&turned, b"0 0.6 0 rg 10 10 25 100 re f 0 0 0 rg 35 10 25 20 re f"));
    objects.extend(
        (10..).zip(annotations).map(|(number, body)| (number, format!("<< /Type /Annot {body} >>").into_bytes())),
    );
    write(&objects, &Layout::default())
}

/// What a page shows by its annotations is in its extract at the same place, for every renderer; what brings no picture of
/// its own, and viewers draw all the same, isn't lost in silence.
#[test]
fn what_annotations_show_is_in_an_extract_or_it_is_refused() {
    let rect = "/Rect [100 400 300 500] /F 4";
    let look = format!("{rect} /AP << /N 8 0 R >>");
    let layers = |configuration: &str| format!("/OCProperties << /OCGs [6 0 R] /D << {configuration} >> >>");
    let form = |more: &str| format!("/AcroForm << /Fields [10 0 R] /DA (/Helv 12 Tf 0 g) {more} >>");
    let text = "/Subtype /Widget /FT /Tx /T (a)";
    let mut pairs = Vec::new();
    for (name, annotations, catalog) in [
        ("a stamp", vec![format!("/Subtype /Stamp {look}")], String::new()),
        (
            "ink, turned and stretched",
            vec![format!("/Subtype /Ink {rect} /AP << /N 9 0 R >> /InkList [[1 1 9 9]]")],
            String::new(),
        ),
        (
            "a free text, on screen alone",
            vec![format!("/Subtype /FreeText {look}").replace("/F 4", "/F 0")],
            String::new(),
        ),
        (
            "a box over a stamp",
            vec![
                format!("/Subtype /Stamp {look}"),
                "/Subtype /Square /Rect [150 420 400 460] /F 4 /AP << /N 9 0 R >>".to_owned(),
            ],
            String::new(),
        ),
        ("a field's value", vec![format!("{text} /V (x) {look}")], form("")),
        (
            "a box that is ticked",
            vec![format!(
                "/Subtype /Widget /FT /Btn /T (a) /V /Yes /AS /Yes {rect} /AP << /N << /Yes 8 0 R /Off 9 0 R >> >>"
            )],
            form(""),
        ),
        ("in a layer that all show", vec![format!("/Subtype /Stamp {look} /OC 6 0 R")], layers("/ON [6 0 R]")),
        (
            "hidden, and without a look",
            vec![format!("/Subtype /Square {rect} /IC [1 0 0]").replace("/F 4", "/F 2")],
            String::new(),
        ),
        ("in no view", vec![format!("/Subtype /Stamp {look}").replace("/F 4", "/F 32")], String::new()),
        (
            "a note that keeps its size and stays upright, as its page does",
            vec![format!("/Subtype /Text {look}").replace("/F 4", "/F 28")],
            String::new(),
        ),
        (
            "a member of a layer that all show",
            vec![format!("/Subtype /Stamp {look} /OC << /Type /OCMD /OCGs [6 0 R] >>")],
            layers("/ON [6 0 R]"),
        ),
        ("a field that nobody filled in", vec![format!("{text} {rect}")], form("")),
    ] {
        let annotations: Vec<&str> = annotations.iter().map(String::as_str).collect();
        let bytes = annotated(&annotations, &catalog);
        let extract = extracted(&bytes, &[1]);
        assert!(extract.losses.is_empty(), "{name}: {:?}", extract.losses);
        pairs.push((name, bytes, extract.pdf));
    }
    let files: Vec<(&[u8], &[u8])> =
        pairs.iter().map(|(_, before, after)| (before.as_slice(), after.as_slice())).collect();
    for ((name, ..), seen) in pairs.iter().zip(changes(&files)) {
        // What a renderer shows in print may be another thing than it shows on screen: an extract is what the screen shows.
        for (renderer, pages) in seen.iter().filter(|(renderer, _)| !renderer.contains("print")) {
            assert!(pages.is_empty(), "{name}: {renderer} shows another page: {pages:?}");
        }
    }

    // A box that isn't ticked needs no look for that.
    let unticked = format!("/Subtype /Widget /FT /Btn /T (a) /V /Off /AS /Off {rect} /AP << /N << /Yes 8 0 R >> >>");
    assert!(extracted(&annotated(&[&unticked], &form("")), &[1]).losses.is_empty());

    // A link is drawn where it has a look; a border without one isn't lost in silence.
    let web = "/A << /S /URI /URI (https://example.vn) >>";
    for (link, lost) in [
        (format!("{rect} /Dest [3 0 R /Fit] /Border [0 0 0]"), &["extract.link"][..]),
        (format!("{rect} /Dest [3 0 R /Fit] /Border [0 0 2]"), &["extract.annotation"]),
        (format!("{rect} /Dest [3 0 R /Fit] /BS << /W 2 >>"), &["extract.annotation"]),
        (format!("{rect} {web} /BS << /W 2 >>"), &["extract.annotation"]),
        (format!("{rect} {web} /BS << /W 0 >>"), &[]),
        (format!("{rect} {web} /Border [0 0 2]"), &[]),
        (format!("{look} {web} /Border [0 0 2]"), &[]),
        (format!("{look} /Dest [3 0 R /Fit]"), &["extract.link"]),
    ] {
        let extract = extracted(&annotated(&[&format!("/Subtype /Link {link}")], ""), &[1]);
        assert_eq!(losses(&extract), lost, "{link}");
        if link.contains("/AP") {
            let stamp = extracted(&annotated(&[&format!("/Subtype /Stamp {look}")], ""), &[1]);
            assert!(Picture::of(&extract.pdf, 1, DPI) == Picture::of(&stamp.pdf, 1, DPI), "{link}");
        }
    }
    for (name, annotation, catalog) in [
        ("a box", format!("/Subtype /Square {rect} /IC [1 0 0] /C [0 0 1]"), String::new()),
        (
            "a box that isn't printed",
            "/Subtype /Square /Rect [100 400 300 500] /IC [1 0 0] /F 0".to_owned(),
            String::new(),
        ),
        ("ink", format!("/Subtype /Ink {rect} /InkList [[110 410 290 490]] /C [0 0 1] /BS << /W 4 >>"), String::new()),
        ("a free text", format!("/Subtype /FreeText {rect} /DA (/Helv 12 Tf 0 g) /Contents (x)"), String::new()),
        ("a stamp without a look", format!("/Subtype /Stamp {rect} /Name /Approved"), String::new()),
        ("a note", format!("/Subtype /Text {rect} /Contents (x)"), String::new()),
        (
            "a highlight",
            format!("/Subtype /Highlight {rect} /QuadPoints [100 500 300 500 100 400 300 400]"),
            String::new(),
        ),
        ("a field's value that viewers draw", format!("{text} /V (gia tri) {rect}"), form("/NeedAppearances true")),
        ("a field's value without a look", format!("{text} /V (gia tri) {rect}"), form("")),
        ("another value than its look says", format!("{text} /V (gia tri) {look}"), form("/NeedAppearances true")),
        (
            "a button's caption",
            format!("/Subtype /Widget /FT /Btn /Ff 65536 /T (a) /MK << /CA (x) >> {rect}"),
            form(""),
        ),
        (
            "a box in a state without a look",
            format!("/Subtype /Widget /FT /Btn /T (a) /V /On /AS /On {rect} /AP << /N << /Yes 8 0 R >> >>"),
            form(""),
        ),
        ("a box that isn't ticked, where viewers draw boxes", unticked.clone(), form("/NeedAppearances true")),
        (
            "a box that is ticked, where viewers draw boxes",
            unticked.replace("/Off", "/Yes"),
            form("/NeedAppearances true"),
        ),
        ("a list", format!("/Subtype /Widget /FT /Ch /T (a) /Opt [(x) (y)] {rect}"), form("")),
        (
            "a place to sign that has a ground",
            format!("/Subtype /Widget /FT /Sig /T (a) /MK << /BG [1 1 0.8] >> {rect}"),
            form(""),
        ),
        (
            "a place to sign that has a border",
            format!("/Subtype /Widget /FT /Sig /T (a) /MK << /BC [1 0 0] >> {rect}"),
            form(""),
        ),
        (
            "what stays upright, on a turned page",
            format!("/Subtype /Stamp {look}").replace("/F 4", "/F 20"),
            String::new(),
        ),
        (
            "what keeps its size, on a turned page",
            format!("/Subtype /Text {look}").replace("/F 4", "/F 12"),
            String::new(),
        ),
        ("printed alone", format!("/Subtype /Stamp {look}").replace("/F 4", "/F 36"), String::new()),
        (
            "invisible where its kind is unknown",
            format!("/Subtype /Stamp {look}").replace("/F 4", "/F 5"),
            String::new(),
        ),
        ("a member of no layer", format!("/Subtype /Stamp {look} /OC << /Type /OCMD /OCGs [] >>"), layers("")),
        (
            "a member of a membership",
            format!("/Subtype /Stamp {look} /OC << /Type /OCMD /OCGs << /Type /OCMD /OCGs 6 0 R >> >>"),
            layers("/OFF [6 0 R]"),
        ),
        ("in a layer that is off", format!("/Subtype /Stamp {look} /OC 6 0 R"), layers("/OFF [6 0 R]")),
        (
            "in a layer by an expression",
            format!("/Subtype /Stamp {look} /OC << /Type /OCMD /VE [/Not 6 0 R] >>"),
            layers(""),
        ),
        (
            "in a layer that isn't printed",
            format!("/Subtype /Stamp {look} /OC 7 0 R"),
            "/OCProperties << /OCGs [7 0 R] /D << >> >>".to_owned(),
        ),
        (
            "in a layer that another configuration hides",
            format!("/Subtype /Stamp {look} /OC 6 0 R"),
            "/OCProperties << /OCGs [6 0 R] /D << >> /Configs [<< /OFF [6 0 R] >>] >>".to_owned(),
        ),
    ] {
        let mut bytes = annotated(&[&annotation], &catalog);
        if annotation.contains("/OC 7 0 R") {
            let layer = b"<< /Type /OCG /Name (screen) /Usage << /Print << /PrintState /OFF >> >> >>".to_vec();
            bytes = append(&bytes, &Objects::from([(7, layer)]), &Layout::default());
        }
        if name.ends_with("on a turned page") {
            let page = "<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << >> /Rotate 90 /Annots [10 0 R] >>";
            bytes = append(&bytes, &Objects::from([(3, page.into())]), &Layout::default());
        }
        let refused = kyso_certification::extract(&Document::parse(&bytes).unwrap(), &[1]);
        let is_told = matches!(refused, Err(Error::Refused { rule: Code::PageLosesAnnotation, .. }));
        assert!(is_told, "{name}: {:?}", refused.map(|extract| extract.losses));
    }
}

#[test]
fn signatures_are_pictures_in_an_extract() {
    let signed = signing::sign(&shapes::plain(), &signing::leader_parameters(), &keys::signer(&keys::LEADER));
    let sealed = signing::seal(&signed, &signing::seal_parameters(), &keys::signer(&keys::SEAL));
    let extract = extracted(&sealed, &[1]);
    judge(&sealed, "", &[1], &extract, "sealed");
    assert_eq!(losses(&extract), ["extract.signature", "extract.signature"]);
    assert_eq!(extract.losses[0].detail.as_deref(), Some("Seal1"));
    let document = Document::parse(&extract.pdf).unwrap();
    assert!(SignatureField::all(&document).unwrap().is_empty());
    assert!(!extract.pdf.windows(10).any(|window| window == b"/ByteRange"));
}

#[test]
fn extracts_are_signed_by_the_agency_that_copies() {
    let paper = statement(3);
    let extract = extracted(&paper, &[2, 3]);
    let lines =
        copy_lines(FormOfCopy::TrichSao, "Ủy ban nhân dân xã Bình Minh", "2026-03-04T02:05:06Z".parse().unwrap());
    let parameters = signing::parameters(Role::Copy).appearance(kyso_certification::text::set(&lines).unwrap());
    let copy = signing::sign(&extract.pdf, &parameters, &keys::signer(&keys::SEAL));
    let report = kyso::verify(&copy, &signing::policy()).unwrap();
    assert_eq!(report.signatures[0].indication, Indication::TotalPassed, "{:#?}", report.signatures[0]);
    let page = text(&copy, "");
    for line in ["TRÍCH SAO", "Ủy ban nhân dân xã Bình Minh", "04/03/2026 09:05:06 +07:00"] {
        assert!(page.contains(line), "{page}");
    }
    let path = golden::path("pages/extract.png");
    let is = Picture::of_page(&copy, 100);
    if golden::renewing() {
        return is.write(&path);
    }
    assert!(is.difference(&Picture::read(&path)) < 0.002, "see {}", path.display());
}

#[test]
fn pages_that_are_not_there_are_told() {
    let paper = statement(2);
    let document = Document::parse(&paper).unwrap();
    for (pages, reason) in
        [(&[][..], "no page is named"), (&[3][..], "no page 3"), (&[0][..], "no page 0"), (&[1, 1][..], "twice")]
    {
        let error = kyso_certification::extract(&document, pages).unwrap_err();
        assert!(matches!(error, Error::Parameters { name: Parameter::Pages, .. }), "{error}");
        assert!(error.to_string().contains(reason), "{error}");
    }
    let plain = shapes::plain();
    let cut = &plain[..plain.len() - 60];
    let refused = kyso_certification::extract(&Document::parse(cut).unwrap(), &[1]).unwrap_err();
    assert!(matches!(refused, Error::Refused { rule: Code::DocumentCutOff, .. }), "{refused}");
}
