//! Whether the cross-reference lists what the file holds: readers that rebuild it show what they find in the file.
//!
//! Readers rebuild it where they don't find it, and where a row that they need is wrong. They go through the file, and
//! the last object of a number counts. So an object that no section lists, behind the one that is listed, is shown by
//! some and not by others; and once an update is appended, by nobody.

use std::collections::HashSet;

use lopdf::ObjectId;
use memchr::memmem;

use super::document::Document;
use super::layout;
use super::object::references_in;
use super::parse::{Parser, is_space};
use super::recover::{in_order, label_at, label_before, scan};
use super::xref::{Location, Section, Style};
use crate::error::Error;

/// In so many bytes at the end of the file the strictest readers look for `startxref`.
const END_WINDOW: usize = 1024;
/// In so many bytes the header is looked for.
const HEADER_WINDOW: usize = 1024;
/// Bytes of an object's label with the white space before it: a row may lead there.
const LONGEST_LABEL: usize = 256;
/// Bytes of a line of comment before the text that looks like a label.
const LONGEST_COMMENT: usize = 1024;
/// Most sections that are asked for the places of labels, each label counted.
const MAX_ASKED: u64 = 100_000_000;
/// Most objects without a row that are kept, and most objects among them and before them whose end isn't found: all
/// that follows is gone through for it.
const MAX_UNLISTED: usize = 100_000;
const MAX_ENDLESS: usize = 100;

/// An object without a row.
struct Unlisted {
    number: u32,
    /// Its label's place in the file.
    at: usize,
}

/// Where an object stands, in bytes from the start of the file, that readers which rebuild the cross-reference show,
/// and the others don't.
///
/// # Errors
/// [`Error::Budget`] where a bound is reached, [`Error::Input`] where there's no catalog.
pub fn unlisted_object(document: &Document<'_>) -> Result<Option<u64>, Error> {
    let unlisted = unlisted(document)?;
    if !unlisted.is_empty() {
        let reached = reachable(document)?;
        if let Some(shown) = unlisted.iter().find(|one| reached.contains(&one.number)) {
            return Ok(Some(shown.at as u64));
        }
    }
    // What a section frees, and something still refers to, is nothing by the cross-reference: many honest files have that, and
    // whoever rebuilds them shows the same before and after the signature.
    let is_missing_something = refers_to_nothing(document, |number, listed| !listed.contains(&number))?;
    for rebuilt in rebuilt_where(document, is_missing_something)? {
        if let Some(other) = first_other(document, &rebuilt)? {
            return Ok(Some(other));
        }
    }
    Ok(None)
}

/// The document as readers show it that rebuild its cross-reference; none where no reader does.
///
/// # Errors
/// [`Error::Budget`] where a bound is reached.
pub fn rebuilt<'a>(document: &Document<'a>) -> Result<Vec<Document<'a>>, Error> {
    let is_missing_something = refers_to_nothing(document, |_, _| true)?;
    rebuilt_where(document, is_missing_something)
}

fn rebuilt_where<'a>(document: &Document<'a>, is_missing_something: bool) -> Result<Vec<Document<'a>>, Error> {
    if !is_missing_something && !is_rebuilt_by_some(document) {
        return Ok(Vec::new());
    }
    let mut rebuilt = vec![document.with_section(in_order(document.bytes, document.base)?)];
    if document.recovered.is_some() || is_missing_something {
        // Poppler takes what looks like an object in a stream for one.
        rebuilt.push(document.with_section(scan(document.bytes, document.base)?));
    }
    Ok(rebuilt)
}

/// An object that the document refers to and whose row leads to something else: readers rebuild the cross-reference
/// then, or show nothing.
///
/// # Errors
/// Those of [`unlisted_object`].
pub fn object_with_wrong_row(document: &Document<'_>) -> Result<Option<u32>, Error> {
    let wrong: Vec<u32> = document.numbers().into_iter().filter(|number| !has_right_row(document, *number)).collect();
    if wrong.is_empty() {
        return Ok(None);
    }
    let reached = reachable(document)?;
    Ok(wrong.into_iter().filter(|number| reached.contains(number)).min())
}

/// A reference that the document comes to, of another generation than the object of its number has: to some readers it's
/// null (ISO 32000-2, 7.3.10), and others show the object.
///
/// # Errors
/// Those of [`unlisted_object`].
pub fn reference_of_wrong_generation(document: &Document<'_>) -> Result<Option<ObjectId>, Error> {
    let mut seen = HashSet::new();
    let mut waiting = vec![document.catalog_id()?];
    document.trailer().iter().for_each(|(_, value)| references_in(value, &mut |id| waiting.push(id)));
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        match document.in_use(id.0) {
            None => continue,
            Some(object) if object != id => return Ok(Some(id)),
            Some(_) => {}
        }
        // An object that can't be read leads nowhere.
        if let Err(error @ Error::Budget { .. }) = document.references(id, &mut |next| waiting.push(next)) {
            return Err(error);
        }
    }
    Ok(None)
}

