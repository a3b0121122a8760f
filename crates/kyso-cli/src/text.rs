//! Text for terminals.

use std::path::Path;

use jiff::Timestamp;
use kyso::local_time::in_vietnam;
use kyso::{Bilingual, Language};
use serde::Serialize;

/// One of two texts.
pub(crate) fn choose<'a>(language: Language, vietnamese: &'a str, english: &'a str) -> &'a str {
    match language {
        Language::Vietnamese => vietnamese,
        Language::English => english,
    }
}

/// A text from outside without what could steer a terminal or turn the reading direction: names in certificates and
/// fields are anyone's.
pub(crate) fn plain(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// What is wrong with a TOML text, by the words of its parser: without the lines of the text, which may hold a secret where it's
/// the wrong file.
pub(crate) fn toml_fault(said: &str) -> Bilingual {
    let reason = plain(said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default());
    let place = said.lines().next().and_then(|first| first.split_once("at line ")?.1.split_once(", column "));
    match place {
        Some((line, column)) => Bilingual::new(
            format!("dòng {line}, cột {column} [{reason}]"),
            format!("line {line}, column {column}: {reason}"),
        ),
        None => Bilingual::new(format!("[{reason}]"), reason),
    }
}

/// What is wrong with a JSON text, by the words of its parser.
pub(crate) fn json_fault(error: &serde_json::Error) -> Bilingual {
    let said = plain(&error.to_string());
    let (line, column) = (error.line(), error.column());
    let place = format!(" at line {line} column {column}");
    match said.strip_suffix(&place) {
        Some(reason) => Bilingual::new(
            format!("dòng {line}, cột {column} [{reason}]"),
            format!("line {line}, column {column}: {reason}"),
        ),
        None => Bilingual::new(format!("[{said}]"), said),
    }
}

/// A path as a word of a command line that can be copied into a shell.
pub(crate) fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain =
        |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '+' | '=' | ':' | ',' | '@' | '%');
    match !text.is_empty() && text.chars().all(is_plain) {
        true if text.starts_with('-') && text != "-" => format!("./{text}"),
        true => text,
        // What would steer the terminal is written out; such a name is typed by nobody.
        false => format!("'{}'", plain(&text).replace('\'', "'\\''")),
    }
}

/// How Vietnamese certificates mark a person's identity number.
const PERSON_IDS: [&str; 5] = ["CCCD:", "CMND:", "HC:", "BHXH:", "PID:"];

/// Names from a certificate for a terminal: as [`plain`], and of a person's identity number only the last three
/// characters. The JSON has it whole.
pub(crate) fn masked(text: &str) -> String {
    let mut text = plain(text);
    for mark in PERSON_IDS {
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| rest.find(mark)) {
            let start = from + at + mark.len();
            let rest = text.get(start..).unwrap_or_default();
            let number = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            let hidden = number.chars().count().saturating_sub(3);
            let stars = number.chars().enumerate().map(|(index, c)| if index < hidden { '*' } else { c });
            let (stars, end) = (stars.collect::<String>(), start + number.len());
            text.replace_range(start..end, &stars);
            from = start + stars.len();
        }
    }
    text
}

/// A time that someone claims (RFC 3339), as Vietnam's; as it is written where it is no time.
pub(crate) fn claimed_time(claimed: &str) -> String {
    claimed.parse::<Timestamp>().map_or_else(|_| plain(claimed), in_vietnam)
}

/// The name that the JSON has for a value.
pub(crate) fn name(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_written_out() {
        assert_eq!(plain("Nguyễn\u{1b}[2K\u{202e}A\n"), "Nguyễn\\u{1b}[2K\\u{202e}A\\u{a}");
    }

    #[test]
    fn what_is_wrong_with_a_file_shows_nothing_of_it() {
        let said = toml::from_str::<toml::Table>("a = 1\nmật khẩu bí mật").unwrap_err().to_string();
        let fault = toml_fault(&said);
        assert!(said.contains("bí mật") && !fault.vi.contains("bí mật") && !fault.en.contains("bí mật"), "{fault:?}");
        assert!(fault.vi.starts_with("dòng 2, cột ") && fault.en.starts_with("line 2, column "), "{fault:?}");
    }

    #[test]
    fn a_parsers_own_words_stand_in_brackets() {
        let fault = json_fault(&serde_json::from_str::<Vec<u8>>("[1,\n x]").unwrap_err());
        assert_eq!(fault.vi, "dòng 2, cột 2 [expected value]");
        assert_eq!(fault.en, "line 2, column 2: expected value");
    }

    #[test]
    fn paths_are_words_of_a_shell() {
        let word = |path: &str| quoted(Path::new(path));
        assert_eq!(
            (word("a/kết-quả.pdf"), word("-x.pdf"), word("-")),
            ("a/kết-quả.pdf".into(), "./-x.pdf".into(), "-".into())
        );
        assert_eq!(
            (word("a b.pdf"), word("it's.pdf"), word("$(x)")),
            ("'a b.pdf'".into(), "'it'\\''s.pdf'".into(), "'$(x)'".into())
        );
    }

    #[test]
    fn identity_numbers_are_masked() {
        let text = masked("CN=Nguyễn Văn Mẫu,UID=CCCD:001085012345,OU=x; CMND:12, HC:C1234567");
        assert_eq!(text, "CN=Nguyễn Văn Mẫu,UID=CCCD:*********345,OU=x; CMND:12, HC:*****567");
        assert_eq!(masked("CCCD:"), "CCCD:");
    }

    #[test]
    fn times_are_vietnams() {
        assert_eq!(claimed_time("2026-01-01T20:04:05Z"), "02/01/2026 03:04:05 +07:00");
        assert_eq!(claimed_time("2026-01-02T03:04:05+07:00"), "02/01/2026 03:04:05 +07:00");
        assert_eq!(claimed_time("hôm qua"), "hôm qua");
    }
}
