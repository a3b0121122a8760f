//! A whole PKI with its services running: everything that a signature depends on for twenty years.

use jiff::Timestamp;

use crate::authority::{days_after, years_after};
use crate::server::{Clock, Endpoint, Server};
use crate::{
    Addresses, AuthorityProfile, Ca, Error, Identity, OcspResponder, Profile, Register, Tsa, certificates_only,
};

/// Paths that a [`World`] serves.
pub mod path {
    /// The TSA in service.
    pub const TSA: &str = "/tsa";
    /// OCSP of the issuing CA.
    pub const OCSP: &str = "/ocsp";
    /// OCSP of the CA of the TSAs.
    pub const TSA_OCSP: &str = "/tsa-ocsp";
    /// CRL of the root.
    pub const ROOT_CRL: &str = "/root.crl";
    /// CRL of the issuing CA.
    pub const CRL: &str = "/issuing.crl";
    /// Delta CRL of the issuing CA, against the full one of a day ago.
    pub const DELTA_CRL: &str = "/issuing-delta.crl";
    /// CRL of the CA of the TSAs.
    pub const TSA_CRL: &str = "/tsa-ca.crl";
    /// The issuing CA's certificate, DER.
    pub const ISSUER: &str = "/issuing.crt";
    /// The issuing CA's certificate, PEM.
    pub const ISSUER_PEM: &str = "/issuing.pem";
    /// The issuing CA's certificate, as a bag of certificates (certs-only CMS).
    pub const ISSUER_P7C: &str = "/issuing.p7c";
    /// The certificate of the CA of the TSAs, DER.
    pub const TSA_ISSUER: &str = "/tsa-ca.crt";
    /// The root's certificate, DER.
    pub const ROOT: &str = "/root.crt";
}

/// A root, a CA that issues to people and agencies, one that issues to TSAs, and the services of each over HTTP on
/// the loopback interface, all at the time that its clock shows.
#[derive(Debug)]
pub struct World {
    /// The server, with its clock.
    pub server: Server,
    /// The root.
    pub root: Ca,
    /// What the root revoked.
    pub root_register: Register,
    /// The CA that issues to people and agencies.
    pub issuing: Ca,
    /// The issuing CA's revocations.
    pub register: Register,
    /// The issuing CA's OCSP responder, delegated, with id-pkix-ocsp-nocheck.
    pub responder: OcspResponder,
    /// The CA that issues to TSAs.
    pub tsa_ca: Ca,
    /// The revocations of the TSA's CA.
    pub tsa_register: Register,
    /// The OCSP responder of the TSA's CA, likewise delegated.
    pub tsa_responder: OcspResponder,
}

impl World {
    /// A world at a time, in force for thirty years, with a TSA for five.
    ///
    /// # Errors
    /// Where OpenSSL fails, or the system has no free port.
    pub fn start(now: Timestamp) -> Result<Self, Error> {
        Self::on(Server::start(Clock::at(now))?)
    }

    /// A world whose services this server gives, in force for thirty years from the time that the server's clock shows,
    /// with a TSA for five.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn on(server: Server) -> Result<Self, Error> {
        let now = server.clock().now();
        let url = |path: &str| Some(server.url(path));
        let years = |from, to| (years_after(now, from), years_after(now, to));
        let named = |name: &str| format!("{name} THỬ NGHIỆM - KHÔNG CÓ GIÁ TRỊ");

        let root = Ca::root(&AuthorityProfile::new(named("CA GỐC"), years(-10, 30)))?;
        let below_root = || Addresses { crl: url(path::ROOT_CRL), ca_issuers: url(path::ROOT), ..Addresses::default() };
        let issuing = AuthorityProfile::new(named("CA CẤP PHÁT"), years(-5, 10)).addresses(below_root());
        let issuing = root.issue_authority(&issuing)?;
        let tsa_ca = AuthorityProfile::new(named("CA DẤU THỜI GIAN"), years(-2, 28)).addresses(below_root());
        let tsa_ca = root.issue_authority(&tsa_ca)?;

        let (root_register, register, tsa_register) = (Register::default(), Register::default(), Register::default());
        let responder = Profile::ocsp_responder().valid(days_after(now, -30), years_after(now, 9));
        let responder = OcspResponder::new(&issuing, &register, issuing.issue(&responder)?);
        let tsa_responder = Profile::ocsp_responder().name("OCSP DẤU THỜI GIAN THỬ NGHIỆM");
        let tsa_responder = tsa_responder.valid(days_after(now, -30), years_after(now, 27));
        let tsa_responder = OcspResponder::new(&tsa_ca, &tsa_register, tsa_ca.issue(&tsa_responder)?);

