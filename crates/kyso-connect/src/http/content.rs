//! The content of an answer: read within its bounds, unpacked where it came packed, and told apart from pages for people.

use std::io::Read;
use std::time::{Duration, Instant};

use flate2::bufread::GzDecoder;
use flate2::read::ZlibDecoder;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use kyso::error::connection::Fault;
use ureq::Body;
use ureq::http::{HeaderMap, HeaderName, Response, header};

use super::{Answer, Exchange, fault};
use crate::guard::Origin;

/// Bytes a second that have to come of an answer: 256 kbit/s. A whole answer of the largest size comes in half an hour then.
pub(super) const PACE: u64 = 32 << 10;
/// The first bytes of gzip (RFC 1952, 2.3.1), by which neither DER nor PEM begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// DER's SEQUENCE: all that is asked for begins so, or is PEM.
const SEQUENCE: u8 = 0x30;

/// How long an answer's content may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// When the request began.
    pub(super) started: Instant,
    /// How long it may take beside what its bytes take at [`PACE`].
    pub(super) beside: Duration,
    /// How long it may take in all.
    pub(super) in_all: Duration,
}

impl Patience {
    /// Whether more time was taken than so many bytes may take.
    pub(super) fn is_over(self, bytes: usize) -> bool {
        let paced = self.beside.saturating_add(Duration::from_millis(bytes as u64 * 1000 / PACE));
        self.started.elapsed() >= paced.min(self.in_all)
    }
}

/// The content of a successful answer.
pub(super) fn content(mut response: Response<Body>, exchange: &Exchange<'_>, time: Patience) -> Result<Vec<u8>, Fault> {
    match response.status().as_u16() {
        // 203: the right answer, as a proxy on the way passes it on.
        200 | 203 => {}
        407 => return Err(Fault::NotAuthorised(407)),
        // Whoever was named by a certificate isn't known to us by name and password.
        status @ (401 | 403) if exchange.origin == Origin::Operator => return Err(Fault::NotAuthorised(status)),
        status => {
            return Err(match retry_after(response.headers()) {
                Some(retry_after) => Fault::Busy { status, retry_after },
                None => Fault::Status(status),
            });
        }
    }
    if response.body().content_length().is_some_and(|length| length > exchange.limit) {
        return Err(Fault::TooLarge(exchange.limit));
    }
    let media_type = essence(response.headers());
    let coding = text(response.headers(), header::CONTENT_ENCODING).trim().to_ascii_lowercase();
    let packed = whole(response.body_mut().as_reader(), exchange, time)?;
    let content = unpacked(packed, &coding, exchange.limit)?;
    match page(&content, &media_type) {
        Some(found) => Err(Fault::ContentType(found)),
        None => Ok(content),
    }
}

/// The answer as it came, of whatever status.
pub(super) fn any_status(
    mut response: Response<Body>,
    exchange: &Exchange<'_>,
    time: Patience,
) -> Result<Answer, Fault> {
    if response.body().content_length().is_some_and(|length| length > exchange.limit) {
        return Err(Fault::TooLarge(exchange.limit));
    }
    let headers = response.headers().iter();
    let headers = headers.filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    let (status, headers) = (response.status().as_u16(), headers.collect());
    Ok(Answer { status, headers, content: whole(response.body_mut().as_reader(), exchange, time)? })
}

/// All bytes, as long as they come.
fn whole(mut body: impl Read, exchange: &Exchange<'_>, time: Patience) -> Result<Vec<u8>, Fault> {
    let (mut content, mut buffer) = (Vec::new(), vec![0; 32 << 10]);
    loop {
        if time.is_over(content.len()) {
            return Err(Fault::TimedOut(exchange.timeout));
        }
        let read = body.read(&mut buffer).map_err(|error| fault(ureq::Error::from(error), exchange.timeout))?;
        if read == 0 {
            return Ok(content);
        }
        content.extend_from_slice(buffer.get(..read).unwrap_or_default());
        if content.len() as u64 > exchange.limit {
            return Err(Fault::TooLarge(exchange.limit));
        }
    }
}

/// The content without the coding that it came in (RFC 9110, 8.4), which nobody asked for. Gzip is known by its first bytes,
/// whatever is said of it.
fn unpacked(content: Vec<u8>, coding: &str, limit: u64) -> Result<Vec<u8>, Fault> {
    if content.starts_with(&GZIP) {
        return gunzipped(&content, limit);
    }
    match coding {
        "deflate" if content.first() != Some(&SEQUENCE) => inflated(ZlibDecoder::new(&*content), limit),
        "" | "identity" | "deflate" | "gzip" | "x-gzip" => Ok(content),
        _ if content.first() == Some(&SEQUENCE) => Ok(content),
        other => Err(Fault::ContentType(other.chars().filter(|letter| letter.is_ascii_graphic()).take(40).collect())),
    }
}

/// All members (RFC 1952, 2.2). What lies behind them is left, as it is behind DER.
fn gunzipped(mut packed: &[u8], limit: u64) -> Result<Vec<u8>, Fault> {
    let mut content = Vec::new();
    while packed.starts_with(&GZIP) {
        let mut member = GzDecoder::new(packed);
        let left = limit.saturating_sub(content.len() as u64);
        content.extend(inflated(&mut member, left).map_err(|fault| match fault {
            Fault::TooLarge(_) => Fault::TooLarge(limit),
            other => other,
        })?);
        packed = member.into_inner();
    }
    Ok(content)
}

