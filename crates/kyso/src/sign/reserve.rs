//! Empty signature fields, made first and signed later: one for each person who will sign.

use super::field::{make, new_name};
use super::parameters::{Lock, Place};
use super::permission;
use super::place::Placed;
use crate::appearance::{Appearance, layout};
use crate::error::{Error, Parameter, Reason};
use crate::pdf::geometry::Rectangle;
use crate::pdf::text::find_anchor;
use crate::pdf::{Document, FieldLock, SignatureField, Tail, Update};

/// A field to make.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FieldToReserve {
    /// The field's name: not empty, without full stop, not taken.
    pub name: String,
    /// The place of the field on a page.
    pub place: Place,
    /// Width and height in points, for a place that gives none: under an anchor, or the seal's over a signature.
    pub size: (f64, f64),
    /// The fields that signing this one locks (ISO 32000-2, table 236): whoever signs it, the signature itself says so.
    pub lock: Option<FieldLock>,
}

impl FieldToReserve {
    /// Of this name, at this place; signing it locks nothing.
    pub fn new(name: impl Into<String>, place: Place) -> Self {
        Self { name: name.into(), place, size: (0.0, 0.0), lock: None }
    }

    /// As wide and as high, in points, where the place doesn't say.
    #[must_use]
    pub fn size(self, width: f64, height: f64) -> Self {
        Self { size: (width, height), ..self }
    }

    /// Locking this when it's signed.
    #[must_use]
    pub fn lock(self, lock: impl Into<Option<FieldLock>>) -> Self {
        Self { lock: lock.into(), ..self }
    }
}

/// Makes empty signature fields in one update. Each has an empty appearance, so that PDF/A stays PDF/A.
///
/// # Errors
/// [`Error::Parameters`] for a name that's taken or a place off the page, [`Error::Refused`] where an earlier signature
/// forbids it.
///
/// # Examples
/// ```no_run
/// # fn example(document: &kyso::Document<'_>) -> Result<(), kyso::Error> {
/// use kyso::{CERTIFIER_FIELD, FieldToReserve, Place, SEAL_FIELD};
///
/// let signature = Place::Anchor { text: "CHỦ TỊCH".into() };
/// let seal = Place::OverSignature { field: CERTIFIER_FIELD.into() };
/// let fields = [
///     FieldToReserve::new(CERTIFIER_FIELD, signature).size(180.0, 96.0),
///     FieldToReserve::new(SEAL_FIELD, seal).size(102.0, 102.0),
/// ];
/// let reserved = kyso::reserve(document, &fields)?.after(document.bytes());
/// # Ok(())
/// # }
/// ```
pub fn reserve(document: &Document<'_>, fields: &[FieldToReserve]) -> Result<Tail, Error> {
    let mut update = Update::new(document);
    let existing = SignatureField::all(document)?;
    permission::demand(document, &existing, Lock::None)?;
    permission::demand_agreed(document)?;
    // Existing fields, and those that this update makes: a seal may lie over either kind.
    let mut seen: Vec<SeenField> = existing
        .iter()
        .map(|field| SeenField { name: field.name.clone(), place: field.page.zip(field.rectangle) })
        .collect();
    for field in fields {
        let name = new_name(document, &existing, &field.name)?;
        if seen.iter().any(|taken| taken.name == name) {
            return Err(Error::parameters(Parameter::Field, Reason::FieldTwice { field: name }));
        }
        permission::demand_unlocked(&existing, &name)?;
        if let Some(FieldLock { permission: Some(number), .. }) = field.lock
            && !(1..=3).contains(&number)
        {
            return Err(Error::parameters(Parameter::Lock, format!("{number} is no DocMDP permission: 1, 2 or 3")));
        }
        let placed = placed(document, field, &seen)?;
        make(document, &mut update, &name, &placed, &Appearance::None, None, field.lock.as_ref())?;
        let place = placed.rectangle.map(|rectangle| (placed.page.number, rectangle));
        seen.push(SeenField { name, place });
    }
    Ok(update.finish()?)
}

/// A signature field of the document, or one that the update makes.
struct SeenField {
    name: String,
    /// Page from 1 and rectangle; none where the field is invisible.
    place: Option<(usize, Rectangle)>,
}

fn placed(document: &Document<'_>, field: &FieldToReserve, seen: &[SeenField]) -> Result<Placed, Error> {
    let (page, rectangle) = match &field.place {
        Place::Field => (document.page(1)?, None),
        Place::Rectangle { page, rectangle } => (document.page(*page)?, Some(*rectangle)),
        Place::Anchor { text } => {
            let anchor = find_anchor(document, text)?;
            (document.page(anchor.page)?, Some(layout::under_anchor(field.size, anchor.line, anchor.next_below)?))
        }
        Place::TopRight => {
            let page = document.page(1)?;
            let rectangle = layout::top_right(field.size, page.size())?;
            (page, Some(rectangle))
        }
        Place::OverSignature { field: certifier } => {
            let place = seen.iter().find(|one| one.name == *certifier).and_then(|one| one.place);
            let Some((page, rectangle)) = place else {
                return Err(Error::parameters(
                    Parameter::Field,
                    Reason::NotSeen { field: certifier.clone(), why: None },
                ));
            };
            (document.page(page)?, Some(layout::seal_field(field.size, rectangle)))
        }
    };
    if let Some(rectangle) = rectangle {
        layout::demand_on_page(rectangle, page.size())?;
    }
    Ok(Placed { page, rectangle })
}
