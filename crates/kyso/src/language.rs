//! The languages that people are spoken to in.

use serde::{Deserialize, Serialize};

/// Vietnamese comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Language {
    /// Tiếng Việt.
    #[default]
    Vietnamese,
    /// English.
    English,
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}

impl Bilingual {
    /// A text in both.
    pub fn new(vietnamese: impl Into<String>, english: impl Into<String>) -> Self {
        Self { vi: vietnamese.into(), en: english.into() }
    }

    /// In one of them.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Vietnamese => &self.vi,
            Language::English => &self.en,
        }
    }
}
