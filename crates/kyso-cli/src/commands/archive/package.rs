//! `kyso archive export` and `kyso archive import`: documents that leave in packages, and that come in them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use kyso::local_time::VIETNAM;
use kyso_archive::{Error, Package, Uuid};

use super::backup::Officer;
use super::{Place, refused};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, cause};
use crate::guarded::OutputPath;
use crate::text::plain;
use crate::trust::TrustArguments;
use crate::zip::Zip;

/// The most bytes of a package that is taken in.
const LARGEST: u64 = 1 << 30;

#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    place: Place,
    #[arg(value_name = "ID", required_unless_present = "from", conflicts_with = "from")]
    ids: Vec<Uuid>,
    #[arg(long, value_name = "YYYY-MM-DD", requires = "to")]
    from: Option<Date>,
    #[arg(long, value_name = "YYYY-MM-DD", requires = "from")]
    to: Option<Date>,
    #[arg(short, long, value_name = "FILE|DIR")]
    output: OutputPath,
    #[command(flatten)]
    officer: Officer,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(flatten)]
    place: Place,
    #[arg(value_name = "DIR", required = true)]
    packages: Vec<PathBuf>,
    #[command(flatten)]
    officer: Officer,
    #[command(flatten)]
    trust: TrustArguments,
}

pub(super) fn export(arguments: &Export, context: &Context) -> Result<Exit, Failure> {
    let output: &Path = &arguments.output;
    context.guarded.allow(output)?;
    if output.symlink_metadata().is_ok() {
        return Err(Failure::usage(
            format!("Đã có {}; hãy chọn tên khác.", plain(&output.display().to_string())),
            format!("{} exists; choose another name.", plain(&output.display().to_string())),
        ));
    }
    let location = arguments.place.location()?;
    arguments.place.with_written(context, &location, |archive| async move {
        let refuse = |error: Error| refused(&error);
        let ids = match (arguments.from, arguments.to) {
            (Some(from), Some(to)) => {
                let begins = |day: Date| VIETNAM.to_timestamp(day.at(0, 0, 0, 0));
                let next = to.tomorrow().and_then(begins);
                match (begins(from), next) {
                    (Ok(from), Ok(to)) => archive.kept_between(from, to).await.map_err(refuse)?,
                    _ => return Err(Failure::usage("Ngày không hợp lệ.", "That is no date.")),
                }
            }
            _ => arguments.ids.clone(),
        };
        let draft = Draft::new(output)?;
        let mut written = Written::new(&draft, output)?;
        let mut packages = Vec::new();
        for id in &ids {
            let package = archive.package(*id).await.map_err(refuse)?;
            written.add(&package)?;
            packages.push((package.id, package.digest));
        }
        written.finish()?;
        if packages.is_empty() {
            return Err(Failure::usage("Không có văn bản nào trong khoảng đó.", "There's no document of that time."));
        }
        archive.exported(&packages, &arguments.officer.by).await.map_err(refuse)?;
        draft.keep(output)?;
        context.print(|sink| {
            packages.iter().try_for_each(|(id, digest)| writeln!(sink, "{id} {digest}"))?;
            let many = context.say("Đã xuất, số văn bản", "Exported, documents");
            writeln!(sink, "{many}: {} → {}", packages.len(), plain(&output.display().to_string()))
        })?;
        Ok(Exit::Done)
    })
}

