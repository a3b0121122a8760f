//! Objects of one document written into another, or into a new file, under numbers of their own.

use std::collections::HashMap;

use lopdf::{Dictionary, Object, ObjectId};

use super::incremental::{Update, Value};
use crate::error::Error;
use crate::file::document::Document;
use crate::file::security::remove_crypt_filter;

/// Most objects that are brought over at a time.
const MAX_OBJECTS: usize = 2_000_000;

/// Where imported objects go.
pub(super) trait Sink {
    /// A number for an object whose value comes later.
    fn reserve(&mut self) -> ObjectId;
    /// The value of an object.
    fn put(&mut self, id: ObjectId, object: Object);
}

impl Sink for Update<'_, '_> {
    fn reserve(&mut self) -> ObjectId {
        Self::reserve(self)
    }

    fn put(&mut self, id: ObjectId, object: Object) {
        self.set(id, Value::Object(object));
    }
}

/// What changes in each object on its way, by the number that it had.
pub(super) type Change<'c> = dyn FnMut(ObjectId, &mut Object) -> Result<(), Error> + 'c;

/// Objects on their way: each once, whoever refers to it.
pub(super) struct Import<'s, 'b> {
    source: &'s Document<'b>,
    /// What references become; `None`: null.
    numbers: HashMap<ObjectId, Option<ObjectId>>,
    waiting: Vec<(ObjectId, ObjectId)>,
}

impl<'s, 'b> Import<'s, 'b> {
    pub(super) fn new(source: &'s Document<'b>) -> Self {
        Self { source, numbers: HashMap::new(), waiting: Vec::new() }
    }

    /// References to `id` become references to `other`, or null; the object itself stays behind.
    pub(super) fn replace(&mut self, id: ObjectId, other: Option<ObjectId>) {
        self.numbers.insert(id, other);
    }

    /// A value as it's written over there; what it refers to comes too.
    pub(super) fn value(&mut self, sink: &mut dyn Sink, object: &Object) -> Result<Object, Error> {
        Ok(match object {
            Object::Reference(id) => self.reference(sink, *id)?.map_or(Object::Null, Object::Reference),
            Object::Array(items) => {
                Object::Array(items.iter().map(|item| self.value(sink, item)).collect::<Result<_, _>>()?)
            }
            Object::Dictionary(dictionary) => Object::Dictionary(self.dictionary(sink, dictionary)?),
            Object::Stream(stream) => {
                let mut stream = stream.clone();
                remove_crypt_filter(&mut stream.dict);
                stream.dict = self.dictionary(sink, &stream.dict)?;
                stream.dict.set("Length", i64::try_from(stream.content.len()).unwrap_or(i64::MAX));
                Object::Stream(stream)
            }
            direct => direct.clone(),
        })
    }

    fn dictionary(&mut self, sink: &mut dyn Sink, dictionary: &Dictionary) -> Result<Dictionary, Error> {
        let mut over_there = Dictionary::new();
        for (key, value) in dictionary {
            // The length that a reference gave is set anew.
            if key != b"Length" || !matches!(value, Object::Reference(_)) {
                over_there.set(key.clone(), self.value(sink, value)?);
            }
        }
        Ok(over_there)
    }

    /// What a reference becomes; its object comes too.
    pub(super) fn reference(&mut self, sink: &mut dyn Sink, id: ObjectId) -> Result<Option<ObjectId>, Error> {
        if let Some(known) = self.numbers.get(&id) {
            return Ok(*known);
        }
        if self.numbers.len() >= MAX_OBJECTS {
            return Err(Error::Budget { budget: "objects to bring over", limit: MAX_OBJECTS as u64, offset: None });
        }
        let number = match self.source.value(id)? {
            None => None,
            Some(_) => {
                let number = sink.reserve();
                self.waiting.push((id, number));
                Some(number)
            }
        };
        self.numbers.insert(id, number);
        Ok(number)
    }

    /// Writes everything that was referred to.
    pub(super) fn finish(&mut self, sink: &mut dyn Sink, change: &mut Change<'_>) -> Result<(), Error> {
        while let Some((id, number)) = self.waiting.pop() {
            let mut object = self.source.object(id)?;
            change(id, &mut object)?;
            let object = self.value(sink, &object)?;
            sink.put(number, object);
        }
        Ok(())
    }
}
