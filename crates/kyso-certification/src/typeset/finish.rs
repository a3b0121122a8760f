//! A paper that is done: page numbers and notes, then the file, as tagged PDF/A-2b (ISO_19005_2.md).

use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary};

use super::canvas::{Canvas, LEADING, PageContent, resource};
use super::format::Geometry;
use super::paragraph::{Measure, Span, broken};
use super::sheet::{Sheet, Typeset};
use super::structure::{Artifact, Owner};
use super::xmp::Description;
use kyso::appearance::draw::{self, compressed};
use kyso::appearance::profile;
use kyso::{Error, Rectangle};
use kyso_pdf::typeface::Face;

/// Size of page numbers (13 to 14 pt).
const NUMBERS: f64 = 13.0;
/// Size of the note under the text: less than anything official.
const NOTE: f64 = 9.0;

impl Sheet {
    /// The paper under its title, with page numbers from page 2 on in the middle of the top margin (mục I.7).
    ///
    /// # Errors
    /// [`Error::Parameters`] for a character of the note without a glyph; [`Error::Internal`] if a font file in this
    /// library is damaged.
    pub fn finish(self, title: &str) -> Result<Typeset, Error> {
        self.finish_described(&Description::titled(title))
    }

    /// Finishes the paper like [`Sheet::finish`], with a description of its own as metadata.
    ///
    /// # Errors
    /// As [`Sheet::finish`]; [`Error::Parameters`] for a description that XMP can't hold.
    pub fn finish_described(mut self, description: &Description) -> Result<Typeset, Error> {
        self.settle(0.0)?;
        let Geometry { left, width, top, .. } = self.geometry();
        let written = Rectangle { x: left, y: self.canvas.y, width, height: top - self.canvas.y };
        self.margins()?;
        self.canvas.close();
        let Canvas { geometry, fonts: faces, mut objects, mut pages, structure, .. } = self.canvas;
        let mut fonts = Dictionary::new();
        for face in [Face::Regular, Face::Bold, Face::Italic] {
            let font = faces.get(face);
            if font.is_used() {
                fonts.set(resource(face), font.embed(&mut |object| objects.add(object))?);
            }
        }
        let fonts = objects.add(fonts);
        let tree = objects.reserve();
        let ids: Vec<ObjectId> = pages.iter().map(|_| objects.reserve()).collect();
        for ((index, page), id) in (0_i64..).zip(&pages).zip(&ids) {
            let content = objects.add(compressed(Dictionary::new(), page.operators.as_bytes())?);
            objects.fill(
                *id,
                dictionary! {
                    "Type" => "Page",
                    "Parent" => tree,
                    "MediaBox" => draw::numbers(&[0.0, 0.0, geometry.page.0, geometry.page.1]),
                    "Resources" => resources(page, fonts),
                    "Contents" => content,
                    "StructParents" => index,
                    "Tabs" => "S",
                },
            );
        }
        let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
        let kids: Vec<Object> = ids.iter().map(|page| (*page).into()).collect();
        objects.fill(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count });
        let marks: Vec<_> = pages.iter_mut().map(|page| std::mem::take(&mut page.marks)).collect();
        let structure = structure.write(&mut objects, &ids, &marks);
        let metadata = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
        let metadata = objects.add(Stream::new(metadata, description.packet(true)?).with_compression(false));
        let profile = objects.add(compressed(dictionary! { "N" => 3 }, &profile::srgb())?);
        let catalog = objects.add(dictionary! {
            "Type" => "Catalog",
            "Pages" => tree,
            "Lang" => Object::string_literal("vi"),
            "MarkInfo" => dictionary! { "Marked" => true },
            "StructTreeRoot" => structure,
            "ViewerPreferences" => dictionary! { "DisplayDocTitle" => true },
            "Metadata" => metadata,
            "OutputIntents" => vec![Object::Dictionary(dictionary! {
                "Type" => "OutputIntent",
                "S" => "GTS_PDFA1",
                "OutputConditionIdentifier" => Object::string_literal(profile::NAME),
                "Info" => Object::string_literal(profile::NAME),
                "DestOutputProfile" => profile,
            })],
        });
        let info = objects.add(description.information());
        Ok(Typeset { pdf: objects.file(catalog, info)?, places: self.places, written })
    }

    /// Page numbers and notes: no part of the text.
    fn margins(&mut self) -> Result<(), Error> {
        let geometry = self.geometry();
        let note = self.note.take();
        let owner = Owner::Artifact(Artifact::Pagination);
        for index in 0..self.canvas.pages.len() {
            let number = self.format.first_page.saturating_add(index);
            let mut margins = Vec::new();
            if number > 1 {
                let y = geometry.page.1 - (geometry.page.1 - geometry.top - NUMBERS) / 2.0;
                margins.push((Span::regular(number.to_string()), NUMBERS, y));
            }
            if let Some(note) = &note {
                margins.push((Span::italic(note), NOTE, geometry.bottom - NOTE));
            }
            for (span, size, mut y) in margins {
                for line in broken(&self.canvas.fonts, &[span], Measure::centred(size, geometry.width))? {
                    let operators = self.canvas.line_operators(geometry.left, y, &line, size)?;
                    self.canvas.put_on(index, owner, &operators);
                    y -= size * LEADING;
                }
            }
        }
        Ok(())
    }
}

fn resources(page: &PageContent, fonts: ObjectId) -> Dictionary {
    let mut resources = dictionary! { "Font" => fonts };
    if !page.inks.is_empty() {
        let inks: Dictionary = page.inks.iter().map(|ink| (ink_resource(*ink), Object::Reference(*ink))).collect();
        resources.set("XObject", inks);
    }
    resources
}

/// A picture's name among a page's resources.
pub(super) fn ink_resource(form: ObjectId) -> String {
    format!("Ink{}", form.0)
}
