//! The end of the chain of events as it's written down outside: on paper, in a signed book, as a QR symbol. It shows later
//! whether what was entered up to then is still the same.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

use crate::database::{Ask, OfRegister, values};
use crate::error::Error;
use crate::store::BEGINNING;
use crate::{Register, moving};

/// Digits of the chain in hexadecimal.
const DIGITS: usize = 64;
/// By hand they are written in groups of so many.
const GROUP: usize = 8;

/// A head: written `123-<64 hexadecimal digits>-20261130T021500Z`.
///
/// What earlier versions printed is read too: `123 (<digits>)`, and the digits alone; so are capitals, groups of eight digits as
/// a book prints them (`123 <groups> 20261130T021500Z`), and words before. Numbers before that aren't the count are no head's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// How many events there are up to it, where that's known.
    pub events: Option<u64>,
    /// SHA-256 over them, in lower-case hex.
    pub chain: String,
    /// The time of the last of them in whole seconds, where that's known.
    pub at: Option<Timestamp>,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(events) = self.events {
            write!(f, "{events}-")?;
        }
        f.write_str(&self.chain)?;
        match self.at {
            Some(at) => write!(f, "-{}", basic(at)),
            None => Ok(()),
        }
    }
}

/// The text isn't a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a head has 64 hexadecimal digits")]
pub struct NoHead;

impl FromStr for Head {
    type Err = NoHead;

    fn from_str(text: &str) -> Result<Self, NoHead> {
        let text = text.trim_start_matches('\u{feff}').trim();
        let found = whole(text).or_else(|| in_groups(text)).ok_or(NoHead)?;
        let (before, after) = text.split_at_checked(found.start).ok_or(NoHead)?;
        let after = after.get(found.length..).unwrap_or_default();
        // Of two on a line one would be passed over.
        if whole(after).or_else(|| in_groups(after)).is_some() {
            return Err(NoHead);
        }
        let (at, glued) = match after.strip_prefix('-') {
            Some(rest) => (rest.split(|c: char| !c.is_ascii_alphanumeric()).next().and_then(time), true),
            None => (after.split(|c: char| !c.is_ascii_alphanumeric()).find_map(time), false),
        };
        if glued && at.is_none() {
            return Err(NoHead);
        }
        let events = events(before, found.is_grouped && at.is_some())?;
        Ok(Self { events, chain: found.chain, at })
    }
}

/// Where the digits of the chain stand in a text.
struct Found {
    chain: String,
    start: usize,
    length: usize,
    is_grouped: bool,
}

/// The words of a text that are hexadecimal digits, and where each begins.
fn hexadecimal(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_hex = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut start = 0;
    let words = text.split_inclusive(|c: char| !c.is_alphanumeric()).map(move |piece| {
        let begin = start;
        start += piece.len();
        (begin, piece.trim_end_matches(|c: char| !c.is_alphanumeric()))
    });
    words.filter(move |(_, word)| is_hex(word))
}

fn whole(text: &str) -> Option<Found> {
    let (start, word) = hexadecimal(text).find(|(_, word)| word.len() == DIGITS)?;
    Some(Found { chain: word.to_ascii_lowercase(), start, length: DIGITS, is_grouped: false })
}

