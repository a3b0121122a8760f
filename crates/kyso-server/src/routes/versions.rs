//! `GET /api/v1/artifacts/{id}/versions` and below: every version of a document, its report and its receipt.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use kyso_archive::{Artifact, Reading, Uuid};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::artifacts::{self, ArtifactId, Contents, value};
use crate::authorization::Caller;
use crate::negotiation;
use crate::problem::{Problem, Result};
use crate::reporting;
use crate::service::{Service, Shared};

/// The longest that is waited for a receipt.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How long is waited between two looks for it.
const PAUSE: Duration = Duration::from_millis(100);
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// Every version, the first one first.
pub(super) async fn versions(
    State(service): State<Shared>,
    _caller: Caller,
    ArtifactId(id): ArtifactId,
) -> Result<Response> {
    let versions = service.archive.versions(id).await?;
    if versions.is_empty() {
        return Err(Problem::artifact_not_found());
    }
    let versions: Vec<_> = versions.iter().map(|version| artifacts::described(version, &of_version(version))).collect();
    Ok(Json(json!({ "id": id.to_string(), "versions": versions })).into_response())
}

/// A version's PDF, or what is known of it.
pub(super) async fn version(
    State(service): State<Shared>,
    caller: Caller,
    VersionId(id, version): VersionId,
    headers: HeaderMap,
) -> Result<Response> {
    let version = found(&service, id, version).await?;
    let contents = match negotiation::wants_json(&headers) {
        true => Contents::Description,
        false => Contents::read(&service, &caller, &version).await?,
    };
    artifacts::respond_under(StatusCode::OK, &version, contents, &of_version(&version))
}

/// The verification report of the moment in which a version was kept.
pub(super) async fn report(
    State(service): State<Shared>,
    caller: Caller,
    VersionId(id, version): VersionId,
    headers: HeaderMap,
) -> Result<Response> {
    let version = found(&service, id, version).await?;
    let report = service.archive.report(&version);
    let (report, ()) = tokio::join!(report, service.read(&caller, id, Reading::Report));
    reporting::stored(&report?, negotiation::language(&headers))
}

/// The receipt of a version.
pub(super) async fn receipt(
    State(service): State<Shared>,
    caller: Caller,
    VersionId(id, version): VersionId,
    headers: HeaderMap,
) -> Result<Response> {
    let version = found(&service, id, version).await?;
    receipt_of(&service, &caller, &version, &headers).await
}

/// The receipt of the newest version.
pub(super) async fn newest_receipt(
    State(service): State<Shared>,
    caller: Caller,
    ArtifactId(id): ArtifactId,
    headers: HeaderMap,
) -> Result<Response> {
    let newest = service.archive.artifact(id).await?.ok_or_else(Problem::artifact_not_found)?;
    receipt_of(&service, &caller, &newest, &headers).await
}

/// A receipt by the newest checkpoint; while none covers the version, that it's to be asked for again.
async fn receipt_of(service: &Service, caller: &Caller, version: &Artifact, headers: &HeaderMap) -> Result<Response> {
    let wait = waits(headers);
    let until = Instant::now() + wait.unwrap_or_default();
    let receipt = loop {
        match service.archive.receipt(version).await? {
            None if Instant::now() < until => sleep(PAUSE).await,
            receipt => break receipt,
        }
    };
    let mut response = match receipt {
        Some(receipt) => {
            service.read(caller, version.id, Reading::Receipt).await;
            let mut response = receipt.to_string().into_response();
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
            let name = format!("attachment; filename=\"{}.{}.tlog-proof\"", version.id, version.version);
            headers.insert(CONTENT_DISPOSITION, value(&name)?);
            response
        }
        None => {
            let mut response = (StatusCode::ACCEPTED, Json(json!({ "state": "pending" }))).into_response();
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            response
        }
    };
    if let Some(wait) = wait {
        response.headers_mut().insert(PREFERENCE_APPLIED, value(&format!("wait={}", wait.as_secs()))?);
    }
    Ok(response)
}

/// How long the caller would wait (RFC 7240, 4.3), as far as that's granted.
fn waits(headers: &HeaderMap) -> Option<Duration> {
    let preferences = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let mut preferences = preferences.flat_map(|value| value.split([',', ';'])).map(str::trim);
    let seconds = preferences.find_map(|preference| {
        let (name, seconds) = preference.split_once('=')?;
        name.trim_end().eq_ignore_ascii_case("wait").then(|| seconds.trim().trim_matches('"').parse::<u64>().ok())?
    })?;
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}

async fn found(service: &Service, id: Uuid, version: u32) -> Result<Artifact> {
    let versions = service.archive.versions(id).await?;
    if versions.is_empty() {
        return Err(Problem::artifact_not_found());
    }
    versions.into_iter().find(|one| one.version == version).ok_or_else(Problem::version_not_found)
}

/// Where a version is found.
pub(super) fn of_version(version: &Artifact) -> String {
    format!("/api/v1/artifacts/{}/versions/{}", version.id, version.version)
}

/// The id and the number of the version in the path; whatever isn't one names nothing.
pub(super) struct VersionId(Uuid, u32);

impl<S: Send + Sync> FromRequestParts<S> for VersionId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let path: std::result::Result<Path<(String, String)>, PathRejection> =
            Path::from_request_parts(parts, state).await;
        let Path((id, version)) = path.map_err(|_| Problem::artifact_not_found())?;
        let id = Uuid::try_parse(&id).map_err(|_| Problem::artifact_not_found())?;
        Ok(Self(id, version.parse().map_err(|_| Problem::version_not_found())?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_is_granted_five_seconds_at_most() {
        for (header, expected) in [
            ("wait=2", Some(2)),
            ("respond-async, Wait = \"3\"", Some(3)),
            ("wait=600", Some(5)),
            ("wait=0", Some(0)),
            ("wait", None),
            ("wait=-1", None),
            ("wait=x", None),
            ("await=3", None),
        ] {
            let headers = HeaderMap::from_iter([(HeaderName::from_static("prefer"), header.parse().unwrap())]);
            assert_eq!(waits(&headers), expected.map(Duration::from_secs), "{header}");
        }
        assert_eq!(waits(&HeaderMap::new()), None);
    }
}
