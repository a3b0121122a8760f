//! Why a signature field isn't seen.

use std::fmt;

/// Why what a signature field shows isn't seen once, whole, on screen and in print (ISO 32000-2, 12.5.2, 12.5.3, 8.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unseen {
    /// Its rectangle has no area.
    NoArea,
    /// The field has several widgets: it would be seen several times.
    SeveralWidgets,
    /// Its object is no widget annotation.
    NoWidget,
    /// No page lists its widget among its annotations.
    NotListed,
    /// Several pages list its widget among their annotations.
    SeveralPages,
    /// It isn't wholly on the visible part of its page (the crop box).
    OffPage,
    /// Its annotation flags hide it on screen.
    Hidden,
    /// Its annotation flags keep it from being printed.
    NotPrinted,
    /// Its annotation flags keep it from being scaled, or turned, with its page: it's drawn elsewhere.
    NotWithPage,
    /// It belongs to a layer (optional content) that isn't shown, on screen or in print.
    Layer,
    /// The form tells viewers to draw all fields themselves (/NeedAppearances), and for a signature they draw nothing.
    NeedAppearances,
    /// Annotations that are drawn later hide a part of it.
    Covered {
        /// How much, in percent.
        percent: u8,
    },
}

/// In English, without a capital and without a full stop.
impl fmt::Display for Unseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoArea => "the field has no area",
            Self::SeveralWidgets => "the field has several widgets",
            Self::NoWidget => "the field's object is no widget annotation",
            Self::NotListed => "no page lists it among its annotations (/Annots)",
            Self::SeveralPages => "several pages list it among their annotations (/Annots)",
            Self::OffPage => "its place isn't wholly on the visible part of the page (CropBox)",
            Self::Hidden => "the field is hidden (/F)",
            Self::NotPrinted => "the field isn't printed (/F)",
            Self::NotWithPage => "the field isn't scaled or turned with its page (/F)",
            Self::Layer => "the field belongs to a layer that isn't shown or isn't printed (/OC)",
            Self::NeedAppearances => {
                "the form tells viewers to draw its fields themselves (NeedAppearances), which draws no signature"
            }
            Self::Covered { percent } => return write!(f, "other annotations hide {percent} % of it"),
        })
    }
}
