//! The records of destructions' events, and the rows that follow from them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Decision, DestructionItem, who};
use crate::database::{Transaction, values};
use crate::error::Error;
use crate::manifest::RequestFacts;
use crate::record::{Record, Told};

/// What the kinds of destructions' events begin with.
pub(crate) const KINDS: &str = "destruction.";

/// Somebody put documents on a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Proposed {
    pub(crate) destruction: u32,
    pub(crate) by: String,
    pub(crate) items: Vec<DestructionItem>,
}

/// Another person approved the list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Approved {
    pub(crate) destruction: u32,
    pub(crate) by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// Somebody said no to it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Rejected {
    pub(crate) destruction: u32,
    pub(crate) by: String,
    pub(crate) reason: String,
}

/// It has its decision.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Decided {
    pub(crate) destruction: u32,
    pub(crate) by: String,
    pub(crate) decision: Decision,
}

/// The documents' records were erased, and their objects are being erased.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Begun {
    pub(crate) destruction: u32,
    pub(crate) by: String,
    pub(crate) items: Vec<Erased>,
}

/// What is erased of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Erased {
    pub(crate) artifact: Uuid,
    /// What its objects' names begin with.
    pub(crate) name: String,
    /// The events whose records are erased.
    pub(crate) events: Vec<ErasedEvent>,
    /// The requests that were answered with it, without their answers, and the refused ones before them: none of them makes anything
    /// again.
    pub(crate) requests: Vec<RequestFacts>,
}

/// An event whose record is erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ErasedEvent {
    pub(crate) id: Uuid,
    /// The commitment to its record, hex.
    pub(crate) commitment: String,
}

/// It's done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Executed {
    pub(crate) destruction: u32,
    pub(crate) by: String,
    pub(crate) certificate_sha256: String,
    pub(crate) certificate_bytes: u64,
    /// How many objects were there to be erased, in all stores.
    pub(crate) objects: u64,
}

impl Told for Proposed {
    const KIND: &'static str = "destruction.proposed";
}

impl Told for Approved {
    const KIND: &'static str = "destruction.approved";
}

impl Told for Rejected {
    const KIND: &'static str = "destruction.rejected";
}

impl Told for Decided {
    const KIND: &'static str = "destruction.decided";
}

impl Told for Begun {
    const KIND: &'static str = "destruction.begun";
}

impl Told for Executed {
    const KIND: &'static str = "destruction.executed";
}

/// Any of them.
#[derive(Debug, Clone)]
pub(crate) enum Happening {
    Proposed(Proposed),
    Approved(Approved),
    Rejected(Rejected),
    Decided(Decided),
    Begun(Begun),
    Executed(Executed),
}

impl Happening {
    /// What a record says; none where its kind is none of these.
    pub(crate) fn read(kind: &str, body: &[u8]) -> Option<Result<Self, serde_json::Error>> {
        fn of<T: Told>(body: &[u8], as_one: fn(T) -> Happening) -> Result<Happening, serde_json::Error> {
            serde_json::from_slice::<Record<T>>(body).map(|record| as_one(record.of))
        }
        Some(match kind {
            Proposed::KIND => of(body, Self::Proposed),
            Approved::KIND => of(body, Self::Approved),
            Rejected::KIND => of(body, Self::Rejected),
            Decided::KIND => of(body, Self::Decided),
            Begun::KIND => of(body, Self::Begun),
            Executed::KIND => of(body, Self::Executed),
            _ => return None,
        })
    }

    /// The destruction's number.
    pub(crate) fn number(&self) -> u32 {
        match self {
            Self::Proposed(of) => of.destruction,
            Self::Approved(of) => of.destruction,
            Self::Rejected(of) => of.destruction,
            Self::Decided(of) => of.destruction,
            Self::Begun(of) => of.destruction,
            Self::Executed(of) => of.destruction,
        }
    }

    /// On whose word.
    pub(crate) fn by(&self) -> &str {
        match self {
            Self::Proposed(of) => &of.by,
            Self::Approved(of) => &of.by,
            Self::Rejected(of) => &of.by,
            Self::Decided(of) => &of.by,
            Self::Begun(of) => &of.by,
            Self::Executed(of) => &of.by,
        }
    }

    /// The step that it is; none for the list itself.
    pub(crate) fn step(&self) -> Option<&'static str> {
        match self {
            Self::Proposed(_) => None,
            Self::Approved(_) => Some("approved"),
            Self::Rejected(_) => Some("rejected"),
            Self::Decided(_) => Some("decided"),
            Self::Begun(_) => Some("begun"),
            Self::Executed(_) => Some("executed"),
        }
    }

    /// The number of the decision, where it's that.
    pub(crate) fn decision(&self) -> Option<&str> {
        match self {
            Self::Decided(of) => Some(&of.decision.number),
            _ => None,
        }
    }

    /// Writes the rows that follow from it.
    pub(crate) async fn write(&self, transaction: &mut Transaction, agency: &str, event: Uuid) -> Result<(), Error> {
        let (number, by) = (self.number(), who(self.by()));
        let Some(step) = self.step() else {
            let sql = "INSERT INTO destruction (agency, number, who, event) VALUES ($1, $2, $3, $4)";
            transaction.run(sql, values![agency, number, by, event.to_string()]).await?;
            let Self::Proposed(Proposed { items, .. }) = self else { return Ok(()) };
            for item in items {
                let sql = "INSERT INTO destruction_item (agency, destruction, artifact, ends) VALUES ($1, $2, $3, $4)";
                let values = values![agency, number, item.artifact.to_string(), item.ends.to_string()];
                transaction.run(sql, values).await?;
            }
            return Ok(());
        };
        let sql = "INSERT INTO destruction_step (agency, destruction, step, who, decision, event) VALUES ($1, $2, $3, $4, $5, $6)";
        let decision = self.decision().map(str::to_owned);
        transaction.run(sql, values![agency, number, step, by, decision, event.to_string()]).await?;
        Ok(())
    }
}

/// The latest of the dates until which documents of lists were to be kept.
pub(crate) fn latest_end(items: &[DestructionItem]) -> Option<Date> {
    items.iter().map(|item| item.ends).max()
}
