//! From the bytes of a content stream to operations: operands and the operator behind them (ISO 32000-2, 7.8.2).
//!
//! Reads on where viewers read on: behind a stray bracket, a number that isn't one, an operator that nobody knows.
//! docs/content.md says what three viewers show of each; where they differ the operation is doubtful.

use lopdf::{Dictionary, Object, StringFormat};
use memchr::memmem;

use crate::file::parse::{MAX_DEPTH, MAX_STRING, Parser, is_delimiter, is_space};

/// Operands that are kept of one operation: DeviceN colours have up to 32 components (8.6.6.5).
const MAX_OPERANDS: usize = 64;
/// Items that are kept of one array or dictionary.
const MAX_ITEMS: usize = 200_000;
/// From this size on, viewers differ in what a number is, or draw nothing by it.
pub(super) const HUGE: f64 = 2_147_483_648.0;
/// How many bytes behind the end of an inline picture must look like text.
const LOOK_AHEAD: usize = 8;

/// An operator with its operands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Operation<'c> {
    /// As written; `BI` for an inline picture, whose dictionary is the one operand.
    pub(crate) operator: &'c [u8],
    pub(crate) operands: Vec<Object>,
    /// Where the operator stands.
    pub(crate) at: usize,
    /// Whether viewers may read something else here.
    pub(crate) is_doubtful: bool,
}

/// The operations of a content stream.
pub(crate) struct Operations<'c> {
    content: &'c [u8],
    at: usize,
    is_doubtful: bool,
    is_cut_off: bool,
    is_given_up: bool,
}

/// What stands next in a content stream.
enum Token<'c> {
    Operand(Object),
    Word(&'c [u8]),
    /// `]`, `>>`.
    End(u8),
}

impl<'c> Operations<'c> {
    pub(crate) fn of(content: &'c [u8]) -> Self {
        Self { content, at: 0, is_doubtful: false, is_cut_off: false, is_given_up: false }
    }

    /// Whether the content ended within a string, an array, a dictionary or an inline picture: viewers take what is drawn
    /// behind it for a part of that.
    pub(crate) fn is_cut_off(&self) -> bool {
        self.is_cut_off
    }

    /// Whether content is left unread that viewers may read: a string is too long, or arrays are nested too deep.
    pub(crate) fn is_given_up(&self) -> bool {
        self.is_given_up
    }

