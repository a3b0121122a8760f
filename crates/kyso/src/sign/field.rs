//! The signature field: found or made, entered in the form and on its page.

use super::parameters::{Lock, Place, SignatureParameters};
use super::permission;
use super::place::{Placed, on_page};
use crate::appearance::{Appearance, draw};
use crate::error::Error;
use crate::pdf::{
    DictionaryText, Document, FieldLock, Object, ObjectId, Page, SignatureField, Update, Value, object_text,
    text_string,
};
use crate::role::{LeaderSignature, Role};

/// Print, and locked: an annotation that nobody moves by accident (ISO 32000-2, table 167).
const FLAGS: u32 = 4 | 128;

/// The field that a signature goes into.
pub(crate) struct Target {
    /// Its fully qualified name.
    pub(crate) name: String,
    /// A lock that it had before.
    pub(crate) lock: Option<FieldLock>,
}

/// Puts the signature dictionary `signature` into the field that `parameters` ask for.
pub(crate) fn place(
    document: &Document<'_>,
    fields: &[SignatureField],
    update: &mut Update<'_, '_>,
    parameters: &SignatureParameters,
    signature: ObjectId,
    witness: Option<&LeaderSignature>,
) -> Result<Target, Error> {
    let existing = match &parameters.field {
        Some(name) => fields.iter().find(|field| field.name == *name),
        None => None,
    };
    match existing {
        Some(field) => fill(document, fields, update, parameters, signature, field),
        None => {
            let name = match &parameters.field {
                Some(name) => new_name(document, name)?,
                None => free_name(document, parameters.role)?,
            };
            permission::demand_unlocked(fields, &name)?;
            let placed = on_page(document, fields, parameters, witness)?;
            let lock = match parameters.lock {
                Lock::Document(permission) => Some(permission::end_of_document(permission)),
                _ => None,
            };
            make(document, update, &name, &placed, &parameters.appearance, Some(signature), lock.as_ref())?;
            Ok(Target { name, lock: None })
        }
    }
}

/// Fills an empty field.
fn fill(
    document: &Document<'_>,
    fields: &[SignatureField],
    update: &mut Update<'_, '_>,
    parameters: &SignatureParameters,
    signature: ObjectId,
    field: &SignatureField,
) -> Result<Target, Error> {
    permission::demand_filling(document)?;
    let name = field.name.clone();
    if field.value.is_some() {
        return Err(Error::refused("field.signed", format!("field {name} is signed already")));
    }
    if parameters.place != Place::Field {
        return Err(Error::parameters(
            "field",
            format!("field {name} has its own place in the document: give its name alone, without another place"),
        ));
    }
    permission::demand_unlocked(fields, &name)?;
    let mut form = None;
    if let (Some(page), Some(seen)) = (field.page, field.rectangle) {
        let rotate = document.page(page)?.rotate;
        let mut add = |object: Object| update.add(Value::Object(object));
        form = draw::draw(&parameters.appearance, rotate, Some((seen.width, seen.height)), &mut add)?;
    } else if draw::size(&parameters.appearance)?.is_some() {
        return Err(Error::parameters("field", format!("field {name} is invisible: no picture can be seen in it")));
    }
    // No /Lock is added: to earlier signatures a changed field is a changed document. /Reference locks all the same.
    edit(update, field.id, |text| text.set("V", &reference(signature)))?;
    if let Some(form) = form {
        edit(update, field.widget, |text| text.set("AP", appearance(form.id).as_bytes()))?;
    }
    if let Object::Dictionary(_) = document.get(&document.catalog()?, b"AcroForm")? {
        edit_form(document, update, |_, form| form.set("SigFlags", b"3"))?;
    }
    Ok(Target { name, lock: field.lock.clone() })
}

/// Makes a field with its widget and enters it in the form and on its page.
pub(crate) fn make(
    document: &Document<'_>,
    update: &mut Update<'_, '_>,
    name: &str,
    placed: &Placed,
    seen: &Appearance,
    signature: Option<ObjectId>,
    lock: Option<&FieldLock>,
) -> Result<(), Error> {
    permission::demand_making(document)?;
    let form = draw::draw(seen, placed.page.rotate, None, &mut |object| update.add(Value::Object(object)))?;
    let [left, bottom, right, top] = match placed.rectangle {
        Some(rectangle) => placed.page.to_user_space(rectangle),
        None => [0.0; 4],
    };
    let mut text = b"<<\n/Type /Annot\n/Subtype /Widget\n/FT /Sig\n/T ".to_vec();
    text.extend(object_text(&text_string(name))?);
    text.extend(format!("\n/F {FLAGS}\n/P {}\n", shown(placed.page.id)).into_bytes());
    text.extend(
        format!("/Rect [{} {} {} {}]\n", number(left), number(bottom), number(right), number(top)).into_bytes(),
    );
    if let Some(signature) = signature {
        text.extend(format!("/V {}\n", shown(signature)).into_bytes());
    }
    if let Some(form) = form {
        text.extend(format!("/AP {}\n", appearance(form.id)).into_bytes());
    }
    if let Some(lock) = lock {
        text.extend_from_slice(b"/Lock ");
        text.extend(permission::lock_text(lock)?);
        text.push(b'\n');
    }
    text.extend_from_slice(b">>");
    let field = update.add(Value::Text(text));
    enter_on_page(document, update, &placed.page, field)?;
    edit_form(document, update, |update, form| {
        append(document, update, form, "Fields", field)?;
        form.set("SigFlags", b"3")
    })
}

