//! The agency that certifies (Ủy ban nhân dân cấp xã): what every result of it has in common, as a TOML file.

use serde::Deserialize;

use super::data::{Flaw, Source};
use super::dossier::is_agency;
use super::qr::demand_base;
use kyso::appearance::WIDTHS_MM;
use kyso::error::Parameter;
use kyso::{Bilingual, Error, both};

/// What every result of an agency has in common.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    /// The agency's name as in the head of its papers, in capitals.
    pub name: String,
    /// The agency above it, in capitals.
    pub superior: Option<String>,
    /// The agency's identifier (mã định danh điện tử), e.g. "H61.12".
    pub identifier: String,
    /// The agency's place of certification, as a lời chứng names it.
    pub office: String,
    /// The place in the date line of its papers, e.g. "Bình Minh".
    pub locality: String,
    /// Width of its seal in millimetres, as it really is (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8a). No text
    /// of law names a number, so there is no default: without it no place is reserved for the seal.
    pub seal_width_mm: Option<f64>,
    /// Where results are looked up: the beginning of the address in their QR codes. Without it they have none.
    pub lookup: Option<String>,
    /// Who may see a result (mức độ tiếp cận) where nothing else is said.
    #[serde(default = "restricted")]
    pub rights: String,
}

fn restricted() -> String {
    "Hạn chế tiếp cận".to_owned()
}

impl Agency {
    /// Reads the file `name`.
    ///
    /// # Errors
    /// [`Error::Parameters`] that names the file, the line and the key.
    pub fn from_toml(name: &str, text: &str) -> Result<Self, Error> {
        let worded =
            |flaw: Flaw| Error::parameters(Parameter::Agency, Bilingual::each(|language| flaw.in_language(language)));
        let agency: Self = Source { file: name, text }.read().map_err(worded)?;
        agency.check().map_err(|(key, wrong)| {
            let line = text.lines().position(|line| line.trim_start().starts_with(key)).map_or(1, |line| line + 1);
            let worded = Bilingual::new(
                format!("tệp {name}, dòng {line}, {key}: {}", wrong.vi),
                format!("{name}, line {line}, {key}: {}", wrong.en),
            );
            Error::parameters(Parameter::Agency, worded)
        })?;
        Ok(agency)
    }

    fn check(&self) -> Result<(), (&'static str, Bilingual<&'static str>)> {
        for (key, value) in
            [("name", &self.name), ("office", &self.office), ("locality", &self.locality), ("rights", &self.rights)]
        {
            if value.trim().is_empty() {
                return Err((key, both("không được để trống", "must not be empty")));
            }
        }
        if !is_agency(&self.identifier) || self.identifier.chars().count() > 13 {
            let wrong = both("không phải mã định danh cơ quan như H61.12", "is no identifier such as H61.12");
            return Err(("identifier", wrong));
        }
        if self.lookup.as_deref().is_some_and(|base| demand_base(base).is_err()) {
            let wrong = both(
                "phải bắt đầu bằng https://, chỉ có chữ, số, dấu chấm, gạch nối, và đủ ngắn cho mã QR",
                "must begin with https://, have letters, digits, full stops and hyphens only, and be short enough for a QR \
                 symbol",
            );
            return Err(("lookup", wrong));
        }
        if self.seal_width_mm.is_some_and(|width| !WIDTHS_MM.contains(&width)) {
            let wrong = both("không phải chiều rộng con dấu tính bằng mm", "is no seal's width in millimetres");
            return Err(("seal_width_mm", wrong));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = r#"
name = "ỦY BAN NHÂN DÂN XÃ BÌNH MINH"
superior = "TỈNH MẪU"
identifier = "H61.12"
office = "Trung tâm Phục vụ hành chính công xã Bình Minh, tỉnh Mẫu"
locality = "Bình Minh"
seal_width_mm = 36
"#;

    #[test]
    fn a_file_is_read() {
        let agency = Agency::from_toml("agency.toml", SAMPLE).unwrap();
        assert_eq!((agency.identifier.as_str(), agency.seal_width_mm, agency.lookup), ("H61.12", Some(36.0), None));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (from, to, what) in [
            ("\"H61.12\"", "\"61.12\"", "agency.toml, line 4, identifier"),
            ("= 36", "= 3600", "line 7, seal_width_mm"),
            ("locality", "localty", "unknown field `localty`"),
            ("\"Bình Minh\"", "\" \"", "line 6, locality"),
        ] {
            let error = Agency::from_toml("agency.toml", &SAMPLE.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
    }
}
