//! The steps in their order: what is missing, the DSS, the document time-stamp, what the time-stamp needs itself.

use jiff::Timestamp;

use super::collect::Collector;
use super::signatures::{Kind, Signature, Signatures, authority};
use super::sources::Sources;
use super::survey::Subject;
use super::{Extended, document_timestamp, dss};
use crate::code::Code;
use crate::error::{Error, Parameter, Reason};
use crate::judge::CertificateKind;
use crate::level::BaselineLevel;
use crate::material::Material;
use crate::pdf::{Document, Dss, Growing, Tail, Update, permission};
use crate::tsp::TimeStampToken;

/// The goal of an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Goal<'g> {
    /// A level for every signature.
    Every(BaselineLevel),
    /// A level for the signature in this field; the others as far as their evidence can be had.
    One(BaselineLevel, &'g str),
    /// A new document time-stamp, before the last one loses its strength, with PAdES-B-LTA for every signature under it.
    Renewal,
}

/// Parameters of an extension. A level alone is a goal for every signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExtendParameters<'g> {
    /// The goal.
    pub goal: Goal<'g>,
    /// Whether to say beside the evidence which of it belongs to which signature (/VRI; EN 319 142-1, 5.4.2.3). Verifiers
    /// need none of it; some old ones read nothing else.
    pub vri: bool,
}

impl<'g> ExtendParameters<'g> {
    /// An extension to a goal, without /VRI.
    pub fn to(goal: Goal<'g>) -> Self {
        Self { goal, vri: false }
    }

    /// With /VRI or without.
    #[must_use]
    pub fn vri(self, vri: bool) -> Self {
        Self { vri, ..self }
    }
}

impl From<BaselineLevel> for ExtendParameters<'_> {
    fn from(level: BaselineLevel) -> Self {
        Self::to(Goal::Every(level))
    }
}

/// An extension, but for the document. The caller must have validated the signatures.
#[derive(Clone, Copy)]
pub(crate) struct Task<'t, 's> {
    /// The goal.
    pub(crate) goal: Goal<'t>,
    /// The time now.
    pub(crate) time: Timestamp,
    /// Whether to write VRI dictionaries.
    pub(crate) vri: bool,
    /// Whether the signature that the goal is about was made just now.
    pub(crate) is_new: bool,
    /// Where the rest comes from.
    pub(crate) sources: &'t Sources<'s>,
}

impl Goal<'_> {
    /// The level that it's about.
    pub fn level(&self) -> BaselineLevel {
        match self {
            Self::Every(level) | Self::One(level, _) => *level,
            Self::Renewal => BaselineLevel::Lta,
        }
    }
}

/// The evidence that was collected for one signature.
struct Used<'s> {
    signature: &'s Signature,
    material: Material,
}

impl Task<'_, '_> {
    /// Appends what is missing to reach the goal; nothing where nothing is.
    ///
    /// # Errors
    /// [`Error::Refused`] with rule `extend.no-signature`, `extend.no-path`, `extend.revoked`, `extend.expired` or
    /// `renew.nothing`, and
    /// where the document can't be appended to; [`Error::Outside`]; [`Error::Parameters`].
    pub(crate) fn run(&self, document: &Document<'_>) -> Result<Extended, Error> {
        permission::demand_whole(document)?;
        let signatures = Signatures::read(document)?;
        if signatures.signatures().next().is_none() {
            let message = "the document has no signature that could be made to last";
            return Err(Error::refused(Code::ExtendNoSignature, Reason::ByRule(message)));
        }
        let mut growing = Growing::new(document);
        {
            let mut collector = self.sources.collector.borrow_mut();
            collector.learn(&signatures.material);
            collector.prove(&signatures.proven(document));
        }
        match self.goal {
            Goal::Every(BaselineLevel::B) | Goal::One(BaselineLevel::B, _) => {
                return Err(Error::parameters(Parameter::Level, Reason::NotExtended));
            }
            Goal::Every(level) | Goal::One(level, _) => self.raise(level, &signatures, &mut growing)?,
            Goal::Renewal => self.renew(&signatures, &mut growing)?,
        }
        let tail = growing.finish();
        let fetched = self.sources.collector.borrow().fetched.clone();
        Ok(Extended { tail, level: self.goal.level(), fetched })
    }

