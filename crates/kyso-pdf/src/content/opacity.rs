//! How much a paint hides of what lies under it: by its alpha, its blend mode, and its colour.

use lopdf::{Dictionary, Object};

use crate::error::Error;
use crate::file::document::Document;
use crate::page::number_of;

/// From this alpha on one can't see through. A seal's ink takes about a third of its box.
pub(super) const TRANSLUCENT: f64 = 0.75;
/// Letters that are darkened by a colour less bright than this are no longer told from it: pure red is brighter.
const DARK: f64 = 0.29;

/// What is painted with.
#[derive(Clone, Copy)]
pub(super) struct Ink {
    fill_alpha: f64,
    stroke_alpha: f64,
    /// Whether it only ever darkens what is there: through a light colour, black letters are read as they were.
    darkens: bool,
    /// Of the transparency groups around.
    group_alpha: f64,
    group_darkens: bool,
    /// How bright the colours are, from 0 to 1.
    fill: f64,
    stroke: f64,
    /// Whether the colours are in spaces whose numbers say how bright they are.
    fill_is_known: bool,
    stroke_is_known: bool,
}

impl Ink {
    pub(super) fn new() -> Self {
        Self {
            fill_alpha: 1.0,
            stroke_alpha: 1.0,
            darkens: false,
            group_alpha: 1.0,
            group_darkens: false,
            fill: 0.0,
            stroke: 0.0,
            fill_is_known: true,
            stroke_is_known: true,
        }
    }

    /// What hides as much as a highlighter of this colour.
    pub(super) fn highlighter(colour: &[Object], alpha: f64) -> Self {
        Self { fill_alpha: alpha, darkens: true, fill: brightness(colour), ..Self::new() }
    }

    pub(super) fn hides_by_filling(self) -> f64 {
        self.hides(self.fill_alpha, self.fill)
    }

    pub(super) fn hides_by_stroking(self) -> f64 {
        self.hides(self.stroke_alpha, self.stroke)
    }

    /// A picture's colours are taken for light ones.
    pub(super) fn hides_by_a_picture(self) -> f64 {
        self.hides(self.fill_alpha, 1.0)
    }

    fn hides(self, alpha: f64, brightness: f64) -> f64 {
        let alpha = alpha * self.group_alpha;
        match self.darkens || self.group_darkens {
            true if brightness >= DARK => alpha * (1.0 - brightness),
            _ => alpha,
        }
    }

    /// How bright it fills.
    pub(super) fn fill(self) -> f64 {
        self.fill
    }

    /// Inside a transparency group, which is laid over the rest as a whole (ISO 32000-2, 11.6.6).
    pub(super) fn in_group(self) -> Self {
        Self {
            group_alpha: self.group_alpha * self.fill_alpha,
            group_darkens: self.group_darkens || self.darkens,
            fill_alpha: 1.0,
            stroke_alpha: 1.0,
            darkens: false,
            ..self
        }
    }

    /// `gs`.
    pub(super) fn set(&mut self, document: &Document<'_>, state: &Dictionary) -> Result<(), Error> {
        let alpha = |value: Object| number_of(&value).map(|alpha| alpha.clamp(0.0, 1.0));
        self.fill_alpha = alpha(document.get(state, b"ca")?).unwrap_or(self.fill_alpha);
        self.stroke_alpha = alpha(document.get(state, b"CA")?).unwrap_or(self.stroke_alpha);
        let modes = match document.get(state, b"BM")? {
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

    /// The operators of colour.
    pub(super) fn colour(
        &mut self,
        document: &Document<'_>,
        resources: &Dictionary,
        operator: &str,
        operands: &[Object],
    ) -> Result<(), Error> {
        match operator {
            "g" | "rg" | "k" => (self.fill, self.fill_is_known) = (brightness(operands), true),
            "G" | "RG" | "K" => (self.stroke, self.stroke_is_known) = (brightness(operands), true),
            "sc" | "scn" => self.fill = if self.fill_is_known { brightness(operands) } else { 0.0 },
            "SC" | "SCN" => self.stroke = if self.stroke_is_known { brightness(operands) } else { 0.0 },
            "cs" => (self.fill, self.fill_is_known) = (0.0, is_known(document, resources, operands)?),
            "CS" => (self.stroke, self.stroke_is_known) = (0.0, is_known(document, resources, operands)?),
            _ => {}
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

/// Whether a colour space's numbers are grey, red green blue, or cyan magenta yellow black.
fn is_known(document: &Document<'_>, resources: &Dictionary, operands: &[Object]) -> Result<bool, Error> {
    let Some(Object::Name(name)) = operands.first() else { return Ok(false) };
    let plain = |name: &[u8]| {
        matches!(name, b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK" | b"CalGray" | b"CalRGB" | b"ICCBased")
    };
    if plain(name) {
        return Ok(true);
    }
    let Object::Dictionary(spaces) = document.get(resources, b"ColorSpace")? else { return Ok(false) };
    Ok(match document.get(&spaces, name)? {
        Object::Name(name) => plain(&name),
        Object::Array(space) => match space.first().map(|kind| document.resolve(kind)).transpose()? {
            Some(Object::Name(kind)) => plain(&kind),
            _ => false,
        },
        _ => false,
    })
}

/// How bright a colour is, from 0 to 1; what isn't known is dark.
fn brightness(operands: &[Object]) -> f64 {
    let Some(numbers) = operands.iter().map(number_of).collect::<Option<Vec<_>>>() else { return 0.0 };
    let luma = |red: f64, green: f64, blue: f64| 0.299 * red + 0.587 * green + 0.114 * blue;
    let bright = match *numbers.as_slice() {
        [grey] => grey,
        [red, green, blue] => luma(red, green, blue),
        [cyan, magenta, yellow, black] => luma(1.0 - cyan, 1.0 - magenta, 1.0 - yellow) * (1.0 - black),
        _ => 0.0,
    };
    bright.clamp(0.0, 1.0)
}
