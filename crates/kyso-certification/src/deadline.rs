//! Until when a certification has to be done, and the appointment slip (phiếu hẹn) where that isn't the same day.

use jiff::civil::{Date, DateTime};
use serde::Serialize;

use super::calendar::{Calendar, NoYear};
use super::kinds::DeadlineRule;

/// When a certification is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Due {
    /// The last day.
    pub date: Date,
    /// Hour and day for the appointment slip, which is due where the result doesn't come on the day of the request
    /// (Thông tư 01/2020/TT-BTP, Điều 2).
    pub appointment: Option<DateTime>,
}

/// When a request that was received at a time, Vietnam's, is due.
///
/// What comes in on a day that isn't worked counts as of the next working day; no text says so. Working days are counted
/// from the day after the request (Nghị định 23/2015/NĐ-CP, Điều 37: "kể từ ngày nhận đủ hồ sơ").
///
/// # Errors
/// [`NoYear`] where the calendar has no data of a year that it comes to.
pub fn due(rule: DeadlineRule, received: DateTime, calendar: &Calendar) -> Result<Due, NoYear> {
    let day = received.date();
    let date = match rule {
        DeadlineRule::SameDay { cut_off, .. } => {
            if received.time() <= cut_off && calendar.is_working(day)? {
                day
            } else {
                calendar.next_working(day)?
            }
        }
        DeadlineRule::WorkingDays { days, .. } => after(calendar, day, days)?,
    };
    Ok(due_on(date, day, calendar))
}

/// The deadline by [`due`], extended as far as the rule allows for large requests (Điều 21).
///
/// # Errors
/// As [`due`].
pub(crate) fn due_extended(rule: DeadlineRule, received: DateTime, calendar: &Calendar) -> Result<Due, NoYear> {
    let usual = due(rule, received, calendar)?;
    match rule {
        DeadlineRule::SameDay { extension, .. } => {
            Ok(due_on(after(calendar, usual.date, extension)?, received.date(), calendar))
        }
        DeadlineRule::WorkingDays { .. } => Ok(usual),
    }
}

fn due_on(date: Date, received: Date, calendar: &Calendar) -> Due {
    let appointment = (date > received).then(|| date.to_datetime(calendar.office_hours.1));
    Due { date, appointment }
}

fn after(calendar: &Calendar, day: Date, days: u8) -> Result<Date, NoYear> {
    (0..days).try_fold(day, |day, _| calendar.next_working(day))
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;
    use crate::data::Source;

    const SAME_DAY: DeadlineRule = DeadlineRule::SameDay { cut_off: time(15, 0, 0, 0), extension: 2, agreement: true };
    const TWO_DAYS: DeadlineRule = DeadlineRule::WorkingDays { days: 2, agreement: true };

    fn calendar() -> Calendar {
        let text = include_str!("../data/calendar.toml");
        Calendar::read(&Source { file: "calendar.toml", text }).unwrap()
    }

    #[test]
    fn after_three_the_next_working_day() {
        let calendar = calendar();
        // A Friday.
        let friday = date(2026, 3, 6);
        let due = |hour, minute| due(SAME_DAY, friday.at(hour, minute, 0, 0), &calendar).unwrap();
        assert_eq!(due(14, 59), Due { date: friday, appointment: None });
        assert_eq!(due(15, 0).date, friday);
        let monday = date(2026, 3, 9);
        assert_eq!(due(15, 1), Due { date: monday, appointment: Some(monday.at(17, 0, 0, 0)) });
    }

    #[test]
    fn copies_may_take_two_working_days_more() {
        let due = due_extended(SAME_DAY, date(2026, 3, 5).at(9, 0, 0, 0), &calendar()).unwrap();
        assert_eq!(due.date, date(2026, 3, 9));
        assert_eq!(due.appointment, Some(date(2026, 3, 9).at(17, 0, 0, 0)));
    }

    #[test]
    fn transactions_have_two_working_days() {
        let calendar = calendar();
        let due = |day: Date| due(TWO_DAYS, day.at(16, 0, 0, 0), &calendar).unwrap().date;
        assert_eq!(due(date(2026, 3, 5)), date(2026, 3, 9));
        // Over Tết.
        assert_eq!(due(date(2026, 2, 13)), date(2026, 2, 24));
    }

    #[test]
    fn what_comes_on_a_holiday_is_due_on_the_next_working_day() {
        let due = due(SAME_DAY, date(2026, 3, 7).at(9, 0, 0, 0), &calendar()).unwrap();
        assert_eq!(due.date, date(2026, 3, 9));
    }

    #[test]
    fn a_year_without_data_is_an_error() {
        let silvester = date(2027, 12, 31).at(16, 0, 0, 0);
        assert_eq!(due(SAME_DAY, silvester, &calendar()), Err(NoYear { year: 2028 }));
    }
}
