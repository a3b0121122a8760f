//! `GET /api/v1/artifacts?…`: documents by digest, dossier, number, book, date, kind, signer, and words
//! of names, page by page.

use std::str::FromStr;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use kyso::Bilingual;
use kyso_archive::{Artifact, Error, Found, Sought, Uuid};
use kyso_certification::number::CertificationNumber;
use serde_json::json;

use super::artifacts::described;
use super::versions::of_version;
use crate::authorization::Caller;
use crate::problem::{Problem, Result};
use crate::service::Shared;
use crate::token::parse_sha256;

/// How many versions with the same bytes an answer has at most.
const MOST_VERSIONS: usize = 100;
/// Every parameter.
const KNOWN: [&str; 13] = [
    "sha256", "dossier", "ordinal", "symbol", "year", "book", "from", "to", "kind", "words", "signer", "metadata",
    "after",
];
/// Longer values find nothing.
const LONGEST: usize = 500;

/// What is found, the newest first.
pub(super) async fn look_up(
    State(service): State<Shared>,
    _caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let (found, is_more, next) = match Query::parse(query.as_deref().unwrap_or_default())? {
        Query::Digest(sha256) => {
            let found = service.archive.by_sha256(&sha256).await?;
            let is_more = found.len() >= MOST_VERSIONS;
            (found, is_more, None)
        }
        Query::Sought(sought, after) => match service.archive.find_after(&sought, after).await {
            Err(Error::Unknown(_) | Error::Destroyed(_)) => return Err(gone()),
            found => {
                let Found { artifacts, next } = found?;
                (artifacts, next.is_some(), next)
            }
        },
    };
    let link = |artifact: &Artifact| format!("/api/v1/artifacts/{}", artifact.id);
    let found: Vec<_> = (found.iter())
        .map(|artifact| {
            let mut told = described(artifact, &link(artifact));
            if let Some(links) = told.get_mut("links").and_then(serde_json::Value::as_object_mut) {
                links.insert("version".into(), of_version(artifact).into());
            }
            told
        })
        .collect();
    let next = next.map(|next| next.to_string());
    Ok(Json(json!({ "artifacts": found, "more": is_more, "next": next })).into_response())
}

/// What is looked for.
#[derive(Debug, PartialEq, Eq)]
enum Query {
    /// Every version with these bytes.
    Digest(String),
    /// Documents of which all of this is said, from the one on that stands behind this one.
    Sought(Sought, Option<Uuid>),
}

impl Query {
    /// Reads a query string: a parameter that isn't known, or that comes twice, is refused, for what was meant by it would be left out.
    fn parse(query: &str) -> Result<Self> {
        let (mut sought, mut digest, mut after, mut seen) = (Sought::default(), None, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name).unwrap_or_default(), decoded(value).unwrap_or_default());
            if !KNOWN.contains(&name.as_str()) || seen.contains(&name) {
                return Err(unknown(name));
            }
            if value.trim().is_empty() || value.len() > LONGEST {
                return Err(unfit(&name));
            }
            match name.as_str() {
                "sha256" => {
                    parse_sha256(&value).ok_or_else(|| unfit(&name))?;
                    digest = Some(value.to_ascii_lowercase());
                }
                "dossier" => sought.dossier = Some(value),
                "ordinal" => sought.ordinal = Some(read(&name, &value)?),
                "symbol" => sought.symbol = Some(value),
                "year" => sought.year = Some(read(&name, &value)?),
                "from" => sought.from = Some(read(&name, &value)?),
                "to" => sought.to = Some(read(&name, &value)?),
                "kind" => sought.kind = Some(value),
                "book" if CertificationNumber::in_book(1, &value).is_some() => sought.book = Some(value),
                "metadata" if value == "none" => sought.undescribed = true,
                "after" => after = Some(read(&name, &value)?),
                "words" if value.chars().any(char::is_alphanumeric) => sought.words = Some(value),
                "signer" if value.chars().any(char::is_alphanumeric) => sought.signer = Some(value),
                _ => return Err(unfit(&name)),
            }
            seen.push(name);
        }
        match digest {
            None => Ok(Self::Sought(sought, after)),
            Some(digest) if sought == Sought::default() && after.is_none() => Ok(Self::Digest(digest)),
            Some(_) => Err(Problem::parameter(
                "sha256",
                Bilingual::new(
                    "Tìm theo sha256 thì không kèm tham số khác.",
                    "A look-up by sha256 goes with no other parameter.",
                ),
            )),
        }
    }
}

