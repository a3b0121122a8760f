//! What a checkbox or a radio button looks like: whether there's a mark in its box.

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Object, ObjectId};

use super::field_look::{LEAST_CONTRAST, is_of_a_device, lightness};
use crate::content::matrix::{IDENTITY, Matrix, through, times};
use crate::error::Error;
use crate::file::document::Document;
use crate::page::{number_of, rectangle};

/// Operations of one button's appearance.
const MAX_OPERATIONS: usize = 500;
/// Saved graphics states.
const MAX_SAVED: usize = 32;
/// A wider or higher button has room to say something, in points.
const LARGEST: f64 = 40.0;
/// What stays within this part of the box's lesser side from its edges is its frame; a circle does.
const FRAME: f64 = 0.18;
/// A frame is no wider than this part of the box's lesser side.
const WIDEST_FRAME: f64 = 0.2;
/// A mark takes at least this part of the box's lesser side, one way or the other.
const LEAST_MARK: f64 = 0.25;
/// Points that are looked at of each line and curve.
const SAMPLES: u32 = 16;
/// What reaches farther out of the box than this many of its lesser sides isn't a button's drawing.
const FARTHEST: f64 = 2.0;
/// Shapes that make up a mark: a cross has two.
const MOST_SHAPES: usize = 4;
/// The marks of the font that buttons use (ZapfDingbats): checks, crosses, disc, square, diamond, star.
const MARKS: &[u8] = b"345678lnuH";

/// What a button's appearance shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ButtonLook {
    /// An empty box.
    Off,
    /// A box with a mark.
    On,
    /// Something else, or what can't be told.
    Unclear,
}

#[derive(Clone, Copy)]
struct State {
    ctm: Matrix,
    fill: f64,
    stroke: f64,
    width: f64,
    is_marks: bool,
    size: f64,
    mode: f64,
}

impl Document<'_> {
    /// What the form of one of a button's states shows.
    pub fn button_look(&self, form: ObjectId) -> Result<ButtonLook, Error> {
        let Object::Stream(mut stream) = self.object(form)? else { return Ok(ButtonLook::Unclear) };
        let Some(bounds) = rectangle(self, &stream.dict, b"BBox")? else { return Ok(ButtonLook::Unclear) };
        let Ok(content) = self.decode(&mut stream) else { return Ok(ButtonLook::Unclear) };
        let resources = match self.get(&stream.dict, b"Resources")? {
            Object::Dictionary(resources) => resources,
            _ => Dictionary::new(),
        };
        for key in [&b"ExtGState"[..], b"XObject"] {
            if matches!(self.get(&resources, key)?, Object::Dictionary(entries) if !entries.is_empty()) {
                return Ok(ButtonLook::Unclear);
            }
        }
        let fonts = match self.get(&resources, b"Font")? {
            Object::Dictionary(fonts) => fonts,
            _ => Dictionary::new(),
        };
        let has_marks = |font: &[u8]| {
            let Ok(Object::Dictionary(font)) = self.get(&fonts, font) else { return false };
            matches!(font.get(b"BaseFont").and_then(Object::as_name), Ok(b"ZapfDingbats"))
                && matches!(font.get(b"Subtype").and_then(Object::as_name), Ok(b"Type1"))
                && !font.has(b"FontDescriptor")
                && font.get(b"Encoding").map_or(true, |encoding| encoding.as_name().is_ok())
        };
        Ok(look(&content, bounds, &has_marks))
    }
}

