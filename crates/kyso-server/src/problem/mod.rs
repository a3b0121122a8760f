//! Errors as callers see them: problem details (RFC 9457), in their language.

mod catalogue;
mod code;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, VARY, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kyso::{Bilingual, Language};
use serde_json::json;

use crate::negotiation;
use crate::observation::RequestId;

pub use self::code::Code;

/// What went wrong with a request. [`render`] writes it, in the caller's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem(Box<Content>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Content {
    status: StatusCode,
    code: &'static str,
    title: Bilingual<&'static str>,
    detail: Bilingual,
    field: Option<String>,
    retry_after: Option<u32>,
    challenge: Option<&'static str>,
}

/// How every handler ends that may fail.
pub(crate) type Result<T> = std::result::Result<T, Problem>;

impl Problem {
    /// Sets the text about this occurrence.
    fn detail(mut self, detail: Bilingual) -> Self {
        self.0.detail = detail;
        self
    }

    /// The part of the request that is at fault: a part of the form, a parameter, a header.
    pub(crate) fn field(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    /// The text about this occurrence.
    pub(crate) fn words(&self, language: Language) -> &str {
        self.0.detail.in_language(language)
    }

    /// Which part of the request is at fault.
    #[cfg(test)]
    pub(crate) fn at(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    fn body(&self, language: Language, instance: Option<&str>) -> String {
        let Content { status, code, title, detail, field, .. } = &*self.0;
        let mut body = json!({
            "type": format!("urn:problem-type:kyso:{code}"),
            "title": title.in_language(language),
            "status": status.as_u16(),
            "detail": detail.in_language(language),
            "code": code,
        });
        if let Some(body) = body.as_object_mut() {
            body.extend(field.as_ref().map(|field| ("field".to_owned(), json!(field))));
            body.extend(instance.map(|id| ("instance".to_owned(), json!(format!("urn:uuid:{id}")))));
        }
        body.to_string()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.0.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(challenge) = self.0.challenge {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives every answer that is an error its body.
pub(crate) async fn render(request: Request, next: Next) -> Response {
    let language = negotiation::language(request.headers());
    let id = request.extensions().get::<RequestId>().cloned();
    let mut response = next.run(request).await;
    if !response.status().is_client_error() && !response.status().is_server_error() {
        return response;
    }
    let problem =
        response.extensions_mut().remove::<Problem>().unwrap_or_else(|| Problem::of_status(response.status()));
    let body = problem.body(language, id.as_ref().map(|RequestId(id)| id.as_str()));
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(tag(language)));
    headers.append(VARY, HeaderValue::from_static("Accept-Language"));
    *response.body_mut() = Body::from(body);
    response
}

/// The language's tag (RFC 5646).
pub(crate) fn tag(language: Language) -> &'static str {
    match language {
        Language::Vietnamese => "vi",
        Language::English => "en",
    }
}
