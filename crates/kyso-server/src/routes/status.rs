//! `GET` and `POST /api/v1/artifacts/{id}/status`: what became of a document, by links in both directions.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use kyso::Bilingual;
use kyso_archive::{Error, Link, Linked, Standing, Uuid};
use serde_json::{Value, json};

use super::artifacts::ArtifactId;
use crate::authorization::{Caller, Right};
use crate::problem::{Problem, Result};
use crate::said;
use crate::service::{Service, Shared};
use crate::upload;

/// How it stands, and by what.
pub(super) async fn status(
    State(service): State<Shared>,
    _caller: Caller,
    ArtifactId(id): ArtifactId,
) -> Result<Response> {
    service.archive.artifact(id).await?.ok_or_else(Problem::artifact_not_found)?;
    answer(&service, id).await
}

/// Says what became of it. The same said again changes nothing.
pub(super) async fn change(
    State(service): State<Shared>,
    caller: Caller,
    ArtifactId(id): ArtifactId,
    request: Request,
) -> Result<Response> {
    caller.demand(Right::Describe)?;
    let link = said::link(&upload::receive_json(&service, request).await?)?;
    match service.archive.link(id, link, caller.name()).await {
        Err(Error::Unknown(unknown)) if unknown != id => Err(Problem::parameter(
            "other",
            Bilingual::new("Kho không giữ văn bản nào có mã này.", "The archive keeps no artifact with this id."),
        )),
        linked => {
            linked?;
            tracing::info!(artifact = %id, "status changed");
            answer(&service, id).await
        }
    }
}

async fn answer(service: &Service, id: Uuid) -> Result<Response> {
    let links = links(service, id).await?;
    let body =
        json!({ "id": id.to_string(), "status": Standing::of(id, &links).name(), "changes": changes(id, &links) });
    Ok(Json(body).into_response())
}

/// What stands with a document; of rows that were put back, nothing: they don't know what was cancelled since.
pub(super) async fn links(service: &Service, id: Uuid) -> Result<Vec<Linked>> {
    service.archive.demand_not_overtaken()?;
    service.archive.demand_seen().await?;
    Ok(service.archive.links(id).await?)
}

/// What became of a document, oldest first, as it looks from there.
pub(super) fn changes(id: Uuid, links: &[Linked]) -> Vec<Value> {
    let change = |Linked { artifact, link, actor, at }: &Linked| {
        let is_own = *artifact == id;
        let (name, decision, date) = match link {
            Link::Replaces { .. } => (if is_own { "replaces" } else { "replaced-by" }, None, None),
            Link::Corrects { .. } => (if is_own { "corrects" } else { "corrected-by" }, None, None),
            Link::MadeFrom { .. } => (if is_own { "made-from" } else { "made-into" }, None, None),
            Link::Cancelled { decision, date } => ("cancelled", Some(decision), Some(date)),
            _ => ("other", None, None),
        };
        let other = if is_own { link.other() } else { Some(*artifact) };
        json!({
            "link": name,
            "other": other.map(|other| other.to_string()),
            "decision": decision,
            "date": date,
            "actor": actor,
            "at": at,
        })
    };
    links.iter().map(change).collect()
}