fn inflated(decoder: impl Read, limit: u64) -> Result<Vec<u8>, Fault> {
    let mut content = Vec::new();
    let read = decoder.take(limit.saturating_add(1)).read_to_end(&mut content);
    if content.len() as u64 > limit {
        return Err(Fault::TooLarge(limit));
    }
    read.map(|_| content).map_err(|error| Fault::NotHttp(format!("content coding: {error}")))
}

/// The media type of a page for people, often a firewall's, in place of an answer: by its first bytes, else by what it says
/// of itself. What begins as DER is read, whatever it's called: types are often wrong.
fn page(content: &[u8], media_type: &str) -> Option<String> {
    let text = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content).trim_ascii_start();
    let is_called_a_page = matches!(media_type, "text/html" | "application/xhtml+xml" | "application/json");
    match text.first() {
        Some(&SEQUENCE) if content.first() == Some(&SEQUENCE) => None,
        _ if text.windows(11).any(|window| window == b"-----BEGIN ") => None,
        Some(b'<') if !is_called_a_page && is_xml(text) => Some("application/xml".to_owned()),
        Some(b'<') if !is_called_a_page => Some("text/html".to_owned()),
        _ if is_called_a_page => Some(media_type.to_owned()),
        _ => None,
    }
}

/// Whether a text that begins with a tag says that it's XML, and not one that is shown as a page.
fn is_xml(text: &[u8]) -> bool {
    let begins = text.get(..text.len().min(1024)).unwrap_or_default().to_ascii_lowercase();
    let is_page = begins.windows(5).any(|window| window == b"<html")
        || begins.windows(14).any(|window| window == b"<!doctype html");
    begins.starts_with(b"<?xml") && !is_page
}

fn essence(headers: &HeaderMap) -> String {
    text(headers, header::CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn text(headers: &HeaderMap, name: HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Retry-After (RFC 9110, 10.2.3): seconds, or a date, whose day of the week nobody needs.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, header::RETRY_AFTER).trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(value).ok()?;
    Some(Duration::try_from(date.duration_since(Timestamp::now())).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_page_is_known_by_its_first_bytes_and_der_by_its_own() {
        let html = Some("text/html".to_owned());
        assert_eq!(page(b"\xef\xbb\xbf \r\n<!DOCTYPE html>", "application/ocsp-response"), html);
        assert_eq!(page(b"Please log in", "text/html"), html);
        assert_eq!(page(b"<?xml version='1.0'?><!DOCTYPE HTML><HTML>", ""), html);
        assert_eq!(page(b"<?xml version='1.0'?><error/>", "text/xml"), Some("application/xml".to_owned()));
        assert_eq!(page(b"{}", "application/json"), Some("application/json".to_owned()));
        for media_type in ["text/html", "application/json", "", "application/pkix-crl"] {
            assert_eq!(page(b"\x30\x03\x02\x01\x05", media_type), None, "{media_type}");
            assert_eq!(page(b"words\n-----BEGIN X509 CRL-----", media_type), None, "{media_type}");
        }
        assert_eq!(page(b"no list", "text/plain"), None);
    }

    #[test]
    fn what_came_packed_is_unpacked_within_the_limit() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(&[0x30; 1000]).unwrap();
        let gzip = gzip.finish().unwrap();
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        zlib.write_all(&[0x30; 1000]).unwrap();
        let zlib = zlib.finish().unwrap();
        for coding in ["", "gzip", "x-gzip"] {
            assert_eq!(unpacked(gzip.clone(), coding, 1000), Ok(vec![0x30; 1000]), "{coding}");
            assert_eq!(unpacked(gzip.clone(), coding, 999), Err(Fault::TooLarge(999)), "{coding}");
        }
        assert_eq!(unpacked(zlib, "deflate", 1000), Ok(vec![0x30; 1000]));
        assert_eq!(unpacked(vec![0x30, 0], "br", 10), Ok(vec![0x30, 0]), "it only says so");
        assert_eq!(unpacked(vec![1, 2], "br", 10), Err(Fault::ContentType("br".into())));
        // Several members, and what isn't one behind them.
        for behind in [&b"\r\n"[..], b"\0\0\0", b"<html>"] {
            let all = [&gzip[..], &gzip, behind].concat();
            assert_eq!(unpacked(all.clone(), "", 2000), Ok(vec![0x30; 2000]), "{behind:?}");
            assert_eq!(unpacked(all, "", 1999), Err(Fault::TooLarge(1999)), "{behind:?}");
        }
        let cut = gzip[..gzip.len() - 9].to_vec();
        assert!(matches!(unpacked(cut, "", 1000), Err(Fault::NotHttp(_))));
    }

    #[test]
    fn when_to_come_back_is_seconds_or_a_date() {
        let after = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, value.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(after("7"), Some(Duration::from_secs(7)));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        for far in ["Thu, 31 Dec 9998 23:59:59 GMT", "Fri, 31 Dec 9998 23:59:59 GMT"] {
            assert!(after(far) > Some(Duration::from_hours(1)), "{far}");
        }
        assert_eq!((after("soon"), after("-1")), (None, None));
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
