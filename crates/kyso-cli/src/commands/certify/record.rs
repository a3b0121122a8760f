//! What is told about a result beside it.

use kyso::certification::fee::fee;
use kyso::certification::kinds::Retention;
use kyso::certification::metadata::{Certifier, FileCode, Metadata, Requester, SignerInfo, Status};
use kyso::certification::number::CertificationNumber;
use kyso::certification::request::Id;

use super::job::Job;
use crate::failure::Failure;

/// The record of a result that is still to be signed.
pub(super) fn of(job: &Job<'_>, number: &CertificationNumber) -> Result<Metadata, Failure> {
    let ((path, _, request), kind, agency) = (job.sources.request, job.kind, job.sources.agency);
    let requester = |name: &str, id: &Id| Requester {
        full_name: name.to_owned(),
        id_kind: job
            .sources
            .catalogue
            .kinds
            .identity_document(&id.kind)
            .map_or_else(|| id.kind.clone(), |known| known.name.vi.clone()),
        // Masked: so it prints itself.
        id_number: id.number.to_string(),
    };
    let requesters = match &request.translator {
        Some(translator) => vec![requester(&translator.name, &translator.id)],
        None => request.parties.iter().map(|party| requester(&party.name, &party.id)).collect(),
    };
    let certifier = &request.certifier;
    let delegation = certifier
        .delegation
        .as_ref()
        .map(|document| format!("{} ngày {}", document.number, document.date.strftime("%d/%m/%Y")));
    // Translators of the justice office's list have a procedure of their own.
    let procedure = match &request.translator {
        Some(translator) if !translator.collaborator => kind.procedures.last(),
        _ => kind.procedures.first(),
    };
    let result_code = job.dossier.result(job.choices.result).map_err(|error| Failure::usage_of(path, &error))?;
    Ok(Metadata {
        doc_code: format!("{}_{}_{:06}_V1", agency.identifier, kind.code, number.ordinal),
        file_code: FileCode {
            organ_id: agency.identifier.clone(),
            file_catalog: number.year,
            file_notation: number.book_text(),
        },
        dossier_code: job.dossier.clone(),
        result_code,
        procedure_code: procedure.cloned().unwrap_or_default(),
        type_name: request.document.title.clone(),
        code_number: number.ordinal_text(),
        code_notation: number.symbol.clone(),
        issued_date: request.date,
        organ_name: agency.name.clone(),
        subject: format!("{}: {}", kind.name.vi, request.document.title),
        language: Some("Tiếng Việt".to_owned()),
        page_amount: None,
        description: None,
        signer_info: SignerInfo { position: certifier.title.clone(), full_name: certifier.name.clone() },
        keyword: None,
        mode: None,
        confidence_level: None,
        format: None,
        infor_sign: None,
        maintenance: match &kind.retention {
            Retention::NotKept => "Không lưu".to_owned(),
            Retention::Years { years, .. } => format!("{years:02} năm"),
            Retention::Permanent => "Vĩnh viễn".to_owned(),
        },
        rights: agency.rights.clone(),
        cert_kind: kind.code.clone(),
        cert_number: number.clone(),
        requesters,
        certifier: Certifier {
            full_name: certifier.name.clone(),
            title: certifier.title.clone(),
            power: certifier.power.prefix().to_owned(),
            delegation,
        },
        place: request.place.name.clone(),
        time: request.place.time,
        fee: Some(fee(kind.fee, request.document.pages, request.copies)),
        origin: Some(job.origin),
        file: None,
        signatures: Vec::new(),
        lookup_code: None,
        status: Status::Valid,
    })
}
