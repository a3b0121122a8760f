//! The revisions of a file, and the proofs of existence that document time-stamps give (EN 319 102-1, 5.6.2.3 and
//! 5.6.3.4, 5): a valid one proves everything that its byte range covers, which is all that the file was when it was added.

use std::cell::{Cell, RefCell};

use super::certificate::Context;
use super::level::Held;
use super::poe::{Objects, Proofs};
use super::report::{Coverage, SubIndication};
use super::signature::SubFilter;
use super::timestamp::{self, Worth};
use super::{Found, Judged, holdings, x509_rsa_sha1};
use crate::cms::TstInfo;
use crate::code::Code;
use crate::pdf::{self, ByteRange, Document, Dss};
use crate::pki::{Certificate, Material};

/// Most document time-stamps that are relied on: a renewal a year for a lifetime.
const MAX_STAMPS: usize = 64;
/// Of how many of the newest it's asked whether they cover all material of a signature.
const MAX_HELD: usize = 8;
/// Most bytes of document security stores that are held over all revisions, beside the lists of the newest.
const MAX_DSS_BYTES: usize = 24 << 20;

/// The file, with what it was at each revision.
pub(super) struct Past<'d, 'a> {
    document: &'d Document<'a>,
    found: &'d [Found],
    held: Held,
    left: Cell<usize>,
    exhausted: RefCell<Vec<(&'static str, usize)>>,
}

impl<'d, 'a> Past<'d, 'a> {
    /// Reads what the file holds now; and gives all material that it brings.
    pub(super) fn new(document: &'d Document<'a>, found: &'d [Found]) -> (Self, Material) {
        let exhausted = RefCell::default();
        let dss = dss(document, &exhausted);
        let has_dss = dss.is_some();
        let mut whole = dss.unwrap_or_default();
        whole.merge(enclosed(found.iter()));
        let held = Held::of(has_dss, &whole);
        (Self { document, found, held, left: Cell::new(MAX_DSS_BYTES), exhausted }, whole)
    }

    /// The material that the whole file holds, for the PAdES level.
    pub(super) fn held(&self) -> &Held {
        &self.held
    }

    /// The bounds that were hit: what lay beyond them counts as missing.
    pub(super) fn exhausted(&self) -> Vec<(&'static str, usize)> {
        self.exhausted.borrow().clone()
    }

    /// What a document time-stamp covers: the DSS as of its revision, and the signatures before it.
    fn within(&self, stamp: &Found, range: &ByteRange) -> (Option<Material>, Vec<&'d Found>) {
        // A literal string might hold objects beside the token, and no digest goes over it (ISO 32000-2, table 255 asks
        // for a hexadecimal one).
        let dss = if stamp.dictionary.contents_hexadecimal { self.dss_at(range.after.end) } else { None };
        (dss, self.found.iter().filter(|one| is_within(one, range)).collect())
    }

    fn dss_at(&self, end: u64) -> Option<Material> {
        let bytes = self.document.bytes().get(..usize::try_from(end).ok()?)?;
        let material = dss(&self.document.earlier(bytes).ok()?, &self.exhausted)?;
        let shared: usize = material.crls.iter().filter(|der| self.held.has_crl(der)).map(Vec::len).sum();
        match self.left.get().checked_sub(material.size().saturating_sub(shared)) {
            Some(left) => {
                self.left.set(left);
                Some(material)
            }
            None => {
                note(&self.exhausted, "bytes of DSSs over all revisions", MAX_DSS_BYTES);
                None
            }
        }
    }
}

fn note(exhausted: &RefCell<Vec<(&'static str, usize)>>, what: &'static str, most: usize) {
    if !exhausted.borrow().contains(&(what, most)) {
        exhausted.borrow_mut().push((what, most));
    }
}

fn dss(document: &Document<'_>, exhausted: &RefCell<Vec<(&'static str, usize)>>) -> Option<Material> {
    match Dss::read(document) {
        Ok(dss) => dss.map(|dss| dss.material),
        Err(pdf::Error::Budget { budget, limit, .. }) => {
            note(exhausted, budget, usize::try_from(limit).unwrap_or(usize::MAX));
            None
        }
        // What can't be read proves nothing.
        Err(_) => None,
    }
}

fn enclosed<'f>(found: impl Iterator<Item = &'f Found>) -> Material {
    let mut material = Material::default();
    for one in found {
        if let Ok(signed_data) = &one.contents {
            material.merge(holdings::of(signed_data));
        }
        let certificates = one.dictionary.certificates.clone();
        material.merge(Material { certificates, ..Material::default() });
    }
    material
}

