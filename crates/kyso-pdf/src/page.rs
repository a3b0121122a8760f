//! Pages as people see them (ISO 32000-2, 7.7.3): CropBox, /Rotate and UserUnit taken into account.

use std::rc::Rc;

use lopdf::{Dictionary, Object, ObjectId};

use crate::error::{Error, Parameter, Reason};
use crate::file::document::Document;
use crate::file::stream::take_decoded_within;
use crate::geometry::{Bounds, Rectangle};

/// Most nodes of a page tree.
pub(crate) const MAX_NODES: usize = 1_000_000;
/// Deepest page tree: MuPDF finds no page in a deeper one.
pub(crate) const MAX_DEPTH: usize = 100;
/// Most nodes that are met again: each page is handed out anew, whatever it takes.
const MAX_REPEATED: usize = 256;
/// Most bytes of one page's content, decoded: drawings by CAD programs take tens of megabytes.
const MAX_CONTENT: usize = 64 << 20;
/// The paper of a page without MediaBox, in points: readers take Letter, though the key is required (table 31).
const LETTER: Bounds = Bounds::new(0.0, 0.0, 612.0, 792.0);

/// A page with what it inherits.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Page {
    /// Counted from 1.
    pub number: usize,
    /// The page object.
    pub id: ObjectId,
    /// Its dictionary as written.
    pub dictionary: Dictionary,
    /// /Resources, inherited where the page has none.
    pub resources: Rc<Dictionary>,
    /// The whole region in user space.
    pub media_box: Bounds,
    /// The visible region in user space: CropBox within MediaBox.
    pub crop_box: Bounds,
    /// Clockwise turn when shown: 0, 90, 180 or 270.
    pub rotate: u16,
    /// Points in a unit of user space.
    pub user_unit: f64,
}

impl Page {
    /// Width and height in points, as seen.
    pub fn size(&self) -> (f64, f64) {
        let (width, height) = (self.crop_box.width() * self.user_unit, self.crop_box.height() * self.user_unit);
        if self.rotate.is_multiple_of(180) { (width, height) } else { (height, width) }
    }

    /// A point of user space, in points as seen: from the lower left of the page as shown.
    pub(crate) fn point_as_seen(&self, x: f64, y: f64) -> (f64, f64) {
        let Bounds { left, bottom, right, top } = self.crop_box;
        let (x, y) = match self.rotate {
            90 => (y - bottom, right - x),
            180 => (right - x, top - y),
            270 => (top - y, x - left),
            _ => (x - left, y - bottom),
        };
        (x * self.user_unit, y * self.user_unit)
    }

    /// A point as seen, in user space: the way back from [`point_as_seen`](Self::point_as_seen).
    pub(crate) fn point_in_user_space(&self, x: f64, y: f64) -> (f64, f64) {
        let Bounds { left, bottom, right, top } = self.crop_box;
        let (x, y) = (x / self.user_unit, y / self.user_unit);
        match self.rotate {
            90 => (right - y, bottom + x),
            180 => (right - x, top - y),
            270 => (left + y, top - x),
            _ => (left + x, bottom + y),
        }
    }

    /// A rectangle as seen, as a /Rect in user space.
    pub(crate) fn to_user_space(&self, seen: Rectangle) -> Bounds {
        let corners = [(seen.x, seen.y), (seen.x + seen.width, seen.y + seen.height)];
        Bounds::around(corners.map(|(x, y)| self.point_in_user_space(x, y)))
    }

    /// A /Rect of user space, as seen.
    pub fn rectangle_as_seen(&self, bounds: Bounds) -> Rectangle {
        Rectangle::around(self.point_as_seen(bounds.left, bounds.bottom), self.point_as_seen(bounds.right, bounds.top))
    }

    /// A dictionary for this page in another tree: what it inherits is written out, and of the rest only `taken` is
    /// there. It has no /Parent yet.
    pub(super) fn standing_alone(&self, taken: &[&[u8]]) -> Dictionary {
        let mut dictionary = Dictionary::new();
        dictionary.set("Type", Object::Name(b"Page".to_vec()));
        dictionary.set("MediaBox", numbers(self.media_box.edges()));
        dictionary.set("CropBox", numbers(self.crop_box.edges()));
        dictionary.set("Rotate", i64::from(self.rotate));
        dictionary.set("Resources", Dictionary::clone(&self.resources));
        for key in [b"UserUnit".as_slice()].iter().chain(taken) {
            if let Ok(value) = self.dictionary.get(key) {
                dictionary.set(*key, value.clone());
            }
        }
        dictionary
    }

