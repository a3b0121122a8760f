//! Looking an entry up by its number, as it's written on the paper.

use kyso_certification::number::CertificationNumber;
use kyso_register::{Entry, Error, Refusal, Register};

/// A number as it's written on the paper: "07, quyển số 01/2026-SCT/CK,ĐC"; the words before the book may be left out.
pub fn number(text: &str) -> Option<CertificationNumber> {
    let (ordinal, book) = text.split_once(',')?;
    let book = book.trim();
    let book = book.strip_prefix("quyển số").unwrap_or(book).trim();
    CertificationNumber::in_book(ordinal.trim().parse().ok()?, book)
}

/// The entry of this very number: book and symbol are checked too.
///
/// # Errors
/// [`Error::Refused`] where there is no such register or number.
pub async fn entry(register: &Register, number: &CertificationNumber) -> Result<Entry, Error> {
    let id = register.definitions().id(number)?;
    let entry = register.entry(&id).await?.filter(|entry| entry.number == *number);
    entry.ok_or_else(|| Refusal::NoEntry(id).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let expected = CertificationNumber { symbol: "SCT/CK,ĐC".into(), year: 2026, ordinal: 7, book: 1 };
        for text in [expected.to_string().as_str(), "7, 01/2026-SCT/CK, ĐC", "07,quyển số 1/2026 - SCT/CK,ĐC"] {
            assert_eq!(number(text).as_ref(), Some(&expected), "{text}");
        }
        for text in ["", "7", "7, quyển số 2026-SCT/BS", "0, 01/2026-SCT/BS", "7, 01/2026-", "x, 01/2026-SCT/BS"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
