//! Pictures that people bring: JPEG and PNG files, with the size on paper that they claim.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use kyso_pdf::geometry::Orientation;

use crate::exif::Exif;

/// What programs write where they know nothing: a screen's resolution.
const SCREEN_DPI: f64 = 100.0;
/// Centimetres in an inch.
const CM_PER_INCH: f64 = 2.54;

/// A scan or a photo.
#[derive(Clone, PartialEq)]
pub struct Scan {
    /// Columns of pixels.
    pub width: u32,
    /// Rows of pixels.
    pub height: u32,
    /// Red, green and blue of each pixel, rows from the top; what was transparent is on white.
    pub rgb: Vec<u8>,
    /// What the file says of its size on paper.
    pub density: Density,
}

/// What a picture's file says of its size on paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Density {
    /// Pixels in an inch, as a scanner knows.
    Dpi(f64),
    /// No density, or a screen's, which says as little.
    Unknown,
    /// The picture is a camera's photo: nobody noted the distance of the paper, whatever number the file has.
    Photo,
}

/// Why a picture can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScanError {
    /// The file is neither JPEG nor PNG, or is damaged.
    NotPicture {
        /// What the decoder says.
        cause: String,
    },
    /// The picture has more pixels than the limit.
    TooManyPixels {
        /// How many it has.
        pixels: u64,
    },
}

impl std::fmt::Display for ScanError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotPicture { cause } => write!(f, "not a readable JPEG or PNG: {cause}"),
            Self::TooManyPixels { pixels } => write!(f, "the picture is too large ({pixels} pixels)"),
        }
    }
}

impl std::error::Error for ScanError {}

impl std::fmt::Debug for Scan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scan({} × {} px, {:?})", self.width, self.height, self.density)
    }
}

impl Scan {
    /// Reads a JPEG or a PNG file of at most so many pixels, turned as its Exif data say.
    ///
    /// # Errors
    /// [`ScanError`] where it's neither, is damaged, or has more pixels.
    pub fn read(file: &[u8], most: u64) -> Result<Self, ScanError> {
        let read = || if file.starts_with(b"\x89PNG") { png(file, most) } else { jpeg(file, most) };
        catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(broken("the decoder can't cope with it")))
    }
}

fn broken(cause: impl ToString) -> ScanError {
    ScanError::NotPicture { cause: cause.to_string() }
}

fn demand_few(width: usize, height: usize, most: u64) -> Result<(), ScanError> {
    let pixels = width as u64 * height as u64;
    if pixels > most { Err(ScanError::TooManyPixels { pixels }) } else { Ok(()) }
}

fn narrow(length: usize) -> Result<u32, ScanError> {
    u32::try_from(length).map_err(broken)
}

fn density(dpi: Option<f64>) -> Density {
    match dpi.filter(|dpi| dpi.is_finite() && *dpi > SCREEN_DPI) {
        Some(dpi) => Density::Dpi(dpi),
        None => Density::Unknown,
    }
}

fn png(file: &[u8], most: u64) -> Result<Scan, ScanError> {
    let limits = png::Limits { bytes: 512 << 20 };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(file), limits);
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().map_err(broken)?;
    let (width, height) = reader.info().size();
    demand_few(width as usize, height as usize, most)?;
    let dims = reader.info().pixel_dims.filter(|dims| dims.unit == png::Unit::Meter && dims.xppu == dims.yppu);
    let has_colour = matches!(reader.output_color_type(), (png::ColorType::Rgba, _));
    let size = reader.output_buffer_size().ok_or_else(|| broken("its size overflows"))?;
    let mut buffer = vec![0; size];
    reader.next_frame(&mut buffer).map_err(broken)?;
    let over_white = |channel: u8, alpha: u8| {
        let sum = u32::from(channel) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
        u8::try_from(sum / 255).unwrap_or(u8::MAX)
    };
    // Exif data may stand behind the picture (PNG, 11.3.4.5).
    let _ = reader.finish();
    let exif = reader.info().exif_metadata.as_deref().and_then(Exif::read).unwrap_or_default();
    let rgb = match has_colour {
        true => (buffer.as_chunks::<4>().0.iter())
            .flat_map(|[red, green, blue, alpha]| [red, green, blue].map(|channel| over_white(*channel, *alpha)))
            .collect(),
        false => buffer.as_chunks::<2>().0.iter().flat_map(|[grey, alpha]| [over_white(*grey, *alpha); 3]).collect(),
    };
    let dpi = dims.map(|dims| f64::from(dims.xppu) * CM_PER_INCH / 100.0);
    upright(width as usize, height as usize, rgb, exif.orientation, density(dpi))
}

