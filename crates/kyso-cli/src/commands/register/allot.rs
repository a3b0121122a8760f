//! `kyso register allot`: gives out numbers, one from the command line or many from lines of JSON.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use kyso::Bilingual;
use kyso_archive::Uuid;
use kyso_certification::number::CertificationNumber;
use kyso_register::export::EntryView;
use kyso_register::{
    Allotment, Allotted, Certifier, Entry, How, Languages, Link, Person, Quantity, Register, Row, Stamp,
};
use serde::Serialize;

use super::which::number_value;
use super::{Clock, Officer, Place, defect, reported};
use crate::arguments::Format;
use crate::context::{Context, demand_open_output, tell};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::text::{json_fault, plain};
use crate::values::{Wrong, count, date, number};

/// A line of a batch: a row with as many requesters as an entry may have is far smaller.
const LINE: u64 = 1 << 20;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    officer: Officer,
    #[arg(long, value_name = "SYMBOL", required_unless_present = "batch")]
    register: Option<String>,
    #[arg(long, value_name = "KEY")]
    request: Option<String>,
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    date: Option<Date>,
    /// Name, then the kind and number of the identity paper.
    #[arg(long = "requester", value_name = "NAME;KIND NUMBER", value_parser = person, required_unless_present_any = ["batch", "requester_file"])]
    requesters: Vec<Person>,
    /// Requesters, a line each: other users of the machine don't see what is in a file.
    #[arg(long, value_name = "FILE|-")]
    requester_file: Option<PathBuf>,
    #[arg(long, value_name = "TITLE", required_unless_present = "batch")]
    document: Option<String>,
    #[arg(long, value_name = "NAME", required_unless_present = "batch")]
    certifier: Option<String>,
    #[arg(long, value_name = "TITLE", required_unless_present = "batch")]
    title: Option<String>,
    #[arg(long, value_name = "N", default_value = "0", value_parser = count(0_u32))]
    copies: u32,
    #[arg(long, value_name = "N", default_value = "1", value_parser = count(0_u32))]
    papers: u32,
    #[arg(long, value_name = "N", default_value = "0", value_parser = count(0_u32))]
    pages: u32,
    #[arg(long, value_name = "LANGUAGE", requires = "into_language")]
    from_language: Option<String>,
    #[arg(long, value_name = "LANGUAGE", requires = "from_language")]
    into_language: Option<String>,
    #[arg(long, value_name = "DONG", value_parser = count(0_u64))]
    fee: Option<u64>,
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[arg(long, value_name = "CODE")]
    dossier: Option<String>,
    #[arg(long, value_name = "NUMBER", value_parser = number_value, conflicts_with_all = ["amends", "corrects"])]
    replaces: Option<CertificationNumber>,
    #[arg(long, value_name = "NUMBER", value_parser = number_value, conflicts_with = "corrects")]
    amends: Option<CertificationNumber>,
    #[arg(long, value_name = "NUMBER", value_parser = number_value)]
    corrects: Option<CertificationNumber>,
    #[arg(long)]
    other_year: bool,
    #[arg(long)]
    out_of_order: bool,
    #[command(flatten)]
    clock: Clock,
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["register", "request", "requesters", "requester_file", "document"])]
    batch: Option<PathBuf>,
    #[arg(long, value_name = "N", default_value = "1", requires = "batch", value_parser = number(1_u16, 1000))]
    group: u16,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

/// "Nguyễn Văn Mẫu;CCCD 001085012345", or a name alone.
fn person(text: &str) -> Result<Person, Wrong> {
    let shape = || {
        Wrong::new(
            "cần họ tên, hoặc \"họ tên;loại giấy tờ số\", ví dụ \"Nguyễn Văn Mẫu;CCCD 001085012345\"",
            "a name is needed, or \"name;kind of paper and its number\", e.g. \"Nguyễn Văn Mẫu;CCCD 001085012345\"",
        )
    };
    let (name, paper) = match text.split_once(';') {
        Some((name, paper)) => (name.trim(), Some(paper.trim())),
        None => (text.trim(), None),
    };
    if name.is_empty() {
        return Err(shape());
    }
    let paper = match paper.map(|paper| paper.rsplit_once(' ').ok_or_else(shape)) {
        Some(paper) => Some(paper?),
        None => None,
    };
    let (id_kind, id_number) = paper.map(|(kind, number)| (kind.trim().to_owned(), number.to_owned())).unzip();
    Ok(Person { name: name.to_owned(), id_kind, id_number })
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    demand_open_output()?;
    match &arguments.batch {
        Some(batch) => many(arguments, batch, context),
        None => one(arguments, context),
    }
}

