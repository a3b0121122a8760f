//! A report with its messages.

use std::ops::Deref;

use kyso::{Finding, Severity};
use serde::{Serialize, Serializer};

use super::Words;

/// A verifier's report, each finding with its message. The serialised form is a contract: fields are added, never changed.
pub type Report = kyso::Report<Worded>;

/// A finding, and what it says to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worded {
    /// The finding.
    pub finding: Finding,
    /// The message in one language and in the terms of a front.
    pub message: String,
}

impl Deref for Worded {
    type Target = Finding;

    fn deref(&self) -> &Finding {
        &self.finding
    }
}

impl AsRef<Finding> for Worded {
    fn as_ref(&self) -> &Finding {
        &self.finding
    }
}

impl Serialize for Worded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Fields<'a> {
            severity: Severity,
            code: &'static str,
            clause: &'static str,
            message: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            object: Option<u32>,
            #[serde(skip_serializing_if = "Option::is_none")]
            page: Option<usize>,
            #[serde(skip_serializing_if = "Option::is_none")]
            detail: Option<&'a str>,
        }
        let Finding { severity, code, clause, object, page, ref detail, .. } = self.finding;
        let (code, detail) = (code.name(), detail.as_deref());
        Fields { severity, code, clause, message: &self.message, object, page, detail }.serialize(serializer)
    }
}

impl Words<'_> {
    /// A finding with its message.
    pub fn worded(self, mut finding: Finding) -> Worded {
        let message = self.finding(&finding);
        finding.detail = self.detail(finding.code, finding.detail.as_deref());
        Worded { finding, message }
    }

    /// A report with its messages.
    pub fn report(self, report: kyso::Report) -> Report {
        report.map(|finding| self.worded(finding))
    }
}
