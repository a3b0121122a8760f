//! `Idempotency-Key`: what makes two requests the same.

use axum::http::HeaderMap;
use kyso::crypto::hex;
use sha2::{Digest, Sha256};

use crate::problem::{Problem, Result};

/// The key that the caller chose, where nothing is made without one.
pub(crate) fn required_key(headers: &HeaderMap) -> Result<String> {
    key(headers)?.ok_or_else(Problem::idempotency_key_missing)
}

/// The key that the caller chose.
pub(crate) fn key(headers: &HeaderMap) -> Result<Option<String>> {
    let mut values = headers.get_all("idempotency-key").iter();
    let Some(value) = values.next() else { return Ok(None) };
    match value.to_str() {
        // A header's value may have tabs, which hardly anybody sees.
        Ok(key) if (1..=255).contains(&key.len()) && !key.contains('\t') && values.next().is_none() => {
            Ok(Some(key.to_owned()))
        }
        _ => Err(Problem::idempotency_key_invalid()),
    }
}

/// SHA-256 over everything that the answer depends on but the actor, who has keys of their own.
pub(crate) fn fingerprint<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}
