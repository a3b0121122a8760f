//! Where a new field goes: the page, and the rectangle as seen.

use super::parameters::{Parameters, Place};
use crate::appearance::{Appearance, draw, ink, layout};
use crate::code::Code;
use crate::error::{Error, Parameter, Reason};
use crate::pdf::geometry::Rectangle;
use crate::pdf::text::find_anchor;
use crate::pdf::{Document, Page, SignatureField, Unseen, Visibility, is_serious};
use crate::role::{LeaderSignature, Role};

/// A page, and a rectangle on it; without one the field is invisible.
pub(crate) struct Placed {
    pub(crate) page: Page,
    pub(crate) rectangle: Option<Rectangle>,
}

/// The document that a signature goes into, and the signature's parameters.
#[derive(Clone, Copy)]
pub(super) struct Context<'c, 'a> {
    pub(super) document: &'c Document<'a>,
    /// All signature fields of the document.
    pub(super) fields: &'c [SignatureField],
    pub(super) parameters: &'c Parameters,
    /// The leader's signature, where the agency seals by the rule.
    pub(super) witness: Option<&'c LeaderSignature>,
}

/// Where a new field goes.
pub(super) fn on_page(context: Context<'_, '_>) -> Result<Placed, Error> {
    let Context { document, fields, parameters, witness } = context;
    let size = draw::size(&parameters.appearance)?;
    let place = match (&parameters.place, &parameters.appearance, witness) {
        // An appearance needs a place: a seal lies over the leader's signature, a copy's text stands at the top.
        (Place::Field, Appearance::Drawing(_), _) => Place::TopRight,
        (Place::Field, Appearance::Image(_), Some(leader)) => Place::OverSignature { field: leader.field().to_owned() },
        (place, ..) => place.clone(),
    };
    let Some(size) = size else {
        let (page, rectangle) = match place {
            Place::Field => (1, None),
            Place::Rectangle { page, rectangle } => (page, Some(rectangle)),
            _ => {
                return Err(Error::parameters(Parameter::Image, Reason::NothingToSee));
            }
        };
        let page = document.page(page)?;
        if let Some(rectangle) = rectangle {
            layout::demand_on_page(rectangle, page.size())?;
        }
        return Ok(Placed { page, rectangle });
    };
    let (page, rectangle) = match place {
        Place::Field => {
            return Err(Error::parameters(Parameter::Rect, Reason::NoPlace));
        }
        Place::Rectangle { page, rectangle } => {
            if size.0 > rectangle.width + 0.01 || size.1 > rectangle.height + 0.01 {
                let (needed, given) =
                    ((size.0.into(), size.1.into()), (rectangle.width.into(), rectangle.height.into()));
                return Err(Error::parameters(Parameter::Rect, Reason::RectangleTooSmall { needed, given }));
            }
            (document.page(page)?, layout::centred(size, rectangle))
        }
        Place::Anchor { text } => {
            let anchor = find_anchor(document, &text)?;
            (document.page(anchor.page)?, layout::under_anchor(size, anchor.line, anchor.next_below)?)
        }
        Place::OverSignature { field } => {
            let (page, box_) = drawn_box(document, fields, &field)?;
            (page, layout::over_signature(size, box_))
        }
        Place::TopRight => {
            let page = document.page(1)?;
            let rectangle = layout::top_right(size, page.size())?;
            (page, rectangle)
        }
    };
    layout::demand_on_page(rectangle, page.size())?;
    Ok(Placed { page, rectangle: Some(rectangle) })
}

/// Refuses to draw on a page whose object the page tree lists more than once: it would be seen on each of them; and on one of
/// which a part can't be read: nobody knows what it would lie over, and viewers differ in what they show.
pub(super) fn demand_drawable(document: &Document<'_>, page: &Page) -> Result<(), Error> {
    if page.is_repeated(document)? {
        return Err(Error::refused(Code::PageRepeated, Reason::RepeatedPage { page: page.number }));
    }
    Ok(page.demand_readable(document)?)
}

/// Where in the field `name`, which is there already on `page`, the drawing goes, from the field's lower left corner: the seal
/// over the leader's signature, where that is seen on the same page; `None`: in the field's middle.
pub(super) fn in_field(
    context: Context<'_, '_>,
    page: usize,
    field: Rectangle,
    name: &str,
) -> Result<Option<(f64, f64)>, Error> {
    let Context { document, fields, parameters, witness } = context;
    let (Role::Seal, Appearance::Image(seal), Some(leader)) = (parameters.signatory, &parameters.appearance, witness)
    else {
        return Ok(None);
    };
    match drawn_box(document, fields, leader.field()) {
        Ok((signed, signature)) if signed.number == page => {
            let place = layout::over_signature(seal.size(), signature);
            layout::within_field(place, field, name).map(Some)
        }
        // A signature that can't be seen, or is seen elsewhere, is none to lie over.
        Ok(_) | Err(Error::Parameters { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The page of a signature, and the box of what is seen of it.
fn drawn_box(document: &Document<'_>, fields: &[SignatureField], name: &str) -> Result<(Page, Rectangle), Error> {
    let found = fields.iter().find(|field| field.name == name);
    let unseen = |why| Err(Error::parameters(Parameter::Image, Reason::NotSeen { field: name.to_owned(), why }));
    let Some(field) = found else { return unseen(None) };
    let Some(page) = field.page else { return unseen(Some(Unseen::NotListed)) };
    let Some(rectangle) = field.rectangle else { return unseen(Some(Unseen::NoArea)) };
    let page = document.page(page)?;
    let drawn = ink::on_page(document, &page, field.widget)?.map_or(rectangle, |ink| ink.rectangle);
    let mut obstacles = Visibility::of(document, fields)?.obstacles(field, Some(drawn))?.into_iter();
    // Viewers show it again once the seal is on the page.
    match obstacles.find(|why| is_serious(why) && *why != Unseen::NeedAppearances) {
        Some(why) => unseen(Some(why)),
        None => Ok((page, drawn)),
    }
}
