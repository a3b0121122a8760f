//! Revocation freshness (EN 319 102-1, 5.2.5): whether evidence is new enough for the time that it's asked about.

use jiff::{SignedDuration, Timestamp};

use super::policy::Freshness;
use crate::pki::revocation::RevocationEvidence;

/// Until when evidence is fresh. What was issued after a time is fresh at that time in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FreshUntil {
    /// Fresh up to this time.
    Time(Timestamp),
    /// For good: the policy sets no bound.
    Always,
}

impl FreshUntil {
    /// Of one piece of evidence: the policy's bound, counted from thisUpdate, or else nextUpdate.
    ///
    /// Without nextUpdate there's newer information all the time (RFC 6960, 4.2.2.1), so evidence speaks of nothing later
    /// than its thisUpdate.
    pub(super) fn of(evidence: &RevocationEvidence, freshness: Freshness) -> Self {
        let issued = evidence.this_update;
        match freshness {
            Freshness::NextUpdate => Self::Time(evidence.next_update.unwrap_or(issued).max(issued)),
            Freshness::Within(most) => Self::Time(later(issued, most)),
            Freshness::Any => Self::Always,
        }
    }

    /// The checker (5.2.5.4). `tolerance`: by how much the clocks of issuer and verifier may differ.
    pub(super) fn holds_at(self, time: Timestamp, tolerance: SignedDuration) -> bool {
        time <= self.end(time, tolerance)
    }

    /// The latest time up to `time` at which the checker passes.
    pub(super) fn end(self, time: Timestamp, tolerance: SignedDuration) -> Timestamp {
        match self {
            Self::Time(end) => later(end, tolerance).min(time),
            Self::Always => time,
        }
    }
}

/// A time so much later, or the last that there is.
pub(super) fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn evidence_is_fresh_up_to_its_end_and_a_clocks_tolerance() {
        let until = FreshUntil::Time(time("2026-03-02T03:00:00Z"));
        let tolerance = SignedDuration::from_mins(5);
        assert!(until.holds_at(time("2020-01-01T00:00:00Z"), tolerance), "it was issued later");
        assert!(until.holds_at(time("2026-03-02T03:05:00Z"), tolerance));
        assert!(!until.holds_at(time("2026-03-02T03:05:01Z"), tolerance));
        assert!(FreshUntil::Always.holds_at(Timestamp::MAX, tolerance));
    }

    #[test]
    fn the_control_time_slides_to_where_it_was_fresh_and_never_forward() {
        let until = FreshUntil::Time(time("2026-03-02T03:00:00Z"));
        let none = SignedDuration::ZERO;
        assert_eq!(until.end(time("2046-01-01T00:00:00Z"), none), time("2026-03-02T03:00:00Z"));
        assert_eq!(until.end(time("2026-01-01T00:00:00Z"), none), time("2026-01-01T00:00:00Z"));
        assert_eq!(FreshUntil::Always.end(time("2046-01-01T00:00:00Z"), none), time("2046-01-01T00:00:00Z"));
    }

    #[test]
    fn of_two_the_shorter_counts() {
        let (short, long) = (FreshUntil::Time(time("2026-01-01T00:00:00Z")), FreshUntil::Time(Timestamp::MAX));
        assert_eq!(short.min(FreshUntil::Always), short);
        assert_eq!(long.min(short), short);
    }
}
