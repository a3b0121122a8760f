//! Letters as outlines, to be drawn on pictures.

use kyso_pdf::typeface::Face;
use tiny_skia::{Path, PathBuilder, Transform};
use ttf_parser::OutlineBuilder;

use crate::defect::Defect;

/// A typeface whose letters are drawn.
pub(crate) struct Letters {
    face: ttf_parser::Face<'static>,
}

/// A letter, its left end at 0 0, y downwards.
pub(crate) struct Letter {
    /// None for a space.
    pub(crate) outline: Option<Path>,
    pub(crate) width: f32,
}

impl Letters {
    pub(crate) fn new(face: Face) -> Result<Self, Defect> {
        Ok(Self { face: ttf_parser::Face::parse(face.file(), 0)? })
    }

    /// Letters like [`Letters::of`], with a question mark for each letter that the typeface lacks.
    pub(crate) fn known(&self, text: &str, size: f32) -> Vec<Letter> {
        let known = |letter: char| if self.face.glyph_index(letter).is_some() { letter } else { '?' };
        self.of(&text.chars().map(known).collect::<String>(), size).unwrap_or_default()
    }

    /// The letters of a text, `size` pixels an em.
    pub(crate) fn of(&self, text: &str, size: f32) -> Result<Vec<Letter>, Defect> {
        let scale = size / f32::from(self.face.units_per_em());
        text.chars()
            .map(|letter| {
                let glyph =
                    self.face.glyph_index(letter).ok_or_else(|| Defect::new(format!("no glyph for {letter:?}")))?;
                let mut outline = Outline(PathBuilder::new());
                self.face.outline_glyph(glyph, &mut outline);
                let width = f32::from(self.face.glyph_hor_advance(glyph).unwrap_or(0)) * scale;
                let scaled = |path: Path| path.transform(Transform::from_scale(scale, -scale));
                Ok(Letter { outline: outline.0.finish().and_then(scaled), width })
            })
            .collect()
    }
}

struct Outline(PathBuilder);

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}
