//! Values of arguments, read by parsers of our own: clap's tell what is wrong in English alone.

use std::fmt::{self, Display};
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use kyso::appearance::WIDTHS_MM;
use kyso::local_time::VIETNAM;
use kyso::{Bilingual, Rectangle};

/// Why a value isn't taken: what is asked for, with an example, in the middle of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong(Bilingual);

impl Wrong {
    pub(crate) fn new(vietnamese: impl Into<String>, english: impl Into<String>) -> Self {
        Self(Bilingual::new(vietnamese, english))
    }

    pub(crate) fn text(&self) -> &Bilingual {
        &self.0
    }
}

impl Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.en)
    }
}

impl std::error::Error for Wrong {}

/// A whole number, both ends included.
pub(crate) fn number<T>(least: T, most: T) -> impl Fn(&str) -> Result<T, Wrong> + Clone + Send + Sync
where
    T: FromStr + PartialOrd + Display + Copy + Send + Sync + 'static,
{
    move |text| {
        let number = text.trim().parse::<T>().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| {
            Wrong::new(
                format!("cần số nguyên từ {least} đến {most}"),
                format!("a whole number from {least} to {most} is needed"),
            )
        })
    }
}

/// A whole number that has no end but its type's.
pub(crate) fn count<T>(least: T) -> impl Fn(&str) -> Result<T, Wrong> + Clone + Send + Sync
where
    T: FromStr + PartialOrd + Display + Copy + Send + Sync + 'static,
{
    move |text| {
        let number = text.trim().parse::<T>().ok().filter(|number| *number >= least);
        number.ok_or_else(|| {
            Wrong::new(
                format!("cần số nguyên từ {least} trở lên"),
                format!("a whole number of at least {least} is needed"),
            )
        })
    }
}

/// A year of a register.
pub(crate) fn year(text: &str) -> Result<i16, Wrong> {
    number(1000, 9999)(text)
        .map_err(|_| Wrong::new("cần năm có bốn chữ số, ví dụ 2026", "a year of four digits is needed, e.g. 2026"))
}

/// A width on paper, in millimetres: with a comma or a point, as far as pictures of seals and signatures go.
pub(crate) fn millimetres(text: &str) -> Result<f64, Wrong> {
    let width = text.trim().replace(',', ".").parse::<f64>().ok().filter(|width| WIDTHS_MM.contains(width));
    let (least, most) = (*WIDTHS_MM.start(), *WIDTHS_MM.end());
    width.ok_or_else(|| {
        Wrong::new(
            format!("cần số mm từ {least} đến {most}, ví dụ 36 hoặc 36,5"),
            format!("{least} to {most} mm are needed, e.g. 36 or 36.5"),
        )
    })
}

/// A day: 05/03/2026, as people write it here, or 2026-03-05 (ISO 8601).
pub(crate) fn date(text: &str) -> Result<Date, Wrong> {
    day(text.trim()).ok_or_else(|| {
        Wrong::new(
            "cần ngày/tháng/năm, ví dụ 05/03/2026 hoặc 2026-03-05",
            "a day is needed, e.g. 05/03/2026 (day/month/year) or 2026-03-05",
        )
    })
}

