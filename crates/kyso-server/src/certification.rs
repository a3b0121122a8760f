//! Certifying and issuing: the desk's work, once a key.

use jiff::Timestamp;
use kyso::{Bilingual, Language, Role};
use kyso_archive::{Artifact, Claim, Claimed, Draft, DraftClaim, Idempotency, Meta};
use kyso_certification::metadata::Metadata;
use kyso_certification::request::{Request, composed};
use kyso_desk::certify::{Intake, Job, Made, Paper};
use kyso_desk::check::Viewer;
use kyso_desk::{issue, look_up};
use kyso_register::{Entry, Register, Stamp, State, What};
use serde_json::{Value, json};
use tokio::runtime::Handle;

use crate::idempotency::fingerprint;
use crate::parameters::{CertifyParameters, IssueParameters};
use crate::problem::{Problem, Result};
use crate::service::{Service, Shared};
use crate::terms::words;
use crate::upload::Upload;

/// A request for a result that is to be signed.
pub(crate) struct CertifyOrder {
    pub(crate) actor: String,
    pub(crate) key: Option<String>,
    pub(crate) language: Language,
    pub(crate) upload: Upload,
    pub(crate) parameters: CertifyParameters,
}

impl CertifyOrder {
    /// Certifies and keeps the file; or finds that it was done before.
    pub(crate) async fn carry_out(self, service: Shared) -> Result<Draft> {
        let Self { actor, key, language, upload, parameters } = self;
        let Upload { request, document, permit, .. } = upload;
        let text = String::from_utf8(request.unwrap_or_default())
            .map_err(|_| Problem::request(Bilingual::new("Không phải văn bản UTF-8.", "Not UTF-8.")))?;
        let (text, document, claimed) = match key {
            None => (text, document, None),
            Some(key) => {
                let canonical = parameters.canonical.clone();
                let digest = move || {
                    let parts = ["certify".as_bytes(), canonical.as_bytes(), text.as_bytes()];
                    let request = fingerprint(parts.into_iter().chain(document.as_deref()));
                    Ok((text, document, request))
                };
                let (text, document, request) = service.compute(digest).await?;
                match service.archive.claim_draft(Idempotency { actor: actor.clone(), key, request }).await? {
                    DraftClaim::Kept(draft) => {
                        settle(&service, &draft, &actor).await?;
                        return Ok(draft);
                    }
                    DraftClaim::Open(claimed) => (text, document, Some(claimed)),
                }
            }
        };
        let request: Request = serde_json::from_str(&composed(&text)).map_err(|error| {
            Problem::request(Bilingual::new(format!("Yêu cầu không đúng: {error}."), format!("No request: {error}.")))
        })?;
        let worker = service.clone();
        let work = move || {
            let _permit = permit;
            let office = service.office()?;
            let stamp = Stamp { by: actor, at: Timestamp::now() };
            let intake = Intake::new(&request, &office.agency, &office.catalogue, parameters.choices());
            let warnings: Vec<Value> = (intake.findings().iter().filter(|finding| !finding.is_refusal()))
                .map(|finding| {
                    let message = finding.in_words(words(language));
                    json!({ "rule": finding.rule.name(), "field": finding.field, "message": message })
                })
                .collect();
            let parsed = document.as_deref().map(|bytes| {
                kyso::Document::parse_with_password(bytes, parameters.password.as_deref())
                    .map_err(|error| Problem::from(kyso::Error::from(error)).field("document"))
            });
            let parsed = parsed.transpose()?;
            let paper = parsed.as_ref().map(|document| Paper {
                document,
                password: parameters.password.as_deref(),
                drawing: service.drawing(),
            });
            let job = intake.job(paper, stamp)?;
            let file = |made: &Made| [document.as_deref().unwrap_or_default(), &made.prepared.tail].concat();
            Handle::current().block_on(make(&service, &office.register, &job, file, warnings, language, claimed))
        };
        worker.compute(work).await
    }
}

/// A number, the result made with it, the file kept; the register is told of it last.
async fn make(
    service: &Service,
    register: &Register,
    job: &Job<'_>,
    file: impl FnOnce(&Made) -> Vec<u8>,
    warnings: Vec<Value>,
    language: Language,
    claimed: Option<Claimed>,
) -> Result<Draft> {
    let word = |error: &kyso_desk::Error| Problem::from(error).words(Language::Vietnamese).to_owned();
    let made = job.prepare(register, word).await?;
    let unseen: Vec<Value> = job
        .unseen()
        .iter()
        .map(|(page, error)| json!({ "page": page, "message": kyso_desk::why_unseen(error, language) }))
        .collect();
    let answer = described(&made, warnings, unseen)?;
    let stamp = job.stamp();
    let draft = service.archive.keep_draft(file(&made), answer, &stamp.by, stamp.at, claimed).await?;
    made.record(register, stamp).await?;
    tracing::info!(draft = %draft.id, bytes = draft.bytes, "prepared");
    Ok(draft)
}

