//! A field's value as text; of a choice field, the names of its choices.

use lopdf::Object;
use unicode_normalization::UnicodeNormalization;

use crate::error::Error;
use crate::file::document::Document;
use crate::form_tree::FormNode;
use crate::signature::signature_field::text_of;

/// Most choices of a field.
const MAX_CHOICES: usize = 20_000;

/// What a choice field offers: what the value says, and what is shown.
#[non_exhaustive]
pub struct Choice {
    /// What the value says.
    pub export: String,
    /// What is shown.
    pub display: String,
}

/// Without white space, in NFC: line breaks and kerning are the program's affair.
pub fn bare(text: &str) -> String {
    text.nfc().filter(|letter| !letter.is_whitespace()).collect()
}

impl FormNode {
    /// Whether a text that a field shows is its value.
    ///
    /// # Errors
    /// [`Error::Input`] where the value or the options can't be read.
    pub fn says_value(&self, document: &Document<'_>, shown: &str) -> Result<bool, Error> {
        let (shown, chosen) = (bare(shown), self.chosen(document)?);
        if shown == bare(&chosen.concat()) {
            return Ok(true);
        }
        if self.kind != b"Ch" {
            return Ok(false);
        }
        let choices = self.choices(document)?;
        let is_chosen = |choice: &Choice| chosen.iter().any(|text| *text == choice.export || *text == choice.display);
        let displays: Vec<String> = choices.iter().map(|choice| bare(&choice.display)).collect();
        let named = |text: &String| choices.iter().position(|choice| choice.export == *text);
        let of_the_chosen = chosen.iter().map(|text| named(text).and_then(|at| displays.get(at)));
        if of_the_chosen
            .collect::<Option<Vec<_>>>()
            .is_some_and(|texts| texts.into_iter().cloned().collect::<String>() == shown)
        {
            return Ok(true);
        }
        if !self.is_list() {
            return Ok(false);
        }
        // A list shows other choices too, each in its turn; those that were scrolled away it doesn't.
        let rows = |first: usize| {
            let (mut left, mut some) = (shown.as_str(), chosen.is_empty());
            for (choice, display) in choices.iter().zip(&displays).skip(first) {
                if left.is_empty() {
                    break;
                }
                let Some(rest) = left.strip_prefix(display.as_str()) else { return false };
                left = rest;
                some |= is_chosen(choice);
            }
            left.is_empty() && some
        };
        Ok((0..choices.len()).any(rows))
    }

    /// The value's texts: several where several are chosen.
    ///
    /// # Errors
    /// [`Error::Input`] where the value can't be read.
    pub fn chosen(&self, document: &Document<'_>) -> Result<Vec<String>, Error> {
        Ok(match self.value.as_ref().map(|value| document.resolve(value)).transpose()? {
            Some(Object::Array(items)) => items.iter().take(MAX_CHOICES).filter_map(text_of).collect(),
            Some(value) => text_of(&value).filter(|text| !text.is_empty()).into_iter().collect(),
            None => Vec::new(),
        })
    }

    /// What a choice field offers.
    ///
    /// # Errors
    /// [`Error::Input`] where the options can't be read.
    pub fn choices(&self, document: &Document<'_>) -> Result<Vec<Choice>, Error> {
        let mut found = Vec::new();
        for choice in document.items(self.options.as_deref())?.iter().take(MAX_CHOICES) {
            let texts = match document.resolve(choice)? {
                Object::Array(pair) => pair.iter().map(|text| document.resolve(text)).collect::<Result<Vec<_>, _>>()?,
                one => vec![one],
            };
            let mut texts = texts.iter().filter_map(text_of);
            let export = texts.next().unwrap_or_default();
            let display = texts.next().unwrap_or_else(|| export.clone());
            found.push(Choice { export, display });
        }
        Ok(found)
    }
}
