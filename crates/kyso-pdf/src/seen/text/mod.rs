//! The lines of text that are seen on a page, and the anchor among them under which a signature goes.
//!
//! Lines are those that viewers draw, whatever the tags say. A scanned page without a text layer has none.

mod glyphs;
mod lines;

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use crate::content::form::FormContent;
use crate::error::{Error, Parameter, Reason};
use crate::geometry::Rectangle;
use crate::{Document, ObjectId, Page};

/// A line of text as seen.
#[derive(Debug, Clone, PartialEq)]
pub struct TextLine {
    /// Its text in NFC, each run of white space as one space.
    pub text: String,
    /// Its box in points, as seen: from under the descenders to over the capitals' accents.
    pub rectangle: Rectangle,
    /// Height of its baseline over the page's lower edge, in points, as seen.
    pub baseline: f64,
    /// Its stretches of one type each, from left to right.
    pub runs: Vec<TextRun>,
}

impl TextLine {
    /// Whether some of it is painted: the text layer of a scan isn't.
    pub fn is_visible(&self) -> bool {
        self.runs.iter().any(|run| run.style.is_visible)
    }
}

/// A stretch of a line in one type.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TextRun {
    /// Its text; unlike the line's, without the spaces that gaps stand for.
    pub text: String,
    /// Left edge in points, as seen.
    pub left: f64,
    /// Right edge in points, as seen.
    pub right: f64,
    /// Its type.
    pub style: Style,
}

/// How text is set.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Style {
    /// Height of an em in points, as seen.
    pub size: f64,
    /// Of which font.
    pub face: Arc<Typeface>,
    /// Whether the text is painted at all: the text layer of a scanned page isn't.
    pub is_visible: bool,
    /// Whether the text is marked as an artifact (ISO 32000-2, 14.8.2.2): page numbers, notes, captions of codes.
    pub is_artifact: bool,
    /// Whether the characters' outlines are stroked too, which looks bold.
    pub is_stroked: bool,
    /// Red, green and blue from 0 to 1; `None` where a pattern or another space paints it.
    pub colour: Option<[f64; 3]>,
}

impl Style {
    /// Whether the text is read as bold.
    pub fn is_bold(&self) -> bool {
        self.face.is_bold || self.is_stroked
    }
}

/// What kind of type a font is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Typeface {
    /// Its name, without the tag of a subset.
    pub name: String,
    /// Whether the file brings its glyphs.
    pub is_embedded: bool,
    /// Whether the font's codes can be read as Unicode.
    pub has_unicode: bool,
    /// Bold, by its name, flags or weight.
    pub is_bold: bool,
    /// Italic, by its name or flags.
    pub is_italic: bool,
}

/// Where a text was found.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Anchor {
    /// The page, from 1.
    pub page: usize,
    /// The box of the line that holds the text, in points, as seen; with the hint under it, where there's one.
    pub line: Rectangle,
    /// The box of the next line below that overlaps it horizontally.
    pub next_below: Option<Rectangle>,
    /// How many lines of the document hold the text: it's the last.
    pub lines: usize,
}

/// The lines of a page from top to bottom, and at one height from left to right. Text side by side with a gap of more
/// than an em is two lines.
///
/// # Errors
/// [`Error::Input`] where the content can't be decoded, [`Error::Budget`] where it's beyond all bounds.
pub fn lines(document: &Document<'_>, page: &Page) -> Result<Vec<TextLine>, Error> {
    Ok(lines::grouped(glyphs::glyphs(document, page)?))
}

/// The lines of a page as [`lines`], also of glyphs of which nobody can tell what they stand for: each as U+FFFD.
///
/// # Errors
/// Those of [`lines`].
pub fn lines_of_all_glyphs(document: &Document<'_>, page: &Page) -> Result<Vec<TextLine>, Error> {
    Ok(lines::grouped(glyphs::all_glyphs(document, page)?))
}

