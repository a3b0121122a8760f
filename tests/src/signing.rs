//! The short ways to signed files that most tests take.

use kyso::appearance::{Appearance, InkImage};
use kyso::dangerous::prepare_unjudged;
use kyso::steps::{SigningKey, embed};
use kyso::{
    Document, Place, Policy, Rectangle, Role, RosterEntry, SealParameters, Signatory, SignatureParameters, Signer,
    VerifiedArtifact,
};
use kyso_testpki::Identity;

use crate::{keys, samples};

/// Where the leader signs on page 1 of every shape, in points as seen.
pub const LEADER_AT: Rectangle = Rectangle { x: 330.0, y: 120.0, width: 130.0, height: 60.0 };
/// Where the seal goes: over the left third of that.
pub const SEAL_AT: Rectangle = Rectangle { x: 270.0, y: 95.0, width: 110.0, height: 110.0 };
/// Width of the signature's picture.
pub const SIGNATURE_MM: f64 = 40.0;
/// Width of the seal.
pub const SEAL_MM: f64 = 36.0;

/// An invisible signature of this role, which isn't the seal's, at the time of the tests.
pub fn parameters(role: Role) -> SignatureParameters {
    let signatory = match role {
        Role::Leader => Signatory::Leader,
        Role::Copy => Signatory::Copy,
        Role::Other => Signatory::Other,
        role => panic!("{role:?} signs nothing by itself"),
    };
    SignatureParameters::of(signatory, *keys::NOW)
}

/// An invisible seal at the time of the tests, which ends the document.
pub fn plain_seal() -> SealParameters {
    SignatureParameters::seal(*keys::NOW)
}

/// The leader's visible signature.
pub fn leader_parameters() -> SignatureParameters {
    parameters(Role::Leader)
        .place(Place::Rectangle { page: 1, rectangle: LEADER_AT })
        .appearance(Appearance::Image(InkImage::signature(&samples::signature(), SIGNATURE_MM).unwrap()))
        .reason("Chứng thực chữ ký")
        .location("Phường Thử Nghiệm")
}

/// The visible seal.
pub fn seal_parameters() -> SealParameters {
    plain_seal()
        .place(Place::Rectangle { page: 1, rectangle: SEAL_AT })
        .appearance(Appearance::Image(InkImage::seal(&samples::seal(), SEAL_MM).unwrap()))
}

/// The file with one more signature.
pub fn sign(bytes: &[u8], parameters: &SignatureParameters, signer: &dyn Signer) -> Vec<u8> {
    let document = Document::parse(bytes).unwrap();
    kyso::sign(&document, signer, parameters, &kyso::SigningOptions::default()).unwrap().tail.after(bytes)
}

/// The file with one more signature, as a program makes it that doesn't ask whether the file could ever verify.
pub fn sign_unjudged(bytes: &[u8], parameters: &SignatureParameters, signer: &dyn Signer) -> Vec<u8> {
    let document = Document::parse(bytes).unwrap();
    let prepared = prepare_unjudged(&document, SigningKey::of(signer), parameters).unwrap();
    let value = signer.sign(prepared.to_be_signed()).unwrap();
    embed(&document, prepared, &value).unwrap().tail.after(bytes)
}

/// The file with the seal under the policy's eyes.
pub fn seal(bytes: &[u8], parameters: &SealParameters, signer: &dyn Signer) -> Vec<u8> {
    let document = Document::parse(bytes).unwrap();
    kyso::seal(&document, signer, parameters, &policy(), &kyso::Outside::default()).unwrap().tail.after(bytes)
}

/// The file with the leader's and the agency's invisible signatures.
pub fn signed_and_sealed(bytes: &[u8]) -> Vec<u8> {
    let signed = sign(bytes, &parameters(Role::Leader), &keys::signer(&keys::LEADER));
    seal(&signed, &plain_seal(), &keys::signer(&keys::SEAL))
}

/// The file signed by the leader, with the witness that it was verified, by somebody who trusts nobody yet.
pub fn verified(bytes: &[u8]) -> VerifiedArtifact {
    let signed = sign(bytes, &parameters(Role::Leader), &keys::signer(&keys::LEADER));
    VerifiedArtifact::verify(signed, &Policy::at(*keys::NOW)).unwrap()
}

/// The policy that trusts the test PKI and knows who is leader and who holds the seal.
pub fn policy() -> Policy {
    let mut policy = Policy::at(*keys::NOW);
    policy.anchors.add(&keys::PKI.root_der().unwrap()).unwrap();
    policy.roster.certificates.push(entry(&keys::LEADER, Role::Leader));
    policy.roster.certificates.push(entry(&keys::SEAL, Role::Seal));
    policy
}

/// A line of the roster.
pub fn entry(identity: &Identity, role: Role) -> RosterEntry {
    RosterEntry::new(identity.fingerprint(), role)
}
