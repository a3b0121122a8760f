//! `kyso roster`: the list of the agency's certificates, with the role of each.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use kyso::crypto::hex;
use kyso::local_time::{VIETNAM, in_vietnam};
use kyso::pki::{Certificate, IdentityKind};
use kyso::{Role, Roster, RosterEntry, both};
use kyso_words as words;
use serde_json::{Value, json};

use super::register::defect;
use crate::arguments::Format;
use crate::context::{Context, tell};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::key;
use crate::output::Output;
use crate::password::PasswordArguments;
use crate::roster::{with, without};
use crate::text::{masked, plain};
use crate::trust;
use crate::values::{Wrong, beginning, date};

/// Larger than any roster.
const LIMIT: u64 = 16 << 20;

#[derive(Debug, Args)]
#[command(subcommand_required = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Add(Box<AddArguments>),
    List(ListArguments),
    Remove(RemoveArguments),
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("whose").args(["p12", "cert"]).required(true)))]
struct AddArguments {
    #[arg(long, value_name = "FILE")]
    roster: PathBuf,
    #[arg(long, value_name = "FILE")]
    p12: Option<PathBuf>,
    #[command(flatten)]
    password: PasswordArguments,
    #[arg(long, value_name = "FILE")]
    cert: Option<PathBuf>,
    #[arg(long, value_enum, value_name = "leader|seal|copy|other")]
    role: RoleArgument,
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
    #[arg(long, value_name = "TM.|Q.|KT.|TL.|TUQ.", value_parser = power)]
    power: Option<String>,
    #[arg(long, value_name = "NAME")]
    agency: Option<String>,
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    from: Option<Date>,
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    until: Option<Date>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleArgument {
    Leader,
    Seal,
    Copy,
    Other,
}

impl From<RoleArgument> for Role {
    fn from(role: RoleArgument) -> Self {
        match role {
            RoleArgument::Leader => Self::Leader,
            RoleArgument::Seal => Self::Seal,
            RoleArgument::Copy => Self::Copy,
            RoleArgument::Other => Self::Other,
        }
    }
}

#[derive(Debug, Args)]
struct ListArguments {
    #[arg(long, value_name = "FILE")]
    roster: PathBuf,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

#[derive(Debug, Args)]
struct RemoveArguments {
    #[arg(long, value_name = "FILE")]
    roster: PathBuf,
    #[arg(value_name = "N|SHA-256", value_parser = which)]
    which: Which,
}

/// Which entry is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Which {
    /// By its number in the list, from 1.
    Number(usize),
    /// By the beginning of its fingerprint.
    Fingerprint(String),
}

fn which(text: &str) -> Result<Which, Wrong> {
    if let Some(number) = text.parse().ok().filter(|number| (1..=9999).contains(number)) {
        return Ok(Which::Number(number));
    }
    beginning(text).map(Which::Fingerprint).map_err(|_| {
        Wrong::new(
            "cần số thứ tự trong kyso roster list, hoặc ít nhất 8 chữ số đầu của dấu vân tay SHA-256",
            "the number in kyso roster list is needed, or at least the first 8 digits of the SHA-256 fingerprint",
        )
    })
}

/// Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.7b.
fn power(text: &str) -> Result<String, Wrong> {
    const POWERS: [&str; 5] = ["TM.", "Q.", "KT.", "TL.", "TUQ."];
    POWERS.iter().find(|power| power.trim_end_matches('.') == text.trim_end_matches('.')).map_or_else(
        || {
            let powers = POWERS.join(", ");
            Err(Wrong::new(format!("chỉ nhận: {powers}"), format!("only these are known: {powers}")))
        },
        |power| Ok((*power).to_owned()),
    )
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    match &arguments.action {
        Action::Add(arguments) => add(arguments, context),
        Action::List(arguments) => list(arguments, context),
        Action::Remove(arguments) => remove(arguments, context),
    }
}

fn add(arguments: &AddArguments, context: &Context) -> Result<Exit, Failure> {
    let certificate = arguments.certificate(context)?;
    let path = &arguments.roster;
    let (text, roster) = if path.exists() { read(path)? } else { (String::new(), Roster::default()) };
    let entry = arguments.entry(&certificate)?;
    let is_there =
        |known: &&RosterEntry| same(known, &entry.sha256) && known.role == entry.role && overlap(known, &entry);
    if roster.certificates.iter().any(|known| is_there(&known)) {
        let (file, role) = (plain(&path.display().to_string()), Role::from(arguments.role));
        return Err(Failure::new(
            Exit::Refused,
            format!(
                "{file} đã có chứng thư số này với vai trò “{}” trong cùng thời gian; xem: kyso roster list --roster {file}.",
                words::role(role, kyso::Language::Vietnamese)
            ),
            format!(
                "{file} already has this certificate as “{}” for the same time; see: kyso roster list --roster {file}.",
                words::role(role, kyso::Language::English)
            ),
        ));
    }
    warn(&certificate, entry.role, context);
    let output = Output::in_place(path, context)?;
    let text = with(&text, &entry).map_err(defect)?;
    output.write(|sink| sink.write_all(text.as_bytes()))?;
    let file = plain(&path.display().to_string());
    let role = words::role(entry.role, context.language);
    let who = masked(&certificate.identity().subject);
    let done = context.say("✔ Đã ghi vào", "✔ Entered in");
    context.print(|sink| writeln!(sink, "{done} {file}: {role}: {who}\n  SHA-256: {}", entry.sha256))?;
    Ok(Exit::Done)
}

impl AddArguments {
    /// Whose certificate it is: the key's own, and no CA's.
    fn certificate(&self, context: &Context) -> Result<Certificate, Failure> {
        let (path, certificates) = match (&self.p12, &self.cert) {
            (Some(path), _) => (path, key::certificates_of_pkcs12(path, self.password.given()?, context)?),
            (None, Some(path)) => {
                let ders = trust::certificates(std::slice::from_ref(path))?;
                let read = |der: &Vec<u8>| Certificate::parse(der).map_err(|error| Failure::usage_of(path, &error));
                (path, ders.iter().map(read).collect::<Result<Vec<_>, _>>()?)
            }
            // clap demands one of them.
            (None, None) => return Err(Failure::usage("Thiếu --p12 hoặc --cert.", "--p12 or --cert is missing.")),
        };
        let file = plain(&path.display().to_string());
        let mut signers = certificates.into_iter().filter(|certificate| !certificate.is_ca());
        match (signers.next(), signers.next()) {
            (Some(one), None) => Ok(one),
            (None, _) => Err(Failure::usage(
                format!("{file} chỉ có chứng thư của CA; danh sách cần chứng thư số của người ký hoặc của cơ quan."),
                format!("{file} has a CA's certificate only; the roster wants a signer's or the agency's."),
            )),
            (Some(_), Some(_)) => Err(Failure::usage(
                format!("{file} có nhiều chứng thư số; hãy tách riêng chứng thư số cần ghi."),
                format!("{file} has several certificates; put the one to be entered into a file of its own."),
            )),
        }
    }

