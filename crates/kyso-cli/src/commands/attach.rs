//! `kyso attach`: the agency's signature on a document's attachments in files of their own, all with the same number and
//! time (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8b and III.1d).

use std::path::{Path, PathBuf};

use clap::Args;
use kyso::{Document, Finding, Outside, Policy, Signer};
use kyso_desk::attach::Attaching;
use kyso_desk::sign::By;

use crate::commands::draw_pages;
use crate::context::{Context, tell};
use crate::desk::Files;
use crate::existing::Kind;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::guarded::OutputPath;
use crate::input::{self, is_standard};
use crate::making::Making;
use crate::output::Output;
use crate::outside::Services;
use crate::progress;
use crate::signing::{report, tell_finding, write};
use crate::text::{choose, plain};
use crate::trust::TrustArguments;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[arg(long, value_name = "NUMBER")]
    number: String,
    #[arg(long, value_name = "DIR")]
    out_dir: OutputPath,
    #[arg(long)]
    allow_covering: bool,
    #[command(flatten)]
    making: Making,
    #[command(flatten)]
    trust: TrustArguments,
}

/// The settings that all files have in common.
struct Job<'j> {
    making: &'j Making,
    attaching: Attaching,
    policy: &'j Policy,
    key: &'j dyn Signer,
    outside: Outside<'j>,
    context: &'j Context,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let making = &arguments.making;
    let policy = arguments.trust.trusted(context.now)?.policy;
    let services = making.services(&policy, context)?;
    let outputs = arguments.outputs(context)?;
    let key = making.key.open(context)?;
    let first = arguments.files.first().map_or(Path::new(""), PathBuf::as_path);
    let mut attaching =
        Attaching::new(&arguments.number, context.now).map_err(|error| Files::document(first).failure(&error))?;
    attaching.allow_covering = arguments.allow_covering;
    let job = Job {
        making,
        attaching,
        policy: &policy,
        key: &*key,
        outside: services.as_ref().map(Services::outside).unwrap_or_default(),
        context,
    };
    let sizes = arguments.files.iter().map(|file| file.metadata().map_or(0, |metadata| metadata.len()));
    let bar = progress::over(&sizes.clone().collect::<Vec<_>>());
    let mut exits = Vec::new();
    for ((file, (path, output)), size) in arguments.files.iter().zip(&outputs).zip(sizes) {
        bar.set_message(plain(&file.display().to_string()));
        // One that can't be signed leaves the others alone, and is told at once.
        exits.push(bar.suspend(|| {
            job.sign(file, path, output).unwrap_or_else(|failure| {
                let error = choose(context.language, "Lỗi", "Error");
                tell(format_args!("{error}: {}", failure.in_language(context.language)));
                failure.exit
            })
        }));
        bar.inc(size);
    }
    bar.finish_and_clear();
    let failed = exits.iter().filter(|exit| **exit != Exit::Done).count();
    if failed > 0 {
        let (all, not) = (exits.len(), context.say("tệp chưa được ký", "files were not signed"));
        tell(format_args!("{failed}/{all} {not}."));
    }
    Ok(exits.into_iter().find(|exit| *exit != Exit::Done).unwrap_or(Exit::Done))
}

impl Arguments {
    /// The files to write, under their own names; all of them may be written before the first one is.
    fn outputs(&self, context: &Context) -> Result<Vec<(PathBuf, Output)>, Failure> {
        if !self.out_dir.is_dir() {
            let directory = plain(&self.out_dir.display().to_string());
            return Err(Failure::usage(
                format!("Không có thư mục {directory}; hãy tạo trước."),
                format!("There is no directory {directory}; make it first."),
            ));
        }
        if self.files.iter().any(|file| is_standard(file)) {
            return Err(Failure::usage(
                "Phụ lục đã ký giữ nguyên tên tệp, nên không dùng được dấu -: hãy ghi ra tệp trước.",
                "A signed attachment keeps its file's name, so - doesn't do: write it to a file first.",
            ));
        }
        let mut outputs: Vec<(PathBuf, Output)> = Vec::new();
        for file in &self.files {
            let path = self.out_dir.join(file.file_name().unwrap_or_default());
            if outputs.iter().any(|(other, _)| *other == path) {
                let name = plain(&path.display().to_string());
                return Err(Failure::usage(
                    format!("Hai tệp cùng tên sẽ ghi vào {name}; hãy đổi tên một tệp."),
                    format!("Two files of the same name would be written to {name}; rename one."),
                ));
            }
            let output = Output::new(&path, Kind::Pdf, self.making.force, context)?;
            outputs.push((path, output));
        }
        Ok(outputs)
    }
}

impl Job<'_> {
    fn sign(&self, file: &Path, path: &Path, output: &Output) -> Result<Exit, Failure> {
        let wrong = |error| Failure::library(file, &error);
        let bytes = input::document(file)?;
        let document = self.making.open(&bytes).map_err(wrong)?;
        let apart = draw_pages::apart();
        let drawing = apart.as_ref().map_err(Clone::clone);
        let noticed = |finding: &Finding| tell_finding(finding, self.context);
        let sign = |document: &Document<'_>, parameters| {
            let by = By { policy: self.policy, outside: &self.outside };
            let signed =
                kyso_desk::sign::sign(document, self.key, &self.making.complete(parameters), by).map_err(wrong)?;
            write(output, document, &signed, wrong)?;
            report(path, &signed, self.making.level(), document.recovered(), self.context)
        };
        let attached = self.attaching.make(&document, self.making.password(), drawing, noticed, sign);
        attached.map_err(|error| Files::document(file).corner_failure(&error))?
    }
}
