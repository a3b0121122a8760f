//! A dictionary edited as text, so that every value that doesn't change keeps the very bytes it had.

use crate::error::Error;
use crate::file::parse::Parser;

/// The text of a dictionary value.
#[derive(Debug, Clone)]
pub struct DictionaryText {
    text: Vec<u8>,
}

impl DictionaryText {
    /// `text` is a dictionary from `<<` to `>>`.
    ///
    /// # Errors
    /// [`Error::Input`] where the text is no dictionary.
    pub fn new(text: Vec<u8>) -> Result<Self, Error> {
        Parser::new(&text, 0).entries()?;
        Ok(Self { text })
    }

    /// Sets a key to a value given as text; the last of several equal keys is the one that counts.
    ///
    /// # Errors
    /// [`Error::Input`] where the text is no dictionary.
    pub fn set(&mut self, key: &str, value: &[u8]) -> Result<(), Error> {
        let entries = Parser::new(&self.text, 0).entries()?;
        match entries.iter().rev().find(|entry| entry.key == key.as_bytes()) {
            Some(entry) => {
                let mut with_space = vec![b' '];
                with_space.extend_from_slice(value);
                let start = entry.key_start + name_length(&self.text, entry.key_start);
                self.text.splice(start..entry.value.end, with_space);
            }
            None => {
                let end = self.text.iter().rposition(|&byte| byte == b'>').map_or(0, |last| last.saturating_sub(1));
                let mut entry = format!("/{key} ").into_bytes();
                entry.extend_from_slice(value);
                entry.push(b'\n');
                if !self.text.get(..end).is_some_and(|head| head.ends_with(b"\n") || head.ends_with(b"<<")) {
                    entry.insert(0, b'\n');
                }
                self.text.splice(end..end, entry);
            }
        }
        Ok(())
    }

    /// The text of a key's value.
    ///
    /// # Errors
    /// [`Error::Input`] where the text is no dictionary.
    pub fn get(&self, key: &str) -> Result<Option<&[u8]>, Error> {
        let entries = Parser::new(&self.text, 0).entries()?;
        let entry = entries.iter().rev().find(|entry| entry.key == key.as_bytes());
        Ok(entry.and_then(|entry| self.text.get(entry.value.clone())))
    }

    /// The text.
    pub fn into_bytes(self) -> Vec<u8> {
        self.text
    }
}

/// Length of the name that begins at `start`, with its slash and escapes as written.
fn name_length(text: &[u8], start: usize) -> usize {
    let rest = text.get(start + 1..).unwrap_or_default();
    1 + rest.iter().take_while(|&&b| !crate::file::parse::is_space(b) && !b"()<>[]{}/%".contains(&b)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, key: &str, value: &str) -> String {
        let mut dictionary = DictionaryText::new(text.as_bytes().to_vec()).unwrap();
        dictionary.set(key, value.as_bytes()).unwrap();
        String::from_utf8(dictionary.into_bytes()).unwrap()
    }

    #[test]
    fn other_values_keep_their_bytes() {
        let text = "<< /MediaBox [0 0 595.2760 841.889771]/Annots[1 0 R]%x\n/T(a\\)b)>>";
        assert_eq!(
            edited(text, "Annots", "[1 0 R 2 0 R]"),
            "<< /MediaBox [0 0 595.2760 841.889771]/Annots [1 0 R 2 0 R]%x\n/T(a\\)b)>>"
        );
        assert_eq!(
            edited(text, "New", "1"),
            "<< /MediaBox [0 0 595.2760 841.889771]/Annots[1 0 R]%x\n/T(a\\)b)\n/New 1\n>>"
        );
    }

    #[test]
    fn keys_are_found_under_their_escapes() {
        assert_eq!(edited("<</A#6enots null>>", "Annots", "5"), "<</A#6enots 5>>");
    }
}