fn jpeg(file: &[u8], most: u64) -> Result<Scan, ScanError> {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB).jpeg_set_max_scans(100);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    decoder.decode_headers().map_err(broken)?;
    let info = decoder.info().ok_or_else(|| broken("it has no header"))?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    demand_few(width, height, most)?;
    let rgb = decoder.decode().map_err(broken)?;
    if rgb.len() != width * height * 3 {
        return Err(broken("its colours aren't a picture's"));
    }
    let exif = info.exif_data.as_deref().and_then(Exif::read).unwrap_or_default();
    let known = match exif.is_photo {
        true => Density::Photo,
        false => density(jfif_dpi(file).filter(|dpi| *dpi > SCREEN_DPI).or(exif.dpi)),
    };
    upright(width, height, rgb, exif.orientation, known)
}

/// A picture turned as its Exif data say.
fn upright(width: usize, height: usize, rgb: Vec<u8>, orientation: u16, density: Density) -> Result<Scan, ScanError> {
    let (columns, rows, seen) = Orientation::of_exif(orientation).upright(width, height, rgb.as_chunks::<3>().0);
    let rgb = seen.into_iter().flatten().collect();
    Ok(Scan { width: narrow(columns)?, height: narrow(rows)?, rgb, density })
}

/// Pixels in an inch by the JFIF segment (ITU-T T.871, 10.1), which the decoder passes over. Both directions must be alike.
fn jfif_dpi(file: &[u8]) -> Option<f64> {
    let mut at = 2;
    loop {
        let [0xff, marker @ 0xe0..=0xef, high, low] = *file.get(at..)?.first_chunk()? else { return None };
        let segment = file.get(at + 4..)?;
        if let (0xe0, Some(jfif)) = (marker, segment.strip_prefix(b"JFIF\0")) {
            let [_, _, unit, x_high, x_low, y_high, y_low] = *jfif.first_chunk()?;
            let (x, y) = (u16::from_be_bytes([x_high, x_low]), u16::from_be_bytes([y_high, y_low]));
            return match unit {
                1 if x == y => Some(f64::from(x)),
                2 if x == y => Some(f64::from(x) * CM_PER_INCH),
                _ => None,
            };
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png_file(dims: Option<u32>) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, 2, 1);
        encoder.set_color(png::ColorType::Rgba);
        let dims = dims.map(|xppu| png::PixelDimensions { xppu, yppu: xppu, unit: png::Unit::Meter });
        encoder.set_pixel_dims(dims);
        encoder.write_header().unwrap().write_image_data(&[10, 20, 30, 255, 10, 20, 30, 0]).unwrap();
        file
    }

    #[test]
    fn png_files_are_on_white_and_say_how_large_they_are() {
        let scan = Scan::read(&png_file(Some(11811)), 2).unwrap();
        assert_eq!((scan.width, scan.height, scan.rgb.as_slice()), (2, 1, &[10, 20, 30, 255, 255, 255][..]));
        let Density::Dpi(dpi) = scan.density else { panic!("{:?}", scan.density) };
        assert!((dpi - 300.0).abs() < 0.01);
        assert_eq!(Scan::read(&png_file(Some(2835)), 2).unwrap().density, Density::Unknown, "72 dpi is a screen's");
        assert_eq!(Scan::read(&png_file(None), 2).unwrap().density, Density::Unknown);
    }

    #[test]
    fn a_jpeg_says_its_resolution_behind_other_segments() {
        let jfif = |unit: u8, x: u8| {
            let mut file = vec![0xff, 0xd8, 0xff, 0xe1, 0, 4, 1, 2, 0xff, 0xe0, 0, 16];
            file.extend([&b"JFIF\0\x01\x01"[..], &[unit, 1, x, 1, 44, 0, 0]].concat());
            file
        };
        assert_eq!(jfif_dpi(&jfif(1, 44)), Some(300.0));
        assert_eq!(jfif_dpi(&jfif(2, 44)), Some(762.0));
        assert_eq!((jfif_dpi(&jfif(0, 44)), jfif_dpi(&jfif(1, 45))), (None, None));
        for end in 0..jfif(1, 44).len() - 2 {
            assert_eq!(jfif_dpi(jfif(1, 44).get(..end).unwrap()), None);
        }
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for wrong in [&b""[..], b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xd9"] {
            assert!(matches!(Scan::read(wrong, 2), Err(ScanError::NotPicture { .. })), "{wrong:?}");
        }
        assert_eq!(Scan::read(&png_file(None), 1), Err(ScanError::TooManyPixels { pixels: 2 }));
    }

    #[test]
    fn pictures_are_turned_upright() {
        // Orientation 6 in the shortest Exif data, of a picture of two pixels beside one another.
        let exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let mut info = png::Info::with_size(2, 1);
        (info.color_type, info.bit_depth) = (png::ColorType::Rgba, png::BitDepth::Eight);
        info.exif_metadata = Some(exif.as_slice().into());
        let mut file = Vec::new();
        let encoder = png::Encoder::with_info(&mut file, info).unwrap();
        encoder.write_header().unwrap().write_image_data(&[10, 20, 30, 255, 10, 20, 30, 0]).unwrap();
        let scan = Scan::read(&file, 2).unwrap();
        assert_eq!((scan.width, scan.height, scan.rgb.as_slice()), (1, 2, &[10, 20, 30, 255, 255, 255][..]));
    }
}
