//! DER (X.690), written and read by hand: this crate judges the library's parsers, so it shares none of them.

use jiff::Timestamp;
use openssl::asn1::Asn1Object;
use openssl::bn::BigNumRef;

use crate::Error;

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const ENUMERATED: u8 = 0x0a;
pub(crate) const UTF8_STRING: u8 = 0x0c;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
/// GeneralName: uniformResourceIdentifier.
const GENERAL_NAME_URI: u8 = 0x86;

/// The tag `[number]` around other elements.
pub(crate) const fn context(number: u8) -> u8 {
    0xa0 | number
}

/// The tag `[number]` in place of a primitive type's own.
pub(crate) const fn primitive(number: u8) -> u8 {
    0x80 | number
}

pub(crate) fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = value.len().to_be_bytes();
    let significant = length.iter().copied().skip_while(|&byte| byte == 0).collect::<Vec<_>>();
    let mut out = vec![tag];
    match significant.as_slice() {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        long => {
            // At most eight bytes of length: this can't be cut.
            out.push(0x80 | u8::try_from(long.len()).unwrap_or(8));
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(value);
    out
}

pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(SEQUENCE, &parts.concat())
}

/// A SET OF: DER sorts its elements (X.690, 11.6).
pub(crate) fn set_of(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort();
    tlv(SET, &parts.concat())
}

pub(crate) fn oid(dotted: &str) -> Result<Vec<u8>, Error> {
    Ok(tlv(OBJECT_IDENTIFIER, Asn1Object::from_str(dotted)?.as_slice()))
}

pub(crate) fn boolean(value: bool) -> Vec<u8> {
    tlv(BOOLEAN, &[if value { 0xff } else { 0 }])
}

pub(crate) fn octets(value: &[u8]) -> Vec<u8> {
    tlv(OCTET_STRING, value)
}

/// A BIT STRING of whole bytes.
pub(crate) fn bits(value: &[u8]) -> Vec<u8> {
    tlv(BIT_STRING, &[&[0], value].concat())
}

pub(crate) fn text(value: &str) -> Vec<u8> {
    tlv(UTF8_STRING, value.as_bytes())
}

/// A positive INTEGER from its bytes, most significant first.
pub(crate) fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let significant: Vec<u8> = bytes.iter().copied().skip_while(|&byte| byte == 0).collect();
    match significant.first() {
        Some(first) if *first < 0x80 => tlv(INTEGER, &significant),
        _ => tlv(INTEGER, &[&[0], significant.as_slice()].concat()),
    }
}

pub(crate) fn number(value: u64) -> Vec<u8> {
    unsigned(&value.to_be_bytes())
}

pub(crate) fn big_number(value: &BigNumRef) -> Vec<u8> {
    unsigned(&value.to_vec())
}

/// Time in a certificate or CRL: UTCTime until 2049 (RFC 5280, 4.1.2.5).
pub(crate) fn time(time: Timestamp) -> Vec<u8> {
    let year = time.strftime("%Y").to_string();
    if year.as_str() < "2050" {
        tlv(UTC_TIME, time.strftime("%y%m%d%H%M%SZ").to_string().as_bytes())
    } else {
        generalized_time(time)
    }
}

/// GeneralizedTime, with a fraction where the time has one (RFC 3161, 2.4.2).
pub(crate) fn generalized_time(time: Timestamp) -> Vec<u8> {
    let mut text = time.strftime("%Y%m%d%H%M%S").to_string();
    let fraction = time.subsec_nanosecond();
    if fraction > 0 {
        text.push_str(format!(".{fraction:09}").trim_end_matches('0'));
    }
    text.push('Z');
    tlv(GENERALIZED_TIME, text.as_bytes())
}

/// GeneralName: an address.
pub(crate) fn uri(url: &str) -> Vec<u8> {
    tlv(GENERAL_NAME_URI, url.as_bytes())
}

/// GeneralName: directoryName of a Name's DER.
pub(crate) fn directory_name(name: &[u8]) -> Vec<u8> {
    tlv(context(4), name)
}

/// Extension ::= SEQUENCE { extnID, critical DEFAULT FALSE, extnValue }.
pub(crate) fn extension(dotted: &str, critical: bool, value: &[u8]) -> Result<Vec<u8>, Error> {
    let mut parts = vec![oid(dotted)?];
    if critical {
        parts.push(boolean(true));
    }
    parts.push(octets(value));
    Ok(sequence(&parts))
}

/// One element of what was received.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) value: &'a [u8],
    pub(crate) whole: &'a [u8],
}

/// The elements side by side in `input`; `None` where it isn't a row of whole elements with short tags.
pub(crate) fn elements(mut input: &[u8]) -> Option<Vec<Element<'_>>> {
    let mut found = Vec::new();
    while !input.is_empty() {
        let (&[tag, first], after) = input.split_first_chunk::<2>()?;
        let (length, header) = if first < 0x80 {
            (usize::from(first), 2)
        } else {
            let width = usize::from(first & 0x7f);
            let bytes = after.get(..width).filter(|_| (1..=4).contains(&width))?;
            (bytes.iter().fold(0, |sum, &byte| sum << 8 | usize::from(byte)), 2 + width)
        };
        let whole = input.get(..header.checked_add(length)?)?;
        found.push(Element { tag, value: whole.get(header..)?, whole });
        input = input.get(whole.len()..)?;
    }
    Some(found)
}

/// What is inside the one element of this tag that `input` is.
pub(crate) fn inside(input: &[u8], tag: u8) -> Option<Vec<Element<'_>>> {
    match elements(input)?.as_slice() {
        [only] if only.tag == tag => elements(only.value),
        _ => None,
    }
}
