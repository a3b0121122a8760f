//! Time in Vietnam.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

/// Vietnam has one zone and no summer time, UTC+7 since 1975, so no zone data is read.
pub const VIETNAM: Offset = Offset::constant(7);

/// A time in Vietnam as dd/MM/yyyy HH:mm:ss +07:00.
pub fn in_vietnam(time: Timestamp) -> String {
    VIETNAM.to_datetime(time).strftime("%d/%m/%Y %H:%M:%S +07:00").to_string()
}

/// A day as dd/MM/yyyy, as it's written in Vietnamese.
pub fn day(date: Date) -> String {
    date.strftime("%d/%m/%Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_in_vietnamese() {
        assert_eq!(day("2026-03-04".parse().unwrap()), "04/03/2026");
    }

    #[test]
    fn times_are_vietnams() {
        assert_eq!(in_vietnam("2026-03-04T20:05:06.789Z".parse().unwrap()), "05/03/2026 03:05:06 +07:00");
    }
}
