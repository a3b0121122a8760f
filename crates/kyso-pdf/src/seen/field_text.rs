//! The text of a field's appearance: whether it's seen, all of it.

use std::rc::Rc;

use lopdf::Object;

use super::field_appearance::{LARGEST_SIZE, LEAST_CONTRAST, LEAST_SIZE, Setting};
use super::field_border::{Outline, is_background};
use crate::content::colour::{Colour, Space};
use crate::content::form::FormContent;
use crate::content::operator::{Of, Operator, Painting};
use crate::content::path::Path;
use crate::content::state::State;
use crate::content::visitor::{Doubt, Shown, Visitor};
use crate::content::walk::walk_form;
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::{Bounds, Matrix};
use crate::page::number_of;

/// Painted boxes and pieces of text that are kept; a field's appearance has a handful.
const MAX_KEPT: usize = 1_000;
/// How far outside its box or clip text may begin, in points.
const TOLERANCE: f64 = 2.0;
/// Characters may be this much narrower or wider than they're high.
const MOST_STRETCH: f64 = 2.0;
/// A gap of more than this many ems separates texts; more than this many spaces make one.
const MOST_GAP: f64 = 3.0;
const MOST_SPACES: usize = 16;
/// Texts of one line that are each put in their place, as in cells, aren't farther apart than this, in ems.
const MOST_APART: f64 = 5.0;
/// A character that begins this near to another, in ems, lies on it; so does one that is drawn back by more.
const SAME_PLACE: f64 = 0.15;
const MOST_BACK: f64 = 500.0;
/// Lines of one text aren't farther apart than this, in ems.
const MOST_LEADING: f64 = 2.5;
/// Text that is too long for its box begins within this share of it.
const LATEST_START: f64 = 0.15;
/// The share of a character's height by which it may be cut off.
const CUT: f64 = 0.3;

/// A stretch of text from one place on.
struct Piece {
    x: f64,
    y: f64,
    size: f64,
    /// How far it reaches at least and at most, as far as is known without the font's measures.
    least: f64,
    most: f64,
}

/// What a field's appearance has shown so far.
struct FieldText {
    bounds: Bounds,
    setting: Setting,
    is_plain: bool,
    /// Whether text was put somewhere since the last piece.
    is_moved: bool,
    spaces: usize,
    /// What was filled, with its lightness.
    filled: Vec<(Bounds, f64)>,
    pieces: Vec<Piece>,
}

/// Whether a form with these bounds draws nothing but readable text, backgrounds and borders.
///
/// # Errors
/// [`Error::Input`] where what it refers to can't be read.
pub(super) fn is_plain(
    document: &Document<'_>,
    form: &FormContent,
    bounds: Bounds,
    setting: Setting,
) -> Result<bool, Error> {
    let (filled, pieces) = (Vec::new(), Vec::new());
    let mut text = FieldText { bounds, setting, is_plain: true, is_moved: true, spaces: 0, filled, pieces };
    walk_form(document, form, State::new(Matrix::IDENTITY, bounds), &Rc::default(), &mut text)?;
    Ok(text.is_plain)
}

impl Visitor for FieldText {
    fn is_done(&self) -> bool {
        !self.is_plain
    }

    fn doubt(&mut self, _doubt: Doubt) -> Result<(), Error> {
        self.is_plain = false;
        Ok(())
    }

    fn operator(&mut self, operator: &Operator, _state: &State) -> Result<(), Error> {
        self.is_plain &= match operator {
            Operator::Concatenate(matrix) | Operator::TextMatrix(matrix) => matrix.b == 0.0 && matrix.c == 0.0,
            Operator::DeviceColour(_, colour) | Operator::Colour(_, Some(colour)) => colour.lightness().is_some(),
            Operator::Colour(Of::Filling, None) => false,
            Operator::ColourSpace(Of::Filling, name) => Space::named(name) == Space::Device,
            // A rise takes text out of its line.
            Operator::Rise(rise) => *rise == 0.0,
            // What is in a layer may not be seen.
            Operator::BeginMarked(tag, _) | Operator::Mark(tag) => tag != b"OC",
            Operator::Draw(_) | Operator::Shade(_) | Operator::InlinePicture(_) | Operator::Parameters(_) => false,
            _ => true,
        };
        Ok(())
    }

    fn path(&mut self, path: &Path, painting: Painting, clips: bool, state: &State) -> Result<(), Error> {
        self.is_plain &= Outline::of(path).is_some_and(|outline| {
            self.has_room(outline.len())
                && (!clips || outline.only_box().is_some())
                && (!painting.strokes || self.strokes(&outline, state))
                && (!painting.fills || self.fills(&outline, state))
        });
        Ok(())
    }

