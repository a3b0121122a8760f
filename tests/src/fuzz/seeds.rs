//! What the inputs are made from: made anew in each process, with its own keys.

use std::path::Path;
use std::sync::LazyLock;

use kyso::asn1::{self, tag, tlv};
use kyso::crypto::DigestAlgorithm;
use kyso::pki::algorithm::write_digest;
use kyso::{Document, FieldToReserve, Material, Place, Policy, SignatureParameters, reserve};
use kyso_testpki::{Digest, KeyType};

use crate::stage::{Facts, Stage, at};
use crate::{attacks, forge, keys, samples, shapes, signing};

const KEYS: [KeyType; 4] = [KeyType::Rsa(2048), KeyType::P256, KeyType::P384, KeyType::Ed25519];

/// Files of every shape, plain and sealed, and attacks.
pub fn pdfs() -> Vec<Vec<u8>> {
    // Made once: signing again would cover other bytes.
    PDFS.clone()
}

static PDFS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let mut seeds: Vec<Vec<u8>> = attacks::all().into_iter().map(|case| case.bytes).collect();
    for shape in shapes::all() {
        seeds.push(signing::signed_and_sealed(&shape.bytes));
        seeds.push(shape.bytes);
    }
    seeds
});

/// Files that a signature goes into: every shape, some signed once, encrypted ones without a password.
pub fn to_sign() -> Vec<Vec<u8>> {
    let signer = keys::signer(&keys::leader(KeyType::P256));
    let mut seeds = Vec::new();
    for shape in shapes::all() {
        seeds.push(signing::sign(&shape.bytes, &SignatureParameters::leader(*keys::NOW), &signer));
        seeds.push(shape.bytes);
    }
    seeds.extend(shapes::encrypted("").into_iter().map(|file| file.bytes));
    let plain = shapes::plain();
    let place = Place::Rectangle { page: 1, rectangle: signing::LEADER_AT };
    let field = FieldToReserve::new("Leader", place);
    let tail = reserve(&Document::parse(&plain).unwrap(), &[field]).unwrap();
    seeds.push([plain, tail.bytes].concat());
    seeds
}

/// Encrypted files, with and without a user password.
pub fn encrypted() -> Vec<Vec<u8>> {
    let files = [shapes::encrypted(""), shapes::encrypted(shapes::USER)].concat();
    files.into_iter().map(|file| file.bytes).collect()
}

/// CMS signatures, ours and OpenSSL's.
pub fn cms() -> Vec<Vec<u8>> {
    let original = shapes::plain();
    let issuer = keys::PKI.issuing_der().unwrap();
    let mut seeds = Vec::new();
    for key in KEYS {
        let signer = keys::signer(&keys::leader(key));
        let file = signing::sign(&original, &SignatureParameters::leader(*keys::NOW), &signer);
        let hole = forge::signatures(&file).remove(0).hole();
        let digits = |at: usize| u8::from_str_radix(std::str::from_utf8(&file[at..at + 2]).unwrap(), 16).unwrap();
        seeds.push(hole.step_by(2).map(digits).collect());
    }
    seeds.push(forge::cms_without_ess(&original, &keys::LEADER, &issuer));
    seeds.push(forge::cms_without_certificates(&original, &keys::LEADER));
    seeds
}

/// What time-stamps say (RFC 3161, 2.4.2).
pub fn tst_infos() -> Vec<Vec<u8>> {
    let digests = [DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512];
    let write = |digest: DigestAlgorithm| {
        let imprint = [write_digest(digest), asn1::octet_string(&digest.digest(b"stamped"))];
        asn1::sequence(&[
            asn1::unsigned(1),
            asn1::object_identifier("1.3.6.1.4.1.99999.1"),
            asn1::sequence(&imprint),
            asn1::integer(&[0x01, 0x23, 0x45]),
            tlv(tag::GENERALIZED_TIME, b"20261123080000.5Z"),
            asn1::sequence(&[asn1::unsigned(1)]),
        ])
    };
    digests.map(write).to_vec()
}

/// Certificates of a leader, of the agency and of the authorities.
pub fn certificates() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = KEYS.map(|key| keys::leader(key).certificate_der).to_vec();
    seeds.push(keys::SEAL.certificate_der.clone());
    seeds.push(keys::PKI.issuing_der().unwrap());
    seeds.push(keys::PKI.root_der().unwrap());
    seeds
}

/// Everything in DER.
pub fn der() -> Vec<Vec<u8>> {
    [cms(), certificates(), tst_infos()].concat()
}

/// Pictures of a signature and a seal.
pub fn images() -> Vec<Vec<u8>> {
    vec![samples::signature(), samples::seal()]
}

/// PKCS#12, PEM and DER, with and without a passphrase.
pub fn key_files() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for identity in KEYS.map(keys::leader) {
        seeds.push(identity.pkcs12(keys::PASSWORD).unwrap());
        for password in [None, Some(keys::PASSWORD)] {
            seeds.push((identity.key_pem(password).unwrap() + &identity.chain_pem().unwrap()).into_bytes());
        }
        seeds.push(identity.key.private_key_to_pkcs8().unwrap());
    }
    seeds
}

static STAGE: LazyLock<Stage> = LazyLock::new(|| Stage::in_year(2026, Digest::Sha256));

/// The default rules five years on.
pub static LATER: LazyLock<Policy> = LazyLock::new(|| STAGE.policy(at("2031-03-02T03:00:00Z"), Material::default()));

fn evidence() -> [Material; 2] {
    let (time, facts) = (STAGE.after(30), Facts::default());
    [STAGE.evidence(time, &facts), STAGE.evidence_by_crl(time, &facts)]
}

/// Signatures with time-stamps, with a DSS, and with a document time-stamp over it.
pub fn lasting() -> Vec<Vec<u8>> {
    LASTING.clone()
}

static LASTING: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let mut seeds = vec![STAGE.basic().bytes, STAGE.stamped().bytes];
    for material in evidence() {
        seeds.extend([STAGE.with(&material).bytes, STAGE.kept(&material).bytes]);
    }
    seeds
});

/// Writes every target's seeds into a folder each, where cargo-fuzz looks for them.
///
/// # Errors
/// Where a file can't be written.
pub fn write(corpus: &Path) -> std::io::Result<()> {
    for target in super::TARGETS {
        let folder = corpus.join(target.name);
        std::fs::create_dir_all(&folder)?;
        for (number, seed) in (target.seeds)().iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{number:03}")), seed)?;
        }
    }
    Ok(())
}
