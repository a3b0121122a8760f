//! Numbers and dates in words, as a lời chứng repeats its date ("Bằng chữ: …").

use jiff::civil::Date;

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

/// A date in figures: "ngày 05 tháng 3 năm 2026". Days under 10 and the months 1 and 2 have a zero before them
/// (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.4b).
pub fn date_in_figures(date: Date) -> String {
    let month = if date.month() <= 2 { format!("{:02}", date.month()) } else { date.month().to_string() };
    format!("ngày {:02} tháng {month} năm {}", date.day(), date.year())
}

/// A date in words: "ngày mùng năm, tháng ba, năm hai nghìn không trăm hai mươi sáu".
pub fn date_in_words(date: Date) -> String {
    let number = |value: i8| u16::from(value.unsigned_abs());
    let day = number(date.day());
    let day = if day <= 10 { format!("mùng {}", number_in_words(day)) } else { number_in_words(day) };
    let month = match number(date.month()) {
        4 => "tư".to_owned(),
        month => number_in_words(month),
    };
    format!("ngày {day}, tháng {month}, năm {}", number_in_words(date.year().unsigned_abs()))
}

/// A number from 0 to 9999 in words, as dates are read out; larger ones in digits.
pub fn number_in_words(number: u16) -> String {
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
            (24, "hai mươi bốn"),
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

    #[test]
    fn dates_in_figures() {
        assert_eq!(date_in_figures(date(2026, 2, 5)), "ngày 05 tháng 02 năm 2026");
        assert_eq!(date_in_figures(date(2026, 3, 15)), "ngày 15 tháng 3 năm 2026");
    }

    #[test]
    fn dates_as_they_are_written_out() {
        assert_eq!(date_in_words(date(2026, 3, 5)), "ngày mùng năm, tháng ba, năm hai nghìn không trăm hai mươi sáu");
        assert_eq!(
            date_in_words(date(2031, 4, 21)),
            "ngày hai mươi mốt, tháng tư, năm hai nghìn không trăm ba mươi mốt"
        );
        assert!(date_in_words(date(2026, 12, 10)).starts_with("ngày mùng mười, tháng mười hai,"));
    }
}
