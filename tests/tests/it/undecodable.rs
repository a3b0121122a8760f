//! Streams that programs write in their own ways, and streams that nobody can decode: what can't be read is neither blank
//! nor copied.

use std::collections::BTreeSet;
use std::io::Write as _;

use kyso::appearance::{Block, InkImage};
use kyso::{Document, Error, FieldToReserve, Indication, Outside, Place, Rectangle, Role, SigningOptions};
use kyso_pdf::text::{find_anchor, lines};
use kyso_pdf::{Object, SignatureField};
use kyso_tests::appended::statement;
use kyso_tests::shapes::writer::{Layout, Objects, Xref, stream, write};
use kyso_tests::{keys, samples, signing};

const WORDS: &str = "BT /F1 20 Tf 60 700 Td (Nguyen Van Mau) Tj ET";
const UNREADABLE: &str = "page.unreadable";
/// What stands between `stream` and the data where every reader finds the same data.
const LINE_ENDS: [&str; 10] = ["\n", "\r\n", "\r", " \n", " \r\n", " \r", "  \n", "\t\n", " \t \r\n", "     \n"];

fn deflated(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// A stream whose keyword is followed by `line_end`, with this /Length or none.
fn odd_stream(dictionary: &str, data: &[u8], line_end: &str, length: Option<usize>) -> Vec<u8> {
    let length = length.map(|length| format!("/Length {length}")).unwrap_or_default();
    let head = format!("<< {dictionary} {length} >>\nstream{line_end}");
    [head.as_bytes(), data, b"\nendstream"].concat()
}

/// A page with this content, and what else its resources name.
fn page(content: Vec<u8>, resources: &str, more: &[(u32, Vec<u8>)]) -> Objects {
    let mut objects = Objects::from([
        (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
        (
            3,
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
                 /Resources << /Font << /F1 5 0 R >> {resources} >> >>"
            )
            .into_bytes(),
        ),
        (4, content),
        (5, b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec()),
    ]);
    objects.extend(more.iter().cloned());
    objects
}

fn file(content: Vec<u8>) -> Vec<u8> {
    write(&page(content, "", &[]), &Layout::default())
}

fn text_of(bytes: &[u8]) -> Vec<String> {
    let document = Document::parse(bytes).unwrap();
    let page = document.page(1).unwrap();
    lines(&document, &page).unwrap().into_iter().map(|line| line.text).collect()
}

fn rule<T: std::fmt::Debug>(outcome: Result<T, impl Into<Error>>) -> &'static str {
    match outcome.map_err(Into::into) {
        Err(Error::Refused { rule, .. }) => rule.name(),
        other => panic!("{other:?}"),
    }
}

fn extract(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    Ok(kyso_certification::extract(&Document::parse(bytes)?, &[1])?.pdf)
}

/// Signs, seals and verifies.
fn demand_signed_and_sealed(name: &str, bytes: &[u8]) {
    let signed = signing::sign(bytes, &signing::leader_parameters(), &keys::signer(&keys::LEADER));
    let sealed = signing::seal(&signed, &signing::seal_parameters(), &keys::signer(&keys::SEAL));
    let report = kyso::verify(&sealed, &signing::policy()).unwrap();
    let passed = report.signatures.iter().all(|one| one.indication == Indication::TotalPassed);
    assert!(passed && report.signatures.len() == 2, "{name}: {report:#?}");
}

#[test]
fn blanks_before_the_line_end_are_no_data() {
    for line_end in LINE_ENDS {
        for (dictionary, data) in
            [("", WORDS.as_bytes().to_vec()), ("/Filter /FlateDecode", deflated(WORDS.as_bytes()))]
        {
            // /Length counts from the first byte behind the line end; where it's wrong, `endstream` tells.
            for length in [Some(data.len()), Some(data.len() + 1), Some(3), Some(100_000), None] {
                let bytes = file(odd_stream(dictionary, &data, line_end, length));
                let name = format!("{line_end:?} {dictionary} {length:?}");
                assert_eq!(text_of(&bytes), ["Nguyen Van Mau"], "{name}");
                let document = Document::parse(&bytes).unwrap();
                assert_eq!(document.recovered(), None, "{name}");
                assert_eq!(find_anchor(&document, "Van Mau").unwrap().page, 1, "{name}");
                assert_eq!(text_of(&extract(&bytes).unwrap()), ["Nguyen Van Mau"], "{name}");
            }
        }
        demand_signed_and_sealed(line_end, &file(odd_stream("", WORDS.as_bytes(), line_end, Some(WORDS.len()))));
    }
}

