//! Words into lines.

use unicode_normalization::UnicodeNormalization;

use crate::appearance::font::{Face, Font};
use crate::error::Error;

/// Text in one face.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Its face.
    pub face: Face,
    /// Its text. White space parts words; a no-break space (U+00A0) doesn't.
    pub text: String,
}

impl Span {
    /// Running text.
    pub fn regular(text: impl Into<String>) -> Self {
        Self { face: Face::Regular, text: text.into() }
    }

    /// Bold text.
    pub fn bold(text: impl Into<String>) -> Self {
        Self { face: Face::Bold, text: text.into() }
    }

    /// Italic text.
    pub fn italic(text: impl Into<String>) -> Self {
        Self { face: Face::Italic, text: text.into() }
    }
}

/// How lines stand between the margins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    /// Flush at both margins, but for the last line.
    Justified,
    /// Flush left.
    Left,
    /// In the middle.
    Centred,
}

/// The fonts of a document, each embedded once.
pub(super) struct Fonts {
    regular: Font,
    bold: Font,
    italic: Font,
}

impl Fonts {
    pub(super) fn new() -> Result<Self, Error> {
        Ok(Self { regular: Font::new(Face::Regular)?, bold: Font::new(Face::Bold)?, italic: Font::new(Face::Italic)? })
    }

    pub(super) fn get(&self, face: Face) -> &Font {
        match face {
            Face::Regular => &self.regular,
            Face::Bold => &self.bold,
            Face::Italic => &self.italic,
        }
    }

    pub(super) fn get_mut(&mut self, face: Face) -> &mut Font {
        match face {
            Face::Regular => &mut self.regular,
            Face::Bold => &mut self.bold,
            Face::Italic => &mut self.italic,
        }
    }

    fn width(&self, span: &Span, size: f64) -> Result<f64, Error> {
        self.get(span.face).width(&span.text, size)
    }
}

/// A line that fits.
#[derive(Debug)]
pub(super) struct Line {
    /// Its text, with single spaces between words.
    pub(super) spans: Vec<Span>,
    /// How much wider each space gets.
    pub(super) stretch: f64,
    /// Where it starts, from the left margin.
    pub(super) x: f64,
}

/// A word: spans without white space in them or between them.
struct Word {
    spans: Vec<Span>,
    width: f64,
}

/// Breaks spans into lines of at most `width` points; the first one is indented.
pub(super) fn broken(
    fonts: &Fonts,
    spans: &[Span],
    size: f64,
    width: f64,
    alignment: Alignment,
    indent: f64,
) -> Result<Vec<Line>, Error> {
    let mut lines = Vec::new();
    let mut line: Vec<Word> = Vec::new();
    let mut filled = indent;
    for word in words(fonts, spans, size)? {
        // Both faces' space is a quarter of an em.
        let space = if line.is_empty() { 0.0 } else { fonts.get(Face::Regular).width(" ", size)? };
        if !line.is_empty() && filled + space + word.width > width {
            let start = if lines.is_empty() { indent } else { 0.0 };
            lines.push(set(fonts, std::mem::take(&mut line), size, width, alignment, start, false)?);
            filled = word.width;
        } else {
            filled += space + word.width;
        }
        line.push(word);
    }
    if !line.is_empty() {
        let start = if lines.is_empty() { indent } else { 0.0 };
        lines.push(set(fonts, line, size, width, alignment, start, true)?);
    }
    Ok(lines)
}

fn set(
    fonts: &Fonts,
    words: Vec<Word>,
    size: f64,
    width: f64,
    alignment: Alignment,
    start: f64,
    last: bool,
) -> Result<Line, Error> {
    let mut spans: Vec<Span> = Vec::new();
    let mut spaces = 0_u32;
    for word in words {
        if let Some(end) = spans.last_mut() {
            end.text.push(' ');
            spaces += 1;
        }
        for span in word.spans {
            match spans.last_mut() {
                Some(end) if end.face == span.face => end.text.push_str(&span.text),
                _ => spans.push(span),
            }
        }
    }
    let mut natural = 0.0;
    for span in &spans {
        natural += fonts.width(span, size)?;
    }
    let free = (width - start - natural).max(0.0);
    let (x, stretch) = match alignment {
        Alignment::Justified if !last && spaces > 0 => (start, free / f64::from(spaces)),
        Alignment::Justified | Alignment::Left => (start, 0.0),
        Alignment::Centred => (start + free / 2.0, 0.0),
    };
    Ok(Line { spans, stretch, x })
}

fn words(fonts: &Fonts, spans: &[Span], size: f64) -> Result<Vec<Word>, Error> {
    let mut words: Vec<Word> = Vec::new();
    let mut joined = false;
    for span in spans {
        let text: String = span.text.nfc().collect();
        for (index, piece) in text.split([' ', '\n', '\t']).enumerate() {
            joined &= index == 0;
            if piece.is_empty() {
                continue;
            }
            let piece = Span { face: span.face, text: piece.to_owned() };
            let width = fonts.width(&piece, size)?;
            match words.last_mut() {
                Some(word) if joined => {
                    word.spans.push(piece);
                    word.width += width;
                }
                _ => words.push(Word { spans: vec![piece], width }),
            }
            joined = true;
        }
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    fn text(line: &Line) -> String {
        line.spans.iter().map(|span| span.text.as_str()).collect()
    }

    fn width(line: &Line) -> f64 {
        let fonts = Fonts::new().unwrap();
        line.spans.iter().map(|span| fonts.width(span, 10.0).unwrap()).sum()
    }

    fn lines(spans: &[Span], width: f64, alignment: Alignment) -> Vec<Line> {
        broken(&Fonts::new().unwrap(), spans, 10.0, width, alignment, 0.0).unwrap()
    }

    #[test]
    fn full_lines_reach_the_margin_and_the_last_does_not() {
        let spans = [Span::regular("Căn cứ Nghị định số 23/2015/NĐ-CP ngày 16 tháng 02 năm 2015 của Chính phủ")];
        let lines = lines(&spans, 120.0, Alignment::Justified);
        assert!(lines.len() > 2);
        for line in &lines[..lines.len() - 1] {
            let spaces = text(line).matches(' ').count();
            assert!((width(line) + line.stretch * f64::from(u32::try_from(spaces).unwrap()) - 120.0).abs() < 1e-9);
        }
        assert_eq!(lines.last().unwrap().stretch, 0.0);
        assert_eq!(lines.iter().map(text).collect::<Vec<_>>().join(" "), spans[0].text);
    }

    #[test]
    fn faces_meet_within_a_word() {
        let lines = lines(&[Span::regular("Ông "), Span::bold("A"), Span::regular(", là")], 200.0, Alignment::Left);
        assert_eq!(text(&lines[0]), "Ông A, là");
        assert_eq!(lines[0].spans.len(), 3);
    }

    #[test]
    fn centred_lines_leave_the_same_room_on_both_sides() {
        let lines = lines(&[Span::bold("CHỦ TỊCH")], 200.0, Alignment::Centred);
        assert!((lines[0].x * 2.0 + width(&lines[0]) - 200.0).abs() < 1e-9);
    }

    #[test]
    fn no_break_spaces_hold_words_together() {
        let lines = lines(&[Span::regular("aaaa bbbb\u{a0}cccc")], 45.0, Alignment::Left);
        assert_eq!(lines.iter().map(text).collect::<Vec<_>>(), ["aaaa", "bbbb\u{a0}cccc"]);
    }
}
