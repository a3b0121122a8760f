//! Validation with time where a file alone can't show it: time-stamps over what was signed, what a policy asks of
//! time-stamps, bounds, and what the report tells of chains and tokens.

use jiff::{SignedDuration, Timestamp};
use kyso::asn1::{self, Reader, tag};
use kyso::cms::attributes::write_signed;
use kyso::cms::signed_data::{Parts, assemble};
use kyso::crypto::{self, DigestAlgorithm, PrivateKey, SignatureAlgorithm, SignatureScheme};
use kyso::error::Subject;
use kyso::pki::Certificate;
use kyso::validate::{Demand, EvidenceSource, Level, Process, Reliability, RevocationState, TimestampKind};
use kyso::{Code, Indication, Material, Policy, SignatureReport, SubIndication};
use kyso_testpki::{
    CrlProfile, Digest, Identity, KeyType, Profile, Reason, Tsa, World, signature_value, with_time_stamp,
};

use crate::common::{assert_verdict, fill, now, report, signed_with_room};

const SHA256: DigestAlgorithm = DigestAlgorithm::Sha256;
/// id-aa-ets-contentTimestamp
const CONTENT_TIME_STAMP: &str = "1.2.840.113549.1.9.16.2.20";
/// Bytes that are kept for a signature.
const ROOM: usize = 100_000;

fn minutes(count: i64) -> Timestamp {
    now() + SignedDuration::from_mins(count)
}

struct Stage {
    world: World,
    leader: Identity,
    tsa: Tsa,
}

impl Stage {
    fn new() -> Self {
        let world = World::start(now()).unwrap();
        let leader = world.issue(Profile::leader().key(KeyType::P256)).unwrap();
        let tsa = world.tsa(Profile::tsa()).unwrap();
        Self { world, leader, tsa }
    }

    /// The leader's certificate for these dates.
    fn valid(mut self, from: Timestamp, to: Timestamp) -> Self {
        self.leader = self.world.issue(Profile::leader().key(KeyType::P256).valid(from, to)).unwrap();
        self
    }

    /// A policy at a time, with evidence on everybody from then.
    fn policy(&self, time: Timestamp) -> Policy {
        let world = &self.world;
        let mut policy = Policy::at(time);
        policy.anchors.add(&world.root.der().unwrap()).unwrap();
        policy.material = Material {
            certificates: Vec::new(),
            crls: vec![
                world.root.crl(&CrlProfile::full(&world.root_register, time)).unwrap(),
                world.tsa_ca.crl(&CrlProfile::full(&world.tsa_register, time)).unwrap(),
            ],
            ocsp_responses: vec![world.responder.about(&self.leader, time, None).unwrap()],
        };
        policy
    }

    /// A token of these bytes at a time.
    fn token(&self, bytes: &[u8], time: Timestamp) -> Vec<u8> {
        self.tsa.token(Digest::Sha256, &Digest::Sha256.of(bytes).unwrap(), time).unwrap()
    }

    /// The leader's signature with these content time-stamps inside, and these signature time-stamps beside.
    fn signed(&self, content: &[Timestamp], signature: &[Timestamp]) -> Vec<u8> {
        self.with_cms(|covered| {
            let tokens = content.iter().map(|time| self.token(covered, *time)).collect();
            let mut cms = self.cms(covered, tokens);
            for time in signature {
                let value = signature_value(&cms).unwrap();
                cms = with_time_stamp(&cms, &self.token(&value, *time)).unwrap();
            }
            cms
        })
    }

    fn cms(&self, covered: &[u8], content_time_stamps: Vec<Vec<u8>>) -> Vec<u8> {
        let certificates: Vec<Certificate> =
            self.leader.chain_der.iter().map(|der| Certificate::parse(der).unwrap()).collect();
        let plain = write_signed(&SHA256.digest(covered), &certificates[0]);
        let set = Reader::new(Subject::SignedAttributes, &plain).expect(tag::SET).unwrap();
        let mut attributes: Vec<Vec<u8>> =
            set.children().unwrap().all().unwrap().iter().map(|one| one.raw().to_vec()).collect();
        if !content_time_stamps.is_empty() {
            let values = asn1::set_of(tag::SET, content_time_stamps);
            attributes.push(asn1::sequence(&[asn1::object_identifier(CONTENT_TIME_STAMP), values]));
        }
        let signed_attributes = asn1::set_of(tag::SET, attributes);
        let key = PrivateKey::read(self.leader.key_pem(None).unwrap().as_bytes(), None).unwrap();
        let value = crypto::sign(&key, SignatureScheme::Ecdsa(SHA256), &signed_attributes).unwrap();
        let parts = Parts {
            digest: SHA256,
            signature: SignatureAlgorithm::Ecdsa,
            certificates: &certificates,
            signed_attributes: &signed_attributes,
            time_stamp: None,
        };
        assemble(&parts, &value).unwrap()
    }