#[test]
fn the_same_bytes_are_data_in_every_kind_of_stream() {
    for line_end in LINE_ENDS {
        for xref in [Xref::Stream, Xref::Compressed, Xref::Hybrid] {
            let form = stream("/Type /XObject /Subtype /Form /BBox [0 0 595 842]", WORDS.as_bytes());
            let objects = page(stream("", b"/X1 Do"), "/XObject << /X1 6 0 R >>", &[(6, form)]);
            let bytes = with_line_ends(&write(&objects, &Layout { xref, ..Layout::default() }), line_end);
            let name = format!("{line_end:?} {xref:?}");
            let document = Document::parse(&bytes).unwrap();
            // The longer line ends have moved what stands behind them.
            assert_eq!(document.recovered().is_some(), line_end.len() != 1, "{name}");
            assert_eq!(text_of(&bytes), ["Nguyen Van Mau"], "{name}");
            assert_eq!(text_of(&extract(&bytes).unwrap()), ["Nguyen Van Mau"], "{name}");
        }
    }
}

/// Every stream's keyword followed by another line end.
fn with_line_ends(bytes: &[u8], line_end: &str) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), bytes);
    let keyword = b">>\nstream\n";
    while let Some(at) = rest.windows(keyword.len()).position(|window| window == keyword) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(format!(">>\nstream{line_end}").as_bytes());
        rest = &rest[at + keyword.len()..];
    }
    out.extend_from_slice(rest);
    out
}

#[test]
fn without_a_line_end_nothing_is_read_and_nothing_copied() {
    // Poppler drops the first line, MuPDF the first byte, PDFium the stream.
    for line_end in [" ", "  ", "\t", "\0", "\0\n", "\u{c}\n", "%\n", " % \n", "<41>"] {
        let bytes = file(odd_stream("", WORDS.as_bytes(), line_end, Some(WORDS.len())));
        assert_eq!(rule(extract(&bytes)), UNREADABLE, "{line_end:?}");
        assert_not_found_because_unreadable(&bytes, line_end);
    }
}

