//! Holds requests and their answers against `/api/openapi.json`.

use std::sync::LazyLock;

use kyso_tests::http::{Answer, Request};
use serde_json::Value;

pub(crate) static OPENAPI: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../src/openapi.json")).unwrap());

/// Panics where the description doesn't foresee the answer.
pub(crate) fn hold(method: &str, path: &str, answer: &Answer) {
    assert!(answer.header("x-request-id").is_some(), "{answer:?}");
    let at = format!("{method} {path} -> {}", answer.status);
    let Some(operation) = operation(method, path) else {
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

/// Panics where a request succeeded that the description doesn't foresee: in a header, a part, or a parameter.
pub(crate) fn hold_request(request: &Request, answer: &Answer) {
    if answer.status >= 300 {
        return;
    }
    let at = format!("{} {}", request.method, request.path);
    let operation = operation(request.method, &request.path).unwrap_or_else(|| panic!("{at}: not described"));
    let parameters = || operation["parameters"].as_array().into_iter().flatten();
    for pair in request.path.split_once('?').map(|(_, query)| query.split('&')).into_iter().flatten() {
        if pair.is_empty() {
            continue;
        }
        let name = pair.split('=').next().unwrap();
        assert!(parameters().any(|one| one["in"] == "query" && one["name"] == name), "{at}: {name} is not described");
    }
    let described: Vec<_> = parameters().filter(|one| one["in"] == "header").collect();
    let headers: Vec<_> = described.iter().map(|one| one["name"].as_str().unwrap()).collect();
    for required in described.iter().filter(|one| one["required"] == true) {
        assert!(request.headers.iter().any(|(name, _)| required["name"] == *name), "{at}: works without {required}");
    }
    let mut body = None;
    for (name, value) in &request.headers {
        match *name {
            "Content-Type" => body = Some(value),
            "Authorization" => {}
            name => assert!(headers.contains(&name), "{at}: {name} is not described"),
        }
    }
    let Some(media_type) = body else {
        return assert!(operation["requestBody"].is_null(), "{at}: a body is described");
    };
    let (media_type, boundary) = media_type.split_once("; boundary=").unwrap_or((media_type, ""));
    let content = operation["requestBody"]["content"].get(media_type);
    let form = &content.unwrap_or_else(|| panic!("{at}: {media_type} is not described"))["schema"];
    if media_type == "application/json" {
        return schema(&at, form, &serde_json::from_slice(&request.body).unwrap());
    }
    if boundary.is_empty() {
        return;
    }
    let parts = parts(&request.body, boundary);
    for required in form["required"].as_array().into_iter().flatten() {
        assert!(parts.iter().any(|(name, _)| required == name), "{at}: works without {required}");
    }
    for (name, contents) in parts {
        let described = form["properties"].get(&name).unwrap_or_else(|| panic!("{at}: {name} is not described"));
        if name == "parameters" {
            schema(&format!("{at} {name}"), described, &serde_json::from_slice(contents).unwrap());
        }
    }
}

/// What the description says of this method of this path.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let paths = OPENAPI["paths"].as_object().unwrap();
    let (_, item) = paths.iter().find(|(template, _)| matches(template, path))?;
    item.get(method.to_ascii_lowercase())
}

/// Names and contents of a form's parts (RFC 7578).
fn parts<'a>(body: &'a [u8], boundary: &str) -> Vec<(String, &'a [u8])> {
    let delimiter = format!("--{boundary}");
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|window| window == what);
    let mut parts = Vec::new();
    let mut rest = &body[find(body, delimiter.as_bytes()).unwrap() + delimiter.len()..];
    while let Some(end) = find(rest, format!("\r\n{delimiter}").as_bytes()) {
        let head_end = find(rest, b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&rest[..head_end]);
        let name = head.split("; name=\"").nth(1).and_then(|name| name.split('"').next()).unwrap();
        parts.push((name.to_owned(), &rest[head_end + 4..end]));
        rest = &rest[end + 2 + delimiter.len()..];
    }
    parts
}

fn matches(template: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap();
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    // A tile's number has as many parts as it needs.
    let is_as_long =
        template.len() == path.len() || (template.last() == Some(&"{index}") && path.len() > template.len());
    is_as_long && template.iter().zip(&path).all(|(part, given)| part.starts_with('{') || part == given)
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
    // An integer is a number too.
    let is_kind = |allowed: &Value| allowed == kind || (allowed == "number" && kind == "integer");
    let allowed = is_kind(kinds) || kinds.as_array().is_some_and(|kinds| kinds.iter().any(is_kind));
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
