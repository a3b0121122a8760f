//! Distinguished names (RFC 5280, 4.1.2.4), as text (RFC 4514).

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
        Self { der: name.as_raw().to_vec(), attributes }
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

    /// Whether both have the same attributes with the same texts, whatever string types they are written in and
    /// whether in capitals.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.attributes.len() == other.attributes.len()
            && self.attributes.iter().zip(&other.attributes).all(|((kind, text), (other_kind, other_text))| {
                kind == other_kind && text.to_lowercase() == other_text.to_lowercase()
            })
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
    let decoded = match tag {
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
        _ => String::from_utf8_lossy(octets).into_owned(),
    };
    decoded.nfc().collect()
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
    fn names_are_escaped_as_rfc_4514_says() {
        assert_eq!(escaped(" a,b+c\"d\\e<f>g;h "), "\\ a\\,b\\+c\\\"d\\\\e\\<f\\>g\\;h\\ ");
        assert_eq!(escaped("#1\n\u{9b}"), "\\#1\\0A\\C2\\9B");
    }
}