    fn rest(&self) -> &'c [u8] {
        self.content.get(self.at..).unwrap_or_default()
    }

    /// The next token; `None` at the end.
    fn token(&mut self, depth: usize) -> Option<Token<'c>> {
        loop {
            let rest = self.rest();
            let byte = *rest.first()?;
            match byte {
                byte if is_space(byte) => self.at += 1,
                b'%' => self.at += rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len()),
                b'(' => return self.string().map(Token::Operand),
                b'<' if rest.starts_with(b"<<") => {
                    self.at += 2;
                    return self.dictionary(depth).map(Token::Operand);
                }
                b'<' => return self.hexadecimal().map(Token::Operand),
                b'>' if rest.starts_with(b">>") => {
                    self.at += 2;
                    return Some(Token::End(b'>'));
                }
                b'[' => {
                    self.at += 1;
                    return self.array(depth).map(Token::Operand);
                }
                b']' => {
                    self.at += 1;
                    return Some(Token::End(b']'));
                }
                b'/' => {
                    let mut parser = Parser::new(self.content, self.at);
                    let name = parser.object(0).unwrap_or(Object::Null);
                    self.is_doubtful |= name.is_null();
                    self.at = parser.position().max(self.at + 1);
                    return Some(Token::Operand(name));
                }
                b'>' | b'{' | b'}' | b')' => self.at += 1,
                b'+' | b'-' | b'.' | b'0'..=b'9' => return Some(Token::Operand(self.number())),
                _ => {
                    let length = rest.iter().take_while(|&&byte| !is_space(byte) && !is_delimiter(byte)).count();
                    self.at += length;
                    return Some(match rest.get(..length).unwrap_or_default() {
                        b"true" => Token::Operand(Object::Boolean(true)),
                        b"false" => Token::Operand(Object::Boolean(false)),
                        b"null" => Token::Operand(Object::Null),
                        word => Token::Word(word),
                    });
                }
            }
        }
    }

    fn number(&mut self) -> Object {
        let rest = self.rest();
        let length = rest.iter().take_while(|byte| matches!(byte, b'+' | b'-' | b'.' | b'0'..=b'9')).count();
        // A word that begins with a number is one to some viewers, and an operator to others.
        self.is_doubtful |= rest.get(length).is_some_and(|&byte| !is_space(byte) && !is_delimiter(byte));
        let text = rest.get(..length).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
        self.at += length;
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        let is_number = !digits.contains(['+', '-'])
            && digits.bytes().filter(|byte| *byte == b'.').count() <= 1
            && digits.bytes().any(|byte| byte.is_ascii_digit());
        if !is_number {
            self.is_doubtful = true;
            return Parser::new(text.as_bytes(), 0).object(0).unwrap_or(Object::Integer(0));
        }
        match text.parse::<i64>() {
            Ok(integer) if integer.unsigned_abs() < 1 << 31 => Object::Integer(integer),
            _ => {
                let real = text.parse::<f32>().unwrap_or_default();
                self.is_doubtful |= f64::from(real).abs() >= HUGE;
                Object::Real(real)
            }
        }
    }

    fn string(&mut self) -> Option<Object> {
        let mut parser = Parser::new(self.content, self.at);
        match parser.object(0) {
            Ok(string) => {
                self.at = parser.position();
                Some(string)
            }
            Err(_) => {
                self.is_given_up |= self.rest().len() > MAX_STRING;
                self.cut_off()
            }
        }
    }

    fn hexadecimal(&mut self) -> Option<Object> {
        let Some(end) = memchr::memchr(b'>', self.rest()) else { return self.cut_off() };
        let mut parser = Parser::new(self.content, self.at);
        let string = parser.object(0).ok();
        self.at += end + 1;
        self.is_doubtful |= string.is_none();
        Some(string.unwrap_or(Object::String(Vec::new(), StringFormat::Hexadecimal)))
    }

    fn array(&mut self, depth: usize) -> Option<Object> {
        let mut items = Vec::new();
        self.within(depth, b']', |item| items.push(item))?;
        Some(Object::Array(items))
    }

    fn dictionary(&mut self, depth: usize) -> Option<Object> {
        let (mut dictionary, mut key, mut is_sound) = (Dictionary::new(), None, true);
        self.within(depth, b'>', |item| match (key.take(), item) {
            (None, Object::Name(name)) => key = Some(name),
            (None, _) => is_sound = false,
            (Some(key), value) => dictionary.set(key, value),
        })?;
        self.is_doubtful |= !is_sound || key.is_some();
        Some(Object::Dictionary(dictionary))
    }

    /// Reads operands up to `end`. What else stands there is nothing to some viewers, and something to others.
    fn within(&mut self, depth: usize, end: u8, mut each: impl FnMut(Object)) -> Option<()> {
        if depth >= MAX_DEPTH {
            self.is_given_up = true;
            return self.cut_off();
        }
        let mut count = 0;
        loop {
            match self.token(depth + 1) {
                None => return self.cut_off(),
                Some(Token::End(found)) if found == end => return Some(()),
                Some(Token::Operand(item)) if count < MAX_ITEMS => {
                    each(item);
                    count += 1;
                }
                Some(_) => self.is_doubtful = true,
            }
        }
    }

    /// Nothing can be read any more.
    fn cut_off<T>(&mut self) -> Option<T> {
        self.is_cut_off = true;
        self.at = self.content.len();
        None
    }

    /// The dictionary of an inline picture, whose data are passed over (8.9.7).
    fn inline_picture(&mut self) -> Option<Dictionary> {
        let (mut picture, mut key) = (Dictionary::new(), None);
        loop {
            match self.token(0) {
                None => return self.cut_off(),
                Some(Token::Word(b"ID")) => break,
                Some(Token::Operand(item)) => match (key.take(), item) {
                    (None, Object::Name(name)) => key = Some(name),
                    (Some(key), value) => picture.set(key, value),
                    (None, _) => self.is_doubtful = true,
                },
                Some(_) => {
                    self.is_doubtful = true;
                    return Some(picture);
                }
            }
        }
        let is_line_end = self.rest().starts_with(b"\r\n");
        self.at += if is_line_end { 2 } else { usize::from(self.rest().first().is_some_and(|&byte| is_space(byte))) };
        let length = data_length(&picture).filter(|length| *length <= self.rest().len());
        let data = self.content.get(self.at + length.unwrap_or_default()..).unwrap_or_default();
        match picture_end(data, length.is_some()) {
            Some(end) => self.at += length.unwrap_or_default() + end,
            None => return self.cut_off(),
        }
        Some(picture)
    }
}

impl<'c> Iterator for Operations<'c> {
    type Item = Operation<'c>;

    fn next(&mut self) -> Option<Operation<'c>> {
        let mut operands = Vec::new();
        self.is_doubtful = false;
        loop {
            match self.token(0)? {
                Token::Operand(operand) => {
                    if operands.len() >= MAX_OPERANDS {
                        operands.drain(..MAX_OPERANDS / 2);
                        self.is_doubtful = true;
                    }
                    operands.push(operand);
                }
                Token::End(_) => {}
                Token::Word(operator) => {
                    let at = self.at - operator.len();
                    if operator == b"BI" {
                        operands = vec![Object::Dictionary(self.inline_picture()?)];
                    }
                    return Some(Operation { operator, operands, at, is_doubtful: self.is_doubtful });
                }
            }
        }
    }
}