        let certificate = |ca: &Ca| Ok::<_, Error>(Endpoint::Bytes("application/pkix-cert", ca.der()?));
        server.serve(path::ROOT, certificate(&root)?);
        server.serve(path::ISSUER, certificate(&issuing)?);
        server.serve(path::TSA_ISSUER, certificate(&tsa_ca)?);
        server.serve(path::ISSUER_PEM, Endpoint::Bytes("application/x-pem-file", issuing.pem()?.into_bytes()));
        let bag = certificates_only(&[issuing.der()?, root.der()?])?;
        server.serve(path::ISSUER_P7C, Endpoint::Bytes("application/pkcs7-mime", bag));
        server.serve(path::ROOT_CRL, Endpoint::Crl(root.clone(), root_register.clone()));
        server.serve(path::CRL, Endpoint::Crl(issuing.clone(), register.clone()));
        server.serve(path::DELTA_CRL, Endpoint::DeltaCrl(issuing.clone(), register.clone(), 24));
        server.serve(path::TSA_CRL, Endpoint::Crl(tsa_ca.clone(), tsa_register.clone()));
        server.serve(path::OCSP, Endpoint::Ocsp(responder.clone()));
        server.serve(path::TSA_OCSP, Endpoint::Ocsp(tsa_responder.clone()));

        let world =
            Self { server, root, root_register, issuing, register, responder, tsa_ca, tsa_register, tsa_responder };
        world.install_tsa(Profile::tsa().valid(days_after(now, -30), years_after(now, 5)))?;
        Ok(world)
    }

    /// What the clock shows.
    pub fn now(&self) -> Timestamp {
        self.server.clock().now()
    }

    /// Sets the clock.
    pub fn travel_to(&self, time: Timestamp) {
        self.server.clock().set(time);
    }

    /// A certificate of a person or an agency, valid for three years unless it says otherwise, with the addresses
    /// of CRL, OCSP and issuer unless it has its own.
    ///
    /// # Errors
    /// Where a name doesn't fit its field (64 characters), or OpenSSL fails.
    pub fn issue(&self, profile: Profile) -> Result<Identity, Error> {
        let has_own = profile.addresses.crl.is_some() || profile.addresses.ocsp.is_some();
        let addresses = if has_own { profile.addresses.clone() } else { self.addresses() };
        self.issuing.issue(&Profile { addresses, ..self.dated(profile, 3) })
    }

    /// Where evidence about the issuing CA's certificates is found.
    pub fn addresses(&self) -> Addresses {
        Addresses {
            crl: Some(self.server.url(path::CRL)),
            ocsp: Some(self.server.url(path::OCSP)),
            ca_issuers: Some(self.server.url(path::ISSUER)),
            ..Addresses::default()
        }
    }

    /// A TSA, valid for five years unless the profile says otherwise, that isn't in service.
    ///
    /// # Errors
    /// Where a name doesn't fit its field (64 characters), or OpenSSL fails.
    pub fn tsa(&self, profile: Profile) -> Result<Tsa, Error> {
        let addresses = Addresses {
            crl: Some(self.server.url(path::TSA_CRL)),
            ocsp: Some(self.server.url(path::TSA_OCSP)),
            ca_issuers: Some(self.server.url(path::TSA_ISSUER)),
            ..Addresses::default()
        };
        Ok(Tsa::new(self.tsa_ca.issue(&Profile { addresses, ..self.dated(profile, 5) })?))
    }

    /// Puts a new TSA into service in place of the last.
    ///
    /// # Errors
    /// As [`World::tsa`].
    pub fn install_tsa(&self, profile: Profile) -> Result<Tsa, Error> {
        let tsa = self.tsa(profile)?;
        self.server.serve(path::TSA, Endpoint::TimeStamps(tsa.clone()));
        Ok(tsa)
    }

    fn dated(&self, profile: Profile, years: i64) -> Profile {
        let now = self.now();
        let validity = profile.validity.unwrap_or((days_after(now, -30), years_after(now, years)));
        Profile { validity: Some(validity), ..profile }
    }
}
