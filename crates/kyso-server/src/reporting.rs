//! Verification reports as answers, in the caller's language.

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, VARY};
use axum::response::Response;
use kyso::{Code, Language, Report};
use kyso_archive::FileReport;
use kyso_desk::codes::Codes;
use serde_json::Value;

use crate::problem::{Problem, Result, tag};
use crate::terms::words;

/// A report that was just made, with what was seen on the pages.
pub(crate) fn fresh(report: &Report, codes: &Codes, file: Option<&str>, language: Language) -> Result<Response> {
    let mut json = serde_json::to_value(FileReport::new(file, report)).map_err(|error| unwritable(&error))?;
    translate(&mut json, language);
    let value = |value: serde_json::Result<Value>| value.map_err(|error| unwritable(&error));
    if let Some(findings) = json.get_mut("findings").and_then(Value::as_array_mut) {
        for finding in &codes.findings {
            findings.push(value(serde_json::to_value(words(language).qr(finding)))?);
        }
    }
    if let Some(report) = json.as_object_mut() {
        report.insert("qr".into(), value(serde_json::to_value(&codes.codes))?);
        report.insert("qr_not_seen".into(), value(serde_json::to_value(&codes.unseen))?);
    }
    Ok(respond(&json, language))
}

/// A report that was kept.
pub(crate) fn stored(report: &str, language: Language) -> Result<Response> {
    let mut json = serde_json::from_str(report).map_err(|error| unwritable(&error))?;
    translate(&mut json, language);
    Ok(respond(&json, language))
}

fn unwritable(error: &serde_json::Error) -> Problem {
    tracing::error!(%error, "a report can't be written");
    Problem::internal()
}

fn respond(report: &Value, language: Language) -> Response {
    let mut response = Response::new(Body::from(report.to_string()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(tag(language)));
    headers.insert(VARY, HeaderValue::from_static("Accept-Language"));
    response
}

/// A finding is its code and its detail; its message is their text in one language.
fn translate(report: &mut Value, language: Language) {
    let each = |value: &mut Value, list: &str, change: &mut dyn FnMut(&mut Value)| {
        value.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten().for_each(change);
    };
    let word = &mut |finding: &mut Value| word(finding, language);
    each(report, "findings", word);
    each(report, "signatures", &mut |signature| {
        each(signature, "findings", word);
        each(signature, "missing", word);
        each(signature, "timestamps", &mut |timestamp| each(timestamp, "findings", word));
    });
}

fn word(finding: &mut Value, language: Language) {
    let Some(code) = finding.get("code").and_then(Value::as_str).and_then(Code::named) else { return };
    let page = finding.get("page").and_then(Value::as_u64).and_then(|page| usize::try_from(page).ok());
    let message = words(language).message_on(page, code, finding.get("detail").and_then(Value::as_str));
    if let Some(finding) = finding.as_object_mut() {
        finding.insert("message".into(), message.into());
    }
}
