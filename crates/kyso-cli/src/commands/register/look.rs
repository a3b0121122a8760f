//! Looking things up: lists, one entry, what is pending, the audit.

use clap::Args;
use kyso::local_time::in_vietnam;
use kyso::{Bilingual, Language, both};
use kyso_register::export::{EntryView, identity};
use kyso_register::{Audit, Entry, Filter, How, State, What};

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
    let entries = arguments.place.with(|register| async move {
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
    let entries = arguments.place.with(|register| async move { register.pending().await.map_err(reported) })?;
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
                let state = state(entry.state, context.language);
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
    let entry = arguments.place.with(|register| async move { arguments.which.find(&register, &stamp).await })?;
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
        What::Issued { sha256 } => say(format!("trả kết quả {sha256}"), format!("issued {sha256}")),
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

#[derive(Debug, Args)]
pub(crate) struct AuditArguments {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

/// The proof that nothing is missing. Exit code 1 where something is wrong.
pub(super) fn audit(arguments: &AuditArguments, context: &Context) -> Result<Exit, Failure> {
    let audit = arguments.place.with(|register| async move { register.audit().await.map_err(reported) })?;
    context.print(|sink| match arguments.format {
        Format::Json => {
            writeln!(sink, "{:#}", serde_json::json!({ "format": "kyso-register-audit", "version": 1, "audit": audit }))
        }
        Format::Text => audited(&audit, context).iter().try_for_each(|line| writeln!(sink, "{}", plain(line))),
    })?;
    Ok(if audit.problems.is_empty() { Exit::Done } else { Exit::Failed })
}

fn audited(audit: &Audit, context: &Context) -> Vec<String> {
    let mut lines = Vec::new();
    for year in &audit.years {
        let t = year.totals;
        let closed = if year.closed { context.say(", đã khóa sổ", ", closed") } else { "" };
        lines.push(match context.language {
            Language::Vietnamese => format!(
                "Sổ {} năm {}: số 01 đến {:02}, {} quyển; đã chứng thực {}, bỏ số {}, hủy bỏ {}, chưa xong {}{closed}",
                year.register, year.year, t.allotted, t.books, t.issued, t.void, t.cancelled, t.pending
            ),
            Language::English => format!(
                "Register {} of {}: numbers 01 to {:02}, {} books; {} issued, {} void, {} cancelled, {} pending{closed}",
                year.register, year.year, t.allotted, t.books, t.issued, t.void, t.cancelled, t.pending
            ),
        });
    }
    lines.push(format!("{}: {} ({})", context.say("Sự kiện", "Events"), audit.events, audit.head));
    if audit.problems.is_empty() {
        lines.push(
            context
                .say("Đủ số, mọi số đều có giải thích.", "Nothing is missing, every number is explained.")
                .to_owned(),
        );
    }
    for problem in &audit.problems {
        lines.push(format!("{}: {}", context.say("SAI", "WRONG"), problem.text(context.language)));
    }
    lines
}
