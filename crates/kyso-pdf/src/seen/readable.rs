//! Whether all that a page shows can be read: what can't is neither blank nor copied, and nothing is put onto it.

use std::collections::HashSet;

use lopdf::{Dictionary, Object, ObjectId, Stream};

use super::flatten::is_unseen;
use super::text::lines_of_all_glyphs;
use crate::content::balance::Balance;
use crate::content::form::Appearance;
use crate::content::used::used;
use crate::error::{Error, Reason, Rule};
use crate::file::document::Document;
use crate::file::filters;
use crate::file::stream::filters_of;
use crate::file::xref::Location;
use crate::page::Page;

/// Most bytes that one stream of what a page shows may expand to: a picture of an A3 page at 600 dpi has 210 MB.
const MAX_STREAM: usize = 256 << 20;
/// Most bytes that all of them may expand to.
const MAX_BYTES: u64 = 1 << 30;
/// Most objects of what a page shows.
const MAX_OBJECTS: usize = 200_000;
/// Where nothing lies that is seen: what leads elsewhere, and what is said about the page.
const UNSEEN: [&[u8]; 13] = [
    b"Parent",
    b"P",
    b"A",
    b"AA",
    b"Dest",
    b"Popup",
    b"IRT",
    b"AF",
    b"B",
    b"ToUnicode",
    b"Metadata",
    b"PieceInfo",
    b"Thumb",
];

impl Page {
    /// Refuses a page (from 1) of which something can't be read that viewers would show: a content stream, a form, a
    /// picture, a font, an annotation's appearance. Such a page isn't blank where nothing is seen on it, and a copy of it may
    /// lack what the page has. Of pictures whose filters are viewers' affair, JPEG among them, the first bytes are
    /// checked.
    ///
    /// # Errors
    /// [`Error::Refused`] with rule `page.unreadable`; [`Error::Budget`] where a bound is reached.
    pub fn demand_readable(&self, document: &Document<'_>) -> Result<(), Error> {
        match Check::new(document, true).page(self) {
            Err(Error::Input { what, reason, .. }) => Err(unreadable(self, format!("{what}: {reason}"))),
            checked => checked,
        }
    }

    /// Whether all content that may hold text can be read, and as all viewers read it: a line that isn't found on the page
    /// isn't there then.
    pub(super) fn has_readable_text(&self, document: &Document<'_>) -> bool {
        lines_of_all_glyphs(document, self).is_ok() && Check::new(document, false).page(self).is_ok()
    }
}

/// Refuses a document with a page that [`Page::demand_readable`] refuses.
///
/// # Errors
/// Those of [`Page::demand_readable`]; [`Error::Input`] when the page tree can't be read.
pub fn demand_readable_pages(document: &Document<'_>) -> Result<(), Error> {
    document.pages()?.iter().try_for_each(|page| page.demand_readable(document))
}

fn unreadable(page: &Page, why: String) -> Error {
    Error::refused(Rule::PageUnreadable, Reason::UnreadablePart { page: page.number, why })
}

struct Check<'d, 'a> {
    document: &'d Document<'a>,
    seen: HashSet<ObjectId>,
    waiting: Vec<Object>,
    /// Bytes that streams may still expand to.
    left: u64,
    /// Whether pictures and the programs of fonts are checked too.
    checks_all: bool,
}

impl<'d, 'a> Check<'d, 'a> {
    fn new(document: &'d Document<'a>, checks_all: bool) -> Self {
        Self { document, seen: HashSet::new(), waiting: Vec::new(), left: MAX_BYTES, checks_all }
    }

    fn page(&mut self, page: &Page) -> Result<(), Error> {
        self.contents(page)?;
        let content = Balance::of(&page.content(self.document)?);
        if content.is_unfinished() {
            return Err(Error::input(
                "content stream",
                None,
                "ends within a string, an array, a dictionary or a picture",
            ));
        }
        self.waiting.extend(page.dictionary.get(b"Group").ok().cloned());
        let appearances = self.annotations(page)?;
        let resources = used(self.document, &page.resources, &content, appearances.clone())?;
        self.waiting.push(Object::Dictionary(resources));
        self.waiting.extend(appearances);
        while let Some(object) = self.waiting.pop() {
            self.object(&object)?;
        }
        Ok(())
    }

