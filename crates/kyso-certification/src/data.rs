//! Reading the room's data files: kinds, calendar, templates, requests. What is wrong names file, line and key.

use std::fmt;
use std::ops::Range;

use jiff::civil::{Date, DateTime, Time};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use kyso::{Bilingual, Language};

/// What is wrong in a data file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flaw {
    /// The file's name, as it was given.
    pub file: String,
    /// The line, from 1, where there is one.
    pub line: Option<usize>,
    /// The key, where there is one.
    pub key: Option<String>,
    /// What is wrong and what to do; without the last full stop.
    pub text: Bilingual,
}

impl Flaw {
    /// File, line, key and what is wrong, in a language.
    pub fn in_language(&self, language: Language) -> String {
        let (line_word, key_word) = match language {
            Language::Vietnamese => ("dòng", "khóa"),
            Language::English => ("line", "key"),
        };
        let mut place = self.file.clone();
        if let Some(line) = self.line {
            place.push_str(&format!(", {line_word} {line}"));
        }
        if let Some(key) = &self.key {
            place.push_str(&format!(", {key_word} {key}"));
        }
        format!("{place}: {}", self.text.in_language(language))
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_language(Language::English))
    }
}

impl std::error::Error for Flaw {}

/// A data file under its name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'t> {
    pub(super) file: &'t str,
    pub(super) text: &'t str,
}

impl Source<'_> {
    /// What is wrong at a place of the file.
    pub(super) fn flaw(&self, span: Option<Range<usize>>, key: &str, text: Bilingual) -> Flaw {
        let line = span.map(|span| self.line(span.start));
        Flaw { file: self.file.to_owned(), line, key: Some(key.to_owned()).filter(|key| !key.is_empty()), text }
    }

    /// The values in the file.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Flaw> {
        toml::from_str(self.text).map_err(|error| {
            // What is missing in the whole file is missing from its first line on.
            let span = error.span().or(Some(0..0));
            let key = span.clone().and_then(|span| self.key_at(span.start)).unwrap_or_default();
            self.flaw(span, &key, worded(error.message()))
        })
    }

    fn line(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    /// The key that a line begins with: `key = …`, or `[table]`.
    fn key_at(&self, offset: usize) -> Option<String> {
        let start = self.text.get(..offset)?.rfind('\n').map_or(0, |at| at + 1);
        let line = self.text.get(start..)?.lines().next()?.trim();
        let key = match line.strip_prefix('[') {
            Some(table) => table.split(']').next()?.trim_start_matches('['),
            None => line.split_once('=')?.0,
        };
        Some(key.trim().to_owned()).filter(|key| !key.is_empty())
    }
}

/// What the TOML reader says, for both languages.
fn worded(message: &str) -> Bilingual {
    let message = message.trim_end().replace('\n', " ");
    let quoted = |rest: &str| rest.split('`').next().unwrap_or_default().to_owned();
    let vi = if message == super::identity::UNQUOTED {
        "số giấy tờ tùy thân phải nằm trong dấu ngoặc kép".to_owned()
    } else if let Some(rest) = message.strip_prefix("unknown field `") {
        let known = rest.split_once("expected ").map(|(_, known)| known.replace("one of ", "").replace(" or ", ", "));
        format!("không có khóa `{}`; được dùng: {}", quoted(rest), known.unwrap_or_default())
    } else if let Some(rest) = message.strip_prefix("missing field `") {
        format!("thiếu khóa `{}`", quoted(rest))
    } else if let Some(rest) = message.strip_prefix("unknown variant `") {
        let known = rest.split_once("expected ").map(|(_, known)| known.replace("one of ", "").replace(" or ", ", "));
        format!("không có giá trị `{}`; được dùng: {}", quoted(rest), known.unwrap_or_default())
    } else {
        format!("giá trị hoặc cú pháp TOML không đúng [{message}]")
    };
    Bilingual::new(vi, message)
}

/// A value of TOML's own type for dates and times, or text: JSON has the latter alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Moment {
    Toml(toml::value::Datetime),
    Text(String),
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Toml(moment) => moment.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

fn moment<'de, D: Deserializer<'de>, T: std::str::FromStr>(deserializer: D, example: &str) -> Result<T, D::Error> {
    let text = Moment::deserialize(deserializer)
        .map_err(|_| serde::de::Error::custom(format!("expected {example}")))?
        .to_string();
    text.parse().map_err(|_| serde::de::Error::custom(format!("{text:?} is not {example}")))
}

/// A day: `2026-03-05`, quoted or not.
pub(super) fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    moment(deserializer, "a day such as 2026-03-05")
}

/// A day that may be missing.
pub(super) fn day_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    day(deserializer).map(Some)
}

/// A day and a time, Vietnam's: `2026-03-05T09:30`, quoted or, with seconds, not.
pub(super) fn date_time_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime>, D::Error> {
    moment(deserializer, "a day and a time such as 2026-03-05T09:30:00").map(Some)
}

/// A time: `09:30`, quoted or, with seconds, not.
pub(super) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
    moment(deserializer, "a time such as 09:30")
}

/// A time that may be missing.
pub(super) fn time_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Time>, D::Error> {
    time(deserializer).map(Some)
}

/// A day that knows where it stands in its file: `toml::Spanned<Day>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub(super) struct Day(#[serde(deserialize_with = "day")] pub(super) Date);

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[serde(deserialize_with = "day")]
        day: Date,
        #[serde(default, deserialize_with = "date_time_or_none")]
        received: Option<DateTime>,
        #[serde(default, deserialize_with = "time_or_none")]
        time: Option<Time>,
    }

    fn read(text: &str) -> Result<Sample, Flaw> {
        Source { file: "x.toml", text }.read()
    }

    #[test]
    fn dates_may_be_quoted_or_not() {
        for text in [
            "day = 2026-03-05\nreceived = 2026-03-05T14:59:00\ntime = 09:30:00",
            "day = \"2026-03-05\"\nreceived = \"2026-03-05T14:59\"\ntime = \"09:30\"",
        ] {
            let sample = read(text).unwrap();
            assert_eq!(sample.day, jiff::civil::date(2026, 3, 5));
            assert_eq!(sample.received, Some(jiff::civil::date(2026, 3, 5).at(14, 59, 0, 0)));
            assert_eq!(sample.time, Some(jiff::civil::time(9, 30, 0, 0)));
        }
        let json: Sample = serde_json::from_str(r#"{"day": "2026-03-05"}"#).unwrap();
        assert_eq!((json.received, json.time), (None, None));
    }

    #[test]
    fn flaws_name_file_line_and_key() {
        let flaw = read("# a comment\nday = \"2026-02-30\"\n").unwrap_err();
        assert_eq!((flaw.line, flaw.key.as_deref()), (Some(2), Some("day")), "{flaw}");
        let flaw = read("day = \"2026-03-05\"\ndays = 3\n").unwrap_err();
        assert_eq!(flaw.line, Some(2));
        assert!(
            flaw.in_language(Language::Vietnamese).starts_with("x.toml, dòng 2, khóa days: không có khóa `days`"),
            "{}",
            flaw.in_language(Language::Vietnamese)
        );
        let flaw = read("").unwrap_err();
        assert!(flaw.in_language(Language::Vietnamese).contains("thiếu khóa `day`"), "{flaw}");
    }
}
