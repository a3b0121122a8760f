//! The lời chứng: a template, filled from a request and its number, typeset.

mod values;

use super::number::CertificationNumber;
use super::request::Request;
use super::template::{Body, Condition, Content, Each, Part, Piece, SignatureBlock, SignatureRole, Template};
use crate::typeset::format::Format;
use crate::typeset::paragraph::Span;
use crate::typeset::sheet::{NamedPlace, Sheet, Signatory, Typeset};
use crate::typeset::xmp::Description;
use kyso::appearance::layout;
use kyso::error::Parameter;
use kyso::local_time::day;
use kyso::{Bilingual, Code, Error, Rectangle};
use kyso_pdf::geometry::POINTS_PER_MM;
use values::Values;

/// The name of the place for the agency's seal, and so of its signature field.
pub const SEAL_PLACE: &str = kyso::SEAL_FIELD;

const SAMPLE: &str = "Bản MẪU: người, nơi chốn và số liệu đều hư cấu; không có giá trị pháp lý.";

/// Room for a signature between title and name, in millimetres.
const ROOM_MM: f64 = 26.0;

/// How a statement is set.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The place of the statement's pages.
    pub form: Form,
    /// The size of its text: 13 to 14 points.
    pub body: f64,
    /// The seal's real width in millimetres: with it there's a place for the seal, [`SEAL_PLACE`]. It has no default.
    pub seal_mm: Option<f64>,
    /// Whether every page says that it's a sample (MẪU) of no legal value.
    pub sample: bool,
    /// Whether a template may be used that wasn't compared with the law's text.
    pub allow_draft: bool,
    /// What the paper says of itself; with an empty title, and by default, that's the template's title and the number.
    pub description: Description,
}

/// Where a statement's pages go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The pages are a paper of their own.
    Standalone,
    /// The pages follow other pages and continue their numbers.
    Appended {
        /// How many pages they follow.
        after: usize,
    },
    /// The statement goes onto an existing page, so nothing is written into the margins.
    OnPage,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            form: Form::Standalone,
            body: 13.0,
            seal_mm: None,
            sample: false,
            allow_draft: false,
            description: Description::default(),
        }
    }
}

/// Sets the statement. Whoever has to sign it is among the places of the result, by [`SignatureRole::place`].
///
/// The rules of law are [`check`](super::check::check)'s: call it first. Here only what the page can't do without is
/// asked for.
///
/// # Errors
/// [`Error::Refused`] with rule `statement.draft` for a template that isn't verified, unless the options allow it;
/// `statement.missing` naming every field that the template needs and the request lacks; `statement.number` where the number
/// is of another year than the day. [`Error::Parameters`] for a character that the typeface doesn't have, or a size out
/// of range.
pub fn typeset(
    template: &Template,
    request: &Request,
    names: &super::kinds::Kinds,
    number: &CertificationNumber,
    options: &Options,
) -> Result<Typeset, Error> {
    if !template.verified && !options.allow_draft {
        return Err(Error::refused(Code::StatementDraft, draft(template)));
    }
    if number.year != request.date.year() || number.ordinal == 0 || number.book == 0 {
        let (number, date) = (number.to_string(), request.date);
        return Err(Error::refused(
            Code::StatementNumber,
            Bilingual::new(
                format!(
                    "Số chứng thực {number} không thuộc năm của ngày chứng thực {}, hoặc không bắt đầu từ 01",
                    day(date)
                ),
                format!(
                    "Number {number} isn't of the year of the certification's day {date}, or doesn't begin with 01"
                ),
            ),
        ));
    }
    let values = Values { request, kinds: names, number };
    let missing = missing(template, &values);
    if !missing.is_empty() {
        let list = missing.join(", ");
        return Err(Error::refused(
            Code::StatementMissing,
            Bilingual::new(
                format!("yêu cầu còn thiếu: {list} (Nghị định 23/2015/NĐ-CP, Điều 12)"),
                format!("the request lacks: {list} (Nghị định 23/2015/NĐ-CP, Điều 12)"),
            ),
        ));
    }

    let format = Format::portrait(options.body);
    let mut sheet = Sheet::with_format(match options.form {
        Form::Standalone | Form::OnPage => format,
        Form::Appended { after } => format.after(after),
    })?;
    if options.sample {
        match options.form {
            Form::OnPage => sheet.centred(Span::italic(SAMPLE))?,
            _ => sheet.note(SAMPLE),
        }
    }
    let mut parts = template.parts.iter().filter(|part| is_shown(part, request)).peekable();
    while let Some(part) = parts.next() {
        match parts.next_if(|next| part.each.is_none() && matches!(next.body, Body::Signatures(_))) {
            // No page has signatures alone: the last words go with them.
            Some(signatures) => sheet.together(|sheet| {
                set(sheet, part, &values, options)?;
                set(sheet, signatures, &values, options)
            })?,
            None => set(&mut sheet, part, &values, options)?,
        }
    }
    let mut description = options.description.clone();
    if description.title.is_empty() {
        description.title = format!("{} - số {number}", template.title.vi);
    }
    let mut typeset = sheet.finish_described(&description)?;
    if let Some(seal) = options.seal_mm {
        add_seal(&mut typeset.places, seal)?;
    }
    Ok(typeset)
}

