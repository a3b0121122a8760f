//! What an office does, as functions: certify, issue, cancel, copy, attach, sign, seal, keep, check.
//!
//! A use case knows neither arguments nor HTTP. It's given what the front has read (a request, a document, an agency, a
//! register) and answers with values; an [`Error`] is data, which the front words in its own terms. `kyso-cli` and
//! `kyso-server` call the same functions.
//!
//! ```text
//! checks that can fail -> a number or a claim, durable -> pure work -> one commit -> acknowledgement
//! ```
//!
//! Time is an argument ([`Stamp`](kyso_register::Stamp), `claimed_time`). Nothing here opens a file: what draws the pages of
//! strangers' files in a process apart ([`Apart`](kyso_view::Apart)) is the front's too, and may be missing.

#![forbid(unsafe_code)]

pub mod attach;
pub mod certify;
pub mod check;
pub mod codes;
pub mod copy;
pub mod dangerous;
pub mod drafts;
mod drawn;
mod error;
pub mod issue;
pub mod look_up;
pub mod paper;
pub mod record;
pub mod sign;
pub mod text;

pub use drawn::Drawing;
pub use error::{Error, FileRole, Missing};
