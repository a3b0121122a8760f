//! An electronic copy (sao y, sao lục, trích sao), which the agency that copies signs
//! (Nghị định 30/2020/NĐ-CP, Điều 25 to 27; Phụ lục I, phần II, mục I).

use jiff::Timestamp;
use kyso::{Code, Document, Finding, Severity, SignatureParameters};
use kyso_certification::scan::{self, Miss, Weight};
use kyso_certification::text::FormOfCopy;
use kyso_pdf::raises_version;

use crate::drawn::Drawing;
use crate::error::{Error, FileRole};
use crate::paper::{demand_pages, take_in};
use crate::text::Text;

/// How a copy is made.
#[derive(Debug, Clone, Copy)]
pub struct Copying<'a> {
    form: FormOfCopy,
    pages: Option<&'a [usize]>,
    agency: &'a str,
    time: Timestamp,
    /// A scan will do that is less than the decree asks for.
    pub allow_low_quality: bool,
    /// The text of the signature may lie over content.
    pub allow_covering: bool,
}

impl<'a> Copying<'a> {
    /// By this agency, at this time: of these pages, from 1; or of all.
    ///
    /// # Errors
    /// [`Error::PagesNeeded`], [`Error::PagesOfWhole`]: only an extract is of some pages, and it says of which.
    pub fn new(form: FormOfCopy, pages: Option<&'a [usize]>, agency: &'a str, time: Timestamp) -> Result<Self, Error> {
        match (form, pages) {
            (FormOfCopy::TrichSao, None) => Err(Error::PagesNeeded),
            (FormOfCopy::SaoY | FormOfCopy::SaoLuc, Some(_)) => Err(Error::PagesOfWhole),
            _ => Ok(Self { form, pages, agency, time, allow_low_quality: false, allow_covering: false }),
        }
    }

    /// Copies a document, which this password opens: the pages extracted, the scan examined, a place found for the text. Then
    /// `sign` makes what it likes of the copy, by the parameters of the agency's signature. What an extract lost, and what a
    /// scan lacks and is let pass, is `noticed` as soon as that is known.
    ///
    /// # Errors
    /// [`Error::LowQuality`], with all that is less; [`Error::NotShown`] where page 1 can't be drawn, [`Error::NoRoom`]
    /// where it isn't blank; [`Error::Library`] where pages can't be read, or aren't there, and for an agency's name that
    /// can't be written.
    pub fn make<T>(
        &self,
        document: &Document<'_>,
        password: Option<&str>,
        drawing: Drawing<'_>,
        noticed: impl Fn(&Finding),
        sign: impl FnOnce(&Document<'_>, SignatureParameters) -> T,
    ) -> Result<T, Error> {
        let wrong = Error::of(FileRole::Document);
        let Some(pages) = self.pages else {
            return self.whole(document, password, drawing, noticed, sign);
        };
        demand_pages(document)?.iter().for_each(&noticed);
        let extract = kyso_certification::extract(document, pages).map_err(wrong)?;
        for loss in &extract.losses {
            noticed(&Finding::new(Severity::Info, Code::from(loss.what), loss.detail.clone()).on_page(Some(loss.page)));
        }
        let copy = Document::parse(&extract.pdf).map_err(|error| wrong(error.into()))?;
        self.whole(&copy, None, drawing, noticed, sign)
    }

    /// Takes in all of what is copied, and has it signed.
    fn whole<T>(
        &self,
        document: &Document<'_>,
        password: Option<&str>,
        drawing: Drawing<'_>,
        noticed: impl Fn(&Finding),
        sign: impl FnOnce(&Document<'_>, SignatureParameters) -> T,
    ) -> Result<T, Error> {
        let wrong = Error::of(FileRole::Document);
        let taken = take_in(document)?;
        taken.findings.iter().for_each(&noticed);
        kyso_pdf::demand_readable_pages(document).map_err(|error| wrong(error.into()))?;
        let Some(bytes) = taken.bytes(document.bytes()) else {
            let parameters = self.parameters(document, password, drawing, noticed)?;
            return Ok(sign(document, parameters));
        };
        let fitted = document.earlier(&bytes).map_err(|error| wrong(error.into()))?;
        let parameters = self.parameters(&fitted, password, drawing, noticed)?;
        Ok(sign(&fitted, parameters))
    }

    fn parameters(
        &self,
        copy: &Document<'_>,
        password: Option<&str>,
        drawing: Drawing<'_>,
        noticed: impl Fn(&Finding),
    ) -> Result<SignatureParameters, Error> {
        let mut misses = scan::examine(copy).map_err(Error::of(FileRole::Document))?.misses;
        // Signing raises the version by itself.
        misses.retain(|miss| miss.code != Code::ScanPdfVersion || !raises_version(copy));
        let (bad, less): (Vec<Miss>, Vec<Miss>) = misses.into_iter().partition(|miss| miss.weight == Weight::Error);
        let let_pass = |misses: &[Miss]| {
            misses.iter().for_each(|miss| {
                let severity = match miss.weight {
                    Weight::Error => Severity::Error,
                    Weight::Warning => Severity::Warning,
                };
                noticed(&Finding::new(severity, miss.code, Some(miss.measured.clone())).on_page(miss.page));
            });
        };
        let_pass(&less);
        if !self.allow_low_quality && !bad.is_empty() {
            return Err(Error::LowQuality(bad));
        }
        let_pass(&bad);
        let text = Text::of_copy(self.form, self.agency, self.time)?;
        text.placed(self.allow_covering, copy, password, drawing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_extract_is_of_some_pages() {
        let new = |form, pages| Copying::new(form, pages, "Ủy ban nhân dân xã Bình Minh", Timestamp::UNIX_EPOCH);
        assert!(matches!(new(FormOfCopy::TrichSao, None), Err(Error::PagesNeeded)));
        assert!(matches!(new(FormOfCopy::SaoY, Some(&[1])), Err(Error::PagesOfWhole)));
        assert!(new(FormOfCopy::TrichSao, Some(&[1])).is_ok() && new(FormOfCopy::SaoLuc, None).is_ok());
    }
}