    fn text(&mut self, shown: &Shown<'_>, state: &State) -> Result<(), Error> {
        self.is_moved |= shown.is_moved;
        self.is_plain &= self.has_room(0) && self.shows(shown, state);
        Ok(())
    }
}

impl FieldText {
    /// Whether so much more can be kept.
    fn has_room(&self, more: usize) -> bool {
        self.filled.len() + self.pieces.len() + more <= MAX_KEPT
    }

    fn strokes(&self, path: &Outline, state: &State) -> bool {
        let width = state.line_width * state.ctm.a.abs().max(state.ctm.d.abs());
        path.is_border(self.bounds, width, self.setting.comb)
            && path.frames(self.bounds, self.setting.comb)
            && (self.pieces.is_empty() || path.is_border(self.bounds, 2.0 * width, false))
    }

    fn fills(&mut self, path: &Outline, state: &State) -> bool {
        let Some(lightness) = lightness(state) else { return false };
        if !path.is_bevel(self.bounds) {
            return false;
        }
        for &one in &path.boxes {
            // What is filled after a text may lie over it.
            let over = |piece: &Piece| one.bottom < piece.y + piece.size * 0.8 && one.top > piece.y - piece.size * 0.2;
            if self.pieces.iter().any(over) || !is_background(one, self.bounds) {
                return false;
            }
            self.filled.push((one, lightness));
        }
        true
    }

    /// Strings, and the gaps between them in thousandths of an em.
    fn shows(&mut self, shown: &Shown<'_>, state: &State) -> bool {
        let (text, line) = (&state.text, shown.line);
        let (across, x, y) = (line.a, line.e, line.f);
        let (size, em) = (text.size * line.d, text.size * across * text.scale);
        let code = if text.font.as_ref().is_some_and(|font| font.is_composite()) { 2 } else { 1 };
        let (mut least, mut most, mut blank) = (0.0, 0.0, true);
        for item in shown.items {
            if let Object::String(string, _) = item {
                let (mut narrow, mut count) = (0.0, 0.0);
                for character in string.chunks(code) {
                    let is_space = character == b" " || character == [0, 32];
                    self.spaces = if is_space { self.spaces + 1 } else { 0 };
                    if self.spaces > MOST_SPACES {
                        return false;
                    }
                    blank &= is_space;
                    narrow += least_width(character);
                    count += 1.0;
                }
                let apart = count * text.character_spacing * across * text.scale;
                least += narrow * em + apart;
                most += count * em * 1.1 + apart.max(0.0);
            } else {
                let gap = number_of(item).unwrap_or(0.0);
                if !self.setting.comb && !(-MOST_GAP * 1000.0..=MOST_BACK).contains(&gap) {
                    return false;
                }
                least -= gap * em / 1000.0;
                most -= gap * em / 1000.0;
            }
        }
        if blank {
            return true;
        }
        let (characters, words) = (text.character_spacing * across, text.word_spacing * across);
        let even = (size / MOST_STRETCH..=size * MOST_STRETCH).contains(&em)
            && characters >= -SAME_PLACE * size
            && (self.setting.comb || characters <= size)
            && words.abs() <= MOST_GAP * size;
        if size < LEAST_SIZE || size > LARGEST_SIZE * self.bounds.height() || !even || text.rendering_mode != 0 {
            return false;
        }
        match self.pieces.last_mut() {
            // It goes on where the last one ended.
            Some(last) if !self.is_moved => {
                last.least += least;
                last.most += most;
            }
            _ => {
                self.is_moved = false;
                let piece = Piece { x, y, size, least: x + least, most: x + most };
                if !self.is_fine_place(&piece, em) {
                    return false;
                }
                self.pieces.push(piece);
            }
        }
        self.pieces.last().is_some_and(|piece| self.is_seen(piece, state))
    }

    /// Whether a text that begins here is beside or below the others.
    fn is_fine_place(&self, piece: &Piece, em: f64) -> bool {
        let same_line = |other: &&Piece| (other.y - piece.y).abs() < CUT * piece.size;
        let on_another = |other: &Piece| (other.x - piece.x).abs() < SAME_PLACE * em;
        if self.pieces.iter().filter(same_line).any(on_another) {
            return false;
        }
        let left_of = self.pieces.iter().filter(same_line).filter(|other| other.x < piece.x);
        let end = left_of.map(|other| other.most).fold(f64::NEG_INFINITY, f64::max);
        self.setting.comb || end == f64::NEG_INFINITY || piece.x - end <= MOST_APART * em
    }

