//! AlgorithmIdentifiers (RFC 5754, RFC 4055, RFC 5753, RFC 8419, RFC 9882, RFC 9814), to and fro.

use crate::asn1::{self, Element, Reader, oid, tag};
use crate::crypto::{DigestAlgorithm, PostQuantum, SignatureScheme};
use crate::error::{Error, Subject};

/// `AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlgorithmIdentifier {
    /// The algorithm's OID.
    pub oid: String,
    /// The parameters as received; empty where there are none.
    pub parameters: Vec<u8>,
}

impl AlgorithmIdentifier {
    /// Reads it.
    ///
    /// # Errors
    /// [`Error::Input`] where it's malformed.
    pub fn read(element: &Element<'_>) -> Result<Self, Error> {
        let mut fields = element.children()?;
        let oid = fields.expect(tag::OBJECT_IDENTIFIER)?.oid()?;
        Ok(Self { oid, parameters: fields.rest().to_vec() })
    }

    /// The digest that it names; `None` for one that isn't known, and for a signature algorithm where a digest belongs.
    pub fn digest(&self) -> Option<DigestAlgorithm> {
        if self.oid == oid::SHAKE256_LEN {
            return (self.parameters == BITS_512).then_some(DigestAlgorithm::Shake256);
        }
        DIGESTS.iter().find(|(oid, _)| *oid == self.oid).map(|(_, digest)| *digest)
    }

    /// Whether both name one algorithm with the same parameters, however those are encoded: absent parameters are as NULL (RFC
    /// 5754, 2), and defaults as what they stand for.
    pub fn is_same(&self, other: &Self) -> bool {
        let says_nothing = |one: &Self| one.parameters.is_empty() || one.parameters == asn1::null();
        self.oid == other.oid
            && (self.parameters == other.parameters
                || says_nothing(self) && says_nothing(other)
                || self.oid == oid::RSASSA_PSS
                    && matches!(
                        (pss(&self.parameters), pss(&other.parameters)),
                        (Ok(Some(one)), Ok(Some(other))) if one == other
                    ))
    }

    /// The signature scheme that it names, with the digest named beside it for those that don't name their own;
    /// `None` for one that isn't known.
    ///
    /// # Errors
    /// [`Error::Input`] where the parameters of RSASSA-PSS are malformed.
    pub fn signature(&self, beside: Option<DigestAlgorithm>) -> Result<Option<SignatureScheme>, Error> {
        Ok(match self.oid.as_str() {
            oid::RSASSA_PSS => pss(&self.parameters)?,
            oid::ED25519 => Some(SignatureScheme::Ed25519),
            oid::ED448 => Some(SignatureScheme::Ed448),
            oid::RSA_ENCRYPTION => beside.map(SignatureScheme::RsaPkcs1v15),
            oid::EC_PUBLIC_KEY => beside.map(SignatureScheme::Ecdsa),
            oid::DSA => beside.map(SignatureScheme::Dsa),
            other => match PostQuantum::by_oid(other) {
                // Parameters must be absent (RFC 9882, 3; RFC 9814, 3): with some it's another algorithm.
                Some(set) => self.parameters.is_empty().then_some(SignatureScheme::PostQuantum(set)),
                None => SIGNATURES.iter().find(|(oid, _)| *oid == other).map(|(_, scheme)| *scheme),
            },
        })
    }
}

/// DER of a digest algorithm, parameters absent (RFC 5754, 2).
pub fn write_digest(digest: DigestAlgorithm) -> Vec<u8> {
    asn1::sequence(&[asn1::object_identifier(digest_oid(digest))])
}

/// DER of a signature algorithm; `None` for those that are only read.
///
/// PKCS#1 v1.5 goes as rsaEncryption with NULL, which every CMS reader takes (RFC 3370, 3.2).
pub fn write_signature(scheme: SignatureScheme) -> Option<Vec<u8>> {
    Some(match scheme {
        SignatureScheme::RsaPkcs1v15(_) => {
            asn1::sequence(&[asn1::object_identifier(oid::RSA_ENCRYPTION), asn1::null()])
        }
        SignatureScheme::RsaPss { digest, mask, salt_length } => {
            // RFC 4055, 2.1: inside RSASSA-PSS the digests' parameters are NULL.
            let hash = |digest| asn1::sequence(&[asn1::object_identifier(digest_oid(digest)), asn1::null()]);
            let mask = asn1::sequence(&[asn1::object_identifier(oid::MGF1), hash(mask)]);
            let parameters = asn1::sequence(&[
                asn1::context(0, &hash(digest)),
                asn1::context(1, &mask),
                asn1::context(2, &asn1::unsigned(salt_length)),
            ]);
            asn1::sequence(&[asn1::object_identifier(oid::RSASSA_PSS), parameters])
        }
        SignatureScheme::Ed25519 => asn1::sequence(&[asn1::object_identifier(oid::ED25519)]),
        SignatureScheme::Ecdsa(_) => {
            let (oid, _) = SIGNATURES.iter().find(|(_, known)| *known == scheme)?;
            asn1::sequence(&[asn1::object_identifier(oid)])
        }
        SignatureScheme::EcdsaPlain(_)
        | SignatureScheme::Dsa(_)
        | SignatureScheme::Ed448
        | SignatureScheme::PostQuantum(_) => return None,
    })
}