    /// Each content stream. Where the only one isn't there, the page is blank to any viewer; one of several that isn't there
    /// makes some show nothing at all. Anything else is no content.
    fn contents(&mut self, page: &Page) -> Result<(), Error> {
        let contents = page.dictionary.get(b"Contents").unwrap_or(&Object::Null);
        let (parts, are_several) = match self.read(contents)? {
            Object::Array(parts) => (parts, true),
            _ => (vec![contents.clone()], false),
        };
        for part in parts {
            match self.read(&part)? {
                Object::Stream(_) => self.waiting.push(part),
                Object::Null if !are_several => {}
                _ => return Err(Error::input("content stream", None, "is no stream")),
            }
        }
        Ok(())
    }

    /// What the appearances of annotations are made of.
    fn annotations(&self, page: &Page) -> Result<Vec<Object>, Error> {
        let (mut entries, annotations) = (Vec::new(), page.dictionary.get(b"Annots").unwrap_or(&Object::Null));
        let Object::Array(annotations) = self.read(annotations)? else { return Ok(entries) };
        for annotation in &annotations {
            let Object::Dictionary(annotation) = self.read(annotation)? else { continue };
            if let Ok(appearances) = annotation.get(b"AP")
                && !is_unseen(self.document, &annotation)?
            {
                self.read(appearances)?;
                entries.extend(Appearance::entries(self.document, &annotation)?);
            }
        }
        Ok(entries)
    }

    /// A value; null where there is none. A generation that isn't the object's own is nothing to some viewers, and
    /// nothing amiss to others.
    fn read(&self, object: &Object) -> Result<Object, Error> {
        if let Object::Reference((number, generation)) = object
            && let Location::Offset { generation: own, .. } = self.document.locate(*number)
            && own != *generation
        {
            let why = format!("is referred to by generation {generation}, but has {own}");
            return Err(Error::input(format!("object {number}"), None, why));
        }
        self.document.resolve(object)
    }

    fn object(&mut self, object: &Object) -> Result<(), Error> {
        if let Object::Reference(id) = object {
            if !self.seen.insert(*id) {
                return Ok(());
            }
            if self.seen.len() > MAX_OBJECTS {
                let budget = "objects of a page's look";
                return Err(Error::Budget { budget, limit: MAX_OBJECTS as u64, offset: None });
            }
        }
        match self.read(object)? {
            Object::Array(items) => self.waiting.extend(items),
            Object::Dictionary(dictionary) => self.dictionary(&dictionary)?,
            Object::Stream(stream) => {
                self.dictionary(&stream.dict)?;
                self.stream(stream)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn dictionary(&mut self, dictionary: &Dictionary) -> Result<(), Error> {
        for (key, value) in dictionary {
            if UNSEEN.contains(&key.as_slice()) {
                continue;
            }
            if key == b"XObject"
                && let Object::Dictionary(objects) = self.read(value)?
            {
                for (_, object) in &objects {
                    if !matches!(self.read(object)?, Object::Stream(_) | Object::Null) {
                        return Err(Error::input("form or picture", None, "is no stream"));
                    }
                }
            }
            self.waiting.push(value.clone());
        }
        Ok(())
    }

    fn stream(&mut self, stream: Stream) -> Result<(), Error> {
        let is_content = !matches!(stream.dict.get(b"Subtype"), Ok(Object::Name(kind)) if kind == b"Image")
            && !stream.dict.has(b"Length1");
        if !is_content && !self.checks_all {
            return Ok(());
        }
        let offset = stream.start_position.map(|at| at as u64);
        let mut plain = Stream::new(filters_of(self.document, &stream.dict)?, stream.content);
        let most = MAX_STREAM.min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let work = filters::check_whole(&mut plain, most).map_err(|fault| fault.of("stream", offset))?;
        self.document.spend(work)?;
        self.left = self.left.saturating_sub(work);
        Ok(())
    }
}