    /// Whether a text lies in the box, and differs from what lies under it.
    fn is_seen(&self, piece: &Piece, state: &State) -> bool {
        let Some(own) = lightness(state) else { return false };
        let (Bounds { left, bottom, right, top }, size) = (state.clip, piece.size);
        let across = piece.x >= left - TOLERANCE && piece.x <= right - SAME_PLACE * size;
        // Text that is cut off begins where its reader does; what's moved to the edge to be cut off doesn't.
        let cut = piece.least > right + 1.0;
        let early = piece.x <= left + TOLERANCE + LATEST_START * (right - left);
        if !across || cut && !early || top - bottom < size * 0.5 {
            return false;
        }
        if piece.y < bottom - CUT * size {
            // Below the box: a line of the same text that doesn't fit any more.
            let above = self.pieces.iter().rev().find(|other| other.y > piece.y + CUT * size);
            return self.setting.multiline && above.is_some_and(|above| above.y - piece.y <= MOST_LEADING * size);
        }
        if piece.y > top - CUT * size {
            return false;
        }
        let (from, to, at) = (piece.x, piece.least.clamp(piece.x, right.max(piece.x)), piece.y + 0.2 * size);
        for (under, light) in self.filled.iter().rev() {
            if at < under.bottom || at > under.top || to < under.left || from > under.right {
                continue;
            }
            if (light - own).abs() < LEAST_CONTRAST {
                return false;
            }
            if under.left <= from && under.right >= to {
                return true;
            }
        }
        (1.0 - own).abs() >= LEAST_CONTRAST
    }
}

/// How light what is filled is; `None` where nobody can tell.
fn lightness(state: &State) -> Option<f64> {
    state.filling.colour.and_then(Colour::lightness)
}

