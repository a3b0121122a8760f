//! How files are read that keep to the standard, and files that don't.

use kyso_testpdfs::{Layout, numbered, write};
use lopdf::Object;

use super::document::Document;
use crate::error::{Error, Parameter};
use crate::{Update, Value};

/// A file of these objects, numbered from 1, with a cross-reference table.
fn file(objects: &[&str]) -> Vec<u8> {
    write(&numbered(objects), &Layout::default())
}

const CATALOG: &str = "<</Type/Catalog/Pages 2 0 R>>";
const PAGES: &str = "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 200 100]/Rotate 90>>";
const PAGE: &str = "<</Type/Page/Parent 2 0 R/CropBox[20 10 400 90]>>";

/// A file of one page with nothing on it.
pub(crate) fn blank() -> Vec<u8> {
    plain()
}

fn plain() -> Vec<u8> {
    file(&[CATALOG, PAGES, PAGE])
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let at = memchr::memmem::find(bytes, from.as_bytes()).unwrap();
    [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat()
}

#[test]
fn a_page_inherits_and_is_seen_turned_and_cropped() {
    let bytes = plain();
    let document = Document::parse(&bytes).unwrap();
    let page = document.page(1).unwrap();
    assert_eq!(page.crop_box, crate::geometry::Bounds::new(20.0, 10.0, 200.0, 90.0));
    assert_eq!(page.size(), (80.0, 180.0));
    // Turned clockwise, the lower right corner of the page comes to the lower left.
    assert_eq!(page.point_as_seen(200.0, 10.0), (0.0, 0.0));
    let seen = crate::geometry::Rectangle { x: 5.0, y: 7.0, width: 20.0, height: 30.0 };
    assert_eq!(page.rectangle_as_seen(page.to_user_space(seen)), seen);
    assert!(matches!(document.page(2), Err(Error::Parameters { name: Parameter::Page, .. })));
}

#[test]
fn bytes_before_the_header_shift_all_offsets_or_none() {
    let bytes = plain();
    let shifted = [b"junk\n".as_slice(), &bytes].concat();
    let document = Document::parse(&shifted).unwrap();
    assert_eq!((document.base(), document.recovered(), document.page_count().unwrap()), (5, None, 1));
}

#[test]
fn a_wrong_startxref_is_mended_and_said() {
    let bytes = plain();
    let at = memchr::memmem::find(&bytes, b"xref").unwrap();
    let wrong = replaced(&bytes, &format!("startxref\n{at}"), "startxref\n7");
    let document = Document::parse(&wrong).unwrap();
    assert!(document.recovered().unwrap().contains("startxref is wrong"));
    assert_eq!(document.newest_section_offset(), at as u64);
    assert!(!document.is_cut_off());
}

#[test]
fn a_file_without_any_cross_reference_is_scanned() {
    let bytes = plain();
    let at = memchr::memmem::find(&bytes, b"xref").unwrap();
    let document = Document::parse(&bytes[..at]).unwrap();
    assert!(document.recovered().unwrap().contains("scanning"));
    assert_eq!(document.page_count().unwrap(), 1);
    assert!(document.is_cut_off());
}

#[test]
fn a_file_without_its_end_says_so_wherever_it_was_cut() {
    let whole = plain();
    let at = memchr::memmem::find(&whole, b"%%EOF").unwrap();
    assert!(!Document::parse(&whole).unwrap().lacks_end());
    // All is there but the mark.
    let unmarked = Document::parse(&whole[..at]).unwrap();
    assert_eq!((unmarked.recovered(), unmarked.lacks_end(), unmarked.is_cut_off()), (None, true, false));
    // The end of an earlier revision isn't the file's.
    let update = b"4 0 obj\n(one)\nendobj\nxref\n0 0\ntrailer\n<</Root 1 0 R/Size 5>>\nstartxref\n9";
    let cut = [whole.as_slice(), update].concat();
    let document = Document::parse(&cut).unwrap();
    assert!(document.recovered().is_some() && document.is_cut_off());
}

#[test]
fn what_is_no_pdf_says_so() {
    for bytes in [b"".as_slice(), b"hello", b"%PDF-1.7", b"%PDF-1.7\nstartxref\n0\n%%EOF"] {
        assert!(matches!(Document::parse(bytes), Err(Error::Input { .. })), "{bytes:?}");
    }
}

#[test]
fn chains_and_trees_that_go_in_circles_end() {
    let bytes = plain();
    let at = memchr::memmem::find(&bytes, b"xref").unwrap();
    let looped = replaced(&bytes, "/Size 4", &format!("/Size 4/Prev {at}"));
    // The objects can still be found by scanning, and that is said.
    assert!(Document::parse(&looped).unwrap().recovered().unwrap().contains("circle"));

    let tree = file(&[CATALOG, "<</Type/Pages/Kids[2 0 R]/Count 1>>"]);
    assert!(Document::parse(&tree).unwrap().page_count().is_err());

    let reference = file(&[CATALOG, PAGES, PAGE, "5 0 R", "4 0 R"]);
    let document = Document::parse(&reference).unwrap();
    assert!(document.resolve(&Object::Reference((4, 0))).is_err());
}

#[test]
fn an_object_under_a_foreign_label_is_refused() {
    let bytes = file(&[CATALOG, PAGES, PAGE, "(one)"]);
    let relabelled = replaced(&bytes, "4 0 obj", "9 0 obj");
    let document = Document::parse(&relabelled).unwrap();
    let error = document.object((4, 0)).unwrap_err();
    assert!(error.to_string().contains("leads to object 9 0"), "{error}");
    assert_eq!(document.object((77, 0)).unwrap(), Object::Null);
    assert_eq!(document.object((3, 1)).unwrap(), Object::Null, "of another generation there is none");
}

#[test]
fn rows_of_odd_length_are_read_one_by_one() {
    let bytes = plain();
    let text = String::from_utf8(bytes).unwrap().replace(" n \n", " n\n");
    let text = text.replace("0000000000 65535 f \n", "0000000000 65535 f\n");
    let document = Document::parse(text.as_bytes()).unwrap();
    assert_eq!((document.recovered(), document.page_count().unwrap()), (None, 1));
}

#[test]
fn deep_nesting_and_countless_values_have_a_bound() {
    let deep = file(&[CATALOG, PAGES, PAGE, &"[".repeat(100_000)]);
    assert!(matches!(
        Document::parse(&deep).unwrap().object((4, 0)),
        Err(Error::Budget { budget: "nesting depth", .. })
    ));
    let wide = file(&[CATALOG, PAGES, PAGE, &format!("[{}]", "0 ".repeat(600_000))]);
    assert!(matches!(Document::parse(&wide).unwrap().object((4, 0)), Err(Error::Budget { .. })));
}

#[test]
fn an_update_keeps_every_byte_and_the_style() {
    let bytes = plain();
    let document = Document::parse(&bytes).unwrap();
    let mut update = Update::new(&document);
    let id = update.add(Value::Object(Object::Integer(5)));
    let tail = update.finish().unwrap();
    let whole = [bytes.as_slice(), &tail.bytes].concat();
    let updated = Document::parse(&whole).unwrap();
    assert_eq!((id, updated.object(id).unwrap(), updated.recovered()), ((4, 0), Object::Integer(5), None));
    assert_eq!(updated.revisions().len(), 2);
    assert_eq!(updated.revisions()[0].end, bytes.len() as u64);
    assert!(String::from_utf8_lossy(&tail.bytes).contains("xref\n4 1\n"));
}

#[test]
fn an_update_of_a_file_without_cross_reference_lists_all() {
    let bytes = plain();
    let at = memchr::memmem::find(&bytes, b"xref").unwrap();
    let document = Document::parse(&bytes[..at]).unwrap();
    let tail = Update::new(&document).finish().unwrap();
    let whole = [&bytes[..at], &tail.bytes].concat();
    let mended = Document::parse(&whole).unwrap();
    assert_eq!((mended.recovered(), mended.page_count().unwrap()), (None, 1));
}