/// Whether the bytes of a signature's /Contents lie within a byte range.
fn is_within(one: &Found, range: &ByteRange) -> bool {
    let Some(contents) = &one.dictionary.contents_span else { return false };
    let inside = |part: &std::ops::Range<u64>| part.start <= contents.start && contents.end <= part.end;
    inside(&range.before) || inside(&range.after)
}

/// A document time-stamp, and what it's worth.
pub(super) struct Stamp<'f> {
    /// The index of the time-stamp among the signatures.
    pub(super) index: usize,
    pub(super) worth: Worth,
    /// What the file held when it was added; `None` where it isn't intact.
    pub(super) held: Option<Held>,
    /// Whose it is, where it's intact.
    pub(super) authority: Option<Certificate>,
    info: Option<TstInfo>,
    range: Option<&'f ByteRange>,
}

impl Stamp<'_> {
    /// Whether the time-stamp covers this signature.
    pub(super) fn covers(&self, found: &Found) -> bool {
        self.range.is_some_and(|range| is_within(found, range))
    }

    /// The TSTInfo of the time-stamp, if it proves a time.
    pub(super) fn proves(&self) -> Option<&TstInfo> {
        self.info.as_ref().filter(|_| self.worth.holds())
    }
}

/// Every document time-stamp, newest first, so that what one proves rests on newer ones alone.
///
/// The time-stamps that prove a time. A time-stamp with a later time than a newer one contradicts it, and proves
/// nothing (TIMESTAMP_ORDER_FAILURE).
pub(super) fn stamps<'f>(
    found: &'f [Found],
    judged: &mut [Judged],
    past: &Past<'_, '_>,
    proofs: &mut Proofs,
    context: Context<'_>,
) -> Vec<Stamp<'f>> {
    let tolerance = context.policy.constraints.time.clock_tolerance;
    let mut stamps: Vec<Stamp<'f>> = Vec::new();
    for (index, (one, judged)) in found.iter().zip(judged).enumerate().rev() {
        if one.sub_filter() != Some(SubFilter::Rfc3161) {
            continue;
        }
        let Judged { evaluation, verdict } = judged;
        let (info, range) = (evaluation.info.clone(), one.format.byte_range.as_ref());
        let is_intact = evaluation.cryptography.is_intact() && one.format.coverage != Coverage::Invalid;
        if stamps.len() >= MAX_STAMPS {
            context.evidence.exhaust("document time-stamps", MAX_STAMPS);
            let limit = Some(MAX_STAMPS.to_string());
            verdict.open(SubIndication::Custom, Code::SignaturesTooMany, limit);
        }
        let newer = stamps.iter().filter(|stamp| stamp.covers(one)).filter_map(Stamp::proves);
        let contradicts =
            |newer: &&TstInfo| info.as_ref().is_some_and(|own| !timestamp::in_order(own, newer, tolerance));
        if let Some(newer) = newer.clone().find(contradicts) {
            let detail = info.as_ref().map(|own| format!("{} > {}", own.time, newer.time));
            verdict.open(SubIndication::TimestampOrderFailure, Code::TimestampOrder, detail);
        }
        let worth = timestamp::worth(evaluation, verdict, proofs, context);
        let within = range.filter(|_| is_intact).map(|range| past.within(one, range));
        if let (Some((dss, signatures)), Some(info), true) = (&within, &info, worth.holds()) {
            let mut objects = Objects::default();
            objects.add_material(&dss.clone().unwrap_or_default());
            for signature in signatures {
                match &signature.contents {
                    Ok(signed_data) => objects.add_cms(signed_data),
                    Err(_) => {
                        x509_rsa_sha1::value(&signature.dictionary.contents).iter().for_each(|value| objects.add(value))
                    }
                }
                signature.dictionary.certificates.iter().for_each(|der| objects.add(der));
            }
            proofs.add(&objects, info.time);
        }
        let held = within
            .filter(|_| stamps.len() < MAX_HELD)
            .map(|(dss, signatures)| past.held().earlier(dss, enclosed(signatures.into_iter())));
        let authority = evaluation.certificate.clone().filter(|_| is_intact);
        stamps.push(Stamp { index, worth, held, authority, info, range: range.filter(|_| is_intact) });
    }
    stamps
}
