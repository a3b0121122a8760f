//! Writing DER.

use super::{oid, tag};

/// Identifier, shortest length, contents.
pub fn tlv(identifier: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len();
    let mut out = Vec::with_capacity(length + 6);
    out.push(identifier);
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let octets = length.to_be_bytes();
            let significant = octets.iter().copied().skip_while(|octet| *octet == 0).collect::<Vec<_>>();
            // At most eight octets, so the count fits beside the flag.
            out.push(0x80 | u8::try_from(significant.len()).unwrap_or_default());
            out.extend(significant);
        }
    }
    out.extend_from_slice(contents);
    out
}

/// SEQUENCE of elements that are DER already.
pub fn sequence<E: AsRef<[u8]>>(elements: &[E]) -> Vec<u8> {
    tlv(tag::SEQUENCE, &concatenated(elements))
}

/// SET OF elements that are DER already, in DER's order (X.690, 11.6), under the given identifier.
pub fn set_of(identifier: u8, mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    tlv(identifier, &concatenated(&elements))
}

/// `[number]` EXPLICIT around an element that is DER already.
pub fn context(number: u8, element: &[u8]) -> Vec<u8> {
    tlv(tag::context(number), element)
}

/// OBJECT IDENTIFIER from its dotted form, which must be one of [`oid`]'s or of the same make.
pub fn object_identifier(dotted: &str) -> Vec<u8> {
    tlv(tag::OBJECT_IDENTIFIER, &oid::encode(dotted))
}

/// OCTET STRING.
pub fn octet_string(octets: &[u8]) -> Vec<u8> {
    tlv(tag::OCTET_STRING, octets)
}

/// INTEGER from its contents octets as they were read.
pub fn integer(contents: &[u8]) -> Vec<u8> {
    tlv(tag::INTEGER, contents)
}

/// INTEGER from a number.
pub fn unsigned(number: u32) -> Vec<u8> {
    let mut octets = number.to_be_bytes().iter().copied().skip_while(|octet| *octet == 0).collect::<Vec<_>>();
    if octets.first().is_none_or(|first| first & 0x80 != 0) {
        octets.insert(0, 0);
    }
    integer(&octets)
}

/// BOOLEAN.
pub fn boolean(value: bool) -> Vec<u8> {
    tlv(tag::BOOLEAN, &[if value { 0xff } else { 0 }])
}

/// NULL.
pub fn null() -> Vec<u8> {
    tlv(tag::NULL, &[])
}

fn concatenated<E: AsRef<[u8]>>(elements: &[E]) -> Vec<u8> {
    elements.iter().flat_map(|element| element.as_ref()).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_take_the_fewest_octets() {
        assert_eq!(tlv(4, &[7; 127])[..2], [4, 127]);
        assert_eq!(tlv(4, &[7; 128])[..3], [4, 0x81, 128]);
        assert_eq!(tlv(4, &[7; 256])[..4], [4, 0x82, 1, 0]);
        assert_eq!(tlv(4, &vec![7; 65536])[..5], [4, 0x83, 1, 0, 0]);
    }

    #[test]
    fn integers_keep_their_sign() {
        assert_eq!(unsigned(0), [2, 1, 0]);
        assert_eq!(unsigned(127), [2, 1, 127]);
        assert_eq!(unsigned(128), [2, 2, 0, 128]);
        assert_eq!(unsigned(65537), [2, 3, 1, 0, 1]);
    }

    #[test]
    fn a_set_is_sorted_by_its_encodings() {
        let set = set_of(tag::SET, vec![octet_string(&[9]), unsigned(3), unsigned(1)]);
        assert_eq!(set, [0x31, 9, 2, 1, 1, 2, 1, 3, 4, 1, 9]);
    }
}
