//! The XML that stores answer with, read within bounds: no document type, no entities but XML's own, so many nodes.

use kyso::error::connection::Fault;
use roxmltree::{Document, Node, ParsingOptions};

/// Elements, attributes and texts of one answer: a thousand versions have some twenty thousand.
const NODES: u32 = 200_000;
/// Quotation marks in one tag and the text behind it: attributes have two each, of which S3's have one or two.
const QUOTES: usize = 64;

/// An answer's document.
pub(super) fn read(content: &[u8]) -> Result<Document<'_>, Fault> {
    let wrong = |what: &dyn std::fmt::Display| Fault::ContentType(format!("not the XML of a store: {what}"));
    let text = std::str::from_utf8(content).map_err(|error| wrong(&error))?;
    // The reader compares each attribute of a tag with all the others.
    if text.split('<').any(|tag| tag.matches(['\'', '"']).nth(QUOTES).is_some()) {
        return Err(wrong(&"too many attributes"));
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| wrong(&error))
}

/// The outermost element, which must have this name.
pub(super) fn root<'a, 'i>(document: &'a Document<'i>, name: &str) -> Result<Node<'a, 'i>, Fault> {
    let root = document.root_element();
    if root.tag_name().name() == name {
        return Ok(root);
    }
    Err(Fault::ContentType(format!("not the XML of a store: {name} was asked for")))
}

/// The elements of this name in an element, in order.
pub(super) fn each<'a, 'i>(within: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    within.children().filter(move |child| child.has_tag_name_of(name))
}

/// The text of the first element of this name. An empty one is as good as none.
pub(super) fn text<'a>(within: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let found = within.children().find(|child| child.has_tag_name_of(name))?;
    found.text().map(str::trim).filter(|text| !text.is_empty())
}

/// The text of an element that must be there.
pub(super) fn needed<'a>(within: Node<'a, '_>, name: &str) -> Result<&'a str, Fault> {
    text(within, name).ok_or_else(|| Fault::ContentType(format!("not the XML of a store: no {name}")))
}

/// A number that must be there.
pub(super) fn number(within: Node<'_, '_>, name: &str) -> Result<u64, Fault> {
    let wrong = || Fault::ContentType(format!("not the XML of a store: {name} is no number"));
    text(within, name).and_then(|text| text.parse().ok()).ok_or_else(wrong)
}

/// What an error's document names as its code: letters and digits alone, few.
pub(super) fn error_code(content: &[u8]) -> Option<String> {
    let document = read(content).ok()?;
    let code = text(root(&document, "Error").ok()?, "Code")?;
    let is_code = code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    is_code.then(|| code.to_owned())
}

trait Named {
    fn has_tag_name_of(&self, name: &str) -> bool;
}

impl Named for Node<'_, '_> {
    /// Whatever its name space: stores differ in whether they give one.
    fn has_tag_name_of(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_with_and_without_a_name_space() {
        for xmlns in ["", " xmlns='http://s3.amazonaws.com/doc/2006-03-01/'"] {
            let error =
                format!("<?xml version='1.0'?>\n<Error{xmlns}><Code>NoSuchKey</Code><Message>No</Message></Error>");
            assert_eq!(error_code(error.as_bytes()).as_deref(), Some("NoSuchKey"));
        }
    }

    #[test]
    fn what_isnt_an_error_has_no_code() {
        for hostile in [
            "",
            "<",
            "<html><body>Not found</body></html>",
            "<Error/>",
            "<Error><Code/></Error>",
            "<Error><Code>a b\nc</Code></Error>",
            "<Error><Code>&xxe;</Code></Error>",
            "<Other><Error><Code>NoSuchKey</Code></Error></Other>",
            "<Error><Inner><Code>NoSuchKey</Code></Inner></Error>",
            "<!DOCTYPE Error [<!ENTITY a 'NoSuchKey'>]><Error><Code>&a;</Code></Error>",
            "<!DOCTYPE Error SYSTEM 'file:///etc/passwd'><Error><Code>NoSuchKey</Code></Error>",
        ] {
            assert_eq!(error_code(hostile.as_bytes()), None, "{hostile}");
        }
        assert_eq!(error_code(b"<Error><Code>\xff</Code></Error>"), None);
        let long = format!("<Error><Code>{}</Code></Error>", "a".repeat(65));
        assert_eq!(error_code(long.as_bytes()), None);
    }

    /// A stack that grows with the depth of a document would end here.
    #[test]
    fn depth_and_number_of_nodes_are_bounded() {
        let deep = format!("{}{}", "<a>".repeat(150_000), "</a>".repeat(150_000));
        let _ = error_code(deep.as_bytes());
        let wide = format!("<Error>{}</Error>", "<a/>".repeat(250_000));
        assert!(read(wide.as_bytes()).is_err());
        let doubled = format!("<Error {}/>", (0..50_000).map(|at| format!("a{at}='' ")).collect::<String>());
        assert!(read(doubled.as_bytes()).is_err());
    }
}
