//! Words into lines.
//!
//! Lines break at white space, but never between a number and what it counts or what it numbers ("10.000 đồng",
//! "Điều 24"). A word that is wider than a line, as long numbers in a narrow column are, is broken within.

use unicode_normalization::UnicodeNormalization;

use crate::font::Font;
use kyso::Error;
use kyso_pdf::typeface::Face;

/// What a number may count: no line ends between the two.
const UNITS: [&str; 26] = [
    "đồng", "đ", "₫", "VNĐ", "nghìn", "triệu", "tỷ", "trang", "tờ", "bản", "người", "giờ", "phút", "giây", "ngày",
    "mm", "cm", "m", "km", "m²", "m2", "ha", "kg", "g", "lít", "%",
];
/// What a number may follow: no line ends between the two.
const LABELS: [&str; 20] = [
    "ngày", "tháng", "năm", "số", "Số", "Điều", "điều", "khoản", "Khoản", "điểm", "Điểm", "mục", "Mục", "Chương",
    "trang", "Trang", "quyển", "Quyển", "tờ", "lúc",
];
/// After these a word that is wider than a line is broken first of all.
const SOFT: [char; 8] = ['/', '-', '.', ',', '_', '@', ':', ';'];

/// Text in one face.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// The typeface of the span.
    pub face: Face,
    /// The text of the span. White space parts words; a no-break space (U+00A0) doesn't.
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
    /// Flush right, as sums in a column are.
    Right,
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

/// The column that lines must fit into.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measure {
    /// Size of type in points.
    pub(super) size: f64,
    /// Width in points.
    pub(super) width: f64,
    /// How lines stand in it.
    pub(super) alignment: Alignment,
    /// Of the first line, in points.
    pub(super) indent: f64,
}

impl Measure {
    pub(super) fn centred(size: f64, width: f64) -> Self {
        Self { size, width, alignment: Alignment::Centred, indent: 0.0 }
    }
}

/// A line that fits.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// The text of the line, with single spaces between words.
    pub(super) spans: Vec<Span>,
    /// How much wider each space gets.
    pub(super) stretch: f64,
    /// The start of the line, in points from the left margin.
    pub(super) x: f64,
    /// Whether a space parts it from the next line: whoever reads the lines aloud must know.
    pub(super) parted: bool,
}

/// What stands before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A space where a line may end.
    Space,
    /// A space where no line may end.
    Tie,
    /// The rest of the word.
    Nothing,
}

/// A word: spans without white space in them or between them.
struct Word {
    spans: Vec<Span>,
    width: f64,
    before: Before,
}