/// What to say of a template that isn't verified.
pub(super) fn draft(template: &Template) -> Bilingual {
    let (id, source) = (&template.id, &template.source);
    Bilingual::new(
        format!(
            "Mẫu lời chứng {id} là bản nháp, chưa đối chiếu với văn bản luật ({source}): chỉ dùng khi cho phép rõ ràng"
        ),
        format!(
            "Template {id} is a draft that wasn't compared with the law's text ({source}): it's used only where that is \
             allowed explicitly"
        ),
    )
}

/// The place of the seal, by the place of the certifier's signature: as high as the seal, and wide enough that it can lie
/// over the left third of any signature of the usual widths in the middle of that place
/// (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8a).
pub fn seal_place(signature: Rectangle, seal_mm: f64) -> Rectangle {
    let seal = seal_mm * POINTS_PER_MM;
    layout::seal_field((seal, seal), signature)
}

fn add_seal(places: &mut Vec<NamedPlace>, seal_mm: f64) -> Result<(), Error> {
    if !(10.0..=60.0).contains(&seal_mm) {
        return Err(Error::parameters(Parameter::SealMm, format!("a seal is 10 to 60 mm wide, not {seal_mm}")));
    }
    let certifier = places.iter().find(|place| place.name == SignatureRole::Certifier.place()).cloned();
    if let Some(NamedPlace { page, rectangle, .. }) = certifier {
        places.push(NamedPlace { name: SEAL_PLACE.to_owned(), page, rectangle: seal_place(rectangle, seal_mm) });
    }
    Ok(())
}

fn is_shown(part: &Part, request: &Request) -> bool {
    let holds = |condition| match condition {
        Condition::Outside => request.place.outside,
        Condition::Witnesses => !request.witnesses.is_empty(),
        Condition::Interpreter => request.interpreter.is_some(),
    };
    part.when.is_none_or(holds) && !part.unless.is_some_and(holds)
}

/// For each repetition of a part the index of whom it's about.
fn repetitions(part: &Part, request: &Request) -> Vec<usize> {
    match part.each {
        None => vec![0],
        Some(Each::Parties) => (0..request.parties.len()).collect(),
        Some(Each::Witnesses) => (0..request.witnesses.len()).collect(),
    }
}

/// The fields that the template needs and the request lacks, as paths into the request.
fn missing(template: &Template, values: &Values<'_>) -> Vec<String> {
    let request = values.request;
    let mut missing = Vec::new();
    let mut note = |field: String| {
        if !missing.contains(&field) {
            missing.push(field);
        }
    };
    for part in template.parts.iter().filter(|part| is_shown(part, request)) {
        match &part.body {
            Body::Heading(pieces) | Body::Text(pieces, _) => {
                for index in repetitions(part, request) {
                    for piece in pieces {
                        if let Content::Value { placeholder, .. } = piece.content {
                            values.get(placeholder, index).err().into_iter().for_each(&mut note);
                        }
                    }
                }
            }
            Body::Signatures(blocks) => {
                for block in blocks {
                    signers(block, request).err().into_iter().for_each(&mut note);
                }
            }
            Body::Divider => {}
        }
        if part.each == Some(Each::Parties) && request.parties.is_empty() {
            note("parties".to_owned());
        }
    }
    missing
}

