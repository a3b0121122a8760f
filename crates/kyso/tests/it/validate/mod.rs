//! Verdicts on signatures of every make: right ones, and each wrong in one way, with the exact indication.

mod broken;
mod certificates;
mod makes;
mod roles;
mod strength;

use crate::common::{self, fill, now, signed_with_room, signer};
use kyso::asn1::{self, oid, tag};
use kyso::crypto::{self, DigestAlgorithm, PrivateKey, SignatureScheme};
use kyso::pki::{Certificate, algorithm};
use kyso::{Document, Policy, PrivateKeySigner, Report, SealParameters, SignatureParameters, SignatureReport};
use kyso_testpdfs::empty_page;
use kyso_testpki::{Identity, KeyType, Profile, TestPki};

const SHA256: DigestAlgorithm = DigestAlgorithm::Sha256;

/// A PKI, a policy that trusts it, and a document.
struct World {
    pki: TestPki,
    policy: Policy,
}

impl World {
    fn new() -> Self {
        let pki = TestPki::new(now()).unwrap();
        let mut policy = Policy::at(now());
        policy.anchors.add(&pki.root_der().unwrap()).unwrap();
        Self { pki, policy }
    }

    fn leader(&self) -> Identity {
        self.pki.issue(Profile::leader().key(KeyType::P256)).unwrap()
    }

    fn only(&self, pdf: &[u8]) -> SignatureReport {
        let [signature] = self.report(pdf).signatures.try_into().expect("one signature");
        signature
    }

    fn report(&self, pdf: &[u8]) -> Report {
        common::report(pdf, &self.policy)
    }
}

fn sign(pdf: &[u8], parameters: &SignatureParameters, signer: &PrivateKeySigner) -> Vec<u8> {
    kyso::sign(&Document::parse(pdf).unwrap(), signer, parameters, &kyso::SigningOptions::default())
        .unwrap()
        .tail
        .after(pdf)
}

fn seal_unsigned(pdf: &[u8], parameters: &SealParameters, signer: &PrivateKeySigner) -> Vec<u8> {
    kyso::dangerous::seal_unsigned(&Document::parse(pdf).unwrap(), signer, parameters, &kyso::SigningOptions::default())
        .unwrap()
        .tail
        .after(pdf)
}

/// The file with a wider page: a byte of what is covered is another.
fn altered(pdf: &[u8]) -> Vec<u8> {
    let at = pdf.windows(3).position(|window| window == b"595").expect("the width of the page");
    let mut altered = pdf.to_vec();
    altered[at] = b'6';
    altered
}

fn signed_by(identity: &Identity) -> Vec<u8> {
    sign(&empty_page(), &SignatureParameters::leader(now()), &signer(identity))
}

// A signature of any make, in the place of a right one.

/// What is put into a SignerInfo; [`Make::right`] is PAdES-B-B.
struct Make<'a> {
    identity: &'a Identity,
    digest: DigestAlgorithm,
    scheme: SignatureScheme,
    certificates: Vec<Vec<u8>>,
    /// `None`: no signed attributes. Else (type, value) beside content-type and message-digest.
    attributes: Option<Vec<(&'static str, Vec<u8>)>>,
    content_type: &'static str,
    content: Option<Vec<u8>>,
    signers: usize,
}

impl<'a> Make<'a> {
    fn right(identity: &'a Identity) -> Self {
        Self {
            identity,
            digest: SHA256,
            scheme: SignatureScheme::Ecdsa(SHA256),
            certificates: identity.chain_der.clone(),
            attributes: Some(vec![(oid::SIGNING_CERTIFICATE_V2, reference(&identity.certificate_der))]),
            content_type: oid::DATA,
            content: None,
            signers: 1,
        }
    }

    fn cms(&self, covered: &[u8]) -> Vec<u8> {
        let key = PrivateKey::read(self.identity.key_pem(None).unwrap().as_bytes(), None).unwrap();
        let content = self.content.as_deref().unwrap_or(covered);
        let attributes = self.attributes.as_ref().map(|others| {
            let attribute = |kind: &str, value: Vec<u8>| {
                asn1::sequence(&[asn1::object_identifier(kind), asn1::set_of(tag::SET, vec![value])])
            };
            let mut all = vec![
                attribute(oid::CONTENT_TYPE, asn1::object_identifier(self.content_type)),
                attribute(oid::MESSAGE_DIGEST, asn1::octet_string(&self.digest.digest(content))),
            ];
            all.extend(others.iter().map(|(kind, value)| attribute(kind, value.clone())));
            all
        });
        let message = match &attributes {
            Some(attributes) => asn1::set_of(tag::SET, attributes.clone()),
            None => content.to_vec(),
        };
        let value = crypto::sign(&key, self.scheme, &message).unwrap();
        let certificate = Certificate::parse(&self.identity.certificate_der).unwrap();
        let digest = algorithm::write_digest(self.digest);
        let mut info = vec![
            asn1::unsigned(1),
            asn1::sequence(&[certificate.issuer().der(), &asn1::integer(certificate.serial())]),
            digest.clone(),
        ];
        info.extend(attributes.map(|attributes| asn1::set_of(tag::context(0), attributes)));
        info.extend([algorithm::write_signature(self.scheme).unwrap(), asn1::octet_string(&value)]);
        let mut encapsulated = vec![asn1::object_identifier(self.content_type)];
        encapsulated.extend(self.content.as_ref().map(|octets| asn1::context(0, &asn1::octet_string(octets))));
        let signed_data = asn1::sequence(&[
            asn1::unsigned(1),
            asn1::set_of(tag::SET, vec![digest]),
            asn1::sequence(&encapsulated),
            asn1::set_of(tag::context(0), self.certificates.clone()),
            asn1::set_of(tag::SET, vec![asn1::sequence(&info); self.signers]),
        ]);
        asn1::sequence(&[asn1::object_identifier(oid::SIGNED_DATA), asn1::context(0, &signed_data)])
    }
}

/// Value of signing-certificate-v2 for one certificate.
fn reference(certificate: &[u8]) -> Vec<u8> {
    asn1::sequence(&[asn1::sequence(&[asn1::sequence(&[asn1::octet_string(&SHA256.digest(certificate))])])])
}

/// A signed document with this SubFilter, and what `make` gives for the covered bytes in its hole.
fn with_cms(identity: &Identity, sub_filter: &str, make: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let (mut bytes, contents) = signed_with_room(identity, 6000);
    let name = b"/ETSI.CAdES.detached";
    let at = bytes.windows(name.len()).position(|window| window == name).unwrap();
    bytes[at..at + name.len()].copy_from_slice(format!("/{sub_filter:19}").as_bytes());
    if sub_filter == "ETSI.RFC3161" {
        let at = bytes.windows(10).position(|window| window == b"/Type /Sig").unwrap();
        bytes[at..at + 10].copy_from_slice(b"          ");
    }
    fill(bytes, contents, make)
}

fn made(make: &Make<'_>) -> Vec<u8> {
    with_cms(make.identity, "ETSI.CAdES.detached", |covered| make.cms(covered))
}
