//! What the revisions of a file share. Each is the beginning of the next, so what stands in several is read once and held
//! once; and one bound holds for the work on all of them.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use lopdf::ObjectId;

use super::stream::ObjectStream;
use crate::error::Error;

/// Most bytes that all object streams held at once may expand to.
const MAX_OBJECT_STREAMS: usize = 10 << 20;
/// Objects whose references are kept, and the references of all of them: those of others are read again each time.
const MAX_KEPT: usize = 120_000;
const MAX_REFERENCES: usize = 600_000;
/// Units of work for reading an object, beside a unit for each byte of it and one for so many bytes of memory that its values
/// take. A byte that a filter gives costs a unit, which is about five nanoseconds.
const OBJECT: u64 = 400;
const MEMORY: u64 = 8;

/// Which object stream: where its data stand and all that decides what they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct StreamKey {
    pub(crate) start: usize,
    pub(crate) length: usize,
    pub(super) first: usize,
    pub(super) count: usize,
    /// Of a stream whose filters are objects of their own, which differ from one revision to another: the revision.
    pub(super) revision: Option<u64>,
}

/// An object as it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// At this offset.
    Plain(ObjectId, usize),
    /// At this index of an object stream.
    Packed(ObjectId, StreamKey, u32),
}

/// The memory of several revisions.
pub(super) struct Shared {
    streams: RefCell<HashMap<StreamKey, Rc<ObjectStream>>>,
    references: RefCell<References>,
    revisions: Cell<u64>,
    work: Cell<Work>,
}

#[derive(Debug, Clone, Copy)]
struct Work {
    left: u64,
    limit: u64,
}

#[derive(Default)]
struct References {
    /// Where an object's references stand in `all`, and where the object ends in the file.
    of: HashMap<Place, (usize, usize, usize)>,
    all: Vec<ObjectId>,
}

impl Shared {
    pub(super) fn new() -> Self {
        Self {
            streams: RefCell::default(),
            references: RefCell::default(),
            revisions: Cell::new(0),
            work: Cell::new(Work { left: u64::MAX, limit: u64::MAX }),
        }
    }

    /// A number of its own for a revision.
    pub(super) fn next_revision(&self) -> u64 {
        self.revisions.set(self.revisions.get() + 1);
        self.revisions.get()
    }

    /// From now on, all revisions together may cost so much.
    pub(super) fn limit_work(&self, limit: u64) {
        self.work.set(Work { left: limit, limit });
    }

    /// Whether the bound was reached.
    pub(super) fn is_exhausted(&self) -> bool {
        self.work.get().left == 0
    }

    /// Counts work.
    ///
    /// # Errors
    /// [`Error::Budget`] when the bound is reached.
    pub(super) fn spend(&self, units: u64) -> Result<(), Error> {
        let Work { left, limit } = self.work.get();
        let after = left.checked_sub(units);
        self.work.set(Work { left: after.unwrap_or_default(), limit });
        match after {
            Some(_) => Ok(()),
            None => Err(Error::Budget { budget: "work of reading the file's revisions", limit, offset: None }),
        }
    }

    /// Counts the reading of an object that is so long and takes so much memory.
    pub(super) fn spend_on_object(&self, bytes: usize, memory: usize) -> Result<(), Error> {
        self.spend(OBJECT + bytes as u64 + memory as u64 / MEMORY)
    }

    pub(super) fn stream(&self, key: &StreamKey) -> Option<Rc<ObjectStream>> {
        self.streams.borrow().get(key).map(Rc::clone)
    }

    pub(super) fn keep_stream(&self, key: StreamKey, stream: &Rc<ObjectStream>) {
        let mut streams = self.streams.borrow_mut();
        let held: usize = streams.values().map(|stream| stream.held()).sum();
        if held + stream.held() > MAX_OBJECT_STREAMS {
            streams.clear();
        }
        streams.insert(key, Rc::clone(stream));
    }

    /// The references of an object that was read before, if it ends before `end`.
    pub(super) fn references(&self, place: &Place, end: usize, each: &mut dyn FnMut(ObjectId)) -> bool {
        let references = self.references.borrow();
        let Some(&(from, to, _)) = references.of.get(place).filter(|(_, _, upto)| *upto <= end) else {
            return false;
        };
        references.all.get(from..to).unwrap_or_default().iter().for_each(|id| each(*id));
        true
    }

    /// Keeps the references of an object that ends at `end`.
    pub(super) fn keep_references(&self, place: Place, end: usize, of: &[ObjectId]) {
        let mut references = self.references.borrow_mut();
        let from = references.all.len();
        if references.of.len() < MAX_KEPT && from + of.len() <= MAX_REFERENCES {
            references.all.extend_from_slice(of);
            references.of.insert(place, (from, from + of.len(), end));
        }
    }
}
