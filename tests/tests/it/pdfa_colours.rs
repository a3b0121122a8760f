//! Signing, sealing, copying and stamping leave other people's PDF/A what it is, whatever its part and its output: in an
//! outside judge's eyes, and in those of three renderers.

use kyso::appearance::{Appearance, InkImage};
use kyso::{Document, Indication, Place, Rectangle, Role};
use kyso_certification::code::LookupCode;
use kyso_certification::number::CertificationNumber;
use kyso_certification::stamp::{QrPlace, QrStamp};
use kyso_certification::text;
use kyso_tests::corners::LOOKUP;
use kyso_tests::seen::changes;
use kyso_tests::shapes::writer::{Layout, Objects, stream, write};
use kyso_tests::{judges, keys, samples, signing};

/// What a file's output has for colours; `None` where it says nothing of its output.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Output {
    Grey,
    Rgb,
    Cmyk,
    None,
}

/// A display's or a printer's profile of version 2.1, as small as can be.
fn profile(space: &[u8; 4]) -> Vec<u8> {
    let fixed = |number: f64| ((number * 65536.0) as i32).to_be_bytes();
    let xyz = |numbers: [f64; 3]| [b"XYZ \0\0\0\0".to_vec(), numbers.map(fixed).concat()].concat();
    let curve = [b"curv\0\0\0\0\0\0\0\x01\x02\x33".to_vec(), vec![0, 0]].concat();
    let mut description = b"desc\0\0\0\0\0\0\0\x05Test\0".to_vec();
    description.resize(description.len() + 78 + 1, 0);
    let mut tags: Vec<(&[u8], Vec<u8>)> = vec![
        (b"desc", description),
        (b"cprt", b"text\0\0\0\0free\0\0\0\0".to_vec()),
        (b"wtpt", xyz([0.9642, 1.0, 0.8249])),
    ];
    match space {
        b"RGB " => {
            tags.push((b"rXYZ", xyz([0.4361, 0.2225, 0.0139])));
            tags.push((b"gXYZ", xyz([0.3851, 0.7169, 0.0971])));
            tags.push((b"bXYZ", xyz([0.1431, 0.0606, 0.7141])));
            tags.extend([b"rTRC", b"gTRC", b"bTRC"].map(|tag| (tag.as_slice(), curve.clone())));
        }
        _ => tags.push((b"kTRC", curve)),
    }
    let start = 132 + 12 * tags.len();
    let (mut table, mut data) = ((tags.len() as u32).to_be_bytes().to_vec(), Vec::new());
    for (tag, value) in &mut tags {
        value.resize(value.len().next_multiple_of(4), 0);
        table.extend(*tag);
        table.extend(((start + data.len()) as u32).to_be_bytes());
        table.extend((value.len() as u32).to_be_bytes());
        data.extend(value.iter());
    }
    let mut head = ((start + data.len()) as u32).to_be_bytes().to_vec();
    head.extend(b"\0\0\0\0\x02\x10\0\0");
    head.extend(if space == b"CMYK" { b"prtr" } else { b"mntr" });
    head.extend(space);
    head.extend(b"XYZ \x07\xe4\0\x01\0\x01\0\0\0\0\0\0acsp");
    head.resize(68, 0);
    head.extend([0.9642, 1.0, 0.8249].map(fixed).concat());
    head.resize(128, 0);
    [head, table, data].concat()
}

/// A page with a grey bar, or nothing where grey would mean nothing.
fn paper(part: u32, output: Output) -> Vec<u8> {
    let packet = format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF \
         xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" \
         xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\"><pdfaid:part>{part}</pdfaid:part>\
         <pdfaid:conformance>B</pdfaid:conformance></rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>"
    );
    let intent = "/OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (x) /Info (x) \
                  /DestOutputProfile 7 0 R >>]";
    let intent = if output == Output::None { "" } else { intent };
    let mut objects = Objects::new();
    objects.insert(1, format!("<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R {intent} >>").into_bytes());
    objects.insert(2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec());
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>";
    objects.insert(3, page.as_bytes().to_vec());
    let content: &[u8] = if output == Output::None { b"" } else { b"0.5 g 60 600 200 20 re f" };
    objects.insert(4, stream("", content));
    objects.insert(6, stream("/Type /Metadata /Subtype /XML", packet.as_bytes()));
    let (components, space) = match output {
        Output::Grey => (1, b"GRAY"),
        Output::Rgb => (3, b"RGB "),
        Output::Cmyk => (4, b"CMYK"),
        Output::None => (0, b"GRAY"),
    };
    if components > 0 {
        objects.insert(7, stream(&format!("/N {components}"), &profile(space)));
    }
    let identifier = "/ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]";
    let version = if part == 1 { "1.4" } else { "1.7" };
    write(&objects, &Layout { version, trailer: identifier, ..Layout::default() })
}

fn ink() -> Appearance {
    Appearance::Image(InkImage::signature(&samples::signature(), 40.0).unwrap())
}

