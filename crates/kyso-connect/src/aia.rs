//! Getting issuers' certificates (RFC 5280, 4.2.2.1: caIssuers): one in DER, several as a certs-only CMS (p7c), or PEM.

use std::time::Duration;

use kyso::cms::signed_data::SignedData;
use kyso::error::Failed;
use kyso::error::connection::Fault;
use kyso::pki::Certificate;

use crate::cache::Lasting;
use crate::der;
use crate::guard::{Origin, Url};
use crate::http::{Client, Exchange};
use crate::pem;

const LIMIT: u64 = 1 << 20;
/// A bundle of cross-certificates has a dozen.
const CERTIFICATES: usize = 64;
/// Issuers' certificates last for years, but a key may be compromised.
const LASTING: Duration = Duration::from_hours(24);

/// What lies at `url`, as it is.
pub(crate) fn get(client: &Client, url: &Url, timeout: Duration) -> Result<Vec<u8>, Fault> {
    let (origin, limit) = (Origin::Stranger, LIMIT);
    let accept = "application/pkix-cert, application/pkcs7-mime, */*;q=0.5";
    client.exchange(&Exchange { url, origin, post: None, accept, limit, timeout, credentials: None }).map(der::first)
}

/// The certificates in `bytes`.
pub(crate) fn certificates(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Fault> {
    let no = |error: kyso::Error| Fault::of_answer(&error);
    let found = match kyso::crypto::certificates(bytes) {
        Ok(found) => found,
        Err(error) => {
            let der = ["PKCS7", "CMS"].into_iter().fold(bytes.to_vec(), pem::der);
            // What it says of the certificate is nearer to what was looked for.
            SignedData::parse(&der).map_err(|_| no(error))?.certificates
        }
    };
    Ok(found.into_iter().take(CERTIFICATES).collect())
}

/// What stands in the way of using `bytes`, else how long they last: one of them must have issued `certificate`.
pub(crate) fn read(bytes: &[u8], certificate: &Certificate) -> Result<Lasting, Fault> {
    let found = certificates(bytes)?;
    let issued = |der: &Vec<u8>| {
        Certificate::parse(der).is_ok_and(|candidate| {
            certificate.names_as_issuer(&candidate) && certificate.is_signed_by(&candidate) == Ok(true)
        })
    };
    if found.iter().any(issued) {
        return Ok(Lasting::For(LASTING));
    }
    Err(Fault::Answer(Failed::OtherIssuer))
}