fn digest_oid(digest: DigestAlgorithm) -> &'static str {
    // Every algorithm stands in the table: a test goes through them.
    DIGESTS.iter().find(|(_, known)| *known == digest).map_or(oid::SHA256, |(oid, _)| oid)
}

/// `RSASSA-PSS-params` (RFC 4055, 3.1), each field with its default.
fn pss(parameters: &[u8]) -> Result<Option<SignatureScheme>, Error> {
    let (mut digest, mut mask, mut salt_length) = (Some(DigestAlgorithm::Sha1), Some(DigestAlgorithm::Sha1), 20);
    if !parameters.is_empty() {
        let mut fields = Reader::new(Subject::PssParameters, parameters).expect(tag::SEQUENCE)?.children()?;
        if let Some(field) = fields.optional(tag::context(0))? {
            digest = AlgorithmIdentifier::read(&field.children()?.next()?)?.digest();
        }
        if let Some(field) = fields.optional(tag::context(1))? {
            let function = AlgorithmIdentifier::read(&field.children()?.next()?)?;
            let hash = Reader::new(Subject::PssParameters, &function.parameters).next()?;
            mask = AlgorithmIdentifier::read(&hash)?.digest().filter(|_| function.oid == oid::MGF1);
        }
        if let Some(field) = fields.optional(tag::context(2))? {
            salt_length = field.children()?.expect(tag::INTEGER)?.unsigned()?;
        }
        if let Some(field) = fields.optional(tag::context(3))?
            && field.children()?.expect(tag::INTEGER)?.unsigned()? != 1
        {
            return Err(field.error("an unknown trailer field"));
        }
    }
    Ok(digest.zip(mask).map(|(digest, mask)| SignatureScheme::RsaPss { digest, mask, salt_length }))
}

/// DER of the INTEGER 512: of id-shake256-len, with Ed448 (RFC 8419, 3.1).
const BITS_512: [u8; 4] = [0x02, 0x02, 0x02, 0x00];

const DIGESTS: &[(&str, DigestAlgorithm)] = &[
    (oid::MD5, DigestAlgorithm::Md5),
    (oid::SHA1, DigestAlgorithm::Sha1),
    (oid::SHA224, DigestAlgorithm::Sha224),
    (oid::SHA256, DigestAlgorithm::Sha256),
    (oid::SHA384, DigestAlgorithm::Sha384),
    (oid::SHA512, DigestAlgorithm::Sha512),
    (oid::SHA3_256, DigestAlgorithm::Sha3_256),
    (oid::SHA3_384, DigestAlgorithm::Sha3_384),
    (oid::SHA3_512, DigestAlgorithm::Sha3_512),
    (oid::SHAKE256, DigestAlgorithm::Shake256),
];

