//! The typeface that stands in for fonts which a file doesn't bring along (ISO 32000-2, 9.6.2.2): Liberation Serif, whose
//! widths are those of Times New Roman. Who writes papers embeds it, who draws pages draws with it.

use crate::error::Error;

/// The faces that papers use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Running text.
    Regular,
    /// Headings, titles and names.
    Bold,
    /// Place and date, and hints in brackets.
    Italic,
}

impl Face {
    /// The font file, under the SIL Open Font License 1.1.
    pub fn file(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../assets/fonts/LiberationSerif-Regular.ttf"),
            Self::Bold => include_bytes!("../assets/fonts/LiberationSerif-Bold.ttf"),
            Self::Italic => include_bytes!("../assets/fonts/LiberationSerif-Italic.ttf"),
        }
    }
}

/// Its numbers. Lengths are in thousandths of an em, as PDF has them (9.2.4), but where something else is said.
pub struct Metrics(ttf_parser::Face<'static>);

impl Metrics {
    /// Reads the font file.
    ///
    /// # Errors
    /// [`Error::Internal`] if the font file in this library is damaged.
    pub fn of(face: Face) -> Result<Self, Error> {
        let parsed = ttf_parser::Face::parse(face.file(), 0);
        parsed.map(Self).map_err(|error| Error::Internal(format!("reading a font: {error}")))
    }

    /// The glyph of a character in NFC; `None` where the face has none.
    pub fn glyph(&self, character: char) -> Option<u16> {
        self.0.glyph_index(character).map(|glyph| glyph.0).filter(|glyph| *glyph != 0)
    }

    /// A glyph's width, rounded as it's written into /W: layout and viewer then agree.
    pub fn width(&self, glyph: u16) -> u32 {
        let em = u32::from(self.0.units_per_em());
        (u32::from(self.0.glyph_hor_advance(ttf_parser::GlyphId(glyph)).unwrap_or(0)) * 1000 + em / 2) / em
    }

    /// Highest and lowest extent over and under the baseline in points, at a size in points.
    pub fn extent(&self, size: f64) -> (f64, f64) {
        let em = f64::from(self.0.units_per_em());
        (f64::from(self.0.ascender()) * size / em, f64::from(self.0.descender()) * size / em)
    }

    /// The box around all glyphs: left, bottom, right, top.
    pub fn bounds(&self) -> [i64; 4] {
        let bounds = self.0.global_bounding_box();
        [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|units| self.scaled(units))
    }

    /// Highest extent over the baseline.
    pub fn ascent(&self) -> i64 {
        self.scaled(self.0.ascender())
    }

    /// Lowest extent under the baseline, negative.
    pub fn descent(&self) -> i64 {
        self.scaled(self.0.descender())
    }

    /// Height of capitals.
    pub fn capital_height(&self) -> i64 {
        self.scaled(self.0.capital_height().unwrap_or(0))
    }

    /// Degrees counter-clockwise from upright.
    pub fn italic_angle(&self) -> f32 {
        self.0.italic_angle()
    }

    fn scaled(&self, units: i16) -> i64 {
        i64::from(units) * 1000 / i64::from(self.0.units_per_em())
    }
}
