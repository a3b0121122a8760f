//! What is told about a result beside it.

use kyso_certification::kinds::Retention;
use kyso_certification::metadata::{Certifier, FileCode, Metadata, Requester, SignerInfo, Status};
use kyso_certification::number::CertificationNumber;
use kyso_certification::request::Id;

use super::Job;
use super::row::id_kind;

/// The record of a result that is still to be signed.
pub(super) fn of(job: &Job<'_>, number: &CertificationNumber) -> Metadata {
    let (request, kind, agency) = (job.sources.request, job.kind, job.sources.agency);
    let requester = |(name, id): (&str, Option<&Id>)| Requester {
        full_name: name.to_owned(),
        id_kind: id.map(|id| id_kind(id, &job.sources.catalogue.kinds)).unwrap_or_default(),
        // Masked: so it prints itself.
        id_number: id.map(|id| id.number.to_string()).unwrap_or_default(),
    };
    let certifier = &request.certifier;
    let delegation = certifier
        .delegation
        .as_ref()
        .map(|document| format!("{} ngày {}", document.number, document.date.strftime("%d/%m/%Y")));
    Metadata {
        doc_code: format!("{}_{}_{:06}_V1", agency.identifier, kind.code, number.ordinal),
        file_code: FileCode {
            organ_id: agency.identifier.clone(),
            file_catalog: number.year,
            file_notation: number.book_text(),
        },
        dossier_code: job.dossier.clone(),
        result_code: job.result.clone(),
        procedure_code: request.procedure(kind).unwrap_or_default().to_owned(),
        // The kind of paper; its title is what it's about.
        type_name: kind.name.vi.clone(),
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
        requesters: request.asked_by().into_iter().map(requester).collect(),
        certifier: Certifier {
            full_name: certifier.name.clone(),
            title: certifier.title.clone(),
            power: certifier.power.prefix().to_owned(),
            delegation,
        },
        place: request.place.name.clone(),
        time: request.place.time,
        fee: Some(request.fee(kind)),
        origin: Some(job.origin),
        file: None,
        signatures: Vec::new(),
        lookup_code: None,
        status: Status::Prepared,
    }
}
