//! A picture of ink as a scanner gives it back: on white paper, with a resolution.

use tiny_skia::{Color, Pixmap, PixmapPaint, Transform};

use crate::defect::Defect;

const MM_PER_METRE: f64 = 1000.0;

/// A sheet of paper with the picture in its middle, a quarter of its width left on each side; PNG, at the resolution at which
/// the picture has this width.
pub(crate) fn scan(picture: &[u8], width_mm: f64) -> Result<Vec<u8>, Defect> {
    let ink = Pixmap::decode_png(picture)?;
    let margin = ink.width() / 4;
    let [width, height] = [ink.width(), ink.height()].map(|side| side + 2 * margin);
    let mut sheet = Pixmap::new(width, height).ok_or_else(|| Defect::new("a sheet without pixels"))?;
    sheet.fill(Color::WHITE);
    let place = i32::try_from(margin)?;
    sheet.draw_pixmap(place, place, ink.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
    // On white paper nothing shines through.
    let rgb: Vec<u8> = sheet.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();

    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some 24,000: a scanner's resolution")]
    let density = (f64::from(ink.width()) * MM_PER_METRE / width_mm).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: density, yppu: density, unit: png::Unit::Meter }));
    encoder.write_header()?.write_image_data(&rgb)?;
    Ok(file)
}
