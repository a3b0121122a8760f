//! The text of a field's appearance, operation by operation: whether it's seen, all of it.

use lopdf::Object;
use lopdf::content::{Content, Operation};

use super::field_border::{Outline, is_background};
use super::field_look::{Box4, LARGEST_SIZE, LEAST_CONTRAST, LEAST_SIZE, Setting, is_of_a_device, lightness};
use super::paint::turned;
use crate::content::matrix::{IDENTITY, Matrix, through, times};
use crate::page::number_of;

/// Operations of one field's appearance.
const MAX_OPERATIONS: usize = 20_000;
/// Painted boxes and pieces of text that are kept; a field's appearance has a handful.
const MAX_KEPT: usize = 1_000;
/// Saved graphics states.
const MAX_SAVED: usize = 256;
/// How far outside its box or clip text may begin, in points.
const TOLERANCE: f64 = 2.0;
/// Letters may be this much narrower or wider than they're high.
const MOST_STRETCH: f64 = 2.0;
/// A gap of more than this many ems separates texts; more than this many spaces make one.
const MOST_GAP: f64 = 3.0;
const MOST_SPACES: usize = 16;
/// Texts of one line that are each put in their place, as in cells, aren't farther apart than this, in ems.
const MOST_APART: f64 = 5.0;
/// A letter that begins this near to another, in ems, lies on it; so does one that is drawn back by more.
const SAME_PLACE: f64 = 0.15;
const MOST_BACK: f64 = 500.0;
/// Lines of one text aren't farther apart than this, in ems.
const MOST_LEADING: f64 = 2.5;
/// Text that is too long for its box begins within this part of it.
const LATEST_START: f64 = 0.15;
/// The part of a letter's height by which it may be cut off.
const CUT: f64 = 0.3;

#[derive(Clone, Copy)]
struct State {
    ctm: Matrix,
    lightness: f64,
    width: f64,
    mode: i64,
    size: f64,
    leading: f64,
    letters: f64,
    words: f64,
    stretch: f64,
    composite: bool,
    clip: Box4,
}

/// A stretch of text from one place on.
struct Piece {
    x: f64,
    y: f64,
    size: f64,
    /// How far it reaches at least and at most, as far as can be told without the font's measures.
    least: f64,
    most: f64,
}

struct Look<'l> {
    bounds: Box4,
    setting: Setting,
    is_composite: &'l dyn Fn(&[u8]) -> bool,
    state: State,
    line: Matrix,
    moved: bool,
    spaces: usize,
    /// What was filled, with its lightness.
    filled: Vec<(Box4, f64)>,
    pieces: Vec<Piece>,
}

/// Whether a form with these bounds draws nothing but readable text, backgrounds and borders.
pub(super) fn is_plain(content: &[u8], bounds: Box4, setting: Setting, is_composite: &dyn Fn(&[u8]) -> bool) -> bool {
    let state = State {
        ctm: IDENTITY,
        lightness: 0.0,
        width: 1.0,
        mode: 0,
        size: 0.0,
        leading: 0.0,
        letters: 0.0,
        words: 0.0,
        stretch: 1.0,
        composite: false,
        clip: bounds,
    };
    let (line, filled, pieces) = (IDENTITY, Vec::new(), Vec::new());
    let mut look = Look { bounds, setting, is_composite, state, line, moved: true, spaces: 0, filled, pieces };
    let (mut saved, mut path) = (Vec::<State>::new(), Outline::default());
    for (count, operation) in Content::<Vec<Operation>>::decode_iter(content).map_while(Result::ok).enumerate() {
        let kept = look.filled.len() + look.pieces.len() + path.len();
        if count >= MAX_OPERATIONS || kept > MAX_KEPT || saved.len() > MAX_SAVED {
            return false;
        }
        let operands = operation.operands.as_slice();
        let number = |index: usize| operands.get(index).and_then(number_of).unwrap_or(0.0);
        let fine = match operation.operator.as_str() {
            "q" => {
                saved.push(look.state);
                true
            }
            "Q" => {
                look.state = saved.pop().unwrap_or(look.state);
                true
            }
            "cm" => {
                look.state.ctm = times([number(0), 0.0, 0.0, number(3), number(4), number(5)], look.state.ctm);
                number(1) == 0.0 && number(2) == 0.0
            }
            "re" => {
                let (x, y) = (number(0), number(1));
                path.boxes.push(turned(look.state.ctm, [x, y, x + number(2), y + number(3)]));
                true
            }
            "m" => {
                path.start(through(look.state.ctm, number(0), number(1)));
                true
            }
            "l" => path.line(through(look.state.ctm, number(0), number(1))),
            "h" => {
                path.close();
                true
            }
            "W" | "W*" => path.only_box().is_some_and(|one| look.clips(one)),
            operator @ ("f" | "F" | "f*" | "B" | "B*" | "b" | "b*" | "S" | "s" | "n") => {
                if matches!(operator, "s" | "b" | "b*") {
                    path.close();
                }
                let strokes = !matches!(operator, "n" | "f" | "F" | "f*");
                let fills = !matches!(operator, "n" | "S" | "s");
                let fine = (!strokes || look.strokes(&path)) && (!fills || look.fills(&path));
                path.clear();
                fine
            }
            "Do" | "sh" | "BI" | "c" | "v" | "y" | "gs" => false,
            operator => look.text(operator, operands),
        };
        if !fine {
            return false;
        }
    }
    true
}

