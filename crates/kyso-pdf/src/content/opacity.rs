//! How much a paint hides of what lies under it: by its alpha, its blend mode, and its colour (ISO 32000-2, 11.3).

use lopdf::{Dictionary, Object};

use crate::error::Error;
use crate::file::document::Document;
use crate::page::number_of;

/// From this alpha on one can't see through. The ink of a seal takes about a third of its box.
pub(crate) const TRANSLUCENT: f64 = 0.75;
/// Characters that are darkened by a colour less bright than this can't be told apart from it: pure red is brighter.
const DARK: f64 = 0.29;

/// Alpha and blend mode.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Opacity {
    fill_alpha: f64,
    stroke_alpha: f64,
    /// Whether painting only ever darkens the page: through a light colour, black characters are read as they were.
    darkens: bool,
    /// Of the transparency groups around.
    group_alpha: f64,
    group_darkens: bool,
}

impl Opacity {
    pub(crate) const FULL: Self =
        Self { fill_alpha: 1.0, stroke_alpha: 1.0, darkens: false, group_alpha: 1.0, group_darkens: false };

    /// The opacity of a highlighter.
    pub(crate) fn highlighter(alpha: f64) -> Self {
        Self { fill_alpha: alpha, darkens: true, ..Self::FULL }
    }

    /// Share of what lies under a shape that the shape hides, filled with a colour so bright.
    pub(crate) fn hides_by_filling(self, brightness: f64) -> f64 {
        self.hides(self.fill_alpha, brightness)
    }

    /// Share of what lies under a line that the line hides, in a colour so bright.
    pub(crate) fn hides_by_stroking(self, brightness: f64) -> f64 {
        self.hides(self.stroke_alpha, brightness)
    }

    fn hides(self, alpha: f64, brightness: f64) -> f64 {
        let alpha = alpha * self.group_alpha;
        match self.darkens || self.group_darkens {
            true if brightness >= DARK => alpha * (1.0 - brightness),
            _ => alpha,
        }
    }

    /// Inside a transparency group, which is laid over the rest as a whole (11.6.6).
    pub(crate) fn in_group(self) -> Self {
        Self {
            group_alpha: self.group_alpha * self.fill_alpha,
            group_darkens: self.group_darkens || self.darkens,
            ..Self::FULL
        }
    }

    /// `gs`: what a graphics state parameter dictionary sets (table 57).
    ///
    /// # Errors
    /// [`Error::Input`] where the dictionary refers to what can't be read.
    pub(crate) fn set(&mut self, document: &Document<'_>, parameters: &Dictionary) -> Result<(), Error> {
        let alpha = |value: Object| number_of(&value).map(|alpha| alpha.clamp(0.0, 1.0));
        self.fill_alpha = alpha(document.get(parameters, b"ca")?).unwrap_or(self.fill_alpha);
        self.stroke_alpha = alpha(document.get(parameters, b"CA")?).unwrap_or(self.stroke_alpha);
        let modes = match document.get(parameters, b"BM")? {
            Object::Array(modes) => modes.iter().map(|mode| document.resolve(mode)).collect::<Result<_, _>>()?,
            one => vec![one],
        };
        // Of several, the first that the viewer knows (11.3.5).
        let known = modes.iter().find_map(|mode| mode.as_name().ok().filter(|mode| MODES.contains(mode)));
        if let Some(mode) = known {
            self.darkens = matches!(mode, b"Multiply" | b"Darken");
        }
        Ok(())
    }
}

/// The blend modes (11.3.5).
const MODES: [&[u8]; 17] = [
    b"Normal",
    b"Compatible",
    b"Multiply",
    b"Screen",
    b"Overlay",
    b"Darken",
    b"Lighten",
    b"ColorDodge",
    b"ColorBurn",
    b"HardLight",
    b"SoftLight",
    b"Difference",
    b"Exclusion",
    b"Hue",
    b"Saturation",
    b"Color",
    b"Luminosity",
];
