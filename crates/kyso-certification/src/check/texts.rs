//! What can be set in type at all: every text of a request has letters that the typeface knows, and a length that a page
//! takes.

use unicode_normalization::UnicodeNormalization as _;

use super::{Findings, Rule};
use crate::font::Font;
use crate::request::{Id, Request};
use kyso_pdf::typeface::Face;

/// The longest text, in characters: longer than any name or title.
const LONGEST: usize = 400;
/// The most people of one sort.
const MOST: usize = 200;

pub(super) fn check(findings: &mut Findings, request: &Request) {
    for (field, count) in [
        ("parties", request.parties.len()),
        ("requesters", request.requesters.len()),
        ("witnesses", request.witnesses.len()),
    ] {
        if count > MOST {
            findings.refuse(
                Rule::FieldTooMany,
                field,
                format!("Có {count} người, nhiều hơn {MOST}: hãy kiểm tra lại yêu cầu"),
                format!("There are {count}, more than {MOST}: look at the request again"),
            );
        }
    }
    let font = Font::new(Face::Regular).ok();
    for (field, text) in texts(request) {
        if text.chars().count() > LONGEST {
            findings.refuse(
                Rule::FieldTooLong,
                &field,
                format!("{field} dài hơn {LONGEST} ký tự"),
                format!("{field} is longer than {LONGEST} characters"),
            );
        } else if text.chars().any(is_hidden)
            || font.as_ref().is_some_and(|font| font.width(&text.nfc().collect::<String>(), 14.0).is_err())
        {
            findings.refuse(
                Rule::FieldCharacters,
                &field,
                format!("{field} có ký tự không in được: ghi bằng chữ Việt hoặc chữ La-tinh"),
                format!("{field} has a character that can't be printed: use Vietnamese or Latin letters"),
            );
        }
    }
}

/// What isn't seen but steers how the rest is read: none of it belongs in a name.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Every text that may come to stand on the page, by its field.
fn texts(request: &Request) -> Vec<(String, &str)> {
    let certifier = &request.certifier;
    let mut texts: Vec<(String, &str)> = vec![
        ("place.name".into(), &request.place.name),
        ("certifier.name".into(), &certifier.name),
        ("certifier.title".into(), &certifier.title),
        ("certifier.agency".into(), &certifier.agency),
        ("document.title".into(), &request.document.title),
    ];
    for (index, line) in certifier.signature_lines.iter().enumerate() {
        texts.push((format!("certifier.signature-lines[{index}]"), line));
    }
    if let Some(receiver) = &request.receiver {
        texts.push(("receiver.name".into(), &receiver.name));
    }
    for (index, party) in request.parties.iter().enumerate() {
        texts.extend(named(&format!("parties[{index}]"), &party.name, &party.id));
        texts.push((format!("parties[{index}].capacity"), party.capacity.as_deref().unwrap_or_default()));
    }
    for (index, requester) in request.requesters.iter().enumerate() {
        texts.push((format!("requesters[{index}].name"), &requester.name));
        texts.extend(requester.id.iter().map(|id| (format!("requesters[{index}].id.number"), id.number.reveal())));
    }
    for (index, witness) in request.witnesses.iter().enumerate() {
        texts.extend(named(&format!("witnesses[{index}]"), &witness.name, &witness.id));
    }
    if let Some(translator) = &request.translator {
        texts.extend(named("translator", &translator.name, &translator.id));
        texts.push(("translator.from".into(), &translator.from));
        texts.push(("translator.into".into(), &translator.into));
    }
    if let Some(interpreter) = &request.interpreter {
        texts.extend(named("interpreter", &interpreter.name, &interpreter.id));
        texts.push(("interpreter.language".into(), &interpreter.language));
    }
    if let Some(transaction) = &request.transaction {
        texts.push(("transaction.title".into(), &transaction.title));
        texts.push(("transaction.kept-at".into(), &transaction.kept_at));
        for (index, recipient) in transaction.recipients.iter().enumerate() {
            texts.push((format!("transaction.recipients[{index}].name"), &recipient.name));
        }
    }
    if let Some(earlier) = &request.earlier {
        texts.push(("earlier.number".into(), &earlier.number));
        texts.push(("earlier.book".into(), &earlier.book));
    }
    texts
}

fn named<'r>(path: &str, name: &'r str, id: &'r Id) -> [(String, &'r str); 2] {
    [(format!("{path}.name"), name), (format!("{path}.id.number"), id.number.reveal())]
}
