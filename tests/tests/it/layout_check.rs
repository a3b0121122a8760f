//! What the law asks of a finished result's form, from reserved fields to the clerk's report; measured on rendered
//! pixels, not on our own numbers.

use kyso::appearance::geometry::POINTS_PER_MM;
use kyso::pdf::Document;
use kyso::role::{CERTIFIER_FIELD, SEAL_FIELD};
use kyso::validate::report::{Indication, Modifications};
use kyso_tests::desk::{self, Case, LeaderLock};
use kyso_tests::signing;

const DPI: u32 = 150;
/// A pixel on each side, in points.
const PIXEL: f64 = 72.0 / DPI as f64;

/// The seal lies where the law wants it, whatever the page's boxes and rotation: on pixels.
fn demand_layout(case: &Case, reserved: &[u8], signed: &[u8], sealed: &[u8]) {
    let signature = desk::blue(signed, DPI).unwrap_or_else(|| panic!("{case:?}: no signature seen"));
    let seal = desk::red(sealed, DPI).unwrap_or_else(|| panic!("{case:?}: no seal seen"));
    let mm = |length: f64| length / POINTS_PER_MM;
    assert!((mm(signature.width) - case.signature_mm).abs() < 0.5, "{case:?}: signature {signature:?}");
    for side in [seal.width, seal.height] {
        assert!((mm(side) - case.seal_mm).abs() <= 0.5, "{case:?}: seal {} mm", mm(side));
    }
    let overlap = (seal.right() - signature.x) / signature.width;
    assert!((0.28..=0.38).contains(&overlap), "{case:?}: overlap {overlap}");
    assert!(seal.x < signature.x, "{case:?}: on the left");
    assert!((seal.centre().1 - signature.centre().1).abs() < 3.0 * PIXEL, "{case:?}: {seal:?} {signature:?}");

    let document = Document::parse(reserved).unwrap();
    let fields = document.signature_fields().unwrap();
    let field = fields.iter().find(|field| field.name == CERTIFIER_FIELD).unwrap().rectangle.unwrap();
    let (x, y) = (signature.centre().0 - field.centre().0, signature.centre().1 - field.centre().1);
    assert!(x.abs() < 2.0 * PIXEL && y.abs() < 2.0 * PIXEL, "{case:?}: {x} {y} from the field's middle");
}

#[test]
fn reserved_fields_hold_signature_and_seal_in_their_places() {
    let locks = [LeaderLock::None, LeaderLock::FormFilling, LeaderLock::AllButTheSeal];
    let turns = [(0, (0.0, 0.0)), (90, (30.0, -12.0)), (180, (-40.0, 25.5)), (270, (100.0, 100.0))];
    for (number, (rotate, offset)) in turns.into_iter().enumerate() {
        for lock in locks {
            let widths = [25.0, 60.0, 33.0, 48.0];
            let case = Case { signature_mm: widths[number], rotate, offset, lock, ..Case::default() };
            let reserved = case.reserved(&desk::paper());
            let signed = case.signed(&reserved);
            let sealed = case.sealed(&signed);
            demand_layout(&case, &reserved, &signed, &sealed);

            let report = kyso::verify(&sealed, &signing::policy()).unwrap();
            assert_eq!(report.findings, [], "{case:?}");
            let [leader, seal] = report.signatures.as_slice() else { panic!("{report:?}") };
            assert_eq!(seal.field.as_deref(), Some(SEAL_FIELD), "{case:?}: the reserved field is used");
            assert_eq!(leader.modifications, Modifications::FormFill, "{case:?}: {:?}", leader.findings);
            assert!(leader.modifications_allowed, "{case:?}: {:?}", leader.findings);
            for signature in [leader, seal] {
                assert_eq!(signature.indication, Indication::TotalPassed, "{case:?}: {:?}", signature.findings);
            }
        }
    }
}
