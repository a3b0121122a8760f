//! Streams (ISO 32000-2, 7.3.8): where their data end, the filters over them, and the objects in object streams (7.5.7).

use std::borrow::Cow;
use std::io::Write as _;
use std::rc::Rc;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Object, ObjectId, Stream};
use memchr::memmem;

use super::document::Document;
use super::filters;
use super::object::{indirect_at, object_name, references_in};
use super::parse::{Parser, is_space};
use super::security::remove_crypt_filter;
use super::shared::StreamKey;
use super::xref::Location;
use crate::error::Error;

/// Most bytes that one stream may expand to; divided by the number of its filters, for each takes memory of its own.
pub(crate) const MAX_DECODED: usize = 16 << 20;
/// Most bytes that an object stream may expand to: it's held.
const MAX_OBJECT_STREAM: usize = 8 << 20;
/// Bytes that are compared, or searched for an end, at the cost of one unit of work.
const COMPARED: u64 = 32;
/// White space between a stream's data and `endstream`: readers skip all of it.
pub(super) const MOST_SPACE: usize = 256;

/// A decoded object stream (ISO 32000-2, 7.5.7).
pub(super) struct ObjectStream {
    pub(super) data: Vec<u8>,
    /// Object number and position in `data`, as the stream's header lists them.
    index: Vec<(u32, usize)>,
    /// Whether the header lists as many objects as the stream says, in the order in which they stand, and ends where they
    /// begin: of another most readers read no object.
    is_agreed: bool,
}

impl ObjectStream {
    /// Bytes of memory.
    pub(super) fn held(&self) -> usize {
        self.data.len() + self.index.len() * size_of::<(u32, usize)>()
    }
}

impl<'a> Document<'a> {
    /// Whether the object is a stream.
    ///
    /// # Errors
    /// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
    /// much.
    pub fn is_stream(&self, id: ObjectId) -> Result<bool, Error> {
        match self.locate(id.0) {
            Location::Offset { offset, generation } if generation == id.1 => {
                Ok(indirect_at(self, id, offset)?.stream_start.is_some())
            }
            _ => Ok(false),
        }
    }

    /// Whether an object that is a stream in both has the same data, or is one in neither.
    ///
    /// # Errors
    /// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
    /// much.
    pub fn same_stream(&self, other: &Document<'_>, id: ObjectId) -> Result<bool, Error> {
        let (mine, theirs) = (written_stream(self, id)?, written_stream(other, id)?);
        let (Some(mine), Some(theirs)) = (mine, theirs) else { return Ok(mine.is_none() && theirs.is_none()) };
        if mine.as_ptr() != theirs.as_ptr() || mine.len() != theirs.len() {
            self.shared.spend(mine.len() as u64 / COMPARED)?;
        }
        if mine == theirs {
            return Ok(true);
        }
        // Encrypted anew, the same data are written otherwise.
        Ok(self.is_encrypted() && self.stream_bytes(id)? == other.stream_bytes(id)?)
    }

    /// A stream's data with its filters, decrypted; `None` where the object is no stream.
    ///
    /// # Errors
    /// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
    /// much.
    pub fn stream_bytes(&self, id: ObjectId) -> Result<Option<Cow<'a, [u8]>>, Error> {
        if self.is_encrypted() {
            return Ok(match self.object(id)? {
                Object::Stream(stream) => Some(Cow::Owned(stream.content)),
                _ => None,
            });
        }
        Ok(written_stream(self, id)?.map(Cow::Borrowed))
    }

    /// A stream's data with its filters undone. Leaves `stream.content` empty, so that memory holds the data once.
    ///
    /// # Errors
    /// [`Error::Input`] when a filter can't be undone, [`Error::Budget`] when it would expand beyond the bound.
    pub fn take_decoded(&self, stream: &mut Stream) -> Result<Vec<u8>, Error> {
        take_decoded_within(self, stream, MAX_DECODED)
    }
}

/// A stream's data as written, encrypted as they may be.
fn written_stream<'a>(document: &Document<'a>, id: ObjectId) -> Result<Option<&'a [u8]>, Error> {
    let Location::Offset { offset, generation } = document.locate(id.0) else { return Ok(None) };
    if generation != id.1 {
        return Ok(None);
    }
    let indirect = indirect_at(document, id, offset)?;
    match (indirect.object, indirect.stream_start) {
        (Object::Dictionary(dictionary), Some(start)) => extent(document, id, &dictionary, start).map(Some),
        _ => Ok(None),
    }
}