/// What is answered, but for what the archive adds: the id, the digest, the address.
fn described(made: &Made, warnings: Vec<Value>, unseen: Vec<Value>) -> Result<String> {
    let fields: Vec<Value> =
        made.prepared.fields.iter().map(|place| json!({ "name": place.name, "page": place.page })).collect();
    let code = made.prepared.qr.as_ref().map(|(payload, page, place)| {
        json!({
            "look_up_code": payload.code().grouped(),
            "page": page,
            "rectangle": place,
        })
    });
    let answer = json!({
        "number": made.entry.number.to_string(),
        "register": made.entry.register,
        "look_up_code": code.as_ref().map(|code| code["look_up_code"].clone()),
        "qr": code,
        "fields": fields,
        // Another file with this number waits to be signed: this one takes its place.
        "replaces": made.entry.state == State::Rendered,
        "warnings": warnings,
        "pages_not_seen": unseen,
        "record": made.metadata,
    });
    serde_json::to_string(&answer).map_err(|error| {
        tracing::error!(%error, "an answer can't be written");
        Problem::internal()
    })
}

/// Tells the register of a file that was kept where the process died before it did.
async fn settle(service: &Service, draft: &Draft, actor: &str) -> Result<()> {
    let Some(record) = record_of(draft) else { return Ok(()) };
    let register = &service.office()?.register;
    let id = register.definitions().id(&record.cert_number).map_err(kyso_desk::Error::from)?;
    let entry = register.entry(&id).await.map_err(kyso_desk::Error::from)?;
    // What another request prepared later under this number is newer than this draft.
    let is_behind = entry.is_some_and(|entry| match entry.state {
        State::Allotted => true,
        State::Rendered => {
            let rendered = entry.history.iter().rev().find(|event| matches!(event.what, What::Rendered(_)));
            rendered.is_some_and(|event| event.at < draft.created)
        }
        _ => false,
    });
    if is_behind {
        let prepared = kyso_register::Prepared::of(&service.archive.draft_bytes(draft).await?);
        let stamp = Stamp { by: actor.to_owned(), at: Timestamp::now() };
        register.rendered(&id, &prepared, &stamp).await.map_err(kyso_desk::Error::from)?;
    }
    Ok(())
}

/// The record in the answer that was kept.
fn record_of(draft: &Draft) -> Option<Metadata> {
    let mut answer: Value = serde_json::from_str(&draft.answer).ok()?;
    serde_json::from_value(answer.get_mut("record")?.take()).ok()
}

/// A finished file, to be entered and kept.
pub(crate) struct IssueOrder {
    pub(crate) actor: String,
    pub(crate) key: Option<String>,
    pub(crate) upload: Upload,
    pub(crate) parameters: IssueParameters,
}

/// What came of it.
pub(crate) struct Issued {
    pub(crate) artifact: Artifact,
    pub(crate) number: String,
    /// The result's record, completed; where it was prepared here.
    pub(crate) record: Option<Metadata>,
}

impl IssueOrder {
    /// Verifies, enters, keeps; or finds that it was done before.
    pub(crate) async fn carry_out(self, service: Shared) -> Result<Issued> {
        let Self { actor, key, upload, parameters } = self;
        let Upload { file, file_name, permit, .. } = upload;
        let (mut time, mut kept, mut claimed) = (Timestamp::now(), None, None);
        let file = match key {
            None => file,
            Some(key) => {
                let canonical = parameters.canonical.clone();
                let digest = move || {
                    let request = fingerprint(["issue".as_bytes(), canonical.as_bytes(), &file]);
                    Ok((file, request))
                };
                let (file, request) = service.compute(digest).await?;
                match service.archive.claim(Idempotency { actor: actor.clone(), key, request }).await? {
                    // Judged at the time at which it was kept, the same bytes give the same answer.
                    Claim::Kept(artifact) => (time, kept) = (artifact.created, Some(artifact)),
                    Claim::Open(open) => claimed = Some(open),
                }
                file
            }
        };
        let worker = service.clone();
        let work = move || {
            let _permit = permit;
            let finished = issue::verify(file, &service.policy(time))?;
            let unseen = |_, _: &kyso_view::Error| {};
            let viewer = Viewer { drawing: service.drawing(), unseen: &unseen };
            Handle::current().block_on(async {
                let register = &service.office()?.register;
                let number = parameters.number.to_string();
                let entry = look_up::entry(register, &parameters.number).await.map_err(kyso_desk::Error::from)?;
                let record = record_of_entry(&service, &entry).await?;
                if let Some(artifact) = kept {
                    let record =
                        record.map(|record| issue::complete(&record, &entry, &finished, &viewer)).transpose()?;
                    return Ok(Issued { artifact, number, record });
                }
                let stamp = Stamp { by: actor.clone(), at: time };
                let (_, record) = issue::enter(register, &entry, &finished, record.as_ref(), &viewer, &stamp).await?;
                let meta = Meta { role: Role::Seal, actor, file_name, created: time };
                let receipt = issue::keep(&service.archive, &finished, meta, claimed).await?;
                tracing::info!(artifact = %receipt.artifact.id, bytes = receipt.artifact.bytes, "issued");
                Ok(Issued { artifact: receipt.artifact, number, record })
            })
        };
        worker.compute(work).await
    }
}

/// The record that was kept with the result that was prepared under this number.
async fn record_of_entry(service: &Service, entry: &Entry) -> Result<Option<Metadata>> {
    let Some(prepared) = entry.prepared() else { return Ok(None) };
    Ok(service.archive.draft_by_sha256(&prepared.sha256).await?.as_ref().and_then(record_of))
}