fn one(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    if arguments.requesters.iter().any(|person| person.id_number.is_some()) {
        tell(context.say(
            "Cảnh báo: số giấy tờ tùy thân ghi trên dòng lệnh thì mọi người dùng của máy xem được (ps), và còn lại trong lịch sử \
             lệnh; hãy ghi vào tệp và dùng --requester-file TỆP (hoặc -).",
            "Warning: an identity number on the command line is seen by every user of this machine (ps), and stays in the \
             shell's history; write it to a file, and use --requester-file FILE (or -).",
        ));
    }
    let mut allotment = arguments.allotment();
    if let Some(path) = &arguments.requester_file {
        allotment.row.requesters.extend(people(path)?);
    }
    let stamp = arguments.officer.stamp(context);
    let allotted = arguments.place.with(context, |register| async move {
        arguments.clock.confirmed(register).allot(&allotment, &stamp).await.map_err(reported)
    })?;
    print(&[allotted], arguments.format, context)?;
    Ok(Exit::Done)
}

/// The people in a file, a line each as `--requester` takes them.
fn people(path: &Path) -> Result<Vec<Person>, Failure> {
    let text = input::small_text(path, LINE)?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let read = |(number, line): (usize, &str)| {
        person(line).map_err(|wrong| {
            let (file, why) = (plain(&path.display().to_string()), wrong.text());
            Failure::usage(format!("{file}, dòng {number}: {}.", why.vi), format!("{file}, line {number}: {}.", why.en))
        })
    };
    lines.map(read).collect()
}

impl Arguments {
    fn allotment(&self) -> Allotment {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let link = |how: How, number: &Option<CertificationNumber>| number.clone().map(|number| Link { how, number });
        let languages = self.from_language.clone().zip(self.into_language.clone());
        Allotment {
            register: text(&self.register),
            date: self.date,
            request: self.request.clone().unwrap_or_else(|| Uuid::now_v7().to_string()),
            row: Row {
                requesters: self.requesters.clone(),
                document: text(&self.document),
                certifier: Certifier { name: text(&self.certifier), title: text(&self.title) },
                quantity: Quantity { copies: self.copies, papers: self.papers, pages: self.pages },
                languages: languages.map(|(from, into)| Languages { from, into }),
                fee: self.fee,
                note: self.note.clone(),
                dossier: self.dossier.clone(),
                link: link(How::Replaces, &self.replaces)
                    .or_else(|| link(How::Amends, &self.amends))
                    .or_else(|| link(How::Corrects, &self.corrects)),
            },
            other_year: self.other_year,
            out_of_order: self.out_of_order,
        }
    }
}

/// Lines of JSON, each an allotment; each group is one transaction, printed once it's on the disk.
fn many(arguments: &Arguments, batch: &Path, context: &Context) -> Result<Exit, Failure> {
    let mut lines: Box<dyn BufRead> = match batch.as_os_str() == "-" {
        true => Box::new(BufReader::new(std::io::stdin())),
        false => {
            let file = File::open(batch).map_err(|error| Failure::reading(Exit::Usage, batch, &error))?;
            Box::new(BufReader::new(file))
        }
    };
    arguments.place.with(context, |register| async move {
        let register = arguments.clock.confirmed(register);
        let (mut group, mut number) = (Vec::new(), 0);
        loop {
            let line = read_line(&mut lines, batch)?;
            let more = line.is_some();
            number += 1;
            if let Some(line) = line.filter(|line| !line.trim().is_empty()) {
                group.push(parsed(&line, number)?);
            }
            if group.len() >= usize::from(arguments.group) || !more {
                // Whoever writes the lines may do so for days: each number has its own time.
                let stamp = Stamp { at: jiff::Timestamp::now(), ..arguments.officer.stamp(context) };
                commit(&register, &group, &stamp, number, arguments.format, context).await?;
                group.clear();
            }
            if !more {
                return Ok(Exit::Done);
            }
        }
    })
}

