//! Certification results (chứng thực, Nghị định 23/2015/NĐ-CP): the papers that get signed and sealed.
//!
//! [`number`] and [`dossier`] are what a result is known by; [`words`] writes dates out as a lời chứng does.

pub mod dossier;
pub mod number;
pub mod words;
