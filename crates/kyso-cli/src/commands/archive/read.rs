//! `kyso archive find` and `kyso archive fetch`: what is kept, read by whoever may read the archive's own place. Nothing is written, so an
//! archive that moved elsewhere is read where it was.

use std::io::Write as _;

use clap::Args;
use jiff::civil::Date;
use kyso::Language;
use kyso::local_time::day;
use kyso_archive::{Archive, Artifact, Described, Found, Sought, Uuid};

use super::{Place, refused};
use crate::arguments::Format;
use crate::context::Context;
use crate::existing::Kind;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::guarded::OutputPath;
use crate::output::Output;
use crate::text::plain;

#[derive(Debug, Args)]
pub(super) struct Find {
    #[command(flatten)]
    place: Place,
    /// Words of a name, of the subject or of a signer's name.
    #[arg(value_name = "WORDS")]
    words: Vec<String>,
    #[arg(long, value_name = "HEX")]
    sha256: Option<String>,
    #[arg(long, value_name = "CODE")]
    dossier: Option<String>,
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    #[arg(long, value_name = "SYMBOL")]
    symbol: Option<String>,
    #[arg(long, value_name = "YEAR")]
    year: Option<i16>,
    #[arg(long, value_name = "N")]
    ordinal: Option<u32>,
    /// The book of the number.
    #[arg(long, value_name = "BOOK")]
    book: Option<String>,
    #[arg(long, value_name = "NAME")]
    signer: Option<String>,
    /// Documents without metadata alone.
    #[arg(long)]
    undescribed: bool,
    /// The document to go on after.
    #[arg(long, value_name = "ID")]
    after: Option<Uuid>,
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Fetch {
    #[command(flatten)]
    place: Place,
    #[arg(value_name = "ID")]
    id: Uuid,
    #[arg(long, value_name = "N")]
    version: Option<u32>,
    #[arg(short, long, value_name = "FILE")]
    output: OutputPath,
}

impl Find {
    fn sought(&self) -> Sought {
        Sought {
            dossier: self.dossier.clone(),
            ordinal: self.ordinal,
            symbol: self.symbol.clone(),
            year: self.year,
            from: self.from,
            to: self.to,
            kind: self.kind.clone(),
            book: self.book.clone(),
            signer: self.signer.clone(),
            undescribed: self.undescribed,
            words: (!self.words.is_empty()).then(|| self.words.join(" ")),
        }
    }
}

/// Names the documents that are like this, the newest first.
pub(super) fn find(arguments: &Find, context: &Context) -> Result<Exit, Failure> {
    let sought = arguments.sought();
    if arguments.sha256.is_some() && (sought != Sought::default() || arguments.after.is_some()) {
        return Err(Failure::usage(
            "--sha256 đi một mình: nó chỉ đúng một tệp.",
            "--sha256 goes alone: it means one file.",
        ));
    }
    let location = arguments.place.location()?;
    let opened = Archive::open_to_read_at(&location);
    arguments.place.with(context, opened, |archive| async move {
        let found = match &arguments.sha256 {
            Some(sha256) => {
                archive.by_sha256(&sha256.to_lowercase()).await.map(|artifacts| Found { artifacts, next: None })
            }
            None => archive.find_after(&sought, arguments.after).await,
        };
        let Found { artifacts, next } = found.map_err(|error| refused(&error))?;
        let mut described = Vec::new();
        for artifact in artifacts {
            let said = archive.metadata(artifact.id).await.map_err(|error| refused(&error))?;
            described.push((artifact, said));
        }
        context.print(|sink| match arguments.format {
            Format::Json => {
                let documents: Vec<_> =
                    described.iter().map(|(artifact, said)| json(artifact, said.as_ref())).collect();
                let json = serde_json::json!({ "format": "kyso-archive-found", "version": 1, "documents": documents, "next": next });
                writeln!(sink, "{json:#}")
            }
            Format::Text if described.is_empty() && next.is_none() => {
                writeln!(sink, "{}", context.say("Không tìm thấy văn bản nào.", "No document was found."))
            }
            Format::Text => {
                described.iter().try_for_each(|(artifact, said)| {
                    writeln!(sink, "{}", line(artifact, said.as_ref(), context.language))
                })?;
                if let Some(next) = next {
                    let more = context.say("Có thể còn nữa; xem tiếp", "There may be more; go on with");
                    writeln!(sink, "{more}: --after {next}")?;
                }
                Ok(())
            }
        })?;
        Ok(Exit::Done)
    })
}

/// Writes the version that was asked for; else the newest.
pub(super) fn fetch(arguments: &Fetch, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&arguments.output, Kind::Pdf, false, context)?;
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
        let bytes = archive.bytes(found).await.map_err(|error| refused(&error))?;
        output.write(|sink| sink.write_all(&bytes))?;
        context.print_of(&arguments.output, |sink| {
            let done = context.say("✔ Đã ghi văn bản", "✔ Document written:");
            let path = plain(&arguments.output.display().to_string());
            writeln!(sink, "{done} {path} (SHA-256 {}, {} byte)", found.sha256, found.bytes)
        })?;
        Ok(Exit::Done)
    })
}

fn line(artifact: &Artifact, said: Option<&Described>, language: Language) -> String {
    let name = artifact.file_name.as_deref().map(plain).unwrap_or_default();
    let Some(Described { metadata, .. }) = said else { return format!("{} {name}", artifact.id) };
    let (number, kind) = (&metadata.cert_number, plain(&metadata.cert_kind));
    let (ordinal, book) = (plain(&number.ordinal_text()), plain(&number.book_text()));
    let date = day(metadata.issued_date);
    match language {
        Language::Vietnamese => format!("{} {kind} số {ordinal}, quyển {book}, ngày {date} {name}", artifact.id),
        Language::English => format!("{} {kind} number {ordinal}, book {book}, of {date} {name}", artifact.id),
    }
}

fn json(artifact: &Artifact, said: Option<&Described>) -> serde_json::Value {
    serde_json::json!({
        "id": artifact.id,
        "version": artifact.version,
        "sha256": artifact.sha256,
        "bytes": artifact.bytes,
        "level": artifact.level,
        "file_name": artifact.file_name,
        "created": artifact.created,
        "metadata": said.map(|described| &described.metadata),
    })
}
