//! Whether a field's appearance shows its text as people read text: in a colour that differs from what lies under it,
//! large enough, upright, within its box, with nothing drawn over it.

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Object, ObjectId};

use super::document::Document;
use super::matrix::{IDENTITY, Matrix, times};
use super::page::{number_of, rectangle};
use super::paint::turned;
use crate::error::Error;

/// Operations of one field's appearance.
const MAX_OPERATIONS: usize = 20_000;
/// Painted boxes and lines of text that are kept; a field's appearance has a handful.
const MAX_KEPT: usize = 1_000;
/// Saved graphics states.
const MAX_SAVED: usize = 256;
/// Smaller text isn't read, in points.
const LEAST_SIZE: f64 = 3.0;
/// Text that is as light or dark as this as what lies under it isn't seen (0 black, 1 white).
pub(super) const LEAST_CONTRAST: f64 = 0.15;
/// How far outside its box or clip text may begin, in points.
const TOLERANCE: f64 = 2.0;

/// Left, bottom, right, top.
type Box4 = [f64; 4];

#[derive(Clone, Copy)]
struct State {
    ctm: Matrix,
    lightness: f64,
    mode: i64,
    size: f64,
    leading: f64,
    clip: Box4,
}

impl Document<'_> {
    /// Whether the form draws text, a background, a border, and no more.
    pub(crate) fn shows_plainly(&self, form: ObjectId) -> Result<bool, Error> {
        let Object::Stream(mut stream) = self.object(form)? else { return Ok(true) };
        let Some(bounds) = rectangle(self, &stream.dict, b"BBox")? else { return Ok(true) };
        let Ok(content) = self.decode(&mut stream) else { return Ok(false) };
        let resources = match self.get(&stream.dict, b"Resources")? {
            Object::Dictionary(resources) => resources,
            _ => Dictionary::new(),
        };
        let states = self.get(&resources, b"ExtGState")?;
        if matches!(states, Object::Dictionary(states) if !states.is_empty()) {
            return Ok(false);
        }
        if let Object::Dictionary(fonts) = self.get(&resources, b"Font")? {
            for (_, font) in fonts.iter() {
                if let Object::Dictionary(font) = self.resolve(font)?
                    && self.lies(&font)?
                {
                    return Ok(false);
                }
            }
        }
        Ok(is_plain(&content, bounds))
    }

    /// A font that brings no glyphs is drawn by its encoding: a /ToUnicode beside that can only say something else.
    fn lies(&self, font: &Dictionary) -> Result<bool, Error> {
        let simple = !matches!(font.get(b"Subtype").and_then(Object::as_name), Ok(b"Type0" | b"Type3"));
        let embedded = match self.get(font, b"FontDescriptor")? {
            Object::Dictionary(descriptor) => {
                [&b"FontFile"[..], b"FontFile2", b"FontFile3"].iter().any(|key| descriptor.has(key))
            }
            _ => false,
        };
        Ok(simple && !embedded && font.has(b"ToUnicode"))
    }
}

/// How light the colour of these components is; `None` for a pattern, or a count that no device has.
pub(super) fn lightness(operands: &[Object]) -> Option<f64> {
    let components: Option<Vec<f64>> = operands.iter().map(number_of).collect();
    match components?.as_slice() {
        [gray] => Some(*gray),
        [red, green, blue] => Some(0.3 * red + 0.59 * green + 0.11 * blue),
        [cyan, magenta, yellow, black] => Some((1.0 - black) * (1.0 - (cyan + magenta + yellow) / 3.0)),
        _ => None,
    }
}

/// Whether the colour space is one whose components say how light a colour is.
pub(super) fn is_of_a_device(operands: &[Object]) -> bool {
    matches!(operands, [Object::Name(name)] if [&b"DeviceGray"[..], b"DeviceRGB", b"DeviceCMYK"].contains(&&**name))
}

/// Whether what a viewer draws by this default appearance can be read: dark enough on paper, large enough.
pub(crate) fn reads_well(look: &[u8]) -> bool {
    let mut operations = Content::<Vec<Operation>>::decode_iter(look).map_while(Result::ok).take(MAX_OPERATIONS);
    operations.all(|operation| match operation.operator.as_str() {
        "Tf" => operation.operands.get(1).and_then(number_of).is_some_and(|size| size == 0.0 || size >= LEAST_SIZE),
        "g" | "rg" | "k" => lightness(&operation.operands).is_some_and(|light| light <= 1.0 - LEAST_CONTRAST),
        _ => false,
    })
}

