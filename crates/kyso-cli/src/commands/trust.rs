//! `kyso trust`: the roots that the user keeps.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::Timestamp;
use kyso::Bilingual;
use kyso::crypto::hex;
use kyso::local_time::in_vietnam;
use kyso::pki::Certificate;
use serde_json::{Value, json};

use crate::arguments::Format;
use crate::context::{Context, tell};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::{masked, plain};
use crate::trust::official::{OFFICIAL, SOURCE, official};
use crate::trust::store::{Kept, Store, Word};
use crate::trust::{self, StoreArgument};
use crate::values::{beginning, fingerprint};

#[derive(Debug, Args)]
#[command(subcommand_required = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(ListArguments),
    Add(AddArguments),
    Remove(RemoveArguments),
    Show(ShowArguments),
}

#[derive(Debug, Args)]
struct ListArguments {
    #[command(flatten)]
    store: StoreArgument,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

#[derive(Debug, Args)]
struct AddArguments {
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[arg(long, value_name = "SHA-256", value_parser = fingerprint)]
    fingerprint: Vec<String>,
    #[command(flatten)]
    store: StoreArgument,
}

#[derive(Debug, Args)]
struct RemoveArguments {
    #[arg(value_name = "SHA-256", value_parser = beginning)]
    which: String,
    #[command(flatten)]
    store: StoreArgument,
}

#[derive(Debug, Args)]
struct ShowArguments {
    #[arg(value_name = "FILE|SHA-256")]
    which: PathBuf,
    #[command(flatten)]
    store: StoreArgument,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    match &arguments.action {
        Action::List(arguments) => list(arguments, context),
        Action::Add(arguments) => add(arguments, context),
        Action::Remove(arguments) => remove(arguments, context),
        Action::Show(arguments) => show(arguments, context),
    }
}

/// What is kept, and which official roots there are.
fn list(arguments: &ListArguments, context: &Context) -> Result<Exit, Failure> {
    let store = Store::demand(arguments.store.place())?;
    let found = store.look()?;
    let is_kept = |sha256: &str| found.iter().any(|(name, kept)| name == sha256 && kept.is_ok());
    context.print(|sink| match arguments.format {
        Format::Json => {
            let kept = found.iter().map(|(sha256, kept)| match kept {
                Ok(kept) => of_kept(kept),
                Err(why) => json!({ "sha256": sha256, "error": why.in_language(context.language) }),
            });
            let official = OFFICIAL.iter().map(|one| {
                json!({
                    "name": one.name,
                    "authority": one.authority.in_language(context.language),
                    "serves": one.serves.in_language(context.language),
                    "sha256": one.sha256,
                    "until": one.until,
                    "address": one.address,
                    "command": one.command(),
                    "kept": is_kept(one.sha256),
                })
            });
            let all = json!({
                "store": store.directory().display().to_string(),
                "kept": kept.collect::<Vec<_>>(),
                "official": official.collect::<Vec<_>>(),
                "source": SOURCE.in_language(context.language),
            });
            written(&all, sink)
        }
        Format::Text => {
            let place = plain(&store.directory().display().to_string());
            writeln!(
                sink,
                "{} {place}",
                context.say("CA gốc được tin trên máy này, lưu ở", "Roots trusted here, kept in")
            )?;
            if found.is_empty() {
                writeln!(sink, "  {}", context.say("chưa có CA gốc nào", "none yet"))?;
            }
            for (sha256, kept) in &found {
                match kept {
                    Ok(kept) => {
                        describe(&kept.certificate, context, sink)?;
                        writeln!(sink, "    {}", said(kept, context))?;
                    }
                    Err(why) => {
                        let not = context.say("KHÔNG DÙNG ĐƯỢC", "CAN'T BE USED");
                        writeln!(
                            sink,
                            "  ✘ {not}: {}\n    kyso trust remove {sha256}",
                            why.in_language(context.language)
                        )?;
                    }
                }
            }
            let heading = context.say(
                "CA gốc chính thức của Việt Nam (kyso biết dấu vân tay, không kèm chứng thư)",
                "Official roots of Vietnam (kyso knows their fingerprints; no certificate comes along)",
            );
            writeln!(sink, "\n{heading}")?;
            for one in OFFICIAL {
                let until = match one.until {
                    Some(year) => format!(", {} {year}", context.say("đến năm", "until")),
                    None => String::new(),
                };
                let (authority, serves) =
                    (one.authority.in_language(context.language), one.serves.in_language(context.language));
                writeln!(
                    sink,
                    "  {} {}\n    {authority}: {serves}{until}",
                    if is_kept(one.sha256) { "✔" } else { "-" },
                    one.name
                )?;
                writeln!(sink, "    SHA-256: {}", one.sha256)?;
                writeln!(sink, "    {} {}", context.say("Công bố tại:", "Published at:"), one.address)?;
                if !is_kept(one.sha256) {
                    writeln!(sink, "    {} {}", context.say("Tải về và thêm:", "To fetch and add it:"), one.command())?;
                }
            }
            writeln!(sink, "{}", SOURCE.in_language(context.language))
        }
    })?;
    Ok(Exit::Done)
}

/// What becomes of a certificate that is to be added.
enum Outcome {
    Added(Word),
    Known,
    Refused(Bilingual),
}

fn add(arguments: &AddArguments, context: &Context) -> Result<Exit, Failure> {
    let store = Store::demand(arguments.store.place())?;
    let kept = store.read()?;
    let mut given = Vec::new();
    for der in trust::certificates(&arguments.files)? {
        let name = arguments.files.first().map_or(Path::new(""), PathBuf::as_path);
        let certificate = Certificate::parse(&der).map_err(|error| Failure::usage_of(name, &error))?;
        if !given.contains(&certificate) {
            given.push(certificate);
        }
    }
    // An issuer before what it issued.
    let (roots, others): (Vec<_>, Vec<_>) = given.into_iter().partition(Certificate::is_self_issued);
    let mut issuers: Vec<Certificate> = kept.iter().map(|kept| kept.certificate.clone()).collect();
    let mut outcomes = Vec::new();
    for root in roots {
        let outcome = match arguments.word_for(&root, context)? {
            Err(why) => Outcome::Refused(why),
            Ok(word) => keep(&store, &root, word, context)?,
        };
        if !matches!(outcome, Outcome::Refused(_)) {
            issuers.push(root.clone());
        }
        outcomes.push((root, outcome));
    }
    let mut others = others;
    loop {
        let may = |other: &Certificate| intermediate(other, &issuers, context.now).is_ok();
        let Some(at) = others.iter().position(may) else { break };
        let other = others.swap_remove(at);
        let outcome = keep(&store, &other, Word::Issued, context)?;
        issuers.push(other.clone());
        outcomes.push((other, outcome));
    }
    for other in others {
        let why = intermediate(&other, &issuers, context.now).err().unwrap_or_default();
        outcomes.push((other, Outcome::Refused(why)));
    }
    told(&outcomes, context)?;
    let is_any = outcomes.iter().any(|(_, outcome)| !matches!(outcome, Outcome::Refused(_)));
    Ok(if is_any { Exit::Done } else { Exit::Refused })
}

fn keep(store: &Store, certificate: &Certificate, word: Word, context: &Context) -> Result<Outcome, Failure> {
    Ok(match store.keep(certificate, word, context.now)? {
        true => Outcome::Added(word),
        false => Outcome::Known,
    })
}

fn told(outcomes: &[(Certificate, Outcome)], context: &Context) -> Result<(), Failure> {
    context.print(|sink| {
        for (certificate, outcome) in outcomes {
            let done = match outcome {
                Outcome::Added(Word::Official) => context.say(
                    "✔ Đã lưu CA gốc chính thức (đúng dấu vân tay đã biết)",
                    "✔ Kept: an official root (of a fingerprint that is known)",
                ),
                Outcome::Added(Word::User) => {
                    context.say("✔ Đã lưu CA gốc theo lời của bạn", "✔ Kept: a root, by your word")
                }
                Outcome::Added(Word::Issued) => context.say(
                    "✔ Đã lưu CA trung gian (chỉ để tìm đường tới CA gốc)",
                    "✔ Kept: an intermediate CA (it only helps on the way to a root)",
                ),
                Outcome::Known => context.say("✔ Đã có từ trước", "✔ Kept before"),
                Outcome::Refused(_) => continue,
            };
            writeln!(sink, "{done}")?;
            describe(certificate, context, sink)?;
        }
        Ok(())
    })?;
    for (certificate, outcome) in outcomes {
        if let Outcome::Refused(why) = outcome {
            let not = context.say("Không lưu", "Not kept");
            tell(format_args!(
                "{not}: {}: {}.",
                masked(certificate.subject().to_string().as_str()),
                why.in_language(context.language)
            ));
        }
    }
    Ok(())
}

impl AddArguments {
    /// By whose word a root may be kept, or why it may not.
    fn word_for(&self, root: &Certificate, context: &Context) -> Result<Result<Word, Bilingual>, Failure> {
        let sha256 = hex(&root.fingerprint());
        if let Err(why) = authority(root, context.now) {
            return Ok(Err(why));
        }
        if !root.is_signed_by(root).unwrap_or(false) {
            return Ok(Err(Bilingual::new(
                "chữ ký của chứng thư trên chính nó không đúng; tệp có thể hỏng hoặc bị sửa",
                "its signature over itself doesn't verify; the file may be broken or changed",
            )));
        }
        if official(&sha256).is_some() {
            return Ok(Ok(Word::Official));
        }
        if self.fingerprint.contains(&sha256) {
            return Ok(Ok(Word::User));
        }
        if !self.fingerprint.is_empty() {
            return Ok(Err(Bilingual::new(
                "dấu vân tay bạn nhập (--fingerprint) không phải của chứng thư này; hãy hỏi lại nơi cấp, đừng chép từ chính tệp này",
                "the fingerprint that you gave (--fingerprint) isn't this certificate's; ask its authority, and don't copy it from \
                 this very file",
            )));
        }
        if io::stdin().is_terminal() {
            return Ok(match asked(root, context)? {
                Some(answer) if answer == sha256 => Ok(Word::User),
                Some(_) => Err(Bilingual::new(
                    "dấu vân tay vừa nhập không phải của chứng thư này",
                    "the fingerprint that you entered isn't this certificate's",
                )),
                None => Err(unknown()),
            });
        }
        Ok(Err(unknown()))
    }
}

fn unknown() -> Bilingual {
    Bilingual::new(
        "đây không phải CA gốc chính thức mà kyso biết. Nếu vẫn tin nơi cấp, hãy hỏi họ dấu vân tay SHA-256 rồi thêm \
         --fingerprint DẤU-VÂN-TAY",
        "it's none of the official roots that kyso knows. If you trust its authority all the same, ask them for its SHA-256 \
         fingerprint, and add --fingerprint SHA-256",
    )
}

/// Asks the person at the terminal for a fingerprint that came another way. The certificate's own isn't shown: it would be
/// copied from there.
fn asked(root: &Certificate, context: &Context) -> Result<Option<String>, Failure> {
    let failed = |error: &io::Error| Failure::reading(Exit::Usage, Path::new("-"), error);
    let subject = masked(&root.subject().to_string());
    let question = context.say(
        "không phải CA gốc chính thức. Nhập dấu vân tay SHA-256 mà nơi cấp đã trao cho bạn (để trống: không lưu)",
        "is no official root. Enter the SHA-256 fingerprint that its authority gave you (nothing: it isn't kept)",
    );
    let _ = write!(io::stderr(), "{subject}: {question}: ");
    let _ = io::stderr().flush();
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(|error| failed(&error))?;
    match line.trim() {
        "" => Ok(None),
        line => Ok(Some(fingerprint(line).unwrap_or_default())),
    }
}

/// Whether a certificate may issue others at a time.
fn authority(certificate: &Certificate, now: Timestamp) -> Result<(), Bilingual> {
    if !certificate.is_ca() || certificate.key_usage().is_some_and(|usage| !usage.certificate_sign) {
        return Err(Bilingual::new(
            "đây không phải chứng thư của CA mà là của một người ký hoặc cơ quan",
            "it's no CA's certificate but that of somebody who signs",
        ));
    }
    if now > certificate.not_after() {
        let end = in_vietnam(certificate.not_after());
        return Err(Bilingual::new(format!("đã hết hạn từ {end}"), format!("it expired at {end}")));
    }
    if now < certificate.not_before() {
        let start = in_vietnam(certificate.not_before());
        return Err(Bilingual::new(format!("đến {start} mới có hiệu lực"), format!("it isn't valid before {start}")));
    }
    Ok(())
}

/// Whether an intermediate CA was issued by one that is kept.
fn intermediate(certificate: &Certificate, issuers: &[Certificate], now: Timestamp) -> Result<(), Bilingual> {
    authority(certificate, now)?;
    let is_by =
        |issuer: &Certificate| issuer.has_issued(certificate) && certificate.is_signed_by(issuer).unwrap_or(false);
    match issuers.iter().any(is_by) {
        true => Ok(()),
        false => Err(Bilingual::new(
            "đây là CA trung gian mà CA gốc của nó chưa được lưu; hãy thêm CA gốc trước",
            "it's an intermediate CA whose root isn't kept; add the root first",
        )),
    }
}

fn remove(arguments: &RemoveArguments, context: &Context) -> Result<Exit, Failure> {
    let store = Store::demand(arguments.store.place())?;
    let sha256 = one(store.look()?.into_iter().map(|(sha256, _)| sha256), &arguments.which)?;
    store.remove(&sha256)?;
    let done = context.say("✔ Không tin và không lưu nữa:", "✔ Trusted and kept no more:");
    context.print(|sink| writeln!(sink, "{done} {sha256}"))?;
    Ok(Exit::Done)
}

/// The one fingerprint that begins so.
fn one(kept: impl Iterator<Item = String>, beginning: &str) -> Result<String, Failure> {
    let mut found = kept.filter(|sha256| sha256.starts_with(beginning));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Failure::usage(
            format!("Không lưu CA nào có dấu vân tay bắt đầu bằng {beginning}; xem: kyso trust list."),
            format!("No CA is kept whose fingerprint begins with {beginning}; see: kyso trust list."),
        )),
        (Some(_), Some(_)) => Err(Failure::usage(
            format!("Có nhiều CA có dấu vân tay bắt đầu bằng {beginning}; hãy ghi thêm chữ số."),
            format!("Several CAs have a fingerprint that begins with {beginning}; give more digits."),
        )),
    }
}

