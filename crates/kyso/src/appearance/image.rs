//! Ink on a transparent ground: the picture of a hand signature or of a seal.
//!
//! Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I: the signature is blue (mục II.7d), the seal red (mục II.8a), both PNG
//! with a transparent background.

use std::fmt;
use std::io::Cursor;

use crate::error::{Error, Ink, Parameter, Reason, Subject};
use crate::pdf::geometry::{Orientation, POINTS_PER_MM};

/// Pixels in a picture, at most: an A4 page at 350 dpi. A larger one is no picture of a signature or a seal.
pub const MAX_PIXELS: u64 = 12_000_000;

/// Widths in millimetres that a signature or a seal may have on paper.
pub const WIDTHS_MM: std::ops::RangeInclusive<f64> = 5.0..=150.0;

/// From this alpha on a pixel is seen: it belongs to the picture's box.
pub(super) const SEEN: u8 = 32;
/// From this alpha on a pixel is ink: its colour counts.
pub(super) const OPAQUE: u8 = 128;
/// Ink must differ from grey by this much (of 255) to have a hue at all.
const MIN_CHROMA: u8 = 20;
/// Share of the ink that must have the right hue, in percent.
const MIN_COLOURED_PERCENT: u64 = 95;
/// Share of the picture's box that must be transparent, in percent. A full disc leaves 21 % of its box free.
pub(super) const MIN_TRANSPARENT_PERCENT: u64 = 5;

/// A picture of ink, cut to what is seen of it and with its real size: the signature's or the seal's box on the page
/// **is** the box of its ink.
#[derive(Clone, PartialEq)]
pub struct InkImage {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
    alpha: Vec<u8>,
    width_mm: f64,
}

impl InkImage {
    /// A leader's hand signature: blue ink, `width_mm` millimetres wide from its leftmost to its rightmost stroke.
    ///
    /// # Errors
    /// [`Error::Input`] where the bytes are no PNG, the background isn't transparent, or less than 95 % of the ink has
    /// a hue of 200° to 260° (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.7d); [`Error::Parameters`] for a
    /// width that no signature has.
    pub fn signature(png: &[u8], width_mm: f64) -> Result<Self, Error> {
        let image = Self::signature_any_colour(png, width_mm)?;
        image.demand_hue(Subject::SignatureImage, Ink::Blue, is_blue)?;
        Ok(image)
    }

    /// A signature's picture like [`InkImage::signature`], but in ink of any colour.
    ///
    /// # Errors
    /// As [`InkImage::signature`], but for the colour.
    pub fn signature_any_colour(png: &[u8], width_mm: f64) -> Result<Self, Error> {
        Self::read(Subject::SignatureImage, png, width_mm)
    }

    /// An agency's seal: red ink, `width_mm` millimetres wide, which is the seal's real size. There is no default for
    /// it: the seals' rules give it by rank.
    ///
    /// # Errors
    /// [`Error::Input`] where the bytes are no PNG, the background isn't transparent, or less than 95 % of the ink has
    /// a hue of 345° to 15° (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8a); [`Error::Parameters`] for a
    /// width that no seal has.
    pub fn seal(png: &[u8], width_mm: f64) -> Result<Self, Error> {
        let image = Self::seal_any_colour(png, width_mm)?;
        image.demand_hue(Subject::SealImage, Ink::Red, is_red)?;
        Ok(image)
    }

    /// A seal's picture like [`InkImage::seal`], but in ink of any colour: the explicit way round the colour rule.
    ///
    /// # Errors
    /// As [`InkImage::seal`], but for the colour.
    pub fn seal_any_colour(png: &[u8], width_mm: f64) -> Result<Self, Error> {
        Self::read(Subject::SealImage, png, width_mm)
    }

    /// Width on paper in millimetres, as given.
    pub fn width_mm(&self) -> f64 {
        self.width_mm
    }

    /// Height on paper in millimetres, from the width and the picture's proportions.
    pub fn height_mm(&self) -> f64 {
        self.width_mm * f64::from(self.height) / f64::from(self.width)
    }

    /// Width and height on paper in points.
    pub fn size(&self) -> (f64, f64) {
        (self.width_mm() * POINTS_PER_MM, self.height_mm() * POINTS_PER_MM)
    }

