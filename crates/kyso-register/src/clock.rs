//! The clock: a wrong one must neither open a year's book nor close one, nor go back behind what is entered. There's no second
//! clock to ask, but the register knows when it was last written. Every event is held against that: one that a wrong clock
//! entered would vouch for it from then on.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use kyso::Language;
use kyso::local_time::{VIETNAM, in_vietnam};
use kyso_words::{Hint, Words};

use crate::database::{Transaction, values};
use crate::error::Error;
use crate::event::{Doubt, What};
use crate::refusal::Refusal;
use crate::store::{About, append};
use crate::{Register, Stamp};

/// Computers correct their clocks by so much, and a process waits so long for its turn.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(10);
/// An office that works writes in its register more often, also over the turn of the year.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What speaks against the clock, by the latest time that the register knows. A long pause does only where a year's book is
/// opened or closed, or where it might be by this clock and couldn't before.
fn doubt(now: Timestamp, last: Timestamp, turns_year: bool) -> Option<Doubt> {
    let passed = now.duration_since(last);
    let open = |at| VIETNAM.to_datetime(at).year();
    let over = |at| newest_over(VIETNAM.to_datetime(at).date());
    let turns_year = turns_year || (open(now), over(now)) != (open(last), over(last));
    if runs_back(now, last) {
        Some(Doubt::Behind)
    } else if turns_year && passed > LONGEST_PAUSE {
        Some(Doubt::Leap)
    } else {
        None
    }
}

/// Whether a time lies behind another by more than clocks are corrected.
pub(crate) fn runs_back(now: Timestamp, last: Timestamp) -> bool {
    now.duration_since(last) < -TOLERANCE
}

/// The newest year that may be closed on this day.
fn newest_over(day: Date) -> i16 {
    if (day.month(), day.day()) == (12, 31) { day.year() } else { day.year().saturating_sub(1) }
}

impl Register {
    /// Refuses to go by a clock in doubt; where somebody answers for it, that becomes an event.
    pub(crate) async fn demand_clock(
        &self,
        transaction: &mut Transaction,
        stamp: &Stamp,
        turns_year: bool,
    ) -> Result<(), Error> {
        // The latest time, not the last event's: clocks that go back by a little at a time go back by much. Where somebody
        // answered for the clock, it's right from there on. With the plus sign SQLite goes by the index of times.
        let sql = "SELECT id, at FROM event \
                   WHERE +id >= (SELECT coalesce(max(id), 0) FROM event WHERE what = 'confirmed') ORDER BY at DESC LIMIT 1";
        let Some(row) = transaction.row(sql, values![]).await? else { return Ok(()) };
        let (id, at) = (row.number("id")?, row.text("at")?);
        let last = at.parse::<Timestamp>().map_err(|_| Error::Damaged(format!("event {id}: at")))?;
        let Some(doubt) = doubt(stamp.at, last, turns_year) else { return Ok(()) };
        if !self.clock_confirmed {
            return Err(Refusal::Clock { doubt, now: stamp.at, last }.into());
        }
        let about = About { register: "", year: stamp.today().year(), ordinal: None };
        append(transaction, about, stamp, What::Confirmed { doubt, last }).await?;
        Ok(())
    }
}

/// The refusal for a person.
pub(crate) fn text(doubt: Doubt, now: Timestamp, last: Timestamp, words: Words<'_>) -> String {
    let (now, last, hint) = (in_vietnam(now), in_vietnam(last), words.hint(Hint::Clock));
    match (doubt, words.language()) {
        (Doubt::Behind, Language::Vietnamese) => format!(
            "Đồng hồ của máy là {now}, nhưng lần ghi sổ trước là {last}: chưa ghi gì. Hãy chỉnh lại đồng hồ{hint}."
        ),
        (Doubt::Behind, Language::English) => format!(
            "The computer's clock says {now}, but the register was written at {last}: nothing was entered. Set the clock \
             right{hint}."
        ),
        (Doubt::Leap, Language::Vietnamese) => format!(
            "Sắp mở hoặc khóa sổ của một năm theo đồng hồ của máy ({now}), mà lần ghi sổ trước đã lâu ({last}): có thể đồng \
             hồ sai, nên chưa ghi gì. Hãy xem lại ngày, năm của máy{hint}."
        ),
        (Doubt::Leap, Language::English) => format!(
            "A year's book would be opened or closed by the computer's clock ({now}), and the register was last written \
             long ago ({last}): the clock may be wrong, so nothing was entered. Look at the computer's date{hint}."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_doubted_where_it_goes_back_or_leaps_over_a_year() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let last = at("2026-12-31T09:00:00Z");
        for (now, turns_year, wanted) in [
            ("2026-12-31T09:00:01Z", true, None),
            // Corrected by some minutes, and no more.
            ("2026-12-31T08:51:00Z", false, None),
            ("2026-12-31T08:49:00Z", false, Some(Doubt::Behind)),
            ("2025-12-31T09:00:00Z", true, Some(Doubt::Behind)),
            // After the holidays.
            ("2027-01-05T01:00:00Z", true, None),
            ("2027-01-08T01:00:00Z", true, Some(Doubt::Leap)),
            ("2027-12-31T09:00:00Z", true, Some(Doubt::Leap)),
            // Whatever is entered: the next event would go by it.
            ("2027-12-31T09:00:00Z", false, Some(Doubt::Leap)),
        ] {
            assert_eq!(doubt(at(now), last, turns_year), wanted, "{now}");
        }
        let last = at("2026-03-05T05:00:00Z");
        for (now, wanted) in [
            ("2026-12-30T05:00:00Z", None),
            // 31 December in Vietnam: the year could be closed from here on.
            ("2026-12-30T17:00:00Z", Some(Doubt::Leap)),
            ("2027-03-05T05:00:00Z", Some(Doubt::Leap)),
        ] {
            assert_eq!(doubt(at(now), last, false), wanted, "{now}");
        }
    }
}
