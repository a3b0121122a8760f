//! What became of the register since heads were written down: cut off, put back from a backup, changed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kyso::Language;
use kyso::local_time::in_vietnam;
use kyso_certification::number::CertificationNumber;
use serde::Serialize;

use crate::entry::EntryId;
use crate::head::Head;
use crate::store::BEGINNING;

/// A head that was written down, held against the chain as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// The head.
    pub head: Head,
    /// What differs; nothing where everything up to the head is as it was.
    pub difference: Option<Difference>,
    /// How many events came after it, where everything is as it was.
    pub since: Option<u64>,
}

/// What differs from a head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Difference {
    /// The register ends before the head: events were cut off, or an older copy was put back.
    Gone {
        /// How many events are gone at least.
        events: u64,
        /// The first of them.
        first: u64,
    },
    /// The register was put back to an earlier state and went on otherwise: from this event on, everything was entered after
    /// the head was written down.
    Replaced {
        /// How many events of the head's are gone at least.
        events: u64,
        /// The first event that differs.
        first: First,
    },
    /// Something up to the head was changed, put in or taken out.
    Changed {
        /// The first event that may differ: everything before it is as other heads say.
        first: First,
        /// The last one that the head is about.
        last: u64,
    },
    /// The head stands in the chain, but an event up to it isn't what the chain is about any more: the audit names it among
    /// its problems.
    Altered {
        /// The event's number.
        event: i64,
    },
    /// The chain is the head's, and the time isn't: the head was copied wrongly, or made up.
    Time {
        /// The time of the last event that the head is about; none where it's about no event.
        at: Option<Timestamp>,
    },
    /// The head stands nowhere in the chain. How many events it's about isn't written on it.
    Absent {
        /// The first event that may differ or be gone.
        first: u64,
    },
}

/// An event that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct First {
    /// The event's number.
    pub event: u64,
    /// What it's about now: the entry's place.
    pub entry: Option<EntryId>,
    /// The entry's number as the paper bears it.
    pub number: Option<CertificationNumber>,
}

/// What an audit notes of the chain while the events pass by.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    /// Chains at the places of heads, and where each stands.
    chains: BTreeMap<u64, String>,
    found: BTreeMap<String, u64>,
    /// The first event that the chain isn't about: its place and its number, which differ where one before was taken out.
    broken: Option<(u64, i64)>,
    /// Every event's time and entry, in their order.
    passed: Vec<(Timestamp, Option<EntryId>)>,
    wanted: Vec<Head>,
}

impl Trail {
    pub(crate) fn of(heads: &[Head]) -> Self {
        let mut trail = Self { wanted: heads.to_vec(), ..Self::default() };
        trail.note(0, BEGINNING);
        trail
    }

    /// Notes that the chain is broken at the event of this place and number.
    pub(crate) fn breaks(&mut self, place: u64, event: i64) {
        self.broken.get_or_insert((place, event));
    }

    /// Notes an event: its place, the chain up to it, its time, its entry.
    pub(crate) fn pass(&mut self, event: u64, chain: &str, at: Timestamp, entry: Option<EntryId>) {
        if self.wanted.is_empty() {
            return;
        }
        self.note(event, chain);
        self.passed.push((at, entry));
    }

    fn note(&mut self, event: u64, chain: &str) {
        if self.wanted.iter().any(|head| head.events == Some(event)) {
            self.chains.insert(event, chain.to_owned());
        }
        if self.wanted.iter().any(|head| head.chain == chain) {
            self.found.insert(chain.to_owned(), event);
        }
    }

    /// The heads in the order in which they were given. `number` is of the entry of a place.
    pub(crate) fn compared(&self, number: impl Fn(&EntryId) -> Option<CertificationNumber>) -> Vec<Compared> {
        let last = u64::try_from(self.passed.len()).unwrap_or(u64::MAX);
        let stands = |head: &Head| {
            let at = self.found.get(&head.chain).copied();
            at.filter(|at| head.events.is_none_or(|events| events == *at))
        };
        let broken_up_to = |at: u64| self.broken.filter(|(place, _)| *place <= at).map(|(_, event)| event);
        let first = |event: u64| {
            let index = usize::try_from(event.saturating_sub(1)).unwrap_or(usize::MAX);
            let entry = self.passed.get(index).and_then(|(_, entry)| entry.clone());
            let number = entry.as_ref().and_then(&number);
            First { event, entry, number }
        };
        let difference = |head: &Head| {
            // Everything up to there is as the other heads say.
            let is_before = |at: &u64| head.events.is_none_or(|events| *at < events);
            let is_whole = |at: &u64| broken_up_to(*at).is_none();
            let stand = self.wanted.iter().filter_map(stands);
            let whole = stand.filter(is_before).filter(is_whole).max().unwrap_or(0);
            let Some(events) = head.events else { return Difference::Absent { first: whole + 1 } };
            if events > last {
                let gone = events - last;
                return Difference::Gone { events: gone, first: last + 1 };
            }
            // Whatever was entered after the head was written stands where the head's own events stood.
            let later = head.at.and_then(|at| {
                let seconds = |time: &Timestamp| time.as_second();
                let from = usize::try_from(whole).unwrap_or(usize::MAX);
                let rest = self.passed.get(from..).unwrap_or_default();
                let position = rest.iter().position(|(time, _)| seconds(time) > at.as_second())?;
                Some(whole + u64::try_from(position).ok()? + 1)
            });
            match later.filter(|later| *later <= events) {
                Some(later) => Difference::Replaced { events: events - later + 1, first: first(later) },
                None => Difference::Changed { first: first(whole + 1), last: events },
            }
        };
        // The chain is over the time too: a head with another is nobody's.
        let time = |event: u64| {
            let index = usize::try_from(event.checked_sub(1)?).ok()?;
            self.passed.get(index).map(|(at, _)| *at)
        };
        let is_of_its_time = |head: &Head, event: u64| {
            head.at.is_none_or(|at| time(event).is_some_and(|passed| passed.as_second() == at.as_second()))
        };
        let compared = |head: &Head| match stands(head).map(|at| (at, broken_up_to(at))) {
            Some((event, _)) if !is_of_its_time(head, event) => {
                let difference = Some(Difference::Time { at: time(event) });
                Compared { head: head.clone(), difference, since: None }
            }
            Some((_, Some(event))) => {
                Compared { head: head.clone(), difference: Some(Difference::Altered { event }), since: None }
            }
            Some((at, None)) => Compared { head: head.clone(), difference: None, since: Some(last - at) },
            None => Compared { head: head.clone(), difference: Some(difference(head)), since: None },
        };
        self.wanted.iter().map(compared).collect()
    }
}

