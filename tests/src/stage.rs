//! People, authorities and what they knew at which time: what the rows of the long-term table are played with.

use jiff::Timestamp;
use kyso::{Material, Policy};
use kyso_testpki::{
    Addresses, CrlProfile, Digest, Identity, KeyType, OcspFault, OcspResponder, Profile, Register, Tsa, World,
};

use crate::lasting::Lasting;

/// A time of a story.
pub fn at(time: &str) -> Timestamp {
    time.parse().unwrap_or_else(|error| panic!("{time}: {error}"))
}

/// What each authority knows of revocations.
#[derive(Debug, Default)]
pub struct Facts {
    /// The CA of people and agencies.
    pub people: Register,
    /// The CA of the TSAs.
    pub tsas: Register,
    /// The root.
    pub authorities: Register,
}

/// A leader with a certificate of three years, and a TSA with one of five.
#[derive(Debug)]
pub struct Stage {
    /// The authorities.
    pub world: World,
    /// The leader.
    pub leader: Identity,
    /// The TSA.
    pub tsa: Tsa,
    /// A TSA that comes four years later.
    pub next_tsa: Tsa,
    /// When the leader signs; what else happens follows within the hour.
    pub signed: Timestamp,
}

impl Stage {
    /// In this year, with certificates signed with this digest.
    pub fn in_year(year: i16, digest: Digest) -> Self {
        let day = |year: i16, rest: &str| at(&format!("{year}-{rest}"));
        let world = World::start(day(year, "03-02T03:00:00Z")).unwrap();
        let from = day(year, "01-01T00:00:00Z");
        let person = Profile::leader().key(KeyType::P256).digest(digest).valid(from, day(year + 3, "01-01T00:00:00Z"));
        let tsa = |from, to| {
            world.tsa(Profile::tsa().valid(day(from, "01-01T00:00:00Z"), day(to, "01-01T00:00:00Z"))).unwrap()
        };
        Self {
            leader: world.issue(person).unwrap(),
            tsa: tsa(year, year + 5),
            next_tsa: tsa(year + 4, year + 9),
            signed: world.now(),
            world,
        }
    }

    /// A time, in minutes after the signature.
    pub fn after(&self, minutes: i64) -> Timestamp {
        self.signed + jiff::SignedDuration::from_mins(minutes)
    }

    /// The bare signature.
    pub fn basic(&self) -> Lasting {
        Lasting::signed(&self.leader, self.signed)
    }

    /// With a time-stamp a minute later.
    pub fn stamped(&self) -> Lasting {
        self.basic().time_stamp(&self.tsa, self.after(1))
    }

    /// With a time-stamp, and this evidence.
    pub fn with(&self, material: &Material) -> Lasting {
        self.stamped().dss(material)
    }

    /// The file with evidence, under a document time-stamp of an hour later.
    pub fn kept(&self, material: &Material) -> Lasting {
        self.with(material).document_time_stamp(&self.tsa, self.after(60))
    }

    /// All evidence there is at a time, of leader and TSA up to the root.
    pub fn evidence(&self, time: Timestamp, facts: &Facts) -> Material {
        Material { ocsp_responses: vec![self.ocsp(time, facts, None)], ..self.without_leader(time, facts) }
    }

    /// The evidence with a CRL for the leader.
    pub fn evidence_by_crl(&self, time: Timestamp, facts: &Facts) -> Material {
        self.with_crl(time, facts, &CrlProfile::full(&facts.people, time))
    }

    /// All evidence but the leader's, which is a CRL of this kind.
    pub fn with_crl(&self, time: Timestamp, facts: &Facts, profile: &CrlProfile) -> Material {
        let mut material = self.without_leader(time, facts);
        material.crls.push(self.world.issuing.crl(profile).unwrap());
        material
    }

    /// All evidence but the leader's, which is this OCSP answer.
    pub fn with_ocsp(&self, time: Timestamp, facts: &Facts, answer: Vec<u8>) -> Material {
        Material { ocsp_responses: vec![answer], ..self.without_leader(time, facts) }
    }

    /// Evidence of the authorities and TSAs alone.
    pub fn without_leader(&self, time: Timestamp, facts: &Facts) -> Material {
        let world = &self.world;
        Material {
            certificates: vec![
                world.issuing.der().unwrap(),
                world.tsa_ca.der().unwrap(),
                world.responder.identity.certificate_der.clone(),
            ],
            crls: vec![
                world.root.crl(&CrlProfile::full(&facts.authorities, time)).unwrap(),
                world.tsa_ca.crl(&CrlProfile::full(&facts.tsas, time)).unwrap(),
            ],
            ocsp_responses: Vec::new(),
        }
    }

    /// The answer about the leader.
    pub fn ocsp(&self, time: Timestamp, facts: &Facts, fault: Option<&OcspFault>) -> Vec<u8> {
        self.ocsp_by(&self.world.responder.identity, time, facts, fault)
    }

    /// The answer about the leader by a responder of one's choice.
    pub fn ocsp_by(&self, by: &Identity, time: Timestamp, facts: &Facts, fault: Option<&OcspFault>) -> Vec<u8> {
        let responder = OcspResponder::new(&self.world.issuing, &facts.people, by.clone());
        responder.about(&self.leader, time, fault).unwrap()
    }

    /// A responder of the CA of people that isn't spared its own revocation check.
    pub fn checked_responder(&self) -> Identity {
        let addresses = Addresses { crl: self.world.addresses().crl, ..Addresses::default() };
        let profile = Profile::ocsp_responder().ocsp_no_check(false).addresses(addresses);
        self.world.issuing.issue(&profile).unwrap()
    }

    /// The default constraints and the root's certificate, at a time, with evidence from outside.
    pub fn policy(&self, time: Timestamp, outside: Material) -> Policy {
        let mut policy = Policy::at(time);
        policy.anchors.add(&self.world.root.der().unwrap()).unwrap();
        policy.material = outside;
        policy
    }
}
