use lopdf::{Dictionary, Object, Stream, dictionary};

use super::*;
use crate::error::Parameter;

/// A PDF with a page a content; `entries` go into each page, `fonts` into its resources.
fn pdf(contents: &[&[u8]], entries: &Dictionary, fonts: impl Fn(&mut lopdf::Document) -> Dictionary) -> Vec<u8> {
    let mut document = lopdf::Document::with_version("1.7");
    let pages = document.new_object_id();
    let fonts = fonts(&mut document);
    let mut form = |content: &[u8]| {
        document.add_object(Stream::new(
            dictionary! {
                "Type" => "XObject", "Subtype" => "Form",
                "BBox" => vec![0.into(), 0.into(), 200.into(), 200.into()],
                "Matrix" => vec![1.into(), 0.into(), 0.into(), 1.into(), 100.into(), 50.into()],
            },
            content.to_vec(),
        ))
    };
    let plain = form(b"BT /T 10 Tf 10 20 Td (in a form) Tj ET");
    let objects = dictionary! { "Form" => plain, "Loop" => form(b"/Loop Do") };
    let resources = document.add_object(dictionary! { "Font" => fonts, "XObject" => objects });
    let kids: Vec<Object> = contents
        .iter()
        .map(|content| {
            let content = document.add_object(Stream::new(Dictionary::new(), content.to_vec()));
            let mut page = dictionary! {
                "Type" => "Page", "Parent" => pages, "Contents" => content,
                "MediaBox" => vec![0.into(), 0.into(), 600.into(), 800.into()],
            };
            page.extend(entries);
            document.add_object(page).into()
        })
        .collect();
    let count = i64::try_from(kids.len()).unwrap();
    document.objects.insert(
        pages,
        dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count, "Resources" => resources }.into(),
    );
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn times(_: &mut lopdf::Document) -> Dictionary {
    dictionary! { "T" => dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Times-Roman", "Encoding" => "WinAnsiEncoding",
    } }
}

fn lines_of(content: &[u8], entries: &Dictionary) -> Vec<TextLine> {
    let bytes = pdf(&[content], entries, times);
    let document = Document::parse(&bytes).unwrap();
    lines(&document, &document.page(1).unwrap()).unwrap()
}

fn texts(content: &[u8]) -> Vec<String> {
    lines_of(content, &Dictionary::new()).into_iter().map(|line| line.text).collect()
}

#[test]
fn two_columns_at_one_height_are_two_lines() {
    let content = b"BT /T 13 Tf 80 700 Td (NGUOI TIEP NHAN) Tj 260 0 Td (CHU TICH) Tj -260 -20 Td (ky ten) Tj ET";
    assert_eq!(texts(content), ["NGUOI TIEP NHAN", "CHU TICH", "ky ten"]);
}

#[test]
fn boxes_are_where_the_letters_are() {
    let lines = lines_of(b"BT /T 10 Tf 100 500 Td (Hamburgefonstiv) Tj ET", &Dictionary::new());
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(line.baseline, 500.0);
    assert_eq!(line.rectangle.x, 100.0);
    assert!((line.rectangle.width - 69.99).abs() < 0.1, "{line:?}");
    assert!(line.rectangle.y < 500.0 && line.rectangle.top() > 508.0 && line.rectangle.height < 12.0);
}

#[test]
fn every_way_to_show_and_to_move() {
    assert_eq!(
        texts(
            b"BT /T 10 Tf 14 TL 1 0 0 1 50 700 Tm (one) Tj T* (two) Tj (three) ' 2 1 (a b) \" \
              0 -30 TD [(wor) 20 (d) -400 (apart) -20000 (far)] TJ ET \
              q 2 0 0 2 0 0 cm BT /T 10 Tf 30 50 Td (twice) Tj ET Q BT /T 10 Tf 50 60 Td (under) Tj ET"
        ),
        ["one", "two", "three", "a b", "word apart", "far", "twice", "under"]
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    );
}

#[test]
fn turned_pages_are_read_as_seen() {
    // The text runs up the paper; the page is turned a quarter clockwise.
    let entries = dictionary! { "Rotate" => 90, "CropBox" => vec![50.into(), 100.into(), 550.into(), 700.into()] };
    let content = b"BT /T 10 Tf 0 1 -1 0 500 200 Tm (CHU TICH) Tj 0 1 -1 0 530 200 Tm (TM. UBND) Tj ET \
                    BT /T 10 Tf 1 0 0 1 300 300 Tm (lies on its side) Tj ET";
    let lines = lines_of(content, &entries);
    assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["CHU TICH", "TM. UBND"]);
    assert_eq!((lines[0].rectangle.x, lines[0].baseline), (100.0, 50.0));
    assert_eq!(lines[1].baseline, 20.0);
}

