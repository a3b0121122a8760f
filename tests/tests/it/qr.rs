//! QR symbols on results: read off the rendered page by another program, and told from copied ones.

use kyso::{Code, Document, Error, Rectangle, Role};
use kyso_certification::code::LookupCode;
use kyso_certification::number::CertificationNumber;
use kyso_certification::qr::QrPayload;
use kyso_certification::stamp::{QrMatch, QrPlace, QrStamp};
use kyso_tests::appended::{demand_clean, is_read_by_poppler, statement, text};
use kyso_tests::corners::{Corner, LOOKUP};
use kyso_tests::picture::Picture;
use kyso_tests::{golden, judges, keys, shapes, signing};

fn stamp(place: QrPlace) -> QrStamp {
    QrStamp {
        base: LOOKUP.into(),
        code: LookupCode::from_random(*b"sample bits!"),
        issuer: "H61.12.3".into(),
        number: CertificationNumber { symbol: "SCT/CK,ĐC".into(), year: 2026, ordinal: 7, book: 1 },
        place,
    }
}

fn stamped(bytes: &[u8], place: Corner) -> (Vec<u8>, QrPayload, Rectangle) {
    let stamped = kyso_certification::stamp_qr(&Document::parse(bytes).unwrap(), &stamp(place.of(bytes))).unwrap();
    ([bytes, &stamped.tail.bytes].concat(), stamped.payload, stamped.rectangle)
}

fn found(bytes: &[u8], payload: &QrPayload) -> QrMatch {
    QrMatch::of(&Document::parse(bytes).unwrap(), payload)
}

/// Coarse screens and prints: what a bad phone sees.
#[test]
fn symbols_are_read_off_every_shape() {
    for shape in shapes::all() {
        for place in [Corner::UpperLeft(1), Corner::LowerLeft(1)] {
            let (bytes, payload, _) = stamped(&shape.bytes, place);
            assert!(bytes.starts_with(&shape.bytes));
            demand_clean(&bytes, &shape.bytes, "", shape.name);
            if !is_read_by_poppler(&shape.bytes) {
                continue;
            }
            for dpi in [100, 150] {
                // Poppler knows no UserUnit, and draws the page at a part of its size.
                let dpi = if shape.name == "user-unit" { 3 * dpi } else { dpi };
                let read = Picture::of_page(&bytes, dpi).qr();
                assert_eq!(read.as_deref(), Some(payload.to_string().as_str()), "{} at {dpi} dpi", shape.name);
            }
            assert!(matches!(found(&bytes, &payload), QrMatch::SameDocument { .. }), "{}", shape.name);
            let text = text(&bytes, "");
            // The address takes two lines.
            for line in ["Tra cứu: tracuu.", "example.gov.vn"] {
                assert!(text.contains(line), "{}: {text}", shape.name);
            }
        }
    }
}

#[test]
fn a_symbol_on_another_document_is_noticed() {
    let paper = statement(1);
    let other = statement(2);
    let (bytes, payload, _) = stamped(&paper, Corner::UpperLeft(1));
    let read: QrPayload = Picture::of_page(&bytes, 150).qr().unwrap().parse().unwrap();
    assert_eq!(read, payload);
    assert_eq!(found(&bytes, &read), QrMatch::SameDocument { revision: 1 });
    assert_eq!(found(&other, &read), QrMatch::OtherDocument);
    assert_eq!(found(&stamped(&other, Corner::UpperLeft(1)).0, &read), QrMatch::OtherDocument);
    // A byte changed beneath, or the file written anew.
    let mut changed = bytes.clone();
    changed[paper.len() / 2] ^= 1;
    if let Ok(document) = Document::parse(&changed) {
        assert_eq!(QrMatch::of(&document, &read), QrMatch::OtherDocument);
    }
    assert_eq!(found(&shapes::qpdf(&bytes, &[]), &read), QrMatch::OtherDocument);
}

