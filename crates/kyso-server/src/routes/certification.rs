//! `POST /api/v1/certify`, `GET /api/v1/drafts/{id}` and `POST /api/v1/issue`: a request becomes a result that waits for its
//! signatures; signed and sealed, it's entered in the register and kept.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_TYPE, ETAG, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use kyso_archive::{Draft, Uuid};
use kyso_desk::issue::Issued;
use serde_json::{Value, json};
use tracing::Instrument;

use super::artifacts;
use crate::authorization::{Caller, Right};
use crate::certification::{CertifyOrder, IssueOrder};
use crate::idempotency;
use crate::negotiation;
use crate::parameters::{CertifyParameters, IssueParameters};
use crate::problem::{Problem, Result};
use crate::service::{Service, Shared, within};
use crate::upload::{self, Form};

/// A number, and a file that waits for its signatures.
pub(super) async fn certify(State(service): State<Shared>, caller: Caller, request: Request) -> Result<Response> {
    caller.demand(Right::Certify)?;
    service.office()?;
    let key = idempotency::required_key(request.headers())?;
    let language = negotiation::language(request.headers());
    let upload = upload::receive(&service, request, Form::Certification).await?;
    let parameters = CertifyParameters::parse(upload.parameters.as_deref().unwrap_or(b"{}"))?;
    parameters.demand_document(upload.document.is_some())?;
    let order = CertifyOrder { caller, key, language, upload, parameters };
    let draft = carried_out(&service, order.carry_out(service.clone())).await?;
    answer(&draft)
}

/// The finished file of a number.
pub(super) async fn issue(State(service): State<Shared>, caller: Caller, request: Request) -> Result<Response> {
    caller.demand(Right::Issue)?;
    service.office()?;
    let key = idempotency::required_key(request.headers())?;
    let upload = upload::receive(&service, request, Form::WithParameters).await?;
    let parameters = IssueParameters::parse(upload.parameters.as_deref().unwrap_or_default())?;
    let order = IssueOrder { caller, key, upload, parameters };
    let Issued { artifact, entry, record } = carried_out(&service, order.carry_out(service.clone())).await?;
    let path = format!("/api/v1/artifacts/{}", artifact.id);
    let body = json!({
        "number": entry.number.to_string(),
        "state": "issued",
        "artifact": artifact.id.to_string(),
        "sha256": artifact.sha256,
        "bytes": artifact.bytes,
        "record": record,
        "links": { "pdf": path, "report": format!("{path}/report") },
    });
    created(body, &path)
}

/// A prepared result, hashed again.
pub(super) async fn draft(
    State(service): State<Shared>,
    _caller: Caller,
    path: std::result::Result<Path<String>, PathRejection>,
) -> Result<Response> {
    let id = path.ok().and_then(|Path(id)| Uuid::try_parse(&id).ok()).ok_or_else(Problem::draft_not_found)?;
    let draft = service.archive.draft(id).await?.ok_or_else(Problem::draft_not_found)?;
    let permit = service.download_permit().await?;
    let bytes = match service.archive.draft_bytes(&draft).await {
        // It's being removed just now.
        Err(kyso_archive::Error::Missing(_)) => return Err(Problem::draft_not_found()),
        bytes => artifacts::held(bytes?, permit),
    };
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(ETAG, value(&format!("\"{}\"", draft.sha256))?);
    Ok(response)
}

/// A task of its own: whoever hangs up meanwhile finds the result under the idempotency key.
async fn carried_out<T: Send + 'static>(
    service: &Service,
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    let done = within(service.bounds.request_timeout, tokio::spawn(work.in_current_span()), Problem::timeout).await?;
    done.map_err(|error| {
        tracing::error!(%error, "the work was cut off");
        Problem::internal()
    })?
}

/// What was kept of the answer, with the draft's own address.
fn answer(draft: &Draft) -> Result<Response> {
    let path = format!("/api/v1/drafts/{}", draft.id);
    let mut body: Value = serde_json::from_str(&draft.answer).map_err(|error| {
        tracing::error!(%error, "a kept answer can't be read");
        Problem::internal()
    })?;
    if let Some(body) = body.as_object_mut() {
        body.insert("id".into(), draft.id.to_string().into());
        body.insert("sha256".into(), draft.sha256.clone().into());
        body.insert("bytes".into(), draft.bytes.into());
        body.insert("links".into(), json!({ "pdf": path }));
    }
    created(body, &path)
}

fn created(body: Value, path: &str) -> Result<Response> {
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    response.headers_mut().insert(LOCATION, value(path)?);
    Ok(response)
}

fn value(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(|error| {
        tracing::error!(%error, "a header's value can't be written");
        Problem::internal()
    })
}
