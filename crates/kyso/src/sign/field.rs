//! The signature field: found or made, entered in the form and on its page.

use unicode_normalization::UnicodeNormalization;

use super::parameters::{FieldChoice, Lock, Parameters, Place};
use super::permission;
use super::place::{Context, Placed, demand_drawable, in_field, on_page};
use crate::appearance::colours::Colours;
use crate::appearance::{Appearance, draw, layout};
use crate::code::Code;
use crate::error::{Error, Parameter, Reason};
use crate::pdf::edit::{edit, edit_form, reference, reference_in};
use crate::pdf::geometry::Rectangle;
use crate::pdf::permission::{demand_filling, demand_making_fields};
use crate::pdf::{
    DictionaryText, Document, FLAGS, FieldLock, NewField, Object, ObjectId, SignatureField, Unseen, Update, Value,
    Visibility, appearance_text, enter_on_page, is_direct_signature_field, need_appearances, top_field_names,
};
use crate::role::{LeaderSignature, Role, SEAL_FIELD, is_kept, kept_field};

/// The field that a signature goes into.
pub(super) struct Target {
    /// The field's fully qualified name.
    pub(super) name: String,
    /// A lock that it had before.
    pub(super) lock: Option<FieldLock>,
}

/// The field of the document that the parameters ask for; `None` where a new one is made.
pub(super) fn chosen<'c>(context: Context<'c, '_>) -> Result<Option<&'c SignatureField>, Error> {
    let Context { document, fields, parameters, witness } = context;
    match &parameters.field {
        FieldChoice::Existing(name) => named(document, fields, name).map(Some),
        FieldChoice::Any if seals_by_rule(parameters, witness) => {
            let kept = kept_field(fields.iter().map(|field| field.name.as_str()), SEAL_FIELD);
            Ok(fields.iter().find(|field| Some(field.name.as_str()) == kept && field.value.is_none()))
        }
        FieldChoice::Any | FieldChoice::New(_) => Ok(None),
    }
}

/// Puts the signature dictionary `signature` into the field that was chosen, or a new one.
pub(super) fn place(
    context: Context<'_, '_>,
    chosen: Option<&SignatureField>,
    update: &mut Update<'_, '_>,
    signature: ObjectId,
) -> Result<Target, Error> {
    let Context { document, fields, parameters, .. } = context;
    match chosen {
        Some(field) => fill(context, update, signature, field),
        None => {
            let name = match &parameters.field {
                FieldChoice::New(name) => {
                    // Whoever signs in a place of their own making hasn't signed where the result asks for it.
                    if is_kept(name) && fields.iter().any(|field| is_kept(&field.name)) {
                        return Err(Error::parameters(Parameter::Field, Reason::KeptField { field: name.clone() }));
                    }
                    new_name(document, fields, name)?
                }
                _ => NewField::free_name(
                    document,
                    if parameters.signatory == Role::Seal { "Seal" } else { "Signature" },
                )?,
            };
            permission::demand_unlocked(fields, &name)?;
            let placed = on_page(context)?;
            let lock = match parameters.lock {
                Lock::Document(permission) => Some(permission::end_of_document(permission)),
                _ => None,
            };
            make(document, update, &name, &placed, &parameters.appearance, Some(signature), lock.as_ref())?;
            Ok(Target { name, lock: None })
        }
    }
}

/// The signature field of this name. Names are compared code point by code point, as PDF readers do.
fn named<'f>(document: &Document<'_>, fields: &'f [SignatureField], name: &str) -> Result<&'f SignatureField, Error> {
    if let Some(field) = fields.iter().find(|field| field.name == name) {
        return Ok(field);
    }
    if let Some(reason) = of_another_kind(document, name)? {
        return Err(Error::parameters(Parameter::Field, reason));
    }
    let empty: Vec<String> =
        fields.iter().filter(|field| field.value.is_none()).map(|field| field.name.clone()).collect();
    let looks_alike = empty.iter().any(|other| other.nfc().eq(name.nfc()));
    Err(Error::parameters(Parameter::Field, Reason::NoSuchField { field: name.to_owned(), empty, looks_alike }))
}

/// Whether the seal goes where the law puts it, over the leader's signature: the field reserved for that is meant then.
fn seals_by_rule(parameters: &Parameters, witness: Option<&LeaderSignature>) -> bool {
    parameters.signatory == Role::Seal && parameters.place == Place::Field && witness.is_some()
}

/// Fills an empty field.
fn fill(
    context: Context<'_, '_>,
    update: &mut Update<'_, '_>,
    signature: ObjectId,
    field: &SignatureField,
) -> Result<Target, Error> {
    let Context { document, fields, parameters, .. } = context;
    demand_filling(document)?;
    let name = field.name.clone();
    if field.value.is_some() {
        return Err(Error::refused(Code::FieldSigned, Reason::Signed { field: name }));
    }
    if parameters.place != Place::Field {
        return Err(Error::parameters(Parameter::Field, Reason::OwnPlace { field: name }));
    }
    permission::demand_unlocked(fields, &name)?;
    // No /Lock is added: to earlier signatures a changed field is a changed document. /Reference locks all the same.
    edit(update, field.id, |text| text.set("V", &reference(signature)))?;
    let size = draw::size(&parameters.appearance)?;
    if let Some(size) = size {
        show(context, update, size, field)?;
    }
    if let Object::Dictionary(_) = document.get(&document.catalog()?, b"AcroForm")? {
        edit_form(document, update, |_, form| {
            if size.is_some() {
                need_appearances::show(document, form)?;
            }
            form.set("SigFlags", b"3")
        })?;
    }
    Ok(Target { name, lock: field.lock.clone() })
}

