//! A time-stamping authority (RFC 3161, RFC 5816), honest or lying.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

use crate::cms::{Ess, signed};
use crate::der::{
    BIT_STRING, BOOLEAN, INTEGER, OBJECT_IDENTIFIER, SEQUENCE, context, directory_name, elements, generalized_time,
    inside, number, octets, oid, sequence, text, tlv,
};
use crate::{Digest, Error, Identity};

const TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";

/// How a TSA may fail the one who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TsaFault {
    /// The token is of other bytes.
    WrongImprint,
    /// The token answers another question.
    WrongNonce,
    /// The token answers no question in particular.
    NoNonce,
    /// The token is under another policy than asked for.
    WrongPolicy,
    /// The token claims this time.
    GenTime(Timestamp),
    /// The token names its certificate so.
    Ess(Ess),
    /// The token's signature value isn't one.
    BadSignature,
    /// The token brings no certificates, though they were asked for.
    NoCertificates,
    /// PKIStatus 2, with this bit of failInfo: 0 badAlg, 2 badRequest, 14 timeNotAvailable, 15 unacceptedPolicy.
    Rejection(u8),
    /// PKIStatus 0 without a token.
    NoToken,
    /// The answer to a request that was made long ago, whole.
    Replay(Vec<u8>),
}

/// A time-stamping authority.
#[derive(Debug, Clone)]
pub struct Tsa {
    /// Certificate and key.
    pub identity: Identity,
    /// What comes with the token where certificates are asked for: the certificate and its issuers.
    pub certificates: Vec<Vec<u8>>,
    /// The policy that tokens are under, dotted.
    pub policy: String,
    /// The digest of the token's own signature.
    pub digest: Digest,
    /// How the token names its certificate.
    pub ess: Ess,
    /// accuracy in seconds.
    pub accuracy: Option<u64>,
    serial: Arc<AtomicU64>,
}

impl Tsa {
    /// A TSA whose tokens bring its certificate and the CAs up to below the root.
    pub fn new(identity: Identity) -> Self {
        Self {
            certificates: identity.chain_der.clone(),
            identity,
            policy: "1.3.6.1.4.1.99999.1.1".into(),
            digest: Digest::Sha256,
            ess: Ess::V2,
            accuracy: Some(1),
            serial: Arc::new(AtomicU64::new(1)),
        }
    }

    /// TimeStampResp for a TimeStampReq at a time.
    ///
    /// # Errors
    /// Where OpenSSL fails. A request that can't be read gets a rejection.
    pub fn answer(&self, request: &[u8], time: Timestamp, fault: Option<&TsaFault>) -> Result<Vec<u8>, Error> {
        let Some(request) = Request::parse(request) else { return rejection(2) };
        match fault {
            Some(TsaFault::Rejection(bit)) => return rejection(*bit),
            Some(TsaFault::NoToken) => return Ok(sequence(&[sequence(&[number(0)])])),
            Some(TsaFault::Replay(answer)) => return Ok(answer.clone()),
            _ => {}
        }
        let token = self.issue(&request, time, fault)?;
        Ok(sequence(&[sequence(&[number(0)]), token]))
    }

    /// A token of this imprint, as in answer to a request without nonce that asks for certificates.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn token(&self, digest: Digest, imprint: &[u8], time: Timestamp) -> Result<Vec<u8>, Error> {
        let imprint = sequence(&[digest.algorithm()?, octets(imprint)]);
        self.issue(&Request { imprint: &imprint, policy: None, nonce: None, certificates: true }, time, None)
    }

    fn issue(&self, request: &Request<'_>, time: Timestamp, fault: Option<&TsaFault>) -> Result<Vec<u8>, Error> {
        let policy = match (fault, request.policy) {
            (Some(TsaFault::WrongPolicy), _) => oid("1.3.6.1.4.1.99999.1.666")?,
            (_, Some(asked)) => asked.to_vec(),
            (_, None) => oid(&self.policy)?,
        };
        let mut imprint = request.imprint.to_vec();
        if fault == Some(&TsaFault::WrongImprint) {
            flip_last(&mut imprint);
        }
        let time = if let Some(TsaFault::GenTime(claimed)) = fault { *claimed } else { time };
        let serial = number(self.serial.fetch_add(1, Ordering::Relaxed));
        let mut info = vec![number(1), policy, imprint, serial, generalized_time(time)];
        info.extend(self.accuracy.map(|seconds| sequence(&[number(seconds)])));
        if let Some(nonce) = request.nonce.filter(|_| fault != Some(&TsaFault::NoNonce)) {
            let mut nonce = nonce.to_vec();
            if fault == Some(&TsaFault::WrongNonce) {
                flip_last(&mut nonce);
            }
            info.push(nonce);
        }
        info.push(tlv(context(0), &directory_name(&self.identity.certificate.subject_name().to_der()?)));

        let with_certificates = request.certificates && fault != Some(&TsaFault::NoCertificates);
        let certificates = if with_certificates { self.certificates.as_slice() } else { &[] };
        let ess = if let Some(TsaFault::Ess(ess)) = fault { *ess } else { self.ess };
        let mut token = signed(TST_INFO, &sequence(&info), &self.identity, self.digest, ess, certificates)?;
        if fault == Some(&TsaFault::BadSignature) {
            // The signature value is the last thing in a token.
            flip_last(&mut token);
        }
        Ok(token)
    }
}

fn flip_last(bytes: &mut [u8]) {
    if let Some(last) = bytes.last_mut() {
        *last ^= 0x01;
    }
}

fn rejection(bit: u8) -> Result<Vec<u8>, Error> {
    let (byte, mask) = (usize::from(bit / 8), 0x80 >> (bit % 8));
    let mut flags = vec![7 - bit % 8];
    flags.resize(1 + byte, 0);
    flags.push(mask);
    let info = [number(2), sequence(&[text("the test TSA says no")]), tlv(BIT_STRING, &flags)];
    Ok(sequence(&[sequence(&info)]))
}

/// TimeStampReq (RFC 3161, 2.4.1): the elements that an answer repeats, whole.
struct Request<'a> {
    imprint: &'a [u8],
    policy: Option<&'a [u8]>,
    nonce: Option<&'a [u8]>,
    certificates: bool,
}

impl<'a> Request<'a> {
    fn parse(der: &'a [u8]) -> Option<Self> {
        let fields = inside(der, SEQUENCE)?;
        let [version, imprint, optional @ ..] = fields.as_slice() else { return None };
        let is_imprint = imprint.tag == SEQUENCE && elements(imprint.value)?.len() == 2;
        if version.tag != INTEGER || version.value != [1] || !is_imprint {
            return None;
        }
        let find = |tag| optional.iter().find(|field| field.tag == tag);
        Some(Self {
            imprint: imprint.whole,
            policy: find(OBJECT_IDENTIFIER).map(|field| field.whole),
            nonce: find(INTEGER).map(|field| field.whole),
            certificates: find(BOOLEAN).is_some_and(|field| field.value == [0xff]),
        })
    }
}
