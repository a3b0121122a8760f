//! Any request to the end: its statement prepared behind a document or alone, signed, sealed, verified, checked. Where
//! signature and seal lie is measured on rendered pixels.

use std::sync::LazyLock;

use kyso::{Document, Error, Rectangle};
use kyso_certification::agency::Agency;
use kyso_certification::catalogue::Catalogue;
use kyso_certification::code::LookupCode;
use kyso_certification::embedded_metadata::EmbeddedMetadata;
use kyso_certification::form::{Expectations, Rule, Status};
use kyso_certification::room::Ground;
use kyso_certification::sample::{self, Size};
use kyso_certification::stamp::QrMatch;
use kyso_certification::{Preparation, PreparedResult};
use kyso_pdf::geometry::POINTS_PER_MM;
use kyso_tests::appended::{complaints, text};
use kyso_tests::desk::{self, Case};
use kyso_tests::scans::Scan;
use kyso_tests::{keys, papers};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::layout_check::{check, demand_layout, demand_right, demand_valid};

const AGENCY: &str = r#"
name = "ỦY BAN NHÂN DÂN XÃ BÌNH MINH"
identifier = "H61.12"
office = "Trung tâm Phục vụ hành chính công xã Bình Minh, tỉnh Mẫu"
locality = "Bình Minh"
lookup = "https://tracuu.binhminh.example"
"#;

/// As coarse as one may be, for the sake of time.
static SCAN: LazyLock<Vec<u8>> = LazyLock::new(|| Scan { dpi: 200.0, ..Scan::GOOD }.pdf());

/// What stands before the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Paper,
    Book,
    Scan,
}

impl Before {
    fn pdf(self) -> Option<Vec<u8>> {
        match self {
            Self::Nothing => None,
            Self::Paper => Some(desk::paper()),
            Self::Book => Some(papers::register_book(40).pdf),
            Self::Scan => Some(SCAN.clone()),
        }
    }
}

/// A prepared result, as a whole file.
fn prepared(
    catalogue: &Catalogue,
    template: &str,
    size: Size,
    before: Option<&[u8]>,
    seal_mm: f64,
    room: Option<Rectangle>,
) -> Result<(Vec<u8>, PreparedResult, Expectations), Error> {
    let template = catalogue.template_by_id(template).unwrap();
    let mut request = sample::request(template, catalogue, size);
    request.certifier.name = "Nguyễn Văn Mẫu".into();
    let number = sample::number(&request, catalogue);
    let agency = Agency { seal_width_mm: Some(seal_mm), ..Agency::from_toml("agency.toml", AGENCY).unwrap() };
    let code = LookupCode::from_random(*b"sample bits!");
    let document = before.map(|bytes| Document::parse(bytes).unwrap());
    // Blank to 5 mm around the room, which a statement keeps from everything.
    let around = |room: Rectangle| {
        let (low, high) = ((room.x - 5.0 * POINTS_PER_MM, room.y - 5.0 * POINTS_PER_MM), 5.0 * POINTS_PER_MM);
        let size = document.as_ref().map_or((595.276, 841.89), |document| document.page(1).unwrap().size());
        Ground::only(&Rectangle::around(low, (room.right() + high, room.top() + high)), size)
    };
    let ground = room.map(around);
    let mut preparation = Preparation::new(template, &request, &catalogue.kinds, &number, &agency, *keys::NOW);
    preparation.code = Some(&code);
    preparation.room = ground.as_ref();
    (preparation.sample, preparation.allow_draft) = (true, true);
    let prepared = kyso_certification::prepare(document.as_ref(), &preparation)?;
    let file = [before.unwrap_or_default(), &prepared.tail].concat();
    let expected = Expectations::default().number(number).seal_width_mm(seal_mm);
    Ok((file, prepared, expected))
}

/// Signed, sealed, and right in every respect.
fn demand_finished(what: &str, case: &Case, file: &[u8], result: &PreparedResult, expected: &Expectations) {
    let file = &case.signed_by_others(file);
    let signed = case.signed(file);
    let sealed = case.sealed(&signed);
    demand_layout(case, file, &signed, &sealed);
    demand_valid(case, &sealed);
    let report = check(&sealed, expected);
    demand_right(what, &report);
    assert_eq!(report.row(Rule::NumberMatches).unwrap().status, Status::Pass, "{what}");
    let qr = result.qr.as_ref().unwrap();
    let found = QrMatch::of(&Document::parse(&sealed).unwrap(), &qr.payload);
    assert!(matches!(found, QrMatch::SameDocument { .. }), "{what}: its code is its own");
}

fn every_template(size: Size) {
    let catalogue = Catalogue::embedded().unwrap();
    let mut runner = TestRunner::default();
    let befores = prop::sample::select(vec![Before::Nothing, Before::Paper, Before::Book, Before::Scan]);
    let any = (25.0..60.0_f64, 0.18..0.42_f64, 28.0..45.0_f64, befores);
    for template in &catalogue.templates {
        let (signature_mm, aspect, seal_mm, before) = any.new_tree(&mut runner).unwrap().current();
        let what = format!("{} {size:?} behind {before:?}", template.id);
        let case = Case { signature_mm, aspect, seal_mm, ..Case::default() };
        let document = before.pdf();
        let made = prepared(&catalogue, &template.id, size, document.as_deref(), seal_mm, None);
        let (file, result, expected) = made.unwrap_or_else(|error| panic!("{what} {case:?}: {error}"));
        assert!(file.starts_with(&document.unwrap_or_default()), "{what}");
        demand_finished(&what, &case, &file, &result, &expected);
    }
}

