//! Taking in a PDF, and the parameters that come with it, within bounds of size, time and number.

use axum::body::Body;
use axum::body::HttpBody as _;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use kyso_archive::Request as Kept;
use tokio::sync::OwnedSemaphorePermit;

use crate::idempotency::fingerprint;
use crate::problem::{Problem, Result};
use crate::service::{Service, Shared, within};

/// The parameters are a few lines.
const PARAMETERS_LIMIT: usize = 64 * 1024;
/// Larger than any request for a certification.
const REQUEST_LIMIT: usize = 1 << 20;
/// What a form needs beside its parts' contents.
const FORM_LIMIT: usize = PARAMETERS_LIMIT + REQUEST_LIMIT + 16 * 1024;
/// Longer names serve nobody.
const FILE_NAME_CHARACTERS: usize = 200;

/// What was sent.
pub(crate) struct Upload {
    /// The PDF; of no bytes in a [`Form::Certification`].
    pub(crate) file: Vec<u8>,
    pub(crate) file_name: Option<String>,
    pub(crate) parameters: Option<Vec<u8>>,
    /// The request for a certification.
    pub(crate) request: Option<Vec<u8>>,
    /// The document that is certified.
    pub(crate) document: Option<Vec<u8>>,
    /// Bounds how many uploads are in memory at once; held until the work on this one is over.
    pub(crate) permit: OwnedSemaphorePermit,
}

impl Upload {
    /// The upload again, and what makes it the same request as another: the act, its parameters, the contents. Hashing is
    /// work.
    pub(crate) async fn identified(
        self,
        service: &Service,
        act: &str,
        parameters: &str,
        principal: &str,
        key: String,
    ) -> Result<(Self, Kept)> {
        let [act, parameters, principal] = [act, parameters, principal].map(str::to_owned);
        let work = move || {
            let contents = match &self.request {
                Some(request) => [Some(request), self.document.as_ref()],
                None => [Some(&self.file), None],
            };
            let contents = contents.into_iter().flatten().map(Vec::as_slice);
            let digest = fingerprint([act.as_bytes(), parameters.as_bytes()].into_iter().chain(contents));
            Ok((self, Kept::keyed(principal, key, digest)))
        };
        service.compute(work).await
    }
}

/// The form's parts beside `file`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `parameters` is needed.
    WithParameters,
    /// There's nothing else; and the PDF may come bare.
    FileAlone,
    /// In place of `file`, `request` is needed, and `document` and `parameters` may come.
    Certification,
}

/// The largest body that may be read at all.
pub(crate) fn body_limit(upload_limit: usize) -> usize {
    upload_limit.saturating_add(FORM_LIMIT)
}

/// Takes in what was sent.
pub(crate) async fn receive(service: &Shared, request: Request, form: Form) -> Result<Upload> {
    let media_type = media_type(&request);
    if media_type != "multipart/form-data" && !(form == Form::FileAlone && media_type == "application/pdf") {
        return Err(Problem::media_type());
    }
    if declared_length(&request).is_some_and(|length| length > body_limit(service.bounds.upload_limit)) {
        return Err(Problem::upload_too_large("file", service.bounds.upload_limit));
    }
    let permit = service.upload_permit().await?;
    let reading = async {
        match media_type.as_str() {
            "application/pdf" => read_bare(service, request, permit).await,
            _ => read_form(service, request, form, permit).await,
        }
    };
    within(service.bounds.request_timeout, reading, Problem::upload_timeout).await?
}

/// Takes in a JSON object.
pub(crate) async fn receive_json(service: &Shared, request: Request) -> Result<Vec<u8>> {
    if media_type(&request) != "application/json" {
        return Err(Problem::media_type());
    }
    let reading = async {
        let (mut json, mut body) = (Vec::new(), request.into_body());
        while let Some(chunk) = next_chunk(&mut body).await? {
            append(&mut json, &chunk, "body", REQUEST_LIMIT)?;
        }
        Ok(json)
    };
    within(service.bounds.request_timeout, reading, Problem::upload_timeout).await?
}

