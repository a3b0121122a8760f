//! Objects edited as text in an update: what isn't touched keeps the very bytes it had.

use super::dictionary_text::DictionaryText;
use super::incremental::{Update, Value, object_text};
use crate::error::Error;
use crate::file::document::Document;
use crate::file::object::MAX_REFERENCES;
use crate::file::parse::Parser;
use lopdf::{Object, ObjectId};

/// Edits the dictionary that is object `id`.
///
/// # Errors
/// [`Error::Input`] where the object is no dictionary; those of `change`.
pub fn edit(
    update: &mut Update<'_, '_>,
    id: ObjectId,
    change: impl FnOnce(&mut DictionaryText) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut text = dictionary(update, id)?;
    change(&mut text)?;
    update.set(id, Value::Text(text.into_bytes()));
    Ok(())
}

/// Edits the dictionary that the catalog has under `key`, be it direct or an object of its own; makes an object of the text
/// `new` where there is none.
///
/// # Errors
/// [`Error::Input`] where the catalog or the dictionary can't be read; those of `change`.
pub fn edit_in_catalog<'d, 'a>(
    document: &Document<'_>,
    update: &mut Update<'d, 'a>,
    key: &str,
    new: &[u8],
    change: impl FnOnce(&mut Update<'d, 'a>, &mut DictionaryText) -> Result<(), Error>,
) -> Result<(), Error> {
    let catalog = document.catalog_id()?;
    let mut root = dictionary(update, catalog)?;
    let written = root.get(key)?.map(<[u8]>::to_vec);
    // An object of this update counts as much as one of the file.
    let referred = match written.as_deref().and_then(reference_in) {
        Some(id) => {
            let id = target(update, id)?;
            update.text(id)?.and_then(|text| DictionaryText::new(text).ok()).map(|text| (id, text))
        }
        None => None,
    };
    if let Some((id, mut text)) = referred {
        change(update, &mut text)?;
        update.set(id, Value::Text(text.into_bytes()));
        return Ok(());
    }
    if let Some(mut text) = written.and_then(|direct| DictionaryText::new(direct).ok()) {
        change(update, &mut text)?;
        root.set(key, &text.into_bytes())?;
    } else {
        let mut text = DictionaryText::new(new.to_vec())?;
        change(update, &mut text)?;
        let id = update.add(Value::Text(text.into_bytes()));
        root.set(key, &reference(id))?;
    }
    update.set(catalog, Value::Text(root.into_bytes()));
    Ok(())
}

/// Edits the interactive form ([`edit_in_catalog`]).
///
/// # Errors
/// Those of [`edit_in_catalog`].
pub fn edit_form<'d, 'a>(
    document: &Document<'_>,
    update: &mut Update<'d, 'a>,
    change: impl FnOnce(&mut Update<'d, 'a>, &mut DictionaryText) -> Result<(), Error>,
) -> Result<(), Error> {
    edit_in_catalog(document, update, "AcroForm", b"<<\n>>", change)
}

/// Appends a reference to the array under `key`, be it direct, an object of its own, or not there yet.
///
/// # Errors
/// [`Error::Input`] where what the key refers to can't be read.
pub fn append(
    document: &Document<'_>,
    update: &mut Update<'_, '_>,
    holder: &mut DictionaryText,
    key: &str,
    item: ObjectId,
) -> Result<(), Error> {
    let written = holder.get(key)?.map(<[u8]>::to_vec);
    let Some(written) = written else {
        return holder.set(key, format!("[{}]", shown(item)).as_bytes());
    };
    if written.starts_with(b"[") {
        return holder.set(key, &extended(written, item));
    }
    if let Some(id) = reference_in(&written)
        && let id = target(update, id)?
        && matches!(document.object(id)?, Object::Array(_))
        && let Some(array) = update.text(id)?
    {
        // Behind another reference stands a list that isn't this holder's alone.
        match array.starts_with(b"[") {
            true => update.set(id, Value::Text(extended(array, item))),
            false => {
                let list = object_text(&Object::Array(document.items(Some(&Object::Reference(id)))?))?;
                holder.set(key, &extended(list, item))?;
            }
        }
        return Ok(());
    }
    holder.set(key, format!("[{}]", shown(item)).as_bytes())
}

/// The text of an array with one more reference; as it is where it has that one: some forms list their fields and a page
/// its annotations in one array.
fn extended(mut array: Vec<u8>, item: ObjectId) -> Vec<u8> {
    if matches!(Parser::new(&array, 0).object(0), Ok(Object::Array(items)) if items.contains(&Object::Reference(item)))
    {
        return array;
    }
    let end = array.iter().rposition(|&byte| byte == b']').unwrap_or(array.len());
    array.splice(end..end, format!(" {}", shown(item)).into_bytes());
    array
}

/// The reference that a value's text is, if it's one.
pub fn reference_in(text: &[u8]) -> Option<ObjectId> {
    match Parser::new(text, 0).object(0) {
        Ok(Object::Reference(id)) => Some(id),
        _ => None,
    }
}

/// The object that a reference leads to: one that is a reference itself leads on.
fn target(update: &Update<'_, '_>, id: ObjectId) -> Result<ObjectId, Error> {
    let mut id = id;
    for _ in 0..MAX_REFERENCES {
        match update.text(id)?.as_deref().and_then(reference_in) {
            Some(next) => id = next,
            None => return Ok(id),
        }
    }
    Err(Error::input("reference", None, "references lead in a circle"))
}

/// The text of a dictionary as this update leaves it.
///
/// # Errors
/// [`Error::Input`] where the object is no dictionary.
pub fn dictionary(update: &Update<'_, '_>, (number, generation): ObjectId) -> Result<DictionaryText, Error> {
    let text = update
        .text((number, generation))?
        .ok_or_else(|| Error::input(format!("object {number} {generation}"), None, "isn't in the file"))?;
    DictionaryText::new(text)
}

/// A reference as text.
pub fn shown((number, generation): ObjectId) -> String {
    format!("{number} {generation} R")
}

/// A reference as bytes.
pub fn reference(id: ObjectId) -> Vec<u8> {
    shown(id).into_bytes()
}
