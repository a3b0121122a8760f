//! Objects into a file: a classic PDF 1.7, the same bytes for the same objects.

use lopdf::xref::XrefType;
use lopdf::{Object, ObjectId, StringFormat, dictionary};

use kyso::Error;
use kyso::crypto::DigestAlgorithm;

/// The objects of a file in the making, numbered from 1.
#[derive(Default)]
pub(super) struct Objects(Vec<Object>);

impl Objects {
    /// Takes an object and gives its number.
    pub(super) fn add(&mut self, object: impl Into<Object>) -> ObjectId {
        self.0.push(object.into());
        (u32::try_from(self.0.len()).unwrap_or(u32::MAX), 0)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Forgets all but the first ones.
    pub(super) fn truncate(&mut self, objects: usize) {
        self.0.truncate(objects);
    }

    /// A number for an object that others must know before it's there.
    pub(super) fn reserve(&mut self) -> ObjectId {
        self.add(Object::Null)
    }

    /// Takes the object whose number was reserved.
    pub(super) fn fill(&mut self, id: ObjectId, object: impl Into<Object>) {
        if let Some(place) = self.0.get_mut(id.0 as usize - 1) {
            *place = object.into();
        }
    }

    /// The file, whose catalog is `root` and whose information dictionary is `info`.
    pub(super) fn file(self, root: ObjectId, info: ObjectId) -> Result<Vec<u8>, Error> {
        let mut document = lopdf::Document::with_version("1.7");
        document.reference_table.cross_reference_type = XrefType::CrossReferenceTable;
        document.objects = (1..).map(|number| (number, 0)).zip(self.0).collect();
        document.max_id = document.objects.keys().last().map_or(0, |id| id.0);
        document.trailer = dictionary! { "Root" => root, "Info" => info };
        // The file's name for itself (ISO 32000-2, 14.4): a digest of what it holds.
        let digest = DigestAlgorithm::Sha256.digest(&saved(&mut document)?);
        let id = Object::String(digest.into_iter().take(16).collect(), StringFormat::Hexadecimal);
        document.trailer.set("ID", vec![id.clone(), id]);
        saved(&mut document)
    }
}

fn saved(document: &mut lopdf::Document) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|error| Error::Internal(format!("writing a PDF: {error}")))?;
    Ok(bytes)
}
