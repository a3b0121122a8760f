//! From a scan or a photo of a hand signature or a seal on paper to the picture that [`InkImage`](kyso::appearance::InkImage)
//! takes: the paper removed, the ink in its official colour (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.7d and
//! II.8a), cut to the ink, with its real size.
//!
//! ```text
//!   Scan ─▶ paper     how light the bare paper is, place by place: shadows and uneven light
//!        ─▶ ink       how dark each pixel is against it, and in which colour; what of it is wanted
//!        ─▶ specks    what hangs together; dust and the paper's edges go
//!        ─▶ Cleaned   cut, scaled, coloured
//! ```

mod ink;
mod paper;
mod specks;
#[cfg(test)]
mod tests;

use std::fmt;

use kyso::Error;
use kyso::appearance::WIDTHS_MM;
use kyso::error::{self, Parameter, Reason};

/// Pixels of a scan, at most: what phones' cameras make.
pub const MAX_PIXELS: u64 = 52_000_000;
/// Resolution that a scan must have, in pixels an inch: strokes are ragged below it.
pub(crate) const LEAST_DPI: f64 = 150.0;
/// Resolution of the result, at most. More isn't seen and makes every signed file larger.
const MOST_DPI: f64 = 600.0;
/// Part of the scan that may be ink, in percent: more is no drawing on paper.
const MOST_INK_PERCENT: u64 = 45;
/// Millimetres in an inch.
const MM_PER_INCH: f64 = 25.4;
/// From this opacity on a pixel belongs to the ink's box.
const SEEN: u8 = 32;

/// What is on the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A hand signature: becomes blue.
    Signature,
    /// A seal: becomes red.
    Seal,
}

impl Subject {
    /// The colour that the ink gets: hues of 225° and 356°.
    fn colour(self) -> [u8; 3] {
        match self {
            Self::Signature => [18, 52, 158],
            Self::Seal => [206, 24, 36],
        }
    }

    /// What an error about it is about.
    fn scanned(self) -> error::Subject {
        match self {
            Self::Signature => error::Subject::ScanOfSignature,
            Self::Seal => error::Subject::ScanOfSeal,
        }
    }
}

/// How large the scan is on paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    /// Pixels in an inch of paper.
    Dpi(f64),
    /// The ink's width in millimetres, as measured with a ruler.
    WidthMm(f64),
}

/// A scan or a photo: red, green and blue of each pixel, rows from the top.
#[derive(Clone, Copy)]
pub struct Scan<'a> {
    /// Columns of pixels.
    pub width: u32,
    /// Rows of pixels.
    pub height: u32,
    /// Three bytes a pixel.
    pub rgb: &'a [u8],
}

impl fmt::Debug for Scan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scan({} × {} px)", self.width, self.height)
    }
}

/// Ink without its paper.
#[derive(Clone, PartialEq)]
pub struct Cleaned {
    /// Columns of pixels.
    pub width: u32,
    /// Rows of pixels.
    pub height: u32,
    /// Red, green, blue and opacity of each pixel, rows from the top.
    pub rgba: Vec<u8>,
    /// Width on paper in millimetres.
    pub width_mm: f64,
    /// Height on paper in millimetres.
    pub height_mm: f64,
    /// Resolution that the scan had, in pixels an inch.
    pub scan_dpi: f64,
    /// Whether the ink was of another colour than the official one.
    pub was_other_colour: bool,
    /// Whether ink of another colour was left out: a seal's where the signature was asked for, or the other way round.
    pub left_out_other_ink: bool,
}

impl fmt::Debug for Cleaned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cleaned({} × {} px, {:.1} × {:.1} mm)", self.width, self.height, self.width_mm, self.height_mm)
    }
}

impl Cleaned {
    /// As a PNG file with transparency that says how large it is on paper (pHYs).
    ///
    /// # Errors
    /// [`Error::Internal`] where it can't be written.
    pub fn to_png(&self) -> Result<Vec<u8>, Error> {
        let failed = |error: png::EncodingError| Error::Internal(format!("PNG: {error}"));
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        let density = whole(f64::from(self.width) * 1000.0 / self.width_mm);
        encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: density, yppu: density, unit: png::Unit::Meter }));
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&self.rgba).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(file)
    }
}

