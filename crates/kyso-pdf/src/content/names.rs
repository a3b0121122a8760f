//! Every name that the content of a document draws by: what of its resources may be used, wherever they stand.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object};

use super::balance::Balance;
use crate::error::Error;
use crate::file::document::Document;
use crate::file::xref::Location;

/// Streams that are no content (ISO 32000-2, 7.5.7, 7.5.8, 14.3.2).
const NO_CONTENT: [&[u8]; 3] = [b"ObjStm", b"XRef", b"Metadata"];

impl Document<'_> {
    /// The names in all streams of the document that may be content: of pages, forms, patterns, characters, appearances. `None`
    /// where one of them can't be read, and may use any name.
    ///
    /// # Errors
    /// [`Error::Budget`] where reading them takes too much.
    pub fn names_in_content(&self) -> Result<Option<BTreeSet<Vec<u8>>>, Error> {
        let mut names = BTreeSet::new();
        for number in self.numbers() {
            // What lies in an object stream is no stream.
            let Location::Offset { generation, .. } = self.locate(number) else { continue };
            let content = match self.object((number, generation)) {
                Ok(Object::Stream(stream)) if !may_be_content(&stream.dict) => continue,
                Ok(Object::Stream(mut stream)) => self.take_decoded(&mut stream),
                Ok(_) => continue,
                Err(error) => Err(error),
            };
            match content {
                Ok(content) => {
                    self.spend(content.len() as u64)?;
                    names.extend(Balance::of(&content).names);
                }
                Err(error @ Error::Budget { .. }) => return Err(error),
                Err(_) => return Ok(None),
            }
        }
        Ok(Some(names))
    }
}

fn may_be_content(stream: &Dictionary) -> bool {
    let is =
        |key: &[u8], names: &[&[u8]]| stream.get(key).and_then(Object::as_name).is_ok_and(|name| names.contains(&name));
    !is(b"Type", &NO_CONTENT) && !is(b"Subtype", &[b"Image"])
}
