#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "numbers of a test are small")]

use super::*;
use kyso::appearance::InkImage;

const SIDE: u32 = 480;
const DPI: f64 = 300.0;

/// Yellowish paper, darker towards one corner, rough, with a soft shadow across.
fn paper(x: f64, y: f64, seed: u32) -> [f64; 3] {
    let light = 1.0 - 0.25 * (x + y) / f64::from(2 * SIDE) - 0.2 / (1.0 + (-(x - 300.0) / 20.0).exp());
    let noise = f64::from(seed.wrapping_mul(2_654_435_761) >> 24) / 255.0 - 0.5;
    [250.0, 244.0, 226.0].map(|channel| channel * light + noise * 12.0)
}

/// What ink lets through, in each channel.
type Ink = [f64; 3];
const RED: Ink = [0.88, 0.22, 0.25];
const BLUE: Ink = [0.20, 0.32, 0.72];
const BLACK: Ink = [0.15, 0.15, 0.16];
const PENCIL: Ink = [0.55, 0.55, 0.57];

fn scan_of(inks: &dyn Fn(f64, f64) -> Vec<Ink>) -> Vec<u8> {
    let mut rgb = Vec::new();
    for row in 0..SIDE {
        for column in 0..SIDE {
            // Four samples a pixel: strokes have soft edges.
            let mut light = [0.0; 3];
            for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                let sample = inks(f64::from(column) + dx, f64::from(row) + dy).into_iter();
                let through =
                    sample.fold([1.0; 3], |light, ink| [0, 1, 2].map(|channel| light[channel] * ink[channel]));
                light = [0, 1, 2].map(|channel| light[channel] + through[channel] / 4.0);
            }
            let paper = paper(f64::from(column), f64::from(row), row * SIDE + column);
            rgb.extend([0, 1, 2].map(|channel| (paper[channel] * light[channel]).clamp(0.0, 255.0) as u8));
        }
    }
    rgb
}

fn scan(rgb: &[u8]) -> Scan<'_> {
    Scan { width: SIDE, height: SIDE, rgb }
}

/// A wave from column 60 to 420, seven pixels thick.
fn stroke(x: f64, y: f64) -> bool {
    (60.0..420.0).contains(&x)
        && (y - 240.0 - 70.0 * (x / 30.0).sin()).abs() < 3.5 * (1.0 + 5.4 * (x / 30.0).cos().powi(2)).sqrt()
}

/// A ring around the middle, 400 pixels wide, and a bar.
fn ring(x: f64, y: f64) -> bool {
    let radius = (x - 240.0).hypot(y - 240.0);
    (184.0..200.0).contains(&radius) || (radius < 120.0 && (y - 240.0).abs() < 8.0)
}

fn alone(is: fn(f64, f64) -> bool, ink: Ink) -> Vec<u8> {
    scan_of(&move |x, y| if is(x, y) { vec![ink] } else { vec![] })
}

/// Share of the pixels that are ink where ink was drawn and clear where none was, leaving out the edges.
fn agreement(cleaned: &Cleaned, left: f64, top: f64, is: &dyn Fn(f64, f64) -> bool) -> f64 {
    let (mut right, mut all) = (0.0, 0.0);
    for (index, pixel) in cleaned.rgba.as_chunks::<4>().0.iter().enumerate() {
        let x = left + f64::from(index as u32 % cleaned.width) + 0.5;
        let y = top + f64::from(index as u32 / cleaned.width) + 0.5;
        let wanted = is(x, y);
        if [(-2.0, 0.0), (2.0, 0.0), (0.0, -2.0), (0.0, 2.0)].iter().all(|(dx, dy)| is(x + dx, y + dy) == wanted) {
            all += 1.0;
            right += f64::from(u8::from(if wanted { pixel[3] > 200 } else { pixel[3] < 32 }));
        }
    }
    right / all
}

#[test]
fn a_signature_becomes_blue_whatever_it_was_written_with() {
    for (ink, other_colour) in [(BLUE, false), (BLACK, true), (PENCIL, true), (RED, true)] {
        let cleaned = clean(scan(&alone(stroke, ink)), Subject::Signature, Scale::Dpi(DPI)).unwrap();
        assert!((f64::from(cleaned.width) - 361.0).abs() <= 4.0, "{cleaned:?}");
        assert!((cleaned.width_mm - 30.5).abs() < 0.4, "{cleaned:?}");
        let (left, top) = (60.0 - (f64::from(cleaned.width) - 360.0) / 2.0, 240.0 - f64::from(cleaned.height) / 2.0);
        let agreement = agreement(&cleaned, left, top, &stroke);
        assert!(agreement > 0.98, "{ink:?}: {agreement}");
        let image = InkImage::signature(&cleaned.to_png().unwrap(), cleaned.width_mm).unwrap();
        assert!((image.height_mm() - cleaned.height_mm).abs() < 0.2);
        assert_eq!((cleaned.was_other_colour, cleaned.left_out_other_ink), (other_colour, false), "{ink:?}");
    }
}

