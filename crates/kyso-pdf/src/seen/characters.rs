//! What the characters of a font are, as far as they may cover something.

use lopdf::{Dictionary, Object};

use super::solid_glyphs;
use crate::error::Error;
use crate::file::document::Document;

/// A character repeated this many times is filler, drawn to cover. Dots and dashes lead the eye, and hide little.
const OVER_AND_OVER: usize = 4;

/// What the characters of a font are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Characters {
    /// Letters, as far as one can tell.
    Letters,
    /// Squares, discs, arrows.
    Shapes,
    /// Whatever its procedures draw.
    Drawings,
}

impl Characters {
    pub(super) fn of(document: &Document<'_>, font: &Dictionary) -> Result<Self, Error> {
        Ok(match (document.get(font, b"Subtype")?, document.get(font, b"BaseFont")?) {
            (Object::Name(kind), _) if kind == b"Type3" => Self::Drawings,
            (_, Object::Name(name)) if name.ends_with(b"ZapfDingbats") || name.ends_with(b"Wingdings") => Self::Shapes,
            _ if solid_glyphs::has_blocks(document, font)? => Self::Shapes,
            _ => Self::Letters,
        })
    }
}

/// Whether a character is shown over and over, other than dots and dashes.
pub(super) fn goes_over_and_over(shown: &Object) -> bool {
    let runs = |text: &[u8], of: usize| {
        let characters: Vec<&[u8]> = text.chunks_exact(of).collect();
        characters.windows(OVER_AND_OVER).any(|run| {
            let first = run.first().copied().unwrap_or_default();
            run.iter().all(|one| *one == first) && !(of == 1 && b" .,-_=*".contains(first.first().unwrap_or(&b' ')))
        })
    };
    match shown {
        // Codes of two bytes, most of which begin with a small one.
        Object::String(text, _) if text.len() % 2 == 0 && text.iter().step_by(2).all(|&byte| byte < 0x20) => {
            runs(text, 2)
        }
        Object::String(text, _) => runs(text, 1),
        Object::Array(items) => items.iter().any(goes_over_and_over),
        _ => false,
    }
}
