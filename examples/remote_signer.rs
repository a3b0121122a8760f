//! A signer of one's own: the key stays where it is, and a program signs what it's given.
//! `remote_signer IN.pdf CERTIFICATES.pem OUT.pdf PROGRAM ARGUMENT…`: the program reads the message from its standard
//! input and writes an ECDSA signature value with SHA-256 to its standard output.

use std::error::Error;
use std::io::Write as _;
use std::process::{Command, Stdio};

use kyso::ToBeSigned;
use kyso::crypto::SignatureAlgorithm;
use kyso::pki::Certificate;
use kyso::{Document, SignatureParameters, SignatureValue, Signer, SigningOptions, Timestamp};

/// A key that another program holds.
struct OtherProgram {
    certificates: Vec<Certificate>,
    command: Vec<String>,
}

impl OtherProgram {
    fn ask(&self, message: &[u8]) -> std::io::Result<Vec<u8>> {
        let (program, arguments) = self.command.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
        let mut child = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        // Dropping the pipe ends the message.
        if let Some(mut input) = child.stdin.take() {
            input.write_all(message)?;
        }
        let output = child.wait_with_output()?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(std::io::Error::other(format!("{program} ended with {}", output.status))),
        }
    }
}

impl Signer for OtherProgram {
    fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::Ecdsa
    }

    // What comes back is checked against the certificate before it goes into the file.
    fn sign(&self, to_be_signed: &ToBeSigned) -> Result<SignatureValue, kyso::Error> {
        let value = self.ask(&to_be_signed.signed_attributes);
        value.map(SignatureValue).map_err(|error| kyso::Error::signer(error.to_string()))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, certificates, output, command @ ..] = arguments.as_slice() else {
        return Err("usage: IN.pdf CERTIFICATES.pem OUT.pdf PROGRAM ARGUMENT…".into());
    };
    let pdf = std::fs::read(input)?;
    let certificates = Certificate::read_all(&std::fs::read(certificates)?)?;
    let signer = OtherProgram { certificates, command: command.to_vec() };

    let parameters = SignatureParameters::leader(Timestamp::now());
    let signed = kyso::sign(&Document::parse(&pdf)?, &signer, &parameters, &SigningOptions::default())?;
    std::fs::write(output, signed.tail.after(&pdf))?;
    println!("{output}: signed in field {}", signed.field);
    Ok(())
}
