//! `POST /api/v1/verify`.

use axum::extract::{Request, State};
use axum::response::Response;
use jiff::Timestamp;
use kyso_desk::codes::{Codes, Look, When};
use kyso_view::Apart;

use crate::authorization::Caller;
use crate::negotiation;
use crate::problem::{Problem, Result};
use crate::reporting;
use crate::service::{Shared, within};
use crate::upload::{self, Form, Upload};

/// Verifies a PDF, now, with the configured anchors and roster, and looks for QR codes on its pages. Nothing is kept.
pub(super) async fn verify(State(service): State<Shared>, _caller: Caller, request: Request) -> Result<Response> {
    let language = negotiation::language(request.headers());
    let Upload { file, file_name, permit, .. } = upload::receive(&service, request, Form::FileAlone).await?;
    let policy = service.policy(Timestamp::now());
    let work = async {
        let judge = move || {
            let report = kyso::verify(&file, &policy)?;
            Ok((file, report, permit))
        };
        let (file, report, permit) = service.compute(judge).await?;
        let look = move |apart: std::result::Result<&Apart, kyso_view::Error>| {
            let _permit = permit;
            let codes = Codes::of(&file, None, &report, &Look { apart, when: When::Auto });
            (report, codes)
        };
        service.look(look).await
    };
    let (report, codes) = within(service.bounds.request_timeout, work, Problem::timeout).await??;
    reporting::fresh(&report, &codes, file_name.as_deref(), language)
}
