//! A picture: rows of pixels from the top, and how many of them make an inch.

use std::fmt;

use crate::error::Error;

/// Millimetres in an inch.
const MM_PER_INCH: f64 = 25.4;

/// A picture without transparency.
#[derive(Clone, PartialEq)]
pub struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
    dpi: f64,
    is_whole: bool,
    is_seen_elsewhere: bool,
}

impl Picture {
    /// From red, green and blue of each pixel, rows from the top; none where they aren't `width` × `height`, or there
    /// are none.
    pub fn new(width: u32, height: u32, rgb: Vec<u8>, dpi: f64) -> Option<Self> {
        let bytes = u128::from(width) * u128::from(height) * 3;
        let whole = bytes > 0 && bytes == rgb.len() as u128 && dpi.is_finite() && dpi > 0.0;
        whole.then_some(Self { width, height, rgb, dpi, is_whole: true, is_seen_elsewhere: false })
    }

    /// This picture, marked as lacking something of the page that couldn't be drawn.
    pub(crate) fn lacking(self) -> Self {
        Self { is_whole: false, ..self }
    }

    /// This picture, marked as lacking what is seen in print only.
    pub(crate) fn seen_elsewhere(self) -> Self {
        Self { is_seen_elsewhere: true, ..self }
    }

    /// Whether the page has something that is seen in print, or by a layer's usage, and isn't in this picture.
    pub(crate) fn is_seen_elsewhere(&self) -> bool {
        self.is_seen_elsewhere
    }

    /// Whether the whole page was drawn: every picture could be decoded to its end, and every font be read.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Columns of pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Rows of pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Pixels in an inch of the page.
    pub fn dpi(&self) -> f64 {
        self.dpi
    }

    /// Red, green and blue of each pixel, rows from the top.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// One pixel; none beyond the edge.
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 3]> {
        let inside = x < self.width && y < self.height;
        let index = y as usize * self.width as usize + x as usize;
        self.rgb.as_chunks::<3>().0.get(index).copied().filter(|_| inside)
    }

    /// How light each pixel is, 0 to 255, rows from the top (ITU-R BT.601).
    pub fn grey(&self) -> Vec<u8> {
        let luma = |[red, green, blue]: &[u8; 3]| {
            let sum = u32::from(*red) * 77 + u32::from(*green) * 150 + u32::from(*blue) * 29;
            u8::try_from(sum >> 8).unwrap_or(u8::MAX)
        };
        self.rgb.as_chunks::<3>().0.iter().map(luma).collect()
    }

    /// As a PNG file that says how large it is on paper (pHYs).
    ///
    /// # Errors
    /// [`Error::Picture`] where it can't be written.
    pub fn to_png(&self) -> Result<Vec<u8>, Error> {
        let failed = |error: png::EncodingError| Error::Picture(error.to_string());
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        let density = whole(self.dpi * 1000.0 / MM_PER_INCH);
        encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: density, yppu: density, unit: png::Unit::Meter }));
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&self.rgb).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(file)
    }
}

/// Rounded, within what fits.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held within the range of the target")]
pub(crate) fn whole(number: f64) -> u32 {
    number.round().clamp(0.0, f64::from(u32::MAX)) as u32
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} × {} px, {} dpi)", self.width, self.height, self.dpi)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_must_fill_the_picture() {
        assert!(Picture::new(2, 1, vec![0; 6], 72.0).is_some());
        for (width, height, bytes, dpi) in [(2, 1, 5, 72.0), (0, 1, 0, 72.0), (2, 1, 6, 0.0), (2, 1, 6, f64::NAN)] {
            assert!(Picture::new(width, height, vec![0; bytes], dpi).is_none());
        }
        assert!(Picture::new(u32::MAX, u32::MAX, vec![0; 3], 72.0).is_none());
    }

    #[test]
    fn pixels_are_found_by_column_and_row() {
        let picture = Picture::new(2, 2, (0..12).collect(), 72.0).unwrap();
        assert_eq!(picture.pixel(1, 1), Some([9, 10, 11]));
        assert_eq!((picture.pixel(2, 0), picture.pixel(0, 2)), (None, None));
        assert_eq!(Picture::new(3, 1, vec![0, 0, 0, 255, 255, 255, 255, 0, 0], 72.0).unwrap().grey(), [0, 255, 76]);
    }

    #[test]
    fn a_png_tells_its_size_on_paper() {
        let file = Picture::new(2, 1, vec![1, 2, 3, 4, 5, 6], 150.0).unwrap().to_png().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
        let dims = reader.info().pixel_dims.unwrap();
        assert_eq!((dims.xppu, dims.yppu, dims.unit), (5906, 5906, png::Unit::Meter));
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        assert_eq!(pixels, [1, 2, 3, 4, 5, 6]);
    }
}
