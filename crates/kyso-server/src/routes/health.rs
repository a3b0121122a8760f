//! `GET /healthz`: whether it works, for real.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::problem::{Problem, Result};
use crate::register_head;
use crate::service::Shared;

/// Whether the service can do what it's for: the database and the store are read and written, the clock isn't behind, events get
/// their places in the log, and the register is the one that the log knows.
pub(super) async fn health(State(service): State<Shared>) -> Result<Json<Value>> {
    let unhealthy = |part| move |error: kyso_archive::Error| sick(part, &error);
    let archive = &service.archive;
    archive.check_objects().await.map_err(unhealthy("objects"))?;
    archive.check_database().await.map_err(unhealthy("database"))?;
    archive.check_clock().await.map_err(unhealthy("clock"))?;
    archive.check_past().await.map_err(unhealthy("archive.rolled-back"))?;
    archive.check_log().await.map_err(unhealthy("log"))?;
    if let Ok(office) = service.office() {
        let stands = register_head::demand_gone_on(archive, &office.register).await;
        stands.map_err(|error| {
            tracing::error!(%error, part = "register", "the health check failed");
            Problem::unhealthy("register")
        })?;
    }
    Ok(Json(json!({ "status": "ok" })))
}

fn sick(part: &'static str, error: &kyso_archive::Error) -> Problem {
    tracing::error!(%error, part, "the health check failed");
    Problem::unhealthy(part)
}
