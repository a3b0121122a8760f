//! Parameter sets of the signature algorithms that a quantum computer doesn't break: ML-DSA (FIPS 204) and SLH-DSA (FIPS 205), each in
//! its pure form, as certificates and CMS have it (RFC 9881, RFC 9882, RFC 9814). OpenSSL has them from 3.5 on; whether the one that is
//! linked has them is asked when it's run, for a shared library may be another than the one of the build, or one without them.

use std::fmt;
use std::sync::OnceLock;

use openssl::pkey::PKey;
use serde::{Deserialize, Serialize};

use super::SignatureAlgorithm;

/// DER of a SubjectPublicKeyInfo's beginning behind its length: `SEQUENCE { OID 2.16.840.1.101.3.4.3.n }` but for the last octet, n,
/// and the BIT STRING's tag follows (RFC 9881, 4; RFC 9909, 4): parameters are absent.
const IDENTIFIER: [u8; 12] = [0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03];

/// A parameter set. None is signed with: they're verified alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum PostQuantum {
    /// ML-DSA-44.
    #[serde(rename = "ML-DSA-44")]
    MlDsa44,
    /// ML-DSA-65.
    #[serde(rename = "ML-DSA-65")]
    MlDsa65,
    /// ML-DSA-87.
    #[serde(rename = "ML-DSA-87")]
    MlDsa87,
    /// SLH-DSA-SHA2-128s.
    #[serde(rename = "SLH-DSA-SHA2-128s")]
    Sha2_128s,
    /// SLH-DSA-SHA2-128f.
    #[serde(rename = "SLH-DSA-SHA2-128f")]
    Sha2_128f,
    /// SLH-DSA-SHA2-192s.
    #[serde(rename = "SLH-DSA-SHA2-192s")]
    Sha2_192s,
    /// SLH-DSA-SHA2-192f.
    #[serde(rename = "SLH-DSA-SHA2-192f")]
    Sha2_192f,
    /// SLH-DSA-SHA2-256s.
    #[serde(rename = "SLH-DSA-SHA2-256s")]
    Sha2_256s,
    /// SLH-DSA-SHA2-256f.
    #[serde(rename = "SLH-DSA-SHA2-256f")]
    Sha2_256f,
    /// SLH-DSA-SHAKE-128s.
    #[serde(rename = "SLH-DSA-SHAKE-128s")]
    Shake128s,
    /// SLH-DSA-SHAKE-128f.
    #[serde(rename = "SLH-DSA-SHAKE-128f")]
    Shake128f,
    /// SLH-DSA-SHAKE-192s.
    #[serde(rename = "SLH-DSA-SHAKE-192s")]
    Shake192s,
    /// SLH-DSA-SHAKE-192f.
    #[serde(rename = "SLH-DSA-SHAKE-192f")]
    Shake192f,
    /// SLH-DSA-SHAKE-256s.
    #[serde(rename = "SLH-DSA-SHAKE-256s")]
    Shake256s,
    /// SLH-DSA-SHAKE-256f.
    #[serde(rename = "SLH-DSA-SHAKE-256f")]
    Shake256f,
}

/// What is known of a parameter set.
struct Facts {
    set: PostQuantum,
    name: &'static str,
    /// The last number of the object identifier (NIST, Computer Security Objects Register).
    arc: u8,
    /// What policies call its size: ML-DSA's by its name, SLH-DSA's by its security in bits.
    size: u32,
    /// In bytes (FIPS 204, table 2; FIPS 205, table 2).
    public_key: usize,
    signature: usize,
}

