//! Numbers of papers that show who someone is: on the result whole, in logs and on screens masked.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The number of an identity document. Whatever prints it (`{}`, `{:?}`) shows the last three characters alone; what is
/// stored (serde) and what the lời chứng says has it whole.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    #![allow(clippy::unwrap_used)]

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
}
