//! Colours as far as they say how light something is (ISO 32000-2, 8.6).

/// The components of a colour: grey, red green blue, or cyan magenta yellow black; others have no lightness that is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Colour {
    Grey(f64),
    Rgb([f64; 3]),
    Cmyk([f64; 4]),
    /// Of another number of components.
    Other,
}

/// The family of colour space that the components belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    /// DeviceGray, DeviceRGB or DeviceCMYK, by this name.
    Device,
    /// Grey, red green blue, or cyan magenta yellow black as a CIE-based space has them.
    Calibrated,
    /// Another: its components don't say how light a colour is.
    Other,
}

impl Space {
    /// By the name of the space, or of its family.
    pub(crate) fn named(name: &[u8]) -> Self {
        match name {
            b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK" => Self::Device,
            b"CalGray" | b"CalRGB" | b"ICCBased" => Self::Calibrated,
            _ => Self::Other,
        }
    }
}

impl Colour {
    pub(crate) const BLACK: Self = Self::Grey(0.0);

    pub(crate) fn of(components: &[f64]) -> Self {
        match *components {
            [grey] => Self::Grey(grey),
            [red, green, blue] => Self::Rgb([red, green, blue]),
            [cyan, magenta, yellow, black] => Self::Cmyk([cyan, magenta, yellow, black]),
            _ => Self::Other,
        }
    }

    /// Red, green and blue from 0 to 1.
    pub(crate) fn rgb(self) -> Option<[f64; 3]> {
        match self {
            Self::Grey(grey) => Some([grey; 3]),
            Self::Rgb(rgb) => Some(rgb),
            Self::Cmyk([cyan, magenta, yellow, black]) => {
                Some([cyan, magenta, yellow].map(|ink| (1.0 - ink) * (1.0 - black)))
            }
            Self::Other => None,
        }
    }

    /// How bright it is to the eye, from 0 to 1; what isn't known is dark.
    pub(crate) fn brightness(self) -> f64 {
        let luma = |[red, green, blue]: [f64; 3]| 0.299 * red + 0.587 * green + 0.114 * blue;
        self.rgb().map_or(0.0, luma).clamp(0.0, 1.0)
    }

    /// How light the colour is on paper, 0 black and 1 white: each component takes away as much.
    pub(crate) fn lightness(self) -> Option<f64> {
        match self {
            Self::Grey(grey) => Some(grey),
            Self::Rgb([red, green, blue]) => Some(0.3 * red + 0.59 * green + 0.11 * blue),
            Self::Cmyk([cyan, magenta, yellow, black]) => Some((1.0 - black) * (1.0 - (cyan + magenta + yellow) / 3.0)),
            Self::Other => None,
        }
    }
}

/// The current colour and its space (8.6.8).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CurrentColour {
    pub(crate) space: Space,
    /// `None` of a pattern.
    pub(crate) colour: Option<Colour>,
}

impl CurrentColour {
    pub(crate) const BLACK: Self = Self { space: Space::Device, colour: Some(Colour::BLACK) };

    /// How bright it is; a pattern, or what isn't known, is dark.
    pub(crate) fn brightness(self) -> f64 {
        match (self.space, self.colour) {
            (Space::Device | Space::Calibrated, Some(colour)) => colour.brightness(),
            _ => 0.0,
        }
    }
}
