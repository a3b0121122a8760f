//! What a request asks for: the `parameters` part, checked name by name so that a fault has a name.

use std::fmt;

use jiff::Timestamp;
use kyso::appearance::Appearance;
use kyso::crypto::DigestAlgorithm;
use kyso::{BaselineLevel, Bilingual, FieldChoice, Place, Rectangle, SignatureParameters};
use kyso_certification::number::CertificationNumber;
use kyso_desk::certify::{Choices, Qr};
use kyso_desk::sign::Asked;
use kyso_desk::{dangerous, look_up};
use serde::de::{DeserializeOwned, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::config::KeyRole;
use crate::keys::Key;
use crate::problem::{Problem, Result};

/// What a request asks for.
#[derive(Debug, Clone)]
pub(crate) struct SigningRequest {
    /// The key's name in the configuration.
    pub(crate) key: String,
    field: FieldChoice,
    place: Option<Place>,
    image: Option<String>,
    reason: Option<String>,
    location: Option<String>,
    digest: Option<DigestAlgorithm>,
    /// The level asked for.
    pub(crate) level: Option<BaselineLevel>,
    /// The request in canonical form: spacing and order of the parameters make no difference.
    pub(crate) canonical: String,
}

impl SigningRequest {
    /// Reads the JSON object.
    pub(crate) fn parse(json: &[u8]) -> Result<Self> {
        let (mut object, canonical) = object(json)?;
        let request = Self::read(&mut object, canonical)?;
        object.nothing_else()?;
        Ok(request)
    }

    /// Every parameter that there is, in an order of no meaning: `openapi.json` describes the same.
    fn read(object: &mut Object, canonical: String) -> Result<Self> {
        let key = take(object, "key")?.ok_or_else(|| {
            Problem::parameter("key", Bilingual::new("Thiếu tên khóa.", "The key's name is missing."))
        })?;
        Ok(Self {
            key,
            field: take_field(object)?,
            place: take_place(object)?,
            image: take(object, "image")?,
            reason: take_text(object, "reason")?,
            location: take_text(object, "location")?,
            digest: take_digest(object)?,
            level: take(object, "level")?,
            canonical,
        })
    }

    /// A signature, or the agency's seal, as the key's role has it.
    pub(crate) fn asked(
        &self,
        key: &Key,
        level: BaselineLevel,
        now: Timestamp,
        waived: Option<dangerous::Waived>,
    ) -> Result<Asked> {
        Ok(match key.role {
            KeyRole::Leader => Asked::Signature(self.complete(SignatureParameters::leader(now), key, level)?),
            KeyRole::Seal => Asked::Seal(self.complete(SignatureParameters::seal(now), key, level)?, waived),
        })
    }

    /// Adds what the request says to the parameters of a role.
    fn complete<S>(
        &self,
        mut parameters: SignatureParameters<S>,
        key: &Key,
        level: BaselineLevel,
    ) -> Result<SignatureParameters<S>> {
        let appearance = match &self.image {
            None if self.place.is_some() => {
                let detail = Bilingual::new(
                    "Chữ ký có vị trí thì phải có hình: nêu tên một hình của khóa trong cấu hình.",
                    "A signature with a place needs an image: name one that the configuration gives this key.",
                );
                return Err(Problem::parameter("image", detail));
            }
            None => Appearance::None,
            Some(name) => Appearance::Image(key.image(name).cloned().ok_or_else(|| {
                let detail =
                    Bilingual::new("Khóa này không có hình nào tên này.", "This key has no image of this name.");
                Problem::parameter("image", detail)
            })?),
        };
        parameters.digest = self.digest;
        parameters.field.clone_from(&self.field);
        parameters.place = self.place.clone().unwrap_or(Place::Field);
        parameters.reason.clone_from(&self.reason);
        parameters.location.clone_from(&self.location);
        Ok(parameters.level(level).appearance(appearance))
    }
}

/// What an officer chooses for a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CertifyParameters {
    choices: Choices,
    /// The password that opens the document.
    pub(crate) password: Option<String>,
    /// The choices in canonical form: spacing and order make no difference.
    pub(crate) canonical: String,
}

impl CertifyParameters {
    /// Reads the JSON object.
    pub(crate) fn parse(json: &[u8]) -> Result<Self> {
        let (mut object, canonical) = object(json)?;
        let parameters = Self::read(&mut object, canonical)?;
        object.nothing_else()?;
        Ok(parameters)
    }

