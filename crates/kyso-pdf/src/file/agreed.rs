//! Whether readers make the same of a file's trailers and object streams (ISO 32000-2, 7.5.5, 7.5.7, 7.5.8): of those that
//! aren't as the standard has them some readers read what others don't, and these show nothing.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object};

use super::document::Document;
use super::listing::reachable;
use super::stream::agreed_members;
use super::xref::{Location, Section, Style};
use crate::error::Error;

/// An entry of a trailer that isn't of its type: the key, and where the section begins, in bytes from the start of the file.
pub(crate) fn wrong_trailer_entry(document: &Document<'_>) -> Option<(&'static str, u64)> {
    let all = document.sections.iter().enumerate();
    all.flat_map(|(age, section)| {
        std::iter::once((section, age == 0)).chain(section.hybrid.as_deref().map(|h| (h, false)))
    })
    // What was found by scanning is written anew with the next update.
    .filter(|(section, _)| section.style != Style::Recovered)
    .find_map(|(section, is_newest)| wrong_entry(section, is_newest).map(|key| (key, section.start as u64)))
}

fn wrong_entry(section: &Section, is_newest: bool) -> Option<&'static str> {
    let (trailer, is_stream) = (&section.trailer, section.style == Style::Stream);
    let is_root = matches!(trailer.get(b"Root"), Ok(Object::Reference(_)));
    [
        ("Prev", trailer.has(b"Prev") && !is_count(trailer.get(b"Prev").ok())),
        ("XRefStm", trailer.has(b"XRefStm") && !is_count(trailer.get(b"XRefStm").ok())),
        // Of a table all readers find out how many rows there are.
        ("Size", is_stream && !is_count(trailer.get(b"Size").ok())),
        ("Index", is_stream && !is_index(trailer)),
        ("Root", is_newest && !is_root),
    ]
    .into_iter()
    .find_map(|(key, is_wrong)| is_wrong.then_some(key))
}

/// Whether it's an integer that counts something, and no reference to one.
fn is_count(value: Option<&Object>) -> bool {
    matches!(value, Some(Object::Integer(count)) if *count >= 0)
}

/// Whether /Index is an array of pairs of integers, or isn't there.
fn is_index(trailer: &Dictionary) -> bool {
    match trailer.get(b"Index") {
        Ok(Object::Array(items)) => items.len().is_multiple_of(2) && items.iter().all(|item| is_count(Some(item))),
        Ok(Object::Null) | Err(_) => true,
        Ok(_) => false,
    }
}

/// The number of an object stream of which readers read other objects, or none: the document comes to one of them.
///
/// # Errors
/// [`Error::Budget`] where a bound is reached, [`Error::Input`] where there's no catalog.
pub(crate) fn doubtful_object_stream(document: &Document<'_>) -> Result<Option<u32>, Error> {
    let mut streams: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
    for number in document.numbers() {
        if let Location::Compressed { stream, index } = document.locate(number) {
            streams.entry(stream).or_default().push((index, number));
        }
    }
    // One stream after the other: not all of them are held.
    let mut doubtful: Vec<(u32, u32)> = Vec::new();
    for (stream, rows) in streams {
        // What can't be read at all is told where the document comes to it.
        let members = agreed_members(document, stream).ok().flatten().unwrap_or_default();
        let is_there = |(index, number): &(u32, u32)| members.get(*index as usize) == Some(number);
        doubtful.extend(rows.iter().filter(|row| !is_there(row)).map(|(_, number)| (stream, *number)));
    }
    if doubtful.is_empty() {
        return Ok(None);
    }
    let reached = reachable(document)?;
    Ok(doubtful.into_iter().find(|(_, number)| reached.contains(number)).map(|(stream, _)| stream))
}
