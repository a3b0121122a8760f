//! What the caller prefers (RFC 9110, 12.4 and 12.5).

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, HeaderName};
use kyso::Language;

/// The language to answer in: Vietnamese unless English is preferred.
pub(crate) fn language(headers: &HeaderMap) -> Language {
    let matches = |range: &str, offer: &str| range.split('-').next().is_some_and(|main| main == offer);
    match preferred(headers, &ACCEPT_LANGUAGE, ["vi", "en"], matches) {
        1 => Language::English,
        _ => Language::Vietnamese,
    }
}

/// Whether the caller would rather have the JSON than the PDF.
pub(crate) fn wants_json(headers: &HeaderMap) -> bool {
    let matches = |range: &str, offer: &str| range == offer || range == "application/*";
    preferred(headers, &ACCEPT, ["application/pdf", "application/json"], matches) == 1
}

/// Which of the offers is preferred; the first where nothing is said.
fn preferred<const N: usize>(
    headers: &HeaderMap,
    name: &HeaderName,
    offers: [&str; N],
    matches: impl Fn(&str, &str) -> bool,
) -> usize {
    let mut weights = [None; N];
    for range in headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','))
    {
        let mut parts = range.split(';').map(|part| part.trim().to_ascii_lowercase());
        let range = parts.next().unwrap_or_default();
        let weight: f32 = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        for (offer, known) in offers.iter().zip(&mut weights) {
            if matches(&range, offer) {
                *known = Some(known.unwrap_or(0.0_f32).max(weight));
            }
        }
    }
    let mut best = 0;
    let mut best_weight = 0.0;
    for (index, weight) in weights.into_iter().enumerate() {
        if weight.is_some_and(|weight| weight > best_weight) {
            best = index;
            best_weight = weight.unwrap_or_default();
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn vietnamese_comes_first() {
        for (header, expected) in [
            ("", Language::Vietnamese),
            ("*", Language::Vietnamese),
            ("fr", Language::Vietnamese),
            ("vi-VN,vi;q=0.9,en;q=0.8", Language::Vietnamese),
            ("en-US,en;q=0.9,vi;q=0.8", Language::English),
            ("EN", Language::English),
            ("vi;q=0.2, en;q=0.7", Language::English),
            ("en;q=0", Language::Vietnamese),
            ("en;q=x;;,,", Language::English),
        ] {
            assert_eq!(language(&headers(ACCEPT_LANGUAGE, header)), expected, "{header}");
        }
    }

    #[test]
    fn the_pdf_comes_first() {
        for (header, expected) in [
            ("*/*", false),
            ("application/pdf, application/json", false),
            ("application/json", true),
            ("application/json, */*;q=0.5", true),
            ("application/pdf;q=0.1, application/json;q=0.9", true),
        ] {
            assert_eq!(wants_json(&headers(ACCEPT, header)), expected, "{header}");
        }
    }
}
