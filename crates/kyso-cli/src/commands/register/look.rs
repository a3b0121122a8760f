//! Looking things up: lists, one entry, what is pending, the audit.

use clap::Args;
use kyso::local_time::in_vietnam;
use kyso::{Bilingual, Language, both};
use kyso_register::export::{EntryView, identity};
use kyso_register::{Entry, Filter, How, State, Unchecked, What};

use super::which::Which;
use super::{Place, defect, reported};
use crate::arguments::Format;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::plain;
use crate::values::{month, year};

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_name = "SYMBOL")]
    register: Option<String>,
    #[arg(long, value_name = "YYYY-MM", value_parser = month, conflicts_with = "year")]
    month: Option<(i16, i8)>,
    #[arg(long, value_name = "YYYY", value_parser = year)]
    year: Option<i16>,
    #[arg(long)]
    full: bool,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

/// Entries, a line each.
pub(super) fn list(arguments: &ListArguments, context: &Context) -> Result<Exit, Failure> {
    let entries = arguments.place.look(context, |register| async move {
        let code = match &arguments.register {
            Some(name) => Some(register.definitions().register(name).map_err(reported)?.code.clone()),
            None => None,
        };
        let (year, month) = arguments.month.map_or((arguments.year, None), |(year, month)| (Some(year), Some(month)));
        register.list(&Filter { register: code, year, month, pending: false }).await.map_err(reported)
    })?;
    print(&entries, arguments.format, arguments.full, context)?;
    Ok(Exit::Done)
}

#[derive(Debug, Args)]
pub(crate) struct PendingArguments {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

/// Numbers that someone still has to finish or void.
pub(super) fn pending(arguments: &PendingArguments, context: &Context) -> Result<Exit, Failure> {
    let entries =
        arguments.place.look(context, |register| async move { register.pending().await.map_err(reported) })?;
    print(&entries, arguments.format, false, context)?;
    Ok(Exit::Done)
}

fn print(entries: &[Entry], format: Format, full: bool, context: &Context) -> Result<(), Failure> {
    match format {
        Format::Json => {
            let views = entries.iter().map(|entry| EntryView::new(entry, full)).collect::<Vec<_>>();
            let json = serde_json::json!({ "format": "kyso-register-entries", "version": 1, "entries": views });
            context.print(|sink| writeln!(sink, "{json:#}"))
        }
        Format::Text => context.print(|sink| {
            entries.iter().try_for_each(|entry| {
                let names =
                    entry.row.requesters.iter().map(|person| person.name.as_str()).collect::<Vec<_>>().join("; ");
                let state = state(entry.state, context.language).to_owned();
                let unchecked = entry.unchecked().map(|how| format!(" ({})", unchecked(how, context.language)));
                let state = state + &unchecked.unwrap_or_default();
                let date = entry.date.strftime("%d/%m/%Y");
                let (document, key) = (plain(&entry.row.document), plain(&entry.request));
                writeln!(sink, "{} | {date} | {state} | {} | {document} | {key}", entry.number, plain(&names))
            })
        }),
    }
}

fn state(state: State, language: Language) -> &'static str {
    match (state, language) {
        (State::Allotted, Language::Vietnamese) => "đã cấp số",
        (State::Rendered, Language::Vietnamese) => "đã lập văn bản",
        (State::Issued, Language::Vietnamese) => "đã chứng thực",
        (State::Void, Language::Vietnamese) => "bỏ số",
        (State::Cancelled, Language::Vietnamese) => "đã hủy bỏ",
        (state, Language::English) => state.name(),
    }
}

/// The check of a finished file that was gone round.
pub(super) fn unchecked(how: Unchecked, language: Language) -> &'static str {
    let text = match how {
        Unchecked::File => both("theo mã băm, KHÔNG kiểm tra tệp", "by its digest, the file NOT checked"),
        Unchecked::Trust => both("KHÔNG kiểm tra chữ ký là của ai", "NOT checked whose signatures these are"),
    };
    text.in_language(language)
}

#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    place: Place,
    #[arg(long)]
    full: bool,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

/// All about one entry.
pub(super) fn show(arguments: &ShowArguments, context: &Context) -> Result<Exit, Failure> {
    let stamp = super::Officer { by: String::new() }.stamp(context);
    let entry =
        arguments.place.look(context, |register| async move { arguments.which.find(&register, &stamp).await })?;
    if arguments.format == Format::Json {
        let json = serde_json::to_string_pretty(&EntryView::new(&entry, arguments.full)).map_err(defect)?;
        context.print(|sink| writeln!(sink, "{json}"))?;
        return Ok(Exit::Done);
    }
    let lines = lines(&entry, arguments.full, context);
    context.print(|sink| lines.iter().try_for_each(|(name, value)| writeln!(sink, "{name}: {}", plain(value))))?;
    Ok(Exit::Done)
}

