//! Broken files by the thousand, the same ones in every run.

mod der;

use std::ops::Range;

/// What a file is written in, for the changes that need to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// PDF: tokens change places.
    Pdf,
    /// DER: elements, identifiers and lengths change.
    Der,
    /// Anything else.
    Bytes,
}

/// Makes broken copies of a file. The same seed makes the same copies.
#[derive(Debug, Clone)]
pub struct Mutator {
    state: u64,
}

/// Bytes that mean something to a PDF parser.
const TELLING: &[u8] = b"\0\n\r <>[]()/%{}0123456789-+.Rfnobjstream\xff\x80";
/// Numbers that a careless reader adds to, allocates for or recurses on.
const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "65535",
    "65536",
    "99999",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "99999999999999999999999",
    "1e99",
    "0.5",
    "NaN",
];

impl Mutator {
    /// A mutator with a seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 }
    }

    /// A number below `end`, which must not be 0.
    pub fn below(&mut self, end: usize) -> usize {
        // xorshift64*
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }

    fn range(&mut self, length: usize, longest: usize) -> Range<usize> {
        let start = self.below(length);
        let end = (start + 1 + self.below(longest)).min(length);
        start..end
    }

    /// A broken copy: truncated, with bits or bytes changed, with pieces swapped, doubled, cut out, or with numbers and
    /// names replaced; sometimes several of these.
    pub fn mutate(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = bytes.to_vec();
        for _ in 0..1 + self.below(3) {
            if out.is_empty() {
                break;
            }
            self.once(&mut out);
        }
        out
    }

    /// As [`Mutator::mutate`], with the changes that mean something in this format, and with pieces of another file.
    pub fn mutate_as(&mut self, format: Format, bytes: &[u8], other: &[u8]) -> Vec<u8> {
        let mut out = bytes.to_vec();
        for _ in 0..1 + self.below(3) {
            if out.is_empty() {
                break;
            }
            match (format, self.below(8)) {
                (_, 0) if !other.is_empty() => {
                    let (piece, place) = (self.range(other.len(), 600), self.range(out.len(), 600));
                    out.splice(place, other[piece].iter().copied());
                }
                (Format::Pdf, 1 | 2) => self.swap_tokens(&mut out),
                (Format::Der, 1..=3) => self.element(&mut out),
                (Format::Der, 4) => self.length(&mut out),
                _ => self.once(&mut out),
            }
        }
        out
    }

    fn once(&mut self, out: &mut Vec<u8>) {
        match self.below(10) {
            0 => out.truncate(self.below(out.len())),
            1 => {
                let at = self.below(out.len());
                out.drain(..at);
            }
            2 | 3 => {
                for _ in 0..1 + self.below(8) {
                    let at = self.below(out.len());
                    out[at] ^= 1 << self.below(8);
                }
            }
            4 => {
                let at = self.below(out.len());
                out[at] = TELLING[self.below(TELLING.len())];
            }
            5 => {
                let (one, two) = (self.range(out.len(), 400), self.range(out.len(), 400));
                let piece = out[one].to_vec();
                out.splice(two, piece);
            }
            6 => {
                let cut = self.range(out.len(), 200);
                out.drain(cut);
            }
            7 => {
                let piece = self.range(out.len(), 600);
                let at = self.below(out.len());
                let copy = out[piece].to_vec();
                out.splice(at..at, copy);
            }
            _ => self.number(out),
        }
    }

    /// Two words of a PDF change places.
    fn swap_tokens(&mut self, out: &mut Vec<u8>) {
        let (one, two) = (self.token(out), self.token(out));
        let (first, second) = if one.start <= two.start { (one, two) } else { (two, one) };
        if first.end > second.start {
            return;
        }
        let later = out[second.clone()].to_vec();
        let earlier = out.splice(first.clone(), later.iter().copied()).collect::<Vec<u8>>();
        let moved = second.start + later.len() - first.len();
        out.splice(moved..moved + later.len(), earlier);
    }

    /// The word at or behind some place: `/Name`, `obj`, `12`, `<<`.
    fn token(&mut self, bytes: &[u8]) -> Range<usize> {
        let at = self.below(bytes.len());
        let is_regular = |byte: &u8| !b" \r\n\t\0()<>[]{}/%".contains(byte);
        let start = at + bytes[at..].iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or_default();
        let word = bytes[start + 1..].iter().take_while(|byte| is_regular(byte)).count();
        start..start + 1 + word
    }

    /// Puts another number in the place of one.
    fn number(&mut self, out: &mut Vec<u8>) {
        let start = self.below(out.len());
        let Some(first) = out[start..].iter().position(u8::is_ascii_digit).map(|at| start + at) else { return };
        let length = out[first..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = NUMBERS[self.below(NUMBERS.len())];
        out.splice(first..first + length, number.bytes());
    }
}