/// How many bytes of data an inline picture has, where no filter packs them (table 91).
pub(super) fn data_length(picture: &Dictionary) -> Option<usize> {
    let get = |short: &[u8], long: &[u8]| picture.get(short).or_else(|_| picture.get(long)).ok();
    let size = |short: &[u8], long: &[u8]| get(short, long).and_then(|size| usize::try_from(size.as_i64().ok()?).ok());
    if get(b"F", b"Filter").is_some_and(|filter| !filter.is_null()) {
        return None;
    }
    let is_mask = matches!(get(b"IM", b"ImageMask"), Some(Object::Boolean(true)));
    let components = match get(b"CS", b"ColorSpace") {
        _ if is_mask => 1,
        Some(Object::Name(space)) => match space.as_slice() {
            b"G" | b"DeviceGray" => 1,
            b"RGB" | b"DeviceRGB" => 3,
            b"CMYK" | b"DeviceCMYK" => 4,
            _ => return None,
        },
        Some(Object::Array(space)) => match space.first() {
            Some(Object::Name(kind)) if kind == b"I" || kind == b"Indexed" => 1,
            _ => return None,
        },
        _ => return None,
    };
    let bits = if is_mask { 1 } else { size(b"BPC", b"BitsPerComponent")? };
    let row = size(b"W", b"Width")?.checked_mul(bits)?.checked_mul(components)?.div_ceil(8);
    row.checked_mul(size(b"H", b"Height")?)
}

/// Where data of an inline picture end with its EI, which may stand at once where the data before it are known.
fn picture_end(data: &[u8], may_begin: bool) -> Option<usize> {
    memmem::find_iter(data, b"EI").find_map(|found| {
        let before = found.checked_sub(1).and_then(|index| data.get(index));
        let behind = data.get(found + 2..).unwrap_or_default();
        let behind = behind.get(..behind.len().min(LOOK_AHEAD)).unwrap_or_default();
        let ends_word = behind.first().is_none_or(|&byte| is_space(byte));
        let is_text = behind.iter().all(|&byte| is_space(byte) || (b' '..=b'~').contains(&byte));
        let begins_word = before.map_or(may_begin, |&byte| is_space(byte));
        (begins_word && ends_word && is_text).then_some(found + 2)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The operators, a `?` behind the doubtful ones, and a `!` where the content is cut off.
    fn read(content: &[u8]) -> String {
        let mut operations = Operations::of(content);
        let words: Vec<String> = operations
            .by_ref()
            .map(|one| {
                let doubt = if one.is_doubtful { "?" } else { "" };
                format!("{}{}{doubt}", String::from_utf8_lossy(one.operator), one.operands.len())
            })
            .collect();
        words.join(" ") + if operations.is_cut_off() { "!" } else { "" }
    }

    #[test]
    fn operations_are_read_on() {
        for (content, expected) in [
            ("q 1 0 0 1 5. +.5 cm % Q\n(a\\)Q) Tj[(a)-5 <4 1>]TJ Q", "q0 cm6 Tj1 TJ1 Q0"),
            ("/P<</A[1 2]/B(x)>>BDC EMC/A#42 gs f* T* 1 2 (a)\"", "BDC2 EMC0 gs1 f*0 T*0 \"3"),
            ("] 1 w } > ) 2 w >> Q", "w1 w1 Q0"),
            ("--5 w 1.2.3 w 3e1 w 99999999999 w .5w - w", "w1? w1? e11? w0 w1? w1? w1?"),
            ("<4z> Tj [(a) foo] TJ << 1 2 >> gs", "Tj1? TJ1? gs1?"),
            ("(never ends q", "!"),
            ("w [(a) 1", "w0!"),
            ("w /P << /q 1 Q", "w0!"),
            ("[<</a[>> Q", "!"),
            ("w <51", "w0!"),
        ] {
            assert_eq!(read(content.as_bytes()), expected, "{content}");
        }
    }

    #[test]
    fn inline_pictures_end_where_their_data_do() {
        for (content, expected) in [
            ("BI /W 2 /H 2 /BPC 8 /CS /G ID \nEI  EI Q", "BI1 Q0"),
            ("BI /W 1 /H 1 /BPC 8 /CS /G ID aEI Q", "BI1 Q0"),
            ("BI /W 1 /H 1 /BPC 8 /CS /G ID abcdef EI Q", "BI1 Q0"),
            ("q BI /W 1 /H 1 ID \u{1}Q EI\u{2} q EI Q", "q0 BI1 Q0"),
            ("BI /W 1 /H 1 /IM true /F /AHx ID 00> EI Q", "BI1 Q0"),
            ("BI /W 1 Q q", "BI1? q0"),
            ("BI /W 1 /H 1 ID abc", "!"),
            ("BI /W 9", "!"),
        ] {
            assert_eq!(read(content.as_bytes()), expected, "{content}");
        }
    }
}
