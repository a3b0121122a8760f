//! The services outside, asked for one document: each answer counts only where validation would rely on it.

use std::cell::RefCell;

use jiff::Timestamp;

use super::Outside;
use super::collect::Collector;
use super::signatures::Signatures;
use crate::cms::TstInfo;
use crate::crypto::DigestAlgorithm;
use crate::error::Error;
use crate::judge::Judge;
use crate::level::BaselineLevel;
use crate::material::Material;
use crate::pdf::Document;
use crate::tsp::{TimeStampToken, TimeStamper, TokenServes};

/// Time-stamping authorities and the places of evidence, with all that is known.
pub(crate) struct Sources<'s> {
    time_stamper: Option<&'s dyn TimeStamper>,
    pub(super) collector: RefCell<Collector<'s>>,
}

/// An authority whose tokens are judged before they count.
#[derive(Clone)]
pub(crate) struct JudgedStamper<'j, 's> {
    inner: &'s dyn TimeStamper,
    collector: &'j RefCell<Collector<'s>>,
    lasting: bool,
    over: Vec<TstInfo>,
}

impl<'s> Sources<'s> {
    /// For one document, by the word of `judge`, who knows `material` beside it.
    pub(crate) fn new(
        document: &Document<'_>,
        judge: Box<dyn Judge + 's>,
        material: &Material,
        outside: &Outside<'s>,
    ) -> Self {
        let mut collector = Collector::new(judge, outside.fetcher);
        // Where the document can't be read, whoever needs its evidence reports the error.
        let mut held = Signatures::read(document).map(|signatures| signatures.material).unwrap_or_default();
        collector.learn(&held);
        held.merge(material.clone());
        collector.store_beside(&held);
        Self { time_stamper: outside.time_stamper, collector: RefCell::new(collector) }
    }

    /// The authorities, for time-stamps of signatures at `level`: from PAdES-B-LT on with the evidence that they need.
    pub(crate) fn stamper(&self, level: BaselineLevel) -> Option<JudgedStamper<'_, 's>> {
        let inner = self.time_stamper?;
        Some(JudgedStamper { inner, collector: &self.collector, lasting: level > BaselineLevel::T, over: Vec::new() })
    }
}

impl JudgedStamper<'_, '_> {
    /// For a document time-stamp over a file with these, none of which may be later.
    pub(super) fn over(self, over: Vec<TstInfo>) -> Self {
        Self { over, ..self }
    }
}

impl TimeStamper for JudgedStamper<'_, '_> {
    fn time_stamp(
        &self,
        digest: DigestAlgorithm,
        imprint: &[u8],
        serves: &TokenServes<'_>,
    ) -> Result<TimeStampToken, Error> {
        self.inner.time_stamp(digest, imprint, &|token| {
            serves(token)?;
            self.collector.borrow_mut().demand_serving(token, self.lasting, &self.over)
        })
    }

    fn now(&self) -> Option<Timestamp> {
        self.inner.now()
    }

    fn digest(&self) -> DigestAlgorithm {
        self.inner.digest()
    }

    fn room(&self) -> usize {
        self.inner.room()
    }
}
