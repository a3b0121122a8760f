//! Templates of a lời chứng: versioned data (TOML), checked when they're read. docs/templates.md tells how to write one.

mod markup;
mod placeholder;
mod read;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use markup::{Content, Piece};
pub use placeholder::Placeholder;
pub(super) use read::read;

use crate::typeset::paragraph::Alignment;
use kyso::{Bilingual, CERTIFIER_FIELD, RECEIVER_FIELD};

/// A template.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// The file that it was read from.
    pub file: String,
    /// The template's own name, e.g. `ck-mot-nguoi`.
    pub id: String,
    /// Codes of the kinds that it's for.
    pub kinds: Vec<String>,
    /// The template's variant, e.g. `one-person-one-stop`.
    pub variant: String,
    /// The template's name for people, and the paper's title.
    pub title: Bilingual,
    /// The source of the wording: the law's form, or the text that the wording follows.
    pub source: String,
    /// Whether the wording was compared with the law's text.
    pub verified: bool,
    /// The first day of its use.
    pub effective_from: Date,
    /// The last day of its use.
    pub effective_until: Option<Date>,
    /// How many parties it names.
    pub parties: PartyCount,
    /// In which ways they may have signed; empty where it names none.
    pub ways: Vec<Way>,
    /// What stands in it, from top to bottom.
    pub parts: Vec<Part>,
}

/// How many parties (người yêu cầu chứng thực) a template names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartyCount {
    /// None.
    None,
    /// Exactly one.
    One,
    /// Two or more.
    Many,
    /// One or more.
    Any,
}

/// How someone signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// By hand (ký).
    #[default]
    Signature,
    /// By fingerprint (điểm chỉ).
    Fingerprint,
    /// Neither is possible (không thể ký, điểm chỉ).
    Neither,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The content of the part.
    pub body: Body,
    /// For whom the part is repeated, if it is.
    pub each: Option<Each>,
    /// The condition under which the part is written.
    pub when: Option<Condition>,
    /// The condition under which the part is left out.
    pub unless: Option<Condition>,
}

/// What a part is.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// A heading.
    Heading(Vec<Piece>),
    /// A paragraph.
    Text(Vec<Piece>, Alignment),
    /// A rule between two texts.
    Divider,
    /// The signatories, side by side.
    Signatures(Vec<SignatureBlock>),
}

/// Of what a part is repeated for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Each {
    /// Parties.
    Parties,
    /// Witnesses.
    Witnesses,
}

/// What an optional part hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// The certification is done outside the office.
    Outside,
    /// There are witnesses.
    Witnesses,
    /// There is an interpreter.
    Interpreter,
}

/// Someone's place to sign.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SignatureBlock {
    /// Whose it is.
    pub role: SignatureRole,
    /// Lines above it, in capitals; the certifier's come from the request.
    #[serde(default)]
    pub titles: Vec<String>,
    /// A hint under them, e.g. "(Ký, ghi rõ họ, tên)".
    #[serde(default)]
    pub hint: Option<String>,
    /// Whether the agency's seal goes on it: on the certifier's alone.
    #[serde(default)]
    pub sealed: bool,
}

/// Who signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureRole {
    /// The officer who received the request (người tiếp nhận hồ sơ).
    Receiver,
    /// Who certifies (người thực hiện chứng thực).
    Certifier,
    /// The translator (người dịch).
    Translator,
    /// The interpreter (người phiên dịch), where there is one.
    Interpreter,
    /// Each party (người yêu cầu chứng thực).
    Party,
    /// Each witness (người làm chứng).
    Witness,
}

impl SignatureRole {
    /// The name of the place, and so of the signature field; parties and witnesses have their ordinal behind it.
    pub fn place(self) -> &'static str {
        match self {
            Self::Receiver => RECEIVER_FIELD,
            Self::Certifier => CERTIFIER_FIELD,
            Self::Translator => "NguoiDich",
            Self::Interpreter => "NguoiPhienDich",
            Self::Party => "NguoiYeuCau",
            Self::Witness => "NguoiLamChung",
        }
    }
}

impl Template {
    /// Whether the template is in use on a day.
    pub(crate) fn is_effective(&self, date: Date) -> bool {
        self.effective_from <= date && self.effective_until.is_none_or(|until| date <= until)
    }

    /// Everyone who signs on it.
    pub fn signatures(&self) -> impl Iterator<Item = &SignatureBlock> {
        self.parts.iter().flat_map(|part| match &part.body {
            Body::Signatures(blocks) => blocks.as_slice(),
            _ => &[],
        })
    }

    /// Whether a role signs on it.
    pub fn is_signed_by(&self, role: SignatureRole) -> bool {
        self.signatures().any(|block| block.role == role)
    }

    /// Whether a value stands anywhere in it.
    pub fn names(&self, wanted: Placeholder) -> bool {
        self.parts.iter().any(|part| match &part.body {
            Body::Heading(pieces) | Body::Text(pieces, _) => pieces
                .iter()
                .any(|piece| matches!(piece.content, Content::Value { placeholder, .. } if placeholder == wanted)),
            Body::Divider | Body::Signatures(_) => false,
        })
    }
}
