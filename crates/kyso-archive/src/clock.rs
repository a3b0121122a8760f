//! The times of events: each later than the one before, whatever the system's clock does.
//!
//! A clock that was far ahead once leaves events of a time to come, and one that is right again is then behind them. Whoever looks
//! after the machine confirms it ([`Archive::confirm_clock`](crate::Archive::confirm_clock)): that is an event itself, and times go
//! on from it.

mod confirmed;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

pub use confirmed::{ClockConfirmed, ClockStatus};
pub(crate) use confirmed::{Confirmed, floor};

use crate::error::Error;

/// How far the clock may be behind the newest event, in microseconds: five minutes.
pub(crate) const TOLERANCE: i64 = 5 * 60 * 1_000_000;
/// How often it's looked what other processes have written.
const LOOK: Duration = Duration::from_secs(1);

/// From when on events may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Floor {
    /// The place in the log of the last confirmation of the clock; what stands before it counts no more.
    pub(crate) confirmed: i64,
    /// The newest event since then, in microseconds; 0 where there's none.
    pub(crate) event: i64,
    /// The time of the newest time-stamp since then, in microseconds; 0 where there's none.
    pub(crate) time_stamp: i64,
}

impl Floor {
    /// The newest time that was written, in microseconds.
    pub(crate) fn newest(self) -> i64 {
        self.event.max(self.time_stamp)
    }

    /// Whether a clock that says this is too far behind it.
    pub(crate) fn is_ahead_of(self, now: i64) -> bool {
        now.saturating_add(TOLERANCE) < self.newest()
    }
}

#[derive(Debug)]
struct State {
    /// The newest time that was given or read.
    newest: i64,
    confirmed: i64,
    /// When it was last looked what is in the database.
    looked: Instant,
    /// How far the database's clock is ahead of this machine's, in microseconds, where several processes go by that one.
    ahead: i64,
}

/// Gives each event a time of its own, in microseconds since 1970-01-01 UTC.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    state: Arc<Mutex<State>>,
    node: Arc<str>,
}

impl Clock {
    /// A clock that goes on from what is written.
    pub(crate) fn after(floor: Floor, node: String) -> Self {
        let looked = Instant::now();
        let state = State { newest: floor.newest(), confirmed: floor.confirmed, looked, ahead: 0 };
        Self { state: Arc::new(Mutex::new(state)), node: node.into() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// This process, among others that write into the same archive.
    pub(crate) fn node(&self) -> &str {
        &self.node
    }

    /// The time of an event that happens now.
    pub(crate) fn next(&self) -> i64 {
        let mut state = self.state();
        state.newest = now().saturating_add(state.ahead).max(state.newest + 1);
        state.newest
    }

    /// Goes by a clock that says this now, in microseconds: one for all that write into an archive, for their own ones differ.
    pub(crate) fn go_by(&self, other: i64) {
        self.state().ahead = other.saturating_sub(now());
    }

    /// What was read in the database: other processes may have written, and somebody may have confirmed the clock.
    pub(crate) fn learn(&self, floor: Floor) {
        let mut state = self.state();
        state.looked = Instant::now();
        if floor.confirmed > state.confirmed {
            (state.confirmed, state.newest) = (floor.confirmed, floor.newest());
        } else if floor.confirmed == state.confirmed {
            state.newest = state.newest.max(floor.newest());
        }
    }

    /// Whether it's a while since it was looked what others have written. Who is told so looks.
    pub(crate) fn is_to_look(&self) -> bool {
        let mut state = self.state();
        let is_due = state.looked.elapsed() >= LOOK;
        if is_due {
            state.looked = Instant::now();
        }
        is_due
    }

    /// Refuses a clock that was set back: what is signed by it would bear a time before what is kept already. Refuses one that says
    /// otherwise than the one that all go by, too: signatures bear this machine's time.
    pub(crate) fn demand_right(&self) -> Result<(), Error> {
        let (newest, ahead) = {
            let state = self.state();
            (state.newest, state.ahead)
        };
        let own = now();
        if ahead.saturating_abs() > TOLERANCE {
            return Err(Error::Clock { now: timestamp(own)?, newest: timestamp(own.saturating_add(ahead))? });
        }
        let now = own.saturating_add(ahead);
        if now.saturating_add(TOLERANCE) < newest {
            return Err(Error::Clock { now: timestamp(now)?, newest: timestamp(newest)? });
        }
        Ok(())
    }
}

/// The system's time in microseconds.
pub(crate) fn now() -> i64 {
    Timestamp::now().as_microsecond()
}

/// A time of a row.
pub(crate) fn timestamp(microseconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(microseconds).map_err(|_| Error::Damaged(format!("{microseconds} is no time")))
}

/// A time as records and the log have it: RFC 3339, UTC, six decimals.
pub(crate) fn written(microseconds: i64) -> Result<String, Error> {
    Ok(timestamp(microseconds)?.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(event: i64) -> Floor {
        Floor { event, ..Floor::default() }
    }

    #[test]
    fn times_only_rise() {
        let clock = Clock::after(at(now() + 1_000_000), "n".into());
        let first = clock.next();
        assert_eq!([clock.next(), clock.next()], [first + 1, first + 2]);
        clock.demand_right().unwrap();
    }

    #[test]
    fn several_go_by_one_clock_and_one_that_differs_is_refused() {
        let clock = Clock::after(at(now()), "n".into());
        let minute = TOLERANCE / 5;
        for (differs, is_right) in
            [(4 * minute, true), (-4 * minute, true), (60 * minute, false), (-60 * minute, false)]
        {
            clock.go_by(now() + differs);
            assert_eq!(clock.demand_right().is_ok(), is_right, "{differs}");
        }
        clock.go_by(now() + 4 * minute);
        assert!(clock.next() >= now() + 3 * minute);
    }

    #[test]
    fn a_clock_that_was_set_back_is_refused() {
        let clock = Clock::after(at(now() + TOLERANCE + 60_000_000), "n".into());
        assert!(matches!(clock.demand_right(), Err(Error::Clock { .. })));
        let stamped = Floor { time_stamp: now() + TOLERANCE + 60_000_000, ..Floor::default() };
        let clock = Clock::after(stamped, "n".into());
        assert!(matches!(clock.demand_right(), Err(Error::Clock { .. })), "a time-stamp is of a later time");
    }

    #[test]
    fn what_others_write_counts_and_a_confirmation_ends_that() {
        let ahead = now() + 2 * TOLERANCE;
        let clock = Clock::after(Floor::default(), "n".into());
        clock.learn(at(ahead));
        assert!(clock.demand_right().is_err());
        assert_eq!(clock.next(), ahead + 1);
        let confirmed = Floor { confirmed: 7, event: now(), time_stamp: 0 };
        clock.learn(confirmed);
        clock.demand_right().unwrap();
        assert!(clock.next() < ahead);
        // What was read before the confirmation comes late.
        clock.learn(at(ahead));
        clock.demand_right().unwrap();
    }

    #[test]
    fn times_are_written_with_microseconds() {
        assert_eq!(written(1_800_000_000_000_007).unwrap(), "2027-01-15T08:00:00.000007Z");
    }
}
