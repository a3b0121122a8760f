//! An entry of the register: its number, the columns that the law wants, and what happened to it.

use jiff::civil::Date;
use kyso::crypto::DigestAlgorithm;
use kyso_certification::number::CertificationNumber;
use serde::{Deserialize, Serialize};

use crate::definitions::Columns;
use crate::event::{Event, Unchecked, What};
use crate::refusal::{Fault, Refusal};

/// Where an entry stands. The symbol in its number may have changed during the year; this doesn't.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntryId {
    /// The register's code.
    pub register: String,
    /// The year.
    pub year: i16,
    /// The ordinal in the year, from 1.
    pub ordinal: u32,
}

/// What the book says of a certification (Nghị định 23/2015/NĐ-CP, Điều 13; the columns of its registers).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Who asked (người yêu cầu chứng thực); for translations, the translator.
    pub requesters: Vec<Person>,
    /// Title of the paper, the original, or the transaction (tên giấy tờ, văn bản, giao dịch).
    pub document: String,
    /// Who certifies (người ký chứng thực).
    pub certifier: Certifier,
    /// How many of what. Copies of one original share one number; each kind of paper takes its own.
    #[serde(default)]
    pub quantity: Quantity,
    /// Of a translation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub languages: Option<Languages>,
    /// The fee in đồng (lệ phí); none where it isn't known yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<u64>,
    /// Ghi chú.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The dossier's code (mã hồ sơ), e.g. "H61.12-251103-0042".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dossier: Option<String>,
    /// An earlier entry that this one amends, corrects or replaces (Điều 38, 39).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
}

/// Someone who asks for a certification.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Full name.
    pub name: String,
    /// Kind of identity paper, e.g. "CCCD" (giấy tờ tùy thân). Copies may go without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_kind: Option<String>,
    /// The number of the identity document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
}

/// Who certifies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certifier {
    /// Full name.
    pub name: String,
    /// Title, e.g. "Phó Chủ tịch".
    pub title: String,
}

/// How many of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quantity {
    /// Copies that were certified (số bản sao).
    pub copies: u32,
    /// Papers (số lượng giấy tờ).
    pub papers: u32,
    /// Pages of the original.
    pub pages: u32,
}

/// From which language into which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Languages {
    /// E.g. "Anh".
    pub from: String,
    /// E.g. "Việt".
    pub into: String,
}

/// The relation of an entry to an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// How.
    pub how: How,
    /// The number of the earlier entry.
    pub number: CertificationNumber,
}

/// The kind of relation between two entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Takes the place of one that was cancelled (Thông tư 01/2020/TT-BTP, Điều 7).
    Replaces,
    /// Amends or cancels a transaction (sửa đổi, bổ sung, hủy bỏ; Điều 38).
    Amends,
    /// Corrects a slip of the pen (sửa lỗi sai sót; Điều 39).
    Corrects,
}

/// The document as it was before anyone signed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prepared {
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// Length in bytes. Signing appends, so the finished file begins with these very bytes.
    pub bytes: u64,
}

impl Prepared {
    /// Of a document's bytes.
    pub fn of(document: &[u8]) -> Self {
        Self { sha256: DigestAlgorithm::Sha256.hex(document), bytes: document.len().try_into().unwrap_or(u64::MAX) }
    }

    /// Whether a finished file begins with this document.
    pub fn begins(&self, finished: &[u8]) -> bool {
        usize::try_from(self.bytes)
            .ok()
            .and_then(|length| finished.get(..length))
            .is_some_and(|start| DigestAlgorithm::Sha256.hex(start) == self.sha256)
    }
}

/// The decision that cancels a certification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cancellation {
    /// Number and symbol of the decision, e.g. "15/QĐ-UBND".
    pub decision: String,
    /// The date of the decision.
    pub date: Date,
    /// The number of the entry that takes its place, where there is one already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<CertificationNumber>,
}

