//! What the QR symbol on a result says: where to look it up, and enough about it to notice a symbol that was copied
//! onto another document.
//!
//! `HTTPS://HOST/V/CODE/ISSUER/NUMBER/DIGEST`, in the characters of a QR symbol's alphanumeric mode: any phone opens it as
//! a URL, and it takes a third less room than in small letters.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::code::LookupCode;
use super::number::CertificationNumber;
use super::symbol::lines_of;
use kyso::Error;
use kyso::crypto::DigestAlgorithm;
use kyso::error::{Parameter, Subject};

/// Lines that the look-up code takes.
const CODE_LINES: usize = 3;
/// Longest base URL and longest issuer.
const LONGEST: (usize, usize) = (64, 24);

/// What a QR symbol says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QrPayload {
    base: String,
    code: LookupCode,
    issuer: String,
    number: CompactNumber,
    digest: [u8; 8],
}

impl QrPayload {
    /// `base`: scheme, host and path of the look-up service, e.g. `https://tracuu.example.gov.vn`. `issuer`: the agency's
    /// code or another identifier of letters, digits, full stops and hyphens. `beneath`: the file before the symbol was
    /// put on it, to the last byte.
    ///
    /// # Errors
    /// [`Error::Parameters`] for a base or an issuer that can't be written so.
    pub fn new(
        base: &str,
        code: LookupCode,
        issuer: &str,
        number: CompactNumber,
        beneath: &[u8],
    ) -> Result<Self, Error> {
        let base = base.trim_end_matches('/').to_ascii_uppercase();
        let issuer = issuer.to_ascii_uppercase();
        check_base(&base).map_err(|reason| Error::parameters(Parameter::Base, reason))?;
        check_issuer(&issuer).map_err(|reason| Error::parameters(Parameter::Issuer, reason))?;
        let digest = first_bytes(&DigestAlgorithm::Sha256.digest(beneath));
        Ok(Self { base, code, issuer, number, digest })
    }

    /// Scheme, host and path of the look-up service, in capitals.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The look-up code.
    pub fn code(&self) -> &LookupCode {
        &self.code
    }

    /// Who issued the result.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The result's number.
    pub fn number(&self) -> &CompactNumber {
        &self.number
    }

    /// The first bytes of the SHA-256 of the file beneath the symbol.
    pub fn digest(&self) -> [u8; 8] {
        self.digest
    }

    /// How many lines there are under a symbol of this base.
    pub(super) fn line_count(base: &str) -> usize {
        // No symbol is drawn in a font that can't be read.
        CODE_LINES + lines_of(&address(base)).unwrap_or(1)
    }

    /// The lines under the symbol: where to look it up, and the code in groups. A long address takes several lines there.
    pub fn lines(&self) -> Vec<String> {
        let grouped = self.code.grouped();
        let groups: Vec<&str> = grouped.split('-').collect();
        let code = groups.chunks(groups.len().div_ceil(CODE_LINES).max(1)).map(|line| line.join("-"));
        Some(address(&self.base)).into_iter().chain(code).collect()
    }
}

/// The line that names the look-up service, without its scheme.
fn address(base: &str) -> String {
    let base = base.trim_end_matches('/');
    let host = base.split_once("://").map_or(base, |(_, host)| host);
    format!("Tra cứu: {}", host.to_ascii_lowercase())
}

/// The first bytes of a digest.
pub(super) fn first_bytes(digest: &[u8]) -> [u8; 8] {
    digest.first_chunk().copied().unwrap_or_default()
}

