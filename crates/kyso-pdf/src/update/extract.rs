//! A new PDF of some pages of a document: what these pages show, and nothing else of the file.
//!
//! Nothing leads from it to other pages: no outline, no form, no structure tree, no named destination, no attachment, and
//! of shared resources only what these pages use. Annotations become part of the page, as they were seen.

use std::collections::{BTreeSet, HashSet};

use lopdf::{Dictionary, Object, ObjectId, Stream, StringFormat};

use super::import::{Import, Sink};
use super::permission;
use crate::content::balance::Balance;
use crate::content::used::used;
use crate::error::{Error, Parameter, Reason};
use crate::file::document::Document;
use crate::file::stream::compressed_stream;
use crate::geometry::Matrix;
use crate::page::{Page, page_tree_nodes};
use crate::page_tree::demand_agreed_pages;
use crate::seen::flatten::{Flattened, Viewing, flattened};

/// What a page takes along.
const TAKEN: [&[u8]; 6] = [b"Contents", b"Group", b"BleedBox", b"TrimBox", b"ArtBox", b"Tabs"];
/// What leads elsewhere, or says what only the whole file may say.
const LEFT: [&[u8]; 6] = [b"StructParents", b"StructParent", b"PieceInfo", b"Metadata", b"AF", b"LastModified"];

/// A new PDF, and what of the pages isn't in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extract {
    /// The file. It has no signature and no password.
    pub pdf: Vec<u8>,
    /// What was changed or left out.
    pub losses: Vec<Loss>,
}

/// What an extract doesn't have as the document has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lost {
    /// An annotation of which nothing is seen on the page: it's left out.
    Annotation,
    /// A link to elsewhere in the document: it's left out.
    Link,
    /// A signature: only its picture is there.
    Signature,
}

/// Something that isn't in an extract as it was in the document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Loss {
    /// The kind of loss.
    pub what: Lost,
    /// The page that it was on, in the document, from 1.
    pub page: usize,
    /// A field's name, or a kind of annotation.
    pub detail: Option<String>,
}

/// The objects of a new file.
#[derive(Default)]
struct NewFile(Vec<Object>);

impl Sink for NewFile {
    fn reserve(&mut self) -> ObjectId {
        self.0.push(Object::Null);
        (u32::try_from(self.0.len()).unwrap_or(u32::MAX), 0)
    }

    fn put(&mut self, id: ObjectId, object: Object) {
        if let Some(place) = (id.0 as usize).checked_sub(1).and_then(|index| self.0.get_mut(index)) {
            *place = object;
        }
    }
}

/// What a new file is called, by itself and by its version: the caller's rules, not the format's.
#[derive(Debug, Clone, Copy)]
pub struct Naming {
    /// The least version that the header names, e.g. `1.4`; the document's own where that is newer.
    pub least_version: &'static str,
    /// Makes both strings of /ID (ISO 32000-2, 14.4) from the file's bytes without it, so that the same pages give the same
    /// file.
    pub identifier: fn(&[u8]) -> [u8; 16],
}

/// Extracts the pages with these numbers, from 1, in this order.
///
/// # Errors
/// [`Error::Parameters`] for no page, a page that isn't there or one named twice; [`Error::Refused`] with rule
/// `document.permissions` where the file's password doesn't allow to take contents out, `page.unreadable` where part of a
/// page can't be read, `page.loses-annotation` where viewers draw an annotation by themselves, `document.xfa`,
/// `document.cut-off`, `document.page-tree`; [`Error::Input`] where a page can't be read.
pub fn extract(document: &Document<'_>, numbers: &[usize], naming: &Naming) -> Result<Extract, Error> {
    permission::demand_whole(document)?;
    demand_agreed_pages(document)?;
    permission::demand_copying(document)?;
    let pages = document.pages()?;
    let wanted = wanted(&pages, numbers)?;
    wanted.iter().try_for_each(|page| page.demand_readable(document))?;

    let mut file = NewFile::default();
    let mut import = Import::new(document);
    let catalog = document.catalog()?;
    import.replace(document.catalog_id()?, None);
    for key in ["StructTreeRoot", "AcroForm", "Outlines", "Names", "Dests"] {
        if let Ok(Object::Reference(id)) = catalog.get(key.as_bytes()) {
            import.replace(*id, None);
        }
    }
    for node in page_tree_nodes(document)? {
        import.replace(node, None);
    }
    let root = file.reserve();
    let tree = file.reserve();
    let kids: Vec<ObjectId> = wanted.iter().map(|_| file.reserve()).collect();
    for (page, id) in wanted.iter().zip(&kids) {
        import.replace(page.id, Some(*id));
    }

    let viewing = Viewing::of(document)?;
    let (mut losses, mut forms) = (BTreeSet::new(), HashSet::new());
    for (page, id) in wanted.iter().zip(&kids) {
        let flattened = flattened(document, page, &viewing)?;
        losses.extend(flattened.losses.iter().cloned());
        forms.extend(flattened.forms.iter().map(|form| form.id));
        let object = one_page(document, &mut file, &mut import, page, &flattened, tree)?;
        file.put(*id, object);
    }
    let mut entries = Dictionary::new();
    entries.set("Type", Object::Name(b"Catalog".to_vec()));
    // Layers that aren't shown stay hidden; colours stay what they were.
    for key in [b"OCProperties".as_slice(), b"OutputIntents", b"Lang"] {
        if let Ok(value) = catalog.get(key) {
            entries.set(key, import.value(&mut file, value)?);
        }
    }
    entries.set("Pages", tree);
    file.put(root, Object::Dictionary(entries));
    import.finish(&mut file, &mut |id, object| {
        let dictionary = match object {
            Object::Dictionary(dictionary) => dictionary,
            Object::Stream(stream) => &mut stream.dict,
            _ => return Ok(()),
        };
        LEFT.iter().for_each(|key| drop(dictionary.remove(key)));
        if forms.contains(&id) {
            dictionary.set("Type", Object::Name(b"XObject".to_vec()));
            dictionary.set("Subtype", Object::Name(b"Form".to_vec()));
            // An appearance's own layer hides nothing; that of a form that content draws does.
            dictionary.remove(b"OC");
        }
        Ok(())
    })?;
    let mut nodes = Dictionary::new();
    nodes.set("Type", Object::Name(b"Pages".to_vec()));
    nodes.set("Count", i64::try_from(kids.len()).unwrap_or(i64::MAX));
    nodes.set("Kids", Object::Array(kids.into_iter().map(Object::Reference).collect()));
    file.put(tree, Object::Dictionary(nodes));
    let version = document.version().max(naming.least_version.to_owned());
    Ok(Extract { pdf: written(file, root, &version, naming.identifier)?, losses: losses.into_iter().collect() })
}