    fn entry(&self, certificate: &Certificate) -> Result<RosterEntry, Failure> {
        let identity = certificate.identity();
        let known = |given: &Option<String>, own: &Option<String>| given.clone().or_else(|| own.clone());
        // Its O may be the province's: which agency it is, the caller says.
        let mut entry = RosterEntry::new(hex(&certificate.fingerprint()), self.role.into());
        entry.name = known(&self.name, &identity.common_name);
        entry.title = known(&self.title, &identity.title);
        entry.power.clone_from(&self.power);
        entry.agency.clone_from(&self.agency);
        // The first day from its beginning, the last to its end.
        entry.from = self.from.map(|day| at(day, Time::midnight())).transpose()?;
        entry.until = self.until.map(|day| at(day, Time::constant(23, 59, 59, 0))).transpose()?;
        match (entry.from, entry.until) {
            (Some(from), Some(until)) if until < from => {
                Err(Failure::usage("--until phải sau --from.", "--until must be after --from."))
            }
            _ => Ok(entry),
        }
    }
}

fn at(day: Date, time: Time) -> Result<Timestamp, Failure> {
    VIETNAM.to_timestamp(day.to_datetime(time)).map_err(defect)
}

/// Says what may be a mistake: names are a hint, and the roster is the agency's word.
fn warn(certificate: &Certificate, role: Role, context: &Context) {
    let warning = match (role, certificate.identity().kind) {
        (Role::Leader, IdentityKind::Organisation) => both(
            "chứng thư số này mang tên một cơ quan, mà vai trò là người ký (leader)",
            "this certificate names an organisation, and its role is a leader's",
        ),
        (Role::Seal | Role::Copy, IdentityKind::Person) => both(
            "chứng thư số này mang tên một người, mà vai trò là của cơ quan (seal, copy)",
            "this certificate names a person, and its role is the agency's (seal, copy)",
        ),
        _ if certificate.not_after() < context.now => {
            both("chứng thư số này đã hết hạn", "this certificate has expired")
        }
        _ => return,
    };
    tell(format_args!("{}: {}.", context.say("Cảnh báo", "Warning"), warning.in_language(context.language)));
}

fn list(arguments: &ListArguments, context: &Context) -> Result<Exit, Failure> {
    let (_, roster) = read(&arguments.roster)?;
    context.print(|sink| match arguments.format {
        Format::Json => {
            let entries: Vec<Value> = (1..)
                .zip(&roster.certificates)
                .map(|(number, entry): (usize, _)| {
                    let mut value = json!(entry);
                    if let Value::Object(fields) = &mut value {
                        fields.insert("number".into(), json!(number));
                        fields.insert("in_force".into(), json!(entry.is_in_force(context.now)));
                    }
                    value
                })
                .collect();
            serde_json::to_writer_pretty(&mut *sink, &entries)?;
            writeln!(sink)
        }
        Format::Text if roster.certificates.is_empty() => {
            writeln!(
                sink,
                "{}",
                context.say("Danh sách chưa có chứng thư số nào.", "The roster has no certificate yet.")
            )
        }
        Format::Text => (1..).zip(&roster.certificates).try_for_each(|(number, entry): (usize, _)| {
            writeln!(sink, "{number}. {}", words::role(entry.role, context.language))?;
            let who = [&entry.power, &entry.title, &entry.name, &entry.agency];
            let who = who.into_iter().flatten().map(|text| masked(text)).collect::<Vec<_>>().join(", ");
            if !who.is_empty() {
                writeln!(sink, "   {who}")?;
            }
            writeln!(sink, "   SHA-256: {}", plain(&entry.sha256))?;
            if let Some(times) = times(entry, context) {
                writeln!(sink, "   {times}")?;
            }
            Ok(())
        }),
    })?;
    Ok(Exit::Done)
}

/// From when to when an entry holds, and whether it does now; nothing for one that always does.
fn times(entry: &RosterEntry, context: &Context) -> Option<String> {
    let from = entry.from.map(|from| format!("{} {}", context.say("từ", "from"), in_vietnam(from)));
    let until = entry.until.map(|until| format!("{} {}", context.say("đến", "until"), in_vietnam(until)));
    let text = from.into_iter().chain(until).collect::<Vec<_>>().join(" ");
    let state = match entry.is_in_force(context.now) {
        true => context.say("đang có hiệu lực", "in force"),
        false => context.say("KHÔNG có hiệu lực lúc này", "NOT in force now"),
    };
    (!text.is_empty()).then(|| format!("{text} ({state})"))
}

fn remove(arguments: &RemoveArguments, context: &Context) -> Result<Exit, Failure> {
    let (text, roster) = read(&arguments.roster)?;
    let file = plain(&arguments.roster.display().to_string());
    let is_it = |entry: &RosterEntry, beginning: &str| {
        let digits = entry.sha256.chars().filter(char::is_ascii_alphanumeric).map(|digit| digit.to_ascii_lowercase());
        digits.collect::<String>().starts_with(beginning)
    };
    let found: Vec<usize> = match &arguments.which {
        Which::Number(number) => {
            number.checked_sub(1).filter(|index| *index < roster.certificates.len()).into_iter().collect()
        }
        Which::Fingerprint(beginning) => {
            let entries = roster.certificates.iter().enumerate();
            entries.filter(|(_, entry)| is_it(entry, beginning)).map(|(index, _)| index).collect()
        }
    };
    let [index] = found.as_slice() else {
        return Err(match found.is_empty() {
            true => Failure::usage(
                format!("{file} không có mục này; xem: kyso roster list --roster {file}."),
                format!("{file} has no such entry; see: kyso roster list --roster {file}."),
            ),
            false => Failure::usage(
                format!("{file} có nhiều mục như vậy; hãy ghi số thứ tự: kyso roster list --roster {file}."),
                format!("{file} has several such entries; give the number: kyso roster list --roster {file}."),
            ),
        });
    };
    let left = without(&text, *index).ok_or_else(|| {
        Failure::usage(
            format!("{file} được viết theo cách khác nên không tự xóa được mục {}; hãy sửa bằng tay.", index + 1),
            format!(
                "{file} is written in another way, so entry {} can't be taken out of it; edit it by hand.",
                index + 1
            ),
        )
    })?;
    Output::in_place(&arguments.roster, context)?.write(|sink| sink.write_all(left.as_bytes()))?;
    let done = context.say("✔ Đã bỏ mục", "✔ Removed: entry");
    context.print(|sink| writeln!(sink, "{done} {} ({file})", index + 1))?;
    Ok(Exit::Done)
}

/// The file as it's written, and what it says.
fn read(path: &Path) -> Result<(String, Roster), Failure> {
    let roster = trust::roster(path)?;
    Ok((input::small_text(path, LIMIT)?, roster))
}

fn same(entry: &RosterEntry, sha256: &str) -> bool {
    entry.sha256.chars().filter(char::is_ascii_alphanumeric).map(|digit| digit.to_ascii_lowercase()).eq(sha256.chars())
}

/// Whether two entries hold at one time.
fn overlap(one: &RosterEntry, other: &RosterEntry) -> bool {
    let begins_before =
        |entry: &RosterEntry, end: Option<Timestamp>| entry.from.zip(end).is_none_or(|(from, end)| from <= end);
    begins_before(one, other.until) && begins_before(other, one.until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_meant_by_number_or_fingerprint() {
        assert_eq!(which("2"), Ok(Which::Number(2)));
        assert_eq!(which("AB:CD:EF:01"), Ok(Which::Fingerprint("abcdef01".into())));
        assert!(which("0").is_err() && which("abc").is_err());
    }

    #[test]
    fn powers_are_the_decrees() {
        assert_eq!((power("KT.").unwrap(), power("KT").unwrap()), ("KT.".to_owned(), "KT.".to_owned()));
        assert!(power("PCT").is_err());
    }

    #[test]
    fn mandates_overlap_where_both_hold_on_a_day() {
        let held = |from: Option<&str>, until: Option<&str>| {
            let mut entry = RosterEntry::new("a".repeat(64), Role::Leader);
            (entry.from, entry.until) = (from.map(|at| at.parse().unwrap()), until.map(|at| at.parse().unwrap()));
            entry
        };
        let (old, new) = (held(None, Some("2026-01-01T00:00:00Z")), held(Some("2026-01-02T00:00:00Z"), None));
        assert!(!overlap(&old, &new) && overlap(&old, &held(None, None)) && overlap(&new, &new));
    }
}
