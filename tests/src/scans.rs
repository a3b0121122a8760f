//! Scanned papers: a picture that fills the page.

use std::io::Write as _;

use crate::shapes::writer::{Layout, Objects, stream, write};

/// A scan.
#[derive(Debug, Clone, Copy)]
pub struct Scan {
    /// Dots an inch.
    pub dpi: f64,
    /// /ColorSpace and /BitsPerComponent.
    pub colours: &'static str,
    /// Bits of a pixel.
    pub bits: usize,
    /// The page in millimetres.
    pub mm: (f64, f64),
    /// In the header.
    pub version: &'static str,
    /// More of the page's dictionary.
    pub page: &'static str,
    /// Drawn before and behind the picture.
    pub around: (&'static str, &'static str),
}

impl Scan {
    /// As the decree wants it.
    pub const GOOD: Self = Self {
        dpi: 300.0,
        colours: "/ColorSpace /DeviceRGB /BitsPerComponent 8",
        bits: 24,
        mm: (210.0, 297.0),
        version: "1.7",
        page: "",
        around: ("", ""),
    };

    /// The file: a dark bar on white paper.
    pub fn pdf(&self) -> Vec<u8> {
        let points = |mm: f64| mm * 72.0 / 25.4;
        let pixels = |mm: f64| (mm / 25.4 * self.dpi).round() as usize;
        let (columns, rows) = (pixels(self.mm.0), pixels(self.mm.1));
        let row = (columns * self.bits).div_ceil(8);
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        for y in 0..rows {
            let shade = if (rows / 10..rows / 9).contains(&y) { 0x30 } else { 0xff };
            encoder.write_all(&vec![shade; row]).unwrap();
        }
        let (width, height) = (points(self.mm.0), points(self.mm.1));
        let content = format!("{} q {width} 0 0 {height} 0 0 cm /Scan Do Q {}", self.around.0, self.around.1);
        let picture = format!(
            "/Type /XObject /Subtype /Image /Width {columns} /Height {rows} {} /Filter /FlateDecode",
            self.colours
        );
        let mut objects: Objects = [
            (1, "<< /Type /Catalog /Pages 2 0 R >>".to_owned()),
            (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned()),
            (
                3,
                format!(
                    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 4 0 R {} /Resources \
                     << /XObject << /Scan 5 0 R >> /Font << /F 6 0 R >> >> >>",
                    self.page
                ),
            ),
            (6, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned()),
        ]
        .map(|(number, body): (u32, String)| (number, body.into_bytes()))
        .into();
        objects.insert(4, stream("", content.as_bytes()));
        objects.insert(5, stream(&picture, &encoder.finish().unwrap()));
        objects.insert(7, stream("/N 3", b"profile"));
        objects.insert(8, stream("/N 1", b"profile"));
        write(&objects, &Layout { version: self.version, ..Layout::default() })
    }
}