impl Look<'_> {
    fn clips(&mut self, [left, bottom, right, top]: Box4) -> bool {
        let [a, b, c, d] = self.state.clip;
        self.state.clip = [a.max(left), b.max(bottom), c.min(right), d.min(top)];
        true
    }

    fn strokes(&self, path: &Outline) -> bool {
        let [across, _, _, up, ..] = self.state.ctm;
        let width = self.state.width * across.abs().max(up.abs());
        path.is_border(self.bounds, width, self.setting.comb)
            && path.frames(self.bounds, self.setting.comb)
            && (self.pieces.is_empty() || path.is_border(self.bounds, 2.0 * width, false))
    }

    fn fills(&mut self, path: &Outline) -> bool {
        if !path.is_bevel(self.bounds) {
            return false;
        }
        for &one in &path.boxes {
            // What is filled after a text may lie over it.
            let over = |piece: &Piece| one[1] < piece.y + piece.size * 0.8 && one[3] > piece.y - piece.size * 0.2;
            if self.pieces.iter().any(over) || !is_background(one, self.bounds) {
                return false;
            }
            self.filled.push((one, self.state.lightness));
        }
        true
    }

    /// What sets text, and how it's set.
    fn text(&mut self, operator: &str, operands: &[Object]) -> bool {
        let number = |index: usize| operands.get(index).and_then(number_of).unwrap_or(0.0);
        let state = &mut self.state;
        match operator {
            "g" | "rg" | "k" | "sc" | "scn" => match lightness(operands) {
                Some(lightness) => state.lightness = lightness,
                None => return false,
            },
            "cs" if is_of_a_device(operands) => state.lightness = 0.0,
            "cs" => return false,
            "w" => state.width = number(0),
            "Tr" => state.mode = operands.first().and_then(|mode| mode.as_i64().ok()).unwrap_or(-1),
            "Tf" => {
                state.size = number(1);
                state.composite = matches!(operands.first(), Some(Object::Name(font)) if (self.is_composite)(font));
            }
            "Tc" => state.letters = number(0),
            "Tw" => state.words = number(0),
            "Tz" => state.stretch = number(0) / 100.0,
            "TL" => state.leading = number(0),
            // A rise takes text out of its line.
            "Ts" => return number(0) == 0.0,
            // What is in a layer may not be seen.
            "BDC" | "DP" => return !matches!(operands.first(), Some(Object::Name(tag)) if tag == b"OC"),
            "BT" => self.moves([1.0, 0.0, 0.0, 1.0, 0.0, 0.0], IDENTITY),
            "Td" => self.moves([1.0, 0.0, 0.0, 1.0, number(0), number(1)], self.line),
            "TD" => {
                state.leading = -number(1);
                self.moves([1.0, 0.0, 0.0, 1.0, number(0), number(1)], self.line);
            }
            "T*" => self.moves([1.0, 0.0, 0.0, 1.0, 0.0, -self.state.leading], self.line),
            "Tm" => {
                self.moves([number(0), 0.0, 0.0, number(3), number(4), number(5)], IDENTITY);
                return number(1) == 0.0 && number(2) == 0.0;
            }
            "Tj" => return self.shows(operands),
            "TJ" => return matches!(operands, [Object::Array(items)] if self.shows(items)),
            "'" | "\"" => {
                if let [words, letters, _] = operands {
                    state.words = number_of(words).unwrap_or(0.0);
                    state.letters = number_of(letters).unwrap_or(0.0);
                }
                self.moves([1.0, 0.0, 0.0, 1.0, 0.0, -self.state.leading], self.line);
                return operands.last().is_some_and(|text| self.shows(std::slice::from_ref(text)));
            }
            _ => {}
        }
        true
    }

    fn moves(&mut self, by: Matrix, from: Matrix) {
        self.line = times(by, from);
        self.moved = true;
    }

    /// Strings, and the gaps between them in thousandths of an em.
    fn shows(&mut self, items: &[Object]) -> bool {
        let state = self.state;
        let [across, _, _, up, x, y] = times(self.line, state.ctm);
        let (size, em) = (state.size * up, state.size * across * state.stretch);
        let (mut least, mut most, mut blank) = (0.0, 0.0, true);
        for item in items {
            if let Object::String(text, _) = item {
                let (mut narrow, mut count) = (0.0, 0.0);
                for letter in text.chunks(if state.composite { 2 } else { 1 }) {
                    let is_space = letter == b" " || letter == [0, 32];
                    self.spaces = if is_space { self.spaces + 1 } else { 0 };
                    if self.spaces > MOST_SPACES {
                        return false;
                    }
                    blank &= is_space;
                    narrow += least_width(letter);
                    count += 1.0;
                }
                let apart = count * state.letters * across * state.stretch;
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
        let (letters, words) = (state.letters * across, state.words * across);
        let even = (size / MOST_STRETCH..=size * MOST_STRETCH).contains(&em)
            && letters >= -SAME_PLACE * size
            && (self.setting.comb || letters <= size)
            && words.abs() <= MOST_GAP * size;
        let [_, bottom, _, top] = self.bounds;
        if size < LEAST_SIZE || size > LARGEST_SIZE * (top - bottom) || !even || state.mode != 0 {
            return false;
        }
        match self.pieces.last_mut() {
            // It goes on where the last one ended.
            Some(last) if !self.moved => {
                last.least += least;
                last.most += most;
            }
            _ => {
                self.moved = false;
                let piece = Piece { x, y, size, least: x + least, most: x + most };
                if !self.is_fine_place(&piece, em) {
                    return false;
                }
                self.pieces.push(piece);
            }
        }
        self.pieces.last().is_some_and(|piece| self.is_seen(piece))
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
    fn is_seen(&self, piece: &Piece) -> bool {
        let ([left, bottom, right, top], size) = (self.state.clip, piece.size);
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
        for &([a, b, c, d], light) in self.filled.iter().rev() {
            if at < b || at > d || to < a || from > c {
                continue;
            }
            if (light - self.state.lightness).abs() < LEAST_CONTRAST {
                return false;
            }
            if a <= from && c >= to {
                return true;
            }
        }
        (1.0 - self.state.lightness).abs() >= LEAST_CONTRAST
    }
}

/// How wide a letter of any usual font is at least, in ems.
fn least_width(letter: &[u8]) -> f64 {
    match letter {
        [b'0'..=b'9' | b'm' | b'w' | b'A'..=b'H' | b'K'..=b'Z'] => 0.42,
        [b'a'..=b'e' | b'g' | b'h' | b'k' | b'n'..=b'q' | b's' | b'u'..=b'z'] => 0.32,
        _ => 0.18,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(content: &str, setting: Setting) -> bool {
        is_plain(content.as_bytes(), [0.0, 0.0, 150.0, 20.0], setting, &|_| false)
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
