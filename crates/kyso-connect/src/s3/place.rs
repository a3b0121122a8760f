//! Where objects lie: a bucket at an endpoint, and what their names begin with.

use crate::guard::{Host, Url};

use super::Error;
use super::sign::escaped;

/// The longest name of an object that S3 takes, in bytes.
const LONGEST: usize = 1024;

/// A bucket at an endpoint, in which all names begin alike.
#[derive(Debug, Clone)]
pub struct Place {
    endpoint: Url,
    bucket: String,
    prefix: String,
    region: String,
    style: Style,
}

/// How a request names its bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// In the path: `https://host/bucket/name`.
    Path,
    /// In the host: `https://bucket.host/name`.
    VirtualHost,
}

impl Place {
    /// The objects of `bucket` whose names begin with `prefix`, which is empty or ends with a slash. The endpoint is a URL
    /// without a path; the region is the one that requests are signed for.
    ///
    /// # Errors
    /// [`Error::Setting`] where one of them can't be used.
    pub fn new(endpoint: &str, region: &str, bucket: &str, prefix: &str, style: Style) -> Result<Self, Error> {
        let wrong = |what: &str| Error::Setting(format!("S3 store: {what}"));
        let endpoint = Url::parse(endpoint).map_err(|fault| wrong(&format!("endpoint: {fault}")))?;
        let is_bare = matches!(endpoint.to_string().splitn(4, '/').nth(3), None | Some(""));
        if !is_bare {
            return Err(wrong("the endpoint is a URL without a path"));
        }
        let is_plain = |text: &str, also: &[u8]| {
            text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || also.contains(&byte))
        };
        if !(3..=63).contains(&bucket.len()) || !is_plain(bucket, b"-.") || bucket.starts_with(['-', '.']) {
            return Err(wrong("a bucket's name is 3 to 63 of a-z, 0-9, - and ."));
        }
        if region.is_empty() || region.len() > 64 || !is_plain(region, b"-_") {
            return Err(wrong("a region is of a-z, 0-9 and -"));
        }
        if !prefix.is_empty() && (!prefix.ends_with('/') || !is_name(prefix.trim_end_matches('/'))) {
            return Err(wrong("a prefix is plain and ends with one slash"));
        }
        if prefix.ends_with("//") {
            return Err(wrong("a prefix is plain and ends with one slash"));
        }
        let endpoint = match (style, endpoint.host()) {
            (Style::Path, _) => endpoint,
            (Style::VirtualHost, Host::Address(_)) => return Err(wrong("an address has no bucket in its host")),
            (Style::VirtualHost, Host::Name(_)) => {
                let url = endpoint.to_string();
                let (scheme, rest) = url.split_once("://").ok_or_else(|| wrong("endpoint"))?;
                let url = format!("{scheme}://{bucket}.{rest}");
                Url::parse(&url).map_err(|fault| wrong(&format!("endpoint: {fault}")))?
            }
        };
        let own = |text: &str| text.to_owned();
        Ok(Self { endpoint, bucket: own(bucket), prefix: own(prefix), region: own(region), style })
    }

    /// What the requests are signed for.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// What all names begin with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Whether names of one could be names of the other: one bucket, and one prefix begins with the other.
    pub fn is_nested_with(&self, other: &Self) -> bool {
        let is_begun = self.prefix.starts_with(&other.prefix) || other.prefix.starts_with(&self.prefix);
        self.endpoint.shown() == other.endpoint.shown() && self.bucket == other.bucket && is_begun
    }

    /// For messages.
    pub fn shown(&self) -> String {
        format!("{}, bucket {}, {}", self.endpoint.shown(), self.bucket, self.prefix)
    }

    /// Scheme, host and port that are connected to.
    pub(super) fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    /// The escaped path of the bucket, or of an object in it.
    pub(super) fn path(&self, name: Option<&str>) -> Result<String, Error> {
        let bucket = match self.style {
            Style::Path => format!("/{}", self.bucket),
            Style::VirtualHost => String::new(),
        };
        let Some(name) = name else { return Ok(if bucket.is_empty() { "/".into() } else { bucket }) };
        let whole = format!("{}{name}", self.prefix);
        if whole.len() > LONGEST || !is_name(name) {
            return Err(Error::Setting(format!("{name:?} can't be the name of an object")));
        }
        Ok(format!("{bucket}/{}", escaped(&whole, true)))
    }
}

/// Whether proxies, stores and we ourselves take a text for the same name: parts of visible ASCII between single slashes,
/// none of which are dots alone.
fn is_name(text: &str) -> bool {
    let is_part = |part: &str| {
        !matches!(part, "" | "." | "..") && part.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    };
    text.split('/').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_named_in_the_path_or_in_the_host() {
        let place = |style| Place::new("https://s3.example.vn:9000", "us-east-1", "kyso", "ward/", style).unwrap();
        let path = place(Style::Path);
        assert_eq!(path.endpoint().to_string(), "https://s3.example.vn:9000/");
        assert_eq!(path.path(Some("o/ab/x.0")).unwrap(), "/kyso/ward/o/ab/x.0");
        assert_eq!(path.path(None).unwrap(), "/kyso");
        let host = place(Style::VirtualHost);
        assert_eq!(host.endpoint().to_string(), "https://kyso.s3.example.vn:9000/");
        assert_eq!((host.path(Some("a b")).is_err(), host.path(Some("a+b")).unwrap()), (true, "/ward/a%2Bb".into()));
        assert_eq!(host.path(None).unwrap(), "/");
        assert!(Place::new("http://127.0.0.1", "us-east-1", "kyso", "", Style::VirtualHost).is_err());
    }

    #[test]
    fn what_cant_be_meant_is_refused() {
        let place = |endpoint, region, bucket, prefix| Place::new(endpoint, region, bucket, prefix, Style::Path);
        assert!(place("http://a.vn/", "r1", "abc", "").is_ok());
        for (endpoint, region, bucket, prefix) in [
            ("http://a.vn/x", "r1", "abc", ""),
            ("http://u:p@a.vn", "r1", "abc", ""),
            ("ftp://a.vn", "r1", "abc", ""),
            ("http://a.vn/?x", "r1", "abc", ""),
            ("http://a.vn", "", "abc", ""),
            ("http://a.vn", "r/1", "abc", ""),
            ("http://a.vn", "r1", "ab", ""),
            ("http://a.vn", "r1", "A/c", ""),
            ("http://a.vn", "r1", "../c", ""),
            ("http://a.vn", "r1", "abc", "ward"),
            ("http://a.vn", "r1", "abc", "/"),
            ("http://a.vn", "r1", "abc", "a//"),
            ("http://a.vn", "r1", "abc", "../a/"),
        ] {
            assert!(place(endpoint, region, bucket, prefix).is_err(), "{endpoint} {region} {bucket} {prefix}");
        }
        let good = place("http://a.vn", "r1", "abc", "").unwrap();
        for name in ["", "/a", "a/", "a//b", ".", "a/../b", "a\nb", "á", "a\\b", &"a".repeat(1025)] {
            assert!(matches!(good.path(Some(name)), Err(Error::Setting(_))), "{name}");
        }
    }
}