    fn with_cms(&self, make: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
        let (pdf, contents) = signed_with_room(&self.leader, ROOM);
        fill(pdf, contents, make)
    }
}

fn only(pdf: &[u8], policy: &Policy) -> SignatureReport {
    report(pdf, policy).signatures.remove(0)
}

const PASSED: Indication = Indication::TotalPassed;
const OPEN: Indication = Indication::Indeterminate;
const FAILED: Indication = Indication::TotalFailed;

// Time-stamps over what was signed: the signature is newer (EN 319 102-1, 5.3.4).

#[test]
fn a_content_time_stamp_alone_proves_no_age() {
    let stage = Stage::new();
    let signature = only(&stage.signed(&[minutes(-1)], &[]), &stage.policy(minutes(10)));
    assert_verdict(&signature, PASSED, None, "time.not-proven");
    assert_eq!((signature.best_signature_time, signature.level), (None, Level::B));
    let [token] = signature.timestamps.as_slice() else { panic!("{:?}", signature.timestamps) };
    assert_eq!((token.kind, token.time, token.indication), (TimestampKind::Content, Some(minutes(-1)), PASSED));
    assert!(token.imprint_ok && token.signature_ok);
}

#[test]
fn signed_after_the_revocation_fails_for_good() {
    let stage = Stage::new();
    stage.world.register.revoke(&stage.leader, minutes(-5), Some(Reason::Superseded));
    let policy = stage.policy(minutes(10));
    let after = only(&stage.signed(&[minutes(-1)], &[minutes(1)]), &policy);
    assert_verdict(&after, FAILED, Some(SubIndication::Revoked), "time.after-revocation");
    // Before the revocation it shows nothing: the signature may have been made any time later.
    let before = only(&stage.signed(&[minutes(-6)], &[minutes(1)]), &policy);
    assert_verdict(&before, OPEN, Some(SubIndication::RevokedNoPoe), "revocation.revoked");
}

#[test]
fn signed_after_the_certificates_end_fails_for_good() {
    let stage = Stage::new().valid(minutes(-60), minutes(5));
    let policy = stage.policy(minutes(30));
    let after = only(&stage.signed(&[minutes(6)], &[]), &policy);
    assert_verdict(&after, FAILED, Some(SubIndication::Expired), "time.after-certificate");
    let before = only(&stage.signed(&[minutes(4)], &[]), &policy);
    assert_verdict(&before, OPEN, Some(SubIndication::OutOfBoundsNoPoe), "certificate.expired");
}

#[test]
fn a_token_of_an_algorithm_that_ended_proves_nothing() {
    let stage = Stage::new();
    let mut policy = stage.policy(minutes(60));
    assert_eq!(policy.constraints.digest_until(SHA256), Reliability::Always);
    let ended = kyso::Constraints::built_in_text("default").unwrap();
    let ended = ended.replace("SHA-256 = \"always\"", &format!("SHA-256 = \"{}\"", minutes(0)));
    policy.constraints = kyso::Constraints::from_toml(&ended).unwrap();
    // The token is of that algorithm too, so it proves nothing.
    let signature = only(&stage.signed(&[minutes(1)], &[]), &policy);
    let why = Some(SubIndication::CryptoConstraintsFailureNoPoe);
    assert_verdict(&signature, OPEN, why, "algorithm.weak");
}

#[test]
fn a_content_time_stamp_newer_than_the_signatures_contradicts_it() {
    let stage = Stage::new();
    let policy = stage.policy(minutes(30));
    let signature = only(&stage.signed(&[minutes(20)], &[minutes(1)]), &policy);
    assert_verdict(&signature, OPEN, Some(SubIndication::TimestampOrderFailure), "timestamp.order");
    // Within what honest clocks may differ it's no contradiction.
    let signature = only(&stage.signed(&[minutes(2)], &[minutes(1)]), &policy);
    assert_verdict(&signature, PASSED, None, "time.proven");
}

#[test]
fn a_content_time_stamp_of_other_bytes_is_ignored() {
    let stage = Stage::new();
    stage.world.register.revoke(&stage.leader, minutes(-5), None);
    let pdf = stage.with_cms(|covered| stage.cms(covered, vec![stage.token(b"other bytes", minutes(-1))]));
    let signature = only(&pdf, &stage.policy(minutes(10)));
    assert_verdict(&signature, OPEN, Some(SubIndication::RevokedNoPoe), "timestamp.of-another");
}

// What a policy asks of time-stamps (5.2.8, 5.5.4).

