//! `GET /api/v1/log/…`: the archive's log, for whoever audits it (C2SP tlog-tiles, tlog-checkpoint). Nothing in it says anything of
//! a person, so no token is asked for.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;

use crate::problem::{Problem, Result};
use crate::service::Shared;

const TEXT: &str = "text/plain; charset=utf-8";

/// The newest checkpoint, a signed note.
pub(super) async fn checkpoint(State(service): State<Shared>) -> Result<impl IntoResponse> {
    let checkpoint = service.archive.checkpoint().await?.ok_or_else(Problem::log_not_found)?;
    Ok(([(CONTENT_TYPE, TEXT)], checkpoint))
}

/// The key that the log's checkpoints are signed by, in the form of signed notes' verifier keys.
pub(super) async fn key(State(service): State<Shared>) -> Result<impl IntoResponse> {
    let key = service.archive.log_key()?;
    Ok(([(CONTENT_TYPE, TEXT)], format!("{key}\n")))
}

/// A tile, or a bundle of entries. What is there never changes.
pub(super) async fn tile(
    State(service): State<Shared>,
    path: std::result::Result<Path<(String, String)>, PathRejection>,
) -> Result<impl IntoResponse> {
    let Ok(Path((level, index))) = path else { return Err(Problem::log_not_found()) };
    let bytes = service.archive.tile(&format!("tile/{level}/{index}")).await?.ok_or_else(Problem::log_not_found)?;
    let headers = [(CONTENT_TYPE, "application/octet-stream"), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, bytes))
}