/// The lines that a widget's appearance shows on its page, as [`lines`].
///
/// # Errors
/// Those of [`lines`].
pub fn lines_drawn(document: &Document<'_>, page: &Page, widget: ObjectId) -> Result<Vec<TextLine>, Error> {
    match document.dictionary_at(widget)? {
        Some(widget) => Ok(lines::grouped(glyphs::glyphs_drawn(document, page, &widget)?)),
        None => Ok(Vec::new()),
    }
}

/// The text that a Form XObject draws, and whether it draws pictures.
///
/// # Errors
/// [`Error::Input`] and [`Error::Budget`] where the form can't be read.
pub fn of_form(document: &Document<'_>, form: ObjectId) -> Result<(String, bool), Error> {
    let Some(form) = FormContent::read(document, form)? else { return Ok((String::new(), false)) };
    let (glyphs, pictures) = glyphs::glyphs_of_form(document, &form)?;
    let lines = lines::grouped(glyphs);
    Ok((lines.into_iter().map(|line| line.text).collect::<Vec<_>>().join(" "), pictures))
}

/// The last line that is seen in the document and holds `text` (NFC, white space folded, case kept), with the next line below
/// it. A hint in brackets under it, as "(Ký, ghi rõ họ, tên)", belongs to it.
///
/// # Errors
/// [`Error::Parameters`] where no line that is seen holds it.
pub fn find_anchor(document: &Document<'_>, text: &str) -> Result<Anchor, Error> {
    let wanted = folded(text);
    if wanted.is_empty() {
        return Err(Error::parameters(Parameter::Anchor, Reason::EmptyAnchor));
    }
    let (mut searched, mut without_text, mut unreadable) = (0_usize, 0_usize, None);
    let (mut anchor, mut invisible, mut found): (Option<Anchor>, _, _) = (None, None, 0);
    document.page_where(|page| {
        searched += 1;
        match lines(document, page) {
            Ok(mut lines) => {
                without_text += usize::from(lines.is_empty());
                invisible = lines.iter().any(|line| line.text.contains(&wanted)).then_some(page.number).or(invisible);
                lines.retain(TextLine::is_visible);
                found += lines.iter().filter(|line| line.text.contains(&wanted)).count();
                anchor = in_lines(page.number, &lines, &wanted).or(anchor.take());
            }
            // The text may well stand on another page.
            Err(_) => unreadable = Some(page.number),
        }
        false
    })?;
    if let Some(anchor) = anchor {
        return Ok(Anchor { lines: found, ..anchor });
    }
    if let Some(page) = invisible {
        let reason = Reason::InvisibleAnchor { anchor: wanted, page };
        return Err(Error::parameters(Parameter::Anchor, reason));
    }
    if unreadable.is_none() {
        unreadable = document.page_where(|page| !page.has_readable_text(document))?.map(|page| page.number);
    }
    let reason = Reason::NoAnchor { anchor: wanted, pages: searched, without_text, unreadable };
    Err(Error::parameters(Parameter::Anchor, reason))
}

fn in_lines(page: usize, lines: &[TextLine], wanted: &str) -> Option<Anchor> {
    let line = lines.iter().rfind(|line| line.text.contains(wanted))?;
    let below = |line: &TextLine| {
        let Rectangle { x, y, .. } = line.rectangle;
        let right = line.rectangle.right();
        lines
            .iter()
            .filter(move |below| below.baseline < y)
            .filter(move |below| below.rectangle.x < right && below.rectangle.right() > x)
            .max_by(|one, other| one.baseline.total_cmp(&other.baseline))
    };
    let mut upper = line.rectangle;
    let mut next = below(line);
    if let Some(hint) = next.filter(|next| next.text.starts_with('(') && next.text.ends_with(')')) {
        upper = Rectangle { y: hint.rectangle.y, height: upper.top() - hint.rectangle.y, ..upper };
        next = below(hint);
    }
    Some(Anchor { page, line: upper, next_below: next.map(|line| line.rectangle), lines: 1 })
}

fn folded(text: &str) -> String {
    let composed: String = text.nfc().collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
