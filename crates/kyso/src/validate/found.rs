//! The signatures that a file holds, before any is judged.

use super::contents;
use super::format::{self, Format};
use super::modifications::Binding;
use super::report::{Finding, Severity, SignatureReport, SignatureType};
use super::signature::SubFilter;
use crate::cms::SignedData;
use crate::code::Code;
use crate::error::Error;
use crate::pdf::{Document, FieldLock, MdpReference, Revision, SignatureDictionary, SignatureField};

/// Most signatures that are judged; each costs a pass over what changed after it. The rest are named, and not passed.
pub(super) const MAX_SIGNATURES: usize = 128;

/// A signature as the file holds it, with its place judged.
pub(super) struct Found {
    pub(super) field: Option<String>,
    /// The field's object, or else the dictionary's own.
    object: Option<u32>,
    /// The page of the field's widget.
    page: Option<usize>,
    /// The field's /Lock.
    lock: Option<FieldLock>,
    pub(super) dictionary: SignatureDictionary,
    pub(super) format: Format,
    pub(super) contents: Result<SignedData, Error>,
}

/// Every signature that a field leads to, and every other signature dictionary, in the order of the revisions.
///
/// # Errors
/// [`Error::Input`] where the form that lists the signatures can't be read.
pub(super) fn find(document: &Document<'_>, revisions: &[Revision]) -> Result<Vec<Found>, Error> {
    let fields = SignatureField::all(document)?;
    let reached: Vec<&SignatureDictionary> = fields.iter().filter_map(|field| field.value.as_ref()).collect();
    let unreached = SignatureDictionary::unreached(document, &reached)?;
    let found = |dictionary: SignatureDictionary| Found {
        field: None,
        object: dictionary.id.map(|id| id.0),
        page: None,
        lock: None,
        format: format::check(document, revisions, &dictionary),
        contents: SignedData::parse(&dictionary.contents),
        dictionary,
    };
    let signed = fields.into_iter().filter_map(|field| {
        let (object, page, lock) = (Some(field.id.0), field.page, field.lock);
        Some(Found { field: Some(field.name), object, page, lock, ..found(field.value?) })
    });
    let mut all: Vec<Found> = signed.chain(unreached.into_iter().map(found)).collect();
    all.sort_by_key(|one| one.end().unwrap_or(u64::MAX));
    Ok(all)
}

/// Says of each signature that stands in several fields in which ones: it was made once, and whoever counts fields counts it
/// twice. `reports` are those on `found`, in their order.
pub(super) fn tell_shared_values(found: &[Found], reports: &mut [SignatureReport]) {
    for (one, report) in found.iter().zip(reports) {
        let Some(place) = &one.dictionary.span else { continue };
        let sharing = found.iter().filter(|other| other.dictionary.span.as_ref() == Some(place));
        let fields: Vec<&str> = sharing.filter_map(|other| other.field.as_deref()).collect();
        if fields.len() > 1 {
            let both = Some(fields.join(", "));
            report.findings.push(Finding::new(Severity::Warning, Code::SignatureSeveralFields, both));
            report.findings.sort_by_key(|finding| finding.severity);
        }
    }
}

/// The signatures whose permissions hold for what came after `one`: those that were there then, in fields.
pub(super) fn binding<'f>(found: &'f [Found], one: &Found) -> Vec<Binding<'f>> {
    let is_bound = |other: &&Found| other.field.is_some() && other.end().is_some() && other.end() <= one.end();
    found.iter().filter(is_bound).map(Found::binding).collect()
}

impl Found {
    /// Where the revision that it covers ends.
    pub(super) fn end(&self) -> Option<u64> {
        self.format.byte_range.as_ref().map(|range| range.after.end)
    }

    /// A time-stamp token in a dictionary that doesn't say that it's one (ISO 32000-2, table 255).
    pub(super) fn is_mistyped(&self) -> bool {
        self.sub_filter() == Some(SubFilter::Rfc3161)
            && self.dictionary.kind.as_deref().is_some_and(|kind| kind != "DocTimeStamp")
    }

    /// The changes that the signature allows afterwards: by its references, and by its field's lock, which counts once
    /// the field is signed (ISO 32000-2, table 236), whether or not the signing program copied it into a reference.
    fn binding(&self) -> Binding<'_> {
        let by_lock = self.lock.as_ref().and_then(|lock| lock.permission);
        let references = self.dictionary.references.iter().filter_map(|reference| match reference {
            MdpReference::FieldMdp(fields) => Some(fields),
            _ => None,
        });
        Binding {
            permission: self.dictionary.docmdp().into_iter().chain(by_lock).min(),
            locks: references.chain(self.lock.as_ref().map(|lock| &lock.fields)).collect(),
        }
    }

    /// What is said of it where it holds no signature.
    pub(super) fn fault_finding(&self, fault: &contents::Fault) -> Finding {
        let name = self.field.clone().or_else(|| self.object.map(|object| object.to_string())).unwrap_or_default();
        let finding = fault.finding(&name);
        match self.object {
            Some(object) => finding.at(object, self.page.as_ref()),
            None => finding,
        }
    }

    pub(super) fn sub_filter(&self) -> Option<SubFilter> {
        self.dictionary.sub_filter.as_deref().and_then(SubFilter::read)
    }

    /// What the dictionary itself says, with nothing judged.
    pub(super) fn unjudged(&self) -> SignatureReport {
        let kind = self.sub_filter().map_or(SignatureType::Signature, SubFilter::kind);
        SignatureReport {
            subfilter: self.dictionary.sub_filter.clone(),
            byte_range: self.dictionary.byte_range.clone(),
            coverage: self.format.coverage,
            docmdp: self.binding().permission,
            ..SignatureReport::new(self.field.clone(), kind)
        }
    }

    /// The report on a signature beyond the number that is judged.
    pub(super) fn one_too_many(&self) -> SignatureReport {
        let limit = Some(MAX_SIGNATURES.to_string());
        let finding = Finding::new(Severity::Error, Code::SignaturesTooMany, limit);
        SignatureReport { findings: vec![finding], ..self.unjudged() }
    }
}
