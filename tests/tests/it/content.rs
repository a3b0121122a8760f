//! Content that viewers read in several ways: docs/content.md says what poppler, MuPDF and PDFium draw of it, and what is read
//! as sure all three draw.

use kyso_testpdfs::hostile::{Case, KINDS, cases, cases_of};
use kyso_tests::golden;
use kyso_tests::seen::{Drawn, drawn};

/// Anti-aliasing, in points.
const NEAR: f64 = 1.5;
const RENDERERS: [&str; 3] = ["poppler", "MuPDF", "PDFium"];

/// A mark that is read.
struct Mark {
    at: (f64, f64),
    side: f64,
    /// What of square, picture and character it's read as; nothing where all three are.
    kinds: Vec<&'static str>,
}

impl Mark {
    /// Whether a box lies within the mark.
    fn holds(&self, [x, y, width, height]: Drawn) -> bool {
        let (left, bottom) = self.at;
        x >= left - NEAR
            && y >= bottom - NEAR
            && x + width <= left + self.side + NEAR
            && y + height <= bottom + self.side + NEAR
    }

    /// Whether a box within the mark is what is seen of it: of a character, whatever its font makes of it.
    fn is_seen_as(&self, [_, _, width, height]: Drawn) -> bool {
        self.kinds == ["character"] || width >= self.side - NEAR && height >= self.side - NEAR
    }

    fn shown(&self) -> String {
        let kinds = if self.kinds.is_empty() { String::new() } else { format!(" ({})", self.kinds.join(", ")) };
        format!("{} {}, {side} × {side}{kinds}", self.at.0, self.at.1, side = self.side)
    }
}

/// What is read of a case.
struct Reading {
    marks: Vec<Mark>,
    is_sure: bool,
    is_given_up: bool,
}

impl Reading {
    fn of(case: &Case) -> Self {
        let (marks, is_sure) = match case.expected.strip_suffix('?') {
            Some(marks) => (marks, false),
            None => (case.expected, true),
        };
        let is_given_up = marks == "!";
        let marks = if is_given_up { "" } else { marks };
        let marks = marks.split(", ").filter(|mark| !mark.is_empty()).map(mark).collect();
        Self { marks, is_sure: is_sure && !is_given_up, is_given_up }
    }

    /// Whether a renderer draws the marks, and nothing else.
    fn is_drawn(&self, boxes: &[Drawn]) -> bool {
        let held = |one: &Drawn| self.marks.iter().any(|mark| mark.holds(*one));
        let seen = |mark: &Mark| boxes.iter().any(|one| mark.holds(*one) && mark.is_seen_as(*one));
        boxes.iter().all(held) && self.marks.iter().all(seen)
    }

    /// Whether a renderer draws the marks that are read as all kinds where they are drawn as one, a character or not, and
    /// nothing where there's no mark.
    fn is_drawn_as_one(&self, boxes: &[Drawn], is_character: bool) -> bool {
        let held = |one: &Drawn| self.marks.iter().any(|mark| mark.holds(*one));
        let seen = |mark: &Mark| boxes.iter().any(|one| mark.holds(*one) && (is_character || mark.is_seen_as(*one)));
        boxes.iter().all(held) && self.marks.iter().filter(|mark| mark.kinds.is_empty()).all(seen)
    }

    fn shown(&self) -> String {
        if self.is_given_up {
            return "given up".into();
        }
        let mut cells: Vec<String> = Vec::new();
        if !self.marks.is_empty() {
            cells.push(self.marks.iter().map(Mark::shown).collect::<Vec<_>>().join("; "));
        } else if self.is_sure {
            cells.push("nothing".into());
        }
        if !self.is_sure {
            cells.push("**unsure**".into());
        }
        cells.join(" ")
    }
}

/// `x y side`, and before it the kinds where it isn't all three.
fn mark(text: &str) -> Mark {
    let mut words: Vec<&str> = text.split(' ').collect();
    let kinds = if words.len() > 3 { words.remove(0) } else { "" };
    let kind = |letter| match letter {
        's' => "square",
        'p' => "picture",
        _ => "character",
    };
    let [x, y, side] = [0, 1, 2].map(|index| words[index].parse().unwrap());
    Mark { at: (x, y), side, kinds: kinds.chars().map(kind).collect() }
}

fn cell(reading: &Reading, boxes: Option<&Vec<Drawn>>) -> String {
    let Some(boxes) = boxes else { return "no page".into() };
    if boxes.is_empty() {
        return "nothing".into();
    }
    if !reading.marks.is_empty() && reading.is_drawn(boxes) {
        return "the same".into();
    }
    let rounded = |one: &Drawn| {
        let [x, y, width, height] = one.map(f64::round_ties_even);
        format!("{x} {y}, {width} × {height}")
    };
    boxes.iter().map(rounded).collect::<Vec<_>>().join("; ")
}

/// A kind of mark that only some draw is not seen to be missing where another kind lies over it.
#[test]
fn what_is_sure_is_drawn_by_all_whatever_it_is_made_of() {
    let mut wrong = String::new();
    for (kind, is_character) in KINDS.into_iter().zip([false, false, true]) {
        let mut cases = cases_of(kind);
        cases.retain(|case| Reading::of(case).is_sure);
        let files: Vec<Vec<u8>> = cases.iter().map(Case::file).collect();
        for (case, seen) in cases.iter().zip(drawn(&files)) {
            let reading = Reading::of(case);
            for name in RENDERERS {
                let boxes = seen[name].as_ref();
                if !boxes.is_some_and(|boxes| reading.is_drawn_as_one(boxes, is_character)) {
                    wrong += &format!("{} by {kind}: read as {}, but {name} {boxes:?}\n", case.name, reading.shown());
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_is_sure_is_drawn_by_all_and_the_document_says_what_each_draws() {
    let cases = cases();
    let files: Vec<Vec<u8>> = cases.iter().map(Case::file).collect();
    let mut table = String::from("| case | poppler | MuPDF | PDFium | read as |\n|---|---|---|---|---|\n");
    let mut wrong = String::new();
    for (case, seen) in cases.iter().zip(drawn(&files)) {
        let reading = Reading::of(case);
        let by_each = RENDERERS.map(|name| seen[name].as_ref());
        if reading.is_sure && !by_each.iter().all(|boxes| boxes.is_some_and(|boxes| reading.is_drawn(boxes))) {
            wrong += &format!("{}: read as {}, but {by_each:?}\n", case.name, reading.shown());
        }
        let [poppler, mupdf, pdfium] = by_each.map(|boxes| cell(&reading, boxes));
        table += &format!("| {} | {poppler} | {mupdf} | {pdfium} | {} |\n", case.name, reading.shown());
    }
    assert!(wrong.is_empty(), "{wrong}");
    golden::same_section("content.md", &table);
}