fn is_plain(content: &[u8], bounds: Box4) -> bool {
    let mut state = State { ctm: IDENTITY, lightness: 0.0, mode: 0, size: 0.0, leading: 0.0, clip: bounds };
    let (mut saved, mut line, mut path): (Vec<State>, Matrix, Vec<Box4>) = (Vec::new(), IDENTITY, Vec::new());
    // What was filled, with its lightness, and the heights of the lines of text that were shown.
    let mut filled: Vec<(Box4, f64)> = Vec::new();
    let mut shown: Vec<(f64, f64)> = Vec::new();
    for (count, operation) in Content::<Vec<Operation>>::decode_iter(content).map_while(Result::ok).enumerate() {
        let operands = operation.operands.as_slice();
        let number = |index: usize| operands.get(index).and_then(number_of).unwrap_or(0.0);
        if count >= MAX_OPERATIONS || filled.len() + shown.len() + path.len() > MAX_KEPT || saved.len() > MAX_SAVED {
            return false;
        }
        match operation.operator.as_str() {
            "q" => saved.push(state),
            "Q" => state = saved.pop().unwrap_or(state),
            "cm" => {
                if number(1) != 0.0 || number(2) != 0.0 {
                    return false;
                }
                state.ctm = times([number(0), 0.0, 0.0, number(3), number(4), number(5)], state.ctm);
            }
            "g" | "rg" | "k" | "sc" | "scn" => match lightness(operands) {
                Some(lightness) => state.lightness = lightness,
                None => return false,
            },
            "cs" if is_of_a_device(operands) => state.lightness = 0.0,
            "Tr" => state.mode = operands.first().and_then(|mode| mode.as_i64().ok()).unwrap_or(-1),
            "Tf" => state.size = number(1),
            "TL" => state.leading = number(0),
            "BT" => line = IDENTITY,
            "Td" => line = times([1.0, 0.0, 0.0, 1.0, number(0), number(1)], line),
            "TD" => {
                state.leading = -number(1);
                line = times([1.0, 0.0, 0.0, 1.0, number(0), number(1)], line);
            }
            "T*" => line = times([1.0, 0.0, 0.0, 1.0, 0.0, -state.leading], line),
            "Tm" => {
                if number(1) != 0.0 || number(2) != 0.0 {
                    return false;
                }
                line = [number(0), 0.0, 0.0, number(3), number(4), number(5)];
            }
            "Tj" | "TJ" | "'" | "\"" => {
                if matches!(operation.operator.as_str(), "'" | "\"") {
                    line = times([1.0, 0.0, 0.0, 1.0, 0.0, -state.leading], line);
                }
                let [across, _, _, up, x, y] = times(line, state.ctm);
                let (size, [left, bottom, right, top]) = (state.size * up, state.clip);
                let inside =
                    x >= left - TOLERANCE && x <= right + TOLERANCE && y >= bottom - size && y <= top + TOLERANCE;
                let under = filled.iter().rev().find(|(one, _)| holds(*one, x, y)).map_or(1.0, |(_, light)| *light);
                let seen = state.mode == 0 && (under - state.lightness).abs() >= LEAST_CONTRAST;
                if !inside || !seen || size < LEAST_SIZE || state.size * across < LEAST_SIZE / 2.0 {
                    return false;
                }
                shown.push((y - size * 0.2, y + size * 0.8));
            }
            "re" => {
                let (x, y) = (number(0), number(1));
                path.push(turned(state.ctm, [x, y, x + number(2), y + number(3)]));
            }
            "W" | "W*" => {
                let &[[left, bottom, right, top]] = path.as_slice() else { return false };
                let [a, b, c, d] = state.clip;
                state.clip = [a.max(left), b.max(bottom), c.min(right), d.min(top)];
            }
            "f" | "F" | "f*" | "B" | "B*" | "b" | "b*" => {
                for one in path.drain(..) {
                    // What is filled after a text may lie over it.
                    if shown.iter().any(|&(bottom, top)| one[1] < top && one[3] > bottom) {
                        return false;
                    }
                    filled.push((one, state.lightness));
                }
            }
            "S" | "s" | "n" => path.clear(),
            "Do" | "sh" | "BI" | "m" | "l" | "c" | "v" | "y" | "gs" | "cs" => return false,
            _ => {}
        }
    }
    true
}

fn holds([left, bottom, right, top]: Box4, x: f64, y: f64) -> bool {
    x >= left && x <= right && y >= bottom && y <= top
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_that_is_read_is_plain() {
        let plain = |content: &str| is_plain(content.as_bytes(), [0.0, 0.0, 150.0, 20.0]);
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
    fn a_default_appearance_must_be_read() {
        for fine in ["/Helv 0 Tf 0 g", "0 0 0 rg /Helvetica 12 Tf", "/F 9 Tf", "0 0 0 1 k /F 12 Tf"] {
            assert!(reads_well(fine.as_bytes()), "{fine}");
        }
        for bad in ["/Helv 0 Tf 1 g", "/Helv 1 Tf 0 g", "3 Tr /Helv 12 Tf 0 g", "/F 12 Tf /Pattern cs /P scn"] {
            assert!(!reads_well(bad.as_bytes()), "{bad}");
        }
    }
}
