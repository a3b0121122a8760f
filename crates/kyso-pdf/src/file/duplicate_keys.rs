//! Keys that stand in a dictionary more than once. ISO 32000-2, 7.3.7 forbids it, and some scanners and form programs
//! write it all the same. Poppler, MuPDF, PDFium and qpdf take the last value, and so does this library; but in
//! dictionaries of 32 entries and more poppler takes any of them.

use std::collections::HashMap;
use std::ops::Range;

use super::parse::{Entry, Parser};
use crate::error::{Error, Reason};

/// From so many entries on readers differ in which of two values they take.
const LARGE: usize = 32;

/// The text of a value in which each key stands once, with the value that readers take; all else keeps the very bytes it
/// had. Another revision that repeated a key would rightly be reported as one that reads in two ways.
///
/// # Errors
/// [`Error::Refused`] with rule `document.key-twice` where readers differ in which value they take.
pub(crate) fn each_key_once(text: Vec<u8>) -> Result<Vec<u8>, Error> {
    let mut parser = Parser::new(&text, 0);
    parser.object(0)?;
    if !parser.has_duplicate_keys() {
        return Ok(text);
    }
    let mut superseded = superseded(&text)?;
    superseded.sort_by_key(|span| span.start);
    let (mut kept, mut at) = (Vec::with_capacity(text.len()), 0);
    for span in superseded {
        kept.extend_from_slice(text.get(at..span.start).unwrap_or_default());
        at = span.end;
    }
    kept.extend_from_slice(text.get(at..).unwrap_or_default());
    Ok(kept)
}

/// The entries that later ones of the same key stand for, at any depth; none lies within another.
fn superseded(text: &[u8]) -> Result<Vec<Range<usize>>, Error> {
    let mut found = Vec::new();
    let mut waiting = vec![0];
    while let Some(start) = waiting.pop() {
        let rest = text.get(start..).unwrap_or_default();
        if rest.starts_with(b"<<") {
            let entries = Parser::new(text, start).entries()?;
            let mut last: HashMap<&[u8], &Entry> = HashMap::new();
            for entry in &entries {
                if let Some(earlier) = last.insert(&entry.key, entry) {
                    demand_one_reading(text, (earlier, entry), entries.len())?;
                    found.push(earlier.key_start..earlier.value.end);
                }
            }
            waiting.extend(last.values().map(|entry| entry.value.start));
        } else if rest.starts_with(b"[") {
            waiting.extend(Parser::new(text, start).item_starts()?);
        }
    }
    Ok(found)
}

fn demand_one_reading(text: &[u8], (earlier, later): (&Entry, &Entry), entries: usize) -> Result<(), Error> {
    let value = |entry: &Entry| Parser::new(text, entry.value.start).object(0);
    if entries < LARGE || value(earlier)? == value(later)? {
        return Ok(());
    }
    let key = String::from_utf8_lossy(&later.key).into_owned();
    Err(Error::refused("document.key-twice", Reason::KeyTwice { key }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn once(text: &str) -> String {
        String::from_utf8(each_key_once(text.as_bytes().to_vec()).unwrap()).unwrap()
    }

    fn large(first: &str, last: &str) -> String {
        let rest: String = (0..40).map(|number| format!("/K{number} {number} ")).collect();
        format!("<< /X {first} {rest}/X {last} >>")
    }

    #[test]
    fn the_last_value_of_a_key_stays_and_all_else_keeps_its_bytes() {
        assert_eq!(once("<< /A 1 /B (x) /A 2.50 >>"), "<<  /B (x) /A 2.50 >>");
        assert_eq!(once("<</A/x/A/y>>"), "<</A/y>>");
        assert_eq!(once("<</#41 [1]/A[2] % /A\n>>"), "<</A[2] % /A\n>>");
        assert_eq!(once("<< /A << /B 1 /B 2 >> /A << /C 3 /C 4 >> >>"), "<<  /A <<  /C 4 >> >>");
        assert_eq!(
            once("[ << /A 1 /A 1 >> [<</B 2/B 3>>] (<</A 1/A 1>>) ]"),
            "[ <<  /A 1 >> [<</B 3>>] (<</A 1/A 1>>) ]"
        );
        assert_eq!(once("<< /A 1 /A 2 /A 3 >>"), "<<   /A 3 >>");
    }

    #[test]
    fn what_has_no_key_twice_stays_as_it_is() {
        for text in ["<< /A 1.000 /B << /A 2 >> >>", "[1 2 0 R]", "null", "(<< /A 1 /A 2 >>)", "<<>>"] {
            assert_eq!(once(text), text);
        }
    }

    #[test]
    fn a_large_dictionary_whose_values_differ_is_refused() {
        let refused = each_key_once(large("1 0 R", "2 0 R").into_bytes());
        assert!(matches!(refused, Err(Error::Refused { rule: "document.key-twice", .. })), "{refused:?}");
        let nested = format!("<< /R [ {} ] >>", large("1 0 R", "2 0 R"));
        assert!(each_key_once(nested.into_bytes()).is_err());
        assert!(each_key_once(large("1 0 R", "1 0 R").into_bytes()).is_ok());
    }

    #[test]
    fn deep_nesting_is_no_blow_up() {
        let text = format!("{}1{}", "<< /A 1 /A ".repeat(100), " >>".repeat(100));
        assert_eq!(once(&text).matches("/A").count(), 100);
    }
}