fn set(sheet: &mut Sheet, part: &Part, values: &Values<'_>, options: &Options) -> Result<(), Error> {
    let request = values.request;
    match &part.body {
        Body::Heading(pieces) => {
            sheet.space(4.0);
            let spans = filled(pieces, values, 0)?;
            let text = spans.iter().map(|span| span.text.as_str()).collect::<String>();
            for line in text.lines() {
                sheet.heading(line)?;
            }
            sheet.space(4.0);
        }
        Body::Text(pieces, alignment) => {
            for index in repetitions(part, request) {
                sheet.paragraph(&filled(pieces, values, index)?, *alignment)?;
            }
        }
        Body::Divider => {
            sheet.space(18.0);
            sheet.divider(60.0);
            sheet.space(8.0);
        }
        Body::Signatures(blocks) => {
            sheet.space(10.0);
            let signatories = signatories(blocks, request, options)?;
            sheet.signatures(&signatories)?;
        }
    }
    Ok(())
}

fn filled(pieces: &[Piece], values: &Values<'_>, index: usize) -> Result<Vec<Span>, Error> {
    let spans = pieces.iter().map(|piece| {
        let text = match &piece.content {
            Content::Text(text) => text.clone(),
            Content::Value { placeholder, capital } => {
                let value = values.get(*placeholder, index).map_err(|field| {
                    Error::Internal(format!("{field} was there when the statement was checked, and is missing now"))
                })?;
                if *capital { capitalised(&value) } else { value }
            }
        };
        Ok(Span { face: piece.face, text })
    });
    spans.collect()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Names of those who sign in a block.
fn signers<'r>(block: &SignatureBlock, request: &'r Request) -> Result<Vec<&'r str>, String> {
    let one = |name: Option<&'r str>, field: &str| match name.map(str::trim) {
        Some(name) if !name.is_empty() => Ok(vec![name]),
        _ => Err(format!("{field}.name")),
    };
    match block.role {
        SignatureRole::Certifier if request.certifier.signature_lines.iter().all(|line| line.trim().is_empty()) => {
            Err("certifier.signature-lines".to_owned())
        }
        SignatureRole::Certifier => one(Some(&request.certifier.name), "certifier"),
        SignatureRole::Receiver => one(request.receiver.as_ref().map(|one| one.name.as_str()), "receiver"),
        SignatureRole::Translator => one(request.translator.as_ref().map(|one| one.name.as_str()), "translator"),
        // Whoever isn't there doesn't sign.
        SignatureRole::Interpreter => match &request.interpreter {
            Some(interpreter) => one(Some(&interpreter.name), "interpreter"),
            None => Ok(Vec::new()),
        },
        SignatureRole::Party => Ok(request.parties.iter().map(|one| one.name.trim()).collect()),
        SignatureRole::Witness => Ok(request.witnesses.iter().map(|one| one.name.trim()).collect()),
    }
}

fn signatories(
    blocks: &[SignatureBlock],
    request: &Request,
    options: &Options,
) -> Result<Vec<Signatory<'static>>, Error> {
    let mut signatories = Vec::new();
    for block in blocks {
        let names = signers(block, request).map_err(|field| Error::Internal(format!("{field} is missing")))?;
        let numbered = matches!(block.role, SignatureRole::Party | SignatureRole::Witness);
        let room_mm = if block.sealed { ROOM_MM.max(options.seal_mm.unwrap_or_default()) } else { ROOM_MM };
        for (index, name) in names.into_iter().enumerate() {
            let titles = match block.role {
                SignatureRole::Certifier => &request.certifier.signature_lines,
                _ => &block.titles,
            };
            let place = block.role.place();
            signatories.push(Signatory {
                titles: titles.clone(),
                hint: block.hint.clone(),
                room_mm,
                ink: None,
                name: name.to_owned(),
                place: Some(if numbered { format!("{place}{}", index + 1) } else { place.to_owned() }),
            });
        }
    }
    Ok(signatories)
}