    /// Columns and rows of pixels.
    pub(super) fn pixels(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Red, green and blue of each pixel, rows from the top.
    pub(super) fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// Opacity of each pixel, rows from the top.
    pub(super) fn alpha(&self) -> &[u8] {
        &self.alpha
    }

    fn read(what: Subject, png: &[u8], width_mm: f64) -> Result<Self, Error> {
        if !WIDTHS_MM.contains(&width_mm) {
            let [width, least, most] =
                [width_mm, *WIDTHS_MM.start(), *WIDTHS_MM.end()].map(|length| length.to_string());
            return Err(Error::parameters(Parameter::ImageWidthMm, Reason::NoSuchWidth { what, width, least, most }));
        }
        let decoded = decode(what, png)?;
        let mut image = crop(what, &decoded, width_mm)?;
        image.bleed();
        Ok(image)
    }

    fn demand_hue(&self, what: Subject, wanted: Ink, fits: impl Fn(f64) -> bool) -> Result<(), Error> {
        let mut ink: u64 = 0;
        let mut coloured: u64 = 0;
        for ([red, green, blue], alpha) in self.rgb.as_chunks::<3>().0.iter().zip(&self.alpha) {
            if *alpha >= OPAQUE {
                ink += 1;
                coloured += u64::from(hue(*red, *green, *blue).is_some_and(&fits));
            }
        }
        if coloured * 100 < ink * MIN_COLOURED_PERCENT {
            let percent = coloured * 100 / ink.max(1);
            return Err(Error::input(what, None, Reason::OtherInk { percent, wanted }));
        }
        Ok(())
    }

    /// Gives unseen pixels the ink's mean colour: a viewer that scales the colours apart from the mask would
    /// otherwise draw a dark or light hem around the strokes.
    fn bleed(&mut self) {
        let mut sum = [0_u64; 3];
        let mut ink = 0_u64;
        for (pixel, alpha) in self.rgb.as_chunks::<3>().0.iter().zip(&self.alpha) {
            if *alpha >= OPAQUE {
                ink += 1;
                for (total, channel) in sum.iter_mut().zip(pixel) {
                    *total += u64::from(*channel);
                }
            }
        }
        let mean = sum.map(|total| u8::try_from(total / ink.max(1)).unwrap_or(u8::MAX));
        for (pixel, alpha) in self.rgb.as_chunks_mut::<3>().0.iter_mut().zip(&self.alpha) {
            if *alpha == 0 {
                *pixel = mean;
            }
        }
    }
}

impl fmt::Debug for InkImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InkImage({} × {} px, {} mm wide)", self.width, self.height, self.width_mm)
    }
}

struct Decoded {
    width: usize,
    rgba: Vec<[u8; 4]>,
}

fn decode(what: Subject, png: &[u8]) -> Result<Decoded, Error> {
    let broken = |error: png::DecodingError| Error::input(what, None, Reason::NotPng { cause: error.to_string() });
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(png), png::Limits { bytes: 64 << 20 });
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(broken)?;
    let (width, height) = reader.info().size();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Error::input(
            what,
            None,
            format!("{width} × {height} pixels are more than the {MAX_PIXELS} allowed; scale the picture down"),
        ));
    }
    let channels = match reader.output_color_type() {
        (png::ColorType::Rgba, png::BitDepth::Eight) => 4,
        (png::ColorType::GrayscaleAlpha, png::BitDepth::Eight) => 2,
        _ => {
            return Err(Error::input(what, None, Reason::NotTransparent));
        }
    };
    let size = reader.output_buffer_size().ok_or_else(|| Error::input(what, None, "its size overflows"))?;
    let mut buffer = vec![0; size];
    reader.next_frame(&mut buffer).map_err(broken)?;
    let rgba: Vec<[u8; 4]> = match channels {
        4 => buffer.as_chunks::<4>().0.to_vec(),
        _ => buffer.as_chunks::<2>().0.iter().map(|[grey, alpha]| [*grey, *grey, *grey, *alpha]).collect(),
    };
    // Exif data may stand behind the picture (PNG, 11.3.4.5); viewers turn it as they say.
    let _ = reader.finish();
    let value = reader.info().exif_metadata.as_deref().and_then(exif_orientation).unwrap_or(1);
    let (columns, _, rgba) = Orientation::of_exif(value).upright(width as usize, height as usize, &rgba);
    Ok(Decoded { width: columns, rgba })
}

