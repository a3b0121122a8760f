//! Whether what a signature field shows is seen, on screen and in print, and if not, why (ISO 32000-2, 12.5.2, 12.5.3,
//! 8.11). Filling a field, the seal's place over a signature, and the check of a finished result all ask here.

use std::collections::HashMap;
use std::rc::Rc;

use lopdf::{Dictionary, Object, ObjectId};

use super::coverage::Painted;
use super::unseen::Unseen;
use crate::content::layers::Layers;
use crate::content::opacity::TRANSLUCENT;
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::Rectangle;
use crate::page::Page;
use crate::signature::signature_field::SignatureField;
use crate::update::need_appearances;

/// Annotation flags (12.5.3, table 167).
pub(super) const INVISIBLE: i64 = 1;
pub(crate) const HIDDEN: i64 = 2;
pub(super) const PRINT: i64 = 4;
pub(super) const NO_ZOOM: i64 = 8;
pub(super) const NO_ROTATE: i64 = 16;
pub(crate) const NO_VIEW: i64 = 32;
/// NoView, turned round while the mouse is over the annotation.
const TOGGLE_NO_VIEW: i64 = 256;
const NOT_ON_SCREEN: i64 = INVISIBLE | HIDDEN | NO_VIEW | TOGGLE_NO_VIEW;
/// What reading an annotation costs, as [`Document::spend`] counts.
const STEP: u64 = 20;
/// Cells across and down in which it's counted how much is hidden.
const CELLS: usize = 32;
/// From this share on, in percent, what is hidden is reported.
const REPORTED: usize = 10;
/// How much of a signature a seal may hide, in percent.
const COVERED_BY_A_SEAL: u8 = 40;
/// A hundredth of a point outside is rounding.
const ROUNDING: f64 = 0.01;

/// Which of a document's signature fields are seen.
pub struct Visibility<'d, 'a> {
    document: &'d Document<'a>,
    layers: Layers,
    viewers_draw: bool,
    /// The pages that list each widget, two at most.
    listed: HashMap<ObjectId, Vec<Rc<Page>>>,
}

impl<'d, 'a> Visibility<'d, 'a> {
    /// Of these fields of the document: one walk over its pages.
    ///
    /// # Errors
    /// [`Error::Input`] where the page tree can't be read.
    pub fn of(document: &'d Document<'a>, fields: &[SignatureField]) -> Result<Self, Error> {
        let mut listed: HashMap<ObjectId, Vec<Rc<Page>>> =
            fields.iter().map(|field| (field.widget, Vec::new())).collect();
        let mut failed = Ok(());
        document.page_where(|page| {
            failed = note(document, page, &mut listed);
            failed.is_err()
        })?;
        failed?;
        Ok(Self {
            document,
            layers: Layers::read_all(document)?,
            viewers_draw: need_appearances::viewers_draw(document)?,
            listed,
        })
    }

    /// Everything for which `part` of the field, in points as seen on its page, isn't seen once and whole; without a
    /// part, all of the field.
    ///
    /// # Errors
    /// [`Error::Input`] where objects on the way can't be read, [`Error::Budget`] where they are too many.
    pub fn obstacles(&self, field: &SignatureField, part: Option<Rectangle>) -> Result<Vec<Unseen>, Error> {
        let document = self.document;
        let Some(widget) = document.dictionary_at(field.widget)? else { return Ok(vec![Unseen::NoWidget]) };
        let mut found = Vec::new();
        if field.widgets.len() > 1 {
            found.push(Unseen::SeveralWidgets);
        }
        // Of a field with kids, though the list be empty, PDFium draws the kids alone.
        let is_widget = matches!(document.get(&widget, b"Subtype")?, Object::Name(kind) if kind == b"Widget");
        if !is_widget || widget.has(b"Kids") {
            found.push(Unseen::NoWidget);
        }
        let pages = self.listed.get(&field.widget).map(Vec::as_slice).unwrap_or_default();
        match pages.len() {
            0 => found.push(Unseen::NotListed),
            1 => {}
            _ => found.push(Unseen::SeveralPages),
        }
        let flags = flags(document, &widget)?;
        if flags & NOT_ON_SCREEN != 0 {
            found.push(Unseen::Hidden);
        }
        if flags & PRINT == 0 {
            found.push(Unseen::NotPrinted);
        }
        if !self.layers.always_shows(document, widget.get(b"OC").ok())? {
            found.push(Unseen::Layer);
        }
        if self.viewers_draw {
            found.push(Unseen::NeedAppearances);
        }
        let Some(place) = field.rectangle.map(|whole| part.unwrap_or(whole)) else {
            // Where it's on no page, nobody has measured it.
            found.extend(field.page.map(|_| Unseen::NoArea));
            return Ok(found);
        };
        if let Some(page) = pages.first() {
            found.extend(self.covered(page, field.widget, place)?);
        }
        let page = match (pages.first(), field.page) {
            (Some(page), _) => Rc::clone(page),
            (None, Some(number)) => Rc::new(document.page(number)?),
            (None, None) => return Ok(found),
        };
        if flags & NO_ZOOM != 0 || flags & NO_ROTATE != 0 && page.rotate != 0 {
            found.push(Unseen::NotWithPage);
        }
        if !is_on_page(place, page.size()) {
            found.push(Unseen::OffPage);
        }
        Ok(found)
    }