/// Whether the row of an object leads to its label; true of objects without a place of their own.
fn has_right_row(document: &Document<'_>, number: u32) -> bool {
    match document.locate(number) {
        Location::Offset { offset, generation } => usize::try_from(offset).is_ok_and(|offset| {
            let start = offset.saturating_add(document.base);
            let near = document.bytes.get(..document.bytes.len().min(start.saturating_add(LONGEST_LABEL)));
            Parser::new(near.unwrap_or_default(), start).label() == Some((number, generation))
        }),
        _ => true,
    }
}

/// Objects that no section lists, behind the object of their number that is read.
fn unlisted(document: &Document<'_>) -> Result<Vec<Unlisted>, Error> {
    let mut found = Vec::new();
    let (mut listed, mut covered, mut asked, mut endless) = (None, 0, 0_u64, 0);
    for keyword in memmem::find_iter(document.bytes, b"obj") {
        if keyword < covered {
            continue;
        }
        let Some(at) = label_before(document.bytes, keyword).filter(|at| *at >= document.base) else { continue };
        let Some((number, _)) = label_at(document.bytes, at, keyword) else { continue };
        asked += document.sections.len() as u64;
        if asked > MAX_ASKED {
            return Err(Error::Budget { budget: "rows that are compared", limit: MAX_ASKED, offset: None });
        }
        if lists(document, number, at) {
            listed = Some(at);
            continue;
        }
        // The label may be text in the object before, or a fragment of that object's stream.
        if let Some(end) = listed.take().map(|before| end_of(document, before)) {
            endless += usize::from(end.is_none());
            covered = covered.max(end.unwrap_or_default());
        }
        if at < covered || is_in_comment(document, at) {
            continue;
        }
        let end = end_of(document, at);
        endless += usize::from(end.is_none());
        covered = covered.max(end.unwrap_or_default());
        if stands_before(document, number, at) && !is_same(document, number, at) {
            found.push(Unlisted { number, at });
        }
        if found.len() > MAX_UNLISTED || endless > MAX_ENDLESS {
            let budget = "objects that no cross-reference lists";
            return Err(Error::Budget { budget, limit: MAX_UNLISTED as u64, offset: Some(at as u64) });
        }
    }
    Ok(found)
}

/// Whether some section lists the object at this place, or is the object.
fn lists(document: &Document<'_>, number: u32, at: usize) -> bool {
    let leads_here = |section: &Section| {
        let Some(Location::Offset { offset, .. }) = section.locate_own(document.bytes, number) else { return false };
        let Some(start) = usize::try_from(offset).ok().and_then(|offset| offset.checked_add(document.base)) else {
            return false;
        };
        start <= at && at - start < LONGEST_LABEL && {
            let mut parser = Parser::new(document.bytes, start);
            parser.skip_space();
            parser.position() == at
        }
    };
    let own = |section: &Section| section.start == at || leads_here(section);
    document.sections.iter().any(|section| own(section) || section.hybrid.as_deref().is_some_and(own))
}

/// Where the object ends that begins here; `None` where it can't be read.
fn end_of(document: &Document<'_>, at: usize) -> Option<usize> {
    let offset = at.checked_sub(document.base)? as u64;
    layout::indirect_span(document, offset).map(|span| span.end)
}

/// Whether the line is a comment.
fn is_in_comment(document: &Document<'_>, at: usize) -> bool {
    let head = document.bytes.get(at.saturating_sub(LONGEST_COMMENT)..at).unwrap_or_default();
    let start = head.iter().rposition(|byte| matches!(byte, b'\r' | b'\n')).map(|line| line + 1);
    let line = start.and_then(|start| head.get(start..)).unwrap_or_default();
    line.iter().find(|byte| !is_space(**byte)) == Some(&b'%')
}

/// Whether the object of this number that is read stands before `at`, or nowhere.
fn stands_before(document: &Document<'_>, number: u32, at: usize) -> bool {
    let place = match document.locate(number) {
        Location::Compressed { stream, .. } => document.locate(stream),
        place => place,
    };
    match place {
        Location::Offset { offset, .. } => offset.saturating_add(document.base as u64) < at as u64,
        _ => true,
    }
}

/// Whether the object that stands at `at` is what is read of its number.
fn is_same(document: &Document<'_>, number: u32, at: usize) -> bool {
    let Some(offset) = at.checked_sub(document.base) else { return false };
    let generation = match document.locate(number) {
        Location::Offset { generation, .. } => generation,
        _ => 0,
    };
    let there = vec![(number, Location::Offset { offset: offset as u64, generation })];
    let there = document.with_section(Section::recovered(there, document.trailer().clone(), document.bytes.len()));
    document.same_text(&there, (number, generation)).unwrap_or(false)
}

