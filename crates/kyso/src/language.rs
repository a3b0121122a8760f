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

/// A text in both languages: what is composed in [`String`]s, what stands in the code as `Bilingual<&'static str>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual<T = String> {
    /// In Vietnamese.
    pub vi: T,
    /// In English.
    pub en: T,
}

/// A text in Vietnamese and in English.
pub const fn both<T>(vi: T, en: T) -> Bilingual<T> {
    Bilingual { vi, en }
}

impl<T> Bilingual<T> {
    /// What is said in each language.
    pub fn each(said: impl Fn(Language) -> T) -> Self {
        both(said(Language::Vietnamese), said(Language::English))
    }

    /// The text of one language, moved out.
    pub fn into_language(self, language: Language) -> T {
        match language {
            Language::Vietnamese => self.vi,
            Language::English => self.en,
        }
    }
}

impl Bilingual {
    /// A text in both.
    pub fn new(vietnamese: impl Into<String>, english: impl Into<String>) -> Self {
        both(vietnamese.into(), english.into())
    }

    /// In one of them.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Vietnamese => &self.vi,
            Language::English => &self.en,
        }
    }
}

impl Bilingual<&'static str> {
    /// In one of them.
    pub const fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::Vietnamese => self.vi,
            Language::English => self.en,
        }
    }
}

impl From<Bilingual<&str>> for Bilingual {
    fn from(text: Bilingual<&str>) -> Self {
        Self::new(text.vi, text.en)
    }
}
