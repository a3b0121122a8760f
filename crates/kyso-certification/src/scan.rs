//! Whether pages were scanned well enough for an electronic copy (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2:
//! PDF 1.4 or later, colour, 200 dpi or more, 100 % of the size).

use serde::Serialize;

use super::extract::OLDEST;
use kyso::{Code, Document, Error};
use kyso_pdf::scan::{self, Colour, Origin, PageOrigin};

/// Least resolution, and what archives ask for (Công văn 7197/BKHCN), in dots an inch.
const LEAST_DPI: f64 = 200.0;
const GOOD_DPI: f64 = 300.0;
/// A scanner's pixels aren't exactly where they should be.
const DPI_TOLERANCE: f64 = 1.0;
/// A4 in millimetres, and how much a page may differ from it.
const A4: (f64, f64) = (210.0, 297.0);
const SIZE_TOLERANCE_MM: f64 = 2.0;

const ARTICLE: &str = "Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2";
const GUIDANCE: &str = "Công văn 7197/BKHCN";

/// How bad a miss is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Allowed, but less than what is asked of archives.
    Warning,
    /// Less than the decree asks for.
    Error,
}

/// Something that a scanned page lacks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Miss {
    /// How bad.
    pub weight: Weight,
    /// The code of the shortcoming.
    pub code: Code,
    /// The page, from 1; `None`: the file.
    pub page: Option<usize>,
    /// What was measured.
    pub measured: String,
    /// Who asks for it.
    pub article: &'static str,
}

/// What is known of a file's pages.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Examined {
    /// Every page, in order.
    pub pages: Vec<PageOrigin>,
    /// What scanned pages lack. A file that no page of was scanned lacks nothing.
    pub misses: Vec<Miss>,
}

impl Examined {
    /// Where the document comes from: scanned, as soon as one page was.
    pub fn origin(&self) -> Origin {
        match self.pages.iter().any(|page| page.origin == Origin::Scanned) {
            true => Origin::Scanned,
            false => Origin::BornDigital,
        }
    }

    /// Whether the scan may be copied: no measure is below the decree's.
    pub fn is_good_enough(&self) -> bool {
        self.misses.iter().all(|miss| miss.weight < Weight::Error)
    }
}

/// Looks at every page.
///
/// # Errors
/// [`Error::Input`] where a page can't be read.
pub fn examine(document: &Document<'_>) -> Result<Examined, Error> {
    let mut examined = Examined { pages: scan::measure(document)?, misses: Vec::new() };
    if examined.origin() == Origin::Scanned {
        examined.misses = misses(&examined.pages, &document.version());
    }
    Ok(examined)
}

fn misses(pages: &[PageOrigin], version: &str) -> Vec<Miss> {
    let mut misses = Vec::new();
    let mut miss = |weight, code, page, measured: String, article| {
        misses.push(Miss { weight, code, page, measured, article });
    };
    if version < OLDEST {
        miss(Weight::Error, Code::ScanPdfVersion, None, format!("PDF {version}"), ARTICLE);
    }
    for page in pages.iter().filter(|page| page.origin == Origin::Scanned) {
        let number = Some(page.page);
        if let Some(dpi) = page.dpi {
            let measured = format!("{dpi:.0} dpi");
            if dpi < LEAST_DPI - DPI_TOLERANCE {
                miss(Weight::Error, Code::ScanResolution, number, measured, ARTICLE);
            } else if dpi < GOOD_DPI - DPI_TOLERANCE {
                miss(Weight::Warning, Code::ScanResolutionForArchives, number, measured, GUIDANCE);
            }
        }
        match page.colour {
            Some(Colour::Bitonal) => miss(Weight::Error, Code::ScanColour, number, "1 bit".into(), ARTICLE),
            Some(Colour::Grey) => miss(Weight::Error, Code::ScanColour, number, "DeviceGray".into(), ARTICLE),
            _ => {}
        }
        let (width, height) = page.size_mm;
        let is = |(wide, high): (f64, f64)| {
            let near = |a: f64, b: f64| (a - b).abs() <= SIZE_TOLERANCE_MM;
            near(width, wide) && near(height, high) || near(width, high) && near(height, wide)
        };
        if !is(A4) {
            // A3 and A5 papers are scanned at their own size too.
            let weight = if is((A4.1, 2.0 * A4.0)) || is((A4.1 / 2.0, A4.0)) { Weight::Warning } else { Weight::Error };
            miss(weight, Code::ScanPageSize, number, format!("{width:.0} × {height:.0} mm"), ARTICLE);
        }
    }
    misses
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(dpi: f64, colour: Colour, size_mm: (f64, f64)) -> PageOrigin {
        PageOrigin { page: 1, origin: Origin::Scanned, size_mm, dpi: Some(dpi), colour: Some(colour) }
    }

    #[test]
    fn each_miss_is_found() {
        let good = page(300.0, Colour::Colour, A4);
        let codes = |page: &PageOrigin, version: &str| -> Vec<(&'static str, Weight)> {
            misses(std::slice::from_ref(page), version).iter().map(|miss| (miss.code.name(), miss.weight)).collect()
        };
        assert_eq!(codes(&good, "1.4"), []);
        assert_eq!(codes(&good, "1.3"), [("scan.pdf-version", Weight::Error)]);
        for (dpi, expected) in [
            (199.5, vec![("scan.resolution-for-archives", Weight::Warning)]),
            (150.0, vec![("scan.resolution", Weight::Error)]),
            (299.2, vec![]),
        ] {
            assert_eq!(codes(&PageOrigin { dpi: Some(dpi), ..good.clone() }, "1.7"), expected);
        }
        for colour in [Colour::Bitonal, Colour::Grey] {
            assert_eq!(
                codes(&PageOrigin { colour: Some(colour), ..good.clone() }, "2.0"),
                [("scan.colour", Weight::Error)]
            );
        }
        for (size_mm, expected) in [
            ((297.0, 210.0), vec![]),
            ((211.9, 295.1), vec![]),
            ((215.9, 279.4), vec![("scan.page-size", Weight::Error)]),
            ((420.0, 297.0), vec![("scan.page-size", Weight::Warning)]),
        ] {
            assert_eq!(codes(&PageOrigin { size_mm, ..good.clone() }, "1.7"), expected);
        }
    }
}
