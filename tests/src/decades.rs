//! Time-stamping authorities of three decades, and what was published about them on any day: services for archives whose
//! evidence has to last, in a test whose time is what it says.

use kyso::crypto::DigestAlgorithm;
use kyso::error::{Failed, Service};
use kyso::tsp::{TimeStampRequest, TokenServes, read_response};
use kyso::{
    Anchors, Constraints, Error, FetchRequest, Fetcher, Material, Policy, Serves, TimeStampToken, TimeStamper,
    Timestamp,
};
use kyso_testpki::{Addresses, AuthorityProfile, Ca, CrlProfile, Digest, Profile, Register, Tsa};

/// A root, and a CA below it that issues to authorities, with SHA-512 in all signatures: so SHA-256 stands in hash trees alone.
#[derive(Debug, Clone)]
pub struct Decades {
    /// The root.
    pub root: Ca,
    /// The CA below it.
    pub ca: Ca,
    /// What that CA revoked.
    pub register: Register,
}

/// Three o'clock UTC of a day, e.g. `2026-03-02`.
pub fn time(day: &str) -> Timestamp {
    format!("{day}T03:00:00Z").parse().unwrap()
}

impl Default for Decades {
    fn default() -> Self {
        Self::new()
    }
}

impl Decades {
    /// A PKI from 2015 to 2065.
    pub fn new() -> Self {
        Self::of("")
    }

    /// Under a name of its own.
    pub fn of(name: &str) -> Self {
        let named = |role: &str| format!("{role} {name} THỬ NGHIỆM");
        let mut profile = AuthorityProfile::new(named("CA GỐC"), (time("2015-01-01"), time("2065-01-01")));
        profile.digest = Digest::Sha512;
        let root = Ca::root(&profile).unwrap();
        let mut profile = AuthorityProfile::new(named("CA DẤU THỜI GIAN"), (time("2020-01-01"), time("2060-01-01")));
        profile.digest = Digest::Sha512;
        let ca = root.issue_authority(&profile.addresses(listed_at("http://root.invalid/root.crl"))).unwrap();
        Self { root, ca, register: Register::default() }
    }

    /// An authority whose certificate is valid from the first of one year to the first of another.
    pub fn authority(&self, name: &str, from: i16, to: i16) -> Tsa {
        let first = |year: i16| time(&format!("{year}-01-01"));
        let profile = Profile::tsa().name(name).valid(first(from), first(to)).digest(Digest::Sha512);
        let mut tsa = Tsa::new(self.ca.issue(&profile.addresses(listed_at("http://tsa.invalid/tsa.crl"))).unwrap());
        tsa.digest = Digest::Sha512;
        tsa
    }

    /// The list of what a CA of this world had revoked by a day; `None` for another's.
    fn list(&self, issuer: &[u8], time: Timestamp) -> Option<Vec<u8>> {
        let (root, none) = (self.root.der().unwrap(), Register::default());
        let (ca, register) = if issuer == root { (&self.root, &none) } else { (&self.ca, &self.register) };
        if issuer != root && issuer != self.ca.der().unwrap() {
            return None;
        }
        let mut profile = CrlProfile::full(register, time);
        profile.digest = Digest::Sha512;
        Some(ca.crl(&profile).unwrap())
    }

    /// What is published of revocations on a day, with the certificates of the CAs.
    pub fn published(&self, day: &str) -> Material {
        let cas = [&self.root, &self.ca];
        let crls = cas.iter().filter_map(|ca| self.list(&ca.der().unwrap(), time(day))).collect();
        Material { certificates: vec![self.ca.der().unwrap()], crls, ..Material::default() }
    }

    /// The anchors, the default constraints, and nothing that the records don't bring.
    pub fn policy(&self, time: Timestamp) -> Policy {
        let mut policy = Policy::at(time);
        policy.anchors = Anchors::read(&self.root.der().unwrap()).unwrap();
        policy
    }

    /// The same at a time, with SHA-256 relied on until a day.
    pub fn policy_until(&self, time: Timestamp, day: &str) -> Policy {
        let text = Constraints::built_in_text("default").unwrap();
        let changed = text.replace("\nSHA-256 = \"always\"", &format!("\nSHA-256 = \"{day}\""));
        assert_ne!(changed, text);
        let mut policy = self.policy(time);
        policy.constraints = Constraints::from_toml(&changed).unwrap();
        policy
    }
}

fn listed_at(url: &str) -> Addresses {
    Addresses { crl: Some(url.to_owned()), ..Addresses::default() }
}

/// An authority and the lists of the CAs, as they answer on one day.
#[derive(Debug, Clone)]
pub struct OnDay {
    /// Whose they are.
    pub world: Decades,
    /// Who stamps; `None`: nobody can be reached.
    pub tsa: Option<Tsa>,
    /// The time of the day.
    pub time: Timestamp,
    /// By which digest.
    pub digest: DigestAlgorithm,
}

impl TimeStamper for OnDay {
    fn time_stamp(
        &self,
        digest: DigestAlgorithm,
        imprint: &[u8],
        serves: &TokenServes<'_>,
    ) -> Result<TimeStampToken, Error> {
        let down = || Error::outside(Service::TimeStamp, Failed::NoAuthority);
        let request = TimeStampRequest::new(digest, imprint).to_der();
        let answer = self.tsa.as_ref().ok_or_else(down)?.answer(&request, self.time, None).unwrap();
        let token = read_response(&answer)?;
        serves(&token)?;
        Ok(token)
    }

    fn now(&self) -> Option<Timestamp> {
        Some(self.time)
    }

    fn digest(&self) -> DigestAlgorithm {
        self.digest
    }
}

impl Fetcher for OnDay {
    fn fetch(&self, request: &FetchRequest, serves: &Serves<'_>) -> Result<Material, Error> {
        let material = match request {
            FetchRequest::Crl { issuer, .. } => {
                Material { crls: self.world.list(issuer, self.time).into_iter().collect(), ..Material::default() }
            }
            FetchRequest::Ocsp { .. } => Material::default(),
            FetchRequest::Issuer { .. } => {
                Material { certificates: vec![self.world.ca.der().unwrap()], ..Material::default() }
            }
        };
        serves(&material).map_err(|why| Error::outside(Service::Revocation, why))?;
        Ok(material)
    }

    fn now(&self) -> Option<Timestamp> {
        Some(self.time)
    }
}
