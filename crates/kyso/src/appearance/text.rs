//! The text that stands for the agency's signature on copies and separate attachments.

use jiff::Timestamp;

use crate::time::VIETNAM;

/// How an electronic copy was made (Nghị định 30/2020/NĐ-CP, Điều 25 and Phụ lục I, phần II, mục I.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormOfCopy {
    /// A full, true copy of the original or the master copy: sao y.
    SaoY,
    /// A copy of a copy: sao lục.
    SaoLuc,
    /// An extract: trích sao.
    TrichSao,
}

impl FormOfCopy {
    /// As it's written on the copy.
    pub fn name(self) -> &'static str {
        match self {
            Self::SaoY => "SAO Y",
            Self::SaoLuc => "SAO LỤC",
            Self::TrichSao => "TRÍCH SAO",
        }
    }
}

/// A copy's lines: its form, the agency that copies, the time of signing (Phụ lục I, phần II, mục I.3).
pub fn copy_lines(form: FormOfCopy, agency: &str, time: Timestamp) -> Vec<String> {
    vec![form.name().to_owned(), agency.to_owned(), signing_time(time)]
}

/// A separate attachment's lines: the document's number and symbol, the time of signing (Phụ lục I, phần I, mục II.8b).
pub fn attachment_lines(number_and_symbol: &str, time: Timestamp) -> Vec<String> {
    vec![number_and_symbol.to_owned(), signing_time(time)]
}

/// A time in Vietnam as dd/MM/yyyy HH:mm:ss +07:00.
pub fn signing_time(time: Timestamp) -> String {
    VIETNAM.to_datetime(time).strftime("%d/%m/%Y %H:%M:%S +07:00").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_vietnams() {
        assert_eq!(signing_time("2026-03-04T20:05:06.789Z".parse().unwrap()), "05/03/2026 03:05:06 +07:00");
    }

    #[test]
    fn copies_name_form_agency_and_time() {
        let time = "2026-01-02T03:04:05Z".parse().unwrap();
        assert_eq!(
            copy_lines(FormOfCopy::TrichSao, "Ủy ban nhân dân xã Bình Minh", time),
            ["TRÍCH SAO", "Ủy ban nhân dân xã Bình Minh", "02/01/2026 10:04:05 +07:00"]
        );
        assert_eq!(attachment_lines("12/QĐ-UBND", time), ["12/QĐ-UBND", "02/01/2026 10:04:05 +07:00"]);
    }
}
