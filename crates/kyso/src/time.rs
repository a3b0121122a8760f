//! The time of day in Vietnam.

use jiff::tz::Offset;

/// Vietnam has one zone and no summer time, UTC+7 since 1975, so no zone data is read.
pub const VIETNAM: Offset = Offset::constant(7);
