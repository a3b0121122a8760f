//! Verification reports as answers, in the caller's language.

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, VARY};
use axum::response::Response;
use kyso::language::Language;
use kyso::validate::messages;
use kyso::validate::report::Report;
use kyso_archive::FileReport;
use kyso_desk::codes::Codes;
use serde_json::Value;

use crate::problem::{Problem, Result, tag};

/// A report that was just made, with what was seen on the pages, which is in the caller's language already.
pub(crate) fn fresh(report: &Report, codes: &Codes, file: Option<&str>, language: Language) -> Result<Response> {
    let mut json = serde_json::to_value(FileReport::new(file, report)).map_err(|error| unwritable(&error))?;
    translate(&mut json, language);
    let value = |value: serde_json::Result<Value>| value.map_err(|error| unwritable(&error));
    if let Some(findings) = json.get_mut("findings").and_then(Value::as_array_mut) {
        for finding in &codes.findings {
            findings.push(value(serde_json::to_value(finding))?);
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
    let own = report.get_mut("findings").and_then(Value::as_array_mut).map(std::mem::take);
    let mut own = own.unwrap_or_default();
    own.iter_mut().for_each(|finding| translate_finding(finding, language));
    for signature in report.get_mut("signatures").and_then(Value::as_array_mut).into_iter().flatten() {
        for finding in signature.get_mut("findings").and_then(Value::as_array_mut).into_iter().flatten() {
            translate_finding(finding, language);
        }
    }
    if let Some(findings) = report.get_mut("findings") {
        *findings = own.into();
    }
}

fn translate_finding(finding: &mut Value, language: Language) {
    let Some(code) = finding.get("code").and_then(Value::as_str) else { return };
    let page = finding.get("page").and_then(Value::as_u64).and_then(|page| usize::try_from(page).ok());
    let message = messages::message_on(page, code, finding.get("detail").and_then(Value::as_str), language);
    if let Some(place) = finding.get_mut("message") {
        *place = message.into();
    }
}
