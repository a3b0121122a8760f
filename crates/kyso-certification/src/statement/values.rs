//! What stands where a template has a placeholder.

use crate::kinds::Kinds;
use crate::number::CertificationNumber;
use crate::request::{Act, Id, Interpreter, Person, Receiver, Request, Salutation, Transaction, Translator};
use crate::template::{Placeholder as P, Way};
use crate::words::{date_in_figures, date_in_words};

/// Where values come from.
pub(super) struct Values<'r> {
    pub(super) request: &'r Request,
    pub(super) kinds: &'r Kinds,
    pub(super) number: &'r CertificationNumber,
}

impl Values<'_> {
    /// A placeholder's value, for the party or witness of this index; the missing field's path where there is none.
    pub(super) fn get(&self, placeholder: P, index: usize) -> Result<String, String> {
        let request = self.request;
        match placeholder {
            P::Date => Ok(date_in_figures(request.date)),
            P::DateWords => Ok(date_in_words(request.date)),
            P::Time => {
                let time = request.place.time.ok_or("place.time")?;
                Ok(format!("{:02} giờ {:02} phút", time.hour(), time.minute()))
            }
            P::Place => text(&request.place.name, "place.name"),
            P::NumberOrdinal => Ok(self.number.ordinal_text()),
            P::NumberBook => Ok(self.number.book_text()),
            P::CertifierName => text(&request.certifier.name, "certifier.name"),
            P::CertifierPosition => {
                let title = text(&request.certifier.title, "certifier.title")?;
                Ok(format!("{title} {}", text(&request.certifier.agency, "certifier.agency")?))
            }
            P::ReceiverSalutation => Ok(self.receiver()?.salutation.word().to_owned()),
            P::ReceiverName => text(&self.receiver()?.name, "receiver.name"),
            P::PartyIndex | P::WitnessIndex => Ok((index + 1).to_string()),
            P::PartySalutation | P::PartyName | P::PartyIdKind | P::PartyIdNumber | P::PartyCapacity => {
                self.party(placeholder, index)
            }
            P::PartiesSigned => self.signed(),
            P::WitnessSalutation => Ok(self.witness(index)?.salutation.word().to_owned()),
            P::WitnessName => text(&self.witness(index)?.name, &format!("witnesses[{index}].name")),
            P::WitnessIdKind => self.id_kind(&self.witness(index)?.id, &format!("witnesses[{index}]")),
            P::WitnessIdNumber => id_number(&self.witness(index)?.id, &format!("witnesses[{index}]")),
            P::InterpreterSalutation => Ok(self.interpreter()?.salutation.word().to_owned()),
            P::InterpreterName => text(&self.interpreter()?.name, "interpreter.name"),
            P::InterpreterIdKind => self.id_kind(&self.interpreter()?.id, "interpreter"),
            P::InterpreterIdNumber => id_number(&self.interpreter()?.id, "interpreter"),
            P::InterpreterLanguage => text(&self.interpreter()?.language, "interpreter.language"),
            P::TranslatorSalutation => Ok(self.translator()?.salutation.word().to_owned()),
            P::TranslatorName => text(&self.translator()?.name, "translator.name"),
            P::TranslatorIdKind => self.id_kind(&self.translator()?.id, "translator"),
            P::TranslatorIdNumber => id_number(&self.translator()?.id, "translator"),
            P::TranslatorFrom => text(&self.translator()?.from, "translator.from"),
            P::TranslatorInto => text(&self.translator()?.into, "translator.into"),
            P::DocumentTitle => text(&request.document.title, "document.title"),
            P::DocumentPages => count(request.document.pages, "document.pages"),
            P::TransactionTitle => text(&self.transaction()?.title, "transaction.title"),
            P::OriginalsCount => count(self.transaction()?.originals, "transaction.originals"),
            P::OriginalsSheets => count(self.transaction()?.sheets, "transaction.sheets"),
            P::OriginalsPages => count(self.transaction()?.pages, "transaction.pages"),
            P::OriginalsRecipients => self.recipients(),
            P::OriginalsKept => text(&self.transaction()?.kept_at, "transaction.kept-at"),
            P::EarlierAct | P::EarlierNumber | P::EarlierBook | P::EarlierDate => self.earlier(placeholder),
        }
    }

    fn receiver(&self) -> Result<&Receiver, String> {
        self.request.receiver.as_ref().ok_or_else(|| "receiver".to_owned())
    }

    fn translator(&self) -> Result<&Translator, String> {
        self.request.translator.as_ref().ok_or_else(|| "translator".to_owned())
    }

    fn interpreter(&self) -> Result<&Interpreter, String> {
        self.request.interpreter.as_ref().ok_or_else(|| "interpreter".to_owned())
    }

    fn transaction(&self) -> Result<&Transaction, String> {
        self.request.transaction.as_ref().ok_or_else(|| "transaction".to_owned())
    }

    fn witness(&self, index: usize) -> Result<&Person, String> {
        self.request.witnesses.get(index).ok_or_else(|| "witnesses".to_owned())
    }

    fn party(&self, placeholder: P, index: usize) -> Result<String, String> {
        let party = self.request.parties.get(index).ok_or("parties")?;
        let path = format!("parties[{index}]");
        match placeholder {
            P::PartySalutation => Ok(salutation(party.salutation)),
            P::PartyName => text(&party.name, &format!("{path}.name")),
            P::PartyIdKind => self.id_kind(&party.id, &path),
            P::PartyIdNumber => id_number(&party.id, &path),
            _ => text(party.capacity.as_deref().unwrap_or_default(), &format!("{path}.capacity")),
        }
    }

    fn id_kind(&self, id: &Id, path: &str) -> Result<String, String> {
        let document = self.kinds.identity_document(&id.kind).ok_or_else(|| format!("{path}.id.kind"))?;
        Ok(document.name.vi.clone())
    }

    /// How the parties signed, all of them together.
    fn signed(&self) -> Result<String, String> {
        let by = |way| self.request.parties.iter().any(|party| party.way == way);
        match (by(Way::Signature), by(Way::Fingerprint)) {
            (true, true) => Ok("ký, điểm chỉ".to_owned()),
            (true, false) => Ok("ký".to_owned()),
            (false, true) => Ok("điểm chỉ".to_owned()),
            (false, false) => Err("parties".to_owned()),
        }
    }

    fn recipients(&self) -> Result<String, String> {
        let recipients = &self.transaction()?.recipients;
        if recipients.is_empty() {
            return Err("transaction.recipients".to_owned());
        }
        let each = recipients.iter().enumerate().map(|(index, recipient)| {
            let path = format!("transaction.recipients[{index}]");
            let name = text(&recipient.name, &format!("{path}.name"))?;
            Ok(format!("{name} {} bản chính", count(recipient.count, &format!("{path}.count"))?))
        });
        Ok(each.collect::<Result<Vec<_>, String>>()?.join(", "))
    }

    fn earlier(&self, placeholder: P) -> Result<String, String> {
        let earlier = self.request.earlier.as_ref().ok_or("earlier")?;
        match placeholder {
            P::EarlierAct => Ok(match earlier.act {
                Act::Amendment => "sửa đổi, bổ sung".to_owned(),
                Act::Cancellation => "hủy bỏ".to_owned(),
            }),
            P::EarlierNumber => text(&earlier.number, "earlier.number"),
            P::EarlierBook => text(&earlier.book, "earlier.book"),
            _ => Ok(date_in_figures(earlier.date)),
        }
    }
}

fn salutation(salutation: Salutation) -> String {
    salutation.word().to_owned()
}

/// A text that isn't blank, with single spaces.
fn text(value: &str, field: &str) -> Result<String, String> {
    let text = value.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { Err(field.to_owned()) } else { Ok(text) }
}

fn id_number(id: &Id, path: &str) -> Result<String, String> {
    text(id.number.reveal(), &format!("{path}.id.number"))
}

/// A number with two digits at least, as such papers have it.
fn count(count: u32, field: &str) -> Result<String, String> {
    if count == 0 { Err(field.to_owned()) } else { Ok(format!("{count:02}")) }
}
