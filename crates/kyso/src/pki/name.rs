//! Distinguished names (RFC 5280, 4.1.2.4), as text (RFC 4514).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

use crate::error::{Error, Subject};

/// Attribute types by their OID and short name: RFC 4514, section 3, and what certificates of persons and
/// organisations carry beside it.
const SHORT_NAMES: &[(&str, &str)] = &[
    ("2.5.4.3", "CN"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("2.5.4.4", "SN"),
    ("2.5.4.42", "GN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.12", "title"),
    ("2.5.4.65", "pseudonym"),
    ("2.5.4.97", "organizationIdentifier"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
];

/// A distinguished name: its bytes, and its attributes in the order of the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    der: Vec<u8>,
    attributes: Vec<(String, String)>,
    /// What is compared: of each relative name the attributes, in no order.
    compared: Vec<BTreeSet<(String, Compared)>>,
}

/// A value as it's compared (RFC 5280, 7.1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Compared {
    /// A text, prepared.
    Text(String),
    /// Anything else: its tag and its octets.
    Octets(u32, Vec<u8>),
}

impl Name {
    pub(super) fn new(name: &X509Name<'_>) -> Self {
        let attributes = name
            .iter_attributes()
            .map(|attribute| {
                let value = attribute.attr_value();
                (attribute.attr_type().to_id_string(), text(value.header.tag().0, value.data))
            })
            .collect();
        let compared = name.iter_rdn().map(|relative| {
            let attributes = relative.iter().map(|attribute| {
                let value = attribute.attr_value();
                (attribute.attr_type().to_id_string(), Compared::of(value.header.tag().0, value.data))
            });
            attributes.collect()
        });
        Self { der: name.as_raw().to_vec(), attributes, compared: compared.collect() }
    }

    /// Reads a DER name.
    ///
    /// # Errors
    /// [`Error::Input`] where it's none.
    pub fn parse(der: &[u8]) -> Result<Self, Error> {
        X509Name::from_der(der)
            .map(|(_, name)| Self::new(&name))
            .map_err(|error| Error::input(Subject::DistinguishedName, None, error.to_string()))
    }

    /// Whether both are one name (RFC 5280, 7.1): the same attributes with the same texts, whatever string types they are
    /// written in, composed or decomposed, in capitals or not, and with however much white space.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.der == other.der || self.compared == other.compared
    }

    /// The DER as received: what a CMS signer identifier is compared with.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Every value of one attribute type, by its OID, in the order of the certificate.
    pub fn values<'a>(&'a self, oid: &'a str) -> impl Iterator<Item = &'a str> {
        self.attributes.iter().filter(move |(kind, _)| kind == oid).map(|(_, value)| value.as_str())
    }
}

impl std::fmt::Display for Name {
    /// RFC 4514: the last attribute first, e.g. `CN=…,O=…,C=VN`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (oid, value)) in self.attributes.iter().rev().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let name = SHORT_NAMES.iter().find(|(known, _)| known == oid).map_or(oid.as_str(), |(_, name)| name);
            write!(f, "{comma}{name}={}", escaped(value))?;
        }
        Ok(())
    }
}

/// RFC 4514, 2.4; control characters too, so that no certificate can draw on a terminal.
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (index, character) in value.chars().enumerate() {
        match character {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' => out.extend(['\\', character]),
            ' ' if index == 0 || index == last => out.push_str("\\ "),
            '#' if index == 0 => out.push_str("\\#"),
            _ if character.is_control() => {
                let mut utf8 = [0; 4];
                for byte in character.encode_utf8(&mut utf8).bytes() {
                    // Writing to a String can't fail.
                    let _ = write!(out, "\\{byte:02X}");
                }
            }
            _ => out.push(character),
        }
    }
    out
}

/// A directory string as NFC text, whatever type it was written in (X.520).
fn text(tag: u32, octets: &[u8]) -> String {
    let decoded = decoded(tag, octets).unwrap_or_else(|| String::from_utf8_lossy(octets).into_owned());
    decoded.nfc().collect()
}