/// How wide a character of any usual font is at least, in ems.
fn least_width(character: &[u8]) -> f64 {
    match character {
        [b'0'..=b'9' | b'm' | b'w' | b'A'..=b'H' | b'K'..=b'Z'] => 0.42,
        [b'a'..=b'e' | b'g' | b'h' | b'k' | b'n'..=b'q' | b's' | b'u'..=b'z'] => 0.32,
        _ => 0.18,
    }
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;

    fn set(content: &str, setting: Setting) -> bool {
        let bytes = crate::file::tests::blank();
        let document = Document::parse(&bytes).unwrap();
        let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
        let resources = dictionary! { "Font" => dictionary! { "F" => font.clone(), "G" => font } };
        let dictionary = dictionary! { "Resources" => resources };
        let form = FormContent { id: (9, 0), dictionary, content: content.into() };
        is_plain(&document, &form, Bounds::new(0.0, 0.0, 150.0, 20.0), setting).unwrap()
    }

    fn plain(content: &str) -> bool {
        set(content, Setting::default())
    }

    #[test]
    fn only_text_that_is_read_is_plain() {
        assert!(plain("0.9 0.9 1 rg 0 0 150 20 re f q 1 1 148 18 re W n BT 0 0 1 rg /F 12 Tf 2 6 Td (An) Tj ET Q"));
        assert!(!plain("BT 3 Tr /F 12 Tf 2 6 Td (An) Tj ET"));
        assert!(!plain("BT 1 g /F 12 Tf 2 6 Td (An) Tj ET"));
        assert!(!plain("BT /F 0.01 Tf 2 6 Td (An) Tj ET"));
        // In a font that isn't there.
        assert!(!plain("BT /H 12 Tf 2 6 Td (An) Tj ET"));
        assert!(!plain("BT /F 12 Tf 2 600 Td (An) Tj ET"));
        assert!(!plain("q 140 0 5 5 re W n BT /F 12 Tf 2 6 Td (An) Tj ET Q"));
        assert!(!plain("BT /F 12 Tf 2 6 Td (An) Tj ET 1 g 0 0 150 20 re f"));
        assert!(!plain("BT /F 12 Tf 2 6 Td (An) Tj ET 0 0 m 9 9 l S"));
        // As PDFBox, iText and MuPDF draw values.
        assert!(plain(
            "/DeviceRGB cs 0.8 0.8 1 sc 0 0 150 20 re f BT /F 12 Tf /DeviceRGB cs 0 0 0 sc 2 6 Td (An) Tj ET"
        ));
        assert!(plain("0 0 0.4 rg 0 0 150 20 re f BT /F 12 Tf 2 6 Td 1 g (An) Tj ET"));
        assert!(plain("q 1 0 0 -1 0 20 cm BT /F 12 Tf 1 0 0 -1 2 14 Tm (An) Tj ET Q"));
        assert!(plain("BT /F 6 Tf 2 12 Td (An) Tj ET 0.9 g 0 0 150 8 re f BT 0 g /F 6 Tf 2 2 Td (Binh) Tj ET"));
        // Black on black, white in a colour space, of another colour space, upside down.
        assert!(!plain("0 g 0 0 150 20 re f BT /F 12 Tf 2 6 Td (An) Tj ET"));
        assert!(!plain("BT /DeviceRGB cs 1 1 1 sc /F 12 Tf 2 6 Td (An) Tj ET"));
        assert!(!plain("BT /Cs1 cs 0 sc /F 12 Tf 2 6 Td (An) Tj ET"));
        assert!(!plain("BT /Pattern cs /P1 scn /F 12 Tf 2 6 Td (An) Tj ET"));
        assert!(!plain("q 1 0 0 -1 0 20 cm BT /F 12 Tf 2 6 Td (An) Tj ET Q"));
        assert!(!plain("q 0 0 1 1 re 149 0 1 20 re W n BT /F 12 Tf 2 6 Td (An) Tj ET Q"));
    }

    #[test]
    fn text_that_is_not_seen_whole_is_not_plain() {
        for bad in [
            "BT 400 Tc /F 12 Tf 2 6 Td (1000) Tj ET",
            "BT /F 12 Tf 2 6 Td (1                                  000) Tj ET",
            "BT /F 12 Tf 2 6 Td [(1) -40000 (000)] TJ ET",
            "BT /F 12 Tf 2 6 Td [(1) 560 (8)] TJ ET",
            "BT /F 12 Tf 2 6 Td (1) Tj 148 0 Td (000) Tj ET",
            "BT /F 12 Tf 2 6 Td (1) Tj 80 0 Td (000) Tj ET",
            "BT 500 Ts /F 12 Tf 2 6 Td (1000) Tj ET",
            "BT 0.5 Tz /F 12 Tf 2 6 Td (1000) Tj ET",
            "BT /F 12 Tf 149 6 Td (1000) Tj ET",
            "BT /F 12 Tf 130 6 Td (1000000) Tj ET",
            "BT /F 300 Tf 2 6 Td (1000) Tj ET",
            "BT /F 12 Tf 2 -9 Td (1000) Tj ET",
            "BT /F 12 Tf 2 6 Td (1) Tj 0 0 Td (8) Tj ET",
            "/OC /L BDC BT /F 12 Tf 2 6 Td (1000) Tj ET EMC",
            "q 0 8 150 2 re W n BT /F 12 Tf 2 6 Td (1000) Tj ET Q",
            "0 g 9 0 141 20 re f BT /F 12 Tf 2 6 Td (1000) Tj ET",
        ] {
            assert!(!plain(bad), "{bad}");
        }
        assert!(plain("BT /F 12 Tf 2 6 Td (a very long value that does not fit into its field) Tj ET"));
        assert!(plain("BT /F 12 Tf 2 6 Td (An ) Tj 17 0 Td (Binh) Tj ET"));
        assert!(plain("BT /F 12 Tf 2 6 Td (An ) Tj /G 12 Tf (Binh) Tj ET"));
    }

    #[test]
    fn lines_that_do_not_fit_follow_those_that_do() {
        let lines = Setting { multiline: true, ..Setting::default() };
        assert!(set("BT /F 10 Tf 2 8 Td (a) Tj 0 -12 Td (b) Tj 0 -12 Td (c) Tj ET", lines));
        assert!(!plain("BT /F 10 Tf 2 8 Td (a) Tj 0 -12 Td (b) Tj ET"));
        assert!(!set("BT /F 10 Tf 2 8 Td (a) Tj 0 -60 Td (b) Tj ET", lines));
        assert!(!set("BT /F 10 Tf 2 -30 Td (a) Tj ET", lines));
    }

    #[test]
    fn borders_are_no_letters() {
        let text = "BT /F 12 Tf 4 6 Td (An) Tj ET";
        assert!(plain(&format!("0 0.5 m 150 0.5 l S {text}")));
        assert!(plain(&format!("1 g 1 1 m 1 19 l 149 19 l 148 18 l 2 18 l 2 2 l 1 1 l f 0 g {text}")));
        assert!(plain(&format!("0.5 0.5 149 19 re S {text}")));
        let walls = "25 0 m 25 20 l 50 0 m 50 20 l S";
        let comb = Setting { comb: true, ..Setting::default() };
        assert!(set(&format!("{walls} BT /F 12 Tf 0 6 Td [-700 (1) -1500 (2)] TJ ET"), comb));
        for bad in [
            walls,
            "2 6 m 2 16 l S",
            "2 10 m 20 10 l S",
            "0 0 m 150 20 l S",
            "30 w 0 0.5 m 150 0.5 l S",
            "300 w 0 0 150 20 re S",
            "0 0 m 150 0 l 150 20 l 0 20 l f",
            "40 4 6 9 re S",
            "40 4 1 9 re f",
        ] {
            assert!(!plain(&format!("{bad} {text}")), "{bad}");
        }
    }
}
