//! `kyso archive describe`, `link` and `correct`: what is known of a document, what became of it, and what is said of it from now on.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{ArgGroup, Args};
use jiff::civil::Date;
use kyso::Language::{self, English, Vietnamese};
use kyso::local_time::{day, in_vietnam};
use kyso_archive::{Archive, Artifact, Correction, Described, Error, Linked, NotSaid, Standing, Uuid};
use kyso_certification::metadata::Metadata;

use super::backup::Officer;
use super::{Place, refused};
use crate::arguments::Format;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::text::{choose, plain};
use crate::values;

/// Larger than any metadata.
const METADATA_LIMIT: u64 = 1 << 20;

#[derive(Debug, Args)]
pub(super) struct Describe {
    #[command(flatten)]
    place: Place,
    #[arg(value_name = "ID")]
    id: Uuid,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").args(["replaces", "corrects", "made_from", "cancelled_by"]).required(true)))]
pub(super) struct Link {
    #[command(flatten)]
    place: Place,
    #[arg(value_name = "ID")]
    id: Uuid,
    #[arg(long, value_name = "ID")]
    replaces: Option<Uuid>,
    #[arg(long, value_name = "ID")]
    corrects: Option<Uuid>,
    #[arg(long, value_name = "ID")]
    made_from: Option<Uuid>,
    #[arg(long, value_name = "NUMBER", requires = "date")]
    cancelled_by: Option<String>,
    // Clap asks for nothing that excludes what is there: so the others are named, too.
    #[arg(long, value_name = "DATE", value_parser = values::date, requires = "cancelled_by",
          conflicts_with_all = ["replaces", "corrects", "made_from"])]
    date: Option<Date>,
    #[command(flatten)]
    officer: Officer,
}

#[derive(Debug, Args)]
pub(super) struct Correct {
    #[command(flatten)]
    place: Place,
    #[arg(value_name = "ID")]
    id: Uuid,
    #[arg(long, value_name = "FILE")]
    metadata: PathBuf,
    #[arg(long, value_name = "N")]
    after: Option<u32>,
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[arg(long, value_name = "NAME")]
    approved_by: Option<String>,
    #[command(flatten)]
    officer: Officer,
}

impl Link {
    /// What is said; none where the command line was let pass without it.
    fn link(&self) -> Option<kyso_archive::Link> {
        use kyso_archive::Link as Of;
        let decision = self.cancelled_by.clone().zip(self.date);
        (self.replaces.map(|other| Of::Replaces { other }))
            .or_else(|| self.corrects.map(|other| Of::Corrects { other }))
            .or_else(|| self.made_from.map(|other| Of::MadeFrom { other }))
            .or_else(|| decision.map(|(decision, date)| Of::Cancelled { decision, date }))
    }
}

/// Everything that is known of a document: how it stands, its versions, what became of it, and what is and was said of it.
struct Known {
    versions: Vec<Artifact>,
    links: Vec<Linked>,
    revisions: Vec<Described>,
}

impl Known {
    async fn of(archive: &Archive, id: Uuid) -> Result<Self, Failure> {
        let read = async {
            let versions = archive.versions(id).await?;
            if versions.is_empty() {
                return Err(Error::Unknown(id));
            }
            Ok(Self { versions, links: archive.links(id).await?, revisions: archive.revisions(id).await? })
        };
        read.await.map_err(|error| refused(&error))
    }
}

pub(super) fn describe(arguments: &Describe, context: &Context) -> Result<Exit, Failure> {
    let location = arguments.place.location()?;
    let opened = Archive::open_to_read_at(&location);
    arguments.place.with(context, opened, |archive| async move {
        let known = Known::of(&archive, arguments.id).await?;
        context.print(|sink| match arguments.format {
            Format::Json => writeln!(sink, "{:#}", json(arguments.id, &known)),
            Format::Text => text(arguments.id, &known, context.language, sink),
        })?;
        Ok(Exit::Done)
    })
}

/// Says what became of a document.
pub(super) fn link(arguments: &Link, context: &Context) -> Result<Exit, Failure> {
    let link = arguments.link().ok_or_else(|| {
        Failure::usage(
            "Hãy nêu --replaces, --corrects, --made-from hoặc --cancelled-by.",
            "Give --replaces, --corrects, --made-from or --cancelled-by.",
        )
    })?;
    let location = arguments.place.location()?;
    arguments.place.with_written(context, &location, |archive| async move {
        let linked = archive.link(arguments.id, link, &arguments.officer.by).await.map_err(|error| refused(&error))?;
        archive.sequence().await.map_err(|error| refused(&error))?;
        context.print(|sink| {
            let done = context.say("Đã ghi vào kho", "Written down");
            writeln!(sink, "{done}: {}; {}", arguments.id, became(arguments.id, &linked, context.language))
        })?;
        Ok(Exit::Done)
    })
}

