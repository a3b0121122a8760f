//! Certification results (chứng thực, Nghị định 23/2015/NĐ-CP): the papers that get signed and sealed.
//!
//! ```text
//!                  Catalogue (kinds, calendar, templates: data)
//!                      |               |
//!   Request ---> check::check()   statement::typeset() ---> Typeset (pages, places to sign)
//!                      |               |
//!                  findings     CertificationNumber, from the register
//! ```
//!
//! [`catalogue`] is what comes from data: [`kinds`], [`calendar`], [`template`]. [`agency`] is who certifies, [`request`]
//! what is asked for; [`check`](mod@check) holds it against the law, [`statement`] sets the lời chứng. [`fee`] and
//! [`deadline`] say what it costs and when it's due. [`number`] and [`dossier`] are what a result is known by, [`metadata`]
//! what is told about it, [`told`] what a file says of it; [`qr`] is what its QR symbol says, [`code`] what is typed
//! instead, and [`stamp`] puts the symbol onto it. [`identity`] keeps identity numbers off screens, [`words`] writes dates out as a lời chứng does,
//! and [`sample`] makes requests up to show a template with.

pub mod agency;
pub mod calendar;
pub mod catalogue;
pub mod check;
pub mod code;
pub mod data;
pub mod deadline;
pub mod dossier;
pub mod extract;
pub mod fee;
pub mod identity;
pub mod kinds;
pub mod metadata;
pub mod number;
pub mod qr;
pub mod request;
pub mod sample;
pub mod scan;
pub mod stamp;
pub mod statement;
pub mod template;
pub mod told;
pub mod words;

pub use catalogue::Catalogue;
pub use kinds::Kind;
pub use request::Request;
