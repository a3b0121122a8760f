//! Whether two URIs name one place: normalised by syntax and by scheme (RFC 3986, 6.2.2 and 6.2.3), for a CA may write its
//! distribution point in one way into its certificates and in another into its lists.

use std::fmt::Write as _;

/// Ports that a URI needn't write.
const PORTS: [(&str, &str); 4] = [("http", "80"), ("https", "443"), ("ldap", "389"), ("ldaps", "636")];

/// Letters that can be printed and stand in no URI (RFC 3986, appendix A).
const FORBIDDEN: &[u8] = b"\"<>\\^`{|}";

/// Whether both name one place.
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other || normal(one) == normal(other)
}

/// The normal form: scheme and host in lower case, no port that is the scheme's own, no `.` and `..` in the path, escapes in
/// upper case, and only of what has to be escaped.
fn normal(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
        return escapes(uri);
    };
    let scheme = scheme.to_ascii_lowercase();
    let Some(rest) = rest.strip_prefix("//") else { return format!("{scheme}:{}", escapes(rest)) };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let behind = rest.find(['?', '#']).unwrap_or(rest.len());
    let (path, behind) = rest.split_at_checked(behind).unwrap_or((rest, ""));
    let path = if path.is_empty() { "/".to_owned() } else { without_dots(&escapes(path)) };
    format!("{scheme}://{}{path}{}", authority_of(authority, &scheme), escapes(behind))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

fn authority_of(authority: &str, scheme: &str) -> String {
    let (login, host) = match authority.rsplit_once('@') {
        Some((login, host)) => (format!("{}@", escapes(login)), host),
        None => (String::new(), authority),
    };
    // An IPv6 address has colons of its own.
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let is_needless = |port: &str| port.is_empty() || PORTS.contains(&(scheme, port));
    let host = match port {
        Some((host, port)) if is_needless(port) => host,
        _ => host,
    };
    format!("{login}{}", escapes(host).to_ascii_lowercase())
}

/// With escapes of letters that need none undone, the others in upper case, and what no URI may hold escaped.
fn escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut left = text.as_bytes();
    while let Some((&byte, rest)) = left.split_first() {
        left = rest;
        let meant = (byte == b'%').then(|| hexadecimal(rest)).flatten();
        if meant.is_some() {
            left = rest.get(2..).unwrap_or_default();
        }
        match meant {
            Some(meant) if is_unreserved(meant) => out.push(char::from(meant)),
            // Writing to a String can't fail.
            Some(meant) => _ = write!(out, "%{meant:02X}"),
            None if byte.is_ascii_graphic() && !FORBIDDEN.contains(&byte) => out.push(char::from(byte)),
            None => _ = write!(out, "%{byte:02X}"),
        }
    }
    out
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*digits.get(at)?).to_digit(16);
    u8::try_from(digit(0)? << 4 | digit(1)?).ok()
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// An absolute path without its `.` and `..` (RFC 3986, 5.2.4).
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/').skip(1) {
        match segment {
            "." => {}
            ".." => _ = kept.pop(),
            other => kept.push(other),
        }
    }
    let end = if path.ends_with("/.") || path.ends_with("/..") { "/" } else { "" };
    let joined = kept.join("/");
    if joined.is_empty() { "/".to_owned() } else { format!("/{joined}{end}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_is_written_in_many_ways() {
        for (one, other) in [
            ("http://ca.vn/a.crl", "HTTP://CA.VN/a.crl"),
            ("http://ca.vn/a.crl", "http://ca.vn:80/a.crl"),
            ("http://ca.vn/a.crl", "http://ca.vn:/a.crl"),
            ("https://ca.vn/a.crl", "https://ca.vn:443/a.crl"),
            ("http://ca.vn", "http://ca.vn/"),
            ("http://ca.vn?a=b", "http://ca.vn/?a=b"),
            ("http://ca.vn/x/../a.crl", "http://ca.vn/./a.crl"),
            ("http://ca.vn/a%2dsub.crl", "http://ca.vn/a-sub.crl"),
            ("http://ca.vn/a%2fb", "http://ca.vn/a%2Fb"),
            ("http://ca.vn/CA G2.crl", "http://ca.vn/CA%20G2.crl"),
            ("http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a"),
            ("ldap://CA.vn:389/cn=A?b", "LDAP://ca.vn/cn=A?b"),
            ("http://%63a.vn/a", "http://ca.vn/a"),
        ] {
            assert!(same(one, other) && same(other, one), "{one} {other}");
        }
    }

    #[test]
    fn other_places_stay_others() {
        for (one, other) in [
            ("http://ca.vn/a.crl", "https://ca.vn/a.crl"),
            ("http://ca.vn/a.crl", "http://ca.vn/A.crl"),
            ("http://ca.vn/a.crl", "http://ca.vn:8080/a.crl"),
            ("http://ca.vn/a.crl", "http://ca.vn/a.crl?"),
            ("http://ca.vn/a.crl", "http://ca.vn/a.crl/"),
            ("http://ca.vn/a/b", "http://ca.vn/a%2Fb"),
            ("http://ca.vn/?a=b", "http://ca.vn/?A=b"),
            ("http://ca.vn/a%25", "http://ca.vn/a%"),
            ("http://u@ca.vn/a", "http://ca.vn/a"),
            ("http://ca.vn/a", "http://ca.vn.evil/a"),
            ("urn:a:b", "urn:a:B"),
            ("a", "b"),
            ("", "/"),
        ] {
            assert!(!same(one, other) && !same(other, one), "{one} {other}");
        }
    }
}
