//! Pages of one document put behind those of another, by an incremental update.

use lopdf::{Object, ObjectId};

use super::edit::{append, dictionary};
use super::import::{Import, Sink as _};
use super::incremental::{Tail, Update, Value};
use super::structure::Structure;
use super::{page_metadata, permission};
use crate::error::{Error, Parameter};
use crate::file::document::Document;
use crate::page_tree::demand_agreed_pages;
use crate::seen::readable::demand_readable_pages;

/// What a page takes along: what is drawn, and its tags. Annotations stay behind.
const TAKEN: [&[u8]; 4] = [b"Contents", b"Group", b"Tabs", b"StructParents"];

/// Appends the pages of a paper to a document that nobody has signed, as new pages behind its last; the document's own
/// bytes stay as they are. Tags come along, what is inherited is written out, annotations and outlines of the paper stay
/// behind.
///
/// # Errors
/// [`Error::Refused`] with rule `append.signed` where the document has a signature or is certified, `append.xfa` where it
/// is an XFA form, `document.cut-off`, `document.unfinished-update`, `document.unlisted-objects`, `document.wrong-row`,
/// `document.page-tree`, `document.permissions`, and `page.unreadable` where part of a page can't be read; [`Error::Input`] where its pages can't
/// be found.
pub fn append_pages(document: &Document<'_>, pages: &Document<'_>) -> Result<Tail, Error> {
    permission::demand_whole(document)?;
    demand_agreed_pages(document)?;
    permission::demand_unsigned(document)?;
    permission::demand_without_xfa(document)?;
    permission::demand_assembling(document)?;
    demand_readable_pages(document)?;
    demand_readable_pages(pages)?;
    let root = root(document)?;
    let count = document.page_count()?;
    let new = pages.pages()?;
    if new.is_empty() {
        return Err(Error::parameters(Parameter::Pages, "there is no page to append"));
    }

    let mut update = Update::new(document);
    let mut import = Import::new(pages);
    import.replace(pages.catalog_id()?, None);
    let ids: Vec<ObjectId> = new.iter().map(|_| update.reserve()).collect();
    for (page, id) in new.iter().zip(&ids) {
        import.replace(page.id, Some(*id));
    }
    let metadata = page_metadata::of_paper(&mut update, pages)?;
    let structure = Structure::between(document, pages)?;
    for (page, id) in new.iter().zip(&ids) {
        let mut alone = Object::Dictionary(page.standing_alone(&TAKEN));
        structure.change(page.id, &mut alone);
        let mut alone = import.value(&mut update, &alone)?;
        if let Object::Dictionary(alone) = &mut alone {
            alone.set("Parent", root);
            if let Some(metadata) = metadata.filter(|_| ids.first() == Some(id)) {
                alone.set("Metadata", metadata);
            }
        }
        update.put(*id, alone);
    }
    structure.enter(document, &mut update, &mut import)?;

    let mut tree = dictionary(&update, root)?;
    for id in &ids {
        append(document, &mut update, &mut tree, "Kids", *id)?;
    }
    tree.set("Count", (count + ids.len()).to_string().as_bytes())?;
    update.set(root, Value::Text(tree.into_bytes()));
    update.finish()
}

/// The page tree's root, which has kids to add to.
fn root(document: &Document<'_>) -> Result<ObjectId, Error> {
    let Ok(Object::Reference(root)) = document.catalog()?.get(b"Pages").cloned() else {
        return Err(Error::input("catalog", None, "/Pages is not a reference: the file has no page tree"));
    };
    match document.object(root)? {
        Object::Dictionary(tree) if matches!(document.get(&tree, b"Kids")?, Object::Array(_)) => Ok(root),
        _ => Err(Error::input("page tree", None, "its root has no /Kids: no page can be added to it")),
    }
}