/// Takes the ink off the paper.
///
/// Where the scan has red ink beside other ink, a seal is the red of it and a signature the rest. Where all is of one
/// colour it's taken as it is, and recoloured: a grey pencil's signature, a seal's black copy.
///
/// # Errors
/// [`Error::Input`] where no ink is found, the ink covers too much, the scan is too coarse or has too many pixels;
/// [`Error::Parameters`] where its size isn't one that a signature or a seal has.
pub fn clean(scan: Scan<'_>, subject: Subject, scale: Scale) -> Result<Cleaned, Error> {
    let wrong = |reason: Reason| Error::input(subject.scanned(), None, reason);
    let pixels = u64::from(scan.width) * u64::from(scan.height);
    if pixels > MAX_PIXELS {
        return Err(wrong(Reason::TooManyPixels { pixels, most: MAX_PIXELS }));
    }
    if pixels == 0 || pixels * 3 != scan.rgb.len() as u64 {
        return Err(Error::parameters(Parameter::Scan, "its pixels aren't as many as its width and height say"));
    }
    if let Scale::Dpi(dpi) = scale {
        demand_fine(subject, dpi)?;
    }
    let paper = paper::Paper::of(scan);
    let Some(found) = ink::find(scan, &paper, subject) else { return Err(wrong(Reason::NoInk)) };
    let mut opacity = found.opacity;
    specks::drop(&mut opacity);
    let covered = opacity.values.iter().filter(|value| **value >= SEEN).count() as u64;
    if covered * 100 > pixels * MOST_INK_PERCENT {
        return Err(wrong(Reason::TooMuchInk { percent: covered * 100 / pixels }));
    }
    let cut = opacity.cut(SEEN).ok_or_else(|| wrong(Reason::NoInk))?;
    let (width_mm, dpi) = match scale {
        Scale::Dpi(dpi) => (f64::from(cut.width) * MM_PER_INCH / dpi, dpi),
        Scale::WidthMm(width) => (width, f64::from(cut.width) * MM_PER_INCH / width),
    };
    if !WIDTHS_MM.contains(&width_mm) {
        let (least, most) = ((*WIDTHS_MM.start()).into(), (*WIDTHS_MM.end()).into());
        return Err(Error::parameters(
            Parameter::WidthMm,
            Reason::UnlikelyWidth { width: width_mm.into(), least, most },
        ));
    }
    demand_fine(subject, dpi)?;
    let height_mm = width_mm * f64::from(cut.height) / f64::from(cut.width);
    let drawn = if dpi > MOST_DPI { cut.shrunk(MOST_DPI / dpi) } else { cut };
    let [red, green, blue] = subject.colour();
    Ok(Cleaned {
        width: drawn.width,
        height: drawn.height,
        rgba: drawn.values.iter().flat_map(|alpha| [red, green, blue, *alpha]).collect(),
        width_mm,
        height_mm,
        scan_dpi: dpi,
        was_other_colour: found.was_other_colour,
        left_out_other_ink: found.left_out_other_ink,
    })
}

fn demand_fine(subject: Subject, dpi: f64) -> Result<(), Error> {
    if dpi >= LEAST_DPI {
        return Ok(());
    }
    let reason = Reason::TooCoarse { dpi: whole(dpi).into(), least: whole(LEAST_DPI).into() };
    Err(Error::input(subject.scanned(), None, reason))
}

/// Rounded, within what fits.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held within the range of the target")]
fn whole(number: f64) -> u32 {
    number.round().clamp(0.0, f64::from(u32::MAX)) as u32
}

/// Rounded to a byte.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held within the range of the target")]
fn byte(number: f32) -> u8 {
    number.round().clamp(0.0, 255.0) as u8
}