fn look(content: &[u8], bounds: [f64; 4], has_marks: &dyn Fn(&[u8]) -> bool) -> ButtonLook {
    let [left, bottom, right, top] = bounds;
    let (least, most) = ((right - left).min(top - bottom), (right - left).max(top - bottom));
    if least <= 0.0 || most > LARGEST || most > 3.0 * least {
        return ButtonLook::Unclear;
    }
    let mut state = State { ctm: IDENTITY, fill: 0.0, stroke: 0.0, width: 1.0, is_marks: false, size: 0.0, mode: 0.0 };
    let (mut saved, mut path, mut marks, mut paper) = (Vec::new(), Vec::<(f64, f64)>::new(), 0, 1.0);
    let (mut at, mut start, mut text) = ((0.0, 0.0), (0.0, 0.0), IDENTITY);
    for (count, operation) in Content::<Vec<Operation>>::decode_iter(content).map_while(Result::ok).enumerate() {
        if count >= MAX_OPERATIONS || saved.len() > MAX_SAVED || marks > MOST_SHAPES {
            return ButtonLook::Unclear;
        }
        let operands = operation.operands.as_slice();
        let number = |index: usize| operands.get(index).and_then(number_of).unwrap_or(0.0);
        let point = |index: usize| through(state.ctm, number(index), number(index + 1));
        match operation.operator.as_str() {
            "q" => saved.push(state),
            "Q" => state = saved.pop().unwrap_or(state),
            "cm" => {
                let matrix = [number(0), number(1), number(2), number(3), number(4), number(5)];
                state.ctm = times(matrix, state.ctm);
            }
            "w" => state.width = number(0),
            "g" | "rg" | "k" | "sc" | "scn" | "G" | "RG" | "K" | "SC" | "SCN" => {
                let Some(light) = lightness(operands) else { return ButtonLook::Unclear };
                match operation.operator.as_bytes().first() {
                    Some(b'a'..=b'z') => state.fill = light,
                    _ => state.stroke = light,
                }
            }
            "cs" if is_of_a_device(operands) => state.fill = 0.0,
            "CS" if is_of_a_device(operands) => state.stroke = 0.0,
            "m" => {
                (at, start) = (point(0), point(0));
                path.push(at);
            }
            "l" => at = line(&mut path, at, point(0)),
            "c" => at = curve(&mut path, [at, point(0), point(2), point(4)]),
            "v" => at = curve(&mut path, [at, at, point(0), point(2)]),
            "y" => at = curve(&mut path, [at, point(0), point(2), point(2)]),
            "h" => at = line(&mut path, at, start),
            "re" => {
                let (x, y, width, height) = (number(0), number(1), number(2), number(3));
                let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
                    .map(|(x, y)| through(state.ctm, x, y));
                for pair in corners.windows(2) {
                    if let &[from, to] = pair {
                        path.push(from);
                        line(&mut path, from, to);
                    }
                }
            }
            // What is cut off at the box's own edge isn't seen anyway.
            "W" | "W*" if is_frame(&path, bounds) && is_whole(&path, bounds) => {}
            "n" => path.clear(),
            operator @ ("f" | "F" | "f*" | "S" | "s" | "B" | "B*" | "b" | "b*") => {
                if matches!(operator, "s" | "b" | "b*") {
                    line(&mut path, at, start);
                }
                let far = FARTHEST * least;
                let [a, b, c, d] = around(&path);
                if a < left - far || b < bottom - far || c > right + far || d > top + far {
                    return ButtonLook::Unclear;
                }
                let (fills, strokes) = (!matches!(operator, "S" | "s"), !operator.starts_with(['f', 'F']));
                if is_frame(&path, bounds) {
                    let [_, _, _, scale, ..] = state.ctm;
                    if marks > 0 || strokes && (state.width * scale).abs() > WIDEST_FRAME * least {
                        return ButtonLook::Unclear;
                    }
                    if fills && is_whole(&path, bounds) {
                        paper = state.fill;
                    }
                } else {
                    let ink = if fills { state.fill } else { state.stroke };
                    if (ink - paper).abs() < LEAST_CONTRAST || extent(&path) < LEAST_MARK * least {
                        return ButtonLook::Unclear;
                    }
                    marks += 1;
                }
                path.clear();
            }
            "BT" => text = IDENTITY,
            "Td" => text = times([1.0, 0.0, 0.0, 1.0, number(0), number(1)], text),
            "Tm" => text = [number(0), number(1), number(2), number(3), number(4), number(5)],
            "Tr" => state.mode = number(0),
            "Tf" => {
                state.is_marks = matches!(operands.first(), Some(Object::Name(font)) if has_marks(font));
                state.size = number(1);
            }
            "Tj" => {
                let [across, _, _, up, x, y] = times(text, state.ctm);
                let one = matches!(operands, [Object::String(text, _)] if matches!(text.as_slice(), [one] if MARKS.contains(one)));
                let inside = x >= left - 1.0 && x <= right - LEAST_MARK * least && y >= bottom - 1.0 && y <= top;
                let seen = state.mode == 0.0 && (state.fill - paper).abs() >= LEAST_CONTRAST;
                if !(one && inside && seen && state.is_marks)
                    || state.size * up < LEAST_MARK * least
                    || state.size * across < LEAST_MARK * least
                {
                    return ButtonLook::Unclear;
                }
                marks += 1;
            }
            "ET" | "BMC" | "BDC" | "EMC" | "MP" | "DP" | "TL" | "Tc" | "Tw" | "i" | "J" | "j" | "M" | "d" | "ri" => {}
            _ => return ButtonLook::Unclear,
        }
    }
    match marks {
        // A box that is dark all over looks as if it were chosen.
        _ if paper < 0.5 => ButtonLook::Unclear,
        0 => ButtonLook::Off,
        _ => ButtonLook::On,
    }
}

/// Adds points of a line, and says where it ends.
fn line(path: &mut Vec<(f64, f64)>, from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
    let third = |a: f64, b: f64, part: f64| a + (b - a) * part;
    let at = |part: f64| (third(from.0, to.0, part), third(from.1, to.1, part));
    curve(path, [from, at(1.0 / 3.0), at(2.0 / 3.0), to])
}

