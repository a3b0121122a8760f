//! `kyso archive rebuild` and `kyso archive reconcile`: rows made again from the store.

use std::path::{Path, PathBuf};

use clap::Args;
use kyso::Language;
use kyso_archive::log::{KeyUse, MAX_NOTE};
use kyso_archive::{Archive, Location, LostManifest, Rebuilding, Rebuilt};
use kyso_server::AgencyConfig;

use super::{Place, refused};
use crate::arguments::Format;
use crate::commands::register::runtime;
use crate::context::{Context, tell};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::private::warn_of_loose;
use crate::receipt::read_key;
use crate::text::plain;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    #[arg(long)]
    give_up: bool,
    /// Keys of witnesses, beside those of the configuration.
    #[arg(long, value_name = "KEY|FILE")]
    witness: Vec<PathBuf>,
    /// Copies of log/checkpoint that were kept elsewhere.
    #[arg(long, value_name = "FILE")]
    since: Vec<PathBuf>,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

impl Arguments {
    /// Whose signatures are witnesses', and the checkpoints that were kept: what is named, and what the configuration names.
    fn how(&self) -> Result<Rebuilding, Failure> {
        let small = |path: &PathBuf| input::small(path, MAX_NOTE as u64);
        let mut notes = self.since.iter().map(small).collect::<Result<Vec<_>, _>>()?;
        let mut witnesses = self.witness.iter().map(|key| read_key(key)).collect::<Result<Vec<_>, _>>()?;
        if let Some(key) = witnesses.iter().find(|key| key.usage() != KeyUse::Cosignature) {
            let name = plain(key.name());
            return Err(Failure::usage(
                format!("{name} không phải khóa của bên chứng kiến."),
                format!("{name} isn't the key of a witness."),
            ));
        }
        if self.place.is_configured() {
            let (keys, anchor) = self.place.configured(|agency: &AgencyConfig| {
                Ok((agency.witnesses.iter().map(|one| one.key.clone()).collect::<Vec<_>>(), agency.anchor.clone()))
            })?;
            for key in keys {
                witnesses.push(read_key(Path::new(&key))?);
            }
            // A medium that isn't there has nothing to say.
            notes.extend(anchor.filter(|anchor| anchor.is_file()).as_ref().map(small).transpose()?);
        }
        Ok(Rebuilding { give_up: self.give_up, witnesses, notes })
    }

    /// The same, with the checkpoint of the second store, where there's one that answers.
    async fn with_second(&self, mut how: Rebuilding) -> Rebuilding {
        if let Ok(Some(second)) = self.place.second() {
            match second.checkpoint().await {
                Ok(note) => how.notes.extend(note),
                Err(error) => tell(format_args!("{}", plain(&error.to_string()))),
            }
        }
        how
    }
}

/// Makes a lost database again.
pub(super) fn rebuild(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let (location, how) = (arguments.place.location_to_destroy()?, arguments.how()?);
    let done = runtime()?.block_on(async { Archive::rebuild_at(&location, &arguments.with_second(how).await).await });
    said(&done.map_err(|error| refused(&error))?, &location, arguments, context)
}

/// Brings a database up to its store.
pub(super) fn reconcile(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let (location, how) = (arguments.place.location_to_destroy()?, arguments.how()?);
    let done = runtime()?.block_on(async { Archive::reconcile_at(&location, &arguments.with_second(how).await).await });
    said(&done.map_err(|error| refused(&error))?, &location, arguments, context)
}

fn said(rebuilt: &Rebuilt, location: &Location, arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    context.print(|sink| match arguments.format {
        Format::Json => {
            let json = serde_json::json!({ "format": "kyso-archive-rebuilt", "version": 1, "rebuilt": rebuilt });
            writeln!(sink, "{json:#}")
        }
        Format::Text => lines(rebuilt, &location.shown(), context).iter().try_for_each(|line| writeln!(sink, "{line}")),
    })?;
    match rebuilt.done {
        // What was put right in the rows is an event too.
        true => arguments.place.with_written(context, &arguments.place.location()?, |_| async { Ok(()) })?,
        false => warn_of_loose(location.directory(), context),
    }
    Ok(if rebuilt.is_whole() { Exit::Done } else { Exit::Failed })
}

fn lines(rebuilt: &Rebuilt, archive: &str, context: &Context) -> Vec<String> {
    let Rebuilt {
        done,
        events,
        versions,
        revisions,
        leaves,
        damaged,
        lost_manifests,
        missing,
        unlisted,
        destroyed,
        ..
    } = rebuilt;
    let path = plain(archive);
    let mut lines = vec![match context.language {
        Language::Vietnamese => format!(
            "{path}: lấy lại {events} sự kiện, trong đó {versions} phiên bản văn bản, {revisions} bản siêu dữ liệu; nhật ký có {leaves} mục."
        ),
        Language::English => format!(
            "{path}: {events} events came back, {versions} versions and {revisions} revisions of metadata among them; the log has {leaves} \
             entries."
        ),
    }];
    if *done {
        let Rebuilt { checkpoints, cosignatures, .. } = rebuilt;
        lines.push(match context.language {
            Language::Vietnamese => {
                format!("Mốc ký trước đó: lấy lại {checkpoints}; chữ ký của bên chứng kiến: lấy lại {cosignatures}.")
            }
            Language::English => {
                format!("Earlier checkpoints: {checkpoints} came back; signatures of witnesses: {cosignatures}.")
            }
        });
    }
    let mut tell = |what: &str, which: String| lines.push(format!("{what}: {which}"));
    for (name, why) in damaged {
        tell(context.say("Không tin được", "Can't be believed"), format!("{} ({})", plain(name), plain(why)));
    }
    for LostManifest { position, kind, at, place } in lost_manifests {
        let which = match context.language {
            Language::Vietnamese => format!("mục nhật ký {position}, {} lúc {at}, ở {place}", plain(kind)),
            Language::English => format!("log entry {position}, {} of {at}, in {place}", plain(kind)),
        };
        tell(context.say("Mất bản kê", "A manifest is missing"), which);
    }
    for name in missing {
        tell(context.say("Mất hoặc hỏng tệp", "A file is missing or isn't what was kept"), plain(name));
    }
    for name in unlisted {
        tell(context.say("Không có bản kê nào nói đến", "No manifest speaks of it"), plain(name));
    }
    for id in destroyed {
        tell(
            context.say("Đã tiêu hủy theo quyết định, nay xóa lại", "Destroyed by decision, and erased again"),
            id.to_string(),
        );
    }
    let end = match (done, rebuilt.is_whole()) {
        (true, true) => context.say("Kho đã đủ và mở được.", "The archive is whole and opens."),
        (true, false) => context.say("Kho mở được, phần mất đã bỏ.", "The archive opens; what is missing is given up."),
        (false, _) => context.say(
            "Chưa lập lại: hãy chép những tệp thiếu từ bản sao lưu rồi chạy lại; nếu không còn bản sao nào, thêm --give-up.",
            "Not made again: copy what is missing from a backup and run this again; where no copy is left, add --give-up.",
        ),
    };
    lines.push(end.to_owned());
    lines
}
