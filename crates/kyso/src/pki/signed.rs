//! What certificates, CRLs and OCSP answers have in common: something that is signed, how, and the value
//! (RFC 5280, 4.1.1).

use std::ops::Range;

use super::{AlgorithmIdentifier, Certificate};
use crate::asn1::{Element, Reader, tag};
use crate::crypto::{self, Message, SignatureScheme};
use crate::error::{Error, Subject};

/// `SEQUENCE { toBeSigned, signatureAlgorithm AlgorithmIdentifier, signatureValue BIT STRING }`, by its places in the DER.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signed {
    message: Range<usize>,
    algorithm: AlgorithmIdentifier,
    value: Vec<u8>,
}

impl Signed {
    /// Reads the three fields; gives the first of them too.
    pub(super) fn read<'a>(fields: &mut Reader<'a>) -> Result<(Element<'a>, Self), Error> {
        let message = fields.expect(tag::SEQUENCE)?;
        let algorithm = AlgorithmIdentifier::read(&fields.expect(tag::SEQUENCE)?)?;
        let value = fields.expect(tag::BIT_STRING)?.bits()?.to_vec();
        let start = message.offset();
        Ok((message, Self { message: start..start + message.raw().len(), algorithm, value }))
    }

    /// The signature algorithm.
    pub(super) fn algorithm(&self) -> &AlgorithmIdentifier {
        &self.algorithm
    }

    /// The scheme of the signature; `None` for one that isn't known.
    pub(super) fn scheme(&self) -> Option<SignatureScheme> {
        self.algorithm.signature(None).ok().flatten()
    }

    /// Whether the value is by the key of `signer`, over the message in `der`.
    pub(super) fn verify(&self, der: &[u8], signer: &Certificate) -> Result<bool, Error> {
        let scheme = self.algorithm.signature(None)?.ok_or_else(|| {
            Error::input(Subject::SignatureAlgorithm, None, format!("{} isn't known", self.algorithm.oid))
        })?;
        let message = der.get(self.message.clone()).unwrap_or_default();
        crypto::verify(signer.key()?, scheme, Message::Bytes(message), &self.value)
    }
}

/// One of `Extensions ::= SEQUENCE OF SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }`.
pub(super) struct Extension<'a> {
    pub(super) oid: String,
    pub(super) critical: bool,
    /// DER, inside of the OCTET STRING.
    pub(super) value: &'a [u8],
}

impl<'a> Extension<'a> {
    /// Reads a `SEQUENCE OF Extension`.
    pub(super) fn read_all(list: &Element<'a>) -> Result<Vec<Self>, Error> {
        list.children()?.all()?.iter().map(Self::read).collect()
    }

    pub(super) fn read(element: &Element<'a>) -> Result<Self, Error> {
        let mut fields = element.children()?;
        let oid = fields.expect(tag::OBJECT_IDENTIFIER)?.oid()?;
        let critical = fields.optional(tag::BOOLEAN)?.map(|value| value.boolean()).transpose()?.unwrap_or(false);
        Ok(Self { oid, critical, value: fields.expect(tag::OCTET_STRING)?.contents() })
    }
}

/// Whether two INTEGERs are the same number, by their contents octets: some write one octet more than DER has.
pub(super) fn same_number(one: &[u8], other: &[u8]) -> bool {
    shortest(one) == shortest(other)
}

/// An INTEGER's contents without needless octets (X.690, 8.3.2).
pub(super) fn shortest(mut octets: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = octets
        && let [next, ..] = rest
        && ((*first == 0 && next & 0x80 == 0) || (*first == 0xff && next & 0x80 != 0))
    {
        octets = rest;
    }
    octets
}

/// Which of two numbers that aren't negative is larger.
pub(super) fn compare(one: &[u8], other: &[u8]) -> std::cmp::Ordering {
    let plain = |octets: &[u8]| octets.iter().copied().skip_while(|octet| *octet == 0).collect::<Vec<_>>();
    let (one, other) = (plain(one), plain(other));
    one.len().cmp(&other.len()).then_with(|| one.cmp(&other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert!(same_number(&[0, 0, 0x80], &[0, 0x80]) && !same_number(&[0x80], &[0, 0x80]));
        assert!(same_number(&[0xff, 0x80], &[0x80]) && same_number(&[0], &[0]) && !same_number(&[], &[0]));
        assert!(compare(&[1, 0], &[0, 0xff]).is_gt() && compare(&[0, 5], &[5]).is_eq() && compare(&[], &[1]).is_lt());
    }
}
