//! One thing that validation noticed, as data: whoever shows a finding words it.

use std::fmt;

use serde::Serialize;

use crate::code::{Cited, Code};

/// One thing that was noticed, in no language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// How bad.
    pub severity: Severity,
    /// The finding's code; its dotted name is stable, e.g. `byte-range.gap`.
    pub code: Code,
    /// The clause or article that asks for it.
    pub clause: &'static str,
    /// The object that it's about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<u32>,
    /// The page that it's about, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<usize>,
    /// The subject, in no language: an object number, a time, a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Finding {
    /// A finding of one of the code's severities, under one of its clauses; about no object and no page.
    pub fn new(severity: Severity, code: impl Into<Cited>, detail: Option<String>) -> Self {
        let Cited { code, clause } = code.into();
        debug_assert!(code.severities().contains(&severity), "{code} is no {severity:?}");
        debug_assert!(code.clauses().contains(&clause), "{code} isn't by {clause}");
        Self { severity, code, clause, object: None, page: None, detail }
    }

    /// Adds a page, from 1, to the finding where there is one.
    #[must_use]
    pub fn on_page(self, page: Option<usize>) -> Self {
        Self { page, ..self }
    }

    /// Adds an object number and a page (from 1) to the finding.
    pub(crate) fn at(self, object: u32, page: Option<&usize>) -> Self {
        Self { object: Some(object), page: page.copied(), ..self }
    }
}

impl AsRef<Finding> for Finding {
    fn as_ref(&self) -> &Finding {
        self
    }
}

/// For developers: the code and the detail.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(page) = self.page {
            write!(f, "page {page}: ")?;
        }
        self.code.fmt(f)?;
        match &self.detail {
            Some(detail) => write!(f, " ({detail})"),
            None => Ok(()),
        }
    }
}

/// How bad a finding is. Exhaustive on purpose: whoever shows findings has to name each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Decides the verdict.
    Error,
    /// Should be reviewed by a person.
    Warning,
    /// Good to know.
    Info,
}
