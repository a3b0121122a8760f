//! The end of the chain of events as it's written down outside: on paper, in a signed book, as a QR symbol. It shows later
//! whether what was entered up to then is still the same.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

use crate::Register;
use crate::error::Error;
use crate::store::{BEGINNING, Columns as _};

/// Digits of the chain in hexadecimal.
const DIGITS: usize = 64;
/// By hand they are written in groups of so many.
const GROUP: usize = 8;

/// A head: written `123-<64 hexadecimal digits>-20261130T021500Z`.
///
/// What earlier versions printed is read too: `123 (<digits>)`, and the digits alone; capitals, blanks between groups of eight
/// digits and words before them make no difference.
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
        let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let is_hex = |word: &str| word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let (mut events, mut chain, mut at) = (None, String::new(), None);
        for word in words {
            if is_hex(word) && (word.len() == DIGITS || word.len() == GROUP) && chain.len() < DIGITS {
                chain.push_str(&word.to_ascii_lowercase());
            } else if chain.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()) {
                events = word.parse().ok();
            } else if !chain.is_empty() {
                at = at.or_else(|| time(word));
            }
        }
        match chain.len() {
            DIGITS => Ok(Self { events, chain, at }),
            _ => Err(NoHead),
        }
    }
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
        let row = sqlx::query("SELECT id, at, chain FROM event ORDER BY id DESC LIMIT 1")
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::database)?;
        let Some(row) = row else { return Ok(Head { events: Some(0), chain: BEGINNING.to_owned(), at: None }) };
        let (events, at): (i64, String) = (row.value("id")?, row.value("at")?);
        let at = at.parse::<Timestamp>().map_err(|_| Error::Damaged(format!("event {events}: at")))?;
        let at = Timestamp::from_second(at.as_second()).map_err(Error::internal)?;
        Ok(Head { events: u64::try_from(events).ok(), chain: row.value("chain")?, at: Some(at) })
    }
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
        let undated = Head { at: None, ..head };
        for text in [format!("Sự kiện: 123 ({chain})"), format!("Events: 123 ({chain})"), format!("123-{chain}")] {
            assert_eq!(text.parse(), Ok(undated.clone()), "{text}");
        }
        assert_eq!(chain.parse(), Ok(Head { events: None, ..undated }));
        for text in ["", "123", &chain[1..], &format!("{chain}0"), &format!("g{}", &chain[1..])] {
            assert_eq!(text.parse::<Head>(), Err(NoHead), "{text}");
        }
    }
}
