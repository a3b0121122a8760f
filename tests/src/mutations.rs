//! Broken files by the thousand, the same ones in every run.

use std::ops::Range;

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

    /// Puts another number in the place of one.
    fn number(&mut self, out: &mut Vec<u8>) {
        let start = self.below(out.len());
        let Some(first) = out[start..].iter().position(u8::is_ascii_digit).map(|at| start + at) else { return };
        let length = out[first..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = NUMBERS[self.below(NUMBERS.len())];
        out.splice(first..first + length, number.bytes());
    }
}