/// Signed with a picture, and then sealed with one over it.
fn signed_and_sealed(file: &[u8]) -> [Vec<u8>; 2] {
    let place = Place::Rectangle { page: 1, rectangle: signing::LEADER_AT };
    let leader = signing::parameters(Role::Leader).place(place).appearance(ink());
    let signed = signing::sign(file, &leader, &keys::signer(&keys::LEADER));
    let seal = Appearance::Image(InkImage::seal(&samples::seal(), 30.0).unwrap());
    let sealed = signing::seal(&signed, &signing::plain_seal().appearance(seal), &keys::signer(&keys::SEAL));
    [signed, sealed]
}

/// With the text of a copy.
fn copied(file: &[u8]) -> Vec<u8> {
    let lines = text::copy_lines(text::FormOfCopy::SaoY, "Ủy ban nhân dân xã Bình Minh", *keys::NOW);
    let parameters = signing::parameters(Role::Copy).appearance(text::set(&lines).unwrap());
    signing::sign(file, &parameters, &keys::signer(&keys::SEAL))
}

/// With a QR symbol.
fn stamped(file: &[u8]) -> Vec<u8> {
    let rectangle = Rectangle { x: 40.0, y: 690.0, width: 100.0, height: 130.0 };
    let stamp = QrStamp {
        base: LOOKUP.into(),
        code: LookupCode::from_random(*b"sample bits!"),
        issuer: "H61.12.3".into(),
        number: CertificationNumber { symbol: "SCT/CK,ĐC".into(), year: 2026, ordinal: 7, book: 1 },
        place: QrPlace { page: 1, rectangle },
    };
    kyso_certification::stamp_qr(&Document::parse(file).unwrap(), &stamp).unwrap().tail.after(file)
}

const OUTPUTS: [Output; 4] = [Output::Grey, Output::Rgb, Output::Cmyk, Output::None];

/// What the judge says of a file, but for the first of two signatures, which can't cover the second.
fn wrong(part: u32, file: &[u8]) -> Vec<String> {
    let found = judges::pdfa(&format!("{part}b"), &[file]).remove(0);
    found.into_iter().filter(|line| !line.contains("SIGNATURE-BYTERANGE")).collect()
}

#[test]
fn pictures_keep_every_part_and_output() {
    for part in [1, 2, 3] {
        for output in OUTPUTS {
            let file = paper(part, output);
            assert_eq!(wrong(part, &file), Vec::<String>::new(), "PDF/A-{part}, {output:?}: the file itself");
            let [signed, sealed] = signed_and_sealed(&file);
            assert_eq!(wrong(part, &signed), Vec::<String>::new(), "PDF/A-{part}, {output:?}: signed");
            assert_eq!(wrong(part, &sealed), Vec::<String>::new(), "PDF/A-{part}, {output:?}: sealed");
            let report = kyso::verify(&sealed, &signing::policy()).unwrap();
            for row in &report.signatures {
                assert_eq!(row.indication, Indication::TotalPassed, "{:?}", row.findings);
                assert!(row.modifications_allowed, "{:?}", row.findings);
            }
            let document = Document::parse(&sealed).unwrap();
            for field in kyso_pdf::SignatureField::all(&document).unwrap() {
                let page = document.page(1).unwrap();
                let drawn = kyso::appearance::ink::on_page(&document, &page, field.widget).unwrap().unwrap();
                let is_ink = [drawn.blue, drawn.red].iter().flatten().any(|share| *share > 95.0);
                assert!(drawn.is_transparent && is_ink, "PDF/A-{part}, {output:?}: {drawn:?}");
            }
        }
    }
}

#[test]
fn texts_and_symbols_keep_every_part_and_output() {
    for part in [1, 2, 3] {
        for output in OUTPUTS {
            let file = paper(part, output);
            let (copied, stamped) = (copied(&file), stamped(&file));
            assert_eq!(wrong(part, &copied), Vec::<String>::new(), "PDF/A-{part}, {output:?}: copied");
            assert_eq!(wrong(part, &stamped), Vec::<String>::new(), "PDF/A-{part}, {output:?}: stamped");
        }
    }
}

/// With a profile and a hard edge it's seen where it's seen otherwise, in three renderers, on screen and in print.
#[test]
fn what_is_drawn_for_pdf_a_is_seen() {
    let files: Vec<Vec<u8>> = [(1, Output::Grey), (2, Output::Grey), (2, Output::None), (2, Output::Rgb)]
        .map(|(part, output)| paper(part, output))
        .into();
    let signed: Vec<Vec<u8>> = files.iter().map(|file| signed_and_sealed(file)[0].clone()).collect();
    let pairs: Vec<(&[u8], &[u8])> =
        files.iter().zip(&signed).map(|(before, after)| (before.as_slice(), after.as_slice())).collect();
    let seen = changes(&pairs);
    let usual = seen.last().unwrap();
    for of_file in &seen {
        for (renderer, pages) in of_file {
            let [page] = pages.as_slice() else { panic!("{renderer}: {pages:?}") };
            let [as_usual] = usual[renderer].as_slice() else { panic!("{renderer}") };
            let (is, should) = (page.ink.unwrap(), as_usual.ink.unwrap());
            let near = is.iter().zip(should).all(|(one, other)| (one - other).abs() < 0.006);
            assert!(near, "{renderer}: {is:?}, not {should:?}");
        }
    }
}
