//! An update whose writing broke off: objects stand behind the file's last end, and no cross-reference section lists them.

use memchr::memmem;

use super::document::Document;
use super::parse::{Parser, is_space};

/// Bytes of the longest label of an object that programs write, in front of `obj`.
const LONGEST_LABEL: usize = 32;

impl Document<'_> {
    /// Where an update begins that was never finished, in bytes from the start of the file: the last program that saved
    /// it broke off, and readers show what was saved before. Other bytes behind the end (a line end, what a web server
    /// or a mail program adds) are no update.
    pub fn unfinished_update(&self) -> Option<u64> {
        let bytes = self.bytes();
        let end = memmem::rfind(bytes, b"%%EOF")? + b"%%EOF".len();
        // A whole update may lack its %%EOF.
        let end = end.max(memmem::rfind(bytes, b"startxref").unwrap_or(0));
        let rest = bytes.get(end..)?;
        memmem::find_iter(rest, b"obj").find_map(|keyword| {
            let near = keyword.saturating_sub(LONGEST_LABEL);
            let line = rest.get(near..keyword)?.iter().rposition(|byte| matches!(byte, b'\r' | b'\n'));
            let line = line.map_or(near, |at| near + at + 1);
            let mut parser = Parser::new(bytes, end + line);
            let is_label = parser.label().is_some() && parser.position() == end + keyword + b"obj".len();
            let stands_apart =
                bytes.get(parser.position()).is_none_or(|&byte| is_space(byte) || b"<[(/".contains(&byte));
            (is_label && stands_apart).then_some((end + line) as u64)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &[u8] = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\n\
        endobj\nxref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \ntrailer\n<</Root 1 0 R/Size 3>>\n\
        startxref\n102\n%%EOF\n";

    fn unfinished(behind: &str) -> Option<u64> {
        let bytes = [WHOLE, behind.as_bytes()].concat();
        Document::parse(&bytes).unwrap().unfinished_update().map(|at| at - WHOLE.len() as u64)
    }

    #[test]
    fn an_object_behind_the_end_is_one() {
        assert_eq!(unfinished("3 0 obj\n<</Type/An"), Some(0));
        assert_eq!(unfinished("\n\n1 0 obj<</Type/Catalog/Pages 2 0 R>>\nendobj\n3 0 obj\n[1 2"), Some(2));
        assert_eq!(unfinished("3 0 obj"), Some(0));
        assert_eq!(unfinished("3 0 obj\n<<>>\nendobj\nxref\n0 1\n"), Some(0));
    }

    #[test]
    fn other_bytes_are_none() {
        for behind in [
            "",
            "\r\n",
            "<html>the obj of my desire, 3 obj, 1 0 object</html>\n",
            "\n%%EOF\n\n",
            "\n3 0 ob",
            "\n3 0 objects\n",
            "\u{0}\u{0}\u{0}",
            "\n1 0 obj\n[1]\nendobj\nstartxref\n102\n%%EOF\n",
        ] {
            assert_eq!(unfinished(behind), None, "{behind:?}");
        }
    }
}
