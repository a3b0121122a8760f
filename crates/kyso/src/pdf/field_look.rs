//! Whether a field's appearance shows its text as people read text: dark enough, large enough, within its box, with
//! nothing drawn over it.

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Object, ObjectId};

use super::document::Document;
use super::page::{number_of, rectangle};
use crate::error::Error;

/// Operations of one field's appearance.
const MAX_OPERATIONS: usize = 20_000;
/// Smaller text isn't read, in points.
const LEAST_SIZE: f64 = 3.0;
/// Lighter text isn't seen on paper (0 black, 1 white).
const LIGHTEST: f64 = 0.85;
/// How far outside its box or clip text may begin, in points.
const TOLERANCE: f64 = 2.0;

#[derive(Clone, Copy)]
struct State {
    offset: (f64, f64),
    scale: f64,
    lightness: f64,
    mode: i64,
    clip: [f64; 4],
}

impl Document<'_> {
    /// Whether the form draws text, a background, a border, and no more.
    pub(crate) fn shows_plainly(&self, form: ObjectId) -> Result<bool, Error> {
        let Object::Stream(stream) = self.object(form)? else { return Ok(true) };
        let Some(bounds) = rectangle(self, &stream.dict, b"BBox")? else { return Ok(true) };
        let Ok(content) = self.decode(&stream) else { return Ok(false) };
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

fn is_plain(content: &[u8], bounds: [f64; 4]) -> bool {
    let mut state = State { offset: (0.0, 0.0), scale: 1.0, lightness: 0.0, mode: 0, clip: bounds };
    let (mut saved, mut size, mut line, mut leading) = (Vec::new(), 0.0, (0.0, 0.0), 0.0);
    let (mut box_, mut shown, mut operations) = (None, false, 0);
    for operation in Content::<Vec<Operation>>::decode_iter(content).map_while(Result::ok) {
        operations += 1;
        let operands = operation.operands.as_slice();
        let number = |index: usize| operands.get(index).and_then(number_of).unwrap_or(0.0);
        match operation.operator.as_str() {
            _ if operations > MAX_OPERATIONS => return false,
            "q" => saved.push(state),
            "Q" => state = saved.pop().unwrap_or(state),
            "cm" => {
                if number(1) != 0.0 || number(2) != 0.0 || number(0) <= 0.0 || number(3) <= 0.0 {
                    return false;
                }
                state.offset = (state.offset.0 + number(4) * state.scale, state.offset.1 + number(5) * state.scale);
                state.scale *= number(3);
            }
            "g" => state.lightness = number(0),
            "rg" => state.lightness = 0.3 * number(0) + 0.59 * number(1) + 0.11 * number(2),
            "k" => state.lightness = (1.0 - number(3)) * (1.0 - (number(0) + number(1) + number(2)) / 3.0),
            "Tr" => state.mode = operands.first().and_then(|mode| mode.as_i64().ok()).unwrap_or(-1),
            "Tf" => size = number(1),
            "TL" => leading = number(0),
            "BT" => line = (0.0, 0.0),
            "Td" => line = (line.0 + number(0), line.1 + number(1)),
            "TD" => {
                leading = -number(1);
                line = (line.0 + number(0), line.1 + number(1));
            }
            "T*" => line.1 -= leading,
            "Tm" => {
                if number(1) != 0.0 || number(2) != 0.0 {
                    return false;
                }
                line = (number(4), number(5));
                size *= number(3);
            }
            "Tj" | "TJ" | "'" | "\"" => {
                if matches!(operation.operator.as_str(), "'" | "\"") {
                    line.1 -= leading;
                }
                let (x, y) = (state.offset.0 + line.0 * state.scale, state.offset.1 + line.1 * state.scale);
                let [left, bottom, right, top] = state.clip;
                let inside = x >= left - TOLERANCE
                    && x <= right + TOLERANCE
                    && y >= bottom - size * state.scale
                    && y <= top + TOLERANCE;
                if !inside || state.mode != 0 || state.lightness > LIGHTEST || size * state.scale < LEAST_SIZE {
                    return false;
                }
                shown = true;
            }
            "re" => {
                let (x, y) = (state.offset.0 + number(0) * state.scale, state.offset.1 + number(1) * state.scale);
                box_ = Some([x, y, x + number(2) * state.scale, y + number(3) * state.scale]);
            }
            "W" | "W*" => {
                if let Some([left, bottom, right, top]) = box_ {
                    let [a, b, c, d] = state.clip;
                    state.clip = [a.max(left), b.max(bottom), c.min(right), d.min(top)];
                }
            }
            // What is filled after the text may lie over it.
            "f" | "F" | "f*" | "B" | "B*" | "b" | "b*" if shown => return false,
            "Do" | "sh" | "BI" | "m" | "l" | "c" | "v" | "y" | "gs" | "cs" | "sc" | "scn" => return false,
            _ => {}
        }
    }
    true
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
    }
}
