//! Everything that is served. One file a resource.

mod artifacts;
mod certification;
mod health;
mod log;
mod look_up;
mod metadata;
mod metrics;
mod openapi;
mod signatures;
mod status;
mod verification;
mod versions;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::problem::{self, Problem};
use crate::requests::Requests;
use crate::service::Shared;
use crate::{leftover, observation, upload};

/// The list of everything served.
pub(crate) fn router(service: Shared) -> Router {
    let (body_limit, requests) = (upload::body_limit(service.bounds.upload_limit), service.requests.clone());
    let routes = Router::new()
        .route("/api/v1/sign", post(signatures::sign))
        .route("/api/v1/seal", post(signatures::seal))
        .route("/api/v1/certify", post(certification::certify))
        .route("/api/v1/drafts/{id}", get(certification::draft))
        .route("/api/v1/issue", post(certification::issue))
        .route("/api/v1/verify", post(verification::verify))
        .route("/api/v1/artifacts", get(look_up::look_up))
        .route("/api/v1/artifacts/{id}", get(artifacts::artifact))
        .route("/api/v1/artifacts/{id}/report", get(artifacts::report))
        .route("/api/v1/artifacts/{id}/status", get(status::status).post(status::change))
        .route("/api/v1/artifacts/{id}/metadata", get(metadata::metadata).post(metadata::correct))
        .route("/api/v1/artifacts/{id}/metadata/revisions", get(metadata::revisions))
        .route("/api/v1/artifacts/{id}/metadata/revisions/{n}", get(metadata::revision))
        .route("/api/v1/artifacts/{id}/receipt", get(versions::newest_receipt))
        .route("/api/v1/artifacts/{id}/versions", get(versions::versions))
        .route("/api/v1/artifacts/{id}/versions/{n}", get(versions::version))
        .route("/api/v1/artifacts/{id}/versions/{n}/report", get(versions::report))
        .route("/api/v1/artifacts/{id}/versions/{n}/receipt", get(versions::receipt))
        .route("/api/v1/log/checkpoint", get(log::checkpoint))
        .route("/api/v1/log/key", get(log::key))
        .route("/api/v1/log/tile/{level}/{*index}", get(log::tile))
        .route("/api/openapi.json", get(openapi::openapi))
        .route("/healthz", get(health::health))
        .route("/metrics", get(metrics::metrics))
        .fallback(async || Problem::route_not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .with_state(service);
    around(routes, body_limit, requests)
}

/// What every request passes through, from the inside out.
fn around(routes: Router, body_limit: usize, requests: Arc<Requests>) -> Router {
    routes
        .layer(DefaultBodyLimit::max(body_limit))
        .layer(CatchPanicLayer::custom(|_| {
            tracing::error!("a request's handler panicked");
            Problem::internal().into_response()
        }))
        .layer(from_fn(leftover::read_on))
        .layer(from_fn(problem::render))
        .layer(from_fn_with_state(requests, observation::observe))
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::extract::Request;
    use axum::http::StatusCode;
    use tower::ServiceExt;

    use super::*;

    async fn answer(routes: Router) -> (StatusCode, serde_json::Value) {
        let request = Request::get("/").header("Accept-Language", "en").body(Body::empty()).unwrap();
        let response = around(routes, 0, Arc::default()).oneshot(request).await.unwrap();
        let status = response.status();
        (status, serde_json::from_slice(&to_bytes(response.into_body(), 10_000).await.unwrap()).unwrap())
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_and_tells_nothing() {
        async fn panics() -> StatusCode {
            panic!("a secret")
        }
        let (status, problem) = answer(Router::new().route("/", get(panics))).await;
        assert_eq!((status, &problem["code"]), (StatusCode::INTERNAL_SERVER_ERROR, &"internal".into()));
        assert!(!problem.to_string().contains("secret"), "{problem}");
    }

    #[tokio::test]
    async fn an_error_of_anyones_making_becomes_a_problem() {
        for (status, code) in [
            (StatusCode::BAD_REQUEST, "request.malformed"),
            (StatusCode::URI_TOO_LONG, "request.malformed"),
            (StatusCode::BAD_GATEWAY, "internal"),
        ] {
            let (answered, problem) = answer(Router::new().route("/", get(async move || (status, "plain")))).await;
            assert_eq!((answered, &problem["code"]), (status, &code.into()));
            assert_eq!(problem["status"], status.as_u16());
        }
    }
}
