//! Asking OCSP responders over HTTP (RFC 6960, appendix A.1; RFC 5019): by GET where the URL stays short, which caches on
//! the way may answer, and by POST where it doesn't or where the responder knows no GET.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kyso::error::connection::Fault;
use kyso::pki::ocsp::OcspResponse;

use crate::cache::Lasting;
use crate::der;
use crate::guard::{Origin, Url};
use crate::http::{Client, Exchange};

/// An answer with certificates is a few kilobytes.
const LIMIT: u64 = 1 << 20;
/// The longest URL of a GET (RFC 6960, A.1; RFC 5019, 5).
const SHORT: usize = 255;

/// The answer to `request` from `url`; whether it is one is for `read` to say.
pub(crate) fn ask(
    client: &Client,
    url: &Url,
    request: &[u8],
    timeout: Duration,
    read: impl Fn(&[u8]) -> Result<Lasting, Fault>,
) -> Result<Vec<u8>, Fault> {
    let accept = "application/ocsp-response";
    let exchange = |url: &Url, post| {
        let (origin, limit, credentials) = (Origin::Stranger, LIMIT, None);
        client.exchange(&Exchange { url, origin, post, accept, limit, timeout, credentials }).map(der::first)
    };
    let short = url.append(&escaped(&STANDARD.encode(request)));
    if short.to_string().len() <= SHORT {
        match exchange(&short, None) {
            Ok(answer) if read(&answer).is_ok() => return Ok(answer),
            // An answer that isn't one, an error, a page, a login, a closed connection: the responder, or what stands before
            // it, may know POST only.
            Ok(_) => {}
            Err(fault) if fault.came_from_the_service() => {}
            Err(fault) => return Err(fault),
        }
    }
    exchange(url, Some(("application/ocsp-request", request)))
}

/// How long an answer lasts that serves: as long as all that it says. Without nextUpdate, "newer information is always
/// available": it's good for now and not for later.
pub(crate) fn read(answer: &[u8]) -> Result<Lasting, Fault> {
    let response = OcspResponse::parse(answer).map_err(|error| Fault::of_answer(&error))?;
    let until: Option<Vec<_>> = response.responses().iter().map(|single| single.next_update).collect();
    Ok(until.and_then(|all| all.into_iter().min()).map_or(Lasting::Run, Lasting::Until))
}

/// Base64 for a path: the three that have a meaning in URLs are escaped.
fn escaped(base64: &str) -> String {
    base64.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}
