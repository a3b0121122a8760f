//! Whether readers agree on the pages of a document (ISO 32000-2, 7.7.3).
//!
//! Each finds its way through a page tree that isn't as the standard has it, and not the same way: poppler, MuPDF and PDFium
//! show other pages, or another number of them, where a kid is no node, where /Count is wrong, where a page has kids. Whoever
//! signs such a document signs pages that others don't show. A missing /Type is no matter to any of them.

use lopdf::{Dictionary, Object, ObjectId};

use crate::error::{Error, PageTreeFault, Reason, Rule};
use crate::file::document::Document;
use crate::page::{Inherited, MAX_DEPTH, MAX_NODES, number_of};

/// Refuses a document of which readers show different pages.
///
/// # Errors
/// [`Error::Refused`] with rule `document.page-tree`; [`Error::Input`], [`Error::Budget`] where the page tree can't be read.
pub fn demand_agreed_pages(document: &Document<'_>) -> Result<(), Error> {
    let Ok(Object::Reference(root)) = document.catalog()?.get(b"Pages").cloned() else {
        return Err(Error::input("catalog", None, "/Pages is not a reference: the file has no page tree"));
    };
    let mut walk = Walk { document, path: Vec::new(), left: MAX_NODES };
    walk.node(root, &Inherited::default())?;
    Ok(())
}

struct Walk<'d, 'a> {
    document: &'d Document<'a>,
    /// The nodes from the root to where the walk is.
    path: Vec<ObjectId>,
    /// How many nodes may still be visited.
    left: usize,
}

impl Walk<'_, '_> {
    /// How many pages a node has, a page being one.
    fn node(&mut self, id: ObjectId, above: &Inherited) -> Result<usize, Error> {
        if self.path.len() > MAX_DEPTH {
            return Err(Error::Budget { budget: "depth of the page tree", limit: MAX_DEPTH as u64, offset: None });
        }
        let budget = Error::Budget { budget: "nodes of the page tree", limit: MAX_NODES as u64, offset: None };
        self.left = self.left.checked_sub(1).ok_or(budget)?;
        if self.path.contains(&id) {
            return Err(faulty(id, PageTreeFault::UnderItself));
        }
        let Object::Dictionary(node) = self.document.object(id)? else { return Err(faulty(id, PageTreeFault::NoNode)) };
        let here = above.with(self.document, &node)?;
        self.demand_agreed_shape(id, &node, above, &here)?;
        self.demand_one_parent(id, &node, &here)?;
        let is_branch = node.has(b"Kids");
        let is_of_kind = match self.document.get(&node, b"Type")? {
            Object::Null => true,
            Object::Name(kind) => kind == if is_branch { b"Pages".as_slice() } else { b"Page" },
            _ => false,
        };
        if !is_of_kind || !is_branch && self.path.is_empty() {
            return Err(faulty(id, PageTreeFault::NoNode));
        }
        if !is_branch {
            return Ok(1);
        }
        let Object::Array(kids) = self.document.get(&node, b"Kids")? else {
            return Err(faulty(id, PageTreeFault::NoNode));
        };
        self.path.push(id);
        let mut pages = 0;
        for kid in kids {
            let Object::Reference(kid) = kid else { return Err(faulty(id, PageTreeFault::DirectKid)) };
            pages += self.node(kid, &here)?;
        }
        self.path.pop();
        let count = number_of(&self.document.get(&node, b"Count")?);
        if count != Some(pages as f64) {
            return Err(faulty(id, PageTreeFault::Count { pages }));
        }
        Ok(pages)
    }

    /// What of a page is seen, and how it's turned, where the keys that say so aren't as the standard has them: some readers
    /// pass over such a key, some take a default, some show nothing.
    fn demand_agreed_shape(
        &self,
        id: ObjectId,
        node: &Dictionary,
        above: &Inherited,
        here: &Inherited,
    ) -> Result<(), Error> {
        let document = self.document;
        let of = |key: &[u8]| if node.has(key) { document.get(node, key).map(Some) } else { Ok(None) };
        let is_agreed = |key: &'static str, value: Option<Object>, inherits: bool| match (key, value) {
            (_, None) => Ok(true),
            // To some a key that is null hides what the page inherits.
            (_, Some(Object::Null)) => Ok(!inherits),
            ("CropBox", Some(Object::Array(items))) if !inherits && items.iter().all(is_zero) => Ok(true),
            ("Rotate", Some(value)) => Ok(value.as_i64().is_ok_and(|turn| turn % 90 == 0)),
            ("UserUnit", Some(value)) => Ok(number_of(&value).is_some_and(|unit| unit > 0.0)),
            (key, Some(_)) => document.rectangle(node, key.as_bytes()).map(|corners| corners.is_some()),
        };
        for (key, inherits) in [
            ("MediaBox", above.media_box.is_some()),
            ("CropBox", above.crop_box.is_some()),
            ("Rotate", above.rotate.is_some()),
            ("UserUnit", false),
        ] {
            if !is_agreed(key, of(key.as_bytes())?, inherits)? {
                return Err(faulty(id, PageTreeFault::Shape { key }));
            }
        }
        match (here.media_box, here.crop_box) {
            (Some(media), Some(crop)) if !node.has(b"Kids") && crop.within(media).area() <= 0.0 => {
                Err(faulty(id, PageTreeFault::Shape { key: "CropBox" }))
            }
            _ => Ok(()),
        }
    }

    /// Some readers take what a page inherits from the nodes that lead to it, others from its /Parent and that one's: where
    /// these aren't the same nodes, they have to say the same.
    fn demand_one_parent(&self, id: ObjectId, node: &Dictionary, here: &Inherited) -> Result<(), Error> {
        let listed_by = self.path.last().copied();
        if node.get(b"Parent").ok().and_then(|parent| parent.as_reference().ok()) == listed_by {
            return Ok(());
        }
        let mut upwards = vec![node.clone()];
        while upwards.len() <= MAX_DEPTH
            && let Some(Object::Dictionary(parent)) =
                upwards.last().map(|node| self.document.get(node, b"Parent")).transpose()?
        {
            upwards.push(parent);
        }
        let by_parents =
            upwards.iter().rev().try_fold(Inherited::default(), |above, node| above.with(self.document, node))?;
        if by_parents == *here { Ok(()) } else { Err(faulty(id, PageTreeFault::Parent)) }
    }
}

fn is_zero(number: &Object) -> bool {
    number_of(number) == Some(0.0)
}

fn faulty((object, _): ObjectId, fault: PageTreeFault) -> Error {
    Error::refused(Rule::DocumentPageTree, Reason::PageTree { object, fault })
}
