//! Where the letters of an appearance stand (ISO 32000-2, 9.3 and 9.4), as far as they may cover something.

use lopdf::{Dictionary, Object};

use super::glyph_ink;
use super::text::ReadFont;
use crate::content::matrix::{IDENTITY, Matrix, times};
use crate::error::Error;
use crate::file::document::Document;
use crate::page::number_of;

/// So often one sign is over and over. Dots and dashes lead the eye, and hide little.
const OVER_AND_OVER: usize = 4;
/// How far a letter moves on in a font that isn't read, in ems.
const ADVANCE: f64 = 0.6;

/// What the signs of a font are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Signs {
    /// Letters, as far as one can tell.
    Letters,
    /// Squares, discs, arrows.
    Shapes,
    /// Whatever its procedures draw.
    Drawings,
}

impl Signs {
    pub(crate) fn of(document: &Document<'_>, font: &Dictionary) -> Result<Self, Error> {
        Ok(match (document.get(font, b"Subtype")?, document.get(font, b"BaseFont")?) {
            (Object::Name(kind), _) if kind == b"Type3" => Self::Drawings,
            (_, Object::Name(name)) if name.ends_with(b"ZapfDingbats") || name.ends_with(b"Wingdings") => Self::Shapes,
            _ if glyph_ink::has_blocks(document, font)? => Self::Shapes,
            _ => Self::Letters,
        })
    }
}

/// The text state.
#[derive(Clone, Copy)]
pub(super) struct TextState {
    pub(super) size: f64,
    pub(super) signs: Signs,
    /// Which of the fonts read so far.
    pub(super) font: Option<usize>,
    pub(super) mode: i64,
    rise: f64,
    leading: f64,
    scale: f64,
    character_spacing: f64,
    word_spacing: f64,
}

impl TextState {
    pub(super) fn new() -> Self {
        Self {
            size: 0.0,
            signs: Signs::Letters,
            font: None,
            mode: 0,
            rise: 0.0,
            leading: 0.0,
            scale: 1.0,
            character_spacing: 0.0,
            word_spacing: 0.0,
        }
    }
}

/// Where the next letter and the next line begin.
pub(super) struct Position {
    text: Matrix,
    line: Matrix,
}

impl Position {
    pub(super) fn new() -> Self {
        Self { text: IDENTITY, line: IDENTITY }
    }

    fn move_to(&mut self, matrix: Matrix) {
        (self.text, self.line) = (matrix, matrix);
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.move_to(times([1.0, 0.0, 0.0, 1.0, x, y], self.line));
    }

    fn advance(&mut self, x: f64) {
        self.text = times([1.0, 0.0, 0.0, 1.0, x, 0.0], self.text);
    }

    /// The operators that set the state or the place. `Tf` isn't one of them.
    pub(super) fn step(&mut self, state: &mut TextState, operator: &str, operands: &[Object]) {
        let number = |index: usize| operands.get(index).and_then(number_of).unwrap_or(0.0);
        match operator {
            "BT" => self.move_to(IDENTITY),
            "Tm" => self.move_to([number(0), number(1), number(2), number(3), number(4), number(5)]),
            "Td" => self.next_line(number(0), number(1)),
            "TD" => {
                state.leading = -number(1);
                self.next_line(number(0), number(1));
            }
            "T*" | "'" => self.next_line(0.0, -state.leading),
            "\"" => {
                (state.word_spacing, state.character_spacing) = (number(0), number(1));
                self.next_line(0.0, -state.leading);
            }
            "TL" => state.leading = number(0),
            "Ts" => state.rise = number(0),
            "Tz" => state.scale = number(0) / 100.0,
            "Tc" => state.character_spacing = number(0),
            "Tw" => state.word_spacing = number(0),
            "Tr" => state.mode = operands.first().and_then(|mode| mode.as_i64().ok()).unwrap_or(0),
            _ => {}
        }
    }

    /// The boxes that the letters shown take: each with the matrix from its space to the content's.
    pub(super) fn show(
        &mut self,
        state: &TextState,
        font: Option<&ReadFont>,
        shown: &[Object],
    ) -> Vec<(Matrix, [f64; 4])> {
        let mut boxes = Vec::new();
        for item in shown {
            match item {
                Object::Array(items) => boxes.extend(self.show(state, font, items)),
                Object::String(text, _) => {
                    let codes: Vec<(f64, bool)> = match font {
                        Some(font) => font.codes(text).map(|code| (code.width, code.is_space)).collect(),
                        None => text.iter().map(|code| (ADVANCE, *code == b' ')).collect(),
                    };
                    for (width, is_space) in codes {
                        let width = width * state.size;
                        let (low, high) = (state.rise - 0.2 * state.size, state.rise + 0.8 * state.size);
                        boxes.push((self.text, [0.0, low, width * state.scale, high]));
                        let word = if is_space { state.word_spacing } else { 0.0 };
                        self.advance((width + state.character_spacing + word) * state.scale);
                    }
                }
                number => {
                    let back = number_of(number).unwrap_or(0.0);
                    self.advance(-back / 1000.0 * state.size * state.scale);
                }
            }
        }
        boxes
    }
}

/// Whether a sign is shown over and over, other than dots and dashes.
pub(super) fn goes_over_and_over(shown: &Object) -> bool {
    let runs = |text: &[u8], of: usize| {
        let signs: Vec<&[u8]> = text.chunks_exact(of).collect();
        signs.windows(OVER_AND_OVER).any(|run| {
            let first = run.first().copied().unwrap_or_default();
            run.iter().all(|sign| *sign == first) && !(of == 1 && b" .,-_=*".contains(first.first().unwrap_or(&b' ')))
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
