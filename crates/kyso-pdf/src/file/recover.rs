//! What can still be read where a file's cross-reference is wrong.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object, ObjectId, Stream};
use memchr::memmem;

use super::filters;
use super::parse::{Parser, is_space};
use super::stream::direct_stream_length;
use super::xref::{Location, Section};
use crate::error::Error;

/// Most objects that a scan takes in.
const MAX_OBJECTS: usize = 500_000;
/// Most bytes that all object streams may expand to during a scan, and one of them.
const MAX_DECODED: usize = 64 << 20;
const MAX_STREAM: usize = 8 << 20;
/// A label of its own, or the word `trailer`, is no longer than this.
const LABEL: usize = 24;
/// Longest catalog, trailer and the like that is read during a scan, and all of them together.
const MAX_PIECE: usize = 1 << 20;
const MAX_PARSED: usize = 32 << 20;

/// Where the label `N G` begins whose ` obj` stands at `keyword`.
pub(super) fn label_before(bytes: &[u8], keyword: usize) -> Option<usize> {
    let digits_before = |end: usize| {
        let head = bytes.get(..end)?;
        let count = head.iter().rev().take(10).take_while(|b| b.is_ascii_digit()).count();
        (count > 0).then_some(end - count)
    };
    let spaces_before = |end: usize| {
        let head = bytes.get(..end).unwrap_or_default();
        end - head.iter().rev().take(8).take_while(|&&b| is_space(b)).count()
    };
    let generation = digits_before(spaces_before(keyword))?;
    let number_end = spaces_before(generation);
    if number_end == generation { None } else { digits_before(number_end) }
}

/// The label that begins at `start` and whose word `obj` stands at `keyword`, no part of a longer one.
pub(super) fn label_at(bytes: &[u8], start: usize, keyword: usize) -> Option<ObjectId> {
    let mut parser = Parser::new(bytes, start);
    let end = keyword + b"obj".len();
    let label = parser.label().filter(|_| parser.position() == end)?;
    bytes.get(end).is_none_or(|byte| !byte.is_ascii_alphabetic()).then_some(label)
}

/// Every object of the bytes, the last of each number, as one section.
pub(crate) fn scan(bytes: &[u8], base: usize) -> Result<Section, Error> {
    let mut found: BTreeMap<u32, Location> = BTreeMap::new();
    let mut trailer = Dictionary::new();
    let mut streams = Vec::new();
    let mut catalog = None;
    let mut left = MAX_PARSED;
    for keyword in memmem::find_iter(bytes, b"obj") {
        let Some(start) = label_before(bytes, keyword) else { continue };
        let Some((number, generation)) = Parser::new(bytes, start).label() else { continue };
        // What stands before the header is nothing that an offset can name.
        let Some(offset) = start.checked_sub(base) else { continue };
        if number > super::xref::MAX_OBJECT {
            continue;
        }
        if found.len() >= MAX_OBJECTS {
            return Err(Error::Budget {
                budget: "number of objects in a file without cross-reference",
                limit: MAX_OBJECTS as u64,
                offset: Some(start as u64),
            });
        }
        found.insert(number, Location::Offset { offset: offset as u64, generation });
        let head = bytes.get(keyword..bytes.len().min(keyword + 256)).unwrap_or_default();
        if let Some(kind) =
            [&b"/Catalog"[..], b"/ObjStm", b"/XRef"].into_iter().find(|k| memmem::find(head, k).is_some())
            && let Ok(indirect) = Parser::new(piece(bytes, start, &mut left)?, start).indirect()
            && let Object::Dictionary(dictionary) = indirect.object
            && dictionary
                .get(b"Type")
                .is_ok_and(|t| matches!(t, Object::Name(name) if name == kind.get(1..).unwrap_or_default()))
        {
            match (kind, indirect.stream_start) {
                (b"/ObjStm", Some(data)) => streams.push((number, dictionary, data)),
                (b"/XRef", Some(_)) => merge(&mut trailer, &dictionary),
                (b"/Catalog", None) => catalog = Some((number, generation)),
                _ => {}
            }
        }
    }
    let mut left_decoded = MAX_DECODED;
    for (stream, dictionary, data) in streams {
        for (index, number) in members(bytes, &dictionary, data, &mut left_decoded).into_iter().enumerate() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            if found.len() < MAX_OBJECTS {
                found.entry(number).or_insert(Location::Compressed { stream, index });
            }
        }
    }
    for at in memmem::find_iter(bytes, b"trailer") {
        let piece = piece(bytes, at, &mut left)?;
        let mut parser = Parser::new(piece, at + b"trailer".len());
        if let Ok(Object::Dictionary(dictionary)) = parser.object(0) {
            merge(&mut trailer, &dictionary);
        }
    }
    if !trailer.has(b"Root")
        && let Some(id) = catalog
    {
        trailer.set("Root", Object::Reference(id));
    }
    Ok(Section::recovered(found.into_iter().collect(), trailer, bytes.len()))
}

