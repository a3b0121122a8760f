//! The text that stands for the agency's signature on copies and separate attachments.

use jiff::Timestamp;
use kyso::Error;
use kyso::appearance::{Appearance, Drawing};
use kyso::error::Parameter;
use kyso::local_time::in_vietnam;
use kyso_pdf::dictionary;

use crate::font::Font;
use kyso_pdf::typeface::Face;

/// Size of the text of copies and attachments in points (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8b and
/// phần II, mục I.3).
const TEXT_SIZE: f64 = 10.0;

/// From baseline to baseline, in points.
const LEADING: f64 = 11.5;

/// How an electronic copy was made (Nghị định 30/2020/NĐ-CP, Điều 25 and Phụ lục I, phần II, mục I.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormOfCopy {
    /// A full, true copy of the original or the master copy: sao y.
    SaoY,
    /// A copy of a copy: sao lục.
    SaoLuc,
    /// An extract: trích sao.
    TrichSao,
}

impl FormOfCopy {
    /// The words on the copy.
    pub fn name(self) -> &'static str {
        match self {
            Self::SaoY => "SAO Y",
            Self::SaoLuc => "SAO LỤC",
            Self::TrichSao => "TRÍCH SAO",
        }
    }
}

/// A copy's lines: its form, the agency that copies, the time of signing (Phụ lục I, phần II, mục I.3).
pub fn copy_lines(form: FormOfCopy, agency: &str, time: Timestamp) -> Vec<String> {
    vec![form.name().to_owned(), agency.to_owned(), in_vietnam(time)]
}

/// A separate attachment's lines: the document's number and symbol, the time of signing (Phụ lục I, phần I, mục II.8b).
pub fn attachment_lines(number_and_symbol: &str, time: Timestamp) -> Vec<String> {
    vec![number_and_symbol.to_owned(), in_vietnam(time)]
}

/// Sets lines of text one below the other, 10 pt upright black, the font embedded.
///
/// # Errors
/// [`Error::Parameters`] where there is nothing to be seen, or naming the character that has no glyph.
pub fn set(lines: &[String]) -> Result<Appearance, Error> {
    set_for(lines, 1.0)
}

/// Sets lines as [`set`] does, for a page that is multiplied by `on_a4` when it's printed
/// ([`on_a4::scale`](crate::on_a4::scale)): so much larger.
///
/// # Errors
/// Those of [`set`].
pub fn set_for(lines: &[String], on_a4: f64) -> Result<Appearance, Error> {
    let mut font = Font::new(Face::Regular)?;
    let (points, leading) = (rounded(TEXT_SIZE / on_a4), rounded(LEADING / on_a4));
    let size = text_size(&font, lines, points, leading)?;
    let first = size.1 - font.extent(points).0;
    let mut content = format!("BT /Serif {points} Tf {leading} TL 0 g 0 {first:.3} Td\n");
    for (index, line) in lines.iter().enumerate() {
        content.push_str(if index == 0 { "<" } else { "T* <" });
        content.extend(font.encode(line)?.iter().map(|byte| format!("{byte:02X}")));
        content.push_str("> Tj\n");
    }
    content.push_str("ET\n");
    let mut objects = Vec::new();
    let mut number = 0;
    let font = font.embed(&mut |object| {
        objects.push(object);
        number += 1;
        (number, 0)
    })?;
    let resources = dictionary! { "Font" => dictionary! { "Serif" => font } };
    Ok(Appearance::Drawing(Drawing::new(size, content, resources, objects)))
}

/// To a thousandth, as numbers stand in the content.
fn rounded(points: f64) -> f64 {
    (points * 1000.0).round() / 1000.0
}

fn text_size(font: &Font, lines: &[String], points: f64, leading: f64) -> Result<(f64, f64), Error> {
    let mut widest = 0.0_f64;
    for line in lines {
        widest = widest.max(font.width(line, points)?);
    }
    if widest <= 0.0 {
        return Err(Error::parameters(Parameter::Text, "there is no text to be seen"));
    }
    let (above, below) = font.extent(points);
    let leads = u32::try_from(lines.len() - 1).map_err(|_| Error::parameters(Parameter::Text, "too many lines"))?;
    Ok((widest, f64::from(leads) * leading + above - below))
}

#[cfg(test)]
mod tests {
    use kyso::appearance::colours::Colours;
    use kyso::appearance::draw::draw;

    use super::*;

    #[test]
    fn copies_name_form_agency_and_time() {
        let time = "2026-01-02T03:04:05Z".parse().unwrap();
        assert_eq!(
            copy_lines(FormOfCopy::TrichSao, "Ủy ban nhân dân xã Bình Minh", time),
            ["TRÍCH SAO", "Ủy ban nhân dân xã Bình Minh", "02/01/2026 10:04:05 +07:00"]
        );
        assert_eq!(attachment_lines("12/QĐ-UBND", time), ["12/QĐ-UBND", "02/01/2026 10:04:05 +07:00"]);
    }

    #[test]
    fn text_is_ten_points_black_and_without_a_picture() {
        let lines = ["SAO Y".to_owned(), "Ủy ban nhân dân xã Bình Minh".to_owned()];
        let appearance = set(&lines).unwrap();
        let mut objects = Vec::new();
        let form = draw(&appearance, 0, None, Colours::USUAL, &mut |object| {
            objects.push(object);
            (u32::try_from(objects.len()).unwrap(), 0)
        });
        let form = form.unwrap().unwrap();
        let text = objects.last().unwrap().as_stream().unwrap().decompressed_content().unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("BT /Serif 10 Tf 11.5 TL 0 g 0 "), "{text}");
        assert_eq!(text.matches(" Tj").count(), 2);
        assert!(form.width > 100.0 && form.height > 20.0 && form.height < 25.0);
        assert!(
            objects.iter().all(|object| object.as_stream().is_ok_and(|stream| !stream.dict.has(b"Width"))
                || object.as_stream().is_err())
        );
    }

    #[test]
    fn empty_text_is_refused() {
        for lines in [vec![], vec![String::new()]] {
            assert!(set(&lines).is_err());
        }
    }
}
