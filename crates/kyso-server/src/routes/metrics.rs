//! `GET /metrics`: figures for a monitoring system.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use jiff::Timestamp;
use kyso_archive::LastBackup;

use crate::authorization::Caller;
use crate::metrics::{MEDIA_TYPE, written};
use crate::problem::Result;
use crate::service::Shared;

/// Every figure, as it is now.
pub(super) async fn metrics(State(service): State<Shared>, _caller: Caller) -> Result<impl IntoResponse> {
    let status = service.archive.status(Timestamp::now()).await?;
    let backup = LastBackup::of(&service.directory)?;
    let text = written(&status, backup.as_ref(), &service.archive.work(), &service.requests.all());
    Ok(([(CONTENT_TYPE, MEDIA_TYPE)], text))
}
