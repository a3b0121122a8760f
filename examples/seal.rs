//! The agency seals what a leader signed: `seal SIGNED.pdf KEY.p12 PASSWORD ROOT.pem OUT.pdf`.
//!
//! Without a leader's signature that leads to an anchor the library refuses, with the rule's name; the ways round are in
//! `kyso::dangerous`.

use std::error::Error;

use kyso::{Document, Outside, Policy, PrivateKeySigner, SignatureParameters, Timestamp};

fn main() -> Result<(), Box<dyn Error>> {
    let [input, key, password, root, output] = arguments("SIGNED.pdf KEY.p12 PASSWORD ROOT.pem OUT.pdf")?;
    let pdf = std::fs::read(input)?;
    let document = Document::parse(&pdf)?;
    let agency = PrivateKeySigner::from_pkcs12(&std::fs::read(key)?, &password)?;

    let now = Timestamp::now();
    let mut policy = Policy::at(now);
    policy.anchors.add(&std::fs::read(root)?)?;
    let sealed = kyso::seal(&document, &agency, &SignatureParameters::seal(now), &policy, &Outside::default())?;

    std::fs::write(&output, sealed.tail.after(&pdf))?;
    println!("{output}: sealed in field {}", sealed.field);
    Ok(())
}

fn arguments<const N: usize>(usage: &str) -> Result<[String; N], String> {
    std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| format!("usage: {usage}"))
}
