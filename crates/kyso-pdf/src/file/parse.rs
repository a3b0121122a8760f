//! Bytes to `lopdf::Object`, with the span that each value came from (ISO 32000-2, 7.2 and 7.3).
//!
//! Reads what readers read: it forgives the number and white-space slips of real producers, and nothing that would
//! let two readers see two documents.

use std::ops::Range;

use lopdf::{Dictionary, Object, ObjectId, StringFormat};

use crate::error::Error;

/// Deepest nesting of arrays and dictionaries.
pub(crate) const MAX_DEPTH: usize = 128;
/// Longest name or number.
const MAX_TOKEN: usize = 4096;
/// Longest string.
pub(crate) const MAX_STRING: usize = 16 << 20;
/// Most bytes of memory that one object may take, nested ones counted: a value takes far more than its two bytes in the
/// file.
const MAX_MEMORY: usize = 8 << 20;
/// Bytes that an allocation, or a key of a dictionary, takes beside its content.
const ALLOCATION: usize = 16;
const ENTRY: usize = 96;

/// White space (ISO 32000-2, table 1).
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

/// Whether a token ends here by what counts as white space: a comment does (7.2.4).
fn separates(byte: u8) -> bool {
    is_space(byte) || byte == b'%'
}

pub(crate) fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte)
}

/// One key of a dictionary as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The key, its escapes undone.
    pub(crate) key: Vec<u8>,
    /// Where the key stands, from its slash.
    pub(crate) key_start: usize,
    /// Where the value stands.
    pub(crate) value: Range<usize>,
}

/// An indirect object as written.
#[derive(Debug, Clone)]
pub(crate) struct Indirect {
    /// The label in front of `obj`.
    pub(crate) id: ObjectId,
    /// The value; of a stream, its dictionary.
    pub(crate) object: Object,
    /// Where the value stands (of a stream, its dictionary).
    pub(crate) span: Range<usize>,
    /// Where a stream's bytes begin.
    pub(crate) stream_start: Option<usize>,
    /// Bytes of memory that the value takes.
    pub(crate) memory: usize,
}

/// A cursor over bytes.
#[derive(Debug, Clone)]
pub(crate) struct Parser<'a> {
    bytes: &'a [u8],
    pos: usize,
    memory: usize,
    duplicates: bool,
}

impl<'a> Parser<'a> {
    /// Starts at `pos`.
    pub(crate) fn new(bytes: &'a [u8], pos: usize) -> Self {
        Self { bytes, pos: pos.min(bytes.len()), memory: 0, duplicates: false }
    }

    pub(crate) fn position(&self) -> usize {
        self.pos
    }

