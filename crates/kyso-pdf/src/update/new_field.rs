//! A new signature field with its widget, in the form and on its page (ISO 32000-2, 12.7.5.5).

use lopdf::{Object, ObjectId};

use super::dictionary_text::DictionaryText;
use super::edit::{append, dictionary, edit_form, reference_in, shown};
use super::incremental::{Update, Value, object_text};
use super::need_appearances;
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::Rectangle;
use crate::page::Page;
use crate::signature::signature_field::{text_string, top_field_names};

/// Print, and locked: an annotation that nobody moves by accident (ISO 32000-2, table 167).
pub const FLAGS: u32 = 4 | 128;

/// A field to make.
pub struct NewField<'f> {
    /// Its name, which nothing has.
    pub name: &'f str,
    /// Where its widget goes.
    pub page: &'f Page,
    /// In points, as seen; `None`: invisible.
    pub rectangle: Option<Rectangle>,
    /// Its value.
    pub signature: Option<ObjectId>,
    /// The Form XObject that is seen.
    pub appearance: Option<ObjectId>,
    /// The text of /Lock.
    pub lock: Option<&'f [u8]>,
}

impl NewField<'_> {
    /// Writes it and enters it in the form and on its page.
    ///
    /// # Errors
    /// [`Error::Input`] where the form or the page can't be read.
    pub fn enter(&self, document: &Document<'_>, update: &mut Update<'_, '_>) -> Result<(), Error> {
        let [left, bottom, right, top] =
            self.rectangle.map_or([0.0; 4], |rectangle| self.page.to_user_space(rectangle).edges());
        let mut text = b"<<\n/Type /Annot\n/Subtype /Widget\n/FT /Sig\n/T ".to_vec();
        text.extend(object_text(&text_string(self.name))?);
        text.extend(format!("\n/F {FLAGS}\n/P {}\n", shown(self.page.id)).into_bytes());
        text.extend(
            format!("/Rect [{} {} {} {}]\n", number(left), number(bottom), number(right), number(top)).into_bytes(),
        );
        if let Some(signature) = self.signature {
            text.extend(format!("/V {}\n", shown(signature)).into_bytes());
        }
        if let Some(form) = self.appearance {
            text.extend(format!("/AP {}\n", appearance_text(form)).into_bytes());
        }
        if let Some(lock) = self.lock {
            text.extend_from_slice(b"/Lock ");
            text.extend_from_slice(lock);
            text.push(b'\n');
        }
        text.extend_from_slice(b">>");
        let field = update.add(Value::Text(text));
        enter_on_page(document, update, self.page, field)?;
        edit_form(document, update, |update, form| {
            part_list(document, update, form, "Fields", false)?;
            append(document, update, form, "Fields", field)?;
            if self.rectangle.is_some() {
                need_appearances::show(document, form)?;
            }
            form.set("SigFlags", b"3")
        })
    }
}

/// The text of /AP with one normal appearance.
pub fn appearance_text(form: ObjectId) -> String {
    format!("<< /N {} >>", shown(form))
}

/// A number with at most three decimals.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Lists an annotation on a page, and on no other.
///
/// # Errors
/// [`Error::Input`] where the page's annotations can't be read.
pub fn enter_on_page(
    document: &Document<'_>,
    update: &mut Update<'_, '_>,
    page: &Page,
    annotation: ObjectId,
) -> Result<(), Error> {
    let mut text = dictionary(update, page.id)?;
    let before = text.clone().into_bytes();
    part_list(document, update, &mut text, "Annots", true)?;
    append(document, update, &mut text, "Annots", annotation)?;
    let after = text.into_bytes();
    if after != before {
        update.set(page.id, Value::Text(after));
    }
    Ok(())
}

/// Gives the dictionary of `holder`, the form or a page, a list of its own under `key`: a page always, for whatever else refers
/// to its list (another page, the form, a template) would show what is entered for the page; the form where a page has the
/// same one.
fn part_list(
    document: &Document<'_>,
    update: &Update<'_, '_>,
    text: &mut DictionaryText,
    key: &str,
    is_of_page: bool,
) -> Result<(), Error> {
    let Some(list) = text.get(key)?.and_then(reference_in) else { return Ok(()) };
    let is_list = |page: &Page| matches!(page.dictionary.get(b"Annots"), Ok(Object::Reference(id)) if *id == list);
    if is_of_page || document.page_where(is_list)?.is_some() {
        let own = match update.text(list)? {
            Some(own) if own.starts_with(b"[") => own,
            _ => object_text(&Object::Array(document.items(Some(&Object::Reference(list)))?))?,
        };
        text.set(key, &own)?;
    }
    Ok(())
}

impl NewField<'_> {
    /// A name for a new field that nothing has: the stem and a number.
    ///
    /// # Errors
    /// [`Error::Input`] where the form can't be read.
    pub fn free_name(document: &Document<'_>, stem: &str) -> Result<String, Error> {
        let taken = top_field_names(document)?;
        let mut names = (1..=taken.len() + 1).map(|n| format!("{stem}{n}"));
        names.find(|name| !taken.contains(name)).ok_or_else(|| Error::Internal("no free field name".into()))
    }
}
