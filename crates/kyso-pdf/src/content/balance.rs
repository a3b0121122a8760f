//! What a content stream leaves open (ISO 32000-2, 7.8.2, 8.4.2): found so that more can be drawn behind it in the
//! page's own coordinates, clipped by nothing.

use std::collections::BTreeSet;

use lopdf::Object;

use super::operation::Operations;

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
    /// A string, an array, a dictionary or an inline picture without its end.
    is_cut_off: bool,
    /// Where a graphics state is restored that nothing saved: most viewers pass over it, poppler shows nothing of what follows.
    excess: Vec<usize>,
    /// Every name: what of the resources may be used.
    pub(crate) names: BTreeSet<Vec<u8>>,
}

impl Balance {
    /// Reads a whole content stream.
    pub(crate) fn of(content: &[u8]) -> Self {
        let mut balance = Self::default();
        let mut operations = Operations::of(content);
        for operation in operations.by_ref() {
            operation.operands.iter().for_each(|operand| balance.name(operand));
            match operation.operator {
                b"q" => balance.saved += 1,
                b"Q" if balance.saved == 0 => balance.excess.push(operation.at),
                b"Q" => balance.saved -= 1,
                b"BMC" | b"BDC" => balance.marked += 1,
                b"EMC" => balance.marked = balance.marked.saturating_sub(1),
                b"BT" => balance.in_text = true,
                b"ET" => balance.in_text = false,
                b"m" | b"l" | b"c" | b"v" | b"y" | b"h" | b"re" | b"W" | b"W*" => balance.path = true,
                b"S" | b"s" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"n" => balance.path = false,
                _ => {}
            }
        }
        balance.is_cut_off = operations.is_cut_off();
        balance
    }

    fn name(&mut self, operand: &Object) {
        match operand {
            Object::Name(name) => drop(self.names.insert(name.clone())),
            Object::Array(items) => items.iter().for_each(|item| self.name(item)),
            Object::Dictionary(entries) => entries.iter().for_each(|(key, value)| {
                self.names.insert(key.clone());
                self.name(value);
            }),
            _ => {}
        }
    }

    /// Whether the content ends within a string, an array, a dictionary or an inline picture: what is drawn behind it would
    /// be a part of that to viewers.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.is_cut_off
    }

    /// Whether the content has to be written anew before something can be drawn behind it.
    pub(crate) fn has_excess(&self) -> bool {
        !self.excess.is_empty()
    }

    /// The content without what restores nothing: all viewers show of it then what most did.
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
