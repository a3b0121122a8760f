//! Verifies every signature of a file, offline: `verify FILE.pdf ROOT.pem`.

use std::error::Error;

use kyso::{Indication, Policy, Timestamp};

fn main() -> Result<(), Box<dyn Error>> {
    let [file, root] = arguments("FILE.pdf ROOT.pem")?;
    let mut policy = Policy::at(Timestamp::now());
    policy.anchors.add(&std::fs::read(root)?)?;
    let report = kyso::verify(&std::fs::read(&file)?, &policy)?;

    for signature in &report.signatures {
        let field = signature.field.as_deref().unwrap_or("no field");
        let signer =
            signature.signer.as_ref().and_then(|signer| signer.common_name.as_deref()).unwrap_or("nobody known");
        println!("{field}: {signer}, {:?}, {:?}", signature.level, signature.indication);
        for finding in &signature.findings {
            println!("  {} ({})", finding.code, finding.clause);
        }
    }
    let good = |signature: &kyso::SignatureReport| {
        signature.indication == Indication::TotalPassed && signature.modifications_allowed
    };
    match !report.signatures.is_empty() && report.signatures.iter().all(good) {
        true => Ok(()),
        false => Err("not every signature is valid".into()),
    }
}

fn arguments<const N: usize>(usage: &str) -> Result<[String; N], String> {
    std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| format!("usage: {usage}"))
}