    fn raise(&self, level: BaselineLevel, signatures: &Signatures, growing: &mut Growing<'_, '_>) -> Result<(), Error> {
        let is_stamped = |one: &Signature| signatures.proven_time(one).is_some();
        let all_stamped = signatures.signatures().filter(|one| self.requires(one)).all(is_stamped);
        if level < BaselineLevel::Lta && !all_stamped {
            // What a document time-stamp proves of a signature is as good as a time-stamp in it (EN 319 142-1, 6.3).
            let token = growing.grow(|document| self.stamp(document, Update::new(document)))?;
            if level == BaselineLevel::Lt {
                self.protect(growing, &token)?;
            }
        }
        if level == BaselineLevel::T {
            return Ok(());
        }
        let used = self.collect(signatures)?;
        if level == BaselineLevel::Lt {
            return growing.grow(|document| self.store(document, &used));
        }
        if is_sealed(growing.original(), signatures, &used)? {
            return Ok(());
        }
        let token = growing.grow(|document| {
            let mut update = Update::new(document);
            self.enter(document, &mut update, &used)?;
            self.stamp(document, update)
        })?;
        self.protect(growing, &token)
    }

    /// What every signature lacks, and evidence about the last document time-stamp, as fresh as can be, under a new one. A
    /// signature that came after the last one may have no evidence yet, or none that serves still: the new one is to keep it.
    fn renew(&self, signatures: &Signatures, growing: &mut Growing<'_, '_>) -> Result<(), Error> {
        let Some((signature, token)) = signatures.newest_time_stamp() else {
            let message = "the document has no document time-stamp to renew; extend it to PAdES-B-LTA first";
            return Err(Error::refused(Code::RenewNothing, Reason::ByRule(message)));
        };
        let mut used = self.collect(signatures)?;
        if let Some(mut subject) = authority(token) {
            // Evidence from before the time-stamp doesn't say that the authority's certificate is good still.
            subject.used_at = self.time;
            let material = self.sources.collector.borrow_mut().collect(&subject)?;
            used.iter_mut()
                .filter(|one| std::ptr::eq(one.signature, signature))
                .for_each(|one| one.material.merge(material.clone()));
        }
        let token = growing.grow(|document| {
            let mut update = Update::new(document);
            self.enter(document, &mut update, &used)?;
            self.stamp(document, update)
        })?;
        self.protect(growing, &token)
    }

    /// Adds the evidence that the validation of a new time-stamp needs and the file lacks, as one more DSS.
    fn protect(&self, growing: &mut Growing<'_, '_>, token: &TimeStampToken) -> Result<(), Error> {
        let Some(subject) = authority(token) else { return Ok(()) };
        let material = self.sources.collector.borrow_mut().collect(&subject)?;
        growing.grow(|document| {
            let known = Signatures::read(document)?.material;
            let missing = material.without(&known);
            if missing.is_empty() {
                return Ok((None, ()));
            }
            let mut update = Update::new(document);
            dss::add(document, &mut update, &missing)?;
            Ok((Some(update.finish()?), ()))
        })
    }

    fn requires(&self, signature: &Signature) -> bool {
        match self.goal {
            Goal::One(_, field) => signature.field == field,
            Goal::Every(_) | Goal::Renewal => true,
        }
    }

