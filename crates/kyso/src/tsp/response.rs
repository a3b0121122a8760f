//! TimeStampResp (RFC 3161, 2.4.2).

use super::TimeStampToken;
use crate::asn1::{Element, Reader, tag};
use crate::error::{Error, Service, Subject, TimeStampFault};

/// `PKIFailureInfo` by its bits.
const FAILURES: [(usize, &str); 8] = [
    (0, "badAlg"),
    (2, "badRequest"),
    (5, "badDataFormat"),
    (14, "timeNotAvailable"),
    (15, "unacceptedPolicy"),
    (16, "unacceptedExtension"),
    (17, "addInfoNotAvailable"),
    (25, "systemFailure"),
];
/// Those that a moment may end: timeNotAvailable, systemFailure.
const PASSING: [usize; 2] = [14, 25];
/// PKIStatus: the request hasn't been worked on yet.
const WAITING: u32 = 3;
/// Most characters of an authority's own words that are shown.
const MAX_WORDS: usize = 200;

/// The token of an answer that was granted. Whether it answers the question is for
/// [`TimeStampToken::answers`] to say.
///
/// # Errors
/// [`Error::Outside`] where the authority refused, with its status, failure and words; or where this is no answer.
pub fn read_response(der: &[u8]) -> Result<TimeStampToken, Error> {
    let malformed = |error: Error| match error {
        outside @ Error::Outside { .. } => outside,
        other => Error::outside(Service::TimeStamp, TimeStampFault::Unreadable(other.to_string())),
    };
    read(der).map_err(malformed)
}

fn read(der: &[u8]) -> Result<TimeStampToken, Error> {
    let mut fields = Reader::new(Subject::TimeStampResponse, der).expect(tag::SEQUENCE)?.children()?;
    let mut status = fields.expect(tag::SEQUENCE)?.children()?;
    let code = status.expect(tag::INTEGER)?.unsigned()?;
    if code > 1 {
        return Err(refused(code, &mut status));
    }
    let token = fields.next()?;
    TimeStampToken::parse(token.raw())
}

fn refused(code: u32, status: &mut Reader<'_>) -> Error {
    let name = match code {
        2 => "rejection".to_owned(),
        WAITING => "waiting".to_owned(),
        4 => "revocationWarning".to_owned(),
        5 => "revocationNotification".to_owned(),
        other => format!("status {other}"),
    };
    let words = status.optional(tag::SEQUENCE).ok().flatten().map(|texts| words(&texts)).unwrap_or_default();
    let (mut parts, mut is_passing) = (vec![name], code == WAITING);
    if let Ok(Some(info)) = status.optional(tag::BIT_STRING) {
        parts.extend(FAILURES.iter().filter(|(bit, _)| info.flag(*bit)).map(|(_, name)| (*name).to_owned()));
        is_passing |= PASSING.iter().any(|bit| info.flag(*bit));
    }
    if !words.is_empty() {
        parts.push(format!("“{words}”"));
    }
    Error::outside(Service::TimeStamp, TimeStampFault::NotGranted { said: parts.join(", "), is_passing })
}

/// PKIFreeText, in one line that can't draw on a terminal.
fn words(texts: &Element<'_>) -> String {
    let all = texts.children().and_then(Reader::all).unwrap_or_default();
    let joined = all.iter().map(|text| String::from_utf8_lossy(text.contents())).collect::<Vec<_>>().join(" ");
    joined.chars().filter(|letter| !letter.is_control()).take(MAX_WORDS).collect()
}
