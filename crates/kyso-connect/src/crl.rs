//! Getting CRLs, complete or delta, in DER (RFC 2585) or PEM.

use std::time::Duration;

use jiff::Timestamp;
use kyso::pki::{Certificate, Crl};

use crate::cache::Lasting;
use crate::failure::Fault;
use crate::guard::{Origin, Url};
use crate::http::{Client, Exchange};
use crate::pem;

/// The largest CRLs in use have some 30 MB.
const LIMIT: u64 = 64 << 20;

/// The CRL at `url`, in DER.
pub(crate) fn get(client: &Client, url: &Url, timeout: Duration) -> Result<Vec<u8>, Fault> {
    let (origin, accept, limit) = (Origin::Stranger, "application/pkix-crl, */*;q=0.5", LIMIT);
    let exchange = Exchange { url, origin, post: None, accept, limit, timeout, credentials: None };
    client.exchange(&exchange).map(|bytes| pem::der(bytes, "X509 CRL"))
}

/// What stands in the way of using a CRL of `issuer`, else how long it lasts.
pub(crate) fn read(der: &[u8], issuer: &Certificate, now: Timestamp) -> Result<Lasting, Fault> {
    let crl = Crl::parse(der).map_err(|error| Fault::of_answer(&error))?;
    if crl.issuer() != issuer.subject() && !crl.issuer().says_the_same(issuer.subject()) {
        return Err(Fault::answer("CRL là của cơ quan cấp khác", "the CRL is another issuer's"));
    }
    let is_of_this_key = match (crl.authority_key_identifier(), issuer.subject_key_identifier()) {
        (Some(stated), Some(own)) => stated == own,
        _ => true,
    };
    // Of another key of the issuer: a rollover, which whoever has its certificates can judge.
    if is_of_this_key && crl.verify(issuer) != Ok(true) {
        return Err(Fault::answer("chữ ký trên CRL không đúng", "the CRL's signature doesn't hold"));
    }
    match crl.next_update() {
        Some(next) if next <= now => {
            Err(Fault::answer(format!("CRL đã hết hạn từ {next}"), format!("the CRL is past its next update, {next}")))
        }
        // What nobody has verified yet isn't kept: forged, it would stand in the way of the right one for long.
        Some(next) if is_of_this_key => Ok(Lasting::Until(next)),
        _ => Ok(Lasting::Run),
    }
}
