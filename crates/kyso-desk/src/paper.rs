//! A paper taken in, as a citizen brings it: what nobody can certify or copy is refused here, and what its pages don't show
//! is told here, before anything else is asked of it.

use kyso::error::Names;
use kyso::{Bilingual, Code, Document, Error as LibraryError, Finding, Severity};
use kyso_certification::on_a4;
use kyso_pdf::permission::{demand_assembling, demand_unsigned, demand_whole, demand_without_xfa};
use kyso_pdf::scan::{self, Origin};
use kyso_pdf::{Beyond, Fit, SignatureField, Tail, beyond_pages, can_be_fitted, empty_required_fields, fit_pages};

use crate::error::{Error, FileRole};

/// Below this resolution, in dots an inch of its nominal size, a picture that fills a page larger than A4 has no size of its
/// own: phones write a point for each pixel.
const LEAST_DPI: f64 = 100.0;
/// Part of an A4 sheet that a picture has to fill for the page to become that sheet. Others keep their shape.
const FILLS: f64 = 0.9;
/// Most names that are told of one kind.
const NAMES: usize = 3;

/// A paper that was taken in.
#[derive(Debug, Default)]
pub struct TakenIn {
    /// Pages brought to A4: a revision to append before anything else is put onto them.
    pub tail: Option<Tail>,
    /// What whoever takes it in should know.
    pub findings: Vec<Finding>,
}

impl TakenIn {
    /// The paper's bytes as it's worked on from now on.
    pub fn bytes(&self, original: &[u8]) -> Option<Vec<u8>> {
        self.tail.as_ref().map(|tail| tail.after(original))
    }
}

/// Takes in a paper that is to be certified, copied or attached.
///
/// # Errors
/// [`Error::Library`] where it's cut off, an XFA form or a portfolio, or can't be read.
pub fn take_in(document: &Document<'_>) -> Result<TakenIn, Error> {
    let wrong = Error::of(FileRole::Document);
    let of_pdf = |error: kyso_pdf::Error| wrong(error.into());
    let mut findings = demand_pages(document)?;
    findings.extend(empty_fields(document).map_err(of_pdf)?);
    findings.extend(required_fields(document)?);
    let fits = fitting(document).map_err(of_pdf)?;
    findings.extend(fits.iter().map(|(_, finding)| finding.clone()));
    let stays = |page: &kyso_pdf::Page| fits.iter().all(|(fit, _)| fit.page != page.number);
    let is_large = |page: &kyso_pdf::Page| on_a4::scale(page.size()) < 1.0;
    let large = document.page_where(|page| stays(page) && is_large(page)).map_err(of_pdf)?;
    findings.extend(large.and_then(|page| large_page(document, page.number)));
    let is_other = |page: &kyso_pdf::Page| stays(page) && !is_large(page) && !on_a4::is_a4(page.size());
    findings.extend(document.page_where(is_other).map_err(of_pdf)?.map(|page| {
        let finding = Finding::new(Severity::Warning, Code::PaperOtherSize, Some(on_a4::in_mm(page.size())));
        finding.on_page(Some(page.number))
    }));
    let fits: Vec<Fit> = fits.into_iter().map(|(fit, _)| fit).collect();
    let tail = match fits.is_empty() {
        true => None,
        false => Some(fit_pages(document, &fits).map_err(of_pdf)?),
    };
    Ok(TakenIn { tail, findings })
}

/// Demands a paper whose pages are what it says, and gives what is told of the rest.
///
/// # Errors
/// [`Error::Library`] where it's cut off, an XFA form or a portfolio, or can't be read.
pub(crate) fn demand_pages(document: &Document<'_>) -> Result<Vec<Finding>, Error> {
    let wrong = Error::of(FileRole::Document);
    let of_pdf = |error: kyso_pdf::Error| wrong(error.into());
    demand_whole(document).map_err(of_pdf)?;
    demand_without_xfa(document).map_err(of_pdf)?;
    let beyond = beyond_pages(document).map_err(of_pdf)?;
    if beyond.contains(&Beyond::Portfolio) {
        let detail = Bilingual::new("/Collection", "/Collection");
        return Err(wrong(LibraryError::refused(Code::DocumentPortfolio, detail)));
    }
    Ok(beyond.iter().map(told).collect())
}

