//! A leader signs: `sign IN.pdf KEY.p12 PASSWORD OUT.pdf`.

use std::error::Error;

use kyso::{Document, PrivateKeySigner, SignatureParameters, SigningOptions, Timestamp};

fn main() -> Result<(), Box<dyn Error>> {
    let [input, key, password, output] = arguments("IN.pdf KEY.p12 PASSWORD OUT.pdf")?;
    let pdf = std::fs::read(input)?;
    let document = Document::parse(&pdf)?;
    let leader = PrivateKeySigner::from_pkcs12(&std::fs::read(key)?, &password)?;

    // Time is an argument: the library has no clock.
    let parameters = SignatureParameters::leader(Timestamp::now()).reason("Chứng thực chữ ký");
    let signed = kyso::sign(&document, &leader, &parameters, &SigningOptions::default())?;

    // What was written stays as it was, byte for byte; the signature follows.
    std::fs::write(&output, signed.tail.after(&pdf))?;
    println!("{output}: field {}, {} bytes appended", signed.field, signed.tail.bytes.len());
    Ok(())
}

fn arguments<const N: usize>(usage: &str) -> Result<[String; N], String> {
    std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| format!("usage: {usage}"))
}