/// /Perms /DocMDP in the catalog.
pub(crate) fn enter_permissions(
    document: &Document<'_>,
    update: &mut Update<'_, '_>,
    signature: ObjectId,
) -> Result<(), Error> {
    edit(update, document.catalog_id()?, |text| {
        let mut permissions = DictionaryText::new(b"<<>>".to_vec())?;
        if let Some(existing) = text.get("Perms")?.filter(|existing| existing.starts_with(b"<<")) {
            permissions = DictionaryText::new(existing.to_vec())?;
        }
        permissions.set("DocMDP", &reference(signature))?;
        text.set("Perms", &permissions.into_bytes())
    })
}

fn enter_on_page(
    document: &Document<'_>,
    update: &mut Update<'_, '_>,
    page: &Page,
    annotation: ObjectId,
) -> Result<(), Error> {
    let mut text = dictionary(update, page.id)?;
    let before = text.clone().into_bytes();
    append(document, update, &mut text, "Annots", annotation)?;
    let after = text.into_bytes();
    if after != before {
        update.set(page.id, Value::Text(after));
    }
    Ok(())
}

/// Edits the interactive form, wherever it stands; makes it where there is none.
fn edit_form(
    document: &Document<'_>,
    update: &mut Update<'_, '_>,
    change: impl FnOnce(&mut Update<'_, '_>, &mut DictionaryText) -> Result<(), Error>,
) -> Result<(), Error> {
    let catalog = document.catalog_id()?;
    let mut root = dictionary(update, catalog)?;
    let written = root.get("AcroForm")?.map(<[u8]>::to_vec);
    // What this update has made already counts as much as what the file holds.
    let referred = match written.as_deref().and_then(reference_in) {
        Some(id) => update.text(id)?.and_then(|text| DictionaryText::new(text).ok()).map(|form| (id, form)),
        None => None,
    };
    if let Some((id, mut form)) = referred {
        change(update, &mut form)?;
        update.set(id, Value::Text(form.into_bytes()));
    } else if let Some(mut form) = written.and_then(|direct| DictionaryText::new(direct).ok()) {
        change(update, &mut form)?;
        root.set("AcroForm", &form.into_bytes())?;
        update.set(catalog, Value::Text(root.into_bytes()));
    } else {
        let mut form = DictionaryText::new(b"<<\n>>".to_vec())?;
        change(update, &mut form)?;
        let id = update.add(Value::Text(form.into_bytes()));
        root.set("AcroForm", &reference(id))?;
        update.set(catalog, Value::Text(root.into_bytes()));
    }
    Ok(())
}

/// Appends a reference to the array under `key`, be it direct, an object of its own, or not there yet.
fn append(
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
        && matches!(document.object(id)?, Object::Array(_))
        && let Some(array) = update.text(id)?
    {
        update.set(id, Value::Text(extended(array, item)));
        return Ok(());
    }
    holder.set(key, format!("[{}]", shown(item)).as_bytes())
}

/// The text of an array with one more reference.
fn extended(mut array: Vec<u8>, item: ObjectId) -> Vec<u8> {
    let end = array.iter().rposition(|&byte| byte == b']').unwrap_or(array.len());
    array.splice(end..end, format!(" {}", shown(item)).into_bytes());
    array
}

fn reference_in(text: &[u8]) -> Option<ObjectId> {
    let text = std::str::from_utf8(text).ok()?;
    let mut parts = text.split_ascii_whitespace();
    let id = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    (parts.next() == Some("R")).then_some(id)
}

fn dictionary(update: &Update<'_, '_>, (number, generation): ObjectId) -> Result<DictionaryText, Error> {
    let text = update
        .text((number, generation))?
        .ok_or_else(|| Error::input(format!("object {number} {generation}"), None, "isn't in the file"))?;
    DictionaryText::new(text)
}

fn edit(
    update: &mut Update<'_, '_>,
    id: ObjectId,
    change: impl FnOnce(&mut DictionaryText) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut text = dictionary(update, id)?;
    change(&mut text)?;
    update.set(id, Value::Text(text.into_bytes()));
    Ok(())
}

fn shown((number, generation): ObjectId) -> String {
    format!("{number} {generation} R")
}

fn reference(id: ObjectId) -> Vec<u8> {
    shown(id).into_bytes()
}

fn appearance(form: ObjectId) -> String {
    format!("<< /N {} >>", shown(form))
}

/// A number with at most three decimals.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A name for a new field: not empty, no full stop, not taken.
pub(crate) fn new_name(document: &Document<'_>, name: &str) -> Result<String, Error> {
    if name.is_empty() || name.contains('.') {
        return Err(Error::parameters("field", "a new field's name may not be empty and may hold no full stop"));
    }
    if document.top_field_names()?.contains(name) {
        return Err(Error::parameters("field", format!("the document has a field {name} that is no signature field")));
    }
    Ok(name.to_owned())
}

fn free_name(document: &Document<'_>, role: Role) -> Result<String, Error> {
    let stem = if role == Role::Seal { "Seal" } else { "Signature" };
    let taken = document.top_field_names()?;
    let names = (1..=taken.len() + 1).map(|n| format!("{stem}{n}"));
    names.into_iter().find(|name| !taken.contains(name)).ok_or_else(|| Error::Internal("no free field name".into()))
}
