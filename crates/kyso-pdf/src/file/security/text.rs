//! The strings in an object's text.

use std::ops::Range;

use lopdf::{Object, StringFormat};

use crate::error::Error;
use crate::file::parse::Parser;
use crate::update::incremental::object_text;

/// The text with every string that a key encrypts changed by `map`, or left where that gives `None`.
pub(super) fn map_strings(
    text: Vec<u8>,
    mut map: impl FnMut(&[u8]) -> Result<Option<Vec<u8>>, Error>,
) -> Result<Vec<u8>, Error> {
    let mut changed = Vec::with_capacity(text.len());
    let mut done = 0;
    for Written { span, string } in strings(&text)? {
        if let Some(string) = map(&string)? {
            changed.extend_from_slice(text.get(done..span.start).unwrap_or_default());
            changed.extend(object_text(&Object::String(string, StringFormat::Hexadecimal))?);
            done = span.end;
        }
    }
    changed.extend_from_slice(text.get(done..).unwrap_or_default());
    Ok(changed)
}

/// A string, and where it's written.
struct Written {
    span: Range<usize>,
    string: Vec<u8>,
}

/// A dictionary or an array that is open at a place in the text.
#[derive(Default)]
struct Open {
    is_signature: bool,
    /// Which of the strings found is its /Contents.
    contents: Option<usize>,
}

/// The strings that a key encrypts.
fn strings(text: &[u8]) -> Result<Vec<Written>, Error> {
    let mut found: Vec<Option<Written>> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut name_before: Option<Vec<u8>> = None;
    let mut at = 0;
    loop {
        let mut parser = Parser::new(text, at);
        parser.skip_space();
        let start = parser.position();
        let mut name = None;
        match text.get(start..).unwrap_or_default() {
            [] => break,
            [b'<', b'<', ..] => {
                open.push(Open::default());
                at = start + 2;
            }
            [b'[', ..] => {
                open.push(Open::default());
                at = start + 1;
            }
            [b'>' | b']', ..] => {
                let closed = open.pop().unwrap_or_default();
                if let Some(contents) = closed.contents.filter(|_| closed.is_signature).and_then(|at| found.get_mut(at))
                {
                    *contents = None;
                }
                at = start + if text.get(start) == Some(&b'>') { 2 } else { 1 };
            }
            [b'/' | b'(' | b'<', ..] => {
                let token = parser.object(0)?;
                at = parser.position();
                let mut nowhere = Open::default();
                let holder = open.last_mut().unwrap_or(&mut nowhere);
                match token {
                    Object::Name(read) => {
                        let is_type = name_before.as_deref() == Some(b"Type");
                        holder.is_signature |=
                            read == b"ByteRange" || is_type && (read == b"Sig" || read == b"DocTimeStamp");
                        name = Some(read);
                    }
                    Object::String(string, _) => {
                        if name_before.as_deref() == Some(b"Contents") {
                            holder.contents = Some(found.len());
                        }
                        found.push(Some(Written { span: start..at, string }));
                    }
                    _ => {}
                }
            }
            _ => at = start + 1,
        }
        name_before = name;
    }
    Ok(found.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shouted(text: &str) -> String {
        let map = |string: &[u8]| Ok(Some(string.to_ascii_uppercase()));
        String::from_utf8(map_strings(text.as_bytes().to_vec(), map).unwrap()).unwrap()
    }

    #[test]
    fn strings_are_changed_and_nothing_else_is() {
        assert_eq!(
            shouted("<</T(a\\)b)/N/a(c) %(d)\n/R 1 0 R[<65>.5/x#28y(z)]/B<</C()>>>>"),
            "<</T<412942>/N/a<43> %(d)\n/R 1 0 R[<45>.5/x#28y<5A>]/B<</C<>>>>>"
        );
        assert_eq!(shouted("(a)"), "<41>");
        assert_eq!(shouted("[ 1 0 R ]"), "[ 1 0 R ]");
    }

    #[test]
    fn only_the_contents_of_a_signature_are_left() {
        assert_eq!(shouted("<</Contents(a)/ByteRange[0 1 2 3]/M(b)>>"), "<</Contents(a)/ByteRange[0 1 2 3]/M<42>>>");
        assert_eq!(shouted("<</Type /Sig/Contents<61>>>"), "<</Type /Sig/Contents<61>>>");
        assert_eq!(shouted("<</Subtype/Text/Contents(a)>>"), "<</Subtype/Text/Contents<41>>>");
        let nested = "<</Contents(a)/V<</Type/DocTimeStamp/Contents(b)/Prop[/Contents(c)]>>>>";
        assert_eq!(shouted(nested), "<</Contents<41>/V<</Type/DocTimeStamp/Contents(b)/Prop[/Contents<43>]>>>>");
    }
}
