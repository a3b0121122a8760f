//! An electronic copy (sao y, sao lục, trích sao), which the agency that copies signs
//! (Nghị định 30/2020/NĐ-CP, Điều 25 to 27; Phụ lục I, phần II, mục I).
//!
//! [`demand_pages`], [`extract`] and [`examine`] come first; [`text`] says what is seen of the signature and where, and then
//! the copy is signed ([`sign`](crate::sign)).

use jiff::Timestamp;
use kyso::appearance::Appearance;
use kyso::{Document, Place};
use kyso_certification::scan::{self, Examined, Weight};
use kyso_certification::text::{FormOfCopy, copy_lines, set};
use kyso_pdf::demand_readable_pages;
use kyso_pdf::extract::Extract;

use crate::corner;
use crate::drawn::Drawing;
use crate::error::{Error, FileRole};

/// Only an extract is of some pages, and it says of which.
///
/// # Errors
/// [`Error::PagesNeeded`], [`Error::PagesOfWhole`].
pub fn demand_pages(form: FormOfCopy, has_pages: bool) -> Result<(), Error> {
    match (form, has_pages) {
        (FormOfCopy::TrichSao, false) => Err(Error::PagesNeeded),
        (FormOfCopy::SaoY | FormOfCopy::SaoLuc, true) => Err(Error::PagesOfWhole),
        _ => Ok(()),
    }
}

/// The file of an extract's pages, from 1; `None` where the copy is of the whole document, whose pages can all be read.
///
/// # Errors
/// [`Error::Library`] where pages can't be read, or aren't there.
pub fn extract(document: &Document<'_>, pages: Option<&[usize]>) -> Result<Option<Extract>, Error> {
    let wrong = Error::of(FileRole::Document);
    match pages {
        None => demand_readable_pages(document).map(|()| None).map_err(|error| wrong(error.into())),
        Some(pages) => kyso_certification::extract(document, pages).map(Some).map_err(wrong),
    }
}

/// What the copy lacks as a scan.
///
/// # Errors
/// [`Error::Library`] where a page can't be read.
pub fn examine(copy: &Document<'_>) -> Result<Examined, Error> {
    scan::examine(copy).map_err(Error::of(FileRole::Document))
}

/// Refuses a scan that is less than the decree asks for.
///
/// # Errors
/// [`Error::LowQuality`], with all that is less.
pub fn demand_quality(examined: &Examined) -> Result<(), Error> {
    if examined.is_good_enough() {
        return Ok(());
    }
    Err(Error::LowQuality(examined.misses.iter().filter(|miss| miss.weight == Weight::Error).cloned().collect()))
}

/// What is seen of the agency's signature on a copy.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// How the copy was made.
    pub form: FormOfCopy,
    /// The agency's name.
    pub agency: &'a str,
    /// The time of signing.
    pub time: Timestamp,
    /// Whether it may lie over content.
    pub allow_covering: bool,
}

/// What is seen of the signature, and where: in the upper right corner of page 1 or near it, where the page is blank.
///
/// # Errors
/// [`Error::NotShown`] where page 1 can't be drawn, [`Error::NoRoom`] where it isn't blank there; [`Error::Library`] for an
/// agency's name that can't be written.
pub fn text(
    copy: &Document<'_>,
    password: Option<&str>,
    text: Text<'_>,
    drawing: Drawing<'_>,
) -> Result<(Appearance, Place), Error> {
    let lines = copy_lines(text.form, text.agency, text.time);
    let appearance = set(&lines).map_err(Error::of(FileRole::Document))?;
    let place = match text.allow_covering {
        true => Place::TopRight,
        false => corner::place(copy, password, &appearance, drawing)?,
    };
    Ok((appearance, place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_extract_is_of_some_pages() {
        assert!(matches!(demand_pages(FormOfCopy::TrichSao, false), Err(Error::PagesNeeded)));
        assert!(matches!(demand_pages(FormOfCopy::SaoY, true), Err(Error::PagesOfWhole)));
        assert!(demand_pages(FormOfCopy::TrichSao, true).is_ok() && demand_pages(FormOfCopy::SaoLuc, false).is_ok());
    }
}
