//! A password that nobody sees.

use std::fmt;

use zeroize::Zeroizing;

use super::Security;
use crate::file::document::Document;

/// A document's password. It's wiped from memory when it's dropped, and `Debug` doesn't show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// The password that opens the file for a reader who asks for its user's alone: the one that it was opened with, or
    /// the user's that follows from the owner's. `None` where the file isn't encrypted, or the password isn't text.
    pub fn of_user(document: &Document<'_>) -> Option<Self> {
        document.security().and_then(Security::user_password)
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<Zeroizing<String>> for Password {
    fn from(text: Zeroizing<String>) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(***)")
    }
}
