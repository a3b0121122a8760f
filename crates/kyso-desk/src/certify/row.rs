//! A request as a row of the register's book.

use kyso_certification::dossier::DossierCode;
use kyso_certification::kinds::{Kind, Kinds};
use kyso_certification::request::{Id, Request};
use kyso_register::{Certifier, Languages, Person, Quantity, Row};

/// The row.
pub(super) fn of(request: &Request, kind: &Kind, kinds: &Kinds, dossier: &DossierCode) -> Row {
    let person = |(name, id): (&str, Option<&Id>)| Person {
        name: name.to_owned(),
        id_kind: id.map(|id| id_kind(id, kinds)),
        id_number: id.map(|id| id.number.reveal().to_owned()),
    };
    let document = request.transaction.as_ref().map_or(&request.document.title, |transaction| &transaction.title);
    Row {
        requesters: request.asked_by().into_iter().map(person).collect(),
        document: document.clone(),
        certifier: Certifier { name: request.certifier.name.clone(), title: request.certifier.title.clone() },
        quantity: Quantity {
            copies: request.copies,
            papers: request.transaction.as_ref().map_or(1, |transaction| transaction.originals),
            pages: request.document.pages,
        },
        languages: request
            .translator
            .as_ref()
            .map(|translator| Languages { from: translator.from.clone(), into: translator.into.clone() }),
        fee: Some(request.fee(kind)),
        dossier: Some(dossier.to_string()),
        ..Row::default()
    }
}

/// What the paper is called that someone showed.
pub(super) fn id_kind(id: &Id, kinds: &Kinds) -> String {
    kinds.identity_document(&id.kind).map_or_else(|| id.kind.clone(), |known| known.name.vi.clone())
}