/// Adds points of a Bézier curve, and says where it ends.
fn curve(path: &mut Vec<(f64, f64)>, [a, b, c, d]: [(f64, f64); 4]) -> (f64, f64) {
    for step in 1..=SAMPLES {
        let t = f64::from(step) / f64::from(SAMPLES);
        let u = 1.0 - t;
        let at =
            |a: f64, b: f64, c: f64, d: f64| a * u.powi(3) + 3.0 * b * u * u * t + 3.0 * c * u * t * t + d * t.powi(3);
        path.push((at(a.0, b.0, c.0, d.0), at(a.1, b.1, c.1, d.1)));
    }
    d
}

/// Whether every point lies near an edge of the box.
fn is_frame(path: &[(f64, f64)], [left, bottom, right, top]: [f64; 4]) -> bool {
    let near = FRAME * (right - left).min(top - bottom);
    path.iter().all(|(x, y)| (x - left).min(right - x).min(y - bottom).min(top - y) <= near)
}

/// Whether the path goes around most of the box.
fn is_whole(path: &[(f64, f64)], [left, bottom, right, top]: [f64; 4]) -> bool {
    let [a, b, c, d] = around(path);
    c - a >= 0.8 * (right - left) && d - b >= 0.8 * (top - bottom)
}

fn extent(path: &[(f64, f64)]) -> f64 {
    let [left, bottom, right, top] = around(path);
    (right - left).max(top - bottom)
}

fn around(path: &[(f64, f64)]) -> [f64; 4] {
    path.iter().fold([f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY], |[a, b, c, d], &(x, y)| {
        [a.min(x), b.min(y), c.max(x), d.max(y)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(content: &str) -> ButtonLook {
        look(content.as_bytes(), [0.0, 0.0, 20.0, 20.0], &|font| font == b"ZaDb")
    }

    #[test]
    fn empty_boxes_are_off() {
        for empty in [
            "",
            "q 1 w Q",
            "0.8 0.8 1 rg 0 0 20 20 re f 0 G 1 w 0.5 0.5 19 19 re s",
            // A round one, as iText draws it.
            "0.8 0.8 1 rg 20 10 m 20 15.52 15.52 20 10 20 c 4.48 20 0 15.52 0 10 c 0 4.48 4.48 0 10 0 c \
             15.52 0 20 4.48 20 10 c f 0 G 19.5 10 m 19.5 15.25 15.25 19.5 10 19.5 c 4.75 19.5 0.5 15.25 0.5 10 c \
             0.5 4.75 4.75 0.5 10 0.5 c 15.25 0.5 19.5 4.75 19.5 10 c S",
        ] {
            assert_eq!(shown(empty), ButtonLook::Off, "{empty}");
        }
    }

    #[test]
    fn boxes_with_a_mark_are_on() {
        for marked in [
            "BT 0 g /ZaDb 18 Tf 1.8 3.6 Td (3) Tj ET",
            "q 0.8 0.8 1 rg 0 0 20 20 re f Q q 1 1 18 18 re W n 0 g BT /ZaDb 22.5 Tf 1 0 0 1 2.4 2 Tm (8) Tj ET Q",
            "0 0 m 20 20 l S 0 20 m 20 0 l S",
            "-30 10 m 22 10 l S",
            "14.75 10 m 14.75 12.62 12.62 14.75 10 14.75 c 7.38 14.75 5.25 12.62 5.25 10 c f",
        ] {
            assert_eq!(shown(marked), ButtonLook::On, "{marked}");
        }
    }

    #[test]
    fn what_says_something_else_is_unclear() {
        for unclear in [
            "BT /Helv 18 Tf 2 4 Td (3) Tj ET",
            "BT /ZaDb 18 Tf 2 4 Td (33) Tj ET",
            "BT /ZaDb 18 Tf 2 4 Td (A) Tj ET",
            "BT 1 g /ZaDb 18 Tf 2 4 Td (3) Tj ET",
            "BT 3 Tr /ZaDb 18 Tf 2 4 Td (3) Tj ET",
            "BT /ZaDb 0.1 Tf 2 4 Td (3) Tj ET",
            "BT /ZaDb 18 Tf 200 4 Td (3) Tj ET",
            "0 g 0 0 20 20 re f 8 8 4 4 re f",
            "1 G 0 0 m 20 20 l S",
            "BT /ZaDb 18 Tf 2 4 Td (3) Tj ET 1 g 0 0 20 20 re f",
            "q 0 0 0.1 0.1 re W n Q 0 0 m 20 20 l S /Cover Do",
            "9 9 m 10 10 l S",
            "20 w 0 0 20 20 re S",
            "0 0 20 20 re f",
            "-1000 10 m 20 10 l S",
            "q 0 0 0.1 20 re W n 0 0 m 20 20 l S Q",
        ] {
            assert_eq!(shown(unclear), ButtonLook::Unclear, "{unclear}");
        }
        assert_eq!(look(b"", [0.0, 0.0, 300.0, 20.0], &|_| true), ButtonLook::Unclear);
    }
}