#[test]
fn the_policy_chooses_its_time_stamps() {
    let stage = Stage::new();
    let pdf = stage.signed(&[], &[minutes(1)]);
    let token_of = |policy: &Policy| {
        let signature = only(&pdf, policy);
        let token = &signature.timestamps[0];
        (signature.best_signature_time, token.indication, token.sub_indication)
    };
    let proven = (Some(minutes(1)), PASSED, None);
    let refused = (None, OPEN, Some(SubIndication::SigConstraintsFailure));
    let mut policy = stage.policy(minutes(10));
    assert_eq!(token_of(&policy), proven);
    policy.constraints.time.time_stamp_policies = vec!["1.2.3.4".into()];
    assert_eq!(token_of(&policy), refused);
    policy.constraints.time.time_stamp_policies.push(stage.tsa.policy.clone());
    assert_eq!(token_of(&policy), proven);
    policy.constraints.time.time_stamp_accuracy = Some(SignedDuration::from_millis(500));
    assert_eq!(token_of(&policy), refused);
    policy.constraints.time.time_stamp_accuracy = Some(SignedDuration::from_secs(1));
    assert_eq!(token_of(&policy), proven);
}

#[test]
fn a_time_stamp_that_came_too_late_is_refused_where_the_policy_says_so() {
    let stage = Stage::new();
    let mut policy = stage.policy(minutes(600));
    let late = stage.signed(&[], &[minutes(120)]);
    assert_verdict(&only(&late, &policy), PASSED, None, "time.proven");
    policy.constraints.time.time_stamp_delay = Some(SignedDuration::from_hours(1));
    assert_verdict(&only(&late, &policy), OPEN, Some(SubIndication::SigConstraintsFailure), "timestamp.delay");
    assert_verdict(&only(&stage.signed(&[], &[minutes(30)]), &policy), PASSED, None, "time.proven");
}

#[test]
fn a_time_stamp_that_the_policy_requires_must_be_valid() {
    let stage = Stage::new();
    let mut policy = stage.policy(minutes(10));
    policy.constraints.signature.time_stamp = Demand::Required;
    assert_verdict(&only(&stage.signed(&[], &[minutes(1)]), &policy), PASSED, None, "time.proven");
    let why = Some(SubIndication::SigConstraintsFailure);
    assert_verdict(&only(&stage.signed(&[], &[]), &policy), OPEN, why, "timestamp.required");
    policy.material.crls.pop();
    assert_verdict(&only(&stage.signed(&[], &[minutes(1)]), &policy), OPEN, why, "timestamp.required");
}

// Best-signature-time and revocation (5.5.4, 4).

#[test]
fn a_revocation_counts_from_its_time_on() {
    for (revoked, indication, sub) in
        [(2, PASSED, None), (1, OPEN, Some(SubIndication::RevokedNoPoe)), (0, OPEN, Some(SubIndication::RevokedNoPoe))]
    {
        let stage = Stage::new();
        stage.world.register.revoke(&stage.leader, minutes(revoked), Some(Reason::KeyCompromise));
        let signature = only(&stage.signed(&[], &[minutes(1)]), &stage.policy(minutes(10)));
        assert_eq!((signature.indication, signature.sub_indication), (indication, sub), "{revoked}");
        let status = signature.chain[0].revocation.as_ref().unwrap();
        assert_eq!((status.status, status.revoked_at), (RevocationState::Revoked, Some(minutes(revoked))));
        assert_eq!(status.reason, Some("keyCompromise"));
    }
}

// Bounds, and what is told.

#[test]
fn more_tokens_than_are_looked_at_are_told() {
    let stage = Stage::new();
    let times: Vec<Timestamp> = (1..=20).map(minutes).collect();
    let report = report(&stage.signed(&[], &times), &stage.policy(minutes(60)));
    assert!(report.findings.iter().any(|finding| finding.code == Code::BudgetReached), "{:?}", report.findings);
    assert_eq!(report.signatures[0].timestamps.len(), 16);
    assert_eq!(report.signatures[0].indication, PASSED);
}

#[test]
fn chains_and_tokens_are_told_with_their_evidence() {
    let stage = Stage::new();
    let signature = only(&stage.signed(&[], &[minutes(1)]), &stage.policy(minutes(10)));
    assert_eq!((signature.process, signature.level), (Process::Time, Level::T));
    let missing: Vec<_> = signature.missing.iter().map(|one| one.code.name()).collect();
    // Of the leader, of the TSA and of the CA above each.
    assert_eq!(missing, [vec!["missing.dss"], vec!["missing.revocation"; 4]].concat());
    let sources: Vec<_> =
        signature.chain.iter().map(|one| one.revocation.as_ref().and_then(|revocation| revocation.source)).collect();
    assert_eq!(sources, [Some(EvidenceSource::Ocsp), Some(EvidenceSource::Crl), None]);
    assert!(signature.chain[2].is_anchor && !signature.chain[1].is_anchor);
    let token = &signature.timestamps[0];
    assert_eq!((token.kind, token.process, token.chain.len()), (TimestampKind::Signature, Process::Basic, 3));
    assert_eq!(token.policy.as_deref(), Some(stage.tsa.policy.as_str()));
    assert!(token.tsa.is_some());
}
