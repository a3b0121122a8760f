//! Requests signed for S3: AWS Signature Version 4, in the Authorization header, over the content too ("Signature
//! Calculations for the Authorization Header: Transferring Payload in a Single Chunk", Amazon S3 API Reference).
//!
//! Written here, over the HMAC that everything else uses: `rusty-s3` signs URLs alone, which leave the content unsigned, and
//! `aws-sigv4` brings a dozen crates of a client, with an HMAC and a notion of time of their own.

use jiff::Timestamp;
use kyso::crypto::{DigestAlgorithm, hex, hmac_sha256};
use zeroize::Zeroizing;

use super::keys::Keys;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// A request that is to be signed.
pub(super) struct Unsigned<'a> {
    pub(super) method: &'a str,
    /// Escaped by [`escaped`], with a slash in front.
    pub(super) path: &'a str,
    /// Names and values as they are, in any order.
    pub(super) query: &'a [(&'a str, &'a str)],
    /// All that are signed, `host` among them: names in lower case, values without white space at their ends.
    pub(super) headers: &'a [(String, String)],
    /// SHA-256 of the content in hex, as in the header `x-amz-content-sha256`.
    pub(super) content_sha256: &'a str,
}

/// The value of the Authorization header of a request whose header `x-amz-date` says `time` ([`date_of`]).
pub(super) fn authorization(request: &Unsigned<'_>, keys: &Keys, region: &str, time: Timestamp) -> String {
    let date = date_of(time);
    let day = date.get(..8).unwrap_or_default();
    let scope = format!("{day}/{region}/s3/aws4_request");

    let mut headers: Vec<&(String, String)> = request.headers.iter().collect();
    headers.sort();
    let signed = headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";");
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let canonical = [request.method, request.path, &query(request.query), &lines, &signed, request.content_sha256];
    let digest = DigestAlgorithm::Sha256.hex(canonical.join("\n").as_bytes());
    let to_be_signed = format!("{ALGORITHM}\n{date}\n{scope}\n{digest}");

    let first = Zeroizing::new(format!("AWS4{}", keys.secret()));
    let mut key = Zeroizing::new(hmac_sha256(first.as_bytes(), &[day.as_bytes()]));
    for part in [region, "s3", "aws4_request"] {
        key = Zeroizing::new(hmac_sha256(key.as_slice(), &[part.as_bytes()]));
    }
    let signature = hex(&hmac_sha256(key.as_slice(), &[to_be_signed.as_bytes()]));
    format!("{ALGORITHM} Credential={}/{scope},SignedHeaders={signed},Signature={signature}", keys.id())
}

/// A time as the header `x-amz-date` writes it: `20130524T000000Z`.
pub(super) fn date_of(time: Timestamp) -> String {
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A query as it's sent and signed: escaped, in order; a name without a value has its `=` all the same.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    let mut pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", escaped(name, false), escaped(value, false))).collect();
    pairs.sort();
    pairs.join("&")
}

/// Percent-encoded but for unreserved characters (RFC 3986, 2.3), and for slashes in a path.
pub(super) fn escaped(text: &str, is_path: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => escaped.push(char::from(byte)),
            b'/' if is_path => escaped.push('/'),
            other => escaped.push_str(&format!("%{other:02X}")),
        }
    }
    escaped
}

/// The examples of the page named above, with the keys and the bucket that they use.
#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn signed(method: &str, path: &str, query: &[(&str, &str)], more: &[(&str, &str)], sha256: &str) -> String {
        let keys = Keys::new("AKIAIOSFODNN7EXAMPLE", Zeroizing::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into()));
        let time: Timestamp = "2013-05-24T00:00:00Z".parse().unwrap();
        let own = [
            ("host", "examplebucket.s3.amazonaws.com"),
            ("x-amz-content-sha256", sha256),
            ("x-amz-date", "20130524T000000Z"),
        ];
        let headers: Vec<(String, String)> =
            own.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let path = escaped(path, true);
        let request = Unsigned { method, path: &path, query, headers: &headers, content_sha256: sha256 };
        assert_eq!(date_of(time), "20130524T000000Z");
        authorization(&request, &keys, "us-east-1", time)
    }

    #[test]
    fn a_part_of_an_object_is_read() {
        assert_eq!(
            signed("GET", "/test.txt", &[], &[("range", "bytes=0-9")], NOTHING),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
             SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,\
             Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        );
    }

    #[test]
    fn an_object_is_put() {
        let sha256 = DigestAlgorithm::Sha256.hex(b"Welcome to Amazon S3.");
        assert_eq!(sha256, "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
        let more = [("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")];
        let value = signed("PUT", "/test$file.text", &[], &more, &sha256);
        assert!(
            value.contains("SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,"),
            "{value}"
        );
        assert!(value.ends_with("=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"), "{value}");
    }

    #[test]
    fn a_name_without_a_value_is_asked_for() {
        let value = signed("GET", "/", &[("lifecycle", "")], &[], NOTHING);
        assert!(value.ends_with("=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"), "{value}");
    }

    #[test]
    fn objects_are_listed_whatever_the_order_of_the_query() {
        for query in [[("max-keys", "2"), ("prefix", "J")], [("prefix", "J"), ("max-keys", "2")]] {
            let value = signed("GET", "/", &query, &[], NOTHING);
            assert!(value.ends_with("=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"), "{value}");
        }
    }

    #[test]
    fn escapes_are_those_of_s3() {
        assert_eq!(escaped("a b/ký+~", true), "a%20b/k%C3%BD%2B~");
        assert_eq!(escaped("a b/=&", false), "a%20b%2F%3D%26");
    }
}