pub(super) fn extent<'a>(
    document: &Document<'a>,
    id: ObjectId,
    dictionary: &Dictionary,
    start: usize,
) -> Result<&'a [u8], Error> {
    let length = stream_length(document, dictionary, start)
        .ok_or_else(|| Error::input(object_name(id), start as u64, "its stream has no end: `endstream` is missing"))?;
    Ok(document.bytes.get(start..start + length).unwrap_or_default())
}

pub(super) fn stream_length(document: &Document<'_>, dictionary: &Dictionary, start: usize) -> Option<usize> {
    let length = match dictionary.get(b"Length") {
        // The length of a stream is a plain integer object (7.3.8.2): no stream is read for it.
        Ok(Object::Reference(id)) => match document.locate(id.0) {
            Location::Offset { offset, .. } => {
                match indirect_at(document, *id, offset).map(|indirect| indirect.object) {
                    Ok(Object::Integer(length)) => usize::try_from(length).ok(),
                    _ => None,
                }
            }
            _ => None,
        },
        Ok(Object::Integer(length)) => usize::try_from(*length).ok(),
        _ => None,
    };
    let length = stream_extent(document.bytes, start, length)?;
    // Where /Length is wrong, all of it was searched.
    document.shared.spend(length as u64 / COMPARED).ok()?;
    Some(length)
}

/// The length of a stream's data by /Length where it's a direct integer, else by its end.
pub(crate) fn direct_stream_length(bytes: &[u8], dictionary: &Dictionary, start: usize) -> Option<usize> {
    let length = match dictionary.get(b"Length") {
        Ok(Object::Integer(length)) => usize::try_from(*length).ok(),
        _ => None,
    };
    stream_extent(bytes, start, length)
}

/// `length` where `endstream` follows, else what lies before the next `endstream`.
fn stream_extent(bytes: &[u8], start: usize, length: Option<usize>) -> Option<usize> {
    let follows = |length: &usize| {
        let rest = start.checked_add(*length).and_then(|end| bytes.get(end..)).unwrap_or_default();
        let skipped = rest.iter().take(MOST_SPACE).take_while(|&&b| is_space(b)).count();
        rest.get(skipped..).unwrap_or_default().starts_with(b"endstream")
    };
    if let Some(length) = length.filter(follows) {
        return Some(length);
    }
    let rest = bytes.get(start..)?;
    let end = memmem::find(rest, b"endstream")?;
    let before = rest.get(..end).unwrap_or_default();
    Some(if before.ends_with(b"\r\n") {
        end - 2
    } else if before.ends_with(b"\n") || before.ends_with(b"\r") {
        end - 1
    } else {
        end
    })
}

pub(super) fn compressed(document: &Document<'_>, id: ObjectId) -> Result<Option<(Rc<ObjectStream>, usize)>, Error> {
    let Location::Compressed { stream, index } = document.locate(id.0) else { return Ok(None) };
    if id.1 != 0 {
        return Ok(None);
    }
    let held = object_stream(document, stream)?;
    let wrong =
        || Error::input(object_name(id), None, format!("object stream {stream} doesn't hold it at position {index}"));
    let &(number, at) = held.index.get(index as usize).ok_or_else(wrong)?;
    if number != id.0 {
        return Err(wrong());
    }
    Ok(Some((held, at)))
}

