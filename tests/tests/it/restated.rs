//! Updates that list again what the file has: nothing is said twice in two ways by that.

use kyso::validate::Modifications;
use kyso::{Code, Document, Role};
use kyso_pdf::Location;
use kyso_tests::attacks::writer::{Row, Section, Update, last_section};
use kyso_tests::shapes::writer::{Layout, Objects, Xref, stream, write};
use kyso_tests::{keys, signing};

const PAGE: &str = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>";

/// A signed page, with an object whose key stands twice.
fn signed(xref: Xref) -> Vec<u8> {
    let objects = Objects::from([
        (1, b"<< /Type /Catalog /Pages 2 0 R /Twice 5 0 R >>".to_vec()),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
        (3, PAGE.as_bytes().to_vec()),
        (4, stream("", b"0 0 9 9 re f")),
        (5, b"<< /A 1 /A 2 >>".to_vec()),
        (6, b"(alone)".to_vec()),
    ]);
    let file = write(&objects, &Layout { xref, ..Layout::default() });
    signing::sign_unjudged(&file, &signing::parameters(Role::Leader), &keys::signer(&keys::LEADER))
}

/// The update with a row for each object of the file beside its own.
fn restating(update: Update, file: &[u8]) -> Update {
    let document = Document::parse(file).unwrap();
    let mut numbers: Vec<u32> = document.numbers().into_iter().collect();
    numbers.sort_unstable();
    numbers.into_iter().fold(update, |update, number| match document.locate(number) {
        Location::Offset { offset, generation } => update.row(number, Row::At(offset as usize, generation)),
        Location::Compressed { stream, index } => update.row(number, Row::In(stream, index as u16)),
        Location::Free => update,
    })
}

fn found(bytes: &[u8]) -> (Modifications, bool, Vec<&'static str>) {
    let report = kyso::verify(bytes, &signing::policy()).unwrap();
    let first = &report.signatures[0];
    (
        first.modifications,
        first.modifications_allowed,
        first.findings.iter().map(|finding| finding.code.name()).collect(),
    )
}

#[track_caller]
fn assert_nothing_new(bytes: &[u8], what: &str) {
    let (modifications, allowed, codes) = found(bytes);
    assert!(modifications == Modifications::None && allowed, "{what}: {modifications:?} {codes:?}");
}

#[track_caller]
fn assert_ambiguous(bytes: &[u8], what: &str) {
    let (_, allowed, codes) = found(bytes);
    assert!(!allowed && codes.contains(&Code::ModificationsAmbiguous.name()), "{what}: {codes:?}");
}

#[test]
fn old_rows_say_nothing_new() {
    for xref in [Xref::Table, Xref::Stream, Xref::Compressed, Xref::Hybrid] {
        let signed = signed(xref);
        let section = if xref == Xref::Table { Section::Table } else { Section::Stream(90) };
        let all = restating(Update::new().section(section).object(91, "(new)"), &signed).onto(&signed);
        assert_nothing_new(&all, &format!("{xref:?}"));
    }
}

/// An object of an object stream is written anew, and the stream itself, which has the older one, is listed again.
#[test]
fn an_old_object_stream_may_hold_what_is_newer_elsewhere() {
    let signed = signed(Xref::Compressed);
    let document = Document::parse(&signed).unwrap();
    assert!(matches!(document.locate(6), Location::Compressed { .. }));
    let update = restating(Update::new().section(Section::Stream(90)), &signed).object(6, "(alone)");
    assert_nothing_new(&update.onto(&signed), "a member written anew");
}

/// A table behind the file with these lines and this trailer.
fn with_table(file: &[u8], objects: &[u8], lines: &dyn Fn(usize) -> String, trailer: &str) -> Vec<u8> {
    let at = file.len();
    let section = at + objects.len();
    let old = last_section(file);
    let table = format!(
        "xref\n{}trailer\n<< /Size 120 /Root 1 0 R /Prev {old} {trailer} >>\nstartxref\n{section}\n%%EOF\n",
        lines(at)
    );
    [file, objects, table.as_bytes()].concat()
}

fn row(at: usize) -> String {
    format!("{at:010} 00000 n \n")
}

#[test]
fn a_row_twice_is_one_row_and_two_rows_are_two() {
    let signed = signed(Xref::Table);
    let document = Document::parse(&signed).unwrap();
    let Location::Offset { offset, .. } = document.locate(4) else { panic!("content") };
    let old = offset as usize;
    let same = [b"4 0 obj\n", &stream("", b"0 0 9 9 re f")[..], b"\nendobj\n"].concat();
    let other = [b"4 0 obj\n", &stream("", b"1 0 0 rg 0 0 500 500 re f")[..], b"\nendobj\n"].concat();
    let free = "0 1\n0000000000 65535 f \n";
    let twice = |at: usize| format!("{free}4 1\n{}{free}4 1\n{}", row(at), row(at));
    assert_nothing_new(&with_table(&signed, &same, &twice, ""), "the same row twice");
    let old_first = |at: usize| format!("4 1\n{}4 1\n{}", row(old), row(at));
    assert_nothing_new(&with_table(&signed, &same, &old_first, ""), "the signed row, then the new one");
    // Readers differ in which of two rows they take.
    let new_first = |at: usize| format!("4 1\n{}4 1\n{}", row(at), row(old));
    assert_ambiguous(&with_table(&signed, &other, &new_first, ""), "another, then the signed one");
    let free_first = |at: usize| format!("91 1\n0000000000 00000 f \n91 1\n{}", row(at));
    let new = b"91 0 obj\n(new)\nendobj\n";
    assert_ambiguous(&with_table(&signed, new, &free_first, ""), "free, then in use");
}

/// A program takes the older trailer's /XRefStm along.
#[test]
fn an_old_stream_of_a_hybrid_file_says_what_it_said() {
    let signed = signed(Xref::Hybrid);
    let text = String::from_utf8_lossy(&signed).into_owned();
    let at = text.find("/XRefStm ").unwrap() + 9;
    let old = text[at..].split_whitespace().next().unwrap().trim_end_matches('>').to_owned();
    let document = Document::parse(&signed).unwrap();
    assert!(matches!(document.locate(6), Location::Compressed { .. }));
    let object = b"6 0 obj\n(alone)\nendobj\n";
    let line = |at: usize| format!("6 1\n{}", row(at));
    assert_nothing_new(&with_table(&signed, object, &line, &format!("/XRefStm {old}")), "with the old stream");
}

#[test]
fn keys_that_are_doubled_later_are_ambiguous() {
    let signed = signed(Xref::Table);
    let doubled = Update::new().object(5, "<< /A 2 /A 1 >>").onto(&signed);
    assert_ambiguous(&doubled, "doubled anew");
    let page = PAGE.replace("/Contents 4 0 R", "/Contents 4 0 R /Contents 4 0 R");
    assert_ambiguous(&Update::new().object(3, page).onto(&signed), "doubled on the page");
}
