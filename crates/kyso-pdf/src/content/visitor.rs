//! What the walk over content tells its visitors.

use lopdf::{Dictionary, Object, ObjectId};

use super::font::{Code, Font};
use super::operator::{Operator, Painting};
use super::path::Path;
use super::resources::Resources;
use super::state::State;
use crate::error::Error;
use crate::geometry::{Bounds, Matrix};

/// Forms within forms: as deep as all viewers go.
pub(super) const MAX_FORM_DEPTH: usize = 32;

/// Why it isn't sure that all viewers show what the walk says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// An operator's operands are missing, too many or of the wrong kind, or something is no token.
    Operands,
    /// Where the data of an inline picture end is found by looking for it; viewers that undo its filter may find another
    /// end.
    InlinePicture,
    /// A form's /Matrix isn't six numbers, or its /BBox isn't four.
    Form,
    /// A name that stands for nothing, or that the form's own resources lack, or what it stands for can't be read.
    Resource,
    /// A page paints behind a `Q` without its `q`: some viewers show nothing of that.
    Unsaved,
    /// A path is longer than what is kept of it.
    LongPath,
    /// Some viewers show what belongs to a layer, others don't.
    Layer,
    /// A form draws itself.
    Circle,
    /// Forms are nested deeper than some viewers go.
    FormDepth,
    /// A bound on work was reached: what the walk says isn't all.
    Budget(&'static str, u64),
}

impl Doubt {
    /// The error of who needs all that is shown: `None` where all was read.
    pub(crate) fn error(self) -> Option<Error> {
        match self {
            Self::Circle | Self::FormDepth => {
                Some(Error::Budget { budget: "forms within forms", limit: MAX_FORM_DEPTH as u64, offset: None })
            }
            Self::Budget(budget, limit) => Some(Error::Budget { budget, limit, offset: None }),
            Self::Operands
            | Self::InlinePicture
            | Self::Form
            | Self::Resource
            | Self::Unsaved
            | Self::LongPath
            | Self::Layer => None,
        }
    }
}

/// Strings that are shown.
pub(crate) struct Shown<'s> {
    /// Strings, and between them how far to go back.
    pub(crate) items: &'s [Object],
    /// Where the line began, from text space to that of the walk.
    pub(crate) line: Matrix,
    /// Whether the text was put somewhere since the last string.
    pub(crate) is_moved: bool,
}

/// A character that is shown.
pub(crate) struct Glyph<'g> {
    /// The code in its font.
    pub(crate) code: &'g Code,
    /// `None` where no font can be read.
    pub(crate) font: Option<&'g Font>,
    /// From text space, the character at its origin, to the space of the walk.
    pub(crate) matrix: Matrix,
    /// How far the next character lies behind this one, in text space.
    pub(crate) width: f64,
    /// The box around the character, in text space.
    pub(crate) bounds: Bounds,
    /// Whether the character is marked as an artifact (14.8.2.2).
    pub(crate) is_artifact: bool,
    /// Whether the character lies outside of the clip.
    pub(crate) is_clipped: bool,
}

/// A picture that is drawn.
pub(crate) struct Image<'i> {
    /// `None` of an inline picture.
    pub(crate) id: Option<ObjectId>,
    /// The picture's entries; those of an inline picture as written, maybe short (table 91).
    pub(crate) dictionary: &'i Dictionary,
    /// The resources of the content that draws the picture: they name its colour space.
    pub(crate) resources: &'i Resources,
    /// The box around the picture, within the clip.
    pub(crate) bounds: Bounds,
}

/// Asks a question of what content draws. Methods that a visitor doesn't have pass their operators over.
pub(crate) trait Visitor {
    /// Whether the visitor takes characters one by one: then fonts are read.
    const READS_GLYPHS: bool = false;

    /// Whether the visitor is told of what is in layers that are off too (8.11).
    const SEES_ALL_LAYERS: bool = false;

    /// Whether the visitor has its answer.
    fn is_done(&self) -> bool {
        false
    }

    /// Every operator, before it's carried out.
    fn operator(&mut self, _operator: &Operator, _state: &State) -> Result<(), Error> {
        Ok(())
    }

    /// `gs`, before it's carried out: what the graphics state parameter dictionary says (table 57).
    fn parameters(&mut self, _parameters: &Dictionary) -> Result<(), Error> {
        Ok(())
    }

    /// A path, in the space of the walk, is painted, or ends unpainted; whether what follows is clipped by it.
    fn path(&mut self, _path: &Path, _painting: Painting, _clips: bool, _state: &State) -> Result<(), Error> {
        Ok(())
    }

    /// Text is shown.
    fn text(&mut self, _shown: &Shown<'_>, _state: &State) -> Result<(), Error> {
        Ok(())
    }

    /// Each character of it.
    fn glyph(&mut self, _glyph: &Glyph<'_>, _state: &State) -> Result<(), Error> {
        Ok(())
    }

    /// A picture is drawn, of which something is seen.
    fn image(&mut self, _image: &Image<'_>, _state: &State) -> Result<(), Error> {
        Ok(())
    }

    /// A shading fills all within the clip.
    fn shading(&mut self, _state: &State) -> Result<(), Error> {
        Ok(())
    }

    /// From here on viewers may show something else.
    fn doubt(&mut self, _doubt: Doubt) -> Result<(), Error> {
        Ok(())
    }
}