/// What an entry is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The number was given out. It's pending.
    Allotted,
    /// The document that bears it was prepared. It's pending.
    Rendered,
    /// The document was signed and sealed.
    Issued,
    /// The number goes unused.
    Void,
    /// The certification was cancelled.
    Cancelled,
}

impl State {
    /// The name in the JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allotted => "allotted",
            Self::Rendered => "rendered",
            Self::Issued => "issued",
            Self::Void => "void",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether someone still has to finish or void it.
    pub fn is_pending(self) -> bool {
        matches!(self, Self::Allotted | Self::Rendered)
    }

    /// The state after an event; none where the event isn't allowed in this one. The state before the first is none.
    pub(crate) fn after(before: Option<Self>, what: &What) -> Option<Self> {
        use State::{Allotted, Cancelled, Issued, Rendered, Void};
        match (before, what) {
            (None, What::Allotted { .. }) => Some(Allotted),
            (Some(Allotted | Rendered), What::Rendered(_)) => Some(Rendered),
            (Some(Allotted | Rendered), What::Issued { .. }) => Some(Issued),
            (Some(Allotted | Rendered), What::Void { .. }) => Some(Void),
            (Some(Issued), What::Cancelled(_)) => Some(Cancelled),
            (Some(state @ (Issued | Cancelled)), What::Linked { .. }) => Some(state),
            _ => None,
        }
    }
}

/// How many entries a register's year has, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Numbers that were allotted: 1 to this.
    pub allotted: u32,
    /// Of them, issued and still valid.
    pub issued: u32,
    /// Of them, void.
    pub void: u32,
    /// Of them, issued and cancelled later.
    pub cancelled: u32,
    /// Of them, not finished yet.
    pub pending: u32,
    /// Copies certified, of what was issued.
    pub copies: u64,
    /// Papers certified, of what was issued.
    pub papers: u64,
    /// Fees in đồng, of what was issued.
    pub fees: u64,
    /// Books.
    pub books: u32,
}

impl Totals {
    /// Counts an entry in.
    pub fn add(&mut self, state: State, row: &Row) {
        self.allotted = self.allotted.saturating_add(1);
        let count = match state {
            State::Allotted | State::Rendered => &mut self.pending,
            State::Issued => &mut self.issued,
            State::Void => &mut self.void,
            State::Cancelled => &mut self.cancelled,
        };
        *count = count.saturating_add(1);
        if matches!(state, State::Issued | State::Cancelled) {
            self.copies = self.copies.saturating_add(row.quantity.copies.into());
            self.papers = self.papers.saturating_add(row.quantity.papers.into());
            self.fees = self.fees.saturating_add(row.fee.unwrap_or(0));
        }
    }
}

/// An entry of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The register's code.
    pub register: String,
    /// The entry's number, as the document bears it.
    pub number: CertificationNumber,
    /// The date of certification.
    pub date: Date,
    /// The caller's key.
    pub request: String,
    /// The columns.
    pub row: Row,
    /// The entry's current state.
    pub state: State,
    /// What happened, the oldest first; the first is the allotment.
    pub history: Vec<Event>,
}

impl Entry {
    /// The entry's place in the register: code, year, ordinal.
    pub fn id(&self) -> EntryId {
        EntryId { register: self.register.clone(), year: self.number.year, ordinal: self.number.ordinal }
    }

    /// The document that was prepared last.
    pub fn prepared(&self) -> Option<&Prepared> {
        self.history.iter().rev().find_map(|event| match &event.what {
            What::Rendered(prepared) => Some(prepared),
            _ => None,
        })
    }

    /// SHA-256 of the finished file.
    pub fn issued(&self) -> Option<&str> {
        self.history.iter().find_map(|event| match &event.what {
            What::Issued { sha256, .. } => Some(sha256.as_str()),
            _ => None,
        })
    }

