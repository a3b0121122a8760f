//! URLs, read strictly: what isn't plainly one http or https URL with a plain host is refused, so that no two readers
//! can take one text for two hosts.

use std::fmt::{self, Write as _};
use std::net::IpAddr;

use kyso::error::connection::UrlFault;

/// Longer ones aren't met; a request line that long is refused by servers.
const LONGEST: usize = 2048;

/// An http or https URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    scheme: Scheme,
    host: Host,
    port: u16,
    /// Path and query, with a slash in front; nothing in it needs escaping any more.
    target: String,
    /// How many bytes at the end of the path are an encoded request, its slash included.
    request: usize,
}

/// How to talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// In the clear: evidence is signed, so most of it comes so.
    Http,
    /// Over TLS.
    Https,
}

/// With whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A name, to be resolved; in lower case.
    Name(String),
    /// An address that is written out.
    Address(IpAddr),
}

impl Url {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`UrlFault`].
    pub fn parse(text: &str) -> Result<Self, UrlFault> {
        let text = text.trim_matches(' ');
        if text.len() > LONGEST || text.chars().any(char::is_control) {
            return Err(UrlFault::Malformed);
        }
        let (scheme, rest) = text.split_once("://").ok_or(UrlFault::Scheme)?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return Err(UrlFault::Scheme),
        };
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at_checked(end).ok_or(UrlFault::Malformed)?;
        if authority.contains('@') {
            return Err(UrlFault::UserInfo);
        }
        let (host, port) = host_and_port(authority, scheme)?;
        let target = rest.split('#').next().unwrap_or_default();
        Ok(Self { scheme, host, port, target: escaped(target), request: 0 })
    }

    /// Where a redirect leads: an absolute URL, or a reference to be resolved against this one (RFC 3986, 5.2.2).
    pub(crate) fn join(&self, location: &str) -> Result<Self, UrlFault> {
        let location = location.trim_matches(' ');
        if location.starts_with("//") {
            return Self::parse(&format!("{}:{location}", self.scheme.name()));
        }
        if has_scheme(location) {
            return Self::parse(location);
        }
        if location.len() > LONGEST || location.chars().any(char::is_control) || location.contains('\\') {
            return Err(UrlFault::Malformed);
        }
        let reference = location.split('#').next().unwrap_or_default();
        let (path, query) = match reference.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (reference, None),
        };
        let (own, own_query) = match self.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (self.target.as_str(), None),
        };
        let (path, query) = match path {
            "" => (own.to_owned(), query.or(own_query)),
            absolute if absolute.starts_with('/') => (without_dots(absolute), query),
            relative => {
                let folder = own.rfind('/').and_then(|slash| own.get(..=slash)).unwrap_or("/");
                (without_dots(&format!("{folder}{relative}")), query)
            }
        };
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let target = escaped(&format!("{path}{query}"));
        if target.len() > LONGEST { Err(UrlFault::Malformed) } else { Ok(Self { target, request: 0, ..self.clone() }) }
    }

    /// How to talk.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// With whom.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// At which port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether scheme, host and port are equal: then credentials for one URL may be shown to the other.
    pub fn is_same_service(&self, other: &Self) -> bool {
        (self.scheme, &self.host, self.port) == (other.scheme, &other.host, other.port)
    }

    /// A URL with an encoded request appended to this one's path after one slash.
    pub(crate) fn append(&self, request: &str) -> Self {
        let (path, query) = match self.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (self.target.as_str(), None),
        };
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let target = format!("{}/{request}{query}", path.trim_end_matches('/'));
        Self { target, request: request.len() + 1, ..self.clone() }
    }

    /// Host and port as a Host header writes them.
    pub(crate) fn authority(&self) -> String {
        if self.port == self.scheme.default_port() { self.host.to_string() } else { self.host_and_port() }
    }

    /// Host and port, always both.
    pub(crate) fn host_and_port(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// A text for messages, whether it's a URL or not: without query and login, where secrets are at times.
    pub fn shown_of(text: &str) -> String {
        if let Ok(url) = Self::parse(text) {
            return url.shown();
        }
        let text = without_login(text);
        let text = text.split(['?', '#']).next().unwrap_or_default();
        text.chars().filter(|letter| !letter.is_control()).take(120).collect()
    }

    /// For messages and traces: without the query, where keys of services are at times, and without an encoded request, which
    /// tells people nothing.
    pub fn shown(&self) -> String {
        let path = self.target.split('?').next().unwrap_or_default();
        let path = path.get(..path.len().saturating_sub(self.request)).unwrap_or(path);
        let path: String = path.chars().take(120).collect();
        format!("{}://{}{path}", self.scheme.name(), self.authority())
    }
}