    /// The evidence that every signature and time-stamp of the file needs.
    fn collect<'f>(&self, signatures: &'f Signatures) -> Result<Vec<Used<'f>>, Error> {
        let mut collector = self.sources.collector.borrow_mut();
        let mut all = Vec::new();
        for signature in &signatures.all {
            let mut material = Material::default();
            for subject in signatures.subjects(signature, self.time) {
                match collector.collect(&subject) {
                    Ok(used) => {
                        self.demand_good_now(&collector, signature, &subject)?;
                        material.merge(used);
                    }
                    Err(error) if self.requires(signature) => return Err(error),
                    // Another one's signature, whose chain may be anybody's: it lasts as far as it goes.
                    Err(_) => {}
                }
            }
            all.push(Used { signature, material });
        }
        Ok(all)
    }

    /// Refuses to finish a signature that was made just now by a certificate of which it's known by now that it's revoked: an
    /// authority's clock may be behind, and verification, which goes by it, would pass the signature.
    fn demand_good_now(
        &self,
        collector: &Collector<'_>,
        signature: &Signature,
        subject: &Subject,
    ) -> Result<(), Error> {
        if self.is_new
            && self.requires(signature)
            && subject.kind == CertificateKind::Signer
            && subject.used_at < self.time
        {
            collector.survey(&Subject { used_at: self.time, ..subject.clone() })?;
        }
        Ok(())
    }

    /// A DSS alone, where something is missing in the file.
    fn store(&self, document: &Document<'_>, used: &[Used<'_>]) -> Result<(Option<Tail>, ()), Error> {
        let known = Signatures::read(document)?.material;
        if !self.lacks_vri(document, used)? && used.iter().all(|one| one.material.without(&known).is_empty()) {
            return Ok((None, ()));
        }
        let mut update = Update::new(document);
        self.enter(document, &mut update, used)?;
        Ok((Some(update.finish()?), ()))
    }

    /// Whether /VRI is asked for and doesn't speak of each signature yet.
    fn lacks_vri(&self, document: &Document<'_>, used: &[Used<'_>]) -> Result<bool, Error> {
        let known = Dss::read(document)?.unwrap_or_default().vri;
        Ok(self.vri && used.iter().any(|one| !known.contains_key(&dss::vri_key(&one.signature.contents))))
    }

    /// Evidence that is used, but not in the file yet, goes into the DSS.
    fn enter(&self, document: &Document<'_>, update: &mut Update<'_, '_>, used: &[Used<'_>]) -> Result<(), Error> {
        let known = Signatures::read(document)?.material;
        let mut missing = Material::default();
        for one in used {
            missing.merge(one.material.without(&known));
        }
        if missing.is_empty() && !self.lacks_vri(document, used)? {
            return Ok(());
        }
        let places = dss::add(document, update, &missing)?;
        if self.vri {
            for one in used {
                dss::add_vri(document, update, &places, &one.signature.contents, &one.material)?;
            }
        }
        Ok(())
    }

    fn stamp(&self, document: &Document<'_>, update: Update<'_, '_>) -> Result<(Option<Tail>, TimeStampToken), Error> {
        let time_stamper = self
            .sources
            .stamper(self.goal.level())
            .ok_or_else(|| Error::parameters(Parameter::Level, Reason::NoTimeStamper(None)))?
            .over(Signatures::read(document)?.stamped());
        let (tail, token) = document_timestamp::append(document, update, &time_stamper)?;
        Ok((Some(tail), token))
    }
}

/// Whether the newest of all is a document time-stamp that covers the signatures and all evidence for them.
fn is_sealed(document: &Document<'_>, signatures: &Signatures, used: &[Used<'_>]) -> Result<bool, Error> {
    let Some(newest) = signatures.all.last() else { return Ok(false) };
    if !matches!(newest.kind, Kind::TimeStamp(_)) {
        return Ok(false);
    }
    let end = usize::try_from(newest.end).unwrap_or(usize::MAX);
    let Some(covered) = document.bytes().get(..end) else { return Ok(false) };
    let then = document.earlier(covered)?;
    if Dss::read(&then)?.is_none() {
        return Ok(false);
    }
    let covered = Signatures::read(&then)?.material;
    let all = used.iter().filter(|one| !std::ptr::eq(one.signature, newest));
    Ok(all.into_iter().all(|one| one.material.without(&covered).is_empty()))
}
