//! Getting CRLs, complete or delta, in DER (RFC 2585) or PEM.

use std::time::Duration;

use kyso::MAX_EVIDENCE;
use kyso::error::connection::Fault;
use kyso::pki::crl::Crl;

use crate::cache::Lasting;
use crate::guard::{Origin, Url};
use crate::http::{Client, Exchange};
use crate::pem;

/// The CRL at `url`, in DER.
pub(crate) fn get(client: &Client, url: &Url, timeout: Duration) -> Result<Vec<u8>, Fault> {
    let (origin, accept, limit) = (Origin::Stranger, "application/pkix-crl, */*;q=0.5", MAX_EVIDENCE as u64);
    let exchange = Exchange { url, origin, post: None, accept, limit, timeout, credentials: None };
    client.exchange(&exchange).map(|bytes| pem::der(bytes, "X509 CRL"))
}

/// How long a CRL lasts that serves.
pub(crate) fn read(der: &[u8]) -> Result<Lasting, Fault> {
    let crl = Crl::parse(der).map_err(|error| Fault::of_answer(&error))?;
    Ok(crl.next_update().map_or(Lasting::Run, Lasting::Until))
}