impl First {
    fn text(&self, language: Language) -> String {
        let Self { event, entry, number } = self;
        let about = match (number, entry) {
            (Some(number), _) => Some(number.to_string()),
            (None, Some(entry)) => Some(format!("{} {}/{}", entry.register, entry.ordinal, entry.year)),
            (None, None) => None,
        };
        match (about, language) {
            (Some(about), Language::Vietnamese) => format!("sự kiện {event} (số {about})"),
            (Some(about), Language::English) => format!("event {event} (number {about})"),
            (None, Language::Vietnamese) => format!("sự kiện {event}"),
            (None, Language::English) => format!("event {event}"),
        }
    }
}

impl Compared {
    /// What became of what the head is about, for a person.
    pub fn text(&self, language: Language) -> String {
        match (&self.difference, language) {
            (None, Language::Vietnamese) => {
                format!("còn nguyên như khi chép; từ đó thêm {} sự kiện", self.since.unwrap_or_default())
            }
            (None, Language::English) => {
                format!("whole, as it was when this was written down; {} events since", self.since.unwrap_or_default())
            }
            (Some(difference), language) => difference.text(language),
        }
    }
}

impl Difference {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Gone { events, first }, Language::Vietnamese) => format!(
                "MẤT {events} sự kiện cuối, kể từ sự kiện {first}: đã bị cắt bỏ, hoặc sổ bị thay bằng bản sao cũ; các số cấp \
                 trong đó có thể bị cấp lại"
            ),
            (Self::Gone { events, first }, Language::English) => format!(
                "{events} events ARE GONE from the end, from event {first} on: cut off, or an older copy was put back; \
                 numbers among them may be given out again"
            ),
            (Self::Replaced { events, first }, Language::Vietnamese) => format!(
                "MẤT ít nhất {events} sự kiện: sổ bị thay bằng bản sao cũ rồi ghi tiếp; khác từ {}, ghi sau khi chép đầu sổ",
                first.text(language)
            ),
            (Self::Replaced { events, first }, Language::English) => format!(
                "at least {events} events ARE GONE: an older copy was put back and written on; it differs from {} on, which \
                 was entered after the head was written down",
                first.text(language)
            ),
            (Self::Changed { first, last }, Language::Vietnamese) => format!(
                "ĐÃ BỊ SỬA, hoặc chép sai: có sự kiện bị sửa, thêm, bớt hoặc đổi chỗ trong khoảng từ {} đến sự kiện {last}, nếu \
                 đầu sổ được chép đúng",
                first.text(language)
            ),
            (Self::Changed { first, last }, Language::English) => format!(
                "CHANGED, or copied wrongly: an event was altered, put in, taken out or moved between {} and event {last}, if the \
                 head was written down right",
                first.text(language)
            ),
            (Self::Altered { event }, Language::Vietnamese) => {
                format!("còn trong chuỗi, nhưng sự kiện {event} không còn như khi chép: xem dòng SAI")
            }
            (Self::Altered { event }, Language::English) => {
                format!("still in the chain, but event {event} isn't as it was: see what is WRONG")
            }
            (Self::Time { at }, Language::Vietnamese) => {
                let is = at.map_or("không có sự kiện nào".to_owned(), |at| {
                    format!("sự kiện cuối lúc {}", in_vietnam(at))
                });
                format!("ĐẦU SỔ CHÉP SAI thời gian: chuỗi khớp, nhưng trong sổ {is}; hãy xem lại bản chép")
            }
            (Self::Time { at }, Language::English) => {
                let is =
                    at.map_or("there is no event".to_owned(), |at| format!("the last event is of {}", in_vietnam(at)));
                format!("the head's TIME IS WRONG: the chain is the same, but in the register {is}; see to the copy")
            }
            (Self::Absent { first }, Language::Vietnamese) => format!(
                "KHÔNG CÓ trong chuỗi: từ sự kiện {first} trở đi có sự kiện bị sửa hoặc bị cắt bỏ, hoặc đầu sổ bị chép sai (đầu sổ \
                 này không ghi số sự kiện)"
            ),
            (Self::Absent { first }, Language::English) => format!(
                "NOT in the chain: from event {first} on an event was changed or cut off, or the head was copied wrongly (it \
                 doesn't say how many events it's about)"
            ),
        }
    }
}
