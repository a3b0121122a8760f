//! `kyso archive migrate`: a ward that grows. Its archive moves from its directory to the database and the store that a configuration
//! names, and the directory only reads from then on.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use clap::Args;
use kyso::{Bilingual, Language, both};
use kyso_archive::{Archive, Finding, Location, Migrated, Migrating, MoveStage, MoveWatch, MovedBeside, Moving};
use kyso_register::Register;
use kyso_server::{Config, ConfigError};

use super::backup::Officer;
use super::{Place, refused};
use crate::arguments::Format;
use crate::commands::register::runtime;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress;
use crate::text::{choose, plain};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The directory that it's in.
    #[arg(long, value_name = "DIR", env = "KYSO_ARCHIVE", hide_env = true)]
    archive: PathBuf,
    /// The service's configuration that says where it goes.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Which one, where the configuration has several.
    #[arg(long, value_name = "NAME")]
    agency: Option<String>,
    #[command(flatten)]
    officer: Officer,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

/// Moves it. Exit code 1 where it isn't whole, and where the service has to be stopped first.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let place = Place { archive: arguments.to.clone(), agency: arguments.agency.clone() };
    let Location::Grown(grown) = place.location_to_destroy()? else {
        return Err(Failure::usage(
            "--to là tệp cấu hình của dịch vụ có [archive] database và store.",
            "--to is the service's configuration, with [archive] database and store.",
        ));
    };
    let (bar, language) = (progress::steps(), context.language);
    let moved = bar.clone();
    let watch: MoveWatch = Arc::new(move |Moving { stage, done, total }| {
        let words = stage_words(stage);
        moved.set_message(choose(language, words.vi, words.en).to_owned());
        moved.set_length(total);
        moved.set_position(done);
    });
    let beside = register(arguments)?;
    let how = Migrating { by: arguments.officer.by.clone(), beside, erasing: place.erasing()? };
    let done = runtime()?.block_on(Archive::migrate(&arguments.archive, &grown, how, watch));
    bar.finish_and_clear();
    let migrated = done.map_err(|error| refused(&error))?;
    context.print(|sink| match arguments.format {
        Format::Json => {
            let json = serde_json::json!({ "format": "kyso-archive-migrated", "version": 1, "migrated": migrated });
            writeln!(sink, "{json:#}")
        }
        Format::Text => lines(&migrated, context).iter().try_for_each(|line| writeln!(sink, "{}", plain(line))),
    })?;
    Ok(if migrated.done { Exit::Done } else { Exit::Failed })
}

/// What comes of a move of something beside the archive.
type Told = Pin<Box<dyn Future<Output = Result<(), Box<dyn std::error::Error + Send + Sync>>>>>;

/// What moves the register that the configuration names, or that lies in the archive's directory; none where there's none.
fn register(arguments: &Arguments) -> Result<Option<MovedBeside>, Failure> {
    let wrong = |error: ConfigError| Failure::usage(error.text(Language::Vietnamese), error.text(Language::English));
    let config = Config::load(&arguments.to).map_err(wrong)?;
    let agency = config.agency(arguments.agency.as_deref()).map_err(wrong)?;
    let own = agency.office.as_ref().map(|office| office.register.clone());
    let from = own.into_iter().chain([arguments.archive.clone()]).find(|directory| Register::is_in(directory));
    let (Some(from), Some(to)) = (from, agency.register()) else { return Ok(None) };
    let moving = move || {
        let moved = async move {
            // Its definitions come first: by them it's read there.
            let (definitions, there) = (from.join("registers.toml"), to.directory.join("registers.toml"));
            if definitions.is_file() && !there.exists() {
                std::fs::copy(&definitions, &there)?;
            }
            Register::move_up(&from, &to, Arc::new(|_, _| ())).await?;
            Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
        };
        Box::pin(moved) as Told
    };
    Ok(Some(Box::new(moving)))
}

fn stage_words(stage: MoveStage) -> Bilingual<&'static str> {
    match stage {
        MoveStage::Objects => both("Chép văn bản", "Copying documents"),
        MoveStage::Rows => both("Chép dữ liệu", "Copying rows"),
        MoveStage::Audit => both("Kiểm tra nơi đến", "Looking at what came"),
        _ => both("Chuyển", "Changing over"),
    }
}

fn lines(migrated: &Migrated, context: &Context) -> Vec<String> {
    let Migrated { to, objects, rows, artifacts, log_size, problems, .. } = migrated;
    let vietnamese = context.language == Language::Vietnamese;
    let mut lines = Vec::new();
    for Finding { code, subject, detail, .. } in problems {
        let detail = detail.as_deref().map(|detail| format!(" [{detail}]")).unwrap_or_default();
        lines.push(format!("{}: {subject}{detail} ({})", context.say("SAI", "WRONG"), code.code()));
    }
    if !migrated.was_done {
        lines.push(match vietnamese {
            true => {
                format!("{to}: {artifacts} văn bản, {objects} tệp, {rows} dòng dữ liệu đã đối chiếu; nhật ký {log_size} mục.")
            }
            false => format!(
                "{to}: {artifacts} documents, {objects} objects, {rows} rows were compared; the log has {log_size} entries."
            ),
        });
    }
    let end = match migrated {
        Migrated { was_done: true, .. } => both(
            "Kho đã chuyển xong từ trước; không thay đổi gì.",
            "The archive had moved before; nothing was changed.",
        ),
        Migrated { done: true, .. } => both(
            "Kho đã chuyển xong. Thư mục cũ từ nay chỉ đọc; hãy chạy kyso serve với cấu hình mới.",
            "The archive has moved. Its old directory is only read from now on; start kyso serve with the new configuration.",
        ),
        Migrated { is_in_use: true, .. } => both(
            "Chưa chuyển xong: dịch vụ đang dùng thư mục này. Hãy dừng dịch vụ rồi chạy lại lệnh này; phần đã chép không phải chép lại.",
            "Not done: the service is at work in the directory. Stop it and run this again; what was copied isn't copied again.",
        ),
        _ => both(
            "Chưa chuyển: nơi đến không nguyên vẹn như trên. Thư mục cũ vẫn là kho; hãy sửa rồi chạy lại.",
            "Not moved: what came isn't whole, as above. The directory still is the archive; mend it and run this again.",
        ),
    };
    lines.push(choose(context.language, end.vi, end.en).to_owned());
    lines
}