/// All of them, in the order of their identifiers.
const ALL: [Facts; 15] = [
    facts(PostQuantum::MlDsa44, "ML-DSA-44", 17, 44, 1312, 2420),
    facts(PostQuantum::MlDsa65, "ML-DSA-65", 18, 65, 1952, 3309),
    facts(PostQuantum::MlDsa87, "ML-DSA-87", 19, 87, 2592, 4627),
    facts(PostQuantum::Sha2_128s, "SLH-DSA-SHA2-128s", 20, 128, 32, 7856),
    facts(PostQuantum::Sha2_128f, "SLH-DSA-SHA2-128f", 21, 128, 32, 17088),
    facts(PostQuantum::Sha2_192s, "SLH-DSA-SHA2-192s", 22, 192, 48, 16224),
    facts(PostQuantum::Sha2_192f, "SLH-DSA-SHA2-192f", 23, 192, 48, 35664),
    facts(PostQuantum::Sha2_256s, "SLH-DSA-SHA2-256s", 24, 256, 64, 29792),
    facts(PostQuantum::Sha2_256f, "SLH-DSA-SHA2-256f", 25, 256, 64, 49856),
    facts(PostQuantum::Shake128s, "SLH-DSA-SHAKE-128s", 26, 128, 32, 7856),
    facts(PostQuantum::Shake128f, "SLH-DSA-SHAKE-128f", 27, 128, 32, 17088),
    facts(PostQuantum::Shake192s, "SLH-DSA-SHAKE-192s", 28, 192, 48, 16224),
    facts(PostQuantum::Shake192f, "SLH-DSA-SHAKE-192f", 29, 192, 48, 35664),
    facts(PostQuantum::Shake256s, "SLH-DSA-SHAKE-256s", 30, 256, 64, 29792),
    facts(PostQuantum::Shake256f, "SLH-DSA-SHAKE-256f", 31, 256, 64, 49856),
];

const fn facts(set: PostQuantum, name: &'static str, arc: u8, size: u32, public_key: usize, signature: usize) -> Facts {
    Facts { set, name, arc, size, public_key, signature }
}

impl PostQuantum {
    /// Every set.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|facts| facts.set)
    }

    /// The set of a signature or a key by its object identifier, in dots.
    pub fn by_oid(oid: &str) -> Option<Self> {
        let arc = oid.strip_prefix("2.16.840.1.101.3.4.3.")?.parse::<u8>().ok()?;
        ALL.iter().find(|facts| facts.arc == arc).map(|facts| facts.set)
    }

    /// The set of the key in a DER SubjectPublicKeyInfo.
    pub(super) fn of_spki(spki: &[u8]) -> Option<Self> {
        let (header, _) = split(spki)?;
        let (arc, before) = header.split_last()?;
        ALL.iter().find(|facts| facts.arc == *arc && before.ends_with(&IDENTIFIER)).map(|facts| facts.set)
    }

    /// Whether the key in a SubjectPublicKeyInfo is as long as this set's keys are.
    pub(super) fn has_length(self, spki: &[u8]) -> bool {
        split(spki)
            .is_some_and(|(_, bits)| bits.len() == bits_header(self.facts().public_key).len() + self.facts().public_key)
    }

    /// The algorithm, without the set.
    pub fn algorithm(self) -> SignatureAlgorithm {
        match self {
            Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 => SignatureAlgorithm::MlDsa,
            _ => SignatureAlgorithm::SlhDsa,
        }
    }

    /// The name that NIST gave it.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// What policies call its size: 44, 65, 87 of ML-DSA; 128, 192, 256 (bits of security) of SLH-DSA.
    pub(crate) fn size(self) -> u32 {
        self.facts().size
    }

    /// The length of a signature in bytes.
    pub(super) fn signature_length(self) -> usize {
        self.facts().signature
    }

    /// Whether the OpenSSL that is linked has it. It reads any key of the right length then, so that one of zeros tells.
    pub fn is_available(self) -> bool {
        static KNOWN: [OnceLock<bool>; ALL.len()] = [const { OnceLock::new() }; ALL.len()];
        let probe = || PKey::public_key_from_der(&self.spki(&vec![0; self.facts().public_key])).is_ok();
        let known = ALL.iter().zip(&KNOWN).find(|(facts, _)| facts.set == self);
        known.is_some_and(|(_, known)| *known.get_or_init(probe))
    }

    /// DER SubjectPublicKeyInfo of a key of this set.
    fn spki(self, key: &[u8]) -> Vec<u8> {
        let identifier = [IDENTIFIER.as_slice(), &[self.facts().arc]].concat();
        let bits = [bits_header(key.len()).as_slice(), key].concat();
        [element(0x30, identifier.len() + bits.len()).as_slice(), &identifier, &bits].concat()
    }

    fn facts(self) -> &'static Facts {
        // Each set stands in the table: a test goes through them.
        ALL.iter().find(|facts| facts.set == self).unwrap_or(&ALL[0])
    }
}

