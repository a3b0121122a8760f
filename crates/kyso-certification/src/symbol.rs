//! A QR symbol (ISO/IEC 18004) with lines of text under it, as a Form XObject: squares, no picture.

use std::fmt::Write as _;

use kyso_pdf::{Object, ObjectId, dictionary};
use qrcode::{Color, EcLevel, QrCode};

use crate::font::Font;
use kyso::Error;
use kyso::appearance::colours::Colours;
use kyso::appearance::draw::{Form, compressed, numbers};
use kyso::error::Parameter;
use kyso_pdf::geometry::POINTS_PER_MM;
use kyso_pdf::typeface::Face;

/// Side of the symbol with its quiet zone, in millimetres: it fits into the left margin of an official paper (30 to
/// 35 mm, Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục I.2).
pub(crate) const SIDE_MM: f64 = 28.0;
/// Modules of light around the symbol (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;
/// Smallest module in millimetres: finer ones aren't read by bad phones from bad prints.
const LEAST_MODULE_MM: f64 = 0.5;
/// Largest and smallest size of the text under it, in points.
const TEXT: std::ops::RangeInclusive<f64> = 5.0..=8.0;
/// From baseline to baseline, in ems.
const LEADING: f64 = 1.12;

/// The smallest symbol for a text that can lose 15 % of its area (level M), as rows of dark modules, without the quiet zone
/// around it (four modules; ISO/IEC 18004, 6.3.8): for a terminal, or a picture.
///
/// # Errors
/// [`Error::Parameters`] where the text is longer than any symbol holds.
pub fn modules(text: &str) -> Result<Vec<Vec<bool>>, Error> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| {
        let length = text.chars().count();
        Error::parameters(Parameter::Qr, format!("{length} characters are too many for a symbol: shorten them"))
    })?;
    Ok(rows(&code))
}

fn rows(code: &QrCode) -> Vec<Vec<bool>> {
    let dark = |row: &[Color]| row.iter().map(|&color| color == Color::Dark).collect();
    code.to_colors().chunks(code.width()).map(dark).collect()
}

/// A symbol and the text under it, ready to be drawn.
pub(crate) struct Symbol {
    /// Dark modules by row, without the quiet zone.
    rows: Vec<Vec<bool>>,
    lines: Vec<(String, f64)>,
}

