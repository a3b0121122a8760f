//! The sample pictures of the demo: hand signatures and a seal, drawn, and each marked as a sample (MẪU).
//! The same bytes at every run.

mod handwriting;
mod scan;
mod seal;

use tiny_skia::{Color, FillRule, Paint, Path, Pixmap, Stroke, Transform};

pub(crate) use handwriting::Hand;
pub(crate) use scan::scan;

use crate::defect::Defect;

/// Width of the leader's sample signature on paper, in millimetres.
pub(crate) const SIGNATURE_WIDTH_MM: f64 = 44.0;

/// Width of the receiving officer's sample signature on paper, in millimetres.
pub(crate) const RECEIVER_WIDTH_MM: f64 = 32.0;

/// Diameter of the sample seal, in millimetres.
pub(crate) const SEAL_WIDTH_MM: f64 = 36.0;

/// A hand signature in blue ink, as PNG with a transparent background.
pub(crate) fn signature(hand: Hand) -> Result<Vec<u8>, Defect> {
    handwriting::draw(hand)
}

/// A round seal in red ink with the agency's name around it, as PNG with a transparent background.
pub(crate) fn seal(agency: &str) -> Result<Vec<u8>, Defect> {
    // The seal says MẪU in two other places.
    seal::draw(agency.trim_end_matches(" (MẪU)"))
}

/// A transparent ground to draw on in ink of one colour.
struct Ground {
    pixels: Pixmap,
    paint: Paint<'static>,
}

impl Ground {
    fn new(width: u32, height: u32, [red, green, blue]: [u8; 3]) -> Result<Self, Defect> {
        let pixels = Pixmap::new(width, height).ok_or_else(|| Defect::new("a picture without pixels"))?;
        let mut paint = Paint::default();
        paint.set_color(Color::from_rgba8(red, green, blue, 255));
        Ok(Self { pixels, paint })
    }

    fn fill(&mut self, path: &Path) {
        self.pixels.fill_path(path, &self.paint, FillRule::Winding, Transform::identity(), None);
    }

    fn stroke(&mut self, path: &Path, width: f32) {
        let stroke = Stroke {
            width,
            line_cap: tiny_skia::LineCap::Round,
            line_join: tiny_skia::LineJoin::Round,
            ..Stroke::default()
        };
        self.pixels.stroke_path(path, &self.paint, &stroke, Transform::identity(), None);
    }

    /// The picture, with the ink laid on unevenly as ink is: from `thinnest` to full.
    fn into_png(mut self, thinnest: f32, grain: usize) -> Result<Vec<u8>, Defect> {
        let width = self.pixels.width() as usize;
        for (index, pixel) in self.pixels.pixels_mut().iter_mut().enumerate() {
            if pixel.alpha() == 0 {
                continue;
            }
            // A few steps are enough for the eye, and keep the file small.
            let density = (unevenness(index % width, index / width, grain) * 6.0).round() / 6.0;
            let density = thinnest + (1.0 - thinnest) * density;
            let colour = pixel.demultiply();
            let mut ink = Color::from_rgba8(colour.red(), colour.green(), colour.blue(), colour.alpha());
            ink.apply_opacity(density);
            *pixel = ink.premultiply().to_color_u8();
        }
        self.pixels.encode_png().map_err(Defect::from)
    }
}

/// Smooth noise from 0 to 1: random at each corner of a grid, in between by the distance to the corners.
fn unevenness(x: usize, y: usize, grain: usize) -> f32 {
    let (column, row) = (x / grain, y / grain);
    let part = |offset: usize| {
        let linear =
            f32::from(u16::try_from(offset % grain).unwrap_or(0)) / f32::from(u16::try_from(grain).unwrap_or(1));
        linear * linear * (3.0 - 2.0 * linear)
    };
    let (right, down) = (part(x), part(y));
    let upper = random(column, row) * (1.0 - right) + random(column + 1, row) * right;
    let lower = random(column, row + 1) * (1.0 - right) + random(column + 1, row + 1) * right;
    upper * (1.0 - down) + lower * down
}

/// A number from 0 to 1 that looks random, always the same for the same place.
fn random(column: usize, row: usize) -> f32 {
    let mut hash =
        (column as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (row as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    hash = (hash ^ (hash >> 31)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let [high, ..] = (hash ^ (hash >> 29)).to_be_bytes();
    f32::from(high) / 255.0
}

#[cfg(test)]
mod tests {
    use kyso::appearance::InkImage;

    use super::*;

    #[test]
    fn pictures_are_what_the_decree_asks_for() {
        for hand in [Hand::Leader, Hand::Receiver, Hand::Citizen] {
            let png = signature(hand).unwrap();
            let image = InkImage::signature(&png, SIGNATURE_WIDTH_MM).unwrap();
            assert!(image.height_mm() < 26.0, "{hand:?}: {}", image.height_mm());
            assert_eq!(png, signature(hand).unwrap());
        }
        let seal = InkImage::seal(&seal(super::super::request::AGENCY).unwrap(), SEAL_WIDTH_MM).unwrap();
        assert!((seal.height_mm() - SEAL_WIDTH_MM).abs() < 0.1, "round");
    }
}
