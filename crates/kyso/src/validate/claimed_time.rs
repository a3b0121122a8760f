//! The time that a signer claims: /M (ISO 32000-2, 7.9.4), as RFC 3339.

use jiff::Timestamp;

/// `D:YYYYMMDDHHmmSSOHH'mm'` as RFC 3339 with the offset as written; what is left out counts as ISO 32000 says (January,
/// the 1st, zero, GMT). `None` where it's no date.
pub(super) fn rfc3339(date: &str) -> Option<String> {
    let date = date.strip_prefix("D:").unwrap_or(date);
    let digits = date.bytes().take_while(u8::is_ascii_digit).count();
    let (clock, zone) = date.split_at_checked(digits)?;
    if !matches!(clock.len(), 4 | 6 | 8 | 10 | 12 | 14) {
        return None;
    }
    let part = |from: usize, missing| clock.get(from..from + 2).unwrap_or(missing);
    let zone = match zone.chars().next() {
        None | Some('Z') => "Z".to_owned(),
        Some(sign @ ('+' | '-')) => {
            let numbers = zone.replacen(sign, "", 1).replace('\'', "");
            if !matches!(numbers.len(), 2 | 4) || !numbers.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            format!("{sign}{}:{}", numbers.get(..2)?, numbers.get(2..4).unwrap_or("00"))
        }
        _ => return None,
    };
    let text = format!(
        "{}-{}-{}T{}:{}:{}{zone}",
        clock.get(..4)?,
        part(4, "01"),
        part(6, "01"),
        part(8, "00"),
        part(10, "00"),
        part(12, "00")
    );
    text.parse::<Timestamp>().ok().map(|_| text)
}

#[cfg(test)]
mod tests {
    use super::rfc3339;

    #[test]
    fn dates_become_rfc_3339_with_their_own_offset() {
        let read = |text| rfc3339(text).unwrap_or_default();
        assert_eq!(read("D:20260102030405+07'00'"), "2026-01-02T03:04:05+07:00");
        assert_eq!(read("D:20260102030405+07'00"), "2026-01-02T03:04:05+07:00");
        assert_eq!(read("D:20260102030405-05"), "2026-01-02T03:04:05-05:00");
        assert_eq!(read("D:20260102030405Z00'00'"), "2026-01-02T03:04:05Z");
        assert_eq!(read("20260102030405"), "2026-01-02T03:04:05Z");
        assert_eq!(read("D:2026"), "2026-01-01T00:00:00Z");
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "D:", "D:2026-01-02", "D:20261302", "D:20260102030405+7", "tomorrow", "D:２026"] {
            assert_eq!(rfc3339(text), None, "{text}");
        }
    }
}