#[test]
fn it_is_found_again_under_signatures() {
    let plain = shapes::plain();
    let tail = kyso::append(&Document::parse(&plain).unwrap(), &Document::parse(&statement(1)).unwrap()).unwrap();
    let result = [plain.as_slice(), &tail.bytes].concat();
    let (bytes, payload, _) = stamped(&result, Corner::LowerLeft(2));
    let sealed = signing::signed_and_sealed(&bytes);
    assert_eq!(found(&sealed, &payload), QrMatch::SameDocument { revision: 2 });
    let report = kyso::verify(&sealed, &signing::policy()).unwrap();
    assert!(report.signatures.iter().all(|row| row.modifications_allowed));
    assert_eq!(Picture::of(&sealed, 2, 100).qr(), Some(payload.to_string()));
    // Bytes that some mail program put behind the file were there when it was stamped.
    let footer = [result.as_slice(), b"-- \nsent from my phone"].concat();
    let (bytes, payload, _) = stamped(&footer, Corner::LowerLeft(1));
    assert_eq!(found(&bytes, &payload), QrMatch::SameDocument { revision: 2 });
}

#[test]
fn it_goes_where_it_is_asked_for_or_nowhere() {
    let paper = statement(1);
    let document = Document::parse(&paper).unwrap();
    let within = Rectangle { x: 300.0, y: 300.0, width: 120.0, height: 140.0 };
    let (_, _, at) = stamped(&paper, Corner::Rectangle(1, within));
    assert_eq!(at.centre(), within.centre());
    for wrong in [
        Corner::UpperLeft(2),
        Corner::Rectangle(1, Rectangle { width: 50.0, ..within }),
        Corner::Rectangle(1, Rectangle { x: 580.0, ..within }),
    ] {
        assert!(
            matches!(kyso_certification::stamp_qr(&document, &stamp(wrong.of(&paper))), Err(Error::Parameters { .. })),
            "{wrong:?}"
        );
    }
    for wrong in [
        QrStamp { base: "tracuu.example.gov.vn".into(), ..stamp(Corner::UpperLeft(1).of(&paper)) },
        QrStamp { issuer: "Xã Mẫu".into(), ..stamp(Corner::UpperLeft(1).of(&paper)) },
        QrStamp { base: format!("https://{}.vn", "a".repeat(54)), ..stamp(Corner::UpperLeft(1).of(&paper)) },
    ] {
        assert!(matches!(kyso_certification::stamp_qr(&document, &wrong), Err(Error::Parameters { .. })), "{wrong:?}");
    }
    let signed = signing::sign(&paper, &signing::parameters(Role::Leader), &keys::signer(&keys::LEADER));
    let refused =
        kyso_certification::stamp_qr(&Document::parse(&signed).unwrap(), &stamp(Corner::UpperLeft(1).of(&paper)));
    assert!(matches!(refused, Err(Error::Refused { rule: Code::AppendSigned, .. })));
}

/// A paper of ours stays PDF/A-2b with the symbol, with another's pages behind its own, and with a part of another on it.
#[test]
fn papers_that_were_added_to_conform() {
    let paper = statement(1);
    let read = |bytes| Document::parse(bytes).unwrap();
    let joined = |tail: &kyso::Tail| [paper.as_slice(), &tail.bytes].concat();
    let other = statement(2);
    let longer = joined(&kyso::append(&read(&paper), &read(&other)).unwrap());
    let at = Rectangle { x: 100.0, y: 100.0, width: 300.0, height: 200.0 };
    let region = Rectangle { x: 90.0, y: 600.0, ..at };
    let block = kyso::appearance::Block::Page { paper: &read(&paper), page: 1, region };
    let filled = joined(&kyso::overlay(&read(&paper), 1, at, block).unwrap());
    let files = [
        paper.clone(),
        stamped(&paper, Corner::UpperLeft(1)).0,
        longer.clone(),
        stamped(&longer, Corner::LowerLeft(3)).0,
        filled,
    ];
    for profile in ["2b", "2u", "2a"] {
        let found = judges::pdfa(profile, &files.each_ref().map(Vec::as_slice));
        for (number, wrong) in found.iter().enumerate() {
            let wrong: Vec<&String> =
                wrong.iter().filter(|line| profile == "2b" || !line.contains("CONFORMANCE")).collect();
            assert!(wrong.is_empty(), "file {number}: {profile}: {wrong:?}");
        }
    }
}

#[test]
fn the_page_looks_as_it_did() {
    let (bytes, ..) = stamped(&statement(1), Corner::UpperLeft(1));
    let path = golden::path("pages/qr.png");
    let is = Picture::of_page(&bytes, 100);
    if golden::renewing() {
        return is.write(&path);
    }
    assert!(is.difference(&Picture::read(&path)) < 0.002, "see {}", path.display());
}
