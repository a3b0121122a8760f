//! What names in content stand for (ISO 32000-2, 7.8.3).

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use lopdf::{Dictionary, Object, ObjectId};

use super::colour::Space;
use super::font::Font as ReadFont;
use crate::error::Error;
use crate::file::document::Document;

/// The fonts that were looked up: `None` where the name leads to none; and whether all viewers find the same.
type Fonts = HashMap<Vec<u8>, (Option<Rc<Font>>, bool)>;

/// The resources of content, and those around it: where viewers go on looking for a name.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    own: Rc<Dictionary>,
    /// The resources of the form that draws this one, or of the page.
    outer: Option<Rc<Resources>>,
    categories: RefCell<HashMap<&'static [u8], Rc<Dictionary>>>,
    fonts: RefCell<Fonts>,
    spaces: RefCell<HashMap<Vec<u8>, (Space, bool)>>,
}

/// What a name stands for.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// As written: a reference where it's one.
    pub(crate) value: Object,
    /// Whether all viewers find the object: some search nothing but the form's own resources.
    pub(crate) is_sure: bool,
}

/// A font of resources, which is read once somebody asks.
#[derive(Debug)]
pub(crate) struct Font {
    pub(crate) dictionary: Dictionary,
    pub(super) read: OnceCell<Option<ReadFont>>,
}

impl Font {
    /// Its codes and widths; `None` where it can't be read, or nobody asked the walk to.
    pub(crate) fn read(&self) -> Option<&ReadFont> {
        self.read.get().and_then(Option::as_ref)
    }

    /// Whether the font's characters are, or may be, content streams (9.6.4).
    pub(crate) fn is_drawn_by_content(&self) -> bool {
        let kind = self.dictionary.get(b"Subtype").and_then(Object::as_name);
        !matches!(kind, Ok(b"Type0" | b"Type1" | b"MMType1" | b"TrueType"))
    }

    /// Whether the font's codes are those of a CMap (9.7).
    pub(crate) fn is_composite(&self) -> bool {
        matches!(self.dictionary.get(b"Subtype").and_then(Object::as_name), Ok(b"Type0"))
    }
}

impl Resources {
    /// The resources of a page.
    pub(crate) fn of_page(own: &Rc<Dictionary>) -> Rc<Self> {
        Rc::new(Self { own: Rc::clone(own), ..Self::default() })
    }

    /// The resources of a form that stands within others.
    pub(crate) fn within(own: Rc<Dictionary>, outer: &Rc<Self>) -> Rc<Self> {
        Rc::new(Self { own, outer: Some(Rc::clone(outer)), ..Self::default() })
    }

    fn category(&self, document: &Document<'_>, category: &'static [u8]) -> Result<Rc<Dictionary>, Error> {
        if let Some(known) = self.categories.borrow().get(category) {
            return Ok(Rc::clone(known));
        }
        let found = match document.get(&self.own, category)? {
            Object::Dictionary(entries) => Rc::new(entries),
            _ => Rc::default(),
        };
        self.categories.borrow_mut().insert(category, Rc::clone(&found));
        Ok(found)
    }

    /// What a name of a category stands for: in these resources, else in those around them.
    ///
    /// # Errors
    /// [`Error::Input`] where the resources can't be read.
    pub(crate) fn find(
        &self,
        document: &Document<'_>,
        category: &'static [u8],
        name: &[u8],
    ) -> Result<Option<Found>, Error> {
        let outer = self.outer.as_ref().map_or(Ok(None), |outer| outer.find(document, category, name))?;
        let outer = outer.map(|found| Found { is_sure: false, ..found });
        Ok(match (self.category(document, category)?.get(name), outer) {
            // Some viewers go on looking where nothing is.
            (Ok(value), Some(outer)) if document.resolve_value(value)?.is_null() => Some(outer),
            (Ok(value), _) => Some(Found { value: value.clone(), is_sure: true }),
            (Err(_), outer) => outer,
        })
    }

    /// The font of a name, and whether all viewers find it.
    pub(super) fn font(
        &self,
        document: &Document<'_>,
        name: &[u8],
        known: &mut HashMap<ObjectId, Rc<Font>>,
    ) -> Result<(Option<Rc<Font>>, bool), Error> {
        if let Some(font) = self.fonts.borrow().get(name) {
            return Ok(font.clone());
        }
        let found = self.find(document, b"Font", name)?;
        let is_sure = found.as_ref().is_some_and(|found| found.is_sure);
        let id = found.as_ref().and_then(|found| found.value.as_reference().ok());
        let font = match (id.and_then(|id| known.get(&id)), found) {
            (Some(font), _) => Some(Rc::clone(font)),
            (None, Some(found)) => match document.resolve(&found.value)? {
                Object::Dictionary(dictionary) => Some(Rc::new(Font { dictionary, read: OnceCell::new() })),
                _ => None,
            },
            (None, None) => None,
        };
        if let (Some(id), Some(font)) = (id, &font) {
            known.insert(id, Rc::clone(font));
        }
        let font = (font.clone(), is_sure && font.is_some());
        self.fonts.borrow_mut().insert(name.to_vec(), font.clone());
        Ok(font)
    }

    /// What the components of a named colour space are, and whether they are that to all viewers.
    pub(super) fn space(&self, document: &Document<'_>, name: &[u8]) -> (Space, bool) {
        let by_name = Space::named(name);
        if by_name != Space::Other || name == b"Pattern" {
            return (by_name, true);
        }
        if let Some(known) = self.spaces.borrow().get(name) {
            return *known;
        }
        // One that can't be read says nothing of how light a colour is.
        let space = self.read_space(document, name).unwrap_or((Space::Other, true));
        self.spaces.borrow_mut().insert(name.to_vec(), space);
        space
    }

    fn read_space(&self, document: &Document<'_>, name: &[u8]) -> Result<(Space, bool), Error> {
        let Some(found) = self.find(document, b"ColorSpace", name)? else { return Ok((Space::Other, true)) };
        let family = match document.resolve(&found.value)? {
            Object::Array(space) => match space.first() {
                Some(family) => document.resolve(family)?,
                None => Object::Null,
            },
            family => family,
        };
        let space = match family {
            Object::Name(family) if Space::named(&family) != Space::Other => Space::Calibrated,
            _ => Space::Other,
        };
        Ok((space, found.is_sure))
    }
}
