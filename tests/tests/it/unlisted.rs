//! Objects that no cross-reference section lists: readers that rebuild it show them, so nothing is appended or copied.

use kyso::appearance::{Block, InkImage};
use kyso::{BaselineLevel, Code, Document, Error, FieldToReserve, Outside, Place, Rectangle};
use kyso_tests::appended::statement;
use kyso_tests::shapes::writer::{Layout, Objects, Xref, append, object, stream, write};
use kyso_tests::{keys, samples, shapes, signing};

const UNLISTED: &str = "document.unlisted-objects";
const WRONG_ROW: &str = "document.wrong-row";
const PAGE: &str = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 30 0 R /Resources << >> >>";

/// The page anew, with other content.
fn newer_page() -> Vec<u8> {
    [object(3, PAGE.as_bytes()), object(30, &stream("", b"1 0 0 rg 60 400 300 300 re f"))].concat()
}

fn plain() -> (Vec<u8>, usize) {
    let bytes = shapes::plain();
    let section = position(&bytes, b"xref\n");
    (bytes, section)
}

fn position(bytes: &[u8], text: &[u8]) -> usize {
    bytes.windows(text.len()).position(|window| window == text).unwrap()
}

fn ending(startxref: &str) -> Vec<u8> {
    format!("startxref\n{startxref}\n%%EOF\n").into_bytes()
}

fn inserted(bytes: &[u8], at: usize, text: &[u8]) -> Vec<u8> {
    [&bytes[..at], text, &bytes[at..]].concat()
}

fn rule<T: std::fmt::Debug>(outcome: Result<T, Error>) -> &'static str {
    match outcome {
        Err(Error::Refused { rule, .. }) => rule.name(),
        other => panic!("{other:?}"),
    }
}

fn sign(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let document = Document::parse(bytes)?;
    let signed = kyso::sign(
        &document,
        &keys::signer(&keys::LEADER),
        &signing::leader_parameters(),
        &kyso::SigningOptions::default(),
    )?;
    Ok(signed.tail.after(bytes))
}