/// The characters of a string; `None` of what is none.
fn decoded(tag: u32, octets: &[u8]) -> Option<String> {
    Some(match tag {
        // BMPString
        30 => {
            let units =
                octets.chunks_exact(2).map(|pair| pair.iter().fold(0, |unit, byte| unit << 8 | u16::from(*byte)));
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        // UniversalString
        28 => octets
            .chunks_exact(4)
            .map(|four| four.iter().fold(0, |scalar, byte| scalar << 8 | u32::from(*byte)))
            .map(|scalar| char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect(),
        // TeletexString: Latin-1 in all that was ever issued.
        20 => octets.iter().copied().map(char::from).collect(),
        // UTF8String, NumericString, PrintableString, IA5String, VisibleString
        12 | 18 | 19 | 22 | 26 => std::str::from_utf8(octets).ok()?.to_owned(),
        _ => return None,
    })
}

impl Compared {
    fn of(tag: u32, octets: &[u8]) -> Self {
        match decoded(tag, octets) {
            // What couldn't be decoded is no text that others could be the same as.
            Some(text) if !text.contains(char::REPLACEMENT_CHARACTER) => Self::Text(prepared(&text)),
            _ => Self::Octets(tag, octets.to_vec()),
        }
    }
}

/// Whether two texts in names are the same as names are compared.
pub(crate) fn same_text(one: &str, other: &str) -> bool {
    prepared(one) == prepared(other)
}

/// A text as it's compared (RFC 4518, 2): characters that say nothing left out, case folded, normalised (KC), and white space
/// at both ends left out and put together between.
fn prepared(text: &str) -> String {
    let mapped = text.chars().filter(|character| !says_nothing(*character)).map(|character| {
        let is_space = character.is_whitespace() || matches!(character, '\u{85}' | '\u{a0}');
        if is_space { ' ' } else { character }
    });
    let folded = mapped.nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    let normalised: String = folded.nfkc().collect();
    normalised.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// RFC 4518, 2.2: mapped to nothing.
fn says_nothing(character: char) -> bool {
    matches!(character,
        '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{6dd}' | '\u{70f}' | '\u{1806}' | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2063}' | '\u{206a}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0001}' | '\u{e0020}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_string_type_becomes_nfc_text() {
        assert_eq!(text(12, "Ủy ban".as_bytes()), "Ủy ban");
        assert_eq!(text(12, "U\u{309}y ban".as_bytes()), "Ủy ban");
        assert_eq!(text(30, &[0x1e, 0xe6, 0x00, 0x79]), "Ủy");
        assert_eq!(text(28, &[0, 0, 0x1e, 0xe6]), "Ủ");
        assert_eq!(text(20, &[0xe9]), "é");
        assert_eq!(text(12, &[0xff]), "\u{fffd}");
    }

    #[test]
    fn texts_are_the_same_however_they_are_written() {
        let same = |one: &str, other: &str| Compared::of(12, one.as_bytes()) == Compared::of(12, other.as_bytes());
        assert!(same("Ủy ban nhân dân", " ủy  BAN nhân\u{a0}dân\t"));
        assert!(same("Ủy ban", "U\u{309} y ban".replace(' ', "").replacen("yb", "y b", 1).as_str()));
        assert!(same("Bộ", "B\u{f4}\u{323}") && same("Bộ", "BO\u{302}\u{323}"));
        assert!(same("ﬁle １", "FILE 1") && same("STRASSE", "straße") && same("ΣΑΣ", "σας"));
        assert!(same("a\u{ad}b", "ab") && same("a\u{200b}b", "A\u{feff}B"));
        assert_eq!(Compared::of(19, b"Root CA"), Compared::of(30, b"\0r\0o\0o\0t\0 \0c\0a"));
        assert!(!same("a b", "ab") && !same("Bộ", "Bo") && !same("ca", "cb"));
    }

    #[test]
    fn what_is_no_text_is_the_same_in_its_octets_alone() {
        assert_ne!(Compared::of(3, &[0, 0xff]), Compared::of(3, &[0, 0xfe]));
        assert_ne!(Compared::of(12, &[0xff]), Compared::of(12, &[0xfe]));
        assert_ne!(Compared::of(3, b"ab"), Compared::of(4, b"ab"));
        assert_eq!(Compared::of(12, &[0xff]), Compared::of(12, &[0xff]));
    }

    #[test]
    fn names_are_escaped_as_rfc_4514_says() {
        assert_eq!(escaped(" a,b+c\"d\\e<f>g;h "), "\\ a\\,b\\+c\\\"d\\\\e\\<f\\>g\\;h\\ ");
        assert_eq!(escaped("#1\n\u{9b}"), "\\#1\\0A\\C2\\9B");
    }
}
