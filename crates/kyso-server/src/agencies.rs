//! Several agencies behind one address. Each has a service of its own; who asks decides which one answers, before anything else is
//! looked at. So whatever an agency's service does, it can't reach what is another's.
//!
//! ```text
//! Authorization: Bearer …          the agency whose token it is
//! /api/v1/agencies/NAME/…          that agency, whoever asks; /api/v1/… there
//! /healthz, /api/openapi.json      all of them
//! ```

use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use tower::ServiceExt as _;
use tracing::Instrument as _;

use crate::authorization;
use crate::problem::Problem;
use crate::service::Shared;

const PREFIX: &str = "/api/v1/agencies/";
/// What is for anybody and one agency's alone: where nobody says whose, it's nobody's.
const OF_ONE: &str = "/api/v1/log/";

/// An agency's service, and what it serves.
#[derive(Clone)]
pub(crate) struct Agency {
    pub(crate) service: Shared,
    pub(crate) routes: Router,
}

/// What is served for several agencies: never none.
pub(crate) fn router(first: Agency, others: Vec<Agency>) -> Router {
    let agencies: Arc<[Agency]> = std::iter::once(first.clone()).chain(others).collect();
    Router::new().route("/healthz", any(health)).fallback(dispatch).with_state(Agencies { first, agencies })
}

#[derive(Clone)]
struct Agencies {
    /// Answers whom nobody knows, and what isn't any agency's.
    first: Agency,
    agencies: Arc<[Agency]>,
}

/// Each agency's health; the first that is sick answers.
async fn health(State(Agencies { agencies, .. }): State<Agencies>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let mut answer = None;
    for agency in agencies.iter() {
        let asked = Request::from_parts(parts.clone(), axum::body::Body::empty());
        let answered = served(agency, asked).await;
        if !answered.status().is_success() {
            tracing::error!(agency = agency.service.agency(), "an agency's service is sick");
            return answered;
        }
        answer = Some(answered);
    }
    answer.unwrap_or_else(|| Problem::internal().into_response())
}

async fn dispatch(State(Agencies { first, agencies }): State<Agencies>, mut request: Request) -> Response {
    let path = request.uri().path();
    if let Some((name, _)) = path.strip_prefix(PREFIX).and_then(|rest| rest.split_once('/')) {
        let agency = agencies.iter().find(|agency| agency.service.agency() == name);
        if let Some(agency) = agency
            && let Some(uri) = below(request.uri(), name)
        {
            *request.uri_mut() = uri;
            return served(agency, request).await;
        }
        return nowhere(&first, request).await;
    }
    let secret = authorization::presented(request.headers());
    let of_token = secret.and_then(|secret| {
        // Every agency is asked, whatever the others say.
        agencies.iter().fold(None, |found, agency| agency.service.tokens.bearer(secret).map(|_| agency).or(found))
    });
    match of_token {
        Some(agency) => served(agency, request).await,
        None if path.starts_with(OF_ONE) => nowhere(&first, request).await,
        None => served(&first, request).await,
    }
}

/// The address as the agency's own service has it.
fn below(uri: &Uri, name: &str) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix(PREFIX)?.strip_prefix(name)?;
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(format!("/api/v1{rest}")).ok()?);
    Uri::from_parts(parts).ok()
}

/// As any address that isn't served.
async fn nowhere(first: &Agency, mut request: Request) -> Response {
    *request.uri_mut() = Uri::from_static("/api/v1/agencies");
    served(first, request).await
}

async fn served(Agency { service, routes }: &Agency, mut request: Request) -> Response {
    // The agency's own routes say which one it is.
    request.extensions_mut().remove::<MatchedPath>();
    let span = tracing::info_span!("agency", name = service.agency());
    match routes.clone().oneshot(request).instrument(span).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agencys_own_address_keeps_its_query() {
        let below = |uri: &'static str| below(&Uri::from_static(uri), "a").map(|uri| uri.to_string());
        assert_eq!(below("/api/v1/agencies/a/log/key?x=/api").as_deref(), Some("/api/v1/log/key?x=/api"));
        assert_eq!(below("/api/v1/agencies/a/").as_deref(), Some("/api/v1/"));
        assert_eq!(below("/api/v1/log/key"), None);
    }
}