fn read<T: FromStr>(name: &str, value: &str) -> Result<T> {
    value.parse().map_err(|_| unfit(name))
}

fn unknown(name: String) -> Problem {
    let known = KNOWN.join(", ");
    Problem::parameter(
        name,
        Bilingual::new(
            format!("Mỗi tham số có một lần, trong các tên: {known}."),
            format!("Each parameter comes once; there are {known}."),
        ),
    )
}

/// The document to go on after isn't there.
fn gone() -> Problem {
    Problem::parameter(
        "after",
        Bilingual::new(
            "Kho không có, hoặc không còn, văn bản này; hãy tìm lại từ đầu.",
            "The archive hasn't this document, or hasn't it any more; begin again without it.",
        ),
    )
}

fn unfit(name: &str) -> Problem {
    Problem::parameter(
        name,
        Bilingual::new(
            "Giá trị không hợp lệ: ngày viết 2026-11-30, số là số nguyên, sha256 có 64 chữ số thập lục phân, quyển viết \
             01/2026-SCT/CK,ĐC, metadata chỉ có none, after là mã văn bản.",
            "The value is none: a date is written 2026-11-30, numbers are whole, sha256 has 64 hexadecimal digits, a book is written \
             01/2026-SCT/CK,ĐC, metadata is none, after is a document's id.",
        ),
    )
}

/// A name or a value of a query (URL Standard, application/x-www-form-urlencoded); none where it isn't UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        let escaped = hex.and_then(|hex| u8::from_str_radix(str::from_utf8(hex).ok()?, 16).ok());
        match (byte, escaped) {
            (b'%', Some(escaped)) => {
                bytes.push(escaped);
                rest = after.get(2..).unwrap_or_default();
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = after;
            }
            _ => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_says_what_is_sought() {
        let query = "dossier=H61.12-1&ordinal=7&symbol=SCT%2FCK%2C%C4%90C&year=2026&from=2026-01-01&to=2026-12-31&kind=CK&\
                     words=nguyen+v%C4%83n&signer=L%C3%AA&book=01%2F2026-SCT%2FCK&metadata=none&\
                     after=00000000-0000-0000-0000-000000000007";
        let expected = Sought {
            dossier: Some("H61.12-1".into()),
            ordinal: Some(7),
            symbol: Some("SCT/CK,ĐC".into()),
            year: Some(2026),
            from: Some("2026-01-01".parse().unwrap()),
            to: Some("2026-12-31".parse().unwrap()),
            kind: Some("CK".into()),
            book: Some("01/2026-SCT/CK".into()),
            words: Some("nguyen văn".into()),
            signer: Some("Lê".into()),
            undescribed: true,
        };
        assert_eq!(Query::parse(query).unwrap(), Query::Sought(expected, Some(Uuid::from_u128(7))));
        assert_eq!(Query::parse("").unwrap(), Query::Sought(Sought::default(), None));
        let digest = "aB".repeat(32);
        assert_eq!(Query::parse(&format!("sha256={digest}")).unwrap(), Query::Digest(digest.to_ascii_lowercase()));
    }

    #[test]
    fn what_would_be_left_out_is_refused() {
        for (query, field) in [
            ("number=1", "number"),
            ("book=1", "book"),
            ("book=01%2F2026-SCT%2FCK&book=02%2F2026-SCT%2FCK", "book"),
            ("metadata=some", "metadata"),
            ("after=1", "after"),
            ("signer=%2A", "signer"),
            ("year=2026&year=2025", "year"),
            ("year=x", "year"),
            ("ordinal=-1", "ordinal"),
            ("from=30/11/2026", "from"),
            ("to=2026-02-30", "to"),
            ("sha256=ab", "sha256"),
            ("dossier=", "dossier"),
            ("dossier", "dossier"),
            ("words=%2C+*", "words"),
            ("kind=%FF", "kind"),
            ("%FF=1", ""),
        ] {
            assert_eq!(Query::parse(query).unwrap_err().at(), Some(field), "{query}");
        }
        for other in ["year=2026", "after=00000000-0000-0000-0000-000000000007"] {
            let both = format!("sha256={}&{other}", "ab".repeat(32));
            assert_eq!(Query::parse(&both).unwrap_err().at(), Some("sha256"));
        }
    }

    #[test]
    fn percent_signs_are_read_as_forms_have_them() {
        for (text, expected) in [("a%20b+c", "a b c"), ("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("%C4%90", "Đ")] {
            assert_eq!(decoded(text).as_deref(), Some(expected));
        }
        assert_eq!(decoded("%FF"), None);
    }
}
