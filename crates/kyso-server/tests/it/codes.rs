//! QR codes on the pages of files that are verified.

use kyso::Document;
use kyso_certification::code::LookupCode;
use kyso_certification::number::CertificationNumber;
use kyso_certification::stamp::QrStamp;
use kyso_tests::corners::Corner;
use kyso_tests::service::{self, sign};
use kyso_tests::shapes::plain;
use serde_json::json;

use crate::world::World;

/// What an embedding program that draws no pages says: that nothing was looked at.
#[test]
fn a_service_that_draws_nothing_says_so() {
    let world = World::new();
    let stamp = QrStamp {
        base: "https://tracuu.example.gov.vn".into(),
        code: LookupCode::from_random(*b"sample bits!"),
        issuer: "H61.12.3".into(),
        number: CertificationNumber { symbol: "SCT/CK,ĐC".into(), year: 2026, ordinal: 7, book: 1 },
        place: Corner::UpperLeft(1).of(&plain()),
    };
    let tail = kyso_certification::stamp_qr(&Document::parse(&plain()).unwrap(), &stamp).unwrap().tail;
    let stamped = [plain().as_slice(), &tail.bytes].concat();
    let verify = |pdf: Vec<u8>| {
        let signed = world.send(&sign(&world.callers, &pdf)).body;
        let request = service::request("POST", "/api/v1/verify", &world.callers.reader);
        world.send(&request.body("application/pdf", signed)).json()
    };
    let report = verify(stamped);
    assert_eq!((&report["qr"], &report["qr_not_seen"]), (&json!([]), &json!([1])));
    let codes = report["findings"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap());
    assert!(codes.collect::<Vec<_>>().contains(&"qr.not-seen"), "{report}");
    // A page that can't show a code needs no look.
    assert_eq!(verify(plain())["qr_not_seen"], json!([]));
}
