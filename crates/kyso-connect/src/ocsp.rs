//! Asking OCSP responders over HTTP (RFC 6960, appendix A.1; RFC 5019): by GET where the URL stays short, which caches on
//! the way may answer, and by POST where it doesn't or where the responder knows no GET.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use kyso::Material;
use kyso::pki::revocation::RevocationStatus;
use kyso::pki::{Archive, Certificate, OcspResponse};

use crate::cache::Lasting;
use crate::failure::Fault;
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
        client.exchange(&Exchange { url, origin, post, accept, limit, timeout, credentials })
    };
    let short = url.append(&escaped(&STANDARD.encode(request)));
    if short.to_string().len() <= SHORT {
        match exchange(&short, None) {
            Ok(answer) if read(&answer).is_ok() => return Ok(answer),
            // An answer that isn't one, an error, a page: the responder may know POST only.
            Ok(_) | Err(Fault::Status(_) | Fault::Redirect(_) | Fault::ContentType(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    exchange(url, Some(("application/ocsp-request", request)))
}

/// What stands in the way of using `answer` for `certificate`, else how long it lasts. A status of "unknown" is no answer
/// to go by: a CRL may know.
pub(crate) fn read(
    answer: &[u8],
    certificate: &Certificate,
    issuer: &Certificate,
    now: Timestamp,
) -> Result<Lasting, Fault> {
    let response = OcspResponse::parse(answer).map_err(|error| Fault::of_answer(&error))?;
    let certificates = response.certificates().to_vec();
    let material = Material { certificates, ocsp_responses: vec![answer.to_vec()], ..Material::default() };
    let found = Archive::new(&material).of(certificate, issuer);
    let Some(evidence) = found.evidence.first() else {
        return Err(match found.refused.first() {
            Some(refused) => Fault::answer(
                format!("câu trả lời OCSP không dùng được [{}]", refused.defect),
                format!("the OCSP answer can't be used: {}", refused.defect),
            ),
            None => {
                Fault::answer("câu trả lời OCSP nói về chứng thư khác", "the OCSP answer speaks of another certificate")
            }
        });
    };
    if evidence.status == RevocationStatus::Unknown {
        return Err(Fault::answer(
            "dịch vụ OCSP không biết chứng thư này (unknown)",
            "the OCSP responder doesn't know the certificate (unknown)",
        ));
    }
    match evidence.next_update {
        Some(next) if next <= now => Err(Fault::answer(
            format!("câu trả lời OCSP đã hết hạn từ {next}"),
            format!("the OCSP answer is past its next update, {next}"),
        )),
        Some(next) => Ok(Lasting::Until(next)),
        // "Newer information is always available": good for now and not for later.
        None => Ok(Lasting::Run),
    }
}

/// Base64 for a path: the three that have a meaning in URLs are escaped.
fn escaped(base64: &str) -> String {
    base64.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}