/// Says something else of a document.
pub(super) fn correct(arguments: &Correct, context: &Context) -> Result<Exit, Failure> {
    let text = input::small_text(&arguments.metadata, METADATA_LIMIT)?;
    let metadata: Metadata = serde_json::from_str(&text).map_err(|error| {
        let path = plain(&arguments.metadata.display().to_string());
        Failure::usage(
            format!("{path} không phải dữ liệu đặc tả [{error}]."),
            format!("{path} has no metadata: {error}."),
        )
    })?;
    let correction = Correction {
        after: arguments.after,
        metadata,
        reason: arguments.reason.clone(),
        by: arguments.officer.by.clone(),
        approved_by: arguments.approved_by.clone(),
    };
    let location = arguments.place.location()?;
    arguments.place.with_written(context, &location, |archive| async move {
        let described = archive.correct(arguments.id, &correction).await.map_err(|error| refused(&error))?;
        archive.sequence().await.map_err(|error| refused(&error))?;
        context.print(|sink| {
            let done = context.say("Đã ghi vào kho", "Written down");
            writeln!(sink, "{done}: {}; {}", arguments.id, said(&described, context.language))
        })?;
        Ok(Exit::Done)
    })
}

/// How a document stands.
fn standing(of: Standing, language: Language) -> &'static str {
    match of {
        Standing::InForce => choose(language, "còn hiệu lực", "in force"),
        Standing::Corrected => choose(language, "đã được đính chính", "corrected by another"),
        Standing::Replaced => choose(language, "đã được thay thế", "replaced by another"),
        Standing::Cancelled => choose(language, "đã bị hủy bỏ", "cancelled"),
        _ => of.name(),
    }
}

fn text(id: Uuid, known: &Known, language: Language, sink: &mut dyn Write) -> io::Result<()> {
    let name = known.versions.last().and_then(|newest| newest.file_name.as_deref()).map(plain).unwrap_or_default();
    writeln!(sink, "{id} {name}")?;
    let status = standing(Standing::of(id, &known.links), language);
    writeln!(sink, "{}: {status}", choose(language, "Tình trạng", "Status"))?;
    for linked in &known.links {
        writeln!(sink, "{}", became(id, linked, language))?;
    }
    for version in &known.versions {
        let (number, level) = (version.version, version.level.as_deref().map(plain).unwrap_or_else(|| "-".to_owned()));
        let (bytes, sha256, kept) = (version.bytes, &version.sha256, in_vietnam(version.created));
        let word = choose(language, "Phiên bản", "Version");
        writeln!(sink, "{word} {number}: {level}, {bytes} byte, SHA-256 {sha256}, {kept}")?;
    }
    if let Some(Described { metadata, .. }) = known.revisions.last() {
        let (number, kind) = (&metadata.cert_number, plain(&metadata.cert_kind));
        let (ordinal, book, date) =
            (plain(&number.ordinal_text()), plain(&number.book_text()), day(metadata.issued_date));
        match language {
            Vietnamese => writeln!(sink, "{kind} số {ordinal}, quyển {book}, ngày {date}")?,
            English => writeln!(sink, "{kind} number {ordinal}, book {book}, of {date}")?,
        }
    }
    known.revisions.iter().try_for_each(|described| writeln!(sink, "{}", said(described, language)))
}

/// What became of a document, by one of its links.
fn became(id: Uuid, linked: &Linked, language: Language) -> String {
    use kyso_archive::Link as Of;
    let Linked { artifact, link, actor, at } = linked;
    let is_own = *artifact == id;
    let what = match link {
        Of::Replaces { .. } if is_own => choose(language, "thay thế", "replaces"),
        Of::Replaces { .. } => choose(language, "được thay thế bằng", "replaced by"),
        Of::Corrects { .. } if is_own => choose(language, "đính chính", "corrects"),
        Of::Corrects { .. } => choose(language, "được đính chính bằng", "corrected by"),
        Of::MadeFrom { .. } if is_own => choose(language, "làm từ", "made from"),
        Of::MadeFrom { .. } => choose(language, "là nguồn của", "made into"),
        _ => choose(language, "hủy bỏ theo quyết định", "cancelled by decision"),
    };
    let whom = match link {
        Of::Cancelled { decision, date } => match language {
            Vietnamese => format!("{} ngày {}", plain(decision), day(*date)),
            English => format!("{} of {}", plain(decision), day(*date)),
        },
        link => {
            let other = if is_own { link.other() } else { Some(*artifact) };
            other.map(|other| other.to_string()).unwrap_or_default()
        }
    };
    format!("{what} {whom} ({}, {})", plain(actor), in_vietnam(*at))
}

/// Which revision of the metadata, by whom, and why.
fn said(of: &Described, language: Language) -> String {
    let mut line = format!(
        "{} {}: {}, {}",
        choose(language, "Lần ghi", "Revision"),
        of.revision,
        plain(&of.actor),
        in_vietnam(of.at)
    );
    for (name, text) in [
        (choose(language, "phê duyệt", "approved by"), &of.approved_by),
        (choose(language, "lý do", "reason"), &of.reason),
    ] {
        if let Some(text) = text {
            line.push_str(&format!("; {name}: {}", plain(text)));
        }
    }
    line
}