/// The numbers of all objects that the catalog leads to, by references of whatever generation.
pub(super) fn reachable(document: &Document<'_>) -> Result<HashSet<u32>, Error> {
    let mut reached = HashSet::new();
    let mut waiting = vec![document.catalog_id()?];
    while let Some(id) = waiting.pop() {
        if !reached.insert(id.0) {
            continue;
        }
        let Some(id) = document.in_use(id.0) else { continue };
        // An object that can't be read leads nowhere.
        if let Err(error @ Error::Budget { .. }) = document.references(id, &mut |next| waiting.push(next)) {
            return Err(error);
        }
    }
    Ok(reached)
}

/// Whether the document comes to a reference to an object of another generation, or to one that isn't there and counts:
/// `counts` is given its number and all that sections list, be it as free. Poppler rebuilds the cross-reference where it meets
/// one, unless that is a stream.
fn refers_to_nothing(document: &Document<'_>, counts: impl Fn(u32, &HashSet<u32>) -> bool) -> Result<bool, Error> {
    if document.sections.first().is_none_or(|newest| newest.style != Style::Table) {
        return Ok(false);
    }
    let listed = document.numbers();
    let mut seen = HashSet::new();
    let mut waiting = vec![document.catalog_id()?];
    document.trailer().iter().for_each(|(_, value)| references_in(value, &mut |id| waiting.push(id)));
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        match document.in_use(id.0) {
            Some(object) if object == id => {}
            None if !counts(id.0, &listed) => continue,
            _ => return Ok(true),
        }
        // An object that can't be read leads nowhere.
        if let Err(error @ Error::Budget { .. }) = document.references(id, &mut |next| waiting.push(next)) {
            return Err(error);
        }
    }
    Ok(false)
}

/// Whether some reader rebuilds the cross-reference of this file, however whole it's read here: MuPDF does where
/// bytes stand before the header, and where the end isn't near the end.
fn is_rebuilt_by_some(document: &Document<'_>) -> bool {
    let window = document.bytes.get(..document.bytes.len().min(HEADER_WINDOW)).unwrap_or_default();
    let end = document.bytes.len().saturating_sub(END_WINDOW);
    let tail = document.bytes.get(end..).unwrap_or_default();
    document.recovered.is_some()
        || !window.starts_with(b"%PDF-")
        || memmem::rfind(tail, b"startxref").is_none_or(|at| !leads_to_newest(document, end + at))
}

/// Whether `startxref` at this place leads to the newest section as the strictest readers ask for.
fn leads_to_newest(document: &Document<'_>, startxref: usize) -> bool {
    let Some(newest) = document.sections.first() else { return false };
    let rest = document.bytes.get(startxref + b"startxref".len()..).unwrap_or_default();
    let digits = rest.iter().position(|&byte| !is_space(byte)).and_then(|at| rest.get(at..)).unwrap_or_default();
    if !digits.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let start = Parser::new(digits, 0).unsigned().and_then(|offset| usize::try_from(offset).ok());
    let start = start.and_then(|offset| offset.checked_add(document.base));
    let between = start.and_then(|start| document.bytes.get(start..newest.start));
    between.is_some_and(|bytes| bytes.iter().all(|&byte| is_space(byte)))
}

/// The first object that a rebuilt document shows otherwise.
fn first_other(document: &Document<'_>, rebuilt: &Document<'_>) -> Result<Option<u64>, Error> {
    let Ok(root) = rebuilt.catalog_id() else { return Ok(None) };
    let place = |id: ObjectId| match rebuilt.locate(id.0) {
        Location::Offset { offset, .. } => offset.saturating_add(document.base as u64),
        _ => 0,
    };
    if root != document.catalog_id()? {
        return Ok(Some(place(root)));
    }
    let (mut seen, mut waiting) = (HashSet::new(), vec![root]);
    while let Some(id) = waiting.pop() {
        let id = rebuilt.in_use(id.0).unwrap_or(id);
        if !seen.insert(id) {
            continue;
        }
        match document.same_text(rebuilt, id) {
            Ok(true) => {}
            Ok(false) => return Ok(Some(place(id))),
            Err(error @ Error::Budget { .. }) => return Err(error),
            // Nobody shows an object that neither document reads.
            Err(_) if rebuilt.source(id).is_err() => continue,
            Err(_) => return Ok(Some(place(id))),
        }
        if let Err(error @ Error::Budget { .. }) = rebuilt.references(id, &mut |next| waiting.push(next)) {
            return Err(error);
        }
    }
    Ok(None)
}