#[test]
fn forms_are_read_in_place_and_not_for_ever() {
    let bytes = pdf(&[b"q 2 0 0 2 5 5 cm /Form Do Q", b"/Loop Do"], &Dictionary::new(), times);
    let document = Document::parse(&bytes).unwrap();
    let lines_of = |page| lines(&document, &document.page(page).unwrap());
    let line = lines_of(1).unwrap().remove(0);
    assert_eq!((line.text.as_str(), line.rectangle.x, line.baseline), ("in a form", 225.0, 145.0));
    assert!(matches!(lines_of(2), Err(Error::Budget { budget: "forms within forms", .. })));
}

#[test]
fn decomposed_letters_are_composed() {
    // Byte 1 is a mark of its own: U+0301 by /ToUnicode.
    let bytes = pdf(&[b"BT /M 14 Tf 300 280 Td (PHO\x01) Tj ET"], &Dictionary::new(), |document| {
        let cmap = b"2 beginbfchar <01> <0301> <50> <0050> endbfchar".to_vec();
        let cmap = document.add_object(Stream::new(Dictionary::new(), cmap));
        dictionary! { "M" => dictionary! {
            "Type" => "Font", "Subtype" => "TrueType", "BaseFont" => "Marked", "ToUnicode" => cmap,
            "FirstChar" => 1, "Widths" => vec![Object::from(0); 1].into_iter()
                .chain(std::iter::repeat_n(Object::from(600), 100)).collect::<Vec<_>>(),
        } }
    });
    let document = Document::parse(&bytes).unwrap();
    assert_eq!(lines(&document, &document.page(1).unwrap()).unwrap()[0].text, "PHÓ");
}

#[test]
fn differences_name_glyphs() {
    let bytes = pdf(&[b"BT /D 12 Tf 100 100 Td (ABC) Tj ET"], &Dictionary::new(), |_| {
        let differences: Vec<Object> =
            vec![65.into(), "Dcroat".into(), "uni1EA4".into(), "notaglyph".into(), "x".into()];
        dictionary! { "D" => dictionary! {
            "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier",
            "Encoding" => dictionary! { "Type" => "Encoding", "Differences" => differences },
        } }
    });
    let document = Document::parse(&bytes).unwrap();
    assert_eq!(lines(&document, &document.page(1).unwrap()).unwrap()[0].text, "\u{110}\u{1ea4}");
}

#[test]
fn the_last_anchor_in_the_document_counts() {
    let bytes = pdf(
        &[
            b"BT /T 13 Tf 300 700 Td (CHU  TICH) Tj 0 -90 Td (Tran Van A) Tj ET",
            b"BT /T 13 Tf 300 700 Td (CHU TICH) Tj -250 -20 Td (left) Tj 240 -80 Td (Nguyen Van B) Tj 0 -20 Td (x) Tj ET",
            b"",
        ],
        &Dictionary::new(),
        times,
    );
    let document = Document::parse(&bytes).unwrap();
    let anchor = find_anchor(&document, " CHU TICH ").unwrap();
    assert_eq!(anchor.page, 2);
    assert_eq!(anchor.line.x, 300.0);
    let below = anchor.next_below.unwrap();
    assert_eq!(below.x, 290.0, "the line on the left doesn't lie under it");

    let error = find_anchor(&document, "GIAM DOC").unwrap_err();
    let anchor = "GIAM DOC".to_owned();
    let reason = Reason::NoAnchor { anchor, pages: 3, without_text: 1, unreadable: None };
    assert_eq!(error, Error::parameters(Parameter::Anchor, reason));
    assert!(find_anchor(&document, " ").is_err());
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    #[test]
    fn no_content_panics(noise in proptest::collection::vec((0_usize..400, proptest::prelude::any::<u8>()), 0..12)) {
        let mut content = b"q 1 0 0 1 5 5 cm BT /T 10 Tf 14 TL 1 0 0 1 50 700 Tm (one\\051) Tj T* <74776F> Tj (three) ' 2 1 (a b) \" \
            0 -30 TD [(wor) 20 (d) -400 (apart)] TJ ET Q /Form Do BI /W 2 /H 1 /BPC 8 /CS /G ID xx EI << /A [1 2] >> gs".to_vec();
        for (at, byte) in noise {
            let at = at % content.len();
            content[at] = byte;
        }
        let bytes = pdf(&[&content], &Dictionary::new(), times);
        let document = Document::parse(&bytes).unwrap();
        let _ = lines(&document, &document.page(1).unwrap());
        crate::content::encoding::ToUnicode::parse(&content);
    }
}
