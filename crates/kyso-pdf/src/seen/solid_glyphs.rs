//! Finds embedded fonts whose glyphs are solid blocks: letters leave most of their place free, and a glyph that fills its place
//! is there to cover.

use lopdf::{Dictionary, Object};
use ttf_parser::{GlyphId, OutlineBuilder};

use crate::content::path::Polygons;
use crate::error::Error;
use crate::file::document::Document;
use crate::file::stream::take_decoded_within;

/// A glyph that fills this share of its place, an em high, is a block. The darkest letters fill less than half.
const BLOCK: f64 = 0.55;
/// What is narrower than this share of an em is a stroke of a letter.
const NARROW: f64 = 0.15;
/// Most glyphs that are read; a font of one script has a few thousand.
const MAX_GLYPHS: u16 = 4_000;
/// Bytes of a font.
const MAX_BYTES: usize = 32 << 20;

/// Whether a font has blocks that a text of it may draw. One that can't be read may; one that the file doesn't bring
/// has letters.
pub(super) fn has_blocks(document: &Document<'_>, font: &Dictionary) -> Result<bool, Error> {
    let holder = match document.get(font, b"DescendantFonts")? {
        Object::Array(items) => match items.first().map(|item| document.resolve(item)).transpose()? {
            Some(Object::Dictionary(descendant)) => descendant,
            _ => return Ok(false),
        },
        _ => font.clone(),
    };
    let Object::Dictionary(descriptor) = document.get(&holder, b"FontDescriptor")? else { return Ok(false) };
    for key in [&b"FontFile2"[..], b"FontFile3", b"FontFile"] {
        if let Object::Stream(mut file) = document.get(&descriptor, key)? {
            // The outlines of Type 1 fonts aren't read.
            return Ok(match take_decoded_within(document, &mut file, MAX_BYTES) {
                Ok(bytes) => {
                    document.spend(bytes.len() as u64)?;
                    key == b"FontFile" || of_file(&bytes).unwrap_or(true)
                }
                Err(_) => true,
            });
        }
    }
    Ok(false)
}

fn of_file(bytes: &[u8]) -> Option<bool> {
    if let Ok(face) = ttf_parser::Face::parse(bytes, 0) {
        let em = f64::from(face.units_per_em());
        // Whole fonts have block elements among their characters, under the codes of these.
        let own: Vec<u16> =
            ('\u{2580}'..='\u{25ff}').filter_map(|character| Some(face.glyph_index(character)?.0)).collect();
        let glyphs = (1..face.number_of_glyphs().min(MAX_GLYPHS)).filter(|glyph| !own.contains(glyph));
        return Some(glyphs.map(GlyphId).any(|glyph| {
            let mut outline = Outline::default();
            face.outline_glyph(glyph, &mut outline).is_some()
                && outline.is_block(em, f64::from(face.glyph_hor_advance(glyph).unwrap_or(0)))
        }));
    }
    let table = ttf_parser::cff::Table::parse(bytes)?;
    Some((1..table.number_of_glyphs().min(MAX_GLYPHS)).map(GlyphId).any(|glyph| {
        let mut outline = Outline::default();
        table.outline(glyph, &mut outline).is_ok()
            && outline.is_block(1000.0, f64::from(table.glyph_width(glyph).unwrap_or(0)))
    }))
}

#[derive(Default)]
struct Outline(Polygons);

impl Outline {
    fn is_block(&self, em: f64, advance: f64) -> bool {
        let rows = self.0.rows(24, false);
        let (left, right) =
            rows.iter().fold((0.0, 0.0), |(from, to): (f64, f64), row| (from.min(row.left), to.max(row.right)));
        // Marks that combine don't move on: their place is where they are drawn.
        let width = advance.max(right - left).max(NARROW * em);
        let filled: f64 = rows.iter().map(|row| row.width() * row.height()).sum();
        filled >= BLOCK * width * em
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.start((x.into(), y.into()));
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line((x.into(), y.into()));
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.line((x1.into(), y1.into()));
        self.0.line((x.into(), y.into()));
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.line((x1.into(), y1.into()));
        self.0.line((x2.into(), y2.into()));
        self.0.line((x.into(), y.into()));
    }
    fn close(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_no_blocks() {
        let file = |bytes: &[u8]| of_file(bytes);
        assert_eq!(file(include_bytes!("../../assets/fonts/LiberationSerif-Regular.ttf")), Some(false));
        assert_eq!(file(include_bytes!("../../assets/fonts/LiberationSerif-Bold.ttf")), Some(false));
        assert_eq!(file(b"none"), None);
    }

    #[test]
    fn what_fills_its_place_is_a_block() {
        let mut block = Outline::default();
        block.move_to(0.0, -300.0);
        for (x, y) in [(0.0, 1000.0), (600.0, 1000.0), (600.0, -300.0)] {
            block.line_to(x, y);
        }
        assert!(block.is_block(1000.0, 500.0));
        let mut stroke = Outline::default();
        stroke.move_to(100.0, 0.0);
        for (x, y) in [(100.0, 700.0), (180.0, 700.0), (180.0, 0.0)] {
            stroke.line_to(x, y);
        }
        assert!(!stroke.is_block(1000.0, 280.0));
    }
}