    /// All content streams, decoded, joined by line ends.
    ///
    /// # Errors
    /// [`Error::Input`] when one can't be decoded, [`Error::Budget`] when they would expand beyond the bound.
    pub fn content(&self, document: &Document<'_>) -> Result<Vec<u8>, Error> {
        let most = MAX_CONTENT;
        let streams = match document.get(&self.dictionary, b"Contents")? {
            Object::Array(items) => items,
            Object::Null => Vec::new(),
            single => vec![single],
        };
        let mut content = Vec::new();
        for stream in streams {
            let stream = match stream {
                Object::Reference(_) => document.resolve(&stream)?,
                direct => direct,
            };
            if let Object::Stream(mut stream) = stream {
                let decoded = take_decoded_within(document, &mut stream, most - content.len().min(most))?;
                if content.len() + decoded.len() >= most {
                    return Err(Error::Budget {
                        budget: "bytes of a page's content",
                        limit: most as u64,
                        offset: None,
                    });
                }
                match content.is_empty() {
                    true => content = decoded,
                    false => content.extend(decoded),
                }
                content.push(b'\n');
            }
        }
        Ok(content)
    }

    /// Whether a page's object stands in the page tree more than once: whatever is put on one is seen on the other.
    ///
    /// # Errors
    /// [`Error::Input`] where the page tree can't be read.
    pub fn is_repeated(&self, document: &Document<'_>) -> Result<bool, Error> {
        let mut found = 0;
        let again = document.page_where(|other| {
            found += usize::from(other.id == self.id);
            found > 1
        })?;
        Ok(again.is_some())
    }
}

/// What a node of the page tree has for the pages under it (table 31).
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Inherited {
    pub(crate) resources: Option<Rc<Dictionary>>,
    pub(crate) media_box: Option<Bounds>,
    pub(crate) crop_box: Option<Bounds>,
    pub(crate) rotate: Option<i64>,
}

struct Walk<'d, 'a> {
    document: &'d Document<'a>,
    seen: std::collections::HashSet<ObjectId>,
    /// The nodes from the root to where the walk is.
    path: Vec<ObjectId>,
    count: usize,
    repeated: usize,
}

impl Document<'_> {
    /// The page `number`, counted from 1.
    ///
    /// # Errors
    /// [`Error::Parameters`] when there is no such page, [`Error::Input`] when the page tree can't be read.
    pub fn page(&self, number: usize) -> Result<Page, Error> {
        let mut walk = Walk::new(self);
        walk.find(&mut |page| page.number == number)?
            .ok_or_else(|| Error::parameters(Parameter::Page, Reason::NoPage { page: number, pages: walk.count }))
    }

    /// Every page, in order.
    ///
    /// # Errors
    /// [`Error::Input`] when the page tree can't be read.
    pub fn pages(&self) -> Result<Vec<Page>, Error> {
        let mut pages = Vec::new();
        Walk::new(self).find(&mut |page| {
            pages.push(page.clone());
            false
        })?;
        Ok(pages)
    }

    /// The first page for which `wanted` holds.
    ///
    /// # Errors
    /// [`Error::Input`] where the page tree can't be read.
    pub fn page_where(&self, mut wanted: impl FnMut(&Page) -> bool) -> Result<Option<Page>, Error> {
        Walk::new(self).find(&mut wanted)
    }

    /// A rectangle with an area, under a key of a dictionary: lower left and upper right, whichever corners were written. An
    /// array that hasn't four numbers is none to most readers.
    ///
    /// # Errors
    /// Those of [`resolve`](Self::resolve).
    pub fn rectangle(&self, dictionary: &Dictionary, key: &[u8]) -> Result<Option<Bounds>, Error> {
        let Object::Array(items) = self.get(dictionary, key)? else { return Ok(None) };
        let [ax, ay, bx, by] = items.as_slice() else { return Ok(None) };
        let number = |item: &Object| Ok::<_, Error>(number_of(&self.resolve(item)?));
        let (Some(ax), Some(ay), Some(bx), Some(by)) = (number(ax)?, number(ay)?, number(bx)?, number(by)?) else {
            return Ok(None);
        };
        let bounds = Bounds::around([(ax, ay), (bx, by)]);
        Ok((bounds.area() > 0.0).then_some(bounds))
    }

    /// How many pages there are.
    ///
    /// # Errors
    /// [`Error::Input`] when the page tree can't be read.
    pub fn page_count(&self) -> Result<usize, Error> {
        let mut walk = Walk::new(self);
        walk.find(&mut |_| false)?;
        Ok(walk.count)
    }
}

/// Every object that the page tree is made of.
pub(super) fn page_tree_nodes(document: &Document<'_>) -> Result<std::collections::HashSet<ObjectId>, Error> {
    let mut walk = Walk::new(document);
    walk.find(&mut |_| false)?;
    Ok(walk.seen)
}

impl<'d, 'a> Walk<'d, 'a> {
    fn new(document: &'d Document<'a>) -> Self {
        Self { document, seen: std::collections::HashSet::new(), path: Vec::new(), count: 0, repeated: 0 }
    }

