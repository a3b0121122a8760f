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
pub(crate) const SIDE_MM: f64 = 27.0;
/// Modules of light around the symbol (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;
/// Smallest module in millimetres: finer ones aren't read by bad phones from bad prints.
const LEAST_MODULE_MM: f64 = 0.5;
/// Largest and smallest size of the text under it, in points: elderly people read it, and type it.
const TEXT: std::ops::RangeInclusive<f64> = 7.0..=8.0;
/// From the sides of the symbol with its quiet zone to the text, in millimetres: where the symbol stands in the margin, the text
/// is no nearer to the paper's edge than printers print.
const ASIDE_MM: f64 = 2.75;
/// Where a line of the text may be broken off: behind these.
const BREAKS: [char; 5] = [' ', '.', '-', '/', ':'];
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
    /// room; with `lines` under it, each as large as its width allows. A line that is too long takes several.
    ///
    /// # Errors
    /// [`Error::Parameters`] where the text is so long that the modules would be smaller than 0.5 mm, or where a line has a
    /// character without a glyph.
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
            for part in folded(line, &font)? {
                let size = (text_width() / font.width(&part, 1.0)?.max(0.001)).min(*TEXT.end());
                sized.push((part, size));
            }
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

/// How wide the text under a symbol may be, in points.
fn text_width() -> f64 {
    (SIDE_MM - 2.0 * ASIDE_MM) * POINTS_PER_MM
}

/// How many lines a line takes under a symbol.
pub(crate) fn lines_of(line: &str) -> Result<usize, Error> {
    Ok(folded(line, &Font::new(Face::Regular)?)?.len())
}

/// A line in parts that fit at the smallest size: broken off where an address may be, else anywhere.
fn folded(line: &str, font: &Font) -> Result<Vec<String>, Error> {
    let fits = |text: &str| Ok::<_, Error>(font.width(text.trim_end(), *TEXT.start())? <= text_width());
    let mut pieces: Vec<String> = Vec::new();
    for piece in line.split_inclusive(BREAKS) {
        match fits(piece)? {
            true => pieces.push(piece.to_owned()),
            false => pieces.extend(piece.chars().map(String::from)),
        }
    }
    let mut parts: Vec<String> = Vec::new();
    for piece in pieces {
        let longer = parts.last().map(|last| format!("{last}{piece}"));
        match longer {
            Some(longer) if fits(&longer)? => parts.splice(parts.len() - 1.., [longer]).for_each(drop),
            _ => parts.push(piece.trim_start().to_owned()),
        }
    }
    Ok(parts.into_iter().map(|part| part.trim_end().to_owned()).filter(|part| !part.is_empty()).collect())
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
    fn lines_that_do_not_fit_take_several_and_stay_readable() {
        for (line, parts) in [
            ("Tra cứu: tracuu.vn", vec!["Tra cứu: tracuu.vn"]),
            ("Tra cứu: tracuu.example.gov.vn", vec!["Tra cứu: tracuu.", "example.gov.vn"]),
            ("WWWW-MMMM", vec!["WWWW-MMMM"]),
            ("", vec![]),
        ] {
            let symbol = Symbol::new("A", &[line.into()]).unwrap();
            let drawn: Vec<&str> = symbol.lines.iter().map(|(part, _)| part.as_str()).collect();
            assert_eq!(drawn, parts);
            assert_eq!(lines_of(line).unwrap(), parts.len());
        }
        let font = Font::new(Face::Regular).unwrap();
        for long in ["tracuu.trungtamphucvuhanhchinhcong.quangngai.gov.vn", &"m".repeat(64), &"i-".repeat(32)] {
            let symbol = Symbol::new("A", &[format!("Tra cứu: {long}")]).unwrap();
            for (line, size) in &symbol.lines {
                assert!(
                    TEXT.contains(size) && font.width(line, *size).unwrap() <= text_width() + 0.01,
                    "{line}: {size}"
                );
            }
            let drawn: String = symbol.lines.iter().map(|(line, _)| line.as_str()).collect();
            assert_eq!(drawn.replace(' ', ""), format!("Tracứu:{long}"), "nothing is lost");
        }
        assert!(Symbol::new("A", &["\u{1f600}".into()]).is_err(), "no glyph");
        // In its usual place the text is 5 mm from the edge.
        assert!(crate::room::CODE_MM.0 + ASIDE_MM >= 5.0);
    }
}
