//! Objects read: whole, in part, or their description alone; the newest version or a given one.

use super::ask::{Ask, is_absent, is_hidden, refusal};
use super::lock::{self, Retention};
use super::put::version;
use super::{Error, Store, strange};
use crate::http::Answer;

/// What a store says of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The whole object's length in bytes.
    pub length: u64,
    /// What the store calls this content, with its quotation marks: no digest.
    pub etag: String,
    /// The version's id, where the bucket keeps versions.
    pub version: Option<String>,
    /// Names in lower case and values, in the order of names.
    pub metadata: Vec<(String, String)>,
    /// Until when this version can't be deleted, as far as the credential may know.
    pub retention: Option<Retention>,
    /// Whether a legal hold is on this version, likewise.
    pub hold: bool,
}

/// An object, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What the store says of it.
    pub head: Head,
    /// Its bytes, or those that were asked for.
    pub content: Vec<u8>,
}

/// A part of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first byte, counted from 0.
    pub first: u64,
    /// How many, at least one; fewer come where the object ends before.
    pub length: u64,
}

impl Store {
    /// Reads an object, or a part: the newest version, or the one of this id. `None` where the store says that there is none.
    ///
    /// # Errors
    /// [`Error`]: [`Error::Hidden`] under a delete marker; [`Error::Refused`] with 416 where the object ends before the part
    /// begins; [`Error::Unknown`] also where the object is larger than what is read.
    pub fn get(&self, name: &str, range: Option<Range>, version: Option<&str>) -> Result<Option<Object>, Error> {
        let mut headers = Vec::new();
        let mut asked = None;
        if let Some(range) = range {
            let last = range.length.checked_sub(1).and_then(|more| range.first.checked_add(more));
            let last = last.ok_or_else(|| Error::Setting("a part of no bytes".into()))?;
            headers.push(("range".to_owned(), format!("bytes={}-{last}", range.first)));
            asked = Some((range.first, last));
        }
        let query: Vec<(&str, &str)> = version.iter().map(|id| ("versionId", *id)).collect();
        let ask =
            Ask { method: "GET", name: Some(name), query: &query, headers, limit: self.largest, ..Ask::default() };
        let answer = self.ask(&ask)?;
        let length = match (answer.status, asked) {
            (200, None) => {
                // Without a length nobody can tell an object from its beginning.
                number(&answer, "content-length").ok_or_else(|| strange("an object without its length"))?
            }
            (206, Some(asked)) => whole_length(&answer, asked)?,
            (200, Some(_)) => return Err(strange("the whole object, where a part was asked for")),
            (404, _) if is_hidden(&answer) => return Err(Error::Hidden),
            (404, _) if is_absent(&answer) => return Ok(None),
            (404, _) if !names_an_error(&answer) => return Err(strange("HTTP 404, by no store")),
            _ => return Err(refusal(&answer)),
        };
        let head = head(&answer, length)?;
        is_of(&head, version)?;
        Ok(Some(Object { head, content: answer.content }))
    }

    /// What the store says of an object: of its newest version, or of the one of this id. `None` where the store says that
    /// there is none.
    ///
    /// # Errors
    /// [`Error`], as with [`Store::get`].
    pub fn head(&self, name: &str, version: Option<&str>) -> Result<Option<Head>, Error> {
        let query: Vec<(&str, &str)> = version.iter().map(|id| ("versionId", *id)).collect();
        let answer = self.ask(&Ask { method: "HEAD", name: Some(name), query: &query, ..Ask::default() })?;
        match answer.status {
            200 => {
                let length = number(&answer, "content-length");
                let head = head(&answer, length.ok_or_else(|| strange("an object without its length"))?)?;
                is_of(&head, version)?;
                Ok(Some(head))
            }
            404 if is_hidden(&answer) => Err(Error::Hidden),
            // An answer to HEAD can't say what there is none of: the object, or its bucket. One to GET does.
            404 => match self.get(name, Some(Range { first: 0, length: 1 }), version) {
                Ok(found) => Ok(found.map(|object| object.head)),
                Err(Error::Refused { status: 416, .. }) => Err(strange("an object that HEAD doesn't know")),
                Err(error) => Err(error),
            },
            _ => Err(refusal(&answer)),
        }
    }
}

/// Who asked for a version gets that one.
fn is_of(head: &Head, version: Option<&str>) -> Result<(), Error> {
    match (version, head.version.as_deref()) {
        (Some(asked), Some(given)) if asked != given => Err(strange("another version than was asked for")),
        (Some(asked), None) if asked != "null" => Err(strange("no version, where one was asked for")),
        _ => Ok(()),
    }
}

fn names_an_error(answer: &Answer) -> bool {
    super::xml::error_code(&answer.content).is_some()
}

fn head(answer: &Answer, length: u64) -> Result<Head, Error> {
    let etag = answer.header("etag").ok_or_else(|| strange("an object without an ETag"))?.to_owned();
    let metadata = answer.headers.iter().filter_map(|(name, value)| {
        let name = name.strip_prefix("x-amz-meta-")?;
        Some((name.to_owned(), value.clone()))
    });
    let mut metadata: Vec<(String, String)> = metadata.collect();
    metadata.sort();
    let (retention, hold) = lock::of(answer)?;
    Ok(Head { length, etag, version: version(answer), metadata, retention, hold })
}

fn number(answer: &Answer, name: &str) -> Option<u64> {
    answer.header(name)?.trim().parse().ok()
}

/// The object's length, where an answer's Content-Range (RFC 9110, 14.4) is of the part that was asked for, and its content as
/// long.
fn whole_length(answer: &Answer, (first, last): (u64, u64)) -> Result<u64, Error> {
    let read = || {
        let (part, whole) = answer.header("content-range")?.trim().strip_prefix("bytes ")?.split_once('/')?;
        let (from, to) = part.split_once('-')?;
        let (from, to, whole): (u64, u64, u64) = (from.parse().ok()?, to.parse().ok()?, whole.parse().ok()?);
        let is_asked = from == first && to >= from && to == last.min(whole.checked_sub(1)?);
        (is_asked && answer.content.len() as u64 == to - from + 1).then_some(whole)
    };
    read().ok_or_else(|| strange("another part than was asked for"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(content_range: &str, content: &[u8]) -> Option<u64> {
        let headers = vec![("content-range".to_owned(), content_range.to_owned())];
        whole_length(&Answer { status: 206, headers, content: content.to_vec() }, (2, 5)).ok()
    }

    #[test]
    fn a_part_is_the_one_that_was_asked_for() {
        assert_eq!(part("bytes 2-5/10", b"2345"), Some(10));
        assert_eq!(part("bytes 2-3/4", b"23"), Some(4));
        for (range, content) in [
            ("bytes 2-5/10", "234"),
            ("bytes 1-4/10", "1234"),
            ("bytes 2-4/10", "234"),
            ("bytes 2-6/10", "23456"),
            ("bytes 2-5/*", "2345"),
            ("bytes */10", ""),
            ("bytes 5-2/10", "2345"),
            ("bytes 2-5/0", "2345"),
            ("octets 2-5/10", "2345"),
            ("bytes 2-5/99999999999999999999", "2345"),
            ("", "2345"),
        ] {
            assert_eq!(part(range, content.as_bytes()), None, "{range}");
        }
    }
}
