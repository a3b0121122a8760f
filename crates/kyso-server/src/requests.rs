//! What was asked and answered since the start, by route, method and status.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{Method, StatusCode};

/// Requests of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Answered {
    /// How many.
    pub(crate) count: u64,
    /// How long they took, in microseconds.
    pub(crate) microseconds: u64,
}

/// Route, method and status.
pub(crate) type Kind = (String, &'static str, u16);

/// Counts of answers. There are as many kinds as routes, methods and statuses, however much is asked.
#[derive(Debug, Default)]
pub(crate) struct Requests(Mutex<BTreeMap<Kind, Answered>>);

impl Requests {
    /// Counts an answer. `route` is a template of the router's, never what a caller wrote.
    pub(crate) fn count(&self, route: &str, method: &Method, status: StatusCode, took: Duration) {
        let method = match method.as_str() {
            "GET" => "GET",
            "HEAD" => "HEAD",
            "POST" => "POST",
            _ => "other",
        };
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let answered = kinds.entry((route.to_owned(), method, status.as_u16())).or_default();
        answered.count = answered.count.saturating_add(1);
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        answered.microseconds = answered.microseconds.saturating_add(took);
    }

    /// Every kind, in order.
    pub(crate) fn all(&self) -> Vec<(Kind, Answered)> {
        let kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kinds.iter().map(|(kind, answered)| (kind.clone(), *answered)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_kind() {
        let requests = Requests::default();
        let took = Duration::from_micros(5);
        for method in [Method::GET, Method::GET, Method::from_bytes(b"X1").unwrap(), Method::from_bytes(b"X2").unwrap()]
        {
            requests.count("/a", &method, StatusCode::OK, took);
        }
        let all = requests.all();
        assert_eq!(
            all,
            [
                (("/a".to_owned(), "GET", 200), Answered { count: 2, microseconds: 10 }),
                (("/a".to_owned(), "other", 200), Answered { count: 2, microseconds: 10 }),
            ]
        );
    }
}