fn day(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split('/').collect();
    let [day, month, year] = parts.as_slice() else { return text.parse().ok() };
    let is_year = year.len() == 4;
    Date::new(year.parse().ok().filter(|_| is_year)?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// A month of a year: 03/2026 or 2026-03.
pub(crate) fn month(text: &str) -> Result<(i16, i8), Wrong> {
    let text = text.trim();
    let parts = text.split_once('-').or_else(|| text.split_once('/').map(|(month, year)| (year, month)));
    let read = parts.and_then(|(year, month)| Some((year.parse::<i16>().ok()?, month.parse::<i8>().ok()?)));
    read.filter(|(year, month)| (1000..=9999).contains(year) && (1..=12).contains(month)).ok_or_else(|| {
        Wrong::new("cần tháng/năm, ví dụ 03/2026 hoặc 2026-03", "a month is needed, e.g. 03/2026 or 2026-03")
    })
}

/// A time: RFC 3339; or a day, and the hour if it's given, in Vietnam.
pub(crate) fn time(text: &str) -> Result<Timestamp, Wrong> {
    let text = text.trim();
    let in_vietnam = || {
        let (date, time) = text.split_once(' ').unwrap_or((text, "00:00"));
        let time = time.trim().parse::<Time>().ok()?;
        VIETNAM.to_timestamp(DateTime::from_parts(day(date)?, time)).ok()
    };
    text.parse().ok().or_else(in_vietnam).ok_or_else(|| {
        Wrong::new(
            "cần thời điểm, ví dụ \"02/03/2026 10:00\" (giờ Việt Nam) hoặc 2026-03-02T10:00:00+07:00",
            "a time is needed, e.g. \"02/03/2026 10:00\" (in Vietnam) or 2026-03-02T10:00:00+07:00",
        )
    })
}

/// `X,Y,W,H` in points.
pub(crate) fn rectangle(text: &str) -> Result<Rectangle, Wrong> {
    let numbers = text.split(',').map(|number| number.trim().parse::<f64>().ok()).collect::<Option<Vec<_>>>();
    match numbers.as_deref() {
        Some(&[x, y, width, height])
            if [x, y, width, height].iter().all(|number| number.is_finite()) && width > 0.0 && height > 0.0 =>
        {
            Ok(Rectangle { x, y, width, height })
        }
        _ => Err(Wrong::new(
            "cần bốn số X,Y,rộng,cao tính bằng điểm, rộng và cao lớn hơn 0, ví dụ 350,200,120,60",
            "four numbers X,Y,width,height in points are needed, width and height above 0, e.g. 350,200,120,60",
        )),
    }
}

/// The SHA-256 fingerprint of a certificate, as authorities print it: 64 hexadecimal digits, in groups or not. Gives
/// lower-case hex.
pub(crate) fn fingerprint(text: &str) -> Result<String, Wrong> {
    let digits = digits(text);
    let is_hex = digits.chars().all(|c| c.is_ascii_hexdigit());
    match digits.len() {
        64 if is_hex => Ok(digits),
        40 if is_hex => Err(Wrong::new(
            "đây là dấu vân tay SHA-1 (40 chữ số), không còn an toàn; cần dấu vân tay SHA-256 (64 chữ số)",
            "this is a SHA-1 fingerprint (40 digits), which isn't safe; the SHA-256 one is needed (64 digits)",
        )),
        _ => Err(Wrong::new(
            "cần dấu vân tay SHA-256: 64 chữ số thập lục phân, có thể cách nhau bằng dấu hai chấm",
            "a SHA-256 fingerprint is needed: 64 hexadecimal digits, colons between them or not",
        )),
    }
}

/// The beginning of a fingerprint, long enough to mean one certificate.
pub(crate) fn beginning(text: &str) -> Result<String, Wrong> {
    let digits = digits(text);
    let is_one = (8..=64).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_hexdigit());
    is_one.then_some(digits).ok_or_else(|| {
        Wrong::new(
            "cần dấu vân tay SHA-256, hoặc ít nhất 8 chữ số đầu của nó",
            "a SHA-256 fingerprint is needed, or at least its first 8 digits",
        )
    })
}

fn digits(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ':' | ' ' | '-')).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        let day: Date = "2026-03-05".parse().unwrap();
        for text in ["2026-03-05", "05/03/2026", "5/3/2026", " 05/03/2026 "] {
            assert_eq!(date(text).as_ref(), Ok(&day), "{text}");
        }
        for text in ["", "03/2026", "5/3/26", "31/02/2026", "2026/03/05", "hôm qua"] {
            assert!(date(text).is_err(), "{text}");
        }
        assert_eq!((month("03/2026"), month("2026-03")), (Ok((2026, 3)), Ok((2026, 3))));
        for text in ["13/2026", "2026", "2026-0", "3-2026"] {
            assert!(month(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_without_a_zone_are_vietnams() {
        let at: Timestamp = "2026-03-02T03:00:00Z".parse().unwrap();
        for text in ["2026-03-02T10:00:00+07:00", "02/03/2026 10:00", "2026-03-02 10:00:00"] {
            assert_eq!(time(text).as_ref(), Ok(&at), "{text}");
        }
        assert_eq!(time("02/03/2026").unwrap().to_string(), "2026-03-01T17:00:00Z");
        assert!(time("10:00").is_err() && time("hôm qua").is_err());
    }

    #[test]
    fn rectangles_are_four_numbers_with_an_area() {
        let expected = Rectangle { x: 1.5, y: -2.0, width: 3.0, height: 4.0 };
        assert_eq!(rectangle("1.5, -2,3,4").unwrap(), expected);
        for wrong in ["", "1,2,3", "1,2,3,4,5", "1,2,0,4", "1,2,3,-4", "1,2,nan,4", "1,2,inf,4", "a,b,c,d"] {
            assert!(rectangle(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn widths_take_a_comma() {
        assert_eq!((millimetres("36,5"), millimetres("36.5")), (Ok(36.5), Ok(36.5)));
        for wrong in ["", "4", "151", "nan", "36mm"] {
            assert!(millimetres(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn fingerprints_are_read_as_authorities_print_them() {
        let plain = "0a".repeat(32);
        let printed = ["0A"; 32].join(":");
        assert_eq!((fingerprint(&plain).unwrap(), fingerprint(&printed).unwrap()), (plain.clone(), plain.clone()));
        assert!(fingerprint(&"0a".repeat(20)).unwrap_err().text().en.contains("SHA-1"));
        assert!(fingerprint("0g").is_err() && fingerprint("").is_err());
        assert_eq!(beginning("0A:0A:0A:0A").unwrap(), "0a0a0a0a");
        assert!(beginning("0a0a0a").is_err() && beginning("x").is_err());
    }
}