fn media_type(request: &Request) -> String {
    let value = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn declared_length(request: &Request) -> Option<usize> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn read_bare(service: &Service, request: Request, permit: OwnedSemaphorePermit) -> Result<Upload> {
    let mut file = Vec::with_capacity(declared_length(&request).unwrap_or(0).min(service.bounds.upload_limit));
    let mut body = request.into_body();
    while let Some(chunk) = next_chunk(&mut body).await? {
        append(&mut file, &chunk, "file", service.bounds.upload_limit)?;
    }
    Ok(Upload { file, file_name: None, parameters: None, request: None, document: None, permit })
}

async fn next_chunk(body: &mut Body) -> Result<Option<axum::body::Bytes>> {
    loop {
        let frame = std::future::poll_fn(|context| std::pin::Pin::new(&mut *body).poll_frame(context)).await;
        match frame {
            None => return Ok(None),
            Some(Err(_)) => return Err(Problem::upload_broken()),
            // Trailers are of no interest.
            Some(Ok(frame)) => {
                if let Ok(chunk) = frame.into_data() {
                    return Ok(Some(chunk));
                }
            }
        }
    }
}

async fn read_form(service: &Service, request: Request, form: Form, permit: OwnedSemaphorePermit) -> Result<Upload> {
    let length = declared_length(&request).unwrap_or(0).min(service.bounds.upload_limit);
    let mut multipart =
        Multipart::from_request(request, &()).await.map_err(|_: MultipartRejection| Problem::upload_broken())?;
    let (mut file, mut parameters, mut file_name, mut certified, mut document) = (None, None, None, None, None);
    let is_certification = form == Form::Certification;
    while let Some(field) = multipart.next_field().await.map_err(|error| broken(service, &error))? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" if file.is_none() && !is_certification => {
                file_name = field.file_name().and_then(base_name);
                file = Some(
                    read_part(service, field, Vec::with_capacity(length), "file", service.bounds.upload_limit).await?,
                );
            }
            "request" if certified.is_none() && is_certification => {
                certified = Some(read_part(service, field, Vec::new(), "request", REQUEST_LIMIT).await?);
            }
            "document" if document.is_none() && is_certification => {
                document = Some(read_part(service, field, Vec::new(), "document", service.bounds.upload_limit).await?);
            }
            "parameters" if parameters.is_none() && form != Form::FileAlone => {
                parameters = Some(read_part(service, field, Vec::new(), "parameters", PARAMETERS_LIMIT).await?);
            }
            _ => return Err(Problem::part_unexpected(name.chars().take(FILE_NAME_CHARACTERS).collect())),
        }
    }
    if is_certification {
        let request = Some(certified.ok_or_else(|| Problem::part_missing("request"))?);
        return Ok(Upload { file: Vec::new(), file_name, parameters, request, document, permit });
    }
    let file = file.ok_or_else(|| Problem::part_missing("file"))?;
    if form == Form::WithParameters && parameters.is_none() {
        return Err(Problem::part_missing("parameters"));
    }
    Ok(Upload { file, file_name, parameters, request: None, document: None, permit })
}

async fn read_part(
    service: &Service,
    mut field: Field<'_>,
    mut bytes: Vec<u8>,
    part: &'static str,
    limit: usize,
) -> Result<Vec<u8>> {
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(service, &error))? {
        append(&mut bytes, &chunk, part, limit)?;
    }
    Ok(bytes)
}

fn append(bytes: &mut Vec<u8>, chunk: &[u8], part: &'static str, limit: usize) -> Result<()> {
    if chunk.len() > limit.saturating_sub(bytes.len()) {
        return Err(Problem::upload_too_large(part, limit));
    }
    bytes.extend_from_slice(chunk);
    Ok(())
}

fn broken(service: &Service, error: &MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::upload_too_large("file", service.bounds.upload_limit),
        _ => Problem::upload_broken(),
    }
}

/// The name alone, without any directory and without control characters.
fn base_name(name: &str) -> Option<String> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(FILE_NAME_CHARACTERS).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_brings_no_directory_along() {
        for (sent, kept) in [
            ("kết quả.pdf", Some("kết quả.pdf")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\a\\b.pdf", Some("b.pdf")),
            ("a\r\nX: y.pdf", Some("aX: y.pdf")),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(base_name(sent).as_deref(), kept);
        }
    }
}
