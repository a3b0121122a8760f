//! Objects written: new ones, which replace nothing, and the one that is replaced as it was known.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kyso::crypto::DigestAlgorithm;
use kyso::error::connection::Fault;

use super::ask::{Ask, DOCUMENT, refusal};
use super::lock::{HOLD, LOCK_MODE, LOCK_UNTIL, written};
use super::{Error, Retention, Store, strange};
use crate::http::Answer;

/// Tries of a write that meets another one.
const TRIES: u32 = 6;
/// Pause before the second try; it doubles with each.
const PAUSE: Duration = Duration::from_millis(50);

/// What goes with a new object.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// Its media type; without, the store takes its own.
    pub media_type: Option<&'a str>,
    /// Names in lower case and values, in visible ASCII: at most 2 KB in all.
    pub metadata: &'a [(&'a str, &'a str)],
    /// Until when no version of it may be deleted. The bucket must have object lock.
    pub retention: Option<Retention>,
    /// Whether a legal hold is put on it, likewise.
    pub hold: bool,
}

/// A version that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// What the store calls this content, with its quotation marks: no digest.
    pub etag: String,
    /// The version's id, where the bucket keeps versions.
    pub version: Option<String>,
}

/// What became of a new object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// It lies there, durably.
    Created(Stored),
    /// Something lies there under this name, and was left as it is. It may be what an earlier try wrote, whose answer was
    /// lost.
    Exists,
}

/// What became of an object that was to be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replaced {
    /// It was.
    Done(Stored),
    /// There is none of this ETag any more; nothing was changed.
    Changed,
}

impl Store {
    /// Writes an object under a name that nothing lies under. A store that is writing under this name just now is asked again,
    /// a few times.
    ///
    /// # Errors
    /// [`Error`]; after [`Error::Unknown`] it may lie there.
    pub fn put_new(&self, name: &str, content: &[u8], options: &Options<'_>) -> Result<Put, Error> {
        let digest = DigestAlgorithm::Sha256.digest(content);
        self.put_new_as(name, content, &digest, options)
    }

    /// The same, with a digest that may be wrong: for the check whether the store looks at it.
    pub(super) fn put_new_as(
        &self,
        name: &str,
        content: &[u8],
        digest: &[u8],
        options: &Options<'_>,
    ) -> Result<Put, Error> {
        let mut headers = vec![("if-none-match".to_owned(), "*".to_owned())];
        headers.extend(headers_of(options)?);
        let answer = self.put(name, content, digest, headers)?;
        match answer.status {
            200 => Ok(Put::Created(stored(&answer)?)),
            412 => Ok(Put::Exists),
            _ => Err(refusal(&answer)),
        }
    }

    /// Replaces the object that has this ETag: for one that changes, as a checkpoint. Its earlier versions stay, where the
    /// bucket keeps versions.
    ///
    /// # Errors
    /// [`Error`]; after [`Error::Unknown`] it may be replaced.
    pub fn put_if_match(&self, name: &str, content: &[u8], etag: &str) -> Result<Replaced, Error> {
        let is_fit = !etag.is_empty() && etag != "*" && etag.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_fit {
            return Err(Error::Setting("an ETag that no store gives".into()));
        }
        let digest = DigestAlgorithm::Sha256.digest(content);
        let answer = self.put(name, content, &digest, vec![("if-match".into(), etag.into())])?;
        match answer.status {
            200 => Ok(Replaced::Done(stored(&answer)?)),
            412 => Ok(Replaced::Changed),
            404 if super::ask::is_absent(&answer) => Ok(Replaced::Changed),
            _ => Err(refusal(&answer)),
        }
    }

    /// 409 is said where another write under the name is under way (`ConditionalRequestConflict`): nothing was written.
    fn put(
        &self,
        name: &str,
        content: &[u8],
        digest: &[u8],
        mut headers: Vec<(String, String)>,
    ) -> Result<Answer, Error> {
        headers.push(("x-amz-checksum-sha256".into(), STANDARD.encode(digest)));
        let ask = Ask { method: "PUT", name: Some(name), headers, content, limit: DOCUMENT, ..Ask::default() };
        let mut pause = PAUSE;
        for _ in 1..TRIES {
            let answer = self.ask(&ask)?;
            if answer.status != 409 {
                return Ok(answer);
            }
            std::thread::sleep(pause);
            pause *= 2;
        }
        let last = self.ask(&ask)?;
        if last.status == 409 { Err(Error::Unknown(Fault::Status(409))) } else { Ok(last) }
    }
}

fn headers_of(options: &Options<'_>) -> Result<Vec<(String, String)>, Error> {
    let mut headers = Vec::new();
    // Values are signed as they are: white space at their ends, or twice, would be signed in another form.
    let is_value = |value: &str| {
        value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
            && value.trim() == value
            && !value.contains("  ")
    };
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if let Some(media_type) = options.media_type {
        headers.push(("content-type".to_owned(), media_type.to_owned()));
    }
    for (name, value) in options.metadata {
        if !is_name(name) {
            return Err(Error::Setting(format!("{name:?} can't be a name of metadata")));
        }
        headers.push((format!("x-amz-meta-{name}"), (*value).to_owned()));
    }
    if let Some(value) = headers.iter().map(|(_, value)| value).find(|value| !is_value(value)) {
        return Err(Error::Setting(format!("{value:?} can't be metadata")));
    }
    if let Some(retention) = options.retention {
        headers.push((LOCK_MODE.into(), retention.mode.name().into()));
        headers.push((LOCK_UNTIL.into(), written(retention.until)));
    }
    if options.hold {
        headers.push((HOLD.into(), "ON".into()));
    }
    Ok(headers)
}

fn stored(answer: &Answer) -> Result<Stored, Error> {
    let etag = answer.header("etag").filter(|etag| !etag.is_empty());
    // Without an ETag it's some web server's 200, which need not have stored anything.
    let etag = etag.ok_or_else(|| strange("a success without an ETag"))?.to_owned();
    Ok(Stored { etag, version: version(answer) })
}

/// A version's id. `null` is what S3 calls what was written without versioning.
pub(super) fn version(answer: &Answer) -> Option<String> {
    answer.header("x-amz-version-id").filter(|id| !id.is_empty() && *id != "null").map(str::to_owned)
}
