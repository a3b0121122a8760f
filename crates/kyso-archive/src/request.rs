//! Requests and their names. What a request makes is named after the request, before it's made: so whoever comes second finds what
//! the first one made, whatever happened to the database in between.

use kyso::crypto::{hex, hmac_sha256};
use uuid::{Builder, Uuid};
use zeroize::Zeroizing;

use crate::error::Error;

/// A request that makes something that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who asks, by an id that stays ([`Archive::principals`](crate::Archive::principals)): keys of different callers have nothing
    /// to do with each other.
    pub principal: String,
    /// The idempotency key that the caller chose. Without one, no other request is the same.
    pub key: Option<String>,
    /// SHA-256, lower-case hex, over everything that the answer depends on.
    pub digest: String,
}

impl Request {
    /// A request under a key.
    pub fn keyed(principal: impl Into<String>, key: impl Into<String>, digest: impl Into<String>) -> Self {
        Self { principal: principal.into(), key: Some(key.into()), digest: digest.into() }
    }

    /// A request that is made once.
    ///
    /// # Errors
    /// [`Error::Internal`] where the system gives no random bytes.
    pub fn unkeyed(principal: impl Into<String>) -> Result<Self, Error> {
        let digest = hex(random::<32>()?.as_slice());
        Ok(Self { principal: principal.into(), key: None, digest })
    }
}

/// What a request makes is called this in the store: 64 lower-case hex digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Name(String);

impl Name {
    /// The name, as it stands in a row.
    pub(crate) fn of_row(text: String) -> Result<Self, Error> {
        match text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            true => Ok(Self(text)),
            false => Err(Error::Damaged("a request's name isn't one".into())),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What it names as an artifact: UUIDv8 (RFC 9562, 5.8) of its first 128 bits, so that whoever repeats a request gets the
    /// same id though the database was lost in between.
    pub(crate) fn artifact(&self) -> Uuid {
        let mut bytes = [0; 16];
        for (index, byte) in bytes.iter_mut().enumerate() {
            let digits = self.0.get(2 * index..2 * index + 2).unwrap_or_default();
            *byte = u8::from_str_radix(digits, 16).unwrap_or_default();
        }
        Builder::from_custom_bytes(bytes).into_uuid()
    }

    /// The object that is this version's part.
    pub(crate) fn part(&self, ordinal: u32) -> String {
        format!("{}.{ordinal}", self.0)
    }
}

/// The key of all names: who doesn't have it can't tell a request's name from what he guesses of the request.
#[derive(Clone)]
pub(crate) struct Naming(Zeroizing<Vec<u8>>);

impl std::fmt::Debug for Naming {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Naming")
    }
}

impl Naming {
    /// How many bytes such a key has.
    pub(crate) const LENGTH: usize = 32;

    pub(crate) fn new(key: Zeroizing<Vec<u8>>) -> Self {
        Self(key)
    }

    /// The name of a request. A key that comes back with other content after it was refused begins a generation.
    pub(crate) fn name(&self, request: &Request, generation: u32) -> Result<Name, Error> {
        let Some(key) = &request.key else { return Ok(Name(hex(random::<32>()?.as_slice()))) };
        let generation = generation.to_string();
        let parts = ["kyso.request/v1", &request.principal, key, &generation];
        Ok(self.named(&parts))
    }

    /// The name of what an older archive kept under this id.
    pub(crate) fn of_earlier(&self, id: &str) -> Name {
        self.named(&["kyso.earlier/v1", id])
    }

    /// What is told with a request of an earlier archive, whose answer no record has: JSON with a seal over all of it, which nobody
    /// makes without the key.
    pub(crate) fn sealed(&self, name: &Name, digest: &str, artifact: &str, answer: Option<&str>) -> String {
        let (has_answer, answer) = (if answer.is_some() { "1" } else { "0" }, answer.unwrap_or_default());
        let seal = self.named(&["kyso.answer/v1", name.as_str(), digest, artifact, has_answer, answer]);
        format!(r#"{{"seal":"{}"}}"#, seal.as_str())
    }

    /// What shows whether a key is this one.
    pub(crate) fn check(&self) -> String {
        self.named(&["kyso.naming/v1"]).0
    }

    fn named(&self, parts: &[&str]) -> Name {
        // A zero stands in none of the parts: two lists of parts never give the same bytes.
        let bytes: Vec<&[u8]> = parts.iter().flat_map(|part| [part.as_bytes(), &[0][..]]).collect();
        Name(hex(&hmac_sha256(&self.0, &bytes)))
    }
}

/// Random bytes of the system.
pub(crate) fn random<const LENGTH: usize>() -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut bytes = Zeroizing::new(vec![0; LENGTH]);
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naming(byte: u8) -> Naming {
        Naming::new(Zeroizing::new(vec![byte; Naming::LENGTH]))
    }

    #[test]
    fn a_request_has_one_name_whatever_its_content() {
        let request = Request::keyed("a", "k", "1");
        let name = naming(1).name(&request, 0).unwrap();
        assert_eq!(name, naming(1).name(&Request::keyed("a", "k", "2"), 0).unwrap());
        for (other, generation, key) in [
            (Request::keyed("b", "k", "1"), 0, 1),
            (Request::keyed("a", "l", "1"), 0, 1),
            (Request::keyed("a", "k", "1"), 1, 1),
            (Request::keyed("a", "k", "1"), 0, 2),
        ] {
            assert_ne!(name, naming(key).name(&other, generation).unwrap(), "{other:?}");
        }
        assert_eq!(Name::of_row(name.as_str().to_owned()).unwrap(), name);
        assert_eq!(name.artifact().get_version_num(), 8);
    }

    #[test]
    fn without_a_key_no_two_requests_are_the_same() {
        let request = Request::unkeyed("a").unwrap();
        assert_ne!(naming(1).name(&request, 0).unwrap(), naming(1).name(&request, 0).unwrap());
    }

    #[test]
    fn what_is_no_name_is_damage() {
        for text in ["", "ab", &"g".repeat(64), &"A".repeat(64), &"0".repeat(65)] {
            assert!(Name::of_row(text.to_owned()).is_err(), "{text}");
        }
    }
}