fn lines(entry: &Entry, full: bool, context: &Context) -> Vec<(String, String)> {
    let row = &entry.row;
    let mut lines = Vec::new();
    let mut add = |vietnamese: &str, english: &str, value: String| {
        lines.push((context.say(vietnamese, english).to_owned(), value));
    };
    add("Số chứng thực", "Number", entry.number.to_string());
    add("Ngày", "Date", entry.date.strftime("%d/%m/%Y").to_string());
    add("Trạng thái", "State", state(entry.state, context.language).to_owned());
    for person in &row.requesters {
        let kind = person.id_kind.as_deref().unwrap_or_default();
        let number = person.id_number.as_deref().map(|number| identity(number, full)).unwrap_or_default();
        add("Người yêu cầu", "Requester", format!("{} {kind} {number}", person.name).trim_end().to_owned());
    }
    add("Giấy tờ, văn bản", "Document", row.document.clone());
    if let Some(languages) = &row.languages {
        add("Ngôn ngữ", "Languages", format!("{} → {}", languages.from, languages.into));
    }
    add("Người ký chứng thực", "Certifier", format!("{}, {}", row.certifier.name, row.certifier.title));
    let quantity = row.quantity;
    let counted = match context.language {
        Language::Vietnamese => {
            format!("{} bản sao, {} giấy tờ, {} trang", quantity.copies, quantity.papers, quantity.pages)
        }
        Language::English => {
            format!("{} copies, {} papers, {} pages", quantity.copies, quantity.papers, quantity.pages)
        }
    };
    add("Số lượng", "Quantity", counted);
    if let Some(fee) = row.fee {
        add("Lệ phí", "Fee", format!("{fee} đồng"));
    }
    if let Some(dossier) = &row.dossier {
        add("Mã hồ sơ", "Dossier", dossier.clone());
    }
    if let Some(note) = &row.note {
        add("Ghi chú", "Note", note.clone());
    }
    if let Some(link) = &row.link {
        let how = how(link.how);
        add(how.vi, how.en, link.number.to_string());
    }
    add("Mã yêu cầu", "Request", entry.request.clone());
    for event in &entry.history {
        let what = happened(&event.what, context.language);
        add("Diễn biến", "Event", format!("{} {}: {what}", in_vietnam(event.at), event.by));
    }
    lines
}

fn how(how: How) -> Bilingual<&'static str> {
    match how {
        How::Replaces => both("Thay thế", "Replaces"),
        How::Amends => both("Sửa đổi, bổ sung, hủy bỏ", "Amends"),
        How::Corrects => both("Sửa lỗi sai sót", "Corrects"),
    }
}

fn happened(what: &What, language: Language) -> String {
    let say = |vietnamese: String, english: String| match language {
        Language::Vietnamese => vietnamese,
        Language::English => english,
    };
    match what {
        What::Allotted { .. } => say("cấp số".into(), "allotted".into()),
        What::Rendered(prepared) => {
            say(format!("lập văn bản {}", prepared.sha256), format!("document prepared {}", prepared.sha256))
        }
        What::Issued { sha256, unchecked: how } => {
            let how = how.map(|how| format!(" ({})", unchecked(how, language))).unwrap_or_default();
            say(format!("trả kết quả {sha256}{how}"), format!("issued {sha256}{how}"))
        }
        What::Void { reason } => say(format!("bỏ số: {reason}"), format!("void: {reason}")),
        What::Cancelled(cancellation) => {
            let (decision, date) = (&cancellation.decision, cancellation.date);
            let day = date.strftime("%d/%m/%Y");
            let by = cancellation.replaced_by.as_ref();
            say(
                format!("hủy bỏ theo Quyết định {decision} ngày {day}")
                    + &by.map(|number| format!("; thay bằng số {number}")).unwrap_or_default(),
                format!("cancelled by decision {decision} of {date}")
                    + &by.map(|number| format!("; replaced by number {number}")).unwrap_or_default(),
            )
        }
        What::Linked { how: link, number } => say(
            format!("số {number} {}", how(*link).vi.to_lowercase()),
            format!("number {number} {} it", how(*link).en.to_lowercase()),
        ),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}
