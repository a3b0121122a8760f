//! Reading BER within bounds.

use std::borrow::Cow;

use super::{oid, tag};
use crate::error::{Error, Subject};

/// Deepest nesting that is followed: CMS with a time-stamp inside its attributes stays under 30.
const MAX_DEPTH: u8 = 48;
/// Most elements that one constructed value may hold: a large revocation list inside a CMS is kept raw, not walked.
const MAX_CHILDREN: usize = 4096;

/// Walks the elements of one constructed value, or of a whole input.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    what: Subject,
    bytes: &'a [u8],
    /// Of `bytes[0]` in the outermost input.
    offset: usize,
    depth: u8,
    read: usize,
    most: usize,
}

/// One tag-length-value, with the bytes it came in.
#[derive(Debug, Clone, Copy)]
pub struct Element<'a> {
    what: Subject,
    identifier: u8,
    raw: &'a [u8],
    contents: &'a [u8],
    contents_offset: usize,
    offset: usize,
    depth: u8,
}

impl<'a> Reader<'a> {
    /// Reads `bytes`, which errors call `what`.
    pub fn new(what: Subject, bytes: &'a [u8]) -> Self {
        Self { what, bytes, offset: 0, depth: 0, read: 0, most: MAX_CHILDREN }
    }

    /// Lifts the bound on how many elements it gives: for whoever walks them one by one and keeps none.
    #[must_use]
    pub(crate) fn streamed(self) -> Self {
        Self { most: usize::MAX, ..self }
    }

    /// Whether all elements were read.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// Identifier octet of the next element.
    pub fn peek(&self) -> Option<u8> {
        self.bytes.first().copied()
    }

    /// The next element, whatever it is.
    ///
    /// # Errors
    /// [`Error::Input`] where there is none, or it's cut short; [`Error::Budget`] where it's too deep.
    #[allow(clippy::should_implement_trait, reason = "an iterator's `next` has no error to give")]
    pub fn next(&mut self) -> Result<Element<'a>, Error> {
        if self.read == self.most {
            return Err(Error::Budget {
                budget: "elements in one ASN.1 value",
                limit: self.most as u64,
                offset: Some(self.offset as u64),
            });
        }
        let element = self.measure()?;
        self.bytes = self.bytes.get(element.raw.len()..).unwrap_or_default();
        self.offset += element.raw.len();
        self.read += 1;
        Ok(element)
    }

    /// The next element, which must have this identifier.
    ///
    /// # Errors
    /// As [`Reader::next`], and where the identifier is another.
    pub fn expect(&mut self, identifier: u8) -> Result<Element<'a>, Error> {
        match self.peek() {
            Some(found) if found != identifier => {
                Err(self.error(format!("tag {found:#04x} where {identifier:#04x} belongs")))
            }
            _ => self.next(),
        }
    }

    /// The next element if it has this identifier.
    ///
    /// # Errors
    /// As [`Reader::next`].
    pub fn optional(&mut self, identifier: u8) -> Result<Option<Element<'a>>, Error> {
        if self.peek() == Some(identifier) { self.next().map(Some) } else { Ok(None) }
    }

    /// All that is left.
    ///
    /// # Errors
    /// As [`Reader::next`].
    pub fn all(mut self) -> Result<Vec<Element<'a>>, Error> {
        let mut elements = Vec::new();
        while !self.is_empty() {
            elements.push(self.next()?);
        }
        Ok(elements)
    }

    fn error(&self, message: impl Into<crate::error::Reason>) -> Error {
        Error::input(self.what, self.offset as u64, message)
    }

    /// Finds the next element's ends without moving on.
    fn measure(&self) -> Result<Element<'a>, Error> {
        let cut = || self.error("ends in the middle of an element");
        let identifier = *self.bytes.first().ok_or_else(cut)?;
        let mut header = 1;
        if identifier & 0x1f == 0x1f {
            // High tag numbers (X.690, 8.1.2.4): more identifier octets as long as the top bit is set.
            while self.bytes.get(header).ok_or_else(cut)? & 0x80 != 0 {
                header += 1;
            }
            header += 1;
        }
        let first = *self.bytes.get(header).ok_or_else(cut)?;
        header += 1;
        let (contents_length, end) = match first {
            0..=0x7f => (usize::from(first), 0),
            0x80 => {
                if identifier & tag::CONSTRUCTED == 0 {
                    return Err(self.error("indefinite length on a primitive element"));
                }
                (self.indefinite_length(header)?, 2)
            }
            _ => {
                let count = usize::from(first & 0x7f);
                if count > size_of::<u32>() {
                    return Err(self.error("length of more than four octets"));
                }
                let octets = self.bytes.get(header..header + count).ok_or_else(cut)?;
                header += count;
                (octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet)), 0)
            }
        };
        let contents_end = header.checked_add(contents_length).ok_or_else(cut)?;
        Ok(Element {
            what: self.what,
            identifier,
            raw: self.bytes.get(..contents_end + end).ok_or_else(cut)?,
            contents: self.bytes.get(header..contents_end).ok_or_else(cut)?,
            contents_offset: self.offset + header,
            offset: self.offset,
            depth: self.depth,
        })
    }

    /// Length of contents that end with two zero octets (X.690, 8.1.3.6).
    fn indefinite_length(&self, header: usize) -> Result<usize, Error> {
        let mut inside = Reader {
            bytes: self.bytes.get(header..).unwrap_or_default(),
            offset: self.offset + header,
            depth: self.deeper()?,
            read: 0,
            ..*self
        };
        let start = inside.bytes.len();
        while !inside.bytes.starts_with(&[0, 0]) {
            inside.next()?;
        }
        Ok(start - inside.bytes.len())
    }

    fn deeper(&self) -> Result<u8, Error> {
        if self.depth < MAX_DEPTH {
            Ok(self.depth + 1)
        } else {
            Err(Error::Budget {
                budget: "ASN.1 nesting",
                limit: u64::from(MAX_DEPTH),
                offset: Some(self.offset as u64),
            })
        }
    }
}

