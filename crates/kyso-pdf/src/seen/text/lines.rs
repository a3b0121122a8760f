//! From glyphs to lines: by baseline, then by the gaps between them.

use super::glyphs::Glyph;
use super::{TextLine, TextRun, folded};
use crate::geometry::Rectangle;

/// Baselines that differ by less (in ems) are one: skewed scans, and small shifts for emphasis.
const SAME_BASELINE: f64 = 0.3;
/// A gap wider than this (in ems) parts two lines at one height; a justified line's gaps are narrower.
const COLUMN_GAP: f64 = 1.3;
/// A gap wider than this (in ems) is a space, where none is written.
const SPACE_GAP: f64 = 0.13;
/// How far a line's box reaches over and under its baseline (in ems), with the accents of Vietnamese capitals.
const ABOVE: f64 = 0.92;
const BELOW: f64 = 0.22;

/// The lines from top to bottom, and at one height from left to right.
pub(super) fn grouped(mut glyphs: Vec<Glyph>) -> Vec<TextLine> {
    glyphs.sort_by(|one, other| other.baseline.total_cmp(&one.baseline));
    let mut lines = Vec::new();
    let mut row: Vec<Glyph> = Vec::new();
    for glyph in glyphs {
        if let Some(first) = row.first()
            && first.baseline - glyph.baseline > SAME_BASELINE * first.style.size.max(glyph.style.size)
        {
            split(std::mem::take(&mut row), &mut lines);
        }
        row.push(glyph);
    }
    split(row, &mut lines);
    lines
}

/// Splits the glyphs at one height where the gaps are wide.
fn split(mut row: Vec<Glyph>, lines: &mut Vec<TextLine>) {
    row.sort_by(|one, other| one.left.total_cmp(&other.left));
    let mut line: Option<Line> = None;
    for glyph in row {
        match &mut line {
            Some(open) if glyph.left - open.right <= COLUMN_GAP * open.size.max(glyph.style.size) => open.push(glyph),
            _ if is_blank(&glyph) => {}
            _ => {
                if let Some(done) = line.replace(Line::from(glyph)) {
                    lines.push(done.finish());
                }
            }
        }
    }
    lines.extend(line.map(Line::finish));
}

fn is_blank(glyph: &Glyph) -> bool {
    glyph.text.chars().all(char::is_whitespace)
}

struct Line {
    text: String,
    left: f64,
    /// Right edge of the last glyph that isn't blank.
    right: f64,
    baseline: f64,
    size: f64,
    /// The last glyph that isn't blank.
    last: Glyph,
    runs: Vec<TextRun>,
}

impl Line {
    fn from(glyph: Glyph) -> Self {
        Self {
            text: glyph.text.clone(),
            left: glyph.left,
            right: glyph.right,
            baseline: glyph.baseline,
            size: glyph.style.size,
            runs: vec![run(&glyph)],
            last: glyph,
        }
    }

    fn push(&mut self, glyph: Glyph) {
        if is_blank(&glyph) {
            self.text.push(' ');
            return;
        }
        // Bold is sometimes feigned by drawing a character twice.
        let width = glyph.right - glyph.left;
        if glyph.text == self.last.text && glyph.left - self.last.left < 0.3 * width {
            return;
        }
        if glyph.left - self.right > SPACE_GAP * glyph.style.size {
            self.text.push(' ');
        }
        self.text.push_str(&glyph.text);
        match self.runs.last_mut().filter(|run| run.style == glyph.style) {
            Some(run) => {
                run.text.push_str(&glyph.text);
                run.right = run.right.max(glyph.right);
            }
            None => self.runs.push(run(&glyph)),
        }
        self.right = self.right.max(glyph.right);
        self.size = self.size.max(glyph.style.size);
        self.last = glyph;
    }

    fn finish(self) -> TextLine {
        TextLine {
            text: folded(&self.text),
            rectangle: Rectangle {
                x: self.left,
                y: self.baseline - BELOW * self.size,
                width: (self.right - self.left).max(0.0),
                height: (ABOVE + BELOW) * self.size,
            },
            baseline: self.baseline,
            runs: self.runs,
        }
    }
}

fn run(glyph: &Glyph) -> TextRun {
    TextRun { text: glyph.text.clone(), left: glyph.left, right: glyph.right, style: glyph.style.clone() }
}
