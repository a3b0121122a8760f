//! Who asks, and whether they may.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use crate::config::KeyRole;
use crate::keys::Key;
use crate::problem::{Problem, Result};
use crate::service::Shared;
use crate::token::Token;

/// What needs no key, and isn't for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Right {
    /// Numbers, and results that are to be signed.
    Certify,
    /// Finished results, entered and kept.
    Issue,
    /// What became of documents, and what is said of them.
    Describe,
}

/// A known caller. Every known caller may read and verify.
#[derive(Debug, Clone)]
pub(crate) struct Caller(Arc<Token>);

impl Caller {
    /// The token's name.
    pub(crate) fn name(&self) -> &str {
        &self.0.name
    }

    /// Whose idempotency keys the caller has.
    pub(crate) fn principal(&self) -> &str {
        &self.0.principal
    }

    /// What logs call the caller: nobody's name.
    pub(crate) fn pseudonym(&self) -> String {
        self.0.pseudonym()
    }

    /// Whether the caller may sign in this capacity at all.
    pub(crate) fn demand_role(&self, role: KeyRole) -> Result<()> {
        if self.0.role.may_use(role) { Ok(()) } else { Err(Problem::role_not_allowed()) }
    }

    /// Whether the caller may do this.
    pub(crate) fn demand(&self, right: Right) -> Result<()> {
        let may = match right {
            Right::Certify => self.0.role.may_certify(),
            Right::Issue => self.0.role.may_issue(),
            Right::Describe => self.0.role.may_describe(),
        };
        if may { Ok(()) } else { Err(Problem::role_not_allowed()) }
    }

    /// Whether the caller may use this key in this capacity.
    pub(crate) fn demand_key(&self, key: &Key, role: KeyRole) -> Result<()> {
        self.demand_role(role)?;
        if key.role == role && self.0.lists(&key.name) { Ok(()) } else { Err(Problem::key_not_allowed()) }
    }
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Shared) -> Result<Self> {
        let secret = presented(&parts.headers).ok_or_else(Problem::token_missing)?;
        let token = service.tokens.bearer(secret).ok_or_else(Problem::token_unknown)?;
        tracing::Span::current().record("caller", token.pseudonym());
        Ok(Self(token))
    }
}

/// The secret that a request brings.
pub(crate) fn presented(headers: &HeaderMap) -> Option<&[u8]> {
    bearer(headers.get(AUTHORIZATION)?.as_bytes())
}

/// The credentials of `Bearer` (RFC 6750, 2.1); the scheme's case doesn't matter (RFC 9110, 11.1).
fn bearer(header: &[u8]) -> Option<&[u8]> {
    let (scheme, secret) = header.split_at_checked(b"Bearer ".len())?;
    (scheme.eq_ignore_ascii_case(b"Bearer ") && !secret.is_empty()).then(|| secret.trim_ascii())
}
