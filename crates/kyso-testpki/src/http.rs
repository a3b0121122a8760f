//! As much of HTTP/1.1 as the services need: one request a connection, bodies of known length.

use std::io::{self, Read};

/// Longest head and body that are read.
const HEAD: usize = 64 << 10;
const BODY: usize = 16 << 20;

/// A request as it was received.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET`, `POST`…
    pub method: String,
    /// The path with whatever follows it.
    pub target: String,
    /// Names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// The first header of this name, given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Reads one; `None` where it isn't one.
    pub(crate) fn read(stream: &mut impl Read) -> io::Result<Option<Self>> {
        let (mut received, mut buffer) = (Vec::new(), [0; 4096]);
        let end = loop {
            if let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            let count = stream.read(&mut buffer)?;
            if count == 0 || received.len() > HEAD {
                return Ok(None);
            }
            received.extend_from_slice(buffer.get(..count).unwrap_or_default());
        };
        let mut body = received.split_off(end + 4);
        let Some(mut request) = Self::parse_head(&received) else { return Ok(None) };
        let length = request.header("content-length").map_or(Some(0), |length| length.parse::<usize>().ok());
        let Some(missing) = length.filter(|&length| length <= BODY).and_then(|length| length.checked_sub(body.len()))
        else {
            return Ok(None);
        };
        stream.take(missing as u64).read_to_end(&mut body)?;
        request.body = body;
        Ok(Some(request))
    }

    fn parse_head(head: &[u8]) -> Option<Self> {
        let mut lines = std::str::from_utf8(head).ok()?.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Some(Self { method, target, headers, body: Vec::new() })
    }

    /// The bytes that a GET carries in its path: Base64 in percent-encoding (RFC 6960, A.1).
    pub(crate) fn last_segment_decoded(&self) -> Option<Vec<u8>> {
        let after = |text: &str| -> Option<Vec<u8>> { openssl::base64::decode_block(&percent_decoded(text)?).ok() };
        // Base64 may hold slashes that nobody encoded: the longest tail that decodes to a SEQUENCE is it.
        let starts = self.target.match_indices('/').map(|(at, _)| at + 1);
        starts.filter_map(|at| after(self.target.get(at..)?)).find(|bytes| bytes.first() == Some(&0x30))
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut pieces = text.split('%');
    let mut out = pieces.next()?.to_owned();
    for piece in pieces {
        let (code, rest) = piece.split_at_checked(2)?;
        out.push(char::from(u8::from_str_radix(code, 16).ok()?));
        out.push_str(rest);
    }
    Some(out)
}

/// What is answered.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) media_type: &'static str,
    pub(crate) location: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// A page for people, which no machine asked for.
    pub(crate) fn page(status: u16) -> Self {
        let body = format!("<!DOCTYPE html><html><body><h1>{status}</h1></body></html>").into_bytes();
        Self { status, media_type: "text/html", location: None, body }
    }

    pub(crate) fn redirect(url: &str) -> Self {
        Self { location: Some(url.to_owned()), ..Self::page(302) }
    }

    /// Everything up to the body, of which so many bytes are announced.
    pub(crate) fn head(&self, length: u64) -> String {
        let location = self.location.as_ref().map(|url| format!("Location: {url}\r\n")).unwrap_or_default();
        format!(
            "HTTP/1.1 {} Test\r\nContent-Type: {}\r\nContent-Length: {length}\r\n{location}Connection: close\r\n\r\n",
            self.status, self.media_type
        )
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        [self.head(self.body.len() as u64).as_bytes(), &self.body].concat()
    }
}
