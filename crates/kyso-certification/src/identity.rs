//! Numbers of papers that show who someone is: on the result whole, in logs and on screens masked.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The number of an identity document. Whatever prints it (`{}`, `{:?}`) shows the last three characters alone; what is
/// stored (serde) and what the lời chứng says has it whole.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct IdNumber(String);

impl IdNumber {
    /// A number as it's written on the paper.
    pub fn new(number: impl Into<String>) -> Self {
        Self(number.into())
    }

    /// The whole number.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for IdNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Quoted)
    }
}

/// What the error says of it.
pub(super) const UNQUOTED: &str = "the number of an identity document stands in quotes";

/// Text, and an error for any other value that doesn't show it: it may be a number without its quotes.
struct Quoted;

impl Visitor<'_> for Quoted {
    type Value = IdNumber;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the number of an identity document, in quotes")
    }

    fn visit_str<E: Error>(self, number: &str) -> Result<IdNumber, E> {
        Ok(IdNumber::new(number))
    }

    fn visit_string<E: Error>(self, number: String) -> Result<IdNumber, E> {
        Ok(IdNumber(number))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<IdNumber, E> {
        Err(unquoted())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<IdNumber, E> {
        Err(unquoted())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<IdNumber, E> {
        Err(unquoted())
    }
}

fn unquoted<E: Error>() -> E {
    E::custom(UNQUOTED)
}

impl fmt::Display for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.0.chars().count();
        // Of a short one nothing is left to show.
        let shown = if length > 6 { 3 } else { 0 };
        self.0.chars().enumerate().try_for_each(|(index, c)| {
            let hidden = index + shown < length;
            fmt::Write::write_char(f, if hidden || c.is_control() { '*' } else { c })
        })
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_masked_wherever_they_are_printed() {
        let number = IdNumber::new("001085012345");
        assert_eq!(format!("{number} {number:?} {:?}", Some(&number)), "*********345 *********345 Some(*********345)");
        assert_eq!(IdNumber::new("C12345").to_string(), "******");
        assert_eq!(IdNumber::new("").to_string(), "");
    }

    #[test]
    fn what_is_stored_is_whole() {
        let number = IdNumber::new("001085012345");
        assert_eq!(serde_json::to_string(&number).unwrap(), "\"001085012345\"");
        assert_eq!(serde_json::from_str::<IdNumber>("\"001085012345\"").unwrap(), number);
        assert_eq!(number.reveal(), "001085012345");
    }

    #[test]
    fn a_number_without_quotes_is_not_repeated() {
        for wrong in ["1085012345", "-1085012345", "10850.12345"] {
            let error = serde_json::from_str::<IdNumber>(wrong).unwrap_err().to_string();
            assert!(error.contains("in quotes") && !error.contains("1085"), "{error}");
        }
        assert!(serde_json::from_str::<IdNumber>("[1]").is_err());
    }
}