/// What is told of a document that is to be signed or sealed as it is: what its pages don't show.
///
/// # Errors
/// [`Error::Library`] where it can't be read.
pub fn beside_pages(document: &Document<'_>) -> Result<Vec<Finding>, Error> {
    let wrong = Error::of(FileRole::Document);
    let beyond = beyond_pages(document).map_err(|error| wrong(error.into()))?;
    Ok(beyond.iter().map(told).collect())
}

/// What is told of a page that a picture is to be put onto: that it's larger than A4.
pub fn large_page(document: &Document<'_>, page: usize) -> Option<Finding> {
    let size = document.page(page).ok()?.size();
    let finding = Finding::new(Severity::Warning, Code::PaperLargePage, Some(on_a4::in_mm(size)));
    (on_a4::scale(size) < 1.0).then(|| finding.on_page(Some(page)))
}

fn told(beyond: &Beyond) -> Finding {
    let (code, detail) = match beyond {
        Beyond::Portfolio => (Code::PaperPortfolio, None),
        Beyond::Xfa => (Code::PaperXfa, None),
        Beyond::Script => (Code::PaperScript, None),
        Beyond::Attachments(names) => (Code::PaperAttachments, Some(names.as_slice())),
    };
    let detail = detail.map(|names| {
        let named = names.iter().filter(|name| !name.is_empty()).take(NAMES).cloned().collect::<Vec<_>>().join(", ");
        let more = names.len().saturating_sub(NAMES);
        if more > 0 { format!("{named}, … +{more}") } else { named }
    });
    Finding::new(Severity::Warning, code, detail)
}

/// Signature fields that the paper has of its own and nobody has signed in.
fn empty_fields(document: &Document<'_>) -> Result<Option<Finding>, kyso_pdf::Error> {
    let fields = SignatureField::all(document)?;
    let empty: Vec<&str> =
        fields.iter().filter(|field| field.value.is_none()).map(|field| field.name.as_str()).collect();
    let names = empty.iter().take(NAMES).copied().collect::<Vec<_>>().join(", ");
    Ok((!empty.is_empty()).then(|| Finding::new(Severity::Warning, Code::PaperEmptyField, Some(names))))
}

/// What is told of a form before somebody signs it: that it requires what nobody has filled in. Signature fields are told of as
/// such ([`Code::PaperEmptyField`]).
///
/// # Errors
/// [`Error::Library`] where it can't be read.
pub fn required_fields(document: &Document<'_>) -> Result<Option<Finding>, Error> {
    let wrong = Error::of(FileRole::Document);
    let empty = empty_required_fields(document).map_err(|error| wrong(error.into()))?;
    let names = Names(empty.into_iter().filter(|field| !field.is_signature).map(|field| field.name).collect());
    let finding = || Finding::new(Severity::Warning, Code::PaperRequiredField, Some(names.to_string()));
    Ok((!names.0.is_empty()).then(finding))
}

/// Pages larger than A4 that a picture of no size of its own fills, and how they become A4. None of a document that somebody
/// has signed, or whose owner forbids it.
fn fitting(document: &Document<'_>) -> Result<Vec<(Fit, Finding)>, kyso_pdf::Error> {
    let mut fits = Vec::new();
    if document.pages()?.iter().all(|page| on_a4::scale(page.size()) >= 1.0)
        || demand_unsigned(document).is_err()
        || demand_assembling(document).is_err()
    {
        return Ok(fits);
    }
    for measured in scan::measure(document)? {
        let page = document.page(measured.page)?;
        let size = page.size();
        let has_no_size = measured.origin == Origin::Scanned && measured.dpi.is_some_and(|dpi| dpi <= LEAST_DPI);
        if on_a4::scale(size) >= 1.0 || !has_no_size || !can_be_fitted(document, &page)? {
            continue;
        }
        let (scale, sheet) = (on_a4::fitting(size), on_a4::sheet(size));
        let fitted = (size.0 * scale, size.1 * scale);
        let fills = fitted.0 * fitted.1 >= FILLS * sheet.0 * sheet.1;
        let fit = Fit { page: measured.page, scale, size: if fills { sheet } else { fitted } };
        let finding = Finding::new(Severity::Warning, Code::PaperFitted, Some(on_a4::in_mm(size)));
        fits.push((fit, finding.on_page(Some(measured.page))));
    }
    Ok(fits)
}
