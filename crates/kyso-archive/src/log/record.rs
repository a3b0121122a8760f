//! What the record of an event says, as far as a receipt for a file needs it.
//!
//! A record is one JSON object (RFC 8259) with the members `kind` and `at`, the second and the third line of its entry. That of
//! kind `version.added` has `sha256` and `sha512`, lower-case hex of the whole file as of that version, and `bytes`, its length.

use std::collections::HashSet;
use std::fmt;

use jiff::Timestamp;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::FileDigests;
use super::entry::{is_kind, time_of};

/// The kind of event that records have that receipts for files are about.
const VERSION_ADDED: &str = "version.added";

/// A record that speaks of a version of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The kind of event: the entry's second line.
    pub kind: String,
    /// When it happened: the entry's third line.
    pub time: Timestamp,
    /// The whole file as of that version.
    pub file: FileDigests,
}

/// Why a record says nothing of a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordFault {
    /// It isn't JSON with the members that it must have, or has a member twice.
    #[error("the record isn't JSON with the members that it must have, each once")]
    Form,
    /// It's of another kind: a later program may know it, and this one draws nothing from it.
    #[error("the record is of kind {0}, which says nothing of a file here")]
    Kind(String),
}

impl Record {
    /// Reads a record.
    ///
    /// # Errors
    /// [`RecordFault`].
    pub fn parse(record: &[u8]) -> Result<Self, RecordFault> {
        let Ok(Once(Value::Object(members))) = serde_json::from_slice(record) else { return Err(RecordFault::Form) };
        let read = || {
            let kind = text(&members, "kind").filter(|kind| is_kind(kind))?;
            Some((kind, time_of(text(&members, "at")?)?))
        };
        let (kind, time) = read().ok_or(RecordFault::Form)?;
        if kind != VERSION_ADDED {
            return Err(RecordFault::Kind(kind.to_owned()));
        }
        let file = || {
            Some(FileDigests {
                sha256: octets(text(&members, "sha256")?)?,
                sha512: octets(text(&members, "sha512")?)?,
                bytes: members.get("bytes")?.as_u64()?,
            })
        };
        Ok(Self { kind: kind.to_owned(), time, file: file().ok_or(RecordFault::Form)? })
    }
}

fn text<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m str> {
    members.get(name)?.as_str()
}

/// The octets of lower-case hex, exactly as many.
fn octets<const N: usize>(hex: &str) -> Option<[u8; N]> {
    let digit = |letter: u8| match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        _ => None,
    };
    let pairs = hex.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    pairs.collect::<Option<Vec<u8>>>()?.try_into().ok()
}

/// A JSON value in which no object has a member twice. Readers differ in which of two they take, so a record that has two could
/// say one thing here and another thing elsewhere.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OnceVisitor).map(Self)
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Once(value)) = seq.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let (mut seen, mut members) = (HashSet::new(), Map::new());
        while let Some((name, Once(value))) = map.next_entry::<String, Once>()? {
            if !seen.insert(name.clone()) {
                return Err(de::Error::custom("a member is there twice"));
            }
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}
