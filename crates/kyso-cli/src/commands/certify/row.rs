//! A request as a row of the register's book.

use kyso::certification::dossier::DossierCode;
use kyso::certification::fee::fee;
use kyso::certification::kinds::{Kind, Kinds};
use kyso::certification::request::{Id, Request};
use kyso_archive::register::{Certifier, Languages, Person, Quantity, Row};

/// The row. A translation's book names the translator; any other those who asked.
pub(super) fn of(request: &Request, kind: &Kind, kinds: &Kinds, dossier: &DossierCode) -> Row {
    let person = |name: &str, id: &Id| Person {
        name: name.to_owned(),
        id_kind: Some(kinds.identity_document(&id.kind).map_or_else(|| id.kind.clone(), |known| known.name.vi.clone())),
        id_number: Some(id.number.reveal().to_owned()),
    };
    let requesters = match &request.translator {
        Some(translator) => vec![person(&translator.name, &translator.id)],
        None => request.parties.iter().map(|party| person(&party.name, &party.id)).collect(),
    };
    let document = request.transaction.as_ref().map_or(&request.document.title, |transaction| &transaction.title);
    Row {
        requesters,
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
        fee: Some(fee(kind.fee, request.document.pages, request.copies)),
        dossier: Some(dossier.to_string()),
        ..Row::default()
    }
}
