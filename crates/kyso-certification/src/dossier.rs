//! What a dossier and its results are known by on the public service portals.
//!
//! A dossier code (mã hồ sơ) is `<agency>-YYMMDD-<serial>` (Thông tư 01/2018/TT-VPCP, Điều 19); the electronic results
//! of that dossier are `<mã hồ sơ>-KQ(n)` (Nghị định 45/2020/NĐ-CP, Điều 14 khoản 3 điểm d).

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use kyso::error::Parameter;
use kyso::{Bilingual, Error};

/// A dossier code (mã hồ sơ): the agency's identifier, the day it was received on, its serial on that day.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DossierCode {
    text: String,
    agency: usize,
    received: Date,
}

impl DossierCode {
    /// The agency's identifier, e.g. "H61.12".
    pub fn agency(&self) -> &str {
        self.text.get(..self.agency).unwrap_or_default()
    }

    /// The day on which the dossier was received.
    pub fn received(&self) -> Date {
        self.received
    }

    /// The code as it's written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The code of the dossier's `n`th result, from 1.
    ///
    /// # Errors
    /// [`Error::Parameters`] for 0.
    pub fn result(&self, n: u32) -> Result<ResultCode, Error> {
        match n {
            0 => Err(Error::parameters(
                Parameter::Result,
                Bilingual::new("kết quả của hồ sơ đếm từ 1", "results of a dossier count from 1"),
            )),
            n => Ok(ResultCode { dossier: self.clone(), n }),
        }
    }
}

impl FromStr for DossierCode {
    type Err = Error;

    /// # Errors
    /// [`Error::Parameters`] that says which of the three parts isn't right.
    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = |vietnamese: &str, english: &str| {
            let reason = Bilingual::new(
                format!("“{text}” không phải là mã hồ sơ như H61.12-251103-0042: {vietnamese}"),
                format!("“{text}” is no dossier code such as H61.12-251103-0042: {english}"),
            );
            Error::parameters(Parameter::Dossier, reason)
        };
        let mut parts = text.rsplitn(3, '-');
        let (Some(serial), Some(day), Some(agency)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong(
                "mã gồm ba phần: cơ quan, ngày và số thứ tự, nối bằng dấu gạch",
                "it has three parts, agency, day and serial, with hyphens between them",
            ));
        };
        if !is_agency(agency) {
            return Err(wrong(
                "mã cơ quan là một chữ cái và hai chữ số, ví dụ H61, có thể kèm các nhóm chữ số",
                "the agency is a letter and two digits, such as H61, with groups of digits around it",
            ));
        }
        let received = day_of(day).ok_or_else(|| {
            wrong("ngày phải có thật, viết năm, tháng, ngày, mỗi phần hai chữ số", "the day is YYMMDD")
        })?;
        if !(4..=6).contains(&serial.len()) || !digits(serial) {
            return Err(wrong("số thứ tự có 4 đến 6 chữ số", "the serial has 4 to 6 digits"));
        }
        Ok(Self { text: text.to_owned(), agency: agency.len(), received })
    }
}

impl TryFrom<String> for DossierCode {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<DossierCode> for String {
    fn from(code: DossierCode) -> Self {
        code.text
    }
}

impl fmt::Display for DossierCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The code of an electronic result: `<mã hồ sơ>-KQ(n)`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResultCode {
    dossier: DossierCode,
    n: u32,
}

impl ResultCode {
    /// The dossier that it's a result of.
    pub fn dossier(&self) -> &DossierCode {
        &self.dossier
    }

    /// Which of the dossier's results it is, from 1.
    pub fn n(&self) -> u32 {
        self.n
    }
}

impl FromStr for ResultCode {
    type Err = Error;

    /// # Errors
    /// [`Error::Parameters`] that says what isn't right.
    fn from_str(text: &str) -> Result<Self, Error> {
        let parts = text.strip_suffix(')').and_then(|text| text.rsplit_once("-KQ("));
        let number = parts.and_then(|(dossier, n)| Some((dossier, n.parse::<u32>().ok().filter(|_| digits(n))?)));
        let Some((dossier, n)) = number else {
            let reason = Bilingual::new(
                format!("“{text}” không phải là mã kết quả như H61.12-251103-0042-KQ(1)"),
                format!("“{text}” is no result code such as H61.12-251103-0042-KQ(1)"),
            );
            return Err(Error::parameters(Parameter::Result, reason));
        };
        dossier.parse::<DossierCode>()?.result(n)
    }
}

impl TryFrom<String> for ResultCode {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<ResultCode> for String {
    fn from(code: ResultCode) -> Self {
        code.to_string()
    }
}

impl fmt::Display for ResultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-KQ({})", self.dossier, self.n)
    }
}