/// The whole URL, with everything that a key in its query may give away: not for messages.
impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme.name(), self.authority(), self.target)
    }
}

impl Scheme {
    fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(IpAddr::V4(address)) => write!(f, "{address}"),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

/// What may be said of a text that is no URL: without what stands before an `@`, which may be a password that nobody escaped.
fn without_login(text: &str) -> String {
    let (scheme, rest) = text.find("//").and_then(|at| text.split_at_checked(at + 2)).unwrap_or(("", text));
    let rest = rest.rsplit('@').next().unwrap_or_default();
    format!("{scheme}{rest}")
}

fn host_and_port(authority: &str, scheme: Scheme) -> Result<(Host, u16), UrlFault> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (address, port) = rest.split_once(']').ok_or(UrlFault::Host)?;
        (Host::Address(IpAddr::V6(address.parse().map_err(|_| UrlFault::Host)?)), port)
    } else {
        let colon = authority.find(':').unwrap_or(authority.len());
        let (host, port) = authority.split_at_checked(colon).ok_or(UrlFault::Host)?;
        (plain_host(host)?, port)
    };
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => scheme.default_port(),
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().ok().filter(|port| *port != 0).ok_or(UrlFault::Port)?
        }
        _ => return Err(UrlFault::Port),
    };
    Ok((host, port))
}

/// Whether a reference begins with a scheme (RFC 3986, 3.1), as `file:x` does too.
fn has_scheme(reference: &str) -> bool {
    let Some((scheme, _)) = reference.split_once(':') else { return false };
    let is_of_scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(is_of_scheme)
}

/// An absolute path without its `.` and `..` (RFC 3986, 5.2.4).
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            ".." => {
                kept.pop();
            }
            "." => {}
            other => kept.push(other),
        }
        if is_last && matches!(segment, "." | "..") {
            kept.push("");
        }
    }
    format!("/{}", kept.join("/"))
}

/// A name or an IPv4 address. A host whose last label is a number is an address and nothing else: `2130706433`,
/// `0177.0.0.1`, `0x7f.1` and `127.1` are forms that resolvers take for 127.0.0.1.
fn plain_host(host: &str) -> Result<Host, UrlFault> {
    let name = host.strip_suffix('.').unwrap_or(host);
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit()) || last.to_ascii_lowercase().starts_with("0x");
    if is_number {
        return name.parse().map(|address| Host::Address(IpAddr::V4(address))).map_err(|_| UrlFault::Host);
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if name.len() <= 253 && name.split('.').all(is_label) {
        Ok(Host::Name(name.to_ascii_lowercase()))
    } else {
        Err(UrlFault::Host)
    }
}

/// Path and query with what RFC 3986 doesn't allow there escaped: CAs write spaces into their URLs.
fn escaped(target: &str) -> String {
    let mut out = String::with_capacity(target.len() + 1);
    if !target.starts_with('/') {
        out.push('/');
    }
    for byte in target.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
            | b':' | b'@' | b'/' | b'?' | b'%' => out.push(char::from(byte)),
            // Writing to a String can't fail.
            _ => _ = write!(out, "%{byte:02X}"),
        }
    }
    out
}