    /// What annotations hide that the page draws after the widget.
    fn covered(&self, page: &Page, widget: ObjectId, place: Rectangle) -> Result<Option<Unseen>, Error> {
        let list = self.document.items(page.dictionary.get(b"Annots").ok())?;
        self.document.spend(list.len() as u64 * STEP)?;
        let own = list.iter().rposition(|item| item.as_reference().is_ok_and(|id| id == widget));
        let mut cells = Cells::new(place);
        for item in list.iter().skip(own.map_or(list.len(), |own| own + 1)) {
            let Object::Dictionary(annotation) = self.document.resolve_value(item)? else { continue };
            let Some(corners) = self.document.rectangle(&annotation, b"Rect")? else { continue };
            if !meet(page.rectangle_as_seen(corners), place) || !self.may_be_seen(&annotation)? {
                continue;
            }
            let painted = Painted::by(self.document, page, &annotation)?;
            self.document.spend(((painted.solid.len() + painted.pieces.len()) * CELLS) as u64)?;
            for (corners, hides) in painted.solid.into_iter().map(|one| (one, 1.0)).chain(painted.pieces) {
                cells.hide(page.rectangle_as_seen(corners), hides);
            }
        }
        let percent = cells.hidden_percent();
        Ok((percent >= REPORTED).then(|| Unseen::Covered { percent: u8::try_from(percent).unwrap_or(100) }))
    }

    /// Whether an annotation is shown somewhere: on screen or in print, by some viewer. None of its layers hides it from
    /// PDFium.
    fn may_be_seen(&self, annotation: &Dictionary) -> Result<bool, Error> {
        let flags = flags(self.document, annotation)?;
        let somewhere = flags & NO_VIEW == 0 || flags & PRINT != 0;
        Ok(flags & HIDDEN == 0 && somewhere)
    }
}

/// Whether it keeps what is drawn already from being seen. A seal lies over about a third of the signature: what hides no
/// more doesn't count.
pub fn is_serious(unseen: &Unseen) -> bool {
    !matches!(unseen, Unseen::Covered { percent } if *percent <= COVERED_BY_A_SEAL)
}

/// Notes which of the widgets the page lists.
fn note(document: &Document<'_>, page: &Page, listed: &mut HashMap<ObjectId, Vec<Rc<Page>>>) -> Result<(), Error> {
    let mut here = Vec::new();
    let mut held = None;
    for item in document.items(page.dictionary.get(b"Annots").ok())? {
        // The same widget listed twice by a page is drawn over itself.
        if let Ok(id) = item.as_reference()
            && !here.contains(&id)
            && let Some(pages) = listed.get_mut(&id)
            && pages.len() < 2
        {
            pages.push(Rc::clone(held.get_or_insert_with(|| Rc::new(page.clone()))));
            here.push(id);
        }
    }
    Ok(())
}

/// An annotation's flags (table 167).
pub(crate) fn flags(document: &Document<'_>, annotation: &Dictionary) -> Result<i64, Error> {
    Ok(document.get(annotation, b"F")?.as_i64().unwrap_or(0))
}

fn is_on_page(place: Rectangle, (width, height): (f64, f64)) -> bool {
    place.x >= -ROUNDING
        && place.y >= -ROUNDING
        && place.right() <= width + ROUNDING
        && place.top() <= height + ROUNDING
}

fn meet(one: Rectangle, other: Rectangle) -> bool {
    one.x < other.right() && other.x < one.right() && one.y < other.top() && other.y < one.top()
}

/// How much light comes through to each cell of a place.
struct Cells {
    place: Rectangle,
    light: Vec<f64>,
}

impl Cells {
    fn new(place: Rectangle) -> Self {
        Self { place, light: vec![1.0; CELLS * CELLS] }
    }

    /// Takes away what a box hides from the cells whose middle it lies on.
    fn hide(&mut self, cover: Rectangle, hides: f64) {
        let across = between(cover.x - self.place.x, cover.right() - self.place.x, self.place.width);
        let up = between(cover.y - self.place.y, cover.top() - self.place.y, self.place.height);
        for row in up {
            for column in across.clone() {
                if let Some(light) = self.light.get_mut(row * CELLS + column) {
                    *light *= 1.0 - hides;
                }
            }
        }
    }

    fn hidden_percent(&self) -> usize {
        self.light.iter().filter(|light| **light <= 1.0 - TRANSLUCENT).count() * 100 / self.light.len()
    }
}

/// The cells of a side of this length whose middle lies from `start` to `end`.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held within the cells that there are")]
fn between(start: f64, end: f64, length: f64) -> std::ops::Range<usize> {
    let cell = |at: f64| (at / length * CELLS as f64 + 0.5).floor().clamp(0.0, CELLS as f64) as usize;
    cell(start)..cell(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Rectangle {
        Rectangle { x, y, width, height }
    }

    #[test]
    fn what_is_hidden_is_counted_by_area() {
        let hidden = |covers: &[(Rectangle, f64)]| {
            let mut cells = Cells::new(rectangle(100.0, 100.0, 80.0, 40.0));
            covers.iter().for_each(|(cover, hides)| cells.hide(*cover, *hides));
            cells.hidden_percent()
        };
        assert_eq!(hidden(&[]), 0);
        assert_eq!(hidden(&[(rectangle(0.0, 0.0, 500.0, 500.0), 1.0)]), 100);
        assert_eq!(hidden(&[(rectangle(100.0, 100.0, 40.0, 40.0), 1.0)]), 50);
        assert_eq!(hidden(&[(rectangle(0.0, 120.0, 140.0, 400.0), 1.0)]), 25);
        assert_eq!(hidden(&[(rectangle(180.0, 100.0, 40.0, 40.0), 1.0)]), 0);
        // One can see through a highlighter, and not through three.
        let highlighter = (rectangle(0.0, 0.0, 500.0, 500.0), 0.4);
        assert_eq!(hidden(&[highlighter]), 0);
        assert_eq!(hidden(&[highlighter; 3]), 100);
    }
}
