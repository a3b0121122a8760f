//! The head of a paper: the national name and motto, the agency, its number, place and date (Phụ lục I, phần I, mục II.1
//! to II.4).

use super::paragraph::Span;
use super::sheet::{RULE, Sheet};
use kyso::Error;
use kyso_pdf::geometry::POINTS_PER_MM;
use kyso_pdf::typeface::Face;

/// Size of the national name and of agencies' names (12 to 13 pt).
const CAPITALS: f64 = 12.5;
/// Size of a paper's number (13 pt).
const NUMBER: f64 = 13.0;

const NATIONAL_NAME: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";

/// The head of an agency's paper: the agency on the left, the national name and motto on the right.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// The agency above, where it's named.
    pub superior: Option<String>,
    /// The agency, in capitals.
    pub agency: String,
    /// Number and symbol, e.g. "Số: 12/GXN-UBND".
    pub number: Option<String>,
    /// Place and date, e.g. "Bình Minh, ngày 05 tháng 3 năm 2026".
    pub place_and_date: String,
}

impl Sheet {
    /// The national name and motto in the middle, as on citizens' papers.
    ///
    /// # Errors
    /// As [`Sheet::paragraph`].
    pub fn national_name(&mut self) -> Result<(), Error> {
        self.settle(0.0)?;
        let geometry = self.geometry();
        self.national_name_in(geometry.left, geometry.width)
    }

    /// The head of an agency's paper (mục II.1 to II.4): two columns, each with its rule.
    ///
    /// # Errors
    /// As [`Sheet::paragraph`].
    pub fn header(&mut self, header: &Header) -> Result<(), Error> {
        self.settle(0.0)?;
        let geometry = self.geometry();
        // As wide as the national name; on a wide page more than half of it.
        let right = self.width_of(NATIONAL_NAME, CAPITALS)?.max(geometry.width * 0.55);
        let left = geometry.width - right - 3.0 * POINTS_PER_MM;
        let top = self.canvas.y;
        let x = geometry.left + geometry.width - right;
        self.national_name_in(x, right)?;
        self.canvas.y -= 4.0;
        self.centred_in(x, right, Span::italic(&header.place_and_date), self.format.body)?;
        let lower = self.canvas.y;

        self.canvas.y = top;
        if let Some(superior) = &header.superior {
            self.centred_in(geometry.left, left, Span::regular(superior), CAPITALS)?;
        }
        self.centred_in(geometry.left, left, Span::bold(&header.agency), CAPITALS)?;
        // A third to half of the line's length (mục II.2).
        let rule = self.width_of(&header.agency, CAPITALS)?.min(left) * 0.4;
        self.canvas.rule(geometry.left + (left - rule) / 2.0, self.canvas.y - 2.0, rule, RULE);
        self.canvas.y -= 8.0;
        if let Some(number) = &header.number {
            self.centred_in(geometry.left, left, Span::regular(number), NUMBER)?;
        }
        self.canvas.y = self.canvas.y.min(lower) - 10.0;
        Ok(())
    }

    fn national_name_in(&mut self, x: f64, width: f64) -> Result<(), Error> {
        self.centred_in(x, width, Span::bold(NATIONAL_NAME), CAPITALS)?;
        self.centred_in(x, width, Span::bold(MOTTO), CAPITALS + 1.0)?;
        // As long as the motto (mục II.1).
        let rule = self.width_of(MOTTO, CAPITALS + 1.0)?;
        self.canvas.rule(x + (width - rule) / 2.0, self.canvas.y - 1.5, rule, RULE);
        self.canvas.y -= 6.0;
        Ok(())
    }

    fn width_of(&self, bold: &str, size: f64) -> Result<f64, Error> {
        self.canvas.fonts.get(Face::Bold).width(bold, size)
    }
}