#[test]
fn a_seal_becomes_red_and_a_black_copy_of_one_too() {
    for (ink, other_colour) in [(RED, false), (BLACK, true)] {
        let cleaned = clean(scan(&alone(ring, ink)), Subject::Seal, Scale::WidthMm(36.0)).unwrap();
        assert_eq!(cleaned.was_other_colour, other_colour);
        assert!((cleaned.height_mm - 36.0).abs() < 0.3, "{cleaned:?}");
        assert!((cleaned.scan_dpi - 282.0).abs() < 4.0, "{cleaned:?}");
        let corner = 240.0 - f64::from(cleaned.width) / 2.0;
        let agreement = agreement(&cleaned, corner, corner, &ring);
        assert!(agreement > 0.99, "{ink:?}: {agreement}");
        InkImage::seal(&cleaned.to_png().unwrap(), cleaned.width_mm).unwrap();
    }
}

#[test]
fn where_seal_and_signature_cross_each_is_taken_apart() {
    let both = scan_of(&|x, y| {
        let mut inks = Vec::new();
        inks.extend(stroke(x, y).then_some(BLUE));
        inks.extend(ring(x, y).then_some(RED));
        inks
    });
    let seal = clean(scan(&both), Subject::Seal, Scale::Dpi(DPI)).unwrap();
    assert!(seal.left_out_other_ink && !seal.was_other_colour);
    let corner = 240.0 - f64::from(seal.width) / 2.0;
    assert!(agreement(&seal, corner, corner, &ring) > 0.97);
    InkImage::seal(&seal.to_png().unwrap(), seal.width_mm).unwrap();

    let signature = clean(scan(&both), Subject::Signature, Scale::Dpi(DPI)).unwrap();
    assert!(signature.left_out_other_ink && !signature.was_other_colour);
    assert!((f64::from(signature.width) - 361.0).abs() <= 4.0, "{signature:?}");
}

#[test]
fn dust_and_rims_are_dropped() {
    let dirty = scan_of(&|x, y| {
        let dust = (x % 60.0 - 20.0).hypot(y % 60.0 - 30.0) < 1.0;
        let rim = x < 8.0 || y > 470.0;
        if ring(x, y) {
            vec![RED]
        } else if dust || rim {
            vec![BLACK]
        } else {
            vec![]
        }
    });
    let cleaned = clean(scan(&dirty), Subject::Seal, Scale::Dpi(DPI)).unwrap();
    assert!(
        (f64::from(cleaned.width) - 401.0).abs() <= 3.0 && cleaned.width.abs_diff(cleaned.height) <= 2,
        "{cleaned:?}"
    );
    let pen = scan_of(&|x, y| {
        let dust = (x % 60.0 - 20.0).hypot(y % 60.0 - 30.0) < 1.0;
        if stroke(x, y) || dust || x < 8.0 { vec![BLACK] } else { vec![] }
    });
    let cleaned = clean(scan(&pen), Subject::Signature, Scale::Dpi(DPI)).unwrap();
    assert!((f64::from(cleaned.width) - 361.0).abs() <= 4.0, "{cleaned:?}");
}

#[test]
fn fine_scans_are_scaled_down_and_keep_their_size() {
    let cleaned = clean(scan(&alone(ring, RED)), Subject::Seal, Scale::WidthMm(12.0)).unwrap();
    assert!(cleaned.scan_dpi > 800.0);
    let dpi = f64::from(cleaned.width) * 25.4 / cleaned.width_mm;
    assert!((dpi - 600.0).abs() < 3.0, "{dpi}");
    let file = cleaned.to_png().unwrap();
    let reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
    assert!(reader.info().pixel_dims.unwrap().xppu.abs_diff(23_622) < 120);
}

#[test]
fn what_is_no_ink_on_paper_is_refused() {
    let refuse = |rgb: &[u8], scale| clean(scan(rgb), Subject::Seal, scale).unwrap_err().to_string();
    let at = Scale::Dpi(DPI);
    assert!(refuse(&alone(|_, _| false, RED), at).contains("no ink is found"));
    let faint = alone(ring, [0.95, 0.93, 0.93]);
    assert!(refuse(&faint, at).contains("no ink is found"), "{}", refuse(&faint, at));
    assert!(refuse(&alone(ring, RED), Scale::Dpi(100.0)).contains("too coarse"));
    assert!(refuse(&alone(ring, RED), Scale::WidthMm(90.0)).contains("too coarse"));
    assert!(refuse(&alone(ring, RED), Scale::WidthMm(400.0)).contains("measure with a ruler"));
    assert!(refuse(&alone(ring, RED), Scale::WidthMm(f64::NAN)).contains("measure with a ruler"));
    assert!(refuse(&[0; 3], at).contains("its pixels"));
    let most = Scan { width: 10_000, height: 10_000, rgb: &[] };
    assert!(clean(most, Subject::Seal, at).unwrap_err().to_string().contains("100000000 pixels"));
    for plain in [[0; 3], [128; 3], [255; 3]] {
        assert!(refuse(&plain.repeat((SIDE * SIDE) as usize), at).contains("no ink"));
    }
    let stripes: Vec<u8> = (0..SIDE * SIDE).flat_map(|pixel| if pixel % 12 < 7 { [20; 3] } else { [240; 3] }).collect();
    let said = refuse(&stripes, at);
    assert!(said.contains("no ink") || said.contains("is dark"), "{said}");
}
