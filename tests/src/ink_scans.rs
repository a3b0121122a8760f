//! Scans of ink on paper, as scanners and phones make them; and papers with a picture on them.

use std::process::Command;

use crate::shapes::writer::{file, stream};

/// What ink lets through, in red, green and blue.
pub type Ink = [f64; 3];
/// A seal's ink pad.
pub const RED: Ink = [0.88, 0.22, 0.25];
/// A ballpoint.
pub const BLUE: Ink = [0.20, 0.32, 0.72];
/// Toner, a gel pen.
pub const BLACK: Ink = [0.15, 0.15, 0.16];
/// A pencil.
pub const GREY: Ink = [0.55, 0.55, 0.57];

/// A picture of 8-bit RGB.
#[derive(Debug, Clone)]
pub struct Scan {
    /// Columns of pixels.
    pub width: u32,
    /// Rows of pixels.
    pub height: u32,
    /// Rows from the top.
    pub rgb: Vec<u8>,
}

/// Yellowish rough paper under uneven light, with a soft shadow across, and ink where `ink` says so.
pub fn scan(width: u32, height: u32, ink: impl Fn(f64, f64) -> Vec<Ink>) -> Scan {
    let (right, lower) = (f64::from(width), f64::from(height));
    let mut rgb = Vec::new();
    let mut noise = 1_u32;
    for row in 0..height {
        for column in 0..width {
            let (x, y) = (f64::from(column), f64::from(row));
            // Four samples a pixel: strokes have soft edges.
            let mut through = [0.0; 3];
            for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                let light = ink(x + dx, y + dy)
                    .into_iter()
                    .fold([1.0; 3], |light: [f64; 3], ink| [light[0] * ink[0], light[1] * ink[1], light[2] * ink[2]]);
                through = [through[0] + light[0] / 4.0, through[1] + light[1] / 4.0, through[2] + light[2] / 4.0];
            }
            let light = 1.0 - 0.2 * (x / right + y / lower) / 2.0 - 0.25 / (1.0 + (-(x - 0.7 * right) / 18.0).exp());
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let rough = (f64::from(noise >> 24) / 255.0 - 0.5) * 14.0;
            for (paper, through) in [250.0, 244.0, 226.0].into_iter().zip(through) {
                rgb.push(((paper * light + rough) * through).clamp(0.0, 255.0) as u8);
            }
        }
    }
    Scan { width, height, rgb }
}

/// A signature's stroke within a picture of this size, a little turned.
pub fn stroke(x: f64, y: f64, width: f64, height: f64) -> bool {
    let (x, y) = (x - width / 2.0, y - height / 2.0 - 0.1 * (x - width / 2.0));
    let (wave, thick) = (width / 14.0, width / 110.0);
    let middle = height * 0.25 * (x / wave).sin() * (1.0 + x / width);
    let slope = height * 0.25 / wave * (x / wave).cos();
    x.abs() < width * 0.4 && (y - middle).abs() < thick * (1.0 + slope * slope).sqrt()
}

/// A round seal of a diameter in pixels: two rings, a star of three bars.
pub fn seal(x: f64, y: f64, diameter: f64) -> bool {
    let (radius, outer) = (x.hypot(y), diameter / 2.0);
    let bar = |turn: f64| (x * turn.sin() - y * turn.cos()).abs() < outer * 0.05 && radius < outer * 0.5;
    (outer * 0.93..outer).contains(&radius)
        || (outer * 0.72..outer * 0.75).contains(&radius)
        || [0.3, 1.35, 2.4].into_iter().any(bar)
}

impl Scan {
    /// As a PNG file, which says its resolution where one is given.
    pub fn png(&self, dpi: Option<f64>) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let density = dpi.map(|dpi| (dpi / 0.0254).round() as u32);
        let dims = density.map(|xppu| png::PixelDimensions { xppu, yppu: xppu, unit: png::Unit::Meter });
        encoder.set_pixel_dims(dims);
        encoder.write_header().unwrap().write_image_data(&self.rgb).unwrap();
        file
    }

    /// As a JPEG file of this quality and resolution, with a JPEG's artefacts. Poppler writes it.
    pub fn jpeg(&self, dpi: u32, quality: u32) -> Vec<u8> {
        let points = |pixels: u32| f64::from(pixels) * 72.0 / f64::from(dpi);
        let (width, height) = (points(self.width), points(self.height));
        let pdf = page([width, height], self, [0.0, 0.0, width, height]);
        let folder = tempfile::tempdir().unwrap();
        let (file, prefix) = (folder.path().join("in.pdf"), folder.path().join("out"));
        std::fs::write(&file, pdf).unwrap();
        let done = Command::new("pdftoppm")
            .args(["-jpeg", "-singlefile", "-r", &dpi.to_string(), "-jpegopt", &format!("quality={quality}")])
            .arg(&file)
            .arg(&prefix)
            .status();
        assert!(done.expect("pdftoppm must be installed").success());
        std::fs::read(prefix.with_extension("jpg")).unwrap()
    }
}

/// A page of this size in points with a picture at left, bottom, width, height.
pub fn page([width, height]: [f64; 2], picture: &Scan, [x, y, wide, high]: [f64; 4]) -> Vec<u8> {
    let content = format!("q {wide} 0 0 {high} {x} {y} cm /P Do Q");
    let image = format!(
        "/Type /XObject /Subtype /Image /Width {} /Height {} /ColorSpace /DeviceRGB /BitsPerComponent 8",
        picture.width, picture.height
    );
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 4 0 R /Resources << /XObject << /P 5 0 R >> >> >>"
    );
    let objects: [&[u8]; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page.as_bytes(),
        &stream("", content.as_bytes()),
        &stream(&image, &picture.rgb),
    ];
    file(objects)
}