    /// Bytes of memory that what was read takes.
    pub(crate) fn memory(&self) -> usize {
        self.memory
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    /// Whether a key stood twice in a dictionary that was read: readers differ in which value they take.
    pub(crate) fn has_duplicate_keys(&self) -> bool {
        self.duplicates
    }

    fn fail<T>(&self, message: &str) -> Result<T, Error> {
        Err(Error::input("PDF object", self.pos as u64, message))
    }

    /// Counts memory that what is read takes.
    fn take(&mut self, bytes: usize) -> Result<(), Error> {
        self.memory += bytes;
        if self.memory > MAX_MEMORY { self.spent("memory of one object", MAX_MEMORY) } else { Ok(()) }
    }

    fn spent<T>(&self, budget: &'static str, limit: usize) -> Result<T, Error> {
        Err(Error::Budget { budget, limit: limit as u64, offset: Some(self.pos as u64) })
    }

    /// Skips white space and comments.
    pub(crate) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if is_space(byte) {
                self.pos += 1;
            } else if byte == b'%' {
                while self.peek().is_some_and(|b| b != b'\n' && b != b'\r') {
                    self.pos += 1;
                }
            } else {
                break;
            }
        }
    }

    /// Consumes `keyword` if it stands here as a whole token.
    pub(crate) fn keyword(&mut self, keyword: &[u8]) -> bool {
        let rest = self.bytes.get(self.pos..).unwrap_or_default();
        let whole = rest.starts_with(keyword) && rest.get(keyword.len()).is_none_or(|&b| !is_regular(b));
        if whole {
            self.pos += keyword.len();
        }
        whole
    }

    /// An unsigned integer of at most 18 digits, after white space.
    pub(crate) fn unsigned(&mut self) -> Option<u64> {
        self.skip_space();
        let start = self.pos;
        let mut value: u64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            if self.pos - start >= 18 {
                return None;
            }
            value = value * 10 + u64::from(digit - b'0');
            self.pos += 1;
        }
        (self.pos > start).then_some(value)
    }

    /// `N G obj`, consumed; else nothing is.
    pub(crate) fn label(&mut self) -> Option<ObjectId> {
        let mut ahead = self.clone();
        let number = u32::try_from(ahead.unsigned()?).ok()?;
        if !ahead.peek().is_some_and(separates) {
            return None;
        }
        let generation = u16::try_from(ahead.unsigned()?).ok()?;
        ahead.skip_space();
        let rest = ahead.bytes.get(ahead.pos..).unwrap_or_default();
        if !rest.starts_with(b"obj") {
            return None;
        }
        self.pos = ahead.pos + 3;
        Some((number, generation))
    }

    /// An indirect object.
    pub(crate) fn indirect(&mut self) -> Result<Indirect, Error> {
        let Some(id) = self.label() else {
            return self.fail("expected `N G obj`");
        };
        self.skip_space();
        let start = self.pos;
        let object = if self.keyword(b"endobj") { Object::Null } else { self.object(0)? };
        let span = start..self.pos;
        let mut ahead = self.clone();
        ahead.skip_space();
        let mut stream_start = None;
        if matches!(object, Object::Dictionary(_)) && ahead.keyword(b"stream") {
            stream_start = Some(ahead.stream_data()?);
        }
        Ok(Indirect { id, object, span, stream_start, memory: self.memory })
    }

    /// Where a stream's data begin, behind its keyword: behind CR LF, LF, or a lone CR, and the blanks before it that some
    /// producers write (7.3.8.1). Without a line end readers differ: they drop a byte, a line, or the stream.
    fn stream_data(&mut self) -> Result<usize, Error> {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.pos += 1;
        }
        self.pos += match (self.peek(), self.bytes.get(self.pos + 1)) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(b'\n' | b'\r'), _) => 1,
            _ => return self.fail("`stream` isn't followed by a line end: readers differ in where its data begin"),
        };
        Ok(self.pos)
    }

    /// A direct object or a reference.
    pub(crate) fn object(&mut self, depth: usize) -> Result<Object, Error> {
        if depth > MAX_DEPTH {
            return self.spent("nesting depth", MAX_DEPTH);
        }
        self.take(size_of::<Object>())?;
        self.skip_space();
        match self.peek() {
            None => self.fail("the file ends inside an object"),
            Some(b'/') => Ok(Object::Name(self.name()?)),
            Some(b'(') => self.literal_string(),
            Some(b'<') if self.bytes.get(self.pos + 1) == Some(&b'<') => {
                let mut dictionary = Dictionary::new();
                let mut twice = false;
                self.take(ALLOCATION)?;
                self.dictionary(depth, |key, _, value, _| {
                    twice |= dictionary.has(&key);
                    dictionary.set(key, value);
                })?;
                self.duplicates |= twice;
                Ok(Object::Dictionary(dictionary))
            }
            Some(b'<') => self.hex_string(),
            Some(b'[') => self.array(depth),
            Some(b'+' | b'-' | b'.' | b'0'..=b'9') => self.number_or_reference(),
            Some(_) => {
                for (keyword, value) in
                    [(&b"true"[..], Object::Boolean(true)), (b"false", Object::Boolean(false)), (b"null", Object::Null)]
                {
                    if self.keyword(keyword) {
                        return Ok(value);
                    }
                }
                self.fail("expected an object")
            }
        }
    }

    /// The keys of the dictionary that begins here, with their spans.
    pub(crate) fn entries(&mut self) -> Result<Vec<Entry>, Error> {
        self.skip_space();
        let mut entries = Vec::new();
        self.dictionary(0, |key, key_start, _, value| entries.push(Entry { key, key_start, value }))?;
        Ok(entries)
    }

    /// Where each item of the array that begins here starts.
    pub(crate) fn item_starts(&mut self) -> Result<Vec<usize>, Error> {
        self.skip_space();
        self.pos += 1;
        let mut starts = Vec::new();
        loop {
            self.skip_space();
            if self.peek() == Some(b']') {
                return Ok(starts);
            }
            starts.push(self.pos);
            self.object(0)?;
        }
    }

    fn dictionary(
        &mut self,
        depth: usize,
        mut each: impl FnMut(Vec<u8>, usize, Object, Range<usize>),
    ) -> Result<(), Error> {
        if !self.bytes.get(self.pos..).unwrap_or_default().starts_with(b"<<") {
            return self.fail("expected a dictionary");
        }
        self.pos += 2;
        loop {
            self.skip_space();
            match self.peek() {
                Some(b'>') if self.bytes.get(self.pos + 1) == Some(&b'>') => {
                    self.pos += 2;
                    return Ok(());
                }
                Some(b'/') => {
                    let key_start = self.pos;
                    let key = self.name()?;
                    self.skip_space();
                    let start = self.pos;
                    self.take(ENTRY)?;
                    let value = self.object(depth + 1)?;
                    each(key, key_start, value, start..self.pos);
                }
                _ => return self.fail("expected a key or >> in a dictionary"),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Object, Error> {
        self.pos += 1;
        let mut items = Vec::new();
        self.take(ALLOCATION)?;
        loop {
            self.skip_space();
            if self.peek() == Some(b']') {
                self.pos += 1;
                items.shrink_to_fit();
                return Ok(Object::Array(items));
            }
            items.push(self.object(depth + 1)?);
        }
    }

    fn name(&mut self) -> Result<Vec<u8>, Error> {
        self.pos += 1;
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|&b| is_regular(b)) {
            if name.len() >= MAX_TOKEN {
                return self.spent("length of a name", MAX_TOKEN);
            }
            let hex = |at: usize| self.bytes.get(at).and_then(|&b| char::from(b).to_digit(16));
            match (byte, hex(self.pos + 1), hex(self.pos + 2)) {
                (b'#', Some(high), Some(low)) => {
                    name.push(u8::try_from(high * 16 + low).unwrap_or_default());
                    self.pos += 3;
                }
                _ => {
                    name.push(byte);
                    self.pos += 1;
                }
            }
        }
        Ok(name)
    }

    fn literal_string(&mut self) -> Result<Object, Error> {
        self.pos += 1;
        let mut text = Vec::new();
        let mut open = 1usize;
        loop {
            let Some(byte) = self.peek() else {
                return self.fail("the file ends inside a string");
            };
            if text.len() >= MAX_STRING {
                return self.spent("length of a string", MAX_STRING);
            }
            self.pos += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Ok(Object::String(text, StringFormat::Literal));
                    }
                }
                b'\\' => {
                    self.escape(&mut text);
                    continue;
                }
                b'\r' => {
                    if self.peek() == Some(b'\n') {
                        self.pos += 1;
                    }
                    text.push(b'\n');
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
    }

    fn escape(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.pos += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'\n' => {}
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.pos += 1;
                }
            }
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    match self.peek() {
                        Some(digit @ b'0'..=b'7') => {
                            value = value * 8 + u32::from(digit - b'0');
                            self.pos += 1;
                        }
                        _ => break,
                    }
                }
                // High-order overflow is ignored (ISO 32000-2, 7.3.4.2).
                text.push(u8::try_from(value & 0xff).unwrap_or_default());
            }
            other => text.push(other),
        }
    }

    fn hex_string(&mut self) -> Result<Object, Error> {
        self.pos += 1;
        let mut text = Vec::new();
        let mut half: Option<u8> = None;
        loop {
            let Some(byte) = self.peek() else {
                return self.fail("the file ends inside a hexadecimal string");
            };
            if text.len() >= MAX_STRING {
                return self.spent("length of a string", MAX_STRING);
            }
            self.pos += 1;
            if byte == b'>' {
                if let Some(high) = half {
                    text.push(high << 4);
                }
                return Ok(Object::String(text, StringFormat::Hexadecimal));
            }
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'f' => byte - b'a' + 10,
                b'A'..=b'F' => byte - b'A' + 10,
                _ if is_space(byte) => continue,
                _ => {
                    self.pos -= 1;
                    return self.fail("not a hexadecimal digit");
                }
            };
            half = match half {
                None => Some(digit),
                Some(high) => {
                    text.push(high << 4 | digit);
                    None
                }
            };
        }
    }

    fn number_or_reference(&mut self) -> Result<Object, Error> {
        let mut ahead = self.clone();
        if let Some(number) = ahead.unsigned().and_then(|n| u32::try_from(n).ok())
            && ahead.peek().is_some_and(separates)
            && let Some(generation) = ahead.unsigned().and_then(|g| u16::try_from(g).ok())
            && ahead.peek().is_some_and(separates)
        {
            ahead.skip_space();
            if ahead.keyword(b"R") {
                self.pos = ahead.pos;
                return Ok(Object::Reference((number, generation)));
            }
        }
        self.number()
    }

    fn number(&mut self) -> Result<Object, Error> {
        let start = self.pos;
        while self.peek().is_some_and(|b| matches!(b, b'+' | b'-' | b'.' | b'0'..=b'9')) {
            self.pos += 1;
            if self.pos - start > MAX_TOKEN {
                return self.fail("a number without end");
            }
        }
        let token = self.bytes.get(start..self.pos).unwrap_or_default();
        let text = std::str::from_utf8(token).unwrap_or_default();
        if !text.contains('.')
            && let Ok(integer) = text.parse::<i64>()
        {
            return Ok(Object::Integer(integer));
        }
        // Producers write `--5`, `5-`, `.`: other readers take the leading sign and the digits.
        let negative = text.starts_with('-');
        let mut seen_point = false;
        let digits: String = text
            .trim_start_matches(['+', '-'])
            .chars()
            .take_while(|c| c.is_ascii_digit() || (*c == '.' && !std::mem::replace(&mut seen_point, true)))
            .collect();
        let magnitude: f32 = if digits.is_empty() || digits == "." {
            0.0
        } else {
            digits.parse().or_else(|_| self.fail("not a number"))?
        };
        Ok(Object::Real(if negative { -magnitude } else { magnitude }))
    }
}
