//! A seal whose key answers later: on a token, in an HSM, on a phone. Two runs, with a file between them.
//!
//! ```text
//! two_phase_seal prepare SIGNED.pdf SEAL.pem ROOT.pem STATE.json TO_SIGN.bin
//!     ... the key signs the SHA-256 digest of TO_SIGN.bin: ECDSA P-256, in DER ...
//! two_phase_seal finish  SIGNED.pdf STATE.json VALUE.bin OUT.pdf
//! ```

use std::error::Error;

use kyso::crypto::SignatureAlgorithm;
use kyso::pki::Certificate;
use kyso::steps::{PreparedDocument, SigningKey, embed, prepare_seal};
use kyso::{Document, Policy, SignatureParameters, SignatureValue, SigningOptions, Timestamp};

const USAGE: &str =
    "prepare SIGNED.pdf SEAL.pem ROOT.pem STATE.json TO_SIGN.bin | finish SIGNED.pdf STATE.json VALUE.bin OUT.pdf";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["prepare", signed, certificate, root, state, to_sign] => prepare(signed, certificate, root, state, to_sign),
        ["finish", signed, state, value, output] => finish(signed, state, value, output),
        _ => Err(format!("usage: {USAGE}").into()),
    }
}

fn prepare(signed: &str, certificate: &str, root: &str, state: &str, to_sign: &str) -> Result<(), Box<dyn Error>> {
    let pdf = std::fs::read(signed)?;
    let document = Document::parse(&pdf)?;
    let certificates = Certificate::read_all(&std::fs::read(certificate)?)?;
    let agency = certificates.first().ok_or("there is no certificate")?;
    let now = Timestamp::now();
    let mut policy = Policy::at(now);
    policy.anchors.add(&std::fs::read(root)?)?;

    // The rule comes first: a leader's signature that holds, by somebody whom the policy trusts.
    let leader = kyso::leader_signature(&document, agency, &policy)?;

    let (key, parameters) = (SigningKey::new(&certificates, SignatureAlgorithm::Ecdsa), SignatureParameters::seal(now));
    let prepared = prepare_seal(&document, key, &parameters, &leader, &SigningOptions::by(&policy))?;

    std::fs::write(to_sign, &prepared.to_be_signed().signed_attributes)?;
    std::fs::write(state, serde_json::to_vec(&prepared)?)?;
    println!("over the leader's signature in field {}", leader.field());
    Ok(())
}

fn finish(signed: &str, state: &str, value: &str, output: &str) -> Result<(), Box<dyn Error>> {
    let pdf = std::fs::read(signed)?;
    let prepared: PreparedDocument = serde_json::from_slice(&std::fs::read(state)?)?;
    // Another document, a changed state, or a value that isn't this certificate's over this message is refused: no broken
    // seal comes out.
    let sealed = embed(&Document::parse(&pdf)?, prepared, &SignatureValue(std::fs::read(value)?))?;
    std::fs::write(output, sealed.tail.after(&pdf))?;
    println!("{output}: sealed in field {}", sealed.field);
    Ok(())
}