impl Symbol {
    /// The smallest symbol for `text` that can lose 15 % of its area (level M), or 25 % (Q) where that takes no more
    /// room; with `lines` under it, each as large as its width allows.
    ///
    /// # Errors
    /// [`Error::Parameters`] where the text is so long that the modules would be smaller than 0.5 mm, or where a line is
    /// too long or has a character without a glyph.
    pub(crate) fn new(text: &str, lines: &[String]) -> Result<Self, Error> {
        let too_long = || {
            let length = text.chars().count();
            Error::parameters(
                Parameter::Qr,
                format!("{length} characters are too many for a symbol of {SIDE_MM} mm: shorten them"),
            )
        };
        let mut code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| too_long())?;
        if let Ok(better) = QrCode::with_version(text, code.version(), EcLevel::Q) {
            code = better;
        }
        let rows = rows(&code);
        let font = Font::new(Face::Regular)?;
        let mut sized = Vec::new();
        for line in lines {
            let size = (SIDE_MM * POINTS_PER_MM / font.width(line, 1.0)?.max(0.001)).min(*TEXT.end());
            if size < *TEXT.start() {
                return Err(Error::parameters(
                    Parameter::Qr,
                    format!("the line “{line}” is too long to stand under the symbol"),
                ));
            }
            sized.push((line.clone(), size));
        }
        let symbol = Self { rows, lines: sized };
        if symbol.module() / POINTS_PER_MM < LEAST_MODULE_MM { Err(too_long()) } else { Ok(symbol) }
    }

    /// Width and height, in points, that no symbol with so many lines under it exceeds.
    pub(crate) fn largest_size(lines: usize) -> (f64, f64) {
        let side = SIDE_MM * POINTS_PER_MM;
        let lines = u32::try_from(lines).unwrap_or(u32::MAX);
        (side, side + f64::from(lines) * TEXT.end() * LEADING)
    }

    /// Width and height with everything, in points.
    pub(crate) fn size(&self) -> (f64, f64) {
        let side = SIDE_MM * POINTS_PER_MM;
        (side, side + self.lines.iter().map(|(_, size)| size * LEADING).sum::<f64>())
    }

    /// Side of a module in points.
    fn module(&self) -> f64 {
        let modules = u32::try_from(self.rows.len() + 2 * QUIET).unwrap_or(u32::MAX);
        SIDE_MM * POINTS_PER_MM / f64::from(modules)
    }

    /// Draws it on white ground, black, in a document's colours.
    ///
    /// # Errors
    /// [`Error::Internal`] if the font in this library is damaged.
    pub(crate) fn draw(&self, colours: Colours, add: &mut dyn FnMut(Object) -> ObjectId) -> Result<Form, Error> {
        let (width, height) = self.size();
        let module = self.module();
        let mut content = format!("1 g 0 0 {width:.3} {height:.3} re f 0 g\n");
        // In modules, so that squares meet without a seam.
        let _ = writeln!(content, "q {module:.5} 0 0 {module:.5} 0 {:.3} cm", height - SIDE_MM * POINTS_PER_MM);
        for (row, y) in self.rows.iter().rev().zip(QUIET..) {
            let mut x = 0;
            for run in row.chunk_by(|one, other| one == other) {
                if run.first() == Some(&true) {
                    let _ = write!(content, "{} {y} {} 1 re ", x + QUIET, run.len());
                }
                x += run.len();
            }
        }
        content.push_str("f Q\n");

        let mut font = Font::new(Face::Regular)?;
        let mut y = height - SIDE_MM * POINTS_PER_MM;
        for (line, size) in &self.lines {
            y -= size * LEADING;
            let x = (width - font.width(line, *size)?) / 2.0;
            let baseline = y - font.extent(*size).1;
            let codes: String = font.encode(line)?.iter().map(|byte| format!("{byte:02X}")).collect();
            let _ = writeln!(content, "BT /Serif {size:.2} Tf {x:.3} {baseline:.3} Td <{codes}> Tj ET");
        }
        let mut fonts = kyso_pdf::Dictionary::new();
        if font.is_used() {
            fonts.set("Serif", font.embed(add)?);
        }
        let mut resources = dictionary! { "Font" => fonts };
        colours.complete(&mut resources);
        let dictionary = dictionary! {
            "Type" => "XObject",
            "Subtype" => "Form",
            "BBox" => numbers(&[0.0, 0.0, width, height]),
            "Resources" => resources,
        };
        let id = add(compressed(dictionary, content.as_bytes())?.into());
        Ok(Form { id, width, height })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_never_too_small() {
        let text = |length: usize| "A1".repeat(length / 2);
        for length in [20, 60, 94, 122, 178] {
            let symbol = Symbol::new(&text(length), &[]).unwrap();
            assert!(symbol.module() / POINTS_PER_MM >= LEAST_MODULE_MM, "{length}");
            assert_eq!(symbol.rows.len() % 4, 1, "{length}");
        }
        assert!(Symbol::new(&text(180), &[]).is_err());
    }

    #[test]
    fn finder_patterns_stand_in_three_corners() {
        let symbol = Symbol::new("HTTPS://KYSO.EXAMPLE", &["Tra cứu".into()]).unwrap();
        let last = symbol.rows.len() - 1;
        let dark = |x: usize, y: usize| *symbol.rows.get(y).and_then(|row| row.get(x)).unwrap();
        assert!(dark(0, 0) && dark(last, 0) && dark(0, last));
        assert!(symbol.size().1 > symbol.size().0);
    }

    #[test]
    fn lines_that_do_not_fit_are_refused() {
        let error = Symbol::new("A", &["rất dài ".repeat(20)]).err().unwrap();
        assert!(error.to_string().contains("too long to stand under"), "{error}");
    }
}