impl<'a> Element<'a> {
    /// First identifier octet: class, constructed bit, number up to 30.
    pub fn identifier(&self) -> u8 {
        self.identifier
    }

    /// Identifier, length, contents: as received.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The contents octets as received, without an end-of-contents mark.
    pub fn contents(&self) -> &'a [u8] {
        self.contents
    }

    /// Where the identifier lies in the outermost input.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The elements inside.
    ///
    /// # Errors
    /// [`Error::Input`] where it's primitive, [`Error::Budget`] where it's too deep.
    pub fn children(&self) -> Result<Reader<'a>, Error> {
        if self.identifier & tag::CONSTRUCTED == 0 {
            return Err(self.error("a primitive element where a constructed one belongs"));
        }
        let outer = Reader {
            what: self.what,
            bytes: self.contents,
            offset: self.contents_offset,
            depth: self.depth,
            read: 0,
            most: MAX_CHILDREN,
        };
        Ok(Reader { depth: outer.deeper()?, ..outer })
    }

    /// The octets of a string type, put together where BER split them (X.690, 8.7.3).
    ///
    /// # Errors
    /// [`Error::Input`] where the elements are of another type.
    pub fn octets(&self) -> Result<Cow<'a, [u8]>, Error> {
        if self.identifier & tag::CONSTRUCTED == 0 {
            return Ok(Cow::Borrowed(self.contents));
        }
        let mut whole = Vec::new();
        for part in self.children()?.all()? {
            if part.identifier & !tag::CONSTRUCTED != tag::OCTET_STRING {
                return Err(part.error("not an OCTET STRING inside an OCTET STRING"));
            }
            whole.extend_from_slice(&part.octets()?);
        }
        Ok(Cow::Owned(whole))
    }

    /// The octets of an INTEGER, which has as few as its number needs: BER knows no padding either (X.690, 8.3.2).
    ///
    /// # Errors
    /// [`Error::Input`] where it has none, or more.
    pub fn integer(&self) -> Result<&'a [u8], Error> {
        match self.contents {
            [] => Err(self.error("an INTEGER without octets")),
            [0, next, ..] if next & 0x80 == 0 => Err(self.error("an INTEGER with padding")),
            [0xff, next, ..] if next & 0x80 != 0 => Err(self.error("an INTEGER with padding")),
            octets => Ok(octets),
        }
    }

    /// The number of an INTEGER that is not negative and fits.
    ///
    /// # Errors
    /// [`Error::Input`] where it isn't so.
    pub fn unsigned(&self) -> Result<u32, Error> {
        match self.contents {
            [] => Err(self.error("an INTEGER without octets")),
            [first, ..] if first & 0x80 != 0 => Err(self.error("a negative INTEGER")),
            octets if octets.len() > 5 || (octets.len() == 5 && octets.first() != Some(&0)) => {
                Err(self.error("an INTEGER beyond 32 bits"))
            }
            octets => Ok(octets.iter().fold(0, |number, octet| number << 8 | u32::from(*octet))),
        }
    }

    /// The value of a BOOLEAN.
    ///
    /// # Errors
    /// [`Error::Input`] where it isn't one.
    pub fn boolean(&self) -> Result<bool, Error> {
        match (self.identifier, self.contents) {
            (tag::BOOLEAN, [value]) => Ok(*value != 0),
            _ => Err(self.error("not a BOOLEAN")),
        }
    }

    /// The octets of a BIT STRING that holds whole octets: a key, a signature value.
    ///
    /// # Errors
    /// [`Error::Input`] where it isn't one.
    pub fn bits(&self) -> Result<&'a [u8], Error> {
        match (self.identifier, self.contents) {
            (tag::BIT_STRING, [0, octets @ ..]) => Ok(octets),
            _ => Err(self.error("not a BIT STRING of whole octets")),
        }
    }

    /// Whether a named bit of a BIT STRING is set. Bits count from the first, and are unset beyond the end of the
    /// string (X.680, 22.7). The tag isn't checked.
    pub fn flag(&self, bit: usize) -> bool {
        let octet = self.contents.get(1 + bit / 8).copied().unwrap_or_default();
        octet & (0x80 >> (bit % 8)) != 0
    }

    /// The dotted form of an OBJECT IDENTIFIER.
    ///
    /// # Errors
    /// [`Error::Input`] where it's malformed or an arc is beyond 64 bits.
    pub fn oid(&self) -> Result<String, Error> {
        if self.identifier != tag::OBJECT_IDENTIFIER {
            return Err(self.error("not an OBJECT IDENTIFIER"));
        }
        oid::decode(self.contents).ok_or_else(|| self.error("a malformed OBJECT IDENTIFIER"))
    }

    /// An error at this element.
    pub fn error(&self, message: impl Into<crate::error::Reason>) -> Error {
        Error::input(self.what, self.offset as u64, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Element<'_>, Error> {
        Reader::new(Subject::Cms, bytes).next()
    }

    #[test]
    fn definite_and_indefinite_lengths_give_the_same_contents() {
        let definite = [0x30, 0x03, 0x02, 0x01, 0x05];
        let indefinite = [0x30, 0x80, 0x02, 0x01, 0x05, 0x00, 0x00, 0xff];
        assert_eq!(read(&definite).unwrap().contents(), read(&indefinite).unwrap().contents());
        assert_eq!(read(&indefinite).unwrap().raw(), &indefinite[..7]);
        let long = [0x30, 0x83, 0x00, 0x00, 0x03, 0x02, 0x01, 0x05];
        assert_eq!(read(&long).unwrap().contents(), &long[5..]);
    }

    #[test]
    fn a_constructed_octet_string_is_put_together() {
        let nested = [0x24, 0x80, 0x04, 0x02, 1, 2, 0x24, 0x03, 0x04, 0x01, 3, 0x00, 0x00];
        assert_eq!(read(&nested).unwrap().octets().unwrap().as_ref(), [1, 2, 3]);
        let wrong = [0x24, 0x03, 0x02, 0x01, 5];
        assert!(matches!(read(&wrong).unwrap().octets(), Err(Error::Input { offset: Some(2), .. })));
    }

    #[test]
    fn errors_name_the_byte() {
        let bytes = [0x30, 0x06, 0x02, 0x01, 0x05, 0x02, 0x02, 0x01];
        let mut inside = read(&bytes).unwrap().children().unwrap();
        inside.next().unwrap();
        assert!(
            matches!(inside.next(), Err(Error::Input { what, offset: Some(5), .. }) if what == Subject::Cms.into())
        );
        assert!(matches!(inside.expect(0x04), Err(Error::Input { offset: Some(5), .. })));
    }

    #[test]
    fn depth_and_width_are_bounded() {
        let deep = [0x30, 0x80].repeat(100_000);
        assert!(matches!(read(&deep), Err(Error::Budget { budget: "ASN.1 nesting", .. })));
        let wide = [0x05, 0x00].repeat(MAX_CHILDREN + 1);
        assert!(matches!(Reader::new(Subject::Cms, &wide).all(), Err(Error::Budget { .. })));
    }

    #[test]
    fn high_tags_and_huge_lengths() {
        let high = [0xbf, 0x81, 0x01, 0x02, 0x05, 0x00];
        assert_eq!(read(&high).unwrap().contents(), [0x05, 0x00]);
        assert!(read(&[0x04, 0x84, 0xff, 0xff, 0xff, 0xff, 0]).is_err());
        assert!(read(&[0x04, 0x85, 0, 0, 0, 0, 1, 0]).is_err());
        assert!(read(&[0x04, 0x80, 0, 0]).is_err());
        assert!(read(&[]).is_err());
    }

    #[test]
    fn integers() {
        assert_eq!(read(&[2, 1, 5]).unwrap().unsigned().unwrap(), 5);
        assert_eq!(read(&[2, 5, 0, 0xff, 0xff, 0xff, 0xff]).unwrap().unsigned().unwrap(), u32::MAX);
        assert!(read(&[2, 5, 1, 0, 0, 0, 0]).unwrap().unsigned().is_err());
        assert!(read(&[2, 1, 0x80]).unwrap().unsigned().is_err());
        assert!(read(&[2, 0]).unwrap().unsigned().is_err());
        for padded in [&[2, 2, 0, 0x7f][..], &[2, 2, 0xff, 0x80], &[2, 0]] {
            assert!(read(padded).unwrap().integer().is_err(), "{padded:?}");
        }
        for whole in [&[2, 1, 0][..], &[2, 2, 0, 0x80], &[2, 2, 0xff, 0x7f]] {
            assert_eq!(read(whole).unwrap().integer().unwrap(), &whole[2..]);
        }
    }
}