pub(super) fn import(arguments: &Import, context: &Context) -> Result<Exit, Failure> {
    let policy = arguments.trust.trusted(context.now)?.policy;
    let mut read = Vec::new();
    for package in &arguments.packages {
        read.push(files_of(package).map_err(|error| {
            let path = plain(&package.display().to_string());
            Failure::usage(
                format!("Không đọc được gói {path}: {}.", cause(&error, kyso::Language::Vietnamese)),
                format!("The package {path} can't be read: {}.", cause(&error, kyso::Language::English)),
            )
        })?);
    }
    let location = arguments.place.location()?;
    arguments.place.with_written(context, &location, |archive| async move {
        for (files, package) in read.iter().zip(&arguments.packages) {
            let kept = archive.import(files, &arguments.officer.by, &policy).await.map_err(|error| refused(&error))?;
            context.print(|sink| {
                writeln!(sink, "{} {} {}", kept.id, kept.sha256, plain(&package.display().to_string()))
            })?;
        }
        // Also where all of it was kept before: whoever kept it may have died before the log was signed.
        archive.sequence().await.map_err(|error| refused(&error))?;
        Ok(Exit::Done)
    })
}

/// Every file below a directory, by its path in it. Links lead out of a package and aren't followed.
fn files_of(directory: &Path) -> std::io::Result<BTreeMap<String, Vec<u8>>> {
    let (mut files, mut waiting, mut total) = (BTreeMap::new(), vec![directory.to_owned()], 0_u64);
    while let Some(above) = waiting.pop() {
        for entry in std::fs::read_dir(&above)? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            if kind.is_dir() {
                waiting.push(path);
                continue;
            }
            total = total.saturating_add(entry.metadata()?.len());
            let name = path.strip_prefix(directory).ok().and_then(Path::to_str);
            match name {
                Some(name) if kind.is_file() && total <= LARGEST => {
                    files.insert(name.to_owned(), std::fs::read(&path)?)
                }
                _ => return Err(std::io::ErrorKind::InvalidData.into()),
            };
        }
    }
    Ok(files)
}

/// An output without its name: a file or a directory beside it.
enum Draft {
    File(tempfile::NamedTempFile),
    Directory(tempfile::TempDir),
}

impl Draft {
    fn new(output: &Path) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| Failure::writing(output, &error);
        let above = output.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        match output.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip")) {
            true => tempfile::NamedTempFile::new_in(above).map(Self::File).map_err(failed),
            false => tempfile::tempdir_in(above).map(Self::Directory).map_err(failed),
        }
    }

    /// Gives it its name. What has come to lie there meanwhile stays.
    fn keep(self, output: &Path) -> Result<(), Failure> {
        let failed = |error: std::io::Error| Failure::writing(output, &error);
        match self {
            Self::File(file) => {
                file.as_file().sync_all().map_err(failed)?;
                file.persist_noclobber(output).map(drop).map_err(|error| failed(error.error))
            }
            Self::Directory(directory) => {
                std::fs::rename(directory.path(), output).map_err(failed)?;
                let _ = directory.keep();
                Ok(())
            }
        }
    }
}

/// Packages as they're written.
enum Written<'d> {
    Zip(Zip<BufWriter<&'d File>>, &'d Path),
    Directory(&'d Path),
}

impl<'d> Written<'d> {
    fn new(draft: &'d Draft, output: &'d Path) -> Result<Self, Failure> {
        Ok(match draft {
            Draft::File(file) => Self::Zip(Zip::new(BufWriter::new(file.as_file())), output),
            Draft::Directory(directory) => Self::Directory(directory.path()),
        })
    }

    fn add(&mut self, package: &Package) -> Result<(), Failure> {
        for (path, bytes) in &package.files {
            let name = format!("{}/{path}", package.id);
            match self {
                Self::Zip(zip, output) => zip.add(&name, bytes).map_err(|error| Failure::writing(output, &error))?,
                Self::Directory(directory) => {
                    let path = directory.join(&name);
                    let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
                    let file = made.and_then(|()| File::create_new(&path)).and_then(|mut file| {
                        file.write_all(bytes)?;
                        file.sync_all()
                    });
                    file.map_err(|error| Failure::writing(&path, &error))?;
                }
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Failure> {
        match self {
            Self::Zip(zip, output) => zip.finish().map_err(|error| Failure::writing(output, &error)),
            Self::Directory(_) => Ok(()),
        }
    }
}
