//! Inputs for the benchmarks, and the operations that are compared.
//!
//! `cargo bench -p kyso-benches` measures time, `cargo run --release -p kyso-benches --bin memory` memory.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement panics where something is wrong")]

pub mod map;

use std::path::Path;

use kyso::{Policy, PrivateKeySigner, Role, SignatureParameters};
use kyso_tests::shapes::writer::{Layout, Objects, stream, write};
use kyso_tests::{keys, signing};
use sha2::{Digest, Sha256};

/// A PDF of about this many bytes: pictures of up to 1 MB, and a small object for each 2 KB of them up to 20,000.
pub fn document(size: usize) -> Vec<u8> {
    let mut objects: Objects = [
        (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
        (3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>".to_vec()),
        (4, stream("", b"0.6 g 85 690 425 6 re f")),
    ]
    .into();
    let small = (size / 2048).min(20_000);
    let mut number = 5;
    for count in 0..small {
        objects.insert(number, format!("<< /Note (one of many small objects) /Number {count} >>").into_bytes());
        number += 1;
    }
    let mut left = size.saturating_sub(small * 100);
    let mut noise = 0x9e37_79b9_u32;
    while left > 0 {
        let length = left.min(1 << 20);
        let data: Vec<u8> = std::iter::repeat_with(|| {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            noise.to_be_bytes()[0]
        })
        .take(length)
        .collect();
        objects.insert(number, stream("/Type /XObject /Subtype /Image", &data));
        number += 1;
        left -= length;
    }
    write(&objects, &Layout::default())
}

/// One SHA-256 pass over the bytes, as crate `kyso` does it.
pub fn hash(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

/// The leader's RSA 2048 key.
pub fn signer() -> PrivateKeySigner {
    keys::signer(&keys::LEADER)
}

/// The raw operation: RSA 2048, PKCS#1 v1.5, SHA-256, over the octets of one digest.
pub fn raw_sign() -> Vec<u8> {
    let mut signer =
        openssl::sign::Signer::new(openssl::hash::MessageDigest::sha256(), &keys::LEADER.key).expect("a signer");
    signer.sign_oneshot_to_vec(&[7; 32]).expect("a signature")
}

/// The raw operation backwards.
pub fn raw_verify(signature: &[u8]) -> bool {
    let mut verifier =
        openssl::sign::Verifier::new(openssl::hash::MessageDigest::sha256(), &keys::LEADER.key).expect("a verifier");
    verifier.verify_oneshot(signature, &[7; 32]).expect("an answer")
}

/// The tail that signing appends.
pub fn sign(bytes: &[u8], parameters: &SignatureParameters, signer: &PrivateKeySigner) -> Vec<u8> {
    let document = kyso::Document::parse(bytes).expect("a PDF");
    kyso::sign(&document, signer, parameters, &kyso::SigningOptions::default()).expect("a signature").tail.bytes
}

/// The file with its signature.
pub fn signed(bytes: &[u8]) -> Vec<u8> {
    signing::sign(bytes, &signing::parameters(Role::Leader), &signer())
}

/// Verifies a file with one signature, which must pass.
pub fn verify(bytes: &[u8], policy: &Policy) {
    let report = kyso::verify(bytes, policy).expect("a PDF");
    assert_eq!(
        report.signatures.first().expect("a signature").indication,
        kyso::Indication::TotalPassed,
        "{report:#?}"
    );
}

/// The mean in nanoseconds that criterion has just written.
pub fn mean(name: &str) -> Option<f64> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").join("target"),
        Into::into,
    );
    let text = std::fs::read_to_string(target.join("criterion").join(name).join("new/estimates.json")).ok()?;
    serde_json::from_str::<serde_json::Value>(&text).ok()?.get("mean")?.get("point_estimate")?.as_f64()
}
