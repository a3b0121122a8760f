//! Time in Vietnam.

use jiff::Timestamp;
use jiff::tz::Offset;

/// A time in Vietnam as dd/MM/yyyy HH:mm:ss +07:00. Vietnam has one zone and no summer time, so no zone data is read.
pub fn in_vietnam(time: Timestamp) -> String {
    Offset::constant(7).to_datetime(time).strftime("%d/%m/%Y %H:%M:%S +07:00").to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn times_are_vietnams() {
        assert_eq!(in_vietnam("2026-03-04T20:05:06.789Z".parse().unwrap()), "05/03/2026 03:05:06 +07:00");
    }
}
