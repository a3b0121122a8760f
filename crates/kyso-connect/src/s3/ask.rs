//! One request to a store: addressed, signed, asked; and what a status that isn't a success means.

use kyso::crypto::DigestAlgorithm;
use kyso::error::connection::Fault;

use super::sign::{Unsigned, authorization, date_of, query};
use super::{Error, Store, strange, xml};
use crate::http::{Answer, Order};

/// The largest document that is taken, in bytes: a thousand versions with the longest names.
pub(super) const DOCUMENT: u64 = 8 << 20;

/// A request, before it's signed.
#[derive(Default)]
pub(super) struct Ask<'a> {
    pub(super) method: &'static str,
    /// The object's name after the place's prefix; the bucket itself without.
    pub(super) name: Option<&'a str>,
    /// Names and values as they are.
    pub(super) query: &'a [(&'a str, &'a str)],
    /// Names in lower case; all of them are signed.
    pub(super) headers: Vec<(String, String)>,
    pub(super) content: &'a [u8],
    /// The largest content of a successful answer, in bytes.
    pub(super) limit: u64,
}

impl Store {
    /// Asks, and gives whatever is answered. What only reads is asked once more where the connection broke, as a kept one
    /// does that the store closes meanwhile.
    pub(super) fn ask(&self, ask: &Ask<'_>) -> Result<Answer, Error> {
        let mut answer = self.ask_once(ask);
        if matches!(ask.method, "GET" | "HEAD") && matches!(answer, Err(Error::Unknown(Fault::Broken(_)))) {
            answer = self.ask_once(ask);
        }
        let (method, name) = (ask.method, ask.name.unwrap_or_default());
        match &answer {
            Ok(answer) => tracing::debug!(method, name, status = answer.status, "asked the store"),
            Err(error) => tracing::warn!(method, name, %error, "asked the store in vain"),
        }
        answer
    }

    fn ask_once(&self, ask: &Ask<'_>) -> Result<Answer, Error> {
        let path = self.place.path(ask.name)?;
        let endpoint = self.place.endpoint();
        let time = self.clock.now();
        let content_sha256 = DigestAlgorithm::Sha256.hex(ask.content);
        let mut headers = ask.headers.clone();
        headers.push(("host".into(), endpoint.authority()));
        headers.push(("x-amz-content-sha256".into(), content_sha256.clone()));
        headers.push(("x-amz-date".into(), date_of(time)));
        if let Some(token) = self.keys.session() {
            headers.push(("x-amz-security-token".into(), token.to_owned()));
        }
        let unsigned = Unsigned {
            method: ask.method,
            path: &path,
            query: ask.query,
            headers: &headers,
            content_sha256: &content_sha256,
        };
        let authorization = authorization(&unsigned, &self.keys, self.place.region(), time);
        headers.push(("authorization".into(), authorization));
        let mut url = format!("{}{path}", endpoint.to_string().trim_end_matches('/'));
        if !ask.query.is_empty() {
            url.push('?');
            url.push_str(&query(ask.query));
        }
        let (method, headers, content, limit) = (ask.method, headers.as_slice(), ask.content, ask.limit);
        self.kept.ask(&Order { method, url, headers, content, limit }).map_err(|fault| match fault {
            Fault::Setting(what) => Error::Setting(what),
            other => Error::Unknown(other),
        })
    }
}

/// What an answer that isn't a success means: 5xx, and a server that didn't wait for the whole request or is asked too often,
/// leave open whether anything was done.
pub(super) fn refusal(answer: &Answer) -> Error {
    let status = answer.status;
    match status {
        300..=407 | 409..=428 | 430..=499 => {
            Error::Refused { status, code: xml::error_code(&answer.content).unwrap_or_default() }
        }
        408 | 429 | 500..=599 => Error::Unknown(Fault::Status(status)),
        _ => strange(&format!("HTTP {status}")),
    }
}

/// Whether an answer says that there is no such object or version: a store says so by name. Anybody can say 404.
pub(super) fn is_absent(answer: &Answer) -> bool {
    let code = xml::error_code(&answer.content);
    answer.status == 404 && matches!(code.as_deref(), Some("NoSuchKey" | "NoSuchVersion"))
}

/// Whether an answer says that a delete marker is the newest version.
pub(super) fn is_hidden(answer: &Answer) -> bool {
    answer.status == 404 && answer.header("x-amz-delete-marker") == Some("true")
}