#[test]
fn every_short_request_comes_to_its_end() {
    every_template(Size::Short);
}

#[test]
fn every_long_request_comes_to_its_end() {
    every_template(Size::Long);
}

fn mm(x: f64, y: f64, width: f64, height: f64) -> Rectangle {
    let [x, y, width, height] = [x, y, width, height].map(|mm| mm * POINTS_PER_MM);
    Rectangle { x, y, width, height }
}

#[test]
fn a_statement_stands_in_the_room_of_the_last_page() {
    let catalogue = Catalogue::embedded().unwrap();
    let scan = &*SCAN;
    let case = Case::default();
    for (template, room) in [
        ("bs", mm(22.0, 15.0, 178.0, 100.0)),
        ("bsdt", mm(22.0, 15.0, 178.0, 125.0)),
        ("ck-mot-nguoi", mm(22.0, 15.0, 178.0, 200.0)),
        ("ck-mot-nguoi-mot-cua", mm(22.0, 12.0, 178.0, 230.0)),
    ] {
        let made = prepared(&catalogue, template, Size::Short, Some(scan), case.seal_mm, Some(room));
        let (file, result, expected) = made.unwrap_or_else(|error| panic!("{template}: {error}"));
        let document = Document::parse(&file).unwrap();
        assert_eq!(document.page_count().unwrap(), 1);
        assert_eq!(complaints(&file, ""), "", "{template}");
        assert!(text(&file, "").contains("Bản MẪU"), "{template}");
        let inside = |what: &str, one: Rectangle| {
            let is = one.x >= room.x - 0.1
                && one.y >= room.y - 0.1
                && one.right() <= room.right()
                && one.top() <= room.top();
            assert!(is, "{template}: {what} {one:?} in {room:?}");
        };
        result.fields.iter().for_each(|field| inside(&field.name, field.rectangle));
        let place = result.qr.as_ref().unwrap().place;
        let qr = place.rectangle;
        inside("the code", qr);
        assert_eq!(place.page, 1);
        for field in &result.fields {
            let field = field.rectangle;
            let apart = qr.right() <= field.x || field.right() <= qr.x || qr.top() <= field.y || field.top() <= qr.y;
            assert!(apart, "{template}: the code {qr:?} stands in {field:?}");
        }
        demand_finished(template, &case, &file, &result, &expected);
        if let Ok(folder) = std::env::var("KYSO_LOOK") {
            std::fs::write(
                format!("{folder}/{template}.pdf"),
                case.sealed(&case.signed(&case.signed_by_others(&file))),
            )
            .unwrap();
        }
    }
}

#[test]
fn a_room_that_is_too_small_is_refused_in_millimetres() {
    let catalogue = Catalogue::embedded().unwrap();
    let paper = desk::paper();
    let refused = |size, before: Option<&[u8]>, room| {
        prepared(&catalogue, "bs", size, before, 36.0, Some(room)).unwrap_err().to_string()
    };
    let low = refused(Size::Short, Some(&paper), mm(22.0, 15.0, 178.0, 40.0));
    assert!(low.contains("178 × 40 mm") && low.contains("162 × "), "{low}");
    let narrow = refused(Size::Short, Some(&paper), mm(22.0, 15.0, 100.0, 200.0));
    assert!(narrow.contains("100 × 200 mm"), "{narrow}");
    let none = refused(Size::Short, Some(&paper), mm(22.0, 15.0, 178.0, 0.0));
    assert!(none.contains("178 × 0 mm"), "{none}");
    let alone = refused(Size::Short, None, mm(22.0, 15.0, 178.0, 200.0));
    assert!(alone.contains("no document"), "{alone}");
    let long = prepared(&catalogue, "gd", Size::Long, Some(&paper), 36.0, Some(mm(0.0, 0.0, 210.0, 297.0)));
    assert!(long.unwrap_err().to_string().contains("pages"));
    // Nothing but a room on the page is a room.
    assert!(prepared(&catalogue, "bs", Size::Short, Some(&paper), 36.0, Some(mm(22.0, 302.0, 178.0, 200.0))).is_err());
}

#[test]
fn what_a_statement_says_of_itself_goes_with_its_page() {
    let description = papers::description("Lời chứng");
    let paper = papers::letter("Một lời chứng.");
    let document = desk::paper();
    let tail = kyso::append(&Document::parse(&document).unwrap(), &Document::parse(&paper.pdf).unwrap()).unwrap();
    let file = [document.as_slice(), &tail.bytes].concat();
    let appended = Document::parse(&file).unwrap();
    let embedded = EmbeddedMetadata::of(&appended).unwrap();
    assert_eq!(embedded.len(), 1);
    assert_eq!((embedded[0].page, &embedded[0].properties), (Some(2), &description.properties));
    assert_eq!(EmbeddedMetadata::of(&Document::parse(&paper.pdf).unwrap()).unwrap()[0].page, None);
    // The file's own claim stays its own, and no page makes one.
    let claims = file.windows(18).filter(|window| window == b"<pdfaid:part>2</pd").count();
    assert_eq!(claims, 1);
    assert_eq!(complaints(&file, ""), "");
}
