//! `GET /api/v1/artifacts/{id}` and `/report`: what was kept.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, LOCATION, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kyso::VerifiedArtifact;
use kyso_archive::{Artifact, Reading, Standing, Uuid};
use serde_json::{Value, json};
use tokio::sync::OwnedSemaphorePermit;

use super::{status, versions};
use crate::authorization::Caller;
use crate::negotiation;
use crate::problem::{Problem, Result};
use crate::reporting;
use crate::service::{Service, Shared};
use crate::token::parse_sha256;

const KYSO_ARTIFACT: HeaderName = HeaderName::from_static("kyso-artifact");
const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");

/// The signed PDF, or what is known of it.
pub(super) async fn artifact(
    State(service): State<Shared>,
    caller: Caller,
    ArtifactId(id): ArtifactId,
    headers: HeaderMap,
) -> Result<Response> {
    let artifact = service.archive.artifact(id).await?.ok_or_else(Problem::artifact_not_found)?;
    let contents = match negotiation::wants_json(&headers) {
        true => Contents::Whole(whole(&service, &artifact).await?),
        false => Contents::read(&service, &caller, &artifact).await?,
    };
    respond(StatusCode::OK, &artifact, contents)
}

/// What is known of a document beside its newest version: how it stands and by what, and every version.
pub(super) async fn whole(service: &Service, artifact: &Artifact) -> Result<Value> {
    let id = artifact.id;
    let (versions, links) = tokio::join!(service.archive.versions(id), status::links(service, id));
    let links = links?;
    let version = |one: &Artifact| {
        json!({
            "version": one.version,
            "level": one.level,
            "sha256": one.sha256,
            "bytes": one.bytes,
            "created": one.created,
            "self": versions::of_version(one),
        })
    };
    Ok(json!({
        "status": Standing::of(id, &links).name(),
        "changes": status::changes(id, &links),
        "versions": versions?.iter().map(version).collect::<Vec<_>>(),
    }))
}

/// The verification report of the moment in which it was kept.
pub(super) async fn report(
    State(service): State<Shared>,
    caller: Caller,
    ArtifactId(id): ArtifactId,
    headers: HeaderMap,
) -> Result<Response> {
    let artifact = service.archive.artifact(id).await?.ok_or_else(Problem::artifact_not_found)?;
    let report = service.archive.report(&artifact);
    let (report, ()) = tokio::join!(report, service.read(&caller, id, Reading::Report));
    reporting::stored(&report?, negotiation::language(&headers))
}

/// The id in the path; whatever isn't one names no artifact.
pub(super) struct ArtifactId(pub(super) Uuid);

impl<S: Send + Sync> FromRequestParts<S> for ArtifactId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|Path(id)| Uuid::try_parse(&id).ok());
        id.map(Self).ok_or_else(Problem::artifact_not_found)
    }
}

/// What an answer about an artifact holds.
pub(super) enum Contents {
    /// The PDF.
    Pdf(Bytes),
    /// What is known of it.
    Description,
    /// And of the document that it's a version of.
    Whole(Value),
}

impl Contents {
    /// What was just made.
    pub(super) fn signed(signed: VerifiedArtifact) -> Self {
        Self::Pdf(Bytes::from_owner(signed))
    }

    /// What the store holds, and that this caller read it.
    pub(super) async fn read(service: &Service, caller: &Caller, artifact: &Artifact) -> Result<Self> {
        let stored = Self::stored(service, artifact);
        let (stored, ()) = tokio::join!(stored, service.read(caller, artifact.id, Reading::Pdf));
        stored
    }

    /// What the store holds, within the bound on downloads in memory.
    pub(super) async fn stored(service: &Service, artifact: &Artifact) -> Result<Self> {
        let permit = service.download_permit().await?;
        let bytes = service.archive.bytes(artifact).await?;
        Ok(Self::Pdf(held(bytes, permit)))
    }
}

/// Bytes that hold their permit until the last of them is sent.
pub(super) fn held(bytes: Vec<u8>, permit: OwnedSemaphorePermit) -> Bytes {
    Bytes::from_owner(Download { bytes, _permit: permit })
}

struct Download {
    bytes: Vec<u8>,
    _permit: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Download {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// What is known of a version that is found at `path`.
pub(super) fn described(artifact: &Artifact, path: &str) -> Value {
    json!({
        "id": artifact.id.to_string(),
        "version": artifact.version,
        "level": artifact.level,
        "sha256": artifact.sha256,
        "sha512": artifact.sha512,
        "bytes": artifact.bytes,
        "role": artifact.role,
        "file": artifact.file_name,
        "created": artifact.created,
        "links": {
            "self": path,
            "report": format!("{path}/report"),
            "receipt": format!("{path}/receipt"),
            "versions": format!("/api/v1/artifacts/{}/versions", artifact.id),
            "metadata": format!("/api/v1/artifacts/{}/metadata", artifact.id),
            "status": format!("/api/v1/artifacts/{}/status", artifact.id),
        },
    })
}

/// The answer about an artifact's newest version.
pub(super) fn respond(status: StatusCode, artifact: &Artifact, contents: Contents) -> Result<Response> {
    respond_under(status, artifact, contents, &format!("/api/v1/artifacts/{}", artifact.id))
}

/// The answer about a version that is found at `path`.
pub(super) fn respond_under(
    status: StatusCode,
    artifact: &Artifact,
    contents: Contents,
    path: &str,
) -> Result<Response> {
    let mut response = match contents {
        Contents::Description => Json(described(artifact, path)).into_response(),
        Contents::Whole(more) => {
            let mut told = described(artifact, path);
            if let (Some(told), Value::Object(more)) = (told.as_object_mut(), more) {
                told.extend(more);
            }
            Json(told).into_response()
        }
        Contents::Pdf(bytes) => {
            let mut response = Response::new(Body::from(bytes));
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
            headers.insert(CONTENT_DISPOSITION, value(&content_disposition(artifact))?);
            headers.insert(ETAG, value(&format!("\"{}\"", artifact.sha256))?);
            let digest = parse_sha256(&artifact.sha256).ok_or_else(Problem::internal)?;
            headers.insert(REPR_DIGEST, value(&format!("sha-256=:{}:", STANDARD.encode(digest)))?);
            response
        }
    };
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if status == StatusCode::CREATED {
        headers.insert(LOCATION, value(path)?);
    }
    headers.insert(KYSO_ARTIFACT, value(&artifact.id.to_string())?);
    headers.insert(VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}

/// A header's value.
pub(super) fn value(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(|error| {
        tracing::error!(%error, "a header's value can't be written");
        Problem::internal()
    })
}

/// The name that the file came with (RFC 6266, RFC 8187), beside one in ASCII.
fn content_disposition(artifact: &Artifact) -> String {
    let mut disposition = format!("attachment; filename=\"{}.pdf\"", artifact.id);
    if let Some(name) = &artifact.file_name {
        disposition.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            match byte {
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
                    disposition.push(char::from(byte))
                }
                byte => disposition.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    disposition
}