/// Whether a code has the form of an agency's identifier: up to four groups before the letter of the province or
/// ministry, as in "000.12.34.H61", and up to four behind it, as in "H61.12.3".
pub fn is_agency(code: &str) -> bool {
    let groups: Vec<&str> = code.split('.').collect();
    let is_head = |group: &str| {
        group.len() == 3
            && group.starts_with(|first: char| first.is_ascii_uppercase())
            && group.get(1..).is_some_and(digits)
    };
    let Some(head) = groups.iter().position(|group| is_head(group)) else { return false };
    let (before, behind) = (groups.get(..head).unwrap_or_default(), groups.get(head + 1..).unwrap_or_default());
    before.len() <= 4
        && behind.len() <= 4
        && before.iter().enumerate().all(|(place, group)| {
            digits(group) && (group.len() == 2 && before.len() - place <= 3 || group.len() == 3 && place == 0)
        })
        && behind.iter().all(|group| (1..=3).contains(&group.len()) && digits(group))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn day_of(text: &str) -> Option<Date> {
    if text.len() != 6 || !digits(text) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<i8>().ok());
    Date::new(2000 + i16::from(number(0..2)?), number(2..4)?, number(4..6)?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn codes_that_portals_write_are_read() {
        for (text, agency, received) in [
            ("G22.33.44-250701-0001", "G22.33.44", date(2025, 7, 1)),
            ("H61.12-251103-0042", "H61.12", date(2025, 11, 3)),
            ("000.12.34.H61-260228-123456", "000.12.34.H61", date(2026, 2, 28)),
            ("H61-240229-0001", "H61", date(2024, 2, 29)),
        ] {
            let code: DossierCode = text.parse().unwrap();
            assert_eq!((code.agency(), code.received(), code.to_string()), (agency, received, text.to_owned()));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, what) in [
            ("", "three parts"),
            ("H61.12-251103", "three parts"),
            ("h61.12-251103-0042", "agency"),
            ("H61..12-251103-0042", "agency"),
            ("1234.H61-251103-0042", "agency"),
            ("000.000.H61-251103-0042", "agency"),
            ("H61.1.2.3.4.5-251103-0042", "agency"),
            ("H61.12-251303-0042", "the day"),
            ("H61.12-250229-0042", "the day"),
            ("H61.12-25110-0042", "the day"),
            ("H61.12-251103-042", "the serial"),
            ("H61.12-251103-00423456", "the serial"),
            ("H61.12-251103-00x2", "the serial"),
            ("H61.12-2511ă-0042", "the day"),
        ] {
            let error = text.parse::<DossierCode>().unwrap_err().to_string();
            assert!(error.contains(what), "{text}: {error}");
        }
    }

    #[test]
    fn results_count_from_one() {
        let dossier: DossierCode = "H61.12-251103-0042".parse().unwrap();
        let result = dossier.result(2).unwrap();
        assert_eq!(result.to_string(), "H61.12-251103-0042-KQ(2)");
        assert_eq!(result.to_string().parse::<ResultCode>().unwrap(), result);
        assert!(dossier.result(0).is_err());
        for wrong in
            ["H61.12-251103-0042", "H61.12-251103-0042-KQ()", "H61.12-251103-0042-KQ(+1)", "H61.12-251103-0042-KQ(0)"]
        {
            assert!(wrong.parse::<ResultCode>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn codes_are_texts_in_json() {
        let result: ResultCode = serde_json::from_str("\"H61.12-251103-0042-KQ(1)\"").unwrap();
        assert_eq!(serde_json::to_string(&result).unwrap(), "\"H61.12-251103-0042-KQ(1)\"");
        assert!(serde_json::from_str::<DossierCode>("\"x\"").is_err());
    }
}