fn show(arguments: &ShowArguments, context: &Context) -> Result<Exit, Failure> {
    let store = Store::demand(arguments.store.place())?;
    let kept = store.look()?;
    let of = |sha256: &str| kept.iter().find_map(|(name, kept)| kept.as_ref().ok().filter(|_| name == sha256));
    let named = arguments.which.to_str().and_then(|text| beginning(text).ok()).filter(|_| !arguments.which.exists());
    let shown = match named {
        Some(named) => {
            let sha256 = one(kept.iter().map(|(sha256, _)| sha256.clone()), &named)?;
            // What can't be read is told as when it's used.
            let Some(kept) = of(&sha256) else { return Err(store.read().err().unwrap_or_else(|| damaged(&sha256))) };
            vec![kept.certificate.clone()]
        }
        None => {
            let files = std::slice::from_ref(&arguments.which);
            let read =
                |der: &Vec<u8>| Certificate::parse(der).map_err(|error| Failure::usage_of(&arguments.which, &error));
            trust::certificates(files)?.iter().map(read).collect::<Result<_, _>>()?
        }
    };
    context.print(|sink| match arguments.format {
        Format::Json => {
            let all = shown.iter().map(|certificate| match of(&hex(&certificate.fingerprint())) {
                Some(kept) => of_kept(kept),
                None => of_certificate(certificate),
            });
            written(&Value::Array(all.collect()), sink)
        }
        Format::Text => shown.iter().try_for_each(|certificate| {
            describe(certificate, context, sink)?;
            let sha256 = hex(&certificate.fingerprint());
            let state = match (of(&sha256), official(&sha256)) {
                (Some(kept), _) => said(kept, context),
                (None, Some(_)) => context
                    .say("CA gốc chính thức; chưa lưu trên máy này", "an official root; not kept here")
                    .to_owned(),
                (None, None) => context
                    .say(
                        "không phải CA gốc chính thức mà kyso biết; chưa lưu trên máy này",
                        "no official root that kyso knows; not kept here",
                    )
                    .to_owned(),
            };
            writeln!(sink, "    {state}")
        }),
    })?;
    Ok(Exit::Done)
}