/// Groups with nothing but blanks between them.
fn in_groups(text: &str) -> Option<Found> {
    let groups = hexadecimal(text).filter(|(_, word)| word.len() == GROUP).collect::<Vec<_>>();
    groups.windows(DIGITS / GROUP).find_map(|groups| {
        let ((start, _), (last, _)) = (*groups.first()?, *groups.last()?);
        let length = (last + GROUP).checked_sub(start)?;
        let digits = text.get(start..start + length)?.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let chain = digits.to_ascii_lowercase();
        (chain.len() == DIGITS && chain.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(Found {
            chain,
            start,
            length,
            is_grouped: true,
        })
    })
}

/// How many events the text before the chain says: `123-`, `123 (`, and `123 ` before a printed book's groups and time. Another
/// number there (a date, a year) is no count, and whoever wrote it may have meant one.
fn events(before: &str, is_printed_in_groups: bool) -> Result<Option<u64>, NoHead> {
    let counted = match (before.strip_suffix('-'), before.trim_end().strip_suffix('(')) {
        (Some(counted), _) => Some(counted),
        (None, Some(counted)) => Some(counted.trim_end()),
        (None, None) => is_printed_in_groups.then(|| before.trim_end()),
    };
    let is_digit = |c: char| c.is_ascii_digit();
    let Some(counted) = counted.filter(|counted| counted.ends_with(is_digit)) else {
        return if before.contains(is_digit) { Err(NoHead) } else { Ok(None) };
    };
    let words = counted.trim_end_matches(is_digit);
    let is_own = before.ends_with('-') || words.is_empty() || words.trim_end().ends_with(':');
    // Another number there, apart from a line's own words, may be the count, or a part of it.
    let is_said = words.trim_end().ends_with(':') || !words.contains(is_digit);
    if !is_own || !is_said || !(words.is_empty() || words.ends_with(|c: char| c.is_whitespace() || c == ':')) {
        return Err(NoHead);
    }
    counted.get(words.len()..).and_then(|count| count.parse().ok()).map(Some).ok_or(NoHead)
}

/// As "20261130T021500Z" (ISO 8601, basic format).
pub(crate) fn basic(at: Timestamp) -> String {
    Offset::UTC.to_datetime(at).strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn time(word: &str) -> Option<Timestamp> {
    let word = word.to_ascii_uppercase();
    let time = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", &word).ok()?;
    Offset::UTC.to_timestamp(time).ok()
}

impl Register {
    /// The end of the chain now, to be written down.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn head(&self) -> Result<Head, Error> {
        head_of(&mut self.database.clone()).await
    }

    /// Whether the register has been where this head is: it's the same, or has gone on from it. Nothing is recomputed
    /// ([`audit_since`](Self::audit_since) does).
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn was_at(&self, events: u64, chain: &str) -> Result<bool, Error> {
        let Ok(events) = i64::try_from(events) else { return Ok(false) };
        Ok(moving::chain_at(&mut self.database.clone(), events).await?.as_deref() == Some(chain))
    }
}

/// The end of a database's chain.
pub(crate) async fn head_of(from: &mut impl Ask<OfRegister>) -> Result<Head, Error> {
    let row = from.row("SELECT id, at, chain FROM event ORDER BY id DESC LIMIT 1", values![]).await?;
    let Some(row) = row else { return Ok(Head { events: Some(0), chain: BEGINNING.to_owned(), at: None }) };
    let (events, at) = (row.number("id")?, row.text("at")?);
    let at = at.parse::<Timestamp>().map_err(|_| Error::Damaged(format!("event {events}: at")))?;
    let at = Timestamp::from_second(at.as_second()).map_err(Error::internal)?;
    Ok(Head { events: u64::try_from(events).ok(), chain: row.text("chain")?, at: Some(at) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_as_they_were_written() {
        let chain = "0123456789abcdef".repeat(4);
        let at = Some("2026-11-30T02:15:00Z".parse().unwrap());
        let head = Head { events: Some(123), chain: chain.clone(), at };
        let written = head.to_string();
        assert_eq!(written, format!("123-{chain}-20261130T021500Z"));
        let grouped = chain.as_bytes().chunks(8).map(|group| String::from_utf8_lossy(group).into_owned());
        let grouped = grouped.collect::<Vec<_>>().join(" ");
        for text in [
            written.clone(),
            written.to_uppercase(),
            format!("  Đầu sổ: {written}\r\n"),
            format!("123 {grouped} 20261130T021500Z"),
        ] {
            assert_eq!(text.parse(), Ok(head.clone()), "{text}");
        }
        let undated = Head { at: None, ..head.clone() };
        for text in [format!("Sự kiện: 123 ({chain})"), format!("Events: 123 ({chain})"), format!("123-{chain}")] {
            assert_eq!(text.parse(), Ok(undated.clone()), "{text}");
        }
        assert_eq!(chain.parse(), Ok(Head { events: None, ..undated.clone() }));
        assert_eq!(format!("Đầu sổ: {chain}").parse(), Ok(Head { events: None, ..undated.clone() }));
        assert_eq!(format!("\u{feff}Ngày 30/11: {written}\r\n").parse(), Ok(head.clone()));
        assert_eq!(grouped.parse(), Ok(Head { events: None, ..undated.clone() }));
        // A date or a year isn't a count of events; a count that's none isn't passed over, nor is a second head or half a time.
        for text in [
            format!("30/11/2026 {chain}"),
            format!("Sổ CK 2026: {chain}"),
            format!("Sổ CK 2026: {grouped}"),
            format!("30/11/2026 {grouped} 20261130T021500Z"),
            format!("30/11/2026-{chain}"),
            format!("12 {written}"),
            format!("12 9-{chain}"),
            format!("1 23 {grouped} 20261130T021500Z"),
            format!("Sổ 2026 ({chain})"),
            format!("99999999999999999999999-{chain}"),
            format!("{written} {written}"),
            format!("123-{chain}-20261130"),
        ] {
            assert_eq!(text.parse::<Head>(), Err(NoHead), "{text}");
        }
        for text in ["", "123", &chain[1..], &format!("{chain}0"), &format!("g{}", &chain[1..])] {
            assert_eq!(text.parse::<Head>(), Err(NoHead), "{text}");
        }
    }
}
