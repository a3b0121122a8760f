//! `GET /api/openapi.json`: what is served, for programs. The tests hold every answer against it.

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

/// OpenAPI 3.1.
pub(super) async fn openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], include_str!("../openapi.json"))
}
