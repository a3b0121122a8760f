//! `…/artifacts/{id}/metadata` and below: what is said of a document, and everything that was said before.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use kyso_archive::{Described, Reading, Uuid};
use serde_json::{Value, json};

use super::artifacts::{ArtifactId, value};
use crate::authorization::{Caller, Right};
use crate::problem::{Problem, Result};
use crate::said;
use crate::service::{Service, Shared};
use crate::upload;

/// What is said of it: the newest revision.
pub(super) async fn metadata(
    State(service): State<Shared>,
    caller: Caller,
    ArtifactId(id): ArtifactId,
) -> Result<Response> {
    service.archive.artifact(id).await?.ok_or_else(Problem::artifact_not_found)?;
    let described = service.archive.metadata(id).await?.ok_or_else(Problem::metadata_not_found)?;
    service.read(&caller, id, Reading::Metadata).await;
    Ok(Json(json(id, &described)).into_response())
}

/// Corrects what is said of it. The same said again changes nothing.
pub(super) async fn correct(
    State(service): State<Shared>,
    caller: Caller,
    ArtifactId(id): ArtifactId,
    request: Request,
) -> Result<Response> {
    caller.demand(Right::Describe)?;
    let correction = said::correction(&upload::receive_json(&service, request).await?, &caller)?;
    let described = service.archive.correct(id, &correction).await?;
    tracing::info!(artifact = %id, revision = described.revision, "metadata corrected");
    let mut response = (StatusCode::CREATED, Json(json(id, &described))).into_response();
    response.headers_mut().insert(LOCATION, value(&of_revision(id, described.revision))?);
    Ok(response)
}

/// Every revision, the first one first.
pub(super) async fn revisions(
    State(service): State<Shared>,
    caller: Caller,
    ArtifactId(id): ArtifactId,
) -> Result<Response> {
    let revisions = all(&service, id).await?;
    service.read(&caller, id, Reading::Metadata).await;
    let revisions: Vec<Value> = revisions.iter().map(|described| json(id, described)).collect();
    Ok(Json(json!({ "id": id.to_string(), "revisions": revisions })).into_response())
}

/// One of them.
pub(super) async fn revision(
    State(service): State<Shared>,
    caller: Caller,
    RevisionId(id, revision): RevisionId,
) -> Result<Response> {
    let revisions = all(&service, id).await?;
    let described = revisions.iter().find(|one| Some(one.revision) == revision);
    let described = described.ok_or_else(Problem::revision_not_found)?;
    service.read(&caller, id, Reading::Metadata).await;
    Ok(Json(json(id, described)).into_response())
}

async fn all(service: &Service, id: Uuid) -> Result<Vec<Described>> {
    service.archive.artifact(id).await?.ok_or_else(Problem::artifact_not_found)?;
    match service.archive.revisions(id).await? {
        revisions if revisions.is_empty() => Err(Problem::metadata_not_found()),
        revisions => Ok(revisions),
    }
}

/// Where a revision is found.
fn of_revision(id: Uuid, revision: u32) -> String {
    format!("/api/v1/artifacts/{id}/metadata/revisions/{revision}")
}

fn json(id: Uuid, described: &Described) -> Value {
    json!({
        "id": id.to_string(),
        "revision": described.revision,
        "actor": described.actor,
        "approved_by": described.approved_by,
        "reason": described.reason,
        "at": described.at,
        "metadata": described.metadata,
        "links": {
            "self": of_revision(id, described.revision),
            "revisions": format!("/api/v1/artifacts/{id}/metadata/revisions"),
        },
    })
}

/// The id and the number of the revision in the path; a number that is none is no revision's.
pub(super) struct RevisionId(Uuid, Option<u32>);

impl<S: Send + Sync> FromRequestParts<S> for RevisionId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let path: std::result::Result<Path<(String, String)>, PathRejection> =
            Path::from_request_parts(parts, state).await;
        let Path((id, revision)) = path.map_err(|_| Problem::artifact_not_found())?;
        let id = Uuid::try_parse(&id).map_err(|_| Problem::artifact_not_found())?;
        Ok(Self(id, revision.parse().ok()))
    }
}