impl fmt::Display for PostQuantum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The version of the OpenSSL that is linked, for whoever has to hear that it lacks something.
pub fn openssl_version() -> &'static str {
    openssl::version::version()
}

/// What stands before the BIT STRING of a SubjectPublicKeyInfo whose algorithm has no parameters, and the BIT STRING.
fn split(spki: &[u8]) -> Option<(&[u8], &[u8])> {
    let [0x30, length, ..] = spki else { return None };
    // Lengths from 128 on have as many octets as the low bits say (X.690, 8.1.3.5).
    let octets = if *length < 0x80 { 0 } else { usize::from(length & 0x7f) };
    spki.split_at_checked(2 + octets + IDENTIFIER.len() + 1)
}

/// Tag, length and the octet of unused bits, of a BIT STRING with so many octets.
fn bits_header(octets: usize) -> Vec<u8> {
    let mut header = element(0x03, octets + 1);
    header.push(0);
    header
}

/// Tag and length of an element, up to 65,535 octets.
fn element(tag: u8, length: usize) -> Vec<u8> {
    match u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes() {
        [0, low] if low < 0x80 => vec![tag, low],
        [0, low] => vec![tag, 0x81, low],
        [high, low] => vec![tag, 0x82, high, low],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{KeyKind, Message, PublicKey, SignatureScheme, verify};

    #[test]
    fn every_set_is_known_by_its_identifier_and_by_its_keys() {
        assert_eq!(PostQuantum::all().count(), 15);
        for (facts, set) in ALL.iter().zip(PostQuantum::all()) {
            assert_eq!((facts.set, set.name()), (set, facts.name));
            assert_eq!(PostQuantum::by_oid(&format!("2.16.840.1.101.3.4.3.{}", facts.arc)), Some(set));
            assert_eq!(serde_json::to_value(set).unwrap(), set.name());
            let spki = set.spki(&vec![7; facts.public_key]);
            assert_eq!(PostQuantum::of_spki(&spki), Some(set));
            let key = PublicKey::from_spki(&spki).unwrap();
            assert_eq!(key.kind(), &KeyKind::PostQuantum(set));
            assert!(key.is_same(&key.clone()));
            assert!(!key.is_same(&PublicKey::from_spki(&set.spki(&vec![8; facts.public_key])).unwrap()));
            assert_eq!(key.signature_length(), facts.signature);
            for length in [0, 1, facts.public_key - 1, facts.public_key + 1, 200, 5000] {
                assert!(PublicKey::from_spki(&set.spki(&vec![7; length])).is_err(), "{set} with {length} octets");
            }
        }
        for oid in ["2.16.840.1.101.3.4.3.16", "2.16.840.1.101.3.4.3.32", "2.16.840.1.101.3.4.3", "1.3.101.112"] {
            assert_eq!(PostQuantum::by_oid(oid), None, "{oid}");
        }
        for der in [&[][..], &[0x30], &[0x30, 0xff], &[0x30, 0x82, 1, 2, 0x30, 0x0b], &[0x31; 40]] {
            assert_eq!(PostQuantum::of_spki(der), None);
        }
    }

    #[test]
    fn a_value_is_judged_where_openssl_has_the_algorithm_and_left_open_where_it_hasnt() {
        // OpenSSL has them from 3.5.0 on, and Debian's builds leave none out.
        let is_there = openssl::version::number() >= 0x3050_0000;
        for set in PostQuantum::all() {
            assert_eq!(set.is_available(), is_there, "{set} in {}", openssl_version());
            let key = PublicKey::from_spki(&set.spki(&vec![7; set.facts().public_key])).unwrap();
            let value = vec![0; set.signature_length()];
            let verified = verify(&key, SignatureScheme::PostQuantum(set), Message::Bytes(b"x"), &value);
            assert_eq!(verified.ok(), is_there.then_some(false), "{set}");
            assert!(verify(&key, SignatureScheme::Ed25519, Message::Bytes(b"x"), &value).is_err());
            let other = PostQuantum::all().find(|other| *other != set).unwrap();
            assert!(verify(&key, SignatureScheme::PostQuantum(other), Message::Bytes(b"x"), &value).is_err());
        }
    }
}
