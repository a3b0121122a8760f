//! A template's file, read and checked.

use serde::Deserialize;
use toml::Spanned;

use super::markup::{self, Piece};
use super::placeholder::Scope;
use super::{Body, Condition, Each, Part, PartyCount, Placeholder, SignatureBlock, SignatureRole, Template, Way};
use crate::data::{Day, Flaw, Source};
use crate::typeset::paragraph::Alignment;
use kyso::Bilingual;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Raw {
    id: Spanned<String>,
    kinds: Spanned<Vec<String>>,
    variant: Spanned<String>,
    title: Spanned<Bilingual>,
    source: Spanned<String>,
    verified: bool,
    effective_from: Spanned<Day>,
    effective_until: Option<Spanned<Day>>,
    parties: Spanned<PartyCount>,
    #[serde(default)]
    ways: Vec<Way>,
    #[serde(rename = "part")]
    parts: Vec<Spanned<RawPart>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawPart {
    heading: Option<Spanned<String>>,
    text: Option<Spanned<String>>,
    divider: Option<bool>,
    signatures: Option<Spanned<Vec<SignatureBlock>>>,
    align: Option<Align>,
    each: Option<Each>,
    when: Option<Condition>,
    unless: Option<Condition>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Align {
    Justified,
    Left,
    Centred,
}

impl From<Align> for Alignment {
    fn from(align: Align) -> Self {
        match align {
            Align::Justified => Self::Justified,
            Align::Left => Self::Left,
            Align::Centred => Self::Centred,
        }
    }
}

/// After so many mistakes nothing more is looked for in a file.
const MOST_FLAWS: usize = 100;

/// Reads a template; whether its kinds are known is for the catalogue to say.
pub(crate) fn read(source: &Source<'_>) -> Result<Template, Vec<Flaw>> {
    let raw: Raw = source.read().map_err(|flaw| vec![flaw])?;
    let mut flaws = Vec::new();
    for (key, value) in [("id", &raw.id), ("variant", &raw.variant)] {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if value.get_ref().is_empty() || !value.get_ref().chars().all(plain) {
            let text = Bilingual::new("chỉ gồm chữ a-z, số và dấu -", "takes letters a-z, digits and - only");
            flaws.push(source.flaw(Some(value.span()), key, text));
        }
    }
    if raw.source.get_ref().trim().is_empty() {
        flaws.push(source.flaw(Some(raw.source.span()), "source", Bilingual::new("để trống", "is empty")));
    }
    if raw.title.get_ref().vi.trim().is_empty() {
        flaws.push(source.flaw(Some(raw.title.span()), "title", Bilingual::new("để trống", "is empty")));
    }
    if raw.kinds.get_ref().is_empty() {
        flaws.push(source.flaw(Some(raw.kinds.span()), "kinds", Bilingual::new("để trống", "is empty")));
    }
    let from = raw.effective_from.get_ref().0;
    if let Some(until) = raw.effective_until.as_ref().filter(|until| until.get_ref().0 < from) {
        let text = Bilingual::new("trước ngày bắt đầu (effective-from)", "is before effective-from");
        flaws.push(source.flaw(Some(until.span()), "effective-until", text));
    }
    let parties = *raw.parties.get_ref();
    if (parties == PartyCount::None) != raw.ways.is_empty() {
        let text = Bilingual::new(
            "cần ways (signature, fingerprint, neither) khi mẫu nêu người yêu cầu, và chỉ khi đó",
            "ways (signature, fingerprint, neither) are needed where parties are named, and only there",
        );
        flaws.push(source.flaw(Some(raw.parties.span()), "ways", text));
    }

    let mut parts = Vec::new();
    for part in raw.parts {
        if flaws.len() > MOST_FLAWS {
            break;
        }
        match one(source, part, parties) {
            Ok(part) => parts.push(part),
            Err(found) => flaws.extend(found),
        }
    }
    let template = Template {
        file: source.file.to_owned(),
        id: raw.id.get_ref().clone(),
        kinds: raw.kinds.get_ref().clone(),
        variant: raw.variant.get_ref().clone(),
        title: raw.title.get_ref().clone(),
        source: raw.source.get_ref().clone(),
        verified: raw.verified,
        effective_from: from,
        effective_until: raw.effective_until.map(|until| until.get_ref().0),
        parties,
        ways: raw.ways,
        parts,
    };
    if flaws.is_empty() {
        flaws.extend(missing(&template).into_iter().map(|(key, text)| source.flaw(Some(0..0), key, text)));
    }
    if flaws.is_empty() { Ok(template) } else { Err(flaws) }
}

fn one(source: &Source<'_>, part: Spanned<RawPart>, parties: PartyCount) -> Result<Part, Vec<Flaw>> {
    let span = part.span();
    let RawPart { heading, text, divider, signatures, align, each, when, unless } = part.into_inner();
    let flaw = |key: &str, vi: &str, en: &str| vec![source.flaw(Some(span.clone()), key, Bilingual::new(vi, en))];
    if align.is_some() && text.is_none() {
        return Err(flaw("part.align", "chỉ dùng với text", "goes with text only"));
    }
    let may = |scope| match scope {
        Scope::Anywhere => true,
        Scope::Party => each == Some(Each::Parties) || (parties == PartyCount::One && each.is_none()),
        Scope::EachParty => each == Some(Each::Parties),
        Scope::EachWitness => each == Some(Each::Witnesses),
    };
    let pieces = |key: &str, text: &Spanned<String>| -> Result<Vec<Piece>, Vec<Flaw>> {
        markup::read(text.get_ref(), may).map_err(|wrong| {
            // The value's place in the file plus the place in the value: exact where nothing before it is escaped.
            let at = |wrong: &markup::Wrong| text.span().start + wrong.at;
            wrong.into_iter().map(|wrong| source.flaw(Some(at(&wrong)..at(&wrong)), key, wrong.text)).collect()
        })
    };
    let body = match (heading, text, divider, signatures) {
        (Some(heading), None, None, None) => Body::Heading(pieces("part.heading", &heading)?),
        (None, Some(text), None, None) => {
            Body::Text(pieces("part.text", &text)?, align.unwrap_or(Align::Justified).into())
        }
        (None, None, Some(true), None) => Body::Divider,
        (None, None, None, Some(blocks)) => {
            signatures_are_right(source, &blocks)?;
            if each.is_some() {
                return Err(flaw(
                    "part.each",
                    "không dùng với signatures: vai party, witness tự lặp lại",
                    "doesn't go with signatures: the roles party and witness repeat by themselves",
                ));
            }
            Body::Signatures(blocks.into_inner())
        }
        _ => {
            return Err(flaw(
                "part",
                "cần đúng một trong: heading, text, divider = true, signatures",
                "takes exactly one of heading, text, divider = true, signatures",
            ));
        }
    };
    Ok(Part { body, each, when, unless })
}

fn signatures_are_right(source: &Source<'_>, blocks: &Spanned<Vec<SignatureBlock>>) -> Result<(), Vec<Flaw>> {
    let mut flaws = Vec::new();
    let mut flaw = |vi: &str, en: &str| {
        flaws.push(source.flaw(Some(blocks.span()), "part.signatures", Bilingual::new(vi, en)));
    };
    if blocks.get_ref().is_empty() {
        flaw("để trống", "is empty");
    }
    for block in blocks.get_ref() {
        let certifier = block.role == SignatureRole::Certifier;
        if block.sealed && !certifier {
            flaw("con dấu chỉ đóng lên chữ ký của certifier", "the seal goes on the certifier's signature alone");
        }
        if certifier != block.titles.is_empty() {
            flaw(
                "cần titles, trừ certifier: chức vụ của certifier lấy từ yêu cầu",
                "titles are needed, but for the certifier: his come from the request",
            );
        }
    }
    if flaws.is_empty() { Ok(()) } else { Err(flaws) }
}

/// What every lời chứng has to have (Điều 12) and this one lacks.
fn missing(template: &Template) -> Vec<(&'static str, Bilingual)> {
    let mut missing = Vec::new();
    let party = (template.parties != PartyCount::None).then_some(Placeholder::PartyName);
    let needed = [Placeholder::NumberOrdinal, Placeholder::NumberBook, Placeholder::Date];
    for placeholder in needed.into_iter().chain(party).filter(|needed| !template.names(*needed)) {
        let name = placeholder.name();
        let text = Bilingual::new(
            format!("thiếu chỗ điền “{{{{{name}}}}}” trong mẫu"),
            format!("the template lacks the placeholder “{{{{{name}}}}}”"),
        );
        missing.push(("part", text));
    }
    let certifiers = template.signatures().filter(|block| block.role == SignatureRole::Certifier).collect::<Vec<_>>();
    if certifiers.len() != 1 || !certifiers.iter().all(|block| block.sealed) {
        let text = Bilingual::new(
            "cần đúng một chỗ ký của certifier, với sealed = true",
            "exactly one place to sign for the certifier is needed, with sealed = true",
        );
        missing.push(("part.signatures", text));
    }
    missing
}
