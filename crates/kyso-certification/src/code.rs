//! Look-up codes: what is typed to find a result where its QR symbol can't be scanned.
//!
//! Twenty symbols of Crockford's base32, in groups of four: 95 random bits and a check symbol. The check is a sum over
//! the field of 32 elements, each symbol weighted by its place: it finds every single wrong symbol and every two that
//! were exchanged. (Crockford's own check, modulo 37, needs symbols that neither a URL nor a QR symbol's alphanumeric
//! mode takes.)

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use kyso::Error;
use kyso::error::Subject;

/// Without I, L, O and U, which are taken for others.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Symbols of a code.
const LENGTH: usize = 20;
/// Symbols of a group.
const GROUP: usize = 4;

/// A look-up code.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LookupCode(String);

impl LookupCode {
    /// A code of these random bits, of which 95 count. They must come from the system's generator: who can guess codes
    /// can look up other people's results.
    pub fn from_random(random: [u8; 12]) -> Self {
        let bits = random.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let value = |place: usize| u8::try_from(bits >> (5 * place) & 31).unwrap_or(0);
        let mut values: Vec<u8> = (0..LENGTH - 1).map(value).collect();
        values.push(times_two(weighted(&values)));
        Self(values.into_iter().map(symbol).collect())
    }

    /// The code as printed: groups of four.
    pub fn grouped(&self) -> String {
        let groups: Vec<&str> = (0..LENGTH).step_by(GROUP).filter_map(|at| self.0.get(at..at + GROUP)).collect();
        groups.join("-")
    }

    /// The code without groups.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LookupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for LookupCode {
    type Err = Error;

    /// Reads a code as people type it: in small letters, with or without spaces and hyphens, O for 0 and I or L for 1.
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut values = Vec::new();
        for letter in text.trim().chars() {
            let letter = match letter.to_ascii_uppercase() {
                ' ' | '-' | '–' | '\u{a0}' => continue,
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let value = SYMBOLS.iter().position(|&symbol| char::from(symbol) == letter);
            let value = value.and_then(|value| u8::try_from(value).ok());
            values.push(value.ok_or_else(|| wrong(format!("has the character “{letter}”, which no code has")))?);
        }
        if values.len() != LENGTH {
            return Err(wrong(format!("has {} letters and digits instead of {LENGTH}", values.len())));
        }
        if weighted(&values) != 0 {
            return Err(wrong("is mistyped: its last symbol doesn't fit the others".into()));
        }
        Ok(Self(values.into_iter().map(symbol).collect()))
    }
}

impl TryFrom<String> for LookupCode {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<LookupCode> for String {
    fn from(code: LookupCode) -> Self {
        code.0
    }
}

fn wrong(reason: String) -> Error {
    Error::input(Subject::LookUpCode, None, reason)
}

fn symbol(value: u8) -> char {
    SYMBOLS.get(usize::from(value)).map_or('0', |&symbol| char::from(symbol))
}

/// The sum of all values, the last with weight 1, each before it with twice the weight of the next.
fn weighted(values: &[u8]) -> u8 {
    values.iter().fold(0, |sum, value| times_two(sum) ^ value)
}

/// Twice a value in the field of 32 elements, by x⁵ + x² + 1; the powers of 2 are all its elements but 0.
fn times_two(value: u8) -> u8 {
    let twice = value << 1;
    if twice & 32 == 0 { twice } else { twice ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::cast_possible_truncation, reason = "numbers of a test are small")]

    use super::*;

    fn code(seed: u8) -> LookupCode {
        LookupCode::from_random(std::array::from_fn(|at| {
            seed.wrapping_mul(37).wrapping_add((at as u8).wrapping_mul(91))
        }))
    }

    #[test]
    fn codes_come_back_as_people_type_them() {
        for seed in 0..=255 {
            let code = code(seed);
            assert_eq!(code.as_str().len(), 20);
            let typed = code.grouped().to_lowercase().replace('0', "o").replace('1', "l");
            assert_eq!(typed.parse::<LookupCode>().unwrap(), code);
            assert_eq!(format!(" {} ", code.as_str().replace('1', "I")).parse::<LookupCode>().unwrap(), code);
        }
        assert_eq!(code(1).grouped().split('-').map(str::len).collect::<Vec<_>>(), [4; 5]);
    }

    #[test]
    fn every_wrong_symbol_and_every_exchange_is_found() {
        let code = code(9);
        let symbols: Vec<char> = code.as_str().chars().collect();
        for at in 0..20 {
            for other in SYMBOLS {
                let mut wrong = symbols.clone();
                wrong[at] = char::from(*other);
                let text: String = wrong.iter().collect();
                assert_eq!(text.parse::<LookupCode>().is_ok(), wrong == symbols, "{text}");
            }
            for with in 0..20 {
                let mut wrong = symbols.clone();
                wrong.swap(at, with);
                let text: String = wrong.iter().collect();
                assert_eq!(text.parse::<LookupCode>().is_ok(), wrong == symbols, "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_code_is_told() {
        for (text, reason) in [("", "0 letters"), ("ABCD-EFGH", "8 letters"), ("UUUU", "“U”"), ("Ấ", "“Ấ”")]
        {
            let error = text.parse::<LookupCode>().unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn other_bits_give_another_code() {
        let mut random = [0; 12];
        let zero = LookupCode::from_random(random);
        for bit in 0..95 {
            random = [0; 12];
            random[11 - bit / 8] = 1 << (bit % 8);
            assert_ne!(LookupCode::from_random(random), zero, "{bit}");
        }
    }
}