/// Files in which a newer page stands that no section lists, each with what it's called.
fn files() -> Vec<(String, Vec<u8>)> {
    let (plain, section) = plain();
    let behind = [&plain[..], &newer_page()].concat();
    let mut files = Vec::new();
    for startxref in ["0", "-1", "abc", "999999", "", "0x10", &(section + 5).to_string(), &(section - 3).to_string()] {
        files.push((format!("behind the end, startxref {startxref}"), [&behind[..], &ending(startxref)].concat()));
    }
    files.push(("behind the end, startxref as before".into(), [&behind[..], &ending(&section.to_string())].concat()));
    for padding in [900, 1100, 3000, 6000] {
        let padding = format!("%{}\n%%EOF\n", "x".repeat(padding));
        files.push((format!("{} bytes behind it", padding.len()), [&behind[..], padding.as_bytes()].concat()));
    }
    files.push(("no startxref, but an end".into(), [&behind[..], b"%%EOF\n"].concat()));
    let startxref = position(&plain, b"startxref");
    files.push(("between section and startxref".into(), inserted(&plain, startxref, &newer_page())));
    let moved = section + newer_page().len();
    let in_the_middle = [&plain[..section], &newer_page(), &plain[section..startxref], &ending(&moved.to_string())];
    files.push(("in the middle".into(), in_the_middle.concat()));
    // The last section lists nothing, or an older one is named.
    let update = append(&plain, &Objects::from([(40, b"(new)".to_vec())]), &Layout::default());
    let end = update.windows(9).rposition(|window| window == b"startxref").unwrap();
    files.push(("behind the last section".into(), inserted(&update, end, &newer_page())));
    let listed = Objects::from([(3, PAGE.into()), (30, stream("", b"1 0 0 rg 60 400 300 300 re f"))]);
    let listed = append(&plain, &listed, &Layout::default());
    let end = listed.windows(9).rposition(|window| window == b"startxref").unwrap();
    files.push(("listed, but startxref older".into(), [&listed[..end], &ending(&section.to_string())[..]].concat()));
    // A newer catalog that only a trailer names.
    let catalog = [
        object(51, b"<< /Type /Catalog /Pages 52 0 R >>"),
        object(52, b"<< /Type /Pages /Kids [53 0 R] /Count 1 >>"),
        object(53, PAGE.replace("2 0 R", "52 0 R").as_bytes()),
        object(30, &stream("", b"1 0 0 rg 60 400 300 300 re f")),
        b"trailer\n<< /Root 51 0 R /Size 60 >>\n".to_vec(),
    ]
    .concat();
    files.push(("another catalog".into(), [&plain[..], &catalog, &ending("0")].concat()));
    // The same of files with streams instead of tables.
    for xref in [Xref::Stream, Xref::Compressed, Xref::Hybrid] {
        let objects = Objects::from([
            (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
            (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
            (3, PAGE.replace("30 0 R", "4 0 R").into_bytes()),
            (4, stream("", b"0 0 9 9 re f")),
        ]);
        let file = write(&objects, &Layout { xref, ..Layout::default() });
        for startxref in ["0", "7"] {
            files.push((format!("{xref:?} {startxref}"), [&file[..], &newer_page(), &ending(startxref)].concat()));
        }
    }
    files
}

#[test]
fn what_readers_show_that_rebuild_is_not_signed_over() {
    for (name, bytes) in files() {
        match sign(&bytes) {
            Err(Error::Refused { rule, .. }) if rule.name() == UNLISTED || rule == Code::DocumentUnfinishedUpdate => {}
            other => panic!("{name}: {:?}", other.map(|signed| signed.len())),
        }
    }
}

#[test]
fn nothing_is_appended_or_copied_by_any_way() {
    let (plain, _) = plain();
    let bytes = [&plain[..], &newer_page(), &ending("0")].concat();
    let document = Document::parse(&bytes).unwrap();
    let at = Rectangle { x: 330.0, y: 120.0, width: 130.0, height: 60.0 };
    let place = Place::Rectangle { page: 1, rectangle: at };
    let field = FieldToReserve::new("LanhDao", place);
    assert_eq!(rule(kyso::reserve(&document, &[field])), UNLISTED);
    assert_eq!(rule(kyso_certification::extract(&document, &[1])), UNLISTED);
    let paper = statement(1);
    assert_eq!(rule(kyso::append(&document, &Document::parse(&paper).unwrap())), UNLISTED);
    let ink = InkImage::signature(&samples::signature(), signing::SIGNATURE_MM).unwrap();
    assert_eq!(rule(kyso::overlay(&document, 1, at, Block::Picture(&ink))), UNLISTED);

    let signed = [&sign(&plain).unwrap()[..], &newer_page(), &ending("0")].concat();
    let document = Document::parse(&signed).unwrap();
    let seal = keys::signer(&keys::SEAL);
    assert!(
        kyso::seal(&document, &seal, &signing::seal_parameters(), &signing::policy(), &Outside::default()).is_err()
    );
    assert_eq!(
        rule(kyso::dangerous::seal_unsigned(
            &document,
            &seal,
            &signing::seal_parameters(),
            &kyso::SigningOptions::default()
        )),
        UNLISTED
    );
    let extended = kyso::extend(&document, BaselineLevel::T, &signing::policy(), &Outside::default());
    assert!(extended.is_err(), "{extended:?}");
}

#[test]
fn a_row_that_leads_elsewhere_is_told_before_anything_is_appended() {
    let (plain, section) = plain();
    for number in 1..5_usize {
        let row = section + "xref\n0 5\n".len() + number * 20;
        let mut bytes = plain.clone();
        let offset: u64 = String::from_utf8_lossy(&bytes[row..row + 10]).parse().unwrap();
        bytes[row..row + 10].copy_from_slice(format!("{:010}", offset + 7).as_bytes());
        match sign(&bytes) {
            // Without its page tree it's mended in memory, and the objects are all there.
            Ok(_) if number < 3 => {}
            other => assert_eq!(rule(other), WRONG_ROW, "{number}"),
        }
        // As if the object weren't there.
        bytes[row..row + 10].copy_from_slice(b"0000000000");
        match sign(&bytes) {
            Ok(_) if number < 3 => {}
            other => assert_eq!(rule(other), UNLISTED, "{number}"),
        }
    }
}

/// The last of these texts in the file, with another in its place.
fn retyped(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let at = bytes.windows(from.len()).rposition(|window| window == from.as_bytes()).unwrap();
    [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat()
}

/// By an entry of another type some readers find no page, before and after something is appended.
#[test]
fn a_trailer_that_readers_read_differently_is_refused() {
    let objects = || {
        Objects::from([
            (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
            (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
            (3, PAGE.replace("30 0 R", "4 0 R").into_bytes()),
            (4, stream("", b"0 0 9 9 re f")),
        ])
    };
    let with = |trailer: &'static str| write(&objects(), &Layout { trailer, ..Layout::default() });
    for trailer in ["/Prev null", "/Prev (none)", "/Prev /None", "/Prev -1", "/XRefStm (5)", "/XRefStm 5.5"] {
        assert_eq!(rule(sign(&with(trailer))), WRONG_ROW, "{trailer}");
    }
    let (plain, section) = plain();
    let update = Objects::from([(3, PAGE.into()), (30, stream("", b"1 0 0 rg 60 400 300 300 re f"))]);
    let updated = append(&plain, &update, &Layout::default());
    let previous = format!("/Prev {section} ");
    for (from, to) in [(previous.as_str(), format!("/Prev {section}.0 ")), ("/Root 1 0 R", String::new())] {
        let bytes = retyped(&updated, from, &to);
        assert_eq!(rule(sign(&bytes)), WRONG_ROW, "{to}");
        let document = Document::parse(&bytes).unwrap();
        assert_eq!(rule(kyso_certification::extract(&document, &[1])), WRONG_ROW, "{to}");
        assert_eq!(rule(kyso::append(&document, &Document::parse(&statement(1)).unwrap())), WRONG_ROW, "{to}");
    }
    let streamed = write(&objects(), &Layout { xref: Xref::Stream, ..Layout::default() });
    for (from, to) in [
        ("/Size 6 ", ""),
        ("/Size 6 ", "/Size 6.0 "),
        ("/Size 6 ", "/Size (6) "),
        ("/Index [0 6]", "/Index [0.0 6.0]"),
        ("/Index [0 6]", "/Index [0 -6]"),
        ("/Index [0 6]", "/Index [0 6 9]"),
        ("/Index [0 6]", "/Index (06)"),
    ] {
        assert_eq!(rule(sign(&retyped(&streamed, from, to))), WRONG_ROW, "{to}");
    }
    for (name, bytes) in [
        ("a table", with("")),
        ("no section before", with("/Prev 0")),
        ("a section before", updated),
        ("a stream's own index", retyped(&streamed, "/Index [0 6]", "/Index null")),
        ("a stream", streamed),
    ] {
        assert!(sign(&bytes).is_ok(), "{name}");
    }
}

/// A file whose catalog, page tree, page and its resources are in an object stream with this header, which says that it
/// holds so many objects; `rows` are their places in it.
fn packed(header: &str, says: usize, rows: [u8; 4]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let content = out.len();
    out.extend(object(4, &stream("", b"0 0 1 rg 60 400 300 300 re f")));
    let holder = out.len();
    let dictionary = format!("/Type /ObjStm /N {says} /First {}", header.len());
    out.extend(object(5, &stream(&dictionary, &[header, &PACKED.concat()].concat().into_bytes())));
    let section = out.len();
    let row = |kind: u8, place: usize, last: u8| {
        let [.., high, low] = place.to_be_bytes();
        [kind, high, low, last]
    };
    let [catalog, tree, page, resources] = rows.map(|place| row(2, 5, place));
    let [content, holder, own] = [content, holder, section].map(|place| row(1, place, 0));
    let rows = [row(0, 0, 0), catalog, tree, page, content, holder, own, resources].concat();
    out.extend(object(6, &stream("/Type /XRef /Size 8 /W [1 2 1] /Root 1 0 R", &rows)));
    [out, ending(&section.to_string())].concat()
}

const PACKED: [&str; 4] = [
    "<< /Type /Catalog /Pages 2 0 R >>\n",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>\n",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 7 0 R >>\n",
    "<< >>\n",
];

/// Most readers find none of its objects where the header lists fewer than it says, or in another order than they stand.
#[test]
fn an_object_stream_that_readers_read_differently_is_refused() {
    let numbers = [1, 2, 3, 7];
    let ends = PACKED.iter().scan(0, |end, body| Some(std::mem::replace(end, *end + body.len())));
    let pairs: Vec<String> = numbers.iter().zip(ends).map(|(number, at)| format!("{number} {at} ")).collect();
    let header = pairs.concat();
    assert!(sign(&packed(&header, 4, [0, 1, 2, 3])).is_ok());
    assert!(sign(&packed(&format!("{header}  "), 4, [0, 1, 2, 3])).is_ok(), "more space");
    let turned: String = pairs.iter().rev().map(String::as_str).collect();
    for (name, bytes) in [
        ("one less than it says", packed(&header, 5, [0, 1, 2, 3])),
        ("no number in the header", packed(&format!("{header}<< "), 5, [0, 1, 2, 3])),
        ("not in their order", packed(&turned, 4, [3, 2, 1, 0])),
        ("another place than its own", packed(&header, 4, [0, 1, 2, 1])),
        ("a place beyond all", packed(&header, 4, [0, 1, 2, 9])),
    ] {
        assert_eq!(rule(sign(&bytes)), WRONG_ROW, "{name}");
    }
    // An object that nobody comes to may be anywhere.
    let bodies = PACKED.concat();
    let unused = format!("{header}8 {} ", bodies.len());
    assert!(sign(&packed(&unused, 5, [0, 1, 2, 3])).is_ok(), "one that no row names");
}

#[test]
fn what_no_reader_shows_is_no_matter() {
    let (plain, section) = plain();
    let startxref = position(&plain, b"startxref");
    let page = position(&plain, b"3 0 obj");
    let same = plain[page..page + position(&plain[page..], b"endobj\n") + 7].to_vec();
    let same_end = ending(&section.to_string());
    let moved = |text: &[u8]| ending(&(section + text.len()).to_string());
    let unreferenced = object(77, b"<< /Left (over) >>");
    // The older of two stands before the one that is listed.
    let older = object(3, b"<< /Type /Page /Old true >>");
    let embedded = object(60, &stream("/Type /EmbeddedFile", &[&plain[..], &newer_page(), &same_end].concat()));
    let note = object(61, b"<< /Note (3 0 obj << /Type /Page >> endobj) >>");
    let comment = b"% 3 0 obj << /Type /Page >> endobj\n".to_vec();
    let mut files = vec![
        ("the same once more", [&plain[..], &same, &same_end].concat()),
        ("unreferenced, behind", [&plain[..], &unreferenced, &same_end].concat()),
        ("unreferenced, rebuilt", [&plain[..], &unreferenced, &ending("0")].concat()),
        ("a file in a stream", [&plain[..section], &embedded, &plain[section..startxref], &moved(&embedded)].concat()),
        ("a label in a string", [&plain[..section], &note, &plain[section..startxref], &moved(&note)].concat()),
        ("a label in a comment", [&plain[..section], &comment, &plain[section..startxref], &moved(&comment)].concat()),
        ("bytes that aren't the file's", [&plain[..], b"<p>see 3 0 object</p>\n", &same_end].concat()),
        ("startxref is off", [&plain[..startxref], &ending(&(section + 5).to_string())].concat()),
        ("bytes before the header", [b"X-Mail: 1\r\n", &plain[..]].concat()),
        ("a long end", [&plain[..], &[0; 5000]].concat()),
    ];
    let header = position(&plain, b"1 0 obj");
    let rest = &plain[header..section];
    let objects: Vec<&[u8]> = vec![&plain[..header], &older, rest];
    let mut with_older = objects.concat();
    let at = with_older.len();
    with_older.extend_from_slice(b"xref\n0 5\n0000000000 65535 f \n");
    for number in 1..5 {
        let label = format!("\n{number} 0 obj\n");
        let place = with_older.windows(label.len()).rposition(|window| window == label.as_bytes()).unwrap() + 1;
        with_older.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    with_older.extend_from_slice(b"trailer\n<< /Size 5 /Root 1 0 R >>\n");
    with_older.extend(ending(&at.to_string()));
    files.push(("an older one before it", with_older));
    // An object that an update frees is gone, though something still refers to it.
    let annotated = Objects::from([
        (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
        (3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Annots [5 0 R] >>".to_vec()),
        (5, b"<< /Type /Annot /Subtype /Text /Rect [9 9 20 20] >>".to_vec()),
    ]);
    let mut freed = write(&annotated, &Layout::default());
    let (previous, at) = (position(&freed, b"xref\n"), freed.len());
    freed.extend_from_slice(b"xref\n5 1\n0000000000 00001 f \n");
    freed.extend_from_slice(format!("trailer\n<< /Size 6 /Root 1 0 R /Prev {previous} >>\n").as_bytes());
    freed.extend(ending(&at.to_string()));
    files.push(("a freed object", freed));
    // A newer page that a section lists, to which no startxref leads: all readers show it.
    let listed =
        append(&plain, &Objects::from([(3, PAGE.into()), (30, stream("", b"9 9 9 9 re f"))]), &Layout::default());
    let end = listed.windows(9).rposition(|window| window == b"startxref").unwrap();
    files.push(("listed, rebuilt", [&listed[..end], &ending("0")[..]].concat()));
    for (name, bytes) in files {
        let signed = sign(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let report = kyso::verify(&signed, &signing::policy()).unwrap();
        assert!(report.signatures[0].modifications_allowed, "{name}: {report:#?}");
        assert_eq!(report.signatures[0].indication, kyso::Indication::TotalPassed, "{name}: {report:#?}");
    }
}
