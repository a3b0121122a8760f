//! What an attacker can do to a signed file: other /Contents, other byte ranges, other signatures.

use openssl::cms::{CMSOptions, CmsContentInfo};
use openssl::stack::Stack;

use kyso::Signer;
use kyso::ToBeSigned;
use kyso::cms::signed_data::{Parts, assemble};
use kyso::pki::Certificate;
use kyso_testpki::Identity;

/// A signature's /ByteRange, and where its numbers stand.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The four numbers.
    pub byte_range: [usize; 4],
    /// Between the brackets of /ByteRange.
    pub numbers: std::ops::Range<usize>,
}

/// Every /ByteRange of the file, in file order.
pub fn signatures(bytes: &[u8]) -> Vec<Signed> {
    let key = b"/ByteRange";
    let starts = (0..bytes.len().saturating_sub(key.len())).filter(|&at| bytes[at..].starts_with(key));
    starts
        .map(|at| {
            let open = at + bytes[at..].iter().position(|&byte| byte == b'[').unwrap();
            let close = open + bytes[open..].iter().position(|&byte| byte == b']').unwrap();
            let text = String::from_utf8(bytes[open + 1..close].to_vec()).unwrap();
            let numbers: Vec<usize> = text.split_whitespace().map(|number| number.parse().unwrap()).collect();
            Signed { byte_range: numbers.try_into().unwrap(), numbers: open + 1..close }
        })
        .collect()
}

impl Signed {
    /// The hexadecimal digits of /Contents, without `<` and `>`: the hole as it was made, whatever the range now says.
    pub fn hole(&self) -> std::ops::Range<usize> {
        self.byte_range[0] + self.byte_range[1] + 1..self.byte_range[2] - 1
    }

    /// What was signed.
    pub fn covered(&self, bytes: &[u8]) -> Vec<u8> {
        let [first, length, second, rest] = self.byte_range;
        [&bytes[first..first + length], &bytes[second..second + rest]].concat()
    }
}

/// How many digits of the hole the CMS takes, the zeros behind it not counted.
pub fn used(bytes: &[u8], signed: &Signed) -> usize {
    let digits = &bytes[signed.hole()];
    let zeros = digits.iter().rev().take_while(|&&digit| digit == b'0').count();
    (digits.len() - zeros).next_multiple_of(2)
}

/// The file with other numbers in /ByteRange, as many bytes as before.
pub fn with_byte_range(bytes: &[u8], signed: &Signed, byte_range: [usize; 4]) -> Vec<u8> {
    let text = byte_range.map(|number| number.to_string()).join(" ");
    let width = signed.numbers.len();
    assert!(text.len() <= width, "no room for {text}");
    let mut out = bytes.to_vec();
    out[signed.numbers.clone()].copy_from_slice(format!("{text:<width$}").as_bytes());
    out
}

/// The file with this CMS in a hole.
pub fn with_contents(bytes: &[u8], hole: std::ops::Range<usize>, cms: &[u8]) -> Vec<u8> {
    let hex: String = cms.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(hex.len() <= hole.len(), "{} digits in a hole of {}", hex.len(), hole.len());
    let width = hole.len();
    let mut out = bytes.to_vec();
    out[hole].copy_from_slice(format!("{hex:0<width$}").as_bytes());
    out
}

/// A CMS over what was covered, by the signer's key, with any certificates (DER): the first need not be the key's.
pub fn cms(covered: &[u8], signer: &dyn Signer, certificates: &[Vec<u8>]) -> Vec<u8> {
    let certificates: Vec<Certificate> = certificates.iter().map(|der| Certificate::parse(der).unwrap()).collect();
    let digest = ToBeSigned::default_digest(&certificates[0], signer.algorithm()).unwrap();
    let tbs = ToBeSigned::new(&digest.digest(covered), digest, signer.algorithm(), &certificates).unwrap();
    let value = signer.sign(&tbs).unwrap();
    let parts = Parts {
        digest,
        signature: signer.algorithm(),
        certificates: &tbs.certificates,
        signed_attributes: &tbs.signed_attributes,
        time_stamp: None,
    };
    assemble(&parts, &value.0).unwrap()
}

/// A CMS as OpenSSL makes it: with signing-time, and without the ESS signing-certificate attribute that PAdES asks for.
pub fn cms_without_ess(covered: &[u8], identity: &Identity, issuer_der: &[u8]) -> Vec<u8> {
    let mut chain = Stack::new().unwrap();
    chain.push(openssl::x509::X509::from_der(issuer_der).unwrap()).unwrap();
    let options = CMSOptions::DETACHED | CMSOptions::BINARY | CMSOptions::NOSMIMECAP;
    CmsContentInfo::sign(Some(&identity.certificate), Some(&identity.key), Some(&chain), Some(covered), options)
        .unwrap()
        .to_der()
        .unwrap()
}

/// A CMS as OpenSSL makes it, that holds no certificate.
pub fn cms_without_certificates(covered: &[u8], identity: &Identity) -> Vec<u8> {
    let options = CMSOptions::DETACHED | CMSOptions::BINARY | CMSOptions::NOSMIMECAP | CMSOptions::CMS_NOCERTS;
    CmsContentInfo::sign(Some(&identity.certificate), Some(&identity.key), None, Some(covered), options)
        .unwrap()
        .to_der()
        .unwrap()
}
