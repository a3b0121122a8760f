//! The signed revision: what is read of it once, though many later ones are compared with it.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::error::Error;
use crate::pdf::{Document, FormNode, ObjectId, SignatureField};

/// The file as it was when the signature was made.
pub(super) struct Signed<'a> {
    pub(super) document: Document<'a>,
    /// Page objects and their numbers.
    pub(super) pages: HashMap<ObjectId, usize>,
    /// By page number: the page object, and the array of its annotations where that is an object of its own.
    pub(super) lists: BTreeMap<usize, (ObjectId, Option<ObjectId>)>,
    /// The page that each annotation is on.
    pub(super) annotations: HashMap<ObjectId, usize>,
    pub(super) signatures: Vec<SignatureField>,
    /// Fields and widgets.
    pub(super) fields: HashMap<ObjectId, FormNode>,
}

impl<'a> Signed<'a> {
    pub(super) fn read(document: Document<'a>) -> Result<Self, Error> {
        let mut pages = HashMap::new();
        document.page_where(|page| {
            // One that stands in the tree again is known by its first place.
            pages.entry(page.id).or_insert(page.number);
            false
        })?;
        let (mut lists, mut annotations) = (BTreeMap::new(), HashMap::new());
        for (&id, &number) in &pages {
            let Some(page) = document.dictionary_at(id)? else { continue };
            let list = page.get(b"Annots").ok();
            lists.insert(number, (id, list.and_then(|list| list.as_reference().ok())));
            for item in document.items(list)? {
                annotations.extend(item.as_reference().ok().map(|annotation| (annotation, number)));
            }
        }
        let signatures = SignatureField::all(&document)?;
        let fields = FormNode::all(&document)?;
        Ok(Self { document, pages, lists, annotations, signatures, fields })
    }

    /// The widgets of the fields that are signed.
    pub(super) fn signed_widgets(&self) -> HashSet<ObjectId> {
        self.signatures.iter().filter(|field| field.value.is_some()).map(|field| field.widget).collect()
    }
}
