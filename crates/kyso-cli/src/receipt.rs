//! A receipt of the archive's log that `verify` holds a file against: its arguments, and what it comes to.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use kyso::local_time::in_vietnam;
use kyso::{Bilingual, Code, Finding, Language, Severity, both};
use kyso_archive::log::{
    Checked, FileDigests, KeyFault, MAX_RECEIPT, ReceiptFault, Trust, TrustFault, VerifierKey, check,
};
use kyso_words::Worded;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::terms::words;
use crate::text::plain;

/// The most bytes of a file that has a key.
const LONGEST_KEY: u64 = 4096;

#[derive(Debug, Args)]
pub(crate) struct ReceiptArguments {
    #[arg(long, value_name = "FILE", requires = "log_key")]
    receipt: Option<PathBuf>,
    /// `name+id+base64`, or a file that has it.
    #[arg(long, value_name = "KEY|FILE", requires = "receipt")]
    log_key: Vec<PathBuf>,
    /// `name+id+base64`, or a file that has it.
    #[arg(long, value_name = "KEY|FILE", requires = "receipt")]
    witness: Vec<PathBuf>,
    #[arg(long, value_name = "K", requires = "witness")]
    quorum: Option<usize>,
}

/// A receipt that was read, and by whose word it's to be judged.
#[derive(Debug)]
pub(crate) struct Receipt {
    file: String,
    bytes: Vec<u8>,
    trust: Trust,
}

impl ReceiptArguments {
    /// The receipt that a file is to be held against, where there is one. It's one file's.
    pub(crate) fn given(&self, files: &[PathBuf]) -> Result<Option<Receipt>, Failure> {
        let Some(path) = &self.receipt else { return Ok(None) };
        if files.len() != 1 {
            return Err(Failure::usage(
                "Mỗi biên nhận là của một tệp: với --receipt, hãy nêu đúng một tệp PDF.",
                "A receipt is one file's: with --receipt, name exactly one PDF.",
            ));
        }
        let keys = |typed: &[PathBuf]| typed.iter().map(|key| read_key(key)).collect::<Result<Vec<_>, _>>();
        let (logs, witnesses) = (keys(&self.log_key)?, keys(&self.witness)?);
        // Whoever names witnesses wants all of them, if nothing else is said.
        let quorum = self.quorum.unwrap_or(witnesses.len());
        let trust = Trust::new(&logs, &witnesses, quorum)
            .map_err(|fault| Failure::worded(Exit::Usage, |language| of_trust(&fault).into_language(language)))?;
        // One byte more, so that what is too long is still a receipt that can't be read.
        let bytes = input::small(path, MAX_RECEIPT as u64 + 1)?;
        Ok(Some(Receipt { file: path.display().to_string(), bytes, trust }))
    }
}

/// A key as it was typed, or as it stands in the file of that name.
pub(crate) fn read_key(path: &Path) -> Result<VerifierKey, Failure> {
    let typed = path.to_string_lossy();
    let fault = match typed.parse() {
        Ok(key) => return Ok(key),
        Err(fault) => fault,
    };
    let fault = match path.exists() {
        true => match input::small_text(path, LONGEST_KEY)?.trim().parse() {
            Ok(key) => return Ok(key),
            Err(fault) => fault,
        },
        false => fault,
    };
    let (typed, why) = (plain(&typed), of_key(fault));
    Err(Failure::usage(format!("Khóa {typed}: {}.", why.vi), format!("Key {typed}: {}.", why.en)))
}

fn of_key(fault: KeyFault) -> Bilingual {
    Bilingual::from(match fault {
        KeyFault::Form => both(
            "không có dạng tên+mã+base64, cũng không phải tên của một tệp chứa khóa",
            "it isn't of the form name+id+base64, nor the name of a file that has one",
        ),
        KeyFault::Name => both(
            "tên khóa trống, hoặc có dấu cách, dấu cộng",
            "the key's name is empty, or has a space or a plus in it",
        ),
        KeyFault::Algorithm(_) => both(
            "loại khóa này không được hỗ trợ; nhật ký dùng Ed25519 (0x01), nhân chứng dùng 0x04",
            "keys of this type aren't supported; a log's is Ed25519 (0x01), a witness's 0x04",
        ),
        KeyFault::Length => both("khóa không có đúng 32 byte", "the key hasn't 32 bytes"),
        KeyFault::Id => both(
            "mã không phải của khóa này: có ký tự bị chép sai",
            "the id isn't this key's: something of it was miscopied",
        ),
        // The faults may grow.
        other => return Bilingual::each(|_| other.to_string()),
    })
}

