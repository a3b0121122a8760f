//! Everything that is served. One file a resource.

mod artifacts;
mod health;
mod openapi;
mod signatures;
mod verification;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::problem::{self, Problem};
use crate::service::Shared;
use crate::{observation, upload};

/// The list of everything served.
pub(crate) fn router(service: Shared) -> Router {
    let body_limit = upload::body_limit(service.upload_limit);
    Router::new()
        .route("/api/v1/sign", post(signatures::sign))
        .route("/api/v1/seal", post(signatures::seal))
        .route("/api/v1/verify", post(verification::verify))
        .route("/api/v1/artifacts/{id}", get(artifacts::artifact))
        .route("/api/v1/artifacts/{id}/report", get(artifacts::report))
        .route("/api/openapi.json", get(openapi::openapi))
        .route("/healthz", get(health::health))
        .fallback(async || Problem::route_not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .with_state(service)
        .layer(DefaultBodyLimit::max(body_limit))
        .layer(CatchPanicLayer::custom(|_| {
            tracing::error!("a request's handler panicked");
            Problem::internal().into_response()
        }))
        .layer(from_fn(problem::render))
        .layer(from_fn(observation::observe))
}
