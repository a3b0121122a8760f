//! The services of a test PKI asked without a network: by function calls, each of them counted.

use std::cell::RefCell;

use kyso::crypto::DigestAlgorithm;
use kyso::error::connection::Fault;
use kyso::error::{Service, Tried};
use kyso::tsp::{self, TimeStampRequest, TokenServes};
use kyso::{Error, FetchRequest, Fetcher, Material, Outside, Serves, TimeStampToken, TimeStamper};
use kyso_testpki::{Ca, CrlProfile, Profile, Register, Tsa, TsaFault, World, path};

/// A world, its authority in service, and what was asked.
pub struct Services {
    /// The world.
    pub world: World,
    /// The authority in service.
    pub tsa: RefCell<Tsa>,
    /// The fault of the authority's answers.
    pub fault: RefCell<Option<TsaFault>>,
    /// How often it was asked.
    pub stamped: RefCell<usize>,
    /// Paths where nobody answers.
    pub down: RefCell<Vec<&'static str>>,
    /// Everything that was fetched, in order.
    pub fetched: RefCell<Vec<FetchRequest>>,
}

impl Services {
    /// All of them, at a time.
    pub fn start(now: jiff::Timestamp) -> Self {
        let world = World::start(now).expect("a world");
        let tsa = world.tsa(Profile::tsa()).expect("an authority");
        Self {
            world,
            tsa: RefCell::new(tsa),
            fault: RefCell::default(),
            stamped: RefCell::default(),
            down: RefCell::default(),
            fetched: RefCell::default(),
        }
    }

    /// For signing and extending.
    pub fn outside(&self) -> Outside<'_> {
        Outside::default().time_stamper(self).fetcher(self)
    }

    /// Puts an authority with a new key and certificate into service.
    pub fn new_authority(&self) {
        *self.tsa.borrow_mut() = self.world.tsa(Profile::tsa()).expect("an authority");
    }

    fn crl(&self, ca: &Ca, register: &Register) -> Material {
        let crl = ca.crl(&CrlProfile::full(register, self.world.now())).expect("a CRL");
        Material { crls: vec![crl], ..Material::default() }
    }
}

impl TimeStamper for Services {
    fn time_stamp(
        &self,
        digest: DigestAlgorithm,
        imprint: &[u8],
        serves: &TokenServes<'_>,
    ) -> Result<TimeStampToken, Error> {
        *self.stamped.borrow_mut() += 1;
        let request = TimeStampRequest::new(digest, imprint).with_nonce(b"a nonce");
        let fault = self.fault.borrow();
        let answer = self.tsa.borrow().answer(&request.to_der(), self.world.now(), fault.as_ref()).expect("an answer");
        let token = tsp::read_response(&answer)?;
        serves(&token)?;
        Ok(token)
    }
}

impl Services {
    /// What is at a place.
    fn answer(&self, request: &FetchRequest, url: &str) -> Material {
        let world = &self.world;
        let at = |path: &str| *url == world.server.url(path);
        match request {
            FetchRequest::Ocsp { request, .. } => {
                let responder = if at(path::TSA_OCSP) { &world.tsa_responder } else { &world.responder };
                let answer = responder.answer(request, world.now(), None).expect("an answer");
                Material { ocsp_responses: vec![answer], ..Material::default() }
            }
            FetchRequest::Crl { .. } if at(path::ROOT_CRL) => self.crl(&world.root, &world.root_register),
            FetchRequest::Crl { .. } if at(path::TSA_CRL) => self.crl(&world.tsa_ca, &world.tsa_register),
            FetchRequest::Crl { .. } => self.crl(&world.issuing, &world.register),
            FetchRequest::Issuer { .. } => {
                let ca = if at(path::TSA_ISSUER) { &world.tsa_ca } else { &world.issuing };
                Material { certificates: vec![ca.der().expect("a certificate")], ..Material::default() }
            }
        }
    }
}

impl Fetcher for Services {
    fn fetch(&self, request: &FetchRequest, serves: &Serves<'_>) -> Result<Material, Error> {
        self.fetched.borrow_mut().push(request.clone());
        let (FetchRequest::Ocsp { urls, .. } | FetchRequest::Crl { urls, .. } | FetchRequest::Issuer { urls, .. }) =
            request;
        let mut tried = Vec::new();
        for url in urls {
            if self.down.borrow().iter().any(|down| url.ends_with(down)) {
                tried.push(Tried::answer(Fault::Status(503)));
                continue;
            }
            let answer = self.answer(request, url);
            match serves(&answer) {
                Ok(()) => return Ok(answer),
                Err(why) => tried.push(Tried { url: url.clone(), why }),
            }
        }
        Err(Error::Outside { service: Service::Revocation, tried })
    }
}