    fn find(&mut self, wanted: &mut dyn FnMut(&Page) -> bool) -> Result<Option<Page>, Error> {
        let catalog = self.document.catalog()?;
        match catalog.get(b"Pages") {
            Ok(Object::Reference(root)) => self.node(*root, &Inherited::default(), 0, wanted),
            _ => Err(Error::input("catalog", None, "/Pages is not a reference: the file has no page tree")),
        }
    }

    fn node(
        &mut self,
        id: ObjectId,
        above: &Inherited,
        depth: usize,
        wanted: &mut dyn FnMut(&Page) -> bool,
    ) -> Result<Option<Page>, Error> {
        let place = || format!("page tree node {} {}", id.0, id.1);
        if depth > MAX_DEPTH {
            return Err(Error::Budget { budget: "depth of the page tree", limit: MAX_DEPTH as u64, offset: None });
        }
        if self.seen.len() >= MAX_NODES {
            return Err(Error::Budget { budget: "nodes of the page tree", limit: MAX_NODES as u64, offset: None });
        }
        if self.path.contains(&id) {
            return Err(Error::input(place(), None, "stands in the page tree under itself"));
        }
        // Readers show a page, and a branch, wherever it's listed.
        self.repeated += usize::from(!self.seen.insert(id));
        if self.repeated > MAX_REPEATED {
            let limit = MAX_REPEATED as u64;
            return Err(Error::Budget { budget: "nodes that the page tree repeats", limit, offset: None });
        }
        let dictionary = match self.document.object(id)? {
            Object::Dictionary(dictionary) => dictionary,
            // Readers pass over a kid that isn't there.
            _ => return Ok(None),
        };
        let inherited = above.with(self.document, &dictionary)?;
        if let Object::Array(kids) = self.document.get(&dictionary, b"Kids")? {
            self.path.push(id);
            for kid in kids {
                if let Object::Reference(kid) = kid
                    && let Some(page) = self.node(kid, &inherited, depth + 1, wanted)?
                {
                    return Ok(Some(page));
                }
            }
            self.path.pop();
            return Ok(None);
        }
        self.count += 1;
        let page = assemble(self.count, id, dictionary, inherited, self.document)?;
        Ok(wanted(&page).then_some(page))
    }
}

impl Inherited {
    /// What a node under these has, whose dictionary this is.
    pub(crate) fn with(&self, document: &Document<'_>, dictionary: &Dictionary) -> Result<Self, Error> {
        let mut here = self.clone();
        if let Object::Dictionary(resources) = document.get(dictionary, b"Resources")? {
            here.resources = Some(Rc::new(resources));
        }
        if let Some(media_box) = document.rectangle(dictionary, b"MediaBox")? {
            here.media_box = Some(media_box);
        }
        if let Some(crop_box) = document.rectangle(dictionary, b"CropBox")? {
            here.crop_box = Some(crop_box);
        }
        match document.get(dictionary, b"Rotate")? {
            Object::Integer(rotate) => here.rotate = Some(rotate),
            Object::Real(rotate) => here.rotate = format!("{rotate:.0}").parse().ok(),
            _ => {}
        }
        Ok(here)
    }
}

fn assemble(
    number: usize,
    id: ObjectId,
    dictionary: Dictionary,
    inherited: Inherited,
    document: &Document<'_>,
) -> Result<Page, Error> {
    let media_box = inherited.media_box.unwrap_or(LETTER);
    let crop_box = inherited.crop_box.map_or(media_box, |crop| intersect(crop, media_box));
    let rotate = match inherited.rotate.unwrap_or(0).rem_euclid(360) {
        90 => 90,
        180 => 180,
        270 => 270,
        _ => 0,
    };
    let user_unit = match number_of(&document.get(&dictionary, b"UserUnit")?) {
        Some(unit) if unit > 0.0 && unit.is_finite() => unit,
        _ => 1.0,
    };
    let resources = inherited.resources.unwrap_or_default();
    Ok(Page { number, id, dictionary, resources, media_box, crop_box, rotate, user_unit })
}

/// The crop box within the media box; the media box where they don't meet.
fn intersect(crop: Bounds, media: Bounds) -> Bounds {
    let met = crop.within(media);
    if met.area() > 0.0 { met } else { media }
}

/// A number, integer or real.
pub(crate) fn number_of(object: &Object) -> Option<f64> {
    match object {
        Object::Integer(value) => Some(*value as f64),
        Object::Real(value) => Some(f64::from(*value)),
        _ => None,
    }
}

/// Numbers as a PDF array of reals; whole ones as integers.
#[allow(
    clippy::cast_possible_truncation,
    reason = "whole numbers below 1e9, and a file's numbers are single precision"
)]
pub(crate) fn numbers(values: impl IntoIterator<Item = f64>) -> Object {
    let number = |value: f64| match value.fract() == 0.0 && value.abs() < 1e9 {
        true => Object::Integer(value as i64),
        false => Object::Real(value as f32),
    };
    Object::Array(values.into_iter().map(number).collect())
}