fn damaged(sha256: &str) -> Failure {
    Failure::usage(format!("Không đọc được {sha256}."), format!("{sha256} can't be read."))
}

fn written(value: &Value, sink: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *sink, value)?;
    writeln!(sink)
}

fn describe(certificate: &Certificate, context: &Context, sink: &mut dyn io::Write) -> io::Result<()> {
    writeln!(sink, "  {}", masked(&certificate.subject().to_string()))?;
    writeln!(sink, "    SHA-256: {}", hex(&certificate.fingerprint()))?;
    let (from, to) = (in_vietnam(certificate.not_before()), in_vietnam(certificate.not_after()));
    writeln!(sink, "    {} {from} – {to}", context.say("Hiệu lực:", "Valid:"))
}

/// Since when it's kept, and by whose word.
fn said(kept: &Kept, context: &Context) -> String {
    let word = kept.word.text().in_language(context.language);
    format!("{word}; {} {}", context.say("lưu trên máy này từ", "kept here since"), in_vietnam(kept.since))
}

fn of_certificate(certificate: &Certificate) -> Value {
    json!({
        "sha256": hex(&certificate.fingerprint()),
        "subject": certificate.subject().to_string(),
        "not_before": certificate.not_before(),
        "not_after": certificate.not_after(),
    })
}

fn of_kept(kept: &Kept) -> Value {
    let mut value = of_certificate(&kept.certificate);
    if let Value::Object(fields) = &mut value {
        fields.insert("since".into(), json!(kept.since));
        fields.insert("word".into(), json!(kept.word));
    }
    value
}
