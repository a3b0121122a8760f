//! How evidence of a revocation comes to be refused.

pub(super) use crate::error::evidence::{Refusal, Unreliable, Why};
use crate::pki::revocation::{Refused, RevocationEvidence};

impl Refusal {
    /// What is wrong by itself.
    pub(super) fn by_itself(refused: &Refused) -> Self {
        Self { kind: refused.kind, this_update: None, why: Why::Defect(refused.defect.clone()) }
    }

    /// The evidence that doesn't count.
    pub(super) fn of(evidence: &RevocationEvidence, why: Unreliable) -> Self {
        Self { kind: evidence.kind, this_update: Some(evidence.this_update), why: Why::Unreliable(why) }
    }
}
