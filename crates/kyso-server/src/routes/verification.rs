//! `POST /api/v1/verify`.

use axum::extract::{Request, State};
use axum::response::Response;
use jiff::Timestamp;

use crate::authorization::Caller;
use crate::negotiation;
use crate::problem::{Problem, Result};
use crate::reporting;
use crate::service::{Shared, within};
use crate::upload::{self, Form, Upload};

/// Verifies a PDF, now, with the configured anchors and roster. Nothing is kept.
pub(super) async fn verify(State(service): State<Shared>, _caller: Caller, request: Request) -> Result<Response> {
    let language = negotiation::language(request.headers());
    let Upload { file, file_name, permit, .. } = upload::receive(&service, request, Form::FileAlone).await?;
    let policy = service.policy(Timestamp::now());
    let work = service.compute(move || {
        let _permit = permit;
        Ok(kyso::verify(&file, &policy)?)
    });
    let report = within(service.request_timeout, work, Problem::timeout).await??;
    reporting::fresh(report, file_name.as_deref(), language)
}
