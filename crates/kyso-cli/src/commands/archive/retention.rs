//! `kyso archive retention`: how long documents are kept, by class, and which may be destroyed by now.

use clap::Args;
use jiff::civil::Date;
use kyso::Language;
use kyso::local_time::{VIETNAM, day};
use kyso_archive::{Archive, ClassTally, Keeping};
use kyso_certification::retention::{Rules, Term};

use super::{Place, refused};
use crate::arguments::Format;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::plain;

/// As many documents are listed at most.
const MOST: usize = 10_000;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    #[arg(long)]
    due: bool,
    #[arg(long, value_name = "CLASS", requires = "due")]
    class: Option<String>,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let location = arguments.place.location()?;
    let opened = Archive::open_to_read_at(&location);
    arguments.place.with(context, opened, |archive| async move {
        let on = arguments.on.unwrap_or_else(|| VIETNAM.to_datetime(context.now).date());
        demand_class(&archive, arguments.class.as_deref())?;
        let tallies = archive.retention_tally(on).await.map_err(|error| refused(&error))?;
        let due = match arguments.due {
            true => of_class(&archive, on, arguments.class.as_deref(), MOST).await?,
            false => Vec::new(),
        };
        let rules = archive.retention_rules();
        context.print(|sink| match arguments.format {
            Format::Json => writeln!(sink, "{:#}", json(rules, on, &tallies, arguments.due.then_some(&due))),
            Format::Text => {
                let mut lines = lines(rules, on, &tallies, context);
                lines.extend(due.iter().map(|keeping| due_line(keeping, context.language)));
                lines.iter().try_for_each(|line| writeln!(sink, "{line}"))
            }
        })?;
        Ok(Exit::Done)
    })
}

/// Documents of a class, or of all, whose time is over.
pub(super) async fn of_class(
    archive: &Archive,
    on: Date,
    class: Option<&str>,
    most: usize,
) -> Result<Vec<Keeping>, Failure> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = archive.due_for_destruction(on, after, most).await.map_err(|error| refused(&error))?;
        after = page.last().map(|last| last.artifact);
        let is_last = page.len() < most;
        found.extend(page.into_iter().filter(|keeping| class.is_none_or(|class| keeping.class == class)));
        found.truncate(most);
        if is_last || found.len() == most {
            return Ok(found);
        }
    }
}

/// Refuses a class that the rules don't have: nothing would be found in it.
pub(super) fn demand_class(archive: &Archive, class: Option<&str>) -> Result<(), Failure> {
    let rules = archive.retention_rules();
    let Some(class) = class.filter(|class| rules.class(class).is_none()) else { return Ok(()) };
    let known: Vec<&str> = rules.all().map(|class| class.code.as_str()).collect();
    let (class, known) = (plain(class), known.join(", "));
    Err(Failure::usage(
        format!("Không có nhóm thời hạn {class}; có: {known}."),
        format!("There's no class {class}; there are: {known}."),
    ))
}

fn lines(rules: &Rules, on: Date, tallies: &[ClassTally], context: &Context) -> Vec<String> {
    let say = |vi: &'static str, en: &'static str| context.say(vi, en);
    let mut lines = vec![
        format!("{} {}", say("Thời hạn lưu trữ tính đến ngày", "Retention as of"), day(on)),
        format!("{}: {} ({})", say("Căn cứ", "By"), plain(&rules.source), plain(&rules.version)),
    ];
    for tally in tallies {
        let name =
            rules.class(&tally.class).map_or(tally.class.as_str(), |class| class.name.in_language(context.language));
        let next = tally.next.map(day);
        lines.push(match context.language {
            Language::Vietnamese => format!(
                "{}: {} văn bản, {} hết thời hạn{}",
                plain(name),
                tally.artifacts,
                tally.due,
                next.map(|next| format!(", gần nhất sẽ hết hạn sau ngày {next}")).unwrap_or_default()
            ),
            Language::English => format!(
                "{}: {} documents, {} past their time{}",
                plain(name),
                tally.artifacts,
                tally.due,
                next.map(|next| format!(", the next one after {next}")).unwrap_or_default()
            ),
        });
    }
    if tallies.is_empty() {
        lines.push(say("Kho chưa có văn bản nào.", "The archive has no document.").to_owned());
    }
    lines
}

fn due_line(keeping: &Keeping, language: Language) -> String {
    let kind = keeping.kind.as_deref().map(plain).unwrap_or_else(|| "-".to_owned());
    let (from, until) = (day(keeping.from), keeping.end.day().map(day).unwrap_or_default());
    match language {
        Language::Vietnamese => format!("{} {kind} ngày {from}, hết hạn {until}", keeping.artifact),
        Language::English => format!("{} {kind} of {from}, kept until {until}", keeping.artifact),
    }
}

fn json(rules: &Rules, on: Date, tallies: &[ClassTally], due: Option<&Vec<Keeping>>) -> serde_json::Value {
    let classes: Vec<_> = (rules.all())
        .map(|class| {
            let years = match class.term {
                Term::Years(years) => Some(years),
                Term::Permanent => None,
            };
            serde_json::json!({
                "class": class.code, "name": class.name, "kinds": class.kinds, "years": years, "source": class.source,
            })
        })
        .collect();
    let due = due.map(|due| {
        let one = |keeping: &Keeping| {
            serde_json::json!({
                "id": keeping.artifact, "kind": keeping.kind, "class": keeping.class, "text": keeping.text,
                "from": keeping.from, "until": keeping.end.day(),
            })
        };
        due.iter().map(one).collect::<Vec<_>>()
    });
    serde_json::json!({
        "format": "kyso-archive-retention", "version": 1, "on": on, "rules": rules.version, "classes": classes,
        "tallies": tallies, "due": due,
    })
}