/// Signature algorithms that name their digest.
const SIGNATURES: &[(&str, SignatureScheme)] = &[
    ("1.2.840.113549.1.1.4", SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Md5)),
    ("1.2.840.113549.1.1.5", SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha1)),
    ("1.3.14.3.2.29", SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha1)),
    ("1.2.840.113549.1.1.14", SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha224)),
    ("1.2.840.113549.1.1.11", SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha256)),
    ("1.2.840.113549.1.1.12", SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha384)),
    ("1.2.840.113549.1.1.13", SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha512)),
    ("2.16.840.1.101.3.4.3.14", SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha3_256)),
    ("2.16.840.1.101.3.4.3.15", SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha3_384)),
    ("2.16.840.1.101.3.4.3.16", SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha3_512)),
    ("1.2.840.10045.4.1", SignatureScheme::Ecdsa(DigestAlgorithm::Sha1)),
    ("1.2.840.10045.4.3.1", SignatureScheme::Ecdsa(DigestAlgorithm::Sha224)),
    ("1.2.840.10045.4.3.2", SignatureScheme::Ecdsa(DigestAlgorithm::Sha256)),
    ("1.2.840.10045.4.3.3", SignatureScheme::Ecdsa(DigestAlgorithm::Sha384)),
    ("1.2.840.10045.4.3.4", SignatureScheme::Ecdsa(DigestAlgorithm::Sha512)),
    ("2.16.840.1.101.3.4.3.10", SignatureScheme::Ecdsa(DigestAlgorithm::Sha3_256)),
    ("2.16.840.1.101.3.4.3.11", SignatureScheme::Ecdsa(DigestAlgorithm::Sha3_384)),
    ("2.16.840.1.101.3.4.3.12", SignatureScheme::Ecdsa(DigestAlgorithm::Sha3_512)),
    ("0.4.0.127.0.7.1.1.4.1.1", SignatureScheme::EcdsaPlain(DigestAlgorithm::Sha1)),
    ("0.4.0.127.0.7.1.1.4.1.2", SignatureScheme::EcdsaPlain(DigestAlgorithm::Sha224)),
    ("0.4.0.127.0.7.1.1.4.1.3", SignatureScheme::EcdsaPlain(DigestAlgorithm::Sha256)),
    ("0.4.0.127.0.7.1.1.4.1.4", SignatureScheme::EcdsaPlain(DigestAlgorithm::Sha384)),
    ("0.4.0.127.0.7.1.1.4.1.5", SignatureScheme::EcdsaPlain(DigestAlgorithm::Sha512)),
    ("1.2.840.10040.4.3", SignatureScheme::Dsa(DigestAlgorithm::Sha1)),
    ("2.16.840.1.101.3.4.3.1", SignatureScheme::Dsa(DigestAlgorithm::Sha224)),
    ("2.16.840.1.101.3.4.3.2", SignatureScheme::Dsa(DigestAlgorithm::Sha256)),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SignatureAlgorithm;

    fn read(der: &[u8]) -> AlgorithmIdentifier {
        AlgorithmIdentifier::read(&Reader::new(Subject::Cms, der).next().unwrap()).unwrap()
    }

    #[test]
    fn what_is_written_is_read_back() {
        for digest in DigestAlgorithm::ALL {
            assert_eq!(read(&write_digest(digest)).digest(), Some(digest));
        }
        for digest in [DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512] {
            for algorithm in [
                SignatureAlgorithm::RsaPkcs1v15,
                SignatureAlgorithm::RsaPss,
                SignatureAlgorithm::Ecdsa,
                SignatureAlgorithm::Ed25519,
            ] {
                let scheme = SignatureScheme::to_sign(algorithm, digest).unwrap();
                let identifier = read(&write_signature(scheme).unwrap());
                assert_eq!(identifier.signature(Some(digest)).unwrap(), Some(scheme));
            }
        }
    }

    #[test]
    fn shake256_says_how_long_it_is() {
        let of = |parameters: &[&[u8]]| {
            let parts = [asn1::object_identifier(oid::SHAKE256_LEN), parameters.concat()].concat();
            read(&asn1::tlv(tag::SEQUENCE, &parts)).digest()
        };
        assert_eq!(of(&[&asn1::unsigned(512)]), Some(DigestAlgorithm::Shake256));
        for other in [vec![], asn1::null(), asn1::unsigned(256), asn1::unsigned(64), asn1::octet_string(&[2, 0])] {
            assert_eq!(of(&[&other]), None, "{other:?}");
        }
    }

    #[test]
    fn algorithms_are_the_same_modulo_encoding() {
        let of = |oid: &str, parameters: &[u8]| {
            let parts = [asn1::object_identifier(oid), parameters.to_vec()].concat();
            read(&asn1::tlv(tag::SEQUENCE, &parts))
        };
        assert!(of(oid::SHA256, &[]).is_same(&of(oid::SHA256, &asn1::null())));
        assert!(!of(oid::SHA256, &[]).is_same(&of(oid::SHA384, &[])));
        assert!(!of(oid::SHA256, &[]).is_same(&of(oid::SHA256, &asn1::unsigned(1))));
        let salted = |length| asn1::sequence(&[asn1::context(2, &asn1::unsigned(length))]);
        assert!(of(oid::RSASSA_PSS, &asn1::tlv(tag::SEQUENCE, &[])).is_same(&of(oid::RSASSA_PSS, &salted(20))));
        assert!(!of(oid::RSASSA_PSS, &salted(32)).is_same(&of(oid::RSASSA_PSS, &salted(20))));
    }

    #[test]
    fn pss_without_parameters_means_its_defaults() {
        let scheme = read(&asn1::sequence(&[asn1::object_identifier(oid::RSASSA_PSS)])).signature(None).unwrap();
        let sha1 = DigestAlgorithm::Sha1;
        assert_eq!(scheme, Some(SignatureScheme::RsaPss { digest: sha1, mask: sha1, salt_length: 20 }));
    }
}
