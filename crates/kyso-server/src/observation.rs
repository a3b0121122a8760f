//! One log line a request, without secrets and without names; and the id that ties it to an answer.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use crate::requests::Requests;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names one request, in the log and in a problem's `instance`.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Around everything else.
pub(crate) async fn observe(State(requests): State<Arc<Requests>>, mut request: Request, next: Next) -> Response {
    let id = uuid::Uuid::now_v7().to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    // The route, not the path: what a caller wrote there is nobody's business.
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let span = tracing::info_span!("request", id, %method, route, caller = tracing::field::Empty);
    let start = Instant::now();
    async {
        let mut response = next.run(request).await;
        let took = start.elapsed();
        requests.count(&route, &method, response.status(), took);
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(status = response.status().as_u16(), milliseconds, "answered");
        let headers = response.headers_mut();
        if let Ok(id) = HeaderValue::from_str(&id) {
            headers.insert(X_REQUEST_ID, id);
        }
        // Only what says so itself, and never changes, may be kept by others.
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        response
    }
    .instrument(span)
    .await
}