/// The value of the tag Orientation in Exif data, which are TIFF 6.0: of the first directory, a short.
fn exif_orientation(data: &[u8]) -> Option<u16> {
    const ORIENTATION: usize = 0x0112;
    let data = data.strip_prefix(b"Exif\0\0").unwrap_or(data);
    let number = |at: usize, length: usize| {
        let bytes = data.get(at..at.checked_add(length)?)?;
        let join = |so_far: usize, byte: &u8| so_far << 8 | usize::from(*byte);
        match data.get(..4)? {
            b"II*\0" => Some(bytes.iter().rev().fold(0, join)),
            b"MM\0*" => Some(bytes.iter().fold(0, join)),
            _ => None,
        }
    };
    let directory = number(4, 4)?;
    let entries = (0..number(directory, 2)?).map(|index| directory + 2 + index * 12);
    let found = entries.take_while(|at| *at < data.len()).find(|at| number(*at, 2) == Some(ORIENTATION))?;
    u16::try_from(number(found + 8, 2)?).ok()
}

/// Cuts the picture to the box of what is seen, and refuses a background that isn't transparent.
fn crop(what: Subject, decoded: &Decoded, width_mm: f64) -> Result<InkImage, Error> {
    let columns = decoded.width;
    let seen = |pixel: &[u8; 4]| pixel[3] >= SEEN;
    let (mut left, mut right, mut top, mut bottom) = (usize::MAX, 0, usize::MAX, 0);
    let mut ink = false;
    for (row, pixels) in decoded.rgba.chunks_exact(columns.max(1)).enumerate() {
        let (Some(first), Some(last)) = (pixels.iter().position(seen), pixels.iter().rposition(seen)) else { continue };
        left = left.min(first);
        right = right.max(last);
        top = top.min(row);
        bottom = row;
        ink |= pixels.iter().any(|pixel| pixel[3] >= OPAQUE);
    }
    if !ink {
        return Err(Error::input(what, None, Reason::NothingDrawn));
    }
    let (width, height) = (right - left + 1, bottom - top + 1);
    let cut = || {
        decoded
            .rgba
            .chunks_exact(columns)
            .skip(top)
            .take(height)
            .flat_map(move |pixels| pixels.iter().skip(left).take(width))
    };
    let transparent = cut().filter(|pixel| !seen(pixel)).count();
    if transparent as u64 * 100 < (width * height) as u64 * MIN_TRANSPARENT_PERCENT {
        return Err(Error::input(what, None, Reason::NotTransparent));
    }
    let narrow = |length: usize| u32::try_from(length).map_err(|_| Error::Internal("a picture grew by cutting".into()));
    Ok(InkImage {
        width: narrow(width)?,
        height: narrow(height)?,
        rgb: cut().flat_map(|[red, green, blue, _]| [*red, *green, *blue]).collect(),
        alpha: cut().map(|pixel| pixel[3]).collect(),
        width_mm,
    })
}

/// Whether a hue is that of a hand signature's ink.
pub(super) fn is_blue(hue: f64) -> bool {
    (200.0..=260.0).contains(&hue)
}

/// Whether a hue is that of a seal's ink.
pub(super) fn is_red(hue: f64) -> bool {
    hue >= 345.0 || hue <= 15.0
}

