//! UTCTime and GeneralizedTime (X.680, 46 and 47; RFC 5280, 4.1.2.5).

use jiff::Timestamp;

use super::{Element, tag};
use crate::error::Error;

/// The instant that a UTCTime or a GeneralizedTime names; fractions of a second and offsets are read too.
///
/// # Errors
/// [`Error::Input`] where it's neither, names no such instant, or names no zone.
pub fn timestamp(element: &Element<'_>) -> Result<Timestamp, Error> {
    let wrong = || element.error("a time that can't be read");
    let text = str::from_utf8(element.contents()).map_err(|_| wrong())?;
    let digits = match element.identifier() {
        tag::UTC_TIME => {
            let century = if text.get(..2).ok_or_else(wrong)? < "50" { "20" } else { "19" };
            format!("{century}{text}")
        }
        tag::GENERALIZED_TIME => text.to_owned(),
        _ => return Err(element.error("not a time")),
    };
    read(&digits).ok_or_else(wrong)
}

/// `YYYYMMDDHHMM[SS[.f…]](Z|±HHMM)` by way of RFC 3339, which jiff reads.
fn read(digits: &str) -> Option<Timestamp> {
    let zone_at = digits.find(['Z', '+', '-'])?;
    let (clock, zone) = digits.split_at_checked(zone_at)?;
    let (whole, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, ""));
    if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) || fraction.len() > 9 {
        return None;
    }
    let seconds = match whole.len() {
        12 => "00",
        14 => whole.get(12..)?,
        _ => return None,
    };
    let zone = match zone {
        "Z" => "Z".to_owned(),
        offset if offset.len() == 5 => format!("{}:{}", offset.get(..3)?, offset.get(3..)?),
        _ => return None,
    };
    let fraction = if fraction.is_empty() { String::new() } else { format!(".{fraction}") };
    format!(
        "{}-{}-{}T{}:{}:{seconds}{fraction}{zone}",
        whole.get(..4)?,
        whole.get(4..6)?,
        whole.get(6..8)?,
        whole.get(8..10)?,
        whole.get(10..12)?
    )
    .parse()
    .ok()
}

#[cfg(test)]
mod tests {
    use super::super::{Reader, tlv};
    use super::*;
    use crate::error::Subject;

    fn time(identifier: u8, text: &str) -> Option<String> {
        let der = tlv(identifier, text.as_bytes());
        let element = Reader::new(Subject::Cms, &der).next().unwrap();
        timestamp(&element).ok().map(|time| time.to_string())
    }

    #[test]
    fn both_forms_are_read() {
        assert_eq!(time(tag::UTC_TIME, "260102030405Z").unwrap(), "2026-01-02T03:04:05Z");
        assert_eq!(time(tag::UTC_TIME, "500102030405Z").unwrap(), "1950-01-02T03:04:05Z");
        assert_eq!(time(tag::UTC_TIME, "2601021004+0700").unwrap(), "2026-01-02T03:04:00Z");
        assert_eq!(time(tag::GENERALIZED_TIME, "20260102030405.481793Z").unwrap(), "2026-01-02T03:04:05.481793Z");
    }

    #[test]
    fn what_names_no_instant_is_refused() {
        for text in ["", "20260102030405", "20261302030405Z", "2026010203040Z", "20260102030405+7", "２026Z"] {
            assert_eq!(time(tag::GENERALIZED_TIME, text), None, "{text}");
        }
    }
}