    /// Every parameter that there is.
    fn read(object: &mut Object, canonical: String) -> Result<Self> {
        let usual = Choices::default();
        let result = take(object, "result")?.unwrap_or(usual.result);
        if result == 0 {
            return Err(Problem::parameter("result", Bilingual::new("Kết quả đếm từ 1.", "Results count from 1.")));
        }
        let qr = match take::<String>(object, "qr")?.as_deref() {
            None => Qr::AsUsual,
            Some("first-page") => Qr::FirstPage,
            Some("statement") => Qr::Statement,
            Some("none") => Qr::None,
            Some(_) => {
                let detail = "first-page, statement, none";
                return Err(Problem::parameter(
                    "qr",
                    Bilingual::new(format!("Phải là: {detail}."), format!("Must be: {detail}.")),
                ));
            }
        };
        let mut is = |name| take(object, name).map(Option::unwrap_or_default);
        let choices = Choices {
            result,
            qr,
            on_last_page: is("on_last_page")?,
            other_year: is("other_year")?,
            out_of_order: is("out_of_order")?,
            confirm_clock: is("confirm_clock")?,
            sample: is("sample")?,
            allow_draft: is("allow_draft")?,
        };
        let password = take(object, "password")?;
        Ok(Self { choices, password, canonical })
    }

    /// The choices.
    pub(crate) fn choices(&self) -> Choices {
        self.choices
    }

    /// What is about a document goes with one.
    pub(crate) fn demand_document(&self, is_there: bool) -> Result<()> {
        let name = match self {
            _ if is_there => return Ok(()),
            Self { choices: Choices { on_last_page: true, .. }, .. } => "on_last_page",
            Self { password: Some(_), .. } => "password",
            _ => return Ok(()),
        };
        let detail = Bilingual::new("Chỉ dùng khi có phần document.", "Goes with the part document only.");
        Err(Problem::parameter(name, detail))
    }
}

/// Of which number a finished file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IssueParameters {
    pub(crate) number: CertificationNumber,
    /// The number in canonical form.
    pub(crate) canonical: String,
    /// Somebody answers for the clock.
    pub(crate) confirm_clock: bool,
}

impl IssueParameters {
    /// Reads the JSON object.
    pub(crate) fn parse(json: &[u8]) -> Result<Self> {
        let (mut object, _) = object(json)?;
        let text = take_text(&mut object, "number")?.ok_or_else(|| {
            Problem::parameter("number", Bilingual::new("Thiếu số chứng thực.", "The number is missing."))
        })?;
        let confirm_clock = take(&mut object, "confirm_clock")?.unwrap_or(false);
        object.nothing_else()?;
        let number = look_up::number(&text).ok_or_else(|| {
            let example = "07, quyển số 01/2026-SCT/CK,ĐC";
            let detail = Bilingual::new(
                format!("Phải ghi như trên văn bản: \"{example}\"."),
                format!("Must be as on the paper: \"{example}\"."),
            );
            Problem::parameter("number", detail)
        })?;
        Ok(Self { canonical: number.to_string(), number, confirm_clock })
    }
}

/// A JSON object, and the same text for the same object.
pub(crate) fn object(json: &[u8]) -> Result<(Object, String)> {
    let Once(value) = serde_json::from_slice(json).map_err(|error| {
        let detail = Bilingual::new(format!("Không phải JSON [{error}]."), format!("Not JSON: {error}."));
        Problem::parameter("parameters", detail)
    })?;
    let canonical = value.to_string();
    match value {
        Value::Object(given) => Ok((Object::of(given), canonical)),
        _ => {
            let detail = Bilingual::new("Phải là một đối tượng JSON.", "Must be a JSON object.");
            Err(Problem::parameter("parameters", detail))
        }
    }
}

