//! `kyso archive evidence`: the evidence record of a version, as a file that `kyso verify --evidence` reads.

use std::io::Write as _;

use clap::Args;
use kyso_archive::{Archive, Evidenced, Uuid};

use super::{Place, refused};
use crate::context::Context;
use crate::existing::Kind;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::guarded::OutputPath;
use crate::output::Output;
use crate::text::plain;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    #[arg(value_name = "ID")]
    id: Uuid,
    #[arg(long, value_name = "N")]
    version: Option<u32>,
    #[arg(long, value_name = "N")]
    line: Option<u32>,
    #[arg(short, long, value_name = "FILE")]
    output: OutputPath,
}

/// Writes the record of the version that was asked for; else of the newest.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&arguments.output, Kind::Unknown, false, context)?;
    let location = arguments.place.location()?;
    let opened = Archive::open_to_read_at(&location);
    arguments.place.with(context, opened, |archive| async move {
        let versions = archive.versions(arguments.id).await.map_err(|error| refused(&error))?;
        let wanted = match arguments.version {
            Some(wanted) => versions.iter().find(|one| one.version == wanted),
            None => versions.last(),
        };
        let found = wanted.ok_or_else(|| {
            Failure::usage(
                format!("Kho không có văn bản {} (hoặc không có phiên bản đó).", arguments.id),
                format!("The archive has no document {} (or not that version).", arguments.id),
            )
        })?;
        let of = Evidenced::Version { artifact: found.id, version: found.version };
        let record = match arguments.line {
            Some(line) => archive.evidence_of_line(&of, line).await,
            None => archive.evidence(&of).await,
        };
        let lines = archive.stamp_lines().await.map_err(|error| refused(&error))?;
        if let Some(line) = arguments.line.filter(|line| !lines.contains(line)) {
            let there = lines.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            return Err(Failure::new(
                Exit::Outside,
                format!(
                    "Kho không có dòng dấu thời gian số {line}; có: {}.",
                    if there.is_empty() { "chưa có" } else { &there }
                ),
                format!(
                    "The archive has no line {line} of time-stamps; it has: {}.",
                    if there.is_empty() { "none" } else { &there }
                ),
            ));
        }
        let record = record.map_err(|error| refused(&error))?.ok_or_else(|| {
            Failure::new(
                Exit::Outside,
                "Văn bản này chưa có dấu thời gian lưu trữ; hãy chạy kyso archive stamp rồi thử lại.",
                "No archive time-stamp covers this document yet; run kyso archive stamp and try again.",
            )
        })?;
        let der = record.to_der();
        output.write(|sink| sink.write_all(&der))?;
        let path = plain(&arguments.output.display().to_string());
        let stamps: usize = record.chains().iter().map(|chain| chain.stamps().len()).sum();
        context.print_of(&arguments.output, |sink| {
            let done = context.say("✔ Đã ghi hồ sơ bằng chứng lưu trữ", "✔ Evidence record written:");
            let of = context.say("dấu thời gian", "time-stamps");
            writeln!(sink, "{done} {path} ({stamps} {of}, {} byte)", der.len())?;
            let hint = context.say(
                "Kiểm tra: kyso verify --trust CA-GỐC --evidence",
                "To check it: kyso verify --trust ROOT --evidence",
            );
            writeln!(sink, "{hint} {path} {}.pdf", found.id)
        })?;
        Ok(Exit::Done)
    })
}
