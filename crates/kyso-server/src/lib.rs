//! The HTTP signing endpoint: a leader signs, a clerk seals, anyone with a token verifies and reads.
//!
//! Keys are named in the configuration and never sent. What is signed is verified, kept
//! ([`kyso_archive`]) and only then acknowledged; a request that comes twice under one `Idempotency-Key` is done once.
//! Every error is a problem-details answer (RFC 9457). TLS is the business of a proxy in front.
//!
//! Reading order: [`Config`], `routes` (the list of everything served), `signing` (what the library is asked),
//! `upload`, `authorization`, `problem`.

#![forbid(unsafe_code)]

mod authorization;
pub mod config;
mod keys;
mod leftover;
mod negotiation;
mod observation;
mod outside;
mod parameters;
mod problem;
mod reporting;
mod routes;
mod server;
mod service;
mod signing;
mod terms;
mod token;
mod trust;
mod upload;

pub use config::{Config, ConfigError};
pub use server::{ServeError, Server, run, stop_signal};
pub use token::NewToken;
