//! `kyso templates`: the templates of a lời chứng: which there are, what one looks like, whether one's own are right.

mod show;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::civil::Date;
use kyso::Language;
use kyso::local_time::day;
use kyso_certification::catalogue::Catalogue;
use kyso_certification::data::Flaw;
use kyso_certification::template::Template;
use serde::Serialize;

use crate::arguments::Format;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::text::plain;

/// The largest template, and how many files of them.
const LARGEST: u64 = 1 << 20;
const MOST: usize = 500;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    #[arg(long, global = true, value_name = "DIR")]
    templates: Option<PathBuf>,
    #[arg(long, global = true, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Action {
    List,
    Show(show::Arguments),
    Check(CheckArguments),
}

#[derive(Debug, Args)]
struct CheckArguments {
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    match &arguments.action {
        None | Some(Action::List) => list(&catalogue(arguments.templates.as_deref())?, arguments.format, context),
        Some(Action::Show(show)) => show::run(show, &catalogue(arguments.templates.as_deref())?, context),
        Some(Action::Check(check)) => self::check(&check.directory, arguments.format, context),
    }
}

/// What comes with the program, with a directory's files in place of or beside it.
pub(crate) fn catalogue(directory: Option<&Path>) -> Result<Catalogue, Failure> {
    let files = directory.map(files).transpose()?.unwrap_or_default();
    Catalogue::with_files(&files).map_err(|flaws| {
        let message =
            |language| flaws.iter().map(|flaw| plain(&flaw.in_language(language))).collect::<Vec<_>>().join("\n     ");
        Failure::usage(message(Language::Vietnamese), message(Language::English))
    })
}

/// The directory's `.toml` files, by name.
fn files(directory: &Path) -> Result<Vec<(String, String)>, Failure> {
    let unreadable = |error| Failure::reading(Exit::Usage, directory, &error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.len() > MOST {
        return Err(Failure::usage(
            format!("{}: có hơn {MOST} tệp .toml; có lẽ đã chọn nhầm thư mục.", directory.display()),
            format!("{}: more than {MOST} .toml files; it may be the wrong directory.", directory.display()),
        ));
    }
    let read = |path: PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok((name, input::small_text(&path, LARGEST)?))
    };
    paths.into_iter().map(read).collect()
}

/// A template as the list has it.
#[derive(Serialize)]
struct Row<'t> {
    id: &'t str,
    kinds: &'t [String],
    variant: &'t str,
    title: &'t kyso::Bilingual,
    effective_from: Date,
    effective_until: Option<Date>,
    verified: bool,
    source: &'t str,
    file: &'t str,
}

impl<'t> From<&'t Template> for Row<'t> {
    fn from(template: &'t Template) -> Self {
        Self {
            id: &template.id,
            kinds: &template.kinds,
            variant: &template.variant,
            title: &template.title,
            effective_from: template.effective_from,
            effective_until: template.effective_until,
            verified: template.verified,
            source: &template.source,
            file: &template.file,
        }
    }
}

fn list(catalogue: &Catalogue, format: Format, context: &Context) -> Result<Exit, Failure> {
    let rows = catalogue.templates.iter().map(Row::from).collect::<Vec<_>>();
    context.print(|mut sink| {
        if format == Format::Json {
            serde_json::to_writer_pretty(&mut sink, &rows)?;
            return writeln!(sink);
        }
        for row in &rows {
            let state = match row.verified {
                true => context.say("đã đối chiếu", "verified"),
                false => context.say("BẢN NHÁP, chưa đối chiếu", "DRAFT, not verified"),
            };
            let (from, until) = (day(row.effective_from), row.effective_until.map_or_else(|| "…".to_owned(), day));
            writeln!(sink, "{} ({}, {})", plain(row.id), plain(&row.kinds.join(", ")), plain(row.variant))?;
            writeln!(sink, "  {}", plain(row.title.in_language(context.language)))?;
            writeln!(sink, "  {}: {from} – {until}; {state}", context.say("Áp dụng", "In use"))?;
            writeln!(sink, "  {}: {}", context.say("Nguồn", "Source"), plain(row.source))?;
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Outcome<'f> {
    directory: String,
    files: usize,
    flaws: &'f [Flaw],
}

fn check(directory: &Path, format: Format, context: &Context) -> Result<Exit, Failure> {
    let files = files(directory)?;
    let flaws = Catalogue::with_files(&files).err().unwrap_or_default();
    let shown = plain(&directory.display().to_string());
    context.print(|mut sink| {
        if format == Format::Json {
            serde_json::to_writer_pretty(&mut sink, &Outcome { directory: shown, files: files.len(), flaws: &flaws })?;
            return writeln!(sink);
        }
        for flaw in &flaws {
            writeln!(sink, "✘ {}", plain(&flaw.in_language(context.language)))?;
        }
        match flaws.is_empty() {
            true => writeln!(
                sink,
                "✔ {shown}: {} {}",
                files.len(),
                context.say("tệp đều dùng được", "files, all of them right")
            ),
            false => writeln!(sink, "{shown}: {} {}", flaws.len(), context.say("lỗi", "mistakes")),
        }
    })?;
    Ok(if flaws.is_empty() { Exit::Done } else { Exit::Failed })
}
