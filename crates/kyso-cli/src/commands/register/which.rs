//! Which entry is meant: as its number is written on the paper, by ordinal, or by the request's key.

use clap::{ArgGroup, Args};
use kyso_certification::number::CertificationNumber;
use kyso_register::{Entry, EntryId, Refusal, Register, Stamp};

use super::told;
use crate::failure::Failure;

#[derive(Debug, Args)]
#[group(skip)]
#[command(group(ArgGroup::new("which").args(["number", "request"]).required(true)))]
pub(super) struct Which {
    /// "07, quyển số 01/2026-SCT/CK,ĐC", or the ordinal with --register.
    #[arg(value_name = "NUMBER")]
    number: Option<String>,
    #[arg(long, value_name = "KEY")]
    request: Option<String>,
    #[arg(long, value_name = "SYMBOL", requires = "number")]
    register: Option<String>,
    #[arg(long, value_name = "YYYY", requires = "register", value_parser = clap::value_parser!(i16).range(1000..=9999))]
    year: Option<i16>,
}

impl Which {
    /// The entry, which must be there.
    pub(super) async fn find(&self, register: &Register, stamp: &Stamp) -> Result<Entry, Failure> {
        if let Some(request) = &self.request {
            let entry = register.by_request(request).await.map_err(told)?;
            return entry.ok_or_else(|| told(Refusal::NoRequest(request.clone()).into()));
        }
        let text = self.number.as_deref().unwrap_or_default();
        let id = match (&self.register, text.parse::<u32>()) {
            (Some(name), Ok(ordinal)) => {
                let code = register.definitions().register(name).map_err(told)?.code.clone();
                EntryId { register: code, year: self.year.unwrap_or(stamp.today().year()), ordinal }
            }
            _ => register.definitions().id(&number(text)?).map_err(told)?,
        };
        let entry = register.entry(&id).await.map_err(told)?;
        // Whoever writes a number out means that very one: book and symbol are checked too.
        let meant = |entry: &Entry| number(text).is_ok_and(|number| number == entry.number);
        match entry {
            Some(entry) if self.register.is_some() || meant(&entry) => Ok(entry),
            _ => Err(told(Refusal::NoEntry(id).into())),
        }
    }
}

/// A number as it's written on the paper.
pub(super) fn number(text: &str) -> Result<CertificationNumber, Failure> {
    parse(text).ok_or_else(|| {
        Failure::usage(
            format!(
                "{text:?} không phải số chứng thực; hãy ghi như trên văn bản: \"07, quyển số 01/2026-SCT/CK,ĐC\", hoặc \
                 số thứ tự cùng --register."
            ),
            format!(
                "{text:?} is no certification number; write it as on the paper: \"07, quyển số 01/2026-SCT/CK,ĐC\", or \
                 its ordinal with --register."
            ),
        )
    })
}

/// For the command line's own check of a value.
pub(super) fn number_value(text: &str) -> Result<CertificationNumber, String> {
    parse(text).ok_or_else(|| "07, quyển số 01/2026-SCT/CK,ĐC".to_owned())
}

fn parse(text: &str) -> Option<CertificationNumber> {
    let (ordinal, book) = text.split_once(',')?;
    let book = book.trim();
    let book = book.strip_prefix("quyển số").unwrap_or(book).trim();
    CertificationNumber::in_book(ordinal.trim().parse().ok()?, book)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let number = CertificationNumber { symbol: "SCT/CK,ĐC".into(), year: 2026, ordinal: 7, book: 1 };
        for text in [number.to_string().as_str(), "7, 01/2026-SCT/CK, ĐC", "07,quyển số 1/2026 - SCT/CK,ĐC"] {
            assert_eq!(parse(text).as_ref(), Some(&number), "{text}");
        }
        for text in ["", "7", "7, quyển số 2026-SCT/BS", "0, 01/2026-SCT/BS", "7, 01/2026-", "x, 01/2026-SCT/BS"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
