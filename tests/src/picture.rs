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
        Self::of_opened(pdf, page, dpi, "")
    }

    /// The picture of a PDF that this user password opens.
    pub fn of_opened(pdf: &[u8], page: usize, dpi: u32, password: &str) -> Self {
        let page = page.to_string();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (file, prefix) = (folder.path().join("in.pdf"), folder.path().join("page"));
        std::fs::write(&file, pdf).unwrap();
        let done = Command::new("pdftoppm")
            .args(["-png", "-singlefile", "-f", &page, "-cropbox", "-r", &dpi.to_string(), "-upw", password])
            .arg(&file)
            .arg(&prefix)
            .status()
            .expect("pdftoppm must be installed");
        assert!(done.success(), "pdftoppm");
        Self::read(&prefix.with_extension("png"))
    }

    /// Page 1 of a PDF as MuPDF renders it, at this many dots an inch.
    pub fn by_mupdf(pdf: &[u8], dpi: u32) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (file, out) = (folder.path().join("in.pdf"), folder.path().join("page.png"));
        std::fs::write(&file, pdf).unwrap();
        let mut command = Command::new("mutool");
        command.args(["draw", "-q", "-c", "rgb", "-r", &dpi.to_string(), "-o"]).arg(&out).arg(&file).arg("1");
        assert!(command.output().expect("mutool must be installed").status.success(), "mutool");
        Self::read(&out)
    }

    /// Every page of a PDF, as [`Picture::of_page`].
    pub fn of_pages(pdf: &[u8], dpi: u32) -> Vec<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (file, prefix) = (folder.path().join("in.pdf"), folder.path().join("page"));
        std::fs::write(&file, pdf).unwrap();
        let done = Command::new("pdftoppm")
            .args(["-png", "-cropbox", "-r", &dpi.to_string()])
            .arg(&file)
            .arg(&prefix)
            .status()
            .expect("pdftoppm must be installed");
        assert!(done.success(), "pdftoppm");
        let entries = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut pages = entries.filter(|path| path.extension().is_some_and(|e| e == "png")).collect::<Vec<_>>();
        pages.sort();
        pages.iter().map(|path| Self::read(path)).collect()
    }

    /// Pages below one another, all of one width.
    pub fn stacked(pages: &[Self]) -> Self {
        let width = pages.first().map_or(0, |page| page.width);
        assert!(pages.iter().all(|page| page.width == width), "pages of several widths");
        let height = pages.iter().map(|page| page.height).sum();
        Self { width, height, pixels: pages.iter().flat_map(|page| page.pixels.iter().copied()).collect() }
    }

    /// In shades of grey.
    pub fn grey(&self) -> Self {
        let grey = |pixel: &[u8]| {
            let sum = 299 * u32::from(pixel[0]) + 587 * u32::from(pixel[1]) + 114 * u32::from(pixel[2]);
            [(sum / 1000) as u8; 3]
        };
        Self { width: self.width, height: self.height, pixels: self.pixels.chunks_exact(3).flat_map(grey).collect() }
    }

    /// Writes a PNG file of a grey picture: 16 shades do.
    pub fn write_grey(&self, path: &Path) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = std::fs::File::create(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut encoder = png::Encoder::new(file, self.width, self.height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Four);
        encoder.set_compression(png::Compression::High);
        let shade = |at: usize| self.pixels.get(at * 3).copied().unwrap_or(255) >> 4;
        let width = self.width as usize;
        let rows = (0..self.height as usize).flat_map(|row| {
            (0..width.div_ceil(2)).map(move |pair| {
                let left = row * width + pair * 2;
                let right = if pair * 2 + 1 < width { shade(left + 1) } else { 15 };
                shade(left) << 4 | right
            })
        });
        encoder.write_header().unwrap().write_image_data(&rows.collect::<Vec<u8>>()).unwrap();
    }

    /// A PNG file of 8-bit RGB, or of shades of grey.
    pub fn read(path: &Path) -> Self {
        let file = std::fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut decoder = png::Decoder::new(std::io::BufReader::new(file));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        pixels.truncate(frame.buffer_size());
        match (frame.color_type, frame.bit_depth) {
            (png::ColorType::Rgb, png::BitDepth::Eight) => {}
            (png::ColorType::Grayscale, png::BitDepth::Eight) => {
                pixels = pixels.into_iter().flat_map(|shade| [shade; 3]).collect();
            }
            other => panic!("{}: {other:?}", path.display()),
        }
        Self { width: frame.width, height: frame.height, pixels }
    }

    /// What a QR reader reads off it, if anything.
    pub fn qr(&self) -> Option<String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("page.png");
        self.write(&file);
        let said =
            Command::new("zbarimg").args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(&file).output();
        let said = said.expect("zbarimg must be installed").stdout;
        Some(String::from_utf8(said).unwrap().trim_end().to_owned()).filter(|text| !text.is_empty())
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
