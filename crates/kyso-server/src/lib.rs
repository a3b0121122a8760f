//! The HTTP signing endpoint: a leader signs, a clerk seals, an officer certifies and issues, anyone with a token verifies
//! and reads.
//!
//! Keys are named in the configuration and never sent. What is signed is verified, kept
//! ([`kyso_archive`]) and only then acknowledged; a request that comes twice under one `Idempotency-Key` is done once.
//! Every error is a problem-details answer (RFC 9457). TLS is the business of a proxy in front.
//!
//! Reading order: [`Config`], `routes` (the list of everything served), `signing` and `certification` (what
//! the library and the desk are asked), `refusals` (what the desk says no to, in a caller's terms),
//! `said` (what callers say of documents), `upload`, `authorization`, `problem`.

#![forbid(unsafe_code)]

mod agencies;
mod authorization;
mod bounds;
mod certification;
mod config;
mod idempotency;
mod keys;
mod leftover;
mod metrics;
mod negotiation;
mod observation;
mod office;
mod outside;
mod parameters;
mod problem;
mod refusals;
mod register_head;
mod reporting;
mod requests;
mod routes;
mod said;
mod server;
mod service;
mod signing;
mod terms;
mod token;
mod trust;
mod upkeep;
mod upload;

pub use config::{
    AgencyConfig, AuthorityConfig, Bucket, Config, ConfigError, Fault, ImageConfig, KeyConfig, KeyRole, NetworkConfig,
    OfficeConfig, S3Config, SecondConfig, StoresConfig, TokenConfig, TokenRole,
};
pub use problem::Code;
pub use server::{ServeError, Server, run, stop_signal};
pub use token::NewToken;
