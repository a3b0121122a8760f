//! Which bytes of a file belong to what: for judging what lies between.

use std::ops::Range;

use lopdf::{Object, ObjectId};
use memchr::memmem;

use super::document::Document;
use super::parse::{Parser, is_space};
use super::stream::{MOST_SPACE, members, stream_length};
use super::xref::{Location, Section, Style};
use crate::error::Error;

/// How far behind a cross-reference section its `startxref` may stand.
const WINDOW: usize = 4096;

/// From the label of the object at an offset to its `endobj`.
pub fn indirect_span(document: &Document<'_>, offset: u64) -> Option<Range<usize>> {
    let bytes = document.bytes();
    let start = usize::try_from(offset).ok()?.checked_add(document.base())?;
    let indirect = Parser::new(bytes, start).indirect().ok()?;
    document.spend(indirect.span.len() as u64 * 3).ok()?;
    let mut end = indirect.span.end;
    if let (Object::Dictionary(dictionary), Some(data)) = (&indirect.object, indirect.stream_start) {
        end = data + stream_length(document, dictionary, data)?;
        end += memmem::find(bytes.get(end..bytes.len().min(end + MOST_SPACE + b"endstream".len()))?, b"endstream")?
            + b"endstream".len();
    }
    let mut parser = Parser::new(bytes, end);
    parser.skip_space();
    if parser.keyword(b"endobj") {
        end = parser.position();
    }
    Some(start..end)
}

/// The stretches of a cross-reference section: itself, the stream of a hybrid one, and `startxref` with its number
/// and `%%EOF`.
pub fn section_spans(document: &Document<'_>, section: &Section) -> Vec<Range<usize>> {
    let bytes = document.bytes();
    let mut spans = Vec::new();
    if section.style == Style::Recovered {
        return spans;
    }
    spans.push(section.start..section.end);
    let mut own_end = section.end;
    for stream in std::iter::once(section).chain(section.hybrid.as_deref()) {
        if let Some(span) = indirect_span(document, (stream.start.saturating_sub(document.base())) as u64) {
            if stream.start == section.start {
                own_end = span.end;
            }
            spans.push(span);
        }
    }
    let mut parser = Parser::new(bytes, own_end.min(bytes.len()));
    parser.skip_space();
    let window = bytes.get(parser.position()..bytes.len().min(parser.position() + WINDOW)).unwrap_or_default();
    if window.starts_with(b"startxref") {
        let start = parser.position();
        let mut number = Parser::new(bytes, start + b"startxref".len());
        if number.unsigned().is_some() {
            spans.push(start..number.position());
        }
    }
    spans
}

/// The first byte from `start` on that lies in none of `spans` and is neither white space nor a comment's.
pub fn first_stray_byte(document: &Document<'_>, start: usize, mut spans: Vec<Range<usize>>) -> Option<usize> {
    let bytes = document.bytes();
    spans.sort_by_key(|span| span.start);
    let mut at = start;
    for span in spans.into_iter().chain(std::iter::once(bytes.len()..bytes.len())) {
        while at < span.start {
            match bytes.get(at) {
                Some(&byte) if is_space(byte) => at += 1,
                // Comments may be there; but one that no line ends, or that says `%PDF-`, is more than that.
                Some(b'%') if !bytes.get(at..).unwrap_or_default().starts_with(b"%PDF-") => {
                    let line = bytes.get(at..span.start).unwrap_or_default();
                    at += line.iter().position(|&byte| byte == b'\n' || byte == b'\r').unwrap_or(line.len());
                }
                _ => return Some(at),
            }
        }
        at = at.max(span.end);
    }
    None
}

/// Whether all bytes are white space (ISO 32000-2, table 1): to every reader there's nothing.
pub fn is_white_space(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| is_space(byte))
}

/// Whether readers may differ in what this object is, which `section` lists: a key stands twice in one of its
/// dictionaries, or it's an object stream that holds objects which the same section has elsewhere.
///
/// # Errors
/// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
/// much.
pub fn is_ambiguous(document: &Document<'_>, id: ObjectId, section: &Section) -> Result<bool, Error> {
    let Some(source) = document.source(id)? else { return Ok(false) };
    let mut parser = Parser::new(&source.text, 0);
    let value = parser.object(0)?;
    if parser.has_duplicate_keys() {
        return Ok(true);
    }
    let is_container = matches!(&value, Object::Dictionary(stream)
        if stream.get(b"Type").and_then(Object::as_name).is_ok_and(|kind| kind == b"ObjStm"));
    if !is_container || !document.is_stream(id)? {
        return Ok(false);
    }
    Ok(members(document, id.0)?.into_iter().enumerate().any(|(index, number)| {
        let here = u32::try_from(index).ok().map(|index| Location::Compressed { stream: id.0, index });
        let listed = section.locate(document.bytes(), number);
        listed.is_some() && listed != here
    }))
}

/// The string that stands in exactly this stretch of the file.
pub fn string_at(document: &Document<'_>, span: Range<u64>) -> Option<Vec<u8>> {
    let text = document.bytes.get(usize::try_from(span.start).ok()?..usize::try_from(span.end).ok()?)?;
    let mut parser = Parser::new(text, 0);
    match parser.object(0) {
        Ok(Object::String(string, _)) if parser.position() == text.len() => Some(string),
        _ => None,
    }
}