/// Hue in degrees, 0 to 360; none for what the eye takes for black, grey or white.
pub(super) fn hue(red: u8, green: u8, blue: u8) -> Option<f64> {
    let max = red.max(green).max(blue);
    let chroma = max - red.min(green).min(blue);
    if chroma < MIN_CHROMA {
        return None;
    }
    let (red, green, blue, chroma) = (f64::from(red), f64::from(green), f64::from(blue), f64::from(chroma));
    let sextant = if f64::from(max) == red {
        ((green - blue) / chroma).rem_euclid(6.0)
    } else if f64::from(max) == green {
        (blue - red) / chroma + 2.0
    } else {
        (red - green) / chroma + 4.0
    };
    Some(sextant * 60.0)
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::cast_possible_truncation, reason = "numbers of a test are small")]

    use super::*;

    /// A PNG of the type and depth given.
    fn png_of(width: u32, height: u32, colour: png::ColorType, depth: png::BitDepth, data: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(colour);
        encoder.set_depth(depth);
        if colour == png::ColorType::Indexed {
            encoder.set_palette(vec![0, 0, 0, 20, 60, 200]);
            encoder.set_trns(vec![0, 255]);
        }
        encoder.write_header().unwrap().write_image_data(data).unwrap();
        bytes
    }

    /// A transparent 20 × 20 picture with a hollow box of `ink` from column 4 to 15 and row 6 to 13.
    pub(in crate::appearance) fn hollow_box(ink: [u8; 4]) -> Vec<u8> {
        let mut data = Vec::new();
        for row in 0..20 {
            for column in 0..20 {
                let inside = (4..=15).contains(&column) && (6..=13).contains(&row);
                let core = (6..=13).contains(&column) && (8..=11).contains(&row);
                data.extend(if inside && !core { ink } else { [255, 255, 255, 0] });
            }
        }
        png_of(20, 20, png::ColorType::Rgba, png::BitDepth::Eight, &data)
    }

    const BLUE: [u8; 4] = [20, 60, 200, 255];
    const RED: [u8; 4] = [215, 20, 30, 255];

    fn message(result: Result<InkImage, Error>) -> String {
        result.expect_err("must be refused").to_string()
    }

    #[test]
    fn the_box_of_the_ink_is_the_picture() {
        let image = InkImage::signature(&hollow_box(BLUE), 30.0).unwrap();
        assert_eq!(image.pixels(), (12, 8));
        assert_eq!((image.width_mm(), image.height_mm()), (30.0, 20.0));
        assert!((image.size().0 - 85.039).abs() < 0.001);
        assert_eq!(image.alpha().iter().filter(|alpha| **alpha == 255).count(), 12 * 8 - 8 * 4);
        assert!(image.rgb().as_chunks::<3>().0.iter().all(|pixel| pixel == &[20, 60, 200]), "unseen pixels are dyed");
    }

    #[test]
    fn wrong_colours_are_refused_but_there_is_a_way_round() {
        assert!(message(InkImage::signature(&hollow_box(RED), 30.0)).contains("only 0 % of the ink is blue"));
        assert!(message(InkImage::seal(&hollow_box(BLUE), 30.0)).contains("only 0 % of the ink is red"));
        assert!(message(InkImage::signature(&hollow_box([10, 10, 20, 255]), 30.0)).contains("blue"), "black ink");
        InkImage::signature_any_colour(&hollow_box(RED), 30.0).unwrap();
        InkImage::seal_any_colour(&hollow_box(BLUE), 30.0).unwrap();
        InkImage::seal(&hollow_box(RED), 36.0).unwrap();
    }

    #[test]
    fn one_stroke_in_ten_of_another_colour_is_refused() {
        let mut data = vec![0; 100 * 4 * 2];
        for (index, pixel) in data.as_chunks_mut::<4>().0.iter_mut().enumerate().take(100) {
            *pixel = if index % 10 == 0 { RED } else { BLUE };
        }
        let png = png_of(100, 2, png::ColorType::Rgba, png::BitDepth::Eight, &data);
        // The lower, transparent row is cut off with the rest: frame it with one more stroke.
        let mut framed = data.clone();
        framed.extend_from_slice(&[20, 60, 200, 255]);
        framed.extend(std::iter::repeat_n(0, 99 * 4));
        assert!(message(InkImage::signature(&png, 30.0)).contains("not transparent"));
        let png = png_of(100, 3, png::ColorType::Rgba, png::BitDepth::Eight, &framed);
        assert!(message(InkImage::signature(&png, 30.0)).contains("only 90 %"));
    }

    #[test]
    fn a_picture_without_transparency_is_refused() {
        let photo = png_of(2, 2, png::ColorType::Rgb, png::BitDepth::Eight, &[200; 12]);
        assert!(message(InkImage::signature(&photo, 30.0)).contains("not transparent"));
        let opaque = png_of(2, 2, png::ColorType::Rgba, png::BitDepth::Eight, &BLUE.repeat(4));
        assert!(message(InkImage::signature(&opaque, 30.0)).contains("background is not transparent"));
        let empty = png_of(2, 2, png::ColorType::Rgba, png::BitDepth::Eight, &[0; 16]);
        assert!(message(InkImage::signature(&empty, 30.0)).contains("nothing is to be seen"));
    }

    #[test]
    fn palettes_grey_and_sixteen_bits_are_read() {
        let indexed = png_of(4, 2, png::ColorType::Indexed, png::BitDepth::Eight, &[0, 1, 1, 0, 1, 0, 0, 1]);
        assert_eq!(InkImage::signature(&indexed, 30.0).unwrap().pixels(), (4, 2));

        let grey = png_of(2, 2, png::ColorType::GrayscaleAlpha, png::BitDepth::Eight, &[0, 255, 0, 0, 0, 0, 0, 255]);
        assert!(message(InkImage::signature(&grey, 30.0)).contains("blue"));
        assert_eq!(InkImage::signature_any_colour(&grey, 30.0).unwrap().alpha(), &[255, 0, 0, 255]);

        let deep: Vec<u8> = [BLUE, [0; 4], [0; 4], BLUE].concat().iter().flat_map(|byte| [*byte, 7]).collect();
        let deep = png_of(2, 2, png::ColorType::Rgba, png::BitDepth::Sixteen, &deep);
        assert_eq!(InkImage::signature(&deep, 30.0).unwrap().rgb()[..3], [20, 60, 200]);
    }

    #[test]
    fn widths_that_no_signature_has_are_refused() {
        for width in [0.0, -30.0, 151.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(
                InkImage::signature(&hollow_box(BLUE), width),
                Err(Error::Parameters { name: Parameter::ImageWidthMm, .. })
            ));
        }
    }

    #[test]
    fn huge_and_broken_pictures_are_refused() {
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, 60_000, 60_000);
        encoder.set_color(png::ColorType::Rgba);
        drop(encoder.write_header().unwrap());
        // The file's signature and its header chunk, then data that never comes.
        png.truncate(33);
        png.extend_from_slice(b"\0\0\0\x0aIDAT");
        assert!(message(InkImage::signature(&png, 30.0)).contains("60000 × 60000 pixels are more than"));
        assert!(InkImage::signature(b"%PDF-1.7", 30.0).is_err());
        assert!(InkImage::signature(&hollow_box(BLUE)[..60], 30.0).is_err());
    }

    #[test]
    fn hues_are_those_of_the_colour_wheel() {
        assert_eq!(hue(255, 0, 0), Some(0.0));
        assert_eq!(hue(0, 255, 0), Some(120.0));
        assert_eq!(hue(0, 0, 255), Some(240.0));
        assert_eq!(hue(255, 0, 64).map(f64::round), Some(345.0));
        assert_eq!(hue(100, 100, 110), None);
    }

    #[test]
    fn pictures_are_seen_as_viewers_turn_them() {
        let exif = |value: u8| {
            let data =
                [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(), &[value, 0, 0, 0], &[0; 4]].concat();
            assert_eq!(exif_orientation(&data), Some(u16::from(value)));
            for end in 0..data.len() - 6 {
                assert_eq!(exif_orientation(&data[..end]), None);
            }
            data
        };
        for value in 1..=8 {
            let mut file = Vec::new();
            let mut info = png::Info::with_size(8, 4);
            (info.color_type, info.bit_depth) = (png::ColorType::Rgba, png::BitDepth::Eight);
            info.exif_metadata = Some(exif(value).into());
            // Ink at the upper edge, more of it on the left.
            let pixel = |at: usize| if at < 5 || at == 8 || at == 24 { [20, 60, 200, 255] } else { [0; 4] };
            let pixels: Vec<u8> = (0..32).flat_map(pixel).collect();
            let encoder = png::Encoder::with_info(&mut file, info).unwrap();
            encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
            let image = InkImage::signature(&file, 30.0).unwrap();
            let is_upright = value < 5;
            assert_eq!(image.pixels(), if is_upright { (5, 4) } else { (4, 5) }, "{value}");
            let (columns, rows) = (image.pixels().0 as usize, image.pixels().1 as usize);
            let corner = |x: usize, y: usize| image.alpha()[y * columns + x] > 0;
            let corners = [corner(0, 0), corner(columns - 1, 0), corner(0, rows - 1), corner(columns - 1, rows - 1)];
            // The corner of the two strokes, where each orientation puts the picture's upper left.
            let missing = corners.iter().position(|is_ink| !is_ink).unwrap();
            let wanted = [3, 2, 0, 1, 3, 2, 0, 1][usize::from(value) - 1];
            assert_eq!(missing, wanted, "{value}: {corners:?}");
        }
    }
}
