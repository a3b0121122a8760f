//! What a page looks like when it's signed and sealed, as poppler renders it.

use kyso_tests::picture::Picture;
use kyso_tests::{golden, keys, shapes, signing};

const DPI: u32 = 100;

/// The share of pixels that may differ: renderers round edges each in their own way.
const TOLERANCE: f64 = 0.002;

fn rendered(bytes: &[u8]) -> Picture {
    let signed = signing::sign(bytes, &signing::leader_parameters(), &keys::signer(&keys::LEADER));
    let sealed = signing::seal(&signed, &signing::seal_parameters(), &keys::signer(&keys::SEAL));
    Picture::of_page(&sealed, DPI)
}

#[test]
fn pages_look_as_they_did() {
    for shape in shapes::for_pictures() {
        let (is, path) = (rendered(&shape.bytes), golden::path(&format!("pages/{}.png", shape.name)));
        if golden::renewing() {
            is.write(&path);
            continue;
        }
        let difference = is.difference(&Picture::read(&path));
        if difference > TOLERANCE {
            let seen = std::env::temp_dir().join(format!("kyso-{}.png", shape.name));
            is.write(&seen);
            panic!("{}: {:.2} % of the pixels differ; see {}", shape.name, difference * 100.0, seen.display());
        }
    }
}

/// The seal is drawn at its real size where it was asked for, whatever the page's boxes and rotation.
#[test]
fn the_seal_has_its_real_size() {
    for shape in shapes::for_pictures() {
        let picture = rendered(&shape.bytes);
        let red = |[red, green, blue]: [u8; 3]| red > 140 && green < 110 && blue < 110;
        let (left, top, right, bottom) = picture.bounds(red).unwrap_or_else(|| panic!("{}: no seal", shape.name));
        let points = |pixels: u32| f64::from(pixels) * 72.0 / f64::from(DPI);
        // The size is that of the ink: the picture's transparent margin doesn't count.
        let expected = signing::SEAL_MM * 72.0 / 25.4;
        for (side, measured) in [("width", points(right - left)), ("height", points(bottom - top))] {
            assert!((measured - expected).abs() <= 1.5, "{}: {side} {measured} pt, not {expected}", shape.name);
        }
        let at = signing::SEAL_AT;
        let centre = (points(left + right) / 2.0, points(picture.height) - points(top + bottom) / 2.0);
        let wanted = (at.x + at.width / 2.0, at.y + at.height / 2.0);
        assert!((centre.0 - wanted.0).abs() <= 1.5 && (centre.1 - wanted.1).abs() <= 1.5, "{}: {centre:?}", shape.name);
    }
}
