//! What a field's value looks like as text: of a choice field, what it calls its choices.

use unicode_normalization::UnicodeNormalization;

use super::compare::optional_same;
use super::fields::Node;
use super::{Comparison, items};
use crate::error::Error;
use crate::pdf::{Dictionary, Document, Object, text_of};

/// Most choices of a field.
const MAX_CHOICES: usize = 20_000;

/// What a choice field offers: what the value says, and what is shown.
struct Choice {
    export: String,
    display: String,
}

impl Comparison<'_, '_, '_> {
    /// Whether the choices that a list marks are those of its value.
    pub(super) fn marks_its_choices(&self, is: &Node, before: &Dictionary, now: &Dictionary) -> Result<bool, Error> {
        let marked = now.get(b"I").ok();
        if is.kind != b"Ch" || optional_same(before.get(b"I").ok(), marked) {
            return Ok(true);
        }
        let (marked, choices) = (items(self.now, marked)?, choices(self.now, is)?);
        if marked.is_empty() {
            return Ok(true);
        }
        let chosen = chosen(self.now, is)?;
        let named = |mark: &Object| {
            let choice = mark.as_i64().ok().and_then(|index| choices.get(usize::try_from(index).ok()?));
            choice.is_some_and(|choice| chosen.iter().any(|text| *text == choice.export || *text == choice.display))
        };
        Ok(marked.len() == chosen.len() && marked.iter().all(named))
    }
}

/// Whether a text that a field shows is its value.
pub(super) fn says_value(document: &Document<'_>, field: &Node, shown: &str) -> Result<bool, Error> {
    let (shown, chosen) = (bare(shown), chosen(document, field)?);
    if shown == bare(&chosen.concat()) {
        return Ok(true);
    }
    if field.kind != b"Ch" {
        return Ok(false);
    }
    let choices = choices(document, field)?;
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
    if !field.is_list() {
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

/// Without white space, in NFC: line breaks and kerning are the program's affair.
pub(super) fn bare(text: &str) -> String {
    text.nfc().filter(|letter| !letter.is_whitespace()).collect()
}

/// The value's texts: several where several are chosen.
fn chosen(document: &Document<'_>, field: &Node) -> Result<Vec<String>, Error> {
    Ok(match field.value.as_ref().map(|value| document.resolve(value)).transpose()? {
        Some(Object::Array(items)) => items.iter().take(MAX_CHOICES).filter_map(text_of).collect(),
        Some(value) => text_of(&value).filter(|text| !text.is_empty()).into_iter().collect(),
        None => Vec::new(),
    })
}

fn choices(document: &Document<'_>, field: &Node) -> Result<Vec<Choice>, Error> {
    let mut found = Vec::new();
    for choice in items(document, field.options.as_deref())?.iter().take(MAX_CHOICES) {
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
