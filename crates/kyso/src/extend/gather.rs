//! What a validation lacks, fetched and handed back: nothing is written, and what can't be had is only told.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::collect::{Subject, missing};
use super::signatures::Signatures;
use super::{FetchRequest, Fetcher};
use crate::error::Error;
use crate::material::Material;
use crate::pdf::Document;
use crate::pki::Certificate;
use crate::pki::revocation::Archive;

/// Most requests for one document: a hostile one may name certificates without end.
const MAX_REQUESTS: usize = 64;

/// What was fetched, and what was asked for in vain.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// What came. Whether it serves is for validation to say.
    pub material: Material,
    /// Why something that validation lacks didn't come: one for each request.
    pub failures: Vec<Error>,
}

/// Asks for what the validation of every signature and time-stamp of `document` lacks.
/// `material` is what helps beside what the file holds; `time` is when it's judged.
pub(crate) fn gather(
    document: &Document<'_>,
    (anchors, material): (&[Vec<u8>], &Material),
    time: Timestamp,
    fetcher: &dyn Fetcher,
) -> Result<Gathered, Error> {
    let signatures = Signatures::read(document)?;
    let mut known = signatures.material.clone();
    known.merge(material.clone());
    let mut gathering = Gathering {
        anchors: anchors.iter().filter_map(|der| Certificate::parse(der).ok()).collect(),
        archive: Archive::new(&known),
        fetcher,
        asked: HashMap::new(),
        told: HashSet::new(),
        gathered: Gathered::default(),
    };
    for signature in &signatures.all {
        for subject in signatures.subjects(signature, time) {
            gathering.about(&subject)?;
        }
    }
    Ok(gathering.gathered)
}

struct Gathering<'f> {
    anchors: Vec<Certificate>,
    archive: Archive,
    fetcher: &'f dyn Fetcher,
    /// What was asked; where nothing came, why.
    asked: HashMap<FetchRequest, Option<Error>>,
    told: HashSet<FetchRequest>,
    gathered: Gathered,
}

impl Gathering<'_> {
    fn about(&mut self, subject: &Subject) -> Result<(), Error> {
        loop {
            // A certificate that was revoked in time needs no more evidence.
            let Ok(survey) = missing(subject, &self.anchors, &self.archive) else { return Ok(()) };
            let requests = || survey.missing.iter().flat_map(|one| &one.requests);
            match survey.missing.iter().find_map(|one| Some((one, self.unasked(&one.requests)?))) {
                Some((one, request)) if self.asked.len() < MAX_REQUESTS => {
                    self.ask(request)?;
                    // Whoever gives a list may have newer words on it.
                    let is_list = matches!(request, FetchRequest::Crl { .. });
                    if let Some(delta) = one.delta.as_ref().filter(|_| is_list)
                        && !self.asked.contains_key(delta)
                    {
                        self.ask(delta)?;
                    }
                }
                _ => {
                    for request in requests() {
                        if let (Some(Some(error)), true) = (self.asked.get(request), self.told.insert(request.clone()))
                        {
                            self.gathered.failures.push(error.clone());
                        }
                    }
                    return Ok(());
                }
            }
        }
    }

    fn unasked<'r>(&self, requests: &'r [FetchRequest]) -> Option<&'r FetchRequest> {
        requests.iter().find(|request| !self.asked.contains_key(request))
    }

    fn ask(&mut self, request: &FetchRequest) -> Result<(), Error> {
        let failure = match self.fetcher.fetch(request) {
            Ok(material) => {
                self.archive.add(&material);
                self.gathered.material.merge(material);
                None
            }
            Err(error @ Error::Outside { .. }) => Some(error),
            Err(other) => return Err(other),
        };
        self.asked.insert(request.clone(), failure);
        Ok(())
    }
}