/// Draws what is to be seen, of this size, into a field that is there already, and takes away what would keep it from
/// being seen: flags, and a page that doesn't list the widget.
fn show(
    context: Context<'_, '_>,
    update: &mut Update<'_, '_>,
    size: (f64, f64),
    field: &SignatureField,
) -> Result<(), Error> {
    let Context { document, fields, parameters, .. } = context;
    let refused =
        |why: Unseen| Err(Error::refused(Code::FieldNotSeen, Reason::FieldNotSeen { field: field.name.clone(), why }));
    let Some(page) = field.page else { return refused(Unseen::NotListed) };
    let Some(seen) = field.rectangle else { return refused(Unseen::NoArea) };
    let page = document.page(page)?;
    demand_drawable(document, &page)?;
    let at = in_field(context, page.number, seen, &field.name)?;
    let mut add = |object: Object| update.add(Value::Object(object));
    let within = draw::Within { size: (seen.width, seen.height), at };
    let form = draw::draw(&parameters.appearance, page.rotate, Some(within), Colours::of(document)?, &mut add)?;
    let place = match at {
        Some((x, y)) => Rectangle { x: seen.x + x, y: seen.y + y, width: size.0, height: size.1 },
        None => layout::centred(size, seen),
    };
    let is_first = fields.iter().all(|field| field.value.is_none());
    let mut is_flagged = false;
    for obstacle in Visibility::of(document, fields)?.obstacles(field, Some(place))? {
        match obstacle {
            Unseen::Hidden | Unseen::NotPrinted | Unseen::NotWithPage => is_flagged = true,
            // Taken away with the form's other changes.
            Unseen::NeedAppearances => {}
            // To earlier signatures an old widget that a page begins to list is a changed page.
            Unseen::NotListed if is_first => enter_on_page(document, update, &page, field.widget)?,
            why => return refused(why),
        }
    }
    Ok(edit(update, field.widget, |widget| {
        if is_flagged {
            widget.set("F", FLAGS.to_string().as_bytes())?;
        }
        // A widget that names another page than its own is put right while nobody has signed.
        if is_first && widget.get("P")?.is_some_and(|named| reference_in(named) != Some(page.id)) {
            widget.set("P", &reference(page.id))?;
        }
        form.map_or(Ok(()), |form| widget.set("AP", appearance_text(form.id).as_bytes()))
    })?)
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
    demand_making_fields(document)?;
    if placed.rectangle.is_some() {
        demand_drawable(document, &placed.page)?;
    }
    let rotate = placed.page.rotate;
    let mut add = |object: Object| update.add(Value::Object(object));
    let form = match (draw::draw(seen, rotate, None, Colours::of(document)?, &mut add)?, placed.rectangle) {
        (None, Some(place)) => Some(draw::nothing(rotate, (place.width, place.height), &mut add)),
        (form, _) => form,
    };
    let lock = lock.map(permission::lock_text).transpose()?;
    let field = NewField {
        name,
        page: &placed.page,
        rectangle: placed.rectangle,
        signature,
        appearance: form.map(|form| form.id),
        lock: lock.as_deref(),
    };
    Ok(field.enter(document, update)?)
}

/// /Perms /DocMDP in the catalog.
pub(super) fn enter_permissions(
    document: &Document<'_>,
    update: &mut Update<'_, '_>,
    signature: ObjectId,
) -> Result<(), Error> {
    Ok(edit(update, document.catalog_id()?, |text| {
        let mut permissions = DictionaryText::new(b"<<>>".to_vec())?;
        if let Some(existing) = text.get("Perms")?.filter(|existing| existing.starts_with(b"<<")) {
            permissions = DictionaryText::new(existing.to_vec())?;
        }
        permissions.set("DocMDP", &reference(signature))?;
        text.set("Perms", &permissions.into_bytes())
    })?)
}

/// What stands in the form by a name that no signature field has in which one can sign; `None` where nothing does.
fn of_another_kind(document: &Document<'_>, name: &str) -> Result<Option<Reason>, Error> {
    let field = name.to_owned();
    Ok(match top_field_names(document)?.contains(name) {
        true if is_direct_signature_field(document, name)? => Some(Reason::DirectField { field }),
        true => Some(Reason::OtherField { field }),
        false => None,
    })
}

/// A name for a new field: not empty, no full stop, not taken.
pub(super) fn new_name(document: &Document<'_>, fields: &[SignatureField], name: &str) -> Result<String, Error> {
    if name.is_empty() || name.contains('.') {
        return Err(Error::parameters(Parameter::Field, Reason::FieldName));
    }
    let there = fields.iter().find(|field| field.name == name);
    let taken = there.map(|there| Reason::FieldTaken { field: name.to_owned(), signed: there.value.is_some() });
    match taken.map_or_else(|| of_another_kind(document, name), |taken| Ok(Some(taken)))? {
        Some(reason) => Err(Error::parameters(Parameter::Field, reason)),
        None => Ok(name.to_owned()),
    }
}