impl Word {
    fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

/// Breaks spans into lines that fit.
pub(super) fn broken(fonts: &Fonts, spans: &[Span], measure: Measure) -> Result<Vec<Line>, Error> {
    // Both faces' space is a quarter of an em.
    let blank = fonts.get(Face::Regular).width(" ", measure.size)?;
    let groups = groups(words(fonts, spans, measure)?, blank, measure.width - measure.indent);
    let mut width = measure.width;
    if measure.alignment == Alignment::Centred {
        width = balanced(&groups, blank, measure);
    }
    let starts = starts(&groups, blank, measure.indent, width);
    let mut lines = Vec::with_capacity(starts.len());
    let mut groups = groups.into_iter();
    for (index, start) in starts.iter().enumerate() {
        let next = starts.get(index + 1);
        let words: Vec<Word> = match next {
            Some((next, _)) => groups.by_ref().take(next - start.0).flatten().collect(),
            None => groups.by_ref().flatten().collect(),
        };
        let indent = if index == 0 { measure.indent } else { 0.0 };
        lines.push(set(fonts, words, measure, indent, next.map(|(_, parted)| *parted))?);
    }
    Ok(lines)
}

/// Which groups begin lines of at most `width`, and whether a space parts each from the line before.
fn starts(groups: &[Vec<Word>], blank: f64, indent: f64, width: f64) -> Vec<(usize, bool)> {
    let mut starts: Vec<(usize, bool)> = Vec::new();
    let mut filled = indent;
    for (index, group) in groups.iter().enumerate() {
        let parted = group.first().is_some_and(|word| word.before != Before::Nothing);
        let wide = width_of(group, blank);
        let space = if parted { blank } else { 0.0 };
        if starts.is_empty() {
            starts.push((index, parted));
            filled += wide;
        } else if filled + space + wide > width + 1e-6 {
            starts.push((index, parted));
            filled = wide;
        } else {
            filled += space + wide;
        }
    }
    starts
}

/// The least width that gives no more lines: lines in the middle are then about as long as each other, and no word is
/// left alone under them.
fn balanced(groups: &[Vec<Word>], blank: f64, measure: Measure) -> f64 {
    let count = |width: f64| starts(groups, blank, measure.indent, width).len();
    let lines = count(measure.width);
    let (mut narrow, mut wide) = (0.0, measure.width);
    if lines < 2 {
        return wide;
    }
    while wide - narrow > 1.0 {
        let middle = (narrow + wide) / 2.0;
        let widest = groups.iter().map(|group| width_of(group, blank)).fold(0.0, f64::max);
        if middle >= widest && count(middle) <= lines {
            wide = middle;
        } else {
            narrow = middle;
        }
    }
    wide
}

/// Words that no line may part, together; where they are too wide for a line they are parted all the same.
fn groups(words: Vec<Word>, blank: f64, width: f64) -> Vec<Vec<Word>> {
    let mut groups: Vec<Vec<Word>> = Vec::new();
    for word in words {
        match groups.last_mut() {
            Some(group) if word.before == Before::Tie && width_of(group, blank) + blank + word.width <= width => {
                group.push(word);
            }
            _ => groups.push(vec![word]),
        }
    }
    groups
}

fn width_of(words: &[Word], blank: f64) -> f64 {
    let spaces = words.iter().skip(1).filter(|word| word.before != Before::Nothing).count();
    words.iter().map(|word| word.width).sum::<f64>() + blank * f64::from(u32::try_from(spaces).unwrap_or(u32::MAX))
}

/// Sets words as one line from `start` on; `more`: another line follows, and whether a space parts the two.
fn set(fonts: &Fonts, words: Vec<Word>, measure: Measure, start: f64, more: Option<bool>) -> Result<Line, Error> {
    let mut spans: Vec<Span> = Vec::new();
    let mut spaces = 0_u32;
    for word in words {
        if let Some(end) = spans.last_mut()
            && word.before != Before::Nothing
        {
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
        natural += fonts.width(span, measure.size)?;
    }
    let free = (measure.width - start - natural).max(0.0);
    let (x, stretch) = match measure.alignment {
        Alignment::Justified if more.is_some() && spaces > 0 => (start, free / f64::from(spaces)),
        Alignment::Justified | Alignment::Left => (start, 0.0),
        Alignment::Centred => (start + free / 2.0, 0.0),
        Alignment::Right => (start + free, 0.0),
    };
    Ok(Line { spans, stretch, x, parted: more == Some(true) })
}

fn words(fonts: &Fonts, spans: &[Span], measure: Measure) -> Result<Vec<Word>, Error> {
    let mut words: Vec<Word> = Vec::new();
    let mut joined = false;
    for span in spans {
        let text: String = span.text.nfc().collect();
        for (index, piece) in text.split([' ', '\n', '\r', '\t']).enumerate() {
            joined &= index == 0;
            if piece.is_empty() {
                continue;
            }
            let piece = Span { face: span.face, text: piece.to_owned() };
            let width = fonts.width(&piece, measure.size)?;
            match words.last_mut() {
                Some(word) if joined => {
                    word.spans.push(piece);
                    word.width += width;
                }
                _ => words.push(Word { spans: vec![piece], width, before: Before::Space }),
            }
            joined = true;
        }
    }
    for index in 1..words.len() {
        if let Some([one, other]) = words.get_mut(index - 1..=index)
            && is_tied(&one.text(), &other.text())
        {
            other.before = Before::Tie;
        }
    }
    let widest = measure.width - measure.indent;
    let mut fitting = Vec::with_capacity(words.len());
    for word in words {
        if word.width > widest {
            cut(fonts, word, measure.size, widest, &mut fitting)?;
        } else {
            fitting.push(word);
        }
    }
    Ok(fitting)
}

/// Whether no line may end between two words: a number and what it counts, or what it numbers; a word and the dash or
/// other mark after it.
fn is_tied(one: &str, other: &str) -> bool {
    let mut letters = other.chars();
    if let (Some(mark), None) = (letters.next(), letters.next())
        && !mark.is_alphanumeric()
        && !matches!(mark, '(' | '“')
    {
        return true;
    }
    let digit = |letter: char| letter.is_ascii_digit();
    let counted = other.trim_end_matches(['.', ',', ';', ':', ')', '”']);
    let number = one.trim_start_matches('(');
    (number.ends_with(digit)
        && number.chars().all(|letter| digit(letter) || matches!(letter, '.' | ','))
        && UNITS.contains(&counted))
        || (LABELS.contains(&one.trim_start_matches('(')) && other.starts_with(digit))
}

/// Cuts a word that is wider than a line into pieces that aren't: after a slash and its like, else between letters.
fn cut(fonts: &Fonts, word: Word, size: f64, widest: f64, pieces: &mut Vec<Word>) -> Result<(), Error> {
    let mut piece = Word { spans: Vec::new(), width: 0.0, before: word.before };
    for span in word.spans {
        for part in span.text.split_inclusive(SOFT) {
            let whole = fonts.width(&Span { face: span.face, text: part.to_owned() }, size)?;
            if whole <= widest {
                add(&mut piece, span.face, part, whole, widest, pieces);
                continue;
            }
            for letter in part.chars() {
                let letter = letter.to_string();
                let width = fonts.width(&Span { face: span.face, text: letter.clone() }, size)?;
                add(&mut piece, span.face, &letter, width, widest, pieces);
            }
        }
    }
    pieces.push(piece);
    Ok(())
}

fn add(piece: &mut Word, face: Face, text: &str, width: f64, widest: f64, pieces: &mut Vec<Word>) {
    if piece.width + width > widest && !piece.spans.is_empty() {
        let next = Word { spans: Vec::new(), width: 0.0, before: Before::Nothing };
        pieces.push(std::mem::replace(piece, next));
    }
    match piece.spans.last_mut() {
        Some(end) if end.face == face => end.text.push_str(text),
        _ => piece.spans.push(Span { face, text: text.to_owned() }),
    }
    piece.width += width;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &Line) -> String {
        line.spans.iter().map(|span| span.text.as_str()).collect()
    }

    fn width(line: &Line) -> f64 {
        let fonts = Fonts::new().unwrap();
        line.spans.iter().map(|span| fonts.width(span, 10.0).unwrap()).sum()
    }

    fn lines(spans: &[Span], width: f64, alignment: Alignment) -> Vec<Line> {
        broken(&Fonts::new().unwrap(), spans, Measure { size: 10.0, width, alignment, indent: 0.0 }).unwrap()
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
    fn centred_lines_are_about_as_long_as_each_other() {
        let spans = [Span::bold("ỦY BAN NHÂN DÂN XÃ BÌNH MINH")];
        let found = lines(&spans, 150.0, Alignment::Centred);
        assert_eq!(found.iter().map(text).collect::<Vec<_>>(), ["ỦY BAN NHÂN DÂN", "XÃ BÌNH MINH"]);
        assert_eq!(lines(&spans, 300.0, Alignment::Centred).len(), 1);
    }

    #[test]
    fn no_break_spaces_hold_words_together() {
        let lines = lines(&[Span::regular("aaaa bbbb\u{a0}cccc")], 45.0, Alignment::Left);
        assert_eq!(lines.iter().map(text).collect::<Vec<_>>(), ["aaaa", "bbbb\u{a0}cccc"]);
    }

    #[test]
    fn numbers_stay_with_what_they_count_and_number() {
        let texts = |text: &str, width: f64| -> Vec<String> {
            lines(&[Span::regular(text)], width, Alignment::Left).iter().map(self::text).collect()
        };
        assert_eq!(texts("lệ phí 10.000 đồng.", 60.0), ["lệ phí", "10.000 đồng."]);
        assert_eq!(texts("theo quy định tại Điều 24 khoản 3", 92.0), ["theo quy định tại", "Điều 24 khoản 3"]);
        // Where even the two are too wide for a line, they are parted.
        assert_eq!(texts("10.000 đồng", 30.0), ["10.000", "đồng"]);
    }

    #[test]
    fn words_wider_than_a_line_are_broken_within() {
        let found = lines(&[Span::regular("số 01/2026-SCT/CK,ĐC")], 40.0, Alignment::Left);
        assert_eq!(found.iter().map(text).collect::<Vec<_>>(), ["số", "01/2026-", "SCT/CK,", "ĐC"]);
        assert!(found[0].parted && !found[1].parted && !found[2].parted);
        let found = lines(&[Span::regular("000000000001")], 26.0, Alignment::Left);
        assert_eq!(found.iter().map(text).collect::<Vec<_>>(), ["00000", "00000", "01"]);
        // A column narrower than a letter still ends.
        assert_eq!(lines(&[Span::regular("abc")], 1.0, Alignment::Left).len(), 3);
    }

    #[test]
    fn sums_stand_flush_right() {
        let lines = lines(&[Span::regular("10.000")], 100.0, Alignment::Right);
        assert!((lines[0].x + width(&lines[0]) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn no_line_begins_with_a_dash() {
        let found = lines(&[Span::regular("Độc lập - Tự do - Hạnh phúc")], 66.0, Alignment::Left);
        assert_eq!(found.iter().map(text).collect::<Vec<_>>(), ["Độc lập - Tự", "do - Hạnh phúc"]);
    }

    proptest::proptest! {
        /// Whatever is written, into whatever room: nothing is lost, and every line of more than a letter fits.
        #[test]
        fn nothing_is_lost_and_all_fits(
            words in proptest::collection::vec("[a-zđăâêôơưáềỗựỵA-Z0-9/.,-]{1,30}|[0-9]{1,4}|đồng|Điều|-", 0..30),
            width in 1.0..300.0_f64,
            indent in 0.0..40.0_f64,
            kind in 0..4_usize,
        ) {
            let alignment = [Alignment::Justified, Alignment::Left, Alignment::Centred, Alignment::Right][kind];
            let fonts = Fonts::new().unwrap();
            let measure = Measure { size: 10.0, width, alignment, indent: indent.min(width / 2.0) };
            let found = broken(&fonts, &[Span::regular(words.join(" "))], measure).unwrap();
            let mut back = String::new();
            for line in &found {
                back.push_str(&text(line));
                if line.parted {
                    back.push(' ');
                }
                let spaces = text(line).matches(' ').count() as f64;
                let natural: f64 = line.spans.iter().map(|span| fonts.width(span, 10.0).unwrap()).sum();
                let right = line.x + natural + line.stretch * spaces;
                assert!(right <= width + 0.01 || text(line).chars().count() == 1, "{right} {width} {line:?}");
            }
            assert_eq!(back, words.join(" "));
        }
    }
}
