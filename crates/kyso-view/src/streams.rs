//! The keyword `stream` with blanks behind it: the renderer takes that for no stream, other readers for one
//! (ISO 32000-2, 7.3.8.1).

use memchr::memmem;

const KEYWORD: &[u8] = b"stream";
/// White space between a stream's dictionary and the keyword.
const MOST_SPACE: usize = 64;

/// Puts blanks behind the keyword before it. No offset changes, and no data do.
pub(crate) fn move_blanks(pdf: &mut [u8]) {
    let finder = memmem::Finder::new(KEYWORD);
    let mut from = 0;
    while let Some(at) = pdf.get(from..).and_then(|rest| finder.find(rest)).map(|found| from + found) {
        from = at + KEYWORD.len();
        let behind = pdf.get(from..).unwrap_or_default();
        let blanks = behind.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let ends_line = matches!(behind.get(blanks), Some(b'\r' | b'\n'));
        let before = pdf.get(at.saturating_sub(MOST_SPACE)..at).unwrap_or_default();
        if blanks > 0
            && ends_line
            && before.trim_ascii_end().ends_with(b">>")
            && let Some(keyword) = pdf.get_mut(at..from + blanks)
        {
            keyword.rotate_right(blanks);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_go_before_the_keyword_of_a_stream() {
        for (written, mended) in [
            ("<<>>\nstream \nx endstream \n", "<<>>\n stream\nx endstream \n"),
            ("<<>>stream\t \r\nx", "<<>>\t stream\r\nx"),
            ("<< >> stream   \rx", "<< >>    stream\rx"),
            ("<<>>\nstream\nx", "<<>>\nstream\nx"),
            ("<<>>\nstream x\n", "<<>>\nstream x\n"),
            ("a stream \n", "a stream \n"),
            ("<<>>stream ", "<<>>stream "),
        ] {
            let mut bytes = written.as_bytes().to_vec();
            move_blanks(&mut bytes);
            assert_eq!(String::from_utf8_lossy(&bytes), mended);
        }
    }
}
