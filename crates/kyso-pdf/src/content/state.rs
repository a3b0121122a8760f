//! The graphics state (ISO 32000-2, 8.4), as far as what is seen depends on it.

use std::rc::Rc;

use super::colour::CurrentColour;
use super::opacity::Opacity;
use super::resources::Font;
use crate::geometry::{Bounds, Matrix};

/// The graphics state; all places are in the space that the walk began in.
#[derive(Debug, Clone)]
pub(crate) struct State {
    /// From the content's space to that of the walk (8.3.4).
    pub(crate) ctm: Matrix,
    /// Nothing is seen outside. The box around the clipping path: what is clipped may be less.
    pub(crate) clip: Bounds,
    /// In the content's space.
    pub(crate) line_width: f64,
    /// Whether lines are dashed: there may be next to nothing of them.
    pub(crate) is_dashed: bool,
    pub(crate) filling: CurrentColour,
    pub(crate) stroking: CurrentColour,
    pub(crate) opacity: Opacity,
    pub(crate) text: TextState,
}

/// The text state (9.3), which a form takes over too.
#[derive(Debug, Clone)]
pub(crate) struct TextState {
    /// `None` until one is set, and where the resources have none of the name.
    pub(crate) font: Option<Rc<Font>>,
    pub(crate) size: f64,
    pub(crate) rendering_mode: i64,
    pub(crate) rise: f64,
    pub(crate) leading: f64,
    /// 1 for 100 percent.
    pub(crate) scale: f64,
    pub(crate) character_spacing: f64,
    pub(crate) word_spacing: f64,
}

impl TextState {
    /// Whether text is neither filled nor stroked (table 104).
    pub(crate) fn is_invisible(&self) -> bool {
        matches!(self.rendering_mode, 3 | 7)
    }

    /// Whether the outlines of characters are stroked.
    pub(crate) fn is_stroked(&self) -> bool {
        matches!(self.rendering_mode, 1 | 2 | 5 | 6)
    }
}

impl State {
    /// The state in which content begins (table 51).
    pub(crate) fn new(ctm: Matrix, clip: Bounds) -> Self {
        let text = TextState {
            font: None,
            size: 0.0,
            rendering_mode: 0,
            rise: 0.0,
            leading: 0.0,
            scale: 1.0,
            character_spacing: 0.0,
            word_spacing: 0.0,
        };
        Self {
            ctm,
            clip,
            line_width: 1.0,
            is_dashed: false,
            filling: CurrentColour::BLACK,
            stroking: CurrentColour::BLACK,
            opacity: Opacity::FULL,
            text,
        }
    }

    /// How wide a line is in the space of the walk, on the whole.
    pub(crate) fn width_of_line(&self) -> f64 {
        self.line_width * self.ctm.scale()
    }

    /// Share of what lies under a filled shape that the shape hides.
    pub(crate) fn hides_by_filling(&self) -> f64 {
        self.opacity.hides_by_filling(self.filling.brightness())
    }

    /// Share of what lies under a line that the line hides.
    pub(crate) fn hides_by_stroking(&self) -> f64 {
        self.opacity.hides_by_stroking(self.stroking.brightness())
    }

    /// Share of what lies under a picture that the picture hides; its colours are taken for light ones.
    pub(crate) fn hides_by_a_picture(&self) -> f64 {
        self.opacity.hides_by_filling(1.0)
    }
}