fn json(id: Uuid, known: &Known) -> serde_json::Value {
    let versions = known.versions.iter().map(|one| {
        serde_json::json!({
            "version": one.version,
            "level": one.level,
            "sha256": one.sha256,
            "sha512": one.sha512,
            "bytes": one.bytes,
            "file_name": one.file_name,
            "created": one.created,
        })
    });
    let links = known
        .links
        .iter()
        .map(|one| serde_json::json!({ "artifact": one.artifact, "link": one.link, "actor": one.actor, "at": one.at }));
    let revisions = known.revisions.iter().map(|one| {
        serde_json::json!({
            "revision": one.revision,
            "actor": one.actor,
            "approved_by": one.approved_by,
            "reason": one.reason,
            "at": one.at,
            "metadata": one.metadata,
        })
    });
    serde_json::json!({
        "format": "kyso-archive-described",
        "version": 1,
        "id": id,
        "status": Standing::of(id, &known.links).name(),
        "versions": versions.collect::<Vec<_>>(),
        "links": links.collect::<Vec<_>>(),
        "revisions": revisions.collect::<Vec<_>>(),
    })
}

/// Why something isn't said of a document.
pub(super) fn refusal(why: &NotSaid) -> Failure {
    let refused = |vi: String, en: String| Failure::new(Exit::Refused, vi, en);
    match why {
        NotSaid::Text(what) => Failure::usage(
            format!("Thiếu {what}, hoặc {what} dài quá 500 ký tự, hoặc có ký tự điều khiển."),
            format!("The {what} is missing, longer than 500 characters, or has control characters."),
        ),
        NotSaid::Date(date) => {
            Failure::usage(format!("Chưa đến ngày {}.", day(*date)), format!("{} is a day to come.", day(*date)))
        }
        NotSaid::Circle(other) => refused(
            format!("Văn bản {other} chính là văn bản này, hoặc đã thay thế, đính chính hay làm từ văn bản này."),
            format!("Document {other} is this one, or replaces, corrects or was made from this one already."),
        ),
        NotSaid::Meanwhile { newest: Some(newest) } => refused(
            format!("Lần ghi mới nhất là {newest}; hãy xem lại bằng kyso archive describe, rồi thêm --after {newest}."),
            format!(
                "The newest revision is {newest}; look at it with kyso archive describe, then add --after {newest}."
            ),
        ),
        NotSaid::Meanwhile { newest: None } => refused(
            "Văn bản chưa có dữ liệu đặc tả nào; hãy bỏ --after.".to_owned(),
            "Nothing is said of the document yet; leave out --after.".to_owned(),
        ),
        NotSaid::Number => refused(
            "Số chứng thực ghi trên văn bản và trong sổ, không sửa được ở đây.".to_owned(),
            "The number is on the document and in the register; it isn't corrected here.".to_owned(),
        ),
        NotSaid::Letters(field) => refused(
            format!("{} có ký tự điều khiển hoặc ký tự đổi chiều chữ: hãy gõ lại.", plain(field)),
            format!(
                "{} has control characters, or such that turn the direction of writing: type it again.",
                plain(field)
            ),
        ),
        NotSaid::CodeNumber(number) => refused(
            format!("CodeNumber phải là số ghi trong sổ: {}.", plain(number)),
            format!("CodeNumber must be the number in the register: {}.", plain(number)),
        ),
        NotSaid::File(sha256) => refused(
            format!("File không phải tệp của văn bản này; bản mới nhất có SHA-256 {sha256}."),
            format!("File isn't a version of this document; the newest one has the SHA-256 {sha256}."),
        ),
        NotSaid::Kind(kind) => refused(
            format!("Không có loại chứng thực \"{}\": hãy dùng mã loại như trong sổ, ví dụ CK.", plain(kind)),
            format!("There's no kind of certification \"{}\": use its code as in the register, e.g. CK.", plain(kind)),
        ),
        NotSaid::Issued(date) => refused(
            format!("IssuedDate: chưa đến ngày {}.", day(*date)),
            format!("IssuedDate: {} is a day to come.", day(*date)),
        ),
        NotSaid::Due(until) => refused(
            format!(
                "Theo CertKind và IssuedDate này thì văn bản đã hết hạn lưu trữ từ {}: hãy kiểm tra lại cả hai.",
                day(*until)
            ),
            format!(
                "By this CertKind and IssuedDate the document would have been kept until {} only: look at both again.",
                day(*until)
            ),
        ),
        NotSaid::Flaws(flaws) => {
            let list = |language| {
                let messages = flaws.iter().map(|flaw| format!("{} {}", flaw.field, flaw.text.in_language(language)));
                messages.collect::<Vec<_>>().join("; ")
            };
            refused(
                format!("Dữ liệu đặc tả chưa đủ (Nghị định 30/2020/NĐ-CP, Phụ lục VI): {}.", list(Vietnamese)),
                format!("The metadata isn't whole (Nghị định 30/2020/NĐ-CP, Phụ lục VI): {}.", list(English)),
            )
        }
        other => refused(
            format!("Không ghi được [{}].", plain(&other.to_string())),
            format!("It can't be written down: {}.", plain(&other.to_string())),
        ),
    }
}
