//! The whole way: a leader signs, the agency seals over it, anyone verifies.
//! `sign_seal_verify IN.pdf LEADER.p12 AGENCY.p12 PASSWORD ROOT.pem OUT.pdf`.

use std::error::Error;

use kyso::{Document, Indication, Outside, Policy, PrivateKeySigner, SignatureParameters, SigningOptions, Timestamp};

fn main() -> Result<(), Box<dyn Error>> {
    let [input, leader, agency, password, root, output] =
        arguments("IN.pdf LEADER.p12 AGENCY.p12 PASSWORD ROOT.pem OUT.pdf")?;
    let pdf = std::fs::read(input)?;
    let leader = PrivateKeySigner::from_pkcs12(&std::fs::read(leader)?, &password)?;
    let agency = PrivateKeySigner::from_pkcs12(&std::fs::read(agency)?, &password)?;

    // Time and trust are arguments: the library has no clock, and trusts nobody by itself.
    let mut policy = Policy::at(Timestamp::now());
    policy.anchors.add(&std::fs::read(root)?)?; // PEM or DER; what can't be read is an error

    // What was written stays as it was, byte for byte; each signature follows.
    let parameters = SignatureParameters::leader(policy.time).reason("Chứng thực chữ ký");
    let signed = kyso::sign(&Document::parse(&pdf)?, &leader, &parameters, &SigningOptions::default())?;
    let signed = signed.tail.after(&pdf);

    // Refused where no leader's signature leads to an anchor of the policy.
    let parameters = SignatureParameters::seal(policy.time);
    let sealed = kyso::seal(&Document::parse(&signed)?, &agency, &parameters, &policy, &Outside::default())?;
    let sealed = sealed.tail.after(&signed);

    let report = kyso::verify(&sealed, &policy)?;
    for signature in &report.signatures {
        println!("{:?} in {:?}: {:?}", signature.role, signature.field, signature.indication);
    }
    if report.signatures.iter().any(|signature| signature.indication != Indication::TotalPassed) {
        return Err("not every signature holds".into());
    }
    std::fs::write(output, sealed)?;
    Ok(())
}

fn arguments<const N: usize>(usage: &str) -> Result<[String; N], String> {
    std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| format!("usage: {usage}"))
}