fn of_trust(fault: &TrustFault) -> Bilingual {
    match fault {
        TrustFault::NoLog => {
            Bilingual::new("Thiếu khóa của nhật ký (--log-key).", "The log's key is missing (--log-key).")
        }
        TrustFault::Use(name) => Bilingual::new(
            format!(
                "Khóa {} dùng cho việc khác: --log-key cần khóa của nhật ký, --witness cần khóa của nhân chứng.",
                plain(name)
            ),
            format!("The key of {} is for another use: --log-key takes a log's, --witness a witness's.", plain(name)),
        ),
        TrustFault::Twice(name) => Bilingual::new(
            format!("Khóa {} được nêu hai lần; mỗi khóa chỉ tính một lần.", plain(name)),
            format!("The key of {} is given twice; a key counts once.", plain(name)),
        ),
        TrustFault::Quorum { quorum, witnesses } => Bilingual::new(
            format!("--quorum {quorum} lớn hơn số nhân chứng được nêu ({witnesses})."),
            format!("--quorum {quorum} is more than the witnesses that are given ({witnesses})."),
        ),
        // The faults may grow.
        other => Bilingual::each(|_| other.to_string()),
    }
}

/// What a receipt comes to for a file.
#[derive(Debug, Serialize)]
pub(crate) struct ReceiptReport {
    /// The receipt as named by the user.
    file: String,
    holds: bool,
    code: Code,
    message: String,
    /// When the archive took in the file, by the log's word.
    at: Option<Timestamp>,
    /// The log's origin.
    log: Option<String>,
    /// Number of the entry, from 0.
    index: Option<u64>,
    /// Entries of the log when the checkpoint was signed.
    size: Option<u64>,
    /// The log's root at that size, in base64.
    root: Option<String>,
    witnesses: Vec<Witness>,
    #[serde(skip)]
    finding: Worded,
}

#[derive(Debug, Serialize)]
struct Witness {
    name: String,
    /// When it saw the checkpoint, by its word; none where no calendar has the time.
    at: Option<Timestamp>,
}

impl Receipt {
    /// Holds a file's bytes against it.
    pub(crate) fn judge(&self, bytes: &[u8], language: Language) -> ReceiptReport {
        let outcome = check(&FileDigests::of(bytes), &self.bytes, &self.trust);
        ReceiptReport::new(self.file.clone(), outcome, language)
    }
}

impl ReceiptReport {
    pub(crate) fn new(file: String, outcome: Result<Checked, ReceiptFault>, language: Language) -> Self {
        let (severity, code, detail) = match &outcome {
            Ok(checked) => (Severity::Info, Code::ReceiptHolds, Some(told(checked, language))),
            Err(fault) => (Severity::Error, fault.code(), fault.detail()),
        };
        let finding = words(language).worded(Finding::new(severity, code, detail));
        let checked = outcome.ok();
        Self {
            file,
            holds: checked.is_some(),
            code,
            message: finding.message.clone(),
            at: checked.as_ref().map(|checked| checked.time),
            log: checked.as_ref().map(|checked| checked.origin.clone()),
            index: checked.as_ref().map(|checked| checked.index),
            size: checked.as_ref().map(|checked| checked.size),
            root: checked.as_ref().map(|checked| checked.root.to_string()),
            witnesses: checked
                .map(|checked| checked.witnesses)
                .into_iter()
                .flatten()
                .map(|one| Witness { at: time(one.time), name: one.name })
                .collect(),
            finding,
        }
    }

    pub(crate) fn holds(&self) -> bool {
        self.holds
    }

    /// What it comes to, as it's listed.
    pub(crate) fn finding(&self) -> &Worded {
        &self.finding
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }
}

fn time(seconds: u64) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(seconds).ok()?).ok()
}

/// Which log, which entry, when and seen by whom.
fn told(checked: &Checked, language: Language) -> String {
    let seen = |one: &kyso_archive::log::Witnessed| match time(one.time) {
        Some(at) => format!("{} ({})", one.name, in_vietnam(at)),
        None => one.name.clone(),
    };
    let witnesses = checked.witnesses.iter().map(seen).collect::<Vec<_>>().join(", ");
    let Checked { origin, index, size, .. } = checked;
    let at = in_vietnam(checked.time);
    match language {
        Language::Vietnamese => {
            let witnesses = if witnesses.is_empty() { "không có".to_owned() } else { witnesses };
            format!(
                "nhật ký {origin}, mục {index} trong {size} mục, lúc {at} theo lời nhật ký; nhân chứng: {witnesses}"
            )
        }
        Language::English => {
            let witnesses = if witnesses.is_empty() { "none".to_owned() } else { witnesses };
            format!("log {origin}, entry {index} of {size}, at {at} by the log's word; witnesses: {witnesses}")
        }
    }
}
