//! Rendered pages, and how much two of them differ.

use std::path::Path;
use std::process::Command;

/// A picture of 8-bit RGB pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Three bytes a pixel, row by row from the top.
    pub pixels: Vec<u8>,
}

impl Picture {
    /// Page 1 of a PDF as poppler renders it, at this many dots an inch.
    pub fn of_page(pdf: &[u8], dpi: u32) -> Self {
        Self::of(pdf, 1, dpi)
    }

    /// A page of a PDF, from 1, as poppler renders it, at this many dots an inch.
    pub fn of(pdf: &[u8], page: usize, dpi: u32) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (file, prefix) = (folder.path().join("in.pdf"), folder.path().join("page"));
        std::fs::write(&file, pdf).unwrap();
        let done = Command::new("pdftoppm")
            .args(["-png", "-singlefile", "-f", &page.to_string(), "-cropbox", "-r", &dpi.to_string()])
            .arg(&file)
            .arg(&prefix)
            .status()
            .expect("pdftoppm must be installed");
        assert!(done.success(), "pdftoppm");
        Self::read(&prefix.with_extension("png"))
    }

    /// A PNG file of 8-bit RGB.
    pub fn read(path: &Path) -> Self {
        let file = std::fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((frame.color_type, frame.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
        pixels.truncate(frame.buffer_size());
        Self { width: frame.width, height: frame.height, pixels }
    }

    /// Writes a PNG file.
    pub fn write(&self, path: &Path) {
        let file = std::fs::File::create(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut encoder = png::Encoder::new(file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header().unwrap().write_image_data(&self.pixels).unwrap();
    }

    /// The share of pixels that differ from `other` by more than a shade: 0 to 1, and 1 where the sizes differ.
    pub fn difference(&self, other: &Self) -> f64 {
        if (self.width, self.height) != (other.width, other.height) {
            return 1.0;
        }
        let far = |(one, two): (&[u8], &[u8])| one.iter().zip(two).any(|(a, b)| a.abs_diff(*b) > 48);
        let different = self.pixels.chunks(3).zip(other.pixels.chunks(3)).filter(|pair| far(*pair)).count();
        different as f64 / f64::from(self.width * self.height)
    }

    /// The smallest box (left, top, right, bottom; in pixels, right and bottom excluded) around what `is` says yes to.
    pub fn bounds(&self, is: impl Fn([u8; 3]) -> bool) -> Option<(u32, u32, u32, u32)> {
        let mut bounds: Option<(u32, u32, u32, u32)> = None;
        for (number, pixel) in self.pixels.chunks_exact(3).enumerate() {
            if is([pixel[0], pixel[1], pixel[2]]) {
                let (x, y) = (number as u32 % self.width, number as u32 / self.width);
                let (left, top, right, bottom) = bounds.unwrap_or((x, y, x, y));
                bounds = Some((left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1)));
            }
        }
        bounds
    }
}