impl fmt::Display for QrPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/V/{}/{}/{}/", self.base, self.code, self.issuer, self.number)?;
        self.digest.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl FromStr for QrPayload {
    type Err = Error;

    /// Reads what a symbol says, or what a browser made of it: capitals and small letters are the same.
    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = |reason: String| Error::input(Subject::QrSymbol, None, reason);
        if !text.is_ascii() || text.len() > 512 {
            return Err(wrong("isn't of a certification result: it holds other characters, or too many".into()));
        }
        let text = text.to_ascii_uppercase();
        let mut parts = text.rsplitn(6, '/');
        let mut next = |what: &str| {
            parts.next().ok_or_else(|| wrong(format!("isn't of a certification result: it has no {what}")))
        };
        let (digest, number, issuer) = (next("digest")?, next("number")?, next("issuer")?);
        let (code, mark, base) = (next("look-up code")?, next("/V/")?, next("base URL")?);
        if mark != "V" {
            return Err(wrong("isn't of a certification result: it has no /V/ before the look-up code".into()));
        }
        check_base(base).map_err(|reason| wrong(format!("its base URL is wrong: {reason}")))?;
        check_issuer(issuer).map_err(|reason| wrong(format!("its issuer is wrong: {reason}")))?;
        let is_digest = digest.len() == 16 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digest = u64::from_str_radix(digest, 16).ok().filter(|_| is_digest).map(u64::to_be_bytes);
        if code.len() != 20 {
            return Err(wrong(format!("its look-up code has {} characters instead of 20", code.len())));
        }
        Ok(Self {
            base: base.to_owned(),
            code: code.parse()?,
            issuer: issuer.to_owned(),
            number: number.parse()?,
            digest: digest.ok_or_else(|| wrong("its digest isn't 16 hexadecimal digits".into()))?,
        })
    }
}

impl TryFrom<String> for QrPayload {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<QrPayload> for String {
    fn from(payload: QrPayload) -> Self {
        payload.to_string()
    }
}

/// Refuses an address that no symbol takes.
pub(super) fn demand_base(base: &str) -> Result<(), String> {
    check_base(&base.trim_end_matches('/').to_ascii_uppercase())
}

fn check_base(base: &str) -> Result<(), String> {
    let rest = base.strip_prefix("HTTPS://").or_else(|| base.strip_prefix("HTTP://"));
    let rest = rest.ok_or("it must begin with https://")?;
    let is_host = rest.split('/').next().is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric()));
    let known = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | ':' | '/');
    if !is_host || rest.contains("//") || rest.ends_with('/') {
        return Err("it names no host, or an empty part of a path".into());
    }
    if let Some(other) = rest.chars().find(|&c| !known(c)) {
        return Err(format!(
            "the character “{other}” can't be in it: letters, digits, full stop, hyphen, colon, slash"
        ));
    }
    if base.len() > LONGEST.0 {
        return Err(format!("it's longer than {} characters", LONGEST.0));
    }
    Ok(())
}

fn check_issuer(issuer: &str) -> Result<(), String> {
    let known = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    if issuer.is_empty() || issuer.len() > LONGEST.1 || !issuer.chars().all(known) {
        return Err(format!("1 to {} letters, digits, full stops, hyphens", LONGEST.1));
    }
    Ok(())
}

/// A result's number in few characters: `CKDC-7-1-2026` for "07, quyển số 01/2026-SCT/CK,ĐC".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompactNumber {
    kind: String,
    ordinal: u32,
    book: u32,
    year: i16,
}

impl CompactNumber {
    /// Whether this is the short form of the number.
    pub(crate) fn is_of(&self, number: &CertificationNumber) -> bool {
        *self == Self::from(number)
    }

    /// The ordinal in the year.
    pub fn ordinal(&self) -> u32 {
        self.ordinal
    }
}

impl From<&CertificationNumber> for CompactNumber {
    fn from(number: &CertificationNumber) -> Self {
        let symbol = number.symbol.strip_prefix("SCT/").unwrap_or(&number.symbol);
        let plain = |c: char| match c {
            'Đ' | 'đ' => Some('D'),
            c if c.is_ascii_alphanumeric() => Some(c.to_ascii_uppercase()),
            _ => None,
        };
        let kind = symbol.chars().filter_map(plain).collect();
        Self { kind, ordinal: number.ordinal, book: number.book, year: number.year }
    }
}

impl fmt::Display for CompactNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}-{}", self.kind, self.ordinal, self.book, self.year)
    }
}

