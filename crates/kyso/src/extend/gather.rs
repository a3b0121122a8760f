//! Fetches what a validation lacks and hands it back. Nothing is written; a request that fails is only reported.

use std::collections::HashSet;

use jiff::Timestamp;

use super::collect::Collector;
use super::signatures::Signatures;
use super::survey::Subject;
use super::{FetchRequest, Fetcher};
use crate::error::Error;
use crate::judge::Judge;
use crate::material::Material;
use crate::pdf::Document;

/// Most certificates that something is asked about for one document: a hostile one may name them without end.
const MAX_STEPS: usize = 64;

/// The evidence that was fetched, and the requests that failed.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Gathered {
    /// The evidence that came. Validation decides whether it serves.
    pub material: Material,
    /// Why something that validation lacks didn't come: one for each request.
    pub failures: Vec<Error>,
}

/// Asks for what the validation of every signature and time-stamp of `document` lacks, by the word of `judge`.
/// `time` is when it's judged.
pub(crate) fn gather(
    document: &Document<'_>,
    judge: Box<dyn Judge + '_>,
    time: Timestamp,
    fetcher: &dyn Fetcher,
) -> Result<Gathered, Error> {
    let signatures = Signatures::read(document)?;
    let collector = Collector::new(judge, Some(fetcher));
    let mut gathering = Gathering { collector, reported: HashSet::new(), failures: Vec::new() };
    gathering.collector.learn(&signatures.material);
    gathering.collector.prove(&signatures.proven(document));
    for signature in &signatures.all {
        for subject in signatures.subjects(signature, time) {
            gathering.about(&subject)?;
        }
    }
    Ok(Gathered { material: gathering.collector.fetched, failures: gathering.failures })
}

struct Gathering<'f> {
    collector: Collector<'f>,
    reported: HashSet<FetchRequest>,
    failures: Vec<Error>,
}

impl Gathering<'_> {
    fn about(&mut self, subject: &Subject) -> Result<(), Error> {
        loop {
            // A certificate that was revoked in time needs no more evidence.
            let Ok(survey) = self.collector.survey(subject) else { return Ok(()) };
            let next = survey.missing.iter().find(|one| self.collector.may_supply(one));
            let Some(one) = next.filter(|_| self.collector.steps() < MAX_STEPS) else {
                for (request, error) in survey.missing.iter().flat_map(|one| self.collector.failures(one)) {
                    if self.reported.insert(request) {
                        self.failures.push(error);
                    }
                }
                return Ok(());
            };
            match self.collector.supply(one) {
                // Evidence that doesn't come is missing, and the verdict says so.
                Ok(()) | Err(Error::Outside { .. } | Error::Refused { .. }) => {}
                Err(other) => return Err(other),
            }
        }
    }
}