/// Every object of the bytes, the last of each number, as one section: what stands in streams' data is none, and those of
/// an object stream stand where it stands.
pub(crate) fn in_order(bytes: &[u8], base: usize) -> Result<Section, Error> {
    let whole = scan(bytes, base)?;
    let mut found: BTreeMap<u32, Location> = BTreeMap::new();
    let (mut covered, mut left, mut left_decoded) = (base, MAX_PARSED, MAX_DECODED);
    for keyword in memmem::find_iter(bytes, b"obj") {
        let Some(start) = label_before(bytes, keyword).filter(|start| *start >= covered) else { continue };
        let Some((number, generation)) = label_at(bytes, start, keyword) else { continue };
        let offset = (start - base) as u64;
        found.insert(number, Location::Offset { offset, generation });
        let mut parser = Parser::new(bytes, start);
        let indirect = parser.indirect();
        left = left.checked_sub(parser.position() - start).ok_or(Error::Budget {
            budget: "bytes read in a file without cross-reference",
            limit: MAX_PARSED as u64,
            offset: Some(start as u64),
        })?;
        let Ok(indirect) = indirect else { continue };
        covered = indirect.span.end;
        let (Object::Dictionary(dictionary), Some(data)) = (indirect.object, indirect.stream_start) else { continue };
        // Without an end all that is left is its data, to some.
        let Some(length) = direct_stream_length(bytes, &dictionary, data) else { break };
        covered = data + length;
        if dictionary.get(b"Type").is_ok_and(|kind| matches!(kind, Object::Name(name) if name == b"ObjStm")) {
            for (index, member) in members(bytes, &dictionary, data, &mut left_decoded).into_iter().enumerate() {
                let index = u32::try_from(index).unwrap_or(u32::MAX);
                found.insert(member, Location::Compressed { stream: number, index });
            }
        }
    }
    Ok(Section::recovered(found.into_iter().collect(), whole.trailer, bytes.len()))
}

/// The bytes up to the end of what is read from `start`: to the next label, behind which another object begins.
fn piece<'a>(bytes: &'a [u8], start: usize, left: &mut usize) -> Result<&'a [u8], Error> {
    let most = bytes.len().min(start.saturating_add(MAX_PIECE));
    let own = start.saturating_add(LABEL).min(most);
    let next = bytes.get(own..most).and_then(|rest| memmem::find(rest, b" obj"));
    let end = next.map_or(most, |next| own + next);
    *left = left.checked_sub(end.saturating_sub(start)).ok_or(Error::Budget {
        budget: "bytes read in a file without cross-reference",
        limit: MAX_PARSED as u64,
        offset: Some(start as u64),
    })?;
    Ok(bytes.get(..end).unwrap_or(bytes))
}

/// What a trailer says of the document, the later one's word first.
fn merge(trailer: &mut Dictionary, later: &Dictionary) {
    for key in [&b"Root"[..], b"Info", b"ID", b"Encrypt", b"Size"] {
        if let Ok(value) = later.get(key) {
            trailer.set(key, value.clone());
        }
    }
}

/// The numbers of the objects in an object stream, in its order; none where it can't be read.
fn members(bytes: &[u8], dictionary: &Dictionary, start: usize, left: &mut usize) -> Vec<u32> {
    if *left == 0 {
        return Vec::new();
    }
    let Some(length) = direct_stream_length(bytes, dictionary, start) else { return Vec::new() };
    *left = left.saturating_sub(length);
    let content = bytes.get(start..start + length).unwrap_or_default().to_vec();
    let mut stream = Stream::new(dictionary.clone(), content);
    let data = if dictionary.has(b"Filter") {
        let most = MAX_STREAM.min(*left);
        let decoded = filters::undone(&mut stream, most);
        *left -= decoded.as_ref().map_or(most, Vec::len);
        decoded.unwrap_or_default()
    } else {
        stream.content
    };
    let Ok(Object::Integer(count)) = dictionary.get(b"N") else { return Vec::new() };
    let mut parser = Parser::new(&data, 0);
    let mut numbers = Vec::new();
    for _ in 0..*count {
        let (Some(number), Some(_)) = (parser.unsigned(), parser.unsigned()) else { break };
        match u32::try_from(number) {
            Ok(number) if number <= super::xref::MAX_OBJECT => numbers.push(number),
            _ => break,
        }
    }
    numbers
}