impl FromStr for CompactNumber {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts: Vec<&str> = text.split('-').collect();
        if let [kind, ordinal, book, year] = parts.as_slice()
            && (1..=12).contains(&kind.len())
            && kind.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            && [ordinal, book, year].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
            && let (Ok(ordinal @ 1..), Ok(book @ 1..), Ok(year @ 1900..=9999)) =
                (ordinal.parse(), book.parse(), year.parse())
        {
            return Ok(Self { kind: (*kind).to_owned(), ordinal, book, year });
        }
        Err(Error::input(
            Subject::QrSymbol,
            None,
            "its number isn't of the form KIND-ORDINAL-BOOK-YEAR, e.g. CKDC-7-1-2026",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(symbol: &str) -> CertificationNumber {
        CertificationNumber { symbol: symbol.into(), year: 2026, ordinal: 7, book: 1 }
    }

    fn payload() -> QrPayload {
        let code = LookupCode::from_random(*b"not random!!");
        let number = CompactNumber::from(&number("SCT/CK,ĐC"));
        QrPayload::new("https://tracuu.example.gov.vn/", code, "G22.33.44", number, b"%PDF").unwrap()
    }

    #[test]
    fn a_long_address_takes_several_lines() {
        let long = QrPayload::new(
            "https://tracuu.trungtamphucvuhanhchinhcong.quangngai.gov.vn",
            payload().code.clone(),
            "H61.12",
            payload().number,
            b"beneath",
        );
        let long = long.unwrap();
        let lines = |payload: &QrPayload| QrPayload::line_count(payload.base());
        assert_eq!((lines(&payload()), payload().lines().len()), (5, 4));
        assert!((6..=8).contains(&lines(&long)), "{}", lines(&long));
        let symbol = crate::symbol::Symbol::new("HTTPS://A.VN", &long.lines()).unwrap();
        assert!(symbol.size().1 <= crate::symbol::Symbol::largest_size(lines(&long)).1);
    }

    #[test]
    fn what_is_written_is_read() {
        let (payload, text) = (payload(), payload().to_string());
        assert!(
            text.starts_with("HTTPS://TRACUU.EXAMPLE.GOV.VN/V/")
                && text.ends_with("/G22.33.44/CKDC-7-1-2026/315D429B7714CEDB"),
            "{text}"
        );
        assert!(text.chars().all(|c| "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".contains(c)));
        assert_eq!(text.parse::<QrPayload>().unwrap(), payload);
        assert_eq!(text.to_lowercase().parse::<QrPayload>().unwrap(), payload, "as a browser has it");
        let json = serde_json::to_string(&payload).unwrap();
        assert_eq!(serde_json::from_str::<QrPayload>(&json).unwrap(), payload);
    }

    #[test]
    fn numbers_of_every_register_have_a_short_form() {
        for (symbol, short) in
            [("SCT/BS", "BS-7-1-2026"), ("SCT/HĐ,GD", "HDGD-7-1-2026"), ("SCTĐT/BS", "SCTDTBS-7-1-2026")]
        {
            let compact = CompactNumber::from(&number(symbol));
            assert_eq!(compact.to_string(), short);
            assert!(short.parse::<CompactNumber>().unwrap().is_of(&number(symbol)));
            assert!(!compact.is_of(&CertificationNumber { ordinal: 8, ..number(symbol) }));
        }
    }

    #[test]
    fn lines_name_the_service_and_the_code() {
        let lines = payload().lines();
        assert_eq!(lines.first().unwrap(), "Tra cứu: tracuu.example.gov.vn");
        let code: String = lines.iter().skip(1).map(String::as_str).collect();
        assert_eq!(&code.parse::<LookupCode>().unwrap(), payload().code());
    }

    #[test]
    fn other_texts_are_told_apart() {
        let text = payload().to_string();
        for (wrong, reason) in [
            (String::new(), "no number"),
            ("https://example.com".into(), "no look-up code"),
            (text.replace("/V/", "/W/"), "no /V/"),
            (text.replace("HTTPS", "FTP"), "base URL is wrong"),
            (text.replace("TRACUU", "TRA CUU"), "base URL is wrong"),
            (text.replace("G22.33.44", ""), "issuer is wrong"),
            (text.replace("-2026", ""), "KIND-ORDINAL-BOOK-YEAR"),
            (text.replace("-7-", "-0-"), "KIND-ORDINAL-BOOK-YEAR"),
            (text.replace("-7-", "-+7-"), "KIND-ORDINAL-BOOK-YEAR"),
            (text.replace("315D", "+15D"), "16 hexadecimal"),
            (text.replace("315D", "315"), "16 hexadecimal"),
            (format!("{text}Đ"), "other characters"),
        ] {
            let error = wrong.parse::<QrPayload>().unwrap_err().to_string();
            assert!(error.contains(reason), "{wrong}: {error}");
        }
    }
}
