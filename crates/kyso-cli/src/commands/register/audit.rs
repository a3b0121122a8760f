//! `kyso register audit`: the proof that nothing is missing, and nothing was cut off since a head was written down.

use std::path::{Path, PathBuf};

use clap::Args;
use kyso::Language;
use kyso_register::{Audit, Head, UncheckedEntry};

use super::logged::Logged;
use super::look::unchecked;
use super::{Place, reported};
use crate::arguments::Format;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::text::plain;

/// Larger than any list of heads.
const LIMIT: u64 = 1 << 20;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Heads as `kyso register head` printed them.
    #[arg(long, value_name = "HEAD", value_parser = head_value)]
    since: Vec<Head>,
    #[arg(long, value_name = "FILE")]
    since_file: Option<PathBuf>,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

fn head_value(text: &str) -> Result<Head, &'static str> {
    text.parse().map_err(|_| "123-<64 hex>-20261130T021500Z")
}

/// The heads of a file: one a line; empty lines, and what begins with #, are left out.
fn heads(path: &Path) -> Result<Vec<Head>, Failure> {
    let text = input::small_text(path, LIMIT)?;
    let name = plain(&path.display().to_string());
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty() && !line.trim().starts_with('#'));
    let heads = lines.map(|(number, line)| {
        line.parse().map_err(|_| {
            Failure::usage(
                format!("{name} dòng {number}: không phải đầu sổ do kyso register head in ra."),
                format!("{name} line {number}: no head as kyso register head prints it."),
            )
        })
    });
    let heads = heads.collect::<Result<Vec<_>, _>>()?;
    if heads.is_empty() {
        return Err(Failure::usage(format!("{name} không có đầu sổ nào."), format!("{name} has no head.")));
    }
    Ok(heads)
}

/// The proof that nothing is missing, and that what was there when heads were written down still is. Exit code 1 where
/// something is wrong.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let mut since = arguments.since.clone();
    if let Some(path) = &arguments.since_file {
        since.extend(heads(path)?);
    }
    let given = since.len();
    let (mut audit, log) = arguments.place.audit(context, |register| async move {
        let log = Logged::beside(&arguments.place.logged()?).await;
        since.extend(log.heads.iter().cloned());
        Ok((register.audit_since(&since).await.map_err(reported)?, log))
    })?;
    // Of many heads of a log the newest says that all is well, and each says what isn't.
    let mut place = 0;
    audit.since.retain(|compared| {
        place += 1;
        place <= given + 1 || compared.difference.is_some()
    });
    context.print(|sink| match arguments.format {
        Format::Json => {
            let log = log.json();
            let json = serde_json::json!({ "format": "kyso-register-audit", "version": 1, "audit": audit, "archive_log": log });
            writeln!(sink, "{json:#}")
        }
        Format::Text => {
            let lines = audited(&audit, given, context).into_iter().chain(log.text(context));
            lines.into_iter().try_for_each(|line| writeln!(sink, "{}", plain(&line)))
        }
    })?;
    Ok(if audit.is_whole() && log.unread.is_none() { Exit::Done } else { Exit::Failed })
}

/// `given`: how many of the heads were given by the caller; the others are those of the archive's log.
fn audited(audit: &Audit, given: usize, context: &Context) -> Vec<String> {
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
    if audit.unread {
        let told = context.say(
            "Không đọc được nội dung sổ vì cấu trúc cơ sở dữ liệu không còn nguyên; các số và đầu sổ chưa được đối chiếu.",
            "What the register holds can't be read, for the database's schema isn't whole; numbers and heads weren't looked at.",
        );
        lines.push(told.to_owned());
    } else {
        lines.push(format!("{}: {} ({})", context.say("Sự kiện", "Events"), audit.events, audit.head));
    }
    if audit.problems.is_empty() {
        lines.push(
            context
                .say("Đủ số, mọi số đều có giải thích.", "Nothing is missing, every number is explained.")
                .to_owned(),
        );
    }
    for UncheckedEntry { number, unchecked: how, by } in &audit.unchecked {
        let how = unchecked(*how, context.language);
        lines.push(format!("{}: {number}: {how} ({by})", context.say("Lưu ý", "Note")));
    }
    for (index, compared) in audit.since.iter().enumerate() {
        let what = match index < given {
            true => context.say("Đầu sổ đã chép", "Head written down"),
            false => context.say("Đầu sổ trong nhật ký của kho", "Head in the archive's log"),
        };
        let told = compared.text(context.language);
        lines.push(format!("{what} {}: {told}", short(&compared.head)));
    }
    for problem in &audit.problems {
        lines.push(format!("{}: {}", context.say("SAI", "WRONG"), problem.text(context.language)));
    }
    lines
}

/// Enough of a head to find it on a list.
fn short(head: &Head) -> String {
    let begin = head.chain.get(..8).unwrap_or_default();
    head.events.map(|events| format!("{events}-{begin}…")).unwrap_or_else(|| format!("{begin}…"))
}
