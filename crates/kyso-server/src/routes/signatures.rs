//! `POST /api/v1/sign` and `/api/v1/seal`.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use kyso_archive::Meta;
use kyso_desk::sign::{Kept, adopted, once};
use tracing::Instrument;

use super::artifacts::{self, Contents};
use crate::authorization::Caller;
use crate::config::KeyRole;
use crate::idempotency;
use crate::keys::Key;
use crate::negotiation;
use crate::parameters::SigningRequest;
use crate::problem::{Problem, Result};
use crate::service::{Shared, within};
use crate::signing;
use crate::upload::{self, Form, Upload};

/// A leader's signature.
pub(super) async fn sign(State(service): State<Shared>, caller: Caller, request: Request) -> Result<Response> {
    answer(service, caller, KeyRole::Leader, request).await
}

/// The agency's seal, over a leader's signature.
pub(super) async fn seal(State(service): State<Shared>, caller: Caller, request: Request) -> Result<Response> {
    answer(service, caller, KeyRole::Seal, request).await
}

async fn answer(service: Shared, caller: Caller, role: KeyRole, request: Request) -> Result<Response> {
    caller.demand_role(role)?;
    let idempotency_key = idempotency::key(request.headers())?;
    let wants_json = negotiation::wants_json(request.headers());
    let upload = upload::receive(&service, request, Form::WithParameters).await?;
    let parameters = SigningRequest::parse(upload.parameters.as_deref().unwrap_or_default())?;
    caller.demand_key(key(&service, &parameters)?, role)?;

    // A task of its own: whoever hangs up meanwhile finds the result under the idempotency key.
    let order = Order { caller, role, idempotency_key, upload, parameters };
    let work = tokio::spawn(order.carry_out(service.clone()).in_current_span());
    let done = within(service.bounds.request_timeout, work, Problem::timeout).await?;
    let Kept { artifact, file } = done.map_err(|error| {
        tracing::error!(%error, "the work was cut off");
        Problem::internal()
    })??;

    let contents = match file {
        _ if wants_json => Contents::Whole(artifacts::whole(&service, &artifact).await?),
        Some(file) => Contents::signed(file),
        None => Contents::stored(&service, &artifact).await?,
    };
    artifacts::respond(StatusCode::CREATED, &artifact, contents)
}

fn key<'a>(service: &'a Shared, parameters: &SigningRequest) -> Result<&'a Key> {
    service.keys.get(&parameters.key).ok_or_else(Problem::key_unknown)
}

/// One signature to be made, checked as to who asks and in what form.
struct Order {
    caller: Caller,
    role: KeyRole,
    idempotency_key: Option<String>,
    upload: Upload,
    parameters: SigningRequest,
}

impl Order {
    /// Signs, verifies and keeps; or finds that it was done before.
    async fn carry_out(self, service: Shared) -> Result<Kept> {
        let Self { caller, role, idempotency_key, upload, parameters } = self;
        let principal = caller.principal();
        let (upload, request) = match idempotency_key {
            None => (upload, kyso_archive::Request::unkeyed(principal)?),
            Some(key) => {
                let act = format!("{role:?}");
                upload.identified(&service, &act, &parameters.canonical, principal, key).await?
            }
        };
        let Upload { file, file_name, permit: _permit, .. } = upload;
        let meta = Meta { role: role.into(), actor: caller.name().to_owned(), file_name };
        let (archive, file) = (service.archive.clone(), Arc::new(file));
        let (judge, document) = (service.clone(), file.clone());
        let adopting = move |found| {
            let (worker, judge, document) = (judge.clone(), judge.clone(), document.clone());
            async move {
                let work = move || Ok(adopted(found, &document, &judge.policy(Timestamp::now()))?);
                worker.compute(work).await
            }
        };
        let signing = async move {
            let level = service.services.level(parameters.level)?;
            let signer = service.clone();
            let work = move || signing::sign(&signer, key(&signer, &parameters)?, &file, &parameters);
            service.work_at(level, work).await
        };
        let kept = once(&archive, &request, &meta, signing, adopting).await?;
        tracing::info!(artifact = %kept.artifact.id, ?role, bytes = kept.artifact.bytes, "kept");
        Ok(kept)
    }
}
