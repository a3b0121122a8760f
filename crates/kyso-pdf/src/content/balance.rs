//! What a content stream leaves open (ISO 32000-2, 7.8.2, 8.4.2): found so that more can be drawn behind it in the
//! page's own coordinates, clipped by nothing.

use std::collections::BTreeSet;

use lopdf::Object;
use memchr::memmem;

use crate::file::parse::{Parser, is_space};

/// How many bytes behind the end of an inline picture must look like text.
const LOOK_AHEAD: usize = 8;

/// What is open at the end of a content stream.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Balance {
    /// Saved graphics states that nothing restores.
    saved: usize,
    /// Marked content that nothing ends.
    marked: usize,
    /// A text object without its end.
    in_text: bool,
    /// A path that nothing paints.
    path: bool,
    /// Arrays and dictionaries that nothing ends.
    open: usize,
    /// A string or an inline picture without its end.
    is_cut_off: bool,
    /// Where a graphics state is restored that nothing saved: viewers pass over it.
    excess: Vec<usize>,
    /// How many operators there are.
    pub(crate) operators: usize,
    /// Every name: what of the resources may be used.
    pub(crate) names: BTreeSet<Vec<u8>>,
}

impl Balance {
    /// Reads a whole content stream.
    pub(crate) fn of(content: &[u8]) -> Self {
        let mut balance = Self::default();
        let mut at = 0;
        while let Some(&byte) = content.get(at) {
            let rest = content.get(at..).unwrap_or_default();
            at += match byte {
                byte if is_space(byte) => 1,
                b'%' => rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len()),
                b'(' => balance.passed(literal_length(rest), rest),
                b'<' if rest.starts_with(b"<<") => {
                    balance.open += 1;
                    2
                }
                b'<' => balance.passed(memchr::memchr(b'>', rest).map(|end| end + 1), rest),
                b'>' if rest.starts_with(b">>") => {
                    balance.open = balance.open.saturating_sub(1);
                    2
                }
                b'[' => {
                    balance.open += 1;
                    1
                }
                b']' => {
                    balance.open = balance.open.saturating_sub(1);
                    1
                }
                b'/' => {
                    let length = 1 + word_length(rest.get(1..).unwrap_or_default());
                    if let Ok(Object::Name(name)) = Parser::new(rest, 0).object(0) {
                        balance.names.insert(name);
                    }
                    length
                }
                b'>' | b'{' | b'}' | b')' => 1,
                _ => {
                    let length = word_length(rest).max(1);
                    match rest.get(..length).unwrap_or_default() {
                        b"ID" => {
                            let data = rest.get(length..).unwrap_or_default();
                            length + balance.passed(picture_length(data), data)
                        }
                        word => {
                            balance.operator(word, at);
                            length
                        }
                    }
                }
            };
        }
        balance
    }

    fn operator(&mut self, word: &[u8], at: usize) {
        let is_number = word.iter().all(|byte| byte.is_ascii_digit() || b"+-.".contains(byte));
        self.operators += usize::from(!is_number && !matches!(word, b"true" | b"false" | b"null"));
        match word {
            b"q" => self.saved += 1,
            b"Q" if self.saved == 0 => self.excess.push(at),
            b"Q" => self.saved -= 1,
            b"BMC" | b"BDC" => self.marked += 1,
            b"EMC" => self.marked = self.marked.saturating_sub(1),
            b"BT" => self.in_text = true,
            b"ET" => self.in_text = false,
            b"m" | b"l" | b"c" | b"v" | b"y" | b"h" | b"re" | b"W" | b"W*" => self.path = true,
            b"S" | b"s" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"n" => self.path = false,
            _ => {}
        }
    }

    /// A length, or that of all the rest where the end is missing.
    fn passed(&mut self, length: Option<usize>, rest: &[u8]) -> usize {
        self.is_cut_off |= length.is_none();
        length.unwrap_or(rest.len())
    }

    /// Whether the content ends within a string, an array, a dictionary or an inline picture: what is drawn behind it would
    /// be a part of that to viewers.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.is_cut_off || self.open > 0
    }

    /// Whether the content has to be written anew before something can be drawn behind it.
    pub(crate) fn has_excess(&self) -> bool {
        !self.excess.is_empty()
    }

    /// The content without what viewers pass over.
    pub(crate) fn without_excess(&self, mut content: Vec<u8>) -> Vec<u8> {
        for at in &self.excess {
            if let Some(byte) = content.get_mut(*at) {
                *byte = b' ';
            }
        }
        content
    }

    /// What ends everything that is open, and the graphics state saved before the content.
    pub(crate) fn ending(&self) -> String {
        let mut ending = String::from("\n");
        if self.in_text {
            ending.push_str("ET\n");
        }
        if self.path {
            ending.push_str("n\n");
        }
        ending.push_str(&"EMC\n".repeat(self.marked));
        ending.push_str(&"Q\n".repeat(self.saved + 1));
        ending
    }
}

