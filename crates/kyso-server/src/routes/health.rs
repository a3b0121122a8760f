//! `GET /healthz`: whether it works, for real.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::problem::{Problem, Result};
use crate::service::Shared;

/// Reads and writes a little in the database and in the object store.
pub(super) async fn health(State(service): State<Shared>) -> Result<Json<Value>> {
    let unhealthy = |part| {
        move |error: kyso_archive::Error| {
            tracing::error!(%error, part, "the health check failed");
            Problem::unhealthy(part)
        }
    };
    service.archive.check_database().await.map_err(unhealthy("database"))?;
    service.archive.check_objects().await.map_err(unhealthy("objects"))?;
    Ok(Json(json!({ "status": "ok" })))
}
