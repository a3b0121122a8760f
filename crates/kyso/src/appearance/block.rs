//! Blocks put onto an existing page: a section of another paper's page, or a picture.

use super::colours::Colours;
use super::draw::draw;
use super::{Appearance, InkImage, layout};
use crate::error::Error;
use crate::pdf::geometry::Rectangle;
use crate::pdf::{
    Document, Object, Put, Tail, Update, Value, bring_metadata, demand_agreed_pages, form_of_page, permission,
    put_on_page,
};

/// A block to put onto a page.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Block<'b, 'a> {
    /// A section of a page: text stays text, and its tags come along where the paper has one page.
    Page {
        /// The paper.
        paper: &'b Document<'a>,
        /// The block's page, from 1.
        page: usize,
        /// The section, in points as seen.
        region: Rectangle,
    },
    /// A picture. Screen readers don't mention it.
    Picture(&'b InkImage),
}

/// Puts a block onto page `page` (from 1) of a document: see [`overlay`](crate::overlay()).
pub(crate) fn put(document: &Document<'_>, page: usize, at: Rectangle, block: Block<'_, '_>) -> Result<Tail, Error> {
    demand_free(document)?;
    let onto = document.page(page)?;
    layout::demand_on_page(at, onto.size())?;
    let mut update = Update::new(document);
    let (form, size, is_artifact) = match block {
        Block::Page { paper, page, region } => {
            let page = paper.page(page)?;
            layout::demand_on_page(region, page.size())?;
            let form = form_of_page(document, &mut update, &onto, paper, &page, region)?;
            (form, (region.width, region.height), false)
        }
        Block::Picture(image) => {
            let mut add = |object: Object| update.add(Value::Object(object));
            let form = draw(&Appearance::Image(image.clone()), 0, None, Colours::of(document)?, &mut add)?;
            let form = form.ok_or_else(|| Error::Internal("a picture draws nothing".into()))?;
            (form.id, (form.width, form.height), true)
        }
    };
    put_on_page(document, &mut update, &onto, &[Put { form, size, rectangle: at, is_artifact }])?;
    if let Block::Page { paper, .. } = block {
        bring_metadata(&mut update, onto.id, paper)?;
    }
    Ok(update.finish()?)
}

/// Refuses a document whose pages may not be changed any more.
///
/// # Errors
/// [`Error::Refused`] by the rules of [`append`](crate::append()).
pub fn demand_free(document: &Document<'_>) -> Result<(), Error> {
    permission::demand_whole(document)?;
    demand_agreed_pages(document)?;
    permission::demand_unsigned(document)?;
    permission::demand_without_xfa(document)?;
    Ok(permission::demand_changing(document)?)
}
