//! The conclusions of a validation's blocks, put together: the worst indication stands, with the first reason for it.

use super::report::{Finding, Indication, Severity, SubIndication};
use crate::code::{Cited, Code};

/// A conclusion in the making (EN 319 102-1, 5.1.3).
#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    indication: Indication,
    sub_indication: Option<SubIndication>,
    findings: Vec<Finding>,
}

impl Verdict {
    /// Nothing is wrong yet.
    pub(crate) fn new() -> Self {
        Self { indication: Indication::TotalPassed, sub_indication: None, findings: Vec::new() }
    }

    /// The signature is wrong.
    pub(crate) fn failed(&mut self, why: SubIndication, code: impl Into<Cited>, detail: Detail) {
        self.lower(Indication::TotalFailed, why);
        self.findings.push(Finding::new(Severity::Error, code, detail));
    }

    /// The evidence doesn't suffice for a verdict.
    pub(crate) fn open(&mut self, why: SubIndication, code: impl Into<Cited>, detail: Detail) {
        self.lower(Indication::Indeterminate, why);
        self.findings.push(Finding::new(Severity::Error, code, detail));
    }

    /// Fails closed: what cryptography doesn't confirm never passes, whatever the blocks concluded.
    pub(crate) fn demand_not_passed(&mut self) {
        if self.indication == Indication::TotalPassed {
            self.failed(SubIndication::SigCryptoFailure, Code::SignatureMismatch, None);
        }
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn is_passed(&self) -> bool {
        self.indication == Indication::TotalPassed
    }

    /// A warning, which doesn't change the verdict.
    pub(crate) fn warn(&mut self, code: impl Into<Cited>, detail: Detail) {
        self.findings.push(Finding::new(Severity::Warning, code, detail));
    }

    /// Something good to know.
    pub(crate) fn note(&mut self, code: impl Into<Cited>, detail: Detail) {
        self.findings.push(Finding::new(Severity::Info, code, detail));
    }

    /// Findings made elsewhere; an error among them lowers the indication.
    pub(crate) fn take(&mut self, findings: Vec<Finding>, indication: Indication, why: SubIndication) {
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            self.lower(indication, why);
        }
        self.findings.extend(findings);
    }

    /// The indication, its reason, and the findings, errors first.
    pub(crate) fn conclude(mut self) -> (Indication, Option<SubIndication>, Vec<Finding>) {
        self.findings.sort_by_key(|finding| finding.severity);
        (self.indication, self.sub_indication, self.findings)
    }

    fn lower(&mut self, indication: Indication, why: SubIndication) {
        if indication > self.indication {
            self.indication = indication;
            self.sub_indication = Some(why);
        }
    }
}

/// The subject of a finding, in no language.
pub(crate) type Detail = Option<String>;
