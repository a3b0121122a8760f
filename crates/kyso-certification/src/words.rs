//! Numbers and dates in words, as a lời chứng repeats its date ("Bằng chữ: …").
//!
//! No legal text says how numbers are spelt out, so the dictionary and the schoolbook decide where two forms are in use:
//!
//! - days 1 to 10: **mồng**. The dictionary of the Viện Ngôn ngữ học (Hoàng Phê) explains the word under "mồng" and
//!   refers from "mùng" to it; both are understood everywhere.
//! - the fourth month: **tháng tư**; the fourth day: **mồng bốn**. The first and the twelfth month are **một** and **mười
//!   hai**: giêng and chạp belong to the lunar calendar.
//! - after mươi: **mốt**, **tư**, **lăm** (21, 24, 25); after mười: một, bốn, **lăm** (11, 14, 15).
//! - **nghìn**, not ngàn; **linh**, not lẻ, for an empty place of tens.

use jiff::civil::Date;

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

/// A date in figures: "ngày 05 tháng 3 năm 2026". Days under 10 and the months 1 and 2 have a zero before them
/// (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.4b).
pub fn date_in_figures(date: Date) -> String {
    let month = if date.month() <= 2 { format!("{:02}", date.month()) } else { date.month().to_string() };
    format!("ngày {:02} tháng {month} năm {}", date.day(), date.year())
}

/// A date in words: "ngày mồng năm, tháng ba, năm hai nghìn không trăm hai mươi sáu".
pub fn date_in_words(date: Date) -> String {
    let number = |value: i8| u16::from(value.unsigned_abs());
    let day = number(date.day());
    let day = if day <= 10 { format!("mồng {}", number_in_words(day)) } else { number_in_words(day) };
    let month = match number(date.month()) {
        4 => "tư".to_owned(),
        month => number_in_words(month),
    };
    format!("ngày {day}, tháng {month}, năm {}", number_in_words(date.year().unsigned_abs()))
}

/// A number from 0 to 9999 in words, as dates are read out; larger ones in digits.
pub(crate) fn number_in_words(number: u16) -> String {
    let digit = |place: u16| number / place % 10;
    let word = |digit: u16| DIGITS.get(usize::from(digit)).copied().unwrap_or_default();
    let (thousands, hundreds, tens, units) = (digit(1000), digit(100), digit(10), digit(1));
    if number > 9999 {
        return number.to_string();
    }
    let mut words = Vec::new();
    if thousands > 0 {
        words.extend([word(thousands), "nghìn"]);
    }
    if hundreds > 0 || (thousands > 0 && (tens > 0 || units > 0)) {
        words.extend([word(hundreds), "trăm"]);
    }
    match tens {
        0 if units > 0 && !words.is_empty() => words.push("linh"),
        0 => {}
        1 => words.push("mười"),
        _ => words.extend([word(tens), "mươi"]),
    }
    match (tens, units) {
        (0, 0) if words.is_empty() => words.push("không"),
        (_, 0) => {}
        (2.., 1) => words.push("mốt"),
        (2.., 4) => words.push("tư"),
        (1.., 5) => words.push("lăm"),
        _ => words.push(word(units)),
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn numbers_as_they_are_said() {
        for (number, words) in [
            (0, "không"),
            (5, "năm"),
            (10, "mười"),
            (15, "mười lăm"),
            (20, "hai mươi"),
            (21, "hai mươi mốt"),
            (11, "mười một"),
            (14, "mười bốn"),
            (24, "hai mươi tư"),
            (44, "bốn mươi tư"),
            (104, "một trăm linh bốn"),
            (35, "ba mươi lăm"),
            (105, "một trăm linh năm"),
            (1945, "một nghìn chín trăm bốn mươi lăm"),
            (2000, "hai nghìn"),
            (2005, "hai nghìn không trăm linh năm"),
            (2026, "hai nghìn không trăm hai mươi sáu"),
            (10_000, "10000"),
        ] {
            assert_eq!(number_in_words(number), words);
        }
    }

    /// The hard ones, written by hand.
    #[test]
    fn hard_dates() {
        for (day, words) in [
            (date(2024, 1, 1), "ngày mồng một, tháng một, năm hai nghìn không trăm hai mươi tư"),
            (date(2024, 2, 29), "ngày hai mươi chín, tháng hai, năm hai nghìn không trăm hai mươi tư"),
            (date(2024, 4, 4), "ngày mồng bốn, tháng tư, năm hai nghìn không trăm hai mươi tư"),
            (date(2025, 5, 5), "ngày mồng năm, tháng năm, năm hai nghìn không trăm hai mươi lăm"),
            (date(2025, 5, 15), "ngày mười lăm, tháng năm, năm hai nghìn không trăm hai mươi lăm"),
            (date(2026, 4, 14), "ngày mười bốn, tháng tư, năm hai nghìn không trăm hai mươi sáu"),
            (date(2026, 4, 24), "ngày hai mươi tư, tháng tư, năm hai nghìn không trăm hai mươi sáu"),
            (date(2027, 10, 10), "ngày mồng mười, tháng mười, năm hai nghìn không trăm hai mươi bảy"),
            (date(2027, 11, 11), "ngày mười một, tháng mười một, năm hai nghìn không trăm hai mươi bảy"),
            (date(2028, 12, 21), "ngày hai mươi mốt, tháng mười hai, năm hai nghìn không trăm hai mươi tám"),
            (date(2029, 7, 20), "ngày hai mươi, tháng bảy, năm hai nghìn không trăm hai mươi chín"),
            (date(2030, 3, 31), "ngày ba mươi mốt, tháng ba, năm hai nghìn không trăm ba mươi"),
            (date(2030, 8, 30), "ngày ba mươi, tháng tám, năm hai nghìn không trăm ba mươi"),
            (date(2030, 9, 25), "ngày hai mươi lăm, tháng chín, năm hai nghìn không trăm ba mươi"),
        ] {
            assert_eq!(date_in_words(day), words);
        }
    }

    #[test]
    fn dates_in_figures() {
        assert_eq!(date_in_figures(date(2026, 2, 5)), "ngày 05 tháng 02 năm 2026");
        assert_eq!(date_in_figures(date(2026, 3, 15)), "ngày 15 tháng 3 năm 2026");
    }

    #[test]
    fn dates_as_they_are_written_out() {
        assert_eq!(date_in_words(date(2026, 3, 5)), "ngày mồng năm, tháng ba, năm hai nghìn không trăm hai mươi sáu");
        assert_eq!(
            date_in_words(date(2031, 4, 21)),
            "ngày hai mươi mốt, tháng tư, năm hai nghìn không trăm ba mươi mốt"
        );
        assert!(date_in_words(date(2026, 12, 10)).starts_with("ngày mồng mười, tháng mười hai,"));
    }
}
