//! Working days: weekends, public holidays, exchanged days. Data, read from TOML; a year that isn't there isn't guessed.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time, Weekday};
use serde::Deserialize;

use super::data::{Day, Flaw, Source, time};
use kyso::Bilingual;

/// Which days are worked.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    weekend: Vec<Weekday>,
    /// When people are received: from, until.
    pub office_hours: (Time, Time),
    fixed: Vec<Fixed>,
    years: Vec<Year>,
}

/// A year of the calendar has no data: nothing can be said of its working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoYear {
    /// The year.
    pub year: i16,
}

impl NoYear {
    /// What is wrong and what to do; without the last full stop.
    pub fn text(self) -> Bilingual {
        Bilingual::new(
            format!("Lịch ngày nghỉ chưa có năm {}: hãy thêm năm này vào calendar.toml", self.year),
            format!("The calendar has no year {}: add it to calendar.toml", self.year),
        )
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixed {
    month: i8,
    day: i8,
    // The file's reader wants to know what it is; the computation doesn't.
    #[serde(rename = "name")]
    _name: String,
}

#[derive(Debug, Clone, PartialEq)]
struct Year {
    year: i16,
    verified: bool,
    off: BTreeSet<Date>,
    working: BTreeSet<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Raw {
    weekend: Vec<String>,
    office_hours: Hours,
    fixed: Vec<toml::Spanned<Fixed>>,
    year: Vec<RawYear>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hours {
    #[serde(deserialize_with = "time")]
    from: Time,
    #[serde(deserialize_with = "time")]
    until: Time,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawYear {
    year: toml::Spanned<i16>,
    verified: bool,
    #[serde(rename = "source")]
    _source: String,
    holidays: Vec<toml::Spanned<Day>>,
    working: Vec<toml::Spanned<Day>>,
}

impl Calendar {
    pub(super) fn read(source: &Source<'_>) -> Result<Self, Vec<Flaw>> {
        let raw: Raw = source.read().map_err(|flaw| vec![flaw])?;
        let mut flaws = Vec::new();
        let mut weekend = Vec::new();
        for name in &raw.weekend {
            match weekday(name) {
                Some(day) => weekend.push(day),
                None => flaws.push(source.flaw(
                    source.text.find(name.as_str()).map(|at| at..at),
                    "weekend",
                    Bilingual::new(
                        format!("không có thứ “{name}” (monday … sunday)"),
                        format!("there is no weekday “{name}” (monday … sunday)"),
                    ),
                )),
            }
        }
        if weekend.len() >= 7 {
            let text = Bilingual::new("phải còn ngày làm việc trong tuần", "some day of the week has to be worked");
            flaws.push(source.flaw(None, "weekend", text));
        }
        for fixed in &raw.fixed {
            let Fixed { month, day, .. } = *fixed.get_ref();
            if Date::new(2024, month, day).is_err() {
                let text =
                    Bilingual::new(format!("không có ngày {day}/{month}"), format!("there is no day {day}/{month}"));
                flaws.push(source.flaw(Some(fixed.span()), "fixed", text));
            }
        }
        for (index, one) in raw.year.iter().enumerate() {
            let year = *one.year.get_ref();
            if raw.year.iter().take(index).any(|earlier| *earlier.year.get_ref() == year)
                || !(1900..=9000).contains(&year)
            {
                let text = Bilingual::new(
                    format!("năm {year} bị trùng hoặc không hợp lý"),
                    format!("year {year} is there twice, or is none"),
                );
                flaws.push(source.flaw(Some(one.year.span()), "year.year", text));
            }
            for (key, days) in [("year.holidays", &one.holidays), ("year.working", &one.working)] {
                for day in days.iter().filter(|day| day.get_ref().0.year() != year) {
                    let text = Bilingual::new(
                        format!("ngày không thuộc năm {year}"),
                        format!("a day of another year than {year}"),
                    );
                    flaws.push(source.flaw(Some(day.span()), key, text));
                }
            }
        }
        if !flaws.is_empty() {
            return Err(flaws);
        }
        let mut calendar = Self {
            weekend,
            office_hours: (raw.office_hours.from, raw.office_hours.until),
            fixed: raw.fixed.into_iter().map(toml::Spanned::into_inner).collect(),
            years: Vec::new(),
        };
        for one in raw.year {
            let days = |days: Vec<toml::Spanned<Day>>| days.into_iter().map(|day| day.into_inner().0).collect();
            let (listed, working) = (days(one.holidays), days(one.working));
            let year = one.year.into_inner();
            let off = calendar.made_up(year, listed, &working);
            calendar.years.push(Year { year, verified: one.verified, off, working });
        }
        Ok(calendar)
    }

    /// Whether a day is worked.
    ///
    /// # Errors
    /// [`NoYear`] where the calendar has no data of its year.
    pub(crate) fn is_working(&self, date: Date) -> Result<bool, NoYear> {
        let year = self.year(date)?;
        let weekend = self.weekend.contains(&date.weekday()) && !year.working.contains(&date);
        Ok(!weekend && !year.off.contains(&date))
    }

    /// The next working day after a day.
    ///
    /// # Errors
    /// [`NoYear`] where the calendar has no data of a year that it comes to.
    pub(crate) fn next_working(&self, date: Date) -> Result<Date, NoYear> {
        let mut day = date;
        loop {
            day = day.tomorrow().map_err(|_| NoYear { year: date.year() })?;
            if self.is_working(day)? {
                return Ok(day);
            }
        }
    }

    /// Whether what the calendar says of a year was compared with the announcement.
    ///
    /// # Errors
    /// [`NoYear`] where the calendar has no data of it.
    pub(crate) fn is_verified(&self, date: Date) -> Result<bool, NoYear> {
        self.year(date).map(|year| year.verified)
    }

    fn year(&self, date: Date) -> Result<&Year, NoYear> {
        self.years.iter().find(|year| year.year == date.year()).ok_or(NoYear { year: date.year() })
    }

    /// A year's days off but its weekends: fixed and listed holidays, and for each that is on a weekend the next day that
    /// is neither (Bộ luật Lao động, Điều 111 khoản 3).
    fn made_up(&self, year: i16, listed: BTreeSet<Date>, working: &BTreeSet<Date>) -> BTreeSet<Date> {
        let mut off = listed;
        off.extend(self.fixed.iter().filter_map(|fixed| Date::new(year, fixed.month, fixed.day).ok()));
        let is_weekend = |date: &Date| self.weekend.contains(&date.weekday()) && !working.contains(date);
        for holiday in off.clone().into_iter().filter(is_weekend) {
            let mut day = holiday;
            while let Ok(next) = day.tomorrow() {
                day = next;
                if !is_weekend(&day) && !off.contains(&day) {
                    off.insert(day);
                    break;
                }
            }
        }
        off
    }
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TEXT: &str = include_str!("../data/calendar.toml");

    fn read(text: &str) -> Result<Calendar, Vec<Flaw>> {
        Calendar::read(&Source { file: "calendar.toml", text })
    }

    #[test]
    fn weekends_holidays_and_exchanged_days() {
        let calendar = read(TEXT).unwrap();
        let working = |year, month, day| calendar.is_working(date(year, month, day)).unwrap();
        assert!(working(2026, 3, 5) && !working(2026, 3, 7) && !working(2026, 3, 8));
        assert!(!working(2026, 1, 1) && !working(2026, 1, 2) && working(2026, 1, 10));
        // The Hùng Kings' day of 2026 is a Sunday: Monday makes up for it.
        assert!(!working(2026, 4, 26) && !working(2026, 4, 27) && working(2026, 4, 28));
        assert_eq!(calendar.next_working(date(2026, 4, 24)).unwrap(), date(2026, 4, 28));
        assert_eq!(calendar.next_working(date(2026, 4, 29)).unwrap(), date(2026, 5, 4));
        assert_eq!(calendar.next_working(date(2026, 2, 13)).unwrap(), date(2026, 2, 23));
        // 1 May 2027 is a Saturday.
        assert!(!working(2027, 5, 3) && working(2027, 5, 4));
        // Two days of Tết 2027 are at a weekend: two are made up for.
        assert_eq!(calendar.next_working(date(2027, 2, 4)).unwrap(), date(2027, 2, 12));
    }

    #[test]
    fn a_year_without_data_is_not_guessed() {
        let calendar = read(TEXT).unwrap();
        assert_eq!(calendar.is_working(date(2028, 3, 6)), Err(NoYear { year: 2028 }));
        assert_eq!(calendar.next_working(date(2027, 12, 31)), Err(NoYear { year: 2028 }));
        assert!(NoYear { year: 2028 }.text().vi.contains("2028"));
        assert_eq!(calendar.is_verified(date(2026, 3, 6)), Ok(false));
    }

    #[test]
    fn flaws_have_their_line() {
        for (from, to, key) in [
            ("\"sunday\"", "\"sonntag\"", "weekend"),
            ("month = 4, day = 30", "month = 4, day = 31", "fixed"),
            ("year = 2026", "year = 2025", "year.year"),
            ("\"2026-04-26\"", "\"2025-04-26\"", "year.holidays"),
            ("\"2026-04-26\"", "\"2026-04-31\"", "holidays"),
            ("\"17:00\"", "\"25:00\"", "office-hours"),
        ] {
            let flaws = read(&TEXT.replacen(from, to, 1)).unwrap_err();
            assert_eq!(flaws[0].key.as_deref(), Some(key), "{flaws:?}");
            assert!(flaws[0].line.is_some(), "{flaws:?}");
        }
    }
}