fn assert_not_found_because_unreadable(bytes: &[u8], name: &str) {
    match find_anchor(&Document::parse(bytes).unwrap(), "Chua ky") {
        Err(kyso_pdf::Error::Parameters { reason: kyso_pdf::Reason::NoAnchor { unreadable: Some(1), .. }, .. }) => {}
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn filters_by_their_short_names_are_read() {
    let hex: String = WORDS.bytes().map(|byte| format!("{byte:02x}")).collect();
    let runs: Vec<u8> = WORDS.bytes().flat_map(|byte| [0, byte]).chain([128]).collect();
    for (filters, data) in [
        ("/Fl", deflated(WORDS.as_bytes())),
        ("[/Fl]", deflated(WORDS.as_bytes())),
        ("/AHx", hex.clone().into_bytes()),
        (
            "[/AHx /Fl]",
            deflated(WORDS.as_bytes()).iter().map(|byte| format!("{byte:02X}")).collect::<String>().into_bytes(),
        ),
        ("/RL", runs),
        ("[]", WORDS.as_bytes().to_vec()),
        ("null", WORDS.as_bytes().to_vec()),
    ] {
        let bytes = file(stream(&format!("/Filter {filters}"), &data));
        assert_eq!(text_of(&bytes), ["Nguyen Van Mau"], "{filters}");
        assert_eq!(text_of(&extract(&bytes).unwrap()), ["Nguyen Van Mau"], "{filters}");
    }
}

/// Files of one page, each with a stream of its look that can't be decoded.
fn undecodable() -> Vec<(&'static str, Objects)> {
    let whole = deflated(WORDS.repeat(50).as_bytes());
    let cut = &whole[..whole.len() / 2];
    let mut damaged = whole.clone();
    damaged[20..26].fill(0xff);
    let picture = "/Type /XObject /Subtype /Image /Width 8 /Height 8 /BitsPerComponent 8 /ColorSpace /DeviceGray";
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 595 842]";
    let drawn = |body: Vec<u8>| page(stream("", b"q /X1 Do Q"), "/XObject << /X1 6 0 R >>", &[(6, body)]);
    let of_picture = |filter: &str, data: &[u8]| drawn(stream(&format!("{picture} {filter}"), data));
    let masked = |mask: Vec<u8>| {
        let mut objects = drawn(stream(&format!("{picture} /SMask 7 0 R"), &[0; 64]));
        objects.insert(7, mask);
        objects
    };
    let with_font = |program: Vec<u8>| {
        let mut objects = page(stream("", WORDS.as_bytes()), "", &[(7, program)]);
        objects.insert(5, b"<< /Type /Font /Subtype /TrueType /BaseFont /A /FontDescriptor 6 0 R >>".to_vec());
        objects.insert(6, b"<< /Type /FontDescriptor /FontName /A /FontFile2 7 0 R >>".to_vec());
        objects
    };
    let in_parts = |part: Vec<u8>| {
        let mut objects = page(b"[6 0 R 7 0 R]".to_vec(), "", &[(6, stream("", WORDS.as_bytes())), (7, part)]);
        objects.insert(8, b"null".to_vec());
        objects
    };
    let annotated = {
        let look = stream(&format!("{form} /Filter /FlateDecode"), cut);
        let mut objects = page(stream("", WORDS.as_bytes()), "", &[(6, look)]);
        let page = String::from_utf8(objects[&3].clone()).unwrap();
        objects.insert(3, page.replace("/Contents", "/Annots [7 0 R] /Contents").into_bytes());
        objects.insert(7, b"<< /Type /Annot /Subtype /Stamp /Rect [60 60 200 200] /AP << /N 6 0 R >> >>".to_vec());
        objects
    };
    vec![
        ("content that breaks off", page(stream("/Filter /FlateDecode", cut), "", &[])),
        ("damaged content", page(stream("/Filter /FlateDecode", &damaged), "", &[])),
        ("content that isn't deflated", page(stream("/Filter /FlateDecode", b"0 0 9 9 re f"), "", &[])),
        ("an unknown filter", page(stream("/Filter /Rot13Decode", WORDS.as_bytes()), "", &[])),
        ("a filter that is no name", page(stream("/Filter 7", WORDS.as_bytes()), "", &[])),
        ("a filter of pictures", page(stream("/Filter /DCTDecode", WORDS.as_bytes()), "", &[])),
        ("damaged characters", page(stream("/Filter /ASCIIHexDecode", b"42 zz 20 >"), "", &[])),
        ("damaged base 85", page(stream("/Filter /ASCII85Decode", b"87cUR\x7f\x80~>"), "", &[])),
        ("damaged runs", page(stream("/Filter /RunLengthDecode", b"\x7fBT"), "", &[])),
        ("damaged codes", page(stream("/Filter /LZWDecode", b"\x80\x0b\xff\xff\xff\xff"), "", &[])),
        ("content that is no stream", page(b"<< /Length 3 >>".to_vec(), "", &[])),
        ("a part that is no stream", in_parts(b"(text)".to_vec())),
        ("a part that breaks off", in_parts(stream("/Filter /FlateDecode", cut))),
        ("a form that breaks off", drawn(stream(&format!("{form} /Filter /FlateDecode"), cut))),
        ("a form that is no stream", drawn(format!("<< {form} >>").into_bytes())),
        ("a picture that breaks off", of_picture("/Filter /FlateDecode", cut)),
        ("no JPEG", of_picture("/Filter /DCTDecode", b"\x00\x01\x02")),
        ("no JPEG 2000", of_picture("/Filter /JPXDecode", b"\x00\x01\x02")),
        ("an unknown picture", of_picture("/Filter /Foo", &[0; 64])),
        ("a mask that breaks off", masked(stream(&format!("{picture} /Filter /FlateDecode"), cut))),
        ("a font that breaks off", with_font(stream("/Length1 9 /Filter /FlateDecode", cut))),
        ("an annotation's look", annotated),
        ("another generation", {
            let mut objects = page(stream("", WORDS.as_bytes()), "", &[]);
            let page = String::from_utf8(objects[&3].clone()).unwrap();
            objects.insert(3, page.replace("4 0 R", "4 1 R").into_bytes());
            objects
        }),
    ]
}

#[test]
fn what_cannot_be_decoded_is_neither_copied_nor_written_over() {
    let ink = InkImage::signature(&samples::signature(), signing::SIGNATURE_MM).unwrap();
    let at = Rectangle { x: 330.0, y: 120.0, width: 130.0, height: 60.0 };
    let paper = statement(1);
    let paper = Document::parse(&paper).unwrap();
    for (name, objects) in undecodable() {
        for xref in [Xref::Table, Xref::Compressed] {
            let bytes = write(&objects, &Layout { xref, ..Layout::default() });
            let document = Document::parse(&bytes).unwrap();
            // What some readers come to, and others don't, is told before that.
            let is_told =
                |rule: &str| rule == UNREADABLE || name == "another generation" && rule == "document.wrong-row";
            assert!(is_told(rule(extract(&bytes))), "{name}");
            assert_eq!(rule(document.page(1).unwrap().demand_readable(&document)), UNREADABLE, "{name}");
            assert!(is_told(rule(kyso::append(&document, &paper))), "{name}");
            assert!(is_told(rule(kyso::overlay(&document, 1, at, Block::Picture(&ink)))), "{name}");
        }
    }
}

/// A picture, and a field for one, need a page of which everything can be read; a signature that isn't seen lies over nothing.
#[test]
fn nothing_that_is_seen_is_signed_onto_what_cannot_be_decoded() {
    let rectangle = Rectangle { x: 300.0, y: 90.0, width: 230.0, height: 120.0 };
    let leader = keys::signer(&keys::LEADER);
    let options = SigningOptions::default();
    for (name, objects) in undecodable() {
        // Readers differ in that file: it's told before.
        if name == "another generation" {
            continue;
        }
        let bytes = write(&objects, &Layout::default());
        let document = Document::parse(&bytes).unwrap();
        let parameters = signing::leader_parameters();
        assert_eq!(rule(kyso::sign(&document, &leader, &parameters, &options)), UNREADABLE, "{name}");
        let at = Place::Rectangle { page: 1, rectangle };
        let field = FieldToReserve::new("NguoiKy", at);
        assert_eq!(rule(kyso::reserve(&document, &[field])), UNREADABLE, "{name}");
        let unseen = signing::sign(&bytes, &signing::parameters(Role::Leader), &leader);
        let report = kyso::verify(&unseen, &signing::policy()).unwrap();
        assert_eq!(report.signatures[0].indication, Indication::TotalPassed, "{name}");
        // The seal's picture no more than the leader's.
        let signed = Document::parse(&unseen).unwrap();
        let seal = keys::signer(&keys::SEAL);
        let sealed = kyso::seal(&signed, &seal, &signing::seal_parameters(), &signing::policy(), &Outside::default());
        assert_eq!(rule(sealed), UNREADABLE, "{name}");
    }
}

/// A field that came with the page is filled in without a picture, or not at all.
#[test]
fn a_field_on_what_cannot_be_decoded_takes_no_picture() {
    let broken = &deflated(WORDS.repeat(50).as_bytes())[..40];
    for (content, outcome) in
        [(stream("", WORDS.as_bytes()), None), (stream("/Filter /FlateDecode", broken), Some(UNREADABLE))]
    {
        let mut objects = page(content, "", &[]);
        let page = String::from_utf8(objects[&3].clone()).unwrap();
        objects.insert(1, b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [8 0 R] >> >>".to_vec());
        objects.insert(3, page.replace("/Contents", "/Annots [8 0 R] /Contents").into_bytes());
        objects.insert(
            8,
            b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (NguoiKy) /Rect [300 90 530 210] /P 3 0 R /F 132 >>"
                .to_vec(),
        );
        let bytes = write(&objects, &Layout::default());
        let document = Document::parse(&bytes).unwrap();
        let plain = signing::parameters(Role::Leader).field("NguoiKy");
        let seen = plain.clone().appearance(signing::leader_parameters().appearance);
        let signer = keys::signer(&keys::LEADER);
        assert!(kyso::sign(&document, &signer, &plain, &SigningOptions::default()).is_ok());
        let outcome_seen = kyso::sign(&document, &signer, &seen, &SigningOptions::default());
        match outcome {
            None => assert!(outcome_seen.is_ok()),
            Some(unreadable) => assert_eq!(rule(outcome_seen), unreadable),
        }
    }
}

#[test]
fn a_line_is_not_missing_where_the_page_cannot_be_read() {
    for (name, objects) in undecodable() {
        let concerns_text = !["picture", "JPEG", "mask", "font", "look"].iter().any(|word| name.contains(word));
        if concerns_text {
            assert_not_found_because_unreadable(&write(&objects, &Layout::default()), name);
        }
    }
    // What stands behind broken content is shown by viewers, and found; what some of them show isn't known.
    let lower = WORDS.replace("Mau", "Hai").replace("700", "600");
    let behind = |broken: &str| file(stream("", format!("{WORDS} {broken} {lower}").as_bytes()));
    let stray = behind(")");
    assert!(find_anchor(&Document::parse(&stray).unwrap(), "Hai").is_ok());
    for broken in ["<4z> Tj", "1 2 cm", "[(a) foo] TJ"] {
        assert_not_found_because_unreadable(&behind(broken), broken);
    }
    let whole = file(stream("", WORDS.as_bytes()));
    match find_anchor(&Document::parse(&whole).unwrap(), "Chua ky") {
        Err(kyso_pdf::Error::Parameters { reason: kyso_pdf::Reason::NoAnchor { unreadable: None, .. }, .. }) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_viewers_decode_is_copied_as_it_is() {
    let picture = "/Type /XObject /Subtype /Image /Width 8 /Height 8 /BitsPerComponent 8 /ColorSpace /DeviceGray";
    let jpeg = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00 and so on \xff\xd9".to_vec();
    let fax = b"\x00\x10\x01".to_vec();
    let jpx = b"\xff\x4f\xff\x51\x00\x29".to_vec();
    for (filter, data) in [
        ("/Filter /DCTDecode", jpeg.clone()),
        ("/Filter /DCT", jpeg.clone()),
        ("/Filter [/FlateDecode /DCTDecode] /DecodeParms [null null]", deflated(&jpeg)),
        ("/Filter /JPXDecode", jpx),
        ("/Filter /CCITTFaxDecode /DecodeParms << /K -1 >>", fax.clone()),
        ("/Filter /JBIG2Decode", fax),
    ] {
        let body = stream(&format!("{picture} {filter}"), &data);
        let objects = page(stream("", b"q /X1 Do Q"), "/XObject << /X1 6 0 R >>", &[(6, body)]);
        let copy = extract(&write(&objects, &Layout::default())).unwrap_or_else(|error| panic!("{filter}: {error}"));
        assert!(copy.windows(data.len()).any(|window| window == data), "{filter}");
    }
    // Data without an end of their own, a checksum that is wrong: all viewers read on.
    let whole = deflated(WORDS.as_bytes());
    let mut checked_wrong = whole.clone();
    *checked_wrong.last_mut().unwrap() ^= 0xff;
    let hex: String = WORDS.bytes().map(|byte| format!("{byte:02x}")).collect();
    for content in [
        stream("/Filter /FlateDecode", &whole[..whole.len() - 4]),
        stream("/Filter /FlateDecode", &checked_wrong),
        stream("/Filter /ASCIIHexDecode", hex.as_bytes()),
    ] {
        assert_eq!(text_of(&extract(&file(content)).unwrap()), ["Nguyen Van Mau"]);
    }
    assert!(extract(&file(stream("/Filter /FlateDecode", b""))).is_ok());
    let mut without = page(Vec::new(), "/XObject << /X1 99 0 R >>", &[]);
    without.insert(4, b"[99 0 R 6 0 R]".to_vec());
    without.insert(6, stream("", WORDS.as_bytes()));
    // Poppler shows nothing of such a page, others the part that is there.
    assert!(extract(&write(&without, &Layout::default())).is_err());
}

#[test]
fn what_another_page_shows_is_no_matter() {
    let mut objects = page(stream("", WORDS.as_bytes()), "/XObject << /X1 6 0 R >>", &[]);
    objects.insert(2, b"<< /Type /Pages /Kids [3 0 R 8 0 R] /Count 2 >>".to_vec());
    let other = String::from_utf8(objects[&3].clone()).unwrap().replace("4 0 R", "7 0 R");
    objects.insert(8, other.into_bytes());
    objects.insert(7, stream("", b"q /X1 Do Q"));
    objects.insert(6, stream("/Type /XObject /Subtype /Image /Width 8 /Height 8 /Filter /Foo", b"?"));
    let bytes = write(&objects, &Layout::default());
    assert!(extract(&bytes).is_ok());
    assert_eq!(rule(kyso_certification::extract(&Document::parse(&bytes).unwrap(), &[2])), UNREADABLE);
    // Nothing lies over what can't be read: the signature is on page 1.
    demand_signed_and_sealed("a picture nobody knows", &bytes);
}

#[test]
fn comments_and_nul_are_white_space_in_references() {
    let field = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (LeaderHere) /Rect [300 90 530 210] /P 3 0 R /F 132 >>";
    for [form, annotations] in [
        ["9 % nine\n0 R", "10 0 R"],
        ["9%\r0%\nR", "10%ten\n0 R"],
        ["9 0 % zero\n R", "10\u{0}0\u{0}R"],
        ["9\u{0}0 R", "10 0\u{c}R"],
    ] {
        let mut objects = page(stream("", WORDS.as_bytes()), "", &[]);
        objects.insert(1, format!("<< /Type /Catalog /Pages 2 0 R /AcroForm {form} >>").into_bytes());
        let page = String::from_utf8(objects[&3].clone()).unwrap();
        objects.insert(3, page.replace("/Contents", &format!("/Annots {annotations} /Contents")).into_bytes());
        objects.insert(8, field.as_bytes().to_vec());
        objects.insert(9, b"<< /Fields [8 0 R] >>".to_vec());
        objects.insert(10, b"[8 0 R % the last\n]".to_vec());
        let bytes = write(&objects, &Layout::default());
        let signed = signing::sign(&bytes, &signing::leader_parameters(), &keys::signer(&keys::LEADER));
        let document = Document::parse(&signed).unwrap();
        let names: Vec<String> = SignatureField::all(&document).unwrap().into_iter().map(|field| field.name).collect();
        assert!(names.contains(&"LeaderHere".to_owned()) && names.len() == 2, "{form:?}: {names:?}");
        let page = document.page(1).unwrap();
        let on_page = document.get(&page.dictionary, b"Annots").unwrap();
        assert_eq!(on_page.as_array().unwrap().len(), 2, "{annotations:?}");
        let report = kyso::verify(&signed, &signing::policy()).unwrap();
        assert_eq!(report.signatures[0].indication, Indication::TotalPassed, "{report:#?}");
    }
}

#[test]
fn the_number_of_a_cross_reference_stream_is_not_given_out_again() {
    let objects = page(stream("", WORDS.as_bytes()), "", &[]);
    let bytes = write(&objects, &Layout { xref: Xref::Stream, ..Layout::default() });
    // The stream, object 6, lists itself; here it doesn't.
    let at = bytes.windows(8).position(|window| window == b"/Size 7 ").unwrap();
    let mut unlisted = bytes.clone();
    unlisted[at..at + 8].copy_from_slice(b"/Size 6 ");
    let at = unlisted.windows(11).position(|window| window == b"/Index [0 7").unwrap();
    unlisted[at..at + 11].copy_from_slice(b"/Index [0 6");
    let document = Document::parse(&unlisted).unwrap();
    assert_eq!(document.recovered(), None);
    let signed = signing::sign(&unlisted, &signing::leader_parameters(), &keys::signer(&keys::LEADER));
    let labels = |bytes: &[u8]| bytes.windows(9).filter(|window| *window == b"\n6 0 obj\n").count();
    assert_eq!((labels(&unlisted), labels(&signed)), (1, 1));
}

/// Whatever a trailer says of /Size (ISO 32000-2, table 15): new objects come above every number in use, and above a /Size that
/// can be; the update says its own.
#[test]
fn new_objects_come_above_every_number_whatever_size_says() {
    const MOST: u64 = 1 << 22;
    let objects = page(stream("", WORDS.as_bytes()), "", &[(40, b"(far)".to_vec())]);
    for xref in [Xref::Table, Xref::Stream, Xref::Compressed, Xref::Hybrid] {
        let bytes = write(&objects, &Layout { xref, ..Layout::default() });
        // The last one is read; nothing stands behind it but what is read from its own place.
        let at = bytes.windows(6).rposition(|window| window == b"/Size ").unwrap() + 6;
        let length = bytes[at..].iter().position(|byte| *byte == b' ').unwrap();
        let right: u64 = std::str::from_utf8(&bytes[at..at + length]).unwrap().parse().unwrap();
        for size in
            ["0", "1", "4", "40", "41", "-7", "300", "70000", "4194304", "4194305", "2147483648", "99999999999999"]
        {
            let name = format!("{xref:?}, /Size {size} for {right}");
            let odd = [&bytes[..at], size.as_bytes(), &bytes[at + length..]].concat();
            let before = Document::parse(&odd).unwrap();
            assert_eq!(before.recovered(), None, "{name}");
            let used: BTreeSet<u32> =
                before.numbers().into_iter().filter(|number| before.in_use(*number).is_some()).collect();
            // In a stream, readers make different things of one that isn't a count.
            if size.starts_with('-') && matches!(xref, Xref::Stream | Xref::Compressed) {
                let by = (keys::signer(&keys::LEADER), signing::leader_parameters());
                let refused = kyso::sign(&before, &by.0, &by.1, &SigningOptions::default());
                assert_eq!(rule(refused), "document.wrong-row", "{name}");
                continue;
            }
            let signed = signing::sign(&odd, &signing::leader_parameters(), &keys::signer(&keys::LEADER));
            let after = Document::parse(&signed).unwrap();
            let new: BTreeSet<u32> = after.numbers().difference(&before.numbers()).copied().collect();
            let said = size.parse::<u64>().ok().filter(|said| *said <= MOST).unwrap_or_default();
            let least = said.max(u64::from(*used.last().unwrap()) + 1);
            assert!(!new.is_empty() && new.iter().all(|number| u64::from(*number) >= least), "{name}: {new:?}");
            // Those that were there are where they were, but for the few that the signature changes.
            let label = |number: u32| format!("\n{number} 0 obj\n").into_bytes();
            for number in &new {
                let label = label(*number);
                let count = signed.windows(label.len()).filter(|window| *window == label).count();
                assert_eq!(count, 1, "{name}: object {number}");
            }
            let Ok(Object::Integer(told)) = after.trailer().get(b"Size") else { panic!("{name}: no /Size") };
            assert!(*told > i64::from(*new.last().unwrap()), "{name}: {told}");
            let report = kyso::verify(&signed, &signing::policy()).unwrap();
            assert_eq!(report.signatures[0].indication, Indication::TotalPassed, "{name}");
            assert!(report.signatures[0].modifications_allowed, "{name}");
        }
    }
}
