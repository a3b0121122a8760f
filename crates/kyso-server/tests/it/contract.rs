//! Holds an answer against `/api/openapi.json`.

use std::sync::LazyLock;

use kyso_tests::http::Answer;
use serde_json::Value;

pub(crate) static OPENAPI: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../src/openapi.json")).unwrap());

/// Panics where the description doesn't foresee the answer.
pub(crate) fn hold(method: &str, path: &str, answer: &Answer) {
    assert!(answer.header("x-request-id").is_some(), "{answer:?}");
    let at = format!("{method} {path} -> {}", answer.status);
    let operation = OPENAPI["paths"]
        .as_object()
        .unwrap()
        .iter()
        .find(|(template, _)| matches(template, path))
        .and_then(|(_, item)| item.get(method.to_ascii_lowercase()));
    let Some(operation) = operation else {
        assert!(matches!(answer.status, 404 | 405), "{at}: not described");
        return schema(&at, &OPENAPI["components"]["schemas"]["Problem"], &answer.json());
    };
    let response =
        operation["responses"].get(answer.status.to_string()).unwrap_or_else(|| panic!("{at}: not described"));
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        let required = header["required"] == true;
        assert!(!required || answer.header(&name.to_ascii_lowercase()).is_some(), "{at}: no {name}");
    }
    let media_type = answer.header("content-type").unwrap_or_default();
    let content = response["content"].get(media_type).unwrap_or_else(|| panic!("{at}: {media_type} is not described"));
    if media_type.ends_with("json") {
        schema(&at, &content["schema"], &answer.json());
    }
}

fn matches(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(&path).all(|(part, given)| part.starts_with('{') || part == given)
}

/// The part of JSON Schema that the description uses; and no property that it doesn't name.
fn schema(at: &str, schema_at: &Value, value: &Value) {
    if let Some(reference) = schema_at["$ref"].as_str() {
        return schema(at, OPENAPI.pointer(reference.trim_start_matches('#')).expect(reference), value);
    }
    if let Some(choices) = schema_at["oneOf"].as_array() {
        let chosen = choices.iter().find(|choice| (choice["type"] == "null") == value.is_null());
        return schema(at, chosen.expect("a choice"), value);
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = &schema_at["type"];
    let allowed = kinds == kind || kinds.as_array().is_some_and(|kinds| kinds.iter().any(|allowed| allowed == kind));
    assert!(allowed, "{at}: {kind} is not {kinds}: {value}");
    if let Some(values) = schema_at["enum"].as_array() {
        assert!(values.contains(value), "{at}: {value} is not of {values:?}");
    }
    for element in value.as_array().into_iter().flatten() {
        schema(at, &schema_at["items"], element);
    }
    let (Some(object), Some(properties)) = (value.as_object(), schema_at["properties"].as_object()) else { return };
    for required in schema_at["required"].as_array().into_iter().flatten() {
        assert!(object.contains_key(required.as_str().unwrap()), "{at}: no {required} in {value}");
    }
    for (name, property) in object {
        let described = properties.get(name).unwrap_or_else(|| panic!("{at}: {name} is not described"));
        schema(&format!("{at} {name}"), described, property);
    }
}