fn wanted<'p>(pages: &'p [Page], numbers: &[usize]) -> Result<Vec<&'p Page>, Error> {
    if numbers.is_empty() {
        return Err(Error::parameters(Parameter::Pages, Reason::NoPageNamed));
    }
    let mut seen = HashSet::new();
    let mut wanted = Vec::new();
    for &number in numbers {
        let page = number.checked_sub(1).and_then(|index| pages.get(index));
        let no_page = || Error::parameters(Parameter::Pages, Reason::NoPage { page: number, pages: pages.len() });
        wanted.push(page.ok_or_else(no_page)?);
        if !seen.insert(number) {
            return Err(Error::parameters(Parameter::Pages, Reason::PageTwice { page: number }));
        }
    }
    Ok(wanted)
}

fn one_page(
    document: &Document<'_>,
    file: &mut NewFile,
    import: &mut Import<'_, '_>,
    page: &Page,
    flattened: &Flattened,
    parent: ObjectId,
) -> Result<Object, Error> {
    let content = page.content(document)?;
    let balance = Balance::of(&content);
    let mut alone = page.standing_alone(&TAKEN);
    let drawn = flattened.forms.iter().map(|form| Object::Reference(form.id)).collect();
    let mut resources = used(document, &page.resources, &balance, drawn)?;
    let mut objects = document.dictionary(&resources, b"XObject")?;
    let mut behind = String::new();
    for (number, form) in flattened.forms.iter().enumerate() {
        let mut name = format!("Seen{number}");
        while objects.has(name.as_bytes()) {
            name.push('x');
        }
        let Matrix { a, b, c, d, e, f } = form.matrix;
        behind.push_str(&format!("q {a:.6} {b:.6} {c:.6} {d:.6} {e:.4} {f:.4} cm /{name} Do Q\n"));
        objects.set(name, Object::Reference(form.id));
    }
    if !objects.is_empty() {
        resources.set("XObject", objects);
    }
    alone.set("Resources", resources);
    if !flattened.links.is_empty() {
        alone.set("Annots", Object::Array(flattened.links.iter().cloned().map(Object::Dictionary).collect()));
    }
    let mut alone = import.value(file, &Object::Dictionary(alone))?;
    if let Object::Dictionary(alone) = &mut alone {
        alone.set("Parent", parent);
        if !behind.is_empty() {
            let mut add = |object: Object| {
                let id = file.reserve();
                file.put(id, object);
                Object::Reference(id)
            };
            let before = add(Object::Stream(Stream::new(Dictionary::new(), b"q\n".to_vec())));
            let own = add(compressed_stream(&balance.without_excess(content))?);
            let behind = add(compressed_stream(format!("{}{behind}", balance.ending()).as_bytes())?);
            alone.set("Contents", Object::Array(vec![before, own, behind]));
        }
    }
    Ok(alone)
}

fn written(file: NewFile, root: ObjectId, version: &str, identifier: fn(&[u8]) -> [u8; 16]) -> Result<Vec<u8>, Error> {
    let mut document = lopdf::Document::with_version(version);
    document.reference_table.cross_reference_type = lopdf::xref::XrefType::CrossReferenceTable;
    document.objects = (1..).map(|number| (number, 0)).zip(file.0).collect();
    document.max_id = document.objects.keys().last().map_or(0, |id| id.0);
    document.trailer.set("Root", root);
    let mut bytes = Vec::new();
    save(&mut document, &mut bytes)?;
    let id = Object::String(identifier(&bytes).to_vec(), StringFormat::Hexadecimal);
    document.trailer.set("ID", Object::Array(vec![id.clone(), id]));
    bytes.clear();
    save(&mut document, &mut bytes)?;
    Ok(bytes)
}

fn save(document: &mut lopdf::Document, bytes: &mut Vec<u8>) -> Result<(), Error> {
    document.save_to(bytes).map_err(|error| Error::Internal(format!("writing a PDF: {error}")))
}