fn object_stream(document: &Document<'_>, number: u32) -> Result<Rc<ObjectStream>, Error> {
    let known = document.streams.borrow().get(&number).and_then(|key| document.shared.stream(key));
    if let Some(held) = known {
        return Ok(held);
    }
    let wrong = |message: String| Error::input(format!("object stream {number}"), None, message);
    // An object stream may not lie in another (7.5.7): that also ends any circle.
    let Location::Offset { generation, .. } = document.locate(number) else {
        return Err(wrong("isn't in the file".into()));
    };
    let Object::Stream(mut stream) = document.object((number, generation))? else {
        return Err(wrong("is no stream".into()));
    };
    let integer = |key: &[u8]| match document.get(&stream.dict, key) {
        Ok(Object::Integer(value)) => usize::try_from(value).ok(),
        _ => None,
    };
    let first = integer(b"First").ok_or_else(|| wrong("/First is missing".into()))?;
    let count = integer(b"N").ok_or_else(|| wrong("/N is missing".into()))?;
    // A filter that is an object of its own, and the key of an encrypted file, may be another in another revision.
    let filters = [&b"Filter"[..], b"DecodeParms"].into_iter().filter_map(|key| stream.dict.get(key).ok());
    let own = document.is_encrypted() || filters.into_iter().any(refers);
    let key = StreamKey {
        start: stream.start_position.unwrap_or_default(),
        length: stream.content.len(),
        first,
        count,
        revision: own.then_some(document.revision),
    };
    document.streams.borrow_mut().insert(number, key);
    if let Some(held) = document.shared.stream(&key) {
        return Ok(held);
    }
    let data = take_decoded_within(document, &mut stream, MAX_OBJECT_STREAM)?;
    let mut parser = Parser::new(data.get(..first.min(data.len())).unwrap_or_default(), 0);
    let mut index = Vec::new();
    for _ in 0..count {
        let (Some(object), Some(at)) = (parser.unsigned(), parser.unsigned()) else { break };
        let at = usize::try_from(at).ok().and_then(|at| at.checked_add(first));
        match (u32::try_from(object), at) {
            (Ok(object), Some(at)) => index.push((object, at)),
            _ => return Err(wrong("its index is wrong".into())),
        }
    }
    let is_cut = |first: usize| {
        let around = first.checked_sub(1).and_then(|last| data.get(last..=first));
        around.is_some_and(|around| around.iter().all(u8::is_ascii_digit))
    };
    let is_agreed = index.len() == count && index.is_sorted_by_key(|(_, at)| *at) && !is_cut(first);
    let held = Rc::new(ObjectStream { data, index, is_agreed });
    document.shared.keep_stream(key, &held);
    Ok(held)
}

/// The numbers of the objects in an object stream, in its order.
pub(crate) fn members(document: &Document<'_>, stream: u32) -> Result<Vec<u32>, Error> {
    Ok(object_stream(document, stream)?.index.iter().map(|(number, _)| *number).collect())
}

/// As [`members`], where all readers read these members.
pub(super) fn agreed_members(document: &Document<'_>, stream: u32) -> Result<Option<Vec<u32>>, Error> {
    let held = object_stream(document, stream)?;
    Ok(held.is_agreed.then(|| held.index.iter().map(|(number, _)| *number).collect()))
}

fn refers(value: &Object) -> bool {
    let mut found = false;
    references_in(value, &mut |_| found = true);
    found
}

/// As [`Document::take_decoded`], within so many bytes.
pub(crate) fn take_decoded_within(document: &Document<'_>, stream: &mut Stream, most: usize) -> Result<Vec<u8>, Error> {
    let at = stream.start_position.map(|at| at as u64);
    let mut plain = Stream::new(filters_of(document, &stream.dict)?, std::mem::take(&mut stream.content));
    let filters = filters::count(&plain.dict);
    if filters == 0 {
        document.shared.spend(plain.content.len() as u64)?;
        return Ok(plain.content);
    }
    let most = most / filters;
    let spend = |bytes: usize| document.shared.spend((bytes * filters) as u64);
    match filters::undone(&mut plain, most) {
        Ok(decoded) => spend(plain.content.len() + decoded.len()).map(|()| decoded),
        Err(fault) => {
            spend(plain.content.len() + most)?;
            Err(fault.of("stream", at))
        }
    }
}

/// A stream's filters and their parameters, which may be objects of their own.
pub(crate) fn filters_of(document: &Document<'_>, dictionary: &Dictionary) -> Result<Dictionary, Error> {
    let mut plain = Dictionary::new();
    for key in [&b"Filter"[..], b"DecodeParms"] {
        if let Ok(value) = dictionary.get(key) {
            let value = match document.resolve(value)? {
                Object::Array(items) => {
                    Object::Array(items.iter().map(|item| document.resolve(item)).collect::<Result<_, _>>()?)
                }
                other => other,
            };
            plain.set(key, value);
        }
    }
    remove_crypt_filter(&mut plain);
    Ok(plain)
}

/// A stream of these bytes, deflated.
///
/// # Errors
/// [`Error::Internal`] where deflating fails.
pub fn compressed_stream(bytes: &[u8]) -> Result<Object, Error> {
    let failed = |error: std::io::Error| Error::Internal(format!("deflating: {error}"));
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).map_err(failed)?;
    let mut dictionary = Dictionary::new();
    dictionary.set("Filter", Object::Name(b"FlateDecode".to_vec()));
    Ok(Object::Stream(Stream::new(dictionary, encoder.finish().map_err(failed)?)))
}
