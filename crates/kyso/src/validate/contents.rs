//! Whether /Contents holds a signature at all. Bytes that nobody can decode are nobody's signature: the file has the finding, and
//! not listed among the signatures, so that it neither passes for one nor hides behind one.

use super::report::{Finding, Severity};
use super::signature::SubFilter;
use crate::asn1::{Reader, tag};
use crate::cms::SignedData;
use crate::code::Code;
use crate::error::Subject;
use crate::pdf::SignatureDictionary;

/// What is said of a signature dictionary that holds no signature.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    code: Code,
    /// Where decoding ended.
    why: Option<String>,
}

impl Fault {
    /// For the report of the file; `place` names the field or the object.
    pub(super) fn finding(&self, place: &str) -> Finding {
        let detail = match &self.why {
            Some(why) => format!("{place}: {why}"),
            None => place.to_owned(),
        };
        Finding::new(Severity::Error, self.code, Some(detail))
    }
}

/// Why /Contents holds no signature; `None` where it holds one, or something that an unknown /SubFilter may have there.
pub(super) fn fault(signature: &SignatureDictionary) -> Option<Fault> {
    let contents = signature.contents.as_slice();
    if contents.is_empty() {
        return Some(Fault { code: Code::ContentsMissing, why: None });
    }
    if contents.iter().all(|&byte| byte == 0) {
        return Some(Fault { code: Code::SignatureUnfinished, why: None });
    }
    let decoded = match (signature.sub_filter.as_deref(), signature.sub_filter.as_deref().and_then(SubFilter::read)) {
        (Some(_), None) => Ok(()),
        (_, Some(SubFilter::X509RsaSha1)) => Reader::new(Subject::SignatureValue, contents)
            .expect(tag::OCTET_STRING)
            .and_then(|element| element.octets().map(drop)),
        _ => SignedData::parse(contents).map(drop),
    };
    decoded.err().map(|error| Fault { code: Code::SignatureUnreadable, why: Some(error.to_string()) })
}