    /// The check of the finished file that was gone round.
    pub fn unchecked(&self) -> Option<Unchecked> {
        self.history.iter().find_map(|event| match &event.what {
            What::Issued { unchecked, .. } => *unchecked,
            _ => None,
        })
    }

    /// Why, by whom and when the number was voided.
    pub fn void(&self) -> Option<(&str, &Event)> {
        self.history.iter().find_map(|event| match &event.what {
            What::Void { reason } => Some((reason.as_str(), event)),
            _ => None,
        })
    }

    /// The decision that cancelled it.
    pub fn cancellation(&self) -> Option<&Cancellation> {
        self.history.iter().find_map(|event| match &event.what {
            What::Cancelled(cancellation) => Some(cancellation),
            _ => None,
        })
    }

    /// Later entries that change this one.
    pub fn links(&self) -> impl Iterator<Item = (How, &CertificationNumber)> {
        self.history.iter().filter_map(|event| match &event.what {
            What::Linked { how, number } => Some((*how, number)),
            _ => None,
        })
    }
}

/// Longest name, title and other short text, in characters.
const SHORT: usize = 200;
/// Longest title of a document (NĐ 30/2020, Phụ lục VI: Subject) and note.
const LONG: usize = 500;
/// Most requesters of one entry.
const REQUESTERS: usize = 200;

impl Row {
    /// Whether every column is there that the book has.
    pub(crate) fn check(&self, columns: Columns) -> Result<(), Refusal> {
        match self.requesters.len() {
            0 => return Err(unfit("requesters", Fault::Missing)),
            1..=REQUESTERS => {}
            _ => return Err(unfit("requesters", Fault::TooLong(REQUESTERS))),
        }
        for (index, person) in self.requesters.iter().enumerate() {
            let column = |name: &str| format!("requesters[{index}].{name}");
            text(column("name"), &person.name, SHORT)?;
            for (name, value) in [("id_kind", &person.id_kind), ("id_number", &person.id_number)] {
                match value {
                    Some(value) => text(column(name), value, 50)?,
                    None if columns == Columns::Copies => {}
                    None => return Err(unfit(column(name), Fault::Missing)),
                }
            }
        }
        text("document", &self.document, LONG)?;
        text("certifier.name", &self.certifier.name, SHORT)?;
        text("certifier.title", &self.certifier.title, SHORT)?;
        let (column, count) = match columns {
            Columns::Copies => ("quantity.copies", self.quantity.copies),
            _ => ("quantity.papers", self.quantity.papers),
        };
        if count == 0 {
            return Err(unfit(column, Fault::Missing));
        }
        match &self.languages {
            Some(languages) => {
                text("languages.from", &languages.from, 50)?;
                text("languages.into", &languages.into, 50)?;
            }
            None if columns == Columns::Translations => return Err(unfit("languages", Fault::Missing)),
            None => {}
        }
        for (column, value, longest) in [("note", &self.note, LONG), ("dossier", &self.dossier, 50)] {
            if let Some(value) = value {
                text(column, value, longest)?;
            }
        }
        Ok(())
    }
}

/// A text that must be there, on one line, and no longer than `longest` characters.
pub(crate) fn text(column: impl Into<String>, value: &str, longest: usize) -> Result<(), Refusal> {
    let fault = if value.trim().is_empty() {
        Fault::Missing
    } else if value.chars().count() > longest {
        Fault::TooLong(longest)
    } else if value.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        Fault::Control
    } else {
        return Ok(());
    };
    Err(unfit(column, fault))
}

/// A SHA-256 in lower-case hex.
pub(crate) fn digest(column: &str, value: &str) -> Result<(), Refusal> {
    let hex = value.len() == 64 && value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if hex { Ok(()) } else { Err(unfit(column, Fault::Digest)) }
}

fn unfit(column: impl Into<String>, fault: Fault) -> Refusal {
    Refusal::Row { column: column.into(), fault }
}
