//! Certification numbers (số chứng thực): ordinal, book, year and symbol (Nghị định 23/2015/NĐ-CP, Điều 13 khoản 2).

use std::fmt;

use serde::{Deserialize, Serialize};

/// The number of a certification, in the result and in the register alike: "số chứng thực 01, quyển số
/// 01/2026-SCT/CK,ĐC". Ordinals begin at 1 with each year and run on over the year's books.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CertificationNumber {
    /// The register's symbol, e.g. "SCT/CK,ĐC".
    pub symbol: String,
    /// The year, four digits.
    pub year: i16,
    /// The ordinal in the year, from 1.
    pub ordinal: u32,
    /// The book (quyển) of the year, from 1.
    pub book: u32,
}

impl CertificationNumber {
    /// The ordinal as it's written: two digits at least.
    pub fn ordinal_text(&self) -> String {
        format!("{:02}", self.ordinal)
    }

    /// The book as it's written: "01/2026-SCT/CK,ĐC".
    pub fn book_text(&self) -> String {
        format!("{:02}/{}-{}", self.book, self.year, self.symbol)
    }

    /// The number of an ordinal in a book that is written as [`Self::book_text`] writes it, blanks aside; `None` where the
    /// text names no book.
    pub fn in_book(ordinal: u32, book: &str) -> Option<Self> {
        let (book, rest) = book.split_once('/')?;
        let (year, symbol) = rest.split_once('-')?;
        let symbol: String = symbol.chars().filter(|letter| !letter.is_whitespace()).collect();
        let (book, year) = (book.trim().parse().ok()?, year.trim().parse().ok()?);
        let number = Self { symbol, year, ordinal, book };
        (!number.symbol.is_empty() && number.ordinal > 0 && number.book > 0).then_some(number)
    }
}

impl fmt::Display for CertificationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, quyển số {}", self.ordinal_text(), self.book_text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_in_the_register() {
        let number = CertificationNumber { symbol: "SCT/CK,ĐC".into(), year: 2026, ordinal: 7, book: 1 };
        assert_eq!(number.to_string(), "07, quyển số 01/2026-SCT/CK,ĐC");
    }
}