async fn commit(
    register: &Register,
    group: &[Allotment],
    stamp: &Stamp,
    line: usize,
    format: Format,
    context: &Context,
) -> Result<(), Failure> {
    if group.is_empty() {
        return Ok(());
    }
    let allotted = register.allot_all(group, stamp).await.map_err(|error| at(line, reported(error)))?;
    print(&allotted, format, context)
}

fn read_line(lines: &mut dyn BufRead, batch: &Path) -> Result<Option<String>, Failure> {
    use std::io::Read as _;
    let mut line = String::new();
    let read = lines.take(LINE).read_line(&mut line).map_err(|error| Failure::reading(Exit::Usage, batch, &error))?;
    Ok((read > 0).then_some(line))
}

fn parsed(line: &str, number: usize) -> Result<Allotment, Failure> {
    serde_json::from_str(line).map_err(|error| {
        let Bilingual { vi, en } = json_fault(&error);
        at(number, Failure::usage(format!("không phải yêu cầu cấp số: {vi}."), format!("no allotment: {en}.")))
    })
}

/// Adds the line of the batch at which reading stopped to the failure. The lines printed before are allotted.
fn at(line: usize, failure: Failure) -> Failure {
    failure.after(&format!("Đến dòng {line}: "), &format!("Up to line {line}: "))
}

#[derive(Serialize)]
struct Line<'a> {
    known: bool,
    #[serde(flatten)]
    entry: EntryView<'a>,
}

/// The numbers, a line each; as JSON, one object a line.
fn print(allotted: &[Allotted], format: Format, context: &Context) -> Result<(), Failure> {
    let mut lines = Vec::with_capacity(allotted.len());
    for Allotted { entry, known } in allotted {
        note_new_year(entry, *known, context);
        lines.push(match format {
            Format::Text => entry.number.to_string(),
            Format::Json => {
                let line = Line { known: *known, entry: EntryView::new(entry, false) };
                serde_json::to_string(&line).map_err(defect)?
            }
        });
    }
    let printed = context.print(|sink| lines.iter().try_for_each(|line| writeln!(sink, "{line}")));
    printed.map_err(|failure| failure.and(&given_out(allotted.iter().map(|one| &one.entry))))
}

/// That numbers are in the register though what says so couldn't be printed.
pub(crate) fn given_out<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Bilingual {
    let numbers = entries.into_iter().map(|entry| plain(&entry.number.to_string())).collect::<Vec<_>>().join("; ");
    Bilingual::new(
        format!(" Số đã cấp và đã ghi vào sổ: {numbers}; xem lại bằng kyso register list."),
        format!(" Given out and in the register: {numbers}; kyso register list shows it again."),
    )
}

/// A year's first number opens its book: whoever reads the wrong year there stops in time.
pub(crate) fn note_new_year(entry: &Entry, known: bool, context: &Context) {
    if !known && entry.number.ordinal == 1 {
        let note = context.say("Lưu ý: đã mở quyển đầu tiên của năm", "Note: this opened the year's first book");
        tell(format_args!("{note}: {}", entry.number.book_text()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requesters_have_a_name_and_a_paper() {
        let of = |name: &str, kind: &str, number: &str| Person {
            name: name.into(),
            id_kind: Some(kind.into()),
            id_number: Some(number.into()),
        };
        assert_eq!(person("Nguyễn Văn Mẫu;CCCD 001"), Ok(of("Nguyễn Văn Mẫu", "CCCD", "001")));
        assert_eq!(person("A; Hộ chiếu C123"), Ok(of("A", "Hộ chiếu", "C123")));
        assert_eq!(person("Công ty A").unwrap().id_number, None);
        assert!(person(";CCCD 1").is_err());
        assert!(person("A;CCCD").is_err());
    }
}