/// A JSON value in which no object has a member twice: of two, readers take different ones.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(OnceVisitor).map(Self)
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> std::result::Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Once(value)) = all.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> std::result::Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, Once(value))) = all.next_entry::<String, Once>()? {
            if members.contains_key(&name) {
                return Err(serde::de::Error::custom(format_args!("{name:?} is given twice")));
            }
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

/// The parameters as a JSON object, and the names that were looked up: any other is no parameter.
pub(crate) struct Object {
    given: Map<String, Value>,
    names: Vec<&'static str>,
}

impl Object {
    fn of(given: Map<String, Value>) -> Self {
        Self { given, names: Vec::new() }
    }

    fn take(&mut self, name: &'static str) -> Option<&Value> {
        self.names.push(name);
        self.given.get(name)
    }

    /// Refuses a name that was given and never asked for.
    pub(crate) fn nothing_else(&self) -> Result<()> {
        match self.given.keys().find(|name| !self.names.contains(&name.as_str())) {
            None => Ok(()),
            Some(unknown) => {
                let detail = Bilingual::new("Không có tham số tên này.", "There is no parameter of this name.");
                Err(Problem::parameter(unknown.clone(), detail))
            }
        }
    }
}

/// A value of its type.
pub(crate) fn take<T: DeserializeOwned>(object: &mut Object, name: &'static str) -> Result<Option<T>> {
    let Some(value) = object.take(name) else { return Ok(None) };
    T::deserialize(value).map(Some).map_err(|error| {
        let detail =
            Bilingual::new(format!("Giá trị không đúng kiểu [{error}]."), format!("Not a value of its type: {error}."));
        Problem::parameter(name, detail)
    })
}

/// A text that isn't blank.
pub(crate) fn take_text(object: &mut Object, name: &'static str) -> Result<Option<String>> {
    let text: Option<String> = take(object, name)?;
    match text {
        Some(text) if text.trim().is_empty() => {
            Err(Problem::parameter(name, Bilingual::new("Không được để trống.", "Must not be empty.")))
        }
        text => Ok(text),
    }
}

fn take_field(object: &mut Object) -> Result<FieldChoice> {
    match (take_text(object, "field")?, take_text(object, "new_field")?) {
        (None, None) => Ok(FieldChoice::Any),
        (Some(name), None) => Ok(FieldChoice::Existing(name)),
        (None, Some(name)) => Ok(FieldChoice::New(name)),
        (Some(_), Some(_)) => {
            let detail = Bilingual::new("Chọn field hoặc new_field.", "Give field or new_field; not both.");
            Err(Problem::parameter("new_field", detail))
        }
    }
}

fn take_digest(object: &mut Object) -> Result<Option<DigestAlgorithm>> {
    match take(object, "digest")? {
        None => Ok(None),
        Some(digest @ (DigestAlgorithm::Sha256 | DigestAlgorithm::Sha384 | DigestAlgorithm::Sha512)) => {
            Ok(Some(digest))
        }
        Some(_) => {
            let detail =
                Bilingual::new("Phải là SHA-256, SHA-384 hoặc SHA-512.", "Must be SHA-256, SHA-384 or SHA-512.");
            Err(Problem::parameter("digest", detail))
        }
    }
}

fn take_place(object: &mut Object) -> Result<Option<Place>> {
    let page: Option<usize> = take(object, "page")?;
    let rect: Option<[f64; 4]> = take(object, "rect")?;
    let anchor = take_text(object, "anchor")?;
    match (page, rect, anchor) {
        (None, None, None) => Ok(None),
        (None, None, Some(text)) => Ok(Some(Place::Anchor { text })),
        (Some(0), ..) => Err(Problem::parameter("page", Bilingual::new("Trang đếm từ 1.", "Pages count from 1."))),
        (Some(page), Some([x, y, width, height]), None) => {
            if width <= 0.0 || height <= 0.0 {
                let detail = Bilingual::new(
                    "rect là [x, y, rộng, cao], tính bằng điểm; rộng và cao phải lớn hơn 0.",
                    "rect is [x, y, width, height] in points; width and height are more than 0.",
                );
                return Err(Problem::parameter("rect", detail));
            }
            Ok(Some(Place::Rectangle { page, rectangle: Rectangle { x, y, width, height } }))
        }
        (Some(_), None, None) => {
            Err(Problem::parameter("rect", Bilingual::new("page cần có rect.", "page needs rect.")))
        }
        (None, Some(_), None) => {
            Err(Problem::parameter("page", Bilingual::new("rect cần có page.", "rect needs page.")))
        }
        (_, _, Some(_)) => {
            let detail = Bilingual::new("Chọn anchor hoặc page và rect.", "Give anchor, or page and rect; not both.");
            Err(Problem::parameter("anchor", detail))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_of_it_is_read() {
        let json = r#"{"key": "k", "field": "F", "page": 2, "rect": [1, 2.5, 3, 4], "image": "i",
                       "reason": "Ký", "location": "Hà Nội", "digest": "SHA-384", "level": "PAdES-B-LTA"}"#;
        let request = SigningRequest::parse(json.as_bytes()).unwrap();
        let rectangle = Rectangle { x: 1.0, y: 2.5, width: 3.0, height: 4.0 };
        assert_eq!(request.field, FieldChoice::Existing("F".into()));
        assert_eq!(request.place, Some(Place::Rectangle { page: 2, rectangle }));
        assert_eq!(request.digest, Some(DigestAlgorithm::Sha384));
        assert_eq!(request.level, Some(BaselineLevel::Lta));
        assert_eq!(request.reason.as_deref(), Some("Ký"));
    }

    #[test]
    fn the_description_has_every_parameter_and_no_other() {
        let description: Value = serde_json::from_str(include_str!("openapi.json")).unwrap();
        let described = description["components"]["schemas"]["Parameters"]["properties"].as_object().unwrap();
        let mut object = Object::of(Map::from_iter([("key".to_owned(), "k".into())]));
        SigningRequest::read(&mut object, String::new()).unwrap();
        object.names.sort_unstable();
        assert_eq!(object.names, described.keys().collect::<Vec<_>>());
        let described = description["components"]["schemas"]["CertifyParameters"]["properties"].as_object().unwrap();
        let mut object = Object::of(Map::new());
        CertifyParameters::read(&mut object, String::new()).unwrap();
        object.names.sort_unstable();
        assert_eq!(object.names, described.keys().collect::<Vec<_>>());
    }

    #[test]
    fn spacing_and_order_make_no_other_request() {
        let canonical = |json: &str| SigningRequest::parse(json.as_bytes()).unwrap().canonical;
        assert_eq!(canonical(r#"{"key":"k","reason":"r"}"#), canonical(r#"{ "reason" : "r", "key": "k" }"#));
        assert_ne!(canonical(r#"{"key":"k","reason":"r"}"#), canonical(r#"{"key":"k","reason":"s"}"#));
    }

    #[test]
    fn choices_are_read_and_none_is_guessed() {
        let all = r#"{"result": 2, "qr": "none", "on_last_page": true, "other_year": true, "out_of_order": true, "confirm_clock": true,
                      "sample": true, "allow_draft": true, "password": "x"}"#;
        let read = CertifyParameters::parse(all.as_bytes()).unwrap();
        let usual = CertifyParameters::parse(b"{}").unwrap();
        assert_eq!((read.choices().result, read.choices().qr, usual.choices()), (2, Qr::None, Choices::default()));
        assert_eq!(read.demand_document(false).unwrap_err().at(), Some("on_last_page"));
        for (json, field) in [
            (r#"{"result": 0}"#, "result"),
            (r#"{"qr": "x"}"#, "qr"),
            (r#"{"force": 1}"#, "force"),
            ("[]", "parameters"),
        ] {
            assert_eq!(CertifyParameters::parse(json.as_bytes()).unwrap_err().at(), Some(field), "{json}");
        }
        for (json, field) in
            [("{}", "number"), (r#"{"number": "7"}"#, "number"), (r#"{"number": "7, 1/2026-SCT/BS", "x": 1}"#, "x")]
        {
            assert_eq!(IssueParameters::parse(json.as_bytes()).unwrap_err().at(), Some(field), "{json}");
        }
    }

    #[test]
    fn a_fault_has_a_name() {
        for (json, field) in [
            ("", "parameters"),
            ("[]", "parameters"),
            ("{}", "key"),
            (r#"{"key": 1}"#, "key"),
            (r#"{"key": "k", "colour": "red"}"#, "colour"),
            (r#"{"key": "k", "password": "x"}"#, "password"),
            (r#"{"key": "k", "page": 0, "rect": [0, 0, 1, 1]}"#, "page"),
            (r#"{"key": "k", "page": -1, "rect": [0, 0, 1, 1]}"#, "page"),
            (r#"{"key": "k", "page": 1}"#, "rect"),
            (r#"{"key": "k", "page": 1, "rect": [0, 0, 1]}"#, "rect"),
            (r#"{"key": "k", "page": 1, "rect": [0, 0, 0, 1]}"#, "rect"),
            (r#"{"key": "k", "rect": [0, 0, 1, 1]}"#, "page"),
            (r#"{"key": "k", "anchor": "CHỦ TỊCH", "page": 1, "rect": [0, 0, 1, 1]}"#, "anchor"),
            (r#"{"key": "k", "anchor": " "}"#, "anchor"),
            (r#"{"key": "k", "new_field": " "}"#, "new_field"),
            (r#"{"key": "k", "field": "a", "new_field": "b"}"#, "new_field"),
            (r#"{"key": "k", "digest": "MD5"}"#, "digest"),
            (r#"{"key": "k", "digest": "SHA256"}"#, "digest"),
            (r#"{"key": "k", "level": "lta"}"#, "level"),
        ] {
            let problem = SigningRequest::parse(json.as_bytes()).unwrap_err();
            assert_eq!(problem.at(), Some(field), "{json}");
        }
    }
}