fn word_length(text: &[u8]) -> usize {
    text.iter().take_while(|&&byte| !is_space(byte) && !b"()<>[]{}/%".contains(&byte)).count()
}

/// Length of a literal string with its brackets; `None` where it doesn't end.
fn literal_length(text: &[u8]) -> Option<usize> {
    let (mut depth, mut escaped) = (0_usize, false);
    for (index, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(index + 1);
        }
    }
    None
}

/// Length of an inline picture's data up to and with its EI; `None` where it doesn't end.
fn picture_length(data: &[u8]) -> Option<usize> {
    for found in memmem::find_iter(data, b"EI") {
        let before = found.checked_sub(1).and_then(|index| data.get(index));
        let behind = data.get(found + 2..).unwrap_or_default();
        let behind = behind.get(..behind.len().min(LOOK_AHEAD)).unwrap_or_default();
        let ends_word = behind.first().is_none_or(|&byte| is_space(byte));
        let is_text = behind.iter().all(|&byte| is_space(byte) || (b' '..=b'~').contains(&byte));
        if before.is_some_and(|&byte| is_space(byte)) && ends_word && is_text {
            return Some(found + 2);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_closed() {
        for (content, ending) in [
            ("", "\nQ\n"),
            ("q 1 0 0 1 0 0 cm Q", "\nQ\n"),
            ("q q Q 0 0 9 9 re W n", "\nQ\nQ\n"),
            ("/OC /a BDC BT (Q \\) q) Tj <51> Tj", "\nET\nEMC\nQ\n"),
            ("0 0 9 9 re % Q\n", "\nn\nQ\n"),
            ("/q /Q [(q)] TJ /P <</q 1>> BDC EMC", "\nQ\n"),
            ("q BI /W 1 /H 1 ID \u{1}Q EI\u{2} q EI Q", "\nQ\n"),
            ("(never ends q", "\nQ\n"),
        ] {
            let balance = Balance::of(content.as_bytes());
            assert_eq!(balance.ending(), ending, "{content}");
            assert!(!balance.has_excess(), "{content}");
        }
    }

    #[test]
    fn content_may_end_within_something() {
        let unfinished = ["(never ends", "(a\\)", "<51", "[(a) 1", "/P << /q 1", "BI /W 1 ID abc", "[<</a[>>"];
        for content in unfinished {
            assert!(Balance::of(content.as_bytes()).is_unfinished(), "{content}");
        }
        for content in
            ["(a(b)) Tj", "<51> Tj", "[(a) 1 [2]] TJ", "/P <</q <</r 1>>>> BDC", "BI /W 1 ID abc EI Q", "] >> Q"]
        {
            assert!(!Balance::of(content.as_bytes()).is_unfinished(), "{content}");
        }
    }

    #[test]
    fn what_restores_nothing_is_left_out() {
        let content = b"Q q Q 2 0 0 2 0 0 cm Q q".to_vec();
        let balance = Balance::of(&content);
        assert!(balance.has_excess());
        assert_eq!(balance.ending(), "\nQ\nQ\n");
        assert_eq!(balance.without_excess(content), b"  q Q 2 0 0 2 0 0 cm   q");
    }
}
